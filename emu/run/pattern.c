/* Finds words for a set of wrong elements: all, a block of rows or columns, one tile, every n-th
 * column. Owns the words; sees the tensor as a matrix of rows and must not know values. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/run/verify.h"

/* The wrong elements as a matrix, with their bounding box [r0, r1) x [c0, c1). */
struct picture {
    const uint8_t *bad;
    uint64_t rows, cols;
    uint64_t r0, r1, c0, c1, count;
};

static void measure(struct picture *p)
{
    p->r0 = p->rows;
    p->c0 = p->cols;
    for (uint64_t i = 0; i < p->rows * p->cols; i++) {
        if (!p->bad[i])
            continue;
        uint64_t r = i / p->cols, c = i % p->cols;
        p->count++;
        p->r0 = r < p->r0 ? r : p->r0;
        p->r1 = r + 1;
        p->c0 = c < p->c0 ? c : p->c0;
        p->c1 = c + 1 > p->c1 ? c + 1 : p->c1;
    }
}

/* "rows >= 992", "rows 4..7", "rows < 16", "row 3" for [lo, hi) of n. */
static int interval(char *out, size_t size, const char *one, uint64_t lo, uint64_t hi, uint64_t n)
{
    if (hi == lo + 1)
        return snprintf(out, size, "%s %" PRIu64, one, lo);
    if (hi == n)
        return snprintf(out, size, "%ss >= %" PRIu64, one, lo);
    if (lo == 0)
        return snprintf(out, size, "%ss < %" PRIu64, one, hi);
    return snprintf(out, size, "%ss %" PRIu64 "..%" PRIu64, one, lo, hi - 1);
}

static bool full_box(const struct picture *p)
{
    return p->count == (p->r1 - p->r0) * (p->c1 - p->c0);
}

static bool say_all(const struct picture *p, char *out, size_t size)
{
    if (p->count != p->rows * p->cols)
        return false;
    snprintf(out, size, "all elements");
    return true;
}

static bool say_one(const struct picture *p, char *out, size_t size)
{
    if (p->count != 1)
        return false;
    snprintf(out, size, "one element");
    return true;
}

static bool say_rows(const struct picture *p, char *out, size_t size)
{
    if (!full_box(p) || p->c1 - p->c0 != p->cols || p->rows == 1)
        return false;
    interval(out, size, "row", p->r0, p->r1, p->rows);
    return true;
}

static bool say_columns(const struct picture *p, char *out, size_t size)
{
    if (!full_box(p) || p->r1 - p->r0 != p->rows)
        return false;
    interval(out, size, p->rows == 1 ? "element" : "column", p->c0, p->c1, p->cols);
    return true;
}

/* Largest power of two dividing n; 0 divides by everything. */
static uint64_t power(uint64_t n)
{
    return n ? n & (0 - n) : UINT64_MAX;
}

/* Side of the tile an aligned interval fills: its length, or the next power of two when it ends
 * at the edge; 0 when it is no tile. */
static uint64_t side(uint64_t lo, uint64_t hi, uint64_t n)
{
    uint64_t s = hi - lo;
    if (hi == n)
        while (s & (s - 1))
            s += s & (0 - s);
    return s >= 2 && lo % s == 0 && s <= power(lo) ? s : 0;
}

static bool say_tile(const struct picture *p, char *out, size_t size)
{
    uint64_t h = side(p->r0, p->r1, p->rows), w = side(p->c0, p->c1, p->cols);
    if (!full_box(p) || !h || !w)
        return false;
    snprintf(out, size, "all of tile (%" PRIu64 ",%" PRIu64 ") of %" PRIu64 "x%" PRIu64, p->r0 / h,
             p->c0 / w, h, w);
    return true;
}

static bool say_box(const struct picture *p, char *out, size_t size)
{
    char rows[64], cols[64];
    if (!full_box(p))
        return false;
    interval(rows, sizeof rows, "row", p->r0, p->r1, p->rows);
    interval(cols, sizeof cols, "column", p->c0, p->c1, p->cols);
    snprintf(out, size, "all of %s, %s", rows, cols);
    return true;
}

/* The common step of the wrong lines among n, from `first`; 0 when the wrong lines are not
 * exactly every step-th one to the end. hit[i] says whether line i has a wrong element. */
static uint64_t step_of(const uint8_t *hit, uint64_t n, uint64_t first)
{
    uint64_t second = first + 1, lines = 0;
    while (second < n && !hit[second])
        second++;
    uint64_t step = second - first;
    if (second >= n || step < 2 || first >= step)
        return 0;
    for (uint64_t i = 0; i < n; i++) {
        lines += hit[i];
        if (hit[i] && i % step != first)
            return 0;
    }
    return lines == (n - first + step - 1) / step ? step : 0;
}

static void mark_lines(const struct picture *p, uint8_t *row, uint8_t *col)
{
    for (uint64_t i = 0; i < p->rows * p->cols; i++)
        if (p->bad[i])
            row[i / p->cols] = col[i % p->cols] = 1;
}

static bool say_step(const struct picture *p, char *out, size_t size)
{
    uint8_t *row = calloc(p->rows + p->cols, 1), *col = row + p->rows;
    if (!row)
        return false;
    mark_lines(p, row, col);
    uint64_t c = step_of(col, p->cols, p->c0), r = step_of(row, p->rows, p->r0);
    const char *what = p->rows == 1 ? "element" : "column";
    if (c)
        snprintf(out, size, "every %" PRIu64 "th %s from %" PRIu64, c, what, p->c0);
    else if (r)
        snprintf(out, size, "every %" PRIu64 "th row from %" PRIu64, r, p->r0);
    free(row);
    return c || r;
}

/* Nine of ten or more: no place says anything. */
static bool say_nearly_all(const struct picture *p, char *out, size_t size)
{
    uint64_t n = p->rows * p->cols, wrong = 0;
    for (uint64_t i = 0; i < n; i++)
        wrong += p->bad[i] != 0;
    if (wrong < n - n / 10)
        return false;
    snprintf(out, size, "nearly all: a formula, a scalar, or a stride inside the sum");
    return true;
}

static bool say_within(const struct picture *p, char *out, size_t size)
{
    char rows[64] = "", cols[64] = "";
    if (p->r1 - p->r0 < p->rows)
        interval(rows, sizeof rows, "row", p->r0, p->r1, p->rows);
    if (p->c1 - p->c0 < p->cols)
        interval(cols, sizeof cols, p->rows == 1 ? "element" : "column", p->c0, p->c1, p->cols);
    snprintf(out, size, "scattered%s%s%s%s", *rows || *cols ? " over " : "", rows,
             *rows && *cols ? ", " : "", cols);
    return true;
}

void dv_pattern(const struct dv_tensor *t, const uint8_t *bad, char *out, size_t size)
{
    static bool (*const say[])(const struct picture *, char *, size_t) = {
        say_all, say_one,  say_rows,       say_columns, say_tile,
        say_box, say_step, say_nearly_all, say_within,
    };
    struct picture p = {.bad = bad, .cols = dv_tensor_cols(t)};
    *out = 0;
    p.rows = p.cols ? t->elems / p.cols : 0;
    measure(&p);
    for (unsigned i = 0; p.count && i < sizeof say / sizeof *say; i++)
        if (say[i](&p, out, size))
            return;
}
