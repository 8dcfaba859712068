/* How far the cycles of a run move when the numbers of the chip move inside their ranges. */
#ifndef DV_RUN_UNCERTAINTY_H
#define DV_RUN_UNCERTAINTY_H

#include "emu/core/chip.h"

struct dv_run;

/* Whole cycles of the run with one number at the low and at the high end of its range. */
struct dv_effect {
    uint16_t number; /* DV_CP_* */
    uint64_t low, high;
};

struct dv_uncertainty {
    bool known;
    uint64_t cycles;                          /* with every number as the chip says */
    uint64_t low, high;                       /* all effects together */
    struct dv_effect by[DV_CHIP_PARAM_COUNT]; /* numbers that move the cycles, largest move first */
    unsigned n;
    unsigned runs; /* simulated for this */
};

/* Sorts by[] and adds the moves up: low and high are `cycles` minus and plus the root of the sum of
 * the squares of the moves in that direction, each number counted with its larger move. */
void dv_uncertainty_combine(struct dv_uncertainty *u);

/* True when no time of a finished run can depend on the number, as far as the units that worked
 * say. */
bool dv_uncertainty_skips(const struct dv_run *r, unsigned number);

/* Runs the kernel of a finished run again without data, twice a number that has a range, and fills
 * *out. NODATA when the kernel needs data; any other fault is that of the run under the number that
 * its text names. `all` tries also what dv_uncertainty_skips names. */
enum dv_err dv_uncertainty_take(struct dv_uncertainty *out, const struct dv_run *r, bool all,
                                struct dv_diag *d);

/* "-3.1 % .. +4.0 % by the ranges of 14 numbers; largest: core.gm_l1.rate". Returns out. */
const char *dv_uncertainty_text(const struct dv_uncertainty *u, char *out, size_t size);

#endif
