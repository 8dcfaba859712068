/* Footprint of MMAD: the fractals of A and B it uses, the fractal columns of C.
 *
 * Owns: the geometry of isa.md 7.2 - 7.4 and what of the config word is refused. Operands: 0 C in
 * L0C, 1 A in L0A, 2 B in L0B. */
#include "emu/access/box.h"

enum { C, A, B, FRACTAL = 512, C_FRACTAL = 1024 };

/* Config bits that we know by name but do not execute. */
static enum dv_err refuse(const struct dv_work *w, const struct dv_cfg_mmad *c, bool is_f32,
                          struct dv_diag *d)
{
    if (c->unit_flag == 1)
        return dv_access_fail(w, C, d, DV_E_ILLEGAL, "unit_flag = 1 is no mode: use 0, 2 or 3");
    if (c->c_source)
        return dv_access_fail(w, C, d, DV_E_UNSUPPORTED,
                              "c_source = 1 (bias table) is not executed yet");
    if (c->weight_offset || c->gemv_off)
        return dv_access_fail(w, C, d, DV_E_UNSUPPORTED, "%s = 1 is not executed",
                              c->weight_offset ? "weight_offset" : "gemv_off");
    if (is_f32 && w->env->v[DV_ENV_CTRL] >> 46 & 1)
        return dv_access_fail(w, A, d, DV_E_UNKNOWN,
                              "ctrl[46] = 1 (hf32): the rounding of this core is not public");
    return DV_OK;
}

static enum dv_err read_a(const struct dv_work *w, struct dv_foot *f, const struct dv_cfg_mmad *c,
                          unsigned size, struct dv_diag *d)
{
    uint32_t m1 = (uint32_t)dv_ceil_div(c->m, 16), k1 = (uint32_t)dv_ceil_div(c->k * size, 32);
    uint32_t pitch = size == 4 && c->k_align ? (k1 + 1) & ~1u : k1;
    struct dv_box b = {
        .operand = A,
        .rw = DV_READ,
        .base = dv_operand_address(w, A),
        .bytes = k1 * FRACTAL,
        .dims = 1,
        .dim = {{m1, (int64_t)pitch * FRACTAL}},
    };

    if (c->m == 1)
        b.bytes = c->k * size;
    return dv_foot_box(w, f, &b, d);
}

static enum dv_err read_b(const struct dv_work *w, struct dv_foot *f, const struct dv_cfg_mmad *c,
                          unsigned size, struct dv_diag *d)
{
    struct dv_box b = {
        .operand = B,
        .rw = DV_READ,
        .base = dv_operand_address(w, B),
        .bytes = FRACTAL,
        .dims = 1,
        .dim = {{(uint32_t)(dv_ceil_div(c->n, 16) * dv_ceil_div(c->k * size, 32)), FRACTAL}},
    };

    return dv_foot_box(w, f, &b, d);
}

static enum dv_err columns_of_c(const struct dv_work *w, struct dv_foot *f,
                                const struct dv_cfg_mmad *c, unsigned rw, struct dv_diag *d)
{
    struct dv_box b = {
        .operand = C,
        .rw = (uint8_t)rw,
        .base = dv_operand_address(w, C),
        .bytes = C_FRACTAL,
        .dims = 1,
        .dim = {{(uint32_t)(dv_ceil_div(c->n, 16) * dv_ceil_div(c->m, 16)), C_FRACTAL}},
    };

    return dv_foot_box(w, f, &b, d);
}

enum dv_err dv_access_mmad(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_mmad c = dv_unpack_mmad(w->cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].src) / 8;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = refuse(w, &c, size == 4, d);
    if (e != DV_OK || !c.m || !c.n || !c.k)
        return e;
    f->amount.blocks =
        (uint32_t)(dv_ceil_div(c.m, 16) * dv_ceil_div(c.n, 16) * dv_ceil_div(c.k * size, 32));
    if (size == 4)
        f->amount.blocks *= 2; /* two cycles a fractal, timing.md 4.1 */
    f->unit = c.unit_flag;
    f->amount.macs = (uint64_t)c.m * c.n * c.k;
    e = read_a(w, f, &c, size, d);
    if (e == DV_OK)
        e = read_b(w, f, &c, size, d);
    if (e == DV_OK && !c.c_init)
        e = columns_of_c(w, f, &c, DV_READ, d);
    return e == DV_OK ? columns_of_c(w, f, &c, DV_WRITE, d) : e;
}
