/* dv replay: the instruction log of a run elsewhere, issued again to our pipes. Owns the options,
 * the order of the steps and what is printed; reading logs is emu/replay's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/replay/dump.h"

struct replay {
    struct dv_run_cli c;
    struct dv_chip chip;
    struct dv_dump *dump;
    struct dv_feed feed;
    struct dv_replayed said;
    struct dv_run run;
    struct dv_judge *judge;
    struct dv_dump_facts facts;
    bool by_cost;
};

/* ---- options --------------------------------------------------------------------------------- */

enum { CHIP = 256, SET, PACE, CHECK, HINTS, CACHE, MOST, JSON, QUIET, HELP };

static const struct option options[] = {
    {"chip", 1, NULL, CHIP},   {"set", 1, NULL, SET},
    {"pace", 1, NULL, PACE},   {"check", 0, NULL, CHECK},
    {"hints", 1, NULL, HINTS}, {"cache", 1, NULL, CACHE},
    {"json", 1, NULL, JSON},   {"max-cycles", 1, NULL, MOST},
    {"quiet", 0, NULL, QUIET}, {"help", 0, NULL, HELP},
    {NULL, 0, NULL, 0},
};

static int either(const char *option, const char *value, const char *no, const char *yes, bool *out)
{
    *out = !strcmp(value, yes);
    if (*out || !strcmp(value, no))
        return -1;
    return dv_usage("replay", "%s %.60s: expected %s or %s", option, value, no, yes);
}

static int set_number(struct dv_run_cli *c, const char *value)
{
    const char *eq = strchr(value, '=');

    if (!eq || eq == value || !eq[1])
        return dv_usage("replay", "--set %.60s: expected PATH=VALUE", value);
    if (c->o.sets == sizeof c->set / sizeof *c->set)
        return dv_usage("replay", "at most 64 --set are taken");
    char *path = strndup(value, (size_t)(eq - value));
    if (!path)
        return DV_EXIT_INTERNAL;
    c->copies[c->copied++] = path;
    c->set[c->o.sets++] = (struct dv_run_set){path, eq + 1};
    return -1;
}

static int set_most(struct dv_run_cli *c, const char *value)
{
    char *end;

    c->o.max_cycles = *value >= '0' && *value <= '9' ? strtoull(value, &end, 10) : 0;
    if (c->o.max_cycles && !*end && c->o.max_cycles <= 1ull << 55)
        return -1;
    return dv_usage("replay", "--max-cycles %.60s: expected a number of cycles above 0", value);
}

static int take(struct replay *p, int got)
{
    struct dv_run_cli *c = &p->c;

    switch (got) {
    case CHIP:
        c->o.chip = optarg;
        return -1;
    case SET:
        return set_number(c, optarg);
    case PACE:
        return either("--pace", optarg, "log", "cost", &p->by_cost);
    case CHECK:
        c->o.check = true;
        return -1;
    case HINTS:
        return either("--hints", optarg, "on", "off", &c->hints_off);
    case CACHE:
        return either("--cache", optarg, "warm", "cold", &c->o.cold);
    case MOST:
        return set_most(c, optarg);
    case JSON:
        c->json = optarg;
        return -1;
    case QUIET:
        c->quiet = true;
        return -1;
    default:
        return dv_show_help("replay");
    }
}

/* Options of dv prof that need more than a log tells. */
static int bad_option(int got, char **argv)
{
    static const char *const of_prof[] = {"--what-if",      "--against",     "--roi",
                                          "--trace-window", "--trace-every", "--force"};
    const char *text = argv[optind - 1], *found = got == '?' && optopt == 'o' ? "-o" : NULL;

    for (unsigned i = 0; i < sizeof of_prof / sizeof *of_prof; i++)
        if (got == '?' && !strncmp(text, of_prof[i], strlen(of_prof[i])))
            found = of_prof[i];
    return found ? dv_usage("replay",
                            "a replay has no %s: it prints a profile and writes --json FILE; "
                            "files, what-if and comparisons are of 'dv prof KERNEL'",
                            found)
                 : dv_bad_option("replay", options, got, argv);
}

static int read_options(struct replay *p, int argc, char **argv)
{
    int got, status;

    opterr = 0;
    optind = 0;
    p->c.o.set = p->c.set;
    while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (got == '?' || got == ':')
            return bad_option(got, argv);
        status = take(p, got);
        if (status >= 0)
            return status;
    }
    if (optind == argc)
        return dv_usage("replay", "expected a folder of logs, or one log");
    if (optind + 1 < argc)
        return dv_usage("replay", "one log at a time: '%.60s' is one too many", argv[optind + 1]);
    p->c.path = argv[optind];
    return -1;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static enum dv_err chip_load(struct replay *p, struct dv_diag *d)
{
    const struct dv_run_opts *o = &p->c.o;
    enum dv_err e = dv_chip_load(o->chip ? o->chip : "910B1", &p->chip, d);

    for (size_t i = 0; !e && i < o->sets; i++)
        e = dv_chip_set(&p->chip, o->set[i].path, o->set[i].text, d);
    return e;
}

/* Payload is not in a log, and a loop that is skipped over has lines that nobody took. */
static enum dv_err prepare(struct replay *p, struct dv_diag *d)
{
    struct dv_dump_facts f;
    struct dv_run_opts o = p->c.o;
    enum dv_err e = dv_dump_open(p->c.path, &p->chip, &p->dump, d);

    if (!e)
        e = dv_dump_extent(p->dump, &p->chip, &p->feed, d);
    if (e)
        return e;
    dv_dump_facts(p->dump, &p->facts);
    f = p->facts;
    p->feed.paced = !p->by_cost;
    o.data_off = o.no_replay = o.unwatched = true;
    o.blocks = f.blocks;
    o.resolved = &p->chip;
    o.feed = &p->feed;
    p->said = (struct dv_replayed){.path = p->c.path,
                                   .paced = p->feed.paced,
                                   .lines = f.lines,
                                   .items = f.items,
                                   .cores = f.cores,
                                   .cycles_log = f.last - f.first,
                                   .pc_base = f.base,
                                   .gm_moved = f.moved};
    e = dv_run_prepare(&p->run, &o, dv_dump_program(p->dump), 0, d);
    if (e)
        return e;
    dv_dump_compare(p->dump, p->run.machine);
    p->judge = dv_judge_new(p->run.machine, p->run.obj);
    return p->judge ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory for the critical path");
}

static void compare(struct replay *p)
{
    p->said.cycles_here = dv_machine_end(p->run.machine) / DV_CYCLE;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        struct dv_replayed_pipe *to = &p->said.pipe[i];
        struct dv_dump_apart a;
        dv_dump_apart(p->dump, i, &a);
        *to = (struct dv_replayed_pipe){.items = a.n, .median = a.median, .worst = a.worst};
        memcpy(to->worst_at, a.worst_at, sizeof to->worst_at);
        memcpy(to->first_at, a.first_at, sizeof to->first_at);
    }
    p->run.replayed = &p->said;
}

/* ---- what is printed ------------------------------------------------------------------------- */

static void show_pipe(unsigned pipe, const struct dv_replayed_pipe *p)
{
    printf("  %-8s %10" PRIu64 " %+10" PRId64 " %+10" PRId64 "  %s\n", dv_pipe_json(pipe), p->items,
           p->median, p->worst, p->first_at[0] ? p->first_at : "-");
}

static void show(const struct replay *p)
{
    const struct dv_replayed *s = &p->said;
    bool any = false;

    printf("\nlog: %" PRIu64 " lines, %" PRIu64 " of them for a pipe other than S, %" PRIu32
           " core%s\n",
           s->lines, s->items, s->cores, s->cores == 1 ? "" : "s");
    printf("cycles from the first issue of any core to the end of all: %" PRIu64
           " in the log, %" PRIu64 " here (%s)\n",
           s->cycles_log, s->cycles_here, s->paced ? "S as in the log" : "S by our costs");
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++) {
        if (s->pipe[i].items && !any)
            printf("issue to completion, here less the log, cycles:\n  %-8s %10s %10s %10s  %s\n",
                   "pipe", "items", "median", "worst", "first by more than 1");
        any |= s->pipe[i].items > 0;
        if (s->pipe[i].items)
            show_pipe(i, &s->pipe[i]);
    }
    if (!any)
        printf("the log tells no completions: nothing to compare items with\n");
}

static void note_places(const struct replay *p)
{
    if (p->said.pc_base)
        dv_note("pcs are told from 0x%" PRIx64 " of the log on", p->said.pc_base);
    if (p->said.gm_moved)
        dv_note("addresses of gm are told 0x%" PRIx64 " below the log's", -p->said.gm_moved);
}

static void note_open(const struct replay *p)
{
    const struct dv_dump_facts *f = &p->facts;
    if (f->open)
        dv_note("%s:%" PRIu64 ": the log of core %" PRIu32 " ends here without END: is it cut?",
                f->open_file, f->open_at, f->open_core);
}

/* What is left when the lines stop, or waits for lines that are not there, is no fault of the
 * kernel. */
static bool is_cut(const struct replay *p, enum dv_err e, struct dv_diag *d)
{
    const struct dv_dump_facts *f = &p->facts;
    char text[400];
    if (!f->open || !(e == DV_E_DEADLOCK || (e == DV_E_FLAG && strstr(d->text, " at END"))))
        return false;
    snprintf(text, sizeof text, "%.399s", d->text);
    dv_diag_init(d);
    dv_fail(d, DV_E_SYNTAX,
            "the log of core %" PRIu32 " ends here without END: is it cut? As far as it goes: %s",
            f->open_core, text);
    dv_diag_at(d, f->open_file, f->open_at > INT32_MAX ? INT32_MAX : (int)f->open_at, 1);
    dv_diag_fix(d, "take the log again, up to its end");
    return true;
}

static int go(struct replay *p, double start)
{
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = chip_load(p, &d);
    if (!e)
        e = prepare(p, &d);
    if (e)
        return dv_show_diag(&d);
    struct dv_progress_line line;
    dv_progress_begin(&line, &p->run, &p->c);
    e = dv_run_go(&p->run, &d);
    dv_progress_end(&line);
    struct dv_diag spool;
    dv_diag_init(&spool);
    if (dv_dump_failed(p->dump, &spool))
        return dv_show_diag(&spool);
    dv_order_findings(&p->run.result, p->c.hints_off);
    bool on_stdout = p->c.json && !strcmp(p->c.json, "-");
    if (!p->c.quiet)
        note_places(p);
    if (e && is_cut(p, e, &d))
        return dv_show_diag(&d);
    note_open(p);
    if (!e) {
        p->run.verdict = dv_judge_take(p->judge, &p->run.result.sum);
        compare(p);
    }
    if (!e && !p->c.quiet && !on_stdout) {
        dv_show_profile(&p->run);
        show(p);
    }
    int found = dv_tell_findings(stderr, &p->run, &p->c, e, &d);
    int written = p->c.json ? dv_write_report(&p->run, p->c.json, dv_host_seconds() - start) : 0;
    return written ? written : found;
}

int dv_cmd_replay(int argc, char **argv)
{
    struct replay *p = calloc(1, sizeof *p);
    double start = dv_host_seconds();
    int status = p ? read_options(p, argc, argv) : DV_EXIT_INTERNAL;

    if (status < 0)
        status = go(p, start);
    if (p) {
        dv_judge_free(p->judge);
        dv_run_free(&p->run);
        dv_dump_free(p->dump);
        dv_run_cli_free(&p->c);
    }
    free(p);
    return status;
}
