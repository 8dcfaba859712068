/* Hears a run and keeps the items of the block under way on every core. Owns what is kept, how much
 * of it, and the margins of flags; the way back is walk.c's. */
#include "emu/prof/walk.h"

#include <stdlib.h>
#include <string.h>

enum { SETS = 16 }; /* of one flag, not waited for yet: hard flags count to 15 */
#define DEFAULT_MEMORY (64ull << 20)

/* The sets of a flag, and how many waits took one. */
struct fifo {
    uint32_t sets, waits;
    dv_time at[SETS];
};

struct track {
    struct dv_trail trail;
    struct dv_trail_sum sum;
    struct fifo *flag[DV_PIPE_COUNT][DV_PIPE_COUNT]; /* each DV_FLAG_ALL long */
    dv_time last_ready[DV_PIPE_COUNT];               /* of work */
    bool worked[DV_PIPE_COUNT], ran;
    bool waiting; /* its block has ended, and its way back was not gone yet */
    dv_time last; /* END of the block before */
};

struct dv_way {
    const struct dv_machine *machine;
    struct dv_trail_chip chip;
    struct track **track;
    struct dv_trail_all all;
    unsigned cores;
    bool cross; /* flags between cores were heard: every core runs one block */
    uint32_t words;
    struct dv_tapes *tapes;
    bool failed;
};

const char *const dv_path_pool_names[DV_SHARED_POOLS] = {
    [DV_SHARED_L2] = "L2", [DV_SHARED_MEMORY] = "memory", [DV_SHARED_LINES] = "same_lines"};

const char *const dv_path_cause_names[DV_PATH_CAUSES] = {
#define X(n) #n,
    DV_PATH_CAUSE_LIST(X)
#undef X
};

/* ---- room ------------------------------------------------------------------------------------ */

static void forget(struct track *t)
{
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        t->trail.lane[i].n = 0;
        t->worked[i] = false;
        for (unsigned k = 0; k < DV_PIPE_COUNT; k++)
            if (t->flag[i][k])
                memset(t->flag[i][k], 0, DV_FLAG_ALL * sizeof *t->flag[i][k]);
    }
    t->trail.beat.n = t->trail.pause.n = 0;
}

static void track_free(struct track *t)
{
    if (!t)
        return;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        dv_tape_free(&t->trail.lane[i]);
        for (unsigned k = 0; k < DV_PIPE_COUNT; k++)
            free(t->flag[i][k]);
    }
    dv_tape_free(&t->trail.beat);
    dv_tape_free(&t->trail.pause);
    free(t->sum.at);
    free(t);
}

static struct track *track_of(struct dv_way *p, unsigned core)
{
    if (core >= p->cores || dv_path_why(p))
        return NULL;
    if (p->track[core])
        return p->track[core];
    struct track *t = calloc(1, sizeof *t);
    if (t)
        t->sum.at = calloc(p->words + 1u, sizeof *t->sum.at);
    if (!t || !t->sum.at) {
        p->failed = true;
        track_free(t);
        return NULL;
    }
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        dv_tape_begin(&t->trail.lane[i], p->tapes, sizeof(struct dv_step));
    dv_tape_begin(&t->trail.beat, p->tapes, sizeof(struct dv_beat));
    dv_tape_begin(&t->trail.pause, p->tapes, sizeof(struct dv_pause));
    t->sum.sum.at = t->sum.at;
    t->sum.sum.words = p->words;
    /* first blocks begin at the launch, when nobody listens yet */
    t->trail.from = t->trail.now = dv_machine_core(p->machine, core)->first;
    t->trail.kind = dv_machine_core(p->machine, core)->kind;
    p->all.trail[core] = &t->trail;
    return p->track[core] = t;
}

/* ---- margins of flags ------------------------------------------------------------------------ */

static struct fifo *fifo_of(struct dv_way *p, struct track *t, const struct dv_note_flag *f)
{
    struct fifo **q = &t->flag[f->src][f->dst];
    if (!*q)
        *q = calloc(DV_FLAG_ALL, sizeof **q);
    p->failed |= !*q;
    return *q ? &(*q)[f->id] : NULL;
}

static void flag_set(struct dv_way *p, struct track *t, const struct dv_note_flag *f, dv_time at)
{
    struct fifo *q = fifo_of(p, t, f);
    if (q)
        q->at[q->sets++ % SETS] = at;
}

/* A wait that could go on at `turn`, had its flag been there. A set that is not heard of yet came
 * at the very time. */
static void flag_taken(struct dv_way *p, struct track *t, const struct dv_note_flag *f,
                       dv_time turn)
{
    struct dv_path_slack *s = &t->sum.sum.slack[f->src];
    struct fifo *q = fifo_of(p, t, f);
    if (!q)
        return;
    uint32_t nth = q->waits++;
    dv_time set = q->sets > nth && q->sets - nth <= SETS ? q->at[nth % SETS] : turn;
    dv_time there = set + p->chip.flag, margin = turn > there ? turn - there : 0;
    s->least = s->taken && s->least < margin ? s->least : margin;
    s->sum += margin;
    s->late += there > turn;
    s->taken++;
}

/* ---- flags between cores --------------------------------------------------------------------- */

static bool engine_is(const struct dv_op *op, unsigned sem)
{
    const struct dv_insn *in = dv_op_insn(op);
    return in->exec == DV_EXEC_ENGINE && in->sem == sem;
}

/* Mode << 4 | id, as its register says. */
static uint16_t cross_set_key(const struct dv_event *v)
{
    uint64_t config = v->x[DV_XT];
    return (uint16_t)((config >> 4 & 3) << 4 | (config >> 8 & 15));
}

static uint16_t cross_wait_id(const struct dv_event *v)
{
    return (v->op->lane == DV_LANE_reg ? v->x[DV_XT] : (uint64_t)v->op->imm) & 15;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* What let an item be ready whose unit worked still: the event says only whose it was. */
static unsigned why_ready(const struct track *t, const struct dv_event *v)
{
    if (v->why_start != DV_WHY_unit)
        return v->why_start;
    if (v->cause_seq)
        return DV_WHY_operand;
    if (v->ready <= v->turn)
        return v->ready == v->issue ? DV_WHY_dispatch : DV_WHY_order;
    if (v->cost && t->worked[v->pipe] && v->ready == t->last_ready[v->pipe] + v->cost->interval)
        return DV_WHY_interval;
    return DV_WHY_unit_flag;
}

static void step_fill(struct dv_step *s, const struct track *t, const struct dv_event *v,
                      const struct dv_note_flag *f)
{
    *s = (struct dv_step){.op = (uint32_t)(v->pc / 4),
                          .seq = v->seq,
                          .cause_seq = v->cause_seq,
                          .kind = (uint8_t)(f->is     ? f->kind
                                            : v->cost ? DV_LIFE_WORK
                                                      : DV_LIFE_BAR),
                          .why = (uint8_t)why_ready(t, v),
                          .why_end = v->why_end,
                          .cause_pipe = v->cause_pipe,
                          .unit = v->why_start == DV_WHY_unit,
                          .key = f->is ? dv_trail_key(f) : 0,
                          .dispatch = v->issue,
                          .ready = v->ready,
                          .start = v->start,
                          .begin = v->begin,
                          .end = v->end,
                          .done = v->done};
    if (engine_is(v->op, DV_ENGINE_set_cross_core)) {
        s->cross = true;
        s->key = cross_set_key(v);
    }
    if (!v->cost)
        return;
    s->shared = v->shared;
    s->by_shared = v->by_shared;
    s->lifted = v->done > v->end + v->cost->tail;
    if (v->why_end == DV_WHY_partner)
        s->begin = v->end - v->cost->head_queued;
}

static void hear_retire(struct dv_way *p, struct track *t, const struct dv_event *v)
{
    struct dv_note_flag f = dv_note_flag(v->op, v->x);
    struct dv_step *s = dv_tape_push(&t->trail.lane[v->pipe]);
    if (!s)
        return;
    step_fill(s, t, v, &f);
    p->cross |= s->cross;
    if (f.is && f.kind == DV_LIFE_SET)
        flag_set(p, t, &f, v->done);
    else if (f.is)
        flag_taken(p, t, &f, v->turn);
    if (v->cost) {
        t->last_ready[v->pipe] = v->ready;
        t->worked[v->pipe] = true;
    }
}

/* ---- S --------------------------------------------------------------------------------------- */

static void pause_add(struct track *t, unsigned reason, dv_time from, dv_time to)
{
    struct dv_trail *r = &t->trail;
    struct dv_pause *w = dv_tape_push(&r->pause);
    if (w)
        *w = (struct dv_pause){.at = r->beat.n, .reason = (uint8_t)reason, .from = from, .to = to};
    r->now = to;
}

/* S is at a time; what it did since is not known. */
static void s_reach(struct track *t, dv_time at)
{
    if (at > t->trail.now)
        pause_add(t, DV_REASONS, t->trail.now, at);
}

static void hear_stall(struct track *t, const struct dv_event *v)
{
    if (v->pipe != DV_PIPE_S)
        return;
    s_reach(t, v->start);
    pause_add(t, v->reason, v->start, v->end);
}

/* Names the queue and the flag of the waits before an instruction, now that it is known. Its own
 * wait is the last. */
static bool pauses_name(struct dv_trail *r, const struct dv_event *v, const struct dv_note_flag *f)
{
    unsigned pipe = dv_note_lane(v, f);
    uint16_t key = f->is                                       ? dv_trail_key(f)
                   : engine_is(v->op, DV_ENGINE_wait_flag_dev) ? cross_wait_id(v)
                                                               : 0;
    bool flag = false;
    for (uint32_t i = r->pause.n; i-- > 0;) {
        struct dv_pause *w = dv_tape_change(&r->pause, i);
        if (w->at != r->beat.n)
            break;
        w->pipe = (uint8_t)pipe;
        w->key = key;
        flag |= w->reason == DV_STALL_flag;
        if (w->reason == DV_STALL_flag && !f->is)
            w->reason = DV_REASONS;
    }
    return flag;
}

static dv_time last_pause(struct dv_trail *r)
{
    return ((const struct dv_pause *)dv_tape_at(&r->pause, r->pause.n - 1))->from;
}

static void hear_scalar(struct dv_way *p, struct track *t, const struct dv_event *v)
{
    struct dv_trail *r = &t->trail;
    struct dv_note_flag f = dv_note_flag(v->op, v->x);
    struct dv_beat *b;

    /* A wait of the instruction itself, such as that of a load, lies before its time. */
    dv_time start = v->start > r->now ? v->start : r->now;
    s_reach(t, v->start);
    bool waited = pauses_name(r, v, &f);
    if (f.is && f.kind == DV_LIFE_SET && f.src == DV_PIPE_S)
        flag_set(p, t, &f, start);
    else if (f.is && f.kind == DV_LIFE_WAIT && f.dst == DV_PIPE_S)
        flag_taken(p, t, &f, waited ? last_pause(r) : start);
    b = dv_tape_push(&r->beat);
    if (b)
        *b = (struct dv_beat){(uint32_t)(v->pc / 4), (uint32_t)(v->end - start)};
    r->now = v->end;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void block_begin(struct track *t, const struct dv_event *v)
{
    forget(t);
    if (t->ran && v->start > t->last)
        dv_trail_between(&t->sum, v->start - t->last);
    t->trail.from = t->trail.now = v->start;
}

static void go_back(struct dv_way *p, unsigned core)
{
    struct track *t = p->track[core];
    t->waiting = false;
    if (!dv_path_why(p))
        dv_trail_walk(&p->all, core, &p->chip, t->last, &t->sum);
}

/* Where cores wait for each other the way back is known when all have ended. */
static void block_end(struct dv_way *p, struct track *t, const struct dv_event *v)
{
    const struct dv_scalar *s = dv_machine_scalar(p->machine, v->core, &(dv_time){0});
    s_reach(t, v->end);
    t->trail.end_op = (uint32_t)(s->pc / 4);
    t->last = v->end;
    t->ran = t->waiting = true;
    if (!p->cross)
        go_back(p, v->core);
}

static void hear(void *self, const struct dv_event *v)
{
    struct dv_way *p = self;
    struct track *t = track_of(p, v->core);
    if (!t)
        return;
    t->trail.block = v->block;
    switch (v->kind) {
    case DV_EV_STALL:
        hear_stall(t, v);
        break;
    case DV_EV_RETIRE:
        hear_retire(p, t, v);
        break;
    case DV_EV_SCALAR:
        hear_scalar(p, t, v);
        break;
    default:
        if (v->end)
            block_end(p, t, v);
        else
            block_begin(t, v);
    }
}

/* ---- from outside ---------------------------------------------------------------------------- */

struct dv_way *dv_path_new(const struct dv_machine *m, uint32_t words, uint64_t memory)
{
    struct dv_way *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    const struct dv_chip *chip = dv_machine_chip(m);
    p->machine = m;
    p->words = words;
    p->tapes = dv_tapes_new(memory ? memory : DEFAULT_MEMORY);
    p->chip = (struct dv_trail_chip){DV_P(chip, flag_latency), DV_P(chip, barrier),
                                     DV_P(chip, cross_latency)};
    p->cores = p->all.cores = dv_machine_cores(m);
    p->track = calloc(p->cores + 1, sizeof *p->track);
    p->all.trail = calloc(p->cores + 1, sizeof *p->all.trail);
    p->all.place = calloc(p->cores + 1, sizeof *p->all.place);
    if (p->tapes && p->track && p->all.trail && p->all.place)
        return p;
    p->cores = 0;
    dv_path_free(p);
    return NULL;
}

void dv_path_free(struct dv_way *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->cores; i++)
        track_free(p->track[i]);
    dv_tapes_free(p->tapes);
    free(p->track);
    free(p->all.trail);
    free(p->all.place);
    free(p);
}

struct dv_listener dv_path_listener(struct dv_way *p)
{
    return (struct dv_listener){.self = p,
                                .event = hear,
                                .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_RETIRE |
                                         1u << DV_EV_STALL | 1u << DV_EV_BLOCK};
}

static void sort_flags(struct dv_path_sum *s)
{
    for (unsigned i = 1; i < s->flags; i++) {
        struct dv_path_flag f = s->flag[i];
        unsigned k = i;
        for (; k && s->flag[k - 1].time < f.time; k--)
            s->flag[k] = s->flag[k - 1];
        s->flag[k] = f;
    }
}

const struct dv_path_sum *dv_path_core(struct dv_way *p, unsigned core)
{
    struct track *t = core < p->cores && !dv_path_why(p) ? p->track[core] : NULL;
    if (!t || !t->ran)
        return NULL;
    if (t->waiting)
        go_back(p, core);
    if (dv_path_why(p))
        return NULL;
    sort_flags(&t->sum.sum);
    return &t->sum.sum;
}

const struct dv_path_sum *dv_path_take(struct dv_way *p, unsigned *core)
{
    dv_time most = 0;
    for (unsigned i = 0; i < p->cores; i++) {
        const struct track *t = p->track[i];
        dv_time took = !t || !t->ran ? 0 : t->waiting ? t->last - t->trail.from : t->sum.sum.total;
        if (took > most) {
            most = took;
            *core = i;
        }
    }
    return most ? dv_path_core(p, *core) : NULL;
}

const char *dv_path_why(const struct dv_way *p)
{
    if (p->failed)
        return "out of memory while the critical path was kept";
    return dv_tapes_why(p->tapes);
}
