/* One number of the chip at a time at the ends of its range. Owns which numbers are tried and how
 * their effects combine; must not know how a run is made nor where the result is printed. */
#include "emu/run/uncertainty.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/again.h"
#include "emu/run/progress.h"
#include "emu/run/run.h"

/* ---- what cannot matter ---------------------------------------------------------------------- */

#define ON(kind) (1u << DV_##kind)
#define WORKS(pipe) (1u << DV_PIPE_##pipe)

/* Numbers whose name begins so matter only when a core of one of these kinds ran and, where units
 * are named, one of them worked there. The first row that fits decides; without one a number
 * matters. Merged cores share paths in other ways and are never skipped. */
static const struct {
    const char *prefix;
    uint32_t kinds, pipes;
} needs[] = {
    {"launch.per_aic", ON(AIC), 0}, /* who shares memory with whom, and when */
    {"launch.per_aiv", ON(AIV), 0},
    {"launch.", 0, 0}, /* cycles exclude the launch */
    {"core.cube.", ON(AIC), WORKS(M)},
    {"core.mmad.", ON(AIC), WORKS(M)},
    {"core.l1_l0", ON(AIC), WORKS(MTE1)},
    {"core.load.", ON(AIC), WORKS(MTE1)},
    {"core.fix.", ON(AIC), WORKS(FIX)},
    {"core.gm_l1.", ON(AIC), WORKS(MTE2) | WORKS(MTE3)},
    {"core.nd2nz.", ON(AIC), WORKS(MTE2)},
    {"core.gm_ub.", ON(AIV), WORKS(MTE2)},
    {"core.ub_gm.", ON(AIC) | ON(AIV), WORKS(MTE3)},
    {"core.vector.", ON(AIV), WORKS(V)},
    {"core.queue.v", ON(AIV), 0},
    {"core.queue.mte1", ON(AIC), 0},
    {"core.queue.fix", ON(AIC), 0},
};

static bool worked(const struct dv_core_stats *c, uint32_t pipes)
{
    bool some = !pipes;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        some |= (pipes >> p & 1) && c->pipe[p].instructions;
    return some;
}

static bool needed(const struct dv_run *r, uint32_t kinds, uint32_t pipes)
{
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++) {
        const struct dv_core_stats *c = dv_machine_core(r->machine, i);
        if (c->blocks && (kinds >> c->kind & 1) && worked(c, pipes))
            return true;
    }
    return false;
}

bool dv_uncertainty_skips(const struct dv_run *r, unsigned number)
{
    const char *path = dv_chip_params[number].path;
    for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++)
        if (!strncmp(path, needs[i].prefix, strlen(needs[i].prefix)))
            return !needed(r, needs[i].kinds ? needs[i].kinds | ON(C100) : 0,
                           r->result.sum.used[DV_C100] ? 0 : needs[i].pipes);
    return false;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static uint64_t whole(dv_time t)
{
    return (t + DV_CYCLE - 1) / DV_CYCLE;
}

/* Cycles of the same launch on another chip, without data. */
static enum dv_err cycles_on(const struct dv_run *r, const struct dv_chip *chip, uint64_t *out,
                             struct dv_diag *d)
{
    struct dv_again again;
    enum dv_err e = dv_run_again(r, r->obj, chip, false, &again, d);
    *out = whole(again.cycles);
    return e;
}

static enum dv_err no_data(struct dv_diag *d)
{
    dv_diag_fix(d, "remove --uncertainty: it runs the kernel again without data, and control "
                   "depends on data");
    return DV_E_NODATA;
}

/* A kernel that works only with the chip's own number is wrong: the fault stands and says it. */
static enum dv_err fault_with(const struct dv_chip *chip, unsigned number, enum dv_err e,
                              struct dv_diag *d)
{
    char value[64], text[sizeof d->text];
    dv_chip_param_text(chip, number, value, sizeof value);
    snprintf(text, sizeof text, "with %s = %s, inside its range: %.600s",
             dv_chip_params[number].path, value, d->text);
    memcpy(d->text, text, sizeof text);
    return e;
}

/* Cycles with the number at v; chip->v[number] is v afterwards. */
static enum dv_err cycles_at(struct dv_uncertainty *u, const struct dv_run *r, struct dv_chip *chip,
                             unsigned number, uint64_t v, uint64_t *out, struct dv_diag *d)
{
    *out = u->cycles;
    chip->v[number] = v;
    if (v == r->chip.v[number])
        return DV_OK;
    u->runs++;
    enum dv_err e = cycles_on(r, chip, out, d);
    return e ? fault_with(chip, number, e, d) : DV_OK;
}

static enum dv_err try_number(struct dv_uncertainty *u, const struct dv_run *r,
                              struct dv_chip *chip, unsigned number, struct dv_diag *d)
{
    const struct dv_origin *o = &r->chip.origin[number];
    struct dv_effect f = {.number = (uint16_t)number};
    enum dv_err e = cycles_at(u, r, chip, number, o->low, &f.low, d);
    if (!e)
        e = cycles_at(u, r, chip, number, o->high, &f.high, d);
    chip->v[number] = r->chip.v[number];
    if (!e && (f.low != u->cycles || f.high != u->cycles))
        u->by[u->n++] = f;
    return e;
}

static bool tried(const struct dv_run *r, const struct dv_chip *chip, unsigned number, bool all)
{
    return dv_chip_params[number].unit != DV_PU_PJ &&
           chip->origin[number].low <= chip->origin[number].high &&
           (all || !dv_uncertainty_skips(r, number));
}

static enum dv_err try_all(struct dv_uncertainty *u, const struct dv_run *r, struct dv_chip *chip,
                           bool all, struct dv_diag *d)
{
    uint64_t plain;
    struct dv_progress p = {.what = "uncertainty"};
    enum dv_err e = cycles_on(r, chip, &plain, d);
    u->runs++;
    if (e)
        return e == DV_E_NODATA ? no_data(d) : e;
    assert(plain == u->cycles); /* time does not depend on data */
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++)
        p.of += tried(r, chip, i, all);
    for (unsigned i = 0; !e && i < DV_CHIP_PARAM_COUNT; i++)
        if (tried(r, chip, i, all)) {
            dv_progress_next(&r->opts, &p, dv_chip_params[i].path);
            e = try_number(u, r, chip, i, d);
        }
    return e;
}

enum dv_err dv_uncertainty_take(struct dv_uncertainty *out, const struct dv_run *r, bool all,
                                struct dv_diag *d)
{
    struct dv_chip *chip = malloc(sizeof *chip);
    memset(out, 0, sizeof *out);
    if (!chip)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    *chip = r->chip;
    out->cycles = whole(r->result.sum.cycles);
    enum dv_err e = try_all(out, r, chip, all, d);
    free(chip);
    if (e)
        return e;
    dv_uncertainty_combine(out);
    out->known = true;
    return DV_OK;
}

/* ---- together -------------------------------------------------------------------------------- */

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t fall(const struct dv_uncertainty *u, const struct dv_effect *f)
{
    uint64_t least = f->low < f->high ? f->low : f->high;
    return least < u->cycles ? u->cycles - least : 0;
}

static uint64_t rise(const struct dv_uncertainty *u, const struct dv_effect *f)
{
    uint64_t peak = most(f->low, f->high);
    return peak > u->cycles ? peak - u->cycles : 0;
}

static uint64_t move(const struct dv_uncertainty *u, const struct dv_effect *f)
{
    return most(fall(u, f), rise(u, f));
}

/* Stable: equal moves keep the order of the chip's numbers. */
static void sort(struct dv_uncertainty *u)
{
    for (unsigned i = 1; i < u->n; i++) {
        struct dv_effect f = u->by[i];
        unsigned j = i;
        for (; j && move(u, &u->by[j - 1]) < move(u, &f); j--)
            u->by[j] = u->by[j - 1];
        u->by[j] = f;
    }
}

void dv_uncertainty_combine(struct dv_uncertainty *u)
{
    double down = 0, up = 0;
    sort(u);
    for (unsigned i = 0; i < u->n; i++) {
        double a = (double)fall(u, &u->by[i]), b = (double)rise(u, &u->by[i]);
        down += a * a;
        up += b * b;
    }
    uint64_t d = (uint64_t)llround(sqrt(down));
    u->low = d < u->cycles ? u->cycles - d : 0;
    u->high = u->cycles + (uint64_t)llround(sqrt(up));
}

static double percent(const struct dv_uncertainty *u, uint64_t cycles)
{
    return u->cycles ? 100.0 * (double)cycles / (double)u->cycles : 0;
}

const char *dv_uncertainty_text(const struct dv_uncertainty *u, char *out, size_t size)
{
    if (!u->n)
        snprintf(out, size, "no number with a range moves them");
    else
        snprintf(out, size, "-%.1f %% .. +%.1f %% by the range%s of %u number%s; largest: %s",
                 percent(u, u->cycles - u->low), percent(u, u->high - u->cycles),
                 u->n == 1 ? "" : "s", u->n, u->n == 1 ? "" : "s",
                 dv_chip_params[u->by[0].number].path);
    return out;
}
