/* Arithmetic on strided ranges: hulls and exact overlap.
 *
 * Owns: the two questions hazards and bounds ask of a footprint. Knows neither instructions nor
 * memories; addresses are guest addresses and never wrap. */
#include "emu/access/access.h"

/* Ascending form of p. False when a row leaves the 64-bit address range. */
static bool ascend(const struct dv_strided *p, uint64_t *base, uint64_t *pitch, uint64_t *end)
{
    uint64_t step = p->pitch < 0 ? 0 - (uint64_t)p->pitch : (uint64_t)p->pitch;
    uint64_t span;

    if (__builtin_mul_overflow(step, (uint64_t)(p->rows - 1), &span))
        return false;
    *base = p->pitch < 0 ? p->base - span : p->base;
    *pitch = step;
    if (p->pitch < 0 && p->base < span)
        return false;
    return !__builtin_add_overflow(*base, span, end) &&
           !__builtin_add_overflow(*end, (uint64_t)p->bytes, end);
}

void dv_strided_hull(const struct dv_strided *p, uint64_t *lo, uint64_t *hi)
{
    uint64_t base, pitch, end;

    *lo = *hi = p->base;
    if (!p->rows || !p->bytes)
        return;
    if (ascend(p, &base, &pitch, &end)) {
        *lo = base;
        *hi = end;
    } else {
        *lo = 0;
        *hi = UINT64_MAX;
    }
}

/* Rows at base + i * pitch, i < rows, ascending; touching rows count as one. */
struct run {
    uint64_t base, pitch, bytes, rows;
};

static bool to_run(const struct dv_strided *p, struct run *r)
{
    uint64_t end;

    if (!p->rows || !p->bytes || !ascend(p, &r->base, &r->pitch, &end))
        return false;
    r->bytes = p->bytes;
    r->rows = p->rows;
    if (r->pitch <= r->bytes) {
        r->bytes = end - r->base;
        r->rows = 1;
    }
    return true;
}

/* First row of r, from i on, that ends after `address`; r->rows when there is none. */
static uint64_t row_after(const struct run *r, uint64_t i, uint64_t address)
{
    uint64_t end = r->base + i * r->pitch + r->bytes;

    if (end > address)
        return i;
    if (r->rows == 1)
        return 1;
    i += (address - end) / r->pitch + 1;
    return i < r->rows ? i : r->rows;
}

/* Every step either finds a shared byte or passes a row of both, so the cost is at most
 * rows a + rows b. */
bool dv_strided_overlap(const struct dv_strided *a, const struct dv_strided *b, uint64_t *address)
{
    struct run x, y;
    uint64_t i = 0, j = 0;

    if (a->space != b->space || !to_run(a, &x) || !to_run(b, &y))
        return false;
    while (i < x.rows && j < y.rows) {
        uint64_t xs = x.base + i * x.pitch, ys = y.base + j * y.pitch;

        if (xs < ys + y.bytes && ys < xs + x.bytes) {
            *address = xs > ys ? xs : ys;
            return true;
        }
        i = row_after(&x, i, ys);
        if (i < x.rows)
            j = row_after(&y, j, x.base + i * x.pitch);
    }
    return false;
}
