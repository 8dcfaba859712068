/* A small, strict view of a YAML text. Owns the limits that keep libfyaml's cost bounded: its
 * duplicate-key check and its directives are quadratic, so the first is done here and the second
 * are refused before it sees the text. Documents are never resolved: aliases stay visible. */
#include "emu/chips/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

enum { PAIRS = 256 }; /* of one mapping: keeps `once` cheap */

const struct dv_yaml_kind dv_yaml_chip = {"a chip file", "extends: core-c220", DV_YAML_BYTES};

enum dv_err dv_yaml_fail(const struct dv_yaml *y, int line, int col, struct dv_diag *d,
                         const char *fmt, ...)
{
    char text[512];
    va_list ap;
    if (d && d->code != DV_OK)
        return d->code;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dv_fail(d, DV_E_CONFIG, "%s", text);
    dv_diag_at(d, y->file, line, col);
    return DV_E_CONFIG;
}

static const char MARKER[] = "document markers are not allowed";

/* ---- before the parser ----------------------------------------------------------------------- */

/* Bytes of the UTF-8 character at p (1..4), 0 when it is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (!length || length > n || p[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool outside = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
    return overlong || outside ? 0 : length;
}

/* Something at the start of a line that these files do not use; NULL = fine. */
static const char *line_start(const char *p, size_t n)
{
    if (*p == '%')
        return "directives are not allowed: remove the line";
    if (n >= 3 && (memcmp(p, "---", 3) == 0 || memcmp(p, "...", 3) == 0))
        return MARKER;
    return NULL;
}

static enum dv_err prescan(const struct dv_yaml *y, const char *text, size_t n, struct dv_diag *d)
{
    int line = 1;
    size_t start = 0, length;
    if (n > y->kind->bytes)
        return dv_yaml_fail(y, 1, 1, d, "file of %zu bytes is larger than the %zu %s may have", n,
                            y->kind->bytes, y->kind->what);
    for (size_t i = 0; i < n; i += length) {
        const char *bad = i == start ? line_start(text + i, n - i) : NULL;
        unsigned char c = (unsigned char)text[i];
        length = utf8_length((const unsigned char *)text + i, n - i);
        if (!length)
            bad = "not UTF-8 text";
        else if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
            bad = "control characters are not allowed";
        if (bad == MARKER)
            return dv_yaml_fail(y, line, 1, d, "%s: %s is one plain document", bad, y->kind->what);
        if (bad)
            return dv_yaml_fail(y, line, (int)(i - start) + 1, d, "%s", bad);
        if (c == '\n') {
            line++;
            start = i + 1;
        }
    }
    return DV_OK;
}

/* ---- parse ----------------------------------------------------------------------------------- */

static void discard(struct fy_diag *diag, void *user, const char *text, size_t n)
{
    (void)diag, (void)user, (void)text, (void)n;
}

static struct fy_diag *collector(void)
{
    struct fy_diag_cfg cfg;
    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.output_fn = discard;
    struct fy_diag *diag = fy_diag_create(&cfg);
    if (diag)
        fy_diag_set_collect_errors(diag, true);
    return diag;
}

static enum dv_err syntax(const struct dv_yaml *y, struct fy_diag *diag, struct dv_diag *d)
{
    void *at = NULL;
    struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
    if (!e)
        return dv_yaml_fail(y, 1, 1, d, "the file has no content");
    return dv_yaml_fail(y, e->line > 0 ? e->line : 1, e->column > 0 ? e->column : 1, d,
                        "not YAML: %.200s", e->msg);
}

/* Place of a node, or of the first scalar in it. */
static void place_of(struct fy_node *node, int *line, int *col)
{
    for (int depth = 0; node && depth < 64 && !fy_node_is_scalar(node); depth++) {
        void *it = NULL;
        if (fy_node_is_mapping(node)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &it);
            node = pair ? fy_node_pair_key(pair) : NULL;
        } else {
            node = fy_node_sequence_iterate(node, &it);
        }
    }
    struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (mark) {
        *line = mark->line + 1;
        *col = mark->column + 1;
    }
}

static enum dv_err no_anchors(const struct dv_yaml *y, struct dv_diag *d)
{
    void *it = NULL;
    struct fy_anchor *anchor = fy_document_anchor_iterate(y->doc, &it);
    int line = 1, col = 1;
    size_t n = 0;
    if (!anchor)
        return DV_OK;
    const char *name = fy_anchor_get_text(anchor, &n);
    place_of(fy_anchor_node(anchor), &line, &col);
    return dv_yaml_fail(y, line, col, d, "anchor '&%.*s' is not allowed: write the value out",
                        n > 40 ? 40 : (int)n, name ? name : "");
}

enum dv_err dv_yaml_parse_as(struct dv_yaml *y, const struct dv_yaml_kind *kind, const char *file,
                             const char *text, size_t n, struct dv_diag *d)
{
    memset(y, 0, sizeof *y);
    y->kind = kind;
    snprintf(y->file, sizeof y->file, "%s", file);
    enum dv_err e = prescan(y, text, n, d);
    if (e)
        return e;
    struct fy_diag *diag = collector();
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag};
    if (!diag)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    y->doc = n ? fy_document_build_from_string(&cfg, text, n) : NULL;
    if (!y->doc || fy_diag_got_error(diag))
        e = syntax(y, diag, d);
    else if (!fy_document_root(y->doc) || !fy_node_is_mapping(fy_document_root(y->doc)))
        e = dv_yaml_fail(y, 1, 1, d, "the file is not a mapping: start with '%s'", kind->start);
    else
        e = no_anchors(y, d);
    fy_diag_destroy(diag);
    return e;
}

enum dv_err dv_yaml_parse(struct dv_yaml *y, const char *file, const char *text, size_t n,
                          struct dv_diag *d)
{
    return dv_yaml_parse_as(y, &dv_yaml_chip, file, text, n, d);
}

void dv_yaml_free(struct dv_yaml *y)
{
    if (y->doc)
        fy_document_destroy(y->doc);
    y->doc = NULL;
}

struct fy_node *dv_yaml_root(const struct dv_yaml *y)
{
    return fy_document_root(y->doc);
}

/* ---- walk ------------------------------------------------------------------------------------ */

static enum dv_err plain(const struct dv_yaml *y, struct fy_node *node, int line, int col,
                         struct dv_diag *d)
{
    size_t n = 0;
    place_of(node, &line, &col);
    if (fy_node_is_alias(node)) {
        const char *name = fy_node_get_scalar(node, &n);
        return dv_yaml_fail(y, line, col, d, "alias '*%.*s' is not allowed: write the value out",
                            n > 40 ? 40 : (int)n, name ? name : "");
    }
    if (fy_node_get_tag(node, &n))
        return dv_yaml_fail(y, line, col, d, "tags are not allowed: write the plain value");
    return DV_OK;
}

static enum dv_err key_text(const struct dv_yaml *y, struct fy_node *node,
                            const struct dv_scalar_text *of, struct dv_scalar_text *out,
                            struct dv_diag *d)
{
    out->line = of->line;
    out->col = of->col;
    if (!node || !fy_node_is_scalar(node))
        return dv_yaml_fail(y, of->line, of->col, d, "a key is not a plain word");
    enum dv_err e = plain(y, node, of->line, of->col, d);
    if (e)
        return e;
    place_of(node, &out->line, &out->col);
    out->p = fy_node_get_scalar(node, &out->n);
    if (!out->p || !out->n)
        return dv_yaml_fail(y, out->line, out->col, d, "a key is empty");
    return DV_OK;
}

/* Earlier pairs of the mapping must have other keys. */
static enum dv_err once(const struct dv_yaml *y, struct fy_node *map,
                        const struct dv_scalar_text *key, const struct fy_node_pair *until,
                        struct dv_diag *d)
{
    struct fy_node_pair *pair;
    void *it = NULL;
    while ((pair = fy_node_mapping_iterate(map, &it)) && pair != until) {
        size_t n = 0;
        int line = 0, col = 0;
        const char *p = fy_node_get_scalar(fy_node_pair_key(pair), &n);
        if (!p || n != key->n || memcmp(p, key->p, n) != 0)
            continue;
        place_of(fy_node_pair_key(pair), &line, &col);
        return dv_yaml_fail(y, key->line, key->col, d,
                            "key '%.*s' is given twice, first in line %d: keep one",
                            n > 60 ? 60 : (int)n, p, line);
    }
    return DV_OK;
}

enum dv_err dv_yaml_each_pair(const struct dv_yaml *y, struct fy_node *map,
                              const struct dv_scalar_text *of, dv_pair_fn fn, void *ctx,
                              struct dv_diag *d)
{
    struct fy_node_pair *at;
    struct dv_pair pair;
    void *it = NULL;
    enum dv_err e = map ? plain(y, map, of->line, of->col, d) : DV_OK;
    if (e)
        return e;
    if (!map || !fy_node_is_mapping(map)) {
        int line = of->line, col = of->col;
        place_of(map, &line, &col);
        return dv_yaml_fail(y, line, col, d, "'%.*s' is not a mapping {key: value ..}",
                            of->n > 60 ? 60 : (int)of->n, of->p);
    }
    if (fy_node_mapping_item_count(map) > PAIRS)
        return dv_yaml_fail(y, of->line, of->col, d, "more than %d keys in '%.*s'", PAIRS,
                            of->n > 60 ? 60 : (int)of->n, of->p);
    while (!e && (at = fy_node_mapping_iterate(map, &it))) {
        e = key_text(y, fy_node_pair_key(at), of, &pair.key, d);
        if (!e)
            e = once(y, map, &pair.key, at, d);
        pair.value = fy_node_pair_value(at);
        if (!e)
            e = fn(ctx, &pair, d);
    }
    return e;
}

enum dv_err dv_yaml_each_item(const struct dv_yaml *y, struct fy_node *list,
                              const struct dv_scalar_text *of, dv_pair_fn fn, void *ctx,
                              struct dv_diag *d)
{
    struct dv_pair pair = {.key = *of};
    void *it = NULL;
    enum dv_err e = list ? plain(y, list, of->line, of->col, d) : DV_OK;
    if (e)
        return e;
    if (!list || !fy_node_is_sequence(list)) {
        int line = of->line, col = of->col;
        place_of(list, &line, &col);
        return dv_yaml_fail(y, line, col, d, "'%.*s' is not a list", of->n > 60 ? 60 : (int)of->n,
                            of->p);
    }
    while (!e && (pair.value = fy_node_sequence_iterate(list, &it))) {
        place_of(pair.value, &pair.key.line, &pair.key.col);
        e = fn(ctx, &pair, d);
    }
    return e;
}

enum dv_err dv_yaml_scalar(const struct dv_yaml *y, const struct dv_pair *pair,
                           struct dv_scalar_text *out, struct dv_diag *d)
{
    out->line = pair->key.line;
    out->col = pair->key.col;
    place_of(pair->value, &out->line, &out->col);
    if (!pair->value || !fy_node_is_scalar(pair->value))
        return dv_yaml_fail(y, out->line, out->col, d, "'%.*s' is not a plain value",
                            pair->key.n > 60 ? 60 : (int)pair->key.n, pair->key.p);
    enum dv_err e = plain(y, pair->value, out->line, out->col, d);
    if (e)
        return e;
    out->p = fy_node_get_scalar(pair->value, &out->n);
    if (!out->p)
        out->p = "";
    return DV_OK;
}

enum dv_err dv_yaml_copy(const struct dv_yaml *y, const struct dv_pair *pair, char *out,
                         size_t size, struct dv_diag *d)
{
    struct dv_scalar_text text;
    enum dv_err e = dv_yaml_scalar(y, pair, &text, d);
    if (e)
        return e;
    if (text.n >= size)
        return dv_yaml_fail(y, text.line, text.col, d, "'%.*s' is longer than %zu bytes",
                            (int)pair->key.n, pair->key.p, size - 1);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == '"' || text.p[i] == '\\')
            return dv_yaml_fail(y, text.line, text.col, d,
                                "'%.*s' has a quote, backslash or control character",
                                (int)pair->key.n, pair->key.p);
    memcpy(out, text.p, text.n);
    out[text.n] = 0;
    return DV_OK;
}

bool dv_key_is(const struct dv_pair *pair, const char *name)
{
    return strlen(name) == pair->key.n && memcmp(name, pair->key.p, pair->key.n) == 0;
}
