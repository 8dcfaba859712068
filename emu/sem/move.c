/* Effects of moves: bursts, aligning and padding moves, constant fill, ND to NZ.
 *
 * Owns: the order of writes where pieces overlap (ascending), pads and fills. Geometry follows
 * isa.md 8.1 - 8.3, 8.6 and equals the footprint; everything was checked at dispatch. */
#include <string.h>

#include "emu/access/piece.h"
#include "emu/sem/sem.h"
#include "emu/sem/store.h"

enum { DST, SRC };

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

void dv_sem_burst(const struct dv_work *w)
{
    struct dv_cfg_burst c = dv_unpack_burst(w->cfg);
    size_t bytes = 32ull * c.len_burst;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC);

    uint8_t atomic = dv_atomic_of(w);

    if (!c.src_gap && !c.dst_gap) {
        dv_store(w, atomic, dst, src, bytes * c.n_burst);
        return;
    }
    for (unsigned i = 0; i < c.n_burst; i++)
        dv_store(w, atomic, dst + i * (bytes + 32ull * c.dst_gap),
                 src + i * (bytes + 32ull * c.src_gap), bytes);
}

/* ---- padding moves and fills, isa.md 8.1 and 8.6 --------------------------------------------- */

static void pad_burst(uint8_t *dst, const uint8_t *src, size_t bytes, struct dv_pad p, uint64_t pad)
{
    for (size_t i = 0; i < bytes / p.in; i++, dst += p.out, src += p.in) {
        size_t kept = p.in < p.out ? p.in : p.out;

        memcpy(dst, src, kept);
        for (size_t b = kept; b < p.out; b++)
            dst[b] = (uint8_t)(pad >> 8 * ((b - kept) % p.width));
    }
}

void dv_sem_burst_pad(const struct dv_work *w)
{
    struct dv_cfg_burst c = dv_unpack_burst(w->cfg);
    unsigned mode = dv_op_sel(w->op, DV_F_mode);
    size_t bytes = 32ull * c.len_burst, out = dv_pad_of(mode, bytes);
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC);

    for (unsigned i = 0; i < c.n_burst; i++)
        pad_burst(dst + i * (out + 32ull * c.dst_gap), src + i * (bytes + 32ull * c.src_gap), bytes,
                  dv_pad_mode(mode), w->env->v[DV_ENV_PADDING]);
}

void dv_sem_fill(const struct dv_work *w)
{
    struct dv_fill c = dv_fill_of(w);
    unsigned size = dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
    uint8_t *dst = place(w, DST);

    for (uint32_t i = 0; i < c.repeat; i++)
        for (size_t b = 0; b < c.bytes; b++)
            dst[i * c.pitch + b] = (uint8_t)(w->env->v[DV_ENV_L0_SET_VALUE] >> 8 * (b % size));
}

/* ---- aligning moves -------------------------------------------------------------------------- */

static unsigned elem_bytes(const struct dv_work *w)
{
    return dv_elem_bits((enum dv_elem)dv_types[w->op->type].dst) / 8;
}

/* Repeats the first `size` bytes of `value` over n bytes. */
static void fill(uint8_t *dst, size_t n, const uint8_t *value, unsigned size)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = value[i % size];
}

/* One burst with its pads: [left | data | right and fill] in a row of whole blocks. */
struct row {
    size_t bytes, left, total;
    unsigned size; /* of an element */
    bool pads;     /* the tail gets the pad value, else the burst's first element */
    uint8_t pad[8];
};

static void put_row(uint8_t *dst, const uint8_t *src, const struct row *r)
{
    uint8_t first[4] = {0};
    size_t end = r->left + r->bytes;

    /* A burst shorter than an element supplies what it has (ours). */
    memcpy(first, src, r->bytes < r->size ? r->bytes : r->size);
    fill(dst, r->left, r->pad, r->size);
    memcpy(dst + r->left, src, r->bytes);
    fill(dst + end, r->total - end, r->pads ? r->pad : first, r->size);
}

void dv_sem_align_in(const struct dv_work *w)
{
    struct dv_cfg_align c = dv_unpack_align(w->cfg);
    struct row r = {
        .bytes = c.len_burst,
        .size = elem_bytes(w),
        .pads = c.left_pad || c.right_pad,
    };
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC);

    if (!r.bytes)
        return;
    r.left = (size_t)c.left_pad * r.size;
    r.total = (r.left + r.bytes + (size_t)c.right_pad * r.size + 31) / 32 * 32;
    for (unsigned i = 0; i < 8; i++)
        r.pad[i] = (uint8_t)(w->env->v[DV_ENV_MOV_PAD_VAL] >> 8 * i);
    for (unsigned i = 0; i < c.n_burst; i++)
        put_row(dst + i * (r.total + 32ull * c.dst_gap), src + i * (r.bytes + c.src_gap), &r);
}

void dv_sem_align_out(const struct dv_work *w)
{
    struct dv_cfg_align c = dv_unpack_align(w->cfg);
    size_t bytes = c.len_burst;
    size_t src_pitch = (bytes + 31) / 32 * 32 + 32ull * c.src_gap, dst_pitch = bytes + c.dst_gap;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC);

    for (unsigned i = 0; i < c.n_burst; i++)
        dv_store(w, dv_atomic_of(w), dst + i * dst_pitch, src + i * src_pitch, bytes);
}

/* ---- ND to NZ -------------------------------------------------------------------------------- */

/* One matrix; lengths and pitches in bytes. */
struct nz {
    uint8_t *dst;
    const uint8_t *src;
    size_t rows, bytes; /* of a source row */
    size_t src_pitch, row_pitch, panel_pitch;
};

/* Panels [first, end) of one row; a short last panel is filled with zeros. */
static void put_panels(const struct nz *z, size_t row, size_t first, size_t end)
{
    const uint8_t *src = z->src + row * z->src_pitch;
    uint8_t *dst = z->dst + row * z->row_pitch;
    size_t whole = z->bytes / 32;

    for (size_t p = first; p < end && p < whole; p++)
        memcpy(dst + p * z->panel_pitch, src + 32 * p, 32);
    if (end > whole) {
        uint8_t tail[32] = {0};

        memcpy(tail, src + 32 * whole, z->bytes % 32);
        memcpy(dst + whole * z->panel_pitch, tail, 32);
    }
}

/* Four panels at a time keep the writes in few cache lines; when rows or panels overlap the order
 * shows, and rows go one by one. */
static void put_matrix(const struct nz *z)
{
    size_t panels = (z->bytes + 31) / 32, step = panels;

    if (z->row_pitch >= 32 && z->panel_pitch >= z->row_pitch * z->rows)
        step = 4;
    for (size_t p = 0; p < panels; p += step)
        for (size_t i = 0; i < z->rows; i++)
            put_panels(z, i, p, p + step < panels ? p + step : panels);
}

void dv_sem_nd2nz(const struct dv_work *w)
{
    struct dv_cfg_nd2nz c = dv_unpack_nd2nz(w->cfg);
    unsigned size = elem_bytes(w);
    struct nz z = {
        .dst = place(w, DST),
        .src = place(w, SRC),
        .rows = c.n_value,
        .bytes = (size_t)c.d_value * size,
        .src_pitch = (size_t)c.src_d_value * size,
        .row_pitch = 32ull * c.dst_n_stride,
        .panel_pitch = 32ull * c.dst_c0_stride,
    };

    for (unsigned i = 0; i < c.nd_num; i++) {
        put_matrix(&z);
        z.src += (size_t)c.src_matrix_stride * size;
        z.dst += (size_t)c.dst_matrix_stride * size;
    }
}
