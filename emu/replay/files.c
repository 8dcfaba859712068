/* Folders and files: which of them are logs and of which core, their lines one by one. Owns the
 * names (formats.md 1.2) and the limits; what a line says is dump.c's. */
#include "emu/replay/state.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- names ----------------------------------------------------------------------------------- */

struct name {
    unsigned core, part, kind;  /* of "core3.veccore1": 3, 1, 'v'; kind 0: merged or not said */
    bool popped, is_log, other; /* other: a log that only the next generation writes */
    unsigned turn;              /* of a log in several files */
};

static bool eat(const char **p, const char *text)
{
    size_t n = strlen(text);

    if (strncmp(*p, text, n) != 0)
        return false;
    *p += n;
    return true;
}

static bool eat_number(const char **p, unsigned *v)
{
    const char *begin = *p;

    for (*v = 0; **p >= '0' && **p <= '9' && *p - begin < 6; ++*p)
        *v = *v * 10 + (unsigned)(**p - '0');
    return *p != begin;
}

static struct name name_of(const char *file)
{
    struct name n = {.other = !strncmp(file, "rvec.", 5) || strstr(file, ".rvec.")};
    const char *p = file;

    if (!eat(&p, "core") || !eat_number(&p, &n.core))
        return n;
    if (eat(&p, ".veccore"))
        n.kind = 'v';
    else if (eat(&p, ".cubecore"))
        n.kind = 'c';
    if ((n.kind && !eat_number(&p, &n.part)) || !(eat(&p, ".") || eat(&p, "_")))
        return n;
    n.popped = eat(&p, "instr_popped_log.dump");
    if (!n.popped && !eat(&p, "instr_log.dump"))
        return n;
    n.is_log = !*p || (eat(&p, ".") && eat_number(&p, &n.turn) && !*p);
    return n;
}

/* Number of a core in the chip: AICs first, then AIVs; -1: the chip has no such core. */
static int slot_of(const struct dv_dump *k, const struct name *n)
{
    if (k->merged || !n->kind)
        return !n->kind && n->core < k->merged ? (int)n->core : -1;
    if (n->kind == 'c')
        return n->part == 0 && n->core < k->aic ? (int)n->core : -1;
    return n->part < 2 && 2 * n->core + n->part < k->aiv ? (int)(k->aic + 2 * n->core + n->part)
                                                         : -1;
}

/* ---- lines ----------------------------------------------------------------------------------- */

struct reader {
    FILE *f;
    char buffer[DV_LINE_MOST + 1];
    size_t from, to; /* what is in the buffer and not read yet */
};

/* Makes room and reads on; false at the end of the file. */
static bool refill(struct reader *r)
{
    memmove(r->buffer, r->buffer + r->from, r->to - r->from);
    r->to -= r->from;
    r->from = 0;
    size_t n = fread(r->buffer + r->to, 1, sizeof r->buffer - r->to, r->f);
    r->to += n;
    return n > 0;
}

static enum dv_err bad(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                       struct dv_diag *d, const char *what)
{
    enum dv_err e = dv_fail(d, DV_E_SYNTAX, "%s", what);

    dv_diag_at(d, k->file[s->file], at > INT32_MAX ? INT32_MAX : (int)at, 1);
    return e;
}

static enum dv_err read_lines(struct dv_dump *k, const struct dv_dump_source *s, struct reader *r,
                              struct dv_diag *d)
{
    enum dv_err e = DV_OK;

    for (uint64_t at = 1; !e; at++) {
        char *end = memchr(r->buffer + r->from, '\n', r->to - r->from);
        while (!end && r->to - r->from < sizeof r->buffer && refill(r))
            end = memchr(r->buffer + r->from, '\n', r->to - r->from);
        if (!end && r->to - r->from == sizeof r->buffer)
            return bad(k, s, at, d, "the line has more than 4096 bytes: this is no log");
        if (!end)
            return r->to == r->from ? DV_OK
                                    : bad(k, s, at, d, "the line has no end: the file is cut here");
        size_t n = (size_t)(end - (r->buffer + r->from));
        e = memchr(r->buffer + r->from, 0, n)
                ? bad(k, s, at, d, "the line holds a zero byte: this is no log")
                : dv_dump_line(k, s, at, r->buffer + r->from, n, d);
        r->from += n + 1;
    }
    return e;
}

static enum dv_err read_file(struct dv_dump *k, const char *path, struct dv_dump_source *s,
                             struct dv_diag *d)
{
    struct reader *r = calloc(1, sizeof *r);
    char **more = realloc(k->file, (k->files + 1) * sizeof *more);
    enum dv_err e;

    k->file = more ? more : k->file;
    if (!r || !more || !(k->file[k->files] = strdup(path))) {
        free(r);
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    }
    s->file = k->files++;
    r->f = fopen(path, "rb");
    if (!r->f) {
        free(r);
        return dv_fail(d, DV_E_IO, "cannot read '%.300s': %s", path, strerror(errno));
    }
    e = read_lines(k, s, r, d);
    if (!e && ferror(r->f))
        e = dv_fail(d, DV_E_IO, "cannot read '%.300s': %s", path, strerror(errno));
    fclose(r->f);
    free(r);
    return e;
}

/* ---- a folder -------------------------------------------------------------------------------- */

struct entry {
    char *file;
    struct name name;
};
struct folder {
    struct entry *at;
    size_t n;
    bool other;
};

static int turn_of(const void *a, const void *b)
{
    const struct name *x = &((const struct entry *)a)->name, *y = &((const struct entry *)b)->name;

    if (x->popped != y->popped)
        return y->popped - x->popped;
    if (x->core != y->core)
        return x->core < y->core ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return (x->turn > y->turn) - (x->turn < y->turn);
}

static enum dv_err list(const char *path, struct folder *f, struct dv_diag *d)
{
    DIR *dir = opendir(path);
    const struct dirent *e;

    if (!dir)
        return dv_fail(d, DV_E_IO, "cannot read '%.300s': %s", path, strerror(errno));
    while ((e = readdir(dir))) {
        struct name n = name_of(e->d_name);
        f->other |= n.other;
        struct entry *more = n.is_log ? realloc(f->at, (f->n + 1) * sizeof *more) : NULL;
        if (!n.is_log)
            continue;
        f->at = more ? more : f->at;
        if (!more || !(f->at[f->n].file = strdup(e->d_name))) {
            closedir(dir);
            return dv_fail(d, DV_E_MEMORY, "out of memory");
        }
        f->at[f->n++].name = n;
    }
    closedir(dir);
    if (f->n)
        qsort(f->at, f->n, sizeof *f->at, turn_of);
    return DV_OK;
}

/* Merged cores are called core0, split ones core0.cubecore0 and core0.veccore0. */
static enum dv_err no_such_core(const struct dv_dump *k, const char *file, const struct name *n,
                                struct dv_diag *d)
{
    const char *of = n->kind ? "dav-c220 (A2, A3)" : "dav-c100 (910A) or dav-m200 (310P)";
    enum dv_err e = DV_E_CONFIG;

    if (!n->kind != !!k->merged)
        dv_fail(d, e, "%.200s is named as a log of %s: this replays logs of %s", file, of,
                k->generation);
    else
        dv_fail(d, e, "%.200s: the chip (%s) has no such core", file, k->generation);
    dv_diag_fix(d, "replay it on the chip it was made for (--chip; 'dv chip' lists them)");
    return e;
}

static enum dv_err read_folder(struct dv_dump *k, const char *path, const struct folder *f,
                               struct dv_diag *d)
{
    char whole[4096];

    if (f->other)
        return dv_fail(d, DV_E_CONFIG, "%.300s is a log of dav-3510 (A5): this replays logs of %s",
                       path, k->generation);
    if (!f->n || !f->at[0].name.popped) {
        enum dv_err e = dv_fail(d, DV_E_IO, "'%.300s' holds no %s", path,
                                f->n ? "log of issues: only logs of completions"
                                     : "core*.instr_popped_log.dump");
        dv_diag_fix(d, "name the dump folder of a simulator, or the file of dv run --log");
        return e;
    }
    for (size_t i = 0; i < f->n; i++) {
        const struct entry *e = &f->at[i];
        struct dv_dump_source s = {
            .slot = slot_of(k, &e->name), .issues = e->name.popped, .ends = !e->name.popped};
        if (s.slot < 0)
            return no_such_core(k, e->file, &e->name, d);
        if ((size_t)snprintf(whole, sizeof whole, "%s/%s", path, e->file) >= sizeof whole)
            return dv_fail(d, DV_E_IO, "the path of '%.200s' is too long", e->file);
        enum dv_err err = read_file(k, whole, &s, d);
        if (err)
            return err;
    }
    return DV_OK;
}

/* A file: what its name does not say, its lines do. */
static enum dv_err read_one(struct dv_dump *k, const char *path, struct dv_diag *d)
{
    const char *slash = strrchr(path, '/');
    struct name n = name_of(slash ? slash + 1 : path);
    struct dv_dump_source s = {.slot = -1};

    if (n.is_log && !n.popped)
        return dv_fail(d, DV_E_CONFIG,
                       "'%.300s' is a log of completions; name its folder, which holds "
                       "instr_popped_log.dump too",
                       path);
    if (n.is_log) {
        s.issues = true;
        s.slot = slot_of(k, &n);
        if (s.slot < 0)
            return no_such_core(k, path, &n, d);
    }
    return read_file(k, path, &s, d);
}

enum dv_err dv_dump_read(struct dv_dump *k, const char *path, struct dv_diag *d)
{
    struct folder f = {0};
    struct stat st;

    if (stat(path, &st))
        return dv_fail(d, DV_E_IO, "cannot read '%.300s': %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return read_one(k, path, d);
    enum dv_err e = list(path, &f, d);
    if (!e)
        e = read_folder(k, path, &f, d);
    for (size_t i = 0; i < f.n; i++)
        free(f.at[i].file);
    free(f.at);
    return e;
}
