/* Which overlaps of a vector instruction's own operands are legal (isa.md 5.1).
 * Private to emu/access. */
#ifndef DV_ACCESS_OVERLAP_H
#define DV_ACCESS_OVERLAP_H

#include "emu/access/access.h"
#include "emu/access/lanes.h"

/* Element-wise shapes: the destination, side 0, against every source. OVERLAP names the source. */
enum dv_err dv_vec_overlap(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d);

/* A destination that is read as well: its repeats against each other. */
enum dv_err dv_vec_own_overlap(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d);

/* Results of `bytes` a repeat at `to` against side 0, which is the operand of that number. */
enum dv_err dv_yield_overlap(const struct dv_work *w, const struct dv_vec *v, unsigned operand,
                             const struct dv_result *to, uint32_t bytes, struct dv_diag *d);

/* Reductions: `bytes` a repeat at `to` against the source, side 0. */
enum dv_err dv_red_overlap(const struct dv_work *w, const struct dv_vec *v,
                           const struct dv_result *to, uint32_t bytes, struct dv_diag *d);

#endif
