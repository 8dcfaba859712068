/* Archives of objects; see archive.h. Any sequence of bytes is safe.
 *
 * Owns the 60-byte member headers and the three ways of naming a member. Knows nothing of what a
 * member holds. */
#include "asm/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[] = "!<arch>\n", thin[] = "!<thin>\n";

enum { MAGIC = 8, HEADER = 60, NAME = 16, SIZE_AT = 48, SIZE = 10, NAME_MOST = 4096 };

struct reader {
    const char *file;
    const uint8_t *p;
    size_t n, at;
    const char *longs; /* the table of long names */
    size_t longs_n;
    struct dv_archive *out;
    uint32_t room;
    struct dv_diag *d;
};

/* A name as it stands in the archive. */
struct text {
    const char *p;
    size_t n;
};

bool dv_archive_is(const uint8_t *p, size_t n)
{
    return n >= MAGIC && (!memcmp(p, magic, MAGIC) || !memcmp(p, thin, MAGIC));
}

void dv_archive_free(struct dv_archive *a)
{
    for (uint32_t i = 0; i < a->members; i++)
        free(a->member[i].name);
    free(a->member);
    *a = (struct dv_archive){0};
}

static enum dv_err damaged(struct reader *r, const char *what)
{
    return dv_fail(r->d, DV_E_OBJECT, "%s is a damaged archive: %s at byte %zu", r->file, what,
                   r->at);
}

/* A decimal number padded with blanks; false when it is none. */
static bool number(const uint8_t *p, size_t n, uint64_t *out)
{
    size_t i = 0;
    *out = 0;
    for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
        *out = *out * 10 + (uint64_t)(p[i] - '0');
    bool any = i > 0;
    for (; i < n; i++)
        if (p[i] != ' ')
            return false;
    return any;
}

static enum dv_err add(struct reader *r, struct text name, const uint8_t *p, size_t n)
{
    struct dv_archive *a = r->out;
    if (a->members == r->room) {
        r->room = r->room ? r->room * 2 : 16;
        struct dv_member *grown = reallocarray(a->member, r->room, sizeof *grown);
        if (!grown)
            return dv_fail(r->d, DV_E_MEMORY, "out of memory");
        a->member = grown;
    }
    size_t bytes = strlen(r->file) + name.n + 3;
    char *text = malloc(bytes);
    if (!text)
        return dv_fail(r->d, DV_E_MEMORY, "out of memory");
    snprintf(text, bytes, "%s(%.*s)", r->file, (int)name.n, name.p);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    a->member[a->members++] = (struct dv_member){text, p, n};
    return DV_OK;
}

/* "/123": the name at that offset of the table, up to "/\n". */
static enum dv_err long_name(struct reader *r, const uint8_t *head, struct text *out)
{
    uint64_t at;
    if (!number(head + 1, NAME - 1, &at) || at >= r->longs_n)
        return damaged(r, "a long name that is not in the table");
    const char *p = r->longs + at, *end = memchr(p, '\n', r->longs_n - at);
    size_t n = end ? (size_t)(end - p) : r->longs_n - at;
    if (n && p[n - 1] == '/')
        n--;
    *out = (struct text){p, n < NAME_MOST ? n : NAME_MOST};
    return DV_OK;
}

/* "#1/20": the name is the first 20 bytes of the body, which is shortened. */
static enum dv_err bsd_name(struct reader *r, const uint8_t *head, const uint8_t **body,
                            size_t *bytes, struct text *out)
{
    uint64_t n;
    if (!number(head + 3, NAME - 3, &n) || n > *bytes)
        return damaged(r, "a name longer than its member");
    size_t shown = strnlen((const char *)*body, n);
    *out = (struct text){(const char *)*body, shown < NAME_MOST ? shown : NAME_MOST};
    *body += n;
    *bytes -= n;
    return DV_OK;
}

/* "name/" or a name padded with blanks. */
static struct text short_name(const uint8_t *head)
{
    const char *p = (const char *)head, *end = memchr(p, '/', NAME);
    size_t n = end && end > p ? (size_t)(end - p) : NAME;
    while (n && p[n - 1] == ' ')
        n--;
    return (struct text){p, n};
}

static bool is_index(struct text name)
{
    return name.n >= 9 && !memcmp(name.p, "__.SYMDEF", 9);
}

static enum dv_err take(struct reader *r, const uint8_t *head, const uint8_t *body, size_t bytes)
{
    struct text name;
    enum dv_err e = DV_OK;
    if (!memcmp(head, "// ", 3)) {
        r->longs = (const char *)body;
        r->longs_n = bytes;
        return DV_OK;
    }
    if (!memcmp(head, "/ ", 2) || !memcmp(head, "/SYM64/ ", 8))
        return DV_OK;
    if (head[0] == '/')
        e = long_name(r, head, &name);
    else if (!memcmp(head, "#1/", 3))
        e = bsd_name(r, head, &body, &bytes, &name);
    else
        name = short_name(head);
    return e || is_index(name) ? e : add(r, name, body, bytes);
}

static enum dv_err next(struct reader *r)
{
    uint64_t bytes;
    const uint8_t *head = r->p + r->at;
    if (r->n - r->at < HEADER)
        return damaged(r, "half a member header");
    if (memcmp(head + HEADER - 2, "`\n", 2) || !number(head + SIZE_AT, SIZE, &bytes))
        return damaged(r, "no member header");
    if (bytes > r->n - r->at - HEADER)
        return damaged(r, "a member longer than the file");
    enum dv_err e = take(r, head, head + HEADER, bytes);
    r->at += HEADER + bytes;
    r->at += r->at % 2 && r->at < r->n;
    return e;
}

enum dv_err dv_archive_read(const char *name, const uint8_t *p, size_t n, struct dv_archive *out,
                            struct dv_diag *d)
{
    struct reader r = {.file = name, .p = p, .n = n, .at = MAGIC, .out = out, .d = d};
    enum dv_err e = DV_OK;
    *out = (struct dv_archive){0};
    if (n >= MAGIC && !memcmp(p, thin, MAGIC))
        return dv_fail(
            d, DV_E_OBJECT,
            "%s is a thin archive, which only names its members: make it again without T", name);
    while (!e && r.at < n)
        e = next(&r);
    return e;
}
