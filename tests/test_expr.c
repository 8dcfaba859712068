/* Expressions (isa/expr.h): values, wrap-around, precedence, functions, and errors with columns.
 * Evidence of every row: C11 6.5 for operators, IEEE 754 for bit patterns, the contract in
 * isa/expr.h for the rest. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/expr.h"

static enum dv_err names(void *ctx, const char *name, size_t n, struct dv_value *out,
                         struct dv_diag *d)
{
    static const struct {
        const char *name;
        struct dv_value value;
    } known[] = {
        {"n", {.i = 1000}},         {"m", {.i = 7}},          {"K0", {.i = 64}},
        {"zero", {.i = 0}},         {"half", {true, 0, 0.5}}, {".", {.i = 4096}},
        {"a.b$c", {.i = 5}},        {"\\p", {.i = 9}},        {"min", {.i = 77}},
        {"huge", {.i = INT64_MIN}},
    };
    ++*(unsigned *)ctx;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) != n || memcmp(known[i].name, name, n))
            continue;
        *out = known[i].value;
        return DV_OK;
    }
    return dv_fail(d, DV_E_SYMBOL, "'%.*s' is not defined", (int)n, name);
}

static enum dv_err eval(const char *text, size_t n, struct dv_value *v, struct dv_diag *d)
{
    unsigned asked = 0;
    char *exact = malloc(n ? n : 1); /* no terminator: reading past n is seen by ASan */
    memcpy(exact, text, n);
    dv_diag_init(d);
    enum dv_err e = dv_expr_eval(exact, n, names, &asked, v, NULL, d);
    free(exact);
    return e;
}

static const struct {
    const char *text;
    int64_t value;
} integers[] = {
    /* literals */
    {"0", 0},
    {"10", 10},
    {"0x1f", 31},
    {"0XFF", 255},
    {"0b11", 3},
    {"0o17", 15},
    {"1_000", 1000},
    {"0xdead_beef", 0xdeadbeef},
    {"9223372036854775807", INT64_MAX},
    {"0xffffffffffffffff", -1},
    {"18446744073709551615", -1},
    {"'a'", 97},
    {"'\\n'", 10},
    {"'\\''", 39},
    {"'\\\\'", 92},
    {"'\\x41'", 65},
    {"'\\0'", 0},
    {"' '", 32},
    {"'\"'", 34},
    /* names */
    {"n", 1000},
    {".", 4096},
    {"a.b$c", 5},
    {"\\p", 9},
    {". + 4", 4100},
    {"min", 77},
    /* unary */
    {"-1", -1},
    {"+7", 7},
    {"~0", -1},
    {"!0", 1},
    {"!5", 0},
    {"--5", 5},
    {"- - 5", 5},
    {"-~0", 1},
    {"!!7", 1},
    {"!half", 0},
    /* precedence and grouping */
    {"1+2*3", 7},
    {"(1+2)*3", 9},
    {"1-2-3", -4},
    {"100/10/2", 5},
    {"2*3%4", 2},
    {"1<<2+1", 8},
    {"1+1<<2", 8},
    {"1|2^3&1", 3},
    {"1|6&3", 3},
    {"6^3|8", 13},
    {"1==1&1", 1},
    {"2&1==1", 0},
    {"1<2==2>1", 1},
    {"1 < 2 == 1", 1},
    {"0||1&&0", 0},
    {"1||0&&0", 1},
    {"-2*-3", 6},
    {"~1&3", 2},
    {"8>>1>>1", 2},
    {"1<<3>>1", 4},
    {"10-4+3", 9},
    {"((((5))))", 5},
    {" 1 +\t2 ", 3},
    {"n/K0*K0", 960},
    {"n%K0", 40},
    /* comparison */
    {"3<4", 1},
    {"4<3", 0},
    {"3<=3", 1},
    {"3>=4", 0},
    {"4>3", 1},
    {"3!=3", 0},
    {"3==3", 1},
    {"-1<0", 1},
    {"0xffffffffffffffff<0", 1},
    {"1.5<2", 1},
    {"2==2.0", 1},
    {"1.5!=1.5", 0},
    /* logic and choice evaluate one side only */
    {"1||1/0", 1},
    {"0&&1/0", 0},
    {"0||2", 1},
    {"2&&3", 1},
    {"1?2:3", 2},
    {"0?2:3", 3},
    {"zero ? n/zero : 4", 4},
    {"1 ? 4 : n%zero", 4},
    {"0?1:0?2:3", 3},
    {"1?0?5:6:7", 6},
    {"0 ? 1<<99 : 8", 8},
    {"1||(1||1/0)", 1},
    {"0&&log2(0)", 0},
    {"0.0 ? 1 : 2", 2},
    /* wrap-around and its edges */
    {"9223372036854775807+1", INT64_MIN},
    {"huge-1", INT64_MAX},
    {"huge/-1", INT64_MIN},
    {"huge%-1", 0},
    {"-huge", INT64_MIN},
    {"huge*-1", INT64_MIN},
    {"0x100000000*0x100000000", 0},
    {"3037000500*3037000500", -9223372036709301616},
    {"1<<63", INT64_MIN},
    {"-1>>63", -1},
    {"-8>>1", -4},
    {"-1<<1", -2},
    {"-7/2", -3},
    {"-7%2", -1},
    {"7/-2", -3},
    {"7%-2", 1},
    /* functions */
    {"ceil_div(10,3)", 4},
    {"ceil_div(9,3)", 3},
    {"ceil_div(0,3)", 0},
    {"ceil_div(-7,2)", -3},
    {"ceil_div(7,-2)", -3},
    {"ceil_div(-7,-2)", 4},
    {"ceil_div(huge,-1)", INT64_MIN},
    {"align_up(17,16)", 32},
    {"align_up(32,16)", 32},
    {"align_up(0,16)", 0},
    {"align_up(-17,16)", -16},
    {"align_up(n, K0)", 1024},
    {"min(3,2)", 2},
    {"max(3,2)", 3},
    {"min(5,4,3,9)", 3},
    {"max(1,2,(3))", 3},
    {"MAX(1, 2)", 2},
    {"min (4, 2)", 2},
    {"log2(1)", 0},
    {"log2(1024)", 10},
    {"log2(1025)", 10},
    {"log2(0x7fffffffffffffff)", 62},
    {"sizeof(f16)", 2},
    {"sizeof(s64)", 8},
    {"sizeof( bf16 )", 2},
    {"sizeof(b8)", 1},
    {"3*sizeof(f32)", 12},
    {"f16(1.0)", 0x3c00},
    {"f16(1)", 0x3c00},
    {"f16(-2)", 0xc000},
    {"f16(0.1)", 0x2e66},
    {"f16(65504)", 0x7bff},
    {"f16(1e-8)", 0},
    {"bf16(1.0)", 0x3f80},
    {"bf16(3.140625)", 0x4049},
    {"bf16(1.00390625)", 0x3f80},
    {"bf16(1.003906250001)", 0x3f81},
    {"f32(1.5)", 0x3fc00000},
    {"f32(-0.0)", 0x80000000},
    {"f32(0.1)", 0x3dcccccd},
    {"f16(half) | f16(1)<<16", 0x3c003800},
    {"ceil_div(min(24, n), max(1, 8192/K0))", 1},
};

Test(expr, integers)
{
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        struct dv_value v = {0};
        struct dv_diag d;
        const char *text = integers[i].text;
        cr_expect(eval(text, strlen(text), &v, &d) == DV_OK, "%s: %s", text, d.text);
        cr_expect(!v.is_float && v.i == integers[i].value, "%s = %" PRId64 ", expected %" PRId64,
                  text, v.i, integers[i].value);
    }
}

static const struct {
    const char *text;
    double value;
} floats[] = {
    {"1.5", 1.5},
    {"1e3", 1000},
    {"1e-3", 1e-3},
    {".5", 0.5},
    {"1.", 1},
    {"1_000.5", 1000.5},
    {"2E+2", 200},
    {"1.5+1", 2.5},
    {"1/2.0", 0.5},
    {"3*0.5", 1.5},
    {"-1.5", -1.5},
    {"1-0.25", 0.75},
    {"half*4", 2},
    {"min(1, 2.5)", 1},
    {"max(1, 2.5)", 2.5},
    {"1 ? 0.5 : 2", 0.5},
    {"1e308*10", INFINITY},
    {"5e-324", 5e-324},
    {"0.1+0.2", 0.1 + 0.2},
    {"1.0/3", 1.0 / 3},
    {"9007199254740993*1.0", 9007199254740992.0},
};

Test(expr, floats)
{
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        struct dv_value v = {0};
        struct dv_diag d;
        const char *text = floats[i].text;
        cr_expect(eval(text, strlen(text), &v, &d) == DV_OK, "%s: %s", text, d.text);
        cr_expect(v.is_float && v.f == floats[i].value, "%s = %.17g", text, v.f);
    }
}

static const struct {
    const char *text;
    enum dv_err code;
    int col;
    const char *message;
} errors[] = {
    {"", DV_E_SYNTAX, 1, "expected a value, the expression ends here"},
    {"  ", DV_E_SYNTAX, 3, "expected a value, the expression ends here"},
    {"1+", DV_E_SYNTAX, 3, "expected a value, the expression ends here"},
    {"1 + * 2", DV_E_SYNTAX, 5, "expected a value, found '*'"},
    {"(1", DV_E_SYNTAX, 3, "expected ')', the expression ends here"},
    {"(1]", DV_E_SYNTAX, 3, "expected ')', found ']'"},
    {"1)", DV_E_SYNTAX, 2, "expected an operator or the end, found ')'"},
    {"1 2", DV_E_SYNTAX, 3, "expected an operator or the end, found '2'"},
    {"n m", DV_E_SYNTAX, 3, "expected an operator or the end, found 'm'"},
    {"1,2", DV_E_SYNTAX, 2, "expected an operator or the end, found ','"},
    {"n = 1", DV_E_SYNTAX, 3, "expected an operator or the end, found '='"},
    {"1<2<3", DV_E_SYNTAX, 4, "comparisons do not chain, join them with &&"},
    {"1 == 1 != 0", DV_E_SYNTAX, 8, "comparisons do not chain, join them with &&"},
    {"1?2", DV_E_SYNTAX, 4, "expected ':', the expression ends here"},
    {"1?:2", DV_E_SYNTAX, 3, "expected a value, found ':'"},
    {"0x", DV_E_SYNTAX, 1, "malformed number '0x'"},
    {"0xg", DV_E_SYNTAX, 1, "malformed number '0xg'"},
    {"0b12", DV_E_SYNTAX, 1, "malformed number '0b12'"},
    {"12ab", DV_E_SYNTAX, 1, "malformed number '12ab'"},
    {"1.2.3", DV_E_SYNTAX, 1, "malformed number '1.2.3'"},
    {"1e", DV_E_SYNTAX, 1, "malformed number '1e'"},
    {"2 + 1__0", DV_E_SYNTAX, 5, "'_' in a number must stand between two digits"},
    {"1_", DV_E_SYNTAX, 1, "'_' in a number must stand between two digits"},
    {"010", DV_E_SYNTAX, 1, "number '010' starts with 0: octal is 0o, decimal has no 0"},
    {"18446744073709551616", DV_E_RANGE, 1, "number '18446744073709551616' does not fit 64 bits"},
    {"1e999", DV_E_RANGE, 1, "number '1e999' is too large for a double"},
    {"''", DV_E_SYNTAX, 1, "malformed character, write one as 'a' or '\\n'"},
    {"'ab'", DV_E_SYNTAX, 1, "malformed character, write one as 'a' or '\\n'"},
    {"1+'", DV_E_SYNTAX, 3, "malformed character, write one as 'a' or '\\n'"},
    {"'\\q'", DV_E_SYNTAX, 1, "malformed character, write one as 'a' or '\\n'"},
    {"'\\x4'", DV_E_SYNTAX, 1, "malformed character, write one as 'a' or '\\n'"},
    {"'\\", DV_E_SYNTAX, 1, "malformed character, write one as 'a' or '\\n'"},
    {"1/0", DV_E_RANGE, 2, "division by zero"},
    {"n % zero", DV_E_RANGE, 3, "division by zero"},
    {"1.0/0", DV_E_RANGE, 4, "division by zero"},
    {"1<<64", DV_E_RANGE, 2, "shift by 64, the count must be 0..63"},
    {"1>>-1", DV_E_RANGE, 2, "shift by -1, the count must be 0..63"},
    {"1.5 & 1", DV_E_SYNTAX, 5, "operator '&' needs integers, an operand is a float"},
    {"1 % 2.0", DV_E_SYNTAX, 3, "operator '%' needs integers, an operand is a float"},
    {"1 << half", DV_E_SYNTAX, 3, "operator '<<' needs integers, an operand is a float"},
    {"~1.5", DV_E_SYNTAX, 1, "operator '~' needs an integer, the operand is a float"},
    {"n + nope", DV_E_SYMBOL, 5, "'nope' is not defined"},
    {"1 ? 2 : nope", DV_E_SYMBOL, 9, "'nope' is not defined"},
    {"foo(1)", DV_E_SYNTAX, 1, "unknown function 'foo'"},
    {"2*log2(0)", DV_E_RANGE, 3, "log2 of 0, the argument must be positive"},
    {"log2(1.5)", DV_E_SYNTAX, 1, "log2 needs integers, an argument is a float"},
    {"log2(1,2)", DV_E_SYNTAX, 1, "log2 takes 1 argument, got 2"},
    {"min(1)", DV_E_SYNTAX, 1, "min takes at least 2 arguments, got 1"},
    {"ceil_div(1)", DV_E_SYNTAX, 1, "ceil_div takes 2 arguments, got 1"},
    {"ceil_div(1,0)", DV_E_RANGE, 1, "division by zero in ceil_div"},
    {"align_up(1,0)", DV_E_RANGE, 1, "align_up to 0, the unit must be positive"},
    {"max(1 2)", DV_E_SYNTAX, 7, "expected ',' or ')', found '2'"},
    {"max()", DV_E_SYNTAX, 5, "expected a value, found ')'"},
    {"max(1,", DV_E_SYNTAX, 7, "expected a value, the expression ends here"},
    {"sizeof(b4)", DV_E_RANGE, 8, "sizeof(b4) is half a byte, count elements instead"},
    {"sizeof(float)", DV_E_SYMBOL, 8, "'float' is no element type"},
    {"sizeof()", DV_E_SYNTAX, 8, "expected a type, found ')'"},
    {"sizeof(f16", DV_E_SYNTAX, 11, "expected ')', the expression ends here"},
    {"f16(70000)", DV_E_RANGE, 1, "70000 does not fit f16, write the bit pattern for infinity"},
    {"bf16(1e39)", DV_E_RANGE, 1, "1e+39 does not fit bf16, write the bit pattern for infinity"},
    {"f32(1e39)", DV_E_RANGE, 1, "1e+39 does not fit f32, write the bit pattern for infinity"},
    {"1 \x80", DV_E_SYNTAX, 3, "expected an operator or the end, found byte 0x80"},
    {"\x01", DV_E_SYNTAX, 1, "expected a value, found byte 0x01"},
    {"1\n", DV_E_SYNTAX, 2, "expected an operator or the end, found byte 0x0a"},
};

Test(expr, errors)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct dv_value v = {.i = 12345};
        struct dv_diag d;
        const char *text = errors[i].text;
        cr_expect(eval(text, strlen(text), &v, &d) == errors[i].code, "'%s': %s", text,
                  dv_err_name(d.code));
        cr_expect_str_eq(d.text, errors[i].message, "'%s': '%s'", text, d.text);
        cr_expect(d.at.col == errors[i].col, "'%s': column %d, expected %d", text, d.at.col,
                  errors[i].col);
        cr_expect(v.i == 12345, "'%s' changed the result", text);
    }
}

/* The same with a NULL diagnostic, and the first error sticks. */
Test(expr, diagnostics)
{
    struct dv_value v;
    struct dv_diag d;
    unsigned asked = 0;
    cr_expect(dv_expr_eval("1+", 2, names, &asked, &v, NULL, NULL) == DV_E_SYNTAX);
    cr_expect(dv_expr_eval("nope", 4, names, &asked, &v, NULL, NULL) == DV_E_SYMBOL);
    cr_expect(dv_expr_eval("n", 1, NULL, NULL, &v, NULL, NULL) == DV_E_SYMBOL);
    dv_diag_init(&d);
    dv_fail(&d, DV_E_IO, "before");
    d.at.col = 77;
    cr_expect(dv_expr_eval("1/0", 3, names, &asked, &v, NULL, &d) == DV_E_IO);
    cr_expect(d.at.col == 77);
    cr_expect_str_eq(d.text, "before");
}

/* *end receives what was consumed, without trailing blanks. */
Test(expr, end)
{
    static const struct {
        const char *text;
        size_t end;
        int64_t value;
    } rows[] = {
        {"1+2, 3", 3, 3}, {"M", 0, 0},       {"4 ]", 1, 4},          {"K0/16 dst=4", 5, 4},
        {"7  ", 1, 7},    {"(1) (2)", 3, 1}, {"1 ? 2 : 3; x", 9, 2}, {"n}", 1, 1000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_value v = {0};
        struct dv_diag d;
        unsigned asked = 0;
        size_t end = 0;
        dv_diag_init(&d);
        enum dv_err e =
            dv_expr_eval(rows[i].text, strlen(rows[i].text), names, &asked, &v, &end, &d);
        cr_expect((e == DV_OK) == (rows[i].end != 0), "%s: %s", rows[i].text, d.text);
        cr_expect(end == rows[i].end && v.i == rows[i].value, "%s: end %zu", rows[i].text, end);
    }
}

Test(expr, integer_only)
{
    struct dv_diag d;
    int64_t v = 5;
    unsigned asked = 0;
    dv_diag_init(&d);
    cr_expect(dv_expr_int("2*n", 3, names, &asked, &v, &d) == DV_OK && v == 2000);
    cr_expect(dv_expr_int("2.0", 3, names, &asked, &v, &d) == DV_E_SYNTAX && v == 2000);
    cr_expect_str_eq(d.text, "expected an integer, the expression is a float");
    cr_expect(d.at.col == 1);
}

/* head, then n times unit, then tail */
static char *repeated(const char *head, const char *unit, size_t n, const char *tail)
{
    size_t u = strlen(unit), h = strlen(head), t = strlen(tail);
    char *out = malloc(h + n * u + t + 1);
    memcpy(out, head, h);
    for (size_t i = 0; i < n; i++)
        memcpy(out + h + i * u, unit, u);
    memcpy(out + h + n * u, tail, t + 1);
    return out;
}

static const struct {
    const char *head, *unit;
    size_t n;
    const char *tail, *message;
} bounds[] = {
    {"", "(", 199, "1", "expected ')', the expression ends here"},
    {"", "(", 201, "1", "expression nests deeper than 200 levels, split it with .equ"},
    {"", "(", 1000000, "", "expression nests deeper than 200 levels, split it with .equ"},
    {"", "-", 201, "1", "expression nests deeper than 200 levels, split it with .equ"},
    {"", "1?", 201, "1", "expression nests deeper than 200 levels, split it with .equ"},
    {"", "min(1,", 201, "1", "expression nests deeper than 200 levels, split it with .equ"},
    {"1", "+1", 32768, "", "expression is longer than 65536 bytes, split it with .equ"},
    {"1", " ", 70000, "+1", "expression is longer than 65536 bytes, split it with .equ"},
    {"a", "a", 70000, "", "expression is longer than 65536 bytes, split it with .equ"},
    {"1", "1", 70000, "", "expression is longer than 65536 bytes, split it with .equ"},
    {"", "1", 127, "", NULL},
    {"", "1", 128, "", "number of 128 characters, at most 127 are allowed"},
    {"max(1", ",1", 15, ")", ""},
    {"max(1", ",1", 16, ")", "more than 16 arguments"},
    {"1", "+1", 32767, "", ""},
    {"", "-", 200, "1", ""},
};

Test(expr, bounds)
{
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        char *text = repeated(bounds[i].head, bounds[i].unit, bounds[i].n, bounds[i].tail);
        struct dv_value v = {0};
        struct dv_diag d;
        eval(text, strlen(text), &v, &d);
        if (bounds[i].message)
            cr_expect_str_eq(d.text, bounds[i].message, "row %zu: %s", i, d.text);
        else
            cr_expect(d.code == DV_E_RANGE, "row %zu: %s", i, d.text);
        free(text);
    }
}

/* An expression at the start of a very long line is not too long. */
Test(expr, long_line)
{
    char *text = repeated("n*2, ", "x", 10 << 20, "");
    struct dv_value v = {0};
    struct dv_diag d;
    unsigned asked = 0;
    size_t end = 0;
    dv_diag_init(&d);
    cr_expect(dv_expr_eval(text, strlen(text), names, &asked, &v, &end, &d) == DV_OK);
    cr_expect(v.i == 2000 && end == 3);
    free(text);
}

/* Random texts of the language's characters: no crash, and an error has a column in the text. */
Test(expr, random)
{
    static const char *const piece[] = {
        "1",  "0x", "n",  "m",       "(",    ")",     "+",    "-",         "*",
        "/",  "%",  "<<", ">>",      "<",    "==",    "&&",   "||",        "?",
        ":",  "!",  "~",  "min(",    "f16(", ",",     "1.5",  "1e",        "'",
        "\\", " ",  "_",  "sizeof(", "huge", "log2(", "\xff", "ceil_div(", "9999999999",
    };
    uint64_t state = 7;
    for (int i = 0; i < 100000; i++) {
        char text[256];
        size_t n = 0;
        struct dv_value v;
        struct dv_diag d;
        for (int k = 0; k < 12; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const char *p = piece[(state >> 33) % (sizeof piece / sizeof *piece)];
            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        if (eval(text, n, &v, &d) != DV_OK)
            cr_assert(d.at.col >= 1 && (size_t)d.at.col <= n + 1, "%.*s: column %d", (int)n, text,
                      d.at.col);
    }
}
