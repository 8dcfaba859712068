/* MMAD on integers, dense and sparse (isa.md 7).
 *
 * Owns: 32-bit sums modulo 2^32, bits 10 and 11 of STATUS (isa.md 4.3; what raises them is ours).
 * A step is a row of fractals of B: it is decoded once and met by every row of A. Loops are plain;
 * the compiler makes vectors of them. */
#include <string.h>

#include "emu/sem/cube.h"
#include "emu/sem/sem.h"

enum { C, A, B, SIDE = DV_FRACTAL_SIDE, C_ROW = 64, OVERFLOW = 10, UNDERFLOW = 11 };

struct job {
    const struct dv_work *w;
    struct dv_product p;
    const uint8_t *a;
    uint8_t *c;
    uint64_t b;              /* address in L0B */
    bool a_signed, b_signed; /* elements */
    unsigned step;           /* k of a step */
    uint64_t status;
    int16_t column[SIDE][DV_STEP_MOST];
};

/* 32 bytes, or `bytes` of them, to numbers: of 8 bits, or two nibbles, the low one first. */
static void decode(int16_t *out, const uint8_t *src, unsigned bytes, unsigned bits, bool is_signed)
{
    if (bits == 4) {
        for (unsigned i = 0; i < bytes; i++) {
            out[2 * i] = (int16_t)(((src[i] & 15) ^ 8) - 8);
            out[2 * i + 1] = (int16_t)(((src[i] >> 4) ^ 8) - 8);
        }
    } else if (is_signed) {
        for (unsigned i = 0; i < bytes; i++)
            out[i] = (int8_t)src[i];
    } else {
        for (unsigned i = 0; i < bytes; i++)
            out[i] = src[i];
    }
}

/* The columns of a fractal of B; what lies beyond k counts as 0. */
static void columns(struct job *t, unsigned step, unsigned j1, unsigned used)
{
    const struct dv_product *p = &t->p;
    uint64_t at = t->b + ((uint64_t)step * p->n1 + j1) * p->b_bytes;
    unsigned left = p->k - step * t->step;

    for (unsigned j = 0; j < used; j++) {
        int16_t *out = t->column[j];

        if (p->sparse)
            dv_sparse_column(t->w, at, j, t->b_signed, out);
        else
            decode(out, t->w->mem[DV_SPACE_L0B] + at + j * DV_FRACTAL_ROW, DV_FRACTAL_ROW, p->bits,
                   t->b_signed);
        if (left < t->step)
            memset(out + left, 0, (t->step - left) * sizeof *out);
    }
}

/* The elements of row i of A that meet a step; past the end of a vector lies nothing. */
static void row(const struct job *t, unsigned i, unsigned step, int16_t out[DV_STEP_MOST])
{
    const struct dv_product *p = &t->p;
    unsigned fractals = p->sparse ? 2 : 1, per = 8 * DV_FRACTAL_ROW / p->bits;
    unsigned bytes = (p->k * p->bits + 7) / 8;

    memset(out, 0, DV_STEP_MOST * sizeof *out);
    for (unsigned f = 0, k1 = step * fractals; f < fractals && k1 < p->a_k1; f++, k1++) {
        size_t at = ((size_t)(i / SIDE) * p->a_pitch + k1) * DV_FRACTAL + i % SIDE * DV_FRACTAL_ROW;
        unsigned left = bytes - k1 * DV_FRACTAL_ROW;

        if (p->vector)
            decode(out + f * per, t->a + (size_t)k1 * DV_FRACTAL_ROW,
                   left < DV_FRACTAL_ROW ? left : DV_FRACTAL_ROW, p->bits, t->a_signed);
        else
            decode(out + f * per, t->a + at, DV_FRACTAL_ROW, p->bits, t->a_signed);
    }
}

static int32_t dot(const int16_t *a, const int16_t *b)
{
    int32_t s = 0;

    for (unsigned k = 0; k < DV_STEP_MOST; k++)
        s += a[k] * b[k];
    return s;
}

/* Adds modulo 2^32 and notes what did not fit. */
static void add(struct job *t, uint8_t *c, int32_t v)
{
    bool is_signed = t->a_signed || t->b_signed;
    uint32_t old;
    int64_t sum;

    memcpy(&old, c, 4);
    sum = (is_signed ? (int64_t)(int32_t)old : (int64_t)old) + v;
    if (sum > (is_signed ? INT32_MAX : (int64_t)UINT32_MAX))
        t->status |= 1u << OVERFLOW;
    if (is_signed && sum < INT32_MIN)
        t->status |= 1u << UNDERFLOW;
    old = (uint32_t)(uint64_t)sum;
    memcpy(c, &old, 4);
}

/* Fractal column j1 of C: sixteen columns or what is left of n. */
static void panel(struct job *t, unsigned j1)
{
    const struct dv_product *p = &t->p;
    unsigned used = p->n - j1 * SIDE < SIDE ? p->n - j1 * SIDE : SIDE;
    uint8_t *c = t->c + (size_t)j1 * p->m1 * SIDE * C_ROW;
    const uint8_t *bias = t->w->mem[DV_SPACE_BT] + p->bias + 4 * (size_t)j1 * SIDE;
    int16_t a[DV_STEP_MOST];

    for (unsigned i = 0; i < p->m && p->init; i++)
        memset(c + i * C_ROW, 0, 4 * used);
    for (unsigned i = 0; i < p->m && p->biased; i++)
        memcpy(c + i * C_ROW, bias, 4 * used);
    for (unsigned s = 0; s < p->steps; s++) {
        columns(t, s, j1, used);
        for (unsigned i = 0; i < p->m; i++) {
            row(t, i, s, a);
            for (unsigned j = 0; j < used; j++)
                add(t, c + i * C_ROW + 4 * j, dot(a, t->column[j]));
        }
    }
}

void dv_sem_mmad_int(const struct dv_work *w)
{
    struct job t = {.w = w, .p = dv_product_of(w)};

    if (!t.p.m || !t.p.k || !t.p.n)
        return;
    t.a = w->mem[DV_SPACE_L0A] + dv_operand_address(w, A);
    t.b = dv_operand_address(w, B);
    t.c = w->mem[DV_SPACE_L0C] + dv_operand_address(w, C);
    t.a_signed = dv_types[w->op->type].src != DV_EL_U8;
    t.b_signed = dv_types[w->op->type].dst != DV_EL_U8;
    t.step = 8 * DV_FRACTAL_ROW / t.p.bits * (t.p.sparse ? 2 : 1);
    for (unsigned j = 0; j < t.p.n1; j++)
        panel(&t, j);
    w->live->v[DV_LIVE_STATUS] |= t.status;
}

void dv_sem_mmad_sp(const struct dv_work *w)
{
    dv_sem_mmad_int(w);
}
