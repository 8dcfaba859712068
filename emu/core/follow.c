/* Rounds of loops whose time is known: S executes them, the queues are shifted (replay.h). */
#include "emu/core/replay.h"

static void gain_add(struct dv_core_stats *s, const struct dv_gain *g, uint64_t times)
{
    s->macs += times * g->macs;
    s->allowed += times * g->allowed;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        s->pipe[i].busy += times * g->pipe[i].busy;
        s->pipe[i].instructions += times * g->pipe[i].instructions;
        for (unsigned r = 0; r < DV_REASONS; r++)
            s->pipe[i].stall[r] += times * g->pipe[i].stall[r];
    }
    for (unsigned i = 0; i < DV_PATHS; i++)
        s->path_bytes[i] += times * g->path_bytes[i];
    for (unsigned i = 0; i < DV_ACTS; i++)
        s->act[i] += times * g->act[i];
}

static bool same_registers(const struct dv_core *c, const struct dv_op *op, const struct dv_job *j)
{
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (op->slots >> i & 1 && c->s.x[op->x[i]] != j->x[i])
            return false;
    return true;
}

static bool same_env(const struct dv_core *c, struct dv_job *j)
{
    if (j->version == c->version)
        return true;
    if (memcmp(&j->env, &c->env, sizeof j->env))
        return false;
    j->version = c->version;
    return true;
}

/* What a remembered move wrote to GM without payload; done once it must be complete. */
static void past_note(struct dv_machine *m, struct dv_core *c, struct dv_past *past)
{
    struct dv_item it = {.kind = DV_IT_WORK, .done.at = c->now};

    if (past->job == DV_NO_JOB)
        return;
    it.op = c->job[past->job].op;
    if (!dv_job_again(m, c, &c->job[past->job], past->x, &it.job))
        dv_gm_note(m, c, &it);
    past->job = DV_NO_JOB;
}

/* A move at its address of now. */
static bool move(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                 const struct dv_step *s, uint32_t seq)
{
    const struct dv_op *op = &m->code.op[s->op];
    struct dv_past *past = &p->past[p->pasts % DV_PASTS];
    struct dv_job *j = &c->job[s->job];
    uint64_t x[DV_SLOTS];

    op_registers(c, op, x);
    if (!same_env(c, j) || !dv_job_moved(m, j, s->slot, x))
        return false;
    if (p->pasts >= DV_PASTS)
        past_note(m, c, past);
    memcpy(past->x, x, sizeof x);
    past->seq = seq;
    past->job = j->noted && j->writes >> DV_SPACE_GM & 1 ? s->job : DV_NO_JOB;
    p->pasts++;
    return true;
}

/* Moves of an edge that S left. */
static void pasts_forget(struct dv_replay *p, uint32_t keep)
{
    while (p->pasts != keep)
        p->past[--p->pasts % DV_PASTS] = (struct dv_past){.seq = UINT32_MAX, .job = DV_NO_JOB};
}

/* Before the state of a node is put: moves that are no longer in a queue then. */
static void pasts_note(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                       const struct dv_node *n)
{
    for (uint32_t i = 0; i < p->pasts && i < DV_PASTS; i++) {
        bool there = false;
        for (uint32_t k = 0; k < n->items; k++)
            there |= n->item[k].moves && c->seq - n->item[k].back == p->past[i].seq;
        if (!there)
            past_note(m, c, &p->past[i]);
    }
}

static bool step(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                 const struct dv_step *s, uint32_t seq)
{
    const struct dv_op *op = &m->code.op[s->op];
    bool stay = false;

    if (c->s.pc != 4ull * s->op)
        return false;
    c->s.next = c->s.pc + 4;
    switch (s->kind) {
    case STEP_SCALAR:
        if (dv_scalar[op->sem](&c->s, op))
            return false;
        break;
    case STEP_ENGINE:
        if (dv_core_engine(m, c, s->op, &stay))
            return false;
        break;
    case STEP_ITEM:
        if (!same_registers(c, op, &c->job[s->job]) || !same_env(c, &c->job[s->job]))
            return false;
        break;
    case STEP_MOVE:
        if (!move(m, c, p, s, seq))
            return false;
        break;
    case STEP_LOAD:
        if (!dv_scalar_again(m, c, op, s->job))
            return false;
        break;
    case STEP_FLAG:
        if (dv_event_id(c, op) != s->slot)
            return false;
        break;
    default:
        break;
    }
    c->s.pc = c->s.next;
    return true;
}

/* S executes the instructions of an edge; false when it goes another way, and nothing is changed
 * but registers. */
static bool walk(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                 const struct dv_edge *e)
{
    const struct dv_step *s = &p->step[e->step];

    for (uint32_t i = 0; i < e->steps; i++)
        if (!step(m, c, p, &s[i], c->seq + i))
            return false;
    return c->s.pc == p->node[e->to].pc;
}

static void take(struct dv_core *c, struct dv_replay *p, struct dv_edge *e)
{
    const struct dv_node *from = &p->node[e->from], *to = &p->node[e->to];

    for (unsigned q = 0; q < DV_QUEUES; q++) {
        if (!e->counts[q])
            continue;
        if (from->ring[q].still && from->ring[q].worked) /* it stood still longer, or shorter */
            c->stats.pipe[queue_pipe(q)].stall[DV_STALL_scalar] +=
                c->now - p->counted[q] - e->idle[q];
        if (to->ring[q].still)
            p->counted[q] = c->now + e->time + (uint64_t)e->counted[q];
    }
    c->now += e->time;
    c->spent.at = c->now;
    for (unsigned i = 0; i < DV_BLAMES; i++)
        c->spent.by.by[i] += e->by.by[i];
    c->seq += e->seq;
    e->uses++;
}

/* The way S went last is tried first: most rounds go the same way. */
static void to_front(struct dv_replay *p, unsigned node, int edge)
{
    int16_t *at = &p->first[node];

    while (*at != edge)
        at = &p->edge[*at].next;
    *at = p->edge[edge].next;
    p->edge[edge].next = p->first[node];
    p->first[node] = (int16_t)edge;
}

/* The edge S goes along from a node, NULL = none that is known. */
static struct dv_edge *follow(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                              unsigned node)
{
    struct dv_scalar s = c->s;
    struct dv_env env = c->env;
    uint64_t version = c->version;
    uint32_t pasts = p->pasts;

    for (int i = p->first[node]; i >= 0; i = p->edge[i].next) {
        struct dv_edge *e = &p->edge[i];
        if (c->now + e->reach > m->horizon)
            continue;
        if (walk(m, c, p, e)) {
            to_front(p, node, i);
            return e;
        }
        c->s = s;
        if (c->version != version) {
            c->env = env;
            c->version++;
        }
        pasts_forget(p, pasts);
        if (m->fault) { /* it will be met again, in its place */
            m->fault = DV_OK;
            dv_diag_init(&m->diag);
        }
    }
    return NULL;
}

static void pasts_fill(struct dv_core *c, struct dv_replay *p)
{
    p->pasts = 0;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        for (uint32_t i = c->ring[q].head; i != c->ring[q].tail; i++) {
            const struct dv_item *it = ring_item(&c->ring[q], i);
            struct dv_past *past = &p->past[p->pasts % DV_PASTS];
            if (it->kind != DV_IT_WORK ||
                !((job_of(c, it)->reads | job_of(c, it)->writes) >> DV_SPACE_GM & 1))
                continue;
            past->seq = it->seq;
            past->job = DV_NO_JOB;
            memcpy(past->x, it->x, sizeof past->x);
            p->pasts++;
        }
}

/* From a node on as far as edges lead; *at is the node S stands at then. */
enum dv_err dv_replay_follow(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                             uint16_t *at)
{
    struct dv_edge *e;

    pasts_fill(c, p);
    e = follow(m, c, p, *at);
    if (!e)
        return DV_OK;
    do {
        take(c, p, e);
        *at = e->to;
    } while ((e = follow(m, c, p, *at)));
    for (uint32_t i = 0; i < p->edges; i++)
        if (p->edge[i].uses) {
            gain_add(&c->stats, &p->edge[i].gain, p->edge[i].uses);
            p->edge[i].uses = 0;
        }
    p->misses = 0;
    c->fetched = UINT64_MAX;
    dv_core_retire(m, c, c->now); /* what was in flight before */
    pasts_note(m, c, p, &p->node[*at]);
    return dv_node_put(m, c, p, &p->node[*at]);
}
