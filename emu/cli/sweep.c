/* dv sweep. Owns its options, the order of the steps and the identity that a journal holds. */
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chips/sha256.h"
#include "emu/chips/version.h"
#include "emu/cli/ranks.h"
#include "emu/cli/sweep.h"
#include "emu/run/version.h"
#include "isa/near.h"

enum { WORDS = 64 };

/* Options as dv run takes them, collected for dv_run_options. */
struct words {
    char *word[WORDS + 1];
    int n;
    bool data; /* --data was among them */
};

/* ---- options --------------------------------------------------------------------------------- */

/* `shared`: dv run knows it and reads it. */
static const struct {
    const char *name;
    int has_arg, letter;
    bool shared;
} table[] = {
    {"set", 1, 's', false},    {"chip", 1, 'c', false},    {"blocks", 1, 'b', false},
    {"csv", 1, 'C', false},    {"json", 1, 'j', false},    {"jobs", 1, 'J', false},
    {"resume", 0, 'r', false}, {"help", 0, 'h', false},    {"kernel", 1, 0, true},
    {"seed", 1, 0, true},      {"data", 1, 0, true},       {"cache", 1, 0, true},
    {"acc", 1, 0, true},       {"max-cycles", 1, 0, true}, {"warmup", 1, 0, true},
    {"repeat", 1, 0, true},    {"verify", 0, 0, true},     {"tol", 1, 0, true},
    {"no-simd", 0, 0, true},   {"no-replay", 0, 0, true},  {"quiet", 0, 0, true},
};

enum { OPTIONS = sizeof table / sizeof *table, FIRST = 256 };

static int set_jobs(struct dv_sweep *s, const char *value)
{
    char *end;
    unsigned long v = *value >= '0' && *value <= '9' ? strtoul(value, &end, 10) : 0;
    if (!v || v > DV_SWEEP_JOBS || *end)
        return dv_usage("sweep", "--jobs %.60s: expected a number in 1..%d", value, DV_SWEEP_JOBS);
    s->jobs = (unsigned)v;
    return -1;
}

static int pass_on(struct words *w, unsigned i)
{
    if (w->n > WORDS - 2)
        return dv_usage("sweep", "too many options");
    char *name;
    if (asprintf(&name, "--%s", table[i].name) < 0)
        return DV_EXIT_INTERNAL;
    w->data |= !strcmp(table[i].name, "data");
    w->word[w->n++] = name;
    if (table[i].has_arg)
        w->word[w->n++] = strdup(optarg);
    return -1;
}

static int take_option(struct dv_sweep *s, struct words *w, unsigned i)
{
    if (table[i].shared)
        return pass_on(w, i);
    switch (table[i].letter) {
    case 's':
        return dv_grid_add(&s->grid, DV_AXIS_SET, optarg);
    case 'c':
        return dv_grid_add(&s->grid, DV_AXIS_CHIP, optarg);
    case 'b':
        return dv_grid_add(&s->grid, DV_AXIS_BLOCKS, optarg);
    case 'C':
        s->csv = optarg;
        return -1;
    case 'j':
        s->json = optarg;
        return -1;
    case 'J':
        return set_jobs(s, optarg);
    case 'r':
        s->resume = true;
        return -1;
    default:
        return dv_show_help("sweep");
    }
}

/* The kernel comes first, then its arguments; options may stand between them. */
static int take_word(struct dv_sweep *s, struct words *w, const char *text)
{
    if (s->c.path)
        return dv_grid_add(&s->grid, DV_AXIS_ARG, text);
    s->c.path = text;
    w->word[w->n++] = strdup(text);
    return -1;
}

/* In the order of the command line, which is the order of the axes. */
static int walk(struct dv_sweep *s, struct words *w, int argc, char **argv)
{
    struct option list[OPTIONS + 1];
    int got, status = -1;
    for (int i = 0; i < OPTIONS; i++)
        list[i] = (struct option){table[i].name, table[i].has_arg, NULL, FIRST + i};
    list[OPTIONS] = (struct option){0};
    opterr = 0;
    optind = 1;
    while (status < 0 && (got = getopt_long(argc, argv, "-:h", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option("sweep", list, got, argv);
        status = got == 1     ? take_word(s, w, optarg)
                 : got == 'h' ? dv_show_help("sweep")
                              : take_option(s, w, (unsigned)(got - FIRST));
    }
    for (; status < 0 && optind < argc; optind++)
        status = take_word(s, w, argv[optind]);
    return status;
}

static int check_outputs(const struct dv_sweep *s)
{
    bool csv = s->csv && strcmp(s->csv, "-"), json = s->json && strcmp(s->json, "-");
    if (s->csv && s->json && !strcmp(s->csv, s->json))
        return dv_usage("sweep", "--csv and --json name the same output");
    if (s->resume && !csv && !json)
        return dv_usage("sweep", "--resume needs --csv FILE or --json FILE: the journal lies "
                                 "beside it");
    if (s->c.o.verify && s->c.o.data_off)
        return dv_usage("sweep", "--verify needs data: add --data on");
    return -1;
}

/* Reads the shared options; a sweep is about time, so data is off unless asked for. */
static int read_shared(struct dv_sweep *s, struct words *w, int argc, char **argv)
{
    const char *path;
    w->word[w->n++] = strdup("sweep");
    int status = walk(s, w, argc, argv);
    if (status >= 0)
        return status;
    path = s->c.path;
    status = dv_run_options(&s->c, "sweep", w->n, w->word);
    if (status >= 0)
        return status;
    s->c.path = path;
    s->c.o.data_off |= !w->data;
    return check_outputs(s);
}

/* ---- plan ------------------------------------------------------------------------------------ */

static int load_chips(struct dv_sweep *s)
{
    struct dv_diag d;
    unsigned a = 0;
    while (a < s->grid.axes && s->grid.axis[a].kind != DV_AXIS_CHIP)
        a++;
    int status = a == s->grid.axes ? dv_grid_add(&s->grid, DV_AXIS_CHIP, "910B1") : -1;
    if (status >= 0)
        return status;
    const struct dv_axis *axis = &s->grid.axis[a];
    s->chip_axis = a;
    s->chip = calloc(axis->n, sizeof *s->chip);
    if (!s->chip) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    dv_diag_init(&d);
    for (size_t i = 0; i < axis->n; i++)
        if (dv_chip_load(axis->value[i], &s->chip[i], &d))
            return dv_show_diag(&d);
    return 0;
}

static const char *param_name(const void *ctx, unsigned i)
{
    const struct dv_kernel *k = ctx;
    return i < k->params ? k->param[i].name : NULL;
}

/* An argument that no kernel takes is not a point that failed. */
static int check_arguments(const struct dv_sweep *s)
{
    const struct dv_kernel *k = s->kernel;
    for (unsigned i = 0; i < s->grid.axes; i++) {
        const struct dv_axis *a = &s->grid.axis[i];
        uint32_t p = 0;
        while (p < k->params && strcmp(k->param[p].name, a->name))
            p++;
        if (a->kind != DV_AXIS_ARG || p < k->params)
            continue;
        const char *near = dv_nearest(a->name, strlen(a->name), 0, param_name, k);
        return dv_grid_complain(a->kind, a->text, 0, "kernel '%s' has no parameter '%.60s'%s%s%s",
                                k->name, a->name, near ? "; did you mean '" : "", near ? near : "",
                                near ? "'?" : "");
    }
    return 0;
}

static void add_text(struct dv_sha256 *sha, const char *text)
{
    dv_sha256_add(sha, text, strlen(text) + 1);
}

/* First 16 digits. */
static void short_hash(struct dv_sha256 *sha, char out[65])
{
    dv_sha256_hex(sha, out);
    out[16] = 0;
}

static void identify(struct dv_sweep *s)
{
    const struct dv_run_opts *o = &s->c.o;
    struct dv_sha256 chips, grid, options;
    char hash[3][65], text[200];
    dv_sha256_init(&chips);
    dv_sha256_init(&grid);
    dv_sha256_init(&options);
    for (unsigned a = 0; a < s->grid.axes; a++) {
        const struct dv_axis *x = &s->grid.axis[a];
        snprintf(text, sizeof text, "%s %zu", dv_axis_kinds[x->kind], x->n);
        add_text(&grid, text);
        add_text(&grid, x->name);
        for (size_t v = 0; v < x->n; v++)
            add_text(&grid, x->value[v]);
    }
    for (size_t i = 0; i < s->grid.axis[s->chip_axis].n; i++)
        add_text(&chips, s->chip[i].sha256);
    snprintf(text, sizeof text, "%" PRIu64 " %d %d %d %d %" PRIu64 " %.60s",
             o->has_seed ? o->seed : 1, o->data_off, o->verify, o->cold, o->acc, o->max_cycles,
             o->tol ? o->tol : "");
    add_text(&options, text);
    short_hash(&chips, hash[0]);
    short_hash(&grid, hash[1]);
    short_hash(&options, hash[2]);
    snprintf(s->identity, sizeof s->identity,
             "dv=%s-%s model=%s kernel=%.64s:%016" PRIx64 " chip=%s grid=%s options=%s", DV_VERSION,
             DV_COMMIT, DV_MODEL_VERSION, s->kernel->name, s->p.id, hash[0], hash[1], hash[2]);
}

static unsigned processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
    return n < 1 ? 1 : n > DV_SWEEP_JOBS ? DV_SWEEP_JOBS : (unsigned)n;
}

/* All that can be wrong before a point runs. */
static int plan(struct dv_sweep *s)
{
    int status = load_chips(s);
    if (!status)
        status = dv_program_load(&s->p, s->c.path);
    if (!status && !(s->nowhere = fopen("/dev/null", "w"))) {
        dv_error("cannot write '/dev/null'");
        status = DV_EXIT_USAGE;
    }
    if (!status)
        status = dv_sweep_probe(s);
    if (!status)
        status = check_arguments(s);
    if (!status && !(s->record = calloc(s->grid.points, sizeof *s->record))) {
        dv_error("out of memory");
        status = DV_EXIT_INTERNAL;
    }
    if (!status)
        identify(s);
    return status;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int open_journal(struct dv_sweep *s)
{
    const char *beside = s->csv && strcmp(s->csv, "-")     ? s->csv
                         : s->json && strcmp(s->json, "-") ? s->json
                                                           : NULL;
    int status =
        beside ? dv_journal_open(&s->journal, beside, s->resume, s->identity, dv_sweep_known, s)
               : 0;
    if (!status && s->resume && s->journal.kept)
        dv_note("%" PRIu64 " of %" PRIu64 " points are in '%.200s'", s->journal.kept,
                s->grid.points, s->journal.path);
    else if (!status && s->resume)
        dv_note("there is nothing to resume: beginning with the first point");
    return status;
}

/* Rank 0, or the only one: until the results are written. */
static int lead(struct dv_sweep *s, unsigned ranks)
{
    int status = dv_sweep_run(s, ranks);
    if (!status)
        status = dv_sweep_show(s);
    dv_journal_close(&s->journal, status <= DV_EXIT_KERNEL);
    return status;
}

static int go(struct dv_sweep *s, unsigned ranks)
{
    char who[120] = "";
    bool first = ranks < 2 || !dv_ranks_index();
    int status = plan(s);
    if (!s->jobs)
        s->jobs = ranks > 1 ? 1 : processors();
    if (!status && first)
        status = open_journal(s);
    if (ranks > 1 && !dv_ranks_agree(status, s->identity, who, sizeof who)) {
        if (!status && first)
            dv_error("%s does not see the same kernel, chips or dv: every rank needs the same "
                     "files and the same command",
                     who);
        dv_journal_close(&s->journal, false);
        return status ? status : DV_EXIT_USAGE;
    }
    if (status)
        return status;
    return first ? lead(s, ranks) : dv_sweep_run(s, ranks);
}

static void free_sweep(struct dv_sweep *s)
{
    for (uint64_t i = 0; s->record && i < s->grid.points; i++)
        free(s->record[i]);
    free(s->record);
    free(s->chip);
    if (s->nowhere)
        fclose(s->nowhere);
    dv_program_free(&s->p);
    dv_run_cli_free(&s->c);
    dv_grid_free(&s->grid);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* Every process would do all of it and write the same files. */
static int refuse_ranks(void)
{
    if (!dv_ranks_index())
        dv_error("%u ranks were started, but this dv is built without MPI: each would run the "
                 "whole sweep; build it with -Dmpi=enabled (libopenmpi-dev), or start it once "
                 "with --jobs",
                 dv_ranks_launched());
    return DV_EXIT_USAGE;
}

static int command(struct dv_sweep *s, struct words *w, int argc, char **argv)
{
    unsigned ranks = dv_ranks_launched();
    if (ranks > 1 && !dv_ranks_built())
        return refuse_ranks();
    if (ranks > 1)
        ranks = dv_ranks_start();
    int status = read_shared(s, w, argc, argv);
    if (status < 0)
        status = go(s, ranks);
    if (ranks > 1)
        dv_ranks_stop();
    return status;
}

int dv_cmd_sweep(int argc, char **argv)
{
    struct words w = {.n = 0};
    struct dv_sweep *s = calloc(1, sizeof *s);
    if (!s) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    pthread_mutex_init(&s->lock, NULL);
    s->journal.fd = -1;
    int status = command(s, &w, argc, argv);
    free_sweep(s);
    for (int i = 0; i < w.n; i++)
        free(w.word[i]);
    return status;
}
