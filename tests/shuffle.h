/* One rearranging or sorting instruction on a rig: whole UB against what a plain model says it
 * becomes, and that nothing outside the footprint has a part in it. */
#ifndef DV_TESTS_SHUFFLE_H
#define DV_TESTS_SHUFFLE_H

#include <criterion/criterion.h>

#include "tests/rig.h"

enum { SHUFFLE_UB = 65536 };

static const uint32_t shuffle_sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = SHUFFLE_UB};

static inline uint8_t *shuffle_ub(struct rig *r)
{
    return r->w.mem[DV_SPACE_UB];
}

/* Runs the item over a copy of `before`, whose bytes that are not `keep` are changed. */
static inline void shuffle_run(struct rig *r, const uint8_t *before, const uint8_t *keep,
                               uint8_t noise)
{
    for (uint32_t i = 0; i < SHUFFLE_UB; i++)
        shuffle_ub(r)[i] = before[i] ^ (keep[i] ? 0 : noise);
    dv_sem[r->op.sem](&r->w);
}

/* The footprint holds what `want` changes in the UB, and the item makes `want` of it. Returns the
 * footprint's repeats. */
static inline uint32_t shuffle_check(struct rig *r, const uint8_t *want, const char *what)
{
    static uint8_t before[SHUFFLE_UB], reads[SHUFFLE_UB], writes[SHUFFLE_UB], all[SHUFFLE_UB];
    const struct dv_insn *in = &dv_insns[r->op.insn];
    struct dv_diag d;
    struct dv_foot f;

    dv_diag_init(&d);
    cr_assert_eq(dv_access[in->access](&r->w, &f, &d), DV_OK, "%s: %s", what, d.text);
    cr_assert(rig_inside(r, &f), "%s leaves ub", what);
    rig_mark(r, &f, DV_SPACE_UB, DV_READ, reads);
    rig_mark(r, &f, DV_SPACE_UB, DV_WRITE, writes);
    memcpy(before, shuffle_ub(r), SHUFFLE_UB);
    for (uint32_t i = 0; i < SHUFFLE_UB; i++)
        cr_assert(writes[i] || want[i] == before[i], "%s: %s writes byte 0x%x", what, in->name, i);
    memset(all, 1, sizeof all);
    for (unsigned pass = 0; pass < 2 && f.n; pass++) {
        for (uint32_t i = 0; i < SHUFFLE_UB; i++)
            all[i] = pass ? reads[i] | writes[i] : 1;
        shuffle_run(r, before, all, 0x5a);
        for (uint32_t i = 0; i < SHUFFLE_UB; i++)
            cr_assert_eq(shuffle_ub(r)[i], (all[i] ? want[i] : want[i] ^ 0x5a),
                         "%s: %s byte 0x%x is 0x%02x, wanted 0x%02x", what, in->name, i,
                         shuffle_ub(r)[i], want[i]);
    }
    memcpy(shuffle_ub(r), before, SHUFFLE_UB);
    return f.amount.repeats;
}

/* The configuration is refused with this code, and the text holds `says`. */
static inline void shuffle_refused(struct rig *r, enum dv_err code, const char *says)
{
    struct dv_diag d;
    struct dv_foot f;

    dv_diag_init(&d);
    enum dv_err err = dv_access[dv_insns[r->op.insn].access](&r->w, &f, &d);
    cr_expect_eq(err, code, "%s: %s %s", says, dv_err_name(err), d.text);
    cr_expect(strstr(d.text, says), "'%s' does not say '%s'", d.text, says);
}

/* `width` bytes, little-endian. */
static inline uint32_t shuffle_peek(const uint8_t *ub, uint64_t at, uint32_t width)
{
    uint32_t v = 0;

    for (uint32_t i = 0; i < width; i++)
        v |= (uint32_t)ub[at + i] << 8 * i;
    return v;
}

static inline void shuffle_poke(uint8_t *ub, uint64_t at, uint32_t width, uint32_t v)
{
    for (uint32_t i = 0; i < width; i++)
        ub[at + i] = (uint8_t)(v >> 8 * i);
}

#endif
