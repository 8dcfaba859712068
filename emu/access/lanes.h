/* Geometry of a vector item: lanes, repeats, masks and strides, read from its snapshot.
 *
 * The one place that says which lanes of which repeat an instruction touches and where they lie
 * (isa.md 5.1, 5.2). Footprints and meanings both read it, so they cannot disagree. Knows no
 * memory contents, no arithmetic and no time. */
#ifndef DV_ACCESS_LANES_H
#define DV_ACCESS_LANES_H

#include "emu/core/work.h"

enum { DV_BLOCK = 32, DV_REPEAT = 256, DV_LANES_MAX = 128 }; /* bytes, bytes, lanes */

/* An operand: lane i of repeat r lies at
 * base + 32 * ((i * width / 32) * blk + r * rep) + i * width % 32. */
struct dv_side {
    uint64_t base;     /* guest address in UB, bytes */
    uint32_t blk, rep; /* strides in blocks of 32 bytes */
    uint32_t width;    /* bytes of one element */
    uint32_t half;     /* 8-bit results of 16-bit lanes, 16 a block (isa.md 6.2, 6.3): 1 in its low
                          half, 2 in its high half; 0 = blocks are full; or DV_NIBBLES */
};

/* Two lanes share a byte, the first in its low half (ours); `width` is 1. */
enum { DV_NIBBLES = 3 };

/* Lanes that share a block, and where in a block they begin. */
static inline uint32_t dv_side_per(const struct dv_side *s)
{
    if (s->half)
        return s->half == DV_NIBBLES ? 2 * DV_BLOCK : 16;
    return DV_BLOCK / s->width;
}

static inline uint32_t dv_side_lead(const struct dv_side *s)
{
    return s->half == 2 ? 16 : 0;
}

/* Guest address of lane i of repeat r. */
static inline uint64_t dv_side_lane(const struct dv_side *s, uint32_t r, uint32_t i)
{
    uint32_t per = dv_side_per(s), at = i % per;

    return s->base + DV_BLOCK * ((uint64_t)(i / per) * s->blk + (uint64_t)r * s->rep) +
           dv_side_lead(s) + (s->half == DV_NIBBLES ? at / 2 : at * s->width);
}

struct dv_vec {
    uint64_t mask[2]; /* lanes of every repeat but a tail; none: no operation */
    uint32_t lanes;   /* of one repeat: 256 bytes of the widest element */
    uint32_t repeats; /* the last one included; 0 = no operation */
    uint32_t tail;    /* counter mode: lanes of a short last repeat, else 0 */
    uint32_t sides;
    struct dv_side side[3]; /* dst, src0, src1; reductions: [0] is the source */
};

/* The lowest n bits of 128. */
static inline void dv_mask_low(uint64_t mask[2], uint32_t n)
{
    mask[0] = n >= 64 ? UINT64_MAX : (1ull << n) - 1;
    mask[1] = n >= 128 ? UINT64_MAX : n > 64 ? (1ull << (n - 64)) - 1 : 0;
}

/* Bits [first, first + n) of a mask, 0 < n <= 64 and inside one half. */
static inline uint64_t dv_mask_part(const uint64_t mask[2], uint32_t first, uint32_t n)
{
    return mask[first >> 6] >> (first & 63) & (UINT64_MAX >> (64 - n));
}

/* One past the last set bit. */
static inline uint32_t dv_mask_end(const uint64_t mask[2])
{
    return mask[1]   ? 128 - (uint32_t)__builtin_clzll(mask[1])
           : mask[0] ? 64 - (uint32_t)__builtin_clzll(mask[0])
                     : 0;
}

/* The first set bit; 0 when there is none. */
static inline uint32_t dv_mask_first(const uint64_t mask[2])
{
    return mask[0]   ? (uint32_t)__builtin_ctzll(mask[0])
           : mask[1] ? 64 + (uint32_t)__builtin_ctzll(mask[1])
                     : 0;
}

/* True when exactly the lowest n bits are set. */
static inline bool dv_mask_is_low(const uint64_t mask[2], uint32_t n)
{
    uint64_t low[2];

    dv_mask_low(low, n);
    return mask[0] == low[0] && mask[1] == low[1];
}

static inline bool dv_mask_empty(const uint64_t mask[2])
{
    return !(mask[0] | mask[1]);
}

/* Counter mode: CTRL[56], not on c100 (isa.md 4.2). */
static inline bool dv_counter_mode(const struct dv_work *w)
{
    return w->kind != DV_C100 && w->env->v[DV_ENV_CTRL] >> 56 & 1;
}

/* Lanes, repeats and masks for the widest element of `width` bytes. */
static inline void dv_vec_lanes(const struct dv_work *w, struct dv_vec *v, uint32_t width,
                                uint32_t repeat)
{
    uint64_t full[2];

    v->lanes = DV_REPEAT / width;
    v->tail = 0;
    dv_mask_low(full, v->lanes);
    if (dv_counter_mode(w)) {
        uint32_t count = (uint32_t)w->env->v[DV_ENV_MASK0];

        v->mask[0] = full[0];
        v->mask[1] = full[1];
        v->tail = count % v->lanes;
        v->repeats = count / v->lanes + (v->tail != 0);
        return;
    }
    v->mask[0] = w->env->v[DV_ENV_MASK0] & full[0];
    v->mask[1] = w->env->v[DV_ENV_MASK1] & full[1];
    v->repeats = dv_mask_empty(v->mask) ? 0 : repeat;
}

/* Mask of repeat r. */
static inline void dv_vec_mask(const struct dv_vec *v, uint32_t r, uint64_t mask[2])
{
    mask[0] = v->mask[0];
    mask[1] = v->mask[1];
    if (v->tail && r + 1 == v->repeats)
        dv_mask_low(mask, v->tail);
}

static inline uint32_t dv_elem_bytes(unsigned elem)
{
    return dv_elem_bits((enum dv_elem)elem) / 8;
}

static inline uint32_t dv_widest(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* dst, src0, src1 of these widths. */
static inline struct dv_vec dv_vec3_as(const struct dv_work *w, uint32_t to, uint32_t from)
{
    struct dv_cfg_vec3 c = dv_unpack_vec3(w->cfg);
    struct dv_vec v = {.sides = 3,
                       .side = {
                           {dv_operand_address(w, 0), c.dst_blk, c.dst_rep, to, 0},
                           {dv_operand_address(w, 1), c.src0_blk, c.src0_rep, from, 0},
                           {dv_operand_address(w, 2), c.src1_blk, c.src1_rep, from, 0},
                       }};

    dv_vec_lanes(w, &v, dv_widest(to, from), c.repeat);
    return v;
}

/* Shape vec3: dst, src0, src1 of one element type. */
static inline struct dv_vec dv_vec3(const struct dv_work *w)
{
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);

    return dv_vec3_as(w, width, width);
}

/* Shape vec3n: the destination is wider or narrower than the sources. An instruction with a half
 * block operand puts 8-bit results into one half of each block. */
static inline struct dv_vec dv_vec3n(const struct dv_work *w)
{
    const struct dv_type *t = &dv_types[w->op->type];
    uint32_t to = dv_elem_bytes(t->dst);
    struct dv_vec v = dv_vec3_as(w, to, dv_elem_bytes(t->src));

    if (to == 1 && dv_insns[w->op->insn].selector[DV_F_bit] >= 0)
        v.side[0].half = 1 + dv_op_sel(w->op, DV_F_bit);
    return v;
}

/* Shape vec1: dst, src, perhaps of different widths; c100 has shorter repeat strides. */
static inline struct dv_vec dv_vec1(const struct dv_work *w)
{
    struct dv_cfg_vec1 c = dv_unpack_vec1(w->cfg);
    const struct dv_type *t = &dv_types[w->op->type];
    uint32_t to = dv_elem_bytes(t->dst), from = dv_elem_bytes(t->src);

    if (w->kind == DV_C100) {
        struct dv_cfg_vec1s s = dv_unpack_vec1s(w->cfg);
        c.dst_rep = s.dst_rep;
        c.src_rep = s.src_rep;
    }
    struct dv_vec v = {.sides = 2,
                       .side = {
                           {dv_operand_address(w, 0), c.dst_blk, c.dst_rep, to, 0},
                           {dv_operand_address(w, 1), c.src_blk, c.src_rep, from, 0},
                       }};
    dv_vec_lanes(w, &v, dv_widest(to, from), c.repeat);
    return v;
}

/* Shape conv: vec1 with packed s4 on one side, or 8-bit results in one half of each block. */
static inline struct dv_vec dv_vec_conv(const struct dv_work *w)
{
    const struct dv_type *t = &dv_types[w->op->type];
    struct dv_vec v = dv_vec1(w);

    for (unsigned i = 0; i < 2; i++)
        if (dv_elem_bits((enum dv_elem)(i ? t->src : t->dst)) == 4) {
            v.side[i].width = 1;
            v.side[i].half = DV_NIBBLES;
        }
    if (t->dst == DV_EL_B8)
        v.side[0].half = w->op->type == DV_T_deqs16b8h || w->op->type == DV_T_vdeqs16b8h ? 2 : 1;
    return v;
}

/* True when a table of parameters in UB belongs to it, one a channel of a block. */
static inline bool dv_conv_has_table(const struct dv_work *w)
{
    return w->op->type == DV_T_vdeqs16b8h || w->op->type == DV_T_vdeqs16b8l;
}

/* Shape dup: dst only. */
static inline struct dv_vec dv_vec_dup(const struct dv_work *w)
{
    struct dv_cfg_dup c = dv_unpack_dup(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);

    if (w->kind == DV_C100)
        c.dst_rep = dv_unpack_dups(w->cfg).dst_rep;
    struct dv_vec v = {.sides = 1,
                       .side = {
                           {dv_operand_address(w, 0), c.dst_blk, c.dst_rep, width, 0},
                       }};
    dv_vec_lanes(w, &v, width, c.repeat);
    return v;
}

/* VCMP: no destination in memory, sides 1 and 2 are operands 0 and 1. */
static inline struct dv_vec dv_vec_cmp(const struct dv_work *w)
{
    struct dv_cfg_vec3 c = dv_unpack_vec3(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].dst);
    struct dv_vec v = {.sides = 3,
                       .side = {
                           {0, 0, 0, width, 0},
                           {dv_operand_address(w, 0), c.src0_blk, c.src0_rep, width, 0},
                           {dv_operand_address(w, 1), c.src1_blk, c.src1_rep, width, 0},
                       }};

    dv_vec_lanes(w, &v, width, c.repeat);
    return v;
}

/* VSEL: in mode 1 src1 is no vector but the place of the select bits. */
static inline struct dv_vec dv_vec_sel(const struct dv_work *w)
{
    struct dv_vec v = dv_vec3(w);

    if (dv_unpack_vec3s(w->cfg).mode == DV_V_vselmode_scalar)
        v.sides = 2;
    return v;
}

/* Bytes that one repeat of comparison or select bits takes; repeats follow each other. */
static inline uint32_t dv_vec_bits(const struct dv_vec *v)
{
    return v->lanes / 8;
}

/* Parameters of 16 channels in UB, 64 bits each (isa.md 4.1, DEQSCALE). */
enum { DV_DEQ_TABLE = 128 };

static inline uint64_t dv_deq_table(const struct dv_work *w)
{
    return (w->env->v[DV_ENV_DEQSCALE] & 0xffffffff) * DV_BLOCK;
}

/* Reductions: side[0] is the source; where results go is struct dv_result. */
static inline struct dv_vec dv_vec_red(const struct dv_work *w)
{
    struct dv_cfg_red c = dv_unpack_red(w->cfg);
    uint32_t width = dv_elem_bytes(dv_types[w->op->type].src);
    struct dv_vec v = {.sides = 1,
                       .side = {
                           {dv_operand_address(w, 1), c.src_blk, c.src_rep, width, 0},
                       }};

    dv_vec_lanes(w, &v, width, c.repeat);
    return v;
}

/* Results of one repeat of a reduction start at base + r * pitch (isa.md 6.6). */
struct dv_result {
    uint64_t base;  /* guest address, bytes */
    uint32_t unit;  /* bytes that dst_rep counts */
    uint64_t pitch; /* bytes from repeat to repeat */
};

static inline struct dv_result dv_result_of(const struct dv_work *w, uint32_t unit)
{
    return (struct dv_result){dv_operand_address(w, 0), unit,
                              (uint64_t)dv_unpack_red(w->cfg).dst_rep * unit};
}

/* Bytes VCMAX and VCMIN write a repeat: value and index, one of them, index alone in 32 bits. */
static inline uint32_t dv_extreme_bytes(uint32_t order, uint32_t width)
{
    return order == DV_V_order_index ? 4 : order == DV_V_order_value ? width : 2 * width;
}

#endif
