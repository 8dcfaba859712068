/* Holds two accounts against each other. Owns what counts as a change and the order of changes. */
#include "emu/run/against.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum dv_err dv_against_may(const struct dv_account *before, const char *file, const char *kernel,
                           struct dv_diag *d)
{
    if (!kernel || before->replay || !strcmp(before->kernel, kernel))
        return DV_OK;
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "%.120s is a run of kernel '%.64s', not of '%.64s'",
                            file, before->kernel, kernel);
    dv_diag_fix(d, "with --force they are compared all the same");
    return e;
}

double dv_account_share(const struct dv_account_pipe *p, double part)
{
    return p->total > 0 ? part / p->total : 0;
}

/* ---- what was set otherwise ------------------------------------------------------------------ */

static const char *fact_of(const struct dv_account *a, const char *name)
{
    for (unsigned i = 0; i < a->facts; i++)
        if (!strcmp(a->fact[i].name, name))
            return a->fact[i].text;
    return NULL;
}

static void differ(struct dv_against *a, const char *name, const char *before, const char *now)
{
    if (!before || !now || strcmp(before, now) != 0)
        a->differ[a->differs++] = (struct dv_differ){name, before, now};
}

/* A log does not tell the arguments. */
static bool is_told(const struct dv_against *a, const char *name)
{
    return a->before->replay == a->now->replay || strncmp(name, "args.", 5) != 0;
}

static void take_facts(struct dv_against *a)
{
    differ(a, "kernel", a->before->kernel, a->now->kernel);
    for (unsigned i = 0; i < a->now->facts; i++) {
        const struct dv_fact *f = &a->now->fact[i];
        if (is_told(a, f->name))
            differ(a, f->name, fact_of(a->before, f->name), f->text);
    }
    for (unsigned i = 0; i < a->before->facts; i++) {
        const struct dv_fact *f = &a->before->fact[i];
        if (is_told(a, f->name) && !fact_of(a->now, f->name))
            differ(a, f->name, f->text, NULL);
    }
}

/* ---- cells and paths ------------------------------------------------------------------------- */

static int by_change(const void *x, const void *y)
{
    const struct dv_cell *a = x, *b = y;
    double p = fabs(a->now - a->before), q = fabs(b->now - b->before);
    if (p != q)
        return p > q ? -1 : 1;
    return a->pipe != b->pipe ? a->pipe - b->pipe : a->what - b->what;
}

static void add_cell(struct dv_cell *to, unsigned *n, unsigned pipe, unsigned what, double before,
                     double now)
{
    if (before != now)
        to[(*n)++] = (struct dv_cell){(uint8_t)pipe, (uint8_t)what, before, now};
}

static void take_cells(struct dv_against *a)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_account_pipe *old = &a->before->pipe[p], *new = &a->now->pipe[p];
        for (unsigned c = 0; !a->no_path && c < DV_PATH_CAUSES; c++)
            add_cell(a->cell, &a->cells, p, c, old->spent[c], new->spent[c]);
        for (unsigned s = 0; s < DV_REASONS; s++)
            add_cell(a->stall, &a->stalls, p, s, dv_account_share(old, old->stall[s]),
                     dv_account_share(new, new->stall[s]));
    }
    qsort(a->cell, a->cells, sizeof *a->cell, by_change);
    qsort(a->stall, a->stalls, sizeof *a->stall, by_change);
}

static double byte_change(const struct dv_against *a, unsigned path)
{
    return fabs(a->now->bytes[path] - a->before->bytes[path]);
}

static void take_bytes(struct dv_against *a)
{
    for (unsigned p = 0; p < DV_PATHS; p++) {
        if (!a->before->bytes[p] && !a->now->bytes[p])
            continue;
        unsigned at = a->paths++;
        for (; at && byte_change(a, a->path[at - 1]) < byte_change(a, p); at--)
            a->path[at] = a->path[at - 1];
        a->path[at] = (uint8_t)p;
    }
}

static const char *why_no_path(const struct dv_account *before, const struct dv_account *now)
{
    if (!before->has_path)
        return "the earlier run has no critical path: dv prof --json writes one";
    return now->has_path ? NULL : "this run has no critical path";
}

/* A log knows instructions and no source: beside a kernel's run it is compared by them. */
static void take_lines(struct dv_account *of, bool by_insn)
{
    if (by_insn)
        dv_account_by_insn(of);
    else
        dv_account_by_line(of);
}

enum dv_err dv_against_take(struct dv_against *a, struct dv_account *before, struct dv_account *now,
                            const char *file, struct dv_diag *d)
{
    memset(a, 0, sizeof *a);
    a->file = file;
    a->before = before;
    a->now = now;
    a->no_path = why_no_path(before, now);
    take_facts(a);
    take_cells(a);
    take_bytes(a);
    take_lines(before, before->replay != now->replay);
    take_lines(now, before->replay != now->replay);
    if (!a->no_path && !dv_against_lines(a, before, now))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the comparison");
    dv_against_tell(a);
    return DV_OK;
}

void dv_against_free(struct dv_against *a)
{
    free(a->pair);
    a->pair = NULL;
}
