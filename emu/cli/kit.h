/* The silicon kit: small kernels of bench/silicon whose cycles tell single numbers of a chip.
 *
 * Owns the tables of figures and of the numbers that follow from them, runs figures on the model
 * and finds the value of a number with which the model takes the time that was measured. */
#ifndef DV_CLI_KIT_H
#define DV_CLI_KIT_H

#include <jansson.h>

#include "emu/cli/cli.h"

/* What of a run is the figure, in core cycles. */
enum dv_kit_of {
    DV_KIT_CYCLES, /* first dispatch to last END */
    DV_KIT_CORE,   /* mean over the cores, their start-up included */
    DV_KIT_TASK    /* the launch too */
};

struct dv_kit_figure {
    const char *id; /* key in measured.json */
    const char *kernel, *args;
    uint32_t blocks;
    bool cold;
    uint8_t of;
};
extern const struct dv_kit_figure dv_kit_figures[];
extern const unsigned dv_kit_figure_count;

/* A number and the arithmetic over figures that it decides. Order: each needs only those before. */
struct dv_kit_number {
    const char *path; /* of the chip file, or "costs: CLASS TYPE head|each" */
    const char *read;
    const char *how; /* one line for people */
};
extern const struct dv_kit_number dv_kit_numbers[];
extern const unsigned dv_kit_number_count;

/* Index of a figure by name; dv_kit_figure_count = none. */
unsigned dv_kit_find(const char *id, size_t n);

struct dv_kit {
    struct dv_chip chip;
    struct dv_program *program; /* by figure; only that of the first with this kernel is loaded */
    double *model, *measured;   /* by figure, NaN = none */
};
/* Returns 0 or the exit status, having said why; dv_kit_free in any case. `chip` as for dv run. */
int dv_kit_open(struct dv_kit *k, const char *chip, const struct dv_run_set *set, unsigned sets);
void dv_kit_free(struct dv_kit *k);
/* Cycles of one figure on a chip; NaN = it does not run (said unless quiet). */
double dv_kit_run(struct dv_kit *k, const struct dv_chip *chip, unsigned figure, bool quiet);
/* Fills model[], with `only` where something was measured. Returns the exit status. */
int dv_kit_run_all(struct dv_kit *k, bool only);
/* {"ID": cycles, ..} of all figures that ran, to a file or "-". */
int dv_kit_write(const struct dv_kit *k, const char *path);
/* The object in a file of measured values, read once; NULL: why not was said. */
json_t *dv_kit_load(const char *file);
/* Figures of a file {"ID": cycles, ..}. Other keys are counted, or with others NULL refused. */
int dv_kit_read(struct dv_kit *k, const char *file, json_t *all, unsigned *others);
bool dv_kit_any(const struct dv_kit *k); /* something was measured */
/* Measured and modelled side by side on stdout. */
void dv_kit_show(const struct dv_kit *k);

/* ---- calibrate.c ----------------------------------------------------------------------------- */

enum dv_kit_verdict {
    DV_KIT_FOUND,
    DV_KIT_NO_FIGURE, /* not all of it was measured */
    DV_KIT_BEYOND,    /* no value within the limits takes that long */
    DV_KIT_BLIND      /* the value does not move the figure here */
};
struct dv_kit_answer {
    uint64_t was, is; /* stored unit */
    uint8_t verdict;
};
/* The value of every number, in answer[dv_kit_number_count]; k->chip ends with those found. */
void dv_kit_solve(struct dv_kit *k, struct dv_kit_answer *answer);

/* Reading that decides a number of the chip, NULL = none. */
const char *dv_kit_for(const char *path);

/* questions.c: docs/open-questions.md on stdout; returns the exit status. */
int dv_kit_questions(void);

int dv_cmd_calibrate(int argc, char **argv);

#endif
