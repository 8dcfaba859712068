/* A bench for MMAD: memories, a random product, execution with the footprint held against what is
 * read and written. */
#ifndef DV_TESTS_CUBE_RIG_H
#define DV_TESTS_CUBE_RIG_H

#include <criterion/criterion.h>

#include "tests/rig.h"

enum { FRACTAL = 512, L0A = 32768, L0B = 16384, L0C = 65536, BT = 1024, L1 = 65536 };

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_L0A] = L0A,
                                               [DV_SPACE_L0B] = L0B + L0B / 4,
                                               [DV_SPACE_L0C] = L0C,
                                               [DV_SPACE_BT] = BT,
                                               [DV_SPACE_L1] = L1};

/* The index store stands behind L0B: the memory is larger than the core says. */
static inline void open_rig(struct rig *r, uint64_t seed)
{
    rig_open(r, sizes, seed);
    r->sizes.bytes[DV_SPACE_L0B] = L0B;
}

enum start { ZERO, FROM_C, BIAS, STARTS };

struct shape {
    unsigned m, k, n;
};

struct product {
    struct shape s;
    enum start start;
    uint32_t a, b, c, bias; /* addresses */
};

static inline void set_up(struct rig *r, unsigned insn, unsigned type, const struct product *p)
{
    struct dv_cfg_mmad c = {.m = p->s.m,
                            .k = p->s.k,
                            .n = p->s.n,
                            .c_init = p->start == ZERO,
                            .c_source = p->start == BIAS};

    rig_insn(r, insn, type);
    dv_pack_mmad(r->w.cfg, &c);
    r->w.x[DV_XD] = p->c | (uint64_t)p->bias << 32;
    r->w.x[DV_XN] = p->a;
    r->w.x[DV_XM] = p->b;
}

static inline bool legal(struct rig *r, struct dv_foot *f)
{
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_access_mmad(&r->w, f, &d), DV_OK, "%s", d.text);
    return rig_inside(r, f);
}

/* Runs it on sources with noise wherever the footprint claims nothing; C must be `want`, and what
 * differs from before must be claimed. */
static inline void execute(struct rig *r, const struct dv_foot *f, const uint8_t *want,
                           const char *label)
{
    static uint8_t mark[L0C], before[L0C];
    static const uint8_t sources[] = {DV_SPACE_L0A, DV_SPACE_L0B, DV_SPACE_BT};

    for (unsigned i = 0; i < 3; i++) {
        rig_mark(r, f, sources[i], DV_READ, mark);
        for (uint32_t b = 0; b < r->sizes.bytes[sources[i]]; b++)
            r->w.mem[sources[i]][b] ^= mark[b] ? 0 : 0x5a;
    }
    memcpy(before, r->w.mem[DV_SPACE_L0C], L0C);
    dv_sem[r->op.sem](&r->w);
    cr_assert(!memcmp(want, r->w.mem[DV_SPACE_L0C], L0C), "%s", label);
    rig_mark(r, f, DV_SPACE_L0C, DV_WRITE, mark);
    for (uint32_t b = 0; b < L0C; b++)
        cr_assert(mark[b] || before[b] == want[b], "%s: byte %u is not claimed", label, b);
}

static inline uint8_t *c_at(uint8_t *c, const struct product *p, unsigned i, unsigned j,
                            unsigned size)
{
    unsigned m1 = (p->s.m + 15) / 16;

    return c + p->c + (((size_t)(j / 16) * m1 + i / 16) * 256 + i % 16 * 16 + j % 16) * size;
}

#endif
