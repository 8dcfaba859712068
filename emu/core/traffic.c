/* Rows of GM cut into requests: no request crosses a line of L2, so a row that does not start or
 * end on one costs a request more, and moves what it does not use (timing.md 2.7, 2.8).
 *
 * Knows footprints only, no time. */
#include "emu/core/traffic.h"

static uint64_t spans(uint64_t from, uint64_t to, uint64_t size)
{
    return (to - 1) / size - from / size + 1;
}

/* One row of n > 0 bytes; only the place of its start within a line matters. */
static void row(struct dv_traffic *t, uint64_t at, uint64_t n)
{
    uint64_t lines = spans(at, at + n, DV_LINE);

    t->requests += lines;
    t->sectors += spans(at, at + n, DV_SECTOR) * DV_SECTOR;
    t->lines += lines * DV_LINE;
}

/* Rows after which the starts are back at the same places in their lines. */
static uint32_t period(int64_t pitch)
{
    uint64_t step = (uint64_t)pitch % DV_LINE;
    return step ? (uint32_t)(DV_LINE / (step & (0 - step))) : 1;
}

static void rows(struct dv_traffic *t, const struct dv_strided *p)
{
    uint32_t every = period(p->pitch);

    for (uint32_t i = 0; i < every && i < p->rows; i++) {
        struct dv_traffic one = {0, 0, 0};
        uint64_t times = (p->rows - i - 1) / every + 1;
        row(&one, (p->base + (uint64_t)i * (uint64_t)p->pitch) % DV_LINE, p->bytes);
        t->requests += one.requests * times;
        t->sectors += one.sectors * times;
        t->lines += one.lines * times;
    }
}

struct dv_traffic dv_traffic_of(const struct dv_foot *f)
{
    struct dv_traffic t = {0, 0, 0};

    for (unsigned i = 0; i < f->n; i++)
        if (f->part[i].space == DV_SPACE_GM && f->part[i].bytes)
            rows(&t, &f->part[i]);
    if (!t.requests && f->amount.bytes)
        row(&t, 0, f->amount.bytes);
    return t;
}
