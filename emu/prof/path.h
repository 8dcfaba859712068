/* The critical path: from the END of a core back to the start of its first block, always to what
 * arrived last. Every stretch of time on the way has one owner, so that shares add up exactly.
 *
 * path.c hears the run and keeps the items of the block under way; walk.c goes back through them
 * when the block ends, and only sums are kept then. Knows no file and no format. */
#ifndef DV_PROF_PATH_H
#define DV_PROF_PATH_H

#include "emu/core/machine.h"

/* What a stretch of the path was spent on. */
/* clang-format off */
#define DV_PATH_CAUSE_LIST(X) \
    X(scalar)    /* S executes */ \
    X(work)      /* a unit works */ \
    X(shared)    /* what work takes longer because other cores use L2 or memory too */ \
    X(head)      /* what precedes work and nothing hides: starts of units, latency of memory */ \
    X(tail)      /* from the end of work to completion */ \
    X(interval)  /* the least distance of two starts */ \
    X(flag)      /* a flag travels */ \
    X(sync)      /* SET, WAIT and BAR themselves */ \
    X(barrier) \
    X(icache) X(dcache) X(latency) /* of a scalar load */ \
    X(cross_core) /* a flag travels between cores */ \
    X(between)   /* no block on the core */ \
    X(launch)    /* the core that the path goes to had not begun */ \
    X(other)
/* clang-format on */
enum dv_path_cause {
#define X(n) DV_PATH_BY_##n,
    DV_PATH_CAUSE_LIST(X)
#undef X
        DV_PATH_CAUSES
};
extern const char *const dv_path_cause_names[DV_PATH_CAUSES];

/* Flags set in the queue of a pipe: how long before they were needed. */
struct dv_path_slack {
    uint64_t taken, late; /* waits that took one; of these, waits that had to wait */
    dv_time sum, least;   /* of the margins: from the flag to the wait that takes it */
};

/* Waits of S for a full queue through which the path goes: `time` is how long they lasted, `others`
 * how long the queue that S dispatched to next had been without work by then. */
struct dv_path_full {
    uint64_t times;
    dv_time time, others;
    dv_time idle[DV_PIPE_COUNT]; /* others, by the queue that had no work */
};

/* What all cores share, and may have to wait for. */
enum dv_path_pool { DV_SHARED_L2, DV_SHARED_MEMORY, DV_SHARED_LINES, DV_SHARED_POOLS };
extern const char *const dv_path_pool_names[DV_SHARED_POOLS];

/* Waits of S at BAR.ALL and DSB through which the path goes. */
struct dv_path_bar {
    uint64_t times;
    dv_time time;
};

/* A flag the path goes through: `time` of travel, `times` it does. */
struct dv_path_flag {
    uint8_t src, dst, id;
    uint64_t times;
    dv_time time;
};

enum { DV_PATH_FLAGS = 128 };

/* From the end of one core back; where it waited for a flag of another core, on that core. pipe[],
 * cause[], the lines and the flags with `unflagged` each add up to `total`. */
struct dv_path_sum {
    dv_time total; /* its first dispatch to its last END */
    dv_time pipe[DV_PIPE_COUNT];
    dv_time cause[DV_PATH_CAUSES];
    dv_time spent[DV_PIPE_COUNT][DV_PATH_CAUSES]; /* a pipe by cause */
    uint64_t works[DV_PIPE_COUNT];                /* items that it goes through the work of */
    const dv_time *at; /* by instruction (pc / 4); what no instruction owns is in `nowhere` */
    uint32_t words;
    dv_time nowhere;
    struct dv_path_flag flag[DV_PATH_FLAGS]; /* longest first */
    unsigned flags;
    dv_time unflagged;
    struct dv_path_full full[DV_PIPE_COUNT];
    struct dv_path_bar bar;
    struct dv_path_slack slack[DV_PIPE_COUNT];
    uint64_t steps;                  /* items and instructions of S on it */
    dv_time shared[DV_SHARED_POOLS]; /* cause[shared], by what is shared */
    uint64_t crossings;              /* times it goes to another core */
    dv_time elsewhere;               /* spent there */
};

struct dv_way;

/* Bytes of memory that items of unfinished blocks may take, the rest goes to a temporary file; 0 =
 * the default. */
struct dv_way *dv_path_new(const struct dv_machine *m, uint32_t words, uint64_t memory);
void dv_path_free(struct dv_way *p); /* NULL allowed */
struct dv_listener dv_path_listener(struct dv_way *p);
/* After the run: the slowest core, the first of equals. NULL when there is none: dv_path_why. */
const struct dv_path_sum *dv_path_take(struct dv_way *p, unsigned *core);
/* Any core; NULL when it ran no block. */
const struct dv_path_sum *dv_path_core(struct dv_way *p, unsigned core);
/* Why there is no path: a text, NULL = there is one. */
const char *dv_path_why(const struct dv_way *p);

#endif
