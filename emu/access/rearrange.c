/* Footprints of rearranging: gathers, broadcasts, transposes, VREDUCEV2 (isa.md 6.7).
 *
 * What depends on memory is taken at its most: a gather may read from its base to the end of the
 * buffer, VREDUCEV2 with a bit pattern may write every element. Geometry is in rearrange.h. */
#include "emu/access/rearrange.h"

#include "emu/access/box.h"
#include "emu/access/sides.h"
#include "emu/access/unnamed.h"

/* Bytes [base, base + bytes) of an operand, `count` times `pitch` apart. */
static enum dv_err rows(const struct dv_work *w, struct dv_foot *f, unsigned operand, uint64_t base,
                        uint64_t bytes, uint32_t count, uint64_t pitch, struct dv_diag *d)
{
    struct dv_box b = {.operand = (uint8_t)operand,
                       .rw = operand ? DV_READ : DV_WRITE,
                       .base = base,
                       .bytes = (uint32_t)bytes,
                       .dims = 1,
                       .dim = {{count, (int64_t)pitch}}};

    if (bytes > UINT32_MAX)
        return dv_access_fail(w, operand, d, DV_E_RANGE,
                              "%llu bytes in one piece, more than ub has: check repeat and mask",
                              (unsigned long long)bytes);
    return dv_foot_box(w, f, &b, d);
}

/* Blocks [0, n) of an operand, in every repeat. */
static enum dv_err blocks(const struct dv_work *w, struct dv_foot *f, unsigned operand,
                          const struct dv_side *s, uint32_t n, uint32_t repeats, struct dv_diag *d)
{
    struct dv_box b = {
        .operand = (uint8_t)operand,
        .rw = operand ? DV_READ : DV_WRITE,
        .base = s->base,
        .bytes = DV_BLOCK,
        .dims = 2,
        .dim = {{n, (int64_t)s->blk * DV_BLOCK}, {repeats, (int64_t)s->rep * DV_BLOCK}}};

    return dv_foot_box(w, f, &b, d);
}

/* Smallest range of what operand i occupies so far. */
static bool hull_of(const struct dv_foot *f, unsigned operand, uint64_t *lo, uint64_t *hi)
{
    bool any = false;

    for (unsigned i = 0; i < f->n; i++) {
        uint64_t l, h;
        if (f->part[i].operand != operand)
            continue;
        dv_strided_hull(&f->part[i], &l, &h);
        *lo = !any || l < *lo ? l : *lo;
        *hi = !any || h > *hi ? h : *hi;
        any = true;
    }
    return any;
}

enum dv_err dv_foot_apart(const struct dv_work *w, const struct dv_foot *f, unsigned operand,
                          struct dv_diag *d)
{
    uint64_t lo = 0, hi = 0, from = 0, to = 0;

    if (!hull_of(f, 0, &lo, &hi) || !hull_of(f, operand, &from, &to) || hi <= from || to <= lo)
        return DV_OK;
    return dv_access_fail(w, operand, d, DV_E_OVERLAP,
                          "dst and %s overlap, which %s does not allow: move dst",
                          dv_op_insn(w->op)->operand[operand].name, dv_op_insn(w->op)->stem);
}

/* Two blocks of one repeat on one place (isa.md 10.2). */
static enum dv_err one_place(const struct dv_work *w, struct dv_diag *d)
{
    return dv_access_fail(w, 0, d, DV_E_OVERLAP,
                          "dst_blk = 0 writes every block of a repeat to one place: use a "
                          "block stride of at least 1");
}

/* ---- gathers --------------------------------------------------------------------------------- */

/* Where offsets may lead; at least one element, so that a base past the end is found. */
static void put_source(const struct dv_work *w, struct dv_foot *f, const struct dv_gather *g)
{
    uint64_t bytes = g->end > g->base + g->width ? g->end - g->base : g->width;

    f->part[f->n++] = (struct dv_strided){.space = DV_SPACE_UB,
                                          .rw = DV_READ,
                                          .operand = dv_operand_unnamed(w, 0),
                                          .rows = 1,
                                          .bytes = (uint32_t)bytes,
                                          .base = g->base};
}

static enum dv_err base_aligned(const struct dv_work *w, const struct dv_gather *g,
                                struct dv_diag *d)
{
    if (g->base % g->width == 0)
        return DV_OK;
    (void)w;
    return dv_fail(d, DV_E_ALIGN, "base 0x%llx in the config word is not a multiple of %u bytes",
                   (unsigned long long)g->base, g->width);
}

/* Active lanes of side i from the first to the last one, and those of a tail. */
static enum dv_err put_lanes(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                             unsigned i, struct dv_diag *d)
{
    const struct dv_side *s = &v->side[i];
    uint64_t rep = (uint64_t)s->rep * DV_BLOCK;
    uint32_t whole = v->repeats - (v->tail != 0), end = dv_mask_end(v->mask), first = 0;
    enum dv_err err;

    while (!(v->mask[first >> 6] >> (first & 63) & 1))
        first++;
    err = rows(w, f, i, s->base + (uint64_t)first * s->width, (uint64_t)(end - first) * s->width,
               whole, rep, d);
    if (err || !v->tail)
        return err;
    return rows(w, f, i, s->base + whole * rep, (uint64_t)v->tail * s->width, 1, 0, d);
}

enum dv_err dv_access_gather(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_gather g = dv_gather_lanes(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = g.v.repeats;
    if (err || !g.v.repeats)
        return err;
    if ((err = dv_access_aligned(w, d)) || (err = base_aligned(w, &g, d)) ||
        (err = put_lanes(w, f, &g.v, 0, d)) || (err = put_lanes(w, f, &g.v, 1, d)) ||
        (err = dv_foot_apart(w, f, 1, d)))
        return err;
    put_source(w, f, &g);
    return DV_OK;
}

enum dv_err dv_access_gatherb(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_gather g = dv_gather_blocks(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = g.v.repeats;
    if (err || !g.v.repeats)
        return err;
    if ((err = dv_access_aligned(w, d)) || (err = base_aligned(w, &g, d)) ||
        (err = blocks(w, f, 0, &g.v.side[0], 8, g.v.repeats, d)) ||
        (err = rows(w, f, 1, g.v.side[1].base, DV_BLOCK, g.v.repeats, DV_BLOCK, d)) ||
        (err = dv_foot_apart(w, f, 1, d)))
        return err;
    put_source(w, f, &g);
    return DV_OK;
}

enum dv_err dv_access_brcb(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_brcb b = dv_brcb_of(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = b.repeats;
    if (err || !b.repeats)
        return err;
    if ((err = dv_access_aligned(w, d)) || (err = blocks(w, f, 0, &b.dst, 8, b.repeats, d)) ||
        (err = rows(w, f, 1, b.src, 8ull * b.width * b.repeats, 1, 0, d)))
        return err;
    if (!b.dst.blk)
        return one_place(w, d);
    f->walk[f->walks++] = (struct dv_lane_walk){b.dst.base, b.dst.blk, b.dst.rep, 8, DV_WRITE};
    return dv_foot_apart(w, f, 1, d);
}

/* ---- transposes ------------------------------------------------------------------------------ */

/* Half of the parts a footprint can hold each. */
_Static_assert(2 * DV_NCHW_ROWS <= DV_FOOT_MAX, "vnchwconv has 32 pieces");

static void put_block(const struct dv_work *w, struct dv_foot *f, uint8_t rw, uint64_t base,
                      const struct dv_nchw *n, uint64_t pitch)
{
    f->part[f->n] = (struct dv_strided){.space = DV_SPACE_UB,
                                        .rw = rw,
                                        .operand = dv_operand_unnamed(w, f->n),
                                        .rows = pitch ? n->repeats : 1,
                                        .bytes = n->bytes,
                                        .base = base,
                                        .pitch = n->repeats > 1 ? (int64_t)pitch : 0};
    f->n++;
}

static enum dv_err nchw_legal(const struct dv_work *w, const struct dv_nchw *n, struct dv_diag *d)
{
    struct dv_cfg_vnchwconv c = dv_unpack_vnchwconv(w->cfg);

    if (n->width != 1 && (c.dst_high || c.src_high))
        return dv_fail(d, DV_E_RESERVED,
                       "dst_high, src_high in the config word choose half blocks of b8 only");
    for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
        for (unsigned j = 0; j < i; j++)
            if (n->dst[i] == n->dst[j])
                return dv_fail(d, DV_E_OVERLAP,
                               "entries %u and %u of the destination are both 0x%llx in ub: a "
                               "repeat writes 16 different blocks",
                               j, i, (unsigned long long)n->dst[i]);
    return DV_OK;
}

enum dv_err dv_access_nchw(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_nchw n = dv_nchw_of(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = n.repeats;
    if (err || !n.repeats || (err = nchw_legal(w, &n, d)))
        return err;
    for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
        put_block(w, f, DV_WRITE, n.dst[i], &n, n.dst_pitch);
    for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
        put_block(w, f, DV_READ, n.src[i], &n, n.src_pitch);
    return DV_OK;
}

enum dv_err dv_access_transpose(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint64_t dst = dv_operand_address(w, 0), src = dv_operand_address(w, 1);
    enum dv_err err = dv_access_aligned(w, d);

    dv_foot_clear(f);
    f->amount.repeats = 1;
    if (err || (err = rows(w, f, 0, dst, DV_TRANSPOSE_BYTES, 1, 0, d)) ||
        (err = rows(w, f, 1, src, DV_TRANSPOSE_BYTES, 1, 0, d)))
        return err;
    return dst == src ? DV_OK : dv_foot_apart(w, f, 1, d);
}

/* ---- VREDUCEV2 ------------------------------------------------------------------------------- */

/* Whole blocks of src0, then the rest of the last one. */
static enum dv_err put_elements(const struct dv_work *w, struct dv_foot *f,
                                const struct dv_squeeze *p, struct dv_diag *d)
{
    uint64_t bytes = (uint64_t)p->count * p->src.width;
    uint64_t whole = bytes / DV_BLOCK, rest = bytes % DV_BLOCK;
    uint64_t rep = (uint64_t)p->src.rep * DV_BLOCK;
    enum dv_err err;

    if (p->src.blk == 1)
        return rows(w, f, 1, p->src.base, bytes, p->repeats, rep, d);
    err = whole > UINT32_MAX ? rows(w, f, 1, p->src.base, UINT64_MAX, 1, 0, d)
                             : blocks(w, f, 1, &p->src, (uint32_t)whole, p->repeats, d);
    return err ? err
               : rows(w, f, 1, p->src.base + whole * p->src.blk * DV_BLOCK, rest, p->repeats, rep,
                      d);
}

/* In place, every repeat behind the one before: what is packed is never ahead of what is read. */
static bool in_place(const struct dv_squeeze *p)
{
    return p->dst == p->src.base && p->src.blk == 1 &&
           (p->repeats == 1 ||
            (uint64_t)p->src.rep * DV_BLOCK >= (uint64_t)p->count * p->src.width);
}

enum dv_err dv_access_squeeze(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_squeeze p = dv_squeeze_of(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    if (err)
        return err;
    if (p.pattern > 7)
        return dv_fail(d, DV_E_RANGE, "pattern %u: there are patterns 0 to 7", p.pattern);
    if (!p.repeats || !p.count)
        return DV_OK;
    f->live = 1u << DV_LIVE_RSVD_CNT;
    f->amount.repeats =
        p.repeats * (uint32_t)dv_ceil_div((uint64_t)p.count * p.src.width, DV_REPEAT);
    if ((err = dv_access_aligned(w, d)) ||
        (err = rows(w, f, 0, p.dst, dv_squeeze_most(&p) * p.repeats * p.src.width, 1, 0, d)) ||
        (err = put_elements(w, f, &p, d)))
        return err;
    if (!in_place(&p) && (err = dv_foot_apart(w, f, 1, d)))
        return err;
    if (p.pattern)
        return DV_OK;
    err = rows(w, f, 2, p.bits, dv_ceil_div(p.count, 8), p.repeats, p.bits_pitch, d);
    return err ? err : dv_foot_apart(w, f, 2, d);
}
