/* Footprints of element-wise shapes beyond one source and two of one width: a destination that is
 * a source too, results narrower than their sources, shifts.
 *
 * Owns what each of them refuses and reads besides its operands. The rest is vector.c. */
#include "emu/access/box.h"
#include "emu/access/overlap.h"
#include "emu/access/sides.h"

/* dst is read in the lanes it is written; no repeat may read what one before wrote (isa.md 5.1). */
static enum dv_err accumulating(const struct dv_work *w, const struct dv_vec *v, struct dv_foot *f,
                                struct dv_diag *d)
{
    enum dv_err err = dv_vec_elementwise(w, v, f, d);

    if (err || !v->repeats)
        return err;
    err = dv_vec_put(w, f, v, 0, &v->side[0], DV_READ, d);
    dv_vec_walk(f, v, &v->side[0], DV_READ);
    return err ? err : dv_vec_own_overlap(w, v, d);
}

enum dv_err dv_access_vec3t(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3n(w);

    return accumulating(w, &v, f, d);
}

enum dv_err dv_access_vec1t(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec1(w);

    return accumulating(w, &v, f, d);
}

/* ---- results narrower than sources ----------------------------------------------------------- */

/* The parameters of the channels: DEQSCALE holds their UB address in blocks (isa.md 4.1). */
static enum dv_err put_table(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_box b = {1, DV_READ, dv_deq_table(w), DV_DEQ_TABLE, 0, {{0, 0}}};
    uint64_t end = b.base + b.bytes, most = w->sizes->bytes[DV_SPACE_UB];

    if (end > most)
        return dv_fail(d, DV_E_BOUNDS,
                       "the 16 words that DEQSCALE points at end at 0x%llx, past the end of ub "
                       "(0x%llx)",
                       (unsigned long long)end, (unsigned long long)most);
    return dv_foot_box(w, f, &b, d);
}

enum dv_err dv_access_vec3n(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3n(w);
    enum dv_err err;

    if (!v.side[0].half && dv_op_sel(w->op, DV_F_bit)) {
        dv_vec_start(f, &v);
        return dv_fail(d, DV_E_RESERVED,
                       "half block 1 of %s: only 8-bit results have halves, write 0",
                       dv_op_insn(w->op)->stem);
    }
    err = dv_vec_elementwise(w, &v, f, d);
    if (err || !v.repeats || w->op->type != DV_T_vdeqs16b8)
        return err;
    return put_table(w, f, d);
}

/* Conversions that are no plain vec1. */
enum dv_err dv_access_conv(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec_conv(w);
    enum dv_err err;

    err = dv_vec_elementwise(w, &v, f, d);
    if (err || !v.repeats || !dv_conv_has_table(w))
        return err;
    return put_table(w, f, d);
}

/* Entries whose spelling has no type field: s32 to f16, f16 to 8 bits. */
enum dv_err dv_access_vec3d(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3_as(w, 2, 4);

    return dv_vec_elementwise(w, &v, f, d);
}

enum dv_err dv_access_vec3b(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec3_as(w, 1, 2);

    return dv_vec_elementwise(w, &v, f, d);
}

/* ---- shifts ---------------------------------------------------------------------------------- */

enum dv_err dv_access_vshr(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_vec v = dv_vec1(w);
    unsigned elem = dv_types[w->op->type].src;

    if (dv_op_sel(w->op, DV_F_bit) && elem != DV_EL_S16 && elem != DV_EL_S32) {
        dv_vec_start(f, &v);
        return dv_fail(d, DV_E_RESERVED, "round = 1 of vshr.%s: only signed types round, write 0",
                       dv_types[w->op->type].name);
    }
    return dv_vec_elementwise(w, &v, f, d);
}
