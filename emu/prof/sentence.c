/* The sentences of the verdict. Owns their words and what is worth a clause; figures and the kind
 * of bound are the judge's. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/prof/verdict.h"

/* Rules (ours): above this share of its peak nothing but less work helps a unit .. */
#define NEAR_ROOF 0.8
/* .. nothing at all from this one on .. */
#define ALONE 0.95
/* .. and a second unit with this share of the path is named; from this part of the first one's on,
 * it may be the better place to begin. */
#define NEXT_SHARE 0.25
#define NEXT_PART 0.5
/* What the path waits for along the way is worth a clause from this share on. */
#define CLAUSE_SHARE 0.25
/* .. and a buffer that is handed back late when that often for each work of the unit that works
 * most often on the path. */
#define BUFFER_SHARE 0.75

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

static bool is_full(const struct dv_verdict *v, unsigned pipe)
{
    return v->works[pipe] >= NEAR_ROOF;
}

static bool most(const struct dv_verdict *v, dv_time part)
{
    return v->along < DV_PATHS && 2 * part > v->moved[v->along].work;
}

bool dv_hands_back(unsigned src, unsigned dst)
{
#define TO(p) (1u << DV_PIPE_##p)
    /* By the pipe that sets: pipes that write what it has read (ours). Those that read what it has
     * written wait for data. */
    static const uint32_t to[DV_PIPE_COUNT] = {
        [DV_PIPE_V] = TO(MTE2) | TO(M) | TO(MTE1),
        [DV_PIPE_M] = TO(MTE1) | TO(MTE2),
        [DV_PIPE_MTE1] = TO(MTE2),
        [DV_PIPE_MTE3] = TO(MTE2) | TO(V),
        [DV_PIPE_FIX] = TO(M) | TO(MTE2),
    };
#undef TO
    return src < DV_PIPE_COUNT && dst < DV_PIPE_COUNT && (to[src] >> dst & 1);
}

/* Of a unit that works nearly all the time. */
static const char *limit(const struct dv_verdict *v)
{
    const struct dv_moved *m = v->along < DV_PATHS ? &v->moved[v->along] : &v->unit[v->pipe];
    switch (v->pipe) {
    case DV_PIPE_M:
        return v->works[DV_PIPE_M] >= ALONE && v->next_share < NEXT_SHARE
                   ? "the matrix unit is the limit: only fewer or larger MMADs make it faster"
                   : "the matrix unit works most of the time: fewer or larger MMADs make it "
                     "faster, and so does less time before they start";
    case DV_PIPE_V:
        return "vector arithmetic is the limit: fewer instructions, or fuller repeats";
    case DV_PIPE_MTE1:
        return "moves from L1 to L0 are the limit: larger base blocks use each operand more often";
    case DV_PIPE_MTE2:
        return most(v, m->rows)
                   ? "the rate of ND2NZ is the limit: use what is loaded more often before "
                     "loading again, or keep it in GM as NZ"
                   : "the rate is the limit: use what is loaded more often before loading "
                     "again";
    default:
        return most(v, m->atomic) ? "atomic stores are the limit: add up before storing, or store "
                                    "plainly"
                                  : "writing results is the limit: write fewer bytes";
    }
}

/* Of another. */
static const char *less(const struct dv_verdict *v)
{
    switch (v->pipe) {
    case DV_PIPE_M:
        return "fewer or larger MMADs make it faster, and so does less time before they start";
    case DV_PIPE_V:
        return "fewer instructions or fuller repeats make it faster";
    case DV_PIPE_MTE1:
        return "larger base blocks make it faster, and so may more buffers in L0";
    case DV_PIPE_MTE2:
        return "fewer bytes make it faster, and so may loads that begin earlier";
    default:
        return "fewer bytes make it faster, and so may more buffers for results";
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
        snprintf(v->text + n, size, " Next is %s, %u %%%s.", dv_pipe_json(v->next),
                 whole_percent(v->next_share),
                 v->next_share >= NEXT_PART * v->share ? ": less there may save as much" : "");
}

/* Where what is read comes from, when most of it is far away. */
static void say_missed(struct dv_verdict *v)
{
    size_t n = strlen(v->text);
    if (v->pipe == DV_PIPE_MTE2 && v->missed > CLAUSE_SHARE)
        snprintf(v->text + n, sizeof v->text - n, " L2 had not %u %% of what is read.",
                 whole_percent(v->missed));
}

/* The fullest unit but that of the bound, which no repair of the bound makes faster. */
static void say_full(struct dv_verdict *v)
{
    unsigned best = DV_PIPE_COUNT;
    size_t n = strlen(v->text);
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (p != v->pipe && is_full(v, p) &&
            (best == DV_PIPE_COUNT || v->works[p] > v->works[best]))
            best = p;
    if (best < DV_PIPE_COUNT)
        snprintf(v->text + n, sizeof v->text - n,
                 " %s works %u %% of the time: no more than the other %u %% can be won here.",
                 dv_pipe_json(best), whole_percent(v->works[best]),
                 100 - whole_percent(v->works[best] < 1 ? v->works[best] : 1));
}

/* The pair of units whose flags hand a buffer back most often on the way; NULL = too seldom. */
static const struct dv_path_flag *late_buffer(const struct dv_path_sum *p, uint64_t *times)
{
    const struct dv_path_flag *best = NULL;
    uint64_t works = 0;
    *times = 1;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        works = p->works[i] > works ? p->works[i] : works;
    for (unsigned i = 0; i < p->flags; i++) {
        const struct dv_path_flag *f = &p->flag[i];
        uint64_t n = 0;
        for (unsigned k = 0; dv_hands_back(f->src, f->dst) && k < p->flags; k++)
            n += p->flag[k].src == f->src && p->flag[k].dst == f->dst ? p->flag[k].times : 0;
        if ((double)n < BUFFER_SHARE * (double)works || n <= *times)
            continue;
        best = f;
        *times = n;
    }
    return best;
}

static void say_buffer(struct dv_verdict *v)
{
    uint64_t times;
    const struct dv_path_flag *f = late_buffer(v->path, &times);
    size_t n = strlen(v->text);
    if (f)
        snprintf(v->text + n, sizeof v->text - n,
                 " A buffer is handed back late: %" PRIu64
                 " times on the way %s waits until %s has read it; more copies of it, with a flag "
                 "each, let %s go on.",
                 times, dv_pipe_json(f->dst), dv_pipe_json(f->src), dv_pipe_json(f->dst));
}

/* What stops S on the way, so that it requests too late; in the pace of a log nothing of ours
 * does. */
static void say_stops(struct dv_verdict *v)
{
    const struct dv_path_sum *p = v->path;
    size_t n = strlen(v->text), size = sizeof v->text - n;
    uint64_t waits = 0;
    unsigned src = DV_PIPE_S;
    for (unsigned i = 0; i < p->flags; i++) {
        waits += p->flag[i].dst == DV_PIPE_S ? p->flag[i].times : 0;
        src = p->flag[i].dst == DV_PIPE_S && src == DV_PIPE_S ? p->flag[i].src : src;
    }
    if (!v->paced && (double)p->bar.time > CLAUSE_SHARE * (double)p->total)
        snprintf(v->text + n, size,
                 " BAR.ALL stops everything %" PRIu64 " times on the way: flags between two units, "
                 "and more than one copy of a buffer, let the others go on.",
                 p->bar.times);
    else if (!v->paced && v->pipe == DV_PIPE_MTE2 && 2 * waits > p->works[DV_PIPE_MTE2])
        snprintf(v->text + n, size,
                 " S waits for flags of %s on the way: request the next move before it waits.",
                 dv_pipe_json(src));
    else
        say_buffer(v);
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
    else if (v->pipe == DV_PIPE_M || is_full(v, v->pipe))
        snprintf(v->text, size, "%s-bound: %u %% of the cycles wait for %s; %s.", pipe, share,
                 what(v, name), is_full(v, v->pipe) ? limit(v) : less(v));
    else
        snprintf(v->text, size,
                 "%s-bound: %u %% of the cycles wait for %s, though it works only %u %% of the "
                 "time: %s.",
                 pipe, share, what(v, name), whole_percent(v->works[v->pipe]), less(v));
    say_missed(v);
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

/* By what S does most of that. */
static const char *scalar_advice(const struct dv_verdict *v)
{
    const dv_time *by = v->path->spent[DV_PIPE_S];
    dv_time loads = by[DV_PATH_BY_dcache] + by[DV_PATH_BY_latency], code = by[DV_PATH_BY_icache];
    dv_time rest = v->path->pipe[DV_PIPE_S] - loads - code;
    if (code > loads && code > rest)
        return "most of that for code that the cache does not hold: shorter loops, or code that is "
               "loaded before it is needed";
    if (loads > rest)
        return "most of that for what it loads itself: load it earlier or less often, or many "
               "words at once into UB";
    return "unroll loops, keep addresses in registers and do more per instruction";
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
        snprintf(v->text, size, "SCALAR-bound: %u %% of the cycles wait for S; %s.", share,
                 scalar_advice(v));
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
        say_full(v);
        say_stops(v);
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
