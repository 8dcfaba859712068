/* Footprint of the fixpipe L0C -> GM, and what of its config word is refused.
 *
 * Owns: the geometry of isa.md 9.1, the agreement of output type and quant_pre (ours). Operand 0
 * is the destination in GM, 1 the source in L0C. */
#include "emu/access/box.h"

enum { DST, SRC };

/* What each executed output type needs in quant_pre. */
static const struct {
    uint8_t type, quant;
    const char *name;
} outputs[] = {
    {DV_T_f32, 0, "0 (none)"},
    {DV_T_f16, 1, "1 (f32f16)"},
    {DV_T_bf16, 16, "16 (f32bf16)"},
};

static enum dv_err conversion(const struct dv_work *w, const struct dv_cfg_fix *c,
                              struct dv_diag *d)
{
    const char *suffix = dv_types[w->op->type].name;

    for (unsigned i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        if (outputs[i].type != w->op->type)
            continue;
        if (outputs[i].quant == c->quant_pre)
            return DV_OK;
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL,
                              "output type %s needs quant_pre = %s, the config word has %u", suffix,
                              outputs[i].name, (unsigned)c->quant_pre);
    }
    return dv_access_fail(w, SRC, d, DV_E_UNSUPPORTED, "output type %s is not executed yet",
                          suffix);
}

static enum dv_err modes(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    if (c->unit_flag == 1)
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL, "unit_flag = 1 is no mode: use 0, 2 or 3");
    if (c->relu_pre > 1)
        return dv_access_fail(w, SRC, d, DV_E_UNSUPPORTED,
                              "relu_pre = %u is not executed yet: use 0 or 1",
                              (unsigned)c->relu_pre);
    if (c->channel_split && c->nz2nd)
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL,
                              "channel_split and nz2nd exclude each other");
    if (c->channel_split && w->op->type != DV_T_f32)
        return dv_access_fail(w, SRC, d, DV_E_ILLEGAL, "channel_split needs output type f32");
    return DV_OK;
}

static enum dv_err sizes(const struct dv_work *w, const struct dv_cfg_fix *c, struct dv_diag *d)
{
    unsigned step = c->nz2nd ? 1 : c->channel_split ? 8 : 16;

    if (c->n % step)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "n is %u columns, not a multiple of %u: set nz2nd or round up",
                              (unsigned)c->n, step);
    if (c->nz2nd && c->m > 8192)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "m is %u rows, at most 8192 are allowed with nz2nd", (unsigned)c->m);
    return DV_OK;
}

/* ND_PARA: matrices and their strides (isa.md 4.1); nz2nd only. */
struct many {
    uint32_t count;
    int64_t src, dst;
};

static struct many matrices(const struct dv_work *w, const struct dv_cfg_fix *c, unsigned size)
{
    uint64_t v = w->env->v[DV_ENV_ND_PARA];

    if (!c->nz2nd)
        return (struct many){1, 0, 0};
    return (struct many){v & 0xffff, (int64_t)(v >> 16 & 0xffff) * 1024,
                         (int64_t)(v >> 32 & 0xffff) * size};
}

static enum dv_err parts(const struct dv_work *w, struct dv_foot *f, const struct dv_cfg_fix *c,
                         unsigned size, const struct many *many, struct dv_diag *d)
{
    unsigned c0 = c->channel_split ? 8 : 16;
    struct dv_box src = {
        .operand = SRC,
        .rw = DV_READ,
        .base = dv_operand_address(w, SRC),
        .bytes = c->m * 64u,
        .dims = 2,
        .dim = {{(uint32_t)dv_ceil_div(c->n, 16), 64 * (int64_t)c->src_stride},
                {many->count, many->src}},
    };
    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = c->nz2nd ? c->n * size : c->m * c0 * size,
        .dims = 2,
        .dim = {{c->m, (int64_t)c->dst_stride * size}, {many->count, many->dst}},
    };

    if (!c->nz2nd)
        dst.dim[0] = (struct dv_dim){(uint32_t)dv_ceil_div(c->n, c0), 32 * (int64_t)c->dst_stride};
    enum dv_err e = dv_foot_box(w, f, &src, d);
    return e == DV_OK ? dv_foot_box(w, f, &dst, d) : e;
}

enum dv_err dv_access_fix(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_fix c = dv_unpack_fix(w->cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = dv_access_plain_store(w, d);
    if (e == DV_OK)
        e = conversion(w, &c, d);
    if (e == DV_OK)
        e = modes(w, &c, d);
    if (e == DV_OK)
        e = sizes(w, &c, d);
    if (e != DV_OK || !c.m || !c.n)
        return e;

    f->unit = c.unit_flag;
    struct many many = matrices(w, &c, size);
    f->amount.elems = (uint64_t)c.m * c.n * many.count;
    f->amount.bytes = f->amount.elems * size;
    f->amount.bursts = many.count ? c.m : 0;
    return parts(w, f, &c, size, &many, d);
}
