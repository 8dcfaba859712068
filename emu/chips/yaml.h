/* A small, strict view of a YAML text: mappings, sequences and scalars with their places.
 *
 * Owns: limits, refusal of everything chip files do not need (anchors, aliases, tags, directives,
 * several documents, duplicate keys). Knows nothing of chips. The only user of libfyaml. */
#ifndef DV_CHIPS_YAML_H
#define DV_CHIPS_YAML_H

#include "isa/diag.h"

struct fy_document;
struct fy_node;

enum { DV_YAML_BYTES = 1 << 16 }; /* longest chip file accepted */

/* What a file is, for messages and limits. */
struct dv_yaml_kind {
    const char *what;  /* "a chip file" */
    const char *start; /* its first line: "extends: core-c220" */
    size_t bytes;      /* longest text accepted */
};
extern const struct dv_yaml_kind dv_yaml_chip;

struct dv_yaml {
    char file[192]; /* for messages */
    const struct dv_yaml_kind *kind;
    struct fy_document *doc;
};

/* A scalar and its place (1-based); p is not terminated and lives as long as the document. */
struct dv_scalar_text {
    const char *p;
    size_t n;
    int line, col;
};

/* One pair of a mapping. */
struct dv_pair {
    struct dv_scalar_text key;
    struct fy_node *value; /* NULL when nothing follows the colon */
};

/* Parses text[0..n); its root is a mapping. CONFIG with file:line:col. y needs dv_yaml_free. */
enum dv_err dv_yaml_parse_as(struct dv_yaml *y, const struct dv_yaml_kind *kind, const char *file,
                             const char *text, size_t n, struct dv_diag *d);
/* A chip file. */
enum dv_err dv_yaml_parse(struct dv_yaml *y, const char *file, const char *text, size_t n,
                          struct dv_diag *d);
void dv_yaml_free(struct dv_yaml *y);
struct fy_node *dv_yaml_root(const struct dv_yaml *y);

/* Calls fn for every pair of the mapping `map` (value of the key `of`); CONFIG when it is none or
 * has a key twice. Stops at the first failure and returns it. */
typedef enum dv_err (*dv_pair_fn)(void *ctx, const struct dv_pair *pair, struct dv_diag *d);
enum dv_err dv_yaml_each_pair(const struct dv_yaml *y, struct fy_node *map,
                              const struct dv_scalar_text *of, dv_pair_fn fn, void *ctx,
                              struct dv_diag *d);
/* The same for the items of a sequence; fn gets the key `of` with each item. */
enum dv_err dv_yaml_each_item(const struct dv_yaml *y, struct fy_node *list,
                              const struct dv_scalar_text *of, dv_pair_fn fn, void *ctx,
                              struct dv_diag *d);
/* The scalar value of a pair. */
enum dv_err dv_yaml_scalar(const struct dv_yaml *y, const struct dv_pair *pair,
                           struct dv_scalar_text *out, struct dv_diag *d);
/* Copies the scalar value of a pair; CONFIG when it is longer than size - 1 or has quotes,
 * backslashes or control characters. */
enum dv_err dv_yaml_copy(const struct dv_yaml *y, const struct dv_pair *pair, char *out,
                         size_t size, struct dv_diag *d);

/* True when the key of a pair is `name`. */
bool dv_key_is(const struct dv_pair *pair, const char *name);

/* CONFIG at a place of the file. */
enum dv_err dv_yaml_fail(const struct dv_yaml *y, int line, int col, struct dv_diag *d,
                         const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
