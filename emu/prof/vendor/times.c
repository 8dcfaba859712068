/* Times in files of the vendor's style: microseconds, exact cycles, unions of intervals. */
#include "emu/prof/vendor/codes.h"

struct dv_clock dv_clock_of(const struct dv_chip *chip)
{
    uint64_t num = 1000000000000ull, den = DV_CYCLE * DV_P(chip, clock), a = num, b = den;
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return (struct dv_clock){num / a, den / a};
}

uint64_t dv_clock_ps(const struct dv_clock *k, dv_time t)
{
    unsigned __int128 v = (unsigned __int128)t * k->num + k->den / 2;
    return v >> 64 ? (uint64_t)(v / k->den) : (uint64_t)v / k->den;
}

char *dv_put_us(char *p, uint64_t ps)
{
    uint64_t part = ps % 1000000;
    p = dv_put_u64(p, ps / 1000000);
    *p++ = '.';
    for (unsigned i = 6; i; part /= 100)
        memcpy(p + (i -= 2), dv_pairs + 2 * (part % 100), 2);
    return p + 6;
}

char *dv_put_cycles(char *p, dv_time t)
{
    uint64_t part = t % DV_CYCLE;
    p = dv_put_u64(p, t / DV_CYCLE);
    if (part)
        *p++ = '.';
    for (; part; part %= DV_CYCLE) {
        part *= 10;
        *p++ = (char)('0' + part / DV_CYCLE);
    }
    return p;
}

/* As emu/core/count.c counts: a chained item until it is complete, others until they leave the
 * unit; with a unit flag the fixpipe from its turn on. */
static struct dv_taken taken_by(const struct dv_event *e, dv_time before)
{
    struct dv_taken t = {e->start, e->end};
    if (e->kind != DV_EV_RETIRE || !e->cost)
        return t;
    if (e->cost->chained)
        t.to = e->done;
    if (e->pipe == DV_PIPE_FIX && e->why_start == DV_WHY_unit_flag) {
        dv_time turn = e->issue > before ? e->issue : before;
        t.from = turn < t.from ? turn : t.from;
    }
    return t;
}

struct dv_taken dv_pen_draw(struct dv_pen *pen, const struct dv_code *k, const struct dv_event *e)
{
    dv_time before = pen->left[k->pipe];
    struct dv_taken at = taken_by(e, before);
    if (k->pipe == DV_PIPE_S && !k->wait && pen->stalled > at.from)
        at.from = pen->stalled;
    if (k->wait && e->kind == DV_EV_RETIRE)
        at.from = e->issue > before ? e->issue : before;
    if (k->set || k->bar)
        at.from = at.to > DV_CYCLE ? at.to - DV_CYCLE : 0;
    at.from = at.from < at.to ? at.from : at.to;
    pen->left[k->pipe] = at.to > before ? at.to : before;
    return at;
}

/* Intervals that are still open, in the order of time; `room` of them. */
struct open {
    dv_time *sum;
    uint32_t *n, room;
    struct dv_taken *p;
};

/* Joins p[at] with those after it that it reaches. */
static void join(const struct open *u, uint32_t at)
{
    struct dv_taken *a = &u->p[at];
    uint32_t last = at + 1;
    for (; last < *u->n && u->p[last].from <= a->to; last++)
        a->to = u->p[last].to > a->to ? u->p[last].to : a->to;
    memmove(a + 1, u->p + last, (*u->n - last) * sizeof *a);
    *u->n -= last - at - 1;
}

/* Makes room by closing the oldest; the number closed. */
static uint32_t close_oldest(const struct open *u)
{
    uint32_t n = (u->room + 3) / 4;
    for (uint32_t i = 0; i < n; i++)
        *u->sum += u->p[i].to - u->p[i].from;
    memmove(u->p, u->p + n, (*u->n -= n) * sizeof *u->p);
    return n;
}

static void put(const struct open *u, dv_time from, dv_time to)
{
    uint32_t at = *u->n;
    if (to <= from)
        return;
    while (at && u->p[at - 1].to >= from)
        at--;
    if (at < *u->n && u->p[at].from <= to) {
        u->p[at].from = from < u->p[at].from ? from : u->p[at].from;
        u->p[at].to = to > u->p[at].to ? to : u->p[at].to;
        join(u, at);
        return;
    }
    if (*u->n == u->room) {
        uint32_t closed = close_oldest(u);
        at -= at < closed ? at : closed;
    }
    memmove(u->p + at + 1, u->p + at, ((*u->n)++ - at) * sizeof *u->p);
    u->p[at] = (struct dv_taken){from, to};
}

static dv_time length(dv_time sum, const struct dv_taken *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sum += p[i].to - p[i].from;
    return sum;
}

void dv_union_add(struct dv_union *u, dv_time from, dv_time to)
{
    put(&(struct open){&u->sum, &u->n, DV_UNION_OPEN, u->open}, from, to);
}

dv_time dv_union_length(const struct dv_union *u)
{
    return length(u->sum, u->open, u->n);
}

void dv_union_core_add(struct dv_union_core *u, dv_time from, dv_time to)
{
    put(&(struct open){&u->sum, &u->n, DV_UNION_CORE, u->open}, from, to);
}

dv_time dv_union_core_length(const struct dv_union_core *u)
{
    return length(u->sum, u->open, u->n);
}
