/* The checker of a run; see checking.h. */
#include "emu/run/checking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/run.h"

static unsigned allocations(const struct dv_run *r)
{
    uint64_t at, bytes;
    const char *name;
    unsigned n = 0;

    while (dv_machine_allocation(r->machine, n, &name, &at, &bytes))
        n++;
    return n;
}

/* A native kernel says nothing of its arguments: it may read and write what is allocated. */
static unsigned all_of_gm(const struct dv_run *r, struct dv_check_tensor *t)
{
    uint64_t at, bytes;
    const char *name;
    unsigned n = 0;

    for (; dv_machine_allocation(r->machine, n, &name, &at, &bytes); n++)
        t[n] = (struct dv_check_tensor){at, bytes, DV_PARAM_INOUT, name};
    return n;
}

enum dv_err dv_checking_start(struct dv_run *r, struct dv_diag *d)
{
    struct dv_check_tensor *t;
    unsigned n = 0;

    if (!r->opts.check)
        return DV_OK;
    t = calloc(r->args.n + 2 + (r->args.n ? 0 : allocations(r)), sizeof *t);
    if (!t)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    for (uint32_t i = 0; i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        if (dv_arg_is_tensor(a))
            t[n++] = (struct dv_check_tensor){a->address, a->bytes, a->param->role, a->param->name};
    }
    if (r->launch.para_base)
        t[n++] = (struct dv_check_tensor){r->launch.para_base, 8ull * (r->args.n + 1), DV_PARAM_IN,
                                          "parameters"};
    else
        n += all_of_gm(r, t);
    r->check = dv_check_new(r->machine, r->obj, t, n, d);
    free(t);
    return r->check ? DV_OK : DV_E_MEMORY;
}

/* The fault that ended the run says it already. */
static bool said(const struct dv_result *o, const struct dv_check_finding *f)
{
    for (unsigned i = 0; i < o->findings; i++)
        if (!strcmp(o->finding[i].code, f->code) && o->finding[i].d.at.has_pc &&
            o->finding[i].d.at.pc == f->pc && o->finding[i].d.other.pc == f->d.other.pc)
            return true;
    return false;
}

static void take(struct dv_result *o, const struct dv_check_finding *f)
{
    struct dv_finding *to;

    if (said(o, f))
        return;

    if (o->findings == DV_RUN_FINDINGS) {
        o->more++;
        return;
    }
    to = &o->finding[o->findings++];
    snprintf(to->code, sizeof to->code, "%s", f->code);
    to->severity = f->severity;
    to->count = f->count;
    to->d = f->d;
}

enum dv_err dv_checking_finish(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e;

    if (!r->check)
        return DV_OK;
    if (r->result.findings) /* the fault */
        dv_check_fault(r->check, &r->result.finding[0].d);
    e = dv_check_finish(r->check, d);
    for (unsigned i = 0; i < dv_check_findings(r->check); i++)
        take(&r->result, dv_check_finding(r->check, i));
    r->result.more += dv_check_more(r->check);
    r->result.allowed += dv_check_allowed(r->check);
    return e;
}
