/* Kernels that exist in assembly and over intrinsics, with the same tiles. */
#ifndef DV_TESTS_CCE_TWINS_H
#define DV_TESTS_CCE_TWINS_H

#include <stdint.h>

/* What the assembly kernel gets as parameters. */
struct twin_args {
    void *tensor[4];
    uint64_t number[4];
};

/* The low word of the mask alone: a number of elements in counter mode. */
#define dv_mask(n) set_vector_mask(0, n)

void twin_vadd(const struct twin_args *t);    /* a, b, c; n */
void twin_tile(const struct twin_args *t);    /* a, b, c; k */
void twin_softmax(const struct twin_args *t); /* x, y; rows, cols */

#endif
