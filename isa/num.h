/* Number formats, bit exact on every host: f16, bf16, f32 and integer conversions in every
 * rounding mode, and correctly rounded f16 arithmetic. Owns rounding; knows nothing else.
 * Normative: docs/numerics.md. Storage is uint16_t / uint32_t bit patterns. */
#ifndef DV_ISA_NUM_H
#define DV_ISA_NUM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum dv_round {
    DV_RINT,  /* r: nearest, ties to even */
    DV_AWAY,  /* a: nearest, ties away from zero */
    DV_FLOOR, /* f */
    DV_CEIL,  /* c */
    DV_TRUNC, /* z: toward zero */
    DV_ODD    /* o: discarded bits non-zero -> lowest bit 1 */
};

/* Letter of isa.md 6.3 (a c f o r z, 0 = none) to a mode; none is DV_RINT. */
enum dv_round dv_round_letter(char letter);

#define DV_F16_NAN 0x7e00u
#define DV_BF16_NAN 0x7fc0u
#define DV_F32_NAN 0x7fc00000u
#define DV_F16_MAX 0x7bffu

static inline uint32_t dv_f32_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, 4);
    return u;
}
static inline float dv_bits_f32(uint32_t u)
{
    float f;
    memcpy(&f, &u, 4);
    return f;
}

/* Exact widening; NaN becomes canonical. */
float dv_f16_to_f32(uint16_t h);
float dv_bf16_to_f32(uint16_t b);
/* Narrowing in a mode; NaN canonical. With `saturate`, overflow and infinity become +-MAX and NaN
 * becomes +0 (CTRL[48] = 0, isa.md 4.2); without, overflow follows IEEE for the mode. */
uint16_t dv_f32_to_f16(float f, enum dv_round mode, bool saturate);
uint16_t dv_f32_to_bf16(float f, enum dv_round mode, bool saturate);
uint16_t dv_f64_to_f16(double d, enum dv_round mode, bool saturate);
/* Float to a signed or unsigned integer of `bits` (4, 8, 16, 32, 64): saturating (NaN -> 0) or
 * truncating to the low bits (CTRL[59]). Result is sign- or zero-extended. */
int64_t dv_f64_to_int(double d, unsigned bits, bool is_signed, enum dv_round mode, bool saturate);
/* Integer to a narrower one, saturating or truncating; extended likewise. */
int64_t dv_int_to_int(int64_t v, unsigned bits, bool is_signed, bool saturate);
/* Integer to float, one rounding. */
uint16_t dv_int_to_f16(int64_t v, enum dv_round mode, bool saturate);
float dv_int_to_f32(int64_t v, enum dv_round mode);
/* Rounds to an integral f32 value in a mode. */
float dv_f32_round(float f, enum dv_round mode);

/* Canonical NaN for any NaN, the value itself otherwise. */
static inline float dv_f32_canon(float f)
{
    return f != f ? dv_bits_f32(DV_F32_NAN) : f;
}

/* Host floating-point state: nearest-even, no flush to zero. Call on entry to any arithmetic;
 * returns the previous state for dv_num_leave. */
unsigned dv_num_enter(void);
void dv_num_leave(unsigned previous);

#endif
