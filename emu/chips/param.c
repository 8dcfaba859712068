/* The parameter tree of a chip file: paths, and the {v, from, src, range} of each number. Owns what
 * a number must carry; units and limits are those of the table in emu/core/chip.h. */
#include "emu/chips/read.h"

#include "isa/near.h"

#include <stdio.h>
#include <string.h>

enum dv_err dv_read_from(const struct dv_yaml *y, const struct dv_scalar_text *text, uint8_t *out,
                         struct dv_diag *d)
{
    static const uint8_t allowed[] = {DV_FROM_DOCUMENTED, DV_FROM_PUBLISHED, DV_FROM_MEASURED,
                                      DV_FROM_FITTED,     DV_FROM_INFERRED,  DV_FROM_RECALLED,
                                      DV_FROM_GUESS,      DV_FROM_OURS};
    enum dv_from from = dv_from_find(text->p, text->n);
    *out = (uint8_t)from;
    if (from != DV_FROM_NONE && memchr(allowed, from, sizeof allowed))
        return DV_OK;
    return dv_yaml_fail(y, text->line, text->col, d,
                        "'%.*s' is no provenance of a number: use documented, published, measured, "
                        "fitted, inferred, recalled, guess or ours",
                        text->n > 40 ? 40 : (int)text->n, text->p);
}

enum dv_err dv_read_src(const struct dv_yaml *y, const struct dv_scalar_text *text,
                        struct dv_origin *out, struct dv_diag *d)
{
    if (!text->n || text->n >= sizeof out->src)
        return dv_yaml_fail(y, text->line, text->col, d, "src must have 1 to %zu bytes",
                            sizeof out->src - 1);
    for (size_t i = 0; i < text->n; i++)
        if ((unsigned char)text->p[i] < ' ' || strchr("\"\\", text->p[i]))
            return dv_yaml_fail(y, text->line, text->col, d,
                                "src must not have quotes, backslashes or control characters");
    memcpy(out->src, text->p, text->n);
    out->src[text->n] = 0;
    return DV_OK;
}

/* Adds the place to a failure made without one. */
static enum dv_err placed(const struct dv_yaml *y, const struct dv_scalar_text *text, enum dv_err e,
                          struct dv_diag *d)
{
    if (e && d && !d->at.line)
        dv_diag_at(d, y->file, text->line, text->col);
    return e;
}

enum dv_err dv_read_value(const struct dv_yaml *y, const struct dv_scalar_text *text, unsigned unit,
                          uint64_t *out, struct dv_diag *d)
{
    return placed(y, text, dv_chip_number(unit, text->p, text->n, false, out, d), d);
}

/* ---- one number ------------------------------------------------------------------------------ */

static enum dv_err number_key(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_reader *r = ctx;
    struct dv_scalar_text *to = dv_key_is(pair, "v")       ? &r->v
                                : dv_key_is(pair, "from")  ? &r->from
                                : dv_key_is(pair, "src")   ? &r->src
                                : dv_key_is(pair, "range") ? &r->range
                                                           : NULL;
    if (!to)
        return dv_yaml_fail(r->y, pair->key.line, pair->key.col, d,
                            "unknown key '%.*s' of a number: it has v, from, src and range",
                            pair->key.n > 40 ? 40 : (int)pair->key.n, pair->key.p);
    return dv_yaml_scalar(r->y, pair, to, d);
}

static enum dv_err check_range(struct dv_reader *r, unsigned id, struct dv_origin *o,
                               struct dv_diag *d)
{
    const struct dv_chip_param *p = &dv_chip_params[id];
    uint64_t v = r->chip->v[id];
    o->low = 1;
    o->high = 0;
    if (!r->range.p)
        return DV_OK;
    enum dv_err e =
        dv_chip_range(p->unit, r->v.p, r->v.n, r->range.p, r->range.n, &o->low, &o->high, d);
    if (!e && (v < o->low || v > o->high))
        e = dv_fail(d, DV_E_CONFIG, "%s = %.*s lies outside its own range %.*s", p->path,
                    (int)r->v.n, r->v.p, (int)r->range.n, r->range.p);
    return placed(r->y, &r->range, e, d);
}

static enum dv_err complete(struct dv_reader *r, unsigned id, const struct dv_scalar_text *key,
                            struct dv_diag *d)
{
    const char *lacks = !r->v.p ? "v" : !r->from.p ? "from" : !r->src.p ? "src" : NULL;
    if (!lacks)
        return DV_OK;
    return dv_yaml_fail(r->y, key->line, key->col, d,
                        "%s has no '%s': every number needs v, from "
                        "and src",
                        dv_chip_params[id].path, lacks);
}

static enum dv_err read_number(struct dv_reader *r, const struct dv_pair *pair, unsigned id,
                               struct dv_diag *d)
{
    struct dv_origin o = {.line = pair->key.line, .col = pair->key.col};
    r->v = r->from = r->src = r->range = (struct dv_scalar_text){0};
    enum dv_err e = dv_yaml_each_pair(r->y, pair->value, &pair->key, number_key, r, d);
    if (!e)
        e = complete(r, id, &pair->key, d);
    if (!e)
        e = dv_read_from(r->y, &r->from, &o.from, d);
    if (!e)
        e = dv_read_src(r->y, &r->src, &o, d);
    if (!e)
        e = dv_read_value(r->y, &r->v, dv_chip_params[id].unit, &r->chip->v[id], d);
    if (!e)
        e = placed(r->y, &r->v, dv_chip_limits(id, r->chip->v[id], d), d);
    if (!e)
        e = check_range(r, id, &o, d);
    snprintf(o.file, sizeof o.file, "%.*s", (int)sizeof o.file - 1, r->y->file);
    if (!e)
        r->chip->origin[id] = o;
    return e;
}

/* ---- the tree -------------------------------------------------------------------------------- */

/* Parameter paths cut to as many parts as a wrong path has, for suggestions. */
struct cut_paths {
    char name[DV_CHIP_PARAM_COUNT][48];
};

static unsigned dots(const char *s)
{
    unsigned n = 0;
    for (; *s; s++)
        n += *s == '.';
    return n;
}

static void cut(struct cut_paths *c, unsigned parts)
{
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++) {
        snprintf(c->name[i], sizeof c->name[i], "%s", dv_chip_params[i].path);
        char *p = c->name[i];
        for (unsigned left = parts; *p && (*p != '.' || left); p++)
            left -= *p == '.';
        *p = 0;
    }
}

static const char *cut_at(const void *ctx, unsigned i)
{
    const struct cut_paths *c = ctx;
    static const char *const words[] = {"chip", "soc", "arch", "mark", "note", "extends", "costs"};
    unsigned extra = i - DV_CHIP_PARAM_COUNT;
    if (i < DV_CHIP_PARAM_COUNT)
        return c->name[i];
    return extra < sizeof words / sizeof words[0] ? words[extra] : NULL;
}

static enum dv_err unknown(struct dv_reader *r, const struct dv_pair *pair, const char *path,
                           struct dv_diag *d)
{
    struct cut_paths c;
    cut(&c, dots(path));
    const char *near = dv_nearest(path, strlen(path), 0, cut_at, &c);
    if (near)
        return dv_yaml_fail(r->y, pair->key.line, pair->key.col, d,
                            "unknown key '%s': did you mean '%s'?", path, near);
    return dv_yaml_fail(r->y, pair->key.line, pair->key.col, d,
                        "unknown key '%s': 'dv chip 910B1 --full' lists all", path);
}

static bool is_prefix(const char *path)
{
    size_t n = strlen(path);
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++)
        if (strncmp(dv_chip_params[i].path, path, n) == 0 && dv_chip_params[i].path[n] == '.')
            return true;
    return false;
}

static enum dv_err tree_key(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_read_param(ctx, pair, d);
}

enum dv_err dv_read_param(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    char path[sizeof r->path];
    size_t before = strlen(r->path);
    int n = snprintf(path, sizeof path, "%s%s%.*s", r->path, before ? "." : "",
                     pair->key.n > 60 ? 60 : (int)pair->key.n, pair->key.p);
    if (n >= (int)sizeof path || pair->key.n > 60)
        return unknown(r, pair, path, d);
    unsigned id = dv_chip_param_find(path, (size_t)n);
    if (id < DV_CHIP_PARAM_COUNT)
        return read_number(r, pair, id, d);
    if (!is_prefix(path))
        return unknown(r, pair, path, d);
    memcpy(r->path, path, (size_t)n + 1);
    enum dv_err e = dv_yaml_each_pair(r->y, pair->value, &pair->key, tree_key, r, d);
    r->path[before] = 0;
    return e;
}
