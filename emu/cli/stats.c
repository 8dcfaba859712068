/* dv stats: every figure of `dv run --json` by its dotted name, with unit and meaning. Owns the
 * words; families (pipes, paths, actions ..) take their members from the tables that emit them. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/core/time.h"

/* What stands for {} in the name and in the meaning. */
enum family { ONE, PIPE, STALL, PATH, REST, PART };

static const struct stat {
    const char *name, *unit, *what;
    enum family of;
} stats[] = {
    {"model.clock_mhz", "MHz", "core clock", ONE},
    {"blocks", "blocks", "logical blocks launched", ONE},
    {"seed", "", "of random contents", ONE},
    {"warmup", "launches", "before the one that counts", ONE},
    {"repeat", "launches", "that count", ONE},
    {"args.*", "", "value of a scalar argument", ONE},
    {"cycles", "cycles", "first dispatch to last END on the slowest core, launch excluded", ONE},
    {"core_cycles.min", "cycles", "the same on the fastest core", ONE},
    {"core_cycles.mean", "cycles", "mean over the cores used", ONE},
    {"core_cycles.max", "cycles", "of the slowest core, with fractions", ONE},
    {"repeat_cycles.min", "cycles", "of the fastest of the launches that count", ONE},
    {"repeat_cycles.median", "cycles", "of the launches that count", ONE},
    {"repeat_cycles.max", "cycles", "of the slowest of the launches that count", ONE},
    {"time_us", "us", "cycles by the clock, launch excluded", ONE},
    {"core_us", "us", "mean time of a core with its start-up, as profilers count it", ONE},
    {"task_us", "us", "time with the launch, as profilers count it", ONE},
    {"uncertainty.low", "cycles", "when the numbers of the chip move inside their ranges", ONE},
    {"uncertainty.high", "cycles", "the same, other end", ONE},
    {"uncertainty.by.*.low", "cycles", "with one number at the low end of its range", ONE},
    {"uncertainty.by.*.high", "cycles", "with one number at the high end of its range", ONE},
    {"verify.*.tolerance.rtol", "", "relative tolerance of a tensor", ONE},
    {"verify.*.tolerance.atol", "", "absolute tolerance of a tensor", ONE},
    {"verify.*.tolerance.max_ulp", "ulp", "tolerance of a tensor in last places", ONE},
    {"verify.*.max_abs", "", "largest difference from the reference", ONE},
    {"verify.*.max_rel", "", "largest relative difference where the reference is not 0", ONE},
    {"verify.*.max_ulp", "ulp", "largest difference in units in the last place", ONE},
    {"verify.*.mismatches", "elements", "outside the tolerance", ONE},
    {"verify.*.first_index", "", "row-major index of the first of them", ONE},
    {"mac_useful", "MAC", "products of the problem, from .ref", ONE},
    {"mac_executed", "MAC", "products of all MMADs, padding included", ONE},
    {"mac_per_cycle", "MAC/cycle", "useful products by cycles and matrix units used", ONE},
    {"tflops", "TFLOPS", "useful operations a second", ONE},
    {"peak_tflops", "TFLOPS", "f16 peak of the cores used", ONE},
    {"pct_peak", "%", "tflops of peak_tflops", ONE},
    {"instructions", "instructions", "dispatched or executed by S, over all cores", ONE},
    {"energy.uj", "uJ", "energy of the counted actions", ONE},
    {"energy.low", "uJ", "with every energy at the low end of its range", ONE},
    {"energy.high", "uJ", "with every energy at the high end of its range", ONE},
    {"energy.macs", "f16 MAC", "the same in energies of one f16 product", ONE},
    {"energy.parts.{}", "f16 MAC", "energy of the part {} in that unit", PART},
    {"cycles_by_provenance.{}", "cycles", "of the slowest core that rest on {} numbers", REST},
    {"pipes.{}.busy_cycles", "cycles", "{} works, summed over cores", PIPE},
    {"pipes.{}.ratio", "", "busy part of the cores that have {}", PIPE},
    {"pipes.{}.instructions", "instructions", "that {} took", PIPE},
    {"pipes.{}.idle_cycles", "cycles", "{} neither works nor waits", PIPE},
    {"pipes.{}.stall", "cycles", "{} waits", STALL},
    {"bytes.{}", "B", "moved on the path {}", PATH},
    {"marks.*.visits", "visits", "of a region", ONE},
    {"marks.*.cores", "cores", "that entered a region", ONE},
    {"marks.*.cycles", "cycles", "in a region, on the slowest core", ONE},
    {"marks.*.core_cycles", "cycles", "in a region, summed over cores", ONE},
    {"marks.*.longest", "cycles", "longest visit of a region", ONE},
    {"allowed", "findings", "that .allow suppressed", ONE},
    {"more", "findings", "that were not kept", ONE},
    {"explored.runs", "runs", "other legal schedules tried", ONE},
    {"explored.seed", "", "of the first that differs", ONE},
    {"host.load_seconds", "s", "host time to read and check the object", ONE},
    {"host.fill_seconds", "s", "host time to make contents", ONE},
    {"host.run_seconds", "s", "host time to simulate", ONE},
    {"host.verify_seconds", "s", "host time to compare with the reference", ONE},
    {"host.jobs", "threads", "of the host", ONE},
    {"host_seconds", "s", "host time of the command", ONE},
};

/* One line of the list. */
typedef void (*emit_fn)(void *to, const char *name, const char *unit, const char *what);

/* Some core has it. */
static bool is_unit(unsigned pipe)
{
    return dv_pipe_on(pipe, DV_AIC) || dv_pipe_on(pipe, DV_AIV) || dv_pipe_on(pipe, DV_C100);
}

static void fill_in(const char *text, const char *member, char *out, size_t size)
{
    const char *at = strstr(text, "{}");
    if (at)
        snprintf(out, size, "%.*s%s%s", (int)(at - text), text, member, at + 2);
    else
        snprintf(out, size, "%s", text);
}

static void one(const struct stat *s, const char *member, emit_fn emit, void *to)
{
    char name[80], what[120];
    fill_in(s->name, member, name, sizeof name);
    fill_in(s->what, member, what, sizeof what);
    emit(to, name, s->unit, what);
}

static void stalls(const struct stat *s, emit_fn emit, void *to)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        for (unsigned r = 0; is_unit(p) && r < DV_REASONS; r++) {
            char name[80], what[120];
            snprintf(name, sizeof name, "pipes.%s.stall.%s", dv_pipe_json(p), dv_reason_names[r]);
            snprintf(what, sizeof what, "%s waits: %s", dv_pipe_json(p), dv_reason_names[r]);
            emit(to, name, s->unit, what);
        }
}

static const char *member_of(enum family of, unsigned i)
{
    switch (of) {
    case PIPE:
        return i < DV_PIPE_COUNT ? dv_pipe_json(i) : NULL;
    case PATH:
        return i < DV_PATHS ? dv_path_names[i] : NULL;
    case REST:
        return i < DV_BLAMES ? dv_blame_names[i] : NULL;
    case PART:
        return i < DV_ENERGY_PARTS ? dv_energy_names[i] : NULL;
    default:
        return i ? NULL : "";
    }
}

static void each(emit_fn emit, void *to)
{
    const struct dv_action *a;
    for (const struct stat *s = stats; s < stats + sizeof stats / sizeof *stats; s++) {
        if (s->of == STALL)
            stalls(s, emit, to);
        else
            for (unsigned i = 0; member_of(s->of, i); i++)
                if (s->of != PIPE || is_unit(i))
                    one(s, member_of(s->of, i), emit, to);
    }
    for (unsigned i = 0; (a = dv_action_at(i)); i++) {
        char name[60];
        snprintf(name, sizeof name, "actions.%s.%s", a->component, a->name);
        emit(to, name, a->unit, a->what);
    }
}

static void as_row(void *to, const char *name, const char *unit, const char *what)
{
    (void)to;
    printf("%-36s  %-12s  %s\n", name, *unit ? unit : "-", what);
}

static void as_json(void *to, const char *name, const char *unit, const char *what)
{
    struct dv_json *j = to;
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "name", name);
    dv_json_text(j, "unit", *unit ? unit : NULL);
    dv_json_text(j, "description", what);
    dv_json_close(j, '}');
}

static int write_json(const char *path)
{
    struct dv_json j = {0};
    dv_json_open(&j, NULL, '{');
    dv_json_text(&j, "schema", "dv.stats/1");
    dv_json_open(&j, "statistics", '[');
    each(as_json, &j);
    dv_json_close(&j, ']');
    dv_json_close(&j, '}');
    dv_json_end(&j);
    if (j.failed)
        dv_error("out of memory");
    int status = j.failed ? DV_EXIT_INTERNAL : dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

int dv_cmd_stats(int argc, char **argv)
{
    static const struct option options[] = {{"list", no_argument, NULL, 'l'},
                                            {"json", required_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *to = NULL;
    bool list = false;
    int got;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("stats");
        if (got == 'l')
            list = true;
        else if (got == 'j')
            to = optarg;
        else
            return dv_bad_option("stats", options, got, argv);
    }
    if (argv[optind])
        return dv_usage("stats", "'%.60s' is too many: the figures of a run are in dv run --json",
                        argv[optind]);
    if (!list && !to)
        return dv_usage("stats", "expected --list");
    if (to)
        return write_json(to);
    each(as_row, NULL);
    return DV_EXIT_OK;
}
