/* Sorting in runs and merging them. Owns the file of runs; must not know what records mean. */
#include "emu/prof/ecosystem/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Records of a run; of a run or of a place in memory; values of the first word that are sorted by
 * counting. */
enum { RUN = 1 << 18, PART = 256, KEYS = 1 << 15 };

/* A run being merged: what is left of it, and the part in memory. */
struct run {
    uint64_t at, left; /* in the file, bytes and records */
    struct dv_record *part;
    unsigned n, next;
};

struct dv_spool {
    struct dv_folder *folder;
    char *path[2];      /* of the runs, and of all in order */
    const char *name;   /* of the runs, in the folder */
    struct dv_out *out; /* runs so far; NULL = none */
    struct dv_record *record, *other;
    uint32_t *key; /* for counting */
    uint64_t count;
    unsigned n; /* of record[] */
    struct run *run;
    unsigned runs;
    int fd; /* of the file that is read */
    bool sorted;
};

static char *path_of(const struct dv_folder *f, const char *name, const char *end)
{
    size_t n = strlen(dv_folder_path(f)) + strlen(name) + strlen(end) + 2;
    char *path = malloc(n);
    if (path)
        snprintf(path, n, "%s/%s%s", dv_folder_path(f), name, end);
    return path;
}

struct dv_spool *dv_spool_new(struct dv_folder *f, const char *name)
{
    struct dv_spool *s = calloc(1, sizeof *s);
    if (s) {
        s->folder = f;
        s->name = name;
        s->fd = -1;
        s->record = malloc(RUN * sizeof *s->record);
        s->other = malloc(RUN * sizeof *s->other);
        s->key = malloc((KEYS + 1) * sizeof *s->key);
        s->path[0] = path_of(f, name, "");
        s->path[1] = path_of(f, name, ".sorted");
    }
    if (s && s->record && s->other && s->key && s->path[0] && s->path[1])
        return s;
    dv_spool_free(s);
    dv_folder_no_memory(f);
    return NULL;
}

uint64_t dv_spool_count(const struct dv_spool *s)
{
    return s->count;
}

/* ---- a run ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const struct dv_record *x = a, *y = b;
    for (unsigned i = 0; i < 4; i++)
        if (x->v[i] != y->v[i])
            return x->v[i] < y->v[i] ? -1 : 1;
    return 0;
}

/* Records of one lane come nearly in order: each is moved to its place, unless that is far. */
static void sort_near(struct dv_record *r, uint32_t n)
{
    uint64_t moves = 0, most = 16ull * n;
    for (uint32_t i = 1; i < n; i++) {
        struct dv_record one = r[i];
        uint32_t at = i;
        for (; at && by_value(&one, &r[at - 1]) < 0; at--)
            r[at] = r[at - 1];
        r[at] = one;
        if ((moves += i - at) > most) {
            qsort(r, n, sizeof *r, by_value);
            return;
        }
    }
}

/* By the first word in one pass, then each of its values by itself. */
static void sort_run(struct dv_spool *s)
{
    uint32_t *key = s->key, first = 0;
    uint64_t most = 0;
    for (unsigned i = 0; i < s->n; i++)
        most = s->record[i].v[0] > most ? s->record[i].v[0] : most;
    if (most >= KEYS) {
        qsort(s->record, s->n, sizeof *s->record, by_value);
        return;
    }
    memset(key, 0, (most + 1) * sizeof *key);
    for (unsigned i = 0; i < s->n; i++)
        key[s->record[i].v[0]]++;
    for (uint64_t k = 0; k <= most; k++) {
        uint32_t n = key[k];
        key[k] = first;
        first += n;
    }
    for (unsigned i = 0; i < s->n; i++)
        s->other[key[s->record[i].v[0]]++] = s->record[i];
    for (uint64_t k = 0; k <= most; k++) {
        uint32_t from = k ? key[k - 1] : 0;
        sort_near(s->other + from, key[k] - from);
    }
    struct dv_record *swap = s->record;
    s->record = s->other;
    s->other = swap;
}

static void put_run(struct dv_spool *s)
{
    sort_run(s);
    if (!s->out)
        s->out = dv_out_open(s->folder, s->name, NULL);
    if (s->out)
        dv_out_put(s->out, s->record, s->n * sizeof *s->record);
    s->n = 0;
}

void dv_spool_add(struct dv_spool *s, const struct dv_record *r)
{
    if (s->n == RUN)
        put_run(s);
    s->record[s->n++] = *r;
    s->count++;
}

/* ---- merging --------------------------------------------------------------------------------- */

static bool lost(struct dv_spool *s, const char *path, int why)
{
    dv_folder_lost(s->folder, path, why);
    return false;
}

/* n bytes of the file that is open; false: the folder failed. */
static bool read_at(struct dv_spool *s, void *to, size_t n, uint64_t at)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(s->fd, (char *)to + done, n - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return lost(s, s->path[s->sorted], got < 0 ? errno : 0);
        done += (size_t)got;
    }
    return true;
}

/* The next part of a run; false at its end. */
static bool fill(struct dv_spool *s, struct run *r)
{
    r->next = 0;
    r->n = (unsigned)(r->left < PART ? r->left : PART);
    size_t bytes = r->n * sizeof *r->part;
    if (!r->n || !read_at(s, r->part, bytes, r->at))
        return false;
    r->at += bytes;
    r->left -= r->n;
    return true;
}

static bool goes_first(const struct run *a, const struct run *b)
{
    return by_value(&a->part[a->next], &b->part[b->next]) < 0;
}

static void sift(struct dv_spool *s, unsigned i)
{
    for (;;) {
        unsigned least = i;
        for (unsigned k = 2 * i + 1; k <= 2 * i + 2 && k < s->runs; k++)
            if (goes_first(&s->run[k], &s->run[least]))
                least = k;
        if (least == i)
            return;
        struct run swap = s->run[i];
        s->run[i] = s->run[least];
        s->run[least] = swap;
        i = least;
    }
}

static bool open_runs(struct dv_spool *s)
{
    unsigned runs = (unsigned)((s->count + RUN - 1) / RUN);
    if (!(s->run = calloc(runs, sizeof *s->run))) {
        dv_folder_no_memory(s->folder);
        return false;
    }
    for (unsigned i = 0; i < runs; i++) {
        struct run *r = &s->run[i];
        uint64_t first = (uint64_t)i * RUN;
        r->at = first * sizeof *s->record;
        r->left = s->count - first < RUN ? s->count - first : RUN;
        if (!(r->part = malloc(PART * sizeof *r->part))) {
            dv_folder_no_memory(s->folder);
            return false;
        }
        s->runs++;
        if (!fill(s, r))
            return false;
    }
    for (unsigned i = s->runs / 2; i-- > 0;)
        sift(s, i);
    return true;
}

static void close_runs(struct dv_spool *s)
{
    for (unsigned i = 0; i < s->runs; i++)
        free(s->run[i].part);
    free(s->run);
    s->run = NULL;
    s->runs = 0;
}

static bool open_file(struct dv_spool *s, unsigned which)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = open(s->path[which], O_RDONLY | O_CLOEXEC);
    return s->fd >= 0 || lost(s, s->path[which], errno);
}

static void merge_into(struct dv_spool *s, struct dv_out *to)
{
    while (s->runs) {
        struct run *first = s->run;
        dv_out_put(to, &first->part[first->next++], sizeof *first->part);
        if (first->next == first->n && !fill(s, first)) {
            free(first->part);
            *first = s->run[--s->runs];
        }
        sift(s, 0);
    }
}

static bool merge(struct dv_spool *s)
{
    char name[64];
    struct dv_out *to;
    snprintf(name, sizeof name, "%s.sorted", s->name);
    if (s->n)
        put_run(s);
    dv_out_close(s->out);
    s->out = NULL;
    if (dv_folder_failed(s->folder) || !open_file(s, 0))
        return false;
    if (open_runs(s) && (to = dv_out_open(s->folder, name, NULL))) {
        merge_into(s, to);
        dv_out_close(to);
    }
    close_runs(s);
    unlink(s->path[0]);
    return !dv_folder_failed(s->folder) && open_file(s, 1);
}

bool dv_spool_sort(struct dv_spool *s)
{
    if (dv_folder_failed(s->folder))
        return false;
    if (s->sorted)
        return true;
    if (s->count <= RUN)
        sort_run(s);
    else if (!merge(s))
        return false;
    return s->sorted = true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What is in memory at a place; false: the folder failed. */
static bool get_part(struct dv_spool *s, struct dv_spool_place *p)
{
    uint64_t left = s->count - p->next;
    if (s->count <= RUN) {
        p->at = s->record + p->next;
        p->n = (unsigned)left;
        return true;
    }
    if (!p->part && !(p->part = malloc(PART * sizeof *p->part))) {
        dv_folder_no_memory(s->folder);
        return false;
    }
    p->n = (unsigned)(left < PART ? left : PART);
    p->at = p->part;
    return read_at(s, p->part, p->n * sizeof *p->part, p->next * sizeof *p->part);
}

bool dv_spool_next(struct dv_spool *s, struct dv_spool_place *p, struct dv_record *r)
{
    if (!p->n && (!s->sorted || p->next >= s->count || !get_part(s, p)))
        return false;
    *r = *p->at++;
    p->next++;
    p->n--;
    return true;
}

void dv_spool_leave(struct dv_spool_place *p)
{
    free(p->part);
    *p = (struct dv_spool_place){0};
}

void dv_spool_free(struct dv_spool *s)
{
    if (!s)
        return;
    close_runs(s);
    if (s->fd >= 0)
        close(s->fd);
    for (unsigned i = 0; i < 2; i++) {
        if (s->count > RUN)
            unlink(s->path[i]);
        free(s->path[i]);
    }
    free(s->record);
    free(s->other);
    free(s->key);
    free(s);
}
