/* The engine: flags, order, collisions, deadlock, queues, waves, save and restore, and the times
 * the laws must give. Each row names its evidence. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench.h"

static const struct dv_machine_opts plain;

/* ---- faults: kernel text, code, and a piece of the message ----------------------------------- */

struct fault_row {
    const char *name, *text;
    enum dv_err code;
    const char *says;
    int line; /* of the record, 0 = any */
    unsigned pipe;
};

#define AIV ".kernel k, core=aiv\nk:\n"
#define AIC ".kernel k, core=aic\nk:\n"
#define LOAD \
    ".buf A, ub, f16[4096]\n.reg pa:gm, ra:ub = A\n.reg v:vec1 = {repeat=32}\n" \
    ".reg mv:burst = {len_burst=256}\n"

static const struct fault_row faults[] = {
    {"set twice", AIV "set_flag.mte2.v #0\nset_flag.mte2.v #0\nend\n", DV_E_FLAG, "set twice", 4,
     DV_PIPE_MTE2},
    {"left over", AIV "set_flag.mte2.v #1\nend\n", DV_E_FLAG, "still set at END", 3, DV_PIPE_MTE2},
    {"deadlock of a pipe", AIV "wait_flag.mte2.v #3\nend\n", DV_E_DEADLOCK,
     "v waits for flag mte2 -> v, id 3 at line 3", 3, DV_PIPE_V},
    {"deadlock of S", AIV "wait_flag.v.s #0\nend\n", DV_E_DEADLOCK,
     "s waits for flag v -> s, id 0 at line 3", 3, DV_PIPE_S},
    {"event id", AIV "mov x1, 9\nset_flag.mte2.v x1\nend\n", DV_E_RANGE, "event id 9", 4,
     DV_PIPE_S},
    {"pipe of another core", AIV "set_flag.mte1.m #0\nend\n", DV_E_ILLEGAL, "no pipe mte1", 3,
     DV_PIPE_S},
    {"runs off the code", AIV "nop\n", DV_E_BOUNDS, "outside the code", 0, DV_PIPE_S},
    {"jump to itself", AIV "here: jump here\nend\n", DV_E_LIMIT, "endless loop", 3, DV_PIPE_S},
    {"division by zero", AIV "mov x1, 0\ndiv.s64 x2, x1, x1\nend\n", DV_E_RANGE, "division by zero",
     4, DV_PIPE_S},
    {"trap", AIV "trap\nend\n", DV_E_ILLEGAL, "trap", 3, DV_PIPE_S},
    {"illegal word", AIV ".word 0xffffffff\nend\n", DV_E_ILLEGAL, "", 3, DV_PIPE_S},
    {"misaligned", AIV LOAD "add.s64 ra, ra, 4\nvabs.f16 [ra], [ra], v\nend\n", DV_E_ALIGN, "", 8,
     DV_PIPE_V},
    {"outside UB", AIV LOAD "mov ra, 0x30000\nvabs.f16 [ra], [ra], v\nend\n", DV_E_BOUNDS, "ub", 8,
     DV_PIPE_V},
    {"outside GM", AIV LOAD "mov pa, 64\nmov_out_to_ub [ra], [pa], mv\nend\n", DV_E_BOUNDS, "gm", 8,
     DV_PIPE_MTE2},
    {"collision",
     AIV LOAD "mov x20, para_base\nld.b64 pa, [x20, 0]\n"
              "mov_out_to_ub [ra], [pa], mv\nvabs.f16 [ra], [ra], v\nend\n",
     DV_E_COLLISION, "still has them in writing", 10, DV_PIPE_V},
    {"scalar collision",
     AIV LOAD "mov x20, para_base\nld.b64 pa, [x20, 0]\n"
              "mov x21, 0x80080000\nmov_out_to_ub [ra], [pa], mv\nld.b32 x5, [x21, 0]\nend\n",
     DV_E_COLLISION, "pipe s", 11, DV_PIPE_S},
};

Test(core, faults)
{
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault_row *r = &faults[i];
        struct bench b;
        bench_open(&b, "910B1", &plain, r->text);
        bench_tensor(&b, 8192);
        enum dv_err err = bench_run(&b, 1);
        cr_expect_eq(err, r->code, "%s: %s, wanted %s: %s", r->name, dv_err_name(err),
                     dv_err_name(r->code), b.d.text);
        cr_expect(strstr(b.d.text, r->says), "%s: \"%s\"", r->name, b.d.text);
        cr_expect(!r->line || b.d.at.line == r->line, "%s: line %d", r->name, b.d.at.line);
        cr_expect_eq(b.d.at.pipe, (int)r->pipe, "%s: pipe %d", r->name, b.d.at.pipe);
        cr_expect_eq(dv_machine_run(b.m, NULL), r->code, "%s: stays faulted", r->name);
        bench_close(&b);
    }
}

Test(core, collision_names_both)
{
    struct bench b;
    bench_open(&b, "910B1", &plain, faults[14].text);
    bench_tensor(&b, 8192);
    cr_assert_eq(bench_run(&b, 1), DV_E_COLLISION);
    cr_expect(b.d.has_other);
    cr_expect_eq(b.d.other.pipe, DV_PIPE_MTE2);
    cr_expect_eq(b.d.other.line, 9);
    cr_expect_str_eq(b.d.at.space, "ub");
    cr_expect_str_eq(b.d.at.buffer, "A");
    cr_expect(strstr(b.d.fix, "set_flag.mte2.v after line 9"), "%s", b.d.fix);
    bench_close(&b);
}

Test(core, limit)
{
    struct dv_machine_opts o = {.max_cycles = 100000};
    struct bench b;
    bench_open(&b, "910B1", &o, AIV "a: nop\njump a\n");
    cr_expect_eq(bench_run(&b, 1), DV_E_LIMIT);
    cr_expect(strstr(b.d.text, "100000"), "%s", b.d.text);
    bench_close(&b);
}

/* ---- time ------------------------------------------------------------------------------------ */

#define ADDS(type, per, s0, s1, d) \
    AIV ".reg v:vec3 = {repeat=" per "}\n.reg n, zero = 0\nmov x10, " s0 "\nmov x11, " s1 \
        "\nmov x12, " d "\nmov n, 1000\na: vadd." type " [x12], [x10], [x11], v\n" \
        "sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, a\nend\n"

struct add_row {
    const char *id, *text;
    double cycles;
};

static const struct add_row adds[] = {
    {"V1-1 no conflict", ADDS("f32", "64", "0x0", "0x10100", "0x20000"), 86.0},
    {"V1-2 read-read", ADDS("f32", "64", "0x0", "0x4000", "0x10000"), 150.0},
    {"V1-4 aligned write", ADDS("f32", "64", "0x0", "0x10100", "0x4000"), 86.0},
    {"V2-1 half, 32 repeats", ADDS("f16", "32", "0x0", "0x2000", "0x4000"), 86.0},
    {"V2-3 half, 128 repeats", ADDS("f16", "128", "0x0", "0x8000", "0x10000"), 278.5},
};

Test(core, vector_adds)
{
    for (unsigned i = 0; i < sizeof adds / sizeof *adds; i++) {
        struct bench b;
        bench_open(&b, "910B2", &plain, adds[i].text);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
        double each = (double)dv_machine_cycles(b.m) / DV_CYCLE / 1000;
        cr_expect_float_eq(each, adds[i].cycles, 1.0, "%s: %.2f cycles, measured %.1f", adds[i].id,
                           each, adds[i].cycles);
        bench_close(&b);
    }
}

/* G1: eight MMADs of 128x256x64 into one tile, without UnitFlag: 4096 + 129 +- 25. */
Test(core, mmad_stream)
{
    struct bench b;
    bench_open(&b, "910B1", &plain,
               AIC ".reg mm:mmad = {m=128 k=64 n=256}, za:l0a = 0, zb:l0b = 0, zc:l0c = 0\n"
                   ".reg ca:load2d = {repeat=32}, z1:l1 = 0\nload_l1_to_l0a_2d [za], [z1], ca\n"
                   "set_flag.mte1.m #0\nwait_flag.mte1.m #0\n"
                   ".rept 8\nmmad.f16f32 [zc], [za], [zb], mm\n.endr\nend\n");
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    double busy = (double)bench_busy(&b, 0, DV_PIPE_M) / DV_CYCLE;
    cr_expect_float_eq(busy - 4096, 129, 25, "overhead %.1f cycles, measured 129", busy - 4096);
    bench_close(&b);
}

/* ---- every cycle has one owner --------------------------------------------------------------- */

static void sums_hold(const struct bench *b, unsigned core)
{
    const struct dv_core_stats *s = dv_machine_core(b->m, core);
    dv_time total = s->last - s->first;

    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        dv_time sum = s->pipe[p].busy;
        for (unsigned r = 0; r < DV_REASONS; r++)
            sum += s->pipe[p].stall[r];
        if (p == DV_PIPE_S)
            cr_expect_eq(sum, total, "S: %llu of %llu", (unsigned long long)sum,
                         (unsigned long long)total);
        cr_expect(sum <= total, "pipe %u: %llu of %llu", p, (unsigned long long)sum,
                  (unsigned long long)total);
    }
}

/* ---- a real kernel: waves, save and restore -------------------------------------------------- */

enum { M = 300, N = 200, K = 600 };

static void gemm_open(struct bench *b, const struct dv_machine_opts *o, float **c)
{
    bench_open_file(b, "910B1", o, "kernels/gemm/gemm_f16.s");
    bench_number(b, M);
    bench_number(b, N);
    bench_number(b, K);
    uint16_t *a = bench_tensor(b, M * K * 2), *bb = bench_tensor(b, K * N * 2);
    for (unsigned i = 0; i < M * K; i++)
        a[i] = (uint16_t)(0x3c00 + i % 7);
    for (unsigned i = 0; i < K * N; i++)
        bb[i] = (uint16_t)(0x3800 + i % 5);
    *c = bench_tensor(b, M * N * 4);
}

Test(core, sums)
{
    struct bench b;
    float *c;
    gemm_open(&b, &plain, &c);
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    sums_hold(&b, 0);
    bench_close(&b);
}

Test(core, save_and_restore)
{
    struct bench b, fresh;
    float *c, *c2, *saved_c = malloc(M * N * 4);
    bool ended = false;

    gemm_open(&b, &plain, &c);
    cr_assert_eq(bench_launch(&b, 2), DV_OK);
    cr_assert_eq(dv_machine_step(b.m, 5000 * DV_CYCLE, &ended, &b.d), DV_OK, "%s", b.d.text);
    cr_assert(!ended);
    size_t n = dv_machine_save_size(b.m);
    void *image = malloc(n);
    dv_machine_save(b.m, image);
    cr_assert_eq(dv_machine_run(b.m, &b.d), DV_OK, "%s", b.d.text);
    dv_time cycles = dv_machine_cycles(b.m);
    memcpy(saved_c, c, M * N * 4);

    memset(c, 0, M * N * 4);
    cr_assert_eq(dv_machine_restore(b.m, image, n, &b.d), DV_OK);
    cr_assert_eq(dv_machine_run(b.m, &b.d), DV_OK);
    cr_expect_eq(dv_machine_cycles(b.m), cycles);
    cr_expect_eq(memcmp(c, saved_c, M * N * 4), 0);

    gemm_open(&fresh, &plain, &c2); /* other host addresses */
    cr_assert_eq(dv_machine_restore(fresh.m, image, n, &fresh.d), DV_OK);
    cr_assert_eq(dv_machine_run(fresh.m, &fresh.d), DV_OK);
    cr_expect_eq(dv_machine_cycles(fresh.m), cycles);
    cr_expect_eq(memcmp(c2, saved_c, M * N * 4), 0);
    free(image);
    free(saved_c);
    bench_close(&b);
    bench_close(&fresh);
}

Test(core, steps_change_nothing)
{
    struct bench b, s;
    float *c, *d;
    bool ended = false;

    gemm_open(&b, &plain, &c);
    gemm_open(&s, &plain, &d);
    cr_assert_eq(bench_run(&b, 3), DV_OK, "%s", b.d.text);
    cr_assert_eq(bench_launch(&s, 3), DV_OK);
    for (dv_time t = 777 * DV_CYCLE; !ended; t += 777 * DV_CYCLE)
        cr_assert_eq(dv_machine_step(s.m, t, &ended, &s.d), DV_OK, "%s", s.d.text);
    cr_expect_eq(dv_machine_cycles(b.m), dv_machine_cycles(s.m));
    cr_expect_eq(memcmp(c, d, M * N * 4), 0);
    bench_close(&b);
    bench_close(&s);
}

/* More blocks than cores run as waves; the core that is idle first takes the next: they began one
 * after the other, and a block takes longer than all of that. */
Test(core, waves)
{
    struct bench b;
    unsigned ran = 0, most = 0;

    bench_open(
        &b, "910B1", &plain,
        AIC
        "mov x1, 0\nmov x2, 20000\nagain:\nadd.s64 x1, x1, 1\njumpcmp.lt.s64 x1, x2, again\nend\n");
    cr_assert_eq(bench_run(&b, 100), DV_OK, "%s", b.d.text);
    for (unsigned i = 0; i < dv_machine_cores(b.m); i++) {
        unsigned n = dv_machine_core(b.m, i)->blocks;
        ran += n;
        most = n > most ? n : most;
        cr_expect(n == 0 || dv_machine_core(b.m, i)->kind == DV_AIC);
    }
    cr_expect_eq(ran, 100);
    cr_expect_eq(most, 5); /* 24 AICs */
    cr_expect_eq(dv_machine_core(b.m, 0)->blocks, 5);
    cr_expect_eq(dv_machine_core(b.m, 23)->blocks, 4);
    bench_close(&b);
}

struct tally {
    unsigned issues, retires;
};

static void count_event(void *self, const struct dv_event *e)
{
    struct tally *t = self;
    t->issues += e->kind == DV_EV_ISSUE;
    t->retires += e->kind == DV_EV_RETIRE;
}

Test(core, listeners_hear_all_and_change_nothing)
{
    struct tally t = {0, 0};
    struct dv_listener l = {&t, count_event, 1u << DV_EV_ISSUE | 1u << DV_EV_RETIRE};
    struct bench b, quiet;
    float *c, *d;

    gemm_open(&b, &plain, &c);
    gemm_open(&quiet, &plain, &d);
    cr_assert(dv_machine_listen(b.m, &l));
    cr_assert_eq(bench_run(&b, 1), DV_OK);
    cr_assert_eq(bench_run(&quiet, 1), DV_OK);
    cr_expect(t.issues > 100);
    cr_expect_eq(t.issues, t.retires);
    cr_expect_eq(dv_machine_cycles(b.m), dv_machine_cycles(quiet.m));
    bench_close(&b);
    bench_close(&quiet);
}

/* Data-free timing gives the same cycles; reading skipped payload is NODATA. */
Test(core, data_off)
{
    struct dv_machine_opts off = {.data_off = true};
    struct bench b, full;
    float *c, *d;

    gemm_open(&b, &off, &c);
    gemm_open(&full, &plain, &d);
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    cr_assert_eq(bench_run(&full, 1), DV_OK);
    cr_expect_eq(dv_machine_cycles(b.m), dv_machine_cycles(full.m));
    bench_close(&b);
    bench_close(&full);

    bench_open(&b, "910B1", &off,
               AIV LOAD "vabs.f16 [ra], [ra], v\nbar.all\nmov x21, 0x80080000\n"
                        "ld.b32 x5, [x21, 0]\nend\n");
    cr_expect_eq(bench_run(&b, 1), DV_E_NODATA, "%s", b.d.text);
    cr_expect_eq(b.d.other.line, 7);
    bench_close(&b);
}

/* Data sections lie in GM at their linked addresses, before the tensors. */
Test(core, data_sections)
{
    struct bench b;
    bench_open(&b, "910B1", &plain,
               ".rodata\ntable: .word 3, 39\n.bss\n.align 8\ncount: .space 8\n.text\n" AIV
               "mov x1, table\nld.b32 x2, [x1, 4]\nmov x3, count\nld.b64 x4, [x3, 0]\n"
               "add.s64 x2, x2, x4\nst.b64 x2, [x3, 0]\nend\n");
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    uint64_t *count = dv_machine_gm(b.m, b.obj->address[DV_BSS], 8);
    cr_assert_not_null(count);
    cr_expect_eq(*count, 39);
    bench_close(&b);
}

/* Write after read over rounds of a loop: the reader was issued first, so it is to be waited for,
 * although the second load started before it. */
Test(core, collision_fix_follows_program_order)
{
    struct bench b;
    bench_open(&b, "910B1", &plain,
               AIV LOAD "mov x20, para_base\nld.b64 pa, [x20, 0]\n"
                        "mov_out_to_ub [ra], [pa], mv\nset_flag.mte2.v #0\n"
                        "mov_out_to_ub [ra], [pa], mv\nwait_flag.mte2.v #0\n"
                        "vabs.f16 [ra], [ra], v\nend\n");
    bench_tensor(&b, 8192);
    cr_assert_eq(bench_run(&b, 1), DV_E_COLLISION, "%s", b.d.text);
    cr_expect_str_eq(b.d.fix, "mte2 -> v, id 0 is set at line 10: set it after line 11");
    bench_close(&b);

    bench_open(&b, "910B1", &plain,
               AIV LOAD "mov x20, para_base\nld.b64 pa, [x20, 0]\n"
                        "mov_out_to_ub [ra], [pa], mv\nset_flag.mte2.v #0\nwait_flag.mte2.v #0\n"
                        "vabs.f16 [ra], [ra], v\nmov_out_to_ub [ra], [pa], mv\nend\n");
    bench_tensor(&b, 8192);
    cr_assert_eq(bench_run(&b, 1), DV_E_COLLISION, "%s", b.d.text);
    cr_expect(strstr(b.d.fix, "set_flag.v.mte2 after line 12, wait_flag.v.mte2 before line 13"),
              "%s", b.d.fix);
    bench_close(&b);
}

/* ---- walls: snapshots, barriers, memory behind an interface ---------------------------------- */

/* isa.md 3.2: the mask an item runs with is the one it was dispatched with. */
Test(core, issue_sprs_travel_with_items)
{
    struct bench b;
    bench_open(&b, "910B1", &plain,
               AIV ".buf A, ub, f16[128]\n.reg ra:ub = A\n.reg d:dup = {repeat=1}, one = 0x3c00\n"
                   ".reg two = 0x4000, m = 0xf, none = 0\n"
                   "movemask none, 1\nmovemask m, 0\nmovev.f16 [ra], one, d\n"
                   "shl.b64 m, m, 4\nmovemask m, 0\nmovev.f16 [ra], two, d\nend\n");
    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    unsigned aiv = 24; /* index of the first AIV of a 910B1 */
    const uint16_t *ub = dv_machine_local(b.m, aiv, DV_SPACE_UB, 0, 32);
    for (unsigned i = 0; i < 8; i++)
        cr_expect_eq(ub[i], i < 4 ? 0x3c00 : 0x4000, "lane %u: %#x", i, ub[i]);
    cr_expect_neq(ub[8], 0x4000);
    bench_close(&b);
}

/* Pipe SPRs are written when the item completes: BAR.ALL and DSB make S wait for it. */
Test(core, pipe_sprs_live_in_their_pipe)
{
    static const char *const barrier[] = {"bar.all", "dsb.all"};
    for (unsigned i = 0; i < 2; i++) {
        char text[512];
        struct bench b;
        snprintf(text, sizeof text,
                 AIV ".buf A, ub, f32[64]\n.reg ra:ub = A\n.reg d:dup = {repeat=1}\n"
                     ".reg one = f32(1), r:red = {repeat=1 acc=1}, before, after\n"
                     "movev.f32 [ra], one, d\nvcadd.f32 [ra], [ra], r\nmov before, acc_val\n"
                     "%s\nmov after, acc_val\nmov x28, para_base\nst.b64 before, [x28, 0]\n"
                     "st.b64 after, [x28, 8]\nend\n",
                 barrier[i]);
        bench_open(&b, "910B1", &plain, text);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
        const uint64_t *v = dv_machine_gm(b.m, b.para, 16);
        cr_expect_eq(v[0], 0, "%s", barrier[i]);
        cr_expect_eq(v[1] & 0xffffffff, 0x42800000, "%s: %#llx", barrier[i],
                     (unsigned long long)v[1]); /* 64.0f */
        bench_close(&b);
    }
}

struct slow {
    struct dv_mem_backend own;
    unsigned requests;
};

static bool slow_request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    struct slow *s = self;
    struct dv_mem_request late = *r;
    late.latency += 1000 * DV_CYCLE;
    s->requests++;
    return s->own.request(s->own.self, &late, g);
}

Test(core, memory_is_one_interface)
{
    struct slow slow = {.requests = 0};
    struct dv_mem_backend backend;
    struct bench fast, late;
    float *c, *d;

    gemm_open(&fast, &plain, &c);
    gemm_open(&late, &plain, &d);
    cr_assert(dv_mem_new(dv_machine_chip(late.m), &slow.own));
    backend = (struct dv_mem_backend){.name = "slow", .self = &slow, .request = slow_request};
    dv_machine_memory(late.m, &backend);
    cr_assert_eq(bench_run(&fast, 1), DV_OK);
    cr_assert_eq(bench_run(&late, 1), DV_OK);
    cr_expect(slow.requests > 10);
    cr_expect(dv_machine_cycles(late.m) >= dv_machine_cycles(fast.m) + 1000 * DV_CYCLE);
    cr_expect_eq(memcmp(c, d, M * N * 4), 0);
    bench_close(&fast);
    bench_close(&late);
    slow.own.release(slow.own.self);
}

/* An instruction without public meaning is refused by name, not guessed. */
Test(core, unknown_is_refused)
{
    struct bench b;
    bench_open(&b, "910B1", &plain, AIV "bar_set x1\nend\n");
    cr_expect_eq(bench_run(&b, 1), DV_E_UNKNOWN, "%s", b.d.text);
    cr_expect(strstr(b.d.text, "bar_set"), "%s", b.d.text);
    bench_close(&b);
}
