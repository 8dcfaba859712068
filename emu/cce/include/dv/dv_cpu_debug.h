/* The calls of hosts that are built for the vendor's CPU debugging: ICPU_RUN_KF runs a kernel on
 * the default device. C++.
 *
 *     auto *x = (uint8_t *)AscendC::GmAlloc(bytes);
 *     AscendC::SetKernelMode(KernelMode::AIV_MODE);
 *     ICPU_RUN_KF(add_custom, 8, x, y, z);
 *
 * A kernel that fails ends the process with status 1, its fault on stderr. */
#ifndef DV_CPU_DEBUG_H
#define DV_CPU_DEBUG_H

#ifndef __cplusplus
#error "dv_cpu_debug.h is for C++; C hosts launch by DV_LAUNCH of <dv/launch.h>"
#endif

#include <cstdio>
#include <cstdlib>

#include <dv/launch.h>

#ifndef GM_ADDR
typedef uint8_t *GM_ADDR;
#endif

/* MIX_MODE runs the function on the AIC and on both AIVs of a block. */
enum class KernelMode { MIX_MODE, AIC_MODE, AIV_MODE };

namespace AscendC
{

using ::KernelMode;

/* Cores and tiling key of the launches that follow. */
inline enum dv_cce_kind &dv_kernel_kind()
{
    static enum dv_cce_kind kind = DV_KERNEL_KIND;
    return kind;
}

inline uint64_t &dv_tiling_key()
{
    static uint64_t key = 0;
    return key;
}

/* GM of the default device, or the process ends. */
inline void *GmAlloc(size_t bytes)
{
    void *p = dv_cce_malloc(dv_cce_default(), nullptr, bytes);
    if (!p) {
        std::fprintf(stderr, "dv: error: GmAlloc: %s\n", dv_cce_error(dv_cce_default()));
        std::exit(2);
    }
    return p;
}

inline void GmFree(void *p)
{
    if (dv_cce_free(dv_cce_default(), p))
        std::fprintf(stderr, "dv: error: GmFree: %s\n", dv_cce_error(dv_cce_default()));
}

inline void SetKernelMode(KernelMode mode)
{
    dv_kernel_kind() = mode == KernelMode::MIX_MODE   ? DV_CCE_MIX
                       : mode == KernelMode::AIC_MODE ? DV_CCE_AIC
                                                      : DV_CCE_AIV;
}

} // namespace AscendC

#define ICPU_SET_TILING_KEY(key) (AscendC::dv_tiling_key() = (key))
/* For kernels that choose by the key: TILING_KEY_IS(2). */
#ifndef TILING_KEY_IS
#define TILING_KEY_IS(key) (AscendC::dv_tiling_key() == (key))
#endif

#define ICPU_RUN_KF(kernel, blocks, ...) \
    do { \
        if (DV_LAUNCH_ON(AscendC::dv_kernel_kind(), kernel, blocks)(__VA_ARGS__)) \
            std::exit(1); \
    } while (0)

#endif
