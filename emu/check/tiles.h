/* Tiles of L0C that MMAD and fixpipe hand to each other by unit flags (isa.md 7.6).
 *
 * Private to emu/check. A tile is full when M has turned its flag and free when the fixpipe has. */
#ifndef DV_CHECK_TILES_H
#define DV_CHECK_TILES_H

#include "emu/check/rules.h"

/* As many as fit into the L0C of any chip, 1 KiB each: a tile that is forgotten would be waited for
 * to the end. */
enum { DV_TILES = 256 };

struct dv_tile_seen {
    uint64_t lo, hi;
    uint32_t index; /* of the work that turned the flag .. */
    uint32_t prior; /* .. and of the one, of the other side, that it followed */
    bool used, full;
    uint8_t order; /* enum dv_traversal of the work that turned the flag */
    uint64_t pc;   /* of the work that turned the flag */
    dv_time when;
    struct dv_know know; /* what the pipe of that work knew when it began */
};

struct dv_tiles {
    struct dv_tile_seen at[DV_TILES];
    unsigned n; /* places that were ever used */
};

/* False: a work with a unit flag whose partner has not been looked at. Else *seen is the tile with
 * the work it follows, NULL = none. */
bool dv_tiles_ready(const struct dv_tiles *t, const struct dv_deed *e,
                    const struct dv_tile_seen **seen);
/* A work that turns its flag does so; any other changes nothing. */
void dv_tiles_turn(struct dv_tiles *t, const struct dv_deed *e, const struct dv_know *know);

#endif
