/* Any program on any registers: the engine ends with a result or a fault that says why, and the
 * same one with SIMD or without, with listeners, in windows of any size, from a saved state, and
 * with the same cycles when the payload is skipped.
 * The input: program.h. */
#include "tests/fuzz/program.h"

#include <string.h>

/* What a run left behind. */
struct outcome {
    enum dv_err err;
    dv_time cycles;
    uint64_t memory;
    char text[sizeof(((struct dv_diag *)0)->text)];
};

static void on_any(void *self, const struct dv_event *e)
{
    *(uint64_t *)self += e->start + e->kind;
}

/* ---- one run --------------------------------------------------------------------------------- */

static uint64_t fold(uint64_t h, const void *p, uint64_t bytes)
{
    const uint8_t *b = p;
    for (uint64_t v; bytes >= 8; bytes -= 8, b += 8) {
        memcpy(&v, b, 8);
        h = (h ^ v) * 0x100000001b3u;
        h ^= h >> 29;
    }
    return h;
}

static uint64_t memories(const struct dv_machine *m)
{
    uint64_t h = fold(0, m->gm, m->st->gm_used);

    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core *c = &m->st->core[i];
        for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
            if (s != DV_SPACE_GM)
                h = fold(h, (const uint8_t *)m->st + c->local[s], m->sizes[c->kind].bytes[s]);
        h = fold(h, c->s.x, sizeof c->s.x);
    }
    return h;
}

enum way { WHOLE, WINDOWS, SAVED, WAYS };

static void run_windows(struct dv_machine *m, const struct fuzz_program *p, bool save)
{
    bool ended = false;

    for (dv_time t = p->window; !m->fault && !ended; t += p->window * (1 + t % 3)) {
        dv_machine_step(m, t, &ended, NULL);
        if (!save || m->fault || ended)
            continue;
        size_t n = dv_machine_save_size(m);
        uint8_t *image = malloc(n);
        struct dv_diag d;
        dv_diag_init(&d);
        FUZZ_CHECK(image != NULL);
        dv_machine_save(m, image);
        memset(m->gm, 0, m->st->gm_used);
        memset((uint8_t *)m->st + m->st->core[0].local[0], 0xee, 4096);
        FUZZ_CHECK(dv_machine_restore(m, image, n, &d) == DV_OK);
        free(image);
        save = false;
    }
}

static void run(const struct fuzz_program *p, const struct dv_machine_opts *o, enum way way,
                bool loud, struct outcome *out)
{
    struct dv_obj obj = {.final = true, .kinds = DV_ON(p->kind)};
    struct dv_diag d;
    uint64_t tensor, heard = 0;

    dv_diag_init(&d);
    obj.section[DV_TEXT].p = (uint8_t *)(uintptr_t)p->word;
    obj.section[DV_TEXT].n = p->words * 4ull;
    struct dv_machine *m = dv_machine_new(fuzz_chip(p->core), o, &d);
    FUZZ_CHECK(m && dv_machine_load(m, &obj, &d) == DV_OK);
    FUZZ_CHECK(dv_machine_alloc(m, "tensor", FUZZ_TENSOR, &tensor, &d) == DV_OK);
    fuzz_fill(dv_machine_gm(m, tensor, FUZZ_TENSOR), FUZZ_TENSOR / 8, p->seed);
    struct fuzz_setter setter = {m, p->seed};
    dv_machine_listen(m, &(struct dv_listener){&setter, fuzz_on_block, 1u << DV_EV_BLOCK});
    if (loud)
        dv_machine_listen(m, &(struct dv_listener){&heard, on_any, ~0u});
    struct dv_launch l = {.core = p->core, .blocks = p->blocks, .para_base = tensor};
    FUZZ_CHECK(dv_machine_launch(m, &l, &d) == DV_OK);
    if (way == WHOLE)
        dv_machine_run(m, NULL);
    else
        run_windows(m, p, way == SAVED);
    out->err = m->fault;
    out->cycles = dv_machine_cycles(m);
    out->memory = memories(m);
    snprintf(out->text, sizeof out->text, "%s", m->diag.text);
    FUZZ_CHECK(!m->fault || m->diag.text[0]);
    FUZZ_CHECK(m->fault || m->st->ended);
    dv_machine_free(m);
}

static void same(const struct outcome *a, const struct outcome *b, const char *what)
{
    if (a->err == b->err && (a->err || a->cycles == b->cycles) && !strcmp(a->text, b->text) &&
        (a->err || a->memory == b->memory))
        return;
    fprintf(stderr, "%s: %s \"%s\" %llu %llx, then %s \"%s\" %llu %llx\n", what,
            dv_err_name(a->err), a->text, (unsigned long long)a->cycles,
            (unsigned long long)a->memory, dv_err_name(b->err), b->text,
            (unsigned long long)b->cycles, (unsigned long long)b->memory);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_program p;
    struct outcome first, other;

    if (size < 8)
        return 0;
    fuzz_program(&p, data, size);
    run(&p, &p.opts, WHOLE, false, &first);
    run(&p, &p.opts, WHOLE, true, &other);
    same(&first, &other, "with a listener");
    run(&p, &p.opts, WINDOWS, false, &other);
    same(&first, &other, "in windows");
    run(&p, &p.opts, SAVED, false, &other);
    same(&first, &other, "saved and restored");
    struct dv_machine_opts o = p.opts;
    o.no_simd = true;
    run(&p, &o, WHOLE, false, &other);
    same(&first, &other, "without simd");
    o.no_simd = false;
    o.data_off = true;
    run(&p, &o, WHOLE, false, &other);
    other.memory = first.memory;
    if (other.err != DV_E_NODATA)
        same(&first, &other, "without data");
    if (getenv("DV_FUZZ_SHOW"))
        fprintf(stderr, "%s \"%s\" %llu\n", dv_err_name(first.err), first.text,
                (unsigned long long)first.cycles);
    return 0;
}
