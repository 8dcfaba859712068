/* What a kernel asks to be watched: .assert .print .dump, regions and their expected cycles, and
 * which findings it allows.
 *
 * Owns the listener that meets these directives when S reaches their instruction, the text they
 * write and the findings ASSERT and CYCLES. The run itself is the same with and without it. */
#ifndef DV_RUN_WATCH_H
#define DV_RUN_WATCH_H

#include "emu/run/marks.h"

struct dv_run;
struct dv_watch;

enum {
    DV_WATCH_LINES = 10000
}; /* lines that .print and .dump write at most, then one that says so */

/* Begins to listen when the kernel has anything to watch (*r->watch stays NULL otherwise). Before
 * the launch. OBJECT when a record of the object is malformed. */
enum dv_err dv_watch_start(struct dv_run *r, struct dv_diag *d);
/* Turns what was seen into findings of r->result. After the run, also of one that faulted. */
void dv_watch_finish(struct dv_run *r);
/* Region i; false past the end, also without a watch. */
bool dv_watch_mark(const struct dv_run *r, unsigned i, struct dv_mark_sum *out);
void dv_watch_free(struct dv_watch *w); /* NULL allowed */

#endif
