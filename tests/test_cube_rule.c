/* MMAD on floats by rule: --acc, HF32, C in f16, bias, against numerics 2 written a second time.
 * Whole buffers are compared, rows are counted. */
#include <math.h>
#include <stdio.h>

#include "emu/sem/init.h"
#include "isa/num.h"
#include "tests/cube_rig.h"

/* ---- floats ---------------------------------------------------------------------------------- */

enum rule { SEQ, INSTR, CHUNK16, TREE16, EXACT16, TC24, RULES };

struct floats {
    const char *name;
    uint16_t insn, type;
    uint8_t elem, size;
    uint8_t hf32; /* 1 to even, 2 toward zero */
};

static const struct floats kinds[] = {
    {"f16f32", DV_INSN_mmad, DV_T_f16f32, DV_EL_F16, 2, 0},
    {"bf16f32", DV_INSN_mmad, DV_T_bf16f32, DV_EL_BF16, 2, 0},
    {"f32f32", DV_INSN_mmad, DV_T_f32f32, DV_EL_F32, 4, 0},
    {"hf32", DV_INSN_mmad, DV_T_f32f32, DV_EL_F32, 4, 1},
    {"hf32 down", DV_INSN_mmad, DV_T_f32f32, DV_EL_F32, 4, 2},
    {"f16f16", DV_INSN_mmad_f16f16, DV_T_f16f16, DV_EL_F16, 2, 0},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Exponents near 1, so that a sum of 17 fits 128 bits: the model adds integers of 2^-80. */
static uint32_t ordinary(struct rig *r, unsigned elem)
{
    uint32_t v = rig_random(r);

    if (elem == DV_EL_F16)
        return (v & 0x83ff) | rig_range(r, 8, 18) << 10;
    return elem == DV_EL_BF16 ? (v & 0x807f) | rig_range(r, 117, 133) << 7
                              : (v & 0x807fffff) | rig_range(r, 117, 133) << 23;
}

static float real(const uint8_t *p, const struct floats *f)
{
    uint32_t v = 0, low;

    memcpy(&v, p, f->size);
    if (f->elem == DV_EL_F16)
        return dv_f16_to_f32((uint16_t)v);
    if (f->elem == DV_EL_BF16)
        return dv_bits_f32(v << 16);
    low = v & 0x1fff;
    if (f->hf32) {
        v -= low;
        if (low > 0x1000 || (low == 0x1000 && f->hf32 == 1 && v & 0x2000))
            v += 0x2000;
    }
    return dv_bits_f32(v);
}

static __int128 fixed(double v) /* exact: v is a multiple of 2^-80 below 2^40 */
{
    int e;
    double m = frexp(v, &e);
    int64_t i = (int64_t)ldexp(m, 53);
    int shift = e - 53 + 80;

    return shift >= 0 ? (__int128)i * ((__int128)1 << shift) : (__int128)i >> -shift;
}

static unsigned length(unsigned __int128 v)
{
    unsigned n = 0;

    for (; v; v >>= 1)
        n++;
    return n;
}

static float fixed_float(__int128 v, bool nearest)
{
    unsigned __int128 u = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v, rest;
    unsigned n = length(u), drop = n > 24 ? n - 24 : 0;
    double out;

    rest = u & (((unsigned __int128)1 << drop) - 1);
    u >>= drop;
    if (nearest && drop) {
        unsigned __int128 half = (unsigned __int128)1 << (drop - 1);

        u += rest > half || (rest == half && u & 1);
    }
    out = ldexp((double)(uint64_t)u, (int)drop - 80);
    return (float)(v < 0 ? -out : out);
}

/* n products and s as numerics 2 adds them in one sum. */
static float one_sum(const float *a, const float *b, unsigned n, float s, bool tc)
{
    __int128 t[17], sum = 0;
    unsigned top = 0;

    for (unsigned i = 0; i <= n; i++) {
        t[i] = fixed(i < n ? (double)a[i] * b[i] : s);
        if (length((unsigned __int128)(t[i] < 0 ? -t[i] : t[i])) > top)
            top = length((unsigned __int128)(t[i] < 0 ? -t[i] : t[i]));
    }
    for (unsigned i = 0; i <= n; i++) {
        __int128 unit = tc && top > 25 ? (__int128)1 << (top - 25) : 1;

        sum += t[i] / unit * unit; /* toward zero */
    }
    return fixed_float(sum, !tc);
}

static float balanced(const float *p, unsigned n)
{
    return n == 1 ? p[0] : balanced(p, n / 2) + balanced(p + n / 2, n / 2);
}

static float model_sum(enum rule rule, const float *a, const float *b, unsigned k, float s)
{
    unsigned step = rule == SEQ ? 1 : rule == INSTR ? k : 16;

    for (unsigned at = 0; at < k; at += step) {
        unsigned n = k - at < step ? k - at : step;
        float t = 0, p[16] = {0};

        if (rule == EXACT16 || rule == TC24) {
            s = one_sum(a + at, b + at, n, s, rule == TC24);
            continue;
        }
        if (rule == SEQ) {
            s = fmaf(a[at], b[at], s);
            continue;
        }
        for (unsigned i = 0; rule != TREE16 && i < n; i++)
            t = fmaf(a[at + i], b[at + i], t);
        for (unsigned i = 0; rule == TREE16 && i < n; i++)
            p[i] = a[at + i] * b[at + i];
        s += rule == TREE16 ? balanced(p, 16) : t;
    }
    return s;
}

static void float_model(const struct rig *r, const struct floats *f, enum rule rule,
                        const struct product *p, uint8_t *c)
{
    static float a[4096], b[4096];
    unsigned k0 = 32 / f->size, k1 = (p->s.k + k0 - 1) / k0, n1 = (p->s.n + 15) / 16;
    unsigned size = f->insn == DV_INSN_mmad ? 4 : 2;

    for (unsigned i = 0; i < p->s.m; i++)
        for (unsigned j = 0; j < p->s.n; j++) {
            uint8_t *at = c_at(c, p, i, j, size);
            uint16_t half;
            float s = 0;

            for (unsigned k = 0; k < p->s.k; k++) {
                size_t in = k % k0 * f->size;
                size_t x =
                    p->s.m == 1 ? k / k0 * 32 : (i / 16 * k1 + k / k0) * FRACTAL + i % 16 * 32;
                size_t y = (k / k0 * n1 + j / 16) * FRACTAL + j % 16 * 32;

                a[k] = real(r->w.mem[DV_SPACE_L0A] + p->a + x + in, f);
                b[k] = real(r->w.mem[DV_SPACE_L0B] + p->b + y + in, f);
            }
            memcpy(&half, at, 2);
            if (p->start == FROM_C && size == 4)
                memcpy(&s, at, 4);
            else if (p->start == FROM_C)
                s = dv_f16_to_f32(half);
            else if (p->start == BIAS)
                memcpy(&s, r->w.mem[DV_SPACE_BT] + p->bias + 4 * j, 4);
            s = model_sum(rule, a, b, p->s.k, s);
            half = dv_f32_to_f16(s, DV_RINT, true);
            memcpy(at, size == 4 ? (const void *)&s : (const void *)&half, size);
        }
}

static void ordinary_fill(struct rig *r, unsigned space, uint32_t bytes, unsigned elem,
                          unsigned size)
{
    for (uint32_t i = 0; i < bytes; i += size) {
        uint32_t v = ordinary(r, elem);

        memcpy(r->w.mem[space] + i, &v, size);
    }
}

static const struct shape small[] = {{1, 40, 17}, {3, 15, 5},   {16, 16, 16}, {5, 17, 20},
                                     {17, 33, 3}, {2, 100, 16}, {18, 48, 33}};
enum { SMALL = sizeof small / sizeof small[0] };

Test(cube_rule, floats_by_rule)
{
    static uint8_t want[L0C];
    struct rig r;
    unsigned ran = 0;

    dv_cube_init();
    open_rig(&r, 14);
    for (unsigned row = 0; row < KINDS * RULES * SMALL * STARTS; row++) {
        const struct floats *f = &kinds[row % KINDS];
        enum rule rule = (enum rule)(row / KINDS % RULES);
        struct product p = {.s = small[row / KINDS / RULES % SMALL],
                            .start = (enum start)(row / KINDS / RULES / SMALL),
                            .a = 512 * rig_range(&r, 0, 3),
                            .b = 512 * rig_range(&r, 0, 3),
                            .c = 1024 * rig_range(&r, 0, 3),
                            .bias = 64 * rig_range(&r, 0, 3)};
        struct dv_foot foot;
        char label[80];

        ordinary_fill(&r, DV_SPACE_L0A, L0A, f->elem, f->size);
        ordinary_fill(&r, DV_SPACE_L0B, L0B, f->elem, f->size);
        ordinary_fill(&r, DV_SPACE_BT, BT, DV_EL_F32, 4);
        ordinary_fill(&r, DV_SPACE_L0C, L0C, f->insn == DV_INSN_mmad ? DV_EL_F32 : DV_EL_F16,
                      f->insn == DV_INSN_mmad ? 4 : 2);
        r.env.v[DV_ENV_CTRL] = 8 | (uint64_t) !!f->hf32 << 46 | (uint64_t)(f->hf32 == 2) << 47;
        r.w.acc = (uint8_t)rule;
        set_up(&r, f->insn, f->type, &p);
        snprintf(label, sizeof label, "%s rule %u %ux%ux%u start %u", f->name, rule, p.s.m, p.s.k,
                 p.s.n, p.start);
        if (!legal(&r, &foot))
            continue;
        memcpy(want, r.w.mem[DV_SPACE_L0C], L0C);
        float_model(&r, f, rule, &p, want);
        execute(&r, &foot, want, label);
        ran++;
    }
    cr_assert_gt(ran, 700, "%u rows", ran);
    rig_close(&r);
}

/* Corners of the rules, one element: start, 16 products of a[0] * b[0] and a[1] * b[1] .. */
static const struct {
    uint8_t rule, elem;
    uint32_t start, a[4], b[4], want;
    const char *evidence;
} corners[] = {
    {EXACT16,
     2,
     0x7f7fffff,
     {0x7f7fffff, 0x7f7fffff},
     {0x7f7fffff, 0xff7fffff},
     0x7f7fffff,
     "products beyond f32 cancel"},
    {EXACT16, 2, 0, {1}, {1}, 0, "2^-298 rounds to 0"},
    {EXACT16, 2, 1, {1}, {1}, 1, "and does not disturb"},
    {EXACT16, 2, 0x80000001, {1, 0}, {0x3f000000, 0}, 0x80000000, "-1/2 of the least: to even"},
    {EXACT16, 2, 0, {0x7f7fffff}, {0x40000000}, 0x7f800000, "overflow"},
    {TC24, 2, 0, {0x7f7fffff}, {0x40000000}, 0x7f7fffff, "toward zero nothing overflows"},
    {EXACT16, 2, 0, {0x7f800000}, {0}, 0x7fc00000, "inf * 0"},
    {EXACT16, 2, 0xff800000, {0x7f800000}, {0x3f800000}, 0x7fc00000, "inf - inf"},
    {EXACT16, 2, 0x3f800000, {0x7f800000}, {0xbf800000}, 0xff800000, "-inf"},
    {TC24, 2, 0x7fc01234, {0x3f800000}, {0x3f800000}, 0x7fc00000, "NaN"},
    {EXACT16,
     2,
     0x80000000,
     {0x80000000, 0x80000000, 0x80000000, 0x80000000},
     {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000},
     0x80000000,
     "all -0"},
    {EXACT16, 2, 0x80000000, {0}, {0x3f800000}, 0, "-0 + 0"},
    {EXACT16, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800001, "2^24 + 2"},
    {EXACT16, 0, 0x4b800000, {0x3c00}, {0x3c00}, 0x4b800000, "2^24 + 1 to even"},
    {EXACT16, 0, 0x4b800000, {0x3c00, 1}, {0x3c00, 1}, 0x4b800001, "a bit more than half"},
    {TC24, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800001, "two units of 2^0"},
    {TC24,
     0,
     0x4b800000,
     {0x3800, 0x3800, 0x3800, 0x3800},
     {0x3c00, 0x3c00, 0x3c00, 0x3c00},
     0x4b800000,
     "halves are cut 24 bits below 2^24"},
    {TC24, 0, 0x4b800000, {0xbc00}, {0x3c00}, 0x4b7fffff, "2^24 - 1"},
    {CHUNK16, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800001, "2 at once"},
    {TREE16, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800001, "2 at once"},
    {INSTR, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800001, "2 at once"},
    {SEQ, 0, 0x4b800000, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x4b800000, "one by one"},
    {SEQ, 5, 0x7bff, {0x7bff}, {0x3c00}, 0x7bff, "f16 saturates"},
    {SEQ, 5, 0x7c00, {0xfc00}, {0x3c00}, 0, "NaN saturates to 0"},
    {SEQ, 5, 0x6800, {0x3c00, 0x3c00}, {0x3c00, 0x3c00}, 0x6801, "2048 + 2: rounded once"},
    {SEQ, 3, 0, {0x3f801000}, {0x3f800000}, 0x3f800000, "hf32: tie to even"},
    {SEQ, 3, 0, {0x3f803000}, {0x3f800000}, 0x3f804000, "hf32: tie to even, up"},
    {SEQ, 4, 0, {0x3f803000}, {0x3f800000}, 0x3f802000, "hf32: tie toward zero"},
    {SEQ, 4, 0, {0xbf801001}, {0x3f800000}, 0xbf802000, "hf32: beyond the tie"},
    {SEQ, 3, 0, {0x7f7fffff}, {0x3f800000}, 0x7f800000, "hf32: up to infinity"},
    {SEQ, 3, 0, {0x7f800001}, {0x3f800000}, 0x7fc00000, "hf32: NaN stays"},
};

Test(cube_rule, rule_corners)
{
    struct rig r;

    dv_cube_init();
    open_rig(&r, 15);
    for (unsigned i = 0; i < sizeof corners / sizeof corners[0]; i++) {
        const struct floats *f = &kinds[corners[i].elem];
        struct product p = {.s = {1, 4, 1}, .start = FROM_C};
        unsigned size = f->insn == DV_INSN_mmad ? 4 : 2;
        uint32_t got = 0;

        for (unsigned k = 0; k < 4; k++) {
            memcpy(r.w.mem[DV_SPACE_L0A] + k * f->size, &corners[i].a[k], f->size);
            memcpy(r.w.mem[DV_SPACE_L0B] + k * f->size, &corners[i].b[k], f->size);
        }
        r.env.v[DV_ENV_CTRL] = 8 | (uint64_t) !!f->hf32 << 46 | (uint64_t)(f->hf32 == 2) << 47;
        r.w.acc = corners[i].rule;
        set_up(&r, f->insn, f->type, &p);
        memcpy(r.w.mem[DV_SPACE_L0C], &corners[i].start, size);
        dv_sem_mmad(&r.w);
        memcpy(&got, r.w.mem[DV_SPACE_L0C], size);
        cr_expect_eq(got, corners[i].want, "row %u (%s): 0x%08x", i, corners[i].evidence, got);
    }
    rig_close(&r);
}

/* CTRL[48] = 1 keeps infinity and NaN of C in f16. */
Test(cube_rule, f16_without_saturation)
{
    struct rig r;
    uint16_t one = 0x3c00, start[] = {0x7bff, 0x7c00, 0x7e55}, want[] = {0x7c00, 0x7c00, 0x7e00};

    open_rig(&r, 16);
    r.env.v[DV_ENV_CTRL] = 1ull << 48;
    for (unsigned i = 0; i < 3; i++) {
        struct product p = {.s = {1, 1, 1}, .start = FROM_C};
        uint16_t got, a = i ? one : 0x5c00;

        set_up(&r, DV_INSN_mmad_f16f16, DV_T_f16f16, &p);
        memcpy(r.w.mem[DV_SPACE_L0A], &a, 2);
        memcpy(r.w.mem[DV_SPACE_L0B], &one, 2);
        memcpy(r.w.mem[DV_SPACE_L0C], &start[i], 2);
        dv_sem_mmad(&r.w);
        memcpy(&got, r.w.mem[DV_SPACE_L0C], 2);
        cr_expect_eq(got, want[i], "row %u: 0x%04x", i, got);
    }
    rig_close(&r);
}
