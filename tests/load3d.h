/* A convolution load in words of the manual, for its tests. */
#ifndef DV_TESTS_LOAD3D_H
#define DV_TESTS_LOAD3D_H

#include "tests/rig.h"

enum { LOAD3D_L1 = 65536, LOAD3D_L0 = 131072 };

static const uint32_t load3d_sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_L1] = LOAD3D_L1,
    [DV_SPACE_L0A] = LOAD3D_L0,
    [DV_SPACE_L0B] = LOAD3D_L0,
};

/* isa.md 4.1, 8.5 */
struct load {
    unsigned size; /* bytes of an element */
    unsigned b;    /* to L0B */
    unsigned w, h, left, right, top, bottom;
    unsigned fw, fh, dw, dh, sw, sh;
    unsigned channels, m_start, m_ext, k_start, k_ext;
    unsigned transpose, second; /* second: FMATRIX_B */
    unsigned times, stride, mode;
    unsigned ring, first; /* L1_3D_SIZE, address of the map */
    uint32_t pad;
};

/* Config words, special registers and addresses of the load. */
static inline void load3d_set(struct rig *r, const struct load *l)
{
    struct dv_cfg_load3d c = {
        .channel_size = l->channels,
        .fmatrix_b = l->second,
        .transpose = l->transpose,
        .filter_h = l->fh,
        .filter_w = l->fw,
        .dilation_h = l->dh,
        .dilation_w = l->dw,
        .stride_h = l->sh,
        .stride_w = l->sw,
        .m_start = l->m_start,
        .k_start = l->k_start,
        .m_extension = l->m_ext,
        .k_extension = l->k_ext,
    };

    rig_insn(r, l->b ? DV_INSN_load_l1_to_l0b_3dv2 : DV_INSN_load_l1_to_l0a_3dv2,
             l->size == 1   ? DV_T_b8
             : l->size == 2 ? DV_T_b16
                            : DV_T_b32);
    dv_pack_load3d(r->w.cfg, &c);
    r->env.v[DV_ENV_FMATRIX] = r->env.v[DV_ENV_FMATRIX_B] = ~0ull; /* the other one is not legal */
    r->env.v[l->second ? DV_ENV_FMATRIX_B : DV_ENV_FMATRIX] =
        l->w | (uint64_t)l->h << 16 | (uint64_t)l->left << 32 | (uint64_t)l->right << 40 |
        (uint64_t)l->top << 48 | (uint64_t)l->bottom << 56;
    r->env.v[DV_ENV_L3D_RPT] = l->stride | l->times << 16 | l->mode << 24;
    r->env.v[DV_ENV_PADDING] = l->pad;
    r->env.v[DV_ENV_L1_3D_SIZE] = l->ring;
    r->w.x[DV_XN] = l->first;
    r->w.x[DV_XD] = 512 * rig_range(r, 0, 20);
}

#endif
