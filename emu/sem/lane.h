/* What the vector files of this room share: lane and row functions, modes, sources of a repeat.
 * Private to emu/sem; knows geometry from lanes.h, no instruction. */
#ifndef DV_SEM_LANE_H
#define DV_SEM_LANE_H

#include "emu/access/lanes.h"
#include "isa/num.h"

/* How results are stored (isa.md 4.2), with the rounding of a conversion in bits 8.. */
enum {
    DV_MODE_SAT = 1,     /* f16, bf16: inf -> +-MAX, NaN -> +0 */
    DV_MODE_INT_SAT = 2, /* integer arithmetic saturates */
    DV_MODE_CUT = 4,     /* conversion to integer keeps the low bits */
    DV_MODE_ROUND = 8    /* shift of enum dv_round */
};
unsigned dv_lane_mode(const struct dv_work *w);

/* One lane: bit patterns in the low bits in and out; b is 0 for one source. */
typedef uint32_t (*dv_lane_fn)(uint32_t a, uint32_t b, unsigned mode);

/* n lanes at dst, a, b: contiguous; dst may be a or b, else they share no byte. b is NULL for one
 * source. Rows compute what the lane function of the same operation computes. */
typedef void (*dv_row_fn)(void *dst, const void *a, const void *b, uint32_t n, unsigned mode);

/* Element kinds with arithmetic of their own. */
enum dv_lane_kind { DV_K_F16, DV_K_F32, DV_K_S16, DV_K_S32, DV_KINDS_OF_LANE };
/* By element; 16- and 32-bit patterns without arithmetic count as s16 and s32. */
enum dv_lane_kind dv_lane_kind_of(unsigned elem);

/* NULL when the operation does not exist for the kind. */
dv_lane_fn dv_lane_of(unsigned lane, enum dv_lane_kind kind);
/* Conversion between elements; NULL when there is none. */
dv_lane_fn dv_lane_convert(unsigned src, unsigned dst);

/* s16 to 8 bits by a parameter word (isa.md 6.3, 9.2), in narrow.c; wraps or saturates. */
uint32_t dv_lane_requantised(int16_t x, uint64_t word, bool wraps);

/* Stores f as f16 under a mode, one rounding to nearest even. */
uint16_t dv_lane_f16(float f, unsigned mode);
/* Bits as a number that grows with the value, -0 below +0. */
static inline int32_t dv_lane_order(float f)
{
    uint32_t u = dv_f32_bits(f);

    return (int32_t)(u ^ (u >> 31 ? 0x7fffffffu : 0));
}

/* Whether b replaces a in a maximum, a minimum: -0 is below +0, a NaN beats everything. */
static inline bool dv_lane_larger(float a, float b)
{
    return a != a || b != b ? a == a : dv_lane_order(b) > dv_lane_order(a);
}

static inline bool dv_lane_smaller(float a, float b)
{
    return a != a || b != b ? a == a : dv_lane_order(b) < dv_lane_order(a);
}

/* Source bytes of repeat r as if blocks were contiguous: the operand itself, or active blocks
 * copied to stage (256 bytes; others zero). Valid up to the last active lane. */
const uint8_t *dv_lane_source(const struct dv_work *w, const struct dv_vec *v,
                              const struct dv_side *s, uint32_t r, const uint64_t mask[2],
                              uint8_t *stage);

/* ---- emu/sem/exponent.c: correctly rounded functions ----------------------------------------- */

void dv_exponent_init(void); /* idempotent */
float dv_f32_exp(float x);
float dv_f32_ln(float x);
/* f16 tables of exp ln rec rsqrt sqrt by DV_LANE_*; 65,536 entries, NaN canonical. NULL = none. */
const uint16_t *dv_f16_table(unsigned lane);

/* ---- emu/sem/fast/vector.c: the same rows in SIMD, NULL when the host has none --------------- */

void dv_fast_vector_init(void);
/* false: as on a host that has none of them. */
void dv_fast_vector_choose(bool host);
dv_row_fn dv_fast_row(unsigned lane, enum dv_lane_kind kind);
dv_row_fn dv_fast_convert(unsigned src, unsigned dst, enum dv_round round);

#endif
