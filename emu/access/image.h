/* The picture a convolution load works on: its matrix view and where its points lie in L1.
 *
 * Owns: config word and special registers of LOAD_3D turned into one description, for footprint and
 * meaning alike (isa.md 4.1, 8.5). It holds for legal loads only. */
#ifndef DV_ACCESS_IMAGE_H
#define DV_ACCESS_IMAGE_H

#include "emu/access/access.h"

enum { DV_IMAGE_BLOCK = 32, DV_IMAGE_ROWS = 16, DV_IMAGE_FRACTAL = 512 };

struct dv_image {
    struct dv_cfg_load3d c;
    uint32_t size, c0;                 /* bytes of an element, elements of a block */
    uint32_t w, h;                     /* points of the feature map */
    uint32_t left, right, top, bottom; /* padding */
    uint32_t wo, ho;                   /* positions of the filter */
    uint32_t taps;                     /* filter_w * filter_h */
    uint32_t panels, tail; /* panels of c0 channels; channels of a last, packed one, or 0 */
    uint64_t m, k;         /* the matrix: positions x (panel, tap row, tap, channel) */
    uint32_t times, step_m, step_k; /* repeats, and how far each goes on */
    uint64_t skip;                  /* bytes of panels before the first one */
    uint64_t ring;                  /* bytes of the circular L1, 0 = none */
    uint64_t pad;                   /* value of points outside the map */
    bool is_b;                      /* loads L0B */
};

/* Positions of a filter that covers `filter` points with `gap` from tap to tap; 0 when it does not
 * fit. */
static inline uint32_t dv_image_positions(uint32_t padded, uint32_t filter, uint32_t gap,
                                          uint32_t stride)
{
    uint64_t span = filter ? (uint64_t)gap * (filter - 1) + 1 : 0;
    return stride && span && span <= padded ? (uint32_t)((padded - span) / stride + 1) : 0;
}

/* The map and the positions of the filter, from p->c and the special registers. */
static inline void dv_image_map(const struct dv_work *w, struct dv_image *q)
{
    struct dv_image p = *q;
    uint64_t map = w->env->v[p.c.fmatrix_b ? DV_ENV_FMATRIX_B : DV_ENV_FMATRIX];

    p.size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
    p.c0 = DV_IMAGE_BLOCK / p.size;
    p.w = map & 0xffff;
    p.h = map >> 16 & 0xffff;
    p.left = map >> 32 & 0xff;
    p.right = map >> 40 & 0xff;
    p.top = map >> 48 & 0xff;
    p.bottom = map >> 56;
    p.wo = dv_image_positions(p.w + p.left + p.right, p.c.filter_w, p.c.dilation_w, p.c.stride_w);
    p.ho = dv_image_positions(p.h + p.top + p.bottom, p.c.filter_h, p.c.dilation_h, p.c.stride_h);
    p.taps = (uint32_t)p.c.filter_w * p.c.filter_h;
    p.m = (uint64_t)p.wo * p.ho;
    p.ring = w->env->v[DV_ENV_L1_3D_SIZE];
    p.pad = w->env->v[DV_ENV_PADDING];
    p.is_b = dv_op_insn(w->op)->operand[0].space == DV_SPACE_L0B;
    *q = p;
}

static inline struct dv_image dv_image_of(const struct dv_work *w)
{
    struct dv_image p = {.c = dv_unpack_load3d(w->cfg)};
    uint64_t rpt = w->env->v[DV_ENV_L3D_RPT];

    dv_image_map(w, &p);
    p.panels = p.c.channel_size / p.c0;
    p.tail = p.c.channel_size % p.c0;
    p.k = (uint64_t)p.c.channel_size * p.taps;
    p.times = rpt >> 16 & 0xff;
    *(rpt >> 24 & 1 ? &p.step_k : &p.step_m) =
        (uint32_t)(rpt & 0xffff) * (rpt >> 24 & 1 ? p.c0 : DV_IMAGE_ROWS);
    return p;
}

/* A size of zero, or no repeat: nothing to do. */
static inline bool dv_image_empty(const struct dv_image *p)
{
    return !p->w || !p->h || !p->c.channel_size || !p->c.m_extension || !p->c.k_extension ||
           !p->times;
}

/* Squares of 16 positions x c0 columns in one window: down and across. */
static inline uint32_t dv_image_down(const struct dv_image *p)
{
    return ((uint32_t)p->c.m_extension + DV_IMAGE_ROWS - 1) / DV_IMAGE_ROWS;
}

static inline uint32_t dv_image_across(const struct dv_image *p)
{
    return ((uint32_t)p->c.k_extension + p->c0 - 1) / p->c0;
}

/* Fractals one repeat writes. In L0B a fractal of 32-bit elements is 8 x 16, a square two halves of
 * such: an odd column is filled up. */
static inline uint64_t dv_image_fractals(const struct dv_image *p)
{
    uint64_t across = dv_image_across(p);

    return dv_image_down(p) * (p->is_b && p->size == 4 ? (across + 1) / 2 * 2 : across);
}

/* Bytes of one panel of c0 channels, and of a point of the packed one. */
static inline uint64_t dv_image_panel(const struct dv_image *p)
{
    return (uint64_t)p->w * p->h * DV_IMAGE_BLOCK;
}

static inline uint32_t dv_image_tail_bytes(const struct dv_image *p)
{
    return p->tail * p->size;
}

/* RANGE or ILLEGAL with the operand in d->at, of a load that is not empty. */
enum dv_err dv_image_legal(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d);

/* Of both forms: strides and filter against the map; the map against L1. */
enum dv_err dv_image_fits(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d);
enum dv_err dv_image_room(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d);

/* What a load reads of L1, as parts of f. */
void dv_image_reads(const struct dv_work *w, const struct dv_image *p, struct dv_foot *f);

/* How often the filter row changes along one window (timing.md 2.3). */
uint32_t dv_image_turns(const struct dv_image *p);

#endif
