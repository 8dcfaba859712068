/* dv run. Owns the order: options, program, launch, log, results, files, exit status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/cli/cli.h"
#include "emu/prof/log.h"
#include "emu/run/file.h"

/* The log is written beside its final name and renamed when the run ended without a fault. */
struct log_file {
    struct dv_log log;
    char path[4096];
    bool direct;
};

static int log_open(struct log_file *l, const struct dv_run_cli *c, struct dv_run *r)
{
    if (!c->log)
        return 0;
    l->direct = !strcmp(c->log, "-");
    if (!l->direct && snprintf(l->path, sizeof l->path, "%s.tmp%ld", c->log, (long)getpid()) >=
                          (int)sizeof l->path)
        l->path[0] = 0;
    l->log.to = l->direct ? stdout : fopen(l->path, "w");
    if (!l->log.to) {
        dv_error("cannot write '%.200s': %s", c->log, strerror(errno));
        return DV_EXIT_USAGE;
    }
    l->log.obj = r->obj;
    l->log.kernel = r->launch.kernel;
    l->log.many = r->args.blocks > 1 || r->kernel->core == DV_CORE_MIX;
    struct dv_listener hear = dv_log_listener(&l->log);
    dv_machine_listen(r->machine, &hear);
    return 0;
}

static int log_close(struct log_file *l, const struct dv_run_cli *c, bool keep)
{
    if (!l->log.to || l->direct)
        return 0;
    bool good = !ferror(l->log.to);
    good &= !fclose(l->log.to);
    l->log.to = NULL;
    if (keep && good && !rename(l->path, c->log))
        return 0;
    unlink(l->path);
    if (!keep)
        return 0;
    dv_error("cannot write '%.200s'", c->log);
    return DV_EXIT_USAGE;
}

int dv_write_text(const char *path, const char *text, size_t n)
{
    struct dv_diag d;
    dv_diag_init(&d);
    return dv_file_write(path, &(struct dv_span){text, n}, 1, &d) ? dv_show_diag(&d) : 0;
}

int dv_write_report(const struct dv_run *r, const char *path, double host_seconds)
{
    struct dv_json j = {0};
    dv_report_json(&j, r, host_seconds);
    int status = DV_EXIT_INTERNAL;
    if (j.failed)
        dv_error("out of memory while writing JSON");
    else
        status = dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

static void note_range(const struct dv_chip *was, unsigned id, uint64_t v)
{
    const struct dv_origin *o = &was->origin[id];
    char value[64], range[100];
    if (o->low > o->high || (v >= o->low && v <= o->high))
        return;
    dv_chip_number_text(dv_chip_params[id].unit, v, value, sizeof value);
    dv_chip_range_text(dv_chip_params[id].unit, was->v[id], o->low, o->high, range, sizeof range);
    dv_note("%s=%s is outside its plausible range %s (%s)", dv_chip_params[id].path, value, range,
            o->src);
}

/* --set takes any number the machine can work with; an unlikely one is said. */
static void note_sets(const struct dv_run *r)
{
    struct dv_chip *was = r->opts.sets ? malloc(sizeof *was) : NULL;
    if (was && !dv_chip_load(r->opts.chip ? r->opts.chip : "910B1", was, NULL))
        for (unsigned id = 0; id < DV_CHIP_PARAM_COUNT; id++)
            if (r->chip.v[id] != was->v[id])
                note_range(was, id, r->chip.v[id]);
    free(was);
}

bool dv_run_start(struct dv_run *r, const struct dv_run_cli *c, struct dv_program *p, int *status)
{
    struct dv_diag d;
    memset(r, 0, sizeof *r);
    memset(p, 0, sizeof *p);
    *status = dv_program_load(p, c->path);
    if (*status)
        return false;
    dv_diag_init(&d);
    enum dv_err e = dv_run_prepare(r, &c->o, p->obj, p->id, &d);
    if (!e)
        note_sets(r);
    if (!e)
        return true;
    *status = dv_show_diag(&d);
    return false;
}

static int outputs(struct dv_run *r, const struct dv_run_cli *c)
{
    struct dv_diag d;
    dv_diag_init(&d);
    int status = dv_run_save(r, &d) ? dv_show_diag(&d) : 0;
    for (unsigned i = 0; !status && i < c->dumps; i++)
        status = dv_show_dump(r, c->dump[i]);
    return status;
}

static int go(struct dv_run *r, const struct dv_run_cli *c, double start)
{
    struct log_file log = {.path = ""};
    struct dv_diag d;
    dv_diag_init(&d);
    int status = log_open(&log, c, r), more = 0;
    if (status)
        return status;
    struct dv_progress_line line;
    dv_progress_begin(&line, r, c);
    enum dv_err e = dv_run_go(r, &d);
    dv_progress_end(&line);
    dv_order_findings(&r->result, c->hints_off);
    double host = dv_host_seconds() - start;
    bool on_stdout = c->json && !strcmp(c->json, "-");
    if (r->result.ended && !c->quiet && !on_stdout)
        dv_show_run(r, host);
    if (r->result.ended && !c->quiet && !on_stdout && r->opts.energy)
        more = dv_show_energy(r, c->energy_against);
    status = dv_tell_findings(stderr, r, c, e, &d);
    int closed = log_close(&log, c, r->result.ended);
    more = more ? more : closed;
    if (!more && c->accelergy && r->result.ended)
        more = dv_write_accelergy(r, c->accelergy);
    if (!more && r->result.ended)
        more = outputs(r, c);
    if (!more && c->json)
        more = dv_write_report(r, c->json, host);
    return status ? status : more;
}

int dv_cmd_run(int argc, char **argv)
{
    struct dv_run_cli c;
    struct dv_program p = {0};
    struct dv_run *r = calloc(1, sizeof *r);
    double start = dv_host_seconds();
    int status = r ? dv_run_options(&c, "run", argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0 && dv_run_start(r, &c, &p, &status))
        status = go(r, &c, start);
    if (r) {
        dv_run_free(r);
        dv_program_free(&p);
        dv_run_cli_free(&c);
    }
    free(r);
    return status;
}
