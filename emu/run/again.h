/* The launch of a finished run once more, under other numbers of the chip: only its time counts. */
#ifndef DV_RUN_AGAIN_H
#define DV_RUN_AGAIN_H

#include "emu/core/chip.h"

struct dv_run;

struct dv_again {
    dv_time cycles; /* of the slowest core */
    dv_time end;    /* the last END, from the launch on */
};

struct dv_obj;

/* The same launch of r->obj, or of one like it, on another chip. `data`: with payload, for kernels
 * whose control depends on it; without, such a kernel is NODATA. One like it may take no longer. */
enum dv_err dv_run_again(const struct dv_run *r, const struct dv_obj *obj,
                         const struct dv_chip *chip, bool data, struct dv_again *out,
                         struct dv_diag *d);

#endif
