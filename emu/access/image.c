/* Footprint of convolution loads from L1 to L0A and L0B.
 *
 * Owns: which points of the feature map a window of the matrix reads (isa.md 8.5).
 * A window is cut into rectangles of filter positions and of taps; each pair reads a grid of
 * points. When the grids are more than a footprint holds, each panel is covered by its hull. */
#include "emu/access/box.h"
#include "emu/access/image.h"

enum { DST, SRC };

/* ---- points of the map ----------------------------------------------------------------------- */

/* Part of a window: rows m0 .. m1 of the matrix, columns k0 .. k1. */
struct cut {
    uint64_t m0, m1, k0, k1;
};

/* Rows lo .. hi - 1 of a raster by columns. */
struct rect {
    uint32_t y, x, rows, columns;
};

/* A run of a raster of `width` columns as at most three rectangles. */
static unsigned rectangles(uint64_t lo, uint64_t hi, uint32_t width, struct rect out[3])
{
    uint64_t first = lo / width, last = (hi - 1) / width; /* rows */
    uint32_t from = (uint32_t)(lo % width), to = (uint32_t)((hi - 1) % width) + 1;
    unsigned n = 0;

    if (first == last) {
        out[n++] = (struct rect){(uint32_t)first, from, 1, to - from};
        return n;
    }
    if (from)
        out[n++] = (struct rect){(uint32_t)first++, from, 1, width - from};
    if (to < width)
        out[n++] = (struct rect){(uint32_t)last--, 0, 1, to};
    if (first <= last)
        out[n++] = (struct rect){(uint32_t)first, 0, (uint32_t)(last - first) + 1, width};
    return n;
}

/* Coordinates first, first + pitch, ..; none when count is 0. */
struct line {
    int64_t first, pitch, count;
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t t = a % b;

        a = b;
        b = t;
    }
    return a;
}

/* What n positions and f taps reach from `at` on, on an axis of `size` points. */
struct reach {
    int64_t at;
    uint32_t n, stride, f, dilation, size;
};

static int64_t raster(const struct reach *a)
{
    return common_divisor(a->n > 1 ? a->stride : 0, a->f > 1 ? a->dilation : 0);
}

/* Every coordinate of the raster inside the axis, from the first to the last. */
static struct line coordinates(const struct reach *a)
{
    int64_t at = a->at, pitch = raster(a) ? raster(a) : 1;
    int64_t last = at + (int64_t)(a->n - 1) * a->stride + (int64_t)(a->f - 1) * a->dilation;

    if (at < 0)
        at += (-at + pitch - 1) / pitch * pitch;
    if (last >= a->size)
        last -= (last - a->size + pitch) / pitch * pitch;
    return (struct line){at, pitch, last < at ? 0 : (last - at) / pitch + 1};
}

/* Lines without holes that the reach falls into: one when positions and taps fill their raster,
 * else one for each tap or each position. */
static uint32_t lines(const struct reach *a)
{
    int64_t g = raster(a);

    if (a->n == 1 || a->f == 1 || (a->stride == g && a->dilation <= g * a->n) ||
        (a->dilation == g && a->stride <= g * a->f))
        return 1;
    return a->f < a->n ? a->f : a->n;
}

static struct line line_of(const struct reach *a, uint32_t i, uint32_t count)
{
    struct reach one = *a;

    if (count > 1 && a->f < a->n) {
        one.at += (int64_t)i * a->dilation;
        one.f = 1;
    } else if (count > 1) {
        one.at += (int64_t)i * a->stride;
        one.n = 1;
    }
    return coordinates(&one);
}

/* Panels `first` .. that all read taps t0 .. t1 - 1, points of `bytes`. */
struct group {
    uint64_t base; /* of the first panel */
    uint32_t panels, t0, t1, bytes;
};

/* Where footprints go, and how: grids, or one hull a group. */
struct reader {
    const struct dv_work *w;
    const struct dv_image *p;
    struct dv_foot *f;
    bool hull;
    uint64_t lo, hi; /* hull of the group so far */
};

static enum dv_err add_box(struct reader *r, const struct dv_box *b)
{
    struct dv_diag scratch;

    dv_diag_init(&scratch);
    if (dv_foot_box(r->w, r->f, b, &scratch) != DV_OK || r->f->n >= DV_FOOT_MAX)
        return DV_E_UNSUPPORTED; /* one part is the destination's */
    return DV_OK;
}

static enum dv_err grid(struct reader *r, const struct group *g, const struct line *y,
                        const struct line *x)
{
    int64_t row = (int64_t)r->p->w * g->bytes;
    struct dv_box b = {
        .operand = SRC,
        .rw = DV_READ,
        .base = g->base + (uint64_t)(y->first * row + x->first * g->bytes),
        .bytes = g->bytes,
        .dims = 3,
        .dim = {{(uint32_t)x->count, x->pitch * g->bytes},
                {(uint32_t)y->count, y->pitch * row},
                {g->panels, (int64_t)dv_image_panel(r->p)}},
    };

    if (r->hull) {
        uint64_t end =
            b.base +
            (uint64_t)((y->count - 1) * y->pitch * row + (x->count - 1) * x->pitch * g->bytes) +
            g->bytes;

        r->lo = b.base < r->lo ? b.base : r->lo;
        r->hi = end > r->hi ? end : r->hi;
        return DV_OK;
    }
    return add_box(r, &b);
}

/* Positions of one rectangle under taps of another. */
static enum dv_err rectangle(struct reader *r, const struct group *g, const struct rect *at,
                             const struct rect *tap)
{
    const struct dv_image *p = r->p;
    const struct dv_cfg_load3d *c = &p->c;
    struct reach v = {(int64_t)at->y * c->stride_h - p->top + (int64_t)tap->y * c->dilation_h,
                      at->rows,
                      c->stride_h,
                      tap->rows,
                      c->dilation_h,
                      p->h};
    struct reach u = {(int64_t)at->x * c->stride_w - p->left + (int64_t)tap->x * c->dilation_w,
                      at->columns,
                      c->stride_w,
                      tap->columns,
                      c->dilation_w,
                      p->w};
    uint32_t down = r->hull ? 1 : lines(&v), across = r->hull ? 1 : lines(&u);
    enum dv_err e = DV_OK;

    for (uint32_t i = 0; i < down; i++) {
        struct line y = line_of(&v, i, down);

        for (uint32_t j = 0; j < across && y.count && e == DV_OK; j++) {
            struct line x = line_of(&u, j, across);

            e = x.count ? grid(r, g, &y, &x) : DV_OK;
        }
    }
    return e;
}

static enum dv_err read_group(struct reader *r, const struct group *g, uint64_t m0, uint64_t m1)
{
    struct rect at[3], tap[3];
    unsigned ats = rectangles(m0, m1, r->p->wo, at);
    unsigned taps = rectangles(g->t0, g->t1, r->p->c.filter_w, tap);
    enum dv_err e = DV_OK;

    r->lo = UINT64_MAX;
    r->hi = 0;
    for (unsigned i = 0; i < ats; i++)
        for (unsigned j = 0; j < taps && e == DV_OK; j++)
            e = rectangle(r, g, &at[i], &tap[j]);
    if (!r->hull || r->lo >= r->hi || e != DV_OK)
        return e;

    struct dv_box b = {
        .operand = SRC,
        .rw = DV_READ,
        .base = r->lo,
        .bytes = (uint32_t)(r->hi - r->lo),
        .dims = 1,
        .dim = {{g->panels, (int64_t)dv_image_panel(r->p)}},
    };
    return add_box(r, &b);
}

/* Panels of c0 channels: a first and a last one may be partial, those between read every tap. */
static enum dv_err read_panels(struct reader *r, const struct cut *c, uint64_t q0, uint64_t q1)
{
    uint32_t taps = r->p->taps;
    enum dv_err e = DV_OK;

    while (q0 < q1 && e == DV_OK) {
        uint32_t from = (uint32_t)(q0 % taps);
        uint64_t whole = from ? 0 : (q1 - q0) / taps;
        uint32_t n = from + (q1 - q0) < taps ? (uint32_t)(q1 - q0) : taps - from;
        struct group g = {
            .base = dv_operand_address(r->w, SRC) + r->p->skip + q0 / taps * dv_image_panel(r->p),
            .panels = whole ? (uint32_t)whole : 1,
            .t0 = from,
            .t1 = from + n,
            .bytes = DV_IMAGE_BLOCK,
        };

        e = read_group(r, &g, c->m0, c->m1);
        q0 += whole ? whole * taps : n;
    }
    return e;
}

/* One cut of the matrix; the packed panel follows the others. */
static enum dv_err read_cut(struct reader *r, const struct cut *c)
{
    const struct dv_image *p = r->p;
    uint64_t packed = (uint64_t)p->panels * p->taps * p->c0; /* its first column */
    uint64_t end = c->k1 < packed ? c->k1 : packed;
    enum dv_err e = read_panels(r, c, c->k0 / p->c0, dv_ceil_div(end, p->c0));

    if (e != DV_OK || c->k1 <= packed)
        return e;

    uint64_t from = c->k0 > packed ? c->k0 - packed : 0;
    struct group g = {
        .base = dv_operand_address(r->w, SRC) + p->panels * dv_image_panel(p),
        .panels = 1,
        .t0 = (uint32_t)(from / p->tail),
        .t1 = (uint32_t)dv_ceil_div(c->k1 - packed, p->tail),
        .bytes = dv_image_tail_bytes(p),
    };
    return read_group(r, &g, c->m0, c->m1);
}

/* Rows and columns of `repeats` repeats from number i on, to the end of their last fractals. */
static struct cut cut_of(const struct dv_image *p, uint32_t i, uint32_t repeats)
{
    uint64_t m0 = p->c.m_start + (uint64_t)i * p->step_m;
    uint64_t k0 = p->c.k_start + (uint64_t)i * p->step_k;
    uint64_t m1 =
        m0 + (uint64_t)(repeats - 1) * p->step_m + (uint64_t)DV_IMAGE_ROWS * dv_image_down(p);
    uint64_t k1 = k0 + (uint64_t)(repeats - 1) * p->step_k + (uint64_t)p->c0 * dv_image_across(p);

    return (struct cut){m0, m1 < p->m ? m1 : p->m, k0, k1 < p->k ? k1 : p->k};
}

/* Repeats that touch or overlap are one cut. */
static enum dv_err read_cuts(struct reader *r)
{
    const struct dv_image *p = r->p;
    bool apart = p->step_m > p->c.m_extension || p->step_k > p->c.k_extension;
    uint32_t cuts = apart && !r->hull ? p->times : 1;
    enum dv_err e = DV_OK;

    for (uint32_t i = 0; i < cuts && e == DV_OK; i++) {
        struct cut c = cut_of(p, i, cuts == 1 ? p->times : 1);

        e = read_cut(r, &c);
    }
    return e;
}

/* ---- circular L1 ----------------------------------------------------------------------------- */

static void piece(struct dv_foot *f, const struct dv_strided *p, uint64_t base, uint32_t rows,
                  uint64_t bytes)
{
    if (!rows || !bytes)
        return;
    f->part[f->n] = *p;
    f->part[f->n].base = base;
    f->part[f->n].rows = rows;
    f->part[f->n++].bytes = (uint32_t)bytes;
}

/* A part that crosses the end of the ring: rows before it, the row across in two, rows behind. */
static void split(struct dv_foot *f, unsigned i, uint64_t ring)
{
    struct dv_strided p = f->part[i];
    uint64_t pitch = (uint64_t)p.pitch;
    uint32_t before = 0, across = 0;

    while (before < p.rows && p.base + before * pitch + p.bytes <= ring)
        before++;
    uint64_t at = p.base + before * pitch;
    if (before < p.rows && at < ring) {
        across = 1;
        piece(f, &p, at, 1, ring - at);
        piece(f, &p, 0, 1, at + p.bytes - ring);
    }
    piece(f, &p, at + across * pitch - ring, p.rows - before - across, p.bytes);
    f->part[i].rows = before;
    if (!before)
        f->part[i] = f->part[--f->n];
}

static enum dv_err wrap(struct dv_foot *f, uint64_t ring)
{
    for (unsigned i = f->n; ring && i-- > 0;) {
        uint64_t lo, hi;

        dv_strided_hull(&f->part[i], &lo, &hi);
        if (hi <= ring)
            continue;
        if (f->n + 3 >= DV_FOOT_MAX)
            return DV_E_UNSUPPORTED;
        split(f, i, ring);
    }
    return DV_OK;
}

/* ---- the shape ------------------------------------------------------------------------------- */

void dv_image_reads(const struct dv_work *w, const struct dv_image *p, struct dv_foot *f)
{
    struct reader r = {.w = w, .p = p, .f = f};

    if (read_cuts(&r) == DV_OK && wrap(f, p->ring) == DV_OK)
        return;
    r.hull = true; /* at most four parts, sixteen after wrapping */
    f->n = 0;
    read_cuts(&r);
    wrap(f, p->ring);
}

uint32_t dv_image_turns(const struct dv_image *p)
{
    uint64_t row = (uint64_t)p->c.filter_w * p->c0; /* packed panels counted like others: ours */

    if (p->c.filter_h == 1)
        return 0;
    return (uint32_t)((p->c.k_start + (uint64_t)p->c.k_extension - 1) / row - p->c.k_start / row);
}

enum dv_err dv_access_load3d(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_image p = dv_image_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK || dv_image_empty(&p))
        return e;
    e = dv_image_legal(w, &p, d);
    if (e != DV_OK)
        return e;

    uint64_t fractals = dv_image_fractals(&p) * p.times;
    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = DV_IMAGE_FRACTAL,
        .dims = 1,
        .dim = {{fractals < UINT32_MAX ? (uint32_t)fractals : UINT32_MAX, DV_IMAGE_FRACTAL}},
    };
    f->amount.bursts = dst.dim[0].count;
    f->amount.bytes = fractals * DV_IMAGE_FRACTAL;
    f->amount.step = p.c.stride_w;
    f->amount.turns = dv_image_turns(&p);
    dv_image_reads(w, &p, f);
    return dv_foot_box(w, f, &dst, d);
}
