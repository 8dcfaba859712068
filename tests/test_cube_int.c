/* MMAD on integers, dense and sparse, and the loads of bias and sparse B, against a model written
 * from isa.md 7. Whole buffers are compared, rows are counted. */
#include <stdio.h>

#include "isa/num.h"
#include "tests/cube_rig.h"

static const struct shape shapes[] = {
    {1, 1, 1},    {1, 31, 4},   {1, 33, 17}, {1, 200, 40}, {2, 3, 5},    {15, 16, 15}, {16, 32, 16},
    {16, 33, 16}, {17, 31, 4},  {16, 64, 3}, {17, 65, 17}, {31, 63, 33}, {32, 96, 5},  {33, 129, 1},
    {48, 17, 48}, {7, 130, 20}, {20, 8, 64}, {64, 64, 16}, {16, 4, 16},  {5, 66, 47},
};

struct form {
    const char *name;
    uint16_t insn, type;
    uint8_t bits;
    bool a_signed, b_signed, sparse;
};

static const struct form forms[] = {
    {"u8", DV_INSN_mmad_int, DV_T_u8, 8, false, false, false},
    {"s8", DV_INSN_mmad_int, DV_T_s8, 8, true, true, false},
    {"u8s8", DV_INSN_mmad_int, DV_T_u8s8, 8, false, true, false},
    {"s4", DV_INSN_mmad_s4, DV_T_s4, 4, true, true, false},
    {"sp u8", DV_INSN_mmad_sp, DV_T_u8, 8, false, false, true},
    {"sp s8", DV_INSN_mmad_sp, DV_T_s8, 8, true, true, true},
    {"sp u8s8", DV_INSN_mmad_sp, DV_T_u8s8, 8, false, true, true},
};
enum { FORMS = sizeof forms / sizeof forms[0], SHAPES = sizeof shapes / sizeof shapes[0] };

/* ---- integers -------------------------------------------------------------------------------- */

static int number(const uint8_t *base, size_t byte, unsigned nibble, unsigned bits, bool is_signed)
{
    int v = bits == 4 ? base[byte] >> (4 * nibble) & 15 : base[byte];

    return is_signed && v >= 1 << (bits - 1) ? v - (1 << bits) : v;
}

static int a_of(const struct rig *r, const struct form *f, const struct product *p, unsigned i,
                unsigned k)
{
    unsigned per = 256 / f->bits, k1 = (p->s.k + per - 1) / per;
    size_t at = p->a + (p->s.m == 1 ? k / per * 32
                                    : ((size_t)(i / 16) * k1 + k / per) * FRACTAL + i % 16 * 32);

    return number(r->w.mem[DV_SPACE_L0A], at + k % per * f->bits / 8, k % 2, f->bits, f->a_signed);
}

static int b_of(const struct rig *r, const struct form *f, const struct product *p, unsigned k,
                unsigned j)
{
    unsigned per = 256 / f->bits, n1 = (p->s.n + 15) / 16;
    unsigned fractal = f->bits == 8 && p->s.n <= 4 ? 128 : FRACTAL;
    size_t at = p->b + ((size_t)(k / per) * n1 + j / 16) * fractal + j % 16 * 32;

    return number(r->w.mem[DV_SPACE_L0B], at + k % per * f->bits / 8, k % 2, f->bits, f->b_signed);
}

/* Element k of a column of sparse B: 0, or what was kept there (isa.md 7.7). */
static int sparse_of(const struct rig *r, const struct form *f, const struct product *p, unsigned k,
                     unsigned j)
{
    unsigned n1 = (p->s.n + 15) / 16, group = k / 4;
    size_t fractal = p->b / FRACTAL + (size_t)(k / 64) * n1 + j / 16;
    const uint8_t *b = r->w.mem[DV_SPACE_L0B] + fractal * FRACTAL + j % 16 * 32;
    const uint8_t *x = r->w.mem[DV_SPACE_L0B] + L0B + fractal * 128 + j % 16 * 8;
    int v = 0;

    for (unsigned e = 0; e < 2; e++) {
        unsigned kept = group % 16 * 2 + e, index = x[kept / 4] >> kept % 4 * 2 & 3;

        if ((e ? (index + 1) % 4 : index) == k % 4)
            v += number(b, kept, 0, 8, f->b_signed);
    }
    return v;
}

static void whole_model(const struct rig *r, const struct form *f, const struct product *p,
                        uint8_t *c)
{
    for (unsigned i = 0; i < p->s.m; i++)
        for (unsigned j = 0; j < p->s.n; j++) {
            uint8_t *at = c_at(c, p, i, j, 4);
            uint32_t s = 0;

            if (p->start == FROM_C)
                memcpy(&s, at, 4);
            if (p->start == BIAS)
                memcpy(&s, r->w.mem[DV_SPACE_BT] + p->bias + 4 * j, 4);
            for (unsigned k = 0; k < p->s.k; k++)
                s += (uint32_t)(a_of(r, f, p, i, k) *
                                (f->sparse ? sparse_of(r, f, p, k, j) : b_of(r, f, p, k, j)));
            memcpy(at, &s, 4);
        }
}

static void noise(struct rig *r)
{
    rig_noise(r, r->w.mem[DV_SPACE_L0A], L0A);
    rig_noise(r, r->w.mem[DV_SPACE_L0B], L0B + L0B / 4);
    rig_noise(r, r->w.mem[DV_SPACE_L0C], L0C);
    rig_noise(r, r->w.mem[DV_SPACE_BT], BT);
}

Test(cube_int, integers)
{
    static uint8_t want[L0C];
    struct rig r;
    unsigned ran = 0;

    open_rig(&r, 11);
    for (unsigned row = 0; row < FORMS * SHAPES * STARTS; row++) {
        const struct form *f = &forms[row % FORMS];
        struct product p = {.s = shapes[row / FORMS % SHAPES],
                            .start = (enum start)(row / FORMS / SHAPES),
                            .a = 512 * rig_range(&r, 0, 3),
                            .b = 512 * rig_range(&r, 0, 3),
                            .c = 1024 * rig_range(&r, 0, 3),
                            .bias = 64 * rig_range(&r, 0, 3)};
        struct dv_foot foot;
        char label[64];

        noise(&r);
        set_up(&r, f->insn, f->type, &p);
        snprintf(label, sizeof label, "%s %ux%ux%u start %u", f->name, p.s.m, p.s.k, p.s.n,
                 p.start);
        if (!legal(&r, &foot))
            continue;
        memcpy(want, r.w.mem[DV_SPACE_L0C], L0C);
        whole_model(&r, f, &p, want);
        execute(&r, &foot, want, label);
        ran++;
    }
    cr_assert_gt(ran, 400, "%u rows", ran);
    rig_close(&r);
}

/* One element: what leaves the range of a result is noted in STATUS, the result wraps. */
static const struct {
    unsigned form;
    uint32_t start;
    uint8_t a, b;
    uint32_t want, status;
} edges[] = {
    {0, 0xffffffff, 1, 1, 0, 1u << 10},
    {0, 0x7fffffff, 1, 1, 0x80000000, 0},
    {0, 0xffff0000, 255, 255, 0xfffffe01, 0},
    {1, 0x7fffffff, 1, 1, 0x80000000, 1u << 10},
    {1, 0x80000000, 1, 0xff, 0x7fffffff, 1u << 11},
    {1, 0x7fffffff, 0xff, 1, 0x7ffffffe, 0},
    {1, 5, 0x80, 0x80, 5 + 16384, 0},
    {2, 0x80000000, 255, 0xff, 0x7fffff01, 1u << 11},
    {2, 0, 255, 127, 255 * 127, 0},
    {3, 0x7fffffff, 0x01, 0x01, 0x80000000, 1u << 10},
    {3, 0, 0x08, 0x08, 64, 0},
    {3, 0, 0x07, 0x0f, 0xfffffff9, 0},
};

Test(cube_int, integer_edges)
{
    struct rig r;

    open_rig(&r, 12);
    for (unsigned i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        const struct form *f = &forms[edges[i].form];
        struct product p = {.s = {1, 1, 1}, .start = FROM_C};
        uint32_t got;

        set_up(&r, f->insn, f->type, &p);
        r.w.mem[DV_SPACE_L0A][0] = edges[i].a;
        r.w.mem[DV_SPACE_L0B][0] = edges[i].b;
        memcpy(r.w.mem[DV_SPACE_L0C], &edges[i].start, 4);
        r.live.v[DV_LIVE_STATUS] = 0;
        dv_sem[r.op.sem](&r.w);
        memcpy(&got, r.w.mem[DV_SPACE_L0C], 4);
        cr_expect_eq(got, edges[i].want, "row %u: 0x%08x", i, got);
        cr_expect_eq(r.live.v[DV_LIVE_STATUS], edges[i].status, "row %u: status", i);
        r.w.mem[DV_SPACE_L0A][0] = 0;
        dv_sem[r.op.sem](&r.w); /* sticky */
        cr_expect_eq(r.live.v[DV_LIVE_STATUS], edges[i].status, "row %u: status stays", i);
    }
    rig_close(&r);
}

/* ---- sparse: packed by the rule of isa.md 7.7 it is the dense product ------------------------ */

/* A dense column with at most two nonzero of each four, its kept elements and its index. */
static void pack_group(const int8_t v[4], int8_t kept[2], unsigned index[2])
{
    static const uint8_t pairs[6][4] = {/* positions, a, b: the list of isa.md 7.7 */
                                        {0, 1, 0, 0}, {0, 2, 0, 1}, {1, 2, 1, 1},
                                        {0, 3, 0, 2}, {1, 3, 1, 2}, {2, 3, 2, 2}};
    unsigned at[2] = {0, 0}, n = 0;

    kept[0] = kept[1] = 0;
    index[0] = index[1] = 0;
    for (unsigned i = 0; i < 4; i++)
        if (v[i])
            at[n++] = i;
    if (n == 1 && at[0] == 3) {
        index[1] = 2;
        kept[1] = v[3];
    } else if (n == 1) {
        index[0] = at[0];
        kept[0] = v[at[0]];
    }
    for (unsigned i = 0; n == 2 && i < 6; i++)
        if (pairs[i][0] == at[0] && pairs[i][1] == at[1]) {
            index[0] = pairs[i][2];
            index[1] = pairs[i][3];
            kept[0] = v[at[0]];
            kept[1] = v[at[1]];
        }
}

static void random_group(struct rig *r, int8_t v[4])
{
    memset(v, 0, 4);
    for (unsigned n = rig_range(r, 0, 2); n; n--)
        v[rig_range(r, 0, 3)] = (int8_t)rig_range(r, 1, 255);
}

Test(cube_int, sparse_is_dense_with_zeros)
{
    static uint8_t want[L0C], dense[L0B];
    struct rig r;
    unsigned ran = 0;

    open_rig(&r, 13);
    for (unsigned round = 0; round < 120; round++) {
        struct product p = {
            .s = {rig_range(&r, 2, 40), 64 * rig_range(&r, 1, 3), rig_range(&r, 5, 40)},
            .start = (enum start)rig_range(&r, 0, 2)};
        unsigned n1 = (p.s.n + 15) / 16, steps = p.s.k / 64, fractals = steps * n1;
        struct dv_cfg_load2dsp load = {.repeat = fractals, .start = rig_range(&r, 0, 3)};
        struct dv_foot f;
        uint8_t *data = r.w.mem[DV_SPACE_L1] + 1024, *index = r.w.mem[DV_SPACE_L1] + 40960;

        if (n1 * p.s.k / 32 > L0B / FRACTAL)
            continue;
        noise(&r);
        memset(index, 0, 128 * (fractals + 4));
        for (unsigned k = 0; k < p.s.k; k += 4)
            for (unsigned j = 0; j < 16 * n1; j++) {
                unsigned frac = k / 64 * n1 + j / 16, bits[2];
                int8_t v[4], kept[2];

                random_group(&r, v);
                pack_group(v, kept, bits);
                for (unsigned e = 0; e < 4; e++)
                    dense[((k + e) / 32 * n1 + j / 16) * FRACTAL + j % 16 * 32 + (k + e) % 32] =
                        (uint8_t)v[e];
                for (unsigned e = 0; e < 2; e++) {
                    unsigned at = k % 64 / 2 + e;

                    data[(frac + load.start) * FRACTAL + j % 16 * 32 + at] = (uint8_t)kept[e];
                    index[(frac + load.start) * 128 + j % 16 * 8 + at / 4] |=
                        (uint8_t)(bits[e] << at % 4 * 2);
                }
            }
        rig_insn(&r, DV_INSN_load_l1_to_l0b_2d_sp, 0);
        dv_pack_load2dsp(r.w.cfg, &load);
        r.w.x[DV_XD] = 0;
        r.w.x[DV_XN] = 1024 | 40960ull << 32;
        cr_assert_eq(dv_access_load2dsp(&r.w, &f, NULL), DV_OK);
        cr_assert(rig_inside(&r, &f));
        dv_sem_load2dsp(&r.w);

        /* the dense product on a second L0B */
        uint8_t *sparse = r.w.mem[DV_SPACE_L0B];
        memcpy(want, r.w.mem[DV_SPACE_L0C], L0C);
        r.w.mem[DV_SPACE_L0B] = dense;
        whole_model(&r, &forms[1], &p, want);
        r.w.mem[DV_SPACE_L0B] = sparse;
        set_up(&r, DV_INSN_mmad_sp, DV_T_s8, &p);
        if (!legal(&r, &f))
            continue;
        dv_sem_mmad_sp(&r.w);
        cr_assert(!memcmp(want, r.w.mem[DV_SPACE_L0C], L0C), "%ux%ux%u", p.s.m, p.s.k, p.s.n);
        ran++;
    }
    cr_assert_gt(ran, 80);
    rig_close(&r);
}

/* ---- blocks: what a form costs --------------------------------------------------------------- */

Test(cube_int, blocks)
{
    static const struct {
        unsigned insn, type, k, hf32, blocks;
    } rows[] = {
        /* 32 x 32 in C is 4; timing.md 4.1: k0 of a cycle 32, 64, 16, f32 4, hf32 8 */
        {DV_INSN_mmad_int, DV_T_s8, 128, 0, 4 * 4}, {DV_INSN_mmad_int, DV_T_u8, 129, 0, 4 * 5},
        {DV_INSN_mmad_int, DV_T_u8s8, 32, 0, 4},    {DV_INSN_mmad_s4, DV_T_s4, 128, 0, 4 * 2},
        {DV_INSN_mmad_s4, DV_T_s4, 65, 0, 4 * 2},   {DV_INSN_mmad_sp, DV_T_s8, 128, 0, 4 * 2},
        {DV_INSN_mmad_sp, DV_T_s8, 129, 0, 4 * 3},  {DV_INSN_mmad_sp, DV_T_u8, 64, 0, 4},
        {DV_INSN_mmad, DV_T_f32f32, 64, 0, 4 * 16}, {DV_INSN_mmad, DV_T_f32f32, 64, 1, 4 * 8},
        {DV_INSN_mmad, DV_T_f16f32, 64, 1, 4 * 4},  {DV_INSN_mmad_f16f16, DV_T_f16f16, 64, 0, 16},
    };
    struct rig r;

    open_rig(&r, 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct product p = {.s = {32, rows[i].k, 32}};
        struct dv_foot f;

        r.env.v[DV_ENV_CTRL] = 8 | (uint64_t)rows[i].hf32 << 46;
        set_up(&r, rows[i].insn, rows[i].type, &p);
        cr_assert_eq(dv_access_mmad(&r.w, &f, NULL), DV_OK);
        cr_expect_eq(f.amount.blocks, rows[i].blocks, "row %u: %u", i, f.amount.blocks);
        cr_expect_eq(f.amount.macs, 32u * 32 * rows[i].k);
    }
    rig_close(&r);
}

/* ---- the bias table -------------------------------------------------------------------------- */

Test(cube_int, l1_to_bt)
{
    static uint8_t want[BT], mark[BT];
    struct rig r;
    unsigned ran = 0;

    open_rig(&r, 17);
    for (unsigned row = 0; row < 160; row++) {
        struct dv_cfg_table_burst c = {.convert = row % 2,
                                       .n_burst = rig_range(&r, 0, 3),
                                       .len_burst = rig_range(&r, 0, 4),
                                       .src_gap = rig_range(&r, 0, 3),
                                       .dst_gap = rig_range(&r, 0, 3)};
        unsigned src = 32 * rig_range(&r, 0, 9), dst = 64 * rig_range(&r, 0, 3);
        unsigned size = c.convert ? 2 : 4;
        struct dv_foot f;

        rig_noise(&r, r.w.mem[DV_SPACE_L1], 4096);
        rig_noise(&r, r.w.mem[DV_SPACE_BT], BT);
        rig_insn(&r, DV_INSN_mov_l1_to_bt, 0);
        dv_pack_table_burst(r.w.cfg, &c);
        r.w.x[DV_XD] = dst;
        r.w.x[DV_XN] = src;
        cr_assert_eq(dv_access_l1_bt(&r.w, &f, NULL), DV_OK);
        if (!rig_inside(&r, &f))
            continue;
        memcpy(want, r.w.mem[DV_SPACE_BT], BT);
        for (unsigned i = 0; i < c.n_burst; i++)
            for (unsigned e = 0; e < 16u * c.len_burst; e++) {
                const uint8_t *from = r.w.mem[DV_SPACE_L1] + src +
                                      i * (16 * c.len_burst * size + 32 * c.src_gap) + e * size;
                uint8_t *to = want + dst + i * 64 * (c.len_burst + c.dst_gap) + 4 * e;
                uint16_t h;
                float v;

                memcpy(&h, from, 2);
                v = dv_f16_to_f32(h);
                memcpy(to, c.convert ? (const void *)&v : from, 4);
            }
        dv_sem_l1_bt(&r.w);
        cr_assert(!memcmp(want, r.w.mem[DV_SPACE_BT], BT), "row %u", row);
        rig_mark(&r, &f, DV_SPACE_BT, DV_WRITE, mark);
        cr_assert_eq(f.amount.bytes, 16ull * c.len_burst * size * c.n_burst);
        ran++;
    }
    cr_assert_gt(ran, 100);
    rig_close(&r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

Test(cube_int, refused)
{
    struct product p = {.s = {16, 16, 16}, .start = BIAS, .bias = 32};
    struct rig r;
    struct dv_foot f;
    struct dv_diag d;

    open_rig(&r, 18);
    for (unsigned i = 0; i < FORMS; i++) {
        set_up(&r, forms[i].insn, forms[i].type, &p);
        dv_diag_init(&d);
        cr_expect_eq(dv_access_mmad(&r.w, &f, &d), DV_E_ALIGN);
        cr_expect_str_eq(d.text, "bias address 0x20 in bt is not a multiple of 64 bytes");
    }
    r.w.kind = DV_C100;
    dv_diag_init(&d);
    cr_expect_eq(dv_access_mmad(&r.w, &f, &d), DV_E_ILLEGAL);
    cr_expect_str_eq(d.text, "c_source = 1: dav-c100 has no bias table");
    p.start = ZERO; /* with c_init the address counts for nothing */
    set_up(&r, DV_INSN_mmad_int, DV_T_s8, &p);
    cr_expect_eq(dv_access_mmad(&r.w, &f, NULL), DV_OK);
    rig_close(&r);
}
