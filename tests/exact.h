/* Numbers as exact integers times powers of two, and their rounding: the second description of what
 * isa/num.c computes, from the definition and not from bit tricks. For tests and benches. */
#ifndef DV_TESTS_EXACT_H
#define DV_TESTS_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#include "isa/isa.h"

__extension__ typedef unsigned __int128 exact_wide;

enum exact_kind { EXACT_FINITE, EXACT_INF, EXACT_NAN };

/* (-1)^neg * m * 2^e. A lowest bit may stand for "and more" where m is long enough. */
struct exact {
    enum exact_kind kind;
    bool neg;
    uint64_t m;
    int e;
};

/* mant explicit bits, expo exponent bits. */
struct exact_format {
    int mant, expo;
};

static inline struct exact_format exact_format_of(unsigned elem)
{
    return elem == DV_EL_F16    ? (struct exact_format){10, 5}
           : elem == DV_EL_BF16 ? (struct exact_format){7, 8}
                                : (struct exact_format){23, 8};
}

static inline bool exact_is_float(unsigned elem)
{
    return elem == DV_EL_F16 || elem == DV_EL_BF16 || elem == DV_EL_F32;
}

static inline bool exact_is_signed(unsigned elem)
{
    return elem != DV_EL_U8 && elem != DV_EL_U16 && elem != DV_EL_U32 && elem != DV_EL_U64;
}

static inline struct exact exact_of_int(int64_t v)
{
    return (struct exact){EXACT_FINITE, v < 0, v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v, 0};
}

/* What a bit pattern stands for. */
static inline struct exact exact_of(uint64_t bits, unsigned elem)
{
    unsigned n = dv_elem_bits((enum dv_elem)elem);

    if (!exact_is_float(elem)) {
        uint64_t top = exact_is_signed(elem) ? 1ull << (n - 1) : 0;
        return exact_of_int((int64_t)(((bits & (UINT64_MAX >> (64 - n))) ^ top) - top));
    }
    struct exact_format f = exact_format_of(elem);
    uint64_t m = bits % (1ull << f.mant);
    int field = (int)(bits >> f.mant) % (1 << f.expo), most = (1 << f.expo) - 1;
    struct exact x = {EXACT_FINITE, bits >> (n - 1) & 1, m, 2 - (1 << (f.expo - 1)) - f.mant};

    if (field == most)
        x.kind = m ? EXACT_NAN : EXACT_INF;
    else if (field)
        x.m += 1ull << f.mant, x.e += field - 1;
    return x;
}

/* |x| in units of 2^q, rounded by a letter of isa.md 6.3; false when only its low 64 bits are. */
static inline bool exact_grid(const struct exact *x, int q, char letter, uint64_t *n)
{
    int s = q - x->e;
    exact_wide whole, rest, half;

    if (s <= 0) {
        *n = -s < 64 ? x->m << -s : 0;
        return !x->m || (-s < 64 && x->m <= UINT64_MAX >> -s);
    }
    s = s > 100 ? 100 : s; /* all of it is rest, and below a half */
    half = (exact_wide)1 << (s - 1);
    whole = (exact_wide)x->m >> s;
    rest = (exact_wide)x->m - (whole << s);
    *n = (uint64_t)whole;
    if (!rest)
        return true;
    if (letter == 'f' || letter == 'c')
        *n += (letter == 'f') == x->neg;
    else if (letter == 'o')
        *n |= 1;
    else if (letter == 'a')
        *n += rest >= half;
    else if (letter != 'z') /* r, none */
        *n += rest > half || (rest == half && *n % 2);
    return true;
}

/* CTRL[48] = 0 is `sat`: inf and beyond become MAX, NaN becomes +0. */
static inline uint32_t exact_to_float(const struct exact *x, unsigned elem, char letter, bool sat)
{
    struct exact_format f = exact_format_of(elem);
    uint32_t sign = (uint32_t)x->neg << (f.mant + f.expo), n_bits = 64;
    uint32_t inf = ((1u << f.expo) - 1) << f.mant;
    int least = 2 - (1 << (f.expo - 1)) - f.mant, q;
    uint64_t n;

    if (x->kind == EXACT_NAN)
        return sat ? 0 : inf | 1u << (f.mant - 1);
    if (x->kind == EXACT_INF)
        return sign | (sat ? inf - 1 : inf);
    if (!x->m)
        return sign;
    n_bits -= (uint32_t)__builtin_clzll(x->m);
    q = x->e + (int)n_bits - 1 - f.mant;
    q = q < least ? least : q;
    exact_grid(x, q, letter, &n);
    if (n >> (f.mant + 1))
        n /= 2, q++;
    if (q - least >= (1 << f.expo) - 2) { /* too large */
        bool away = (letter == 'f' && x->neg) || (letter == 'c' && !x->neg) ||
                    !(letter == 'f' || letter == 'c' || letter == 'z' || letter == 'o');
        return sign | (sat || !away ? inf - 1 : inf);
    }
    return sign | (n >> f.mant ? (uint32_t)(q - least + 1) << f.mant : 0) |
           (uint32_t)(n % (1ull << f.mant));
}

/* CTRL[59] = 1 is `cut`: the low bits, else saturated; NaN is 0, an infinity has no low bits. */
static inline uint64_t exact_to_int(const struct exact *x, unsigned elem, char letter, bool cut)
{
    unsigned bits = dv_elem_bits((enum dv_elem)elem);
    uint64_t all = UINT64_MAX >> (64 - bits), n = 0, most;
    bool fits = x->kind == EXACT_FINITE && exact_grid(x, 0, letter, &n);

    if (x->kind == EXACT_NAN || (x->kind == EXACT_INF && cut))
        return 0;
    most = exact_is_signed(elem) ? (all >> 1) + x->neg : x->neg ? 0 : all;
    if (!cut && (!fits || n > most))
        n = most;
    return (x->neg ? ~n + 1 : n) & all;
}

/* A bit pattern to another element. f32 to f32 rounds to an integer and never saturates. */
static inline uint64_t exact_convert(uint64_t bits, unsigned src, unsigned dst, char letter,
                                     bool sat, bool cut)
{
    struct exact x = exact_of(bits, src);
    uint64_t n;

    if (!exact_is_float(dst))
        return exact_to_int(&x, dst, letter, cut);
    if (src == DV_EL_F32 && dst == DV_EL_F32 && x.kind == EXACT_FINITE && x.e < 0) {
        exact_grid(&x, 0, letter, &n);
        x.m = n, x.e = 0;
    }
    return exact_to_float(&x, dst, letter, sat && dst != DV_EL_F32);
}

#endif
