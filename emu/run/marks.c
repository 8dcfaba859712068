/* Regions measured; see marks.h. Visits of a region on one core wait in a queue until their last
 * item is complete, since S runs ahead of the pipes. */
#include "emu/run/marks.h"

#include <stdlib.h>
#include <string.h>

struct visit {
    dv_time start, end;
    uint32_t first, last; /* running numbers of its items, when it has any */
    uint32_t flying;      /* items not complete yet */
    bool open, any;
};

/* One region on one core; visit[head .. head + n) in the order they began. */
struct track {
    struct visit *visit;
    uint32_t head, n, cap;
    uint64_t visits;
    dv_time covered, total, longest;
};

struct region {
    char *name;
    struct track *core;
};

struct dv_marks {
    unsigned cores;
    int regions;
    bool failed;
    struct region region[DV_MARKS_MAX];
};

struct dv_marks *dv_marks_new(unsigned cores)
{
    struct dv_marks *k = calloc(1, sizeof *k);
    if (k)
        k->cores = cores;
    return k;
}

void dv_marks_free(struct dv_marks *k)
{
    for (int i = 0; k && i < k->regions; i++) {
        for (unsigned c = 0; c < k->cores; c++)
            free(k->region[i].core[c].visit);
        free(k->region[i].core);
        free(k->region[i].name);
    }
    free(k);
}

int dv_marks_region(struct dv_marks *k, const char *name)
{
    for (int i = 0; i < k->regions; i++)
        if (!strcmp(k->region[i].name, name))
            return i;
    if (k->regions == DV_MARKS_MAX)
        return -1;
    struct region *r = &k->region[k->regions];
    r->name = strdup(name);
    r->core = calloc(k->cores, sizeof *r->core);
    if (r->name && r->core)
        return k->regions++;
    free(r->name);
    free(r->core);
    return -1;
}

/* ---- visits ---------------------------------------------------------------------------------- */

/* The visit that is open, NULL when S is outside. */
static struct visit *inside(struct track *t)
{
    struct visit *v = t->n ? &t->visit[t->head + t->n - 1] : NULL;
    return v && v->open ? v : NULL;
}

/* Counts finished visits off the front. */
static void settle(struct track *t)
{
    while (t->n && !t->visit[t->head].open && !t->visit[t->head].flying) {
        const struct visit *v = &t->visit[t->head];
        dv_time from = v->start > t->covered ? v->start : t->covered;
        if (v->end > from) {
            t->total += v->end - from;
            t->covered = v->end;
        }
        if (v->end - v->start > t->longest)
            t->longest = v->end - v->start;
        t->visits++;
        t->head++;
        t->n--;
    }
    if (!t->n)
        t->head = 0;
}

static void close_visit(struct track *t, dv_time at)
{
    struct visit *v = inside(t);
    if (!v)
        return;
    v->open = false;
    v->end = at > v->end ? at : v->end;
    settle(t);
}

/* Room for one more at the end. */
static bool make_room(struct track *t)
{
    if (t->head + t->n < t->cap)
        return true;
    if (t->head > t->cap / 2) {
        memmove(t->visit, t->visit + t->head, t->n * sizeof *t->visit);
        t->head = 0;
        return true;
    }
    uint32_t cap = t->cap ? 2 * t->cap : 16;
    struct visit *v = cap > t->cap ? realloc(t->visit, cap * sizeof *v) : NULL;
    if (!v)
        return false;
    t->visit = v;
    t->cap = cap;
    return true;
}

void dv_marks_enter(struct dv_marks *k, int region, unsigned core, dv_time at)
{
    struct track *t = &k->region[region].core[core];
    close_visit(t, at);
    if (!make_room(t)) {
        k->failed = true;
        return;
    }
    t->visit[t->head + t->n++] = (struct visit){.start = at, .end = at, .open = true};
}

void dv_marks_leave(struct dv_marks *k, int region, unsigned core, dv_time at)
{
    close_visit(&k->region[region].core[core], at);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void issued(struct track *t, uint32_t seq)
{
    struct visit *v = inside(t);
    if (!v)
        return;
    if (!v->any)
        v->first = seq;
    v->any = true;
    v->last = seq;
    v->flying++;
}

static void retired(struct track *t, uint32_t seq, dv_time done)
{
    for (uint32_t i = t->head; i < t->head + t->n; i++) {
        struct visit *v = &t->visit[i];
        if (!v->any || seq < v->first || seq > v->last || !v->flying)
            continue;
        v->flying--;
        v->end = done > v->end ? done : v->end;
        settle(t);
        return;
    }
}

void dv_marks_event(struct dv_marks *k, const struct dv_event *e)
{
    for (int i = 0; e->core < k->cores && i < k->regions; i++) {
        struct track *t = &k->region[i].core[e->core];
        if (e->kind == DV_EV_ISSUE)
            issued(t, e->seq);
        else if (e->kind == DV_EV_RETIRE)
            retired(t, e->seq, e->done);
        else if (e->kind == DV_EV_BLOCK && e->end)
            close_visit(t, e->end);
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

bool dv_marks_sum(const struct dv_marks *k, unsigned i, struct dv_mark_sum *out)
{
    if (i >= (unsigned)k->regions)
        return false;
    *out = (struct dv_mark_sum){.name = k->region[i].name};
    for (unsigned c = 0; c < k->cores; c++) {
        const struct track *t = &k->region[i].core[c];
        out->visits += t->visits;
        out->cores += t->visits != 0;
        out->total += t->total;
        out->cycles = t->total > out->cycles ? t->total : out->cycles;
        out->longest = t->longest > out->longest ? t->longest : out->longest;
    }
    return true;
}

bool dv_marks_failed(const struct dv_marks *k)
{
    return k->failed;
}
