/* The published figures that the model is held against: bench/validate/cases.yaml in memory.
 *
 * Owns the keys of the file, what they may hold and the words of every refusal. Does not run
 * anything. docs/validation.md explains the file to people. */
#ifndef DV_CLI_CASE_H
#define DV_CLI_CASE_H

#include "emu/core/chip.h"

enum {
    DV_CASES_MOST = 512,
    DV_CASE_DOCS = 64,
    DV_CASE_MOVED = 64,
    DV_CASE_CHIPS = 8,
    DV_CASE_VARIANTS = 8,
    DV_CASE_TEXT = 400
};

/* Mechanism a case is about, and grade: what is known of the instruction stream. */
#define DV_CASE_CLASS_LIST(X) \
    X(cube) X(load) X(dma_in) X(dma_out) X(fixpipe) X(vector) X(scalar) X(total)
enum dv_case_class {
#define X(n) DV_CASE_##n,
    DV_CASE_CLASS_LIST(X)
#undef X
        DV_CASE_CLASSES
};
extern const char *const dv_case_classes[DV_CASE_CLASSES];
enum { DV_CASE_GRADES = 3 }; /* A B C */

enum dv_case_role { DV_CASE_FIT, DV_CASE_CHECK, DV_CASE_ROLES };
extern const char *const dv_case_roles[DV_CASE_ROLES];

struct dv_case_doc {
    char id[32], title[160];
    uint8_t role; /* enum dv_case_role */
};

struct dv_case {
    char id[32];
    uint8_t grade, class; /* 0 = A; enum dv_case_class */
    uint8_t doc, chip;    /* indices */
    double clock_mhz;
    bool cold;
    char quantity[DV_CASE_TEXT], stated[32], unit[8]; /* "172 tick", "tick" */
    double measured, ideal;                           /* cycles */
    char ideal_from[DV_CASE_TEXT];
    char kernel[64];
    char args[200], read[200], minus[200];
    uint32_t blocks; /* 0 = the kernel's own */
    bool whole;      /* a run of seconds: not repeated with other numbers */
    char source[DV_CASE_TEXT], open[DV_CASE_TEXT];
    char variant[DV_CASE_VARIANTS][200];
    uint8_t state[DV_CASE_VARIANTS]; /* of a variant: enum dv_case_state */
    unsigned variants;
    int line, kernel_line, kernel_col, read_line, read_col;
};

/* What a variant says of the caches. */
enum dv_case_state { DV_CASE_AS_CASE, DV_CASE_WARM, DV_CASE_COLD };

/* A coefficient whose value in the chip file is not the documented one. */
struct dv_case_moved {
    unsigned param;      /* of dv_chip_params */
    char documented[40]; /* "" = nothing is documented */
    char why[DV_CASE_TEXT];
    uint8_t doc[DV_CASE_DOCS];
    unsigned docs;
};

struct dv_cases {
    char file[192];
    char sha256[65], figures_sha256[65]; /* of the file; of all before the line "moved:" */
    struct dv_case_doc doc[DV_CASE_DOCS];
    struct dv_case *at;
    struct dv_case_moved moved[DV_CASE_MOVED];
    struct dv_chip *chip; /* DV_CASE_CHIPS of them, as loaded */
    char chip_name[DV_CASE_CHIPS][40];
    unsigned docs, n, moves, chips;
};

/* Reads text[0..n); `file` names it in messages. CONFIG with file, line and column. dv_cases_free
 * also after a failure. */
enum dv_err dv_cases_read(struct dv_cases *out, const char *file, const char *text, size_t n,
                          struct dv_diag *d);
void dv_cases_free(struct dv_cases *c);

/* By id, NULL = none. */
struct dv_case *dv_cases_find(const struct dv_cases *c, const char *id);
/* dv_name_list over the ids. */
const char *dv_cases_id(const void *cases, unsigned i);

/* True when variant v of the case runs with empty caches. */
bool dv_case_variant_cold(const struct dv_case *c, unsigned v);

/* Cuts "a=1 b=2" apart: at most `most` names with values into arg[], the texts into store (size
 * bytes). Returns their number, -1 when one is no name=value or they do not fit. */
int dv_case_args(const char *text, char *store, size_t size, const char **arg, unsigned most);
/* True when name[0..n) is something a reading may name (marks: any). */
bool dv_case_name(const char *name, size_t n);

#endif
