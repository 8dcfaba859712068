/* Runs the kernels of the silicon kit and reads what was measured with them. */
#include "emu/cli/kit.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/file.h"
#include "isa/embed.h"
#include "isa/near.h"

enum { ARGS = 12 };

/* ---- opening --------------------------------------------------------------------------------- */

static int load(struct dv_program *p, const char *kernel)
{
    const struct dv_embedded *f = dv_kit_files;
    char path[80];

    while (strcmp(f->name, kernel) != 0)
        f++;
    snprintf(path, sizeof path, "bench/silicon/%s.s", kernel);
    return dv_program_assemble(p, path, f->text, f->bytes);
}

static int chip_of(struct dv_chip *c, const char *name, const struct dv_run_set *set, unsigned sets)
{
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = dv_chip_load(name ? name : "910B1", c, &d);
    for (unsigned i = 0; !e && i < sets; i++)
        e = dv_chip_set(c, set[i].path, set[i].text, &d);
    if (!e && c->arch)
        e = dv_fail(&d, DV_E_CONFIG, "the kit is for dav-c220; '%s' has merged cores", c->name);
    return e ? dv_show_diag(&d) : 0;
}

int dv_kit_open(struct dv_kit *k, const char *chip, const struct dv_run_set *set, unsigned sets)
{
    unsigned n = dv_kit_figure_count;

    *k = (struct dv_kit){.program = calloc(n, sizeof *k->program),
                         .model = calloc(n, sizeof *k->model),
                         .measured = calloc(n, sizeof *k->measured)};
    if (!k->program || !k->model || !k->measured) {
        dv_error("out of memory");
        return DV_EXIT_USAGE;
    }
    for (unsigned i = 0; i < n; i++)
        k->model[i] = k->measured[i] = NAN;
    return chip_of(&k->chip, chip, set, sets);
}

void dv_kit_free(struct dv_kit *k)
{
    for (unsigned i = 0; k->program && i < dv_kit_figure_count; i++)
        dv_program_free(&k->program[i]);
    free(k->program);
    free(k->model);
    free(k->measured);
}

/* ---- running --------------------------------------------------------------------------------- */

/* The program of a figure's kernel; NULL = it does not assemble, which was said. */
static struct dv_program *program(struct dv_kit *k, unsigned figure)
{
    unsigned i = 0;

    while (strcmp(dv_kit_figures[i].kernel, dv_kit_figures[figure].kernel) != 0)
        i++;
    if (!k->program[i].obj && load(&k->program[i], dv_kit_figures[i].kernel))
        return NULL;
    return &k->program[i];
}

static double reached(const struct dv_run *r, const struct dv_chip *c, unsigned of)
{
    double mhz = (double)DV_P(c, clock) * 1e-6;

    if (of == DV_KIT_CYCLES)
        return (double)r->result.sum.cycles / DV_CYCLE;
    return (of == DV_KIT_CORE ? r->result.core_us : r->result.task_us) * mhz;
}

double dv_kit_run(struct dv_kit *k, const struct dv_chip *chip, unsigned figure, bool quiet)
{
    const struct dv_kit_figure *f = &dv_kit_figures[figure];
    struct dv_program *p = program(k, figure);
    char text[160], *rest = NULL;
    const char *arg[ARGS];
    struct dv_run_opts o = {.resolved = chip, .arg = arg, .blocks = f->blocks, .cold = f->cold};
    struct dv_run *r = p ? calloc(1, sizeof *r) : NULL;
    struct dv_diag d;
    double v = NAN;

    o.data_off = o.probe = true;
    snprintf(text, sizeof text, "%s", f->args);
    for (char *w = strtok_r(text, " ", &rest); w && o.args < ARGS; w = strtok_r(NULL, " ", &rest))
        arg[o.args++] = w;
    dv_diag_init(&d);
    if (!r)
        return v;
    if (!dv_run_prepare(r, &o, p->obj, p->id, &d) && !dv_run_go(r, &d))
        v = reached(r, chip, f->of);
    else if (!quiet)
        dv_show_diag(&d);
    dv_run_free(r);
    free(r);
    return v;
}

int dv_kit_run_all(struct dv_kit *k, bool only)
{
    int status = 0;

    for (unsigned i = 0; i < dv_kit_figure_count; i++) {
        if (only && isnan(k->measured[i]))
            continue;
        k->model[i] = dv_kit_run(k, &k->chip, i, false);
        if (isnan(k->model[i]))
            status = DV_EXIT_KERNEL;
    }
    return status;
}

/* ---- files ----------------------------------------------------------------------------------- */

int dv_kit_write(const struct dv_kit *k, const char *path)
{
    struct dv_json j = {0};

    dv_json_open(&j, NULL, '{');
    for (unsigned i = 0; i < dv_kit_figure_count; i++)
        if (!isnan(k->model[i]))
            dv_json_f64(&j, dv_kit_figures[i].id, k->model[i]);
    dv_json_close(&j, '}');
    dv_json_end(&j);
    int status = j.failed ? DV_EXIT_INTERNAL : dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

static const char *name_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < dv_kit_figure_count ? dv_kit_figures[i].id : NULL;
}

static int take(struct dv_kit *k, const char *file, const char *id, const json_t *v,
                unsigned *others)
{
    double cycles = json_is_number(v) ? json_number_value(v) : -1;
    unsigned i = dv_kit_find(id, strlen(id));

    if (i < dv_kit_figure_count && cycles >= 0 && isfinite(cycles)) {
        k->measured[i] = cycles;
        return 0;
    }
    if (i == dv_kit_figure_count && others) {
        ++*others;
        return 0;
    }
    const char *near = dv_nearest(id, strlen(id), 0, name_at, NULL);
    if (i < dv_kit_figure_count)
        dv_error("%.200s: '%.40s' must be a number of cycles", file, id);
    else
        dv_error("%.200s: no figure '%.40s' in the kit%s%s%s", file, id,
                 near ? "; did you mean '" : "; 'dv calibrate --list' lists them", near ? near : "",
                 near ? "'?" : "");
    return DV_EXIT_USAGE;
}

json_t *dv_kit_load(const char *file)
{
    struct dv_diag d;
    uint8_t *text;
    size_t n;
    json_error_t bad;

    dv_diag_init(&d);
    if (dv_file_read(file, &text, &n, &d)) {
        dv_show_diag(&d);
        return NULL;
    }
    json_t *all = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, &bad);
    free(text);
    if (json_is_object(all))
        return all;
    if (all)
        dv_error("%.200s: expected {\"FIGURE\": CYCLES, ..}", file);
    else
        dv_error("%.200s:%d:%d: %.200s", file, bad.line, bad.column, bad.text);
    json_decref(all);
    return NULL;
}

int dv_kit_read(struct dv_kit *k, const char *file, json_t *all, unsigned *others)
{
    const char *id;
    json_t *v;
    int status = 0;

    json_object_foreach(all, id, v) status = status ? status : take(k, file, id, v, others);
    return status;
}

bool dv_kit_any(const struct dv_kit *k)
{
    bool any = false;

    for (unsigned i = 0; i < dv_kit_figure_count; i++)
        any |= !isnan(k->measured[i]);
    return any;
}

void dv_kit_show(const struct dv_kit *k)
{
    printf("%-16s %12s %12s %8s\n", "kit", "measured", "modelled", "error %");
    for (unsigned i = 0; i < dv_kit_figure_count; i++) {
        double was = k->measured[i], is = k->model[i];
        if (isnan(was))
            continue;
        printf("%-16s %12.2f %12.2f", dv_kit_figures[i].id, was, is);
        if (was > 0 && !isnan(is))
            printf(" %8.2f\n", 100 * (is - was) / was);
        else
            printf(" %8s\n", "-");
    }
}
