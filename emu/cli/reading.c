/* Recursive descent over one line of arithmetic. */
#include "emu/cli/reading.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 32 };

struct reader {
    const char *text, *p;
    dv_reading_fn name;
    void *ctx;
    struct dv_diag *d;
    enum dv_err e;
    unsigned depth;
};

static double sum(struct reader *r);

static double fail(struct reader *r, enum dv_err e, const char *at, const char *what)
{
    size_t n = strcspn(at, " ");
    if (r->e)
        return 0;
    r->e = e;
    dv_fail(r->d, e, what, n > 40 ? 40 : (int)n, at);
    if (r->d)
        r->d->at.col = (int)(at - r->text) + 1;
    return 0;
}

static void blanks(struct reader *r)
{
    while (*r->p == ' ')
        r->p++;
}

/* Digits, a point and digits: no exponent, no hexadecimal. */
static double number(struct reader *r)
{
    char digits[40];
    size_t n = strspn(r->p, "0123456789.");
    const char *at = r->p, *point = memchr(at, '.', n);
    r->p += n;
    bool twice = point && memchr(point + 1, '.', n - (size_t)(point + 1 - at));
    if (n >= sizeof digits || twice || isalpha((unsigned char)*r->p))
        return fail(r, DV_E_SYNTAX, at, "'%.*s' is no plain number");
    memcpy(digits, at, n);
    digits[n] = 0;
    return strtod(digits, NULL);
}

static double named(struct reader *r)
{
    double v = 0;
    const char *at = r->p;
    while (isalnum((unsigned char)*r->p) || *r->p == '_' || *r->p == '.')
        r->p++;
    if (!r->name(r->ctx, at, (size_t)(r->p - at), &v))
        return fail(r, DV_E_SYMBOL, at,
                    "'%.*s' is nothing a run gives: use cycles, task, core, instructions, "
                    "PIPE.busy, PIPE.instructions, PIPE.stall or mark.NAME");
    return v;
}

static double atom(struct reader *r)
{
    blanks(r);
    const char *at = r->p;
    if (isdigit((unsigned char)*at))
        return number(r);
    if (isalpha((unsigned char)*at))
        return named(r);
    if (*at != '(')
        return fail(r, DV_E_SYNTAX, at,
                    *at ? "'%.*s' stands where a number or a name should"
                        : "a number or a name is missing at the end%.*s");
    if (++r->depth > DEPTH)
        return fail(r, DV_E_SYNTAX, at, "too many parentheses at '%.*s'");
    r->p++;
    double v = sum(r);
    blanks(r);
    if (*r->p == ')')
        r->p++;
    else
        fail(r, DV_E_SYNTAX, at, "'%.*s' opens a parenthesis that is not closed");
    r->depth--;
    return v;
}

static double product(struct reader *r)
{
    double v = atom(r);
    for (;;) {
        blanks(r);
        const char *at = r->p;
        if (r->e || (*at != '*' && *at != '/'))
            return v;
        r->p++;
        double by = atom(r);
        if (*at == '/' && by == 0)
            return fail(r, DV_E_RANGE, at, "'%.*s' divides by zero");
        v = *at == '*' ? v * by : v / by;
    }
}

static double sum(struct reader *r)
{
    double v = product(r);
    for (;;) {
        blanks(r);
        const char *at = r->p;
        if (r->e || (*at != '+' && *at != '-'))
            return v;
        r->p++;
        double by = product(r);
        v = *at == '+' ? v + by : v - by;
    }
}

enum dv_err dv_reading(const char *text, dv_reading_fn name, void *ctx, double *out,
                       struct dv_diag *d)
{
    struct reader r = {.text = text, .p = text, .name = name, .ctx = ctx, .d = d};
    *out = sum(&r);
    if (!r.e && *r.p)
        fail(&r, DV_E_SYNTAX, r.p, "'%.*s' stands where + - * / or the end should");
    return r.e;
}
