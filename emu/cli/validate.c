/* dv validate. Owns options, measured values from a file, frozen results and the exit status. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chips/version.h"
#include "emu/cli/kit.h"
#include "emu/cli/validate.h"
#include "emu/run/file.h"
#include "isa/near.h"

enum { SETS = 60 };

struct cli {
    const char *one, *cases, *json, *write, *measured, *chip;
    bool strict, ranges, kit;
    struct dv_run_set set[SETS];
    char *path[SETS];
    unsigned sets;
};

/* ---- measured values from a file ------------------------------------------------------------- */

static int take_measured(struct dv_suite *s, const char *file, const char *id, const json_t *v)
{
    struct dv_case *c = dv_cases_find(&s->c, id);
    double cycles = json_is_number(v) ? json_number_value(v) : 0;
    if (c && cycles > 0 && isfinite(cycles)) {
        s->o[c - s->c.at].measured = cycles;
        snprintf(c->stated, sizeof c->stated, "%.17g cy", cycles);
        return 0;
    }
    if (!c && dv_kit_find(id, strlen(id)) < dv_kit_figure_count)
        return 0; /* the kit's, compared by itself */
    const char *near = c ? NULL : dv_nearest(id, strlen(id), 0, dv_cases_id, &s->c);
    if (c)
        dv_error("%.200s: '%.40s' must be a number of cycles above 0", file, id);
    else
        dv_error("%.200s: no case '%.40s'%s%s%s", file, id, near ? "; did you mean '" : "",
                 near ? near : "", near ? "'?" : "");
    return DV_EXIT_USAGE;
}

static int read_measured(struct dv_suite *s, const char *file, json_t *all)
{
    json_t *v;
    const char *id;
    int status = 0;

    json_object_foreach(all, id, v) status = status ? status : take_measured(s, file, id, v);
    return status;
}

/* ---- results --------------------------------------------------------------------------------- */

/* A version is written once; the same bytes again are fine. */
static int freeze(const char *dir, const struct dv_json *j)
{
    char path[4096];
    uint8_t *old = NULL;
    size_t n = 0;
    if (snprintf(path, sizeof path, "%s/%s.json", dir, DV_MODEL_VERSION) >= (int)sizeof path)
        return dv_usage("validate", "--write: the directory's name is too long");
    bool there = !dv_file_read(path, &old, &n, NULL);
    bool same = there && n == j->n && memcmp(old, j->p, n) == 0;
    free(old);
    if (!there && errno == ENOENT)
        return dv_write_text(path, j->p, j->n);
    if (same)
        return 0;
    if (there)
        dv_error("'%.200s' differs: a frozen version never changes, give the chip files a new "
                 "model version (emu/chips/version.h)",
                 path);
    else
        dv_error("cannot read '%.200s': %s", path, strerror(errno));
    return DV_EXIT_USAGE;
}

static int write_results(const struct cli *o, const struct dv_suite *s,
                         const struct dv_judgement *judged)
{
    struct dv_json j = {0};
    int status = 0;
    dv_validate_json(&j, s, judged, o->ranges);
    if (j.failed) {
        dv_error("out of memory while writing JSON");
        status = DV_EXIT_USAGE;
    }
    if (!status && o->json)
        status = dv_write_text(o->json, j.p, j.n);
    if (!status && o->write && judged->missing) {
        dv_error("nothing is frozen: %u cases have no figure", judged->missing);
        status = DV_EXIT_KERNEL;
    } else if (!status && o->write) {
        status = freeze(o->write, &j);
    }
    dv_json_free(&j);
    return status;
}

static bool strict_missed(const struct dv_judgement *j)
{
    bool missed = j->missing > 0;
    for (unsigned i = 0; i < DV_BARS; i++)
        missed |= !j->bar[i].met;
    return missed;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int choose(struct dv_suite *s, const char *id)
{
    if (!id || dv_cases_find(&s->c, id)) {
        for (unsigned i = 0; id && i < s->c.n; i++)
            s->o[i].chosen = !strcmp(s->c.at[i].id, id);
        return 0;
    }
    const char *near = dv_nearest(id, strlen(id), 0, dv_cases_id, &s->c);
    dv_error("no case '%.40s'%s%s%s", id, near ? "; did you mean '" : "; 'dv validate' lists them",
             near ? near : "", near ? "'?" : "");
    return DV_EXIT_USAGE;
}

/* A wrong --set is said once, not by every run. */
static int check_sets(const struct dv_suite *s)
{
    struct dv_chip *c = malloc(sizeof *c);
    struct dv_diag d;
    enum dv_err e = DV_OK;
    dv_diag_init(&d);
    if (c)
        *c = s->c.chip[0];
    else
        e = dv_fail(&d, DV_E_MEMORY, "out of memory");
    for (unsigned i = 0; !e && i < s->sets; i++)
        e = dv_chip_set(c, s->set[i].path, s->set[i].text, &d);
    free(c);
    return e ? dv_show_diag(&d) : 0;
}

static int judge(const struct cli *o, struct dv_suite *s)
{
    struct dv_judgement *j = malloc(sizeof *j);
    bool on_stdout = o->json && !strcmp(o->json, "-");
    if (!j) {
        dv_error("out of memory");
        return DV_EXIT_USAGE;
    }
    if (!o->one && !o->ranges)
        dv_suite_put_back(s);
    if (o->ranges)
        dv_suite_ranges(s);
    dv_judge(j, &s->c, s->o);
    if (!on_stdout && o->ranges)
        dv_validate_show_ranges(s);
    else if (!on_stdout)
        dv_validate_show(s, j, o->one ? dv_cases_find(&s->c, o->one) : NULL);
    int status = write_results(o, s, j);
    if (s->status > status)
        status = s->status;
    if (!status && o->strict && strict_missed(j))
        status = DV_EXIT_KERNEL;
    free(j);
    return status;
}

/* ---- the silicon kit ------------------------------------------------------------------------- */

/* Runs the kit; without --kit only what the file has of it. *cases: the file has cases too. */
static int kit(const struct cli *o, json_t *values, bool *cases)
{
    struct dv_kit k;
    unsigned others = 0;
    bool quiet = o->json && !strcmp(o->json, "-");
    int status = dv_kit_open(&k, o->chip, o->set, o->sets);
    if (!status && o->measured)
        status = dv_kit_read(&k, o->measured, values, o->kit ? NULL : &others);
    if (!status)
        status = dv_kit_run_all(&k, o->measured != NULL);
    *cases = !o->kit && (others || !dv_kit_any(&k));
    if (!status && o->measured && !quiet && dv_kit_any(&k))
        dv_kit_show(&k);
    if (!status && o->kit && (o->json || !o->measured))
        status = dv_kit_write(&k, o->json ? o->json : "-");
    dv_kit_free(&k);
    return status;
}

static int suite(const struct cli *o, json_t *values)
{
    struct dv_suite *s = calloc(1, sizeof *s);
    int status = s ? dv_suite_open(s, o->cases) : DV_EXIT_INTERNAL;
    if (!status) {
        s->set = o->set;
        s->sets = o->sets;
        status = choose(s, o->one);
    }
    if (!status)
        status = check_sets(s);
    if (!status && o->measured)
        status = read_measured(s, o->measured, values);
    if (!status) {
        dv_suite_run(s);
        status = judge(o, s);
    }
    if (s)
        dv_suite_free(s);
    free(s);
    return status;
}

static int go(const struct cli *o)
{
    bool cases = true;
    json_t *values = o->measured ? dv_kit_load(o->measured) : NULL;
    int status = o->measured && !values ? DV_EXIT_USAGE : 0;

    if (!status && (o->kit || o->measured))
        status = kit(o, values, &cases);
    if (!status && cases)
        status = suite(o, values);
    json_decref(values);
    return status;
}

/* ---- options --------------------------------------------------------------------------------- */

static int take_set(struct cli *o, const char *value)
{
    const char *eq = strchr(value, '=');
    if (!eq || eq == value || !eq[1])
        return dv_usage("validate", "--set %.60s: expected PATH=VALUE", value);
    if (o->sets == SETS)
        return dv_usage("validate", "at most %d --set are taken", SETS);
    char *path = strndup(value, (size_t)(eq - value));
    if (!path)
        return DV_EXIT_INTERNAL;
    o->path[o->sets] = path;
    o->set[o->sets++] = (struct dv_run_set){path, eq + 1};
    return -1;
}

/* -1 = go on. */
static int take_option(struct cli *o, int got)
{
    const char **text = got == 'c'   ? &o->one
                        : got == 'f' ? &o->cases
                        : got == 'j' ? &o->json
                        : got == 'w' ? &o->write
                        : got == 'm' ? &o->measured
                        : got == 'C' ? &o->chip
                                     : NULL;
    if (text)
        *text = optarg;
    o->strict |= got == 's';
    o->ranges |= got == 'r';
    o->kit |= got == 'k';
    return got == 'p' ? take_set(o, optarg) : -1;
}

/* What would freeze or judge something else than the model and the published figures. */
static int refused(const struct cli *o)
{
    if (o->write && (o->one || o->sets || o->measured || o->ranges))
        return dv_usage("validate", "--write freezes the whole suite as it is: leave out --case, "
                                    "--set, --measured and --sensitivity");
    if (o->strict && (o->one || o->ranges))
        return dv_usage("validate", "--strict judges the whole suite: leave out --case and "
                                    "--sensitivity");
    if (o->one && o->ranges)
        return dv_usage("validate", "--sensitivity is about the whole suite: leave out --case");
    if (o->kit && (o->one || o->ranges || o->strict || o->write || o->cases))
        return dv_usage("validate",
                        "--kit runs bench/silicon: it goes with --chip, --set, --json and "
                        "--measured only");
    return -1;
}

static int options(struct cli *o, int argc, char **argv)
{
    static const struct option list[] = {
        {"case", required_argument, NULL, 'c'},  {"cases", required_argument, NULL, 'f'},
        {"strict", no_argument, NULL, 's'},      {"json", required_argument, NULL, 'j'},
        {"write", required_argument, NULL, 'w'}, {"measured", required_argument, NULL, 'm'},
        {"set", required_argument, NULL, 'p'},   {"sensitivity", no_argument, NULL, 'r'},
        {"kit", no_argument, NULL, 'k'},         {"chip", required_argument, NULL, 'C'},
        {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0}};
    int got, status = -1;
    opterr = 0;
    while (status < 0 && (got = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("validate");
        if (got == '?' || got == ':')
            return dv_bad_option("validate", list, got, argv);
        status = take_option(o, got);
    }
    if (status < 0 && optind < argc)
        return dv_usage("validate", "'%.60s' is too much: cases are chosen with --case",
                        argv[optind]);
    return status < 0 ? refused(o) : status;
}

int dv_cmd_validate(int argc, char **argv)
{
    struct cli o = {.one = NULL};
    int status = options(&o, argc, argv);
    if (status < 0)
        status = go(&o);
    for (unsigned i = 0; i < o.sets; i++)
        free(o.path[i]);
    return status;
}
