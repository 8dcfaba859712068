/* Directives that watch a run: .assert .print .dump .expect_cycles.
 *
 * Owns their syntax and the form in which expressions go into the object: register names become
 * xN or a field of it, constants and buffers numbers; parameters and blockid stay for the run. */
#include "asm/state.h"
#include "isa/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 4096, VALUES = 16, DUMPED = 4096, EXPECTS = 256 };

/* Text for the object; place[i] is where byte i stood in the source text. */
struct out {
    char text[TEXT];
    uint16_t place[TEXT];
    size_t n;
};

static bool put(struct dv_as *as, struct out *o, const char *p, size_t n, const char *at,
                const char *start)
{
    if (o->n + n >= TEXT)
        return dv_as_fail(as, start, DV_E_SYNTAX, "the expression is too long"), false;
    for (size_t i = 0; i < n; i++) {
        o->place[o->n] = (uint16_t)(at - start);
        o->text[o->n++] = p[i];
    }
    o->text[o->n] = '\0';
    return true;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A field of a register as shifts and masks. */
static bool field_text(struct dv_as *as, const struct dv_regref *r, const char *at, char *to,
                       size_t size)
{
    const struct dv_field *f = r->field;
    struct dv_bits b = f->piece[0];
    unsigned lo = b.lo % 64u, width = b.hi - b.lo + 1u, x = r->x[b.lo / 64];
    if (f->pieces > 1) {
        dv_as_fail(as, at, DV_E_SYNTAX, "field '%s' is split and cannot be read here", f->name);
        return false;
    }
    if (f->is_signed)
        snprintf(to, size, "(((x%u << %u) >> %u << %d) + %" PRId64 ")", x, 64 - lo - width,
                 64 - width, f->scale, (int64_t)f->bias);
    else
        snprintf(to, size, "(((x%u >> %u) & 0x%" PRIx64 ") * %llu + %" PRId64 ")", x, lo,
                 width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1, 1ull << f->scale,
                 (int64_t)f->bias);
    return true;
}

static bool reg_text(struct dv_as *as, const struct dv_regref *r, const char *at, char *to,
                     size_t size)
{
    if (r->field)
        return field_text(as, r, at, to, size);
    if (r->pair) {
        dv_as_fail(as, at, DV_E_SYNTAX, "a register pair has no single value; name a field");
        return false;
    }
    snprintf(to, size, "x%u", r->x[0]);
    return true;
}

static bool symbol_text(struct dv_as *as, struct dv_span text, char *to, size_t size)
{
    struct dv_span rest = text, name = dv_take_name(&rest);
    const struct dv_sym *s = dv_as_find(as, name);
    struct dv_value v;
    if (s && (s->kind == DV_SYM_LABEL || s->kind == DV_SYM_EXTERN)) {
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is a label; its address is not known here",
                   (int)name.n, name.p);
        return false;
    }
    if (dv_as_value(as, text, &v) != DV_OK)
        return false;
    if (v.is_float)
        snprintf(to, size, "(%.17g)", v.f);
    else
        snprintf(to, size, v.i < 0 ? "(%" PRId64 ")" : "%" PRId64, v.i);
    return true;
}

/* Names that keep their meaning until the run. */
static bool stays(struct dv_as *as, struct dv_span name, char next)
{
    const struct dv_sym *s = dv_as_find(as, name);
    int param = dv_as_param(as, name);
    if (param >= 0 && next != '(')
        dv_as_param_used(as, as->kernel_at - 1, param);
    return next == '(' || param >= 0 || dv_span_is(name, "blockid") ||
           (!s && dv_elem_find(name.p, name.n) != DV_EL_NONE);
}

/* Bytes of an operand at the start of t: name, name[i], name[i].field. */
static size_t operand_length(struct dv_span t)
{
    size_t n = dv_name_length(t), open = n;
    while (open < t.n && t.p[open] == ' ')
        open++;
    if (open == t.n || t.p[open] != '[')
        return n;
    struct dv_span inner = {t.p + open + 1, t.n - open - 1};
    size_t close = dv_find(inner, "]");
    if (close == inner.n)
        return n;
    n = open + 1 + close + 1;
    return n + (n < t.n && t.p[n] == '.' ? dv_name_length((struct dv_span){t.p + n, t.n - n}) : 0);
}

/* Takes the name at offset i. */
static bool take_operand(struct dv_as *as, struct dv_span t, size_t *i, struct out *o)
{
    struct dv_span all = {t.p + *i, t.n - *i}, name = {all.p, dv_name_length(all)};
    struct dv_regref r;
    char text[160];
    all.n = operand_length(all);
    enum dv_is_reg is = dv_as_reg(as, all, &r);
    if (is == DV_BAD_REG)
        return false;
    char next = *i + name.n < t.n ? t.p[*i + name.n] : 0;
    if (is == DV_NOT_REG && stays(as, name, next)) {
        *i += name.n;
        return put(as, o, name.p, name.n, name.p, t.p);
    }
    *i += all.n;
    return (is == DV_IS_REG ? reg_text(as, &r, all.p, text, sizeof text)
                            : symbol_text(as, all, text, sizeof text)) &&
           put(as, o, text, strlen(text), all.p, t.p);
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* Bytes of a character literal at the start of t. */
static size_t literal_length(struct dv_span t)
{
    size_t n = t.n > 1 && t.p[1] == '\\' ? 4 : 3;
    return n < t.n ? n : t.n;
}

static bool translate(struct dv_as *as, struct dv_span t, struct out *o)
{
    for (size_t i = 0; i < t.n;) {
        bool inside = i && dv_is_name(t.p[i - 1]);
        if (!inside && dv_is_name_start(t.p[i]) &&
            dv_name_length((struct dv_span){t.p + i, t.n - i})) {
            if (!take_operand(as, t, &i, o))
                return false;
            continue;
        }
        size_t n = t.p[i] == '\'' ? literal_length((struct dv_span){t.p + i, t.n - i}) : 1;
        if (!put(as, o, t.p + i, n, t.p + i, t.p))
            return false;
        i += n;
    }
    return true;
}

static enum dv_err any_name(void *ctx, const char *name, size_t n, struct dv_value *out,
                            struct dv_diag *d)
{
    (void)ctx, (void)name, (void)n, (void)d;
    *out = (struct dv_value){.i = 1000003};
    return DV_OK;
}

/* Appends the expression, and a line end when there is something before it. */
static bool expression(struct dv_as *as, struct dv_span t, struct out *all)
{
    struct out one;
    struct dv_value v;
    t = dv_trim(t);
    one.n = 0;
    one.text[0] = '\0';
    if (!t.n)
        return dv_as_fail(as, t.p, DV_E_SYNTAX, "expected a value"), false;
    if (!translate(as, t, &one))
        return false;
    as->expr.code = DV_OK;
    as->expr.at.col = 0;
    dv_expr_eval(one.text, one.n, any_name, NULL, &v, NULL, &as->expr);
    if (as->expr.code != DV_OK && as->expr.code != DV_E_RANGE) {
        size_t col = as->expr.at.col > 0 ? (size_t)as->expr.at.col - 1 : 0;
        dv_as_fail(as, t.p + (col < one.n ? one.place[col] : t.n), as->expr.code, "%s",
                   as->expr.text);
        return false;
    }
    return (!all->n || put(as, all, "\n", 1, t.p, t.p)) && put(as, all, one.text, one.n, t.p, t.p);
}

static struct dv_name *record(struct dv_as *as, enum dv_name_kind kind, struct dv_span name,
                              struct dv_span text)
{
    struct dv_name *n = dv_as_name(as, kind, name);
    n->line = as->stmt_at.line;
    n->file = dv_as_text(as, dv_span_of(as->source[as->stmt_at.file].name));
    if (text.n)
        n->text = dv_as_text(as, text);
    return n;
}

static bool in_text(struct dv_as *as)
{
    if (as->section == DV_TEXT)
        return true;
    return dv_as_fail(as, NULL, DV_E_SYNTAX,
                      "this is attached to an instruction; write .text first"),
           false;
}

/* ---- .assert, .print ------------------------------------------------------------------------- */

static enum dv_err do_assert(struct dv_as *as, struct dv_span rest)
{
    char text[256];
    size_t n;
    struct out o = {.n = 0};
    struct dv_span piece = {rest.p, 0};
    if (!in_text(as))
        return as->now.code;
    if (!dv_take_piece(&rest, &piece) || !dv_trim(rest).n)
        return dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected .assert CONDITION, \"text\"");
    if (!expression(as, piece, &o) || !dv_take_string(as, &rest, text, sizeof text, &n) ||
        dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    record(as, DV_NAME_ASSERT, (struct dv_span){text, n}, (struct dv_span){o.text, o.n});
    return DV_OK;
}

static bool read_values(struct dv_as *as, struct dv_span rest, struct out *o, int *values)
{
    struct dv_span piece;
    for (; dv_take_piece(&rest, &piece); ++*values)
        if (*values == VALUES || !expression(as, piece, o)) {
            dv_as_fail(as, piece.p, DV_E_SYNTAX, "at most %d values are printed at once", VALUES);
            return false;
        }
    return true;
}

static enum dv_err do_print(struct dv_as *as, struct dv_span rest)
{
    char format[512];
    const char *bad;
    size_t n;
    struct out o = {.n = 0};
    struct dv_span start = rest;
    int values = 0;
    if (!in_text(as) || !dv_take_string(as, &rest, format, sizeof format, &n))
        return as->now.code;
    if (memchr(format, 0, n))
        return dv_as_fail(as, start.p, DV_E_SYNTAX, "a format cannot hold a zero byte");
    int wanted = dv_format_count(format, &bad);
    if (wanted < 0) {
        dv_as_fail(as, start.p, DV_E_SYNTAX, "'%.12s' is no conversion of .print", bad);
        dv_as_help(as, "there are %%d %%u %%x %%X %%f %%e %%g and %%%%, with a width up to 64");
        return as->now.code;
    }
    rest = dv_trim(rest);
    if (rest.n && !dv_take(&rest, ','))
        return dv_as_end(as, rest);
    if (!read_values(as, rest, &o, &values))
        return as->now.code;
    if (values != wanted)
        return dv_as_fail(as, start.p, DV_E_SYNTAX, "the format asks for %d value%s, %d %s given",
                          wanted, wanted == 1 ? "" : "s", values, values == 1 ? "is" : "are");
    record(as, DV_NAME_PRINT, (struct dv_span){format, n}, (struct dv_span){o.text, o.n});
    return DV_OK;
}

/* ---- .dump ----------------------------------------------------------------------------------- */

static bool find_space(struct dv_as *as, struct dv_span *place, uint8_t *space)
{
    struct dv_span rest = *place, name = dv_take_name(&rest), head = *place;
    struct dv_regref r;
    if (dv_take(&rest, ':')) {
        *place = dv_trim(rest);
        if (dv_as_space(name, space))
            return true;
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is no memory (gm ub l1 l0a l0b l0c bt fb)",
                   (int)name.n, name.p);
        return false;
    }
    const struct dv_sym *s = dv_as_find(as, name);
    head.n = operand_length(head);
    bool is_reg = dv_as_reg(as, head, &r) == DV_IS_REG && r.space >= 0;
    if (s && s->kind == DV_SYM_BUF)
        *space = s->buf->space;
    else if (is_reg)
        *space = (uint8_t)r.space;
    else if (as->now.code == DV_OK && dv_as_param(as, name) >= 0)
        *space = DV_SPACE_GM;
    else {
        dv_as_fail(as, place->p, DV_E_SYNTAX,
                   "expected a buffer, a register declared for a memory, or MEMORY:ADDRESS");
        return false;
    }
    return true;
}

/* TYPE[n, n ..] with every number evaluated. */
static bool read_shape(struct dv_as *as, struct dv_span text, struct out *o)
{
    char number[32];
    struct dv_span rest = text, word = dv_take_name(&rest), piece;
    int64_t n, total = 1;
    unsigned dims = 0;
    if (dv_elem_find(word.p, word.n) == DV_EL_NONE || !dv_take(&rest, '[') || !rest.n ||
        rest.p[rest.n - 1] != ']') {
        dv_as_fail(as, text.p, DV_E_SYNTAX, "expected an element type and a shape: f16[16, 16]");
        return false;
    }
    rest.n--;
    if (!put(as, o, "\n", 1, text.p, text.p) || !put(as, o, word.p, word.n, text.p, text.p))
        return false;
    for (; dv_take_piece(&rest, &piece); dims++) {
        if (dv_as_int_in(as, piece, "the number of elements", 1, DUMPED, &n) != DV_OK)
            return false;
        total *= n;
        if (total > DUMPED || dims == DV_DIMS) {
            dv_as_fail(as, text.p, DV_E_RANGE, "at most %d elements and %d dimensions are dumped",
                       DUMPED, DV_DIMS);
            return false;
        }
        snprintf(number, sizeof number, "%c%lld", dims ? ',' : '[', (long long)n);
        if (!put(as, o, number, strlen(number), text.p, text.p))
            return false;
    }
    return put(as, o, dims ? "]" : "[1]", dims ? 1 : 3, text.p, text.p);
}

static enum dv_err do_dump(struct dv_as *as, struct dv_span rest)
{
    struct dv_span place = {rest.p, 0}, shape, cond, key, value, label;
    struct out o = {.n = 0};
    uint8_t space = 0;
    if (!in_text(as))
        return as->now.code;
    if (!dv_take_piece(&rest, &place) || !dv_take_piece(&rest, &shape))
        return dv_as_fail(as, place.p, DV_E_SYNTAX,
                          "expected .dump PLACE, TYPE[SHAPE] [, if=CONDITION]");
    label = place;
    if (!find_space(as, &place, &space) || !expression(as, place, &o) || !read_shape(as, shape, &o))
        return as->now.code;
    if (dv_take_piece(&rest, &cond)) {
        if (!dv_split_key(cond, &key, &value) || !dv_span_is(key, "if"))
            return dv_as_fail(as, cond.p, DV_E_SYNTAX, "expected if=CONDITION");
        if (!expression(as, value, &o) || dv_as_end(as, rest) != DV_OK)
            return as->now.code;
    }
    record(as, DV_NAME_DUMP, label, (struct dv_span){o.text, o.n})->space = space;
    return DV_OK;
}

/* ---- .expect_cycles -------------------------------------------------------------------------- */

struct dv_expect {
    struct dv_span name;
    struct dv_pos at;
    struct dv_expect *next;
};

static enum dv_err do_expect(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = {rest.p, 0}, lo, hi;
    int64_t least, most;
    if (!dv_take_piece(&rest, &name) || !dv_take_piece(&rest, &lo) || !dv_take_piece(&rest, &hi) ||
        !name.n || dv_name_length(name) != name.n)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "expected .expect_cycles REGION, LEAST, MOST");
    if (dv_as_int_in(as, lo, "the least number of cycles", 0, INT64_MAX, &least) != DV_OK ||
        dv_as_int(as, hi, &most) != DV_OK || dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    if (most < least)
        return dv_as_fail(as, hi.p, DV_E_RANGE,
                          "the largest number of cycles is %lld, less than the least, %lld",
                          (long long)most, (long long)least);
    if (++as->expects > EXPECTS)
        return dv_as_fail(as, NULL, DV_E_RANGE, "there are more than %d .expect_cycles", EXPECTS);
    struct dv_expect *e = dv_as_keep(as, sizeof *e);
    *e = (struct dv_expect){dv_as_copy(as, name), dv_as_pos(as, name.p), as->expect};
    as->expect = e;
    struct dv_name *n = record(as, DV_NAME_EXPECT, name, (struct dv_span){NULL, 0});
    n->address = (uint64_t)least;
    n->bytes = (uint64_t)most;
    return DV_OK;
}

static bool is_region(const struct dv_obj *o, struct dv_span name)
{
    for (uint32_t i = 0; i < o->names; i++)
        if (o->name[i].kind == DV_NAME_MARK && dv_span_same(dv_span_of(o->name[i].name), name))
            return true;
    return false;
}

void dv_as_watch_finish(struct dv_as *as)
{
    for (const struct dv_expect *e = as->expect; e; e = e->next) {
        if (is_region(as->obj, e->name))
            continue;
        struct dv_near near;
        dv_as_fail_pos(as, e->at, DV_E_SYMBOL, "there is no region '%.*s'", (int)e->name.n,
                       e->name.p);
        dv_near_init(&near, e->name);
        for (uint32_t i = 0; i < as->obj->names; i++)
            if (as->obj->name[i].kind == DV_NAME_MARK)
                dv_near_offer(&near, dv_span_of(as->obj->name[i].name));
        dv_near_help(as, &near);
        dv_as_flush(as);
    }
}

const struct dv_directive dv_watch_directives[] = {
    {".assert", do_assert},        {".print", do_print}, {".dump", do_dump},
    {".expect_cycles", do_expect}, {NULL, NULL},
};
