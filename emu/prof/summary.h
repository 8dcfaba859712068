/* What a finished launch did, over all cores: the numbers behind every report. */
#ifndef DV_PROF_SUMMARY_H
#define DV_PROF_SUMMARY_H

#include "emu/core/machine.h"

struct dv_pipe_sum {
    unsigned cores; /* cores used that have the pipe; 0 = none */
    dv_time busy, idle, stall[DV_REASONS];
    uint64_t instructions;
    double ratio; /* busy / (cycles * cores) */
};

struct dv_summary {
    dv_time cycles;          /* first dispatch to last END, slowest core */
    dv_time least, most;     /* of the cores used */
    double mean;             /* cycles */
    unsigned used[DV_KINDS]; /* cores that ran a block */
    uint64_t instructions, macs;
    uint64_t path_bytes[DV_PATHS], act[DV_ACTS];
    struct dv_pipe_sum pipe[DV_PIPE_COUNT];
    /* What the time of the slowest core rests on, in whole cycles: together `cycles` rounded up. */
    uint64_t rests[DV_BLAMES];
};

/* Whole parts out[0..n) of `whole` in the proportion of part[0..n), n <= DV_BLAMES: largest
 * remainders are rounded up first, equal ones in order. Nothing to go by: all is out[0]'s. */
void dv_summary_share(const uint64_t *part, unsigned n, uint64_t whole, uint64_t *out);

/* True when cores of this kind have the pipe. */
bool dv_pipe_on(unsigned pipe, enum dv_kind kind);

void dv_summary_take(struct dv_summary *out, const struct dv_machine *m);

/* "measured 71 %, documented 29 %": largest first, whole percents that add up to 100; without those
 * below half a percent. Returns out. */
const char *dv_summary_rests(const struct dv_summary *s, char *out, size_t size);

/* What bounds the kernel, to be read after "Bound by": "CUBE, busy 93.0 % of the time", "no unit
 * all the time: MTE2, the busiest, works 36.0 % of it .." Returns out. */
const char *dv_summary_bound(const struct dv_summary *s, char *out, size_t size);

/* The same in a word, "none" when no unit bounds it, and the percent of the time the busiest one
 * works. */
const char *dv_summary_limiter(const struct dv_summary *s, double *busy);

/* Two or three sentences for people: what bounds it and where the rest of the time went. */
void dv_summary_advice(const struct dv_summary *s, char *out, size_t size);

/* What the critical path does not show, as it begins with the first instruction of one core: the
 * launch, with the end of the slowest core counted from it, and cores that work less than others.
 * "" when it is not worth a line. Both return out. */
const char *dv_summary_launch(const struct dv_summary *s, double time_us, double task_us,
                              double end_us, char *out, size_t size);
const char *dv_summary_balance(const struct dv_summary *s, char *out, size_t size);

#endif
