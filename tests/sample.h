/* Objects built by hand or from a seed, for the tests of object files and the disassembler.
 *
 * Owns the builders and the deep comparison; every object is in the form a reader returns (local
 * symbols first, relocations by section, calls in pre-order, rows linked by range). */
#ifndef DV_TESTS_SAMPLE_H
#define DV_TESTS_SAMPLE_H

#include "isa/obj.h"

/* xorshift64*: the same numbers on every host. */
uint64_t sample_random(uint64_t *state);

/* A small final object with everything in it: kernel, names, nested expansions, data. */
struct dv_obj *sample_object(void);
/* Any object, relocatable or final, from a seed. */
struct dv_obj *sample_any(uint64_t seed);
/* NULL when equal, else what differs (static text). */
const char *sample_difference(const struct dv_obj *a, const struct dv_obj *b);

#endif
