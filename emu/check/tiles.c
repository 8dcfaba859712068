/* Unit flags as they are seen; see tiles.h. */
#include "emu/check/tiles.h"

enum { FLIP = 3 };

static bool hull(const struct dv_deed *e, uint64_t *lo, uint64_t *hi)
{
    *lo = UINT64_MAX;
    *hi = 0;
    for (unsigned i = 0; e->foot.unit && i < e->foot.n; i++) {
        uint64_t a, b;
        if (e->foot.part[i].space != DV_SPACE_L0C)
            continue;
        dv_strided_hull(&e->foot.part[i], &a, &b);
        *lo = a < *lo ? a : *lo;
        *hi = b > *hi ? b : *hi;
    }
    return *lo < *hi;
}

static bool overlaps(const struct dv_tile_seen *t, uint64_t lo, uint64_t hi)
{
    return t->used && t->lo < hi && lo < t->hi;
}

/* The tile that overlaps, a full one first. */
static const struct dv_tile_seen *seek(const struct dv_tiles *t, uint64_t lo, uint64_t hi)
{
    const struct dv_tile_seen *found = NULL;

    for (unsigned i = 0; i < DV_TILES; i++)
        if (overlaps(&t->at[i], lo, hi) && (!found || t->at[i].full))
            found = &t->at[i];
    return found;
}

bool dv_tiles_ready(const struct dv_tiles *t, const struct dv_deed *e, uint32_t *index,
                    uint32_t *prior)
{
    const struct dv_tile_seen *s;
    uint64_t lo, hi;
    bool writer = e->agent == DV_AGENT_M;

    *index = *prior = 0;
    if (!hull(e, &lo, &hi))
        return true;
    s = seek(t, lo, hi);
    if (writer ? s && s->full : !s || !s->full)
        return false;
    *index = s ? s->index : 0;
    *prior = s ? s->prior : 0;
    return true;
}

void dv_tiles_turn(struct dv_tiles *t, const struct dv_deed *e)
{
    const struct dv_tile_seen *old;
    unsigned place = 0;
    uint32_t prior;
    uint64_t lo, hi;

    if (e->foot.unit != FLIP || !hull(e, &lo, &hi))
        return;
    old = seek(t, lo, hi);
    prior = old ? old->index : 0;
    for (unsigned i = DV_TILES; i-- > 0;) {
        t->at[i].used = t->at[i].used && !overlaps(&t->at[i], lo, hi);
        if (!t->at[i].used)
            place = i;
    }
    t->at[place] =
        (struct dv_tile_seen){lo, hi, e->index, prior, true, e->agent == DV_AGENT_M, e->pc, e->at};
}
