/* dv prof: a run and the console profile. Directories and reports come later. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"

static int go(struct dv_run *r, const struct dv_run_cli *c, double start)
{
    struct dv_diag d;
    dv_diag_init(&d);
    enum dv_err e = dv_run_go(r, &d);
    dv_order_findings(&r->result, c->hints_off);
    if (!e && !c->quiet)
        dv_show_profile(r);
    int more = 0;
    if (!e && !c->quiet && r->opts.energy)
        more = dv_show_energy(r, c->energy_against);
    if (!more && !e && c->accelergy)
        more = dv_write_accelergy(r, c->accelergy);
    int found = dv_tell_findings(stderr, r, c, e, &d);
    if (e || more || !c->json)
        return found ? found : more;
    struct dv_json j = {0};
    dv_report_json(&j, r, dv_host_seconds() - start);
    int status = j.failed ? DV_EXIT_INTERNAL : dv_write_text(c->json, j.p, j.n);
    dv_json_free(&j);
    return status ? status : found;
}

static int refused(const struct dv_run_cli *c)
{
    if (c->o.time_off)
        return dv_usage("prof", "a profile needs time; remove --time off");
    if (c->log || c->dumps)
        return dv_usage("prof", "--log and --dump belong to 'dv run'");
    return -1;
}

int dv_cmd_prof(int argc, char **argv)
{
    struct dv_run_cli c;
    struct dv_program p = {0};
    struct dv_run *r = calloc(1, sizeof *r);
    double start = dv_host_seconds();
    int status = r ? dv_run_options(&c, "prof", argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0)
        status = refused(&c);
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
