/* Results for people: key: value lines and the console profile. Owns their wording; the numbers
 * come from struct dv_result. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "emu/cli/cli.h"
#include "emu/run/memory.h"

/* "key: value"; on a terminal the values stand in one column. */
__attribute__((format(printf, 2, 3))) static void line(const char *key, const char *fmt, ...)
{
    va_list ap;
    int pad = isatty(STDOUT_FILENO) ? 15 - (int)strlen(key) : 0;
    printf("%s: %*s", key, pad > 0 ? pad : 0, "");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

static void figure(const char *key, double v)
{
    char text[32];
    if (!isnan(v))
        line(key, "%s", dv_json_number(round(v * 1e4) / 1e4, text));
}

/* Units in the last place alarm where the tolerance is another and nothing is wrong. */
static void verify_line(const struct dv_verify *v)
{
    char key[80], tol[128], ulp[40] = "";
    snprintf(key, sizeof key, "verify.%s", v->name);
    if (v->tolerance.has_ulp || v->mismatches)
        snprintf(ulp, sizeof ulp, ", max_ulp %" PRIu64, v->max_ulp);
    line(key, "%" PRIu64 " of %" PRIu64 " wrong, max_abs %.3g, max_rel %.3g%s (%s)", v->mismatches,
         v->elems, v->max_abs, v->max_rel, ulp, dv_tolerance_text(&v->tolerance, tol, sizeof tol));
}

static void show_verify(const struct dv_result *o)
{
    if (o->verified < 0)
        return;
    line("verified", "%s", o->verified ? "true" : "false");
    for (unsigned i = 0; i < o->verifies; i++)
        verify_line(&o->verify[i]);
}

/* The peak is that of the cores that ran a block, not of the chip. */
static void show_share(const struct dv_result *o)
{
    char text[32];
    unsigned merged = o->sum.used[DV_C100], n = o->sum.used[DV_AIC] + merged;
    if (isnan(o->pct_peak))
        return;
    line("pct_peak", "%s %% of the %u %s used",
         dv_json_number(round(o->pct_peak * 1e4) / 1e4, text), n,
         merged   ? "merged cores"
         : n == 1 ? "AIC"
                  : "AICs");
}

static void show_pipes(const struct dv_result *o)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_pipe_sum *s = &o->sum.pipe[p];
        char key[40];
        if (!s->cores || !o->has_time)
            continue;
        snprintf(key, sizeof key, "pipes.%s", dv_pipe_json(p));
        line(key, "ratio %.4f, busy_cycles %" PRIu64 ", instructions %" PRIu64, s->ratio,
             s->busy / DV_CYCLE, s->instructions);
    }
}

/* With --uncertainty the range stands behind the figure. */
static void show_cycles(const struct dv_result *o, const char *more)
{
    uint64_t n = (o->sum.cycles + DV_CYCLE - 1) / DV_CYCLE;
    char text[200];
    if (o->uncertainty.known)
        line("cycles", "%" PRIu64 "%s (%s)", n, more,
             dv_uncertainty_text(&o->uncertainty, text, sizeof text));
    else
        line("cycles", "%" PRIu64 "%s", n, more);
}

/* Sums of known quality: how much of the time follows from which kind of number. */
static void show_rests(const struct dv_result *o)
{
    char text[160];
    if (o->has_time)
        line("rests on", "%s", dv_summary_rests(&o->sum, text, sizeof text));
}

/* Each core has its own way to memory so far; together they may draw more than there is. */
static void note_memory(const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    double rate = o->has_time && o->time_us > 0
                      ? (double)o->sum.path_bytes[DV_PATH_L2_MISS] / o->time_us * 1e6
                      : 0;

    if (rate > (double)DV_P(&r->chip, mem_rate))
        dv_note(
            "the cores draw %.0f GB/s from memory that gives %.0f: they do not share it yet, so "
            "this time is too short",
            rate / 1e9, (double)DV_P(&r->chip, mem_rate) / 1e9);
}

static void show_marks(const struct dv_run *r)
{
    struct dv_mark_sum m;
    for (unsigned i = 0; dv_watch_mark(r, i, &m); i++) {
        char key[80];
        snprintf(key, sizeof key, "marks.%s", m.name);
        if (r->result.has_time)
            line(key, "cycles %" PRIu64 ", visits %" PRIu64 ", longest %" PRIu64,
                 (m.cycles + DV_CYCLE - 1) / DV_CYCLE, m.visits,
                 (m.longest + DV_CYCLE - 1) / DV_CYCLE);
        else
            line(key, "visits %" PRIu64, m.visits);
    }
}

/* Where two clocks are documented, or a name means two dies, every result says which it is of. */
static void show_clock(const struct dv_run *r)
{
    char text[128];
    if (dv_clock_text(&r->chip, text, sizeof text))
        line("clock", "%s", text);
    if (!strcmp(r->chip.mark, "package"))
        line("dies", "1 of %u: a launch runs on one die", (unsigned)DV_P(&r->chip, dies));
}

static void show_memory(const struct dv_run *r)
{
    if (r->opts.mem)
        line("mem", "%s", dv_memory_name(r->memory));
}

static void show_repeats(const struct dv_result *o)
{
    if (o->repeats.n > 1)
        line("repeat", "%" PRIu32 " launches, %.0f .. %.0f cycles, median %.0f", o->repeats.n,
             (double)o->repeats.least / DV_CYCLE, (double)o->repeats.most / DV_CYCLE,
             o->repeats.median / DV_CYCLE);
}

void dv_show_run(const struct dv_run *r, double host_seconds)
{
    const struct dv_result *o = &r->result;
    line("kernel", "%s", r->kernel->name);
    line("chip", "%s", r->chip.name);
    show_clock(r);
    line("blocks", "%" PRIu32, r->args.blocks);
    if (r->opts.cold)
        line("cache", "cold");
    if (r->opts.warmup)
        line("warmup", "%" PRIu32, r->opts.warmup);
    show_memory(r);
    if (o->has_time) {
        show_cycles(o, "");
        show_repeats(o);
        figure("time_us", o->time_us);
        figure("task_us", o->task_us);
    }
    line("instructions", "%" PRIu64, o->sum.instructions);
    if (o->has_macs)
        line("mac_useful", "%" PRIu64, o->mac_useful);
    figure("mac_per_cycle", o->mac_per_cycle);
    figure("tflops", o->tflops);
    figure("peak_tflops", o->peak_tflops);
    show_share(o);
    note_memory(r);
    show_pipes(o);
    if (o->has_time)
        line("bound", "%s", o->bound);
    show_rests(o);
    show_verify(o);
    show_marks(r);
    if (o->allowed)
        line("allowed", "%" PRIu64, o->allowed);
    line("host_seconds", "%.3f", host_seconds);
}

/* ---- profile --------------------------------------------------------------------------------- */

static double percent(const struct dv_summary *s, const struct dv_pipe_sum *p, dv_time part)
{
    return s->cycles ? 100.0 * (double)part / ((double)s->cycles * p->cores) : 0;
}

/* The two largest kinds of stall of a pipe. */
static void stalls_text(const struct dv_summary *s, const struct dv_pipe_sum *p, char *out,
                        size_t size)
{
    size_t n = 0;
    unsigned done = DV_REASONS;
    *out = 0;
    for (unsigned k = 0; k < 2; k++) {
        unsigned best = DV_REASONS;
        for (unsigned i = 0; i < DV_REASONS; i++)
            if (i != done && p->stall[i] && (best == DV_REASONS || p->stall[i] > p->stall[best]))
                best = i;
        if (best == DV_REASONS || percent(s, p, p->stall[best]) < 0.05 || n >= size)
            return;
        n += (size_t)snprintf(out + n, size - n, "%s%s %.1f %%", k ? ", " : "",
                              dv_reason_names[best], percent(s, p, p->stall[best]));
        done = best;
    }
}

static void profile_pipes(const struct dv_summary *s)
{
    char stalls[128];
    printf("\n%-8s %8s %8s %8s %13s  %s\n", "unit", "busy %", "stall %", "idle %", "instructions",
           "largest stalls");
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_pipe_sum *q = &s->pipe[p];
        dv_time stalled = 0;
        if (!q->cores || (!q->instructions && !q->busy))
            continue;
        for (unsigned i = 0; i < DV_REASONS; i++)
            stalled += q->stall[i];
        stalls_text(s, q, stalls, sizeof stalls);
        printf("%-8s %8.1f %8.1f %8.1f %13" PRIu64 "  %s\n", dv_pipe_json(p), 100 * q->ratio,
               percent(s, q, stalled), percent(s, q, q->idle), q->instructions, stalls);
    }
}

static void profile_bytes(const struct dv_result *o)
{
    bool some = false;
    for (unsigned p = 0; p < DV_PATHS; p++) {
        uint64_t n = o->sum.path_bytes[p];
        if (!n)
            continue;
        if (!some)
            printf("\n%-12s %14s %10s\n", "path", "bytes", "GB/s");
        some = true;
        printf("%-12s %14" PRIu64 " %10.1f\n", dv_path_names[p], n, (double)n / o->time_us * 1e-3);
    }
}

static void profile_head(const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    char cores[64];
    printf("%s on %s: %" PRIu32 " block%s on %u AIC, %u AIV%s\n", r->kernel->name, r->chip.name,
           r->args.blocks, r->args.blocks == 1 ? "" : "s",
           o->sum.used[DV_AIC] + o->sum.used[DV_C100], o->sum.used[DV_AIV],
           r->opts.cold ? ", cold" : "");
    show_clock(r);
    show_memory(r);
    snprintf(cores, sizeof cores, " (per core %.0f .. %.0f)", (double)o->sum.least / DV_CYCLE,
             (double)o->sum.most / DV_CYCLE);
    show_cycles(o, cores);
    show_repeats(o);
    figure("time_us", o->time_us);
    figure("task_us", o->task_us);
    figure("mac_per_cycle", o->mac_per_cycle);
    figure("tflops", o->tflops);
    show_share(o);
    show_rests(o);
    show_verify(o);
}

void dv_show_profile(const struct dv_run *r)
{
    char advice[512];
    profile_head(r);
    profile_pipes(&r->result.sum);
    profile_bytes(&r->result);
    dv_summary_advice(&r->result.sum, advice, sizeof advice);
    printf("\n%s\n", advice);
}
