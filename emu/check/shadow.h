/* Who touched each byte last: numbers of works, kept a 32-byte block where whole blocks are
 * touched and a byte where not.
 *
 * Private to emu/check. A sheet covers a range of bytes for one agent and one direction. Of a byte
 * it tells exactly the largest number noted for it. */
#ifndef DV_CHECK_SHADOW_H
#define DV_CHECK_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DV_SHADOW_BLOCK = 32 };

/* Numbers are below 2^31. 0 = never. `who` tells apart those whose numbers do not compare, when
 * the sheet was made for that: 0 elsewhere. */
struct dv_sheet {
    uint32_t bytes;
    int32_t newest; /* the largest number noted */
    int32_t *full;  /* a block: last work that touched all of it */
    int32_t *part;  /* a block: last work that touched some of it, NULL = none ever */
    int32_t *byte;  /* a byte, of blocks with a part */
    uint32_t *full_who, *byte_who;
};

struct dv_trace {
    uint64_t at;     /* offset of the byte */
    uint32_t number; /* of the work that touched it */
    uint32_t who;    /* its owner */
};

/* Of an owner: others have touched the byte as well, who is not known. */
#define DV_SHADOW_MORE 0x80000000u

/* The owner of bytes after `who` touched them; `keep`: one that is there stays known as one of
 * several. */
static inline void dv_owner_note(uint32_t *owner, uint32_t who, bool keep)
{
    uint32_t more = *owner & DV_SHADOW_MORE;

    if (*owner && (*owner & ~DV_SHADOW_MORE) != who)
        more = DV_SHADOW_MORE;
    *owner = who | (keep ? more : 0);
}

/* False: out of memory. */
bool dv_sheet_make(struct dv_sheet *s, uint32_t bytes, bool owners);
void dv_sheet_free(struct dv_sheet *s);

/* Notes work `number` of `who` for bytes [lo, hi); keep as above. False: out of memory. */
bool dv_sheet_note(struct dv_sheet *s, uint64_t lo, uint64_t hi, uint32_t number, uint32_t who,
                   bool keep);
/* The first byte of [lo, hi) that a work after `bound` touched, or one of another owner. */
bool dv_sheet_find(const struct dv_sheet *s, uint64_t lo, uint64_t hi, uint32_t bound, uint32_t who,
                   struct dv_trace *out);
/* The last work that touched a byte; false: none. */
bool dv_sheet_last(const struct dv_sheet *s, uint64_t at, struct dv_trace *out);

#endif
