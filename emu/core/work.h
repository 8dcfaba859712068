/* What an instruction sees: its snapshot and the memories. The only thing semantics and
 * footprints know of the machine; there is no time and no queue in it. */
#ifndef DV_CORE_WORK_H
#define DV_CORE_WORK_H

#include "isa/isa.h"

/* Issue SPRs of one numbered version, indexed by DV_ENV_*. */
struct dv_env {
    uint64_t v[DV_ENV_COUNT];
};

/* Pipe SPRs of one core, indexed by DV_LIVE_*. */
struct dv_live {
    uint64_t v[DV_LIVE_COUNT];
};

/* Sizes of the local memories of one core, bytes; 0 = the core has no such memory.
 * [DV_SPACE_GM] is unused. */
struct dv_sizes {
    uint32_t bytes[DV_SPACE_COUNT];
};

/* A buffer with all its copies, or several that share memory: [lo, hi). */
struct dv_fence {
    uint64_t lo, hi;
};
struct dv_fences {
    struct dv_fence *at; /* ascending, apart from each other */
    uint32_t n;          /* 0 = nothing to check */
};

/* Host bytes of a local memory: behind L0B stands the index store of sparse B, 128 bytes a fractal
 * of 512 (isa.md 7.7; its place is ours). */
static inline uint64_t dv_local_bytes(const struct dv_sizes *z, unsigned space)
{
    return (uint64_t)z->bytes[space] + (space == DV_SPACE_L0B ? z->bytes[space] / 512 * 128u : 0);
}

/* How CUBE adds (numerics, --acc). */
enum dv_acc {
    DV_ACC_SEQ,
    DV_ACC_INSTR,
    DV_ACC_CHUNK16,
    DV_ACC_TREE16,
    DV_ACC_EXACT16,
    DV_ACC_TC24,
    DV_ACCS
};

/* Snapshot handed to access, cost and semantic functions. Semantics of an item are a pure
 * function of it and of memory: they cannot fail and touch no engine state. */
struct dv_work {
    const struct dv_op *op;
    uint64_t x[DV_SLOTS];     /* register values of xd xn xm xt at dispatch */
    uint64_t cfg[2];          /* the config words, first and second; 0 when none */
    const struct dv_env *env; /* issue SPRs at dispatch */
    struct dv_live *live;     /* pipe SPRs at the item's own time */
    const struct dv_sizes *sizes;
    const struct dv_fences *fences; /* buffers of each space, NULL = none known */
    uint8_t *mem[DV_SPACE_COUNT];   /* host address of guest address 0 of each space; for GM
                                         * mem + (address - gm_base) */
    uint64_t gm_base;
    uint8_t acc;  /* enum dv_acc */
    bool simd;    /* false: plain paths only (--no-simd) */
    uint8_t kind; /* enum dv_kind of the core */
};

/* Host address of a guest address whose footprint has been checked. */
static inline uint8_t *dv_at(const struct dv_work *w, unsigned space, uint64_t address)
{
    return w->mem[space] + (space == DV_SPACE_GM ? address - w->gm_base : address);
}

/* Value of operand i of the instruction: the address part of its register. */
static inline uint64_t dv_operand_address(const struct dv_work *w, unsigned i)
{
    const struct dv_operand *o = &dv_op_insn(w->op)->operand[i];
    uint64_t v = w->x[o->slot] >> o->lo;
    unsigned width = (unsigned)o->hi - o->lo + 1;
    return width == 64 ? v : v & ((1ull << width) - 1);
}

/* ---- scalar unit ----------------------------------------------------------------------------- */

enum { DV_LOOP_DEPTH = 8, DV_CALL_DEPTH = 32 };

struct dv_loop {
    uint64_t first, end, left;
}; /* pc of the body, of ENDLOOP, rounds left */

/* Registers of S. A scalar function reads and writes only this. */
struct dv_scalar {
    uint64_t x[32];
    uint64_t pc;          /* of the instruction being executed, bytes */
    uint64_t next;        /* pc of the next one; the function may change it */
    bool cond;            /* condition flag */
    uint8_t loops, calls; /* depth of the stacks below */
    uint64_t lpcnt;
    struct dv_loop loop[DV_LOOP_DEPTH];
    uint64_t ret[DV_CALL_DEPTH];
    const char *why; /* text of a fault just returned, static; never saved */
};

#endif
