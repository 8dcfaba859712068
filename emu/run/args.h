/* Arguments of one launch: what the user wrote, bound to the declared parameters of a kernel. */
#ifndef DV_RUN_ARGS_H
#define DV_RUN_ARGS_H

#include "isa/obj.h"

/* One declared parameter with its value. */
struct dv_arg {
    const struct dv_param *param;
    char *text;    /* as given or the default; NULL = nothing said (tensors: the role decides) */
    char *save;    /* tensors: FILE of name=@FILE, NULL = none */
    int64_t i;     /* integer scalars: value */
    double f;      /* f32 scalars: value */
    uint64_t slot; /* scalars: contents of the parameter slot */
    uint64_t dim[DV_DIMS];
    uint64_t elems;   /* tensors: product of dim */
    uint64_t bytes;   /* tensors: size in GM */
    uint64_t flat;    /* tensors: size of the elements alone, row-major */
    uint8_t layout;   /* tensors: enum dv_tensor_layout */
    uint64_t address; /* tensors: in GM, filled by the launch */
};

struct dv_args {
    const struct dv_kernel *kernel;
    struct dv_arg *arg; /* kernel->params of them, in declaration order */
    uint32_t n;
    uint32_t blocks; /* 1..65535 */
};

/* Binds "name=value" texts and evaluates scalars, `blocks` and shapes (emu/run/shape.c).
 * `blocks` 0 means the kernel's own default. CONFIG (with the nearest name), SYMBOL, SYNTAX or
 * RANGE on bad input, MEMORY when the tensors cannot fit this host. Free with dv_args_free also
 * after a failure. */
enum dv_err dv_args_bind(struct dv_args *out, const struct dv_kernel *k, const char *const *text,
                         size_t texts, uint32_t blocks, struct dv_diag *d);
void dv_args_free(struct dv_args *a);

/* By parameter name, NULL = none. */
struct dv_arg *dv_args_find(const struct dv_args *a, const char *name, size_t n);

static inline bool dv_arg_is_tensor(const struct dv_arg *a)
{
    return a->param->role != DV_PARAM_SCALAR;
}
static inline bool dv_arg_is_input(const struct dv_arg *a)
{
    return a->param->role == DV_PARAM_IN || a->param->role == DV_PARAM_INOUT;
}
static inline bool dv_arg_is_output(const struct dv_arg *a)
{
    return a->param->role == DV_PARAM_OUT || a->param->role == DV_PARAM_INOUT;
}

#endif
