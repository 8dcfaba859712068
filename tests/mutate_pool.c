/* Mutants over processes: each takes the next one that nobody has. A process that dies leaves its
 * mutant marked, and another takes over. See mutate.h. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/mutate.h"

static size_t size_of(unsigned n)
{
    return sizeof(struct mutate_verdict) * (n + 1); /* the last one holds the counter */
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void work(const struct mutate_judge *j, const struct mutate_mutant *m, unsigned n,
                 struct mutate_verdict *v)
{
    atomic_uint *next = (atomic_uint *)(void *)&v[n];

    for (unsigned i; (i = atomic_fetch_add(next, 1)) < n;) {
        struct mutate_verdict now_at = {0};
        double from = now();
        v[i].fate = MUTATE_CRASHED; /* unless this process lives to say better */
        mutate_judge_one(j, &m[i], &now_at);
        now_at.seconds = now() - from;
        v[i] = now_at;
    }
}

static bool start(const struct mutate_judge *j, const struct mutate_mutant *m, unsigned n,
                  struct mutate_verdict *v)
{
    fflush(NULL);
    pid_t pid = fork();

    if (pid)
        return pid > 0;
    work(j, m, n, v);
    _exit(0);
}

struct mutate_verdict *mutate_pool(const struct mutate_judge *j, const struct mutate_mutant *m,
                                   unsigned n, unsigned jobs)
{
    struct mutate_verdict *v =
        mmap(NULL, size_of(n), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned running = 0;
    int status;

    if (v == MAP_FAILED)
        return NULL;
    while (running < jobs && start(j, m, n, v))
        running++;
    if (!running)
        return NULL;
    while (running && wait(&status) > 0) {
        running--;
        if (status && start(j, m, n, v))
            running++;
    }
    return v;
}

void mutate_pool_free(struct mutate_verdict *v, unsigned n)
{
    munmap(v, size_of(n));
}
