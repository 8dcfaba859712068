/* Effect of the fixpipe L0C -> GM and L1: conversion, relu, NZ to ND, and of its table.
 *
 * Owns: what f32, f16 and bf16 make of one f32 (isa.md 9.1, 9.2; the others are in quant.c) and the
 * order of writes: matrix, row, column ascending. Float to half and bfloat rounds to nearest even
 * and saturates. */
#include <string.h>

#include "emu/access/drain.h"
#include "emu/sem/fast/fix.h"
#include "emu/sem/store.h"
#include "emu/sem/sem.h"
#include "isa/num.h"

enum { DST, SRC };

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* Negative values become +0; -0 and NaN stay (ours). */
static float rectify(float f, bool relu)
{
    return relu && f < 0 ? 0.0f : f;
}

static void to_f32(uint8_t *dst, const uint8_t *src, unsigned n, bool relu)
{
    float f;

    if (!relu) {
        memcpy(dst, src, 4 * (size_t)n);
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        memcpy(&f, src + 4 * i, 4);
        f = rectify(f, true);
        memcpy(dst + 4 * i, &f, 4);
    }
}

static void to_f16(uint8_t *dst, const uint8_t *src, unsigned n, bool relu)
{
    for (unsigned i = 0; i < n; i++) {
        uint16_t h;
        float f;

        memcpy(&f, src + 4 * i, 4);
        h = dv_f32_to_f16(rectify(f, relu), DV_RINT, true);
        memcpy(dst + 2 * i, &h, 2);
    }
}

static void to_bf16(uint8_t *dst, const uint8_t *src, unsigned n, bool relu)
{
    for (unsigned i = 0; i < n; i++) {
        uint16_t h;
        float f;

        memcpy(&f, src + 4 * i, 4);
        h = dv_f32_to_bf16(rectify(f, relu), DV_RINT, true);
        memcpy(dst + 2 * i, &h, 2);
    }
}

/* [0] the definition, [1] the same bits faster; chosen by dv_fix_choose. */
static struct {
    uint8_t type, elem;
    dv_drain_fn fn[2];
} converters[] = {
    {DV_T_f32, DV_EL_F32, {to_f32, to_f32}},
    {DV_T_f16, DV_EL_F16, {to_f16, to_f16}},
    {DV_T_bf16, DV_EL_BF16, {to_bf16, to_bf16}},
};

void dv_fix_choose(bool host)
{
    for (unsigned i = 0; i < 3; i++) {
        dv_drain_fn fn = dv_drain_fast(converters[i].elem);

        converters[i].fn[1] =
            fn && (host || converters[i].elem != DV_EL_F16) ? fn : converters[i].fn[0];
    }
}

/* NULL: quant.c converts. */
static dv_drain_fn converter(const struct dv_work *w)
{
    for (unsigned i = 0; i < sizeof converters / sizeof converters[0]; i++)
        if (converters[i].type == w->op->type)
            return converters[i].fn[w->simd];
    return NULL;
}

struct drain {
    const struct dv_work *w;
    struct dv_drain r;
    uint8_t *dst;
    const uint8_t *src;
    const uint8_t *table; /* parameter words of the columns, NULL: one for all */
    bool relu;
    uint8_t atomic;
    struct dv_quant quant;
    dv_drain_fn convert;
};

/* n elements from column j on, at most 16 of them. */
static void quantise(const struct drain *p, uint8_t *out, const uint8_t *src, unsigned j,
                     unsigned n)
{
    for (unsigned k = 0; k < n; k++) {
        struct dv_quant q = p->quant;
        uint32_t bits;
        uint64_t word;

        if (p->table) {
            memcpy(&word, p->table + 8 * (size_t)(j + k), 8);
            q = dv_quant_word(word, p->relu);
        }
        memcpy(&bits, src + 4 * (size_t)k, 4);
        bits = dv_quant_one(p->w->op->type, &q, bits, p->relu);
        if (p->r.bits == 4) /* the first element is the low nibble */
            out[k / 2] = (uint8_t)(k % 2 ? out[k / 2] | bits << 4 : bits);
        else
            memcpy(out + (size_t)k * p->r.bits / 8, &bits, p->r.bits / 8);
    }
}

/* The columns of one run in one row: pieces of a fractal's 16. */
static void run(const struct drain *p, unsigned i, unsigned j)
{
    uint8_t stage[4 * DV_DRAIN_RUN], *to = p->dst + dv_drain_at(&p->r, i, j);
    unsigned n = dv_drain_width(&p->r, j);
    bool direct = p->convert && !p->atomic;

    for (unsigned k = 0, part; k < n; k += part) {
        const uint8_t *src =
            p->src + (j + k) / 16 * p->r.src_panel + (size_t)i * 64 + (j + k) % 16 * 4;
        uint8_t *out = (direct ? to : stage) + (size_t)k * p->r.bits / 8;

        part = n - k < 16 - (j + k) % 16 ? n - k : 16 - (j + k) % 16;
        if (p->convert)
            p->convert(out, src, part, p->relu);
        else
            quantise(p, out, src, j + k, part);
    }
    if (!direct)
        dv_store(p->w, p->atomic, to, stage, (size_t)n * p->r.bits / 8);
}

void dv_sem_fix(const struct dv_work *w)
{
    struct dv_cfg_fix c = dv_unpack_fix(w->cfg);
    struct drain p = {
        .w = w,
        .r = dv_drain_of(w),
        .dst = place(w, DST),
        .src = place(w, SRC),
        .relu = c.relu_pre,
        .atomic = dv_atomic_of(w),
        .quant = dv_quant_word(w->env->v[DV_ENV_QUANT_PRE], c.relu_pre),
        .convert = converter(w),
    };

    if (dv_quant_by_column(c.quant_pre))
        p.table = dv_at(w, DV_SPACE_FB, dv_quant_table(w));
    for (uint32_t q = 0; q < p.r.matrices; q++) {
        for (unsigned i = 0; i < p.r.m; i++)
            for (unsigned j = 0; j < p.r.n; j += p.r.run)
                run(&p, i, j);
        p.src += p.r.src_matrix;
        p.dst += p.r.dst_matrix;
    }
}

void dv_sem_fb_burst(const struct dv_work *w)
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(w->cfg);
    size_t bytes = 128ull * c.len_burst;
    uint8_t *dst = place(w, DST) + dv_fb_part(w->x[DV_XD] >> 16 & 3);
    const uint8_t *src = place(w, SRC);

    for (unsigned i = 0; i < c.n_burst; i++)
        memcpy(dst + i * (bytes + 128ull * c.dst_gap), src + i * (bytes + 32ull * c.src_gap),
               bytes);
}
