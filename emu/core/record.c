/* An edge: the instructions S executed from one head of a loop to the next, and what they did to
 * time and counters. Refuses what another round could do differently without being seen
 * (replay.h). */
#include "emu/core/replay.h"

bool dv_job_pin(struct dv_core *c, struct dv_replay *p, uint16_t job, bool moves)
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

void dv_edge_begin(struct dv_core *c, struct dv_replay *p, uint16_t node)
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
    return dv_job_pin(c, p, s->job, moves);
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
        s->slot = (uint8_t)dv_event_id(c, op);
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
    case DV_ENGINE_moveva:
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
        g.pipe[i].instructions = b->pipe[i].instructions - a->pipe[i].instructions;
        for (unsigned r = 0; r < DV_REASONS; r++)
            g.pipe[i].stall[r] = b->pipe[i].stall[r] - a->pipe[i].stall[r];
    }
    for (unsigned i = 0; i < DV_PATHS; i++)
        g.path_bytes[i] = b->path_bytes[i] - a->path_bytes[i];
    for (unsigned i = 0; i < DV_ACTS; i++)
        g.act[i] = b->act[i] - a->act[i];
    return g;
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
bool dv_edge_keep(const struct dv_machine *m, struct dv_core *c, struct dv_replay *p, uint16_t to)
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
