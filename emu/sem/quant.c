/* Conversions of the fixpipe that have a parameter word (isa.md 9.2).
 *
 * Owns: what one element becomes. The product is exact and rounds once (ours: the width of the
 * hardware's product is not public); NaN counts as 0, as everywhere where the fixpipe saturates. */
#include "emu/sem/store.h"
#include "isa/num.h"

struct dv_quant dv_quant_word(uint64_t word, bool relu)
{
    double factor = dv_bits_f32((uint32_t)word & 0xffffe000u);

    return (struct dv_quant){
        .up = factor,
        .down = relu ? 0 : factor,
        .offset = (int)((word >> 37 & 0x1ff) ^ 0x100) - 0x100, /* signed: as SetDeqScale has it */
        .shift = (uint8_t)((word >> 32 & 15) + 1),
        .narrow = word >> 36 & 1,
        .is_signed = word >> 46 & 1,
    };
}

static int64_t clamp(int64_t v, int64_t least, int64_t most)
{
    return v < least ? least : v > most ? most : v;
}

/* An arithmetic shift: toward minus infinity (ours). */
static int64_t shifted(int32_t v, const struct dv_quant *q)
{
    return clamp(v >> q->shift, INT16_MIN, INT16_MAX);
}

/* 0 * inf is NaN and so 0: relu of -inf is 0. A zero is +0. */
static double scaled(double x, const struct dv_quant *q)
{
    double y = x >= 0 ? x * q->up : x * q->down;

    return y == y ? y + 0.0 : 0;
}

static int64_t rounded(double x, const struct dv_quant *q)
{
    return clamp(dv_f64_to_int(scaled(x, q), 32, true, DV_RINT, true), -256, 255) + q->offset;
}

uint32_t dv_quant_one(unsigned type, const struct dv_quant *q, uint32_t bits, bool relu)
{
    const struct dv_type *t = &dv_types[type];
    int32_t whole = (int32_t)bits;
    double x = t->src == DV_EL_S32 ? whole : (double)dv_bits_f32(bits);

    switch (t->dst) {
    case DV_EL_S32:
        return relu && whole < 0 ? 0 : bits;
    case DV_EL_F16:
        return dv_f64_to_f16(scaled(x, q), DV_RINT, true);
    case DV_EL_S16:
        return (uint32_t)(relu && whole < 0 ? 0 : shifted(whole, q)) & 0xffff;
    case DV_EL_S4:
        return (uint32_t)clamp(rounded(x, q), -8, 7) & 15;
    default:
        if (q->narrow && t->src == DV_EL_S32)
            x = (double)shifted(whole, q);
        return (uint32_t)(q->is_signed ? clamp(rounded(x, q), -128, 127)
                                       : clamp(rounded(x, q), 0, 255)) &
               0xff;
    }
}
