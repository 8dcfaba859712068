/* Effects of fractal loads from GM and L1, plain and transposing (isa.md 8.4).
 *
 * Owns: what a square is for each element size. Fractals go in ascending order of repeat. */
#include <stddef.h>
#include <string.h>

#include "emu/sem/fast/square.h"
#include "emu/sem/sem.h"

enum { DST, SRC, FRACTAL = 512 };

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* Two fractals of 16x32 bytes one above the other; dst[f] are the halves of the result. */
static void transpose8(uint8_t *const dst[], const uint8_t *src)
{
    for (unsigned i = 0; i < 32; i++)
        for (unsigned j = 0; j < 32; j++)
            dst[j / 16][32 * (j % 16) + i] = src[32 * i + j];
}

/* Two fractals of 16x8 words side by side (inferred: one square of 16x16). */
static void transpose32(uint8_t *const dst[], const uint8_t *src)
{
    for (unsigned i = 0; i < 16; i++)
        for (unsigned j = 0; j < 16; j++)
            memcpy(dst[i / 8] + 4 * (8 * j + i % 8),
                   src + (size_t)FRACTAL * (j / 8) + 4 * (8 * i + j % 8), 4);
}

/* Four fractals of 16x64 nibbles one above the other: one square of 64x64, the low nibble first. */
static void transpose4(uint8_t *const dst[], const uint8_t *src)
{
    for (unsigned i = 0; i < 64; i++)
        for (unsigned j = 0; j < 64; j++) {
            unsigned v = src[32 * i + j / 2] >> j % 2 * 4 & 15;
            uint8_t *to = dst[j / 16] + (size_t)32 * (j % 16) + i / 2;

            *to = (uint8_t)(i % 2 ? *to | v << 4 : v);
        }
}

void dv_sem_load2d(const struct dv_work *w)
{
    struct dv_cfg_load2d c = dv_unpack_load2d(w->cfg);
    bool transpose = w->op->lane == DV_LANE_transpose;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC) + (size_t)FRACTAL * c.start;
    ptrdiff_t step = (ptrdiff_t)FRACTAL * (ptrdiff_t)c.src_stride;

    for (unsigned i = 0; i < c.repeat; i++) {
        if (transpose)
            dv_square_turn(dst, src, w->simd);
        else
            memcpy(dst, src, FRACTAL);
        dst += (size_t)FRACTAL * (c.dst_gap + 1);
        src += w->op->lane == DV_LANE_descend ? -step : step;
    }
}

static void turn(const struct dv_work *w, unsigned bits, uint8_t *const dst[], const uint8_t *src)
{
    if (bits == 16)
        dv_square_turn(dst[0], src, w->simd);
    else if (bits == 8)
        transpose8(dst, src);
    else if (bits == 4)
        transpose4(dst, src);
    else
        transpose32(dst, src);
}

void dv_sem_load2dt(const struct dv_work *w)
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(w->cfg);
    unsigned bits = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst);
    ptrdiff_t square = bits == 16 ? FRACTAL : bits == 4 ? 4 * FRACTAL : 2 * FRACTAL;
    ptrdiff_t step = square * (ptrdiff_t)c.src_stride;
    size_t gap = (size_t)FRACTAL * (c.frac_gap + 1);
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC) + square * (ptrdiff_t)c.start;

    for (unsigned i = 0; i < c.repeat; i++) {
        uint8_t *const fractal[4] = {dst, dst + gap, dst + 2 * gap, dst + 3 * gap};

        turn(w, bits, fractal, src);
        dst += (size_t)FRACTAL * (c.dst_gap + 1);
        src += c.descend ? -step : step;
    }
}
