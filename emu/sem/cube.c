/* Effect of MMAD: the plain definition, and the choice of a faster way with the same bits.
 *
 * Owns: the order of the sum (docs/numerics.md): for each element one chain over ascending k, one
 * rounding to f32 a step. Layouts are those of isa.md 7.3: A ZZ, B ZN, C NZ. */
#include <math.h>
#include <string.h>

#include "emu/sem/cube.h"
#include "emu/sem/fast/cube.h"
#include "emu/sem/fast/fix.h"
#include "emu/sem/init.h"
#include "emu/sem/sem.h"
#include "isa/num.h"

enum { C, A, B, FRACTAL = 512 };

static dv_mmad_fn fast = dv_mmad_plain; /* set once by dv_cube_init */
static const char *tier = "plain";

void dv_cube_init(void)
{
    const char *name = "plain";
    dv_mmad_fn fn = dv_mmad_tier(0, &name);

    dv_fix_choose(true);
    if (fn) {
        fast = fn;
        tier = name;
    }
}

const char *dv_cube_simd(void)
{
    return tier;
}

bool dv_cube_choose(const char *want)
{
    const char *name;
    dv_mmad_fn fn;

    for (unsigned i = 0; (fn = dv_mmad_tier(i, &name)); i++) {
        if (strcmp(name, want) != 0)
            continue;
        fast = fn;
        tier = name;
        dv_fix_choose(strcmp(name, "portable") != 0);
        return true;
    }
    return false;
}

/* ---- the definition -------------------------------------------------------------------------- */

static float widen(const uint8_t *p, unsigned elem)
{
    uint16_t half;
    float word;

    if (elem == DV_EL_F32) {
        memcpy(&word, p, 4);
        return word;
    }
    memcpy(&half, p, 2);
    return elem == DV_EL_F16 ? dv_f16_to_f32(half) : dv_bf16_to_f32(half);
}

static float a_at(const struct dv_mmad *p, unsigned i, unsigned k)
{
    unsigned size = p->elem == DV_EL_F32 ? 4 : 2, k0 = 32 / size;
    size_t fractal = (size_t)(i / 16) * p->a_pitch + k / k0;

    if (p->vector)
        return widen(p->a + (size_t)k * size, p->elem);
    return widen(p->a + fractal * FRACTAL + (i % 16) * 32 + k % k0 * size, p->elem);
}

static float b_at(const struct dv_mmad *p, unsigned k, unsigned j)
{
    unsigned size = p->elem == DV_EL_F32 ? 4 : 2, k0 = 32 / size;
    size_t fractal = (size_t)(k / k0) * ((p->n + 15) / 16) + j / 16;

    return widen(p->b + fractal * FRACTAL + (j % 16) * 32 + k % k0 * size, p->elem);
}

void dv_mmad_plain(const struct dv_mmad *p)
{
    size_t panel = (size_t)(p->m + 15) / 16 * 1024;

    for (unsigned j = 0; j < p->n; j++) {
        for (unsigned i = 0; i < p->m; i++) {
            uint8_t *c = p->c + j / 16 * panel + (size_t)i * 64 + j % 16 * 4;
            float s = p->init ? 0.0f : widen(c, DV_EL_F32);

            for (unsigned k = 0; k < p->k; k++)
                s = fmaf(a_at(p, i, k), b_at(p, k, j), s);
            s = dv_f32_canon(s);
            memcpy(c, &s, 4);
        }
    }
}

/* ---- the instruction ------------------------------------------------------------------------- */

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* Every row of C that counts becomes the bias. */
static void put_bias(const struct dv_work *w, const struct dv_product *p, uint8_t *c)
{
    const uint8_t *bias = w->mem[DV_SPACE_BT] + p->bias;

    for (unsigned j = 0; j < p->n; j += DV_FRACTAL_SIDE) {
        unsigned left = p->n - j < DV_FRACTAL_SIDE ? p->n - j : DV_FRACTAL_SIDE;
        uint8_t *row = c + (size_t)(j / DV_FRACTAL_SIDE) * p->m1 * 1024;

        for (unsigned i = 0; i < p->m; i++, row += 64)
            memcpy(row, bias + 4 * (size_t)j, 4 * left);
    }
}

/* One chain an element into f32: the ways of sem/fast. */
static void chains(const struct dv_work *w, const struct dv_product *q)
{
    struct dv_mmad p = {
        .elem = dv_types[w->op->type].src,
        .init = q->init,
        .vector = q->vector,
        .m = q->m,
        .k = q->k,
        .n = q->n,
        .a_pitch = q->a_pitch,
        .a = place(w, A),
        .b = place(w, B),
        .c = place(w, C),
    };

    if (q->biased)
        put_bias(w, q, p.c);
    (w->simd ? fast : dv_mmad_plain)(&p);
}

void dv_sem_mmad(const struct dv_work *w)
{
    struct dv_product p = dv_product_of(w);
    unsigned host;

    if (!p.m || !p.k || !p.n)
        return;
    host = dv_num_enter();
    if (w->acc == DV_ACC_SEQ && !p.hf32 && p.c_size == 4)
        chains(w, &p);
    else
        dv_mmad_rule(w, &p);
    dv_num_leave(host);
}
