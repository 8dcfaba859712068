/* Memory systems of others for dv run --mem: a shared object that exports
 *
 *     const struct dv_mem_plugin dv_mem_plugin = {DV_MEM_ABI, "name", make};
 *
 * It is asked for every move between GM and a core and says when data moves and is complete.
 * docs/memory.md has an example. All times in 1/256 core cycle, 0 is the launch. */
#ifndef DV_MEM_H
#define DV_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DV_MEM_ABI 2u     /* goes up when anything below changes */
#define DV_MEM_CYCLE 256u /* parts of a core cycle */

typedef uint64_t dv_time; /* 1/256 cycle */

enum dv_mem_op { DV_MEM_READ, DV_MEM_WRITE, DV_MEM_ATOMIC };
/* Bits: passes L2 by; rows are fetched one by one (ND2NZ). */
enum dv_mem_hint { DV_HINT_NONE, DV_HINT_BYPASS_L2 = 1, DV_HINT_ROWS = 2 };

/* Ports of a core: MTE2, MTE3, fixpipe; in each, data moves in order. */
enum { DV_MEM_PORTS = 3, DV_MEM_UNDER_WAY = 64 /* requests of a port, at most */ };

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
    uint32_t port; /* core * DV_MEM_PORTS + 0, 1 or 2 */
    uint8_t path;  /* index of the path in the `bytes` of a result */
    uint8_t op;    /* enum dv_mem_op */
    uint8_t hint;  /* enum dv_mem_hint bits */
    struct dv_mem_shape gm;
    uint64_t bytes;          /* payload */
    uint64_t sectors, lines; /* bytes between core and L2, and L2 and memory, when missing */
    dv_time latency, work;   /* the port's own law for this item when all hits .. */
    dv_time miss_latency, miss_work; /* .. and when all misses; 0 = no different */
    dv_time previous;                /* data moves no earlier: what came before on the port, */
    dv_time head;                    /* .. or this behind the request before when it is under way */
    /* Chip numbers behind latency and rate, of an L2 hit and of a miss. */
    uint16_t by_latency, by_work, by_miss_latency, by_miss_work;
};

struct dv_mem_grant {
    dv_time began;                  /* when its data begins to move */
    dv_time grant;                  /* when the port is free for the next request's data */
    dv_time done;                   /* when the data is complete */
    uint64_t hit_bytes, miss_bytes; /* L2 */
    uint16_t by_latency, by_work;   /* chip numbers behind latency and rate */
    dv_time shared;                 /* of began..grant, what others at work made longer, .. */
    uint16_t by_shared;             /* .. and the chip number of what is shared, 0 = nothing */
};

/* What a backend is told of a launch. */
struct dv_mem_launch {
    uint64_t bytes; /* all allocations of GM */
    uint32_t cores; /* that may be at work at once; with one nobody shares anything */
    bool warm;      /* wants the L2 that an identical launch before this one leaves */
    bool again;     /* goes on with the L2 that the launch before this one left */
};

struct dv_mem_backend {
    const char *name;
    void *self;
    /* A launch begins. May be NULL. */
    void (*begin)(void *self, const struct dv_mem_launch *l);
    /* True: *g says all. False: it is under way, advance() will tell. Requests of a port come in
     * the order of their times, none lies before the time that advance() got to. */
    bool (*request)(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g);
    /* Goes on to the next completion: its port (they complete in the order of its requests) and
     * grant. False: there is none up to `until`, which is the time now. NULL when request() never
     * leaves anything under way. */
    bool (*advance)(void *self, dv_time until, uint32_t *port, struct dv_mem_grant *g);
    /* True when every request from now on hits and is granted at once. May be NULL: never. */
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

/* What a memory system may want to know of the chip; rates are of all cores together. */
struct dv_mem_facts {
    const char *chip;     /* its name */
    uint64_t clock;       /* Hz of the cores */
    uint32_t cores;       /* ports are 0 .. cores * DV_MEM_PORTS - 1 */
    uint64_t gm_base;     /* address of the first byte of GM */
    uint64_t l2_bytes;    /* size of L2, lines of 512 bytes */
    uint64_t l2_rate;     /* 2^32 bytes a cycle between cores and L2 */
    uint64_t memory_rate; /* bytes a second of the memory's pins */
};

struct dv_mem_plugin {
    uint32_t abi; /* DV_MEM_ABI */
    const char *name;
    /* Fills *out, all zero before; out->request is a must. May be called several times and by
     * several threads, every machine has a memory of its own. False: not for this chip. */
    bool (*make)(const struct dv_mem_facts *f, struct dv_mem_backend *out);
};

#endif
