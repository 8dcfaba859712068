/* Any program on any registers under the checker: it ends with findings that say something, finds
 * the same when asked again, and changes nothing of the run; so with time or data off and in any
 * other schedule.
 *
 * The input: program.h; byte 6 of the header are options, byte 7 is the schedule. */
#include "emu/check/check.h"
#include "tests/fuzz/program.h"

#include <string.h>

enum { MANY = 700, HUGE_BYTES = 3 << 20 };

struct outcome {
    enum dv_err err;
    dv_time cycles;
    uint64_t findings; /* a hash of all of them */
};

static uint64_t fold_text(uint64_t h, const char *text)
{
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 0x100000001b3u;
    return h * 0x100000001b3u;
}

static uint64_t look_at(const struct dv_check_finding *f)
{
    static const char *const severities[] = {"error", "warning", "hint"};
    unsigned known = 0;

    for (unsigned i = 0; i < 3; i++)
        known += !strcmp(f->severity, severities[i]);
    FUZZ_CHECK(known == 1 && f->count > 0 && f->code[0]);
    FUZZ_CHECK(f->d.text[0] && memchr(f->d.text, 0, sizeof f->d.text));
    FUZZ_CHECK(memchr(f->d.fix, 0, sizeof f->d.fix));
    return fold_text(fold_text(fold_text(f->count * 31 + f->pc, f->code), f->d.text), f->d.fix);
}

static uint64_t look_at_all(struct dv_check *k)
{
    uint64_t h = 0;

    FUZZ_CHECK(dv_check_findings(k) <= DV_CHECK_FINDINGS);
    for (unsigned i = 0; i < dv_check_findings(k); i++)
        h = h * 31 + look_at(dv_check_finding(k, i));
    if (getenv("DV_FUZZ_SHOW"))
        for (unsigned i = 0; i < dv_check_findings(k); i++)
            fprintf(stderr, "  %s: %s\n", dv_check_finding(k, i)->code,
                    dv_check_finding(k, i)->d.text);
    return h;
}

/* Tensors that cover all of the allocation, some of it, or nothing. */
static struct dv_check *check_new(struct dv_machine *m, const struct dv_obj *obj, uint64_t base,
                                  uint8_t how)
{
    const struct dv_check_tensor t[] = {
        {base + FUZZ_TENSOR / 2, FUZZ_TENSOR / 2, DV_PARAM_OUT, "out"},
        {base, how & 1 ? FUZZ_TENSOR / 2 : 100, DV_PARAM_IN, "in"},
        {base + FUZZ_TENSOR, 0, DV_PARAM_INOUT, "empty"},
        {base, 0, DV_PARAM_SCRATCH, NULL},
    };
    struct dv_diag d;

    dv_diag_init(&d);
    struct dv_check *k = dv_check_new(m, obj, t, how & 2 ? 3 : 0, &d);
    FUZZ_CHECK(k != NULL);
    return k;
}

static void run(const struct fuzz_program *p, const struct dv_machine_opts *o, int how,
                struct outcome *out)
{
    struct dv_obj obj = {.final = true, .kinds = DV_ON(p->kind)};
    struct dv_diag d;
    uint64_t tensor, huge;
    struct dv_check *k = NULL;

    dv_diag_init(&d);
    obj.section[DV_TEXT].p = (uint8_t *)(uintptr_t)p->word;
    obj.section[DV_TEXT].n = p->words * 4ull;
    struct dv_machine *m = dv_machine_new(fuzz_chip(p->core), o, &d);
    FUZZ_CHECK(m && dv_machine_load(m, &obj, &d) == DV_OK);
    FUZZ_CHECK(dv_machine_alloc(m, "tensor", FUZZ_TENSOR, &tensor, &d) == DV_OK);
    FUZZ_CHECK(dv_machine_alloc(m, "huge", HUGE_BYTES, &huge, &d) == DV_OK);
    fuzz_fill(dv_machine_gm(m, tensor, FUZZ_TENSOR), FUZZ_TENSOR / 8, p->seed);
    struct fuzz_setter setter = {m, p->seed};
    dv_machine_listen(m, &(struct dv_listener){&setter, fuzz_on_block, 1u << DV_EV_BLOCK});
    if (how >= 0)
        k = check_new(m, &obj, tensor, (uint8_t)how);
    struct dv_launch l = {.core = p->core, .blocks = p->blocks, .para_base = tensor};
    FUZZ_CHECK(dv_machine_launch(m, &l, &d) == DV_OK);
    dv_machine_run(m, NULL);
    out->err = m->fault;
    out->cycles = dv_machine_cycles(m);
    if (k) {
        FUZZ_CHECK(dv_check_finish(k, &d) == DV_OK);
        out->findings = look_at_all(k);
    }
    dv_check_free(k);
    dv_machine_free(m);
}

static void options(struct fuzz_program *p, const uint8_t *data)
{
    p->opts.data_off = data[6] & 1;
    p->opts.cold = data[6] >> 1 & 1;
    p->opts.explore = data[6] >> 2 & 1 ? 1u + data[7] : 0;
    if (data[6] >> 5 == 7)
        p->blocks = MANY;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_program p;
    struct outcome bare = {0}, first = {0}, again = {0};

    if (size < 8)
        return 0;
    fuzz_program(&p, data, size);
    options(&p, data);
    int how = data[6] >> 3 & 3;
    run(&p, &p.opts, -1, &bare);
    run(&p, &p.opts, how, &first);
    FUZZ_CHECK(bare.err == first.err && (bare.err || bare.cycles == first.cycles));
    run(&p, &p.opts, how, &again);
    FUZZ_CHECK(first.err == again.err && first.cycles == again.cycles);
    FUZZ_CHECK(first.findings == again.findings);
    return 0;
}
