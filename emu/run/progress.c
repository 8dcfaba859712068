/* The steps of a run that is watched. Owns their length and the guess of what is left; must not
 * know where it is shown. Steps end where windows of the engine end anyway: nothing changes. */
#include "emu/run/progress.h"

#include <time.h>

#include "emu/run/run.h"

enum { WINDOW = 4096 };                       /* cycles, the longest window of the engine */
enum { UNIT_MOST = 1 << 24 };                 /* cycles; steps cannot be shorter than a unit */
static const double LEAST = 0.02, MOST = 0.1; /* seconds of a step */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What is a whole number of windows, also of those between cores. */
static dv_time unit_of(const struct dv_run *r)
{
    dv_time window = (dv_time)WINDOW * DV_CYCLE, other = DV_P(&r->chip, cross_latency);
    dv_time a = window, b = other;
    if (!other || other >= window)
        return window;
    while (b) {
        dv_time rest = a % b;
        a = b;
        b = rest;
    }
    return window / a * other;
}

/* Outputs are mostly written once: the part of them that is written is the part that is done. */
static double share_done(const struct dv_run *r)
{
    static const uint8_t paths[] = {DV_PATH_UB_TO_GM, DV_PATH_L0C_TO_GM, DV_PATH_L1_TO_GM};
    uint64_t written = 0, all = 0;
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++)
        for (unsigned p = 0; p < sizeof paths; p++)
            written += dv_machine_core(r->machine, i)->path_bytes[paths[p]];
    for (uint32_t i = 0; i < r->args.n; i++)
        if (dv_arg_is_tensor(&r->args.arg[i]) && dv_arg_is_output(&r->args.arg[i]))
            all += r->args.arg[i].bytes;
    return all && written < all ? (double)written / (double)all : 0;
}

enum dv_err dv_progress_run(struct dv_run *r, struct dv_diag *d)
{
    dv_time unit = unit_of(r), step = unit, until = 0;
    if (!r->opts.progress || r->opts.probe || r->opts.time_off ||
        unit > (dv_time)UNIT_MOST * DV_CYCLE)
        return dv_machine_run(r->machine, d);
    double start = seconds(), last = start;
    bool ended = false;
    enum dv_err e = DV_OK;
    while (!e && !ended) {
        until = until < UINT64_MAX - step ? until + step : UINT64_MAX;
        e = dv_machine_step(r->machine, until, &ended, d);
        double now = seconds(), took = now - last;
        last = now;
        if (took < LEAST && step < UINT64_MAX / 4)
            step *= 2;
        else if (took > MOST && step > unit)
            step = step / unit / 2 * unit + (step / unit < 2 ? unit : 0);
        struct dv_progress p = {
            .cycles = until / DV_CYCLE, .seconds = now - start, .share = share_done(r)};
        if (!e && !ended)
            r->opts.progress(r->opts.progress_to, &p);
    }
    return e;
}

void dv_progress_next(const struct dv_run_opts *o, struct dv_progress *p, const char *name)
{
    if (!o->progress)
        return;
    p->start = p->at ? p->start : seconds();
    p->share = p->of ? (double)p->at / p->of : 0;
    p->at++;
    p->name = name;
    p->seconds = seconds() - p->start;
    o->progress(o->progress_to, p);
}
