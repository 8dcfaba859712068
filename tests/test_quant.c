/* The fixpipe with parameter words, to GM and to L1, in integers: every output type, layout, source
 * of parameters and edge of the clamps (isa.md 9); all memories whole (tests/rig_check.h). */
#include <math.h>

#include "tests/rig_check.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_GM] = 65536, [DV_SPACE_L1] = 65536, [DV_SPACE_L0C] = 65536, [DV_SPACE_FB] = 7168};

/* bits stored, source s32, codes of quant_pre by column and for all. */
static const struct output {
    uint8_t type, bits, whole, quant[2];
} outputs[] = {
    {DV_T_f32, 32, 0, {0, 0}},  {DV_T_f16, 16, 0, {1, 1}},      {DV_T_bf16, 16, 0, {16, 16}},
    {DV_T_s8, 8, 0, {23, 24}},  {DV_T_u8, 8, 0, {23, 24}},      {DV_T_s4, 4, 0, {25, 26}},
    {DV_T_s32, 32, 1, {0, 0}},  {DV_T_s32f16, 16, 1, {10, 11}}, {DV_T_s32s16, 16, 1, {12, 13}},
    {DV_T_s32s8, 8, 1, {8, 9}}, {DV_T_s32u8, 8, 1, {8, 9}},     {DV_T_s32s4, 4, 1, {21, 22}},
};

static const struct output *output_of(const struct rig *r)
{
    unsigned i = 0;

    while (outputs[i].type != r->op.type)
        i++;
    return &outputs[i];
}

/* ---- numbers: mantissa * 2^exp --------------------------------------------------------------- */

struct exact {
    __int128 mant;
    int exp;
    int odd; /* 1 NaN, 2 +inf, 3 -inf */
};

static struct exact float_of(uint32_t bits)
{
    int e = (int)(bits >> 23 & 255);
    __int128 m = bits & 0x7fffff;
    struct exact x = {0, 0, 0};

    if (e == 255)
        return (struct exact){0, 0, m ? 1 : bits >> 31 ? 3 : 2};
    x.mant = e ? m | 0x800000 : m;
    x.exp = (e ? e : 1) - 150;
    if (bits >> 31)
        x.mant = -x.mant;
    return x;
}

static int sign_of(struct exact x)
{
    return x.odd ? (x.odd == 2) - (x.odd == 3) : (x.mant > 0) - (x.mant < 0);
}

static struct exact times(struct exact a, struct exact b)
{
    int s = sign_of(a) * sign_of(b);

    if (a.odd == 1 || b.odd == 1 || ((a.odd || b.odd) && !s))
        return (struct exact){0, 0, 1};
    if (a.odd || b.odd)
        return (struct exact){0, 0, s > 0 ? 2 : 3};
    return (struct exact){a.mant * b.mant, a.exp + b.exp, 0};
}

/* To an integer, half to even; beyond `most` it is most. NaN is 0. */
static long nearest(struct exact x, long most)
{
    __int128 down, rest, half;
    int s = sign_of(x);

    if (x.odd)
        return x.odd == 1 ? 0 : s * most;
    if (x.exp >= 0) {
        __int128 up = (__int128)x.mant * ((__int128)1 << (x.exp > 40 ? 40 : x.exp));
        return x.mant && (x.exp > 40 || up * s > most) ? s * most : (long)up;
    }
    if (-x.exp > 100)
        return 0;
    down = x.mant >> -x.exp; /* toward minus infinity */
    rest = x.mant - down * ((__int128)1 << -x.exp);
    half = (__int128)1 << (-x.exp - 1);
    if (rest > half || (rest == half && (down & 1)))
        down++;
    return down * s > most ? s * most : (long)down;
}

static long within(long v, long least, long most)
{
    return v < least ? least : v > most ? most : v;
}

/* Half precision, saturating: the multiple of its grid that is nearest. */
static uint32_t f16_of(struct exact x)
{
    uint32_t sign = sign_of(x) < 0 ? 0x8000 : 0;

    if (x.odd)
        return x.odd == 1 ? 0 : sign | 0x7bff;
    if (sign)
        x.mant = -x.mant;
    for (int e = -24; e <= 5; e++) { /* grid 2^e: up to 2^11 steps, the subnormals first */
        long n = nearest((struct exact){x.mant, x.exp - e, 0}, 4096);
        uint32_t bits = ((uint32_t)(e + 24) << 10) + (uint32_t)n;

        if (n <= 2048)
            return sign | (bits < 0x7c00 ? bits : 0x7bff);
    }
    return sign | 0x7bff;
}

static uint32_t bits_of_f32(uint32_t in, unsigned type, bool relu)
{
    struct exact x = float_of(in);

    if (relu && sign_of(x) < 0)
        in = 0, x = float_of(0);
    if (type == DV_T_f32)
        return in;
    if (type == DV_T_f16)
        return f16_of(x) | (x.odd == 1 ? 0 : in >> 31 << 15);
    if (x.odd) /* bf16 */
        return x.odd == 1 ? 0 : x.odd == 2 ? 0x7f7f : 0xff7f;
    uint32_t low = in & 0xffff, up = in >> 16;
    up += low > 0x8000 || (low == 0x8000 && (up & 1));
    return (up & 0x7fff) >= 0x7f80 ? (up & 0x8000) | 0x7f7f : up;
}

/* isa.md 9.2 by the letter. */
static uint32_t quantised(uint32_t in, const struct output *o, uint64_t word, bool relu)
{
    struct exact factor = float_of((uint32_t)word & 0xffffe000u), x;
    long n = (long)(word >> 32 & 15) + 1, offset = (long)(word >> 37 & 0x1ff), v;
    long whole = (int32_t)in, cut = within(whole >> n, -32768, 32767);

    if (offset > 255)
        offset -= 512;
    if (o->type == DV_T_s32)
        return relu && whole < 0 ? 0 : in;
    if (o->type == DV_T_s32s16)
        return (uint32_t)(relu && whole < 0 ? 0 : cut) & 0xffff;
    x = o->whole ? (struct exact){whole, 0, 0} : float_of(in);
    if ((o->type == DV_T_s32s8 || o->type == DV_T_s32u8) && word >> 36 & 1)
        x.mant = cut;
    if (relu && sign_of(x) < 0)
        factor = (struct exact){0, 0, 0};
    x = times(x, factor);
    if (o->type == DV_T_s32f16)
        return f16_of(x);
    v = within(nearest(x, 1000000), -256, 255) + offset;
    if (o->bits == 4)
        return (uint32_t)within(v, -8, 7) & 15;
    return (uint32_t)(word >> 46 & 1 ? within(v, -128, 127) : within(v, 0, 255)) & 255;
}

/* ---- layouts --------------------------------------------------------------------------------- */

static void put(uint8_t *p, uint64_t element, unsigned bits, uint32_t v)
{
    if (bits == 4) {
        p[element / 2] =
            (uint8_t)(element & 1 ? (p[element / 2] & 15) | v << 4 : (p[element / 2] & 0xf0) | v);
        return;
    }
    memcpy(p + element * bits / 8, &v, bits / 8);
}

/* Element number of (i, j), counted from the first. */
static uint64_t place(const struct rig *r, const struct dv_cfg_fix *c, unsigned bits, unsigned q,
                      unsigned i, unsigned j)
{
    unsigned panel = c->channel_split ? 8 : bits == 8 ? 32 : bits == 4 ? 64 : 16, wide;

    if (c->nz2nd)
        return (r->env.v[DV_ENV_ND_PARA] >> 32 & 0xffff) * q + (uint64_t)i * c->dst_stride + j;
    wide = c->n - j / panel * panel < panel ? c->n % panel : panel;
    return (uint64_t)(j / panel) * c->dst_stride * 256 / bits + (uint64_t)i * wide + j % panel;
}

static void model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_fix c = dv_unpack_fix(r->w.cfg);
    const struct output *o = output_of(r);
    uint64_t para = r->env.v[DV_ENV_ND_PARA], word = r->env.v[DV_ENV_QUANT_PRE];
    const uint8_t *table = r->w.mem[DV_SPACE_FB] + (r->env.v[DV_ENV_FPC] >> 8 & 255) * 128;
    uint8_t *dst = rig_image(r, want, 0);
    const uint8_t *src = rig_image(r, r->w.mem, 1);

    for (unsigned q = 0; q < (c.nz2nd ? para & 0xffff : 1); q++)
        for (unsigned i = 0; i < c.m; i++)
            for (unsigned j = 0; j < c.n; j++) {
                uint32_t v;

                memcpy(&v,
                       src + q * (para >> 16 & 0xffff) * 1024 + j / 16 * c.src_stride * 64 +
                           i * 64 + j % 16 * 4,
                       4);
                if (c.quant_pre == o->quant[0] && c.quant_pre != o->quant[1])
                    memcpy(&word, table + 8 * j, 8);
                v = !o->whole && o->bits > 8 ? bits_of_f32(v, o->type, c.relu_pre)
                                             : quantised(v, o, word, c.relu_pre);
                put(dst, place(r, &c, o->bits, q, i, j), o->bits, v);
            }
}

/* ---- bench ----------------------------------------------------------------------------------- */

/* Factors around 1 and 1/2, so that halves meet; sometimes anything. */
static uint64_t word_of(struct rig *r, bool is_signed)
{
    static const uint32_t factors[] = {0x3f800000, 0x3f000000, 0x3e800000, 0x40000000,
                                       0xbf800000, 0x3c23e000, 0,          0x3f802000};
    uint64_t w = rig_range(r, 0, 3) ? factors[rig_range(r, 0, 7)] : rig_random(r) & 0xffffe000u;

    w |= (uint64_t)rig_range(r, 0, 15) << 32 | (uint64_t)rig_range(r, 0, 1) << 36;
    w |= (uint64_t)(rig_range(r, 0, 1) ? rig_random(r) & 0x1ff : rig_range(r, 0, 3)) << 37;
    return w | (uint64_t)is_signed << 46;
}

/* Small numbers and their halves, edges, anything. */
static uint32_t value_of(struct rig *r, bool whole)
{
    static const uint32_t edges[] = {0x7f800000, 0xff800000, 0x7fc00000, 0x80000000, 0x7fffffff,
                                     0x477ff000, 0x43800000, 0x3f000000, 0xbf000000, 0x33000000,
                                     0x33000001, 0x7f7fffff, 1,          0xffffffff};
    int32_t small = (int32_t)rig_range(r, 0, 1200) - 600;
    float f = (float)small / 2;
    uint32_t bits;

    if (!rig_range(r, 0, 7))
        return edges[rig_range(r, 0, 13)];
    if (!rig_range(r, 0, 5))
        return rig_random(r);
    memcpy(&bits, &f, 4);
    return whole ? (uint32_t)small : bits;
}

static void sources(struct rig *r, const struct output *o)
{
    for (uint32_t i = 0; i < sizes[DV_SPACE_L0C]; i += 4) {
        uint32_t v = value_of(r, o->whole);

        memcpy(r->w.mem[DV_SPACE_L0C] + i, &v, 4);
    }
    for (uint32_t i = 0; i < sizes[DV_SPACE_FB]; i += 8) {
        uint64_t v = word_of(r, rig_range(r, 0, 1));

        memcpy(r->w.mem[DV_SPACE_FB] + i, &v, 8);
    }
}

static void config(struct rig *r, const struct output *o, bool nd, bool by_column)
{
    bool split = !nd && o->type == DV_T_f32 && rig_range(r, 0, 1);
    unsigned step = nd ? (o->bits == 4 ? 2 : 1) : split ? 8 : o->bits == 4 ? 64 : 16;
    unsigned n = rig_range(r, 0, 140) / step * step, m = rig_range(r, 0, 24);
    struct dv_cfg_fix c = {.m = m,
                           .n = n,
                           .src_stride = m + rig_range(r, 0, 4),
                           .nz2nd = nd,
                           .channel_split = split,
                           .quant_pre = o->quant[!by_column],
                           .relu_pre = rig_range(r, 0, 1)};

    c.dst_stride = nd ? n + rig_range(r, 0, 4) * 2 : 2 * m + rig_range(r, 0, 3);
    dv_pack_fix(r->w.cfg, &c);
    r->env.v[DV_ENV_ND_PARA] = (uint64_t)rig_range(r, 0, 3) | (uint64_t)rig_range(r, 0, 9) << 16 |
                               (uint64_t)rig_range(r, 0, 900) * 2 << 32;
    r->env.v[DV_ENV_QUANT_PRE] = word_of(r, o->type == DV_T_s8 || o->type == DV_T_s32s8);
    r->env.v[DV_ENV_FPC] = (uint64_t)rig_range(r, 0, 7) << 8;
    r->w.x[DV_XN] = rig_range(r, 0, 20) * 64;
    r->w.x[DV_XD] = dv_op_insn(&r->op)->operand[0].space == DV_SPACE_GM
                        ? RIG_GM_BASE + rig_range(r, 0, 999)
                        : rig_range(r, 0, 60) * 32;
}

/* A row: instruction x output type x layout x where parameters come from. */
Test(quant, random_configs_match_model_and_footprint)
{
    static const unsigned insn[] = {DV_INSN_fix_l0c_to_out, DV_INSN_fix_l0c_to_l1};
    struct rig r;

    rig_open(&r, sizes, 3);
    for (unsigned row = 0; row < 2 * 12 * 4; row++) {
        const struct output *o = &outputs[row / 8];
        unsigned ran = 0;

        for (unsigned k = 0; k < 24; k++) {
            rig_insn(&r, insn[row & 1], o->type);
            config(&r, o, row >> 1 & 1, row >> 2 & 1);
            sources(&r, o);
            r.w.simd = k & 1;
            ran += rig_try(&r, model);
        }
        cr_assert_gt(ran, 6, "row %u: only %u of 24 configurations did something", row, ran);
    }
    rig_close(&r);
}

/* One value a row. */
#define WORD(factor, shift, narrow, offset, is_signed) \
    ((uint64_t)(factor) | (uint64_t)((shift)-1) << 32 | (uint64_t)(narrow) << 36 | \
     (uint64_t)((offset)&0x1ff) << 37 | (uint64_t)(is_signed) << 46)
#define ONE 0x3f800000u
#define HALF 0x3f000000u

static const struct {
    unsigned type, quant;
    bool relu;
    uint32_t in;
    uint64_t word;
    uint32_t out;
    const char *evidence;
} values[] = {
    {DV_T_s32s8, 9, false, 5, WORD(HALF, 1, 0, 0, 1), 2, "2.5 rounds to even"},
    {DV_T_s32s8, 9, false, 7, WORD(HALF, 1, 0, 0, 1), 4, "3.5 rounds to even"},
    {DV_T_s32s8, 9, false, (uint32_t)-5, WORD(HALF, 1, 0, 0, 1), 0xfe, "-2.5 rounds to even"},
    {DV_T_s32s8, 9, true, (uint32_t)-5, WORD(ONE, 1, 0, 3, 1), 3, "relu comes before the offset"},
    {DV_T_s32s8, 9, false, 1000, WORD(ONE, 1, 0, -200, 1), 55, "255 - 200: clamps to 9 bits first"},
    {DV_T_s32s8, 9, false, (uint32_t)-1000, WORD(ONE, 1, 0, 200, 1), 0xc8, "-256 + 200"},
    {DV_T_s32u8, 9, false, 300, WORD(ONE, 1, 0, 0, 0), 255, "clamps to u8"},
    {DV_T_s32u8, 9, false, (uint32_t)-1, WORD(ONE, 1, 0, 0, 0), 0, "clamps to u8"},
    {DV_T_s32s8, 9, false, 0x00800000, WORD(ONE, 8, 1, 0, 1), 127, "shift, s16, then 9 bits"},
    {DV_T_s32s8, 9, false, 0x7fffffff, WORD(0x3a800000u, 1, 1, 0, 1), 32, "32767/1024 is 31.999"},
    {DV_T_s32s8, 9, false, (uint32_t)-3, WORD(ONE, 1, 1, 0, 1), 0xfe, "-3 >> 1 is -2"},
    {DV_T_s8, 24, false, 0x40200000, WORD(ONE, 1, 1, 0, 1), 2, "2.5; no shift from f32"},
    {DV_T_s8, 24, false, 0x7fc00000, WORD(ONE, 1, 0, 9, 1), 9, "NaN counts as 0"},
    {DV_T_s8, 24, true, 0xff800000, WORD(ONE, 1, 0, 9, 1), 9, "relu(-inf) is 0"},
    {DV_T_u8, 24, false, 0x7f800000, WORD(ONE, 1, 0, 0, 0), 255, "inf clamps"},
    {DV_T_s4, 26, false, 0x41100000, WORD(ONE, 1, 0, 0, 1), 7, "9 clamps to s4"},
    {DV_T_s32s4, 22, false, (uint32_t)-9, WORD(ONE, 1, 0, 0, 1), 8, "-9 clamps to s4"},
    {DV_T_s32s4, 22, false, (uint32_t)-1, WORD(ONE, 1, 0, 0, 1), 15, "-1 in four bits"},
    {DV_T_s32s16, 13, false, (uint32_t)-1, WORD(0, 4, 0, 0, 0), 0xffff, "-1 >> 4 is -1"},
    {DV_T_s32s16, 13, false, 0x7fffffff, WORD(0, 16, 0, 0, 0), 0x7fff, "2^31 - 1 >> 16"},
    {DV_T_s32s16, 13, false, 0x7fffffff, WORD(0, 15, 0, 0, 0), 0x7fff, "saturates to s16"},
    {DV_T_s32s16, 13, true, 0x80000000, WORD(0, 1, 0, 0, 0), 0, "relu"},
    {DV_T_s32f16, 11, false, 2049, WORD(ONE, 1, 0, 5, 0), 0x6800, "2049 ties to 2048; no offset"},
    {DV_T_s32f16, 11, false, 70000, WORD(ONE, 1, 0, 0, 0), 0x7bff, "clamps to 65504"},
    {DV_T_s32f16, 11, true, (uint32_t)-7, WORD(ONE, 1, 0, 0, 0), 0, "relu"},
    {DV_T_s32, 0, true, (uint32_t)-7, 0, 0, "relu"},
    {DV_T_s32, 0, false, (uint32_t)-7, 0, 0xfffffff9, "none copies"},
};

Test(quant, known_values)
{
    struct rig r;

    rig_open(&r, sizes, 2);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct dv_cfg_fix c = {.m = 1, .n = 2, .src_stride = 1, .dst_stride = 2, .nz2nd = 1};
        uint32_t got = 0, zero = 0;

        c.relu_pre = values[i].relu;
        c.quant_pre = values[i].quant;
        rig_insn(&r, DV_INSN_fix_l0c_to_out, values[i].type);
        dv_pack_fix(r.w.cfg, &c);
        r.w.x[DV_XD] = RIG_GM_BASE;
        r.env.v[DV_ENV_QUANT_PRE] = values[i].word;
        memcpy(r.w.mem[DV_SPACE_L0C], &values[i].in, 4);
        memcpy(r.w.mem[DV_SPACE_L0C] + 4, &zero, 4);
        dv_sem_fix(&r.w);
        unsigned bits = dv_elem_bits((enum dv_elem)dv_types[values[i].type].dst);
        memcpy(&got, r.w.mem[DV_SPACE_GM], bits < 8 ? 1 : bits / 8);
        got = bits == 4 ? got & 15 : got;
        cr_expect_eq(got, values[i].out, "%s: got 0x%x", values[i].evidence, got);
    }
    rig_close(&r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    unsigned type, n, quant, relu, nd;
    uint64_t ctrl, word, fpc;
    enum dv_err code;
    const char *text;
} refusals[] = {
    {DV_T_s8, 16, 24, 0, 0, 8, 0, 0, DV_E_ILLEGAL,
     "output type s8 needs quant_pre[46] = 1, the register has 0"},
    {DV_T_s32u8, 16, 9, 0, 0, 8, 1ull << 46, 0, DV_E_ILLEGAL,
     "output type s32u8 needs quant_pre[46] = 0, the register has 1"},
    {DV_T_s8, 16, 9, 0, 0, 8, 0, 0, DV_E_ILLEGAL,
     "output type s8 needs quant_pre = 23 (vf32b8) or 24 (f32b8), the config word has 9"},
    {DV_T_f16, 16, 6, 0, 0, 8, 0, 0, DV_E_UNKNOWN,
     "quant_pre = 6 (f16mul): what is multiplied is not public"},
    {DV_T_f16, 16, 1, 2, 0, 8, 0, 0, DV_E_UNKNOWN,
     "relu_pre = 2: codes above 1 are not public, use 0 or 1"},
    {DV_T_f16, 16, 1, 1, 0, 1ull << 50, 0, 0, DV_E_UNKNOWN,
     "relu_pre = 1 with ctrl[50] = 1: what LeakyReLU mode does here is not public, clear the bit"},
    {DV_T_s4, 48, 26, 0, 0, 8, 0, 0, DV_E_RANGE,
     "n is 48 columns, not a multiple of 64: set nz2nd or round up"},
    {DV_T_s4, 47, 26, 0, 1, 8, 0, 0, DV_E_ALIGN,
     "4-bit rows of 47 columns, 64 apart, must begin at whole bytes: make n and the strides even"},
    {DV_T_s8, 272, 23, 0, 0, 8, 0, 0, DV_E_RANGE,
     "n is 272 columns, the quantisation table holds 256: split the move"},
    {DV_T_s8, 256, 23, 0, 0, 8, 0, 1 << 8, DV_E_RANGE,
     "fpc puts the table of 256 columns at 0x80 of fb part 0, which has 2048 bytes"},
    {DV_T_f16, 16, 1, 0, 0, 1 << 6, 0, 0, DV_E_ILLEGAL,
     "output type f16 with an atomic store of f32 (ctrl[8:6]): they must agree"},
};

Test(quant, refused)
{
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct dv_cfg_fix c = {.m = 16, .src_stride = 16, .dst_stride = 64};
        struct dv_foot f;
        struct dv_diag d;

        c.n = refusals[i].n;
        c.quant_pre = refusals[i].quant;
        c.relu_pre = refusals[i].relu;
        c.nz2nd = refusals[i].nd;
        rig_insn(&r, DV_INSN_fix_l0c_to_out, refusals[i].type);
        dv_pack_fix(r.w.cfg, &c);
        r.w.x[DV_XD] = RIG_GM_BASE;
        r.env.v[DV_ENV_CTRL] = refusals[i].ctrl;
        r.env.v[DV_ENV_QUANT_PRE] = refusals[i].word;
        r.env.v[DV_ENV_FPC] = refusals[i].fpc;
        dv_diag_init(&d);
        cr_expect_eq(dv_access_fix(&r.w, &f, &d), refusals[i].code, "%s", refusals[i].text);
        cr_expect_str_eq(d.text, refusals[i].text);
    }
    rig_close(&r);
}
