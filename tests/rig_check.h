/* One instruction on the bench against a model: all memories whole, and its footprint.
 *
 * First the instruction runs over noise: every memory equals the model's. Then over bytes inverted
 * wherever it does not read: what comes out equal is what it writes, nothing else has changed, and
 * what it did not read did not matter. */
#ifndef DV_TESTS_RIG_CHECK_H
#define DV_TESTS_RIG_CHECK_H

#include <criterion/criterion.h>

#include "tests/rig.h"

/* Writes into want[], images of all memories as they are before. */
typedef void (*rig_model)(const struct rig *r, uint8_t *const want[DV_SPACE_COUNT]);

static inline uint8_t *rig_copy(const struct rig *r, unsigned space)
{
    uint8_t *p = malloc(r->sizes.bytes[space] + 1u);

    memcpy(p, r->w.mem[space], r->sizes.bytes[space]);
    return p;
}

static inline void rig_equal(const struct rig *r, unsigned space, const uint8_t *want,
                             const char *what)
{
    if (!memcmp(r->w.mem[space], want, r->sizes.bytes[space]))
        return;
    for (uint32_t i = 0; i < r->sizes.bytes[space]; i++)
        cr_assert_eq(r->w.mem[space][i], want[i], "%s.%s: byte 0x%x of %s is %02x, want %02x (%s)",
                     dv_op_insn(&r->op)->name, dv_types[r->op.type].name, i, dv_spaces[space].name,
                     r->w.mem[space][i], want[i], what);
}

/* What the footprint leads from `before` over inverted bytes to. */
static inline void rig_invert(struct rig *r, const struct dv_foot *f, unsigned space,
                              const uint8_t *before, uint8_t *want)
{
    uint32_t bytes = r->sizes.bytes[space];
    uint8_t *reads = malloc(bytes + 1u), *writes = malloc(bytes + 1u);

    rig_mark(r, f, space, DV_READ, reads);
    rig_mark(r, f, space, DV_WRITE, writes);
    for (uint32_t i = 0; i < bytes; i++) {
        r->w.mem[space][i] = (uint8_t)(reads[i] ? before[i] : before[i] ^ 0xff);
        want[i] = writes[i] ? want[i] : r->w.mem[space][i];
    }
    free(reads);
    free(writes);
}

static inline void rig_compare(struct rig *r, const struct dv_foot *f, rig_model model)
{
    uint8_t *before[DV_SPACE_COUNT], *want[DV_SPACE_COUNT];

    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        before[s] = rig_copy(r, s);
        want[s] = rig_copy(r, s);
    }
    model(r, want);
    dv_sem[dv_op_insn(&r->op)->sem](&r->w);
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
        rig_equal(r, s, want[s], "model");
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
        rig_invert(r, f, s, before[s], want[s]);
    dv_sem[dv_op_insn(&r->op)->sem](&r->w);
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        rig_equal(r, s, want[s], "footprint");
        free(before[s]);
        free(want[s]);
    }
}

/* 1: the configuration did something and was right; 0: it did nothing or lies outside. */
static inline unsigned rig_try(struct rig *r, rig_model model)
{
    struct dv_foot f;
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = dv_access[dv_op_insn(&r->op)->access](&r->w, &f, &d);
    if (e == DV_E_UNSUPPORTED) /* scattered: more parts than a footprint holds */
        return 0;
    cr_assert_eq(e, DV_OK, "%s: %s", dv_op_insn(&r->op)->name, d.text);
    if (!rig_inside(r, &f))
        return 0;
    rig_compare(r, &f, model);
    return f.n > 0;
}

/* A value of a selector of the word. */
static inline void rig_select(struct rig *r, unsigned field, unsigned value)
{
    r->op.sel[dv_op_insn(&r->op)->selector[field]] = (uint8_t)value;
}

static inline uint8_t *rig_image(const struct rig *r, uint8_t *const mem[], unsigned operand)
{
    const struct dv_operand *o = &dv_op_insn(&r->op)->operand[operand];

    return mem[o->space] + (dv_operand_address(&r->w, operand) - rig_first(r, o->space));
}

#endif
