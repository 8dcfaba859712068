/* Is the arithmetic rounded right, everywhere? Too long for the tests.
 *
 * Usage: bench-exact add|mul|div|exp|ln [slice [slices]]
 *
 * add mul div: all 2^32 pairs of f16 through the rows in use (SIMD where the host has it), against
 * exact integers rounded once. exp ln: all 2^32 f32 inputs through the lanes in use, against the
 * host's double, and where that is too near to a tie its long double; a host whose double functions
 * are off by more than 2 units in the last place would show as differences. A slice is a part of
 * the first operand, so that several can run at once. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emu/sem/init.h"
#include "emu/sem/lane.h"

enum { HALVES = 65536 };

/* Of this process: hosts are shared. */
static double now_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- pairs of f16 ---------------------------------------------------------------------------- */

/* (-1)^neg * m * 2^(e - 24): m < 2^11. */
struct half {
    bool neg, inf, nan;
    uint32_t m;
    int e;
};

static struct half half_of(unsigned h)
{
    int field = h >> 10 & 31;
    uint32_t low = h & 1023;

    return (struct half){h >> 15, field == 31 && !low, field == 31 && low, field ? low + 1024 : low,
                         field ? field - 1 : 0};
}

/* m * 2^(e - 24) to nearest even. */
static uint16_t rounded(bool neg, uint64_t m, int e)
{
    unsigned sign = neg ? 0x8000 : 0;

    if (!m)
        return (uint16_t)sign;
    int top = 63 - __builtin_clzll(m), q = e + top - 10;
    if (q < 0)
        q = 0;
    int s = q - e;
    if (s > 63)
        return (uint16_t)sign;
    uint64_t n = s > 0 ? m >> s : m << -s, rest = s > 0 ? m - (n << s) : 0;
    uint64_t half = s > 0 ? 1ull << (s - 1) : 1;
    n += rest > half || (rest == half && n & 1);
    uint64_t bits = n + ((uint64_t)q << 10); /* a carry moves on to the exponent */
    return (uint16_t)(sign | (bits < 0x7c00 ? bits : 0x7c00));
}

static uint16_t add(const struct half *a, const struct half *b)
{
    int64_t s;

    if (a->nan || b->nan || (a->inf && b->inf && a->neg != b->neg))
        return 0x7e00;
    if (a->inf || b->inf)
        return (a->inf ? a->neg : b->neg) ? 0xfc00 : 0x7c00;
    s = (a->neg ? -1 : 1) * ((int64_t)a->m << a->e) + (b->neg ? -1 : 1) * ((int64_t)b->m << b->e);
    return rounded(s ? s < 0 : a->neg && b->neg, (uint64_t)(s < 0 ? -s : s), 0);
}

static uint16_t mul(const struct half *a, const struct half *b)
{
    bool neg = a->neg != b->neg;

    if (a->nan || b->nan || (a->inf && !b->inf && !b->m) || (b->inf && !a->inf && !a->m))
        return 0x7e00;
    if (a->inf || b->inf)
        return neg ? 0xfc00 : 0x7c00;
    return rounded(neg, (uint64_t)a->m * b->m, a->e + b->e - 24);
}

static uint16_t quotient(const struct half *a, const struct half *b)
{
    bool neg = a->neg != b->neg;

    if (a->nan || b->nan || (a->inf && b->inf) || (!a->inf && !b->inf && !a->m && !b->m))
        return 0x7e00;
    if (a->inf || (!b->inf && !b->m))
        return neg ? 0xfc00 : 0x7c00;
    if (b->inf)
        return neg ? 0x8000 : 0;
    uint64_t up = (uint64_t)a->m << 40, n = up / b->m;
    return rounded(neg, n << 1 | (n * b->m != up), a->e - b->e - 41 + 24);
}

typedef uint16_t (*pair_fn)(const struct half *a, const struct half *b);

static uint64_t pairs(unsigned lane, pair_fn fn, unsigned first, unsigned last)
{
    static uint16_t a[HALVES], b[HALVES], got[HALVES];
    static struct half of[HALVES];
    dv_row_fn row = dv_fast_row(lane, DV_K_F16);
    dv_lane_fn one = dv_lane_of(lane, DV_K_F16);
    uint64_t wrong = 0;

    for (unsigned i = 0; i < HALVES; i++) {
        b[i] = (uint16_t)i;
        of[i] = half_of(i);
    }
    for (unsigned x = first; x < last; x++) {
        for (unsigned i = 0; i < HALVES; i++)
            a[i] = (uint16_t)x;
        if (row)
            row(got, a, b, HALVES, 0);
        for (unsigned i = 0; i < HALVES; i++) {
            uint32_t bits = row ? got[i] : one(x, i, 0);
            wrong += bits != fn(&of[x], &of[i]);
        }
    }
    return wrong;
}

/* ---- functions of f32 ------------------------------------------------------------------------ */

static uint64_t near_ties;

/* The f32 nearest to a value known to within a few units of its last place. */
static float nearest(double y, double x, long double (*wider)(long double))
{
    double slack = fabs(y) * 0x1p-51;

    if (!isfinite(y) || (float)(y - slack) == (float)(y + slack))
        return (float)y;
    near_ties++;
    return (float)wider((long double)x);
}

static uint64_t function(bool is_exp, uint64_t first, uint64_t last)
{
    uint64_t wrong = 0;

    for (uint64_t i = first; i < last; i++) {
        float x = dv_bits_f32((uint32_t)i);
        float got = is_exp ? dv_f32_exp(x) : dv_f32_ln(x);
        float want = is_exp ? nearest(exp((double)x), (double)x, expl)
                            : nearest(log((double)x), (double)x, logl);
        wrong += got != got ? want == want : dv_f32_bits(got) != dv_f32_bits(want);
    }
    return wrong;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"add", "mul", "div", "exp", "ln"};
    static const unsigned lanes[] = {DV_LANE_add, DV_LANE_mul, DV_LANE_div};
    static const pair_fn fns[] = {add, mul, quotient};
    unsigned slice = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
    unsigned slices = argc > 3 ? (unsigned)atoi(argv[3]) : 16, k = 0;

    while (k < 5 && (argc < 2 || strcmp(argv[1], names[k])))
        k++;
    if (k == 5 || !slices || slices > HALVES || slice >= slices) {
        fprintf(stderr, "usage: bench-exact add|mul|div|exp|ln [slice [slices]]\n");
        return 2;
    }
    dv_vector_init();
    unsigned first = (unsigned)((uint64_t)HALVES * slice / slices);
    unsigned last = argc > 2 ? (unsigned)((uint64_t)HALVES * (slice + 1) / slices) : HALVES;
    double start = now_seconds();
    unsigned state = dv_num_enter();
    uint64_t wrong = k < 3 ? pairs(lanes[k], fns[k], first, last)
                           : function(k == 3, (uint64_t)first << 16, (uint64_t)last << 16);
    dv_num_leave(state);
    printf("%s: %llu inputs, %llu wrong, %llu near a tie, %.1f s of CPU\n", names[k],
           (unsigned long long)(last - first) << 16, (unsigned long long)wrong,
           (unsigned long long)near_ties, now_seconds() - start);
    return wrong != 0;
}
