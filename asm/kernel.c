/* The kernel interface: .kernel .param .ref .blocks .entry.
 *
 * Owns what goes into dv_obj.kernel. Texts are kept and checked at the end (formula.c), since
 * parameters come in any order. */
#include "asm/state.h"

#include <stdlib.h>
#include <string.h>

/* Arrays are made at their full size, so pointers into them stay. */
enum { KERNELS = DV_AS_KERNELS, PARAMS = 64, REF_ARGS = 16 };

static void *array(struct dv_as *as, size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (p)
        return p;
    dv_fail(&as->first, DV_E_MEMORY, "the source needs more memory than can be had");
    dv_as_abort(as);
}

static struct dv_kernel *current(struct dv_as *as)
{
    if (as->kernel_at)
        return &as->obj->kernel[as->kernel_at - 1];
    dv_as_fail(as, NULL, DV_E_SYNTAX,
               "this belongs to a kernel; write .kernel NAME, core=aic|aiv "
               "first");
    return NULL;
}

/* Keeps a text of the interface and remembers to check it. */
static void formula(struct dv_as *as, char **slot, struct dv_span text)
{
    struct dv_formula *f = dv_as_keep(as, sizeof *f);
    text = dv_trim(text);
    f->slot = slot;
    f->kernel = as->kernel_at - 1;
    f->text = dv_as_copy(as, text);
    f->at = dv_as_pos(as, text.p);
    *as->last_formula = f;
    as->last_formula = &f->next;
}

void dv_as_set_text(struct dv_as *as, char **slot, struct dv_span text)
{
    free(*slot);
    *slot = NULL;
    *slot = dv_as_text(as, text);
}

/* ---- .kernel --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t core;
    unsigned kinds;
} cores[] = {
    {"aic", DV_CORE_AIC, DV_ON(DV_AIC)},
    {"aiv", DV_CORE_AIV, DV_ON(DV_AIV)},
    {"mix", DV_CORE_MIX, DV_ON(DV_AIC) | DV_ON(DV_AIV)},
    {"c100", DV_CORE_C100, DV_ON(DV_C100)},
};

static bool read_core(struct dv_as *as, struct dv_span value, struct dv_kernel *k)
{
    for (size_t i = 0; i < sizeof cores / sizeof *cores; i++)
        if (dv_span_is(value, cores[i].name)) {
            k->core = cores[i].core;
            as->kinds = cores[i].kinds;
            as->obj->kinds |= as->kinds;
            return true;
        }
    dv_as_fail(as, value.p, DV_E_SYNTAX, "unknown core '%.*s' (aic aiv mix c100)", (int)value.n,
               value.p);
    return false;
}

static bool read_ratio(struct dv_as *as, struct dv_span value, struct dv_kernel *k)
{
    int64_t a, b;
    size_t n = dv_find(value, ":");
    if (n == value.n) {
        dv_as_fail(as, value.p, DV_E_SYNTAX, "expected a ratio AIC:AIV such as 1:2");
        return false;
    }
    if (dv_as_int_in(as, (struct dv_span){value.p, n}, "the ratio", 0, 2, &a) != DV_OK ||
        dv_as_int_in(as, (struct dv_span){value.p + n + 1, value.n - n - 1}, "the ratio", 0, 2,
                     &b) != DV_OK)
        return false;
    k->ratio_aic = (uint32_t)a;
    k->ratio_aiv = (uint32_t)b;
    return true;
}

static bool read_kernel_option(struct dv_as *as, struct dv_span piece, struct dv_kernel *k,
                               bool *has_core)
{
    struct dv_span key, value;
    bool pair = dv_split_key(piece, &key, &value);
    if (pair && dv_span_is(key, "core"))
        return *has_core = read_core(as, value, k);
    if (pair && dv_span_is(key, "ratio"))
        return read_ratio(as, value, k);
    dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected core= or ratio=");
    return false;
}

static bool is_new_kernel(struct dv_as *as, struct dv_span name)
{
    for (uint32_t i = 0; i < as->obj->kernels; i++)
        if (dv_span_same(dv_span_of(as->obj->kernel[i].name), name)) {
            dv_as_fail(as, name.p, DV_E_SYMBOL, "there is already a kernel '%.*s'", (int)name.n,
                       name.p);
            return false;
        }
    if (as->obj->kernels < KERNELS)
        return true;
    dv_as_fail(as, name.p, DV_E_RANGE, "a file holds at most %d kernels", KERNELS);
    return false;
}

static struct dv_kernel *add_kernel(struct dv_as *as, struct dv_span name)
{
    struct dv_obj *o = as->obj;
    if (!o->kernel) {
        o->kernel = array(as, KERNELS, sizeof *o->kernel);
        as->kernel_pos = dv_as_keep(as, KERNELS * sizeof *as->kernel_pos);
    } else
        dv_as_new_kernel(as);
    struct dv_kernel *k = &o->kernel[o->kernels];
    as->kernel_pos[o->kernels] = dv_as_pos(as, name.p);
    as->kernel_at = ++o->kernels;
    k->name = dv_as_text(as, name);
    k->param = array(as, PARAMS, sizeof *k->param);
    k->ratio_aic = 1;
    k->ratio_aiv = 2;
    return k;
}

static enum dv_err do_kernel(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = {rest.p, 0}, piece;
    bool has_core = false;
    if (!dv_take_piece(&rest, &name) || dv_name_length(name) != name.n)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "expected .kernel NAME, core=aic|aiv|mix|c100");
    if (as->scope)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".kernel inside a .scope");
    if (!is_new_kernel(as, name))
        return as->now.code;
    struct dv_kernel *k = add_kernel(as, name);
    dv_as_set_text(as, &k->entry[0], name);
    while (dv_take_piece(&rest, &piece))
        if (!read_kernel_option(as, piece, k, &has_core))
            return as->now.code;
    if (!has_core)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "core= is missing (aic aiv mix c100)");
    if (k->core == DV_CORE_MIX) {
        free(k->entry[0]);
        k->entry[0] = NULL;
    }
    return DV_OK;
}

static enum dv_err do_entry(struct dv_as *as, struct dv_span rest)
{
    struct dv_kernel *k = current(as);
    struct dv_span part = {rest.p, 0}, label = {rest.p, 0};
    if (!k)
        return as->now.code;
    if (!dv_take_piece(&rest, &part) || !dv_take_piece(&rest, &label) || rest.n)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "expected .entry aic|aiv, LABEL");
    bool second = dv_span_is(part, "aiv");
    if (!second && !dv_span_is(part, "aic"))
        return dv_as_fail(as, part.p, DV_E_SYNTAX, "expected aic or aiv");
    dv_as_set_text(as, &k->entry[second && k->core == DV_CORE_MIX], label);
    return DV_OK;
}

/* ---- .param ---------------------------------------------------------------------------------- */

int dv_param_find(const struct dv_kernel *k, struct dv_span name)
{
    for (uint32_t i = 0; i < k->params; i++)
        if (dv_span_same(dv_span_of(k->param[i].name), name))
            return (int)i;
    return -1;
}

int dv_as_param(const struct dv_as *as, struct dv_span name)
{
    return as->kernel_at ? dv_param_find(&as->obj->kernel[as->kernel_at - 1], name) : -1;
}

void dv_as_param_near(const struct dv_as *as, struct dv_near *n)
{
    const struct dv_kernel *k = &as->obj->kernel[as->kernel_at - 1];
    for (uint32_t i = 0; i < k->params; i++)
        dv_near_offer(n, dv_span_of(k->param[i].name));
}

/* Slot 0 of a mix kernel is the hidden FFTS base. */
unsigned dv_as_param_slot(const struct dv_as *as, unsigned index)
{
    return index + (as->obj->kernel[as->kernel_at - 1].core == DV_CORE_MIX);
}

static const char *const roles[] = {"in", "out", "inout", "scratch"};

static bool find_role(struct dv_span word, uint8_t *role)
{
    for (uint8_t i = 0; i < 4; i++)
        if (dv_span_is(word, roles[i])) {
            *role = i;
            return true;
        }
    return false;
}

/* TYPE[EXPR, ..] */
static bool read_tensor(struct dv_as *as, struct dv_span piece, struct dv_param *p)
{
    struct dv_span rest = piece, word = dv_take_name(&rest), dim;
    p->elem = (uint8_t)dv_elem_find(word.p, word.n);
    if (p->elem == DV_EL_NONE || !dv_take(&rest, '[') || !rest.n || rest.p[rest.n - 1] != ']') {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected an element type and a shape: f16[n]");
        return false;
    }
    rest.n--;
    while (dv_take_piece(&rest, &dim)) {
        if (p->dims == DV_DIMS) {
            dv_as_fail(as, dim.p, DV_E_RANGE, "a tensor has at most %d dimensions", DV_DIMS);
            return false;
        }
        formula(as, &p->dim[p->dims++], dim);
    }
    if (p->dims)
        return true;
    dv_as_fail(as, piece.p, DV_E_SYNTAX, "the shape is empty");
    return false;
}

static bool read_layout(struct dv_as *as, struct dv_span value, struct dv_param *p)
{
    static const char *const names[] = {"nd", "nz", "zz", "zn", "nc1hwc0"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dv_span_is(value, names[i])) {
            dv_as_set_text(as, &p->layout, dv_span_of(names[i]));
            return true;
        }
    dv_as_fail(as, value.p, DV_E_SYNTAX, "unknown layout '%.*s' (nd nz zz zn nc1hwc0)",
               (int)value.n, value.p);
    return false;
}

static bool read_param_option(struct dv_as *as, struct dv_span piece, struct dv_param *p)
{
    struct dv_span key, value;
    bool tensor = p->role != DV_PARAM_SCALAR;
    struct {
        const char *name;
        bool tensor;
        char **slot;
    } keys[] = {
        {"stride", true, &p->stride},
        {"min", false, &p->min},
        {"max", false, &p->max},
        {"multiple", false, &p->multiple},
    };
    bool pair = dv_split_key(piece, &key, &value);
    if (pair && tensor && dv_span_is(key, "layout"))
        return read_layout(as, value, p);
    for (size_t i = 0; pair && i < sizeof keys / sizeof *keys; i++)
        if (keys[i].tensor == tensor && dv_span_is(key, keys[i].name)) {
            formula(as, keys[i].slot, value);
            return true;
        }
    dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected %s",
               tensor ? "layout= or stride=" : "min= max= or multiple=");
    return false;
}

static bool read_scalar(struct dv_as *as, struct dv_span piece, struct dv_param *p)
{
    struct dv_span type = piece, value;
    bool has_default = dv_split_key(piece, &type, &value);
    enum dv_elem e = dv_elem_find(type.p, type.n);
    p->role = DV_PARAM_SCALAR;
    p->elem = (uint8_t)e;
    if (e != DV_EL_U32 && e != DV_EL_S32 && e != DV_EL_U64 && e != DV_EL_S64 && e != DV_EL_F32) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX,
                   "expected in out inout scratch, or a scalar type "
                   "u32 s32 u64 s64 f32");
        return false;
    }
    if (has_default)
        formula(as, &p->def, value);
    return true;
}

static struct dv_param *add_param(struct dv_as *as, struct dv_kernel *k, struct dv_span name)
{
    if (k->params == PARAMS) {
        dv_as_fail(as, name.p, DV_E_RANGE, "a kernel has at most %d parameters", PARAMS);
        return NULL;
    }
    if (dv_param_find(k, name) >= 0) {
        dv_as_fail(as, name.p, DV_E_SYMBOL, "there is already a parameter '%.*s'", (int)name.n,
                   name.p);
        return NULL;
    }
    struct dv_param *p = &k->param[k->params++];
    p->name = dv_as_text(as, name);
    p->file = dv_as_text(as, dv_span_of(as->source[as->stmt_at.file].name));
    p->line = as->stmt_at.line;
    dv_as_warn_param(as, name.p);
    return p;
}

static enum dv_err do_param(struct dv_as *as, struct dv_span rest)
{
    struct dv_kernel *k = current(as);
    struct dv_span name = {rest.p, 0}, kind = {rest.p, 0}, shape = {rest.p, 0}, piece;
    uint8_t role;
    if (!k)
        return as->now.code;
    if (!dv_take_piece(&rest, &name) || dv_name_length(name) != name.n ||
        memchr(name.p, '.', name.n) || !dv_take_piece(&rest, &kind))
        return dv_as_fail(as, NULL, DV_E_SYNTAX,
                          "expected .param NAME, ROLE, TYPE[SHAPE] or "
                          ".param NAME, TYPE = DEFAULT");
    struct dv_param *p = add_param(as, k, name);
    if (!p)
        return as->now.code;
    if (find_role(kind, &role)) {
        p->role = role;
        if (!dv_take_piece(&rest, &shape))
            return dv_as_fail(as, kind.p, DV_E_SYNTAX, "expected a type and a shape: f16[n]");
        if (!read_tensor(as, shape, p))
            return as->now.code;
    } else if (!read_scalar(as, kind, p))
        return as->now.code;
    while (dv_take_piece(&rest, &piece))
        if (!read_param_option(as, piece, p))
            break;
    return as->now.code;
}

/* ---- .ref, .blocks --------------------------------------------------------------------------- */

static bool read_ref_piece(struct dv_as *as, struct dv_span piece, struct dv_kernel *k)
{
    struct dv_span key, value;
    struct {
        const char *name;
        char **slot;
    } keys[] = {
        {"rtol", &k->rtol},
        {"atol", &k->atol},
        {"max_ulp", &k->max_ulp},
    };
    bool pair = dv_split_key(piece, &key, &value);
    for (size_t i = 0; pair && i < sizeof keys / sizeof *keys; i++)
        if (dv_span_is(key, keys[i].name)) {
            struct dv_value v;
            if (dv_as_value(as, value, &v) == DV_OK)
                dv_as_set_text(as, keys[i].slot, value);
            return as->now.code == DV_OK;
        }
    if (pair) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected rtol= atol= max_ulp= or an argument");
        return false;
    }
    if (k->ref_args == REF_ARGS) {
        dv_as_fail(as, piece.p, DV_E_RANGE, "a reference has at most %d arguments", REF_ARGS);
        return false;
    }
    dv_as_set_text(as, &k->ref_arg[k->ref_args++], piece);
    return true;
}

static enum dv_err do_ref(struct dv_as *as, struct dv_span rest)
{
    struct dv_kernel *k = current(as);
    struct dv_span name = {rest.p, 0}, piece;
    if (!k)
        return as->now.code;
    if (k->ref)
        return dv_as_fail(as, NULL, DV_E_SYMBOL, "kernel '%s' already has a .ref", k->name);
    if (!dv_take_piece(&rest, &name) || dv_name_length(name) != name.n)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "expected .ref FUNCTION [, arguments]");
    dv_as_set_text(as, &k->ref, name);
    k->ref_arg = array(as, REF_ARGS, sizeof *k->ref_arg);
    while (dv_take_piece(&rest, &piece))
        if (!read_ref_piece(as, piece, k))
            break;
    return as->now.code;
}

static enum dv_err do_blocks(struct dv_as *as, struct dv_span rest)
{
    struct dv_kernel *k = current(as);
    if (!k)
        return as->now.code;
    if (!rest.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected the number of blocks");
    formula(as, &k->blocks, rest);
    return DV_OK;
}

const struct dv_directive dv_kernel_directives[] = {
    {".kernel", do_kernel}, {".param", do_param}, {".ref", do_ref},
    {".blocks", do_blocks}, {".entry", do_entry}, {NULL, NULL},
};
