/* Convolution loads against a plain img2col, with their footprints.
 *
 * The reference walks panels, filter rows, filter columns and channels in nested loops and places
 * elements by the definition of the fractal orders; it shares nothing with the emulator. */
#include <criterion/criterion.h>

#include "tests/load3d.h"

enum { XD = DV_XD, L1 = LOAD3D_L1, L0 = LOAD3D_L0 };

/* ---- the reference --------------------------------------------------------------------------- */

struct column {
    unsigned place, pitch; /* bytes: of point 0, from point to point */
    int y, x;              /* of the tap */
};

static struct column columns[65536];
static uint8_t want[L0], reads[L1], marked[L1], written[L0], ours[L0], copy[L1];

static unsigned positions(unsigned size, unsigned pads, unsigned f, unsigned d, unsigned s)
{
    unsigned n = 0;

    for (unsigned at = 0; at + d * (f - 1) + 1 <= size + pads; at += s)
        n++;
    return n;
}

static unsigned columns_of(const struct load *l)
{
    unsigned c0 = 32 / l->size, n = 0;

    for (unsigned c = 0; c < l->channels; c += c0) {
        unsigned here = l->channels - c < c0 ? l->channels - c : c0;

        for (unsigned y = 0; y < l->fh; y++)
            for (unsigned x = 0; x < l->fw; x++)
                for (unsigned i = 0; i < here; i++)
                    columns[n++] =
                        (struct column){l->w * l->h * c * l->size + i * l->size, here * l->size,
                                        (int)(y * l->dh), (int)(x * l->dw)};
    }
    return n;
}

/* Byte of element (row, column) of a matrix with `rows` x `across` elements in L0A or L0B. */
static unsigned place(const struct load *l, unsigned row, unsigned column, unsigned across)
{
    unsigned c0 = 32 / l->size;

    if (l->b) /* k x n: fractals c0 x 16, rows of fractals, inside one n after the other */
        return (row / c0 * ((across + 15) / 16) + column / 16) * 512 + column % 16 * 32 +
               row % c0 * l->size;
    return (row / 16 * ((across + c0 - 1) / c0) + column / c0) * 512 + row % 16 * 32 +
           column % c0 * l->size;
}

/* Element (m, k) of the matrix into `out`. */
static void element(const struct load *l, const uint8_t *l1, unsigned m, unsigned k, uint8_t *out)
{
    unsigned wo = positions(l->w, l->left + l->right, l->fw, l->dw, l->sw);
    const struct column *c = &columns[k];
    int y = (int)(m / wo * l->sh) - (int)l->top + c->y;
    int x = (int)(m % wo * l->sw) - (int)l->left + c->x;

    if (y < 0 || x < 0 || y >= (int)l->h || x >= (int)l->w) {
        memcpy(out, &l->pad, l->size);
        return;
    }
    for (unsigned i = 0; i < l->size; i++) {
        unsigned at = l->first + c->place + ((unsigned)y * l->w + (unsigned)x) * c->pitch + i;

        at = l->ring && at >= l->ring ? at - l->ring : at;
        cr_assert_lt(at, L1);
        out[i] = l1[at];
        reads[at] = 1;
    }
}

static unsigned round_up(unsigned a, unsigned unit)
{
    return (a + unit - 1) / unit * unit;
}

/* One window; returns the bytes it takes. */
static unsigned window(const struct load *l, const uint8_t *l1, uint8_t *dst, unsigned m0,
                       unsigned k0)
{
    unsigned rows = round_up(l->m_ext, 16), across = round_up(l->k_ext, 32 / l->size);
    unsigned k = columns_of(l), m = positions(l->w, l->left + l->right, l->fw, l->dw, l->sw) *
                                    positions(l->h, l->top + l->bottom, l->fh, l->dh, l->sh);
    unsigned wide = l->transpose ? rows : across, high = l->transpose ? across : rows;
    unsigned bytes = l->b ? high * round_up(wide, 16) * l->size : high * wide * l->size;

    memset(dst, 0, bytes);
    for (unsigned i = 0; i < rows; i++)
        for (unsigned j = 0; j < across; j++)
            if (m0 + i < m && k0 + j < k)
                element(l, l1, m0 + i, k0 + j,
                        dst + (l->transpose ? place(l, j, i, wide) : place(l, i, j, wide)));
    return bytes;
}

static unsigned reference(const struct load *l, const uint8_t *l1, uint8_t *dst)
{
    unsigned at = 0, step = l->stride * (l->mode ? 32 / l->size : 16);

    memset(reads, 0, sizeof reads);
    if (!l->w || !l->h || !l->channels || !l->m_ext || !l->k_ext)
        return 0;
    for (unsigned r = 0; r < l->times; r++)
        at += window(l, l1, dst + at, l->m_start + (l->mode ? 0 : r * step),
                     l->k_start + (l->mode ? r * step : 0));
    return at;
}

/* ---- random loads ---------------------------------------------------------------------------- */

/* Bounds of the loads of one row. */
static const struct row {
    const char *name;
    unsigned size;
    bool b, transpose;
    unsigned filter, stride, dilation, pad; /* at most */
    unsigned tail;                          /* channels are n * c0 + one of 0, 4, .. tail */
    bool repeats, ring;
    bool exact; /* reads exactly the footprint */
    const char *evidence;
} rows[] = {
    {"1x1 b16 A", 2, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 8.5"},
    {"1x1 b16 B", 2, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 7.3 ZN, 8.5"},
    {"1x1 b8 A", 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 8.5"},
    {"1x1 b32 A", 4, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 8.5"},
    {"1x1 b32 B", 4, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 7.3 ZN, 8.5"},
    {"1x1 b16 A transposed", 2, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, "isa.md 8.5"},
    {"1x1 b16 B transposed", 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, "ours: as in L0A"},
    {"1x1 b16 A padded", 2, 0, 0, 1, 1, 1, 5, 0, 0, 0, 1, "isa.md 8.5"},
    {"3x3 b16 A", 2, 0, 0, 3, 1, 1, 1, 0, 0, 0, 1, "isa.md 8.5"},
    {"3x3 b16 B", 2, 1, 0, 3, 1, 1, 1, 0, 0, 0, 1, "isa.md 8.5"},
    {"3x3 b16 A transposed", 2, 0, 1, 3, 1, 1, 1, 0, 0, 0, 1, "isa.md 8.5"},
    {"3x3 b16 B transposed", 2, 1, 1, 3, 1, 1, 1, 0, 0, 0, 1, "ours: as in L0A"},
    {"stride b16 A", 2, 0, 0, 3, 4, 1, 2, 0, 0, 0, 1, "isa.md 8.5"},
    {"dilation b16 A", 2, 0, 0, 4, 1, 3, 4, 0, 0, 0, 1, "isa.md 8.5"},
    {"all b16 A", 2, 0, 0, 5, 5, 4, 6, 8, 0, 0, 0, "isa.md 8.5"},
    {"all b16 B", 2, 1, 0, 5, 5, 4, 6, 8, 0, 0, 0, "isa.md 8.5"},
    {"all b8 A", 1, 0, 0, 5, 5, 4, 6, 16, 0, 0, 0, "isa.md 8.5"},
    {"all b32 A", 4, 0, 0, 5, 5, 4, 6, 4, 0, 0, 0, "isa.md 8.5"},
    {"all b32 B", 4, 1, 0, 5, 5, 4, 6, 4, 0, 0, 0, "isa.md 8.5"},
    {"repeats b16 A", 2, 0, 0, 3, 2, 2, 2, 8, 1, 0, 0, "isa.md 4.1 L3D_RPT, order ours"},
    {"repeats b16 B", 2, 1, 1, 3, 2, 2, 2, 8, 1, 0, 0, "isa.md 4.1 L3D_RPT, order ours"},
    {"repeats b8 A", 1, 0, 0, 3, 2, 2, 2, 16, 1, 0, 0, "isa.md 4.1 L3D_RPT, order ours"},
    {"repeats b32 B", 4, 1, 0, 3, 2, 2, 2, 4, 1, 0, 0, "isa.md 4.1 L3D_RPT, order ours"},
    {"ring b16 A", 2, 0, 0, 3, 2, 2, 2, 8, 0, 1, 0, "isa.md 4.1 L1_3D_SIZE"},
    {"ring b8 A, repeats", 1, 0, 0, 4, 3, 3, 2, 16, 1, 1, 0, "isa.md 4.1 L1_3D_SIZE"},
};

struct axis {
    unsigned size, before, after, f, d, s;
};

static struct axis random_axis(struct rig *r, const struct row *row, unsigned most)
{
    struct axis a = {rig_range(r, 1, most),          rig_range(r, 0, row->pad),
                     rig_range(r, 0, row->pad),      rig_range(r, 1, row->filter),
                     rig_range(r, 1, row->dilation), rig_range(r, 1, row->stride)};
    unsigned span = a.d * (a.f - 1) + 1, padded = a.size + a.before + a.after;

    if (padded < span) {
        a.size += span - padded;
        padded = span;
    }
    if (a.s > padded - span)
        a.s = padded == span ? 1 : padded - span;
    return a;
}

/* A window along a side of `whole` elements; `room` fractals at most. */
static void random_side(struct rig *r, unsigned whole, unsigned unit, unsigned room,
                        unsigned *start, unsigned *ext)
{
    unsigned n = (whole + unit - 1) / unit, at = rig_range(r, 0, n - 1);
    unsigned take = rig_range(r, 1, n - at < room ? n - at : room);

    *start = at * unit;
    *ext = take * unit;
    if (at + take == n && rig_range(r, 0, 1))
        *ext -= rig_range(r, 0, unit - 1);
}

static void random_repeats(struct rig *r, struct load *l, unsigned m, unsigned k)
{
    unsigned unit, free;

    l->times = rig_range(r, 0, 4);
    l->mode = rig_range(r, 0, 1);
    unit = l->mode ? 32 / l->size : 16;
    free = l->mode ? round_up(k, unit) - l->k_start - l->k_ext
                   : round_up(m, unit) - l->m_start - l->m_ext;
    l->stride = l->times > 1 ? rig_range(r, 0, free / unit / (l->times - 1)) : rig_range(r, 0, 99);
}

static unsigned map_bytes(const struct load *l)
{
    return l->w * l->h * l->channels * l->size;
}

static bool random_load(struct rig *r, const struct row *row, struct load *l)
{
    unsigned c0 = 32 / row->size;
    struct axis x = random_axis(r, row, 20), y = random_axis(r, row, 12);
    unsigned tail = row->tail ? (1u << rig_range(r, 1, 4)) & ~3u & (c0 - 1) : 0;

    *l = (struct load){
        .size = row->size,
        .b = row->b,
        .transpose = row->transpose,
        .second = rig_range(r, 0, 1),
        .w = x.size,
        .left = x.before,
        .right = x.after,
        .h = y.size,
        .top = y.before,
        .bottom = y.after,
        .fw = x.f,
        .dw = x.d,
        .sw = x.s,
        .fh = y.f,
        .dh = y.d,
        .sh = y.s,
        .times = 1,
        .pad = rig_random(r),
    };
    l->channels = c0 * rig_range(r, tail ? 0 : 1, 3) + tail;
    unsigned m = positions(l->w, l->left + l->right, l->fw, l->dw, l->sw) *
                 positions(l->h, l->top + l->bottom, l->fh, l->dh, l->sh);
    unsigned k = l->channels * l->fw * l->fh;

    random_side(r, m, 16, 5, &l->m_start, &l->m_ext);
    random_side(r, k, c0, 5, &l->k_start, &l->k_ext);
    if (row->repeats)
        random_repeats(r, l, m, k);
    if (row->ring)
        l->ring = round_up(map_bytes(l) + rig_range(r, 0, 999), 32) + 1024;
    l->first = 32 * rig_range(r, 0, row->ring ? l->ring / 32 - 1 : 1000);
    return map_bytes(l) + (row->ring ? 2048 : l->first) <= L1;
}

/* ---- the bench ------------------------------------------------------------------------------- */

static void check_reads(const struct row *row, const struct load *l, struct rig *r,
                        const struct dv_foot *f)
{
    rig_mark(r, f, DV_SPACE_L1, DV_READ, marked);
    for (unsigned i = 0; i < L1; i++)
        if (reads[i] != marked[i] && (reads[i] || row->exact))
            cr_assert_fail("%s: l1 byte %u is %s, the footprint says otherwise (map at %u)",
                           row->name, i, reads[i] ? "read" : "not read", l->first);
}

static void check_writes(const struct row *row, struct rig *r, const struct dv_foot *f,
                         unsigned space, unsigned bytes)
{
    rig_mark(r, f, space, DV_WRITE, written);
    memset(ours, 0, L0);
    memset(ours + r->w.x[XD], 1, bytes);
    cr_assert(!memcmp(ours, written, L0), "%s: footprint in %s", row->name, dv_spaces[space].name);
}

/* The result may not depend on what the footprint leaves out. */
static void check_result(const struct row *row, struct rig *r, unsigned space)
{
    uint8_t *mem = r->w.mem[space], *l1 = r->w.mem[DV_SPACE_L1];

    memcpy(copy, l1, L1);
    for (unsigned i = 0; i < L1; i++)
        l1[i] ^= marked[i] ? 0 : 0x5a;
    r->w.simd = rig_range(r, 0, 1);
    dv_sem_load3d(&r->w);
    memcpy(l1, copy, L1);
    for (unsigned i = 0; memcmp(mem, want, L0) && i < L0; i++)
        if (mem[i] != want[i])
            cr_assert_fail("%s: byte %d from dst differs (%s)", row->name, (int)i - (int)r->w.x[XD],
                           row->evidence);
}

static unsigned try_load(struct rig *r, const struct row *row, const struct load *l)
{
    unsigned space = l->b ? DV_SPACE_L0B : DV_SPACE_L0A;
    struct dv_foot f;
    struct dv_diag d;

    load3d_set(r, l);
    dv_diag_init(&d);
    cr_assert_eq(dv_access_load3d(&r->w, &f, &d), DV_OK, "%s: %s", row->name, d.text);
    cr_assert(rig_inside(r, &f), "%s", row->name);
    memcpy(want, r->w.mem[space], L0);
    unsigned bytes = reference(l, r->w.mem[DV_SPACE_L1], want + r->w.x[XD]);
    cr_assert_eq(f.amount.bytes, bytes, "%s", row->name);
    cr_assert_eq(f.amount.bursts, bytes / 512, "%s", row->name);
    check_reads(row, l, r, &f);
    check_writes(row, r, &f, space, bytes);
    check_result(row, r, space);
    return bytes > 0;
}

Test(load3d, random_loads_match_the_reference)
{
    struct load l;
    struct rig r;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned ran = 0;

        rig_open(&r, load3d_sizes, i + 1);
        for (unsigned k = 0; k < 200; k++)
            ran += random_load(&r, &rows[i], &l) && try_load(&r, &rows[i], &l);
        cr_assert_gt(ran, 100, "%s: only %u of 200 loads did something", rows[i].name, ran);
        rig_close(&r);
    }
}
