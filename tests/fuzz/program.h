/* From bytes to a program and what it runs on: shared by the targets that drive the engine.
 *
 * The input is a header of eight bytes and records of eight bytes, each an instruction. */
#ifndef DV_TESTS_FUZZ_PROGRAM_H
#define DV_TESTS_FUZZ_PROGRAM_H

#include "emu/core/state.h"
#include "tests/fuzz/fuzz.h"

enum { FUZZ_WORDS = 96, FUZZ_TENSOR = 1 << 16, FUZZ_CYCLES = 6000, FUZZ_GM = 1 << 22 };

struct fuzz_program {
    uint32_t word[FUZZ_WORDS + 1];
    unsigned words, blocks;
    uint8_t core; /* enum dv_core_type */
    uint8_t kind; /* of the cores that decide what is legal */
    dv_time window;
    uint64_t seed;
    struct dv_machine_opts opts;
};

void fuzz_program(struct fuzz_program *p, const uint8_t *data, size_t size); /* size >= 8 */
/* A chip with few cores of the type. */
const struct dv_chip *fuzz_chip(uint8_t core);
void fuzz_fill(uint64_t *p, size_t words, uint64_t seed);

/* Listens to BLOCK: every block starts with the same registers. */
struct fuzz_setter {
    struct dv_machine *m;
    uint64_t seed;
};
void fuzz_on_block(void *self, const struct dv_event *e);

#endif
