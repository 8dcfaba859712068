/* Multiply and add: VMLA, VMADD, VMADDRELU, VAXPY.
 *
 * One rounding each, also in f32 (ours, isa.md 6.2). A product of two f16 is exact in f32 and f64;
 * for an f16 result the sum in f64 rounds to the right f16 (numerics.md 3). */
#include <math.h>

#include "emu/sem/repeat.h"
#include "emu/sem/sem.h"

struct job {
    const struct dv_work *w;
    struct dv_vec v;
    unsigned mode, src, dst; /* elements */
    bool relu;
};

static float value(unsigned elem, uint32_t bits)
{
    return elem == DV_EL_F16 ? dv_f16_to_f32((uint16_t)bits) : dv_bits_f32(bits);
}

/* a * b + c with c and the result in the element of dst. */
static uint32_t fused(const struct job *j, float a, float b, float c)
{
    if (j->dst == DV_EL_F32) {
        float f = fmaf(a, b, c);
        if (j->relu)
            f = dv_lane_larger(f, 0.0f) ? 0.0f : f;
        return dv_f32_bits(dv_f32_canon(f));
    }
    uint16_t h = dv_f64_to_f16((double)a * b + c, DV_RINT, j->mode & DV_MODE_SAT);
    bool negative = h >> 15 && (h & 0x7fffu) <= 0x7c00u;
    return j->relu && negative ? 0 : h;
}

static struct job begin(const struct dv_work *w, struct dv_vec v)
{
    const struct dv_type *t = &dv_types[w->op->type];

    return (struct job){w, v, dv_lane_mode(w), t->src, t->dst, w->op->lane == DV_LANE_maddrelu};
}

/* dst + src0 * src1, or src0 * dst + src1. */
static void repeat(const struct job *j, uint32_t r)
{
    uint32_t lane[3][DV_LANES_MAX];
    uint64_t mask[2];

    dv_vec_mask(&j->v, r, mask);
    for (unsigned i = 0; i < 3; i++)
        dv_lane_load(j->w, &j->v.side[i], r, mask, lane[i]);
    for (uint32_t i = 0; i < j->v.lanes; i++) {
        float d = value(j->dst, lane[0][i]);
        float a = value(j->src, lane[1][i]), b = value(j->src, lane[2][i]);
        lane[0][i] = j->w->op->lane == DV_LANE_mla ? fused(j, a, b, d) : fused(j, a, d, b);
    }
    dv_lane_store(j->w, &j->v.side[0], r, mask, lane[0]);
}

void dv_sem_vec_ternary(const struct dv_work *w)
{
    struct job j = begin(w, dv_vec3n(w));
    unsigned state = dv_num_enter();

    for (uint32_t r = 0; r < j.v.repeats; r++)
        repeat(&j, r);
    dv_num_leave(state);
}

/* dst + scalar * src; the scalar has the element of the source. */
void dv_sem_vec_axpy(const struct dv_work *w)
{
    struct job j = begin(w, dv_vec1(w));
    float scalar = value(j.src, (uint32_t)w->x[DV_XM]);
    uint32_t to[DV_LANES_MAX], from[DV_LANES_MAX];
    unsigned state = dv_num_enter();
    uint64_t mask[2];

    for (uint32_t r = 0; r < j.v.repeats; r++) {
        dv_vec_mask(&j.v, r, mask);
        dv_lane_load(w, &j.v.side[0], r, mask, to);
        dv_lane_load(w, &j.v.side[1], r, mask, from);
        for (uint32_t i = 0; i < j.v.lanes; i++)
            to[i] = fused(&j, scalar, value(j.src, from[i]), value(j.dst, to[i]));
        dv_lane_store(w, &j.v.side[0], r, mask, to);
    }
    dv_num_leave(state);
}
