/* MMAD: the plain definition against a model on logical matrices, every SIMD tier against the plain
 * one, bit for bit, with the whole of L0C compared. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "emu/sem/fast/cube.h"
#include "emu/sem/init.h"
#include "isa/num.h"
#include "tests/rig.h"

enum { FRACTAL = 512, L0 = 65536, L0C = 131072, GUARD = 4096 };

struct bench {
    uint8_t a[L0 + GUARD], b[L0 + GUARD], c[L0C + GUARD], want[L0C + GUARD];
};

static struct bench bench;

static unsigned size_of(unsigned elem)
{
    return elem == DV_EL_F32 ? 4 : 2;
}

/* ---- values: ordinary numbers, and the corners of each format -------------------------------- */

static uint32_t special(struct rig *r, unsigned elem)
{
    static const uint16_t f16[] = {0,      0x8000, 1,      0x8001, 0x3ff,  0x400,  0x7bff,
                                   0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0xfe55, 0x3c00};
    static const uint16_t bf16[] = {0,      0x8000, 1,      0x8001, 0x7f,   0x80,   0x7f7f,
                                    0xff7f, 0x7f80, 0xff80, 0x7fc0, 0x7f81, 0xffd5, 0x3f80};
    static const uint32_t f32[] = {0,          0x80000000, 1,          0x80000001, 0x7fffff,
                                   0x800000,   0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000,
                                   0x7fc00000, 0x7f800001, 0xffc01234, 0x3f800000};
    unsigned i = rig_range(r, 0, 13);

    return elem == DV_EL_F16 ? f16[i] : elem == DV_EL_BF16 ? bf16[i] : f32[i];
}

/* Any exponent near 1, any sign. */
static uint32_t ordinary(struct rig *r, unsigned elem)
{
    uint32_t v = rig_random(r);

    if (elem == DV_EL_F16)
        return (v & 0x83ff) | (rig_range(r, 8, 18) << 10);
    if (elem == DV_EL_BF16)
        return (v & 0x807f) | (rig_range(r, 117, 133) << 7);
    return (v & 0x807fffff) | (rig_range(r, 117, 133) << 23);
}

/* kind 0: ordinary; 1: one in eight special; 2: any bits. */
static uint32_t value(struct rig *r, unsigned elem, unsigned kind)
{
    if (kind == 2)
        return rig_random(r);
    return kind == 1 && !rig_range(r, 0, 7) ? special(r, elem) : ordinary(r, elem);
}

static void fill(struct rig *r, uint8_t *p, size_t bytes, unsigned elem, unsigned kind)
{
    for (size_t i = 0; i < bytes; i += size_of(elem)) {
        uint32_t v = value(r, elem, kind);

        memcpy(p + i, &v, size_of(elem));
    }
}

/* ---- the model: logical matrices, isa.md 7.3 ------------------------------------------------- */

static float number(const uint8_t *p, unsigned elem)
{
    uint32_t v = 0;

    memcpy(&v, p, size_of(elem));
    if (elem == DV_EL_BF16)
        return dv_bits_f32(v << 16);
    return elem == DV_EL_F32 ? dv_bits_f32(v) : dv_f16_to_f32((uint16_t)v);
}

static float *logical_a(const struct dv_mmad *p)
{
    float *a = calloc((size_t)p->m * p->k, 4);
    unsigned size = size_of(p->elem), k0 = 32 / size;

    for (unsigned i = 0; i < p->m; i++)
        for (unsigned k = 0; k < p->k; k++) {
            size_t at = ((size_t)(i / 16) * p->a_pitch + k / k0) * FRACTAL + (i % 16) * 32 +
                        (k % k0) * size;

            a[(size_t)i * p->k + k] = number(p->a + (p->vector ? (size_t)k * size : at), p->elem);
        }
    return a;
}

static float *logical_b(const struct dv_mmad *p)
{
    float *b = calloc((size_t)p->k * p->n, 4);
    unsigned size = size_of(p->elem), k0 = 32 / size, n1 = (p->n + 15) / 16;

    for (unsigned k = 0; k < p->k; k++)
        for (unsigned j = 0; j < p->n; j++)
            b[(size_t)k * p->n + j] = number(p->b + ((size_t)(k / k0) * n1 + j / 16) * FRACTAL +
                                                 (j % 16) * 32 + (k % k0) * size,
                                             p->elem);
    return b;
}

/* numerics 2: f16 products are exact in f32, so a separate product and sum must agree with a fused
 * one; bf16 and f32 are fused. */
static void model(const struct dv_mmad *p, uint8_t *c)
{
    float *a = logical_a(p), *b = logical_b(p);
    unsigned m1 = (p->m + 15) / 16;

    for (unsigned i = 0; i < p->m; i++)
        for (unsigned j = 0; j < p->n; j++) {
            uint8_t *at =
                c + ((size_t)(j / 16) * m1 + i / 16) * 1024 + (i % 16) * 64 + (j % 16) * 4;
            float s = p->init ? 0 : number(at, DV_EL_F32);

            for (unsigned k = 0; k < p->k; k++) {
                float x = a[(size_t)i * p->k + k], y = b[(size_t)k * p->n + j];

                s = p->elem == DV_EL_F16 ? s + x * y : fmaf(x, y, s);
            }
            uint32_t bits = s != s ? 0x7fc00000u : dv_f32_bits(s);
            memcpy(at, &bits, 4);
        }
    free(a);
    free(b);
}

/* ---- geometries ------------------------------------------------------------------------------ */

static const struct shape {
    unsigned m, k, n;
} shapes[] = {
    {1, 1, 1},    {1, 16, 16},  {1, 17, 33},   {1, 100, 40},    {1, 1000, 16}, {2, 3, 5},
    {15, 15, 15}, {16, 16, 16}, {17, 16, 16},  {16, 17, 16},    {16, 16, 17},  {33, 65, 17},
    {5, 640, 16}, {31, 31, 31}, {48, 48, 48},  {100, 100, 100}, {128, 1, 1},   {7, 300, 20},
    {300, 7, 20}, {20, 7, 300}, {272, 20, 33}, {16, 513, 32},   {64, 260, 64}, {256, 64, 128},
    {6, 16, 16},  {12, 16, 32}, {13, 16, 144}, {128, 128, 128},
};
static const uint8_t elems[] = {DV_EL_F16, DV_EL_BF16, DV_EL_F32};

/* False when it does not fit L0. */
static bool set_up(struct rig *r, struct dv_mmad *p, const struct shape *s, unsigned elem,
                   unsigned kind)
{
    unsigned k1 = (s->k * size_of(elem) + 31) / 32, m1 = (s->m + 15) / 16, n1 = (s->n + 15) / 16;

    *p = (struct dv_mmad){
        .elem = (uint8_t)elem,
        .init = rig_range(r, 0, 1),
        .vector = s->m == 1,
        .m = s->m,
        .k = s->k,
        .n = s->n,
        .a_pitch = elem == DV_EL_F32 && rig_range(r, 0, 1) ? (k1 + 1) & ~1u : k1,
        .a = bench.a,
        .b = bench.b,
        .c = bench.c,
    };
    fill(r, bench.a, sizeof bench.a, elem, kind);
    fill(r, bench.b, sizeof bench.b, elem, kind);
    fill(r, bench.c, sizeof bench.c, DV_EL_F32, kind);
    memcpy(bench.want, bench.c, sizeof bench.c);
    return m1 * p->a_pitch <= L0 / FRACTAL && k1 * n1 <= L0 / FRACTAL && m1 * n1 <= L0C / 1024;
}

static const uint32_t no_memory[DV_SPACE_COUNT];

static void each_case(void (*check)(const struct dv_mmad *p, const char *label), uint64_t seed)
{
    struct rig r;
    struct dv_mmad p;
    unsigned ran = 0;

    rig_open(&r, no_memory, seed);
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (unsigned e = 0; e < 3; e++)
            for (unsigned kind = 0; kind < 3; kind++) {
                char label[80];

                snprintf(label, sizeof label, "%s %ux%ux%u data %u", dv_elem_name(elems[e]),
                         shapes[i].m, shapes[i].k, shapes[i].n, kind);
                if (!set_up(&r, &p, &shapes[i], elems[e], kind))
                    continue;
                check(&p, label);
                ran++;
            }
    cr_assert_gt(ran, 200);
    rig_close(&r);
}

static void plain_is_model(const struct dv_mmad *p, const char *label)
{
    if ((uint64_t)p->m * p->k * p->n > 200000)
        return;
    model(p, bench.want);
    dv_mmad_plain(p);
    cr_assert(!memcmp(bench.c, bench.want, sizeof bench.c), "%s", label);
}

Test(cube, plain_equals_model)
{
    each_case(plain_is_model, 1);
}

static void tiers_are_model(const struct dv_mmad *p, const char *label)
{
    static uint8_t start[sizeof bench.c];
    const char *name;
    dv_mmad_fn fn;

    memcpy(start, bench.c, sizeof start);
    model(p, bench.want);
    for (unsigned t = 0; (fn = dv_mmad_tier(t, &name)); t++) {
        memcpy(bench.c, start, sizeof start);
        fn(p);
        cr_assert(!memcmp(bench.c, bench.want, sizeof bench.c), "%s %s", name, label);
    }
}

Test(cube, every_tier_equals_model)
{
    each_case(tiers_are_model, 2);
}

Test(cube, random_shapes)
{
    struct rig r;
    struct dv_mmad p;
    unsigned ran = 0;

    rig_open(&r, no_memory, 3);
    for (unsigned i = 0; i < 400; i++) {
        struct shape s = {rig_range(&r, 1, 70), rig_range(&r, 1, 90), rig_range(&r, 1, 70)};

        if (!set_up(&r, &p, &s, elems[rig_range(&r, 0, 2)], rig_range(&r, 0, 2)))
            continue;
        tiers_are_model(&p, "random shape");
        ran++;
    }
    cr_assert_gt(ran, 300);
    rig_close(&r);
}

/* Long k: the fast path cuts it, the chain must not notice. 4095 is the greatest k (isa.md 7.1). */
Test(cube, longest_k)
{
    static const struct shape s = {1, 4095, 7};
    struct rig r;
    struct dv_mmad p;

    rig_open(&r, no_memory, 4);
    for (unsigned e = 0; e < 2; e++) {
        /* 256 fractals of B: more than L0B holds, so from a buffer of its own. */
        uint8_t *big = malloc(512 * FRACTAL);

        set_up(&r, &p, &s, elems[e], 0);
        fill(&r, big, 512 * FRACTAL, elems[e], 0);
        p.b = big;
        tiers_are_model(&p, "k = 4095");
        free(big);
    }
    rig_close(&r);
}

/* ---- known answers --------------------------------------------------------------------------- */

/* One element: s = start, then (a, b) pairs of bit patterns; result bits. */
static const struct {
    uint8_t elem;
    uint32_t start, a[3], b[3], want;
    const char *evidence;
} chains[] = {
    {DV_EL_F16,
     0x4b800000,
     {0x3c00, 0x3c00, 0x3c00},
     {0x3c00, 0x3c00, 0x3c00},
     0x4b800000,
     "numerics 2: 2^24 + 1 rounds to even each step, three ones are lost"},
    {DV_EL_F16, 0x3f800000, {0x3c00, 0, 0}, {0x4000, 0, 0}, 0x40400000, "1 + 1*2 = 3"},
    {DV_EL_F16,
     0,
     {0x0001, 0, 0},
     {0x0001, 0, 0},
     0x27800000,
     "2^-24 * 2^-24 = 2^-48: subnormals are kept"},
    {DV_EL_F16,
     0x7f800000,
     {0x7c00, 0, 0},
     {0xbc00, 0, 0},
     0x7fc00000,
     "inf - inf: NaN is canonical"},
    {DV_EL_F16, 0xffc01234, {0, 0, 0}, {0, 0, 0}, 0x7fc00000, "a NaN start is canonical"},
    {DV_EL_BF16,
     0xff000000,
     {0x7f00, 0, 0},
     {0x4000, 0, 0},
     0x7f000000,
     "numerics 2: fused, 2^127 * 2 does not overflow before - 2^127"},
    {DV_EL_BF16,
     0x00000001,
     {0x0001, 0, 0},
     {0x3f80, 0, 0},
     0x00010001,
     "bf16 and f32 subnormals are kept"},
    {DV_EL_F32,
     0xbf800000,
     {0x3f800001, 0, 0},
     {0x3f7fffff, 0, 0},
     0x337ffffe,
     "fused: (1 + 2^-23)(1 - 2^-24) - 1 in one rounding"},
};

Test(cube, known_chains)
{
    for (unsigned i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        struct dv_mmad p = {.elem = chains[i].elem,
                            .vector = true,
                            .m = 1,
                            .k = 3,
                            .n = 1,
                            .a_pitch = 1,
                            .a = bench.a,
                            .b = bench.b,
                            .c = bench.c};
        unsigned size = size_of(p.elem);
        const char *name;
        dv_mmad_fn fn = dv_mmad_plain;

        for (unsigned k = 0; k < 3; k++) {
            memcpy(bench.a + k * size, &chains[i].a[k], size);
            memcpy(bench.b + k * size, &chains[i].b[k], size);
        }
        for (unsigned t = 0; fn; fn = dv_mmad_tier(t++, &name)) {
            uint32_t got;

            memcpy(bench.c, &chains[i].start, 4);
            fn(&p);
            memcpy(&got, bench.c, 4);
            cr_assert_eq(got, chains[i].want, "%s: got 0x%08x", chains[i].evidence, got);
        }
    }
}

/* ---- the instruction: addresses, config word, footprint -------------------------------------- */

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_L0A] = 16384, [DV_SPACE_L0B] = 16384, [DV_SPACE_L0C] = 65536};

static void random_product(struct rig *r)
{
    struct dv_cfg_mmad c = {
        .m = rig_range(r, 0, 4) ? rig_range(r, 0, 60) : 1,
        .k = rig_range(r, 0, 60),
        .n = rig_range(r, 0, 60),
        .c_init = rig_range(r, 0, 1),
        .k_align = rig_range(r, 0, 1),
    };
    static const uint8_t types[] = {DV_T_f16f32, DV_T_bf16f32, DV_T_f32f32};
    static const uint8_t elem[] = {DV_EL_F16, DV_EL_BF16, DV_EL_F32};
    unsigned t = rig_range(r, 0, 2);

    rig_insn(r, DV_INSN_mmad, types[t]);
    dv_pack_mmad(r->w.cfg, &c);
    r->w.x[DV_XD] = 1024ull * rig_range(r, 0, 20) | (uint64_t)rig_random(r) << 32;
    r->w.x[DV_XN] = 512ull * rig_range(r, 0, 8);
    r->w.x[DV_XM] = 512ull * rig_range(r, 0, 8);
    fill(r, r->w.mem[DV_SPACE_L0A], sizes[DV_SPACE_L0A], elem[t], 0);
    fill(r, r->w.mem[DV_SPACE_L0B], sizes[DV_SPACE_L0B], elem[t], 0);
    fill(r, r->w.mem[DV_SPACE_L0C], sizes[DV_SPACE_L0C], DV_EL_F32, 0);
}

/* Noise in every byte of a space the footprint does not claim. */
static void disturb(struct rig *r, const struct dv_foot *f, unsigned space, unsigned rw)
{
    static uint8_t mark[65536];

    rig_mark(r, f, space, rw, mark);
    for (uint32_t i = 0; i < sizes[space]; i++)
        r->w.mem[space][i] ^= mark[i] ? 0 : 0x11;
}

static void expect_model(struct rig *r, const struct dv_foot *f)
{
    struct dv_cfg_mmad c = dv_unpack_mmad(r->w.cfg);
    unsigned elem = dv_types[r->op.type].src, k1 = (c.k * size_of(elem) + 31) / 32;
    uint32_t xd = (uint32_t)r->w.x[DV_XD];
    struct dv_mmad p = {
        .elem = (uint8_t)elem,
        .init = c.c_init,
        .vector = c.m == 1,
        .m = c.m,
        .k = c.k,
        .n = c.n,
        .a_pitch = elem == DV_EL_F32 && c.k_align ? (k1 + 1) / 2 * 2 : k1,
        .a = r->w.mem[DV_SPACE_L0A] + r->w.x[DV_XN],
        .b = r->w.mem[DV_SPACE_L0B] + r->w.x[DV_XM],
    };
    static uint8_t want[65536], mark[65536];

    memcpy(want, r->w.mem[DV_SPACE_L0C], sizeof want);
    if (c.m && c.k && c.n)
        model(&p, want + xd);
    disturb(r, f, DV_SPACE_L0A, DV_READ);
    disturb(r, f, DV_SPACE_L0B, DV_READ);
    r->w.simd = rig_range(r, 0, 1);
    dv_sem_mmad(&r->w);
    cr_assert(!memcmp(want, r->w.mem[DV_SPACE_L0C], sizeof want), "%ux%ux%u simd %d", c.m, c.k, c.n,
              r->w.simd);
    rig_mark(r, f, DV_SPACE_L0C, DV_WRITE, mark);
    for (unsigned i = 0; i < c.m; i++)
        for (unsigned j = 0; j < c.n; j++)
            cr_assert(!c.k || mark[xd + ((j / 16) * ((c.m + 15) / 16) * 16 + i) * 64 + j % 16 * 4]);
}

Test(cube, instruction_equals_model)
{
    struct rig r;
    unsigned ran = 0;

    dv_cube_init();
    rig_open(&r, sizes, 5);
    for (unsigned i = 0; i < 600; i++) {
        struct dv_foot f;
        struct dv_diag d;

        random_product(&r);
        dv_diag_init(&d);
        cr_assert_eq(dv_access_mmad(&r.w, &f, &d), DV_OK, "%s", d.text);
        if (!rig_inside(&r, &f))
            continue;
        expect_model(&r, &f);
        ran += f.n > 0;
    }
    cr_assert_gt(ran, 200);
    rig_close(&r);
}
