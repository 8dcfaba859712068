// y = a * x + y in floats, with its host, as it is written for the device. The host compiler takes it
// after the sed of docs/cce.md, which turns the launch into a call:
//
//     sed -zE '..' axpy.cce.cpp > axpy.cpp && c++ -std=c++17 axpy.cpp $(pkg-config --cflags --libs dv)
#include "acl/acl.h"
#include <dv/cce.h>

#include <cstdio>

#define CHECK_ACL(x) \
    do { \
        aclError error = x; \
        if (error != ACL_ERROR_NONE) { \
            std::printf("%s:%d: %d\n", __FILE__, __LINE__, error); \
            return 1; \
        } \
    } while (0)

template <typename T, uint32_t TILE>
__global__ __aicore__ void axpy(__gm__ T *x, __gm__ T *y, T a, uint32_t n)
{
    auto *in = reinterpret_cast<__ubuf__ T *>(0x0);
    auto *out = reinterpret_cast<__ubuf__ T *>(0x10100);
    constexpr uint32_t REPEATS = TILE * sizeof(T) / 256, BLOCKS = TILE * sizeof(T) / 32;

    set_mask_norm();
    set_vector_mask(~0ull, ~0ull);
    for (uint32_t at = static_cast<uint32_t>(get_block_idx()) * TILE; at < n;
         at += static_cast<uint32_t>(get_block_num()) * TILE) {
        copy_gm_to_ubuf(in, x + at, 0, 1, BLOCKS, 0, 0);
        copy_gm_to_ubuf(out, y + at, 0, 1, BLOCKS, 0, 0);
        set_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
        wait_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
        vaxpy(out, in, a, REPEATS, 1, 1, 8, 8);
        set_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
        wait_flag(PIPE_V, PIPE_MTE3, EVENT_ID0);
        copy_ubuf_to_gm(y + at, out, 0, 1, BLOCKS, 0, 0);
        set_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
        wait_flag(PIPE_MTE3, PIPE_MTE2, EVENT_ID0);
    }
}

int main()
{
    const uint32_t n = 1 << 18, blocks = 40;
    size_t bytes = n * sizeof(float);
    float *x, *y, *x_device, *y_device;
    aclrtStream stream = nullptr;

    CHECK_ACL(aclInit(nullptr));
    CHECK_ACL(aclrtSetDevice(0));
    CHECK_ACL(aclrtCreateStream(&stream));
    CHECK_ACL(aclrtMallocHost((void **)(&x), bytes));
    CHECK_ACL(aclrtMallocHost((void **)(&y), bytes));
    CHECK_ACL(aclrtMalloc((void **)&x_device, bytes, ACL_MEM_MALLOC_HUGE_FIRST));
    CHECK_ACL(aclrtMalloc((void **)&y_device, bytes, ACL_MEM_MALLOC_HUGE_FIRST));
    for (uint32_t i = 0; i < n; i++) {
        x[i] = static_cast<float>(i % 1000);
        y[i] = static_cast<float>(i % 77);
    }
    CHECK_ACL(aclrtMemcpy(x_device, bytes, x, bytes, ACL_MEMCPY_HOST_TO_DEVICE));
    CHECK_ACL(aclrtMemcpy(y_device, bytes, y, bytes, ACL_MEMCPY_HOST_TO_DEVICE));

    axpy<float, 8192><<<blocks, nullptr, stream>>>(x_device, y_device, 3.0f, n);
    CHECK_ACL(aclrtSynchronizeStream(stream));
    CHECK_ACL(aclrtMemcpy(y, bytes, y_device, bytes, ACL_MEMCPY_DEVICE_TO_HOST));

    uint32_t wrong = 0;
    for (uint32_t i = 0; i < n; i++)
        wrong += y[i] != 3.0f * static_cast<float>(i % 1000) + static_cast<float>(i % 77);
    std::printf("axpy: %u elements, %u wrong\n", n, wrong);

    CHECK_ACL(aclrtFree(x_device));
    CHECK_ACL(aclrtFree(y_device));
    CHECK_ACL(aclrtFreeHost(x));
    CHECK_ACL(aclrtFreeHost(y));
    CHECK_ACL(aclrtDestroyStream(stream));
    CHECK_ACL(aclrtResetDevice(0));
    CHECK_ACL(aclFinalize());
    return wrong != 0;
}
