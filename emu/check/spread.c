/* How initialised-ness goes from sources to destinations, one rule a shape; see init.h.
 *
 * Shapes that only move bytes run their very meaning on the shadows: pads and zeroes they put are
 * constants, which are clean. All others work on elements: one is as bad as the worst it is made
 * of. */
#include <string.h>

#include "emu/access/atomic.h"
#include "emu/access/lanes.h"
#include "emu/access/rearrange.h"
#include "emu/check/init.h"
#include "emu/sem/sem.h"

static void spread_none(struct dv_spread *s)
{
    (void)s;
}

const dv_spread_fn dv_spread[] = {spread_none,
#define X(name) dv_spread_##name,
                                  DV_ACCESS_LIST(X)
#undef X
};

uint8_t dv_spread_look(struct dv_spread *s, unsigned space, const uint8_t *p, uint32_t n)
{
    static const uint8_t clean[DV_REPEAT];
    uint8_t mark = 0;

    if (!memcmp(p, clean, n))
        return DV_MARK_CLEAN;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t one = p[i] == DV_MARK_NEVER ? DV_MARK_FRESH : p[i];

        if (!one)
            continue;
        mark = mark && one != DV_MARK_FRESH ? mark : one;
        if (!s->bytes++ || (one == DV_MARK_FRESH && s->mark != DV_MARK_FRESH)) {
            s->mark = one;
            s->space = (uint8_t)space;
            s->address =
                (uint64_t)(p + i - s->w.mem[space]) + (space == DV_SPACE_GM ? s->w.gm_base : 0);
        }
    }
    return mark;
}

/* ---- moves ----------------------------------------------------------------------------------- */

bool dv_spread_moves(const struct dv_work *w)
{
    switch (dv_op_insn(w->op)->access) {
    case DV_ACCESS_burst:
    case DV_ACCESS_align_out:
        return !dv_atomic_of(w);
    case DV_ACCESS_load2dt:
        return dv_types[w->op->type].dst != DV_EL_B4;
    case DV_ACCESS_cc:
        return !dv_op_sel(w->op, DV_F_mode);
    case DV_ACCESS_align_in:
    case DV_ACCESS_brc:
    case DV_ACCESS_burst_pad:
    case DV_ACCESS_fb_burst:
    case DV_ACCESS_fill:
    case DV_ACCESS_nd2nz:
    case DV_ACCESS_load2d:
    case DV_ACCESS_load3d:
    case DV_ACCESS_load3d1:
    case DV_ACCESS_brcb:
    case DV_ACCESS_nchw:
    case DV_ACCESS_transpose:
    case DV_ACCESS_take16:
    case DV_ACCESS_put16:
        return true;
    default:
        return false;
    }
}

/* The caller's env has pads of 0, so a pad is clean. */
static void move(struct dv_spread *s)
{
    dv_sem[s->w.op->sem](&s->w);
}

void dv_spread_align_in(struct dv_spread *s)
{
    move(s);
}

void dv_spread_nd2nz(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load2d(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load3d(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load3d1(struct dv_spread *s)
{
    move(s);
}

void dv_spread_brcb(struct dv_spread *s)
{
    move(s);
}

void dv_spread_nchw(struct dv_spread *s)
{
    move(s);
}

void dv_spread_transpose(struct dv_spread *s)
{
    move(s);
}

/* ---- lanes ----------------------------------------------------------------------------------- */

bool dv_spread_holes(const struct dv_work *w)
{
    struct dv_vec v;

    switch (dv_op_insn(w->op)->access) {
    case DV_ACCESS_vec1:
        v = dv_vec1(w);
        break;
    case DV_ACCESS_vec3:
        v = dv_vec3(w);
        break;
    case DV_ACCESS_dup:
        v = dv_vec_dup(w);
        break;
    case DV_ACCESS_gather:
        v = dv_gather_lanes(w).v;
        break;
    case DV_ACCESS_red:
    case DV_ACCESS_redx:
    case DV_ACCESS_redg:
    case DV_ACCESS_pair:
        v = dv_vec_red(w);
        break;
    case DV_ACCESS_mmad:
        return dv_unpack_mmad(w->cfg).m == 1;
    default:
        return dv_spread_lanes_holes(w);
    }
    return !dv_mask_is_low(v.mask, dv_mask_end(v.mask));
}

static bool is_on(const uint64_t mask[2], uint32_t i)
{
    return mask[i >> 6] >> (i & 63) & 1;
}

static uint8_t *lane(const struct dv_work *w, const struct dv_side *s, uint32_t r, uint32_t i)
{
    uint32_t off = i * s->width;

    return dv_at(w, DV_SPACE_UB, s->base) + (uint64_t)r * s->rep * DV_BLOCK +
           (uint64_t)(off / DV_BLOCK) * s->blk * DV_BLOCK + off % DV_BLOCK;
}

/* The worst mark of a lane's sources. */
static uint8_t lane_mark(struct dv_spread *s, const struct dv_vec *v, uint32_t r, uint32_t i)
{
    uint8_t mark = DV_MARK_CLEAN;

    for (unsigned n = 1; n < v->sides; n++)
        mark = dv_spread_worse(
            mark, dv_spread_look(s, DV_SPACE_UB, lane(&s->w, &v->side[n], r, i), v->side[n].width));
    return mark;
}

/* A repeat reads all its sources before it writes. */
static void lanes(struct dv_spread *s, const struct dv_vec *v)
{
    uint8_t mark[DV_LANES_MAX];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++) {
        dv_vec_mask(v, r, mask);
        for (uint32_t i = 0; i < v->lanes; i++)
            mark[i] = is_on(mask, i) ? lane_mark(s, v, r, i) : DV_MARK_CLEAN;
        for (uint32_t i = 0; i < v->lanes; i++)
            if (is_on(mask, i))
                memset(lane(&s->w, &v->side[0], r, i), mark[i], v->side[0].width);
    }
}

void dv_spread_vec1(struct dv_spread *s)
{
    struct dv_vec v = dv_vec1(&s->w);

    lanes(s, &v);
}

void dv_spread_vec3(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3(&s->w);

    lanes(s, &v);
}

void dv_spread_dup(struct dv_spread *s)
{
    struct dv_vec v = dv_vec_dup(&s->w);

    lanes(s, &v);
}

/* ---- reductions ------------------------------------------------------------------------------ */

/* Every repeat: result i of `bytes` bytes stands for the lanes [i * group, (i + 1) * group) that
 * are on; with none of them it is left alone. */
static void results(struct dv_spread *s, uint32_t unit, uint32_t bytes, uint32_t group)
{
    struct dv_vec v = dv_vec_red(&s->w);
    struct dv_result to = dv_result_of(&s->w, unit);
    uint64_t mask[2];

    for (uint32_t r = 0; r < v.repeats; r++) {
        uint8_t *out = dv_at(&s->w, DV_SPACE_UB, to.base) + r * to.pitch;

        dv_vec_mask(&v, r, mask);
        for (uint32_t g = 0; g < v.lanes; g += group, out += bytes) {
            uint8_t mark = DV_MARK_CLEAN;
            bool any = false;

            for (uint32_t i = g; i < g + group; i++) {
                if (!is_on(mask, i))
                    continue;
                any = true;
                mark = dv_spread_worse(
                    mark,
                    dv_spread_look(s, DV_SPACE_UB, lane(&s->w, &v.side[0], r, i), v.side[0].width));
            }
            if (any)
                memset(out, mark, bytes);
        }
    }
}

static uint32_t width_of(const struct dv_work *w)
{
    return dv_elem_bytes(dv_types[w->op->type].src);
}

/* With acc = 1 the sum goes to ACC_VAL only. */
void dv_spread_red(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w);

    results(s, e, dv_unpack_red(s->w.cfg).acc ? 0 : e, DV_REPEAT / e);
}

void dv_spread_redx(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w), n = dv_extreme_bytes(dv_unpack_red(s->w.cfg).order, e);

    results(s, n, n, DV_REPEAT / e);
}

void dv_spread_redg(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w);

    results(s, 8 * e, e, DV_BLOCK / e);
}

void dv_spread_pair(struct dv_spread *s)
{
    results(s, DV_REPEAT / 2, width_of(&s->w), 2);
}
