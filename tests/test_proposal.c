/* Region proposals: VBS16, VMS4, VEXTRACT and VCONCAT against plain models of isa.md 6.8, ties and
 * counts included, and exact times on the engine. */
#include <stdio.h>

#include "tests/bench.h"
#include "tests/scores.h"
#include "tests/shuffle.h"

enum { DST = 0x8000, SRC = 0x1000, EACH = 16, FIELDS = 8, SCORE = 4 };

static const struct dv_machine_opts plain;
static uint8_t want[SHUFFLE_UB];

static void open_row(struct rig *r, unsigned insn, unsigned type, uint64_t seed)
{
    rig_open(r, shuffle_sizes, seed);
    rig_insn(r, insn, type);
    r->w.x[DV_XD] = DST;
    r->w.x[DV_XN] = SRC;
}

static uint32_t width_of(unsigned type)
{
    return type == DV_T_f16 ? 2 : 4;
}

/* The score of the proposal at `at`. */
static uint32_t peek_score(const uint8_t *ub, uint32_t at, uint32_t width)
{
    return shuffle_peek(ub, at + SCORE * width, width);
}

/* ---- VBS16 ----------------------------------------------------------------------------------- */

/* Repeatedly the best that is left, the first of equals. */
static void model_sort(const uint8_t *in, uint32_t dst, uint32_t src, uint32_t width)
{
    uint32_t size = FIELDS * width;
    bool gone[EACH] = {false};

    for (uint32_t k = 0; k < EACH; k++) {
        uint32_t best = EACH;
        for (uint32_t i = 0; i < EACH; i++)
            if (!gone[i] &&
                (best == EACH || above(peek_score(in, src + i * size, width),
                                       peek_score(in, src + best * size, width), width)))
                best = i;
        gone[best] = true;
        memcpy(want + dst + k * size, in + src + best * size, size);
    }
}

static void sort_row(unsigned type, enum scores kind, uint32_t repeat, bool in_place, uint64_t seed)
{
    static uint8_t in[SHUFFLE_UB];
    uint32_t width = width_of(type), size = FIELDS * width;
    struct rig r;

    open_row(&r, DV_INSN_vbs16, type, seed);
    struct dv_cfg_vbs32 c = {.repeat = repeat};
    dv_pack_vbs32(r.w.cfg, &c);
    if (in_place)
        r.w.x[DV_XD] = SRC;
    for (uint32_t i = 0; i < EACH * repeat; i++)
        shuffle_poke(shuffle_ub(&r), SRC + i * size + SCORE * width, width,
                     score_of(&r, kind, i % EACH, width));
    memcpy(in, shuffle_ub(&r), SHUFFLE_UB);
    memcpy(want, in, SHUFFLE_UB);
    for (uint32_t n = 0; n < repeat; n++)
        model_sort(in, (uint32_t)r.w.x[DV_XD] + n * EACH * size, SRC + n * EACH * size, width);
    cr_expect_eq(shuffle_check(&r, want, score_names[kind]), repeat);
    rig_close(&r);
}

Test(proposal, sort16)
{
    static const uint32_t repeats[] = {0, 1, 2, 7, 40};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned k = 0; k < SCORES; k++)
            for (unsigned n = 0; n < 5; n++)
                for (unsigned p = 0; p < 2; p++, rows++)
                    sort_row(t ? DV_T_f32 : DV_T_f16, k, repeats[n], p, rows);
    cr_assert_eq(rows, 120);
}

/* ---- VMS4 ------------------------------------------------------------------------------------ */

struct merge_row {
    unsigned type, valid, repeat;
    enum scores kind;
    uint32_t len[4];
    bool suspend;
};

static void set_merge(struct rig *r, const struct merge_row *t, const uint32_t list[4])
{
    struct dv_cfg_vms4 c = {.repeat = t->repeat,
                            .valid = t->valid,
                            .suspend = t->suspend,
                            .len0 = t->len[0],
                            .len1 = t->len[1],
                            .len2 = t->len[2],
                            .len3 = t->len[3]};

    dv_pack_vms4(r->w.cfg, &c);
    r->w.x[DV_XN] = 0;
    for (unsigned i = 0; i < 4; i++)
        r->w.x[DV_XN] |= (uint64_t)(list[i] / (FIELDS * width_of(t->type))) << 16 * i;
}

/* A descending list of n proposals at `at`. */
static void fill_list(struct rig *r, enum scores kind, uint32_t at, uint32_t n, uint32_t width)
{
    uint8_t *ub = shuffle_ub(r);
    uint32_t size = FIELDS * width;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t s = score_of(r, kind, i, width), k = i;
        for (; k && above(s, peek_score(ub, at + size * (k - 1), width), width); k--)
            memcpy(ub + at + size * k, ub + at + size * (k - 1), size);
        rig_noise(r, ub + at + size * k, size);
        shuffle_poke(ub, at + size * k + SCORE * width, width, s);
    }
}

/* One merge; counts of what was used. */
static void model_merge(const uint8_t *in, uint32_t to, const uint32_t list[4],
                        const struct merge_row *t, uint32_t used[4])
{
    uint32_t width = width_of(t->type), size = FIELDS * width;

    memset(used, 0, 4 * sizeof *used);
    for (;; to += size) {
        unsigned best = 4;
        for (unsigned i = 0; i < 4; i++) {
            bool valid = t->valid >> i & 1, left = used[i] < t->len[i];
            if (valid && !left && t->suspend)
                return;
            if (valid && left &&
                (best == 4 || above(peek_score(in, list[i] + size * used[i], width),
                                    peek_score(in, list[best] + size * used[best], width), width)))
                best = i;
        }
        if (best == 4)
            return;
        memcpy(want + to, in + list[best] + size * used[best]++, size);
    }
}

static void merge_row(const struct merge_row *t, uint64_t seed)
{
    uint32_t size = FIELDS * width_of(t->type), list[4], used[4] = {0}, total = 0, at = SRC;
    struct rig r;

    open_row(&r, DV_INSN_vms4, t->type, seed);
    for (unsigned i = 0; i < 4; i++) {
        list[i] = at;
        at += size * (t->len[i] + (t->repeat > 1 ? 0 : i + 1));
        total += t->valid >> i & 1 ? t->len[i] : 0;
    }
    set_merge(&r, t, list);
    for (uint32_t n = 0; n < t->repeat; n++)
        for (unsigned i = 0; i < 4; i++)
            fill_list(&r, t->kind, list[i] + size * total * n, t->len[i], width_of(t->type));
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t n = 0; n < t->repeat; n++) {
        uint32_t from[4];
        for (unsigned i = 0; i < 4; i++)
            from[i] = list[i] + size * total * n;
        model_merge(shuffle_ub(&r), DST + size * total * n, from, t, used);
    }
    r.live.v[DV_LIVE_VMS4_SR] = 99;
    cr_expect_eq(shuffle_check(&r, want, score_names[t->kind]), t->repeat * ((total + 31) / 32));
    uint64_t counts =
        used[0] | (uint64_t)used[1] << 16 | (uint64_t)used[2] << 32 | (uint64_t)used[3] << 48;
    cr_expect_eq(r.live.v[DV_LIVE_VMS4_SR], t->repeat && total ? counts : 99);
    rig_close(&r);
}

Test(proposal, merge)
{
    static const uint32_t lens[][4] = {{16, 16, 16, 16}, {1, 1, 1, 1},    {64, 1, 7, 20},
                                       {5, 90, 3, 2},    {100, 0, 33, 1}, {0, 0, 0, 0}};
    static const unsigned valid[] = {3, 7, 15};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned k = 0; k < SCORES; k++)
            for (unsigned n = 0; n < 6; n++)
                for (unsigned v = 0; v < 3; v++)
                    for (unsigned s = 0; s < 2; s++, rows++) {
                        struct merge_row row = {.type = t ? DV_T_f32 : DV_T_f16,
                                                .valid = valid[v],
                                                .repeat = 1,
                                                .kind = k,
                                                .suspend = s};
                        memcpy(row.len, lens[n], sizeof row.len);
                        merge_row(&row, rows);
                    }
    cr_assert_eq(rows, 432);
}

Test(proposal, merge_repeats)
{
    static const uint32_t len[] = {1, 8, 33}, repeats[] = {0, 2, 3, 5};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned k = 0; k < SCORES; k++)
            for (unsigned n = 0; n < 3; n++)
                for (unsigned p = 0; p < 4; p++, rows++)
                    merge_row(&(struct merge_row){.type = t ? DV_T_f32 : DV_T_f16,
                                                  .valid = 15,
                                                  .repeat = repeats[p],
                                                  .kind = k,
                                                  .len = {len[n], len[n], len[n], len[n]}},
                              rows);
    cr_assert_eq(rows, 144);
}

/* ---- VEXTRACT, VCONCAT ----------------------------------------------------------------------- */

static void field_row(unsigned insn, unsigned type, unsigned field, uint32_t repeat, uint64_t seed)
{
    uint32_t width = width_of(type), size = FIELDS * width;
    struct dv_cfg_vextract c = {.repeat = repeat, .field = field};
    struct rig r;

    open_row(&r, insn, type, seed);
    dv_pack_vextract(r.w.cfg, &c);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t i = 0; i < EACH * repeat; i++) {
        if (insn == DV_INSN_vextract)
            memcpy(want + DST + i * width, shuffle_ub(&r) + SRC + i * size + field * width, width);
        else
            memcpy(want + DST + i * size + field * width, shuffle_ub(&r) + SRC + i * width, width);
    }
    cr_expect_eq(shuffle_check(&r, want, dv_insns[insn].name), repeat);
    rig_close(&r);
}

Test(proposal, fields)
{
    static const uint32_t repeats[] = {0, 1, 2, 5, 31};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned f = 0; f < FIELDS; f++)
            for (unsigned n = 0; n < 5; n++)
                for (unsigned p = 0; p < 2; p++, rows++)
                    field_row(p ? DV_INSN_vconcat : DV_INSN_vextract, t ? DV_T_f32 : DV_T_f16, f,
                              repeats[n], rows);
    cr_assert_eq(rows, 160);
}

/* ---- refused --------------------------------------------------------------------------------- */

static const struct {
    struct merge_row row;
    uint32_t list[4];
    enum dv_err code;
    const char *says;
} merge_bad[] = {
    {{DV_T_f16, 1, 1, FEW, {8, 8, 8, 8}, false}, {0, 128, 256, 384}, DV_E_RANGE, "valid = 1 in"},
    {{DV_T_f16, 7, 2, FEW, {8, 8, 8, 8}, false},
     {0, 128, 256, 384},
     DV_E_RANGE,
     "repeat = 2 with valid = 7, suspend = 0: the hardware hangs"},
    {{DV_T_f32, 15, 3, FEW, {8, 8, 9, 8}, false},
     {0, 256, 512, 800},
     DV_E_RANGE,
     "repeat = 3 and lists of 8 and 9 records: the hardware hangs"},
    {{DV_T_f16, 15, 2, FEW, {8, 8, 8, 8}, false},
     {0, 128, 272, 400},
     DV_E_RANGE,
     "list 2 at 0x110 does not follow list 1: the hardware hangs"},
    {{DV_T_f16, 3, 1, FEW, {8, 8, 0, 0}, false},
     {0, DST + 128, 0, 0},
     DV_E_OVERLAP,
     "dst 0x8000..0x8100 overlaps list 1 at 0x8080, which vms4 does not allow"},
};

Test(proposal, merge_refused)
{
    for (unsigned i = 0; i < sizeof merge_bad / sizeof *merge_bad; i++) {
        struct rig r;
        open_row(&r, DV_INSN_vms4, merge_bad[i].row.type, i);
        set_merge(&r, &merge_bad[i].row, merge_bad[i].list);
        shuffle_refused(&r, merge_bad[i].code, merge_bad[i].says);
        rig_close(&r);
    }
}

static const struct {
    unsigned insn;
    uint64_t dst, src, extra; /* extra: bits of the config word */
    enum dv_err code;
    const char *says;
} bad[] = {
    {DV_INSN_vbs16, SRC + 256, SRC, 0, DV_E_OVERLAP, "dst and src overlap, which vbs16 does not"},
    {DV_INSN_vbs16, DST + 16, SRC, 0, DV_E_ALIGN, "dst address 0x8010"},
    {DV_INSN_vbs16, DST, SRC, 1, DV_E_RESERVED, "reserved bits"},
    {DV_INSN_vextract, SRC, SRC, 0, DV_E_OVERLAP, "dst and src overlap, which vextract does not"},
    {DV_INSN_vextract, DST, SRC + 16, 0, DV_E_ALIGN, "src address 0x1010"},
    {DV_INSN_vextract, DST, SRC, 1 << 19, DV_E_RESERVED, "reserved bits"},
    {DV_INSN_vconcat, SRC - 128, SRC, 0, DV_E_OVERLAP, "dst and src overlap, which vconcat does"},
    {DV_INSN_vms4, DST, 0, 1ull << 56, DV_E_RESERVED, "reserved bits"},
};

Test(proposal, refused)
{
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rig r;
        open_row(&r, bad[i].insn, DV_T_f16, i);
        r.w.x[DV_XD] = bad[i].dst;
        r.w.x[DV_XN] = bad[i].src;
        r.w.cfg[0] = (bad[i].insn == DV_INSN_vms4 ? 0xf000000000000801 : 2ull << 56) | bad[i].extra;
        shuffle_refused(&r, bad[i].code, bad[i].says);
        rig_close(&r);
    }
}

/* ---- times: F + R * II ----------------------------------------------------------------------- */

static const struct {
    const char *chip, *core, *insn;
    double head, each, repeats;
} times[] = {
    {"910A", "c100", "vbs16.f16 [rd], [ra], s", 20, 8, 7},
    {"910A", "c100", "vextract.f16 [rd], [ra], f", 20, 8, 3},
    {"910A", "c100", "vconcat.f16 [rd], [ra], f", 20, 8, 3},
    {"910A", "c100", "vms4.f16 [rd], xn, m", 20, 16, 3}, /* 40 + 41 records */
    {"910B1", "aiv", "vbs16.f32 [rd], [ra], s", 20, 8, 7},
};

Test(proposal, times)
{
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        char text[1024];
        struct bench b;
        snprintf(text, sizeof text,
                 ".kernel k, core=%s\nk:\n.reg rd:ub = 0x8000, ra:ub = 0, xn = 0x1000000\n"
                 ".reg s:vbs32 = {repeat=7}, f:vextract = {repeat=3 field=4}\n"
                 ".reg m:vms4 = {valid=3 len0=40 len1=41}\n%s\nend\n",
                 times[i].core, times[i].insn);
        bench_open(&b, times[i].chip, &plain, text);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s: %s", times[i].insn, b.d.text);
        unsigned core = times[i].core[0] == 'a' ? 24 : 0; /* the first AIV of a 910B1 */
        const struct dv_item *it = &b.m->st->core[core].ring[DV_Q_V].item[0];
        dv_time work = (dv_time)(times[i].each * 256) * (dv_time)times[i].repeats;
        cr_expect_eq(it->end - it->start.at, work, "%s: %g", times[i].insn,
                     (double)(it->end - it->start.at) / 256);
        cr_expect_eq(it->done.at - it->end, (dv_time)(times[i].head * 256), "%s", times[i].insn);
        bench_close(&b);
    }
}

/* c100 has f16 alone. */
Test(proposal, types_of_c100)
{
    static const char *const insn[] = {"vbs16", "vextract", "vconcat"};

    for (unsigned i = 0; i < 3; i++) {
        struct dv_insn const *in = &dv_insns[i == 0   ? DV_INSN_vbs16_c100
                                             : i == 1 ? DV_INSN_vextract_c100
                                                      : DV_INSN_vconcat_c100];
        cr_expect_str_eq(in->stem, insn[i]);
        cr_expect_eq(in->types, 1, "%s has %u types", insn[i], in->types);
    }
}
