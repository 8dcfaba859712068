/* Findings in SARIF 2.1.0, the format that editors and CI services show. */
#ifndef DV_CLI_SARIF_H
#define DV_CLI_SARIF_H

#include "emu/run/run.h"

/* Every code is a rule, every finding a result. docs/schema/sarif-subset.json says what is used. */
void dv_sarif(struct dv_json *j, const struct dv_run *r);

#endif
