/* A finished run as its JSON document tells it (docs/schema/run.json): what a comparison needs.
 *
 * A document may come from anywhere: its size is limited, every member is checked, names must be
 * known, texts lose their control characters. */
#ifndef DV_RUN_ACCOUNT_H
#define DV_RUN_ACCOUNT_H

#include "emu/prof/path.h"

enum { DV_ACCOUNT_BYTES = 32 << 20, DV_ACCOUNT_FACTS = 400, DV_ACCOUNT_INSNS = 1 << 20 };

/* What should agree in two runs: "chip", "blocks", "args.m". */
struct dv_fact {
    char name[80], text[120];
};

/* clang-format off */
#define DV_FIGURE_LIST(X) \
    X(cycles) X(time_us) X(task_us) X(tflops) X(pct_peak) X(mac_per_cycle) X(instructions)
/* clang-format on */
enum dv_figure {
#define X(n) DV_FIGURE_##n,
    DV_FIGURE_LIST(X)
#undef X
        DV_FIGURES
};
extern const char *const dv_figure_names[DV_FIGURES];

/* Cycles; of a unit summed over the cores that have it. */
struct dv_account_pipe {
    bool there;
    double busy, idle, stalled, stall[DV_REASONS], total; /* total = busy + stalled + idle */
    double spent[DV_PATH_CAUSES], path;                   /* on the critical path */
};

/* A line of the source on the critical path, with all its instructions. */
struct dv_account_line {
    char *file, *function, *text, *insn; /* NULL = not known; text: of the source, else insn */
    uint64_t line, pc;                   /* line 0 = not known; pc of its first instruction */
    double cycles, most;                 /* most: of the instruction insn */
    int64_t pair;                        /* for matching: index of its partner, -1 = none */
};

struct dv_account {
    char *kernel, *build_id;
    bool replay; /* of a log: what kernel it is of is not known */
    char *bound; /* the sentence, NULL = none */
    struct dv_fact fact[DV_ACCOUNT_FACTS];
    unsigned facts;
    double figure[DV_FIGURES]; /* NaN = null */
    double clock_mhz;
    struct dv_account_pipe pipe[DV_PIPE_COUNT];
    double bytes[DV_PATHS];
    double burst[DV_PATHS]; /* bytes of one, adjoining ones as one; NaN = not known */
    bool has_path;
    double path_cycles, no_instruction;
    struct dv_account_line *line; /* as the document has them: one an instruction */
    size_t lines;
};

/* Reads text[0..n), named `name` in messages: CONFIG with the place, MEMORY. NULL then. */
struct dv_account *dv_account_parse(const char *text, size_t n, const char *name,
                                    struct dv_diag *d);
/* The same of a file, or of run.json in a folder that dv prof -o made; IO too. The name that was
 * read is put into path[0..size). */
struct dv_account *dv_account_read(const char *from, char *path, size_t size, struct dv_diag *d);
/* Instructions of one line become one, by file and line; the most expensive stands for them. */
void dv_account_by_line(struct dv_account *a);
/* Each stays alone, by pc, and its text is the instruction. */
void dv_account_by_insn(struct dv_account *a);
void dv_account_free(struct dv_account *a); /* NULL allowed */

#endif
