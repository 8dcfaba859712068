/* Who waits for what on a core that cannot move, and who could have provided it. */
#ifndef DV_CORE_DEADLOCK_H
#define DV_CORE_DEADLOCK_H

#include "emu/core/flags.h"

enum { DV_NODE_S = DV_QUEUES, DV_NODES }; /* the queues, then S */

enum dv_want_kind {
    DV_WANTS_NOTHING,
    DV_WANTS_FLAG,
    DV_WANTS_TAKER, /* a SET: two sets of its flag wait already */
    DV_WANTS_TILE,  /* the partner of a unit flag */
    DV_WANTS_ROOM,  /* S: in a full queue */
    DV_WANTS_ALL,   /* S: every queue, at a barrier or END */
    DV_WANTS_CROSS  /* S: a flag of other cores */
};

/* The other end of what is waited for. */
enum dv_giver {
    DV_GIVER_NONE,   /* nothing in the program provides it .. */
    DV_GIVER_STRAY,  /* .. but sets another id that nobody waits for */
    DV_GIVER_BACK,   /* .. but sets the opposite direction */
    DV_GIVER_HIDDEN, /* an id in a register, that may be it */
    DV_GIVER_QUEUED, /* it stands in a queue, behind an instruction that waits itself */
    DV_GIVER_COMING, /* S may come to it, but waits itself */
    DV_GIVER_PAST    /* S does not come to it any more */
};

struct dv_want {
    uint8_t kind, giver;
    uint8_t edges;           /* mask of the nodes that hold it up */
    uint8_t queue;           /* ROOM, TILE: the other queue */
    unsigned stray;          /* id */
    struct dv_flag_key flag; /* FLAG, TAKER */
    int64_t op, from;        /* the waiting instruction, the other end */
};

struct dv_stuck {
    struct dv_want want[DV_NODES];
    uint8_t circle[DV_NODES]; /* nodes that wait for each other in turn */
    unsigned n;               /* 0 = no circle */
};

void dv_stuck_find(const struct dv_machine *m, struct dv_core *c, struct dv_stuck *out);
/* True when node a waits for node b and both follow each other in the circle. */
bool dv_stuck_link(const struct dv_stuck *k, unsigned a, unsigned b);

static inline unsigned dv_node_pipe(unsigned node)
{
    return node == DV_NODE_S ? DV_PIPE_S : queue_pipe(node);
}

static inline unsigned dv_node_of(unsigned pipe)
{
    unsigned q = queue_of(pipe);
    return q == DV_Q_NONE ? DV_NODE_S : q;
}

#endif
