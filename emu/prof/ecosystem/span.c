/* Follows, item by item, what owns the time of a pipe, as the engine counts it. Owns that rule;
 * must not know who asks. Stalls are told by the engine; work is what lies between. */
#include "emu/prof/ecosystem/span.h"

#include <stdlib.h>

struct lane {
    dv_time counted; /* up to here time has an owner */
    dv_time tail;    /* the last item shows until then, unless a successor hides it */
    uint64_t pc;     /* of that item */
    const struct dv_op *op;
};

struct dv_spans {
    dv_span_fn to;
    void *self;
    struct lane (*lane)[DV_PIPE_COUNT];
    unsigned cores;
};

struct dv_spans *dv_spans_new(unsigned cores, dv_span_fn to, void *self)
{
    struct dv_spans *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct dv_spans){.to = to, .self = self, .cores = cores};
    t->lane = calloc(cores ? cores : 1, sizeof *t->lane);
    if (t->lane)
        return t;
    free(t);
    return NULL;
}

void dv_spans_free(struct dv_spans *t)
{
    if (t)
        free(t->lane);
    free(t);
}

static void tell(struct dv_spans *t, struct lane *l, struct dv_span s)
{
    s.start = l->counted;
    if (s.end <= s.start)
        s.end = s.start;
    l->counted = s.end;
    if (s.end > s.start || s.items)
        t->to(t->self, &s);
}

/* The tail of the last item, up to `to`. */
static void tell_tail(struct dv_spans *t, struct lane *l, unsigned core, unsigned pipe, dv_time to)
{
    dv_time end = l->tail < to ? l->tail : to;
    if (end <= l->counted)
        return;
    tell(t, l,
         (struct dv_span){.pc = l->pc,
                          .end = end,
                          .op = l->op,
                          .core = (uint16_t)core,
                          .pipe = (uint8_t)pipe,
                          .what = DV_SPAN_BUSY});
}

static void pass(struct dv_spans *t, struct lane *l, const struct dv_event *e, dv_time to)
{
    tell_tail(t, l, e->core, e->pipe, to);
    l->counted = to > l->counted ? to : l->counted;
}

static void work(struct dv_spans *t, struct lane *l, const struct dv_event *e, dv_time from)
{
    pass(t, l, e, from);
    tell(t, l,
         (struct dv_span){.pc = e->pc,
                          .end = e->end,
                          .op = e->op,
                          .core = e->core,
                          .pipe = e->pipe,
                          .what = DV_SPAN_BUSY,
                          .items = 1});
}

/* Waits and barriers hold their pipe until they start; a set does not. */
static bool holds(const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    return in->exec == DV_EXEC_ENGINE &&
           (in->sem == DV_ENGINE_wait_flag || in->sem == DV_ENGINE_bar);
}

static void retire(struct dv_spans *t, struct lane *l, const struct dv_event *e)
{
    /* The fixpipe waits for a unit flag inside: it is busy from its turn on. */
    bool inside = e->pipe == DV_PIPE_FIX && e->why_start == DV_WHY_unit_flag;
    if (e->cost) {
        work(t, l, e, inside ? e->issue : e->start);
        l->tail = e->cost->chained ? e->done : e->end;
        l->pc = e->pc;
        l->op = e->op;
    } else if (holds(e->op)) {
        pass(t, l, e, e->start);
    }
}

static void stall(struct dv_spans *t, struct lane *l, const struct dv_event *e)
{
    struct dv_span s = {.pc = e->pc,
                        .start = e->start,
                        .end = e->end,
                        .core = e->core,
                        .pipe = e->pipe,
                        .what = e->reason};
    if (e->pipe == DV_PIPE_S) /* S tells everything in order, others what is ahead of retirement */
        l->counted = e->end > l->counted ? e->end : l->counted;
    t->to(t->self, &s);
}

/* END, at e->pc, ends its block and is no event of its own. */
static void close_block(struct dv_spans *t, const struct dv_event *e)
{
    unsigned core = e->core;
    tell(t, &t->lane[core][DV_PIPE_S],
         (struct dv_span){
             .pc = e->pc, .core = e->core, .pipe = DV_PIPE_S, .what = DV_SPAN_BUSY, .items = 1});
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        struct lane *l = &t->lane[core][p];
        tell_tail(t, l, core, p, UINT64_MAX);
        l->tail = 0;
    }
}

void dv_spans_event(struct dv_spans *t, const struct dv_event *e)
{
    if (e->core >= t->cores || e->pipe >= DV_PIPE_COUNT)
        return;
    struct lane *l = &t->lane[e->core][e->pipe];
    switch (e->kind) {
    case DV_EV_SCALAR:
        work(t, l, e, e->start);
        break;
    case DV_EV_RETIRE:
        retire(t, l, e);
        break;
    case DV_EV_STALL:
        stall(t, l, e);
        break;
    case DV_EV_BLOCK:
        if (e->end)
            close_block(t, e);
        break;
    default:
        break;
    }
}
