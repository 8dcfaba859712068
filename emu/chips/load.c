/* From a chip name to a resolved struct dv_chip. Owns the chain of `extends`, the top-level keys
 * and what a complete chip must have. Numbers and costs are read by param.c and cost.c. */
#include "isa/embed.h"
#include "emu/chips/name.h"
#include "emu/chips/read.h"
#include "emu/chips/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 8 }; /* files of one chain */

/* One file of the chain, leaf first. */
struct source {
    char name[192]; /* built-in name or path */
    bool builtin, parent;
    char *owned; /* text read from disk, freed */
    const char *text;
    size_t bytes;
    struct dv_yaml yaml;
};

struct chain {
    struct source at[DEPTH];
    unsigned n;
};

/* ---- opening --------------------------------------------------------------------------------- */

static enum dv_err no_file(const char *path, struct dv_diag *d)
{
    return dv_fail(d, DV_E_IO, "cannot read chip file '%.150s': %s", path, strerror(errno));
}

/* A parent must be a plain file: opening a pipe could wait for ever. The leaf is the user's own. */
static bool plain_file(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static enum dv_err read_file(struct source *s, struct dv_diag *d)
{
    if (s->parent && !plain_file(s->name))
        return dv_fail(d, DV_E_CONFIG, "chip file '%.150s' is not a plain file", s->name);
    FILE *in = fopen(s->name, "rb");
    if (!in)
        return no_file(s->name, d);
    s->owned = malloc(DV_YAML_BYTES + 1);
    if (s->owned)
        s->bytes = fread(s->owned, 1, DV_YAML_BYTES + 1, in);
    bool bad = ferror(in);
    fclose(in);
    s->text = s->owned;
    if (!s->owned)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    return bad ? no_file(s->name, d) : DV_OK;
}

static enum dv_err open_source(struct source *s, struct dv_diag *d)
{
    char shown[210];
    const struct dv_embedded *f = dv_chip_files;
    if (!s->builtin) {
        enum dv_err e = read_file(s, d);
        return e ? e : dv_yaml_parse(&s->yaml, s->name, s->text, s->bytes, d);
    }
    while (f->name && strcmp(f->name, s->name) != 0)
        f++;
    if (!f->name)
        return DV_E_CONFIG; /* the caller knows where the name was written */
    s->text = f->text;
    s->bytes = f->bytes;
    snprintf(shown, sizeof shown, "%s.yaml", s->name);
    return dv_yaml_parse(&s->yaml, shown, s->text, s->bytes, d);
}

static void close_chain(struct chain *c)
{
    for (unsigned i = 0; i < c->n; i++) {
        dv_yaml_free(&c->at[i].yaml);
        free(c->at[i].owned);
    }
}

/* ---- extends --------------------------------------------------------------------------------- */

struct parent {
    const struct dv_yaml *y;
    struct dv_scalar_text name; /* p == NULL: none */
};

static enum dv_err find_extends(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct parent *p = ctx;
    return dv_key_is(pair, "extends") ? dv_yaml_scalar(p->y, pair, &p->name, d) : DV_OK;
}

/* Fills name and kind of the parent: a path is relative to the file that names it. */
static bool name_parent(struct source *next, const struct source *child,
                        const struct dv_scalar_text *name)
{
    const char *slash = strrchr(child->name, '/');
    char word[128];
    int before = slash && name->n && name->p[0] != '/' ? (int)(slash - child->name) + 1 : 0;
    if (!name->n || name->n >= sizeof word)
        return false;
    memcpy(word, name->p, name->n);
    word[name->n] = 0;
    next->builtin = !dv_chip_is_path(word);
    next->parent = true;
    while (strncmp(word, "./", 2) == 0)
        memmove(word, word + 2, strlen(word + 2) + 1);
    if (child->builtin && !next->builtin)
        return false;
    int n = snprintf(next->name, sizeof next->name, "%.*s%s", next->builtin ? 0 : before,
                     child->name, word);
    return n < (int)sizeof next->name;
}

static enum dv_err no_parent(const struct parent *p, struct dv_diag *d)
{
    return dv_yaml_fail(p->y, p->name.line, p->name.col, d,
                        "extends '%.*s' names no built-in file and no path: use core-c220, "
                        "core-c100, a chip name or ./FILE.yaml",
                        p->name.n > 60 ? 60 : (int)p->name.n, p->name.p);
}

static enum dv_err check_chain(const struct chain *c, const struct source *next,
                               const struct parent *p, struct dv_diag *d)
{
    for (unsigned i = 0; i < c->n; i++)
        if (strcmp(c->at[i].name, next->name) == 0 && c->at[i].builtin == next->builtin)
            return dv_yaml_fail(p->y, p->name.line, p->name.col, d,
                                "extends '%.*s' closes a cycle: a file cannot extend itself",
                                (int)p->name.n, p->name.p);
    if (c->n == DEPTH)
        return dv_yaml_fail(p->y, p->name.line, p->name.col, d,
                            "more than %d files extend one another", DEPTH);
    return DV_OK;
}

/* Opens chain->at[0] (named by the caller) and all its parents. */
static enum dv_err open_chain(struct chain *c, struct dv_diag *d)
{
    static const struct dv_scalar_text whole = {.p = "file", .n = 4, .line = 1, .col = 1};
    struct source next = c->at[0];
    struct parent p = {0};
    for (;;) {
        struct source *s = &c->at[c->n++];
        *s = next;
        enum dv_err e = open_source(s, d);
        if (e)
            return p.name.p && s->builtin && !s->text ? no_parent(&p, d) : e;
        p = (struct parent){.y = &s->yaml};
        e = dv_yaml_each_pair(&s->yaml, dv_yaml_root(&s->yaml), &whole, find_extends, &p, d);
        if (e || !p.name.p)
            return e;
        memset(&next, 0, sizeof next);
        if (!name_parent(&next, s, &p.name))
            return no_parent(&p, d);
        e = check_chain(c, &next, &p, d);
        if (e)
            return e;
    }
}

/* ---- top-level keys -------------------------------------------------------------------------- */

struct soc_list {
    struct dv_reader *r;
    unsigned n;
};

static enum dv_err soc_item(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct soc_list *l = ctx;
    struct dv_chip *chip = l->r->chip;
    unsigned most = sizeof chip->soc / sizeof chip->soc[0];
    if (l->n == most)
        return dv_yaml_fail(l->r->y, item->key.line, item->key.col, d, "more than %u soc names",
                            most);
    return dv_yaml_copy(l->r->y, item, chip->soc[l->n++], sizeof chip->soc[0], d);
}

static enum dv_err read_soc(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    struct soc_list l = {r, 0};
    memset(r->chip->soc, 0, sizeof r->chip->soc);
    return dv_yaml_each_item(r->y, pair->value, &pair->key, soc_item, &l, d);
}

/* One of the words of a NULL-ended list, copied to out. */
static enum dv_err read_word(struct dv_reader *r, const struct dv_pair *pair, char *out,
                             size_t size, const char *const *words, struct dv_diag *d)
{
    enum dv_err e = dv_yaml_copy(r->y, pair, out, size, d);
    if (e)
        return e;
    for (const char *const *w = words; *w; w++)
        if (strcmp(*w, out) == 0)
            return DV_OK;
    return dv_yaml_fail(r->y, pair->key.line, pair->key.col, d,
                        "%.*s '%s' is not known: use %s%s%s or %s", (int)pair->key.n, pair->key.p,
                        out, words[0], words[2] ? ", " : "", words[2] ? words[1] : "",
                        words[2] ? words[2] : words[1]);
}

static enum dv_err read_arch(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    static const char *const words[] = {"dav-c220", "dav-c100", NULL};
    enum dv_err e = read_word(r, pair, r->chip->core, sizeof r->chip->core, words, d);
    r->chip->arch = strcmp(r->chip->core, words[1]) == 0;
    return e;
}

static enum dv_err read_mark(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    static const char *const words[] = {"published", "speculative", "package", NULL};
    return read_word(r, pair, r->chip->mark, sizeof r->chip->mark, words, d);
}

static enum dv_err read_name(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_yaml_copy(r->y, pair, r->chip->name, sizeof r->chip->name, d);
}

static enum dv_err read_note(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_yaml_copy(r->y, pair, r->chip->note, sizeof r->chip->note, d);
}

static enum dv_err read_nothing(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    (void)r, (void)pair, (void)d; /* extends was read before */
    return DV_OK;
}

static enum dv_err top_key(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    static const struct {
        const char *name;
        enum dv_err (*read)(struct dv_reader *, const struct dv_pair *, struct dv_diag *);
    } keys[] = {{"chip", read_name},     {"soc", read_soc},   {"arch", read_arch},
                {"mark", read_mark},     {"note", read_note}, {"extends", read_nothing},
                {"costs", dv_read_costs}};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (dv_key_is(pair, keys[i].name))
            return keys[i].read(ctx, pair, d);
    return dv_read_param(ctx, pair, d);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum dv_err apply(struct chain *c, struct dv_chip *out, struct dv_diag *d)
{
    static const struct dv_scalar_text whole = {.p = "file", .n = 4, .line = 1, .col = 1};
    enum dv_err e = DV_OK;
    for (unsigned i = c->n; i-- && !e;) {
        struct dv_reader r = {.y = &c->at[i].yaml, .chip = out};
        out->name[0] = out->mark[0] = out->note[0] = 0; /* not inherited */
        memset(out->soc, 0, sizeof out->soc);
        e = dv_yaml_each_pair(r.y, dv_yaml_root(r.y), &whole, top_key, &r, d);
    }
    return e;
}

static enum dv_err check_whole(const struct source *leaf, struct dv_chip *out, struct dv_diag *d)
{
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++)
        if (!out->origin[i].from)
            return dv_yaml_fail(&leaf->yaml, 1, 1, d,
                                "number %s is missing: give it or extend a file that has it",
                                dv_chip_params[i].path);
    if (!out->core[0])
        return dv_yaml_fail(&leaf->yaml, 1, 1, d, "arch is missing: use dav-c220 or dav-c100");
    bool c100 = out->arch == 1;
    if (c100 ? !DV_P(out, merged) || DV_P(out, aic) || DV_P(out, aiv)
             : DV_P(out, merged) || !DV_P(out, aic) || !DV_P(out, aiv))
        return dv_yaml_fail(&leaf->yaml, 1, 1, d,
                            c100 ? "a dav-c100 chip has merged cores and neither aic nor aiv"
                                 : "a dav-c220 chip has aic and aiv and no merged cores");
    enum dv_err e = dv_cost_index(out, d);
    if (e && d && !d->at.line)
        dv_diag_at(d, leaf->yaml.file, 1, 1);
    return e;
}

static void name_by_file(struct dv_chip *out, const struct source *leaf)
{
    const char *slash = strrchr(leaf->name, '/'), *base = slash ? slash + 1 : leaf->name;
    const char *dot = strrchr(base, '.');
    int n = dot ? (int)(dot - base) : (int)strlen(base);
    if (!out->name[0])
        snprintf(out->name, sizeof out->name, "%.*s", n > 31 ? 31 : n, base);
}

static void identify(const struct chain *c, struct dv_chip *out)
{
    struct dv_sha256 sha;
    dv_sha256_init(&sha);
    for (unsigned i = 0; i < c->n; i++)
        dv_sha256_add(&sha, c->at[i].text, c->at[i].bytes);
    dv_sha256_hex(&sha, out->sha256);
}

enum dv_err dv_chip_load(const char *name, struct dv_chip *out, struct dv_diag *d)
{
    struct chain c = {.n = 0};
    const char *builtin = NULL;
    enum dv_err e = DV_OK;
    memset(out, 0, sizeof *out);
    c.at[0].builtin = !dv_chip_is_path(name);
    if (c.at[0].builtin)
        e = dv_chip_name(name, &builtin, d);
    else if (strlen(name) >= sizeof c.at[0].name)
        e = dv_fail(d, DV_E_CONFIG, "chip file name is longer than %zu bytes",
                    sizeof c.at[0].name - 1);
    if (e)
        return e;
    snprintf(c.at[0].name, sizeof c.at[0].name, "%s", builtin ? builtin : name);
    e = open_chain(&c, d);
    if (!e)
        e = apply(&c, out, d);
    name_by_file(out, &c.at[0]);
    if (!e)
        e = check_whole(&c.at[0], out, d);
    identify(&c, out);
    close_chain(&c);
    return e;
}
