/* The fixpipe against an element-by-element model, with its footprint. */
#include <criterion/criterion.h>

#include <math.h>

#include "emu/sem/fast/fix.h"
#include "isa/num.h"
#include "tests/rig.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_GM] = 65536, [DV_SPACE_L0C] = 65536};

static const struct output {
    uint8_t type, quant, size;
} outputs[] = {{DV_T_f32, 0, 4}, {DV_T_f16, 1, 2}, {DV_T_bf16, 16, 2}};

/* Values around the overflow and the halfway points of f16 and bf16, and any bits. */
static uint32_t value(struct rig *r)
{
    static const uint32_t corners[] = {0x477fe000, 0x477fefff, 0x477ff000, 0x47800000, 0x7f7fffff,
                                       0x7f7f8000, 0x7f7f7fff, 0x7f800000, 0x7fc00000, 0x7f800001,
                                       0x33000000, 0x33000001, 0x38800000, 0x3f801000, 0x3f803000,
                                       0x3f808000, 0x3f818000, 0,          1};
    uint32_t sign = rig_random(r) & 0x80000000u;

    switch (rig_range(r, 0, 3)) {
    case 0:
        return sign | corners[rig_range(r, 0, sizeof corners / sizeof corners[0] - 1)];
    case 1:
        return rig_random(r);
    default:
        return (rig_random(r) & 0x807fffffu) | rig_range(r, 100, 145) << 23;
    }
}

/* ---- model ----------------------------------------------------------------------------------- */

/* Nearest even to `bits` kept bits below 2^top by comparing distances in exact double arithmetic;
 * beyond the format's greatest value it saturates, NaN is 0 (isa.md 9.2, numerics 2). */
static double nearest(double x, int mant, int least, double most)
{
    double grid, down, rest;
    int e;

    if (isnan(x))
        return 0;
    if (fabs(x) >= most)
        return copysign(most, x);
    frexp(x, &e);
    grid = ldexp(1.0, (e - 1 < least ? least : e - 1) - mant);
    down = floor(x / grid);
    rest = x / grid - down;
    if (rest > 0.5 || (rest == 0.5 && fmod(down, 2) != 0))
        down += 1;
    x = copysign(down * grid, x);
    return fabs(x) > most ? copysign(most, x) : x;
}

/* Bits of an exactly representable value. */
static uint16_t f16_bits(double x)
{
    uint16_t sign = signbit(x) ? 0x8000 : 0;
    int e;

    x = fabs(x);
    if (x < ldexp(1, -14))
        return sign | (uint16_t)ldexp(x, 24);
    frexp(x, &e);
    return (uint16_t)(sign | (e + 14) << 10 | ((int)ldexp(x, 11 - e) & 0x3ff));
}

static uint32_t convert(uint32_t bits, unsigned type, bool relu)
{
    double x = dv_bits_f32(bits);

    if (relu && x < 0) {
        bits = 0;
        x = 0;
    }
    if (type == DV_T_f32)
        return bits;
    if (type == DV_T_f16)
        return f16_bits(nearest(x, 10, -14, 65504));
    x = nearest(x, 7, -126, ldexp(255, 120));
    return dv_f32_bits((float)x) >> 16;
}

/* Byte offset of element (i, j) of matrix q in the destination. */
static uint64_t where(const struct rig *r, const struct dv_cfg_fix *c, unsigned size, unsigned q,
                      unsigned i, unsigned j)
{
    unsigned c0 = c->channel_split ? 8 : 16;

    if (c->nz2nd)
        return ((r->env.v[DV_ENV_ND_PARA] >> 32 & 0xffff) * q + (uint64_t)i * c->dst_stride + j) *
               size;
    return (uint64_t)(j / c0) * c->dst_stride * 32 + (i * c0 + j % c0) * size;
}

static void model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_fix c = dv_unpack_fix(r->w.cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[r->op.type].dst) / 8;
    uint64_t para = r->env.v[DV_ENV_ND_PARA];
    unsigned matrices = c.nz2nd ? para & 0xffff : 1;

    for (unsigned q = 0; q < matrices; q++)
        for (unsigned i = 0; i < c.m; i++)
            for (unsigned j = 0; j < c.n; j++) {
                uint32_t v;

                memcpy(&v,
                       src + q * (para >> 16 & 0xffff) * 1024 + j / 16 * c.src_stride * 64 +
                           i * 64 + j % 16 * 4,
                       4);
                v = convert(v, r->op.type, c.relu_pre);
                memcpy(dst + where(r, &c, size, q, i, j), &v, size);
            }
}

/* ---- bench ----------------------------------------------------------------------------------- */

static void random_config(struct rig *r)
{
    const struct output *o = &outputs[rig_range(r, 0, 2)];
    bool nd = rig_range(r, 0, 1), split = !nd && o->size == 4 && rig_range(r, 0, 1);
    unsigned n = rig_range(r, 0, 70), m = rig_range(r, 0, 40);
    unsigned step = nd ? 1 : split ? 8 : 16;

    n = n / step * step;
    struct dv_cfg_fix c = {
        .m = m,
        .n = n,
        .src_stride = m + rig_range(r, 0, 4),
        .dst_stride = nd ? (rig_range(r, 0, 7) ? n + rig_range(r, 0, 9) : rig_range(r, 0, 9))
                         : m * step * o->size / 32 + rig_range(r, 0, 3),
        .quant_pre = o->quant,
        .relu_pre = rig_range(r, 0, 1),
        .channel_split = split,
        .nz2nd = nd,
    };
    r->env.v[DV_ENV_ND_PARA] =
        rig_range(r, 0, 3) | rig_range(r, 0, 9) << 16 | (uint64_t)rig_range(r, 0, 3000) << 32;
    rig_insn(r, DV_INSN_fix_l0c_to_out, o->type);
    dv_pack_fix(r->w.cfg, &c);
    r->w.x[DV_XD] = RIG_GM_BASE + rig_range(r, 0, 9000);
    r->w.x[DV_XN] = 64ull * rig_range(r, 0, 40);
}

static void fill(struct rig *r)
{
    for (uint32_t i = 0; i < sizes[DV_SPACE_L0C]; i += 4) {
        uint32_t v = value(r);

        memcpy(r->w.mem[DV_SPACE_L0C] + i, &v, 4);
    }
}

static uint8_t before[65536], want[65536], mark[65536];

static void check(struct rig *r, const struct dv_foot *f)
{
    uint8_t *gm = r->w.mem[DV_SPACE_GM], *l0c = r->w.mem[DV_SPACE_L0C];

    memcpy(before, gm, sizeof before);
    memcpy(want, gm, sizeof want);
    model(r, want + (r->w.x[DV_XD] - RIG_GM_BASE), l0c + r->w.x[DV_XN]);
    dv_sem_fix(&r->w);
    cr_assert(!memcmp(gm, want, sizeof want), "%s: result differs from the model",
              dv_types[r->op.type].name);

    /* Over an inverted destination, sources outside the footprint changed. */
    rig_mark(r, f, DV_SPACE_L0C, DV_READ, mark);
    for (uint32_t i = 0; i < sizes[DV_SPACE_L0C]; i++)
        l0c[i] ^= mark[i] ? 0 : 0x5a;
    rig_mark(r, f, DV_SPACE_GM, DV_WRITE, mark);
    for (uint32_t i = 0; i < sizeof before; i++)
        gm[i] = before[i] ^ 0xff;
    dv_sem_fix(&r->w);
    for (uint32_t i = 0; i < sizeof before; i++)
        cr_assert_eq(gm[i], mark[i] ? want[i] : before[i] ^ 0xff, "byte 0x%x, marked %d", i,
                     mark[i]);
}

/* isa.md 9.1, 9.2; ND_PARA: isa.md 4.1. */
Test(fix, random_configs_match_model_and_footprint)
{
    struct rig r;
    unsigned ran = 0;

    dv_fix_choose(true);
    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < 1500; i++) {
        struct dv_foot f;
        struct dv_diag d;

        random_config(&r);
        r.w.simd = i & 1;
        fill(&r);
        dv_diag_init(&d);
        cr_assert_eq(dv_access_fix(&r.w, &f, &d), DV_OK, "%s", d.text);
        if (!rig_inside(&r, &f))
            continue;
        check(&r, &f);
        ran += f.n > 0;
    }
    cr_assert_gt(ran, 500);
    rig_close(&r);
}

/* One value a row; numerics 2 and isa.md 9.2: nearest even, always saturating. */
static const struct {
    unsigned type;
    bool relu;
    uint32_t in, out;
    const char *evidence;
} values[] = {
    {DV_T_f32, false, 0x7f800001, 0x7f800001, "none copies bits"},
    {DV_T_f32, true, 0xbf800000, 0, "relu(-1) = +0"},
    {DV_T_f32, true, 0x3f800000, 0x3f800000, "relu(1) = 1"},
    {DV_T_f16, false, 0x477fefff, 0x7bff, "65519.996 rounds to 65504"},
    {DV_T_f16, false, 0x477ff000, 0x7bff, "65520 would round to inf: saturates"},
    {DV_T_f16, false, 0xff800000, 0xfbff, "-inf saturates"},
    {DV_T_f16, false, 0x7fc00000, 0, "NaN is 0"},
    {DV_T_f16, false, 0x3f801000, 0x3c00, "1 + 2^-11 ties to even"},
    {DV_T_f16, false, 0x3f803000, 0x3c02, "1 + 3*2^-11 ties to even"},
    {DV_T_f16, false, 0x33000001, 0x0001, "above half of the least subnormal"},
    {DV_T_bf16, false, 0x3f808000, 0x3f80, "1 + 2^-8 ties to even"},
    {DV_T_bf16, false, 0x3f818000, 0x3f82, "1 + 3*2^-8 ties to even"},
    {DV_T_bf16, false, 0x7f7fffff, 0x7f7f, "would round to inf: saturates"},
    {DV_T_bf16, true, 0xff800000, 0, "relu(-inf) = 0"},
};

Test(fix, known_values)
{
    struct rig r;

    rig_open(&r, sizes, 2);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct dv_cfg_fix c = {.m = 1,
                               .n = 1,
                               .src_stride = 1,
                               .dst_stride = 1,
                               .nz2nd = 1,
                               .relu_pre = values[i].relu};
        uint32_t got = 0;

        rig_insn(&r, DV_INSN_fix_l0c_to_out, values[i].type);
        dv_pack_fix(r.w.cfg, &c);
        r.w.x[DV_XD] = RIG_GM_BASE;
        memcpy(r.w.mem[DV_SPACE_L0C], &values[i].in, 4);
        dv_sem_fix(&r.w);
        memcpy(&got, r.w.mem[DV_SPACE_GM], values[i].type == DV_T_f32 ? 4 : 2);
        cr_assert_eq(got, values[i].out, "%s: got 0x%x", values[i].evidence, got);
    }
    rig_close(&r);
}

/* The fast conversions over every exponent, sign and the mantissas that decide a rounding, and over
 * run lengths that leave tails. */
Test(fix, fast_conversions_equal_the_definition)
{
    static const uint32_t low[] = {0,      1,      0xfff,  0x1000, 0x1001,  0x2000,  0x3000,
                                   0x7fff, 0x8000, 0x8001, 0xffff, 0x17fff, 0x18000, 0x7fffff};
    static const uint8_t elem[] = {DV_EL_F16, DV_EL_BF16};

    for (uint32_t k = 0; k < 512 * 14; k++) {
        uint32_t in[37], n = k % 37 + 1;
        uint16_t out[40] = {0};

        for (unsigned i = 0; i < n; i++)
            in[i] = (k + i) % 512 << 23 | low[(k / 512 + i) % 14];
        for (unsigned e = 0; e < 4; e++) {
            dv_drain_fn fn = dv_drain_fast(elem[e / 2]);
            bool relu = e & 1;

            if (!fn)
                continue;
            out[n] = 0xa5a5;
            fn((uint8_t *)out, (const uint8_t *)in, n, relu);
            for (unsigned i = 0; i < n; i++)
                cr_assert_eq(out[i], convert(in[i], e / 2 ? DV_T_bf16 : DV_T_f16, relu),
                             "0x%08x to %s", in[i], dv_elem_name(elem[e / 2]));
            cr_assert_eq(out[n], 0xa5a5, "wrote beyond %u elements", n);
        }
    }
}
