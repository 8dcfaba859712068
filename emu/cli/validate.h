/* What dv validate prints and writes; the figures are made by suite.c and judge.c. */
#ifndef DV_CLI_VALIDATE_H
#define DV_CLI_VALIDATE_H

#include "emu/cli/suite.h"

/* Rows, groups, documents, coefficients and bars; `one` != NULL: a single case in detail. */
void dv_validate_show(const struct dv_suite *s, const struct dv_judgement *j,
                      const struct dv_case *one);
/* The page of --sensitivity, as markdown (docs/sensitivity.md). */
void dv_validate_show_ranges(const struct dv_suite *s);
/* The document of docs/schema/validate.json. */
void dv_validate_json(struct dv_json *j, const struct dv_suite *s,
                      const struct dv_judgement *judged, bool ranges);

/* Moved coefficients that the figures carry: one per four of fit documents. */
unsigned dv_validate_allowed(const struct dv_judgement *j);
unsigned dv_validate_moved(const struct dv_suite *s);

#endif
