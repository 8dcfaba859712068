/* The way back through a block. Owns how what arrived last is found again: by its number or its
 * time, in queues that are in order. A link that is not found ends at the dispatch of its item, so
 * that the stretches add up whatever happens. */
#include "emu/prof/walk.h"

#include <stddef.h>
#include <string.h>

/* Where the way stands. */
enum at { AT_DONE, AT_END, AT_READY, AT_START, AT_S, AT_HOME };

struct walk {
    const struct dv_trail_all *all;
    struct dv_trail *home, *trail; /* of the core it began on; of where it is */
    struct dv_trail_place *place;
    const struct dv_trail_chip *chip;
    struct dv_trail_sum *s;
    dv_time t;
    enum at at;
    unsigned pipe;
    uint32_t index;
    unsigned fed; /* queue that S dispatched to when the way came to S .. */
    dv_time idle; /* .. and how long that had been without work */
};

/* ---- stretches ------------------------------------------------------------------------------- */

static struct dv_path_flag *flag_of(struct dv_path_sum *s, uint16_t key)
{
    struct dv_path_flag f = {.src = (uint8_t)(key >> 10), .dst = key >> 6 & 15, .id = key & 63};
    for (unsigned i = 0; i < s->flags; i++)
        if (s->flag[i].src == f.src && s->flag[i].dst == f.dst && s->flag[i].id == f.id)
            return &s->flag[i];
    if (s->flags == DV_PATH_FLAGS)
        return NULL;
    s->flag[s->flags] = f;
    return &s->flag[s->flags++];
}

static void add(struct dv_trail_sum *s, dv_time d, unsigned pipe, uint32_t op, unsigned cause)
{
    s->sum.total += d;
    s->sum.pipe[pipe] += d;
    s->sum.cause[cause] += d;
    s->sum.spent[pipe][cause] += d;
    if (op < s->sum.words)
        s->at[op] += d;
    else
        s->sum.nowhere += d;
}

/* The stretch from `to` to where the way stands. */
static dv_time spend(struct walk *w, dv_time to, unsigned pipe, uint32_t op, unsigned cause)
{
    dv_time d;
    to = to < w->home->from ? w->home->from : to;
    if (to >= w->t)
        return 0;
    d = w->t - to;
    w->s->sum.elsewhere += w->trail != w->home ? d : 0;
    add(w->s, d, pipe, op, cause);
    w->t = to;
    return d;
}

static void charge(struct walk *w, dv_time to, unsigned pipe, uint32_t op, unsigned cause)
{
    w->s->sum.unflagged += spend(w, to, pipe, op, cause);
}

static unsigned pool_of(const struct dv_step *x)
{
    return x->by_shared == DV_CP_l2_rate    ? DV_SHARED_L2
           : x->by_shared == DV_CP_mem_rate ? DV_SHARED_MEMORY
                                            : DV_SHARED_LINES;
}

/* What a move at its end took longer because others moved too; that is all over it. */
static void charge_shared(struct walk *w, const struct dv_step *x)
{
    dv_time most = x->end - x->begin, d;
    if (!x->shared)
        return;
    d = spend(w, x->end - (x->shared < most ? x->shared : most), w->pipe, x->op, DV_PATH_BY_shared);
    w->s->sum.unflagged += d;
    w->s->sum.shared[pool_of(x)] += d;
}

/* A flag travels for `latency`. */
static void travel(struct walk *w, unsigned pipe, uint32_t op, uint16_t key)
{
    struct dv_path_flag *f = flag_of(&w->s->sum, key);
    dv_time latency = w->chip->flag < w->t ? w->chip->flag : w->t;
    dv_time d = spend(w, w->t - latency, pipe, op, DV_PATH_BY_flag);
    if (!f) {
        w->s->sum.unflagged += d;
        return;
    }
    f->times++;
    f->time += d;
}

void dv_trail_between(struct dv_trail_sum *s, dv_time time)
{
    add(s, time, DV_PIPE_S, UINT32_MAX, DV_PATH_BY_between);
    s->sum.unflagged += time;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* An item; good until the next one is asked for. */
static const struct dv_step *step_of(struct dv_tape *l, uint32_t i)
{
    return dv_tape_at(l, i);
}

static const struct dv_step *step_at(const struct walk *w)
{
    return step_of(&w->trail->lane[w->pipe], w->index);
}

static void go(struct walk *w, enum at at, unsigned pipe, uint32_t index)
{
    w->at = at;
    w->pipe = pipe;
    w->index = index;
}

#define START offsetof(struct dv_step, start)
#define DONE offsetof(struct dv_step, done)

static dv_time time_of(struct dv_tape *l, uint32_t i, size_t field)
{
    dv_time v;
    memcpy(&v, (const char *)dv_tape_at(l, i) + field, sizeof v);
    return v;
}

/* The first item of a queue whose time is v or later; l->n = none. Times do not fall. Looked for
 * around the last that was found: what is far away may not be in memory. */
static uint32_t first_from(struct dv_tape *l, uint32_t *near, size_t field, dv_time v)
{
    uint32_t low = *near, high = *near;
    for (uint32_t d = 1; low && time_of(l, low - 1, field) >= v; d *= 2) {
        high = low - 1;
        low -= low < d ? low : d;
    }
    for (uint32_t d = 1; high < l->n && time_of(l, high, field) < v; d *= 2) {
        low = high + 1;
        high += l->n - high < d ? l->n - high : d;
    }
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (time_of(l, mid, field) < v)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool go_first(struct walk *w, enum at at, unsigned pipe, size_t field)
{
    struct dv_tape *l = &w->trail->lane[pipe];
    uint32_t i = first_from(l, &w->place->near[pipe], field, w->t);
    if (i == l->n || time_of(l, i, field) != w->t)
        return false;
    go(w, at, pipe, i);
    return true;
}

static bool go_seq(struct walk *w, enum at at, uint32_t seq)
{
    struct dv_tape *l = &w->trail->lane[w->pipe];
    uint32_t low = w->index, high = w->index;
    for (uint32_t d = 1; low && step_of(l, low - 1)->seq >= seq; d *= 2) {
        high = low - 1;
        low -= low < d ? low : d;
    }
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (step_of(l, mid)->seq < seq)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == w->index || step_of(l, low)->seq != seq)
        return false;
    go(w, at, w->pipe, low);
    return true;
}

static bool go_before(struct walk *w, enum at at)
{
    if (!w->index)
        return false;
    go(w, at, w->pipe, w->index - 1);
    return true;
}

/* The last work item before this one. */
static bool go_work(struct walk *w, enum at at)
{
    struct dv_tape *l = &w->trail->lane[w->pipe];
    for (uint32_t i = w->index; i-- > 0;)
        if (step_of(l, i)->kind == DV_LIFE_WORK) {
            go(w, at, w->pipe, i);
            return true;
        }
    return false;
}

/* The SET of a flag that was complete now; S has set it at its own time. */
static bool go_set(struct walk *w, uint16_t key)
{
    unsigned src = key >> 10;
    struct dv_tape *l = &w->trail->lane[src];
    if (src == DV_PIPE_S) {
        w->at = AT_S;
        w->fed = DV_PIPE_S;
        w->idle = 0;
        return true;
    }
    for (uint32_t i = first_from(l, &w->place->near[src], DONE, w->t); i < l->n; i++) {
        const struct dv_step *x = step_of(l, i);
        if (x->done != w->t)
            break;
        if (x->kind == DV_LIFE_SET && x->key == key) {
            go(w, AT_DONE, src, i);
            return true;
        }
    }
    return false;
}

/* Who is complete now, work rather than what waits for it. */
static bool go_last(struct walk *w)
{
    unsigned best = DV_PIPE_COUNT;
    uint32_t index = 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        struct dv_tape *l = &w->trail->lane[p];
        uint32_t i = first_from(l, &w->place->near[p], DONE, w->t);
        const struct dv_step *x = i == l->n ? NULL : step_of(l, i);
        if (!x || x->done != w->t)
            continue;
        if (best == DV_PIPE_COUNT || x->kind == DV_LIFE_WORK) {
            best = p;
            index = i;
        }
    }
    if (best == DV_PIPE_COUNT)
        return false;
    go(w, AT_DONE, best, index);
    return true;
}

/* The other side of a unit flag, which ended now. */
static bool go_partner(struct walk *w)
{
    unsigned pipe = w->pipe == DV_PIPE_M ? DV_PIPE_FIX : DV_PIPE_M;
    struct dv_tape *l = &w->trail->lane[pipe];
    for (uint32_t i = first_from(l, &w->place->near[pipe], DONE, w->t); i < l->n; i++) {
        const struct dv_step *x = step_of(l, i);
        if (x->start > w->t)
            break;
        if (x->kind == DV_LIFE_WORK && x->end == w->t) {
            go(w, AT_END, pipe, i);
            return true;
        }
    }
    return false;
}

/* ---- items ----------------------------------------------------------------------------------- */

static void to_dispatch(struct walk *w, const struct dv_step *x)
{
    charge(w, x->dispatch, w->pipe, x->op, DV_PATH_BY_other);
    struct dv_tape *l = &w->trail->lane[w->pipe];
    dv_time before = w->trail->from;
    for (uint32_t i = w->index; i-- > 0;) {
        const struct dv_step *b = step_of(l, i);
        if (b->kind == DV_LIFE_WORK) {
            before = b->done;
            break;
        }
    }
    w->fed = w->pipe;
    w->idle = x->dispatch > before ? x->dispatch - before : 0;
    w->at = AT_S;
}

static void from_done(struct walk *w, const struct dv_step *x)
{
    bool work = x->kind == DV_LIFE_WORK;
    if ((work ? x->lifted : x->start < x->done) && w->index) {
        go_before(w, AT_DONE);
        charge(w, step_at(w)->done, w->pipe, x->op, DV_PATH_BY_tail);
        return;
    }
    if (work)
        charge(w, x->end, w->pipe, x->op, DV_PATH_BY_tail);
    w->at = work ? AT_END : AT_START;
}

static void from_end(struct walk *w, const struct dv_step *x)
{
    unsigned pipe = w->pipe;
    w->s->sum.works[pipe]++;
    charge_shared(w, x);
    charge(w, x->begin, pipe, x->op,
           x->why_end == DV_WHY_partner ? DV_PATH_BY_head : DV_PATH_BY_work);
    if (x->why_end == DV_WHY_partner && go_partner(w))
        return;
    if (x->why_end == DV_WHY_queued && go_work(w, AT_END)) {
        charge(w, step_at(w)->end, pipe, x->op, DV_PATH_BY_head);
        return;
    }
    charge(w, x->ready, pipe, x->op,
           x->why_end == DV_WHY_partner ? DV_PATH_BY_work : DV_PATH_BY_head);
    w->at = AT_READY;
}

static bool follow(struct walk *w, const struct dv_step *x)
{
    switch (x->why) {
    case DV_WHY_order:
        if (!go_before(w, AT_START))
            return false;
        charge(w, step_at(w)->start, w->pipe, step_at(w)->op, DV_PATH_BY_sync);
        return true;
    case DV_WHY_flight:
    case DV_WHY_operand:
        return go_seq(w, AT_DONE, x->cause_seq);
    case DV_WHY_interval:
        if (!go_work(w, AT_READY))
            return false;
        charge(w, step_at(w)->ready, w->pipe, x->op, DV_PATH_BY_interval);
        return true;
    case DV_WHY_flag:
        travel(w, w->pipe, x->op, x->key);
        return go_set(w, x->key);
    case DV_WHY_barrier:
        return go_before(w, AT_DONE);
    case DV_WHY_unit_flag:
        return x->cause_pipe < DV_PIPE_COUNT && go_first(w, AT_START, x->cause_pipe, START);
    default:
        return false;
    }
}

static void from_start(struct walk *w, const struct dv_step *x)
{
    if (w->at == AT_START && x->unit && go_work(w, AT_END))
        return;
    if (!follow(w, x))
        to_dispatch(w, x);
}

/* ---- S --------------------------------------------------------------------------------------- */

/* The last instruction or wait of S that is not passed yet. */
struct last {
    bool is, pause;
    dv_time start;
    struct dv_pause wait; /* a pause */
    uint32_t op;          /* an instruction */
};

static struct last last_of(const struct walk *w)
{
    const struct dv_trail_place *at = w->place;
    struct dv_trail *t = w->trail;
    const struct dv_pause *p = at->pauses ? dv_tape_at(&t->pause, at->pauses - 1) : NULL;
    if (p && p->at == at->beats)
        return (struct last){.is = true, .pause = true, .start = p->from, .wait = *p};
    if (!at->beats)
        return (struct last){.is = false};
    const struct dv_beat *b = dv_tape_at(&t->beat, at->beats - 1);
    return (struct last){.is = true, .start = at->s_end - b->took, .op = b->op};
}

static void s_pass(struct walk *w, const struct last *l)
{
    if (l->pause)
        w->place->pauses--;
    else
        w->place->beats--;
    w->place->s_end = l->start;
}

static unsigned cause_of(unsigned reason)
{
    switch (reason) {
    case DV_STALL_icache:
        return DV_PATH_BY_icache;
    case DV_STALL_dcache:
        return DV_PATH_BY_dcache;
    case DV_STALL_mem_latency:
        return DV_PATH_BY_latency;
    case DV_STALL_cross_core:
        return DV_PATH_BY_cross_core;
    case DV_STALL_barrier:
        return DV_PATH_BY_barrier;
    default:
        return DV_PATH_BY_other;
    }
}

static bool leave_full(struct walk *w, const struct dv_pause *p)
{
    struct dv_path_full *f = &w->s->sum.full[p->pipe];
    unsigned fed = w->fed;
    if (!go_first(w, AT_START, p->pipe, START))
        return false;
    f->times++;
    f->time += p->to - p->from;
    if (fed != p->pipe) {
        f->others += w->idle;
        f->idle[fed] += w->idle;
    }
    return true;
}

/* BAR.ALL and DSB cost a barrier behind what they wait for, END nothing. */
static bool leave_barrier(struct walk *w, const struct dv_pause *p, uint32_t op)
{
    if (p->at == w->trail->beat.n)
        return go_last(w);
    w->s->sum.bar.times++;
    w->s->sum.bar.time += w->t > p->from ? w->t - p->from : 0;
    charge(w, w->t - (w->chip->barrier < w->t ? w->chip->barrier : w->t), DV_PIPE_S, op,
           DV_PATH_BY_barrier);
    return w->t > p->from && go_last(w);
}

static struct dv_trail_place *place_on(const struct dv_trail_all *all, unsigned core)
{
    const struct dv_trail *t = all->trail[core];
    struct dv_trail_place *at = &all->place[core];
    if (at->been)
        return at;
    *at = (struct dv_trail_place){
        .beats = t->beat.n, .pauses = t->pause.n, .s_end = t->now, .been = true};
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        at->near[p] = t->lane[p].n;
    return at;
}

static void go_core(struct walk *w, unsigned core)
{
    w->place = place_on(w->all, core);
    w->trail = w->all->trail[core];
}

/* A set of this mode on one core reaches the other (isa.md 3.5). */
static bool reaches(unsigned mode, const struct dv_trail *from, const struct dv_trail *to)
{
    enum { PEERS, PAIR };
    if (mode == PEERS)
        return from->kind == to->kind;
    return from->block == to->block && (mode == PAIR) == (from->kind == to->kind);
}

/* The set between cores in a queue that completed at a time; l->n = none. */
static uint32_t cross_in(struct dv_tape *l, uint32_t *near, dv_time at, unsigned id,
                         const struct dv_trail *from, const struct dv_trail *to)
{
    for (uint32_t i = first_from(l, near, DONE, at); i < l->n; i++) {
        const struct dv_step *x = step_of(l, i);
        if (x->done != at)
            break;
        if (x->cross && (x->key & 15) == id && reaches(x->key >> 4, from, to))
            return i;
    }
    return l->n;
}

/* The way goes to the core whose set came last: the first of those that could be. */
static bool leave_cross(struct walk *w, const struct dv_pause *p, uint32_t op)
{
    dv_time at = w->t - (w->chip->cross < w->t ? w->chip->cross : w->t);
    for (unsigned c = 0; c < w->all->cores; c++) {
        struct dv_trail *t = w->all->trail[c];
        for (unsigned q = 0; t && q < DV_PIPE_COUNT; q++) {
            uint32_t *near = &place_on(w->all, c)->near[q];
            uint32_t i = cross_in(&t->lane[q], near, at, p->key, t, w->trail);
            if (i == t->lane[q].n)
                continue;
            charge(w, at, DV_PIPE_S, op, DV_PATH_BY_cross_core);
            w->s->sum.crossings += t != w->trail;
            go_core(w, c);
            go(w, AT_DONE, q, i);
            return true;
        }
    }
    return false;
}

/* The way goes on with what S waited for; false: S waited by itself. */
static bool leave(struct walk *w, const struct dv_pause *p, uint32_t op)
{
    switch (p->reason) {
    case DV_STALL_queue_full:
        return leave_full(w, p);
    case DV_STALL_flag:
        travel(w, DV_PIPE_S, op, p->key);
        return go_set(w, p->key);
    case DV_STALL_barrier:
        return leave_barrier(w, p, op);
    case DV_STALL_cross_core:
        return leave_cross(w, p, op);
    default:
        return false;
    }
}

static void from_s(struct walk *w)
{
    struct dv_trail *t = w->trail;
    struct last l = last_of(w);
    uint32_t op;

    for (; l.is && l.start >= w->t; l = last_of(w))
        s_pass(w, &l);
    if (!l.is) {
        charge(w, t->from, DV_PIPE_S, UINT32_MAX, DV_PATH_BY_other);
        charge(w, w->home->from, DV_PIPE_S, UINT32_MAX, DV_PATH_BY_launch);
        w->at = AT_HOME;
        return;
    }
    if (!l.pause) {
        charge(w, l.start, DV_PIPE_S, l.op, DV_PATH_BY_scalar);
        return;
    }
    op = t->end_op;
    if (l.wait.at < t->beat.n)
        op = ((const struct dv_beat *)dv_tape_at(&t->beat, l.wait.at))->op;
    if (w->t != l.wait.to || !leave(w, &l.wait, op)) {
        charge(w, l.wait.from, DV_PIPE_S, op, cause_of(l.wait.reason));
        w->at = AT_S;
    }
}

/* ---- the way --------------------------------------------------------------------------------- */

static void one(struct walk *w)
{
    w->s->sum.steps++;
    if (w->at == AT_S) {
        from_s(w);
        return;
    }
    const struct dv_step x = *step_at(w);
    if (w->at == AT_DONE)
        from_done(w, &x);
    else if (w->at == AT_END)
        from_end(w, &x);
    else
        from_start(w, &x);
}

static uint64_t steps_of(const struct dv_trail *t)
{
    uint64_t n = (uint64_t)t->beat.n + t->pause.n;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        n += 4ull * t->lane[p].n;
    return n;
}

void dv_trail_walk(const struct dv_trail_all *all, unsigned core, const struct dv_trail_chip *chip,
                   dv_time to, struct dv_trail_sum *s)
{
    struct walk w = {.all = all,
                     .home = all->trail[core],
                     .chip = chip,
                     .s = s,
                     .t = to,
                     .at = AT_S,
                     .fed = DV_PIPE_S};
    uint64_t most = 16;
    for (unsigned i = 0; i < all->cores; i++) {
        all->place[i].been = false;
        most += all->trail[i] ? steps_of(all->trail[i]) : 0;
    }
    go_core(&w, core);
    while (w.t > w.home->from && w.at != AT_HOME && most--)
        one(&w);
    charge(&w, w.home->from, DV_PIPE_S, UINT32_MAX,
           DV_PATH_BY_other); /* never, as far as we know */
}
