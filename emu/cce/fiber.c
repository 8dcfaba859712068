/* Coroutines; see fiber.h. The first entry is by setcontext, every other switch by setjmp and
 * longjmp, which change no signal mask. The check of longjmp for frames that are gone does not
 * know other stacks: it is left out here. */
#undef _FORTIFY_SOURCE
#include "emu/cce/fiber.h"

#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define TOLD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOLD 1
#endif
#endif
#ifndef TOLD
#define TOLD 0
#endif

#if TOLD
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

struct dv_fiber {
    uint8_t *map; /* guard, then the stack */
    size_t guard;
    jmp_buf inside, outside;
    ucontext_t first;
    bool begun;
    void (*entry)(void *);
    void *arg;
    void *fake_inside, *fake_outside; /* of the address sanitizer */
    const void *out_stack;
    size_t out_bytes;
};

/* ---- what the address sanitizer is told ------------------------------------------------------ */

static inline void switch_begin(void **fake, const void *stack, size_t bytes)
{
#if TOLD
    __sanitizer_start_switch_fiber(fake, stack, bytes);
#else
    (void)fake, (void)stack, (void)bytes;
#endif
}

static inline void switch_end(void *fake, const void **stack, size_t *bytes)
{
#if TOLD
    __sanitizer_finish_switch_fiber(fake, stack, bytes);
#else
    (void)fake, (void)stack, (void)bytes;
#endif
}

/* Frames that nobody leaves any more: what they forbade is allowed again. */
static inline void forget_frames(const void *stack, size_t bytes)
{
#if TOLD
    __asan_unpoison_memory_region(stack, bytes);
#else
    (void)stack, (void)bytes;
#endif
}

/* ---------------------------------------------------------------------------------------------- */

/* One large frame steps over a page: the guard is wider than what is meant for a stack. Only
 * addresses; ours. */
enum { GUARD = 64 << 20 };

static bool map_stack(struct dv_fiber *f, size_t guard)
{
    f->guard = guard;
    f->map = mmap(NULL, guard + DV_FIBER_STACK, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (f->map == MAP_FAILED)
        return false;
    if (!mprotect(f->map + guard, DV_FIBER_STACK, PROT_READ | PROT_WRITE))
        return true;
    munmap(f->map, guard + DV_FIBER_STACK);
    return false;
}

struct dv_fiber *dv_fiber_new(void)
{
    struct dv_fiber *f = calloc(1, sizeof *f);

    /* where addresses are rationed, a page */
    if (f && !map_stack(f, GUARD) && !map_stack(f, (size_t)sysconf(_SC_PAGESIZE))) {
        free(f);
        return NULL;
    }
    return f;
}

void dv_fiber_free(struct dv_fiber *f)
{
    if (!f)
        return;
    munmap(f->map, f->guard + DV_FIBER_STACK);
    free(f);
}

static void begin(unsigned high, unsigned low)
{
    struct dv_fiber *f = (struct dv_fiber *)((uintptr_t)high << 32 | low);

    switch_end(NULL, &f->out_stack, &f->out_bytes);
    f->entry(f->arg);
    abort(); /* entry does not return */
}

void dv_fiber_make(struct dv_fiber *f, void (*entry)(void *arg), void *arg)
{
    uintptr_t self = (uintptr_t)f;

    f->entry = entry;
    f->arg = arg;
    f->begun = false;
    forget_frames(f->map + f->guard, DV_FIBER_STACK);
    getcontext(&f->first);
    f->first.uc_stack.ss_sp = f->map + f->guard;
    f->first.uc_stack.ss_size = DV_FIBER_STACK;
    f->first.uc_link = NULL;
    makecontext(&f->first, (void (*)(void))begin, 2, (unsigned)(self >> 32), (unsigned)self);
}

void dv_fiber_enter(struct dv_fiber *f)
{
    if (!_setjmp(f->outside)) {
        switch_begin(&f->fake_outside, f->map + f->guard, DV_FIBER_STACK);
        if (f->begun)
            _longjmp(f->inside, 1);
        f->begun = true;
        setcontext(&f->first);
    }
    switch_end(f->fake_outside, NULL, NULL);
}

void dv_fiber_leave(struct dv_fiber *f)
{
    if (!_setjmp(f->inside)) {
        switch_begin(&f->fake_inside, f->out_stack, f->out_bytes);
        _longjmp(f->outside, 1);
    }
    switch_end(f->fake_inside, &f->out_stack, &f->out_bytes);
}

bool dv_fiber_overflowed(const struct dv_fiber *f, uintptr_t address)
{
    return f && address - (uintptr_t)f->map < f->guard;
}
