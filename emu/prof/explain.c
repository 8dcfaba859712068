/* Hears a run and keeps the life of one execution of an instruction. Owns which execution that is
 * and what S waited for; who is around it is in notes.c. Changes nothing and knows no file. */
#include "emu/prof/notes.h"

#include <stdlib.h>
#include <string.h>

/* What is known of one core. */
struct track {
    uint64_t count; /* executions in this block */
    uint32_t part;  /* blocks before it on the core */
    bool issued;    /* S is at an item that has entered its queue */
    bool pending;   /* life waits for its item to complete */
    uint32_t place; /* of the item in its lane */
    uint64_t ub;    /* bytes S has loaded from UB so far */
    struct dv_life_stall stall[DV_LIFE_STALLS], last; /* of S since its last instruction */
    unsigned stalls;
    dv_time unlisted;
    uint64_t stall_pc, last_pc; /* instruction of stall[], and of last */
    bool waited;
    struct dv_life life;
    struct dv_notes notes;
};

struct dv_explain {
    const struct dv_machine *machine;
    struct dv_explain_want want;
    bool *wanted;
    struct track **track;
    unsigned cores;
    struct dv_life life;
    uint64_t most;
    uint32_t most_block;
    bool failed;
    struct dv_foot foot; /* scratch */
};

/* ---- S --------------------------------------------------------------------------------------- */

static void hear_stall(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    const struct dv_core_stats *s = dv_machine_core(e->machine, v->core);
    struct dv_life_stall w = {.reason = v->reason, .from = v->start, .to = v->end};
    if (v->pipe != DV_PIPE_S)
        return;
    w.ub = s->path_bytes[DV_PATH_SCALAR_UB] != t->ub;
    t->stall_pc = v->pc;
    if (t->stalls < DV_LIFE_STALLS)
        t->stall[t->stalls++] = w;
    else
        t->unlisted += v->end - v->start;
}

/* Names who S waited for, now that the instruction is known: the one that enters queue `pipe`, or
 * waits for flag f. */
static void name_stalls(struct dv_explain *e, struct track *t, unsigned pipe,
                        const struct dv_note_flag *f)
{
    static const uint16_t depth[DV_PIPE_COUNT] = {
        [DV_PIPE_V] = DV_CP_queue_v,       [DV_PIPE_M] = DV_CP_queue_m,
        [DV_PIPE_MTE1] = DV_CP_queue_mte1, [DV_PIPE_MTE2] = DV_CP_queue_mte2,
        [DV_PIPE_MTE3] = DV_CP_queue_mte3, [DV_PIPE_FIX] = DV_CP_queue_fix};
    const struct dv_chip *chip = dv_machine_chip(e->machine);
    struct dv_lane *l = &t->notes.lane[pipe];
    for (unsigned i = 0; i < t->stalls; i++) {
        struct dv_life_stall *w = &t->stall[i];
        uint32_t n = (uint32_t)chip->v[depth[pipe]];
        w->queue = (uint8_t)pipe;
        if (w->reason == DV_STALL_queue_full && l->issued >= n)
            w->other = dv_note_other(dv_note_at(l, l->issued - n));
        else if (w->reason == DV_STALL_flag && f->is)
            w->other =
                dv_note_other(dv_note_set(&t->notes, f, t->notes.waits[f->src][f->dst][f->id] + 1));
        else if (w->reason == DV_STALL_barrier)
            w->other = dv_note_other(dv_note_last(&t->notes, w->to));
    }
}

/* ---- the life -------------------------------------------------------------------------------- */

/* The lowest block counts, of a mix kernel's cores the lowest. */
static bool comes_first(const struct dv_life *found, uint32_t block, unsigned core)
{
    return !found->found || block < found->block || (block == found->block && core < found->core);
}

/* True when this execution is the one looked for, as far as is known yet. */
static bool is_it(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    uint64_t index = v->pc / 4;
    if (index >= e->want.room || !e->wanted[index])
        return false;
    if (!e->want.any && v->block != e->want.block)
        return false;
    if (e->want.on_core && (v->core != e->want.core || t->part != e->want.part))
        return false;
    if (++t->count > e->most) {
        e->most = t->count;
        e->most_block = v->block;
    }
    if (t->count != e->want.nth)
        return false;
    return comes_first(&e->life, v->block, v->core);
}

static void life_begin(const struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_life *l = &t->life;
    *l = (struct dv_life){.core = v->core,
                          .block = v->block,
                          .seq = v->seq,
                          .pc = v->pc,
                          .op = *v->op,
                          .nth = e->want.nth,
                          .dispatch = v->issue,
                          .stalls = t->stalls,
                          .unlisted = t->unlisted,
                          .last = t->last,
                          .last_pc = t->last_pc,
                          .waited = t->waited};
    memcpy(l->stall, t->stall, sizeof l->stall);
}

static void life_end(struct dv_explain *e, struct track *t)
{
    t->pending = false;
    t->life.found = true;
    if (comes_first(&e->life, t->life.block, t->life.core))
        e->life = t->life;
}

static void life_work(struct dv_explain *e, struct dv_life *l, const struct dv_event *v)
{
    if (!v->cost || !v->work)
        return;
    l->has_cost = true;
    l->cost = *v->cost;
    l->bytes = v->bytes;
    l->hit_bytes = v->cost->memory ? v->hit_bytes : 0;
    l->miss_bytes = v->cost->memory ? v->miss_bytes : 0;
    if (dv_access[dv_op_insn(v->op)->access](v->work, &e->foot, NULL))
        return;
    l->amount = e->foot.amount;
    l->traffic = dv_traffic_of(&e->foot);
}

/* The item is complete, and so is everything it waited for. */
static void life_item(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_lane *lane = &t->notes.lane[v->pipe];
    struct dv_life *l = &t->life;
    struct dv_note *before = dv_note_blocker(lane, t->place);
    l->pipe = v->pipe;
    l->kind = dv_note_at(lane, t->place)->kind;
    l->dispatch = v->issue;
    l->turn = v->turn;
    l->ready = v->ready;
    l->start = v->start;
    l->begin = v->begin;
    l->end = v->end;
    l->done = v->done;
    l->why_start = v->why_start;
    l->why_end = v->why_end;
    life_work(e, l, v);
    l->before = dv_note_other(before);
    if (before && before->kind == DV_LIFE_WAIT && before->why_start == DV_WHY_flag)
        l->flag = dv_note_other(dv_note_set_of(&t->notes, before));
    l->cause = dv_note_other(dv_note_cause(&t->notes, v, t->place));
    l->worked = dv_note_other(dv_note_work(lane, t->place));
    l->follows =
        dv_note_other(dv_note_behind(lane, t->place) ? dv_note_at(lane, t->place - 1) : NULL);
    if (v->why_end == DV_WHY_partner && l->has_cost)
        l->partner = dv_note_other(
            dv_note_by_time(&t->notes.lane[v->pipe == DV_PIPE_M ? DV_PIPE_FIX : DV_PIPE_M],
                            UINT64_MAX, v->end - l->cost.head_queued));
    life_end(e, t);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void hear_issue(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_note_flag f = dv_note_flag(v->op, v->x);
    unsigned pipe = dv_note_lane(v, &f);
    name_stalls(e, t, pipe, &f);
    dv_note_add(&t->notes, pipe, v, &f);
    t->issued = true;
    if (!is_it(e, t, v))
        return;
    life_begin(e, t, v);
    t->life.pipe = (uint8_t)pipe;
    t->place = t->notes.lane[pipe].issued - 1;
    t->pending = true;
}

static void hear_retire(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_lane *l = &t->notes.lane[v->pipe];
    uint32_t place = l->retired++;
    struct dv_note *n = dv_note_at(l, place);
    n->why_start = v->why_start;
    n->at.start = v->start;
    n->at.end = v->end;
    n->at.done = v->done;
    if (t->pending && t->life.pipe == v->pipe && t->place == place)
        life_item(e, t, v);
}

static void life_scalar(struct dv_explain *e, struct track *t, const struct dv_event *v,
                        dv_time start, unsigned kind)
{
    struct dv_life *l = &t->life;
    life_begin(e, t, v);
    l->scalar = true;
    l->native = dv_machine_is_native(e->machine);
    l->kind = (uint8_t)kind;
    l->pipe = DV_PIPE_S;
    l->dispatch = l->turn = l->ready = l->start = l->begin = start;
    l->end = l->done = v->end;
    life_end(e, t);
}

static void forget_stalls(struct dv_explain *e, struct track *t, unsigned core)
{
    if (t->stalls) {
        t->last = t->stall[t->stalls - 1];
        t->last_pc = t->stall_pc;
        t->waited = true;
    }
    t->stalls = 0;
    t->unlisted = 0;
    t->issued = false;
    t->ub = dv_machine_core(e->machine, core)->path_bytes[DV_PATH_SCALAR_UB];
}

static void hear_scalar(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_note_flag f = dv_note_flag(v->op, v->x);
    if (!t->issued) {
        name_stalls(e, t, DV_PIPE_S, &f);
        if (f.is && f.kind == DV_LIFE_SET) {
            struct dv_note *n = dv_note_add(&t->notes, DV_PIPE_S, v, &f);
            n->at.start = n->at.end = n->at.done = v->start;
            t->notes.lane[DV_PIPE_S].retired++;
        } else if (f.is) {
            dv_note_count(&t->notes, &f);
        }
        if (is_it(e, t, v))
            life_scalar(e, t, v, v->start, DV_LIFE_SCALAR);
    }
    forget_stalls(e, t, v->core);
}

/* END has no event of its own: S waits there until everything is complete. */
static void hear_block(struct dv_explain *e, struct track *t, const struct dv_event *v)
{
    struct dv_event end = *v;
    const struct dv_scalar *s = dv_machine_scalar(e->machine, v->core, &end.end);
    struct dv_op op;
    struct dv_note_flag none = {0};
    uint64_t index = s->pc / 4;
    end.pc = s->pc;
    end.op = &op;
    dv_time start = t->stalls && t->stall_pc == s->pc ? t->stall[t->stalls - 1].from : v->start;
    memset(&op, 0, sizeof op);
    name_stalls(e, t, DV_PIPE_S, &none);
    if (index < e->want.room && is_it(e, t, &end))
        life_scalar(e, t, &end, start, DV_LIFE_END);
    forget_stalls(e, t, v->core);
    t->count = 0;
    t->part++;
}

static struct track *track_of(struct dv_explain *e, unsigned core)
{
    if (core >= e->cores)
        return NULL;
    if (!e->track[core])
        e->track[core] = calloc(1, sizeof *e->track[core]);
    e->failed |= !e->track[core];
    return e->track[core];
}

static void hear(void *self, const struct dv_event *v)
{
    struct dv_explain *e = self;
    struct track *t = track_of(e, v->core);
    if (!t)
        return;
    switch (v->kind) {
    case DV_EV_STALL:
        hear_stall(e, t, v);
        break;
    case DV_EV_ISSUE:
        hear_issue(e, t, v);
        break;
    case DV_EV_RETIRE:
        hear_retire(e, t, v);
        break;
    case DV_EV_SCALAR:
        hear_scalar(e, t, v);
        break;
    default:
        if (v->kind == DV_EV_BLOCK && v->end)
            hear_block(e, t, v);
    }
}

/* ---- from outside ---------------------------------------------------------------------------- */

struct dv_explain *dv_explain_new(const struct dv_machine *m, const struct dv_explain_want *want)
{
    struct dv_explain *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->machine = m;
    e->want = *want;
    e->cores = dv_machine_cores(m);
    e->track = calloc(e->cores + 1, sizeof *e->track);
    if (e->want.room < want->words)
        e->want.room = want->words;
    e->wanted = calloc(e->want.room + 1u, sizeof *e->wanted);
    if (!e->track || !e->wanted) {
        dv_explain_free(e);
        return NULL;
    }
    memcpy(e->wanted, want->wanted, want->words * sizeof *e->wanted);
    return e;
}

void dv_explain_mark(struct dv_explain *e, uint32_t index)
{
    if (index < e->want.room)
        e->wanted[index] = true;
}

void dv_explain_free(struct dv_explain *e)
{
    if (!e)
        return;
    for (unsigned i = 0; e->track && i < e->cores; i++)
        free(e->track[i]);
    free(e->track);
    free(e->wanted);
    free(e);
}

struct dv_listener dv_explain_listener(struct dv_explain *e)
{
    return (struct dv_listener){.self = e,
                                .event = hear,
                                .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_ISSUE |
                                         1u << DV_EV_RETIRE | 1u << DV_EV_STALL |
                                         1u << DV_EV_BLOCK};
}

const struct dv_life *dv_explain_life(const struct dv_explain *e)
{
    return &e->life;
}

const struct dv_life *dv_explain_pending(const struct dv_explain *e)
{
    const struct dv_life *first = NULL;
    for (unsigned i = 0; i < e->cores; i++)
        if (e->track[i] && e->track[i]->pending &&
            (!first || e->track[i]->life.block < first->block))
            first = &e->track[i]->life;
    return first;
}

uint64_t dv_explain_most(const struct dv_explain *e, uint32_t *block)
{
    *block = e->most_block;
    return e->most;
}

bool dv_explain_failed(const struct dv_explain *e)
{
    return e->failed;
}
