/* Results of a sweep: a table for people, CSV, and docs/schema/sweep.json. Owns which points are
 * compared with each other; nothing here depends on who ran a point, or when. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/chips/version.h"
#include "emu/cli/sweep.h"
#include "emu/run/version.h"

/* Points with the same shapes of tensors are one problem: only they are compared. */
struct ranking {
    uint32_t *problem; /* per point, from 0 in order of points; NONE = failed */
    double *best;      /* us, per problem */
    uint32_t problems;
};

#define NONE UINT32_MAX

/* One point with all that is told about it. */
struct row {
    struct dv_record r;
    uint32_t problem;
    double ratio; /* time over the best of its problem */
};

/* ---- problems -------------------------------------------------------------------------------- */

struct slot {
    uint64_t shape;
    uint32_t problem; /* + 1; 0 = empty */
};

static uint32_t problem_of(struct ranking *k, struct slot *table, uint64_t mask, uint64_t shape)
{
    uint64_t i = shape & mask;
    while (table[i].problem && table[i].shape != shape)
        i = (i + 1) & mask;
    if (!table[i].problem) {
        table[i] = (struct slot){shape, ++k->problems};
        k->best[k->problems - 1] = INFINITY;
    }
    return table[i].problem - 1;
}

static bool rank_points(const struct dv_sweep *s, struct ranking *k)
{
    uint64_t points = s->grid.points, size = 2;
    while (size < 2 * points)
        size *= 2;
    struct slot *table = calloc(size, sizeof *table);
    *k = (struct ranking){.problem = calloc(points, sizeof *k->problem),
                          .best = calloc(points, sizeof *k->best)};
    bool good = table && k->problem && k->best;
    for (uint64_t i = 0; good && i < points; i++) {
        struct dv_record r;
        good = dv_record_read(&r, s->record[i]);
        k->problem[i] = good && r.ran ? problem_of(k, table, size - 1, r.shape) : NONE;
        if (k->problem[i] != NONE)
            k->best[k->problem[i]] = fmin(k->best[k->problem[i]], r.time_us);
    }
    free(table);
    return good;
}

static void read_row(const struct dv_sweep *s, const struct ranking *k, uint64_t point,
                     struct row *out)
{
    dv_record_read(&out->r, s->record[point]);
    out->problem = k->problem[point];
    out->ratio = NAN;
    if (out->problem != NONE && k->best[out->problem] > 0)
        out->ratio = out->r.time_us / k->best[out->problem];
}

static const char *value_at(const struct dv_grid *g, unsigned axis, uint64_t point)
{
    return g->axis[axis].value[dv_grid_index(g, axis, point)];
}

static uint64_t whole_cycles(const struct dv_record *r)
{
    return (r->cycles + DV_CYCLE - 1) / DV_CYCLE;
}

/* ---- table ----------------------------------------------------------------------------------- */

enum { FIGURES = 5, CELL = 64 };

struct table {
    int wide[DV_GRID_AXES + FIGURES];
    bool has_macs;
};

static const char *const figure_names[FIGURES] = {"cycles", "us", "limiter", "MAC/cycle", "x best"};

static void figure_cells(const struct row *w, char cell[FIGURES][CELL])
{
    const struct dv_record *r = &w->r;
    bool none = !strcmp(r->limiter, "none");
    snprintf(cell[0], CELL, "%" PRIu64, whole_cycles(r));
    snprintf(cell[1], CELL, "%.3f", r->time_us);
    snprintf(cell[2], CELL, none ? "%s" : "%s %.1f %%", r->limiter, r->busy);
    snprintf(cell[3], CELL, isnan(r->mac_per_cycle) ? "-" : "%.1f", r->mac_per_cycle);
    snprintf(cell[4], CELL, "%.3f", w->ratio);
}

static void widen(int *wide, const char *text)
{
    int n = (int)strlen(text);
    *wide = n > *wide ? n : *wide;
}

static void measure(const struct dv_sweep *s, const struct ranking *k, struct table *t)
{
    char cell[FIGURES][CELL];
    memset(t, 0, sizeof *t);
    for (unsigned a = 0; a < s->grid.axes; a++) {
        widen(&t->wide[a], s->grid.axis[a].name);
        for (size_t v = 0; v < s->grid.axis[a].n; v++)
            widen(&t->wide[a], s->grid.axis[a].value[v]);
    }
    for (unsigned f = 0; f < FIGURES; f++)
        widen(&t->wide[DV_GRID_AXES + f], figure_names[f]);
    for (uint64_t i = 0; i < s->grid.points; i++) {
        struct row w;
        read_row(s, k, i, &w);
        if (!w.r.ran)
            continue;
        figure_cells(&w, cell);
        t->has_macs |= !isnan(w.r.mac_per_cycle);
        for (unsigned f = 0; f < FIGURES; f++)
            widen(&t->wide[DV_GRID_AXES + f], cell[f]);
    }
}

/* Words stand left, numbers right. */
static void print_figures(const struct table *t, const char *const cell[FIGURES])
{
    for (unsigned f = 0; f < FIGURES; f++)
        if (f == 2)
            printf("  %-*s", t->wide[DV_GRID_AXES + f], cell[f]);
        else if (f != 3 || t->has_macs)
            printf("  %*s", t->wide[DV_GRID_AXES + f], cell[f]);
    putchar('\n');
}

static void print_head(const struct dv_sweep *s, const struct table *t)
{
    for (unsigned a = 0; a < s->grid.axes; a++)
        if (s->grid.axis[a].n > 1)
            printf("%*s  ", t->wide[a], s->grid.axis[a].name);
    print_figures(t, figure_names);
}

static void print_row(const struct dv_sweep *s, const struct table *t, const struct row *w,
                      uint64_t point)
{
    char cell[FIGURES][CELL];
    const char *text[FIGURES];
    for (unsigned a = 0; a < s->grid.axes; a++)
        if (s->grid.axis[a].n > 1)
            printf("%*s  ", t->wide[a], value_at(&s->grid, a, point));
    if (!w->r.ran) {
        printf("  %s: %s%s%s\n", w->r.code, w->r.place, *w->r.place ? ": " : "", w->r.text);
        return;
    }
    figure_cells(w, cell);
    for (unsigned f = 0; f < FIGURES; f++)
        text[f] = cell[f];
    print_figures(t, text);
}

static void print_chips(const struct dv_sweep *s)
{
    const struct dv_axis *a = &s->grid.axis[s->chip_axis];
    for (size_t i = 0; i < a->n; i++)
        printf("%s%s at %.6g MHz", i ? ", " : "", s->chip[i].name,
               (double)DV_P(&s->chip[i], clock) * 1e-6);
}

static void print_title(const struct dv_sweep *s)
{
    printf("%s, %" PRIu64 " point%s, %s cache, data %s, ", s->kernel->name, s->grid.points,
           s->grid.points == 1 ? "" : "s", s->c.o.cold ? "cold" : "warm",
           s->c.o.data_off ? "off" : "on");
    print_chips(s);
    putchar('\n');
    for (unsigned a = 0, n = 0; a < s->grid.axes; a++)
        if (s->grid.axis[a].n == 1 && a != s->chip_axis)
            printf("%s%s=%s", n++ ? " " : "with ", s->grid.axis[a].name, s->grid.axis[a].value[0]);
    for (unsigned a = 0; a < s->grid.axes; a++)
        if (s->grid.axis[a].n == 1 && a != s->chip_axis) {
            putchar('\n');
            break;
        }
}

static void print_table(const struct dv_sweep *s, const struct ranking *k)
{
    struct table t;
    measure(s, k, &t);
    print_title(s);
    print_head(s, &t);
    for (uint64_t i = 0; i < s->grid.points; i++) {
        struct row w;
        read_row(s, k, i, &w);
        print_row(s, &t, &w, i);
    }
    if (k->problems > 1)
        printf("x best: against the fastest point with the same shapes (%" PRIu32 " problems)\n",
               k->problems);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add(struct dv_text *t, const char *fmt, ...)
{
    char text[4200];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    t->failed |= n < 0 || n >= (int)sizeof text || !dv_bytes_add(&t->b, text, (size_t)n);
}

/* RFC 4180: quotes where a comma or a quote is in the text. */
static void add_quoted(struct dv_text *t, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        t->failed |= !dv_bytes_add(&t->b, text, strlen(text));
        return;
    }
    add(t, "\"");
    for (; *text; text++)
        add(t, *text == '"' ? "\"\"" : "%c", *text);
    add(t, "\"");
}

static void add_number(struct dv_text *t, double v)
{
    char text[32];
    add(t, ",%s", isnan(v) ? "" : dv_json_number(v, text));
}

static void add_csv_row(struct dv_text *t, const struct dv_sweep *s, const struct row *w,
                        uint64_t point)
{
    const struct dv_record *r = &w->r;
    add(t, "%" PRIu64, point);
    for (unsigned a = 0; a < s->grid.axes; a++) {
        add(t, ",");
        add_quoted(t, value_at(&s->grid, a, point));
    }
    if (!r->ran) {
        add(t, ",,,,,,,,,,,,,%s,", r->code);
        add_quoted(t, r->place);
        add(t, ",");
        add_quoted(t, r->text);
        add(t, "\n");
        return;
    }
    add_number(t, (double)r->clock * 1e-6);
    add(t, ",%" PRIu64, whole_cycles(r));
    add_number(t, r->time_us);
    add_number(t, r->task_us);
    add(t, ",%s", r->limiter);
    add_number(t, r->busy);
    add_number(t, r->mac_useful);
    add_number(t, r->mac_per_cycle);
    add_number(t, r->pct_peak);
    add(t, ",%" PRIu32, w->problem);
    add_number(t, w->ratio);
    add(t, ",");
    add_quoted(t, r->bound);
    add(t, ",,,\n");
}

static int write_csv(const struct dv_sweep *s, const struct ranking *k)
{
    struct dv_text t = {.failed = false};
    add(&t, "point");
    for (unsigned a = 0; a < s->grid.axes; a++) {
        add(&t, ",");
        add_quoted(&t, s->grid.axis[a].name);
    }
    add(&t, ",clock_mhz,cycles,time_us,task_us,limiter,busy_pct,mac_useful,mac_per_cycle,pct_peak,"
            "problem,ratio,bound,error,place,message\n");
    for (uint64_t i = 0; i < s->grid.points; i++) {
        struct row w;
        read_row(s, k, i, &w);
        add_csv_row(&t, s, &w, i);
    }
    int status = dv_text_write(&t, s->csv);
    free(t.b.p);
    return status;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_identity(struct dv_json *j, const struct dv_sweep *s)
{
    char id[20];
    const struct dv_run_opts *o = &s->c.o;
    dv_json_text(j, "schema", "dv.sweep/1");
    dv_json_open(j, "dv", '{');
    dv_json_text(j, "version", DV_VERSION);
    dv_json_text(j, "commit", DV_COMMIT);
    dv_json_close(j, '}');
    dv_json_open(j, "model", '{');
    dv_json_text(j, "version", DV_MODEL_VERSION);
    dv_json_open(j, "chips", '[');
    for (size_t i = 0; i < s->grid.axis[s->chip_axis].n; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "chip", s->chip[i].name);
        dv_json_f64(j, "clock_mhz", (double)DV_P(&s->chip[i], clock) * 1e-6);
        dv_json_text(j, "chip_file_sha256", s->chip[i].sha256);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    dv_json_close(j, '}');
    dv_json_text(j, "kernel", s->kernel->name);
    snprintf(id, sizeof id, "%016" PRIx64, s->p.id);
    dv_json_text(j, "build_id", id);
    dv_json_u64(j, "seed", o->has_seed ? o->seed : 1);
    dv_json_text(j, "cache", o->cold ? "cold" : "warm");
    dv_json_text(j, "acc", dv_acc_names[o->acc]);
    dv_json_bool(j, "data", !o->data_off);
}

static void write_axes(struct dv_json *j, const struct dv_grid *g)
{
    dv_json_open(j, "axes", '[');
    for (unsigned a = 0; a < g->axes; a++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "kind", dv_axis_kinds[g->axis[a].kind]);
        dv_json_text(j, "name", g->axis[a].name);
        dv_json_open(j, "values", '[');
        for (size_t v = 0; v < g->axis[a].n; v++)
            dv_json_text(j, NULL, g->axis[a].value[v]);
        dv_json_close(j, ']');
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void write_figures(struct dv_json *j, const struct row *w)
{
    const struct dv_record *r = &w->r;
    dv_json_f64(j, "clock_mhz", (double)r->clock * 1e-6);
    dv_json_u64(j, "cycles", whole_cycles(r));
    dv_json_f64(j, "time_us", r->time_us);
    dv_json_f64(j, "task_us", r->task_us);
    dv_json_text(j, "limiter", r->limiter);
    dv_json_f64(j, "busy_pct", r->busy);
    dv_json_text(j, "bound", r->bound);
    dv_json_f64(j, "mac_useful", r->mac_useful);
    dv_json_f64(j, "mac_per_cycle", r->mac_per_cycle);
    dv_json_f64(j, "pct_peak", r->pct_peak);
    dv_json_u64(j, "problem", w->problem);
    dv_json_f64(j, "ratio", w->ratio);
    dv_json_null(j, "error");
}

static void write_nothing(struct dv_json *j, const struct dv_record *r)
{
    static const char *const keys[] = {"clock_mhz",     "cycles",   "time_us", "task_us",
                                       "limiter",       "busy_pct", "bound",   "mac_useful",
                                       "mac_per_cycle", "pct_peak", "problem", "ratio"};
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
        dv_json_null(j, keys[i]);
    dv_json_open(j, "error", '{');
    dv_json_text(j, "code", r->code);
    dv_json_text(j, "place", *r->place ? r->place : NULL);
    dv_json_text(j, "message", r->text);
    dv_json_close(j, '}');
}

static void write_point(struct dv_json *j, const struct dv_sweep *s, const struct row *w,
                        uint64_t point)
{
    dv_json_open(j, NULL, '{');
    dv_json_u64(j, "point", point);
    dv_json_open(j, "values", '[');
    for (unsigned a = 0; a < s->grid.axes; a++)
        dv_json_text(j, NULL, value_at(&s->grid, a, point));
    dv_json_close(j, ']');
    if (w->r.ran)
        write_figures(j, w);
    else
        write_nothing(j, &w->r);
    dv_json_close(j, '}');
}

static int write_json(const struct dv_sweep *s, const struct ranking *k)
{
    struct dv_json j = {0};
    int status = DV_EXIT_INTERNAL;
    dv_json_open(&j, NULL, '{');
    write_identity(&j, s);
    write_axes(&j, &s->grid);
    dv_json_open(&j, "points", '[');
    for (uint64_t i = 0; i < s->grid.points; i++) {
        struct row w;
        read_row(s, k, i, &w);
        write_point(&j, s, &w, i);
    }
    dv_json_close(&j, ']');
    dv_json_u64(&j, "failed", s->failed);
    dv_json_close(&j, '}');
    dv_json_end(&j);
    if (j.failed)
        dv_error("out of memory while writing JSON");
    else
        status = dv_write_text(s->json, j.p, j.n);
    dv_json_free(&j);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool on_stdout(const char *path)
{
    return path && !strcmp(path, "-");
}

static void say_failed(const struct dv_sweep *s)
{
    struct dv_record r = {.ran = true};
    for (uint64_t i = 0; r.ran && i < s->grid.points; i++)
        dv_record_read(&r, s->record[i]);
    dv_error("%" PRIu64 " of %" PRIu64 " points failed, the first with %s: %s%s%s", s->failed,
             s->grid.points, r.code, r.place, *r.place ? ": " : "", r.text);
}

int dv_sweep_show(const struct dv_sweep *s)
{
    struct ranking k;
    int status = 0;
    if (!rank_points(s, &k)) {
        dv_error("out of memory");
        status = DV_EXIT_INTERNAL;
    }
    if (!status && !s->c.quiet && !on_stdout(s->csv) && !on_stdout(s->json))
        print_table(s, &k);
    if (!status && s->csv)
        status = write_csv(s, &k);
    if (!status && s->json)
        status = write_json(s, &k);
    if (!status && s->failed) {
        say_failed(s);
        status = DV_EXIT_KERNEL;
    }
    free(k.problem);
    free(k.best);
    return status;
}
