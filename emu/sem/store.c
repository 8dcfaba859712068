/* Atomic stores to GM: add, maximum and minimum of elements (isa.md 4.2).
 *
 * Owns: what each does to one element; the order is that of addresses. Rounding, saturation, NaN
 * and the order of zeros are those of the vector unit (ours): one rounding to nearest even, f16 and
 * bf16 saturate when CTRL[48] = 0, integers when CTRL[53] = 1. */
#include "emu/sem/store.h"

#include <string.h>

#include "emu/sem/lane.h"

static float as_float(enum dv_elem e, uint32_t bits)
{
    return e == DV_EL_F32   ? dv_bits_f32(bits)
           : e == DV_EL_F16 ? dv_f16_to_f32((uint16_t)bits)
                            : dv_bf16_to_f32((uint16_t)bits);
}

/* A sum of two f16 or bf16 in f32 rounds a second time without harm (numerics.md 3). */
static uint32_t of_float(enum dv_elem e, float f, unsigned mode)
{
    bool sat = mode & DV_MODE_SAT;

    return e == DV_EL_F32   ? dv_f32_bits(dv_f32_canon(f))
           : e == DV_EL_F16 ? dv_f32_to_f16(f, DV_RINT, sat)
                            : dv_f32_to_bf16(f, DV_RINT, sat);
}

static uint32_t float_of(enum dv_elem e, unsigned op, uint32_t old, uint32_t new, unsigned mode)
{
    float a = as_float(e, old), b = as_float(e, new);

    if (op == DV_ATOMIC_ADD)
        return of_float(e, a + b, mode);
    if (op == DV_ATOMIC_MAX)
        return of_float(e, dv_lane_larger(a, b) ? b : a, mode);
    return of_float(e, dv_lane_smaller(a, b) ? b : a, mode);
}

static int64_t signed_of(uint32_t v, unsigned bits)
{
    return (int32_t)(v << (32 - bits)) >> (32 - bits);
}

static uint32_t int_of(unsigned bits, unsigned op, uint32_t old, uint32_t new, unsigned mode)
{
    int64_t a = signed_of(old, bits), b = signed_of(new, bits), most = (1ll << (bits - 1)) - 1;
    int64_t sum = a + b;

    if (op == DV_ATOMIC_MAX)
        return (uint32_t)(a > b ? a : b);
    if (op == DV_ATOMIC_MIN)
        return (uint32_t)(a < b ? a : b);
    if (mode & DV_MODE_INT_SAT)
        sum = sum > most ? most : sum < -most - 1 ? -most - 1 : sum;
    return (uint32_t)sum;
}

void dv_store(const struct dv_work *w, uint8_t atomic, uint8_t *dst, const uint8_t *src, size_t n)
{
    enum dv_elem e = dv_atomic_elem(atomic);
    unsigned size = dv_atomic_bytes(atomic), op = dv_atomic_op(atomic), mode;

    if (!atomic) {
        memcpy(dst, src, n);
        return;
    }
    mode = dv_lane_mode(w);
    for (size_t i = 0; i + size <= n; i += size) {
        uint32_t old = 0, new = 0;

        memcpy(&old, dst + i, size);
        memcpy(&new, src + i, size);
        old = e == DV_EL_F32 || e == DV_EL_F16 || e == DV_EL_BF16
                  ? float_of(e, op, old, new, mode)
                  : int_of(8 * size, op, old, new, mode);
        memcpy(dst + i, &old, size);
    }
}
