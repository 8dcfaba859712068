/* What `dv prof -o DIR` writes: a table of writers that hear one run.
 *
 * begin  before the run: open streams, make room; NULL in *self = nothing to do for this run
 * event  during the run; only kinds asked for, of a writer of a trace only what its window holds
 * passed the rest of them, for what hangs together with it
 * end    after a run that ended without a fault: write the rest
 * drop   always last: give memory back (files close themselves)
 * Errors of files and of memory stick to the folder (sink.h); a writer goes on all the same. */
#ifndef DV_PROF_WRITERS_H
#define DV_PROF_WRITERS_H

#include "emu/core/machine.h"
#include "emu/prof/sink.h"
#include "emu/prof/summary.h"

/* What a trace holds of a run. All zero: everything. */
struct dv_trace_window {
    dv_time from, to; /* what lies in it at least in part; to 0 = no end */
    uint64_t every;   /* 0 and 1: all; else one in so many items a pipe, without flags */
    const char *roi;  /* what stands in this region, NULL = anywhere */
};

/* A run as writers see it. The last part is there at `end`. */
struct dv_prof_run {
    const struct dv_machine *machine;
    const struct dv_obj *obj;
    const struct dv_kernel *kernel;
    uint32_t kernel_no; /* whose names: index + 1 */
    const struct dv_chip *chip;
    uint32_t blocks;
    const char *source; /* as the user named it */
    const char *args;   /* "m=512 n=512", values that were used */
    struct dv_trace_window window;
    struct dv_folder *folder;

    const struct dv_summary *sum;
    double time_us, task_us; /* NaN without time */
    const char *json;        /* the document of dv prof --json, json_bytes long; NULL = none */
    size_t json_bytes;
};

struct dv_prof_writer {
    const char *name;
    const char *makes; /* files, as messages and the manual name them */
    uint32_t kinds;    /* mask of 1 << enum dv_event_kind */
    bool trace;        /* the window applies */
    void *(*begin)(const struct dv_prof_run *r);
    void (*event)(void *self, const struct dv_event *e);
    void (*passed)(void *self, const struct dv_event *e); /* not in the window; NULL = not told */
    void (*end)(void *self, const struct dv_prof_run *r);
    void (*drop)(void *self);
};

extern const struct dv_prof_writer *const dv_prof_writers[]; /* NULL past the end */
extern const struct dv_prof_writer dv_write_document;        /* document.c: run.json */

/* Every file that writers make, of any run. Marks: no other program writes these. */
extern const struct dv_earlier_files dv_prof_files;

struct dv_writing;
/* Begins all writers and listens to the machine; r and its folder must outlive it. CONFIG in d:
 * no such region; MEMORY. */
struct dv_writing *dv_writing_begin(const struct dv_prof_run *r, struct dv_machine *m,
                                    struct dv_diag *d);
/* True when nothing that ran so far was in the window. */
bool dv_writing_is_empty(const struct dv_writing *w);
/* After the run. `ended`: it ended without a fault. */
void dv_writing_end(struct dv_writing *w, const struct dv_prof_run *r, bool ended);

#endif
