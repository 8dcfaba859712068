/* The runs of a sweep. Owns how a point becomes a launch and a launch a record, and the threads
 * that share the points. A launch is what dv run makes of the same arguments. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/cli/ranks.h"
#include "emu/cli/sweep.h"

/* ---- records as text ------------------------------------------------------------------------- */

/* Numbers that read back as they were; "-" = not known. */
static const char *exact(double v, char out[32])
{
    snprintf(out, 32, isnan(v) ? "-" : "%.17g", v);
    return out;
}

static double inexact(const char *text)
{
    return strcmp(text, "-") ? strtod(text, NULL) : NAN;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    return (h ^ v) * 0x9e3779b97f4a7c15ull ^ h >> 29;
}

static uint64_t shape_of(const struct dv_run *r)
{
    uint64_t h = 1;
    for (uint32_t i = 0; i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        for (unsigned k = 0; dv_arg_is_tensor(a) && k < a->param->dims; k++)
            h = mix(h, a->dim[k] + ((uint64_t)i << 56));
    }
    return h;
}

static char *record_ran(const struct dv_run *r)
{
    const struct dv_result *o = &r->result;
    char n[6][32], *text;
    double busy;
    const char *limiter = dv_summary_limiter(&o->sum, &busy);
    double macs = o->has_macs ? (double)o->mac_useful : NAN;
    int got = asprintf(&text,
                       "ok\t%" PRIu64 "\t%016" PRIx64 "\t%" PRIu64 "\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t"
                       "%s",
                       DV_P(&r->chip, clock), shape_of(r), o->sum.cycles, exact(o->time_us, n[0]),
                       exact(o->task_us, n[1]), exact(macs, n[2]), exact(o->mac_per_cycle, n[3]),
                       exact(o->pct_peak, n[4]), exact(busy, n[5]), limiter, o->bound);
    return got < 0 ? NULL : text;
}

static char *record_failed(const char *code, const struct dv_diag *d)
{
    char place[240] = "", *text;
    if (d->at.line > 0)
        snprintf(place, sizeof place, "%s:%d", d->at.file, d->at.line);
    if (asprintf(&text, "%s\t%s\t%s%s%s", code, place, d->text, *d->fix ? "; " : "", d->fix) < 0)
        return NULL;
    unsigned tabs = 0;
    for (char *p = text; *p; p++) /* what the user wrote may be in it */
        if ((*p == '\t' && ++tabs > 2) || *p == '\n' || *p == '\r')
            *p = ' ';
    return text;
}

/* Cuts text at tabs; the last field takes the rest. Returns how many there are. */
static unsigned cut(char *text, const char **field, unsigned most)
{
    unsigned n = 0;
    while (n < most) {
        char *tab = strchr(text, '\t');
        field[n++] = text;
        if (!tab || n == most)
            break;
        *tab = 0;
        text = tab + 1;
    }
    return n;
}

bool dv_record_read(struct dv_record *out, const char *text)
{
    enum { FIELDS = 12 };
    const char *f[FIELDS];
    memset(out, 0, offsetof(struct dv_record, store));
    snprintf(out->store, sizeof out->store, "%s", text);
    out->ran = !strncmp(text, "ok\t", 3);
    if (!out->ran) {
        if (cut(out->store, f, 3) != 3)
            return false;
        out->code = f[0];
        out->place = f[1];
        out->text = f[2];
        return true;
    }
    if (cut(out->store, f, FIELDS) != FIELDS)
        return false;
    out->clock = strtoull(f[1], NULL, 10);
    out->shape = strtoull(f[2], NULL, 16);
    out->cycles = strtoull(f[3], NULL, 10);
    double *const number[] = {&out->time_us,       &out->task_us,  &out->mac_useful,
                              &out->mac_per_cycle, &out->pct_peak, &out->busy};
    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        *number[i] = inexact(f[4 + i]);
    out->limiter = f[10];
    out->bound = f[11];
    return true;
}

/* ---- one point ------------------------------------------------------------------------------- */

/* What a thread needs; large, so not on its stack. */
struct worker {
    struct dv_run run;
    struct dv_chip chip;
    char *arg[DV_GRID_AXES];
    size_t args;
};

static void forget(struct worker *w)
{
    for (size_t i = 0; i < w->args; i++)
        free(w->arg[i]);
    w->args = 0;
}

static enum dv_err add_argument(struct worker *w, const struct dv_axis *a, const char *value,
                                struct dv_diag *d)
{
    if (asprintf(&w->arg[w->args], "%s=%s", a->name, value) < 0)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    w->args++;
    return DV_OK;
}

/* Options, arguments and chip of a point. */
static enum dv_err set_up(const struct dv_sweep *s, struct worker *w, uint64_t point,
                          struct dv_run_opts *o, struct dv_diag *d)
{
    const struct dv_grid *g = &s->grid;
    enum dv_err e = DV_OK;
    *o = s->c.o;
    w->chip = s->chip[dv_grid_index(g, s->chip_axis, point)];
    for (unsigned i = 0; !e && i < g->axes; i++) {
        const struct dv_axis *a = &g->axis[i];
        const char *value = a->value[dv_grid_index(g, i, point)];
        if (a->kind == DV_AXIS_SET)
            e = dv_chip_set(&w->chip, a->name, value, d);
        else if (a->kind == DV_AXIS_BLOCKS)
            o->blocks = (uint32_t)strtoul(value, NULL, 10);
        else if (a->kind == DV_AXIS_ARG)
            e = add_argument(w, a, value, d);
    }
    o->resolved = &w->chip;
    o->arg = (const char *const *)w->arg;
    o->args = w->args;
    o->notes = s->nowhere;
    return e;
}

/* Cycles are what is asked for here: .expect_cycles is not held against a point. */
static const struct dv_finding *first_error(const struct dv_result *o)
{
    for (unsigned i = 0; i < o->findings; i++)
        if (!strcmp(o->finding[i].severity, "error") && strcmp(o->finding[i].code, "CYCLES"))
            return &o->finding[i];
    return NULL;
}

static char *run_point(const struct dv_sweep *s, struct worker *w, uint64_t point)
{
    struct dv_run_opts o;
    struct dv_diag d;
    char *text;
    dv_diag_init(&d);
    memset(&w->run, 0, sizeof w->run);
    enum dv_err e = set_up(s, w, point, &o, &d);
    if (!e)
        e = dv_run_prepare(&w->run, &o, s->p.obj, s->p.id, &d);
    if (!e)
        e = dv_run_go(&w->run, &d);
    const struct dv_finding *f = e ? NULL : first_error(&w->run.result);
    if (e)
        text = record_failed(dv_err_name(e), &d);
    else
        text = f ? record_failed(f->code, &f->d) : record_ran(&w->run);
    dv_run_free(&w->run);
    forget(w);
    return text;
}

int dv_sweep_probe(struct dv_sweep *s)
{
    struct worker *w = calloc(1, sizeof *w);
    struct dv_run_opts o;
    struct dv_diag d;
    dv_diag_init(&d);
    if (!w) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    if (!set_up(s, w, 0, &o, &d))
        dv_run_prepare(&w->run, &o, s->p.obj, s->p.id, &d);
    s->kernel = w->run.kernel;
    dv_run_free(&w->run);
    forget(w);
    free(w);
    return s->kernel ? 0 : dv_show_diag(&d);
}

/* ---- sharing the points ---------------------------------------------------------------------- */

/* Up to `most` points nobody has begun. */
static size_t take(void *sweep, uint64_t *point, size_t most)
{
    struct dv_sweep *s = sweep;
    size_t n = 0;
    pthread_mutex_lock(&s->lock);
    uint64_t end = s->given ? s->givens : s->grid.points;
    for (; n < most && s->next < end && !s->broken; s->next++) {
        uint64_t p = s->given ? s->given[s->next] : s->next;
        if (!s->record[p])
            point[n++] = p;
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

static void keep(struct dv_sweep *s, uint64_t point, char *record)
{
    s->record[point] = record;
    s->done++;
    s->failed += strncmp(record, "ok\t", 3) != 0;
}

static void say_progress(struct dv_sweep *s)
{
    double now = dv_host_seconds();
    bool last = s->done == s->grid.points;
    if (!isatty(STDERR_FILENO) || (now - s->said < 0.2 && !last))
        return;
    s->said = now;
    fprintf(stderr, last ? "\r\033[K" : "\r%" PRIu64 " of %" PRIu64 " points", s->done,
            s->grid.points);
}

/* Owns record; NULL = no memory for it. */
static void put(struct dv_sweep *s, uint64_t point, char *record)
{
    pthread_mutex_lock(&s->lock);
    if (point < s->grid.points && record && !s->record[point]) {
        keep(s, point, record);
        if (!s->broken && !dv_journal_add(&s->journal, point, record))
            s->broken = errno ? errno : EIO;
        say_progress(s);
    } else {
        s->broken = s->broken || record ? s->broken : ENOMEM;
        free(record);
    }
    pthread_mutex_unlock(&s->lock);
}

bool dv_sweep_known(void *sweep, uint64_t point, const char *record)
{
    struct dv_sweep *s = sweep;
    struct dv_record r;
    if (point >= s->grid.points || !dv_record_read(&r, record))
        return false;
    char *own = s->record[point] ? NULL : strdup(record);
    if (own)
        keep(s, point, own);
    return s->record[point];
}

static void *work(void *sweep)
{
    struct dv_sweep *s = sweep;
    struct worker *w = calloc(1, sizeof *w);
    uint64_t point;
    if (!w)
        put(s, UINT64_MAX, NULL);
    while (w && take(s, &point, 1))
        put(s, point, run_point(s, w, point));
    free(w);
    return NULL;
}

static unsigned begin(struct dv_sweep *s, pthread_t thread[DV_SWEEP_JOBS], unsigned n)
{
    unsigned i = 0;
    while (i < n && !pthread_create(&thread[i], NULL, work, s))
        i++;
    return i;
}

/* Threads, the caller among them. */
static void work_together(struct dv_sweep *s)
{
    pthread_t thread[DV_SWEEP_JOBS];
    unsigned n = begin(s, thread, s->jobs - 1);
    work(s);
    for (unsigned i = 0; i < n; i++)
        pthread_join(thread[i], NULL);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* "POINT<tab>RECORD" lines of another rank. */
static void put_lines(void *sweep, const char *text, size_t n)
{
    const char *end;
    for (size_t at = 0; at < n && (end = memchr(text + at, '\n', n - at));
         at = (size_t)(end + 1 - text)) {
        char *tab;
        uint64_t point = strtoull(text + at, &tab, 10);
        put(sweep, point, *tab == '\t' ? strndup(tab + 1, (size_t)(end - tab - 1)) : NULL);
    }
}

static void serve_and_work(struct dv_sweep *s)
{
    const struct dv_ranks_desk desk = {s, take, put_lines};
    pthread_t thread[DV_SWEEP_JOBS];
    unsigned n = begin(s, thread, s->jobs);
    dv_ranks_serve(&desk);
    for (unsigned i = 0; i < n; i++)
        pthread_join(thread[i], NULL);
    work(s); /* what is left when no thread could begin */
}

/* Moves the record of a point to t; false when there is none. */
static bool hand_over(struct dv_sweep *s, uint64_t point, struct dv_text *t)
{
    char head[24], *record = s->record[point];
    if (!record)
        return false;
    snprintf(head, sizeof head, "%" PRIu64 "\t", point);
    t->failed |= !dv_bytes_add(&t->b, head, strlen(head)) ||
                 !dv_bytes_add(&t->b, record, strlen(record)) || !dv_bytes_add(&t->b, "\n", 1);
    s->record[point] = NULL;
    free(record);
    return !t->failed;
}

/* What a rank that is not 0 does with the points it was given. */
static char *run_given(void *sweep, const uint64_t *point, size_t points, size_t *n)
{
    struct dv_sweep *s = sweep;
    struct dv_text t = {.failed = false};
    s->given = point;
    s->givens = points;
    s->next = 0;
    work_together(s);
    for (size_t i = 0; i < points; i++)
        if (!hand_over(s, point[i], &t)) {
            free(t.b.p);
            return NULL;
        }
    *n = t.b.n;
    return (char *)t.b.p;
}

int dv_sweep_run(struct dv_sweep *s, unsigned ranks)
{
    if (ranks > 1 && dv_ranks_index())
        dv_ranks_work(s->jobs, run_given, s);
    else if (ranks > 1)
        serve_and_work(s);
    else
        work_together(s);
    if (!s->broken)
        return 0;
    dv_error("cannot go on: %s%s", strerror(s->broken),
             s->journal.fd < 0 ? "" : "; finished points are in the journal, go on with --resume");
    return DV_EXIT_USAGE;
}
