// What the tiles are compared with: plain loops over doubles, number formats of our own, cases that
// are counted. Uses neither an intrinsic nor the arithmetic of <dv/half.h>.
#ifndef HOST_H
#define HOST_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <dv/half.h>
#include <dv/launch.h>

namespace host
{

// ---- number formats ---------------------------------------------------------------------------

// To an integer: r nearest, ties to even; a ties away; f down; c up; z to zero; o to odd.
inline double rounded(double x, char mode)
{
    double t = std::trunc(x);
    switch (mode) {
    case 'a':
        return std::round(x);
    case 'f':
        return std::floor(x);
    case 'c':
        return std::ceil(x);
    case 'z':
        return t;
    case 'o':
        return t == x || std::fmod(t, 2) != 0 ? t : t + std::copysign(1.0, x);
    default:
        return std::nearbyint(x);
    }
}

// To a binary format with `bits` behind the point and normal numbers from 2^least; past `most` it
// is that.
inline double to_format(double x, int bits, int least, double most, char mode)
{
    int e;
    if (x == 0)
        return x;
    std::frexp(x, &e);
    e = std::max(e - 1, least);
    double v = std::ldexp(rounded(std::ldexp(x, bits - e), mode), e - bits);
    return std::fabs(v) > most ? std::copysign(most, v) : v;
}

inline double from_bits(uint16_t b, int exponent_bits, int bits)
{
    int e = b >> bits & ((1 << exponent_bits) - 1), f = b & ((1 << bits) - 1);
    int bias = (1 << (exponent_bits - 1)) - 1;
    double v = e ? std::ldexp(f + (1 << bits), e - bias - bits) : std::ldexp(f, 1 - bias - bits);
    return b >> 15 ? -v : v;
}

inline uint16_t to_bits(double v, int exponent_bits, int bits)
{
    int e, bias = (1 << (exponent_bits - 1)) - 1;
    unsigned sign = std::signbit(v) ? 0x8000u : 0;
    double m = std::fabs(v);
    if (m == 0)
        return static_cast<uint16_t>(sign);
    std::frexp(m, &e);
    if (e - 1 < 1 - bias)
        return static_cast<uint16_t>(sign | static_cast<unsigned>(std::ldexp(m, bias - 1 + bits)));
    unsigned fraction = static_cast<unsigned>(std::ldexp(m, bits - e + 1)) - (1u << bits);
    return static_cast<uint16_t>(sign | static_cast<unsigned>(e - 1 + bias) << bits | fraction);
}

template <class T> double value(T x)
{
    if constexpr (std::is_same_v<T, half>)
        return from_bits(x.bits, 5, 10);
    else if constexpr (std::is_same_v<T, bfloat16_t>)
        return from_bits(x.bits, 8, 7);
    else
        return static_cast<double>(x);
}

// The nearest T, as the core rounds and saturates.
template <class T> T make(double x, char mode = 'r')
{
    if constexpr (std::is_same_v<T, half>) {
        half h;
        h.bits = to_bits(to_format(x, 10, -14, 65504, mode), 5, 10);
        return h;
    } else if constexpr (std::is_same_v<T, bfloat16_t>) {
        bfloat16_t h;
        h.bits = to_bits(to_format(x, 7, -126, std::ldexp(255, 120), mode), 8, 7);
        return h;
    } else if constexpr (std::is_same_v<T, float>) {
        return static_cast<float>(to_format(x, 23, -126, std::numeric_limits<float>::max(), mode));
    } else {
        double v = rounded(x, mode), least = static_cast<double>(std::numeric_limits<T>::min());
        if (v <= least)
            return std::numeric_limits<T>::min();
        return v >= -least && least < 0 ? std::numeric_limits<T>::max()
               : least == 0 && v >= 255 ? std::numeric_limits<T>::max()
                                        : static_cast<T>(v);
    }
}

template <class T> const char *name()
{
    return std::is_same_v<T, half>         ? "f16"
           : std::is_same_v<T, bfloat16_t> ? "bf16"
           : std::is_same_v<T, float>      ? "f32"
           : std::is_same_v<T, int8_t>     ? "s8"
           : std::is_same_v<T, uint8_t>    ? "u8"
           : std::is_same_v<T, int16_t>    ? "s16"
           : std::is_same_v<T, uint16_t>   ? "u16"
           : std::is_same_v<T, int32_t>    ? "s32"
                                           : "s64";
}

// ---- cases ------------------------------------------------------------------------------------

extern dv_cce *device;
extern unsigned cases, failed;

// A number of a fixed sequence, the same on every host.
inline uint32_t draw()
{
    static uint64_t state = 0x2545f4914f6cdd1dull;
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<uint32_t>(state >> 33);
}

// A matrix in GM that goes with its case.
template <class T> struct Gm {
    T *p;
    unsigned n;
    Gm(const char *what, unsigned count) : n(count)
    {
        p = static_cast<T *>(dv_cce_malloc(device, what, count * sizeof(T)));
        if (!p) {
            std::fprintf(stderr, "%s\n", dv_cce_error(device));
            std::exit(2);
        }
    }
    ~Gm()
    {
        dv_cce_free(device, p);
    }
    Gm(const Gm &) = delete;
    // Integers -most .. most, divided by `by`.
    void random(int most, int by = 1)
    {
        for (unsigned i = 0; i < n; i++)
            p[i] =
                make<T>((static_cast<int>(draw() % (2u * static_cast<unsigned>(most) + 1)) - most) /
                        static_cast<double>(by));
    }
};

template <class F> bool run(dv_cce_kind kind, const std::string &name, F kernel)
{
    struct dv_cce_launch l = {};
    l.name = name.c_str();
    l.kind = kind;
    l.aic = l.aiv = [](void *p) { (*static_cast<F *>(p))(); };
    l.ctx = &kernel;
    l.blocks = 1;
    l.file = __FILE__;
    l.line = __LINE__;
    bool good = dv_cce_launch(device, &l) == 0;
    if (!good)
        std::printf("# %s\n", dv_cce_error(device));
    for (unsigned i = 0; i < dv_cce_findings(device); i++) // hints tell how to be faster
        if (std::strcmp(dv_cce_finding_severity(device, i), "hint")) {
            std::printf("# %s:%d: %s\n", dv_cce_finding_file(device, i),
                        dv_cce_finding_line(device, i), dv_cce_finding_text(device, i));
            good = false;
        }
    return good;
}

// One element against what the loops say; `within` is relative, 0 = every bit.
template <class T> bool equal(T found, T wanted, double within)
{
    if (!within)
        return std::memcmp(&found, &wanted, sizeof found) == 0 ||
               (value(found) == 0 && value(wanted) == 0);
    return std::fabs(value(found) - value(wanted)) <= within * std::fabs(value(wanted));
}

// Element i of a result against want(i); false with a message.
template <class T, class F>
bool compare(const std::string &what, const T *found, unsigned n, double within, F want)
{
    for (unsigned i = 0; i < n; i++) {
        T wanted = want(i);
        if (equal(found[i], wanted, within))
            continue;
        std::printf("# %s: element %u is %.9g, wanted %.9g\n", what.c_str(), i, value(found[i]),
                    value(wanted));
        return false;
    }
    return true;
}

inline void count(bool good, const std::string &what)
{
    cases++;
    if (good)
        return;
    failed++;
    std::printf("# failed: %s\n", what.c_str());
}

inline std::string shape(const char *what, const char *type, unsigned rows, unsigned cols)
{
    return std::string(what) + "." + type + " " + std::to_string(rows) + "x" + std::to_string(cols);
}

} // namespace host

#endif
