/* Contents of input tensors that no file gives: counter-based, the same on every host.
 *
 * Element i of parameter p under seed s draws from
 *     key     = mix(mix(s) + p + 1)
 *     word(n) = mix(key + (n + 1) * 0x9e3779b97f4a7c15)          (all modulo 2^64)
 * with mix the SplitMix64 finaliser; word(i) for most fills, word(4i) .. word(4i + 3) where one
 * element needs several. Every value below is exact in its type before it is stored.
 *
 *   uniform   floats: an integer of the top p + 1 bits of word, minus 2^p, over 2^p, with p the
 *             significand bits (11 f16, 8 bf16, 24 f32): [-1, 1). Integers: -8..7, unsigned 0..15.
 *   int       -4..4, unsigned 0..7: products summed over k < 2^18 stay below 2^23
 *   normal    sum of twelve 16-bit draws, centred, over 65536: variance 1, |x| < 6; integers: that
 *             times 4, rounded to even, clamped
 *   special   half of the elements uniform, half from a list of edge values of the type
 *   sparse:P  zero with probability P in 0..1, else uniform
 *   zeros ones iota   iota counts modulo the largest exact run of a float type (2^p)
 */
#ifndef DV_RUN_FILL_H
#define DV_RUN_FILL_H

#include "isa/isa.h"

enum dv_fill_kind {
    DV_FILL_UNIFORM,
    DV_FILL_NORMAL,
    DV_FILL_INT,
    DV_FILL_SPECIAL,
    DV_FILL_ZEROS,
    DV_FILL_ONES,
    DV_FILL_IOTA,
    DV_FILL_SPARSE
};

struct dv_fill {
    enum dv_fill_kind kind;
    uint32_t zero_below; /* sparse: an element is zero when the low word draw is below this */
    bool all_zero;       /* sparse:1 */
};

/* True when `text` names a fill (random, random:int, zeros, sparse:0.5 ..) and *out is set; false
 * when it does not look like one (then it is a file name); CONFIG in *e when it does but is
 * malformed. d may be NULL. */
bool dv_fill_parse(const char *text, struct dv_fill *out, enum dv_err *e, struct dv_diag *d);

/* Writes elements first .. first + n - 1 of a tensor of type `elem` to dst, which holds element
 * `first` (4-bit types: first is even, low nibble first). */
void dv_fill_write(void *dst, enum dv_elem elem, uint64_t first, uint64_t n,
                   const struct dv_fill *f, uint64_t seed, uint32_t param);

#endif
