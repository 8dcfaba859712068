/* Evaluates scalars, `blocks` and dimensions on demand, so declaration order does not matter.
 * Owns the dependency walk and the range rules; must not know files, contents or the machine. */
#include "emu/run/shape.h"

#include "emu/run/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "isa/num.h"

enum { BLOCKS_MAX = 65535, DEPTH_MAX = 64 };
enum state { FRESH, BUSY, KNOWN };

/* One walk over the dependencies; the last state belongs to `blocks`. */
struct walk {
    struct dv_args *a;
    uint8_t *state;
    uint32_t blocks_given;
    unsigned depth;
};

static enum dv_err scalar_value(struct walk *w, uint32_t index, struct dv_diag *d);
static enum dv_err blocks_value(struct walk *w, struct dv_diag *d);

static enum dv_err enter(struct walk *w, uint32_t index, const char *name, struct dv_diag *d)
{
    if (w->state[index] == BUSY)
        return dv_fail(d, DV_E_CONFIG, "the value of '%s' depends on itself", name);
    if (w->depth >= DEPTH_MAX)
        return dv_fail(d, DV_E_CONFIG, "parameters depend on each other more than %d deep",
                       DEPTH_MAX);
    w->state[index] = BUSY;
    w->depth++;
    return DV_OK;
}

static void leave(struct walk *w, uint32_t index)
{
    w->state[index] = KNOWN;
    w->depth--;
}

static void scalar_read(struct dv_value *out, const struct dv_arg *a)
{
    out->is_float = a->param->elem == DV_EL_F32;
    out->i = a->i;
    out->f = a->f;
}

/* A name in an expression that stands for no number. */
static enum dv_err no_number(const struct dv_args *a, const char *name, size_t n, struct dv_diag *d)
{
    int shown = n > 64 ? 64 : (int)n;
    if (dv_args_find(a, name, n))
        return dv_fail(d, DV_E_SYMBOL, "'%.*s' is a tensor, not a number", shown, name);
    return dv_fail(d, DV_E_SYMBOL, "'%.*s' is not a number or a parameter of kernel '%s'", shown,
                   name, a->kernel->name);
}

static enum dv_err look_up(void *ctx, const char *name, size_t n, struct dv_value *out,
                           struct dv_diag *d)
{
    struct walk *w = ctx;
    struct dv_arg *a = dv_args_find(w->a, name, n);
    if (a && !dv_arg_is_tensor(a)) {
        enum dv_err e = scalar_value(w, (uint32_t)(a - w->a->arg), d);
        scalar_read(out, a);
        return e;
    }
    if (n == 6 && !memcmp(name, "blocks", 6)) {
        enum dv_err e = blocks_value(w, d);
        *out = (struct dv_value){.i = w->a->blocks};
        return e;
    }
    return no_number(w->a, name, n, d);
}

/* The place of a failed expression is its declaration, not a column inside its text. */
static enum dv_err located(const struct dv_arg *a, enum dv_err e, struct dv_diag *d)
{
    if (e && d && a->param->file && !d->at.line)
        dv_diag_at(d, a->param->file, (int)a->param->line, 0);
    return e;
}

static enum dv_err integer(struct walk *w, const char *text, const char *what, const char *name,
                           int64_t *out, struct dv_diag *d)
{
    struct dv_value v = {0};
    enum dv_err e = dv_expr_eval(text, strlen(text), look_up, w, &v, NULL, d);
    if (e)
        return e;
    *out = v.i;
    /* 1e5 and 2.0 are integers as well */
    if (v.is_float && v.f >= -0x1p53 && v.f <= 0x1p53 && v.f == (double)(int64_t)v.f) {
        *out = (int64_t)v.f;
        return DV_OK;
    }
    return v.is_float ? dv_fail(d, DV_E_CONFIG, "%s of '%s': expected an integer, found '%.40s'",
                                what, name, text)
                      : DV_OK;
}

/* ---- scalars --------------------------------------------------------------------------------- */

struct limits {
    int64_t least, greatest;
};

static struct limits type_limits(enum dv_elem e)
{
    switch (e) {
    case DV_EL_U32:
        return (struct limits){0, UINT32_MAX};
    case DV_EL_S32:
        return (struct limits){INT32_MIN, INT32_MAX};
    default:
        return (struct limits){INT64_MIN, INT64_MAX};
    }
}

static enum dv_err out_of(const struct dv_arg *a, const char *what, int64_t bound,
                          struct dv_diag *d)
{
    return dv_fail(d, DV_E_CONFIG, "argument '%s' = %" PRId64 " is %s %" PRId64, a->param->name,
                   a->i, what, bound);
}

static enum dv_err check_declared(struct walk *w, const struct dv_arg *a, struct dv_diag *d)
{
    const struct dv_param *p = a->param;
    int64_t v;
    enum dv_err e;
    if (p->min) {
        if ((e = integer(w, p->min, "min", p->name, &v, d)))
            return e;
        if (a->i < v)
            return out_of(a, "below its minimum", v, d);
    }
    if (p->max) {
        if ((e = integer(w, p->max, "max", p->name, &v, d)))
            return e;
        if (a->i > v)
            return out_of(a, "above its maximum", v, d);
    }
    if (p->multiple) {
        if ((e = integer(w, p->multiple, "multiple", p->name, &v, d)))
            return e;
        if (v <= 0 || a->i % v)
            return out_of(a, "not a multiple of", v, d);
    }
    return DV_OK;
}

static enum dv_err check_type(const struct dv_arg *a, struct dv_diag *d)
{
    struct limits l = type_limits(a->param->elem);
    const char *type = dv_elem_name(a->param->elem);
    if (a->param->elem == DV_EL_U64)
        return DV_OK;
    if (a->i < l.least || a->i > l.greatest)
        return dv_fail(d, DV_E_CONFIG, "argument '%s' = %" PRId64 " does not fit type %s",
                       a->param->name, a->i, type);
    return DV_OK;
}

static enum dv_err scalar_float(struct walk *w, struct dv_arg *a, const char *text,
                                struct dv_diag *d)
{
    struct dv_value v = {0};
    enum dv_err e = dv_expr_eval(text, strlen(text), look_up, w, &v, NULL, d);
    if (e)
        return e;
    float f = v.is_float ? (float)v.f : (float)v.i;
    a->f = f;
    a->slot = dv_f32_bits(f);
    return DV_OK;
}

static enum dv_err scalar_integer(struct walk *w, struct dv_arg *a, const char *text,
                                  struct dv_diag *d)
{
    enum dv_err e = integer(w, text, "value", a->param->name, &a->i, d);
    if (!e)
        e = check_type(a, d);
    a->f = (double)a->i;
    a->slot = (uint64_t)a->i;
    return e;
}

static enum dv_err scalar_value(struct walk *w, uint32_t index, struct dv_diag *d)
{
    struct dv_arg *a = &w->a->arg[index];
    if (w->state[index] == KNOWN)
        return DV_OK;
    const char *text = a->text ? a->text : a->param->def;
    if (!text)
        return dv_fail(d, DV_E_CONFIG,
                       "missing argument: scalar '%s' has no default; give %s=NUMBER",
                       a->param->name, a->param->name);
    enum dv_err e = enter(w, index, a->param->name, d);
    if (e)
        return e;
    bool is_float = a->param->elem == DV_EL_F32;
    e = is_float ? scalar_float(w, a, text, d) : scalar_integer(w, a, text, d);
    leave(w, index);
    if (e && !a->text)
        return located(a, e, d);
    return e ? e : is_float ? DV_OK : check_declared(w, a, d);
}

static enum dv_err blocks_value(struct walk *w, struct dv_diag *d)
{
    uint32_t self = w->a->n;
    int64_t v = w->blocks_given ? w->blocks_given : 1;
    enum dv_err e = DV_OK;
    if (w->state[self] == KNOWN)
        return DV_OK;
    if ((e = enter(w, self, "blocks", d)))
        return e;
    if (!w->blocks_given && w->a->kernel->blocks)
        e = integer(w, w->a->kernel->blocks, "value", "blocks", &v, d);
    leave(w, self);
    if (!e && (v < 1 || v > BLOCKS_MAX))
        e = dv_fail(d, DV_E_CONFIG, "blocks = %" PRId64 " is not in 1..%d", v, BLOCKS_MAX);
    w->a->blocks = (uint32_t)v;
    return e;
}

/* ---- tensors --------------------------------------------------------------------------------- */

static enum dv_err tensor_bytes(struct dv_arg *a, struct dv_diag *d)
{
    bool huge = false;
    a->elems = 1;
    for (unsigned i = 0; i < a->param->dims; i++)
        huge |= __builtin_mul_overflow(a->elems, a->dim[i], &a->elems);
    if (huge)
        return dv_fail(d, DV_E_MEMORY, "tensor '%s' is too large", a->param->name);
    return dv_layout_resolve(a, d);
}

static enum dv_err tensor_kind(const struct dv_arg *a, struct dv_diag *d)
{
    const struct dv_param *p = a->param;
    if (p->dims > DV_DIMS || !dv_elem_bits(p->elem))
        return dv_fail(d, DV_E_OBJECT, "tensor '%s' has no usable type or shape", p->name);
    if (p->stride)
        return dv_fail(d, DV_E_UNSUPPORTED, "tensor '%s': stride is not executed yet", p->name);
    return DV_OK;
}

static enum dv_err tensor_shape(struct walk *w, struct dv_arg *a, struct dv_diag *d)
{
    enum dv_err e = tensor_kind(a, d);
    if (e)
        return e;
    for (unsigned i = 0; i < a->param->dims; i++) {
        int64_t v = 0;
        e = integer(w, a->param->dim[i], "dimension", a->param->name, &v, d);
        if (e)
            return located(a, e, d);
        if (v < 0)
            return dv_fail(d, DV_E_CONFIG, "tensor '%s': dimension %u (%.40s) is %" PRId64,
                           a->param->name, i, a->param->dim[i], v);
        a->dim[i] = (uint64_t)v;
    }
    return tensor_bytes(a, d);
}

static enum dv_err check_total(const struct dv_args *a, struct dv_diag *d)
{
    uint64_t total = 0, host;
    for (uint32_t i = 0; i < a->n; i++)
        if (__builtin_add_overflow(total, a->arg[i].bytes, &total))
            total = UINT64_MAX - (1u << 30);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    host = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 4 * 3 : 1ull << 32;
    if (total <= host)
        return DV_OK;
    return dv_fail(d, DV_E_MEMORY,
                   "the tensors need %" PRIu64 " MiB; this host can give %" PRIu64 " MiB",
                   total >> 20, host >> 20);
}

static enum dv_err resolve(struct walk *w, struct dv_diag *d)
{
    enum dv_err e = blocks_value(w, d);
    for (uint32_t i = 0; !e && i < w->a->n; i++)
        if (!dv_arg_is_tensor(&w->a->arg[i]))
            e = scalar_value(w, i, d);
    for (uint32_t i = 0; !e && i < w->a->n; i++)
        if (dv_arg_is_tensor(&w->a->arg[i]))
            e = tensor_shape(w, &w->a->arg[i], d);
    return e ? e : check_total(w->a, d);
}

enum dv_err dv_shape_resolve(struct dv_args *a, uint32_t blocks, struct dv_diag *d)
{
    struct walk w = {.a = a, .blocks_given = blocks, .state = calloc(a->n + 1, 1)};
    if (!w.state)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    enum dv_err e = resolve(&w, d);
    free(w.state);
    return e;
}

static enum dv_err known(void *ctx, const char *name, size_t n, struct dv_value *out,
                         struct dv_diag *d)
{
    const struct dv_args *args = ctx;
    const struct dv_arg *a = dv_args_find(args, name, n);
    if (a && !dv_arg_is_tensor(a)) {
        scalar_read(out, a);
        return DV_OK;
    }
    if (n == 6 && !memcmp(name, "blocks", 6)) {
        *out = (struct dv_value){.i = args->blocks};
        return DV_OK;
    }
    return no_number(args, name, n, d);
}

enum dv_err dv_shape_eval(const struct dv_args *a, const char *text, struct dv_value *out,
                          struct dv_diag *d)
{
    return dv_expr_eval(text, strlen(text), known, (void *)a, out, NULL, d);
}

const char *dv_shape_text(const uint64_t *dim, unsigned dims, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "[");
    for (unsigned i = 0; i < dims && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%" PRIu64, i ? ", " : "", dim[i]);
    if (n < size)
        snprintf(out + n, size - n, "]");
    return out;
}
