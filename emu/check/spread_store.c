/* Rules of moves that do more than move: atomic stores, 4-bit squares and the fixpipe; see init.h.
 * The plain forms of the first two run their meaning, as in spread.c. */
#include <string.h>

#include "emu/access/atomic.h"
#include "emu/access/drain.h"
#include "emu/access/lanes.h"
#include "emu/check/init.h"
#include "emu/sem/sem.h"

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* The caller's env has pads of 0, so a pad is clean. */
static void move(struct dv_spread *s)
{
    dv_sem[s->w.op->sem](&s->w);
}

/* An element of an atomic store is as bad as what it adds and what it meets. */
static void add(struct dv_spread *s, uint8_t *dst, const uint8_t *src, uint32_t n, uint32_t size)
{
    for (uint32_t i = 0; i < n; i += size) {
        uint8_t mark = dv_spread_look(s, dv_op_insn(s->w.op)->operand[1].space, src + i, size);

        mark = dv_spread_worse(mark, dv_spread_look(s, DV_SPACE_GM, dst + i, size));
        memset(dst + i, mark, size);
    }
}

/* n rows with the atomic stores of the instruction. */
static void add_rows(struct dv_spread *s, uint32_t n, uint32_t bytes, uint64_t dst_pitch,
                     uint64_t src_pitch)
{
    uint8_t *dst = place(&s->w, 0), *src = place(&s->w, 1);

    for (uint32_t i = 0; i < n; i++)
        add(s, dst + i * dst_pitch, src + i * src_pitch, bytes,
            dv_atomic_bytes(dv_atomic_of(&s->w)));
}

void dv_spread_burst(struct dv_spread *s)
{
    struct dv_cfg_burst c = dv_unpack_burst(s->w.cfg);
    uint32_t bytes = DV_BLOCK * c.len_burst;

    if (dv_atomic_of(&s->w))
        add_rows(s, c.n_burst, bytes, bytes + 32ull * c.dst_gap, bytes + 32ull * c.src_gap);
    else
        move(s);
}

void dv_spread_burst_pad(struct dv_spread *s)
{
    move(s);
}

void dv_spread_fb_burst(struct dv_spread *s)
{
    move(s);
}

void dv_spread_fill(struct dv_spread *s)
{
    move(s);
}

void dv_spread_align_out(struct dv_spread *s)
{
    struct dv_cfg_align c = dv_unpack_align(s->w.cfg);
    uint64_t blocks = (c.len_burst + DV_BLOCK - 1) / DV_BLOCK + c.src_gap;

    if (dv_atomic_of(&s->w))
        add_rows(s, c.n_burst, c.len_burst, (uint64_t)c.len_burst + c.dst_gap, DV_BLOCK * blocks);
    else
        move(s);
}

/* Two nibbles of two bytes make one. */
static void nibbles(struct dv_spread *s, uint8_t *dst, uint64_t gap, const uint8_t *src)
{
    for (uint32_t j = 0; j < 64; j++)
        for (uint32_t i = 0; i < 64; i += 2) {
            uint8_t mark = dv_spread_look(s, DV_SPACE_L1, src + 32 * i + j / 2, 1);

            mark = dv_spread_worse(mark,
                                   dv_spread_look(s, DV_SPACE_L1, src + 32 * (i + 1) + j / 2, 1));
            dst[j / 16 * gap + 32 * (j % 16) + i / 2] = mark;
        }
}

void dv_spread_load2dt(struct dv_spread *s)
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(s->w.cfg);
    int64_t step = 2048 * (int64_t)c.src_stride;
    uint8_t *dst = place(&s->w, 0);
    const uint8_t *src = place(&s->w, 1) + 2048ull * c.start;

    if (dv_spread_moves(&s->w)) {
        move(s);
        return;
    }
    for (uint32_t i = 0; i < c.repeat; i++)
        nibbles(s, dst + 512ull * (c.dst_gap + 1) * i, 512ull * (c.frac_gap + 1),
                src + (c.descend ? -step : step) * (int64_t)i);
}

/* ---- fixpipe --------------------------------------------------------------------------------- */

/* Of an element of L0C, of its parameter word, and of what an atomic store meets. */
static uint8_t drained(struct dv_spread *s, const uint8_t *src, const uint8_t *table, uint32_t j)
{
    uint8_t mark = dv_spread_look(s, DV_SPACE_L0C, src + j % 16 * 4, 4);

    return table ? dv_spread_worse(mark, dv_spread_look(s, DV_SPACE_FB, table + 8 * (uint64_t)j, 8))
                 : mark;
}

/* One row of a run: bytes of one element, or of two elements of four bits. */
static void drain_row(struct dv_spread *s, const struct dv_drain *r, uint8_t *to,
                      const uint8_t *from, const uint8_t *table, uint32_t j)
{
    uint32_t width = dv_drain_width(r, j), bytes = r->bits < 8 ? 1 : r->bits / 8;

    for (uint32_t k = 0; k < width; k += 8 * bytes / r->bits, to += bytes) {
        uint8_t mark = DV_MARK_CLEAN;

        for (uint32_t e = k; e < k + 8 * bytes / r->bits; e++)
            mark =
                dv_spread_worse(mark, drained(s, from + (j + e) / 16 * r->src_panel, table, j + e));
        if (dv_atomic_of(&s->w))
            mark = dv_spread_worse(mark, dv_spread_look(s, DV_SPACE_GM, to, bytes));
        memset(to, mark, bytes);
    }
}

void dv_spread_fix(struct dv_spread *s)
{
    struct dv_drain r = dv_drain_of(&s->w);
    uint8_t *dst = place(&s->w, 0);
    const uint8_t *src = place(&s->w, 1), *table = NULL;

    if (dv_quant_by_column(dv_unpack_fix(s->w.cfg).quant_pre))
        table = dv_at(&s->w, DV_SPACE_FB, dv_quant_table(&s->w));
    for (uint32_t q = 0; q < r.matrices; q++) {
        for (uint32_t i = 0; i < r.m; i++)
            for (uint32_t j = 0; j < r.n; j += r.run)
                drain_row(s, &r, dst + dv_drain_at(&r, i, j), src + (uint64_t)i * 64, table, j);
        src += r.src_matrix;
        dst += r.dst_matrix;
    }
}
