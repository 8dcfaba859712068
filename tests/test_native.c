/* Native kernels: host functions that issue words, one after another, on the cores of a launch. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/cce/device.h"
#include "tests/bench.h"
#include "tests/native.h"

/* ---- a vector add ---------------------------------------------------------------------------- */

enum { N = 2048, A = 0, B = 0x4000, C = 0x8000 }; /* floats a block; offsets in UB */

struct add {
    float *a, *b, *c;
};

static void add_kernel(void *ctx)
{
    struct add *t = ctx;
    uint64_t at = ISSUE(BLOCKID, "get_block_idx", 0) * N;

    ISSUE(LOAD, "copy_gm_to_ubuf", A, (uintptr_t)(t->a + at), burst(N / 8));
    ISSUE(LOAD, "copy_gm_to_ubuf", B, (uintptr_t)(t->b + at), burst(N / 8));
    ISSUE(SET_LOADED, "set_flag", 0);
    ISSUE(WAIT_LOADED, "wait_flag", 0);
    ISSUE(VADD, "vadd", C, A, B, vec3(N / 64));
    ISSUE(SET_DONE, "set_flag", 0);
    ISSUE(WAIT_DONE, "wait_flag", 0);
    ISSUE(STORE, "copy_ubuf_to_gm", (uintptr_t)(t->c + at), C, burst(N / 8));
} /* returns while the store is under way */

static const char add_text[] = ".kernel add, core=aiv\n"
                               "add:\n"
                               "    mov x10, para_base\n"
                               "    ld.b64 x11, [x10, #0]\n"
                               "    ld.b64 x12, [x10, #8]\n"
                               "    ld.b64 x13, [x10, #16]\n"
                               "    ld.b64 x3, [x10, #24]\n"
                               "    ld.b64 x4, [x10, #32]\n"
                               "    mov x14, blockid\n"
                               "    mov x15, #8192\n"
                               "    mul.s64 x14, x14, x15\n"
                               "    add.s64 x11, x11, x14\n"
                               "    add.s64 x12, x12, x14\n"
                               "    add.s64 x13, x13, x14\n"
                               "    mov x5, #0\n"
                               "    mov x6, #0x4000\n"
                               "    mov x7, #0x8000\n"
                               "    mov_out_to_ub [x5], [x11], x3\n"
                               "    mov_out_to_ub [x6], [x12], x3\n"
                               "    set_flag.mte2.v #0\n"
                               "    wait_flag.mte2.v #0\n"
                               "    vadd.f32 [x7], [x5], [x6], x4\n"
                               "    set_flag.v.mte3 #1\n"
                               "    wait_flag.v.mte3 #1\n"
                               "    mov_ub_to_out [x13], [x7], x3\n"
                               "    end\n";

static struct dv_cce *open_device(void)
{
    struct dv_cce *d;

    words_make();
    cr_assert_eq(dv_cce_open(&d, "910B1"), 0, "%s", dv_cce_error(d));
    dv_cce_quiet(d, true);
    return d;
}

static struct add add_new(struct dv_cce *d, unsigned blocks)
{
    size_t bytes = sizeof(float) * N * blocks;
    struct add t = {dv_cce_malloc(d, "a", bytes), dv_cce_malloc(d, "b", bytes),
                    dv_cce_malloc(d, "c", bytes)};

    for (unsigned i = 0; i < N * blocks; i++) {
        t.a[i] = (float)i * 0.37f;
        t.b[i] = 1e6f / (float)(i + 1);
    }
    return t;
}

static int launch(struct dv_cce *d, void (*fn)(void *), void *ctx, unsigned blocks)
{
    return dv_cce_launch(d, &(struct dv_cce_launch){.name = "kernel",
                                                    .aiv = fn,
                                                    .ctx = ctx,
                                                    .blocks = blocks,
                                                    .file = __FILE__,
                                                    .line = __LINE__});
}

/* What each item took, in the order of completion on a core: pipe, word, occupancy, latency. */
struct taken {
    uint64_t n;
    struct {
        unsigned pipe;
        uint32_t insn;
        dv_time busy, late;
    } item[64];
};

static void hear(void *self, const struct dv_event *e)
{
    struct taken *t = self;

    if (e->core != t[0].item[63].pipe || t->n == 63)
        return;
    t->item[t->n].pipe = e->pipe;
    t->item[t->n].insn = e->op->insn;
    t->item[t->n].busy = e->end - e->start;
    t->item[t->n++].late = e->done - e->end;
}

static void same_as_text(unsigned blocks)
{
    struct dv_cce *d = open_device();
    struct add t = add_new(d, blocks);
    struct dv_machine_opts o = {.no_replay = true};
    struct taken mine = {0}, theirs = {0};
    struct dv_listener l = {.kinds = 1u << DV_EV_RETIRE, .self = &mine, .event = hear};
    struct bench b;
    size_t bytes = sizeof(float) * N * blocks;

    mine.item[63].pipe = theirs.item[63].pipe = 24; /* the first AIV */
    d->listener = &l;
    cr_assert_eq(launch(d, add_kernel, &t, blocks), 0, "%s", dv_cce_error(d));
    bench_open(&b, "910B1", &o, add_text);
    memcpy(bench_tensor(&b, bytes), t.a, bytes);
    memcpy(bench_tensor(&b, bytes), t.b, bytes);
    float *c = bench_tensor(&b, bytes);
    bench_number(&b, burst(N / 8));
    bench_number(&b, vec3(N / 64));
    l.self = &theirs;
    dv_machine_listen(b.m, &l);
    cr_assert_eq(bench_run(&b, blocks), DV_OK, "%s", b.d.text);
    cr_assert_arr_eq(t.c, c, bytes);
    cr_assert_float_eq(t.c[1], 0.37f + 5e5f, 0.1);
    cr_assert_eq(mine.n, theirs.n);
    cr_assert_geq(mine.n, 8);
    for (unsigned i = 0; i < mine.n; i++) {
        cr_expect_eq(mine.item[i].insn, theirs.item[i].insn, "item %u", i);
        cr_expect_eq(mine.item[i].pipe, theirs.item[i].pipe, "item %u", i);
        if (mine.item[i].pipe == DV_PIPE_V || blocks == 1) {
            cr_expect_eq(mine.item[i].busy, theirs.item[i].busy, "item %u", i);
            cr_expect_eq(mine.item[i].late, theirs.item[i].late, "item %u", i);
        }
    }
    bench_close(&b);
    dv_cce_close(d);
}

Test(native, one_block_is_the_text)
{
    same_as_text(1);
}

Test(native, forty_blocks_are_the_text)
{
    same_as_text(40);
}

/* ---- order ----------------------------------------------------------------------------------- */

static double cycles_of(unsigned window, uint64_t seed, unsigned blocks)
{
    struct dv_cce *d = open_device();

    cr_assert_eq(dv_cce_window(d, window), 0);
    struct add t = add_new(d, blocks);
    dv_cce_explore(d, seed);
    cr_assert_eq(launch(d, add_kernel, &t, blocks), 0, "%s", dv_cce_error(d));
    for (unsigned i = 0; i < N * blocks; i += 7)
        cr_assert_eq(t.c[i], t.a[i] + t.b[i], "element %u", i);
    double cycles = dv_cce_cycles(d);
    dv_cce_close(d);
    return cycles;
}

Test(native, windows_and_cores_change_nothing)
{
    static const unsigned blocks[] = {1, 2, 7, 20, 48, 100}, window[] = {64, 333, 100000};
    static const uint64_t seed[] = {0, 1, 2, 77};

    for (unsigned b = 0; b < sizeof blocks / sizeof *blocks; b++)
        for (unsigned s = 0; s < (b == 3 ? 4 : 1); s++) {
            double first = cycles_of(0, seed[s], blocks[b]);
            cr_assert_gt(first, 100);
            for (unsigned w = 0; w < 3; w++)
                cr_expect_eq(cycles_of(window[w], seed[s], blocks[b]), first,
                             "%u blocks, seed %d, window %u", blocks[b], (int)seed[s], window[w]);
        }
}

Test(native, a_launch_again_is_the_same)
{
    struct dv_cce *d = open_device();
    struct add t = add_new(d, 40);

    cr_assert_eq(launch(d, add_kernel, &t, 40), 0);
    double first = dv_cce_cycles(d);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(launch(d, add_kernel, &t, 40), 0);
        cr_expect_eq(dv_cce_cycles(d), first);
    }
    dv_cce_close(d);
}

/* ---- S and the queues ------------------------------------------------------------------------ */

struct talk {
    float *in, *out;
    float seen;
    uint64_t before, after;
};

/* S lets MTE2 go, and reads GM when MTE3 is there. */
static void talk_kernel(void *ctx)
{
    struct talk *t = ctx;

    ISSUE(WAIT_GO, "wait_flag", 0);
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)t->in, burst(8));
    ISSUE(SET_LOADED, "set_flag", 0);
    t->in[3] = 42; /* a plain store of the host, before the load may start */
    ISSUE(SET_GO, "set_flag", 0);
    ISSUE(WAIT_LOADED, "wait_flag", 0);
    ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    ISSUE(SET_DONE, "set_flag", 0);
    ISSUE(WAIT_DONE, "wait_flag", 0);
    ISSUE(STORE, "copy_ubuf_to_gm", (uintptr_t)t->out, 0x1000, burst(8));
    ISSUE(SET_STORED, "set_flag", 0);
    ISSUE(WAIT_STORED, "wait_flag", 0);
    t->seen = t->out[3];
}

Test(native, flags_between_s_and_pipes)
{
    struct dv_cce *d = open_device();
    struct talk t = {.in = dv_cce_malloc(d, "in", 256), .out = dv_cce_malloc(d, "out", 256)};

    memset(t.in, 0, 256);
    cr_assert_eq(launch(d, talk_kernel, &t, 1), 0, "%s", dv_cce_error(d));
    cr_expect_eq(t.seen, 84);
    cr_expect_eq(dv_cce_findings(d), 0);
    dv_cce_close(d);
}

static void queue_kernel(void *ctx)
{
    (void)ctx;
    for (unsigned i = 0; i < 300; i++)
        ISSUE(VADD, "vadd", 0x10000, 0, 0, vec3(100));
}

Test(native, s_waits_for_room)
{
    struct dv_cce *d = open_device();

    cr_assert_eq(launch(d, queue_kernel, NULL, 1), 0, "%s", dv_cce_error(d));
    const struct dv_core_stats *s = dv_machine_core(d->machine, 24);
    cr_expect_eq(s->pipe[DV_PIPE_V].instructions, 300);
    cr_expect_gt(s->pipe[DV_PIPE_S].stall[DV_STALL_queue_full], 20000ull * DV_CYCLE);
    dv_cce_close(d);
}

static void barrier_kernel(void *ctx)
{
    uint64_t *t = ctx;

    for (unsigned i = 0; i < 2; i++) {
        ISSUE(VADD, "vadd", 0x10000, 0, 0, vec3(255));
        t[2 * i] = ISSUE(SYS_CNT, "get_sys_cnt", 0);
        ISSUE(i ? BAR_ALL : BAR_V, "pipe_barrier", 0);
        t[2 * i + 1] = ISSUE(SYS_CNT, "get_sys_cnt", 0);
    }
}

Test(native, barriers)
{
    struct dv_cce *d = open_device();
    uint64_t t[4];

    cr_assert_eq(launch(d, barrier_kernel, t, 1), 0, "%s", dv_cce_error(d));
    cr_expect_leq(t[1] - t[0], 1); /* of one pipe: S goes on */
    cr_expect_geq(t[3] - t[2], 6); /* all: S waits for the work, 50 MHz against 1.85 GHz */
    const struct dv_core_stats *s = dv_machine_core(d->machine, 24);
    cr_expect_gt(s->pipe[DV_PIPE_S].stall[DV_STALL_barrier], 200ull * DV_CYCLE);
    dv_cce_close(d);
}

/* What S pays for an intrinsic is a number of the chip. */
static void scalar_kernel(void *ctx)
{
    (void)ctx;
    for (unsigned i = 0; i < 1000; i++)
        ISSUE(BLOCKID, "get_block_idx", 0);
}

Test(native, an_intrinsic_costs_s)
{
    static const char *const cost[] = {"0 cy", "10 cy"};
    double cycles[2];

    for (unsigned i = 0; i < 2; i++) {
        struct dv_cce *d = open_device();
        cr_assert_eq(dv_cce_set(d, "core.scalar.native", cost[i]), 0, "%s", dv_cce_error(d));
        cr_assert_eq(launch(d, scalar_kernel, NULL, 1), 0);
        cycles[i] = dv_cce_cycles(d);
        cr_expect_eq(dv_cce_set(d, "core.scalar.native", "1 cy"), 3);
        dv_cce_close(d);
    }
    cr_expect_eq(cycles[1] - cycles[0], 10000);
}

/* ---- several cores --------------------------------------------------------------------------- */

enum { MIX = 20 };

struct mixed {
    float *part; /* 64 an AIV */
    float *sum;  /* one a block */
    uint64_t visits;
};

static void mixed_aiv(void *ctx)
{
    struct mixed *t = ctx;
    uint64_t block = ISSUE(BLOCKID, "get_block_idx", 0),
             sub = ISSUE(SUBBLOCKID, "get_subblockid", 0);
    float *mine = t->part + (2 * block + sub) * 64;

    for (unsigned i = 0; i < 64; i++)
        mine[i] = (float)(block * 2 + sub + 1);
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)mine, burst(8));
    ISSUE(SET_LOADED, "set_flag", 0);
    ISSUE(WAIT_LOADED, "wait_flag", 0);
    for (unsigned i = 0; i <= block; i++) /* cores are not equally fast */
        ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    ISSUE(SET_DONE, "set_flag", 0);
    ISSUE(WAIT_DONE, "wait_flag", 0);
    ISSUE(STORE, "copy_ubuf_to_gm", (uintptr_t)mine, 0x1000, burst(8));
    ISSUE(CROSS, "ffts_cross_core_sync", 0, 0, 0, 1 | 2 << 4 | 7 << 8);
}

static void mixed_aic(void *ctx)
{
    struct mixed *t = ctx;
    uint64_t block = ISSUE(BLOCKID, "get_block_idx", 0);
    float sum = 0;

    cr_assert_eq(dv_cce_here(), DV_AIC);
    ISSUE(WAIT_CROSS, "wait_flag_dev", 0);
    for (unsigned i = 0; i < 128; i++)
        sum += t->part[block * 128 + i];
    t->sum[block] = sum;
    t->visits++;
}

static double mixed_cycles(unsigned window, uint64_t seed)
{
    struct dv_cce *d = open_device();

    cr_assert_eq(dv_cce_window(d, window), 0);
    struct mixed t = {dv_cce_malloc(d, "part", MIX * 512), dv_cce_malloc(d, "sum", MIX * 4), 0};
    struct dv_cce_launch l = {.name = "mixed",
                              .kind = DV_CCE_MIX,
                              .aic = mixed_aic,
                              .aiv = mixed_aiv,
                              .ctx = &t,
                              .blocks = MIX};

    dv_cce_explore(d, seed);
    cr_assert_eq(dv_cce_launch(d, &l), 0, "%s", dv_cce_error(d));
    cr_expect_eq(t.visits, MIX);
    for (unsigned b = 0; b < MIX; b++)
        cr_expect_eq(t.sum[b], 128.f * (float)(4 * b + 3), "block %u", b);
    double cycles = dv_cce_cycles(d);
    dv_cce_close(d);
    return cycles;
}

Test(native, flags_between_cores)
{
    double first = mixed_cycles(0, 0), other = mixed_cycles(0, 5);

    cr_expect_eq(mixed_cycles(16, 0), first);
    cr_expect_eq(mixed_cycles(150, 0), first);
    cr_expect_eq(mixed_cycles(16, 5), other);
    cr_expect_neq(first, other);
}

/* ---- what is wrong --------------------------------------------------------------------------- */

static int line_meant;

static void bounds_kernel(void *ctx)
{
    (void)ctx;
    ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    line_meant = __LINE__ + 1;
    ISSUE(VADD, "vadd", 0x2ff00, 0, 0, vec3(2));
}

static void outside_kernel(void *ctx)
{
    float *p = ctx;

    line_meant = __LINE__ + 1;
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)(p + 60), burst(1));
}

static void local_for_gm(void *ctx)
{
    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, 0x100, burst(1));
}

static void host_for_gm(void *ctx)
{
    float here[8];

    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)here, burst(1));
}

static void gm_for_local(void *ctx)
{
    line_meant = __LINE__ + 1;
    ISSUE(VADD, "vadd", 0, (uintptr_t)ctx, 0, vec3(1));
}

static void other_core(void *ctx)
{
    line_meant = __LINE__ + 1;
    ISSUE(TO_L1, "copy_gm_to_cbuf", 0, (uintptr_t)ctx, burst(1));
}

static void other_memory(void *ctx)
{
    line_meant = __LINE__ + 1;
    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)ctx, burst(1));
}

static void own_end(void *ctx)
{
    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(END, "end", 0);
}

static void unfit(void *ctx)
{
    (void)ctx;
    line_meant = __LINE__ + 1;
    dv_cce_unfit("repeat", 256, 0, 255, &(struct dv_cce_at){"vadd", "kernel.cpp", __LINE__});
}

static void odd(void *ctx)
{
    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(VADD, "vadd", 0x1004, 0, 0, vec3(1));
}

static void forgotten(void *ctx)
{
    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(SET_LOADED, "set_flag", 0);
}

static void dereference(void *ctx)
{
    volatile float *p = (float *)(uintptr_t)0x12340;

    (void)ctx;
    line_meant = __LINE__ + 1;
    ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    *p = 1;
}

static int deep(volatile char *up, int n)
{
    volatile char here[4096];

    here[0] = up ? up[0] : 1;
    return n ? deep(here, n - 1) + here[0] : here[0];
}

static void stack_used_up(void *ctx)
{
    line_meant = __LINE__ + 1;
    ISSUE(BLOCKID, "get_block_idx", 0);
    *(float *)ctx = (float)deep(NULL, 1000);
}

Test(native, faults_name_intrinsic_and_line)
{
    static const struct {
        void (*kernel)(void *);
        const char *code, *says, *insn, *operand;
    } row[] = {
        {bounds_kernel, "BOUNDS", "ub of this core has 196608 bytes", "vadd: ", "dst"},
        {outside_kernel, "BOUNDS", "the nearest tensor x ends", "copy_gm_to_ubuf: ", "src"},
        {local_for_gm, "BOUNDS", "src of copy_gm_to_ubuf is 0x100, which looks like an offset in a",
         "copy_gm_to_ubuf: ", "src"},
        {host_for_gm, "BOUNDS", "a pointer to memory of the host", "copy_gm_to_ubuf: ", "src"},
        {gm_for_local, "BOUNDS", "src0 of vadd is a pointer into GM, it must be an offset in ub",
         "vadd: ", "src0"},
        {other_core, "BOUNDS", "l1", "copy_gm_to_cbuf: ", "dst"},
        {own_end, "ILLEGAL", "a kernel ends by returning", "end: ", ""},
        {unfit, "RANGE", "repeat of vadd is 256, it must be 0 to 255", "vadd", "repeat"},
        {odd, "ALIGN", "", "vadd: ", "dst"},
        {forgotten, "FLAG", "", "set_flag: ", ""},
        {dereference, "BOUNDS", "kernel kernel reads or writes 0x12340 through a pointer",
         "vadd: ", ""},
        {stack_used_up, "LIMIT", "more than 1 MiB of stack", "get_block_idx: ", ""},
    };

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cce *d = open_device();
        float *x = dv_cce_malloc(d, "x", 256);
        cr_expect_eq(launch(d, row[i].kernel, x, 1), 1, "row %u", i);
        cr_assert_eq(dv_cce_findings(d), 1, "row %u: %s", i, dv_cce_error(d));
        const struct dv_diag *g = &d->run->result.finding[0].d;
        cr_expect_str_eq(dv_cce_finding_code(d, 0), row[i].code, "row %u: %s", i, g->text);
        cr_expect_not_null(strstr(g->text, row[i].says), "row %u: %s", i, g->text);
        cr_expect_not_null(strstr(g->at.insn, row[i].insn), "row %u: %s", i, g->at.insn);
        cr_expect_str_eq(g->at.operand, row[i].operand, "row %u: %s", i, g->at.operand);
        cr_expect_str_eq(dv_cce_finding_file(d, 0), "kernel.cpp", "row %u", i);
        cr_expect_eq(dv_cce_finding_line(d, 0), line_meant, "row %u: %d", i,
                     dv_cce_finding_line(d, 0));
        cr_expect_not_null(strstr(dv_cce_error(d), "kernel.cpp:"), "row %u", i);
        /* and the device goes on */
        struct add t = add_new(d, 2);
        cr_expect_eq(launch(d, add_kernel, &t, 2), 0, "row %u: %s", i, dv_cce_error(d));
        cr_expect_eq(t.c[N + 5], t.a[N + 5] + t.b[N + 5], "row %u", i);
        dv_cce_close(d);
    }
}

Test(native, a_memory_of_the_other_core_names_the_launch)
{
    static const struct {
        void (*kernel)(void *);
        enum dv_cce_kind kind;
        const char *says;
    } row[] = {
        {other_core, DV_CCE_AIV, "; it is an AIV: launch the kernel on AIC, or mixed"},
        {other_memory, DV_CCE_AIC, "; it is an AIC: launch the kernel on AIV, or mixed"},
    };

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cce *d = open_device();
        struct dv_cce_launch l = {
            .name = "kernel", .kind = row[i].kind, .ctx = dv_cce_malloc(d, "x", 256), .blocks = 1};
        *(row[i].kind == DV_CCE_AIC ? &l.aic : &l.aiv) = row[i].kernel;
        cr_expect_eq(dv_cce_launch(d, &l), 1, "row %u", i);
        cr_expect_not_null(strstr(dv_cce_error(d), row[i].says), "row %u: %s", i, dv_cce_error(d));
        dv_cce_close(d);
    }
}

static void deadlock_kernel(void *ctx)
{
    (void)ctx;
    ISSUE(WAIT_DONE, "wait_flag", 0);
    line_meant = __LINE__ + 1;
    ISSUE(WAIT_STORED, "wait_flag", 0);
}

Test(native, a_deadlock_is_drawn)
{
    struct dv_cce *d = open_device();
    char line[32];

    cr_expect_eq(launch(d, deadlock_kernel, NULL, 3), 1);
    cr_expect_str_eq(dv_cce_finding_code(d, 0), "DEADLOCK");
    snprintf(line, sizeof line, "%d", line_meant);
    cr_expect_not_null(strstr(dv_cce_picture(d), line), "%s", dv_cce_picture(d));
    cr_expect_not_null(strstr(dv_cce_picture(d), "wait_flag: wait_flag.mte3.s"), "%s",
                       dv_cce_picture(d));
    cr_expect_null(strstr(dv_cce_picture(d), "pc 0x"), "%s", dv_cce_picture(d));
    dv_cce_close(d);
}

Test(native, outside_a_kernel, .exit_code = 3)
{
    words_make();
    ISSUE(BLOCKID, "get_block_idx", 0);
}

static void host_fault(void *ctx)
{
    (void)ctx;
    *(volatile int *)(uintptr_t)0x7000000000000ull = 1;
}

Test(native, other_faults_are_passed_on, .signal = SIGSEGV)
{
    struct dv_cce *d = open_device();

    signal(SIGSEGV, SIG_DFL); /* whoever had it before */
    launch(d, host_fault, NULL, 1);
    dv_cce_close(d);
}

Test(native, misuse)
{
    struct dv_cce *d = open_device();
    struct dv_cce_launch l = {.name = "k", .kind = DV_CCE_MIX, .aiv = add_kernel, .blocks = 1};

    cr_expect_eq(dv_cce_launch(d, &l), 3);
    cr_expect_not_null(strstr(dv_cce_error(d), "names no function for aic"));
    cr_expect_eq(launch(d, add_kernel, NULL, 0), 2);
    cr_expect_not_null(strstr(dv_cce_error(d), "0 blocks"), "%s", dv_cce_error(d));
    cr_expect_eq(dv_cce_window(d, 4), 3);
    cr_expect_eq(dv_machine_save_size(d->machine), 0);
    struct dv_diag g;
    dv_diag_init(&g);
    cr_expect_neq(dv_machine_restore(d->machine, &g, sizeof g, &g), DV_OK);
    cr_expect_not_null(strstr(g.text, "neither saved nor restored"));
    dv_cce_close(d);
    cr_expect_eq(dv_cce_open(&d, "no-such-chip"), 2);
    cr_expect_not_null(strstr(dv_cce_error(d), "no-such-chip"), "%s", dv_cce_error(d));
    dv_cce_close(d);
}

/* ---- memory ---------------------------------------------------------------------------------- */

Test(native, gm_is_given_back)
{
    struct dv_cce *d = open_device();
    char *a = dv_cce_malloc(d, "a", 1000), *b = dv_cce_malloc(d, "b", 5000),
         *c = dv_cce_malloc(d, "c", 100);

    cr_assert(a && b && c);
    cr_expect_eq((uint8_t)b[0], 0xa5);
    cr_expect_geq(b - a, 1000 + 512);
    cr_expect_eq(dv_cce_free(d, b), 0);
    cr_expect_eq(dv_cce_free(d, b), 3);
    cr_expect_eq(dv_cce_free(d, a + 1), 3);
    cr_expect_not(dv_cce_owns(d, b));
    char *e = dv_cce_malloc(d, "e", 6000), *f = dv_cce_malloc(d, "f", 4000);
    cr_expect_gt(e, c);
    cr_expect_eq(f, b);
    cr_expect_eq((uint8_t)f[3999], 0xa5);
    cr_expect(dv_cce_owns(d, f + 3999));
    cr_expect_not(dv_cce_owns(d, f + 4000));
    cr_expect_eq(dv_cce_free(d, NULL), 0);
    for (unsigned i = 0; i < 5000; i++) { /* more than the table holds at once */
        char *p = dv_cce_malloc(d, "p", 64 + i), *q = dv_cce_malloc(d, "q", 10);
        cr_assert(p && q, "%s", dv_cce_error(d));
        cr_assert_eq(dv_cce_free(d, p), 0);
        cr_assert_eq(dv_cce_free(d, q), 0);
    }
    dv_cce_close(d);
}

static void local_kernel(void *ctx)
{
    static const struct dv_cce_at store = {"dv_local_store", "kernel.cpp", 1},
                                  load = {"dv_local_load", "kernel.cpp", 2};
    uint64_t *seen = ctx;

    for (unsigned i = 0; i < 4; i++)
        dv_cce_local_store(0x100 + 8 * i, 1u << i, 0x1122334455667788 + i, &store);
    for (unsigned i = 0; i < 4; i++)
        seen[i] = dv_cce_local_load(0x100 + 8 * i, 1u << i, &load);
    dv_cce_local_load(196608, 4, &load);
}

Test(native, local_accessors)
{
    struct dv_cce *d = open_device();
    uint64_t seen[4];

    cr_expect_eq(launch(d, local_kernel, seen, 1), 1);
    cr_expect_eq(seen[0], 0x88);
    cr_expect_eq(seen[1], 0x7789);
    cr_expect_eq(seen[2], 0x5566778a);
    cr_expect_eq(seen[3], 0x112233445566778b);
    cr_expect_not_null(strstr(dv_cce_error(d), "kernel.cpp:2: BOUNDS"), "%s", dv_cce_error(d));
    dv_cce_close(d);
}

static void small_kernel(void *ctx)
{
    uint64_t *n = ctx;

    ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    ++*n;
}

Test(native, ten_thousand_launches)
{
    struct dv_cce *d = open_device();
    uint64_t n = 0;

    for (unsigned i = 0; i < 10000; i++)
        cr_assert_eq(launch(d, small_kernel, &n, 1), 0);
    cr_expect_eq(n, 10000);
    cr_expect_eq(dv_sites_count(d->sites), 2); /* with the end */
    dv_cce_close(d);
}

/* ---- reports --------------------------------------------------------------------------------- */

static void race_kernel(void *ctx)
{
    float *x = ctx;

    ISSUE(LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)x, burst(8));
    ISSUE(BAR_ALL, "pipe_barrier", 0);
    line_meant = __LINE__ + 1;
    ISSUE(VADD, "vadd", 0x1000, 0, 0, vec3(1));
    ISSUE(STORE, "copy_ubuf_to_gm", (uintptr_t)x, 0x5000, burst(8));
    for (unsigned i = 0; i < 200; i++)
        ISSUE(BLOCKID, "get_block_idx", 0);
    ISSUE(STORE, "copy_ubuf_to_gm", (uintptr_t)x, 0x1000, burst(8));
}

Test(native, the_checker_listens)
{
    struct dv_cce *d = open_device();
    struct add t = add_new(d, 4);
    bool race = false;

    dv_cce_check(d, true);
    cr_expect_eq(launch(d, add_kernel, &t, 4), 0, "%s", dv_cce_error(d));
    launch(d, race_kernel, t.a, 1);
    for (unsigned i = 0; i < dv_cce_findings(d); i++)
        race |= !strcmp(dv_cce_finding_code(d, i), "RACE") &&
                !strcmp(dv_cce_finding_file(d, i), "kernel.cpp");
    cr_expect(race, "%s", dv_cce_error(d));
    dv_cce_check(d, false);
    cr_expect_eq(launch(d, add_kernel, &t, 4), 0, "%s", dv_cce_error(d));
    cr_expect_eq(dv_cce_findings(d), 0);
    dv_cce_close(d);
}

static void habit_kernel(void *ctx)
{
    add_kernel(ctx);
    ISSUE(BAR_ALL, "pipe_barrier", 0);
}

static void twice_kernel(void *ctx)
{
    habit_kernel(ctx);
    add_kernel(ctx);
}

/* pipe_barrier(PIPE_ALL) as the last statement costs nothing: the end of the kernel waits too. */
Test(native, a_last_barrier_is_a_habit)
{
    void (*const kernel[])(void *) = {habit_kernel, twice_kernel};

    for (unsigned i = 0; i < 2; i++) {
        struct dv_cce *d = open_device();
        struct add t = add_new(d, 8);
        bool hint = false;
        dv_cce_check(d, true);
        cr_expect_eq(launch(d, kernel[i], &t, 8), 0, "row %u: %s", i, dv_cce_error(d));
        for (unsigned f = 0; f < dv_cce_findings(d); f++)
            hint |= !strcmp(dv_cce_finding_code(d, f), "BARRIER");
        cr_expect_eq(hint, i == 1, "row %u: %s", i, dv_cce_error(d));
        dv_cce_close(d);
    }
}

Test(native, json_and_profile)
{
    struct dv_cce *d = open_device();
    struct add t = add_new(d, 4);
    char dir[] = "/tmp/dv-native-XXXXXX", path[64], command[64];

    cr_expect_str_eq(dv_cce_json(d), "");
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(dv_cce_profile(d, dir), 0);
    cr_assert_eq(launch(d, add_kernel, &t, 4), 0, "%s", dv_cce_error(d));
    cr_expect_not_null(strstr(dv_cce_json(d), "\"kernel\": \"kernel\""));
    cr_expect_not_null(strstr(dv_cce_json(d), "\"core\": \"aiv\""));
    snprintf(path, sizeof path, "%s/report.html", dir);
    FILE *f = fopen(path, "r");
    cr_expect_not_null(f);
    if (f)
        fclose(f);
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_expect_eq(system(command), 0);
    dv_cce_profile(d, NULL);
    cr_assert_eq(launch(d, add_kernel, &t, 4), 0, "%s", dv_cce_error(d));
    dv_cce_close(d);
}
