/* Effects of convolution loads from L1 to L0A and L0B (isa.md 8.5).
 *
 * Owns: the order of the result. A window of the matrix goes out in squares of 16 positions x 32 B;
 * a square is gathered from the feature map and becomes a fractal as it is or turned. */
#include <string.h>

#include "emu/access/image1.h"
#include "emu/sem/fast/square.h"
#include "emu/sem/sem.h"

enum { DST, SRC, BLOCK = DV_IMAGE_BLOCK, ROWS = DV_IMAGE_ROWS, FRACTAL = DV_IMAGE_FRACTAL };

/* The feature map, and what points outside it read. */
struct map {
    const struct dv_image *p;
    const uint8_t *l1;
    uint64_t first; /* address of the map */
    uint8_t pad[FRACTAL];
};

static void pad_fill(struct map *s)
{
    for (unsigned i = 0; i < FRACTAL; i++)
        s->pad[i] = (uint8_t)(s->p->pad >> 8 * (i % s->p->size));
}

/* Where byte `offset` of the map lies. */
static const uint8_t *at(const struct map *s, uint64_t offset)
{
    uint64_t address = s->first + offset;

    if (s->p->ring && address >= s->p->ring)
        address -= s->p->ring;
    return s->l1 + address;
}

/* Point (y, x), `bytes` wide, of the panel at `panel`. */
static void point(const struct map *s, uint8_t *out, uint64_t panel, int64_t y, int64_t x,
                  unsigned bytes)
{
    const struct dv_image *p = s->p;

    if (y < 0 || x < 0 || y >= p->h || x >= p->w)
        memcpy(out, s->pad, bytes);
    else
        memcpy(out, at(s, panel + (uint64_t)(y * p->w + x) * bytes), bytes);
}

/* n blocks side by side from (y, x) on: padding, map, padding. */
static void run(const struct map *s, uint8_t *out, uint64_t panel, int64_t y, int64_t x, unsigned n)
{
    const struct dv_image *p = s->p;
    unsigned before = 0, inside = 0;

    if (y >= 0 && y < p->h) {
        before = x < 0 ? (unsigned)(-x < n ? -x : n) : 0;
        inside = x + n > p->w ? (unsigned)(x < p->w ? p->w - x : 0) : n;
        inside = inside > before ? inside - before : 0;
    }
    memcpy(out, s->pad, (size_t)BLOCK * before);
    if (inside)
        memcpy(out + (size_t)BLOCK * before,
               at(s, panel + (uint64_t)(y * p->w + x + before) * BLOCK), (size_t)BLOCK * inside);
    memcpy(out + (size_t)BLOCK * (before + inside), s->pad, (size_t)BLOCK * (n - before - inside));
}

/* One tap of c0 channels under positions m .. m + n - 1. */
static void gather(const struct map *s, uint8_t *out, uint64_t m, unsigned n, uint64_t tap)
{
    const struct dv_image *p = s->p;
    uint64_t panel = tap / p->taps * dv_image_panel(p);
    uint32_t t = (uint32_t)(tap % p->taps);
    int64_t dy = (int64_t)(t / p->c.filter_w) * p->c.dilation_h - p->top;
    int64_t dx = (int64_t)(t % p->c.filter_w) * p->c.dilation_w - p->left;
    bool runs = p->c.stride_w == 1 && !p->ring;
    uint64_t oy = m / p->wo, ox = m % p->wo;

    for (unsigned i = 0; i < n;) {
        unsigned step = !runs ? 1 : n - i < p->wo - ox ? n - i : (unsigned)(p->wo - ox);
        int64_t y = (int64_t)oy * p->c.stride_h + dy, x = (int64_t)ox * p->c.stride_w + dx;

        if (runs)
            run(s, out + (size_t)BLOCK * i, panel, y, x, step);
        else
            point(s, out + (size_t)BLOCK * i, panel, y, x, BLOCK);
        i += step;
        ox += step;
        if (ox == p->wo) {
            ox = 0;
            oy++;
        }
    }
}

/* One block of the packed panel under position m: several taps of few channels. */
static void gather_packed(const struct map *s, uint8_t *out, uint64_t m, uint64_t column)
{
    const struct dv_image *p = s->p;
    uint64_t panel = p->panels * dv_image_panel(p), t = column / p->tail;
    unsigned bytes = dv_image_tail_bytes(p);
    int64_t oy = (int64_t)(m / p->wo) * p->c.stride_h - p->top;
    int64_t ox = (int64_t)(m % p->wo) * p->c.stride_w - p->left;

    for (unsigned i = 0; i < BLOCK / bytes && t < p->taps; i++, t++)
        point(s, out + (size_t)i * bytes, panel,
              oy + (int64_t)(t / p->c.filter_w) * p->c.dilation_h,
              ox + (int64_t)(t % p->c.filter_w) * p->c.dilation_w, bytes);
}

/* Positions m .. m + 15, columns k .. k + c0 - 1; zeros outside the matrix (ours). */
static void square(const struct map *s, uint8_t *out, uint64_t m, uint64_t k)
{
    const struct dv_image *p = s->p;
    uint64_t packed = (uint64_t)p->panels * p->taps * p->c0;
    unsigned n = p->m <= m ? 0 : p->m - m < ROWS ? (unsigned)(p->m - m) : ROWS;

    if (k < packed && n == ROWS) {
        gather(s, out, m, n, k / p->c0);
        return;
    }
    memset(out, 0, FRACTAL);
    if (k < packed)
        gather(s, out, m, n, k / p->c0);
    else
        for (unsigned i = 0; i < n; i++)
            gather_packed(s, out + (size_t)BLOCK * i, m + i, k - packed);
}

/* A square of 16 x 8 words into two fractals of 8 x 16 of a row of L0B; `half` of each. */
static void words(uint8_t *upper, uint8_t *lower, unsigned half, const uint8_t *sq)
{
    for (unsigned i = 0; i < 16; i++)
        for (unsigned j = 0; j < 8; j++)
            memcpy((i < 8 ? upper : lower) + 4 * (8 * (8 * half + j) + i % 8), sq + 4 * (8 * i + j),
                   4);
}

/* 32-bit elements to L0B: fractals of 8 positions x 16 columns. */
static void window_words(const struct map *s, uint8_t *dst, uint64_t m, uint64_t k)
{
    uint32_t down = dv_image_down(s->p), across = dv_image_across(s->p);
    size_t row = (size_t)FRACTAL * ((across + 1) / 2);
    uint8_t sq[FRACTAL];

    memset(dst, 0, 2 * row * down);
    for (uint32_t i = 0; i < down; i++) {
        for (uint32_t j = 0; j < across; j++) {
            uint8_t *upper = dst + 2 * i * row + (size_t)FRACTAL * (j / 2);

            square(s, sq, m + (uint64_t)ROWS * i, k + (uint64_t)s->p->c0 * j);
            words(upper, upper + row, j % 2, sq);
        }
    }
}

/* L0A holds a fractal row by row, L0B column by column; a transposed load exchanges the two and the
 * order of fractals. */
static void window(const struct map *s, uint8_t *dst, uint64_t m, uint64_t k, bool simd)
{
    const struct dv_image *p = s->p;
    uint32_t down = dv_image_down(p), across = dv_image_across(p);
    bool turn = p->is_b != (bool)p->c.transpose;
    uint8_t sq[FRACTAL];

    for (uint32_t i = 0; i < down; i++) {
        for (uint32_t j = 0; j < across; j++) {
            size_t number = p->c.transpose ? (size_t)j * down + i : (size_t)i * across + j;
            uint8_t *out = dst + FRACTAL * number;

            square(s, turn ? sq : out, m + (uint64_t)ROWS * i, k + (uint64_t)p->c0 * j);
            if (turn)
                dv_square_turn(out, sq, simd);
        }
    }
}

static struct map map_of(const struct dv_work *w, const struct dv_image *p)
{
    struct map s = {p, w->mem[DV_SPACE_L1], dv_operand_address(w, SRC) + p->skip, {0}};

    pad_fill(&s);
    return s;
}

/* One fractal a repeat: the next tap or the next 16 positions. */
void dv_sem_load3d1(const struct dv_work *w)
{
    struct dv_image1 v = dv_image1_of(w);
    struct map s = map_of(w, &v.p);
    uint8_t *dst = dv_at(w, dv_op_insn(w->op)->operand[DST].space, dv_operand_address(w, DST));
    uint32_t step_m = v.c.repeat_mode ? ROWS : 0, step_k = v.c.repeat_mode ? 0 : v.p.c0;
    uint8_t sq[FRACTAL];

    if (dv_image1_empty(&v))
        return;
    for (uint32_t r = 0; r < v.c.repeat; r++, dst += dv_image1_pitch(&v)) {
        square(&s, v.p.is_b ? sq : dst, v.p.c.m_start + (uint64_t)r * step_m,
               v.p.c.k_start + (uint64_t)r * step_k);
        if (v.p.is_b)
            dv_square_turn(dst, sq, w->simd);
    }
}

/* Repeats follow each other in the destination (ours). */
void dv_sem_load3d(const struct dv_work *w)
{
    struct dv_image p = dv_image_of(w);
    struct map s = map_of(w, &p);
    uint8_t *dst = dv_at(w, dv_op_insn(w->op)->operand[DST].space, dv_operand_address(w, DST));

    if (dv_image_empty(&p))
        return;
    for (uint32_t r = 0; r < p.times; r++) {
        uint64_t m = p.c.m_start + (uint64_t)r * p.step_m;
        uint64_t k = p.c.k_start + (uint64_t)r * p.step_k;

        if (p.is_b && p.size == 4)
            window_words(&s, dst, m, k);
        else
            window(&s, dst, m, k, w->simd);
        dst += FRACTAL * dv_image_fractals(&p);
    }
}
