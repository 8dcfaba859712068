/* Comparisons, CMPMASK and VSEL against a model of their own: every entry, type and condition,
 * random strides, masks and values that are often equal or special, the whole of UB and CMPMASK
 * compared; then what is refused. */
#include <criterion/criterion.h>
#include <math.h>

#include "emu/sem/init.h"
#include "tests/model.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};

enum { EQ, NE, LT, GT, GE, LE, CONDS };

/* `like` is an instruction with the same config word, for model_prepare. */
struct row {
    unsigned insn, type, like, like_type;
    bool any_cond;
};

static const struct row rows[] = {
    {DV_INSN_vcmp, DV_T_f16, DV_INSN_vadd, DV_T_f16, true},
    {DV_INSN_vcmp, DV_T_u16, DV_INSN_vand, DV_T_u16, true},
    {DV_INSN_vcmp, DV_T_f32, DV_INSN_vadd, DV_T_f32, true},
    {DV_INSN_vcmpv, DV_T_f16, DV_INSN_vadd, DV_T_f16, true},
    {DV_INSN_vcmpv, DV_T_f32, DV_INSN_vadd, DV_T_f32, true},
    {DV_INSN_vcmpveq, DV_T_s32, DV_INSN_vadd, DV_T_s32, false},
    {DV_INSN_vcmpvs, DV_T_f16, DV_INSN_vexp, DV_T_f16, true},
    {DV_INSN_vcmpvs, DV_T_f32, DV_INSN_vexp, DV_T_f32, true},
    {DV_INSN_vcmpvseq, DV_T_s32, DV_INSN_vrelu, DV_T_s32, false},
};

/* Few values, so that many lanes are equal. */
static uint32_t value(struct rig *r, unsigned elem)
{
    static const uint32_t half[] = {0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x3c01};
    static const uint32_t word[] = {0,          0x80000000, 0x3f800000, 0xbf800000,
                                    0x7f800000, 0xff800000, 0x7fc00000, 0x3f800001};
    uint32_t k = rig_range(r, 0, 8);

    if (k == 8)
        return model_pattern(r, elem);
    return dv_elem_bits((enum dv_elem)elem) == 16 ? half[k] : word[k];
}

static void fill(struct rig *r, unsigned elem)
{
    uint32_t width = dv_elem_bits((enum dv_elem)elem) / 8;

    for (uint32_t at = 0; at < MODEL_UB; at += width) {
        uint32_t v = value(r, elem);
        memcpy(r->w.mem[DV_SPACE_UB] + at, &v, width);
    }
}

/* A truth table of the three ways two numbers can lie, and of no order. */
static bool holds(unsigned cond, double a, double b)
{
    static const bool table[CONDS][4] = {
        /* less, equal, greater, unordered */
        [EQ] = {0, 1, 0, 0}, [NE] = {1, 0, 1, 1}, [LT] = {1, 0, 0, 0},
        [GT] = {0, 0, 1, 0}, [GE] = {0, 1, 1, 0}, [LE] = {1, 1, 0, 0},
    };

    return table[cond][isnan(a) || isnan(b) ? 3 : a < b ? 0 : a > b ? 2 : 1];
}

static double number(uint32_t bits, unsigned elem)
{
    return elem == DV_EL_U16 ? (double)bits : model_value_of(bits, elem);
}

/* Bit of lane i of repeat rep. */
static bool compared(const struct row *q, const struct model_item *it, const uint8_t *ub,
                     unsigned cond, uint32_t rep, uint32_t i)
{
    unsigned elem = dv_types[q->type].src;
    uint32_t width = it->op[1].width;
    uint32_t a = model_peek(ub, model_place(&it->op[1], rep, i), width);
    uint32_t b = model_peek((const uint8_t *)&it->r->w.x[DV_XM], 0, width);

    if (it->operands > 2)
        b = model_peek(ub, model_place(&it->op[2], rep, i), width);
    return holds(cond, number(a, elem), number(b, elem));
}

static void put_bit(uint8_t *to, uint32_t i, bool bit)
{
    to[i / 8] = (uint8_t)((to[i / 8] & ~(1u << i % 8)) | (unsigned)bit << i % 8);
}

static void prepare(struct rig *r, const struct row *q, unsigned cond, struct model_item *it)
{
    static const uint32_t scalars[] = {0, 0x80000000, 0x3f800000, 0x7fc00000};
    unsigned elem = dv_types[q->type].src;
    int slot = dv_insns[q->insn].selector[DV_F_cond];

    rig_insn(r, q->like, q->like_type);
    model_prepare(r, it, false);
    rig_insn(r, q->insn, q->type);
    fill(r, elem);
    if (slot >= 0)
        r->op.sel[slot] = (uint8_t)cond;
    if (q->insn == DV_INSN_vcmpv)
        r->w.cfg[0] |= (uint64_t)cond << 50;
    if (it->operands == 2)
        r->w.x[DV_XM] =
            (elem == DV_EL_F16 ? scalars[rig_range(r, 0, 3)] >> 16 : scalars[rig_range(r, 0, 3)]) |
            (uint64_t)rig_random(r) << 32;
    if (elem == DV_EL_F16 && it->operands == 2 && rig_range(r, 0, 1))
        r->w.x[DV_XM] = 0x3c00;
    if (q->insn == DV_INSN_vcmp) {
        r->w.x[DV_XN] = it->op[1].base;
        r->w.x[DV_XM] = it->op[2].base;
        if (it->count == UINT64_MAX && it->repeats > 1) {
            it->repeats = 1;
            r->w.cfg[0] = (r->w.cfg[0] << 8 >> 8) | 1ull << 56;
        }
    }
}

/* Ranges that the model writes before it reads, but not the instruction. */
static bool is_apart(const struct rig *r, const struct dv_foot *f)
{
    static uint8_t reads[MODEL_UB], writes[MODEL_UB];

    rig_mark(r, f, DV_SPACE_UB, DV_READ, reads);
    rig_mark(r, f, DV_SPACE_UB, DV_WRITE, writes);
    for (unsigned i = 0; i < MODEL_UB; i++)
        if (reads[i] && writes[i])
            return false;
    return true;
}

static void check_writes(const struct model_item *it, const struct dv_foot *f)
{
    static uint8_t want[MODEL_UB], got[MODEL_UB];

    memset(want, 0, sizeof want);
    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        uint32_t lo = it->lanes, hi = 0;
        for (uint32_t i = 0; i < it->lanes; i++)
            if (model_active(it, rep, i)) {
                lo = lo < i / 8 ? lo : i / 8;
                hi = i / 8 + 1;
            }
        if (hi)
            memset(want + it->op[0].base + rep * it->lanes / 8 + lo, 1, hi - lo);
    }
    rig_mark(it->r, f, DV_SPACE_UB, DV_WRITE, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s writes", dv_insns[it->r->op.insn].name);
}

static bool check_cmp(struct rig *r, const struct row *q, const struct model_item *it,
                      unsigned cond)
{
    uint8_t mask[16], *ub = r->w.mem[DV_SPACE_UB];
    static uint8_t before[MODEL_UB];

    memcpy(before, ub, MODEL_UB);
    for (unsigned i = 0; i < 16; i++)
        mask[i] = (uint8_t)rig_random(r);
    memcpy(&r->live.v[DV_LIVE_CMPMASK0], mask, 8);
    memcpy(&r->live.v[DV_LIVE_CMPMASK1], mask + 8, 8);
    for (uint32_t i = 0; it->repeats && i < it->lanes; i++)
        if (model_active(it, 0, i))
            put_bit(mask, i, compared(q, it, ub, cond, 0, i));
    dv_sem[r->op.sem](&r->w);
    cr_assert_arr_eq(ub, before, MODEL_UB);
    cr_assert(!memcmp(&r->live.v[DV_LIVE_CMPMASK0], mask, 8) &&
                  !memcmp(&r->live.v[DV_LIVE_CMPMASK1], mask + 8, 8),
              "vcmp condition %u of %s", cond, dv_types[q->type].name);
    return true;
}

static bool check_item(struct rig *r, const struct row *q, unsigned cond)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB];
    bool to_mask = q->insn == DV_INSN_vcmp;
    struct model_item it;
    struct dv_diag d;
    struct dv_foot f;

    prepare(r, q, cond, &it);
    bool odd = it.count != UINT64_MAX && (to_mask ? it.count > it.lanes : it.count % it.lanes != 0);
    dv_diag_init(&d);
    enum dv_err err = dv_access[dv_insns[q->insn].access](&r->w, &f, &d);
    cr_assert(odd ? err == DV_E_RANGE : err == DV_OK || err == DV_E_OVERLAP, "%s: %s",
              dv_err_name(err), d.text);
    if (err || !rig_inside(r, &f))
        return false;
    cr_assert_eq(f.live, to_mask && f.n ? 1u << DV_LIVE_CMPMASK0 | 1u << DV_LIVE_CMPMASK1 : 0);
    if (to_mask)
        return check_cmp(r, q, &it, cond);
    check_writes(&it, &f);
    if (!is_apart(r, &f))
        return false;
    memcpy(before, r->w.mem[DV_SPACE_UB], MODEL_UB);
    memcpy(want, before, MODEL_UB);
    for (uint32_t rep = 0; rep < it.repeats; rep++)
        for (uint32_t i = 0; i < it.lanes; i++)
            if (model_active(&it, rep, i))
                put_bit(want + it.op[0].base, rep * it.lanes + i,
                        compared(q, &it, before, cond, rep, i));
    model_check_effect(r, before, want);
    return true;
}

Test(vector_bits, every_comparison)
{
    unsigned ran = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 21);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned cond = 0; cond < (rows[i].any_cond ? CONDS : 1); cond++) {
            unsigned good = 0;
            for (unsigned n = 0; n < 50; n++)
                good += check_item(&r, &rows[i], cond);
            cr_assert_gt(good, 8, "%s: %u", dv_insns[rows[i].insn].name, good);
            ran += good;
        }
    cr_assert_gt(ran, 800, "%u", ran);
    rig_close(&r);
}

/* ---- select ---------------------------------------------------------------------------------- */

/* Bit of a lane: from CMPMASK, or consecutive in UB, which wraps around. */
static bool chosen(const struct rig *r, unsigned mode, uint64_t bits, const uint8_t *ub,
                   uint32_t lanes, uint32_t rep, uint32_t i)
{
    uint64_t at = mode ? (uint64_t)rep * lanes + i : i;
    const uint8_t *from = mode ? ub : (const uint8_t *)&r->live.v[DV_LIVE_CMPMASK0];

    if (!mode && i >= 64)
        return r->live.v[DV_LIVE_CMPMASK1] >> (i - 64) & 1;
    return from[mode ? (bits + at / 8) % MODEL_UB : at / 8] >> at % 8 & 1;
}

static void select_effect(const struct model_item *it, unsigned mode, uint64_t bits, uint8_t *ub)
{
    uint32_t out[128], width = it->op[0].width;

    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        for (uint32_t i = 0; i < it->lanes; i++) {
            if (!model_active(it, rep, i))
                continue;
            out[i] = (uint32_t)it->r->live.v[DV_LIVE_CMPMASK0];
            if (chosen(it->r, mode, bits, ub, it->lanes, rep, i))
                out[i] = model_peek(ub, model_place(&it->op[1], rep, i), width);
            else if (mode != 1)
                out[i] = model_peek(ub, model_place(&it->op[2], rep, i), width);
        }
        for (uint32_t i = 0; i < it->lanes; i++)
            if (model_active(it, rep, i))
                memcpy(ub + model_place(&it->op[0], rep, i), &out[i], width);
    }
}

/* Mode 2: no repeat writes bits of a later one, which the model would read changed. */
static bool bits_stay(const struct rig *r, const struct dv_foot *f, uint64_t bits, uint32_t bytes)
{
    static uint8_t writes[MODEL_UB];

    rig_mark(r, f, DV_SPACE_UB, DV_WRITE, writes);
    for (uint32_t i = 0; i < bytes; i++)
        if (writes[(bits + i) % MODEL_UB])
            return false;
    return true;
}

static bool check_select(struct rig *r, unsigned type, unsigned mode)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB];
    uint64_t bits = 32 * (uint64_t)rig_range(r, 0, MODEL_UB / 32 - 1);
    struct model_item it;
    struct dv_diag d;
    struct dv_foot f;

    rig_insn(r, DV_INSN_vadd, type);
    model_prepare(r, &it, false);
    rig_insn(r, DV_INSN_vsel, type);
    r->w.cfg[0] |= (uint64_t)mode << 48;
    r->live.v[DV_LIVE_CMPMASK0] = (uint64_t)rig_random(r) << 32 | rig_random(r);
    r->live.v[DV_LIVE_CMPMASK1] = (uint64_t)rig_random(r) << 32 | rig_random(r);
    if (mode == 1)
        r->w.x[DV_XM] = bits;
    if (mode == 2)
        r->live.v[DV_LIVE_CMPMASK0] = bits | (uint64_t)rig_random(r) << 32;
    dv_diag_init(&d);
    enum dv_err err = dv_access_sel(&r->w, &f, &d);
    cr_assert(err == DV_OK || err == DV_E_OVERLAP, "%s", d.text);
    if (err || !rig_inside(r, &f) || (mode && !bits_stay(r, &f, bits, it.repeats * it.lanes / 8)))
        return false;
    cr_assert(!f.live);
    cr_assert_eq(f.live_read, f.n ? 1u << DV_LIVE_CMPMASK0 | 1u << DV_LIVE_CMPMASK1 : 0);
    memcpy(before, r->w.mem[DV_SPACE_UB], MODEL_UB);
    memcpy(want, before, MODEL_UB);
    select_effect(&it, mode, bits, want);
    r->sizes.bytes[DV_SPACE_UB] = MODEL_UB;
    model_check_effect(r, before, want);
    return true;
}

Test(vector_bits, select)
{
    unsigned ran = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 31);
    for (unsigned type = 0; type < 2; type++)
        for (unsigned mode = 0; mode < 3; mode++) {
            unsigned good = 0;
            for (unsigned n = 0; n < 100; n++)
                good += check_select(&r, type ? DV_T_f32 : DV_T_f16, mode);
            cr_assert_gt(good, 25, "mode %u: %u", mode, good);
            ran += good;
        }
    cr_assert_gt(ran, 180, "%u", ran);
    rig_close(&r);
}

Test(vector_bits, cmpmask_to_and_from_ub)
{
    static uint8_t before[MODEL_UB];
    struct dv_foot f;
    struct dv_diag d;
    struct rig r;

    rig_open(&r, sizes, 41);
    uint8_t *ub = r.w.mem[DV_SPACE_UB];
    for (uint64_t at = 0; at < MODEL_UB; at += 32) {
        uint64_t x = (uint64_t)rig_random(&r) << 32 | rig_random(&r), y = ~x * 3;
        memcpy(before, ub, MODEL_UB);
        dv_diag_init(&d);
        rig_insn(&r, DV_INSN_vmovmask_in, DV_T_none);
        r.w.x[DV_XN] = at;
        cr_assert_eq(dv_access_cmpmask_in(&r.w, &f, &d), DV_OK);
        cr_assert(f.n == 1 && f.part[0].bytes == 16 && f.part[0].rw == DV_READ && f.live &&
                  !f.live_read);
        dv_sem_cmpmask_in(&r.w);
        cr_assert(!memcmp(&r.live.v[DV_LIVE_CMPMASK0], ub + at, 8) &&
                  !memcmp(&r.live.v[DV_LIVE_CMPMASK1], ub + at + 8, 8));
        r.live.v[DV_LIVE_CMPMASK0] = x;
        r.live.v[DV_LIVE_CMPMASK1] = y;
        rig_insn(&r, DV_INSN_vmovmask_out, DV_T_none);
        r.w.x[DV_XD] = at;
        cr_assert_eq(dv_access_cmpmask_out(&r.w, &f, &d), DV_OK);
        cr_assert(f.n == 1 && f.part[0].bytes == 16 && f.part[0].rw == DV_WRITE && !f.live &&
                  f.live_read);
        dv_sem_cmpmask_out(&r.w);
        memcpy(before + at, &x, 8);
        memcpy(before + at + 8, &y, 8);
        cr_assert_arr_eq(ub, before, MODEL_UB);
    }
    rig_close(&r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

#define V3(repeat, db, s0b, s1b, dr, s0r, s1r) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(s1r) << 40 | (uint64_t)(s0r) << 32 | \
     (uint64_t)(dr) << 24 | (s1b) << 16 | (s0b) << 8 | (db))
#define V1(repeat, db, sb, dr, sr) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(sr) << 40 | (uint64_t)(dr) << 32 | \
     (uint64_t)(sb) << 16 | (db))
#define PLAIN V3(1, 1, 1, 1, 8, 8, 8)
#define TWO V3(2, 1, 1, 1, 8, 8, 8)
#define APART \
    "within a repeat they must be the same blocks or share none, and no repeat may read what an " \
    "earlier one wrote"
#define OWN \
    "repeats of dst overlap, and dst is a source too: no repeat may read what an earlier one " \
    "wrote"

static const struct {
    unsigned insn, type, bit;
    uint64_t cfg, xd, xn, xm, count; /* counter mode unless 0 */
    unsigned kind;
    enum dv_err code;
    const char *text;
} refused[] = {
    {DV_INSN_vmla, DV_T_f32, 0, PLAIN, 16, 256, 512, 0, DV_AIV, DV_E_ALIGN,
     "dst address 0x10 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vmla, DV_T_f32, 0, V3(2, 1, 1, 1, 0, 8, 8), 0, 1024, 2048, 0, DV_AIV, DV_E_OVERLAP,
     OWN},
    {DV_INSN_vmla, DV_T_f32, 0, V3(2, 1, 1, 1, 4, 8, 8), 0, 1024, 2048, 0, DV_AIV, DV_E_OVERLAP,
     OWN},
    {DV_INSN_vmla, DV_T_f32, 0, V3(1, 1, 1, 1, 0, 8, 8), 0, 1024, 2048, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vmla, DV_T_f32, 0, V3(2, 2, 1, 1, 1, 8, 8), 0, 1024, 2048, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vmadd, DV_T_f16, 0, PLAIN, 0, 32, 2048, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src0 overlap: " APART},
    {DV_INSN_vmaddrelu, DV_T_f16, 0, PLAIN, 0, 0, 0, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vaxpy, DV_T_f16, 0, V1(2, 1, 1, 0, 8), 0, 2048, 0, 0, DV_AIV, DV_E_OVERLAP, OWN},
    {DV_INSN_vaxpy, DV_T_f16f32, 0, V1(1, 1, 1, 8, 4), 0, 0, 0, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src overlap: " APART},
    {DV_INSN_vaddrelu, DV_T_f32, 0, V3(4, 1, 1, 1, 0, 8, 0), 0, 1024, 0, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vsubrelu, DV_T_s16, 0, V3(4, 1, 1, 1, 0, 8, 0), 0, 1024, 0, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src1 overlap: " APART},
    {DV_INSN_vaddreluconv, DV_T_f32f16, 1, PLAIN, 0, 1024, 2048, 0, DV_AIV, DV_E_RESERVED,
     "half block 1 of vaddreluconv: only 8-bit results have halves, write 0"},
    {DV_INSN_vaddreluconv, DV_T_f16s8, 1, PLAIN, 0, 1024, 2048, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vsubreluconv, DV_T_f16s8, 0, PLAIN, 0, 0, 2048, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src0 overlap: " APART},
    {DV_INSN_vsubreluconv, DV_T_vdeqs16b8, 0, PLAIN, 0, 1024, 2048, 0, DV_AIV, DV_E_BOUNDS,
     "the 16 words that DEQSCALE points at end at 0x40000080, past the end of ub (0x30000)"},
    {DV_INSN_vmulconv_s8, DV_T_none, 0, V3(1, 0, 1, 1, 8, 8, 8), 0, 1024, 2048, 0, DV_AIV,
     DV_E_OVERLAP,
     "dst_blk = 0 writes every block of a repeat to one place: use a block stride of at least 1"},
    {DV_INSN_vadddeqrelu, DV_T_none, 0, PLAIN, 0, 1024, 2064, 0, DV_AIV, DV_E_ALIGN,
     "src1 address 0x810 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vshr, DV_T_u16, 1, V1(1, 1, 1, 8, 8), 0, 1024, 1, 0, DV_AIV, DV_E_RESERVED,
     "round = 1 of vshr.u16: only signed types round, write 0"},
    {DV_INSN_vshr, DV_T_u32, 1, V1(1, 1, 1, 8, 8), 0, 1024, 1, 0, DV_AIV, DV_E_RESERVED,
     "round = 1 of vshr.u32: only signed types round, write 0"},
    {DV_INSN_vshr, DV_T_s16, 1, V1(1, 1, 1, 8, 8), 0, 1024, 1, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vcmp, DV_T_f16, 0, TWO, 0, 1024, 2048, 0, DV_AIV, DV_E_RANGE,
     "vcmp compares one repeat into CMPMASK, not 2: set the repeat count to 1, or use vcmpv"},
    {DV_INSN_vcmp, DV_T_f32, 0, PLAIN, 0, 1024, 2048, 65, DV_AIV, DV_E_RANGE,
     "vcmp compares one repeat into CMPMASK, not 2: set the repeat count to 1, or use vcmpv"},
    {DV_INSN_vcmp, DV_T_f16, 0, PLAIN, 0, 1025, 2048, 0, DV_AIV, DV_E_ALIGN,
     "src0 address 0x401 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vcmpv, DV_T_f16, 0, PLAIN, 16, 1024, 2048, 0, DV_AIV, DV_E_ALIGN,
     "dst address 0x10 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vcmpv, DV_T_f16, 0, PLAIN, 0, 1024, 2048, 100, DV_AIV, DV_E_RANGE,
     "counter mode: vcmpv compares whole repeats of 128 elements, not 100 elements"},
    {DV_INSN_vcmpv, DV_T_f16, 0, PLAIN | 6ull << 50, 0, 1024, 2048, 0, DV_AIV, DV_E_RANGE,
     "cond = 6 in the config word: 0 to 5 are eq ne lt gt ge le"},
    {DV_INSN_vcmpv, DV_T_f16, 0, PLAIN | 1ull << 48, 0, 1024, 2048, 0, DV_AIV, DV_E_RESERVED,
     "config word 0x0101080808010101 has reserved bits [49:48] set, clear them"},
    {DV_INSN_vcmpv, DV_T_f16, 0, PLAIN, 0, 0, 2048, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vcmpv, DV_T_f16, 0, TWO, 256, 0, 2048, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src0 overlap: a repeat would read a result that was written before, move dst"},
    {DV_INSN_vcmpv, DV_T_f16, 0, TWO, 256, 2048, 0, 0, DV_AIV, DV_E_OVERLAP,
     "dst and src1 overlap: a repeat would read a result that was written before, move dst"},
    {DV_INSN_vcmpvs, DV_T_f32, 0, V1(1, 1, 1, 8, 8), 0, 1024, 0, 63, DV_AIV, DV_E_RANGE,
     "counter mode: vcmpvs compares whole repeats of 64 elements, not 63 elements"},
    {DV_INSN_vcmpvseq, DV_T_s32, 0, V1(1, 1, 1, 8, 8), 0, 1040, 0, 0, DV_AIV, DV_E_ALIGN,
     "src address 0x410 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vcmpveq, DV_T_s32, 0, PLAIN, 0, 1024, 2048, 64, DV_AIV, DV_OK, NULL},
    {DV_INSN_vsel, DV_T_f16, 0, PLAIN | 3ull << 48, 0, 1024, 2048, 0, DV_AIV, DV_E_RANGE,
     "mode = 3 in the config word: 0 cmpmask, 1 scalar, 2 tensor"},
    {DV_INSN_vsel, DV_T_f16, 0, PLAIN | 1ull << 48, 0, 1024, 2048, 0, DV_C100, DV_E_RANGE,
     "mode = 1 in the config word: c100 has mode 0 only"},
    {DV_INSN_vsel, DV_T_f16, 0, PLAIN | 1ull << 48, 0, 1024, 2056, 0, DV_AIV, DV_E_ALIGN,
     "src1 address 0x808 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vsel, DV_T_f16, 0, PLAIN | 1ull << 48, 0, 1024, 224, 0, DV_AIV, DV_E_OVERLAP,
     "dst and the select bits at src1 overlap at 0xe0: move dst"},
    {DV_INSN_vsel, DV_T_f16, 0, PLAIN, 0, 0, 0, 0, DV_AIV, DV_OK, NULL},
    {DV_INSN_vmovmask_in, DV_T_none, 0, 0, 0, 8, 0, 0, DV_AIV, DV_E_ALIGN,
     "src address 0x8 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vmovmask_out, DV_T_none, 0, 0, 16, 0, 0, 0, DV_AIV, DV_E_ALIGN,
     "dst address 0x10 in ub is not a multiple of 32 bytes"},
};

Test(vector_bits, refusals)
{
    struct dv_foot f;
    struct dv_diag d;
    struct rig r;

    rig_open(&r, sizes, 1);
    r.sizes.bytes[DV_SPACE_UB] = 196608;
    r.env.v[DV_ENV_DEQSCALE] = 0x2000000;
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct dv_insn *in = &dv_insns[refused[i].insn];
        rig_insn(&r, refused[i].insn, refused[i].type);
        if (in->selector[DV_F_bit] >= 0)
            r.op.sel[in->selector[DV_F_bit]] = (uint8_t)refused[i].bit;
        r.w.kind = (uint8_t)refused[i].kind;
        r.w.cfg[0] = refused[i].cfg;
        r.w.x[DV_XD] = refused[i].xd;
        r.w.x[DV_XN] = refused[i].xn;
        r.w.x[DV_XM] = refused[i].xm;
        r.env.v[DV_ENV_MASK0] = refused[i].count ? refused[i].count : UINT64_MAX;
        r.env.v[DV_ENV_MASK1] = UINT64_MAX;
        r.env.v[DV_ENV_CTRL] = 8 | (uint64_t)(refused[i].count != 0) << 56;
        dv_diag_init(&d);
        enum dv_err err = dv_access[in->access](&r.w, &f, &d);
        cr_expect_eq(err, refused[i].code, "row %u: %s %s", i, dv_err_name(err), d.text);
        if (err)
            cr_expect_str_eq(d.text, refused[i].text, "row %u", i);
    }
    rig_close(&r);
}
