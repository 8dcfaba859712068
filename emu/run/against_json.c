/* The member `against` of the JSON document. Owns its keys; computes nothing but differences. */
#include <math.h>
#include <string.h>

#include "emu/run/against.h"

static void number(struct dv_json *j, const char *key, double v)
{
    if (v == floor(v) && fabs(v) < 9007199254740992.0)
        dv_json_i64(j, key, (int64_t)v);
    else
        dv_json_f64(j, key, v);
}

static void change(struct dv_json *j, double before, double now)
{
    number(j, "before", before);
    number(j, "now", now);
    number(j, "difference", now - before);
}

static void percent(struct dv_json *j, double before, double now)
{
    dv_json_f64(j, "percent", before > 0 ? 100 * (now - before) / before : NAN);
}

static void write_differs(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "differs", '[');
    for (unsigned i = 0; i < a->differs; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", a->differ[i].name);
        dv_json_text(j, "before", a->differ[i].before);
        dv_json_text(j, "now", a->differ[i].now);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void write_figures(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "figures", '[');
    for (unsigned i = 0; i < DV_FIGURES; i++) {
        double before = a->before->figure[i], now = a->now->figure[i];
        if (isnan(before) && isnan(now))
            continue;
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", dv_figure_names[i]);
        change(j, before, now);
        percent(j, before, now);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* ---- units ----------------------------------------------------------------------------------- */

static void share(struct dv_json *j, const char *key, const struct dv_account_pipe *p, double part)
{
    dv_json_f64(j, key, p->there ? dv_account_share(p, part) : NAN);
}

static void write_share(struct dv_json *j, const char *key, const struct dv_account_pipe *before,
                        double of_before, const struct dv_account_pipe *now, double of_now)
{
    double d = dv_account_share(now, of_now) - dv_account_share(before, of_before);
    dv_json_open(j, key, '{');
    share(j, "before", before, of_before);
    share(j, "now", now, of_now);
    dv_json_f64(j, "difference", before->there && now->there ? d : NAN);
    dv_json_close(j, '}');
}

static void write_pipes(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "pipes", '{');
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_account_pipe *x = &a->before->pipe[p], *y = &a->now->pipe[p];
        if (!x->there && !y->there)
            continue;
        dv_json_open(j, dv_pipe_json(p), '{');
        write_share(j, "busy", x, x->busy, y, y->busy);
        write_share(j, "stall", x, x->stalled, y, y->stalled);
        write_share(j, "idle", x, x->idle, y, y->idle);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

static void write_cells(struct dv_json *j, const char *key, const char *what,
                        const char *const *names, const struct dv_cell *c, unsigned n)
{
    dv_json_open(j, key, '[');
    for (unsigned i = 0; i < n; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "pipe", dv_pipe_json(c[i].pipe));
        dv_json_text(j, what, names[c[i].what]);
        change(j, c[i].before, c[i].now);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void write_bytes(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "bytes", '[');
    for (unsigned i = 0; i < a->paths; i++) {
        double before = a->before->bytes[a->path[i]], now = a->now->bytes[a->path[i]];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", dv_path_names[a->path[i]]);
        change(j, before, now);
        percent(j, before, now);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* A side is null when that run did not use the path, or its document does not tell. */
static void write_bursts(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "bytes_a_burst", '[');
    for (unsigned i = 0; i < a->paths; i++) {
        double before = a->before->burst[a->path[i]], now = a->now->burst[a->path[i]];
        if (isnan(before) && isnan(now))
            continue;
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", dv_path_names[a->path[i]]);
        change(j, before, now);
        percent(j, before, now);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* ---- the critical path ----------------------------------------------------------------------- */

static void write_side(struct dv_json *j, const char *key, const struct dv_account_line *l)
{
    if (!l) {
        dv_json_null(j, key);
        return;
    }
    dv_json_open(j, key, '{');
    dv_json_text(j, "file", l->file);
    if (l->line)
        dv_json_u64(j, "line", l->line);
    else
        dv_json_null(j, "line");
    dv_json_u64(j, "pc", l->pc);
    dv_json_text(j, "function", l->function);
    dv_json_text(j, "text", l->text);
    number(j, "cycles", l->cycles);
    dv_json_close(j, '}');
}

static void write_pairs(struct dv_json *j, const struct dv_against *a)
{
    dv_json_open(j, "lines", '[');
    for (size_t i = 0; i < a->pairs; i++) {
        const struct dv_line_pair *p = &a->pair[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "matched", dv_matched_names[p->matched]);
        write_side(j, "before", p->before);
        write_side(j, "now", p->now);
        number(j, "difference", dv_pair_now(p) - dv_pair_before(p));
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void write_path(struct dv_json *j, const struct dv_against *a)
{
    if (a->no_path) {
        dv_json_null(j, "critical_path");
        dv_json_text(j, "no_path", a->no_path);
        return;
    }
    dv_json_open(j, "critical_path", '{');
    dv_json_open(j, "cycles", '{');
    change(j, a->before->path_cycles, a->now->path_cycles);
    dv_json_close(j, '}');
    write_cells(j, "by", "cause", dv_path_cause_names, a->cell, a->cells);
    write_pairs(j, a);
    dv_json_open(j, "no_instruction", '{');
    change(j, a->before->no_instruction, a->now->no_instruction);
    dv_json_close(j, '}');
    dv_json_close(j, '}');
    dv_json_null(j, "no_path");
}

void dv_report_against(struct dv_json *j, const struct dv_against *a)
{
    if (!a) {
        dv_json_null(j, "against");
        return;
    }
    dv_json_open(j, "against", '{');
    dv_json_text(j, "file", a->file);
    dv_json_text(j, "kernel", a->before->kernel);
    dv_json_text(j, "build_id", a->before->build_id);
    dv_json_text(j, "text", a->text);
    dv_json_text(j, "bound", a->before->bound);
    write_differs(j, a);
    write_figures(j, a);
    write_pipes(j, a);
    write_cells(j, "stalls", "reason", dv_reason_names, a->stall, a->stalls);
    write_bytes(j, a);
    write_bursts(j, a);
    write_path(j, a);
    dv_json_close(j, '}');
}
