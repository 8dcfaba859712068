/* The table of footprint functions, and what all shapes share.
 *
 * Owns: dv_access[], faults with operand and address, boxes cut into strided parts. Knows no
 * single instruction; moves no data. */
#include "emu/access/atomic.h"
#include "emu/access/box.h"

#include <stdio.h>
static enum dv_err access_none(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    (void)w;
    (void)d;
    dv_foot_clear(f);
    return DV_OK;
}

const dv_access_fn dv_access[] = {access_none,
#define X(name) dv_access_##name,
                                  DV_ACCESS_LIST(X)
#undef X
};

enum dv_err dv_access_fail(const struct dv_work *w, unsigned operand, struct dv_diag *d,
                           enum dv_err code, const char *fmt, ...)
{
    const struct dv_operand *o = &dv_op_insn(w->op)->operand[operand];
    char text[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!d || d->code != DV_OK)
        return d ? d->code : code;
    dv_fail(d, code, "%s", text);
    snprintf(d->at.operand, sizeof d->at.operand, "%s", o->name);
    snprintf(d->at.space, sizeof d->at.space, "%s", dv_spaces[o->space].name);
    d->at.has_address = true;
    d->at.address = dv_operand_address(w, operand);
    return code;
}

enum dv_err dv_access_aligned(const struct dv_work *w, struct dv_diag *d)
{
    const struct dv_insn *in = dv_op_insn(w->op);

    for (unsigned i = 0; i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        unsigned align = o->align ? o->align : dv_spaces[o->space].align;
        uint64_t address = dv_operand_address(w, i);

        if (align > 1 && address % align)
            return dv_access_fail(w, i, d, DV_E_ALIGN,
                                  "%s address 0x%llx in %s is not a multiple of %u bytes", o->name,
                                  (unsigned long long)address, dv_spaces[o->space].name, align);
    }
    return DV_OK;
}

/* On c100 f32 add is the only one (isa.md 15); its place in CTRL is that of c220 (ours). */
static enum dv_err atomic_code(const struct dv_work *w, uint8_t atomic, struct dv_diag *d)
{
    unsigned type = atomic & 7, op = dv_atomic_op(atomic);

    if (dv_atomic_elem(atomic) == DV_EL_NONE)
        return dv_access_fail(w, 0, d, DV_E_RESERVED,
                              "ctrl[8:6] = %u is no type of atomic stores: use 0 to 6", type);
    if (op > DV_ATOMIC_MIN)
        return dv_access_fail(w, 0, d, DV_E_RESERVED,
                              "ctrl[10:9] = %u is no atomic operation: use 0 to 2", op);
    if (w->kind == DV_C100 && atomic != 1)
        return dv_access_fail(w, 0, d, DV_E_UNSUPPORTED, "ctrl[10:6] = %u: dav-c100 adds f32 only",
                              atomic);
    return DV_OK;
}

enum dv_err dv_access_store(const struct dv_work *w, struct dv_foot *f, uint64_t bytes,
                            uint64_t pitch, struct dv_diag *d)
{
    uint8_t atomic = dv_atomic_of(w);
    uint64_t at = dv_operand_address(w, 0);
    enum dv_err e = atomic ? atomic_code(w, atomic, d) : DV_OK;
    unsigned size = dv_atomic_bytes(atomic);

    if (e != DV_OK || !atomic)
        return e;
    if (at % size || bytes % size || pitch % size)
        return dv_access_fail(w, 0, d, DV_E_ALIGN,
                              "atomic store of %u-byte elements: address 0x%llx, rows of %llu "
                              "bytes and their distance of %llu must be multiples of %u",
                              size, (unsigned long long)at, (unsigned long long)bytes,
                              (unsigned long long)pitch, size);
    f->atomic = atomic;
    return DV_OK;
}

enum dv_err dv_access_apart(const struct dv_work *w, const struct dv_foot *f, struct dv_diag *d)
{
    uint64_t at;

    for (unsigned i = 0; i < f->n; i++)
        for (unsigned j = 0; j < f->n; j++)
            if (f->part[i].rw == DV_READ && f->part[j].rw == DV_WRITE &&
                f->part[i].space == f->part[j].space &&
                dv_strided_overlap(&f->part[i], &f->part[j], &at))
                return dv_access_fail(w, f->part[i].operand, d, DV_E_OVERLAP,
                                      "source and destination share bytes of %s at 0x%llx: copy in "
                                      "two steps, or to a place of its own",
                                      dv_spaces[f->part[i].space].name, (unsigned long long)at);
    return DV_OK;
}

/* Drops dimensions that do not repeat; false when the box is empty. */
static bool compact(struct dv_box *b)
{
    unsigned n = 0;

    if (!b->bytes)
        return false;
    for (unsigned i = 0; i < b->dims; i++) {
        if (!b->dim[i].count)
            return false;
        if (b->dim[i].count > 1 && b->dim[i].pitch)
            b->dim[n++] = b->dim[i];
    }
    b->dims = (uint8_t)n;
    return true;
}

static void drop(struct dv_box *b, unsigned i)
{
    for (b->dims--; i < b->dims; i++)
        b->dim[i] = b->dim[i + 1];
}

/* Joins rows that touch and dimensions that continue each other. */
static void join(struct dv_box *b)
{
    while (b->dims && b->dim[0].pitch == (int64_t)b->bytes &&
           (uint64_t)b->bytes * b->dim[0].count <= UINT32_MAX) {
        b->bytes *= b->dim[0].count;
        drop(b, 0);
    }
    for (unsigned i = 0; i + 1 < b->dims;) {
        uint64_t count = (uint64_t)b->dim[i].count * b->dim[i + 1].count;

        if (count <= UINT32_MAX && b->dim[i + 1].pitch == b->dim[i].pitch * b->dim[i].count) {
            b->dim[i].count = (uint32_t)count;
            drop(b, i + 1);
        } else {
            i++;
        }
    }
}

/* Moves the longest dimension to the front; the others are enumerated. */
static void longest_first(struct dv_box *b)
{
    unsigned best = 0;

    for (unsigned i = 1; i < b->dims; i++)
        if (b->dim[i].count > b->dim[best].count)
            best = i;
    struct dv_dim t = b->dim[0];
    b->dim[0] = b->dim[best];
    b->dim[best] = t;
}

static void add_part(const struct dv_work *w, struct dv_foot *f, const struct dv_box *b,
                     uint64_t base)
{
    f->part[f->n++] = (struct dv_strided){
        .space = dv_op_insn(w->op)->operand[b->operand].space,
        .rw = b->rw,
        .operand = b->operand,
        .rows = b->dim[0].count,
        .bytes = b->bytes,
        .base = base,
        .pitch = b->dim[0].pitch,
    };
}

/* One row, or rows along one stride: most boxes. */
static enum dv_err add_rows(const struct dv_work *w, struct dv_foot *f, const struct dv_box *box)
{
    uint64_t count = box->dims ? box->dim[0].count : 1;
    struct dv_strided *p = &f->part[f->n];

    if (!count || !box->bytes)
        return DV_OK;
    f->n++;
    p->space = dv_op_insn(w->op)->operand[box->operand].space;
    p->rw = box->rw;
    p->operand = box->operand;
    p->base = box->base;
    p->rows = (uint32_t)count;
    p->bytes = box->bytes;
    p->pitch = count > 1 ? box->dim[0].pitch : 0;
    if (p->pitch == (int64_t)box->bytes && box->bytes * count <= UINT32_MAX) {
        p->bytes = (uint32_t)(box->bytes * count);
        p->rows = 1;
        p->pitch = 0;
    } else if (!p->pitch) {
        p->rows = 1;
    }
    return DV_OK;
}

enum dv_err dv_foot_box(const struct dv_work *w, struct dv_foot *f, const struct dv_box *box,
                        struct dv_diag *d)
{
    struct dv_box b;

    if (box->dims < 2 && f->n < DV_FOOT_MAX)
        return add_rows(w, f, box);
    b = *box;
    if (!compact(&b))
        return DV_OK;
    join(&b);
    longest_first(&b);
    for (unsigned i = b.dims; i < 3; i++)
        b.dim[i] = (struct dv_dim){1, 0};

    uint64_t parts = (uint64_t)b.dim[1].count * b.dim[2].count;
    if (f->n + parts > DV_FOOT_MAX)
        return dv_access_fail(w, b.operand, d, DV_E_UNSUPPORTED,
                              "%s falls into %llu separate pieces, more than the %d one "
                              "instruction may have here: use several instructions",
                              dv_op_insn(w->op)->operand[b.operand].name, (unsigned long long)parts,
                              DV_FOOT_MAX);
    for (uint32_t j = 0; j < b.dim[2].count; j++)
        for (uint32_t i = 0; i < b.dim[1].count; i++)
            add_part(w, f, &b, b.base + (uint64_t)(i * b.dim[1].pitch + j * b.dim[2].pitch));
    return DV_OK;
}
