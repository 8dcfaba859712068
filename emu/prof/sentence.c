/* The sentences of the verdict. Owns their words and what is worth a clause; figures and the kind
 * of bound are the judge's. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/prof/verdict.h"

/* Rules (ours): above this share of its peak nothing but less work helps a unit .. */
#define NEAR_ROOF 0.8
/* .. and a second unit with this share of the path is named. */
#define NEXT_SHARE 0.25

static unsigned whole_percent(double share)
{
    return (unsigned)(100 * share + 0.5);
}

/* "GM->L1", or the work of the unit. */
static const char *what(const struct dv_verdict *v, char out[16])
{
    if (v->along < DV_PATHS)
        return dv_path_text(v->along, out);
    snprintf(out, 16, "%s", v->pipe == DV_PIPE_M ? "MMADs" : "instructions");
    return out;
}

static uint64_t each(uint64_t amount, uint64_t n)
{
    return n ? (amount + n / 2) / n : 0;
}

/* How near a unit is to what it can do at most. */
static double roof(const struct dv_verdict *v, unsigned pipe)
{
    for (unsigned i = 0; i < v->roofs; i++)
        if (v->roof[i].pipe == pipe)
            return v->roof[i].share;
    return 0;
}

static const char *advice(const struct dv_verdict *v)
{
    switch (v->pipe) {
    case DV_PIPE_M:
        return roof(v, DV_PIPE_M) >= NEAR_ROOF
                   ? "the matrix unit is the limit: only fewer or larger MMADs make it faster"
                   : "fewer or larger MMADs make it faster, and so does less time before they "
                     "start";
    case DV_PIPE_V:
        return "vector arithmetic is the limit: fewer instructions, or fuller repeats";
    case DV_PIPE_MTE1:
        return "moves from L1 to L0 are the limit: larger base blocks use each operand more often";
    case DV_PIPE_MTE2:
        return "the rate is the limit: use what is loaded more often before loading again";
    default:
        return "writing results is the limit: write fewer bytes, or while others compute";
    }
}

/* Starts and ends beside the work of those on the path. */
static void say_latency(struct dv_verdict *v)
{
    const dv_time *spent = v->path->spent[v->pipe];
    dv_time begin = spent[DV_PATH_BY_head] + spent[DV_PATH_BY_tail] + spent[DV_PATH_BY_interval];
    dv_time work = spent[DV_PATH_BY_work] + spent[DV_PATH_BY_shared];
    uint64_t n = v->path->works[v->pipe];
    char name[16];
    snprintf(v->text, sizeof v->text,
             "%s-bound: %u %% of the cycles wait for %s, and more of that for starts and ends than "
             "for work: each takes %" PRIu64 " cycles to start and end and %" PRIu64
             " to work; make fewer and longer ones, or keep more of them under way.",
             dv_pipe_json(v->pipe), whole_percent(v->share), what(v, name),
             each(begin / DV_CYCLE, n), each(work / DV_CYCLE, n));
}

/* The unit behind it, when a repair there could bring nearly as much. */
static void say_next(struct dv_verdict *v)
{
    unsigned along = dv_verdict_along(v, v->next);
    const struct dv_moved *m = along < DV_PATHS ? &v->moved[along] : &v->unit[v->next];
    size_t n = strlen(v->text), size = sizeof v->text - n;
    if (v->next_share < NEXT_SHARE)
        return;
    if (v->next != DV_PIPE_S && m->runs && 2 * m->thin > m->work)
        snprintf(v->text + n, size, " Next is %s, %u %%, with bursts of %" PRIu64 " B.",
                 dv_pipe_json(v->next), whole_percent(v->next_share), each(m->bytes, m->runs));
    else
        snprintf(v->text + n, size, " Next is %s, %u %%.", dv_pipe_json(v->next),
                 whole_percent(v->next_share));
}

static void say_unit(struct dv_verdict *v, char name[16])
{
    const struct dv_moved *m = v->along < DV_PATHS ? &v->moved[v->along] : &v->unit[v->pipe];
    const char *pipe = dv_pipe_json(v->pipe);
    unsigned share = whole_percent(v->share);
    size_t size = sizeof v->text;
    if (v->bound == DV_BOUND_BURSTS)
        snprintf(v->text, size,
                 "%s-bound: %u %% of the cycles wait for %s; bursts are %" PRIu64
                 " B, and not the rate but the requests that may be under way set the pace: move "
                 "longer rows.",
                 pipe, share, what(v, name), each(m->bytes, m->runs));
    else if (v->bound == DV_BOUND_LATENCY)
        say_latency(v);
    else if (v->bound == DV_BOUND_BANKS)
        snprintf(v->text, size,
                 "%s-bound: %u %% of the cycles, longer by bank conflicts of UB: shift one operand "
                 "into another group of banks.",
                 pipe, share);
    else
        snprintf(v->text, size, "%s-bound: %u %% of the cycles wait for %s; %s.", pipe, share,
                 what(v, name), advice(v));
    say_next(v);
}

/* Who had no work while S stood before the full queue. */
static unsigned starved(const struct dv_verdict *v)
{
    const dv_time *idle = v->path->full[v->pipe].idle;
    unsigned best = DV_PIPE_MTE2;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (idle[p] > idle[best])
            best = p;
    return best;
}

/* Of the pool that the path loses most to. */
static void say_shared(struct dv_verdict *v, const struct dv_summary *s, const struct dv_chip *c)
{
    static const struct {
        const char *name, *repair;
    } pool[DV_SHARED_POOLS] = {
        [DV_SHARED_L2] = {"L2, which all cores share",
                          "use what a core has loaded more often before loading again"},
        [DV_SHARED_MEMORY] = {"memory, which all cores share",
                              "more cores do not help; move fewer bytes, or let blocks "
                              "share what is in L2"},
        [DV_SHARED_LINES] = {"lines that several cores read past L2 at once",
                             "read them through L2, or let cores read different ones"}};
    const dv_time *lost = v->path->shared;
    unsigned most = 0, cores = s->used[DV_AIC] + s->used[DV_AIV] + s->used[DV_C100];
    for (unsigned p = 1; p < DV_SHARED_POOLS; p++)
        most = lost[p] > lost[most] ? p : most;
    snprintf(v->text, sizeof v->text,
             "Bound by %s: %u %% of the cycles moves wait because %u cores "
             "want more than the %.0f GB/s there are; %s.",
             pool[most].name, whole_percent(v->share), cores,
             dv_pool_rate(c, most) * (double)DV_P(c, clock) * 1e-9, pool[most].repair);
}

void dv_verdict_say(struct dv_verdict *v, const struct dv_summary *s, const struct dv_chip *c)
{
    char name[16];
    unsigned share = whole_percent(v->share), idle = starved(v);
    size_t size = sizeof v->text;
    switch (v->bound) {
    case DV_BOUND_QUEUE:
        snprintf(v->text, size,
                 "S blocked: it stands before the full %s queue, so that %s idles for %u %% of the "
                 "cycles and works only %u %% of the time: issue the moves of the next step before "
                 "the work that fills the queue.",
                 dv_pipe_json(v->pipe), dv_pipe_json(idle), share,
                 whole_percent(s->pipe[idle].ratio));
        break;
    case DV_BOUND_SCALAR:
        snprintf(v->text, size,
                 "SCALAR-bound: %u %% of the cycles wait for S; unroll loops, keep addresses in "
                 "registers and do more per instruction.",
                 share);
        break;
    case DV_BOUND_CROSS:
        snprintf(v->text, size,
                 "Bound by other cores: %u %% of the cycles S waits for flags between cores; hand "
                 "over larger pieces, or work on another one meanwhile.",
                 share);
        break;
    case DV_BOUND_FLAGS:
        snprintf(v->text, size,
                 "Bound by flags: %u %% of the cycles pass on %s, most of it flags and barriers; "
                 "hand over larger pieces.",
                 share, dv_pipe_json(v->pipe));
        break;
    case DV_BOUND_SHARED:
        say_shared(v, s, c);
        break;
    default:
        say_unit(v, name);
    }
}

const char *dv_trust_text(const struct dv_summary *s, char *out, size_t size)
{
    uint64_t percent[DV_BLAMES];
    dv_summary_share(s->rests, DV_BLAMES, 100, percent);
    snprintf(out, size,
             "%u %% of this time rests on measured or documented numbers, %u %% on fitted or "
             "inferred ones, %u %% on guesses",
             (unsigned)(percent[DV_BLAME_measured] + percent[DV_BLAME_documented]),
             (unsigned)(percent[DV_BLAME_fitted] + percent[DV_BLAME_inferred]),
             (unsigned)(percent[DV_BLAME_guess] + percent[DV_BLAME_ours]));
    return out;
}
