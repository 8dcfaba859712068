/* Figures over a list of errors: what `dv validate` says about a group of cases. Knows no case. */
#ifndef DV_CLI_SCORE_H
#define DV_CLI_SCORE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DV_SCORE_MOST = 512,      /* errors of one group */
    DV_SCORE_SEED = 20260101, /* of the bootstrap */
    DV_SCORE_RESAMPLES = 2000
};

/* Errors in percent; all zero and `worst_at` -1 when n is 0. */
struct dv_score {
    unsigned n;
    double signed_mean;
    double median, p90, worst; /* of |error| */
    int worst_at;              /* index of the worst, the first of equals */
    double low, high;          /* 90 % bootstrap interval of the median */
};

/* Takes at most DV_SCORE_MOST errors; the same list gives the same score on every host. */
void dv_score_take(struct dv_score *out, const double *error, unsigned n);

/* Median of v[0..n), which is sorted on the way; 0 when n is 0. */
double dv_score_median(double *v, unsigned n);

/* 1 - ours / null, for two medians of |error|. A null model without error leaves nothing to gain:
 * NaN when ours has none either, else minus infinity. */
double dv_score_skill(double ours, double null);

#endif
