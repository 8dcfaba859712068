/* Single values of the unified buffer, for kernels that look into it: through a load or a store of
 * the scalar unit, at its cost, checked like one. They wait for nobody: order V and S by a flag. */
#ifndef DV_LOCAL_H
#define DV_LOCAL_H

#include <dv/issue.h>

#ifdef __cplusplus

/* An element of 1, 2, 4 or 8 bytes at an offset that kernels write as a pointer. */
template <class T>
inline T dv_local_load(const T *p, const char *file = __builtin_FILE(), int line = __builtin_LINE())
{
    const struct dv_cce_at at = {"dv_local_load", file, line};
    uint64_t raw = dv_cce_local_load(reinterpret_cast<uintptr_t>(p), sizeof(T), &at);
    T value;
    __builtin_memcpy(&value, &raw, sizeof(T));
    return value;
}

template <class T>
inline void dv_local_store(T *p, T value, const char *file = __builtin_FILE(),
                           int line = __builtin_LINE())
{
    const struct dv_cce_at at = {"dv_local_store", file, line};
    uint64_t raw = 0;
    __builtin_memcpy(&raw, &value, sizeof(T));
    dv_cce_local_store(reinterpret_cast<uintptr_t>(p), sizeof(T), raw, &at);
}

#else

#define DV_LOCAL_AT_(name) (&(const struct dv_cce_at){name, __FILE__, __LINE__})
#define dv_local_load(p) \
    (__extension__({ \
        __typeof__(*(p)) dv_value_; \
        uint64_t dv_raw_ = \
            dv_cce_local_load((uintptr_t)(p), sizeof *(p), DV_LOCAL_AT_("dv_local_load")); \
        __builtin_memcpy(&dv_value_, &dv_raw_, sizeof *(p)); \
        dv_value_; \
    }))
#define dv_local_store(p, value) \
    (__extension__({ \
        __typeof__(*(p)) dv_value_ = (value); \
        uint64_t dv_raw_ = 0; \
        __builtin_memcpy(&dv_raw_, &dv_value_, sizeof *(p)); \
        dv_cce_local_store((uintptr_t)(p), sizeof *(p), dv_raw_, DV_LOCAL_AT_("dv_local_store")); \
    }))

#endif

#endif
