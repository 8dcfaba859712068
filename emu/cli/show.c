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

static uint64_t whole(dv_time t)
{
    return (t + DV_CYCLE - 1) / DV_CYCLE;
}

/* With --uncertainty the range stands behind the figure. */
static void show_cycles(const struct dv_result *o, const char *more)
{
    uint64_t n = whole(o->sum.cycles);
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

/* False = no unit works or waits enough to be the bound by itself. */
static bool bounded(const struct dv_result *o)
{
    double busy;
    return strcmp(dv_summary_limiter(&o->sum, &busy), "none") != 0;
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
    show_pipes(o);
    if (o->has_time)
        line("bound", "%s%s", o->bound,
             bounded(o) ? "" : "; dv prof names what its cycles wait for");
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

/* S waits at END for its pipes as it does at BAR.ALL, and both count as one. */
static const char *stall_name(unsigned pipe, unsigned reason)
{
    return pipe == DV_PIPE_S && reason == DV_STALL_barrier ? "barrier and END"
                                                           : dv_reason_names[reason];
}

/* The two largest kinds of stall of a pipe. */
static void stalls_text(const struct dv_summary *s, unsigned pipe, char *out, size_t size)
{
    const struct dv_pipe_sum *p = &s->pipe[pipe];
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
                              stall_name(pipe, best), percent(s, p, p->stall[best]));
        done = best;
    }
}

/* The share of the critical path; without one, nothing. */
static const char *path_share(const struct dv_verdict *v, unsigned pipe, char out[16])
{
    const struct dv_path_sum *s = v ? v->path : NULL;
    *out = 0;
    if (s && s->total)
        snprintf(out, 16, "%.1f", 100.0 * (double)s->pipe[pipe] / (double)s->total);
    return out;
}

static void profile_pipes(const struct dv_summary *s, const struct dv_verdict *v)
{
    char stalls[128], path[16];
    printf("\n%-8s %8s %8s %8s %8s %13s  %s\n", "unit", "busy %", "stall %", "idle %", "path %",
           "instructions", "largest stalls");
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const struct dv_pipe_sum *q = &s->pipe[p];
        dv_time stalled = 0;
        if (!q->cores || (!q->instructions && !q->busy))
            continue;
        for (unsigned i = 0; i < DV_REASONS; i++)
            stalled += q->stall[i];
        stalls_text(s, p, stalls, sizeof stalls);
        printf("%-8s %8.1f %8.1f %8.1f %8s %13" PRIu64 "  %s\n", dv_pipe_json(p), 100 * q->ratio,
               percent(s, q, stalled), percent(s, q, q->idle), path_share(v, p, path),
               q->instructions, stalls);
    }
}

/* Bursts that adjoin are one; how long they were asked for is said beside it. */
static void burst_text(const struct dv_moved *m, char *out, size_t size)
{
    if (!m->runs)
        return;
    size_t n = (size_t)snprintf(out, size, "%10" PRIu64, (m->bytes + m->runs / 2) / m->runs);
    if (m->bursts > m->runs && n < size)
        snprintf(out + n, size - n, "  (bursts of %" PRIu64 " that adjoin)",
                 (m->bytes + m->bursts / 2) / m->bursts);
}

/* Of a path what it carried, how much of its peak that is, and in which pieces. */
static void profile_bytes(const struct dv_result *o, const struct dv_verdict *v)
{
    bool some = false;
    for (unsigned p = 0; p < DV_PATHS; p++) {
        uint64_t n = o->sum.path_bytes[p];
        char roof[16] = "", burst[80] = "";
        if (!n)
            continue;
        if (!some)
            printf("\n%-12s %14s %10s %10s %10s\n", "path", "bytes", "GB/s", "% of peak",
                   "B a burst");
        some = true;
        for (unsigned i = 0; v && i < v->roofs; i++)
            if (v->roof[i].pipe == DV_PIPE_COUNT && v->roof[i].path == p)
                snprintf(roof, sizeof roof, "%.1f", 100 * v->roof[i].share);
        if (v)
            burst_text(&v->moved[p], burst, sizeof burst);
        printf("%-12s %14" PRIu64 " %10.1f %10s %10s\n", dv_path_names[p], n,
               (double)n / o->time_us * 1e-3, roof, burst);
    }
}

static const char *base(const char *file)
{
    const char *slash = file ? strrchr(file, '/') : NULL;
    return slash ? slash + 1 : file ? file : "?";
}

/* "dv.inc:229, in macro reduce_row of softmax_f32.s:40" */
static void line_place(const struct dv_costly *l, char *out, size_t size)
{
    size_t n;
    if (l->file)
        n = (size_t)snprintf(out, size, "%.60s:%" PRIu32, base(l->file), l->line);
    else
        n = (size_t)snprintf(out, size, "0x%" PRIx64, l->pc);
    if (l->macro && n < size)
        snprintf(out + n, size - n, ", in macro %.40s of %.60s:%" PRIu32, l->macro, base(l->caller),
                 l->called);
}

static void profile_lines(const struct dv_run *r, const struct dv_verdict *v)
{
    char place[DV_COSTLY][240];
    struct dv_place at;
    int wide = 28;
    for (unsigned i = 0; i < v->lines; i++) {
        line_place(&v->line[i], place[i], sizeof place[i]);
        wide = (int)strlen(place[i]) > wide ? (int)strlen(place[i]) : wide;
    }
    if (v->lines)
        printf("\n%6s  %-*s %s\n", "path %", wide, "line", "its most expensive instruction");
    for (unsigned i = 0; i < v->lines; i++) {
        const struct dv_costly *l = &v->line[i];
        memset(&at, 0, sizeof at);
        dv_machine_place(r->machine, v->core, l->pc, DV_PIPE_S, 0, &at);
        printf("%6.1f  %-*s %s\n", 100.0 * (double)l->time / (double)v->path->total, wide, place[i],
               at.insn);
    }
}

/* What the critical path does not show: it begins with the first instruction of one core. */
static void profile_launch(const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    double clock = (double)DV_P(&r->chip, clock) * 1e-6;
    double end = (double)dv_machine_end(r->machine) / DV_CYCLE / clock;
    char text[256];
    if (*dv_summary_launch(&o->sum, o->time_us, o->task_us, end, text, sizeof text))
        printf("%s\n", text);
    if (*dv_summary_balance(&o->sum, text, sizeof text))
        printf("%s\n", text);
}

/* The highest roof: what the kernel could not be faster than on this chip, as it moves and computes
 * now. */
static void profile_roof(const struct dv_verdict *v)
{
    char name[16], more[16];
    if (!v->roofs)
        return;
    printf("\nroofline: %.1f %% of the bound that %s sets", 100 * v->roof[0].share,
           dv_roof_text(&v->roof[0], name));
    if (v->roofs > 1)
        printf("; next %s, %.1f %%", dv_roof_text(&v->roof[1], more), 100 * v->roof[1].share);
    putchar('\n');
}

static void ideal_row(const struct dv_ideals *o, const struct dv_ideal *f)
{
    if (f->faults)
        printf("%-18s %12s %8s  the kernel stops then: %s\n", f->name, "", "", f->text);
    else
        printf("%-18s %12" PRIu64 " %8.1f  %s\n", f->name, (f->saved + DV_CYCLE / 2) / DV_CYCLE,
               100.0 * (double)f->saved / (double)o->task, f->means);
}

/* Repairs, or what no kernel reaches, by what they save. */
static void ideal_rows(const struct dv_ideals *o, bool limits)
{
    bool shown[DV_IDEALS] = {false};
    for (bool first = true;; first = false) {
        unsigned best = o->n;
        for (unsigned i = 0; i < o->n; i++)
            if (!shown[i] && (o->row[i].limit || o->row[i].aside) == limits &&
                (best == o->n || o->row[i].saved > o->row[best].saved))
                best = i;
        if (best == o->n)
            return;
        if (first && limits)
            printf("limits (infinitely fast, or no launch)\n");
        shown[best] = true;
        ideal_row(o, &o->row[best]);
    }
}

static void profile_ideals(const struct dv_run *r)
{
    const struct dv_ideals *o = r->ideals;
    if (!o)
        return;
    printf("\n%-18s %12s %8s  %s\n", "what if", "saves cycles", "%", "that is");
    ideal_rows(o, false);
    ideal_rows(o, true);
    if (!o->n)
        printf("nothing that can be idealised saves time\n");
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
    snprintf(cores, sizeof cores, " (per core %" PRIu64 " .. %" PRIu64 ")", whole(o->sum.least),
             whole(o->sum.most));
    show_cycles(o, cores);
    show_repeats(o);
    figure("time_us", o->time_us);
    figure("task_us", o->task_us);
    figure("mac_per_cycle", o->mac_per_cycle);
    figure("tflops", o->tflops);
    show_share(o);
    show_verify(o);
    show_marks(r);
}

void dv_show_profile(const struct dv_run *r)
{
    const struct dv_verdict *v = r->verdict;
    char text[512];
    profile_head(r);
    profile_pipes(&r->result.sum, v);
    profile_bytes(&r->result, v);
    if (v)
        profile_lines(r, v);
    if (v)
        profile_roof(v);
    dv_summary_advice(&r->result.sum, text, sizeof text);
    printf("%s\n", v && v->path ? v->text : text);
    profile_launch(r);
    printf("%s\n", dv_trust_text(&r->result.sum, text, sizeof text));
    if (v && v->why)
        dv_note("%s", v->why);
    profile_ideals(r);
}
