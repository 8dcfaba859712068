/* What launches of native kernels tell: the life of an instruction, races that one flag ends in the
 * words of C, pointers, a kernel that runs on without issuing anything. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/cce/device.h"
#include "tests/native.h"

#define AT(line, w, name, ...) \
    issue_at(w, &(const struct dv_cce_at){name, "of/add.cpp", line}, \
             (const uint64_t[4]){__VA_ARGS__})

static struct dv_cce *open_device(void)
{
    struct dv_cce *d;

    words_make();
    cr_assert_eq(dv_cce_open(&d, "910B1"), 0, "%s", dv_cce_error(d));
    dv_cce_quiet(d, true);
    return d;
}

static int launch(struct dv_cce *d, void (*fn)(void *), void *ctx)
{
    return dv_cce_launch(d, &(struct dv_cce_launch){.name = "kernel",
                                                    .aiv = fn,
                                                    .ctx = ctx,
                                                    .blocks = 3,
                                                    .file = "of/host.cpp",
                                                    .line = 7});
}

/* ---- lives ----------------------------------------------------------------------------------- */

/* Adds 3 times; block 2 once more. */
static void add_kernel(void *ctx)
{
    uint64_t block = AT(10, BLOCKID, "get_block_idx", 0);
    uintptr_t at = (uintptr_t)ctx + 4096 * block;

    AT(12, LOAD, "copy_gm_to_ubuf", 0, at, burst(8));
    AT(13, SET_LOADED, "set_flag", 0);
    AT(14, WAIT_LOADED, "wait_flag", 0);
    for (unsigned i = 0; i < 3 + (block == 2); i++)
        AT(16, VADD, "vadd", 0x4000 + 0x400 * i, 0, 0, vec3(1));
    AT(18, SET_DONE, "set_flag", 0);
    AT(19, WAIT_DONE, "wait_flag", 0);
    AT(20, STORE, "copy_ubuf_to_gm", at, 0x4000, burst(8));
}

static void other_kernel(void *ctx)
{
    (void)ctx;
    issue_at(BAR_ALL, &(const struct dv_cce_at){"pipe_barrier", "of/other.cpp", 16},
             (const uint64_t[4]){0});
}

/* V does not wait for what MTE2 loads; the next round follows from it. */
static void collide_kernel(void *ctx)
{
    uintptr_t at = (uintptr_t)ctx;

    issue_at(BLOCKID, &(const struct dv_cce_at){"block_idx", "block_idx", 0},
             (const uint64_t[4]){0});
    for (unsigned i = 0; i < 2; i++) {
        AT(12, LOAD, "copy_gm_to_ubuf", 0, at, burst(8));
        AT(13, SET_LOADED, "set_flag", 0);
        AT(16, VADD, "vadd", 0x4000, 0, 0, vec3(1));
        AT(18, SET_DONE, "set_flag", 0);
        AT(19, WAIT_DONE, "wait_flag", 0);
        AT(20, STORE, "copy_ubuf_to_gm", at, 0x4000, burst(8));
    }
}

/* A launch that ends with a fault: what was under way then, and a name that has no line. */
Test(explain, fault)
{
    static const struct {
        const char *place, *says;
    } row[] = {
        {"12", "at 12: it was issued at cycle "},
        {"12", "and the launch ended with COLLISION before it was complete\n"},
        {"add.cpp:12#9", "it was issued 2 times in block 0 and in no block more often"},
        {"11", "line 11 of of/add.cpp issued nothing; the nearest line that did is 12; block_idx "
               "has no line, get_block_idx() has\n"},
    };

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cce *d = open_device();
        cr_assert_eq(dv_cce_explain(d, row[i].place), 0, "%s", dv_cce_error(d));
        dv_cce_check(d, true);
        cr_expect_eq(launch(d, collide_kernel, dv_cce_malloc(d, "x", 4096)), 1);
        cr_expect_not_null(strstr(dv_cce_explained(d), row[i].says), "%s: %s", row[i].place,
                           dv_cce_explained(d));
        cr_expect_str_eq(dv_cce_finding_code(d, 0), "COLLISION");
        cr_expect_gt(d->run->result.more, 0);
        cr_expect_str_eq(dv_cce_finding_code(d, 1), "RACE"); /* the same pair */
        for (unsigned k = 2; k < dv_cce_findings(d); k++)
            cr_expect_str_neq(dv_cce_finding_severity(d, k), "error", "%s",
                              dv_cce_finding_text(d, k));
        dv_cce_close(d);
    }
}

Test(explain, places)
{
    static const struct {
        const char *place, *says[3];
    } row[] = {
        {"add.cpp:16",
         {"instruction: vadd: vadd.f32 [x1], [x2], [x3], x4\nline: of/add.cpp:16\n",
          "block 0, VECTOR, execution 1\n",
          "behind wait_flag: wait_flag.mte2.v #0 (line 14), which waited for set_flag: "
          "set_flag.mte2.v #0 (line 13), set at"}},
        {"16", {"line: of/add.cpp:16\n", "\ntogether "}},
        {"of/add.cpp:16#3@1", {"block 1, VECTOR, execution 3\n", "work = 1.00 = 1 repeat x each"}},
        {"add.cpp:16#4", {"block 2, VECTOR, execution 4\n"}},
        {"add.cpp:14@2", {"block 2, VECTOR, execution 1\n", "set_flag: set_flag.mte2.v #0"}},
        {"0x0", {"instruction: get_block_idx: mov x1, blockid\n", "\nnative "}},
        {"host.cpp:7", {"instruction: kernel: end\n"}},
        {"add.cpp:16#5",
         {"at add.cpp:16#5: it was issued 4 times in block 2 and in no block more "
          "often, #5 asks for more\n"}},
        {"16#4@1", {"at 16#4@1: it was issued 3 times in block 1, #4 asks for more\n"}},
        {"16@9", {"at 16@9: block 9 issued nothing there\n"}},
        {"add.cpp:15",
         {"line 15 of add.cpp issued nothing; the nearest lines that did are 14 and "
          "16\n"}},
        {"add.cpp:9", {"issued nothing; the nearest line that did is 10\n"}},
        {"add.cpp:99", {"issued nothing; the nearest line that did is 20\n"}},
        {"dd.cpp:16", {"nor did any other of that file; the first intrinsic is in of/add.cpp\n"}},
        {"0x4000", {"nothing was issued under that address\n"}},
    };

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cce *d = open_device();
        float *x = dv_cce_malloc(d, "x", 3 * 4096);
        cr_assert_eq(dv_cce_explain(d, row[i].place), 0, "%s", dv_cce_error(d));
        cr_expect_str_eq(dv_cce_explained(d), "");
        cr_assert_eq(launch(d, add_kernel, x), 0, "%s", dv_cce_error(d));
        const char *page = dv_cce_explained(d);
        for (unsigned k = 0; k < 3 && row[i].says[k]; k++)
            cr_expect_not_null(strstr(page, row[i].says[k]), "%s: no '%s' in %s", row[i].place,
                               row[i].says[k], page);
        dv_cce_close(d);
    }
}

Test(explain, refused)
{
    static const char *const row[] = {"",        "abc",    "add.cpp",   ":16",    "16#",    "16#0",
                                      "16@",     "16@1#2", "16#1@1@1",  "0x",     "0x41",   "0x40g",
                                      "a.c:0x1", "a.c:-1", "a.c:16 #1", "16#1@x", "a.c:0#1"};
    struct dv_cce *d = open_device();

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        cr_expect_eq(dv_cce_explain(d, row[i]), 3, "'%s'", row[i]);
        cr_expect_not_null(strstr(dv_cce_error(d), "expected FILE:LINE, LINE or 0xPC"));
    }
    cr_expect_eq(dv_cce_explain(d, NULL), 0);
    dv_cce_close(d);
}

/* The first launch that gets there answers; later ones change nothing. */
Test(explain, launches)
{
    struct dv_cce *d = open_device();
    float *x = dv_cce_malloc(d, "x", 3 * 4096);

    cr_assert_eq(dv_cce_explain(d, "add.cpp:16#2"), 0);
    cr_assert_eq(launch(d, other_kernel, x), 0, "%s", dv_cce_error(d));
    cr_expect_not_null(strstr(dv_cce_explained(d), "the first intrinsic is in of/other.cpp"), "%s",
                       dv_cce_explained(d));
    cr_assert_eq(launch(d, add_kernel, x), 0, "%s", dv_cce_error(d));
    cr_expect_not_null(strstr(dv_cce_explained(d), "VECTOR, execution 2\n"), "%s",
                       dv_cce_explained(d));
    cr_assert_eq(launch(d, other_kernel, x), 0, "%s", dv_cce_error(d));
    cr_expect_not_null(strstr(dv_cce_explained(d), "VECTOR, execution 2\n"));
    dv_cce_close(d);
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Two loads, and nothing that V waits for; later nothing that MTE2 waits for. */
static void race_kernel(void *ctx)
{
    uintptr_t at = (uintptr_t)ctx;

    if (AT(10, BLOCKID, "get_block_idx", 0))
        return;
    AT(11, LOAD, "copy_gm_to_ubuf", 0, at, burst(8));
    AT(12, LOAD, "copy_gm_to_ubuf", 0x4000, at, burst(8));
    for (unsigned i = 0; i < 300; i++) /* the data arrive */
        AT(13, BLOCKID, "get_block_idx", 0);
    AT(14, VADD, "vadd", 0x8000, 0, 0, vec3(1));
    AT(15, VADD, "vadd", 0xc000, 0, 0x4000, vec3(1));
    AT(16, VADD, "vadd", 0x10000, 0x4000, 0x4000, vec3(1));
    for (unsigned i = 0; i < 300; i++)
        AT(17, BLOCKID, "get_block_idx", 0);
    AT(18, LOAD, "copy_gm_to_ubuf", 0x4000, at, burst(8));
}

Test(told, one_flag_one_finding)
{
    static const struct {
        int line;
        const char *fix;
    } row[] = {
        {14, "set_flag(PIPE_MTE2, PIPE_V, id) after line 12, wait_flag(PIPE_MTE2, PIPE_V, id) "
             "before line 14; that flag orders 3 more pairs"},
        {18, "set_flag(PIPE_V, PIPE_MTE2, id) after line 16, wait_flag(PIPE_V, PIPE_MTE2, id) "
             "before line 18"},
    };
    struct dv_cce *d = open_device();
    float *x = dv_cce_malloc(d, "x", 4096);
    unsigned met = 0;

    dv_cce_check(d, true);
    cr_expect_eq(launch(d, race_kernel, x), 1);
    for (unsigned i = 0; i < dv_cce_findings(d); i++) {
        const struct dv_diag *g = &d->run->result.finding[i].d;
        for (unsigned k = 0; k < 2; k++)
            if (!strcmp(dv_cce_finding_code(d, i), "RACE") && g->at.line == row[k].line &&
                !strcmp(g->fix, row[k].fix))
                met |= 1u << k;
    }
    cr_expect_eq(met, 3, "%u %s", met, dv_cce_error(d));
    dv_cce_close(d);
}

static void below_kernel(void *ctx)
{
    AT(10, LOAD, "copy_gm_to_ubuf", (uint64_t)-128, (uintptr_t)ctx, burst(8));
}

static void below32_kernel(void *ctx)
{
    AT(10, STORE, "copy_ubuf_to_gm", (uintptr_t)ctx, (uint32_t)-32, burst(8));
}

static void past_kernel(void *ctx)
{
    AT(10, LOAD, "copy_gm_to_ubuf", 0, (uintptr_t)ctx + 4096 - 64, burst(32));
}

Test(told, pointers)
{
    static const struct {
        void (*kernel)(void *);
        const char *says;
    } row[] = {
        {below_kernel, "of/add.cpp:10: BOUNDS: writes ub from 0xffffffffffffff80 on, which is 128 "
                       "bytes before its begin: an address below zero"},
        {below32_kernel, "reads ub from 0xffffffe0 on, which is 32 bytes before its begin"},
        {past_kernel, "src in x+0xfc0"},
    };

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_cce *d = open_device();
        cr_expect_eq(launch(d, row[i].kernel, dv_cce_malloc(d, "x", 4096)), 1);
        cr_expect_not_null(strstr(dv_cce_error(d), row[i].says), "%s", dv_cce_error(d));
        dv_cce_close(d);
    }
}

/* ---- stderr ---------------------------------------------------------------------------------- */

static char path[] = "/tmp/dv-told-XXXXXX";

static void stderr_to_file(void)
{
    int f = mkstemp(path);

    cr_assert_geq(f, 0);
    close(f);
    cr_assert_not_null(freopen(path, "w", stderr));
    setvbuf(stderr, NULL, _IONBF, 0);
}

static const char *told(void)
{
    static char text_told[1 << 16];
    FILE *f = fopen(path, "r");

    text_told[f ? fread(text_told, 1, sizeof text_told - 1, f) : 0] = 0;
    if (f)
        fclose(f);
    return text_told;
}

Test(told, trace_names_allocations)
{
    struct dv_cce *d = open_device();
    float *x = dv_cce_malloc(d, "x", 3 * 4096);

    stderr_to_file();
    dv_cce_trace(d, true);
    cr_expect_eq(launch(d, add_kernel, x), 0, "%s", dv_cce_error(d));
    const char *at = strstr(told(), " (x+0x1000) x3=0x80010\n");
    cr_expect_not_null(at, "%s", told());
    cr_expect_not_null(strstr(told(), "of/add.cpp:20: copy_ubuf_to_gm: mov_ub_to_out [x1], [x2], "
                                      "x3 ; x1=0x1000"),
                       "%s", told());
    unlink(path);
    dv_cce_close(d);
}

/* Issues until it is told that it still does, and on. */
static void busy_kernel(void *ctx)
{
    for (unsigned i = 0, more = 20; i < 3000 && more; i++) {
        AT(12, BAR_V, "pipe_barrier", 0);
        usleep(1000);
        more -= strstr(told(), "dv: still running") != NULL;
    }
    *(bool *)ctx = true;
}

Test(told, long_launch)
{
    static const char says[] = "dv: still running: kernel kernel, ";
    struct dv_cce *d = open_device();
    bool ended = false;

    stderr_to_file();
    dv_cce_quiet(d, false);
    dv_cce_patience(d, 16);
    cr_expect_eq(launch(d, busy_kernel, &ended), 0);
    cr_expect(ended);
    const char *first = strstr(told(), says);
    cr_expect_not_null(first, "%s", told());
    if (first) {
        cr_expect_not_null(strstr(first, " cycles simulated, at of/add.cpp:12 of core 24, block 0; "
                                         "DV_CCE_MAX_CYCLES=N ends it"),
                           "%s", first);
        cr_expect_null(strstr(first + 1, says), "%s", first);
    }
    unlink(path);
    dv_cce_close(d);
}

/* Issues nothing until that is told. */
static void silent_kernel(void *ctx)
{
    AT(11, BAR_V, "pipe_barrier", 0);
    for (unsigned i = 0; i < 3000 && !strstr(told(), "\n"); i++)
        usleep(10000);
    *(bool *)ctx = true;
}

Test(told, patience)
{
    struct dv_cce *d = open_device();
    bool ended = false;

    stderr_to_file();
    dv_cce_quiet(d, false);
    dv_cce_patience(d, 0);
    cr_expect_eq(launch(d, other_kernel, NULL), 0);
    cr_expect_null(d->patience);
    dv_cce_patience(d, 16);
    cr_expect_eq(launch(d, silent_kernel, &ended), 0);
    cr_expect(ended);
    cr_expect_not_null(strstr(told(), "dv: warning: of/add.cpp:11: kernel kernel has issued "
                                      "nothing for 0.016 s, its last was pipe_barrier (core 24, "
                                      "block 0)"),
                       "%s", told());
    unlink(path);
    dv_cce_close(d);
}
