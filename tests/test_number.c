/* Numbers of chips as text and fixed point (emu/core/chip.c), and the two small helpers of the
 * loader: SHA-256 and the nearest name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "emu/chips/sha256.h"
#include "emu/core/chip.h"
#include "isa/near.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- numbers --------------------------------------------------------------------------------- */

static const struct {
    unsigned unit;
    const char *text;
    bool bare;
    uint64_t value;
    const char *error; /* NULL: value */
    const char *back;  /* canonical text, NULL: the same */
} numbers[] = {
    /* cycles in 1/256, rounded half up: 20.6 * 256 = 5273.6; 0.001953125 * 256 = 0.5 */
    {DV_PU_CYCLES, "23.5 cy", false, 6016, NULL, NULL},
    {DV_PU_CYCLES, "20.6 cy", false, 5274, NULL, NULL},
    {DV_PU_CYCLES, "4.13 cy", false, 1057, NULL, NULL},
    {DV_PU_CYCLES, "6.5cy", false, 1664, NULL, "6.5 cy"},
    {DV_PU_CYCLES, "0 cy", false, 0, NULL, NULL},
    {DV_PU_CYCLES, "0.001953125 cy", false, 1, NULL, "0.004 cy"},
    {DV_PU_CYCLES, "0.001953124 cy", false, 0, NULL, "0 cy"},
    {DV_PU_CYCLES, "007.50 cy", false, 1920, NULL, "7.5 cy"},
    {DV_PU_CYCLES, "63", true, 16128, NULL, "63 cy"},
    {DV_PU_CYCLES, "63", false, 0, "the number has no unit: write it like '23.5 cy'", NULL},
    {DV_PU_CYCLES, "5 ns", false, 0, "unit 'ns' does not fit here: write it like '23.5 cy'", NULL},
    /* rates are 32.32: 0.1 * 2^32 = 429496729.6 */
    {DV_PU_RATE, "256 B/cy", false, 256ull << 32, NULL, NULL},
    {DV_PU_RATE, "0.1 B/cy", false, 429496730, NULL, NULL},
    {DV_PU_RATE, "113.3 B/cy", false, 486619794637, NULL, NULL},
    {DV_PU_RATE, "24MB", false, 0, "unit 'MB' does not fit here: write it like '256 B/cy'", NULL},
    {DV_PU_RATE, "64 elem/cy", false, 0,
     "unit 'elem/cy' does not fit here: write it like '256 B/cy'", NULL},
    {DV_PU_RATE, "9999999999 B/cy", false, 0, "'9999999999 B/cy' is too large", NULL},
    {DV_PU_ELEMS, "64 elem/cy", false, 64ull << 32, NULL, NULL},
    {DV_PU_MACS, "4096 MAC/cy", false, 4096ull << 32, NULL, NULL},
    /* exact units: nothing finer than 1 */
    {DV_PU_HZ, "1.85 GHz", false, 1850000000, NULL, "1850 MHz"},
    {DV_PU_HZ, "1.628 GHz", false, 1628000000, NULL, "1628 MHz"},
    {DV_PU_HZ, "1500", true, 1500000000, NULL, "1500 MHz"},
    {DV_PU_HZ, "1 Hz", false, 1, NULL, NULL},
    {DV_PU_HZ, "1.5 Hz", false, 0, "'1.5 Hz' is finer than its smallest unit: drop digits", NULL},
    {DV_PU_BYTES, "192 KiB", false, 196608, NULL, NULL},
    {DV_PU_BYTES, "1.5 KiB", false, 1536, NULL, "1536 B"},
    {DV_PU_BYTES, "64 GiB", false, 64ull << 30, NULL, NULL},
    {DV_PU_BYTES, "0 B", false, 0, NULL, NULL},
    {DV_PU_BYTES, "64 GB", false, 0, "unit 'GB' does not fit here: write it like '192 KiB'", NULL},
    {DV_PU_GBPS, "51.2 GB/s", false, 51200000000, NULL, "51200 MB/s"},
    {DV_PU_GBPS, "1.6 TB/s", false, 1600000000000, NULL, "1600 GB/s"},
    {DV_PU_NS, "500 ns", false, 500000, NULL, NULL},
    {DV_PU_NS, "1.5 us", false, 1500000, NULL, "1500 ns"},
    {DV_PU_COUNT, "24", false, 24, NULL, NULL},
    {DV_PU_COUNT, "24 x", false, 0, "unit 'x' does not fit a plain number: write it like '24'",
     NULL},
    {DV_PU_COUNT, "1.5", false, 0, "'1.5' is finer than its smallest unit: drop digits", NULL},
    {DV_PU_COUNT, "999999999999999999", false, 999999999999999999, NULL, NULL},
    {DV_PU_COUNT, "1000000000000000000", false, 0,
     "'1000000000000000000' is not a plain decimal of at most 18 digits: write it like '24'", NULL},
    {DV_PU_BOOL, "true", false, 1, NULL, NULL},
    {DV_PU_BOOL, "yes", false, 0, "'yes' is neither true nor false", NULL},
    /* what the C library would have taken */
    {DV_PU_COUNT, "-24", false, 0, "'-24' is negative: give a number of zero or more", NULL},
    {DV_PU_COUNT, "nan", false, 0,
     "'nan' is not a plain decimal of at most 18 digits: write it like '24'", NULL},
    {DV_PU_COUNT, "+1", false, 0,
     "'+1' is not a plain decimal of at most 18 digits: write it like '24'", NULL},
    {DV_PU_COUNT, "", false, 0,
     "'' is not a plain decimal of at most 18 digits: write it like '24'", NULL},
    {DV_PU_COUNT, ".5", false, 0,
     "'.5' is not a plain decimal of at most 18 digits: write it like '24'", NULL},
    {DV_PU_CYCLES, "1e3 cy", false, 0, "unit 'e3 cy' does not fit here: write it like '23.5 cy'",
     NULL},
    {DV_PU_CYCLES, "1 2 cy", false, 0,
     "'1 2 cy' is not a plain decimal of at most 18 digits: write it like '23.5 cy'", NULL},
    {DV_PU_CYCLES, "1.2.3 cy", false, 0,
     "'1.2.3 cy' is not a plain decimal of at most 18 digits: write it like '23.5 cy'", NULL},
};

Test(number, numbers)
{
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct dv_diag d;
        uint64_t v = 0;
        char back[64];
        const char *text = numbers[i].text, *error = numbers[i].error;
        dv_diag_init(&d);
        enum dv_err e =
            dv_chip_number(numbers[i].unit, text, strlen(text), numbers[i].bare, &v, &d);
        cr_expect_eq(e, error ? DV_E_CONFIG : DV_OK, "'%s': %s", text, d.text);
        if (error) {
            cr_expect_str_eq(d.text, error);
            continue;
        }
        cr_expect_eq(v, numbers[i].value, "'%s' is %llu", text, (unsigned long long)v);
        dv_chip_number_text(numbers[i].unit, v, back, sizeof back);
        cr_expect_str_eq(back, numbers[i].back ? numbers[i].back : text);
    }
}

/* Text of any value reads back as the value: edges and a fixed random walk in every unit. */
Test(number, text_reads_back)
{
    uint64_t seed = 1;
    for (unsigned unit = 0; unit < DV_PU_UNITS; unit++)
        for (unsigned i = 0; i < 3000; i++) {
            struct dv_diag d;
            char text[64];
            uint64_t back = 0, v = i < 300 ? i : seed >> (8 + i % 50);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            if (unit == DV_PU_BOOL)
                v &= 1;
            if (unit == DV_PU_RATE || unit == DV_PU_ELEMS || unit == DV_PU_MACS)
                v %= 1000000ull << 32;
            else
                v %= 1000000000000000ull;
            dv_diag_init(&d);
            dv_chip_number_text(unit, v, text, sizeof text);
            enum dv_err e = dv_chip_number(unit, text, strlen(text), false, &back, &d);
            cr_assert_eq(e, DV_OK, "unit %u, '%s': %s", unit, text, d.text);
            cr_assert_eq(back, v, "unit %u, '%s'", unit, text);
        }
}

Test(number, ranges)
{
    static const struct {
        unsigned unit;
        const char *text, *range;
        uint64_t low, high;
        const char *error;
    } rows[] = {
        {DV_PU_CYCLES, "23.5 cy", "20..28", 5120, 7168, NULL},
        {DV_PU_HZ, "1.85 GHz", "1.80..1.85", 1800000000, 1850000000, NULL},
        {DV_PU_BYTES, "192 MiB", "96..192", 96ull << 20, 192ull << 20, NULL},
        {DV_PU_CYCLES, "23.5 cy", "20...28", 0, 0,
         "range '20...28' is not of the form low..high in the unit of v"},
        {DV_PU_CYCLES, "23.5 cy", "20..28 cy", 0, 0,
         "range '20..28 cy' is not of the form low..high in the unit of v"},
        {DV_PU_CYCLES, "23.5 cy", "20", 0, 0,
         "range '20' is not of the form low..high in the unit of v"},
        {DV_PU_CYCLES, "23.5 cy", "28..20", 0, 0, "range '28..20' is upside down"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_diag d;
        uint64_t low = 0, high = 0;
        dv_diag_init(&d);
        enum dv_err e = dv_chip_range(rows[i].unit, rows[i].text, strlen(rows[i].text),
                                      rows[i].range, strlen(rows[i].range), &low, &high, &d);
        cr_expect_eq(e, rows[i].error ? DV_E_CONFIG : DV_OK, "%s", d.text);
        if (rows[i].error) {
            cr_expect_str_eq(d.text, rows[i].error);
            continue;
        }
        cr_expect_eq(low, rows[i].low, "%s", rows[i].range);
        cr_expect_eq(high, rows[i].high, "%s", rows[i].range);
    }
}

/* Rounded up, saturating: 3 bytes at 2 a cycle are 1.5 cycles. */
Test(number, time_of)
{
    static const struct {
        uint64_t amount;
        dv_rate rate;
        dv_time time;
    } rows[] = {
        {3, 2ull << 32, 384},
        {0, 1ull << 32, 0},
        {1, 256ull << 32, 1},
        {1, 257ull << 32, 1},
        {8192, 256ull << 32, 8192},
        {1, 3ull << 32, 86},
        {UINT64_MAX, 1, UINT64_MAX},
        {UINT64_MAX, 256ull << 32, UINT64_MAX},
        {UINT64_MAX >> 8, 1ull << 32, UINT64_MAX - 255},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(dv_time_of(rows[i].amount, rows[i].rate), rows[i].time, "row %zu", i);
}

/* ---- small parts ----------------------------------------------------------------------------- */

/* FIPS 180-4 examples; a million 'a' crosses many blocks; 55, 56 and 64 bytes are padding edges. */
Test(number, sha256)
{
    static const struct {
        char fill;
        size_t n;
        const char *text, *hex;
    } rows[] = {
        {0, 0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {0, 3, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {0, 56, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {'a', 1000000, NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
        {'a', 55, NULL, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {'a', 64, NULL, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_sha256 s;
        char hex[65];
        dv_sha256_init(&s);
        if (rows[i].text)
            dv_sha256_add(&s, rows[i].text, rows[i].n);
        for (size_t k = 0; !rows[i].text && k < rows[i].n; k++)
            dv_sha256_add(&s, &rows[i].fill, 1);
        dv_sha256_hex(&s, hex);
        cr_expect_str_eq(hex, rows[i].hex);
    }
}

static const char *word_at(const void *ctx, unsigned i)
{
    return ((const char *const *)ctx)[i];
}

Test(number, nearest)
{
    static const char *const words[] = {"clock", "core", "costs", "note", NULL};
    static const struct {
        const char *word, *near;
    } rows[] = {
        {"clok", "clock"}, {"CLOCK", "clock"}, {"cots", "costs"}, {"notes", "note"},
        {"xyz", NULL},     {"", NULL},         {"corre", "core"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *near = dv_nearest(rows[i].word, strlen(rows[i].word), 0, word_at, words);
        cr_expect(rows[i].near ? near && !strcmp(near, rows[i].near) : !near, "'%s' -> %s",
                  rows[i].word, near ? near : "none");
    }
}
