/* Geometry of what leads to and from L0C on the merged core, read from its snapshot: moves between
 * L0C and UB, broadcasts of rows into L0C (isa.md 8.7, 15).
 *
 * The one place that says so: footprints, meanings and the rule for bytes never written read it.
 * Knows no memory contents, no arithmetic and no time. */
#ifndef DV_ACCESS_CC_H
#define DV_ACCESS_CC_H

#include "emu/core/work.h"

/* CRMODE of isa.md 15. */
enum dv_cc_mode {
    DV_CC_NONE,
    DV_CC_F32F16,
    DV_CC_F32F16_RELU,
    DV_CC_S32F16,
    DV_CC_F16F32,
    DV_CC_RELU,
    DV_CC_F16_MUL,
    DV_CC_S32F16_TABLE,
    DV_CC_VDEQ8,
    DV_CC_DEQ8,
    DV_CC_VDEQ16,
    DV_CC_DEQ16,
    DV_CC_VDEQS16,
    DV_CC_DEQS16,
    DV_CC_MODES
};

enum { DV_CC_SIDE = 16, DV_CC_FRACTAL = DV_CC_SIDE * DV_CC_SIDE };

/* What a mode makes of an element; elements of NONE keep the width of L0C. */
struct dv_cc_form {
    uint8_t src, dst; /* enum dv_elem */
    uint8_t entry;    /* bytes of its parameter in a table in UB, one a column; 0 = no table */
    bool both;        /* also on the way into L0C */
};

static inline struct dv_cc_form dv_cc_form(unsigned mode)
{
    static const struct dv_cc_form forms[DV_CC_MODES] = {
        [DV_CC_NONE] = {0, 0, 0, true},
        [DV_CC_F32F16] = {DV_EL_F32, DV_EL_F16, 0, true},
        [DV_CC_F32F16_RELU] = {DV_EL_F32, DV_EL_F16, 0, true},
        [DV_CC_S32F16] = {DV_EL_S32, DV_EL_F16, 0, false},
        [DV_CC_F16F32] = {DV_EL_F16, DV_EL_F32, 0, true},
        [DV_CC_RELU] = {0, 0, 0, true},
        [DV_CC_F16_MUL] = {DV_EL_F16, DV_EL_F16, 0, true},
        [DV_CC_S32F16_TABLE] = {DV_EL_S32, DV_EL_F16, 2, false},
        [DV_CC_VDEQ8] = {DV_EL_S32, DV_EL_B8, 8, false},
        [DV_CC_DEQ8] = {DV_EL_S32, DV_EL_B8, 0, false},
        [DV_CC_VDEQ16] = {DV_EL_S32, DV_EL_F16, 8, false},
        [DV_CC_DEQ16] = {DV_EL_S32, DV_EL_F16, 0, false},
        [DV_CC_VDEQS16] = {DV_EL_S32, DV_EL_S16, 8, false},
        [DV_CC_DEQS16] = {DV_EL_S32, DV_EL_S16, 0, false},
    };

    return forms[mode];
}

/* Bursts of units: unit u of burst b begins at base + b * pitch + u * step. */
struct dv_cc_side {
    uint64_t base, step, pitch;
    uint32_t width, bytes; /* of an element, of a unit */
};

struct dv_cc {
    uint32_t bursts, units, elems; /* elements of a unit: a fractal or a row of it */
    struct dv_cc_side side[2];     /* destination, source */
    uint8_t mode;
    bool rows;  /* of each fractal of L0C only the first row */
    bool into;  /* from UB or L1 into L0C */
    bool fills; /* every row of the fractal is the row of the source */
    struct dv_cc_form form;
    uint64_t table; /* in UB */
};

static inline bool dv_cc_is_32(const struct dv_work *w)
{
    return w->op->lane == DV_LANE_cc32 || w->op->lane == DV_LANE_cc32_row;
}

/* Address of the table and, above it, relu of mode 7 (isa.md 15). */
static inline uint64_t dv_cc_table(const struct dv_work *w)
{
    return (w->env->v[DV_ENV_DEQSCALE] & 0x7fff) * 32;
}
static inline bool dv_cc_table_relu(const struct dv_work *w)
{
    return w->env->v[DV_ENV_DEQSCALE] >> 15 & 1;
}

static inline uint32_t dv_cc_width(uint8_t elem, uint32_t width)
{
    return elem ? dv_elem_bits((enum dv_elem)elem) / 8 : width;
}

/* The mode must be one of the form. Gaps in L0C count fractals, in UB blocks, of which half is
 * taken by a row of 8-bit results (isa.md 15: 48 B). */
static inline struct dv_cc dv_cc_of(const struct dv_work *w)
{
    struct dv_cfg_burst c = dv_unpack_burst(w->cfg);
    uint32_t width = dv_cc_is_32(w) ? 4 : 2;
    bool rows = w->op->lane == DV_LANE_cc16_row || w->op->lane == DV_LANE_cc32_row;
    struct dv_cc m = {
        .bursts = c.n_burst,
        .units = c.len_burst,
        .elems = rows ? DV_CC_SIDE : DV_CC_FRACTAL,
        .mode = (uint8_t)dv_op_sel(w->op, DV_F_mode),
        .rows = rows,
        .into = dv_op_insn(w->op)->operand[0].space == DV_SPACE_L0C,
        .table = dv_cc_table(w),
    };

    m.form = dv_cc_form(m.mode);
    for (unsigned i = 0; i < 2; i++) {
        struct dv_cc_side *s = &m.side[i];
        uint64_t gap = i ? c.src_gap : c.dst_gap, fractal = DV_CC_FRACTAL * width;

        s->base = dv_operand_address(w, i);
        s->width = dv_cc_width(i ? m.form.src : m.form.dst, width);
        s->bytes = s->step = s->width * m.elems;
        s->pitch = s->step * m.units + gap * (rows && s->width == 1 ? 48 : 32);
        if (m.into == (i == 0)) { /* in L0C */
            s->step = fractal;
            s->pitch = fractal * (m.units + gap);
        }
    }
    return m;
}

/* A row of 16 elements becomes the 16 rows of a fractal. */
static inline struct dv_cc dv_cc_brc_of(const struct dv_work *w)
{
    struct dv_cfg_brc c = dv_unpack_brc(w->cfg);
    uint32_t width = dv_cc_is_32(w) ? 4 : 2, row = DV_CC_SIDE * width;
    uint64_t fractal = (uint64_t)DV_CC_SIDE * row;

    return (struct dv_cc){
        .bursts = c.n_burst,
        .units = c.len_burst,
        .elems = DV_CC_SIDE,
        .fills = true,
        .into = true,
        .side = {{dv_operand_address(w, 0), fractal, fractal * (c.len_burst + c.dst_gap), width,
                  (uint32_t)fractal},
                 {dv_operand_address(w, 1), row, (uint64_t)row * c.len_burst + 32ull * c.src_gap,
                  width, row}},
    };
}

#endif
