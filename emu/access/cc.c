/* Footprints of moves between L0C and UB and of broadcasts into L0C, merged core only.
 *
 * Owns: which modes go with which side, and what of the config words is refused. Geometry is
 * cc.h. Operand 0 is the destination, 1 the source; a table of parameters is a part of UB without
 * a register of its own. */
#include "emu/access/box.h"
#include "emu/access/cc.h"
#include "emu/access/unnamed.h"

enum { DST, SRC };

static enum dv_err side(const struct dv_work *w, struct dv_foot *f, const struct dv_cc *m,
                        unsigned i, struct dv_diag *d)
{
    const struct dv_cc_side *s = &m->side[i];
    bool whole = s->step == s->bytes;
    struct dv_box b = {
        .operand = (uint8_t)i,
        .rw = i == DST ? DV_WRITE : DV_READ,
        .base = s->base,
        .bytes = whole ? s->bytes * m->units : s->bytes,
        .dims = 2,
        .dim = {{whole ? 1 : m->units, (int64_t)s->step}, {m->bursts, (int64_t)s->pitch}},
    };

    return dv_foot_box(w, f, &b, d);
}

/* What the mode takes and makes against the word size of L0C. */
static enum dv_err mode(const struct dv_work *w, struct dv_diag *d)
{
    unsigned number = dv_op_sel(w->op, DV_F_mode), bits = dv_cc_is_32(w) ? 32 : 16;
    bool into = dv_op_insn(w->op)->operand[DST].space == DV_SPACE_L0C;
    struct dv_cc_form m;
    uint8_t elem;

    if (number >= DV_CC_MODES)
        return dv_access_fail(w, DST, d, DV_E_RESERVED,
                              "conversion mode %u does not exist: use 0 to 13", number);
    m = dv_cc_form(number);
    elem = into ? m.dst : m.src;
    if (into && !m.both)
        return dv_access_fail(w, DST, d, DV_E_ILLEGAL,
                              "conversion mode %u takes sums of s32 out of l0c: on the way in use "
                              "0, 1, 2, 4, 5 or 6",
                              number);
    if (elem && dv_elem_bits((enum dv_elem)elem) != bits)
        return dv_access_fail(w, into ? DST : SRC, d, DV_E_ILLEGAL,
                              "conversion mode %u needs %s in l0c, %s has %u-bit elements there",
                              number, dv_elem_name((enum dv_elem)elem), dv_op_insn(w->op)->stem,
                              bits);
    if (m.entry > 2 && dv_cc_table_relu(w))
        return dv_access_fail(w, SRC, d, DV_E_RESERVED,
                              "deqscale[15] = 1: relu with a table is for conversion mode 7, clear "
                              "the bit");
    return DV_OK;
}

static void table(const struct dv_work *w, struct dv_foot *f, const struct dv_cc *m)
{
    f->part[f->n] = (struct dv_strided){
        .space = DV_SPACE_UB,
        .rw = DV_READ,
        .operand = dv_operand_unnamed(w, 0),
        .rows = 1,
        .bytes = (uint32_t)m->form.entry * DV_CC_SIDE,
        .base = m->table,
    };
    f->n++;
}

static enum dv_err parts(const struct dv_work *w, struct dv_foot *f, const struct dv_cc *m,
                         struct dv_diag *d)
{
    enum dv_err e;

    if (!m->bursts || !m->units)
        return DV_OK;
    f->amount.bursts = m->bursts;
    f->amount.bytes = (uint64_t)m->bursts * m->units * m->side[m->into ? DST : SRC].bytes;
    e = side(w, f, m, SRC, d);
    if (e == DV_OK && m->form.entry)
        table(w, f, m);
    return e == DV_OK ? side(w, f, m, DST, d) : e;
}

enum dv_err dv_access_cc(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cc m;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = mode(w, d);
    if (e != DV_OK)
        return e;
    m = dv_cc_of(w);
    e = parts(w, f, &m, d);
    if (e == DV_OK && m.form.entry && f->n)
        e = dv_foot_apart(w, f, dv_operand_unnamed(w, 0), d);
    return e;
}

enum dv_err dv_access_brc(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cc m = dv_cc_brc_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK && dv_unpack_brc(w->cfg).repeat_on)
        e = dv_access_fail(w, DST, d, DV_E_UNKNOWN,
                           "repeat_on = 1: what is repeated is not public, use 0");
    return e == DV_OK ? parts(w, f, &m, d) : e;
}
