/* Loads and stores of S past the data cache, its atomic stores, and prefetches: bytes of a whole
 * tensor against a plain model, and exact cycles. */
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a plain model of atomic stores ---------------------------------------------------------- */

enum { F32 = 1, F16, S16, S32, S8, BF16, TYPES = 7 }; /* codes of isa.md 4.2 */

static unsigned size_of(unsigned type, unsigned suffix)
{
    static const uint8_t size[TYPES] = {0, 4, 2, 2, 4, 1, 2};
    return type ? size[type] : suffix == 2 ? 4 : 8;
}

/* Small whole numbers, exact in every type. */
static uint64_t code_of(unsigned type, int v)
{
    float f = (float)v;
    uint32_t bits, out;
    int e;

    memcpy(&bits, &f, 4);
    if (type == F32)
        return bits;
    if (type == BF16)
        return bits >> 16;
    if (type != F16)
        return (uint64_t)(int64_t)v;
    if (!v)
        return 0;
    frexpf(f, &e); /* |v| = 0.1xx * 2^e */
    out = (uint32_t)(e + 14) << 10 | (bits >> 13 & 0x3ff);
    return out | (v < 0 ? 0x8000u : 0);
}

static int result_of(unsigned op, int old, int new)
{
    return op == 0 ? old + new : op == 1 ? (old > new ? old : new) : (old < new ? old : new);
}

static const int pairs[][2] = {{1, 2}, {-3, 5}, {7, -7}, {0, 0}, {-20, -30}, {63, 1}, {11, 11}};
enum { PAIRS = sizeof pairs / sizeof *pairs, FORMS = 3, SUFFIXES = 3 };
enum { STORES = PAIRS * FORMS * SUFFIXES, PLACE = 16, BYTES = STORES * PLACE + 64 };

static const char *const forms[FORMS] = {
    "st_atomic.%s x4, [x1, #0]\nadd.s64 x1, x1, x3\n",
    "st_atomic.%s x4, [x1], #16\n",
    "mov x6, 0\nst_atomic.%s x4, [x1, x6]\nadd.s64 x1, x1, x3\n",
};
static const char *const suffixes[SUFFIXES] = {"s64", "u64", "f32"};

/* Every store has 16 bytes of its own, the element at their beginning. */
static void atomic_text(unsigned type, unsigned op, char *out, size_t size)
{
    size_t n =
        (size_t)snprintf(out, size,
                         ".kernel k, core=aiv\n.param y, inout, u8[%d]\n.param v, in, u8[%d]\n"
                         "k:\nldparam x1, y\nldparam x2, v\nmov x3, 16\n"
                         "mov st_atomic_cfg, %u\n",
                         BYTES, STORES * 8, type | op << 3);

    for (unsigned i = 0; i < STORES; i++) {
        n += (size_t)snprintf(out + n, size - n, "ld.b64 x4, [x2], #8\n");
        n += (size_t)snprintf(out + n, size - n, forms[i / SUFFIXES % FORMS],
                              suffixes[i % SUFFIXES]);
    }
    snprintf(out + n, size - n, "end\n");
}

static void put(uint8_t *p, uint64_t v, unsigned bytes)
{
    memcpy(p, &v, bytes);
}

static unsigned rows;

static void atomic_case(unsigned type, unsigned op)
{
    static const struct dv_machine_opts opts;
    static char text[1 << 16];
    uint8_t want[BYTES];
    struct bench b;

    atomic_text(type, op, text, sizeof text);
    bench_open(&b, "910B1", &opts, text);
    uint8_t *y = bench_tensor(&b, BYTES), *v = bench_tensor(&b, STORES * 8);
    for (unsigned i = 0; i < BYTES; i++)
        y[i] = (uint8_t)(i * 37 + 11);
    for (unsigned i = 0; i < STORES; i++) { /* what is above the element in xd is not looked at */
        const int *p = pairs[i / (FORMS * SUFFIXES)];
        unsigned bytes = size_of(type, i % SUFFIXES);
        uint64_t new = 0x5a5a5a5a5a5a5a5aull;
        put((uint8_t *)&new, code_of(type, p[1]), bytes);
        put(v + 8 * i, new, 8);
        put(y + PLACE * i, code_of(type, p[0]), bytes);
    }
    memcpy(want, y, BYTES);
    for (unsigned i = 0; i < STORES; i++) {
        const int *p = pairs[i / (FORMS * SUFFIXES)];
        int r = type ? result_of(op, p[0], p[1]) : p[1];
        put(want + PLACE * i, code_of(type, r), size_of(type, i % SUFFIXES));
        rows++;
    }
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    for (unsigned i = 0; i < BYTES; i++)
        if (y[i] != want[i]) {
            cr_expect_fail("type %u, operation %u, store %u, byte %u: 0x%02x, wanted 0x%02x", type,
                           op, i / PLACE, i % PLACE, y[i], want[i]);
            break;
        }
    bench_close(&b);
}

Test(direct, atomic_stores)
{
    for (unsigned type = 0; type < TYPES; type++)
        for (unsigned op = 0; op < 3; op++)
            atomic_case(type, op);
    cr_expect_eq(rows, TYPES * 3 * STORES, "%u", rows);
}

/* ---- loads and stores ------------------------------------------------------------------------ */

/* x5 becomes what is loaded from p + 16; x4 is stored there. */
static const struct {
    const char *name, *code;
    bool store;
    unsigned bytes;
} moves[] = {
    {"ld_dev.s64", "ld_dev.s64 x5, [x1, #16]\n", false, 8},
    {"ld_dev.u64", "ld_dev.u64 x5, [x1, #16]\n", false, 8},
    {"ld_dev.f32", "ld_dev.f32 x5, [x1, #16]\n", false, 4},
    {"ld_dev -", "add.s64 x1, x1, x6\nld_dev.u64 x5, [x1, #-16]\n", false, 8},
    {"ld_ddr.s64", "ld_ddr.s64 x5, [x1, #16]\n", false, 8},
    {"ld_ddr.u64", "ld_ddr.u64 x5, [x1, #16]\n", false, 8},
    {"ld_ddr.f32", "ld_ddr.f32 x5, [x1, #16]\n", false, 4},
    {"ld_ddr post", "ld_ddr.u64 x5, [x1], #16\nld_ddr.u64 x5, [x1], #8\n", false, 8},
    {"ld_ddr reg", "mov x6, 16\nld_ddr.s64 x5, [x1, x6]\n", false, 8},
    {"st_dev.s64", "st_dev.s64 x4, [x1, #16]\n", true, 8},
    {"st_dev.u64", "st_dev.u64 x4, [x1, #16]\n", true, 8},
    {"st_dev.f32", "st_dev.f32 x4, [x1, #16]\n", true, 4},
    {"st_ddr.s64", "st_ddr.s64 x4, [x1, #16]\n", true, 8},
    {"st_ddr.u64", "st_ddr.u64 x4, [x1, #16]\n", true, 8},
    {"st_ddr.f32", "st_ddr.f32 x4, [x1, #16]\n", true, 4},
    {"st_ddr post", "mov x6, 16\nadd.s64 x1, x1, x6\nst_ddr.u64 x4, [x1], #8\n", true, 8},
    {"st_ddr reg", "mov x6, 16\nst_ddr.f32 x4, [x1, x6]\n", true, 4},
};

Test(direct, moves)
{
    static const struct dv_machine_opts opts;

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        char text[512];
        uint8_t want[64];
        struct bench b;
        snprintf(text, sizeof text,
                 ".kernel k, core=aiv\n.param y, inout, u64[8]\nk:\nldparam x1, y\nmov x6, 32\n"
                 "mov x2, x1\nld.b64 x4, [x1, #40]\n%sst.b64 x5, [x2, #56]\nend\n",
                 moves[i].code);
        bench_open(&b, "910B1", &opts, text);
        uint8_t *y = bench_tensor(&b, 64);
        for (unsigned k = 0; k < 64; k++)
            y[k] = (uint8_t)(k * 91 + 3);
        memcpy(want, y, 64);
        memset(want + 56, 0, 8);
        memcpy(moves[i].store ? want + 16 : want + 56, moves[i].store ? want + 40 : want + 16,
               moves[i].bytes);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s: %s", moves[i].name, b.d.text);
        cr_expect_eq(memcmp(y, want, 64), 0, "%s", moves[i].name);
        bench_close(&b);
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Cycles of S for `code` alone: with it, less those without. */
static uint64_t cycles_of(const char *code, bool cold)
{
    uint64_t at[2];

    for (unsigned with = 0; with < 2; with++) {
        struct dv_machine_opts opts = {.cold = cold};
        char text[4096];
        struct bench b;
        snprintf(text, sizeof text,
                 ".kernel k, core=aiv\n.param y, inout, u64[64]\nk:\nldparam x1, y\nmov x6, 64\n"
                 "%send\n",
                 with ? code : "");
        bench_open(&b, "910B1", &opts, text);
        bench_tensor(&b, 512);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s: %s", code, b.d.text);
        at[with] = dv_machine_cycles(b.m);
        bench_close(&b);
    }
    cr_assert_eq((at[1] - at[0]) % DV_CYCLE, 0);
    return (at[1] - at[0]) / DV_CYCLE;
}

/* A hit takes 30 cycles, what goes to memory 236 more, any instruction 1 (emu/chips). */
static const struct {
    const char *code;
    unsigned warm, cold;
} times[] = {
    {"ld.b64 x5, [x1, #0]\n", 31, 267},
    {"ld_dev.u64 x5, [x1, #0]\n", 267, 267},
    {"ld_ddr.u64 x5, [x1, #0]\n", 267, 267},
    {"ld_dev.u64 x5, [x1, #0]\nld_dev.u64 x5, [x1, #0]\n", 534, 534},
    {"ld_dev.u64 x5, [x1, #0]\nld.b64 x5, [x1, #0]\n", 298, 534},
    {"ld.b64 x5, [x1, #0]\nld_dev.u64 x5, [x1, #0]\nld.b64 x5, [x1, #0]\n", 329, 565},
    {"st_dev.u64 x5, [x1, #0]\n", 1, 1},
    {"st_ddr.u64 x5, [x1, #0]\nld.b64 x5, [x1, #0]\n", 32, 268},
    {"st_atomic.u64 x5, [x1, #0]\n", 1, 1},
    {"dc_preload [x1, #0]\n", 1, 1},
    {"dc_preload [x1, #0]\nld.b64 x5, [x1, #8]\n", 32, 32},
    {"dc_preload [x1, x6]\nld.b64 x5, [x1, #120]\n", 32, 32},
    {"dc_preload [x1, #64]\nld.b64 x5, [x1, #8]\n", 32, 268},
    {"dc_preload [x1, #-2048]\nld.b64 x5, [x1, #8]\n", 32, 268}, /* no tensor there */
    {"dc_preload [x1, #0]\ndcci.line.out x1\nld.b64 x5, [x1, #8]\n", 269, 269},
};

Test(direct, cycles)
{
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        uint64_t warm = cycles_of(times[i].code, false), cold = cycles_of(times[i].code, true);
        cr_expect_eq(warm, times[i].warm, "%s warm: %llu", times[i].code, (unsigned long long)warm);
        cr_expect_eq(cold, times[i].cold, "%s cold: %llu", times[i].code, (unsigned long long)cold);
    }
}

/* 33 lines of code behind `preload`, of 32 words each; a miss takes 240 cycles. */
static uint64_t code_cycles(unsigned bytes)
{
    struct dv_machine_opts opts = {.cold = true};
    char text[256];
    struct bench b;

    snprintf(
        text, sizeof text,
        ".kernel k, core=aiv\nk:\nmov x1, 0\nmov x2, %u\npreload x1, x2\n.rept 1053\nnop\n.endr\n"
        "end\n",
        bytes);
    bench_open(&b, "910B1", &opts, text);
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    uint64_t at = dv_machine_cycles(b.m);
    bench_close(&b);
    return at;
}

Test(direct, preload)
{
    static const struct {
        unsigned bytes, lines; /* lines that come beside the first, where S is already */
    } row[] = {{0, 0}, {1, 0}, {128, 0}, {129, 1}, {256, 1}, {1024, 7}, {4228, 33}, {60000, 33}};
    uint64_t none = code_cycles(0);

    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        cr_expect_eq(none - code_cycles(row[i].bytes), row[i].lines * 240ull * DV_CYCLE,
                     "%u bytes: %g cycles", row[i].bytes,
                     (double)(none - code_cycles(row[i].bytes)) / DV_CYCLE);
}
