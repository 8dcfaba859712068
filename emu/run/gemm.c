/* The matrix product of the references, blocked so that 1024^3 takes a fraction of a second.
 *
 * Every product of two f16, bf16 or f32 values is exact in double, so fused and unfused
 * instructions give the same bits, and each sum runs over ascending k whatever the vector width:
 * the result is the same on every host. Must not know kernels or tolerances. */
#include <stdlib.h>
#include <string.h>

#include "emu/run/reference.h"

enum { ROWS = 6, COLS = 8, DEPTH = 256, BAND = 96 };

typedef double vec4 __attribute__((vector_size(32)));

/* ROWS x COLS sums: c[r] += a[l][r] * b[l]; c has `pitch` doubles a row. */
static inline __attribute__((always_inline)) void tile(double *c, size_t pitch, const double *a,
                                                       const double *b, uint64_t depth)
{
    vec4 left[ROWS], right[ROWS], l4, r4;
    for (unsigned r = 0; r < ROWS; r++) {
        memcpy(&left[r], c + r * pitch, sizeof l4);
        memcpy(&right[r], c + r * pitch + 4, sizeof r4);
    }
    for (uint64_t l = 0; l < depth; l++, a += ROWS, b += COLS) {
        memcpy(&l4, b, sizeof l4);
        memcpy(&r4, b + 4, sizeof r4);
        for (unsigned r = 0; r < ROWS; r++) {
            left[r] += l4 * a[r];
            right[r] += r4 * a[r];
        }
    }
    for (unsigned r = 0; r < ROWS; r++) {
        memcpy(c + r * pitch, &left[r], sizeof l4);
        memcpy(c + r * pitch + 4, &right[r], sizeof r4);
    }
}

static void tile_plain(double *c, size_t pitch, const double *a, const double *b, uint64_t depth)
{
    tile(c, pitch, a, b, depth);
}

#if defined __x86_64__
__attribute__((target("avx2"))) static void tile_avx2(double *c, size_t pitch, const double *a,
                                                      const double *b, uint64_t depth)
{
    tile(c, pitch, a, b, depth);
}
#endif

typedef void (*tile_fn)(double *, size_t, const double *, const double *, uint64_t);

static tile_fn choose(void)
{
#if defined __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return tile_avx2;
#endif
    return tile_plain;
}

struct product {
    const struct dv_tensor *a, *b;
    bool ta, tb;
    uint64_t m, n, k;
    uint64_t wide;       /* n rounded up to COLS */
    double *pa, *pb, *c; /* packed operands, padded result */
};

/* b[l0 .. l0 + depth) of all columns as panels of COLS columns. */
static void pack_b(struct product *p, uint64_t l0, uint64_t depth)
{
    uint64_t line = p->tb ? p->k : p->n;
    for (uint64_t j0 = 0; j0 < p->wide; j0 += COLS) {
        double *to = p->pb + j0 * DEPTH;
        uint64_t cols = p->n - j0 < COLS ? p->n - j0 : COLS;
        memset(to, 0, depth * COLS * sizeof *to);
        for (uint64_t l = 0; l < depth; l++)
            dv_tensor_read(to + l * COLS, p->b, p->tb ? j0 * line + l0 + l : (l0 + l) * line + j0,
                           p->tb ? line : 1, cols);
    }
}

/* ROWS rows of a from row i0, columns l0 .., transposed to [l][ROWS]. */
static void pack_a(const struct product *p, uint64_t i0, uint64_t l0, uint64_t depth, double *to)
{
    uint64_t line = p->ta ? p->m : p->k;
    uint64_t rows = p->m - i0 < ROWS ? p->m - i0 : ROWS;
    memset(to, 0, depth * ROWS * sizeof *to);
    for (uint64_t l = 0; l < depth; l++)
        dv_tensor_read(to + l * ROWS, p->a, p->ta ? (l0 + l) * line + i0 : i0 * line + l0 + l,
                       p->ta ? 1 : line, rows);
}

static void band(const struct product *p, uint64_t i0, uint64_t depth, tile_fn fn)
{
    for (uint64_t j = 0; j < p->wide; j += COLS)
        for (uint64_t r = 0; r < BAND && i0 + r < p->m; r += ROWS)
            fn(p->c + (i0 + r) * p->wide + j, p->wide, p->pa + r * DEPTH, p->pb + j * DEPTH, depth);
}

static void multiply(struct product *p)
{
    tile_fn fn = choose();
    for (uint64_t l0 = 0; l0 < p->k; l0 += DEPTH) {
        uint64_t depth = p->k - l0 < DEPTH ? p->k - l0 : DEPTH;
        pack_b(p, l0, depth);
        for (uint64_t i0 = 0; i0 < p->m; i0 += BAND) {
            for (uint64_t r = 0; r < BAND && i0 + r < p->m; r += ROWS)
                pack_a(p, i0 + r, l0, depth, p->pa + r * DEPTH);
            band(p, i0, depth, fn);
        }
    }
}

bool dv_ref_gemm(double *out, const struct dv_tensor *a, bool ta, const struct dv_tensor *b,
                 bool tb, uint64_t m, uint64_t n, uint64_t k)
{
    struct product p = {.a = a, .b = b, .ta = ta, .tb = tb, .m = m, .n = n, .k = k};
    uint64_t tall = (m + ROWS - 1) / ROWS * ROWS;
    p.wide = (n + COLS - 1) / COLS * COLS;
    p.pa = malloc(BAND * DEPTH * sizeof(double));
    p.pb = malloc((p.wide ? p.wide : 1) * DEPTH * sizeof(double));
    p.c = calloc(tall * p.wide + 1, sizeof(double));
    bool good = p.pa && p.pb && p.c;
    if (good)
        multiply(&p);
    for (uint64_t i = 0; good && i < m; i++)
        memcpy(out + i * n, p.c + i * p.wide, n * sizeof *out);
    free(p.pa);
    free(p.pb);
    free(p.c);
    return good;
}
