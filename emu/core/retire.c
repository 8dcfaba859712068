/* Completions: an item's effect applies when it is complete, in the order of time, ties by queue
 * number. Nothing else looks at completed items. */
#include "emu/core/state.h"

#include <stdio.h>

/* An offset in memory that leads astray (adr/0007): the effect wraps around, the core is at fault
 * from the start of the item. */
static void astray(struct dv_machine *m, struct dv_core *c, const struct dv_item *it,
                   const struct dv_work *w)
{
    struct dv_stray s;

    if (m->fault || !dv_sem_stray(w, &s))
        return;
    dv_core_fault(m, c, it->op, m->code.op[it->op].pipe, it->start.at,
                  s.aligned ? DV_E_BOUNDS : DV_E_ALIGN,
                  s.aligned ? "offset[%u] = 0x%llx leads to ub 0x%llx..0x%llx, outside "
                              "0x%llx..0x%llx of base and its buffer"
                            : "offset[%u] = 0x%llx leads to ub 0x%llx..0x%llx, which is not "
                              "aligned to its %llu bytes",
                  s.element, (unsigned long long)s.offset, (unsigned long long)s.address,
                  (unsigned long long)(s.address + s.bytes),
                  (unsigned long long)(s.aligned ? s.base : s.bytes), (unsigned long long)s.end);
    dv_place_bytes(m, DV_SPACE_UB, s.address, s.bytes, "base", &m->diag.at);
    snprintf(m->diag.fix, sizeof m->diag.fix, "check the offsets and what writes them");
}

static void apply(struct dv_machine *m, struct dv_core *c, const struct dv_item *it)
{
    const struct dv_job *j = job_of(c, it);
    const struct dv_op *op = &m->code.op[it->op];
    struct dv_work w;

    if (j->empty || (m->opt.data_off && !j->noted))
        return;
    if (!m->opt.data_off || !dv_sem_is_payload(dv_op_insn(op))) {
        dv_work_of(m, c, j, &w);
        if (op->sem == DV_SEM_gather)
            astray(m, c, it, &w);
        dv_sem[op->sem](&w);
        if (m->writer)
            dv_gm_note(m, c, it);
    } else {
        dv_gm_note(m, c, it);
        dv_live_skip(c, j);
    }
}

static void heard_retire(struct dv_machine *m, struct dv_core *c, unsigned queue,
                         const struct dv_item *it)
{
    struct dv_event e = dv_item_event(m, c, it, DV_EV_RETIRE);
    struct dv_work w;

    e.pipe = (uint8_t)queue_pipe(queue);
    if (it->kind == DV_IT_WORK) {
        dv_work_of(m, c, job_of(c, it), &w);
        e.work = &w;
    }
    dv_core_emit(m, &e);
}

static void complete_oldest(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->head);

    if (it->kind == DV_IT_WORK)
        apply(m, c, it);
    if (heard(m, DV_EV_RETIRE))
        heard_retire(m, c, queue, it);
    if (it->kind == DV_IT_WORK)
        c->job[it->job].refs--;
    r->head++;
}

static bool complete(const struct dv_ring *r, dv_time until)
{
    return r->head != r->next && r->item[r->head & (DV_RING - 1)].done.at <= until;
}

static void in_time_order(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    unsigned first;

    do {
        dv_time at = until;
        first = DV_Q_NONE;
        for (unsigned q = DV_QUEUES; q-- > 0;)
            if (complete(&c->ring[q], at)) {
                first = q;
                at = c->ring[q].item[c->ring[q].head & (DV_RING - 1)].done.at;
            }
        if (first != DV_Q_NONE)
            complete_oldest(m, c, first);
    } while (first != DV_Q_NONE);
}

void dv_core_retire(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    if (until > m->horizon && until != DV_NEVER)
        until = m->horizon; /* items that start behind it may need what is in flight */
    if (!m->opt.data_off || heard(m, DV_EV_RETIRE)) {
        in_time_order(m, c, until);
        return;
    }
    for (unsigned q = 0; q < DV_QUEUES; q++) /* without payload nobody sees the order */
        while (complete(&c->ring[q], until))
            complete_oldest(m, c, q);
}
