/* Numbers derived from a finished run. Owns the formulas of CONTRACT section 4; must not know
 * how they are printed. */
#include <math.h>

#include "emu/run/run.h"

/* MAC a cycle of one matrix unit, f16. */
static double macs_per_cycle(const struct dv_chip *c)
{
    return (double)DV_P(c, mac_f16) / 4294967296.0;
}

static double launch_ps(const struct dv_chip *c, const struct dv_summary *s)
{
    return (double)DV_P(c, launch) +
           (double)DV_P(c, launch_aic) * (s->used[DV_AIC] + s->used[DV_C100]) +
           (double)DV_P(c, launch_aiv) * s->used[DV_AIV];
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
    o->time_us = o->task_us = o->mac_per_cycle = o->tflops = o->peak_tflops = o->pct_peak = NAN;
    dv_summary_take(&o->sum, r->machine);
    o->has_time = !r->opts.time_off;
    if (o->has_time) {
        double cycles = (double)o->sum.cycles / DV_CYCLE;
        o->time_us = cycles / (double)DV_P(&r->chip, clock) * 1e6;
        o->task_us = o->time_us + launch_ps(&r->chip, &o->sum) * 1e-6;
        dv_summary_bound(&o->sum, o->bound, sizeof o->bound);
    }
    derive_rates(o, &r->chip, o->sum.used[DV_AIC] + o->sum.used[DV_C100]);
}
