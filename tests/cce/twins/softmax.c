/* kernels/softmax/softmax_f32.s over intrinsics. */
#include <dv/cce.h>

#include "tests/cce/twins/twins.h"

enum { C = 20480 }; /* longest row */

#define X(p) ((__ubuf__ float *)(uint64_t)(4 * C * (p)))
#define MANY ((__ubuf__ float *)(2 * C * 4))
#define FEW (MANY + C / 64)
#define ONE (FEW + 64)

struct rows {
    float *x, *y; /* of the next load and store */
    uint64_t cols, pitch;
};

static void load_row(struct rows *r, unsigned p)
{
    wait_flag(PIPE_MTE3, PIPE_MTE2, p);
    copy_gm_to_ubuf_align_b32(X(p), r->x, 0, 1, 4 * r->cols, 0, 0, 0, 0);
    set_flag(PIPE_MTE2, PIPE_V, p);
    r->x += r->pitch;
}

/* 64 values to one in each of three rounds. */
#define REDUCE(op, result, p, n, how) \
    do { \
        uint64_t n2 = ((n) + 63) / 64, n3 = (n2 + 63) / 64; \
        dv_mask(n); \
        op(MANY, X(p), 1, 1, 1, 8, how); \
        dv_mask(n2); \
        pipe_barrier(PIPE_V); \
        op(FEW, MANY, 1, 1, 1, 8, how); \
        dv_mask(n3); \
        pipe_barrier(PIPE_V); \
        op(ONE, FEW, 1, 1, 1, 8, how); \
        set_flag(PIPE_V, PIPE_S, EVENT_ID0); \
        wait_flag(PIPE_V, PIPE_S, EVENT_ID0); \
        result = dv_local_load(ONE); \
        set_flag(PIPE_S, PIPE_V, EVENT_ID0); \
        wait_flag(PIPE_S, PIPE_V, EVENT_ID0); \
        dv_mask(n); \
    } while (0)

static void softmax_row(struct rows *r, unsigned p)
{
    float value;

    wait_flag(PIPE_MTE2, PIPE_V, p);
    REDUCE(vcmax, value, p, r->cols, ONLY_VALUE);
    vadds(X(p), X(p), -value, 1, 1, 1, 8, 8);
    pipe_barrier(PIPE_V);
    vexp(X(p), X(p), 1, 1, 1, 8, 8);
    pipe_barrier(PIPE_V);
    REDUCE(vcadd, value, p, r->cols, 0);
    vmuls(X(p), X(p), 1 / value, 1, 1, 1, 8, 8);
    set_flag(PIPE_V, PIPE_MTE3, p);
    wait_flag(PIPE_V, PIPE_MTE3, p);
    copy_ubuf_to_gm_align_b32(r->y, X(p), 0, 1, 4 * r->cols, 0, 0, 0, 0);
    set_flag(PIPE_MTE3, PIPE_MTE2, p);
    r->y += r->pitch;
}

void twin_softmax(const struct twin_args *t)
{
    int64_t step = get_block_num(), id = get_block_idx(), left = (int64_t)t->number[0] - id;
    uint64_t cols = t->number[1];
    struct rows r = {.x = (float *)t->tensor[0] + (uint64_t)id * cols,
                     .y = (float *)t->tensor[1] + (uint64_t)id * cols,
                     .cols = cols,
                     .pitch = (uint64_t)step * cols};
    unsigned p = 0;

    set_mask_count();
    for (unsigned i = 0; i < 2; i++)
        set_flag(PIPE_MTE3, PIPE_MTE2, i);
    if (left > 0)
        load_row(&r, 0);
    for (; left > 0; left -= step, p ^= 1) {
        if (left > step)
            load_row(&r, p ^ 1);
        softmax_row(&r, p);
    }
    for (unsigned i = 0; i < 2; i++)
        wait_flag(PIPE_MTE3, PIPE_MTE2, i);
    set_mask_norm();
    set_vector_mask(~0ull, ~0ull);
}
