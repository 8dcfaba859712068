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

    for (unsigned i = 0; i < t->n; i++)
        if (overlaps(&t->at[i], lo, hi) && (!found || t->at[i].full))
            found = &t->at[i];
    return found;
}

bool dv_tiles_ready(const struct dv_tiles *t, const struct dv_deed *e,
                    const struct dv_tile_seen **seen)
{
    const struct dv_tile_seen *s;
    uint64_t lo, hi;
    bool writer = e->agent == DV_AGENT_M;

    *seen = NULL;
    if (!hull(e, &lo, &hi))
        return true;
    s = seek(t, lo, hi);
    if (writer ? s && s->full : !s || !s->full)
        return false;
    *seen = s;
    return true;
}

/* A place for a new tile: an unused one, else a free tile's. */
static unsigned place_for(struct dv_tiles *t)
{
    unsigned spare = 0;

    for (unsigned i = t->n; i-- > 0;) {
        if (!t->at[i].used)
            return i;
        if (!t->at[i].full)
            spare = i;
    }
    return t->n < DV_TILES ? t->n++ : spare;
}

void dv_tiles_turn(struct dv_tiles *t, const struct dv_deed *e, const struct dv_know *know)
{
    const struct dv_tile_seen *old;
    uint32_t prior;
    uint64_t lo, hi;

    if (e->foot.unit != FLIP || !hull(e, &lo, &hi))
        return;
    old = seek(t, lo, hi);
    prior = old ? old->index : 0;
    for (unsigned i = 0; i < t->n; i++)
        t->at[i].used = t->at[i].used && !overlaps(&t->at[i], lo, hi);
    t->at[place_for(t)] = (struct dv_tile_seen){
        lo, hi, e->index, prior, true, e->agent == DV_AGENT_M, e->foot.order, e->pc, e->at, *know};
}
