/* Contents of tensors: the generator is documented in emu/run/fill.h; here it is written a second
 * time, from that text, and compared. Golden values pin it for good. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "emu/run/fill.h"
#include "emu/run/tensor.h"

/* SplitMix64 as published: a state stepped by the golden ratio, then finalised. */
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static uint64_t finalise(uint64_t z)
{
    uint64_t state = z - 0x9e3779b97f4a7c15ull;
    return splitmix(&state);
}

static struct dv_fill fill_of(const char *text)
{
    struct dv_fill f;
    enum dv_err e;
    cr_assert(dv_fill_parse(text, &f, &e, NULL), "%s", text);
    cr_assert_eq(e, DV_OK, "%s", text);
    return f;
}

static double value(enum dv_elem e, const void *p, uint64_t i)
{
    struct dv_tensor t = {p, e, 0, NULL, i + 1};
    return dv_tensor_at(&t, i);
}

Test(run_fill, uniform_is_the_documented_generator)
{
    static const struct {
        enum dv_elem elem;
        int bits;
    } rows[] = {{DV_EL_F16, 11}, {DV_EL_BF16, 8}, {DV_EL_F32, 24}};
    struct dv_fill f = fill_of("random");
    uint8_t buffer[4 * 1000];
    for (unsigned r = 0; r < 3; r++) {
        uint64_t state = finalise(finalise(7) + 3);
        dv_fill_write(buffer, rows[r].elem, 0, 1000, &f, 7, 2);
        for (unsigned i = 0; i < 1000; i++) {
            double two_p = ldexp(1, rows[r].bits);
            double want = ((double)(splitmix(&state) >> (63 - rows[r].bits)) - two_p) / two_p;
            cr_expect_eq(value(rows[r].elem, buffer, i), want, "%s element %u",
                         dv_elem_name(rows[r].elem), i);
        }
    }
}

/* Published output of SplitMix64 from state 0: pins the helper above. */
Test(run_fill, splitmix_vector)
{
    uint64_t s = 0;
    cr_expect_eq(splitmix(&s), 0xe220a8397b1dcdafull);
    cr_expect_eq(splitmix(&s), 0x6e789e6aa1b965f4ull);
    cr_expect_eq(splitmix(&s), 0x06c45d188009454full);
}

Test(run_fill, position_does_not_matter)
{
    static const char *const kinds[] = {"random:uniform", "random:normal", "random:int",
                                        "random:special", "iota",          "sparse:0.25"};
    uint16_t whole[256], part[64];
    for (unsigned k = 0; k < 6; k++) {
        struct dv_fill f = fill_of(kinds[k]);
        dv_fill_write(whole, DV_EL_F16, 0, 256, &f, 1, 0);
        dv_fill_write(part, DV_EL_F16, 100, 64, &f, 1, 0);
        cr_expect_eq(memcmp(part, whole + 100, sizeof part), 0, "%s", kinds[k]);
    }
}

Test(run_fill, seeds_and_parameters_differ)
{
    struct dv_fill f = fill_of("random");
    uint32_t a[16], b[16], c[16];
    dv_fill_write(a, DV_EL_F32, 0, 16, &f, 1, 0);
    dv_fill_write(b, DV_EL_F32, 0, 16, &f, 2, 0);
    dv_fill_write(c, DV_EL_F32, 0, 16, &f, 1, 1);
    for (unsigned i = 0; i < 16; i++)
        cr_expect(a[i] != b[i] && a[i] != c[i], "element %u", i);
}

/* Ranges that verification relies on. */
static const struct {
    const char *fill;
    enum dv_elem elem;
    double least, most;
    bool whole;
} ranges[] = {
    {"random:uniform", DV_EL_F16, -1, 0.9996, false},
    {"random:uniform", DV_EL_BF16, -1, 0.997, false},
    {"random:uniform", DV_EL_F32, -1, 0.99999999, false},
    {"random:uniform", DV_EL_S8, -8, 7, true},
    {"random:uniform", DV_EL_U8, 0, 15, true},
    {"random:uniform", DV_EL_S64, -8, 7, true},
    {"random:int", DV_EL_F16, -4, 4, true},
    {"random:int", DV_EL_F32, -4, 4, true},
    {"random:int", DV_EL_S32, -4, 4, true},
    {"random:int", DV_EL_U16, 0, 7, true},
    {"random:normal", DV_EL_F16, -6, 6, false},
    {"random:normal", DV_EL_S8, -24, 24, true},
    {"zeros", DV_EL_F32, 0, 0, true},
    {"ones", DV_EL_F16, 1, 1, true},
    {"ones", DV_EL_S4, 1, 1, true},
    {"iota", DV_EL_F16, 0, 2047, true},
    {"iota", DV_EL_BF16, 0, 255, true},
    {"sparse:1", DV_EL_F16, 0, 0, true},
};

Test(run_fill, ranges)
{
    enum { N = 20000 };
    static uint8_t buffer[8 * N];
    for (unsigned r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        struct dv_fill f = fill_of(ranges[r].fill);
        double least = INFINITY, most = -INFINITY;
        dv_fill_write(buffer, ranges[r].elem, 0, N, &f, 1, 0);
        for (unsigned i = 0; i < N; i++) {
            double v = value(ranges[r].elem, buffer, i);
            least = fmin(least, v);
            most = fmax(most, v);
            cr_expect(!ranges[r].whole || v == rint(v), "%s %s element %u", ranges[r].fill,
                      dv_elem_name(ranges[r].elem), i);
        }
        cr_expect(least >= ranges[r].least && most <= ranges[r].most, "%s %s: %g..%g",
                  ranges[r].fill, dv_elem_name(ranges[r].elem), least, most);
        bool reached = !ranges[r].whole || (least == ranges[r].least && most == ranges[r].most);
        cr_expect(reached || strstr(ranges[r].fill, "normal"), "%s %s: %g..%g", ranges[r].fill,
                  dv_elem_name(ranges[r].elem), least, most);
    }
}

Test(run_fill, moments)
{
    enum { N = 100000 };
    static float x[N];
    struct dv_fill f = fill_of("random:normal");
    double sum = 0, square = 0;
    dv_fill_write(x, DV_EL_F32, 0, N, &f, 1, 0);
    for (unsigned i = 0; i < N; i++) {
        sum += x[i];
        square += (double)x[i] * x[i];
    }
    cr_expect(fabs(sum / N) < 0.02, "mean %g", sum / N);
    cr_expect(fabs(square / N - 1) < 0.02, "variance %g", square / N);
}

Test(run_fill, sparse_share)
{
    enum { N = 100000 };
    static uint16_t x[N];
    struct dv_fill f = fill_of("sparse:0.75");
    unsigned zeros = 0;
    dv_fill_write(x, DV_EL_F16, 0, N, &f, 1, 0);
    for (unsigned i = 0; i < N; i++)
        zeros += x[i] == 0;
    cr_expect(zeros > 74500 && zeros < 75600, "%u", zeros);
}

/* special reaches every kind of value. */
Test(run_fill, special)
{
    uint16_t x[4096];
    bool inf = false, nan = false, subnormal = false, largest = false;
    struct dv_fill f = fill_of("random:special");
    dv_fill_write(x, DV_EL_F16, 0, 4096, &f, 1, 0);
    for (unsigned i = 0; i < 4096; i++) {
        inf |= x[i] == 0x7c00;
        nan |= x[i] == 0x7e00;
        subnormal |= x[i] == 1;
        largest |= x[i] == 0xfbff;
    }
    cr_expect(inf && nan && subnormal && largest);
}

Test(run_fill, golden)
{
    static const uint16_t want[4] = {0xb5b0, 0x2ff0, 0x3886, 0x2d78};
    uint16_t x[4];
    struct dv_fill f = fill_of("random");
    dv_fill_write(x, DV_EL_F16, 0, 4, &f, 1, 0);
    for (unsigned i = 0; i < 4; i++)
        cr_expect_eq(x[i], want[i], "element %u is 0x%04x", i, x[i]);
}

Test(run_fill, names)
{
    static const char *const bad[] = {"random:",   "random:gauss", "sparse:",    "sparse:2",
                                      "sparse:-1", "sparse:nan",   "sparse:0.5x"};
    static const char *const files[] = {"x.npy", "zero", "Random", "randomly.npy", ""};
    struct dv_fill f;
    enum dv_err e;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect(dv_fill_parse(bad[i], &f, &e, NULL) && e == DV_E_CONFIG, "%s", bad[i]);
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++)
        cr_expect(!dv_fill_parse(files[i], &f, &e, NULL), "%s", files[i]);
}
