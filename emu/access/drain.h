/* Geometry of the fixpipe, read from its snapshot: which element of L0C lands where (isa.md 9.1).
 *
 * The one place that says so: footprints, meanings and the rule for bytes never written read it.
 * Knows no memory contents, no arithmetic and no time. */
#ifndef DV_ACCESS_DRAIN_H
#define DV_ACCESS_DRAIN_H

#include "emu/core/work.h"

enum { DV_DRAIN_RUN = 64, DV_FB_TABLE = 2048, DV_TABLE_COLUMNS = 256 };

/* Rows of runs: row i of the run that begins at column j, a multiple of `run`, lies at
 * dv_drain_at(); all in bytes. */
struct dv_drain {
    uint32_t m, n, run; /* columns of a run, at most DV_DRAIN_RUN */
    uint32_t bits;      /* of a stored element */
    uint32_t matrices;
    bool nd;
    uint64_t src_panel, src_matrix;          /* of L0C */
    uint64_t dst_panel, dst_row, dst_matrix; /* panels without nd, rows with it */
};

/* Panels of one C fractal; 8-bit results join two and 4-bit results four (isa.md 9.2). */
static inline struct dv_drain dv_drain_of(const struct dv_work *w)
{
    struct dv_cfg_fix c = dv_unpack_fix(w->cfg);
    uint64_t para = w->env->v[DV_ENV_ND_PARA];
    uint32_t bits = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst);
    struct dv_drain d = {
        .m = c.m,
        .n = c.n,
        .run = c.nz2nd           ? DV_DRAIN_RUN
               : c.channel_split ? 8
               : bits < 16       ? 256 / bits
                                 : 16,
        .bits = bits,
        .matrices = 1,
        .nd = c.nz2nd,
        .src_panel = 64ull * c.src_stride,
        .dst_panel = 32ull * c.dst_stride,
    };

    if (!c.nz2nd)
        return d;
    d.matrices = para & 0xffff;
    d.src_matrix = (para >> 16 & 0xffff) * 1024;
    d.dst_matrix = (para >> 32 & 0xffff) * bits / 8;
    d.dst_row = (uint64_t)c.dst_stride * bits / 8;
    return d;
}

/* Columns of the run at j: the last one may be short, and then its rows are (isa.md 9.2: an odd
 * last column stays 16 wide). */
static inline uint32_t dv_drain_width(const struct dv_drain *d, uint32_t j)
{
    return d->n - j < d->run ? d->n - j : d->run;
}

static inline uint64_t dv_drain_at(const struct dv_drain *d, uint32_t i, uint32_t j)
{
    if (d->nd)
        return i * d->dst_row + (uint64_t)j * d->bits / 8;
    return j / d->run * d->dst_panel + (uint64_t)i * dv_drain_width(d, j) * d->bits / 8;
}

/* quant_pre codes that read a parameter word for each column from the table in FB (isa.md 9.2). */
static inline bool dv_quant_by_column(unsigned quant)
{
    return quant == DV_V_quant_pre_vreq8 || quant == DV_V_quant_pre_vdeqf16 ||
           quant == DV_V_quant_pre_vshift_s16 || quant == DV_V_quant_pre_vreq4 ||
           quant == DV_V_quant_pre_vf32b8 || quant == DV_V_quant_pre_vf32s4;
}

/* Address of that table in FB. */
static inline uint64_t dv_quant_table(const struct dv_work *w)
{
    return (w->env->v[DV_ENV_FPC] >> 8 & 0xff) * 128;
}

/* First byte of FB part 0..3 and the end of part 3, bytes. */
static inline uint32_t dv_fb_part(unsigned part)
{
    static const uint16_t at[5] = {0, 2048, 3072, 5120, 7168};

    return at[part];
}

#endif
