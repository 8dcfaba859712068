/* Names of chips. Owns the way from what vendor tools print ("Ascend910_9391") to a built-in file,
 * and the explanations of names that mean no single part. SoC names are read from the files. */
#include "emu/chips/name.h"

#include "isa/embed.h"
#include "emu/chips/yaml.h"
#include "emu/core/chip.h"
#include "isa/near.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* timing.md 1.5: names that would silently mean another machine. */
static const struct {
    const char *name, *why;
} explained[] = {
    {"910B",
     "'910B' without a digit is, in older tools, a 30-core dav-c100 part: say 910B1, 910B2, "
     "910B3 or 910B4 for the dav-c220 parts, 910A for dav-c100"},
    {"910", "'910' names a family: say 910A (dav-c100) or 910B1 .. 910B4, 910C (dav-c220)"},
    {"910_9362", "910_9362 is a 20-core bin whose clock is only inferred: extend 910C in a file of "
                 "your own"},
    {"910_9372", "910_9372 is a 20-core bin whose clock is not public: extend 910C in a file of "
                 "your own"},
    {"910B4-1", "910B4-1 is a 910B4 with 168 MB of L2: extend 910B4 in a file of your own"},
    {"310P", "310P is dav-m200, which this program does not model"},
};

bool dv_chip_is_path(const char *name)
{
    size_t n = strlen(name);
    return strchr(name, '/') || (n > 5 && strcmp(name + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

static bool is_chip(const struct dv_embedded *f)
{
    return strncmp(f->name, "core-", 5) != 0 && strcmp(f->name, "claims") != 0;
}

const char *dv_chip_builtin(unsigned i)
{
    for (const struct dv_embedded *f = dv_chip_files; f->name; f++)
        if (is_chip(f) && i-- == 0)
            return f->name;
    return NULL;
}

static const char *builtin_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return dv_chip_builtin(i);
}

/* ---- SoC names ------------------------------------------------------------------------------- */

struct search {
    const struct dv_yaml *y;
    const char *name; /* without "Ascend" */
    bool found;
};

static enum dv_err soc_name(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct search *s = ctx;
    struct dv_scalar_text t;
    enum dv_err e = dv_yaml_scalar(s->y, item, &t, d);
    if (e)
        return e;
    size_t skip = t.n > 6 && strncasecmp(t.p, "ascend", 6) == 0 ? 6 : 0;
    if (t.n - skip == strlen(s->name) && strncasecmp(t.p + skip, s->name, t.n - skip) == 0)
        s->found = true;
    return DV_OK;
}

static enum dv_err soc_key(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct search *s = ctx;
    if (!dv_key_is(pair, "soc"))
        return DV_OK;
    return dv_yaml_each_item(s->y, pair->value, &pair->key, soc_name, s, d);
}

static bool answers_to(const struct dv_embedded *f, const char *name)
{
    static const struct dv_scalar_text whole = {.p = "file", .n = 4, .line = 1, .col = 1};
    struct dv_yaml y;
    struct search s = {&y, name, false};
    if (!dv_yaml_parse(&y, f->name, f->text, f->bytes, NULL))
        dv_yaml_each_pair(&y, dv_yaml_root(&y), &whole, soc_key, &s, NULL);
    dv_yaml_free(&y);
    return s.found;
}

/* ---- look-up --------------------------------------------------------------------------------- */

static void list_chips(char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    for (unsigned i = 0; dv_chip_builtin(i) && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", dv_chip_builtin(i));
}

/* Chip names differ in one letter: only a name nearer than a third of its length is suggested. */
static enum dv_err unknown(const char *name, const char *bare, struct dv_diag *d)
{
    char list[128];
    for (unsigned i = 0; i < sizeof explained / sizeof explained[0]; i++)
        if (strcasecmp(bare, explained[i].name) == 0)
            return dv_fail(d, DV_E_CONFIG, "no chip '%s': %s", name, explained[i].why);
    size_t n = strlen(bare);
    const char *near = dv_nearest(bare, n, (n + 2) / 3, builtin_at, NULL);
    if (near)
        return dv_fail(d, DV_E_CONFIG, "no chip '%.60s': did you mean '%s'?", name, near);
    list_chips(list, sizeof list);
    return dv_fail(d, DV_E_CONFIG,
                   "no chip '%.60s': the chips are %s; a file needs a '/' or ends in .yaml", name,
                   list);
}

enum dv_err dv_chip_name(const char *name, const char **builtin, struct dv_diag *d)
{
    const char *bare = strncasecmp(name, "ascend", 6) == 0 ? name + 6 : name;
    for (const struct dv_embedded *f = dv_chip_files; f->name; f++)
        if (is_chip(f) && strcasecmp(bare, f->name) == 0)
            return *builtin = f->name, DV_OK;
    for (const struct dv_embedded *f = dv_chip_files; f->name; f++)
        if (is_chip(f) && answers_to(f, bare))
            return *builtin = f->name, DV_OK;
    return unknown(name, bare, d);
}
