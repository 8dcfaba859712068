/* Contents of a tensor argument from a file, and what to try when it does not fit. */
#ifndef DV_RUN_CONTENTS_H
#define DV_RUN_CONTENTS_H

#include "emu/run/args.h"

/* Reads an npy or npz file into dst (a->flat). IO or CONFIG; a file of another shape gets the
 * values of the parameters that would make it fit as the remedy. */
enum dv_err dv_contents_load(const struct dv_args *args, const struct dv_arg *a, const char *file,
                             void *dst, struct dv_diag *d);

#endif
