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

static int write_json(const struct dv_run *r, const char *path, double host_seconds)
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

bool dv_run_start(struct dv_run *r, const struct dv_run_cli *c, struct dv_program *p, int *status)
{
    struct dv_diag d;
    memset(r, 0, sizeof *r);
    memset(p, 0, sizeof *p);
    *status = dv_program_load(p, c->path);
    if (*status)
        return false;
    dv_diag_init(&d);
    if (!dv_run_prepare(r, &c->o, p->obj, p->id, &d))
        return true;
    *status = dv_show_diag(&d);
    return false;
}

/* What the run found, on stderr. Returns the status: a failed run or comparison is 1. */
static int show_findings(const struct dv_run *r, enum dv_err e, const struct dv_diag *d)
{
    for (unsigned i = 0; i < r->result.findings; i++) {
        const struct dv_finding *f = &r->result.finding[i];
        if (!strcmp(f->code, "VERIFY")) {
            struct dv_diag shown = f->d;
            shown.code = DV_E_CONFIG;
            dv_show_diag(&shown);
        }
    }
    return e ? dv_show_diag(d) : dv_run_exit(r);
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
    enum dv_err e = dv_run_go(r, &d);
    double host = dv_host_seconds() - start;
    bool on_stdout = c->json && !strcmp(c->json, "-");
    if (r->result.ended && !c->quiet && !on_stdout)
        dv_show_run(r, host);
    status = show_findings(r, e, &d);
    more = log_close(&log, c, r->result.ended);
    if (!more && r->result.ended)
        more = outputs(r, c);
    if (!more && c->json)
        more = write_json(r, c->json, host);
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
