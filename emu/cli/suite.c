/* The runs behind dv validate. Owns programs, launches and what is read from them. */
#include "emu/cli/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chips/sha256.h"
#include "emu/cli/reading.h"
#include "emu/run/file.h"
#include "isa/embed.h"

enum { MARKS = 16 };

/* What a run gives a reading. */
struct snapshot {
    bool done, ran;
    double cycles, instructions, task, core;
    double busy[DV_PIPE_COUNT], count[DV_PIPE_COUNT], stall[DV_PIPE_COUNT];
    struct {
        char name[48];
        double cycles;
    } mark[MARKS];
    unsigned marks;
};

struct program {
    const char *name;
    char path[512];
    uint8_t *owned;
    const char *text;
    size_t bytes;
    struct dv_program p;
    int status; /* 0 = runs */
};

/* Launches of a case. */
struct use {
    unsigned base, minus, variant[DV_CASE_VARIANTS];
    unsigned variant_minus[DV_CASE_VARIANTS]; /* in the state of the variant */
    bool has_minus;
};

struct dv_suite_runs {
    struct program *program;
    struct dv_launch_spec *spec;
    struct snapshot *now, *then; /* as the chips are; with something changed */
    struct use *use;
    unsigned programs, specs;
};

/* ---- opening --------------------------------------------------------------------------------- */

static const char BUILTIN[] = "bench/validate/cases.yaml";

static const struct dv_embedded *embedded(const char *name, size_t n)
{
    const struct dv_embedded *f = dv_case_files;
    while (f->name && !(strlen(f->name) == n && memcmp(f->name, name, n) == 0))
        f++;
    return f->name ? f : NULL;
}

int dv_suite_open(struct dv_suite *s, const char *path)
{
    struct dv_diag d;
    uint8_t *owned = NULL;
    size_t n = 0;
    dv_diag_init(&d);
    memset(s, 0, sizeof *s);
    s->builtin = !path;
    const struct dv_embedded *f = path ? NULL : embedded("cases", 5);
    enum dv_err e = path ? dv_file_read(path, &owned, &n, &d) : DV_OK;
    if (!e)
        e = dv_cases_read(&s->c, path ? path : BUILTIN, path ? (const char *)owned : f->text,
                          path ? n : f->bytes, &d);
    free(owned);
    if (e)
        return dv_show_diag(&d);
    s->o = calloc(s->c.n, sizeof *s->o);
    s->runs = calloc(1, sizeof *s->runs);
    if (!s->o || !s->runs) {
        dv_error("out of memory");
        return DV_EXIT_USAGE;
    }
    for (unsigned i = 0; i < s->c.n; i++) {
        s->o[i].chosen = true;
        s->o[i].measured = s->c.at[i].measured;
    }
    return 0;
}

void dv_suite_free(struct dv_suite *s)
{
    struct dv_suite_runs *r = s->runs;
    for (unsigned i = 0; r && i < r->programs; i++) {
        dv_program_free(&r->program[i].p);
        free(r->program[i].owned);
    }
    if (r) {
        free(r->program);
        free(r->spec);
        free(r->now);
        free(r->then);
        free(r->use);
    }
    free(r);
    free(s->o);
    dv_cases_free(&s->c);
    memset(s, 0, sizeof *s);
}

/* ---- programs and launches ------------------------------------------------------------------- */

static int no_kernel(const struct dv_suite *s, const struct dv_case *c, const char *why)
{
    struct dv_diag d;
    dv_diag_init(&d);
    dv_fail(&d, DV_E_IO, "case '%s': kernel '%s' %s", c->id, c->kernel, why);
    dv_diag_at(&d, s->c.file, c->kernel_line, c->kernel_col);
    return dv_show_diag(&d);
}

static void find_text(struct dv_suite *s, struct program *p, const struct dv_case *c)
{
    const struct dv_embedded *f;
    const char *slash = strrchr(s->c.file, '/');
    snprintf(p->path, sizeof p->path, "%.*s%s", slash ? (int)(slash - s->c.file) + 1 : 0, s->c.file,
             c->kernel);
    if (s->builtin) {
        f = embedded(c->kernel, strlen(c->kernel) - 2);
        p->text = f ? f->text : NULL;
        p->bytes = f ? f->bytes : 0;
    } else if (!dv_file_read(p->path, &p->owned, &p->bytes, NULL)) {
        p->text = (const char *)p->owned;
    }
}

/* Index of the case's program, assembled when it is new. */
static unsigned program(struct dv_suite *s, const struct dv_case *c)
{
    struct dv_suite_runs *r = s->runs;
    for (unsigned i = 0; i < r->programs; i++)
        if (strcmp(r->program[i].name, c->kernel) == 0)
            return i;
    struct program *p = &r->program[r->programs];
    p->name = c->kernel;
    find_text(s, p, c);
    if (!p->text)
        p->status = no_kernel(s, c,
                              s->builtin ? "is not compiled in: name it in "
                                           "bench/validate/meson.build"
                                         : "cannot be read beside the cases file");
    else
        p->status = dv_program_assemble(&p->p, p->path, p->text, p->bytes);
    if (p->status > s->status)
        s->status = p->status;
    return r->programs++;
}

static unsigned spec(struct dv_suite *s, const struct dv_case *c, const char *args, bool cold)
{
    struct dv_suite_runs *r = s->runs;
    struct dv_launch_spec want = {program(s, c), c->chip, cold, c->blocks, args};
    for (unsigned i = 0; i < r->specs; i++) {
        const struct dv_launch_spec *l = &r->spec[i];
        if (l->kernel == want.kernel && l->chip == want.chip && l->cold == want.cold &&
            l->blocks == want.blocks && strcmp(l->args, args) == 0)
            return i;
    }
    r->spec[r->specs] = want;
    return r->specs++;
}

static void plan_case(struct dv_suite *s, const struct dv_case *c, struct use *u)
{
    u->base = spec(s, c, c->args, c->cold);
    u->has_minus = c->minus[0] != 0;
    u->minus = u->has_minus ? spec(s, c, c->minus, c->cold) : 0;
    for (unsigned v = 0; v < c->variants; v++) {
        bool cold = dv_case_variant_cold(c, v);
        u->variant[v] = spec(s, c, c->variant[v], cold);
        u->variant_minus[v] = u->has_minus ? spec(s, c, c->minus, cold) : 0;
    }
}

static bool plan(struct dv_suite *s)
{
    struct dv_suite_runs *r = s->runs;
    size_t most = (size_t)s->c.n * 2 * (1 + DV_CASE_VARIANTS);
    r->program = calloc(s->c.n, sizeof *r->program);
    r->spec = calloc(most, sizeof *r->spec);
    r->now = calloc(most, sizeof *r->now);
    r->then = calloc(most, sizeof *r->then);
    r->use = calloc(s->c.n, sizeof *r->use);
    if (!r->program || !r->spec || !r->now || !r->then || !r->use)
        return false;
    for (unsigned i = 0; i < s->c.n; i++)
        if (s->o[i].chosen)
            plan_case(s, &s->c.at[i], &r->use[i]);
    return true;
}

/* ---- one run --------------------------------------------------------------------------------- */

static double in_cycles(dv_time t)
{
    return (double)t / DV_CYCLE;
}

static void snap(struct snapshot *out, const struct dv_run *r)
{
    const struct dv_summary *sum = &r->result.sum;
    double clock = (double)DV_P(&r->chip, clock) * 1e-6;
    struct dv_mark_sum m;
    out->ran = true;
    out->cycles = in_cycles(sum->cycles);
    out->instructions = (double)sum->instructions;
    out->task = r->result.task_us * clock;
    out->core = r->result.core_us * clock;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        out->busy[p] = in_cycles(sum->pipe[p].busy);
        out->count[p] = (double)sum->pipe[p].instructions;
        for (unsigned i = 0; i < DV_REASONS; i++)
            out->stall[p] += in_cycles(sum->pipe[p].stall[i]);
    }
    for (unsigned i = 0; out->marks < MARKS && dv_watch_mark(r, i, &m); i++) {
        snprintf(out->mark[out->marks].name, sizeof out->mark[0].name, "%s", m.name);
        out->mark[out->marks++].cycles = in_cycles(m.cycles);
    }
}

static void explain(struct dv_suite *s, const struct dv_launch_spec *l, enum dv_err e,
                    const struct dv_diag *d)
{
    const struct program *p = &s->runs->program[l->kernel];
    char where[260] = "";
    if (d->at.line)
        snprintf(where, sizeof where, " (%s:%d)", d->at.file, d->at.line);
    dv_error("%s %s: %s: %s%s%s%s", p->path, l->args, dv_err_name(e), d->text, where,
             d->fix[0] ? "; " : "", d->fix);
    int status = dv_err_exit(e);
    if (status > s->status)
        s->status = status;
}

/* A run without payload; one that fails leaves ran = false. */
static void run(struct dv_suite *s, const struct dv_launch_spec *l, const struct dv_change *with,
                struct snapshot *out)
{
    char store[256];
    const char *arg[32];
    struct program *p = &s->runs->program[l->kernel];
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    int n = dv_case_args(l->args, store, sizeof store, arg, 32);
    struct dv_run_opts o = {.chip = s->c.chip_name[l->chip],
                            .arg = arg,
                            .args = n > 0 ? (size_t)n : 0,
                            .set = with->set,
                            .sets = with->sets,
                            .blocks = l->blocks,
                            .data_off = true,
                            .cold = l->cold};
    dv_diag_init(&d);
    memset(out, 0, sizeof *out);
    out->done = true;
    if (r && !p->status) {
        enum dv_err e = dv_run_prepare(r, &o, p->p.obj, p->p.id, &d);
        if (!e)
            e = dv_run_go(r, &d);
        if (!e)
            snap(out, r);
        else if (!with->quiet)
            explain(s, l, e, &d);
        dv_run_free(r);
    }
    free(r);
}

/* ---- readings -------------------------------------------------------------------------------- */

static bool word(const char *p, size_t n, const char *is)
{
    return strlen(is) == n && memcmp(p, is, n) == 0;
}

static bool of_pipe(const struct snapshot *s, unsigned p, const char *what, size_t n, double *out)
{
    *out = word(what, n, "busy") ? s->busy[p] : word(what, n, "stall") ? s->stall[p] : s->count[p];
    return true;
}

static bool of_run(const struct snapshot *s, const char *name, size_t n, double *out)
{
    *out = word(name, n, "cycles") ? s->cycles
           : word(name, n, "task") ? s->task
           : word(name, n, "core") ? s->core
                                   : s->instructions;
    return true;
}

static bool lookup(void *ctx, const char *name, size_t n, double *out)
{
    const struct snapshot *s = ctx;
    const char *dot = memchr(name, '.', n);
    size_t before = dot ? (size_t)(dot - name) : n, after = dot ? n - before - 1 : 0;
    if (!dot)
        return of_run(s, name, n, out);
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (word(name, before, dv_pipe_json(p)))
            return of_pipe(s, p, dot + 1, after, out);
    for (unsigned i = 0; i < s->marks; i++)
        if (word(dot + 1, after, s->mark[i].name)) {
            *out = s->mark[i].cycles;
            return true;
        }
    return false;
}

/* Says once, when the run as the chips are cannot be read. */
static double read_one(struct dv_suite *s, const struct dv_case *c, struct snapshot *of, bool quiet)
{
    struct dv_diag d;
    double v = NAN;
    dv_diag_init(&d);
    if (!of->ran || !dv_reading(c->read, lookup, of, &v, &d))
        return of->ran ? v : NAN;
    if (quiet)
        return NAN;
    if (d.code == DV_E_SYMBOL)
        snprintf(d.text, sizeof d.text, "case '%s': the kernel has no such .mark region", c->id);
    dv_diag_at(&d, s->c.file, c->read_line, c->read_col + d.at.col - 1);
    int status = dv_show_diag(&d);
    s->status = status > s->status ? status : s->status;
    return NAN;
}

static double reading(struct dv_suite *s, unsigned i, unsigned launch, unsigned minus,
                      struct snapshot *from, bool quiet)
{
    double v = read_one(s, &s->c.at[i], &from[launch], quiet);
    if (s->runs->use[i].has_minus)
        v -= read_one(s, &s->c.at[i], &from[minus], quiet);
    return v;
}

int dv_suite_run(struct dv_suite *s)
{
    struct dv_suite_runs *r = s->runs;
    struct dv_change none = {.sets = s->sets};
    if (!plan(s)) {
        dv_error("out of memory");
        return s->status = DV_EXIT_USAGE;
    }
    for (unsigned i = 0; i < s->sets; i++)
        none.set[i] = s->set[i];
    for (unsigned i = 0; i < r->specs; i++)
        run(s, &r->spec[i], &none, &r->now[i]);
    for (unsigned i = 0; i < s->c.n; i++) {
        const struct use *u = &r->use[i];
        struct dv_outcome *o = &s->o[i];
        o->modelled = o->chosen ? reading(s, i, u->base, u->minus, r->now, false) : NAN;
        for (unsigned v = 0; v < s->c.at[i].variants; v++)
            o->variant[v] =
                o->chosen ? reading(s, i, u->variant[v], u->variant_minus[v], r->now, false) : NAN;
        dv_outcome_derive(o, &s->c.at[i]);
    }
    return s->status;
}

/* ---- the same with something changed --------------------------------------------------------- */

/* The snapshot of a launch with the change; each launch is run once a change. */
static void again(struct dv_suite *s, unsigned launch, const struct dv_change *with)
{
    struct dv_suite_runs *r = s->runs;
    if (!r->then[launch].done && r->now[launch].ran)
        run(s, &r->spec[launch], with, &r->then[launch]);
}

void dv_suite_change(struct dv_suite *s, struct dv_change *with)
{
    memset(s->runs->then, 0, s->runs->specs * sizeof *s->runs->then);
    *with = (struct dv_change){.sets = s->sets, .quiet = true};
    for (unsigned i = 0; i < s->sets; i++)
        with->set[i] = s->set[i];
}

double dv_suite_figure(struct dv_suite *s, unsigned i, const struct dv_change *with)
{
    const struct use *u = &s->runs->use[i];
    again(s, u->base, with);
    if (u->has_minus)
        again(s, u->minus, with);
    return reading(s, i, u->base, u->minus, s->runs->then, true);
}

/* ---- identity -------------------------------------------------------------------------------- */

void dv_suite_kernels_sha256(const struct dv_suite *s, char out[65])
{
    struct dv_sha256 sha;
    dv_sha256_init(&sha);
    for (unsigned i = 0; i < s->runs->programs; i++)
        dv_sha256_add(&sha, s->runs->program[i].text, s->runs->program[i].bytes);
    dv_sha256_hex(&sha, out);
}
