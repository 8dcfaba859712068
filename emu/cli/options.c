/* Options of run, prof, check and explain. Owns their table and the "not supported yet" answers;
 * must not know what the values do. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"

typedef int (*option_fn)(struct dv_run_cli *c, const char *command, const char *value);

/* ---- values ---------------------------------------------------------------------------------- */

static bool number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    *out = strtoull(text, &end, 0);
    if (*end == 'e' || *end == 'E' || *end == '.') {
        double v = strtod(text, &end);
        if (!(v >= 0 && v < 1.8e19))
            return false;
        *out = (uint64_t)v;
    }
    return !*end && !errno && *out >= least && *out <= most;
}

static int bad_value(const char *command, const char *option, const char *value, const char *want)
{
    return dv_usage(command, "%s %.60s: expected %s", option, value, want);
}

/* -1 go on, 0 off, 1 on is stored in *out. */
static int on_off(const char *command, const char *option, const char *value, bool *off)
{
    if (strcmp(value, "on") && strcmp(value, "off"))
        return bad_value(command, option, value, "on or off");
    *off = !strcmp(value, "off");
    return -1;
}

/* ---- one function an option that needs one --------------------------------------------------- */

static int set_blocks(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    if (!number(value, 1, 65535, &v))
        return bad_value(command, "--blocks", value, "a number in 1..65535");
    c->o.blocks = (uint32_t)v;
    return -1;
}

static int set_seed(struct dv_run_cli *c, const char *command, const char *value)
{
    c->o.has_seed = true;
    return number(value, 0, UINT64_MAX, &c->o.seed)
               ? -1
               : bad_value(command, "--seed", value, "a number");
}

static int set_max_cycles(struct dv_run_cli *c, const char *command, const char *value)
{
    return number(value, 1, 1ull << 55, &c->o.max_cycles)
               ? -1
               : bad_value(command, "--max-cycles", value, "a number of cycles above 0");
}

static int set_warmup(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    if (!number(value, 0, DV_SERIES_MOST, &v))
        return bad_value(command, "--warmup", value, "a number of launches in 0..100000");
    c->o.warmup = (uint32_t)v;
    return -1;
}

static int set_repeat(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    if (!number(value, 1, DV_SERIES_MOST, &v))
        return bad_value(command, "--repeat", value, "a number of launches in 1..100000");
    c->o.repeat = (uint32_t)v;
    return -1;
}

static int set_time(struct dv_run_cli *c, const char *command, const char *value)
{
    return on_off(command, "--time", value, &c->o.time_off);
}

static int set_data(struct dv_run_cli *c, const char *command, const char *value)
{
    return on_off(command, "--data", value, &c->o.data_off);
}

static int set_cache(struct dv_run_cli *c, const char *command, const char *value)
{
    if (strcmp(value, "warm") && strcmp(value, "cold"))
        return bad_value(command, "--cache", value, "warm or cold");
    c->o.cold = !strcmp(value, "cold");
    return -1;
}

static int set_acc(struct dv_run_cli *c, const char *command, const char *value)
{
    for (uint8_t i = 0; i < DV_ACCS; i++)
        if (!strcmp(value, dv_acc_names[i])) {
            c->o.acc = i;
            return -1;
        }
    return bad_value(command, "--acc", value, "seq, instr, chunk16, tree16, exact16 or tc24");
}

static int set_jobs(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    (void)c;
    if (!number(value, 1, 4096, &v))
        return bad_value(command, "--jobs", value, "a number above 0");
    return v == 1 ? -1 : dv_not_yet("--jobs above 1");
}

static int set_expect(struct dv_run_cli *c, const char *command, const char *value)
{
    if (c->o.expects == DV_RUN_VERIFIES - 1)
        return dv_usage(command, "at most %d --expect are taken", DV_RUN_VERIFIES - 1);
    c->expect[c->o.expects++] = value;
    return -1;
}

static int set_dump(struct dv_run_cli *c, const char *command, const char *value)
{
    if (c->dumps == sizeof c->dump / sizeof *c->dump)
        return dv_usage(command, "at most 16 --dump are taken");
    c->dump[c->dumps++] = value;
    return dv_check_dump(value);
}

static int set_number(struct dv_run_cli *c, const char *command, const char *value)
{
    const char *eq = strchr(value, '=');
    if (!eq || eq == value || !eq[1])
        return bad_value(command, "--set", value, "PATH=VALUE");
    if (c->o.sets == sizeof c->set / sizeof *c->set)
        return dv_usage(command, "at most 64 --set are taken");
    char *path = strndup(value, (size_t)(eq - value));
    if (!path)
        return DV_EXIT_INTERNAL;
    c->copies[c->copied++] = path;
    c->set[c->o.sets++] = (struct dv_run_set){path, eq + 1};
    return -1;
}

/* -1, or what dv explain alone takes; dv replay explains and profiles too. */
static int explains(const char *command, const char *option)
{
    if (!strcmp(command, "explain") || !strcmp(command, "replay"))
        return -1;
    return dv_usage(command, "%s belongs to 'dv explain'", option);
}

static int set_at(struct dv_run_cli *c, const char *command, const char *value)
{
    c->at = value;
    return explains(command, "--at");
}

static int set_nth(struct dv_run_cli *c, const char *command, const char *value)
{
    return number(value, 1, UINT32_MAX, &c->nth)
               ? explains(command, "--nth")
               : bad_value(command, "--nth", value, "a number above 0");
}

static int set_in_block(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    if (!number(value, 0, 65534, &v))
        return bad_value(command, "--in-block", value, "a number in 0..65534");
    c->in_block = (uint32_t)v;
    c->has_block = true;
    return explains(command, "--in-block");
}

static int checks(const char *command, const char *option)
{
    return strcmp(command, "check") ? dv_usage(command, "%s belongs to 'dv check'", option) : -1;
}

static int set_check(struct dv_run_cli *c, const char *command, const char *value)
{
    (void)value;
    c->o.check = true;
    return strcmp(command, "explain") ? -1 : dv_usage(command, "--check belongs to 'dv run'");
}

static int set_sarif(struct dv_run_cli *c, const char *command, const char *value)
{
    c->sarif = value;
    return checks(command, "--sarif");
}

static int set_explore(struct dv_run_cli *c, const char *command, const char *value)
{
    uint64_t v;
    if (!number(value, 1, 1000000, &v))
        return bad_value(command, "--explore", value, "a number in 1..1000000");
    c->explore = (uint32_t)v;
    return checks(command, "--explore");
}

static int set_explore_seed(struct dv_run_cli *c, const char *command, const char *value)
{
    return number(value, 1, UINT64_MAX, &c->o.explore_seed)
               ? -1
               : bad_value(command, "--explore-seed", value, "a number above 0");
}

static int set_hints(struct dv_run_cli *c, const char *command, const char *value)
{
    return on_off(command, "--hints", value, &c->hints_off);
}

/* ---- what dv prof alone takes ---------------------------------------------------------------- */

static int profs(const char *command, const char *option)
{
    if (!strcmp(command, "prof") || !strcmp(command, "replay"))
        return -1;
    return dv_usage(command, "%s belongs to 'dv prof'", option);
}

static int set_output(struct dv_run_cli *c, const char *command, const char *value)
{
    c->dir = value;
    return profs(command, "-o DIR");
}

static int set_force(struct dv_run_cli *c, const char *command, const char *value)
{
    (void)value;
    c->force = true;
    return profs(command, "--force");
}

static int set_what_if(struct dv_run_cli *c, const char *command, const char *value)
{
    (void)value;
    c->what_if = true;
    return profs(command, "--what-if");
}

static int set_against(struct dv_run_cli *c, const char *command, const char *value)
{
    c->against = value;
    return profs(command, "--against");
}

static int set_roi(struct dv_run_cli *c, const char *command, const char *value)
{
    c->roi = value;
    return strcmp(command, "prof")
               ? dv_usage(command, "--roi chooses what files hold: 'dv prof K -o DIR --roi %s'",
                          value)
               : -1;
}

static int set_trace_every(struct dv_run_cli *c, const char *command, const char *value)
{
    return number(value, 1, UINT32_MAX, &c->trace_every)
               ? profs(command, "--trace-every")
               : bad_value(command, "--trace-every", value, "a number above 0");
}

/* A:B in cycles; either may be missing. */
static int set_trace_window(struct dv_run_cli *c, const char *command, const char *value)
{
    const char *colon = strchr(value, ':');
    char from[32] = "";
    bool good = colon && colon - value < (int)sizeof from;
    if (good)
        memcpy(from, value, (size_t)(colon - value));
    c->trace_to = 0;
    good = good && (!*from || number(from, 0, 1ull << 50, &c->trace_from)) &&
           (!colon[1] || number(colon + 1, 1, 1ull << 50, &c->trace_to)) &&
           (!c->trace_to || c->trace_to > c->trace_from);
    return good ? profs(command, "--trace-window")
                : bad_value(command, "--trace-window", value, "FROM:TO in cycles, FROM before TO");
}

/* ---- energy ---------------------------------------------------------------------------------- */

static int set_energy(struct dv_run_cli *c, const char *command, const char *value)
{
    c->o.energy = value ? 2 : c->o.energy > 1 ? 2 : 1;
    if (value && strcmp(value, "joules"))
        return bad_value(command, "--energy", value, "joules, or nothing for shares");
    return -1;
}

static int set_energy_against(struct dv_run_cli *c, const char *command, const char *value)
{
    (void)command;
    c->energy_against = value;
    c->o.energy = c->o.energy ? c->o.energy : 1;
    return -1;
}

#define TEXT(name, member) \
    static int set_##name(struct dv_run_cli *c, const char *command, const char *value) \
    { \
        (void)command; \
        c->member = value; \
        return -1; \
    }
TEXT(kernel, o.kernel)
TEXT(chip, o.chip)
TEXT(tol, o.tol)
TEXT(json, json)
TEXT(log, log)
TEXT(accelergy, accelergy)
TEXT(mem, o.mem)
TEXT(mem_trace, o.mem_trace)

#define SWITCH(name, member) \
    static int set_##name(struct dv_run_cli *c, const char *command, const char *value) \
    { \
        (void)command, (void)value; \
        c->member = true; \
        return -1; \
    }
SWITCH(verify, o.verify)
SWITCH(no_simd, o.no_simd)
SWITCH(no_replay, o.no_replay)
SWITCH(uncertainty, o.uncertainty)
SWITCH(quiet, quiet)

static int show_help(struct dv_run_cli *c, const char *command, const char *value)
{
    (void)c, (void)value;
    return dv_show_help(command);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* fn NULL: in the contract, not built yet. */
static const struct {
    const char *name;
    int has_arg;
    option_fn fn;
} table[] = {
    {"kernel", 1, set_kernel},
    {"chip", 1, set_chip},
    {"blocks", 1, set_blocks},
    {"seed", 1, set_seed},
    {"verify", 0, set_verify},
    {"expect", 1, set_expect},
    {"tol", 1, set_tol},
    {"time", 1, set_time},
    {"data", 1, set_data},
    {"cache", 1, set_cache},
    {"acc", 1, set_acc},
    {"set", 1, set_number},
    {"log", 1, set_log},
    {"dump", 1, set_dump},
    {"max-cycles", 1, set_max_cycles},
    {"jobs", 1, set_jobs},
    {"no-simd", 0, set_no_simd},
    {"no-replay", 0, set_no_replay},
    {"json", 1, set_json},
    {"quiet", 0, set_quiet},
    {"help", 0, show_help},
    {"at", 1, set_at},
    {"nth", 1, set_nth},
    {"in-block", 1, set_in_block},
    {"check", 0, set_check},
    {"hints", 1, set_hints},
    {"sarif", 1, set_sarif},
    {"explore", 1, set_explore},
    {"explore-seed", 1, set_explore_seed},
    {"warmup", 1, set_warmup},
    {"repeat", 1, set_repeat},
    {"mem", 1, set_mem},
    {"mem-trace", 1, set_mem_trace},
    {"roi", 1, set_roi},
    {"trace-window", 1, set_trace_window},
    {"trace-every", 1, set_trace_every},
    {"force", 0, set_force},
    {"uncertainty", 0, set_uncertainty},
    {"energy", 2, set_energy},
    {"energy-against", 1, set_energy_against},
    {"accelergy", 1, set_accelergy},
    {"against", 1, set_against},
    {"what-if", 0, set_what_if},
    {"output", 1, set_output},
};

enum { OPTIONS = sizeof table / sizeof *table, FIRST = 256 };

static void option_list(struct option list[OPTIONS + 1])
{
    for (int i = 0; i < OPTIONS; i++)
        list[i] = (struct option){table[i].name, table[i].has_arg, NULL, FIRST + i};
    list[OPTIONS] = (struct option){0};
}

static int take_option(struct dv_run_cli *c, const char *command, int got)
{
    char name[40];
    int i = got - FIRST;
    if (table[i].fn)
        return table[i].fn(c, command, optarg);
    snprintf(name, sizeof name, "--%s", table[i].name);
    return dv_not_yet(name);
}

int dv_run_option(struct dv_run_cli *c, const char *command, const char *name, const char *value)
{
    for (int i = 0; i < OPTIONS; i++)
        if (!strcmp(table[i].name, name))
            return table[i].fn(c, command, value);
    return DV_EXIT_INTERNAL;
}

static int take_arguments(struct dv_run_cli *c, const char *command, int argc, char **argv)
{
    for (int i = optind; i < argc; i++) {
        if (!c->path) {
            c->path = argv[i];
        } else if (c->o.args == sizeof c->arg / sizeof *c->arg) {
            return dv_usage(command, "too many arguments");
        } else {
            c->arg[c->o.args++] = argv[i];
        }
    }
    return c->path ? -1 : dv_usage(command, "expected a kernel: an object or assembly text");
}

int dv_run_options(struct dv_run_cli *c, const char *command, int argc, char **argv)
{
    struct option list[OPTIONS + 1];
    int got, status;
    memset(c, 0, sizeof *c);
    c->o.arg = c->arg;
    c->o.set = c->set;
    c->o.expect = c->expect;
    option_list(list);
    opterr = 0;
    optind = 0; /* afresh: dv sweep has read other words before */
    while ((got = getopt_long(argc, argv, ":o:h", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option(command, list, got, argv);
        if (got == 'o')
            status = set_output(c, command, optarg);
        else
            status = got == 'h' ? dv_show_help(command) : take_option(c, command, got);
        if (status >= 0)
            return status;
    }
    return take_arguments(c, command, argc, argv);
}

void dv_run_cli_free(struct dv_run_cli *c)
{
    for (unsigned i = 0; i < c->copied; i++)
        free(c->copies[i]);
    c->copied = 0;
}
