/* Published figures about a chip, as claims.yaml lists them. What they are worth is computed by
 * whoever prints them. */
#ifndef DV_CHIPS_CLAIM_H
#define DV_CHIPS_CLAIM_H

#include "isa/diag.h"

struct dv_claim {
    char figure[64]; /* "320 TFLOPS fp16" */
    char src[32];
    char says[160]; /* verdict in words */
    uint64_t giga;  /* 10^9 operations a second, 0 = not such a rate */
    uint64_t macs;  /* products of one core and cycle it counts .. */
    uint64_t lanes; /* .. or, not 0, operations of one vector unit and cycle */
    uint64_t dies;
    uint64_t bytes; /* bytes a second, 0 = not such a rate .. */
    char each[16];  /* .. and the number of the chip that gives them: "mem.rate", "l2.read" */
    uint64_t watts; /* 0 = not a power */
};

enum { DV_CLAIMS = 24 };

/* Claims about the built-in chip `name` in file order, at most DV_CLAIMS; *n receives their
 * number. */
enum dv_err dv_claims(const char *name, struct dv_claim *out, unsigned *n, struct dv_diag *d);

#endif
