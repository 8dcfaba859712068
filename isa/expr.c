/* Expressions: a precedence climber over bounded text, integers and doubles.
 *
 * Owns the grammar and the error columns. Knows no names: the caller's callback resolves them.
 * Every recursion is counted, every read is within the text given. */
#include "isa/expr.h"

#include <ctype.h>
#include <string.h>

#include "isa/parser.h"

enum { DEPTH_MAX = 200, LENGTH_MAX = 65536 };

void dv_parser_blanks(struct dv_parser *p)
{
    while (p->at < p->n && strchr(" \t\r", p->text[p->at]) && p->text[p->at])
        p->at++;
}

static bool is_name_start(int c)
{
    return c > 0 && (isalpha(c) || strchr("_.$\\", c)) && c < 128;
}

bool dv_parser_name_part(int c)
{
    return c > 0 && (isalnum(c) || strchr("_.$", c)) && c < 128;
}

bool dv_parser_cut(const struct dv_parser *p, size_t end)
{
    return p->clipped && end >= p->n;
}

enum dv_err dv_parser_long(struct dv_parser *p)
{
    return FAIL_AT(p, LENGTH_MAX, DV_E_SYNTAX,
                   "expression is longer than %d bytes, split it with .equ", LENGTH_MAX);
}

enum dv_err dv_parser_unexpected(struct dv_parser *p, const char *wanted)
{
    int c = dv_parser_peek(p, 0);
    if (dv_parser_cut(p, p->at))
        return dv_parser_long(p);
    if (c < 0)
        return FAIL_AT(p, p->at, DV_E_SYNTAX, "expected %s, the expression ends here", wanted);
    if (c < 32 || c > 126)
        return FAIL_AT(p, p->at, DV_E_SYNTAX, "expected %s, found byte 0x%02x", wanted,
                       (unsigned)c);
    return FAIL_AT(p, p->at, DV_E_SYNTAX, "expected %s, found '%c'", wanted, c);
}

enum dv_err dv_parser_enter(struct dv_parser *p)
{
    if (++p->depth > DEPTH_MAX)
        return FAIL_AT(p, p->at, DV_E_SYNTAX,
                       "expression nests deeper than %d levels, split it with .equ", DEPTH_MAX);
    return DV_OK;
}

enum dv_err dv_parser_expect(struct dv_parser *p, char c, const char *wanted)
{
    dv_parser_blanks(p);
    if (dv_parser_peek(p, 0) != c)
        return dv_parser_unexpected(p, wanted);
    dv_parser_take(p, 1);
    return DV_OK;
}

static enum dv_err look_up(struct dv_parser *p, size_t at, size_t n, struct dv_value *out)
{
    int shown = (int)(n < 80 ? n : 80);
    if (!p->name)
        return FAIL_AT(p, at, DV_E_SYMBOL, "name '%.*s' where only numbers are allowed", shown,
                       p->text + at);
    bool fresh = p->d && p->d->code == DV_OK;
    enum dv_err e = p->name(p->ctx, p->text + at, n, out, p->d);
    if (!e)
        return DV_OK;
    if (fresh && p->d->code == DV_OK)
        dv_fail(p->d, e, "'%.*s' is not defined", shown, p->text + at);
    if (fresh)
        p->d->at.col = (int)at + 1;
    return e;
}

static enum dv_err parse_name(struct dv_parser *p, struct dv_value *out)
{
    size_t at = p->at, n = 1;
    while (dv_parser_name_part(dv_parser_peek(p, n)))
        n++;
    if (dv_parser_cut(p, at + n))
        return dv_parser_long(p);
    dv_parser_take(p, n);
    dv_parser_blanks(p);
    if (dv_parser_peek(p, 0) != '(')
        return look_up(p, at, n, out);
    return dv_parse_call(p, at, n, out);
}

static enum dv_err parse_group(struct dv_parser *p, struct dv_value *out)
{
    enum dv_err e = dv_parser_enter(p);
    if (e)
        return e;
    dv_parser_take(p, 1);
    e = dv_parse_expression(p, out);
    p->depth--;
    return e ? e : dv_parser_expect(p, ')', "')'");
}

static enum dv_err parse_primary(struct dv_parser *p, struct dv_value *out)
{
    int c = dv_parser_peek(p, 0), next = dv_parser_peek(p, 1);
    if (c == '(')
        return parse_group(p, out);
    if (c == '\'')
        return dv_parse_char(p, out);
    if (c >= 0 && c < 128 && (isdigit(c) || (c == '.' && next > 0 && next < 128 && isdigit(next))))
        return dv_parse_number(p, out);
    if (is_name_start(c))
        return parse_name(p, out);
    return dv_parser_unexpected(p, "a value");
}

static enum dv_err parse_unary(struct dv_parser *p, struct dv_value *out)
{
    dv_parser_blanks(p);
    int op = dv_parser_peek(p, 0);
    if (op <= 0 || !strchr("+-~!", op))
        return parse_primary(p, out);
    size_t at = p->at;
    enum dv_err e = dv_parser_enter(p);
    if (e)
        return e;
    dv_parser_take(p, 1);
    e = parse_unary(p, out);
    p->depth--;
    return e ? e : dv_operator_unary(p, at, op, out);
}

static enum dv_err parse_binary(struct dv_parser *p, unsigned level, struct dv_value *out);

/* Right operand of op, not evaluated when the left one decides. */
static enum dv_err parse_right(struct dv_parser *p, const struct dv_operator *op,
                               const struct dv_value *left, struct dv_value *out)
{
    bool dead = p->dead;
    if ((op->trait == DV_OP_AND && !dv_value_true(left)) ||
        (op->trait == DV_OP_OR && dv_value_true(left)))
        p->dead = true;
    enum dv_err e = parse_binary(p, op->level + 1u, out);
    p->dead = dead;
    return e;
}

static enum dv_err parse_binary(struct dv_parser *p, unsigned level, struct dv_value *out)
{
    unsigned compared = 0; /* level of the last comparison of this chain */
    enum dv_err e = parse_unary(p, out);
    while (!e) {
        dv_parser_blanks(p);
        const struct dv_operator *op = dv_operator_peek(p);
        if (!op || op->level < level)
            break;
        size_t at = p->at;
        if (op->trait == DV_OP_COMPARE && compared == op->level)
            return FAIL_AT(p, at, DV_E_SYNTAX, "comparisons do not chain, join them with &&");
        compared = op->trait == DV_OP_COMPARE ? op->level : 0;
        dv_parser_take(p, strlen(op->text));
        struct dv_value right = {0};
        e = parse_right(p, op, out, &right);
        if (!e)
            e = dv_operator_apply(p, op, at, out, &right);
    }
    return e;
}

/* One arm of ?:, evaluated only when live. */
static enum dv_err parse_arm(struct dv_parser *p, bool live, struct dv_value *out)
{
    bool dead = p->dead;
    p->dead = dead || !live;
    enum dv_err e = dv_parse_expression(p, out);
    p->dead = dead;
    return e;
}

static enum dv_err parse_choice(struct dv_parser *p, struct dv_value *out)
{
    bool first = dv_value_true(out);
    struct dv_value yes = {0}, no = {0};
    enum dv_err e = dv_parser_enter(p);
    if (e)
        return e;
    dv_parser_take(p, 1);
    e = parse_arm(p, first, &yes);
    if (!e)
        e = dv_parser_expect(p, ':', "':'");
    if (!e)
        e = parse_arm(p, !first, &no);
    p->depth--;
    if (!e)
        *out = first ? yes : no;
    return e;
}

enum dv_err dv_parse_expression(struct dv_parser *p, struct dv_value *out)
{
    enum dv_err e = parse_binary(p, 1, out);
    if (e)
        return e;
    dv_parser_blanks(p);
    return dv_parser_peek(p, 0) == '?' ? parse_choice(p, out) : DV_OK;
}

enum dv_err dv_expr_eval(const char *text, size_t n, dv_name_fn name, void *ctx,
                         struct dv_value *out, size_t *end, struct dv_diag *d)
{
    struct dv_parser p = {.text = text,
                          .n = n < LENGTH_MAX ? n : LENGTH_MAX,
                          .name = name,
                          .ctx = ctx,
                          .d = d,
                          .clipped = n > LENGTH_MAX};
    struct dv_value v = {0};
    enum dv_err e = dv_parse_expression(&p, &v);
    if (e)
        return e;
    if (dv_parser_cut(&p, p.at))
        return dv_parser_long(&p);
    if (end)
        *end = p.last;
    else if (p.at < n)
        return dv_parser_unexpected(&p, "an operator or the end");
    *out = v;
    return DV_OK;
}

enum dv_err dv_expr_int(const char *text, size_t n, dv_name_fn name, void *ctx, int64_t *out,
                        struct dv_diag *d)
{
    struct dv_value v = {0};
    enum dv_err e = dv_expr_eval(text, n, name, ctx, &v, NULL, d);
    if (e)
        return e;
    if (v.is_float) {
        if (d && d->code == DV_OK)
            d->at.col = 1;
        return dv_fail(d, DV_E_SYNTAX, "expected an integer, the expression is a float");
    }
    *out = v.i;
    return DV_OK;
}
