/* Footprint and limits of the first form of the convolution load (isa.md 15). */
#include "emu/access/image1.h"

#include "emu/access/box.h"

enum { DST, SRC, BLOCKS_MAX = 32768 };

/* One axis of the first position and of the tap. */
struct place {
    char name;
    int64_t at, beyond; /* the position, from the map and from the corner of the padded map */
    uint32_t before, stride, positions, fetch, filter;
};

/* Where a row of positions that begins between two of them goes on is not public, so it must begin
 * on one (ours). */
static enum dv_err begins(const struct dv_work *w, const struct place *a, struct dv_diag *d)
{
    if (a->fetch >= a->filter)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "fetch_%c is %u, the filter has taps 0 to %u there", a->name,
                              a->fetch, a->filter - 1);
    if (a->beyond < 0 || a->beyond / a->stride >= a->positions)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "left_top_%c is %lld, the filter has positions from -%u to %lld",
                              a->name, (long long)a->at, a->before,
                              (long long)a->stride * (a->positions - 1) - a->before);
    if (a->beyond % a->stride)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "left_top_%c is %lld, positions are every %u points from -%u on",
                              a->name, (long long)a->at, a->stride, a->before);
    return DV_OK;
}

static enum dv_err first(const struct dv_work *w, const struct dv_image1 *v, struct dv_diag *d)
{
    struct place x = {'w',           v->c.left_top_w, v->right,     v->p.left,
                      v->c.stride_w, v->p.wo,         v->c.fetch_w, v->c.filter_w};
    struct place y = {'h',           v->c.left_top_h, v->below,     v->p.top,
                      v->c.stride_h, v->p.ho,         v->c.fetch_h, v->c.filter_h};
    enum dv_err e = begins(w, &x, d);

    return e == DV_OK ? begins(w, &y, d) : e;
}

/* Blocks of the map up to the last panel read: W * H * (C1 index + increment + 1), isa.md 15. */
static enum dv_err panels(const struct dv_work *w, const struct dv_image1 *v, struct dv_diag *d)
{
    uint64_t blocks = (uint64_t)v->p.w * v->p.h * ((uint64_t)v->c.c1_index + v->p.panels);

    if (blocks <= BLOCKS_MAX)
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_RANGE,
                          "the feature map is %llu blocks of 32 bytes up to panel %llu, at most %d "
                          "are allowed",
                          (unsigned long long)blocks,
                          (unsigned long long)v->c.c1_index + v->p.panels - 1, BLOCKS_MAX);
}

static enum dv_err repeats(const struct dv_work *w, const struct dv_image1 *v, struct dv_diag *d)
{
    uint64_t last = v->p.c.m_start + (uint64_t)v->p.c.m_extension - DV_IMAGE_ROWS;

    if (!v->c.jump)
        return dv_access_fail(w, DST, d, DV_E_RANGE, "jump is 0, at least 1 is needed");
    if (last >= v->p.m)
        return dv_access_fail(
            w, SRC, d, DV_E_RANGE, "repeat %u begins at position %llu, the filter has %llu",
            (unsigned)v->c.repeat - 1, (unsigned long long)last, (unsigned long long)v->p.m);
    return DV_OK;
}

static enum dv_err ring(const struct dv_work *w, const struct dv_image1 *v, struct dv_diag *d)
{
    uint64_t l1 = w->sizes->bytes[DV_SPACE_L1];

    if (!v->p.ring || (v->p.ring >= 1024 && v->p.ring <= l1))
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_RANGE,
                          "L1_3D_SIZE is %llu blocks of 32 bytes: 0, or 32 to %llu",
                          (unsigned long long)(v->p.ring / DV_IMAGE_BLOCK),
                          (unsigned long long)(l1 / DV_IMAGE_BLOCK));
}

static enum dv_err legal(const struct dv_work *w, const struct dv_image1 *v, struct dv_diag *d)
{
    enum dv_err e;

    if (v->c.c_size)
        return dv_access_fail(w, SRC, d, DV_E_UNSUPPORTED,
                              "c_size = 1 is not executed: how it lays out channels is not public");
    e = dv_image_fits(w, &v->p, d);
    if (e == DV_OK)
        e = first(w, v, d);
    if (e == DV_OK)
        e = panels(w, v, d);
    if (e == DV_OK)
        e = repeats(w, v, d);
    if (e == DV_OK)
        e = ring(w, v, d);
    return e == DV_OK ? dv_image_room(w, &v->p, d) : e;
}

enum dv_err dv_access_load3d1(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_image1 v = dv_image1_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK || dv_image1_empty(&v))
        return e;
    e = legal(w, &v, d);
    if (e != DV_OK)
        return e;

    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = DV_IMAGE_FRACTAL,
        .dims = 1,
        .dim = {{v.c.repeat, (int64_t)dv_image1_pitch(&v)}},
    };
    f->amount.bursts = v.c.repeat;
    f->amount.bytes = (uint64_t)v.c.repeat * DV_IMAGE_FRACTAL;
    f->amount.step = v.c.stride_w;
    f->amount.turns = dv_image_turns(&v.p);
    dv_image_reads(w, &v.p, f);
    return dv_foot_box(w, f, &dst, d);
}
