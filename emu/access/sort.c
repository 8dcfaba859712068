/* Footprints of sorting: VBS32, VBS16, merges of up to four lists, and fields of region proposals
 * (isa.md 6.8).
 *
 * A merge that may stop early is taken at its most: all of its lists. */
#include "emu/access/box.h"
#include "emu/access/rearrange.h"
#include "emu/access/sides.h"
#include "emu/access/unnamed.h"

static void put(const struct dv_work *w, struct dv_foot *f, unsigned operand, uint64_t base,
                uint64_t bytes)
{
    struct dv_strided p = {.space = DV_SPACE_UB,
                           .rw = operand ? DV_READ : DV_WRITE,
                           .operand = (uint8_t)operand,
                           .rows = 1,
                           .bytes = (uint32_t)bytes,
                           .base = base};

    (void)w;
    if (bytes)
        f->part[f->n++] = p;
}

enum dv_err dv_access_sort32(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    uint64_t lanes = (uint64_t)dv_unpack_vbs32(w->cfg).repeat * DV_SORT_LANES;
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = (uint32_t)(lanes / DV_SORT_LANES);
    if (err || !lanes || (err = dv_access_aligned(w, d)))
        return err;
    put(w, f, 0, dv_operand_address(w, 0), lanes * DV_RECORD);
    put(w, f, 1, dv_operand_address(w, 1), lanes * width);
    put(w, f, 2, dv_operand_address(w, 2), lanes * 4);
    err = dv_foot_apart(w, f, 1, d);
    return err ? err : dv_foot_apart(w, f, 2, d);
}

/* ---- merge ----------------------------------------------------------------------------------- */

/* What several repeats need (isa.md 6.8: documented to hang otherwise). */
static enum dv_err many(const struct dv_merge *g, struct dv_diag *d)
{
    if (g->valid != 15 || g->suspend)
        return dv_fail(d, DV_E_RANGE,
                       "repeat = %u with valid = %u, suspend = %u: the hardware hangs, several "
                       "repeats need valid = 15 and suspend = 0",
                       g->repeats, g->valid, g->suspend);
    for (unsigned i = 1; i < DV_LISTS; i++) {
        if (g->len[i] != g->len[0])
            return dv_fail(
                d, DV_E_RANGE,
                "repeat = %u and lists of %u and %u records: the hardware hangs, several "
                "repeats need four equal lengths",
                g->repeats, g->len[0], g->len[i]);
        if (g->list[i] != g->list[i - 1] + (uint64_t)g->len[0] * g->record)
            return dv_fail(
                d, DV_E_RANGE,
                "repeat = %u and list %u at 0x%llx does not follow list %u: the hardware "
                "hangs, several repeats need adjacent lists",
                g->repeats, i, (unsigned long long)g->list[i], i - 1);
    }
    return DV_OK;
}

static enum dv_err lists_apart(const struct dv_work *w, const struct dv_merge *g, struct dv_diag *d)
{
    uint64_t end = g->dst + (uint64_t)g->total * g->repeats * g->record;

    for (unsigned i = 0; i < DV_LISTS; i++) {
        uint64_t last = g->list[i] + (uint64_t)g->len[i] * g->record;
        if (g->repeats > 1)
            last = g->list[i] + ((uint64_t)g->total * (g->repeats - 1) + g->len[i]) * g->record;
        if (g->len[i] && g->dst < last && g->list[i] < end)
            return dv_fail(d, DV_E_OVERLAP,
                           "dst 0x%llx..0x%llx overlaps list %u at 0x%llx, which %s does not "
                           "allow: move dst",
                           (unsigned long long)g->dst, (unsigned long long)end, i,
                           (unsigned long long)g->list[i], dv_op_insn(w->op)->stem);
    }
    return DV_OK;
}

/* Lists and destination are each one piece: all repeats lie behind each other. */
static void put_merge(const struct dv_work *w, struct dv_foot *f, const struct dv_merge *g)
{
    put(w, f, 0, g->dst, (uint64_t)g->total * g->repeats * g->record);
    if (g->repeats > 1) {
        put(w, f, dv_operand_unnamed(w, 0), g->list[0],
            (uint64_t)g->total * g->repeats * g->record);
        return;
    }
    for (unsigned i = 0; i < DV_LISTS; i++)
        put(w, f, dv_operand_unnamed(w, i), g->list[i], (uint64_t)g->len[i] * g->record);
}

enum dv_err dv_access_merge4(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_merge g = dv_merge_of(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    if (err || !g.repeats || !g.total)
        return err;
    if (g.valid != 3 && g.valid != 7 && g.valid != 15)
        return dv_fail(d, DV_E_RANGE,
                       "valid = %u in the config word: lists 0 to 1, 0 to 2 or 0 to 3 are merged, "
                       "3, 7 or 15",
                       g.valid);
    if ((g.repeats > 1 && (err = many(&g, d))) || (err = dv_access_aligned(w, d)) ||
        (err = lists_apart(w, &g, d)))
        return err;
    f->amount.repeats = g.repeats * (uint32_t)dv_ceil_div(g.total, DV_SORT_LANES);
    f->live = 1u << DV_LIVE_VMS4_SR;
    put_merge(w, f, &g);
    return DV_OK;
}

enum dv_err dv_access_merge16(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    return dv_access_merge4(w, f, d);
}

/* ---- region proposals ------------------------------------------------------------------------ */

/* In place, or to a place that shares no byte (ours). */
enum dv_err dv_access_sort16(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    uint32_t repeats = (uint32_t)dv_unpack_vbs32(w->cfg).repeat;
    uint64_t dst = dv_operand_address(w, 0), src = dv_operand_address(w, 1);
    uint64_t bytes = (uint64_t)repeats * DV_PROPOSALS * DV_PROPOSAL_FIELDS * width;
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = repeats;
    if (err || !repeats || (err = dv_access_aligned(w, d)))
        return err;
    put(w, f, 0, dst, bytes);
    put(w, f, 1, src, bytes);
    return dst == src ? DV_OK : dv_foot_apart(w, f, 1, d);
}

static enum dv_err field16(const struct dv_work *w, struct dv_foot *f, unsigned proposals,
                           struct dv_diag *d)
{
    struct dv_field16 g = dv_field16_of(w);
    enum dv_err err = dv_vec_reserved(w, d);

    dv_foot_clear(f);
    f->amount.repeats = g.repeats;
    if (err || !g.repeats || (err = dv_access_aligned(w, d)))
        return err;
    put(w, f, !proposals, g.plain, (uint64_t)g.count * g.width);
    f->part[f->n++] = (struct dv_strided){.space = DV_SPACE_UB,
                                          .rw = proposals ? DV_READ : DV_WRITE,
                                          .operand = (uint8_t)proposals,
                                          .rows = g.count,
                                          .bytes = g.width,
                                          .base = g.field,
                                          .pitch = g.record};
    return dv_foot_apart(w, f, 1, d);
}

enum dv_err dv_access_take16(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    return field16(w, f, 1, d);
}

enum dv_err dv_access_put16(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    return field16(w, f, 0, d);
}
