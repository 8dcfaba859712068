/* The kernels of the tree, replayed, in windows of any size and with data: the same counters. */
#include "tests/twin.h"

static const struct twin_way plain = {.no_replay = true}, replay = {.no_replay = false};

#define ROW(k, a, ...) \
    { \
        .name = k " " a, .source = k, .args = a, __VA_ARGS__ \
    }
#define V "bench/validate/"

/* ---- replayed -------------------------------------------------------------------------------- */

static const struct twin kernels[] = {
    ROW("kernels/elementwise/vadd_f16.s", "n=1", 0),
    ROW("kernels/elementwise/vadd_f16.s", "n=8192", .blocks = 1),
    ROW("kernels/elementwise/vadd_f16.s", "n=3000003", .blocks = 1),
    ROW("kernels/elementwise/vadd_f16.s", "n=1000003", .chip = "910B3", .blocks = 7),
    ROW("kernels/elementwise/vadd_f16.s", "n=9000001", .chip = "910B4", .blocks = 40),
    ROW("kernels/softmax/softmax_f32.s", "rows=200 cols=1000", .blocks = 1),
    ROW("kernels/softmax/softmax_f32.s", "rows=500 cols=77", .chip = "910B3", .blocks = 16),
    ROW("kernels/softmax/softmax_c100_f32.s", "rows=200 cols=1000", .chip = "910A", .blocks = 1),
    ROW("kernels/norm/layernorm_f16.s", "rows=200 cols=1000", .blocks = 1),
    ROW("kernels/norm/layernorm_c100_f16.s", "rows=99 cols=1008", .chip = "310", .blocks = 2),
    ROW("kernels/norm/layernorm_f16.s", "rows=500 cols=256", .chip = "910B4", .blocks = 9),
    ROW("kernels/gemm/tile_f16.s", "k=65280", .blocks = 1),
    ROW("kernels/gemm/gemm_f16.s", "m=17 n=33 k=65", .blocks = 1),
    ROW("kernels/gemm/gemm_f16.s", "m=1024 n=1024 k=16384", .blocks = 2),
    ROW("kernels/gemm/gemm_f16.s", "m=1500 n=1000 k=900", .chip = "910B4", .blocks = 5),
    ROW("kernels/gemm/gemm_f16.s", "m=2560 n=2560 k=4096", .chip = "910B3", .blocks = 3),
    ROW("bench/kernels/cube_loop.s", "n=2000", .blocks = 1),
    ROW(V "d1_copy.s", "moves=20000", 0),
    ROW(V "g1_stream.s", "unit=0 rounds=300", 0),
    ROW(V "g1_stream.s", "unit=1 start=1 rounds=300", 0),
    ROW(V "g2_matmul.s", "mode=1 m=512 n=1024 k=8192", 0),
    ROW(V "g2_matmul.s", "mode=5 m=512 n=1024 k=8192", 0),
    ROW(V "g3_matmul.s", "unit=1 m=1024 n=1024 k=8192", 0),
    ROW(V "g3_matmul.s", "unit=0 m=1024 n=1024 k=8192", .chip = "910B4"),
    ROW(V "g4_matmul.s", "m=768 n=1024 k=8192", 0),
    ROW(V "r1_sum.s", "tree=1 move=1", 0),
    ROW(V "r1_sum.s", "tree=0 move=0", 0),
    ROW(V "v1_add.s", "n=1000", 0),
    ROW(V "v1_add.s", "n=1000 src0=0 src1=0x4000 dst=0x10000", .chip = "910B2"),
    ROW(V "v2_add.s", "tiles=400", .blocks = 1),
    ROW(V "v2_add.s", "tiles=60 tile=16384 pingpong=1", .blocks = 5),
    ROW(V "v2_scalar.s", "n=500", 0),
    ROW(V "v2_scalar.s", "n=500 unroll=1", 0),
    ROW(V "v3_add.s", "tile=512 n=512000", 0),
    ROW(V "v3_add.s", "tile=20480 n=409600", 0),
    ROW(V "v4_nd2nz.s", "rows=1440 cols=1024", 0),
};

Test(replay_kernels, counters)
{
    unsigned replayed = 0;
    char left[sizeof kernels / sizeof *kernels * 84];
    size_t n = 0;

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        const struct twin *t = &kernels[i];
        struct dv_obj *obj = launch_object(t->source);
        uint64_t all, some;
        char *want = twin_run(t, obj, &plain, &all), *got = twin_run(t, obj, &replay, &some);
        const char *diff = twin_diff(want, got);
        cr_expect(!strstr(want, "fault") || strstr(want, "NODATA"), "%s: %.300s", t->name, want);
        cr_expect(!*diff, "%s:%s", t->name, diff);
        if (some < all)
            replayed++;
        else
            n += (size_t)snprintf(left + n, sizeof left - n, "\n%.80s", t->name);
        free(want);
        free(got);
        dv_obj_free(obj);
    }
    cr_expect(replayed >= 12, "only %u kernels replayed a loop, not these:%.*s", replayed, (int)n,
              left);
}

/* ---- windows --------------------------------------------------------------------------------- */

static const struct twin windowed[] = {
    ROW("kernels/gemm/gemm_f16.s", "m=300 n=300 k=1100", .blocks = 2),
    ROW(V "g3_matmul.s", "m=128 n=256 k=1024", 0),
    ROW("kernels/elementwise/vadd_f16.s", "n=200003", .blocks = 3),
    ROW("kernels/softmax/softmax_f32.s", "rows=20 cols=1000", .blocks = 2),
};

Test(replay_kernels, windows)
{
    static const uint64_t step[] = {97, 777, 4096, 100000};

    for (size_t i = 0; i < sizeof windowed / sizeof *windowed; i++) {
        const struct twin *t = &windowed[i];
        struct dv_obj *obj = launch_object(t->source);
        char *want[2] = {twin_run(t, obj, &plain, NULL),
                         twin_run(t, obj, &(struct twin_way){.data = true}, NULL)};
        const char *diff = twin_diff(want[0], want[1]);
        cr_expect(!strstr(want[1], "fault"), "%s: %.300s", t->name, want[1]);
        cr_expect(!*diff || strstr(want[0], "NODATA"), "%s: without data:%s", t->name, diff);
        for (unsigned k = 0; k < 3 * 5; k++) {
            struct twin_way w = {.data = k % 3 == 0, .no_replay = k % 3 == 1};
            w.step = k / 3 < 4 ? step[k / 3] : 0;
            char *got = twin_run(t, obj, &w, NULL);
            diff = twin_diff(want[w.data], got);
            cr_expect(!*diff, "%s: %s, %s, steps of %llu:%s", t->name, w.data ? "data" : "no data",
                      w.no_replay ? "not replayed" : "replayed", (unsigned long long)w.step, diff);
            free(got);
        }
        free(want[0]);
        free(want[1]);
        dv_obj_free(obj);
    }
}
