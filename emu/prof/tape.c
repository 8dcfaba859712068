/* Tapes of records and the file behind them; see tape.h. Owns which chunks are in memory; must not
 * know what records mean. */
#include "emu/prof/tape.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 15 }; /* bytes, at most */

/* A chunk that is in memory. */
struct held {
    struct dv_tape *tape;
    uint32_t chunk;
};

struct dv_tapes {
    struct held *held;
    uint32_t n, room;
    uint32_t hand; /* who goes next */
    size_t bytes, memory;
    uint64_t end; /* of the file */
    int fd;       /* -1 = none yet */
    bool failed;
    char why[256];
    uint64_t lost[CHUNK / sizeof(uint64_t)]; /* what is read instead of it */
};

struct dv_tapes *dv_tapes_new(size_t memory)
{
    struct dv_tapes *of = calloc(1, sizeof *of);
    if (!of)
        return NULL;
    of->memory = memory;
    of->end = CHUNK; /* 0 says that a chunk is not there */
    of->fd = -1;
    return of;
}

void dv_tapes_free(struct dv_tapes *of)
{
    if (!of)
        return;
    if (of->fd >= 0)
        close(of->fd);
    free(of->held);
    free(of);
}

const char *dv_tapes_why(const struct dv_tapes *of)
{
    return of->failed ? of->why : NULL;
}

static bool no_memory(struct dv_tapes *of)
{
    if (!of->failed)
        snprintf(of->why, sizeof of->why, "out of memory while the critical path was kept");
    of->failed = true;
    return false;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const char *folder(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

static bool no_file(struct dv_tapes *of, int why)
{
    if (!of->failed)
        snprintf(of->why, sizeof of->why,
                 "the temporary file in '%.100s' that the critical path needs: %s; name another "
                 "folder in TMPDIR",
                 folder(), why ? strerror(why) : "it is shorter than what was written");
    of->failed = true;
    return false;
}

static bool open_file(struct dv_tapes *of)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/dv-path-XXXXXX", folder()) >= (int)sizeof path)
        return no_file(of, ENAMETOOLONG);
    if ((of->fd = mkstemp(path)) < 0)
        return no_file(of, errno);
    unlink(path);
    return true;
}

static size_t bytes_of(const struct dv_tape *t)
{
    return (size_t)t->size << t->shift;
}

static bool put(struct dv_tape *t, struct dv_tape_chunk *c)
{
    struct dv_tapes *of = t->of;
    size_t n = bytes_of(t);
    if (of->failed || (of->fd < 0 && !open_file(of)))
        return false;
    if (!c->at) {
        c->at = of->end;
        of->end += n;
    }
    for (size_t done = 0; done < n;) {
        ssize_t got = pwrite(of->fd, c->p + done, n - done, (off_t)(c->at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return no_file(of, got < 0 ? errno : ENOSPC);
        done += (size_t)got;
    }
    return true;
}

static bool get(struct dv_tape *t, struct dv_tape_chunk *c)
{
    struct dv_tapes *of = t->of;
    size_t n = bytes_of(t);
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(of->fd, c->p + done, n - done, (off_t)(c->at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return no_file(of, got < 0 ? errno : 0);
        done += (size_t)got;
    }
    return true;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Makes room by one chunk of others; NULL: nobody can go. The chunks that tapes grow by stay. */
static struct held *let_go(struct dv_tapes *of)
{
    for (uint32_t i = 0; i < of->n; i++) {
        struct held *h = &of->held[of->hand];
        struct dv_tape *t = h->tape;
        struct dv_tape_chunk *c = &t->chunk[h->chunk];
        uint32_t used = t->n ? ((t->n - 1) >> t->shift) + 1 : 0;
        of->hand = (of->hand + 1) % of->n;
        if (h->chunk + 1 == used)
            continue;
        if (h->chunk < used && !c->same && !put(t, c))
            return NULL;
        c->same = true;
        free(c->p);
        c->p = NULL;
        of->bytes -= bytes_of(t);
        return h;
    }
    return NULL;
}

static struct held *place_for(struct dv_tapes *of, size_t bytes)
{
    struct held *free_one = of->bytes + bytes > of->memory ? let_go(of) : NULL;
    if (free_one || of->failed)
        return free_one;
    if (of->n == of->room) {
        uint32_t room = of->room ? 2 * of->room : 64;
        struct held *more = realloc(of->held, room * sizeof *more);
        if (!more) {
            no_memory(of);
            return NULL;
        }
        of->held = more;
        of->room = room;
    }
    return &of->held[of->n++];
}

/* Memory for a chunk that has none. */
static bool hold(struct dv_tape *t, uint32_t chunk)
{
    struct dv_tapes *of = t->of;
    char *p = malloc(bytes_of(t));
    if (!p)
        return no_memory(of);
    struct held *h = place_for(of, bytes_of(t));
    if (!h) {
        free(p);
        return false;
    }
    *h = (struct held){t, chunk};
    t->chunk[chunk].p = p;
    t->chunk[chunk].same = false;
    of->bytes += bytes_of(t);
    return true;
}

char *dv_tape_load(struct dv_tape *t, uint32_t chunk)
{
    struct dv_tape_chunk *c = &t->chunk[chunk];
    if (t->of->failed || !hold(t, chunk) || !get(t, c))
        return (char *)t->of->lost;
    c->same = true;
    return c->p;
}

/* ---- tapes ----------------------------------------------------------------------------------- */

void dv_tape_begin(struct dv_tape *t, struct dv_tapes *of, uint32_t size)
{
    *t = (struct dv_tape){.of = of, .size = size};
    while ((size_t)size << (t->shift + 1) <= CHUNK)
        t->shift++;
}

void dv_tape_free(struct dv_tape *t)
{
    for (uint32_t i = 0; i < t->chunks; i++)
        free(t->chunk[i].p);
    free(t->chunk);
}

static bool add_chunk(struct dv_tape *t)
{
    if (t->chunks == t->room) {
        uint32_t room = t->room ? 2 * t->room : 4;
        struct dv_tape_chunk *more = realloc(t->chunk, room * sizeof *more);
        if (!more)
            return no_memory(t->of);
        t->chunk = more;
        t->room = room;
    }
    t->chunk[t->chunks++] = (struct dv_tape_chunk){0};
    return true;
}

void *dv_tape_push(struct dv_tape *t)
{
    uint32_t chunk = t->n >> t->shift;
    if (t->of->failed || t->n == UINT32_MAX)
        return NULL;
    if (chunk == t->chunks && !add_chunk(t))
        return NULL;
    struct dv_tape_chunk *c = &t->chunk[chunk];
    if (!c->p && !hold(t, chunk))
        return NULL;
    c->same = false;
    return c->p + (size_t)(t->n++ & ((1u << t->shift) - 1)) * t->size;
}
