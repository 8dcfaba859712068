/* The memory system behind the MTEs and the fixpipe: one interface, emu/mem.h. Ours is the analytic
 * one (transfer.c); another may be plugged in. */
#ifndef DV_CORE_MEM_H
#define DV_CORE_MEM_H

#include "emu/core/time.h"
#include "emu/mem.h"

/* The analytic one: which lines of GM are in L2, the law of each core's own port, and what all
 * cores share (docs/timing.md). False when memory is out. */
bool dv_mem_new(const struct dv_chip *chip, struct dv_mem_backend *out);

#endif
