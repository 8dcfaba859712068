/* The corpus: random legal programs from fixed seeds, family by family of instructions.
 *
 * A program is a list of records; a record is an instruction with what sets its registers, so that
 * one can be dropped and the rest still stands. Drawing looks at footprints only; corpus.c drops
 * what faults for another reason. */
#ifndef DV_TESTS_CORPUS_H
#define DV_TESTS_CORPUS_H

#include "emu/core/state.h"

enum {
    CORPUS_RECORDS = 16,
    CORPUS_RECORD_WORDS = 40,
    CORPUS_WORDS = 2 * (CORPUS_RECORDS * CORPUS_RECORD_WORDS + 8),
    CORPUS_TENSOR = 1 << 16
};

/* Where UB holds small offsets at the start, for gathers: its last quarter. */
#define CORPUS_OFFSETS(bytes) ((bytes) / 4 * 3)

struct corpus_record {
    uint32_t word[CORPUS_RECORD_WORDS];
    unsigned words;
    uint16_t insn; /* index into dv_insns of what it is about */
    bool fixed;    /* never dropped: others build on it */
};

/* What one kind of core runs. */
struct corpus_body {
    uint8_t kind; /* enum dv_kind */
    bool twice;   /* in a hardware loop of two rounds */
    unsigned records;
    struct corpus_record record[CORPUS_RECORDS];
};

struct corpus_program {
    uint8_t core; /* enum dv_core_type */
    unsigned blocks, bodies;
    uint64_t seed;
    struct corpus_body body[2]; /* a mix: AIC, AIV */
};

struct corpus_family {
    const char *name;
    uint8_t core;            /* enum dv_core_type */
    const char *const *rows; /* how their names begin; NULL: what no other family of the kind has */
};
extern const struct corpus_family corpus_families[];
extern const unsigned corpus_family_count;

uint64_t corpus_next(uint64_t *s);

/* Program number `index` of a family; tensor = address of its CORPUS_TENSOR bytes. */
void corpus_draw(struct corpus_program *p, unsigned family, unsigned index, uint64_t tensor,
                 const struct dv_sizes sizes[DV_KINDS]);

/* The words of all bodies; entry[i] = pc of body i, places[j] = body * CORPUS_RECORDS + record that
 * word j belongs to. */
unsigned corpus_link(const struct corpus_program *p, uint32_t *word, uint16_t *places,
                     uint64_t entry[2]);

#endif
