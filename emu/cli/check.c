/* dv check: a run with every check, its findings as the result. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/cli/lesson.h"
#include "emu/cli/sarif.h"
#include "emu/run/explore.h"

struct checking {
    struct dv_run_cli c;
    struct dv_program p;
    struct dv_run r;
    struct dv_explored explored;
    uint64_t seed; /* --explore-seed */
};

/* ---- text ------------------------------------------------------------------------------------ */

/* What was looked at, in one line. */
static void show_head(const struct dv_run *r)
{
    printf("%s on %s, %" PRIu32 " block%s", r->kernel->name, r->chip.name, r->args.blocks,
           r->args.blocks == 1 ? "" : "s");
    for (uint32_t i = 0; i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        char text[32];
        if (dv_arg_is_tensor(a) && a->text)
            printf(", %s=%s", a->param->name, a->text);
        else if (!dv_arg_is_tensor(a))
            printf(", %s=%s", a->param->name,
                   dv_json_number(a->param->elem == DV_EL_F32 ? a->f : (double)a->i, text));
    }
    if (r->result.ended)
        printf(": %" PRIu64 " instructions", r->result.sum.instructions);
    putchar('\n');
}

static void show_explored(const struct checking *k)
{
    const struct dv_explored *x = &k->explored;
    if (!k->c.explore)
        return;
    if (x->base_failed || !k->r.result.ended)
        printf("no other schedule was tried: the run itself faults\n");
    else if (x->differs)
        printf("schedule %" PRIu32 " gives another result: --explore-seed %" PRIu64 " runs it\n",
               x->runs, x->seed);
    else
        printf("%" PRIu32 " schedules: identical results\n", x->runs);
}

/* ---- .allow ---------------------------------------------------------------------------------- */

/* A misspelt code allows nothing. */
static void note_allows(const struct dv_run *r)
{
    struct dv_lesson l;
    for (uint32_t i = 0; i < r->obj->names; i++) {
        const struct dv_name *n = &r->obj->name[i];
        struct dv_place p = {0};
        if (n->kind != DV_NAME_ALLOW || dv_lesson_find(n->name, &l))
            continue;
        const char *near = dv_lesson_near(n->name);
        dv_machine_place(r->machine, 0, n->pc, DV_PIPE_S, 0, &p);
        dv_note("the instruction at %s:%d allows '%.40s', which is no finding%s%s%s", p.file,
                p.line, n->name, near ? "; did you mean '" : "", near ? near : "",
                near ? "'?" : "; 'dv check --explain' lists them");
    }
}

/* ---- the run --------------------------------------------------------------------------------- */

static enum dv_err explore(struct checking *k, struct dv_diag *d)
{
    struct dv_run_opts o = k->c.o;
    struct dv_result *to = &k->r.result;
    o.check = o.verify = o.uncertainty = false;
    o.expects = 0;
    o.explore_seed = k->seed;
    struct dv_progress_line line;
    dv_progress_begin(&line, &k->r, &k->c);
    o.progress = k->r.opts.progress;
    o.progress_to = k->r.opts.progress_to;
    enum dv_err e = dv_explore(&o, k->p.obj, k->p.id, k->c.explore, &k->explored, d);
    dv_progress_end(&line);
    to->explored.runs = k->explored.runs;
    to->explored.differs = k->explored.differs;
    to->explored.seed = k->explored.seed;
    if (!e && k->explored.differs && to->findings < DV_RUN_FINDINGS)
        to->finding[to->findings++] = k->explored.finding;
    return e;
}

static int write_sarif(const struct dv_run *r, const char *path)
{
    struct dv_json j = {0};
    dv_sarif(&j, r);
    int status = DV_EXIT_INTERNAL;
    if (j.failed)
        dv_error("out of memory while writing SARIF");
    else
        status = dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

static bool is_stdout(const char *path)
{
    return path && !strcmp(path, "-");
}

static int go(struct checking *k, double start)
{
    const struct dv_run_cli *c = &k->c;
    bool text = !c->quiet && !is_stdout(c->json) && !is_stdout(c->sarif);
    struct dv_diag d;
    dv_diag_init(&d);
    struct dv_progress_line line;
    dv_progress_begin(&line, &k->r, c);
    enum dv_err e = dv_run_go(&k->r, &d);
    dv_progress_end(&line);
    if (!e && c->explore)
        e = explore(k, &d);
    dv_order_findings(&k->r.result, c->hints_off);
    if (text) {
        show_head(&k->r);
        show_explored(k);
    }
    note_allows(&k->r);
    int status = dv_tell_findings(text ? stdout : NULL, &k->r, c, e, &d), more = 0;
    if (c->json)
        more = dv_write_report(&k->r, c->json, dv_host_seconds() - start);
    if (!more && c->sarif)
        more = write_sarif(&k->r, c->sarif);
    if (!status && k->explored.differs)
        status = DV_EXIT_KERNEL;
    return status ? status : more;
}

static int check(struct checking *k, int argc, char **argv)
{
    double start = dv_host_seconds();
    int status = dv_run_options(&k->c, "check", argc, argv);
    if (status >= 0)
        return status;
    if (k->c.log || k->c.dumps)
        return dv_usage("check", "--log and --dump belong to 'dv run'");
    k->c.o.check = true;
    k->seed = k->c.o.explore_seed;
    if (k->c.explore)
        k->c.o.explore_seed = 0; /* of the first schedule that is tried, not of the run */
    if (is_stdout(k->c.json) && is_stdout(k->c.sarif))
        return dv_usage("check", "--json and --sarif cannot both go to standard output");
    return dv_run_start(&k->r, &k->c, &k->p, &status) ? go(k, start) : status;
}

/* --explain [CODE], wherever it stands; false when it does not. */
static bool explains(int argc, char **argv, const char **code)
{
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "--explain=", 10)) {
            *code = argv[i] + 10;
            return true;
        }
        if (!strcmp(argv[i], "--explain")) {
            *code = i + 1 < argc ? argv[i + 1] : NULL;
            return true;
        }
    }
    return false;
}

int dv_cmd_check(int argc, char **argv)
{
    const char *code;
    if (explains(argc, argv, &code))
        return dv_lesson_show(code);
    struct checking *k = calloc(1, sizeof *k);
    if (!k)
        return DV_EXIT_INTERNAL;
    int status = check(k, argc, argv);
    dv_explored_free(&k->explored);
    dv_run_free(&k->r);
    dv_program_free(&k->p);
    dv_run_cli_free(&k->c);
    free(k);
    return status;
}
