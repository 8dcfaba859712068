/* One idealised thing at a time. Owns what is idealised, by which numbers of the chip, and the
 * order of the rows; how a run is made is again.c's. */
#include "emu/run/ideal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/core/feed.h"
#include "emu/run/again.h"
#include "emu/run/loosen.h"
#include "emu/run/progress.h"
#include "emu/run/run.h"

/* ---- the numbers ----------------------------------------------------------------------------- */

static void fast(struct dv_chip *c, unsigned number)
{
    c->v[number] = dv_chip_params[number].greatest;
}

static void none(struct dv_chip *c, unsigned number)
{
    c->v[number] = dv_chip_params[number].least;
}

static void rate_gm_l1(struct dv_chip *c)
{
    fast(c, DV_CP_gm_l1_rate);
    fast(c, DV_CP_l2_read);
    fast(c, DV_CP_mem_core_rate);
}

static void rate_gm_ub(struct dv_chip *c)
{
    fast(c, DV_CP_gm_ub_rate);
    fast(c, DV_CP_mem_core_rate);
}

static void rate_to_gm(struct dv_chip *c)
{
    fast(c, DV_CP_l2_write);
}

static void rate_l0a(struct dv_chip *c)
{
    fast(c, DV_CP_l1_l0a_rate);
    fast(c, DV_CP_l1_l0a_least);
}

static void rate_l0b(struct dv_chip *c)
{
    fast(c, DV_CP_l1_l0b_rate);
    fast(c, DV_CP_l1_l0b_least);
}

static void rate_fix(struct dv_chip *c)
{
    fast(c, DV_CP_fix_elems);
    fast(c, DV_CP_fix_elems_f32);
    fast(c, DV_CP_fix_l1_rate);
}

static void rate_ub(struct dv_chip *c)
{
    fast(c, DV_CP_ub_ub_rate);
}

/* Requests under way hide latency, so that both shrink together: the pace that they set stays as it
 * is. */
static void latency_read(struct dv_chip *c)
{
    static const uint16_t number[] = {DV_CP_gm_l1_latency, DV_CP_gm_ub_latency, DV_CP_l2_latency,
                                      DV_CP_mem_latency};
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        c->v[number[i]] /= c->v[DV_CP_reads];
    c->v[DV_CP_reads] = 1;
}

static void latency_write(struct dv_chip *c)
{
    c->v[DV_CP_l2_write_latency] /= c->v[DV_CP_writes];
    c->v[DV_CP_writes] = 1;
}

static void heads_load(struct dv_chip *c)
{
    static const uint16_t number[] = {DV_CP_load_head, DV_CP_load_head_3d, DV_CP_load_head_sp,
                                      DV_CP_load_queued, DV_CP_l1_bt_head};
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        none(c, number[i]);
}

static void heads_mmad(struct dv_chip *c)
{
    none(c, DV_CP_mmad_cold);
    none(c, DV_CP_mmad_waited);
    none(c, DV_CP_mmad_queued);
}

static void heads_fix(struct dv_chip *c)
{
    none(c, DV_CP_fix_head);
    none(c, DV_CP_fix_head_nz2nd);
    none(c, DV_CP_fix_head_l1);
    none(c, DV_CP_l1_fb_head);
}

static void heads_vector(struct dv_chip *c)
{
    for (unsigned i = 0; i < c->costs; i++)
        c->cost[i].head = c->cost[i].tail = 0;
    none(c, DV_CP_vector_chain);
    none(c, DV_CP_vector_counter);
}

static void intervals(struct dv_chip *c)
{
    none(c, DV_CP_gm_l1_interval);
    none(c, DV_CP_gm_ub_interval);
    none(c, DV_CP_ub_gm_interval);
    fast(c, DV_CP_gm_l1_flight);
    fast(c, DV_CP_gm_ub_flight);
    fast(c, DV_CP_ub_gm_flight);
}

/* Short rows need more requests, and memory gives less of itself to them. */
static void bursts(struct dv_chip *c)
{
    fast(c, DV_CP_reads);
    fast(c, DV_CP_writes);
    fast(c, DV_CP_mem_short_share);
}

static void flags(struct dv_chip *c)
{
    none(c, DV_CP_flag_latency);
    none(c, DV_CP_flag_issue);
    none(c, DV_CP_barrier);
    c->v[DV_CP_mmad_waited] = c->v[DV_CP_mmad_cold];
}

static void cross(struct dv_chip *c)
{
    none(c, DV_CP_cross_latency);
}

static void banks(struct dv_chip *c)
{
    c->v[DV_CP_ub_banks] = 0;
}

static void queues(struct dv_chip *c)
{
    static const uint16_t number[] = {DV_CP_queue_v,    DV_CP_queue_m,    DV_CP_queue_mte1,
                                      DV_CP_queue_mte2, DV_CP_queue_mte3, DV_CP_queue_fix};
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        fast(c, number[i]);
}

static void rate_memory(struct dv_chip *c)
{
    fast(c, DV_CP_mem_rate);
    fast(c, DV_CP_mem_usable);
}

static void rate_l2(struct dv_chip *c)
{
    fast(c, DV_CP_l2_rate);
}

static void same_lines(struct dv_chip *c)
{
    fast(c, DV_CP_mem_same_rate);
}

/* A miss costs what a hit does: to the port that waits for it, and to all who share memory. */
static void l2_hits(struct dv_chip *c)
{
    none(c, DV_CP_mem_latency);
    fast(c, DV_CP_mem_core_rate);
    rate_memory(c);
    none(c, DV_CP_l2_write_back);
}

static void starts_of_cores(struct dv_chip *c)
{
    none(c, DV_CP_launch_aic);
    none(c, DV_CP_launch_aiv);
}

static void atomics(struct dv_chip *c)
{
    fast(c, DV_CP_l2_atomic_share);
}

static void loads_of_s(struct dv_chip *c)
{
    none(c, DV_CP_scalar_ld_ub);
    none(c, DV_CP_scalar_ld_gm);
    none(c, DV_CP_scalar_miss);
}

/* Of these the program changes, not the chip. */
static void buffers(struct dv_chip *c)
{
    (void)c;
}

static void barriers(struct dv_chip *c)
{
    (void)c;
}

static void code_cached(struct dv_chip *c)
{
    none(c, DV_CP_icache_miss);
}

static void unit_s(struct dv_chip *c)
{
    static const uint16_t number[] = {DV_CP_scalar_issue, DV_CP_scalar_native, DV_CP_scalar_jump,
                                      DV_CP_scalar_div,   DV_CP_scalar_ld_ub,  DV_CP_scalar_ld_gm,
                                      DV_CP_scalar_miss,  DV_CP_icache_miss};
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        none(c, number[i]);
}

static void unit_m(struct dv_chip *c)
{
    fast(c, DV_CP_mac_f16);
    heads_mmad(c);
}

static void unit_v(struct dv_chip *c)
{
    heads_vector(c);
    banks(c);
    for (unsigned i = 0; i < c->costs; i++)
        c->cost[i].each = 0;
}

static void unit_mte1(struct dv_chip *c)
{
    rate_l0a(c);
    rate_l0b(c);
    heads_load(c);
    fast(c, DV_CP_l1_bt_rate);
    fast(c, DV_CP_l1_ub_rate);
    none(c, DV_CP_l1_write_slows);
}

static void unit_mte2(struct dv_chip *c)
{
    static const uint16_t number[] = {DV_CP_gm_l1_latency,  DV_CP_gm_ub_latency,
                                      DV_CP_l2_latency,     DV_CP_mem_latency,
                                      DV_CP_gm_l1_interval, DV_CP_gm_ub_interval};
    rate_gm_l1(c);
    rate_gm_ub(c);
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        none(c, number[i]);
    fast(c, DV_CP_reads);
    fast(c, DV_CP_gm_l1_flight);
    fast(c, DV_CP_gm_ub_flight);
}

static void unit_writes(struct dv_chip *c)
{
    fast(c, DV_CP_l2_write);
    fast(c, DV_CP_writes);
    none(c, DV_CP_l2_write_latency);
    none(c, DV_CP_ub_gm_interval);
    fast(c, DV_CP_ub_gm_flight);
    fast(c, DV_CP_ub_l1_rate);
    rate_fix(c);
    heads_fix(c);
}

/* ---- the rows -------------------------------------------------------------------------------- */

#define PIPE(p) (1u << DV_PIPE_##p)
#define GM_READ PIPE(MTE2)
#define GM_WRITE (PIPE(MTE3) | PIPE(FIX))

/* What changes least stands first. `pipes`: of these one must have worked. */
static const struct {
    const char *name, *means;
    void (*apply)(struct dv_chip *c);
    uint32_t pipes;
    bool limit;
} rows[] = {
    {"queues", "64 places a queue: issue the moves of the next step earlier", queues, ~0u, false},
    {"bursts", "requests never limit: move longer rows, aligned to 512 B", bursts,
     GM_READ | GM_WRITE, false},
    {"banks", "no bank conflicts: shift one operand into another group of banks", banks, PIPE(V),
     false},
    {"buffers", "a buffer is always free: copies without end, a flag each; the second brings most",
     buffers, ~0u, false},
    {"barriers", "BAR.ALL waits for nothing: flags between two units instead", barriers, ~0u,
     false},
    {"flags", "flags and barriers are free: hand over larger pieces", flags, ~0u, false},
    {"cross flags", "flags between cores are free: hand over larger pieces", cross, ~0u, false},
    {"code", "code is in the cache: shorter loops, or preload", code_cached, ~0u, false},
    {"loads of SCALAR", "what S loads is there at once: load it earlier, or less often", loads_of_s,
     ~0u, false},
    {"atomics", "atomic stores cost what plain ones do: add up in UB first", atomics, GM_WRITE,
     false},
    {"starts of cores", "all cores begin together: fewer cores, or more work for the first",
     starts_of_cores, ~0u, false},
    {"same lines", "cores may read the same lines past L2: leave out sid=1", same_lines, GM_READ,
     false},
    {"L2", "every read hits L2: order the blocks so that they share data", l2_hits, GM_READ, false},
    {"starts of moves", "moves start at any distance: fewer and larger moves", intervals,
     GM_READ | GM_WRITE, false},
    {"latency of reads", "GM answers at once: load earlier, more buffers in flight", latency_read,
     GM_READ, false},
    {"latency of writes", "GM takes at once: more buffers in flight", latency_write, GM_WRITE,
     false},
    {"starts of MTE1", "loads from L1 begin at once: fewer and larger loads", heads_load,
     PIPE(MTE1), false},
    {"starts of CUBE", "MMADs begin at once: larger base blocks", heads_mmad, PIPE(M), false},
    {"starts of FIXP", "the fixpipe begins at once: larger stores", heads_fix, PIPE(FIX), false},
    {"starts of VECTOR", "vector instructions begin at once: more repeats in each", heads_vector,
     PIPE(V), false},
    {"rate GM->L1", "infinitely fast: reuse what is in L1", rate_gm_l1, PIPE(MTE2), true},
    {"rate GM->UB", "infinitely fast: reuse what is in UB", rate_gm_ub, PIPE(MTE2), true},
    {"rate ->GM", "infinitely fast: write fewer bytes", rate_to_gm, GM_WRITE, true},
    {"rate L1->L0A", "infinitely fast: larger base blocks along n", rate_l0a, PIPE(MTE1), true},
    {"rate L1->L0B", "infinitely fast: larger base blocks along m", rate_l0b, PIPE(MTE1), true},
    {"rate memory", "of all cores infinitely fast: fewer bytes, or blocks that share them",
     rate_memory, GM_READ | GM_WRITE, true},
    {"rate L2", "of all cores infinitely fast: fewer bytes from GM", rate_l2, GM_READ | GM_WRITE,
     true},
    {"rate L0C->", "infinitely fast: fewer elements out of L0C", rate_fix, PIPE(FIX), true},
    {"rate UB->UB", "infinitely fast: fewer copies", rate_ub, PIPE(V), true},
    {"unit SCALAR", "infinitely fast: unroll, and compute addresses once", unit_s, ~0u, true},
    {"unit VECTOR", "infinitely fast: fewer vector instructions", unit_v, PIPE(V), true},
    {"unit CUBE", "infinitely fast: fewer MACs, or larger MMADs", unit_m, PIPE(M), true},
    {"unit MTE1", "infinitely fast: larger base blocks", unit_mte1, PIPE(MTE1), true},
    {"unit MTE2", "infinitely fast: fewer bytes, in larger moves, earlier", unit_mte2, GM_READ,
     true},
    {"unit MTE3, FIXP", "infinitely fast: fewer bytes, in larger moves", unit_writes, GM_WRITE,
     true},
};

enum { ROWS = sizeof rows / sizeof *rows };

static enum dv_loose loose_of(unsigned row)
{
    return rows[row].apply == buffers    ? DV_LOOSE_BUFFERS
           : rows[row].apply == barriers ? DV_LOOSE_BARRIERS
                                         : DV_LOOSE_NOTHING;
}

/* In the pace of a log S, its code, its waits and the starts of cores are the log's: no number sets
 * them. */
static bool is_given(const struct dv_run *r, unsigned row)
{
    void (*apply)(struct dv_chip *) = rows[row].apply;
    bool of_s = apply == unit_s || apply == code_cached || apply == starts_of_cores ||
                apply == loads_of_s || apply == barriers;
    return of_s && r->opts.feed && r->opts.feed->paced;
}

static bool needed(const struct dv_run *r, unsigned row)
{
    uint32_t pipes = is_given(r, row) ? 0 : rows[row].pipes;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if ((pipes >> p & 1) && r->result.sum.pipe[p].instructions)
            return true;
    return false;
}

/* Without BAR.ALL nothing hands a buffer back either, unless flags do: what is saved then takes
 * copies too. */
static const char *means(const struct dv_run *r, unsigned row)
{
    struct dv_obj obj;
    if (rows[row].apply != barriers)
        return rows[row].means;
    if (!dv_loosen(r->obj, DV_LOOSE_BUFFERS, &obj))
        return "BAR.ALL waits for nothing: flags between two units, and copies of each buffer";
    free(obj.section[DV_TEXT].p);
    return rows[row].means;
}

static void add(struct dv_ideals *o, struct dv_ideal f)
{
    if ((f.saved || f.faults) && o->n < DV_IDEALS)
        o->row[o->n++] = f;
}

/* A kernel that faults under other times is wrong, but that is not what is asked here. */
static enum dv_err try_row(struct dv_ideals *o, const struct dv_run *r, struct dv_chip *chip,
                           unsigned i, bool *data, struct dv_diag *d)
{
    struct dv_again again;
    struct dv_diag why;
    struct dv_obj obj;
    enum dv_loose loose = loose_of(i);
    *chip = r->chip;
    rows[i].apply(chip);
    dv_diag_init(&why);
    if (loose && !dv_loosen(r->obj, loose, &obj))
        return DV_OK;
    enum dv_err e = dv_run_again(r, loose ? &obj : r->obj, chip, *data, &again, &why);
    if (loose)
        free(obj.section[DV_TEXT].p);
    o->runs++;
    if (e == DV_E_NODATA && !*data) {
        *data = true;
        return try_row(o, r, chip, i, data, d);
    }
    if (e == DV_E_MEMORY) {
        *d = why;
        return e;
    }
    if (e && loose)
        return DV_OK; /* it relies on what was left out: nothing is learned */
    struct dv_ideal f = {.name = rows[i].name,
                         .means = means(r, i),
                         .limit = rows[i].limit,
                         .faults = e,
                         .saved = !e && again.end < o->end ? o->end - again.end : 0};
    if (e)
        snprintf(f.text, sizeof f.text, "%.150s", why.text);
    add(o, f);
    return DV_OK;
}

/* ---- the order ------------------------------------------------------------------------------- */

/* No kernel makes a rate or a unit infinitely fast. A rate weighs two thirds; a unit, which
 * contains its rates, starts and conflicts, one half. */
static dv_time weight(const struct dv_ideal *f)
{
    if (f->aside)
        return 0;
    if (!f->limit)
        return f->saved;
    return strncmp(f->name, "unit ", 5) ? f->saved / 3 * 2 : f->saved / 2;
}

/* Stable: of equal rows what changes less stands first. */
static void sort(struct dv_ideals *o)
{
    for (unsigned i = 1; i < o->n; i++) {
        struct dv_ideal f = o->row[i];
        unsigned k = i;
        for (; k && weight(&o->row[k - 1]) < weight(&f); k--)
            o->row[k] = o->row[k - 1];
        o->row[k] = f;
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

/* How much earlier the last core ends when each works what they do on the average, from when it
 * begins. */
static dv_time uneven(const struct dv_run *r, dv_time end)
{
    dv_time last = 0, work = 0;
    unsigned used = 0;
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++) {
        const struct dv_core_stats *c = dv_machine_core(r->machine, i);
        if (!c->blocks)
            continue;
        last = c->first > last ? c->first : last;
        work += c->last - c->first;
        used++;
    }
    last += used ? (work + used - 1) / used : 0;
    return used && last < end ? end - last : 0;
}

/* What needs no run: the launch, and cores that end at the same time. */
static void computed(struct dv_ideals *o, const struct dv_run *r)
{
    double task = r->result.task_us * 1e-6 * (double)DV_P(&r->chip, clock) * DV_CYCLE;
    o->task = task > (double)o->end ? (dv_time)(task + 0.5) : o->end;
    add(o, (struct dv_ideal){.name = "balance",
                             .means = "all cores work as long: deal the work out evenly",
                             .saved = uneven(r, o->end)});
    if (r->opts.feed && r->opts.feed->paced)
        return; /* a log begins behind its launch */
    add(o, (struct dv_ideal){.name = "launch",
                             .means = "no launch: fewer cores, or more work in a launch",
                             .aside = r->result.time_us >= 0.5 * r->result.task_us,
                             .saved = o->task - o->end});
}

enum dv_err dv_ideals_take(struct dv_ideals *out, const struct dv_run *r, struct dv_diag *d)
{
    struct dv_chip *chip = malloc(sizeof *chip);
    enum dv_err e = DV_OK;
    struct dv_progress p = {.what = "what-if"};
    bool data = false;
    memset(out, 0, sizeof *out);
    if (!chip)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    out->end = dv_machine_end(r->machine);
    for (unsigned i = 0; i < ROWS; i++)
        p.of += needed(r, i);
    for (unsigned i = 0; !e && i < ROWS; i++)
        if (needed(r, i)) {
            dv_progress_next(&r->opts, &p, rows[i].name);
            e = try_row(out, r, chip, i, &data, d);
        }
    free(chip);
    computed(out, r);
    sort(out);
    return e;
}
