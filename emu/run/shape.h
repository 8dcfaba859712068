/* Run-time shapes: scalars, `blocks` and tensor dimensions, in whatever order they depend. */
#ifndef DV_RUN_SHAPE_H
#define DV_RUN_SHAPE_H

#include "emu/run/args.h"
#include "isa/expr.h"

/* Fills i, f, slot of every scalar, a->blocks, and dim, elems, bytes of every tensor. Expressions
 * may name any integer parameter and `blocks`. CONFIG for a missing value, a value outside its
 * type, min, max or multiple, a negative dimension, a dependency cycle; MEMORY when all tensors
 * together exceed three quarters of this host's memory. */
enum dv_err dv_shape_resolve(struct dv_args *a, uint32_t blocks, struct dv_diag *d);

/* Evaluates any expression over the resolved parameters and `blocks`. */
enum dv_err dv_shape_eval(const struct dv_args *a, const char *text, struct dv_value *out,
                          struct dv_diag *d);

/* "[1024, 512]" into out; returns out. */
const char *dv_shape_text(const uint64_t *dim, unsigned dims, char *out, size_t size);

#endif
