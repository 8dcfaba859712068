/* Effects of moves between L0C and UB and of broadcasts into L0C, merged core only.
 *
 * Owns: what each conversion mode makes of one element (isa.md 15) and the order of writes, burst,
 * unit, element ascending. Parameter words mean what they mean for the fixpipe (isa.md 9.2, ours);
 * the merged core always saturates: NaN becomes 0. Geometry is emu/access/cc.h. */
#include <string.h>

#include "emu/access/cc.h"
#include "emu/sem/sem.h"
#include "emu/sem/store.h"
#include "isa/num.h"

enum { DST, SRC, S8_BIT = 46 };

struct convert {
    struct dv_cc m;
    uint64_t scale;       /* DEQSCALE */
    const uint8_t *table; /* NULL: one parameter for all */
    bool table_relu;
};

/* Sign set: +0, whatever the type. */
static uint32_t rectified(uint32_t bits, uint32_t width)
{
    return bits >> (8 * width - 1) & 1 ? 0 : bits;
}

static uint32_t scaled(uint32_t bits, uint64_t half, bool relu)
{
    double factor = dv_f16_to_f32((uint16_t)half);
    struct dv_quant q = {.up = factor, .down = relu ? 0 : factor};

    return dv_quant_one(DV_T_s32f16, &q, bits, false);
}

static uint32_t dequantised(uint32_t bits, uint64_t word, unsigned dst)
{
    struct dv_quant q = dv_quant_word(word, false);
    unsigned type = dst == DV_EL_F16     ? DV_T_s32f16
                    : dst == DV_EL_S16   ? DV_T_s32s16
                    : word >> S8_BIT & 1 ? DV_T_s32s8
                                         : DV_T_s32u8;

    return dv_quant_one(type, &q, bits, false);
}

static uint32_t narrowed(uint32_t bits, bool relu)
{
    float f = dv_bits_f32(bits);

    return dv_f32_to_f16(relu && f < 0 ? 0.0f : f, DV_RINT, true);
}

/* An element in column `column` of its fractal. */
static uint32_t convert(const struct convert *c, uint32_t bits, unsigned column)
{
    uint64_t word = c->scale;

    if (c->table) {
        word = 0;
        memcpy(&word, c->table + (size_t)column * c->m.form.entry, c->m.form.entry);
    }
    switch (c->m.mode) {
    case DV_CC_NONE:
        return bits;
    case DV_CC_F32F16:
    case DV_CC_F32F16_RELU:
        return narrowed(bits, c->m.mode == DV_CC_F32F16_RELU);
    case DV_CC_F16F32:
        return dv_f32_bits(dv_f16_to_f32((uint16_t)bits));
    case DV_CC_RELU:
        return rectified(bits, c->m.side[DST].width);
    case DV_CC_F16_MUL:
        return dv_f64_to_f16((double)dv_f16_to_f32((uint16_t)bits) * dv_f16_to_f32((uint16_t)word),
                             DV_RINT, true);
    case DV_CC_S32F16:
    case DV_CC_S32F16_TABLE:
        return scaled(bits, word, c->table_relu);
    default:
        return dequantised(bits, word, c->m.form.dst);
    }
}

/* Of a fractal or a row of one. */
static void unit(const struct convert *c, uint8_t *dst, const uint8_t *src)
{
    uint32_t to = c->m.side[DST].width, from = c->m.side[SRC].width;

    if (c->m.mode == DV_CC_NONE) {
        memcpy(dst, src, (size_t)to * c->m.elems);
        return;
    }
    for (uint32_t i = 0; i < c->m.elems; i++) {
        uint32_t bits = 0;

        memcpy(&bits, src + (size_t)i * from, from);
        bits = convert(c, bits, i % DV_CC_SIDE);
        memcpy(dst + (size_t)i * to, &bits, to);
    }
}

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

void dv_sem_cc(const struct dv_work *w)
{
    struct convert c = {
        .m = dv_cc_of(w),
        .scale = w->env->v[DV_ENV_DEQSCALE],
    };
    const struct dv_cc_side *dst = &c.m.side[DST], *src = &c.m.side[SRC];
    uint8_t *to = place(w, DST);
    const uint8_t *from = place(w, SRC);

    if (c.m.form.entry)
        c.table = dv_at(w, DV_SPACE_UB, c.m.table);
    c.table_relu = c.m.mode == DV_CC_S32F16_TABLE && dv_cc_table_relu(w);
    for (uint32_t b = 0; b < c.m.bursts; b++)
        for (uint32_t u = 0; u < c.m.units; u++)
            unit(&c, to + b * dst->pitch + u * dst->step, from + b * src->pitch + u * src->step);
}

void dv_sem_brc(const struct dv_work *w)
{
    struct dv_cc m = dv_cc_brc_of(w);
    const struct dv_cc_side *dst = &m.side[DST], *src = &m.side[SRC];
    uint8_t *to = place(w, DST);
    const uint8_t *from = place(w, SRC);

    for (uint32_t b = 0; b < m.bursts; b++)
        for (uint32_t u = 0; u < m.units; u++)
            for (uint32_t i = 0; i < DV_CC_SIDE; i++)
                memcpy(to + b * dst->pitch + u * dst->step + (size_t)i * src->bytes,
                       from + b * src->pitch + u * src->step, src->bytes);
}
