/* Words and mappings of a cases file: what any key may hold, and tables of keys. */
#include "emu/cli/case_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "isa/near.h"

int dv_case_shown(const struct dv_scalar_text *t)
{
    return t->n > 60 ? 60 : (int)t->n;
}

/* ---- words ----------------------------------------------------------------------------------- */

enum dv_err dv_case_copy(struct dv_case_reader *r, const struct dv_pair *pair, char *out,
                         size_t size, struct dv_scalar_text *t, struct dv_diag *d)
{
    enum dv_err e = dv_yaml_scalar(&r->y, pair, t, d);
    if (e)
        return e;
    if (t->n >= size)
        return DV_CASE_FAIL(r, t, d, "'%.*s' is longer than %zu bytes", dv_case_shown(&pair->key),
                            pair->key.p, size - 1);
    for (size_t i = 0; i < t->n; i++)
        if ((unsigned char)t->p[i] < ' ' || t->p[i] == 0x7f)
            return DV_CASE_FAIL(r, t, d, "'%.*s' has a control character",
                                dv_case_shown(&pair->key), pair->key.p);
    memcpy(out, t->p, t->n);
    out[t->n] = 0;
    return DV_OK;
}

/* One of a closed list. */
enum dv_err dv_case_choose(struct dv_case_reader *r, const struct dv_pair *pair,
                           const char *const *word, unsigned n, uint8_t *out, struct dv_diag *d)
{
    struct dv_scalar_text t;
    char text[32], all[160] = "";
    enum dv_err e = dv_case_copy(r, pair, text, sizeof text, &t, d);
    for (unsigned i = 0; !e && i < n; i++) {
        *out = (uint8_t)i;
        if (strcmp(word[i], text) == 0)
            return DV_OK;
        strcat(strcat(all, i ? ", " : ""), word[i]);
    }
    return e ? e
             : DV_CASE_FAIL(r, &t, d, "%.*s '%s' is not known: use one of %s",
                            dv_case_shown(&pair->key), pair->key.p, text, all);
}

enum dv_err dv_case_whole(struct dv_case_reader *r, const struct dv_pair *pair, uint64_t most,
                          uint64_t *out, struct dv_diag *d)
{
    struct dv_scalar_text t;
    char text[24];
    enum dv_err e = dv_case_copy(r, pair, text, sizeof text, &t, d);
    if (e)
        return e;
    *out = strtoull(text, NULL, 10);
    if (t.n && t.n < 19 && strspn(text, "0123456789") == t.n && *out && *out <= most)
        return DV_OK;
    return DV_CASE_FAIL(r, &t, d, "%.*s '%s' is no whole number in 1..%llu",
                        dv_case_shown(&pair->key), pair->key.p, text, (unsigned long long)most);
}

/* Letters, digits and - _ . ( ): what can be typed after --case. */
enum dv_err dv_case_identity(struct dv_case_reader *r, const struct dv_pair *pair, char *out,
                             size_t size, struct dv_scalar_text *t, struct dv_diag *d)
{
    enum dv_err e = dv_case_copy(r, pair, out, size, t, d);
    bool good = t->n > 0;
    for (const char *p = out; !e && *p; p++)
        good &= isalnum((unsigned char)*p) || strchr("-_.", *p);
    return e || good
               ? e
               : DV_CASE_FAIL(r, t, d, "id '%s' must be letters, digits, '-', '_' or '.'", out);
}

/* ---- a mapping by its table ------------------------------------------------------------------ */

static const char *key_name(const void *ctx, unsigned i)
{
    const struct dv_case_table *t = ctx;
    return i < t->n ? t->key[i].name : NULL;
}

enum dv_err dv_case_no_key(const struct dv_case_table *t, const struct dv_pair *pair,
                           struct dv_diag *d)
{
    const char *near = dv_nearest(pair->key.p, pair->key.n, 0, key_name, t);
    return DV_CASE_FAIL(t->r, &pair->key, d, "unknown key '%.*s' of %s%s%s%s",
                        dv_case_shown(&pair->key), pair->key.p, t->what,
                        near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum dv_err take(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    const struct dv_case_table *t = ctx;
    struct dv_scalar_text text;
    for (unsigned i = 0; i < t->n; i++) {
        const struct dv_case_key *k = &t->key[i];
        if (!dv_key_is(pair, k->name))
            continue;
        t->r->seen |= 1u << i;
        return k->fn ? k->fn(t->r, pair, d)
                     : dv_case_copy(t->r, pair, (char *)t->r->one + k->offset, k->size, &text, d);
    }
    return dv_case_no_key(t, pair, d);
}

enum dv_err dv_case_mapping(struct dv_case_reader *r, const struct dv_pair *item,
                            const struct dv_case_key *key, unsigned n, const char *what,
                            struct dv_diag *d)
{
    struct dv_case_table t = {r, key, n, what};
    r->seen = 0;
    enum dv_err e = dv_yaml_each_pair(&r->y, item->value, &item->key, take, &t, d);
    for (unsigned i = 0; !e && i < n; i++)
        if (key[i].needed && !(r->seen & 1u << i))
            e = DV_CASE_FAIL(r, &item->key, d, "%s has no '%s'", what, key[i].name);
    return e;
}
