/* What the shapes of this room share: boxes of rows, and faults with their place.
 *
 * Private to emu/access. A box is rows of bytes repeated along up to three strides; it becomes as
 * few strided parts as possible. */
#ifndef DV_ACCESS_BOX_H
#define DV_ACCESS_BOX_H

#include "emu/access/access.h"

struct dv_dim {
    uint32_t count;
    int64_t pitch;
}; /* pitch in bytes */

/* Rows of `bytes` at base, repeated along dim[0] (innermost) .. dim[dims - 1]; dims <= 3. */
struct dv_box {
    uint8_t operand; /* index into dv_insn.operand */
    uint8_t rw;      /* DV_READ or DV_WRITE */
    uint64_t base;   /* guest address */
    uint32_t bytes;
    uint8_t dims;
    struct dv_dim dim[3];
};

/* Adds a box. UNSUPPORTED when it is more scattered than DV_FOOT_MAX parts can say. */
enum dv_err dv_foot_box(const struct dv_work *w, struct dv_foot *f, const struct dv_box *b,
                        struct dv_diag *d);

/* Every address operand against its alignment (isa.md 10.1): ALIGN names the operand. */
enum dv_err dv_access_aligned(const struct dv_work *w, struct dv_diag *d);

/* A store whose rows of `bytes` lie `pitch` bytes apart, in GM or elsewhere: notes in f whether it
 * is atomic (CTRL[10:6], isa.md 4.2); refuses codes without meaning and misaligned rows. */
enum dv_err dv_access_store(const struct dv_work *w, struct dv_foot *f, uint64_t bytes,
                            uint64_t pitch, struct dv_diag *d);
/* What a part of the destination does to it: an atomic store reads what it changes. */
static inline uint8_t dv_store_rw(const struct dv_foot *f)
{
    return f->atomic ? DV_READ | DV_WRITE : DV_WRITE;
}

/* Source and destination of a copy inside one memory may not share a byte (ours): the order in
 * which pieces move is not public. */
enum dv_err dv_access_apart(const struct dv_work *w, const struct dv_foot *f, struct dv_diag *d);

/* dv_fail with the operand's name, space and address in d->at. */
enum dv_err dv_access_fail(const struct dv_work *w, unsigned operand, struct dv_diag *d,
                           enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static inline uint64_t dv_ceil_div(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

#endif
