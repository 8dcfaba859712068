/* From the text of a cases file to struct dv_cases. */
#include "emu/cli/case_read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chips/sha256.h"
#include "emu/cli/reading.h"

const char *const dv_case_classes[DV_CASE_CLASSES] = {
#define X(n) #n,
    DV_CASE_CLASS_LIST(X)
#undef X
};
const char *const dv_case_roles[DV_CASE_ROLES] = {"fit", "check"};

static const struct dv_yaml_kind kind = {"a cases file", "version: 1", 1 << 18};

/* ---- cases ----------------------------------------------------------------------------------- */

static enum dv_err case_id(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_case *one = r->one;
    struct dv_scalar_text t;
    enum dv_err e = dv_case_identity(r, pair, one->id, sizeof one->id, &t, d);
    const struct dv_case *other = e ? NULL : dv_cases_find(r->to, one->id);
    one->line = t.line;
    return other ? DV_CASE_FAIL(r, &t, d, "case '%s' is given twice, first in line %d", one->id,
                                other->line)
                 : e;
}

static enum dv_err case_grade(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    static const char *const words[DV_CASE_GRADES] = {"A", "B", "C"};
    return dv_case_choose(r, pair, words, DV_CASE_GRADES, &((struct dv_case *)r->one)->grade, d);
}

static enum dv_err case_class(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    return dv_case_choose(r, pair, dv_case_classes, DV_CASE_CLASSES,
                          &((struct dv_case *)r->one)->class, d);
}

static enum dv_err case_doc(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_case_doc_ref(r, pair, &((struct dv_case *)r->one)->doc, d);
}

static enum dv_err case_cache(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    static const char *const words[] = {"warm", "cold"};
    uint8_t cold = 0;
    enum dv_err e = dv_case_choose(r, pair, words, 2, &cold, d);
    ((struct dv_case *)r->one)->cold = cold;
    return e;
}

static enum dv_err case_chip(struct dv_case_reader *r, const struct dv_pair *pair,
                             struct dv_diag *d)
{
    struct dv_cases *c = r->to;
    struct dv_scalar_text t;
    struct dv_diag own;
    char name[sizeof c->chip_name[0]];
    unsigned i = 0;
    enum dv_err e = dv_case_copy(r, pair, name, sizeof name, &t, d);
    while (!e && i < c->chips && strcmp(c->chip_name[i], name) != 0)
        i++;
    ((struct dv_case *)r->one)->chip = (uint8_t)i;
    if (e || i < c->chips)
        return e;
    if (i == DV_CASE_CHIPS)
        return DV_CASE_FAIL(r, &t, d, "more than %d chips", DV_CASE_CHIPS);
    dv_diag_init(&own);
    e = dv_chip_load(name, &c->chip[i], &own);
    if (e == DV_E_CONFIG)
        return DV_CASE_FAIL(r, &t, d, "%.300s", own.text);
    if (e)
        return dv_fail(d, e, "%s", own.text);
    memcpy(c->chip_name[c->chips++], name, sizeof name);
    return DV_OK;
}

static enum dv_err keep(struct dv_case_reader *r, const struct dv_pair *pair,
                        struct dv_scalar_text *out, struct dv_diag *d)
{
    return dv_yaml_scalar(&r->y, pair, out, d);
}

static enum dv_err case_clock(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    return keep(r, pair, &r->clock, d);
}

static enum dv_err case_measured(struct dv_case_reader *r, const struct dv_pair *pair,
                                 struct dv_diag *d)
{
    return keep(r, pair, &r->measured, d);
}

static enum dv_err case_ideal(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    return keep(r, pair, &r->ideal, d);
}

static enum dv_err case_kernel(struct dv_case_reader *r, const struct dv_pair *pair,
                               struct dv_diag *d)
{
    struct dv_case *one = r->one;
    struct dv_scalar_text t;
    enum dv_err e = dv_case_copy(r, pair, one->kernel, sizeof one->kernel, &t, d);
    size_t n = t.n;
    one->kernel_line = t.line;
    one->kernel_col = t.col;
    if (!e && (n < 3 || strcmp(one->kernel + n - 2, ".s") != 0 || strchr(one->kernel, '/')))
        return DV_CASE_FAIL(r, &t, d, "kernel '%s' must be FILE.s beside the cases file",
                            one->kernel);
    return e;
}

static enum dv_err arguments(struct dv_case_reader *r, const struct dv_pair *pair, char *out,
                             size_t size, struct dv_diag *d)
{
    struct dv_scalar_text t;
    char store[256];
    const char *arg[32];
    enum dv_err e = dv_case_copy(r, pair, out, size, &t, d);
    if (!e && dv_case_args(out, store, sizeof store, arg, 32) < 0)
        return DV_CASE_FAIL(r, &t, d, "'%.60s' is not up to 32 NAME=VALUE parted by blanks", out);
    return e;
}

static enum dv_err case_args(struct dv_case_reader *r, const struct dv_pair *pair,
                             struct dv_diag *d)
{
    struct dv_case *one = r->one;
    return arguments(r, pair, one->args, sizeof one->args, d);
}

static enum dv_err case_minus(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    struct dv_case *one = r->one;
    return arguments(r, pair, one->minus, sizeof one->minus, d);
}

/* The word cache=.. of a variant, NULL = none. */
static char *state_word(char *args)
{
    char *at = args;
    while ((at = strstr(at, "cache=")) && at != args && at[-1] != ' ')
        at++;
    return at;
}

/* Takes that word out; false when it is not one of the two, or there are more. */
static bool cut_state(char *args, uint8_t *state)
{
    static const char *const words[] = {"cache=warm", "cache=cold"};
    char *at = state_word(args);
    if (!at)
        return true;
    size_t n = strcspn(at, " ");
    for (unsigned i = 0; i < 2; i++)
        if (n == strlen(words[i]) && memcmp(at, words[i], n) == 0)
            *state = (uint8_t)(DV_CASE_WARM + i);
    n += strspn(at + n, " ");
    memmove(at, at + n, strlen(at + n) + 1);
    for (n = strlen(args); n && args[n - 1] == ' '; n--)
        args[n - 1] = 0;
    return *state != DV_CASE_AS_CASE && !state_word(args);
}

static enum dv_err variant(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct dv_case_reader *r = ctx;
    struct dv_case *one = r->one;
    struct dv_scalar_text t;
    if (one->variants == DV_CASE_VARIANTS)
        return DV_CASE_FAIL(r, &item->key, d, "more than %d variants", DV_CASE_VARIANTS);
    unsigned v = one->variants++;
    enum dv_err e = arguments(r, item, one->variant[v], sizeof one->variant[0], d);
    if (!e && !cut_state(one->variant[v], &one->state[v]) &&
        !(e = dv_yaml_scalar(&r->y, item, &t, d)))
        return DV_CASE_FAIL(r, &t, d, "'%.*s' must hold cache=warm or cache=cold, once",
                            dv_case_shown(&t), t.p);
    return e;
}

static enum dv_err case_variants(struct dv_case_reader *r, const struct dv_pair *pair,
                                 struct dv_diag *d)
{
    return dv_yaml_each_item(&r->y, pair->value, &pair->key, variant, r, d);
}

static enum dv_err case_blocks(struct dv_case_reader *r, const struct dv_pair *pair,
                               struct dv_diag *d)
{
    uint64_t v = 0;
    enum dv_err e = dv_case_whole(r, pair, 65535, &v, d);
    ((struct dv_case *)r->one)->blocks = (uint32_t)v;
    return e;
}

static bool any_value(void *ctx, const char *name, size_t n, double *out)
{
    (void)ctx;
    *out = 1;
    return dv_case_name(name, n);
}

static enum dv_err case_read(struct dv_case_reader *r, const struct dv_pair *pair,
                             struct dv_diag *d)
{
    struct dv_case *one = r->one;
    struct dv_scalar_text t;
    struct dv_diag own;
    double v;
    enum dv_err e = dv_case_copy(r, pair, one->read, sizeof one->read, &t, d);
    one->read_line = t.line;
    one->read_col = t.col;
    dv_diag_init(&own);
    if (e || !dv_reading(one->read, any_value, NULL, &v, &own) || own.code == DV_E_RANGE)
        return e;
    return dv_yaml_fail(&r->y, t.line, t.col + own.at.col - 1, d, "%s", own.text);
}

/* ---- figures --------------------------------------------------------------------------------- */

/* "172 tick" in cycles of the stated clock; a tick is that of the 50 MHz counter. */
static enum dv_err figure(struct dv_case_reader *r, const struct dv_scalar_text *t, double mhz,
                          char *unit, double *out, struct dv_diag *d)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"cy", 0}, {"ns", 1}, {"us", 1000}, {"tick", 20}};
    char text[32], *end = text;
    size_t n = t->n < sizeof text ? t->n : sizeof text - 1;
    memcpy(text, t->p, n);
    text[n] = 0;
    size_t digits = strspn(text, "0123456789.");
    double v = strtod(text, &end);
    for (unsigned i = 0; digits && end == text + digits && *end == ' ' && v > 0 && i < 4; i++)
        if (strcmp(end + 1, units[i].name) == 0) {
            *out = units[i].ns > 0 ? v * units[i].ns * mhz / 1000 : v;
            snprintf(unit, 8, "%s", units[i].name);
            return DV_OK;
        }
    return DV_CASE_FAIL(r, t, d,
                        "'%.*s' is no figure: give a number above 0 and cy, ns, us or tick",
                        dv_case_shown(t), t->p);
}

static enum dv_err figures(struct dv_case_reader *r, struct dv_case *one, struct dv_diag *d)
{
    uint64_t hz = 0;
    char unit[8];
    struct dv_diag own;
    dv_diag_init(&own);
    if (dv_chip_number(DV_PU_HZ, r->clock.p, r->clock.n, false, &hz, &own) || !hz)
        return DV_CASE_FAIL(r, &r->clock, d, "'%.*s' is no clock: write 1850 MHz",
                            dv_case_shown(&r->clock), r->clock.p);
    one->clock_mhz = (double)hz / 1e6;
    snprintf(one->stated, sizeof one->stated, "%.*s",
             (int)(r->measured.n > 31 ? 31 : r->measured.n), r->measured.p);
    enum dv_err e = figure(r, &r->measured, one->clock_mhz, one->unit, &one->measured, d);
    return e ? e : figure(r, &r->ideal, one->clock_mhz, unit, &one->ideal, d);
}

/* Left out it is false. */
static enum dv_err case_whole(struct dv_case_reader *r, const struct dv_pair *pair,
                              struct dv_diag *d)
{
    static const char *const word[] = {"false", "true"};
    uint8_t yes = 0;
    enum dv_err e = dv_case_choose(r, pair, word, 2, &yes, d);

    ((struct dv_case *)r->one)->whole = yes;
    return e;
}

static enum dv_err case_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    static const struct dv_case_key keys[] = {
        {"id", true, case_id, 0, 0},
        {"grade", true, case_grade, 0, 0},
        {"class", true, case_class, 0, 0},
        {"document", true, case_doc, 0, 0},
        {"chip", true, case_chip, 0, 0},
        {"clock", true, case_clock, 0, 0},
        {"cache", true, case_cache, 0, 0},
        DV_CASE_KEY_TEXT(struct dv_case, "quantity", quantity, true),
        {"measured", true, case_measured, 0, 0},
        {"ideal", true, case_ideal, 0, 0},
        DV_CASE_KEY_TEXT(struct dv_case, "ideal_from", ideal_from, true),
        {"kernel", true, case_kernel, 0, 0},
        {"args", false, case_args, 0, 0},
        {"blocks", false, case_blocks, 0, 0},
        {"whole", false, case_whole, 0, 0},
        {"read", true, case_read, 0, 0},
        {"minus", false, case_minus, 0, 0},
        DV_CASE_KEY_TEXT(struct dv_case, "source", source, true),
        DV_CASE_KEY_TEXT(struct dv_case, "open", open, false),
        {"variants", false, case_variants, 0, 0},
    };
    struct dv_case_reader *r = ctx;
    struct dv_cases *c = r->to;
    if (c->n == DV_CASES_MOST)
        return DV_CASE_FAIL(r, &item->key, d, "more than %d cases", DV_CASES_MOST);
    struct dv_case *more = realloc(c->at, (c->n + 1) * sizeof *more);
    if (!more)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    c->at = more;
    r->one = memset(&more[c->n], 0, sizeof *more);
    enum dv_err e = dv_case_mapping(r, item, keys, DV_CASE_COUNT(keys), "a case", d);
    if (!e)
        e = figures(r, &more[c->n], d);
    c->n += !e;
    return e;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum dv_err version(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    uint64_t v;
    return dv_case_whole(r, pair, 1, &v, d);
}

static enum dv_err documents(struct dv_case_reader *r, const struct dv_pair *pair,
                             struct dv_diag *d)
{
    return dv_yaml_each_item(&r->y, pair->value, &pair->key, dv_case_doc_item, r, d);
}

static enum dv_err cases(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_yaml_each_item(&r->y, pair->value, &pair->key, case_item, r, d);
}

static enum dv_err moved(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    r->last = true;
    return dv_yaml_each_item(&r->y, pair->value, &pair->key, dv_case_moved_item, r, d);
}

static enum dv_err top(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    static const struct dv_case_key keys[] = {{"version", true, version, 0, 0},
                                              {"documents", true, documents, 0, 0},
                                              {"cases", true, cases, 0, 0},
                                              {"moved", false, moved, 0, 0}};
    struct dv_case_table t = {ctx, keys, DV_CASE_COUNT(keys), "a cases file"};
    struct dv_case_reader *r = ctx;
    if (r->last && !dv_key_is(pair, "moved"))
        return DV_CASE_FAIL(r, &pair->key, d, "'%.*s' stands behind 'moved', which is the last key",
                            dv_case_shown(&pair->key), pair->key.p);
    for (unsigned i = 0; i < t.n; i++)
        if (dv_key_is(pair, keys[i].name))
            return keys[i].fn(r, pair, d);
    return dv_case_no_key(&t, pair, d);
}

static void hash(const char *text, size_t n, char out[65])
{
    struct dv_sha256 sha;
    dv_sha256_init(&sha);
    dv_sha256_add(&sha, text, n);
    dv_sha256_hex(&sha, out);
}

/* The figures are fixed before anything is fitted, the list of what was moved is not. */
static void identify(struct dv_cases *c, const char *text, size_t n)
{
    const char *moved = memmem(text, n, "\nmoved:", 7);
    hash(text, n, c->sha256);
    hash(text, moved ? (size_t)(moved - text) + 1 : n, c->figures_sha256);
}

enum dv_err dv_cases_read(struct dv_cases *out, const char *file, const char *text, size_t n,
                          struct dv_diag *d)
{
    static const struct dv_scalar_text whole_file = {.p = "file", .n = 4, .line = 1, .col = 1};
    struct dv_case_reader r = {.to = out};
    memset(out, 0, sizeof *out);
    snprintf(out->file, sizeof out->file, "%s", file);
    identify(out, text, n);
    out->chip = calloc(DV_CASE_CHIPS, sizeof *out->chip);
    if (!out->chip)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    enum dv_err e = dv_yaml_parse_as(&r.y, &kind, file, text, n, d);
    if (!e)
        e = dv_yaml_each_pair(&r.y, dv_yaml_root(&r.y), &whole_file, top, &r, d);
    if (!e && !out->n)
        e = dv_yaml_fail(&r.y, 1, 1, d, "the file has no case");
    dv_yaml_free(&r.y);
    return e;
}

void dv_cases_free(struct dv_cases *c)
{
    free(c->at);
    free(c->chip);
    memset(c, 0, sizeof *c);
}

struct dv_case *dv_cases_find(const struct dv_cases *c, const char *id)
{
    for (unsigned i = 0; i < c->n; i++)
        if (strcmp(c->at[i].id, id) == 0)
            return &c->at[i];
    return NULL;
}

const char *dv_cases_id(const void *cases, unsigned i)
{
    const struct dv_cases *c = cases;
    return i < c->n ? c->at[i].id : NULL;
}

bool dv_case_variant_cold(const struct dv_case *c, unsigned v)
{
    return c->state[v] == DV_CASE_AS_CASE ? c->cold : c->state[v] == DV_CASE_COLD;
}

int dv_case_args(const char *text, char *store, size_t size, const char **arg, unsigned most)
{
    unsigned n = 0;
    char *rest = NULL;
    if (snprintf(store, size, "%s", text) >= (int)size)
        return -1;
    for (char *t = strtok_r(store, " ", &rest); t; t = strtok_r(NULL, " ", &rest)) {
        const char *eq = strchr(t, '=');
        if (!eq || eq == t || !eq[1] || n == most)
            return -1;
        arg[n++] = t;
    }
    return (int)n;
}

static bool is(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(p, word, n) == 0;
}

bool dv_case_name(const char *name, size_t n)
{
    const char *dot = memchr(name, '.', n);
    size_t before = dot ? (size_t)(dot - name) : n, after = dot ? n - before - 1 : 0;
    if (!dot)
        return is(name, n, "cycles") || is(name, n, "instructions") || is(name, n, "task") ||
               is(name, n, "core");
    if (is(name, before, "mark"))
        return after > 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (is(name, before, dv_pipe_json(p)))
            return is(dot + 1, after, "busy") || is(dot + 1, after, "instructions") ||
                   is(dot + 1, after, "stall");
    return false;
}
