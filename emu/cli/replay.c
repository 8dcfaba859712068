/* dv replay: the instruction log of a run elsewhere, issued again to our pipes. Owns the options,
 * the order of the steps and what is printed; reading logs is emu/replay's. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/prof/explain.h"
#include "emu/prof/sink.h"
#include "emu/replay/dump.h"

struct replay {
    struct dv_run_cli c;
    struct dv_chip chip;
    struct dv_dump *dump;
    struct dv_feed feed;
    struct dv_replayed said;
    struct dv_run run;
    struct dv_dump_facts facts;
    bool by_cost;
    char listing[256]; /* its name in the folder of -o */
};

/* ---- options --------------------------------------------------------------------------------- */

enum { PACE = 256, EXPLAIN, HELP, SHARED };

/* SHARED: as run, prof and explain have them. */
static const struct option options[] = {
    {"pace", 1, NULL, PACE},          {"explain", 1, NULL, EXPLAIN},
    {"help", 0, NULL, HELP},          {"output", 1, NULL, SHARED},
    {"chip", 1, NULL, SHARED},        {"set", 1, NULL, SHARED},
    {"check", 0, NULL, SHARED},       {"hints", 1, NULL, SHARED},
    {"cache", 1, NULL, SHARED},       {"json", 1, NULL, SHARED},
    {"max-cycles", 1, NULL, SHARED},  {"quiet", 0, NULL, SHARED},
    {"force", 0, NULL, SHARED},       {"what-if", 0, NULL, SHARED},
    {"against", 1, NULL, SHARED},     {"trace-window", 1, NULL, SHARED},
    {"trace-every", 1, NULL, SHARED}, {"nth", 1, NULL, SHARED},
    {"in-block", 1, NULL, SHARED},    {NULL, 0, NULL, 0},
};

static int set_pace(struct replay *p, const char *value)
{
    p->by_cost = !strcmp(value, "cost");
    if (p->by_cost || !strcmp(value, "log"))
        return -1;
    return dv_usage("replay", "--pace %.60s: expected log or cost", value);
}

static int take(struct replay *p, int got, const char *name)
{
    if (got == PACE)
        return set_pace(p, optarg);
    if (got == 'o' || got == SHARED)
        return dv_run_option(&p->c, "replay", got == 'o' ? "output" : name, optarg);
    if (got != EXPLAIN)
        return dv_show_help("replay");
    p->c.at = optarg;
    return -1;
}

/* A life is one thing to ask for, a profile is another. */
static int refused(const struct dv_run_cli *c)
{
    bool profile = c->dir || c->what_if || c->against || c->o.check;

    if (c->at && profile)
        return dv_usage("replay", "--explain tells of one instruction: leave out %s",
                        c->dir       ? "-o"
                        : c->what_if ? "--what-if"
                        : c->against ? "--against"
                                     : "--check");
    if (!c->at && (c->nth || c->has_block))
        return dv_usage("replay", "--nth and --in-block choose what --explain tells of");
    return dv_prof_files_only(c, "replay", "--trace-window, --trace-every");
}

/* A log has no marks. */
static int bad_option(int got, char **argv)
{
    if (got == '?' && !strncmp(argv[optind - 1], "--roi", 5))
        return dv_usage("replay", "a log has no regions: --roi is of 'dv prof KERNEL'; "
                                  "--trace-window A:B takes cycles");
    return dv_bad_option("replay", options, got, argv);
}

static int read_options(struct replay *p, int argc, char **argv)
{
    int got, at = 0, status;

    opterr = 0;
    optind = 0;
    p->c.o.set = p->c.set;
    while ((got = getopt_long(argc, argv, ":o:h", options, &at)) != -1) {
        if (got == '?' || got == ':')
            return bad_option(got, argv);
        status = take(p, got, options[at].name);
        if (status >= 0)
            return status;
    }
    if (optind == argc)
        return dv_usage("replay", "expected a folder of logs, or one log");
    if (optind + 1 < argc)
        return dv_usage("replay", "one log at a time: '%.60s' is one too many", argv[optind + 1]);
    p->c.path = argv[optind];
    return refused(&p->c);
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

/* "gemm.replay.s" of gemm.log. */
static void name_listing(struct replay *p)
{
    const char *path = p->c.path, *end = path + strlen(path), *dot;

    while (end > path && end[-1] == '/')
        end--;
    const char *from = end;
    while (from > path && from[-1] != '/')
        from--;
    for (dot = end; dot > from && *dot != '.';)
        dot--;
    if (dot > from && (!strncmp(dot, ".log", 4) || !strncmp(dot, ".dump", 5)))
        end = dot;
    int n = end - from > 200 ? 200 : (int)(end - from);
    bool none = !n || *from == '.';
    snprintf(p->listing, sizeof p->listing, "%.*s.replay.s", none ? 3 : n, none ? "log" : from);
    for (char *c = p->listing; *c; c++)
        *c = iscntrl((unsigned char)*c) ? '_' : *c;
}

/* Pages and traces show a program by its source; what is found in the run is told by the log. */
static enum dv_err use_listing(struct replay *p, struct dv_diag *d)
{
    char path[4096];
    int n = (int)strlen(p->c.dir);

    name_listing(p);
    while (n > 1 && p->c.dir[n - 1] == '/')
        n--;
    snprintf(path, sizeof path, "%.*s%s%s", n, p->c.dir, n && p->c.dir[n - 1] == '/' ? "" : "/",
             p->listing);
    enum dv_err e = dv_dump_list(p->dump, path, d);
    if (!e)
        p->run.obj = dv_dump_listed(p->dump);
    return e;
}

static enum dv_err open_log(struct replay *p, struct dv_diag *d)
{
    enum dv_err e = dv_dump_open(p->c.path, &p->chip, &p->dump, d);

    if (!e)
        e = dv_dump_extent(p->dump, &p->chip, &p->feed, d);
    if (e)
        return e;
    dv_dump_facts(p->dump, &p->facts);
    p->feed.paced = !p->by_cost;
    p->said = (struct dv_replayed){.path = p->c.path,
                                   .paced = p->feed.paced,
                                   .lines = p->facts.lines,
                                   .items = p->facts.items,
                                   .cores = p->facts.cores,
                                   .cycles_log = p->facts.last - p->facts.first,
                                   .pc_base = p->facts.base,
                                   .gm_moved = p->facts.moved};
    return DV_OK;
}

/* Payload is not in a log, and a loop that is skipped over has lines that nobody took. */
static enum dv_err prepare(struct replay *p, struct dv_diag *d)
{
    const struct dv_obj *program = dv_dump_program(p->dump);
    const struct dv_bytes *text = &program->section[DV_TEXT];
    struct dv_run_opts o = p->c.o;

    o.data_off = o.no_replay = o.unwatched = true;
    o.blocks = p->facts.blocks;
    o.resolved = &p->chip;
    o.feed = &p->feed;
    enum dv_err e = dv_run_prepare(&p->run, &o, program, dv_image_id(text->p, text->n), d);
    if (e)
        return e;
    dv_dump_compare(p->dump, p->run.machine);
    return p->c.dir ? use_listing(p, d) : DV_OK;
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

static void show(void *self)
{
    const struct replay *p = self;
    const struct dv_replayed *s = &p->said;
    bool any = false;

    if (p->c.what_if && s->paced)
        printf(
            "S is as in the log, with what it waited for there: what is idealised saves at "
            "least this;\nwith --pace cost S follows, and S, code, barriers, launch and the starts "
            "of cores are rows too\n");
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

/* ---- the steps between ----------------------------------------------------------------------- */

static enum dv_err sound(void *self, struct dv_diag *d)
{
    const struct replay *p = self;
    return dv_dump_failed(p->dump, d);
}

static int ended(void *self, enum dv_err e, struct dv_diag *d)
{
    struct replay *p = self;
    struct dv_diag spool;
    dv_diag_init(&spool);
    if (dv_dump_failed(p->dump, &spool))
        return dv_show_diag(&spool);
    if (!p->c.quiet)
        note_places(p);
    if (e && is_cut(p, e, d))
        return dv_show_diag(d);
    note_open(p);
    if (!e)
        compare(p);
    return -1;
}

static void put_listing(void *to, const char *text, size_t n)
{
    dv_out_put(to, text, n);
    dv_out_mark(to);
}

static void write_listing(void *self, struct dv_folder *folder)
{
    const struct replay *p = self;
    struct dv_out *out = dv_out_open(folder, p->listing, NULL);
    if (out)
        dv_dump_listing(p->dump, put_listing, out);
    dv_out_close(out);
}

/* ---- one instruction ------------------------------------------------------------------------- */

static int no_place(const struct replay *p, const char *why)
{
    return dv_usage("replay", "--explain %.80s: %s", p->c.at, why);
}

/* A line of the listing, or of the log: there it is one execution. */
static int find_line(struct replay *p, const char *file, size_t n, uint64_t line,
                     struct dv_explain_want *want, uint64_t *pc)
{
    static const char end[] = ".replay.s";
    struct dv_dump_at at;

    if (n >= sizeof end - 1 && !memcmp(file + n - (sizeof end - 1), end, sizeof end - 1))
        return dv_dump_at_listed(p->dump, line, pc)
                   ? -1
                   : no_place(p, "that line of the listing holds no instruction");
    if (n && !dv_dump_has_file(p->dump, file, n))
        return no_place(p, "the log has no such file");
    if (!n && p->facts.files > 1)
        return no_place(p, "the log has several files; expected FILE:LINE or 0xPC");
    if (p->c.nth || p->c.has_block)
        return no_place(p, "a line of the log is one execution; --nth and --in-block go with 0xPC");
    if (!dv_dump_at_line(p->dump, file, n, line, &at))
        return no_place(p, "nothing was issued in that line; name the one with ISSUE");
    *pc = at.pc;
    want->on_core = want->any = true;
    want->core = at.core;
    want->part = at.part;
    want->nth = at.nth;
    return -1;
}

static int find_place(struct replay *p, struct dv_explain_want *want, uint64_t *pc)
{
    const char *text = p->c.at, *colon = strrchr(text, ':'), *digits = colon ? colon + 1 : text;
    bool is_pc = !strncmp(text, "0x", 2) || !strncmp(text, "0X", 2);
    char *end;
    uint64_t n = strtoull(is_pc ? text : digits, &end, is_pc ? 16 : 10);

    if (!isdigit((unsigned char)*digits) || *end || (is_pc && end == text + 2) || colon == text ||
        (!is_pc && !n))
        return no_place(p, "expected LINE, FILE:LINE or 0xPC");
    if (is_pc)
        return dv_dump_at_pc(p->dump, n, pc) ? -1 : no_place(p, "nothing was issued at that pc");
    return find_line(p, text, colon ? (size_t)(colon - text) : 0, n, want, pc);
}

/* Before a machine is fed: lines are looked for in what it is fed with. */
static int find_want(struct replay *p, struct dv_explain_want *want)
{
    uint32_t words = (uint32_t)(dv_dump_program(p->dump)->section[DV_TEXT].n / 4);
    bool *wanted = calloc(words + 1u, sizeof *wanted);
    uint64_t pc = 0;

    *want = (struct dv_explain_want){.wanted = wanted,
                                     .words = words,
                                     .nth = p->c.nth ? p->c.nth : 1,
                                     .block = p->c.in_block,
                                     .any = !p->c.has_block};
    int status = wanted ? find_place(p, want, &pc) : DV_EXIT_INTERNAL;
    if (status < 0)
        wanted[pc / 4] = true;
    return status;
}

static int go(struct replay *p, double start)
{
    const struct dv_prof_extra x = {.self = p,
                                    .args = p->by_cost ? "--pace cost" : "--pace log",
                                    .source = write_listing,
                                    .ended = ended,
                                    .sound = sound,
                                    .show = show};
    struct dv_explain_want want = {.wanted = NULL};
    struct dv_diag d;
    int status = -1;

    dv_diag_init(&d);
    enum dv_err e = chip_load(p, &d);
    if (!e)
        e = open_log(p, &d);
    if (!e && p->c.at)
        status = find_want(p, &want);
    if (!e && status < 0)
        e = prepare(p, &d);
    if (e)
        status = dv_show_diag(&d);
    if (status < 0)
        status = p->c.at ? dv_explain_go(&p->run, &p->c, "--explain", &want, &x)
                         : dv_prof_go(&p->run, &p->c, start, &x);
    free((void *)(uintptr_t)want.wanted);
    return status;
}

int dv_cmd_replay(int argc, char **argv)
{
    struct replay *p = calloc(1, sizeof *p);
    double start = dv_host_seconds();
    int status = p ? read_options(p, argc, argv) : DV_EXIT_INTERNAL;

    if (status < 0)
        status = go(p, start);
    if (p) {
        dv_run_free(&p->run);
        dv_dump_free(p->dump);
        dv_run_cli_free(&p->c);
    }
    free(p);
    return status;
}
