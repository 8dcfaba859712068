/* Lane functions of VCONV: element to element with one rounding (isa.md 6.3).
 *
 * Owns which pairs exist and how each saturates. Rounding itself is isa/num.h. */
#include "emu/sem/lane.h"

static enum dv_round round_of(unsigned mode)
{
    return (enum dv_round)(mode / DV_MODE_ROUND);
}

static double from_f16(uint32_t a)
{
    return dv_f16_to_f32((uint16_t)a);
}

static double from_bf16(uint32_t a)
{
    return dv_bf16_to_f32((uint16_t)a);
}

static double from_f32(uint32_t a)
{
    return dv_bits_f32(a);
}

static double from_s16(uint32_t a)
{
    return (int16_t)a;
}

static double from_s32(uint32_t a)
{
    return (int32_t)a;
}

static double from_s8(uint32_t a)
{
    return (int8_t)a;
}

static double from_u8(uint32_t a)
{
    return (uint8_t)a;
}

/* Every source is exact as a double; each destination rounds once. */
static uint32_t to_f16(double d, unsigned mode)
{
    return dv_f64_to_f16(d, round_of(mode), mode & DV_MODE_SAT);
}

static uint32_t to_int(double d, unsigned bits, bool is_signed, unsigned mode)
{
    return (uint32_t)dv_f64_to_int(d, bits, is_signed, round_of(mode), !(mode & DV_MODE_CUT));
}

static uint32_t to_s8(double d, unsigned mode)
{
    return to_int(d, 8, true, mode);
}

static uint32_t to_u8(double d, unsigned mode)
{
    return to_int(d, 8, false, mode);
}

static uint32_t to_s16(double d, unsigned mode)
{
    return to_int(d, 16, true, mode);
}

static uint32_t to_s32(double d, unsigned mode)
{
    return to_int(d, 32, true, mode);
}

/* Exact from f16, bf16 and s16. */
static uint32_t to_f32(double d, unsigned mode)
{
    (void)mode;
    return dv_f32_bits(dv_f32_canon((float)d));
}

#define CONVERT(src, dst) \
    static uint32_t src##_##dst(uint32_t a, uint32_t b, unsigned mode) \
    { \
        (void)b; \
        return to_##dst(from_##src(a), mode); \
    }

CONVERT(f16, f32)
CONVERT(f16, s16)
CONVERT(f16, s32)
CONVERT(f16, s8)
CONVERT(f16, u8)
CONVERT(f32, s16)
CONVERT(f32, s32)
CONVERT(bf16, f32)
CONVERT(bf16, s32)
CONVERT(s16, f16)
CONVERT(s16, f32)
CONVERT(s32, s16)
CONVERT(s8, f16)
CONVERT(u8, f16)

static uint32_t f32_f16(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    return dv_f32_to_f16(dv_bits_f32(a), round_of(mode), mode & DV_MODE_SAT);
}

static uint32_t f32_bf16(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    return dv_f32_to_bf16(dv_bits_f32(a), round_of(mode), mode & DV_MODE_SAT);
}

static uint32_t f32_f32(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    return dv_f32_bits(dv_f32_round(dv_bits_f32(a), round_of(mode)));
}

static uint32_t s32_f32(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    return dv_f32_bits(dv_int_to_f32((int32_t)a, round_of(mode)));
}

static const dv_lane_fn table[DV_ELEMS][DV_ELEMS] = {
    [DV_EL_F16] = {[DV_EL_F32] = f16_f32,
                   [DV_EL_S16] = f16_s16,
                   [DV_EL_S32] = f16_s32,
                   [DV_EL_S8] = f16_s8,
                   [DV_EL_U8] = f16_u8},
    [DV_EL_F32] = {[DV_EL_F16] = f32_f16,
                   [DV_EL_F32] = f32_f32,
                   [DV_EL_BF16] = f32_bf16,
                   [DV_EL_S16] = f32_s16,
                   [DV_EL_S32] = f32_s32},
    [DV_EL_BF16] = {[DV_EL_F32] = bf16_f32, [DV_EL_S32] = bf16_s32},
    [DV_EL_S16] = {[DV_EL_F16] = s16_f16, [DV_EL_F32] = s16_f32},
    [DV_EL_S32] = {[DV_EL_F32] = s32_f32, [DV_EL_S16] = s32_s16},
    [DV_EL_S8] = {[DV_EL_F16] = s8_f16},
    [DV_EL_U8] = {[DV_EL_F16] = u8_f16},
};

dv_lane_fn dv_lane_convert(unsigned src, unsigned dst)
{
    return table[src][dst];
}
