/* MMAD with vector registers: AVX2 + FMA and AVX-512 tiers, the bits of dv_mmad_plain.
 *
 * Owns: packing of fractals to f32 and two register-blocked kernels. A becomes rows of k floats,
 * B becomes [column of fractals][k][16], C is updated in place: its rows of 16 floats are
 * contiguous over m. Long products are cut along k, m and n so that the scratch stays in L2; a
 * cut along k is exact because every chain passes through C in f32. */
#include "emu/sem/fast/cube.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

#include "emu/sem/fast/square.h"
#include "isa/num.h"

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define AVX512 __attribute__((target("avx512f,avx2,fma,f16c")))
#define INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { FRACTAL = 512, KC = 256, MC = 256, NC = 128 };

struct scratch {
    float a[MC * KC]; /* [row][lda] */
    float b[NC * KC]; /* [fractal column][k][16] */
};

static _Thread_local struct scratch scratch __attribute__((aligned(64)));

/* A cut of the product: k in [k, k + ks), and so on; elements. */
struct cut {
    unsigned k, ks, m, ms, n, ns;
};

/* ---- packing --------------------------------------------------------------------------------- */

static unsigned k0_of(const struct dv_mmad *p)
{
    return p->elem == DV_EL_F32 ? 8 : 16;
}

/* 32 bytes of elements to floats. */
AVX2 static INLINE void widen(float *dst, const uint8_t *src, unsigned elem)
{
    __m128i lo = _mm_loadu_si128((const __m128i *)(const void *)src);
    __m128i hi = _mm_loadu_si128((const __m128i *)(const void *)(src + 16));

    if (elem == DV_EL_F16) {
        _mm256_storeu_ps(dst, _mm256_cvtph_ps(lo));
        _mm256_storeu_ps(dst + 8, _mm256_cvtph_ps(hi));
    } else if (elem == DV_EL_BF16) {
        __m256i x = _mm256_slli_epi32(_mm256_cvtepu16_epi32(lo), 16);
        __m256i y = _mm256_slli_epi32(_mm256_cvtepu16_epi32(hi), 16);

        _mm256_storeu_ps(dst, _mm256_castsi256_ps(x));
        _mm256_storeu_ps(dst + 8, _mm256_castsi256_ps(y));
    } else {
        memcpy(dst, src, 32);
    }
}

/* The single row of a vector product; its end is not padded in L0A. */
AVX2 static void pack_vector(const struct dv_mmad *p, const struct cut *t)
{
    unsigned k0 = k0_of(p), size = 32 / k0;

    for (unsigned k = 0; k < t->ks; k += k0) {
        uint8_t piece[32] = {0};
        unsigned left = t->ks - k;

        memcpy(piece, p->a + (size_t)(t->k + k) * size, (left < k0 ? left : k0) * size);
        widen(scratch.a + k, piece, p->elem);
    }
}

AVX2 static INLINE void pack_fractal(float *dst, unsigned lda, const uint8_t *src, unsigned elem)
{
    for (unsigned r = 0; r < 16; r++)
        widen(dst + (size_t)r * lda, src + 32 * r, elem);
}

/* Whole fractals; what lies beyond m and k is packed and never used. */
AVX2 static INLINE void pack_a_of(const struct dv_mmad *p, const struct cut *t, unsigned lda,
                                  unsigned elem)
{
    unsigned k0 = elem == DV_EL_F32 ? 8 : 16;

    for (unsigned i = 0; i < t->ms; i += 16) {
        const uint8_t *row = p->a + ((size_t)(t->m + i) / 16 * p->a_pitch + t->k / k0) * FRACTAL;

        for (unsigned k = 0; k < t->ks; k += k0)
            pack_fractal(scratch.a + (size_t)i * lda + k, lda, row + (size_t)(k / k0) * FRACTAL,
                         elem);
    }
}

AVX2 static void pack_a(const struct dv_mmad *p, const struct cut *t, unsigned lda)
{
    if (p->vector)
        pack_vector(p, t);
    else if (p->elem == DV_EL_F16)
        pack_a_of(p, t, lda, DV_EL_F16);
    else if (p->elem == DV_EL_BF16)
        pack_a_of(p, t, lda, DV_EL_BF16);
    else
        pack_a_of(p, t, lda, DV_EL_F32);
}

/* dst[j][i] = src[i][j] of 8x8 floats; rows of dst are 16 floats apart, of src 8. */
AVX2 static INLINE void turn_floats(float *dst, const uint8_t *src)
{
    __m256 r[8], a[8];

    UNROLL
    for (unsigned i = 0; i < 8; i++)
        r[i] = _mm256_loadu_ps((const float *)(const void *)(src + 32 * i));
    UNROLL
    for (unsigned i = 0; i < 4; i++) {
        a[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    UNROLL
    for (unsigned h = 0; h < 2; h++) {
        r[4 * h] = _mm256_shuffle_ps(a[4 * h], a[4 * h + 2], 0x44);
        r[4 * h + 1] = _mm256_shuffle_ps(a[4 * h], a[4 * h + 2], 0xee);
        r[4 * h + 2] = _mm256_shuffle_ps(a[4 * h + 1], a[4 * h + 3], 0x44);
        r[4 * h + 3] = _mm256_shuffle_ps(a[4 * h + 1], a[4 * h + 3], 0xee);
    }
    UNROLL
    for (unsigned j = 0; j < 4; j++) {
        _mm256_storeu_ps(dst + 16 * j, _mm256_permute2f128_ps(r[j], r[4 + j], 0x20));
        _mm256_storeu_ps(dst + 16 * (4 + j), _mm256_permute2f128_ps(r[j], r[4 + j], 0x31));
    }
}

/* One fractal of B, [16 n][k0], to [k0][16 n]. */
AVX2 static INLINE void turn_fractal(float *dst, const uint8_t *src, unsigned elem)
{
    if (elem == DV_EL_F32) {
        turn_floats(dst, src);
        turn_floats(dst + 8, src + 256);
        return;
    }
    uint8_t square[FRACTAL] __attribute__((aligned(32)));

    dv_square_transpose(square, src);
    pack_fractal(dst, 16, square, elem);
}

AVX2 static INLINE void pack_b_of(const struct dv_mmad *p, const struct cut *t, unsigned ldb,
                                  unsigned elem)
{
    unsigned k0 = elem == DV_EL_F32 ? 8 : 16, n1 = (p->n + 15) / 16;

    for (unsigned k = 0; k < t->ks; k += k0) {
        const uint8_t *row = p->b + ((size_t)(t->k + k) / k0 * n1 + t->n / 16) * FRACTAL;

        for (unsigned j = 0; j < t->ns; j += 16)
            turn_fractal(scratch.b + (size_t)j * ldb + (size_t)16 * k,
                         row + (size_t)(j / 16) * FRACTAL, elem);
    }
}

AVX2 static void pack_b(const struct dv_mmad *p, const struct cut *t, unsigned ldb)
{
    if (p->elem == DV_EL_F16)
        pack_b_of(p, t, ldb, DV_EL_F16);
    else if (p->elem == DV_EL_BF16)
        pack_b_of(p, t, ldb, DV_EL_BF16);
    else
        pack_b_of(p, t, ldb, DV_EL_F32);
}

/* ---- kernels --------------------------------------------------------------------------------- */

/* `rows` rows of one column of fractals: c[r][16] (+)= a[r][k] * b[k][16]. */
struct block {
    float *c;
    const float *a, *b;
    size_t lda, k;
    bool init;
};

AVX2 static INLINE void store8(float *dst, __m256 v)
{
    __m256 nan = _mm256_castsi256_ps(_mm256_set1_epi32(DV_F32_NAN));

    _mm256_storeu_ps(dst, _mm256_blendv_ps(v, nan, _mm256_cmp_ps(v, v, _CMP_UNORD_Q)));
}

AVX2 static INLINE void rows_avx2(const struct block *p, const unsigned rows)
{
    const size_t ks = p->k;
    const float *a[6], *b = p->b;
    __m256 lo[6], hi[6];

    UNROLL
    for (unsigned r = 0; r < rows; r++) {
        a[r] = p->a + r * p->lda;
        lo[r] = p->init ? _mm256_setzero_ps() : _mm256_loadu_ps(p->c + 16 * r);
        hi[r] = p->init ? _mm256_setzero_ps() : _mm256_loadu_ps(p->c + 16 * r + 8);
    }
    for (size_t k = 0; k < ks; k++, b += 16) {
        __m256 x = _mm256_loadu_ps(b), y = _mm256_loadu_ps(b + 8);

        UNROLL
        for (unsigned r = 0; r < rows; r++) {
            __m256 s = _mm256_broadcast_ss(a[r] + k);

            lo[r] = _mm256_fmadd_ps(s, x, lo[r]);
            hi[r] = _mm256_fmadd_ps(s, y, hi[r]);
        }
    }
    UNROLL
    for (unsigned r = 0; r < rows; r++) {
        store8(p->c + 16 * r, lo[r]);
        store8(p->c + 16 * r + 8, hi[r]);
    }
}

AVX2 static void block6_avx2(const struct block *p)
{
    rows_avx2(p, 6);
}
AVX2 static void block4_avx2(const struct block *p)
{
    rows_avx2(p, 4);
}
AVX2 static void block2_avx2(const struct block *p)
{
    rows_avx2(p, 2);
}
AVX2 static void block1_avx2(const struct block *p)
{
    rows_avx2(p, 1);
}

AVX512 static INLINE void store16(float *dst, __m512 v)
{
    __m512 nan = _mm512_castsi512_ps(_mm512_set1_epi32(DV_F32_NAN));

    _mm512_storeu_ps(dst, _mm512_mask_mov_ps(v, _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q), nan));
}

AVX512 static INLINE void rows_avx512(const struct block *p, const unsigned rows)
{
    const size_t ks = p->k;
    const float *a[12], *b = p->b;
    __m512 s[12];

    UNROLL
    for (unsigned r = 0; r < rows; r++) {
        a[r] = p->a + r * p->lda;
        s[r] = p->init ? _mm512_setzero_ps() : _mm512_loadu_ps(p->c + 16 * r);
    }
    for (size_t k = 0; k < ks; k++, b += 16) {
        __m512 x = _mm512_loadu_ps(b);

        UNROLL
        for (unsigned r = 0; r < rows; r++)
            s[r] = _mm512_fmadd_ps(_mm512_set1_ps(a[r][k]), x, s[r]);
    }
    UNROLL
    for (unsigned r = 0; r < rows; r++)
        store16(p->c + 16 * r, s[r]);
}

AVX512 static void block12_avx512(const struct block *p)
{
    rows_avx512(p, 12);
}
AVX512 static void block4_avx512(const struct block *p)
{
    rows_avx512(p, 4);
}
AVX512 static void block2_avx512(const struct block *p)
{
    rows_avx512(p, 2);
}
AVX512 static void block1_avx512(const struct block *p)
{
    rows_avx512(p, 1);
}

/* Blocks of falling height; the last has height 1. */
struct tier {
    const char *name;
    struct {
        unsigned rows;
        void (*run)(const struct block *p);
    } block[4];
};

static const struct tier avx2 = {
    "avx2", {{6, block6_avx2}, {4, block4_avx2}, {2, block2_avx2}, {1, block1_avx2}}};
static const struct tier avx512 = {
    "avx512", {{12, block12_avx512}, {4, block4_avx512}, {2, block2_avx512}, {1, block1_avx512}}};

/* ---- driver ---------------------------------------------------------------------------------- */

/* All rows of one column of fractals. */
static void column(const struct tier *v, struct block b, unsigned rows)
{
    for (unsigned i = 0; i < 4; i++)
        for (; rows >= v->block[i].rows; rows -= v->block[i].rows) {
            v->block[i].run(&b);
            b.a += v->block[i].rows * b.lda;
            b.c += v->block[i].rows * 16;
        }
}

/* The last column when n is no multiple of 16: computed aside, valid lanes copied back. */
static void tail_column(const struct tier *v, struct block b, unsigned rows, unsigned lanes)
{
    static _Thread_local float aside[MC * 16];
    float *c = b.c;

    memcpy(aside, c, (size_t)rows * 64);
    b.c = aside;
    column(v, b, rows);
    for (unsigned i = 0; i < rows; i++)
        memcpy(c + 16 * i, aside + 16 * i, 4 * lanes);
}

static void multiply(const struct tier *v, const struct dv_mmad *p, const struct cut *t,
                     unsigned lda, unsigned ldb)
{
    size_t panel = (size_t)(p->m + 15) / 16 * 256;
    struct block b = {.a = scratch.a, .lda = lda, .k = t->ks, .init = p->init && !t->k};

    for (unsigned j = 0; j < t->ns; j += 16) {
        unsigned lanes = t->ns - j < 16 ? t->ns - j : 16;

        b.c = (float *)(void *)p->c + (t->n + j) / 16 * panel + (size_t)t->m * 16;
        b.b = scratch.b + (size_t)j * ldb;
        if (lanes == 16)
            column(v, b, t->ms);
        else
            tail_column(v, b, t->ms, lanes);
    }
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void run(const struct tier *v, const struct dv_mmad *p)
{
    struct cut t;

    for (t.k = 0; t.k < p->k; t.k += t.ks) {
        t.ks = least(KC, p->k - t.k);
        unsigned ld = (t.ks + 15) & ~15u;

        for (t.n = 0; t.n < p->n; t.n += t.ns) {
            t.ns = least(NC, p->n - t.n);
            pack_b(p, &t, ld);
            for (t.m = 0; t.m < p->m; t.m += t.ms) {
                t.ms = least(MC, p->m - t.m);
                pack_a(p, &t, ld);
                multiply(v, p, &t, ld, ld);
            }
        }
    }
}

static void mmad_avx2(const struct dv_mmad *p)
{
    run(&avx2, p);
}
static void mmad_avx512(const struct dv_mmad *p)
{
    run(&avx512, p);
}

/* clang 14 does not know the name f16c in __builtin_cpu_supports. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;

    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
}

dv_mmad_fn dv_mmad_tier(unsigned i, const char **name)
{
    __builtin_cpu_init();
    bool can_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
    bool can_avx512 = can_avx2 && __builtin_cpu_supports("avx512f");

    if (can_avx512 && !i--) {
        *name = avx512.name;
        return mmad_avx512;
    }
    if (can_avx2 && !i--) {
        *name = avx2.name;
        return mmad_avx2;
    }
    *name = "portable";
    return i ? NULL : dv_mmad_portable;
}

#else

dv_mmad_fn dv_mmad_tier(unsigned i, const char **name)
{
    *name = "portable";
    return i ? NULL : dv_mmad_portable;
}

#endif
