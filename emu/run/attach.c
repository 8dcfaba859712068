/* A launch on a machine that exists and has no parameters: what native kernels share with loaded
 * ones. The rest of the run is dv_run_go. */
#include <string.h>

#include "emu/run/checking.h"
#include "emu/run/run.h"

enum dv_err dv_run_attach(struct dv_run *r, const struct dv_run_opts *o, struct dv_machine *m,
                          const struct dv_obj *obj, struct dv_diag *d)
{
    memset(r, 0, sizeof *r);
    r->opts = *o;
    r->obj = obj;
    r->kernel = &obj->kernel[0];
    r->chip = *dv_machine_chip(m);
    r->machine = m;
    r->args.blocks = o->blocks;
    r->result.verified = -1;
    dv_diag_init(&r->late);
    r->launch = (struct dv_launch){.core = r->kernel->core, .blocks = o->blocks, .kernel = 1};
    dv_machine_unlisten(m);
    dv_machine_reset(m, o->explore_seed, o->max_cycles);
    enum dv_err e = dv_checking_start(r, d);
    return e ? e : dv_machine_launch(m, &r->launch, d);
}

void dv_run_detach(struct dv_run *r)
{
    if (r->machine)
        dv_machine_unlisten(r->machine);
    r->machine = NULL;
    dv_run_free(r);
}
