/* The merged core (isa.md 15): moves between L0C, UB and L1 byte by byte against a model of their
 * own, all memories whole (tests/rig_check.h); their cycles; and which types it has. */
#include <math.h>
#include <stdio.h>

#include "emu/core/time.h"
#include "isa/num.h"
#include "tests/model.h"
#include "tests/rig_check.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_UB] = 65536,
    [DV_SPACE_L1] = 65536,
    [DV_SPACE_L0C] = 65536,
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- L0C <-> UB ------------------------------------------------------------------------------ */

/* Bytes of an element before and after each mode; 0: what L0C has. */
static const struct {
    uint8_t from, to;
    bool table, inwards;
} modes[14] = {
    {0, 0, 0, 1}, {4, 2, 0, 1}, {4, 2, 0, 1}, {4, 2, 0, 0}, {2, 4, 0, 1},
    {0, 0, 0, 1}, {2, 2, 0, 1}, {4, 2, 1, 0}, {4, 1, 1, 0}, {4, 1, 0, 0},
    {4, 2, 1, 0}, {4, 2, 0, 0}, {4, 2, 1, 0}, {4, 2, 0, 0},
};

static const struct place {
    uint16_t insn;
    uint8_t width; /* of an element of L0C */
    bool rows, into;
} places[] = {
    {DV_INSN_mov_l0c16_to_ub, 2, 0, 0},     {DV_INSN_mov_l0c32_to_ub, 4, 0, 0},
    {DV_INSN_mov_ub_to_l0c16, 2, 0, 1},     {DV_INSN_mov_ub_to_l0c32, 4, 0, 1},
    {DV_INSN_mov_l0c16_to_ub_row, 2, 1, 0}, {DV_INSN_mov_l0c32_to_ub_row, 4, 1, 0},
    {DV_INSN_mov_ub_to_l0c16_row, 2, 1, 1}, {DV_INSN_mov_ub_to_l0c32_row, 4, 1, 1},
};

static const struct place *now;

static int32_t whole(double y, int lo, int hi)
{
    return y < lo ? lo : y > hi ? hi : (int32_t)y;
}

/* What one element becomes; `word` is its parameter. */
static uint32_t becomes(unsigned mode, uint32_t v, uint64_t word, uint64_t deqscale, unsigned width)
{
    float f, scale;
    int32_t s = (int32_t)v, off = (int32_t)(word >> 37 & 0x1ff);
    uint32_t scale_bits = (uint32_t)word & 0xffffe000u;
    double y;

    memcpy(&f, &v, 4);
    memcpy(&scale, &scale_bits, 4);
    off -= off & 256 ? 512 : 0;
    switch (mode) {
    case 0:
        return v;
    case 1:
    case 2:
        return model_f16_bits(mode == 2 && f < 0 ? 0 : f, true);
    case 4:
        return model_f32_bits(model_f16_value(v));
    case 5:
        return width == 2 ? (v & 0x8000 ? 0 : v) : s < 0 ? 0 : v;
    case 6:
        return model_f16_bits(model_f16_value(v) * model_f16_value((unsigned)(word & 0xffff)),
                              true);
    case 3:
    case 7:
        if (mode == 7 && s < 0 && deqscale >> 15 & 1)
            y = s * 0.0;
        else
            y = s * model_f16_value((unsigned)(word & 0xffff));
        return model_f16_bits(y == y ? y + 0.0 : 0, true);
    case 8:
    case 9:
        y = s * (double)scale;
        y = y != y ? 0 : nearbyint(y < -1000 ? -1000 : y > 1000 ? 1000 : y);
        if (word >> 36 & 1) {
            y = whole(floor(ldexp(s, -(int)(word >> 32 & 15) - 1)), -32768, 32767) * (double)scale;
            y = y != y ? 0 : nearbyint(y < -1000 ? -1000 : y > 1000 ? 1000 : y);
        }
        s = whole(y, -256, 255) + off;
        return (uint32_t)(word >> 46 & 1 ? whole(s, -128, 127) : whole(s, 0, 255)) & 255;
    case 10:
    case 11:
        y = s * (double)scale;
        return model_f16_bits(y == y ? y + 0.0 : 0, true);
    default:
        return (uint32_t)whole(floor(ldexp(s, -(int)(word >> 32 & 15) - 1)), -32768, 32767) &
               0xffff;
    }
}

static uint32_t get(const uint8_t *p, unsigned bytes)
{
    uint32_t v = 0;

    memcpy(&v, p, bytes);
    return v;
}

/* Fractal or row u of burst b, in L0C and in UB. */
static void cc_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);
    unsigned mode = dv_op_sel(&r->op, DV_F_mode), w = now->width;
    unsigned from = modes[mode].from ? modes[mode].from : w,
             to = modes[mode].to ? modes[mode].to : w;
    unsigned n = now->rows ? 16 : 256, other = n * (now->into ? from : to);
    uint64_t deq = r->env.v[DV_ENV_DEQSCALE], fractal = 256 * w;
    uint64_t gap = now->rows && to == 1 ? 48 : 32;
    const uint8_t *table = r->w.mem[DV_SPACE_UB] + (deq & 0x7fff) * 32;

    for (unsigned b = 0; b < c.n_burst; b++)
        for (unsigned u = 0; u < c.len_burst; u++) {
            uint64_t cc = (b * (c.len_burst + (now->into ? c.dst_gap : c.src_gap)) + u) * fractal;
            uint64_t ub = (uint64_t)u * other + b * (c.len_burst * (uint64_t)other +
                                                     (now->into ? c.src_gap : c.dst_gap) * gap);
            uint8_t *dst = rig_image(r, want, 0) + (now->into ? cc : ub);
            const uint8_t *src = rig_image(r, r->w.mem, 1) + (now->into ? ub : cc);

            for (unsigned i = 0; i < n; i++) {
                uint64_t word = deq;

                if (modes[mode].table && mode == 7)
                    word = get(table + i % 16 * 2, 2);
                else if (modes[mode].table)
                    memcpy(&word, table + i % 16 * 8, 8);
                uint32_t v = becomes(mode, get(src + i * from, from), word, deq, w);
                memcpy(dst + i * to, &v, to);
            }
        }
}

/* Sums of a size that conversions do not only saturate; words with a small scale; f16 tables. */
static void cc_values(struct rig *r, unsigned mode)
{
    uint64_t at = (uint64_t)rig_range(r, 1536, 1536 + 200) * 32;

    if (mode >= 3 && modes[mode].from == 4)
        for (unsigned i = 0; i < sizes[DV_SPACE_L0C]; i += 4) {
            int32_t v = (int32_t)rig_random(r) >> rig_range(r, 4, 30);
            memcpy(r->w.mem[DV_SPACE_L0C] + i, &v, 4);
        }
    r->env.v[DV_ENV_DEQSCALE] = (uint64_t)rig_random(r) << 32 | 0x30000000u << rig_range(r, 0, 1) |
                                (rig_random(r) & 0xffffff);
    if (!modes[mode].table)
        return;
    for (unsigned i = 0; i < 16; i++) {
        uint64_t word = (uint64_t)rig_random(r) << 32 | 0x3a000000u | (rig_random(r) & 0x1ffffff);
        memcpy(r->w.mem[DV_SPACE_UB] + at + 8 * i, &word, 8);
    }
    r->env.v[DV_ENV_DEQSCALE] = at / 32 | (mode == 7 ? rig_range(r, 0, 1) << 15 : 0);
}

static void cc_config(struct rig *r, unsigned mode)
{
    struct dv_cfg_burst c = {
        .n_burst = rig_range(r, 0, 4),
        .len_burst = rig_range(r, 0, 5),
        .src_gap = rig_range(r, 0, 2) * rig_range(r, 0, 2),
        .dst_gap = rig_range(r, 0, 2) * rig_range(r, 0, 2),
    };

    dv_pack_burst(r->w.cfg, &c);
    r->w.kind = DV_C100;
    rig_select(r, DV_F_mode, mode);
    r->w.x[DV_XD] = now->into ? 64 * rig_range(r, 0, 64) : 32 * rig_range(r, 0, 128);
    r->w.x[DV_XN] = now->into ? 32 * rig_range(r, 0, 128) : 64 * rig_range(r, 0, 64);
    cc_values(r, mode);
}

static bool exists(unsigned mode)
{
    unsigned there = now->into ? modes[mode].to : modes[mode].from;

    return (!there || there == now->width) && (!now->into || modes[mode].inwards);
}

Test(merged, l0c_and_ub_match_model_and_footprint)
{
    unsigned pairs = 0;

    for (unsigned i = 0; i < COUNT(places); i++)
        for (unsigned mode = 0; mode < 14; mode++) {
            struct rig r;
            unsigned ran = 0;

            now = &places[i];
            if (!exists(mode))
                continue;
            pairs++;
            rig_open(&r, sizes, 100 * i + mode);
            for (unsigned k = 0; k < 24; k++) {
                rig_insn(&r, now->insn, 0);
                cc_config(&r, mode);
                ran += rig_try(&r, cc_model);
            }
            cr_assert_gt(ran, 8, "%s mode %u: %u of 24 did something", dv_insns[now->insn].name,
                         mode, ran);
            rig_close(&r);
        }
    cr_expect_eq(pairs, 48, "%u", pairs);
}

/* ---- broadcasts and L1 <-> UB ---------------------------------------------------------------- */

static void brc_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_brc c = dv_unpack_brc(r->w.cfg);
    unsigned row = 16 * now->width;

    for (unsigned b = 0; b < c.n_burst; b++)
        for (unsigned u = 0; u < c.len_burst; u++)
            for (unsigned i = 0; i < 16 * row; i++)
                rig_image(r, want, 0)[(b * (c.len_burst + c.dst_gap) + u) * 16 * row + i] =
                    rig_image(r, r->w.mem,
                              1)[b * (c.len_burst * row + 32 * c.src_gap) + u * row + i % row];
}

Test(merged, broadcasts_match_model_and_footprint)
{
    static const struct place brc[] = {{DV_INSN_brc_ub_to_l0c16, 2, 0, 0},
                                       {DV_INSN_brc_ub_to_l0c32, 4, 0, 0},
                                       {DV_INSN_brc_l1_to_l0c16, 2, 0, 0},
                                       {DV_INSN_brc_l1_to_l0c32, 4, 0, 0}};
    for (unsigned i = 0; i < COUNT(brc); i++) {
        struct rig r;
        unsigned ran = 0;

        now = &brc[i];
        rig_open(&r, sizes, 7 + i);
        for (unsigned k = 0; k < 60; k++) {
            rig_insn(&r, now->insn, 0);
            dv_pack_brc(r.w.cfg, &(struct dv_cfg_brc){.n_burst = rig_range(&r, 0, 4),
                                                      .len_burst = rig_range(&r, 0, 5),
                                                      .src_gap = rig_range(&r, 0, 3),
                                                      .dst_gap = rig_range(&r, 0, 3)});
            r.w.x[DV_XD] = 64 * rig_range(&r, 0, 64);
            r.w.x[DV_XN] = 32 * rig_range(&r, 0, 64);
            ran += rig_try(&r, brc_model);
        }
        cr_assert_gt(ran, 25, "%s: %u", dv_insns[now->insn].name, ran);
        rig_close(&r);
    }
}

static void burst_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);

    for (unsigned i = 0; i < c.n_burst; i++)
        for (unsigned j = 0; j < 32 * c.len_burst; j++)
            rig_image(r, want, 0)[i * 32 * (c.len_burst + c.dst_gap) + j] =
                rig_image(r, r->w.mem, 1)[i * 32 * (c.len_burst + c.src_gap) + j];
}

Test(merged, l1_and_ub_match_model_and_footprint)
{
    static const unsigned insn[] = {DV_INSN_mov_ub_to_l1, DV_INSN_mov_l1_to_ub};
    for (unsigned i = 0; i < COUNT(insn); i++) {
        struct rig r;
        unsigned ran = 0;

        rig_open(&r, sizes, 31 + i);
        for (unsigned k = 0; k < 80; k++) {
            rig_insn(&r, insn[i], 0);
            dv_pack_burst(r.w.cfg, &(struct dv_cfg_burst){.n_burst = rig_range(&r, 0, 5),
                                                          .len_burst = rig_range(&r, 0, 20),
                                                          .src_gap = rig_range(&r, 0, 5),
                                                          .dst_gap = rig_range(&r, 0, 5)});
            r.w.x[DV_XD] = 32 * rig_range(&r, 0, 256);
            r.w.x[DV_XN] = 32 * rig_range(&r, 0, 256);
            ran += rig_try(&r, burst_model);
        }
        cr_assert_gt(ran, 50);
        rig_close(&r);
    }
}

/* ---- refusals -------------------------------------------------------------------------------- */

Test(merged, refused)
{
    static const struct {
        unsigned insn, mode;
        uint64_t deqscale;
        enum dv_err code;
        const char *text;
    } rows[] = {
        {DV_INSN_mov_l0c16_to_ub, 1, 0, DV_E_ILLEGAL,
         "conversion mode 1 needs f32 in l0c, mov_l0c16_to_ub has 16-bit elements there"},
        {DV_INSN_mov_l0c32_to_ub, 4, 0, DV_E_ILLEGAL,
         "conversion mode 4 needs f16 in l0c, mov_l0c32_to_ub has 32-bit elements there"},
        {DV_INSN_mov_l0c32_to_ub, 14, 0, DV_E_RESERVED,
         "conversion mode 14 does not exist: use 0 to 13"},
        {DV_INSN_mov_ub_to_l0c16, 3, 0, DV_E_ILLEGAL,
         "conversion mode 3 takes sums of s32 out of l0c: on the way in use 0, 1, 2, 4, 5 or 6"},
        {DV_INSN_mov_l0c32_to_ub, 8, 0x8000, DV_E_RESERVED,
         "deqscale[15] = 1: relu with a table is for conversion mode 7, clear the bit"},
        {DV_INSN_mov_l0c32_to_ub, 10, 1, DV_E_OVERLAP, NULL},
    };
    for (unsigned i = 0; i < COUNT(rows); i++) {
        struct rig r;
        struct dv_foot f;
        struct dv_diag d;

        rig_open(&r, sizes, 1);
        rig_insn(&r, rows[i].insn, 0);
        rig_select(&r, DV_F_mode, rows[i].mode);
        r.env.v[DV_ENV_DEQSCALE] = rows[i].deqscale;
        dv_pack_burst(r.w.cfg, &(struct dv_cfg_burst){.n_burst = 1, .len_burst = 1});
        dv_diag_init(&d);
        cr_expect_eq(dv_access_cc(&r.w, &f, &d), rows[i].code, "row %u: %s", i, d.text);
        if (rows[i].text)
            cr_expect_str_eq(d.text, rows[i].text);
        rig_close(&r);
    }
}

/* ---- cycles ---------------------------------------------------------------------------------- */

/* timing.md 10 rows 12, 13, 17: 256 B a cycle of L0C behind a head that successors hide; 128 B a
 * cycle between L1 and UB. */
Test(merged, cycles)
{
    static struct dv_chip chip;
    static const struct {
        unsigned insn;
        double work, tail, cold, queued;
        uint8_t path;
    } rows[] = {
        {DV_INSN_mov_l0c32_to_ub, 32, 20, 0, 2, DV_PATH_L0C_TO_UB},
        {DV_INSN_mov_l0c16_to_ub_row, 32, 20, 0, 2, DV_PATH_L0C_TO_UB},
        {DV_INSN_mov_ub_to_l0c16, 32, 20, 0, 2, DV_PATH_UB_TO_L0C},
        {DV_INSN_brc_ub_to_l0c32, 32, 20, 0, 2, DV_PATH_UB_TO_L0C},
        {DV_INSN_brc_l1_to_l0c32, 64, 0, 28, 2, DV_PATHS},
        {DV_INSN_mov_l1_to_ub, 64, 0, 28, 2, DV_PATH_L1_TO_UB},
        {DV_INSN_mov_ub_to_l1, 64, 0, 28, 2, DV_PATH_UB_TO_L1},
    };
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_chip_load("910A", &chip, &d), DV_OK, "%s", d.text);
    for (unsigned i = 0; i < COUNT(rows); i++) {
        static struct dv_foot f;
        struct dv_env env = {{0}};
        struct dv_op op;
        struct dv_work w = {.op = &op, .env = &env, .kind = DV_C100};
        struct dv_cost c;

        dv_op_init(&op, &dv_insns[rows[i].insn]);
        f = (struct dv_foot){.amount = {.bytes = 8192, .bursts = 1}};
        dv_time_cost(&chip, &w, &f, &c);
        cr_expect_eq(c.work, (dv_time)(rows[i].work * DV_CYCLE), "row %u", i);
        cr_expect_eq(c.tail, (dv_time)(rows[i].tail * DV_CYCLE), "row %u", i);
        cr_expect_eq(c.head_cold, (dv_time)(rows[i].cold * DV_CYCLE), "row %u", i);
        cr_expect_eq(c.head_queued, (dv_time)(rows[i].queued * DV_CYCLE), "row %u", i);
        cr_expect_eq(c.path, rows[i].path, "row %u", i);
        cr_expect_eq(c.chained, rows[i].tail != 0, "row %u", i);
    }
}

/* ---- what it has (isa.md 15) ----------------------------------------------------------------- */

/* Every typed vector and cube mnemonic with its types on c100; "" = none. Mnemonics of which we
 * execute nothing are left out. */
static const char *const has[][2] = {
#define ARITHMETIC "s32 f16 f32"
    {"vadd", ARITHMETIC},
    {"vsub", ARITHMETIC},
    {"vmul", ARITHMETIC},
    {"vmax", ARITHMETIC},
    {"vmin", ARITHMETIC},
    {"vdiv", "f16 f32"},
    {"vadds", "f16 f32"},
    {"vmuls", "f16 f32"},
    {"vabs", "f16 f32"},
    {"vexp", "f16 f32"},
    {"vln", "f16 f32"},
    {"vrec", "f16 f32"},
    {"vrsqrt", "f16 f32"},
    {"vsqrt", "f16 f32"},
    {"vcmpv", "f16 f32"},
    {"vsel", "f16 f32"},
    {"vaxpy", "f16 f16f32 f32"},
    {"vrelu", "f16"},
    {"vcadd", "f16"},
    {"vcmax", "f16"},
    {"vcmin", "f16"},
    {"vcgadd", "f16"},
    {"vcgmax", "f16"},
    {"vcgmin", "f16"},
    {"vcpadd", "f16"},
    {"vand", "u16 s16"},
    {"vor", "u16 s16"},
    {"vnot", "s16 u16"},
    {"vnchwconv", "b8 b16"},
    {"vtranspose", "b16"},
    {"vector_dup", ""},
    {"movev", "b16 b32 s32 f16 f32"},
    {"vmla", "f16 f16f32 f32"},
    {"vmadd", "f16 f32"},
    {"vmaddrelu", "f16 f32"},
    {"vcmp", "f16 f32"},
    {"vconv", "f16f32 f16s32a f16s32c f16s32f f16s32r f16s32z f16s8 f16s8a f16s8c f16s8f f16s8z "
              "f16u8 f16u8a f16u8c f16u8f f16u8z f32f16 f32f16o f32s32a f32s32c f32s32f f32s32r "
              "f32s32z s16f16 s32f32 s8f16 u8f16 deq"},
    {"vmaxs", ""},
    {"vmins", ""},
    {"vlrelu", ""},
    {"vaddrelu", ""},
    {"vsubrelu", ""},
    {"vshl", ""},
    {"vshr", ""},
    {"vcmpvs", ""},
    {"vgather", ""},
    {"vgatherb", ""},
    {"vbrcb", ""},
    {"vcopy", ""},
    {"vreducev2", ""},
    {"vbs32", ""},
    {"mmad", "f16f32 f16f16 u8 s8 u8s8"},
};

/* Types of a mnemonic on c100 in the order of the definition; counts how many there are. */
static unsigned types_of(const char *stem, char *out, size_t size)
{
    unsigned n = 0;
    size_t at = 0;

    *out = '\0';
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];

        if (strcmp(in->stem, stem) || !(in->on & DV_ON(DV_C100)) || in->exec > DV_EXEC_ITEM)
            continue;
        for (unsigned t = 0; t < in->types; t++, n++)
            at += (size_t)snprintf(out + at, size - at, "%s%s", at ? " " : "",
                                   dv_types[in->type[t].type].name);
    }
    return n;
}

Test(merged, types)
{
    unsigned types = 0;

    for (unsigned i = 0; i < COUNT(has); i++) {
        char text[600];

        types += types_of(has[i][0], text, sizeof text);
        cr_expect_str_eq(text, has[i][1], "%s: '%s'", has[i][0], text);
    }
    cr_expect_eq(types, 104, "%u", types);
}

/* What is c220's alone (isa.md 15: absent). */
Test(merged, absent)
{
    static const char *const none[] = {
        "vmaxs",
        "vmins",
        "vlrelu",
        "vaddrelu",
        "vsubrelu",
        "vshl",
        "vshr",
        "vcmpvs",
        "vcmpvseq",
        "vgather",
        "vgatherb",
        "vbrcb",
        "vcopy",
        "vreducev2",
        "vbs32",
        "vms4v2",
        "fix_l0c_to_out",
        "mov_out_to_ub_align",
        "mov_ub_to_out_align",
        "mov_out_to_l1_multi_nd2nz",
        "mmad_sp",
        "load_l1_to_l0a_3dv2",
        "load_l1_to_l0b_3dv2",
        "load_l1_to_l0a_2d_transpose",
        "load_l1_to_l0b_2d_transpose",
        "fix_l0c_to_l1",
        "mov_l1_to_bt",
        "mov_l1_to_fb",
        "set_cross_core",
        "wait_flag_dev",
    };
    for (unsigned k = 0; k < COUNT(none); k++) {
        unsigned rows = 0;

        for (unsigned i = 0; i < dv_insn_count; i++)
            if (!strcmp(dv_insns[i].stem, none[k])) {
                rows++;
                cr_expect(!(dv_insns[i].on & DV_ON(DV_C100)), "%s is on c100", none[k]);
            }
        cr_expect(rows, "there is no %s", none[k]);
    }
}
