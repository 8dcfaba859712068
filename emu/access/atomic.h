/* Atomic stores to GM: what CTRL[8:6] and CTRL[10:9] select (isa.md 4.2).
 *
 * One number names type and operation: footprints carry it, so that checks know two accesses that
 * may meet; meanings decode it. */
#ifndef DV_ACCESS_ATOMIC_H
#define DV_ACCESS_ATOMIC_H

#include "emu/core/work.h"

enum { DV_ATOMIC_ADD, DV_ATOMIC_MAX, DV_ATOMIC_MIN }; /* CTRL[10:9] */

/* 0: a plain store. */
static inline uint8_t dv_atomic_of(const struct dv_work *w)
{
    uint64_t ctrl = w->env->v[DV_ENV_CTRL];
    unsigned type = ctrl >> 6 & 7;

    if (!type || dv_op_insn(w->op)->operand[0].space != DV_SPACE_GM)
        return 0;
    return (uint8_t)(type | (ctrl >> 9 & 3) << 3);
}

static inline unsigned dv_atomic_op(uint8_t atomic)
{
    return atomic >> 3;
}

/* DV_EL_NONE: a code without meaning. */
static inline enum dv_elem dv_atomic_elem(uint8_t atomic)
{
    static const uint8_t elem[8] = {DV_EL_NONE, DV_EL_F32, DV_EL_F16,  DV_EL_S16,
                                    DV_EL_S32,  DV_EL_S8,  DV_EL_BF16, DV_EL_NONE};

    return (enum dv_elem)elem[atomic & 7];
}

static inline unsigned dv_atomic_bytes(uint8_t atomic)
{
    return dv_elem_bits(dv_atomic_elem(atomic)) / 8;
}

#endif
