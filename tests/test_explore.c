/* Exploration (emu/run/explore.c, emu/core/explore.c): kernels that are in order keep every bit
 * under other legal schedules, kernels that only look so lose one; a seed is one schedule. */
#include "emu/run/explore.h"
#include "tests/launch.h"

struct kernel {
    const char *name, *source, *args;
    uint32_t blocks, runs;
};

static struct dv_run_opts options(const struct kernel *k, char *store, const char **arg)
{
    return (struct dv_run_opts){
        .arg = arg, .args = launch_args(store, 256, k->args, arg, 16), .blocks = k->blocks};
}

static struct dv_explored explore(const struct kernel *k)
{
    char store[256];
    const char *arg[16];
    struct dv_run_opts o = options(k, store, arg);
    struct dv_obj *obj = launch_object(k->source);
    struct dv_explored out;
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = dv_explore(&o, obj, 0, k->runs, &out, &d);
    cr_assert_eq(e, DV_OK, "%s: %s", k->name, d.text);
    dv_obj_free(obj);
    return out;
}

/* ---- kernels in order ------------------------------------------------------------------------ */

/* Squares of 16 x 16 turned in turns by two halves of a buffer: VA registers are written anew while
 * the turn before may still wait in its queue. */
#define PAIR(va, i, from, lo, hi) \
    "add.s64 s, " from ", " #lo "\nadd.s64 t, " from ", " #hi "\nmoveva " #va ", " #i ", s, t\n"
/* clang-format off */
#define SIXTEEN(low, high, from) \
    PAIR(low, 0, from, 0, 32) PAIR(low, 2, from, 64, 96) PAIR(low, 4, from, 128, 160) \
    PAIR(low, 6, from, 192, 224) PAIR(high, 0, from, 256, 288) PAIR(high, 2, from, 320, 352) \
    PAIR(high, 4, from, 384, 416) PAIR(high, 6, from, 448, 480)
/* clang-format on */
#define TURNS \
    ".kernel k, core=aiv\n.param n, u32 = 20\n.param a, in, f16[16384]\n" \
    ".param c, out, f16[16384]\n" \
    ".buf A, ub, f16[512]\n.buf B, ub, f16[512]\n.flag full, mte2 -> v\n" \
    ".flag done, v -> mte3\n.flag free, mte3 -> mte2\n" \
    "k:\n.reg pa:gm, pc:gm, ra:ub = A, rb:ub = B, mv:burst = {len_burst=16}\n" \
    ".reg v:vnchwconv = {repeat=1}, s, t, n, half = 512, zero = 0\n" \
    "ldparam pa, a\nldparam pc, c\nldparam n, n\narm free\nl:\n" \
    "wait free\nmov_out_to_ub [ra], [pa], mv\nset full\n" SIXTEEN(va0, va1, "ra") \
        SIXTEEN(va2, va3, "rb") "wait full\nvnchwconv.b16 va2, va0, v\nset done\nwait done\n" \
                                "mov_ub_to_out [pc], [rb], mv\nset free\n" \
                                "add.s64 pa, pa, half\nadd.s64 pc, pc, half\nxor.b64 ra, ra, " \
                                "half\nxor.b64 rb, rb, half\n" \
                                "sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\ndrain free\nend\n"

static const struct kernel steady[] = {
    {"vadd", "kernels/elementwise/vadd_f16.s", "n=50000", 1, 50},
    {"vadd, two cores", "kernels/elementwise/vadd_f16.s", "n=70001", 2, 50},
    {"vadd, more blocks than cores", "kernels/elementwise/vadd_f16.s", "n=90000", 60, 10},
    {"gemm", "kernels/gemm/gemm_f16.s", "m=160 n=200 k=300", 1, 50},
    {"gemm, three cores", "kernels/gemm/gemm_f16.s", "m=300 n=200 k=200", 3, 50},
    {"gemm, one tile", "kernels/gemm/tile_f16.s", "", 1, 50},
    {"softmax", "kernels/softmax/softmax_f32.s", "rows=12", 1, 50},
    {"softmax, two cores", "kernels/softmax/softmax_f32.s", "rows=12", 2, 50},
    {"layernorm", "kernels/norm/layernorm_f16.s", "rows=9", 1, 50},
    {"vnchwconv", TURNS, "", 1, 50},
    {"layernorm, three cores", "kernels/norm/layernorm_f16.s", "rows=9", 3, 50},
};

Test(explore, kernels_in_order)
{
    for (size_t i = 0; i < sizeof steady / sizeof *steady; i++) {
        struct dv_explored out = explore(&steady[i]);
        cr_expect(!out.differs && !out.base_failed, "%s: %s: %s, fix: %s\n%s", steady[i].name,
                  out.finding.code, out.finding.d.text, out.finding.d.fix,
                  out.picture ? out.picture : "");
        cr_expect_eq(out.runs, steady[i].runs, "%s: %u runs", steady[i].name, out.runs);
        dv_explored_free(&out);
    }
}

/* ---- kernels that only look in order --------------------------------------------------------- */

#define HEAD \
    ".kernel k, core=aiv\n.param a, in, f32[64]\n.param c, out, f32[64]\n" \
    ".buf A, ub, f32[64]\n.buf B, ub, f32[64]\n.buf W, ub, f32[64]\n" \
    "k:\n.reg pa:gm, pc:gm, ra:ub = A, rb:ub = B, rw:ub = W, mv:burst = {len_burst=8}\n" \
    ".reg v:vec3 = {repeat=1}, t, zero = 0\nldparam pa, a\nldparam pc, c\n"
/* V has so much to do first that what it does not wait for is there, in the default schedule. */
#define LONG ".rept 100\nvadd.f32 [rw], [rw], [rw], v\nbar.v\n.endr\n"
#define FLAG(src, dst) "set_flag." src "." dst " #0\nwait_flag." src "." dst " #0\n"
#define LOAD "mov_out_to_ub [ra], [pa], mv\n"
#define ADD "vadd.f32 [rb], [ra], [ra], v\n"
#define STORE "mov_ub_to_out [pc], [rb], mv\n"

static const struct kernel racy[] = {
    {"no flag from MTE2 to V", HEAD LOAD LONG ADD FLAG("v", "mte3") STORE "end\n", "", 1, 200},
    {"no flag from V to MTE3, S is slow",
     HEAD LOAD FLAG("mte2", "v") ADD
     "mov t, 2000\nw:\nsub.s64 t, t, 1\njumpcmp.gt.s64 t, zero, w\n" STORE "end\n",
     "", 1, 200},
    {"two cores write the same bytes", HEAD "mov t, blockid\nst.b64 t, [pc, 0]\nend\n", "", 2, 200},
};

Test(explore, missing_order)
{
    for (size_t i = 0; i < sizeof racy / sizeof *racy; i++) {
        struct dv_explored out = explore(&racy[i]);
        cr_expect(!out.base_failed, "%s: %s", racy[i].name, out.finding.d.text);
        cr_expect(out.differs && out.seed && *out.finding.d.at.buffer,
                  "%s: %u runs without a difference", racy[i].name, out.runs);
        cr_log_info("%s: seed %lu, %s: %s\n", racy[i].name, (unsigned long)out.seed,
                    out.finding.code, out.finding.d.text);
        dv_explored_free(&out);
    }
}

/* How deep the queue of V is, is not documented: a kernel that needs 14 places is told so. */
Test(explore, deadlock)
{
    struct kernel k = {"consumer first",
                       HEAD "wait_flag.mte2.v #0\n.rept 14\n" ADD ".endr\n" LOAD
                            "set_flag.mte2.v #0\nend\n",
                       "", 1, 200};
    struct dv_explored out = explore(&k);

    cr_expect_str_eq(out.finding.code, "DEADLOCK");
    cr_expect(strstr(out.finding.d.text, "seed"), "%s", out.finding.d.text);
    cr_expect(out.picture && strstr(out.picture, "it holds"), "%s", out.picture);
    dv_explored_free(&out);
}

Test(explore, base_fails)
{
    struct kernel k = {"deadlock", HEAD "wait_flag.mte2.v #0\nend\n", "", 1, 10};
    struct dv_explored out = explore(&k);

    cr_expect(out.base_failed && !out.differs && out.runs == 0 && out.picture);
    dv_explored_free(&out);
}

/* ---- one seed -------------------------------------------------------------------------------- */

static enum dv_err run_alone(const struct kernel *k, uint64_t seed, dv_time *cycles,
                             struct dv_diag *d)
{
    char store[256];
    const char *arg[16];
    struct dv_run_opts o = options(k, store, arg);
    struct dv_obj *obj = launch_object(k->source);
    struct dv_run *r = calloc(1, sizeof *r);

    o.explore_seed = seed;
    dv_diag_init(d);
    enum dv_err e = dv_run_prepare(r, &o, obj, 0, d);
    if (!e)
        e = dv_run_go(r, d);
    *cycles = dv_machine_cycles(r->machine);
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
    return e;
}

Test(explore, seed_is_one_schedule)
{
    struct dv_diag d;
    dv_time plain, once, again, other;

    for (size_t i = 0; i < 9; i += 4) {
        cr_assert_eq(run_alone(&steady[i], 0, &plain, &d), DV_OK, "%s", d.text);
        cr_assert_eq(run_alone(&steady[i], 7, &once, &d), DV_OK, "%s", d.text);
        cr_assert_eq(run_alone(&steady[i], 7, &again, &d), DV_OK, "%s", d.text);
        cr_assert_eq(run_alone(&steady[i], 8, &other, &d), DV_OK, "%s", d.text);
        cr_expect_eq(once, again, "%s: seed 7 twice", steady[i].name);
        cr_expect(once > plain && once != other, "%s: seeds are alike", steady[i].name);
    }
}

/* The seed of a series that faults faults alone, at the same cycle. */
Test(explore, seed_found_again)
{
    struct kernel k = racy[1];
    dv_time cycles;
    struct dv_diag d;

    for (unsigned i = 0; i < 8; i++) {
        struct dv_explored out = explore(&k);
        cr_assert(out.differs);
        enum dv_err e = run_alone(&k, out.seed, &cycles, &d);
        cr_expect_eq(e, out.finding.d.code, "seed %lu alone: %s", (unsigned long)out.seed, d.text);
        cr_expect_eq(d.at.cycle, e ? out.finding.d.at.cycle : 0);
        dv_explored_free(&out);
    }
}

Test(explore, needs_data)
{
    struct dv_run_opts o = {.data_off = true};
    struct dv_obj *obj = launch_object(HEAD "end\n");
    struct dv_explored out;
    struct dv_diag d;

    dv_diag_init(&d);
    cr_expect_eq(dv_explore(&o, obj, 0, 1, &out, &d), DV_E_CONFIG);
    dv_explored_free(&out);
    dv_obj_free(obj);
}
