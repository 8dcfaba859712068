/* Footprints of fractal loads from GM and L1.
 *
 * Owns: the geometry of isa.md 8.4: 512 B fractals, squares of one, two or four of them. */
#include "emu/access/box.h"

enum { DST, SRC, FRACTAL = 512 };

enum dv_err dv_access_load2d(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_load2d c = dv_unpack_load2d(w->cfg);
    int64_t step = (int64_t)FRACTAL * c.src_stride;
    struct dv_box src = {
        .operand = SRC,
        .rw = DV_READ,
        .base = dv_operand_address(w, SRC) + (uint64_t)FRACTAL * c.start,
        .bytes = FRACTAL,
        .dims = 1,
        .dim = {{c.repeat, w->op->lane == DV_LANE_descend ? -step : step}},
    };
    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = FRACTAL,
        .dims = 1,
        .dim = {{c.repeat, (int64_t)FRACTAL * (c.dst_gap + 1u)}},
    };
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK && c.dst_gap && w->kind == DV_C100)
        e = dv_access_fail(w, DST, d, DV_E_RESERVED,
                           "dst_gap = %u: fractals follow each other on dav-c100, use 0",
                           (unsigned)c.dst_gap);
    if (e != DV_OK)
        return e;
    f->amount.bursts = c.repeat;
    f->amount.bytes = (uint64_t)FRACTAL * c.repeat;
    e = dv_foot_box(w, f, &src, d);
    if (e == DV_OK)
        e = dv_foot_box(w, f, &dst, d);
    return e == DV_OK ? dv_access_apart(w, f, d) : e;
}

/* Fractals of a square, isa.md 8.4. */
static uint32_t square_of(const struct dv_work *w)
{
    switch (dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst)) {
    case 16:
        return 1;
    case 4:
        return 4;
    default:
        return 2;
    }
}

enum dv_err dv_access_load2dt(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(w->cfg);
    uint32_t fractals = square_of(w);
    uint32_t square = fractals * FRACTAL;
    int64_t step = (int64_t)square * c.src_stride;
    struct dv_box src = {
        .operand = SRC,
        .rw = DV_READ,
        .base = dv_operand_address(w, SRC) + (uint64_t)square * c.start,
        .bytes = square,
        .dims = 1,
        .dim = {{c.repeat, c.descend ? -step : step}},
    };
    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = FRACTAL,
        .dims = 2,
        .dim = {{c.repeat, (int64_t)FRACTAL * (c.dst_gap + 1u)},
                {fractals, (int64_t)FRACTAL * (c.frac_gap + 1u)}},
    };
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK)
        return e;
    f->amount.bursts = c.repeat * fractals;
    f->amount.bytes = (uint64_t)square * c.repeat;
    e = dv_foot_box(w, f, &src, d);
    return e == DV_OK ? dv_foot_box(w, f, &dst, d) : e;
}
