/* Operators of expressions: spelling, precedence and arithmetic.
 *
 * Owns wrap-around, promotion to double and the checks on operands. Knows nothing of text beyond
 * the operator at the cursor. */
#include <string.h>

#include "isa/parser.h"

#define INT_OP(name, expr) \
    static int64_t name(int64_t a, int64_t b) \
    { \
        return expr; \
    }
#define FLOAT_OP(name, expr) \
    static double name(double a, double b) \
    { \
        return expr; \
    }

INT_OP(wrap_add, (int64_t)((uint64_t)a + (uint64_t)b))
INT_OP(wrap_sub, (int64_t)((uint64_t)a - (uint64_t)b))
INT_OP(wrap_mul, (int64_t)((uint64_t)a *(uint64_t)b))
INT_OP(wrap_div, b == -1 ? wrap_sub(0, a) : a / b)
INT_OP(wrap_rem, b == -1 ? 0 : a % b)
INT_OP(bit_and, a &b)
INT_OP(bit_or, a | b)
INT_OP(bit_xor, a ^ b)
INT_OP(shift_left, (int64_t)((uint64_t)a << b))
INT_OP(shift_right, a >> b)
INT_OP(int_eq, a == b)
INT_OP(int_ne, a != b)
INT_OP(int_lt, a < b)
INT_OP(int_le, a <= b)
INT_OP(int_gt, a > b)
INT_OP(int_ge, a >= b)
FLOAT_OP(float_add, a + b)
FLOAT_OP(float_sub, a - b)
FLOAT_OP(float_mul, a *b)
FLOAT_OP(float_div, a / b)
FLOAT_OP(float_eq, a == b)
FLOAT_OP(float_ne, a != b)
FLOAT_OP(float_lt, a < b)
FLOAT_OP(float_le, a <= b)
FLOAT_OP(float_gt, a > b)
FLOAT_OP(float_ge, a >= b)

/* Longer spellings first: the first match is the operator. */
static const struct dv_operator operators[] = {
    {"||", 1, DV_OP_OR, NULL, NULL},
    {"&&", 2, DV_OP_AND, NULL, NULL},
    {"==", 6, DV_OP_COMPARE, int_eq, float_eq},
    {"!=", 6, DV_OP_COMPARE, int_ne, float_ne},
    {"<<", 8, DV_OP_SHIFT, shift_left, NULL},
    {">>", 8, DV_OP_SHIFT, shift_right, NULL},
    {"<=", 7, DV_OP_COMPARE, int_le, float_le},
    {">=", 7, DV_OP_COMPARE, int_ge, float_ge},
    {"<", 7, DV_OP_COMPARE, int_lt, float_lt},
    {">", 7, DV_OP_COMPARE, int_gt, float_gt},
    {"|", 3, DV_OP_PLAIN, bit_or, NULL},
    {"^", 4, DV_OP_PLAIN, bit_xor, NULL},
    {"&", 5, DV_OP_PLAIN, bit_and, NULL},
    {"+", 9, DV_OP_PLAIN, wrap_add, float_add},
    {"-", 9, DV_OP_PLAIN, wrap_sub, float_sub},
    {"*", 10, DV_OP_PLAIN, wrap_mul, float_mul},
    {"/", 10, DV_OP_DIVIDE, wrap_div, float_div},
    {"%", 10, DV_OP_DIVIDE, wrap_rem, NULL},
};

const struct dv_operator *dv_operator_peek(const struct dv_parser *p)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].text);
        if (p->n - p->at >= n && !memcmp(p->text + p->at, operators[i].text, n))
            return &operators[i];
    }
    return NULL;
}

/* The right operand must make sense; `at` is the operator. */
static enum dv_err check_operands(struct dv_parser *p, const struct dv_operator *op, size_t at,
                                  const struct dv_value *a, const struct dv_value *b)
{
    if (!op->f && (a->is_float || b->is_float))
        return FAIL_AT(p, at, DV_E_SYNTAX, "operator '%s' needs integers, an operand is a float",
                       op->text);
    if (op->trait == DV_OP_DIVIDE && !dv_value_true(b))
        return FAIL_AT(p, at, DV_E_RANGE, "division by zero");
    if (op->trait == DV_OP_SHIFT && (b->i < 0 || b->i > 63))
        return FAIL_AT(p, at, DV_E_RANGE, "shift by %lld, the count must be 0..63",
                       (long long)b->i);
    return DV_OK;
}

enum dv_err dv_operator_apply(struct dv_parser *p, const struct dv_operator *op, size_t at,
                              struct dv_value *a, const struct dv_value *b)
{
    if (op->trait == DV_OP_AND || op->trait == DV_OP_OR) {
        dv_value_set_int(a, op->trait == DV_OP_AND ? dv_value_true(a) && dv_value_true(b)
                                                   : dv_value_true(a) || dv_value_true(b));
        return DV_OK;
    }
    if (p->dead) {
        if (a->is_float || b->is_float)
            dv_value_set_float(a, 0);
        return DV_OK;
    }
    enum dv_err e = check_operands(p, op, at, a, b);
    if (e)
        return e;
    if (!a->is_float && !b->is_float)
        dv_value_set_int(a, op->i(a->i, b->i));
    else if (op->trait == DV_OP_COMPARE)
        dv_value_set_int(a, op->f(dv_value_float(a), dv_value_float(b)) != 0);
    else
        dv_value_set_float(a, op->f(dv_value_float(a), dv_value_float(b)));
    return DV_OK;
}

enum dv_err dv_operator_unary(struct dv_parser *p, size_t at, int op, struct dv_value *v)
{
    if (op == '!')
        dv_value_set_int(v, !dv_value_true(v));
    else if (op == '-' && v->is_float)
        v->f = -v->f;
    else if (op == '-')
        v->i = wrap_sub(0, v->i);
    else if (op == '~' && v->is_float)
        return FAIL_AT(p, at, DV_E_SYNTAX, "operator '~' needs an integer, the operand is a float");
    else if (op == '~')
        v->i = ~v->i;
    return DV_OK;
}
