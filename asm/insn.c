/* Instructions: matching a statement against the forms of the tables.
 *
 * A form is walked like a template: literal text, and {field} for operands (operand.c). All rows
 * of a stem are tried; when none fits, the message of the row that came furthest is given. Knows
 * no instruction by name. */
#include "asm/match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct search {
    struct dv_as *as;
    struct dv_span text; /* the whole statement */
    size_t stem;
    const struct dv_insn *found, *elsewhere;
    unsigned kinds; /* on which elsewhere is */
    struct dv_op op;
    const struct dv_field *rel; /* target that is not known yet */
    struct dv_span rel_text;
    const char *at; /* best failure so far */
    int rank;
    struct dv_diag why;
    struct dv_pos why_at;
    bool any, here; /* rows tried: of any core, of this one */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip(struct dv_span *s)
{
    while (s->n && is_blank(s->p[0]))
        s->p++, s->n--;
}

/* ---- walking a form -------------------------------------------------------------------------- */

/* {name} at the start of w->form: its field, and the form after it. */
static const struct dv_field *take_placeholder(struct dv_match *w)
{
    const char *close = strchr(w->form, '}');
    size_t n = (size_t)(close - w->form) - 1;
    const struct dv_field *f = dv_layout_field(w->in->layout, w->form + 1, n);
    w->form = close + 1;
    return f;
}

/* "vadd" where the form says "vadd.{type}". */
static bool needs_type(struct dv_match *w)
{
    char list[160];
    size_t n = 0;
    if (strncmp(w->form, ".{type}", 7) || (w->src.n && !is_blank(w->src.p[0])))
        return false;
    for (unsigned i = 0; i < w->in->types && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? " " : "",
                              dv_types[w->in->type[i].type].name);
    dv_match_fail(w, w->src.p, DV_MEANING, DV_E_SYNTAX, "%s needs a type after a dot (%s)",
                  w->in->stem, n ? list : "none");
    return true;
}

static bool walk_suffix(struct dv_match *w)
{
    if (needs_type(w))
        return false;
    while (*w->form && !is_blank(*w->form)) {
        if (*w->form == '{') {
            const struct dv_field *f = take_placeholder(w);
            struct dv_span t = w->src;
            t.n = 0;
            while (t.n < w->src.n && t.p[t.n] != '.' && !is_blank(t.p[t.n]))
                t.n++;
            w->src.p += t.n;
            w->src.n -= t.n;
            if (!f || !dv_match_suffix(w, f, t))
                return false;
            continue;
        }
        if (!w->src.n || (w->src.p[0] | 32) != (*w->form | 32))
            return dv_match_fail(w, w->src.p, DV_SHAPE, DV_E_SYNTAX, "%s is written %s",
                                 w->in->stem, w->in->form);
        w->form++;
        w->src.p++, w->src.n--;
    }
    if (w->src.n && !is_blank(w->src.p[0]))
        return dv_match_fail(w, w->src.p, DV_SHAPE, DV_E_SYNTAX, "%s is written %s", w->in->stem,
                             w->in->form);
    return true;
}

static bool walk_operand(struct dv_match *w)
{
    const struct dv_field *f = take_placeholder(w);
    skip(&w->src);
    struct dv_span t = w->src;
    t.n = dv_find(t, ",])}");
    w->src.p += t.n;
    w->src.n -= t.n;
    return f && dv_match_operand(w, f, t);
}

/* [xn] where the form says [xn, #imm]: the offset is 0. */
static bool skip_offset(struct dv_match *w)
{
    const char *close = strchr(w->form, ']');
    if (!w->bracket || strncmp(w->form, ", #{", 4) || !close || !w->src.n || w->src.p[0] != ']')
        return false;
    w->form = close;
    return true;
}

static bool walk_literal(struct dv_match *w)
{
    char c = *w->form;
    skip(&w->src);
    if (c == '#') {
        w->form++;
        return true;
    }
    if (c == ',' && skip_offset(w))
        return true;
    if (!w->src.n || (c | 32) != (w->src.p[0] | 32))
        return dv_match_fail(w, w->src.p, DV_SHAPE, DV_E_SYNTAX, "expected '%c': %s", c,
                             w->in->form);
    if (c == '[' || c == ']')
        w->bracket = c == '[';
    w->form++;
    w->src.p++, w->src.n--;
    return true;
}

static bool walk_operands(struct dv_match *w)
{
    while (*w->form) {
        if (is_blank(*w->form))
            w->form++;
        else if (!(*w->form == '{' ? walk_operand(w) : walk_literal(w)))
            return false;
    }
    skip(&w->src);
    if (!w->src.n)
        return true;
    return dv_match_fail(w, w->src.p, DV_SHAPE, DV_E_SYNTAX, "unexpected '%.*s': %s",
                         w->src.n > 40 ? 40 : (int)w->src.n, w->src.p, w->in->form);
}

static void keep_failure(struct search *s, const struct dv_match *w)
{
    struct dv_as *as = s->as;
    bool further = w->at > s->at || (w->at == s->at && w->rank > s->rank);
    if (!s->at || further) {
        s->at = w->at;
        s->rank = w->rank;
        s->why = as->now;
        s->why_at = as->now_at;
    }
    as->now.code = DV_OK;
    as->now.fix[0] = '\0';
}

static bool try_row(struct search *s, const struct dv_insn *in)
{
    struct dv_match w = {.as = s->as, .in = in, .form = in->form + s->stem};
    w.src = (struct dv_span){s->text.p + s->stem, s->text.n - s->stem};
    s->any = true;
    s->here |= !s->as->kinds || (in->on & s->as->kinds);
    dv_op_init(&w.op, in);
    if (!walk_suffix(&w) || !walk_operands(&w)) {
        keep_failure(s, &w);
        return true;
    }
    if (s->as->kinds && !(in->on & s->as->kinds)) {
        s->elsewhere = in;
        s->kinds |= in->on;
        s->op = w.op;
        return true;
    }
    s->found = in;
    s->op = w.op;
    s->rel = w.rel;
    s->rel_text = w.rel_text;
    return false;
}

/* ---- results --------------------------------------------------------------------------------- */

static enum dv_err emit(struct dv_as *as, const struct search *s)
{
    struct dv_diag d = {0};
    uint32_t word;
    struct dv_span text = s->text;
    if (dv_isa_encode(&s->op, &word, &d) != DV_OK)
        return dv_as_fail(as, text.p, d.code, "%s", d.text);
    if (dv_isa_legal(s->found, word, &d) != DV_OK)
        return dv_as_fail(as, text.p, d.code, "%s", d.text);
    if (!as->naming && s->found->exec == DV_EXEC_ENGINE &&
        (s->found->sem == DV_ENGINE_set_flag || s->found->sem == DV_ENGINE_wait_flag) &&
        (s->found->lane == DV_LANE_imm || s->found->lane == DV_LANE_reg))
        as->raw_flags[dv_op_sel(&s->op, DV_F_src)] |= (uint16_t)(1u << dv_op_sel(&s->op, DV_F_dst));
    if (s->found->reason && !as->quiet)
        dv_as_warn(as, text.p, "%s is not executed: %s%s%s", s->found->name, s->found->reason,
                   s->found->instead ? "; instead: " : "",
                   s->found->instead ? s->found->instead : "");
    if (s->rel) {
        struct dv_fixup *f = dv_as_fixup(as, DV_R_FIELD, s->rel_text);
        f->insn = s->found;
        f->field = s->rel;
    }
    return dv_as_word(as, word);
}

static const char *kinds_text(unsigned kinds, char out[32])
{
    static const char *const names[] = {"aic", "aiv", "c100"};
    size_t n = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < DV_KINDS; i++)
        if (kinds & DV_ON(i))
            n += (size_t)snprintf(out + n, 32 - n, "%s%s", n ? ", " : "", names[i]);
    return out;
}

static enum dv_err refuse(struct dv_as *as, const struct search *s)
{
    char on[32], here[32];
    struct dv_span stem = {s->text.p, s->stem};
    if (s->elsewhere) { /* the type is what the core lacks when it has the mnemonic */
        bool typed = s->here && s->op.type;
        return dv_as_fail(as, stem.p, DV_E_SYMBOL, "%s%s%s exists on %s, this code is for %s",
                          s->elsewhere->stem, typed ? "." : "",
                          typed ? dv_types[s->op.type].name : "", kinds_text(s->kinds, on),
                          kinds_text(as->kinds, here));
    }
    if (s->any) {
        as->now = s->why;
        as->now_at = s->why_at;
        return as->now.code;
    }
    const char *near = dv_isa_nearest(stem.p, stem.n);
    dv_as_fail(as, stem.p, DV_E_SYMBOL, "unknown instruction '%.*s'",
               stem.n > 60 ? 60 : (int)stem.n, stem.p);
    if (near)
        dv_as_help(as, "did you mean '%s'?", near);
    return as->now.code;
}

/* ---- rows by mnemonic ------------------------------------------------------------------------ */

/* Rows of one bucket in the order of the tables: first[] and next[] hold index + 1. */
struct dv_stems {
    uint16_t first[1024];
    uint16_t *next;
};

static uint16_t *bucket(struct dv_stems *t, const char *stem, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned)(stem[i] | 32)) * 16777619u;
    return &t->first[(h ^ h >> 16) % (sizeof t->first / sizeof *t->first)];
}

static struct dv_stems *stems(struct dv_as *as)
{
    if (as->stems)
        return as->stems;
    struct dv_stems *t = as->stems = dv_as_keep(as, sizeof *t);
    t->next = dv_as_keep(as, (dv_insn_count + 1) * sizeof *t->next);
    for (unsigned i = dv_insn_count; i-- > 0;) {
        uint16_t *b = bucket(t, dv_insns[i].stem, strlen(dv_insns[i].stem));
        t->next[i] = *b;
        *b = (uint16_t)(i + 1);
    }
    return t;
}

static void try_rows(struct search *s)
{
    struct dv_stems *t = stems(s->as);
    struct dv_span stem = {s->text.p, s->stem};
    s->at = NULL;
    for (unsigned i = *bucket(t, stem.p, stem.n); i; i = t->next[i - 1])
        if (dv_span_is(stem, dv_insns[i - 1].stem) && !try_row(s, &dv_insns[i - 1]))
            return;
}

enum dv_err dv_as_insn(struct dv_as *as, struct dv_span text)
{
    struct search s = {.as = as, .text = dv_trim(text)};
    size_t n = dv_name_length(s.text);
    const char *dot = n ? memchr(s.text.p + 1, '.', n - 1) : NULL;
    s.stem = dot ? (size_t)(dot - s.text.p) : n;
    as->probing = true;
    try_rows(&s);
    as->probing = false;
    if (s.found)
        return emit(as, &s);
    if (s.any && !s.elsewhere)
        try_rows(&s); /* once more, now with near names in the message */
    return refuse(as, &s);
}

enum dv_err dv_as_insn_text(struct dv_as *as, const char *fmt, ...)
{
    char text[160];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "the operand is too long");
    if (as->now.code != DV_OK)
        return as->now.code;
    return dv_as_insn(as, (struct dv_span){text, (size_t)n});
}
