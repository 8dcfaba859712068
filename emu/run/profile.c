/* The members of the JSON document that only dv prof fills. Owns their keys; computes nothing. */
#include <math.h>
#include <stdio.h>

#include "emu/run/listing.h"
#include "emu/run/run.h"

static void share(struct dv_json *j, const char *key, dv_time part, dv_time whole)
{
    dv_json_f64(j, key, whole ? (double)part / (double)whole : NAN);
}

/* ---- the critical path ----------------------------------------------------------------------- */

static void write_full(struct dv_json *j, const struct dv_path_full *f)
{
    dv_json_open(j, "queue_full", '{');
    dv_json_u64(j, "times", f->times);
    dv_report_cycles(j, "cycles", f->time);
    dv_report_cycles(j, "others", f->others);
    dv_json_close(j, '}');
}

static void write_slack(struct dv_json *j, const struct dv_path_slack *s)
{
    if (!s->taken) {
        dv_json_null(j, "slack");
        return;
    }
    dv_json_open(j, "slack", '{');
    dv_json_u64(j, "flags", s->taken);
    dv_json_u64(j, "late", s->late);
    dv_report_cycles(j, "least", s->least);
    dv_json_f64(j, "mean", (double)s->sum / DV_CYCLE / (double)s->taken);
    dv_json_close(j, '}');
}

static void write_path_pipes(struct dv_json *j, const struct dv_path_sum *s)
{
    dv_json_open(j, "pipes", '{');
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        if (!s->pipe[p] && !s->slack[p].taken && !s->full[p].times)
            continue;
        dv_json_open(j, dv_pipe_json(p), '{');
        dv_report_cycles(j, "cycles", s->pipe[p]);
        dv_json_open(j, "by", '{');
        for (unsigned c = 0; c < DV_PATH_CAUSES; c++)
            if (s->spent[p][c])
                dv_report_cycles(j, dv_path_cause_names[c], s->spent[p][c]);
        dv_json_close(j, '}');
        write_full(j, &s->full[p]);
        write_slack(j, &s->slack[p]);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

/* By these a line is found again when its number has changed (against_lines.c). A line of a log
 * holds its tick, and is found by its instruction. */
static void write_listed(struct dv_json *j, struct dv_listing *listing, uint64_t pc, bool fed)
{
    struct dv_listed l = {.insn = ""};
    if (listing)
        dv_listing_at(listing, pc, &l);
    dv_json_text(j, "function", *l.function ? l.function : NULL);
    dv_json_text(j, "insn", *l.insn ? l.insn : NULL);
    dv_json_text(j, "source", *l.source && !fed ? l.source : NULL);
}

static void write_path_lines(struct dv_json *j, const struct dv_run *r, const struct dv_path_sum *s)
{
    struct dv_listing *listing = dv_listing_new(r->obj);
    dv_json_open(j, "instructions", '[');
    for (uint32_t i = 0; i < s->words; i++) {
        const struct dv_line *l = s->at[i] ? dv_obj_line(r->obj, 4ull * i) : NULL;
        if (!s->at[i])
            continue;
        dv_json_open(j, NULL, '{');
        dv_json_u64(j, "pc", 4ull * i);
        dv_json_text(j, "file", l && l->line ? r->obj->file[l->file] : NULL);
        if (l && l->line)
            dv_json_u64(j, "line", l->line);
        else
            dv_json_null(j, "line");
        write_listed(j, listing, 4ull * i, r->opts.feed != NULL);
        dv_report_cycles(j, "cycles", s->at[i]);
        dv_json_close(j, '}');
    }
    dv_listing_free(listing);
    dv_json_close(j, ']');
    dv_report_cycles(j, "no_instruction", s->nowhere);
}

static void write_path_flags(struct dv_json *j, const struct dv_run *r, const struct dv_path_sum *s)
{
    char name[128];
    dv_json_open(j, "flags", '[');
    for (unsigned i = 0; i < s->flags; i++) {
        const struct dv_path_flag *f = &s->flag[i];
        dv_machine_flag_text(r->machine, f->src, f->dst, f->id, name, sizeof name);
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", name);
        dv_json_text(j, "from", dv_pipe_json(f->src));
        dv_json_text(j, "to", dv_pipe_json(f->dst));
        dv_json_u64(j, "id", f->id);
        dv_json_u64(j, "times", f->times);
        dv_report_cycles(j, "cycles", f->time);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    dv_report_cycles(j, "no_flag", s->unflagged);
}

static void write_path(struct dv_json *j, const struct dv_run *r)
{
    const struct dv_verdict *v = r->verdict;
    const struct dv_path_sum *s = v->path;
    if (!s) {
        dv_json_null(j, "critical_path");
        return;
    }
    dv_json_open(j, "critical_path", '{');
    dv_json_u64(j, "core", v->core);
    dv_report_cycles(j, "cycles", s->total);
    dv_json_u64(j, "steps", s->steps);
    write_path_pipes(j, s);
    dv_json_open(j, "causes", '{');
    for (unsigned c = 0; c < DV_PATH_CAUSES; c++)
        dv_report_cycles(j, dv_path_cause_names[c], s->cause[c]);
    dv_json_close(j, '}');
    dv_json_open(j, "shared", '{');
    for (unsigned p = 0; p < DV_SHARED_POOLS; p++)
        dv_report_cycles(j, dv_path_pool_names[p], s->shared[p]);
    dv_json_close(j, '}');
    dv_json_u64(j, "crossings", s->crossings);
    dv_report_cycles(j, "elsewhere", s->elsewhere);
    write_path_lines(j, r, s);
    write_path_flags(j, r, s);
    dv_json_close(j, '}');
}

/* ---- the bound ------------------------------------------------------------------------------- */

static void write_bound(struct dv_json *j, const struct dv_verdict *v)
{
    char name[16];
    if (!v->path) {
        dv_json_null(j, "bound");
        return;
    }
    dv_json_open(j, "bound", '{');
    dv_json_text(j, "kind", dv_bound_names[v->bound]);
    dv_json_text(j, "pipe", dv_pipe_json(v->pipe));
    dv_json_text(j, "path", v->along < DV_PATHS ? dv_path_text(v->along, name) : NULL);
    dv_json_f64(j, "share", v->share);
    dv_json_text(j, "text", v->text);
    dv_json_close(j, '}');
}

static void write_moves(struct dv_json *j, const struct dv_run *r)
{
    const struct dv_verdict *v = r->verdict;
    char name[16];
    dv_json_open(j, "moves", '{');
    for (unsigned p = 0; p < DV_PATHS; p++) {
        const struct dv_moved *m = &v->moved[p];
        if (!m->items)
            continue;
        dv_json_open(j, dv_path_text(p, name), '{');
        dv_json_u64(j, "moves", m->items);
        dv_json_u64(j, "bytes", m->bytes);
        dv_json_u64(j, "bursts", m->bursts);
        dv_json_u64(j, "runs", m->runs);
        share(j, "limited_by_requests", m->thin, m->work);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

static void write_roofs(struct dv_json *j, const struct dv_verdict *v)
{
    char name[16];
    dv_json_open(j, "roofs", '[');
    for (unsigned i = 0; i < v->roofs; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", dv_roof_text(&v->roof[i], name));
        dv_json_f64(j, "share", v->roof[i].share);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void write_macro(struct dv_json *j, const struct dv_costly *l)
{
    if (!l->macro) {
        dv_json_null(j, "macro");
        return;
    }
    dv_json_open(j, "macro", '{');
    dv_json_text(j, "name", l->macro);
    dv_json_text(j, "file", l->caller);
    dv_json_u64(j, "line", l->called);
    dv_json_close(j, '}');
}

static void write_lines(struct dv_json *j, const struct dv_verdict *v)
{
    dv_json_open(j, "lines", '[');
    for (unsigned i = 0; i < v->lines; i++) {
        const struct dv_costly *l = &v->line[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "file", l->file);
        if (l->file)
            dv_json_u64(j, "line", l->line);
        else
            dv_json_null(j, "line");
        dv_json_u64(j, "pc", l->pc);
        dv_report_cycles(j, "cycles", l->time);
        write_macro(j, l);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* ---- what if --------------------------------------------------------------------------------- */

static void write_ideals(struct dv_json *j, const struct dv_ideals *o)
{
    if (!o) {
        dv_json_null(j, "what_if");
        return;
    }
    dv_json_open(j, "what_if", '[');
    for (unsigned i = 0; i < o->n; i++) {
        const struct dv_ideal *f = &o->row[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", f->name);
        dv_json_text(j, "means", f->means);
        dv_json_bool(j, "limit", f->limit);
        if (f->faults)
            dv_json_null(j, "saved_cycles");
        else
            dv_report_cycles(j, "saved_cycles", f->saved);
        dv_json_text(j, "fault", f->faults ? f->text : NULL);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

void dv_report_profile(struct dv_json *j, const struct dv_run *r)
{
    const struct dv_verdict *v = r->verdict;
    if (!v) {
        dv_json_null(j, "profile");
        dv_json_null(j, "what_if");
        return;
    }
    dv_json_open(j, "profile", '{');
    write_bound(j, v);
    write_lines(j, v);
    write_roofs(j, v);
    write_moves(j, r);
    write_path(j, r);
    dv_json_text(j, "no_path", v->path ? NULL : v->why);
    dv_json_close(j, '}');
    write_ideals(j, r->ideals);
}
