/* Geometry of one matrix product (isa.md 7.2 - 7.4, 7.7): what MMAD reads of L0A, L0B and the bias
 * table and how C lies. Footprint, meaning and the spread of marks all read this. */
#ifndef DV_ACCESS_PRODUCT_H
#define DV_ACCESS_PRODUCT_H

#include "emu/core/work.h"

enum {
    DV_FRACTAL = 512,     /* bytes of a fractal of A and B */
    DV_FRACTAL_SIDE = 16, /* rows of A, columns of B and of C */
    DV_FRACTAL_ROW = 32,  /* bytes of a row of A or a column of B */
    DV_INDEX = 128        /* bytes of the index of a fractal of sparse B */
};

struct dv_product {
    unsigned m, k, n;
    unsigned bits;     /* of an element of A and B */
    unsigned a_k1;     /* fractals of A along k that are read .. */
    unsigned a_pitch;  /* .. of so many in a row of fractals */
    unsigned steps;    /* rows of fractals of B: blocks along k */
    unsigned b_bytes;  /* of a fractal of B */
    unsigned c_size;   /* bytes of an element of C */
    unsigned m1, n1;   /* fractals of C */
    uint64_t bias;     /* address in BT */
    bool vector;       /* m = 1: A is contiguous */
    bool init, biased; /* starts from zero, from the bias table; else from C */
    bool sparse, hf32;
};

static inline unsigned dv_fractals(unsigned n, unsigned side)
{
    return (n + side - 1) / side;
}

static inline bool dv_is_sparse(const struct dv_op *op)
{
    return op->sem == DV_SEM_mmad_sp;
}

static inline struct dv_product dv_product_of(const struct dv_work *w)
{
    struct dv_cfg_mmad c = dv_unpack_mmad(w->cfg);
    const unsigned bits = dv_elem_bits((enum dv_elem)dv_types[w->op->type].src);
    unsigned step = 8 * DV_FRACTAL_ROW / bits;
    struct dv_product p = {
        .m = c.m,
        .k = c.k,
        .n = c.n,
        .bits = bits,
        .a_k1 = dv_fractals(c.k, step),
        .steps = dv_fractals(c.k, dv_is_sparse(w->op) ? 2 * step : step),
        .b_bytes = DV_FRACTAL,
        .c_size = dv_types[w->op->type].dst == DV_EL_F16 ? 2 : 4,
        .m1 = dv_fractals(c.m, DV_FRACTAL_SIDE),
        .n1 = dv_fractals(c.n, DV_FRACTAL_SIDE),
        .bias = w->x[DV_XD] >> 32,
        .vector = c.m == 1,
        .init = c.c_init,
        .biased = !c.c_init && c.c_source,
        .sparse = dv_is_sparse(w->op),
        .hf32 = bits == 32 && (w->env->v[DV_ENV_CTRL] >> 46 & 1),
    };

    p.a_pitch = bits == 32 && c.k_align ? (p.a_k1 + 1) & ~1u : p.a_k1;
    if (bits == 8 && c.n <= 4 && !p.sparse) /* 32 x 4, isa.md 7.3 */
        p.b_bytes = 4 * DV_FRACTAL_ROW;
    return p;
}

/* Where the index of the fractal of L0B at `address` is kept: behind L0B (dv_local_bytes). */
static inline uint8_t *dv_index_of(const struct dv_work *w, uint64_t address)
{
    return w->mem[DV_SPACE_L0B] + w->sizes->bytes[DV_SPACE_L0B] + address / DV_FRACTAL * DV_INDEX;
}

#endif
