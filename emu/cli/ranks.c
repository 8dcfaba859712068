/* MPI, all of it. A rank sends what it finished together with its wish for more; rank 0 answers
 * with points, none at the end. Both look for messages and sleep in between: MPI's own waiting
 * would take the processor from the threads that work. */
#include "emu/cli/ranks.h"

#include <stdlib.h>

static unsigned from_environment(const char *const *name, unsigned fallback)
{
    for (; *name; name++) {
        const char *text = getenv(*name);
        if (text && *text)
            return (unsigned)strtoul(text, NULL, 10);
    }
    return fallback;
}

unsigned dv_ranks_launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
    return from_environment(names, 1);
}

unsigned dv_ranks_index(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", NULL};
    return from_environment(names, 0);
}

#ifdef DV_MPI

#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TAG_DONE = 1, TAG_POINTS }; /* finished points and a wish; the answer */
enum { IDENTITY = 1024 };

bool dv_ranks_built(void)
{
    return true;
}

static int rank(void)
{
    int r = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &r);
    return r;
}

static void silence(void)
{
    int fd = open("/dev/null", O_WRONLY);
    if (fd < 0)
        return;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

unsigned dv_ranks_start(void)
{
    int got, size = 1;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &got);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (rank())
        silence();
    return (unsigned)size;
}

/* Receives what was sent with `tag`, and from whom. */
static void *receive(int tag, MPI_Datatype type, size_t unit, int *n, int *from)
{
    const struct timespec nap = {0, 50000};
    MPI_Status s;
    int there = 0;
    for (;;) {
        MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &s);
        if (there)
            break;
        nanosleep(&nap, NULL);
    }
    MPI_Get_count(&s, type, n);
    void *p = malloc((size_t)*n * unit + 1);
    if (!p)
        MPI_Abort(MPI_COMM_WORLD, 3);
    *from = s.MPI_SOURCE;
    MPI_Recv(p, *n, type, *from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return p;
}

/* ---- agreeing -------------------------------------------------------------------------------- */

struct introduction {
    char host[MPI_MAX_PROCESSOR_NAME];
    int good;
};

static int first_bad(const struct introduction *all, int ranks, char *who, size_t size)
{
    for (int i = 0; i < ranks; i++)
        if (!all[i].good) {
            snprintf(who, size, "rank %d on %.64s", i, all[i].host);
            return 1;
        }
    return 0;
}

bool dv_ranks_agree(int status, const char *identity, char *who, size_t size)
{
    char lead[IDENTITY] = "";
    struct introduction mine = {.good = 0}, *all = NULL;
    int ranks = 1, length = 0, bad = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Get_processor_name(mine.host, &length);
    if (!rank())
        snprintf(lead, sizeof lead, "%s", identity);
    MPI_Bcast(lead, IDENTITY, MPI_CHAR, 0, MPI_COMM_WORLD);
    mine.good = !status && !strncmp(lead, identity, IDENTITY - 1);
    if (!rank() && !(all = calloc((size_t)ranks, sizeof *all)))
        MPI_Abort(MPI_COMM_WORLD, 3);
    MPI_Gather(&mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (!rank())
        bad = first_bad(all, ranks, who, size);
    MPI_Bcast(&bad, 1, MPI_INT, 0, MPI_COMM_WORLD);
    free(all);
    return !bad;
}

/* ---- handing out ----------------------------------------------------------------------------- */

void dv_ranks_serve(const struct dv_ranks_desk *desk)
{
    uint64_t point[DV_RANKS_BATCH];
    int ranks = 1, n, from;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (int busy = ranks - 1; busy > 0;) {
        char *text = receive(TAG_DONE, MPI_CHAR, 1, &n, &from);
        size_t most = 0, head = sizeof most;
        if ((size_t)n >= head) {
            memcpy(&most, text, head);
            desk->put(desk->self, text + head, (size_t)n - head);
        }
        free(text);
        most = desk->take(desk->self, point, most < DV_RANKS_BATCH ? most : DV_RANKS_BATCH);
        MPI_Send(point, (int)most, MPI_UINT64_T, from, TAG_POINTS, MPI_COMM_WORLD);
        busy -= !most;
    }
}

static void send_done(size_t most, const char *text, size_t n)
{
    char *p = malloc(sizeof most + n);
    if (!p || n > INT_MAX - sizeof most)
        MPI_Abort(MPI_COMM_WORLD, 3);
    memcpy(p, &most, sizeof most);
    if (n)
        memcpy(p + sizeof most, text, n);
    MPI_Send(p, (int)(sizeof most + n), MPI_CHAR, 0, TAG_DONE, MPI_COMM_WORLD);
    free(p);
}

void dv_ranks_work(size_t most, dv_ranks_fn fn, void *self)
{
    char *text = NULL;
    size_t n = 0;
    int points = 1, from;
    while (points) {
        send_done(most, text, n);
        free(text);
        uint64_t *point = receive(TAG_POINTS, MPI_UINT64_T, sizeof *point, &points, &from);
        text = points ? fn(self, point, (size_t)points, &n) : NULL;
        if (points && !text)
            MPI_Abort(MPI_COMM_WORLD, 3);
        free(point);
    }
}

void dv_ranks_stop(void)
{
    MPI_Finalize();
}

#else

bool dv_ranks_built(void)
{
    return false;
}

unsigned dv_ranks_start(void)
{
    return 1;
}

bool dv_ranks_agree(int status, const char *identity, char *who, size_t size)
{
    (void)identity, (void)who, (void)size;
    return !status;
}

void dv_ranks_serve(const struct dv_ranks_desk *desk)
{
    (void)desk;
}

void dv_ranks_work(size_t most, dv_ranks_fn fn, void *self)
{
    (void)most, (void)fn, (void)self;
}

void dv_ranks_stop(void) {}

#endif
