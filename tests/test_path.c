/* The critical path: its shares tile the time of the core exactly, every link is found, flags have
 * the margins that their times say, and a path that does not fit into memory says so. */
#include "emu/prof/verdict.h"
#include "tests/launch.h"

static const char unit_flags[] = ".kernel k, core=aic\n"
                                 ".param c, out, f32[64, 128]\n"
                                 ".buf A, l0a, f16[64*64]\n"
                                 ".buf B, l0b, f16[64*128]\n"
                                 ".buf C, l0c, f32[64*128]\n"
                                 "k:\n"
                                 ".reg pc:gm, ra:l0a = A, rb:l0b = B, rc:l0c = C\n"
                                 ".reg mm:mmad = {m=64 k=64 n=128 unit_flag=3 c_init=1}\n"
                                 ".reg fx:fix = {n=128 m=64 dst_stride=128 src_stride=64 nz2nd=1 "
                                 "unit_flag=3}\n"
                                 "ldparam pc, c\n"
                                 ".rept 3\n"
                                 "mmad.f16f32 [rc], [ra], [rb], mm\n"
                                 "fix_l0c_to_out.f32 [pc], [rc], fx\n"
                                 ".endr\n"
                                 "end\n";

/* The AIC divides a while and sets a flag behind a load; its AIVs wait for it, the second store. */
static const char cross_flag[] = ".include \"dv.inc\"\n"
                                 ".kernel k, core=mix, ratio=1:2\n"
                                 ".entry aic, cube\n"
                                 ".entry aiv, vector\n"
                                 ".param x, in, f16[1024]\n"
                                 ".param y, out, f16[blocks, 2, 1024]\n"
                                 ".buf L, l1, f16[1024]\n"
                                 ".buf T, ub, f16[1024]\n"
                                 "cube:\n"
                                 ".reg px:gm, l:l1 = L, mi:burst = {len_burst=64}, q = 9\n"
                                 "ldparam px, x\n"
                                 ".rept 100\n"
                                 "div.s64 q, q, q\n"
                                 ".endr\n"
                                 "mov_out_to_l1 [l], [px], mi\n"
                                 "cross_set mte2, 2, 5\n"
                                 "end\n"
                                 "vector:\n"
                                 ".reg py:gm, t:ub = T, mv:align = {len_burst=2048}\n"
                                 "ldparam py, y\n"
                                 "wait_flag_dev #5\n"
                                 "mov_ub_to_out_align.b16 [py], [t], mv\n"
                                 "end\n";

static const struct path_row {
    const char *chip, *source, *args;
    uint32_t blocks;
    bool data_off;
    const char *set[2]; /* a number and its text */
} rows[] = {
    {"910B1", "kernels/gemm/gemm_f16.s", "m=300 n=200 k=700", 1, true, {NULL}},
    {"910B4", "kernels/gemm/gemm_f16.s", "m=512 n=256 k=2048", 2, true, {NULL}},
    {"910B1", "kernels/gemm/gemm_f16.s", "m=256 k=512", 1, true, {"l2.bytes", "64 KiB"}},
    {"910B1", "kernels/gemm/gemm_f16.s", "m=256", 1, true, {"core.load.head_queued", "0"}},
    {"910B1", "kernels/gemm/tile_f16.s", "", 1, true, {NULL}},
    {"910B1", "kernels/conv/conv2d_f16.s", "", 1, true, {NULL}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=100003", 1, true, {NULL}},
    {"910B3", "kernels/elementwise/vadd_f16.s", "n=1003", 7, true, {NULL}},
    /* more blocks than cores */
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=90003", 101, true, {NULL}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=7000", 1, true, {"core.scalar.issue", "1.3"}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=70000", 1, true, {"core.flag.latency", "0"}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=70000", 1, true, {"core.gm_ub.flight", "1"}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=70000", 1, true, {"core.gm_ub.interval", "999"}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=70000", 1, true, {"core.queue.mte2", "1"}},
    {"910B1", "kernels/softmax/softmax_f32.s", "rows=3 cols=1000", 1, false, {NULL}},
    {"910B1", "kernels/norm/layernorm_f16.s", "rows=2 cols=1000", 1, false, {NULL}},
    {"910A", "kernels/norm/layernorm_c100_f16.s", "rows=2 cols=1024", 2, false, {NULL}},
    {"910B1", "kernels/mix/gemm_split_f16.s", "", 1, true, {NULL}},
    {"910B1", "tests/prof/copy_rows.s", "", 1, true, {NULL}},
    {"910B1", "tests/prof/gemm_late.s", "", 1, true, {NULL}},
    {"910B1", "kernels/mix/gemm_split_f16.s", "m=512 n=512", 7, true, {NULL}},
    {"910B1", "kernels/mix/gemm_split_f16.s", "m=256", 24, true, {"launch.per_aic", "5000"}},
    {"910B1", cross_flag, "", 3, true, {NULL}},
    /* all cores share memory, L2, and lines past L2 */
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=4000000", 48, true, {"l2.bytes", "64 KiB"}},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=4000000", 48, true, {"l2.rate", "900"}},
    {"910B1", "kernels/gemm/gemm_f16.s", "m=1024 n=1024 k=512", 24, true, {"l2.rate", "900"}},
    {"910B1", unit_flags, "", 1, true, {NULL}},
    {"910B1", "tests/prof/scalar_flags.s", "", 2, true, {NULL}},
};

static const char *name_of(const struct path_row *t)
{
    return strchr(t->source, '\n') ? "text" : t->source;
}

static struct dv_run *prepare(const struct path_row *t, struct dv_obj *obj)
{
    struct dv_run *r = calloc(1, sizeof *r);
    static char store[256];
    static const char *arg[8];
    static struct dv_run_set set;
    struct dv_diag d;
    struct dv_run_opts o = {.chip = t->chip,
                            .blocks = t->blocks,
                            .data_off = t->data_off,
                            .arg = arg,
                            .set = &set,
                            .sets = t->set[0] ? 1 : 0};
    set = (struct dv_run_set){t->set[0], t->set[1]};
    dv_diag_init(&d);
    o.args = launch_args(store, sizeof store, t->args, arg, 8);
    cr_assert_eq(dv_run_prepare(r, &o, obj, 0, &d), DV_OK, "%s: %s", name_of(t), d.text);
    return r;
}

static void go(struct dv_run *r, const struct path_row *t)
{
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert_eq(dv_run_go(r, &d), DV_OK, "%s: %s", name_of(t), d.text);
}

/* Four ways to cut the same time. */
static void check_tiles(const struct path_row *t, const struct dv_path_sum *s)
{
    dv_time pipes = 0, causes = 0, lines = s->nowhere, flags = s->unflagged, both = 0, pools = 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        pipes += s->pipe[p];
        for (unsigned c = 0; c < DV_PATH_CAUSES; c++)
            both += s->spent[p][c];
    }
    for (unsigned c = 0; c < DV_PATH_CAUSES; c++)
        causes += s->cause[c];
    for (uint32_t i = 0; i < s->words; i++)
        lines += s->at[i];
    for (unsigned i = 0; i < s->flags; i++)
        flags += s->flag[i].time;
    cr_expect(pipes == s->total, "%s: pipes", name_of(t));
    cr_expect(causes == s->total, "%s: causes", name_of(t));
    cr_expect(both == s->total, "%s: pipes by cause", name_of(t));
    cr_expect(lines == s->total, "%s: instructions", name_of(t));
    cr_expect(flags == s->total, "%s: flags", name_of(t));
    for (unsigned p = 0; p < DV_SHARED_POOLS; p++)
        pools += s->shared[p];
    cr_expect(pools == s->cause[DV_PATH_BY_shared], "%s: pools", name_of(t));
    cr_expect((s->crossings > 0) >= (s->elsewhere > 0) && s->elsewhere <= s->total);
    cr_expect(s->cause[DV_PATH_BY_other] == 0, "%s: %llu by a link that was not found", name_of(t),
              (unsigned long long)s->cause[DV_PATH_BY_other]);
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        cr_expect(s->slack[p].late <= s->slack[p].taken &&
                  s->slack[p].sum >= s->slack[p].least * s->slack[p].taken);
}

static void check_cores(const struct path_row *t, struct dv_run *r, struct dv_way *p)
{
    unsigned core = 0, used = 0;
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++) {
        const struct dv_core_stats *c = dv_machine_core(r->machine, i);
        const struct dv_path_sum *s = dv_path_core(p, i);
        cr_expect_eq(s != NULL, c->blocks > 0);
        if (!s)
            continue;
        cr_expect(s->total == c->last - c->first, "%s core %u: %llu of %llu", name_of(t), i,
                  (unsigned long long)s->total, (unsigned long long)(c->last - c->first));
        check_tiles(t, s);
        used++;
    }
    cr_expect(used > 0);
    const struct dv_path_sum *most = dv_path_take(p, &core);
    cr_assert(most);
    cr_expect(most->total == dv_machine_cycles(r->machine), "%s", name_of(t));
}

Test(path, tiles)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_obj *obj = launch_object(rows[i].source);
        struct dv_run *r = prepare(&rows[i], obj);
        struct dv_way *p = dv_path_new(r->machine, (uint32_t)(obj->section[DV_TEXT].n / 4), 0);
        struct dv_listener hear = dv_path_listener(p);
        cr_assert(dv_machine_listen(r->machine, &hear));
        go(r, &rows[i]);
        check_cores(&rows[i], r, p);
        dv_path_free(p);
        dv_run_free(r);
        free(r);
        dv_obj_free(obj);
    }
}

/* A load of 2 KB, then a store: times as the chip says them, by hand. */
static const char one_move[] = ".kernel k, core=aiv\n"
                               ".param x, in, f16[1024]\n"
                               ".param y, out, f16[1024]\n"
                               ".buf T, ub, f16[1024]\n"
                               ".flag in, mte2 -> mte3\n"
                               "k:\n"
                               ".reg px:gm, py:gm, t:ub = T, mv:align = {len_burst=2048}\n"
                               "ldparam px, x\n"
                               "ldparam py, y\n"
                               "mov_out_to_ub_align.b16 [t], [px], mv\n"
                               "set in\n"
                               "wait in\n"
                               "mov_ub_to_out_align.b16 [py], [t], mv\n"
                               "end\n";

Test(path, by_hand)
{
    const struct path_row t = {"910B1", one_move, "", 1, true, {NULL}};
    struct dv_obj *obj = launch_object(t.source);
    struct dv_run *r = prepare(&t, obj);
    struct dv_way *p = dv_path_new(r->machine, (uint32_t)(obj->section[DV_TEXT].n / 4), 0);
    struct dv_listener hear = dv_path_listener(p);
    unsigned core = 0;
    cr_assert(dv_machine_listen(r->machine, &hear));
    go(r, &t);
    const struct dv_path_sum *s = dv_path_take(p, &core);
    const struct dv_chip *c = &r->chip;
    cr_assert(s);
    /* latency and data of the load, the flag, the WAIT, latency and data of the store */
    cr_expect_eq(s->cause[DV_PATH_BY_flag], DV_P(c, flag_latency));
    cr_expect_eq(s->cause[DV_PATH_BY_sync], DV_P(c, flag_issue));
    cr_expect_eq(s->spent[DV_PIPE_MTE2][DV_PATH_BY_head], DV_P(c, gm_ub_latency));
    cr_expect_eq(s->spent[DV_PIPE_MTE3][DV_PATH_BY_head], DV_P(c, l2_write_latency));
    cr_expect_eq(s->spent[DV_PIPE_MTE2][DV_PATH_BY_work], dv_time_of(2048, DV_P(c, gm_ub_rate)));
    cr_expect_eq(s->spent[DV_PIPE_MTE3][DV_PATH_BY_work], dv_time_of(2048, DV_P(c, l2_write)));
    cr_expect_eq(s->flags, 1);
    cr_expect(s->flag[0].src == DV_PIPE_MTE2 && s->flag[0].dst == DV_PIPE_MTE3);
    cr_expect_eq(s->flag[0].times, 1);
    cr_expect(s->slack[DV_PIPE_MTE2].taken == 1 && s->slack[DV_PIPE_MTE2].late == 1);
    dv_path_free(p);
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
}

/* Runs it and listens. */
static struct dv_way *heard(const struct path_row *t, struct dv_obj **obj, struct dv_run **r)
{
    *obj = launch_object(t->source);
    *r = prepare(t, *obj);
    struct dv_way *p = dv_path_new((*r)->machine, (uint32_t)((*obj)->section[DV_TEXT].n / 4), 0);
    struct dv_listener hear = dv_path_listener(p);
    cr_assert(dv_machine_listen((*r)->machine, &hear));
    go(*r, t);
    return p;
}

static void forget(struct dv_obj *obj, struct dv_run *r, struct dv_way *p)
{
    dv_path_free(p);
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
}

/* From the AIV that ends to the AIC: the store, the flag, the load and what S did before it. */
Test(path, crosses)
{
    const struct path_row t = {"910B1", cross_flag, "", 1, true, {NULL}};
    struct dv_obj *obj;
    struct dv_run *r;
    struct dv_way *p = heard(&t, &obj, &r);
    const struct dv_chip *c = &r->chip;
    unsigned core = 0;
    const struct dv_path_sum *s = dv_path_take(p, &core);
    cr_assert(s);
    cr_expect_eq(core, DV_P(c, aic));
    cr_expect_eq(s->crossings, 1);
    cr_expect_eq(s->cause[DV_PATH_BY_cross_core], DV_P(c, cross_latency));
    cr_expect_eq(s->spent[DV_PIPE_MTE2][DV_PATH_BY_head] + s->spent[DV_PIPE_MTE2][DV_PATH_BY_work],
                 DV_P(c, gm_l1_latency) + dv_time_of(2048, DV_P(c, gm_l1_rate)));
    cr_expect_eq(s->spent[DV_PIPE_MTE3][DV_PATH_BY_work], dv_time_of(2048, DV_P(c, l2_write)));
    cr_expect_geq(s->spent[DV_PIPE_S][DV_PATH_BY_scalar], 100 * DV_P(c, scalar_div));
    cr_expect_geq(s->elsewhere, 100 * DV_P(c, scalar_div));
    cr_expect_lt(s->elsewhere, s->total - DV_P(c, cross_latency));
    forget(obj, r, p);
}

/* The flag of the core that began last: the time before it began is the launch's. */
Test(path, comes_to_a_core_that_had_not_begun)
{
    static const char peers[] = ".include \"dv.inc\"\n"
                                ".kernel k, core=mix, ratio=1:2\n"
                                ".entry aic, cube\n"
                                ".entry aiv, vector\n"
                                ".param x, in, f16[1024]\n"
                                "cube:\n"
                                "cross_set mte2, 0, 3\n"
                                "wait_flag_dev #3\n"
                                "end\n"
                                "vector:\n"
                                "end\n";
    const struct path_row t = {"910B1", peers, "", 4, true, {NULL}};
    struct dv_obj *obj;
    struct dv_run *r;
    struct dv_way *p = heard(&t, &obj, &r);
    unsigned core = 9;
    const struct dv_path_sum *s = dv_path_take(p, &core);
    cr_assert(s);
    cr_expect_eq(core, 0);
    cr_expect_eq(s->cause[DV_PATH_BY_launch], dv_machine_core(r->machine, 3)->first);
    cr_expect_eq(s->cause[DV_PATH_BY_cross_core], DV_P(&r->chip, cross_latency));
    cr_expect_eq(s->total, dv_machine_core(r->machine, 0)->last);
    check_tiles(&t, s);
    forget(obj, r, p);
}

/* What a scarce pool costs has its name, and nobody pays where there is enough. */
Test(path, shared_pools)
{
    static const struct {
        struct path_row t;
        int pool; /* -1 = enough of all */
    } row[] = {
        {{"910B1", "kernels/elementwise/vadd_f16.s", "n=4000000", 48, true, {"l2.bytes", "64 KiB"}},
         DV_SHARED_MEMORY},
        {{"910B1", "kernels/elementwise/vadd_f16.s", "n=4000000", 48, true, {"l2.rate", "900"}},
         DV_SHARED_L2},
        {{"910B1", "kernels/elementwise/vadd_f16.s", "n=4000000", 48, true, {"l2.rate", "99999"}},
         -1},
        {{"910B1", "kernels/elementwise/vadd_f16.s", "n=400000", 1, true, {"l2.bytes", "64 KiB"}},
         -1},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct dv_obj *obj;
        struct dv_run *r;
        struct dv_way *p = heard(&row[i].t, &obj, &r);
        unsigned core = 0;
        const struct dv_path_sum *s = dv_path_take(p, &core);
        cr_assert(s);
        for (int k = 0; k < DV_SHARED_POOLS; k++)
            cr_expect_eq(s->shared[k] > s->total / 10, k == row[i].pool, "row %zu: %s", i,
                         dv_path_pool_names[k]);
        cr_expect(row[i].pool >= 0 || !s->cause[DV_PATH_BY_shared], "row %zu", i);
        forget(obj, r, p);
    }
}

/* A block whose items memory has no room for: with the temporary file it is the same. */
static const char long_block[] = ".kernel k, core=aiv\n"
                                 ".flag there, v -> mte3\n"
                                 ".flag back, mte3 -> v\n"
                                 "k:\n"
                                 ".reg left = 4000, zero = 0, one = 1\n"
                                 "again:\n"
                                 "set there\n"
                                 "wait there\n"
                                 "set back\n"
                                 "wait back\n"
                                 "sub.s64 left, left, one\n"
                                 "jumpcmp.gt.s64 left, zero, again\n"
                                 "end\n";

Test(path, file)
{
    static const uint64_t memory[] = {0, 1, 1 << 18};
    const struct path_row t = {"910B1", long_block, "", 1, true, {NULL}};
    struct dv_obj *obj = launch_object(t.source);
    struct dv_run *r = prepare(&t, obj);
    const struct dv_path_sum *s[3];
    struct dv_way *p[3];
    unsigned core = 0;
    for (int i = 0; i < 3; i++) {
        p[i] = dv_path_new(r->machine, (uint32_t)(obj->section[DV_TEXT].n / 4), memory[i]);
        struct dv_listener hear = dv_path_listener(p[i]);
        cr_assert(dv_machine_listen(r->machine, &hear));
    }
    go(r, &t);
    for (int i = 0; i < 3; i++) {
        s[i] = dv_path_take(p[i], &core);
        cr_assert(s[i], "%s", dv_path_why(p[i]) ? dv_path_why(p[i]) : "no block");
        cr_expect(s[i]->steps > 4000);
        cr_expect(s[i]->steps == s[0]->steps && s[i]->total == s[0]->total);
        cr_expect_arr_eq(s[i]->cause, s[0]->cause, sizeof s[0]->cause);
        cr_expect_arr_eq(s[i]->spent, s[0]->spent, sizeof s[0]->spent);
        cr_expect_arr_eq(s[i]->at, s[0]->at, s[0]->words * sizeof *s[0]->at);
    }
    for (int i = 0; i < 3; i++)
        dv_path_free(p[i]);
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
}

Test(path, no_file)
{
    const struct path_row t = {"910B1", long_block, "", 1, true, {NULL}};
    struct dv_obj *obj = launch_object(t.source);
    struct dv_run *r = prepare(&t, obj);
    struct dv_way *p = dv_path_new(r->machine, (uint32_t)(obj->section[DV_TEXT].n / 4), 0);
    struct dv_way *q = dv_path_new(r->machine, (uint32_t)(obj->section[DV_TEXT].n / 4), 1);
    struct dv_listener hear = dv_path_listener(q);
    unsigned core = 0;
    setenv("TMPDIR", "/nowhere", 1);
    cr_assert(dv_machine_listen(r->machine, &hear));
    go(r, &t);
    cr_expect(!dv_path_take(q, &core));
    cr_expect(dv_path_why(q) && strstr(dv_path_why(q), "/nowhere"));
    cr_expect(!dv_path_take(p, &core) && !dv_path_why(p)); /* heard nothing */
    dv_path_free(p);
    dv_path_free(q);
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
}
