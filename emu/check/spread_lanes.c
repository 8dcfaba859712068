/* How bytes never written spread through multiply-add, narrowing operations, shifts, comparisons
 * and VSEL: lane by lane, and bit by bit where a lane is a bit; see init.h. */
#include <string.h>

#include "emu/access/lanes.h"
#include "emu/check/init.h"

static bool is_on(const uint64_t mask[2], uint32_t i)
{
    return mask[i >> 6] >> (i & 63) & 1;
}

static uint8_t *lane(const struct dv_work *w, const struct dv_side *s, uint32_t r, uint32_t i)
{
    return dv_at(w, DV_SPACE_UB, dv_side_lane(s, r, i));
}

static uint8_t look(struct dv_spread *s, const uint8_t *p, uint32_t n)
{
    return dv_spread_look(s, DV_SPACE_UB, p, n);
}

/* What lane i of repeat r is made of: the sides [first, v->sides). */
static uint8_t made(struct dv_spread *s, const struct dv_vec *v, unsigned first, uint32_t r,
                    uint32_t i)
{
    uint8_t mark = DV_MARK_CLEAN;

    for (unsigned n = first; n < v->sides; n++)
        mark = dv_spread_worse(mark, look(s, lane(&s->w, &v->side[n], r, i), v->side[n].width));
    return mark;
}

/* More bytes that lane i of repeat r comes of. */
typedef uint8_t (*extra_fn)(struct dv_spread *s, const struct dv_vec *v, uint32_t r, uint32_t i);

/* A repeat reads all its sources before it writes. */
static void lanes(struct dv_spread *s, const struct dv_vec *v, unsigned first, extra_fn extra)
{
    uint8_t mark[DV_LANES_MAX];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++) {
        dv_vec_mask(v, r, mask);
        for (uint32_t i = 0; i < v->lanes; i++) {
            if (!is_on(mask, i))
                continue;
            mark[i] = made(s, v, first, r, i); /* sources first, on every host */
            if (extra)
                mark[i] = dv_spread_worse(mark[i], extra(s, v, r, i));
        }
        for (uint32_t i = 0; i < v->lanes; i++)
            if (is_on(mask, i))
                memset(lane(&s->w, &v->side[0], r, i), mark[i], v->side[0].width);
    }
}

/* ---- multiply and add, narrowing, shifts ----------------------------------------------------- */

void dv_spread_vec3t(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3n(&s->w);

    lanes(s, &v, 0, NULL);
}

void dv_spread_vec1t(struct dv_spread *s)
{
    struct dv_vec v = dv_vec1(&s->w);

    lanes(s, &v, 0, NULL);
}

static uint8_t channel(struct dv_spread *s, const struct dv_vec *v, uint32_t r, uint32_t i)
{
    (void)v, (void)r;
    return look(s, dv_at(&s->w, DV_SPACE_UB, dv_deq_table(&s->w)) + 8 * (i % 16), 8);
}

void dv_spread_vec3n(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3n(&s->w);

    lanes(s, &v, 1, s->w.op->type == DV_T_vdeqs16b8 ? channel : NULL);
}

/* Two lanes a byte: as bad as both, with one off also as it was. */
static void nibbles(struct dv_spread *s, const struct dv_vec *v)
{
    uint8_t mark[DV_LANES_MAX / 2];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++) {
        dv_vec_mask(v, r, mask);
        for (uint32_t i = 0; i < v->lanes; i += 2) {
            uint64_t on = dv_mask_part(mask, i, 2);
            mark[i / 2] =
                on == 1 || on == 2 ? look(s, lane(&s->w, &v->side[0], r, i), 1) : DV_MARK_CLEAN;
            for (uint32_t k = i; k < i + 2; k++)
                if (is_on(mask, k))
                    mark[i / 2] = dv_spread_worse(mark[i / 2], made(s, v, 1, r, k));
        }
        for (uint32_t i = 0; i < v->lanes; i += 2)
            if (dv_mask_part(mask, i, 2))
                *lane(&s->w, &v->side[0], r, i) = mark[i / 2];
    }
}

/* Each byte is looked at once for both its lanes. */
static void from_nibbles(struct dv_spread *s, const struct dv_vec *v)
{
    uint8_t mark[DV_LANES_MAX / 2];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++) {
        dv_vec_mask(v, r, mask);
        for (uint32_t i = 0; i < v->lanes; i += 2)
            if (dv_mask_part(mask, i, 2))
                mark[i / 2] = look(s, lane(&s->w, &v->side[1], r, i), 1);
        for (uint32_t i = 0; i < v->lanes; i++)
            if (is_on(mask, i))
                memset(lane(&s->w, &v->side[0], r, i), mark[i / 2], v->side[0].width);
    }
}

void dv_spread_conv(struct dv_spread *s)
{
    struct dv_vec v = dv_vec_conv(&s->w);

    if (v.side[1].half == DV_NIBBLES)
        from_nibbles(s, &v);
    else if (v.side[0].half == DV_NIBBLES)
        nibbles(s, &v);
    else
        lanes(s, &v, 1, dv_conv_has_table(&s->w) ? channel : NULL);
}

void dv_spread_vec3d(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3_as(&s->w, 2, 4);

    lanes(s, &v, 1, NULL);
}

void dv_spread_vec3b(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3_as(&s->w, 1, 2);

    lanes(s, &v, 1, NULL);
}

void dv_spread_vshr(struct dv_spread *s)
{
    struct dv_vec v = dv_vec1(&s->w);

    lanes(s, &v, 1, NULL);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

/* CMPMASK takes the mark of the instruction. */
void dv_spread_cmp(struct dv_spread *s)
{
    struct dv_vec v = dv_vec_cmp(&s->w);
    uint64_t mask[2];

    dv_vec_mask(&v, 0, mask);
    for (uint32_t i = 0; v.repeats && i < v.lanes; i++)
        if (is_on(mask, i))
            made(s, &v, 1, 0, i);
}

/* A byte of results is as bad as its eight lanes; with a lane off also as it was. */
static void bits(struct dv_spread *s, const struct dv_vec *v)
{
    uint8_t *to = dv_at(&s->w, DV_SPACE_UB, dv_operand_address(&s->w, 0));
    uint8_t mark[DV_LANES_MAX / 8];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++, to += dv_vec_bits(v)) {
        dv_vec_mask(v, r, mask);
        for (uint32_t b = 0; b < dv_vec_bits(v); b++) {
            uint32_t on = dv_mask_part(mask, 8 * b, 8);
            mark[b] = on == 0xff ? DV_MARK_CLEAN : to[b];
            if (on && mark[b])
                mark[b] = look(s, &to[b], 1);
            for (uint32_t i = 8 * b; i < 8 * b + 8; i++)
                if (is_on(mask, i))
                    mark[b] = dv_spread_worse(mark[b], made(s, v, 1, r, i));
        }
        memcpy(to, mark, dv_vec_bits(v));
    }
}

void dv_spread_cmpv(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3(&s->w);

    bits(s, &v);
}

void dv_spread_cmpvs(struct dv_spread *s)
{
    struct dv_vec v = dv_vec1(&s->w);

    bits(s, &v);
}

/* ---- CMPMASK and VSEL ------------------------------------------------------------------------ */

/* CMPMASK holds nothing but what an instruction reported before put there. */
static uint8_t look_live(struct dv_spread *s)
{
    uint8_t mark = dv_spread_worse(s->live[DV_LIVE_CMPMASK0], s->live[DV_LIVE_CMPMASK1]);

    if (mark && !s->mark)
        s->mark = mark;
    return mark;
}

void dv_spread_cmpmask_in(struct dv_spread *s)
{
    look(s, dv_at(&s->w, DV_SPACE_UB, dv_operand_address(&s->w, 0)), 16);
}

void dv_spread_cmpmask_out(struct dv_spread *s)
{
    memset(dv_at(&s->w, DV_SPACE_UB, dv_operand_address(&s->w, 0)), look_live(s), 16);
}

/* The select bit of a lane, and CMPMASK. Which bits mode 2 takes is not known here. */
static uint8_t chosen(struct dv_spread *s, const struct dv_vec *v, uint32_t r, uint32_t i)
{
    uint8_t mark = look_live(s);

    if (dv_unpack_vec3s(s->w.cfg).mode != DV_V_vselmode_scalar)
        return mark;
    return dv_spread_worse(mark, look(s,
                                      dv_at(&s->w, DV_SPACE_UB, dv_operand_address(&s->w, 2)) +
                                          (uint64_t)r * dv_vec_bits(v) + i / 8,
                                      1));
}

void dv_spread_sel(struct dv_spread *s)
{
    struct dv_vec v = dv_vec_sel(&s->w);

    lanes(s, &v, 1, chosen);
}

/* ---- holes ----------------------------------------------------------------------------------- */

bool dv_spread_lanes_holes(const struct dv_work *w)
{
    unsigned whole = 1; /* lanes that share the smallest part of a footprint */
    struct dv_vec v;

    switch (dv_op_insn(w->op)->access) {
    case DV_ACCESS_vec3t:
    case DV_ACCESS_vec3n:
        v = dv_vec3n(w);
        break;
    case DV_ACCESS_conv:
        v = dv_vec_conv(w);
        whole = v.side[0].half == DV_NIBBLES ? 2 : 1;
        break;
    case DV_ACCESS_vec3d:
        v = dv_vec3_as(w, 2, 4);
        break;
    case DV_ACCESS_vec3b:
        v = dv_vec3_as(w, 1, 2);
        break;
    case DV_ACCESS_vec1t:
    case DV_ACCESS_vshr:
        v = dv_vec1(w);
        break;
    case DV_ACCESS_sel:
        v = dv_vec_sel(w);
        break;
    case DV_ACCESS_cmpv:
    case DV_ACCESS_cmpvs:
        v = dv_op_insn(w->op)->access == DV_ACCESS_cmpv ? dv_vec3(w) : dv_vec1(w);
        whole = 8;
        break;
    default:
        return false;
    }
    return !dv_mask_is_low(v.mask, dv_mask_end(v.mask)) || dv_mask_end(v.mask) % whole;
}
