/* Vector rows for hosts with AVX2 and F16C: the same bits as the lane functions, many at a time.
 *
 * Owns which operations have such a row. Every row takes n contiguous lanes; a destination may be
 * a source, never overlap one otherwise. Proven equal to the plain path in tests/test_vector.c.
 * Other hosts get none and use the plain path. */
#include "emu/sem/lane.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define ROW __attribute__((target("avx2,f16c"))) static
#define HOT __attribute__((target("avx2,f16c"), always_inline)) static inline

/* ---- operations on eight f32 ----------------------------------------------------------------- */

HOT __m256 op_add(__m256 a, __m256 b)
{
    return _mm256_add_ps(a, b);
}

HOT __m256 op_sub(__m256 a, __m256 b)
{
    return _mm256_sub_ps(a, b);
}

HOT __m256 op_mul(__m256 a, __m256 b)
{
    return _mm256_mul_ps(a, b);
}

HOT __m256 op_div(__m256 a, __m256 b)
{
    return _mm256_div_ps(a, b);
}

HOT __m256 nan8(void)
{
    return _mm256_castsi256_ps(_mm256_set1_epi32((int)DV_F32_NAN));
}

/* Equal lanes differ at most in the sign of zero: `zero` settles it. A NaN wins. */
HOT __m256 extreme(__m256 a, __m256 b, __m256 r, __m256 zero)
{
    r = _mm256_blendv_ps(r, zero, _mm256_cmp_ps(a, b, _CMP_EQ_OQ));
    return _mm256_blendv_ps(r, nan8(), _mm256_cmp_ps(a, b, _CMP_UNORD_Q));
}

HOT __m256 op_max(__m256 a, __m256 b)
{
    return extreme(a, b, _mm256_max_ps(a, b), _mm256_and_ps(a, b));
}

HOT __m256 op_min(__m256 a, __m256 b)
{
    return extreme(a, b, _mm256_min_ps(a, b), _mm256_or_ps(a, b));
}

HOT __m256 op_abs(__m256 a, __m256 b)
{
    (void)b;
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}

HOT __m256 op_relu(__m256 a, __m256 b)
{
    (void)b;
    return op_max(a, _mm256_setzero_ps());
}

HOT __m256 op_rec(__m256 a, __m256 b)
{
    (void)b;
    return _mm256_div_ps(_mm256_set1_ps(1.0f), a);
}

HOT __m256 op_sqrt(__m256 a, __m256 b)
{
    (void)b;
    return _mm256_sqrt_ps(a);
}

HOT __m256 op_none(__m256 a, __m256 b)
{
    (void)b;
    return a;
}

/* ---- loads and stores ------------------------------------------------------------------------ */

HOT __m256 canonical(__m256 r)
{
    return _mm256_blendv_ps(r, nan8(), _mm256_cmp_ps(r, r, _CMP_UNORD_Q));
}

/* NaN -> +0, beyond the largest f16 -> the largest. */
HOT __m256 saturated(__m256 r)
{
    const __m256 most = _mm256_set1_ps(65504.0f);

    r = _mm256_and_ps(r, _mm256_cmp_ps(r, r, _CMP_ORD_Q));
    return _mm256_max_ps(_mm256_min_ps(r, most), _mm256_sub_ps(_mm256_setzero_ps(), most));
}

HOT __m256 load_f32(const void *p)
{
    return _mm256_loadu_ps(p);
}

HOT __m256 load_f16(const void *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128(p));
}

HOT void store_f32(void *p, __m256 r, unsigned mode)
{
    (void)mode;
    _mm256_storeu_ps(p, canonical(r));
}

/* One rounding whatever the host's mode. */
#define STORE_F16(name, rounding) \
    HOT void name(void *p, __m256 r, unsigned mode) \
    { \
        r = mode & DV_MODE_SAT ? saturated(r) : canonical(r); \
        _mm_storeu_si128(p, _mm256_cvtps_ph(r, rounding)); \
    }

STORE_F16(store_f16, _MM_FROUND_TO_NEAREST_INT)
STORE_F16(store_f16f, _MM_FROUND_TO_NEG_INF)
STORE_F16(store_f16c, _MM_FROUND_TO_POS_INF)
STORE_F16(store_f16z, _MM_FROUND_TO_ZERO)

/* Eight lanes a step; the rest goes through a buffer. A unary row passes a as b. */
#define FLOAT_ROW(name, operation, fetch, save, from, to, binary) \
    ROW void name(void *dst, const void *a, const void *b, uint32_t n, unsigned mode) \
    { \
        const uint8_t *p = a, *q = binary ? b : a; \
        uint8_t *d = dst; \
        for (; n >= 8; n -= 8, p += 8 * (from), q += 8 * (from), d += 8 * (to)) \
            save(d, operation(fetch(p), fetch(q)), mode); \
        if (n) { \
            uint8_t x[32] = {0}, y[32] = {0}; \
            memcpy(x, p, n *(from)); \
            memcpy(y, q, n *(from)); \
            save(x, operation(fetch(x), fetch(y)), mode); \
            memcpy(d, x, n *(to)); \
        } \
    }

#define FLOAT_ROWS(name, binary) \
    FLOAT_ROW(name##_f16, op_##name, load_f16, store_f16, 2, 2, binary) \
    FLOAT_ROW(name##_f32, op_##name, load_f32, store_f32, 4, 4, binary)

FLOAT_ROWS(add, 1)
FLOAT_ROWS(sub, 1)
FLOAT_ROWS(mul, 1)
FLOAT_ROWS(div, 1)
FLOAT_ROWS(max, 1)
FLOAT_ROWS(min, 1)
FLOAT_ROWS(abs, 0)
FLOAT_ROWS(relu, 0)
FLOAT_ROWS(rec, 0)
FLOAT_ROWS(sqrt, 0)

FLOAT_ROW(widen, op_none, load_f16, store_f32, 2, 4, 0)
FLOAT_ROW(narrow_r, op_none, load_f32, store_f16, 4, 2, 0)
FLOAT_ROW(narrow_f, op_none, load_f32, store_f16f, 4, 2, 0)
FLOAT_ROW(narrow_c, op_none, load_f32, store_f16c, 4, 2, 0)
FLOAT_ROW(narrow_z, op_none, load_f32, store_f16z, 4, 2, 0)

/* ---- tables and functions -------------------------------------------------------------------- */

#define TABLE_ROW(name) \
    ROW void name##_f16(void *dst, const void *a, const void *b, uint32_t n, unsigned mode) \
    { \
        const uint16_t *table = dv_f16_table(DV_LANE_##name), *p = a; \
        uint16_t *d = dst; \
        (void)b; \
        for (uint32_t i = 0; i < n; i++) { \
            uint16_t h = table[p[i]]; \
            if (mode & DV_MODE_SAT && (h & 0x7c00u) == 0x7c00u) \
                h = h & 0x3ffu ? 0 : (uint16_t)(h - 1); \
            d[i] = h; \
        } \
    }

TABLE_ROW(exp)
TABLE_ROW(ln)
TABLE_ROW(rsqrt)

#define FUNCTION_ROW(name) \
    ROW void name##_f32(void *dst, const void *a, const void *b, uint32_t n, unsigned mode) \
    { \
        const float *p = a; \
        float *d = dst; \
        (void)b; \
        (void)mode; \
        for (uint32_t i = 0; i < n; i++) \
            d[i] = dv_f32_##name(p[i]); \
    }

FUNCTION_ROW(exp)
FUNCTION_ROW(ln)

/* ---- integers: rows that wrap; saturating ones go lane by lane ------------------------------- */

#define INT_ROW(name, kind, type, expression) \
    ROW void name(void *dst, const void *a, const void *b, uint32_t n, unsigned mode) \
    { \
        const type *p = a, *q = b; \
        type *d = dst; \
        if (mode & DV_MODE_INT_SAT) { \
            for (uint32_t i = 0; i < n; i++) \
                d[i] = (type)dv_lane_of(DV_LANE_##kind, sizeof(type) == 2 ? DV_K_S16 : DV_K_S32)( \
                    (uint32_t)p[i], (uint32_t)q[i], mode); \
            return; \
        } \
        for (uint32_t i = 0; i < n; i++) { \
            type x = p[i], y = q[i]; \
            d[i] = (type)(expression); \
        } \
    }

INT_ROW(add_s16, add, int16_t, (uint32_t)x + (uint32_t)y)
INT_ROW(add_s32, add, int32_t, (uint32_t)x + (uint32_t)y)
INT_ROW(sub_s16, sub, int16_t, (uint32_t)x - (uint32_t)y)
INT_ROW(sub_s32, sub, int32_t, (uint32_t)x - (uint32_t)y)
INT_ROW(mul_s16, mul, int16_t, (uint32_t)x *(uint32_t)y)
INT_ROW(mul_s32, mul, int32_t, (uint32_t)x *(uint32_t)y)
INT_ROW(max_s16, max, int16_t, x > y ? x : y)
INT_ROW(max_s32, max, int32_t, x > y ? x : y)
INT_ROW(min_s16, min, int16_t, x < y ? x : y)
INT_ROW(min_s32, min, int32_t, x < y ? x : y)
INT_ROW(and_s16, and, int16_t, x &y)
INT_ROW(or_s16, or, int16_t, x | y)

static void copy_16(void *dst, const void *a, const void *b, uint32_t n, unsigned mode)
{
    (void)b;
    (void)mode;
    memmove(dst, a, n * 2);
}

static void copy_32(void *dst, const void *a, const void *b, uint32_t n, unsigned mode)
{
    (void)b;
    (void)mode;
    memmove(dst, a, (size_t)n * 4);
}

static const dv_row_fn rows[DV_LANE_COUNT][DV_KINDS_OF_LANE] = {
    [DV_LANE_add] = {add_f16, add_f32, add_s16, add_s32},
    [DV_LANE_sub] = {sub_f16, sub_f32, sub_s16, sub_s32},
    [DV_LANE_mul] = {mul_f16, mul_f32, mul_s16, mul_s32},
    [DV_LANE_div] = {div_f16, div_f32, NULL, NULL},
    [DV_LANE_max] = {max_f16, max_f32, max_s16, max_s32},
    [DV_LANE_min] = {min_f16, min_f32, min_s16, min_s32},
    [DV_LANE_and] = {NULL, NULL, and_s16, NULL},
    [DV_LANE_or] = {NULL, NULL, or_s16, NULL},
    [DV_LANE_abs] = {abs_f16, abs_f32, NULL, NULL},
    [DV_LANE_relu] = {relu_f16, relu_f32, NULL, NULL},
    [DV_LANE_rec] = {rec_f16, rec_f32, NULL, NULL},
    [DV_LANE_sqrt] = {sqrt_f16, sqrt_f32, NULL, NULL},
    [DV_LANE_rsqrt] = {rsqrt_f16, NULL, NULL, NULL},
    [DV_LANE_exp] = {exp_f16, exp_f32, NULL, NULL},
    [DV_LANE_ln] = {ln_f16, ln_f32, NULL, NULL},
    [DV_LANE_copy] = {copy_16, copy_32, copy_16, copy_32},
};

static bool usable;

void dv_fast_vector_init(void)
{
    unsigned a, b, c, d;

    /* clang 14 does not know "f16c" here; avx2 also says that the system saves the registers */
    usable = __builtin_cpu_supports("avx2") && __get_cpuid(1, &a, &b, &c, &d) && c >> 29 & 1;
}

void dv_fast_vector_choose(bool host)
{
    usable = false;
    if (host)
        dv_fast_vector_init();
}

dv_row_fn dv_fast_row(unsigned lane, enum dv_lane_kind kind)
{
    return usable ? rows[lane][kind] : NULL;
}

static dv_row_fn narrow(enum dv_round round)
{
    switch (round) {
    case DV_RINT:
        return narrow_r;
    case DV_FLOOR:
        return narrow_f;
    case DV_CEIL:
        return narrow_c;
    case DV_TRUNC:
        return narrow_z;
    default:
        return NULL;
    }
}

dv_row_fn dv_fast_convert(unsigned src, unsigned dst, enum dv_round round)
{
    if (!usable)
        return NULL;
    if (src == DV_EL_F16 && dst == DV_EL_F32)
        return widen;
    return src == DV_EL_F32 && dst == DV_EL_F16 ? narrow(round) : NULL;
}

#else

void dv_fast_vector_init(void) {}

void dv_fast_vector_choose(bool host)
{
    (void)host;
}

dv_row_fn dv_fast_row(unsigned lane, enum dv_lane_kind kind)
{
    (void)lane;
    (void)kind;
    return NULL;
}

dv_row_fn dv_fast_convert(unsigned src, unsigned dst, enum dv_round round)
{
    (void)src;
    (void)dst;
    (void)round;
    return NULL;
}

#endif
