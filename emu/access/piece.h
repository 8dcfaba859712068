/* Geometry of padding moves and constant fills, for footprints and meanings (isa.md 8.1, 8.6).
 * Knows no memory contents and no time. */
#ifndef DV_ACCESS_PIECE_H
#define DV_ACCESS_PIECE_H

#include "emu/core/work.h"

enum { DV_PAD_MODES = 8 };

/* A padding mode: every `in` bytes of the source become `out` bytes. */
struct dv_pad {
    uint8_t in, out;
    uint8_t width; /* bytes of the pad value: 0 when nothing is padded */
};

static inline struct dv_pad dv_pad_mode(unsigned mode)
{
    static const struct dv_pad pads[DV_PAD_MODES + 1] = {
        {32, 32, 0}, {1, 32, 1}, {2, 32, 2}, {4, 32, 2},  {8, 32, 2},
        {16, 32, 2}, {32, 4, 0}, {32, 8, 0}, {32, 16, 0},
    };

    return pads[mode];
}

/* Bytes that a burst becomes. */
static inline uint64_t dv_pad_of(unsigned mode, uint64_t bytes)
{
    struct dv_pad p = dv_pad_mode(mode);

    return bytes / p.in * p.out;
}

/* `repeat` groups of `bytes`, `pitch` from start to start. */
struct dv_fill {
    uint32_t repeat;
    uint64_t bytes, pitch;
};

static inline struct dv_fill dv_fill_of(const struct dv_work *w)
{
    struct dv_cfg_fill c = dv_unpack_fill(w->cfg);
    uint64_t block = dv_op_insn(w->op)->operand[0].space == DV_SPACE_L1 ? 32 : 512;

    if (w->kind == DV_C100)
        return (struct dv_fill){c.repeat & 0xff, 512, 512};
    return (struct dv_fill){c.repeat, block * c.blocks, block * ((uint64_t)c.blocks + c.gap)};
}

#endif
