// Conversions: every form of VCONV without parameters, in every rounding.
#include "cases.h"
#include "host.h"
#include "tile.h"

namespace
{

using namespace tiles;

template <class D, class S> using Wider = std::conditional_t<(sizeof(D) > sizeof(S)), D, S>;

template <class D, class S, unsigned R, unsigned C, class F>
void kernel(D *out, const S *in, F convert)
{
    const Ub<S, R, C> a(0);
    const Ub<D, R, C> b(a.end());

    load(a, in);
    after(PIPE_MTE2, PIPE_V);
    sweep<Wider<D, S>, R, C>([=](unsigned row, unsigned col, unsigned n) {
        convert(b.at(row, col), a.at(row, col), n, b.blocks, a.blocks);
    });
    hand_out(out, b);
    finish();
}

// Ties, small and large numbers, some past what a narrow type holds.
template <class S> S sample(unsigned i)
{
    int v = static_cast<int>(host::draw() % 2001) - 1000;
    if constexpr (std::is_integral_v<S>) {
        int64_t wide = static_cast<int64_t>(host::draw()) << (sizeof(S) == 8 ? 20 : 0);
        return static_cast<S>(i % 3 ? v : i % 2 ? wide : -wide);
    }
    switch (i % 4) {
    case 0:
        return host::make<S>(v / 2.0);
    case 1:
        return host::make<S>(v / 8.0);
    case 2:
        return host::make<S>(v * 60.0);
    default:
        return host::make<S>(v * (1 + host::draw() / 0x1p31) / 4);
    }
}

template <class D, class S, unsigned R, unsigned C, class F>
void one(const char *form, char mode, bool integral, F convert)
{
    const std::string name = host::shape("convert", form, R, C);
    host::Gm<S> a("a", R * C);
    host::Gm<D> b("b", R * C);
    bool good;

    for (unsigned i = 0; i < R * C; i++)
        a.p[i] = sample<S>(i);
    good = host::run(DV_CCE_AIV, name, [&] { kernel<D, S, R, C>(b.p, a.p, convert); });
    good = good && host::compare(name, b.p, R * C, 0, [&](unsigned i) {
               double x = host::value(a.p[i]);
               return host::make<D>(integral ? host::rounded(x, mode) : x, mode);
           });
    host::count(good, name);
}

template <class D, class S, class F>
void shapes(const char *form, char mode, bool integral, F convert)
{
    one<D, S, 5, 131>(form, mode, integral, convert);
    one<D, S, 16, 64>(form, mode, integral, convert);
}

#define FORM(name, d, s, mode) \
    shapes<d, s>(#name, mode, false, \
                 [](d *to, s *from, unsigned n, unsigned to_rep, unsigned from_rep) { \
                     vconv_##name(to, from, n, 1, 1, to_rep, from_rep); \
                 });
#define FORMS(name, d, s) \
    FORM(name##a, d, s, 'a') \
    FORM(name##c, d, s, 'c') \
    FORM(name##f, d, s, 'f') FORM(name##r, d, s, 'r') FORM(name##z, d, s, 'z')
// To integers that stay floats.
#define INTEGRAL(name, mode) \
    shapes<float, float>( \
        #name, mode, true, \
        [](float *to, float *from, unsigned n, unsigned to_rep, unsigned from_rep) { \
            vconv_##name(to, from, n, 1, 1, to_rep, from_rep); \
        });

void to_integers()
{
    FORMS(f162s16, int16_t, half)
    FORMS(f162s32, int32_t, half)
    FORM(f162s8, int8_t, half, 'r')
    FORMS(f162s8, int8_t, half)
    FORM(f162u8, uint8_t, half, 'r')
    FORMS(f162u8, uint8_t, half)
    FORMS(f322s16, int16_t, float)
    FORMS(f322s32, int32_t, float)
    FORMS(f322s64, int64_t, float)
    FORMS(bf162s32, int32_t, bfloat16_t)
    FORM(s322s16, int16_t, int32_t, 'z')
    FORM(s322s64, int64_t, int32_t, 'z')
    FORM(s642s32, int32_t, int64_t, 'z')
}

void to_floats()
{
    FORM(f162f32, float, half, 'r')
    FORM(bf162f32, float, bfloat16_t, 'r')
    FORM(f322f16, half, float, 'r')
    FORMS(f322f16, half, float)
    FORM(f322f16o, half, float, 'o')
    FORMS(f322bf16, bfloat16_t, float)
    FORM(s162f16, half, int16_t, 'r')
    FORMS(s162f16, half, int16_t)
    FORM(s162f32, float, int16_t, 'r')
    FORM(s322f32, float, int32_t, 'r')
    FORMS(s322f32, float, int32_t)
    FORMS(s642f32, float, int64_t)
    FORM(s82f16, half, int8_t, 'r')
    FORM(u82f16, half, uint8_t, 'r')
    INTEGRAL(f322f32a, 'a')
    INTEGRAL(f322f32c, 'c')
    INTEGRAL(f322f32f, 'f')
    INTEGRAL(f322f32r, 'r')
    INTEGRAL(f322f32z, 'z')
}

// ---- two elements a byte ----------------------------------------------------------------------

// Halves to nibbles, or back: C is even.
template <unsigned R, unsigned C, class F>
void nibbles(const char *form, char mode, bool to_nibbles, F convert)
{
    const std::string name = host::shape("convert", form, R, C);
    host::Gm<half> wide("halves", R * C);
    host::Gm<uint8_t> narrow("nibbles", R * C / 2);
    bool good;

    for (unsigned i = 0; i < R * C; i++)
        wide.p[i] = to_nibbles ? sample<half>(i % 2) : host::make<half>(99);
    for (unsigned i = 0; i < R * C / 2; i++)
        narrow.p[i] = static_cast<uint8_t>(host::draw());
    good = host::run(DV_CCE_AIV, name, [&] {
        const Ub<half, R, C> a(0);
        const Ub<uint8_t, R, C / 2> b(a.end());
        if (to_nibbles)
            load(a, wide.p);
        else
            load(b, narrow.p);
        after(PIPE_MTE2, PIPE_V);
        sweep<half, R, C>([=](unsigned row, unsigned col, unsigned n) {
            convert(a.at(row, col), b.at(row, col / 2), n, a.blocks, b.blocks);
        });
        if (to_nibbles)
            hand_out(narrow.p, b);
        else
            hand_out(wide.p, a);
        finish();
    });
    for (unsigned i = 0; good && i < R * C; i++) {
        int got = narrow.p[i / 2] >> i % 2 * 4 & 15; // the low nibble first
        double x = host::value(wide.p[i]), n = got > 7 ? got - 16 : got;
        double want = to_nibbles ? std::fmin(7, std::fmax(-8, host::rounded(x, mode))) : x;
        good = n == want;
        if (!good)
            std::printf("# %s: element %u is %g, wanted %g\n", name.c_str(), i, n, want);
    }
    host::count(good, name);
}

#define NIBBLES(name, mode, to) \
    nibbles<3, 70>(#name, mode, to, \
                   [](half *wide, uint8_t *narrow, unsigned n, unsigned wide_rep, \
                      unsigned narrow_rep) { NIBBLES_##to(name) });
#define NIBBLES_true(name) vconv_##name(narrow, wide, n, 1, 1, narrow_rep, wide_rep);
#define NIBBLES_false(name) vconv_##name(wide, narrow, n, 1, 1, wide_rep, narrow_rep);

void of_nibbles()
{
    NIBBLES(f162s4, 'r', true)
    NIBBLES(f162s4a, 'a', true)
    NIBBLES(f162s4c, 'c', true)
    NIBBLES(f162s4f, 'f', true)
    NIBBLES(f162s4r, 'r', true)
    NIBBLES(f162s4z, 'z', true)
    NIBBLES(s42f16, 'r', false)
}

} // namespace

void convert_cases()
{
    to_integers();
    to_floats();
    of_nibbles();
}
