/* kernels/elementwise/vadd_f16.s over intrinsics. */
#include <dv/cce.h>

#include "tests/cce/twins/twins.h"

enum { TILE = 8192, UNIT = 256 };

#define A(p) ((__ubuf__ half *)(uint64_t)(2 * TILE * (p)))
#define B(p) ((__ubuf__ half *)(uint64_t)(0x8100 + 2 * TILE * (p)))
#define C(p) ((__ubuf__ half *)(uint64_t)(0x20000 + 2 * TILE * (p)))

static void tile(half *a, half *b, half *c, uint64_t bytes, unsigned p)
{
    wait_flag(PIPE_V, PIPE_MTE2, p);
    copy_gm_to_ubuf_align_b16(A(p), a, 0, 1, bytes, 0, 0, 0, 0);
    copy_gm_to_ubuf_align_b16(B(p), b, 0, 1, bytes, 0, 0, 0, 0);
    set_flag(PIPE_MTE2, PIPE_V, p);
    wait_flag(PIPE_MTE2, PIPE_V, p);
    wait_flag(PIPE_MTE3, PIPE_V, p);
    vadd(C(p), A(p), B(p), TILE / 128, 1, 1, 1, 8, 8, 8);
    set_flag(PIPE_V, PIPE_MTE2, p);
    set_flag(PIPE_V, PIPE_MTE3, p);
    wait_flag(PIPE_V, PIPE_MTE3, p);
    copy_ubuf_to_gm_align_b16(c, C(p), 0, 1, bytes, 0, 0, 0, 0);
    set_flag(PIPE_MTE3, PIPE_V, p);
}

void twin_vadd(const struct twin_args *t)
{
    half *a = t->tensor[0], *b = t->tensor[1], *c = t->tensor[2];
    uint64_t id = (uint64_t)get_block_idx(), count = (uint64_t)get_block_num(), n = t->number[0];
    uint64_t units = (n + UNIT - 1) / UNIT, share = units / count, extra = units % count;
    uint64_t first = (id * share + (id < extra ? id : extra)) * UNIT;
    uint64_t left = (share + (id < extra)) * UNIT;
    unsigned p = 0;

    if (first + left > n)
        left = n - first;
    for (unsigned i = 0; i < 2; i++)
        set_flag(PIPE_V, PIPE_MTE2, i);
    for (unsigned i = 0; i < 2; i++)
        set_flag(PIPE_MTE3, PIPE_V, i);
    for (; left >= TILE; left -= TILE, first += TILE, p ^= 1)
        tile(a + first, b + first, c + first, 2 * TILE, p);
    if (left) {
        set_mask_count();
        dv_mask(left);
        tile(a + first, b + first, c + first, 2 * left, p);
        set_mask_norm();
        set_vector_mask(~0ull, ~0ull);
    }
    for (unsigned i = 0; i < 2; i++)
        wait_flag(PIPE_V, PIPE_MTE2, i);
    for (unsigned i = 0; i < 2; i++)
        wait_flag(PIPE_MTE3, PIPE_V, i);
}
