/* Callgrind profiles: positions are lines, or instructions and lines. */
#ifndef DV_PROF_ECOSYSTEM_CALLGRIND_H
#define DV_PROF_ECOSYSTEM_CALLGRIND_H

#include "emu/prof/ecosystem/stack.h"
#include "emu/prof/ecosystem/sums.h"
#include "emu/prof/writers.h"

/* callgrind.out.line and callgrind.out.instr from sorted sums. */
void dv_callgrind_write(const struct dv_prof_run *r, struct dv_stacks *s, const struct dv_sums *t);

#endif
