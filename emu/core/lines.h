/* Which lines of GM are in L2, and which of them must be written back.
 *
 * A line is in L2 from its first touch until as many other lines have come in as L2 holds: one
 * counter counts lines coming in, each line remembers the count of its last touch; the remembered
 * counts are in pages made at the first touch. There are no sets and no partial lines. A line that
 * is written stays dirty until it goes; dirty lines are counted by their last touch in slices of
 * the capacity, and those of a slice go evenly as its lines do. Private to emu/core. */
#ifndef DV_CORE_LINES_H
#define DV_CORE_LINES_H

#include "emu/core/mem.h"

/* Slices of the capacity (ours: what is written back is that exact), and how many are in use. */
enum { DV_SLICES = 512, DV_SLICES_KEPT = DV_SLICES + 2 };

struct dv_lines {
    uint64_t capacity; /* lines */
    uint64_t count;    /* lines that came in, + capacity: 0 is older than all */
    uint64_t fresh;    /* count of a line not touched yet */
    uint64_t slice;    /* lines of a slice */
    uint64_t dirty[DV_SLICES_KEPT];
    uint64_t gone; /* slices that went */
    uint64_t **page;
    uint32_t pages;
};

struct dv_tally {
    uint64_t hits, misses; /* requests */
    uint64_t hit_bytes, miss_bytes;
    uint64_t back; /* dirty lines that went */
};

/* An L2 of so many bytes, empty. */
void dv_lines_init(struct dv_lines *l, uint64_t bytes);
/* A launch begins: clean, and empty or (`full`) with every line there. */
void dv_lines_begin(struct dv_lines *l, bool full);
/* Nothing ever missed and nothing can: an untouched line counts as present. */
bool dv_lines_settled(const struct dv_lines *l);
/* The lines of a shape are read or written. */
struct dv_tally dv_lines_touch(struct dv_lines *l, const struct dv_mem_shape *s, bool write);
/* Of an instance of its own, without a capacity, whose lines are the sectors that requests past L2
 * move: notes a read by `core` that arrives at time `now`. */
void dv_lines_note(struct dv_lines *l, const struct dv_mem_shape *s, dv_time now, uint32_t core,
                   dv_time window);
/* Of a read that was noted, the bytes that another core has asked for since, or asked for not
 * longer than `window` before. */
uint64_t dv_lines_shared(struct dv_lines *l, const struct dv_mem_shape *s, uint32_t core);
void dv_lines_free(struct dv_lines *l);

/* As plain bytes, also from a hostile image (dv_mem_backend). */
size_t dv_lines_size(const struct dv_lines *l);
void dv_lines_save(const struct dv_lines *l, void *out);
bool dv_lines_accept(const struct dv_lines *l, const void *in, size_t bytes);
void dv_lines_restore(struct dv_lines *l, const void *in);

#endif
