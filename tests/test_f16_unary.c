/* All 65,536 inputs of every f16 function, through the instruction, against results rounded once
 * from integer arithmetic: quotients and square roots with an exact remainder, exp and ln to 54
 * bits in fixed point, far beyond the hardest f16 case. */
#include <criterion/criterion.h>

#include "emu/sem/init.h"
#include "tests/exact.h"
#include "tests/rig.h"

enum { ALL = 65536, DST = 1 << 18 };
__extension__ typedef __int128 fixed;

#define ONE ((fixed)1 << 60)
#define LN2 ((fixed)799144290325165979) /* ln 2 * 2^60, nearest */

static struct exact special(enum exact_kind kind, bool neg)
{
    return (struct exact){kind, neg, 0, 0};
}

/* v * 2^e / 2^60, with a bit for "and more". */
static struct exact inexact(fixed v, int e)
{
    return (struct exact){EXACT_FINITE, v < 0, (uint64_t)(v < 0 ? -v : v) << 1 | 1, e - 61};
}

static uint64_t root(exact_wide v)
{
    uint64_t lo = 0, hi = UINT64_MAX;

    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2 + 1;
        if ((exact_wide)mid * mid <= v)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

static struct exact rec(struct exact x)
{
    uint64_t q, one = 1ull << 40;

    if (x.kind != EXACT_FINITE)
        return x.kind == EXACT_INF ? special(EXACT_FINITE, x.neg) : x;
    if (!x.m)
        return special(EXACT_INF, x.neg);
    q = one / x.m;
    return (struct exact){EXACT_FINITE, x.neg, q << 1 | (q * x.m != one), -x.e - 41};
}

static struct exact square_root(struct exact x)
{
    if (x.kind == EXACT_NAN || !(x.m || x.kind == EXACT_INF))
        return x;
    if (x.neg)
        return special(EXACT_NAN, false);
    if (x.kind == EXACT_INF)
        return x;
    exact_wide m = (exact_wide)x.m << (40 + (x.e & 1));
    uint64_t q = root(m);
    return (struct exact){EXACT_FINITE, false, q << 1 | ((exact_wide)q * q != m),
                          (x.e - (x.e & 1)) / 2 - 21};
}

static struct exact rsqrt(struct exact x)
{
    if (x.kind == EXACT_FINITE && !x.m)
        return special(EXACT_INF, x.neg);
    if (x.kind == EXACT_NAN || x.neg)
        return special(EXACT_NAN, false);
    if (x.kind == EXACT_INF)
        return special(EXACT_FINITE, false);
    exact_wide one = (exact_wide)1 << (80 + (x.e & 1)), y = one / x.m;
    uint64_t q = root(y); /* 2^80 / (m 2^e) = 2^(80 + odd) / m / 2^(e + odd) */
    bool more = (exact_wide)q * q != y || y * x.m != one;
    return (struct exact){EXACT_FINITE, false, q << 1 | more, -(x.e + (x.e & 1)) / 2 - 41};
}

/* 2^k * exp(r), r from the series. */
static struct exact exponential(struct exact x)
{
    fixed v, r, sum = ONE, term = ONE;

    if (x.kind == EXACT_NAN)
        return x;
    if (x.kind == EXACT_INF)
        return x.neg ? special(EXACT_FINITE, false) : x;
    if (!x.m)
        return (struct exact){EXACT_FINITE, false, 1, 0};
    if (x.e >= 0 || x.m >= 20ull << -x.e) /* beyond both ends */
        return x.neg ? inexact(ONE, -40) : inexact(ONE, 20);
    v = (fixed)x.m << (60 + x.e);
    v = x.neg ? -v : v;
    int k = (int)(v / LN2) - (v < 0);
    r = v - k * LN2;
    for (int n = 1; n < 30; n++) {
        term = term * r / ONE / n;
        sum += term;
    }
    return inexact(sum, k);
}

/* k ln 2 + 2 artanh((y - 1) / (y + 1)). */
static struct exact logarithm(struct exact x)
{
    fixed y, t, power, sum = 0;
    int k;

    if (x.kind == EXACT_FINITE && !x.m)
        return special(EXACT_INF, true);
    if (x.kind == EXACT_NAN || x.neg)
        return special(EXACT_NAN, false);
    if (x.kind == EXACT_INF)
        return x;
    k = 63 - __builtin_clzll(x.m);
    y = (fixed)x.m << (60 - k);
    k += x.e;
    if (y == ONE && !k)
        return special(EXACT_FINITE, false);
    t = (y - ONE) * ONE / (y + ONE);
    power = t;
    for (int n = 1; n < 60; n += 2) {
        sum += power / n;
        power = power * t / ONE * t / ONE;
    }
    return inexact((2 * sum + k * LN2) / 64, 6); /* within 64 bits */
}

static struct exact absolute(struct exact x)
{
    x.neg = false;
    return x;
}

static struct exact relu(struct exact x)
{
    return x.kind != EXACT_NAN && x.neg ? special(EXACT_FINITE, false) : x;
}

/* Every row is 65,536 inputs, in both saturation modes, with and without SIMD. */
Test(f16_unary, every_input_is_rounded_once)
{
    static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = 1 << 20};
    static const struct {
        unsigned insn;
        struct exact (*of)(struct exact x);
    } rows[] = {
        {DV_INSN_vabs, absolute}, {DV_INSN_vrelu, relu},        {DV_INSN_vrec, rec},
        {DV_INSN_vrsqrt, rsqrt},  {DV_INSN_vsqrt, square_root}, {DV_INSN_vexp, exponential},
        {DV_INSN_vln, logarithm},
    };
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 1);
    uint8_t *ub = r.w.mem[DV_SPACE_UB];
    for (unsigned n = 0; n < 4 * sizeof rows / sizeof *rows; n++) {
        bool sat = n & 1;
        rig_insn(&r, rows[n / 4].insn, DV_T_f16);
        r.w.kind = DV_AIV;
        r.w.simd = n & 2;
        r.w.x[DV_XD] = DST;
        r.w.x[DV_XN] = 0;
        struct dv_cfg_vec1 c = {0, 8, 8, 1, 1};
        dv_pack_vec1(r.w.cfg, &c);
        r.env.v[DV_ENV_CTRL] = 8 | 1ull << 56 | (uint64_t)!sat << 48;
        r.env.v[DV_ENV_MASK0] = ALL;
        for (uint32_t i = 0; i < ALL; i++)
            memcpy(ub + 2 * i, &i, 2);
        dv_sem[r.op.sem](&r.w);
        for (uint32_t i = 0; i < ALL; i++) {
            struct exact x = rows[n / 4].of(exact_of(i, DV_EL_F16));
            uint16_t got, want = (uint16_t)exact_to_float(&x, DV_EL_F16, 'r', sat);
            memcpy(&got, ub + DST + 2 * i, 2);
            cr_assert_eq(got, want, "%s of %04x, sat %d: %04x want %04x",
                         dv_insns[rows[n / 4].insn].name, i, sat, got, want);
        }
    }
    rig_close(&r);
}
