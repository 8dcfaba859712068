/* The state of a run: one relocatable block of plain data, indices instead of pointers.
 *
 * Private to emu/core. Everything that must survive save and restore is in struct dv_state and
 * in GM; struct dv_machine holds what can be rebuilt (object, chip, listeners, host addresses). */
#ifndef DV_CORE_STATE_H
#define DV_CORE_STATE_H

#include <string.h>

#include "emu/core/cache.h"
#include "emu/core/feed.h"
#include "emu/core/machine.h"
#include "emu/core/native.h"
#include "emu/sem/sem.h"

#define DV_NEVER UINT64_MAX /* an event that cannot happen yet */

enum {
    DV_RING = 128, /* items of a pipe: waiting + in flight; a power of two */
    DV_DEPTH = 64, /* waiting items at most: limit of core.queue.* (chip.h) */
    DV_IN_FLIGHT = DV_RING - DV_DEPTH - 2,
    DV_QUEUES = 6,  /* pipes with a queue */
    DV_JOBS = 1024, /* more than all items of a core together; a power of two */
    DV_NO_JOB = DV_JOBS,
    DV_HULLS = 4,
    DV_UNITS = 8,       /* L0C tiles under unit flags at once */
    DV_CODE_LINE = 128, /* bytes of a line, isa.md 3.6 */
    DV_DATA_LINE = 64,
    DV_STACK_BYTES = 32768, /* isa.md 4.4 */
    DV_ALLOCS = 512,
    DV_LISTENERS = 8
};

/* Queues in the fixed order that breaks ties of time. */
enum dv_queue { DV_Q_V, DV_Q_M, DV_Q_MTE1, DV_Q_MTE2, DV_Q_MTE3, DV_Q_FIX, DV_Q_NONE };

enum dv_item_kind { DV_IT_WORK, DV_IT_SET, DV_IT_WAIT, DV_IT_BAR, DV_IT_NOP, DV_IT_CROSS };

/* Smallest range of one space that an item reads or writes; solid: every byte of it. */
struct dv_hull {
    uint64_t lo, hi;
    uint8_t space, rw;
    bool solid;
};

/* A time, and what the cycles up to it rest on. */
struct dv_moment {
    dv_time at;
    struct dv_blame by;
};

/* What dispatch finds out about a work instruction, given its registers and the issue SPRs: the
 * snapshot it runs on, its footprint and its cost. Items with the same snapshot share one; it does
 * not change while one of them is in its queue. */
struct dv_job {
    uint64_t x[DV_SLOTS];
    struct dv_env env;
    uint64_t version; /* of the core's issue SPRs when they were last the same */
    uint32_t op;      /* index of the decoded word */
    uint32_t allocs;  /* GM allocations it was checked against */
    uint32_t refs;    /* items that use it */
    uint32_t pins;    /* replay.c keeps it */
    bool known;
    bool noted;   /* without payload, what it writes is noted when it completes */
    bool empty;   /* nothing to do */
    uint8_t unit; /* unit flag mode */
    uint8_t hulls;
    uint16_t reads, writes; /* spaces, 1 << DV_SPACE_* */
    struct dv_hull hull[DV_HULLS];
    struct dv_cost cost;
    struct dv_mem_shape gm; /* for the memory back end */
    uint64_t bytes, macs;
    uint64_t repeats, ub_bytes; /* of V */
    uint8_t mac;                /* enum dv_act of macs */
    uint32_t live;              /* mask of the pipe SPRs it writes */
    uint32_t live_read;         /* .. and of those it reads */
};

/* A dispatched instruction: fixed size, no pointers. Times after `dispatch` are set when the item
 * is started. */
struct dv_item {
    uint64_t x[DV_SLOTS]; /* registers at dispatch */
    dv_time dispatch, ready, end;
    dv_time turn, begin; /* at the front of its queue; its work begins (for dv_event) */
    struct dv_moment start, done;
    dv_time shared;                 /* of begin..end, what other cores made longer, .. */
    uint32_t hit_bytes, miss_bytes; /* of L2 */
    uint32_t op;                    /* index of the decoded word */
    uint32_t seq;                   /* running number on its core */
    uint32_t cause_seq;             /* of the item that let it start */
    uint16_t job;                   /* DV_NO_JOB unless kind is DV_IT_WORK */
    uint16_t by_shared;             /* .. and the chip number of what they share, 0 = nothing */
    uint8_t kind;                   /* enum dv_item_kind */
    uint8_t peer, id;               /* SET: destination pipe, WAIT: source pipe; event id.
                                       CROSS: mode, flag id */
    uint8_t why_start, why_end;     /* enum dv_why */
    uint8_t cause_pipe;
};

enum dv_ring_state {
    DV_RING_OPEN, /* everything dispatched has been started */
    DV_RING_HELD, /* the next item waits for a flag, a flag's consumer or the memory system */
    DV_RING_LATER /* the next item starts behind the window */
};

/* One queue: [head, settled) started and known when complete, [settled, next) started, the memory
 * system will say when the first of them is complete, [next, tail) not started; counters never wrap
 * in a run. */
struct dv_ring {
    uint32_t head, settled, next, tail;
    uint32_t depth; /* waiting items at most; 0 = the core has no such pipe */
    uint32_t works; /* work items started, and the ring places of the last ones */
    uint32_t work[DV_DEPTH];
    struct dv_moment front; /* when the next item may leave the queue (in-order start) */
    struct dv_moment ready; /* ready' of the last work item */
    struct dv_moment end;   /* when the unit is free */
    struct dv_moment done;  /* when everything settled so far is complete */
    dv_time counted;        /* every cycle has an owner up to here */
    dv_time tail_until;     /* the last item's head shows at most until here */
    bool worked;
    bool shown;  /* a work item is in the counters */
    bool waited; /* the item before the next is a WAIT that had to wait */
    uint8_t state;
    struct dv_item item[DV_RING];
};

struct dv_raise {
    struct dv_moment at;
    uint32_t op; /* the SET */
};

/* A pipe flag is one bit (isa.md 3.3). Its sets may be known before the wait between them is: a
 * second one is kept until then. */
enum { DV_SETS = 2 };
struct dv_flag {
    uint8_t count;        /* sets not consumed yet, the oldest first */
    dv_time taken;        /* when it was consumed last, 0 = never, .. */
    struct dv_raise last; /* .. and the set that was */
    struct dv_raise set[DV_SETS];
};

/* A hard flag is a counter (hard.c): set and wait number n have place n modulo DV_HARD_ROOM. Holds
 * one set more than it may reach, because the wait before it may not be known yet. */
enum {
    DV_HARD_MOST = 15, /* ours: as the counters between cores, isa.md 3.5 */
    DV_HARD_ROOM = DV_HARD_MOST + 1,
    DV_HARD_KINDS = 8 /* pairs and memories that HSET_FLAG accepts */
};
struct dv_hard {
    uint32_t sets, waits; /* so far */
    struct dv_raise set[DV_HARD_ROOM];
    dv_time taken[DV_HARD_ROOM];
};

/* Flags between cores (cross.c): sets of a core whose group is not complete, oldest first, and the
 * ups of a counter that nobody took, with the core that completed the group. Both hold more than a
 * counter may reach, because the waits of the same window are not known yet. */
enum {
    DV_CROSS_IDS = 16,
    DV_CROSS_MODES = 3,
    DV_CROSS_MOST = 15, /* isa.md 3.5 */
    DV_CROSS_SENT = 32,
    DV_CROSS_UPS = 64
};
struct dv_sets {
    uint32_t n;
    struct dv_raise set[DV_CROSS_SENT];
};
struct dv_up {
    struct dv_raise set;
    uint16_t core;
};
struct dv_counter {
    uint32_t n;
    struct dv_up up[DV_CROSS_UPS];
};

/* A tile of L0C under unit flags (isa.md 7.6): written and full, or read and free. */
struct dv_tile {
    uint64_t lo, hi;
    bool used, full;
    struct dv_moment begun, end; /* the MMAD that filled it, or the fixpipe item that frees it */
};

enum dv_core_state { DV_CORE_IDLE, DV_CORE_RUN, DV_CORE_BLOCKED, DV_CORE_ENDING };
/* DV_BY_SET: two sets of a flag already wait for its consumer. DV_BY_MEMORY: S reads or writes
 * bytes of a move that may be under way. */
enum dv_block_cause {
    DV_BY_NOTHING,
    DV_BY_QUEUE,
    DV_BY_FLAG,
    DV_BY_SET,
    DV_BY_BARRIER,
    DV_BY_CROSS,
    DV_BY_MEMORY
};

struct dv_core {
    struct dv_scalar s;
    dv_time now;       /* S has executed everything before this time */
    struct dv_env env; /* issue SPRs */
    uint64_t version;  /* goes up when one of them changes */
    struct dv_live live;
    uint32_t live_skipped[DV_LIVE_COUNT]; /* --data off: op + 1 that would have written it */
    uint8_t state, kind, cause;           /* enum dv_core_state, dv_kind, dv_block_cause */
    uint8_t wait_queue; /* DV_BY_QUEUE: the full queue; DV_BY_FLAG, DV_BY_SET: the other pipe */
    uint8_t wait_id;    /* event id; DV_BY_CROSS: flag id */
    uint8_t coreid, subblock;
    uint8_t wake;    /* queues whose next item may start now */
    bool unlock;     /* one load starts although S is not there: S waits for it */
    uint32_t jumps;  /* backward, since the launch */
    uint64_t loaded; /* address of the last scalar access */
    dv_time load_at; /* a load waits for S to get there, DV_NEVER = none */
    uint32_t block, seq;
    dv_time free_at;        /* when its last block ended */
    struct dv_moment spent; /* of S, up to the last change of what its time rests on */
    uint64_t entry;
    uint64_t fetched; /* line of code that S is in */
    struct dv_cache icache, dcache;
    struct dv_flag flag[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_IDS];
    uint8_t flag_used[DV_PIPE_COUNT][DV_PIPE_COUNT]; /* ids set in this block */
    struct dv_hard hard[DV_HARD_KINDS][DV_FLAG_IDS];
    uint8_t hard_used[DV_HARD_KINDS]; /* as flag_used */
    struct dv_tile unit[DV_UNITS];
    struct dv_sets sent[DV_CROSS_MODES][DV_CROSS_IDS];
    struct dv_counter counter[DV_CROSS_IDS];
    struct dv_ring ring[DV_QUEUES];
    struct dv_job job[DV_JOBS];
    uint8_t examined; /* 1: there may be jobs */
    struct dv_core_stats stats;
    uint64_t local[DV_SPACE_COUNT]; /* offset of a local memory in the state block */
    uint64_t taint;                 /* offset of the UB table of skipped writers */
    uint8_t stack[DV_STACK_BYTES];
};

struct dv_alloc {
    char name[48];
    uint64_t address, bytes;
};
enum { DV_FREED = 16 };

struct dv_state {
    uint64_t bytes; /* of the whole block */
    uint32_t cores, allocs;
    uint32_t blocks, next_block;
    uint64_t gm_used; /* bytes of the GM range handed out */
    uint64_t para_base;
    dv_time window; /* every core has run up to here */
    uint32_t sent;  /* sets between cores whose group is not complete */
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

/* --data off: the instructions whose skipped payload would have written an allocation (skipped.c).
 * Tables are made when they are needed. */
struct dv_skipped {
    uint32_t *line;  /* one a 512-byte line; DV_SKIPPED_PARTS: look at its blocks */
    uint32_t *block; /* one a 32-byte block */
};
#define DV_SKIPPED_PARTS UINT32_MAX

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
    struct dv_skipped skipped[DV_ALLOCS];
    struct dv_touch *touch; /* contents on demand, per allocation; NULL = none */
    struct dv_sizes sizes[DV_KINDS];
    struct dv_mem_backend mem;
    struct dv_listener listener[DV_LISTENERS];
    unsigned listeners;
    uint32_t heard; /* union of the listeners' kinds, 0 while they are muted */
    bool muted;
    dv_time limit;
    enum dv_err fault; /* sticky */
    dv_time fault_at;
    struct dv_diag diag;
    char *picture;             /* of a deadlock, NULL = none */
    struct dv_foot foot;       /* scratch of dispatch */
    uint8_t *peek;             /* scratch of skip.c, NULL until it is needed */
    struct dv_replay **replay; /* per core, NULL = not in this run */
    struct dv_fed *fed;        /* per core, NULL = S walks through the program */
    bool crosses;              /* the program has flags between cores */
    bool hards;                /* .. and hard flags */
    dv_time horizon;           /* nothing starts behind it before the next window */
    dv_time reached;           /* the memory system has come so far */
    struct dv_native native;   /* resume NULL = words are fetched */
    dv_time until;             /* .. S of the core that runs goes no further */
    bool holes;                /* GM allocations were given back */
    /* .. the last of them, for messages, and how many there were */
    struct dv_alloc freed[DV_FREED];
    unsigned frees;
    dv_time *look; /* per core: it goes on when `reached` is there, DV_NEVER = no matter */
    uint8_t blame[DV_NUMBERS]; /* provenance of a chip number, enum dv_blame_kind */
};

static inline struct dv_item *ring_item(struct dv_ring *r, uint32_t i)
{
    return &r->item[i & (DV_RING - 1)];
}

/* What the memory system has not completed. */
static inline bool ring_open(const struct dv_ring *r)
{
    return r->settled != r->next;
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

/* work.c: the snapshot semantics and footprints see. Memories are set from the core. */
void dv_work_fill(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                  const uint64_t x[DV_SLOTS], const struct dv_env *env, struct dv_work *w);
void dv_work_of(struct dv_machine *m, struct dv_core *c, const struct dv_job *j, struct dv_work *w);

/* audit.c: true when m->st, read from an image, is a state that a run of this machine can have as
 * far as indices and addresses go; `own` is the state before. May fault the machine. */
bool dv_state_sound(struct dv_machine *m, const struct dv_state *own);
/* The same of a table of skipped writers, `bytes` long; lines may have parts when there is a table
 * of blocks. */
bool dv_skipped_sound(const struct dv_machine *m, const uint8_t *p, uint64_t bytes, bool parts);

/* env.c */
void dv_env_reset(struct dv_env *e);

/* issue.c */
static inline const struct dv_job *job_of(const struct dv_core *c, const struct dv_item *it)
{
    return &c->job[it->job];
}
/* Checks a work instruction and puts it into its queue at time c->now. The queue has room. */
enum dv_err dv_core_issue(struct dv_machine *m, struct dv_core *c, uint32_t op_index);
/* Checks a job of a saved state again and sets what follows from its registers. Faults the
 * machine when it is false. */
bool dv_job_sound(struct dv_machine *m, struct dv_core *c, struct dv_job *j);
/* A job like another one, with other registers. */
enum dv_err dv_job_again(struct dv_machine *m, struct dv_core *c, const struct dv_job *like,
                         const uint64_t x[DV_SLOTS], uint16_t *out);
/* A SET, WAIT, BAR or NOP for a queue. */
enum dv_err dv_core_issue_sync(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned queue, uint8_t kind, uint8_t peer, uint8_t id);
/* Room in a queue at the time of S. S stalls until the item that leaves it starts; when that is not
 * known yet, S blocks and *stay is set. */
enum dv_err dv_core_room(struct dv_machine *m, struct dv_core *c, unsigned queue, bool *stay);

/* pipe.c: starts every item of the queues in c->wake, and what follows from it, whose time is
 * known and not behind the horizon. */
enum dv_err dv_core_advance(struct dv_machine *m, struct dv_core *c);
/* True when the memory system has come to a time; if not, the core goes on when it has. */
bool dv_core_reached(struct dv_machine *m, const struct dv_core *c, dv_time at);
/* True when every dispatched item has been started; *at is when all are complete. */
bool dv_core_started(const struct dv_core *c, const struct dv_moment **at);
/* True when an item waits for the next window or for the memory system only. */
bool dv_core_later(const struct dv_core *c);
/* The memory system completed the first request under way of a queue. */
enum dv_err dv_core_arrived(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_mem_grant *g);

/* count.c: every cycle of a queue between its first and last item has one owner. */
void dv_count_stall(struct dv_machine *m, struct dv_core *c, unsigned queue, dv_time to,
                    unsigned reason);
void dv_count_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                   const struct dv_item *it);
/* At the end of a block: what is left of every queue's busy time. */
void dv_count_close(struct dv_core *c);
/* S waits from c->now to `to`, which rests on `why`. */
void dv_count_scalar(struct dv_machine *m, struct dv_core *c, const struct dv_moment *to,
                     unsigned reason);
/* What the time of S rests on, up to c->now. */
const struct dv_moment *dv_scalar_moment(struct dv_machine *m, struct dv_core *c);

/* unit.c: unit flags of L0C. */
struct dv_bid;
/* False while the partner has not been started. */
bool dv_unit_ready(struct dv_machine *m, struct dv_core *c, const struct dv_job *j,
                   struct dv_bid *b);
void dv_unit_start(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it);
/* Work of an MMAD whose start is known: less than its cost says when the chip skips zeros. */
dv_time dv_skip_work(struct dv_machine *m, struct dv_core *c, const struct dv_item *it);

/* retire.c: effects, in the order of completion; nothing that is not yet started may complete
 * before `until`. */
void dv_core_retire(struct dv_machine *m, struct dv_core *c, dv_time until);

/* sync.c */
static inline struct dv_flag *flag_at(struct dv_core *c, unsigned src, unsigned dst, unsigned id)
{
    return &c->flag[src][dst][id];
}
/* A flag that holds less than DV_SETS sets is set at a time. */
enum dv_err dv_flag_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, const struct dv_moment *at, uint32_t op_index);
/* A wait consumes the oldest set. */
enum dv_err dv_flag_take(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                         unsigned id, dv_time at);
enum dv_err dv_core_leftovers(struct dv_machine *m, struct dv_core *c);
/* Two sets that nobody can consume any more. */
enum dv_err dv_flags_twice(struct dv_machine *m, struct dv_core *c);
/* With `more` sets that are under way, no other is taken in until a wait is known. */
bool dv_flag_full(struct dv_core *c, unsigned src, unsigned dst, unsigned id, unsigned more);
/* The set that the next wait consumes; NULL when it is not known yet. */
const struct dv_raise *dv_flag_next(struct dv_core *c, unsigned src, unsigned dst, unsigned id);

/* hard.c: the same of hard flags. */
struct dv_hard *dv_hard_at(struct dv_core *c, unsigned src, unsigned dst, unsigned id);
enum dv_err dv_hard_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, const struct dv_moment *at, uint32_t op_index);
enum dv_err dv_hard_take(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                         unsigned id, dv_time at);
enum dv_err dv_hard_over(struct dv_machine *m, struct dv_core *c);
enum dv_err dv_hard_leftovers(struct dv_machine *m, struct dv_core *c);
/* A flag of either sort was set in this block. */
bool dv_flag_ever(struct dv_core *c, unsigned src, unsigned dst, unsigned id);

/* deadlock.c: nothing can move on a core. FLAG when a flag that is set twice is the reason. */
enum dv_err dv_core_deadlock(struct dv_machine *m, struct dv_core *c);
/* picture.c: draws all cores that met DEADLOCK. */
void dv_picture_draw(struct dv_machine *m, const uint8_t *met);
void dv_picture_free(struct dv_machine *m);

/* collide.c: DV_OK or COLLISION with both places. */
enum dv_err dv_collide_item(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_item *it); /* just started */
enum dv_err dv_collide_scalar(struct dv_machine *m, struct dv_core *c, unsigned space,
                              uint64_t address, unsigned bytes, unsigned rw);
/* True when they may share bytes of which one writes some. */
bool dv_jobs_near(const struct dv_job *a, const struct dv_job *b);
/* True when it may touch bytes lo..hi of a space. */
bool dv_job_near(const struct dv_job *j, unsigned space, uint64_t lo, uint64_t hi);
/* True when b must wait for a: they share bytes and one of them writes. */
bool dv_jobs_depend(struct dv_machine *m, struct dv_core *c, const struct dv_job *a,
                    const struct dv_job *b);

/* live.c: S reads and writes a pipe SPR at time c->now, up to which effects are applied. */
enum dv_err dv_live_read(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                         uint64_t *out);
enum dv_err dv_live_write(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                          uint64_t value);
/* Notes the pipe SPRs that an item would have written. */
void dv_live_skip(struct dv_core *c, const struct dv_job *j);

/* fetch.c: S. Runs until c->now > until, S blocks, or the block ends. */
enum dv_err dv_core_fetch(struct dv_machine *m, struct dv_core *c, dv_time until);
/* One instruction at c->s.pc; pc moves unless S has to wait. */
enum dv_err dv_core_execute(struct dv_machine *m, struct dv_core *c, uint32_t op_index);
/* native.c: S of native code, in place of fetching. */
enum dv_err dv_native_run(struct dv_machine *m, struct dv_core *c, dv_time until);
/* machine.c: decodes a word into place i of the code. */
void dv_code_word(struct dv_machine *m, uint32_t i, uint32_t word);
/* engine.c: instructions that change engine state; *stay is set when S must try again later. */
enum dv_err dv_core_engine(struct dv_machine *m, struct dv_core *c, uint32_t op_index, bool *stay);
/* access of S to memory (memory.c). */
enum dv_err dv_scalar_memory(struct dv_machine *m, struct dv_core *c, const struct dv_op *op);
/* True when it touches bytes of a move of this core whose end is not known: S waits until it is
 * known whether it is over. */
bool dv_scalar_early(struct dv_machine *m, struct dv_core *c, const struct dv_op *op);
/* The eight entries that LD VAd loads. */
enum dv_err dv_scalar_entries(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                              uint64_t half[2]);
/* DC_PRELOAD. */
void dv_scalar_preload(struct dv_machine *m, struct dv_core *c, const struct dv_op *op);
/* Adds to an event of S what its instruction touched: address of the access before it moved. */
void dv_scalar_heard(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                     struct dv_event *e);
/* The same load again, without its time: false, and nothing changed, unless it reads allocation
 * `tensor` through the D-cache and hits. */
bool dv_scalar_again(struct dv_machine *m, struct dv_core *c, const struct dv_op *op, int tensor);

/* The option in 1/256 cycle. */
static inline dv_time dv_limit_of(uint64_t max_cycles)
{
    uint64_t most = max_cycles ? max_cycles : 10000000000ull;
    return most > UINT64_MAX / DV_CYCLE ? UINT64_MAX - 1 : most * DV_CYCLE;
}

/* launch.c: the core that is idle first, lowest number first, takes the next block; NULL when no
 * block or no core is left. One at a time: that core may be the first to be idle again. */
struct dv_core *dv_block_hand_out(struct dv_machine *m);
/* When that core asks for it; DV_NEVER = none does. */
dv_time dv_block_asked(struct dv_machine *m);

/* feed.c: S takes its instructions from opt.feed. At loading; at a launch. */
enum dv_err dv_feed_place(struct dv_machine *m, struct dv_diag *d);
void dv_feed_launch(struct dv_machine *m);
void dv_feed_free(struct dv_machine *m);
/* True when lines of a core are left; when its first block begins, if not told otherwise at `at`;
 * a block begins. */
bool dv_feed_more(const struct dv_machine *m, const struct dv_core *c);
dv_time dv_feed_start(const struct dv_machine *m, const struct dv_core *c, dv_time at);
void dv_feed_block(struct dv_machine *m, struct dv_core *c);
/* Sets pc, registers and time of the line that is due. False: it is later, or the block ends. */
bool dv_feed_take(struct dv_machine *m, struct dv_core *c, dv_time until);
/* The line after it is elsewhere in the program. */
bool dv_feed_jumps(const struct dv_machine *m, const struct dv_core *c);
/* S is done with it: its time, given what it costs. */
dv_time dv_feed_spend(struct dv_machine *m, struct dv_core *c, dv_time cost);

/* gm.c */
enum dv_err dv_gm_reserve(struct dv_machine *m, uint64_t bytes, struct dv_diag *d);
void dv_gm_release(struct dv_machine *m);
/* Index of the allocation that holds [lo, hi), -1 = none. */
int dv_gm_find(const struct dv_machine *m, uint64_t lo, uint64_t hi);
/* Index of the allocation starting at or before address, -1 = none; for messages. */
int dv_gm_nearest(const struct dv_machine *m, uint64_t address);
/* Contents on demand are not made, nothing was skipped. */
void dv_gm_again(struct dv_machine *m);
/* Notes who wrote the parts of a footprint (watched allocations, data-off tables). */
void dv_gm_note(struct dv_machine *m, struct dv_core *c, const struct dv_item *it);

/* skipped.c */
/* Notes who would have written a part in UB or GM; false: out of memory. */
bool dv_taint_note(struct dv_machine *m, struct dv_core *c, const struct dv_strided *p,
                   uint32_t op);
/* The instruction whose skipped payload last wrote these bytes; UINT32_MAX = none. */
uint32_t dv_taint_find(struct dv_machine *m, struct dv_core *c, unsigned space, uint64_t address,
                       unsigned bytes);
/* Of the table of lines or blocks of an allocation. */
uint64_t dv_skipped_bytes(const struct dv_machine *m, unsigned alloc, bool blocks);
void dv_skipped_free(struct dv_machine *m, unsigned alloc);

/* fault.c: fills m->diag's place for an instruction and makes the fault sticky. */
enum dv_err dv_core_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index, unsigned pipe,
                          dv_time at, enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));
/* Of a native kernel: a remedy where this kind of core lacks what is asked for; false: none. */
bool dv_fix_kind(struct dv_machine *m, const struct dv_core *c);
/* An instruction met by pipe `at` needs one that this kind of core lacks. */
enum dv_err dv_fault_no_pipe(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                             unsigned at, unsigned pipe);
/* "vadd.f32 [x1], [x2], [x3], x4"; of native code the intrinsic in front. */
void dv_place_text(const struct dv_machine *m, uint32_t op_index, char *out, size_t size);
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

/* Who lets an item start: the latest of several times. */
struct dv_bid {
    dv_time at;
    const struct dv_blame *base; /* of a time `extra` earlier */
    dv_time extra;
    uint16_t number; /* chip number behind extra */
    uint8_t why;     /* enum dv_why */
    uint8_t pipe;    /* of the item that caused it .. */
    uint32_t seq;    /* .. and its number */
};

static inline void blame_add(const struct dv_machine *m, struct dv_blame *b, dv_time extra,
                             unsigned number)
{
    b->by[m->blame[number]] += extra;
}

/* event.c */
void dv_core_emit(struct dv_machine *m, const struct dv_event *e);
/* What every event of an item says; pipe and work are the caller's. */
struct dv_event dv_item_event(const struct dv_machine *m, const struct dv_core *c,
                              const struct dv_item *it, unsigned kind);
static inline bool heard(const struct dv_machine *m, unsigned kind)
{
    return m->heard >> kind & 1;
}

/* Values of the registers an instruction names, 0 for the others. */
static inline void op_registers(const struct dv_core *c, const struct dv_op *op,
                                uint64_t x[DV_SLOTS])
{
    for (unsigned i = 0; i < DV_SLOTS; i++)
        x[i] = op->slots >> i & 1 ? c->s.x[op->x[i]] : 0;
}

static inline unsigned core_index(const struct dv_machine *m, const struct dv_core *c)
{
    return (unsigned)(c - m->st->core);
}

#endif
