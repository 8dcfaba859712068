/* Expressions of the language: integers and floats, one evaluator for shapes and operands.
 *
 * Owns: tokens, precedence and arithmetic of expressions. Names come from a callback, so it
 * knows neither symbols nor parameters. Depth and length are bounded. */
#ifndef DV_ISA_EXPR_H
#define DV_ISA_EXPR_H

#include "isa/diag.h"

struct dv_value {
    bool is_float;
    int64_t i; /* 64-bit two's complement */
    double f;
};

/* Looks a name up (dots, brackets excluded: [A-Za-z_.$\][A-Za-z0-9_.$]*). Returns DV_OK and *out,
 * or fails with SYMBOL in d. */
typedef enum dv_err (*dv_name_fn)(void *ctx, const char *name, size_t n, struct dv_value *out,
                                  struct dv_diag *d);

/* Evaluates text[0..n). Operators and precedence as in C: || && | ^ & == != < <= > >= << >> + - *
 * / % unary + - ~ ! ( ) ?: (assignment, comma and chains such as a < b < c are refused). Functions
 * ceil_div align_up min max log2 sizeof f16 bf16 f32, any case. Literals 10 0x1f 0b11 0o17 1.5 1e-3
 * 'c' 1_000; 010 is refused. Integers up to 2^64-1 wrap into int64; an operand that is a float
 * makes + - * / and comparisons float, the rest need integers. sizeof(f16) is bytes (b4 refuses);
 * f16(1.5) is the bit pattern and refuses overflow; log2 of an integer is rounded down. Integer
 * overflow wraps; division by zero and shifts outside 0..63 are RANGE, but not in an operand that
 * ?: && || leave out (its names are still looked up). *end (may be NULL) receives the bytes
 * consumed; without it trailing text is SYNTAX. d.at.col is the 1-based column within text of the
 * offending token. Nesting is limited to 200, the text looked at to 64 KiB. */
enum dv_err dv_expr_eval(const char *text, size_t n, dv_name_fn name, void *ctx,
                         struct dv_value *out, size_t *end, struct dv_diag *d);

/* Integer result only: float is SYNTAX ("expected an integer"). */
enum dv_err dv_expr_int(const char *text, size_t n, dv_name_fn name, void *ctx, int64_t *out,
                        struct dv_diag *d);

#endif
