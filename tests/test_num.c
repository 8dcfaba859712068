/* Number formats against models that search for the answer: neighbours are found by value and the
 * mode picks one. Evidence: numerics.md 2 and 3, isa.md 4.2 and 6.3. */
#include <criterion/criterion.h>
#include <math.h>

#include "isa/num.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

static uint64_t seed = 88172645463325252ull;

static uint64_t random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1dull;
}

/* Value of a 16-bit pattern with `mant` mantissa bits, from the definition of the format. */
static double value16(unsigned h, int mant)
{
    int width = 15 - mant, bias = (1 << (width - 1)) - 1;
    int expo = (int)(h >> mant) & ((1 << width) - 1);
    int m = (int)h & ((1 << mant) - 1);
    double v = expo ? ldexp(m + (1 << mant), expo - bias - mant) : ldexp(m, 1 - bias - mant);

    return h >> 15 ? -v : v;
}

static unsigned infinity16(int mant)
{
    return ((1u << (15 - mant)) - 1) << mant;
}

/* Picks between neighbours lo <= mag < hi (hi_odd: pattern of hi is odd) for a mode. */
static bool goes_up(double mag, double lo, double hi, bool hi_odd, bool neg, enum dv_round mode)
{
    double low_gap = mag - lo, high_gap = hi - mag;

    if (low_gap == 0)
        return false;
    switch (mode) {
    case DV_RINT:
        return high_gap < low_gap || (high_gap == low_gap && !hi_odd);
    case DV_AWAY:
        return high_gap <= low_gap;
    case DV_FLOOR:
        return neg;
    case DV_CEIL:
        return !neg;
    case DV_TRUNC:
        return false;
    default:
        return hi_odd;
    }
}

/* The model of narrowing to 16 bits: largest pattern not above |d|, then the mode. */
static unsigned narrow16(double d, int mant, enum dv_round mode, bool saturate)
{
    unsigned inf = infinity16(mant), lo = 0, hi = inf - 1, sign = signbit(d) ? 0x8000 : 0;
    double mag = fabs(d);

    if (isnan(d))
        return saturate ? 0 : inf | 1u << (mant - 1);
    if (isinf(d))
        return sign | (saturate ? inf - 1 : inf);
    while (lo < hi) {
        unsigned mid = (lo + hi + 1) / 2;
        if (value16(mid, mant) <= mag)
            lo = mid;
        else
            hi = mid - 1;
    }
    double step = value16(lo == inf - 1 ? lo : lo + 1, mant) - value16(lo - (lo == inf - 1), mant);
    double next = value16(lo, mant) + step;
    if (lo + 1 == inf && mag >= next)
        lo += mode == DV_RINT || mode == DV_AWAY || (mode == DV_FLOOR && sign) ||
              (mode == DV_CEIL && !sign);
    else
        lo += goes_up(mag, value16(lo, mant), next, (lo + 1) & 1, sign, mode);
    return sign | (saturate && lo == inf ? lo - 1 : lo);
}

Test(num, widening_is_exact)
{
    for (unsigned h = 0; h < 65536; h++) {
        bool nan = (h & 0x7fff) > 0x7c00, inf = (h & 0x7fff) == 0x7c00;
        uint32_t want =
            nan ? DV_F32_NAN
                : dv_f32_bits(inf ? (h >> 15 ? -INFINITY : INFINITY) : (float)value16(h, 10));
        cr_assert_eq(dv_f32_bits(dv_f16_to_f32((uint16_t)h)), want, "f16 %04x", h);
        nan = (h & 0x7fff) > 0x7f80;
        want = nan ? DV_F32_NAN : h << 16;
        cr_assert_eq(dv_f32_bits(dv_bf16_to_f32((uint16_t)h)), want, "bf16 %04x", h);
    }
}

static void check_narrow(double d)
{
    for (enum dv_round mode = DV_RINT; mode <= DV_ODD; mode++) {
        for (int sat = 0; sat < 2; sat++) {
            unsigned want = narrow16(d, 10, mode, sat);
            cr_assert_eq(dv_f64_to_f16(d, mode, sat), want, "f64 %a mode %d sat %d: %04x want %04x",
                         d, mode, sat, dv_f64_to_f16(d, mode, sat), want);
            float f = (float)d;
            want = narrow16(f, 10, mode, sat);
            cr_assert_eq(dv_f32_to_f16(f, mode, sat), want, "f32 %a mode %d sat %d: %04x want %04x",
                         f, mode, sat, dv_f32_to_f16(f, mode, sat), want);
            want = narrow16(f, 7, mode, sat);
            cr_assert_eq(dv_f32_to_bf16(f, mode, sat), want, "bf16 of %a mode %d sat %d", f, mode,
                         sat);
        }
    }
}

/* Every f16 value, every midpoint between two and the numbers beside both: the whole decision
 * surface of the six modes. */
Test(num, narrowing_at_every_boundary)
{
    for (unsigned h = 0; h < 0x7c00; h++) {
        double v = value16(h, 10), next = h == 0x7bff ? 65536 : value16(h + 1, 10);
        double mid = (v + next) / 2;
        double at[] = {v,
                       nextafter(v, 1e9),
                       mid,
                       nextafter(mid, 0),
                       nextafter(mid, 1e9),
                       nextafterf((float)mid, 0),
                       nextafterf((float)mid, 1e9f)};
        double d = at[h % 7];
        check_narrow(d);
        check_narrow(-d);
        for (unsigned i = 0; i < 7; i++)
            cr_assert_eq(dv_f64_to_f16(at[i], DV_RINT, false), narrow16(at[i], 10, DV_RINT, false),
                         "%a", at[i]);
    }
}

Test(num, narrowing_random_and_special)
{
    static const double special[] = {
        0.0,         INFINITY,        NAN,      65504,       65519.99,    65520,
        65535.9,     65536,           1e300,    0x1p-24,     0x1p-25,     0x1.000001p-25,
        0x1p-26,     0x1p-149,        5e-324,   0x1.ffcp-15, 0x1.ffep-15, 0x1.ffep+127,
        0x1.ffp+127, 0x1.feffffp+127, 0x1p-133, 0x1p-134,    0x1.8p-134};

    for (unsigned i = 0; i < sizeof special / sizeof *special; i++) {
        check_narrow(special[i]);
        check_narrow(-special[i]);
    }
    for (int i = 0; i < 60000; i++) {
        check_narrow(dv_bits_f32((uint32_t)random64()));
        check_narrow(ldexp((double)(int64_t)random64(), -63 - (int)(random64() % 30)));
    }
}

/* ---- integers -------------------------------------------------------------------------------- */

static double whole(double d, enum dv_round mode)
{
    double mag = fabs(d), lo = floor(mag);

    return copysign(lo + goes_up(mag, lo, lo + 1, fmod(lo + 1, 2) == 1, signbit(d), mode), d);
}

/* Numbers below 2^63 so that the model may use int64. */
static void check_int(double d)
{
    static const unsigned bits[] = {4, 8, 16, 32};

    for (enum dv_round mode = DV_RINT; mode <= DV_ODD; mode++) {
        double w = whole(d, mode);
        for (unsigned i = 0; i < 8; i++) {
            unsigned n = bits[i / 2];
            bool sign = i % 2;
            double least = sign ? -ldexp(1, (int)n - 1) : 0;
            double most = ldexp(1, (int)n - sign) - 1;
            int64_t want = (int64_t)(w < least ? least : w > most ? most : w);
            cr_assert_eq(dv_f64_to_int(d, n, sign, mode, true), want, "%a to %u bits mode %d", d, n,
                         mode);
            uint64_t low = (uint64_t)(int64_t)w & ((1ull << n) - 1);
            want = sign && low >> (n - 1) ? (int64_t)(low - (1ull << n)) : (int64_t)low;
            cr_assert_eq(dv_f64_to_int(d, n, sign, mode, false), want, "%a cut to %u bits", d, n);
        }
    }
}

Test(num, float_to_integer)
{
    for (int i = 0; i < 80000; i++) {
        check_int(ldexp((double)(int64_t)random64(), -1 - (int)(random64() % 80)));
        check_int((double)(int64_t)(random64() % 2000) / 4 - 250);
    }
    static const struct {
        double d;
        unsigned bits;
        bool sign, sat;
        int64_t want;
    } row[] = {
        {NAN, 32, true, true, 0},
        {INFINITY, 32, true, true, INT32_MAX},
        {-INFINITY, 16, true, true, -32768},
        {INFINITY, 8, false, true, 255},
        {-INFINITY, 8, false, true, 0},
        {NAN, 8, true, false, 0},
        {1e300, 64, true, true, INT64_MAX},
        {-1e300, 64, true, true, INT64_MIN},
        {0x1p63, 64, false, false, INT64_MIN},
        {0x1p64, 64, false, true, -1},
        {1e300, 32, true, false, 0},
        {4294967297.0, 32, true, false, 1},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
        cr_assert_eq(dv_f64_to_int(row[i].d, row[i].bits, row[i].sign, DV_RINT, row[i].sat),
                     row[i].want, "row %u", i);
}

/* Nearest f32 candidates of an integer by value. */
static float f32_of(int64_t v, enum dv_round mode)
{
    long double mag = v < 0 ? -(long double)v : (long double)v;
    float lo = (float)mag;

    while ((long double)lo > mag)
        lo = nextafterf(lo, 0);
    float hi = nextafterf(lo, INFINITY);
    long double low_gap = mag - lo, high_gap = hi - mag;
    bool neg = v < 0, up = false;
    if (low_gap > 0)
        up = mode == DV_RINT    ? high_gap < low_gap || (high_gap == low_gap && dv_f32_bits(lo) & 1)
             : mode == DV_AWAY  ? high_gap <= low_gap
             : mode == DV_FLOOR ? neg
             : mode == DV_CEIL  ? !neg
             : mode == DV_ODD   ? !(dv_f32_bits(lo) & 1)
                                : false;
    return neg ? -(up ? hi : lo) : up ? hi : lo;
}

Test(num, integer_to_float)
{
    for (int i = 0; i < 200000; i++) {
        int64_t v = (int64_t)random64() >> (random64() % 64);
        for (enum dv_round mode = DV_RINT; mode <= DV_ODD; mode++) {
            cr_assert_eq(dv_f32_bits(dv_int_to_f32(v, mode)), dv_f32_bits(f32_of(v, mode)),
                         "%lld mode %d", (long long)v, mode);
            if (llabs(v) < 1ll << 50)
                cr_assert_eq(dv_int_to_f16(v, mode, false), narrow16((double)v, 10, mode, false),
                             "%lld mode %d", (long long)v, mode);
        }
    }
    cr_assert_eq(dv_int_to_f16(INT64_MIN, DV_RINT, true), 0xfbff);
    cr_assert_eq(dv_int_to_f16(INT64_MIN, DV_TRUNC, false), 0xfbff);
    cr_assert_eq(dv_int_to_f16(0, DV_FLOOR, false), 0);
}

Test(num, round_to_integral)
{
    static const float special[] = {0.0f,      -0.0f,       0.5f,     -0.5f,
                                    1.5f,      2.5f,        0x1p23f,  0x1.fffffep22f,
                                    0x1p-149f, 0.49999997f, INFINITY, -INFINITY};

    for (int i = 0; i < 400000; i++) {
        float f = i < 12 ? special[i] : dv_bits_f32((uint32_t)random64());
        if (i % 2 && i >= 12)
            f = (float)ldexp((double)(int64_t)random64(), -63 + (int)(random64() % 28));
        for (enum dv_round mode = DV_RINT; mode <= DV_ODD; mode++) {
            uint32_t want = isnan(f) ? DV_F32_NAN
                                     : dv_f32_bits(fabsf(f) >= 0x1p23f ? f : (float)whole(f, mode));
            cr_assert_eq(dv_f32_bits(dv_f32_round(f, mode)), want, "%a mode %d", f, mode);
        }
    }
}

Test(num, letters)
{
    static const struct {
        char letter;
        enum dv_round mode;
    } row[] = {{'a', DV_AWAY}, {'c', DV_CEIL},  {'f', DV_FLOOR}, {'o', DV_ODD},
               {'r', DV_RINT}, {'z', DV_TRUNC}, {0, DV_RINT}};

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
        cr_assert_eq(dv_round_letter(row[i].letter), row[i].mode);
}

/* f32 operation, then one rounding = one rounding of the exact value (numerics.md 3): both the sum
 * and the product of two f16 are exact as doubles. */
Test(num, f16_arithmetic_through_f32)
{
    for (int i = 0; i < 10000000; i++) {
        uint64_t u = random64();
        uint16_t p = (uint16_t)u, q = (uint16_t)(u >> 16);
        float a = dv_f16_to_f32(p), b = dv_f16_to_f32(q);
        if (i & 1) {
            cr_assert_eq(dv_f32_to_f16(a + b, DV_RINT, false),
                         dv_f64_to_f16((double)a + b, DV_RINT, false), "%04x + %04x", p, q);
        } else {
            cr_assert_eq(dv_f32_to_f16(a * b, DV_RINT, false),
                         dv_f64_to_f16((double)a * b, DV_RINT, false), "%04x * %04x", p, q);
        }
    }
}

#if defined(__SSE__)
Test(num, host_state)
{
    volatile float tiny = 0x1p-140f, third = 3.0f, one = 1.0f;
    unsigned odd = 0x1f80u | 0x8040u | 0x6000u; /* flush to zero both ways, toward zero */

    _mm_setcsr(odd);
    unsigned before = dv_num_enter();
    volatile float kept = tiny * 2.0f, nearest = one / third;
    cr_expect_eq(_mm_getcsr() & 0xffc0u, 0x1f80u);
    dv_num_leave(before);
    cr_expect_eq(_mm_getcsr() & 0xffc0u, odd & 0xffc0u);
    _mm_setcsr(0x1f80u);
    cr_expect_eq(dv_f32_bits(kept), dv_f32_bits(0x1p-139f));
    cr_expect_eq(dv_f32_bits(nearest), 0x3eaaaaabu);
}
#endif
