/* Records of one size that are appended and read again near where the last one was read. What
 * memory has no room for waits in a temporary file without a name. */
#ifndef DV_PROF_TAPE_H
#define DV_PROF_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What tapes share: memory, of which each keeps the chunk it grows by, and the file. */
struct dv_tapes;
struct dv_tapes *dv_tapes_new(size_t memory); /* NULL = out of memory */
/* After its tapes were freed. NULL allowed. */
void dv_tapes_free(struct dv_tapes *of);
/* Why records are lost: a text, NULL = they are not. */
const char *dv_tapes_why(const struct dv_tapes *of);

struct dv_tape_chunk {
    char *p;     /* NULL = in the file */
    uint64_t at; /* in the file; 0 = not there */
    bool same;   /* the file has what memory has */
};

/* All zero with `of` and `size` is an empty one; it must stay where it is until it is freed. */
struct dv_tape {
    struct dv_tapes *of;
    struct dv_tape_chunk *chunk;
    uint32_t chunks, room;
    uint32_t n;           /* records; made smaller, those past it are gone */
    uint32_t size, shift; /* of a record; 1 << shift of them are a chunk */
};
void dv_tape_begin(struct dv_tape *t, struct dv_tapes *of, uint32_t size);
void dv_tape_free(struct dv_tape *t);

/* Pointers are good until the next call for any tape of the same store. */
void *dv_tape_push(struct dv_tape *t); /* NULL: see dv_tapes_why */
char *dv_tape_load(struct dv_tape *t, uint32_t chunk);

/* Record i < n; zeroes when it is lost. */
static inline const void *dv_tape_at(struct dv_tape *t, uint32_t i)
{
    const char *p = t->chunk[i >> t->shift].p;
    if (!p)
        p = dv_tape_load(t, i >> t->shift);
    return p + (size_t)(i & ((1u << t->shift) - 1)) * t->size;
}

/* The same, to be changed. */
static inline void *dv_tape_change(struct dv_tape *t, uint32_t i)
{
    struct dv_tape_chunk *c = &t->chunk[i >> t->shift];
    char *p = c->p ? c->p : dv_tape_load(t, i >> t->shift);
    c->same = false;
    return p + (size_t)(i & ((1u << t->shift) - 1)) * t->size;
}

#endif
