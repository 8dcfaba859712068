/* exp and ln of f32, correctly rounded, and the f16 tables of exp ln rec rsqrt sqrt.
 *
 * Own evaluation, so that no host's libm decides a bit (numerics 2): a double path with a proven
 * margin answers nearly always; where both ends of the margin round apart, double-double decides.
 * Knows numbers only. */
#include "emu/sem/lane.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- double-double --------------------------------------------------------------------------- */

struct dd {
    double hi, lo;
};

static struct dd dd_sum(double a, double b)
{
    double s = a + b, t = s - a;

    return (struct dd){s, (a - (s - t)) + (b - t)};
}

static struct dd dd_add(struct dd a, struct dd b)
{
    struct dd s = dd_sum(a.hi, b.hi), t = dd_sum(a.lo, b.lo);

    s = dd_sum(s.hi, s.lo + t.hi);
    return dd_sum(s.hi, s.lo + t.lo);
}

/* Upper 26 bits of a double. */
static double upper(double a)
{
    double c = a * 134217729.0;

    return c - (c - a);
}

static struct dd dd_product(double a, double b)
{
    double p = a * b, ah = upper(a), al = a - ah, bh = upper(b), bl = b - bh;

    return (struct dd){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static struct dd dd_mul(struct dd a, struct dd b)
{
    struct dd p = dd_product(a.hi, b.hi);

    return dd_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static struct dd dd_div(struct dd a, double b)
{
    double q = a.hi / b;
    struct dd p = dd_product(q, b), r = dd_add(a, (struct dd){-p.hi, -p.lo});

    return dd_sum(q, (r.hi + r.lo) / b);
}

/* ln 2 to 106 bits and beyond */
static const struct dd ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

enum { TERMS = 30 }; /* 0.7^30 / 30! < 2^-123 */

/* e^r - 1 for |r| < 0.7, Taylor. */
static struct dd dd_expm1(struct dd r)
{
    struct dd p = {1, 0};

    for (int n = TERMS; n > 1; n--)
        p = dd_add((struct dd){1, 0}, dd_div(dd_mul(r, p), n));
    return dd_mul(r, p);
}

/* 2^k for -1022 <= k <= 1023. */
static double power(int k)
{
    uint64_t u = (uint64_t)(k + 1023) << 52;
    double d;

    memcpy(&d, &u, sizeof d);
    return d;
}

/* One rounding of a double-double to f32: to odd first, so that the second rounding is the only
 * one that matters. */
static float dd_round(struct dd a)
{
    uint64_t u;
    double d = a.hi;

    memcpy(&u, &d, sizeof u);
    if (a.lo != 0 && !(u & 1))
        u += (a.lo > 0) == (d > 0) ? 1 : (uint64_t)-1;
    memcpy(&d, &u, sizeof d);
    return (float)d;
}

/* ---- fast double paths ----------------------------------------------------------------------- */

enum { EXP_STEPS = 32, LN_STEPS = 92 };

static double exp_step[EXP_STEPS]; /* 2^(j/32) */
static struct {
    double inv, ln;
} ln_step[LN_STEPS]; /* 1/c and ln c for c near 0.7 .. 1.41 */

/* Nearest integer of |x| < 2^31 without the host's rounding functions. */
static double nearest(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

/* e^x within 2^-49 relative, for |x| < 700. */
static double exp_double(double x)
{
    /* ln 2 / 32: 33 leading bits, so that k * high is exact for |k| < 2^20 */
    static const double high = 0x1.62e42fefp-6, low = 0x1.473de6af278edp-39;
    double k = nearest(x * 0x1.71547652b82fep5);
    double r = (x - k * high) - k * low;
    double p = r * (1 + r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r / 720)))));
    int i = (int)k, j = i & (EXP_STEPS - 1);

    return (exp_step[j] + exp_step[j] * p) * power((i - j) / EXP_STEPS);
}

static double series(double r)
{
    double p = 1.0 / 9;

    for (int n = 8; n > 0; n--)
        p = 1.0 / n - r * p;
    return r * p;
}

/* x = 2^*e * m with m in [0.7, 1.41]; x > 0 finite. */
static double split(double x, int *e)
{
    uint64_t u;

    memcpy(&u, &x, sizeof u);
    *e = (int)(u >> 52) - 1023;
    u = (u & 0xfffffffffffffull) | 1023ull << 52;
    memcpy(&x, &u, sizeof x);
    if (x > 1.4140625) {
        x /= 2;
        ++*e;
    }
    return x;
}

/* ln x within 2^-48 relative, for x > 0. */
static double ln_double(double x)
{
    int e;
    double m = split(x, &e);
    int j = (int)(m * 128 + 0.5) - 90;
    double r = m * ln_step[j].inv - 1;

    return e * ln2.hi + (ln_step[j].ln + series(r) + e * ln2.lo);
}

/* True when every value within the margin rounds to the same f32. */
static bool settled(double y, double margin, float *out)
{
    float low = (float)(y - y * margin), high = (float)(y + y * margin);

    *out = low;
    return low == high;
}

static struct dd exp_slow(double x)
{
    double k = nearest(x * 0x1.71547652b82fep0);
    struct dd r = dd_add((struct dd){x, 0}, dd_mul((struct dd){-k, 0}, ln2));
    struct dd e = dd_add((struct dd){1, 0}, dd_expm1(r));
    double scale = power((int)k);

    return (struct dd){e.hi * scale, e.lo * scale};
}

/* One Newton step from the double: y = y0 + (m e^-y0 - 1), quadratic in y0's error. */
static struct dd ln_slow(double x)
{
    int e;
    double m = split(x, &e), y0 = ln_double(m);
    struct dd t = dd_expm1((struct dd){-y0, 0});
    struct dd step = dd_add((struct dd){m - 1, 0}, dd_mul((struct dd){m, 0}, t));
    struct dd y = dd_add((struct dd){y0, 0}, step);

    return dd_add(dd_mul((struct dd){e, 0}, ln2), y);
}

float dv_f32_exp(float x)
{
    float y;

    if (x != x)
        return dv_bits_f32(DV_F32_NAN);
    if (x > 89)
        return dv_bits_f32(0x7f800000u);
    if (x < -104)
        return 0;
    return settled(exp_double(x), 0x1p-48, &y) ? y : dd_round(exp_slow(x));
}

float dv_f32_ln(float x)
{
    float y;

    if (x == 0)
        return dv_bits_f32(0xff800000u);
    if (!(x > 0))
        return dv_bits_f32(DV_F32_NAN);
    if (dv_f32_bits(x) == 0x7f800000u || x == 1)
        return x == 1 ? 0 : x;
    return settled(ln_double(x), 0x1p-47, &y) ? y : dd_round(ln_slow(x));
}

/* ---- tables ---------------------------------------------------------------------------------- */

static uint16_t exp_f16[65536], ln_f16[65536], rec_f16[65536], rsqrt_f16[65536], sqrt_f16[65536];

/* Values whose double result needs care: the domain of exp_double and ln_double. */
static double exp_any(double x)
{
    return x != x ? x : x > 700 ? 0x1p1000 : x < -700 ? 0 : exp_double(x);
}

static double ln_any(double x)
{
    if (x == 0 || !(x > 0) || x > 0x1p1000)
        return x > 0 ? x : x == 0 ? -1 / 0.0 : __builtin_nan("");
    return ln_double(x);
}

static void fill_steps(void)
{
    for (int j = 0; j < EXP_STEPS; j++) {
        struct dd r = dd_mul(ln2, (struct dd){j / (double)EXP_STEPS, 0});
        exp_step[j] = 1 + dd_expm1(r).hi;
    }
    /* 1/c in 24 bits, so that m * (1/c) is exact for an f32 m; ln c = -ln(1/c) by Newton from a
     * series around 1 */
    for (int j = 0; j < LN_STEPS; j++) {
        double c = (j + 90) / 128.0, inv = (double)(float)(1 / c);
        double q = (1 - inv) / (1 + inv), y = 0;
        for (int n = 41; n > 0; n -= 2)
            y = y * q * q + 2.0 / n;
        y *= q;
        struct dd t = dd_expm1((struct dd){-y, 0}); /* e^-y - 1 against inv - 1 */
        y += ((t.hi - (inv - 1)) + t.lo) / inv;
        ln_step[j].inv = inv;
        ln_step[j].ln = y;
    }
}

static uint16_t entry(unsigned lane, double x)
{
    double y = 0;

    switch (lane) {
    case DV_LANE_exp:
        y = exp_any(x);
        break;
    case DV_LANE_ln:
        y = ln_any(x);
        break;
    case DV_LANE_rec:
        y = 1 / x;
        break;
    case DV_LANE_rsqrt:
        y = 1 / __builtin_sqrt(x);
        break;
    default:
        y = __builtin_sqrt(x);
    }
    return dv_f64_to_f16(y, DV_RINT, false);
}

void dv_exponent_init(void)
{
    static bool done;

    if (done)
        return;
    unsigned state = dv_num_enter();
    fill_steps();
    dv_num_leave(state);
    done = true;
}

/* Built when first asked for, since most kernels need none; machines may ask from several
 * threads. */
static void fill_table(unsigned lane, uint16_t *table, atomic_bool *filled)
{
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

    pthread_mutex_lock(&one);
    if (!atomic_load_explicit(filled, memory_order_relaxed)) {
        unsigned state = dv_num_enter();
        for (uint32_t i = 0; i < 65536; i++)
            table[i] = entry(lane, dv_f16_to_f32((uint16_t)i));
        dv_num_leave(state);
        atomic_store_explicit(filled, true, memory_order_release);
    }
    pthread_mutex_unlock(&one);
}

const uint16_t *dv_f16_table(unsigned lane)
{
    static uint16_t *const table[DV_LANE_COUNT] = {
        [DV_LANE_exp] = exp_f16,     [DV_LANE_ln] = ln_f16,     [DV_LANE_rec] = rec_f16,
        [DV_LANE_rsqrt] = rsqrt_f16, [DV_LANE_sqrt] = sqrt_f16,
    };
    static atomic_bool filled[DV_LANE_COUNT];

    if (table[lane] && !atomic_load_explicit(&filled[lane], memory_order_acquire))
        fill_table(lane, table[lane], &filled[lane]);
    return table[lane];
}
