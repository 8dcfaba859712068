/* z = x + y in halves, a C11 kernel on the vector cores, with its host program.
 *
 *     cc vadd.c $(pkg-config --cflags --libs dv) -o vadd && ./vadd
 *
 * Every block takes tiles in turn; two copies of each buffer keep moves and sums apart. */
#include <dv/cce.h>
#include <dv/launch.h>
#include <stdio.h>
#include <stdlib.h>

enum { TILE = 8192, COPIES = 2, LANES = 128 }; /* elements; half: 128 a repeat */

/* UB, bytes: x, y and z, two copies each; y in other bank groups, z in other banks. */
#define X_AT(i) ((__ubuf__ half *)(uint64_t)(0x00000 + 2 * TILE * (i)))
#define Y_AT(i) ((__ubuf__ half *)(uint64_t)(0x08100 + 2 * TILE * (i)))
#define Z_AT(i) ((__ubuf__ half *)(uint64_t)(0x10240 + 2 * TILE * (i)))

__global__ __aicore__ void vadd_kernel(__gm__ half *x, __gm__ half *y, __gm__ half *z, uint32_t n)
{
    uint32_t turn = 0;
    set_mask_norm();
    set_vector_mask(~0ull, ~0ull);
    for (uint64_t e = 0; e < COPIES; e++) {
        set_flag(PIPE_V, PIPE_MTE2, e);
        set_flag(PIPE_MTE3, PIPE_V, e);
    }
    for (uint64_t at = get_block_idx() * TILE; at < n; at += get_block_num() * TILE, turn ^= 1) {
        uint32_t count = n - at < TILE ? n - at : TILE, bytes = count * 2;

        wait_flag(PIPE_V, PIPE_MTE2, turn);
        copy_gm_to_ubuf_align_b16(X_AT(turn), x + at, 0, 1, bytes, 0, 0, 0, 0);
        copy_gm_to_ubuf_align_b16(Y_AT(turn), y + at, 0, 1, bytes, 0, 0, 0, 0);
        set_flag(PIPE_MTE2, PIPE_V, turn);

        wait_flag(PIPE_MTE2, PIPE_V, turn);
        wait_flag(PIPE_MTE3, PIPE_V, turn);
        vadd(Z_AT(turn), X_AT(turn), Y_AT(turn), (count + LANES - 1) / LANES, 1, 1, 1, 8, 8, 8);
        set_flag(PIPE_V, PIPE_MTE2, turn);
        set_flag(PIPE_V, PIPE_MTE3, turn);

        wait_flag(PIPE_V, PIPE_MTE3, turn);
        copy_ubuf_to_gm_align_b16(z + at, Z_AT(turn), 0, 1, bytes, 0, 0, 0, 0);
        set_flag(PIPE_MTE3, PIPE_V, turn);
    }
    for (uint64_t e = 0; e < COPIES; e++) {
        wait_flag(PIPE_V, PIPE_MTE2, e);
        wait_flag(PIPE_MTE3, PIPE_V, e);
    }
}

int main(int argc, char **argv)
{
    uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000003, wrong = 0;
    struct dv_cce *d = dv_cce_default();
    half *x = dv_cce_malloc(d, "x", n * sizeof *x), *y = dv_cce_malloc(d, "y", n * sizeof *y),
         *z = dv_cce_malloc(d, "z", n * sizeof *z);

    if (!x || !y || !z) {
        fprintf(stderr, "%s\n", dv_cce_error(d));
        return 2;
    }
    for (uint32_t i = 0; i < n; i++) {
        x[i] = dv_half((float)(i % 1021) * 0.25f);
        y[i] = dv_half((float)(i % 509) - 254);
    }
    /* On the device: vadd_kernel<<<48, NULL, stream>>>(x, y, z, n); */
    DV_LAUNCH(vadd_kernel, 48, NULL, NULL)(x, y, z, n);
    if (dv_cce_status(d))
        return 1;
    for (uint32_t i = 0; i < n; i++)
        wrong += dv_half_to_float(z[i]) !=
                 dv_half_to_float(dv_half(dv_half_to_float(x[i]) + dv_half_to_float(y[i])));
    printf("vadd: %u elements, %u wrong, %.2f us\n", n, wrong, dv_cce_time_us(d));
    return wrong != 0;
}
