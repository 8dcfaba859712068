/* Fixpipe conversions of a run of f32, with the bits of the plain ones in emu/sem/fix.c. */
#ifndef DV_SEM_FAST_FIX_H
#define DV_SEM_FAST_FIX_H

#include "isa/isa.h"

/* n elements from src to dst, neither aligned, not overlapping. */
typedef void (*dv_drain_fn)(uint8_t *dst, const uint8_t *src, unsigned n, bool relu);

/* For an output element DV_EL_F16, DV_EL_BF16; NULL when this host has none. */
dv_drain_fn dv_drain_fast(unsigned elem);

/* Chooses the conversions: those of the host, or what any host has. emu/sem/fix.c */
void dv_fix_choose(bool host);

#endif
