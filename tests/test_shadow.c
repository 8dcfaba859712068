/* Sheets of the checker (emu/check/shadow.c) against a plain array of bytes. Evidence: shadow.h. */
#include "emu/check/shadow.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { BYTES = 700, ROUNDS = 40, NOTES = 400 };

/* What the sheet must tell: number and owner of every byte. */
struct plain {
    uint32_t number[BYTES], who[BYTES];
};

static uint32_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(*seed >> 33);
}

/* Ranges that often begin and end at blocks. */
static void range(uint64_t *seed, uint64_t *lo, uint64_t *hi)
{
    unsigned unit = next(seed) % 3 ? 32 : 1;
    *lo = next(seed) % (BYTES / unit) * unit;
    *hi = *lo + (1 + next(seed) % (unit == 32 ? 8 : 90)) * unit;
    *hi = *hi > BYTES ? BYTES : *hi;
}

static void plain_note(struct plain *p, uint64_t lo, uint64_t hi, uint32_t number, uint32_t who,
                       bool keep)
{
    for (uint64_t i = lo; i < hi; i++) {
        bool other = keep && p->who[i] && (p->who[i] & ~DV_SHADOW_MORE) != who;
        p->who[i] = who | (keep ? p->who[i] & DV_SHADOW_MORE : 0) | (other ? DV_SHADOW_MORE : 0);
        p->number[i] = number;
    }
}

static bool plain_find(const struct plain *p, uint64_t lo, uint64_t hi, uint32_t bound,
                       uint32_t who, bool owners, uint64_t *at)
{
    for (*at = lo; *at < hi; ++*at)
        if (p->number[*at] && owners && p->who[*at] != who)
            return true;
        else if (p->number[*at] > bound)
            return true;
    return false;
}

/* Owners are kept a byte and a block apart: a sheet with owners is told of whole blocks only, or of
 * parts only, so that one place holds the owner. */
static void one_round(uint64_t seed, bool owners)
{
    struct plain *p = calloc(1, sizeof *p);
    struct dv_sheet s;
    struct dv_trace t;
    uint64_t lo, hi, at;

    cr_assert(dv_sheet_make(&s, BYTES, owners));
    for (uint32_t n = 1; n <= NOTES; n++) {
        uint32_t who = owners ? 1 + next(&seed) % 3 : 0, bound = next(&seed) % (n + 1);
        bool keep = owners && next(&seed) % 2;
        range(&seed, &lo, &hi);
        if (owners) {
            lo = lo / 32 * 32;
            hi = (hi + 31) / 32 * 32 > BYTES / 32 * 32 ? BYTES / 32 * 32 : (hi + 31) / 32 * 32;
        }
        if (lo < hi) {
            cr_assert(dv_sheet_note(&s, lo, hi, n, who, keep));
            plain_note(p, lo, hi, n, who, keep);
        }
        range(&seed, &lo, &hi);
        bool want = plain_find(p, lo, hi, bound, who, owners, &at);
        cr_expect_eq(dv_sheet_find(&s, lo, hi, bound, who, &t), want, "note %u", n);
        if (want)
            cr_expect(t.at == at && t.number == p->number[at], "note %u: byte %lu, not %lu", n,
                      (unsigned long)t.at, (unsigned long)at);
        at = next(&seed) % BYTES;
        cr_expect_eq(dv_sheet_last(&s, at, &t), p->number[at] != 0);
        cr_expect(!p->number[at] || (t.number == p->number[at] && t.who == p->who[at]));
    }
    dv_sheet_free(&s);
    free(p);
}

Test(shadow, bytes)
{
    for (uint64_t i = 0; i < ROUNDS; i++)
        one_round(i, false);
}

Test(shadow, owners)
{
    for (uint64_t i = 0; i < ROUNDS; i++)
        one_round(i, true);
}
