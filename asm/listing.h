/* Reports over a finished object: listing and map. */
#ifndef DV_ASM_LISTING_H
#define DV_ASM_LISTING_H

#include "asm/asm.h"

/* One line a word: address, word, pipe, class, instruction, chain of expansions; the source line
 * above the words it made (when its file can still be read). */
void dv_listing(const struct dv_obj *o, struct dv_sink *to);

/* Code size against the instruction caches, sections, and each local memory with its buffers and
 * free bytes. */
void dv_map(const struct dv_obj *o, struct dv_sink *to);
/* Bytes of the instruction cache of an enum dv_kind. */
uint64_t dv_icache_bytes(unsigned kind);

#endif
