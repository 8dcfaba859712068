/* How initialised-ness goes from sources to destinations, one rule a shape; see init.h.
 *
 * Shapes that only move bytes run their very meaning on the shadows: pads and zeroes they put are
 * constants, which are clean. All others work on elements: one is as bad as the worst it is made
 * of. */
#include <string.h>

#include "emu/access/lanes.h"
#include "emu/check/init.h"
#include "emu/sem/sem.h"

static void spread_none(struct dv_spread *s)
{
    (void)s;
}

const dv_spread_fn dv_spread[] = {spread_none,
#define X(name) dv_spread_##name,
                                  DV_ACCESS_LIST(X)
#undef X
};

/* The mark that n bytes give to what is made of them. */
static uint8_t look(struct dv_spread *s, unsigned space, const uint8_t *p, uint32_t n)
{
    static const uint8_t clean[DV_REPEAT];
    uint8_t mark = 0;

    if (!memcmp(p, clean, n))
        return DV_MARK_CLEAN;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t one = p[i] == DV_MARK_NEVER ? DV_MARK_FRESH : p[i];

        if (!one)
            continue;
        mark = mark && one != DV_MARK_FRESH ? mark : one;
        if (!s->bytes++ || (one == DV_MARK_FRESH && s->mark != DV_MARK_FRESH)) {
            s->mark = one;
            s->space = (uint8_t)space;
            s->address = (uint64_t)(p + i - s->w.mem[space]);
        }
    }
    return mark;
}

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* ---- moves ----------------------------------------------------------------------------------- */

bool dv_spread_moves(const struct dv_work *w)
{
    switch (dv_op_insn(w->op)->access) {
    case DV_ACCESS_burst:
    case DV_ACCESS_align_in:
    case DV_ACCESS_align_out:
    case DV_ACCESS_nd2nz:
    case DV_ACCESS_load2d:
    case DV_ACCESS_load2dt:
    case DV_ACCESS_load3d:
        return true;
    default:
        return false;
    }
}

/* The caller's env has pads of 0, so a pad is clean. */
static void move(struct dv_spread *s)
{
    dv_sem[s->w.op->sem](&s->w);
}

void dv_spread_burst(struct dv_spread *s)
{
    move(s);
}

void dv_spread_align_in(struct dv_spread *s)
{
    move(s);
}

void dv_spread_align_out(struct dv_spread *s)
{
    move(s);
}

void dv_spread_nd2nz(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load2d(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load2dt(struct dv_spread *s)
{
    move(s);
}

void dv_spread_load3d(struct dv_spread *s)
{
    move(s);
}

/* ---- lanes ----------------------------------------------------------------------------------- */

bool dv_spread_holes(const struct dv_work *w)
{
    struct dv_vec v;

    switch (dv_op_insn(w->op)->access) {
    case DV_ACCESS_vec1:
        v = dv_vec1(w);
        break;
    case DV_ACCESS_vec3:
        v = dv_vec3(w);
        break;
    case DV_ACCESS_dup:
        v = dv_vec_dup(w);
        break;
    case DV_ACCESS_red:
    case DV_ACCESS_redx:
    case DV_ACCESS_redg:
    case DV_ACCESS_pair:
        v = dv_vec_red(w);
        break;
    case DV_ACCESS_mmad:
        return dv_unpack_mmad(w->cfg).m == 1;
    default:
        return false;
    }
    return !dv_mask_is_low(v.mask, dv_mask_end(v.mask));
}

static bool is_on(const uint64_t mask[2], uint32_t i)
{
    return mask[i >> 6] >> (i & 63) & 1;
}

static uint8_t *lane(const struct dv_work *w, const struct dv_side *s, uint32_t r, uint32_t i)
{
    uint32_t off = i * s->width;

    return dv_at(w, DV_SPACE_UB, s->base) + (uint64_t)r * s->rep * DV_BLOCK +
           (uint64_t)(off / DV_BLOCK) * s->blk * DV_BLOCK + off % DV_BLOCK;
}

static uint8_t worse(uint8_t a, uint8_t b)
{
    return a == DV_MARK_CLEAN || b == DV_MARK_FRESH ? b : a;
}

/* A repeat reads all its sources before it writes. */
static void lanes(struct dv_spread *s, const struct dv_vec *v)
{
    uint8_t mark[DV_LANES_MAX];
    uint64_t mask[2];

    for (uint32_t r = 0; r < v->repeats; r++) {
        dv_vec_mask(v, r, mask);
        for (uint32_t i = 0; i < v->lanes; i++) {
            mark[i] = DV_MARK_CLEAN;
            for (unsigned n = 1; n < v->sides && is_on(mask, i); n++)
                mark[i] = worse(mark[i], look(s, DV_SPACE_UB, lane(&s->w, &v->side[n], r, i),
                                              v->side[n].width));
        }
        for (uint32_t i = 0; i < v->lanes; i++)
            if (is_on(mask, i))
                memset(lane(&s->w, &v->side[0], r, i), mark[i], v->side[0].width);
    }
}

void dv_spread_vec1(struct dv_spread *s)
{
    struct dv_vec v = dv_vec1(&s->w);

    lanes(s, &v);
}

void dv_spread_vec3(struct dv_spread *s)
{
    struct dv_vec v = dv_vec3(&s->w);

    lanes(s, &v);
}

void dv_spread_dup(struct dv_spread *s)
{
    struct dv_vec v = dv_vec_dup(&s->w);

    lanes(s, &v);
}

/* ---- reductions ------------------------------------------------------------------------------ */

/* Every repeat: result i of `bytes` bytes stands for the lanes [i * group, (i + 1) * group) that
 * are on; with none of them it is left alone. */
static void results(struct dv_spread *s, uint32_t unit, uint32_t bytes, uint32_t group)
{
    struct dv_vec v = dv_vec_red(&s->w);
    struct dv_result to = dv_result_of(&s->w, unit);
    uint64_t mask[2];

    for (uint32_t r = 0; r < v.repeats; r++) {
        uint8_t *out = dv_at(&s->w, DV_SPACE_UB, to.base) + r * to.pitch;

        dv_vec_mask(&v, r, mask);
        for (uint32_t g = 0; g < v.lanes; g += group, out += bytes) {
            uint8_t mark = DV_MARK_CLEAN;
            bool any = false;

            for (uint32_t i = g; i < g + group; i++) {
                if (!is_on(mask, i))
                    continue;
                any = true;
                mark = worse(mark,
                             look(s, DV_SPACE_UB, lane(&s->w, &v.side[0], r, i), v.side[0].width));
            }
            if (any)
                memset(out, mark, bytes);
        }
    }
}

static uint32_t width_of(const struct dv_work *w)
{
    return dv_elem_bytes(dv_types[w->op->type].src);
}

/* With acc = 1 the sum goes to ACC_VAL only. */
void dv_spread_red(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w);

    results(s, e, dv_unpack_red(s->w.cfg).acc ? 0 : e, DV_REPEAT / e);
}

void dv_spread_redx(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w), n = dv_extreme_bytes(dv_unpack_red(s->w.cfg).order, e);

    results(s, n, n, DV_REPEAT / e);
}

void dv_spread_redg(struct dv_spread *s)
{
    uint32_t e = width_of(&s->w);

    results(s, 8 * e, e, DV_BLOCK / e);
}

void dv_spread_pair(struct dv_spread *s)
{
    results(s, DV_REPEAT / 2, width_of(&s->w), 2);
}

/* ---- cube ------------------------------------------------------------------------------------ */

enum { FRACTAL = 512, SIDE = 16, ROW = 32, EDGE = 4096, C_ROW = 64, C_FRACTAL = 1024 };

struct product {
    struct dv_cfg_mmad c;
    uint32_t size, k1; /* bytes of an element; fractals along k */
    uint32_t rows, columns;
    uint8_t row[EDGE], column[EDGE]; /* marks of rows of A and of columns of B */
};

/* One row of A or column of B: 32 bytes in each of its fractals, `pitch` apart, k elements. */
static uint8_t edge(struct dv_spread *s, unsigned space, const uint8_t *p, const struct product *t,
                    uint64_t pitch)
{
    uint32_t left = t->c.k * t->size;
    uint8_t mark = DV_MARK_CLEAN;

    for (uint32_t f = 0; f < t->k1; f++, p += pitch, left -= ROW)
        mark = worse(mark, look(s, space, p, left < ROW ? left : ROW));
    return mark;
}

/* Padding rows and columns count for the padding of C only. m = 1: A is one vector (isa.md 7.4). */
static void edges(struct dv_spread *s, struct product *t)
{
    const uint8_t *a = place(&s->w, 1), *b = place(&s->w, 2);
    uint64_t pitch = t->size == 4 && t->c.k_align ? (t->k1 + 1) & ~1u : t->k1;
    uint64_t across = t->columns / SIDE;

    for (uint32_t i = 0; i < t->rows; i++)
        t->row[i] = t->c.m == 1 ? edge(s, DV_SPACE_L0A, a, t, ROW)
                                : edge(s, DV_SPACE_L0A,
                                       a + i / SIDE * pitch * FRACTAL + i % SIDE * ROW, t, FRACTAL);
    for (uint32_t j = 0; j < t->columns; j++)
        t->column[j] = edge(s, DV_SPACE_L0B, b + (uint64_t)(j / SIDE) * FRACTAL + j % SIDE * ROW, t,
                            across * FRACTAL);
}

/* Sixteen elements of one row of C. */
static void put_c(struct dv_spread *s, const struct product *t, uint8_t *c, uint8_t row,
                  const uint8_t column[SIDE])
{
    static const uint8_t clean[C_ROW];

    if (row || (t->c.c_init && !memcmp(column, clean, SIDE))) {
        memset(c, row, C_ROW);
        return;
    }
    if (!memcmp(c, clean, C_ROW) && !memcmp(column, clean, SIDE))
        return;
    for (unsigned j = 0; j < SIDE; j++) {
        uint8_t old = t->c.c_init ? DV_MARK_CLEAN : look(s, DV_SPACE_L0C, c + 4 * j, 4);

        memset(c + 4 * j, worse(column[j], old), 4);
    }
}

static uint32_t whole(uint32_t n)
{
    return (n + SIDE - 1) / SIDE * SIDE;
}

/* Every element of C is as bad as its row of A, its column of B and, when it adds, itself. */
void dv_spread_mmad(struct dv_spread *s)
{
    struct product t = {.c = dv_unpack_mmad(s->w.cfg), .size = width_of(&s->w)};
    uint8_t *c = place(&s->w, 0);
    uint64_t panel;

    t.k1 = (t.c.k * t.size + ROW - 1) / ROW;
    t.rows = t.c.m == 1 ? 1 : whole(t.c.m);
    t.columns = whole(t.c.n);
    panel = (uint64_t)whole(t.c.m) / SIDE * C_FRACTAL;
    edges(s, &t);
    for (uint32_t j = 0; j < t.columns; j += SIDE)
        for (uint32_t i = 0; i < t.rows; i++)
            put_c(s, &t, c + j / SIDE * panel + (uint64_t)i * C_ROW, t.row[i], t.column + j);
}

/* ---- fixpipe --------------------------------------------------------------------------------- */

/* One matrix, element by element as in its meaning. */
struct drain {
    uint8_t *dst;
    const uint8_t *src;
    uint32_t m, n, c0, size;
    uint64_t src_panel, dst_panel, dst_row;
};

static void drain(struct dv_spread *s, const struct drain *p)
{
    for (uint32_t i = 0; i < p->m; i++)
        for (uint32_t j = 0; j < p->n; j++) {
            const uint8_t *from =
                p->src + j / SIDE * p->src_panel + (uint64_t)i * C_ROW + j % SIDE * 4;
            uint8_t *to = p->dst + j / p->c0 * p->dst_panel + (uint64_t)(j % p->c0) * p->size +
                          i * p->dst_row;

            memset(to, look(s, DV_SPACE_L0C, from, 4), p->size);
        }
}

void dv_spread_fix(struct dv_spread *s)
{
    struct dv_cfg_fix c = dv_unpack_fix(s->w.cfg);
    uint64_t many = s->w.env->v[DV_ENV_ND_PARA];
    struct drain p = {.dst = place(&s->w, 0),
                      .src = place(&s->w, 1),
                      .m = c.m,
                      .n = c.n,
                      .c0 = c.channel_split ? 8 : SIDE,
                      .size = dv_elem_bytes(dv_types[s->w.op->type].dst),
                      .src_panel = (uint64_t)C_ROW * c.src_stride};

    if (!c.nz2nd) {
        p.dst_panel = 32ull * c.dst_stride;
        p.dst_row = (uint64_t)p.c0 * p.size;
        drain(s, &p);
        return;
    }
    p.dst_panel = (uint64_t)SIDE * p.size;
    p.dst_row = (uint64_t)c.dst_stride * p.size;
    for (uint32_t i = many & 0xffff; i; i--) {
        drain(s, &p);
        p.src += (many >> 16 & 0xffff) * C_FRACTAL;
        p.dst += (many >> 32 & 0xffff) * p.size;
    }
}
