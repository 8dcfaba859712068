/* Reductions against a model: random strides, masks, orders; saturation at every node and the live
 * registers. */
#include <criterion/criterion.h>
#include <math.h>

#include "emu/sem/init.h"
#include "tests/model.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};

/* ---- reductions ------------------------------------------------------------------------------ */

static double node(double a, double b, unsigned elem, bool sat)
{
    return model_value_of(elem == DV_EL_F16 ? model_f16_bits(a + b, sat) : model_f32_bits(a + b),
                          elem);
}

/* Sum of lanes [lo, lo + n) of a repeat: halves first, then their node (isa.md 6.6). */
static double sum(const struct model_item *it, const uint8_t *ub, uint32_t rep, uint32_t lo,
                  uint32_t n)
{
    unsigned elem = dv_types[it->r->op.type].src;

    if (n == 1)
        return model_active(it, rep, lo)
                   ? model_value_of(
                         model_peek(ub, model_place(&it->op[1], rep, lo), it->op[1].width), elem)
                   : 0;
    return node(sum(it, ub, rep, lo, n / 2), sum(it, ub, rep, lo + n / 2, n / 2), elem,
                model_mode_of(it->r).sat);
}

/* Lane with the largest (smallest) value of [lo, lo + n), UINT32_MAX when none is active. */
static uint32_t winner(const struct model_item *it, const uint8_t *ub, uint32_t rep, uint32_t lo,
                       uint32_t n)
{
    unsigned elem = dv_types[it->r->op.type].src;
    bool least = it->r->op.lane == DV_LANE_min;
    uint32_t best = UINT32_MAX;
    double top = 0;

    for (uint32_t i = lo; i < lo + n; i++) {
        if (!model_active(it, rep, i))
            continue;
        double v =
            model_value_of(model_peek(ub, model_place(&it->op[1], rep, i), it->op[1].width), elem);
        double m = best == UINT32_MAX ? v : least ? model_smaller(top, v) : model_larger(top, v);
        bool wins =
            best == UINT32_MAX || (isnan(m) ? !isnan(top) : m != top || signbit(m) != signbit(top));
        if (wins) {
            best = i;
            top = v;
        }
    }
    return best;
}

static bool any_active(const struct model_item *it, uint32_t rep, uint32_t lo, uint32_t n)
{
    for (uint32_t i = lo; i < lo + n; i++)
        if (model_active(it, rep, i))
            return true;
    return false;
}

static uint32_t stored(const struct model_item *it, double v)
{
    return it->op[1].width == 2 ? model_f16_bits(v, model_mode_of(it->r).sat) : model_f32_bits(v);
}

/* Writes one result; the width is that of the element. */
static void result(const struct model_item *it, uint8_t *ub, uint64_t at, uint32_t bits)
{
    memcpy(ub + at, &bits, it->op[1].width);
}

static double lane_value(const struct model_item *it, const uint8_t *ub, uint32_t rep, uint32_t i)
{
    return model_value_of(model_peek(ub, model_place(&it->op[1], rep, i), it->op[1].width),
                          dv_types[it->r->op.type].src);
}

static void grouped(const struct model_item *it, uint8_t *ub, uint32_t rep, uint64_t at, uint32_t n)
{
    uint8_t before[MODEL_UB];

    memcpy(before, ub, MODEL_UB);
    for (uint32_t g = 0; g * n < it->lanes; g++) {
        if (!any_active(it, rep, g * n, n))
            continue;
        double v = it->r->op.lane == DV_LANE_add
                       ? sum(it, before, rep, g * n, n)
                       : lane_value(it, before, rep, winner(it, before, rep, g * n, n));
        result(it, ub, at + g * it->op[1].width, stored(it, v));
    }
}

static void extreme(const struct model_item *it, uint8_t *ub, uint32_t rep, uint64_t at,
                    unsigned order)
{
    uint32_t i = winner(it, ub, rep, 0, it->lanes), w = it->op[1].width;
    uint32_t v = stored(it, lane_value(it, ub, rep, i));

    if (order == 3) {
        memcpy(ub + at, &i, 4);
        return;
    }
    result(it, ub, at + (order == 1 ? w : 0), v);
    if (order < 2)
        result(it, ub, at + (order == 1 ? 0 : w), i);
}

static void reduce(const struct model_item *it, uint8_t *ub, const struct dv_cfg_red *c)
{
    uint32_t w = it->op[1].width;
    static const uint32_t pair_bytes[] = {2, 2, 1};

    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        uint64_t base = it->op[0].base;
        switch (it->r->op.sem) {
        case DV_SEM_vec_reduce:
            grouped(it, ub, rep, base + (uint64_t)rep * c->dst_rep * w, it->lanes);
            break;
        case DV_SEM_vec_group:
            grouped(it, ub, rep, base + (uint64_t)rep * c->dst_rep * 8 * w, 32 / w);
            break;
        case DV_SEM_vec_pair:
            grouped(it, ub, rep, base + (uint64_t)rep * c->dst_rep * 128, 2);
            break;
        default:
            extreme(it, ub, rep,
                    base +
                        (uint64_t)rep * c->dst_rep * (c->order == 3 ? 4 : pair_bytes[c->order] * w),
                    c->order);
        }
    }
}

static bool check_reduction(struct rig *r)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB], mark[MODEL_UB];
    const struct dv_insn *in = &dv_insns[r->op.insn];
    struct dv_diag d;
    struct dv_foot f;
    struct model_item it = {.r = r, .operands = 2};

    model_prepare(r, &it, false);
    it.op[0].base = 32 * (uint64_t)rig_range(r, 0, 20) +
                    (in->sem == DV_SEM_vec_reduce ? 4 * rig_range(r, 0, 7) : 0);
    r->w.x[DV_XD] = it.op[0].base;
    struct dv_cfg_red c = {.repeat = it.repeats,
                           .src_rep = it.op[1].rep,
                           .src_blk = it.op[1].blk,
                           .dst_rep = rig_range(r, 0, 3)};
    if (in->sem == DV_SEM_vec_extreme)
        c.order = rig_range(r, 0, 3);
    dv_pack_red(r->w.cfg, &c);
    dv_diag_init(&d);
    enum dv_err err = dv_access[in->access](&r->w, &f, &d);
    cr_assert(err == DV_OK || err == DV_E_OVERLAP, "%s: %s", dv_err_name(err), d.text);
    if (err || !rig_inside(r, &f))
        return false;
    memcpy(before, r->w.mem[DV_SPACE_UB], MODEL_UB);
    memcpy(want, before, MODEL_UB);
    if (f.amount.repeats)
        reduce(&it, want, &c);
    rig_mark(r, &f, DV_SPACE_UB, DV_WRITE, mark);
    for (uint32_t i = 0; i < MODEL_UB; i++)
        cr_assert(mark[i] || want[i] == before[i], "%s writes byte 0x%x", in->name, i);
    model_check_effect(r, before, want);
    return true;
}

Test(vector, every_reduction)
{
    unsigned rows = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 11);
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        bool mine = in->exec == DV_EXEC_ITEM &&
                    (in->sem == DV_SEM_vec_reduce || in->sem == DV_SEM_vec_extreme ||
                     in->sem == DV_SEM_vec_group || in->sem == DV_SEM_vec_pair);
        for (unsigned k = 0; mine && k < in->types; k++, rows++) {
            unsigned good = 0;
            rig_insn(&r, i, in->type[k].type);
            for (unsigned n = 0; n < 150; n++)
                good += check_reduction(&r);
            cr_assert_gt(good, 60, "%s", in->name);
        }
    }
    cr_assert_eq(rows, 21); /* 14, and 7 that c100 has with a shape of their own */
    rig_close(&r);
}

static void put_f16(struct rig *r, uint32_t at, unsigned bits)
{
    uint16_t h = (uint16_t)bits;

    memcpy(r->w.mem[DV_SPACE_UB] + at, &h, 2);
}

/* isa.md 6.6: 60000 + 60000 is 65504 before the next level; with CTRL[48] = 1 it is infinite. */
Test(vector, sums_saturate_at_every_node)
{
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 1);
    rig_insn(&r, DV_INSN_vcadd, DV_T_f16);
    memset(r.w.mem[DV_SPACE_UB], 0, MODEL_UB);
    put_f16(&r, 0, 0x7b53); /* 60000 (59,968 + 32) */
    put_f16(&r, 2, 0x7b53);
    put_f16(&r, 4, 0xfb53);
    r.env.v[DV_ENV_MASK0] = r.env.v[DV_ENV_MASK1] = UINT64_MAX;
    struct dv_cfg_red c = {.repeat = 1, .src_rep = 8, .src_blk = 1, .dst_rep = 1};
    dv_pack_red(r.w.cfg, &c);
    r.w.x[DV_XD] = 1024;
    dv_sem[DV_SEM_vec_reduce](&r.w);
    double left = model_f16_value(model_peek(r.w.mem[DV_SPACE_UB], 1024, 2));
    cr_expect_eq(left, model_f16_value(model_f16_bits(65504 - model_f16_value(0x7b53), true)), "%g",
                 left);
    r.env.v[DV_ENV_CTRL] |= 1ull << 48;
    dv_sem[DV_SEM_vec_reduce](&r.w);
    cr_expect_eq(model_peek(r.w.mem[DV_SPACE_UB], 1024, 2), 0x7c00);
    rig_close(&r);
}

/* isa.md 4.1: ACC_VAL holds the sum over all repeats, MAX_MIN_CNT value and element number. */
Test(vector, live_registers)
{
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 1);
    for (uint32_t i = 0; i < 1024; i++)
        put_f16(&r, 2 * i, i == 700 ? 0x4900 : i == 300 ? 0xc900 : 0x3c00); /* 10, -10, 1 */
    r.env.v[DV_ENV_MASK0] = r.env.v[DV_ENV_MASK1] = UINT64_MAX;
    r.w.x[DV_XD] = 8192;
    uint8_t *at = r.w.mem[DV_SPACE_UB] + 8192;
    memset(at, 0x5a, 64);

    rig_insn(&r, DV_INSN_vcadd, DV_T_f16);
    struct dv_cfg_red c = {.repeat = 8, .src_rep = 8, .src_blk = 1, .dst_rep = 1, .acc = 1};
    dv_pack_red(r.w.cfg, &c);
    dv_sem[DV_SEM_vec_reduce](&r.w);
    cr_expect_eq(r.live.v[DV_LIVE_ACC_VAL], model_f16_bits(1022, true));
    cr_expect_eq(model_peek(at, 0, 4), 0x5a5a5a5au);

    c.acc = 0;
    dv_pack_red(r.w.cfg, &c);
    rig_insn(&r, DV_INSN_vcmax, DV_T_f16);
    dv_sem[DV_SEM_vec_extreme](&r.w);
    cr_expect_eq(r.live.v[DV_LIVE_MAX_MIN_CNT], 700ull << 32 | 0x4900);
    cr_expect_eq(model_peek(at, 5 * 4, 4), 60u << 16 | 0x4900); /* repeat 5, lane 60 */
    cr_expect_eq(model_peek(at, 0, 4), 0x3c00);                 /* a tie: lane 0 */
    rig_insn(&r, DV_INSN_vcmin, DV_T_f16);
    dv_sem[DV_SEM_vec_extreme](&r.w);
    cr_expect_eq(r.live.v[DV_LIVE_MAX_MIN_CNT], 300ull << 32 | 0xc900);
    r.live.v[DV_LIVE_MAX_MIN_CNT] = 7;
    c.src_rep = 16;
    dv_pack_red(r.w.cfg, &c);
    dv_sem[DV_SEM_vec_extreme](&r.w);
    cr_expect_eq(r.live.v[DV_LIVE_MAX_MIN_CNT], 7u);
    rig_close(&r);
}
