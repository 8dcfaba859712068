/* Identical launches one after another: warm-ups, and several that count. Owns what a launch finds
 * as the first did; L2 and the caches of S stay as the launch before left them. */
#include <stdlib.h>
#include <string.h>

#include "emu/run/progress.h"
#include "emu/run/run.h"

/* GM at the first launch. Without payload tensors are made again on demand; only what the program
 * brought and the parameters are kept. */
struct kept {
    uint8_t *gm, *copy, *parameters;
    uint64_t bytes, parameter_bytes;
};

uint64_t dv_series_launches(const struct dv_run_opts *o)
{
    return (uint64_t)o->warmup + (o->repeat ? o->repeat : 1);
}

static uint64_t bytes_kept(const struct dv_run *r, uint64_t all)
{
    uint64_t first = r->launch.para_base;

    for (uint32_t i = 0; i < r->args.n; i++)
        if (dv_arg_is_tensor(&r->args.arg[i]) && r->args.arg[i].address < first)
            first = r->args.arg[i].address;
    return r->opts.data_off ? first - DV_GM_BASE : all;
}

static enum dv_err keep(struct dv_run *r, struct kept *k, struct dv_diag *d)
{
    uint64_t all;

    k->gm = dv_machine_contents(r->machine, &all);
    k->bytes = bytes_kept(r, all);
    k->parameter_bytes = 8ull * (r->args.n + (r->kernel->core == DV_CORE_MIX));
    k->copy = malloc(k->bytes + k->parameter_bytes + 1);
    if (!k->copy)
        return dv_fail(d, DV_E_MEMORY, "out of memory for a copy of the tensors");
    k->parameters = k->copy + k->bytes;
    memcpy(k->copy, k->gm, k->bytes);
    memcpy(k->parameters, k->gm + (r->launch.para_base - DV_GM_BASE), k->parameter_bytes);
    return DV_OK;
}

static enum dv_err launch_again(struct dv_run *r, const struct kept *k, struct dv_diag *d)
{
    dv_machine_reset(r->machine, r->opts.explore_seed, r->opts.max_cycles);
    memcpy(k->gm, k->copy, k->bytes);
    memcpy(k->gm + (r->launch.para_base - DV_GM_BASE), k->parameters, k->parameter_bytes);
    r->launch.again = true;
    return dv_machine_launch(r->machine, &r->launch, d);
}

static int by_time(const void *a, const void *b)
{
    const dv_time *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void sum_up(struct dv_result *o, dv_time *t, uint32_t n)
{
    qsort(t, n, sizeof *t, by_time);
    o->repeats.n = n;
    o->repeats.least = t[0];
    o->repeats.most = t[n - 1];
    o->repeats.median = n % 2 ? (double)t[n / 2] : ((double)t[n / 2 - 1] + (double)t[n / 2]) / 2;
}

static enum dv_err run_all(struct dv_run *r, const struct kept *k, dv_time *t, struct dv_diag *d)
{
    uint64_t n = dv_series_launches(&r->opts);
    enum dv_err e = DV_OK;

    for (uint64_t i = 0; !e && i < n; i++) {
        if (i == n - 1)
            dv_machine_mute(r->machine, false);
        if (i)
            e = launch_again(r, k, d);
        if (!e)
            e = dv_progress_run(r, d);
        if (i >= r->opts.warmup)
            t[i - r->opts.warmup] = dv_machine_cycles(r->machine);
    }
    return e;
}

enum dv_err dv_series_run(struct dv_run *r, struct dv_diag *d)
{
    uint32_t n = r->opts.repeat ? r->opts.repeat : 1;
    struct kept k = {0};
    dv_time *t = calloc(n, sizeof *t);
    enum dv_err e = t ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");

    if (!e && dv_series_launches(&r->opts) > 1)
        e = keep(r, &k, d);
    if (!e)
        e = run_all(r, &k, t, d);
    if (!e)
        sum_up(&r->result, t, n);
    free(k.copy);
    free(t);
    return e;
}
