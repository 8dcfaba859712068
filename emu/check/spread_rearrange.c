/* Marks through gathers, VREDUCEV2 and sorting (isa.md 6.7, 6.8).
 *
 * A rule runs when S dispatches, and what depends on memory is not known then. Where a rule cannot
 * tell which bytes are used it calls the result clean, unless offsets or bits are not clean or
 * nothing at all was written where the data comes from: rather a miss than a false finding. */
#include <string.h>

#include "emu/access/rearrange.h"
#include "emu/check/init.h"

static uint8_t *ub(struct dv_spread *s, uint64_t address)
{
    return dv_at(&s->w, DV_SPACE_UB, address);
}

/* The worst of `bytes` bytes. */
static uint8_t worst(struct dv_spread *s, uint64_t address, uint64_t bytes)
{
    uint8_t mark = DV_MARK_CLEAN;

    for (uint64_t at = 0; at < bytes; at += DV_REPEAT)
        mark = dv_spread_worse(mark, dv_spread_look(s, DV_SPACE_UB, ub(s, address + at),
                                                    bytes - at < DV_REPEAT ? (uint32_t)(bytes - at)
                                                                           : (uint32_t)DV_REPEAT));
    return mark;
}

static bool all_blank(struct dv_spread *s, uint64_t address, uint64_t bytes)
{
    const uint8_t *p = ub(s, address);

    for (uint64_t i = 0; i < bytes; i++)
        if (p[i] == DV_MARK_CLEAN)
            return false;
    return true;
}

/* ---- gathers --------------------------------------------------------------------------------- */

static void gather(struct dv_spread *s, const struct dv_gather *g)
{
    const struct dv_side *to = &g->v.side[0], *by = &g->v.side[1];
    uint8_t table = all_blank(s, g->base, g->end - g->base) ? worst(s, g->base, g->width)
                                                            : (uint8_t)DV_MARK_CLEAN;
    uint64_t mask[2];

    for (uint32_t r = 0; r < g->v.repeats; r++) {
        dv_vec_mask(&g->v, r, mask);
        for (uint32_t i = 0; i < g->v.lanes; i++) {
            uint64_t off = (uint64_t)i * to->width;
            uint64_t at = to->base + (uint64_t)r * to->rep * DV_BLOCK +
                          off / DV_BLOCK * to->blk * DV_BLOCK + off % DV_BLOCK;

            if (!(mask[i >> 6] >> (i & 63) & 1))
                continue;
            uint8_t mark = worst(s, by->base + (uint64_t)r * by->rep * DV_BLOCK + 4ull * i, 4);
            s->astray = s->astray || mark;
            memset(ub(s, at), dv_spread_worse(table, mark), g->width);
        }
    }
}

void dv_spread_gather(struct dv_spread *s)
{
    struct dv_gather g = dv_gather_lanes(&s->w);

    gather(s, &g);
}

void dv_spread_gatherb(struct dv_spread *s)
{
    struct dv_gather g = dv_gather_blocks(&s->w);

    gather(s, &g);
}

/* ---- VREDUCEV2 ------------------------------------------------------------------------------- */

/* Fixed patterns: every element carries its own mark. */
static void squeeze_fixed(struct dv_spread *s, const struct dv_squeeze *p)
{
    uint8_t *to = ub(s, p->dst);

    for (uint32_t r = 0; r < p->repeats; r++)
        for (uint32_t i = 0; i < p->count; i++) {
            if (!dv_squeeze_takes(p->pattern, i))
                continue;
            memset(to, worst(s, dv_squeeze_element(p, r, i), p->src.width), p->src.width);
            to += p->src.width;
        }
}

static bool source_blank(struct dv_spread *s, const struct dv_squeeze *p)
{
    for (uint32_t r = 0; r < p->repeats; r++)
        for (uint32_t i = 0; i < p->count; i++)
            if (!all_blank(s, dv_squeeze_element(p, r, i), p->src.width))
                return false;
    return true;
}

void dv_spread_squeeze(struct dv_spread *s)
{
    struct dv_squeeze p = dv_squeeze_of(&s->w);
    uint8_t mark = DV_MARK_CLEAN;

    if (p.pattern) {
        squeeze_fixed(s, &p);
        return;
    }
    for (uint32_t r = 0; r < p.repeats; r++)
        mark = dv_spread_worse(mark, worst(s, p.bits + r * p.bits_pitch, (p.count + 7) / 8));
    if (source_blank(s, &p))
        mark = dv_spread_worse(mark, worst(s, p.src.base, p.src.width));
    memset(ub(s, p.dst), mark, dv_squeeze_most(&p) * p.repeats * p.src.width);
}

/* ---- sorting: any score decides about the place of all --------------------------------------- */

void dv_spread_sort32(struct dv_spread *s)
{
    uint32_t repeats = dv_unpack_vbs32(s->w.cfg).repeat;
    uint32_t width = dv_elem_bytes(dv_types[s->w.op->type].dst);

    for (uint32_t r = 0; r < repeats; r++) {
        uint64_t first = (uint64_t)r * DV_SORT_LANES;
        uint8_t mark =
            worst(s, dv_operand_address(&s->w, 1) + first * width, DV_SORT_LANES * width);

        mark = dv_spread_worse(
            mark, worst(s, dv_operand_address(&s->w, 2) + first * 4, DV_SORT_LANES * 4));
        memset(ub(s, dv_operand_address(&s->w, 0) + first * DV_RECORD), mark,
               DV_SORT_LANES * DV_RECORD);
    }
}

void dv_spread_merge4(struct dv_spread *s)
{
    struct dv_merge g = dv_merge_of(&s->w);
    uint64_t step = (uint64_t)g.total * DV_RECORD;

    for (uint32_t r = 0; r < g.repeats; r++) {
        uint8_t mark = DV_MARK_CLEAN;

        for (unsigned i = 0; i < DV_LISTS; i++)
            mark = dv_spread_worse(mark,
                                   worst(s, g.list[i] + r * step, (uint64_t)g.len[i] * DV_RECORD));
        memset(ub(s, g.dst + r * step), mark, step);
    }
}

/* ---- region proposals ------------------------------------------------------------------------ */

/* Sorting leaves a byte at its place in the record: byte b of the results is as bad as the worst b
 * of the records. Only scores are computed with; each byte is as bad as the worst of them too. */
struct column {
    uint8_t mark[DV_PROPOSAL_FIELDS * 4], score;
};

static void look_at(struct dv_spread *s, struct column *c, uint64_t at, uint32_t n, uint32_t record)
{
    uint32_t width = record / DV_PROPOSAL_FIELDS;

    for (uint32_t i = 0; i < n; i++, at += record) {
        for (uint32_t b = 0; b < record; b++)
            c->mark[b] = dv_spread_worse(c->mark[b], *ub(s, at + b));
        c->score = dv_spread_worse(c->score, worst(s, at + DV_PROPOSAL_SCORE * width, width));
    }
}

static void fill(struct dv_spread *s, struct column *c, uint64_t at, uint32_t n, uint32_t record)
{
    for (uint32_t b = 0; b < record; b++)
        c->mark[b] = dv_spread_worse(c->mark[b], c->score);
    for (uint32_t i = 0; i < n; i++)
        memcpy(ub(s, at + (uint64_t)i * record), c->mark, record);
}

void dv_spread_sort16(struct dv_spread *s)
{
    uint32_t repeats = (uint32_t)dv_unpack_vbs32(s->w.cfg).repeat;
    uint32_t record = DV_PROPOSAL_FIELDS * dv_elem_bytes(dv_types[s->w.op->type].dst);

    for (uint32_t r = 0; r < repeats; r++) {
        uint64_t at = (uint64_t)r * DV_PROPOSALS * record;
        struct column c;

        memset(&c, DV_MARK_CLEAN, sizeof c);
        look_at(s, &c, dv_operand_address(&s->w, 1) + at, DV_PROPOSALS, record);
        fill(s, &c, dv_operand_address(&s->w, 0) + at, DV_PROPOSALS, record);
    }
}

void dv_spread_merge16(struct dv_spread *s)
{
    struct dv_merge g = dv_merge_of(&s->w);
    uint64_t step = (uint64_t)g.total * g.record;

    for (uint32_t r = 0; r < g.repeats; r++) {
        struct column c;

        memset(&c, DV_MARK_CLEAN, sizeof c);
        for (unsigned i = 0; i < DV_LISTS; i++)
            look_at(s, &c, g.list[i] + r * step, g.len[i], g.record);
        fill(s, &c, g.dst + r * step, g.total, g.record);
    }
}

void dv_spread_take16(struct dv_spread *s)
{
    struct dv_field16 g = dv_field16_of(&s->w);

    for (uint32_t i = 0; i < g.count; i++)
        memcpy(ub(s, g.plain + (uint64_t)i * g.width), ub(s, g.field + (uint64_t)i * g.record),
               g.width);
}

void dv_spread_put16(struct dv_spread *s)
{
    struct dv_field16 g = dv_field16_of(&s->w);

    for (uint32_t i = 0; i < g.count; i++)
        memcpy(ub(s, g.field + (uint64_t)i * g.record), ub(s, g.plain + (uint64_t)i * g.width),
               g.width);
}
