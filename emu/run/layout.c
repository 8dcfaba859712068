/* Places of elements in fractal layouts. Owns the padding of inputs, which is zero (ours); must not
 * know where contents come from. */
#include "emu/run/layout.h"

#include <string.h>

enum { SIDE = 16, BLOCK = 32 };

static const char *const names[] = {"nd", "nz", "zz", "zn", "nc1hwc0"};
enum { LAYOUTS = sizeof names / sizeof *names };

static uint64_t parts(uint64_t n, uint64_t of)
{
    return n / of + (n % of != 0);
}

static unsigned elem_size(const struct dv_arg *a)
{
    return dv_elem_bits(a->param->elem) / 8;
}

/* Elements a fractal has along the last two dimensions. */
static void fractal(const struct dv_arg *a, uint64_t *rows, uint64_t *cols)
{
    uint64_t c0 = BLOCK / elem_size(a);
    *rows = a->layout == DV_LAYOUT_ZN ? c0 : SIDE;
    *cols = a->layout == DV_LAYOUT_ZN ? SIDE : c0;
}

/* The fractals of one matrix, counted along its rows and columns. */
static void fractals(const struct dv_arg *a, uint64_t *down, uint64_t *across)
{
    const uint64_t *dim = a->dim + a->param->dims - 2;
    uint64_t rows, cols;
    fractal(a, &rows, &cols);
    *down = parts(dim[0], rows);
    *across = parts(dim[1], cols);
}

static enum dv_err padded(struct dv_arg *a, struct dv_diag *d)
{
    uint64_t n = a->elems ? elem_size(a) : 0, down, across, c0 = BLOCK / elem_size(a);
    bool huge = false;
    if (a->layout == DV_LAYOUT_NC1HWC0) {
        const uint64_t part[] = {a->dim[0], parts(a->dim[1], c0), c0, a->dim[2], a->dim[3]};
        for (unsigned i = 0; i < 5; i++)
            huge |= __builtin_mul_overflow(n, part[i], &n);
    } else {
        fractals(a, &down, &across);
        const uint64_t part[] = {down, across, SIDE * c0};
        for (unsigned i = 0; i < 3; i++)
            huge |= __builtin_mul_overflow(n, part[i], &n);
        for (unsigned i = 0; i + 2 < a->param->dims; i++)
            huge |= __builtin_mul_overflow(n, a->dim[i], &n);
    }
    if (huge)
        return dv_fail(d, DV_E_MEMORY, "tensor '%s' is too large", a->param->name);
    a->bytes = n;
    return DV_OK;
}

enum dv_err dv_layout_resolve(struct dv_arg *a, struct dv_diag *d)
{
    const struct dv_param *p = a->param;
    unsigned bits = dv_elem_bits(p->elem);
    uint64_t all;
    a->layout = DV_LAYOUT_ND;
    while (p->layout && a->layout < LAYOUTS && strcmp(p->layout, names[a->layout]))
        a->layout++;
    if (__builtin_mul_overflow(a->elems, bits, &all))
        return dv_fail(d, DV_E_MEMORY, "tensor '%s' is too large", p->name);
    a->flat = a->bytes = all / 8 + (all % 8 != 0);
    if (a->layout == DV_LAYOUT_ND)
        return DV_OK;
    if (a->layout == LAYOUTS)
        return dv_fail(d, DV_E_CONFIG, "tensor '%s': there is no layout %.16s", p->name, p->layout);
    if (bits < 8)
        return dv_fail(d, DV_E_CONFIG, "tensor '%s': layout %s is for elements of whole bytes",
                       p->name, p->layout);
    if (a->layout == DV_LAYOUT_NC1HWC0 ? p->dims != 4 : p->dims < 2)
        return dv_fail(d, DV_E_CONFIG, "tensor '%s': layout %s is for %s dimensions, not %u",
                       p->name, p->layout, a->layout == DV_LAYOUT_NC1HWC0 ? "4" : "2 or more",
                       (unsigned)p->dims);
    return padded(a, d);
}

static uint64_t image(const struct dv_arg *a, uint64_t i)
{
    uint64_t plane = a->dim[2] * a->dim[3], c0 = BLOCK / elem_size(a);
    uint64_t at = i % plane, c = i / plane % a->dim[1], n = i / plane / a->dim[1];
    return ((n * parts(a->dim[1], c0) + c / c0) * plane + at) * c0 + c % c0;
}

static uint64_t matrix(const struct dv_arg *a, uint64_t i)
{
    const uint64_t *dim = a->dim + a->param->dims - 2;
    uint64_t c = i % dim[1], r = i / dim[1] % dim[0], which = i / dim[1] / dim[0];
    uint64_t rows, cols, down, across, f;
    fractal(a, &rows, &cols);
    fractals(a, &down, &across);
    f = a->layout == DV_LAYOUT_NZ ? c / cols * down + r / rows : r / rows * across + c / cols;
    f = (which * down * across + f) * rows * cols;
    if (a->layout == DV_LAYOUT_ZN)
        return f + c % cols * rows + r % rows;
    return f + r % rows * cols + c % cols;
}

uint64_t dv_layout_place(const struct dv_arg *a, uint64_t i)
{
    if (a->layout == DV_LAYOUT_ND)
        return i * dv_elem_bits(a->param->elem) / 8;
    return elem_size(a) * (a->layout == DV_LAYOUT_NC1HWC0 ? image(a, i) : matrix(a, i));
}

uint64_t dv_layout_element(const struct dv_arg *a, uint64_t byte)
{
    if (a->layout == DV_LAYOUT_ND)
        return byte * 8 / dv_elem_bits(a->param->elem);
    for (uint64_t i = 0; i < a->elems; i++)
        if (dv_layout_place(a, i) == byte / elem_size(a) * elem_size(a))
            return i;
    return 0;
}

void dv_layout_pack(const struct dv_arg *a, void *gm, const void *flat)
{
    unsigned size = elem_size(a);
    memset(gm, 0, a->bytes);
    for (uint64_t i = 0; i < a->elems; i++)
        memcpy((uint8_t *)gm + dv_layout_place(a, i), (const uint8_t *)flat + i * size, size);
}

void dv_layout_unpack(const struct dv_arg *a, void *flat, const void *gm)
{
    unsigned size = elem_size(a);
    for (uint64_t i = 0; i < a->elems; i++)
        memcpy((uint8_t *)flat + i * size, (const uint8_t *)gm + dv_layout_place(a, i), size);
}
