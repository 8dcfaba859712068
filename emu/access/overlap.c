/* Which overlaps of a vector instruction's own operands are legal.
 *
 * Within a repeat destination and source are the same blocks or share none; no repeat reads what
 * an earlier one wrote, but for the accumulation idiom (isa.md 5.1). Owns only this rule: bounds
 * and alignment are checked elsewhere. */
#include "emu/access/overlap.h"

#include <string.h>

#include "emu/access/box.h"

enum { MAP_BLOCKS = 1 << 19 }; /* more than any UB has (chip.h: 1e7 bytes) */

/* One past the last byte of a side. */
static uint64_t side_end(const struct dv_vec *v, const struct dv_side *s)
{
    uint64_t blocks = v->lanes / dv_side_per(s);

    return s->base + DV_BLOCK * ((blocks - 1) * s->blk + (uint64_t)(v->repeats - 1) * s->rep + 1);
}

static bool same_blocks(const struct dv_side *a, const struct dv_side *b)
{
    return a->base == b->base && a->blk == b->blk && a->width == b->width;
}

/* In place, and every repeat lies past the one before. */
static bool in_place(const struct dv_vec *v, const struct dv_side *dst, const struct dv_side *src)
{
    uint32_t blocks = v->lanes * dst->width / DV_BLOCK;

    return same_blocks(dst, src) && dst->rep == src->rep &&
           (v->repeats == 1 || dst->rep > (blocks - 1) * dst->blk);
}

/* dst = src1 with repeat strides 0, for add sub mul max min (+ relu) of f16, s32, f32. */
static bool accumulates(const struct dv_work *w, const struct dv_vec *v, unsigned source)
{
    unsigned lane = dv_op_insn(w->op)->lane, elem = dv_types[w->op->type].dst;

    return v->sides == 3 && source == 2 && same_blocks(&v->side[0], &v->side[2]) &&
           !v->side[0].rep && !v->side[2].rep && elem != DV_EL_S16 &&
           (lane == DV_LANE_add || lane == DV_LANE_sub || lane == DV_LANE_mul ||
            lane == DV_LANE_max || lane == DV_LANE_min || lane == DV_LANE_addrelu ||
            lane == DV_LANE_subrelu);
}

/* Numbers of the active blocks of one repeat of a side, -1 where inactive. */
static unsigned blocks_of(const struct dv_vec *v, const struct dv_side *s, uint32_t r,
                          int64_t block[8])
{
    uint32_t per = dv_side_per(s);
    unsigned n = v->lanes / per;
    uint64_t mask[2];

    dv_vec_mask(v, r, mask);
    for (unsigned b = 0; b < n; b++)
        block[b] = dv_mask_part(mask, b * per, per)
                       ? (int64_t)(s->base / DV_BLOCK + (uint64_t)b * s->blk + (uint64_t)r * s->rep)
                       : -1;
    return n;
}

struct written {
    uint64_t bit[MAP_BLOCKS / 64];
};

static bool was_written(const struct written *m, int64_t block)
{
    return m->bit[block / 64] >> (block % 64) & 1;
}

/* True when one repeat reads earlier results, or blocks it writes in another place. */
static bool repeat_clashes(const struct dv_vec *v, const struct dv_side *src, uint32_t r,
                           struct written *m)
{
    int64_t to[8], from[8];
    unsigned tos = blocks_of(v, &v->side[0], r, to), froms = blocks_of(v, src, r, from);
    bool same = src->width == v->side[0].width;

    for (unsigned c = 0; c < froms; c++) {
        if (from[c] < 0)
            continue;
        if (was_written(m, from[c]))
            return true;
        for (unsigned b = 0; b < tos; b++)
            if (to[b] == from[c] && !(same && b == c))
                return true;
    }
    for (unsigned b = 0; b < tos; b++)
        if (to[b] >= 0)
            m->bit[to[b] / 64] |= 1ull << (to[b] % 64);
    return false;
}

static bool clashes(const struct dv_vec *v, const struct dv_side *src, uint64_t end)
{
    struct written m;
    /* without repeat strides the second repeat says all */
    uint32_t repeats = v->side[0].rep || src->rep || v->repeats < 2 ? v->repeats : 2;

    memset(m.bit, 0, (end / DV_BLOCK / 64 + 1) * sizeof *m.bit);
    for (uint32_t r = 0; r < repeats; r++)
        if (repeat_clashes(v, src, r, &m))
            return true;
    return false;
}

enum dv_err dv_vec_overlap(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d)
{
    const struct dv_side *dst = &v->side[0];
    uint64_t dst_end = side_end(v, dst), ub = w->sizes->bytes[DV_SPACE_UB];

    for (unsigned i = 1; i < v->sides; i++) {
        const struct dv_side *src = &v->side[i];
        uint64_t src_end = side_end(v, src);
        uint64_t end = src_end > dst_end ? src_end : dst_end;

        if (dst->base >= src_end || src->base >= dst_end || in_place(v, dst, src) ||
            accumulates(w, v, i))
            continue;
        if (end > ub || end / DV_BLOCK >= MAP_BLOCKS || !clashes(v, src, end))
            continue; /* past the end of UB: the bounds check reports it */
        return dv_access_fail(w, i, d, DV_E_OVERLAP,
                              "dst and %s overlap: within a repeat they must be the same blocks or "
                              "share none, and no repeat may read what an earlier one wrote",
                              dv_op_insn(w->op)->operand[i].name);
    }
    return DV_OK;
}

enum dv_err dv_vec_own_overlap(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d)
{
    const struct dv_side *dst = &v->side[0];
    uint64_t end = side_end(v, dst);

    if (in_place(v, dst, dst) || end > w->sizes->bytes[DV_SPACE_UB] ||
        end / DV_BLOCK >= MAP_BLOCKS || !clashes(v, dst, end))
        return DV_OK;
    return dv_access_fail(w, 0, d, DV_E_OVERLAP,
                          "repeats of dst overlap, and dst is a source too: no repeat may read "
                          "what an earlier one wrote");
}

/* True when repeat r reads a result of an earlier repeat, or its own away from its start. */
static bool reads_results(const struct dv_vec *v, const struct dv_result *to, uint32_t bytes,
                          uint32_t r)
{
    int64_t block[8];
    unsigned n = blocks_of(v, &v->side[0], r, block);
    uint64_t own = to->base + r * to->pitch;
    uint64_t begin = v->side[0].base + (uint64_t)r * v->side[0].rep * DV_BLOCK;

    for (unsigned b = 0; b < n; b++) {
        uint64_t at = (uint64_t)block[b] * DV_BLOCK, i = 0;
        if (block[b] < 0)
            continue;
        if (own != begin && own < at + DV_BLOCK && at < own + bytes)
            return true;
        if (to->pitch && at >= to->base + bytes)
            i = (at - to->base - bytes) / to->pitch + 1;
        uint64_t first = to->base + i * to->pitch;
        if (i < r && first < at + DV_BLOCK && at < first + bytes)
            return true;
    }
    return false;
}

enum dv_err dv_yield_overlap(const struct dv_work *w, const struct dv_vec *v, unsigned operand,
                             const struct dv_result *to, uint32_t bytes, struct dv_diag *d)
{
    const struct dv_side *src = &v->side[0];
    uint64_t src_end = side_end(v, src), ub = w->sizes->bytes[DV_SPACE_UB];
    uint64_t end = to->base + (uint64_t)(v->repeats - 1) * to->pitch + bytes;
    uint32_t repeats = to->pitch || src->rep || v->repeats < 2 ? v->repeats : 2;

    if (to->base >= src_end || src->base >= end || src_end > ub || end > ub)
        return DV_OK;
    for (uint32_t r = 0; r < repeats; r++)
        if (reads_results(v, to, bytes, r))
            return dv_access_fail(w, operand, d, DV_E_OVERLAP,
                                  "dst and %s overlap: a repeat would read a result that was "
                                  "written before, move dst",
                                  dv_op_insn(w->op)->operand[operand].name);
    return DV_OK;
}

enum dv_err dv_red_overlap(const struct dv_work *w, const struct dv_vec *v,
                           const struct dv_result *to, uint32_t bytes, struct dv_diag *d)
{
    return dv_yield_overlap(w, v, 1, to, bytes, d);
}
