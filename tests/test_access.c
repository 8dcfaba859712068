/* Strided ranges against brute force, and the footprints and refusals of movement and cube. */
#include <criterion/criterion.h>

#include "tests/rig.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_GM] = 64};

/* ---- hulls and overlap ----------------------------------------------------------------------- */

static struct dv_strided random_part(struct rig *r)
{
    return (struct dv_strided){
        .space = (uint8_t)rig_range(r, 1, 2) == 1 ? DV_SPACE_UB : DV_SPACE_L1,
        .rows = rig_range(r, 0, 7),
        .bytes = rig_range(r, 0, 6),
        .base = 100 + rig_range(r, 0, 60),
        .pitch = (int64_t)rig_range(r, 0, 24) - 12,
    };
}

static void mark(const struct dv_strided *p, uint8_t map[400])
{
    memset(map, 0, 400);
    for (uint32_t i = 0; i < p->rows; i++)
        for (uint32_t j = 0; j < p->bytes; j++)
            map[(int64_t)p->base + (int64_t)i * p->pitch + j] = 1;
}

Test(access, overlap_and_hull_equal_brute_force)
{
    struct rig r;
    unsigned hits = 0;

    rig_open(&r, sizes, 1);
    for (unsigned k = 0; k < 200000; k++) {
        struct dv_strided a = random_part(&r), b = random_part(&r);
        uint8_t x[400], y[400];
        uint64_t at = 0, lo, hi, first = 0, last = 0;
        bool want = false;

        mark(&a, x);
        mark(&b, y);
        for (unsigned i = 0; i < 400; i++) {
            want |= a.space == b.space && x[i] && y[i];
            first = x[i] && !last ? i : first;
            last = x[i] ? i + 1 : last;
        }
        cr_assert_eq(dv_strided_overlap(&a, &b, &at), want, "case %u", k);
        cr_assert(!want || (x[at] && y[at]), "case %u: byte %u is not shared", k, (unsigned)at);
        dv_strided_hull(&a, &lo, &hi);
        cr_assert(last ? lo == first && hi == last : lo == hi, "case %u: hull", k);
        hits += want;
    }
    cr_assert_gt(hits, 20000);
    rig_close(&r);
}

/* A range that leaves the address space has the widest hull, so that no bound admits it. */
Test(access, hull_of_wrapping_ranges)
{
    static const struct {
        uint64_t base;
        int64_t pitch;
        uint32_t rows, bytes;
        bool wraps;
    } rows[] = {
        {UINT64_MAX - 10, 0, 1, 32, true},
        {UINT64_MAX - 31, 0, 1, 31, false},
        {0, -1, 2, 1, true},
        {64, -64, 2, 32, false},
        {1ull << 63, INT64_MAX, 3, 1, true},
        {0, INT64_MIN, 2, 1, true},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dv_strided p = {.rows = rows[i].rows,
                               .bytes = rows[i].bytes,
                               .base = rows[i].base,
                               .pitch = rows[i].pitch};
        uint64_t lo, hi;

        dv_strided_hull(&p, &lo, &hi);
        cr_assert_eq(lo == 0 && hi == UINT64_MAX, rows[i].wraps, "row %u", i);
    }
}

/* Interleaved but disjoint: the dear case of an exact test. 4e9 rows must not take 4e9 steps each
 * time a short operand is compared with a long one. */
Test(access, overlap_of_long_operands)
{
    struct dv_strided a = {.rows = UINT32_MAX, .bytes = 32, .base = 0, .pitch = 64};
    struct dv_strided b = {.rows = 1000, .bytes = 32, .base = 1ull << 30 | 32, .pitch = 64};
    uint64_t at;

    cr_assert_not(dv_strided_overlap(&a, &b, &at));
    cr_assert_not(dv_strided_overlap(&b, &a, &at));
    b.bytes = 33;
    cr_assert(dv_strided_overlap(&a, &b, &at));
    cr_assert_eq(at, (1ull << 30) + 64);
}

/* ---- refusals -------------------------------------------------------------------------------- */

/* Builds of the config words a row needs. */
static void cfg_align(uint64_t w[2], uint32_t len, uint32_t left, uint32_t right)
{
    struct dv_cfg_align c = {.n_burst = 1, .len_burst = len, .left_pad = left, .right_pad = right};

    dv_pack_align(w, &c);
}

static void cfg_nd2nz(uint64_t w[2], uint32_t n, uint32_t nd, uint32_t matrix)
{
    struct dv_cfg_nd2nz c = {.nd_num = nd,
                             .n_value = n,
                             .d_value = 48,
                             .src_d_value = 48,
                             .dst_c0_stride = 99,
                             .dst_n_stride = 2,
                             .dst_matrix_stride = matrix};

    dv_pack_nd2nz(w, &c);
}

enum { OFF_UNIT1 = 1, BIAS, WEIGHT, GEMV };

static void cfg_mmad(uint64_t w[2], unsigned what)
{
    struct dv_cfg_mmad c = {.m = 16,
                            .k = 16,
                            .n = 16,
                            .c_init = what != BIAS,
                            .unit_flag = what == OFF_UNIT1,
                            .c_source = what == BIAS,
                            .weight_offset = what == WEIGHT,
                            .gemv_off = what == GEMV};

    dv_pack_mmad(w, &c);
}

static void cfg_fix(uint64_t w[2], uint32_t n, uint32_t quant, uint32_t nz2nd, uint32_t split)
{
    struct dv_cfg_fix c = {.m = 16,
                           .n = n,
                           .dst_stride = 16,
                           .src_stride = 16,
                           .quant_pre = quant,
                           .nz2nd = nz2nd,
                           .channel_split = split};

    dv_pack_fix(w, &c);
}

static void refused(struct rig *r, unsigned insn, unsigned type, uint64_t xd, uint64_t xn,
                    enum dv_err code, const char *text)
{
    struct dv_foot f;
    struct dv_diag d;

    rig_insn(r, insn, type);
    r->w.x[DV_XD] = xd;
    r->w.x[DV_XN] = xn;
    r->w.x[DV_XM] = 0;
    dv_diag_init(&d);
    cr_assert_eq(dv_access[dv_insns[insn].access](&r->w, &f, &d), code, "wanted '%s', got '%s'",
                 text, d.text);
    cr_assert_str_eq(d.text, text);
    cr_assert(d.at.operand[0] && d.at.has_address);
}

Test(access, misaligned_operands)
{
    static const struct {
        unsigned insn, type;
        uint64_t xd, xn;
        const char *text;
    } rows[] = {
        {DV_INSN_mov_out_to_ub, 0, 33, 1, "dst address 0x21 in ub is not a multiple of 32 bytes"},
        {DV_INSN_mov_ub_to_out, 0, 3, 16, "src address 0x10 in ub is not a multiple of 32 bytes"},
        {DV_INSN_mov_out_to_l1, 0, 8, 3, "dst address 0x8 in l1 is not a multiple of 32 bytes"},
        {DV_INSN_load_l1_to_l0a_2d, 0, 256, 0,
         "dst address 0x100 in l0a is not a multiple of 512 bytes"},
        {DV_INSN_load_l1_to_l0b_2d, 0, 512, 31,
         "src address 0x1f in l1 is not a multiple of 32 bytes"},
        {DV_INSN_mmad, DV_T_f16f32, 512, 0,
         "dst address 0x200 in l0c is not a multiple of 1024 bytes"},
        {DV_INSN_mmad, DV_T_f16f32, 1024, 64,
         "a address 0x40 in l0a is not a multiple of 512 bytes"},
        {DV_INSN_fix_l0c_to_out, DV_T_f32, 1, 32,
         "src address 0x20 in l0c is not a multiple of 64 bytes"},
    };
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) /* isa.md 10.1 */
        refused(&r, rows[i].insn, rows[i].type, rows[i].xd, rows[i].xn, DV_E_ALIGN, rows[i].text);
    rig_close(&r);
}

Test(access, refused_moves)
{
    struct rig r;

    rig_open(&r, sizes, 1);
    cfg_align(r.w.cfg, 32, 33, 0); /* isa.md 8.2 */
    refused(&r, DV_INSN_mov_out_to_ub_align, DV_T_b8, 0, 0, DV_E_RANGE,
            "left_pad is 33 elements of 1 bytes, at most 32 bytes are allowed");
    cfg_align(r.w.cfg, 32, 0, 9);
    refused(&r, DV_INSN_mov_out_to_ub_align, DV_T_b32, 0, 0, DV_E_RANGE,
            "right_pad is 9 elements of 4 bytes, at most 32 bytes are allowed");
    cfg_align(r.w.cfg, 32, 1, 0);
    refused(&r, DV_INSN_mov_ub_to_out_align, DV_T_b16, 0, 0, DV_E_UNKNOWN,
            "left_pad = 1, right_pad = 0: what pads mean on the way to gm is not public, set both "
            "to 0");
    cfg_nd2nz(r.w.cfg, 16385, 1, 0); /* isa.md 8.3 */
    refused(&r, DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b16, 0, 0, DV_E_RANGE,
            "n_value is 16385 rows, at most 16384 are allowed: split the move");
    cfg_nd2nz(r.w.cfg, 16, 2, 9);
    refused(&r, DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b16, 0, 0, DV_E_ALIGN,
            "dst_matrix_stride is 9 elements of 2 bytes, not a multiple of 32 bytes");
    cfg_nd2nz(r.w.cfg, 16, 33, 8192); /* 16 rows x 3 panels, 33 times */
    refused(
        &r, DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b16, 0, 0, DV_E_UNSUPPORTED,
        "dst falls into 48 separate pieces, more than the 32 one instruction may have here: use "
        "several instructions");
    rig_close(&r);
}

Test(access, refused_products)
{
    static const struct {
        unsigned what;
        enum dv_err code;
        const char *text;
    } rows[] = {
        {OFF_UNIT1, DV_E_ILLEGAL, "unit_flag = 1 is no mode: use 0, 2 or 3"},
        {BIAS, DV_E_ALIGN, "bias address 0x20 in bt is not a multiple of 64 bytes"},
        {WEIGHT, DV_E_UNSUPPORTED, "weight_offset = 1 is not executed"},
        {GEMV, DV_E_UNSUPPORTED, "gemv_off = 1 is not executed"},
    };
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) { /* isa.md 7.2, 7.6 */
        cfg_mmad(r.w.cfg, rows[i].what);
        refused(&r, DV_INSN_mmad, DV_T_f32f32, rows[i].what == BIAS ? 32ull << 32 : 0, 0,
                rows[i].code, rows[i].text);
    }
    rig_close(&r);
}

Test(access, refused_fixpipe)
{
    static const struct {
        uint32_t type, n, quant, nz2nd, split;
        enum dv_err code;
        const char *text;
    } rows[] = {
        {DV_T_f16, 16, 0, 1, 0, DV_E_ILLEGAL,
         "output type f16 needs quant_pre = 1 (f32f16), the config word has 0"},
        {DV_T_f32, 16, 16, 1, 0, DV_E_ILLEGAL,
         "output type f32 needs quant_pre = 0 (none), the config word has 16"},
        {DV_T_f32, 17, 0, 0, 0, DV_E_RANGE,
         "n is 17 columns, not a multiple of 16: set nz2nd or round up"},
        {DV_T_f32, 12, 0, 0, 1, DV_E_RANGE,
         "n is 12 columns, not a multiple of 8: set nz2nd or round up"},
        {DV_T_f32, 16, 0, 1, 1, DV_E_ILLEGAL,
         "channel_split = 1 and nz2nd = 1 exclude each other: set one of them to 0"},
        {DV_T_f16, 16, 1, 0, 1, DV_E_ILLEGAL,
         "channel_split = 1 needs output type f32, this is f16: set it to 0"},
    };
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) { /* isa.md 9.1 */
        cfg_fix(r.w.cfg, rows[i].n, rows[i].quant, rows[i].nz2nd, rows[i].split);
        refused(&r, DV_INSN_fix_l0c_to_out, rows[i].type, 0, 0, rows[i].code, rows[i].text);
    }
    rig_close(&r);
}

/* ---- footprints by hand ---------------------------------------------------------------------- */

static void part_is(const struct dv_strided *p, unsigned space, unsigned rw, uint64_t base,
                    uint32_t rows, uint32_t bytes, int64_t pitch)
{
    cr_assert_eq(p->space, space);
    cr_assert_eq(p->rw, rw);
    cr_assert_eq(p->base, base);
    cr_assert_eq(p->rows, rows);
    cr_assert_eq(p->bytes, bytes);
    cr_assert(rows == 1 || p->pitch == pitch, "pitch %lld", (long long)p->pitch);
}

static struct dv_foot foot(struct rig *r, unsigned insn, unsigned type)
{
    struct dv_foot f;
    struct dv_diag d;

    rig_insn(r, insn, type);
    dv_diag_init(&d);
    cr_assert_eq(dv_access[dv_insns[insn].access](&r->w, &f, &d), DV_OK, "%s", d.text);
    return f;
}

/* The A load of a 256 x 256 tile of a matrix with 2048 columns: rows apart in GM, dense in L1. */
Test(access, nd2nz_of_a_tile)
{
    struct dv_cfg_nd2nz c = {.nd_num = 1,
                             .n_value = 256,
                             .d_value = 256,
                             .src_d_value = 2048,
                             .dst_c0_stride = 256,
                             .dst_n_stride = 1};
    struct rig r;

    rig_open(&r, sizes, 1);
    dv_pack_nd2nz(r.w.cfg, &c);
    r.w.x[DV_XD] = 0x8000;
    r.w.x[DV_XN] = 0x100000;
    struct dv_foot f = foot(&r, DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b16);
    cr_assert_eq(f.n, 2);
    part_is(&f.part[0], DV_SPACE_GM, DV_READ, 0x100000, 256, 512, 4096);
    part_is(&f.part[1], DV_SPACE_L1, DV_WRITE, 0x8000, 1, 131072, 0);
    cr_assert_eq(f.amount.bytes, 131072);
    cr_assert_eq(f.amount.bursts, 256);
    rig_close(&r);
}

static const struct product {
    unsigned type, m, k, n, init, align;
    uint32_t a, b, c, blocks; /* bytes read of A and B, bytes of C, cycles of the array */
    const char *evidence;
} products[] = {
    {DV_T_f16f32, 256, 64, 128, 1, 0, 32768, 16384, 131072, 512, "timing.md G3: 512 blocks"},
    {DV_T_f16f32, 17, 17, 17, 0, 0, 2048, 2048, 4096, 8, "isa.md 7.3 tails"},
    {DV_T_bf16f32, 1, 100, 40, 1, 0, 200, 10752, 3072, 21, "isa.md 7.4 vector mode"},
    {DV_T_f32f32, 16, 24, 16, 1, 0, 1536, 1536, 1024, 6, "timing.md 4.1: fp32 two cycles"},
    {DV_T_f32f32, 32, 24, 16, 1, 1, 3072, 1536, 2048, 12, "isa.md 7.3 k_align"},
    {DV_T_f16f32, 0, 16, 16, 1, 0, 0, 0, 0, 0, "isa.md 7.1: 0 is no operation"},
    {DV_T_f16f32, 16, 0, 16, 0, 0, 0, 0, 0, 0, "isa.md 7.1: 0 is no operation"},
};

static uint64_t bytes_of(const struct dv_foot *f, unsigned space, unsigned rw)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < f->n; i++)
        if (f->part[i].space == space && f->part[i].rw == rw)
            sum += (uint64_t)f->part[i].rows * f->part[i].bytes;
    return sum;
}

Test(access, products)
{
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof products / sizeof products[0]; i++) {
        const struct product *p = &products[i];
        struct dv_cfg_mmad c = {
            .m = p->m, .k = p->k, .n = p->n, .c_init = p->init, .k_align = p->align};

        dv_pack_mmad(r.w.cfg, &c);
        struct dv_foot f = foot(&r, DV_INSN_mmad, p->type);
        cr_assert_eq(bytes_of(&f, DV_SPACE_L0A, DV_READ), p->a, "row %u: %s", i, p->evidence);
        cr_assert_eq(bytes_of(&f, DV_SPACE_L0B, DV_READ), p->b, "row %u: %s", i, p->evidence);
        cr_assert_eq(bytes_of(&f, DV_SPACE_L0C, DV_WRITE), p->c, "row %u: %s", i, p->evidence);
        cr_assert_eq(bytes_of(&f, DV_SPACE_L0C, DV_READ), p->init ? 0 : p->c, "row %u", i);
        cr_assert_eq(f.amount.blocks, p->blocks, "row %u: %s", i, p->evidence);
        cr_assert_eq(f.amount.macs, p->c ? (uint64_t)p->m * p->k * p->n : 0, "row %u", i);
    }
    rig_close(&r);
}
