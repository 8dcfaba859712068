/* Warnings about names that do nothing and code that does not fit: collected while the text is
 * read, shown in the order of the source when it had no errors.
 *
 * Owns what is worth a warning. Only names that the main file itself declares are judged: not those
 * of included files, not those an expansion makes, and none that begins with '_'. */
#include "asm/listing.h"
#include "asm/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 20 };

struct dv_warning {
    struct dv_pos at;
    const char *text;
    struct dv_warning *next;
};

/* A parameter and where it was declared. */
struct dv_declared {
    uint32_t kernel, index;
    bool own;
    struct dv_pos at;
    struct dv_declared *next;
};

bool dv_as_is_own(const struct dv_as *as)
{
    return as->frame && as->frame->kind == DV_FRAME_FILE && !as->frame->under;
}

static void later(struct dv_as *as, struct dv_pos at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void later(struct dv_as *as, struct dv_pos at, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    if (as->quiet)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct dv_warning *w = dv_as_keep(as, sizeof *w);
    w->at = at;
    w->text = dv_as_copy(as, (struct dv_span){text, strlen(text) + 1}).p;
    w->next = as->warning;
    as->warning = w;
    as->warnings++;
}

static bool is_judged(bool own, bool used, struct dv_span name)
{
    return own && !used && name.n && name.p[0] != '_';
}

void dv_as_warn_reg(struct dv_as *as, const struct dv_reg *r)
{
    if (is_judged(r->own, r->used, r->name))
        later(as, r->at, "register name '%.*s' is never used", (int)r->name.n, r->name.p);
}

/* ---- flags ----------------------------------------------------------------------------------- */

/* Name of the ids in `which`: the flag when it is all of them, else the first. */
static const char *flag_name(const struct dv_flag *f, unsigned which, char out[160])
{
    unsigned all = (1u << f->ids) - 1, first = 0;
    while (first < f->ids && !(which >> first & 1))
        first++;
    if (which == all)
        snprintf(out, 160, "%.*s", f->name.n > 100 ? 100 : (int)f->name.n, f->name.p);
    else
        snprintf(out, 160, "%.*s[%u]", f->name.n > 100 ? 100 : (int)f->name.n, f->name.p, first);
    return out;
}

static void warn_flag(struct dv_as *as, const struct dv_sym *s)
{
    const struct dv_flag *f = s->flag;
    char text[160];
    if (!is_judged(s->own, false, s->name))
        return;
    if (!f->set && !f->waited) {
        later(as, s->at, "flag '%.*s' is never used", (int)s->name.n, s->name.p);
        return;
    }
    if (as->raw_flags[f->src] >> f->dst & 1)
        return; /* instructions that name no flag may be the other half */
    if (f->set & ~f->waited)
        later(as, s->at, "flag '%s' is set but never waited for in this file",
              flag_name(f, f->set & ~f->waited, text));
    if (f->waited & ~f->set)
        later(as, s->at, "flag '%s' is waited for but never set in this file",
              flag_name(f, f->waited & ~f->set, text));
}

/* ---- parameters ------------------------------------------------------------------------------ */

void dv_as_warn_param(struct dv_as *as, const char *at)
{
    struct dv_declared *d = dv_as_keep(as, sizeof *d);
    d->kernel = as->kernel_at - 1;
    d->index = as->obj->kernel[d->kernel].params - 1;
    d->own = dv_as_is_own(as);
    d->at = dv_as_pos(as, at);
    d->next = as->declared;
    as->declared = d;
}

void dv_as_param_used(struct dv_as *as, unsigned kernel, int index)
{
    if (kernel < DV_AS_KERNELS && index < 64)
        as->param_used[kernel] |= index < 0 ? UINT64_MAX : UINT64_C(1) << index;
}

static bool is_argument(const struct dv_kernel *k, const struct dv_param *p)
{
    for (uint32_t i = 0; p->role == DV_PARAM_SCALAR && i < k->ref_args; i++)
        if (!strcmp(k->ref_arg[i], p->name))
            return true;
    return false;
}

static void warn_params(struct dv_as *as)
{
    for (const struct dv_declared *d = as->declared; d; d = d->next) {
        const struct dv_kernel *k = &as->obj->kernel[d->kernel];
        struct dv_span name = dv_span_of(k->param[d->index].name);
        const char *entry = k->entry[0] ? k->entry[0] : k->name;
        const struct dv_sym *s = dv_as_find(as, dv_span_of(entry));
        if (s && s->kind == DV_SYM_LABEL && !is_argument(k, &k->param[d->index]) &&
            is_judged(d->own, as->param_used[d->kernel] >> d->index & 1, name))
            later(as, d->at, "parameter '%s' of kernel '%s' is never loaded or used", name.p,
                  k->name);
    }
}

/* ---- code size ------------------------------------------------------------------------------- */

struct entry {
    uint64_t pc;
    uint32_t kernel;
    uint8_t kind;
};

static int by_pc(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

static unsigned find_entries(struct dv_as *as, struct entry *to, unsigned size)
{
    static const uint8_t kinds[] = {[DV_CORE_AIC] = DV_AIC,
                                    [DV_CORE_AIV] = DV_AIV,
                                    [DV_CORE_MIX] = DV_AIC,
                                    [DV_CORE_C100] = DV_C100};
    unsigned n = 0;
    for (uint32_t i = 0; i < as->obj->kernels && n + 2 <= size; i++) {
        const struct dv_kernel *k = &as->obj->kernel[i];
        for (unsigned part = 0; part < 1u + (k->core == DV_CORE_MIX); part++) {
            const char *label = k->entry[part] ? k->entry[part] : k->name;
            const struct dv_sym *s = dv_as_find(as, dv_span_of(label));
            if (s && s->kind == DV_SYM_LABEL)
                to[n++] = (struct entry){(uint64_t)s->value.i, i, part ? DV_AIV : kinds[k->core]};
        }
    }
    qsort(to, n, sizeof *to, by_pc);
    return n;
}

/* From an entry to the next one, or to the end. */
static void warn_code(struct dv_as *as)
{
    static const char *const names[DV_KINDS] = {"aic", "aiv", "c100"};
    struct entry e[2 * DV_AS_KERNELS];
    unsigned n = find_entries(as, e, 2 * DV_AS_KERNELS);
    for (unsigned i = 0; i < n; i++) {
        uint64_t end = i + 1 < n ? e[i + 1].pc : as->obj->section[DV_TEXT].n;
        uint64_t room = dv_icache_bytes(e[i].kind);
        if (end - e[i].pc > room)
            later(as, as->kernel_pos[e[i].kernel],
                  "the code of kernel '%s' has %llu bytes, the instruction cache of %s holds %llu",
                  as->obj->kernel[e[i].kernel].name, (unsigned long long)(end - e[i].pc),
                  names[e[i].kind], (unsigned long long)room);
    }
}

/* ---- the end --------------------------------------------------------------------------------- */

void dv_as_warn_kernel(struct dv_as *as)
{
    for (const struct dv_reg *r = as->reg; r; r = r->under)
        dv_as_warn_reg(as, r);
    for (const struct dv_sym *s = as->first_sym; s; s = s->next) {
        if (s->kind == DV_SYM_BUF && is_judged(s->own, s->used, s->name))
            later(as, s->at, "buffer '%.*s' is never used", (int)s->name.n, s->name.p);
        if (s->kind == DV_SYM_FLAG)
            warn_flag(as, s);
    }
    memset(as->raw_flags, 0, sizeof as->raw_flags);
}

static void warn_labels(struct dv_as *as)
{
    for (const struct dv_sym *s = as->first_sym; s; s = s->next)
        if (s->kind == DV_SYM_LABEL && !s->global && is_judged(s->own, s->used, s->name))
            later(as, s->at, "label '%.*s' is never used", (int)s->name.n, s->name.p);
}

static int by_place(const void *a, const void *b)
{
    const struct dv_warning *x = *(const struct dv_warning *const *)a;
    const struct dv_warning *y = *(const struct dv_warning *const *)b;
    if (x->at.file != y->at.file)
        return x->at.file < y->at.file ? -1 : 1;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    if (x->at.col != y->at.col)
        return x->at.col < y->at.col ? -1 : 1;
    return strcmp(x->text, y->text);
}

void dv_as_warn_finish(struct dv_as *as)
{
    if (as->quiet || as->errors)
        return;
    dv_as_warn_kernel(as);
    warn_params(as);
    warn_labels(as);
    warn_code(as);
    struct dv_warning **list = dv_as_keep(as, (as->warnings + 1) * sizeof *list);
    size_t n = 0;
    for (struct dv_warning *w = as->warning; w; w = w->next)
        list[n++] = w;
    qsort(list, n, sizeof *list, by_place);
    for (size_t i = 0; i < n && i < SHOWN; i++)
        dv_as_warn_pos(as, list[i]->at, "%s", list[i]->text);
    if (n > SHOWN)
        dv_as_say(as, "%zu more warnings\n", n - SHOWN);
}
