/* Events as spans: every stretch of time of a pipe that has an owner, once. Per core and pipe the
 * spans are disjoint, and their sums are the counters of the run, to 1/256 cycle. */
#ifndef DV_PROF_ECOSYSTEM_SPAN_H
#define DV_PROF_ECOSYSTEM_SPAN_H

#include "emu/core/machine.h"

enum { DV_SPAN_BUSY = DV_REASONS }; /* below: a stall and its reason */

struct dv_span {
    uint64_t pc; /* the instruction that works or waits */
    dv_time start, end;
    const struct dv_op *op; /* of work; NULL of a stall */
    uint16_t core;
    uint8_t pipe;
    uint8_t what;  /* enum dv_reason or DV_SPAN_BUSY */
    uint8_t items; /* 1: an instruction of the pipe, also when it takes no time; else 0 */
};

struct dv_spans;
typedef void (*dv_span_fn)(void *self, const struct dv_span *s);

/* Events of these kinds are wanted. */
#define DV_SPAN_KINDS \
    (1u << DV_EV_SCALAR | 1u << DV_EV_RETIRE | 1u << DV_EV_STALL | 1u << DV_EV_BLOCK)

/* NULL = out of memory. */
struct dv_spans *dv_spans_new(unsigned cores, dv_span_fn to, void *self);
void dv_spans_free(struct dv_spans *t); /* NULL allowed */
void dv_spans_event(struct dv_spans *t, const struct dv_event *e);

#endif
