/* Where rows of text come from: the stack of files, macro bodies and repeats.
 *
 * Owns frames, argument substitution and the call chain of the line table. Bodies are rows kept
 * by macro.c; what a row means is decided elsewhere. */
#include "asm/state.h"

#include <stdio.h>
#include <string.h>

struct dv_frame *dv_as_enter(struct dv_as *as, enum dv_frame_kind kind, const char *name,
                             struct dv_mark mark)
{
    struct dv_frame *f = dv_as_push(as, sizeof *f), *under = as->frame;
    f->kind = kind;
    f->name = name;
    f->at = dv_as_pos(as, NULL);
    f->mark = mark;
    f->conds = as->conds;
    f->rounds = 1;
    f->under = under;
    f->depth = (under ? under->depth : 0) + (kind != DV_FRAME_FILE);
    f->files = (under ? under->files : 0) + (kind == DV_FRAME_FILE);
    as->frame = f;
    return f;
}

void dv_as_leave(struct dv_as *as)
{
    struct dv_frame *f = as->frame;
    dv_as_cond_leave(as, f->conds);
    if (f->call)
        as->obj->call[f->call - 1].hi = as->obj->section[DV_TEXT].n;
    as->frame = f->under;
    dv_as_release(as, f->mark);
}

static uint32_t frame_call(struct dv_as *as, struct dv_frame *f, uint32_t parent)
{
    struct dv_obj *o = as->obj;
    o->call = dv_as_grow(as, o->call, &o->calls, &as->cap_call, sizeof *o->call);
    char *name = dv_as_text(as, dv_span_of(f->name));
    o->call[o->calls++] = (struct dv_call){
        .name = name,
        .lo = o->section[DV_TEXT].n,
        .hi = o->section[DV_TEXT].n,
        .line = f->at.line,
        .col = f->at.col,
        .parent = parent,
    };
    o->call[o->calls - 1].file = dv_as_obj_file(as, as->source[f->at.file].name);
    return o->calls;
}

static uint32_t call_of(struct dv_as *as, struct dv_frame *f)
{
    if (!f)
        return 0;
    if (f->kind == DV_FRAME_FILE)
        return call_of(as, f->under);
    if (!f->call)
        f->call = frame_call(as, f, call_of(as, f->under));
    return f->call;
}

uint32_t dv_as_call(struct dv_as *as)
{
    return call_of(as, as->frame);
}

/* ---- substitution ---------------------------------------------------------------------------- */

struct subst {
    struct dv_as *as;
    const struct dv_frame *f;
    const struct dv_row *from;
    char *text;
    uint32_t *col;
    size_t n;
    bool full;
};

static void put(struct subst *s, const char *p, size_t n, size_t at, bool literal)
{
    if (s->n + n > DV_AS_LINE) {
        s->full = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        size_t j = literal ? at + i : at;
        s->text[s->n] = p[i];
        s->col[s->n++] = s->from->col ? s->from->col[j] : (uint32_t)j + 1;
    }
}

static const struct dv_span *find_name(const struct dv_span *names, unsigned n, struct dv_span want)
{
    for (unsigned i = 0; i < n; i++)
        if (dv_span_same(names[i], want))
            return &names[i];
    return NULL;
}

static size_t plain_name(struct dv_span s)
{
    size_t n = 0;
    while (n < s.n && dv_is_name(s.p[n]) && s.p[n] != '.' && s.p[n] != '$')
        n++;
    return n;
}

static bool loop_value(const struct dv_frame *f, struct dv_span name, struct dv_span *out)
{
    if (!f->var.n || !dv_span_same(name, f->var))
        return false;
    *out = f->irp ? f->value[f->round] : dv_span_of(f->number);
    return true;
}

/* What stands after a backslash at offset i; returns the offset after it. */
static size_t substitute(struct subst *s, size_t i)
{
    struct dv_span t = s->from->text, rest = {t.p + i + 1, t.n - i - 1}, value;
    const struct dv_frame *f = s->f;
    if (f->kind == DV_FRAME_MACRO && rest.n && rest.p[0] == '@') {
        char number[16];
        int n = snprintf(number, sizeof number, "%u", f->serial);
        put(s, number, (size_t)n, i, false);
        return i + 2;
    }
    if (rest.n >= 2 && rest.p[0] == '(' && rest.p[1] == ')')
        return i + 3;
    struct dv_span name = {rest.p, plain_name(rest)};
    const struct dv_span *param = find_name(f->param, f->params, name);
    bool found = param != NULL;
    if (found)
        value = f->arg[param - f->param];
    else
        found = name.n && loop_value(f, name, &value);
    if (found)
        put(s, value.p, value.n, i, false);
    else
        put(s, t.p + i, name.n + 1, i, true);
    return i + 1 + name.n;
}

/* A name of the body; .local ones become unique. */
static size_t copy_name(struct subst *s, size_t i)
{
    struct dv_span t = s->from->text, name = {t.p + i, 0};
    while (i + name.n < t.n && dv_is_name(t.p[i + name.n]))
        name.n++;
    struct dv_span base = name;
    const char *dot = memchr(name.p, '.', name.n);
    if (dot && dot > name.p)
        base.n = (size_t)(dot - name.p);
    if (find_name(s->f->local, s->f->locals, base)) {
        char tail[16];
        put(s, ".L", 2, i, false);
        put(s, base.p, base.n, i, true);
        put(s, tail, (size_t)snprintf(tail, sizeof tail, "$%u", s->f->serial), i, false);
        put(s, base.p + base.n, name.n - base.n, i + base.n, true);
    } else
        put(s, name.p, name.n, i, true);
    return i + name.n;
}

static bool needs(const struct dv_frame *f, struct dv_span t)
{
    return f->locals || memchr(t.p, '\\', t.n);
}

/* The row with the arguments of its frame put in. */
static bool expand(struct dv_as *as, const struct dv_frame *f, struct dv_row *row)
{
    if (!row->text.n || !needs(f, row->text))
        return true;
    unsigned turn = as->line_turn ^= 1;
    struct subst s = {as, f, row, as->line_text[turn], as->line_col[turn], 0, false};
    struct dv_span t = row->text;
    bool quoted = false;
    for (size_t i = 0; i < t.n && !s.full;) {
        char c = t.p[i];
        if (c == '\\')
            i = substitute(&s, i);
        else if (!quoted && dv_is_name(c))
            i = copy_name(&s, i);
        else {
            quoted ^= c == '"';
            put(&s, &c, 1, i++, true);
        }
    }
    if (s.full) {
        struct dv_pos at = {row->file, row->line, 1, dv_as_call(as)};
        dv_as_fail_pos(as, at, DV_E_SYNTAX, "the line is longer than %d characters after expansion",
                       DV_AS_LINE);
        dv_as_flush(as);
        s.n = 0;
    }
    row->text = (struct dv_span){s.text, s.n};
    row->col = s.col;
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void long_line(struct dv_as *as, const struct dv_row *row)
{
    struct dv_pos at = {row->file, row->line, 1, 0};
    dv_as_fail_pos(as, at, DV_E_SYNTAX, "the line is %zu characters long, at most %d are accepted",
                   row->text.n, DV_AS_LINE);
    dv_as_flush(as);
}

static bool file_row(struct dv_as *as, struct dv_frame *f, struct dv_row *row)
{
    const struct dv_source *s = &as->source[f->file];
    if (f->next_line >= s->lines)
        return false;
    size_t from = s->start[f->next_line], to = s->start[f->next_line + 1];
    while (to > from && (s->text[to - 1] == '\n' || s->text[to - 1] == '\r'))
        to--;
    *row = (struct dv_row){{s->text + from, to - from}, NULL, f->file, ++f->next_line};
    if (row->text.n > DV_AS_LINE) {
        long_line(as, row);
        row->text.n = 0;
    }
    return true;
}

static void count_line(struct dv_as *as)
{
    if (++as->expanded_lines <= DV_AS_EXPANDED)
        return;
    dv_as_fail(as, NULL, DV_E_SYNTAX, "macros and repeats expand to more than %u lines",
               DV_AS_EXPANDED);
    dv_as_flush(as);
    dv_as_abort(as);
}

static bool body_row(struct dv_as *as, struct dv_frame *f, struct dv_row *row)
{
    while (f->round < f->rounds) {
        if (!f->next_row || !f->rows) {
            count_line(as);
            snprintf(f->number, sizeof f->number, "%llu", (unsigned long long)f->round);
        }
        if (f->next_row < f->rows) {
            *row = f->row[f->next_row++];
            count_line(as);
            return expand(as, f, row);
        }
        f->next_row = 0;
        f->round++;
    }
    return false;
}

bool dv_as_next_here(struct dv_as *as, struct dv_row *row)
{
    struct dv_frame *f = as->frame;
    if (f->kind == DV_FRAME_FILE)
        return file_row(as, f, row);
    /* A body that is being collected must not run into the next round. */
    if (f->next_row >= f->rows)
        return false;
    return body_row(as, f, row);
}

bool dv_as_next(struct dv_as *as, struct dv_row *row)
{
    while (as->frame && !as->ended) {
        struct dv_frame *f = as->frame;
        if (f->kind == DV_FRAME_FILE ? file_row(as, f, row) : body_row(as, f, row))
            return true;
        dv_as_leave(as);
    }
    while (as->frame)
        dv_as_leave(as);
    return false;
}
