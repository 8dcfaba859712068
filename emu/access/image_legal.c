/* What a convolution load refuses.
 *
 * Owns: the limits of isa.md 8.5 and 4.1 on map, filter, channels, window and circular L1. */
#include "emu/access/box.h"
#include "emu/access/image.h"

enum { DST, SRC };

/* One axis of map, padding and filter. */
struct axis {
    char name;
    const char *length;
    uint32_t size, before, after;
    uint32_t filter, dilation, stride;
};

static struct axis axis_w(const struct dv_image *p)
{
    return (struct axis){'w',           "width",         p->w,         p->left, p->right,
                         p->c.filter_w, p->c.dilation_w, p->c.stride_w};
}

static struct axis axis_h(const struct dv_image *p)
{
    return (struct axis){'h',           "height",        p->h,         p->top, p->bottom,
                         p->c.filter_h, p->c.dilation_h, p->c.stride_h};
}

static enum dv_err nonzero(const struct dv_work *w, const struct axis *a, struct dv_diag *d)
{
    const char *what = !a->stride ? "stride" : !a->filter ? "filter" : "dilation";

    if (a->stride && a->filter && a->dilation)
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_RANGE, "%s_%c is 0, at least 1 is needed", what, a->name);
}

/* A filter that fits exactly once goes nowhere: its stride may be 1 (ours; the limit read literally
 * would forbid a map of one line). */
static enum dv_err fits(const struct dv_work *w, const struct axis *a, struct dv_diag *d)
{
    uint32_t padded = a->size + a->before + a->after;
    uint32_t span = a->dilation * (a->filter - 1) + 1;

    if (a->size > 32767)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "the feature map is %u points in %s, at most 32767 are allowed",
                              a->size, a->length);
    if (span > padded)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "the filter covers %u points in %s, the padded feature map has %u",
                              span, a->length, padded);
    if (a->stride > padded - span && a->stride > 1)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "stride_%c is %u, at most %u are left beside the filter in %s",
                              a->name, a->stride, padded - span, a->length);
    return DV_OK;
}

static enum dv_err channels(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d)
{
    if (!p->tail || p->tail == 4 || p->tail == 8 || p->tail == 16)
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_RANGE,
                          "channel_size is %u: for elements of %u bytes it must be a multiple of "
                          "%u, or that plus %s",
                          (unsigned)p->c.channel_size, p->size, p->c0,
                          p->size == 4   ? "4"
                          : p->size == 2 ? "4 or 8"
                                         : "4, 8 or 16");
}

/* One side of the window: `start` of the first repeat, `step` to the next. */
struct side {
    char name;
    const char *what;
    uint64_t start, extension, step, whole;
    uint32_t unit;
};

/* The matrix ends inside its last fractal; a window that reaches it may be of any length. */
static enum dv_err window(const struct dv_work *w, const struct side *s, uint32_t times,
                          struct dv_diag *d)
{
    uint64_t whole = dv_ceil_div(s->whole, s->unit) * s->unit;
    uint64_t end = s->start + s->extension, last = end + s->step * (times - 1);

    if (s->start % s->unit)
        return dv_access_fail(w, SRC, d, DV_E_RANGE, "%c_start is %llu, not a multiple of %u",
                              s->name, (unsigned long long)s->start, s->unit);
    if (last > whole)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "%c_start + %c_extension%s reach %llu, the matrix has %llu %s (%llu "
                              "with the rest of the last fractal)",
                              s->name, s->name, last > end ? " and the repeats" : "",
                              (unsigned long long)last, (unsigned long long)s->whole, s->what,
                              (unsigned long long)whole);
    if (s->extension % s->unit && end + s->unit <= whole)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "%c_extension is %llu, not a multiple of %u, and does not reach the "
                              "last fractal of the %llu %s",
                              s->name, (unsigned long long)s->extension, s->unit,
                              (unsigned long long)s->whole, s->what);
    return DV_OK;
}

static enum dv_err windows(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d)
{
    struct side m = {'m',       "positions", p->c.m_start, p->c.m_extension,
                     p->step_m, p->m,        DV_IMAGE_ROWS};
    struct side k = {'k', "columns", p->c.k_start, p->c.k_extension, p->step_k, p->k, p->c0};
    enum dv_err e = window(w, &m, p->times, d);

    return e == DV_OK ? window(w, &k, p->times, d) : e;
}

/* Bytes of the map up to the last panel that is read. */
static uint64_t map_bytes(const struct dv_image *p)
{
    uint64_t end = (uint64_t)p->c.k_start + (uint64_t)p->step_k * (p->times - 1) + p->c.k_extension;
    uint64_t read = dv_ceil_div(end, (uint64_t)p->taps * p->c0);

    if (read <= p->panels)
        return p->skip + read * dv_image_panel(p);
    return p->panels * dv_image_panel(p) + (uint64_t)p->w * p->h * dv_image_tail_bytes(p);
}

enum dv_err dv_image_room(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d)
{
    uint64_t l1 = w->sizes->bytes[DV_SPACE_L1], have = p->ring ? p->ring : l1;
    uint64_t need = map_bytes(p), first = dv_operand_address(w, SRC);

    if (p->ring && (p->ring < 1024 || p->ring > l1 || p->ring % DV_IMAGE_BLOCK))
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "L1_3D_SIZE is %llu: 0, or a multiple of 32 from 1024 to the %llu "
                              "bytes of l1",
                              (unsigned long long)p->ring, (unsigned long long)l1);
    if (p->ring && first >= p->ring)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "src address 0x%llx is outside the circular l1 of %llu bytes "
                              "(L1_3D_SIZE)",
                              (unsigned long long)first, (unsigned long long)p->ring);
    if (need > have)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "the feature map is %llu bytes up to the last panel read, %s has "
                              "%llu",
                              (unsigned long long)need,
                              p->ring ? "the circular l1 (L1_3D_SIZE)" : "l1",
                              (unsigned long long)have);
    return DV_OK;
}

enum dv_err dv_image_fits(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d)
{
    struct axis x = axis_w(p), y = axis_h(p);
    enum dv_err e = nonzero(w, &x, d);

    if (e == DV_OK)
        e = nonzero(w, &y, d);
    if (e == DV_OK)
        e = fits(w, &x, d);
    return e == DV_OK ? fits(w, &y, d) : e;
}

enum dv_err dv_image_legal(const struct dv_work *w, const struct dv_image *p, struct dv_diag *d)
{
    enum dv_err e = dv_image_fits(w, p, d);

    if (e == DV_OK && p->c.transpose && p->size != 2)
        e = dv_access_fail(w, DST, d, DV_E_ILLEGAL,
                           "transpose = 1 needs elements of 2 bytes, these have %u", p->size);
    if (e == DV_OK)
        e = channels(w, p, d);
    if (e == DV_OK)
        e = windows(w, p, d);
    return e == DV_OK ? dv_image_room(w, p, d) : e;
}
