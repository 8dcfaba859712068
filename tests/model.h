/* Vector items as isa.md 5 and 6 and numerics.md 2 describe them, written a second time for tests:
 * numbers, lanes, addresses and random items. Calls no lane function and no footprint. */
#ifndef DV_TESTS_MODEL_H
#define DV_TESTS_MODEL_H

#include "tests/rig.h"

enum { MODEL_UB = 16384 }; /* bytes of UB in these tests */

/* CTRL[48] = 0, CTRL[53], CTRL[59]. */
struct model_mode {
    bool sat, int_sat, cut;
};

struct model_operand {
    uint64_t base;
    uint32_t blk, rep, width;
};

struct model_item {
    struct rig *r;
    unsigned operands;
    struct model_operand op[3];
    uint32_t lanes, repeats;
    uint64_t count; /* counter mode: elements, else UINT64_MAX */
};

/* ---- numbers */

double model_f16_value(unsigned h);
/* Nearest f16 by value, ties to even; saturating: NaN -> 0, beyond MAX -> MAX (isa.md 4.2). */
unsigned model_f16_bits(double d, bool sat);
/* Nearest f32, NaN canonical. */
unsigned model_f32_bits(double d);
double model_value_of(uint32_t bits, unsigned elem);
/* NaN wins, -0 is below +0. */
double model_larger(double a, double b);
double model_smaller(double a, double b);
/* Exact, or far more precise than any destination. */
double model_real_result(unsigned lane, double a, double b);
/* One lane of an operation, of a conversion. */
uint32_t model_result_of(unsigned lane, uint32_t a, uint32_t b, unsigned elem, struct model_mode m);
uint32_t model_converted(const struct dv_type *t, uint32_t bits, struct model_mode m);
struct model_mode model_mode_of(const struct rig *r);

/* ---- geometry */

/* Address of lane i of repeat rep. */
uint64_t model_place(const struct model_operand *o, uint32_t rep, uint32_t i);
bool model_active(const struct model_item *it, uint32_t rep, uint32_t i);
/* `width` bytes at `at`, little-endian. */
uint32_t model_peek(const uint8_t *ub, uint64_t at, uint32_t width);

/* ---- random items */

/* A bit pattern of an element, special ones often. */
uint32_t model_pattern(struct rig *r, unsigned elem);
/* Registers, config word, masks, modes and UB contents for the rig's instruction. */
void model_prepare(struct rig *r, struct model_item *it, bool c100);
/* Runs the item over `before` with and without SIMD: UB must equal `want`. */
void model_check_effect(struct rig *r, const uint8_t *before, const uint8_t *want);

#endif
