/* Atomic stores to GM: every type and operation of every store, all memories whole
 * (tests/rig_check.h), and pairs of special values (isa.md 4.2). */
#include <math.h>

#include "tests/rig_check.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_GM] = 32768, [DV_SPACE_UB] = 32768, [DV_SPACE_L1] = 32768, [DV_SPACE_L0C] = 65536};

enum { F32 = 1, F16, S16, S32, S8, BF16 };
static const uint8_t bytes_of[7] = {0, 4, 2, 2, 4, 1, 2};

/* ---- numbers --------------------------------------------------------------------------------- */

/* Fraction bits and bias of the three formats. */
static int fraction(unsigned type)
{
    return type == F32 ? 23 : type == F16 ? 10 : 7;
}

static int bias(unsigned type)
{
    return type == F16 ? 15 : 127;
}

static double value(uint32_t bits, unsigned type)
{
    int p = fraction(type), e;
    uint32_t width = 8u * bytes_of[type], top = (1u << (width - 1 - (unsigned)p)) - 1;
    double m = bits & ((1u << p) - 1), sign = bits >> (width - 1) ? -1 : 1;

    e = (int)(bits >> p & top);
    if (e == (int)top)
        return m != 0 ? (double)NAN : sign * HUGE_VAL;
    return sign * ldexp(e ? m + ldexp(1, p) : m, (e ? e : 1) - bias(type) - p);
}

/* Nearest even; `sat`: infinity is the greatest number, NaN is 0. */
static uint32_t bits_of(double x, unsigned type, bool sat)
{
    int p = fraction(type), least = 1 - bias(type), e;
    uint32_t width = 8u * bytes_of[type], sign = signbit(x) ? 1u << (width - 1) : 0;
    uint32_t inf = ((1u << (width - 1 - (unsigned)p)) - 1) << p, n;
    double grid, r;

    if (isnan(x))
        return sat ? 0 : inf | 1u << (p - 1);
    x = fabs(x);
    if (isinf(x))
        return sign | (sat ? inf - 1 : inf);
    frexp(x, &e);
    e = x != 0 && e - 1 > least ? e - 1 : least;
    grid = ldexp(1, e - p);
    r = floor(x / grid);
    if (x / grid - r > 0.5 || (x / grid - r == 0.5 && fmod(r, 2) != 0))
        r += 1;
    n = (uint32_t)r + ((uint32_t)(e - least) << p);
    return sign | (n >= inf ? (sat ? inf - 1 : inf) : n);
}

static bool below(double a, double b)
{
    return a < b || (a == b && signbit(a) && !signbit(b));
}

static uint32_t float_result(uint32_t a, uint32_t b, unsigned type, unsigned op, bool sat)
{
    double x = value(a, type), y = value(b, type), r;

    if (op == 0)
        r = x + y;
    else if (isnan(x) || isnan(y))
        r = (double)NAN;
    else
        r = below(x, y) == (op == 1) ? y : x;
    return bits_of(r, type, sat && type != F32);
}

static uint32_t result(uint32_t a, uint32_t b, unsigned type, unsigned op, uint64_t ctrl)
{
    unsigned bits = 8u * bytes_of[type];
    int64_t half = 1ll << (bits - 1), x = a, y = b, r;

    if (type == F32 || type == F16 || type == BF16)
        return float_result(a, b, type, op, !(ctrl >> 48 & 1));
    x -= x >= half ? 2 * half : 0;
    y -= y >= half ? 2 * half : 0;
    r = op == 0 ? x + y : (op == 1) == (x > y) ? x : y;
    if (op == 0 && ctrl >> 53 & 1)
        r = r < -half ? -half : r >= half ? half - 1 : r;
    return (uint32_t)(r & (2 * half - 1));
}

/* ---- stores ---------------------------------------------------------------------------------- */

static void add(const struct rig *r, uint8_t *dst, const uint8_t *src, uint32_t n)
{
    uint64_t ctrl = r->env.v[DV_ENV_CTRL];
    unsigned type = ctrl >> 6 & 7, op = ctrl >> 9 & 3, size = bytes_of[type];

    for (uint32_t i = 0; i < n; i += size) {
        uint32_t a = 0, b = 0;

        memcpy(&a, dst + i, size);
        memcpy(&b, src + i, size);
        a = result(a, b, type, op, ctrl);
        memcpy(dst + i, &a, size);
    }
}

static void burst_config(struct rig *r, unsigned size)
{
    struct dv_cfg_burst c = {.n_burst = rig_range(r, 0, 4),
                             .len_burst = rig_range(r, 0, 8),
                             .src_gap = rig_range(r, 0, 3),
                             .dst_gap = rig_range(r, 0, 3)};

    dv_pack_burst(r->w.cfg, &c);
    r->w.x[DV_XD] = RIG_GM_BASE + rig_range(r, 0, 999) * size;
    r->w.x[DV_XN] = rig_range(r, 0, 99) * 32;
}

static void burst_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);

    for (unsigned i = 0; i < c.n_burst; i++)
        add(r, rig_image(r, want, 0) + i * 32 * (c.len_burst + c.dst_gap),
            rig_image(r, r->w.mem, 1) + i * 32 * (c.len_burst + c.src_gap), 32 * c.len_burst);
}

static void align_config(struct rig *r, unsigned size)
{
    struct dv_cfg_align c = {.n_burst = rig_range(r, 0, 4),
                             .len_burst = rig_range(r, 0, 70) * size,
                             .src_gap = rig_range(r, 0, 3),
                             .dst_gap = rig_range(r, 0, 9) * size};

    dv_pack_align(r->w.cfg, &c);
    r->w.x[DV_XD] = RIG_GM_BASE + rig_range(r, 0, 999) * size;
    r->w.x[DV_XN] = rig_range(r, 0, 99) * 32;
}

static void align_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_align c = dv_unpack_align(r->w.cfg);

    for (unsigned i = 0; i < c.n_burst; i++)
        add(r, rig_image(r, want, 0) + i * (c.len_burst + c.dst_gap),
            rig_image(r, r->w.mem, 1) + i * ((c.len_burst + 31) / 32 + c.src_gap) * 32,
            c.len_burst);
}

/* Rows may overlap: each adds to what those before it left. */
static void fix_config(struct rig *r, unsigned size)
{
    unsigned n = rig_range(r, 0, 70), m = rig_range(r, 0, 20);
    struct dv_cfg_fix c = {.m = m, .n = n, .src_stride = m, .nz2nd = 1};

    c.quant_pre = r->op.type == DV_T_f16 ? 1 : r->op.type == DV_T_bf16 ? 16 : 0;
    c.dst_stride = rig_range(r, 0, 2) ? n + rig_range(r, 0, 5) : rig_range(r, 0, n + 1);
    dv_pack_fix(r->w.cfg, &c);
    r->env.v[DV_ENV_ND_PARA] = 1;
    r->w.x[DV_XD] = RIG_GM_BASE + rig_range(r, 0, 99) * size;
    r->w.x[DV_XN] = 0;
}

/* What the fixpipe stores without atomics is the business of other tests. */
static void fix_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_fix c = dv_unpack_fix(r->w.cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[r->op.type].dst) / 8;
    uint8_t *dst = rig_image(r, want, 0), plain[4096];
    struct rig one = *r;

    one.w.env = &one.env;
    one.w.op = &one.op;
    one.env.v[DV_ENV_CTRL] &= ~(7ull << 6);
    one.w.mem[DV_SPACE_GM] = plain;
    one.w.x[DV_XD] = RIG_GM_BASE;
    c.m = 1;
    dv_pack_fix(one.w.cfg, &c);
    for (unsigned i = 0; i < dv_unpack_fix(r->w.cfg).m; i++) {
        one.w.x[DV_XN] = i * 64;
        dv_sem_fix(&one.w);
        add(r, dst + (uint64_t)i * c.dst_stride * size, plain, c.n * size);
    }
}

static const struct row {
    unsigned insn, type;
    unsigned only; /* atomic type, 0 = all */
    void (*config)(struct rig *r, unsigned size);
    rig_model model;
} rows[] = {
    {DV_INSN_mov_ub_to_out, 0, 0, burst_config, burst_model},
    {DV_INSN_mov_l1_to_out, 0, 0, burst_config, burst_model},
    {DV_INSN_mov_ub_to_out_align, DV_T_b8, 0, align_config, align_model},
    {DV_INSN_mov_ub_to_out_align, DV_T_b16, 0, align_config, align_model},
    {DV_INSN_mov_ub_to_out_align, DV_T_b32, 0, align_config, align_model},
    {DV_INSN_fix_l0c_to_out, DV_T_f32, F32, fix_config, fix_model},
    {DV_INSN_fix_l0c_to_out, DV_T_f16, F16, fix_config, fix_model},
    {DV_INSN_fix_l0c_to_out, DV_T_bf16, BF16, fix_config, fix_model},
    {DV_INSN_fix_l0c_to_out, DV_T_s32, S32, fix_config, fix_model},
};

/* Instruction x type x operation; saturation bits at random. */
Test(atomic, random_configs_match_model_and_footprint)
{
    struct rig r;

    rig_open(&r, sizes, 5);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned k = 0; k < 18; k++) {
            unsigned type = k / 3 + 1, ran = 0;

            for (unsigned n = 0; n < 20 && (!rows[i].only || rows[i].only == type); n++) {
                rig_insn(&r, rows[i].insn, rows[i].type);
                r.env.v[DV_ENV_CTRL] = 8 | type << 6 | k % 3 << 9 |
                                       (uint64_t)rig_range(&r, 0, 1) << 48 |
                                       (uint64_t)rig_range(&r, 0, 1) << 53;
                rows[i].config(&r, bytes_of[type]);
                ran += rig_try(&r, rows[i].model);
            }
            cr_assert(ran > 6 || (rows[i].only && rows[i].only != type), "row %u %u: %u", i, k,
                      ran);
        }
    rig_close(&r);
}

/* All pairs of special values, every type and operation and both ways to saturate. */
Test(atomic, special_pairs)
{
    static const uint32_t special[] = {
        0,          1,          0x80000000, 0x7fffffff, 0xffffffff, 0x3f800000, 0xbf800000,
        0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fffffff, 0x80,
        0x7f,       0xff,       0x8000,     0x7fff,     0x3c00,     0xbc00,     0x7bff,
        0xfbff,     0x7c00,     0xfc00,     0x7e00,     0x3f80,     0x7f7f,     0xff7f,
        0x7f80,     0xff80,     0x7fc0,     0x0001,     0x03ff,     0x0400,     0x1400,
    };
    unsigned n = sizeof special / sizeof special[0], done = 0;
    struct rig r;

    rig_open(&r, sizes, 6);
    rig_insn(&r, DV_INSN_mov_ub_to_out_align, DV_T_b8);
    r.w.x[DV_XD] = RIG_GM_BASE;
    for (unsigned i = 0; i < 6 * 3 * 4 * n * n; i++) {
        unsigned type = i % 6 + 1, op = i / 6 % 3, modes = i / 18 % 4, size = bytes_of[type];
        uint32_t a = special[i / 72 % n], b = special[i / 72 / n], got = 0, want, cut;

        cut = size == 4 ? 0xffffffffu : (1u << 8 * size) - 1;
        r.env.v[DV_ENV_CTRL] =
            (uint64_t)(modes & 1) << 48 | (uint64_t)(modes >> 1) << 53 | type << 6 | op << 9;
        dv_pack_align(r.w.cfg, &(struct dv_cfg_align){.n_burst = 1, .len_burst = size});
        memcpy(r.w.mem[DV_SPACE_GM], &a, 4);
        memcpy(r.w.mem[DV_SPACE_UB], &b, 4);
        dv_sem_align_out(&r.w);
        memcpy(&got, r.w.mem[DV_SPACE_GM], size);
        want = result(a & cut, b & cut, type, op, r.env.v[DV_ENV_CTRL]);
        cr_assert_eq(got, want, "type %u, operation %u, ctrl %llx: %x with %x is %x, want %x", type,
                     op, (unsigned long long)r.env.v[DV_ENV_CTRL], a & cut, b & cut, got, want);
        done++;
    }
    cr_assert_gt(done, 50000);
    rig_close(&r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void refused(struct rig *r, uint64_t ctrl, enum dv_err code, const char *text)
{
    struct dv_foot f;
    struct dv_diag d;

    r->env.v[DV_ENV_CTRL] = ctrl;
    dv_diag_init(&d);
    cr_expect_eq(dv_access[dv_op_insn(&r->op)->access](&r->w, &f, &d), code, "%s", text);
    cr_expect_str_eq(d.text, text);
}

Test(atomic, refused)
{
    struct rig r;

    rig_open(&r, sizes, 7);
    rig_insn(&r, DV_INSN_mov_ub_to_out_align, DV_T_b8);
    r.w.x[DV_XD] = RIG_GM_BASE + 2;
    dv_pack_align(r.w.cfg, &(struct dv_cfg_align){.n_burst = 1, .len_burst = 8});
    refused(&r, 7 << 6, DV_E_RESERVED, "ctrl[8:6] = 7 is no type of atomic stores: use 0 to 6");
    refused(&r, 1 << 6 | 3 << 9, DV_E_RESERVED,
            "ctrl[10:9] = 3 is no atomic operation: use 0 to 2");
    refused(&r, 1 << 6, DV_E_ALIGN,
            "atomic store of 4-byte elements: address 0x10002, rows of 8 bytes and their distance "
            "of 8 must be multiples of 4");
    dv_pack_align(r.w.cfg, &(struct dv_cfg_align){.n_burst = 2, .len_burst = 8, .dst_gap = 1});
    refused(&r, 2 << 6, DV_E_ALIGN,
            "atomic store of 2-byte elements: address 0x10002, rows of 8 bytes and their distance "
            "of 9 must be multiples of 2");
    r.w.kind = DV_C100;
    refused(&r, 2 << 6, DV_E_UNSUPPORTED, "ctrl[10:6] = 2: dav-c100 adds f32 only");
    rig_close(&r);
}
