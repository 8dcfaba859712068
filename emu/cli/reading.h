/* The arithmetic of `read:` in a cases file: numbers, names, + - * / and parentheses over doubles.
 * Names come from a callback; knows neither cases nor runs. */
#ifndef DV_CLI_READING_H
#define DV_CLI_READING_H

#include "isa/diag.h"

/* Puts the value of name[0..n) into *out; false = there is no such name. */
typedef bool (*dv_reading_fn)(void *ctx, const char *name, size_t n, double *out);

/* Evaluates text. SYNTAX with the 1-based column in d->at.col; RANGE for a division by zero.
 * Nesting is limited to 32. */
enum dv_err dv_reading(const char *text, dv_reading_fn name, void *ctx, double *out,
                       struct dv_diag *d);

#endif
