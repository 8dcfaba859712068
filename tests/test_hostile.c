/* What a hostile guest, a hostile saved state or an unlucky window could do to the engine: faults,
 * limits and images that must be refused. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/bench.h"

#define AIV ".kernel k, core=aiv\nk:\n"
#define AIC ".kernel k, core=aic\nk:\n"

struct fault_row {
    const char *name, *text;
    struct dv_machine_opts opts;
    enum dv_err code;
    const char *says;
};

#define REDUCE ".reg rd:ub = 0x1000, rs:ub = 0x2000, v:red = {repeat=4 dst_rep=1 acc=1}\n"

static const struct fault_row faults[] = {
    {"S reads a register that V still writes",
     AIV REDUCE "vcadd.f32 [rd], [rs], v\nmov x5, acc_val\nend\n",
     {0},
     DV_E_COLLISION,
     "special register ACC_VAL is used by pipe s while pipe v"},
    {"S reads a register after a flag",
     AIV REDUCE
     "vcadd.f32 [rd], [rs], v\nset_flag.v.s #0\nwait_flag.v.s #0\nmov x5, acc_val\nend\n",
     {0},
     DV_OK,
     ""},
    {"S reads a register whose value was skipped",
     AIV REDUCE
     "vcadd.f32 [rd], [rs], v\nset_flag.v.s #0\nwait_flag.v.s #0\nmov x5, acc_val\nend\n",
     {.data_off = true},
     DV_E_NODATA,
     "ACC_VAL"},
    {"S writes it first",
     AIV REDUCE "vcadd.f32 [rd], [rs], v\nset_flag.v.s #0\nwait_flag.v.s #0\nmov acc_val, x6\n"
                "mov x5, acc_val\nend\n",
     {.data_off = true},
     DV_OK,
     ""},
    {"the second half of a pair is read at the time of the first",
     AIV ".reg pa:gm, ra:ub = 0\n.reg mv:burst = {len_burst=1}\nmov x20, para_base\n"
         "ld.b64 pa, [x20, 0]\nmov x21, 0x80080000\nmov x22, 0x80080100\nmov_out_to_ub [ra], [pa], "
         "mv\nset_flag.mte2.s #0\nldp.b64 x6, x7, [x22, 0]\nwait_flag.mte2.s #0\n"
         "ldp.b64 x6, x7, [x21, 0]\nend\n",
     {0},
     DV_OK,
     ""},
    {"a return to itself is no endless loop",
     AIV "call sub\nend\nsub: call t\nt: ret\n",
     {0},
     DV_OK,
     ""},
    {"an address that wraps around",
     AIC ".reg za:l0a = 0, c:load2d = {repeat=1 start=1}\nmov x20, -512\n"
         "load_l1_to_l0a_2d [za], [x20], c\nend\n",
     {0},
     DV_E_BOUNDS,
     "l1"},
    {"repeats without end",
     AIV
     ".reg ra:ub = 0, rb:ub = 0x8000, v:vec1 = {repeat=1 dst_rep=0 src_rep=0}\nmov x5, 1\nmov x6, "
     "56\n"
     "shl.b64 x5, x5, x6\nmov ctrl, x5\nmov x7, -1\nmovemask x7, 0\nvabs.f16 [ra], [rb], v\nend\n",
     {.time_off = true},
     DV_E_RANGE,
     "repeats over the same bytes"},
};

Test(hostile, faults)
{
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault_row *r = &faults[i];
        struct bench b;
        bench_open(&b, "910B1", &r->opts, r->text);
        memset(bench_tensor(&b, 8192), 0, 8192);
        enum dv_err err = bench_run(&b, 1);
        cr_expect_eq(err, r->code, "%s: %s, wanted %s: %s", r->name, dv_err_name(err),
                     dv_err_name(r->code), b.d.text);
        cr_expect(strstr(b.d.text, r->says), "%s: \"%s\"", r->name, b.d.text);
        bench_close(&b);
    }
}

/* ---- blocks of unequal length: which core is idle first must not depend on the window -------- */

/* Block b spins 37 * ((b * 7) % 11) + 1 rounds and stores its core at tensor[b]. */
static const char uneven[] =
    AIV "mov x1, blockid\nmov x2, 7\nmul.s64 x3, x1, x2\nmov x2, 11\nrem.s64 x3, x3, x2\n"
        "mov x2, 37\nmul.s64 x3, x3, x2\nmov x4, 0\nl: sub.s64 x3, x3, 1\n"
        "jumpcmp.gt.s64 x3, x4, l\nmov x20, para_base\nld.b64 x21, [x20, 0]\nmov x5, coreid\n"
        "mov x2, 8\nmul.s64 x1, x1, x2\nadd.s64 x21, x21, x1\nst.b64 x5, [x21, 0]\nend\n";

enum { BLOCKS = 300 };

static dv_time waves(dv_time window, uint64_t core[BLOCKS])
{
    const struct dv_machine_opts plain = {0};
    struct bench b;
    bool ended = false;

    bench_open(&b, "910B4", &plain, uneven);
    uint64_t *tensor = bench_tensor(&b, BLOCKS * 8);
    cr_assert_eq(bench_launch(&b, BLOCKS), DV_OK);
    for (dv_time t = window; !ended; t += window)
        cr_assert_eq(dv_machine_step(b.m, t, &ended, &b.d), DV_OK, "%s", b.d.text);
    memcpy(core, tensor, BLOCKS * 8);
    dv_time cycles = dv_machine_cycles(b.m);
    bench_close(&b);
    return cycles;
}

Test(hostile, waves_do_not_know_windows)
{
    static uint64_t one[BLOCKS], other[BLOCKS];
    static const dv_time windows[] = {1u << 30, 4096 * DV_CYCLE, 333 * DV_CYCLE, 4999};
    dv_time cycles = waves(97 * DV_CYCLE, one);

    for (unsigned i = 0; i < sizeof windows / sizeof *windows; i++) {
        cr_expect_eq(waves(windows[i], other), cycles, "window %llu",
                     (unsigned long long)windows[i]);
        cr_expect_eq(memcmp(one, other, sizeof one), 0, "window %llu: other cores",
                     (unsigned long long)windows[i]);
    }
}

/* The limit is exact: a kernel of n cycles runs with --max-cycles n and not with n - 1. */
Test(hostile, limit_is_exact)
{
    struct dv_machine_opts o = {0};
    struct bench b;

    bench_open(&b, "910B1", &o, AIV ".rept 50\nnop\n.endr\nend\n");
    cr_assert_eq(bench_run(&b, 1), DV_OK);
    uint64_t n = dv_machine_cycles(b.m) / DV_CYCLE;
    bench_close(&b);
    for (unsigned less = 0; less < 2; less++) {
        o.max_cycles = n - less;
        bench_open(&b, "910B1", &o, AIV ".rept 50\nnop\n.endr\nend\n");
        cr_expect_eq(bench_run(&b, 1), less ? DV_E_LIMIT : DV_OK, "%u less", less);
        bench_close(&b);
    }
}

/* ---- a saved state is input ------------------------------------------------------------------ */

static const char busy[] =
    AIV ".buf A, ub, f16[4096]\n.reg pa:gm, ra:ub = A, n, zero = 0\n.reg v:vec1 = {repeat=32}\n"
        ".reg mv:burst = {len_burst=256}\nmov x20, para_base\nld.b64 pa, [x20, 0]\nmov n, 200\n"
        "l: mov_out_to_ub [ra], [pa], mv\nset_flag.mte2.v #0\nwait_flag.mte2.v #0\n"
        "vabs.f16 [ra], [ra], v\nset_flag.v.mte2 #0\nwait_flag.v.mte2 #0\nsub.s64 n, n, 1\n"
        "jumpcmp.gt.s64 n, zero, l\nend\n";

static void busy_open(struct bench *b)
{
    const struct dv_machine_opts plain = {.gm_bytes = 1 << 20};
    bench_open(b, "910B4", &plain, busy);
    bench_tensor(b, 8192);
    cr_assert_eq(bench_launch(b, 2), DV_OK);
}

Test(hostile, cut_images)
{
    struct bench b;
    struct dv_diag d;
    bool ended;

    busy_open(&b);
    cr_assert_eq(dv_machine_step(b.m, 900 * DV_CYCLE, &ended, &b.d), DV_OK, "%s", b.d.text);
    size_t n = dv_machine_save_size(b.m), cuts[] = {0, 7, 40, n / 2, n - 1};
    uint8_t *image = malloc(n + 1);
    dv_machine_save(b.m, image);
    for (unsigned i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        uint8_t *cut = malloc(cuts[i] ? cuts[i] : 1); /* its own block, for the sanitizer */
        memcpy(cut, image, cuts[i]);
        dv_diag_init(&d);
        cr_expect_eq(dv_machine_restore(b.m, cut, cuts[i], &d), DV_E_OBJECT, "%zu", cuts[i]);
        free(cut);
    }
    dv_diag_init(&d);
    cr_expect_eq(dv_machine_restore(b.m, image, n + 1, &d), DV_E_OBJECT, "one byte too many");
    dv_diag_init(&d);
    cr_expect_eq(dv_machine_restore(b.m, image, n, &d), DV_OK, "%s", d.text);
    cr_expect_eq(dv_machine_run(b.m, &d), DV_OK, "%s", d.text);
    free(image);
    bench_close(&b);
}

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Damage where indices live: the head of the state, the cores that run, their rings. */
Test(hostile, damaged_images, .timeout = 100)
{
    struct bench b;
    struct dv_diag d;
    bool ended;
    uint64_t s = 88172645463325252u;
    unsigned refused = 0;

    busy_open(&b);
    cr_assert_eq(dv_machine_step(b.m, 900 * DV_CYCLE, &ended, &b.d), DV_OK, "%s", b.d.text);
    size_t n = dv_machine_save_size(b.m);
    const struct dv_core *c = &b.m->st->core[DV_P(&b.m->chip, aic)];
    size_t first = (size_t)((const uint8_t *)c - (const uint8_t *)b.m->st) + 40;
    uint8_t *image = malloc(n), *bad = malloc(n);
    dv_machine_save(b.m, image);
    for (unsigned i = 0; i < 120; i++) {
        memcpy(bad, image, n);
        for (unsigned k = 0; k < 1 + i % 40; k++) {
            size_t at = i % 3 ? first + next(&s) % sizeof *c : next(&s) % 200;
            bad[at] = (uint8_t)(k % 2 ? next(&s) : 0xff);
        }
        dv_diag_init(&d);
        if (dv_machine_restore(b.m, bad, n, &d) != DV_OK) {
            refused++;
            continue;
        }
        b.m->limit = (b.m->st->window & UINT32_MAX) + 20000 * DV_CYCLE;
        dv_machine_step(b.m, 20000 * DV_CYCLE, &ended, &d);
    }
    cr_expect_gt(refused, 20, "%u refused", refused);
    dv_diag_init(&d);
    cr_expect_eq(dv_machine_restore(b.m, image, n, &d), DV_OK, "%s", d.text);
    b.m->limit = UINT64_MAX - 1;
    cr_expect_eq(dv_machine_run(b.m, &d), DV_OK, "%s", d.text);
    free(image);
    free(bad);
    bench_close(&b);
}
