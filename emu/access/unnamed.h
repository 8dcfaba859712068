/* Parts of a footprint that no address operand names: blocks found through VA registers, lists of
 * a merge, the table of a gather. Private to emu/access. */
#ifndef DV_ACCESS_UNNAMED_H
#define DV_ACCESS_UNNAMED_H

#include "emu/access/access.h"

/* An operand number past those of the instruction. Neighbouring i differ, so that each part is held
 * against the buffer it begins in itself. */
static inline uint8_t dv_operand_unnamed(const struct dv_work *w, unsigned i)
{
    return (uint8_t)(dv_op_insn(w->op)->operands + i % 2);
}

/* Nothing of operand 0, the destination, lies in the range of another: OVERLAP names that one. */
enum dv_err dv_foot_apart(const struct dv_work *w, const struct dv_foot *f, unsigned operand,
                          struct dv_diag *d);

#endif
