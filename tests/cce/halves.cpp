// A mixed kernel whose template is another function on each kind of core: with HOST its host.
#include <dv/cce.h>
#include <dv/launch.h>

#ifdef HOST

extern "C" void halves_mix_aic(uint64_t *out);
extern "C" void halves_mix_aiv(uint64_t *out);

int main()
{
    auto *out = static_cast<uint64_t *>(dv_cce_malloc(dv_cce_default(), "out", 64));
    if (DV_LAUNCH_MIX(halves, 1, nullptr, nullptr)(out))
        return 2;
    return out[0] != 101 || out[1] != 202 || out[2] != 202;
}

#else

template <class T> __attribute__((noinline)) T here(T x)
{
#ifdef __DAV_C220_CUBE__
    return x + 1;
#else
    return x + 2;
#endif
}

inline uint64_t kept()
{
#ifdef __DAV_C220_CUBE__
    static uint64_t value = 100;
#else
    static uint64_t value = 200;
#endif
    return value;
}

extern "C" __global__ __aicore__ void halves(uint64_t *out)
{
#ifdef __DAV_C220_CUBE__
    out[0] = here(kept());
#else
    out[1 + get_subblockid()] = here(kept());
#endif
}

#endif
