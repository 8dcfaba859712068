/* What the scalar arithmetic lends to the jumps: one comparison for CMP, CMPN and JUMPCMP. */
#ifndef DV_SEM_FLOW_H
#define DV_SEM_FLOW_H

#include "emu/sem/sem.h"

/* Does `a cc b` hold? cc is DV_V_cc_*, type DV_T_s64, DV_T_u64 or DV_T_f32 (low halves). */
bool dv_scalar_holds(unsigned cc, uint8_t type, uint64_t a, uint64_t b);

#endif
