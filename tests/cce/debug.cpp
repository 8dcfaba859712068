// Hosts of CPU debugging: modes, tiling keys, and a kernel that fails ends the process.
#include "kernel_operator.h"
#include "tikicpulib.h"

#include <cstring>

extern "C" __global__ __aicore__ void keyed(GM_ADDR out, uint32_t n)
{
    auto *p = reinterpret_cast<__gm__ uint32_t *>(out);
    uint32_t value = TILING_KEY_IS(7) ? n : 0;
    if (dv_cce_here())
        p[1 + get_subblockid()] = value;
    else
        p[0] = value;
}

extern "C" __global__ __aicore__ void fails(GM_ADDR out)
{
    copy_gm_to_ubuf(reinterpret_cast<__ubuf__ uint8_t *>(0), out, 0, 1, 1000, 0, 0);
}

static bool is(const uint8_t *out, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t want[3] = {a, b, c};
    return !std::memcmp(out, want, sizeof want);
}

int main(int argc, char **)
{
    auto *out = static_cast<uint8_t *>(AscendC::GmAlloc(64));

    std::memset(out, 0, 64);
    if (argc > 1) {
        ICPU_RUN_KF(fails, 1, out);
        return 77; // not reached
    }
    ICPU_RUN_KF(keyed, 1, out, 3); // on AIVs, as it was compiled; no key
    if (!is(out, 0, 0, 0))
        return 2;
    ICPU_SET_TILING_KEY(7);
    AscendC::SetKernelMode(KernelMode::AIV_MODE);
    ICPU_RUN_KF(keyed, 1, out, 3);
    if (!is(out, 0, 3, 0))
        return 3;
    AscendC::SetKernelMode(KernelMode::AIC_MODE);
    ICPU_RUN_KF(keyed, 1, out, 4);
    if (!is(out, 4, 3, 0))
        return 4;
    AscendC::SetKernelMode(AscendC::KernelMode::MIX_MODE);
    ICPU_RUN_KF(keyed, 1, out, 5);
    if (!is(out, 5, 5, 5))
        return 5;
    AscendC::GmFree(out);
    return 0;
}
