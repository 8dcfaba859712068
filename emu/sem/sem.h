/* Meanings: what an instruction does to registers and memory. No time, no queues, no faults for
 * items. One file a family; lane functions and tables inside them. */
#ifndef DV_SEM_SEM_H
#define DV_SEM_SEM_H

#include "emu/core/work.h"

/* Effect of a queued item, applied at its completion. Everything was checked at dispatch. */
typedef void (*dv_sem_fn)(const struct dv_work *w);
/* Scalar instruction: DV_OK, or RANGE/ILLEGAL/LIMIT with s->why set. Register-only. */
typedef enum dv_err (*dv_scalar_fn)(struct dv_scalar *s, const struct dv_op *op);

/* Indexed by DV_SEM_* and DV_SCALAR_*; a missing function is a link error. */
extern const dv_sem_fn dv_sem[];
extern const dv_scalar_fn dv_scalar[];
#define X(name) void dv_sem_##name(const struct dv_work *);
DV_SEM_LIST(X)
#undef X
#define X(name) enum dv_err dv_scalar_##name(struct dv_scalar *, const struct dv_op *);
DV_SCALAR_LIST(X)
#undef X

/* The first element of a gather whose offset leads out of its buffer, or to no multiple of its
 * size: found only when memory holds the offsets. */
struct dv_stray {
    uint32_t element; /* number in the instruction */
    uint32_t bytes;
    uint64_t offset, address, base, end; /* base..end is where it may lie */
    bool aligned;                        /* it is out of bounds, else misaligned */
};
bool dv_sem_stray(const struct dv_work *w, struct dv_stray *s);

/* True when an item of this instruction can change nothing but memory and live SPRs in ways that
 * data-free timing may skip; false for the few whose result steers the machine. */
bool dv_sem_is_payload(const struct dv_insn *in);

/* Of an MMAD: steps (a fractal of A and one of B) in *steps; returns those of which one is all
 * zero. */
uint64_t dv_sem_zero_steps(const struct dv_work *w, uint64_t *steps);

/* Builds tables (f16 functions, SIMD dispatch) once; call before the first item. Idempotent. */
void dv_sem_init(void);

/* Name of the SIMD tier in use: "avx512", "avx2", "portable". */
const char *dv_sem_simd(void);
/* From now on the fast paths use this tier of the host, for tests of all of them; false when it has
 * no such tier. */
bool dv_sem_choose(const char *tier);

#endif
