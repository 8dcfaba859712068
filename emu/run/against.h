/* Two runs of a kernel beside each other: what got dearer and what cheaper, most first.
 *
 * Both are read from their documents, so what is shown is what the documents hold. Differences are
 * now - before; those of cells, and of lines with no_instruction, add up to that of the critical
 * path exactly. */
#ifndef DV_RUN_AGAINST_H
#define DV_RUN_AGAINST_H

#include "emu/run/account.h"
#include "emu/run/json.h"

/* Something that was set otherwise; NULL = not there. */
struct dv_differ {
    const char *name, *before, *now;
};

/* A unit by a cause (cycles of the critical path) or by a reason (share of its time). */
struct dv_cell {
    uint8_t pipe, what;
    double before, now;
};

/* How the two lines of a pair were found. */
enum dv_matched {
    DV_MATCHED_PLACE,    /* same line number, same text */
    DV_MATCHED_TEXT,     /* same function, same text */
    DV_MATCHED_MOVED,    /* same text in another function */
    DV_MATCHED_MNEMONIC, /* same function, same mnemonic: the line was changed */
    DV_MATCHED_NONE,     /* only on the path of one of the runs */
    DV_MATCHED_KINDS
};
extern const char *const dv_matched_names[DV_MATCHED_KINDS];

struct dv_line_pair {
    const struct dv_account_line *before, *now; /* one of them may be NULL */
    uint8_t matched;
};

struct dv_against {
    const char *file; /* that was read */
    const struct dv_account *before, *now;
    struct dv_differ differ[2 * DV_ACCOUNT_FACTS + 1];
    unsigned differs;
    struct dv_cell cell[DV_PIPE_COUNT * DV_PATH_CAUSES]; /* those that changed */
    unsigned cells;
    struct dv_cell stall[DV_PIPE_COUNT * DV_REASONS]; /* those that changed */
    unsigned stalls;
    uint8_t path[DV_PATHS]; /* those that carried something, most changed first */
    unsigned paths;
    struct dv_line_pair *pair; /* those that changed */
    size_t pairs;
    const char *no_path; /* why there are neither cells nor pairs */
    char text[600];
};

/* OK when two runs may be held against each other, else CONFIG in d: another kernel. kernel NULL,
 * as of a log: not known. */
enum dv_err dv_against_may(const struct dv_account *before, const char *file, const char *kernel,
                           struct dv_diag *d);
/* Both must outlive it. MEMORY only. */
enum dv_err dv_against_take(struct dv_against *a, struct dv_account *before, struct dv_account *now,
                            const char *file, struct dv_diag *d);
void dv_against_free(struct dv_against *a); /* gives back what take made */

/* against_lines.c: fills pair[]; false = out of memory. */
bool dv_against_lines(struct dv_against *a, struct dv_account *before, struct dv_account *now);
/* against_text.c: fills text, from all else. */
void dv_against_tell(struct dv_against *a);
/* "before", "now" and their difference of a pair, in cycles. */
double dv_pair_before(const struct dv_line_pair *p);
double dv_pair_now(const struct dv_line_pair *p);
/* Share of the time of a unit; 0 of one that is not there. */
double dv_account_share(const struct dv_account_pipe *p, double part);

/* against_json.c: the member `against`; null for NULL. */
void dv_report_against(struct dv_json *j, const struct dv_against *a);

#endif
