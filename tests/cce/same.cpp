// A mixed kernel and its host in one file, compiled for each kind of core.
#include <dv/cce.h>
#include <dv/launch.h>
extern "C" __global__ __aicore__ void same(uint64_t *out)
{
#ifdef __DAV_C220_CUBE__
    out[0] = 11;
#else
    out[1 + get_subblockid()] = 22;
#endif
}
#ifndef DV_CCE_AIC_ONLY
extern "C" void same_mix_aic(uint64_t *out);
int main()
{
    auto *out = static_cast<uint64_t *>(dv_cce_malloc(dv_cce_default(), "out", 64));
    return DV_LAUNCH_MIX(same, 1, nullptr, nullptr)(out) || out[0] != 11 || out[2] != 22;
}
#endif
