/* Mutation score of the kernels of the tree; see mutate.h.
 *   mutate [-v] [--quick] [--seeds N] [--jobs N] [--change NAME] [KERNEL ..]
 * KERNEL is a part of a path, NAME one of removed id src dst pipe moved more less. -v lists the
 * equivalent mutants too, each of which should have an explanation, and those that only a warning
 * or a bit within the tolerance gives away. --quick, which the tests run, explores 20 schedules
 * instead of 200. Prints a line for each missed mutant and a table; ends with 1 when one is
 * missed, with 2 when an unchanged kernel is not clean. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/mutate.h"

/* Small, with both ends of every loop that is unrolled by two. Rising values leave no room for a
 * maximum or a variance that happens to do without its last element. One product has less than ten
 * fractals of c, where the cube wants barriers (isa.md 3.2). */
static const struct mutate_kernel kernels[] = {
    {"kernels/elementwise/vadd_f16.s", {"n=30001 blocks=1", "n=70001 blocks=2"}},
    {"kernels/softmax/softmax_f32.s",
     {"rows=4 cols=77 x=iota blocks=1", "rows=5 cols=77 x=iota blocks=1",
      "rows=9 cols=200 blocks=2"}},
    {"kernels/norm/layernorm_f16.s",
     {"rows=4 cols=77 x=iota blocks=1", "rows=5 cols=77 x=iota blocks=1",
      "rows=9 cols=200 blocks=2"}},
    {"kernels/gemm/tile_f16.s", {"k=1024 blocks=1"}},
    {"kernels/gemm/gemm_f16.s",
     {"m=40 n=100 k=700 blocks=1", "m=17 n=33 k=600 blocks=1", "m=128 n=300 k=800 blocks=1",
      "m=190 n=300 k=600 blocks=2"}},
};
enum { KERNELS = sizeof kernels / sizeof *kernels, WIDTH = 7 };

struct options {
    bool verbose, quick;
    uint32_t seeds;
    unsigned jobs;
    const char *change;
};

enum { CODES = 32 };

struct score {
    unsigned of[MUTATE_FATES];
    double seconds;
    struct {
        char name[16];
        unsigned n;
    } code[CODES]; /* what caught them */
};

/* ---- report ---------------------------------------------------------------------------------- */

static void say_one(const struct mutate_judge *j, const struct mutate_mutant *m,
                    const struct mutate_verdict *v)
{
    char text[512];

    mutate_say(&j->program, m, text, sizeof text);
    printf("%-10s %s [%s] %s\n", mutate_fate_names[v->fate], text, v->code, v->why);
}

/* Caught by less than an error of the tool. */
static bool is_weak(unsigned fate)
{
    return fate == MUTATE_EQUIVALENT || fate == MUTATE_WARNING || fate == MUTATE_BITS;
}

static bool is_bad(unsigned fate)
{
    return fate == MUTATE_MISSED || fate == MUTATE_CRASHED || fate == MUTATE_WAITING;
}

static void say_row(const char *name, const struct score *s)
{
    unsigned all = 0;

    for (unsigned f = 0; f < MUTATE_FATES; f++)
        all += s->of[f];
    printf("%-18s%7u", name, all);
    for (unsigned f = MUTATE_UNREACHED; f < MUTATE_FATES; f++)
        printf("%*u", (int)strlen(mutate_fate_names[f]) + 2, s->of[f]);
    printf("%9.1f s\n", s->seconds);
}

static void say_head(void)
{
    printf("%-18s%7s", "kernel", "mutants");
    for (unsigned f = MUTATE_UNREACHED; f < MUTATE_FATES; f++)
        printf("  %s", mutate_fate_names[f]);
    printf("\n");
}

static unsigned unreached(const struct mutate_judge *j)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < j->program.words; i++) {
        bool reached = false;
        for (unsigned s = 0; s < j->sets; s++)
            reached |= j->set[s].reached[i];
        n += !reached;
    }
    return n;
}

/* ---- a kernel -------------------------------------------------------------------------------- */

/* Leaves out what the options do. */
static unsigned select_some(const struct options *o, struct mutate_mutant *m, unsigned n)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < n; i++)
        if (!o->change || !strcmp(o->change, mutate_change_names[m[i].change]))
            m[kept++] = m[i];
    return kept;
}

static void count(struct score *s, const struct mutate_verdict *v)
{
    s->of[v->fate]++;
    s->seconds += v->seconds;
    for (unsigned i = 0; i < CODES && *v->code && v->fate != MUTATE_EQUIVALENT; i++) {
        if (*s->code[i].name && strcmp(s->code[i].name, v->code) != 0)
            continue;
        memcpy(s->code[i].name, v->code, sizeof v->code);
        s->code[i].n++;
        break;
    }
}

static void say_codes(const struct score *s)
{
    printf("#");
    for (unsigned i = 0; i < CODES && *s->code[i].name; i++)
        printf(" %s %u", s->code[i].name, s->code[i].n);
    printf("\n");
}

static void judge_all(const struct options *o, const struct mutate_judge *j, struct score *s)
{
    unsigned n, skipped;
    struct mutate_mutant *m = mutate_all(&j->program, &n, &skipped);

    n = select_some(o, m, n);
    struct mutate_verdict *v = mutate_pool(j, m, n, o->jobs);
    if (!v) {
        fprintf(stderr, "mutate: no process or memory\n");
        exit(2);
    }
    for (unsigned i = 0; i < n; i++) {
        count(s, &v[i]);
        if (is_bad(v[i].fate) || (o->verbose && is_weak(v[i].fate)))
            say_one(j, &m[i], &v[i]);
    }
    printf("# %s: %u words, %u not reached, %u lengths skipped\n", j->kernel->path,
           j->program.words, unreached(j), skipped);
    say_codes(s);
    mutate_pool_free(v, n);
    free(m);
}

static const char *name_of(const struct mutate_kernel *k)
{
    return strrchr(k->path, '/') + 1;
}

static bool wanted(const struct mutate_kernel *k, char **filter)
{
    bool any = !*filter;

    for (; *filter; filter++)
        any |= strstr(k->path, *filter) != NULL;
    return any;
}

static int run(const struct options *o, char **filter)
{
    struct score part[KERNELS] = {0}, all = {0};
    bool done[KERNELS] = {0};

    for (unsigned i = 0; i < KERNELS; i++) {
        struct mutate_judge j = {.kernel = &kernels[i], .seeds = o->seeds};
        if (!wanted(&kernels[i], filter))
            continue;
        if (!mutate_judge_open(&j))
            return 2;
        judge_all(o, &j, &part[i]);
        mutate_judge_close(&j);
        done[i] = true;
    }
    say_head();
    for (unsigned i = 0; i < KERNELS; i++) {
        if (done[i])
            say_row(name_of(&kernels[i]), &part[i]);
        for (unsigned f = 0; f < MUTATE_FATES; f++)
            all.of[f] += part[i].of[f];
        all.seconds += part[i].seconds;
    }
    say_row("all", &all);
    return all.of[MUTATE_MISSED] + all.of[MUTATE_CRASHED] + all.of[MUTATE_WAITING] > 0;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        {"quick", no_argument, NULL, 'q'},      {"seeds", required_argument, NULL, 's'},
        {"jobs", required_argument, NULL, 'j'}, {"change", required_argument, NULL, 'c'},
        {"verbose", no_argument, NULL, 'v'},    {NULL, 0, NULL, 0}};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = {.seeds = 200, .jobs = cores > 0 ? (unsigned)cores : 1};

    for (int c; (c = getopt_long(argc, argv, "v", names, NULL)) != -1;) {
        switch (c) {
        case 'q':
            o.quick = true;
            o.seeds = 20;
            break;
        case 's':
            o.seeds = (uint32_t)atoi(optarg);
            break;
        case 'j':
            o.jobs = (unsigned)atoi(optarg);
            break;
        case 'c':
            o.change = optarg;
            break;
        case 'v':
            o.verbose = true;
            break;
        default:
            return 2;
        }
    }
    return run(&o, argv + optind);
}
