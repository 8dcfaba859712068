/* Footprints of MMAD and of what only MMAD reads: bias tables and sparse B.
 *
 * Owns: what of the config word is refused (isa.md 7.2), the loads of isa.md 7.7 and 8.1 (BT).
 * Operands of MMAD: 0 C in L0C, 1 A in L0A, 2 B in L0B, 3 the bias in BT. */
#include "emu/access/product.h"

#include "emu/access/box.h"

enum { C, A, B, BIAS };

/* Config bits that we know by name but do not execute. */
static enum dv_err refuse(const struct dv_work *w, const struct dv_cfg_mmad *c, struct dv_diag *d)
{
    if (c->unit_flag == 1)
        return dv_access_fail(w, C, d, DV_E_ILLEGAL, "unit_flag = 1 is no mode: use 0, 2 or 3");
    if (c->weight_offset || c->gemv_off)
        return dv_access_fail(w, C, d, DV_E_UNSUPPORTED, "%s = 1 is not executed",
                              c->weight_offset ? "weight_offset" : "gemv_off");
    if (w->kind == DV_C100 && (c->unit_flag || c->k_align))
        return dv_access_fail(w, C, d, DV_E_ILLEGAL, "%s = %u: dav-c100 has no such mode",
                              c->unit_flag ? "unit_flag" : "k_align",
                              c->unit_flag ? (unsigned)c->unit_flag : 1);
    if (c->c_source && !c->c_init && w->kind == DV_C100)
        return dv_access_fail(w, BIAS, d, DV_E_ILLEGAL, "c_source = 1: dav-c100 has no bias table");
    if (c->c_source && !c->c_init && (w->x[DV_XD] >> 32) % 64)
        return dv_access_fail(w, BIAS, d, DV_E_ALIGN,
                              "bias address 0x%llx in bt is not a multiple of 64 bytes",
                              (unsigned long long)(w->x[DV_XD] >> 32));
    return DV_OK;
}

static enum dv_err rows(const struct dv_work *w, struct dv_foot *f, unsigned operand, unsigned rw,
                        uint64_t base, uint32_t bytes, struct dv_dim dim, struct dv_diag *d)
{
    struct dv_box b = {.operand = (uint8_t)operand,
                       .rw = (uint8_t)rw,
                       .base = base,
                       .bytes = bytes,
                       .dims = 1,
                       .dim = {dim}};

    return dv_foot_box(w, f, &b, d);
}

static enum dv_err sources(const struct dv_work *w, struct dv_foot *f, const struct dv_product *p,
                           struct dv_diag *d)
{
    uint32_t a = p->vector ? (p->k * p->bits + 7) / 8 : p->a_k1 * DV_FRACTAL;
    enum dv_err e = rows(w, f, A, DV_READ, dv_operand_address(w, A), a,
                         (struct dv_dim){p->m1, (int64_t)p->a_pitch * DV_FRACTAL}, d);

    if (e == DV_OK)
        e = rows(w, f, B, DV_READ, dv_operand_address(w, B), p->b_bytes,
                 (struct dv_dim){p->n1 * p->steps, p->b_bytes}, d);
    if (e == DV_OK && p->biased)
        e = rows(w, f, BIAS, DV_READ, p->bias, 4 * p->n, (struct dv_dim){1, 0}, d);
    return e;
}

static enum dv_err columns_of_c(const struct dv_work *w, struct dv_foot *f,
                                const struct dv_product *p, unsigned rw, struct dv_diag *d)
{
    uint32_t bytes = DV_FRACTAL_SIDE * DV_FRACTAL_SIDE * p->c_size;

    return rows(w, f, C, rw, dv_operand_address(w, C), bytes, (struct dv_dim){p->n1 * p->m1, bytes},
                d);
}

enum dv_err dv_access_mmad(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_mmad c = dv_unpack_mmad(w->cfg);
    struct dv_product p = dv_product_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = refuse(w, &c, d);
    if (e != DV_OK || !c.m || !c.n || !c.k)
        return e;
    f->amount.blocks = p.m1 * p.n1 * p.steps;
    if (p.bits == 32 && !p.hf32)
        f->amount.blocks *= 2; /* two cycles a fractal, timing.md 4.1 */
    f->unit = c.unit_flag;
    if (f->unit && p.m1 > 1 && p.n1 > 1)
        f->order = w->env->v[DV_ENV_CTRL] >> 51 & 1 ? DV_ORDER_N_FIRST : DV_ORDER_M_FIRST;
    f->amount.macs = (uint64_t)c.m * c.n * c.k;
    if (w->op->sem != DV_SEM_mmad)
        f->live = 1u << DV_LIVE_STATUS;
    e = sources(w, f, &p, d);
    if (e == DV_OK && !p.init && !p.biased)
        e = columns_of_c(w, f, &p, DV_READ, d);
    return e == DV_OK ? columns_of_c(w, f, &p, DV_WRITE, d) : e;
}

/* ---- loads ----------------------------------------------------------------------------------- */

enum { DST, SRC, INDEX };

enum dv_err dv_access_load2dsp(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_load2dsp c = dv_unpack_load2dsp(w->cfg);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK || !c.repeat)
        return e;
    f->amount.bursts = c.repeat;
    f->amount.bytes = (uint64_t)(DV_FRACTAL + DV_INDEX) * c.repeat;
    e = rows(w, f, SRC, DV_READ, dv_operand_address(w, SRC) + (uint64_t)DV_FRACTAL * c.start,
             DV_FRACTAL * c.repeat, (struct dv_dim){1, 0}, d);
    if (e == DV_OK)
        e = rows(w, f, INDEX, DV_READ, dv_operand_address(w, INDEX) + (uint64_t)DV_INDEX * c.start,
                 DV_INDEX * c.repeat, (struct dv_dim){1, 0}, d);
    return e == DV_OK ? rows(w, f, DST, DV_WRITE, dv_operand_address(w, DST), DV_FRACTAL * c.repeat,
                             (struct dv_dim){1, 0}, d)
                      : e;
}

enum dv_err dv_access_l1_bt(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(w->cfg);
    uint32_t out = 64u * c.len_burst, in = c.convert ? out / 2 : out;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK || !c.n_burst || !out)
        return e;
    f->amount.bursts = c.n_burst;
    f->amount.bytes = (uint64_t)in * c.n_burst;
    e = rows(w, f, SRC, DV_READ, dv_operand_address(w, SRC), in,
             (struct dv_dim){c.n_burst, (int64_t)in + 32 * (int64_t)c.src_gap}, d);
    return e == DV_OK ? rows(w, f, DST, DV_WRITE, dv_operand_address(w, DST), out,
                             (struct dv_dim){c.n_burst, (int64_t)out + 64 * (int64_t)c.dst_gap}, d)
                      : e;
}
