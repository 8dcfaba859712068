/* What observers hear: one record per issue, start, end and stall. Nobody listening costs
 * nothing but a test of one pointer. */
#ifndef DV_CORE_EVENT_H
#define DV_CORE_EVENT_H

#include "emu/core/time.h"

enum dv_event_kind {
    DV_EV_SCALAR, /* S executed an instruction: start..end; with bytes when it touched memory */
    DV_EV_ISSUE,  /* an item entered its queue at `end` */
    DV_EV_RETIRE, /* an item completed; start, end and done are final */
    DV_EV_STALL,  /* a pipe waited from start to end for `reason`, before the item at pc */
    DV_EV_BLOCK,  /* a core began (end == 0) or finished a block */
    DV_EV_FAULT
};

/* CONTRACT section 4, same order and names in lower case. */
/* clang-format off */
#define DV_REASON_LIST(X) \
    X(queue_full) \
    X(flag) X(barrier) X(operand) X(bank_conflict) X(mem_bandwidth) X(mem_latency) X(icache) \
        X(dcache) X(scalar) X(cross_core)
/* clang-format on */
enum dv_reason {
#define X(n) DV_STALL_##n,
    DV_REASON_LIST(X)
#undef X
        DV_REASONS
};
extern const char *const dv_reason_names[DV_REASONS];

/* What decided a time of an item: its start the latest of these, its end how it followed the one
 * before. */
/* clang-format off */
#define DV_WHY_LIST(X) \
    X(dispatch) \
    X(order) X(interval) X(flight) X(operand) X(unit) X(flag) X(barrier) X(unit_flag) X(cold) \
        X(waited) X(queued) X(partner)
/* clang-format on */
enum dv_why {
#define X(n) DV_WHY_##n,
    DV_WHY_LIST(X)
#undef X
        DV_WHYS
};
extern const char *const dv_why_names[DV_WHYS];

/* Kinds of provenance that cycles are told apart by (CONTRACT section 4); published counts as
 * documented, recalled as guess. Sums of 1/256 cycle. */
/* clang-format off */
#define DV_BLAME_LIST(X) \
    X(measured) \
    X(documented) X(fitted) X(inferred) X(guess) X(ours)
/* clang-format on */
enum dv_blame_kind {
#define X(n) DV_BLAME_##n,
    DV_BLAME_LIST(X)
#undef X
        DV_BLAMES
};
extern const char *const dv_blame_names[DV_BLAMES];
struct dv_blame {
    dv_time by[DV_BLAMES];
};

/* Ids of flags (isa.md 3.3): those of pipe flags, then those of hard flags, as many a memory. */
enum { DV_FLAG_IDS = 8, DV_FLAG_ALL = 64 };
static inline bool dv_flag_hard(const struct dv_op *op)
{
    return op->lane == DV_LANE_hard || op->lane == DV_LANE_hard_reg;
}
static inline bool dv_flag_reg(const struct dv_op *op)
{
    return op->lane == DV_LANE_reg || op->lane == DV_LANE_hard_reg;
}
/* Id of a SET or WAIT, given what its word or register holds; DV_FLAG_ALL: there is none. */
static inline unsigned dv_flag_number(const struct dv_op *op, uint64_t id)
{
    unsigned first = dv_flag_hard(op) ? (dv_op_sel(op, DV_F_mem) + 1) * DV_FLAG_IDS : 0;
    return id < DV_FLAG_IDS && first + id < DV_FLAG_ALL ? first + (unsigned)id : DV_FLAG_ALL;
}
/* The same, given its registers. */
static inline unsigned dv_flag_id(const struct dv_op *op, const uint64_t *x)
{
    return dv_flag_number(op, dv_flag_reg(op) ? x[DV_XT] : (uint64_t)op->imm);
}
/* Memory of a hard flag, by its id; -1 for a pipe flag. */
static inline int dv_flag_mem(unsigned id)
{
    return (int)(id / DV_FLAG_IDS) - 1;
}

struct dv_event {
    uint8_t kind;   /* enum dv_event_kind */
    uint8_t pipe;   /* DV_PIPE_* */
    uint8_t reason; /* enum dv_reason (STALL) */
    uint16_t core;  /* index in the chip */
    uint32_t block;
    uint32_t seq; /* running number of the instruction on its core */
    uint64_t pc;
    const struct dv_op *op; /* valid during the call */
    const uint64_t *x;      /* values of xd xn xm xt: at dispatch; xd after for SCALAR */
    dv_time issue, start, end, done;
    /* RETIRE of a work item: when all it waited for was there, what that was and whose it was, and
     * the cost; seq of the cause is 0 when it is not an item. */
    dv_time ready;
    dv_time turn, begin;            /* at the front of its queue; its head is over */
    uint32_t hit_bytes, miss_bytes; /* of L2 */
    dv_time shared;                 /* of begin..end, what other cores at work made longer, .. */
    uint16_t by_shared;             /* .. and the chip number of what they share, 0 = nothing */
    uint8_t why_start, why_end;     /* enum dv_why */
    uint8_t cause_pipe;
    uint32_t cause_seq;
    const struct dv_cost *cost;
    uint64_t bytes;             /* payload bytes */
    uint8_t space, rw;          /* SCALAR with bytes: what S read or wrote (DV_READ, DV_WRITE) .. */
    uint64_t address;           /* .. in its space; accesses of the stack are left out */
    uint8_t atomic;             /* SCALAR: kind of an atomic store (access/atomic.h), 0 = none */
    const struct dv_work *work; /* ISSUE and RETIRE: for dv_access, else NULL */
};

struct dv_listener {
    void *self;
    void (*event)(void *self, const struct dv_event *e);
    uint32_t kinds; /* mask of 1 << enum dv_event_kind */
};

#endif
