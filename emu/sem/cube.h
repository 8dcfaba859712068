/* What the meanings of MMAD share; private to emu/sem. */
#ifndef DV_SEM_CUBE_H
#define DV_SEM_CUBE_H

#include "emu/access/product.h"

/* Floating-point product by w->acc, in plain C: every form, HF32 and C in f16 included. */
void dv_mmad_rule(const struct dv_work *w, const struct dv_product *p);

/* Elements of B that one step decodes. */
enum { DV_STEP_MOST = 64 };

/* Column `column` of the fractal of sparse B at `address` of L0B, expanded to its 64 k. */
void dv_sparse_column(const struct dv_work *w, uint64_t address, unsigned column, bool is_signed,
                      int16_t out[DV_STEP_MOST]);

#endif
