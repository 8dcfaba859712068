/* Host speed of the trace writer: events written per processor second, on one thread.
 *
 * Usage: bench-trace OBJECT FOLDER [EVENTS]. OBJECT comes from `dv as`; its kernel runs once with
 * its defaults, what a listener hears is kept and then written over and over, later each time, to
 * FOLDER (default 4 million events, about 1 GB; a folder in memory measures the writer alone). A
 * slice in the file of its core and one in the file of all are two events. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "emu/prof/vendor/vendor.h"
#include "emu/run/file.h"
#include "emu/run/run.h"

enum { KEPT = 20000 };

struct kept {
    struct dv_event e;
    uint64_t x[DV_SLOTS];
    struct dv_cost cost;
};

struct tape {
    struct kept *at;
    unsigned n;
};

static void hear(void *self, const struct dv_event *e)
{
    struct tape *t = self;
    struct kept *k = &t->at[t->n];
    bool own =
        e->kind == DV_EV_RETIRE ||
        (e->kind == DV_EV_SCALAR && (e->op->exec == DV_EXEC_SCALAR || e->op->pipe == DV_PIPE_S));
    if (t->n == KEPT || !own)
        return;
    k->e = *e;
    k->e.work = NULL;
    memcpy(k->x, e->x, sizeof k->x);
    k->e.x = k->x;
    if (e->cost)
        k->cost = *e->cost;
    k->e.cost = e->cost ? &k->cost : NULL;
    t->n++;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* others may run beside it */
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static dv_time last_of(const struct tape *t)
{
    dv_time last = 0;
    for (unsigned i = 0; i < t->n; i++)
        last = t->at[i].e.done > last ? t->at[i].e.done : last;
    return last;
}

static void shift(struct tape *t, dv_time by)
{
    for (unsigned i = 0; i < t->n; i++) {
        struct dv_event *e = &t->at[i].e;
        e->issue += by;
        e->start += by;
        e->end += by;
        e->done += by;
    }
}

/* Writes the tape until `events` slices stand in the files; returns how many. */
static uint64_t play(struct tape *t, const struct dv_prof_run *r, uint64_t events)
{
    const struct dv_prof_writer *w = &dv_write_traces;
    void *self = w->begin(r);
    dv_time round = last_of(t) + DV_CYCLE;
    uint64_t written = 0;
    for (; self && written < events; shift(t, round)) {
        for (unsigned i = 0; i < t->n; i++)
            w->event(self, &t->at[i].e);
        written += 2ull * t->n;
    }
    if (!self)
        return 0;
    w->end(self, r);
    w->drop(self);
    return written;
}

static int measure(struct tape *t, const struct dv_run *r, const char *path, uint64_t events)
{
    struct dv_diag d;
    dv_diag_init(&d);
    struct dv_folder *folder = dv_folder_open(path, false, NULL, &d);
    if (folder) {
        struct dv_prof_run run = {.machine = r->machine,
                                  .obj = r->obj,
                                  .kernel = r->kernel,
                                  .chip = &r->chip,
                                  .folder = folder};
        double start = seconds();
        uint64_t written = play(t, &run, events);
        double took = seconds() - start;
        if (!dv_folder_close(folder, true, &d))
            printf("trace_events: %llu\ntrace_events_per_second: %.0f\n",
                   (unsigned long long)written, (double)written / took);
    }
    if (d.code)
        fprintf(stderr, "%s\n", d.text);
    return d.code ? 2 : 0;
}

int main(int argc, char **argv)
{
    struct tape t = {calloc(KEPT, sizeof *t.at), 0};
    struct dv_listener listen = {&t, hear, 1u << DV_EV_RETIRE | 1u << DV_EV_SCALAR};
    struct dv_run_opts o = {.data_off = true};
    struct dv_obj *obj = NULL;
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    uint8_t *image;
    size_t n;
    int status = 2;
    dv_diag_init(&d);
    if (argc < 3 || !t.at || !r) {
        fprintf(stderr, "usage: bench-trace OBJECT FOLDER [EVENTS]\n");
        return 2;
    }
    if (!dv_file_read(argv[1], &image, &n, &d) && !dv_obj_read(image, n, argv[1], &obj, &d) &&
        !dv_run_prepare(r, &o, obj, 0, &d) && dv_machine_listen(r->machine, &listen) &&
        !dv_run_go(r, &d))
        status = measure(&t, r, argv[2], argc > 3 ? strtoull(argv[3], NULL, 0) : 4000000);
    if (d.code)
        fprintf(stderr, "%s\n", d.text);
    return status;
}
