/* What dv_acl.h calls: devices by number, checks of arguments, the status of launches. */
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cce/device.h"
#include "emu/cce/include/dv/dv_acl.h"
#include "isa/num.h"

enum { DEVICES = 16, ALIGNMENT = 64 };

struct event {
    int32_t device; /* -1 = not recorded */
    double us;
};

static struct dv_cce *device[DEVICES];
static double before[DEVICES]; /* us of the launches until the device was closed last */
static bool ready;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int32_t current = -1;
static _Thread_local char message[DV_DEV_TEXT];

static int __attribute__((format(printf, 2, 3))) failed(int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    fflush(stdout);
    fprintf(stderr, "dv: error: %s (%d)\n", message, code);
    return code;
}

const char *dv_cce_acl_message(void)
{
    return *message ? message : NULL;
}

/* ---- devices --------------------------------------------------------------------------------- */

int dv_cce_acl_init(void)
{
    if (ready)
        return failed(ACL_ERROR_REPEAT_INITIALIZE, "aclInit is called a second time");
    ready = true;
    return 0;
}

static void close_device(int32_t i)
{
    pthread_mutex_lock(&lock);
    struct dv_cce *d = device[i];
    device[i] = NULL;
    before[i] += d ? d->tasks_us : 0;
    pthread_mutex_unlock(&lock);
    if (current == i) {
        dv_cce_select(NULL);
        current = -1;
    }
    dv_cce_close(d);
}

int dv_cce_acl_finalize(void)
{
    if (!ready)
        return failed(ACL_ERROR_UNINITIALIZE, "aclFinalize before aclInit");
    for (int32_t i = 0; i < DEVICES; i++)
        close_device(i);
    ready = false;
    return 0;
}

static int number(const char *call, int32_t i)
{
    if (!ready)
        return failed(ACL_ERROR_UNINITIALIZE, "%s before aclInit", call);
    if (i < 0 || i >= DEVICES)
        return failed(ACL_ERROR_RT_INVALID_DEVICEID, "%s: device %d, it must be 0 to %d", call, i,
                      DEVICES - 1);
    return 0;
}

int dv_cce_acl_set(int32_t i)
{
    int status = number("aclrtSetDevice", i);

    if (status)
        return status;
    pthread_mutex_lock(&lock);
    if (!device[i] && dv_cce_open(&device[i], NULL)) {
        status =
            failed(ACL_ERROR_RT_INVALID_DEVICEID, "aclrtSetDevice: %s", dv_cce_error(device[i]));
        dv_cce_close(device[i]);
        device[i] = NULL;
    }
    struct dv_cce *d = device[i];
    pthread_mutex_unlock(&lock);
    if (status)
        return status;
    current = i;
    dv_cce_select(d);
    return 0;
}

/* The device of this thread, NULL with *status set. */
static struct dv_cce *mine(const char *call, int *status)
{
    struct dv_cce *d = ready && current >= 0 ? device[current] : NULL;

    *status = 0;
    if (!ready)
        *status = failed(ACL_ERROR_UNINITIALIZE, "%s before aclInit", call);
    else if (!d)
        *status = failed(ACL_ERROR_RT_CONTEXT_NULL,
                         "%s: this thread has no device; call aclrtSetDevice first", call);
    return d;
}

int dv_cce_acl_get(int32_t *i)
{
    int status;

    if (mine("aclrtGetDevice", &status))
        *i = current;
    return status;
}

const char *dv_cce_acl_chip(void)
{
    static _Thread_local char name[64];
    int status;
    struct dv_cce *d = mine("aclrtGetSocName", &status);

    if (!d)
        return NULL;
    snprintf(name, sizeof name, "Ascend%s", d->chip_name);
    return name;
}

int dv_cce_acl_reset(int32_t i)
{
    int status = number("aclrtResetDevice", i);

    if (status)
        return status;
    if (!device[i])
        return failed(ACL_ERROR_RT_INVALID_DEVICEID, "aclrtResetDevice: device %d is not set", i);
    close_device(i);
    return 0;
}

/* ---- streams and contexts -------------------------------------------------------------------- */

int dv_cce_acl_handle(const char *call, void **out)
{
    int status;

    *out = NULL;
    if (!mine(call, &status))
        return status;
    int32_t *of = malloc(sizeof *of);
    if (!of)
        return failed(ACL_ERROR_RT_MEMORY_ALLOCATION, "%s: out of memory", call);
    *of = current;
    *out = of;
    return 0;
}

int dv_cce_acl_context(const void *context)
{
    int32_t of;

    if (!context)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtSetCurrentContext: the context is NULL");
    memcpy(&of, context, sizeof of);
    return dv_cce_acl_set(of);
}

int dv_cce_acl_drop(const char *call, void *handle)
{
    if (!handle)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "%s: the handle is NULL", call);
    free(handle);
    return 0;
}

int dv_cce_acl_wait(const char *call)
{
    int status;
    struct dv_cce *d = mine(call, &status);

    if (!d || !d->failed)
        return status;
    d->failed = false;
    /* The launch has said why; a program that asks for the message has not seen that. */
    failed(ACL_ERROR_RT_AICORE_EXCEPTION, "%s: a launch before it failed%s%s", call,
           d->quiet ? ": " : ", see above", d->quiet ? d->text : "");
    if (*d->text)
        snprintf(message, sizeof message, "%s: a launch before it failed: %.4000s", call, d->text);
    return ACL_ERROR_RT_AICORE_EXCEPTION;
}

/* ---- events ---------------------------------------------------------------------------------- */

int dv_cce_acl_event(void **out)
{
    int status;

    *out = NULL;
    if (!mine("aclrtCreateEvent", &status))
        return status;
    struct event *e = malloc(sizeof *e);
    if (!e)
        return failed(ACL_ERROR_RT_MEMORY_ALLOCATION, "aclrtCreateEvent: out of memory");
    e->device = -1;
    *out = e;
    return 0;
}

int dv_cce_acl_record(void *event)
{
    int status;
    struct event *e = event;
    struct dv_cce *d = mine("aclrtRecordEvent", &status);

    if (!d)
        return status;
    if (!e)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtRecordEvent: the event is NULL");
    *e = (struct event){current, before[current] + d->tasks_us};
    return 0;
}

int dv_cce_acl_await(void *event)
{
    if (!event)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtSynchronizeEvent: the event is NULL");
    return dv_cce_acl_wait("aclrtSynchronizeEvent");
}

int dv_cce_acl_elapsed(float *ms, void *start, void *end)
{
    static const char call[] = "aclrtEventElapsedTime";
    const struct event *a = start, *b = end;

    if (!ms || !a || !b)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "%s: a pointer is NULL", call);
    if (a->device < 0 || b->device < 0)
        return failed(ACL_ERROR_RT_PARAM_INVALID,
                      "%s: an event is not recorded; call aclrtRecordEvent first", call);
    if (a->device != b->device)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "%s: events of devices %d and %d", call,
                      a->device, b->device);
    *ms = (float)((b->us - a->us) / 1e3);
    return 0;
}

/* ---- memory ---------------------------------------------------------------------------------- */

int dv_cce_acl_malloc(void **out, size_t bytes)
{
    int status;
    struct dv_cce *d = mine("aclrtMalloc", &status);

    *out = NULL;
    if (!d)
        return status;
    if (!bytes)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMalloc of 0 bytes");
    *out = dv_cce_malloc(d, NULL, bytes);
    return *out ? 0
                : failed(ACL_ERROR_RT_MEMORY_ALLOCATION, "aclrtMalloc of %zu bytes: %s", bytes,
                         dv_cce_error(d));
}

int dv_cce_acl_free(void *p)
{
    int status;
    struct dv_cce *d = mine("aclrtFree", &status);

    if (!d)
        return status;
    if (!p)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtFree: the pointer is NULL");
    return dv_cce_free(d, p) ? failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtFree: %s", dv_cce_error(d))
                             : 0;
}

int dv_cce_acl_malloc_host(void **out, size_t bytes)
{
    *out = NULL;
    if (!bytes)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMallocHost of 0 bytes");
    if (posix_memalign(out, ALIGNMENT, bytes))
        return failed(ACL_ERROR_RT_MEMORY_ALLOCATION, "aclrtMallocHost of %zu bytes: out of memory",
                      bytes);
    return 0;
}

int dv_cce_acl_free_host(void *p)
{
    if (!p)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtFreeHost: the pointer is NULL");
    free(p);
    return 0;
}

static int place(const char *call, struct dv_cce *d, const char *side, const void *p, size_t bytes,
                 bool on_device)
{
    const uint8_t *first = p;

    if (!p)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "%s: the %s is NULL", call, side);
    if (on_device && !(dv_cce_owns(d, first) && dv_cce_owns(d, first + bytes - 1)))
        return failed(ACL_ERROR_RT_PARAM_INVALID,
                      "%s: %zu bytes at the %s %p are not in memory that aclrtMalloc gave", call,
                      bytes, side, p);
    if (!on_device && dv_cce_owns(d, first))
        return failed(ACL_ERROR_RT_PARAM_INVALID,
                      "%s: the %s %p is memory of the device, the kind of the copy says host", call,
                      side, p);
    return 0;
}

int dv_cce_acl_copy(void *to, size_t room, const void *from, size_t bytes, int kind)
{
    int status;
    struct dv_cce *d = mine("aclrtMemcpy", &status);

    if (!d)
        return status;
    if (kind < ACL_MEMCPY_HOST_TO_HOST || kind > ACL_MEMCPY_DEVICE_TO_DEVICE)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMemcpy: no kind %d", kind);
    if (bytes > room)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMemcpy: %zu bytes into room for %zu", bytes,
                      room);
    if (!bytes)
        return 0;
    status = place("aclrtMemcpy", d, "destination", to, bytes, kind & ACL_MEMCPY_HOST_TO_DEVICE);
    if (!status)
        status = place("aclrtMemcpy", d, "source", from, bytes, kind & ACL_MEMCPY_DEVICE_TO_HOST);
    if (!status)
        memmove(to, from, bytes);
    return status;
}

int dv_cce_acl_fill(void *to, size_t room, int32_t value, size_t bytes)
{
    int status;
    struct dv_cce *d = mine("aclrtMemset", &status);

    if (!d)
        return status;
    if (bytes > room)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMemset: %zu bytes into room for %zu", bytes,
                      room);
    if (!to)
        return failed(ACL_ERROR_RT_PARAM_INVALID, "aclrtMemset: the pointer is NULL");
    memset(to, value, bytes);
    return 0;
}

/* ---- halves ---------------------------------------------------------------------------------- */

float dv_cce_acl_to_float(uint16_t bits)
{
    return dv_f16_to_f32(bits);
}

uint16_t dv_cce_acl_from_float(float value)
{
    return dv_f32_to_f16(value, DV_RINT, false);
}
