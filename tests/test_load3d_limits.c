/* Footprints of convolution loads by hand, and what is refused. */
#include <criterion/criterion.h>
#include <stddef.h>

#include "tests/load3d.h"

/* ---- footprints by hand ---------------------------------------------------------------------- */

/* A 16-bit load of 64 x 32 from a map of 8 lines of 16 points and 48 channels at 0x400. */
static const struct load plain = {
    .size = 2,
    .w = 16,
    .h = 8,
    .fw = 1,
    .fh = 1,
    .dw = 1,
    .dh = 1,
    .sw = 1,
    .sh = 1,
    .channels = 48,
    .m_ext = 64,
    .k_ext = 32,
    .times = 1,
    .first = 0x400,
};

/* The plain load with some fields changed; a change of no field ends the list. */
struct change {
    size_t at;
    unsigned value;
};

#define IS(field, value) \
    { \
        offsetof(struct load, field) + 1, value \
    }

static struct load changed(const struct change *c)
{
    struct load l = plain;

    for (; c->at; c++)
        memcpy((char *)&l + c->at - 1, &c->value, sizeof c->value);
    return l;
}

static struct dv_foot foot(struct rig *r, const struct load *l)
{
    struct dv_foot f;
    struct dv_diag d;

    load3d_set(r, l);
    dv_diag_init(&d);
    cr_assert_eq(dv_access_load3d(&r->w, &f, &d), DV_OK, "%s", d.text);
    return f;
}

static void reads_are(const struct dv_foot *f, unsigned part, uint64_t base, uint32_t n,
                      uint32_t bytes, int64_t pitch)
{
    const struct dv_strided *p = &f->part[part];

    cr_assert_eq(p->space, DV_SPACE_L1);
    cr_assert_eq(p->base, base, "part %u at 0x%llx", part, (unsigned long long)p->base);
    cr_assert_eq(p->rows, n, "part %u has %u rows", part, p->rows);
    cr_assert_eq(p->bytes, bytes, "part %u: rows of %u bytes", part, p->bytes);
    cr_assert(n == 1 || p->pitch == pitch);
}

Test(load3d_limits, footprints)
{
    struct load l = plain;
    struct dv_foot f;
    struct rig r;

    rig_open(&r, load3d_sizes, 1);
    f = foot(&r, &l); /* two panels of 128 points, the first 64 of each */
    cr_assert_eq(f.n, 2);
    reads_are(&f, 0, 0x400, 2, 2048, 4096);
    cr_assert_eq(f.part[1].rows * f.part[1].bytes, 4096);
    cr_assert_eq(f.amount.bytes, 4096);
    cr_assert(f.amount.step == 1 && f.amount.turns == 0);

    l.times = 2; /* the next 64 rows */
    l.stride = 4;
    f = foot(&r, &l);
    cr_assert_eq(f.n, 2);
    reads_are(&f, 0, 0x400, 1, 8192, 0);
    cr_assert_eq(f.amount.bytes, 8192);

    l = plain; /* 3 x 3, padded: the first four lines of positions read five lines */
    l.fw = l.fh = 3;
    l.left = l.right = l.top = l.bottom = 1;
    l.k_ext = 2 * 9 * 16;
    f = foot(&r, &l);
    cr_assert_eq(f.n, 2);
    reads_are(&f, 0, 0x400, 2, 5 * 512, 4096);
    cr_assert_eq(f.amount.turns, 5);
    l.k_ext = 48; /* one row of taps */
    f = foot(&r, &l);
    cr_assert_eq(f.amount.turns, 0);
    reads_are(&f, 0, 0x400, 1, 3 * 512, 0); /* the first line of positions reads padding */

    l = plain; /* every second point of every second line */
    l.sw = l.sh = 2;
    l.m_ext = 32;
    f = foot(&r, &l);
    cr_assert_eq(f.n, 9); /* four lines of two panels */
    reads_are(&f, 0, 0x400, 8, 32, 64);
    reads_are(&f, 1, 0x400 + 1024, 8, 32, 64);

    l = plain; /* the map goes round the end of the ring */
    l.ring = 0x2000;
    l.first = 0x1c00;
    f = foot(&r, &l);
    cr_assert_eq(f.n, 4);
    reads_are(&f, 0, 0xc00, 1, 0x800, 0);
    reads_are(&f, 1, 0x1c00, 1, 0x400, 0);
    reads_are(&f, 2, 0, 1, 0x400, 0);
    rig_close(&r);
}

static uint8_t before[LOAD3D_L0];

/* ---- nothing to do, and refusals ------------------------------------------------------------- */

Test(load3d_limits, sizes_of_zero_do_nothing)
{
    struct load rows_of_zero[6] = {plain, plain, plain, plain, plain, plain};
    struct rig r;

    rows_of_zero[0].w = 0;
    rows_of_zero[1].h = 0;
    rows_of_zero[2].channels = 0;
    rows_of_zero[3].m_ext = 0;
    rows_of_zero[4].k_ext = 0;
    rows_of_zero[5].times = 0;
    rig_open(&r, load3d_sizes, 1);
    for (unsigned i = 0; i < 6; i++) {
        rows_of_zero[i].sw = 0; /* nothing else is looked at */
        struct dv_foot f = foot(&r, &rows_of_zero[i]);

        cr_assert_eq(f.n, 0, "row %u", i);
        memcpy(before, r.w.mem[DV_SPACE_L0A], LOAD3D_L0);
        dv_sem_load3d(&r.w);
        cr_assert(!memcmp(before, r.w.mem[DV_SPACE_L0A], LOAD3D_L0), "row %u", i);
    }
    rig_close(&r);
}

static void refused(struct rig *r, const struct load *l, enum dv_err code, const char *text)
{
    struct dv_foot f;
    struct dv_diag d;

    load3d_set(r, l);
    dv_diag_init(&d);
    cr_assert_eq(dv_access_load3d(&r->w, &f, &d), code, "wanted '%s', got '%s'", text, d.text);
    cr_assert_str_eq(d.text, text);
    cr_assert(d.at.operand[0] && d.at.has_address);
    cr_assert_eq(dv_access_load3d(&r->w, &f, NULL), code);
}

static const struct {
    struct change c[7];
    enum dv_err code;
    const char *text;
} bad[] = {
    {{IS(first, 0x410)}, DV_E_ALIGN, "src address 0x410 in l1 is not a multiple of 32 bytes"},
    {{IS(sw, 0)}, DV_E_RANGE, "stride_w is 0, at least 1 is needed"},
    {{IS(sh, 0)}, DV_E_RANGE, "stride_h is 0, at least 1 is needed"},
    {{IS(fw, 0)}, DV_E_RANGE, "filter_w is 0, at least 1 is needed"},
    {{IS(dh, 0)}, DV_E_RANGE, "dilation_h is 0, at least 1 is needed"},
    {{IS(w, 32768)},
     DV_E_RANGE,
     "the feature map is 32768 points in width, at most 32767 are allowed"},
    {{IS(h, 65535)},
     DV_E_RANGE,
     "the feature map is 65535 points in height, at most 32767 are allowed"},
    {{IS(fh, 5), IS(dh, 2)},
     DV_E_RANGE,
     "the filter covers 9 points in height, the padded feature map has 8"},
    {{IS(fw, 511), IS(left, 1)},
     DV_E_RANGE,
     "the filter covers 511 points in width, the padded feature map has 17"},
    {{IS(fh, 3), IS(sh, 6)},
     DV_E_RANGE,
     "stride_h is 6, at most 5 are left beside the filter in height"},
    {{IS(fw, 16), IS(sw, 2)},
     DV_E_RANGE,
     "stride_w is 2, at most 0 are left beside the filter in width"},
    {{IS(size, 4), IS(transpose, 1)},
     DV_E_ILLEGAL,
     "transpose = 1 needs elements of 2 bytes, these have 4"},
    {{IS(size, 1), IS(transpose, 1)},
     DV_E_ILLEGAL,
     "transpose = 1 needs elements of 2 bytes, these have 1"},
    {{IS(channels, 50)},
     DV_E_RANGE,
     "channel_size is 50: for elements of 2 bytes it must be a multiple of 16, or that plus 4 "
     "or 8"},
    {{IS(size, 1), IS(channels, 60)},
     DV_E_RANGE,
     "channel_size is 60: for elements of 1 bytes it must be a multiple of 32, or that plus 4, "
     "8 or 16"},
    {{IS(size, 4), IS(channels, 10)},
     DV_E_RANGE,
     "channel_size is 10: for elements of 4 bytes it must be a multiple of 8, or that plus 4"},
    {{IS(m_start, 8)}, DV_E_RANGE, "m_start is 8, not a multiple of 16"},
    {{IS(size, 1), IS(k_start, 16)}, DV_E_RANGE, "k_start is 16, not a multiple of 32"},
    {{IS(m_start, 80)},
     DV_E_RANGE,
     "m_start + m_extension reach 144, the matrix has 128 positions (128 with the rest of the "
     "last fractal)"},
    {{IS(k_start, 16), IS(k_ext, 33)},
     DV_E_RANGE,
     "k_start + k_extension reach 49, the matrix has 48 columns (48 with the rest of the last "
     "fractal)"},
    {{IS(times, 3), IS(stride, 3)},
     DV_E_RANGE,
     "m_start + m_extension and the repeats reach 160, the matrix has 128 positions (128 with "
     "the rest of the last fractal)"},
    {{IS(times, 2), IS(stride, 2), IS(mode, 1)},
     DV_E_RANGE,
     "k_start + k_extension and the repeats reach 64, the matrix has 48 columns (48 with the "
     "rest of the last fractal)"},
    {{IS(m_ext, 65)},
     DV_E_RANGE,
     "m_extension is 65, not a multiple of 16, and does not reach the last fractal of the 128 "
     "positions"},
    {{IS(k_ext, 31)},
     DV_E_RANGE,
     "k_extension is 31, not a multiple of 16, and does not reach the last fractal of the 48 "
     "columns"},
    {{IS(ring, 992)},
     DV_E_RANGE,
     "L1_3D_SIZE is 992: 0, or a multiple of 32 from 1024 to the 65536 bytes of l1"},
    {{IS(ring, 1040)},
     DV_E_RANGE,
     "L1_3D_SIZE is 1040: 0, or a multiple of 32 from 1024 to the 65536 bytes of l1"},
    {{IS(ring, 65568)},
     DV_E_RANGE,
     "L1_3D_SIZE is 65568: 0, or a multiple of 32 from 1024 to the 65536 bytes of l1"},
    {{IS(ring, 1024)},
     DV_E_RANGE,
     "src address 0x400 is outside the circular l1 of 1024 bytes (L1_3D_SIZE)"},
    {{IS(ring, 4096)},
     DV_E_RANGE,
     "the feature map is 8192 bytes up to the last panel read, the circular l1 (L1_3D_SIZE) "
     "has 4096"},
    {{IS(w, 1000), IS(h, 3)},
     DV_E_RANGE,
     "the feature map is 192000 bytes up to the last panel read, l1 has 65536"},
};

Test(load3d_limits, refusals) /* isa.md 8.5, 4.1 */
{
    struct rig r;

    rig_open(&r, load3d_sizes, 1);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct load l = changed(bad[i].c);

        refused(&r, &l, bad[i].code, bad[i].text);
    }
    rig_close(&r);
}

/* Allowed at the edge of a limit. */
Test(load3d_limits, edges)
{
    static const struct change good[][7] = {
        {IS(fh, 8), IS(m_ext, 16)},            /* fits exactly once */
        {IS(h, 1), IS(w, 128)},                /* a map of one line */
        {IS(fh, 3), IS(sh, 5), IS(m_ext, 32)}, /* stride = what is left */
        {IS(m_start, 112), IS(m_ext, 1)},      /* inside the last fractal */
        {IS(m_start, 64), IS(m_ext, 49)},      /* reaches it */
        {IS(ring, 8192)},                      /* the map fills the ring */
        {IS(w, 1000), IS(h, 3), IS(k_ext, 1), IS(channels, 4), IS(m_ext, 16), IS(k_start, 0)},
    };
    struct rig r;

    rig_open(&r, load3d_sizes, 1);
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct load l = changed(good[i]);

        cr_assert_gt(foot(&r, &l).n, 1, "row %u", i);
    }
    rig_close(&r);
}

/* Fields of a load with no regard to limits: unit times a number that is often small. */
static const struct {
    size_t at;
    unsigned unit, most;
} wild[] = {
    {offsetof(struct load, w), 1, 65535},       {offsetof(struct load, h), 1, 65535},
    {offsetof(struct load, left), 1, 255},      {offsetof(struct load, right), 1, 255},
    {offsetof(struct load, top), 1, 255},       {offsetof(struct load, bottom), 1, 255},
    {offsetof(struct load, fw), 1, 511},        {offsetof(struct load, fh), 1, 511},
    {offsetof(struct load, dw), 1, 255},        {offsetof(struct load, dh), 1, 255},
    {offsetof(struct load, sw), 1, 63},         {offsetof(struct load, sh), 1, 63},
    {offsetof(struct load, channels), 4, 40},   {offsetof(struct load, m_start), 16, 4095},
    {offsetof(struct load, k_start), 32, 2047}, {offsetof(struct load, m_ext), 1, 65535},
    {offsetof(struct load, k_ext), 1, 65535},   {offsetof(struct load, times), 1, 255},
    {offsetof(struct load, stride), 1, 65535},  {offsetof(struct load, mode), 1, 1},
    {offsetof(struct load, ring), 32, 2047},    {offsetof(struct load, first), 32, 2047},
    {offsetof(struct load, transpose), 1, 1},   {offsetof(struct load, b), 1, 1},
};

/* The plain load with about a quarter of its fields replaced. */
static struct load wild_load(struct rig *r)
{
    struct load l = plain;

    l.size = 1u << rig_range(r, 0, 2);
    for (unsigned i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        unsigned v = rig_range(r, 0, wild[i].most), shift = rig_range(r, 0, 12);

        v = (v >> shift) * wild[i].unit;
        if (!rig_range(r, 0, 3))
            memcpy((char *)&l + wild[i].at, &v, sizeof v);
    }
    l.b &= l.size > 1;
    return l;
}

/* Refused, or a footprint with the destination last, and a load that stays inside it. */
Test(load3d_limits, wild_loads)
{
    unsigned ran = 0;
    struct rig r;

    rig_open(&r, load3d_sizes, 99);
    for (unsigned i = 0; i < 100000; i++) {
        struct load l = wild_load(&r);
        struct dv_foot f;

        load3d_set(&r, &l);
        if (dv_access_load3d(&r.w, &f, NULL) != DV_OK || !rig_inside(&r, &f) || !f.n)
            continue;
        cr_assert_eq(f.part[f.n - 1].rw, DV_WRITE);
        dv_sem_load3d(&r.w);
        ran++;
    }
    cr_assert_gt(ran, 500, "%u", ran);
    rig_close(&r);
}
