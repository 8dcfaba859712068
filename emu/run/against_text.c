/* The sentence about two runs. Owns its words; the figures are those of the comparison. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/run/against.h"

/* What a unit on the critical path waits for; "" = it works. */
static const char *const cause_words[DV_PATH_CAUSES] = {
    [DV_PATH_BY_scalar] = "",
    [DV_PATH_BY_work] = "",
    [DV_PATH_BY_head] = "starts and the latency of memory",
    [DV_PATH_BY_tail] = "completion",
    [DV_PATH_BY_interval] = "the distance between starts",
    [DV_PATH_BY_flag] = "flags on their way",
    [DV_PATH_BY_sync] = "SET, WAIT and BAR themselves",
    [DV_PATH_BY_barrier] = "barriers",
    [DV_PATH_BY_icache] = "the instruction cache",
    [DV_PATH_BY_dcache] = "the data cache",
    [DV_PATH_BY_latency] = "scalar loads",
    [DV_PATH_BY_cross_core] = "other cores",
    [DV_PATH_BY_between] = "the next block",
    [DV_PATH_BY_shared] = "other cores at L2 and memory",
    [DV_PATH_BY_launch] = "the launch of its core",
};
static const char *const reason_words[DV_REASONS] = {
    [DV_STALL_queue_full] = "full queues",
    [DV_STALL_flag] = "flags",
    [DV_STALL_barrier] = "barriers",
    [DV_STALL_operand] = "operands",
    [DV_STALL_bank_conflict] = "banks of UB",
    [DV_STALL_mem_bandwidth] = "the rate of memory",
    [DV_STALL_mem_latency] = "the latency of memory",
    [DV_STALL_icache] = "the instruction cache",
    [DV_STALL_dcache] = "the data cache",
    [DV_STALL_scalar] = "S",
    [DV_STALL_cross_core] = "other cores",
};

__attribute__((format(printf, 2, 3))) static void add(struct dv_against *a, const char *fmt, ...)
{
    size_t n = strlen(a->text);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(a->text + n, sizeof a->text - n, fmt, ap);
    va_end(ap);
}

/* ---- how much -------------------------------------------------------------------------------- */

static void head(struct dv_against *a)
{
    bool clocks = a->before->clock_mhz != a->now->clock_mhz &&
                  a->before->figure[DV_FIGURE_time_us] > 0 && a->now->figure[DV_FIGURE_time_us] > 0;
    unsigned by = clocks ? DV_FIGURE_time_us : DV_FIGURE_cycles;
    double old = a->before->figure[by], new = a->now->figure[by];
    const char *unit = clocks ? "us" : "cycles";
    int digits = clocks ? 3 : 0;
    if (old == new)
        add(a, "As fast as before, %.*f %s", digits, new, unit);
    else
        add(a, "%.1f %% %s (%.*f -> %.*f %s)", 100 * fabs(new - old) / old,
            new < old ? "faster" : "slower", digits, old, digits, new, unit);
}

/* ---- why ------------------------------------------------------------------------------------- */

static const char *words(const char *known, const char *name)
{
    return known ? known : name;
}

static double net(const struct dv_against *a, unsigned pipe)
{
    return a->now->pipe[pipe].path - a->before->pipe[pipe].path;
}

/* The unit whose share of the critical path changed most, all its causes together, of those that
 * changed as the whole did; -1 = none. */
static int main_unit(const struct dv_against *a)
{
    double way = a->now->path_cycles - a->before->path_cycles;
    int best = -1;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        double d = net(a, p);
        if (d == 0 || (way != 0 && (d < 0) != (way < 0)))
            continue;
        if (best < 0 || fabs(d) > fabs(net(a, (unsigned)best)))
            best = (int)p;
    }
    return best;
}

/* What changed most of a unit, as the unit did (same) or against it. */
static const struct dv_cell *cell_of(const struct dv_against *a, unsigned pipe, bool same)
{
    for (unsigned i = 0; i < a->cells; i++)
        if (a->cell[i].pipe == pipe &&
            ((a->cell[i].now < a->cell[i].before) == (net(a, pipe) < 0)) == same)
            return &a->cell[i];
    return NULL;
}

/* So much of what a cause saves coming back as another is said (ours). */
#define BACK_SHARE 0.2

/* Work that turns into waiting, or the other way round: only the difference is gained. */
static bool tell_net(struct dv_against *a, const struct dv_cell *c)
{
    const struct dv_cell *back = cell_of(a, c->pipe, false);
    double more = net(a, c->pipe);
    if (!back || fabs(back->now - back->before) < BACK_SHARE * fabs(c->now - c->before))
        return false;
    add(a, ": on the critical path %s takes %.0f cycles %s (%s %+.0f, %s %+.0f)",
        dv_pipe_json(c->pipe), fabs(more), more < 0 ? "less" : "more", dv_path_cause_names[c->what],
        c->now - c->before, dv_path_cause_names[back->what], back->now - back->before);
    return true;
}

static void tell_cell(struct dv_against *a, const struct dv_cell *c)
{
    const char *unit = dv_pipe_json(c->pipe);
    const char *what = words(cause_words[c->what], dv_path_cause_names[c->what]);
    double more = c->now - c->before;
    bool gone = c->now < 0.01 * a->now->path_cycles && c->before > 0.05 * a->before->path_cycles;
    bool came = c->before < 0.01 * a->before->path_cycles && c->now > 0.05 * a->now->path_cycles;
    const char *verb = *what ? "waits for " : "works";
    if (gone)
        add(a, ": %s no longer %s%s (%.0f cycles of the critical path before)", unit,
            *what ? "waits for " : "bounds it", what, c->before);
    else if (came)
        add(a, ": %s now %s%s (%.0f cycles of the critical path)", unit, verb, what, c->now);
    else
        add(a, ": on the critical path %s %s%s %.0f cycles %s", unit, verb, what, fabs(more),
            more < 0 ? "less" : "longer");
}

/* Three points of a unit's time are worth a clause; S waits for something most of its time. */
static void tell_stall(struct dv_against *a)
{
    const struct dv_cell *s = a->stall, *end = a->stall + a->stalls;
    while (s < end && s->pipe == DV_PIPE_S)
        s++;
    if (s == end || fabs(s->now - s->before) < 0.03)
        return;
    const char *what = words(reason_words[s->what], dv_reason_names[s->what]);
    if (s->now < 0.005)
        add(a, "; %s no longer waits for %s (%.1f %% of the time before)", dv_pipe_json(s->pipe),
            what, 100 * s->before);
    else
        add(a, "; %s waits %.1f %% of the time for %s, before %.1f %%", dv_pipe_json(s->pipe),
            100 * s->now, what, 100 * s->before);
}

/* A comparison of two tasks is not one of two programs. */
static void tell_differs(struct dv_against *a)
{
    for (unsigned i = 0; i < a->differs && i < 4; i++)
        add(a, "%s%.40s", i ? ", " : " What was set differs: ", i < 3 ? a->differ[i].name : "..");
    if (a->differs)
        add(a, ".");
}

static bool same_bytes(const struct dv_against *a)
{
    return !memcmp(a->before->bytes, a->now->bytes, sizeof a->now->bytes);
}

void dv_against_tell(struct dv_against *a)
{
    int unit = main_unit(a);
    const struct dv_cell *c = unit < 0 ? NULL : cell_of(a, (unsigned)unit, true);
    a->text[0] = 0;
    head(a);
    if (c && !tell_net(a, c))
        tell_cell(a, c);
    tell_stall(a);
    if (!a->cells && !a->stalls && !a->pairs && same_bytes(a) &&
        a->before->figure[DV_FIGURE_cycles] == a->now->figure[DV_FIGURE_cycles])
        add(a, ": nothing changed");
    add(a, ".");
    tell_differs(a);
}
