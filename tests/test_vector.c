/* Vector items against the model of model.h: every executed element-wise entry and type, random
 * strides, masks and modes, the whole of UB compared, with and without SIMD, and the footprint
 * against the lanes; then the functions, exhaustively where that is possible. */
#include <criterion/criterion.h>
#include <math.h>

#include "emu/access/lanes.h"
#include "emu/sem/init.h"
#include "emu/sem/lane.h"
#include "tests/model.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};

/* What the whole of MODEL_UB must hold afterwards, and which lanes are written. */
static void elementwise(const struct model_item *it, uint8_t *ub, uint8_t *written)
{
    const struct dv_insn *in = &dv_insns[it->r->op.insn];
    const struct dv_type *t = &dv_types[it->r->op.type];
    struct model_mode m = model_mode_of(it->r);
    uint64_t scalar = in->sem == DV_SEM_vec_dup ? it->r->w.x[DV_XN] : it->r->w.x[DV_XM];
    uint32_t out[128];

    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        for (uint32_t i = 0; i < it->lanes; i++) {
            if (!model_active(it, rep, i))
                continue;
            uint32_t a = model_peek((uint8_t *)&scalar, 0, it->op[0].width), b = a;
            if (it->operands > 1)
                a = model_peek(ub, model_place(&it->op[1], rep, i), it->op[1].width);
            if (it->operands > 2)
                b = model_peek(ub, model_place(&it->op[2], rep, i), it->op[2].width);
            out[i] = in->sem == DV_SEM_vec_conv ? model_converted(t, a, m)
                                                : model_result_of(in->lane, a, b, t->dst, m);
        }
        for (uint32_t i = 0; i < it->lanes; i++) {
            if (!model_active(it, rep, i))
                continue;
            memcpy(ub + model_place(&it->op[0], rep, i), &out[i], it->op[0].width);
            memset(written + model_place(&it->op[0], rep, i), 1, it->op[0].width);
        }
    }
}

/* The footprint's bytes are the blocks of the model cut at first and last active lane. */
static void expected_marks(const struct model_item *it, unsigned first, unsigned last,
                           uint8_t *mark)
{
    memset(mark, 0, MODEL_UB);
    for (unsigned o = first; o <= last; o++) {
        uint32_t per = 32 / it->op[o].width;
        for (uint32_t rep = 0; rep < it->repeats; rep++) {
            for (uint32_t b = 0; b * per < it->lanes; b++) {
                uint32_t lo = 0, hi = 0;
                for (uint32_t i = b * per; i < (b + 1) * per; i++) {
                    if (!model_active(it, rep, i))
                        continue;
                    lo = hi ? lo : i - b * per;
                    hi = i - b * per + 1;
                }
                uint64_t at = model_place(&it->op[o], rep, b * per);
                memset(mark + at + lo * it->op[o].width, 1, (hi - lo) * it->op[o].width);
            }
        }
    }
}

static void check_marks(const struct model_item *it, const struct dv_foot *f)
{
    uint8_t *want = malloc(MODEL_UB), *got = malloc(MODEL_UB);

    expected_marks(it, 0, 0, want);
    rig_mark(it->r, f, DV_SPACE_UB, DV_WRITE, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s writes", dv_insns[it->r->op.insn].name);
    memset(want, 0, MODEL_UB);
    if (it->operands > 1)
        expected_marks(it, 1, it->operands - 1, want);
    rig_mark(it->r, f, DV_SPACE_UB, DV_READ, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s reads", dv_insns[it->r->op.insn].name);
    free(want);
    free(got);
}

/* Returns false when the configuration was refused or leaves MODEL_UB. */
static bool check_item(struct rig *r, bool c100)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB], written[MODEL_UB];
    struct dv_diag d;
    struct dv_foot f;
    struct model_item it;

    model_prepare(r, &it, c100);
    dv_diag_init(&d);
    enum dv_err err = dv_access[dv_insns[r->op.insn].access](&r->w, &f, &d);
    cr_assert(err == DV_OK || err == DV_E_OVERLAP, "%s: %s", dv_err_name(err), d.text);
    if (err || !rig_inside(r, &f))
        return false;
    cr_assert_eq(f.amount.repeats, it.count == UINT64_MAX && f.n == 0 ? 0 : it.repeats,
                 "repeats of an item");
    memcpy(before, r->w.mem[DV_SPACE_UB], MODEL_UB);
    memcpy(want, before, MODEL_UB);
    memset(written, 0, MODEL_UB);
    elementwise(&it, want, written);
    check_marks(&it, &f);
    model_check_effect(r, before, want);
    return true;
}

static bool is_elementwise(const struct dv_insn *in)
{
    return in->exec == DV_EXEC_ITEM &&
           (in->sem == DV_SEM_vec_binary || in->sem == DV_SEM_vec_unary ||
            in->sem == DV_SEM_vec_scalar || in->sem == DV_SEM_vec_dup ||
            in->sem == DV_SEM_vec_conv);
}

Test(vector, every_elementwise_entry_and_type)
{
    unsigned rows = 0, ran = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 7);
    for (unsigned i = 0; i < dv_insn_count; i++) {
        for (unsigned k = 0; is_elementwise(&dv_insns[i]) && k < dv_insns[i].types; k++, rows++) {
            bool c100 = !(dv_insns[i].on & DV_ON(DV_AIV));
            unsigned good = 0;
            rig_insn(&r, i, dv_insns[i].type[k].type);
            for (unsigned n = 0; n < 60; n++)
                good += check_item(&r, c100);
            cr_assert_gt(good, 15, "%s", dv_insns[i].name);
            ran += good;
        }
    }
    cr_assert_gt(rows, 100);
    cr_assert_gt(ran, 3000);
    rig_close(&r);
}

/* ---- tables and arithmetic in bulk ----------------------------------------------------------- */

/* FNV-1a-64 of the tables as published (numerics.md 3; its offset basis is 1469598103934665603). */
Test(vector, f16_tables)
{
    static const struct {
        unsigned lane;
        uint64_t hash;
    } rows[] = {
        {DV_LANE_exp, 0xbc56c6bcfbcb5308},  {DV_LANE_ln, 0x9b25333645a2243e},
        {DV_LANE_rec, 0xe289653ed17038eb},  {DV_LANE_rsqrt, 0x1a267e52f6a70041},
        {DV_LANE_sqrt, 0x217844a54137dd6b},
    };

    dv_vector_init();
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint16_t *table = dv_f16_table(rows[i].lane);
        uint64_t h = 1469598103934665603ull;
        for (unsigned k = 0; k < 65536; k++) {
            h = (h ^ (table[k] & 0xff)) * 0x100000001b3ull;
            h = (h ^ (uint64_t)(table[k] >> 8)) * 0x100000001b3ull;
        }
        cr_expect_eq(h, rows[i].hash, "table %u: %016llx", i, (unsigned long long)h);
    }
}

/* All f16 inputs of every unary entry, both saturation modes, through the rows in use. */
Test(vector, f16_unary_exhaustive)
{
    static const unsigned lanes[] = {DV_LANE_exp,  DV_LANE_ln,  DV_LANE_rec, DV_LANE_rsqrt,
                                     DV_LANE_sqrt, DV_LANE_abs, DV_LANE_relu};
    static uint16_t in[65536], out[65536];

    dv_vector_init();
    for (unsigned i = 0; i < 65536; i++)
        in[i] = (uint16_t)i;
    for (unsigned k = 0; k < sizeof lanes / sizeof *lanes; k++) {
        for (unsigned mode = 0; mode < 2; mode++) {
            dv_row_fn row = dv_fast_row(lanes[k], DV_K_F16);
            dv_lane_fn lane = dv_lane_of(lanes[k], DV_K_F16);
            if (row)
                row(out, in, NULL, 65536, mode ? DV_MODE_SAT : 0);
            for (unsigned i = 0; i < 65536; i++) {
                uint32_t got = lane(i, 0, mode ? DV_MODE_SAT : 0);
                uint32_t want =
                    model_f16_bits(model_real_result(lanes[k], model_f16_value(i), 0), mode);
                cr_assert_eq(got, want, "lane %u of %04x: %04x want %04x", lanes[k], i, got, want);
                cr_assert(!row || out[i] == want, "row %u of %04x", lanes[k], i);
            }
        }
    }
}

/* Correct rounding of the f32 functions against a wider libm, dense near the hard places. */
Test(vector, f32_exp_and_ln)
{
    dv_vector_init();
    for (uint32_t i = 0; i < 3000000; i++) {
        uint32_t u = i % 3 == 0 ? i * 1431u : i % 3 == 1 ? 0x3f800000u - 60000 + i / 24 : i * 2862u;
        float x = dv_bits_f32(u);
        if (isnan(x))
            continue;
        cr_assert_eq(dv_f32_bits(dv_f32_exp(x)), dv_f32_bits((float)expl(x)), "exp %a", x);
        if (x > 0)
            cr_assert_eq(dv_f32_bits(dv_f32_ln(x)), dv_f32_bits((float)logl(x)), "ln %a", x);
    }
    static const struct {
        uint32_t x, exp, ln;
    } rows[] = {
        {0, 0x3f800000, 0xff800000},          {0x80000000, 0x3f800000, 0xff800000},
        {0x3f800000, 0x402df854, 0},          {0x7f800000, 0x7f800000, 0x7f800000},
        {0xff800000, 0, 0x7fc00000},          {0x7fc00001, 0x7fc00000, 0x7fc00000},
        {0x42b17218, 0x7f800000, 0x408f895c}, {0x42b17217, 0x7f7fff84, 0x408f895b},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        float x = dv_bits_f32(rows[i].x);
        cr_expect_eq(dv_f32_bits(dv_f32_exp(x)), rows[i].exp, "exp row %u", i);
        cr_expect_eq(dv_f32_bits(dv_f32_ln(x)), rows[i].ln, "ln row %u", i);
    }
}

/* Every fast row equals its lane function: random and special bits, every tail length, canaries
 * around the destination, destination apart from and equal to each source. */
static void check_row(struct rig *r, dv_row_fn row, dv_lane_fn lane, unsigned src, unsigned dst,
                      unsigned mode)
{
    _Alignas(32) uint8_t a[640], b[640], out[704], want[704];
    uint32_t from = dv_elem_bytes(src), to = dv_elem_bytes(dst), n = rig_range(r, 0, 150);

    for (uint32_t i = 0; i < 160; i++) {
        uint32_t p = model_pattern(r, src), q = model_pattern(r, src);
        memcpy(a + i * from, &p, from);
        memcpy(b + i * from, &q, from);
    }
    rig_noise(r, out, sizeof out);
    uint8_t *d = out + 32;
    if (from == to && rig_range(r, 0, 2) == 0)
        memcpy(d, a, n * from);
    memcpy(want, out, sizeof out);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = lane(model_peek(a, i * from, from), model_peek(b, i * from, from), mode);
        memcpy(want + 32 + i * to, &v, to);
    }
    bool in_place = from == to && n && !memcmp(d, a, n * from);
    row(d, in_place ? d : a, b, n, mode);
    cr_assert_arr_eq(out, want, sizeof out, "row of %u lanes", n);
    if (from == to) {
        memcpy(d, b, n * from);
        row(d, a, d, n, mode);
        cr_assert_arr_eq(out, want, sizeof out, "row of %u lanes into its second source", n);
    }
}

Test(vector, fast_rows_equal_lanes)
{
    static const unsigned elem[] = {DV_EL_F16, DV_EL_F32, DV_EL_S16, DV_EL_S32};
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 3);
    for (unsigned lane = 1; lane < DV_LANE_COUNT; lane++) {
        for (unsigned kind = 0; kind < DV_KINDS_OF_LANE; kind++) {
            dv_row_fn row = dv_fast_row(lane, (enum dv_lane_kind)kind);
            dv_lane_fn fn = dv_lane_of(lane, (enum dv_lane_kind)kind);
            cr_assert(!row || fn);
            for (unsigned n = 0; row && n < 400; n++)
                check_row(&r, row, fn, elem[kind], elem[kind], n % 4);
        }
    }
    for (enum dv_round round = DV_RINT; round <= DV_ODD; round++) {
        unsigned bits = (unsigned)round * DV_MODE_ROUND;
        dv_row_fn widen = dv_fast_convert(DV_EL_F16, DV_EL_F32, round);
        dv_row_fn narrow = dv_fast_convert(DV_EL_F32, DV_EL_F16, round);
        for (unsigned n = 0; n < 400; n++) {
            if (widen)
                check_row(&r, widen, dv_lane_convert(DV_EL_F16, DV_EL_F32), DV_EL_F16, DV_EL_F32,
                          bits | n % 2);
            if (narrow)
                check_row(&r, narrow, dv_lane_convert(DV_EL_F32, DV_EL_F16), DV_EL_F32, DV_EL_F16,
                          bits | n % 2);
        }
    }
    rig_close(&r);
}
