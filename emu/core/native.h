/* Native mode: S of a core is host code that hands over one instruction at a time.
 *
 * Owns: the code table that grows as instructions are met, and the steps by which host code and the
 * chip loop take turns. Whose stack the host code runs on is the caller's. A word and the place
 * where it is written are one entry of the table, whose index is the pc divided by 4: everything
 * that looks at the code of a loaded program looks at that of a native one. There is no instruction
 * cache in this mode: nobody knows how long the scalar code between two instructions is. A
 * native machine is neither saved nor restored. */
#ifndef DV_CORE_NATIVE_H
#define DV_CORE_NATIVE_H

#include "emu/core/machine.h"

/* Called by the chip loop. */
struct dv_native {
    void *self;
    /* A block begins on a core: the next resume enters its kernel. Runs nothing. */
    void (*start)(void *self, unsigned core);
    /* Lets the kernel on a core go on; returns when a step says so, or at its end. */
    void (*resume)(void *self, unsigned core);
    /* Name of an entry for messages, NULL = none. */
    const char *(*name)(void *self, uint32_t op);
};

enum { DV_NATIVE_ROOM = 1 << 17, DV_NATIVE_FULL = UINT32_MAX };

/* In place of dv_machine_load. The object has an empty .text; it names files and lines, and must
 * outlive the machine. */
enum dv_err dv_machine_native(struct dv_machine *m, const struct dv_obj *obj,
                              const struct dv_native *n, struct dv_diag *d);

/* The next entry of the table; DV_NATIVE_FULL past DV_NATIVE_ROOM. */
uint32_t dv_native_op(struct dv_machine *m, uint32_t word);
/* As decoded; exec is UINT8_MAX for a word that is illegal on this chip. */
const struct dv_op *dv_native_decoded(const struct dv_machine *m, uint32_t op);

enum dv_native_step {
    DV_NATIVE_ON,   /* executed: host code goes on */
    DV_NATIVE_OVER, /* executed: back to the chip loop, then dv_native_seen and on */
    DV_NATIVE_STAY  /* S waits, or a fault: back to the chip loop, then the same step again */
};

/* One instruction on the core that resume was called for. Its registers x1..x4 (xd, xn, xm, xt) are
 * x; *out is x1 afterwards. */
enum dv_native_step dv_native_step(struct dv_machine *m, unsigned core, uint32_t op,
                                   const uint64_t x[DV_SLOTS], uint64_t *out);
/* Applies what is complete at the time of S: host code may look at GM. */
void dv_native_seen(struct dv_machine *m, unsigned core);
/* A fault of an entry that is not issued: after it, the same as after STAY. `operand` may be
 * NULL. */
void dv_native_fault(struct dv_machine *m, unsigned core, uint32_t op, enum dv_err code,
                     const char *operand, const char *text, const char *fix);
/* Kind of a core, enum dv_kind, its block, and which AIV of it the core is. */
unsigned dv_native_kind(const struct dv_machine *m, unsigned core);
uint32_t dv_native_block(const struct dv_machine *m, unsigned core);
unsigned dv_native_sub(const struct dv_machine *m, unsigned core);

#endif
