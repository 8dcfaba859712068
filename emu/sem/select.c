/* Comparisons, CMPMASK and VSEL: what is a bit a lane.
 *
 * A comparison with a NaN is false, NE is true; -0 equals +0 (ours, isa.md 16). The bits of lanes
 * that are off stay as they are (ours). Values that VSEL moves are not touched. */
#include "emu/sem/repeat.h"
#include "emu/sem/sem.h"

static bool ordered(unsigned cond, double a, double b)
{
    switch (cond) {
    case DV_V_cc_eq:
        return a == b;
    case DV_V_cc_ne:
        return a != b;
    case DV_V_cc_lt:
        return a < b;
    case DV_V_cc_gt:
        return a > b;
    case DV_V_cc_ge:
        return a >= b;
    default:
        return a <= b;
    }
}

static double value(unsigned elem, uint32_t bits)
{
    switch (elem) {
    case DV_EL_F16:
        return dv_f16_to_f32((uint16_t)bits);
    case DV_EL_F32:
        return dv_bits_f32(bits);
    case DV_EL_U16:
        return (uint16_t)bits;
    default:
        return (int32_t)bits;
    }
}

/* Where an entry has its condition. */
static unsigned condition(const struct dv_work *w)
{
    switch (w->op->lane) {
    case DV_LANE_cfg:
        return dv_unpack_vec3c(w->cfg).cond;
    case DV_LANE_eq:
        return DV_V_cc_eq;
    default:
        return dv_op_sel(w->op, DV_F_cond);
    }
}

/* Bit i of `bit` for every active lane; b is side 2, or the scalar in Xm. */
static void compare(const struct dv_work *w, const struct dv_vec *v, uint32_t r,
                    const uint64_t mask[2], uint64_t bit[2])
{
    unsigned elem = dv_types[w->op->type].src, cond = condition(w);
    uint32_t a[DV_LANES_MAX], b[DV_LANES_MAX];

    dv_lane_load(w, &v->side[1], r, mask, a);
    if (v->sides > 2)
        dv_lane_load(w, &v->side[2], r, mask, b);
    bit[0] = bit[1] = 0;
    for (uint32_t i = 0; i < v->lanes; i++) {
        uint32_t other = v->sides > 2 ? b[i] : (uint32_t)w->x[DV_XM];
        bit[i >> 6] |= (uint64_t)ordered(cond, value(elem, a[i]), value(elem, other)) << (i & 63);
    }
}

/* Bits under the mask, the others as they were. */
static uint64_t merged(uint64_t old, uint64_t bit, uint64_t mask)
{
    return (old & ~mask) | (bit & mask);
}

void dv_sem_vec_cmp(const struct dv_work *w)
{
    struct dv_vec v = dv_vec_cmp(w);
    uint64_t mask[2], bit[2];

    if (!v.repeats)
        return;
    dv_vec_mask(&v, 0, mask);
    compare(w, &v, 0, mask, bit);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t *to = &w->live->v[i ? DV_LIVE_CMPMASK1 : DV_LIVE_CMPMASK0];
        *to = merged(*to, bit[i], mask[i]);
    }
}

static void packed(const struct dv_work *w, const struct dv_vec *v)
{
    uint8_t *to = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 0));
    uint32_t bytes = dv_vec_bits(v);
    uint64_t mask[2], bit[2];

    for (uint32_t r = 0; r < v->repeats; r++, to += bytes) {
        dv_vec_mask(v, r, mask);
        compare(w, v, r, mask, bit);
        for (uint32_t i = 0; i < bytes; i++) {
            uint64_t m = mask[i / 8] >> i % 8 * 8 & 0xff;
            if (m)
                to[i] = (uint8_t)merged(to[i], bit[i / 8] >> i % 8 * 8, m);
        }
    }
}

void dv_sem_vec_cmpv(const struct dv_work *w)
{
    struct dv_vec v = dv_vec3(w);

    packed(w, &v);
}

void dv_sem_vec_cmpvs(const struct dv_work *w)
{
    struct dv_vec v = dv_vec1(w);

    packed(w, &v);
}

void dv_sem_cmpmask_in(const struct dv_work *w)
{
    const uint8_t *from = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 0));

    memcpy(&w->live->v[DV_LIVE_CMPMASK0], from, 8);
    memcpy(&w->live->v[DV_LIVE_CMPMASK1], from + 8, 8);
}

void dv_sem_cmpmask_out(const struct dv_work *w)
{
    uint8_t *to = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 0));

    memcpy(to, &w->live->v[DV_LIVE_CMPMASK0], 8);
    memcpy(to + 8, &w->live->v[DV_LIVE_CMPMASK1], 8);
}

/* ---- select ---------------------------------------------------------------------------------- */

/* Select bits of repeat r. In mode 2 their address comes from CMPMASK, unchecked: it wraps around
 * at the end of UB (ours). */
static void select_bits(const struct dv_work *w, const struct dv_vec *v, uint32_t r,
                        uint64_t bit[2])
{
    unsigned mode = dv_unpack_vec3s(w->cfg).mode;
    const uint8_t *ub = dv_at(w, DV_SPACE_UB, 0);
    uint64_t at, size = w->sizes->bytes[DV_SPACE_UB];

    bit[0] = w->live->v[DV_LIVE_CMPMASK0];
    bit[1] = w->live->v[DV_LIVE_CMPMASK1];
    if (mode == DV_V_vselmode_cmpmask)
        return;
    at = mode == DV_V_vselmode_scalar ? dv_operand_address(w, 2) : bit[0] & 0xffffffff;
    at += (uint64_t)r * dv_vec_bits(v);
    bit[0] = bit[1] = 0;
    for (uint32_t i = 0; i < dv_vec_bits(v); i++)
        bit[i / 8] |= (uint64_t)ub[(at + i) % size] << i % 8 * 8;
}

void dv_sem_vec_sel(const struct dv_work *w)
{
    struct dv_vec v = dv_vec_sel(w);
    uint32_t a[DV_LANES_MAX], b[DV_LANES_MAX];
    uint32_t scalar = (uint32_t)w->live->v[DV_LIVE_CMPMASK0];
    uint64_t mask[2], bit[2];

    for (uint32_t r = 0; r < v.repeats; r++) {
        dv_vec_mask(&v, r, mask);
        select_bits(w, &v, r, bit);
        dv_lane_load(w, &v.side[1], r, mask, a);
        if (v.sides > 2)
            dv_lane_load(w, &v.side[2], r, mask, b);
        for (uint32_t i = 0; i < v.lanes; i++)
            if (!dv_lane_on(bit, i))
                a[i] = v.sides > 2 ? b[i] : scalar;
        dv_lane_store(w, &v.side[0], r, mask, a);
    }
}
