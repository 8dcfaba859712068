/* What the figures of a suite are worth: errors, a null model beside ours, groups, bars. Owns the
 * protocol of docs/validation.md; runs nothing and prints nothing. */
#ifndef DV_CLI_JUDGE_H
#define DV_CLI_JUDGE_H

#include "emu/cli/case.h"
#include "emu/cli/score.h"

/* What the model says about one case; cycles and percent, NaN = not known. */
struct dv_outcome {
    bool chosen; /* false: --case leaves it out */
    double modelled, variant[DV_CASE_VARIANTS];
    double measured;     /* of the file, or of --measured */
    double error, null;  /* of measured: ours, and of the ideal */
    double overhead;     /* error of modelled - ideal against measured - ideal */
    double spread;       /* between the variants, of measured */
    bool discriminating; /* the ideal alone misses by more than the readings differ */
};

/* Fills the derived members from measured, modelled and variant[]. */
void dv_outcome_derive(struct dv_outcome *o, const struct dv_case *c);

struct dv_group {
    struct dv_score score;
    int worst; /* index of the case, -1 = none */
};

struct dv_skill {
    unsigned n;
    double ours, null, skill; /* medians of |error| over all grades; NaN = nothing to gain */
};

enum dv_bar_id {
    DV_BAR_MEDIAN,
    DV_BAR_WORST,
    DV_BAR_OVERHEAD,
    DV_BAR_SKILL,
    DV_BAR_CHECK,
    DV_BARS
};
struct dv_bar {
    const char *what;
    double limit, value; /* NaN = no case: not met */
    bool met;
};

struct dv_judgement {
    struct dv_group grade[DV_CASE_GRADES][DV_CASE_ROLES];
    struct dv_group class[DV_CASE_CLASSES][DV_CASE_GRADES][DV_CASE_ROLES];
    struct dv_group overhead[DV_CASE_GRADES];
    struct dv_skill skill[DV_CASE_CLASSES];
    struct dv_bar bar[DV_BARS];
    unsigned fit_figures, missing; /* fit cases with a figure; cases without one */
};

void dv_judge(struct dv_judgement *out, const struct dv_cases *c, const struct dv_outcome *o);

#endif
