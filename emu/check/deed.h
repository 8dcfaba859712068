/* What the checker sees of an instruction: who does what to which bytes, when in program order.
 *
 * Private to emu/check. A deed is made when S dispatches or executes an instruction; rules work on
 * deeds in an order that flags and barriers allow, never on times, so that what they find does not
 * depend on this run's schedule. */
#ifndef DV_CHECK_DEED_H
#define DV_CHECK_DEED_H

#include "emu/access/access.h"
#include "emu/core/event.h"

/* Who does things one after the other. Loads and stores of S complete on their own (isa.md 3.1),
 * so they are told apart from S. */
enum dv_agent {
    DV_AGENT_S,
    DV_AGENT_LOAD,
    DV_AGENT_STORE,
    DV_AGENT_V,
    DV_AGENT_M,
    DV_AGENT_MTE1,
    DV_AGENT_MTE2,
    DV_AGENT_MTE3,
    DV_AGENT_FIX,
    DV_AGENTS
};

/* Barriers for data (DSB) tell memories apart, so what is known is kept a kind of memory, and waits
 * that are over apart from works. */
enum dv_reach { DV_REACH_GM, DV_REACH_UB, DV_REACH_REST, DV_REACH_WAITS, DV_REACHES };

#define DV_NO_BAR UINT64_MAX

enum dv_deed_kind {
    DV_DEED_WORK, /* touches memory; `foot` says where */
    DV_DEED_SET,
    DV_DEED_WAIT,
    DV_DEED_BAR,
    DV_DEED_CROSS /* a SET between cores: mode in `src`, id */
};

struct dv_far;

struct dv_deed {
    uint8_t kind;         /* enum dv_deed_kind */
    uint8_t agent;        /* enum dv_agent */
    uint8_t pipe;         /* DV_PIPE_*: the queue it runs in, s for S */
    uint8_t src, dst, id; /* SET, WAIT: the flag */
    uint16_t core;        /* index in the chip */
    uint32_t block, seq;  /* running number of the instruction on its core */
    uint32_t index;       /* order.c: running number of the agent's works, from 1 */
    uint64_t bar;         /* order.c: pc of the last BAR of its pipe in this block */
    /* order.c: what of its own pipe would be known to be complete without any BAR */
    uint32_t since[DV_REACH_WAITS];
    uint64_t pc;
    dv_time at; /* of the dispatch, for messages */
    const struct dv_op *op;
    struct dv_far *far;  /* order.c: what its core knew of others when it was dispatched */
    struct dv_work work; /* WORK of a queue; of S only op, sizes and kind */
    struct dv_foot foot; /* WORK */
};

static inline unsigned dv_agent_of(unsigned pipe)
{
    switch (pipe) {
    case DV_PIPE_V:
        return DV_AGENT_V;
    case DV_PIPE_M:
        return DV_AGENT_M;
    case DV_PIPE_MTE1:
        return DV_AGENT_MTE1;
    case DV_PIPE_MTE2:
        return DV_AGENT_MTE2;
    case DV_PIPE_MTE3:
        return DV_AGENT_MTE3;
    case DV_PIPE_FIX:
        return DV_AGENT_FIX;
    default:
        return DV_AGENT_S;
    }
}

#endif
