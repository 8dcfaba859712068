/* Flags between cores (isa.md 3.5): programs drawn from a seed against a plain model of groups and
 * counters, each run in windows of several lengths, saved and restored; and what is refused. */
#include "tests/twin.h"

/* ---- the model ------------------------------------------------------------------------------- */

enum {
    BLOCKS = 2,
    CORES = 3 * BLOCKS, /* AICs first, as in a chip of 2 AICs and 4 AIVs */
    STEPS = 160,
    LATENCY = 300,
    COUNT = 15,
    PIPES = 5,
    GROUPED = 64,
    DIV = 17 /* cycles of a division */
};

enum what { NOPS, SET, WAIT };

struct step {
    enum what what;
    unsigned n; /* NOPS: how many; SET: mode; WAIT: unused */
    unsigned id, pipe;
};

struct program {
    struct step step[CORES][STEPS];
    unsigned steps[CORES];
};

enum outcome { ENDS, STUCK, WRONG }; /* WRONG: FLAG */

static bool is_cube(unsigned core)
{
    return core < BLOCKS;
}

static unsigned block_of(unsigned core)
{
    return is_cube(core) ? core : (core - BLOCKS) / 2;
}

/* True when core `a` sets a flag together with core `b`. */
static bool together(unsigned a, unsigned b, unsigned mode)
{
    if (is_cube(a) != is_cube(b))
        return false;
    return mode == 0 || (mode == 1 && is_cube(a) ? false : block_of(a) == block_of(b));
}

/* True when a set of core `a` counts for core `b`. */
static bool reaches(unsigned a, unsigned b, unsigned mode)
{
    if (mode == 2)
        return is_cube(a) != is_cube(b) && block_of(a) == block_of(b);
    return together(a, b, mode);
}

struct model {
    const struct program *p;
    unsigned at[CORES];
    uint64_t now[CORES], front[CORES][PIPES];
    uint64_t set[CORES][3][16][GROUPED];
    unsigned sets[CORES][3][16];
    uint64_t take[CORES][16][GROUPED];
    unsigned takes[CORES][16];
};

/* When number k of the group of `a` was complete; UINT64_MAX: not yet. */
static uint64_t group_time(const struct model *m, unsigned a, unsigned mode, unsigned id,
                           unsigned k)
{
    uint64_t last = 0;

    for (unsigned c = 0; c < CORES; c++) {
        if (!together(a, c, mode))
            continue;
        if (m->sets[c][mode][id] <= k)
            return UINT64_MAX;
        last = m->set[c][mode][id][k] > last ? m->set[c][mode][id][k] : last;
    }
    return last;
}

/* When counter `id` of a core goes up for the k-th time. One group raises each counter. */
static uint64_t up_time(const struct model *m, unsigned core, unsigned id, unsigned k)
{
    for (unsigned mode = 0; mode < 3; mode++)
        for (unsigned c = 0; c < CORES; c++)
            if (m->sets[c][mode][id] && reaches(c, core, mode)) {
                uint64_t at = group_time(m, c, mode, id, k);
                return at == UINT64_MAX ? at : at + LATENCY;
            }
    return UINT64_MAX;
}

/* One step of a core; false when it has to wait or is at its end. */
static bool go(struct model *m, unsigned core)
{
    const struct step *s = &m->p->step[core][m->at[core]];
    uint64_t up, *front = &m->front[core][s->pipe], *now = &m->now[core];

    if (m->at[core] == m->p->steps[core])
        return false;
    if (s->what == NOPS) {
        *now += s->n;
    } else if (s->what == SET) {
        *now += 1; /* the config word */
        *front = *front > *now ? *front : *now;
        m->set[core][s->n][s->id][m->sets[core][s->n][s->id]++] = *front;
        *front += 1;
        *now += 1;
    } else {
        up = up_time(m, core, s->id, m->takes[core][s->id]);
        if (up == UINT64_MAX)
            return false;
        *now = *now > up ? *now : up;
        m->take[core][s->id][m->takes[core][s->id]++] = *now;
        *now += 1;
    }
    m->at[core]++;
    return true;
}

static bool overflows(const struct model *m)
{
    for (unsigned c = 0; c < CORES; c++)
        for (unsigned id = 0; id < 16; id++)
            for (unsigned k = COUNT; k < GROUPED; k++) {
                uint64_t up = up_time(m, c, id, k);
                if (up != UINT64_MAX &&
                    (m->takes[c][id] <= k - COUNT || m->take[c][id][k - COUNT] >= up))
                    return true;
            }
    return false;
}

static bool left_over(const struct model *m)
{
    for (unsigned c = 0; c < CORES; c++)
        for (unsigned id = 0; id < 16; id++)
            for (unsigned mode = 0; mode < 3; mode++) {
                if (up_time(m, c, id, m->takes[c][id]) != UINT64_MAX)
                    return true;
                if (m->sets[c][mode][id] &&
                    group_time(m, c, mode, id, m->sets[c][mode][id] - 1) == UINT64_MAX)
                    return true;
            }
    return false;
}

static enum outcome model_run(struct model *m, const struct program *p)
{
    bool moved = true;

    memset(m, 0, sizeof *m);
    m->p = p;
    while (moved) {
        moved = false;
        for (unsigned c = 0; c < CORES; c++)
            while (go(m, c))
                moved = true;
    }
    if (overflows(m))
        return WRONG;
    for (unsigned c = 0; c < CORES; c++)
        if (m->at[c] != p->steps[c])
            return STUCK;
    return left_over(m) ? WRONG : ENDS;
}

/* The end of a core: S and the last set. */
static uint64_t model_end(const struct model *m, unsigned core)
{
    uint64_t last = m->now[core];

    for (unsigned i = 0; i < PIPES; i++)
        if (m->front[core][i] && m->front[core][i] - 1 > last)
            last = m->front[core][i] - 1;
    return last;
}

/* ---- drawing programs ------------------------------------------------------------------------ */

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (unsigned)(seed * 0x2545f4914f6cdd1dull >> 33) % below;
}

static void add(struct program *p, unsigned core, struct step s)
{
    if (p->steps[core] < STEPS)
        p->step[core][p->steps[core]++] = s;
}

static void waits(struct program *p, unsigned setter, unsigned mode, unsigned id)
{
    for (unsigned c = 0; c < CORES; c++)
        if (reaches(setter, c, mode))
            add(p, c, (struct step){WAIT, 0, id, 0});
}

/* A group sets and its targets wait, at once or some rounds later. */
struct owed {
    unsigned setter, mode, id, n;
};

static void round_of(struct program *p, const uint8_t mode_of[16], struct owed *owed,
                     unsigned uses[16])
{
    unsigned id = draw(16), mode = mode_of[id], setter = draw(CORES);

    if ((mode == 1 && is_cube(setter)) || uses[id] >= 12)
        return;
    uses[id]++;
    for (unsigned c = 0; c < CORES; c++) {
        if (draw(3) == 0)
            add(p, c, (struct step){NOPS, 1 + draw(draw(4) ? 40 : 900), 0, 0});
        if (together(setter, c, mode))
            add(p, c, (struct step){SET, mode, id, draw(is_cube(c) ? 5 : 3)});
    }
    if (draw(4)) {
        waits(p, setter, mode, id);
    } else if (!owed->n) {
        *owed = (struct owed){setter, mode, id, 1};
    } else {
        waits(p, setter, mode, id);
        waits(p, owed->setter, owed->mode, owed->id);
        owed->n = 0;
    }
}

/* Counters of one kind of core belong to one group each. */
static void program_draw(struct program *p, unsigned number)
{
    uint8_t mode_of[16];
    struct owed owed = {0};
    unsigned uses[16] = {0}, rounds = 4 + number % 24;

    memset(p, 0, sizeof *p);
    seed = number * 0x9e3779b97f4a7c15ull + 1;
    for (unsigned i = 0; i < 16; i++)
        mode_of[i] = (uint8_t)draw(3);
    if (number % 8 == 6)
        uses[3] = COUNT; /* for what comes at the end */
    for (unsigned i = 0; i < rounds; i++)
        round_of(p, mode_of, &owed, uses);
    if (owed.n)
        waits(p, owed.setter, owed.mode, owed.id);
    if (number % 8 == 7) { /* a step is missing */
        unsigned c = draw(CORES), at = p->steps[c] ? draw(p->steps[c]) : 0;
        for (unsigned i = at; i + 1 < p->steps[c]; i++)
            p->step[c][i] = p->step[c][i + 1];
        p->steps[c] -= p->steps[c] > 0;
    }
    if (number % 8 == 6) /* many at once, around what a counter holds */
        for (unsigned i = 0, n = 13 + draw(5); i < n; i++) {
            add(p, 0, (struct step){SET, 2, 3, 0});
            if (i < n - draw(2)) {
                add(p, BLOCKS, (struct step){WAIT, 0, 3, 0});
                add(p, BLOCKS + 1, (struct step){WAIT, 0, 3, 0});
            }
        }
}

/* Cores of both blocks differ by what BLOCKID and SUBBLOCKID say. */
static void core_text(const struct program *p, unsigned core, char *out, size_t size, size_t *n)
{
    static const char *const cube[] = {"fix", "m", "mte1", "mte2", "mte3"};
    static const char *const vector[] = {"mte3", "v", "mte2", "v", "v"};

    *n += (size_t)snprintf(out + *n, size - *n, "core%u:\n", core);
    for (unsigned i = 0; i < p->steps[core]; i++) {
        const struct step *s = &p->step[core][i];
        if (s->what == NOPS)
            *n += (size_t)snprintf(out + *n, size - *n,
                                   ".rept %u\ndiv.s64 x4, x5, x5\n.endr\n.rept %u\nnop\n.endr\n",
                                   s->n / DIV, s->n % DIV);
        else if (s->what == SET)
            *n += (size_t)snprintf(out + *n, size - *n, "mov x1, %u\nset_cross_core.%s x1\n",
                                   1 + (s->n << 4) + (s->id << 8),
                                   is_cube(core) ? cube[s->pipe] : vector[s->pipe]);
        else
            *n += (size_t)snprintf(out + *n, size - *n, "wait_flag_dev #%u\n", s->id);
    }
    *n += (size_t)snprintf(out + *n, size - *n, "end\n");
}

/* Which core runs which steps. */
#define HEAD \
    ".kernel k, core=mix, ratio=1:2\n.param n, u32 = 0\n.entry aic, cube\n.entry aiv, vector\n" \
    "cube:\nmov x5, 1\nmov x0, blockid\nmov x2, 1\njumpcmp.ge.s64 x0, x2, n1\njump core0\n" \
    "n1: jump core1\n" \
    "vector:\nmov x5, 1\nmov x0, blockid\nmov x2, 2\nmul.s64 x0, x0, x2\nmov x3, subblockid\n" \
    "add.s64 x0, x0, x3\nmov x2, 1\njumpcmp.ge.s64 x0, x2, n3\njump core2\nn3: mov x2, 2\n" \
    "jumpcmp.ge.s64 x0, x2, n4\njump core3\nn4: mov x2, 3\njumpcmp.ge.s64 x0, x2, n5\n" \
    "jump core4\nn5: jump core5\n"

static void program_text(const struct program *p, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, HEAD);

    for (unsigned c = 0; c < CORES; c++)
        core_text(p, c, out, size, &n);
    cr_assert(n < size);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Cycles before a core's own steps: counted by a program without any. */
static uint64_t last_of(const char *text, unsigned core)
{
    char key[32];
    const char *at;

    snprintf(key, sizeof key, "core.last %u 0 = ", core);
    at = strstr(text, key);
    return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

static enum outcome outcome_of(const char *text)
{
    return strstr(text, "fault \"DEADLOCK\"") ? STUCK
           : strstr(text, "fault \"FLAG\"")   ? WRONG
                                              : ENDS;
}

static char source[1 << 18];

static char *run(const struct program *p, const char *name, const struct twin_way *w)
{
    struct twin t = {.name = name, .source = source, .blocks = BLOCKS};
    struct dv_obj *obj;
    char *text;

    program_text(p, source, sizeof source);
    obj = launch_object(source);
    text = twin_run(&t, obj, w, NULL);
    dv_obj_free(obj);
    return text;
}

static const struct twin_way ways[] = {
    {.data = true},
    {.data = true, .step = 97},
    {.data = true, .step = 300},
    {.data = true, .save_at = 500},
    {.data = true, .step = 1111, .save_at = 299},
    {.data = false},
};
enum { WAYS = sizeof ways / sizeof *ways, PROGRAMS = 120 };

static void start_times(uint64_t start[CORES])
{
    static struct program none;
    char *text = run(&none, "no steps", &ways[0]);

    for (unsigned c = 0; c < CORES; c++)
        start[c] = last_of(text, c) / DV_CYCLE;
    free(text);
}

/* A core begins its steps late: as NOPs in front. */
static void start_late(struct program *p, const uint64_t start[CORES])
{
    for (unsigned c = 0; c < CORES; c++) {
        memmove(&p->step[c][1], &p->step[c][0], (STEPS - 1) * sizeof p->step[c][0]);
        p->step[c][0] = (struct step){NOPS, (unsigned)start[c], 0, 0};
        p->steps[c] += p->steps[c] < STEPS;
    }
}

Test(cross, programs)
{
    static struct program p, late;
    static struct model m;
    uint64_t start[CORES];
    unsigned met[3] = {0};

    start_times(start);
    for (unsigned i = 0; i < PROGRAMS; i++) {
        char name[32], *first = NULL;
        snprintf(name, sizeof name, "program %u", i);
        program_draw(&p, i);
        late = p;
        start_late(&late, start);
        enum outcome want = model_run(&m, &late);
        met[want]++;
        for (unsigned w = 0; w < WAYS;
             w += w ? 2 : 1 + i % 2) { /* one way, and half of the others */
            char *text = run(&p, name, &ways[w]);
            cr_expect_eq(outcome_of(text), want, "%s, way %u: outcome %d, wanted %d", name, w,
                         outcome_of(text), want);
            for (unsigned c = 0; c < CORES && want == ENDS && !w; c++)
                cr_expect_eq(last_of(text, c), model_end(&m, c) * DV_CYCLE,
                             "%s: core %u ends at %g, wanted %llu", name, c,
                             (double)last_of(text, c) / DV_CYCLE,
                             (unsigned long long)model_end(&m, c));
            if (w && want == ENDS)
                cr_expect_str_empty(twin_diff(first, text), "%s, way %u:%s", name, w,
                                    twin_diff(first, text));
            if (w)
                free(text);
            else
                first = text;
        }
        free(first);
    }
    cr_expect(met[ENDS] > PROGRAMS / 2 && met[STUCK] > 2 && met[WRONG] > 5, "%u %u %u", met[0],
              met[1], met[2]);
}

/* ---- a kernel -------------------------------------------------------------------------------- */

/* What it moves takes as long in any windows, and without payload. */
Test(cross, kernel)
{
    static const char *const args[] = {"m=64 n=64", "m=192 n=128", "m=256 n=256"};

    for (unsigned i = 0; i < sizeof args / sizeof *args; i++) {
        struct twin t = {.name = args[i],
                         .source = "kernels/mix/gemm_split_f16.s",
                         .args = args[i],
                         .blocks = 1 + i};
        struct dv_obj *obj = launch_object(t.source);
        char *first = twin_run(&t, obj, &ways[0], NULL);
        for (unsigned w = 1; w < WAYS; w++) {
            char *text = twin_run(&t, obj, &ways[w], NULL);
            cr_expect_str_empty(twin_diff(first, text), "%s, way %u:%s", args[i], w,
                                twin_diff(first, text));
            free(text);
        }
        cr_expect_eq(outcome_of(first), ENDS);
        free(first);
        dv_obj_free(obj);
    }
}
