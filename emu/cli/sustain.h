/* What the emulator itself reaches with the kernels of kernels/micro on all cores of a chip. */
#ifndef DV_CLI_SUSTAIN_H
#define DV_CLI_SUSTAIN_H

#include "emu/chips/claim.h"
#include "emu/core/chip.h"

struct dv_sustain {
    const char *name;     /* "cube f16" */
    const char *unit;     /* "TFLOPS" */
    double got, computed; /* of one die */
    char published[64];   /* figures of claims.yaml for it, "-" = none */
};
enum { DV_SUSTAINS = 8 };

/* Bytes a cycle that all cores together read from L2. */
double dv_l2_per_cycle(const struct dv_chip *c);
/* Runs them now: out[0..*n). Returns 0 or the exit status, having said why. */
int dv_sustain(const struct dv_chip *c, const struct dv_claim *claim, unsigned claims,
               struct dv_sustain out[DV_SUSTAINS], unsigned *n);

#endif
