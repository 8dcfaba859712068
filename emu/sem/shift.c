/* Shifts: VSHL, VSHR. The distance is Xm[31:0] without a sign; from the width of the element on
 * everything is shifted out (ours). Knows nothing of masks and strides. */
#include "emu/sem/repeat.h"
#include "emu/sem/sem.h"

struct job {
    uint32_t distance; /* at most 33, which says as much as any larger one */
    uint32_t bits;     /* of an element */
    bool is_left, is_signed, rounds;
};

static uint32_t shifted(const struct job *j, uint32_t a)
{
    int64_t v = a;

    if (j->is_left)
        return (uint32_t)((uint64_t)a << j->distance);
    if (j->is_signed)
        v = j->bits == 16 ? (int16_t)a : (int32_t)a;
    int64_t lost = j->rounds && j->distance ? v >> (j->distance - 1) & 1 : 0;
    return (uint32_t)((v >> j->distance) + lost);
}

void dv_sem_vec_shift(const struct dv_work *w)
{
    unsigned elem = dv_types[w->op->type].dst;
    uint32_t x = (uint32_t)w->x[DV_XM], lane[DV_LANES_MAX];
    struct dv_vec v = dv_vec1(w);
    struct job j = {
        .distance = x > 33 ? 33 : x,
        .bits = v.side[0].width * 8,
        .is_left = w->op->lane == DV_LANE_shl,
        .is_signed = elem == DV_EL_S16 || elem == DV_EL_S32,
        .rounds = dv_op_sel(w->op, DV_F_bit),
    };
    uint64_t mask[2];

    for (uint32_t r = 0; r < v.repeats; r++) {
        dv_vec_mask(&v, r, mask);
        dv_lane_load(w, &v.side[1], r, mask, lane);
        for (uint32_t i = 0; i < v.lanes; i++)
            lane[i] = shifted(&j, lane[i]);
        dv_lane_store(w, &v.side[0], r, mask, lane);
    }
}
