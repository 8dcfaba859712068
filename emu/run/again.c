/* Runs a launch again. Owns what of its options does not matter to time. */
#include "emu/run/again.h"

#include <stdlib.h>

#include "emu/run/run.h"

enum dv_err dv_run_again(const struct dv_run *r, const struct dv_obj *obj,
                         const struct dv_chip *chip, bool data, struct dv_again *out,
                         struct dv_diag *d)
{
    struct dv_run *p = calloc(1, sizeof *p);
    struct dv_run_opts o = r->opts;
    if (!p)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    o.probe = true;
    o.data_off = !data;
    o.resolved = chip;
    o.verify = o.uncertainty = o.check = false;
    o.expects = 0;
    o.tol = NULL;
    o.progress = NULL;
    if (obj != r->obj) { /* wrong data must not keep it running */
        o.unordered = true;
        o.max_cycles = 2 * dv_machine_end(r->machine) / DV_CYCLE + 1;
    }
    enum dv_err e = dv_run_prepare(p, &o, obj, r->build_id, d);
    if (!e)
        e = dv_run_go(p, d);
    *out = (struct dv_again){.cycles = p->result.sum.cycles};
    if (!e)
        out->end = dv_machine_end(p->machine);
    dv_run_free(p);
    free(p);
    return e;
}
