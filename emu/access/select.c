/* Footprints of comparisons and of what they feed: CMPMASK, packed bits in UB, VSEL.
 *
 * Owns where result bits lie and which of them a mask leaves alone (isa.md 6.4, 6.5). Geometry of
 * the sources comes from lanes.h. */
#include "emu/access/box.h"
#include "emu/access/overlap.h"
#include "emu/access/sides.h"

enum { CMPMASK = 1u << DV_LIVE_CMPMASK0 | 1u << DV_LIVE_CMPMASK1 };

/* Sources are operands first, first + 1, ..; sides 1 and up. */
static enum dv_err sources(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                           unsigned first, struct dv_diag *d)
{
    enum dv_err err = DV_OK;

    for (unsigned i = 1; i < v->sides && !err; i++) {
        err = dv_vec_aligned(w, first + i - 1, v->side[i].base, DV_BLOCK, d);
        err = err ? err : dv_vec_put(w, f, v, first + i - 1, &v->side[i], DV_READ, d);
        dv_vec_walk(f, v, &v->side[i], DV_READ);
    }
    return err;
}

/* ---- into CMPMASK ---------------------------------------------------------------------------- */

enum dv_err dv_access_cmp(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec_cmp(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_vec_start(f, &v);
    if (err || !v.repeats)
        return err;
    if (v.repeats > 1)
        return dv_fail(d, DV_E_RANGE,
                       "vcmp compares one repeat into CMPMASK, not %u: set the repeat count to 1, "
                       "or use vcmpv",
                       v.repeats);
    f->live = CMPMASK;
    return sources(w, f, &v, 0, d);
}

/* ---- into UB --------------------------------------------------------------------------------- */

/* Bytes of the lanes [lo, hi) of all repeats; whole bytes, one row when repeats follow on. */
static enum dv_err put_bits(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                            unsigned operand, uint8_t rw, struct dv_diag *d)
{
    uint32_t lo = dv_mask_first(v->mask) / 8, hi = (dv_mask_end(v->mask) + 7) / 8;
    struct dv_box b = {(uint8_t)operand, rw, dv_operand_address(w, operand) + lo,
                       hi - lo,          1,  {{v->repeats - (v->tail != 0), dv_vec_bits(v)}}};
    enum dv_err err = dv_foot_box(w, f, &b, d);

    if (err || !v->tail)
        return err;
    b.base = dv_operand_address(w, operand) + (uint64_t)b.dim[0].count * dv_vec_bits(v);
    b.bytes = (v->tail + 7) / 8;
    b.dims = 0;
    return dv_foot_box(w, f, &b, d);
}

/* Documented: what is compared is a multiple of 256 bytes. */
static enum dv_err whole_repeats(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d)
{
    uint32_t count = (uint32_t)w->env->v[DV_ENV_MASK0];

    if (!v->tail)
        return DV_OK;
    return dv_fail(d, DV_E_RANGE,
                   "counter mode: %s compares whole repeats of %u elements, not %u elements",
                   dv_op_insn(w->op)->stem, v->lanes, count);
}

static enum dv_err compare(const struct dv_work *w, const struct dv_vec *v, struct dv_foot *f,
                           struct dv_diag *d)
{
    struct dv_result to = {dv_operand_address(w, 0), dv_vec_bits(v), dv_vec_bits(v)};
    enum dv_err err = dv_vec_reserved(w, d);

    dv_vec_start(f, v);
    if (err || !v->repeats)
        return err;
    if ((err = whole_repeats(w, v, d)) || (err = dv_vec_aligned(w, 0, to.base, DV_BLOCK, d)) ||
        (err = put_bits(w, f, v, 0, DV_WRITE, d)) || (err = sources(w, f, v, 1, d)))
        return err;
    for (unsigned i = 1; i < v->sides && !err; i++) {
        struct dv_vec one = *v;
        one.side[0] = v->side[i];
        err = dv_yield_overlap(w, &one, i, &to, to.unit, d);
    }
    return err;
}

/* vcmpv and its EQ form: the condition of vcmpv is in the config word. */
enum dv_err dv_access_cmpv(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3(w);
    unsigned cond = dv_unpack_vec3c(w->cfg).cond;

    if (dv_op_insn(w->op)->lane == DV_LANE_cfg && cond > DV_V_cc_le) {
        dv_vec_start(f, &v);
        return dv_fail(d, DV_E_RANGE, "cond = %u in the config word: 0 to 5 are eq ne lt gt ge le",
                       cond);
    }
    return compare(w, &v, f, d);
}

enum dv_err dv_access_cmpvs(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec1(w);

    return compare(w, &v, f, d);
}

/* ---- CMPMASK to and from UB ------------------------------------------------------------------ */

static enum dv_err cmpmask(const struct dv_work *w, struct dv_foot *f, uint8_t rw,
                           struct dv_diag *d)
{
    struct dv_box b = {0, rw, dv_operand_address(w, 0), 16, 0, {{0, 0}}};
    enum dv_err err;

    dv_foot_clear(f);
    f->amount.repeats = 1;
    err = dv_access_aligned(w, d);
    return err ? err : dv_foot_box(w, f, &b, d);
}

enum dv_err dv_access_cmpmask_in(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    enum dv_err err = cmpmask(w, f, DV_READ, d);

    f->live = CMPMASK;
    return err;
}

enum dv_err dv_access_cmpmask_out(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    enum dv_err err = cmpmask(w, f, DV_WRITE, d);

    f->live_read = CMPMASK;
    return err;
}

/* ---- select ---------------------------------------------------------------------------------- */

static enum dv_err select_mode(const struct dv_work *w, unsigned mode, struct dv_diag *d)
{
    if (mode > DV_V_vselmode_tensor)
        return dv_fail(d, DV_E_RANGE, "mode = %u in the config word: 0 cmpmask, 1 scalar, 2 tensor",
                       mode);
    if (mode && w->kind == DV_C100)
        return dv_fail(d, DV_E_RANGE, "mode = %u in the config word: c100 has mode 0 only", mode);
    return DV_OK;
}

/* No repeat may write select bits: they are read as they stand before the instruction. */
static enum dv_err bits_apart(const struct dv_work *w, const struct dv_foot *f, struct dv_diag *d)
{
    uint64_t at;

    for (unsigned i = 0; i < f->n; i++)
        for (unsigned k = 0; k < f->n; k++)
            if (f->part[i].rw == DV_WRITE && f->part[k].operand == 2 &&
                dv_strided_overlap(&f->part[i], &f->part[k], &at))
                return dv_access_fail(w, 2, d, DV_E_OVERLAP,
                                      "dst and the select bits at src1 overlap at 0x%llx: move dst",
                                      (unsigned long long)at);
    return DV_OK;
}

/* Mode 2 finds the address of its bits in CMPMASK at its own time, so no footprint can name them:
 * collisions, races and bounds do not see that operand. */
enum dv_err dv_access_sel(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    unsigned mode = dv_unpack_vec3s(w->cfg).mode;
    struct dv_vec v = dv_vec_sel(w);
    enum dv_err err;

    dv_vec_start(f, &v);
    if ((err = select_mode(w, mode, d)) || (err = dv_vec_elementwise(w, &v, f, d)) || !v.repeats)
        return err;
    f->live_read = CMPMASK;
    if (mode != DV_V_vselmode_scalar)
        return DV_OK;
    if ((err = dv_vec_aligned(w, 2, dv_operand_address(w, 2), DV_BLOCK, d)) ||
        (err = put_bits(w, f, &v, 2, DV_READ, d)))
        return err;
    return bits_apart(w, f, d);
}
