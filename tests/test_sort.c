/* VBS32 and VMS4v2 against plain models of isa.md 6.8, ties and counts included; VA registers,
 * offsets astray and exact times on the engine. */
#include <stdio.h>

#include "tests/bench.h"
#include "tests/scores.h"
#include "tests/shuffle.h"

enum { DST = 0x8000, SCORE = 0x1000, INDEX = 0x2000 };

static const struct dv_machine_opts plain;

/* ---- VBS32 ----------------------------------------------------------------------------------- */

struct record {
    uint32_t score, index;
};

/* Repeatedly the best that is left, the first of equals. */
static void model_sort(struct record *to, const struct record *from, uint32_t n, uint32_t width)
{
    bool gone[32] = {false};

    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = n;
        for (uint32_t i = 0; i < n; i++)
            if (!gone[i] && (best == n || above(from[i].score, from[best].score, width)))
                best = i;
        gone[best] = true;
        to[k] = from[best];
    }
}

static void sort_open(struct rig *r, unsigned insn, unsigned type, uint64_t seed)
{
    rig_open(r, shuffle_sizes, seed);
    rig_insn(r, insn, type);
    r->w.x[DV_XD] = DST;
    r->w.x[DV_XN] = SCORE;
    r->w.x[DV_XM] = INDEX;
}

static void sort_row(unsigned type, enum scores kind, uint32_t repeat, uint64_t seed)
{
    static uint8_t want[SHUFFLE_UB];
    uint32_t width = type == DV_T_f16 ? 2 : 4;
    struct rig r;

    sort_open(&r, DV_INSN_vbs32, type, seed);
    struct dv_cfg_vbs32 c = {.repeat = repeat};
    dv_pack_vbs32(r.w.cfg, &c);
    for (uint32_t i = 0; i < 32 * repeat; i++)
        shuffle_poke(shuffle_ub(&r), SCORE + i * width, width, score_of(&r, kind, i, width));
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t rep = 0; rep < repeat; rep++) {
        struct record from[32], to[32];
        for (uint32_t i = 0; i < 32; i++)
            from[i] =
                (struct record){shuffle_peek(shuffle_ub(&r), SCORE + (32 * rep + i) * width, width),
                                shuffle_peek(shuffle_ub(&r), INDEX + (32 * rep + i) * 4, 4)};
        model_sort(to, from, 32, width);
        for (uint32_t i = 0; i < 32; i++) {
            shuffle_poke(want, DST + (32 * rep + i) * 8, 4, to[i].score);
            shuffle_poke(want, DST + (32 * rep + i) * 8 + 4, 4, to[i].index);
        }
    }
    cr_expect_eq(shuffle_check(&r, want, score_names[kind]), repeat);
    rig_close(&r);
}

Test(sort, sort32)
{
    static const uint32_t repeats[] = {0, 1, 2, 7, 31};
    unsigned rows = 0;

    for (unsigned t = 0; t < 2; t++)
        for (unsigned k = 0; k < SCORES; k++)
            for (unsigned n = 0; n < 5; n++)
                for (unsigned seed = 0; seed < 4; seed++, rows++)
                    sort_row(t ? DV_T_f32 : DV_T_f16, k, repeats[n], rows);
    cr_assert_eq(rows, 240);
}

Test(sort, sort32_refused)
{
    struct dv_cfg_vbs32 c = {.repeat = 2};
    struct rig r;

    sort_open(&r, DV_INSN_vbs32, DV_T_f32, 1);
    dv_pack_vbs32(r.w.cfg, &c);
    r.w.x[DV_XD] = SCORE - 256;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src0 overlap, which vbs32 does not allow");
    r.w.x[DV_XD] = INDEX;
    shuffle_refused(&r, DV_E_OVERLAP, "dst and src1 overlap, which vbs32 does not allow");
    r.w.x[DV_XD] = DST;
    r.w.x[DV_XM] = INDEX + 4;
    shuffle_refused(&r, DV_E_ALIGN, "src1 address 0x2004");
    r.w.cfg[0] |= 1;
    shuffle_refused(&r, DV_E_RESERVED, "reserved bits");
    rig_close(&r);
}

/* ---- VMS4v2 ---------------------------------------------------------------------------------- */

struct merge_row {
    unsigned type, valid, repeat;
    enum scores kind;
    uint32_t len[4];
    bool suspend;
};

static void set_merge(struct rig *r, const struct merge_row *t, const uint32_t list[4])
{
    struct dv_cfg_vmrgsort4 c = {.repeat = t->repeat,
                                 .valid = t->valid,
                                 .suspend = t->suspend,
                                 .len0 = t->len[0],
                                 .len1 = t->len[1],
                                 .len2 = t->len[2],
                                 .len3 = t->len[3]};

    dv_pack_vmrgsort4(r->w.cfg, &c);
    r->w.x[DV_XN] = 0;
    for (unsigned i = 0; i < 4; i++)
        r->w.x[DV_XN] |= (uint64_t)(list[i] / 8) << 16 * i;
}

/* A descending list of n records at `at`. */
static void fill_list(struct rig *r, enum scores kind, uint32_t at, uint32_t n, uint32_t width)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t s = score_of(r, kind, i, width), k = i;
        for (; k && above(s, shuffle_peek(shuffle_ub(r), at + 8 * (k - 1), width), width); k--)
            memmove(shuffle_ub(r) + at + 8 * k, shuffle_ub(r) + at + 8 * (k - 1), 8);
        shuffle_poke(shuffle_ub(r), at + 8 * k, 4, width == 2 ? s | 0xabcd0000 : s);
        shuffle_poke(shuffle_ub(r), at + 8 * k + 4, 4, at + i);
    }
}

/* One merge; counts of what was used. */
static void model_merge(uint8_t *want, const uint8_t *in, uint32_t to, const uint32_t list[4],
                        const struct merge_row *t, uint32_t width, uint32_t used[4])
{
    memset(used, 0, 4 * sizeof *used);
    for (;;) {
        unsigned best = 4;
        for (unsigned i = 0; i < 4; i++) {
            bool valid = t->valid >> i & 1, left = used[i] < t->len[i];
            if (valid && !left && t->suspend)
                return;
            if (valid && left &&
                (best == 4 || above(shuffle_peek(in, list[i] + 8 * used[i], width),
                                    shuffle_peek(in, list[best] + 8 * used[best], width), width)))
                best = i;
        }
        if (best == 4)
            return;
        memcpy(want + to, in + list[best] + 8 * used[best]++, 8);
        to += 8;
    }
}

static void merge_row(const struct merge_row *t, uint64_t seed)
{
    static uint8_t want[SHUFFLE_UB];
    uint32_t width = t->type == DV_T_f16 ? 2 : 4, list[4], used[4] = {0}, total = 0, at = SCORE;
    struct rig r;

    sort_open(&r, DV_INSN_vms4v2, t->type, seed);
    for (unsigned i = 0; i < 4; i++) {
        list[i] = at;
        at += 8 * t->len[i] + (t->repeat > 1 ? 0 : 8 * (i + 1));
        total += t->valid >> i & 1 ? t->len[i] : 0;
    }
    set_merge(&r, t, list);
    for (uint32_t rep = 0; rep < t->repeat; rep++)
        for (unsigned i = 0; i < 4; i++)
            fill_list(&r, t->kind, list[i] + 8 * total * rep, t->len[i], width);
    memcpy(want, shuffle_ub(&r), SHUFFLE_UB);
    for (uint32_t rep = 0; rep < t->repeat; rep++) {
        uint32_t from[4];
        for (unsigned i = 0; i < 4; i++)
            from[i] = list[i] + 8 * total * rep;
        model_merge(want, shuffle_ub(&r), DST + 8 * total * rep, from, t, width, used);
    }
    r.live.v[DV_LIVE_VMS4_SR] = 99;
    cr_expect_eq(shuffle_check(&r, want, score_names[t->kind]), t->repeat * ((total + 31) / 32));
    uint64_t counts =
        used[0] | (uint64_t)used[1] << 16 | (uint64_t)used[2] << 32 | (uint64_t)used[3] << 48;
    cr_expect_eq(r.live.v[DV_LIVE_VMS4_SR], t->repeat && total ? counts : 99);
    rig_close(&r);
}

Test(sort, merge)
{
    static const uint32_t lens[][4] = {{32, 32, 32, 32}, {1, 1, 1, 1},    {64, 1, 7, 20},
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

Test(sort, merge_repeats)
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

static const struct {
    struct merge_row row;
    uint32_t list[4];
    enum dv_err code;
    const char *says;
} merge_bad[] = {
    {{DV_T_f32, 1, 1, FEW, {8, 8, 8, 8}, false}, {0, 64, 128, 192}, DV_E_RANGE, "valid = 1 in the"},
    {{DV_T_f32, 5, 1, FEW, {8, 8, 8, 8}, false}, {0, 64, 128, 192}, DV_E_RANGE, "3, 7 or 15"},
    {{DV_T_f32, 7, 2, FEW, {8, 8, 8, 8}, false},
     {0, 64, 128, 192},
     DV_E_RANGE,
     "repeat = 2 with valid = 7, suspend = 0: the hardware hangs"},
    {{DV_T_f16, 15, 2, FEW, {8, 8, 8, 8}, true},
     {0, 64, 128, 192},
     DV_E_RANGE,
     "repeat = 2 with valid = 15, suspend = 1: the hardware hangs"},
    {{DV_T_f32, 15, 3, FEW, {8, 8, 9, 8}, false},
     {0, 64, 128, 192},
     DV_E_RANGE,
     "repeat = 3 and lists of 8 and 9 records: the hardware hangs"},
    {{DV_T_f32, 15, 2, FEW, {8, 8, 8, 8}, false},
     {0, 64, 136, 200},
     DV_E_RANGE,
     "list 2 at 0x88 does not follow list 1: the hardware hangs"},
    {{DV_T_f32, 3, 1, FEW, {8, 8, 0, 0}, false},
     {0, DST + 64, 0, 0},
     DV_E_OVERLAP,
     "dst 0x8000..0x8080 overlaps list 1 at 0x8040"},
    {{DV_T_f32, 15, 2, FEW, {8, 8, 8, 8}, false},
     {DST - 256, DST - 192, DST - 128, DST - 64},
     DV_E_OVERLAP,
     "overlaps list 0 at 0x7f00"},
};

Test(sort, merge_refused)
{
    for (unsigned i = 0; i < sizeof merge_bad / sizeof *merge_bad; i++) {
        struct rig r;
        sort_open(&r, DV_INSN_vms4v2, merge_bad[i].row.type, i);
        set_merge(&r, &merge_bad[i].row, merge_bad[i].list);
        shuffle_refused(&r, merge_bad[i].code, merge_bad[i].says);
        rig_close(&r);
    }
}

/* ---- on the engine --------------------------------------------------------------------------- */

#define AIV ".kernel k, core=aiv\nk:\n"
enum { FIRST_AIV = 24 }; /* of a 910B1 */

/* isa.md 4.1: MOVEVA keeps (X >> 5) & 0x1fff of two addresses; LD VAd takes 16 bytes of UB. */
Test(sort, va_registers)
{
    struct bench b;

    bench_open(&b, "910B1", &plain,
               AIV ".buf A, ub, b64[4]\n.reg w, x, y, out, ra:ub = A\n"
                   "mov w, sys_va_base\nmov x, 0x80000\nadd.s64 w, w, x\n"
                   "mov x, 0x1234\nst.b64 x, [w, 0]\nmov x, 0x5678\nst.b64 x, [w, 8]\n"
                   "mov x, 0x9abc\nst.b64 x, [w, 16]\nmov x, 0xdef0\nst.b64 x, [w, 24]\n"
                   "ldvad va3, [ra], 0\nldvad va7, [ra], 1\n"
                   "mov x, 0x12340\nmov y, 0xffffffff\n"
                   "moveva va3, 2, x, y\nmoveva va0, 6, y, x\n"
                   "mov out, para_base\n"
                   "mov x, va3_lo\nst.b64 x, [out, 0]\nmov x, va3_hi\nst.b64 x, [out, 8]\n"
                   "mov x, va7_lo\nst.b64 x, [out, 16]\nmov x, va7_hi\nst.b64 x, [out, 24]\n"
                   "mov x, va0_lo\nst.b64 x, [out, 32]\nmov x, va0_hi\nst.b64 x, [out, 40]\nend\n");
    for (unsigned i = 0; i < 6; i++)
        bench_number(&b, 0);
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    static const uint64_t want[] = {0x1fff091a00001234, 0x5678, 0x9abc, 0xdef0, 0,
                                    0x091a1fff00000000};
    const uint64_t *out = dv_machine_gm(b.m, b.para, sizeof want);
    for (unsigned i = 0; i < 6; i++)
        cr_expect_eq(out[i], want[i], "%u: %llx", i, (unsigned long long)out[i]);
    bench_close(&b);
}

/* The addresses an item runs with are those at its dispatch. */
Test(sort, va_registers_travel)
{
    struct bench b;

    bench_open(&b, "910B1", &plain,
               AIV ".reg a, z = 0, d:dup = {repeat=1}, n:vnchwconv = {repeat=1}, one = 1\n"
                   ".reg src:ub = 0\nmovev.b16 [src], one, d\n"
                   ".macro pair va, from\n.set at, \\from\n"
                   ".irp i, 0, 2, 4, 6\nmov a, at\nmov z, at + 32\nmoveva \\va, \\i, a, z\n"
                   ".set at, at + 64\n.endr\n.endm\n"
                   "pair va0, 1024\npair va1, 1280\npair va2, 0\npair va3, 256\n"
                   "vnchwconv.b16 va0, va2, n\npair va0, 2048\npair va1, 2304\n"
                   "vnchwconv.b16 va0, va2, n\nend\n");
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    const uint8_t *ub = dv_machine_local(b.m, FIRST_AIV, DV_SPACE_UB, 0, 4096);
    cr_expect_eq(memcmp(ub + 1024, ub + 2048, 512), 0);
    cr_expect_eq(ub[1024], 1);
    cr_expect_eq(ub[1024 + 18], ub[9 * 32]); /* row 0, column 9 of the result */
    bench_close(&b);
}

static const struct {
    const char *name, *text;
    enum dv_err code;
    const char *says;
    int line;
} faults[] = {
    {"astray", "mov o, 0x404\nst.b32 o, [w, 20]\nvgather.b32 [rd], [ri], g\nend\n", DV_E_BOUNDS,
     "offset[5] = 0x404 leads to ub 0x804..0x808, outside 0x400..0x800 of base and its buffer", 13},
    {"half an element", "mov o, 2\nst.b32 o, [w, 252]\nvgather.b32 [rd], [ri], g\nnop\nend\n",
     DV_E_ALIGN, "offset[63] = 0x2 leads to ub 0x402..0x406, which is not aligned to its 4 bytes",
     13},
    {"within", "mov o, 0x3fc\nst.b32 o, [w, 20]\nvgather.b32 [rd], [ri], g\nend\n", DV_OK, "", 0},
    {"base past the end", "mov o, 0x30000\nmov g.base, o\nvgather.b32 [rd], [ri], g\nend\n",
     DV_E_BOUNDS, "reads ub 0x30000..0x30004", 13},
    {"list past the end",
     "mov x, 0x5fff\nmov l, 4\nmov q, 3<<8 | 1\nvms4v2.f32 [rd], x, l, q\nend\n", DV_E_BOUNDS,
     "reads ub 0x2fff8..0x30018", 14},
    {"va outside", "mov o, 0x30000\nadd.s64 ri, o, 0\nldvad va1, [ri], 0\nend\n", DV_E_BOUNDS,
     "outside the unified buffer", 13},
    {"va misaligned", "add.s64 ri, ri, 4\nnop\nldvad va1, [ri], 0\nend\n", DV_E_ALIGN,
     "not aligned", 13},
};

Test(sort, faults)
{
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        char text[1024];
        struct bench b;
        snprintf(text, sizeof text,
                 AIV ".buf I, ub, b32[256]\n.buf T, ub, b32[256]\n.buf D, ub, b32[256]\n"
                     ".reg w, o, x, l, q, zero = 0, ri:ub = I, rd:ub = D\n"
                     ".reg g:vgather = {repeat=1 base=T}, d:dup = {repeat=4}\n"
                     "mov w, sys_va_base\nmov o, 0x80000\nadd.s64 w, w, o\n%s",
                 faults[i].text);
        bench_open(&b, "910B1", &plain, text);
        enum dv_err err = bench_run(&b, 1);
        cr_expect_eq(err, faults[i].code, "%s: %s %s", faults[i].name, dv_err_name(err), b.d.text);
        cr_expect(strstr(b.d.text, faults[i].says), "%s: %s", faults[i].name, b.d.text);
        if (err)
            cr_expect_eq(b.d.at.line, faults[i].line, "%s: line %d", faults[i].name, b.d.at.line);
        bench_close(&b);
    }
}

/* ---- times: F + R * II of each class (timing.md 3.2) ----------------------------------------- */

#define TWO ".reg rd:ub = 0x8000, ra:ub = 0"
#define THREE TWO ", rb:ub = 0x1000"

static const struct {
    const char *insn, *names;
    double head, each, repeats;
} times[] = {
    {"vgather.b16 [rd], [ra], c", TWO ", c:vgather = {repeat=3 base=0x4000}", 1, 25.7, 3},
    {"vgather.b32 [rd], [ra], c", TWO ", c:vgather = {repeat=4 base=0x4000}", 1, 12.9, 4},
    {"vgatherb.b16 [rd], [ra], c", TWO ", c:vgatherb = {repeat=5 base=0x4000}", 9, 1.8, 5},
    {"vbrcb.b16 [rd], [ra], c", TWO ", c:brcb = {repeat=6}", 18, 1, 6},
    {"vreducev2.b16 [rd], [ra], [rb], c", THREE ", c:vreducev2 = {repeat=2 pattern=1}", 34, 14, 2},
    {"vtranspose.b16 [rd], [ra]", TWO, 6, 21.2, 1},
    {"vbs32.f16 [rd], [ra], [rb], c", THREE ", c:vbs32 = {repeat=7}", 20, 16, 7},
    {"vms4v2.f32 [rd], xn, xm, xt", /* 40 + 41 records */
     ".reg rd:ub = 0x8000, xn = 0x2000000, xm = 41 << 16 | 40, xt = 0x301", 20, 16, 3},
};

Test(sort, times)
{
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        char text[1024];
        struct bench b;
        snprintf(text, sizeof text, AIV "%s\n%s\nend\n", times[i].names, times[i].insn);
        bench_open(&b, "910B1", &plain, text);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s: %s", times[i].insn, b.d.text);
        const struct dv_core *c = &b.m->st->core[FIRST_AIV];
        const struct dv_item *it = &c->ring[DV_Q_V].item[0];
        /* numbers of a chip file are whole 1/256 cycles */
        dv_time work = (dv_time)(times[i].each * 256 + 0.5) * (dv_time)times[i].repeats;
        dv_time tail = (dv_time)(times[i].head * 256);
        cr_expect_eq(it->end - it->start.at, work, "%s: %g", times[i].insn,
                     (double)(it->end - it->start.at) / 256);
        cr_expect_eq(it->done.at - it->end, tail, "%s: tail %g", times[i].insn,
                     (double)(it->done.at - it->end) / 256);
        bench_close(&b);
    }
}
