// Softmax of every row, floats, on the vector cores; rows of up to 8,192 elements, a multiple of 64.
// The host program is the one of a CPU debug build.
//
//     c++ -std=c++17 softmax.cpp $(pkg-config --cflags --libs dv) && ./a.out
#include <dv/cce.h>
#include <dv/dv_cpu_debug.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

constexpr uint64_t LANES = 64; // floats a repeat

// UB: the row, what is reduced of it.
#define ROW ((__ubuf__ float *)0x00000)
#define WORK ((__ubuf__ float *)0x08000)

// op over row[0 .. n), 64 values to one in every round; in counter mode the mask is a number of
// elements.
template <typename F>
static __aicore__ float reduce(uint64_t n, F op)
{
    __ubuf__ float *src = ROW, *dst = WORK;

    set_mask_count();
    for (uint64_t left = n;;) {
        set_vector_mask(0, left);
        op(dst, src, 1);
        pipe_barrier(PIPE_V);
        src = dst;
        left = (left + LANES - 1) / LANES;
        if (left == 1)
            break;
        dst += (left + 7) / 8 * 8; // addresses are multiples of 32 bytes
    }
    set_mask_norm();
    set_vector_mask(0, ~0ull);
    set_flag(PIPE_V, PIPE_S, EVENT_ID0);
    wait_flag(PIPE_V, PIPE_S, EVENT_ID0);
    float result = dv_local_load(src);
    set_flag(PIPE_S, PIPE_V, EVENT_ID0);
    wait_flag(PIPE_S, PIPE_V, EVENT_ID0);
    return result;
}

extern "C" __global__ __aicore__ void softmax(__gm__ float *x, __gm__ float *y, uint32_t rows,
                                              uint32_t n)
{
    uint64_t repeats = n / LANES, blocks = n / 8;

    set_mask_norm();
    set_vector_mask(0, ~0ull); // 64 lanes of floats
    for (uint64_t row = get_block_idx(); row < rows; row += get_block_num()) {
        copy_gm_to_ubuf(ROW, x + row * n, 0, 1, blocks, 0, 0);
        set_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
        wait_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);

        float most = reduce(n, [](auto *d, auto *s, uint64_t r) {
            vcmax(d, s, r, 1, 1, 8, ONLY_VALUE);
        });
        vadds(ROW, ROW, -most, repeats, 1, 1, 8, 8);
        pipe_barrier(PIPE_V);
        vexp(ROW, ROW, repeats, 1, 1, 8, 8);
        pipe_barrier(PIPE_V);
        float sum = reduce(n, [](auto *d, auto *s, uint64_t r) {
            vcadd(d, s, r, 1, 1, 8, false);
        });
        vmuls(ROW, ROW, 1.0f / sum, repeats, 1, 1, 8, 8);

        set_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
        wait_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
        copy_ubuf_to_gm(y + row * n, ROW, 0, 1, blocks, 0, 0);
        set_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
        wait_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
    }
    set_vector_mask(~0ull, ~0ull); // as the kernel found it
}

int main()
{
    const uint32_t rows = 100, n = 4032;
    auto *x = (float *)AscendC::GmAlloc(rows * n * sizeof(float));
    auto *y = (float *)AscendC::GmAlloc(rows * n * sizeof(float));

    for (uint32_t i = 0; i < rows * n; i++)
        x[i] = static_cast<float>(i % 997) * 0.01f - static_cast<float>(i / n % 7);
    AscendC::SetKernelMode(KernelMode::AIV_MODE);
    ICPU_RUN_KF(softmax, 48, x, y, rows, n);

    unsigned wrong = 0;
    for (uint32_t r = 0; r < rows; r++) {
        const float *row = x + r * n;
        double most = row[0], sum = 0;
        for (uint32_t i = 1; i < n; i++)
            most = std::fmax(most, row[i]);
        for (uint32_t i = 0; i < n; i++)
            sum += std::exp(row[i] - most);
        for (uint32_t i = 0; i < n; i++) {
            double want = std::exp(row[i] - most) / sum;
            wrong += !(std::fabs(y[r * n + i] - want) <= 1e-5 * want + 1e-9);
        }
    }
    std::printf("softmax: %u x %u, %u wrong, %.2f us\n", rows, n, wrong,
                dv_cce_time_us(dv_cce_default()));
    AscendC::GmFree(x);
    AscendC::GmFree(y);
    return wrong != 0;
}
