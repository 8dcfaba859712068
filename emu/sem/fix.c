/* Effect of the fixpipe L0C -> GM: conversion, relu, NZ to ND.
 *
 * Owns: what each output type does to one f32 (isa.md 9.1, 9.2) and the order of writes: matrix,
 * row, column ascending. Float to half and bfloat rounds to nearest even and saturates. */
#include <string.h>

#include "emu/sem/fast/fix.h"
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

/* [0] the definition, [1] the same bits faster; filled up by dv_fix_init. */
static struct {
    uint8_t type, elem;
    dv_drain_fn fn[2];
} converters[] = {
    {DV_T_f32, DV_EL_F32, {to_f32, to_f32}},
    {DV_T_f16, DV_EL_F16, {to_f16, to_f16}},
    {DV_T_bf16, DV_EL_BF16, {to_bf16, to_bf16}},
};

void dv_fix_init(void)
{
    for (unsigned i = 0; i < 3; i++) {
        dv_drain_fn fn = dv_drain_fast(converters[i].elem);

        if (fn)
            converters[i].fn[1] = fn;
    }
}

static dv_drain_fn converter(const struct dv_work *w)
{
    unsigned i = 0;

    while (converters[i].type != w->op->type)
        i++;
    return converters[i].fn[w->simd];
}

/* One matrix. Destination of column j of row i: j / c0 * panel + j % c0 * size + i * row. */
struct drain {
    uint8_t *dst;
    const uint8_t *src;
    unsigned m, n, c0, size;
    size_t src_panel, dst_panel, dst_row; /* bytes */
    bool relu;
    dv_drain_fn convert;
};

static void drain(const struct drain *p)
{
    for (unsigned i = 0; i < p->m; i++) {
        for (unsigned j = 0; j < p->n; j += p->c0) {
            unsigned left = p->n - j;
            const uint8_t *src = p->src + j / 16 * p->src_panel + (size_t)i * 64 + j % 16 * 4;

            p->convert(p->dst + j / p->c0 * p->dst_panel + i * p->dst_row, src,
                       left < p->c0 ? left : p->c0, p->relu);
        }
    }
}

static void to_nd(const struct dv_work *w, struct drain *p, const struct dv_cfg_fix *c)
{
    uint64_t v = w->env->v[DV_ENV_ND_PARA];

    p->dst_panel = (size_t)16 * p->size;
    p->dst_row = (size_t)c->dst_stride * p->size;
    for (unsigned i = v & 0xffff; i; i--) {
        drain(p);
        p->src += (v >> 16 & 0xffff) * 1024;
        p->dst += (v >> 32 & 0xffff) * p->size;
    }
}

void dv_sem_fix(const struct dv_work *w)
{
    struct dv_cfg_fix c = dv_unpack_fix(w->cfg);
    struct drain p = {
        .dst = place(w, DST),
        .src = place(w, SRC),
        .m = c.m,
        .n = c.n,
        .c0 = c.channel_split ? 8 : 16,
        .size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8,
        .src_panel = 64 * (size_t)c.src_stride,
        .dst_panel = 32 * (size_t)c.dst_stride,
        .relu = c.relu_pre,
        .convert = converter(w),
    };

    if (c.nz2nd) {
        to_nd(w, &p, &c);
        return;
    }
    p.dst_row = (size_t)p.c0 * p.size;
    drain(&p);
}
