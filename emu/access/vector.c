/* Footprints of the vector family: element-wise shapes and reductions.
 *
 * Owns: which bytes the active lanes of each operand occupy, alignment, what a config word may
 * say, and the block walks the bank rules need. Geometry comes from lanes.h; the rules for
 * overlapping operands are in overlap.c. Reads no data and knows no time. */
#include "emu/access/box.h"
#include "emu/access/overlap.h"
#include "emu/access/sides.h"

/* A row of bytes inside one repeat, `count` times `pitch` apart. */
struct run {
    uint64_t off;
    uint32_t bytes, count;
    uint64_t pitch;
};

static enum dv_err put_run(const struct dv_work *w, struct dv_foot *f, unsigned operand, uint8_t rw,
                           const struct dv_side *s, const struct run *run, uint32_t first,
                           uint32_t repeats, struct dv_diag *d)
{
    uint64_t rep = (uint64_t)s->rep * DV_BLOCK;
    struct dv_box b = {
        (uint8_t)operand, rw, s->base + run->off + first * rep,
        run->bytes,       2,  {{run->count, (int64_t)run->pitch}, {repeats, (int64_t)rep}}};

    return run->count ? dv_foot_box(w, f, &b, d) : DV_OK;
}

/* True when the piece of `bytes` at off continues the run, which then holds it too. */
static bool extend(struct run *run, uint64_t off, uint32_t bytes)
{
    if (run->count == 1 && off == run->off + run->bytes) {
        run->bytes += bytes;
        return true;
    }
    if (!run->count || bytes != run->bytes ||
        (run->count > 1 && off - run->off != run->pitch * run->count))
        return false;
    if (run->count == 1)
        run->pitch = off - run->off;
    run->count++;
    return true;
}

/* Bytes of the active lanes of repeats [first, first + repeats): whole blocks are cut at their
 * first and last active lane. */
static enum dv_err put_lanes(const struct dv_work *w, struct dv_foot *f, unsigned operand,
                             uint8_t rw, const struct dv_side *s, const uint64_t mask[2],
                             uint32_t lanes, uint32_t first, uint32_t repeats, struct dv_diag *d)
{
    uint32_t per = dv_side_per(s);
    struct run run = {0, 0, 0, 0};
    enum dv_err err;

    for (uint32_t b = 0; b * per < lanes; b++) {
        uint64_t bits = dv_mask_part(mask, b * per, per);
        if (!bits)
            continue;
        uint32_t lo = (uint32_t)__builtin_ctzll(bits), hi = 64 - (uint32_t)__builtin_clzll(bits);
        lo = s->half == DV_NIBBLES ? lo / 2 : lo * s->width;
        hi = s->half == DV_NIBBLES ? (hi + 1) / 2 : hi * s->width;
        uint64_t off = (uint64_t)b * s->blk * DV_BLOCK + dv_side_lead(s) + lo;
        if (extend(&run, off, hi - lo))
            continue;
        err = put_run(w, f, operand, rw, s, &run, first, repeats, d);
        if (err)
            return err;
        run = (struct run){off, hi - lo, 1, 0};
    }
    return put_run(w, f, operand, rw, s, &run, first, repeats, d);
}

/* All lanes of contiguous repeats are one row, whatever the tail. */
static bool contiguous(const struct dv_vec *v, const struct dv_side *s)
{
    return s->blk == 1 && s->rep * DV_BLOCK == v->lanes * s->width && !s->half &&
           dv_mask_is_low(v->mask, v->lanes);
}

enum dv_err dv_vec_put(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                       unsigned operand, const struct dv_side *s, uint8_t rw, struct dv_diag *d)
{
    uint32_t whole = v->repeats - (v->tail != 0);
    uint64_t bytes = ((uint64_t)whole * v->lanes + v->tail) * s->width;
    uint64_t mask[2];

    if (contiguous(v, s) && bytes <= UINT32_MAX) {
        struct dv_box b = {(uint8_t)operand, rw, s->base, (uint32_t)bytes, 0, {{0, 0}}};
        return dv_foot_box(w, f, &b, d);
    }
    enum dv_err err = put_lanes(w, f, operand, rw, s, v->mask, v->lanes, 0, whole, d);
    if (err || !v->tail)
        return err;
    dv_mask_low(mask, v->tail);
    return put_lanes(w, f, operand, rw, s, mask, v->lanes, whole, 1, d);
}

/* Blocks up to the last active one; the bank rules see them all. */
void dv_vec_walk(struct dv_foot *f, const struct dv_vec *v, const struct dv_side *s, uint8_t rw)
{
    uint64_t mask[2];

    dv_vec_mask(v, 0, mask);
    uint32_t last = dv_mask_end(mask) - 1;
    f->walk[f->walks++] =
        (struct dv_lane_walk){s->base, s->blk, s->rep, (uint8_t)(last / dv_side_per(s) + 1), rw};
}

void dv_vec_start(struct dv_foot *f, const struct dv_vec *v)
{
    dv_foot_clear(f);
    f->amount.repeats = v->repeats;
}

/* Must-be-zero bits of the config word. */
enum dv_err dv_vec_reserved(const struct dv_work *w, struct dv_diag *d)
{
    const struct dv_layout *l = dv_op_insn(w->op)->bundle;

    for (unsigned i = 0; i < l->fields; i++) {
        const struct dv_field *f = &l->field[i];
        if (f->must_zero && dv_field_get(f, w->cfg))
            return dv_fail(d, DV_E_RESERVED,
                           "config word 0x%016llx has reserved bits [%u:%u] set, clear them",
                           (unsigned long long)w->cfg[0], f->piece[0].hi, f->piece[0].lo);
    }
    return DV_OK;
}

enum dv_err dv_vec_aligned(const struct dv_work *w, unsigned operand, uint64_t address,
                           uint32_t align, struct dv_diag *d)
{
    if (address % align == 0)
        return DV_OK;
    return dv_access_fail(
        w, operand, d, DV_E_ALIGN, "%s address 0x%llx in ub is not a multiple of %u bytes",
        dv_op_insn(w->op)->operand[operand].name, (unsigned long long)address, align);
}

/* A destination that hits one block twice in a repeat (isa.md 10.2). */
enum dv_err dv_vec_distinct(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d)
{
    const struct dv_side *s = &v->side[0];
    uint64_t mask[2];

    if (s->blk)
        return DV_OK;
    dv_vec_mask(v, 0, mask);
    for (uint32_t b = 0, hit = 0, per = dv_side_per(s); b * per < v->lanes; b++) {
        hit += dv_mask_part(mask, b * per, per) != 0;
        if (hit > 1)
            return dv_access_fail(w, 0, d, DV_E_OVERLAP,
                                  "dst_blk = 0 writes every block of a repeat to one place: use a "
                                  "block stride of at least 1");
    }
    return DV_OK;
}

/* The element-wise shapes: side i is operand i. */
enum dv_err dv_vec_elementwise(const struct dv_work *w, const struct dv_vec *v, struct dv_foot *f,
                               struct dv_diag *d)
{
    enum dv_err err = dv_vec_reserved(w, d);

    dv_vec_start(f, v);
    if (err || !v->repeats)
        return err;
    for (unsigned i = 0; i < v->sides; i++) {
        uint8_t rw = i ? DV_READ : DV_WRITE;
        if ((err = dv_vec_aligned(w, i, v->side[i].base, DV_BLOCK, d)) ||
            (err = dv_vec_put(w, f, v, i, &v->side[i], rw, d)))
            return err;
        dv_vec_walk(f, v, &v->side[i], rw);
    }
    err = dv_vec_distinct(w, v, d);
    return err ? err : dv_vec_overlap(w, v, d);
}

enum dv_err dv_access_vec1(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec1(w);

    return dv_vec_elementwise(w, &v, f, d);
}

enum dv_err dv_access_vec3(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3(w);

    return dv_vec_elementwise(w, &v, f, d);
}

enum dv_err dv_access_dup(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec_dup(w);

    return dv_vec_elementwise(w, &v, f, d);
}

/* ---- reductions (isa.md 6.6) ----------------------------------------------------------------- */

/* What one repeat writes: element i (of `bytes`) stands for lanes [i * group, (i + 1) * group). */
struct yield {
    uint32_t unit, align, bytes, group;
};

/* Config bits that only some reductions have. */
static enum dv_err red_config(const struct dv_work *w, bool has_acc, bool has_order,
                              struct dv_diag *d)
{
    struct dv_cfg_red c = dv_unpack_red(w->cfg);
    const char *name = dv_op_insn(w->op)->stem;
    enum dv_err err = dv_vec_reserved(w, d);

    if (err)
        return err;
    if (c.acc && !has_acc)
        return dv_fail(d, DV_E_RESERVED, "acc = 1 in the config word: %s has no such mode", name);
    if (c.order && !has_order)
        return dv_fail(d, DV_E_RESERVED, "order = %u in the config word: %s returns values only",
                       c.order, name);
    if (w->kind == DV_C100 && (c.acc || c.order)) /* no such arguments: isa.md 6.6, 17.4 */
        return dv_fail(d, DV_E_RESERVED, "%s in the config word: %s has no such mode on c100",
                       c.acc ? "acc = 1" : "order", name);
    if (w->kind == DV_C100 && !c.dst_rep)
        return dv_fail(d, DV_E_RANGE, "dst_rep = 0 is not allowed for %s on c100", name);
    return DV_OK;
}

/* First and one past the last result of a repeat with this mask. */
static void results(const struct dv_vec *v, const struct yield *y, const uint64_t mask[2],
                    uint32_t *lo, uint32_t *hi)
{
    *lo = *hi = 0;
    for (uint32_t i = 0; i * y->group < v->lanes; i++) {
        bool any = y->group == v->lanes ? !dv_mask_empty(mask)
                                        : dv_mask_part(mask, i * y->group, y->group) != 0;
        if (any && !*hi)
            *lo = i;
        if (any)
            *hi = i + 1;
    }
}

static enum dv_err put_results(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                               const struct dv_result *to, const struct yield *y, struct dv_diag *d)
{
    uint32_t whole = v->repeats - (v->tail != 0);
    uint32_t lo, hi;
    uint64_t mask[2];

    results(v, y, v->mask, &lo, &hi);
    struct dv_box b = {0,
                       DV_WRITE,
                       to->base + lo * y->bytes,
                       (hi - lo) * y->bytes,
                       1,
                       {{whole, (int64_t)to->pitch}}};
    enum dv_err err = dv_foot_box(w, f, &b, d);
    if (err || !v->tail)
        return err;
    dv_mask_low(mask, v->tail);
    results(v, y, mask, &lo, &hi);
    b = (struct dv_box){
        0, DV_WRITE, to->base + whole * to->pitch + lo * y->bytes, (hi - lo) * y->bytes,
        0, {{0, 0}}};
    return dv_foot_box(w, f, &b, d);
}

static enum dv_err reduction(const struct dv_work *w, const struct yield *y, struct dv_foot *f,
                             struct dv_diag *d)
{
    struct dv_vec v = dv_vec_red(w);
    struct dv_result to = dv_result_of(w, y->unit);
    enum dv_err err;

    dv_vec_start(f, &v);
    if (!v.repeats)
        return DV_OK;
    if ((y->bytes && (err = dv_vec_aligned(w, 0, to.base, y->align, d))) ||
        (err = dv_vec_aligned(w, 1, v.side[0].base, DV_BLOCK, d)))
        return err;
    if (y->bytes && (err = put_results(w, f, &v, &to, y, d)))
        return err;
    if ((err = dv_vec_put(w, f, &v, 1, &v.side[0], DV_READ, d)))
        return err;
    dv_vec_walk(f, &v, &v.side[0], DV_READ);
    if (y->bytes && y->unit % DV_BLOCK == 0)
        f->walk[f->walks++] = (struct dv_lane_walk){to.base, 1, (uint32_t)(to.pitch / DV_BLOCK),
                                                    (uint8_t)(y->unit / DV_BLOCK), DV_WRITE};
    return y->bytes ? dv_red_overlap(w, &v, &to, y->unit, d) : DV_OK;
}

static uint32_t width_of(const struct dv_work *w)
{
    return dv_elem_bytes(dv_types[w->op->type].src);
}

enum dv_err dv_access_red(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t e = width_of(w);
    struct yield y = {e, e, dv_unpack_red(w->cfg).acc ? 0 : e, DV_REPEAT / e};
    enum dv_err err = red_config(w, true, false, d);

    err = err ? err : reduction(w, &y, f, d);
    if (!err && f->amount.repeats && !y.bytes)
        f->live = 1u << DV_LIVE_ACC_VAL;
    return err;
}

enum dv_err dv_access_redx(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t e = width_of(w);
    uint32_t n = dv_extreme_bytes(dv_unpack_red(w->cfg).order, e);
    struct yield y = {n, n, n, DV_REPEAT / e};
    enum dv_err err = red_config(w, false, true, d);

    err = err ? err : reduction(w, &y, f, d);
    if (!err && f->amount.repeats)
        f->live = 1u << DV_LIVE_MAX_MIN_CNT;
    return err;
}

enum dv_err dv_access_redg(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t e = width_of(w);
    struct yield y = {8 * e, 8 * e, e, DV_BLOCK / e};
    enum dv_err err = red_config(w, false, false, d);

    return err ? err : reduction(w, &y, f, d);
}

enum dv_err dv_access_pair(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t e = width_of(w);
    struct yield y = {DV_REPEAT / 2, DV_BLOCK, e, 2};
    enum dv_err err = red_config(w, false, false, d);

    return err ? err : reduction(w, &y, f, d);
}
