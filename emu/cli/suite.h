/* Runs the cases of a file: what each reads now, with a coefficient put back, at the ends of a
 * range. Kernels are assembled once and equal launches are run once. */
#ifndef DV_CLI_SUITE_H
#define DV_CLI_SUITE_H

#include "emu/cli/cli.h"
#include "emu/cli/judge.h"

/* One launch; cases share it. */
struct dv_launch_spec {
    unsigned kernel; /* index into the programs */
    uint8_t chip;
    bool cold;
    uint32_t blocks;
    const char *args;
};

/* A coefficient of `moved:` put back to its documented value, or where nothing is documented to
 * the further end of its range. */
struct dv_put_back {
    char to[48];
    unsigned cases, fit; /* whose figure moves: all, and of fit documents */
    bool known;          /* something is documented */
    bool moved;          /* and the chip file says otherwise, or nothing is documented */
    bool identified;     /* at least two cases move */
};

/* A document left out: its cases with the coefficients that rest on it alone put back. */
struct dv_left_out {
    unsigned n, coefficient[DV_CASE_MOVED], coefficients;
    double median, without; /* of |error|; NaN = no figures, or nothing to put back */
};

enum { DV_SUITE_RANGES = 2 * DV_CHIP_PARAM_COUNT };

/* A coefficient at one end of its range. */
struct dv_range_end {
    uint64_t value;
    double move; /* largest, percent, signed */
    int at;      /* case, -1 = none moves */
};
struct dv_range_row {
    unsigned param;
    uint8_t chip;
    struct dv_range_end low, high;
};

/* Numbers that all launches of a pass run with; --set comes first. */
struct dv_change {
    struct dv_run_set set[128];
    unsigned sets;
    bool quiet; /* a failure is not said */
};

struct dv_suite {
    struct dv_cases c;
    bool builtin;
    const struct dv_run_set *set; /* --set, for every run */
    unsigned sets;
    struct dv_outcome *o; /* c.n of them */
    struct dv_put_back back[DV_CASE_MOVED];
    struct dv_left_out left[DV_CASE_DOCS];
    struct dv_range_row range[DV_SUITE_RANGES];
    unsigned ranges;
    int status; /* of what could not be run */

    struct dv_suite_runs *runs; /* suite.c */
};

/* Reads the cases (`path` NULL: those compiled in). Returns 0 or the exit status, having said why;
 * dv_suite_free in any case. */
int dv_suite_open(struct dv_suite *s, const char *path);
void dv_suite_free(struct dv_suite *s);

/* Assembles what the chosen cases need, runs them and their variants. Cases that cannot run have no
 * figure; why is said on stderr and s->status tells the exit status. */
int dv_suite_run(struct dv_suite *s);
/* Identity of every kernel text the cases name, in their order; out holds 65 bytes. */
void dv_suite_kernels_sha256(const struct dv_suite *s, char out[65]);

/* Begins a pass with nothing but --set; more is added to with->set. */
void dv_suite_change(struct dv_suite *s, struct dv_change *with);
/* What case i reads in this pass, NaN = nothing. */
double dv_suite_figure(struct dv_suite *s, unsigned i, const struct dv_change *with);

/* ---- change.c -------------------------------------------------------------------------------- */

/* Fills back[] and left[]. After dv_suite_run. */
void dv_suite_put_back(struct dv_suite *s);
/* Fills range[]. After dv_suite_run. */
void dv_suite_ranges(struct dv_suite *s);

#endif
