/* Config words: {field=value ..} as the words of a layout.
 *
 * Owns the reading of braces, defaults of unnamed fields and the check that a value fits.
 * Layouts come from the tables. */
#include "asm/state.h"

#include <stdio.h>
#include <string.h>

const struct dv_field *dv_as_field(struct dv_as *as, const struct dv_layout *l, struct dv_span name)
{
    struct dv_near near;
    const struct dv_field *f = dv_layout_field(l, name.p, name.n);
    if (f)
        return f;
    dv_as_fail(as, name.p, DV_E_SYMBOL, "%s has no field '%.*s'", l->name, (int)name.n, name.p);
    dv_near_init(&near, name);
    for (unsigned i = 0; i < l->fields; i++) {
        if (l->field[i].must_zero || l->field[i].unexplained)
            continue;
        dv_near_offer(&near, dv_span_of(l->field[i].name));
        if (l->field[i].alias)
            dv_near_offer(&near, dv_span_of(l->field[i].alias));
    }
    dv_near_help(as, &near);
    return NULL;
}

/* " (eq ne lt ..)": the names of an enum field, empty when there are many or none. */
void dv_as_values(const struct dv_field *f, char *out, size_t size)
{
    const struct dv_enum *e = f->enum_id ? &dv_enums[f->enum_id - 1] : NULL;
    size_t n = 0;
    out[0] = '\0';
    for (unsigned i = 0; e && e->values <= 12 && i < e->values && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s%s", i ? " " : " (", e->value[i].name,
                              i + 1 == e->values ? ")" : "");
}

/* Allowed values of a field: its declared range, or what its bits hold. */
void dv_as_limits(const struct dv_field *f, int64_t *lo, int64_t *hi)
{
    unsigned w = f->width > 62 ? 62 : f->width;
    if (f->min <= f->max) {
        *lo = (int64_t)f->min;
        *hi = (int64_t)f->max;
        return;
    }
    *lo = f->is_signed ? -((int64_t)1 << (w - 1)) : 0;
    *hi = ((int64_t)1 << (f->is_signed ? w - 1 : w)) - 1;
    *lo = *lo * ((int64_t)1 << f->scale) + f->bias;
    *hi = *hi * ((int64_t)1 << f->scale) + f->bias;
}

enum dv_err dv_as_fits(struct dv_as *as, const char *at, const struct dv_layout *l,
                       const struct dv_field *f, int64_t v)
{
    int64_t lo, hi;
    if (dv_field_fits(f, v))
        return DV_OK;
    dv_as_limits(f, &lo, &hi);
    if (v >= lo && v <= hi)
        return dv_as_fail(as, at, DV_E_RANGE,
                          "%lld does not fit field '%s' of %s: a multiple of "
                          "%u is needed",
                          (long long)v, f->name, l->name, 1u << f->scale);
    return dv_as_fail(as, at, DV_E_RANGE, "%lld does not fit field '%s' of %s (%lld..%lld)",
                      (long long)v, f->name, l->name, (long long)lo, (long long)hi);
}

static enum dv_err no_value(struct dv_as *as, const struct dv_field *f, struct dv_span text)
{
    char list[160];
    dv_as_values(f, list, sizeof list);
    return dv_as_fail(as, text.p, DV_E_SYMBOL, "'%.*s' is no value of field '%s'%s",
                      text.n > 60 ? 60 : (int)text.n, text.p, f->name, list);
}

enum dv_err dv_as_field_value(struct dv_as *as, const struct dv_layout *l, const struct dv_field *f,
                              struct dv_span text, int64_t *out)
{
    uint32_t v;
    text = dv_trim(text);
    if (text.n && text.p[0] == '#')
        text.p++, text.n--;
    if (f->enum_id && dv_enum_find(&dv_enums[f->enum_id - 1], text.p, text.n, &v)) {
        *out = v;
        return DV_OK;
    }
    if (f->enum_id && text.n && dv_name_length(text) == text.n && !dv_as_find(as, text))
        return no_value(as, f, text);
    if (dv_as_int(as, text, out) != DV_OK) {
        if (dv_as_reg_find(as, text))
            dv_as_help(as, "a value known at run time goes into a field by mov NAME.%s, REGISTER",
                       f->name);
        return as->now.code;
    }
    return dv_as_fits(as, text.p, l, f, *out);
}

static void store(const struct dv_field *f, uint64_t w[2], int64_t v)
{
    dv_field_set(f, w, (uint64_t)((v - f->bias) >> f->scale));
}

/* End of a value: a comma, or the name before the next '='. */
static size_t value_end(struct dv_span s)
{
    size_t i = 0;
    for (;;) {
        i += dv_find((struct dv_span){s.p + i, s.n - i}, "=,");
        if (i >= s.n || s.p[i] == ',')
            return i;
        if (i + 1 < s.n && s.p[i + 1] == '=') {
            i += 2;
            continue;
        }
        if (!i || !strchr("<>!", s.p[i - 1]))
            break;
        i++;
    }
    while (i && (s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
        i--;
    while (i && dv_is_name(s.p[i - 1]))
        i--;
    return i;
}

/* One field=value off the front. */
static bool take_field(struct dv_as *as, const struct dv_layout *l, struct dv_span *rest,
                       uint64_t w[2], uint64_t *given)
{
    struct dv_span name = dv_take_name(rest);
    int64_t v;
    if (!name.n || !dv_take(rest, '=')) {
        dv_as_fail(as, rest->p, DV_E_SYNTAX, "expected field=value");
        return false;
    }
    const struct dv_field *f = dv_as_field(as, l, name);
    if (!f)
        return false;
    size_t n = value_end(*rest), index = (size_t)(f - l->field);
    struct dv_span value = {rest->p, n};
    rest->p += n;
    rest->n -= n;
    dv_take(rest, ',');
    if (*given >> index & 1) {
        dv_as_fail(as, name.p, DV_E_SYMBOL, "field '%s' is given twice", f->name);
        return false;
    }
    *given |= 1ull << index;
    if (dv_as_field_value(as, l, f, value, &v) != DV_OK)
        return false;
    store(f, w, v);
    return true;
}

/* Fields that were not named take their default; one without default must be named. */
static enum dv_err defaults(struct dv_as *as, const struct dv_layout *l, const char *at,
                            uint64_t w[2], uint64_t given)
{
    for (unsigned i = 0; i < l->fields; i++) {
        const struct dv_field *f = &l->field[i];
        if (f->must_zero || f->unexplained || (given >> i & 1))
            continue;
        if (!f->has_default)
            return dv_as_fail(as, at, DV_E_SYNTAX,
                              "field '%s' of %s has no default and must be "
                              "given",
                              f->name, l->name);
        store(f, w, (int64_t)f->def);
    }
    return DV_OK;
}

enum dv_err dv_as_config(struct dv_as *as, const struct dv_layout *l, struct dv_span text,
                         uint64_t w[2])
{
    struct dv_span rest = dv_trim(text);
    uint64_t given = 0;
    w[0] = w[1] = 0;
    dv_take(&rest, '{');
    size_t n = dv_find(rest, "}");
    if (n == rest.n)
        return dv_as_fail(as, text.p, DV_E_SYNTAX, "this { is not closed");
    struct dv_span after = {rest.p + n + 1, rest.n - n - 1};
    if (dv_as_end(as, after) != DV_OK)
        return as->now.code;
    rest.n = n;
    for (rest = dv_trim(rest); rest.n; rest = dv_trim(rest))
        if (!take_field(as, l, &rest, w, &given))
            return as->now.code;
    return defaults(as, l, text.p, w, given);
}
