/* What stands between the machine and its memory system: one that was plugged in (emu/mem.h), and
 * a trace of what it was asked for. */
#ifndef DV_RUN_MEMORY_H
#define DV_RUN_MEMORY_H

#include "emu/core/machine.h"

struct dv_memory;

enum dv_trace_format { DV_TRACE_CSV, DV_TRACE_RAMULATOR, DV_TRACE_DRAMSIM3 };

/* Puts a memory system behind the moves of a machine that was not launched yet. plugin: a shared
 * object, NULL = our own; trace: FILE[:csv|ramulator|dramsim3], NULL = none, of launch number
 * `launch` alone. CONFIG or IO when it cannot; free it when the machine is gone. */
enum dv_err dv_memory_attach(struct dv_memory **out, struct dv_machine *m, const char *plugin,
                             const char *trace, uint32_t launch, struct dv_diag *d);
/* The launches are over: CONFIG when the plug-in broke the rules of emu/mem.h, IO when the trace
 * could not be written. */
enum dv_err dv_memory_end(struct dv_memory *t, struct dv_diag *d);
void dv_memory_free(struct dv_memory *t);

/* "analytic", or what the plug-in calls itself. */
const char *dv_memory_name(const struct dv_memory *t);

#endif
