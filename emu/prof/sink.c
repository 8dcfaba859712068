/* Output folders and the streams into them. Owns how files are made, cut when the disk is full and
 * removed after a fault; must not know what is written. */
#include "emu/prof/sink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Something that was made, newest first. */
struct made {
    struct made *next;
    bool folder;
    char path[];
};

struct dv_folder {
    struct dv_diag d;
    struct made *made;
    struct dv_out *open;
    const struct dv_earlier_files *earlier; /* to be removed, NULL = nothing or done */
    char path[];
};

const char *dv_folder_path(const struct dv_folder *f)
{
    return f->path;
}

bool dv_folder_failed(const struct dv_folder *f)
{
    return f->d.code != DV_OK;
}

void dv_folder_no_memory(struct dv_folder *f)
{
    dv_fail(&f->d, DV_E_MEMORY, "out of memory while writing '%.200s'", f->path);
}

void dv_folder_lost(struct dv_folder *f, const char *path, int why)
{
    dv_fail(&f->d, DV_E_IO, "cannot read '%.400s' again: %s", path,
            why ? strerror(why) : "it is shorter than what was written");
}

static bool note(struct dv_folder *f, const char *path, bool folder)
{
    size_t n = strlen(path) + 1;
    struct made *m = malloc(sizeof *m + n);
    if (!m) {
        dv_folder_no_memory(f);
        return false;
    }
    memcpy(m->path, path, n);
    m->folder = folder;
    m->next = f->made;
    f->made = m;
    return true;
}

/* ---- folders --------------------------------------------------------------------------------- */

/* True unless the folder holds anything. */
static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *e;
    bool empty = dir != NULL;
    while (dir && (e = readdir(dir)))
        empty &= !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
    if (dir)
        closedir(dir);
    return empty;
}

static bool make_folder(struct dv_folder *f, const char *path)
{
    struct stat s;
    if (!mkdir(path, 0777))
        return note(f, path, true);
    int why = errno;
    if (why == EEXIST && !stat(path, &s) && S_ISDIR(s.st_mode))
        return true;
    dv_fail(&f->d, DV_E_IO, "cannot make the folder '%.200s': %s", path, strerror(why));
    return false;
}

static enum dv_err check_there(const char *path, bool force, struct dv_diag *d)
{
    struct stat s;
    if (stat(path, &s) && errno != ENOENT)
        return dv_fail(d, DV_E_IO, "cannot reach the folder '%.200s': %s", path, strerror(errno));
    if (stat(path, &s) && !lstat(path, &s))
        return dv_fail(d, DV_E_CONFIG, "'%.200s' is a link to what is not there", path);
    if (stat(path, &s))
        return DV_OK;
    if (!S_ISDIR(s.st_mode))
        return dv_fail(d, DV_E_CONFIG, "'%.200s' is a file; -o names a folder", path);
    if (access(path, W_OK | X_OK))
        return dv_fail(d, DV_E_IO, "cannot write into the folder '%.200s': %s", path,
                       strerror(errno));
    if (force || is_empty(path))
        return DV_OK;
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "the folder '%.200s' is there and not empty", path);
    dv_diag_fix(d, "name another folder, or replace its files with --force");
    return e;
}

struct dv_folder *dv_folder_open(const char *path, bool force, const struct dv_earlier_files *of,
                                 struct dv_diag *d)
{
    size_t n = strlen(path) + 1;
    struct dv_folder *f;
    if (!*path) {
        dv_fail(d, DV_E_CONFIG, "-o names no folder");
        return NULL;
    }
    if (check_there(path, force, d))
        return NULL;
    if (!(f = calloc(1, sizeof *f + n))) {
        dv_fail(d, DV_E_MEMORY, "out of memory");
        return NULL;
    }
    dv_diag_init(&f->d);
    memcpy(f->path, path, n);
    f->earlier = force ? of : NULL;
    if (make_folder(f, path))
        return f;
    dv_folder_close(f, false, d);
    return NULL;
}

static void remove_made(const struct made *m, bool keep)
{
    if (keep)
        return;
    if (m->folder)
        rmdir(m->path);
    else
        unlink(m->path);
}

enum dv_err dv_folder_close(struct dv_folder *f, bool keep, struct dv_diag *d)
{
    while (f->open)
        dv_out_close(f->open);
    if (f->d.code && d && !d->code)
        *d = f->d;
    enum dv_err e = f->d.code;
    for (struct made *m = f->made, *next; m; m = next) {
        next = m->next;
        remove_made(m, keep);
        free(m);
    }
    free(f);
    return e;
}

/* ---- what an earlier run wrote --------------------------------------------------------------- */

enum match { NO_NAME, A_FOLDER, A_FILE };

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && !strcmp(path + n - m, end);
}

/* A path in the folder, of a name or of a folder that the name lies in. */
static enum match match(const char *name, const char *path)
{
    if (*name == '*')
        return !strchr(path, '/') && ends_in(path, name + 1) ? A_FILE : NO_NAME;
    for (; *name && *path; name++) {
        size_t digits = *name == '#' ? strspn(path, "0123456789") : *name == *path;
        if (!digits)
            return NO_NAME;
        path += digits;
    }
    return *path ? NO_NAME : !*name ? A_FILE : *name == '/' ? A_FOLDER : NO_NAME;
}

static enum match find_name(const char *const *names, const char *path)
{
    enum match best = NO_NAME;
    for (; *names; names++) {
        enum match m = match(*names, path);
        best = m > best ? m : best;
    }
    return best;
}

static void remove_in(struct dv_folder *f, const char *const *names, const char *path);

/* Links are neither followed nor removed; a folder goes when it is empty. */
static void remove_known(struct dv_folder *f, const char *const *names, const char *path)
{
    enum match m = find_name(names, path + strlen(f->path) + 1);
    struct stat s;
    if (!m || lstat(path, &s))
        return;
    if (m == A_FOLDER && S_ISDIR(s.st_mode)) {
        remove_in(f, names, path);
        rmdir(path);
    } else if (m == A_FILE && S_ISREG(s.st_mode) && unlink(path)) {
        dv_fail(&f->d, DV_E_IO, "cannot remove '%.400s' of an earlier run: %s", path,
                strerror(errno));
    }
}

static void remove_in(struct dv_folder *f, const char *const *names, const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *e;
    while (dir && (e = readdir(dir))) {
        char whole[4096];
        int n = snprintf(whole, sizeof whole, "%s/%s", path, e->d_name);
        if (n < (int)sizeof whole && strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            remove_known(f, names, whole);
    }
    if (dir)
        closedir(dir);
}

static bool is_ours(const struct dv_folder *f, const char *const *marks)
{
    struct stat s;
    bool any = false;
    for (; *marks; marks++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", f->path, *marks);
        any |= !lstat(path, &s) && S_ISREG(s.st_mode);
    }
    return any;
}

static void remove_earlier(struct dv_folder *f)
{
    const struct dv_earlier_files *e = f->earlier;
    f->earlier = NULL;
    if (e && is_ours(f, e->marks))
        remove_in(f, e->names, f->path);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Folders between the output folder and the file. */
static bool make_way(struct dv_folder *f, char *path)
{
    bool good = true;
    for (char *c = path + strlen(f->path) + 1; good && (c = strchr(c, '/')); c++) {
        *c = 0;
        good = make_folder(f, path);
        *c = '/';
    }
    return good;
}

struct dv_out *dv_out_open(struct dv_folder *f, const char *name, const char *tail)
{
    size_t n = strlen(f->path) + strlen(name) + 2;
    char *path = malloc(n);
    struct dv_out *o = malloc(sizeof *o);
    remove_earlier(f);
    bool good = path && o && !f->d.code;
    if (!path || !o)
        dv_folder_no_memory(f);
    int fd = -1;
    if (good) {
        snprintf(path, n, "%s/%s", f->path, name);
        good = make_way(f, path) && note(f, path, false);
    }
    if (good && (fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) {
        dv_fail(&f->d, DV_E_IO, "cannot write '%.400s': %s", path, strerror(errno));
        good = false;
    }
    if (!good) {
        free(path);
        free(o);
        return NULL;
    }
    o->folder = f;
    o->name = path;
    o->tail = tail ? tail : "";
    o->kept = o->before = o->there = 0;
    o->n = o->mark = o->ends = o->end[0] = 0;
    o->fd = fd;
    o->failed = false;
    o->next = f->open;
    f->open = o;
    return o;
}

/* Ends the file behind a whole record, with its closing text; `from`: where the buffer begins in
 * it. A file without a whole record says nothing and goes. */
static void cut(struct dv_out *o, uint64_t from)
{
    size_t n = strlen(o->tail);
    uint64_t at = o->there >= o->kept + n ? o->kept : o->before;
    for (unsigned i = 1; i <= o->ends; i++)
        if (from + o->end[i] + n <= o->there)
            at = from + o->end[i];
    if (o->mark && from + o->mark + n <= o->there)
        at = from + o->mark;
    if (!at)
        unlink(o->name);
    else if (pwrite(o->fd, o->tail, n, (off_t)at) == (ssize_t)n)
        at += n;
    if (ftruncate(o->fd, (off_t)at))
        o->failed = true; /* what stands there stays */
}

static void lost(struct dv_out *o, uint64_t from, int why)
{
    o->failed = true;
    dv_fail(&o->folder->d, DV_E_IO, "cannot write '%.400s': %s", o->name,
            why ? strerror(why) : "nothing was written");
    dv_diag_fix(&o->folder->d, "make room or write elsewhere; what was written up to here stays");
    cut(o, from);
}

/* The first n bytes of the buffer into the file. */
static void drain(struct dv_out *o, uint32_t n)
{
    uint64_t from = o->there;
    for (uint32_t at = 0; at < n;) {
        ssize_t got = write(o->fd, o->p + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            lost(o, from, got < 0 ? errno : 0);
            return;
        }
        at += (uint32_t)got;
        o->there += (uint64_t)got;
    }
    if (!o->mark)
        return;
    o->before = o->kept;
    o->kept = from + o->mark;
}

void dv_out_flush(struct dv_out *o)
{
    uint32_t n = o->mark && o->n - o->mark < DV_OUT_ROOM - DV_OUT_RECORD ? o->mark : o->n;
    if (!o->failed)
        drain(o, n);
    memmove(o->p, o->p + n, o->n - n);
    o->n -= n;
    o->mark = o->ends = 0;
}

void dv_out_close(struct dv_out *o)
{
    if (!o)
        return;
    struct dv_out **at = &o->folder->open;
    while (*at != o)
        at = &(*at)->next;
    *at = o->next;
    if (!o->failed)
        drain(o, o->n);
    if (close(o->fd) && !o->failed)
        dv_fail(&o->folder->d, DV_E_IO, "cannot write '%.400s': %s", o->name, strerror(errno));
    free(o->name);
    free(o);
}

/* ---- text ------------------------------------------------------------------------------------ */

const char dv_pairs[201] = "00010203040506070809101112131415161718192021222324"
                           "25262728293031323334353637383940414243444546474849"
                           "50515253545556575859606162636465666768697071727374"
                           "75767778798081828384858687888990919293949596979899";
const char dv_hex_pairs[513] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                               "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                               "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
                               "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                               "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                               "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                               "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                               "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
const uint64_t dv_tens[20] = {
    0,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
    10000000000000000000u,
};

void dv_out_put(struct dv_out *o, const void *p, size_t n)
{
    const char *from = p;
    while (n) {
        if (o->n == DV_OUT_ROOM)
            dv_out_flush(o);
        size_t part = DV_OUT_ROOM - o->n < n ? DV_OUT_ROOM - o->n : n;
        memcpy(o->p + o->n, from, part);
        o->n += (uint32_t)part;
        from += part;
        n -= part;
    }
}

void dv_out_text(struct dv_out *o, const char *text)
{
    dv_out_put(o, text, strlen(text));
}

void dv_out_f(struct dv_out *o, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(dv_out_room(o, DV_OUT_RECORD), DV_OUT_RECORD, fmt, ap);
    va_end(ap);
    if (n > 0)
        o->n += n < DV_OUT_RECORD ? (uint32_t)n : DV_OUT_RECORD - 1;
}

void dv_out_json(struct dv_out *o, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            dv_out_put(o, (char[]){'\\', *c}, 2);
        else if (*c == '\n')
            dv_out_put(o, "\\n", 2);
        else if ((unsigned char)*c < 0x20)
            dv_out_f(o, "\\u%04x", (unsigned char)*c);
        else
            dv_out_put(o, c, 1);
    }
}

void dv_out_csv(struct dv_out *o, const char *text)
{
    dv_out_put(o, "\"", 1);
    for (const char *c = text; *c; c++)
        dv_out_put(o, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    dv_out_put(o, "\"", 1);
}
