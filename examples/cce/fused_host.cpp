// The host program of fused.cpp: the vendor's runtime calls.
#include <acl/acl.h>

#include <cstdio>

#include <dv/half.h>

extern "C" void fused_mix_aic(uint64_t ffts, half *a, half *b, float *bias, float *y, float *work,
                              uint32_t m, uint32_t k, uint32_t n);
extern "C" void fused_mix_aiv(uint64_t ffts, half *a, half *b, float *bias, float *y, float *work,
                              uint32_t m, uint32_t k, uint32_t n);

#define CHECK(call) \
    do { \
        if (aclError e_ = (call)) { \
            std::printf("%s: %d\n", #call, e_); \
            return 1; \
        } \
    } while (0)

enum : uint32_t { M = 512, K = 512, N = 640, BLOCKS = 8 };

// Memory of the host, and of the device with the same contents.
template <class T> struct Array {
    T *host = nullptr, *device = nullptr;
    size_t bytes;

    explicit Array(size_t n) : bytes(n * sizeof(T)) {}
    aclError make()
    {
        aclError e = aclrtMallocHost(reinterpret_cast<void **>(&host), bytes);
        return e ? e
                 : aclrtMalloc(reinterpret_cast<void **>(&device), bytes, ACL_MEM_MALLOC_HUGE_FIRST);
    }
    aclError up() { return aclrtMemcpy(device, bytes, host, bytes, ACL_MEMCPY_HOST_TO_DEVICE); }
    aclError down() { return aclrtMemcpy(host, bytes, device, bytes, ACL_MEMCPY_DEVICE_TO_HOST); }
    aclError drop()
    {
        aclError e = aclrtFree(device);
        return e ? e : aclrtFreeHost(host);
    }
};

int main()
{
    aclrtStream stream = nullptr;
    Array<half> a(M * K), b(K * N);
    Array<float> bias(N), y(M * N), work(2 * 128 * 128 * BLOCKS);

    CHECK(aclInit(nullptr));
    CHECK(aclrtSetDevice(0));
    CHECK(aclrtCreateStream(&stream));
    CHECK(a.make());
    CHECK(b.make());
    CHECK(bias.make());
    CHECK(y.make());
    CHECK(work.make());
    for (uint32_t i = 0; i < M * K; i++)
        a.host[i] = half(static_cast<float>(i * 7 % 31) - 15.0f);
    for (uint32_t i = 0; i < K * N; i++)
        b.host[i] = half(static_cast<float>(i * 11 % 37) * 0.125f - 2.0f);
    for (uint32_t i = 0; i < N; i++)
        bias.host[i] = static_cast<float>(i) - 300.0f;
    CHECK(a.up());
    CHECK(b.up());
    CHECK(bias.up());

    // On the device: fused<<<BLOCKS, nullptr, stream>>>(ffts, ..);
    DV_LAUNCH_MIX(fused, BLOCKS, nullptr, stream)
    (0u, a.device, b.device, bias.device, y.device, work.device, M, K, N);
    CHECK(aclrtSynchronizeStream(stream));
    CHECK(y.down());

    unsigned wrong = 0;
    for (uint32_t i = 0; i < M; i++)
        for (uint32_t j = 0; j < N; j++) {
            float sum = 0;
            for (uint32_t l = 0; l < K; l++)
                sum += static_cast<float>(a.host[i * K + l]) * static_cast<float>(b.host[l * N + j]);
            sum += bias.host[j];
            wrong += (sum > 0 ? sum : 0) != y.host[i * N + j];
        }
    std::printf("fused: %u x %u x %u, %u wrong, %.2f us\n", M, K, N, wrong,
                dv_cce_time_us(dv_cce_default()));
    CHECK(a.drop());
    CHECK(b.drop());
    CHECK(bias.drop());
    CHECK(y.drop());
    CHECK(work.drop());
    CHECK(aclrtDestroyStream(stream));
    CHECK(aclrtResetDevice(0));
    CHECK(aclFinalize());
    return wrong != 0;
}
