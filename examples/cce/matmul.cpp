// C = A * B, A and B of halves, C of floats: a C++ template kernel on the cube cores. Tiles of
// M0 x N0 of C are shared out among the blocks; K runs in steps of K0 through two copies of L1, L0A
// and L0B.
//
//     c++ -std=c++17 -DDV_CCE_AIC_ONLY matmul.cpp $(pkg-config --cflags --libs dv) && ./a.out
#include <dv/cce.h>
#include <dv/launch.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr uint64_t C0 = 16; // halves in 32 bytes; a fractal is C0 x C0

constexpr __aicore__ uint64_t up(uint64_t x, uint64_t to)
{
    return (x + to - 1) / to * to;
}

template <typename T, uint64_t M0, uint64_t K0, uint64_t N0>
struct Buffers {
    static constexpr uint64_t A1 = M0 * K0 * sizeof(T), B1 = K0 * N0 * sizeof(T);
    static_assert(2 * (A1 + B1) <= 512 * 1024, "L1 has 512 KiB");
    static_assert(2 * A1 <= 64 * 1024 && 2 * B1 <= 64 * 1024, "L0A and L0B have 64 KiB each");
    static_assert(M0 * N0 * sizeof(float) <= 128 * 1024, "L0C has 128 KiB");

    static __cbuf__ T *l1a(uint64_t i) { return reinterpret_cast<__cbuf__ T *>(i * A1); }
    static __cbuf__ T *l1b(uint64_t i) { return reinterpret_cast<__cbuf__ T *>(2 * A1 + i * B1); }
    static __ca__ T *l0a(uint64_t i) { return reinterpret_cast<__ca__ T *>(i * A1); }
    static __cb__ T *l0b(uint64_t i) { return reinterpret_cast<__cb__ T *>(i * B1); }
    static __cc__ float *l0c() { return reinterpret_cast<__cc__ float *>(0); }
};

// Rows of a matrix in GM into column panels of C0 in L1.
template <typename T>
__aicore__ inline void load_nz(__cbuf__ T *dst, __gm__ T *src, uint64_t rows, uint64_t cols,
                               uint64_t pitch, uint64_t panel)
{
    copy_gm_to_cbuf_multi_nd2nz_b16(dst, src, 0, 1, rows, cols, 0, pitch, panel, 1, 0);
}

template <typename T, uint64_t M0, uint64_t K0, uint64_t N0>
__aicore__ void tile(__gm__ T *a, __gm__ T *b, __gm__ float *c, uint64_t m, uint64_t k, uint64_t n,
                     uint64_t pk, uint64_t pn)
{
    using B = Buffers<T, M0, K0, N0>;
    uint64_t mm = up(m, C0), nn = up(n, C0), i = 0;

    for (uint64_t at = 0; at < k; at += K0, i ^= 1) {
        uint64_t step = k - at < K0 ? k - at : K0, kk = up(step, C0);
        event_t e = i ? EVENT_ID1 : EVENT_ID0;

        wait_flag(PIPE_MTE1, PIPE_MTE2, e);
        load_nz(B::l1a(i), a + at, m, step, pk, mm);
        load_nz(B::l1b(i), b + at * pn, step, n, pn, kk);
        set_flag(PIPE_MTE2, PIPE_MTE1, e);

        wait_flag(PIPE_MTE2, PIPE_MTE1, e);
        wait_flag(PIPE_M, PIPE_MTE1, e);
        for (uint64_t r = 0; r < mm / C0; r++) // fractals of a row of L0A lie together
            load_cbuf_to_ca(B::l0a(i) + r * kk * C0, B::l1a(i) + r * C0 * C0, 0, kk / C0, mm / C0,
                            0, 0, false, inc);
        for (uint64_t r = 0; r < kk / C0; r++) // .. and of a row of L0B, each on its side
            load_cbuf_to_cb(B::l0b(i) + r * nn * C0, B::l1b(i) + r * C0 * C0, 0, nn / C0, kk / C0,
                            0, 0, true, inc);
        set_flag(PIPE_MTE1, PIPE_MTE2, e);
        set_flag(PIPE_MTE1, PIPE_M, e);

        wait_flag(PIPE_MTE1, PIPE_M, e);
        if (!at)
            wait_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
        mad(B::l0c(), B::l0a(i), B::l0b(i), mm, step, nn, 0, false, false, at == 0);
        if (mm / C0 * (nn / C0) < 10) // a small product is done before the last one is written
            pipe_barrier(PIPE_M);
        set_flag(PIPE_M, PIPE_MTE1, e);
    }
    set_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    wait_flag(PIPE_M, PIPE_FIX, EVENT_ID0);
    copy_matrix_cc_to_gm(c, B::l0c(), 0, n, m, pn, mm, 0, NoQuant, 0, false, true);
    set_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
}

} // namespace

template <typename T, uint64_t M0 = 128, uint64_t K0 = 64, uint64_t N0 = 256>
__global__ __aicore__ void matmul(__gm__ T *a, __gm__ T *b, __gm__ float *c, uint32_t m, uint32_t k,
                                  uint32_t n)
{
    uint64_t across = (n + N0 - 1) / N0, tiles = (m + M0 - 1) / M0 * across;

    set_nd_para(1); // one matrix a store
    set_flag(PIPE_MTE1, PIPE_MTE2, EVENT_ID0);
    set_flag(PIPE_MTE1, PIPE_MTE2, EVENT_ID1);
    set_flag(PIPE_M, PIPE_MTE1, EVENT_ID0);
    set_flag(PIPE_M, PIPE_MTE1, EVENT_ID1);
    set_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
    for (uint64_t t = get_block_idx(); t < tiles; t += get_block_num()) {
        uint64_t row = t / across * M0, col = t % across * N0;
        tile<T, M0, K0, N0>(a + row * k, b + col, c + row * n + col, m - row < M0 ? m - row : M0, k,
                            n - col < N0 ? n - col : N0, k, n);
    }
    wait_flag(PIPE_MTE1, PIPE_MTE2, EVENT_ID0);
    wait_flag(PIPE_MTE1, PIPE_MTE2, EVENT_ID1);
    wait_flag(PIPE_M, PIPE_MTE1, EVENT_ID0);
    wait_flag(PIPE_M, PIPE_MTE1, EVENT_ID1);
    wait_flag(PIPE_FIX, PIPE_M, EVENT_ID0);
}

int main(int argc, char **argv)
{
    uint32_t m = 512, k = 256, n = 1024;
    if (argc == 4) {
        m = static_cast<uint32_t>(std::atoi(argv[1]));
        k = static_cast<uint32_t>(std::atoi(argv[2]));
        n = static_cast<uint32_t>(std::atoi(argv[3]));
    }
    dv_cce *d = dv_cce_default();
    auto *a = static_cast<half *>(dv_cce_malloc(d, "a", m * k * sizeof(half)));
    auto *b = static_cast<half *>(dv_cce_malloc(d, "b", k * n * sizeof(half)));
    auto *c = static_cast<float *>(dv_cce_malloc(d, "c", m * n * sizeof(float)));
    if (!a || !b || !c)
        return std::fprintf(stderr, "%s\n", dv_cce_error(d)), 2;
    for (uint32_t i = 0; i < m * k; i++)
        a[i] = half(static_cast<float>(i * 7 % 31) - 15.0f);
    for (uint32_t i = 0; i < k * n; i++)
        b[i] = half(static_cast<float>(i * 11 % 37) * 0.125f - 2.0f);

    // On the device: matmul<half><<<20, nullptr, stream>>>(a, b, c, m, k, n);
    if (DV_LAUNCH((matmul<half>), 20, nullptr, nullptr)(a, b, c, m, k, n))
        return 1;

    unsigned wrong = 0; // small numbers: every sum is exact in float
    for (uint32_t i = 0; i < m; i++)
        for (uint32_t j = 0; j < n; j++) {
            float sum = 0;
            for (uint32_t l = 0; l < k; l++)
                sum += static_cast<float>(a[i * k + l]) * static_cast<float>(b[l * n + j]);
            wrong += sum != c[i * n + j];
        }
    std::printf("matmul: %u x %u x %u, %u wrong, %.2f us\n", m, k, n, wrong, dv_cce_time_us(d));
    return wrong != 0;
}
