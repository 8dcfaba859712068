/* kernels/gemm/tile_f16.s over intrinsics. */
#include <dv/cce.h>

#include "tests/cce/twins/twins.h"

enum { M0 = 256, N0 = 128, K0 = 64, KL = 256 };

#define LA(q) ((__cbuf__ half *)(uint64_t)(M0 * KL * 2 * (q)))
#define LB(q) ((__cbuf__ half *)(uint64_t)(2 * M0 * KL * 2 + KL * N0 * 2 * (q)))
#define ZA(p, i) ((__ca__ half *)(uint64_t)(M0 * K0 * 2 * (p) + 512 * (i)))
#define ZB(p, i) ((__cb__ half *)(uint64_t)(K0 * N0 * 2 * (p) + N0 / 16 * 512 * (i)))
#define ACC ((__cc__ float *)0)

static void load_tile(half *a, half *b, uint64_t pitch, unsigned q)
{
    wait_flag(PIPE_MTE1, PIPE_MTE2, q);
    copy_gm_to_cbuf_multi_nd2nz_b16(LA(q), a, 0, 1, M0, KL, 0, pitch, M0, 1, 0);
    copy_gm_to_cbuf_multi_nd2nz_b16(LB(q), b, 0, 1, KL, N0, 0, N0, KL, 1, 0);
    set_flag(PIPE_MTE2, PIPE_MTE1, q);
}

static void base_step(unsigned q, unsigned p, unsigned s, bool first)
{
    wait_flag(PIPE_M, PIPE_MTE1, p);
    for (unsigned i = 0; i < K0 / 16; i++) {
        load_cbuf_to_ca(ZA(p, i), LA(q), (s * K0 / 16 + i) * (M0 / 16), M0 / 16, 1, K0 / 16 - 1, 0,
                        false, inc);
        load_cbuf_to_cb_transpose(ZB(p, i), LB(q), s * K0 / 16 + i, N0 / 16, KL / 16, 0, inc, 0);
    }
    set_flag(PIPE_MTE1, PIPE_M, p);
    wait_flag(PIPE_MTE1, PIPE_M, p);
    mad(ACC, ZA(p, 0), ZB(p, 0), M0, K0, N0, 0, 0, 0, first);
    set_flag(PIPE_M, PIPE_MTE1, p);
}

void twin_tile(const struct twin_args *t)
{
    half *a = t->tensor[0], *b = t->tensor[1];
    uint64_t k = t->number[0], at = 0;
    unsigned q = 0;

    for (unsigned i = 0; i < 2; i++)
        set_flag(PIPE_MTE1, PIPE_MTE2, i);
    for (unsigned i = 0; i < 2; i++)
        set_flag(PIPE_M, PIPE_MTE1, i);
    load_tile(a, b, k, 0);
    for (; at < k; at += KL, q ^= 1) {
        if (at + KL < k)
            load_tile(a + at + KL, b + (at + KL) * N0, k, q ^ 1);
        wait_flag(PIPE_MTE2, PIPE_MTE1, q);
        for (unsigned s = 0; s < KL / K0; s++)
            base_step(q, s & 1, s, !at && !s);
        set_flag(PIPE_MTE1, PIPE_MTE2, q);
    }
    set_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    wait_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    for (unsigned i = 0; i < 2; i++)
        wait_flag(PIPE_MTE1, PIPE_MTE2, i);
    for (unsigned i = 0; i < 2; i++)
        wait_flag(PIPE_M, PIPE_MTE1, i);
    copy_matrix_cc_to_gm((float *)t->tensor[2], ACC, 0, N0, M0, N0, M0, 0, NoQuant, 0, 0, 1);
}
