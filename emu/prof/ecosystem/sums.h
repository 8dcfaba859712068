/* Sums of spans by core, pipe, instruction and owner. */
#ifndef DV_PROF_ECOSYSTEM_SUMS_H
#define DV_PROF_ECOSYSTEM_SUMS_H

#include "emu/prof/ecosystem/span.h"

struct dv_sum_row {
    uint64_t pc;
    dv_time time;
    uint64_t items; /* work: instructions of the pipe */
    uint16_t core;
    uint8_t pipe, what; /* as in struct dv_span */
    bool used;
};

/* All zero is empty. */
struct dv_sums {
    struct dv_sum_row *row; /* a hash table until sorted */
    size_t rows, room;      /* used; places, a power of two */
    bool failed;            /* out of memory: the sums are not complete */
};

void dv_sums_add(struct dv_sums *t, const struct dv_span *s);
/* row[0..rows) by core, pipe, owner, pc; nothing may be added afterwards. */
void dv_sums_sort(struct dv_sums *t);
void dv_sums_free(struct dv_sums *t);

#endif
