/* A typed view of bytes, and elements as doubles: what references and comparison share. */
#ifndef DV_RUN_TENSOR_H
#define DV_RUN_TENSOR_H

#include "isa/isa.h"

struct dv_tensor {
    const void *p; /* little-endian elements; 4-bit types two a byte, low nibble first */
    enum dv_elem elem;
    unsigned dims;
    const uint64_t *dim;
    uint64_t elems;
};

/* Element i as a double; 64-bit integers beyond 2^53 lose low bits. */
double dv_tensor_at(const struct dv_tensor *t, uint64_t i);
/* Elements first, first + step, .. (n of them) into out. */
void dv_tensor_read(double *out, const struct dv_tensor *t, uint64_t first, uint64_t step,
                    uint64_t n);

bool dv_elem_is_float(enum dv_elem e);
bool dv_elem_is_signed(enum dv_elem e);

/* v rounded once to the type (nearest-even; integers saturate), as a double. */
double dv_elem_round(enum dv_elem e, double v);
/* Distance of two values of the type in units of the last place; integers: |a - b|. Opposite
 * zeros are 0 apart, two NaNs 0, NaN and number UINT64_MAX. */
uint64_t dv_elem_ulps(enum dv_elem e, double a, double b);

/* Rows and columns of a matrix view: all leading dimensions together, and the last. */
static inline uint64_t dv_tensor_cols(const struct dv_tensor *t)
{
    return t->dims ? t->dim[t->dims - 1] : 1;
}

#endif
