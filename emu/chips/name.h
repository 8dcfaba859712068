/* Names of chips: ours, SoC names, and names that need a word of explanation. */
#ifndef DV_CHIPS_NAME_H
#define DV_CHIPS_NAME_H

#include "isa/diag.h"

/* True when a chip argument is a path: it has a '/' or ends in .yaml or .yml. */
bool dv_chip_is_path(const char *name);

/* Built-in file of a chip name (any case, with or without "Ascend"). CONFIG with the nearest name
 * or an explanation. */
enum dv_err dv_chip_name(const char *name, const char **builtin, struct dv_diag *d);

#endif
