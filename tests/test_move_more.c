/* Moves between local memories, fractals from GM, padding moves, constant fills and the table of
 * the fixpipe, byte by byte; all memories whole (tests/rig_check.h). */
#include "tests/rig_check.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_GM] = 32768,  [DV_SPACE_UB] = 32768,  [DV_SPACE_L1] = 65536,
    [DV_SPACE_L0A] = 32768, [DV_SPACE_L0B] = 32768, [DV_SPACE_FB] = 7168,
};

/* A place below `within`; a destination in the memory of its source lies in its second half. */
static uint64_t at(struct rig *r, unsigned operand, uint32_t within)
{
    const struct dv_insn *in = dv_op_insn(&r->op);
    unsigned space = in->operand[operand].space;
    unsigned align = space == DV_SPACE_GM ? 1 : dv_spaces[space].align;
    bool same = in->operands > 1 && !operand && space == in->operand[1].space;

    return rig_first(r, space) + (same ? sizes[space] / 2 : 0) +
           rig_range(r, 0, within / align) * align;
}

/* ---- bursts (isa.md 8.1) --------------------------------------------------------------------- */

static void burst_config(struct rig *r, unsigned mode)
{
    struct dv_cfg_burst c = {
        .n_burst = rig_range(r, 0, 5),
        .len_burst = rig_range(r, 0, 3) ? rig_range(r, 1, 20) : rig_range(r, 0, 2),
        .src_gap = rig_range(r, 0, 3) * rig_range(r, 0, 5),
        .dst_gap = rig_range(r, 0, 3) * rig_range(r, 0, 5),
    };

    (void)mode;
    dv_pack_burst(r->w.cfg, &c);
    r->w.x[DV_XD] = at(r, 0, 4096);
    r->w.x[DV_XN] = at(r, 1, 4096);
}

static void burst_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);
    uint8_t *dst = rig_image(r, want, 0);
    const uint8_t *src = rig_image(r, r->w.mem, 1);

    for (unsigned i = 0; i < c.n_burst; i++)
        for (unsigned j = 0; j < 32 * c.len_burst; j++)
            dst[i * 32 * (c.len_burst + c.dst_gap) + j] =
                src[i * 32 * (c.len_burst + c.src_gap) + j];
}

static void pad_config(struct rig *r, unsigned mode)
{
    burst_config(r, 0);
    rig_select(r, DV_F_mode, mode);
    r->env.v[DV_ENV_PADDING] = rig_random(r);
}

/* Where byte j of a block goes, and what fills the rest: a row a mode. */
static void pad_model(const struct rig *r, uint8_t *const want[])
{
    static const unsigned keep[9] = {32, 1, 2, 4, 8, 16, 4, 8, 16};
    static const unsigned of[9] = {32, 1, 2, 4, 8, 16, 32, 32, 32};
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);
    unsigned mode = dv_op_sel(&r->op, DV_F_mode), width = mode == 1 ? 1 : 2;
    uint8_t *dst = rig_image(r, want, 0);
    const uint8_t *src = rig_image(r, r->w.mem, 1);

    for (unsigned i = 0; i < c.n_burst; i++) {
        for (unsigned j = 0; j < 32 * c.len_burst; j += of[mode]) {
            for (unsigned b = 0; b < keep[mode]; b++)
                *dst++ = src[j + b];
            if (mode < 1 || mode > 5)
                continue;
            for (unsigned b = 0; b < 32 - keep[mode]; b++)
                *dst++ = (uint8_t)(r->env.v[DV_ENV_PADDING] >> 8 * (b % width));
        }
        dst += 32 * c.dst_gap;
        src += 32 * (c.len_burst + c.src_gap);
    }
}

/* ---- fractals (isa.md 8.4) ------------------------------------------------------------------- */

static void fractal_config(struct rig *r, unsigned mode)
{
    struct dv_cfg_load2d c = {
        .start = rig_range(r, 0, 12),
        .repeat = rig_range(r, 0, 10),
        .src_stride = rig_range(r, 0, 3),
        .dst_gap = rig_range(r, 0, 3),
    };

    (void)mode;
    dv_pack_load2d(r->w.cfg, &c);
    r->w.x[DV_XD] = at(r, 0, 2048);
    r->w.x[DV_XN] = at(r, 1, 8192);
}

static void fractal_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_load2d c = dv_unpack_load2d(r->w.cfg);
    uint8_t *dst = rig_image(r, want, 0);
    const uint8_t *src = rig_image(r, r->w.mem, 1);
    int sign = r->op.insn == DV_INSN_load_out_to_l1_2d_descend ? -1 : 1;

    for (int f = 0; f < (int)c.repeat; f++)
        for (int b = 0; b < 512; b++)
            dst[f * ((int)c.dst_gap + 1) * 512 + b] =
                src[((int)c.start + sign * f * (int)c.src_stride) * 512 + b];
}

static void square_config(struct rig *r, unsigned mode)
{
    struct dv_cfg_load2dt c = {
        .start = rig_range(r, 0, 8),
        .repeat = rig_range(r, 0, 6),
        .src_stride = rig_range(r, 0, 2),
        .dst_gap = rig_range(r, 0, 1) ? 3 : rig_range(r, 0, 5),
        .frac_gap = rig_range(r, 0, 1) ? 0 : rig_range(r, 0, 12),
        .descend = rig_range(r, 0, 3) == 0,
    };

    (void)mode;
    dv_pack_load2dt(r->w.cfg, &c);
    r->w.x[DV_XD] = at(r, 0, 2048);
    r->w.x[DV_XN] = at(r, 1, 16384);
}

/* Nibble n of a stretch of memory: two a byte, the low one first. */
static unsigned nibble(const uint8_t *p, unsigned n)
{
    return p[n / 2] >> (n & 1) * 4 & 15;
}

static void put_nibble(uint8_t *p, unsigned n, unsigned v)
{
    unsigned shift = (n & 1) * 4;

    p[n / 2] = (uint8_t)((p[n / 2] & ~(15u << shift)) | v << shift);
}

/* Element (i, j) of 64x64: fractal i/16, row i%16 of 64. */
static void square_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(r->w.cfg);
    uint8_t *dst = rig_image(r, want, 0);
    const uint8_t *src = rig_image(r, r->w.mem, 1);

    for (int f = 0; f < (int)c.repeat; f++) {
        int index = (int)c.start + (c.descend ? -f : f) * (int)c.src_stride;

        for (unsigned n = 0; n < 64; n++)
            for (unsigned k = 0; k < 64; k++)
                put_nibble(dst + f * ((int)c.dst_gap + 1) * 512 + n / 16 * (c.frac_gap + 1u) * 512,
                           n % 16 * 64 + k, nibble(src + index * 2048, k * 64 + n));
    }
}

/* ---- constant fill (isa.md 8.6) -------------------------------------------------------------- */

static void fill_config(struct rig *r, unsigned mode)
{
    struct dv_cfg_fill c = {
        .repeat = rig_range(r, 0, 5), .blocks = rig_range(r, 0, 4), .gap = rig_range(r, 0, 4)};

    (void)mode;
    r->env.v[DV_ENV_L0_SET_VALUE] = rig_random(r);
    dv_pack_fill(r->w.cfg, &c);
    r->w.x[DV_XD] = at(r, 0, 4096);
    r->w.kind = rig_range(r, 0, 3) ? DV_AIC : DV_C100;
}

static void fill_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_fill c = dv_unpack_fill(r->w.cfg);
    unsigned block = dv_op_insn(&r->op)->operand[0].space == DV_SPACE_L1 ? 32 : 512;
    unsigned size = r->op.type == DV_T_b32 ? 4 : 2;
    uint8_t *dst = rig_image(r, want, 0);

    if (r->w.kind == DV_C100) {
        block = 512;
        c.blocks = 1;
        c.gap = 0;
    }
    for (unsigned i = 0; i < c.repeat; i++)
        for (unsigned j = 0; j < c.blocks * block / size; j++)
            memcpy(dst + i * (c.blocks + c.gap) * block + j * size, &r->env.v[DV_ENV_L0_SET_VALUE],
                   size);
}

/* ---- L1 to FB (isa.md 8.1) ------------------------------------------------------------------- */

/* Parts 0 to 3 lie one behind the other. */
static const unsigned fb_at[5] = {0, 2048, 3072, 5120, 7168};

static void table_config(struct rig *r, unsigned part)
{
    struct dv_cfg_table_burst c = {
        .n_burst = rig_range(r, 0, 3),
        .len_burst = rig_range(r, 0, 3),
        .src_gap = rig_range(r, 0, 5),
        .dst_gap = rig_range(r, 0, 1),
    };
    unsigned size = fb_at[part + 1] - fb_at[part];
    unsigned used = c.n_burst * (c.len_burst + c.dst_gap) * 128;

    if (used > size)
        c = (struct dv_cfg_table_burst){.n_burst = 1, .len_burst = used = 1};
    dv_pack_table_burst(r->w.cfg, &c);
    r->w.x[DV_XD] = part << 16 | rig_range(r, 0, (size - (used == 1 ? 128 : used)) / 128) * 128;
    r->w.x[DV_XN] = at(r, 1, 4096);
}

static void table_model(const struct rig *r, uint8_t *const want[])
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(r->w.cfg);
    uint8_t *dst = want[DV_SPACE_FB] + fb_at[r->w.x[DV_XD] >> 16] + (r->w.x[DV_XD] & 0xffff);
    const uint8_t *src = rig_image(r, r->w.mem, 1);

    for (unsigned i = 0; i < c.n_burst; i++)
        for (unsigned j = 0; j < 128 * c.len_burst; j++)
            dst[i * 128 * (c.len_burst + c.dst_gap) + j] =
                src[i * (128 * c.len_burst + 32 * c.src_gap) + j];
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const struct row {
    unsigned insn, type;
    unsigned mode;
    void (*config)(struct rig *r, unsigned mode);
    rig_model model;
} rows[] = {
    {DV_INSN_mov_ub_to_ub, 0, 0, burst_config, burst_model},
    {DV_INSN_mov_l1_to_out, 0, 0, burst_config, burst_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 0, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 1, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 2, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 3, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 4, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 5, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 6, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 7, pad_config, pad_model},
    {DV_INSN_mov_out_to_l1_pad, 0, 8, pad_config, pad_model},
    {DV_INSN_load_out_to_l0a_2d, 0, 0, fractal_config, fractal_model},
    {DV_INSN_load_out_to_l0b_2d, 0, 0, fractal_config, fractal_model},
    {DV_INSN_load_out_to_l1_2d, 0, 0, fractal_config, fractal_model},
    {DV_INSN_load_out_to_l1_2d_descend, 0, 0, fractal_config, fractal_model},
    {DV_INSN_load_l1_to_l1_2d, 0, 0, fractal_config, fractal_model},
    {DV_INSN_load_l1_to_l0b_2d_transpose_b4, DV_T_b4, 0, square_config, square_model},
    {DV_INSN_set_l0a_2d, DV_T_b16, 0, fill_config, fill_model},
    {DV_INSN_set_l0a_2d, DV_T_b32, 0, fill_config, fill_model},
    {DV_INSN_set_l0b_2d, DV_T_b16, 0, fill_config, fill_model},
    {DV_INSN_set_l0b_2d, DV_T_b32, 0, fill_config, fill_model},
    {DV_INSN_set_l1_2d, DV_T_b16, 0, fill_config, fill_model},
    {DV_INSN_set_l1_2d, DV_T_b32, 0, fill_config, fill_model},
    {DV_INSN_mov_l1_to_fb, 0, 0, table_config, table_model},
    {DV_INSN_mov_l1_to_fb, 0, 1, table_config, table_model},
    {DV_INSN_mov_l1_to_fb, 0, 2, table_config, table_model},
    {DV_INSN_mov_l1_to_fb, 0, 3, table_config, table_model},
};

Test(move_more, random_configs_match_model_and_footprint)
{
    struct rig r;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned ran = 0;

        rig_open(&r, sizes, i + 1);
        for (unsigned k = 0; k < 150; k++) {
            rig_insn(&r, rows[i].insn, rows[i].type);
            rows[i].config(&r, rows[i].mode);
            ran += rig_try(&r, rows[i].model);
        }
        cr_assert_gt(ran, 60, "row %u: only %u of 150 configurations did something", i, ran);
        rig_close(&r);
    }
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void refused(struct rig *r, enum dv_err code, const char *text)
{
    struct dv_foot f;
    struct dv_diag d;

    dv_diag_init(&d);
    cr_expect_eq(dv_access[dv_op_insn(&r->op)->access](&r->w, &f, &d), code, "%s", text);
    cr_expect_str_eq(d.text, text);
}

Test(move_more, refused)
{
    struct rig r;

    rig_open(&r, sizes, 1);
    rig_insn(&r, DV_INSN_mov_ub_to_ub, 0);
    dv_pack_burst(r.w.cfg, &(struct dv_cfg_burst){.n_burst = 2, .len_burst = 2});
    r.w.x[DV_XD] = 96;
    refused(&r, DV_E_OVERLAP,
            "source and destination share bytes of ub at 0x60: copy in two steps, or to a place of "
            "its own");
    rig_insn(&r, DV_INSN_mov_out_to_l1_pad, 0);
    rig_select(&r, DV_F_mode, 9);
    refused(&r, DV_E_RESERVED, "padding mode 9 does not exist: use 0 to 8");
    rig_insn(&r, DV_INSN_mov_l1_to_fb, 0);
    r.w.x[DV_XD] = 4 << 16;
    refused(&r, DV_E_RANGE, "fb has parts 0 to 3, xd[19:16] is 4: use the address of one of them");
    dv_pack_table_burst(r.w.cfg, &(struct dv_cfg_table_burst){.n_burst = 1, .len_burst = 8});
    r.w.x[DV_XD] = 1 << 16 | 128;
    refused(&r, DV_E_RANGE, "writes up to 0x480 of fb part 1, which has 1024 bytes");
    dv_pack_table_burst(r.w.cfg, &(struct dv_cfg_table_burst){.n_burst = 1, .convert = 1});
    refused(&r, DV_E_ILLEGAL, "convert is for the bias table only: use 0");
    rig_close(&r);
}
