/* Queues in time: when an item starts, when it completes, and what happens then. Starts and
 * completions of one core form one event order: time, completions first, then queue number. */
#include "emu/core/state.h"

static dv_time later(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

/* ---- when the next item of a queue can start ------------------------------------------------- */

static dv_time wait_start(struct dv_machine *m, const struct dv_core *c, unsigned queue,
                          const struct dv_item *it, dv_time turn)
{
    unsigned dst = queue_pipe(queue);

    if (!c->flag[it->peer][dst][it->id])
        return DV_NEVER;
    return later(turn, c->flag_time[it->peer][dst][it->id] +
                           (m->opt.time_off ? 0 : DV_P(&m->chip, flag_latency)));
}

/* Latest completion among items in flight that a chained item depends on. */
static dv_time operands_done(struct dv_machine *m, struct dv_core *c, struct dv_ring *r,
                             const struct dv_item *it, dv_time ready)
{
    for (uint32_t i = r->next; i-- != r->head;) {
        const struct dv_item *o = ring_item(r, i);
        if (o->done <= ready)
            break; /* completions are in order: nothing older is later */
        if (o->hulls && dv_items_depend(m, c, it, o))
            return o->done;
    }
    return ready;
}

static dv_time work_start(struct dv_machine *m, struct dv_core *c, struct dv_ring *r,
                          struct dv_item *it, dv_time turn)
{
    dv_time ready = turn;

    if (r->worked)
        ready = later(ready, r->ready + it->interval);
    if (it->flight && r->next - r->head >= it->flight)
        ready = later(ready, ring_item(r, r->next - it->flight)->done);
    if (it->chained)
        ready = operands_done(m, c, r, it, ready);
    it->ready = ready;
    return it->exclusive ? later(ready, r->end) : ready;
}

void dv_pipe_schedule(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->next);
    dv_time turn, *at = start_at(c, queue);

    *at = DV_NEVER;
    if (r->next == r->tail)
        return;
    turn = later(it->dispatch, r->front);
    if (r->next - r->head >= DV_IN_FLIGHT)
        turn = later(turn, ring_item(r, r->next - DV_IN_FLIGHT)->done);
    switch (it->kind) {
    case DV_IT_WORK:
        *at = work_start(m, c, r, it, turn);
        break;
    case DV_IT_WAIT:
        *at = wait_start(m, c, queue, it, turn);
        break;
    case DV_IT_BAR:
        *at = later(turn, r->done);
        break;
    default:
        *at = turn;
    }
}

/* ---- statistics: every cycle of a queue between its first and last item has one owner -------- */

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

static void stalled(struct dv_machine *m, struct dv_core *c, unsigned queue, dv_time to,
                    unsigned reason)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_pipe_stats *s = &c->stats.pipe[queue_pipe(queue)];

    count_tail(c, queue, to);
    if (to <= r->counted)
        return;
    if (r->worked) {
        s->stall[reason] += to - r->counted;
        if (heard(m, DV_EV_STALL))
            dv_core_emit(m, &(struct dv_event){.kind = DV_EV_STALL,
                                               .pipe = (uint8_t)queue_pipe(queue),
                                               .reason = (uint8_t)reason,
                                               .core = (uint16_t)core_index(m, c),
                                               .block = c->block,
                                               .start = r->counted,
                                               .end = to});
    }
    r->counted = to;
}

static void count_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                       const struct dv_item *it)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_pipe_stats *s = &c->stats.pipe[queue_pipe(queue)];

    stalled(m, c, queue, it->dispatch < it->start ? it->dispatch : it->start, DV_STALL_scalar);
    stalled(m, c, queue, it->start, DV_STALL_operand);
    count_tail(c, queue, it->start);
    if (it->end > r->counted) {
        s->busy += it->end - r->counted;
        r->counted = it->end;
    }
    r->tail_until = it->chained ? it->done : it->end;
    s->instructions++;
    if (it->path < DV_PATHS)
        c->stats.path_bytes[it->path] += it->bytes;
}

/* ---- starts ---------------------------------------------------------------------------------- */

static void through_memory(struct dv_machine *m, struct dv_core *c, struct dv_ring *r,
                           struct dv_item *it)
{
    struct dv_mem_grant g = {0};
    struct dv_mem_request q = {.now = it->ready,
                               .core = core_index(m, c),
                               .path = it->path,
                               .op = it->path == DV_PATH_UB_TO_GM || it->path == DV_PATH_L1_TO_GM
                                         ? DV_MEM_WRITE
                                         : DV_MEM_READ,
                               .gm = it->gm,
                               .bytes = it->bytes,
                               .bursts = it->bursts,
                               .latency = it->head_cold,
                               .work = it->work,
                               .previous = r->end};

    m->mem.request(m->mem.self, &q, &g);
    it->end = g.grant;
    it->done = later(g.done + it->tail, r->done);
    c->stats.path_bytes[DV_PATH_L2_HIT] += g.hit_bytes;
    c->stats.path_bytes[DV_PATH_L2_MISS] += g.miss_bytes;
}

static bool streams(const struct dv_item *it)
{
    return it->path == DV_PATH_GM_TO_L1 || it->path == DV_PATH_GM_TO_UB ||
           it->path == DV_PATH_UB_TO_GM || it->path == DV_PATH_L1_TO_GM;
}

static enum dv_err start_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                              struct dv_item *it)
{
    struct dv_ring *r = &c->ring[queue];

    if (streams(it)) {
        through_memory(m, c, r, it);
    } else {
        dv_time queued = r->worked ? r->end + it->head_queued : 0;
        it->end = later(queued, it->ready + it->head_cold) + it->work;
        it->done = later(it->end + it->tail, r->done);
    }
    count_work(m, c, queue, it);
    r->front = it->start;
    r->ready = it->ready;
    r->end = it->end;
    r->done = it->done;
    r->worked = true;
    return m->opt.time_off ? DV_OK : dv_collide_item(m, c, queue, it);
}

static void start_wait(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it)
{
    unsigned dst = queue_pipe(queue);

    c->flag[it->peer][dst][it->id]--;
    stalled(m, c, queue, it->dispatch < it->start ? it->dispatch : it->start, DV_STALL_scalar);
    stalled(m, c, queue, it->start, DV_STALL_flag);
}

/* A wait with nothing before it in flight has no completion anybody could see. */
static void forget(struct dv_core *c, struct dv_ring *r, const struct dv_item *it)
{
    env_drop(c, it->env);
    r->head++;
}

static enum dv_err start_next(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->next);
    dv_time at = *start_at(c, queue);
    enum dv_err err = DV_OK;

    it->start = it->end = at;
    it->done = later(at, r->done);
    if (it->kind == DV_IT_WORK) {
        err = start_work(m, c, queue, it);
    } else {
        if (it->kind == DV_IT_WAIT)
            start_wait(m, c, queue, it);
        if (it->kind == DV_IT_BAR)
            stalled(m, c, queue, at, DV_STALL_barrier);
        r->front = at + (m->opt.time_off         ? 0
                         : it->kind == DV_IT_BAR ? DV_P(&m->chip, barrier)
                                                 : DV_P(&m->chip, flag_issue));
        it->ready = r->front;
        r->done = it->done;
    }
    if (r->next++ != r->head)
        ; /* the oldest in flight completes first */
    else if (it->kind == DV_IT_WAIT && !heard(m, DV_EV_RETIRE))
        forget(c, r, it);
    else
        *done_at(c, queue) = it->done;
    dv_pipe_schedule(m, c, queue);
    return err;
}

/* ---- completions ----------------------------------------------------------------------------- */

static void apply(struct dv_machine *m, struct dv_core *c, const struct dv_item *it)
{
    struct dv_work w;
    const struct dv_op *op = &m->code.op[it->op];

    if (it->empty)
        return;
    if (!m->opt.data_off || !dv_sem_is_payload(dv_op_insn(op))) {
        dv_work_of(m, c, it, &w);
        dv_sem[op->sem](&w);
        if (m->writer)
            dv_gm_note(m, c, it);
    } else {
        dv_gm_note(m, c, it);
        dv_live_skip(c, it);
    }
}

static void heard_retire(struct dv_machine *m, struct dv_core *c, unsigned queue,
                         const struct dv_item *it)
{
    struct dv_event e = dv_item_event(m, c, it, DV_EV_RETIRE);
    struct dv_work w;

    dv_work_of(m, c, it, &w);
    e.pipe = (uint8_t)queue_pipe(queue);
    e.work = it->kind == DV_IT_WORK ? &w : NULL;
    dv_core_emit(m, &e);
}

static enum dv_err complete_oldest(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->head);
    enum dv_err err = DV_OK;

    if (it->kind == DV_IT_WORK)
        apply(m, c, it);
    else if (it->kind == DV_IT_SET)
        err = dv_flag_raise(m, c, queue_pipe(queue), it->peer, it->id, it->done, it->op);
    if (heard(m, DV_EV_RETIRE))
        heard_retire(m, c, queue, it);
    env_drop(c, it->env);
    r->head++;
    *done_at(c, queue) = r->head == r->next ? DV_NEVER : ring_item(r, r->head)->done;
    return err;
}

/* ---- the event order ------------------------------------------------------------------------- */

static unsigned earliest(const dv_time at[2 * DV_QUEUES])
{
    unsigned best = 0;
    for (unsigned i = 1; i < 2 * DV_QUEUES; i++)
        best = at[i] < at[best] ? i : best;
    return best;
}

enum dv_err dv_core_event(struct dv_machine *m, struct dv_core *c, dv_time until, dv_time *at)
{
    unsigned e = earliest(c->event_at);

    *at = c->event_at[e];
    if (*at > until || *at == DV_NEVER)
        return DV_OK;
    return e < DV_QUEUES ? complete_oldest(m, c, e) : start_next(m, c, e - DV_QUEUES);
}

enum dv_err dv_core_drain(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    dv_time at;

    do {
        enum dv_err err = dv_core_event(m, c, until, &at);
        if (err)
            return err;
    } while (at <= until && at != DV_NEVER);
    return DV_OK;
}

void dv_pipe_close(struct dv_core *c)
{
    for (unsigned q = 0; q < DV_QUEUES; q++)
        count_tail(c, q, DV_NEVER);
}

bool dv_core_quiet(const struct dv_core *c)
{
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (c->ring[q].head != c->ring[q].tail)
            return false;
    return true;
}
