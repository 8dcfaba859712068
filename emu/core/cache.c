/* Set-associative tags with least-recently-used replacement. A warm cache takes an empty place as
 * a hit: nothing but the launch itself used it before, so a line that fits was left there. */
#include "emu/core/cache.h"

#include <string.h>

enum { GONE = -1 }; /* a place whose line left: no line has this tag, and it is no hit if warm */

void dv_cache_reset(struct dv_cache *c, unsigned line_bytes, unsigned bytes, bool warm)
{
    unsigned lines = line_bytes ? bytes / line_bytes : 0;

    memset(c, 0, sizeof *c);
    if (lines > DV_CACHE_LINES)
        lines = DV_CACHE_LINES;
    c->line_bytes = line_bytes;
    c->sets = lines / DV_CACHE_WAYS;
    c->warm = warm;
}

bool dv_cache_touch(struct dv_cache *c, uint64_t address)
{
    if (!c->sets)
        return false;
    uint64_t line = address / c->line_bytes;
    uint32_t *way = &c->tag[line % c->sets * DV_CACHE_WAYS], want = (uint32_t)(line / c->sets) + 1;
    unsigned i = 0;

    if (*way == want)
        return true;
    while (i < DV_CACHE_WAYS - 1 && way[i] && way[i] != want)
        i++;
    bool hit = way[i] == want || (c->warm && !way[i]);
    memmove(way + 1, way, i * sizeof *way);
    *way = want;
    return hit;
}

bool dv_cache_holds(const struct dv_cache *c, uint64_t address)
{
    uint64_t line = c->sets ? address / c->line_bytes : 0;
    const uint32_t *way = &c->tag[c->sets ? line % c->sets * DV_CACHE_WAYS : 0];
    unsigned i = 0;

    if (!c->sets)
        return false;
    while (i < DV_CACHE_WAYS - 1 && way[i] && way[i] != (uint32_t)(line / c->sets) + 1)
        i++;
    return way[i] == (uint32_t)(line / c->sets) + 1 || (c->warm && !way[i]);
}

void dv_cache_drop(struct dv_cache *c, uint64_t address)
{
    uint64_t line = c->sets ? address / c->line_bytes : 0;
    uint32_t *way = &c->tag[c->sets ? line % c->sets * DV_CACHE_WAYS : 0];
    unsigned i = 0;

    if (!c->sets)
        return;
    while (i < DV_CACHE_WAYS && way[i] != (uint32_t)(line / c->sets) + 1)
        i++;
    if (i < DV_CACHE_WAYS) {
        memmove(way + i, way + i + 1, (DV_CACHE_WAYS - 1 - i) * sizeof *way);
        way[DV_CACHE_WAYS - 1] = 0;
    }
    for (i = 0; c->warm && i < DV_CACHE_WAYS; i++)
        if (!way[i])
            way[i] = (uint32_t)GONE;
}

void dv_cache_clear(struct dv_cache *c)
{
    memset(c->tag, 0, sizeof c->tag);
    c->warm = false;
}
