/* References, comparison, words for patterns, and the JSON writer. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/json.h"
#include "emu/run/reference.h"
#include "emu/run/verify.h"
#include "isa/num.h"

/* ---- patterns -------------------------------------------------------------------------------- */

typedef bool (*wrong_fn)(uint64_t r, uint64_t c);

static bool all(uint64_t r, uint64_t c)
{
    return r + c + 1 > 0;
}
static bool one(uint64_t r, uint64_t c)
{
    return r == 3 && c == 5;
}
static bool tail_rows(uint64_t r, uint64_t c)
{
    return r >= 48 && c + 1 > 0;
}
static bool head_rows(uint64_t r, uint64_t c)
{
    return r < 4 && c + 1 > 0;
}
static bool mid_rows(uint64_t r, uint64_t c)
{
    return r >= 4 && r < 8 && c + 1 > 0;
}
static bool one_row(uint64_t r, uint64_t c)
{
    return r == 7 && c + 1 > 0;
}
static bool tail_columns(uint64_t r, uint64_t c)
{
    return c >= 96 && r + 1 > 0;
}
static bool tile_2_3(uint64_t r, uint64_t c)
{
    return r / 16 == 2 && c / 32 == 3;
}
static bool box(uint64_t r, uint64_t c)
{
    return r >= 5 && r < 9 && c >= 3 && c < 10;
}
static bool every_16th(uint64_t r, uint64_t c)
{
    return c % 16 == 5 && r + 1 > 0;
}
static bool every_8th_row(uint64_t r, uint64_t c)
{
    return r % 8 == 0 && c % 3 != 1;
}
static bool scattered(uint64_t r, uint64_t c)
{
    return (r * 7 + c * 3) % 11 == 0 && r > 8;
}

static bool nearly_all(uint64_t r, uint64_t c)
{
    return (r * 7 + c) % 97 != 0;
}

static const struct {
    wrong_fn wrong;
    const char *words;
} patterns[] = {
    {all, "all elements"},
    {one, "one element"},
    {tail_rows, "rows >= 48"},
    {head_rows, "rows < 4"},
    {mid_rows, "rows 4..7"},
    {one_row, "row 7"},
    {tail_columns, "columns >= 96"},
    {tile_2_3, "all of tile (2,3) of 16x32"},
    {box, "all of rows 5..8, columns 3..9"},
    {every_16th, "every 16th column from 5"},
    {every_8th_row, "every 8th row from 0"},
    {scattered, "scattered over rows >= 9"},
    {nearly_all, "nearly all: a formula, a scalar, or a stride inside the sum"},
};

/* Two panels of one channel, 2 x 3 points; a filter of 1 x 2, every second tap, two columns; zeros
 * left and right. By hand. */
Test(run_verify, conv2d_reference)
{
    static const float x[12] = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
    static const float f[8] = {1, 0, 2, 0, 0, 1, 1, 1};
    static const uint64_t xd[4] = {2, 2, 3, 1}, fd[5] = {2, 1, 2, 1, 2}, yd[3] = {2, 2, 2};
    /* y[i, j]: x at columns 2 j - 1 and 2 j + 1 */
    static const double want[8] = {24, 20, 2, 20, 60, 50, 5, 50};
    double result[8];
    struct dv_ref_call c = {.in = {{x, DV_EL_F32, 4, xd, 12}, {f, DV_EL_F32, 5, fd, 8}},
                            .ins = 2,
                            .number = {1, 2, 0, 1, 1, 2},
                            .numbers = 6,
                            .out = {NULL, DV_EL_F32, 3, yd, 8},
                            .result = result};
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_ref_run(dv_ref_find("conv2d"), &c, &d), DV_OK, "%s", d.text);
    for (unsigned i = 0; i < 8; i++)
        cr_expect_float_eq(result[i], want[i], 1e-12, "%u: %g", i, result[i]);
    cr_expect_eq(dv_ref_find("conv2d")->macs(&c), 8 * 4);
    c.number[0] = 0;
    cr_expect_eq(dv_ref_run(dv_ref_find("conv2d"), &c, &d), DV_E_CONFIG);
}

Test(run_verify, patterns)
{
    static const uint64_t dim[2] = {64, 128};
    static uint8_t bad[64 * 128];
    struct dv_tensor t = {NULL, DV_EL_F16, 2, dim, 64 * 128};
    char words[192];
    for (unsigned p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        for (uint64_t i = 0; i < 64 * 128; i++)
            bad[i] = patterns[p].wrong(i / 128, i % 128);
        dv_pattern(&t, bad, words, sizeof words);
        cr_expect_str_eq(words, patterns[p].words, "%s: %s", patterns[p].words, words);
    }
}

Test(run_verify, vector_patterns)
{
    static const uint64_t dim[1] = {100};
    static uint8_t bad[100];
    struct dv_tensor t = {NULL, DV_EL_F16, 1, dim, 100};
    char words[192];
    memset(bad + 90, 1, 10);
    dv_pattern(&t, bad, words, sizeof words);
    cr_expect_str_eq(words, "elements >= 90");
    for (unsigned i = 0; i < 100; i++)
        bad[i] = i % 4 == 1;
    dv_pattern(&t, bad, words, sizeof words);
    cr_expect_str_eq(words, "every 4th element from 1");
    memset(bad, 0, sizeof bad);
    dv_pattern(&t, bad, words, sizeof words);
    cr_expect_str_eq(words, "");
}

/* ---- comparison ------------------------------------------------------------------------------ */

static uint16_t h(double v)
{
    return dv_f64_to_f16(v, DV_RINT, false);
}

/* One element against one expectation: passes or not under a tolerance. */
static const struct {
    double want, got;
    struct dv_tolerance tol;
    bool pass;
    const char *why;
} compares[] = {
    {1.0, 1.0, {.has_ulp = true}, true, "equal"},
    {1.0004, 1.0, {.has_ulp = true}, true, "rounds to the same f16"},
    {1.0, 1.0009765625, {.has_ulp = true}, false, "one ulp"},
    {1.0, 1.0009765625, {.has_ulp = true, .max_ulp = 1}, true, "one ulp allowed"},
    {100.0, 100.0625, {.has_rel = true, .rtol = 1e-3}, true, "within rtol"},
    {100.0, 100.25, {.has_rel = true, .rtol = 1e-3}, false, "beyond rtol"},
    {0.0, 0.0009, {.has_rel = true, .atol = 1e-3}, true, "within atol"},
    {1e6, INFINITY, {.has_ulp = true}, true, "overflow of the type is infinity"},
    {1e6, INFINITY, {.has_rel = true, .rtol = 1}, true, "also under rtol"},
    {1.0, INFINITY, {.has_rel = true, .rtol = 1e30}, false, "a wrong infinity never passes"},
    {NAN, NAN, {.has_ulp = true}, true, "NaN wanted and got"},
    {1.0, NAN, {.has_rel = true, .rtol = 1e30, .atol = 1e30}, false, "a wrong NaN never passes"},
    {NAN, 1.0, {.has_rel = true, .rtol = 1e30, .atol = 1e30}, false, "a lost NaN never passes"},
    {0.0, -0.0, {.has_ulp = true}, true, "zeros are equal"},
    {1.0,
     1.0009765625,
     {.has_ulp = true, .has_rel = true, .rtol = 1},
     false,
     "every tolerance given must hold"},
};

Test(run_verify, comparison)
{
    for (unsigned i = 0; i < sizeof compares / sizeof *compares; i++) {
        uint64_t dim[1] = {1};
        uint16_t bits = h(compares[i].got);
        struct dv_tensor t = {&bits, DV_EL_F16, 1, dim, 1};
        struct dv_verify v;
        cr_assert_eq(
            dv_verify_tensor(&v, &t, &compares[i].want, &compares[i].tol, NULL, NULL, 1, NULL),
            DV_OK);
        cr_expect_eq(v.mismatches == 0, compares[i].pass, "%s", compares[i].why);
    }
}

static bool block_is_7(void *ctx, uint64_t elem, uint32_t *block)
{
    (void)ctx, (void)elem;
    *block = 7;
    return true;
}

Test(run_verify, report)
{
    enum { N = 1000 };
    static uint16_t x[N];
    static double want[N];
    uint64_t dim[1] = {N};
    struct dv_tensor t = {x, DV_EL_F16, 1, dim, N};
    struct dv_tolerance tol = {.has_ulp = true};
    struct dv_verify v;
    for (unsigned i = 0; i < N; i++) {
        want[i] = i;
        x[i] = i >= 992 ? 0xa5a5 : h(i);
    }
    dv_verify_tensor(&v, &t, want, &tol, block_is_7, NULL, 8, NULL);
    cr_expect_eq(v.mismatches, 8);
    cr_expect_eq(v.first, 992);
    cr_expect_eq(v.want, 992.0);
    cr_expect_str_eq(v.pattern, "elements >= 992, only block 7, never written");
    cr_expect_str_eq(v.metric, "ulp");
}

Test(run_verify, tolerances)
{
    struct dv_tolerance t;
    char text[100];
    cr_expect_eq(dv_tolerance_parse("1e-3,1e-5", &t, NULL), DV_OK);
    cr_expect_str_eq(dv_tolerance_text(&t, text, sizeof text), "rtol 0.001 atol 1e-05");
    cr_expect_eq(dv_tolerance_parse("0", &t, NULL), DV_OK);
    cr_expect_eq(dv_tolerance_from(NULL, NULL, "2", DV_EL_F16, &t, NULL), DV_OK);
    cr_expect_str_eq(dv_tolerance_text(&t, text, sizeof text), "max_ulp 2");
    cr_expect_eq(dv_tolerance_from(NULL, NULL, NULL, DV_EL_S32, &t, NULL), DV_OK);
    cr_expect_str_eq(dv_tolerance_text(&t, text, sizeof text), "max_ulp 0");
    static const char *const bad[] = {"", "x", "-1", "1,", "1,-1", "1;2", "inf", "nan", "1,2,3"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(dv_tolerance_parse(bad[i], &t, NULL), DV_E_CONFIG, "%s", bad[i]);
}

/* One rounding from double to bf16: halfway cases that a detour over f32 would get wrong. */
Test(run_verify, bf16_rounds_once)
{
    cr_expect_eq(dv_elem_round(DV_EL_BF16, 1.00390625), 1.0, "a tie goes to even");
    cr_expect_eq(dv_elem_round(DV_EL_BF16, 1.00390625 + 1e-12), 1.0078125, "above the tie");
    cr_expect_eq(dv_elem_round(DV_EL_BF16, 1.01171875 - 1e-12), 1.0078125, "below a tie");
    cr_expect_eq(dv_elem_round(DV_EL_S8, 200), 127);
    cr_expect_eq(dv_elem_round(DV_EL_F16, 65520), INFINITY);
}

/* ---- references ------------------------------------------------------------------------------ */

static uint32_t draw(uint32_t *s)
{
    return *s = *s * 1664525 + 1013904223;
}

/* Against a triple loop over ascending k: bit for bit, whatever the blocking. */
Test(run_verify, gemm)
{
    static const uint64_t sizes[][3] = {{1, 1, 1},    {6, 8, 256}, {7, 9, 257}, {5, 1, 600},
                                        {97, 33, 65}, {1, 40, 3},  {13, 16, 0}};
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned way = 0; way < 3; way++) {
            uint64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
            bool ta = way == 2, tb = way == 1;
            uint64_t da[2] = {ta ? k : m, ta ? m : k}, db[2] = {tb ? n : k, tb ? k : n};
            float *a = malloc((m * k + 1) * 4), *b = malloc((k * n + 1) * 4);
            double *c = malloc(m * n * 8);
            uint32_t seed = 1;
            for (uint64_t i = 0; i < m * k; i++)
                a[i] = (float)(int32_t)draw(&seed) * 0x1p-30f;
            for (uint64_t i = 0; i < k * n; i++)
                b[i] = (float)(int32_t)draw(&seed) * 0x1p-30f;
            struct dv_tensor x = {a, DV_EL_F32, 2, da, m * k}, y = {b, DV_EL_F32, 2, db, k * n};
            cr_assert(dv_ref_gemm(c, &x, ta, &y, tb, m, n, k));
            for (uint64_t i = 0; i < m; i++)
                for (uint64_t j = 0; j < n; j++) {
                    double sum = 0;
                    for (uint64_t l = 0; l < k; l++)
                        sum += (double)a[ta ? l * m + i : i * k + l] *
                               (double)b[tb ? j * k + l : l * n + j];
                    cr_expect_eq(c[i * n + j], sum, "size %u way %u at %u,%u", s, way, (unsigned)i,
                                 (unsigned)j);
                }
            free(a);
            free(b);
            free(c);
        }
}

struct ref_row {
    const char *name;
    unsigned ins, numbers;
    float in[3][4];
    double number;
    uint64_t in_dim[3][2], out_dim[2];
    unsigned in_dims[3], out_dims;
    double want[4];
};

/* Values worked out by hand. */
static const struct ref_row refs[] = {
    {"add",
     2,
     0,
     {{1, 2, 3, 4}, {10, 20, 30, 40}},
     0,
     {{4}, {4}},
     {4},
     {1, 1},
     1,
     {11, 22, 33, 44}},
    {"sub",
     2,
     0,
     {{1, 2, 3, 4}, {10, 20, 30, 40}},
     0,
     {{4}, {4}},
     {4},
     {1, 1},
     1,
     {-9, -18, -27, -36}},
    {"mul",
     2,
     0,
     {{1, 2, 3, 4}, {10, 20, 30, 40}},
     0,
     {{4}, {4}},
     {4},
     {1, 1},
     1,
     {10, 40, 90, 160}},
    {"div", 2, 0, {{1, 2, 3, 4}, {2, 4, 4, 8}}, 0, {{4}, {4}}, {4}, {1, 1}, 1, {.5, .5, .75, .5}},
    {"max", 2, 0, {{1, 5, 3, 4}, {2, 4, 4, 4}}, 0, {{4}, {4}}, {4}, {1, 1}, 1, {2, 5, 4, 4}},
    {"min", 2, 0, {{1, 5, 3, 4}, {2, 4, 4, 4}}, 0, {{4}, {4}}, {4}, {1, 1}, 1, {1, 4, 3, 4}},
    {"adds", 1, 1, {{1, 2, 3, 4}}, 0.5, {{4}}, {4}, {1}, 1, {1.5, 2.5, 3.5, 4.5}},
    {"muls", 1, 1, {{1, 2, 3, 4}}, 0.5, {{4}}, {4}, {1}, 1, {.5, 1, 1.5, 2}},
    {"maxs", 1, 1, {{1, 2, 3, 4}}, 2.5, {{4}}, {4}, {1}, 1, {2.5, 2.5, 3, 4}},
    {"mins", 1, 1, {{1, 2, 3, 4}}, 2.5, {{4}}, {4}, {1}, 1, {1, 2, 2.5, 2.5}},
    {"axpy", 2, 1, {{1, 2, 3, 4}, {1, 1, 1, 1}}, 2, {{4}, {4}}, {4}, {1, 1}, 1, {3, 5, 7, 9}},
    {"copy", 1, 0, {{1, 2, 3, 4}}, 0, {{4}}, {4}, {1}, 1, {1, 2, 3, 4}},
    {"abs", 1, 0, {{-1, 2, -3, 4}}, 0, {{4}}, {4}, {1}, 1, {1, 2, 3, 4}},
    {"relu", 1, 0, {{-1, 2, -3, 4}}, 0, {{4}}, {4}, {1}, 1, {0, 2, 0, 4}},
    {"exp", 1, 0, {{0, 0, 0, 0}}, 0, {{4}}, {4}, {1}, 1, {1, 1, 1, 1}},
    {"ln", 1, 0, {{1, 1, 1, 1}}, 0, {{4}}, {4}, {1}, 1, {0, 0, 0, 0}},
    {"sqrt", 1, 0, {{1, 4, 9, 16}}, 0, {{4}}, {4}, {1}, 1, {1, 2, 3, 4}},
    {"rec", 1, 0, {{1, 2, 4, 8}}, 0, {{4}}, {4}, {1}, 1, {1, .5, .25, .125}},
    {"rsqrt", 1, 0, {{1, 4, 16, 64}}, 0, {{4}}, {4}, {1}, 1, {1, .5, .25, .125}},
    {"gemm",
     2,
     0,
     {{1, 2, 3, 4}, {5, 6, 7, 8}},
     0,
     {{2, 2}, {2, 2}},
     {2, 2},
     {2, 2},
     2,
     {19, 22, 43, 50}},
    {"gemm_nt",
     2,
     0,
     {{1, 2, 3, 4}, {5, 7, 6, 8}},
     0,
     {{2, 2}, {2, 2}},
     {2, 2},
     {2, 2},
     2,
     {19, 22, 43, 50}},
    {"gemm_tn",
     2,
     0,
     {{1, 3, 2, 4}, {5, 6, 7, 8}},
     0,
     {{2, 2}, {2, 2}},
     {2, 2},
     {2, 2},
     2,
     {19, 22, 43, 50}},
    {"softmax_rows", 1, 0, {{7, 7, -3, -3}}, 0, {{2, 2}}, {2, 2}, {2}, 2, {.5, .5, .5, .5}},
    {"layernorm_rows",
     3,
     1,
     {{1, 3, 2, 4}, {2, 3}, {10, 20}},
     0,
     {{2, 2}, {2}, {2}},
     {2, 2},
     {2, 1, 1},
     2,
     {8, 23, 8, 23}},
    {"sum_rows", 1, 0, {{1, 2, 3, 4}}, 0, {{2, 2}}, {2}, {2}, 1, {3, 7}},
    {"max_rows", 1, 0, {{1, 2, 4, 3}}, 0, {{2, 2}}, {2}, {2}, 1, {2, 4}},
    {"min_rows", 1, 0, {{1, 2, 4, 3}}, 0, {{2, 2}}, {2}, {2}, 1, {1, 3}},
    {"transpose", 1, 0, {{1, 2, 3, 4}}, 0, {{2, 2}}, {2, 2}, {2}, 2, {1, 3, 2, 4}},
};

static uint64_t product(const uint64_t *dim, unsigned dims)
{
    uint64_t n = 1;
    for (unsigned i = 0; i < dims; i++)
        n *= dim[i];
    return n;
}

/* One fractal, column 2: of group 1 elements 0 and 3 are kept (index 0 and 2), of group 15
 * elements 2 and 3 (2 and 2), isa.md 7.7. */
Test(run_verify, gemm_sparse_reference)
{
    static int8_t a[64], kept[16 * 32];
    static uint8_t index[16 * 8];
    static const uint64_t ad[2] = {1, 64}, bd[4] = {1, 1, 16, 32}, xd[4] = {1, 1, 16, 8};
    static const uint64_t cd[2] = {1, 16};
    double result[16];
    struct dv_ref_call c = {.in = {{a, DV_EL_S8, 2, ad, 64},
                                   {kept, DV_EL_S8, 4, bd, 512},
                                   {index, DV_EL_U8, 4, xd, 128}},
                            .ins = 3,
                            .out = {NULL, DV_EL_S32, 2, cd, 16},
                            .result = result};
    struct dv_diag d;

    for (unsigned k = 0; k < 64; k++)
        a[k] = (int8_t)k;
    kept[2 * 32 + 2] = 3;
    kept[2 * 32 + 3] = -1;
    kept[2 * 32 + 30] = 5;
    kept[2 * 32 + 31] = 2;
    index[2 * 8 + 0] = 2 << 6;          /* kept 2: 0, kept 3: 2 */
    index[2 * 8 + 7] = 2 << 4 | 2 << 6; /* kept 30 and 31: 2 */
    dv_diag_init(&d);
    cr_assert_eq(dv_ref_run(dv_ref_find("gemm_sparse"), &c, &d), DV_OK, "%s", d.text);
    for (unsigned j = 0; j < 16; j++)
        cr_expect_eq(result[j], j == 2 ? 3 * 4 - 7 + 5 * 62 + 2 * 63 : 0);
    cr_expect_eq(dv_ref_find("gemm_sparse")->macs(&c), 16 * 64);
}

Test(run_verify, references)
{
    unsigned covered = sizeof refs / sizeof *refs;
    cr_expect_null(dv_ref_at(covered + 2),
                   "every reference has a row; two have tests of their own");
    for (unsigned i = 0; i < covered; i++) {
        const struct ref_row *r = &refs[i];
        double got[4] = {0};
        struct dv_ref_call c = {
            .ins = r->ins, .numbers = r->numbers, .number = {r->number}, .result = got};
        for (unsigned k = 0; k < r->ins; k++)
            c.in[k] = (struct dv_tensor){r->in[k], DV_EL_F32, r->in_dims[k], r->in_dim[k],
                                         product(r->in_dim[k], r->in_dims[k])};
        c.out = (struct dv_tensor){NULL, DV_EL_F32, r->out_dims, r->out_dim,
                                   product(r->out_dim, r->out_dims)};
        const struct dv_ref *ref = dv_ref_find(r->name);
        cr_assert_not_null(ref, "%s", r->name);
        cr_expect_eq(dv_ref_run(ref, &c, NULL), DV_OK, "%s", r->name);
        for (uint64_t k = 0; k < c.out.elems; k++)
            cr_expect_eq(got[k], r->want[k], "%s element %u: %g", r->name, (unsigned)k, got[k]);
    }
}

Test(run_verify, reference_shapes)
{
    uint64_t d22[2] = {2, 2}, d23[2] = {2, 3};
    float x[6] = {0};
    double y[6];
    struct dv_diag d;
    struct dv_ref_call c = {.in = {{x, DV_EL_F32, 2, d22, 4}, {x, DV_EL_F32, 2, d23, 6}},
                            .ins = 2,
                            .out = {NULL, DV_EL_F32, 2, d22, 4},
                            .result = y};
    dv_diag_init(&d);
    cr_expect_eq(dv_ref_run(dv_ref_find("gemm"), &c, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "reference 'gemm': the shapes are no matrix product (gemm, a[m, k], "
                             "b[k, n] -> c[m, n])");
    dv_diag_init(&d);
    cr_expect_eq(dv_ref_run(dv_ref_find("exp"), &c, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "reference 'exp' takes 1 input tensor, the kernel gives 2 "
                             "(exp, x -> y)");
    dv_diag_init(&d);
    cr_expect_eq(dv_ref_run(dv_ref_find("axpy"), &c, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "reference 'axpy' takes 1 number, the kernel gives 0 "
                             "(axpy, x, y, s -> z)");
    c.numbers = 1;
    dv_diag_init(&d);
    cr_expect_eq(dv_ref_run(dv_ref_find("add"), &c, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "reference 'add' takes no number, the kernel gives 1 "
                             "(add, a, b -> c)");
    cr_expect_null(dv_ref_find("gem"));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

Test(run_verify, json)
{
    struct dv_json j = {0};
    dv_json_open(&j, NULL, '{');
    dv_json_text(&j, "a\"b", "line\nquote\"\\ \xff \xc3\xa9 \xed\xa0\x80");
    dv_json_open(&j, "e", '[');
    dv_json_close(&j, ']');
    dv_json_open(&j, "n", '[');
    dv_json_u64(&j, NULL, UINT64_MAX);
    dv_json_i64(&j, NULL, INT64_MIN);
    dv_json_f64(&j, NULL, 0.1);
    dv_json_f64(&j, NULL, NAN);
    dv_json_bool(&j, NULL, true);
    dv_json_null(&j, NULL);
    dv_json_close(&j, ']');
    dv_json_close(&j, '}');
    dv_json_end(&j);
    cr_expect_str_eq(j.p, "{\n  \"a\\\"b\": \"line\\u000aquote\\\"\\\\ \\ufffd \xc3\xa9 "
                          "\\ufffd\\ufffd\\ufffd\",\n  \"e\": [],\n  \"n\": [\n"
                          "    18446744073709551615,\n    -9223372036854775808,\n    0.1,\n"
                          "    null,\n    true,\n    null\n  ]\n}\n");
    dv_json_free(&j);
}

Test(run_verify, numbers)
{
    static const double v[] = {0, 1, -1, 0.1, 1e300, 5e-324, 1.0 / 3, 123456789.125, 1e21};
    char text[32];
    for (unsigned i = 0; i < sizeof v / sizeof *v; i++)
        cr_expect_eq(strtod(dv_json_number(v[i], text), NULL), v[i], "%s", text);
}
