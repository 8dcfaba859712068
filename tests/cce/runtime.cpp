// Calls of dv_acl.h that fail, each with its code and a message, and launches whose failure the next
// synchronization tells.
#include "acl/acl.h"
#include <dv/cce.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static unsigned wrong;

#define EXPECT(want, text, call) expect(want, text, call, #call)
static void expect(aclError want, const char *text, aclError got, const char *call)
{
    const char *m = aclGetRecentErrMsg();
    if (got == want && (!want || (m && std::strstr(m, text))))
        return;
    std::printf("%s: %d, wanted %d; %s\n", call, got, want, m ? m : "no message");
    wrong++;
}

static void outside(__gm__ float *x)
{
    copy_gm_to_ubuf(reinterpret_cast<__ubuf__ float *>(0), x, 0, 1, 100, 0, 0);
}

static void fine(__gm__ float *x)
{
    x[0] += 1;
}

int main()
{
    void *p = nullptr, *q = nullptr, *h = nullptr;
    aclrtStream s = nullptr;
    int32_t id = -1;
    char host[64] = {0};

    EXPECT(100001, "aclrtSetDevice before aclInit", aclrtSetDevice(0));
    EXPECT(100001, "aclFinalize before aclInit", aclFinalize());
    EXPECT(0, "", aclInit(nullptr));
    EXPECT(100002, "a second time", aclInit(nullptr));
    EXPECT(107002, "call aclrtSetDevice first", aclrtMalloc(&p, 64, ACL_MEM_MALLOC_HUGE_FIRST));
    EXPECT(107002, "call aclrtSetDevice first", aclrtCreateStream(&s));
    EXPECT(107001, "device 16", aclrtSetDevice(16));
    EXPECT(107001, "device 3 is not set", aclrtResetDevice(3));
    EXPECT(0, "", aclrtSetDevice(0));
    EXPECT(0, "", aclrtGetDevice(&id));
    wrong += id != 0;
    EXPECT(0, "", aclrtCreateStream(&s));
    EXPECT(107000, "0 bytes", aclrtMalloc(&p, 0, ACL_MEM_MALLOC_HUGE_FIRST));
    EXPECT(207001, "aclrtMalloc of", aclrtMalloc(&p, size_t{1} << 50, ACL_MEM_MALLOC_HUGE_FIRST));
    EXPECT(0, "", aclrtMalloc(&p, 64, ACL_MEM_MALLOC_HUGE_FIRST));
    EXPECT(0, "", aclrtMalloc(&q, 64, ACL_MEM_MALLOC_NORMAL_ONLY));
    EXPECT(0, "", aclrtMallocHost(&h, 64));
    EXPECT(107000, "65 bytes into room for 64",
           aclrtMemcpy(p, 64, host, 65, ACL_MEMCPY_HOST_TO_DEVICE));
    EXPECT(107000, "destination", aclrtMemcpy(host, 64, p, 64, ACL_MEMCPY_HOST_TO_DEVICE));
    EXPECT(107000, "source", aclrtMemcpy(p, 64, host, 64, ACL_MEMCPY_DEVICE_TO_DEVICE));
    EXPECT(107000, "the kind of the copy says host",
           aclrtMemcpy(h, 64, p, 64, ACL_MEMCPY_HOST_TO_HOST));
    EXPECT(107000, "NULL", aclrtMemcpy(nullptr, 64, host, 64, ACL_MEMCPY_HOST_TO_DEVICE));
    EXPECT(107000, "no kind 9", dv_cce_acl_copy(p, 64, host, 64, 9));
    EXPECT(0, "", aclrtMemset(p, 64, 1, 64));
    EXPECT(0, "", aclrtMemsetAsync(p, 64, 0, 64, s));
    EXPECT(0, "", aclrtMemcpy(q, 64, p, 64, ACL_MEMCPY_DEVICE_TO_DEVICE));
    EXPECT(107000, "aclrtFree", aclrtFree(host));

    DV_LAUNCH(fine, 1, nullptr, s)(static_cast<float *>(p));
    EXPECT(0, "", aclrtSynchronizeStream(s));
    DV_LAUNCH(outside, 1, nullptr, s)(static_cast<float *>(p));
    DV_LAUNCH(fine, 1, nullptr, s)(static_cast<float *>(p));
    EXPECT(507015, "a launch before it failed", aclrtSynchronizeStreamWithTimeout(s, 1000));
    EXPECT(0, "", aclrtSynchronizeStream(s));
    wrong += static_cast<float *>(p)[0] != 2;

    // Task time between events.
    aclrtEvent a = nullptr, b = nullptr;
    float ms = -1, twice = -1;
    EXPECT(0, "", aclrtCreateEvent(&a));
    EXPECT(0, "", aclrtCreateEventWithFlag(&b, ACL_EVENT_TIME_LINE));
    EXPECT(107000, "not recorded", aclrtEventElapsedTime(&ms, a, b));
    EXPECT(107000, "the event is NULL", aclrtRecordEvent(nullptr, s));
    EXPECT(0, "", aclrtRecordEvent(a, s));
    DV_LAUNCH(fine, 1, nullptr, s)(static_cast<float *>(p));
    EXPECT(0, "", aclrtRecordEvent(b, s));
    EXPECT(0, "", aclrtStreamWaitEvent(s, b));
    EXPECT(107000, "NULL", aclrtStreamWaitEvent(s, nullptr));
    EXPECT(0, "", aclrtSynchronizeEvent(b));
    EXPECT(0, "", aclrtEventElapsedTime(&ms, a, b));
    DV_LAUNCH(fine, 1, nullptr, s)(static_cast<float *>(p));
    EXPECT(0, "", aclrtRecordEvent(b, s));
    EXPECT(0, "", aclrtEventElapsedTime(&twice, a, b));
    std::printf("elapsed %g ms, %g ms of two launches\n", ms, twice);
    wrong += !(ms > 0 && ms < 1 && std::fabs(twice - 2 * ms) < 1e-6f);
    EXPECT(0, "", aclrtDestroyEvent(a));
    EXPECT(0, "", aclrtDestroyEvent(b));
    EXPECT(107000, "NULL", aclrtDestroyEvent(nullptr));

    // Devices are apart; a context is one of them.
    aclrtContext zero = nullptr, one = nullptr;
    EXPECT(0, "", aclrtCreateContext(&zero, 0));
    EXPECT(0, "", aclrtCreateContext(&one, 1));
    EXPECT(0, "", aclrtSetCurrentContext(zero));
    EXPECT(0, "", aclrtGetDevice(&id));
    wrong += id != 0 || std::strncmp(aclrtGetSocName(), "Ascend910B", 10) != 0;
    EXPECT(0, "", aclrtSetCurrentContext(one));
    EXPECT(0, "", aclrtGetDevice(&id));
    wrong += id != 1;
    EXPECT(107000, "NULL", aclrtSetCurrentContext(nullptr));
    EXPECT(0, "", aclrtDestroyContext(zero));
    EXPECT(0, "", aclrtDestroyContext(one));
    EXPECT(107000, "aclrtFree", aclrtFree(p));
    EXPECT(0, "", aclrtResetDevice(1));
    EXPECT(107002, "call aclrtSetDevice first", aclrtFree(p));
    EXPECT(0, "", aclrtSetDevice(0));
    EXPECT(0, "", aclrtFree(p));
    EXPECT(107000, "was freed", aclrtFree(p));
    EXPECT(0, "", aclrtFreeHost(h));
    EXPECT(0, "", aclrtDestroyStream(s));
    EXPECT(0, "", aclrtResetDevice(0));
    EXPECT(0, "", aclFinalize());
    wrong += aclFloat16ToFloat(aclFloatToFloat16(0.5f)) != 0.5f;
    return wrong != 0;
}
