/* Where the elements of a tensor lie in GM: one after the other, or in fractals of 16 rows of 32
 * bytes (isa.md 7.3). Files, references and reports know row-major tensors only. */
#ifndef DV_RUN_LAYOUT_H
#define DV_RUN_LAYOUT_H

#include "emu/run/args.h"

enum dv_tensor_layout {
    DV_LAYOUT_ND,
    DV_LAYOUT_NZ,      /* columns of fractals, rows inside: panels of 32 bytes */
    DV_LAYOUT_ZZ,      /* rows of fractals, rows inside */
    DV_LAYOUT_ZN,      /* rows of fractals, columns inside: a fractal has 16 columns of 32 bytes */
    DV_LAYOUT_NC1HWC0, /* channels in groups of 32 bytes, innermost */
};

/* Sets a->layout, a->bytes and a->flat from the parameter and a->dim, a->elems. CONFIG when type or
 * dimensions do not fit the layout, MEMORY when it is too large. */
enum dv_err dv_layout_resolve(struct dv_arg *a, struct dv_diag *d);

/* Byte of element i, counted row-major, from the start of the tensor. */
uint64_t dv_layout_place(const struct dv_arg *a, uint64_t i);
/* The element at a byte; 0 for padding. */
uint64_t dv_layout_element(const struct dv_arg *a, uint64_t byte);

/* Row-major elements (a->flat bytes) to GM (a->bytes), padding zero, and back. */
void dv_layout_pack(const struct dv_arg *a, void *gm, const void *flat);
void dv_layout_unpack(const struct dv_arg *a, void *flat, const void *gm);

#endif
