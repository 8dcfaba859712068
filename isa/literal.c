/* Literals of expressions: numbers and characters.
 *
 * Owns their spelling and limits. The same on every host: the locale does not matter. */
#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "isa/parser.h"

enum { NUMBER_MAX = 128 };

static int digit_value(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Bytes of the number at p->at: digits, letters, '_', one '.', a sign after a decimal exponent. */
static size_t number_length(const struct dv_parser *p)
{
    bool prefixed = dv_parser_peek(p, 0) == '0' && strchr("xXbBoO", dv_parser_peek(p, 1)) &&
                    dv_parser_peek(p, 1) > 0;
    size_t n = 0;
    for (;; n++) {
        int c = dv_parser_peek(p, n);
        if (c > 0 && c < 128 && (isalnum(c) || c == '_' || (c == '.' && !prefixed)))
            continue;
        int before = n ? dv_parser_peek(p, n - 1) : 0;
        if ((c == '+' || c == '-') && !prefixed && (before == 'e' || before == 'E'))
            continue;
        return n;
    }
}

/* Copies a number without its '_' separators; false when one stands at an edge or is doubled. */
static bool strip_separators(char *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] != '_') {
            *out++ = text[i];
            continue;
        }
        if (i + 1 == n || !isxdigit((unsigned char)text[i - 1]) ||
            !isxdigit((unsigned char)text[i + 1]))
            return false;
    }
    *out = 0;
    return true;
}

static enum dv_err bad_number(struct dv_parser *p, size_t at, const char *text)
{
    return FAIL_AT(p, at, DV_E_SYNTAX, "malformed number '%s'", text);
}

static enum dv_err read_integer(struct dv_parser *p, size_t at, const char *text, unsigned base,
                                struct dv_value *out)
{
    const char *digits = base == 10 ? text : text + 2;
    uint64_t v = 0;
    if (!*digits)
        return bad_number(p, at, text);
    for (; *digits; digits++) {
        unsigned digit = (unsigned)digit_value((unsigned char)*digits);
        if (digit >= base)
            return bad_number(p, at, text);
        if (__builtin_mul_overflow(v, (uint64_t)base, &v) ||
            __builtin_add_overflow(v, (uint64_t)digit, &v))
            return FAIL_AT(p, at, DV_E_RANGE, "number '%s' does not fit 64 bits", text);
    }
    dv_value_set_int(out, (int64_t)v);
    return DV_OK;
}

/* Independent of the host's locale. */
static double parse_double(const char *text, char **end)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double f = strtod_l(text, end, c);
    freelocale(c);
    return f;
}

static enum dv_err read_float(struct dv_parser *p, size_t at, const char *text,
                              struct dv_value *out)
{
    char *end;
    if (text[strspn(text, "0123456789.eE+-")])
        return bad_number(p, at, text);
    double f = parse_double(text, &end);
    if (*end)
        return bad_number(p, at, text);
    if (isinf(f))
        return FAIL_AT(p, at, DV_E_RANGE, "number '%s' is too large for a double", text);
    dv_value_set_float(out, f);
    return DV_OK;
}

static unsigned number_base(const char *text)
{
    if (text[0] != '0' || !text[1])
        return 10;
    switch (tolower((unsigned char)text[1])) {
    case 'x':
        return 16;
    case 'b':
        return 2;
    case 'o':
        return 8;
    default:
        return 10;
    }
}

enum dv_err dv_parse_number(struct dv_parser *p, struct dv_value *out)
{
    char text[NUMBER_MAX];
    size_t at = p->at, n = number_length(p);
    if (dv_parser_cut(p, at + n))
        return dv_parser_long(p);
    if (n >= sizeof text)
        return FAIL_AT(p, at, DV_E_SYNTAX, "number of %zu characters, at most %d are allowed", n,
                       NUMBER_MAX - 1);
    memcpy(text, p->text + at, n);
    text[n] = 0;
    if (!strip_separators(text, p->text + at, n))
        return FAIL_AT(p, at, DV_E_SYNTAX, "'_' in a number must stand between two digits");
    dv_parser_take(p, n);
    unsigned base = number_base(text);
    if (base == 10 && strpbrk(text, ".eE"))
        return read_float(p, at, text, out);
    if (base == 10 && text[0] == '0' && text[1])
        return FAIL_AT(p, at, DV_E_SYNTAX,
                       "number '%s' starts with 0: octal is 0o, decimal has no 0", text);
    return read_integer(p, at, text, base, out);
}

/* Value of the escape after a backslash, -1 when there is none such. */
static int escape_value(struct dv_parser *p)
{
    static const char letters[] = "ntr0abfv\\'\"", values[] = "\n\t\r\0\a\b\f\v\\'\"";
    int c = dv_parser_peek(p, 0);
    if (c == 'x') {
        int hi = digit_value(dv_parser_peek(p, 1)), lo = digit_value(dv_parser_peek(p, 2));
        dv_parser_take(p, 3);
        return hi < 16 && lo < 16 ? hi * 16 + lo : -1;
    }
    const char *found = c > 0 ? strchr(letters, c) : NULL;
    dv_parser_take(p, 1);
    return found ? (unsigned char)values[found - letters] : -1;
}

enum dv_err dv_parse_char(struct dv_parser *p, struct dv_value *out)
{
    size_t at = p->at;
    dv_parser_take(p, 1);
    int c = dv_parser_peek(p, 0);
    dv_parser_take(p, 1);
    if (c == '\\')
        c = escape_value(p);
    bool plain = p->at == at + 2;
    if (c < 0 || (plain && (c < 32 || c == '\'')) || dv_parser_peek(p, 0) != '\'')
        return FAIL_AT(p, at, DV_E_SYNTAX, "malformed character, write one as 'a' or '\\n'");
    dv_parser_take(p, 1);
    dv_value_set_int(out, c);
    return DV_OK;
}
