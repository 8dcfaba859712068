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
    dv_time now;             /* when the unit can start it */
    uint32_t core;           /* index in the chip */
    uint8_t path;            /* enum dv_path */
    uint8_t op;              /* enum dv_mem_op */
    uint8_t hint;            /* enum dv_mem_hint bits */
    struct dv_mem_shape gm;
    uint64_t bytes;          /* payload */
    uint32_t bursts;         /* rows as the instruction says them; adjacent ones are one in gm */
    dv_time latency, work;   /* the port's own law for this item (dv_cost) */
    dv_time previous;        /* when the port's previous data ended */
};

struct dv_mem_grant {
    dv_time grant;                  /* when the port is free for the next request's data */
    dv_time done;                   /* when the data is complete */
    uint64_t hit_bytes, miss_bytes; /* L2 */
};

struct dv_mem_backend {
    const char *name;
    void *self;
    void (*request)(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g);
    /* State as plain bytes for save and restore; size() may be 0. */
    size_t (*size)(void *self);
    void (*save)(void *self, void *out);
    void (*restore)(void *self, const void *in);
};

/* Every access hits L2 and obeys the per-core port law; no shared limits yet. */
void dv_mem_ports(struct dv_mem_backend *out);

#endif
