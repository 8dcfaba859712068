/* Formats of .print; see format.h. */
#include "isa/format.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 64, PRECISION = 32 };

static unsigned take_number(const char **p)
{
    unsigned v = 0;
    while (isdigit((unsigned char)**p)) {
        v = v < 1000 ? v * 10 + (unsigned)(**p - '0') : v;
        ++*p;
    }
    return v;
}

static bool take_flag(const char *p, struct dv_piece *out)
{
    bool *flag = *p == '-'   ? &out->left
                 : *p == '+' ? &out->plus
                 : *p == '0' ? &out->zero
                 : *p == ' ' ? &out->blank
                             : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

/* What follows the percent sign; false when it is none of ours. */
static bool take_conversion(const char **p, struct dv_piece *out)
{
    while (take_flag(*p, out))
        ++*p;
    out->width = take_number(p);
    if (**p == '.') {
        ++*p;
        out->precision = (int)take_number(p);
    }
    out->conversion = **p;
    if (!out->conversion || !strchr("duxXfeg", out->conversion))
        return false;
    ++*p;
    return out->width <= WIDTH && out->precision <= PRECISION &&
           (out->precision < 0 || strchr("feg", out->conversion));
}

bool dv_format_next(const char **format, struct dv_piece *out)
{
    const char *p = *format;
    *out = (struct dv_piece){.p = p, .precision = -1};
    if (!*p)
        return false;
    if (*p != '%') {
        out->n = strcspn(p, "%");
        *format = p + out->n;
        return true;
    }
    if (p[1] == '%') {
        out->n = 1;
        *format = p + 2;
        return true;
    }
    p++;
    if (take_conversion(&p, out)) {
        *format = p;
        return true;
    }
    out->conversion = '?';
    return false;
}

int dv_format_count(const char *format, const char **at)
{
    struct dv_piece c;
    int n = 0;
    while (dv_format_next(&format, &c))
        n += c.conversion != 0;
    *at = c.p;
    return c.conversion == '?' ? -1 : n;
}

static double as_float(const struct dv_value *v)
{
    uint32_t bits = (uint32_t)v->i;
    float f;
    if (v->is_float)
        return v->f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static int64_t as_integer(const struct dv_value *v)
{
    if (!v->is_float)
        return v->i;
    if (isnan(v->f))
        return 0;
    return v->f >= 9.2e18 ? INT64_MAX : v->f <= -9.2e18 ? INT64_MIN : (int64_t)v->f;
}

size_t dv_format_value(const struct dv_piece *c, const struct dv_value *v, char *out, size_t size)
{
    char spec[40], precision[16] = "";
    bool is_float = strchr("feg", c->conversion) != NULL;
    bool sign = is_float || c->conversion == 'd';
    int n;
    if (c->precision >= 0)
        snprintf(precision, sizeof precision, ".%d", c->precision);
    snprintf(spec, sizeof spec, "%%%s%s%s%s*%s%s%c", c->left ? "-" : "", sign && c->plus ? "+" : "",
             sign && c->blank && !c->plus ? " " : "", c->zero && !c->left ? "0" : "", precision,
             is_float ? "" : "ll", c->conversion);
    if (is_float)
        n = snprintf(out, size, spec, (int)c->width, as_float(v));
    else
        n = snprintf(out, size, spec, (int)c->width, (long long)as_integer(v));
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}
