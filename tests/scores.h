/* Scores to sort and their order, by a plain model of isa.md 6.8. */
#ifndef DV_TESTS_SCORES_H
#define DV_TESTS_SCORES_H

#include "tests/rig.h"

static inline bool is_nan(uint32_t bits, uint32_t width)
{
    return width == 2 ? (bits & 0x7fff) > 0x7c00 : (bits & 0x7fffffff) > 0x7f800000;
}

static inline double value_of(uint32_t bits, uint32_t width)
{
    uint32_t exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    float f;

    if (width == 4) {
        memcpy(&f, &bits, 4);
        return f;
    }
    double v = exponent == 31 ? 1e30 : exponent ? 1024 + fraction : fraction;
    for (uint32_t i = 1; exponent != 31 && i < exponent; i++)
        v *= 2;
    return bits & 0x8000 ? -v : v;
}

/* True when score a comes before b: NaN above all, -0 below +0. */
static inline bool above(uint32_t a, uint32_t b, uint32_t width)
{
    bool minus_a = a >> (8 * width - 1), minus_b = b >> (8 * width - 1);
    double x = value_of(a, width), y = value_of(b, width);

    if (is_nan(a, width) || is_nan(b, width))
        return is_nan(a, width) && !is_nan(b, width);
    return x == y ? !minus_a && minus_b : x > y;
}

enum scores { FEW, MANY, SPECIAL, SORTED, REVERSED, EQUAL, SCORES };
static const char *const score_names[SCORES] = {"few values", "many values", "special",
                                                "sorted",     "reversed",    "equal"};

static inline uint32_t score_of(struct rig *r, enum scores kind, uint32_t i, uint32_t width)
{
    static const uint32_t f16[] = {0,      0x8000, 0x7c00, 0xfc00, 0x7e00, 0xfe01, 0x7c01,
                                   0x0001, 0x8001, 0x7bff, 0xfbff, 0x3c00, 0xbc00};
    static const uint32_t f32[] = {0,          0x80000000, 0x7f800000, 0xff800000, 0x7fc00000,
                                   0xffc00001, 0x7f800001, 1,          0x80000001, 0x7f7fffff,
                                   0xff7fffff, 0x3f800000, 0xbf800000};

    switch (kind) {
    case FEW:
        return width == 2 ? 0x3c00 + rig_range(r, 0, 3) : 0x3f800000 + rig_range(r, 0, 3);
    case MANY:
        return width == 2 ? rig_random(r) & 0xffff : rig_random(r);
    case SPECIAL:
        return width == 2 ? f16[rig_range(r, 0, 12)] : f32[rig_range(r, 0, 12)];
    case SORTED:
        return (width == 2 ? 0x5000 : 0x45000000) - i;
    case REVERSED:
        return (width == 2 ? 0x3000 : 0x45000000) + i;
    default:
        return width == 2 ? 0xc000 : 0xc0000000;
    }
}

#endif
