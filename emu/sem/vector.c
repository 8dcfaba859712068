/* Element-wise vector operations: the walk over repeats, blocks and masks, and the items on it.
 *
 * Every operation is a row of contiguous lanes; this file brings sources together, lets a row
 * compute and stores the selected lanes. Rows come from lane functions or, when they may, from
 * emu/sem/fast. Owns order and masking, no arithmetic. Nothing here can fail: footprints were
 * checked. */
#include "emu/sem/init.h"
#include "emu/sem/lane.h"
#include "emu/sem/sem.h"

/* One item ready to run. */
struct job {
    const struct dv_work *w;
    struct dv_vec v;
    dv_lane_fn lane;
    dv_row_fn row; /* NULL: lane by lane */
    unsigned mode;
    const uint8_t *scalar; /* a repeat full of the scalar, or NULL */
};

static uint32_t load(const uint8_t *p, uint32_t width)
{
    uint32_t v = 0;

    memcpy(&v, p, width);
    return v;
}

/* The plain row. */
static void compute(const struct job *j, uint8_t *dst, const uint8_t *a, const uint8_t *b,
                    uint32_t n)
{
    uint32_t to = j->v.side[0].width, from = j->v.sides > 1 ? j->v.side[1].width : to;

    if (j->row) {
        j->row(dst, a, b, n, j->mode);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t r = j->lane(load(a + i * from, from), b ? load(b + i * from, from) : 0, j->mode);
        memcpy(dst + i * to, &r, to);
    }
}

const uint8_t *dv_lane_source(const struct dv_work *w, const struct dv_vec *v,
                              const struct dv_side *s, uint32_t r, const uint64_t mask[2],
                              uint8_t *stage)
{
    const uint8_t *base = dv_at(w, DV_SPACE_UB, s->base) + (uint64_t)r * s->rep * DV_BLOCK;
    uint32_t per = DV_BLOCK / s->width;

    if (s->blk == 1)
        return base;
    memset(stage, 0, DV_REPEAT);
    for (uint32_t b = 0; b * per < v->lanes; b++)
        if (dv_mask_part(mask, b * per, per))
            memcpy(stage + b * DV_BLOCK, base + (uint64_t)b * s->blk * DV_BLOCK, DV_BLOCK);
    return stage;
}

/* Selected lanes of a computed repeat to their blocks. */
static void store(const struct job *j, uint8_t *dst, const uint8_t *from, const uint64_t mask[2])
{
    const struct dv_side *s = &j->v.side[0];
    uint32_t per = DV_BLOCK / s->width;

    for (uint32_t b = 0; b * per < j->v.lanes; b++) {
        uint32_t bits = dv_mask_part(mask, b * per, per);
        uint8_t *to = dst + (uint64_t)b * s->blk * DV_BLOCK;
        const uint8_t *block = from + b * DV_BLOCK;
        if (per == 32 ? bits == UINT32_MAX : bits == (1u << per) - 1) {
            memcpy(to, block, DV_BLOCK);
            continue;
        }
        for (; bits; bits &= bits - 1) {
            uint32_t at = (uint32_t)__builtin_ctz(bits) * s->width;
            memcpy(to + at, block + at, s->width);
        }
    }
}

static void repeat(const struct job *j, uint32_t r)
{
    _Alignas(32) uint8_t stage[2][DV_REPEAT], result[DV_REPEAT];
    const struct dv_side *s = j->v.side;
    uint8_t *dst = dv_at(j->w, DV_SPACE_UB, s->base) + (uint64_t)r * s->rep * DV_BLOCK;
    const uint8_t *from[2] = {j->scalar, j->scalar};
    uint64_t mask[2];

    dv_vec_mask(&j->v, r, mask);
    uint32_t n = dv_mask_end(mask);
    for (unsigned i = 1; i < j->v.sides; i++)
        from[i - 1] = dv_lane_source(j->w, &j->v, &s[i], r, mask, stage[i - 1]);
    if (s->blk == 1 && dv_mask_is_low(mask, n)) {
        compute(j, dst, from[0], from[1], n);
        return;
    }
    compute(j, result, from[0], from[1], n);
    store(j, dst, result, mask);
}

/* ---- whole operands at once ------------------------------------------------------------------ */

/* Lanes when every operand is one contiguous piece and every lane counts, else 0. */
static uint64_t contiguous(const struct job *j)
{
    const struct dv_vec *v = &j->v;
    uint64_t lanes = (uint64_t)(v->repeats - (v->tail != 0)) * v->lanes + v->tail;

    for (unsigned i = 0; i < v->sides; i++)
        if (v->side[i].blk != 1 || v->side[i].rep * DV_BLOCK != v->lanes * v->side[i].width)
            return 0;
    return dv_mask_is_low(v->mask, v->lanes) && lanes <= UINT32_MAX ? lanes : 0;
}

/* Batching is right only when each source is the destination or shares no byte with it. */
static bool separate(const struct dv_vec *v, uint64_t lanes)
{
    const struct dv_side *d = &v->side[0];

    for (unsigned i = 1; i < v->sides; i++) {
        const struct dv_side *s = &v->side[i];
        bool same = s->base == d->base && s->width == d->width;
        if (!same && s->base < d->base + lanes * d->width && d->base < s->base + lanes * s->width)
            return false;
    }
    return true;
}

static void batch(const struct job *j, uint32_t lanes)
{
    const struct dv_side *s = j->v.side;
    uint8_t *dst = dv_at(j->w, DV_SPACE_UB, s[0].base);
    const uint8_t *a = j->v.sides > 1 ? dv_at(j->w, DV_SPACE_UB, s[1].base) : NULL;
    const uint8_t *b = j->v.sides > 2 ? dv_at(j->w, DV_SPACE_UB, s[2].base) : NULL;

    if (!j->scalar) {
        j->row(dst, a, b, lanes, j->mode);
        return;
    }
    for (uint32_t at = 0; at < lanes; at += j->v.lanes) {
        uint32_t n = lanes - at < j->v.lanes ? lanes - at : j->v.lanes;
        j->row(dst + at * s->width, a ? a + at * s->width : j->scalar, j->scalar, n, j->mode);
    }
}

static void run(const struct job *j)
{
    uint64_t lanes = j->row ? contiguous(j) : 0;

    if (lanes && separate(&j->v, lanes)) {
        batch(j, (uint32_t)lanes);
        return;
    }
    for (uint32_t r = 0; r < j->v.repeats; r++)
        repeat(j, r);
}

/* ---- items ----------------------------------------------------------------------------------- */

static void operate(const struct dv_work *w, const struct dv_vec *v, const uint8_t *scalar)
{
    enum dv_lane_kind kind = dv_lane_kind_of(dv_types[w->op->type].dst);
    struct job j = {w, *v, dv_lane_of(w->op->lane, kind), NULL, dv_lane_mode(w), scalar};
    unsigned state = dv_num_enter();

    if (w->simd)
        j.row = dv_fast_row(w->op->lane, kind);
    run(&j);
    dv_num_leave(state);
}

/* A repeat full of the low bits of x. */
static void spread(uint8_t out[DV_REPEAT], uint64_t x, uint32_t width)
{
    for (uint32_t i = 0; i < DV_REPEAT; i += width)
        memcpy(out + i, &x, width);
}

void dv_sem_vec_binary(const struct dv_work *w)
{
    struct dv_vec v = dv_vec3(w);

    operate(w, &v, NULL);
}

void dv_sem_vec_unary(const struct dv_work *w)
{
    struct dv_vec v = dv_vec1(w);

    operate(w, &v, NULL);
}

void dv_sem_vec_scalar(const struct dv_work *w)
{
    struct dv_vec v = dv_vec1(w);
    _Alignas(32) uint8_t scalar[DV_REPEAT];

    spread(scalar, w->x[DV_XM], v.side[0].width);
    operate(w, &v, scalar);
}

void dv_sem_vec_dup(const struct dv_work *w)
{
    struct dv_vec v = dv_vec_dup(w);
    struct job j = {w, v, dv_lane_of(DV_LANE_copy, DV_K_S16), NULL, 0, NULL};
    _Alignas(32) uint8_t scalar[DV_REPEAT];

    spread(scalar, w->x[DV_XN], v.side[0].width);
    j.scalar = scalar;
    if (w->simd)
        j.row = dv_fast_row(DV_LANE_copy, dv_lane_kind_of(dv_types[w->op->type].dst));
    run(&j);
}

void dv_sem_vec_conv(const struct dv_work *w)
{
    const struct dv_type *t = &dv_types[w->op->type];
    enum dv_round round = dv_round_letter((char)t->round);
    struct job j = {w,
                    dv_vec1(w),
                    dv_lane_convert(t->src, t->dst),
                    NULL,
                    dv_lane_mode(w) | (unsigned)round * DV_MODE_ROUND,
                    NULL};
    unsigned state = dv_num_enter();

    if (w->simd)
        j.row = dv_fast_convert(t->src, t->dst, round);
    run(&j);
    dv_num_leave(state);
}

void dv_vector_init(void)
{
    dv_exponent_init();
    dv_fast_vector_init();
}
