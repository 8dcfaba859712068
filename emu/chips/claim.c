/* Published figures about a chip, read from the built-in claims.yaml. Owns its keys. */
#include "emu/chips/claim.h"

#include "isa/embed.h"
#include "emu/chips/read.h"

#include <string.h>

struct claims {
    const struct dv_yaml *y;
    const char *name;
    struct dv_claim *out, one;
    unsigned n;
    bool about; /* `one` is about `name` */
};

static enum dv_err about_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct claims *c = ctx;
    struct dv_scalar_text t;
    enum dv_err e = dv_yaml_scalar(c->y, item, &t, d);
    if (!e && t.n == strlen(c->name) && memcmp(t.p, c->name, t.n) == 0)
        c->about = true;
    return e;
}

static enum dv_err value(struct claims *c, const struct dv_pair *pair, unsigned unit, uint64_t *out,
                         struct dv_diag *d)
{
    struct dv_scalar_text t;
    enum dv_err e = dv_yaml_scalar(c->y, pair, &t, d);
    return e ? e : dv_read_value(c->y, &t, unit, out, d);
}

static enum dv_err number_key(struct claims *c, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_claim *o = &c->one;
    const struct {
        const char *name;
        unsigned unit;
        uint64_t *to;
    } keys[] = {{"giga", DV_PU_COUNT, &o->giga},   {"macs", DV_PU_COUNT, &o->macs},
                {"lanes", DV_PU_COUNT, &o->lanes}, {"dies", DV_PU_COUNT, &o->dies},
                {"watts", DV_PU_COUNT, &o->watts}, {"rate", DV_PU_GBPS, &o->bytes}};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (dv_key_is(pair, keys[i].name))
            return value(c, pair, keys[i].unit, keys[i].to, d);
    return dv_yaml_fail(c->y, pair->key.line, pair->key.col, d, "unknown key of a claim");
}

static enum dv_err claim_key(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct claims *c = ctx;
    struct dv_claim *o = &c->one;
    if (dv_key_is(pair, "about"))
        return dv_yaml_each_item(c->y, pair->value, &pair->key, about_item, c, d);
    if (dv_key_is(pair, "figure"))
        return dv_yaml_copy(c->y, pair, o->figure, sizeof o->figure, d);
    if (dv_key_is(pair, "src"))
        return dv_yaml_copy(c->y, pair, o->src, sizeof o->src, d);
    if (dv_key_is(pair, "says"))
        return dv_yaml_copy(c->y, pair, o->says, sizeof o->says, d);
    if (dv_key_is(pair, "each"))
        return dv_yaml_copy(c->y, pair, o->each, sizeof o->each, d);
    return number_key(c, pair, d);
}

static enum dv_err claim_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct claims *c = ctx;
    c->one = (struct dv_claim){.macs = 4096, .dies = 1};
    c->about = false;
    enum dv_err e = dv_yaml_each_pair(c->y, item->value, &item->key, claim_key, c, d);
    if (!e && c->about && c->n < DV_CLAIMS)
        c->out[c->n++] = c->one;
    return e;
}

static enum dv_err top(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct claims *c = ctx;
    return dv_yaml_each_item(c->y, pair->value, &pair->key, claim_item, c, d);
}

enum dv_err dv_claims(const char *name, struct dv_claim *out, unsigned *n, struct dv_diag *d)
{
    static const struct dv_scalar_text whole = {.p = "file", .n = 4, .line = 1, .col = 1};
    const struct dv_embedded *f = dv_chip_files;
    struct dv_yaml y;
    struct claims c = {.y = &y, .name = name, .out = out};
    while (strcmp(f->name, "claims") != 0)
        f++;
    enum dv_err e = dv_yaml_parse(&y, "claims.yaml", f->text, f->bytes, d);
    if (!e)
        e = dv_yaml_each_pair(&y, dv_yaml_root(&y), &whole, top, &c, d);
    *n = c.n;
    dv_yaml_free(&y);
    return e;
}
