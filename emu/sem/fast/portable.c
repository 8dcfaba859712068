/* MMAD for every host: vectors of the compiler, no instruction set named, the bits of
 * dv_mmad_plain.
 *
 * Owns: three ways to a fused step without FMA. f16: products are exact in f32, so multiply and
 * add round once. bf16: products are exact in double, and with 16 bits of product and 24 of sum
 * the rounding to double never changes the one to f32. f32: the sum is rounded to odd in double,
 * after which rounding to f32 is the rounding of the exact sum (Boldo, Melquiond 2008). */
#include <string.h>

#include "emu/sem/fast/cube.h"
#include "isa/num.h"

enum { FRACTAL = 512, KC = 256, MC = 128 };

typedef float vec __attribute__((vector_size(16)));
typedef float pair __attribute__((vector_size(8)));
typedef double wide __attribute__((vector_size(16)));
typedef uint64_t bits __attribute__((vector_size(16)));

static _Thread_local struct {
    float a[MC * KC]; /* [row][KC] */
    float b[KC * 16]; /* [k][16 n] */
} scratch __attribute__((aligned(64)));

/* ---- packing --------------------------------------------------------------------------------- */

/* n elements to floats; loops the compiler can turn into vectors. */
static void widen(float *dst, const uint8_t *src, unsigned n, unsigned elem)
{
    uint16_t half[16];

    if (elem == DV_EL_F32) {
        memcpy(dst, src, 4 * n);
        return;
    }
    memcpy(half, src, 2 * n);
    for (unsigned i = 0; i < n; i++) {
        uint32_t magnitude = (uint32_t)(half[i] & 0x7fff) << 13;
        uint32_t sign = (uint32_t)(half[i] & 0x8000) << 16;
        /* 2^112 moves the exponent, of subnormals too */
        uint32_t f16 = dv_f32_bits(dv_bits_f32(magnitude) * 0x1p112f);
        f16 |= (magnitude >= 0x0f800000u ? 0x7f800000u : 0) | sign;
        dst[i] = dv_bits_f32(elem == DV_EL_F16 ? f16 : (uint32_t)half[i] << 16);
    }
}

static unsigned k0_of(const struct dv_mmad *p)
{
    return p->elem == DV_EL_F32 ? 8 : 16;
}

static void pack_a(const struct dv_mmad *p, unsigned m, unsigned ms, unsigned k, unsigned ks)
{
    unsigned k0 = k0_of(p), size = 32 / k0;

    for (unsigned i = 0; i < ms; i++)
        for (unsigned at = 0; at < ks; at += k0) {
            const uint8_t *src = p->a + (size_t)(k + at) * size; /* one row */
            if (!p->vector)
                src = p->a + ((size_t)(m + i) / 16 * p->a_pitch + (k + at) / k0) * FRACTAL +
                      (m + i) % 16 * 32;
            widen(scratch.a + (size_t)i * KC + at, src, ks - at < k0 ? ks - at : k0, p->elem);
        }
}

/* One column of fractals, transposed. */
static void pack_b(const struct dv_mmad *p, unsigned n, unsigned k, unsigned ks)
{
    unsigned k0 = k0_of(p);
    float row[16];

    for (unsigned at = 0; at < ks; at += k0) {
        const uint8_t *src = p->b + ((size_t)(k + at) / k0 * ((p->n + 15) / 16) + n / 16) * FRACTAL;
        unsigned left = ks - at < k0 ? ks - at : k0;

        for (unsigned j = 0; j < 16; j++) {
            widen(row, src + 32 * j, k0, p->elem);
            for (unsigned i = 0; i < left; i++)
                scratch.b[(at + i) * 16 + j] = row[i];
        }
    }
}

/* ---- kernels: rows of sums over k steps ------------------------------------------------------ */

/* Two rows, f16: sum += a * b, both roundings in f32, the first one exact. */
static void rows_f16(float *c0, float *c1, const float *a0, const float *a1, unsigned ks)
{
    vec s[8];

    for (unsigned i = 0; i < 4; i++) {
        memcpy(&s[i], c0 + 4 * i, sizeof s[i]);
        memcpy(&s[4 + i], c1 + 4 * i, sizeof s[i]);
    }
    for (unsigned k = 0; k < ks; k++) {
        vec x = {a0[k], a0[k], a0[k], a0[k]}, y = {a1[k], a1[k], a1[k], a1[k]};
        for (unsigned i = 0; i < 4; i++) {
            vec b;
            memcpy(&b, scratch.b + (size_t)k * 16 + 4 * i, sizeof b);
            s[i] += x * b;
            s[4 + i] += y * b;
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        memcpy(c0 + 4 * i, &s[i], sizeof s[i]);
        memcpy(c1 + 4 * i, &s[4 + i], sizeof s[i]);
    }
}

/* Rounding to odd: an inexact even sum moves one step towards the error. */
static inline wide odd_sum(wide p, wide c)
{
    wide s = p + c, other = s - p, e = (p - (s - other)) + (c - other);
    bits u = (bits)s, away = (u ^ (bits)e) >> 63;
    bits inexact = (bits)(e != 0) & (bits)(e == e); /* infinities and NaNs have a NaN here */
    bits step = 1 - (away << 1);                    /* towards e: one up or one down */

    return (wide)(u + (step & inexact & ((u & 1) - 1)));
}

/* One row in double, rounded to f32 every step. Whole vectors are converted: gcc 12 drops the
 * rounding of a vector made of converted elements. */
static inline void row_wide(float *c, const float *a, unsigned ks, bool odd)
{
    wide s[8];

    for (unsigned i = 0; i < 8; i++)
        s[i] = (wide){c[2 * i], c[2 * i + 1]};
    for (unsigned k = 0; k < ks; k++) {
        const float *b = scratch.b + (size_t)k * 16;
        wide x = {a[k], a[k]};
        for (unsigned i = 0; i < 8; i++) {
            wide p = x * (wide){b[2 * i], b[2 * i + 1]};
            wide t = odd ? odd_sum(p, s[i]) : p + s[i];
            s[i] = __builtin_convertvector(__builtin_convertvector(t, pair), wide);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        c[2 * i] = (float)s[i][0];
        c[2 * i + 1] = (float)s[i][1];
    }
}

static void rows(unsigned elem, float *c, const float *a, unsigned n, unsigned ks)
{
    if (elem == DV_EL_F16)
        rows_f16(c, c + 16 * (n - 1), a, a + (size_t)(n - 1) * KC, ks);
    for (unsigned i = 0; i < n && elem != DV_EL_F16; i++) {
        if (elem == DV_EL_BF16)
            row_wide(c + 16 * i, a + (size_t)i * KC, ks, false);
        else
            row_wide(c + 16 * i, a + (size_t)i * KC, ks, true);
    }
}

/* ---- driver ---------------------------------------------------------------------------------- */

/* Rows [m, m + ms) of one column of fractals, two at a time. */
static void column(const struct dv_mmad *p, unsigned n, unsigned m, unsigned ms, unsigned ks,
                   bool init)
{
    size_t panel = (size_t)(p->m + 15) / 16 * 1024;
    unsigned lanes = p->n - n < 16 ? p->n - n : 16;

    for (unsigned i = 0; i < ms; i += 2) {
        uint8_t *to = p->c + n / 16 * panel + (size_t)(m + i) * 64;
        unsigned two = ms - i < 2 ? 1 : 2;
        float c[32] = {0};

        if (!init)
            memcpy(c, to, (size_t)64 * two);
        rows(p->elem, c, scratch.a + (size_t)i * KC, two, ks);
        for (unsigned j = 0; j < 16 * two; j++)
            c[j] = dv_f32_canon(c[j]);
        for (unsigned r = 0; r < two; r++)
            memcpy(to + 64 * r, c + 16 * r, 4 * lanes);
    }
}

void dv_mmad_portable(const struct dv_mmad *p)
{
    for (unsigned k = 0; k < p->k; k += KC) {
        unsigned ks = p->k - k < KC ? p->k - k : KC;

        for (unsigned m = 0; m < p->m; m += MC) {
            unsigned ms = p->m - m < MC ? p->m - m : MC;

            pack_a(p, m, ms, k, ks);
            for (unsigned n = 0; n < p->n; n += 16) {
                pack_b(p, n, k, ks);
                column(p, n, m, ms, ks, p->init && !k);
            }
        }
    }
}
