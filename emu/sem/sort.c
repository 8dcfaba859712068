/* Effects of sorting: VBS32, VBS16, merges of up to four lists, and fields of region proposals
 * (isa.md 6.8).
 *
 * Order is ours where nothing is public: equal scores keep their order, of several lists the lower
 * one first; a NaN is above everything, -0 below +0. */
#include <string.h>

#include "emu/access/rearrange.h"
#include "emu/sem/sem.h"

/* A number that grows with the score whose bits lie at p. */
static int32_t key_of(const uint8_t *p, uint32_t width)
{
    uint32_t u = 0, sign, top;

    memcpy(&u, p, width);
    sign = u >> (8 * width - 1);
    top = width == 2 ? 0x7fff : 0x7fffffff;
    if ((u & top) > (width == 2 ? 0x7c00u : 0x7f800000u))
        return INT32_MAX;
    return sign ? -(int32_t)(u & top) - 1 : (int32_t)u;
}

static uint32_t width_of(const struct dv_work *w)
{
    return dv_elem_bytes(dv_types[w->op->type].dst);
}

/* Lanes by falling score, equals in their order; scores lie `pitch` bytes apart. */
static void rank(uint8_t *order, const uint8_t *score, uint32_t n, uint32_t pitch, uint32_t width)
{
    int32_t key[DV_SORT_LANES];

    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;

        key[i] = key_of(score + i * pitch, width);
        for (; at && key[order[at - 1]] < key[i]; at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
}

static void sort_repeat(uint8_t *dst, const uint8_t *score, const uint8_t *index, uint32_t width)
{
    uint8_t order[DV_SORT_LANES];

    rank(order, score, DV_SORT_LANES, width, width);
    for (unsigned i = 0; i < DV_SORT_LANES; i++, dst += DV_RECORD) {
        memset(dst, 0, 4);
        memcpy(dst, score + order[i] * width, width);
        memcpy(dst + 4, index + order[i] * 4, 4);
    }
}

void dv_sem_sort32(const struct dv_work *w)
{
    uint32_t repeats = dv_unpack_vbs32(w->cfg).repeat, width = width_of(w);
    uint8_t *dst = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 0));
    const uint8_t *score = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 1));
    const uint8_t *index = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 2));

    for (uint32_t r = 0; r < repeats; r++)
        sort_repeat(dst + r * DV_SORT_LANES * DV_RECORD, score + r * DV_SORT_LANES * width,
                    index + r * DV_SORT_LANES * 4, width);
}

/* ---- merge ----------------------------------------------------------------------------------- */

/* The list whose first record comes next, DV_LISTS when all are used up. */
static unsigned next_list(const struct dv_merge *g, const uint8_t *const head[DV_LISTS],
                          const uint32_t used[DV_LISTS], uint32_t width)
{
    unsigned best = DV_LISTS;
    int32_t top = 0;

    for (unsigned i = 0; i < DV_LISTS; i++) {
        if (used[i] == g->len[i])
            continue;
        int32_t key = key_of(head[i] + g->score, width);
        if (best == DV_LISTS || key > top) {
            best = i;
            top = key;
        }
    }
    return best;
}

/* A valid list without records left. */
static bool used_up(const struct dv_merge *g, const uint32_t used[DV_LISTS])
{
    for (unsigned i = 0; i < DV_LISTS; i++)
        if (g->valid >> i & 1 && used[i] == g->len[i])
            return true;
    return false;
}

static void merge(const struct dv_merge *g, uint8_t *dst, const uint8_t *head[DV_LISTS],
                  uint32_t used[DV_LISTS], uint32_t width)
{
    memset(used, 0, DV_LISTS * sizeof *used);
    while (!(g->suspend && used_up(g, used))) {
        unsigned i = next_list(g, head, used, width);

        if (i == DV_LISTS)
            return;
        memcpy(dst, head[i], g->record);
        dst += g->record;
        head[i] += g->record;
        used[i]++;
    }
}

void dv_sem_merge4(const struct dv_work *w)
{
    struct dv_merge g = dv_merge_of(w);
    uint64_t step = (uint64_t)g.total * g.record, counts = 0;
    uint32_t used[DV_LISTS] = {0};

    for (uint32_t r = 0; r < g.repeats; r++) {
        const uint8_t *head[DV_LISTS];

        for (unsigned i = 0; i < DV_LISTS; i++)
            head[i] = g.len[i] ? dv_at(w, DV_SPACE_UB, g.list[i] + r * step) : NULL;
        merge(&g, dv_at(w, DV_SPACE_UB, g.dst + r * step), head, used, width_of(w));
    }
    for (unsigned i = 0; i < DV_LISTS; i++)
        counts |= (uint64_t)used[i] << 16 * i;
    w->live->v[DV_LIVE_VMS4_SR] = counts;
}

/* ---- region proposals ------------------------------------------------------------------------ */

/* A repeat reads all before it writes: it may be in place. */
void dv_sem_sort16(const struct dv_work *w)
{
    uint32_t repeats = (uint32_t)dv_unpack_vbs32(w->cfg).repeat, width = width_of(w);
    uint32_t record = DV_PROPOSAL_FIELDS * width, bytes = DV_PROPOSALS * record;
    uint8_t *dst = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 0));
    const uint8_t *src = dv_at(w, DV_SPACE_UB, dv_operand_address(w, 1));

    for (uint32_t r = 0; r < repeats; r++, dst += bytes, src += bytes) {
        uint8_t order[DV_PROPOSALS], from[DV_PROPOSALS * DV_PROPOSAL_FIELDS * 4];

        memcpy(from, src, bytes);
        rank(order, from + DV_PROPOSAL_SCORE * width, DV_PROPOSALS, record, width);
        for (unsigned i = 0; i < DV_PROPOSALS; i++)
            memcpy(dst + i * record, from + order[i] * record, record);
    }
}

void dv_sem_take16(const struct dv_work *w)
{
    struct dv_field16 g = dv_field16_of(w);
    uint8_t *to = dv_at(w, DV_SPACE_UB, g.plain);
    const uint8_t *from = dv_at(w, DV_SPACE_UB, g.field);

    for (uint32_t i = 0; i < g.count; i++)
        memcpy(to + i * g.width, from + i * g.record, g.width);
}

void dv_sem_put16(const struct dv_work *w)
{
    struct dv_field16 g = dv_field16_of(w);
    uint8_t *to = dv_at(w, DV_SPACE_UB, g.field);
    const uint8_t *from = dv_at(w, DV_SPACE_UB, g.plain);

    for (uint32_t i = 0; i < g.count; i++)
        memcpy(to + i * g.record, from + i * g.width, g.width);
}
