/* Functions of expressions: ceil_div, align_up, min, max, log2, sizeof and bit patterns.
 *
 * Owns their meaning and argument rules. Formats and rounding belong to num.h. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "isa/isa.h"
#include "isa/num.h"
#include "isa/parser.h"

enum { ARGS_MAX = 16 };

struct call {
    struct dv_parser *p;
    size_t at; /* of the function name */
    unsigned args;
    struct dv_value arg[ARGS_MAX];
};

/* Smallest integer not below a / b. */
static int64_t ceil_quotient(int64_t a, int64_t b)
{
    if (b == -1)
        return (int64_t)(0 - (uint64_t)a);
    return a / b + (a % b != 0 && (a < 0) == (b < 0));
}

static enum dv_err fn_ceil_div(struct call *c, struct dv_value *out)
{
    if (!c->arg[1].i)
        return FAIL_AT(c->p, c->at, DV_E_RANGE, "division by zero in ceil_div");
    dv_value_set_int(out, ceil_quotient(c->arg[0].i, c->arg[1].i));
    return DV_OK;
}

static enum dv_err fn_align_up(struct call *c, struct dv_value *out)
{
    int64_t unit = c->arg[1].i;
    if (unit <= 0)
        return FAIL_AT(c->p, c->at, DV_E_RANGE, "align_up to %lld, the unit must be positive",
                       (long long)unit);
    dv_value_set_int(out, (int64_t)((uint64_t)ceil_quotient(c->arg[0].i, unit) * (uint64_t)unit));
    return DV_OK;
}

static bool any_float(const struct call *c)
{
    for (unsigned i = 0; i < c->args; i++)
        if (c->arg[i].is_float)
            return true;
    return false;
}

static bool is_less(const struct dv_value *a, const struct dv_value *b)
{
    return a->is_float || b->is_float ? dv_value_float(a) < dv_value_float(b) : a->i < b->i;
}

static enum dv_err pick(struct call *c, struct dv_value *out, bool largest)
{
    const struct dv_value *best = &c->arg[0];
    for (unsigned i = 1; i < c->args; i++)
        if (largest ? is_less(best, &c->arg[i]) : is_less(&c->arg[i], best))
            best = &c->arg[i];
    if (any_float(c))
        dv_value_set_float(out, dv_value_float(best));
    else
        dv_value_set_int(out, best->i);
    return DV_OK;
}

static enum dv_err fn_min(struct call *c, struct dv_value *out)
{
    return pick(c, out, false);
}

static enum dv_err fn_max(struct call *c, struct dv_value *out)
{
    return pick(c, out, true);
}

static enum dv_err fn_log2(struct call *c, struct dv_value *out)
{
    int64_t v = c->arg[0].i;
    if (v <= 0)
        return FAIL_AT(c->p, c->at, DV_E_RANGE, "log2 of %lld, the argument must be positive",
                       (long long)v);
    dv_value_set_int(out, 63 - __builtin_clzll((uint64_t)v));
    return DV_OK;
}

static enum dv_err no_fit(struct call *c, const char *type, double v)
{
    return FAIL_AT(c->p, c->at, DV_E_RANGE,
                   "%g does not fit %s, write the bit pattern for infinity", v, type);
}

static enum dv_err fn_f16(struct call *c, struct dv_value *out)
{
    double v = dv_value_float(&c->arg[0]);
    uint16_t bits = dv_f64_to_f16(v, DV_RINT, false);
    if ((bits & 0x7c00) == 0x7c00)
        return no_fit(c, "f16", v);
    dv_value_set_int(out, bits);
    return DV_OK;
}

static enum dv_err fn_f32(struct call *c, struct dv_value *out)
{
    double v = dv_value_float(&c->arg[0]);
    float f = (float)v;
    if (isinf(f) || isnan(f))
        return no_fit(c, "f32", v);
    dv_value_set_int(out, dv_f32_bits(f));
    return DV_OK;
}

/* A double rounded to odd keeps enough of itself that a second rounding is the only one. */
static float round_to_odd(double v)
{
    float f = (float)v;
    uint32_t bits = dv_f32_bits(f);
    if (fabs((double)f) > fabs(v))
        bits--;
    if ((double)dv_bits_f32(bits) != v)
        bits |= 1;
    return dv_bits_f32(bits);
}

static enum dv_err fn_bf16(struct call *c, struct dv_value *out)
{
    double v = dv_value_float(&c->arg[0]);
    if (isinf(v) || isnan(v))
        return no_fit(c, "bf16", v);
    uint16_t bits = dv_f32_to_bf16(round_to_odd(v), DV_RINT, false);
    if ((bits & 0x7f80) == 0x7f80)
        return no_fit(c, "bf16", v);
    dv_value_set_int(out, bits);
    return DV_OK;
}

struct function {
    const char *name;
    uint8_t least, most; /* arguments */
    bool integers;       /* refuses floats */
    enum dv_err (*fn)(struct call *, struct dv_value *);
};

static const struct function functions[] = {
    {"ceil_div", 2, 2, true, fn_ceil_div}, {"align_up", 2, 2, true, fn_align_up},
    {"min", 2, ARGS_MAX, false, fn_min},   {"max", 2, ARGS_MAX, false, fn_max},
    {"log2", 1, 1, true, fn_log2},         {"f16", 1, 1, false, fn_f16},
    {"bf16", 1, 1, false, fn_bf16},        {"f32", 1, 1, false, fn_f32},
};

static bool same_name(const char *name, const char *text, size_t n)
{
    return strlen(name) == n && !strncasecmp(name, text, n);
}

static const struct function *find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (same_name(functions[i].name, name, n))
            return &functions[i];
    return NULL;
}

/* Arguments up to the closing parenthesis, which is consumed. */
static enum dv_err parse_args(struct call *c)
{
    for (;;) {
        if (c->args == ARGS_MAX)
            return FAIL_AT(c->p, c->p->at, DV_E_SYNTAX, "more than %d arguments", ARGS_MAX);
        enum dv_err e = dv_parse_expression(c->p, &c->arg[c->args]);
        if (e)
            return e;
        c->args++;
        dv_parser_blanks(c->p);
        if (dv_parser_peek(c->p, 0) != ',')
            return dv_parser_expect(c->p, ')', "',' or ')'");
        dv_parser_take(c->p, 1);
    }
}

static enum dv_err check_args(const struct function *f, struct call *c)
{
    if (c->args < f->least || c->args > f->most)
        return FAIL_AT(c->p, c->at, DV_E_SYNTAX, "%s takes %s%u argument%s, got %u", f->name,
                       f->most > f->least ? "at least " : "", f->least, f->least > 1 ? "s" : "",
                       c->args);
    if (f->integers && any_float(c) && !c->p->dead)
        return FAIL_AT(c->p, c->at, DV_E_SYNTAX, "%s needs integers, an argument is a float",
                       f->name);
    return DV_OK;
}

static enum dv_err call_function(struct dv_parser *p, const struct function *f, size_t at,
                                 struct dv_value *out)
{
    struct call c = {.p = p, .at = at};
    dv_parser_take(p, 1);
    enum dv_err e = dv_parser_enter(p);
    if (!e)
        e = parse_args(&c);
    if (!e)
        e = check_args(f, &c);
    p->depth--;
    if (e)
        return e;
    if (p->dead) {
        dv_value_set_int(out, 0);
        return DV_OK;
    }
    return f->fn(&c, out);
}

static enum dv_err parse_sizeof(struct dv_parser *p, struct dv_value *out)
{
    dv_parser_take(p, 1);
    dv_parser_blanks(p);
    size_t at = p->at, n = 0;
    while (dv_parser_name_part(dv_parser_peek(p, n)))
        n++;
    if (!n)
        return dv_parser_unexpected(p, "a type");
    const char *name = p->text + at;
    dv_parser_take(p, n);
    unsigned bits = dv_elem_bits(dv_elem_find(name, n));
    if (!bits)
        return FAIL_AT(p, at, DV_E_SYMBOL, "'%.*s' is no element type", (int)(n < 40 ? n : 40),
                       name);
    if (bits < 8)
        return FAIL_AT(p, at, DV_E_RANGE, "sizeof(%.*s) is half a byte, count elements instead",
                       (int)n, name);
    dv_value_set_int(out, bits / 8);
    return dv_parser_expect(p, ')', "')'");
}

enum dv_err dv_parse_call(struct dv_parser *p, size_t at, size_t n, struct dv_value *out)
{
    const char *name = p->text + at;
    if (same_name("sizeof", name, n))
        return parse_sizeof(p, out);
    const struct function *f = find(name, n);
    if (f)
        return call_function(p, f, at, out);
    return FAIL_AT(p, at, DV_E_SYNTAX, "unknown function '%.*s'", (int)(n < 40 ? n : 40), name);
}
