/* Adds the statistics of all cores and says what bounds a kernel. Owns the totals and the words;
 * must not know arguments, files or formats of reports. */
#include "emu/prof/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* isa.md 1: the units of each kind of core. */
static const uint32_t pipes_on[DV_KINDS] = {
    [DV_AIC] = 1u << DV_PIPE_S | 1u << DV_PIPE_M | 1u << DV_PIPE_MTE1 | 1u << DV_PIPE_MTE2 |
               1u << DV_PIPE_MTE3 | 1u << DV_PIPE_FIX,
    [DV_AIV] = 1u << DV_PIPE_S | 1u << DV_PIPE_V | 1u << DV_PIPE_MTE2 | 1u << DV_PIPE_MTE3,
    [DV_C100] = 1u << DV_PIPE_S | 1u << DV_PIPE_V | 1u << DV_PIPE_M | 1u << DV_PIPE_MTE1 |
                1u << DV_PIPE_MTE2 | 1u << DV_PIPE_MTE3,
};

bool dv_pipe_on(unsigned pipe, enum dv_kind kind)
{
    return pipes_on[kind] >> pipe & 1;
}

static void add_pipes(struct dv_summary *s, const struct dv_core_stats *c)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        struct dv_pipe_sum *to = &s->pipe[p];
        if (!dv_pipe_on(p, c->kind))
            continue;
        to->cores++;
        to->busy += c->pipe[p].busy;
        to->instructions += c->pipe[p].instructions;
        for (unsigned r = 0; r < DV_REASONS; r++)
            to->stall[r] += c->pipe[p].stall[r];
    }
}

static void add_core(struct dv_summary *s, const struct dv_core_stats *c)
{
    dv_time span = c->last - c->first;
    s->used[c->kind]++;
    s->least = span < s->least ? span : s->least;
    s->most = span > s->most ? span : s->most;
    s->mean += (double)span / DV_CYCLE;
    s->instructions += c->instructions;
    s->macs += c->macs;
    for (unsigned p = 0; p < DV_PATHS; p++)
        s->path_bytes[p] += c->path_bytes[p];
    for (unsigned a = 0; a < DV_ACTS; a++)
        s->act[a] += c->act[a];
    add_pipes(s, c);
}

/* What is neither work nor a wait: before the first and after the last instruction of a unit, while
 * the instruction under way overlaps with none of its work, and to the end of the last cycle:
 * reports name whole cycles, and every one of every core has an owner. */
static void set_idle(struct dv_pipe_sum *p, dv_time cycles)
{
    dv_time rest = (cycles + DV_CYCLE - 1) / DV_CYCLE * DV_CYCLE * p->cores, used = p->busy;
    for (unsigned r = 0; r < DV_REASONS; r++)
        used += p->stall[r];
    p->idle = used < rest ? rest - used : 0;
    if (rest)
        p->ratio = (double)p->busy / (double)rest;
}

void dv_summary_share(const uint64_t *part, unsigned n, uint64_t whole, uint64_t *out)
{
    uint64_t sum = 0, left = whole, rest[DV_BLAMES];
    for (unsigned i = 0; i < n; i++)
        sum += part[i];
    for (unsigned i = 0; i < n; i++) {
        unsigned __int128 v = (unsigned __int128)part[i] * whole;
        out[i] = sum ? (uint64_t)(v / sum) : 0;
        rest[i] = sum ? (uint64_t)(v % sum) : 0;
        left -= out[i];
    }
    for (; left && sum; left--) {
        unsigned most = 0;
        for (unsigned i = 1; i < n; i++)
            if (rest[i] > rest[most])
                most = i;
        out[most]++;
        rest[most] = 0;
    }
    out[0] += left;
}

/* Of the slowest core, the first of equals. */
static void take_rests(struct dv_summary *out, const struct dv_machine *m)
{
    for (unsigned i = 0; i < dv_machine_cores(m); i++) {
        const struct dv_core_stats *c = dv_machine_core(m, i);
        if (!c->blocks || c->last - c->first != out->cycles)
            continue;
        dv_summary_share(c->blame.by, DV_BLAMES, (out->cycles + DV_CYCLE - 1) / DV_CYCLE,
                         out->rests);
        return;
    }
}

void dv_summary_take(struct dv_summary *out, const struct dv_machine *m)
{
    unsigned used = 0;
    memset(out, 0, sizeof *out);
    out->cycles = dv_machine_cycles(m);
    out->least = UINT64_MAX;
    for (unsigned i = 0; i < dv_machine_cores(m); i++) {
        const struct dv_core_stats *c = dv_machine_core(m, i);
        if (!c->blocks)
            continue;
        add_core(out, c);
        used++;
    }
    out->least = used ? out->least : 0;
    out->mean = used ? out->mean / used : 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        set_idle(&out->pipe[p], out->cycles);
    take_rests(out, m);
}

/* ---- words ----------------------------------------------------------------------------------- */

static unsigned busiest(const struct dv_summary *s)
{
    unsigned best = DV_PIPE_S;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (s->pipe[p].ratio > s->pipe[best].ratio)
            best = p;
    return best;
}

static unsigned worst_stall(const struct dv_pipe_sum *p)
{
    unsigned worst = 0;
    for (unsigned r = 1; r < DV_REASONS; r++)
        if (p->stall[r] > p->stall[worst])
            worst = r;
    return worst;
}

static double share(const struct dv_summary *s, const struct dv_pipe_sum *p, dv_time part)
{
    return s->cycles && p->cores ? 100.0 * (double)part / ((double)s->cycles * p->cores) : 0;
}

static const char *const stall_words[DV_REASONS] = {
    [DV_STALL_queue_full] = "full queues",
    [DV_STALL_flag] = "waits for flags",
    [DV_STALL_barrier] = "barriers",
    [DV_STALL_operand] = "waits for operands",
    [DV_STALL_bank_conflict] = "bank conflicts",
    [DV_STALL_mem_bandwidth] = "memory bandwidth",
    [DV_STALL_mem_latency] = "memory latency",
    [DV_STALL_icache] = "instruction fetch",
    [DV_STALL_dcache] = "scalar loads",
    [DV_STALL_scalar] = "the scalar unit",
    [DV_STALL_cross_core] = "other cores",
};

/* S waits at END for its pipes as it does at BAR.ALL, and both count as one. */
static const char *stall_word(unsigned pipe, unsigned reason)
{
    return pipe == DV_PIPE_S && reason == DV_STALL_barrier ? "barriers and END"
                                                           : stall_words[reason];
}

const char *dv_summary_rests(const struct dv_summary *s, char *out, size_t size)
{
    uint64_t percent[DV_BLAMES];
    size_t n = 0;
    dv_summary_share(s->rests, DV_BLAMES, 100, percent);
    *out = 0;
    for (;;) {
        unsigned most = 0;
        for (unsigned i = 1; i < DV_BLAMES; i++)
            if (percent[i] > percent[most])
                most = i;
        if (!percent[most] || n >= size)
            return out;
        n += (size_t)snprintf(out + n, size - n, "%s%s %u %%", n ? ", " : "", dv_blame_names[most],
                              (unsigned)percent[most]);
        percent[most] = 0;
    }
}

/* A pipe busy this share of the time leaves little to gain elsewhere (ours). */
#define BOUND_BY_PIPE 80.0
#define LOOSE 50.0

const char *dv_summary_bound(const struct dv_summary *s, char *out, size_t size)
{
    unsigned p = busiest(s), r = worst_stall(&s->pipe[p]);
    const struct dv_pipe_sum *pipe = &s->pipe[p];
    double busy = 100 * pipe->ratio;
    if (!s->cycles)
        snprintf(out, size, "nothing");
    else if (busy >= BOUND_BY_PIPE)
        snprintf(out, size, "%s, busy %.1f %% of the time", dv_pipe_json(p), busy);
    else if (share(s, pipe, pipe->stall[r]) > share(s, pipe, pipe->idle))
        snprintf(out, size, "%s, busy only %.1f %% of the time: %.1f %% is lost to %s",
                 dv_pipe_json(p), busy, share(s, pipe, pipe->stall[r]), stall_word(p, r));
    else
        snprintf(
            out, size,
            "no unit all the time: %s, the busiest, works %.1f %% of it and has nothing to do for "
            "%.1f %%",
            dv_pipe_json(p), busy, share(s, pipe, pipe->idle));
    return out;
}

const char *dv_summary_limiter(const struct dv_summary *s, double *busy)
{
    unsigned p = busiest(s), r = worst_stall(&s->pipe[p]);
    const struct dv_pipe_sum *pipe = &s->pipe[p];
    *busy = 100 * pipe->ratio;
    bool limits =
        *busy >= BOUND_BY_PIPE || share(s, pipe, pipe->stall[r]) > share(s, pipe, pipe->idle);
    return s->cycles && limits ? dv_pipe_json(p) : "none";
}

/* ---- advice ---------------------------------------------------------------------------------- */

static const char *meaning(unsigned pipe)
{
    switch (pipe) {
    case DV_PIPE_M:
        return "the matrix unit works most; fewer or larger MMADs make it faster";
    case DV_PIPE_V:
        return "vector arithmetic is the limit; fewer instructions or fewer bank conflicts help";
    case DV_PIPE_MTE1:
        return "moves from L1 to L0 are the limit; larger base blocks reuse each operand more";
    case DV_PIPE_MTE2:
        return "moves from global memory are the limit; reuse data in local memory or move more "
               "per instruction";
    case DV_PIPE_MTE3:
    case DV_PIPE_FIX:
        return "writing results is the limit; write fewer bytes or overlap it with computing";
    default:
        return "the scalar unit is the limit; unroll loops and do more per instruction";
    }
}

static const char *loose_advice(unsigned pipe, unsigned reason)
{
    switch (reason) {
    case DV_STALL_flag:
        return "units wait for each other: more buffers in flight would let them overlap";
    case DV_STALL_queue_full:
        return "a queue is full: issue the moves of the next step earlier";
    case DV_STALL_barrier:
        return pipe == DV_PIPE_S ? "S waits for all units, at barriers or END: flags between two "
                                   "units instead of barriers, and more work in flight"
                                 : "barriers stop everything: flags between two units cost less";
    default:
        return "little work is in flight: more blocks or larger tiles would fill the units";
    }
}

void dv_summary_advice(const struct dv_summary *s, char *out, size_t size)
{
    char bound[160];
    unsigned p = busiest(s), r = worst_stall(&s->pipe[p]);
    if (s->pipe[p].idle > s->pipe[p].stall[r])
        r = DV_REASONS; /* not waiting: there is nothing to do */
    double busy = 100 * s->pipe[p].ratio;
    dv_summary_bound(s, bound, sizeof bound);
    if (busy >= LOOSE)
        snprintf(out, size, "Bound by %s: %s.", bound, meaning(p));
    else
        snprintf(out, size, "Bound by %s; %s.", bound, loose_advice(p, r));
}

/* Rules (ours): the launch is worth a line when this share of task_us is not spent on cores .. */
#define LAUNCH_SHARE 0.5
/* .. and cores when they work less than this, on the average, of what the slowest does. */
#define EVEN_SHARE 0.9

static unsigned cores_used(const struct dv_summary *s)
{
    return s->used[DV_AIC] + s->used[DV_AIV] + s->used[DV_C100];
}

const char *dv_summary_launch(const struct dv_summary *s, double time_us, double task_us,
                              double end_us, char *out, size_t size)
{
    unsigned cores = cores_used(s);
    *out = 0;
    if (time_us < (1 - LAUNCH_SHARE) * task_us)
        snprintf(out, size,
                 "launch: %.0f %% of task_us passes outside these cycles: %.2f us for the launch, "
                 "%.2f us before the slowest of %u core%s begins; more work in a launch, or fewer "
                 "cores",
                 100 * (1 - time_us / task_us), task_us - end_us,
                 end_us > time_us ? end_us - time_us : 0, cores, cores == 1 ? "" : "s");
    return out;
}

const char *dv_summary_balance(const struct dv_summary *s, char *out, size_t size)
{
    uint64_t cycles = (s->cycles + DV_CYCLE - 1) / DV_CYCLE;
    *out = 0;
    if (s->mean < EVEN_SHARE * (double)cycles)
        snprintf(out, size,
                 "balance: the slowest core works %" PRIu64
                 " cycles, %u cores on the average %.0f: deal "
                 "the work out evenly",
                 cycles, cores_used(s), s->mean);
    return out;
}
