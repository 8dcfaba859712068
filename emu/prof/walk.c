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
    const struct dv_trail *home, *trail; /* of the core it began on; of where it is */
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

static const struct dv_step *step_at(const struct walk *w)
{
    return &w->trail->lane[w->pipe].step[w->index];
}

static void go(struct walk *w, enum at at, unsigned pipe, uint32_t index)
{
    w->at = at;
    w->pipe = pipe;
    w->index = index;
}

#define START offsetof(struct dv_step, start)
#define DONE offsetof(struct dv_step, done)

static dv_time time_of(const struct dv_steps *l, uint32_t i, size_t field)
{
    dv_time v;
    memcpy(&v, (const char *)&l->step[i] + field, sizeof v);
    return v;
}

/* The first item of a queue whose time is v or later; l->n = none. Times do not fall. */
static uint32_t first_from(const struct dv_steps *l, size_t field, dv_time v)
{
    uint32_t low = 0, high = l->n;
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
    const struct dv_steps *l = &w->trail->lane[pipe];
    uint32_t i = first_from(l, field, w->t);
    if (i == l->n || time_of(l, i, field) != w->t)
        return false;
    go(w, at, pipe, i);
    return true;
}

static bool go_seq(struct walk *w, enum at at, uint32_t seq)
{
    const struct dv_steps *l = &w->trail->lane[w->pipe];
    uint32_t low = 0, high = w->index;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (l->step[mid].seq < seq)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == w->index || l->step[low].seq != seq)
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
    const struct dv_steps *l = &w->trail->lane[w->pipe];
    for (uint32_t i = w->index; i-- > 0;)
        if (l->step[i].kind == DV_LIFE_WORK) {
            go(w, at, w->pipe, i);
            return true;
        }
    return false;
}

/* The SET of a flag that was complete now; S has set it at its own time. */
static bool go_set(struct walk *w, uint16_t key)
{
    unsigned src = key >> 10;
    const struct dv_steps *l = &w->trail->lane[src];
    if (src == DV_PIPE_S) {
        w->at = AT_S;
        w->fed = DV_PIPE_S;
        w->idle = 0;
        return true;
    }
    for (uint32_t i = first_from(l, DONE, w->t); i < l->n && l->step[i].done == w->t; i++)
        if (l->step[i].kind == DV_LIFE_SET && l->step[i].key == key) {
            go(w, AT_DONE, src, i);
            return true;
        }
    return false;
}

/* Who is complete now, work rather than what waits for it. */
static bool go_last(struct walk *w)
{
    unsigned best = DV_PIPE_COUNT;
    uint32_t index = 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_steps *l = &w->trail->lane[p];
        uint32_t i = first_from(l, DONE, w->t);
        if (i == l->n || l->step[i].done != w->t)
            continue;
        if (best == DV_PIPE_COUNT || l->step[i].kind == DV_LIFE_WORK) {
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
    const struct dv_steps *l = &w->trail->lane[pipe];
    for (uint32_t i = first_from(l, DONE, w->t); i < l->n && l->step[i].start <= w->t; i++)
        if (l->step[i].kind == DV_LIFE_WORK && l->step[i].end == w->t) {
            go(w, AT_END, pipe, i);
            return true;
        }
    return false;
}

/* ---- items ----------------------------------------------------------------------------------- */

static void to_dispatch(struct walk *w, const struct dv_step *x)
{
    charge(w, x->dispatch, w->pipe, x->op, DV_PATH_BY_other);
    const struct dv_steps *l = &w->trail->lane[w->pipe];
    dv_time before = w->trail->from;
    for (uint32_t i = w->index; i-- > 0;)
        if (l->step[i].kind == DV_LIFE_WORK) {
            before = l->step[i].done;
            break;
        }
    w->fed = w->pipe;
    w->idle = x->dispatch > before ? x->dispatch - before : 0;
    w->at = AT_S;
}

static void from_done(struct walk *w, const struct dv_step *x)
{
    bool work = x->kind == DV_LIFE_WORK;
    if ((work ? x->lifted : x->start < x->done) && w->index) {
        charge(w, x[-1].done, w->pipe, x->op, DV_PATH_BY_tail);
        go_before(w, AT_DONE);
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

static const struct dv_pause *pause_at(const struct walk *w)
{
    const struct dv_trail_place *at = w->place;
    const struct dv_pause *p = at->pauses ? &w->trail->pause[at->pauses - 1] : NULL;
    return p && p->at == at->beats ? p : NULL;
}

static dv_time s_start(const struct walk *w)
{
    const struct dv_pause *p = pause_at(w);
    return p ? p->from : w->place->s_end - w->trail->beat[w->place->beats - 1].took;
}

static void s_pass(struct walk *w)
{
    dv_time start = s_start(w);
    if (pause_at(w))
        w->place->pauses--;
    else
        w->place->beats--;
    w->place->s_end = start;
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
    if (p->at == w->trail->beats)
        return go_last(w);
    charge(w, w->t - (w->chip->barrier < w->t ? w->chip->barrier : w->t), DV_PIPE_S, op,
           DV_PATH_BY_barrier);
    return w->t > p->from && go_last(w);
}

static void go_core(struct walk *w, unsigned core)
{
    const struct dv_trail *t = w->all->trail[core];
    w->place = &w->all->place[core];
    w->trail = t;
    if (!w->place->been)
        *w->place = (struct dv_trail_place){t->beats, t->pauses, t->now, true};
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
static uint32_t cross_in(const struct dv_steps *l, dv_time at, unsigned id,
                         const struct dv_trail *from, const struct dv_trail *to)
{
    for (uint32_t i = first_from(l, DONE, at); i < l->n && l->step[i].done == at; i++)
        if (l->step[i].cross && (l->step[i].key & 15) == id &&
            reaches(l->step[i].key >> 4, from, to))
            return i;
    return l->n;
}

/* The way goes to the core whose set came last: the first of those that could be. */
static bool leave_cross(struct walk *w, const struct dv_pause *p, uint32_t op)
{
    dv_time at = w->t - (w->chip->cross < w->t ? w->chip->cross : w->t);
    for (unsigned c = 0; c < w->all->cores; c++) {
        const struct dv_trail *t = w->all->trail[c];
        for (unsigned q = 0; t && q < DV_PIPE_COUNT; q++) {
            uint32_t i = cross_in(&t->lane[q], at, p->key, t, w->trail);
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
    const struct dv_trail *t = w->trail;
    const struct dv_pause *p;
    uint32_t op;

    while ((w->place->beats || pause_at(w)) && s_start(w) >= w->t)
        s_pass(w);
    if (!w->place->beats && !pause_at(w)) {
        charge(w, t->from, DV_PIPE_S, UINT32_MAX, DV_PATH_BY_other);
        charge(w, w->home->from, DV_PIPE_S, UINT32_MAX, DV_PATH_BY_launch);
        w->at = AT_HOME;
        return;
    }
    p = pause_at(w);
    if (!p) {
        charge(w, s_start(w), DV_PIPE_S, t->beat[w->place->beats - 1].op, DV_PATH_BY_scalar);
        return;
    }
    op = p->at < t->beats ? t->beat[p->at].op : t->end_op;
    if (w->t != p->to || !leave(w, p, op)) {
        charge(w, p->from, DV_PIPE_S, op, cause_of(p->reason));
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
    const struct dv_step *x = step_at(w);
    if (w->at == AT_DONE)
        from_done(w, x);
    else if (w->at == AT_END)
        from_end(w, x);
    else
        from_start(w, x);
}

static uint64_t steps_of(const struct dv_trail *t)
{
    uint64_t n = t->beats + t->pauses;
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
