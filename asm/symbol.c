/* Symbols: constants, labels, names of buffers and flags, externals.
 *
 * Owns the hash table and .equ .set .global .extern. Case matters in names; register names have
 * a table of their own (reg.c) but share the rule that a name means one thing. */
#include "asm/state.h"

#include <string.h>

static struct dv_sym **bucket(struct dv_as *as, struct dv_span name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 16777619u;
    return &as->bucket[h % (sizeof as->bucket / sizeof *as->bucket)];
}

struct dv_sym *dv_as_find(struct dv_as *as, struct dv_span name)
{
    struct dv_sym *s = *bucket(as, name);
    while (s && !dv_span_same(s->name, name))
        s = s->chain;
    return s;
}

const char *dv_sym_kind_name(const struct dv_sym *s)
{
    static const char *const names[] = {"constant", "variable", "label",
                                        "buffer",   "flag",     "external name"};
    return names[s->kind];
}

static bool is_raw_register(struct dv_span n)
{
    if (n.n < 2 || n.n > 3 || (n.p[0] | 32) != 'x')
        return false;
    unsigned v = 0;
    for (size_t i = 1; i < n.n; i++) {
        if (n.p[i] < '0' || n.p[i] > '9')
            return false;
        v = v * 10 + (unsigned)(n.p[i] - '0');
    }
    return v < 32;
}

/* True when the name may be given a new meaning. */
static bool is_free(struct dv_as *as, struct dv_span name)
{
    char where[256];
    const struct dv_sym *s = dv_as_find(as, name);
    const struct dv_reg *r = dv_as_reg_find(as, name);
    if (!name.n || dv_span_is(name, "."))
        dv_as_fail(as, name.p, DV_E_SYNTAX, "expected a name");
    else if (is_raw_register(name))
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is the name of a register", (int)name.n,
                   name.p);
    else if (s)
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is already a %s, defined at %s", (int)name.n,
                   name.p, dv_sym_kind_name(s), dv_as_where(as, s->at, where));
    else if (r)
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is already a register name, declared at %s",
                   (int)name.n, name.p, dv_as_where(as, r->at, where));
    else
        return true;
    return false;
}

static struct dv_sym *insert(struct dv_as *as, struct dv_span name, enum dv_sym_kind kind)
{
    struct dv_sym *s = dv_as_keep(as, sizeof *s), **b = bucket(as, name);
    s->name = dv_as_copy(as, name);
    s->kind = (uint8_t)kind;
    s->at = dv_as_pos(as, name.p);
    s->own = dv_as_is_own(as);
    s->chain = *b;
    *b = s;
    *as->last_sym = s;
    as->last_sym = &s->next;
    return s;
}

struct dv_sym *dv_as_define(struct dv_as *as, struct dv_span name, enum dv_sym_kind kind)
{
    return is_free(as, name) ? insert(as, name, kind) : NULL;
}

enum dv_err dv_as_label(struct dv_as *as, struct dv_span name)
{
    struct dv_sym *s = dv_as_find(as, name);
    if (s && s->kind == DV_SYM_EXTERN) {
        s->kind = DV_SYM_LABEL;
        s->at = dv_as_pos(as, name.p);
        s->own = dv_as_is_own(as);
    } else if (!(s = dv_as_define(as, name, DV_SYM_LABEL)))
        return as->now.code;
    s->section = as->section;
    s->value = (struct dv_value){.i = (int64_t)dv_as_here(as)};
    return DV_OK;
}

enum dv_err dv_as_assign(struct dv_as *as, struct dv_span name, struct dv_span value, bool once)
{
    struct dv_value v;
    struct dv_sym *s = dv_as_find(as, name);
    if (dv_as_value(as, value, &v) != DV_OK)
        return as->now.code;
    if (!s || once || s->kind != DV_SYM_VAR)
        s = dv_as_define(as, name, once ? DV_SYM_CONST : DV_SYM_VAR);
    if (!s)
        return as->now.code;
    s->value = v;
    return DV_OK;
}

static enum dv_err assign(struct dv_as *as, struct dv_span rest, bool once)
{
    struct dv_span name = dv_take_name(&rest);
    if (!name.n || !dv_take(&rest, ','))
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a name, a comma and a value");
    return dv_as_assign(as, name, rest, once);
}

static enum dv_err do_equ(struct dv_as *as, struct dv_span rest)
{
    return assign(as, rest, true);
}

static enum dv_err do_set(struct dv_as *as, struct dv_span rest)
{
    return assign(as, rest, false);
}

static enum dv_err do_global(struct dv_as *as, struct dv_span rest)
{
    struct dv_span piece;
    while (dv_take_piece(&rest, &piece)) {
        if (dv_name_length(piece) != piece.n)
            return dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected a name");
        struct dv_sym *s = dv_as_find(as, piece);
        if (!s && !(s = dv_as_define(as, piece, DV_SYM_EXTERN)))
            return as->now.code;
        if (s->kind != DV_SYM_EXTERN && s->kind != DV_SYM_LABEL)
            return dv_as_fail(as, piece.p, DV_E_SYMBOL, "'%.*s' is a %s; only labels are global",
                              (int)piece.n, piece.p, dv_sym_kind_name(s));
        s->global = true;
    }
    return DV_OK;
}

const struct dv_directive dv_symbol_directives[] = {
    {".equ", do_equ},      {".set", do_set},       {".global", do_global},
    {".globl", do_global}, {".extern", do_global}, {NULL, NULL},
};

/* ---- kernels end the life of local names ----------------------------------------------------- */

static void unlink_all(struct dv_as *as, struct dv_sym **b, enum dv_sym_kind kind)
{
    (void)as;
    while (*b)
        if ((*b)->kind == kind)
            *b = (*b)->chain;
        else
            b = &(*b)->chain;
}

void dv_as_forget(struct dv_as *as, enum dv_sym_kind kind)
{
    for (size_t i = 0; i < sizeof as->bucket / sizeof *as->bucket; i++)
        unlink_all(as, &as->bucket[i], kind);
    struct dv_sym **s = &as->first_sym;
    while (*s)
        if ((*s)->kind == kind)
            *s = (*s)->next;
        else
            s = &(*s)->next;
    as->last_sym = s;
}

void dv_as_new_kernel(struct dv_as *as)
{
    dv_as_warn_kernel(as);
    dv_as_forget(as, DV_SYM_BUF);
    dv_as_forget(as, DV_SYM_FLAG);
    as->buf = NULL;
    as->last_buf = &as->buf;
    as->flag = NULL;
    as->last_flag = &as->flag;
    dv_as_reg_reset(as);
}
