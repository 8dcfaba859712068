/* A kernel that runs on without issuing anything, or issues for long: nobody else would say where.
 * Owns the thread of a device that looks now and then whether the kernel that runs still issues and
 * the launch still goes on; it stops nothing. Looks are counted, not time: a process that a
 * debugger has stopped loses no patience. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "emu/cce/device.h"

enum { LOOKS = 8, IDLE_MS = 1000, LONG = 3 }; /* ours; LONG: patiences that a launch may take */

struct dv_patience {
    struct dv_cce *device;
    pthread_t thread;
    pid_t process; /* that has the thread: a child of fork has none */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
};

static void tell(const struct dv_cce *d, const struct dv_seat *s, unsigned ms)
{
    uint32_t last = __atomic_load_n(&s->last, __ATOMIC_RELAXED);
    const struct dv_site *t = last == DV_NATIVE_FULL ? NULL : dv_site(d->sites, last);
    const struct dv_cce_launch *l = &d->launch;

    fprintf(stderr,
            "dv: warning: %s:%d: kernel %s has issued nothing for %g s, %s%s (core %u, block "
            "%u); it goes on: is there a loop of host code that waits? "
            "DV_CCE_PATIENCE=SECONDS, 0 = say nothing\n",
            t ? t->at.file : l->file, t ? t->at.line : l->line, l->name, ms / 1e3,
            t ? "its last was " : "not even its first intrinsic", t ? t->at.name : "", s->core,
            dv_native_block(d->machine, s->core));
}

/* By the thread that issues: what the seat and the machine hold is its own. */
void dv_patience_tell(const struct dv_seat *s)
{
    struct dv_cce *d = s->device;
    const struct dv_site *t = dv_site(d->sites, s->last);
    const struct dv_cce_launch *l = &d->launch;
    dv_time now;

    if (__atomic_exchange_n(&d->lasting, 0, __ATOMIC_RELAXED) != d->under_way || d->quiet)
        return; /* the launch before, which ended meanwhile */
    dv_machine_scalar(d->machine, s->core, &now);
    fprintf(stderr,
            "dv: still running: kernel %s, %llu cycles simulated, at %s:%d of core %u, block %u; "
            "DV_CCE_MAX_CYCLES=N ends it\n",
            l->name, (unsigned long long)(now / DV_CYCLE), t ? t->at.file : l->file,
            t ? t->at.line : l->line, s->core, dv_native_block(d->machine, s->core));
}

/* What was seen at the look before. */
struct seen {
    unsigned launch, looks;
};

static void look_at_launch(struct dv_cce *d, struct seen *w, bool asked)
{
    unsigned n = __atomic_load_n(&d->under_way, __ATOMIC_RELAXED);

    w->looks = n && n == w->launch ? w->looks + 1 : 0;
    w->launch = n;
    if (w->looks == LONG * LOOKS && asked)
        __atomic_store_n(&d->lasting, n, __ATOMIC_RELAXED);
}

/* Waits for ms; false: it is over. */
static bool rest(struct dv_patience *p, unsigned ms)
{
    struct timespec at;
    int status = 0;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000l;
    if (at.tv_nsec >= 1000000000l) {
        at.tv_nsec -= 1000000000l;
        at.tv_sec++;
    }
    while (!p->over && status != ETIMEDOUT)
        status = pthread_cond_timedwait(&p->wake, &p->lock, &at);
    return !p->over;
}

static void *look(void *self)
{
    struct dv_patience *p = self;
    struct dv_cce *d = p->device;
    const struct dv_seat *was = NULL;
    uint64_t issued = 0;
    struct seen launch = {0};
    unsigned still = 0, ms = __atomic_load_n(&d->patience_ms, __ATOMIC_RELAXED);

    pthread_mutex_lock(&p->lock);
    while (rest(p, ms ? ms / LOOKS + 1 : IDLE_MS)) {
        const struct dv_seat *s = __atomic_load_n(&d->running, __ATOMIC_ACQUIRE);
        uint64_t n = s ? __atomic_load_n(&s->issued, __ATOMIC_ACQUIRE) : 0;
        ms = __atomic_load_n(&d->patience_ms, __ATOMIC_RELAXED);
        still = s && s == was && n == issued ? still + 1 : 0;
        was = s;
        issued = n;
        if (still == LOOKS && ms && !d->quiet)
            tell(d, s, ms);
        look_at_launch(d, &launch, ms != 0);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static bool begin(struct dv_patience *p)
{
    pthread_condattr_t attr;
    sigset_t all, before;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, &attr);
    pthread_condattr_destroy(&attr);
    sigfillset(&all); /* signals are for the threads of the program */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&p->thread, NULL, look, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

void dv_patience_begin(struct dv_cce *d)
{
    struct dv_patience *p = d->patience;

    if (!d->patience_ms || (p && p->process == getpid()))
        return;
    free(p); /* of the process that forked this one */
    p = calloc(1, sizeof *p);
    if (p) {
        p->device = d;
        p->process = getpid();
        if (!begin(p)) {
            free(p);
            p = NULL;
        }
    }
    d->patience = p;
}

void dv_patience_end(struct dv_cce *d)
{
    struct dv_patience *p = d->patience;

    d->patience = NULL;
    if (p && p->process == getpid()) {
        pthread_mutex_lock(&p->lock);
        p->over = true;
        pthread_cond_signal(&p->wake);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->thread, NULL);
        pthread_cond_destroy(&p->wake);
        pthread_mutex_destroy(&p->lock);
    }
    free(p);
}
