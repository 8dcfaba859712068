/* Tells, while a launch runs, how far it is. */
#ifndef DV_RUN_PROGRESS_H
#define DV_RUN_PROGRESS_H

#include "isa/diag.h"

struct dv_run;
struct dv_run_opts;

/* How far a launch is, or a series of them. */
struct dv_progress {
    uint64_t cycles;  /* every core that still runs is there */
    double seconds;   /* of the host, so far */
    double share;     /* of the work that is done; 0 = not known */
    const char *what; /* of a series: what it is for; NULL = a launch */
    const char *name; /* of the launch that comes next, NULL = none */
    unsigned at, of;  /* its number, from 1; of how many */
    double start;     /* private */
};

/* dv_machine_run; with r->opts.progress in steps, and every few hundredths of a second it is told.
 * The result is the same. */
enum dv_err dv_progress_run(struct dv_run *r, struct dv_diag *d);

/* Before the next launch of a series, whose `what` and `of` are set. */
void dv_progress_next(const struct dv_run_opts *o, struct dv_progress *p, const char *name);

#endif
