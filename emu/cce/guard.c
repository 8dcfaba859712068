/* Accesses of host code that no memory stands behind: pointers to local memories are offsets, and
 * reading one through the host would read its first pages; other pointers point nowhere. Owns the
 * handlers of SIGSEGV, SIGBUS and SIGABRT while a launch runs, the reservation of those pages, and
 * what is said when a kernel ends the process. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/cce/device.h"

enum { LOW = 16 << 20, ALT_STACK = 1 << 16, SIGNALS = 3 };

static const int numbers[SIGNALS] = {SIGSEGV, SIGBUS, SIGABRT};
static struct sigaction before[SIGNALS]; /* what was there before the first launch */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;

struct dv_guard {
    stack_t stack; /* of this thread, before */
    uint8_t *mine;
};

static void local_access(struct dv_seat *s, uintptr_t at)
{
    struct dv_cce *d = s->device;
    const struct dv_site *t = dv_site(d->sites, s->last);
    char text[512];

    snprintf(text, sizeof text,
             "kernel %s reads or writes 0x%llx through a pointer: that is an offset in a local "
             "memory, which only intrinsics reach; it happens %s%s",
             d->launch.name, (unsigned long long)at, t ? "after " : "before the first intrinsic",
             t ? t->at.name : "");
    dv_dev_die(s, dv_dev_place(s), DV_E_BOUNDS, NULL, text,
               "use dv_local_load(p) and dv_local_store(p, value), which reach ub");
}

/* The process ends while a kernel runs: where. What the kernel broke may be stdio: past it. */
static void last_words(const struct dv_seat *s, const char *how)
{
    const struct dv_cce_launch *l = &s->device->launch;
    const struct dv_site *t = dv_site(s->device->sites, s->last);
    char text[2048];
    int n = snprintf(text, sizeof text,
                     "dv: error: %s:%d: kernel %s ends the process (%s) %s%s (core %u, block %u)\n",
                     t ? t->at.file : l->file, t ? t->at.line : l->line, l->name, how,
                     t ? "after " : "before its first intrinsic", t ? t->at.name : "", s->core,
                     dv_native_block(s->device->machine, s->core));

    if (n > 0 &&
        write(STDERR_FILENO, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1) < 0)
        return; /* nobody listens */
}

static void wild_pointer(const struct dv_seat *s, int number, bool told, uintptr_t at)
{
    const char *name = number == SIGBUS ? "SIGBUS" : "SIGSEGV";
    char how[128];

    if (told)
        snprintf(how, sizeof how, "%s: it reads or writes 0x%llx, where it has no memory", name,
                 (unsigned long long)at);
    else
        snprintf(how, sizeof how, "%s: it reads or writes what is no address", name);
    last_words(s, how);
}

/* exit: what comes after this handler would close the device whose kernel runs. */
static void at_exit(void)
{
    if (!dv_dev_seat)
        return;
    fflush(NULL);
    last_words(dv_dev_seat, "exit; a kernel ends by returning");
    _exit(1);
}

static void pass_on(int number, siginfo_t *info, void *context)
{
    const struct sigaction *b = before;

    while (numbers[b - before] != number)
        b++;

    if (b->sa_flags & SA_SIGINFO && b->sa_sigaction) {
        b->sa_sigaction(number, info, context);
    } else if (b->sa_handler != SIG_DFL && b->sa_handler != SIG_IGN) {
        b->sa_handler(number);
    } else if (number != SIGABRT) { /* again, without us; abort does that itself */
        signal(number, SIG_DFL);
    }
}

static void unblock(int number)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void caught(int number, siginfo_t *info, void *context)
{
    struct dv_seat *s = dv_dev_seat;
    uintptr_t at = (uintptr_t)info->si_addr;
    /* others, also an address that no process can have, come without an address */
    bool told = number == SIGBUS ? info->si_code > 0
                                 : number == SIGSEGV && (info->si_code == SEGV_MAPERR ||
                                                         info->si_code == SEGV_ACCERR);

    if (s && told && at < LOW) {
        unblock(number); /* the kernel is left from here and never returns */
        local_access(s, at);
    }
    if (s && told && dv_fiber_overflowed(s->fiber, at)) {
        unblock(number);
        dv_dev_die(s, dv_dev_place(s), DV_E_LIMIT, NULL, "the kernel uses more than 1 MiB of stack",
                   "keep large arrays in GM or static memory");
    }
    if (s && number == SIGABRT) {
        fflush(stdout);
        last_words(s, "abort, a failed assertion or an exception that nobody catches");
    } else if (s && info->si_code > 0) { /* not sent by somebody */
        wild_pointer(s, number, told, at);
    }
    pass_on(number, info, context);
}

/* Pages that nobody may map later, as far as the host lets us have them. */
static void reserve_low(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    for (uintptr_t at = 1 << 16; at < LOW; at += 1 << 16)
        mmap((void *)at, page > 1 << 16 ? page : 1 << 16, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}

/* At the first launch of the process. */
static void prepare_once(void)
{
    static bool done;

    if (done)
        return;
    done = true;
    reserve_low();
    atexit(at_exit);
}

static void handlers_set(void)
{
    struct sigaction a = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigemptyset(&a.sa_mask);
    for (unsigned i = 0; i < SIGNALS; i++)
        sigaction(numbers[i], &a, &before[i]);
}

static void handlers_reset(void)
{
    struct sigaction now;

    for (unsigned i = 0; i < SIGNALS; i++) {
        sigaction(numbers[i], NULL, &now);
        if (now.sa_sigaction == caught) /* the kernel may have set its own */
            sigaction(numbers[i], &before[i], NULL);
    }
}

void dv_guard_on(struct dv_guard **out)
{
    struct dv_guard *g = *out = calloc(1, sizeof *g);

    if (!g)
        return;
    g->mine = malloc(ALT_STACK);
    if (g->mine)
        sigaltstack(&(stack_t){.ss_sp = g->mine, .ss_size = ALT_STACK}, &g->stack);
    pthread_mutex_lock(&lock);
    prepare_once();
    if (!users++)
        handlers_set();
    pthread_mutex_unlock(&lock);
}

void dv_guard_off(struct dv_guard *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&lock);
    if (!--users)
        handlers_reset();
    pthread_mutex_unlock(&lock);
    if (g->mine) {
        if (!(g->stack.ss_flags & SS_DISABLE) && !g->stack.ss_sp)
            g->stack.ss_flags = SS_DISABLE;
        sigaltstack(&g->stack, NULL);
    }
    free(g->mine);
    free(g);
}
