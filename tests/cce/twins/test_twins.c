/* A kernel in assembly and the same over intrinsics: on every core every queue gets the same
 * instructions with the same values in registers, each as long in its pipe and as late, and leaves
 * the same bits. What S does between them differs. */
#include "emu/cce/device.h"
#include "tests/cce/twins/twins.h"
#include "tests/launch.h"

enum { CORES = 72, ROOM = 20000, TENSORS = 3 };

/* What a queue took. */
struct taken {
    uint32_t word; /* registers as x1 .. x4 */
    uint64_t x[DV_SLOTS];
    dv_time busy, late;
    uint8_t pipe;
    bool work;
};

struct side {
    struct taken *item[CORES][DV_PIPE_COUNT];
    unsigned n[CORES][DV_PIPE_COUNT];
    uint64_t tensor[TENSORS], bytes[TENSORS]; /* guest addresses */
    dv_time first[CORES], last[CORES];        /* its first item is issued, its last one ends */
};

static const struct row {
    const char *path, *args;
    void (*kernel)(const struct twin_args *t);
    enum dv_cce_kind kind;
    uint64_t number[2];
    unsigned blocks;
    bool times;  /* items take the same time: nothing else asks for GM at another moment */
    double most; /* difference of the whole, in percent: 1 unless S is the bound */
} rows[] = {
    {"kernels/elementwise/vadd_f16.s", "n=8192", twin_vadd, DV_CCE_AIV, {8192}, 1, true, 1},
    {"kernels/elementwise/vadd_f16.s", "n=200001", twin_vadd, DV_CCE_AIV, {200001}, 1, true, 1},
    {"kernels/elementwise/vadd_f16.s", "n=4000001", twin_vadd, DV_CCE_AIV, {4000001}, 48, false, 1},
    {"kernels/gemm/tile_f16.s", "k=512", twin_tile, DV_CCE_AIC, {512}, 1, true, 1},
    {"kernels/gemm/tile_f16.s", "k=8192", twin_tile, DV_CCE_AIC, {8192}, 1, true, 1},
    {"kernels/softmax/softmax_f32.s",
     "rows=8 cols=16000",
     twin_softmax,
     DV_CCE_AIV,
     {8, 16000},
     1,
     true,
     1},
    {"kernels/softmax/softmax_f32.s",
     "rows=96 cols=1000",
     twin_softmax,
     DV_CCE_AIV,
     {96, 1000},
     48,
     false,
     100},
};

/* ---- what is heard --------------------------------------------------------------------------- */

/* Addresses in GM become offsets in their tensor. */
static uint64_t place(const struct side *s, uint64_t v)
{
    for (unsigned i = 0; i < TENSORS; i++)
        if (v - s->tensor[i] < s->bytes[i])
            return (uint64_t)(i + 1) << 60 | (v - s->tensor[i]);
    return v;
}

static uint32_t neutral(const struct dv_op *op)
{
    struct dv_op o = *op;
    uint32_t word = 0;

    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (o.slots >> i & 1)
            o.x[i] = (uint8_t)(i + 1);
    cr_assert_eq(dv_isa_encode(&o, &word, NULL), DV_OK);
    return word;
}

static void hear(void *self, const struct dv_event *e)
{
    struct side *s = self;
    struct taken *t;

    if (!s->item[e->core][e->pipe])
        cr_assert_not_null(s->item[e->core][e->pipe] = calloc(ROOM, sizeof *t));
    cr_assert_lt(s->n[e->core][e->pipe], ROOM);
    t = &s->item[e->core][e->pipe][s->n[e->core][e->pipe]++];
    t->word = neutral(e->op);
    t->pipe = e->pipe;
    t->work = e->work != NULL;
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (e->op->slots >> i & 1)
            t->x[i] = place(s, e->x[i]);
    t->busy = e->end - e->begin; /* how long its head takes hangs on when it comes */
    t->late = e->done - e->end;
    if (!s->first[e->core] || e->issue < s->first[e->core])
        s->first[e->core] = e->issue;
    if (e->done > s->last[e->core])
        s->last[e->core] = e->done;
}

static void side_free(struct side *s)
{
    for (unsigned c = 0; c < CORES; c++)
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
            free(s->item[c][p]);
    free(s);
}

/* Cycles of the slowest core, from its first item to the end of its last: what S does before, such
 * as loading parameters, which native kernels do not, is left out. */
static double whole(const struct side *s)
{
    dv_time most = 0;

    for (unsigned c = 0; c < CORES; c++)
        if (s->last[c] - s->first[c] > most)
            most = s->last[c] - s->first[c];
    return (double)most / DV_CYCLE;
}

static void same(const struct row *r, const struct side *a, const struct side *b)
{
    unsigned items = 0;

    for (unsigned c = 0; c < CORES; c++)
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
            cr_assert_eq(a->n[c][p], b->n[c][p], "%s %s: core %u %s: %u items, %u", r->path,
                         r->args, c, dv_pipe_names[p], a->n[c][p], b->n[c][p]);
            for (unsigned i = 0; i < a->n[c][p]; i++, items++) {
                const struct taken *s = &a->item[c][p][i], *t = &b->item[c][p][i];
                cr_assert_eq(s->word, t->word, "%s: core %u %s item %u: %08x, %08x", r->path, c,
                             dv_pipe_names[p], i, s->word, t->word);
                for (unsigned x = 0; x < DV_SLOTS; x++)
                    cr_assert_eq(s->x[x], t->x[x],
                                 "%s: core %u %s item %u, %08x, register %u: %llx, %llx", r->path,
                                 c, dv_pipe_names[p], i, s->word, x, (unsigned long long)s->x[x],
                                 (unsigned long long)t->x[x]);
                if (s->work && (r->times || p == DV_PIPE_V || p == DV_PIPE_M)) {
                    cr_assert_eq(s->busy, t->busy, "%s: core %u %s item %u, %08x: %u, %u", r->path,
                                 c, dv_pipe_names[p], i, s->word, (unsigned)s->busy,
                                 (unsigned)t->busy);
                    cr_assert_eq(s->late, t->late, "%s: item %u", r->path, i);
                }
            }
        }
    cr_assert_gt(items, 10);
    fprintf(stderr, "# %s %s, %u blocks: %u items, %.0f cycles in assembly, %+.2f %%\n", r->path,
            r->args, r->blocks, items, whole(a), 100 * (whole(b) / whole(a) - 1));
}

/* ---- both ways ------------------------------------------------------------------------------- */

static void call(void *ctx)
{
    const struct row *r = ((const struct row *const *)ctx)[0];
    r->kernel(((const struct twin_args *const *)ctx)[1]);
}

static void tensors_note(struct side *s, const struct dv_run *run)
{
    unsigned n = 0;

    for (unsigned i = 0; i < run->args.n; i++)
        if (dv_arg_is_tensor(&run->args.arg[i])) {
            cr_assert_lt(n, TENSORS);
            s->tensor[n] = run->args.arg[i].address;
            s->bytes[n++] = run->args.arg[i].bytes;
        }
}

static void go(const struct row *r)
{
    struct side *text = calloc(1, sizeof *text), *mine = calloc(1, sizeof *mine);
    struct dv_obj *obj = launch_object(r->path);
    char store[256];
    const char *arg[8];
    struct dv_run_opts o = {.arg = arg,
                            .args = launch_args(store, sizeof store, r->args, arg, 8),
                            .blocks = r->blocks,
                            .no_replay = true};
    struct dv_run *run = calloc(1, sizeof *run);
    struct dv_diag d;
    struct dv_cce *device;
    struct dv_listener l = {.kinds = 1u << DV_EV_RETIRE, .self = text, .event = hear};
    struct twin_args t = {.number = {r->number[0], r->number[1]}};
    const void *ctx[2] = {r, &t};

    dv_diag_init(&d);
    cr_assert_eq(dv_run_prepare(run, &o, obj, 0, &d), DV_OK, "%s", d.text);
    tensors_note(text, run);
    cr_assert_eq(dv_cce_open(&device, "910B1"), 0);
    for (unsigned i = 0; i < TENSORS && text->bytes[i]; i++) {
        cr_assert_not_null(t.tensor[i] = dv_cce_malloc(device, NULL, text->bytes[i]));
        memcpy(t.tensor[i], dv_machine_gm(run->machine, text->tensor[i], text->bytes[i]),
               text->bytes[i]);
        mine->tensor[i] = DV_GM_BASE + (uint64_t)((uint8_t *)t.tensor[i] - device->gm);
        mine->bytes[i] = text->bytes[i];
    }
    dv_machine_listen(run->machine, &l);
    cr_assert_eq(dv_run_go(run, &d), DV_OK, "%s", d.text);

    struct dv_listener native = l;
    native.self = mine;
    device->listener = &native;
    struct dv_cce_launch launch = {
        .name = "twin", .kind = r->kind, .aic = call, .aiv = call, .ctx = ctx, .blocks = r->blocks};
    cr_assert_eq(dv_cce_launch(device, &launch), 0, "%s", dv_cce_error(device));
    same(r, text, mine);
    for (unsigned i = 0; i < TENSORS && text->bytes[i]; i++)
        cr_assert_arr_eq(t.tensor[i], dv_machine_gm(run->machine, text->tensor[i], text->bytes[i]),
                         text->bytes[i]);
    double percent = 100 * (whole(mine) / whole(text) - 1);
    cr_expect(percent <= r->most && percent >= -r->most, "%s %s: %+.2f %%", r->path, r->args,
              percent);
    dv_run_free(run);
    free(run);
    dv_obj_free(obj);
    dv_cce_close(device);
    side_free(text);
    side_free(mine);
}

Test(twins, vadd)
{
    for (unsigned i = 0; i < 3; i++)
        go(&rows[i]);
}

Test(twins, tile)
{
    for (unsigned i = 3; i < 5; i++)
        go(&rows[i]);
}

Test(twins, softmax)
{
    for (unsigned i = 5; i < 7; i++)
        go(&rows[i]);
}
