/* What C++ sources do with the header beyond calls: arithmetic of half and bfloat16_t at compile
 * time, templates over element types, attributes. Included by calls.c. */
#ifndef DV_TESTS_CCE_LANGUAGE_H
#define DV_TESTS_CCE_LANGUAGE_H

#include <limits>

static_assert(half(1.5f) + half(2) == half(3.5), "sum");
static_assert(half(65519.0).bits == 0x7bff && half(65520.0).bits == 0x7c00, "overflow");
static_assert(half(2049.0).bits == half(2048).bits && half(2051.0).bits == half(2052).bits, "ties");
static_assert(half(0x1p-24).bits == 1 && half(0x1p-25).bits == 0 && half(0x1.8p-25).bits == 1,
              "smallest");
static_assert(half(-0.0).bits == 0x8000 && half(0x1.ff8p-15).bits == 0x3ff &&
                  half(0x1.ffcp-15).bits == 0x400,
              "zero and subnormals");
static_assert(float(half::of_bits(0x0001)) == 0x1p-24f && float(half::of_bits(0x7bff)) == 65504,
              "widening");
static_assert(bfloat16_t(1.00390625f).bits == 0x3f80 && bfloat16_t(1.01171875f).bits == 0x3f82,
              "ties of bfloat16");
static_assert(half(1) + 0.5f == 1.5f && half(3) * 2 == half(6) && 1.0 / half(4) == 0.25, "mixed");
static_assert(half(1) < 2 && 1.5f > half(1) && half(1) != half(2) && -half(1) == half(-1), "order");
static_assert(static_cast<int>(half(-3.75f)) == -3 && half(bfloat16_t(2.5f)) == half(2.5), "casts");
static_assert(!(std::numeric_limits<half>::quiet_NaN() == std::numeric_limits<half>::quiet_NaN()),
              "NaN");
static_assert(std::numeric_limits<half>::max() == 65504.0f &&
                  std::numeric_limits<half>::min() == 0x1p-14f &&
                  std::numeric_limits<half>::epsilon() == 0x1p-10f &&
                  std::numeric_limits<bfloat16_t>::max() == 0x1.fep127f &&
                  std::numeric_limits<bfloat16_t>::epsilon() == 0x1p-7f,
              "limits");
static_assert(sizeof(half) == 2 && sizeof(bfloat16_t) == 2 && sizeof(int4b_t) == 1, "sizes");

/* A tile as libraries have it: the element is a parameter, the intrinsic is looked up by it. */
template <class T, int N> struct tile {
    static constexpr int repeat = N * int(sizeof(T)) / 256;
    static_assert(get_imm(N, 1) == (N | 1 << 16), "constants");
    __ubuf__ T *at;

    __aicore__ void add(tile b) const
    {
        if (repeat <= 255)
            vadd(at, at, b.at, repeat, 1, 1, 1, 8, 8, 8);
        vadds(at, at, T(1.5f), repeat, 1, 1, 8, 8);
        half sum = half(1);
        sum += 1;
        sum *= half(2);
        if (sum > half(3))
            copy_gm_to_ubuf((__ubuf__ void *)at, (__gm__ void *)b.at, 0, 1, 8, 0, 0);
    }
};

/* Names of registers are values, and a kernel's own variables where it has them. */
__aicore__ inline int64_t dv_test_names(GM_ADDR p, int64_t n)
{
    const uint32_t share = static_cast<uint32_t>(n / block_num);
    int64_t sum = p[block_idx * share] + (block_idx % 2 ? 1 : share);
    for (int64_t i = block_idx; i < n && block_idx != 3; i += block_num)
        sum += i;
    {
        int64_t block_idx = get_block_idx(), block_num = n;
        return sum + block_idx + block_num;
    }
}
#define GM_ADDR __gm__ uint8_t *
__aicore__ inline uint8_t dv_test_byte(GM_ADDR p)
{
    return *p;
}
#undef GM_ADDR
using GM_ADDR = __gm__ uint8_t *;

extern "C" __global__[aicore] void dv_test_kernel(__gm__ half *x);
extern "C" __global__[aicore] void dv_test_kernel(__gm__ half *x)
{
    tile<half, 1024>{x}.add({x});
    tile<float, 65536>{reinterpret_cast<__ubuf__ float *>(0x100)}.add({nullptr});
    set_flag(PIPE_MTE2, PIPE_V, static_cast<event_t>(3));
    dv_test_byte(reinterpret_cast<GM_ADDR>(x));
    dv_test_names(reinterpret_cast<GM_ADDR>(x), 8);
}

#endif
