/* .macro, .rept, .irp: collecting bodies and entering them with arguments.
 *
 * Owns the list of macros and the matching of arguments to parameters. How a body becomes rows
 * again is expand.c's. */
#include "asm/state.h"

#include <string.h>
#include <strings.h>

struct body {
    struct dv_row *row;
    size_t rows, cap;
};

static struct dv_row keep_row(struct dv_as *as, struct dv_row r, bool forever)
{
    if (!r.col)
        return r;
    char *text = forever ? dv_as_keep(as, r.text.n + 1) : dv_as_push(as, r.text.n + 1);
    size_t bytes = (r.text.n + 1) * sizeof *r.col;
    uint32_t *col = forever ? dv_as_keep(as, bytes) : dv_as_push(as, bytes);
    memcpy(text, r.text.p, r.text.n);
    memcpy(col, r.col, r.text.n * sizeof *col);
    r.text.p = text;
    r.col = col;
    return r;
}

static void add_row(struct dv_as *as, struct body *b, struct dv_row r, bool forever)
{
    if (b->rows == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 16, bytes = cap * sizeof *b->row;
        struct dv_row *row = forever ? dv_as_keep(as, bytes) : dv_as_push(as, bytes);
        if (b->rows)
            memcpy(row, b->row, b->rows * sizeof *row);
        b->row = row;
        b->cap = cap;
    }
    b->row[b->rows++] = keep_row(as, r, forever);
}

static bool opens(struct dv_span word, bool macro)
{
    if (macro)
        return dv_span_is(word, ".macro");
    return dv_span_is(word, ".rept") || dv_span_is(word, ".irp");
}

/* Collects rows up to the matching end; the frame that opens a body closes it. */
static bool collect(struct dv_as *as, struct body *b, const char *what)
{
    bool macro = !strcmp(what, ".macro");
    const char *end = macro ? ".endm" : ".endr";
    struct dv_row r;
    unsigned depth = 0;
    while (dv_as_next_here(as, &r)) {
        struct dv_span rest = r.text, word = dv_take_name(&rest);
        if (opens(word, macro))
            depth++;
        else if (dv_span_is(word, end) && !depth--)
            return true;
        add_row(as, b, r, macro);
    }
    dv_as_fail(as, NULL, DV_E_SYNTAX, "%s without %s", what, end);
    return false;
}

/* ---- definition ------------------------------------------------------------------------------ */

static struct dv_macro **bucket(struct dv_as *as, struct dv_span name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned)(name.p[i] | 32)) * 16777619u;
    return &as->macro[h % (sizeof as->macro / sizeof *as->macro)];
}

static struct dv_macro *find(struct dv_as *as, struct dv_span name)
{
    struct dv_macro *m = *bucket(as, name);
    while (m && (m->name.n != name.n || strncasecmp(m->name.p, name.p, name.n)))
        m = m->next;
    return m;
}

static bool read_param(struct dv_as *as, struct dv_macro *m, struct dv_span piece)
{
    struct dv_macro_param p = {0};
    struct dv_span s = piece;
    p.name = dv_take_name(&s);
    if (!p.name.n || memchr(p.name.p, '.', p.name.n) || memchr(p.name.p, '$', p.name.n)) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected a parameter name (letters, digits, _)");
        return false;
    }
    if (dv_take(&s, ':')) {
        struct dv_span kind = dv_take_name(&s);
        p.vararg = dv_span_is(kind, "vararg");
        p.required = dv_span_is(kind, "req");
        if (!p.vararg && !p.required) {
            dv_as_fail(as, kind.p, DV_E_SYNTAX, "expected 'req' or 'vararg' after the colon");
            return false;
        }
    }
    if (dv_take(&s, '='))
        p.def = dv_as_copy(as, dv_trim(s));
    else if (dv_as_end(as, s) != DV_OK)
        return false;
    p.name = dv_as_copy(as, p.name);
    for (unsigned i = 0; i < m->params; i++)
        if (dv_span_same(m->param[i].name, p.name)) {
            dv_as_fail(as, piece.p, DV_E_SYMBOL, "parameter '%.*s' is given twice", (int)p.name.n,
                       p.name.p);
            return false;
        }
    m->param[m->params++] = p;
    return true;
}

static bool read_params(struct dv_as *as, struct dv_macro *m, struct dv_span rest)
{
    struct dv_span piece;
    bool open = false;
    while (dv_take_piece(&rest, &piece)) {
        if (m->params == DV_AS_PARAMS) {
            dv_as_fail(as, piece.p, DV_E_SYNTAX, "a macro has at most %d parameters", DV_AS_PARAMS);
            return false;
        }
        if (!read_param(as, m, piece))
            return false;
        const struct dv_macro_param *last = &m->param[m->params - 1];
        if (open && (last->vararg || !memchr(piece.p, '=', piece.n))) {
            dv_as_fail(as, piece.p, DV_E_SYNTAX,
                       "only parameters with a default may follow a "
                       "vararg; they are given by name");
            return false;
        }
        open |= last->vararg;
    }
    return true;
}

static enum dv_err do_macro(struct dv_as *as, struct dv_span rest)
{
    struct dv_macro *m = dv_as_keep(as, sizeof *m), *old;
    struct dv_span name = dv_take_name(&rest);
    char where[256];
    as->silent_row = true;
    m->at = dv_as_pos(as, NULL);
    if (!name.n)
        dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a macro name");
    else if ((old = find(as, name)))
        dv_as_fail(as, name.p, DV_E_SYMBOL, "macro '%.*s' is already defined at %s", (int)name.n,
                   name.p, dv_as_where(as, old->at, where));
    m->name = dv_as_copy(as, name);
    dv_take(&rest, ',');
    bool good = as->now.code == DV_OK && read_params(as, m, rest);
    dv_as_flush(as);
    struct body b = {0};
    if (!collect(as, &b, ".macro") || !good)
        return as->now.code;
    m->row = b.row;
    m->rows = b.rows;
    struct dv_macro **at = bucket(as, m->name);
    m->next = *at;
    *at = m;
    return DV_OK;
}

static enum dv_err do_purgem(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = dv_take_name(&rest);
    struct dv_macro *old = find(as, name), **m = bucket(as, name);
    as->silent_row = true;
    while (*m && *m != old)
        m = &(*m)->next;
    if (old) {
        *m = old->next;
        return dv_as_end(as, rest);
    }
    return dv_as_fail(as, name.p, DV_E_SYMBOL, "there is no macro '%.*s'", (int)name.n, name.p);
}

static enum dv_err do_local(struct dv_as *as, struct dv_span rest)
{
    struct dv_frame *f = as->frame;
    struct dv_span piece;
    as->silent_row = true;
    if (f->kind != DV_FRAME_MACRO)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".local belongs inside a macro");
    while (dv_take_piece(&rest, &piece)) {
        if (dv_name_length(piece) != piece.n)
            return dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected a name");
        if (f->locals == DV_AS_PARAMS)
            return dv_as_fail(as, piece.p, DV_E_SYNTAX, "a macro has at most %d local names",
                              DV_AS_PARAMS);
        char *copy = dv_as_push(as, piece.n + 1);
        memcpy(copy, piece.p, piece.n);
        f->local[f->locals++] = (struct dv_span){copy, piece.n};
    }
    return DV_OK;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static struct dv_span push_text(struct dv_as *as, struct dv_span s)
{
    char *p = dv_as_push(as, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct dv_span){p, s.n};
}

/* A text in quotes is passed without them, as GNU as does. */
static struct dv_span unquote(struct dv_span s)
{
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' && !memchr(s.p + 1, '"', s.n - 2))
        return (struct dv_span){s.p + 1, s.n - 2};
    return s;
}

static int param_index(const struct dv_macro *m, struct dv_span name)
{
    for (unsigned i = 0; i < m->params; i++)
        if (dv_span_same(m->param[i].name, name))
            return (int)i;
    return -1;
}

/* The rest of the positional arguments, joined again; named ones may stand among them. */
static void add_vararg(struct dv_as *as, struct dv_span *arg, struct dv_span piece, size_t left)
{
    if (!arg->p)
        *arg = (struct dv_span){dv_as_push(as, 2 * (left + piece.n) + 4), 0};
    char *to = (char *)(uintptr_t)arg->p;
    if (arg->n) {
        memcpy(to + arg->n, ", ", 2);
        arg->n += 2;
    }
    memcpy(to + arg->n, piece.p, piece.n);
    arg->n += piece.n;
}

static bool take_arg(struct dv_as *as, const struct dv_macro *m, struct dv_span *rest,
                     struct dv_span arg[], unsigned *next)
{
    struct dv_span piece, key, value;
    dv_take_piece(rest, &piece);
    int i = dv_split_key(piece, &key, &value) ? param_index(m, key) : -1;
    if (i >= 0) {
        arg[i] = push_text(as, unquote(value));
        return true;
    }
    if (*next >= m->params) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "macro '%.*s' takes %u argument%s", (int)m->name.n,
                   m->name.p, m->params, m->params == 1 ? "" : "s");
        return false;
    }
    if (m->param[*next].vararg)
        add_vararg(as, &arg[*next], piece, rest->n);
    else
        arg[(*next)++] = push_text(as, unquote(piece));
    return true;
}

static bool read_args(struct dv_as *as, const struct dv_macro *m, struct dv_span rest,
                      struct dv_span arg[])
{
    unsigned next = 0;
    memset(arg, 0, DV_AS_PARAMS * sizeof *arg);
    for (rest = dv_trim(rest); rest.n;)
        if (!take_arg(as, m, &rest, arg, &next))
            return false;
    for (unsigned i = 0; i < m->params; i++) {
        if (arg[i].n)
            continue;
        if (m->param[i].required) {
            dv_as_fail(as, NULL, DV_E_SYNTAX, "macro '%.*s' needs its argument '%.*s'",
                       (int)m->name.n, m->name.p, (int)m->param[i].name.n, m->param[i].name.p);
            return false;
        }
        arg[i] = m->param[i].def.n ? m->param[i].def : dv_span_of("");
    }
    return true;
}

static bool too_deep(struct dv_as *as, const char *what)
{
    if (as->frame->depth < DV_AS_DEPTH)
        return false;
    dv_as_fail(as, NULL, DV_E_SYNTAX, "%s: expansions are nested deeper than %d", what,
               DV_AS_DEPTH);
    dv_as_help(as, "does the macro call itself without an end?");
    dv_as_flush(as);
    /* Give the whole expansion up, or every level would complain again. */
    while (as->frame->kind != DV_FRAME_FILE) {
        as->conds = as->frame->conds;
        dv_as_leave(as);
    }
    return true;
}

bool dv_as_macro_call(struct dv_as *as, struct dv_span word, struct dv_span rest)
{
    struct dv_macro *m = find(as, word);
    struct dv_span arg[DV_AS_PARAMS];
    if (!m)
        return false;
    as->silent_row = true;
    if (too_deep(as, m->name.p))
        return true;
    struct dv_mark mark = dv_as_mark(as);
    if (!read_args(as, m, rest, arg)) {
        dv_as_release(as, mark);
        return true;
    }
    struct dv_frame *f = dv_as_enter(as, DV_FRAME_MACRO, m->name.p, mark);
    f->row = m->row;
    f->rows = m->rows;
    f->serial = as->serial++;
    f->params = m->params;
    for (unsigned i = 0; i < m->params; i++) {
        f->param[i] = m->param[i].name;
        f->arg[i] = arg[i];
    }
    return true;
}

static enum dv_err do_exitm(struct dv_as *as, struct dv_span rest)
{
    const struct dv_frame *f = as->frame;
    as->silent_row = true;
    while (f && f->kind == DV_FRAME_REPEAT)
        f = f->under;
    if (!f || f->kind != DV_FRAME_MACRO)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".exitm belongs inside a macro");
    if (dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    for (bool last = false; !last;) {
        last = as->frame == f;
        as->conds = as->frame->conds;
        dv_as_leave(as);
    }
    return DV_OK;
}

/* ---- repeats --------------------------------------------------------------------------------- */

static bool loop_name(struct dv_as *as, struct dv_span piece, struct dv_span *var)
{
    if (piece.n && piece.p[0] == '\\')
        piece.p++, piece.n--;
    *var = push_text(as, piece);
    if (piece.n && dv_name_length(piece) == piece.n)
        return true;
    dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected the name of the loop variable");
    return false;
}

static void enter_repeat(struct dv_as *as, struct dv_mark mark, struct body *b, struct dv_span var,
                         uint64_t rounds, struct dv_span *value)
{
    struct dv_frame *f = dv_as_enter(as, DV_FRAME_REPEAT, value ? ".irp" : ".rept", mark);
    f->row = b->row;
    f->rows = b->rows;
    f->rounds = rounds;
    f->var = var;
    f->irp = value != NULL;
    f->value = value;
}

/* The body is collected even after an error, so that what follows makes sense. */
static enum dv_err run_repeat(struct dv_as *as, struct dv_mark mark, struct dv_span var,
                              uint64_t rounds, struct dv_span *value)
{
    bool good = as->now.code == DV_OK;
    struct body b = {0};
    dv_as_flush(as);
    if (!collect(as, &b, value ? ".irp" : ".rept") || !good) {
        dv_as_release(as, mark);
        return as->now.code;
    }
    if (too_deep(as, ".rept"))
        return DV_OK;
    enter_repeat(as, mark, &b, var, rounds, value);
    return DV_OK;
}

static enum dv_err do_rept(struct dv_as *as, struct dv_span rest)
{
    struct dv_mark mark = dv_as_mark(as);
    struct dv_span count = {rest.p, 0}, name, var = {NULL, 0};
    int64_t n = 0;
    as->silent_row = true;
    if (!dv_take_piece(&rest, &count))
        dv_as_fail(as, NULL, DV_E_SYNTAX, "expected how often to repeat");
    else
        dv_as_int_in(as, count, "the repeat count", 0, INT32_MAX, &n);
    if (as->now.code == DV_OK && dv_take_piece(&rest, &name) && loop_name(as, name, &var))
        dv_as_end(as, rest);
    return run_repeat(as, mark, var, (uint64_t)n, NULL);
}

static enum dv_err do_irp(struct dv_as *as, struct dv_span rest)
{
    struct dv_mark mark = dv_as_mark(as);
    struct dv_span piece, var = {NULL, 0}, left;
    size_t n = 0, i = 0;
    as->silent_row = true;
    if (!dv_take_piece(&rest, &piece))
        dv_as_fail(as, NULL, DV_E_SYNTAX, "expected the name of the loop variable");
    else
        loop_name(as, piece, &var);
    for (left = rest; dv_take_piece(&left, &piece); n++)
        ;
    struct dv_span *value = dv_as_push(as, (n + 1) * sizeof *value);
    for (left = rest; i < n && dv_take_piece(&left, &piece); i++)
        value[i] = push_text(as, unquote(piece));
    return run_repeat(as, mark, var, n, value);
}

static enum dv_err stray_endm(struct dv_as *as, struct dv_span rest)
{
    (void)rest;
    return dv_as_fail(as, NULL, DV_E_SYNTAX, ".endm without .macro");
}

static enum dv_err stray_endr(struct dv_as *as, struct dv_span rest)
{
    (void)rest;
    return dv_as_fail(as, NULL, DV_E_SYNTAX, ".endr without .rept or .irp");
}

const struct dv_directive dv_macro_directives[] = {
    {".macro", do_macro},  {".purgem", do_purgem}, {".local", do_local},
    {".exitm", do_exitm},  {".rept", do_rept},     {".irp", do_irp},
    {".endm", stray_endm}, {".endr", stray_endr},  {NULL, NULL},
};
