/* Footprints: which bytes an item reads and writes, one function per shape.
 *
 * Owns: geometry, bounds of config fields, alignment. Bounds of memories, hazards, bank
 * conflicts, transfer bytes, data-off and the choice of SIMD path all read a footprint and
 * nothing else. Knows no time and moves no data. */
#ifndef DV_ACCESS_ACCESS_H
#define DV_ACCESS_ACCESS_H

#include "emu/core/work.h"

/* rows x bytes at base, base + pitch, ..; rows == 0 means empty. */
struct dv_strided {
    uint8_t space;   /* DV_SPACE_* */
    uint8_t rw;      /* DV_READ or DV_WRITE */
    uint8_t operand; /* index into dv_insn.operand */
    uint32_t rows;
    uint32_t bytes; /* of one row */
    uint64_t base;  /* guest address of row 0 */
    int64_t pitch;  /* bytes from row to row, may be 0 or negative */
};

#define DV_FOOT_MAX 32

/* Quantities of work that cost formulas and profile use; 0 where meaningless. */
struct dv_amount {
    uint32_t repeats; /* vector repeats (counter mode: derived) */
    uint32_t blocks;  /* cube: ceil(m/16)*ceil(n/16)*ceil(k/k0) */
    uint32_t bursts;  /* moves: bursts, rows or fractals */
    uint64_t elems;   /* fixpipe: m*n elements drained */
    uint64_t bytes;   /* moves: payload bytes on the far side (GM side, L1 side) */
    uint64_t macs;    /* cube: m*n*k */
    uint32_t step;    /* convolution loads: stride along a line */
    uint32_t turns;   /* convolution loads: changes of the filter row in one repeat */
};

/* A vector operand as the bank rules need it: blocks of repeat r at
 * base + 32 * (b * blk + r * rep), b < blocks. */
struct dv_lane_walk {
    uint64_t base;
    uint32_t blk, rep; /* strides in blocks of 32 bytes */
    uint8_t blocks;    /* blocks of one repeat, 0..8 */
    uint8_t rw;        /* DV_READ or DV_WRITE */
};

/* Which way an item with a unit flag goes through its fractals of L0C (isa.md 7.6); either when
 * they are one row or one column. */
enum dv_traversal { DV_ORDER_EITHER, DV_ORDER_M_FIRST, DV_ORDER_N_FIRST };

struct dv_foot {
    uint8_t n;
    uint8_t walks; /* vector shapes only */
    struct dv_strided part[DV_FOOT_MAX];
    uint32_t live;      /* mask of the DV_LIVE_* it writes */
    uint32_t live_read; /* .. and of those it reads */
    uint8_t unit;       /* unit flag mode of MMAD and fixpipe (isa.md 7.6) */
    uint8_t order;      /* with a unit flag: enum dv_traversal */
    uint8_t atomic;     /* its GM part is an atomic store of this kind (atomic.h), 0 = plain */
    struct dv_lane_walk walk[4];
    struct dv_amount amount;
};

/* An empty footprint; parts beyond n are left alone, for speed. */
static inline void dv_foot_clear(struct dv_foot *f)
{
    f->n = f->walks = 0;
    f->live = f->live_read = 0;
    f->unit = f->order = f->atomic = 0;
    f->amount = (struct dv_amount){0};
}

/* Fills *f (whole, including zeroes of amount; parts of size zero are left out). Returns
 * ILLEGAL, RESERVED, RANGE, ALIGN or OVERLAP with operand name, address and bytes in d.at when
 * the configuration is not legal. Never looks at memory contents. Bounds of the memories are
 * checked by the caller from the footprint. */
typedef enum dv_err (*dv_access_fn)(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d);

/* Indexed by DV_ACCESS_*; [0] is the empty footprint. A shape named in isa/ without a function
 * dv_access_NAME is a link error. */
extern const dv_access_fn dv_access[];
#define X(name) \
    enum dv_err dv_access_##name(const struct dv_work *, struct dv_foot *, struct dv_diag *);
DV_ACCESS_LIST(X)
#undef X

/* Says which count, size or mask of an item with an empty footprint is zero: "repeat = 0 in the
 * config word". */
void dv_access_zero(const struct dv_work *w, char *text, size_t size);

/* Smallest range [lo, hi) that holds every row of p; lo == hi when empty. */
void dv_strided_hull(const struct dv_strided *p, uint64_t *lo, uint64_t *hi);

/* True when a row of a and a row of b share a byte (same space). Exact; cost is
 * O(rows a + rows b) for sorted pitches, else bounded by rows a * rows b <= 2^20, above which the
 * hulls decide. On true *address is one shared byte's guest address. */
bool dv_strided_overlap(const struct dv_strided *a, const struct dv_strided *b, uint64_t *address);

/* Cycles a vector instruction needs for its reads and writes beyond one per repeat: per repeat
 * the largest number of reads in one bank group, of writes in one group, read-write hits on one
 * bank, writes delayed one repeat, equal blocks counted once (timing.md 3.5). `banks_per_group`
 * is 3 on c220, 4 on c100. Returns total extra cycles; *per_kind (may be NULL) receives
 * read-read, write-write and read-write shares. */
uint64_t dv_bank_extra(const struct dv_foot *f, unsigned banks_per_group, uint64_t per_kind[3]);

#endif
