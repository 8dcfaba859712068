/* The chip loop: windows of time, every core up to the end of the window, then the next blocks. */
#include "emu/core/cross.h"
#include "emu/core/explore.h"
#include "isa/num.h"

#include <assert.h>
#include <stdlib.h>

enum { WINDOW_CYCLES = 4096 };

/* The END that S is at; NULL when a feed has no line for it. */
static const struct dv_op *end_of(const struct dv_machine *m, const struct dv_core *c)
{
    const struct dv_op *op = c->s.pc / 4 < m->code.words ? &m->code.op[c->s.pc / 4] : NULL;

    return op && op->exec == DV_EXEC_ENGINE && op->sem == DV_ENGINE_end ? op : NULL;
}

/* The end of a block at a time when all its items are complete. */
static enum dv_err block_end(struct dv_machine *m, struct dv_core *c, const struct dv_moment *last)
{
    dv_core_retire(m, c, DV_NEVER);
    if (m->fault || dv_core_leftovers(m, c))
        return m->fault;
    dv_count_close(c);
    dv_time reached = c->now;
    dv_count_scalar(m, c, last, DV_STALL_barrier);
    c->stats.blame = dv_scalar_moment(m, c)->by;
    c->stats.blocks++;
    c->stats.instructions = c->seq;
    c->stats.last = c->free_at = c->now;
    c->state = DV_CORE_IDLE;
    if (heard(m, DV_EV_BLOCK))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_BLOCK,
                                           .core = (uint16_t)core_index(m, c),
                                           .block = c->block,
                                           .seq = c->seq,
                                           .pc = c->s.pc,
                                           .op = end_of(m, c),
                                           .issue = reached,
                                           .start = c->now,
                                           .end = c->now});
    return DV_OK;
}

static enum dv_err over_limit(struct dv_machine *m, struct dv_core *c)
{
    return dv_core_fault(
        m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, m->limit, DV_E_LIMIT,
        "the cycle limit of %llu is used up (%s)", (unsigned long long)(m->limit / DV_CYCLE),
        m->native.resume ? "DV_CCE_MAX_CYCLES, dv_cce_max_cycles" : "--max-cycles");
}

/* What S waits for is known now. */
static bool can_go(struct dv_machine *m, struct dv_core *c)
{
    const struct dv_moment *last;
    const struct dv_ring *r;

    switch (c->cause) {
    case DV_BY_QUEUE:
        r = &c->ring[c->wait_queue];
        return (int32_t)(r->tail - r->depth - r->next) < 0;
    case DV_BY_SET:
        return flag_at(c, DV_PIPE_S, c->wait_queue, c->wait_id)->count < DV_SETS;
    case DV_BY_CROSS:
        return dv_cross_known(c, c->wait_id);
    case DV_BY_FLAG:
        return flag_at(c, c->wait_queue, DV_PIPE_S, c->wait_id)->count;
    case DV_BY_MEMORY:
        return dv_core_reached(m, c, c->now);
    default:
        return dv_core_started(c, &last);
    }
}

/* S waits for something that is not known: a load from L1, kept until S gets to its time, may be
 * what it waits for; S moves nothing before that. */
static enum dv_err unlock(struct dv_machine *m, struct dv_core *c)
{
    const struct dv_ring *r = &c->ring[DV_Q_MTE1];
    uint32_t next = r->next;

    c->unlock = true;
    c->wake = 1u << DV_Q_MTE1;
    enum dv_err err = dv_core_advance(m, c);
    c->unlock = false;
    assert(err || r->next != next || m->look[core_index(m, c)] != DV_NEVER);
    return err;
}

/* Something waits for the memory system: until that is at a time, S may go on before it. */
static bool moving(const struct dv_core *c)
{
    for (unsigned q = DV_Q_MTE2; q < DV_QUEUES; q++)
        if (ring_open(&c->ring[q]))
            return true;
    return false;
}

/* S cannot move: it goes on, its block ends, it waits for the next window, or nothing ever
 * happens again. */
static enum dv_err core_wait(struct dv_machine *m, struct dv_core *c, dv_time until, bool *later)
{
    const struct dv_moment *last;

    if (c->state == DV_CORE_BLOCKED && can_go(m, c)) {
        c->state = DV_CORE_RUN;
        c->cause = DV_BY_NOTHING;
        return DV_OK;
    }
    if (c->state == DV_CORE_ENDING && dv_core_started(c, &last)) {
        *later = last->at > until;
        return *later ? DV_OK : block_end(m, c, last);
    }
    if (c->load_at != DV_NEVER && (!moving(c) || dv_core_reached(m, c, c->load_at)))
        return unlock(m, c);
    *later = dv_core_later(c) || dv_cross_waits(c) || m->look[core_index(m, c)] != DV_NEVER;
    return *later ? DV_OK : dv_core_deadlock(m, c);
}

static enum dv_err core_run(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    bool later = false;

    m->horizon = until;
    m->look[core_index(m, c)] = DV_NEVER;
    for (unsigned q = 0; q < DV_QUEUES; q++) /* what is later than the old horizon is not known */
        c->ring[q].state = DV_RING_HELD;
    c->wake = c->state == DV_CORE_IDLE ? 0 : (1u << DV_QUEUES) - 1;
    if (dv_core_advance(m, c))
        return m->fault;
    while (c->state != DV_CORE_IDLE && !later) {
        if (c->state == DV_CORE_RUN) {
            if (dv_core_fetch(m, c, until))
                return m->fault;
            later = c->state == DV_CORE_RUN;
        } else if (core_wait(m, c, until, &later)) {
            return m->fault;
        }
    }
    bool cross = dv_cross_used(m); /* what other cores may see has to be in GM */
    /* S may stand before the end of the window: what it did not see yet stays in the queues */
    dv_core_retire(m, c, !cross && c->state == DV_CORE_BLOCKED && c->now < until ? c->now : until);
    if (cross && dv_cross_due(m, c, until))
        return m->fault;
    return m->fault;
}

static bool all_idle(const struct dv_machine *m)
{
    for (unsigned i = 0; i < m->st->cores; i++)
        if (m->st->core[i].state != DV_CORE_IDLE)
            return false;
    return m->st->next_block == m->st->blocks;
}

/* The earliest fault of a window, of the lowest core among equal ones: which core runs first and
 * how long windows are makes no difference. */
struct first {
    enum dv_err err;
    dv_time at;
    struct dv_diag diag;
    uint8_t *met; /* enum dv_err of every core, NULL = none met a fault */
};

/* A core met a fault. */
static void fault_note(struct dv_machine *m, const struct dv_core *c, struct first *f)
{
    if (!f->met)
        f->met = calloc(m->st->cores, sizeof *f->met);
    if (f->met)
        f->met[core_index(m, c)] = (uint8_t)m->fault;
    if (!f->err || m->fault_at < f->at)
        *f = (struct first){m->fault, m->fault_at, m->diag, f->met};
    m->fault = DV_OK;
    dv_diag_init(&m->diag);
}

/* Runs a core up to the end of the window, or the earliest fault so far. */
static void core_try(struct dv_machine *m, struct dv_core *c, dv_time until, struct first *f)
{
    if (f->err && f->at < until)
        until = f->at;
    if (core_run(m, c, until))
        fault_note(m, c, f);
}

/* The limit is used up. */
static void limit_note(struct dv_machine *m, struct first *f)
{
    for (unsigned i = 0; i < m->st->cores && !f->err; i++)
        if (m->st->core[i].state != DV_CORE_IDLE) {
            over_limit(m, &m->st->core[i]);
            fault_note(m, &m->st->core[i], f);
        }
}

/* What else is stuck, which a core that stopped at the time of the fault may not know yet; nobody
 * hears of it. Cores with a fault of their own do not go on. */
static void deadlock_all(struct dv_machine *m, dv_time until, struct first *f)
{
    uint32_t listened = m->heard;

    m->heard = 0;
    for (unsigned i = 0; f->met && i < m->st->cores; i++) {
        struct dv_core *c = &m->st->core[i];
        if (c->state != DV_CORE_IDLE && !f->met[i])
            f->met[i] = (uint8_t)core_run(m, c, until);
        m->fault = DV_OK;
        dv_diag_init(&m->diag);
    }
    if (f->met)
        dv_picture_draw(m, f->met);
    m->heard = listened;
}

static enum dv_err fault_keep(struct dv_machine *m, const struct first *f)
{
    m->fault = f->err;
    m->fault_at = f->at;
    m->diag = f->diag;
    if (heard(m, DV_EV_FAULT))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_FAULT,
                                           .pipe = (uint8_t)f->diag.at.pipe,
                                           .core = (uint16_t)f->diag.at.core,
                                           .block = (uint32_t)f->diag.at.block,
                                           .pc = f->diag.at.pc,
                                           .start = f->at,
                                           .end = f->at});
    return f->err;
}

/* Every core is at the end of the window: counters go up, unless nothing moves any more. */
static void cross_end(struct dv_machine *m, dv_time until, struct first *f)
{
    if (!dv_cross_deliver(m, until) && dv_cross_stuck(m, until)) {
        f->met = calloc(m->st->cores, sizeof *f->met);
        for (unsigned i = 0; f->met && i < m->st->cores; i++)
            f->met[i] = dv_cross_waits(&m->st->core[i]) ? DV_E_DEADLOCK : DV_OK;
        dv_core_deadlock(m, &m->st->core[dv_cross_culprit(m)]);
        if (f->met)
            dv_picture_draw(m, f->met);
    }
    if (m->fault)
        *f = (struct first){m->fault, m->fault_at, m->diag, f->met};
}

/* ---- what cores share of memory -------------------------------------------------------------- */

/* A core that waits for the memory system to get to a time; DV_NEVER = none does. */
static dv_time first_look(const struct dv_machine *m, unsigned *core)
{
    dv_time first = DV_NEVER;

    for (unsigned i = 0; i < m->st->cores; i++)
        if (m->look[i] < first) {
            first = m->look[i];
            *core = i;
        }
    return first;
}

/* Goes on with the memory system up to a time. False when nothing more happens by then. */
static bool transfers_step(struct dv_machine *m, dv_time until, struct first *f)
{
    struct dv_mem_grant g = {0};
    uint32_t port;
    unsigned core = 0;
    dv_time stop = f->err && f->at < until ? f->at : until;
    dv_time look = first_look(m, &core), ask = dv_block_asked(m);
    dv_time to = look < ask ? look : ask;

    if (m->mem.advance(m->mem.self, to < stop ? to : stop, &port, &g)) {
        struct dv_core *c = &m->st->core[port / DV_MEM_PORTS % m->st->cores];
        m->reached = g.done;
        if (!dv_core_arrived(m, c, DV_Q_MTE2 + port % DV_MEM_PORTS, &g))
            core_try(m, c, until, f);
        else
            fault_note(m, c, f);
        return true;
    }
    m->reached = to < stop ? to : stop;
    if (to > stop)
        return false;
    core_try(m, look <= ask ? &m->st->core[core] : dv_block_hand_out(m), until, f);
    return true;
}

/* One window: every core up to `until`, in core order, then as the memory system completes what
 * they asked for. A core that is idle gets the next block when the memory system is at its time:
 * then it is known to be the first. */
static enum dv_err window_run(struct dv_machine *m, dv_time until)
{
    struct first f = {.err = DV_OK};
    struct dv_core *c;

    m->reached = m->st->window;
    until = until > m->limit ? m->limit : until;
    for (unsigned i = 0; i < m->st->cores; i++) {
        c = &m->st->core[m->opt.explore ? dv_explore_core(m, i) : i];
        if (c->state != DV_CORE_IDLE)
            core_try(m, c, until, &f);
    }
    if (m->mem.advance)
        while (transfers_step(m, until, &f))
            ;
    else
        while ((c = dv_block_hand_out(m))) /* a block begun in this window catches up in it */
            core_try(m, c, until, &f);
    if (!f.err && until >= m->limit)
        limit_note(m, &f);
    if (f.err == DV_E_DEADLOCK)
        deadlock_all(m, until, &f);
    if (!f.err && dv_cross_used(m))
        cross_end(m, until, &f);
    free(f.met);
    if (f.err)
        return fault_keep(m, &f);
    m->st->window = until;
    return DV_OK;
}

/* Windows are for what cores tell each other; where requests always hit nobody tells anything. */
static dv_time window_end(const struct dv_machine *m, dv_time until)
{
    dv_time most = (dv_time)(m->opt.window ? m->opt.window : WINDOW_CYCLES) * DV_CYCLE, next;

    if (dv_cross_used(m) && DV_P(&m->chip, cross_latency) < most)
        most = DV_P(&m->chip, cross_latency);
    next = m->st->window + most;
    return m->replay || next > until ? until : next;
}

enum dv_err dv_machine_step(struct dv_machine *m, dv_time until, bool *ended, struct dv_diag *d)
{
    unsigned host = dv_num_enter();

    *ended = false;
    while (!m->fault && !m->st->ended && m->st->window < until) {
        if (window_run(m, window_end(m, until)))
            break;
        m->st->ended = all_idle(m);
        if (m->st->ended && dv_cross_used(m) && dv_cross_leftovers(m))
            fault_keep(m, &(struct first){m->fault, m->fault_at, m->diag, NULL});
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
    m->heard |= m->muted ? 0 : l->kinds;
    return true;
}

void dv_machine_unlisten(struct dv_machine *m)
{
    m->listeners = 0;
    m->heard = 0;
}

void dv_machine_mute(struct dv_machine *m, bool on)
{
    m->muted = on;
    m->heard = 0;
    for (unsigned i = 0; i < m->listeners && !on; i++)
        m->heard |= m->listener[i].kinds;
}
