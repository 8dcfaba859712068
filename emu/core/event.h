/* What observers hear: one record per issue, start, end and stall. Nobody listening costs
 * nothing but a test of one pointer. */
#ifndef DV_CORE_EVENT_H
#define DV_CORE_EVENT_H

#include "emu/core/time.h"

enum dv_event_kind {
    DV_EV_SCALAR, /* S executed an instruction: start..end */
    DV_EV_ISSUE,  /* an item entered its queue at `end` */
    DV_EV_RETIRE, /* an item completed; start, end and done are final */
    DV_EV_STALL,  /* a pipe waited from start to end for `reason` */
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
    uint64_t bytes;             /* payload bytes */
    const struct dv_work *work; /* ISSUE and RETIRE: for dv_access, else NULL */
};

struct dv_listener {
    void *self;
    void (*event)(void *self, const struct dv_event *e);
    uint32_t kinds; /* mask of 1 << enum dv_event_kind */
};

#endif
