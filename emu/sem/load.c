/* Effects of fractal loads from L1 to L0A and L0B, plain and transposing (isa.md 8.4).
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
static void transpose8(uint8_t *dst[2], const uint8_t *src)
{
    for (unsigned i = 0; i < 32; i++)
        for (unsigned j = 0; j < 32; j++)
            dst[j / 16][32 * (j % 16) + i] = src[32 * i + j];
}

/* Two fractals of 16x8 words side by side (inferred: one square of 16x16). */
static void transpose32(uint8_t *dst[2], const uint8_t *src)
{
    for (unsigned i = 0; i < 16; i++)
        for (unsigned j = 0; j < 16; j++)
            memcpy(dst[i / 8] + 4 * (8 * j + i % 8),
                   src + (size_t)FRACTAL * (j / 8) + 4 * (8 * i + j % 8), 4);
}

void dv_sem_load2d(const struct dv_work *w)
{
    struct dv_cfg_load2d c = dv_unpack_load2d(w->cfg);
    bool transpose = w->op->lane == DV_LANE_transpose;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC) + (size_t)FRACTAL * c.start;

    for (unsigned i = 0; i < c.repeat; i++) {
        if (transpose)
            dv_square_turn(dst, src, w->simd);
        else
            memcpy(dst, src, FRACTAL);
        dst += (size_t)FRACTAL * (c.dst_gap + 1);
        src += (size_t)FRACTAL * c.src_stride;
    }
}

void dv_sem_load2dt(const struct dv_work *w)
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(w->cfg);
    unsigned bits = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst);
    ptrdiff_t square = bits == 16 ? FRACTAL : 2 * FRACTAL;
    ptrdiff_t step = square * (ptrdiff_t)c.src_stride;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC) + square * (ptrdiff_t)c.start;

    for (unsigned i = 0; i < c.repeat; i++) {
        uint8_t *half[2] = {dst, dst + (size_t)FRACTAL * (c.frac_gap + 1)};

        if (bits == 16)
            dv_square_turn(dst, src, w->simd);
        else if (bits == 8)
            transpose8(half, src);
        else
            transpose32(half, src);
        dst += (size_t)FRACTAL * (c.dst_gap + 1);
        src += c.descend ? -step : step;
    }
}
