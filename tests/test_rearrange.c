/* Gathers, broadcasts, transposes and VREDUCEV2 against plain models of isa.md 6.7: tables of
 * types, masks, strides, repeats, tails and patterns; whole buffers. */
#include "tests/shuffle.h"

enum { DST = 0x1000, TABLE = 0x8000, INDEX = 0x4000 };

static void open(struct rig *r, uint64_t seed)
{
    rig_open(r, shuffle_sizes, seed);
    r->w.x[DV_XD] = DST;
    r->w.x[DV_XN] = INDEX;
    r->env.v[DV_ENV_MASK0] = r->env.v[DV_ENV_MASK1] = UINT64_MAX;
}

static void count_mode(struct rig *r, uint64_t count)
{
    r->env.v[DV_ENV_CTRL] |= 1ull << 56;
    r->env.v[DV_ENV_MASK0] = count;
}

/* ---- VGATHER --------------------------------------------------------------------------------- */

struct mask_row {
    const char *name;
    uint64_t mask0, mask1;
    uint32_t count; /* counter mode: elements, 0 = not */
};

static const struct mask_row masks[] = {
    {"all", UINT64_MAX, UINT64_MAX, 0},
    {"low half", UINT64_MAX, 0, 0},
    {"first", 1, 0, 0},
    {"last", 1ull << 63, 1ull << 63, 0},
    {"even", 0x5555555555555555, 0x5555555555555555, 0},
    {"middle", 0x00ffffffffffff00, 0xff, 0},
    {"ragged", 0x8000f00f00100301, 0x70, 0},
    {"none", 0, 0, 0},
    {"one counted", 0, 0, 1},
    {"counted to an edge", 0, 0, 64},
    {"counted tail", 0, 0, 100},
    {"counted over two", 0, 0, 150},
    {"counted far", 0, 0, 321},
};

static void random_offsets(struct rig *r, uint32_t n, uint32_t unit, uint32_t span)
{
    for (uint32_t i = 0; i < n; i++)
        shuffle_poke(shuffle_ub(r), INDEX + 4 * i, 4, rig_range(r, 0, span / unit - 1) * unit);
}

static void gather_row(unsigned type, const struct mask_row *m, uint32_t repeat, uint32_t rep)
{
    static uint8_t want[SHUFFLE_UB];
    uint32_t width = type == DV_T_b16 ? 2 : 4, lanes = 256 / width;
    struct rig r;

    open(&r, type + repeat + rep);
    rig_insn(&r, DV_INSN_vgather, type);
    r.env.v[DV_ENV_MASK0] = m->mask0;
    r.env.v[DV_ENV_MASK1] = m->mask1;
    if (m->count)
        count_mode(&r, m->count);
    random_offsets(&r, 16 * 128, width, 4096);
    struct dv_cfg_vgather c = {.repeat = repeat, .dst_rep = rep, .base = TABLE};
    dv_pack_vgather(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    uint32_t total = m->count ? m->count : repeat * lanes;
    for (uint32_t i = 0; i < total; i++) {
        uint32_t lane = i % lanes, at = i / lanes;
        bool on = m->count || (lane < 64 ? m->mask0 >> lane : m->mask1 >> (lane - 64)) & 1;
        uint32_t off = shuffle_peek(shuffle_ub(&r), INDEX + 4 * i, 4);
        if (on)
            shuffle_poke(want, DST + at * rep * 32 + lane * width, width,
                         shuffle_peek(shuffle_ub(&r), TABLE + off, width));
    }
    shuffle_check(&r, want, m->name);
    rig_close(&r);
}

Test(rearrange, gather)
{
    static const uint32_t repeats[] = {0, 1, 2, 5}, strides[] = {8, 9, 13};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned m = 0; m < sizeof masks / sizeof *masks; m++)
            for (unsigned n = 0; n < 4; n++)
                for (unsigned s = 0; s < 3; s++, rows++)
                    gather_row(t ? DV_T_b32 : DV_T_b16, &masks[m], repeats[n], strides[s]);
    cr_assert_eq(rows, 312);
}

/* A 32-bit gather may put results over its own offsets only nowhere: dst and src are apart. */
Test(rearrange, gather_refused)
{
    struct dv_cfg_vgather c = {.repeat = 2, .dst_rep = 8, .base = TABLE};
    struct rig r;

    open(&r, 1);
    rig_insn(&r, DV_INSN_vgather, DV_T_b32);
    dv_pack_vgather(r.w.cfg, &c);
    r.w.x[DV_XD] = INDEX + 32;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src overlap, which vgather does not allow");
    r.w.x[DV_XD] = DST + 4;
    shuffle_refused(&r, DV_E_ALIGN, "dst address 0x1004 in ub is not a multiple of 32 bytes");
    r.w.x[DV_XD] = DST;
    c.base = TABLE + 2;
    dv_pack_vgather(r.w.cfg, &c);
    shuffle_refused(&r, DV_E_ALIGN, "base 0x8002 in the config word is not a multiple of 4 bytes");
    rig_insn(&r, DV_INSN_vgatherb, DV_T_b32);
    struct dv_cfg_vgatherb b = {.repeat = 1, .dst_rep = 8, .dst_blk = 1, .base = TABLE + 4};
    dv_pack_vgatherb(r.w.cfg, &b);
    shuffle_refused(&r, DV_E_ALIGN, "base 0x8004 in the config word is not a multiple of 32 bytes");
    rig_close(&r);
}

/* Reads end with the buffer that holds base, else with UB. */
Test(rearrange, gather_reaches_to_the_end_of_its_buffer)
{
    struct dv_fence at[] = {{0, 0x1000}, {TABLE, TABLE + 0x400}, {0xc000, 0xd000}};
    struct dv_fences fences[DV_SPACE_COUNT] = {[DV_SPACE_UB] = {at, 3}};
    static const struct {
        uint64_t base, end;
    } row[] = {{TABLE, TABLE + 0x400},
               {TABLE + 0x80, TABLE + 0x400},
               {TABLE + 0x400, SHUFFLE_UB},
               {0xcffc, 0xd000},
               {0xd000, SHUFFLE_UB}};
    struct rig r;

    open(&r, 1);
    r.w.fences = fences;
    rig_insn(&r, DV_INSN_vgather, DV_T_b32);
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cfg_vgather c = {.repeat = 1, .dst_rep = 8, .base = (uint32_t)row[i].base};
        struct dv_diag d;
        struct dv_foot f;
        dv_pack_vgather(r.w.cfg, &c);
        cr_assert_eq(dv_access_gather(&r.w, &f, &d), DV_OK);
        const struct dv_strided *p = &f.part[f.n - 1];
        cr_expect_eq(p->base, row[i].base);
        cr_expect_eq(p->base + p->bytes, row[i].end, "row %u", i);
    }
    rig_close(&r);
}

static const struct {
    const char *name;
    unsigned insn, type;
    uint32_t element, offset;
    bool astray, aligned;
} strays[] = {
    {"the last element", DV_INSN_vgather, DV_T_b32, 70, 0x3fc, false, true},
    {"one behind it", DV_INSN_vgather, DV_T_b32, 70, 0x400, true, true},
    {"the last of b16", DV_INSN_vgather, DV_T_b16, 3, 0x3fe, false, true},
    {"behind it", DV_INSN_vgather, DV_T_b16, 3, 0x400, true, true},
    {"half an element", DV_INSN_vgather, DV_T_b32, 0, 6, true, false},
    {"an odd byte", DV_INSN_vgather, DV_T_b16, 127, 1, true, false},
    {"far away", DV_INSN_vgather, DV_T_b16, 5, 0xfffffffe, true, true},
    {"the last block", DV_INSN_vgatherb, DV_T_b32, 7, 0x3e0, false, true},
    {"a block behind", DV_INSN_vgatherb, DV_T_b16, 9, 0x400, true, true},
    {"half a block", DV_INSN_vgatherb, DV_T_b16, 9, 16, true, false},
};

/* Offsets are looked at when the item takes effect; the effect itself stays in UB. */
Test(rearrange, offsets_astray)
{
    struct dv_fence at[] = {{0, 0x1000}, {TABLE, TABLE + 0x400}};
    struct dv_fences fences[DV_SPACE_COUNT] = {[DV_SPACE_UB] = {at, 2}};

    for (unsigned i = 0; i < sizeof strays / sizeof *strays; i++) {
        struct dv_cfg_vgather c = {.repeat = 2, .dst_rep = 8, .base = TABLE};
        struct dv_cfg_vgatherb b = {.repeat = 2, .dst_rep = 8, .dst_blk = 1, .base = TABLE};
        struct dv_stray s;
        struct rig r;

        open(&r, i);
        r.w.fences = fences;
        rig_insn(&r, strays[i].insn, strays[i].type);
        if (strays[i].insn == DV_INSN_vgather)
            dv_pack_vgather(r.w.cfg, &c);
        else
            dv_pack_vgatherb(r.w.cfg, &b);
        memset(shuffle_ub(&r) + INDEX, 0, 4096);
        shuffle_poke(shuffle_ub(&r), INDEX + 4 * strays[i].element, 4, strays[i].offset);
        cr_expect_eq(dv_sem_stray(&r.w, &s), strays[i].astray, "%s", strays[i].name);
        if (strays[i].astray) {
            cr_expect_eq(s.element, strays[i].element, "%s", strays[i].name);
            cr_expect_eq(s.address, TABLE + (uint64_t)strays[i].offset, "%s", strays[i].name);
            cr_expect_eq(s.aligned, strays[i].aligned, "%s", strays[i].name);
            cr_expect_eq(s.end, TABLE + 0x400);
        }
        dv_sem_gather(&r.w);
        rig_close(&r);
    }
}

/* ---- VGATHERB, VBRCB ------------------------------------------------------------------------- */

static void gatherb_row(unsigned type, uint32_t repeat, uint32_t blk, uint32_t rep)
{
    static uint8_t want[SHUFFLE_UB];
    struct rig r;

    open(&r, repeat + 10 * blk + rep);
    rig_insn(&r, DV_INSN_vgatherb, type);
    r.env.v[DV_ENV_MASK0] = 0xf0; /* has no part in it */
    r.env.v[DV_ENV_MASK1] = 0;
    random_offsets(&r, 8 * 16, 32, 8192);
    struct dv_cfg_vgatherb c = {.repeat = repeat, .dst_rep = rep, .dst_blk = blk, .base = TABLE};
    dv_pack_vgatherb(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t i = 0; i < 8 * repeat; i++)
        memcpy(want + DST + 32 * (i / 8 * rep + i % 8 * (blk ? blk : 1)),
               shuffle_ub(&r) + TABLE + shuffle_peek(shuffle_ub(&r), INDEX + 4 * i, 4), 32);
    cr_expect_eq(shuffle_check(&r, want, "gatherb"), repeat);
    rig_close(&r);
}

static void brcb_row(unsigned type, uint32_t repeat, uint32_t blk, uint32_t rep)
{
    static uint8_t want[SHUFFLE_UB];
    uint32_t width = type == DV_T_b16 ? 2 : 4;
    struct rig r;

    open(&r, repeat + 10 * blk + rep);
    rig_insn(&r, DV_INSN_vbrcb, type);
    r.env.v[DV_ENV_MASK0] = 3; /* has no part in it */
    struct dv_cfg_brcb c = {.repeat = repeat, .dst_rep = rep, .dst_blk = blk};
    dv_pack_brcb(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t i = 0; i < 8 * repeat; i++)
        for (uint32_t k = 0; k < 32; k++)
            want[DST + 32 * (i / 8 * rep + i % 8 * blk) + k] =
                shuffle_ub(&r)[INDEX + i * width + k % width];
    cr_expect_eq(shuffle_check(&r, want, "brcb"), repeat);
    rig_close(&r);
}

Test(rearrange, blocks)
{
    static const uint32_t repeats[] = {0, 1, 2, 3, 7}, blks[] = {0, 1, 2, 5}, reps[] = {8, 11, 40};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned n = 0; n < 5; n++)
            for (unsigned b = 0; b < 4; b++)
                for (unsigned s = 0; s < 3; s++) {
                    gatherb_row(t ? DV_T_b32 : DV_T_b16, repeats[n], blks[b], reps[s]);
                    rows++;
                    if (!blks[b])
                        continue;
                    brcb_row(t ? DV_T_b32 : DV_T_b16, repeats[n], blks[b], reps[s]);
                    rows++;
                }
    cr_assert_eq(rows, 210);
}

Test(rearrange, broadcast_refused)
{
    struct dv_cfg_brcb c = {.repeat = 1, .dst_rep = 8, .dst_blk = 0};
    struct rig r;

    open(&r, 1);
    rig_insn(&r, DV_INSN_vbrcb, DV_T_b16);
    dv_pack_brcb(r.w.cfg, &c);
    shuffle_refused(&r, DV_E_OVERLAP, "dst_blk = 0 writes every block of a repeat to one place");
    c.dst_blk = 1;
    dv_pack_brcb(r.w.cfg, &c);
    r.w.x[DV_XD] = INDEX;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src overlap, which vbrcb does not allow");
    r.w.x[DV_XD] = DST;
    r.w.x[DV_XN] = INDEX + 2;
    shuffle_refused(&r, DV_E_ALIGN, "src address 0x4002");
    rig_close(&r);
}

/* ---- VNCHWCONV, VTRANSPOSE ------------------------------------------------------------------- */

static void set_va(struct rig *r, unsigned va, unsigned entry, uint32_t address)
{
    uint64_t *v = &r->env.v[DV_ENV_VA0_LO + 2 * va + entry / 4];
    unsigned at = 16 * (entry % 4);

    *v = (*v & ~(0xffffull << at)) | (uint64_t)(address / 32) << at;
}

struct nchw_row {
    unsigned type, dst, src;   /* VA registers */
    uint32_t step;             /* from block to block of an operand */
    uint32_t repeat, to, from; /* strides in blocks */
    bool high, low;            /* dst_high, src_high */
};

static void nchw_row(const struct nchw_row *t)
{
    static uint8_t want[SHUFFLE_UB], in[SHUFFLE_UB];
    uint32_t width = t->type == DV_T_b8 ? 1 : t->type == DV_T_b16 ? 2 : 4;
    uint32_t columns = width == 4 ? 8 : 16;
    struct rig r;

    open(&r, t->type * 64 + t->step + t->repeat + t->to);
    rig_insn(&r, DV_INSN_vnchwconv, t->type);
    r.op.sel[dv_insns[DV_INSN_vnchwconv].selector[DV_F_vd]] = (uint8_t)t->dst;
    r.op.sel[dv_insns[DV_INSN_vnchwconv].selector[DV_F_vs]] = (uint8_t)t->src;
    for (unsigned i = 0; i < 16; i++) {
        set_va(&r, t->dst, i, DST + i * t->step);
        set_va(&r, t->src, i, TABLE + 96 * (i * 7 % 16)); /* in some order */
    }
    struct dv_cfg_vnchwconv c = {.repeat = t->repeat,
                                 .dst_stride = t->to,
                                 .src_stride = t->from,
                                 .dst_high = t->high,
                                 .src_high = t->low};
    dv_pack_vnchwconv(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    memcpy(in, want, SHUFFLE_UB);
    for (uint32_t rep = 0; rep < t->repeat; rep++)
        for (uint32_t i = 0; i < 16; i++)
            for (uint32_t j = 0; j < columns; j++) {
                uint32_t src = TABLE + 96 * (i * 7 % 16) + 32 * t->from * rep + 16 * t->low;
                uint32_t row = width == 4 ? 2 * j + i / 8 : j, col = width == 4 ? i % 8 : i;
                shuffle_poke(want,
                             DST + row * t->step + 32 * t->to * rep + 16 * t->high + col * width,
                             width, shuffle_peek(in, src + j * width, width));
            }
    cr_expect_eq(shuffle_check(&r, want, "nchw"), t->repeat);
    rig_close(&r);
}

Test(rearrange, nchw)
{
    static const unsigned types[] = {DV_T_b8, DV_T_b16, DV_T_b32};
    static const uint32_t repeats[] = {0, 1, 2, 9}, strides[] = {1, 16, 17};
    unsigned rows = 0;

    for (unsigned t = 0; t < 3; t++)
        for (unsigned p = 0; p < 4; p++)
            for (unsigned n = 0; n < 4; n++)
                for (unsigned s = 0; s < 3; s++)
                    for (unsigned h = 0; h < (t ? 1 : 4); h++, rows++)
                        nchw_row(&(struct nchw_row){.type = types[t],
                                                    .dst = 2 * p,
                                                    .src = 2 * ((p + 1 + s) % 4),
                                                    .step = s == 0 ? 32 * 9 : 32,
                                                    .repeat = repeats[n],
                                                    .to = repeats[n] > 1 ? strides[s] : 0,
                                                    .from = repeats[n] > 1 ? strides[s] : 0,
                                                    .high = h & 1,
                                                    .low = h >> 1});
    cr_assert_eq(rows, 288);
}

/* Four half conversions transpose 32x32 bytes (isa.md 6.7). */
Test(rearrange, four_halves_transpose_bytes)
{
    static uint8_t in[1024];
    struct rig r;

    open(&r, 3);
    rig_insn(&r, DV_INSN_vnchwconv, DV_T_b8);
    r.op.sel[dv_insns[DV_INSN_vnchwconv].selector[DV_F_vs]] = 2;
    memcpy(in, shuffle_ub(&r) + TABLE, sizeof in);
    for (unsigned q = 0; q < 4; q++) {
        struct dv_cfg_vnchwconv c = {.repeat = 1, .dst_high = q & 1, .src_high = q >> 1};
        dv_pack_vnchwconv(r.w.cfg, &c);
        for (unsigned i = 0; i < 16; i++) {
            set_va(&r, 0, i, DST + 32 * (i + 16 * (q >> 1)));
            set_va(&r, 2, i, TABLE + 32 * (i + 16 * (q & 1)));
        }
        dv_sem_nchw(&r.w);
    }
    for (unsigned i = 0; i < 1024; i++)
        cr_assert_eq(shuffle_ub(&r)[DST + i], in[i % 32 * 32 + i / 32], "byte %u", i);
    rig_close(&r);
}

Test(rearrange, nchw_refused)
{
    struct dv_cfg_vnchwconv c = {.repeat = 1, .dst_high = 1};
    struct rig r;

    open(&r, 3);
    rig_insn(&r, DV_INSN_vnchwconv, DV_T_b16);
    dv_pack_vnchwconv(r.w.cfg, &c);
    shuffle_refused(&r, DV_E_RESERVED, "choose half blocks of b8 only");
    c.dst_high = 0;
    dv_pack_vnchwconv(r.w.cfg, &c);
    for (unsigned i = 0; i < 16; i++)
        set_va(&r, 0, i, DST + 32 * (i == 5 ? 2 : i));
    shuffle_refused(&r, DV_E_OVERLAP, "entries 2 and 5 of the destination are both 0x1040 in ub");
    rig_close(&r);
}

static void transpose_row(uint32_t dst, uint32_t src, uint64_t seed)
{
    static uint8_t want[SHUFFLE_UB];
    struct rig r;

    open(&r, seed);
    rig_insn(&r, DV_INSN_vtranspose, DV_T_b16);
    r.w.x[DV_XD] = dst;
    r.w.x[DV_XN] = src;
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t i = 0; i < 256; i++)
        shuffle_poke(want, dst + 2 * i, 2,
                     shuffle_peek(shuffle_ub(&r), src + i % 16 * 32 + i / 16 * 2, 2));
    cr_expect_eq(shuffle_check(&r, want, "transpose"), 1);
    rig_close(&r);
}

Test(rearrange, transpose)
{
    struct rig r;

    for (uint32_t i = 0; i < 16; i++)
        transpose_row(DST + 32 * i, i % 3 ? TABLE + 64 * i : DST + 32 * i, i);
    open(&r, 1);
    rig_insn(&r, DV_INSN_vtranspose, DV_T_b16);
    r.w.x[DV_XN] = DST + 32;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src overlap, which vtranspose does not allow");
    r.w.x[DV_XN] = TABLE + 16;
    shuffle_refused(&r, DV_E_ALIGN, "src address 0x8010");
    rig_close(&r);
}

/* ---- VREDUCEV2 ------------------------------------------------------------------------------- */

struct squeeze_row {
    unsigned type, pattern;
    uint32_t repeat, blk, rep, bits; /* strides in blocks */
    uint32_t count;                  /* counter mode: elements of a repeat, 0 = not */
    bool in_place;
};

static void squeeze_row(const struct squeeze_row *t)
{
    /* isa.md 6.7 writes lane 0 rightmost; the first four lanes say all */
    static const char *const take[] = {"", "1010", "0101", "1000", "0100", "0010", "0001", "1111"};
    static uint8_t want[SHUFFLE_UB], in[SHUFFLE_UB];
    uint32_t width = t->type == DV_T_b16 ? 2 : 4, n = t->count ? t->count : 256 / width;
    uint32_t src = TABLE, kept = 0;
    struct rig r;

    open(&r, t->pattern + t->repeat * 8 + n);
    rig_insn(&r, DV_INSN_vreducev2, t->type);
    if (t->count)
        count_mode(&r, t->count);
    else
        r.env.v[DV_ENV_MASK0] = 0x10; /* has no part in it */
    r.w.x[DV_XN] = src;
    r.w.x[DV_XM] = INDEX;
    r.w.x[DV_XD] = t->in_place ? src : DST;
    struct dv_cfg_vreducev2 c = {.repeat = t->repeat,
                                 .pattern = t->pattern,
                                 .src0_blk = t->blk,
                                 .src0_rep = t->rep,
                                 .src1_rep = t->bits};
    dv_pack_vreducev2(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    memcpy(in, want, SHUFFLE_UB);
    for (uint32_t rep = 0; rep < t->repeat; rep++)
        for (uint32_t i = 0; i < n; i++) {
            uint32_t per = 32 / width;
            bool bit = in[INDEX + 32 * t->bits * rep + i / 8] & 1u << i % 8;
            if (t->pattern ? take[t->pattern][i % 4] != '1' : !bit)
                continue;
            shuffle_poke(
                want, (uint32_t)r.w.x[DV_XD] + width * kept++, width,
                shuffle_peek(in, src + 32 * (rep * t->rep + i / per * t->blk) + i % per * width,
                             width));
        }
    r.live.v[DV_LIVE_RSVD_CNT] = 12345;
    shuffle_check(&r, want, "squeeze");
    cr_expect_eq(r.live.v[DV_LIVE_RSVD_CNT], t->repeat ? kept : 12345, "%u of pattern %u", kept,
                 t->pattern);
    rig_close(&r);
}

Test(rearrange, squeeze)
{
    static const uint32_t repeats[] = {0, 1, 3}, blks[] = {1, 2, 0},
                          counts[] = {0, 1, 6, 31, 100, 300};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned p = 0; p < 8; p++)
            for (unsigned n = 0; n < 3; n++)
                for (unsigned b = 0; b < 3; b++)
                    for (unsigned k = 0; k < 6; k++, rows++)
                        squeeze_row(&(struct squeeze_row){.type = t ? DV_T_b32 : DV_T_b16,
                                                          .pattern = p,
                                                          .repeat = repeats[n],
                                                          .blk = blks[b],
                                                          .rep = b == 1 ? 9 : 40,
                                                          .bits = 2 * (k % 2),
                                                          .count = counts[k]});
    cr_assert_eq(rows, 864);
}

Test(rearrange, squeeze_in_place)
{
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned p = 0; p < 8; p++)
            for (unsigned n = 1; n < 6; n++, rows++)
                squeeze_row(&(struct squeeze_row){.type = t ? DV_T_b32 : DV_T_b16,
                                                  .pattern = p,
                                                  .repeat = n,
                                                  .blk = 1,
                                                  .rep = 8 + n % 2,
                                                  .bits = 1,
                                                  .in_place = true});
    cr_assert_eq(rows, 80);
}

/* Time counts 256 bytes as one repeat, however long a repeat of counter mode is. */
Test(rearrange, squeeze_repeats)
{
    static const uint32_t counts[][2] = {{0, 4}, {64, 4}, {65, 8}, {1000, 64}};

    for (unsigned i = 0; i < 4; i++) {
        struct dv_cfg_vreducev2 c = {.repeat = 4, .pattern = 3, .src0_blk = 1};
        struct dv_foot f;
        struct rig r;
        open(&r, 1);
        rig_insn(&r, DV_INSN_vreducev2, DV_T_b32);
        r.w.x[DV_XN] = TABLE;
        if (counts[i][0])
            count_mode(&r, counts[i][0]);
        dv_pack_vreducev2(r.w.cfg, &c);
        cr_assert_eq(dv_access_squeeze(&r.w, &f, NULL), DV_OK);
        cr_expect_eq(f.amount.repeats, counts[i][1]);
        rig_close(&r);
    }
}

Test(rearrange, squeeze_refused)
{
    struct dv_cfg_vreducev2 c = {.repeat = 2, .pattern = 8, .src0_blk = 1, .src0_rep = 8};
    struct rig r;

    open(&r, 1);
    rig_insn(&r, DV_INSN_vreducev2, DV_T_b32);
    r.w.x[DV_XN] = TABLE;
    r.w.x[DV_XM] = INDEX;
    dv_pack_vreducev2(r.w.cfg, &c);
    shuffle_refused(&r, DV_E_RANGE, "pattern 8: there are patterns 0 to 7");
    c.pattern = 7;
    dv_pack_vreducev2(r.w.cfg, &c);
    r.w.x[DV_XD] = TABLE + 32;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src0 overlap, which vreducev2 does not allow");
    c.src0_rep = 4; /* the second repeat would read what the first one packed */
    dv_pack_vreducev2(r.w.cfg, &c);
    r.w.x[DV_XD] = TABLE;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src0 overlap");
    c.pattern = 0;
    dv_pack_vreducev2(r.w.cfg, &c);
    r.w.x[DV_XD] = INDEX;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src1 overlap, which vreducev2 does not allow");
    rig_close(&r);
}
