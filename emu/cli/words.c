/* Reads lists of words: for `dv isa --word -` and `dv dis --raw`. Owns the spelling of a number and
 * its messages; must not know what a word means. */
#include "emu/cli/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FAILURES = 20 };

bool dv_word_read(const char *text, size_t n, bool hex, uint32_t *out)
{
    uint64_t v = 0;
    size_t i = n > 2 && text[0] == '0' && (text[1] | 32) == 'x' ? 2 : 0;
    unsigned base = hex || i ? 16 : 10;
    if (i == n)
        return false;
    for (; i < n; i++) {
        char c = text[i];
        unsigned digit = c >= '0' && c <= '9'                 ? (unsigned)(c - '0')
                         : (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10)
                                                              : 16;
        v = v * base + digit;
        if (digit >= base || v > UINT32_MAX)
            return false;
    }
    *out = (uint32_t)v;
    return true;
}

bool dv_words_add(struct dv_words *w, uint32_t word)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 1024;
        uint32_t *p = realloc(w->word, cap * sizeof *p);
        if (!p)
            return false;
        w->word = p;
        w->cap = cap;
    }
    w->word[w->n++] = word;
    return true;
}

struct scan {
    struct dv_words *w;
    const char *name, *line, *end;
    bool hex;
    int number, failures, status;
};

static void refuse(struct scan *s, const char *at, size_t n)
{
    struct dv_diag d;
    dv_diag_init(&d);
    bool odd = false;
    for (size_t i = 0; i < n && i < 40; i++)
        odd |= !isprint((unsigned char)at[i]);
    if (odd)
        dv_fail(&d, DV_E_SYNTAX, "this is no text: expected 32-bit words");
    else
        dv_fail(&d, DV_E_SYNTAX, "'%.*s%s' is no 32-bit word: write %s", n > 40 ? 40 : (int)n, at,
                n > 40 ? ".." : "", s->hex ? "up to eight hexadecimal digits" : "0x.. or decimal");
    snprintf(d.at.file, sizeof d.at.file, "%.*s", (int)sizeof d.at.file - 1, s->name);
    d.at.line = s->number;
    d.at.col = at - s->line < 100000 ? (int)(at - s->line) + 1 : 0;
    s->status = dv_show_diag(&d);
    s->failures++;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '\f';
}

static bool is_comment(const char *p, const char *end)
{
    return *p == ';' || *p == '#' || (*p == '/' && p + 1 < end && p[1] == '/');
}

/* The words of [p, end), one line. */
static bool scan_line(struct scan *s, const char *p, const char *end)
{
    s->line = p;
    while (p < end && !is_comment(p, end)) {
        const char *from = p;
        uint32_t word;
        if (is_gap(*p)) {
            p++;
            continue;
        }
        while (p < end && !is_gap(*p) && !is_comment(p, end))
            p++;
        if (!dv_word_read(from, (size_t)(p - from), s->hex, &word))
            refuse(s, from, (size_t)(p - from));
        else if (!dv_words_add(s->w, word)) {
            dv_error("out of memory");
            s->status = DV_EXIT_USAGE;
            return false;
        }
        if (s->failures == FAILURES)
            return false;
    }
    return true;
}

int dv_words_scan(struct dv_words *w, const char *name, const char *text, size_t n, bool hex)
{
    struct scan s = {.w = w, .name = name, .end = text + n, .hex = hex};
    const char *next = text;
    while (next < s.end) {
        const char *end = memchr(next, '\n', (size_t)(s.end - next));
        s.number++;
        if (!scan_line(&s, next, end ? end : s.end))
            break;
        next = end ? end + 1 : s.end;
    }
    return s.status;
}
