/* Queues in time: when an item starts, and when it ends.
 *
 * Every pipe is in order, so the times of an item follow from those before it in its queue and
 * from the flags it waits for. An item is started (given its times) as soon as these are known,
 * mostly when it is dispatched; what is not yet known holds its queue. Items of one queue are
 * started in order; the order among queues does not matter to any time, because everything that
 * one queue tells another carries its own time.
 *
 * What an item tells others it tells when it is settled: when its end is known. Mostly that is at
 * once; a move that shares memory with other cores settles when the memory system says so, and what
 * was started behind it, in order, then. */
#include "emu/core/cross.h"
#include "emu/core/explore.h"

enum outcome { STARTED, HELD, LATER, FAULT };

static dv_time later(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

/* ---- bids: the latest wins ------------------------------------------------------------------- */

static inline bool bid(struct dv_bid *b, dv_time at, const struct dv_blame *base, unsigned why)
{
    if (at <= b->at)
        return false;
    *b = (struct dv_bid){.at = at, .base = base, .why = (uint8_t)why};
    return true;
}

/* From an item that is complete. */
static inline void bid_done(struct dv_bid *b, const struct dv_item *o, unsigned pipe, unsigned why)
{
    if (bid(b, o->done.at, &o->done.by, why)) {
        b->pipe = (uint8_t)pipe;
        b->seq = o->seq;
    }
}

static void bid_moment(const struct dv_machine *m, const struct dv_bid *b, struct dv_moment *out)
{
    out->at = b->at;
    out->by = *b->base;
    if (b->extra)
        blame_add(m, &out->by, b->extra, b->number);
}

/* True when the end of the item at a place is known. */
static bool settled_at(const struct dv_ring *r, uint32_t place)
{
    return (int32_t)(place - r->settled) < 0;
}

/* Dispatch, and the order of the queue. False: not known yet. */
static bool bid_turn(struct dv_machine *m, struct dv_core *c, const struct dv_ring *r,
                     const struct dv_item *it, struct dv_bid *b)
{
    *b = (struct dv_bid){.at = it->dispatch, .why = DV_WHY_dispatch, .pipe = DV_PIPE_S};
    if (!bid(b, r->front.at, &r->front.by, DV_WHY_order)) {
        b->base = &dv_scalar_moment(m, c)->by;
        b->extra = it->dispatch - c->now; /* S has spent the instruction's own time since */
        b->number = DV_CP_scalar_issue;
    }
    if (r->next - r->head < DV_IN_FLIGHT)
        return true;
    if (!settled_at(r, r->next - DV_IN_FLIGHT))
        return false;
    bid_done(b, &r->item[(r->next - DV_IN_FLIGHT) & (DV_RING - 1)], 0, DV_WHY_flight);
    return true;
}

/* ---- work ------------------------------------------------------------------------------------ */

/* The request so many work items ago must be complete. False: not known yet. */
static bool bid_flight(struct dv_ring *r, unsigned pipe, unsigned limit, struct dv_bid *b)
{
    uint32_t place;

    if (!limit || r->works < limit)
        return true;
    place = r->work[(r->works - limit) % DV_DEPTH];
    if ((int32_t)(place - r->head) < 0)
        return true;
    if (!settled_at(r, place))
        return false;
    bid_done(b, ring_item(r, place), pipe, DV_WHY_flight);
    return true;
}

/* Completion of the latest item in flight that a chained item depends on. */
static void bid_operands(struct dv_machine *m, struct dv_core *c, struct dv_ring *r, unsigned pipe,
                         const struct dv_job *j, struct dv_bid *b)
{
    for (uint32_t i = r->next; i-- != r->head;) {
        const struct dv_item *o = ring_item(r, i);
        if (o->done.at <= b->at)
            return; /* completions are in order: nothing older is later */
        if (o->kind == DV_IT_WORK && dv_jobs_depend(m, c, j, job_of(c, o))) {
            bid_done(b, o, pipe, DV_WHY_operand);
            return;
        }
    }
}

/* False: not known yet. */
static bool bid_work(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it,
                     struct dv_bid *b)
{
    struct dv_ring *r = &c->ring[queue];
    const struct dv_job *j = job_of(c, it);
    const struct dv_cost *k = &j->cost;

    if (r->worked && bid(b, r->ready.at + k->interval, &r->ready.by, DV_WHY_interval)) {
        b->extra = k->interval;
        b->number = k->by[DV_TERM_INTERVAL];
    }
    if (!bid_flight(r, queue_pipe(queue), k->flight, b))
        return false;
    if (k->chained)
        bid_operands(m, c, r, queue_pipe(queue), j, b);
    return true;
}

/* ---- loads from L1 while MTE2 writes it ------------------------------------------------------ */

/* Rows on their way into panels slow loads down, plain moves do not (timing.md 12). */
static bool writes_l1(const struct dv_core *c, const struct dv_item *o)
{
    return o->kind == DV_IT_WORK && job_of(c, o)->cost.hint & DV_HINT_ROWS;
}

static bool l1_written(const struct dv_core *c, const struct dv_item *it)
{
    const struct dv_ring *r = &c->ring[DV_Q_MTE2];

    for (uint32_t i = r->next; i-- != r->head;) {
        const struct dv_item *o = &r->item[i & (DV_RING - 1)];
        if (o->done.at <= it->start.at)
            return false;
        if (o->start.at <= it->start.at && writes_l1(c, o))
            return true;
    }
    return false;
}

bool dv_core_reached(struct dv_machine *m, const struct dv_core *c, dv_time at)
{
    dv_time *look = &m->look[core_index(m, c)];

    if (m->reached >= at)
        return true;
    *look = *look < at ? *look : at;
    return false;
}

/* A move that MTE2 has not started waits for the end of another, or for a flag. */
static bool move_held(const struct dv_core *c, dv_time at)
{
    const struct dv_ring *r = &c->ring[DV_Q_MTE2];
    bool open = false;

    if (r->next == r->tail || r->state == DV_RING_LATER ||
        r->item[r->next & (DV_RING - 1)].dispatch > at)
        return false;
    for (unsigned q = DV_Q_MTE2; q < DV_QUEUES; q++)
        open |= ring_open(&c->ring[q]);
    return open;
}

/* Which moves are under way at a time is known when every queue that can go on did, when S, which
 * dispatches them, is there, or waits for this very load (run.c), and when the memory system is. */
static bool l1_known(struct dv_machine *m, struct dv_core *c, dv_time at)
{
    const struct dv_ring *r = &c->ring[DV_Q_MTE2];
    bool known = at <= c->now || c->unlock;

    if (c->wake & ~(1u << DV_Q_MTE1)) {
        c->wake |= 1u << DV_Q_MTE1;
        return false;
    }
    c->unlock = c->unlock && at <= c->now;
    c->load_at = known ? DV_NEVER : at;
    if (!known ||
        (!move_held(c, at) && (!ring_open(r) || r->item[r->settled & (DV_RING - 1)].start.at > at)))
        return known;
    return dv_core_reached(m, c, at);
}

/* ---- the end of work ------------------------------------------------------------------------- */

/* Head and work behind the unit's last item, or behind the item's own start. */
static void end_alone(struct dv_machine *m, struct dv_ring *r, struct dv_item *it,
                      const struct dv_cost *k, dv_time work, struct dv_moment *end)
{
    dv_time queued = r->worked ? r->end.at + k->head_queued : 0;
    dv_time head = r->waited ? k->head_waited : k->head_cold, cold = it->ready + head;

    if (queued > cold) {
        *end = r->end;
        blame_add(m, &end->by, k->head_queued, k->by[DV_TERM_QUEUED]);
        it->why_end = DV_WHY_queued;
    } else {
        *end = r->ready;
        blame_add(m, &end->by, head, k->by[r->waited ? DV_TERM_WAITED : DV_TERM_COLD]);
        it->why_end = r->waited ? DV_WHY_waited : DV_WHY_cold;
    }
    it->begin = later(queued, cold);
    end->at = it->begin + work;
    blame_add(m, &end->by, work, k->by[DV_TERM_WORK]);
}

static bool is_read(unsigned path)
{
    return path <= DV_PATH_GM_TO_L0B; /* the paths from GM come first */
}

/* Asks the memory system for a move that begins at it->ready. */
static bool ask_memory(struct dv_machine *m, struct dv_core *c, unsigned queue,
                       const struct dv_item *it, struct dv_mem_grant *g)
{
    const struct dv_ring *r = &c->ring[queue];
    const struct dv_job *j = job_of(c, it);
    const struct dv_cost *k = &j->cost;
    uint32_t core = core_index(m, c);
    struct dv_mem_request q = {.now = it->ready,
                               .core = core,
                               .port = core * DV_MEM_PORTS + queue - DV_Q_MTE2,
                               .path = k->path,
                               .op = is_read(k->path) ? DV_MEM_READ : DV_MEM_WRITE,
                               .hint = k->hint,
                               .gm = j->gm,
                               .bytes = j->bytes,
                               .sectors = k->sectors,
                               .lines = k->lines,
                               .latency = k->head_cold,
                               .work = k->work,
                               .miss_latency = k->miss_cold,
                               .miss_work = k->miss_work,
                               .previous =
                                   r->worked && !ring_open(r) ? r->end.at + k->head_queued : 0,
                               .head = k->head_queued,
                               .by_latency = k->by[DV_TERM_COLD],
                               .by_work = k->by[DV_TERM_WORK],
                               .by_miss_latency = k->by[DV_TERM_MISS_COLD],
                               .by_miss_work = k->by[DV_TERM_MISS_WORK]};

    return m->mem.request(m->mem.self, &q, g);
}

static void end_memory(struct dv_machine *m, struct dv_core *c, struct dv_ring *r,
                       struct dv_item *it, const struct dv_cost *k, const struct dv_mem_grant *g,
                       struct dv_moment *end)
{
    dv_time previous = r->shown ? r->end.at + k->head_queued : 0;

    if (g->began <= previous) {
        *end = r->end;
        blame_add(m, &end->by, g->began - r->end.at, k->by[DV_TERM_QUEUED]);
        it->why_end = DV_WHY_queued;
    } else {
        *end = it->start;
        blame_add(m, &end->by, g->began - it->start.at, g->by_latency);
        it->why_end = DV_WHY_cold;
    }
    end->at = g->grant;
    it->begin = g->began;
    it->hit_bytes = (uint32_t)g->hit_bytes;
    it->miss_bytes = (uint32_t)g->miss_bytes;
    it->shared = g->shared;
    it->by_shared = g->by_shared;
    blame_add(m, &end->by, g->grant - g->began, g->by_work);
    it->done.at = g->done;
    it->done.by = end->by;
    blame_add(m, &it->done.by, g->done - g->grant, g->by_latency);
    c->stats.path_bytes[DV_PATH_L2_HIT] += g->hit_bytes;
    c->stats.path_bytes[DV_PATH_L2_MISS] += g->miss_bytes;
}

/* The end of the item at r->settled; g: of a move, what the memory system says. */
static void finish(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it,
                   const struct dv_mem_grant *g)
{
    struct dv_ring *r = &c->ring[queue];
    const struct dv_job *j = job_of(c, it);
    const struct dv_cost *k = &j->cost;
    struct dv_moment end;

    if (k->memory) {
        end_memory(m, c, r, it, k, g, &end);
    } else {
        end_alone(m, r, it, k, queue == DV_Q_M ? dv_skip_work(m, c, it) : k->work, &end);
        if (k->slowed && l1_written(c, it)) {
            end.at += k->slowed;
            blame_add(m, &end.by, k->slowed, k->by[DV_TERM_SLOWED]);
        }
        it->done = end;
    }
    if (m->opt.explore)
        dv_explore_end(m, c, queue, it, &end);
    it->end = end.at;
    r->end = end;
    if (j->unit)
        dv_unit_start(m, c, queue, it);
    it->done.at += k->tail;
    blame_add(m, &it->done.by, k->tail, k->by[DV_TERM_TAIL]);
    if (it->done.at < r->done.at)
        it->done = r->done;
}

/* Sharing bytes with a move whose end is not known: it has to be known first who was there when. */
static bool crowded(struct dv_machine *m, struct dv_core *c, unsigned queue, const struct dv_job *j,
                    dv_time at)
{
    for (unsigned q = DV_Q_MTE2; q < DV_QUEUES; q++) {
        const struct dv_ring *r = &c->ring[q];
        for (uint32_t i = r->settled; q != queue && i != r->next; i++) {
            const struct dv_item *o = &r->item[i & (DV_RING - 1)];
            if (o->kind == DV_IT_WORK && o->start.at <= at && dv_jobs_near(j, job_of(c, o)) &&
                !dv_core_reached(m, c, at))
                return true;
        }
    }
    return false;
}

/* The end of a work item is known: it tells others. */
static enum outcome settle_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                                struct dv_item *it, const struct dv_mem_grant *g)
{
    struct dv_ring *r = &c->ring[queue];

    finish(m, c, queue, it, g);
    dv_count_work(m, c, queue, it);
    r->done = it->done;
    if (m->opt.time_off)
        return STARTED;
    return dv_collide_item(m, c, queue, it) ? FAULT : STARTED;
}

static enum outcome start_work(struct dv_machine *m, struct dv_core *c, unsigned queue,
                               struct dv_item *it, struct dv_bid *b)
{
    struct dv_ring *r = &c->ring[queue];
    const struct dv_job *j = job_of(c, it);
    struct dv_mem_grant g = {0};
    enum outcome o = STARTED;

    if (ring_open(r) && (!j->cost.memory || j->cost.exclusive))
        return HELD;
    if (!bid_work(m, c, queue, it, b))
        return HELD;
    if (j->unit && !dv_unit_ready(m, c, j, b))
        return HELD;
    it->ready = b->at;
    bool unit = j->cost.exclusive && r->end.at > b->at;
    dv_time start = unit ? r->end.at : b->at;
    if (start > m->horizon)
        return LATER;
    if (j->cost.slowed && !l1_known(m, c, start))
        return HELD;
    if (crowded(m, c, queue, j, start))
        return HELD;
    it->why_start = unit ? DV_WHY_unit : b->why;
    it->cause_pipe = b->pipe;
    it->cause_seq = b->seq;
    bid_moment(m, b, &r->ready);
    it->start = r->front = unit ? r->end : r->ready;
    it->done.at = DV_NEVER;
    if (!j->cost.memory || ask_memory(m, c, queue, it, &g))
        o = settle_work(m, c, queue, it, &g);
    r->work[r->works++ % DV_DEPTH] = r->next;
    r->worked = true;
    r->waited = false;
    return o;
}

/* ---- flags and barriers ---------------------------------------------------------------------- */

/* Sets of the same flag that are not settled. */
static unsigned sets_open(struct dv_ring *r, const struct dv_item *it)
{
    unsigned n = 0;

    for (uint32_t i = r->settled; i != r->next; i++) {
        const struct dv_item *o = ring_item(r, i);
        n += o->kind == DV_IT_SET && o->peer == it->peer && o->id == it->id;
    }
    return n;
}

/* A WAIT needs its flag; a SET needs to know when the flag was consumed. */
static enum outcome held(struct dv_machine *m, struct dv_core *c, unsigned queue,
                         const struct dv_item *it, struct dv_bid *b)
{
    unsigned pipe = queue_pipe(queue);

    if (it->kind == DV_IT_SET &&
        dv_flag_full(c, pipe, it->peer, it->id, sets_open(&c->ring[queue], it)))
        return HELD;
    if (it->kind == DV_IT_BAR && ring_open(&c->ring[queue]))
        return HELD;
    if (it->kind == DV_IT_WAIT) {
        const struct dv_raise *set = dv_flag_next(c, it->peer, pipe, it->id);
        dv_time latency = m->opt.time_off ? 0 : DV_P(&m->chip, flag_latency);
        if (!set)
            return HELD;
        if (bid(b, set->at.at + latency, &set->at.by, DV_WHY_flag)) {
            b->extra = latency;
            b->number = DV_CP_flag_latency;
            b->pipe = it->peer;
        }
    }
    if (it->kind == DV_IT_BAR)
        bid(b, c->ring[queue].done.at, &c->ring[queue].done.by, DV_WHY_barrier);
    return b->at > m->horizon ? LATER : STARTED;
}

/* What the queue waited for is counted, others hear of it. */
static enum outcome settle_sync(struct dv_machine *m, struct dv_core *c, unsigned queue,
                                struct dv_item *it)
{
    struct dv_ring *r = &c->ring[queue];

    it->done = it->start.at > r->done.at ? it->start : r->done;
    r->done = it->done;
    if (it->kind == DV_IT_WAIT || it->kind == DV_IT_BAR) {
        dv_count_stall(m, c, queue, it->dispatch < it->start.at ? it->dispatch : it->start.at,
                       DV_STALL_scalar);
        dv_count_stall(m, c, queue, it->start.at,
                       it->kind == DV_IT_WAIT ? DV_STALL_flag : DV_STALL_barrier);
    } else if (it->kind == DV_IT_SET &&
               dv_flag_raise(m, c, queue_pipe(queue), it->peer, it->id, &it->done, it->op)) {
        return FAULT;
    } else if (it->kind == DV_IT_CROSS && dv_cross_set(m, c, it)) {
        return FAULT;
    }
    return STARTED;
}

static enum outcome start_sync(struct dv_machine *m, struct dv_core *c, unsigned queue,
                               struct dv_item *it, struct dv_bid *b)
{
    struct dv_ring *r = &c->ring[queue];
    unsigned number = it->kind == DV_IT_BAR ? DV_CP_barrier : DV_CP_flag_issue;
    dv_time cost = m->opt.time_off ? 0 : m->chip.v[number];
    enum outcome o = held(m, c, queue, it, b);

    if (o != STARTED)
        return o;
    it->ready = it->begin = it->end = b->at;
    it->why_start = it->why_end = b->why;
    it->cause_pipe = b->pipe;
    it->cause_seq = b->seq;
    r->waited = it->kind == DV_IT_WAIT ? b->why == DV_WHY_flag : it->kind != DV_IT_BAR && r->waited;
    bid_moment(m, b, &r->front);
    it->start = r->front;
    it->done.at = DV_NEVER;
    r->front.at += cost;
    blame_add(m, &r->front.by, cost, number);
    if (it->kind == DV_IT_WAIT &&
        dv_flag_take(m, c, it->peer, queue_pipe(queue), it->id, it->start.at))
        return FAULT;
    return ring_open(r) ? STARTED : settle_sync(m, c, queue, it);
}

/* ---- queues ---------------------------------------------------------------------------------- */

static enum outcome start_next(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->next);
    bool behind = ring_open(r); /* something that is not settled */
    struct dv_bid b;
    enum outcome o;

    if (!bid_turn(m, c, r, it, &b))
        return HELD;
    if (m->opt.explore)
        dv_explore_start(m, c, queue, it, &b);
    it->turn = b.at;
    o = it->kind == DV_IT_WORK ? start_work(m, c, queue, it, &b) : start_sync(m, c, queue, it, &b);
    if (o != STARTED && o != FAULT)
        return o;
    r->next++;
    r->settled += !behind && it->done.at != DV_NEVER;
    return o;
}

enum dv_err dv_core_arrived(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_mem_grant *g)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->settled);
    enum outcome o;

    if (!ring_open(r) || it->kind != DV_IT_WORK || !job_of(c, it)->cost.memory)
        return DV_OK; /* of an image that nobody saved */
    o = settle_work(m, c, queue, it, g);
    r->settled++;
    while (o == STARTED && ring_open(r) && ring_item(r, r->settled)->kind != DV_IT_WORK) {
        o = settle_sync(m, c, queue, ring_item(r, r->settled));
        r->settled++;
    }
    return o == FAULT ? m->fault : DV_OK;
}

static enum dv_err queue_advance(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    enum outcome o = STARTED;

    while (r->next != r->tail && o == STARTED)
        o = start_next(m, c, queue);
    r->state = o == HELD ? DV_RING_HELD : o == LATER ? DV_RING_LATER : DV_RING_OPEN;
    return o == FAULT ? m->fault : DV_OK;
}

enum dv_err dv_core_advance(struct dv_machine *m, struct dv_core *c)
{
    while (c->wake) {
        unsigned others = c->wake & ~(1u << DV_Q_MTE1); /* MTE1 is last: l1_known() */
        unsigned queue = (unsigned)__builtin_ctz(others ? others : c->wake);
        c->wake &= (uint8_t) ~(1u << queue);
        if (queue_advance(m, c, queue))
            return m->fault;
    }
    return DV_OK;
}

bool dv_core_started(const struct dv_core *c, const struct dv_moment **at)
{
    const struct dv_moment *last = NULL;

    for (unsigned q = 0; q < DV_QUEUES; q++) {
        const struct dv_ring *r = &c->ring[q];
        if (r->next != r->tail || ring_open(r))
            return false;
        if (!last || r->done.at > last->at)
            last = &r->done;
    }
    *at = last;
    return true;
}

bool dv_core_later(const struct dv_core *c)
{
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (ring_open(&c->ring[q]) ||
            (c->ring[q].next != c->ring[q].tail && c->ring[q].state == DV_RING_LATER))
            return true;
    return false;
}
