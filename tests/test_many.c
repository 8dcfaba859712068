/* Many cores at one memory system: the engine's window, a second run, the way of one core alone,
 * the order of blocks, faults, S beside moves whose end is not known. */
#include "tests/launch.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct outcome {
    enum dv_err err;
    dv_time cycles, end;
    uint64_t hits, misses;
    dv_time last[80];
    uint32_t blocks[80];
    struct dv_diag d;
};

static struct outcome run(const char *source, const char *args, struct dv_run_opts o)
{
    static struct dv_run r;
    const char *arg[8];
    char store[200];
    struct outcome out = {.err = DV_OK};
    struct dv_obj *obj = launch_object(source);

    dv_diag_init(&out.d);
    o.arg = arg;
    o.args = launch_args(store, sizeof store, args, arg, COUNT(arg));
    out.err = dv_run_prepare(&r, &o, obj, 0, &out.d);
    cr_assert_eq(out.err, DV_OK, "%s", out.d.text);
    out.err = dv_run_go(&r, &out.d);
    out.cycles = dv_machine_cycles(r.machine);
    out.end = dv_machine_end(r.machine);
    for (unsigned i = 0; i < dv_machine_cores(r.machine); i++) {
        const struct dv_core_stats *s = dv_machine_core(r.machine, i);
        out.last[i] = s->last;
        out.blocks[i] = s->blocks;
        out.hits += s->path_bytes[DV_PATH_L2_HIT];
        out.misses += s->path_bytes[DV_PATH_L2_MISS];
    }
    dv_run_free(&r);
    dv_obj_free(obj);
    return out;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    if (a->err || b->err) /* how far the others came is nobody's business */
        return a->err == b->err && !strcmp(a->d.text, b->d.text) && a->d.at.core == b->d.at.core &&
               a->d.at.block == b->d.at.block && a->d.at.cycle == b->d.at.cycle &&
               a->d.at.line == b->d.at.line;
    return a->cycles == b->cycles && a->end == b->end && a->hits == b->hits &&
           a->misses == b->misses && !memcmp(a->last, b->last, sizeof a->last) &&
           !memcmp(a->blocks, b->blocks, sizeof a->blocks);
}

/* The first core that ended at another time. */
static const char *where(const struct outcome *a, const struct outcome *b)
{
    static char text[100];

    for (unsigned i = 0; i < COUNT(a->last); i++)
        if (a->last[i] != b->last[i] || a->blocks[i] != b->blocks[i]) {
            snprintf(text, sizeof text, "core %u: %u blocks until %.3f, %u until %.3f", i,
                     a->blocks[i], (double)a->last[i] / DV_CYCLE, b->blocks[i],
                     (double)b->last[i] / DV_CYCLE);
            return text;
        }
    return "all cores alike";
}

/* ---- kernels of the tree --------------------------------------------------------------------- */

static const struct kernel_row {
    const char *file, *args;
    uint32_t blocks;
    bool cold;
} kernels[] = {
    {"kernels/elementwise/vadd_f16.s", "n=3000000", 48, true},
    {"kernels/elementwise/vadd_f16.s", "n=3000000", 48, false},
    {"kernels/elementwise/vadd_f16.s", "n=1000000", 113, true},
    {"kernels/gemm/gemm_f16.s", "m=1024 n=1536 k=512", 24, true},
    {"kernels/gemm/gemm_f16.s", "m=700 n=1000 k=300", 20, false},
    {"kernels/mix/gemm_split_f16.s", "", 0, true},
    {"kernels/micro/copy.s", "", 48, true},
};

Test(many, window_makes_no_difference)
{
    static const uint32_t window[] = {4096, 2048, 8192, 700};
    for (size_t i = 0; i < COUNT(kernels); i++) {
        const struct kernel_row *k = &kernels[i];
        struct dv_run_opts o = {.blocks = k->blocks, .cold = k->cold, .data_off = true};
        struct outcome first = run(k->file, k->args, o);
        cr_expect_eq(first.err, DV_OK, "%s: %s", k->file, first.d.text);
        for (size_t w = 0; w < COUNT(window); w++) {
            o.window = window[w];
            struct outcome again = run(k->file, k->args, o);
            cr_expect(same(&first, &again),
                      "row %zu, %s, window %u: %.3f, not %.3f cycles; %llu, not %llu bytes missed; "
                      "%s",
                      i, k->file, window[w], (double)again.cycles / DV_CYCLE,
                      (double)first.cycles / DV_CYCLE, (unsigned long long)again.misses,
                      (unsigned long long)first.misses, where(&again, &first));
        }
    }
}

/* One core that asks as one of several takes the time of one core. */
Test(many, alone_in_company)
{
    for (size_t i = 0; i < COUNT(kernels); i++) {
        const struct kernel_row *k = &kernels[i];
        struct dv_run_opts o = {.blocks = 1, .data_off = true, .cold = k->cold};
        if (strstr(k->file, "mix"))
            continue;
        struct outcome alone = run(k->file, k->args, o);
        o.shared = true;
        struct outcome shared = run(k->file, k->args, o);
        cr_expect(same(&alone, &shared), "row %zu, %s: %.3f, not %.3f cycles", i, k->file,
                  (double)shared.cycles / DV_CYCLE, (double)alone.cycles / DV_CYCLE);
    }
}

/* ---- programs -------------------------------------------------------------------------------- */

#define AIV ".kernel k, core=aiv\n.param t, inout, f16[65536]\nk:\n"
#define LOAD \
    ".buf A, ub, f16[8192]\n.reg pa:gm, ra:ub = A, n, s, zero = 0\n.reg mv:burst = " \
    "{len_burst=512}\n" \
    ".reg v:vec1 = {repeat=32}\n" \
    "mov x20, para_base\nld.b64 pa, [x20, 0]\nmov s, 0x80080000\n"
#define MOVE "mov_out_to_ub [ra], [pa], mv\n"
#define LOOP(rounds) "mov n, " rounds "\nl: sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\n"

/* Blocks of 1, 2, .. rounds: a core that is idle first takes the next one, whatever the window. */
Test(many, waves)
{
    static const char text[] =
        AIV LOAD "mov n, blockid\nmov x21, 7\nrem.s64 n, n, x21\nadd.s64 n, n, 1\n"
                 "l: " MOVE "bar.mte2\nsub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\nend\n";
    struct dv_run_opts o = {.blocks = 500, .data_off = true};
    struct outcome first = run(text, "", o);
    uint32_t blocks = 0, most = 0, least = UINT32_MAX;
    cr_assert_eq(first.err, DV_OK, "%s", first.d.text);
    for (unsigned i = 24; i < 72; i++) {
        blocks += first.blocks[i];
        most = first.blocks[i] > most ? first.blocks[i] : most;
        least = first.blocks[i] < least ? first.blocks[i] : least;
    }
    cr_expect_eq(blocks, 500);
    cr_expect(least >= 4 && most <= 20, "%u to %u blocks on a core", least, most);
    for (o.window = 333; o.window < 20000; o.window *= 5) {
        struct outcome again = run(text, "", o);
        cr_expect(same(&first, &again), "window %u", o.window);
    }
}

static const struct fault_row {
    const char *name, *text;
    uint64_t max_cycles;
    enum dv_err code;
    const char *says;
} faults[] = {
    {"V reads while MTE2 writes", AIV LOAD MOVE "vabs.f16 [ra], [ra], v\nend\n", 0, DV_E_COLLISION,
     "by pipe v while pipe mte2"},
    {"S reads while MTE2 writes", AIV LOAD MOVE "ld.b32 x5, [s, 0]\nend\n", 0, DV_E_COLLISION,
     "read by pipe s while pipe mte2"},
    {"S writes while MTE2 writes", AIV LOAD MOVE LOOP("50") "st.b32 x5, [s, 64]\nend\n", 0,
     DV_E_COLLISION, "written by pipe s while pipe mte2"},
    {"S reads other bytes", AIV LOAD MOVE "mov s, 0x80084000\nld.b32 x5, [s, 0]\nend\n", 0, DV_OK,
     ""},
    {"S reads when it is over", AIV LOAD MOVE LOOP("5000") "ld.b32 x5, [s, 0]\nend\n", 0, DV_OK,
     ""},
    {"S reads after a flag",
     AIV LOAD MOVE "set_flag.mte2.s #0\nwait_flag.mte2.s #0\nld.b32 x5, [s, 0]\nend\n", 0, DV_OK,
     ""},
    {"the limit",
     AIV LOAD MOVE "bar.mte2\n" MOVE
                   "set_flag.mte2.s #0\nwait_flag.mte2.s #0\n" LOOP("100000") "end\n",
     3000, DV_E_LIMIT, "the cycle limit of 3000"},
    {"one block alone",
     AIV LOAD MOVE "mov x21, blockid\nmov x22, 5\n"
                   "jumpcmp.lt.s64 x21, x22, o\nvabs.f16 [ra], [ra], v\no: end\n",
     0, DV_E_COLLISION, "pipe v"},
    {"deadlock", AIV LOAD MOVE "set_flag.mte2.v #0\nwait_flag.mte2.v #1\nend\n", 0, DV_E_DEADLOCK,
     "waits for flag"},
};

Test(many, faults)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        const struct fault_row *f = &faults[i];
        struct dv_run_opts o = {.blocks = 48, .max_cycles = f->max_cycles};
        struct outcome first = run(f->text, "", o), again;
        cr_expect_eq(first.err, f->code, "%s: %s", f->name, first.d.text);
        cr_expect(strstr(first.d.text, f->says), "%s: %s", f->name, first.d.text);
        for (o.window = 64; o.window < 20000; o.window *= 8) {
            again = run(f->text, "", o);
            cr_expect(same(&first, &again), "%s, window %u: %s", f->name, o.window, again.d.text);
        }
        o.window = 0;
        o.blocks = 1;
        first = run(f->text, "", o);
        o.shared = true;
        again = run(f->text, "", o);
        cr_expect(same(&first, &again), "%s, one block: '%s' at %llu, not '%s' at %llu", f->name,
                  again.d.text, (unsigned long long)again.cycles, first.d.text,
                  (unsigned long long)first.cycles);
    }
}

/* S at every place before, in and behind a move: what one core says, a core in company says. */
Test(many, scalar_beside_a_move)
{
    unsigned collisions = 0;
    for (unsigned rounds = 10; rounds < 700; rounds += 37) {
        char text[1000];
        struct dv_run_opts o = {.blocks = 1};
        snprintf(text, sizeof text,
                 AIV LOAD MOVE "mov n, %u\nl: sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\n"
                               "ld.b32 x5, [s, 0]\nst.b32 x5, [s, 0]\nend\n",
                 rounds);
        struct outcome alone = run(text, "", o);
        o.shared = true;
        struct outcome shared = run(text, "", o);
        cr_expect(same(&alone, &shared), "%u rounds: %s", rounds, shared.d.text);
        collisions += alone.err == DV_E_COLLISION;
        cr_expect(!alone.err || alone.err == DV_E_COLLISION, "%s", alone.d.text);
    }
    cr_expect(collisions > 2 && collisions < 17, "%u", collisions);
}

/* ---- one launch after another ---------------------------------------------------------------- */

Test(many, warm_ups)
{
    static const struct {
        const char *args;
        bool fits; /* 192 MiB of L2 */
    } row[] = {{"n=3000000", true}, {"n=60000000", false}};
    for (size_t i = 0; i < COUNT(row); i++) {
        struct dv_run_opts o = {.blocks = 48, .cold = true, .data_off = true};
        const char *file = "kernels/elementwise/vadd_f16.s";
        struct outcome cold = run(file, row[i].args, o), warm[2];
        for (unsigned k = 0; k < 2; k++) {
            o.warmup = k + 1;
            warm[k] = run(file, row[i].args, o);
        }
        cr_expect_eq(cold.hits, 0);
        cr_expect(same(&warm[0], &warm[1]) || !row[i].fits, "row %zu", i);
        cr_expect_eq(warm[0].misses == 0, row[i].fits, "row %zu: %llu bytes missed", i,
                     (unsigned long long)warm[0].misses);
        cr_expect(!row[i].fits || warm[0].cycles < cold.cycles);
    }
}
