/* Any bytes as a program, an object or assembly text, run under the checker and then in other
 * schedules: no crash, no hang; a refusal and every finding say something.
 *
 * Kernels that want large tensors are passed over: filling them is no news. */
#include "asm/asm.h"
#include "emu/run/explore.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { CYCLES = 20000, MOST_BYTES = 1 << 20, MOST_BLOCKS = 64, SCHEDULES = 2 };

static void count(void *self, const char *text, size_t n)
{
    size_t *total = self;
    FUZZ_CHECK(text != NULL || n == 0);
    *total += n;
}

static const struct dv_chip *chip_of(unsigned core)
{
    static struct dv_chip split, merged;
    struct dv_chip *c = core == DV_CORE_C100 ? &merged : &split;

    if (c->name[0])
        return c;
    FUZZ_CHECK(dv_chip_load(c == &merged ? "910A" : "910B1", c, NULL) == DV_OK);
    if (c == &merged) {
        DV_P(c, merged) = 2;
    } else {
        DV_P(c, aic) = 2;
        DV_P(c, aiv) = 4;
    }
    return c;
}

static bool is_small(const struct dv_kernel *k)
{
    struct dv_args a = {0};
    uint64_t bytes = 0;
    bool good = dv_args_bind(&a, k, NULL, 0, 0, NULL) == DV_OK;

    for (uint32_t i = 0; good && i < a.n; i++)
        if (dv_arg_is_tensor(&a.arg[i]))
            bytes = a.arg[i].bytes > MOST_BYTES ? a.arg[i].bytes : bytes + a.arg[i].bytes;
    good = good && bytes <= MOST_BYTES && a.blocks <= MOST_BLOCKS;
    dv_args_free(&a);
    return good;
}

static void look_at(const struct dv_finding *f)
{
    FUZZ_CHECK(f->code[0] && f->severity && f->d.text[0]);
    FUZZ_CHECK(memchr(f->d.text, 0, sizeof f->d.text) && memchr(f->d.fix, 0, sizeof f->d.fix));
}

static void report(const struct dv_run *r)
{
    struct dv_json j = {0};

    dv_report_json(&j, r, 0);
    FUZZ_CHECK(j.failed || j.n > 2);
    dv_json_free(&j);
}

static void run(const struct dv_obj *o, const struct dv_run_opts *opts)
{
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    enum dv_err e;

    dv_diag_init(&d);
    FUZZ_CHECK(r != NULL);
    e = dv_run_prepare(r, opts, o, 0, &d);
    if (!e) {
        e = dv_run_go(r, &d);
        for (unsigned i = 0; i < r->result.findings; i++)
            look_at(&r->result.finding[i]);
        report(r);
    }
    FUZZ_CHECK(!e || (d.code == e && d.text[0]));
    if (getenv("DV_FUZZ_SHOW"))
        fprintf(stderr, "%s %s, %u findings\n", dv_err_name(e), d.text, r->result.findings);
    dv_run_free(r);
    free(r);
}

static void run_schedules(const struct dv_obj *o, const struct dv_run_opts *opts)
{
    struct dv_explored x;
    struct dv_diag d;
    enum dv_err e;

    dv_diag_init(&d);
    e = dv_explore(opts, o, 0, SCHEDULES, &x, &d);
    FUZZ_CHECK(!e || d.text[0]);
    if (x.differs || x.base_failed)
        look_at(&x.finding);
    dv_explored_free(&x);
}

static void use(const struct dv_obj *o, uint8_t how)
{
    static FILE *notes;
    const struct dv_kernel *k = o->kernels == 1 ? &o->kernel[0] : NULL;

    if (!notes)
        notes = fopen("/dev/null", "w");
    if (!k || !is_small(k))
        return;
    struct dv_run_opts opts = {.resolved = chip_of(k->core),
                               .check = true,
                               .time_off = how & 1,
                               .data_off = how >> 1 & 1,
                               .cold = how >> 2 & 1,
                               .max_cycles = CYCLES,
                               .notes = notes};
    run(o, &opts);
    opts.data_off = false;
    if (how >> 3 & 1)
        run_schedules(o, &opts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dv_asm_opts opts = {0};
    size_t said = 0;
    struct dv_sink messages = {&said, count};
    struct dv_obj *o = NULL;
    struct dv_diag d;

    if (!size)
        return 0;
    dv_diag_init(&d);
    if (size > 5 && data[1] == 0x7f
            ? dv_obj_read(data + 1, size - 1, "fuzz.o", &o, &d)
            : dv_asm_text("fuzz.s", (const char *)data + 1, size - 1, &opts, &messages, &o, &d)) {
        FUZZ_CHECK(d.code != DV_OK && d.text[0]);
    } else {
        use(o, data[0]);
    }
    dv_obj_free(o);
    return 0;
}
