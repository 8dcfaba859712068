/* From bytes to blocks of lines: comments, continuation, words, and the error printer.
 *
 * Knows the shape of the text only; what a block means is model.c's and insn.c's business. */
#include "isa/gen/gen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int fail_count;

void fail(struct at at, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "%s:%d: ", at.file, at.line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    if (++fail_count >= 20) {
        fprintf(stderr, "too many errors\n");
        exit(1);
    }
}

/* All memory comes from one chain of chunks that lives as long as the program. */
enum { CHUNK = 1 << 16 };
struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};
static struct chunk *chunks;

static void *take(size_t n)
{
    n = (n + 15) & ~(size_t)15;
    if (!chunks || n > chunks->size - chunks->used) {
        size_t size = n > CHUNK ? n : CHUNK;
        struct chunk *c = malloc(sizeof *c + size);
        if (!c) {
            fprintf(stderr, "out of memory\n");
            exit(1);
        }
        *c = (struct chunk){.next = chunks, .size = size};
        chunks = c;
    }
    void *p = chunks->bytes + chunks->used;
    chunks->used += n;
    return p;
}

void *grow(void *array, int n, size_t size)
{
    if ((n & (n - 1)) == 0) { /* full: the capacity is n, or 1 when empty */
        void *more = take((n ? 2 * (size_t)n : 1) * size);
        if (n)
            memcpy(more, array, (size_t)n * size);
        array = more;
    }
    memset((char *)array + (size_t)n * size, 0, size);
    return array;
}

char *keep(const char *text, size_t n)
{
    char *p = take(n + 1);
    memcpy(p, text, n);
    p[n] = 0;
    return p;
}

char *split_pair(const char *word, const char **value)
{
    const char *eq = strchr(word, '=');
    *value = eq ? eq + 1 : NULL;
    return keep(word, eq ? (size_t)(eq - word) : strlen(word));
}

bool parse_number(const char *s, uint64_t *out)
{
    char *end;
    if (!isdigit((unsigned char)*s))
        return false;
    *out = strtoull(s, &end, s[0] == '0' && s[1] == 'x' ? 16 : 10);
    return *end == 0;
}

bool parse_signed(const char *s, int64_t *out)
{
    uint64_t u;
    if (!parse_number(s + (*s == '-'), &u))
        return false;
    *out = *s == '-' ? -(int64_t)u : (int64_t)u;
    return true;
}

bool check_name(struct at at, const char *what, const char *name, size_t most, bool upper)
{
    bool good = isalpha((unsigned char)*name);
    for (const char *p = name; *p; p++)
        good &= isalnum((unsigned char)*p) || *p == '_';
    for (const char *p = name; *p && !upper; p++)
        good &= !isupper((unsigned char)*p);
    if (!good)
        fail(at, "%s name '%s' is not a name", what, name);
    else if (strlen(name) > most)
        fail(at, "%s name '%s' is longer than %zu characters", what, name, most);
    return good && strlen(name) <= most;
}

bool same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

/* A comment is a hash followed by a blank, so that `#{imm}` and `#16` stay text. */
static void cut_comment(char *s)
{
    for (char *p = s; (p = strchr(p, '#')); p++) {
        if ((p == s || p[-1] == ' ') && (p[1] == ' ' || p[1] == 0)) {
            *p = 0;
            break;
        }
    }
    size_t n = strlen(s);
    while (n && s[n - 1] == ' ')
        s[--n] = 0;
}

static void split_words(struct line *l)
{
    for (const char *p = l->text; *p;) {
        size_t n = strcspn(p, " ");
        if (n)
            *PUSH(l->word, l->words) = keep(p, n);
        p += n + (p[n] == ' ');
    }
}

static void join(struct line *l, const char *more)
{
    size_t n = strlen(l->text) + strlen(more) + 2;
    char *p = take(n);
    snprintf(p, n, "%s %s", l->text, more);
    l->text = p;
}

static void take_indented(struct text *t, struct at at, const char *s, int indent)
{
    struct block *b = t->blocks ? &t->block[t->blocks - 1] : NULL;
    if (!b || b->head.at.file != at.file) {
        fail(at, "indented line outside a block");
        return;
    }
    if (strncmp(b->head.text, "enum ", 5) == 0) {
        join(&b->head, s);
        return;
    }
    if (!b->lines)
        b->indent = indent;
    bool more = strncmp(b->head.text, "layout ", 7) != 0 && indent > b->indent;
    if (b->lines && more) {
        join(&b->line[b->lines - 1], s);
        return;
    }
    if (strncmp(b->head.text, "layout ", 7) != 0 && indent < b->indent)
        fail(at, "line is indented less than the first line of its block");
    *PUSH(b->line, b->lines) = (struct line){.at = at, .text = keep(s, strlen(s))};
}

static void take_line(struct text *t, struct at at, char *s)
{
    for (char *p = s; *p; p++) {
        if (*p < ' ' || *p > '~') {
            fail(at, "only printable ASCII is allowed, no tabs");
            return;
        }
    }
    cut_comment(s);
    int indent = (int)strspn(s, " ");
    if (!s[indent])
        return;
    if (indent)
        take_indented(t, at, s + indent, indent);
    else
        PUSH(t->block, t->blocks)->head = (struct line){.at = at, .text = keep(s, strlen(s))};
}

bool read_file(struct text *t, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    int first = t->blocks;
    char *s = NULL;
    size_t cap = 0;
    ssize_t n;
    for (struct at at = {path, 1}; (n = getline(&s, &cap, f)) >= 0; at.line++) {
        if (n && s[n - 1] == '\n')
            s[--n] = 0;
        if (strlen(s) != (size_t)n)
            fail(at, "only printable ASCII is allowed, no tabs");
        else
            take_line(t, at, s);
    }
    free(s);
    bool good = !ferror(f);
    fclose(f);
    for (int i = first; i < t->blocks; i++) {
        split_words(&t->block[i].head);
        for (int k = 0; k < t->block[i].lines; k++)
            split_words(&t->block[i].line[k]);
    }
    return good;
}
