/* Flags between cores, without times; see links.h. */
#include "emu/check/links.h"

#include <stdlib.h>
#include <string.h>

enum { IDS = 16, MODES = 3, PEERS = 0, PAIR = 1 };

/* First in, first out. */
struct told {
    struct dv_far *far;
    struct told *next;
};
struct list {
    struct told *first, *last;
};

struct core {
    struct dv_far *far; /* what S knows */
    struct list sent[MODES][IDS], counter[IDS];
    bool used;
};

struct dv_links {
    struct dv_rules *k;
    struct core *core;
    unsigned cores, aic; /* AICs of the chip: they come first */
};

struct range {
    unsigned first, n;
};

/* ---- what is known --------------------------------------------------------------------------- */

static struct dv_far *far_new(const struct dv_links *l)
{
    struct dv_far *f = calloc(1, sizeof *f + l->cores * sizeof f->upto[0]);

    if (f)
        f->owners = 1;
    else
        l->k->book.failed = true;
    return f;
}

void dv_far_drop(struct dv_far *f)
{
    if (f && !--f->owners)
        free(f);
}

static void far_learn(const struct dv_links *l, struct dv_far *f, const struct dv_far *more)
{
    for (unsigned c = 0; more && c < l->cores; c++)
        for (unsigned a = 0; a < DV_AGENTS; a++)
            if (f->upto[c][a] < more->upto[c][a])
                f->upto[c][a] = more->upto[c][a];
}

struct dv_far *dv_links_now(struct dv_links *l, unsigned core)
{
    struct dv_far *f = l->core[core].far;

    if (f)
        f->owners++;
    return f;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void push(struct dv_links *l, struct list *q, struct dv_far *f)
{
    struct told *t = malloc(sizeof *t);

    if (!t) {
        l->k->book.failed = true;
        return;
    }
    f->owners++;
    *t = (struct told){f, NULL};
    if (q->last)
        q->last->next = t;
    else
        q->first = t;
    q->last = t;
}

/* The oldest, which is the caller's then; NULL: none. */
static struct dv_far *pop(struct list *q)
{
    struct told *t = q->first;
    struct dv_far *f = t ? t->far : NULL;

    if (!t)
        return NULL;
    q->first = t->next;
    if (!q->first)
        q->last = NULL;
    free(t);
    return f;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static unsigned vectors(const struct dv_links *l, uint32_t block)
{
    return l->aic + 2 * block;
}

/* Cores that set together with this one, and those whose counters they raise. */
static void group(const struct dv_links *l, unsigned core, uint32_t block, unsigned mode,
                  struct range *members, struct range *targets)
{
    bool cube = core < l->aic;
    struct range pair = {vectors(l, block), 2}, one = {block, 1};

    if (mode == PEERS)
        *members = *targets =
            cube ? (struct range){0, l->aic} : (struct range){l->aic, l->cores - l->aic};
    else if (mode == PAIR)
        *members = *targets = pair;
    else {
        *members = cube ? one : pair;
        *targets = cube ? pair : one;
    }
}

static bool complete(const struct dv_links *l, const struct range *members, unsigned mode,
                     unsigned id)
{
    for (unsigned c = members->first; c < members->first + members->n; c++)
        if (l->core[c].used && !l->core[c].sent[mode][id].first)
            return false;
    return true;
}

void dv_links_set(struct dv_links *l, const struct dv_deed *e, const struct dv_know *know)
{
    struct dv_far *f = far_new(l), *all;
    struct range members, targets;
    unsigned mode = e->src, id = e->id;

    if (!f)
        return;
    far_learn(l, f, e->far);
    memcpy(f->upto[e->core], know->upto[DV_REACH_GM], sizeof f->upto[0]);
    push(l, &l->core[e->core].sent[mode][id], f);
    dv_far_drop(f);
    group(l, e->core, e->block, mode, &members, &targets);
    if (!complete(l, &members, mode, id) || !(all = far_new(l)))
        return;
    for (unsigned c = members.first; c < members.first + members.n; c++) {
        f = pop(&l->core[c].sent[mode][id]);
        far_learn(l, all, f);
        dv_far_drop(f);
    }
    for (unsigned c = targets.first; c < targets.first + targets.n; c++)
        if (l->core[c].used)
            push(l, &l->core[c].counter[id], all);
    dv_far_drop(all);
}

const struct dv_far *dv_links_wait(struct dv_links *l, unsigned core, unsigned id)
{
    struct core *c = &l->core[core];
    struct dv_far *news = pop(&c->counter[id % IDS]), *f = news ? far_new(l) : NULL;

    if (!f) {
        dv_far_drop(news);
        return NULL;
    }
    far_learn(l, f, c->far);
    far_learn(l, f, news);
    dv_far_drop(news);
    dv_far_drop(c->far);
    c->far = f;
    return f;
}

/* ---- life ------------------------------------------------------------------------------------ */

struct dv_links *dv_links_new(struct dv_rules *k)
{
    struct dv_links *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    l->k = k;
    l->cores = k->cores;
    l->aic = (unsigned)DV_P(dv_machine_chip(k->book.m), aic);
    l->core = calloc(l->cores, sizeof *l->core);
    if (l->core)
        return l;
    free(l);
    return NULL;
}

static void clear(struct list *q)
{
    while (q->first)
        dv_far_drop(pop(q));
}

void dv_links_free(struct dv_links *l)
{
    for (unsigned i = 0; l && i < l->cores; i++) {
        struct core *c = &l->core[i];
        dv_far_drop(c->far);
        for (unsigned id = 0; id < IDS; id++) {
            clear(&c->counter[id]);
            for (unsigned mode = 0; mode < MODES; mode++)
                clear(&c->sent[mode][id]);
        }
    }
    if (l)
        free(l->core);
    free(l);
}

void dv_links_begin(struct dv_links *l, unsigned core)
{
    l->core[core].used = true;
}
