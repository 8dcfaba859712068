/* Tags of the scalar unit's caches: whether an address is there, not what is in it. */
#ifndef DV_CORE_CACHE_H
#define DV_CORE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

/* Four ways are ours: no associativity is public. */
enum { DV_CACHE_WAYS = 4, DV_CACHE_LINES = 1024 };

/* Plain data; part of the state of a core. */
struct dv_cache {
    uint32_t line_bytes;
    uint32_t sets; /* 0: a cache without lines, which never hits */
    bool warm;
    /* Line number / sets + 1, 0 = empty; the last used of a set first. */
    uint32_t tag[DV_CACHE_LINES];
};

/* An empty cache; a size is rounded down to whole sets and limited to DV_CACHE_LINES lines. With
 * `warm` the lines an identical launch before this one left are there: what fits hits at once. */
void dv_cache_reset(struct dv_cache *c, unsigned line_bytes, unsigned bytes, bool warm);

/* True = it was there; it is afterwards. */
bool dv_cache_touch(struct dv_cache *c, uint64_t address);

/* Whether a touch would find it; changes nothing. */
bool dv_cache_holds(const struct dv_cache *c, uint64_t address);

/* The line of an address, or all of them, leave. Of a warm cache the other lines of the set that
 * were not asked for yet leave too (ours). */
void dv_cache_drop(struct dv_cache *c, uint64_t address);
void dv_cache_clear(struct dv_cache *c);

#endif
