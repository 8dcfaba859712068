/* One statement: labels, then a directive, an assignment, a macro or an operation.
 *
 * Owns only the order in which these are tried. */
#include "asm/state.h"

#include <string.h>

/* "; dv:allow FINDING reason" at the end of a row. */
static void take_allow(struct dv_as *as, struct dv_span *text)
{
    size_t n = dv_find(*text, ";");
    if (n == text->n)
        return;
    struct dv_span note = {text->p + n + 1, text->n - n - 1};
    text->n = n;
    const char *colon = memchr(note.p, ':', note.n);
    if (!colon)
        return;
    note.n -= (size_t)(colon + 1 - note.p);
    note.p = colon + 1;
    struct dv_span word = dv_take_name(&note);
    if (!dv_span_is(word, "allow"))
        return;
    struct dv_span finding = dv_take_name(&note);
    dv_as_allow(as, finding, dv_trim(note));
}

static bool take_label(struct dv_as *as, struct dv_span *text)
{
    struct dv_span rest = *text, name = dv_take_name(&rest);
    if (!name.n || !dv_take(&rest, ':'))
        return false;
    *text = dv_trim(rest);
    if (dv_as_live(as))
        dv_as_label(as, name);
    dv_as_flush(as);
    return true;
}

/* NAME = expression */
static bool take_assignment(struct dv_as *as, struct dv_span word, struct dv_span rest)
{
    if (!dv_take(&rest, '=') || (rest.n && rest.p[0] == '='))
        return false;
    dv_as_assign(as, word, rest, false);
    return true;
}

enum dv_err dv_as_operation(struct dv_as *as, struct dv_span text)
{
    struct dv_span rest = text, word = dv_take_name(&rest);
    bool done = false;
    if (!word.n)
        return dv_as_fail(as, text.p, DV_E_SYNTAX,
                          "expected an instruction, a directive or a "
                          "label");
    enum dv_err e = dv_as_pseudo(as, word, rest, &done);
    return done ? e : dv_as_insn(as, text);
}

static void dispatch(struct dv_as *as, struct dv_span text)
{
    struct dv_span rest = text, word = dv_take_name(&rest);
    if (word.n && word.p[0] == '.' && dv_as_cond(as, word, rest))
        return;
    if (!dv_as_live(as)) {
        as->silent_row = true;
        return;
    }
    if (take_assignment(as, word, rest) || (word.n && dv_as_macro_call(as, word, rest)))
        return;
    if (word.n && word.p[0] == '.')
        dv_as_directive(as, word, rest);
    else
        dv_as_operation(as, text);
}

static void print_row(struct dv_as *as, struct dv_span all)
{
    struct dv_sink *to = as->expanded;
    size_t n = as->silent_row ? (size_t)(as->stmt.p - all.p) : all.n;
    if (!to || !n)
        return;
    to->put(to->self, all.p, n);
    to->put(to->self, "\n", 1);
}

void dv_as_statement(struct dv_as *as, const struct dv_row *row)
{
    as->row = *row;
    struct dv_span all = dv_trim(row->text), text = all;
    as->stmt = text;
    as->stmt_at = (struct dv_pos){row->file, row->line, 1, 0};
    as->silent_row = false;
    if (!text.n)
        return;
    as->stmt_at = dv_as_pos(as, text.p);
    while (take_label(as, &text))
        as->stmt_at = dv_as_pos(as, text.p);
    as->stmt = text;
    if (text.n && dv_as_live(as))
        take_allow(as, &text);
    dv_as_flush(as);
    text = dv_trim(text);
    if (as->expanded) {
        /* The row must be kept: entering an expansion reuses its memory. */
        char keep[DV_AS_LINE];
        memcpy(keep, all.p, all.n);
        size_t label = (size_t)(as->stmt.p - all.p);
        if (text.n)
            dispatch(as, text);
        as->stmt.p = keep + label;
        print_row(as, (struct dv_span){keep, all.n});
    } else if (text.n)
        dispatch(as, text);
    dv_as_flush(as);
}
