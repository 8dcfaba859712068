/* A table that grows with the instructions that ran, not with the time they took. */
#include "emu/prof/ecosystem/sums.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR = 16 };

static size_t place_of(const struct dv_sums *t, uint64_t pc, unsigned core, unsigned pipe,
                       unsigned what)
{
    /* Instructions of a run of NEAR are neighbours: the next one is mostly asked for next. */
    uint64_t key =
        pc / (4 * NEAR) ^ (uint64_t)core << 48 ^ (uint64_t)pipe << 43 ^ (uint64_t)what << 38;
    unsigned bits = (unsigned)__builtin_ctzll(t->room / NEAR);
    size_t i = (size_t)(key * 0x9e3779b97f4a7c15ull >> (64 - bits)) * NEAR + pc / 4 % NEAR;
    for (;; i = (i + 1) & (t->room - 1)) {
        const struct dv_sum_row *r = &t->row[i];
        if (!r->used || (r->pc == pc && r->core == core && r->pipe == pipe && r->what == what))
            return i;
    }
}

static bool grow(struct dv_sums *t)
{
    struct dv_sums more = {.room = t->room ? 2 * t->room : 4096, .rows = t->rows};
    if (!(more.row = calloc(more.room, sizeof *more.row))) {
        t->failed = true;
        return false;
    }
    for (size_t i = 0; i < t->room; i++) {
        const struct dv_sum_row *r = &t->row[i];
        if (r->used)
            more.row[place_of(&more, r->pc, r->core, r->pipe, r->what)] = *r;
    }
    free(t->row);
    *t = more;
    return true;
}

void dv_sums_add(struct dv_sums *t, const struct dv_span *s)
{
    if (t->failed || (2 * t->rows >= t->room && !grow(t)))
        return;
    struct dv_sum_row *r = &t->row[place_of(t, s->pc, s->core, s->pipe, s->what)];
    if (!r->used) {
        *r = (struct dv_sum_row){
            .pc = s->pc, .core = s->core, .pipe = s->pipe, .what = s->what, .used = true};
        t->rows++;
    }
    r->time += s->end - s->start;
    r->items += s->items;
}

static int by_place(const void *a, const void *b)
{
    const struct dv_sum_row *x = a, *y = b;
    if (x->used != y->used)
        return x->used ? -1 : 1;
    if (x->core != y->core)
        return x->core < y->core ? -1 : 1;
    if (x->pipe != y->pipe)
        return x->pipe < y->pipe ? -1 : 1;
    if (x->what != y->what)
        return x->what > y->what ? -1 : 1; /* work before waits */
    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

void dv_sums_sort(struct dv_sums *t)
{
    if (t->row)
        qsort(t->row, t->room, sizeof *t->row, by_place);
}

void dv_sums_free(struct dv_sums *t)
{
    free(t->row);
    *t = (struct dv_sums){0};
}
