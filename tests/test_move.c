/* Moves and loads against byte-by-byte models, with their footprints.
 *
 * For each row, many random configurations: the whole destination memory equals the model; the
 * bytes written are exactly the write footprint; bytes outside the read footprint do not matter. */
#include <criterion/criterion.h>

#include "tests/rig.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {
    [DV_SPACE_GM] = 65536,  [DV_SPACE_UB] = 32768,  [DV_SPACE_L1] = 65536,
    [DV_SPACE_L0A] = 32768, [DV_SPACE_L0B] = 32768,
};

enum { XD = DV_XD, XN = DV_XN };

static uint64_t at(struct rig *r, unsigned space, unsigned align, uint32_t within)
{
    return rig_first(r, space) + rig_range(r, 0, within / align) * align;
}

static unsigned size_of(const struct rig *r)
{
    return dv_elem_bits((enum dv_elem)dv_types[r->op.type].dst) / 8;
}

/* ---- bursts (isa.md 8.1) --------------------------------------------------------------------- */

static void burst_config(struct rig *r)
{
    const struct dv_insn *in = dv_op_insn(&r->op);
    struct dv_cfg_burst c = {
        .n_burst = rig_range(r, 0, 6),
        .len_burst = rig_range(r, 0, 20),
        .src_gap = rig_range(r, 0, 3) * rig_range(r, 0, 5),
        .dst_gap = rig_range(r, 0, 3) * rig_range(r, 0, 5),
    };

    dv_pack_burst(r->w.cfg, &c);
    for (unsigned i = 0; i < 2; i++) {
        unsigned space = in->operand[i].space;

        r->w.x[i ? XN : XD] = at(r, space, space == DV_SPACE_GM ? 1 : 32, 8192);
    }
}

static void burst_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_burst c = dv_unpack_burst(r->w.cfg);

    for (unsigned i = 0; i < c.n_burst; i++)
        for (unsigned j = 0; j < 32 * c.len_burst; j++)
            dst[i * 32 * (c.len_burst + c.dst_gap) + j] =
                src[i * 32 * (c.len_burst + c.src_gap) + j];
}

/* ---- aligning moves (isa.md 8.2) ------------------------------------------------------------- */

static void align_config(struct rig *r)
{
    bool in = r->op.insn == DV_INSN_mov_out_to_ub_align;
    unsigned most = 32 / size_of(r);
    bool pads = in && rig_range(r, 0, 1);
    struct dv_cfg_align c = {
        .n_burst = rig_range(r, 0, 5),
        .len_burst = rig_range(r, 0, 3) ? rig_range(r, 0, 150) : rig_range(r, 0, 5),
        .src_gap = rig_range(r, 0, 7),
        .dst_gap = rig_range(r, 0, 7),
        .left_pad = pads ? rig_range(r, 0, most) : 0,
        .right_pad = pads ? rig_range(r, 0, most) : 0,
    };

    r->env.v[DV_ENV_MOV_PAD_VAL] = rig_random(r);
    dv_pack_align(r->w.cfg, &c);
    r->w.x[XD] = at(r, in ? DV_SPACE_UB : DV_SPACE_GM, in ? 32 : 1, 4096);
    r->w.x[XN] = at(r, in ? DV_SPACE_GM : DV_SPACE_UB, in ? 1 : 32, 4096);
}

static uint8_t pad_byte(const struct rig *r, unsigned i)
{
    return (uint8_t)(r->env.v[DV_ENV_MOV_PAD_VAL] >> 8 * (i % size_of(r)));
}

static void align_in_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_align c = dv_unpack_align(r->w.cfg);
    unsigned size = size_of(r), left = c.left_pad * size, end = left + c.len_burst;
    unsigned total = (end + c.right_pad * size + 31) / 32 * 32;

    if (!c.len_burst)
        return;
    for (unsigned i = 0; i < c.n_burst; i++) {
        uint8_t *d = dst + i * (total + 32 * c.dst_gap);
        const uint8_t *s = src + i * (c.len_burst + c.src_gap);

        for (unsigned j = 0; j < total; j++) {
            if (j < left)
                d[j] = pad_byte(r, j);
            else if (j < end)
                d[j] = s[j - left];
            else if (c.left_pad || c.right_pad)
                d[j] = pad_byte(r, j - end);
            else
                d[j] = (j - end) % size < c.len_burst ? s[(j - end) % size] : 0;
        }
    }
}

static void align_out_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_align c = dv_unpack_align(r->w.cfg);
    unsigned blocks = (c.len_burst + 31) / 32;

    for (unsigned i = 0; i < c.n_burst; i++)
        for (unsigned j = 0; j < c.len_burst; j++)
            dst[i * (c.len_burst + c.dst_gap) + j] = src[i * 32 * (blocks + c.src_gap) + j];
}

/* ---- ND to NZ (isa.md 8.3) ------------------------------------------------------------------- */

static void nd2nz_config(struct rig *r)
{
    unsigned size = size_of(r), n = rig_range(r, 0, 40), d = rig_range(r, 0, 200 / size);
    bool odd = !rig_range(r, 0, 3); /* overlapping rows and panels: the order shows */
    unsigned step = odd ? rig_range(r, 0, 2) : 1;
    struct dv_cfg_nd2nz c = {
        .nd_num = rig_range(r, 0, 3) ? 1 : rig_range(r, 0, 4),
        .n_value = n,
        .d_value = d,
        .src_matrix_stride = rig_range(r, 0, 500),
        .src_d_value = odd ? rig_range(r, 0, 2 * d) : d + rig_range(r, 0, 9),
        .dst_c0_stride = odd ? rig_range(r, 0, 40) : n + rig_range(r, 0, 5),
        .dst_n_stride = step,
        .dst_matrix_stride = rig_range(r, 0, 60) * 32 / size,
    };

    dv_pack_nd2nz(r->w.cfg, &c);
    r->w.x[XD] = at(r, DV_SPACE_L1, 32, 8192);
    r->w.x[XN] = at(r, DV_SPACE_GM, 1, 8192);
}

static void nd2nz_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_nd2nz c = dv_unpack_nd2nz(r->w.cfg);
    unsigned size = size_of(r), c0 = 32 / size, panels = (c.d_value + c0 - 1) / c0;

    for (unsigned q = 0; q < c.nd_num; q++)
        for (unsigned i = 0; i < c.n_value; i++)
            for (unsigned j = 0; j < panels * c0; j++)
                for (unsigned b = 0; b < size; b++)
                    dst[q * c.dst_matrix_stride * size + j / c0 * c.dst_c0_stride * 32 +
                        i * c.dst_n_stride * 32 + j % c0 * size + b] =
                        j < c.d_value
                            ? src[(q * c.src_matrix_stride + i * c.src_d_value + j) * size + b]
                            : 0;
}

/* ---- fractal loads (isa.md 8.4) -------------------------------------------------------------- */

static void load_addresses(struct rig *r)
{
    r->w.x[XD] = at(r, dv_op_insn(&r->op)->operand[0].space, 512, 4096);
    r->w.x[XN] = at(r, DV_SPACE_L1, 32, 16384);
}

static void load2d_config(struct rig *r)
{
    struct dv_cfg_load2d c = {
        .start = rig_range(r, 0, 9),
        .repeat = rig_range(r, 0, 12),
        .src_stride = rig_range(r, 0, 4),
        .dst_gap = rig_range(r, 0, 3),
    };

    dv_pack_load2d(r->w.cfg, &c);
    load_addresses(r);
}

static void load2d_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_load2d c = dv_unpack_load2d(r->w.cfg);
    bool turn = r->op.insn == DV_INSN_load_l1_to_l0a_2d_transpose_b16 ||
                r->op.insn == DV_INSN_load_l1_to_l0b_2d_transpose_b16;

    for (unsigned f = 0; f < c.repeat; f++)
        for (unsigned i = 0; i < 16; i++)
            for (unsigned j = 0; j < 32; j++)
                dst[f * (c.dst_gap + 1) * 512 + (turn ? j / 2 * 32 + i * 2 + j % 2 : i * 32 + j)] =
                    src[(c.start + f * c.src_stride) * 512 + i * 32 + j];
}

static void load2dt_config(struct rig *r)
{
    struct dv_cfg_load2dt c = {
        .start = rig_range(r, 0, 20),
        .repeat = rig_range(r, 0, 8),
        .src_stride = rig_range(r, 0, 3),
        .dst_gap = rig_range(r, 1, 4),
        .frac_gap = rig_range(r, 0, 1) ? 0 : rig_range(r, 0, 20),
        .descend = rig_range(r, 0, 3) == 0,
    };

    dv_pack_load2dt(r->w.cfg, &c);
    load_addresses(r);
}

/* Element (i, j) of a square in L1, and element (i, j) of its transpose in L0, bytes from the first
 * fractal; `gap` is the pitch of the two fractals of the result. */
static unsigned square_in(unsigned size, unsigned i, unsigned j)
{
    if (size == 4)
        return j / 8 * 512 + i * 32 + j % 8 * 4;
    return size == 2 ? i * 32 + j * 2 : i / 16 * 512 + i % 16 * 32 + j;
}

static unsigned square_out(unsigned size, unsigned i, unsigned j, unsigned gap)
{
    if (size == 4)
        return j / 8 * gap + i * 32 + j % 8 * 4;
    return size == 2 ? i * 32 + j * 2 : i / 16 * gap + i % 16 * 32 + j;
}

static void load2dt_model(const struct rig *r, uint8_t *dst, const uint8_t *src)
{
    struct dv_cfg_load2dt c = dv_unpack_load2dt(r->w.cfg);
    unsigned size = size_of(r), side = size == 1 ? 32 : 16, square = size == 2 ? 512 : 1024;

    for (unsigned f = 0; f < c.repeat; f++) {
        int64_t index =
            c.descend ? (int64_t)c.start - f * c.src_stride : (int64_t)c.start + f * c.src_stride;

        for (unsigned i = 0; i < side; i++)
            for (unsigned j = 0; j < side; j++)
                memcpy(dst + f * (c.dst_gap + 1) * 512 +
                           square_out(size, j, i, (c.frac_gap + 1) * 512),
                       src + index * square + square_in(size, i, j), size);
    }
}

/* ---- the bench ------------------------------------------------------------------------------- */

static const struct row {
    unsigned insn, type;
    void (*config)(struct rig *r);
    void (*model)(const struct rig *r, uint8_t *dst, const uint8_t *src);
    dv_sem_fn effect;
    const char *evidence;
} rows[] = {
    {DV_INSN_mov_out_to_ub, 0, burst_config, burst_model, dv_sem_burst, "isa.md 8.1"},
    {DV_INSN_mov_ub_to_out, 0, burst_config, burst_model, dv_sem_burst, "isa.md 8.1"},
    {DV_INSN_mov_out_to_l1, 0, burst_config, burst_model, dv_sem_burst, "isa.md 8.1"},
    {DV_INSN_mov_out_to_ub_align, DV_T_b8, align_config, align_in_model, dv_sem_align_in,
     "isa.md 8.2"},
    {DV_INSN_mov_out_to_ub_align, DV_T_b16, align_config, align_in_model, dv_sem_align_in,
     "isa.md 8.2"},
    {DV_INSN_mov_out_to_ub_align, DV_T_b32, align_config, align_in_model, dv_sem_align_in,
     "isa.md 8.2"},
    {DV_INSN_mov_ub_to_out_align, DV_T_b8, align_config, align_out_model, dv_sem_align_out,
     "isa.md 8.2"},
    {DV_INSN_mov_ub_to_out_align, DV_T_b32, align_config, align_out_model, dv_sem_align_out,
     "isa.md 8.2"},
    {DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b8, nd2nz_config, nd2nz_model, dv_sem_nd2nz,
     "isa.md 8.3"},
    {DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b16, nd2nz_config, nd2nz_model, dv_sem_nd2nz,
     "isa.md 8.3"},
    {DV_INSN_mov_out_to_l1_multi_nd2nz, DV_T_b32, nd2nz_config, nd2nz_model, dv_sem_nd2nz,
     "isa.md 8.3"},
    {DV_INSN_load_l1_to_l0a_2d, 0, load2d_config, load2d_model, dv_sem_load2d, "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0b_2d, 0, load2d_config, load2d_model, dv_sem_load2d, "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0a_2d_transpose_b16, 0, load2d_config, load2d_model, dv_sem_load2d,
     "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0b_2d_transpose_b16, 0, load2d_config, load2d_model, dv_sem_load2d,
     "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0a_2d_transpose, DV_T_f16, load2dt_config, load2dt_model, dv_sem_load2dt,
     "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0b_2d_transpose, DV_T_f16, load2dt_config, load2dt_model, dv_sem_load2dt,
     "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0a_2d_transpose, DV_T_b8, load2dt_config, load2dt_model, dv_sem_load2dt,
     "isa.md 8.4"},
    {DV_INSN_load_l1_to_l0b_2d_transpose, DV_T_b32, load2dt_config, load2dt_model, dv_sem_load2dt,
     "isa.md 8.4, side by side is inferred"},
};

/* Copies of one memory before and after, and footprint marks. */
struct images {
    uint8_t before[65536], want[65536], flipped[65536], src[65536];
    uint8_t reads[65536], writes[65536];
};

static struct images img;

static void check_result(struct rig *r, const struct row *row, unsigned dst, unsigned src)
{
    uint8_t *mem = r->w.mem[dst];
    uint32_t bytes = sizes[dst];

    memcpy(img.before, mem, bytes);
    memcpy(img.want, mem, bytes);
    row->model(r, img.want + (r->w.x[XD] - rig_first(r, dst)), rig_host(r, src, r->w.x[XN]));
    row->effect(&r->w);
    cr_assert(!memcmp(mem, img.want, bytes), "%s.%s: result differs from the model (%s)",
              dv_insns[row->insn].name, dv_types[row->type].name, row->evidence);
}

/* Again over an inverted destination: what comes out equal was written. Sources outside the read
 * footprint are replaced by noise first. */
static void check_footprint(struct rig *r, const struct row *row, const struct dv_foot *f,
                            unsigned dst, unsigned src)
{
    uint8_t *mem = r->w.mem[dst], *from = r->w.mem[src];

    rig_mark(r, f, dst, DV_WRITE, img.writes);
    rig_mark(r, f, src, DV_READ, img.reads);
    memcpy(img.src, from, sizes[src]);
    for (uint32_t i = 0; i < sizes[dst]; i++)
        mem[i] = img.before[i] ^ 0xff;
    for (uint32_t i = 0; i < sizes[src]; i++)
        from[i] ^= img.reads[i] ? 0 : 0x5a;
    row->effect(&r->w);
    for (uint32_t i = 0; i < sizes[dst]; i++)
        cr_assert_eq(mem[i], img.writes[i] ? img.want[i] : img.before[i] ^ 0xff,
                     "%s.%s: byte 0x%x of %s, footprint says %s", dv_insns[row->insn].name,
                     dv_types[row->type].name, i, dv_spaces[dst].name,
                     img.writes[i] ? "written" : "untouched");
    memcpy(from, img.src, sizes[src]);
}

static unsigned try_row(struct rig *r, const struct row *row)
{
    const struct dv_insn *in = &dv_insns[row->insn];
    unsigned dst = in->operand[0].space, src = in->operand[1].space;
    struct dv_foot f;
    struct dv_diag d;

    rig_insn(r, row->insn, row->type);
    row->config(r);
    r->w.simd = rig_range(r, 0, 1);
    dv_diag_init(&d);
    enum dv_err e = dv_access[in->access](&r->w, &f, &d);
    if (e == DV_E_UNSUPPORTED) /* scattered: more parts than a footprint holds */
        return 0;
    cr_assert_eq(e, DV_OK, "%s: %s", in->name, d.text);
    if (!rig_inside(r, &f))
        return 0;
    check_result(r, row, dst, src);
    check_footprint(r, row, &f, dst, src);
    return f.n > 0;
}

Test(move, random_configs_match_model_and_footprint)
{
    struct rig r;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned ran = 0;

        rig_open(&r, sizes, i + 1);
        for (unsigned k = 0; k < 400; k++)
            ran += try_row(&r, &rows[i]);
        cr_assert_gt(ran, 60, "row %u: only %u of 400 configurations did something", i, ran);
        rig_close(&r);
    }
}

/* timing.md 1, isa.md 12: one burst of 256 blocks, no gaps, is 8 KB each way. */
Test(move, evidence_word_moves_8_kb)
{
    struct rig r;
    struct dv_foot f;
    struct dv_diag d;

    rig_open(&r, sizes, 7);
    rig_insn(&r, DV_INSN_mov_out_to_ub, 0);
    r.w.cfg[0] = 0x1000010;
    r.w.x[XD] = 0x2000;
    r.w.x[XN] = 0x11321800;
    dv_diag_init(&d);
    cr_assert_eq(dv_access_burst(&r.w, &f, &d), DV_OK);
    cr_assert_eq(f.n, 2);
    cr_assert_eq(f.amount.bytes, 8192);
    cr_assert_eq(f.part[0].base, 0x11321800);
    cr_assert_eq(f.part[0].rows, 1);
    cr_assert_eq(f.part[0].bytes, 8192);
    cr_assert_eq(f.part[1].base, 0x2000);
    rig_close(&r);
}
