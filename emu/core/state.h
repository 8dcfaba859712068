/* The state of a run: one relocatable block of plain data, indices instead of pointers.
 *
 * Private to emu/core. Everything that must survive save and restore is in struct dv_state and
 * in GM; struct dv_machine holds what can be rebuilt (object, chip, listeners, host addresses). */
#ifndef DV_CORE_STATE_H
#define DV_CORE_STATE_H

#include <string.h>

#include "emu/core/machine.h"
#include "emu/sem/sem.h"

#define DV_NEVER UINT64_MAX /* an event that cannot happen yet */

enum {
    DV_RING = 128, /* items of a pipe: waiting + in flight; a power of two */
    DV_DEPTH = 64, /* waiting items at most: limit of core.queue.* (chip.h) */
    DV_IN_FLIGHT = DV_RING - DV_DEPTH - 2,
    DV_QUEUES = 6, /* pipes with a queue */
    DV_ENVS = DV_RING * DV_QUEUES + 2,
    DV_FLAG_IDS = 8,
    DV_HULLS = 4,
    DV_STACK_BYTES = 32768, /* isa.md 4.4 */
    DV_ALLOCS = 512,
    DV_LISTENERS = 8
};

/* Queues in the fixed order that breaks ties of time. */
enum dv_queue { DV_Q_V, DV_Q_M, DV_Q_MTE1, DV_Q_MTE2, DV_Q_MTE3, DV_Q_FIX, DV_Q_NONE };

enum dv_item_kind { DV_IT_WORK, DV_IT_SET, DV_IT_WAIT, DV_IT_BAR, DV_IT_NOP };

/* Smallest range of one space that an item reads or writes. */
struct dv_hull {
    uint64_t lo, hi;
    uint8_t space, rw;
};

/* A dispatched instruction: fixed size, no pointers. */
struct dv_item {
    uint64_t x[DV_SLOTS]; /* registers at dispatch */
    dv_time dispatch, ready, start, end, done;
    dv_time head_cold, head_queued, work, tail, interval;
    uint64_t bytes; /* payload, for the memory back end and statistics */
    struct dv_mem_shape gm; /* for the back end */
    uint32_t bursts;
    uint32_t live;  /* mask of the pipe SPRs it writes */
    uint32_t op;    /* index of the decoded word */
    uint32_t seq;   /* running number on its core */
    uint16_t env;   /* version of the issue SPRs */
    uint8_t kind;   /* enum dv_item_kind */
    uint8_t hulls;
    uint8_t exclusive, chained, path, flight, empty;
    uint8_t peer, id; /* SET: destination pipe, WAIT: source pipe; event id */
    struct dv_hull hull[DV_HULLS];
};

/* One queue: [head, next) in flight, [next, tail) waiting; counters never wrap in a run. */
struct dv_ring {
    uint32_t head, next, tail;
    uint32_t depth;     /* waiting items at most; 0 = the core has no such pipe */
    dv_time front;      /* when the next item may leave the queue (in-order start) */
    dv_time ready;      /* ready' of the last work item */
    dv_time end;        /* when the unit is free */
    dv_time done;       /* when everything started so far is complete */
    dv_time counted;    /* every cycle has an owner up to here */
    dv_time tail_until; /* the last item's head shows at most until here */
    bool worked;
    struct dv_item item[DV_RING];
};

enum dv_core_state { DV_CORE_IDLE, DV_CORE_RUN, DV_CORE_BLOCKED, DV_CORE_ENDING };
enum dv_block_cause { DV_BY_NOTHING, DV_BY_QUEUE, DV_BY_FLAG, DV_BY_BARRIER };

struct dv_core {
    struct dv_scalar s;
    struct dv_live live;
    uint32_t live_skipped[DV_LIVE_COUNT]; /* --data off: op + 1 that would have written it */
    uint8_t state, kind, cause;           /* enum dv_core_state, dv_kind, dv_block_cause */
    uint8_t wait_queue;                   /* DV_BY_QUEUE: the full queue; DV_BY_FLAG: source pipe */
    uint8_t wait_id;                      /* event id */
    uint8_t coreid, subblock;
    uint32_t block, seq;
    uint32_t group;  /* AI core of a mix launch */
    dv_time now;     /* S has executed everything before this time */
    dv_time free_at; /* when its last block ended */
    uint64_t entry;
    /* Next event of each queue: [q] its oldest item in flight completes, [DV_QUEUES + q] its next
     * item starts; DV_NEVER = unknown. The order of the array breaks ties of time. */
    dv_time event_at[2 * DV_QUEUES];
    uint8_t flag[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_IDS]; /* counts */
    dv_time flag_time[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_IDS];
    uint32_t flag_pc[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_IDS];
    uint16_t env; /* current version */
    uint16_t env_free[DV_ENVS];
    uint16_t env_frees;
    uint16_t env_refs[DV_ENVS];
    struct dv_env envs[DV_ENVS];
    struct dv_ring ring[DV_QUEUES];
    struct dv_core_stats stats;
    uint64_t local[DV_SPACE_COUNT]; /* offset of a local memory in the state block */
    uint64_t taint;                 /* offset of the UB table of skipped writers */
    uint8_t stack[DV_STACK_BYTES];
};

struct dv_alloc {
    char name[48];
    uint64_t address, bytes;
};

struct dv_state {
    uint64_t bytes; /* of the whole block */
    uint32_t cores, allocs;
    uint32_t blocks, next_block;
    uint64_t gm_used; /* bytes of the GM range handed out */
    uint64_t para_base;
    dv_time window; /* every core has run up to here */
    uint8_t core_type;
    uint32_t kernel; /* whose names are used: index + 1, 0 = not known */
    bool launched, ended;
    struct dv_alloc alloc[DV_ALLOCS];
    struct dv_core core[]; /* then local memories */
};

/* Decoded program: one entry a word. */
struct dv_code {
    struct dv_op *op;
    uint32_t *cost; /* two a word, 1/256 cycle: S time not jumping, jumping */
    uint32_t words;
};

/* A buffer with all its copies, or several that share memory: [lo, hi). */
struct dv_fence {
    uint64_t lo, hi;
};
struct dv_fences {
    struct dv_fence *at; /* ascending, apart from each other */
    uint32_t n;          /* 0 = nothing to check */
};

/* What dispatch found out about an instruction the last time. The same registers and issue SPRs
 * give the same item again. */
struct dv_memo {
    struct dv_env env;
    uint64_t macs;
    uint32_t allocs;
    uint8_t kind;
    bool known;
    struct dv_item item;
};
enum { DV_MEMOS = 256 }; /* of words by number modulo this; a power of two */

struct dv_machine {
    struct dv_state *st;
    struct dv_chip chip;
    struct dv_machine_opts opt;
    const struct dv_obj *obj;
    struct dv_code code;
    struct dv_fences fences[DV_SPACE_COUNT]; /* of the running kernel */
    uint8_t *gm;                             /* host address of DV_GM_BASE */
    uint64_t gm_bytes;
    struct dv_writer **writer; /* per allocation, one a 32-byte block, NULL = not watched */
    struct dv_sizes sizes[DV_KINDS];
    struct dv_mem_backend mem;
    struct dv_listener listener[DV_LISTENERS];
    unsigned listeners;
    uint32_t heard; /* union of the listeners' kinds */
    dv_time limit;
    enum dv_err fault; /* sticky */
    struct dv_diag diag;
    struct dv_foot foot; /* scratch of dispatch */
    struct dv_memo memo[DV_MEMOS];
};

static inline struct dv_item *ring_item(struct dv_ring *r, uint32_t i)
{
    return &r->item[i & (DV_RING - 1)];
}

static inline dv_time *done_at(struct dv_core *c, unsigned queue)
{
    return &c->event_at[queue];
}

static inline dv_time *start_at(struct dv_core *c, unsigned queue)
{
    return &c->event_at[DV_QUEUES + queue];
}

static inline uint32_t ring_waiting(const struct dv_ring *r)
{
    return r->tail - r->next;
}

static inline uint64_t item_pc(const struct dv_item *it)
{
    return DV_CODE_BASE + 4ull * it->op;
}

/* DV_Q_* of a pipe, DV_Q_NONE for S and pipes no core has; and back. */
static inline unsigned queue_of(unsigned pipe)
{
    static const uint8_t queue[16] = {
        /* pipe fields have four bits */
        [DV_PIPE_S] = DV_Q_NONE,
        [DV_PIPE_V] = DV_Q_V,
        [DV_PIPE_M] = DV_Q_M,
        [DV_PIPE_MTE1] = DV_Q_MTE1,
        [DV_PIPE_MTE2] = DV_Q_MTE2,
        [DV_PIPE_MTE3] = DV_Q_MTE3,
        [DV_PIPE_ALL] = DV_Q_NONE,
        [DV_PIPE_MTE4] = DV_Q_NONE,
        [DV_PIPE_MTE5] = DV_Q_NONE,
        [DV_PIPE_V2] = DV_Q_NONE,
        [DV_PIPE_FIX] = DV_Q_FIX,
        DV_Q_NONE,
        DV_Q_NONE,
        DV_Q_NONE,
        DV_Q_NONE,
        DV_Q_NONE,
    };
    return queue[pipe & 15];
}

static inline unsigned queue_pipe(unsigned queue)
{
    static const uint8_t pipe[DV_QUEUES] = {DV_PIPE_V,    DV_PIPE_M,    DV_PIPE_MTE1,
                                            DV_PIPE_MTE2, DV_PIPE_MTE3, DV_PIPE_FIX};
    return pipe[queue];
}

/* work.c: the snapshot semantics and footprints see. `env` and memories are set from the core. */
void dv_work_fill(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                  const uint64_t x[DV_SLOTS], uint16_t env, struct dv_work *w);
void dv_work_of(struct dv_machine *m, struct dv_core *c, const struct dv_item *it,
                struct dv_work *w);

/* audit.c: true when m->st, read from an image, is a state that a run of this machine can have as
 * far as indices and addresses go; `own` is the state before. May fault the machine. */
bool dv_state_sound(struct dv_machine *m, const struct dv_state *own);

/* env.c: numbered versions of the issue SPRs. */
void dv_env_reset(struct dv_core *c);
/* Counts again who holds which version. False when an item holds none that exists. */
bool dv_env_recount(struct dv_core *c);
void dv_env_write(struct dv_core *c, unsigned index, uint64_t value);
static inline uint64_t env_read(const struct dv_core *c, unsigned index)
{
    return c->envs[c->env].v[index];
}
static inline void env_hold(struct dv_core *c, uint16_t version)
{
    c->env_refs[version]++;
}
static inline void env_drop(struct dv_core *c, uint16_t version)
{
    if (--c->env_refs[version] == 0)
        c->env_free[c->env_frees++] = version;
}

/* issue.c */
static inline bool core_has_room(const struct dv_core *c, unsigned queue)
{
    return ring_waiting(&c->ring[queue]) < c->ring[queue].depth;
}
/* Checks a work instruction and puts it into its queue at time c->now. The queue has room. */
enum dv_err dv_core_issue(struct dv_machine *m, struct dv_core *c, uint32_t op_index);
/* Checks a work item of a saved state again and sets what follows from its registers. Faults the
 * machine when it is false. */
bool dv_item_sound(struct dv_machine *m, struct dv_core *c, struct dv_item *it);
/* A SET, WAIT, BAR or NOP for a queue. */
enum dv_err dv_core_issue_sync(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned queue, uint8_t kind, uint8_t peer, uint8_t id);

/* pipe.c: events of the queues. */
void dv_pipe_schedule(struct dv_machine *m, struct dv_core *c, unsigned queue);
/* Applies the earliest event when it is not after `until`; *at is its time, DV_NEVER = none. */
enum dv_err dv_core_event(struct dv_machine *m, struct dv_core *c, dv_time until, dv_time *at);
/* Applies every event up to and including `until`, in time order. */
enum dv_err dv_core_drain(struct dv_machine *m, struct dv_core *c, dv_time until);
bool dv_core_quiet(const struct dv_core *c);
/* At the end of a block: what is left of every queue's busy time. */
void dv_pipe_close(struct dv_core *c);

/* sync.c */
enum dv_err dv_flag_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, dv_time at, uint32_t op_index);
enum dv_err dv_core_leftovers(struct dv_machine *m, struct dv_core *c);
enum dv_err dv_core_deadlock(struct dv_machine *m, struct dv_core *c);

/* collide.c: DV_OK or COLLISION with both places. */
enum dv_err dv_collide_item(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_item *it);
enum dv_err dv_collide_scalar(struct dv_machine *m, struct dv_core *c, unsigned space,
                              uint64_t address, unsigned bytes, unsigned rw);
/* True when b must wait for a: they share bytes and one of them writes. */
bool dv_items_depend(struct dv_machine *m, struct dv_core *c, const struct dv_item *a,
                     const struct dv_item *b);

/* live.c: S reads and writes a pipe SPR at time c->now, up to which the queues have run. */
enum dv_err dv_live_read(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                         uint64_t *out);
enum dv_err dv_live_write(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                          uint64_t value);
/* Notes the pipe SPRs that an item would have written. */
void dv_live_skip(struct dv_core *c, const struct dv_item *it);

/* fetch.c: S. Runs until c->now > until, S blocks, or the block ends. */
enum dv_err dv_core_fetch(struct dv_machine *m, struct dv_core *c, dv_time until);
/* engine.c: instructions that change engine state; *stay is set when S must try again later. */
enum dv_err dv_core_engine(struct dv_machine *m, struct dv_core *c, uint32_t op_index, bool *stay);
/* access of S to memory (memory.c). */
enum dv_err dv_scalar_memory(struct dv_machine *m, struct dv_core *c, const struct dv_op *op);

/* launch.c: the core that is idle first, lowest number first, takes the next block; NULL when no
 * block or no core is left. One at a time: that core may be the first to be idle again. */
struct dv_core *dv_block_hand_out(struct dv_machine *m);

/* gm.c */
enum dv_err dv_gm_reserve(struct dv_machine *m, uint64_t bytes, struct dv_diag *d);
void dv_gm_release(struct dv_machine *m);
/* Index of the allocation that holds [lo, hi), -1 = none. */
int dv_gm_find(const struct dv_machine *m, uint64_t lo, uint64_t hi);
/* Index of the allocation starting at or before address, -1 = none; for messages. */
int dv_gm_nearest(const struct dv_machine *m, uint64_t address);
/* Notes who wrote the parts of a footprint (watched allocations, data-off tables). */
void dv_gm_note(struct dv_machine *m, struct dv_core *c, const struct dv_item *it);
/* The instruction whose skipped payload last wrote these bytes; UINT32_MAX = none. */
uint32_t dv_taint_find(struct dv_machine *m, struct dv_core *c, unsigned space, uint64_t address,
                       unsigned bytes);
void dv_taint_clear(struct dv_machine *m, struct dv_core *c, unsigned space, uint64_t address,
                    unsigned bytes);

/* fault.c: fills m->diag's place for an instruction and makes the fault sticky. */
enum dv_err dv_core_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index, unsigned pipe,
                          dv_time at, enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));
void dv_place_insn(const struct dv_machine *m, const struct dv_core *c, uint32_t op_index,
                   unsigned pipe, dv_time at, struct dv_place *p);
/* The fault an access function reported: completes and keeps it. */
enum dv_err dv_core_fault_from(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned pipe, struct dv_diag *d);
void dv_place_bytes(const struct dv_machine *m, unsigned space, uint64_t address, uint64_t bytes,
                    const char *operand, struct dv_place *p);

/* fence.c */
bool dv_fences_build(struct dv_machine *m, unsigned kernel); /* false: out of memory */
void dv_fences_free(struct dv_machine *m);
/* The buffer that holds an address, NULL when none does. */
const struct dv_fence *dv_fence_seek(const struct dv_fences *t, uint64_t address);
/* A part that begins in `home` and leaves it: BOUNDS when it touches another buffer. */
enum dv_err dv_fence_check(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                           unsigned pipe, const struct dv_strided *p, const struct dv_fence *home);

/* event.c */
void dv_core_emit(struct dv_machine *m, const struct dv_event *e);
/* What every event of an item says; pipe and work are the caller's. */
struct dv_event dv_item_event(const struct dv_machine *m, const struct dv_core *c,
                              const struct dv_item *it, unsigned kind);
static inline bool heard(const struct dv_machine *m, unsigned kind)
{
    return m->heard >> kind & 1;
}

static inline unsigned core_index(const struct dv_machine *m, const struct dv_core *c)
{
    return (unsigned)(c - m->st->core);
}

#endif
