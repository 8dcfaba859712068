/* emu/core/cache.c: hits, misses and the order in which lines go. */
#include <criterion/criterion.h>

#include "emu/core/cache.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct dv_cache c;

/* 1 KiB of 64 B lines: four sets of four. Addresses 256 bytes apart share a set. */
Test(cache, steps)
{
    static const struct {
        uint64_t at;
        bool cold, warm;
    } step[] = {
        {0, false, true},    {63, true, true},     {64, false, true},
        {256, false, true},  {512, false, true},   {768, false, true},
        {0, true, true},     {1024, false, false}, /* a fifth: 256 goes, the oldest */
        {512, true, true},   {256, false, false},  /* now 768 goes */
        {768, false, false}, {512, true, true},    {1ull << 40, false, false},
    };
    for (unsigned warm = 0; warm < 2; warm++) {
        dv_cache_reset(&c, 64, 1024, warm);
        for (size_t i = 0; i < COUNT(step); i++)
            cr_expect_eq(dv_cache_touch(&c, step[i].at), warm ? step[i].warm : step[i].cold,
                         "step %zu, warm %u", i, warm);
    }
}

/* What fits stays, whatever the order; one line more than a set holds does not. */
Test(cache, capacity)
{
    dv_cache_reset(&c, 128, 32768, false);
    for (unsigned round = 0; round < 3; round++)
        for (uint64_t at = 0; at < 32768; at += 128)
            cr_expect_eq(dv_cache_touch(&c, 0x80000000 + at), round > 0);
    cr_expect(!dv_cache_touch(&c, 0x80000000 + 32768));
    cr_expect(!dv_cache_touch(&c, 0x80000000));
}

Test(cache, odd_sizes)
{
    static const struct {
        unsigned line, bytes, sets;
    } size[] = {{64, 0, 0},   {0, 1024, 0},        {64, 255, 0},
                {64, 256, 1}, {64, 1u << 30, 256}, {128, 16384, 32}};
    for (size_t i = 0; i < COUNT(size); i++) {
        dv_cache_reset(&c, size[i].line, size[i].bytes, true);
        cr_expect_eq(c.sets, size[i].sets, "row %zu", i);
        cr_expect_eq(dv_cache_touch(&c, 4096), size[i].sets != 0, "row %zu", i);
    }
}

/* What was dropped misses once, warm or not; of a warm set the lines not asked for yet go too. */
Test(cache, drop)
{
    for (unsigned warm = 0; warm < 2; warm++) {
        dv_cache_reset(&c, 64, 1024, warm);
        for (uint64_t at = 0; at < 1024; at += 256)
            dv_cache_touch(&c, at);
        dv_cache_drop(&c, 0x100 + 63);
        cr_expect(!dv_cache_holds(&c, 0x100), "warm %u", warm);
        cr_expect(dv_cache_holds(&c, 0x200), "warm %u", warm);
        cr_expect(!dv_cache_touch(&c, 0x100), "warm %u", warm);
        cr_expect(dv_cache_touch(&c, 0), "warm %u: the place was taken, nobody's line", warm);
        cr_expect(dv_cache_touch(&c, 0x300), "warm %u", warm);
        dv_cache_drop(&c, 64); /* was never asked for */
        cr_expect(!dv_cache_touch(&c, 64), "warm %u", warm);
        cr_expect(dv_cache_touch(&c, 64), "warm %u", warm);
        dv_cache_clear(&c);
        for (uint64_t at = 0; at < 1024; at += 64)
            cr_expect(!dv_cache_touch(&c, at), "warm %u", warm);
    }
    dv_cache_reset(&c, 64, 0, true);
    dv_cache_drop(&c, 64);
    cr_expect(!dv_cache_touch(&c, 64));
}
