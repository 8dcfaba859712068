/* Documents, and the coefficients that rest on them. */
#include "emu/cli/case_read.h"

#include <string.h>

#include "isa/near.h"

/* ---- documents ------------------------------------------------------------------------------- */

static int find_doc(const struct dv_cases *c, const char *id)
{
    for (unsigned i = 0; i < c->docs; i++)
        if (strcmp(c->doc[i].id, id) == 0)
            return (int)i;
    return -1;
}

static enum dv_err doc_id(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_case_doc *one = r->one;
    struct dv_scalar_text t;
    char id[sizeof one->id];
    enum dv_err e = dv_case_identity(r, pair, id, sizeof id, &t, d);
    if (!e && find_doc(r->to, id) >= 0)
        return DV_CASE_FAIL(r, &t, d, "document '%s' is listed twice", id);
    if (!e)
        memcpy(one->id, id, sizeof id);
    return e;
}

static enum dv_err doc_role(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_case_doc *one = r->one;
    return dv_case_choose(r, pair, dv_case_roles, DV_CASE_ROLES, &one->role, d);
}

enum dv_err dv_case_doc_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    static const struct dv_case_key keys[] = {
        {"id", true, doc_id, 0, 0},
        DV_CASE_KEY_TEXT(struct dv_case_doc, "title", title, true),
        {"role", true, doc_role, 0, 0}};
    struct dv_case_reader *r = ctx;
    struct dv_case_doc one = {.role = 0};
    if (r->to->docs == DV_CASE_DOCS)
        return DV_CASE_FAIL(r, &item->key, d, "more than %d documents", DV_CASE_DOCS);
    r->one = &one;
    enum dv_err e = dv_case_mapping(r, item, keys, DV_CASE_COUNT(keys), "a document", d);
    if (!e)
        r->to->doc[r->to->docs++] = one;
    return e;
}

static const char *doc_name(const void *ctx, unsigned i)
{
    const struct dv_cases *c = ctx;
    return i < c->docs ? c->doc[i].id : NULL;
}

enum dv_err dv_case_doc_ref(struct dv_case_reader *r, const struct dv_pair *pair, uint8_t *out,
                            struct dv_diag *d)
{
    struct dv_scalar_text t;
    char id[32];
    enum dv_err e = dv_case_copy(r, pair, id, sizeof id, &t, d);
    int at = e ? -1 : find_doc(r->to, id);
    *out = (uint8_t)(at < 0 ? 0 : at);
    if (e || at >= 0)
        return e;
    const char *near = dv_nearest(id, t.n, 0, doc_name, r->to);
    return DV_CASE_FAIL(r, &t, d,
                        "document '%s' is not listed under documents, which come first%s%s%s", id,
                        near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- moved ----------------------------------------------------------------------------------- */

static const char *param_path(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < DV_CHIP_PARAM_COUNT ? dv_chip_params[i].path : NULL;
}

static enum dv_err moved_path(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    struct dv_case_moved *one = r->one;
    struct dv_scalar_text t;
    enum dv_err e = dv_yaml_scalar(&r->y, pair, &t, d);
    if (e)
        return e;
    one->param = dv_chip_param_find(t.p, t.n);
    if (one->param == DV_CHIP_PARAM_COUNT) {
        const char *near = dv_nearest(t.p, t.n, 0, param_path, NULL);
        return DV_CASE_FAIL(r, &t, d, "the chips have no number '%.*s'%s%s%s", dv_case_shown(&t),
                            t.p, near ? ": did you mean '" : "", near ? near : "",
                            near ? "'?" : "");
    }
    for (unsigned i = 0; i < r->to->moves; i++)
        if (r->to->moved[i].param == one->param)
            return DV_CASE_FAIL(r, &t, d, "'%.*s' is listed twice", dv_case_shown(&t), t.p);
    return DV_OK;
}

static enum dv_err moved_documented(struct dv_case_reader *r, const struct dv_pair *pair,
                                    struct dv_diag *d)
{
    struct dv_case_moved *one = r->one;
    return dv_case_copy(r, pair, one->documented, sizeof one->documented, &r->documented, d);
}

static enum dv_err moved_doc(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct dv_case_reader *r = ctx;
    struct dv_case_moved *one = r->one;
    if (one->docs == DV_CASE_DOCS)
        return DV_CASE_FAIL(r, &item->key, d, "more than %d documents", DV_CASE_DOCS);
    uint8_t at = 0;
    enum dv_err e = dv_case_doc_ref(r, item, &at, d);
    if (!e && r->to->doc[at].role == DV_CASE_CHECK)
        return DV_CASE_FAIL(r, &item->key, d,
                            "document '%s' is for checking: no coefficient rests on it",
                            r->to->doc[at].id);
    one->doc[one->docs++] = at;
    return e;
}

static enum dv_err moved_docs(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    return dv_yaml_each_item(&r->y, pair->value, &pair->key, moved_doc, r, d);
}

/* The documented value must be one that --set could take. */
static enum dv_err check_documented(struct dv_case_reader *r, const struct dv_case_moved *one,
                                    struct dv_diag *d)
{
    uint64_t v = 0;
    struct dv_diag own;
    dv_diag_init(&own);
    if (!one->documented[0])
        return DV_OK;
    enum dv_err e = dv_chip_number(dv_chip_params[one->param].unit, r->documented.p,
                                   r->documented.n, false, &v, &own);
    if (!e)
        e = dv_chip_limits(one->param, v, &own);
    return e ? DV_CASE_FAIL(r, &r->documented, d, "%.300s; write \"\" when nothing is documented",
                            own.text)
             : DV_OK;
}

enum dv_err dv_case_moved_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    static const struct dv_case_key keys[] = {
        {"path", true, moved_path, 0, 0},
        {"documented", true, moved_documented, 0, 0},
        DV_CASE_KEY_TEXT(struct dv_case_moved, "why", why, true),
        {"documents", true, moved_docs, 0, 0}};
    struct dv_case_reader *r = ctx;
    struct dv_case_moved one = {.param = 0};
    if (r->to->moves == DV_CASE_MOVED)
        return DV_CASE_FAIL(r, &item->key, d, "more than %d moved coefficients", DV_CASE_MOVED);
    r->one = &one;
    enum dv_err e = dv_case_mapping(r, item, keys, DV_CASE_COUNT(keys), "a moved coefficient", d);
    if (!e)
        e = check_documented(r, &one, d);
    if (!e)
        r->to->moved[r->to->moves++] = one;
    return e;
}
