/* What every fuzz target shares: the entry point that a fuzzer, or the replay program, calls.
 *
 * A target must survive any bytes. What it asserts beyond that is a property of its room, so a
 * violated one aborts in every build. */
#ifndef DV_TESTS_FUZZ_H
#define DV_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts with the claim when it does not hold; never compiled out. */
#define FUZZ_CHECK(claim) \
    ((claim) ? (void)0 \
             : (fprintf(stderr, "%s:%d: violated: %s\n", __FILE__, __LINE__, #claim), abort()))

#endif
