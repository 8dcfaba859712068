/* Footprints of moves: bursts, aligning and padding moves, constant fill, ND to NZ.
 *
 * Owns: the geometry of isa.md 8.1 - 8.3 and 8.6. Operand 0 is the destination, 1 the source. */
#include "emu/access/box.h"
#include "emu/access/piece.h"

enum { DST, SRC };

/* n bursts of `bytes` with `pitch` bytes from start to start. */
static enum dv_err bursts(const struct dv_work *w, struct dv_foot *f, unsigned operand, uint32_t n,
                          uint64_t bytes, uint64_t pitch, struct dv_diag *d)
{
    struct dv_box b = {
        .operand = (uint8_t)operand,
        .rw = operand == DST ? dv_store_rw(f) : DV_READ,
        .base = dv_operand_address(w, operand),
        .bytes = (uint32_t)bytes,
        .dims = 1,
        .dim = {{n, (int64_t)pitch}},
    };

    return dv_foot_box(w, f, &b, d);
}

enum dv_err dv_access_burst(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_burst c = dv_unpack_burst(w->cfg);
    uint64_t bytes = 32ull * c.len_burst;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = dv_access_store(w, f, bytes, bytes, d);
    if (e != DV_OK || !bytes || !c.n_burst)
        return e;
    f->amount.bursts = c.n_burst;
    f->amount.bytes = bytes * c.n_burst;
    e = bursts(w, f, SRC, c.n_burst, bytes, bytes + 32ull * c.src_gap, d);
    if (e == DV_OK)
        e = bursts(w, f, DST, c.n_burst, bytes, bytes + 32ull * c.dst_gap, d);
    return e == DV_OK ? dv_access_apart(w, f, d) : e;
}

/* Pieces of a burst that are spread over blocks, or blocks of which a piece is kept, isa.md 8.1. */
enum dv_err dv_access_burst_pad(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_burst c = dv_unpack_burst(w->cfg);
    unsigned mode = dv_op_sel(w->op, DV_F_mode);
    uint64_t bytes = 32ull * c.len_burst, out;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK && mode > DV_PAD_MODES)
        e = dv_access_fail(w, DST, d, DV_E_RESERVED, "padding mode %u does not exist: use 0 to 8",
                           mode);
    if (e != DV_OK || !bytes || !c.n_burst)
        return e;
    out = dv_pad_of(mode, bytes);
    f->amount.bursts = c.n_burst;
    f->amount.bytes = bytes * c.n_burst;
    e = bursts(w, f, SRC, c.n_burst, bytes, bytes + 32ull * c.src_gap, d);
    return e == DV_OK ? bursts(w, f, DST, c.n_burst, out, out + 32ull * c.dst_gap, d) : e;
}

/* Groups of blocks: 32 B in L1, 512 B elsewhere; c100 fills fractals one behind the other. */
enum dv_err dv_access_fill(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_fill c = dv_fill_of(w);
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK || !c.bytes || !c.repeat)
        return e;
    f->amount.bursts = c.repeat;
    f->amount.bytes = c.bytes * c.repeat;
    return bursts(w, f, DST, c.repeat, c.bytes, c.pitch, d);
}

/* Pads: at most 32 B a side (isa.md 8.2). */
static enum dv_err pad(const struct dv_work *w, const char *name, unsigned elems, unsigned size,
                       struct dv_diag *d)
{
    if (elems * size <= 32)
        return DV_OK;
    return dv_access_fail(w, DST, d, DV_E_RANGE,
                          "%s is %u elements of %u bytes, at most 32 bytes are allowed", name,
                          elems, size);
}

enum dv_err dv_access_align_in(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_align c = dv_unpack_align(w->cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
    uint64_t bytes = c.len_burst, row;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = pad(w, "left_pad", c.left_pad, size, d);
    if (e == DV_OK)
        e = pad(w, "right_pad", c.right_pad, size, d);
    if (e != DV_OK || !bytes || !c.n_burst)
        return e;
    row = dv_ceil_div(bytes + (uint64_t)size * (c.left_pad + c.right_pad), 32) * 32;
    f->amount.bursts = c.n_burst;
    f->amount.bytes = bytes * c.n_burst;
    e = bursts(w, f, SRC, c.n_burst, bytes, bytes + c.src_gap, d);
    if (e == DV_OK)
        e = bursts(w, f, DST, c.n_burst, row, row + 32ull * c.dst_gap, d);
    return e;
}

enum dv_err dv_access_align_out(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_align c = dv_unpack_align(w->cfg);
    uint64_t bytes = c.len_burst;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e == DV_OK)
        e = dv_access_store(w, f, bytes, bytes + (c.n_burst > 1 ? c.dst_gap : 0), d);
    if (e == DV_OK && (c.left_pad || c.right_pad))
        return dv_access_fail(
            w, SRC, d, DV_E_UNKNOWN,
            "left_pad = %u, right_pad = %u: what pads mean on the way to gm is not "
            "public, set both to 0",
            c.left_pad, c.right_pad);
    if (e != DV_OK || !bytes || !c.n_burst)
        return e;
    f->amount.bursts = c.n_burst;
    f->amount.bytes = bytes * c.n_burst;
    e = bursts(w, f, SRC, c.n_burst, bytes, dv_ceil_div(bytes, 32) * 32 + 32ull * c.src_gap, d);
    if (e == DV_OK)
        e = bursts(w, f, DST, c.n_burst, bytes, bytes + c.dst_gap, d);
    return e;
}

static enum dv_err nd2nz_parts(const struct dv_work *w, struct dv_foot *f,
                               const struct dv_cfg_nd2nz *c, unsigned size, struct dv_diag *d)
{
    uint32_t panels = (uint32_t)dv_ceil_div((uint64_t)c->d_value * size, 32);
    struct dv_box src = {
        .operand = SRC,
        .rw = DV_READ,
        .base = dv_operand_address(w, SRC),
        .bytes = c->d_value * size,
        .dims = 2,
        .dim = {{c->n_value, (int64_t)c->src_d_value * size},
                {c->nd_num, (int64_t)c->src_matrix_stride * size}},
    };
    struct dv_box dst = {
        .operand = DST,
        .rw = DV_WRITE,
        .base = dv_operand_address(w, DST),
        .bytes = 32,
        .dims = 3,
        .dim = {{c->n_value, 32 * (int64_t)c->dst_n_stride},
                {panels, 32 * (int64_t)c->dst_c0_stride},
                {c->nd_num, (int64_t)c->dst_matrix_stride * size}},
    };
    enum dv_err e = dv_foot_box(w, f, &src, d);

    return e == DV_OK ? dv_foot_box(w, f, &dst, d) : e;
}

enum dv_err dv_access_nd2nz(const struct dv_work *w, struct dv_foot *f, struct dv_diag *d)
{
    struct dv_cfg_nd2nz c = dv_unpack_nd2nz(w->cfg);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
    enum dv_err e;

    dv_foot_clear(f);
    e = dv_access_aligned(w, d);
    if (e != DV_OK)
        return e;
    if (c.n_value > 16384)
        return dv_access_fail(w, SRC, d, DV_E_RANGE,
                              "n_value is %u rows, at most 16384 are allowed: split the move",
                              (unsigned)c.n_value);
    if (c.nd_num > 1 && (uint64_t)c.dst_matrix_stride * size % 32)
        return dv_access_fail(w, DST, d, DV_E_ALIGN,
                              "dst_matrix_stride is %u elements of %u bytes, not a multiple of 32 "
                              "bytes",
                              (unsigned)c.dst_matrix_stride, size);
    if (!c.n_value || !c.d_value || !c.nd_num)
        return DV_OK;
    f->amount.bursts = (uint32_t)c.n_value * c.nd_num;
    f->amount.bytes = (uint64_t)f->amount.bursts * c.d_value * size;
    return nd2nz_parts(w, f, &c, size, d);
}
