/* Source files: reading, comments, lines, the search path.
 *
 * Owns the list of files. A file is read once and lives to the end, so lines are pointers into
 * it. Knows no statement; the only comment kept is "; dv:allow". */
#include "asm/state.h"
#include "isa/embed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t blank_to_newline(char *t, size_t i, size_t n)
{
    for (; i < n && t[i] != '\n'; i++)
        t[i] = ' ';
    return i;
}

static size_t skip_line(const char *t, size_t i, size_t n)
{
    while (i < n && t[i] != '\n')
        i++;
    return i;
}

static bool is_allow(const char *t, size_t i, size_t n)
{
    for (i++; i < n && (t[i] == ' ' || t[i] == '\t'); i++)
        ;
    return n - i >= 8 && !memcmp(t + i, "dv:allow", 8);
}

static size_t skip_string(const char *t, size_t i, size_t n)
{
    for (i++; i < n && t[i] != '"' && t[i] != '\n'; i++)
        if (t[i] == '\\' && i + 1 < n && t[i + 1] != '\n')
            i++;
    return i < n && t[i] == '"' ? i + 1 : i;
}

/* 'c' and '\c'; any other ' is an ordinary character. */
static size_t skip_char(const char *t, size_t i, size_t n)
{
    size_t len = i + 1 < n && t[i + 1] == '\\' ? 4 : 3;
    return i + len <= n && t[i + len - 1] == '\'' && t[i + 1] != '\n' ? i + len : i + 1;
}

static size_t blank_block(char *t, size_t i, size_t n, bool *open)
{
    *open = true;
    for (; i < n; i++) {
        bool close = t[i] == '*' && i + 1 < n && t[i + 1] == '/';
        if (t[i] != '\n')
            t[i] = ' ';
        if (close) {
            t[i + 1] = ' ';
            *open = false;
            return i + 2;
        }
    }
    return i;
}

/* Offset of an unclosed block comment, n when there is none. */
static size_t blank_comments(char *t, size_t n)
{
    for (size_t i = 0; i < n;) {
        bool slash = t[i] == '/' && i + 1 < n, open;
        size_t from = i;
        if (t[i] == '"')
            i = skip_string(t, i, n);
        else if (t[i] == '\'')
            i = skip_char(t, i, n);
        else if (t[i] == ';')
            i = is_allow(t, i, n) ? skip_line(t, i, n) : blank_to_newline(t, i, n);
        else if (slash && t[i + 1] == '/')
            i = blank_to_newline(t, i, n);
        else if (slash && t[i + 1] == '*') {
            t[i + 1] = ' ';
            i = blank_block(t, i, n, &open);
            if (open)
                return from;
        } else
            i++;
    }
    return n;
}

static void split(struct dv_as *as, struct dv_source *s)
{
    size_t lines = 1, at = 0;
    for (size_t i = 0; i < s->n; i++)
        lines += s->raw[i] == '\n' && i + 1 < s->n;
    s->start = dv_as_keep(as, (lines + 1) * sizeof *s->start);
    for (size_t i = 0; i < s->n; i++)
        if (s->raw[i] == '\n' && i + 1 < s->n)
            s->start[++at] = i + 1;
    s->start[lines] = s->n;
    s->lines = (uint32_t)lines;
}

static void hash(struct dv_as *as, const char *text, size_t n)
{
    uint64_t h = as->obj->source_hash;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3ull;
    as->obj->source_hash = h;
}

static void check_nesting(struct dv_as *as, const char *name)
{
    unsigned files = as->frame ? as->frame->files : 0;
    if (files >= DV_AS_INCLUDES)
        dv_as_fail(as, NULL, DV_E_SYNTAX,
                   "files are nested deeper than %d: does '%s' include "
                   "itself?",
                   DV_AS_INCLUDES, name);
}

static struct dv_source *new_source(struct dv_as *as, const char *name, const char *text, size_t n)
{
    as->source = dv_as_grow(as, as->source, &as->sources, &as->cap_source, sizeof *as->source);
    struct dv_source *s = &as->source[as->sources++];
    char *blanked = dv_as_keep(as, n + 1);
    *s = (struct dv_source){.name = name, .raw = text, .text = blanked, .n = n};
    if (n)
        memcpy(blanked, text, n);
    split(as, s);
    return s;
}

enum dv_err dv_as_open_text(struct dv_as *as, const char *name, const char *text, size_t n,
                            bool builtin)
{
    check_nesting(as, name);
    if (as->now.code != DV_OK)
        return as->now.code;
    if (n > DV_AS_SOURCE)
        return dv_as_fail(as, NULL, DV_E_IO, "'%s' is %zu bytes long, at most %u are accepted",
                          name, n, DV_AS_SOURCE);
    struct dv_source *s = new_source(as, name, text, n);
    uint32_t file = as->sources - 1;
    s->builtin = builtin;
    hash(as, text, n);
    struct dv_frame *f = dv_as_enter(as, DV_FRAME_FILE, name, dv_as_mark(as));
    f->file = file;
    size_t open = blank_comments((char *)(uintptr_t)s->text, n);
    if (open < n) {
        uint32_t line = 1;
        while (line < s->lines && s->start[line] <= open)
            line++;
        struct dv_pos at = {file, line, (uint32_t)(open - s->start[line - 1]) + 1, 0};
        dv_as_fail_pos(as, at, DV_E_SYNTAX, "the comment is not closed");
        dv_as_flush(as);
    }
    return DV_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Reads all of f into memory that lives to the end; false when it is too long or broken. */
static bool slurp(struct dv_as *as, FILE *f, const char **text, size_t *n)
{
    size_t cap = 16384;
    char *p = dv_as_keep(as, cap);
    *n = 0;
    for (;;) {
        *n += fread(p + *n, 1, cap - *n, f);
        if (*n < cap)
            break;
        if (cap >= DV_AS_SOURCE)
            return false;
        char *more = dv_as_keep(as, cap * 4);
        memcpy(more, p, *n);
        p = more;
        cap *= 4;
    }
    *text = p;
    return !ferror(f);
}

/* Tries one path: true when the file exists (whatever else went wrong is recorded). */
static bool try_path(struct dv_as *as, const char *path, const char *at, const char **text,
                     size_t *n)
{
    bool standard = !strcmp(path, "-");
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f && errno == ENOENT)
        return false;
    errno = 0;
    if (!f || !slurp(as, f, text, n))
        dv_as_fail(as, at, DV_E_IO, "cannot read '%s': %s", path,
                   errno ? strerror(errno) : "it is longer than 64 MB");
    if (f && !standard)
        fclose(f);
    return true;
}

static const char *join(struct dv_as *as, const char *dir, size_t n, struct dv_span name)
{
    char *path = dv_as_keep(as, n + name.n + 2);
    memcpy(path, dir, n);
    if (n && dir[n - 1] != '/')
        path[n++] = '/';
    memcpy(path + n, name.p, name.n);
    return path;
}

/* Directory of the file that is being read, with its slash; n = 0 when there is none. */
static size_t current_dir(const struct dv_as *as, const char **dir)
{
    const struct dv_frame *f = as->frame;
    while (f && f->kind != DV_FRAME_FILE)
        f = f->under;
    *dir = f ? as->source[f->file].name : "";
    const char *slash = strrchr(*dir, '/');
    return slash ? (size_t)(slash - *dir) + 1 : 0;
}

static bool search(struct dv_as *as, struct dv_span name, const char *at, const char **path,
                   const char **text, size_t *n)
{
    const char *dir;
    size_t dir_n = current_dir(as, &dir);
    if (name.p[0] == '/')
        dir_n = 0;
    *path = join(as, dir, dir_n, name);
    if (try_path(as, *path, at, text, n))
        return true;
    for (size_t i = 0; as->opts && name.p[0] != '/' && i < as->opts->includes; i++) {
        const char *where = as->opts->include[i];
        *path = join(as, where, strlen(where), name);
        if (try_path(as, *path, at, text, n))
            return true;
    }
    return false;
}

enum dv_err dv_as_load(struct dv_as *as, struct dv_span name, const char *at, const char **path,
                       const char **text, size_t *n)
{
    if (!name.n || memchr(name.p, 0, name.n))
        return dv_as_fail(as, at, DV_E_IO, "the file name is empty or has a zero byte");
    if (search(as, name, at, path, text, n))
        return as->now.code;
    return dv_as_fail(as, at, DV_E_IO, "there is no file '%.*s'", (int)name.n, name.p);
}

enum dv_err dv_as_open(struct dv_as *as, struct dv_span name, const char *at)
{
    const char *path, *text;
    size_t n;
    if (!at) {
        path = dv_as_copy(as, name).p;
        if (!try_path(as, path, NULL, &text, &n))
            return dv_as_fail(as, NULL, DV_E_IO, "there is no file '%s'", path);
        if (as->now.code != DV_OK)
            return as->now.code;
        return dv_as_open_text(as, !strcmp(path, "-") ? "<stdin>" : path, text, n, false);
    }
    enum dv_err e = dv_as_load(as, name, at, &path, &text, &n);
    if (e == DV_E_IO && dv_span_is(name, "dv.inc")) {
        as->now.code = DV_OK;
        return dv_as_open_text(as, "dv.inc", dv_include_files[0].text, dv_include_files[0].bytes,
                               true);
    }
    return e != DV_OK ? e : dv_as_open_text(as, path, text, n, false);
}
