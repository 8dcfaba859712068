/* Pipe SPRs seen from S: the pipe that writes them may not be done, or, without data, may never
 * have computed them. */
#include "emu/core/state.h"

#include <stdio.h>

static enum dv_err in_flight(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                             unsigned queue, const struct dv_item *it, bool reads)
{
    struct dv_diag *d = &m->diag;
    const char *pipe = dv_pipe_names[queue_pipe(queue)];

    dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_COLLISION,
                  reads ? "special register %s is written by pipe s before pipe %s has read it"
                        : "special register %s is used by pipe s while pipe %s still has it in "
                          "writing",
                  r->name, pipe);
    d->has_other = true;
    dv_place_insn(m, c, it->op, queue_pipe(queue), it->start.at, &d->other);
    snprintf(d->fix, sizeof d->fix,
             "order them: set_flag.%s.s after line %d, wait_flag.%s.s before line %d", pipe,
             d->other.line, pipe, d->at.line);
    return m->fault;
}

static enum dv_err settled(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r)
{
    if (m->opt.time_off)
        return DV_OK;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        for (uint32_t i = c->ring[q].head; i != c->ring[q].next; i++) {
            const struct dv_item *it = ring_item(&c->ring[q], i);
            if (it->start.at <= c->now && it->kind == DV_IT_WORK &&
                job_of(c, it)->live >> r->index & 1)
                return in_flight(m, c, r, q, it, false);
        }
    return DV_OK;
}

/* Nothing dispatched before may read what S is about to write. */
static enum dv_err unread(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r)
{
    for (unsigned q = 0; q < DV_QUEUES && !m->opt.time_off; q++)
        for (uint32_t i = c->ring[q].head; i != c->ring[q].tail; i++) {
            const struct dv_item *it = ring_item(&c->ring[q], i);
            if (it->kind == DV_IT_WORK && job_of(c, it)->live_read >> r->index & 1)
                return in_flight(m, c, r, q, it, true);
        }
    return DV_OK;
}

enum dv_err dv_live_read(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                         uint64_t *out)
{
    uint32_t producer;

    dv_core_retire(m, c, c->now);
    if (settled(m, c, r))
        return m->fault;
    producer = c->live_skipped[r->index];
    *out = c->live.v[r->index];
    if (!producer || m->fed)
        return DV_OK;
    dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_NODATA,
                  "S reads special register %s, whose value --data off skipped", r->name);
    m->diag.has_other = true;
    dv_place_insn(m, c, producer - 1, m->code.op[producer - 1].pipe, c->now, &m->diag.other);
    snprintf(m->diag.fix, sizeof m->diag.fix, "run with --data on: control depends on data");
    return m->fault;
}

enum dv_err dv_live_write(struct dv_machine *m, struct dv_core *c, const struct dv_spr *r,
                          uint64_t value)
{
    dv_core_retire(m, c, c->now);
    if (settled(m, c, r) || unread(m, c, r))
        return m->fault;
    c->live.v[r->index] = value;
    c->live_skipped[r->index] = 0;
    return DV_OK;
}

void dv_live_skip(struct dv_core *c, const struct dv_job *j)
{
    for (uint32_t left = j->live; left; left &= left - 1)
        c->live_skipped[__builtin_ctz(left)] = j->op + 1;
}
