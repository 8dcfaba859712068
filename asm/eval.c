/* Expressions with the names of an assembly: constants, labels, buffers and buffer copies.
 *
 * Owns the meaning of a name inside an expression; arithmetic is isa/expr.c's. `A[i]` is put in
 * as its address before the text is evaluated. */
#include "asm/state.h"

#include <stdio.h>
#include <string.h>

static enum dv_err fail_name(struct dv_as *as, const char *name, size_t n, struct dv_diag *d,
                             const char *fmt)
{
    (void)as;
    return dv_fail(d, DV_E_SYMBOL, fmt, n > 80 ? 80 : (int)n, name);
}

static enum dv_err undefined(struct dv_as *as, struct dv_span name, struct dv_diag *d)
{
    if (dv_as_reg_find(as, name))
        return fail_name(as, name.p, name.n, d, "'%.*s' is a register; a constant is needed here");
    if (dv_as_param(as, name) >= 0) {
        fail_name(as, name.p, name.n, d, "'%.*s' is a kernel parameter, known only at run time");
        dv_diag_fix(d, "load it into a register: ldparam reg, %.*s", (int)name.n, name.p);
        return d->code;
    }
    fail_name(as, name.p, name.n, d, "undefined symbol '%.*s'");
    if (name.n && name.p[0] == '\\') {
        dv_diag_fix(d, "no macro parameter or loop variable is called '%.*s' here",
                    name.n > 80 ? 79 : (int)name.n - 1, name.p + 1);
        return d->code;
    }
    d->fix[0] = '?'; /* the caller looks for a near name */
    d->fix[1] = '\0';
    return d->code;
}

/* True when the section has no address while this text is read. */
static bool is_late(const struct dv_as *as, unsigned section)
{
    return as->relocatable || (!as->resolving && section != DV_TEXT);
}

/* A place in a section, under the name it was given. */
static enum dv_err place_value(struct dv_as *as, unsigned section, uint64_t offset,
                               struct dv_span name, struct dv_value *out, struct dv_diag *d)
{
    as->labels_used++;
    as->sections_used |= 1u << section;
    if (as->strict && is_late(as, section)) {
        as->late = true;
        return fail_name(as, name.p, name.n, d,
                         section == DV_TEXT
                             ? "the address of '%.*s' is known after linking; use mov or .quad"
                             : "the address of '%.*s' is not known yet; use mov or .quad");
    }
    if (as->resolving)
        offset += as->obj->address[section];
    *out = (struct dv_value){.i = (int64_t)(offset + as->shift[section])};
    return DV_OK;
}

static enum dv_err label_value(struct dv_as *as, const struct dv_sym *s, struct dv_value *out,
                               struct dv_diag *d)
{
    as->label_used = as->labels_used ? NULL : s;
    return place_value(as, s->section, (uint64_t)s->value.i, s->name, out, d);
}

static enum dv_err dot_value(struct dv_as *as, struct dv_span name, struct dv_value *out,
                             struct dv_diag *d)
{
    as->label_used = NULL;
    if (as->resolving)
        return place_value(as, as->dot_section, as->dot, name, out, d);
    return place_value(as, as->section, dv_as_here(as), name, out, d);
}

static enum dv_err extern_value(struct dv_as *as, const struct dv_sym *s, struct dv_value *out,
                                struct dv_diag *d)
{
    if (!as->resolving) {
        as->late = true;
        return fail_name(as, s->name.p, s->name.n, d,
                         "'%.*s' is defined elsewhere; its address is not known here");
    }
    if (as->extern_used)
        return fail_name(as, s->name.p, s->name.n, d,
                         "'%.*s' is the second external name in one expression");
    as->extern_used = s;
    as->sections_used |= 1u << DV_ANCHOR_EXTERN;
    *out = (struct dv_value){.i = (int64_t)as->shift[DV_ANCHOR_EXTERN]};
    return DV_OK;
}

static enum dv_err look_up(void *ctx, const char *name, size_t n, struct dv_value *out,
                           struct dv_diag *d)
{
    struct dv_as *as = ctx;
    struct dv_span want = {name, n};
    struct dv_sym *s = dv_as_find(as, want);
    if (dv_span_is(want, "."))
        return dot_value(as, want, out, d);
    if (!s)
        return undefined(as, want, d);
    s->used = true;
    switch (s->kind) {
    case DV_SYM_BUF:
        *out = (struct dv_value){.i = (int64_t)s->buf->address};
        return DV_OK;
    case DV_SYM_LABEL:
        return label_value(as, s, out, d);
    case DV_SYM_EXTERN:
        return extern_value(as, s, out, d);
    case DV_SYM_FLAG:
        return fail_name(as, name, n, d, "'%.*s' is a flag; a number is needed here");
    default:
        *out = s->value;
        return DV_OK;
    }
}

/* ---- buffer copies --------------------------------------------------------------------------- */

/* The text with every A[i] replaced; place[i] is where byte i stood in the original. */
struct flat {
    char text[512];
    uint16_t place[512];
    size_t n;
};

static bool put(struct flat *f, const char *p, size_t n, size_t at, bool literal)
{
    if (f->n + n > sizeof f->text)
        return false;
    for (size_t i = 0; i < n; i++) {
        f->place[f->n] = (uint16_t)(literal ? at + i : at);
        f->text[f->n++] = p[i];
    }
    return true;
}

static enum dv_err copy_address(struct dv_as *as, const struct dv_buf *b, struct dv_span inner,
                                uint64_t *out)
{
    int64_t i = 0;
    if (dv_as_int(as, inner, &i) != DV_OK)
        return as->now.code;
    if (i < 0 || i >= (int64_t)b->copies)
        return dv_as_fail(as, inner.p, DV_E_RANGE,
                          "buffer '%.*s' has copies 0..%u, there is no %lld", (int)b->name.n,
                          b->name.p, b->copies - 1, (long long)i);
    *out = b->address + (uint64_t)i * b->pitch;
    return DV_OK;
}

/* Name or A[i] at offset i; advances it. */
static enum dv_err flatten_name(struct dv_as *as, struct dv_span t, size_t *i, struct flat *f)
{
    struct dv_span name = {t.p + *i, dv_name_length((struct dv_span){t.p + *i, t.n - *i})};
    size_t at = *i, open = at + name.n;
    struct dv_sym *s = dv_as_find(as, name);
    while (open < t.n && (t.p[open] == ' ' || t.p[open] == '\t'))
        open++;
    *i += name.n;
    bool good = true;
    if (open < t.n && t.p[open] == '[' && s && s->kind == DV_SYM_BUF) {
        struct dv_span inner = {t.p + open + 1, t.n - open - 1};
        inner.n = dv_find(inner, "]");
        uint64_t address = 0;
        char number[32];
        if (open + 1 + inner.n >= t.n)
            return dv_as_fail(as, t.p + open, DV_E_SYNTAX, "this [ is not closed");
        s->used = true;
        if (copy_address(as, s->buf, inner, &address) != DV_OK)
            return as->now.code;
        int n = snprintf(number, sizeof number, "%llu", (unsigned long long)address);
        good = put(f, number, (size_t)n, at, false);
        *i = open + inner.n + 2;
    } else
        good = put(f, name.p, name.n, at, true);
    return good ? DV_OK : dv_as_fail(as, t.p, DV_E_SYNTAX, "the expression is too long");
}

static enum dv_err flatten(struct dv_as *as, struct dv_span t, struct flat *f)
{
    f->n = 0;
    for (size_t i = 0; i < t.n;) {
        bool inside = i && dv_is_name(t.p[i - 1]);
        if (!inside && dv_is_name_start(t.p[i])) {
            if (flatten_name(as, t, &i, f) != DV_OK)
                return as->now.code;
            continue;
        }
        if (!put(f, t.p + i, 1, i, true))
            return dv_as_fail(as, t.p, DV_E_SYNTAX, "the expression is too long");
        i++;
    }
    return DV_OK;
}

/* ---- evaluation ------------------------------------------------------------------------------ */

static void offer_symbols(struct dv_as *as, struct dv_near *near)
{
    for (const struct dv_sym *s = as->first_sym; s; s = s->next)
        dv_near_offer(near, s->name);
    dv_as_reg_near(as, near);
}

static enum dv_err blame(struct dv_as *as, struct dv_span text, const struct flat *f)
{
    size_t col = as->expr.at.col > 0 ? (size_t)as->expr.at.col - 1 : 0;
    if (f)
        col = col < f->n ? f->place[col] : text.n;
    if (col > text.n)
        col = text.n;
    const char *at = text.p + col;
    dv_as_fail(as, at, as->expr.code, "%s", as->expr.text);
    if (as->probing)
        return as->now.code;
    if (as->expr.fix[0] == '?') {
        struct dv_near near;
        struct dv_span rest = {at, text.n - col};
        dv_near_init(&near, dv_take_name(&rest));
        offer_symbols(as, &near);
        dv_near_help(as, &near);
    } else if (as->expr.fix[0])
        dv_as_help(as, "%s", as->expr.fix);
    return as->now.code;
}

static enum dv_err evaluate(struct dv_as *as, struct dv_span t, struct dv_value *out)
{
    as->labels_used = 0;
    as->sections_used = 0;
    as->extern_used = NULL;
    as->label_used = NULL;
    as->expr.code = DV_OK;
    as->expr.fix[0] = '\0';
    as->expr.at.col = 0;
    return dv_expr_eval(t.p, t.n, look_up, as, out, NULL, &as->expr);
}

/* Moves one section and sees whether the value stays or moves along; two odd distances tell sums
 * from everything else. */
static enum dv_anchor follow(struct dv_as *as, struct dv_span t, unsigned section,
                             const struct dv_value *v)
{
    static const uint64_t by[2] = {0x123457, 0x0a5a5a1234567b};
    unsigned moves = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct dv_value w;
        as->shift[section] = by[i];
        enum dv_err e = evaluate(as, t, &w);
        as->shift[section] = 0;
        if (e != DV_OK || w.is_float != v->is_float)
            return DV_ANCHOR_BAD;
        uint64_t moved = (uint64_t)w.i - (uint64_t)v->i;
        if (v->is_float ? w.f < v->f || w.f > v->f : moved != 0 && moved != by[i])
            return DV_ANCHOR_BAD;
        moves += !v->is_float && moved != 0;
    }
    return moves == 0 ? DV_ANCHOR_NONE : moves == 2 ? (enum dv_anchor)section : DV_ANCHOR_BAD;
}

/* What a value just evaluated moves with, of all that has no address yet. */
static enum dv_anchor find_anchor(struct dv_as *as, struct dv_span t, const struct dv_value *v)
{
    enum dv_anchor found = DV_ANCHOR_NONE;
    unsigned used = as->sections_used;
    const struct dv_sym *label = as->label_used;
    for (unsigned s = 0; s <= DV_ANCHOR_EXTERN; s++) {
        if (!(used >> s & 1) || !is_late(as, s))
            continue;
        enum dv_anchor a = follow(as, t, s, v);
        if (a != DV_ANCHOR_NONE)
            found = found == DV_ANCHOR_NONE ? a : DV_ANCHOR_BAD;
    }
    as->label_used = label;
    as->expr.code = DV_OK;
    return found;
}

enum dv_err dv_as_value(struct dv_as *as, struct dv_span text, struct dv_value *out)
{
    struct flat f;
    text = dv_trim(text);
    bool copies = text.n && memchr(text.p, '[', text.n);
    if (!text.n)
        return dv_as_fail(as, text.p, DV_E_SYNTAX, "expected a value");
    if (copies && flatten(as, text, &f) != DV_OK)
        return as->now.code;
    struct dv_span t = copies ? (struct dv_span){f.text, f.n} : text;
    as->late = false;
    if (evaluate(as, t, out) != DV_OK)
        return blame(as, text, copies ? &f : NULL);
    as->anchor = (uint8_t)find_anchor(as, t, out);
    if (as->resolving || as->anchor == DV_ANCHOR_NONE)
        return DV_OK;
    as->strict = true; /* the same again, for a message at the name */
    enum dv_err e = evaluate(as, t, out);
    as->strict = false;
    return e == DV_OK ? DV_OK : blame(as, text, copies ? &f : NULL);
}

enum dv_err dv_as_int(struct dv_as *as, struct dv_span text, int64_t *out)
{
    struct dv_value v;
    text = dv_trim(text);
    if (dv_as_value(as, text, &v) != DV_OK)
        return as->now.code;
    if (v.is_float) {
        dv_as_fail(as, text.p, DV_E_SYNTAX, "expected an integer, not a float");
        dv_as_help(as, "f16(x), bf16(x) and f32(x) give the bits of a float");
        return as->now.code;
    }
    *out = v.i;
    return DV_OK;
}

enum dv_err dv_as_int_in(struct dv_as *as, struct dv_span text, const char *what, int64_t lo,
                         int64_t hi, int64_t *out)
{
    text = dv_trim(text);
    if (dv_as_int(as, text, out) != DV_OK)
        return as->now.code;
    if (*out >= lo && *out <= hi)
        return DV_OK;
    return dv_as_fail(as, text.p, DV_E_RANGE, "%s is %lld, it must be %lld..%lld", what,
                      (long long)*out, (long long)lo, (long long)hi);
}
