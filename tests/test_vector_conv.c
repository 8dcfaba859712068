/* VCONV against integer arithmetic (exact.h): every form over all inputs of 16 and fewer bits, over
 * edges and a million random inputs of 32 and 64 bits, in every saturation mode; then geometry of
 * every form row by row, footprints included, and what is refused. */
#include <criterion/criterion.h>

#include "emu/sem/init.h"
#include "tests/exact.h"
#include "tests/model.h"

enum { BULK = 65536, BULK_DST = 1 << 20, BULK_UB = 2 << 20 };
enum { CUT_OFF, CUT_ON, MODES = 4 }; /* bit 0: CTRL[59], bit 1: CTRL[48] */

static const uint32_t bulk_sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = BULK_UB};
static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};
static const unsigned entries[] = {DV_INSN_vconv, DV_INSN_vconv_64, DV_INSN_vconv_deq};

static unsigned bits_of(unsigned elem)
{
    return dv_elem_bits((enum dv_elem)elem);
}

static bool scales(unsigned type)
{
    return type == DV_T_deq || dv_types[type].dst == DV_EL_B8;
}

static bool has_table(unsigned type)
{
    return type == DV_T_vdeqs16b8h || type == DV_T_vdeqs16b8l;
}

static uint64_t ctrl_of(unsigned mode)
{
    return 8 | (uint64_t)(mode & 1) << 59 | (uint64_t)(mode >> 1) << 48;
}

/* ---- what a lane becomes --------------------------------------------------------------------- */

/* a * b, one rounding later. */
static struct exact times(struct exact a, struct exact b)
{
    struct exact x = {EXACT_FINITE, a.neg != b.neg, a.m * b.m, a.e + b.e};
    bool zero = (a.kind == EXACT_FINITE && !a.m) || (b.kind == EXACT_FINITE && !b.m);

    if (a.kind != EXACT_FINITE || b.kind != EXACT_FINITE)
        x.kind = zero || a.kind == EXACT_NAN || b.kind == EXACT_NAN ? EXACT_NAN : EXACT_INF;
    return x;
}

/* isa.md 9.2: scale (1,8,10), half even, 9 bits, offset, 8 bits. */
static uint64_t requantised(uint64_t a, uint64_t word, bool cut)
{
    struct exact x = times(exact_of(a, DV_EL_S16), exact_of(word & 0xffffe000, DV_EL_F32));
    int64_t v = (int32_t)exact_to_int(&x, DV_EL_S32, 'r', false);

    v = v < -256 ? -256 : v > 255 ? 255 : v;
    v += (int64_t)(word >> 37 & 511) - (word >> 45 & 1 ? 512 : 0);
    x = exact_of_int(v);
    return exact_to_int(&x, word >> 46 & 1 ? DV_EL_S8 : DV_EL_U8, 'r', cut);
}

/* `word` is DEQSCALE or that of the channel. */
static uint64_t want_of(unsigned type, uint64_t a, uint64_t word, unsigned mode)
{
    const struct dv_type *t = &dv_types[type];
    bool sat = !(mode >> 1), cut = mode & 1;

    if (type == DV_T_deq) {
        struct exact x = times(exact_of(a, DV_EL_S32), exact_of(word & 0xffff, DV_EL_F16));
        return exact_to_float(&x, DV_EL_F16, 'r', sat);
    }
    if (t->dst == DV_EL_B8)
        return requantised(a, word, cut);
    return exact_convert(a, t->src, t->dst, t->round ? (char)t->round : 'r', sat, cut);
}

/* ---- values ---------------------------------------------------------------------------------- */

static uint64_t get(const uint8_t *p, unsigned bits, uint64_t i)
{
    uint64_t v = 0;

    if (bits == 4)
        return p[i / 2] >> i % 2 * 4 & 15;
    memcpy(&v, p + i * bits / 8, bits / 8);
    return v;
}

static void put(uint8_t *p, unsigned bits, uint64_t i, uint64_t v)
{
    if (bits == 4)
        p[i / 2] = (uint8_t)((p[i / 2] & ~(15u << i % 2 * 4)) | (v & 15) << i % 2 * 4);
    else
        memcpy(p + i * bits / 8, &v, bits / 8);
}

static uint64_t any(struct rig *r)
{
    return (uint64_t)rig_random(r) << 32 | rig_random(r);
}

/* Around every power of two, around every tie; of floats in every binade. */
static uint64_t edge(unsigned elem, uint32_t i)
{
    unsigned bits = bits_of(elem);

    if (elem == DV_EL_F32) {
        uint32_t k = i / 512 % 23, low = i / 512 / 23 % 4;
        uint32_t m = low == 3 ? 3u << k : (1u << k) + low - 1;
        return (uint64_t)(i & 511) << 23 | (m & 0x7fffff);
    }
    uint64_t v = (1ull << i % bits) + (1ull << i / bits % bits) + i / bits / bits % 3 - 1;
    return i / bits / bits / 3 % 2 ? ~v + 1 : v;
}

static uint32_t edges(unsigned elem)
{
    return elem == DV_EL_F32 ? 512 * 23 * 4 : bits_of(elem) * bits_of(elem) * 6;
}

/* Input i of a chunk: all there are, or edges first and random ones of any size. */
static uint64_t input(struct rig *r, unsigned elem, uint32_t chunk, uint32_t i)
{
    if (bits_of(elem) <= 16)
        return i;
    if (!chunk && i < edges(elem))
        return edge(elem, i);
    uint64_t v = any(r);
    if (elem == DV_EL_F32)
        return i % 4 ? (v & 0x807fffff) | (uint64_t)rig_range(r, 90, 195) << 23 : v & UINT32_MAX;
    return (uint64_t)((int64_t)v >> rig_range(r, 0, bits_of(elem) - 1));
}

/* DEQSCALE values: ordinary, subnormal, infinite, NaN; offsets of both signs, s8 and u8. */
static uint64_t word_of(struct rig *r, unsigned type, uint32_t n)
{
    static const uint16_t half[] = {0x3c00, 0x0001, 0x2e66, 0xb4cd, 0x7bff, 0x7c00, 0x7e00, 0};
    static const uint32_t single[] = {0x3f800000, 0x3c23d70a, 0xbd000000, 0x3effffff,
                                      0x7f800000, 0x7fc02000, 0x00002000, 0};

    if (type == DV_T_deq)
        return n < 8 ? half[n] : any(r);
    return (uint64_t)(rig_random(r) & 0x7fff) << 32 |
           (n < 8 ? single[n] : (rig_random(r) & 0x807fffff) | rig_range(r, 105, 128) << 23);
}

/* ---- in bulk --------------------------------------------------------------------------------- */

static void compare_bulk(struct rig *r, unsigned type, const uint64_t *in, unsigned mode)
{
    const uint8_t *ub = r->w.mem[DV_SPACE_UB];
    unsigned dst = bits_of(dv_types[type].dst);
    uint64_t word = r->env.v[DV_ENV_DEQSCALE];

    for (uint32_t i = 0; i < BULK; i++) {
        uint32_t at = dv_types[type].dst != DV_EL_B8 ? i : i / 16 * 32 + i % 16;
        if (type == DV_T_deqs16b8h || type == DV_T_vdeqs16b8h)
            at += 16;
        if (has_table(type))
            word = get(ub, 64, r->env.v[DV_ENV_DEQSCALE] * 4 + i % 16);
        uint64_t got = get(ub + BULK_DST, dst, at), want = want_of(type, in[i], word, mode);
        want &= UINT64_MAX >> (64 - dst);
        cr_assert_eq(got, want, "%s of %llx word %llx mode %u: %llx want %llx", dv_types[type].name,
                     (unsigned long long)in[i], (unsigned long long)word, mode,
                     (unsigned long long)got, (unsigned long long)want);
    }
}

/* 65,536 lanes at once, contiguous, counter mode. */
static void bulk(struct rig *r, unsigned entry, unsigned type, uint32_t chunk, unsigned mode)
{
    static uint64_t in[BULK];
    const struct dv_type *t = &dv_types[type];
    unsigned src = bits_of(t->src), dst = bits_of(t->dst);
    uint32_t lanes = 2048 / (src > dst ? src : dst);

    rig_insn(r, entry, type);
    r->w.kind = DV_AIV;
    r->w.simd = chunk % 2 == 0;
    r->w.x[DV_XD] = BULK_DST;
    r->w.x[DV_XN] = 0;
    struct dv_cfg_vec1 c = {1, lanes * dst / 256, lanes * src / 256, 1, 1};
    c.dst_rep = t->dst == DV_EL_B8 ? 8 : c.dst_rep;
    dv_pack_vec1(r->w.cfg, &c);
    r->env.v[DV_ENV_CTRL] = ctrl_of(mode) | 1ull << 56;
    r->env.v[DV_ENV_MASK0] = BULK;
    r->env.v[DV_ENV_DEQSCALE] = word_of(r, type, chunk);
    if (has_table(type)) {
        r->env.v[DV_ENV_DEQSCALE] = (BULK_DST - 128) / 32;
        for (unsigned i = 0; i < 16; i++)
            put(r->w.mem[DV_SPACE_UB] + BULK_DST - 128, 64, i, word_of(r, type, i));
    }
    for (uint32_t i = 0; i < BULK; i++) {
        in[i] = input(r, t->src, chunk, i) & (UINT64_MAX >> (64 - src));
        put(r->w.mem[DV_SPACE_UB], src, i, in[i]);
    }
    dv_sem[r->op.sem](&r->w);
    compare_bulk(r, type, in, mode);
}

/* Which modes a result can depend on. */
static bool mode_matters(unsigned type, unsigned mode)
{
    unsigned dst = dv_types[type].dst;

    return exact_is_float(dst) ? !(mode & 1) && (!mode || dst != DV_EL_F32) : mode < 2;
}

static void every_form(bool narrow)
{
    unsigned forms = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, bulk_sizes, narrow ? 11 : 12);
    for (unsigned e = 0; e < 3; e++) {
        for (unsigned k = 0; k < dv_insns[entries[e]].types; k++) {
            unsigned type = dv_insns[entries[e]].type[k].type;
            uint32_t chunks = !narrow ? 17 : scales(type) ? 10 : 2;
            if ((bits_of(dv_types[type].src) <= 16) != narrow)
                continue;
            forms++;
            for (unsigned mode = 0; mode < MODES; mode++)
                for (uint32_t c = 0; mode_matters(type, mode) && c < chunks; c++)
                    bulk(&r, entries[e], type, c, mode);
        }
    }
    cr_assert_eq(forms, narrow ? 49u : 47u, "%u forms", forms);
    rig_close(&r);
}

/* All inputs of f16, bf16, s16, s8, u8 and s4; deqs with ten words. */
Test(vector_conv, every_input_of_16_bits)
{
    every_form(true);
}

/* Edges and more than 2^20 random inputs of f32, s32 and s64. */
Test(vector_conv, inputs_of_32_and_64_bits)
{
    every_form(false);
}

/* ---- geometry -------------------------------------------------------------------------------- */

struct shape {
    uint64_t mask0, mask1;
    uint32_t repeat;
    bool counter;
    uint32_t dst_blk, src_blk, dst_gap, src_gap; /* gap: repeat stride beyond the blocks of one */
};

#define ALL UINT64_MAX
static const struct shape shapes[] = {
    {ALL, ALL, 1, false, 1, 1, 0, 0},
    {ALL, ALL, 3, false, 1, 1, 0, 0},
    {ALL, ALL, 3, false, 2, 1, 0, 0},
    {ALL, ALL, 3, false, 1, 3, 0, 0},
    {ALL, ALL, 3, false, 2, 2, 1, 5},
    {ALL, ALL, 2, false, 1, 0, 4, 2},
    {0x5555555555555555, 0x5555555555555555, 2, false, 1, 1, 0, 0},
    {0xaaaaaaaaaaaaaaaa, 0x0123456789abcdef, 2, false, 1, 1, 0, 1},
    {1, 0, 4, false, 1, 1, 0, 0},
    {0x8000000080000002, 0x8000000000000000, 2, false, 1, 1, 0, 0},
    {0x1ffff, 0, 2, false, 2, 1, 3, 0},
    {0x7fffffff, 7, 3, false, 1, 2, 0, 0},
    {0, 0, 5, false, 1, 1, 0, 0},
    {ALL, ALL, 0, false, 1, 1, 0, 0},
    {0, 0, 9, true, 1, 1, 0, 0},
    {1, 0, 9, true, 1, 1, 0, 0},
    {31, 5, 0, true, 1, 1, 0, 0},
    {33, 0, 1, true, 2, 1, 0, 2},
    {65, 0, 1, true, 1, 2, 1, 0},
    {129, 0, 1, true, 1, 1, 0, 0},
    {255, 0, 200, true, 1, 1, 0, 0},
};

struct place {
    uint64_t base, blk, rep;
    uint32_t bits, half; /* 1, 2: 16 lanes in that half of a block */
};

static uint64_t byte_of(const struct place *p, uint32_t rep, uint32_t i)
{
    uint32_t per = p->half ? 16 : 256 / p->bits;

    return p->base + 32 * (i / per * p->blk + rep * p->rep) + (p->half == 2 ? 16 : 0) +
           i % per * p->bits / 8;
}

struct item {
    struct rig *r;
    const struct shape *s;
    struct place dst, src;
    unsigned type, mode;
    uint32_t lanes, repeats;
};

static bool active(const struct item *it, uint32_t rep, uint32_t i)
{
    if (it->s->counter)
        return (uint64_t)rep * it->lanes + i < (it->s->mask0 & UINT32_MAX);
    return (i < 64 ? it->s->mask0 : it->s->mask1) >> i % 64 & 1;
}

static void set_up(struct item *it, unsigned entry)
{
    const struct dv_type *t = &dv_types[it->type];
    uint32_t src = bits_of(t->src), dst = bits_of(t->dst);
    const struct shape *s = it->s;
    struct rig *r = it->r;

    it->lanes = 2048 / (src > dst ? src : dst);
    it->repeats = !s->counter ? s->repeat
                              : (uint32_t)(s->mask0 & UINT32_MAX) / it->lanes +
                                    ((s->mask0 & UINT32_MAX) % it->lanes != 0);
    uint32_t half = dst != 8 || t->src != DV_EL_S16       ? 0
                    : t->name[strlen(t->name) - 1] == 'h' ? 2
                                                          : 1;
    uint32_t to = half ? 8 : it->lanes * dst / 256, from = it->lanes * src / 256;
    it->dst = (struct place){64, s->dst_blk, to * s->dst_blk + s->dst_gap, dst, half};
    it->src = (struct place){8192, s->src_blk, from * s->src_blk + s->src_gap, src, 0};
    rig_insn(r, entry, it->type);
    r->w.kind = DV_AIV;
    r->w.x[DV_XD] = it->dst.base;
    r->w.x[DV_XN] = it->src.base;
    struct dv_cfg_vec1 c = {s->repeat, (uint32_t)it->dst.rep, (uint32_t)it->src.rep,
                            (uint32_t)it->src.blk, (uint32_t)it->dst.blk};
    dv_pack_vec1(r->w.cfg, &c);
    r->env.v[DV_ENV_CTRL] = ctrl_of(it->mode) | (uint64_t)s->counter << 56;
    r->env.v[DV_ENV_MASK0] = s->mask0;
    r->env.v[DV_ENV_MASK1] = s->mask1;
    r->env.v[DV_ENV_DEQSCALE] = word_of(r, it->type, 9);
    rig_noise(r, r->w.mem[DV_SPACE_UB], MODEL_UB);
    if (!has_table(it->type))
        return;
    r->env.v[DV_ENV_DEQSCALE] = (MODEL_UB - 160) / 32;
    for (unsigned i = 0; i < 16; i++)
        put(r->w.mem[DV_SPACE_UB] + MODEL_UB - 160, 64, i, word_of(r, it->type, 9));
}

/* What UB holds afterwards. */
static void effect(const struct item *it, uint8_t *ub)
{
    uint64_t out[128], word = it->r->env.v[DV_ENV_DEQSCALE];

    for (uint32_t rep = 0; rep < it->repeats; rep++) {
        for (uint32_t i = 0; i < it->lanes; i++) {
            if (has_table(it->type))
                word = get(ub + MODEL_UB - 160, 64, i % 16);
            if (active(it, rep, i))
                out[i] = want_of(it->type,
                                 get(ub + byte_of(&it->src, rep, i), it->src.bits,
                                     it->src.bits == 4 ? i % 2 : 0),
                                 word, it->mode);
        }
        for (uint32_t i = 0; i < it->lanes; i++)
            if (active(it, rep, i))
                put(ub + byte_of(&it->dst, rep, i), it->dst.bits, it->dst.bits == 4 ? i % 2 : 0,
                    out[i]);
    }
}

/* Blocks cut at their first and last active lane. */
static void mark(const struct item *it, const struct place *p, uint8_t *to)
{
    uint32_t per = p->half ? 16 : 256 / p->bits, bytes = p->bits < 8 ? 1 : p->bits / 8;

    for (uint32_t rep = 0; rep < it->repeats; rep++)
        for (uint32_t b = 0; b < it->lanes; b += per) {
            uint64_t lo = UINT64_MAX, hi = 0;
            for (uint32_t i = b; i < b + per && i < it->lanes; i++)
                if (active(it, rep, i)) {
                    lo = lo < UINT64_MAX ? lo : byte_of(p, rep, i);
                    hi = byte_of(p, rep, i) + bytes;
                }
            if (hi)
                memset(to + lo, 1, hi - lo);
        }
}

static void check_marks(const struct item *it, const struct dv_foot *f)
{
    static uint8_t want[MODEL_UB], got[MODEL_UB];

    memset(want, 0, sizeof want);
    mark(it, &it->dst, want);
    rig_mark(it->r, f, DV_SPACE_UB, DV_WRITE, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s writes", dv_types[it->type].name);
    memset(want, 0, sizeof want);
    mark(it, &it->src, want);
    if (has_table(it->type) && f->n)
        memset(want + MODEL_UB - 160, 1, 128);
    rig_mark(it->r, f, DV_SPACE_UB, DV_READ, got);
    cr_assert_arr_eq(want, got, MODEL_UB, "%s reads", dv_types[it->type].name);
}

/* Every form, shape and mode is a row: the whole of UB, canaries around all blocks. */
Test(vector_conv, every_form_shape_and_mode)
{
    static uint8_t before[MODEL_UB], want[MODEL_UB];
    struct dv_diag d;
    struct dv_foot f;
    unsigned rows = 0;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 5);
    for (unsigned e = 0; e < 3; e++)
        for (unsigned k = 0; k < dv_insns[entries[e]].types; k++)
            for (unsigned n = 0; n < sizeof shapes / sizeof *shapes; n++) {
                struct item it = {.r = &r,
                                  .s = &shapes[n],
                                  .type = dv_insns[entries[e]].type[k].type,
                                  .mode = rig_range(&r, 0, MODES - 1)};
                set_up(&it, entries[e]);
                dv_diag_init(&d);
                cr_assert_eq(dv_access[dv_insns[entries[e]].access](&r.w, &f, &d), DV_OK, "%s: %s",
                             dv_types[it.type].name, d.text);
                cr_assert(rig_inside(&r, &f), "%s, shape %u", dv_types[it.type].name, n);
                memcpy(before, r.w.mem[DV_SPACE_UB], MODEL_UB);
                memcpy(want, before, MODEL_UB);
                effect(&it, want);
                check_marks(&it, &f);
                model_check_effect(&r, before, want);
                rows++;
            }
    cr_assert_eq(rows, 96 * sizeof shapes / sizeof *shapes, "%u rows", rows);
    rig_close(&r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

Test(vector_conv, refusals)
{
#define V1(repeat, db, sb, dr, sr) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(sr) << 40 | (uint64_t)(dr) << 32 | \
     (uint64_t)(sb) << 16 | (db))
#define APART \
    "dst and src overlap: within a repeat they must be the same blocks or share none, and no " \
    "repeat may read what an earlier one wrote"
    static const struct {
        unsigned entry, type;
        bool c100;
        uint64_t cfg, xd, xn, word;
        enum dv_err code;
        const char *text;
    } rows[] = {
        {DV_INSN_vconv_deq, DV_T_deq, true, V1(1, 1, 1, 4, 8), 0, 4096, 0, DV_OK, ""},
        {DV_INSN_vconv_deq, DV_T_f16s4, false, V1(1, 1, 1, 2, 8), 8, 4096, 0, DV_E_ALIGN,
         "dst address 0x8 in ub is not a multiple of 32 bytes"},
        {DV_INSN_vconv_deq, DV_T_s4f16, false, V1(1, 1, 1, 8, 2), 0, 4097, 0, DV_E_ALIGN,
         "src address 0x1001 in ub is not a multiple of 32 bytes"},
        {DV_INSN_vconv_deq, DV_T_s4f16, false, V1(2, 1, 1, 8, 2), 0, 224, 0, DV_E_OVERLAP, APART},
        {DV_INSN_vconv_deq, DV_T_s4f16, false, V1(2, 1, 1, 8, 2), 0, 512, 0, DV_OK, ""},
        {DV_INSN_vconv_deq, DV_T_f16s4, false, V1(2, 0, 1, 2, 8), 0, 4096, 0, DV_E_OVERLAP,
         "dst_blk = 0 writes every block of a repeat to one place: use a block stride of at least "
         "1"},
        {DV_INSN_vconv_64, DV_T_s32s64, false, V1(2, 1, 1, 8, 4), 0, 64, 0, DV_E_OVERLAP, APART},
        {DV_INSN_vconv_64, DV_T_s64s32, false, V1(2, 1, 1, 4, 8), 0, 0, 0, DV_E_OVERLAP, APART},
        {DV_INSN_vconv_deq, DV_T_deqs16b8l, false, V1(1, 1, 1, 8, 8), 0, 0, 0, DV_E_OVERLAP, APART},
        {DV_INSN_vconv_deq, DV_T_vdeqs16b8l, false, V1(1, 1, 1, 8, 8), 0, 4096, 509, DV_E_BOUNDS,
         "the 16 words that DEQSCALE points at end at 0x4020, past the end of ub (0x4000)"},
        {DV_INSN_vconv_deq, DV_T_vdeqs16b8l, false, V1(1, 1, 1, 8, 8), 0, 4096, 508, DV_OK, ""},
        {DV_INSN_vconv_deq, DV_T_vdeqs16b8l, false, V1(0, 1, 1, 8, 8), 1, 4096, 999, DV_OK, ""},
    };
    struct dv_diag d;
    struct dv_foot f;
    struct rig r;

    rig_open(&r, sizes, 6);
    r.env.v[DV_ENV_MASK0] = r.env.v[DV_ENV_MASK1] = UINT64_MAX;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        rig_insn(&r, rows[i].entry, rows[i].type);
        r.w.kind = rows[i].c100 ? DV_C100 : DV_AIV;
        r.w.cfg[0] = rows[i].cfg;
        r.w.x[DV_XD] = rows[i].xd;
        r.w.x[DV_XN] = rows[i].xn;
        r.env.v[DV_ENV_DEQSCALE] = rows[i].word;
        dv_diag_init(&d);
        enum dv_err err = dv_access[dv_insns[rows[i].entry].access](&r.w, &f, &d);
        cr_expect_eq(err, rows[i].code, "row %u: %s", i, d.text);
        cr_expect(!err || !strcmp(d.text, rows[i].text), "row %u: %s", i, d.text);
    }
    rig_close(&r);
}
