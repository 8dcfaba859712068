/* The closed set of references. Owns the table and the arithmetic in doubles; must not know
 * kernels, tolerances or how inputs came to be. Matrix products are in gemm.c. */
#include "emu/run/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- shapes ---------------------------------------------------------------------------------- */

static bool same_shape(const struct dv_tensor *a, const struct dv_tensor *b)
{
    return a->dims == b->dims && (!a->dims || !memcmp(a->dim, b->dim, a->dims * sizeof *a->dim));
}

static const char *fits_elementwise(const struct dv_ref_call *c)
{
    for (unsigned i = 0; i < c->ins; i++)
        if (!same_shape(&c->in[i], &c->out))
            return "every tensor must have the shape of the output";
    return NULL;
}

static const char *fits_rows(const struct dv_ref_call *c)
{
    if (!c->out.dims || !same_shape(&c->in[0], &c->out))
        return "the first input and the output must have one shape";
    for (unsigned i = 1; i < c->ins; i++)
        if (c->in[i].elems != dv_tensor_cols(&c->out))
            return "gamma and beta must have one element a column";
    return NULL;
}

static const char *fits_reduce(const struct dv_ref_call *c)
{
    uint64_t cols = dv_tensor_cols(&c->in[0]);
    return c->in[0].dims && c->in[0].elems == c->out.elems * cols
               ? NULL
               : "the output must have one element a row of the input";
}

static const char *fits_transpose(const struct dv_ref_call *c)
{
    return c->in[0].dims == 2 && c->out.dims == 2 && c->in[0].dim[0] == c->out.dim[1] &&
                   c->in[0].dim[1] == c->out.dim[0]
               ? NULL
               : "the output must be the transposed matrix";
}

/* m n k of a product; false when the shapes do not agree. */
static bool product_shape(const struct dv_ref_call *c, bool ta, bool tb, uint64_t mnk[3])
{
    const struct dv_tensor *a = &c->in[0], *b = &c->in[1];
    if (a->dims != 2 || b->dims != 2 || c->out.dims != 2)
        return false;
    mnk[0] = a->dim[ta];
    mnk[1] = b->dim[!tb];
    mnk[2] = a->dim[!ta];
    return b->dim[tb] == mnk[2] && c->out.dim[0] == mnk[0] && c->out.dim[1] == mnk[1];
}

static const char no_product[] = "the shapes are no matrix product";

/* ---- matrix products ------------------------------------------------------------------------- */

static bool run_product(const struct dv_ref_call *c, bool ta, bool tb)
{
    uint64_t s[3];
    return product_shape(c, ta, tb, s) &&
           dv_ref_gemm(c->result, &c->in[0], ta, &c->in[1], tb, s[0], s[1], s[2]);
}

static uint64_t macs_product(const struct dv_ref_call *c, bool ta, bool tb)
{
    uint64_t s[3], macs = 0;
    if (!product_shape(c, ta, tb, s) || __builtin_mul_overflow(s[0], s[1], &macs) ||
        __builtin_mul_overflow(macs, s[2], &macs))
        return 0;
    return macs;
}

#define PRODUCT(name, ta, tb) \
    static const char *fits_##name(const struct dv_ref_call *c) \
    { \
        return product_shape(c, ta, tb, (uint64_t[3]){0}) ? NULL : no_product; \
    } \
    static bool run_##name(const struct dv_ref_call *c) \
    { \
        return run_product(c, ta, tb); \
    } \
    static uint64_t macs_##name(const struct dv_ref_call *c) \
    { \
        return macs_product(c, ta, tb); \
    }

PRODUCT(gemm, false, false)
PRODUCT(gemm_nt, false, true)
PRODUCT(gemm_tn, true, false)

/* ---- convolution ----------------------------------------------------------------------------- */

/* x[c1, h, w, c0], f[c1, fh, fw, c0, n] -> y[ho, wo, n]; numbers: stride, zeros above and to the
 * left, dilation, each of height and width. */
enum { STRIDE, BEFORE = 2, DILATION = 4 };

static const char *fits_conv2d(const struct dv_ref_call *c)
{
    const struct dv_tensor *x = &c->in[0], *f = &c->in[1];
    if (x->dims != 4 || f->dims != 5 || c->out.dims != 3)
        return "the map must have 4 dimensions, the filter 5, the output 3";
    if (x->dim[0] != f->dim[0] || x->dim[3] != f->dim[3] || c->out.dim[2] != f->dim[4])
        return "map, filter and output differ in channels";
    for (unsigned i = 0; i < c->numbers; i++)
        if (c->number[i] < (i == BEFORE || i == BEFORE + 1 ? 0 : 1) || c->number[i] > 32767)
            return "strides and dilations must be from 1, paddings from 0 to 32767";
    return NULL;
}

/* The taps along one axis that meet the map: element 0 of the output's position `at`. */
static int64_t corner(const struct dv_ref_call *c, uint64_t at, unsigned axis)
{
    return (int64_t)(at * (uint64_t)c->number[STRIDE + axis]) - (int64_t)c->number[BEFORE + axis];
}

/* Adds what tap (q, i, j), all channels of panel q, gives output columns 0 .. n - 1. */
static void add_tap(const struct dv_ref_call *c, double *y, uint64_t point, uint64_t tap)
{
    const struct dv_tensor *x = &c->in[0], *f = &c->in[1];
    uint64_t c0 = x->dim[3], n = f->dim[4];
    for (uint64_t l = 0; l < c0; l++) {
        double v = dv_tensor_at(x, point * c0 + l);
        for (uint64_t o = 0; o < n; o++)
            y[o] += v * dv_tensor_at(f, (tap * c0 + l) * n + o);
    }
}

static bool run_conv2d(const struct dv_ref_call *c)
{
    const uint64_t *x = c->in[0].dim, *f = c->in[1].dim, *y = c->out.dim;
    memset(c->result, 0, c->out.elems * sizeof *c->result);
    for (uint64_t at = 0; at < y[0] * y[1]; at++)
        for (uint64_t tap = 0; tap < f[0] * f[1] * f[2]; tap++) {
            uint64_t q = tap / (f[1] * f[2]), i = tap / f[2] % f[1], j = tap % f[2];
            int64_t v = corner(c, at / y[1], 0) + (int64_t)(i * (uint64_t)c->number[DILATION]);
            int64_t u = corner(c, at % y[1], 1) + (int64_t)(j * (uint64_t)c->number[DILATION + 1]);
            if (v >= 0 && u >= 0 && v < (int64_t)x[1] && u < (int64_t)x[2])
                add_tap(c, c->result + at * y[2], (q * x[1] + (uint64_t)v) * x[2] + (uint64_t)u,
                        tap);
        }
    return true;
}

static uint64_t macs_conv2d(const struct dv_ref_call *c)
{
    uint64_t macs = c->out.elems;
    for (unsigned i = 0; i < 4; i++)
        if (__builtin_mul_overflow(macs, c->in[1].dim[i], &macs))
            return 0;
    return macs;
}

/* ---- 4:2 sparsity (isa.md 7.7) --------------------------------------------------------------- */

/* a[m, k], kept[k/64, n/16, 16, 32], index[k/64, n/16, 16, 8]: fractals of 64 k x 16 columns. */
static const char *fits_sparse(const struct dv_ref_call *c)
{
    const struct dv_tensor *a = &c->in[0], *b = &c->in[1], *x = &c->in[2];
    if (a->dims != 2 || b->dims != 4 || x->dims != 4 || c->out.dims != 2)
        return "a and the output must have 2 dimensions, what is kept and its index 4";
    if (b->dim[2] != 16 || b->dim[3] != 32 || x->dim[2] != 16 || x->dim[3] != 8)
        return "fractals must be 16 x 32, their index 16 x 8";
    return a->dim[1] == 64 * b->dim[0] && c->out.dim[1] == 16 * b->dim[1] &&
                   c->out.dim[0] == a->dim[0] && x->dim[0] == b->dim[0] && x->dim[1] == b->dim[1]
               ? NULL
               : no_product;
}

/* Position in its group of four of kept element e (0 .. 31) of a column, whose index is at `at`. */
static unsigned sparse_place(const struct dv_tensor *index, uint64_t at, unsigned e)
{
    unsigned two = (unsigned)dv_tensor_at(index, at + e / 4) >> e % 4 * 2 & 3;
    return (two + e % 2) % 4;
}

static bool run_sparse(const struct dv_ref_call *c)
{
    const struct dv_tensor *a = &c->in[0], *b = &c->in[1];
    uint64_t m = c->out.dim[0], n = c->out.dim[1];
    memset(c->result, 0, c->out.elems * sizeof *c->result);
    for (uint64_t column = 0; column < b->dim[0] * n; column++)
        for (unsigned e = 0; e < 32; e++) {
            double v = dv_tensor_at(b, column * 32 + e);
            uint64_t k = column / n * 64 + e / 2 * 4 + sparse_place(&c->in[2], column * 8, e);
            for (uint64_t i = 0; i < m; i++)
                c->result[i * n + column % n] += dv_tensor_at(a, i * a->dim[1] + k) * v;
        }
    return true;
}

/* As of the dense product. */
static uint64_t macs_sparse(const struct dv_ref_call *c)
{
    uint64_t macs = c->out.elems;
    return __builtin_mul_overflow(macs, c->in[0].dim[1], &macs) ? 0 : macs;
}

/* ---- element-wise ---------------------------------------------------------------------------- */

/* One element-wise reference: NAME(x, y, s) is an expression of the inputs and one number. */
#define ELEMENTWISE(name, expression) \
    static bool run_##name(const struct dv_ref_call *c) \
    { \
        double s = c->numbers ? c->number[0] : 0; \
        for (uint64_t i = 0; i < c->out.elems; i++) { \
            double x = dv_tensor_at(&c->in[0], i); \
            double y = c->ins > 1 ? dv_tensor_at(&c->in[1], i) : 0; \
            (void)s, (void)y; \
            c->result[i] = (expression); \
        } \
        return true; \
    }

/* NaN wins, as in the vector unit. */
static double larger(double x, double y)
{
    return x != x || y != y ? NAN : x > y ? x : y;
}

static double smaller(double x, double y)
{
    return x != x || y != y ? NAN : x < y ? x : y;
}

ELEMENTWISE(add, x + y)
ELEMENTWISE(sub, x - y)
ELEMENTWISE(mul, x *y)
ELEMENTWISE(div, x / y)
ELEMENTWISE(max, larger(x, y))
ELEMENTWISE(min, smaller(x, y))
ELEMENTWISE(adds, x + s)
ELEMENTWISE(muls, x *s)
ELEMENTWISE(maxs, larger(x, s))
ELEMENTWISE(mins, smaller(x, s))
ELEMENTWISE(axpy, s *x + y)
ELEMENTWISE(copy, x)
ELEMENTWISE(abs, fabs(x))
ELEMENTWISE(relu, larger(x, 0))
ELEMENTWISE(exp, exp(x))
ELEMENTWISE(ln, log(x))
ELEMENTWISE(sqrt, sqrt(x))
ELEMENTWISE(rec, 1 / x)
ELEMENTWISE(rsqrt, 1 / sqrt(x))

/* ---- rows ------------------------------------------------------------------------------------ */

static double row_sum(const double *x, uint64_t n)
{
    double s = 0;
    for (uint64_t i = 0; i < n; i++)
        s += x[i];
    return s;
}

static double row_max(const double *x, uint64_t n)
{
    double s = -INFINITY;
    for (uint64_t i = 0; i < n; i++)
        s = larger(s, x[i]);
    return s;
}

static double row_min(const double *x, uint64_t n)
{
    double s = INFINITY;
    for (uint64_t i = 0; i < n; i++)
        s = smaller(s, x[i]);
    return s;
}

static void softmax_row(double *x, uint64_t n)
{
    double top = row_max(x, n);
    for (uint64_t i = 0; i < n; i++)
        x[i] = exp(x[i] - top);
    double sum = row_sum(x, n);
    for (uint64_t i = 0; i < n; i++)
        x[i] /= sum;
}

static bool run_softmax(const struct dv_ref_call *c)
{
    uint64_t cols = dv_tensor_cols(&c->out);
    dv_tensor_read(c->result, &c->in[0], 0, 1, c->out.elems);
    for (uint64_t i = 0; cols && i < c->out.elems; i += cols)
        softmax_row(c->result + i, cols);
    return true;
}

static void layernorm_row(double *x, const struct dv_ref_call *c, uint64_t n, double eps)
{
    double mean = row_sum(x, n) / (double)n, var = 0;
    for (uint64_t i = 0; i < n; i++)
        var += (x[i] - mean) * (x[i] - mean);
    double scale = 1 / sqrt(var / (double)n + eps);
    for (uint64_t i = 0; i < n; i++)
        x[i] = (x[i] - mean) * scale * dv_tensor_at(&c->in[1], i) + dv_tensor_at(&c->in[2], i);
}

static bool run_layernorm(const struct dv_ref_call *c)
{
    uint64_t cols = dv_tensor_cols(&c->out);
    double eps = c->numbers ? c->number[0] : 1e-5;
    dv_tensor_read(c->result, &c->in[0], 0, 1, c->out.elems);
    for (uint64_t i = 0; cols && i < c->out.elems; i += cols)
        layernorm_row(c->result + i, c, cols, eps);
    return true;
}

static bool reduce(const struct dv_ref_call *c, double (*fn)(const double *, uint64_t))
{
    uint64_t cols = dv_tensor_cols(&c->in[0]);
    double *row = malloc((cols ? cols : 1) * sizeof *row);
    if (!row)
        return false;
    for (uint64_t i = 0; i < c->out.elems; i++) {
        dv_tensor_read(row, &c->in[0], i * cols, 1, cols);
        c->result[i] = fn(row, cols);
    }
    free(row);
    return true;
}

static bool run_sum_rows(const struct dv_ref_call *c)
{
    return reduce(c, row_sum);
}

static bool run_max_rows(const struct dv_ref_call *c)
{
    return reduce(c, row_max);
}

static bool run_min_rows(const struct dv_ref_call *c)
{
    return reduce(c, row_min);
}

static bool run_transpose(const struct dv_ref_call *c)
{
    uint64_t rows = c->out.dim[0], cols = c->out.dim[1];
    for (uint64_t i = 0; i < rows; i++)
        dv_tensor_read(c->result + i * cols, &c->in[0], i, rows, cols);
    return true;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define UNARY(name, formula) \
    { \
#name, #name ", x -> y", formula, 1, 0, 0, fits_elementwise, run_##name, NULL \
    }
#define BINARY(name, formula) \
    { \
#name, #name ", a, b -> c", formula, 2, 0, 0, fits_elementwise, run_##name, NULL \
    }
#define SCALED(name, formula) \
    { \
#name, #name ", x, s -> y", formula, 1, 1, 1, fits_elementwise, run_##name, NULL \
    }
#define MATRIX(name, sig, formula) \
    { \
#name, #name ", " sig " -> c[m, n]", formula, 2, 0, 0, fits_##name, run_##name, \
            macs_##name \
    }
#define REDUCE(name, formula) \
    { \
#name, #name ", x[rows, cols] -> y[rows]", formula, 1, 0, 0, fits_reduce, run_##name, NULL \
    }

static const struct dv_ref table[] = {
    BINARY(add, "c = a + b"),
    BINARY(sub, "c = a - b"),
    BINARY(mul, "c = a * b"),
    BINARY(div, "c = a / b"),
    BINARY(max, "c = the larger of a and b; NaN wins"),
    BINARY(min, "c = the smaller of a and b; NaN wins"),
    SCALED(adds, "y = x + s"),
    SCALED(muls, "y = x * s"),
    SCALED(maxs, "y = the larger of x and s; NaN wins"),
    SCALED(mins, "y = the smaller of x and s; NaN wins"),
    {"axpy", "axpy, x, y, s -> z", "z = s * x + y", 2, 1, 1, fits_elementwise, run_axpy, NULL},
    UNARY(copy, "y = x"),
    UNARY(abs, "y = |x|"),
    UNARY(relu, "y = the larger of x and 0; NaN wins"),
    UNARY(exp, "y = e ^ x"),
    UNARY(ln, "y = natural logarithm of x"),
    UNARY(sqrt, "y = square root of x"),
    UNARY(rec, "y = 1 / x"),
    UNARY(rsqrt, "y = 1 / square root of x"),
    MATRIX(gemm, "a[m, k], b[k, n]", "c = a b"),
    MATRIX(gemm_nt, "a[m, k], b[n, k]", "c = a b^T"),
    MATRIX(gemm_tn, "a[k, m], b[k, n]", "c = a^T b"),
    {"gemm_sparse", "gemm_sparse, a, kept, index -> c[m, n]",
     "c = a b, b of 4:2 sparsity in fractals of 64 x 16", 3, 0, 0, fits_sparse, run_sparse,
     macs_sparse},
    {"conv2d", "conv2d, x, f, sh, sw, pt, pl, dh, dw -> y",
     "y[ho, wo, n] = sum of x[c1, h, w, c0] f[c1, fh, fw, c0, n] over taps and channels", 2, 6, 6,
     fits_conv2d, run_conv2d, macs_conv2d},
    {"softmax_rows", "softmax_rows, x -> y", "y = e ^ (x - row max) / row sum of the same", 1, 0, 0,
     fits_rows, run_softmax, NULL},
    {"layernorm_rows", "layernorm_rows, x, gamma, beta [, eps] -> y",
     "y = (x - row mean) / sqrt(row variance + eps) * gamma + beta; eps = 1e-5", 3, 0, 1, fits_rows,
     run_layernorm, NULL},
    REDUCE(sum_rows, "y = sum of a row"),
    REDUCE(max_rows, "y = largest of a row; NaN wins"),
    REDUCE(min_rows, "y = smallest of a row; NaN wins"),
    {"transpose", "transpose, x[r, c] -> y[c, r]", "y = x^T", 1, 0, 0, fits_transpose,
     run_transpose, NULL},
};

enum { REFS = sizeof table / sizeof *table };

const struct dv_ref *dv_ref_at(unsigned i)
{
    return i < REFS ? &table[i] : NULL;
}

const struct dv_ref *dv_ref_find(const char *name)
{
    for (unsigned i = 0; i < REFS; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}

/* "1 input tensor", "2 input tensors". */
static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

static enum dv_err wrong_numbers(const struct dv_ref *r, unsigned given, struct dv_diag *d)
{
    char want[40];
    if (!r->numbers_max)
        snprintf(want, sizeof want, "no number");
    else if (r->numbers_min == r->numbers_max)
        snprintf(want, sizeof want, "%u number%s", r->numbers_max, plural(r->numbers_max));
    else
        snprintf(want, sizeof want, "%u to %u numbers", r->numbers_min, r->numbers_max);
    return dv_fail(d, DV_E_CONFIG, "reference '%s' takes %s, the kernel gives %u (%s)", r->name,
                   want, given, r->signature);
}

enum dv_err dv_ref_check(const struct dv_ref *r, const struct dv_ref_call *c, struct dv_diag *d)
{
    if (c->ins != r->ins)
        return dv_fail(d, DV_E_CONFIG,
                       "reference '%s' takes %u input tensor%s, the kernel gives %u (%s)", r->name,
                       r->ins, plural(r->ins), c->ins, r->signature);
    if (c->numbers < r->numbers_min || c->numbers > r->numbers_max)
        return wrong_numbers(r, c->numbers, d);
    const char *no = r->fits(c);
    return no ? dv_fail(d, DV_E_CONFIG, "reference '%s': %s (%s)", r->name, no, r->signature)
              : DV_OK;
}

enum dv_err dv_ref_run(const struct dv_ref *r, const struct dv_ref_call *c, struct dv_diag *d)
{
    enum dv_err e = dv_ref_check(r, c, d);
    if (e)
        return e;
    return r->run(c) ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory in reference '%s'", r->name);
}
