/* The end of a kernel interface: expressions folded and checked, entries found.
 *
 * Owns the check that waits for all parameters and labels. Expressions are evaluated at launch;
 * here only their constants become numbers. */
#include "asm/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct folded {
    char text[4096];
    size_t n;
    bool full;
};

static void append(struct folded *o, const char *p, size_t n)
{
    if (o->n + n >= sizeof o->text) {
        o->full = true;
        return;
    }
    memcpy(o->text + o->n, p, n);
    o->n += n;
    o->text[o->n] = '\0';
}

static void append_value(struct folded *o, const struct dv_value *v)
{
    char number[64];
    int n = v->is_float ? snprintf(number, sizeof number, "(%.17g)", v->f)
            : v->i < 0  ? snprintf(number, sizeof number, "(%" PRId64 ")", v->i)
                        : snprintf(number, sizeof number, "%" PRId64, v->i);
    append(o, number, (size_t)n);
}

static bool stays(const struct dv_kernel *k, struct dv_span name, char next)
{
    return dv_param_find(k, name) >= 0 || dv_span_is(name, "blocks") || next == '(' ||
           dv_elem_find(name.p, name.n) != DV_EL_NONE;
}

/* Constants of the source become numbers, everything else stays. */
static void fold(struct dv_as *as, uint32_t kernel, struct dv_span t, struct folded *o)
{
    const struct dv_kernel *k = &as->obj->kernel[kernel];
    o->n = 0;
    o->full = false;
    o->text[0] = '\0';
    for (size_t i = 0; i < t.n;) {
        struct dv_span name = {t.p + i, dv_name_length((struct dv_span){t.p + i, t.n - i})};
        bool inside = i && dv_is_name(t.p[i - 1]);
        if (!name.n || inside) {
            append(o, t.p + i++, 1);
            continue;
        }
        i += name.n;
        int param = dv_param_find(k, name);
        if (param >= 0)
            dv_as_param_used(as, kernel, param);
        const struct dv_sym *s = dv_as_find(as, name);
        if (!stays(k, name, i < t.n ? t.p[i] : 0) && s && s->kind <= DV_SYM_VAR)
            append_value(o, &s->value);
        else
            append(o, name.p, name.n);
    }
}

static enum dv_err run_time_name(void *ctx, const char *name, size_t n, struct dv_value *out,
                                 struct dv_diag *d)
{
    const struct dv_kernel *k = ctx;
    struct dv_span want = {name, n};
    int i = dv_param_find(k, want);
    *out = (struct dv_value){.i = 1000003};
    if (dv_span_is(want, "blocks") || (i >= 0 && k->param[i].role == DV_PARAM_SCALAR))
        return DV_OK;
    if (i >= 0)
        return dv_fail(d, DV_E_SYMBOL, "'%.*s' is a tensor, not a number", (int)n, name);
    dv_fail(d, DV_E_SYMBOL, "'%.*s' is no parameter of kernel '%s'", n > 80 ? 80 : (int)n, name,
            k->name);
    d->fix[0] = '?';
    return d->code;
}

static void check_formula(struct dv_as *as, const struct dv_formula *f)
{
    struct dv_kernel *k = &as->obj->kernel[f->kernel];
    struct folded o;
    struct dv_value v;
    fold(as, f->kernel, f->text, &o);
    as->expr.code = DV_OK;
    as->expr.fix[0] = '\0';
    if (o.full)
        dv_as_fail_pos(as, f->at, DV_E_SYNTAX, "the expression is too long");
    else if (dv_expr_eval(o.text, o.n, run_time_name, k, &v, NULL, &as->expr) != DV_OK &&
             as->expr.code != DV_E_RANGE)
        dv_as_fail_pos(as, f->at, as->expr.code, "%s", as->expr.text);
    if (as->now.code != DV_OK && as->expr.fix[0] == '?') {
        struct dv_near near;
        struct dv_span rest = f->text;
        dv_near_init(&near, dv_take_name(&rest));
        for (uint32_t i = 0; i < k->params; i++)
            dv_near_offer(&near, dv_span_of(k->param[i].name));
        dv_near_help(as, &near);
    }
    if (as->now.code == DV_OK)
        dv_as_set_text(as, f->slot, (struct dv_span){o.text, o.n});
    dv_as_flush(as);
}

static void check_entry(struct dv_as *as, const struct dv_kernel *k, struct dv_pos at, int part)
{
    static const char *const parts[] = {"aic", "aiv"};
    const char *label = k->entry[part];
    if (!label) {
        dv_as_fail_pos(as, at, DV_E_SYMBOL, "kernel '%s' needs .entry %s, LABEL", k->name,
                       parts[part]);
        dv_as_flush(as);
        return;
    }
    struct dv_sym *s = dv_as_find(as, dv_span_of(label));
    if (s && s->kind == DV_SYM_LABEL && s->section == DV_TEXT) {
        s->global = true;
        return;
    }
    dv_as_fail_pos(as, at, DV_E_SYMBOL, "kernel '%s' has no entry: there is no label '%s' in .text",
                   k->name, label);
    dv_as_flush(as);
}

void dv_as_kernel_finish(struct dv_as *as)
{
    for (const struct dv_formula *f = as->formula; f; f = f->next)
        check_formula(as, f);
    for (uint32_t i = 0; i < as->obj->kernels; i++) {
        const struct dv_kernel *k = &as->obj->kernel[i];
        for (int part = 0; part < 1 + (k->core == DV_CORE_MIX); part++)
            check_entry(as, k, as->kernel_pos[i], part);
    }
}
