/* The first form of the convolution load against a model in nested loops, whole memories compared,
 * and what it refuses. Evidence: isa.md 15 (names and ranges), 4.1; order and units are ours. */
#include "tests/rig_check.h"

enum { L1 = 65536, OUT = 65536, LOADS = 150 };

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_L1] = L1, [DV_SPACE_L0A] = OUT, [DV_SPACE_L0B] = OUT, [DV_SPACE_UB] = OUT};

struct load {
    unsigned w, h, left, right, top, bottom;
    unsigned fw, fh, dw, dh, sw, sh;
    unsigned ox, oy; /* first position */
    unsigned fetch_w, fetch_h, c1, jump, repeat, mode;
    unsigned first, ring; /* address of the map; L1_3D_SIZE in blocks */
    uint32_t pad;
};

static struct load now; /* what the model models */

static struct dv_cfg_load3d1 config(const struct load *l)
{
    return (struct dv_cfg_load3d1){
        .left_top_w = (int32_t)(l->ox * l->sw) - (int32_t)l->left,
        .left_top_h = (int32_t)(l->oy * l->sh) - (int32_t)l->top,
        .fetch_w = l->fetch_w,
        .fetch_h = l->fetch_h,
        .c1_index = l->c1,
        .stride_w = l->sw,
        .stride_h = l->sh,
        .filter_w = l->fw,
        .filter_h = l->fh,
        .dilation_w = l->dw,
        .dilation_h = l->dh,
        .jump = l->jump,
        .repeat_mode = l->mode,
        .repeat = l->repeat,
    };
}

static void set(struct rig *r, const struct load *l, const struct dv_cfg_load3d1 *c)
{
    dv_pack_load3d1(r->w.cfg, c);
    r->env.v[DV_ENV_FMATRIX] = l->w | (uint64_t)l->h << 16 | (uint64_t)l->left << 32 |
                               (uint64_t)l->right << 40 | (uint64_t)l->top << 48 |
                               (uint64_t)l->bottom << 56;
    r->env.v[DV_ENV_FMATRIX_B] = r->env.v[DV_ENV_L3D_RPT] = ~0ull; /* not looked at */
    r->env.v[DV_ENV_PADDING] = l->pad;
    r->env.v[DV_ENV_L1_3D_SIZE] = l->ring;
    r->w.x[DV_XN] = l->first;
    r->w.kind = DV_C100;
}

/* ---- the model ------------------------------------------------------------------------------- */

static unsigned positions(unsigned size, unsigned pads, unsigned f, unsigned d, unsigned s)
{
    unsigned n = 0;

    for (unsigned at = 0; at + d * (f - 1) + 1 <= size + pads; at += s)
        n++;
    return n;
}

static unsigned columns_of(const struct load *l)
{
    return positions(l->w, l->left + l->right, l->fw, l->dw, l->sw);
}

static unsigned rows_of(const struct load *l)
{
    return positions(l->h, l->top + l->bottom, l->fh, l->dh, l->sh);
}

/* 32 bytes of a tap (panel, fy, fx) at position (oy, ox). */
static void block(const uint8_t *l1, unsigned size, unsigned tap, unsigned position, uint8_t *out)
{
    const struct load *l = &now;
    unsigned panel = tap / (l->fw * l->fh), fy = tap / l->fw % l->fh, fx = tap % l->fw;
    int y = (int)(position / columns_of(l) * l->sh + fy * l->dh) - (int)l->top;
    int x = (int)(position % columns_of(l) * l->sw + fx * l->dw) - (int)l->left;

    for (unsigned i = 0; i < 32; i++) {
        unsigned at = l->first + ((panel * l->h + (unsigned)y) * l->w + (unsigned)x) * 32 + i;

        if (position >= columns_of(l) * rows_of(l))
            out[i] = 0;
        else if (y < 0 || x < 0 || y >= (int)l->h || x >= (int)l->w)
            out[i] = (uint8_t)(l->pad >> 8 * (i % size));
        else
            out[i] = l1[l->ring && at >= l->ring * 32 ? at - l->ring * 32 : at];
    }
}

static void model(const struct rig *r, uint8_t *const want[DV_SPACE_COUNT])
{
    const struct load *l = &now;
    const struct dv_operand *o = &dv_op_insn(&r->op)->operand[0];
    unsigned size = r->op.type == DV_T_b8 ? 1 : 2;

    for (unsigned i = 0; i < l->repeat; i++) {
        uint8_t *out = want[o->space] + r->w.x[DV_XD] + (size_t)512 * l->jump * i;
        unsigned tap = (l->c1 * l->fh + l->fetch_h) * l->fw + l->fetch_w + (l->mode ? 0 : i);

        for (unsigned j = 0; j < 16; j++) {
            unsigned position = l->oy * columns_of(l) + l->ox + (l->mode ? 16 * i : 0) + j;
            uint8_t row[32];

            block(r->w.mem[DV_SPACE_L1], size, tap, position, row);
            for (unsigned k = 0; k < 32; k++)
                out[o->space == DV_SPACE_L0B ? k / 2 * 32 + j * 2 + k % 2 : j * 32 + k] = row[k];
        }
    }
}

/* ---- random loads ---------------------------------------------------------------------------- */

static void axis(struct rig *r, unsigned *size, unsigned *before, unsigned *after, unsigned *f,
                 unsigned *d, unsigned *s)
{
    *size = rig_range(r, 1, 16);
    *before = rig_range(r, 0, 4);
    *after = rig_range(r, 0, 4);
    *f = rig_range(r, 1, 4);
    *d = rig_range(r, 1, 3);
    unsigned span = *d * (*f - 1) + 1;
    if (*size + *before + *after < span)
        *size = span;
    unsigned left = *size + *before + *after - span;
    *s = rig_range(r, 1, left ? (left < 5 ? left : 5) : 1);
}

static bool random_load(struct rig *r, bool mode, bool ring)
{
    struct load *l = &now;

    *l = (struct load){.mode = mode, .jump = rig_range(r, 1, 4), .pad = rig_random(r) & 0xffff};
    axis(r, &l->w, &l->left, &l->right, &l->fw, &l->dw, &l->sw);
    axis(r, &l->h, &l->top, &l->bottom, &l->fh, &l->dh, &l->sh);
    l->ox = rig_range(r, 0, columns_of(l) - 1);
    l->oy = rig_range(r, 0, rows_of(l) - 1);
    l->fetch_w = rig_range(r, 0, l->fw - 1);
    l->fetch_h = rig_range(r, 0, l->fh - 1);
    l->c1 = rig_range(r, 0, 3);
    unsigned left = columns_of(l) * rows_of(l) - l->oy * columns_of(l) - l->ox;
    unsigned most = mode ? (left + 15) / 16 : 20;
    l->repeat = rig_range(r, 0, most);
    unsigned last = l->fetch_h * l->fw + l->fetch_w + (mode ? 0 : l->repeat);
    unsigned bytes = (l->c1 + last / (l->fw * l->fh) + 1) * l->w * l->h * 32;
    if (ring)
        l->ring = bytes / 32 + rig_range(r, 32, 100);
    l->first = 32 * rig_range(r, 0, ring ? l->ring - 1 : 500);
    r->w.x[DV_XD] = 512 * rig_range(r, 0, 20);
    return ring ? l->ring * 32 <= L1 : l->first + bytes <= L1;
}

static const struct {
    unsigned insn, type;
    bool mode, ring;
} rows[] = {
    {DV_INSN_load_l1_to_l0a_3d, DV_T_b16, 0, 0}, {DV_INSN_load_l1_to_l0a_3d, DV_T_b16, 1, 0},
    {DV_INSN_load_l1_to_l0a_3d, DV_T_b8, 0, 0},  {DV_INSN_load_l1_to_l0a_3d, DV_T_b8, 1, 0},
    {DV_INSN_load_l1_to_l0b_3d, DV_T_b16, 0, 0}, {DV_INSN_load_l1_to_l0b_3d, DV_T_b16, 1, 0},
    {DV_INSN_load_l1_to_ub_3d, DV_T_b16, 0, 0},  {DV_INSN_load_l1_to_ub_3d, DV_T_b16, 1, 0},
    {DV_INSN_load_l1_to_ub_3d, DV_T_b8, 0, 0},   {DV_INSN_load_l1_to_ub_3d, DV_T_b8, 1, 0},
    {DV_INSN_load_l1_to_l0a_3d, DV_T_b16, 0, 1}, {DV_INSN_load_l1_to_l0a_3d, DV_T_b16, 1, 1},
    {DV_INSN_load_l1_to_l0b_3d, DV_T_b16, 1, 1}, {DV_INSN_load_l1_to_ub_3d, DV_T_b8, 0, 1},
};

Test(load3d1, random_loads_match_the_model)
{
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned ran = 0;
        struct rig r;

        rig_open(&r, sizes, i + 1);
        rig_insn(&r, rows[i].insn, rows[i].type);
        for (unsigned k = 0; k < LOADS; k++) {
            if (!random_load(&r, rows[i].mode, rows[i].ring))
                continue;
            struct dv_cfg_load3d1 c = config(&now);
            set(&r, &now, &c);
            r.w.simd = rig_range(&r, 0, 1);
            ran += rig_try(&r, model);
        }
        cr_assert_gt(ran, LOADS / 3, "row %u: only %u loads did something", i, ran);
        rig_close(&r);
    }
}

/* ---- refusals -------------------------------------------------------------------------------- */

/* A map of 8 lines of 16 points at 0x400, padded by 1, filter 3 x 3. */
static const struct load plain = {.w = 16,
                                  .h = 8,
                                  .left = 1,
                                  .right = 1,
                                  .top = 1,
                                  .bottom = 1,
                                  .fw = 3,
                                  .fh = 3,
                                  .dw = 1,
                                  .dh = 1,
                                  .sw = 2,
                                  .sh = 1,
                                  .jump = 1,
                                  .repeat = 1,
                                  .first = 0x400};

/* One field of the config word (by name), and of the load, changed. */
#define C(field, value) offsetof(struct dv_cfg_load3d1, field), (uint32_t)(value), 0, 0
#define L(field, value) 0, 0, 1 + offsetof(struct load, field), (value)

static const struct {
    const char *text;
    size_t at;
    uint32_t value;
    size_t load_at;
    unsigned load_value;
    enum dv_err code;
} bad[] = {
    {"c_size = 1 is not executed: how it lays out channels is not public", C(c_size, 1),
     DV_E_UNSUPPORTED},
    {"stride_w is 0, at least 1 is needed", C(stride_w, 0), DV_E_RANGE},
    {"filter_h is 0, at least 1 is needed", C(filter_h, 0), DV_E_RANGE},
    {"dilation_w is 0, at least 1 is needed", C(dilation_w, 0), DV_E_RANGE},
    {"the filter covers 31 points in height, the padded feature map has 10", C(dilation_h, 15),
     DV_E_RANGE},
    {"stride_h is 8, at most 7 are left beside the filter in height", C(stride_h, 8), DV_E_RANGE},
    {"the feature map is 32768 points in width, at most 32767 are allowed", L(w, 32768),
     DV_E_RANGE},
    {"fetch_w is 3, the filter has taps 0 to 2 there", C(fetch_w, 3), DV_E_RANGE},
    {"fetch_h is 4, the filter has taps 0 to 2 there", C(fetch_h, 4), DV_E_RANGE},
    {"left_top_w is -2, the filter has positions from -1 to 13", C(left_top_w, -2), DV_E_RANGE},
    {"left_top_w is 15, the filter has positions from -1 to 13", C(left_top_w, 15), DV_E_RANGE},
    {"left_top_w is 2, positions are every 2 points from -1 on", C(left_top_w, 2), DV_E_RANGE},
    {"left_top_h is -3, the filter has positions from -1 to 6", C(left_top_h, -3), DV_E_RANGE},
    {"the feature map is 32896 blocks of 32 bytes up to panel 256, at most 32768 are allowed",
     C(c1_index, 256), DV_E_RANGE},
    {"the feature map is 69632 bytes up to the last panel read, l1 has 65536", C(c1_index, 16),
     DV_E_RANGE},
    {"jump is 0, at least 1 is needed", C(jump, 0), DV_E_RANGE},
    {"L1_3D_SIZE is 31 blocks of 32 bytes: 0, or 32 to 2048", L(ring, 31), DV_E_RANGE},
    {"L1_3D_SIZE is 2049 blocks of 32 bytes: 0, or 32 to 2048", L(ring, 2049), DV_E_RANGE},
    {"src address 0x400 is outside the circular l1 of 1024 bytes (L1_3D_SIZE)", L(ring, 32),
     DV_E_RANGE},
    {"src address 0x410 in l1 is not a multiple of 32 bytes", L(first, 0x410), DV_E_ALIGN},
};

static enum dv_err foot_of(struct rig *r, unsigned i, struct dv_foot *f, struct dv_diag *d)
{
    struct load l = plain;
    struct dv_cfg_load3d1 c = config(&l);

    rig_insn(r, DV_INSN_load_l1_to_l0a_3d, DV_T_b16);
    if (bad[i].load_at)
        memcpy((char *)&l + bad[i].load_at - 1, &bad[i].load_value, sizeof(unsigned));
    else
        memcpy((char *)&c + bad[i].at, &bad[i].value, sizeof(uint32_t));
    set(r, &l, &c);
    dv_diag_init(d);
    return dv_access_load3d1(&r->w, f, d);
}

Test(load3d1, refusals)
{
    struct dv_foot f;
    struct dv_diag d;
    struct rig r;

    rig_open(&r, sizes, 1);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_eq(foot_of(&r, i, &f, &d), bad[i].code, "row %u: %s", i, d.text);
        cr_expect_str_eq(d.text, bad[i].text);
    }
    rig_close(&r);
}

/* 64 positions: four repeats along them; a fifth has none. Repeat 0 and a map without points are no
 * operation. */
Test(load3d1, how_far_repeats_go)
{
    static const struct {
        unsigned repeat, w;
        enum dv_err code;
        unsigned bursts;
    } ends[] = {{4, 16, DV_OK, 4}, {5, 16, DV_E_RANGE, 0}, {0, 16, DV_OK, 0}, {4, 0, DV_OK, 0}};
    struct dv_foot f;
    struct dv_diag d;
    struct rig r;

    rig_open(&r, sizes, 1);
    rig_insn(&r, DV_INSN_load_l1_to_l0a_3d, DV_T_b16);
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct load l = plain;
        struct dv_cfg_load3d1 c = config(&l);

        c.repeat = ends[i].repeat;
        c.repeat_mode = 1;
        l.w = ends[i].w;
        set(&r, &l, &c);
        dv_diag_init(&d);
        cr_expect_eq(dv_access_load3d1(&r.w, &f, &d), ends[i].code, "row %u: %s", i, d.text);
        cr_expect(ends[i].code != DV_OK || f.amount.bursts == ends[i].bursts, "row %u: %u", i,
                  f.amount.bursts);
    }
    rig_close(&r);
}
