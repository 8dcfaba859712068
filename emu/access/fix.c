/* Footprints of the fixpipe L0C -> GM, L1 and of its table, and what of its config word is refused.
 *
 * Owns: the agreement of output type, quant_pre and parameter word (ours), limits of isa.md 9.1.
 * Geometry is drain.h. Operand 0 is the destination, 1 the source; the quantisation table in FB is
 * a part of the source without a register of its own. */
#include "emu/access/atomic.h"
#include "emu/access/box.h"
#include "emu/access/drain.h"

enum { DST, SRC, CTRL_LEAKY = 50, S8_BIT = 46 };

/* What each output type needs in quant_pre: by column, or one for all. */
static const struct {
    uint8_t type, quant[2];
    const char *name;
} outputs[] = {
    {DV_T_f32, {0, 0}, "0 (none)"},
    {DV_T_f16, {1, 1}, "1 (f32f16)"},
    {DV_T_bf16, {16, 16}, "16 (f32bf16)"},
    {DV_T_s8, {23, 24}, "23 (vf32b8) or 24 (f32b8)"},
    {DV_T_u8, {23, 24}, "23 (vf32b8) or 24 (f32b8)"},
    {DV_T_s4, {25, 26}, "25 (vf32s4) or 26 (f32s4)"},
    {DV_T_s32, {0, 0}, "0 (none)"},
    {DV_T_s32f16, {10, 11}, "10 (vdeqf16) or 11 (deqf16)"},
    {DV_T_s32s16, {12, 13}, "12 (vshift_s16) or 13 (shift_s16)"},
    {DV_T_s32s8, {8, 9}, "8 (vreq8) or 9 (req8)"},
    {DV_T_s32u8, {8, 9}, "8 (vreq8) or 9 (req8)"},
    {DV_T_s32s4, {21, 22}, "21 (vreq4) or 22 (req4)"},
};

static enum dv_err conversion(const struct dv_work *w, const struct dv_cfg_fix *c,
                              struct dv_diag *d)
{
    unsigned i = 0;

    while (outputs[i].type != w->op->type)
        i++;
    if (c->quant_pre == DV_V_quant_pre_f16mul)
        return dv_access_fail(w, SRC, d, DV_E_UNKNOWN,
                              "quant_pre = 6 (f16mul): what is multiplied is not public");
    if (outputs[i].quant[0] == c->quant_pre || outputs[i].quant[1] == c->quant_pre)
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_ILLEGAL,
                          "output type %s needs quant_pre = %s, the config word has %u",
                          dv_types[w->op->type].name, outputs[i].name, (unsigned)c->quant_pre);
}

/* The one parameter word of the scalar modes must mean what the output type says. */
static enum dv_err parameter(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    unsigned dst = dv_types[w->op->type].dst;
    bool is_signed = w->env->v[DV_ENV_QUANT_PRE] >> S8_BIT & 1;

    if (dv_quant_by_column(c->quant_pre) || (dst != DV_EL_S8 && dst != DV_EL_U8) ||
        is_signed == (dst == DV_EL_S8))
        return DV_OK;
    return dv_access_fail(w, SRC, d, DV_E_ILLEGAL,
                          "output type %s needs quant_pre[46] = %d, the register has %d",
                          dv_types[w->op->type].name, dst == DV_EL_S8, is_signed);
}

static enum dv_err modes(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    if (c->unit_flag == 1)
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL, "unit_flag = 1 is no mode: use 0, 2 or 3");
    if (c->relu_pre > 1)
        return dv_access_fail(w, SRC, d, DV_E_UNKNOWN,
                              "relu_pre = %u: codes above 1 are not public, use 0 or 1",
                              (unsigned)c->relu_pre);
    if (c->relu_pre && w->env->v[DV_ENV_CTRL] >> CTRL_LEAKY & 1)
        return dv_access_fail(w, SRC, d, DV_E_UNKNOWN,
                              "relu_pre = 1 with ctrl[50] = 1: what LeakyReLU mode does here is "
                              "not public, clear the bit");
    if (c->channel_split && c->nz2nd)
        return dv_access_fail(
            w, SRC, d, DV_E_ILLEGAL,
            "channel_split = 1 and nz2nd = 1 exclude each other: set one of them to 0");
    if (c->channel_split && w->op->type != DV_T_f32)
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL,
                              "channel_split = 1 needs output type f32, this is %s: set it to 0",
                              dv_types[w->op->type].name);
    return DV_OK;
}

/* Four bits: rows and matrices begin at a byte (ours). */
static enum dv_err nibbles(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    uint64_t para = w->env->v[DV_ENV_ND_PARA];

    if (dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) != 4 || !c->nz2nd)
        return DV_OK;
    if (c->n % 2 || c->dst_stride % 2 || ((para & 0xffff) > 1 && para >> 32 & 1))
        return dv_access_fail(w, DST, d, DV_E_ALIGN,
                              "4-bit rows of %u columns, %u apart, must begin at whole bytes: "
                              "make n and the strides even",
                              (unsigned)c->n, (unsigned)c->dst_stride);
    return DV_OK;
}

static enum dv_err sizes(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    bool four = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) == 4;
    unsigned step = c->nz2nd ? 1 : c->channel_split ? 8 : four ? 64 : 16;

    if (c->n % step)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "n is %u columns, not a multiple of %u: set nz2nd or round up",
                              (unsigned)c->n, step);
    if (c->nz2nd && c->m > 8192)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "m is %u rows, at most 8192 are allowed with nz2nd: split the move",
                              (unsigned)c->m);
    if (dv_quant_by_column(c->quant_pre) && c->n > DV_TABLE_COLUMNS)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "n is %u columns, the quantisation table holds 256: split the move",
                              (unsigned)c->n);
    return nibbles(w, c, d);
}

/* Atomic: the stored type is what memory adds. */
static enum dv_err store(const struct dv_work *w, struct dv_foot *f, const struct dv_drain *r,
                         struct dv_diag *d)
{
    uint64_t step = r->nd ? r->dst_row | (r->matrices > 1 ? r->dst_matrix : 0) : 32;
    enum dv_elem dst = (enum dv_elem)dv_types[w->op->type].dst;
    enum dv_err e = dv_access_store(w, f, (uint64_t)r->n * r->bits / 8, step, d);

    if (e != DV_OK || !f->atomic || dv_atomic_elem(f->atomic) == dst)
        return e;
    return dv_access_fail(w, DST, d, DV_E_ILLEGAL,
                          "output type %s with an atomic store of %s (ctrl[8:6]): they must agree",
                          dv_types[w->op->type].name, dv_elem_name(dv_atomic_elem(f->atomic)));
}

static enum dv_err sources(const struct dv_work *w, struct dv_foot *f, const struct dv_drain *r,
                           struct dv_diag *d)
{
    struct dv_box src = {
        .operand = SRC,
        .rw = DV_READ,
        .base = dv_operand_address(w, SRC),
        .bytes = r->m * 64u,
        .dims = 2,
        .dim = {{(uint32_t)dv_ceil_div(r->n, 16), (int64_t)r->src_panel},
                {r->matrices, (int64_t)r->src_matrix}},
    };

    return dv_foot_box(w, f, &src, d);
}

/* Rows of ND; panels of NZ, of which the last may be narrow. */
static enum dv_err results(const struct dv_work *w, struct dv_foot *f, const struct dv_drain *r,
                           struct dv_diag *d)
{
    uint32_t whole = r->n / r->run, left = r->n % r->run;
    struct dv_box b = {
        .operand = DST,
        .rw = dv_store_rw(f),
        .base = dv_operand_address(w, DST),
        .bytes = r->nd ? r->n * r->bits / 8 : r->m * r->run * r->bits / 8,
        .dims = 2,
        .dim = {{r->m, (int64_t)r->dst_row}, {r->matrices, (int64_t)r->dst_matrix}},
    };
    enum dv_err e;

    if (r->nd)
        return dv_foot_box(w, f, &b, d);
    b.dim[0] = (struct dv_dim){whole, (int64_t)r->dst_panel};
    e = dv_foot_box(w, f, &b, d);
    if (e != DV_OK || !left)
        return e;
    b.base += whole * r->dst_panel;
    b.bytes = r->m * left * r->bits / 8;
    b.dims = 0;
    return dv_foot_box(w, f, &b, d);
}

/* The parameter words of n columns, FPC[15:8] * 128 bytes into part 0 of FB. */
static enum dv_err table(const struct dv_work *w, struct dv_foot *f, uint32_t n, struct dv_diag *d)
{
    uint64_t at = dv_quant_table(w);

    if (at + 8ull * n > DV_FB_TABLE)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "fpc puts the table of %u columns at 0x%llx of fb part 0, which has "
                              "%d bytes",
                              (unsigned)n, (unsigned long long)at, DV_FB_TABLE);
    f->part[f->n++] = (struct dv_strided){
        .space = DV_SPACE_FB, .rw = DV_READ, .operand = SRC, .rows = 1, .bytes = 8 * n, .base = at};
    return DV_OK;
}

static enum dv_err legal(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    enum dv_err e = dv_access_aligned(w, d);

    if (e == DV_OK)
        e = conversion(w, c, d);
    if (e == DV_OK)
        e = modes(w, c, d);
    if (e == DV_OK)
        e = parameter(w, c, d);
    return e == DV_OK ? sizes(w, c, d) : e;
}

enum dv_err dv_access_fix(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_fix c = dv_unpack_fix(w->cfg);
    struct dv_drain r = dv_drain_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = legal(w, &c, d);
    if (e == DV_OK)
        e = store(w, f, &r, d);
    if (e != DV_OK || !c.m || !c.n)
        return e;

    f->unit = c.unit_flag;
    if (f->unit && c.m > 16 && c.n > 16)
        f->order = c.nz2nd || r.run > 16 ? DV_ORDER_N_FIRST : DV_ORDER_M_FIRST;
    f->amount.elems = (uint64_t)c.m * c.n * r.matrices;
    f->amount.bytes = f->amount.elems * r.bits / 8;
    f->amount.bursts = r.matrices ? c.m : 0;
    e = dv_quant_by_column(c.quant_pre) && r.matrices ? table(w, f, c.n, d) : DV_OK;
    if (e == DV_OK)
        e = sources(w, f, &r, d);
    return e == DV_OK ? results(w, f, &r, d) : e;
}

/* L1 -> FB in pieces of 128 B: Xd[19:16] is the part, Xd[15:0] the place in it (isa.md 8.1). */
enum dv_err dv_access_fb_burst(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(w->cfg);
    unsigned part = w->x[DV_XD] >> 16 & 15;
    uint64_t bytes = 128ull * c.len_burst, at = dv_operand_address(w, DST);
    uint64_t pitch = bytes + 128ull * c.dst_gap, size;
    struct dv_box src = {SRC,
                         DV_READ,
                         dv_operand_address(w, SRC),
                         (uint32_t)bytes,
                         1,
                         {{c.n_burst, (int64_t)(bytes + 32ull * c.src_gap)}}};
    struct dv_box dst = {DST, DV_WRITE, 0, (uint32_t)bytes, 1, {{c.n_burst, (int64_t)pitch}}};
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK && part > 3)
        e = dv_access_fail(w, DST, d, DV_E_RANGE,
                           "fb has parts 0 to 3, xd[19:16] is %u: use the address of one of them",
                           part);
    if (e == DV_OK && c.convert)
        e = dv_access_fail(w, SRC, d, DV_E_ILLEGAL, "convert is for the bias table only: use 0");
    if (e != DV_OK || !bytes || !c.n_burst)
        return e;
    size = dv_fb_part(part + 1) - dv_fb_part(part);
    if (at + (c.n_burst - 1u) * pitch + bytes > size)
        return dv_access_fail(
            w, DST, d, DV_E_RANGE, "writes up to 0x%llx of fb part %u, which has %u bytes",
            (unsigned long long)(at + (c.n_burst - 1u) * pitch + bytes), part, (unsigned)size);
    f->amount.bursts = c.n_burst;
    f->amount.bytes = bytes * c.n_burst;
    dst.base = dv_fb_part(part) + at;
    e = dv_foot_box(w, f, &src, d);
    return e == DV_OK ? dv_foot_box(w, f, &dst, d) : e;
}
