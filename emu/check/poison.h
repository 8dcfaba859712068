/* A shadow of one memory: which of its bytes were never written, or hold what came of such bytes.
 *
 * Private to emu/check. Every byte has a mark; a summary holds one for each block of 32 bytes, so
 * that memory that is all written, or not at all, costs a scan of summaries and no byte. */
#ifndef DV_CHECK_POISON_H
#define DV_CHECK_POISON_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DV_MARK_CLEAN = 0, /* 1 .. DV_MARK_ORIGINS: made of bytes never written, first used there */
    DV_MARK_ORIGINS = 252,
    DV_MARK_FRESH = 253, /* .. first used by the instruction that is being looked at */
    DV_MARK_MIXED = 254, /* summary: look at the bytes */
    DV_MARK_NEVER = 255,
    DV_POISON_BLOCK = 32
};

struct dv_poison {
    uint64_t base, bytes; /* guest addresses; whole blocks */
    uint8_t *byte;        /* marks; they count only in blocks that are MIXED */
    uint8_t *block;       /* summary */
};

/* All clean, one `bytes` long range from base on; pages of the host are used when touched. */
bool dv_poison_new(struct dv_poison *p, uint64_t base, uint64_t bytes);
void dv_poison_free(struct dv_poison *p); /* of zeroes: nothing */

/* Ranges [lo, hi) must lie inside. */
/* First byte that is not clean, hi = none. */
uint64_t dv_poison_find(const struct dv_poison *p, uint64_t lo, uint64_t hi);
uint8_t dv_poison_at(const struct dv_poison *p, uint64_t address);
void dv_poison_set(struct dv_poison *p, uint64_t lo, uint64_t hi, uint8_t mark);
/* Between these two the marks of the blocks of the range are in `byte`. */
void dv_poison_open(struct dv_poison *p, uint64_t lo, uint64_t hi);
void dv_poison_close(struct dv_poison *p, uint64_t lo, uint64_t hi);

#endif
