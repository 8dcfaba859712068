/* Contents on demand: with --data off no tensor is filled unless S reads it, and the cycles are
 * those of a run with data. Evidence: DESIGN section 5 (--data off), CONTRACT section 3. */
#include "tests/bench.h"
#include "tests/launch.h"

#include "emu/emu.h"

/* ---- the hook of the machine ----------------------------------------------------------------- */

struct made {
    unsigned calls;
    uint64_t bytes;
};

/* Element i is i + 1, but the last byte stays as it was. */
static void make(void *ctx, void *host, uint64_t bytes)
{
    struct made *n = ctx;
    n->calls++;
    n->bytes = bytes;
    for (uint32_t i = 0; i < bytes / 4 - 1; i++)
        ((uint32_t *)host)[i] = i + 1;
}

#define HEAD ".kernel k, core=aiv\nk:\nmov x20, para_base\nld.b64 x21, [x20, 0]\n"

static const struct touch_row {
    const char *name, *code;
    unsigned calls;
    uint64_t x5;
    uint32_t first; /* word at the beginning afterwards */
} touches[] = {
    {"never read", HEAD "mov x5, 9\nend\n", 0, 9, 0},
    {"loaded once", HEAD "ld.b32 x5, [x21, 8]\nend\n", 1, 3, 1},
    {"loaded twice", HEAD "ld.b32 x4, [x21, 4]\nld.b32 x5, [x21, 8]\nend\n", 1, 3, 1},
    {"stored, then loaded", HEAD "mov x6, 77\nst.b32 x6, [x21, 0]\nld.b32 x5, [x21, 0]\nend\n", 1,
     77, 77},
    {"what fn leaves is 0xa5", HEAD "ld.b32 x5, [x21, 60]\nend\n", 1, 0xa5a5a5a5, 1},
    {"the parameters are no tensor", HEAD "ld.b64 x5, [x20, 8]\nend\n", 0, 5, 0},
};

static void touch_open(struct bench *b, const char *code, struct made *n, uint32_t **host)
{
    struct dv_machine_opts off = {.data_off = true};
    bench_open(b, "910B1", &off, code);
    *host = bench_tensor(b, 64);
    bench_number(b, 5);
    cr_assert_eq(dv_machine_on_touch(b->m, b->slot[0], make, n, &b->d), DV_OK);
}

Test(run_lazy, hook)
{
    for (size_t i = 0; i < sizeof touches / sizeof *touches; i++) {
        const struct touch_row *t = &touches[i];
        struct made n = {0};
        struct bench b;
        uint32_t *host;
        dv_time now;
        touch_open(&b, t->code, &n, &host);
        cr_expect_eq(bench_run(&b, 1), DV_OK, "%s: %s", t->name, b.d.text);
        cr_expect_eq(n.calls, t->calls, "%s: %u calls", t->name, n.calls);
        cr_expect_eq(n.bytes, t->calls ? 64 : 0, "%s", t->name);
        cr_expect_eq(dv_machine_scalar(b.m, 24, &now)->x[5], t->x5, "%s: x5 is %llx", t->name,
                     (unsigned long long)dv_machine_scalar(b.m, 24, &now)->x[5]);
        cr_expect_eq(*host, t->first, "%s: begins with %u", t->name, *host);
        bench_close(&b);
    }
}

Test(run_lazy, hook_without_function)
{
    struct bench b;
    struct made n = {0};
    uint32_t *host;
    touch_open(&b, HEAD "ld.b32 x5, [x21, 8]\nend\n", &n, &host);
    cr_assert_eq(dv_machine_on_touch(b.m, b.slot[0], NULL, NULL, &b.d), DV_OK);
    cr_expect_eq(bench_run(&b, 1), DV_OK);
    cr_expect_eq(n.calls, 0);
    cr_expect_eq(host[0], 0xa5a5a5a5);
    cr_expect_eq(host[15], 0xa5a5a5a5);
    cr_expect_eq(dv_machine_on_touch(b.m, b.slot[0] + 8, NULL, NULL, &b.d), DV_E_CONFIG);
    bench_close(&b);
}

/* A state saved before the access makes them again where it is restored, one saved after it keeps
 * what S stored. */
Test(run_lazy, hook_and_saved_state)
{
    struct made n = {0};
    struct bench b;
    uint32_t *host;
    touch_open(&b, HEAD "mov x6, 77\nst.b32 x6, [x21, 0]\nld.b32 x5, [x21, 4]\nend\n", &n, &host);
    cr_assert_eq(bench_launch(&b, 1), DV_OK);
    size_t size = dv_machine_save_size(b.m);
    void *before = malloc(size), *after = malloc(size);
    dv_machine_save(b.m, before);
    cr_expect_eq(dv_machine_run(b.m, &b.d), DV_OK);
    dv_machine_save(b.m, after);
    cr_expect_eq(n.calls, 1);
    cr_assert_eq(dv_machine_restore(b.m, before, size, &b.d), DV_OK, "%s", b.d.text);
    cr_expect_eq(host[1], 0);
    cr_expect_eq(dv_machine_run(b.m, &b.d), DV_OK);
    cr_expect_eq(n.calls, 2);
    cr_assert_eq(dv_machine_restore(b.m, after, size, &b.d), DV_OK, "%s", b.d.text);
    dv_machine_touch(b.m, b.slot[0]);
    cr_expect_eq(n.calls, 2);
    cr_expect_eq(host[0], 77);
    free(before);
    free(after);
    bench_close(&b);
}

/* ---- who would have written what ------------------------------------------------------------- */

/* Rows of bytes stored to a tensor; the tensors have SIZE0 and SIZE1 bytes. */
struct store {
    unsigned tensor, at, rows, bytes, gap;
};
enum { SIZE0 = 5000, SIZE1 = 1024, BLOCKS0 = SIZE0 / 32 + 1, BLOCKS = BLOCKS0 + SIZE1 / 32 };

static const struct store stores[] = {
    {0, 0, 1, 2048, 0},    /* whole lines */
    {1, 500, 1, 24, 0},    /* over a line end of the other tensor */
    {1, 1000, 1, 24, 0},   /* its end */
    {0, 700, 1, 1, 0},     /* a byte of a block of a line */
    {0, 1500, 1, 1200, 0}, /* parts of two lines and all between */
    {0, 2060, 7, 40, 88},  /* short rows over line ends */
    {1, 30, 2, 4, 60},     /* rows over block ends */
    {0, 512, 2, 512, 512}, /* whole lines, one of them in parts before */
    {0, 992, 1, 64, 0},    /* the last block of a line and the first of the next */
    {0, 4600, 1, 400, 0},  /* the last line, not of full length, in part */
    {0, 4608, 1, 392, 0},  /* and whole */
    {0, 3000, 0, 64, 0},   {0, 3100, 2, 0, 0}, {0, 4999, 1, 1, 0},
};
enum { STORES = sizeof stores / sizeof *stores, STORE_LINE = 8, STORE_LINES = 5 };

/* The kernel of `n` stores, which then loads byte `at` of a tensor. */
static void stores_open(struct bench *b, const struct store *s, unsigned n, unsigned tensor,
                        unsigned at)
{
    static const struct dv_machine_opts off = {.data_off = true};
    char text[8192], *p = text, *end = text + sizeof text;
    p += snprintf(p, (size_t)(end - p),
                  ".kernel k, core=aiv\nk:\n.reg t0:gm, t1:gm, base, ra:ub = 0\n"
                  "mov base, para_base\nld.b64 t0, [base, 0]\nld.b64 t1, [base, 8]\nnop\n");
    for (unsigned i = 0; i < n; i++)
        p += snprintf(p, (size_t)(end - p),
                      ".scope\n.reg mv:align = {n_burst=%u len_burst=%u dst_gap=%u}, to:gm = %u\n"
                      "add.s64 to, to, t%u\nmov_ub_to_out_align.b8 [to], [ra], mv\n.endscope\n",
                      s[i].rows, s[i].bytes, s[i].gap, s[i].at, s[i].tensor);
    snprintf(p, (size_t)(end - p),
             "bar.all\n.reg from:gm = %u\nadd.s64 from, from, t%u\nld.b8 x5, [from, 0]\nend\n", at,
             tensor);
    bench_open(b, "910B1", &off, text);
    bench_tensor(b, SIZE0);
    bench_tensor(b, SIZE1);
}

/* Line of the store behind every block of both tensors, 0 = nobody: as it must be after n. */
static void lines_wanted(const struct store *s, unsigned n, int line[BLOCKS])
{
    memset(line, 0, BLOCKS * sizeof *line);
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < s[i].rows * s[i].bytes; k++) {
            unsigned row = k / s[i].bytes, byte = row * (s[i].bytes + s[i].gap) + k % s[i].bytes;
            unsigned block = (s[i].at + byte) / 32 + (s[i].tensor ? BLOCKS0 : 0);
            line[block] = (int)(STORE_LINE + STORE_LINES * i + 3);
        }
}

static void lines_found(struct bench *b, int line[BLOCKS])
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        uint64_t at = i < BLOCKS0 ? b->slot[0] + 32 * i : b->slot[1] + 32 * (i - BLOCKS0);
        uint32_t op = dv_taint_find(b->m, &b->m->st->core[24], DV_SPACE_GM, at, 1);
        line[i] = op == UINT32_MAX ? 0 : (int)dv_obj_line(b->obj, 4ull * op)->line;
    }
}

static void same_lines(struct bench *b, const int want[BLOCKS], const char *when)
{
    int found[BLOCKS];
    lines_found(b, found);
    for (unsigned i = 0; i < BLOCKS; i++)
        cr_expect_eq(found[i], want[i], "%s, tensor %u, block %u: line %d, wanted %d", when,
                     i >= BLOCKS0, i < BLOCKS0 ? i : i - BLOCKS0, found[i], want[i]);
}

/* Every block knows the last store to it, also when the state was saved in the middle and went on,
 * here or in another machine. */
Test(run_lazy, skipped_stores)
{
    struct bench b, other;
    int want[BLOCKS], half[BLOCKS];
    bool ended = false;
    stores_open(&b, stores, STORES, 0, 4096);
    stores_open(&other, stores, STORES, 0, 4096);
    cr_assert_eq(bench_launch(&b, 1), DV_OK, "%s", b.d.text);
    lines_wanted(stores, STORES, want);
    lines_found(&b, half);
    for (dv_time t = 0; !half[2060 / 32] && !ended; lines_found(&b, half))
        cr_assert_eq(dv_machine_step(b.m, t += 16 * DV_CYCLE, &ended, &b.d), DV_OK);
    cr_assert(!ended && !half[4600 / 32] && half[BLOCKS - 1], "not in the middle");
    size_t n = dv_machine_save_size(b.m);
    void *image = malloc(n);
    dv_machine_save(b.m, image);
    cr_assert_eq(dv_machine_run(b.m, &b.d), DV_OK, "%s", b.d.text);
    same_lines(&b, want, "at the end");
    cr_assert_eq(dv_machine_restore(b.m, image, n, &b.d), DV_OK, "%s", b.d.text);
    same_lines(&b, half, "restored");
    cr_assert_eq(dv_machine_run(b.m, &b.d), DV_OK, "%s", b.d.text);
    same_lines(&b, want, "at the end again");
    cr_assert_eq(dv_machine_restore(other.m, image, n, &b.d), DV_OK, "%s", b.d.text);
    same_lines(&other, half, "restored elsewhere");
    cr_assert_eq(dv_machine_run(other.m, &b.d), DV_OK, "%s", b.d.text);
    same_lines(&other, want, "at the end elsewhere");
    free(image);
    bench_close(&b);
    bench_close(&other);
}

/* S loads a byte: NODATA names the store, bytes of other blocks are given. */
Test(run_lazy, skipped_loads)
{
    static const unsigned at[][2] = {{0, 0},    {0, 704},  {0, 736},  {0, 1504}, {0, 2700},
                                     {0, 3071}, {0, 4095}, {0, 4591}, {0, 4607}, {0, 4999},
                                     {1, 0},    {1, 63},   {1, 96},   {1, 128},  {1, 1000}};
    int want[BLOCKS];
    lines_wanted(stores, STORES, want);
    for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
        struct bench b;
        int line = want[at[i][1] / 32 + (at[i][0] ? BLOCKS0 : 0)];
        stores_open(&b, stores, STORES, at[i][0], at[i][1]);
        cr_expect_eq(bench_run(&b, 1), line ? DV_E_NODATA : DV_OK, "tensor %u, byte %u: %s",
                     at[i][0], at[i][1], b.d.text);
        cr_expect(!line || (b.d.has_other && b.d.other.line == line),
                  "tensor %u, byte %u: line %d, wanted %d", at[i][0], at[i][1], b.d.other.line,
                  line);
        bench_close(&b);
    }
}

/* Lines written whole need no table of blocks, and what a damaged image says is refused. */
Test(run_lazy, skipped_damaged)
{
    static const struct store whole[] = {{0, 512, 1, SIZE0 - 512, 0}, {1, 0, 1, SIZE1, 0}};
    static const struct damage_row {
        unsigned stores; /* 0 = whole */
        size_t back;     /* from the end of the image; tensor 1 has 3 lines */
        int64_t entry;   /* less than no instruction: more than there are */
        enum dv_err code;
    } rows[] = {
        {0, 12, 0, DV_OK},
        {0, 4, INT64_MAX, DV_E_OBJECT},
        {0, 12, DV_SKIPPED_PARTS, DV_E_OBJECT}, /* there are no blocks */
        {STORES, 3 * 64, 1, DV_OK},
        {STORES, 3 * 64, INT64_MAX, DV_E_OBJECT},
        {STORES, 4, DV_SKIPPED_PARTS, DV_E_OBJECT},
        {STORES, 3 * 64 + 12, DV_SKIPPED_PARTS, DV_OK},
        {STORES, 3 * 64 + 12, INT64_MAX, DV_E_OBJECT},
        {STORES, 3 * 64 + 4, INT64_MAX, DV_E_OBJECT},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct damage_row *t = &rows[i];
        struct bench b;
        stores_open(&b, t->stores ? stores : whole, t->stores ? STORES : 2, 0,
                    t->stores ? 3100 : 0);
        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
        for (unsigned k = 0; k < 2; k++) {
            const struct dv_skipped *own = &b.m->skipped[dv_gm_find(b.m, b.slot[k], b.slot[k])];
            cr_expect(own->line && !own->block == !t->stores, "row %u, tensor %u", i, k);
        }
        uint32_t e = t->entry == INT64_MAX ? b.m->code.words + 1 : (uint32_t)t->entry;
        size_t n = dv_machine_save_size(b.m);
        uint8_t *image = malloc(n);
        dv_machine_save(b.m, image);
        memcpy(image + n - t->back, &e, sizeof e);
        cr_expect_eq(dv_machine_restore(b.m, image, n, &b.d), t->code, "row %u", i);
        cr_expect_eq(dv_machine_restore(b.m, image, n - 4, &b.d), DV_E_OBJECT, "row %u, cut", i);
        free(image);
        bench_close(&b);
    }
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* S reads how often it loops from the first input. */
#define COUNTED \
    ".kernel k, core=aiv\n.param a, in, s32[n]\n.param b, in, f16[n]\n.param c, out, u32[n]\n" \
    ".param n, u32 = 64\nk:\n.reg pa:gm, pc:gm, i, zero = 0\n"
#define LOOP "loop:\nsub.s64 i, i, 1\njumpcmp.gt.s64 i, zero, loop\n"

static const struct run_row {
    const char *source, *args;
    uint32_t blocks;
    enum dv_err code; /* without data */
    unsigned fills;   /* without data */
} runs[] = {
    {"kernels/gemm/gemm_f16.s", "m=130 n=257 k=300", 3, DV_OK, 0},
    {"kernels/gemm/gemm_f16.s", "m=256 n=256 k=256", 1, DV_OK, 0},
    {"kernels/gemm/tile_f16.s", "", 1, DV_OK, 0},
    {"kernels/elementwise/vadd_f16.s", "n=100003", 5, DV_OK, 0},
    {"kernels/elementwise/vadd_f16.s", "n=1", 1, DV_OK, 0},
    {"kernels/elementwise/vadd_f16.s", "n=0", 1, DV_OK, 0},
    /* S takes each row's maximum or sum from UB. */
    {"kernels/softmax/softmax_f32.s", "rows=8", 2, DV_E_NODATA, 0},
    {"kernels/norm/layernorm_f16.s", "rows=8", 2, DV_E_NODATA, 0},
    {COUNTED "ldparam pa, a\nld.b32 i, [pa, 12]\n" LOOP "end\n", "a=iota", 1, DV_OK, 1},
    {COUNTED "ldparam pa, b\nld.b16 i, [pa, 12]\n" LOOP "end\n", "b=random:special", 1, DV_OK, 1},
    {COUNTED "ldparam pc, c\nld.b8 i, [pc, 8]\n" LOOP "end\n", "", 1, DV_OK, 0},
    {COUNTED
     "ldparam pa, a\nld.b32 i, [pa, 252]\nst.b32 zero, [pa, 252]\nld.b32 i, [pa, 128]\n" LOOP
     "end\n",
     "a=iota", 1, DV_OK, 1},
};

static enum dv_err run_one(const struct run_row *t, bool data_off, dv_time *cycles, unsigned *fills)
{
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_obj *obj = launch_object(t->source);
    const char *arg[8];
    char store[256];
    struct dv_diag d;
    struct dv_run_opts o = {.arg = arg, .blocks = t->blocks, .data_off = data_off};
    o.args = launch_args(store, sizeof store, t->args, arg, 8);
    dv_diag_init(&d);
    enum dv_err e = dv_run_prepare(r, &o, obj, 0, &d);
    cr_assert_eq(e, DV_OK, "%s", d.text);
    cr_expect(!data_off || !r->fills, "%.40s: %u tensors filled before the run", t->source,
              r->fills);
    e = dv_run_go(r, &d);
    *cycles = r->result.sum.cycles;
    *fills = r->fills;
    dv_run_free(r);
    dv_obj_free(obj);
    free(r);
    return e;
}

Test(run_lazy, same_cycles)
{
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const struct run_row *t = &runs[i];
        dv_time on, off;
        unsigned all, few;
        cr_expect_eq(run_one(t, false, &on, &all), DV_OK, "row %zu", i);
        cr_expect_eq(run_one(t, true, &off, &few), t->code, "row %zu", i);
        cr_expect_eq(few, t->fills, "row %zu: %u tensors filled", i, few);
        if (t->code == DV_OK)
            cr_expect(on == off && on > 0, "row %zu: %.1f and %.1f cycles", i,
                      (double)on / DV_CYCLE, (double)off / DV_CYCLE);
    }
}

/* Contents that the caller gives are there before S reads, and stay. */
Test(run_lazy, given)
{
    struct dv_obj *obj = launch_object(COUNTED "ldparam pa, a\nld.b32 i, [pa, 0]\n" LOOP "end\n");
    uint8_t *image;
    size_t bytes;
    struct dv_diag d;
    uint64_t cycles[3];
    dv_diag_init(&d);
    cr_assert_eq(dv_obj_write(obj, &image, &bytes, &d), DV_OK, "%s", d.text);
    for (unsigned i = 0; i < 3; i++) {
        struct dv_emu *e;
        int32_t a[64] = {i ? 500 : 5};
        cr_assert_eq(dv_emu_open(&e, NULL), DV_STATUS_OK);
        cr_assert_eq(dv_emu_load_bytes(e, image, bytes), DV_STATUS_OK, "%s", dv_emu_error(e));
        cr_assert_eq(dv_emu_input(e, "a", a, sizeof a), DV_STATUS_OK);
        dv_emu_data(e, i == 2);
        dv_emu_max_cycles(e, 100000);
        cr_expect_eq(dv_emu_run(e), DV_STATUS_OK, "%s", dv_emu_error(e));
        cr_expect(dv_emu_cycles(e, &cycles[i]));
        dv_emu_close(e);
    }
    cr_expect(cycles[0] + 495 <= cycles[1], "%llu cycles", (unsigned long long)cycles[0]);
    cr_expect_eq(cycles[1], cycles[2]);
    free(image);
    dv_obj_free(obj);
}

/* A file that cannot be right is said before the run, also when nothing would read it. */
Test(run_lazy, files_first)
{
    static const char *const rows[][2] = {
        {"a=/nonexistent/a.npy", "cannot open"},
        {"a=sparse:7", "sparse:7"},
        {"a=random:wild", "no random fill"},
    };
    struct dv_obj *obj = launch_object(COUNTED "end\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_run *r = calloc(1, sizeof *r);
        struct dv_diag d;
        struct dv_run_opts o = {.arg = rows[i], .args = 1, .data_off = true};
        dv_diag_init(&d);
        cr_expect_neq(dv_run_prepare(r, &o, obj, 0, &d), DV_OK, "%s", rows[i][0]);
        cr_expect(strstr(d.text, rows[i][1]), "%s: %s", rows[i][0], d.text);
        dv_run_free(r);
        free(r);
    }
    dv_obj_free(obj);
}
