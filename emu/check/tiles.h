/* Tiles of L0C that MMAD and fixpipe hand to each other by unit flags (isa.md 7.6).
 *
 * Private to emu/check. A tile is full when M has turned its flag and free when the fixpipe has. */
#ifndef DV_CHECK_TILES_H
#define DV_CHECK_TILES_H

#include "emu/check/deed.h"

enum { DV_TILES = 8 };

struct dv_tile_seen {
    uint64_t lo, hi;
    uint32_t index; /* of the work that turned the flag .. */
    uint32_t prior; /* .. and of the one, of the other side, that it followed */
    bool used, full;
    uint64_t pc; /* of the work that turned the flag */
    dv_time when;
};

struct dv_tiles {
    struct dv_tile_seen at[DV_TILES];
};

/* False: a work with a unit flag whose partner has not been looked at. Else the works it follows:
 * *index of the partner, *prior of its own agent; 0 = none. */
bool dv_tiles_ready(const struct dv_tiles *t, const struct dv_deed *e, uint32_t *index,
                    uint32_t *prior);
/* A work that turns its flag does so; any other changes nothing. */
void dv_tiles_turn(struct dv_tiles *t, const struct dv_deed *e);

#endif
