/* Vector reductions: whole repeats, blocks, pairs; sums as trees, extremes with their lane.
 *
 * Sums are binary trees over adjacent lanes, rounded and saturated at every node; lanes that are
 * off count as +0 (isa.md 6.6). Owns order and result places, no rounding of its own. */
#include "emu/sem/lane.h"
#include "emu/sem/sem.h"

/* One item: geometry, where results go, element width 2 or 4, store mode. */
struct job {
    const struct dv_work *w;
    struct dv_vec v;
    struct dv_result to;
    uint32_t width;
    unsigned mode;
    bool smallest;
    dv_row_fn widen, narrow; /* f16 only, NULL: lane by lane */
};

/* Values of one repeat; lanes that are off hold +0. */
struct lanes {
    float f[DV_LANES_MAX];
    uint64_t mask[2];
};

static bool is_on(const struct lanes *l, uint32_t i)
{
    return l->mask[i >> 6] >> (i & 63) & 1;
}

/* n values from p. */
static void read_values(const struct job *j, float *f, const uint8_t *p, uint32_t n)
{
    uint16_t h;

    if (j->width == 4) {
        memcpy(f, p, n * 4);
        return;
    }
    if (j->widen) {
        j->widen(f, p, NULL, n, 0);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        memcpy(&h, p + 2 * i, 2);
        f[i] = dv_f16_to_f32(h);
    }
}

static void fetch(const struct job *j, uint32_t r, struct lanes *l)
{
    _Alignas(32) uint8_t stage[DV_REPEAT];

    dv_vec_mask(&j->v, r, l->mask);
    const uint8_t *p = dv_lane_source(j->w, &j->v, &j->v.side[0], r, l->mask, stage);
    read_values(j, l->f, p, dv_mask_end(l->mask));
    if (dv_mask_is_low(l->mask, j->v.lanes))
        return;
    for (uint32_t i = 0; i < j->v.lanes; i++)
        if (!is_on(l, i))
            l->f[i] = 0;
}

/* One node of a sum. */
static float node(const struct job *j, float a, float b)
{
    return j->width == 2 ? dv_f16_to_f32(dv_lane_f16(a + b, j->mode)) : a + b;
}

/* One level of f16 nodes at once. */
static void level(const struct job *j, float *f, uint32_t nodes)
{
    uint16_t half[DV_LANES_MAX / 2];

    for (uint32_t i = 0; i < nodes; i++)
        f[i] = f[2 * i] + f[2 * i + 1];
    j->narrow(half, f, NULL, nodes, j->mode);
    j->widen(f, half, NULL, nodes, 0);
}

/* Sum of n = 2^k values; f is used up. */
static float tree(const struct job *j, float *f, uint32_t n)
{
    for (; j->narrow && n >= 16; n /= 2)
        level(j, f, n / 2);
    for (; n > 1; n /= 2)
        for (uint32_t i = 0; i < n / 2; i++)
            f[i] = node(j, f[2 * i], f[2 * i + 1]);
    return f[0];
}

/* Bits of a result in the element type. */
static uint32_t settle(const struct job *j, float f)
{
    return j->width == 2 ? dv_lane_f16(f, j->mode) : dv_f32_bits(dv_f32_canon(f));
}

static void put(uint8_t *p, uint32_t bits, uint32_t bytes)
{
    memcpy(p, &bits, bytes);
}

static bool better(const struct job *j, float a, float b)
{
    return j->smallest ? dv_lane_smaller(a, b) : dv_lane_larger(a, b);
}

/* First active lane of [lo, hi) that no other beats; hi when none is active. */
static uint32_t best_of(const struct job *j, const struct lanes *l, uint32_t lo, uint32_t hi)
{
    uint32_t best = hi;

    for (uint32_t i = lo; i < hi; i++)
        if (is_on(l, i) && (best == hi || better(j, l->f[best], l->f[i])))
            best = i;
    return best;
}

static struct job begin(const struct dv_work *w)
{
    struct job j = {.w = w,
                    .v = dv_vec_red(w),
                    .mode = dv_lane_mode(w),
                    .smallest = w->op->lane == DV_LANE_min};

    j.width = j.v.side[0].width;
    if (w->simd && j.width == 2) {
        j.widen = dv_fast_convert(DV_EL_F16, DV_EL_F32, DV_RINT);
        j.narrow = dv_fast_convert(DV_EL_F32, DV_EL_F16, DV_RINT);
    }
    return j;
}

/* Host address of the results of repeat r. */
static uint8_t *results(const struct job *j, uint32_t r)
{
    return dv_at(j->w, DV_SPACE_UB, j->to.base) + r * j->to.pitch;
}

void dv_sem_vec_reduce(const struct dv_work *w)
{
    struct job j = begin(w);
    bool acc = dv_unpack_red(w->cfg).acc;
    unsigned state = dv_num_enter();
    float total = 0;
    struct lanes l;

    j.to = dv_result_of(w, j.width);
    for (uint32_t r = 0; r < j.v.repeats; r++) {
        fetch(&j, r, &l);
        float sum = tree(&j, l.f, j.v.lanes);
        if (acc)
            total = node(&j, total, sum);
        else
            put(results(&j, r), settle(&j, sum), j.width);
    }
    if (acc && j.v.repeats)
        w->live->v[DV_LIVE_ACC_VAL] = settle(&j, total);
    dv_num_leave(state);
}

/* Value and lane in the order of the config word (isa.md 6.6). */
static void put_extreme(const struct job *j, uint8_t *p, unsigned order, uint32_t value,
                        uint32_t lane)
{
    uint32_t e = j->width;

    if (order == DV_V_order_index) {
        put(p, lane, 4);
    } else if (order == DV_V_order_value) {
        put(p, value, e);
    } else {
        put(p + (order == DV_V_order_value_index ? 0 : e), value, e);
        put(p + (order == DV_V_order_value_index ? e : 0), lane, e);
    }
}

/* MAX_MIN_CNT is valid for contiguous sources in normal mode only. */
static bool counts(const struct dv_work *w, const struct dv_vec *v)
{
    return !dv_counter_mode(w) && v->side[0].blk == 1 && v->side[0].rep == DV_REPEAT / DV_BLOCK;
}

void dv_sem_vec_extreme(const struct dv_work *w)
{
    struct job j = begin(w);
    unsigned order = dv_unpack_red(w->cfg).order, state = dv_num_enter();
    uint32_t whole = 0;
    float best = 0;
    struct lanes l;

    j.to = dv_result_of(w, dv_extreme_bytes(order, j.width));
    for (uint32_t r = 0; r < j.v.repeats; r++) {
        fetch(&j, r, &l);
        uint32_t i = best_of(&j, &l, 0, j.v.lanes);
        put_extreme(&j, results(&j, r), order, settle(&j, l.f[i]), i);
        if (!r || better(&j, best, l.f[i])) {
            best = l.f[i];
            whole = r * j.v.lanes + i;
        }
    }
    if (j.v.repeats && counts(w, &j.v))
        w->live->v[DV_LIVE_MAX_MIN_CNT] = (uint64_t)whole << 32 | settle(&j, best);
    dv_num_leave(state);
}

void dv_sem_vec_group(const struct dv_work *w)
{
    struct job j = begin(w);
    uint32_t per = DV_BLOCK / j.width;
    unsigned state = dv_num_enter();
    struct lanes l;

    j.to = dv_result_of(w, 8 * j.width);
    for (uint32_t r = 0; r < j.v.repeats; r++) {
        fetch(&j, r, &l);
        for (uint32_t b = 0; b < 8; b++) {
            if (!dv_mask_part(l.mask, b * per, per))
                continue;
            float f = w->op->lane == DV_LANE_add ? tree(&j, l.f + b * per, per)
                                                 : l.f[best_of(&j, &l, b * per, (b + 1) * per)];
            put(results(&j, r) + b * j.width, settle(&j, f), j.width);
        }
    }
    dv_num_leave(state);
}

void dv_sem_vec_pair(const struct dv_work *w)
{
    struct job j = begin(w);
    unsigned state = dv_num_enter();
    struct lanes l;

    j.to = dv_result_of(w, DV_REPEAT / 2);
    for (uint32_t r = 0; r < j.v.repeats; r++) {
        fetch(&j, r, &l);
        for (uint32_t i = 0; i < j.v.lanes / 2; i++)
            if (dv_mask_part(l.mask, 2 * i, 2))
                put(results(&j, r) + i * j.width, settle(&j, node(&j, l.f[2 * i], l.f[2 * i + 1])),
                    j.width);
    }
    dv_num_leave(state);
}
