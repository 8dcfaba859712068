/* Time of loops without simulating every round again.
 *
 * Without payload the engine is a function of a few things: where the queues stand relative to the
 * time of S, and which instructions follow. At the target of a backward jump that relative state
 * is taken down (a node); the instructions up to the next one, and what they did to time and
 * counters, make an edge. When a state comes again, S alone is executed; as long as it dispatches
 * what the edge says, the edge's result holds exactly, shifted in time. Where it does not, S goes
 * back to the node and the engine goes on from there as always.
 *
 * Only runs that nobody listens to, whose requests all hit L2 and whose code fits into the I-cache;
 * an edge with scalar memory accesses, or whose tensors two pipes share, is not kept. Tests compare
 * every counter with and without. Private to emu/core. */
#ifndef DV_CORE_REPLAY_H
#define DV_CORE_REPLAY_H

#include "emu/core/state.h"

/* A moment relative to that of S. */
struct dv_rel {
    int64_t at, by[DV_BLAMES];
};

enum {
    DV_QUIET = 64 * DV_CYCLE, /* more than a head or an interval (emu/chips) reaches back */
    DV_NODES = 96,
    DV_EDGES = 384,
    DV_STEPS = 65536,     /* of all edges */
    DV_STEPS_MOST = 2048, /* of one edge */
    DV_NODE_ITEMS = 192,  /* items in flight or to start later */
    DV_NODE_FLAGS = 48,
    DV_REPS = 64,
    DV_PASTS = 256, /* moves whose addresses are remembered */
    DV_PINS = 200   /* jobs that nodes and edges keep */
};

struct dv_node_item {
    struct dv_rel start, done;
    uint32_t op, back; /* seq of S less its own */
    uint16_t job;      /* of moves from or to GM: one that differs at most in the address */
    uint8_t kind, peer, id, moves;
};

struct dv_node_ring {
    struct dv_rel front, ready, end, done;
    int64_t counted, tail_until;
    uint64_t shown;          /* quiet: what of its tail is not counted yet */
    uint32_t items, waiting; /* of the items the last ones are not started */
    bool still; /* nothing under way: the time since it was counted is no part of the state */
    bool quiet; /* .. and nothing of its past matters any more */
    bool worked, waited;
};

struct dv_node_flag {
    struct dv_rel last, set[DV_SETS];
    int64_t taken; /* INT64_MIN: long ago */
    uint32_t last_op, op[DV_SETS];
    uint8_t src, dst, id, count;
};

struct dv_node_tile {
    struct dv_rel begun, end; /* at INT64_MIN: long ago */
    uint64_t lo, hi;
    bool used, full;
};

struct dv_node {
    uint64_t hash, pc;
    struct dv_node_ring ring[DV_QUEUES];
    struct dv_node_tile unit[DV_UNITS];
    uint32_t items, flags;
    struct dv_node_item item[DV_NODE_ITEMS];
    struct dv_node_flag flag[DV_NODE_FLAGS];
};

enum dv_step_kind {
    STEP_SCALAR, /* executed */
    STEP_ENGINE, /* executed: moves between X and special registers */
    STEP_ITEM,   /* the same job as then */
    STEP_MOVE,   /* .. perhaps at another GM address */
    STEP_FLAG,   /* the same event id */
    STEP_LOAD,   /* by S from the same tensor, found in the D-cache */
    STEP_TIME    /* only time: barriers, NOP */
};

/* One instruction of S. */
struct dv_step {
    uint32_t op;
    uint16_t job; /* load: allocation */
    uint8_t kind; /* enum dv_step_kind */
    uint8_t slot; /* move: register with the GM address; flag: event id */
};

/* Counters that an edge moves. */
struct dv_gain {
    struct dv_pipe_stats pipe[DV_PIPE_COUNT];
    uint64_t path_bytes[DV_PATHS], act[DV_ACTS], macs, allowed;
};

struct dv_edge {
    uint16_t from, to;
    int16_t next; /* another edge of the same node, -1 = none */
    uint32_t step, steps;
    dv_time time, reach; /* S moves on by `time`; items start at most `reach` behind its begin */
    struct dv_blame by;
    uint32_t seq;
    uint64_t uses;              /* not yet in the counters */
    bool counts[DV_QUEUES];     /* cycles of the queue were counted */
    uint64_t idle[DV_QUEUES];   /* .. and it stood still: cycles not counted at the begin */
    int64_t counted[DV_QUEUES]; /* at the end */
    struct dv_gain gain;
};

struct dv_past {
    uint32_t seq;
    uint16_t job; /* the one that stands for it; DV_NO_JOB: noted already */
    uint64_t x[DV_SLOTS];
};

struct dv_replay {
    bool recording, off;
    uint32_t sleep, misses, flushes, pinned;
    uint32_t nodes, edges, steps;
    int16_t first[DV_NODES]; /* edge, -1 = none */
    uint16_t node_now;       /* recording from it */
    struct dv_moment began;
    uint32_t seq;
    struct dv_core_stats stats;
    dv_time missed;             /* D-cache stalls of S so far */
    dv_time counted[DV_QUEUES]; /* of rings that stand still, while replaying */
    uint32_t reps;
    uint16_t rep[DV_REPS]; /* kept jobs that stand for moves to other addresses */
    uint32_t pasts;
    struct dv_past past[DV_PASTS];
    struct dv_node node[DV_NODES];
    struct dv_node look; /* the state now */
    struct dv_edge edge[DV_EDGES];
    struct dv_step step[DV_STEPS];
};

/* snapshot.c: the state of the queues relative to S; false when it has no such form. */
bool dv_node_take(struct dv_machine *m, struct dv_core *c, const struct dv_replay *p,
                  struct dv_node *n);
bool dv_node_same(const struct dv_node *a, const struct dv_node *b);
/* The queues as the node says, at the time of S. */
enum dv_err dv_node_put(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                        const struct dv_node *n);
/* The job that stands for this move at any address; itself when there is none yet. */
uint16_t dv_job_stand_in(const struct dv_machine *m, const struct dv_core *c,
                         const struct dv_replay *p, uint16_t job, unsigned slot);
/* Register that holds the only GM address of an instruction, DV_SLOTS = none or several. */
unsigned dv_gm_slot(const struct dv_op *op);
/* The same move at another address: nothing but the place in its tensor differs. */
bool dv_job_moved(const struct dv_machine *m, const struct dv_job *j, unsigned slot,
                  const uint64_t x[DV_SLOTS]);
/* Allocation that a job moves from or to, -1 = none or several. */
int dv_job_tensor(const struct dv_machine *m, const struct dv_job *j);

/* Event id of a flag instruction. */
static inline uint64_t dv_event_id(const struct dv_core *c, const struct dv_op *op)
{
    return op->lane == DV_LANE_reg ? c->s.x[op->x[DV_XT]] : (uint64_t)op->imm;
}

/* record.c */
/* Keeps a job for nodes and edges; false when too many are kept. */
bool dv_job_pin(struct dv_core *c, struct dv_replay *p, uint16_t job, bool moves);
void dv_edge_begin(struct dv_core *c, struct dv_replay *p, uint16_t node);
/* The recorded instructions lead to node `to`; false when they are not kept. */
bool dv_edge_keep(const struct dv_machine *m, struct dv_core *c, struct dv_replay *p, uint16_t to);

/* follow.c */
/* From a node on as far as edges lead; *at is the node S stands at then. */
enum dv_err dv_replay_follow(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                             uint16_t *at);

/* replay.c */
/* An edge is being recorded; S executed instruction `op` of it. m->replay is not NULL. */
bool dv_replay_recording(const struct dv_machine *m, const struct dv_core *c);
void dv_replay_note(struct dv_machine *m, struct dv_core *c, uint32_t op);
/* S took a backward jump. m->replay is not NULL. */
enum dv_err dv_replay_head(struct dv_machine *m, struct dv_core *c);
/* At a launch or a restore: forgets everything; allocates when this run can use it. */
void dv_replay_reset(struct dv_machine *m);
void dv_replay_free(struct dv_machine *m);

#endif
