/* UB bank rules against a count cycle by cycle, and the measured anchors (timing.md 3.4, 3.5). */
#include <criterion/criterion.h>
#include <time.h>

#include "tests/rig.h"

/* Distinct blocks of one direction in repeat r. */
static unsigned collect(const struct dv_foot *f, unsigned rw, uint64_t r, uint64_t block[32])
{
    unsigned n = 0;

    for (unsigned i = 0; i < f->walks; i++) {
        for (unsigned b = 0; f->walk[i].rw == rw && b < f->walk[i].blocks; b++) {
            uint64_t at =
                (f->walk[i].base + 32ull * b * f->walk[i].blk + 32 * r * f->walk[i].rep) / 32;
            unsigned k = 0;
            while (k < n && block[k] != at)
                k++;
            block[k] = at;
            n += k == n;
        }
    }
    return n;
}

static unsigned group_of(uint64_t block)
{
    return block & 15; /* address [8:5] */
}

static unsigned bank_of(uint64_t block, unsigned banks)
{
    return (unsigned)(block >> 11) % banks * 16 + group_of(block); /* address [17:16] */
}

/* The most blocks that fall into one of `kinds` places. */
static unsigned crowd(const uint64_t *block, unsigned n)
{
    unsigned most = 0;

    for (unsigned g = 0; g < 16; g++) {
        unsigned here = 0;
        for (unsigned i = 0; i < n; i++)
            here += group_of(block[i]) == g;
        most = here > most ? here : most;
    }
    return most ? most - 1 : 0;
}

static unsigned meetings(const uint64_t *rd, unsigned n, const uint64_t *wr, unsigned m,
                         unsigned banks)
{
    unsigned most = 0;

    for (unsigned k = 0; k < banks * 16; k++) {
        unsigned reads = 0, writes = 0;
        for (unsigned i = 0; i < n; i++)
            reads += bank_of(rd[i], banks) == k;
        for (unsigned i = 0; i < m; i++)
            writes += bank_of(wr[i], banks) == k;
        unsigned both = reads < writes ? reads : writes;
        most = both > most ? both : most;
    }
    return most;
}

static uint64_t slow(const struct dv_foot *f, unsigned banks, uint64_t kind[3])
{
    kind[0] = kind[1] = kind[2] = 0;
    for (uint64_t r = 0; f->amount.repeats && r <= f->amount.repeats; r++) {
        uint64_t rd[32], wr[32];
        unsigned n = r < f->amount.repeats ? collect(f, DV_READ, r, rd) : 0;
        unsigned m = r ? collect(f, DV_WRITE, r - 1, wr) : 0;
        unsigned reads = crowd(rd, n), writes = crowd(wr, m);
        kind[0] += reads;
        kind[1] += writes > reads ? writes - reads : 0;
        kind[2] += meetings(rd, n, wr, m, banks);
    }
    return kind[0] + kind[1] + kind[2];
}

static struct dv_foot walks(unsigned repeats, unsigned n)
{
    struct dv_foot f;

    memset(&f, 0, sizeof f);
    f.amount.repeats = repeats;
    f.walks = (uint8_t)n;
    for (unsigned i = 0; i < n; i++)
        f.walk[i] =
            (struct dv_lane_walk){.blk = 1, .rep = 8, .blocks = 8, .rw = i ? DV_READ : DV_WRITE};
    return f;
}

struct anchor {
    uint64_t dst, src0, src1;
    unsigned dst_blk, repeats;
    uint64_t want;
    const char *evidence;
};

static const struct anchor anchors[] = {
    {0x20000, 0x0, 0x10100, 1, 64, 0, "V1-1: no conflict"},
    {0x10000, 0x0, 0x4000, 1, 64, 64, "V1-2: both sources in one bank, +1 a repeat"},
    {0x4000, 0x0, 0x10100, 1, 64, 0, "V1-4: row-aligned destination in a source's bank"},
    {0x4000, 0x0, 0x2000, 1, 32, 32, "V2-1: half Add, default layout, +1 a repeat"},
    {0x8000, 0x0, 0x10100, 16, 1, 7, "eight destination blocks at stride 16: 8 cycles"},
    {0x8000, 0x0, 0x10100, 8, 1, 3, "stride 8: 4 cycles"},
};

Test(bank, anchors)
{
    for (unsigned i = 0; i < sizeof anchors / sizeof *anchors; i++) {
        const struct anchor *a = &anchors[i];
        struct dv_foot f = walks(a->repeats, 3);
        uint64_t kind[3];
        f.walk[0].base = a->dst;
        f.walk[0].blk = a->dst_blk;
        f.walk[1].base = a->src0;
        f.walk[2].base = a->src1;
        cr_expect_eq(dv_bank_extra(&f, 3, kind), a->want, "%s: %llu", a->evidence,
                     (unsigned long long)dv_bank_extra(&f, 3, NULL));
        cr_expect_eq(kind[0] + kind[1] + kind[2], a->want);
    }
}

/* timing.md 3.5: strides of the documented examples, many repeats: +7 and +3 a repeat. */
Test(bank, write_strides_over_many_repeats)
{
    static const struct {
        uint32_t blk, rep;
        uint64_t each;
    } rows[] = {{16, 128, 7}, {8, 64, 3}, {4, 32, 1}, {2, 16, 0}, {1, 8, 0}};

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_foot f = walks(20, 2);
        uint64_t kind[3];
        f.walk[0].base = 0x10000;
        f.walk[0].blk = rows[i].blk;
        f.walk[0].rep = rows[i].rep;
        dv_bank_extra(&f, 3, kind);
        cr_expect_eq(kind[1], 20 * rows[i].each, "stride %u", rows[i].blk);
        cr_expect_eq(kind[0], 0u);
    }
}

/* One block for all repeats (broadcast) meets the other source every second repeat, whose eight
 * blocks take one half of the groups, then the other. Equal blocks count once. */
Test(bank, broadcast)
{
    static const struct {
        const char *what;
        uint64_t base;
        uint32_t blk, rep;
        uint64_t reads;
    } rows[] = {
        {"one block, in the groups of every second repeat", 0x4000, 0, 0, 32},
        {"one repeat again and again", 0x4000, 1, 0, 32},
        {"a block a repeat, which walks on", 0x4000, 0, 1, 32},
        {"the same rows as the first source", 0x0, 1, 8, 0},
        {"the first source moved by one block: seven are the same", 0x20, 1, 8, 0},
        {"strided: two blocks of a repeat a group", 0x4000, 2, 16, 64},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_foot f = walks(64, 3);
        uint64_t kind[3], want[3];
        f.walk[0].base = 0x20000;
        f.walk[2].base = rows[i].base;
        f.walk[2].blk = rows[i].blk;
        f.walk[2].rep = rows[i].rep;
        dv_bank_extra(&f, 3, kind);
        slow(&f, 3, want);
        cr_expect_eq(kind[0], rows[i].reads, "%s: %llu", rows[i].what, (unsigned long long)kind[0]);
        cr_expect_arr_eq(kind, want, sizeof want, "%s", rows[i].what);
    }
}

Test(bank, nothing_to_do)
{
    struct dv_foot f = walks(0, 3);
    uint64_t kind[3] = {1, 2, 3};

    cr_expect_eq(dv_bank_extra(&f, 3, kind), 0u);
    cr_expect_eq(kind[0] + kind[1] + kind[2], 0u);
    f = walks(9, 0);
    cr_expect_eq(dv_bank_extra(&f, 3, NULL), 0u);
}

static uint32_t one_of(struct rig *r, const uint32_t *v, unsigned n)
{
    return v[rig_range(r, 0, n - 1)];
}

Test(bank, against_brute_force)
{
    static const uint32_t blks[] = {1, 1, 1, 0, 2, 4, 8, 16, 3, 700},
                          reps[] = {8, 8, 8, 0, 1, 4, 16, 5, 255, 128},
                          repeats[] = {1, 2, 3, 17, 40, 64, 255, 600};
    struct rig r = {.seed = 12345};

    for (unsigned n = 0; n < 4000; n++) {
        struct dv_foot f = walks(one_of(&r, repeats, 8), rig_range(&r, 1, 4));
        unsigned banks = rig_range(&r, 0, 3) ? 3 : 4;
        uint64_t want[3], got[3];
        for (unsigned i = 0; i < f.walks; i++) {
            f.walk[i].base = 32ull * rig_range(&r, 0, 6143);
            if (i && rig_range(&r, 0, 2) == 0)
                f.walk[i].base = f.walk[0].base + 32ull * rig_range(&r, 0, 9);
            f.walk[i].blk = one_of(&r, blks, 10);
            f.walk[i].rep = one_of(&r, reps, 10);
            f.walk[i].blocks = (uint8_t)rig_range(&r, 0, 8);
            f.walk[i].rw = rig_range(&r, 0, 3) ? f.walk[i].rw : DV_READ;
        }
        uint64_t sum = slow(&f, banks, want);
        cr_assert_eq(dv_bank_extra(&f, banks, got), sum, "case %u", n);
        cr_assert_arr_eq(got, want, sizeof want, "case %u", n);
    }
}

/* Counter mode may ask for millions of repeats: the answer must not take millions of steps. */
Test(bank, endless_repeats)
{
    struct dv_foot f = walks(UINT32_MAX, 3);
    clock_t start = clock();

    f.walk[1].rep = 0;
    f.walk[2].rep = 3;
    f.walk[2].blk = 16;
    cr_expect_gt(dv_bank_extra(&f, 3, NULL), (uint64_t)UINT32_MAX);
    cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 2.0);
}
