/* What if: the launch again with one thing idealised at a time, and the time that saves. */
#ifndef DV_RUN_IDEAL_H
#define DV_RUN_IDEAL_H

#include "emu/core/chip.h"

struct dv_run;

enum { DV_IDEALS = 48 };

struct dv_ideal {
    const char *name;  /* "queues", "bursts", "rate GM->L1", "unit MTE2" */
    const char *means; /* what the kernel would have to do, in a few words */
    bool limit;        /* a rate or a unit is infinitely fast: a limit, not a repair */
    bool aside;        /* the launch, unless it takes longer than the cores: it stands last */
    bool faults;       /* the kernel does not run that way; text says why */
    char text[160];
    dv_time saved; /* the last core ends so much earlier */
};

struct dv_ideals {
    dv_time end, task; /* of the last core, from the launch on; with what the launch takes */
    struct dv_ideal row[DV_IDEALS];
    unsigned n; /* without what saves nothing */
    unsigned runs;
};

/* Runs the kernel of a finished run again for every row that can matter. Most saved
 * comes first; an infinite rate counts with two thirds, an infinitely fast unit with half.
 * MEMORY only;
 * a row that faults says so. */
enum dv_err dv_ideals_take(struct dv_ideals *out, const struct dv_run *r, struct dv_diag *d);

#endif
