/* half and bfloat16_t: 16 bits, converted with round to nearest, ties to even.
 *
 * C++: classes with the arithmetic that host code uses, all of it constexpr. A result of two halves
 * is a half; with a float or a double it is one of these, with an integer a half. C: structures;
 * dv_half(1.5f) makes one, dv_half_to_float(h) reads one, dv_bfloat16 and dv_bfloat16_to_float for
 * the other. */
#ifndef DV_HALF_H
#define DV_HALF_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#include <limits>
#include <type_traits>
#define DV_HALF_FN constexpr inline
#else
#define DV_HALF_FN static inline
#endif

/* Bits of the 16-bit float with `e` exponent and `f` fraction bits next to a double (its bits). */
DV_HALF_FN uint16_t dv_round16(uint64_t d, int e, int f)
{
    const uint64_t sign = d >> 63 << 15, fraction = d & 0xfffffffffffffu;
    const int bias = (1 << (e - 1)) - 1, from = (int)(d >> 52 & 0x7ff), to = from - 1023 + bias;
    const uint64_t infinity = sign | (uint64_t)((1 << e) - 1) << f;
    if (from == 0x7ff && fraction)
        return (uint16_t)(infinity | (uint64_t)1 << (f - 1) | fraction >> (52 - f));
    if (to >= (1 << e) - 1)
        return (uint16_t)infinity;
    const int shift = 52 - f + (to < 1 ? 1 - to : 0);
    if (!from || shift > 54)
        return (uint16_t)sign;
    const uint64_t all = fraction | (uint64_t)1 << 52, tie = (uint64_t)1 << (shift - 1);
    const uint64_t kept = all >> shift, left = all & (2 * tie - 1);
    const uint64_t up = left > tie || (left == tie && (kept & 1)) ? 1 : 0;
    /* The leading one of `kept` adds itself to the exponent. */
    return (uint16_t)(sign + ((uint64_t)(to < 1 ? 0 : to - 1) << f) + kept + up);
}

/* Bits of the float that equals a half. */
DV_HALF_FN uint32_t dv_half_widen(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h >> 15) << 31, e = h >> 10 & 31;
    uint32_t fraction = h & 0x3ff, lead = 113;
    if (e == 31)
        return sign | 0x7f800000u | fraction << 13;
    if (e)
        return sign | (e + 112) << 23 | fraction << 13;
    if (!fraction)
        return sign;
    for (; !(fraction & 0x400); fraction <<= 1)
        lead--;
    return sign | lead << 23 | (fraction & 0x3ff) << 13;
}

#ifdef __cplusplus

template <int E, int F> struct dv_float16;
using half = dv_float16<5, 10>;
using bfloat16_t = dv_float16<8, 7>;

namespace dv_detail
{
template <class T> using arithmetic = std::enable_if_t<std::is_arithmetic<T>::value, int>;
/* What T becomes beside a 16-bit float: itself when it floats, else the 16-bit float. */
template <class T, class H>
using beside = std::conditional_t<std::is_floating_point<T>::value, T, H>;
} // namespace dv_detail

template <int E, int F> struct dv_float16 {
    uint16_t bits;

    dv_float16() = default;
    template <class T, dv_detail::arithmetic<T> = 0>
    constexpr dv_float16(T v)
        : bits(dv_round16(__builtin_bit_cast(uint64_t, static_cast<double>(v)), E, F))
    {
    }
    template <int E2, int F2, std::enable_if_t<E2 != E, int> = 0>
    explicit constexpr dv_float16(dv_float16<E2, F2> v) : dv_float16(static_cast<float>(v))
    {
    }
    static constexpr dv_float16 of_bits(uint16_t b)
    {
        dv_float16 h = 0;
        h.bits = b;
        return h;
    }
    constexpr operator float() const
    {
        return E == 8 ? __builtin_bit_cast(float, static_cast<uint32_t>(bits) << 16)
                      : __builtin_bit_cast(float, dv_half_widen(bits));
    }
    constexpr dv_float16 operator-() const
    {
        return of_bits(static_cast<uint16_t>(bits ^ 0x8000));
    }
    constexpr dv_float16 operator+() const
    {
        return *this;
    }
    constexpr dv_float16 &operator++()
    {
        return *this += 1;
    }
    constexpr dv_float16 &operator--()
    {
        return *this -= 1;
    }

#define DV_HALF_BINARY(op) \
    friend constexpr dv_float16 operator op(dv_float16 a, dv_float16 b) \
    { \
        return static_cast<float>(a) op static_cast<float>(b); \
    } \
    template <class T, dv_detail::arithmetic<T> = 0> \
    friend constexpr auto operator op(dv_float16 a, T b) \
    { \
        using R = dv_detail::beside<T, dv_float16>; \
        return static_cast<R>(a) op static_cast<R>(b); \
    } \
    template <class T, dv_detail::arithmetic<T> = 0> \
    friend constexpr auto operator op(T a, dv_float16 b) \
    { \
        using R = dv_detail::beside<T, dv_float16>; \
        return static_cast<R>(a) op static_cast<R>(b); \
    } \
    template <class T> constexpr dv_float16 &operator op##=(T b) \
    { \
        return *this = dv_float16(*this op b); \
    }
    DV_HALF_BINARY(+)
    DV_HALF_BINARY(-)
    DV_HALF_BINARY(*)
    DV_HALF_BINARY(/)
#undef DV_HALF_BINARY

#define DV_HALF_COMPARE(op) \
    friend constexpr bool operator op(dv_float16 a, dv_float16 b) \
    { \
        return static_cast<float>(a) op static_cast<float>(b); \
    } \
    template <class T, dv_detail::arithmetic<T> = 0> \
    friend constexpr bool operator op(dv_float16 a, T b) \
    { \
        return static_cast<double>(static_cast<float>(a)) op static_cast<double>(b); \
    } \
    template <class T, dv_detail::arithmetic<T> = 0> \
    friend constexpr bool operator op(T a, dv_float16 b) \
    { \
        return static_cast<double>(a) op static_cast<double>(static_cast<float>(b)); \
    }
    DV_HALF_COMPARE(==)
    DV_HALF_COMPARE(!=)
    DV_HALF_COMPARE(<)
    DV_HALF_COMPARE(>)
    DV_HALF_COMPARE(<=)
    DV_HALF_COMPARE(>=)
#undef DV_HALF_COMPARE
};

static_assert(sizeof(half) == 2 && std::is_trivially_copyable<half>::value &&
                  std::is_trivially_default_constructible<half>::value,
              "a half is two bytes");

template <int E, int F> class std::numeric_limits<dv_float16<E, F>>
{
    using H = dv_float16<E, F>;
    static constexpr int bias = (1 << (E - 1)) - 1;
    static constexpr H of(int b)
    {
        return H::of_bits(static_cast<uint16_t>(b));
    }

  public:
    static constexpr bool is_specialized = true, is_signed = true, is_integer = false;
    static constexpr bool is_exact = false, has_infinity = true, has_quiet_NaN = true;
    static constexpr bool has_signaling_NaN = true, is_iec559 = E == 5, is_bounded = true;
    static constexpr bool is_modulo = false, traps = false, tinyness_before = false;
    static constexpr std::float_round_style round_style = std::round_to_nearest;
    static constexpr int digits = F + 1, digits10 = F * 301 / 1000, radix = 2;
    static constexpr int max_digits10 = 2 + (F + 1) * 301 / 1000;
    static constexpr int max_exponent = bias + 1, min_exponent = 2 - bias;
    static constexpr int max_exponent10 = bias * 301 / 1000;
    static constexpr int min_exponent10 = -((bias - 1) * 301 / 1000);
    static constexpr H min() noexcept
    {
        return of(1 << F);
    }
    static constexpr H max() noexcept
    {
        return of(((1 << E) - 1) * (1 << F) - 1);
    }
    static constexpr H lowest() noexcept
    {
        return -max();
    }
    static constexpr H epsilon() noexcept
    {
        return of((bias - F) * (1 << F));
    }
    static constexpr H round_error() noexcept
    {
        return of((bias - 1) * (1 << F));
    }
    static constexpr H infinity() noexcept
    {
        return of(((1 << E) - 1) * (1 << F));
    }
    static constexpr H quiet_NaN() noexcept
    {
        return of(((1 << E) - 1) * (1 << F) + (1 << (F - 1)));
    }
    static constexpr H signaling_NaN() noexcept
    {
        return of(((1 << E) - 1) * (1 << F) + 1);
    }
    static constexpr H denorm_min() noexcept
    {
        return of(1);
    }
};

constexpr half dv_half(double v)
{
    return v;
}
constexpr bfloat16_t dv_bfloat16(double v)
{
    return v;
}
constexpr float dv_half_to_float(half h)
{
    return h;
}
constexpr float dv_bfloat16_to_float(bfloat16_t h)
{
    return h;
}

#else

typedef struct {
    uint16_t bits;
} half;
typedef struct {
    uint16_t bits;
} bfloat16_t;

static inline uint64_t dv_double_bits(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}
static inline float dv_float_of(uint32_t b)
{
    float v;
    memcpy(&v, &b, sizeof v);
    return v;
}
static inline half dv_half(double v)
{
    return (half){dv_round16(dv_double_bits(v), 5, 10)};
}
static inline bfloat16_t dv_bfloat16(double v)
{
    return (bfloat16_t){dv_round16(dv_double_bits(v), 8, 7)};
}
static inline float dv_half_to_float(half h)
{
    return dv_float_of(dv_half_widen(h.bits));
}
static inline float dv_bfloat16_to_float(bfloat16_t h)
{
    return dv_float_of((uint32_t)h.bits << 16);
}

#endif

/* Two signed 4-bit integers, the first in the low half. */
typedef struct {
    uint8_t pair;
} int4b_t;

#endif
