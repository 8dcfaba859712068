/* Private to the expression evaluator (expr, operator, literal, function): the parser's state.
 *
 * Owns what these four files share: cursor, error columns, values. Nothing else includes it. */
#ifndef DV_ISA_PARSER_H
#define DV_ISA_PARSER_H

#include "isa/expr.h"

struct dv_parser {
    const char *text;
    size_t n, at; /* at = next byte to read */
    size_t last;  /* end of the last token consumed */
    unsigned depth;
    bool dead;    /* inside an operand that ?: && || does not evaluate */
    bool clipped; /* the text goes on behind n, which is the length limit */
    dv_name_fn name;
    void *ctx;
    struct dv_diag *d;
};

/* Sets the column of the error about to be recorded; an error already recorded keeps its own. */
static inline void dv_parser_mark(struct dv_parser *p, size_t at)
{
    if (p->d && p->d->code == DV_OK)
        p->d->at.col = (int)at + 1;
}

#define FAIL_AT(p, column_at, code, ...) \
    (dv_parser_mark((p), (column_at)), dv_fail((p)->d, (code), __VA_ARGS__))

/* The byte `offset` after the cursor, -1 behind the end. */
static inline int dv_parser_peek(const struct dv_parser *p, size_t offset)
{
    size_t i = p->at + offset;
    return i < p->n ? (unsigned char)p->text[i] : -1;
}

static inline void dv_parser_take(struct dv_parser *p, size_t n)
{
    p->at += n;
    p->last = p->at;
}

static inline double dv_value_float(const struct dv_value *v)
{
    return v->is_float ? v->f : (double)v->i;
}

static inline bool dv_value_true(const struct dv_value *v)
{
    return v->is_float ? v->f != 0 : v->i != 0;
}

static inline void dv_value_set_int(struct dv_value *v, int64_t i)
{
    *v = (struct dv_value){.i = i};
}

static inline void dv_value_set_float(struct dv_value *v, double f)
{
    *v = (struct dv_value){.is_float = true, .f = f};
}

/* expr.c */
void dv_parser_blanks(struct dv_parser *p);
bool dv_parser_name_part(int c);
/* SYNTAX "expected WANTED, found ..", for what stands at the cursor. */
enum dv_err dv_parser_unexpected(struct dv_parser *p, const char *wanted);
enum dv_err dv_parser_expect(struct dv_parser *p, char c, const char *wanted);
/* True when the token that ends at byte `end` may have been cut by the length limit. */
bool dv_parser_cut(const struct dv_parser *p, size_t end);
enum dv_err dv_parser_long(struct dv_parser *p);
/* Counts one level of nesting; the caller decrements p->depth on its way out. */
enum dv_err dv_parser_enter(struct dv_parser *p);
enum dv_err dv_parse_expression(struct dv_parser *p, struct dv_value *out);

/* literal.c: the cursor stands on a digit, a '.' before a digit, or an apostrophe. */
enum dv_err dv_parse_number(struct dv_parser *p, struct dv_value *out);
enum dv_err dv_parse_char(struct dv_parser *p, struct dv_value *out);

/* operator.c */
enum dv_trait { DV_OP_PLAIN, DV_OP_COMPARE, DV_OP_DIVIDE, DV_OP_SHIFT, DV_OP_AND, DV_OP_OR };

struct dv_operator {
    char text[3];
    uint8_t level; /* precedence as in C, higher binds tighter */
    uint8_t trait; /* enum dv_trait */
    int64_t (*i)(int64_t, int64_t);
    double (*f)(double, double); /* NULL: integers only */
};

/* The binary operator at the cursor, NULL when there is none. */
const struct dv_operator *dv_operator_peek(const struct dv_parser *p);
/* *a = *a op *b; `at` is the operator's byte, for messages. */
enum dv_err dv_operator_apply(struct dv_parser *p, const struct dv_operator *op, size_t at,
                              struct dv_value *a, const struct dv_value *b);
enum dv_err dv_operator_unary(struct dv_parser *p, size_t at, int op, struct dv_value *v);

/* function.c: the cursor stands on the opening parenthesis, `at` is the function's name. */
enum dv_err dv_parse_call(struct dv_parser *p, size_t at, size_t n, struct dv_value *out);

#endif
