/* Whole files in and out. Owns opening, limits and the rename that makes an output appear
 * whole; must not know contents. */
#include "emu/run/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (16ull << 30)

static enum dv_err cannot(const char *verb, const char *path, struct dv_diag *d)
{
    return dv_fail(d, DV_E_IO, "cannot %s '%.200s': %s", verb, path, strerror(errno));
}

static enum dv_err grow(uint8_t **p, size_t n, size_t *cap, const char *path, struct dv_diag *d)
{
    if (n > FILE_MAX)
        return dv_fail(d, DV_E_MEMORY, "'%.200s' is larger than 16 GiB", path);
    if (*p && n + 1 < *cap)
        return DV_OK;
    *cap = *cap * 2 + 65536;
    uint8_t *q = realloc(*p, *cap);
    if (!q)
        return dv_fail(d, DV_E_MEMORY, "out of memory while reading '%.200s'", path);
    *p = q;
    return DV_OK;
}

static enum dv_err read_all(FILE *f, const char *path, uint8_t **p, size_t *n, struct dv_diag *d)
{
    size_t cap = 0, got;
    enum dv_err e;
    struct stat st;
    if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && (uint64_t)st.st_size < FILE_MAX)
        cap = (size_t)st.st_size / 2;
    do {
        if ((e = grow(p, *n, &cap, path, d)))
            return e;
        got = fread(*p + *n, 1, cap - *n - 1, f);
        *n += got;
    } while (got);
    (*p)[*n] = 0;
    return ferror(f) ? cannot("read", path, d) : DV_OK;
}

enum dv_err dv_file_read(const char *path, uint8_t **p, size_t *n, struct dv_diag *d)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    *p = NULL;
    *n = 0;
    if (!f)
        return cannot("open", path, d);
    enum dv_err e = read_all(f, path, p, n, d);
    if (f != stdin)
        fclose(f);
    if (e) {
        free(*p);
        *p = NULL;
    }
    return e;
}

static bool put(FILE *f, const struct dv_span *span, size_t spans)
{
    for (size_t i = 0; i < spans; i++)
        if (span[i].n && fwrite(span[i].p, 1, span[i].n, f) != span[i].n)
            return false;
    return !fflush(f);
}

/* Devices, pipes and the like are written in place. */
static bool is_special(const char *path)
{
    struct stat st;
    return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static enum dv_err write_direct(FILE *f, const char *path, const struct dv_span *span, size_t spans,
                                struct dv_diag *d)
{
    if (!f)
        return cannot("write", path, d);
    bool good = put(f, span, spans);
    enum dv_err e = good ? DV_OK : cannot("write", path, d);
    if (f != stdout && fclose(f) && !e)
        e = cannot("write", path, d);
    return e;
}

enum dv_err dv_file_write(const char *path, const struct dv_span *span, size_t spans,
                          struct dv_diag *d)
{
    char temporary[4096];
    if (!strcmp(path, "-"))
        return write_direct(stdout, path, span, spans, d);
    if (is_special(path))
        return write_direct(fopen(path, "wb"), path, span, spans, d);
    if (snprintf(temporary, sizeof temporary, "%s.tmp%ld", path, (long)getpid()) >=
        (int)sizeof temporary)
        return dv_fail(d, DV_E_IO, "the name '%.64s..' is too long", path);
    enum dv_err e = write_direct(fopen(temporary, "wb"), temporary, span, spans, NULL);
    if (!e && !rename(temporary, path))
        return DV_OK;
    e = cannot("write", path, d);
    unlink(temporary);
    return e;
}
