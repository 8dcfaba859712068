/* Exploration: the same kernel under other legal schedules. The engine perturbs time from a seed
 * (emu/core/explore.h); what the kernel leaves in its out and inout tensors must not change by a
 * bit, and nothing may fault.
 *
 * Owns the series of runs and the first that differs. Assembles nothing and fills the inputs once:
 * every run begins with a copy of them. */
#ifndef DV_RUN_EXPLORE_H
#define DV_RUN_EXPLORE_H

#include "emu/run/run.h"

struct dv_explored {
    uint32_t runs;    /* perturbed runs done, at most n: it ends with the first that differs */
    bool differs;     /* one of them did .. */
    uint64_t seed;    /* .. the one of this seed, for dv_run_opts.explore_seed; 0 otherwise */
    bool base_failed; /* the undisturbed run faults: nothing was explored, finding says why */
    double seconds;   /* of the host, for all of it */
    struct dv_finding finding; /* EXPLORE, or the fault with the seed in its text; when either */
    char *picture;             /* of a DEADLOCK: the text of dv_machine_picture, else NULL */
};

/* Runs the kernel once undisturbed and then n times with the seeds S, S + 1 .. S + n - 1, S being
 * o->explore_seed, or o->seed (default 1) when that is 0; the seed 0 is passed over. Of o, what
 * names the program, chip, arguments, contents and blocks counts; it needs data. DV_OK also when a
 * run differs; an error in d is one of the options, the input or the host. */
enum dv_err dv_explore(const struct dv_run_opts *o, const struct dv_obj *obj, uint64_t build_id,
                       uint32_t n, struct dv_explored *out, struct dv_diag *d);
void dv_explored_free(struct dv_explored *e);

#endif
