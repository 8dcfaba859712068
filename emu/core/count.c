/* Where the cycles of a core went: every cycle of a queue between its first and its last item has
 * one owner, every cycle of S too. */
#include "emu/core/state.h"

/* The head of a chained item shows until a successor hides it or it completes (V1, V2-1: the
 * measured vector time of an Add includes it). */
static void count_tail(struct dv_core *c, unsigned queue, dv_time to)
{
    struct dv_ring *r = &c->ring[queue];
    dv_time end = r->tail_until < to ? r->tail_until : to;

    if (end <= r->counted)
        return;
    c->stats.pipe[queue_pipe(queue)].busy += end - r->counted;
    r->counted = end;
}

static void heard_stall(struct dv_machine *m, struct dv_core *c, unsigned pipe, dv_time start,
                        dv_time end, unsigned reason)
{
    unsigned queue = queue_of(pipe);
    uint64_t pc = c->s.pc;

    if (queue != DV_Q_NONE)
        pc = item_pc(ring_item(&c->ring[queue], c->ring[queue].settled));
    if (heard(m, DV_EV_STALL))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_STALL,
                                           .pipe = (uint8_t)pipe,
                                           .reason = (uint8_t)reason,
                                           .core = (uint16_t)core_index(m, c),
                                           .block = c->block,
                                           .pc = pc,
                                           .start = start,
                                           .end = end});
}

void dv_count_stall(struct dv_machine *m, struct dv_core *c, unsigned queue, dv_time to,
                    unsigned reason)
{
    struct dv_ring *r = &c->ring[queue];
    unsigned pipe = queue_pipe(queue);

    count_tail(c, queue, to);
    if (to <= r->counted)
        return;
    if (r->shown) {
        c->stats.pipe[pipe].stall[reason] += to - r->counted;
        heard_stall(m, c, pipe, r->counted, to, reason);
    }
    r->counted = to;
}

/* With unit flags the fixpipe is busy from its turn on: it waits inside (timing.md 4.3). */
static dv_time busy_from(const struct dv_item *it, const struct dv_job *j, unsigned queue)
{
    return queue == DV_Q_FIX && j->unit && it->why_start == DV_WHY_unit_flag ? it->dispatch
                                                                             : it->start.at;
}

void dv_count_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                   const struct dv_item *it)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_pipe_stats *s = &c->stats.pipe[queue_pipe(queue)];
    const struct dv_job *j = job_of(c, it);
    dv_time from = busy_from(it, j, queue);

    dv_count_stall(m, c, queue, it->dispatch < from ? it->dispatch : from, DV_STALL_scalar);
    dv_count_stall(m, c, queue, from, DV_STALL_operand);
    count_tail(c, queue, from);
    if (!r->shown)
        r->counted = from > r->counted ? from : r->counted;
    if (it->end > r->counted) {
        s->busy += it->end - r->counted;
        r->counted = it->end;
    }
    r->shown = true;
    r->tail_until = j->cost.chained ? it->done.at : it->end;
    s->instructions++;
    if (j->cost.path < DV_PATHS)
        c->stats.path_bytes[j->cost.path] += j->bytes;
}

void dv_count_close(struct dv_core *c)
{
    for (unsigned q = 0; q < DV_QUEUES; q++)
        count_tail(c, q, DV_NEVER);
}

const struct dv_moment *dv_scalar_moment(struct dv_machine *m, struct dv_core *c)
{
    blame_add(m, &c->spent.by, c->now - c->spent.at, DV_CP_scalar_issue);
    c->spent.at = c->now;
    return &c->spent;
}

void dv_count_scalar(struct dv_machine *m, struct dv_core *c, const struct dv_moment *to,
                     unsigned reason)
{
    if (to->at <= c->now)
        return;
    c->stats.pipe[DV_PIPE_S].stall[reason] += to->at - c->now;
    heard_stall(m, c, DV_PIPE_S, c->now, to->at, reason);
    c->spent = *to;
    c->now = to->at;
}
