/* Median, 90th percentile and bootstrap over errors. Owns the generator, so that a report is the
 * same bytes on every host. */
#include "emu/cli/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle(const double *sorted, unsigned n)
{
    if (!n)
        return 0;
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double dv_score_median(double *v, unsigned n)
{
    qsort(v, n, sizeof *v, by_value);
    return middle(v, n);
}

/* Nearest rank: the smallest value that has `percent` of all values at or below it. */
static double rank(const double *sorted, unsigned n, unsigned percent)
{
    unsigned at = (n * percent + 99) / 100;
    return sorted[at ? at - 1 : 0];
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static void bootstrap(struct dv_score *out, const double *sorted, unsigned n)
{
    static double medians[DV_SCORE_RESAMPLES];
    double draw[DV_SCORE_MOST];
    uint64_t state = DV_SCORE_SEED;
    for (unsigned i = 0; i < DV_SCORE_RESAMPLES; i++) {
        for (unsigned k = 0; k < n; k++)
            draw[k] = sorted[((next(&state) >> 32) * n) >> 32];
        medians[i] = dv_score_median(draw, n);
    }
    qsort(medians, DV_SCORE_RESAMPLES, sizeof *medians, by_value);
    out->low = rank(medians, DV_SCORE_RESAMPLES, 5);
    out->high = rank(medians, DV_SCORE_RESAMPLES, 95);
}

void dv_score_take(struct dv_score *out, const double *error, unsigned n)
{
    double size[DV_SCORE_MOST], sum = 0;
    memset(out, 0, sizeof *out);
    out->worst_at = -1;
    n = n > DV_SCORE_MOST ? DV_SCORE_MOST : n;
    for (unsigned i = 0; i < n; i++) {
        sum += error[i];
        size[i] = fabs(error[i]);
        if (out->worst_at < 0 || size[i] > out->worst) {
            out->worst = size[i];
            out->worst_at = (int)i;
        }
    }
    if (!n)
        return;
    out->n = n;
    out->signed_mean = sum / n;
    out->median = dv_score_median(size, n);
    out->p90 = rank(size, n, 90);
    bootstrap(out, size, n);
}

double dv_score_skill(double ours, double null)
{
    if (null > 0)
        return 1 - ours / null;
    return ours > 0 ? -INFINITY : NAN;
}
