/* dv calibrate. Finds the values of numbers with which the model takes the time that was measured:
 * for each the zero of model - measured of its reading, which rises or falls with it. Owns the
 * search, the printed chip file and the options. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/kit.h"
#include "emu/cli/reading.h"

enum { PASSES = 6, STEPS = 60, SETS = 60 };

/* ---- one number of a chip -------------------------------------------------------------------- */

/* A parameter, or one half of a row of the cost list. */
struct place {
    uint64_t *v;
    unsigned unit;
    uint64_t least, greatest;
    struct dv_vcost *row; /* NULL = a parameter */
    unsigned param;
};

static bool row_named(const struct dv_vcost *r, const char *class, const char *type)
{
    return !strcmp(r->cost ? dv_cost_names[r->cost] : "vec_default", class) && !r->bits &&
           (*type ? r->type && !strcmp(dv_types[r->type].name, type) : !r->type);
}

static bool find_cost(struct dv_chip *c, const char *path, struct place *out)
{
    char word[3][40] = {"", "", ""};
    int n = sscanf(path, "costs: %39s %39s %39s", word[0], word[1], word[2]);

    if (n < 2)
        return false;
    for (unsigned i = 0; i < c->costs; i++) {
        struct dv_vcost *r = &c->cost[i];
        if (!row_named(r, word[0], n == 3 ? word[1] : ""))
            continue;
        bool head = !strcmp(word[n - 1], "head");
        *out = (struct place){head ? &r->head : &r->each, DV_PU_CYCLES, 0, 100000 * DV_CYCLE, r, 0};
        return true;
    }
    return false;
}

static bool find(struct dv_chip *c, const char *path, struct place *out)
{
    unsigned id = dv_chip_param_find(path, strlen(path));

    if (id == DV_CHIP_PARAM_COUNT)
        return find_cost(c, path, out);
    const struct dv_chip_param *p = &dv_chip_params[id];
    *out = (struct place){&c->v[id], p->unit, p->least, p->greatest, NULL, id};
    return true;
}

/* ---- search ---------------------------------------------------------------------------------- */

struct search {
    struct dv_kit *k;
    struct place at;
    const char *read;
    double target; /* of the measured figures */
    bool measured; /* what lookup takes */
    bool missing;
};

static bool lookup(void *ctx, const char *name, size_t n, double *out)
{
    struct search *s = ctx;
    unsigned i = dv_kit_find(name, n);

    if (i == dv_kit_figure_count)
        return false;
    *out = s->measured ? s->k->measured[i] : dv_kit_run(s->k, &s->k->chip, i, true);
    s->missing |= isnan(*out);
    return true;
}

static double reading(struct search *s, bool measured)
{
    double v = NAN;

    s->measured = measured;
    s->missing = false;
    if (dv_reading(s->read, lookup, s, &v, NULL) || s->missing)
        return NAN;
    return v;
}

/* How much too long the model takes with a value. */
static double off(struct search *s, uint64_t v)
{
    *s->at.v = v;
    return reading(s, false) - s->target;
}

static bool near_enough(const struct search *s, double f)
{
    return fabs(f) <= 1e-6 * fabs(s->target) + 1.0 / DV_CYCLE;
}

static uint64_t clamp(const struct place *p, double v)
{
    if (v <= (double)p->least)
        return p->least;
    return v >= (double)p->greatest ? p->greatest : (uint64_t)v;
}

/* A value on the other side of the zero, going away from v with growing steps; false = none. */
static bool bracket(struct search *s, uint64_t v, double f, uint64_t *other, double *g)
{
    double one = s->at.unit == DV_PU_CYCLES ? DV_CYCLE : s->at.unit == DV_PU_COUNT ? 1 : 0;

    for (int up = 1; up >= 0; up--) {
        double step = 0.05 * (double)v + one;
        for (uint64_t at = v, last = v; step < 1e18; step *= 2, last = at) {
            at = clamp(&s->at, up ? (double)v + step : (double)v - step);
            *g = at == last ? NAN : off(s, at);
            *other = at;
            if (!isnan(*g) && (*g > 0) != (f > 0))
                return true;
            if (isnan(*g) || fabs(*g) > fabs(f) * 1.5 + 1)
                break;
        }
    }
    return false;
}

/* A part t of the way from a to b; of a rate, in the time that it makes. */
static uint64_t between(const struct search *s, uint64_t a, uint64_t b, double t)
{
    unsigned u = s->at.unit;
    double x = (double)a, y = (double)b;

    if ((u == DV_PU_RATE || u == DV_PU_GBPS || u == DV_PU_ELEMS || u == DV_PU_MACS) && a && b)
        return (uint64_t)(1 / (1 / x + t * (1 / y - 1 / x)) + 0.5);
    return (uint64_t)(x + t * (y - x) + 0.5);
}

/* Between two values: where the line crosses, every third time the middle. */
static uint64_t zero(struct search *s, uint64_t a, double fa, uint64_t b, double fb)
{
    for (int i = 0; i < STEPS && a != b; i++) {
        double t = i % 3 == 2 ? 0.5 : fa / (fa - fb);
        uint64_t v = between(s, a, b, t);
        if (v == a || v == b)
            break;
        double f = off(s, v);
        if (isnan(f) || near_enough(s, f))
            return v;
        if ((f > 0) == (fa > 0)) {
            a = v;
            fa = f;
        } else {
            b = v;
            fb = f;
        }
    }
    return fabs(fa) < fabs(fb) ? a : b;
}

static enum dv_kit_verdict solve(struct search *s)
{
    uint64_t was = *s->at.v, other = was;
    double g = 0;

    s->target = reading(s, true);
    if (isnan(s->target))
        return DV_KIT_NO_FIGURE;
    double f = off(s, was);
    if (isnan(f) || near_enough(s, f)) {
        bool sees = !isnan(f) && off(s, clamp(&s->at, (double)was * 1.1 + 1)) != f;
        sees = sees || (!isnan(f) && off(s, clamp(&s->at, (double)was * 0.9)) != f);
        *s->at.v = was;
        return sees ? DV_KIT_FOUND : DV_KIT_BLIND;
    }
    if (!bracket(s, was, f, &other, &g)) {
        *s->at.v = was;
        return DV_KIT_BEYOND;
    }
    *s->at.v = zero(s, was, f, other, g);
    return DV_KIT_FOUND;
}

void dv_kit_solve(struct dv_kit *k, struct dv_kit_answer *answer)
{
    for (unsigned pass = 0; pass < PASSES; pass++) {
        bool moved = false;
        for (unsigned i = 0; i < dv_kit_number_count; i++) {
            struct dv_kit_answer *a = &answer[i];
            struct search s = {.k = k, .read = dv_kit_numbers[i].read};
            a->verdict = DV_KIT_NO_FIGURE;
            if (!find(&k->chip, dv_kit_numbers[i].path, &s.at))
                continue;
            uint64_t before = *s.at.v;
            a->was = pass ? a->was : before;
            a->verdict = (uint8_t)solve(&s);
            a->is = *s.at.v;
            double far = fabs((double)a->is - (double)before);
            moved |= far > 1e-3 * (double)before + 1;
        }
        if (!moved)
            return;
    }
}

/* ---- the chip file --------------------------------------------------------------------------- */

static const char *const why[] = {"", "not measured", "no value within the limits takes that long",
                                  "does not move the figure"};

static void difference(const struct dv_kit_answer *a, unsigned unit)
{
    char was[48];

    dv_chip_number_text(unit, a->was, was, sizeof was);
    if (a->was == a->is)
        printf("  # as it is\n");
    else
        printf("  # now %s, %+.1f %%\n", was,
               a->was ? 100 * ((double)a->is - (double)a->was) / (double)a->was : 100.0);
}

/* Opens the mappings of a path that the one before did not have; returns its last part. */
static const char *open_path(const char *path, char *before, size_t size)
{
    const char *part = path, *dot;
    int depth = 0;

    for (; (dot = strchr(part, '.')); part = dot + 1, depth++)
        if (strncmp(before, path, (size_t)(dot - path) + 1) != 0)
            printf("%*s%.*s:\n", 2 * depth, "", (int)(dot - part), part);
    snprintf(before, size, "%s", path);
    printf("%*s", 2 * depth, "");
    return part;
}

static const struct dv_kit_answer *answer_of(const struct dv_kit_answer *answer, const char *path)
{
    for (unsigned i = 0; i < dv_kit_number_count; i++)
        if (!strcmp(dv_kit_numbers[i].path, path))
            return &answer[i];
    return NULL;
}

static void show_params(const struct dv_kit_answer *answer)
{
    char before[64] = "", text[48];

    for (unsigned id = 0; id < DV_CHIP_PARAM_COUNT; id++) {
        const char *path = dv_chip_params[id].path;
        const struct dv_kit_answer *a = answer_of(answer, path);
        if (!a || a->verdict != DV_KIT_FOUND)
            continue;
        dv_chip_number_text(dv_chip_params[id].unit, a->is, text, sizeof text);
        printf("%s: {v: %s, from: measured, src: \"silicon kit\"}",
               open_path(path, before, sizeof before), text);
        difference(a, dv_chip_params[id].unit);
    }
}

/* A row of the list when one of its halves was found. */
static void show_row(struct dv_chip *c, const struct dv_kit_answer *answer, unsigned i, bool *first)
{
    char path[96], head[48], each[48];

    if (answer[i].verdict != DV_KIT_FOUND || strncmp(dv_kit_numbers[i].path, "costs: ", 7) != 0)
        return;
    snprintf(path, sizeof path, "%s", dv_kit_numbers[i].path);
    if (strcmp(strrchr(path, ' '), " each") == 0) {
        strcpy(strrchr(path, ' '), " head");
        const struct dv_kit_answer *other = answer_of(answer, path);
        if (other && other->verdict == DV_KIT_FOUND)
            return; /* said with the head */
    }
    struct place at;
    if (!find(c, path, &at))
        return;
    strcpy(strrchr(path, ' '), " each");
    bool half = !answer_of(answer, path);
    if (*first)
        printf("costs:\n");
    *first = false;
    dv_chip_number_text(DV_PU_CYCLES, at.row->head, head, sizeof head);
    dv_chip_number_text(DV_PU_CYCLES, at.row->each, each, sizeof each);
    printf("  - {class: %s, ", dv_cost_names[at.row->cost]);
    if (at.row->type)
        printf("type: %s, ", dv_types[at.row->type].name);
    printf("head: %s, each: %s, from: measured, src: \"silicon kit%s\"}", head, each,
           half ? ", head" : "");
    difference(&answer[i], DV_PU_CYCLES);
}

static void show(struct dv_kit *k, const struct dv_kit_answer *answer)
{
    bool first = true;

    printf("# What the figures of the silicon kit say of the %s, printed by dv calibrate.\n",
           k->chip.name);
    printf("extends: \"%s\"\n", k->chip.name);
    show_params(answer);
    for (unsigned i = 0; i < dv_kit_number_count; i++)
        show_row(&k->chip, answer, i, &first);
    for (unsigned i = 0; i < dv_kit_number_count; i++)
        if (answer[i].verdict > DV_KIT_NO_FIGURE)
            printf("# %s: %s\n", dv_kit_numbers[i].path, why[answer[i].verdict]);
}

/* ---- the command ----------------------------------------------------------------------------- */

struct cli {
    const char *chip, *measured;
    bool list, questions;
    struct dv_run_set set[SETS];
    char *path[SETS];
    unsigned sets;
};

static int list(void)
{
    static const char *const of[] = {"cycles", "core", "task"};

    printf("| figure | kernel | arguments | blocks | caches | what |\n|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < dv_kit_figure_count; i++) {
        const struct dv_kit_figure *f = &dv_kit_figures[i];
        printf("| %s | %s.s | %s | %u | %s | %s |\n", f->id, f->kernel,
               f->args + strspn(f->args, " "), f->blocks, f->cold ? "cold" : "warm", of[f->of]);
    }
    printf("\n| number | from | which is |\n|---|---|---|\n");
    for (unsigned i = 0; i < dv_kit_number_count; i++)
        printf("| %s | %s | %s |\n", dv_kit_numbers[i].path, dv_kit_numbers[i].read,
               dv_kit_numbers[i].how);
    return 0;
}

static int read_figures(struct dv_kit *k, const char *file)
{
    json_t *values = dv_kit_load(file);
    int status = values ? dv_kit_read(k, file, values, NULL) : DV_EXIT_USAGE;

    json_decref(values);
    return status;
}

static int go(const struct cli *o)
{
    struct dv_kit k;
    struct dv_kit_answer *answer = calloc(dv_kit_number_count, sizeof *answer);
    int status = dv_kit_open(&k, o->chip, o->set, o->sets);

    if (!status && !answer)
        status = DV_EXIT_INTERNAL;
    if (!status)
        status = read_figures(&k, o->measured);
    if (!status) {
        dv_kit_solve(&k, answer);
        show(&k, answer);
    }
    dv_kit_free(&k);
    free(answer);
    return status;
}

static int take_set(struct cli *o, const char *value)
{
    const char *eq = strchr(value, '=');

    if (!eq || eq == value || !eq[1] || o->sets == SETS)
        return dv_usage("calibrate", "--set %.60s: expected PATH=VALUE, at most %d of them", value,
                        SETS);
    char *path = strndup(value, (size_t)(eq - value));
    if (!path)
        return DV_EXIT_INTERNAL;
    o->path[o->sets] = path;
    o->set[o->sets++] = (struct dv_run_set){path, eq + 1};
    return -1;
}

static int options(struct cli *o, int argc, char **argv)
{
    static const struct option list_of[] = {{"measured", required_argument, NULL, 'm'},
                                            {"chip", required_argument, NULL, 'c'},
                                            {"set", required_argument, NULL, 'p'},
                                            {"list", no_argument, NULL, 'l'},
                                            {"questions", no_argument, NULL, 'q'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int got, status = -1;

    opterr = 0;
    while (status < 0 && (got = getopt_long(argc, argv, ":h", list_of, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("calibrate");
        if (got == '?' || got == ':')
            return dv_bad_option("calibrate", list_of, got, argv);
        o->list |= got == 'l';
        o->questions |= got == 'q';
        if (got == 'm')
            o->measured = optarg;
        if (got == 'c')
            o->chip = optarg;
        if (got == 'p')
            status = take_set(o, optarg);
    }
    if (status < 0 && optind < argc)
        return dv_usage("calibrate", "'%.60s' is too much", argv[optind]);
    if (status < 0 && !o->measured && !o->list && !o->questions)
        return dv_usage("calibrate", "--measured FILE is missing");
    return status;
}

int dv_cmd_calibrate(int argc, char **argv)
{
    struct cli o = {.chip = NULL};
    int status = options(&o, argc, argv);

    if (status < 0)
        status = o.list ? list() : o.questions ? dv_kit_questions() : go(&o);
    for (unsigned i = 0; i < o.sets; i++)
        free(o.path[i]);
    return status;
}
