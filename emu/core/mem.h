/* The memory system behind the MTEs, the fixpipe and the scalar cache: one interface.
 * Ours is the analytic one; another may be plugged in. All times in 1/256 core cycle. */
#ifndef DV_CORE_MEM_H
#define DV_CORE_MEM_H

#include "emu/core/time.h"

enum dv_mem_op { DV_MEM_READ, DV_MEM_WRITE, DV_MEM_ATOMIC };
enum dv_mem_hint { DV_HINT_NONE, DV_HINT_BYPASS_L2 = 1 };

/* The GM side of a move: `mats` matrices of `rows` rows of `bytes` bytes. */
struct dv_mem_shape {
    uint64_t base;     /* address of the first row */
    int64_t pitch;     /* from row to row */
    int64_t mat_pitch; /* from matrix to matrix */
    uint32_t bytes, rows, mats;
};

struct dv_mem_request {
    dv_time now;   /* when the unit can start it */
    uint32_t core; /* index in the chip */
    uint8_t path;  /* enum dv_path */
    uint8_t op;    /* enum dv_mem_op */
    uint8_t hint;  /* enum dv_mem_hint bits */
    struct dv_mem_shape gm;
    uint64_t bytes;        /* payload */
    dv_time latency, work; /* the port's own law for this item (dv_cost) when all hits L2 .. */
    dv_time miss_latency, miss_work; /* .. and when all misses; 0 = no different */
    dv_time previous;                /* when the port's previous data ended */
};

struct dv_mem_grant {
    dv_time began;                  /* when its data begins to move: after `previous` or latency */
    dv_time grant;                  /* when the port is free for the next request's data */
    dv_time done;                   /* when the data is complete */
    uint64_t hit_bytes, miss_bytes; /* L2 */
    /* Chip numbers behind latency and rate; preset to those of an L2 hit, and of a miss. */
    uint16_t by_latency, by_work, by_miss_latency, by_miss_work;
};

struct dv_mem_backend {
    const char *name;
    void *self;
    /* A launch begins; `bytes` are all allocations of GM, `warm` asks for the L2 that an identical
     * launch before this one leaves. May be NULL. */
    void (*begin)(void *self, uint64_t bytes, bool warm);
    void (*request)(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g);
    /* True when every request from now on hits, whatever came before. May be NULL: never. */
    bool (*settled)(void *self);
    /* State as plain bytes for save and restore; size() may be 0 and may grow in a run. */
    size_t (*size)(void *self);
    void (*save)(void *self, void *out);
    /* True when these bytes are a state that restore() takes; NULL = any of size() bytes. */
    bool (*accept)(void *self, const void *in, size_t bytes);
    void (*restore)(void *self, const void *in);
    /* The machine needs it no more. May be NULL. */
    void (*release)(void *self);
};

/* The analytic one: which lines of GM are in L2, and for each core the law of its own port. False
 * when memory is out. */
bool dv_l2_new(const struct dv_chip *chip, struct dv_mem_backend *out);

#endif
