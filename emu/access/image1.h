/* The first form of the convolution load, of the merged core (isa.md 15): one tap a fractal.
 *
 * Owns: its config word turned into the window that dv_image describes. Repeats are the window's
 * rows or columns of fractals; only the destination has a pitch of its own. */
#ifndef DV_ACCESS_IMAGE1_H
#define DV_ACCESS_IMAGE1_H

#include "emu/access/image.h"

struct dv_image1 {
    struct dv_cfg_load3d1 c;
    struct dv_image p;
    int64_t below, right; /* of the first position from the corner of the padded map */
};

static inline struct dv_image1 dv_image1_of(const struct dv_work *w)
{
    struct dv_image1 v = {.c = dv_unpack_load3d1(w->cfg)};
    struct dv_image *p = &v.p;
    uint32_t along_k = v.c.repeat_mode ? 1 : v.c.repeat, along_m = v.c.repeat_mode ? v.c.repeat : 1;
    uint32_t tap = (uint32_t)v.c.fetch_h * v.c.filter_w + v.c.fetch_w;

    p->c = (struct dv_cfg_load3d){.filter_h = v.c.filter_h,
                                  .filter_w = v.c.filter_w,
                                  .dilation_h = v.c.dilation_h,
                                  .dilation_w = v.c.dilation_w,
                                  .stride_h = v.c.stride_h,
                                  .stride_w = v.c.stride_w};
    dv_image_map(w, p);
    p->c.k_start = tap * p->c0;
    p->c.k_extension = along_k * p->c0;
    p->c.m_extension = along_m * DV_IMAGE_ROWS;
    v.below = (int64_t)v.c.left_top_h + p->top;
    v.right = (int64_t)v.c.left_top_w + p->left;
    if (v.below >= 0 && v.right >= 0 && v.c.stride_h && v.c.stride_w)
        p->c.m_start = (uint32_t)(v.below / v.c.stride_h * p->wo + v.right / v.c.stride_w);
    p->panels = p->taps ? (tap + along_k - 1) / p->taps + 1 : 0;
    p->k = (uint64_t)p->panels * p->taps * p->c0;
    p->skip = v.c.c1_index * dv_image_panel(p);
    p->times = 1;
    p->ring *= DV_IMAGE_BLOCK;
    return v;
}

/* A size of zero, or no repeat: nothing to do. */
static inline bool dv_image1_empty(const struct dv_image1 *v)
{
    return !v->p.w || !v->p.h || !v->c.repeat;
}

/* Bytes from fractal to fractal of the destination. */
static inline uint64_t dv_image1_pitch(const struct dv_image1 *v)
{
    return (uint64_t)DV_IMAGE_FRACTAL * v->c.jump;
}

#endif
