/* The JSON document of a run (CONTRACT section 4, docs/schema/run.json). Owns keys and their
 * order; every key is always present. Must not compute anything. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emu/chips/version.h"
#include "emu/run/memory.h"
#include "emu/run/run.h"
#include "emu/run/version.h"

static const char *const core_names[] = {"aic", "aiv", "mix", "c100"};

void dv_report_cycles(struct dv_json *j, const char *key, dv_time t)
{
    if (t % DV_CYCLE == 0)
        dv_json_u64(j, key, t / DV_CYCLE);
    else
        dv_json_f64(j, key, (double)t / DV_CYCLE);
}

/* ---- identity -------------------------------------------------------------------------------- */

static void write_args(struct dv_json *j, const struct dv_run *r)
{
    dv_json_open(j, "args", '{');
    for (uint32_t i = 0; i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        const char *name = a->param->name;
        if (dv_arg_is_tensor(a))
            dv_json_text(j, name, a->text ? a->text : dv_arg_is_input(a) ? "random" : NULL);
        else if (a->param->elem == DV_EL_F32)
            dv_json_f64(j, name, a->f);
        else if (a->param->elem == DV_EL_U64)
            dv_json_u64(j, name, (uint64_t)a->i);
        else
            dv_json_i64(j, name, a->i);
    }
    dv_json_close(j, '}');
}

static void write_set(struct dv_json *j, const struct dv_run *r)
{
    dv_json_open(j, "set", '{');
    for (size_t i = 0; i < r->opts.sets; i++)
        dv_json_text(j, r->opts.set[i].path, r->opts.set[i].text);
    dv_json_close(j, '}');
}

static void write_identity(struct dv_json *j, const struct dv_run *r)
{
    char id[20], note[128];
    dv_json_text(j, "schema", "dv.run/1");
    dv_json_open(j, "dv", '{');
    dv_json_text(j, "version", DV_VERSION);
    dv_json_text(j, "commit", DV_COMMIT);
    dv_json_close(j, '}');
    dv_json_open(j, "model", '{');
    dv_json_text(j, "chip", r->chip.name);
    dv_json_text(j, "version", DV_MODEL_VERSION);
    dv_json_text(j, "chip_file_sha256", r->chip.sha256);
    dv_json_f64(j, "clock_mhz", (double)DV_P(&r->chip, clock) * 1e-6);
    dv_json_text(j, "clock_note", dv_clock_text(&r->chip, note, sizeof note));
    dv_json_close(j, '}');
    dv_json_text(j, "kernel", r->kernel->name);
    snprintf(id, sizeof id, "%016" PRIx64, r->build_id);
    dv_json_text(j, "build_id", id);
    write_args(j, r);
    write_set(j, r);
    dv_json_u64(j, "blocks", r->args.blocks);
    dv_json_text(j, "core", core_names[r->kernel->core & 3]);
    dv_json_u64(j, "seed", r->opts.has_seed ? r->opts.seed : 1);
    dv_json_text(j, "cache", r->opts.cold ? "cold" : "warm");
    dv_json_u64(j, "warmup", r->opts.warmup);
    dv_json_u64(j, "repeat", r->opts.repeat ? r->opts.repeat : 1);
    dv_json_text(j, "mem", dv_memory_name(r->memory));
    dv_json_text(j, "acc", dv_acc_names[r->opts.acc]);
}

/* ---- results --------------------------------------------------------------------------------- */

static void count(struct dv_json *j, const char *key, bool known, uint64_t v)
{
    if (known)
        dv_json_u64(j, key, v);
    else
        dv_json_null(j, key);
}

static void number(struct dv_json *j, const char *key, bool known, double v)
{
    dv_json_f64(j, key, known ? v : NAN);
}

static void write_times(struct dv_json *j, const struct dv_result *o)
{
    bool known = o->ended && o->has_time;
    count(j, "cycles", known, (o->sum.cycles + DV_CYCLE - 1) / DV_CYCLE);
    if (known) {
        dv_json_open(j, "core_cycles", '{');
        dv_report_cycles(j, "min", o->sum.least);
        dv_json_f64(j, "mean", o->sum.mean);
        dv_report_cycles(j, "max", o->sum.most);
        dv_json_close(j, '}');
    } else {
        dv_json_null(j, "core_cycles");
    }
    if (known && o->repeats.n) {
        dv_json_open(j, "repeat_cycles", '{');
        dv_report_cycles(j, "min", o->repeats.least);
        dv_json_f64(j, "median", o->repeats.median / DV_CYCLE);
        dv_report_cycles(j, "max", o->repeats.most);
        dv_json_close(j, '}');
    } else {
        dv_json_null(j, "repeat_cycles");
    }
    number(j, "time_us", known, o->time_us);
    number(j, "core_us", known, o->core_us);
    number(j, "task_us", known, o->task_us);
}

static void write_uncertainty(struct dv_json *j, const struct dv_result *o)
{
    const struct dv_uncertainty *u = &o->uncertainty;
    if (!o->ended || !u->known) {
        dv_json_null(j, "uncertainty");
        return;
    }
    dv_json_open(j, "uncertainty", '{');
    dv_json_u64(j, "low", u->low);
    dv_json_u64(j, "high", u->high);
    dv_json_open(j, "by", '[');
    for (unsigned i = 0; i < u->n; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "path", dv_chip_params[u->by[i].number].path);
        dv_json_u64(j, "low", u->by[i].low);
        dv_json_u64(j, "high", u->by[i].high);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    dv_json_close(j, '}');
}

static void write_tolerance(struct dv_json *j, const struct dv_tolerance *t)
{
    dv_json_open(j, "tolerance", '{');
    number(j, "rtol", t->has_rel, t->rtol);
    number(j, "atol", t->has_rel, t->atol);
    count(j, "max_ulp", t->has_ulp, t->max_ulp);
    dv_json_close(j, '}');
}

static void write_verify(struct dv_json *j, const struct dv_result *o)
{
    if (o->verified < 0)
        dv_json_null(j, "verified");
    else
        dv_json_bool(j, "verified", o->verified);
    dv_json_open(j, "verify", '{');
    for (unsigned i = 0; i < o->verifies; i++) {
        const struct dv_verify *v = &o->verify[i];
        dv_json_open(j, v->name, '{');
        dv_json_text(j, "metric", v->metric);
        write_tolerance(j, &v->tolerance);
        dv_json_f64(j, "max_abs", v->max_abs);
        dv_json_f64(j, "max_rel", v->max_rel);
        count(j, "max_ulp", v->max_ulp != UINT64_MAX, v->max_ulp);
        dv_json_u64(j, "mismatches", v->mismatches);
        count(j, "first_index", v->mismatches, v->first);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

static void write_rests(struct dv_json *j, const struct dv_result *o)
{
    if (!o->ended || !o->has_time) {
        dv_json_null(j, "cycles_by_provenance");
        return;
    }
    dv_json_open(j, "cycles_by_provenance", '{');
    for (unsigned i = 0; i < DV_BLAMES; i++)
        dv_json_u64(j, dv_blame_names[i], o->sum.rests[i]);
    dv_json_close(j, '}');
}

static void write_actions(struct dv_json *j, const struct dv_result *o)
{
    const struct dv_action *a;
    if (!o->ended) {
        dv_json_null(j, "actions");
        return;
    }
    dv_json_open(j, "actions", '{');
    for (unsigned i = 0; (a = dv_action_at(i)); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s.%s", a->component, a->name);
        dv_json_u64(j, name, dv_action_count(a, &o->sum));
    }
    dv_json_close(j, '}');
}

/* Ratios need no joules: the unit of parts and macs is the energy of one f16 product. */
static void write_energy(struct dv_json *j, const struct dv_run *r)
{
    struct dv_energy e;
    bool joules = r->opts.energy > 1;
    double one = (double)DV_P(&r->chip, pj_mac_f16);
    if (!r->result.ended || !r->opts.energy) {
        dv_json_null(j, "energy");
        return;
    }
    dv_energy_take(&e, &r->chip, &r->result.sum);
    dv_json_open(j, "energy", '{');
    number(j, "uj", joules, (double)e.total * 1e-9);
    number(j, "low", joules, (double)e.low * 1e-9);
    number(j, "high", joules, (double)e.high * 1e-9);
    dv_json_f64(j, "macs", (double)e.total / one);
    dv_json_open(j, "parts", '{');
    for (unsigned i = 0; i < DV_ENERGY_PARTS; i++)
        dv_json_f64(j, dv_energy_names[i], (double)e.part[i] / one);
    dv_json_close(j, '}');
    dv_json_close(j, '}');
}

static void write_rates(struct dv_json *j, const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    count(j, "mac_useful", o->ended && o->has_macs, o->mac_useful);
    count(j, "mac_executed", o->ended, o->sum.macs);
    number(j, "mac_per_cycle", o->ended, o->mac_per_cycle);
    number(j, "tflops", o->ended, o->tflops);
    number(j, "peak_tflops", o->ended, o->peak_tflops);
    number(j, "pct_peak", o->ended, o->pct_peak);
    count(j, "instructions", o->ended, o->sum.instructions);
    dv_json_text(j, "bound", o->ended && o->has_time ? o->bound : NULL);
    write_energy(j, r);
    write_actions(j, o);
    write_rests(j, o);
}

static void write_pipe(struct dv_json *j, unsigned pipe, const struct dv_pipe_sum *p, bool timed)
{
    dv_json_open(j, dv_pipe_json(pipe), '{');
    if (timed)
        dv_report_cycles(j, "busy_cycles", p->busy);
    else
        dv_json_null(j, "busy_cycles");
    number(j, "ratio", timed, p->ratio);
    dv_json_u64(j, "instructions", p->instructions);
    dv_json_open(j, "stall", '{');
    for (unsigned i = 0; timed && i < DV_REASONS; i++)
        dv_report_cycles(j, dv_reason_names[i], p->stall[i]);
    dv_json_close(j, '}');
    if (timed)
        dv_report_cycles(j, "idle_cycles", p->idle);
    else
        dv_json_null(j, "idle_cycles");
    dv_json_close(j, '}');
}

static void write_pipes(struct dv_json *j, const struct dv_result *o)
{
    if (!o->ended) {
        dv_json_null(j, "pipes");
        dv_json_null(j, "bytes");
        return;
    }
    dv_json_open(j, "pipes", '{');
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (o->sum.pipe[p].cores)
            write_pipe(j, p, &o->sum.pipe[p], o->has_time);
    dv_json_close(j, '}');
    dv_json_open(j, "bytes", '{');
    for (unsigned p = 0; p < DV_PATHS; p++)
        dv_json_u64(j, dv_path_names[p], o->sum.path_bytes[p]);
    dv_json_close(j, '}');
}

static void write_mark(struct dv_json *j, const struct dv_run *r, const struct dv_mark_sum *m)
{
    bool timed = r->result.has_time;
    dv_json_open(j, m->name, '{');
    dv_json_u64(j, "visits", m->visits);
    dv_json_u64(j, "cores", m->cores);
    count(j, "cycles", timed, (m->cycles + DV_CYCLE - 1) / DV_CYCLE);
    count(j, "core_cycles", timed, (m->total + DV_CYCLE - 1) / DV_CYCLE);
    count(j, "longest", timed, (m->longest + DV_CYCLE - 1) / DV_CYCLE);
    dv_json_close(j, '}');
}

static void write_marks(struct dv_json *j, const struct dv_run *r)
{
    struct dv_mark_sum m;
    if (!r->result.ended) {
        dv_json_null(j, "marks");
        return;
    }
    dv_json_open(j, "marks", '{');
    for (unsigned i = 0; dv_watch_mark(r, i, &m); i++)
        write_mark(j, r, &m);
    dv_json_close(j, '}');
}

/* ---- findings -------------------------------------------------------------------------------- */

static void index_or_null(struct dv_json *j, const char *key, int v)
{
    if (v < 0)
        dv_json_null(j, key);
    else
        dv_json_i64(j, key, v);
}

static void text_or_null(struct dv_json *j, const char *key, const char *v)
{
    dv_json_text(j, key, *v ? v : NULL);
}

static void write_place(struct dv_json *j, const struct dv_place *p)
{
    index_or_null(j, "core", p->core);
    index_or_null(j, "block", p->block);
    dv_json_text(j, "pipe", p->pipe < 0 ? NULL : dv_pipe_json((unsigned)p->pipe));
    count(j, "pc", p->has_pc, p->pc);
    text_or_null(j, "file", p->file);
    count(j, "line", p->line > 0, (uint64_t)p->line);
    text_or_null(j, "insn", p->insn);
    text_or_null(j, "operand", p->operand);
    text_or_null(j, "buffer", p->buffer);
    text_or_null(j, "mark", p->mark);
    text_or_null(j, "space", p->space);
    count(j, "address", p->has_address, p->address);
    count(j, "bytes", p->has_address, p->bytes);
    count(j, "cycle", p->has_cycle, p->cycle);
}

/* One string a line. */
static void write_picture(struct dv_json *j, const char *p)
{
    char line[600];
    if (!p) {
        dv_json_null(j, "picture");
        return;
    }
    dv_json_open(j, "picture", '[');
    for (size_t n; *p; p += n + (p[n] == '\n')) {
        n = strcspn(p, "\n");
        snprintf(line, sizeof line, "%.*s", (int)n, p);
        dv_json_text(j, NULL, line);
    }
    dv_json_close(j, ']');
}

void dv_report_finding(struct dv_json *j, const struct dv_finding *f)
{
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "code", f->code);
    dv_json_text(j, "severity", f->severity);
    dv_json_text(j, "message", f->d.text);
    write_place(j, &f->d.at);
    if (f->d.has_other) {
        dv_json_open(j, "other", '{');
        write_place(j, &f->d.other);
        dv_json_close(j, '}');
    } else {
        dv_json_null(j, "other");
    }
    text_or_null(j, "fix", f->d.fix);
    write_picture(j, f->picture);
    dv_json_u64(j, "count", f->count ? f->count : 1);
    dv_json_close(j, '}');
}

static void write_findings(struct dv_json *j, const struct dv_result *o)
{
    dv_json_open(j, "findings", '[');
    for (unsigned i = 0; i < o->findings; i++)
        dv_report_finding(j, &o->finding[i]);
    dv_json_close(j, ']');
    dv_json_u64(j, "allowed", o->allowed);
    dv_json_u64(j, "more", o->more);
}

/* How far "no findings" goes. */
static void write_checks(struct dv_json *j, const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    dv_json_bool(j, "checked", r->opts.check);
    if (!o->explored.runs) {
        dv_json_null(j, "explored");
        return;
    }
    dv_json_open(j, "explored", '{');
    dv_json_u64(j, "runs", o->explored.runs);
    dv_json_bool(j, "differs", o->explored.differs);
    count(j, "seed", o->explored.differs, o->explored.seed);
    dv_json_close(j, '}');
}

static void write_host(struct dv_json *j, const struct dv_run *r, double host_seconds)
{
    const struct dv_result *o = &r->result;
    dv_json_open(j, "host", '{');
    dv_json_f64(j, "load_seconds", o->load_seconds);
    dv_json_f64(j, "fill_seconds", o->fill_seconds);
    dv_json_f64(j, "run_seconds", o->run_seconds);
    dv_json_f64(j, "verify_seconds", o->verify_seconds);
    dv_json_text(j, "simd", dv_machine_simd(r->machine));
    dv_json_u64(j, "jobs", 1);
    dv_json_close(j, '}');
    dv_json_f64(j, "host_seconds", host_seconds);
}

void dv_report_json(struct dv_json *j, const struct dv_run *r, double host_seconds)
{
    const struct dv_result *o = &r->result;
    dv_json_open(j, NULL, '{');
    write_identity(j, r);
    write_times(j, o);
    write_uncertainty(j, o);
    write_verify(j, o);
    write_rates(j, r);
    write_pipes(j, o);
    write_marks(j, r);
    write_findings(j, o);
    write_checks(j, r);
    dv_report_profile(j, r);
    dv_report_against(j, r->against);
    dv_report_replay(j, r->replayed);
    write_host(j, r, host_seconds);
    dv_json_close(j, '}');
    dv_json_end(j);
}
