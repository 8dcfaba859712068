/* Transpose of a 16x16 square of 16-bit elements in vector registers.
 *
 * Owns: one shuffle network, written with vector extensions so that it compiles for any host;
 * it moves bits and computes nothing. Knows no instruction. */
#ifndef DV_SEM_FAST_SQUARE_H
#define DV_SEM_FAST_SQUARE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t dv_v8u16 __attribute__((vector_size(16)));
typedef uint32_t dv_v4u32 __attribute__((vector_size(16)));
typedef uint64_t dv_v2u64 __attribute__((vector_size(16)));

#define DV_LOW16(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define DV_HIGH16(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define DV_LOW32(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define DV_HIGH32(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define DV_LOW64(a, b) __builtin_shufflevector(a, b, 0, 2)
#define DV_HIGH64(a, b) __builtin_shufflevector(a, b, 1, 3)

/* dst[j][i] = src[i][j] of an 8x8 corner; rows are `pitch` bytes apart. */
static inline __attribute__((always_inline)) void
dv_corner_transpose(uint8_t *dst, const uint8_t *src, unsigned pitch)
{
    dv_v8u16 r[8], a[8];
    dv_v4u32 b[8];
    dv_v2u64 c[8];

    for (unsigned i = 0; i < 8; i++)
        memcpy(&r[i], src + i * pitch, 16);
    for (unsigned i = 0; i < 4; i++) {
        a[2 * i] = DV_LOW16(r[2 * i], r[2 * i + 1]);
        a[2 * i + 1] = DV_HIGH16(r[2 * i], r[2 * i + 1]);
    }
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned h = 0; h < 2; h++) {
            dv_v4u32 x = (dv_v4u32)a[4 * i + h], y = (dv_v4u32)a[4 * i + 2 + h];
            b[4 * i + 2 * h] = DV_LOW32(x, y);
            b[4 * i + 2 * h + 1] = DV_HIGH32(x, y);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        dv_v2u64 x = (dv_v2u64)b[i], y = (dv_v2u64)b[4 + i];
        c[2 * i] = DV_LOW64(x, y);
        c[2 * i + 1] = DV_HIGH64(x, y);
    }
    for (unsigned j = 0; j < 8; j++)
        memcpy(dst + j * pitch, &c[j], 16);
}

/* dst[j][i] = src[i][j]; both 512 B, row-major, not overlapping. */
static inline __attribute__((always_inline)) void dv_square_transpose(void *dst, const void *src)
{
    uint8_t *d = dst;
    const uint8_t *s = src;

    dv_corner_transpose(d, s, 32);
    dv_corner_transpose(d + 16, s + 8 * 32, 32);
    dv_corner_transpose(d + 8 * 32, s + 16, 32);
    dv_corner_transpose(d + 8 * 32 + 16, s + 8 * 32 + 16, 32);
}

/* The same, in plain C when `simd` is false. */
static inline void dv_square_turn(void *dst, const void *src, bool simd)
{
    uint8_t *d = dst;
    const uint8_t *s = src;

    if (simd) {
        dv_square_transpose(d, s);
        return;
    }
    for (unsigned i = 0; i < 16; i++)
        for (unsigned j = 0; j < 16; j++)
            memcpy(d + 2 * (16 * j + i), s + 2 * (16 * i + j), 2);
}

#endif
