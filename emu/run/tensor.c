/* Elements of every type as doubles and back. Owns no memory; must not know kernels. */
#include "emu/run/tensor.h"

#include <math.h>
#include <string.h>

#include "isa/num.h"

bool dv_elem_is_float(enum dv_elem e)
{
    return e == DV_EL_F16 || e == DV_EL_BF16 || e == DV_EL_F32;
}

bool dv_elem_is_signed(enum dv_elem e)
{
    return e == DV_EL_S4 || e == DV_EL_S8 || e == DV_EL_S16 || e == DV_EL_S32 || e == DV_EL_S64;
}

static uint64_t raw(const uint8_t *p, unsigned bits, uint64_t i)
{
    uint64_t v = 0;
    if (bits == 4)
        return p[i / 2] >> (i % 2 * 4) & 15;
    memcpy(&v, p + i * (bits / 8), bits / 8);
    return v;
}

static double integer(uint64_t v, unsigned bits, bool is_signed)
{
    if (!is_signed)
        return (double)v;
    uint64_t sign = 1ull << (bits - 1);
    return (double)(int64_t)((v ^ sign) - sign);
}

double dv_tensor_at(const struct dv_tensor *t, uint64_t i)
{
    unsigned bits = dv_elem_bits(t->elem);
    uint64_t v = raw(t->p, bits, i);
    switch (t->elem) {
    case DV_EL_F16:
        return (double)dv_f16_to_f32((uint16_t)v);
    case DV_EL_BF16:
        return (double)dv_bf16_to_f32((uint16_t)v);
    case DV_EL_F32:
        return (double)dv_bits_f32((uint32_t)v);
    default:
        return integer(v, bits, dv_elem_is_signed(t->elem));
    }
}

void dv_tensor_read(double *out, const struct dv_tensor *t, uint64_t first, uint64_t step,
                    uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        out[i] = dv_tensor_at(t, first + i * step);
}

/* double to f32 so that a second rounding to fewer bits is still right: inexact -> odd. */
static float round_to_odd(double v)
{
    float f = (float)v;
    if ((double)f == v || v != v || isinf(f))
        return f;
    uint32_t u = dv_f32_bits(f);
    if (u & 1)
        return f;
    bool grew = fabs((double)f) > fabs(v);
    return dv_bits_f32(grew ? u - 1 : u + 1);
}

static double round_integer(enum dv_elem e, double v)
{
    unsigned bits = dv_elem_bits(e);
    bool is_signed = dv_elem_is_signed(e);
    int64_t i = dv_f64_to_int(v, bits, is_signed, DV_RINT, true);
    return is_signed ? (double)i : (double)(uint64_t)i;
}

double dv_elem_round(enum dv_elem e, double v)
{
    switch (e) {
    case DV_EL_F16:
        return (double)dv_f16_to_f32(dv_f64_to_f16(v, DV_RINT, false));
    case DV_EL_BF16:
        return (double)dv_bf16_to_f32(dv_f32_to_bf16(round_to_odd(v), DV_RINT, false));
    case DV_EL_F32:
        return (double)(float)v;
    default:
        return round_integer(e, v);
    }
}

/* Place of a value on the line of all values of the type; zeros share one. */
static int64_t rank(enum dv_elem e, double v)
{
    int64_t sign, mag;
    if (e == DV_EL_F32) {
        uint32_t u = dv_f32_bits((float)v);
        sign = u >> 31;
        mag = u & 0x7fffffff;
    } else {
        uint16_t u = e == DV_EL_F16 ? dv_f64_to_f16(v, DV_RINT, false)
                                    : dv_f32_to_bf16((float)v, DV_RINT, false);
        sign = u >> 15;
        mag = u & 0x7fff;
    }
    return sign ? -mag : mag;
}

uint64_t dv_elem_ulps(enum dv_elem e, double a, double b)
{
    if (a != a || b != b)
        return (a != a) == (b != b) ? 0 : UINT64_MAX;
    if (dv_elem_is_float(e)) {
        int64_t x = rank(e, a), y = rank(e, b);
        return (uint64_t)(x > y ? x - y : y - x);
    }
    double gap = fabs(a - b);
    return gap >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)gap;
}
