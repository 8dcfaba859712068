/* Geometry of rearranging and sorting items (isa.md 6.7, 6.8), read from their snapshot.
 *
 * Footprints, meanings and the checker read it, so they cannot disagree. Knows no memory contents
 * and no time. */
#ifndef DV_ACCESS_REARRANGE_H
#define DV_ACCESS_REARRANGE_H

#include "emu/access/lanes.h"

/* ---- gathers --------------------------------------------------------------------------------- */

/* Element (or block of `width` = 32 bytes) i of repeat r comes from base + its 32-bit offset, which
 * lies at v.side[1]; it must end at `end`: that of the buffer that holds base, or of UB. */
struct dv_gather {
    struct dv_vec v; /* side 0: destination, side 1: offsets, 4 bytes wide */
    uint64_t base, end;
    uint32_t width; /* bytes fetched by one offset */
};

/* Where the buffer of UB that holds an address ends, else UB. */
static inline uint64_t dv_ub_end(const struct dv_work *w, uint64_t address)
{
    const struct dv_fences *t = w->fences ? &w->fences[DV_SPACE_UB] : NULL;
    uint64_t end = w->sizes->bytes[DV_SPACE_UB];

    for (uint32_t i = 0; t && i < t->n; i++)
        if (address >= t->at[i].lo && address < t->at[i].hi)
            return t->at[i].hi < end ? t->at[i].hi : end;
    return end;
}

/* VGATHER: lanes under the mask. */
static inline struct dv_gather dv_gather_lanes(const struct dv_work *w)
{
    struct dv_cfg_vgather c = dv_unpack_vgather(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst), lanes = DV_REPEAT / width;
    struct dv_gather g = {
        .v = {.sides = 2,
              .side = {{dv_operand_address(w, 0), 1, c.dst_rep, width, 0},
                       {dv_operand_address(w, 1), 1, lanes * 4 / DV_BLOCK, 4, 0}}},
        .base = c.base,
        .end = dv_ub_end(w, c.base),
        .width = width};

    dv_vec_lanes(w, &g.v, width, c.repeat);
    return g;
}

/* VGATHERB: eight blocks a repeat, whatever the mask (ours). */
static inline struct dv_gather dv_gather_blocks(const struct dv_work *w)
{
    struct dv_cfg_vgatherb c = dv_unpack_vgatherb(w->cfg);
    uint32_t blk = c.dst_blk ? c.dst_blk : 1;
    struct dv_gather g = {
        .v = {.lanes = 8,
              .repeats = c.repeat,
              .sides = 2,
              .side = {{dv_operand_address(w, 0), blk, c.dst_rep, DV_BLOCK, 0},
                       {dv_operand_address(w, 1), 1, 1, 4, 0}}},
        .base = c.base,
        .end = dv_ub_end(w, c.base),
        .width = DV_BLOCK,
    };

    dv_mask_low(g.v.mask, 8);
    return g;
}

static inline bool dv_gathers_blocks(const struct dv_work *w)
{
    return dv_op_insn(w->op)->access == DV_ACCESS_gatherb;
}

static inline struct dv_gather dv_gather_of(const struct dv_work *w)
{
    return dv_gathers_blocks(w) ? dv_gather_blocks(w) : dv_gather_lanes(w);
}

/* ---- transposes ------------------------------------------------------------------------------ */

enum { DV_NCHW_ROWS = 16 };

/* VNCHWCONV: block i of an operand lies at at[i] + r * stride in repeat r. */
struct dv_nchw {
    uint64_t dst[DV_NCHW_ROWS], src[DV_NCHW_ROWS]; /* bytes of UB, the half of b8 included */
    uint64_t dst_pitch, src_pitch;                 /* bytes from repeat to repeat */
    uint32_t bytes, width, repeats;                /* used of a block; of an element */
};

/* Entry i of the pair of VA registers that begins with `va`, as an address (isa.md 4.1). */
static inline uint64_t dv_va_address(const struct dv_env *e, unsigned va, unsigned i)
{
    return (e->v[DV_ENV_VA0_LO + 2 * va + i / 4] >> 16 * (i % 4) & 0xffff) * DV_BLOCK;
}

static inline struct dv_nchw dv_nchw_of(const struct dv_work *w)
{
    struct dv_cfg_vnchwconv c = dv_unpack_vnchwconv(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    bool half = width == 1;
    struct dv_nchw n = {.dst_pitch = (uint64_t)c.dst_stride * DV_BLOCK,
                        .src_pitch = (uint64_t)c.src_stride * DV_BLOCK,
                        .bytes = half ? 16 : DV_BLOCK,
                        .width = width,
                        .repeats = c.repeat};

    for (unsigned i = 0; i < DV_NCHW_ROWS; i++) {
        n.dst[i] =
            dv_va_address(w->env, dv_op_sel(w->op, DV_F_vd), i) + (half && c.dst_high ? 16 : 0);
        n.src[i] =
            dv_va_address(w->env, dv_op_sel(w->op, DV_F_vs), i) + (half && c.src_high ? 16 : 0);
    }
    return n;
}

/* Destination block and element in it of element `column` of source block `row`. With 32 bits a
 * column of 16 rows takes two blocks. */
static inline void dv_nchw_place(const struct dv_nchw *n, unsigned row, unsigned column,
                                 unsigned *block, unsigned *elem)
{
    *block = n->width == 4 ? 2 * column + row / 8 : column;
    *elem = n->width == 4 ? row % 8 : row;
}

/* VTRANSPOSE: one matrix. */
enum { DV_TRANSPOSE_SIDE = 16, DV_TRANSPOSE_BYTES = 512 };

/* ---- VBRCB: element 8r + b to block b of repeat r -------------------------------------------- */

struct dv_brcb {
    struct dv_side dst;
    uint64_t src;
    uint32_t width, repeats;
};

static inline struct dv_brcb dv_brcb_of(const struct dv_work *w)
{
    struct dv_cfg_brcb c = dv_unpack_brcb(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);

    return (struct dv_brcb){.dst = {dv_operand_address(w, 0), c.dst_blk, c.dst_rep, width, 0},
                            .src = dv_operand_address(w, 1),
                            .width = width,
                            .repeats = c.repeat};
}

/* ---- VREDUCEV2 ------------------------------------------------------------------------------- */

struct dv_squeeze {
    uint64_t dst;        /* selected elements, one after the other */
    struct dv_side src;  /* element i of repeat r, also past the eighth block */
    uint64_t bits;       /* pattern 0: bit i of repeat r */
    uint64_t bits_pitch; /* bytes from repeat to repeat */
    uint32_t count;      /* elements a repeat looks at */
    uint32_t repeats, pattern;
};

/* Without counter mode a repeat is 256 bytes and the mask has no part in it (ours). */
static inline struct dv_squeeze dv_squeeze_of(const struct dv_work *w)
{
    struct dv_cfg_vreducev2 c = dv_unpack_vreducev2(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    bool counts = dv_counter_mode(w);

    return (struct dv_squeeze){
        .dst = dv_operand_address(w, 0),
        .src = {dv_operand_address(w, 1), c.src0_blk, c.src0_rep, width, 0},
        .bits = dv_operand_address(w, 2),
        .bits_pitch = (uint64_t)c.src1_rep * DV_BLOCK,
        .count = counts ? (uint32_t)w->env->v[DV_ENV_MASK0] : DV_REPEAT / width,
        .repeats = c.repeat,
        .pattern = c.pattern,
    };
}

/* True when a fixed pattern, 1 to 7, selects element i of a repeat. */
static inline bool dv_squeeze_takes(uint32_t pattern, uint32_t i)
{
    return pattern == 7 ? true : pattern <= 2 ? i % 2 == pattern - 1 : i % 4 == pattern - 3;
}

/* Elements of one repeat that may be written: what the pattern selects, with pattern 0 all. */
static inline uint64_t dv_squeeze_most(const struct dv_squeeze *p)
{
    uint32_t step = p->pattern == 0 || p->pattern == 7 ? 1 : p->pattern <= 2 ? 2 : 4;
    uint32_t first = step == 1 ? 0 : p->pattern <= 2 ? p->pattern - 1 : p->pattern - 3;

    return p->count > first ? ((uint64_t)p->count - first + step - 1) / step : 0;
}

static inline uint64_t dv_squeeze_element(const struct dv_squeeze *p, uint32_t r, uint32_t i)
{
    uint64_t off = (uint64_t)i * p->src.width;

    return p->src.base + (uint64_t)r * p->src.rep * DV_BLOCK +
           off / DV_BLOCK * p->src.blk * DV_BLOCK + off % DV_BLOCK;
}

/* ---- sorting: records of 8 bytes, score low, index high -------------------------------------- */

enum { DV_SORT_LANES = 32, DV_RECORD = 8, DV_LISTS = 4 };

/* Region proposals: 8 elements x1 y1 x2 y2 score label and two more, 16 of them a repeat (isa.md
 * 6.8; the places of the fields and the 16 of VEXTRACT and VCONCAT are ours). */
enum { DV_PROPOSALS = 16, DV_PROPOSAL_FIELDS = 8, DV_PROPOSAL_SCORE = 4 };

/* VMS4v2 of records, VMS4 of region proposals. */
struct dv_merge {
    uint64_t dst, list[DV_LISTS];
    uint32_t record, score; /* bytes of a record, place of its score */
    uint32_t len[DV_LISTS]; /* records, 0 where the valid mask leaves a list out */
    uint32_t repeats, valid, total;
    bool suspend;
};

/* Addresses and lengths of the lists; those in Xn count records (VMS4) or 8 bytes (VMS4v2). */
static inline void dv_merge_lists(const struct dv_work *w, struct dv_merge *g,
                                  const uint32_t len[DV_LISTS])
{
    for (unsigned i = 0; i < DV_LISTS; i++) {
        g->list[i] = (w->x[DV_XN] >> 16 * i & 0xffff) * g->record;
        g->len[i] = g->valid >> i & 1 ? len[i] : 0;
        g->total += g->len[i];
    }
}

static inline struct dv_merge dv_merge_records(const struct dv_work *w)
{
    struct dv_cfg_vmrgsort4 c = dv_unpack_vmrgsort4(w->cfg);
    const uint32_t len[DV_LISTS] = {(uint32_t)c.len0, (uint32_t)c.len1, (uint32_t)c.len2,
                                    (uint32_t)c.len3};
    struct dv_merge g = {.dst = dv_operand_address(w, 0),
                         .record = DV_RECORD,
                         .repeats = c.repeat,
                         .valid = c.valid,
                         .suspend = c.suspend};

    dv_merge_lists(w, &g, len);
    return g;
}

static inline struct dv_merge dv_merge_proposals(const struct dv_work *w)
{
    struct dv_cfg_vms4 c = dv_unpack_vms4(w->cfg);
    const uint32_t len[DV_LISTS] = {(uint32_t)c.len0, (uint32_t)c.len1, (uint32_t)c.len2,
                                    (uint32_t)c.len3};
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    struct dv_merge g = {.dst = dv_operand_address(w, 0),
                         .record = DV_PROPOSAL_FIELDS * width,
                         .score = DV_PROPOSAL_SCORE * width,
                         .repeats = c.repeat,
                         .valid = c.valid,
                         .suspend = c.suspend};

    dv_merge_lists(w, &g, len);
    return g;
}

static inline struct dv_merge dv_merge_of(const struct dv_work *w)
{
    return dv_op_insn(w->op)->access == DV_ACCESS_merge16 ? dv_merge_proposals(w)
                                                          : dv_merge_records(w);
}

/* VEXTRACT and VCONCAT: one field of region proposals, and its elements one after the other. */
struct dv_field16 {
    uint64_t field, plain;   /* addresses of the first element of each */
    uint32_t record, width;  /* bytes of a proposal, of an element */
    uint32_t count, repeats; /* proposals in all */
};

static inline struct dv_field16 dv_field16_of(const struct dv_work *w)
{
    struct dv_cfg_vextract c = dv_unpack_vextract(w->cfg);
    unsigned proposals = dv_op_insn(w->op)->access == DV_ACCESS_put16 ? 0 : 1;
    struct dv_field16 g = {.width = dv_elem_bytes(dv_types[w->op->type].dst),
                           .count = (uint32_t)c.repeat * DV_PROPOSALS,
                           .repeats = (uint32_t)c.repeat};

    g.record = DV_PROPOSAL_FIELDS * g.width;
    g.field = dv_operand_address(w, proposals) + c.field * g.width;
    g.plain = dv_operand_address(w, !proposals);
    return g;
}

#endif
