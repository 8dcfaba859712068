/* Convolutions as products: convolution loads, MMAD and fixpipe in a kernel that is assembled for
 * each geometry, against the definition of a convolution in nested loops. All numbers are small
 * integers, so every sum is exact. Evidence: isa.md 8.5, 7.2, 9.1. */
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { GEOMETRIES = 200, TEXT = 1 << 17, WEIGHTS = 0x20000 };

/* How a window is loaded: at once, or by repeats along the rows or the columns of the matrix. */
enum way { AT_ONCE, ALONG_M, ALONG_K, WAYS };

struct geometry {
    unsigned size, c0; /* bytes of an element, channels of a panel */
    bool back;         /* the map is B: gradients of the weights */
    enum way way;
    unsigned w, h, left, right, top, bottom;
    unsigned fw, fh, dw, dh, sw, sh;
    unsigned panels, cout;
    unsigned wo, ho, m, k;
    unsigned rows, columns; /* of the matrix, in one load */
    unsigned first, ring;   /* address of the map, L1_3D_SIZE */
    bool second;            /* FMATRIX_B */
    int pad;
};

static uint64_t seed;

static unsigned pick(unsigned lo, unsigned hi)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return lo + (unsigned)(seed * 0x2545f4914f6cdd1dull >> 32) % (hi - lo + 1);
}

static unsigned up(unsigned n, unsigned unit)
{
    return (n + unit - 1) / unit * unit;
}

static unsigned at_most(unsigned n, unsigned most)
{
    return n < most ? n : most;
}

/* ---- geometries ------------------------------------------------------------------------------ */

/* Size, filter, stride and padding of one axis; returns the positions. */
static unsigned axis(unsigned *size, unsigned *before, unsigned *after, unsigned *f, unsigned *d,
                     unsigned *s)
{
    *size = pick(1, 13);
    *before = pick(0, 3);
    *after = pick(0, 3);
    *f = pick(1, 4);
    *d = pick(1, 3);
    *s = pick(1, 3);
    unsigned span = *d * (*f - 1) + 1;
    if (*size + *before + *after < span)
        *size = span;
    unsigned left = *size + *before + *after - span;
    if (*s > left)
        *s = left ? left : 1;
    return left / *s + 1;
}

static struct geometry geometry(unsigned number)
{
    struct geometry g = {.size = number % 3 == 1 ? 1 : 2,
                         .back = number % 3 == 2,
                         .way = (enum way)(number / 3 % WAYS),
                         .panels = pick(1, 3),
                         .cout = pick(1, 40),
                         .second = pick(0, 1),
                         .pad = (int)pick(0, 4) - 2};

    g.c0 = 32 / g.size;
    g.wo = axis(&g.w, &g.left, &g.right, &g.fw, &g.dw, &g.sw);
    g.ho = axis(&g.h, &g.top, &g.bottom, &g.fh, &g.dh, &g.sh);
    g.m = g.wo * g.ho;
    g.k = g.panels * g.fw * g.fh * g.c0;
    g.rows = g.way == AT_ONCE || (g.way == ALONG_M) ? 16 * pick(1, 5) : 16;
    g.columns = g.c0 * pick(1, 7);
    g.first = 32 * pick(0, 500);
    if (pick(0, 1)) {
        g.ring = up(g.w * g.h * g.panels * 32, 1024) + 1024;
        g.first = g.ring - 32 * pick(1, g.ring / 32);
    }
    return g;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static int8_t map[13 * 16 * 16 * 3 * 32], weight[40 * 3 * 32 * 16 * 16], gradient[40 * 1024];

static void put(uint8_t *p, unsigned i, int v, unsigned size)
{
    static const uint16_t f16[] = {0, 0x3c00, 0x4000};

    if (size == 1)
        p[i] = (uint8_t)v;
    else
        ((uint16_t *)(void *)p)[i] = (uint16_t)(f16[abs(v)] | (v < 0 ? 0x8000 : 0));
}

static void noise(int8_t *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (int8_t)((int)pick(0, 4) - 2);
}

/* Point (y, x) of a channel, or the pad. */
static int point(const struct geometry *g, unsigned channel, int y, int x)
{
    if (y < 0 || x < 0 || y >= (int)g->h || x >= (int)g->w)
        return g->pad;
    return map[((channel / g->c0 * g->h + (unsigned)y) * g->w + (unsigned)x) * g->c0 +
               channel % g->c0];
}

/* weight[channel][fy][fx][cout], gradient[position][cout] */
static int weight_at(const struct geometry *g, unsigned channel, unsigned fy, unsigned fx,
                     unsigned co)
{
    return weight[((channel * g->fh + fy) * g->fw + fx) * g->cout + co];
}

static int input(const struct geometry *g, unsigned oy, unsigned ox, unsigned channel, unsigned fy,
                 unsigned fx)
{
    return point(g, channel, (int)(oy * g->sh + fy * g->dh) - (int)g->top,
                 (int)(ox * g->sw + fx * g->dw) - (int)g->left);
}

/* The convolution itself, at one output point. */
static int forward(const struct geometry *g, unsigned oy, unsigned ox, unsigned co)
{
    int sum = 0;

    for (unsigned channel = 0; channel < g->panels * g->c0; channel++)
        for (unsigned fy = 0; fy < g->fh; fy++)
            for (unsigned fx = 0; fx < g->fw; fx++)
                sum += input(g, oy, ox, channel, fy, fx) * weight_at(g, channel, fy, fx, co);
    return sum;
}

/* The gradient of one weight. */
static int backward(const struct geometry *g, unsigned channel, unsigned fy, unsigned fx,
                    unsigned co)
{
    int sum = 0;

    for (unsigned oy = 0; oy < g->ho; oy++)
        for (unsigned ox = 0; ox < g->wo; ox++)
            sum += input(g, oy, ox, channel, fy, fx) * gradient[(oy * g->wo + ox) * g->cout + co];
    return sum;
}

/* ---- kernels --------------------------------------------------------------------------------- */

static char text[TEXT];
static size_t used;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
    va_list list;

    va_start(list, fmt);
    used += (size_t)vsnprintf(text + used, TEXT - used, fmt, list);
    va_end(list);
    cr_assert_lt(used, TEXT);
}

static void head(const struct geometry *g, unsigned other)
{
    unsigned blocks = g->w * g->h * g->panels;
    unsigned before = g->ring ? at_most(blocks, (g->ring - g->first) / 32) : blocks;

    used = 0;
    say(".kernel conv, core=aic\n.param x, in, u8[64]\n.param w, in, u8[64]\n"
        ".param c, out, f32[64]\n"
        ".flag arrived, mte2 -> mte1\n.flag full, mte1 -> m\n.flag free, m -> mte1\n"
        ".flag done, m -> fix\n.flag stored, fix -> m\nconv:\n"
        ".reg px:gm, pw:gm, pc:gm, t, la:l1, lb:l1, za:l0a, zb:l0b, acc:l0c = 0\n"
        ".reg im:load3d, ld:load2d, mm:mmad, fx:fix, bu:burst\n"
        "ldparam px, x\nldparam pw, w\nldparam pc, c\n");
    say("mov la, %u\nmov bu, {len_burst=%u}\nmov_out_to_l1 [la], [px], bu\n", g->first, before);
    if (before < blocks)
        say("mov la, 0\nmov t, %u\nadd.s64 px, px, t\nmov bu, {len_burst=%u}\n"
            "mov_out_to_l1 [la], [px], bu\nmov la, %u\n",
            32 * before, blocks - before, g->first);
    say("mov lb, %u\nmov bu, {len_burst=%u}\nmov_out_to_l1 [lb], [pw], bu\n", WEIGHTS, 16 * other);
    say("mov t, %u | %u<<16 | %u<<32 | %u<<40 | %u<<48 | %u<<56\nmov %s, t\n", g->w, g->h, g->left,
        g->right, g->top, g->bottom, g->second ? "fmatrix_b" : "fmatrix");
    uint16_t pad = 0;
    put((uint8_t *)&pad, 0, g->pad, g->size);
    say("mov t, %u\nmov padding, t\nmov t, %u\nmov l1_3d_size, t\n",
        g->size == 1 ? pad * 257u : pad, g->ring);
    say("set arrived\nwait arrived\n");
}

/* The window of `rows` x `columns` at (m, k). */
static void window(const struct geometry *g, unsigned m, unsigned k, unsigned rows,
                   unsigned columns)
{
    unsigned times = g->way == ALONG_M   ? up(rows, 16) / 16
                     : g->way == ALONG_K ? columns / g->c0
                                         : 1;

    say("mov t, %u | %u<<16 | 1\nmov l3d_rpt, t\n", g->way == ALONG_K ? 1u << 24 : 0, times);
    say("mov im, {channel_size=%u fmatrix_b=%u filter_h=%u filter_w=%u dilation_h=%u "
        "dilation_w=%u stride_h=%u stride_w=%u m_start=%u k_start=%u m_extension=%u "
        "k_extension=%u}\n",
        g->panels * g->c0, g->second, g->fh, g->fw, g->dh, g->dw, g->sh, g->sw, m, k,
        g->way == ALONG_M ? 16 : rows, g->way == ALONG_K ? g->c0 : columns);
    say("load_l1_to_l0%c_3dv2.b%u [%s], [la], im\n", g->back ? 'b' : 'a', 8 * g->size,
        g->back ? "zb" : "za");
}

static void product(const char *type, unsigned m, unsigned k, unsigned n, bool first)
{
    say("set full\nwait full\nmov mm, {m=%u k=%u n=%u c_init=%u}\nmmad.%s [acc], [za], [zb], mm\n"
        "set free\nwait free\n",
        m, k, n, first, type);
}

/* m x n of a result with `pitch` elements a row to element `at`. */
static void store(const char *type, unsigned at, unsigned m, unsigned n, unsigned pitch)
{
    say("set done\nwait done\nldparam pc, c\nmov t, %u\nadd.s64 pc, pc, t\n"
        "mov fx, {n=%u m=%u dst_stride=%u src_stride=%u nz2nd=1}\n"
        "fix_l0c_to_out.%s [pc], [acc], fx\nset stored\nwait stored\n",
        4 * at, n, m, pitch, up(m, 16), type);
}

/* c[m, cout]: the matrix times the weights. */
static void forward_kernel(const struct geometry *g)
{
    unsigned n1 = up(g->cout, 16) / 16;

    head(g, g->k / g->c0 * n1);
    for (unsigned m = 0; m < g->m; m += g->rows) {
        unsigned rows = at_most(g->rows, g->m - m);

        for (unsigned k = 0; k < g->k; k += g->columns) {
            unsigned columns = at_most(g->columns, g->k - k);

            say("mov za, 0\nmov zb, 0\n");
            window(g, m, k, rows, columns);
            say("mov ld, {repeat=%u start=%u}\nload_l1_to_l0b_2d [zb], [lb], ld\n",
                columns / g->c0 * n1, k / g->c0 * n1);
            product(g->size == 1 ? "s8" : "f16f32", up(rows, 16), columns,
                    g->size == 1 ? 16 * n1 : g->cout, !k);
        }
        store(g->size == 1 ? "s32" : "f32", m * g->cout, rows, g->cout, g->cout);
    }
    say("end\n");
}

/* c[cout, k]: the gradient times the matrix. */
static void backward_kernel(const struct geometry *g)
{
    unsigned m1 = up(g->cout, 16) / 16, k1 = up(g->m, 16) / 16;

    head(g, m1 * k1);
    for (unsigned k = 0; k < g->k; k += g->columns) {
        unsigned columns = at_most(g->columns, g->k - k);

        for (unsigned m = 0; m < g->m; m += g->rows) {
            unsigned rows = at_most(g->rows, g->m - m), across = up(rows, 16) / 16;

            say("mov zb, 0\n");
            window(g, m, k, rows, columns);
            for (unsigned i = 0; i < m1; i++)
                say("mov za, %u\nmov ld, {repeat=%u start=%u}\nload_l1_to_l0a_2d [za], [lb], ld\n",
                    i * across * 512, across, i * k1 + m / 16);
            say("mov za, 0\n");
            product("f16f32", 16 * m1, rows, columns, !m);
        }
        store("f32", k, g->cout, columns, g->k);
    }
    say("end\n");
}

/* ---- the bench ------------------------------------------------------------------------------- */

static void fill_map(const struct geometry *g, uint8_t *p)
{
    unsigned n = g->w * g->h * g->panels * g->c0;

    noise(map, n);
    for (unsigned i = 0; i < n; i++)
        put(p, i, map[i], g->size);
}

/* Weights as B: rows of fractals c0 x 16, column by column. */
static void fill_weights(const struct geometry *g, uint8_t *p)
{
    unsigned n1 = up(g->cout, 16) / 16;

    noise(weight, g->k * g->cout);
    for (unsigned k = 0; k < g->k; k++)
        for (unsigned co = 0; co < g->cout; co++) {
            unsigned tap = k / g->c0, taps = g->fh * g->fw;
            int v =
                weight_at(g, tap / taps * g->c0 + k % g->c0, tap % taps / g->fw, tap % g->fw, co);

            put(p, ((tap * n1 + co / 16) * 16 + co % 16) * g->c0 + k % g->c0, v, g->size);
        }
}

/* The gradient, transposed, as A: rows of fractals 16 x 16. */
static void fill_gradient(const struct geometry *g, uint8_t *p)
{
    unsigned k1 = up(g->m, 16) / 16;

    noise(gradient, g->m * g->cout);
    for (unsigned m = 0; m < g->m; m++)
        for (unsigned co = 0; co < g->cout; co++)
            put(p, ((co / 16 * k1 + m / 16) * 16 + co % 16) * 16 + m % 16,
                gradient[m * g->cout + co], 2);
}

static int element(const struct geometry *g, const uint8_t *c, unsigned i)
{
    float f;
    int32_t v;

    memcpy(&f, c + (size_t)4 * i, 4);
    memcpy(&v, c + (size_t)4 * i, 4);
    return g->size == 1 ? v : (int)f;
}

static unsigned differ_forward(const struct geometry *g, const uint8_t *c)
{
    unsigned wrong = 0;

    for (unsigned m = 0; m < g->m; m++)
        for (unsigned co = 0; co < g->cout; co++)
            wrong += element(g, c, m * g->cout + co) != forward(g, m / g->wo, m % g->wo, co);
    return wrong;
}

static unsigned differ_backward(const struct geometry *g, const uint8_t *c)
{
    unsigned wrong = 0, taps = g->fh * g->fw;

    for (unsigned co = 0; co < g->cout; co++)
        for (unsigned k = 0; k < g->k; k++) {
            unsigned tap = k / g->c0, channel = tap / taps * g->c0 + k % g->c0;

            wrong += element(g, c, co * g->k + k) !=
                     backward(g, channel, tap % taps / g->fw, tap % g->fw, co);
        }
    return wrong;
}

static void convolve(unsigned number)
{
    static const struct dv_machine_opts opts;
    struct geometry g = geometry(number);
    unsigned other = g.back ? up(g.cout, 16) * up(g.m, 16) * 2 : g.k * up(g.cout, 16) * g.size;
    unsigned results = g.back ? g.cout * g.k : g.m * g.cout;
    struct bench b;

    if (g.back)
        backward_kernel(&g);
    else
        forward_kernel(&g);
    bench_open(&b, "910B1", &opts, text);
    fill_map(&g, bench_tensor(&b, (uint64_t)g.w * g.h * g.panels * 32));
    uint8_t *w = bench_tensor(&b, other), *c = bench_tensor(&b, (uint64_t)4 * results + 64);
    memset(w, 0, other);
    memset(c, 0xa5, 4 * (size_t)results + 64);
    if (g.back)
        fill_gradient(&g, w);
    else
        fill_weights(&g, w);
    cr_assert_eq(bench_run(&b, 1), DV_OK, "geometry %u: %s", number, b.d.text);
    unsigned wrong = g.back ? differ_backward(&g, c) : differ_forward(&g, c);
    cr_expect_eq(wrong, 0,
                 "geometry %u: %u of %u differ (map %ux%ux%u, filter %ux%u, stride %ux%u, "
                 "dilation %ux%u, %u outputs, b%u%s, way %d, ring %u)",
                 number, wrong, results, g.h, g.w, g.panels * g.c0, g.fh, g.fw, g.sh, g.sw, g.dh,
                 g.dw, g.cout, 8 * g.size, g.back ? " to L0B" : "", g.way, g.ring);
    for (unsigned i = 0; i < 64; i++)
        cr_expect_eq(c[(size_t)4 * results + i], 0xa5, "geometry %u: behind the result", number);
    bench_close(&b);
}

Test(conv, as_a_product)
{
    seed = 20;
    for (unsigned i = 0; i < GEOMETRIES; i++)
        convolve(i);
}
