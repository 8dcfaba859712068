/* Reading of a cases file: what its three sources share. */
#ifndef DV_CLI_CASE_READ_H
#define DV_CLI_CASE_READ_H

#include "emu/chips/yaml.h"
#include "emu/cli/case.h"

struct dv_case_reader {
    struct dv_yaml y;
    struct dv_cases *to;
    void *one;     /* document, case or moved row being read */
    unsigned seen; /* keys of it, bits of its table */
    struct dv_scalar_text clock, measured, ideal, documented;
    bool last; /* `moved` was there */
};

/* A key of a mapping. fn NULL: a text of `size` bytes at `offset` of the row. */
struct dv_case_key {
    const char *name;
    bool needed;
    enum dv_err (*fn)(struct dv_case_reader *r, const struct dv_pair *pair, struct dv_diag *d);
    size_t offset, size;
};

/* Keys of one kind of mapping. */
struct dv_case_table {
    struct dv_case_reader *r;
    const struct dv_case_key *key;
    unsigned n;
    const char *what; /* "a case" */
};

#define DV_CASE_COUNT(table) (sizeof(table) / sizeof(table)[0])
#define DV_CASE_KEY_TEXT(type, name, member, needed) \
    { \
        name, needed, NULL, offsetof(type, member), sizeof(((type *)0)->member) \
    }
#define DV_CASE_FAIL(r, t, d, ...) dv_yaml_fail(&(r)->y, (t)->line, (t)->col, d, __VA_ARGS__)

/* ---- case_key.c ------------------------------------------------------------------------------ */

/* Bytes of a text that a message shows. */
int dv_case_shown(const struct dv_scalar_text *t);
/* The scalar of a pair: *t is its place. */
enum dv_err dv_case_copy(struct dv_case_reader *r, const struct dv_pair *pair, char *out,
                         size_t size, struct dv_scalar_text *t, struct dv_diag *d);
/* One of a closed list. */
enum dv_err dv_case_choose(struct dv_case_reader *r, const struct dv_pair *pair,
                           const char *const *word, unsigned n, uint8_t *out, struct dv_diag *d);
/* A whole number in 1..most. */
enum dv_err dv_case_whole(struct dv_case_reader *r, const struct dv_pair *pair, uint64_t most,
                          uint64_t *out, struct dv_diag *d);
/* Letters, digits and - _ . */
enum dv_err dv_case_identity(struct dv_case_reader *r, const struct dv_pair *pair, char *out,
                             size_t size, struct dv_scalar_text *t, struct dv_diag *d);
enum dv_err dv_case_no_key(const struct dv_case_table *t, const struct dv_pair *pair,
                           struct dv_diag *d);
/* Reads the mapping of an item into r->one; every needed key must be there. */
enum dv_err dv_case_mapping(struct dv_case_reader *r, const struct dv_pair *item,
                            const struct dv_case_key *key, unsigned n, const char *what,
                            struct dv_diag *d);

/* ---- case_moved.c ---------------------------------------------------------------------------- */

/* Items of `documents` and `moved`; ctx is the reader. */
enum dv_err dv_case_doc_item(void *ctx, const struct dv_pair *item, struct dv_diag *d);
enum dv_err dv_case_moved_item(void *ctx, const struct dv_pair *item, struct dv_diag *d);
/* Index of the document that a pair names. */
enum dv_err dv_case_doc_ref(struct dv_case_reader *r, const struct dv_pair *pair, uint8_t *out,
                            struct dv_diag *d);

#endif
