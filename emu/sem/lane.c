/* Lane functions of the element-wise vector operations: one small function an operation and
 * element type, and the table that finds them.
 *
 * Owns what one lane means (isa.md 6.2, numerics 2). Knows no masks, strides or memory. */
#include "emu/sem/lane.h"

unsigned dv_lane_mode(const struct dv_work *w)
{
    uint64_t ctrl = w->env->v[DV_ENV_CTRL];
    unsigned mode = 0;

    if (w->kind == DV_C100) /* it knows only saturation (numerics 1), of integers too (ours) */
        return DV_MODE_SAT | DV_MODE_INT_SAT;
    if (!(ctrl >> 48 & 1))
        mode |= DV_MODE_SAT;
    if (ctrl >> 53 & 1)
        mode |= DV_MODE_INT_SAT;
    if (ctrl >> 59 & 1)
        mode |= DV_MODE_CUT;
    return mode;
}

enum dv_lane_kind dv_lane_kind_of(unsigned elem)
{
    switch (elem) {
    case DV_EL_F16:
        return DV_K_F16;
    case DV_EL_F32:
        return DV_K_F32;
    default:
        return dv_elem_bytes(elem) == 2 ? DV_K_S16 : DV_K_S32;
    }
}

uint16_t dv_lane_f16(float f, unsigned mode)
{
    return dv_f32_to_f16(f, DV_RINT, mode & DV_MODE_SAT);
}

static float f_add(float a, float b)
{
    return a + b;
}

static float f_sub(float a, float b)
{
    return a - b;
}

static float f_mul(float a, float b)
{
    return a * b;
}

static float f_div(float a, float b)
{
    return a / b;
}

static float f_max(float a, float b)
{
    return dv_lane_larger(a, b) ? b : a;
}

static float f_min(float a, float b)
{
    return dv_lane_smaller(a, b) ? b : a;
}

static float f_abs(float a, float b)
{
    (void)b;
    return dv_bits_f32(dv_f32_bits(a) & 0x7fffffffu);
}

static float f_relu(float a, float b)
{
    (void)b;
    return f_max(a, 0.0f);
}

static float f_addrelu(float a, float b)
{
    return f_max(a + b, 0.0f);
}

static float f_subrelu(float a, float b)
{
    return f_max(a - b, 0.0f);
}

static float f_lrelu(float a, float b)
{
    return a >= 0 ? a : a * b;
}

/* f16 and f32 through the same f32 function: one rounding each (numerics 3). */
#define FLOAT_LANES(name) \
    static uint32_t name##_f16(uint32_t a, uint32_t b, unsigned mode) \
    { \
        return dv_lane_f16(f_##name(dv_f16_to_f32((uint16_t)a), dv_f16_to_f32((uint16_t)b)), \
                           mode); \
    } \
    static uint32_t name##_f32(uint32_t a, uint32_t b, unsigned mode) \
    { \
        (void)mode; \
        return dv_f32_bits(dv_f32_canon(f_##name(dv_bits_f32(a), dv_bits_f32(b)))); \
    }

FLOAT_LANES(add)
FLOAT_LANES(sub)
FLOAT_LANES(mul)
FLOAT_LANES(div)
FLOAT_LANES(max)
FLOAT_LANES(min)
FLOAT_LANES(abs)
FLOAT_LANES(relu)
FLOAT_LANES(addrelu)
FLOAT_LANES(subrelu)
FLOAT_LANES(lrelu)

/* ---- integers -------------------------------------------------------------------------------- */

static uint32_t cut(int64_t v, int64_t most, unsigned mode)
{
    if (mode & DV_MODE_INT_SAT)
        v = v > most ? most : v < -most - 1 ? -most - 1 : v;
    return (uint32_t)v & (uint32_t)(2 * (uint64_t)most + 1);
}

#define INT_LANES(name, expression) \
    static uint32_t name##_s16(uint32_t p, uint32_t q, unsigned mode) \
    { \
        int64_t a = (int16_t)p, b = (int16_t)q; \
        (void)b; \
        return cut(expression, INT16_MAX, mode); \
    } \
    static uint32_t name##_s32(uint32_t p, uint32_t q, unsigned mode) \
    { \
        int64_t a = (int32_t)p, b = (int32_t)q; \
        (void)b; \
        return cut(expression, INT32_MAX, mode); \
    }

INT_LANES(add, a + b)
INT_LANES(sub, a - b)
INT_LANES(mul, a *b)
INT_LANES(max, a > b ? a : b)
INT_LANES(min, a < b ? a : b)
INT_LANES(relu, a > 0 ? a : 0)
INT_LANES(abs, a < 0 ? -a : a)

static uint32_t addrelu_s16(uint32_t a, uint32_t b, unsigned mode)
{
    return relu_s16(add_s16(a, b, mode), 0, mode);
}

static uint32_t subrelu_s16(uint32_t a, uint32_t b, unsigned mode)
{
    return relu_s16(sub_s16(a, b, mode), 0, mode);
}

static uint32_t copy(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    (void)mode;
    return a;
}

static uint32_t not_(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    (void)mode;
    return ~a;
}

static uint32_t and_(uint32_t a, uint32_t b, unsigned mode)
{
    (void)mode;
    return a & b;
}

static uint32_t or_(uint32_t a, uint32_t b, unsigned mode)
{
    (void)mode;
    return a | b;
}

/* ---- functions ------------------------------------------------------------------------------- */

/* A canonical f16 result under a mode. */
static uint32_t settle(uint16_t h, unsigned mode)
{
    if (!(mode & DV_MODE_SAT) || (h & 0x7c00u) != 0x7c00u)
        return h;
    return h & 0x3ffu ? 0 : h - 1u;
}

#define TABLE_LANE(name) \
    static uint32_t name##_f16(uint32_t a, uint32_t b, unsigned mode) \
    { \
        (void)b; \
        return settle(dv_f16_table(DV_LANE_##name)[(uint16_t)a], mode); \
    }

TABLE_LANE(exp)
TABLE_LANE(ln)
TABLE_LANE(rec)
TABLE_LANE(rsqrt)
TABLE_LANE(sqrt)

#define FUNCTION_LANE(name, expression) \
    static uint32_t name##_f32(uint32_t a, uint32_t b, unsigned mode) \
    { \
        float x = dv_bits_f32(a); \
        (void)b; \
        (void)mode; \
        return dv_f32_bits(dv_f32_canon(expression)); \
    }

FUNCTION_LANE(exp, dv_f32_exp(x))
FUNCTION_LANE(ln, dv_f32_ln(x))
FUNCTION_LANE(rec, 1.0f / x)
FUNCTION_LANE(rsqrt, (float)(1.0 / __builtin_sqrt((double)x)))
FUNCTION_LANE(sqrt, __builtin_sqrtf(x))

static const dv_lane_fn lanes[DV_LANE_COUNT][DV_KINDS_OF_LANE] = {
    [DV_LANE_add] = {add_f16, add_f32, add_s16, add_s32},
    [DV_LANE_sub] = {sub_f16, sub_f32, sub_s16, sub_s32},
    [DV_LANE_mul] = {mul_f16, mul_f32, mul_s16, mul_s32},
    [DV_LANE_div] = {div_f16, div_f32, NULL, NULL},
    [DV_LANE_max] = {max_f16, max_f32, max_s16, max_s32},
    [DV_LANE_min] = {min_f16, min_f32, min_s16, min_s32},
    [DV_LANE_and] = {NULL, NULL, and_, and_},
    [DV_LANE_or] = {NULL, NULL, or_, or_},
    [DV_LANE_not] = {NULL, NULL, not_, not_},
    [DV_LANE_copy] = {copy, copy, copy, copy},
    [DV_LANE_abs] = {abs_f16, abs_f32, abs_s16, abs_s32},
    [DV_LANE_addrelu] = {addrelu_f16, addrelu_f32, addrelu_s16, NULL},
    [DV_LANE_subrelu] = {subrelu_f16, subrelu_f32, subrelu_s16, NULL},
    [DV_LANE_lrelu] = {lrelu_f16, lrelu_f32, NULL, NULL},
    [DV_LANE_relu] = {relu_f16, relu_f32, relu_s16, relu_s32},
    [DV_LANE_exp] = {exp_f16, exp_f32, NULL, NULL},
    [DV_LANE_ln] = {ln_f16, ln_f32, NULL, NULL},
    [DV_LANE_rec] = {rec_f16, rec_f32, NULL, NULL},
    [DV_LANE_rsqrt] = {rsqrt_f16, rsqrt_f32, NULL, NULL},
    [DV_LANE_sqrt] = {sqrt_f16, sqrt_f32, NULL, NULL},
};

dv_lane_fn dv_lane_of(unsigned lane, enum dv_lane_kind kind)
{
    return lanes[lane][kind];
}
