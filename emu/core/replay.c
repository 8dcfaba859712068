/* Recording edges between the states at loop heads, and following them (replay.h). */
#include "emu/core/replay.h"

#include <stdlib.h>

enum step_kind {
    STEP_SCALAR, /* executed */
    STEP_ENGINE, /* executed: moves between X and special registers */
    STEP_ITEM,   /* the same job as then */
    STEP_MOVE,   /* .. perhaps at another GM address */
    STEP_FLAG,   /* the same event id */
    STEP_LOAD,   /* by S from the same tensor, found in the D-cache */
    STEP_TIME    /* only time: barriers, NOP */
};

/* Heads looked at in vain before it rests, and for how many heads then, doubled each time. */
enum { PATIENCE = 32, REST = 64, REST_MOST = 1 << 16, FLUSHES_MOST = 64 };

enum { JUMPS_FIRST = 64 }; /* a core that loops less is not worth the memory */

/* ---- lifetime -------------------------------------------------------------------------------- */

static bool wanted(const struct dv_machine *m)
{
    return m->opt.data_off && !m->opt.time_off && !m->opt.no_replay && !m->opt.cold &&
           !m->listeners && m->mem.settled && m->mem.settled(m->mem.self);
}

void dv_replay_free(struct dv_machine *m)
{
    for (unsigned i = 0; m->replay && i < m->st->cores; i++)
        free(m->replay[i]);
    free(m->replay);
    m->replay = NULL;
}

void dv_replay_reset(struct dv_machine *m)
{
    dv_replay_free(m);
    if (wanted(m))
        m->replay = calloc(m->st->cores, sizeof *m->replay); /* without memory: no replay */
}

/* Made at the first backward jump of a core. */
static struct dv_replay *replay_of(struct dv_machine *m, struct dv_core *c)
{
    struct dv_replay **p = &m->replay[core_index(m, c)];
    uint64_t code = c->kind == DV_AIV ? DV_P(&m->chip, icache_aiv) : DV_P(&m->chip, icache_aic);

    if (*p)
        return *p;
    *p = calloc(1, sizeof **p);
    if (*p)
        (*p)->off = (uint64_t)m->code.words * 4 > code;
    return *p;
}

static void flush(struct dv_core *c, struct dv_replay *p)
{
    for (unsigned i = 0; i < DV_JOBS; i++)
        c->job[i].pins = 0;
    p->nodes = p->edges = p->steps = p->pinned = p->reps = 0;
    p->recording = false;
    p->off = ++p->flushes > FLUSHES_MOST;
}

/* False when too many are kept. */
static bool pin(struct dv_core *c, struct dv_replay *p, uint16_t job, bool moves)
{
    if (job >= DV_JOBS || c->job[job].pins)
        return true;
    if (p->pinned == DV_PINS || (moves && p->reps == DV_REPS))
        return false;
    c->job[job].pins = 1;
    p->pinned++;
    if (moves)
        p->rep[p->reps++] = job;
    return true;
}

/* ---- recording ------------------------------------------------------------------------------- */

static void record(struct dv_core *c, struct dv_replay *p, uint16_t node)
{
    p->recording = true;
    p->node_now = node;
    p->began = c->spent;
    p->seq = c->seq;
    p->stats = c->stats;
    p->missed = c->stats.pipe[DV_PIPE_S].stall[DV_STALL_dcache];
    for (unsigned q = 0; q < DV_QUEUES; q++)
        p->counted[q] = c->ring[q].counted;
    p->edge[p->edges].step = p->steps;
    p->edge[p->edges].steps = 0;
}

static uint64_t event_id(const struct dv_core *c, const struct dv_op *op)
{
    return (op->lane == DV_LANE_reg ? c->s.x[op->x[DV_XT]] : (uint64_t)op->imm);
}

static bool note_item(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                      const struct dv_op *op, struct dv_step *s)
{
    struct dv_ring *r = &c->ring[queue_of(op->pipe)];
    const struct dv_item *it = ring_item(r, r->tail - 1);
    const struct dv_job *j = job_of(c, it);
    bool moves = (j->reads | j->writes) >> DV_SPACE_GM & 1;

    s->kind = moves ? STEP_MOVE : STEP_ITEM;
    s->job = it->job;
    if (j->cost.interval > DV_QUIET || j->cost.head_queued > DV_QUIET)
        return false;
    if (moves) {
        s->slot = (uint8_t)dv_gm_slot(op);
        if (s->slot == DV_SLOTS || dv_job_tensor(m, j) < 0)
            return false;
        s->job = dv_job_stand_in(m, c, p, it->job, s->slot);
    }
    return pin(c, p, s->job, moves);
}

static bool note_load(const struct dv_machine *m, const struct dv_core *c, struct dv_replay *p,
                      struct dv_step *s)
{
    int tensor = dv_gm_find(m, c->loaded, c->loaded + 1);

    s->kind = STEP_LOAD;
    s->job = (uint16_t)tensor;
    return tensor >= 0 && c->stats.pipe[DV_PIPE_S].stall[DV_STALL_dcache] == p->missed;
}

static bool note_engine(const struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                        const struct dv_op *op, struct dv_step *s)
{
    const struct dv_spr *r = dv_spr_number(dv_op_sel(op, DV_F_spr));

    s->kind = STEP_TIME;
    switch (op->sem) {
    case DV_ENGINE_set_flag:
    case DV_ENGINE_wait_flag:
        s->kind = STEP_FLAG;
        s->slot = (uint8_t)event_id(c, op);
        return true;
    case DV_ENGINE_bar:
    case DV_ENGINE_nop:
    case DV_ENGINE_nop_s:
    case DV_ENGINE_dsb:
        return true;
    case DV_ENGINE_mov_from_spr:
    case DV_ENGINE_mov_to_spr:
    case DV_ENGINE_mov_spr_imm:
        s->kind = STEP_ENGINE;
        return r && r->kind != DV_SPR_PIPE && r->number != DV_SPR_N_SYS_CNT;
    case DV_ENGINE_movemask:
        s->kind = STEP_ENGINE;
        return true;
    case DV_ENGINE_ld:
    case DV_ENGINE_ldp:
    case DV_ENGINE_ld4:
        return note_load(m, c, p, s);
    default: /* S writes memory, or ends */
        return false;
    }
}

void dv_replay_note(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    struct dv_replay *p = m->replay[core_index(m, c)];
    const struct dv_op *op = &m->code.op[op_index];
    struct dv_edge *e = &p->edge[p->edges];
    struct dv_step *s = &p->step[e->step + e->steps];

    if (e->steps == DV_STEPS_MOST || e->step + e->steps == DV_STEPS) {
        p->recording = false;
        return;
    }
    *s = (struct dv_step){.op = op_index, .job = DV_NO_JOB, .kind = STEP_SCALAR};
    e->steps++;
    if (op->exec == DV_EXEC_ITEM)
        p->recording = note_item(m, c, p, op, s);
    else if (op->exec == DV_EXEC_ENGINE)
        p->recording = note_engine(m, c, p, op, s);
}

static struct dv_gain gain_of(const struct dv_core_stats *a, const struct dv_core_stats *b)
{
    struct dv_gain g = {.macs = b->macs - a->macs, .allowed = b->allowed - a->allowed};

    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        g.pipe[i].busy = b->pipe[i].busy - a->pipe[i].busy;
        g.pipe[i].idle = b->pipe[i].idle - a->pipe[i].idle;
        g.pipe[i].instructions = b->pipe[i].instructions - a->pipe[i].instructions;
        for (unsigned r = 0; r < DV_REASONS; r++)
            g.pipe[i].stall[r] = b->pipe[i].stall[r] - a->pipe[i].stall[r];
    }
    for (unsigned i = 0; i < DV_PATHS; i++)
        g.path_bytes[i] = b->path_bytes[i] - a->path_bytes[i];
    return g;
}

static void gain_add(struct dv_core_stats *s, const struct dv_gain *g, uint64_t times)
{
    s->macs += times * g->macs;
    s->allowed += times * g->allowed;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        s->pipe[i].busy += times * g->pipe[i].busy;
        s->pipe[i].idle += times * g->pipe[i].idle;
        s->pipe[i].instructions += times * g->pipe[i].instructions;
        for (unsigned r = 0; r < DV_REASONS; r++)
            s->pipe[i].stall[r] += times * g->pipe[i].stall[r];
    }
    for (unsigned i = 0; i < DV_PATHS; i++)
        s->path_bytes[i] += times * g->path_bytes[i];
}

/* One use of a tensor by a pipe. */
struct use {
    int tensor;
    unsigned pipe;
    bool writes;
};

/* False when another pipe uses the tensor and one of the two writes: their addresses matter. */
static bool use_add(struct use *list, unsigned *n, unsigned most, struct use u)
{
    for (unsigned i = 0; i < *n; i++) {
        if (list[i].tensor != u.tensor)
            continue;
        if (list[i].pipe != u.pipe && (list[i].writes || u.writes))
            return false;
        if (list[i].pipe == u.pipe && list[i].writes == u.writes)
            return true;
    }
    if (*n == most)
        return false;
    list[(*n)++] = u;
    return true;
}

static struct use use_of(const struct dv_machine *m, const struct dv_job *j)
{
    return (struct use){dv_job_tensor(m, j), m->code.op[j->op].pipe, j->writes >> DV_SPACE_GM & 1};
}

static bool tensors_apart(const struct dv_machine *m, const struct dv_core *c,
                          const struct dv_replay *p, const struct dv_edge *e)
{
    enum { MOST = 32 };
    struct use list[MOST];
    const struct dv_node *from = &p->node[e->from];
    unsigned n = 0;

    for (uint32_t i = 0; i < from->items + e->steps; i++) {
        bool step = i >= from->items;
        const struct dv_step *s = step ? &p->step[e->step + i - from->items] : NULL;
        uint16_t job = step ? s->job : from->item[i].job;
        bool loads = step && s->kind == STEP_LOAD;
        if (step ? s->kind != STEP_MOVE && !loads : !from->item[i].moves)
            continue;
        struct use u = {job, DV_PIPE_S, false};
        if (!loads)
            u = use_of(m, &c->job[job]);
        if (u.tensor < 0 || !use_add(list, &n, MOST, u))
            return false;
    }
    return true;
}

/* How far behind the begin of the edge its items start. */
static dv_time reach_of(const struct dv_core *c, dv_time began)
{
    dv_time last = c->now;

    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (c->ring[q].head != c->ring[q].next) {
            const struct dv_ring *r = &c->ring[q];
            const struct dv_item *it = &r->item[(r->next - 1) & (DV_RING - 1)];
            last = it->start.at > last ? it->start.at : last;
        }
    return last - began;
}

/* The recorded instructions lead to node `to`. */
static bool edge_keep(const struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                      uint16_t to)
{
    struct dv_edge *e = &p->edge[p->edges];
    const struct dv_node *from;

    e->from = p->node_now;
    e->to = to;
    e->time = c->now - p->began.at;
    e->reach = reach_of(c, p->began.at);
    e->seq = c->seq - p->seq;
    e->uses = 0;
    e->gain = gain_of(&p->stats, &c->stats);
    from = &p->node[e->from];
    for (unsigned i = 0; i < DV_BLAMES; i++)
        e->by.by[i] = c->spent.by.by[i] - p->began.by.by[i];
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        e->counts[q] = !from->ring[q].still || c->ring[q].counted != p->counted[q];
        e->idle[q] = from->ring[q].still ? p->began.at - p->counted[q] : 0;
        e->counted[q] = (int64_t)(c->ring[q].counted - c->now);
    }
    if (!tensors_apart(m, c, p, e))
        return false;
    e->next = p->first[e->from];
    p->first[e->from] = (int16_t)p->edges++;
    p->steps += e->steps;
    return true;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* The node of the state now; made when it is new. -1: it has none. */
static int node_find(struct dv_machine *m, struct dv_core *c, struct dv_replay *p, bool *is_new)
{
    *is_new = false;
    if (!dv_node_take(m, c, p, &p->look))
        return -1;
    for (uint32_t i = 0; i < p->nodes; i++)
        if (dv_node_same(&p->node[i], &p->look))
            return (int)i;
    if (p->nodes == DV_NODES)
        return -1;
    for (uint32_t i = 0; i < p->look.items; i++)
        if (!pin(c, p, p->look.item[i].job, p->look.item[i].moves))
            return -1;
    *is_new = true;
    p->node[p->nodes] = p->look;
    p->first[p->nodes] = -1;
    return (int)p->nodes++;
}

static bool full(const struct dv_replay *p)
{
    return p->nodes == DV_NODES || p->edges == DV_EDGES - 1 ||
           p->steps + DV_STEPS_MOST > DV_STEPS || p->pinned + 16 > DV_PINS || p->reps + 4 > DV_REPS;
}

/* ---- following ------------------------------------------------------------------------------- */

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
        if (event_id(c, op) != s->slot)
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
        if (walk(m, c, p, e))
            return e;
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
static enum dv_err run(struct dv_machine *m, struct dv_core *c, struct dv_replay *p, uint16_t *at)
{
    struct dv_edge *e = follow(m, c, p, *at);

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

static void rest(struct dv_replay *p)
{
    uint32_t n = p->misses / PATIENCE;

    p->recording = false;
    if (p->misses % PATIENCE == 0 && n)
        p->sleep = n > 10 ? REST_MOST : REST << n;
}

enum dv_err dv_replay_head(struct dv_machine *m, struct dv_core *c)
{
    struct dv_replay *p = ++c->jumps < JUMPS_FIRST ? NULL : replay_of(m, c);
    bool is_new;

    if (!p || p->off || (p->sleep && p->sleep--))
        return DV_OK;
    if (full(p))
        flush(c, p);
    int node = node_find(m, c, p, &is_new);
    p->misses += node < 0 || is_new;
    if (p->recording && node >= 0)
        edge_keep(m, c, p, (uint16_t)node);
    p->recording = false;
    if (node < 0) {
        rest(p);
        return DV_OK;
    }
    uint16_t at = (uint16_t)node;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        p->counted[q] = c->ring[q].counted;
    if (p->first[at] >= 0) {
        pasts_fill(c, p);
        if (run(m, c, p, &at))
            return m->fault;
    }
    rest(p);
    if (!p->sleep)
        record(c, p, at);
    return DV_OK;
}

bool dv_replay_recording(const struct dv_machine *m, const struct dv_core *c)
{
    const struct dv_replay *p = m->replay[core_index(m, c)];
    return p && p->recording;
}
