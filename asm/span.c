/* Pieces of text: names, top-level commas, key=value, strings.
 *
 * Owns the lexical rules of a statement. Knows no symbol and no instruction. */
#include "asm/state.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool dv_is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

bool dv_is_name(char c)
{
    return dv_is_name_start(c) || isdigit((unsigned char)c);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct dv_span dv_span_of(const char *text)
{
    return (struct dv_span){text, strlen(text)};
}

struct dv_span dv_trim(struct dv_span s)
{
    while (s.n && is_blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool dv_span_is(struct dv_span s, const char *text)
{
    return strlen(text) == s.n && !strncasecmp(s.p, text, s.n);
}

bool dv_span_same(struct dv_span a, struct dv_span b)
{
    return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

size_t dv_name_length(struct dv_span s)
{
    size_t n = 0;
    if (s.n && dv_is_name_start(s.p[0]))
        while (n < s.n && dv_is_name(s.p[n]))
            n++;
    return n;
}

static void skip(struct dv_span *s, size_t n)
{
    s->p += n;
    s->n -= n;
}

struct dv_span dv_take_name(struct dv_span *s)
{
    while (s->n && is_blank(s->p[0]))
        skip(s, 1);
    struct dv_span name = {s->p, dv_name_length(*s)};
    skip(s, name.n);
    return name;
}

bool dv_take(struct dv_span *s, char c)
{
    while (s->n && is_blank(s->p[0]))
        skip(s, 1);
    if (!s->n || s->p[0] != c)
        return false;
    skip(s, 1);
    return true;
}

/* Offset after the quoted piece that starts at i; a lone ' is an ordinary character. */
static size_t past_quote(struct dv_span s, size_t i)
{
    char q = s.p[i];
    for (size_t j = i + 1; j < s.n; j++) {
        if (s.p[j] == '\\' && j + 1 < s.n)
            j++;
        else if (s.p[j] == q)
            return j + 1;
        if (q == '\'' && j > i + 2)
            break;
    }
    return q == '"' ? s.n : i + 1;
}

size_t dv_find(struct dv_span s, const char *stops)
{
    unsigned depth = 0;
    for (size_t i = 0; i < s.n;) {
        char c = s.p[i];
        if (c == '"' || c == '\'') {
            i = past_quote(s, i);
            continue;
        }
        if (!depth && c && strchr(stops, c))
            return i;
        if (c && strchr("([{", c))
            depth++;
        else if (c && strchr(")]}", c) && depth)
            depth--;
        i++;
    }
    return s.n;
}

bool dv_take_piece(struct dv_span *s, struct dv_span *piece)
{
    *s = dv_trim(*s);
    if (!s->n)
        return false;
    size_t n = dv_find(*s, ",");
    *piece = dv_trim((struct dv_span){s->p, n});
    skip(s, n < s->n ? n + 1 : n);
    return true;
}

bool dv_split_key(struct dv_span s, struct dv_span *key, struct dv_span *value)
{
    for (size_t i = 0; i < s.n; i++) {
        i += dv_find((struct dv_span){s.p + i, s.n - i}, "=");
        if (i >= s.n)
            return false;
        bool pair = i + 1 < s.n && s.p[i + 1] == '=';
        bool tail = i && strchr("<>!", s.p[i - 1]);
        if (!pair && !tail) {
            *key = dv_trim((struct dv_span){s.p, i});
            *value = dv_trim((struct dv_span){s.p + i + 1, s.n - i - 1});
            return true;
        }
        i += pair;
    }
    return false;
}

static bool take_octal(struct dv_span *s, int *out)
{
    int v = 0, n = 0;
    for (; n < 3 && s->n && s->p[0] >= '0' && s->p[0] <= '7'; n++, skip(s, 1))
        v = v * 8 + (s->p[0] - '0');
    *out = v & 255;
    return n > 0;
}

static bool take_hex(struct dv_span *s, int *out)
{
    int v = 0, n = 0;
    skip(s, 1);
    for (; n < 2 && s->n && isxdigit((unsigned char)s->p[0]); n++, skip(s, 1)) {
        char c = (char)tolower((unsigned char)s->p[0]);
        v = v * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *out = v;
    return n > 0;
}

/* The character after a backslash. */
static bool take_escape(struct dv_span *s, int *out)
{
    static const char from[] = "nrtbf\\\"'", to[] = "\n\r\t\b\f\\\"'";
    if (!s->n)
        return false;
    if (s->p[0] == 'x')
        return take_hex(s, out);
    if (take_octal(s, out))
        return true;
    const char *at = strchr(from, s->p[0]);
    if (!s->p[0] || !at)
        return false;
    *out = (unsigned char)to[at - from];
    skip(s, 1);
    return true;
}

bool dv_take_string(struct dv_as *as, struct dv_span *s, char *out, size_t size, size_t *n)
{
    const char *start = s->p;
    *n = 0;
    if (!dv_take(s, '"')) {
        dv_as_fail(as, s->p, DV_E_SYNTAX, "expected a string in double quotes");
        return false;
    }
    while (s->n && s->p[0] != '"') {
        int c = (unsigned char)s->p[0];
        const char *at = s->p;
        skip(s, 1);
        if (c == '\\' && !take_escape(s, &c)) {
            dv_as_fail(as, at, DV_E_SYNTAX, "unknown escape in a string");
            return false;
        }
        if (*n + 1 >= size) {
            dv_as_fail(as, start, DV_E_SYNTAX, "the string is longer than %zu bytes", size - 1);
            return false;
        }
        out[(*n)++] = (char)c;
    }
    out[*n] = '\0';
    if (dv_take(s, '"'))
        return true;
    dv_as_fail(as, start, DV_E_SYNTAX, "the string is not closed");
    return false;
}

enum dv_err dv_as_end(struct dv_as *as, struct dv_span rest)
{
    rest = dv_trim(rest);
    if (!rest.n)
        return DV_OK;
    return dv_as_fail(as, rest.p, DV_E_SYNTAX, "unexpected '%.*s' after the statement",
                      rest.n > 40 ? 40 : (int)rest.n, rest.p);
}
