/* Number formats, bit exact on every host.
 *
 * Owns rounding: one routine shifts an exact magnitude to a grid in any mode, one packs the result
 * into a binary format, and every conversion is those two. Integer code only, so that neither the
 * compiler nor the host's rounding mode decides a bit. Knows nothing of instructions. */
#include "isa/num.h"

#include <stddef.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#elif !defined(__aarch64__)
#include <fenv.h>
#endif

/* A binary interchange format: explicit mantissa bits, exponent bits. */
struct format {
    unsigned mant, expo;
};

static const struct format format_f16 = {10, 5};
static const struct format format_bf16 = {7, 8};
static const struct format format_f32 = {23, 8};
static const struct format format_f64 = {52, 11};

enum kind { FINITE, INFINITE, NAN_ };

/* (-1)^neg * m * 2^e, exactly; m may be 0. */
struct parts {
    enum kind kind;
    bool neg;
    uint64_t m;
    int e;
};

static int bias(const struct format *f)
{
    return (1 << (f->expo - 1)) - 1;
}

static uint64_t infinity(const struct format *f)
{
    return ((1ull << f->expo) - 1) << f->mant;
}

static struct parts unpack(const struct format *f, uint64_t bits)
{
    uint64_t mant = bits & ((1ull << f->mant) - 1);
    int expo = (int)((bits >> f->mant) & ((1u << f->expo) - 1));
    struct parts p = {FINITE, bits >> (f->mant + f->expo) & 1, mant, 1 - bias(f) - (int)f->mant};

    if (expo == (1 << f->expo) - 1) {
        p.kind = mant ? NAN_ : INFINITE;
    } else if (expo) {
        p.m |= 1ull << f->mant;
        p.e += expo - 1;
    }
    return p;
}

/* True when a magnitude between r and r + 1 rounds up; rest is the discarded part, half its
 * midpoint. */
static bool rounds_up(uint64_t r, uint64_t rest, uint64_t half, bool neg, enum dv_round mode)
{
    switch (mode) {
    case DV_RINT:
        return rest > half || (rest == half && (r & 1));
    case DV_AWAY:
        return rest >= half;
    case DV_FLOOR:
        return neg && rest;
    case DV_CEIL:
        return !neg && rest;
    case DV_TRUNC:
        return false;
    case DV_ODD:
        return rest && !(r & 1);
    }
    return false;
}

/* m / 2^s on the integer grid; s <= 0 shifts left (the caller knows that it fits). */
static uint64_t shift_round(uint64_t m, int s, bool neg, enum dv_round mode)
{
    if (s <= 0)
        return m << -s;
    if (s > 64)
        return rounds_up(0, m != 0, 2, neg, mode);
    uint64_t r = s < 64 ? m >> s : 0;
    uint64_t rest = s < 64 ? m & ((1ull << s) - 1) : m;
    return r + rounds_up(r, rest, 1ull << (s - 1), neg, mode);
}

/* What a finite value beyond the largest becomes, without sign. */
static uint64_t overflow(const struct format *f, bool neg, enum dv_round mode, bool saturate)
{
    bool to_inf = mode == DV_RINT || mode == DV_AWAY || (mode == DV_FLOOR && neg) ||
                  (mode == DV_CEIL && !neg);
    return infinity(f) - (saturate || !to_inf);
}

static uint64_t pack_finite(const struct format *f, const struct parts *p, enum dv_round mode,
                            bool saturate)
{
    if (!p->m)
        return 0;
    int least = 1 - bias(f);
    int top = p->e + 63 - __builtin_clzll(p->m);
    if (top < least)
        top = least;
    if (top > bias(f))
        return overflow(f, p->neg, mode, saturate);
    uint64_t r = shift_round(p->m, top - (int)f->mant - p->e, p->neg, mode);
    uint64_t bits = ((uint64_t)(top - least) << f->mant) + r;
    return bits < infinity(f) ? bits : overflow(f, p->neg, mode, saturate);
}

static uint64_t pack(const struct format *f, const struct parts *p, enum dv_round mode,
                     bool saturate)
{
    uint64_t sign = (uint64_t)p->neg << (f->mant + f->expo);

    if (p->kind == NAN_)
        return saturate ? 0 : infinity(f) | 1ull << (f->mant - 1);
    if (p->kind == INFINITE)
        return sign | (infinity(f) - saturate);
    return sign | pack_finite(f, p, mode, saturate);
}

static struct parts parts_f64(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return unpack(&format_f64, bits);
}

static struct parts parts_int(int64_t v)
{
    return (struct parts){FINITE, v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 0};
}

enum dv_round dv_round_letter(char letter)
{
    switch (letter) {
    case 'a':
        return DV_AWAY;
    case 'c':
        return DV_CEIL;
    case 'f':
        return DV_FLOOR;
    case 'o':
        return DV_ODD;
    case 'z':
        return DV_TRUNC;
    default:
        return DV_RINT;
    }
}

float dv_f16_to_f32(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16;
    uint32_t expo = h >> 10 & 31u;
    uint32_t mant = h & 0x3ffu;

    if (expo == 31)
        return dv_bits_f32(mant ? DV_F32_NAN : sign | 0x7f800000u);
    if (expo)
        return dv_bits_f32(sign | (expo + 112) << 23 | mant << 13);
    return dv_bits_f32(sign | dv_f32_bits((float)mant * 0x1p-24f));
}

float dv_bf16_to_f32(uint16_t b)
{
    bool nan = (b & 0x7fffu) > 0x7f80u;

    return dv_bits_f32(nan ? DV_F32_NAN : (uint32_t)b << 16);
}

uint16_t dv_f32_to_f16(float f, enum dv_round mode, bool saturate)
{
    uint32_t u = dv_f32_bits(f);
    uint32_t a = u & 0x7fffffffu;

    /* nearest even with a normal result that cannot overflow: most of all traffic */
    if (mode == DV_RINT && a >= 0x38800000u && a < 0x477fe000u)
        return (uint16_t)((u >> 16 & 0x8000u) | (a - 0x38000000u + 0xfffu + (a >> 13 & 1)) >> 13);
    struct parts p = unpack(&format_f32, u);
    return (uint16_t)pack(&format_f16, &p, mode, saturate);
}

uint16_t dv_f32_to_bf16(float f, enum dv_round mode, bool saturate)
{
    struct parts p = unpack(&format_f32, dv_f32_bits(f));

    return (uint16_t)pack(&format_bf16, &p, mode, saturate);
}

uint16_t dv_f64_to_f16(double d, enum dv_round mode, bool saturate)
{
    struct parts p = parts_f64(d);

    return (uint16_t)pack(&format_f16, &p, mode, saturate);
}

/* Low `bits` of v, sign- or zero-extended. */
static int64_t extend(uint64_t v, unsigned bits, bool is_signed)
{
    unsigned gap = 64 - bits;

    return is_signed ? (int64_t)(v << gap) >> gap : (int64_t)(v << gap >> gap);
}

static int64_t clamp(uint64_t mag, bool neg, bool huge, unsigned bits, bool is_signed)
{
    uint64_t most = UINT64_MAX >> (64 - bits + is_signed);
    uint64_t limit = !neg ? most : is_signed ? most + 1 : 0;

    if (huge || mag > limit)
        mag = limit;
    return (int64_t)(neg ? 0 - mag : mag);
}

int64_t dv_f64_to_int(double d, unsigned bits, bool is_signed, enum dv_round mode, bool saturate)
{
    struct parts p = parts_f64(d);

    if (p.kind == NAN_)
        return 0;
    if (p.kind == INFINITE)
        return saturate ? clamp(0, p.neg, true, bits, is_signed) : 0;
    bool huge = p.m && p.e > 11;
    uint64_t mag = p.e > 63 ? 0 : shift_round(p.m, -p.e, p.neg, mode);
    if (saturate)
        return clamp(mag, p.neg, huge, bits, is_signed);
    return extend(p.neg ? 0 - mag : mag, bits, is_signed);
}

int64_t dv_int_to_int(int64_t v, unsigned bits, bool is_signed, bool saturate)
{
    struct parts p = parts_int(v);

    return saturate ? clamp(p.m, p.neg, false, bits, is_signed)
                    : extend((uint64_t)v, bits, is_signed);
}

uint16_t dv_int_to_f16(int64_t v, enum dv_round mode, bool saturate)
{
    struct parts p = parts_int(v);

    return (uint16_t)pack(&format_f16, &p, mode, saturate);
}

float dv_int_to_f32(int64_t v, enum dv_round mode)
{
    struct parts p = parts_int(v);

    return dv_bits_f32((uint32_t)pack(&format_f32, &p, mode, false));
}

float dv_f32_round(float f, enum dv_round mode)
{
    uint32_t u = dv_f32_bits(f);
    struct parts p = unpack(&format_f32, u);

    if (p.kind != FINITE || p.e >= 0)
        return dv_f32_canon(f);
    float mag = (float)shift_round(p.m, -p.e, p.neg, mode);
    return dv_bits_f32((u & 0x80000000u) | dv_f32_bits(mag));
}

#if defined(__SSE__)
/* all exceptions masked, nearest even, no FTZ, no DAZ; the sticky flags do not matter */
enum { MXCSR_OURS = 0x1f80, MXCSR_STICKY = 0x3f };

unsigned dv_num_enter(void)
{
    unsigned now = _mm_getcsr();

    if ((now & ~(unsigned)MXCSR_STICKY) != MXCSR_OURS)
        _mm_setcsr(MXCSR_OURS);
    return now;
}

void dv_num_leave(unsigned previous)
{
    if ((previous & ~(unsigned)MXCSR_STICKY) != MXCSR_OURS)
        _mm_setcsr(previous);
}
#elif defined(__aarch64__)
unsigned dv_num_enter(void)
{
    uint64_t now;

    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    if (now)
        __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
    return (unsigned)now;
}

void dv_num_leave(unsigned previous)
{
    if (previous)
        __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)previous));
}
#else
unsigned dv_num_enter(void)
{
    int now = fegetround();

    fesetround(FE_TONEAREST);
    return (unsigned)now;
}

void dv_num_leave(unsigned previous)
{
    fesetround((int)previous);
}
#endif
