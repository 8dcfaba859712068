/* Writers for viewers of other worlds; rows of the table of writers. */
#ifndef DV_PROF_ECOSYSTEM_H
#define DV_PROF_ECOSYSTEM_H

#include "emu/prof/writers.h"

extern const struct dv_prof_writer dv_write_stacks; /* callgrind.*, stacks.folded */
extern const struct dv_prof_writer
    dv_write_timeline; /* speedscope.json, trace.pftrace, pipes.vcd */

/* "aic0", "aiv12", "core3" of a merged core. Returns out. */
const char *dv_core_text(const struct dv_machine *m, unsigned core, char out[16]);
/* "flag", "queue_full" .. of a stall, "busy". */
const char *dv_span_text(unsigned what);

#endif
