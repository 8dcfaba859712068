/* dv prof --against: an earlier run beside this one, as a table. Owns its wording and which rows
 * are left to the JSON; the figures come from emu/run/against.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"

enum { ROWS = 12, NAME = 22, COLUMN = 14 };

/* ---- taking ---------------------------------------------------------------------------------- */

int dv_earlier_begin(struct dv_earlier *e, const struct dv_run *r, const struct dv_run_cli *c)
{
    struct dv_diag d;
    memset(e, 0, sizeof *e);
    dv_diag_init(&d);
    if (!c->against)
        return 0;
    e->before = dv_account_read(c->against, e->path, sizeof e->path, &d);
    if (!e->before)
        return dv_show_diag(&d);
    const char *kernel = r->opts.feed ? NULL : r->kernel->name;
    if (c->force || !dv_against_may(e->before, e->path, kernel, &d))
        return 0;
    return dv_show_diag(&d);
}

/* This run is read back from its own document, so that both are what a reader finds. */
int dv_earlier_take(struct dv_earlier *e, struct dv_run *r)
{
    struct dv_json j = {0};
    struct dv_diag d;
    dv_diag_init(&d);
    if (!e->before)
        return 0;
    dv_report_json(&j, r, 0);
    if (!j.failed)
        e->now = dv_account_parse(j.p, j.n, "this run", &d);
    else
        dv_fail(&d, DV_E_MEMORY, "out of memory for the comparison");
    dv_json_free(&j);
    e->against = e->now ? malloc(sizeof *e->against) : NULL;
    if (e->now && !e->against)
        dv_fail(&d, DV_E_MEMORY, "out of memory for the comparison");
    if (!e->against || dv_against_take(e->against, e->before, e->now, e->path, &d))
        return dv_show_diag(&d);
    r->against = e->against;
    return 0;
}

void dv_earlier_free(struct dv_earlier *e)
{
    if (e->against)
        dv_against_free(e->against);
    free(e->against);
    dv_account_free(e->before);
    dv_account_free(e->now);
    memset(e, 0, sizeof *e);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *figure(double v, bool sign, char out[40])
{
    char plain[32];
    const char *plus = sign && v > 0 ? "+" : "";
    if (isnan(v))
        return "-";
    if (v == floor(v))
        snprintf(out, 40, "%s%.0f", plus, v);
    else
        snprintf(out, 40, "%s%s", plus, dv_json_number(round(v * 1e4) / 1e4, plain));
    return out;
}

static void head(const char *what, const char *last)
{
    printf("\n%-*s %*s %*s %*s %10s\n", NAME, what, COLUMN, "before", COLUMN, "now", COLUMN,
           "difference", last);
}

/* `of` is what the last column is a percentage of; 0 = nothing. */
static void row(const char *name, double before, double now, double of)
{
    char text[3][40], part[40] = "";
    if (of > 0 && !isnan(now - before))
        snprintf(part, sizeof part, now == before ? "0.0" : "%+.1f", 100 * (now - before) / of);
    printf("%-*s %*s %*s %*s %10s\n", NAME, name, COLUMN, figure(before, false, text[0]), COLUMN,
           figure(now, false, text[1]), COLUMN, figure(now - before, true, text[2]), part);
}

/* Shares of the time of a unit, in percent. */
static void share(double before, double now)
{
    char move[60];
    snprintf(move, sizeof move, "%.1f -> %.1f", 100 * before, 100 * now);
    printf("%15s", move);
    if (before == now)
        printf(" %6s", "0.0");
    else
        printf(" %+6.1f", 100 * (now - before));
}

static void more(size_t n)
{
    if (n > ROWS)
        printf("and %zu more, with --json\n", n - ROWS);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void show_figures(const struct dv_against *a)
{
    head("figure", "%");
    for (unsigned i = 0; i < DV_FIGURES; i++) {
        double before = a->before->figure[i], now = a->now->figure[i];
        if (!isnan(before) || !isnan(now))
            row(dv_figure_names[i], before, now, before);
    }
}

static double path_share(const struct dv_account *a, unsigned pipe)
{
    return a->path_cycles > 0 ? a->pipe[pipe].path / a->path_cycles : 0;
}

static void show_units(const struct dv_against *a)
{
    printf("\n%-8s %15s %6s%15s %6s%15s %6s%15s %6s\n", "unit", "busy %", "", "stall %", "",
           "idle %", "", a->no_path ? "" : "path %", "");
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_account_pipe *x = &a->before->pipe[p], *y = &a->now->pipe[p];
        if (!x->busy && !y->busy && !x->stalled && !y->stalled)
            continue;
        printf("%-8s ", dv_pipe_json(p));
        share(dv_account_share(x, x->busy), dv_account_share(y, y->busy));
        share(dv_account_share(x, x->stalled), dv_account_share(y, y->stalled));
        share(dv_account_share(x, x->idle), dv_account_share(y, y->idle));
        if (!a->no_path)
            share(path_share(a->before, p), path_share(a->now, p));
        putchar('\n');
    }
}

/* Adjoining bursts count as one. */
static void show_burst(const struct dv_against *a, unsigned path)
{
    double before = a->before->burst[path], now = a->now->burst[path];
    if (!isnan(before) || !isnan(now))
        row("  in one burst", before, now, before);
}

static void show_bytes(const struct dv_against *a)
{
    if (a->paths)
        head("bytes", "%");
    for (unsigned i = 0; i < a->paths; i++) {
        row(dv_path_names[a->path[i]], a->before->bytes[a->path[i]], a->now->bytes[a->path[i]],
            a->before->bytes[a->path[i]]);
        show_burst(a, a->path[i]);
    }
}

static void show_path(const struct dv_against *a)
{
    char name[60];
    if (a->no_path)
        return;
    head("critical path, cycles", "% of it");
    row("together", a->before->path_cycles, a->now->path_cycles, a->before->path_cycles);
    for (unsigned i = 0; i < a->cells && i < ROWS; i++) {
        const struct dv_cell *c = &a->cell[i];
        snprintf(name, sizeof name, "%s %s", dv_pipe_json(c->pipe), dv_path_cause_names[c->what]);
        row(name, c->before, c->now, a->before->path_cycles);
    }
    more(a->cells);
}

static const char *place(const struct dv_account_line *l, char out[100])
{
    const char *slash = l->file ? strrchr(l->file, '/') : NULL;
    if (l->file && l->line)
        snprintf(out, 100, "%.40s:%llu", slash ? slash + 1 : l->file, (unsigned long long)l->line);
    else
        snprintf(out, 100, "0x%llx", (unsigned long long)l->pc);
    return out;
}

/* "gemm.s:70 -> 72"; the numbers alone when the file is the same. */
static void pair_place(const struct dv_line_pair *p, char *out, size_t size)
{
    char was[100], is[100];
    const char *colon;
    size_t n;
    place(p->now ? p->now : p->before, is);
    place(p->before ? p->before : p->now, was);
    colon = strrchr(is, ':');
    n = colon ? (size_t)(colon - is) + 1 : 0;
    if (!p->before || !p->now || !strcmp(was, is))
        snprintf(out, size, "%s", is);
    else if (n && !strncmp(was, is, n))
        snprintf(out, size, "%s -> %s", was, is + n);
    else
        snprintf(out, size, "%s -> %s", was, is);
}

static void show_pair(const struct dv_line_pair *p)
{
    const struct dv_account_line *l = p->now ? p->now : p->before;
    char text[3][40], at[220];
    pair_place(p, at, sizeof at);
    printf("%12s %12s %12s  %-26s %s\n",
           p->before ? figure(p->before->cycles, false, text[0]) : "-",
           p->now ? figure(p->now->cycles, false, text[1]) : "-",
           figure(dv_pair_now(p) - dv_pair_before(p), true, text[2]), at, l->text ? l->text : "");
    if (p->matched == DV_MATCHED_MNEMONIC && p->before->text)
        printf("%12s %12s %12s  %-26s %s\n", "", "", "", "before:", p->before->text);
}

static void show_lines(const struct dv_against *a)
{
    if (a->no_path || !a->pairs)
        return;
    printf("\n%12s %12s %12s  %s\n", "before", "now", "difference",
           "line, cycles of the critical path");
    for (size_t i = 0; i < a->pairs && i < ROWS; i++)
        show_pair(&a->pair[i]);
    more(a->pairs);
}

static void show_differ(const struct dv_differ *d)
{
    const char *before = d->before ? d->before : "not set", *now = d->now ? d->now : "not set";
    printf("differs: %s, %.40s%s -> %.40s%s\n", d->name, before, strlen(before) > 40 ? ".." : "",
           now, strlen(now) > 40 ? ".." : "");
}

void dv_show_against(const struct dv_against *a)
{
    printf("\ncompared with %s\n", a->file);
    for (unsigned i = 0; i < a->differs; i++)
        show_differ(&a->differ[i]);
    show_figures(a);
    show_units(a);
    show_bytes(a);
    show_path(a);
    show_lines(a);
    printf("\n%s\n", a->text);
    if (a->no_path)
        dv_note("%s", a->no_path);
}
