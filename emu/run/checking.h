/* The checker of a run: which tensors it knows, and its findings among those of the run. */
#ifndef DV_RUN_CHECKING_H
#define DV_RUN_CHECKING_H

#include "isa/diag.h"

struct dv_run;

/* Begins to listen when the run asks for it (opts.check); before the launch. */
enum dv_err dv_checking_start(struct dv_run *r, struct dv_diag *d);
/* After the run, also of one that faulted: adds what was found to r->result. */
enum dv_err dv_checking_finish(struct dv_run *r, struct dv_diag *d);

#endif
