/* Diagnostics: one message with its line, a caret, a remedy and the chain of expansions.
 *
 * Owns the record of the current error and its printed form. Knows nothing of what went wrong. */
#include "asm/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 120, CHAIN = 6 }; /* columns of a source line, lines of a chain */

static void put(struct dv_as *as, const char *text, size_t n)
{
    if (as->messages)
        as->messages->put(as->messages->self, text, n);
}

void dv_as_say(struct dv_as *as, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    put(as, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static bool inside(struct dv_span s, const char *at)
{
    return at && (uintptr_t)at >= (uintptr_t)s.p && (uintptr_t)at <= (uintptr_t)s.p + s.n;
}

static uint32_t column(const struct dv_row *r, const char *at)
{
    size_t i = (size_t)(at - r->text.p);
    if (!r->col)
        return (uint32_t)i + 1;
    if (i < r->text.n)
        return r->col[i];
    return r->text.n ? r->col[r->text.n - 1] + 1 : 1;
}

struct dv_pos dv_as_pos(const struct dv_as *as, const char *at)
{
    const struct dv_row *r = &as->row;
    if (!inside(r->text, at))
        return as->stmt_at;
    return (struct dv_pos){r->file, r->line, column(r, at), 0};
}

static const char *file_name(const struct dv_as *as, uint32_t file)
{
    return file < as->sources ? as->source[file].name : "?";
}

const char *dv_as_where(const struct dv_as *as, struct dv_pos at, char out[256])
{
    snprintf(out, 256, "%s:%u", file_name(as, at.file), at.line);
    return out;
}

/* A .local name is known to the reader without what makes it unique: ".Lname$7". */
static void plain_names(char *text)
{
    char *to = text;
    for (const char *c = text; *c;) {
        size_t n = strncmp(c, ".L", 2) ? 0 : strcspn(c + 2, " $',:;[](){}");
        if (n && c[2 + n] == '$' && c[3 + n] >= '0' && c[3 + n] <= '9') {
            memmove(to, c + 2, n);
            to += n;
            for (c += 3 + n; *c >= '0' && *c <= '9';)
                c++;
        } else
            *to++ = *c++;
    }
    *to = '\0';
}

static void record(struct dv_as *as, struct dv_pos at, enum dv_err code, const char *fmt,
                   va_list ap)
{
    if (as->now.code != DV_OK)
        return;
    as->now.code = code;
    as->now.fix[0] = '\0';
    vsnprintf(as->now.text, sizeof as->now.text, fmt, ap);
    for (char *c = as->now.text; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = '?';
    plain_names(as->now.text);
    as->now_at = at;
}

enum dv_err dv_as_fail(struct dv_as *as, const char *at, enum dv_err code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    record(as, dv_as_pos(as, at), code, fmt, ap);
    va_end(ap);
    return as->now.code;
}

enum dv_err dv_as_fail_pos(struct dv_as *as, struct dv_pos at, enum dv_err code, const char *fmt,
                           ...)
{
    va_list ap;
    va_start(ap, fmt);
    record(as, at, code, fmt, ap);
    va_end(ap);
    return as->now.code;
}

void dv_as_help(struct dv_as *as, const char *fmt, ...)
{
    va_list ap;
    if (as->now.code == DV_OK || as->now.fix[0])
        return;
    va_start(ap, fmt);
    vsnprintf(as->now.fix, sizeof as->now.fix, fmt, ap);
    plain_names(as->now.fix);
    va_end(ap);
}

/* ---- printing -------------------------------------------------------------------------------- */

static struct dv_span source_line(const struct dv_as *as, struct dv_pos at)
{
    if (at.file >= as->sources || !at.line || at.line > as->source[at.file].lines)
        return (struct dv_span){NULL, 0};
    const struct dv_source *s = &as->source[at.file];
    size_t from = s->start[at.line - 1], to = s->start[at.line];
    while (to > from && (s->raw[to - 1] == '\n' || s->raw[to - 1] == '\r'))
        to--;
    return (struct dv_span){s->raw + from, to - from};
}

/* The line and a caret under column at.col; a long line is shown around the column. */
static void show_line(struct dv_as *as, struct dv_pos at)
{
    struct dv_span line = source_line(as, at);
    char text[SHOWN + 1], caret[SHOWN + 8];
    size_t col = at.col ? at.col - 1 : 0, from = col >= SHOWN - 8 ? col - SHOWN / 2 : 0, n = 0;
    if (!line.p)
        return;
    for (; n < SHOWN && from + n < line.n; n++) {
        char c = line.p[from + n];
        text[n] = c == '\t' ? c : (unsigned char)c < ' ' || c == 127 ? '?' : c;
    }
    text[n] = '\0';
    size_t to = col - from > n ? n : col - from;
    for (size_t i = 0; i < to; i++)
        caret[i] = text[i] == '\t' ? '\t' : ' ';
    snprintf(caret + to, 2, "^");
    dv_as_say(as, "    %s\n", text);
    dv_as_say(as, as->opts && as->opts->colour ? "    \033[1;32m%s\033[0m\n" : "    %s\n", caret);
}

static void show_calls(struct dv_as *as, uint32_t call)
{
    unsigned shown = 0, more = 0;
    for (; call; call = as->obj->call[call - 1].parent) {
        const struct dv_call *c = &as->obj->call[call - 1];
        bool macro = c->name[0] != '.';
        const char *file = c->file < as->obj->files ? as->obj->file[c->file] : "?";
        if (shown++ < CHAIN)
            dv_as_say(as, "    in expansion of %s%s from %s:%u:%u\n", macro ? "macro " : "",
                      c->name, file, c->line, c->col);
        else
            more++;
    }
    if (more)
        dv_as_say(as, "    and %u more\n", more);
}

static void show_includes(struct dv_as *as)
{
    unsigned shown = 0;
    for (const struct dv_frame *f = as->frame; f; f = f->under)
        if (f->kind == DV_FRAME_FILE && f->under && shown++ < CHAIN)
            dv_as_say(as, "    included from %s:%u\n", file_name(as, f->at.file), f->at.line);
}

static void show(struct dv_as *as, const char *kind, struct dv_pos at, const char *text,
                 const char *fix)
{
    bool colour = as->opts && as->opts->colour;
    const char *on = !colour ? "" : kind[0] == 'e' ? "\033[1;31m" : "\033[1;35m";
    dv_as_say(as, "%s:%u:%u: %s%s:%s %s\n", file_name(as, at.file), at.line, at.col, on, kind,
              colour ? "\033[0m" : "", text);
    show_line(as, at);
    if (fix[0])
        dv_as_say(as, "    help: %s\n", fix);
    show_calls(as, at.call);
    show_includes(as);
}

void dv_as_flush(struct dv_as *as)
{
    if (as->now.code == DV_OK)
        return;
    if (!as->now_at.call && as->frame)
        as->now_at.call = dv_as_call(as);
    struct dv_pos at = as->now_at;
    show(as, "error", at, as->now.text, as->now.fix);
    if (as->first.code == DV_OK) {
        dv_fail(&as->first, as->now.code, "%s", as->now.text);
        dv_diag_fix(&as->first, "%s", as->now.fix);
        dv_diag_at(&as->first, file_name(as, at.file), (int)at.line, (int)at.col);
    }
    as->now.code = DV_OK;
    if (++as->errors < DV_AS_ERRORS)
        return;
    dv_as_say(as, "too many errors\n");
    dv_as_abort(as);
}

void dv_as_warn_pos(struct dv_as *as, struct dv_pos at, const char *fmt, ...)
{
    char text[768];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    show(as, "warning", at, text, "");
}

void dv_as_warn(struct dv_as *as, const char *at, const char *fmt, ...)
{
    char text[768];
    va_list ap;
    if (as->opts && as->opts->warnings_off)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct dv_pos pos = dv_as_pos(as, at);
    pos.call = dv_as_call(as);
    show(as, "warning", pos, text, "");
}
