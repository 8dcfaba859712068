/* Text out, with columns; see sheet.h. Knows no content. */
#include "asm/sheet.h"

#include <stdarg.h>
#include <string.h>

static void put(struct dv_sheet *s, const char *text, size_t n)
{
    const char *line = memrchr(text, '\n', n);
    s->to->put(s->to->self, text, n);
    s->column = line ? (size_t)(text + n - line) - 1 : s->column + n;
}

void dv_sheet_text(struct dv_sheet *s, const char *text)
{
    if (*text)
        put(s, text, strlen(text));
}

void dv_sheet_print(struct dv_sheet *s, const char *fmt, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dv_sheet_text(s, text);
}

void dv_sheet_clean(struct dv_sheet *s, const char *text)
{
    while (*text) {
        size_t n = 0;
        while ((unsigned char)text[n] >= 32 && text[n] != 127)
            n++;
        if (n)
            put(s, text, n);
        if (text[n])
            put(s, "?", 1);
        text += n + (text[n] != 0);
    }
}

void dv_sheet_quote(struct dv_sheet *s, const char *text)
{
    put(s, "\"", 1);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            dv_sheet_print(s, "\\%c", c);
        else if (c == '\n' || c == '\t')
            dv_sheet_text(s, c == '\n' ? "\\n" : "\\t");
        else
            put(s, c >= 32 && c != 127 ? text : "?", 1);
    }
    put(s, "\"", 1);
}

void dv_sheet_column(struct dv_sheet *s, size_t column)
{
    do
        put(s, " ", 1);
    while (s->column < column);
}

uint32_t dv_obj_word(const struct dv_obj *o, uint64_t pc)
{
    const uint8_t *p = o->section[DV_TEXT].p + pc;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
