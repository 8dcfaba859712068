/* Writes JSON text into a growing buffer. Owns syntax only; must not know what is written.
 * Invalid UTF-8 in texts is replaced, so the output is always valid. */
#include "emu/run/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct dv_json *j, const char *s, size_t n)
{
    if (j->failed)
        return;
    if (j->cap - j->n <= n) {
        size_t cap = (j->cap + n) * 2 + 256;
        char *p = realloc(j->p, cap);
        if (!p) {
            j->failed = true;
            return;
        }
        j->p = p;
        j->cap = cap;
    }
    memcpy(j->p + j->n, s, n);
    j->n += n;
    j->p[j->n] = 0;
}

static void puts_(struct dv_json *j, const char *s)
{
    put(j, s, strlen(s));
}

static void newline(struct dv_json *j)
{
    puts_(j, "\n");
    for (unsigned i = 0; i < j->depth; i++)
        puts_(j, "  ");
}

/* Length of the UTF-8 sequence at s, 0 when it is not valid. */
static size_t sequence(const unsigned char *s)
{
    size_t n = *s < 0x80                 ? 1
               : *s >= 0xc2 && *s < 0xe0 ? 2
               : *s >= 0xe0 && *s < 0xf0 ? 3
               : *s >= 0xf0 && *s < 0xf5 ? 4
                                         : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool odd = (*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
               (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f);
    return odd ? 0 : n;
}

static void string(struct dv_json *j, const char *value)
{
    const unsigned char *s = (const unsigned char *)value;
    char escape[8];
    puts_(j, "\"");
    while (*s) {
        size_t n = sequence(s);
        if (*s == '"' || *s == '\\') {
            snprintf(escape, sizeof escape, "\\%c", *s);
            puts_(j, escape);
        } else if (*s < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", *s);
            puts_(j, escape);
        } else if (!n) {
            puts_(j, "\\ufffd");
        } else {
            put(j, (const char *)s, n);
        }
        s += n ? n : 1;
    }
    puts_(j, "\"");
}

static void begin(struct dv_json *j, const char *key)
{
    if (j->depth) {
        if (!j->first)
            puts_(j, ",");
        newline(j);
    }
    j->first = false;
    if (key) {
        string(j, key);
        puts_(j, ": ");
    }
}

void dv_json_open(struct dv_json *j, const char *key, char bracket)
{
    begin(j, key);
    put(j, &bracket, 1);
    j->depth++;
    j->first = true;
}

void dv_json_close(struct dv_json *j, char bracket)
{
    j->depth--;
    if (!j->first)
        newline(j);
    j->first = false;
    put(j, &bracket, 1);
}

void dv_json_text(struct dv_json *j, const char *key, const char *value)
{
    begin(j, key);
    if (value)
        string(j, value);
    else
        puts_(j, "null");
}

static void word(struct dv_json *j, const char *key, const char *text)
{
    begin(j, key);
    puts_(j, text);
}

void dv_json_u64(struct dv_json *j, const char *key, uint64_t v)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, v);
    word(j, key, text);
}

void dv_json_i64(struct dv_json *j, const char *key, int64_t v)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, v);
    word(j, key, text);
}

const char *dv_json_number(double v, char out[32])
{
    if (!isfinite(v))
        return "null";
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            break;
    }
    return out;
}

void dv_json_f64(struct dv_json *j, const char *key, double v)
{
    char text[32];
    word(j, key, dv_json_number(v, text));
}

void dv_json_bool(struct dv_json *j, const char *key, bool v)
{
    word(j, key, v ? "true" : "false");
}

void dv_json_null(struct dv_json *j, const char *key)
{
    word(j, key, "null");
}

void dv_json_end(struct dv_json *j)
{
    puts_(j, "\n");
}

void dv_json_free(struct dv_json *j)
{
    free(j->p);
    memset(j, 0, sizeof *j);
}
