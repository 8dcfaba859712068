/* The name a user probably meant: edit distance over a list. Knows no domain. */
#ifndef DV_ISA_NEAR_H
#define DV_ISA_NEAR_H

#include <stddef.h>

/* Longest text that is compared at all, bytes. */
#define DV_NEAR_LONGEST 64

/* Insertions, deletions and replacements from a[0..na) to b[0..nb), letter case aside; SIZE_MAX
 * when either is longer than DV_NEAR_LONGEST. */
size_t dv_edits(const char *a, size_t na, const char *b, size_t nb);

/* Candidate i of a list, NULL past its end. */
typedef const char *(*dv_name_list)(const void *ctx, unsigned i);

/* The first candidate at the smallest distance to word[0..n) that is below `limit` edits; 0 takes
 * a limit from the length: a third of the word, at least 2 edits (1 below 3 letters). NULL when
 * none is near. Bounded for any word. */
const char *dv_nearest(const char *word, size_t n, size_t limit, dv_name_list list,
                       const void *ctx);

#endif
