/* How marks of bytes never written go through the cube: products, and the loads of what only they
 * read. See init.h. */
#include <string.h>

#include "emu/access/product.h"
#include "emu/check/init.h"

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

enum { SIDE = DV_FRACTAL_SIDE, EDGE = 4096 };

struct product {
    struct dv_product p;
    uint32_t rows, columns;
    uint8_t row[EDGE], column[EDGE]; /* marks of rows of A and of columns of B */
};

/* One row of A or column of B: `bytes` of it, 32 in each of its fractals, `pitch` apart. */
static uint8_t edge(struct dv_spread *s, unsigned space, const uint8_t *p, uint32_t bytes,
                    uint64_t pitch)
{
    uint8_t mark = DV_MARK_CLEAN;

    for (; bytes; p += pitch) {
        uint32_t n = bytes < DV_FRACTAL_ROW ? bytes : DV_FRACTAL_ROW;

        mark = dv_spread_worse(mark, dv_spread_look(s, space, p, n));
        bytes -= n;
    }
    return mark;
}

/* Padding rows count for the padding of C only. m = 1: A is one vector (isa.md 7.4). */
static void rows_of_a(struct dv_spread *s, struct product *t)
{
    const uint8_t *a = place(&s->w, 1);
    uint32_t bytes = (t->p.k * t->p.bits + 7) / 8;

    for (uint32_t i = 0; i < t->rows; i++)
        t->row[i] = t->p.vector ? edge(s, DV_SPACE_L0A, a, bytes, DV_FRACTAL_ROW)
                                : edge(s, DV_SPACE_L0A,
                                       a + (uint64_t)(i / SIDE) * t->p.a_pitch * DV_FRACTAL +
                                           i % SIDE * DV_FRACTAL_ROW,
                                       bytes, DV_FRACTAL);
}

/* Of four k sparse B keeps two; their index carries the mark of the data, which comes with it. The
 * bias is as good as part of its column. */
static void columns_of_b(struct dv_spread *s, struct product *t)
{
    const uint8_t *b = place(&s->w, 2), *bias = s->w.mem[DV_SPACE_BT] + t->p.bias;
    uint32_t bytes = t->p.sparse ? (t->p.k + 3) / 4 * 2 : (t->p.k * t->p.bits + 7) / 8;
    uint32_t there = t->p.b_bytes < DV_FRACTAL ? t->p.n : t->columns;

    for (uint32_t j = 0; j < t->columns; j++) {
        t->column[j] = DV_MARK_CLEAN;
        if (j < there)
            t->column[j] = edge(s, DV_SPACE_L0B,
                                b + (uint64_t)(j / SIDE) * t->p.b_bytes + j % SIDE * DV_FRACTAL_ROW,
                                bytes, (uint64_t)t->p.n1 * t->p.b_bytes);
        if (t->p.biased && j < t->p.n)
            t->column[j] = dv_spread_worse(t->column[j],
                                           dv_spread_look(s, DV_SPACE_BT, bias + 4 * (size_t)j, 4));
    }
}

/* Sixteen elements of one row of C. */
static void put_c(struct dv_spread *s, const struct product *t, uint8_t *c, uint8_t row,
                  const uint8_t column[SIDE])
{
    static const uint8_t clean[SIDE * 4];
    uint32_t size = t->p.c_size;
    bool fresh = t->p.init || t->p.biased;

    if (row || (fresh && !memcmp(column, clean, SIDE))) {
        memset(c, row, (size_t)SIDE * size);
        return;
    }
    if (!memcmp(c, clean, (size_t)SIDE * size) && !memcmp(column, clean, SIDE))
        return;
    for (unsigned j = 0; j < SIDE; j++) {
        uint8_t old = fresh ? DV_MARK_CLEAN : dv_spread_look(s, DV_SPACE_L0C, c + j * size, size);

        memset(c + j * size, dv_spread_worse(column[j], old), size);
    }
}

/* Every element of C is as bad as its row of A, its column of B and, when it adds, itself. */
void dv_spread_mmad(struct dv_spread *s)
{
    struct product t = {.p = dv_product_of(&s->w)};
    uint8_t *c = place(&s->w, 0);
    uint64_t pitch = (uint64_t)SIDE * t.p.c_size;

    t.rows = t.p.vector ? 1 : t.p.m1 * SIDE;
    t.columns = t.p.n1 * SIDE;
    rows_of_a(s, &t);
    columns_of_b(s, &t);
    for (uint32_t j = 0; j < t.p.n1; j++)
        for (uint32_t i = 0; i < t.rows; i++)
            put_c(s, &t, c + (j * t.p.m1 * SIDE + i) * pitch, t.row[i], t.column + j * SIDE);
}

/* A column of a fractal and its index become as bad as the worse of them. */
void dv_spread_load2dsp(struct dv_spread *s)
{
    struct dv_cfg_load2dsp c = dv_unpack_load2dsp(s->w.cfg);
    enum { COLUMN = DV_INDEX / SIDE };
    const uint8_t *src = place(&s->w, 1) + (uint64_t)DV_FRACTAL * c.start;
    const uint8_t *index = place(&s->w, 2) + (uint64_t)DV_INDEX * c.start;
    uint8_t *dst = place(&s->w, 0);

    for (uint32_t i = 0; i < c.repeat * SIDE; i++) {
        uint8_t mark = dv_spread_look(s, DV_SPACE_L1, index + i * COLUMN, COLUMN);

        for (uint32_t b = i * DV_FRACTAL_ROW; b < (i + 1) * DV_FRACTAL_ROW; b++)
            dst[b] = dv_spread_worse(dv_spread_look(s, DV_SPACE_L1, src + b, 1), mark);
    }
}

void dv_spread_l1_bt(struct dv_spread *s)
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(s->w.cfg);
    uint32_t size = c.convert ? 2 : 4, n = 16u * c.len_burst;
    const uint8_t *src = place(&s->w, 1);
    uint8_t *dst = place(&s->w, 0);

    for (uint32_t i = 0; i < c.n_burst; i++) {
        for (uint32_t e = 0; e < n; e++)
            memset(dst + 4 * e, dv_spread_look(s, DV_SPACE_L1, src + size * e, size), 4);
        src += (uint64_t)size * n + 32ull * c.src_gap;
        dst += 4ull * n + 64ull * c.dst_gap;
    }
}
