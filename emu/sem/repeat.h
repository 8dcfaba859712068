/* One repeat of a vector item as an array of lanes: for operations that are no plain row of
 * contiguous elements. Lanes that are off are 0 when loaded and left alone when stored.
 *
 * Private to emu/sem. Knows where lanes lie from lanes.h, no arithmetic. */
#ifndef DV_SEM_REPEAT_H
#define DV_SEM_REPEAT_H

#include "emu/sem/lane.h"

static inline bool dv_lane_on(const uint64_t mask[2], uint32_t i)
{
    return mask[i >> 6] >> (i & 63) & 1;
}

static inline uint8_t *dv_lane_place(const struct dv_work *w, const struct dv_side *s, uint32_t r,
                                     uint32_t i)
{
    return dv_at(w, DV_SPACE_UB, dv_side_lane(s, r, i));
}

static inline void dv_lane_load(const struct dv_work *w, const struct dv_side *s, uint32_t r,
                                const uint64_t mask[2], uint32_t out[DV_LANES_MAX])
{
    memset(out, 0, DV_LANES_MAX * sizeof *out);
    for (uint32_t i = 0, n = dv_mask_end(mask); i < n; i++)
        if (dv_lane_on(mask, i))
            memcpy(&out[i], dv_lane_place(w, s, r, i), s->width);
}

static inline void dv_lane_store(const struct dv_work *w, const struct dv_side *s, uint32_t r,
                                 const uint64_t mask[2], const uint32_t in[DV_LANES_MAX])
{
    for (uint32_t i = 0, n = dv_mask_end(mask); i < n; i++)
        if (dv_lane_on(mask, i))
            memcpy(dv_lane_place(w, s, r, i), &in[i], s->width);
}

#endif
