/* Loads a tensor argument from a file. Owns the advice when the shapes differ: a dimension that is
 * a plain parameter can be given the size in the file. Must not know file formats. */
#include "emu/run/contents.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/run/npy.h"

/* name=value texts that would make the file fit. */
struct advice {
    const struct dv_args *args;
    const struct dv_arg *param[DV_DIMS];
    uint64_t value[DV_DIMS];
    unsigned n;
};

static bool is_known(const struct advice *o, const struct dv_arg *p, uint64_t value, bool *same)
{
    for (unsigned i = 0; i < o->n; i++)
        if (o->param[i] == p) {
            *same = o->value[i] == value;
            return true;
        }
    return false;
}

/* False when this dimension cannot be made `size`. */
static bool make_fit(struct advice *o, const char *text, uint64_t now, uint64_t size)
{
    const struct dv_arg *p = dv_args_find(o->args, text, strlen(text));
    bool same = true;
    if (!p || dv_arg_is_tensor(p))
        return now == size;
    if (is_known(o, p, size, &same))
        return same;
    o->param[o->n] = p;
    o->value[o->n++] = size;
    return true;
}

static void advise(const struct advice *o, struct dv_diag *d)
{
    char text[200] = "";
    size_t n = 0;
    for (unsigned i = 0; i < o->n && n < sizeof text; i++)
        if ((uint64_t)o->param[i]->i != o->value[i])
            n += (size_t)snprintf(text + n, sizeof text - n, " %s=%" PRIu64,
                                  o->param[i]->param->name, o->value[i]);
    if (n && n < sizeof text)
        dv_diag_fix(d, "try%s", text);
}

static void advise_shape(const struct dv_args *args, const struct dv_arg *a, const char *file,
                         struct dv_diag *d)
{
    struct advice o = {.args = args};
    uint64_t has[DV_NPY_DIMS];
    unsigned dims = 0, rank = a->param->dims;
    if (dv_npy_shape(file, a->param->name, has, &dims))
        return;
    if (dims != rank) {
        dv_diag_fix(d, "save it with %u dimension%s (numpy: .reshape)", rank, rank == 1 ? "" : "s");
        return;
    }
    if (rank && dv_elem_bits(a->param->elem) == 4)
        has[rank - 1] *= 2; /* two elements a byte */
    for (unsigned i = 0; i < rank; i++)
        if (!make_fit(&o, a->param->dim[i], a->dim[i], has[i]))
            return;
    advise(&o, d);
}

enum dv_err dv_contents_load(const struct dv_args *args, const struct dv_arg *a, const char *file,
                             void *dst, struct dv_diag *d)
{
    enum dv_err e =
        dv_npy_load(file, a->param->name, a->param->elem, a->dim, a->param->dims, dst, a->flat, d);
    if (e == DV_E_CONFIG && d && !*d->fix)
        advise_shape(args, a, file, d);
    return e;
}
