/* Multiply-add, narrowing operations and shifts against a model of their own: every entry and type,
 * random strides, masks, halves and modes, the whole of UB compared, and the footprint against the
 * lanes. */
#include <criterion/criterion.h>
#include <math.h>

#include "emu/sem/init.h"
#include "isa/num.h"
#include "tests/model.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};

enum op { MLA, MADD, MADDRELU, AXPY, ADDCONV, SUBCONV, MULCONV, ADDDEQ, SHL, SHR };

/* `like` is a type with the elements of an entry that spells none. */
struct row {
    unsigned insn, type, like;
    enum op op;
};

static const struct row rows[] = {
    {DV_INSN_vmla, DV_T_f16, DV_T_f16, MLA},
    {DV_INSN_vmla, DV_T_f32, DV_T_f32, MLA},
    {DV_INSN_vmla, DV_T_f16f32, DV_T_f16f32, MLA},
    {DV_INSN_vmadd, DV_T_f16, DV_T_f16, MADD},
    {DV_INSN_vmadd, DV_T_f32, DV_T_f32, MADD},
    {DV_INSN_vmaddrelu, DV_T_f16, DV_T_f16, MADDRELU},
    {DV_INSN_vmaddrelu, DV_T_f32, DV_T_f32, MADDRELU},
    {DV_INSN_vaxpy, DV_T_f16, DV_T_f16, AXPY},
    {DV_INSN_vaxpy, DV_T_f32, DV_T_f32, AXPY},
    {DV_INSN_vaxpy, DV_T_f16f32, DV_T_f16f32, AXPY},
    {DV_INSN_vaxpy_c100, DV_T_f16, DV_T_f16, AXPY},
    {DV_INSN_vaxpy_c100, DV_T_f32, DV_T_f32, AXPY},
    {DV_INSN_vaxpy_c100, DV_T_f16f32, DV_T_f16f32, AXPY},
    {DV_INSN_vaddreluconv, DV_T_f16s8, DV_T_f16s8, ADDCONV},
    {DV_INSN_vaddreluconv, DV_T_f32f16, DV_T_f32f16, ADDCONV},
    {DV_INSN_vaddreluconv, DV_T_s16s8, DV_T_s16s8, ADDCONV},
    {DV_INSN_vaddreluconv, DV_T_vdeqs16b8, DV_T_vdeqs16b8, ADDCONV},
    {DV_INSN_vsubreluconv, DV_T_f16s8, DV_T_f16s8, SUBCONV},
    {DV_INSN_vsubreluconv, DV_T_f32f16, DV_T_f32f16, SUBCONV},
    {DV_INSN_vsubreluconv, DV_T_s16s8, DV_T_s16s8, SUBCONV},
    {DV_INSN_vsubreluconv, DV_T_vdeqs16b8, DV_T_vdeqs16b8, SUBCONV},
    {DV_INSN_vmulconv_s8, DV_T_none, DV_T_f16s8, MULCONV},
    {DV_INSN_vmulconv_u8, DV_T_none, DV_T_f16u8, MULCONV},
    {DV_INSN_vadddeqrelu, DV_T_none, DV_T_deq, ADDDEQ},
    {DV_INSN_vshl, DV_T_b16, DV_T_b16, SHL},
    {DV_INSN_vshl, DV_T_b32, DV_T_b32, SHL},
    {DV_INSN_vshr, DV_T_s16, DV_T_s16, SHR},
    {DV_INSN_vshr, DV_T_u16, DV_T_u16, SHR},
    {DV_INSN_vshr, DV_T_s32, DV_T_s32, SHR},
    {DV_INSN_vshr, DV_T_u32, DV_T_u32, SHR},
};

/* ---- results --------------------------------------------------------------------------------- */

static uint32_t to_bits(double v, unsigned elem, struct model_mode m)
{
    return elem == DV_EL_F16 ? model_f16_bits(v, m.sat) : model_f32_bits(v);
}

/* a * b + c of f16 or f32, exact but for a last bit that says "and more": the sum in f64 rounded to
 * odd, so that a second rounding to 24 bits or fewer is right. */
static double sum_of(double a, double b, double c)
{
    double p = a * b, s = p + c, part = s - p, rest = (p - (s - part)) + (c - part);
    uint64_t u;

    memcpy(&u, &s, 8);
    if (isfinite(s) && rest != 0 && !(u & 1))
        s = nextafter(s, rest > 0 ? INFINITY : -INFINITY);
    return s;
}

static int64_t held(int64_t v, int64_t least, int64_t most)
{
    return v < least ? least : v > most ? most : v;
}

static int64_t s16_of(int64_t v, bool sat)
{
    return sat ? held(v, -32768, 32767) : (int16_t)(uint16_t)v;
}

/* isa.md 9.2: scale (1,8,10), half even, 9 bits, offset, 8 bits. */
static uint32_t requantised(int64_t x, uint64_t word, bool cut)
{
    double scale = dv_bits_f32((uint32_t)word >> 13 << 13), y = (double)x * scale;
    int64_t offset = (int64_t)(word >> 37 & 511), v;

    if (offset >= 256)
        offset -= 512;
    v = isnan(y) ? 0 : y > 255 ? 255 : y < -256 ? -256 : (int64_t)rint(y);
    v += offset;
    if (!cut)
        v = word >> 46 & 1 ? held(v, -128, 127) : held(v, 0, 255);
    return (uint32_t)v & 255;
}

static uint32_t narrowed(const struct row *q, const struct rig *r, uint32_t i, uint32_t a,
                         uint32_t b, struct model_mode m)
{
    const struct dv_type *t = &dv_types[q->like];
    double x = model_value_of(a, t->src), y = model_value_of(b, t->src);
    uint64_t word;

    y = q->op == SUBCONV ? -y : y;
    if (t->src != DV_EL_S16)
        return model_converted(
            t,
            to_bits(model_larger(model_value_of(to_bits(x + y, t->src, m), t->src), 0), t->src, m),
            m);
    int64_t v = s16_of((int64_t)(x + y), m.int_sat);
    v = v < 0 ? 0 : v;
    if (q->type != DV_T_vdeqs16b8)
        return (uint32_t)(m.cut ? v : held(v, -128, 127)) & 255;
    memcpy(&word, r->w.mem[DV_SPACE_UB] + 32 * r->env.v[DV_ENV_DEQSCALE] + 8 * (i & 15), 8);
    return requantised(v, word, m.cut);
}

static uint32_t scaled(const struct rig *r, uint32_t a, uint32_t b, struct model_mode m)
{
    int64_t v = (int64_t)(int32_t)a + (int32_t)b;
    double scale = model_f16_value(r->env.v[DV_ENV_DEQSCALE] & 0xffff);

    v = m.int_sat ? held(v, INT32_MIN, INT32_MAX) : (int32_t)(uint32_t)v;
    return model_f16_bits(model_larger((double)v * scale, 0), m.sat);
}

/* One bit at a time. */
static uint32_t shifted(const struct rig *r, unsigned elem, bool left, uint32_t a)
{
    int slot = dv_insns[r->op.insn].selector[DV_F_bit];
    bool rounds = slot >= 0 && r->op.sel[slot], is_signed = elem == DV_EL_S16 || elem == DV_EL_S32;
    uint32_t n = (uint32_t)r->w.x[DV_XM];
    int64_t v = is_signed ? (int64_t)model_value_of(a, elem) : (int64_t)a, lost = 0;

    for (uint32_t k = 0; k < n && k < 70; k++) {
        lost = left ? 0 : v - 2 * (int64_t)floor((double)v / 2);
        v = left ? (v * 2) & 0xffffffff : (int64_t)floor((double)v / 2);
    }
    return (uint32_t)(v + (rounds ? lost : 0));
}

static uint32_t result(const struct row *q, const struct rig *r, uint32_t i, const uint32_t in[3])
{
    const struct dv_type *t = &dv_types[q->like];
    struct model_mode m = model_mode_of(r);
    double d = model_value_of(in[0], t->dst), a = model_value_of(in[1], t->src);
    double b = model_value_of(in[2], t->src);
    double s = model_value_of((uint32_t)r->w.x[DV_XM] & (t->src == DV_EL_F16 ? 0xffff : UINT32_MAX),
                              t->src);

    switch (q->op) {
    case MLA:
        return to_bits(sum_of(a, b, d), t->dst, m);
    case MADD:
        return to_bits(sum_of(a, d, b), t->dst, m);
    case MADDRELU:
        return to_bits(model_larger(sum_of(a, d, b), 0), t->dst, m);
    case AXPY:
        return to_bits(sum_of(s, a, d), t->dst, m);
    case MULCONV:
        return model_converted(t, model_f16_bits(a * b, m.sat), m);
    case ADDDEQ:
        return scaled(r, in[1], in[2], m);
    case SHL:
    case SHR:
        return shifted(r, t->src, q->op == SHL, in[1]);
    default:
        return narrowed(q, r, i, in[1], in[2], m);
    }
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool has_half(const struct row *q)
{
    return (q->op == ADDCONV || q->op == SUBCONV) && q->type != DV_T_f32f16;
}

static bool reads_dst(const struct row *q)
{
    return q->op <= AXPY;
}

static unsigned bit_of(const struct rig *r)
{
    int slot = dv_insns[r->op.insn].selector[DV_F_bit];

    return slot < 0 ? 0 : r->op.sel[slot];
}

/* 8-bit results with a half: 16 lanes a block. */
static uint64_t place(const struct row *q, const struct model_item *it, unsigned o, uint32_t rep,
                      uint32_t i)
{
    const struct model_operand *p = &it->op[o];

    if (o || !has_half(q))
        return model_place(p, rep, i);
    return p->base + 32 * ((uint64_t)(i / 16) * p->blk + (uint64_t)rep * p->rep) +
           16 * bit_of(it->r) + i % 16;
}

static uint32_t per_block(const struct row *q, const struct model_item *it, unsigned o)
{
    return !o && has_half(q) ? 16 : 32 / it->op[o].width;
}

static void effect(const struct row *q, const struct model_item *it, uint8_t *ub)
{
    uint32_t out[128];

    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        for (uint32_t i = 0; i < it->lanes; i++) {
            uint32_t in[3] = {0};
            for (unsigned o = 0; o < it->operands && model_active(it, rep, i); o++)
                in[o] = model_peek(ub, place(q, it, o, rep, i), it->op[o].width);
            out[i] = result(q, it->r, i, in);
        }
        for (uint32_t i = 0; i < it->lanes; i++)
            if (model_active(it, rep, i))
                memcpy(ub + place(q, it, 0, rep, i), &out[i], it->op[0].width);
    }
}

/* Blocks cut at their first and last active lane. */
static void mark(const struct row *q, const struct model_item *it, unsigned o, uint8_t *to)
{
    uint32_t per = per_block(q, it, o);

    for (uint32_t rep = 0; rep < it->repeats; rep++)
        for (uint32_t b = 0; b < it->lanes; b += per) {
            uint32_t lo = 0, hi = 0;
            for (uint32_t i = b; i < b + per; i++) {
                if (!model_active(it, rep, i))
                    continue;
                lo = hi ? lo : i;
                hi = i + 1;
            }
            if (hi)
                memset(to + place(q, it, o, rep, lo), 1, (hi - lo) * it->op[o].width);
        }
}

static void check_marks(const struct row *q, const struct model_item *it, const struct dv_foot *f)
{
    static uint8_t want[MODEL_UB], got[MODEL_UB];
    bool any = f->n;

    memset(want, 0, sizeof want);
    mark(q, it, 0, want);
    rig_mark(it->r, f, DV_SPACE_UB, DV_WRITE, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s writes", dv_insns[q->insn].name);
    memset(want, 0, sizeof want);
    for (unsigned o = reads_dst(q) ? 0 : 1; o < it->operands; o++)
        mark(q, it, o, want);
    if (q->type == DV_T_vdeqs16b8 && any)
        memset(want + 32 * it->r->env.v[DV_ENV_DEQSCALE], 1, 128);
    rig_mark(it->r, f, DV_SPACE_UB, DV_READ, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s reads", dv_insns[q->insn].name);
}

static void prepare(struct rig *r, const struct row *q, struct model_item *it)
{
    static const uint32_t distances[] = {0,  1,  2,  7,  14, 15,      16,        17,
                                         30, 31, 32, 33, 64, 0x10000, 0xffffffff};
    int slot = dv_insns[q->insn].selector[DV_F_bit];
    unsigned src = dv_types[q->like].src;

    rig_insn(r, q->insn, q->like);
    if (slot >= 0 && (has_half(q) || src == DV_EL_S16 || src == DV_EL_S32))
        r->op.sel[slot] = rig_range(r, 0, 1);
    model_prepare(r, it, !(dv_insns[q->insn].on & DV_ON(DV_AIV)));
    r->op.type = (uint8_t)q->type;
    if (has_half(q) && it->op[0].rep < 8 && it->op[0].rep)
        it->op[0].rep = 8;
    if (has_half(q)) {
        struct dv_cfg_vec3 c = dv_unpack_vec3(r->w.cfg);
        c.dst_rep = it->op[0].rep;
        dv_pack_vec3(r->w.cfg, &c);
    }
    if (q->op == SHL || q->op == SHR)
        r->w.x[DV_XM] = distances[rig_range(r, 0, 14)] | (uint64_t)rig_random(r) << 32;
    r->env.v[DV_ENV_DEQSCALE] =
        q->op == ADDDEQ ? model_pattern(r, DV_EL_F16) : rig_range(r, 0, MODEL_UB / 32 - 4);
    for (unsigned i = 0; q->type == DV_T_vdeqs16b8 && i < 16; i++) { /* scales that leave 8 bits */
        uint64_t word = (uint64_t)(rig_random(r) & 0x7fff) << 32 | rig_range(r, 90, 130) << 23 |
                        (rig_random(r) & 0x807fffff);
        memcpy(r->w.mem[DV_SPACE_UB] + 32 * r->env.v[DV_ENV_DEQSCALE] + 8 * i, &word, 8);
    }
}

/* The model reads parameters when it needs them, the instruction before it writes. */
static bool table_apart(const struct row *q, const struct rig *r, const struct dv_foot *f)
{
    static uint8_t written[MODEL_UB];

    if (q->type != DV_T_vdeqs16b8)
        return true;
    rig_mark(r, f, DV_SPACE_UB, DV_WRITE, written);
    for (unsigned i = 0; i < 128; i++)
        if (written[32 * r->env.v[DV_ENV_DEQSCALE] + i])
            return false;
    return true;
}

static bool check_item(struct rig *r, const struct row *q)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB];
    struct model_item it;
    struct dv_diag d;
    struct dv_foot f;

    prepare(r, q, &it);
    dv_diag_init(&d);
    enum dv_err err = dv_access[dv_insns[q->insn].access](&r->w, &f, &d);
    cr_assert(err == DV_OK || err == DV_E_OVERLAP, "%s: %s", dv_err_name(err), d.text);
    if (err || !rig_inside(r, &f) || !table_apart(q, r, &f))
        return false;
    memcpy(before, r->w.mem[DV_SPACE_UB], MODEL_UB);
    memcpy(want, before, MODEL_UB);
    effect(q, &it, want);
    check_marks(q, &it, &f);
    model_check_effect(r, before, want);
    return true;
}

Test(vector_more, every_entry_and_type)
{
    unsigned ran = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 11);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned good = 0;
        for (unsigned n = 0; n < 80; n++)
            good += check_item(&r, &rows[i]);
        cr_assert_gt(good, 20, "%s.%s: %u", dv_insns[rows[i].insn].name,
                     dv_types[rows[i].like].name, good);
        ran += good;
    }
    cr_assert_gt(ran, 900, "%u", ran);
    rig_close(&r);
}

/* ---- results by hand ------------------------------------------------------------------------- */

struct single {
    unsigned insn, type;
    uint64_t ctrl, deqscale;
    uint32_t d, a, b; /* b: src1, or Xm */
    unsigned bit;
    uint32_t want;
};

#define NAN_MODE (1ull << 48)
#define INT_SAT (1ull << 53)
#define CUT (1ull << 59)

static const struct single singles[] = {
    /* one rounding: 1 + 2^-10 squared, less 1 + 2^-9, is 2^-20; with two roundings it is 0 */
    {DV_INSN_vmla, DV_T_f16, NAN_MODE, 0, 0xbc02, 0x3c01, 0x3c01, 0, 0x0010},
    {DV_INSN_vmadd, DV_T_f16, NAN_MODE, 0, 0x3c01, 0x3c01, 0xbc02, 0, 0x0010},
    {DV_INSN_vmaddrelu, DV_T_f16, NAN_MODE, 0, 0x3c01, 0xbc01, 0x3c02, 0, 0},
    {DV_INSN_vaxpy, DV_T_f16, NAN_MODE, 0, 0xbc02, 0x3c01, 0x3c01, 0, 0x0010},
    {DV_INSN_vmla, DV_T_f32, 0, 0, 0xbf800002, 0x3f800001, 0x3f800001, 0, 0x28800000},
    {DV_INSN_vaxpy, DV_T_f32, 0, 0, 0xbf800002, 0x3f800001, 0x3f800001, 0, 0x28800000},
    {DV_INSN_vmla, DV_T_f16f32, 0, 0, 0x3f800000, 0x7bff, 0x7bff, 0, 0x4f7fc004},
    {DV_INSN_vaxpy, DV_T_f16f32, 0, 0, 0, 0x0001, 0x0001, 0, 0x27800000},
    /* saturation of f16, NaN */
    {DV_INSN_vmla, DV_T_f16, 0, 0, 0x7bff, 0x7bff, 0x4000, 0, 0x7bff},
    {DV_INSN_vmla, DV_T_f16, NAN_MODE, 0, 0x7bff, 0x7bff, 0x4000, 0, 0x7c00},
    {DV_INSN_vmla, DV_T_f16, 0, 0, 0x7e01, 0x3c00, 0x3c00, 0, 0},
    {DV_INSN_vmaddrelu, DV_T_f16, NAN_MODE, 0, 0x7e01, 0x3c00, 0x3c00, 0, 0x7e00},
    {DV_INSN_vmaddrelu, DV_T_f32, 0, 0, 0x80000000, 0x3f800000, 0x80000000, 0, 0},
    {DV_INSN_vmaddrelu, DV_T_f16, NAN_MODE, 0, 0x3c00, 0xfc00, 0x3c00, 0, 0},
    /* relu after the sum as the type holds it */
    {DV_INSN_vaddrelu, DV_T_s16, 0, 0, 0, 30000, 30000, 0, 0},
    {DV_INSN_vaddrelu, DV_T_s16, INT_SAT, 0, 0, 30000, 30000, 0, 32767},
    {DV_INSN_vsubrelu, DV_T_s16, 0, 0, 0, 5, 7, 0, 0},
    {DV_INSN_vsubrelu, DV_T_f32, 0, 0, 0, 0x40000000, 0x3f800000, 0, 0x3f800000},
    {DV_INSN_vaddrelu, DV_T_f16, NAN_MODE, 0, 0, 0x8000, 0x8000, 0, 0},
    {DV_INSN_vabs, DV_T_s16, 0, 0, 0, 0x8000, 0, 0, 0x8000},
    {DV_INSN_vabs, DV_T_s16, INT_SAT, 0, 0, 0x8000, 0, 0, 0x7fff},
    {DV_INSN_vabs, DV_T_s16, 0, 0, 0, 0xfffb, 0, 0, 5},
    /* leaky relu: -0 is not negative */
    {DV_INSN_vlrelu, DV_T_f16, NAN_MODE, 0, 0, 0xc000, 0x3800, 0, 0xbc00},
    {DV_INSN_vlrelu, DV_T_f16, NAN_MODE, 0, 0, 0x8000, 0xbc00, 0, 0x8000},
    {DV_INSN_vlrelu, DV_T_f32, 0, 0, 0, 0x40000000, 0x3f000000, 0, 0x40000000},
    {DV_INSN_vlrelu, DV_T_f32, 0, 0, 0, 0x7fc00000, 0x3f000000, 0, 0x7fc00000},
    /* shifts */
    {DV_INSN_vshl, DV_T_b16, 0, 0, 0, 0x8001, 1, 0, 2},
    {DV_INSN_vshl, DV_T_b16, INT_SAT, 0, 0, 0x8001, 16, 0, 0},
    {DV_INSN_vshl, DV_T_b32, 0, 0, 0, 0x80000001, 31, 0, 0x80000000},
    {DV_INSN_vshl, DV_T_b32, 0, 0, 0, 1, 32, 0, 0},
    {DV_INSN_vshr, DV_T_s16, 0, 0, 0, 0xfffd, 1, 0, 0xfffe},
    {DV_INSN_vshr, DV_T_s16, 0, 0, 0, 0xfffd, 1, 1, 0xffff},
    {DV_INSN_vshr, DV_T_u16, 0, 0, 0, 0xfffd, 1, 0, 0x7ffe},
    {DV_INSN_vshr, DV_T_s32, 0, 0, 0, 0x80000000, 40, 0, 0xffffffff},
    {DV_INSN_vshr, DV_T_s32, 0, 0, 0, 0x80000000, 40, 1, 0},
    {DV_INSN_vshr, DV_T_s32, 0, 0, 0, 7, 0, 1, 7},
    {DV_INSN_vshr, DV_T_u32, 0, 0, 0, 0x80000000, 31, 0, 1},
    {DV_INSN_vshr, DV_T_u32, 0, 0, 0, 0x80000000, 32, 0, 0},
    /* narrowing: the sum is an f16 before it is a number of 8 bits, ties go to even */
    {DV_INSN_vaddreluconv, DV_T_f16s8, NAN_MODE, 0, 0, 0x3c00, 0x3800, 0, 2},
    {DV_INSN_vaddreluconv, DV_T_f16s8, NAN_MODE, 0, 0, 0x4000, 0x3800, 0, 2},
    {DV_INSN_vaddreluconv, DV_T_f16s8, NAN_MODE, 0, 0, 0x7bff, 0x3c00, 0, 127},
    {DV_INSN_vsubreluconv, DV_T_f16s8, NAN_MODE, 0, 0, 0x3c00, 0x4000, 0, 0},
    {DV_INSN_vaddreluconv, DV_T_f32f16, 0, 0, 0, 0x47800000, 0x47800000, 0, 0x7bff},
    {DV_INSN_vaddreluconv, DV_T_f32f16, NAN_MODE, 0, 0, 0x47800000, 0x47800000, 0, 0x7c00},
    {DV_INSN_vaddreluconv, DV_T_s16s8, 0, 0, 0, 200, 100, 0, 127},
    {DV_INSN_vaddreluconv, DV_T_s16s8, CUT, 0, 0, 200, 100, 0, 44},
    {DV_INSN_vsubreluconv, DV_T_s16s8, 0, 0, 0, 100, 200, 0, 0},
    {DV_INSN_vmulconv_s8, DV_T_none, NAN_MODE, 0, 0, 0xc000, 0x4200, 0, 0xfa},
    {DV_INSN_vmulconv_s8, DV_T_none, NAN_MODE, 0, 0, 0x5800, 0x4200, 0, 127},
    {DV_INSN_vmulconv_u8, DV_T_none, NAN_MODE, 0, 0, 0xc000, 0x4200, 0, 0},
    {DV_INSN_vmulconv_u8, DV_T_none, NAN_MODE, 0, 0, 0x5800, 0x4200, 0, 255},
    {DV_INSN_vadddeqrelu, DV_T_none, NAN_MODE, 0x3800, 0, 3, 4, 0, 0x4300},
    {DV_INSN_vadddeqrelu, DV_T_none, NAN_MODE, 0x3800, 0, 3, 0xfffffff0, 0, 0},
    {DV_INSN_vadddeqrelu, DV_T_none, NAN_MODE, 0xb800, 0, 3, 0xfffffff0, 0, 0x4680},
    {DV_INSN_vadddeqrelu, DV_T_none, NAN_MODE, 0x3c00, 0, 0x7fffffff, 1, 0, 0},
    {DV_INSN_vadddeqrelu, DV_T_none, NAN_MODE | INT_SAT, 0x3c00, 0, 0x7fffffff, 1, 0, 0x7c00},
};

/* First lane only; dst, src0, src1 apart. */
static void run_single(struct rig *r, const struct single *q, unsigned row)
{
    const struct dv_insn *in = &dv_insns[q->insn];
    uint8_t *ub = r->w.mem[DV_SPACE_UB];
    uint32_t got = 0, width = 2;
    struct dv_foot f;
    struct dv_diag d;

    rig_insn(r, q->insn, q->type);
    if (in->selector[DV_F_bit] >= 0)
        r->op.sel[in->selector[DV_F_bit]] = (uint8_t)q->bit;
    r->env.v[DV_ENV_CTRL] = 8 | q->ctrl;
    r->env.v[DV_ENV_DEQSCALE] = q->deqscale;
    r->w.cfg[0] = in->operands == 3 ? 0x0100080808010101ull : 0x0100000000010001ull;
    memcpy(ub, &q->d, 4);
    memcpy(ub + 1024, &q->a, 4);
    memcpy(ub + 2048, &q->b, 4);
    r->w.x[DV_XD] = 0;
    r->w.x[DV_XN] = 1024;
    r->w.x[DV_XM] = in->operands == 3 ? 2048 : q->b;
    dv_diag_init(&d);
    cr_assert_eq(dv_access[in->access](&r->w, &f, &d), DV_OK, "row %u: %s", row, d.text);
    dv_sem[in->sem](&r->w);
    if (q->type != DV_T_none)
        width = dv_elem_bits((enum dv_elem)dv_types[q->type].dst) / 8;
    else if (q->insn != DV_INSN_vadddeqrelu)
        width = 1;
    memcpy(&got, ub, width);
    cr_expect_eq(got, q->want, "row %u: %s is %x, want %x", row, in->name, got, q->want);
}

Test(vector_more, by_hand)
{
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 5);
    r.w.kind = DV_AIV;
    r.env.v[DV_ENV_MASK0] = 1;
    for (unsigned i = 0; i < sizeof singles / sizeof *singles; i++)
        run_single(&r, &singles[i], i);
    rig_close(&r);
}
