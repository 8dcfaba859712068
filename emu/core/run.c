/* The chip loop: windows of time, every core up to the end of the window, then the next blocks. */
#include "emu/core/state.h"
#include "isa/num.h"

enum { WINDOW_CYCLES = 4096 };

static dv_time all_done(const struct dv_core *c)
{
    dv_time t = c->now;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        t = c->ring[q].done > t ? c->ring[q].done : t;
    return t;
}

static void resume(struct dv_machine *m, struct dv_core *c, dv_time at, unsigned reason)
{
    at = at > c->now ? at : c->now;
    c->stats.pipe[DV_PIPE_S].stall[reason] += at - c->now;
    if (at > c->now && heard(m, DV_EV_STALL))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_STALL,
                                           .pipe = DV_PIPE_S,
                                           .reason = (uint8_t)reason,
                                           .core = (uint16_t)core_index(m, c),
                                           .block = c->block,
                                           .pc = c->s.pc,
                                           .start = c->now,
                                           .end = at});
    c->now = at;
    c->state = DV_CORE_RUN;
    c->cause = DV_BY_NOTHING;
}

/* After an event at `at`: can S go on? */
static void unblock(struct dv_machine *m, struct dv_core *c, dv_time at)
{
    if (c->cause == DV_BY_QUEUE && core_has_room(c, c->wait_queue))
        resume(m, c, at, DV_STALL_queue_full);
    else if (c->cause == DV_BY_FLAG && c->flag[c->wait_queue][DV_PIPE_S][c->wait_id])
        resume(m, c, at, DV_STALL_flag); /* S reads the flag again and adds its latency */
    else if (c->cause == DV_BY_BARRIER && dv_core_quiet(c))
        resume(m, c, all_done(c), DV_STALL_barrier);
}

static enum dv_err block_end(struct dv_machine *m, struct dv_core *c)
{
    dv_time at = all_done(c);

    if (dv_core_leftovers(m, c))
        return m->fault;
    dv_pipe_close(c);
    c->stats.pipe[DV_PIPE_S].stall[DV_STALL_barrier] += at - c->now;
    c->now = at;
    c->stats.blocks++;
    c->stats.instructions = c->seq;
    c->stats.last = c->free_at = at;
    c->state = DV_CORE_IDLE;
    if (heard(m, DV_EV_BLOCK))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_BLOCK,
                                           .core = (uint16_t)core_index(m, c),
                                           .block = c->block,
                                           .start = at,
                                           .end = at});
    return DV_OK;
}

static enum dv_err over_limit(struct dv_machine *m, struct dv_core *c)
{
    return dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, m->limit, DV_E_LIMIT,
                         "the cycle limit of %llu is used up (--max-cycles)",
                         (unsigned long long)(m->limit / DV_CYCLE));
}

/* A core that S cannot move: one event of its queues, or its end, or a deadlock. */
static enum dv_err core_wait(struct dv_machine *m, struct dv_core *c, dv_time until, bool *later)
{
    dv_time at;

    if (c->state == DV_CORE_ENDING && dv_core_quiet(c))
        return block_end(m, c);
    if (c->cause == DV_BY_BARRIER && dv_core_quiet(c)) {
        unblock(m, c, c->now);
        return DV_OK;
    }
    if (dv_core_event(m, c, until, &at))
        return m->fault;
    if (at == DV_NEVER)
        return dv_core_deadlock(m, c);
    *later = at > until;
    if (!*later && c->state == DV_CORE_BLOCKED)
        unblock(m, c, at);
    return DV_OK;
}

static enum dv_err core_run(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    bool later = false;

    while (c->state != DV_CORE_IDLE && !later) {
        if (c->state == DV_CORE_RUN) {
            if (dv_core_fetch(m, c, until))
                return m->fault;
            if (c->state != DV_CORE_RUN)
                continue;
            if (dv_core_drain(m, c, until))
                return m->fault;
            later = true;
        } else if (core_wait(m, c, until, &later)) {
            return m->fault;
        }
        if (later && until >= m->limit)
            return over_limit(m, c);
    }
    return DV_OK;
}

static bool all_idle(const struct dv_machine *m)
{
    for (unsigned i = 0; i < m->st->cores; i++)
        if (m->st->core[i].state != DV_CORE_IDLE)
            return false;
    return m->st->next_block == m->st->blocks;
}

/* One window: every core up to `until`, in core order. */
static enum dv_err window_run(struct dv_machine *m, dv_time until)
{
    struct dv_core *c;

    until = until > m->limit ? m->limit : until;
    for (unsigned i = 0; i < m->st->cores; i++)
        if (core_run(m, &m->st->core[i], until))
            return m->fault;
    while ((c = dv_block_hand_out(m))) /* a block begun in this window catches up in it */
        if (core_run(m, c, until))
            return m->fault;
    m->st->window = until;
    return DV_OK;
}

enum dv_err dv_machine_step(struct dv_machine *m, dv_time until, bool *ended, struct dv_diag *d)
{
    unsigned host = dv_num_enter();

    *ended = false;
    while (!m->fault && !m->st->ended && m->st->window < until) {
        dv_time next = m->st->window + (dv_time)WINDOW_CYCLES * DV_CYCLE;
        if (window_run(m, next < until ? next : until))
            break;
        m->st->ended = all_idle(m);
    }
    dv_num_leave(host);
    *ended = m->st->ended;
    if (m->fault && d)
        *d = m->diag;
    return m->fault;
}

enum dv_err dv_machine_run(struct dv_machine *m, struct dv_diag *d)
{
    bool ended;
    return dv_machine_step(m, DV_NEVER, &ended, d);
}

bool dv_machine_listen(struct dv_machine *m, const struct dv_listener *l)
{
    if (m->listeners == DV_LISTENERS)
        return false;
    m->listener[m->listeners++] = *l;
    m->heard |= l->kinds;
    return true;
}
