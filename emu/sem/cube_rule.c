/* MMAD on floats by rule (numerics 2): in which order a sum is made and where it is rounded.
 *
 * Owns: the rules of --acc, HF32, C in f16. Groups of a rule are 16 consecutive k, counted from the
 * first of the instruction, for every type (ours for types other than f16). Exact sums are kept as
 * one integer that covers every product of two f32. */
#include <math.h>
#include <string.h>

#include "emu/sem/cube.h"
#include "isa/num.h"

enum { C, A, B, SIDE = DV_FRACTAL_SIDE, GROUP = 16, K_MOST = 4096 };

/* ---- exact sums ------------------------------------------------------------------------------ */

enum {
    WORDS = 10,
    LOWEST = 298, /* bit 0 stands for 2^-298, the square of the least f32 */
    LEAST = 149,  /* least f32 */
    FRACTION = 24 /* significant bits of f32; also what tc24 keeps below the largest term */
};

struct wide {
    uint64_t w[WORDS]; /* two's complement */
};

struct term {
    uint64_t mant; /* at most 48 bits */
    unsigned at;   /* place of its bit 0 */
    bool minus;
};

/* x = mant * 2^(exponent - 149); finite. */
static uint64_t split(float x, unsigned *exponent)
{
    uint32_t bits = dv_f32_bits(x), e = bits >> 23 & 0xff, m = bits & 0x7fffff;

    *exponent = e ? e - 1 : 0;
    return e ? m | 0x800000 : m;
}

static struct term product(float a, float b)
{
    unsigned ea, eb;
    uint64_t ma = split(a, &ea), mb = split(b, &eb);

    return (struct term){ma * mb, ea + eb, signbit(a) != signbit(b)};
}

static struct term single(float s)
{
    unsigned e;
    uint64_t m = split(s, &e);

    return (struct term){m, e + LOWEST - LEAST, signbit(s)};
}

static void wide_add(struct wide *s, const struct term *t)
{
    unsigned word = t->at / 64, shift = t->at % 64;
    unsigned __int128 v = (unsigned __int128)t->mant << shift;
    uint64_t part[2] = {(uint64_t)v, (uint64_t)(v >> 64)};
    uint64_t carry = 0;

    for (unsigned i = word; i < WORDS && (i < word + 2 || carry); i++) {
        uint64_t x = i < word + 2 ? part[i - word] : 0, old = s->w[i];

        if (t->minus) {
            s->w[i] = old - x - carry;
            carry = old < x || (carry && old == x);
        } else {
            s->w[i] = old + x + carry;
            carry = s->w[i] < x || (carry && s->w[i] == x);
        }
    }
}

static void wide_negate(struct wide *s)
{
    uint64_t carry = 1;

    for (unsigned i = 0; i < WORDS; i++) {
        s->w[i] = ~s->w[i] + carry;
        carry = carry && !s->w[i];
    }
}

static bool wide_bit(const struct wide *s, unsigned at)
{
    return s->w[at / 64] >> at % 64 & 1;
}

static bool wide_below(const struct wide *s, unsigned at)
{
    for (unsigned i = 0; i < at / 64; i++)
        if (s->w[i])
            return true;
    return at % 64 && s->w[at / 64] << (64 - at % 64);
}

/* To f32, to nearest even or toward zero; `zero` when nothing is left. */
static float wide_round(struct wide *s, bool nearest, float zero)
{
    bool minus = s->w[WORDS - 1] >> 63;
    unsigned top = 64 * WORDS, low;
    uint32_t mant = 0;
    float f;

    if (minus)
        wide_negate(s);
    while (top && !wide_bit(s, top - 1))
        top--;
    if (!top)
        return zero;
    low = top > FRACTION && top - FRACTION > LOWEST - LEAST ? top - FRACTION : LOWEST - LEAST;
    for (unsigned i = top; i-- > low;)
        mant = mant << 1 | wide_bit(s, i);
    if (nearest && wide_bit(s, low - 1) && (mant & 1 || wide_below(s, low - 1)))
        mant++;
    f = ldexpf((float)mant, (int)low - LOWEST);
    if (!nearest && isinf(f))
        f = dv_bits_f32(0x7f7fffff);
    return minus ? -f : f;
}

/* Sums with an infinity or a NaN: the exact ones are finite, so only these count. */
static float not_finite(const float *a, const float *b, unsigned n, float s)
{
    float sum = isfinite(s) ? 0 : s;

    for (unsigned k = 0; k < n; k++)
        if (!isfinite(a[k]) || !isfinite(b[k]))
            sum += a[k] * b[k];
    return sum;
}

static bool all_finite(const float *a, const float *b, unsigned n, float s)
{
    bool good = isfinite(s);

    for (unsigned k = 0; k < n; k++)
        good = good && isfinite(a[k]) && isfinite(b[k]);
    return good;
}

static unsigned top_of(const struct term *t)
{
    return t->mant ? t->at + 64 - (unsigned)__builtin_clzll(t->mant) : 0;
}

/* Drops, toward zero, what lies below bit `low`. */
static void cut(struct term *t, unsigned low)
{
    unsigned drop = low > t->at ? low - t->at : 0;

    t->mant = drop < 64 ? t->mant >> drop << drop : 0;
}

/* s and n products in one sum. With `cuts` (tc24) every term is cut 24 bits below the leading bit
 * of the largest, and the sum is rounded toward zero. */
static float fused(const float *a, const float *b, unsigned n, float s, bool cuts)
{
    struct term t[GROUP + 1];
    struct wide sum = {{0}};
    unsigned top = 0;
    bool minus = true;

    if (!all_finite(a, b, n, s))
        return not_finite(a, b, n, s);
    for (unsigned i = 0; i <= n; i++) {
        t[i] = i < n ? product(a[i], b[i]) : single(s);
        top = top_of(&t[i]) > top ? top_of(&t[i]) : top;
        minus = minus && t[i].minus && !t[i].mant;
    }
    for (unsigned i = 0; i <= n; i++) {
        if (cuts && top > FRACTION + 1)
            cut(&t[i], top - 1 - FRACTION);
        wide_add(&sum, &t[i]);
    }
    return wide_round(&sum, !cuts, minus ? -0.0f : 0.0f);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static float chain(const float *a, const float *b, unsigned n, float s)
{
    for (unsigned k = 0; k < n; k++)
        s = fmaf(a[k], b[k], s);
    return s;
}

static float tree(const float *a, const float *b, unsigned n)
{
    float p[GROUP] = {0};

    for (unsigned k = 0; k < n; k++)
        p[k] = a[k] * b[k];
    for (unsigned left = GROUP / 2; left; left /= 2)
        for (unsigned i = 0; i < left; i++)
            p[i] = p[2 * i] + p[2 * i + 1];
    return p[0];
}

static float group(unsigned acc, const float *a, const float *b, unsigned n, float s)
{
    switch (acc) {
    case DV_ACC_CHUNK16:
        return s + chain(a, b, n, 0);
    case DV_ACC_TREE16:
        return s + tree(a, b, n);
    default:
        return fused(a, b, n, s, acc == DV_ACC_TC24);
    }
}

static float total(unsigned acc, const float *a, const float *b, unsigned k, float s)
{
    if (acc == DV_ACC_SEQ)
        return chain(a, b, k, s);
    if (acc == DV_ACC_INSTR)
        return s + chain(a, b, k, 0);
    for (unsigned at = 0; at < k; at += GROUP)
        s = group(acc, a + at, b + at, k - at < GROUP ? k - at : GROUP, s);
    return s;
}

/* ---- elements -------------------------------------------------------------------------------- */

/* 10 bits of fraction (ours: 950 has them); ties to even or toward zero, beyond the range infinity;
 * NaN stays. */
static float to_hf32(float x, bool ties_to_zero)
{
    enum { DROP = 13 };
    uint32_t v = dv_f32_bits(x), half = 1u << (DROP - 1);

    if (x != x)
        return x;
    v += ties_to_zero ? half - 1 : half - 1 + (v >> DROP & 1);
    return dv_bits_f32(v >> DROP << DROP);
}

struct rule {
    const struct dv_work *w;
    const struct dv_product *p;
    unsigned elem, step; /* k of a fractal */
    bool ties_to_zero, saturates;
    uint8_t *c;
};

static float element(const struct rule *r, const uint8_t *src)
{
    uint16_t half;
    float word;

    if (r->elem == DV_EL_F32) {
        memcpy(&word, src, 4);
        return r->p->hf32 ? to_hf32(word, r->ties_to_zero) : word;
    }
    memcpy(&half, src, 2);
    return r->elem == DV_EL_F16 ? dv_f16_to_f32(half) : dv_bf16_to_f32(half);
}

static void row_of_a(const struct rule *r, unsigned i, float *out)
{
    const struct dv_product *p = r->p;
    const uint8_t *a = r->w->mem[DV_SPACE_L0A] + dv_operand_address(r->w, A);
    unsigned size = p->bits / 8;

    if (!p->vector)
        a += (size_t)(i / SIDE) * p->a_pitch * DV_FRACTAL + i % SIDE * DV_FRACTAL_ROW;
    for (unsigned k = 0; k < p->k; k++) {
        size_t fractal = p->vector ? DV_FRACTAL_ROW : DV_FRACTAL;

        out[k] = element(r, a + k / r->step * fractal + k % r->step * size);
    }
}

static void column_of_b(const struct rule *r, unsigned j, float *out)
{
    const struct dv_product *p = r->p;
    const uint8_t *b = r->w->mem[DV_SPACE_L0B] + dv_operand_address(r->w, B) +
                       (size_t)(j / SIDE) * DV_FRACTAL + j % SIDE * DV_FRACTAL_ROW;

    for (unsigned k = 0; k < p->k; k++)
        out[k] = element(r, b + (size_t)(k / r->step) * p->n1 * DV_FRACTAL +
                                k % r->step * (p->bits / 8));
}

static float start(const struct rule *r, const uint8_t *c, unsigned j)
{
    uint16_t half;
    float f = 0;

    if (r->p->biased)
        memcpy(&f, r->w->mem[DV_SPACE_BT] + r->p->bias + 4 * (size_t)j, 4);
    else if (!r->p->init && r->p->c_size == 4)
        memcpy(&f, c, 4);
    else if (!r->p->init) {
        memcpy(&half, c, 2);
        f = dv_f16_to_f32(half);
    }
    return f;
}

static void store(const struct rule *r, uint8_t *c, float f)
{
    uint16_t half;

    if (r->p->c_size == 2) {
        half = dv_f32_to_f16(f, DV_RINT, r->saturates);
        memcpy(c, &half, 2);
        return;
    }
    f = dv_f32_canon(f);
    memcpy(c, &f, 4);
}

void dv_mmad_rule(const struct dv_work *w, const struct dv_product *p)
{
    static _Thread_local float column[SIDE][K_MOST], row[K_MOST];
    uint64_t ctrl = w->env->v[DV_ENV_CTRL];
    struct rule r = {.w = w,
                     .p = p,
                     .elem = dv_types[w->op->type].src,
                     .step = 8 * DV_FRACTAL_ROW / p->bits,
                     .ties_to_zero = ctrl >> 47 & 1,
                     .saturates = w->kind == DV_C100 || !(ctrl >> 48 & 1),
                     .c = w->mem[DV_SPACE_L0C] + dv_operand_address(w, C)};

    for (unsigned j1 = 0; j1 < p->n1; j1++) {
        unsigned used = p->n - j1 * SIDE < SIDE ? p->n - j1 * SIDE : SIDE;
        uint8_t *c = r.c + (size_t)j1 * p->m1 * SIDE * SIDE * p->c_size;

        for (unsigned j = 0; j < used; j++)
            column_of_b(&r, j1 * SIDE + j, column[j]);
        for (unsigned i = 0; i < p->m; i++, c += SIDE * p->c_size) {
            row_of_a(&r, i, row);
            for (unsigned j = 0; j < used; j++) {
                float s = start(&r, c + j * p->c_size, j1 * SIDE + j);

                store(&r, c + j * p->c_size, total(w->acc, row, column[j], p->k, s));
            }
        }
    }
}
