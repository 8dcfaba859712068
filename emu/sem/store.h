/* Stores that may be atomic, and conversions of the fixpipe that have parameters.
 * Private to emu/sem, and to the atomic stores of S in the core. */
#ifndef DV_SEM_STORE_H
#define DV_SEM_STORE_H

#include <stddef.h>

#include "emu/access/atomic.h"

/* Writes n bytes, or adds them to what is there, element after element (isa.md 4.2). */
void dv_store(const struct dv_work *w, uint8_t atomic, uint8_t *dst, const uint8_t *src, size_t n);

/* One parameter word of isa.md 9.2. */
struct dv_quant {
    double up, down; /* factors of x >= 0 and of x < 0 */
    int offset;
    uint8_t shift;
    bool narrow, is_signed; /* shift s32 to s16 first; clamp to s8, else u8 */
};
struct dv_quant dv_quant_word(uint64_t word, bool relu);
/* One element of L0C, its 32 bits, as the output type stores it (low bits). */
uint32_t dv_quant_one(unsigned type, const struct dv_quant *q, uint32_t bits, bool relu);

#endif
