/* Cost formulas: a small closed set from (chip numbers, footprint) to latency and occupancy.
 * Numbers come from the chip file, quantities from the footprint; nothing else decides time. */
#ifndef DV_CORE_TIME_H
#define DV_CORE_TIME_H

#include "emu/access/access.h"
#include "emu/core/chip.h"

/* One law for every pipe (docs/timing.md):
 *   ready' = max(ready, previous ready' + interval)
 *   start  = exclusive ? max(ready', previous end) : ready'
 *   end    = max(previous end + head_queued, ready' + head_cold or head_waited) + work
 *   done   = max(end + tail, previous done)
 * `end` frees the unit, `done` completes the item: its effect applies then. */
enum dv_term {
    DV_TERM_COLD,
    DV_TERM_WAITED,
    DV_TERM_QUEUED,
    DV_TERM_WORK,
    DV_TERM_TAIL,
    DV_TERM_INTERVAL,
    DV_TERM_SLOWED,
    DV_TERM_MISS_COLD,
    DV_TERM_MISS_WORK,
    DV_TERMS
};

enum { DV_SID_PAST_L2 = 1 }; /* sid of a read from GM (ours) */

struct dv_cost {
    dv_time head_cold, head_queued, work, tail, interval;
    dv_time head_waited; /* instead of head_cold when a wait for a flag kept this item back */
    dv_time slowed;      /* extra work when MTE2 writes L1 at the start of this item */
    /* Moves from and to GM: head_cold and work when nothing (as above) and when all is missing in
     * L2; in between by shares. */
    dv_time miss_cold, miss_work;
    uint64_t sectors, lines; /* bytes between core and L2, and L2 and memory when all is missing */
    /* The number of the chip file that sets each term (dv_chip_origin); 0 where the term is 0. */
    uint16_t by[DV_TERMS];
    bool exclusive; /* the unit takes one item at a time */
    bool chained;   /* independent successors hide the tail, dependent ones wait (V) */
    bool memory;    /* goes through the memory back end */
    uint8_t hint;   /* enum dv_mem_hint bits for it */
    uint8_t path;   /* enum dv_path of the bytes moved, DV_PATHS = none */
    uint8_t flight; /* items of the pipe in flight at most, 0 = no limit */
};

/* Paths of CONTRACT section 4, same order and names. */
/* clang-format off */
#define DV_PATH_LIST(X) \
    X(GM_TO_L1) \
    X(GM_TO_UB) X(GM_TO_L0A) X(GM_TO_L0B) X(L1_TO_L0A) X(L1_TO_L0B) X(L1_TO_BT) X(L1_TO_FB) \
        X(L1_TO_GM) X(UB_TO_GM) X(UB_TO_UB) X(UB_TO_L1) X(L1_TO_UB) X(L0C_TO_GM) X(L0C_TO_L1) \
            X(L0C_TO_UB) X(UB_TO_L0C) X(SCALAR_GM) X(SCALAR_UB) X(L2_HIT) X(L2_MISS)
/* clang-format on */
enum dv_path {
#define X(n) DV_PATH_##n,
    DV_PATH_LIST(X)
#undef X
        DV_PATHS
};
extern const char *const dv_path_names[DV_PATHS];

/* Names of cost classes, indexed by DV_COST_*; [0] is "none". */
extern const char *const dv_cost_names[DV_COST_COUNT];
/* True when rows of the chip's cost list price this class (vector classes). */
bool dv_time_listed(unsigned cost);

/* Fills *out for an item whose footprint is f. */
void dv_time_cost(const struct dv_chip *chip, const struct dv_work *w, const struct dv_foot *f,
                  struct dv_cost *out);

/* Cycles S spends on a scalar instruction beyond its issue slot (division, taken jump ..). */
dv_time dv_time_scalar(const struct dv_chip *chip, const struct dv_op *op, bool jumped);

#endif
