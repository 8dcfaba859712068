/* The calls of the vendor's runtime that sample hosts make, on emulated devices; also found as
 * "acl/acl.h". Kernels are launched by DV_LAUNCH of <dv/launch.h>, which uses the device that the
 * calling thread has set.
 *
 * A call that fails says why on stderr and returns a code: 100001 before aclInit, 107002 without a
 * device, 107000 for a wrong argument, 207001 without memory. A launch that fails is told by the
 * next aclrtSynchronizeStream, -Device or -Event: 507015. Everything happens at once:
 * streams keep no order of their own. Options of a device are environment variables
 * (docs/cce.md). */
#ifndef DV_ACL_H
#define DV_ACL_H

#include <stddef.h>
#include <stdint.h>

#include <dv/launch.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int aclError;
typedef uint16_t aclFloat16;
typedef void *aclrtStream;
typedef void *aclrtContext;
typedef void *aclrtEvent;

enum {
    ACL_SUCCESS = 0,
    ACL_ERROR_NONE = 0,
    ACL_ERROR_INVALID_PARAM = 100000,
    ACL_ERROR_UNINITIALIZE = 100001,
    ACL_ERROR_REPEAT_INITIALIZE = 100002,
    ACL_ERROR_RT_PARAM_INVALID = 107000,
    ACL_ERROR_RT_INVALID_DEVICEID = 107001,
    ACL_ERROR_RT_CONTEXT_NULL = 107002,
    ACL_ERROR_RT_MEMORY_ALLOCATION = 207001,
    ACL_ERROR_RT_AICORE_EXCEPTION = 507015
};

typedef enum aclrtMemcpyKind {
    ACL_MEMCPY_HOST_TO_HOST,
    ACL_MEMCPY_HOST_TO_DEVICE,
    ACL_MEMCPY_DEVICE_TO_HOST,
    ACL_MEMCPY_DEVICE_TO_DEVICE
} aclrtMemcpyKind;

typedef enum aclrtRunMode { ACL_DEVICE, ACL_HOST } aclrtRunMode;

/* For aclrtCreateEventWithFlag, which takes any: every event keeps a time. */
#define ACL_EVENT_SYNC 0x1u
#define ACL_EVENT_TIME_LINE 0x8u

typedef enum aclrtMemMallocPolicy {
    ACL_MEM_MALLOC_HUGE_FIRST,
    ACL_MEM_MALLOC_HUGE_ONLY,
    ACL_MEM_MALLOC_NORMAL_ONLY
} aclrtMemMallocPolicy;

/* What stands behind the calls; each names itself for messages. */
DV_API int dv_cce_acl_init(void);
DV_API int dv_cce_acl_finalize(void);
DV_API int dv_cce_acl_set(int32_t device);
DV_API int dv_cce_acl_get(int32_t *device);
DV_API int dv_cce_acl_reset(int32_t device);
DV_API int dv_cce_acl_context(const void *context);
DV_API const char *dv_cce_acl_chip(void);
DV_API int dv_cce_acl_handle(const char *call, void **out);
DV_API int dv_cce_acl_drop(const char *call, void *handle);
DV_API int dv_cce_acl_event(void **out);
DV_API int dv_cce_acl_record(void *event);
DV_API int dv_cce_acl_await(void *event);
DV_API int dv_cce_acl_elapsed(float *ms, void *start, void *end);
DV_API int dv_cce_acl_malloc(void **out, size_t bytes);
DV_API int dv_cce_acl_free(void *p);
DV_API int dv_cce_acl_malloc_host(void **out, size_t bytes);
DV_API int dv_cce_acl_free_host(void *p);
DV_API int dv_cce_acl_copy(void *to, size_t room, const void *from, size_t bytes, int kind);
DV_API int dv_cce_acl_fill(void *to, size_t room, int32_t value, size_t bytes);
DV_API int dv_cce_acl_wait(const char *call);
DV_API const char *dv_cce_acl_message(void);
DV_API float dv_cce_acl_to_float(uint16_t bits);
DV_API uint16_t dv_cce_acl_from_float(float value);

static inline aclError aclInit(const char *config)
{
    (void)config;
    return dv_cce_acl_init();
}
/* Closes every device. */
static inline aclError aclFinalize(void)
{
    return dv_cce_acl_finalize();
}

/* Device 0 .. 15 for the calling thread, opened (chip: DV_CHIP) when it is set for the first time.
 * Reset closes it: what it allocated is gone. */
static inline aclError aclrtSetDevice(int32_t device)
{
    return dv_cce_acl_set(device);
}
static inline aclError aclrtGetDevice(int32_t *device)
{
    return dv_cce_acl_get(device);
}
static inline aclError aclrtResetDevice(int32_t device)
{
    return dv_cce_acl_reset(device);
}

static inline aclError aclrtGetDeviceCount(uint32_t *count)
{
    *count = 16;
    return ACL_SUCCESS;
}
/* "Ascend" and the chip of the device that is set; NULL without one. */
static inline const char *aclrtGetSocName(void)
{
    return dv_cce_acl_chip();
}
/* Host and device are apart: data are to be copied. */
static inline aclError aclrtGetRunMode(aclrtRunMode *mode)
{
    *mode = ACL_HOST;
    return ACL_SUCCESS;
}

/* A context is the device it was created for, a stream nothing. */
static inline aclError aclrtCreateContext(aclrtContext *context, int32_t device)
{
    aclError e = dv_cce_acl_set(device);
    return e ? e : dv_cce_acl_handle("aclrtCreateContext", context);
}
static inline aclError aclrtDestroyContext(aclrtContext context)
{
    return dv_cce_acl_drop("aclrtDestroyContext", context);
}
static inline aclError aclrtSetCurrentContext(aclrtContext context)
{
    return dv_cce_acl_context(context);
}
static inline aclError aclrtCreateStream(aclrtStream *stream)
{
    return dv_cce_acl_handle("aclrtCreateStream", stream);
}
static inline aclError aclrtDestroyStream(aclrtStream stream)
{
    return dv_cce_acl_drop("aclrtDestroyStream", stream);
}

/* GM of the device; host pointers that kernels and aclrtMemcpy take. */
static inline aclError aclrtMalloc(void **out, size_t bytes, aclrtMemMallocPolicy policy)
{
    (void)policy;
    return dv_cce_acl_malloc(out, bytes);
}
static inline aclError aclrtFree(void *p)
{
    return dv_cce_acl_free(p);
}
static inline aclError aclrtMallocHost(void **out, size_t bytes)
{
    return dv_cce_acl_malloc_host(out, bytes);
}
static inline aclError aclrtFreeHost(void *p)
{
    return dv_cce_acl_free_host(p);
}

/* The kind must be true of both pointers. */
static inline aclError aclrtMemcpy(void *to, size_t room, const void *from, size_t bytes,
                                   aclrtMemcpyKind kind)
{
    return dv_cce_acl_copy(to, room, from, bytes, (int)kind);
}
static inline aclError aclrtMemcpyAsync(void *to, size_t room, const void *from, size_t bytes,
                                        aclrtMemcpyKind kind, aclrtStream stream)
{
    (void)stream;
    return dv_cce_acl_copy(to, room, from, bytes, (int)kind);
}
static inline aclError aclrtMemset(void *to, size_t room, int32_t value, size_t bytes)
{
    return dv_cce_acl_fill(to, room, value, bytes);
}

static inline aclError aclrtMemsetAsync(void *to, size_t room, int32_t value, size_t bytes,
                                        aclrtStream stream)
{
    (void)stream;
    return dv_cce_acl_fill(to, room, value, bytes);
}

static inline aclError aclrtSynchronizeStreamWithTimeout(aclrtStream stream, int32_t ms)
{
    (void)stream;
    (void)ms;
    return dv_cce_acl_wait("aclrtSynchronizeStreamWithTimeout");
}
static inline aclError aclrtSynchronizeStream(aclrtStream stream)
{
    (void)stream;
    return dv_cce_acl_wait("aclrtSynchronizeStream");
}
static inline aclError aclrtSynchronizeDevice(void)
{
    return dv_cce_acl_wait("aclrtSynchronizeDevice");
}

/* An event keeps the modelled task time of all launches on its device until it is recorded; host
 * code and copies take none. Elapsed: milliseconds from start to end. */
static inline aclError aclrtCreateEvent(aclrtEvent *event)
{
    return dv_cce_acl_event(event);
}
static inline aclError aclrtCreateEventWithFlag(aclrtEvent *event, uint32_t flag)
{
    (void)flag;
    return dv_cce_acl_event(event);
}
static inline aclError aclrtDestroyEvent(aclrtEvent event)
{
    return dv_cce_acl_drop("aclrtDestroyEvent", event);
}
static inline aclError aclrtRecordEvent(aclrtEvent event, aclrtStream stream)
{
    (void)stream;
    return dv_cce_acl_record(event);
}
static inline aclError aclrtSynchronizeEvent(aclrtEvent event)
{
    return dv_cce_acl_await(event);
}
/* What was launched before is complete at once. */
static inline aclError aclrtStreamWaitEvent(aclrtStream stream, aclrtEvent event)
{
    (void)stream;
    return event ? ACL_SUCCESS : dv_cce_acl_await(event);
}
static inline aclError aclrtEventElapsedTime(float *ms, aclrtEvent start, aclrtEvent end)
{
    return dv_cce_acl_elapsed(ms, start, end);
}

/* Text of the last failure of this thread; NULL = none. */
static inline const char *aclGetRecentErrMsg(void)
{
    return dv_cce_acl_message();
}

static inline float aclFloat16ToFloat(aclFloat16 value)
{
    return dv_cce_acl_to_float(value);
}
static inline aclFloat16 aclFloatToFloat16(float value)
{
    return dv_cce_acl_from_float(value);
}

#ifdef __cplusplus
}
#endif

#endif
