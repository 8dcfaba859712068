// DV_LAUNCH, its sed and templates, in C++17: a kernel per element type, launched like
// kernel<<<blocks, l2, stream>>>(args).
#include <dv/issue.h>
#include <dv/launch.h>

#include <cstdio>

static const dv_cce_at here = {"get_block_idx", __FILE__, __LINE__};

template <class T, unsigned N> void fill(T *out, T first, const T &step)
{
    uint64_t block = dv_cce_issue(0x02021880, 0, 0, 0, 0, &here); // mov x1, blockid
    for (unsigned i = 0; i < N; i++)
        out[block * N + i] = first + step * static_cast<T>(block * N + i);
}

static void local(float *out)
{
    auto *ub = reinterpret_cast<float *>(0x1000);
    dv_local_store(ub + 1, 2.5f);
    *out = dv_local_load(ub + 1);
}

static void plain(int *out)
{
    *out = dv_cce_here();
}

int main()
{
    dv_cce *d = dv_cce_default();
    auto *x = static_cast<float *>(dv_cce_malloc(d, "x", 64 * sizeof(float)));
    auto *n = static_cast<int *>(dv_cce_malloc(d, "n", sizeof(int)));
    void *stream = nullptr;
    unsigned blocks = 8;

    if (DV_LAUNCH((fill<float, 8>), blocks, nullptr, stream)(x, 0.5f, 2.0f))
        return 1;
    for (int i = 0; i < 64; i++)
        if (x[i] != 0.5f + 2.0f * static_cast<float>(i))
            return 2;
    if (DV_LAUNCH(plain, 1, nullptr, stream)(n) || *n != 1)
        return 3;
    if (DV_LAUNCH_ON(DV_CCE_AIC, plain, 1)(n) || *n != 0)
        return 4;
    if (DV_LAUNCH(local, 1, nullptr, stream)(x) || *x != 2.5f)
        return 5;
    std::puts("ok");
    return dv_cce_free(d, x) || dv_cce_free(d, n);
}
