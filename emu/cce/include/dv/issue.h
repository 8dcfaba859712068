/* What the intrinsics of <dv/cce.h> are made of: one instruction word and its registers. */
#ifndef DV_ISSUE_H
#define DV_ISSUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DV_API
#define DV_API __attribute__((visibility("default")))
#endif

/* Where an intrinsic is written. The texts must stay as long as the device is open. */
struct dv_cce_at {
    const char *name, *file;
    int line;
};

/* Executes one instruction on the core whose kernel calls. The word names x1 (xd), x2 (xn), x3 (xm)
 * and x4 (xt), which hold these values. An operand in GM is a host pointer from dv_cce_malloc, one
 * in a local memory its offset there. Returns x1 after the instruction, 0 when it writes no
 * register. A fault does not return: the launch ends with it. Outside a kernel the process ends
 * with a message and status 3. */
DV_API uint64_t dv_cce_issue(uint32_t word, uint64_t xd, uint64_t xn, uint64_t xm, uint64_t xt,
                             const struct dv_cce_at *at);

/* A parameter that does not fit its field: the launch ends with a fault that names intrinsic,
 * parameter and value. Does not return. */
DV_API void dv_cce_unfit(const char *parameter, int64_t value, int64_t least, int64_t most,
                         const struct dv_cce_at *at) __attribute__((noreturn));

/* An exception that leaves a kernel: the launch ends with a fault that shows `what`. Does not
 * return. */
DV_API void dv_cce_thrown(const char *what) __attribute__((noreturn));

/* One value of 1, 2, 4 or 8 bytes in the unified buffer, by a load or a store of the scalar unit:
 * it costs and is checked like one, and waits for nobody. */
DV_API uint64_t dv_cce_local_load(uint64_t offset, unsigned bytes, const struct dv_cce_at *at);
DV_API void dv_cce_local_store(uint64_t offset, unsigned bytes, uint64_t value,
                               const struct dv_cce_at *at);

/* Kind of the core whose kernel calls: 0 AIC, 1 AIV, 2 a merged core; -1 outside a kernel. */
DV_API int dv_cce_here(void);

#ifdef __cplusplus
}
#endif

#endif
