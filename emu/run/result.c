/* Numbers derived from a finished run. Owns the formulas of CONTRACT section 4; must not know
 * how they are printed. */
#include <math.h>

#include "emu/run/run.h"

/* MAC a cycle of one matrix unit, f16. */
static double macs_per_cycle(const struct dv_chip *c)
{
    return (double)DV_P(c, mac_f16) / 4294967296.0;
}

/* Before the first instruction of a core, inside its measured time: more when many cores start. */
static double start_ps(const struct dv_chip *c, const struct dv_summary *s)
{
    enum { ALL = 24 }; /* timing.md 12 */
    unsigned n = s->used[DV_AIC] + s->used[DV_C100] + s->used[DV_AIV];
    double one = (double)DV_P(c, launch_start), all = (double)DV_P(c, launch_start_all);

    return n >= ALL ? all : one + (all - one) * (n ? n - 1 : 0) / (ALL - 1);
}

static void derive_rates(struct dv_result *o, const struct dv_chip *c, unsigned cubes)
{
    double cycles = (double)o->sum.cycles / DV_CYCLE;
    if (cubes)
        o->peak_tflops = 2 * macs_per_cycle(c) * (double)DV_P(c, clock) * cubes * 1e-12;
    if (!o->has_macs || !o->has_time || cycles <= 0)
        return;
    if (cubes)
        o->mac_per_cycle = (double)o->mac_useful / (cycles * cubes);
    o->tflops = 2 * (double)o->mac_useful / (o->time_us * 1e6);
    if (cubes)
        o->pct_peak = 100 * o->tflops / o->peak_tflops;
}

void dv_result_derive(struct dv_run *r)
{
    struct dv_result *o = &r->result;
    o->time_us = o->core_us = o->task_us = o->mac_per_cycle = o->tflops = o->peak_tflops =
        o->pct_peak = NAN;
    dv_summary_take(&o->sum, r->machine);
    o->has_time = !r->opts.time_off;
    if (o->has_time) {
        double cycles = (double)o->sum.cycles / DV_CYCLE;
        o->time_us = cycles / (double)DV_P(&r->chip, clock) * 1e6;
        double clock = (double)DV_P(&r->chip, clock), start = start_ps(&r->chip, &o->sum) * 1e-6;
        o->core_us = o->sum.mean / clock * 1e6 + start;
        o->task_us = (double)dv_machine_end(r->machine) / DV_CYCLE / clock * 1e6 + start +
                     (double)DV_P(&r->chip, launch) * 1e-6;
        dv_summary_bound(&o->sum, o->bound, sizeof o->bound);
    }
    derive_rates(o, &r->chip, o->sum.used[DV_AIC] + o->sum.used[DV_C100]);
}
