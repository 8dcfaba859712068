/* One matrix product, resolved to host addresses, and the ways to compute it.
 *
 * Every way gives the same bits (docs/numerics.md): per element one chain over ascending k, one
 * rounding a step, NaN canonical when stored. */
#ifndef DV_SEM_FAST_CUBE_H
#define DV_SEM_FAST_CUBE_H

#include "isa/isa.h"

/* C[i][j] of valid rows and columns; the rest of a fractal keeps its bytes. */
struct dv_mmad {
    uint8_t elem;     /* of A and B: DV_EL_F16, DV_EL_BF16 or DV_EL_F32 */
    bool init;        /* chains start from +0, else from C */
    bool vector;      /* A is one contiguous row (m = 1) */
    unsigned m, k, n; /* elements, none 0 */
    unsigned a_pitch; /* fractals of 512 B from one fractal row of A to the next */
    const uint8_t *a; /* ZZ */
    const uint8_t *b; /* ZN */
    uint8_t *c;       /* NZ, f32 */
};

typedef void (*dv_mmad_fn)(const struct dv_mmad *p);

/* Element by element; the definition. emu/sem/cube.c */
void dv_mmad_plain(const struct dv_mmad *p);

/* Vectors of the compiler, on any host. emu/sem/fast/portable.c */
void dv_mmad_portable(const struct dv_mmad *p);

/* Ways this host can run, best first, "portable" last; NULL past it. *name is "avx512", "avx2",
 * "portable". */
dv_mmad_fn dv_mmad_tier(unsigned i, const char **name);

#endif
