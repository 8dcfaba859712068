// relu(A * B + bias), A and B of halves, bias and the result of floats: a mixed kernel. The AIC of a
// block multiplies tiles into a workspace in GM, its two AIVs take half of the rows each. One source,
// compiled once for each kind of core, which gives the two functions names of their own:
//
//     flags="-std=c++17 $(pkg-config --cflags dv)"
//     c++ $flags -DDV_CCE_AIC_ONLY -Dfused=fused_mix_aic -c fused.cpp -o fused_aic.o
//     c++ $flags -DDV_CCE_AIV_ONLY -Dfused=fused_mix_aiv -c fused.cpp -o fused_aiv.o
//     c++ $flags fused_host.cpp fused_aic.o fused_aiv.o $(pkg-config --libs dv) && ./a.out
#include <dv/cce.h>

namespace {

constexpr uint64_t M0 = 128, N0 = 128;             // a tile
constexpr uint64_t TILE_READY = 0, TILE_TAKEN = 1;       // flags between the cores of a block
constexpr uint64_t SLOTS = 2;                            // tiles of the workspace a block

// A flag for the other cores of this block, set behind what a pipe has been given.
constexpr uint64_t of_block(uint64_t flag)
{
    return 1 | 2 << 4 | flag << 8;
}

#if defined(__DAV_C220_CUBE__)

constexpr uint64_t K0 = 256, C0 = 16; // a step of k; halves in 32 bytes

// One tile, M0 x N0; k is a multiple of K0. A step is done before the next one begins.
__aicore__ inline void multiply(__gm__ half *a, __gm__ half *b, __gm__ float *c, uint64_t k,
                                uint64_t n)
{
    auto *l1a = reinterpret_cast<__cbuf__ half *>(0), *l1b = l1a + M0 * K0;
    auto *l0a = reinterpret_cast<__ca__ half *>(0);
    auto *l0b = reinterpret_cast<__cb__ half *>(0);
    auto *l0c = reinterpret_cast<__cc__ float *>(0);

    for (uint64_t at = 0; at < k; at += K0) {
        copy_gm_to_cbuf_multi_nd2nz_b16(l1a, a + at, 0, 1, M0, K0, 0, k, M0, 1, 0);
        copy_gm_to_cbuf_multi_nd2nz_b16(l1b, b + at * n, 0, 1, K0, N0, 0, n, K0, 1, 0);
        set_flag(PIPE_MTE2, PIPE_MTE1, EVENT_ID0);
        wait_flag(PIPE_MTE2, PIPE_MTE1, EVENT_ID0);
        for (uint64_t r = 0; r < M0 / C0; r++)
            load_cbuf_to_ca(l0a + r * K0 * C0, l1a + r * C0 * C0, 0, K0 / C0, M0 / C0, 0, 0, false,
                            inc);
        for (uint64_t r = 0; r < K0 / C0; r++)
            load_cbuf_to_cb(l0b + r * N0 * C0, l1b + r * C0 * C0, 0, N0 / C0, K0 / C0, 0, 0, true,
                            inc);
        set_flag(PIPE_MTE1, PIPE_M, EVENT_ID0);
        wait_flag(PIPE_MTE1, PIPE_M, EVENT_ID0);
        mad(l0c, l0a, l0b, M0, K0, N0, 0, false, false, at == 0);
        set_flag(PIPE_M, PIPE_MTE2, EVENT_ID0);
        wait_flag(PIPE_M, PIPE_MTE2, EVENT_ID0);
    }
    set_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    wait_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    copy_matrix_cc_to_gm(c, l0c, 0, N0, M0, N0, M0, 0, NoQuant, 0, false, true);
    set_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
    wait_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
}

#elif defined(__DAV_C220_VEC__)

// Rows of a tile that one AIV takes: half of it.
__aicore__ inline void add_bias(__gm__ float *y, __gm__ float *tile, __gm__ float *bias, uint64_t n)
{
    constexpr uint64_t ROWS = M0 / 2;
    auto *x = reinterpret_cast<__ubuf__ float *>(0);
    auto *b = reinterpret_cast<__ubuf__ float *>(0x20100); // other bank groups than x
    auto *s = reinterpret_cast<__ubuf__ float *>(0x08040); // other banks

    copy_gm_to_ubuf(x, tile, 0, 1, ROWS * N0 / 8, 0, 0);
    copy_gm_to_ubuf(b, bias, 0, 1, N0 / 8, 0, 0);
    set_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
    wait_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
    for (uint64_t half_row = 0; half_row < N0; half_row += 64) // a repeat is half of a row
        vadd(s + half_row, x + half_row, b + half_row, ROWS, 1, 1, 1, N0 / 8, N0 / 8, 0);
    pipe_barrier(PIPE_V);
    vrelu(x, s, ROWS * N0 / 64, 1, 1, 8, 8);
    set_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
    wait_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
    copy_ubuf_to_gm(y, x, 0, ROWS, N0 / 8, 0, (n - N0) / 8);
    set_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
    wait_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
}

#endif

} // namespace

// m, n and k are multiples of M0, N0 and K0; work has room for two tiles a block.
extern "C" __global__ __aicore__ void fused(uint64_t ffts, __gm__ half *a, __gm__ half *b,
                                            __gm__ float *bias, __gm__ float *y, __gm__ float *work,
                                            uint32_t m, uint32_t k, uint32_t n)
{
    uint64_t across = n / N0, tiles = m / M0 * across, turn = 0;

    set_ffts_base_addr(ffts);
#if defined(__DAV_C220_CUBE__)
    (void)bias;
    (void)y;
    set_nd_para(1);
#elif defined(__DAV_C220_VEC__)
    (void)a;
    (void)b;
    (void)k;
    set_mask_norm();
    set_vector_mask(0, ~0ull);
#endif
    work += get_block_idx() * SLOTS * M0 * N0;
    for (uint64_t t = get_block_idx(); t < tiles; t += get_block_num(), turn++) {
        uint64_t row = t / across * M0, col = t % across * N0;
        __gm__ float *tile = work + turn % SLOTS * M0 * N0;
#if defined(__DAV_C220_CUBE__)
        if (turn >= SLOTS)
            wait_flag_dev(TILE_TAKEN);
        multiply(a + row * k, b + col, tile, k, n);
        ffts_cross_core_sync(PIPE_FIX, of_block(TILE_READY));
#elif defined(__DAV_C220_VEC__)
        uint64_t mine = get_subblockid() * (M0 / 2);
        wait_flag_dev(TILE_READY);
        add_bias(y + (row + mine) * n + col, tile + mine * N0, bias + col, n);
        if (t + SLOTS * get_block_num() < tiles) // somebody waits for it
            ffts_cross_core_sync(PIPE_MTE2, of_block(TILE_TAKEN));
#endif
    }
#if defined(__DAV_C220_VEC__)
    set_vector_mask(~0ull, ~0ull); // as a kernel found it
#endif
}
