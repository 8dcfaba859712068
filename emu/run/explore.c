/* Other legal schedules of one launch, and the first whose result differs. Owns the copies of GM
 * that every run begins with and is compared to; must not know how time is perturbed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emu/run/explore.h"
#include "emu/run/layout.h"
#include "emu/run/progress.h"
#include "emu/run/shape.h"

/* A perturbed run may be slower than the undisturbed one by so much, and by so much an instruction,
 * which is more than all delays together; what takes longer has no end (ours). */
enum { SLOWER = 1000, SLOWER_BY = 10000000, AN_INSTRUCTION = 400000 };

struct series {
    struct dv_run run;
    uint8_t *before, *after; /* GM at the launch, and what the undisturbed run left */
    uint8_t *gm;
    uint64_t bytes;
    uint64_t cycles, most_cycles; /* of the undisturbed run; at most of another */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_fault(enum dv_err e)
{
    return dv_err_group(e) == DV_GROUP_KERNEL || dv_err_group(e) == DV_GROUP_US;
}

/* ---- one run --------------------------------------------------------------------------------- */

static enum dv_err run_seed(struct series *s, uint64_t seed, struct dv_diag *d)
{
    struct dv_machine *m = s->run.machine;
    enum dv_err e;

    dv_machine_reset(m, seed, s->most_cycles);
    memcpy(s->gm, s->before, s->bytes);
    e = dv_machine_launch(m, &s->run.launch, d);
    return e ? e : dv_machine_run(m, d);
}

/* The first output that is not as it was, and its first byte. */
static const struct dv_arg *differing(const struct series *s, uint64_t *at)
{
    for (uint32_t i = 0; i < s->run.args.n; i++) {
        const struct dv_arg *a = &s->run.args.arg[i];
        uint64_t from = a->address - DV_GM_BASE;
        if (!dv_arg_is_tensor(a) || !dv_arg_is_output(a) || !a->bytes ||
            !memcmp(s->gm + from, s->after + from, a->bytes))
            continue;
        for (*at = 0; s->gm[from + *at] == s->after[from + *at];)
            ++*at;
        return a;
    }
    return NULL;
}

/* ---- findings -------------------------------------------------------------------------------- */

static void keep_fault(const struct series *s, const struct dv_diag *d, uint64_t seed,
                       struct dv_explored *out)
{
    struct dv_finding *f = &out->finding;
    const char *picture = dv_machine_picture(s->run.machine);
    size_t n;

    snprintf(f->code, sizeof f->code, "%s", dv_err_name(d->code));
    f->d = *d;
    n = strlen(f->d.text);
    if (seed)
        snprintf(f->d.text + n, sizeof f->d.text - n, " (in the schedule of seed %" PRIu64 ")",
                 seed);
    if (seed && d->code == DV_E_LIMIT)
        dv_diag_fix(&f->d,
                    "the undisturbed run ends after %" PRIu64
                    " cycles: does S loop until something happens that no flag orders?",
                    s->cycles);
    f->picture = out->picture = picture ? strdup(picture) : NULL;
}

struct element {
    const struct dv_arg *a;
    uint64_t flat, differ; /* its index, and how many of the tensor differ */
    double is, was;
};

static void look_at(const struct series *s, const struct dv_arg *a, uint64_t byte,
                    struct element *out)
{
    struct dv_tensor is = dv_run_tensor(&s->run, a), was = is;
    unsigned bits = dv_elem_bits(a->param->elem);

    is.p = s->gm + (a->address - DV_GM_BASE); /* as it lies in GM, whatever the layout */
    was.p = s->after + (a->address - DV_GM_BASE);
    out->a = a;
    out->flat = byte * 8 / bits;
    if (bits < 8 &&
        !((s->gm[a->address - DV_GM_BASE + byte] ^ ((const uint8_t *)was.p)[byte]) & 15))
        out->flat++;
    out->is = dv_tensor_at(&is, out->flat);
    out->was = dv_tensor_at(&was, out->flat);
    out->differ = 0;
    for (uint64_t i = byte / (bits < 8 ? 1 : bits / 8); i < a->bytes * 8 / (bits < 8 ? 8 : bits);
         i++) {
        uint64_t size = bits < 8 ? 1 : bits / 8;
        out->differ +=
            !!memcmp((const uint8_t *)is.p + i * size, (const uint8_t *)was.p + i * size, size);
    }
}

static void index_of(const struct element *e, char *out, size_t size)
{
    const struct dv_arg *a = e->a;
    uint64_t index[DV_DIMS] = {0}, flat = e->flat;

    if (a->layout != DV_LAYOUT_ND)
        flat = dv_layout_element(a, flat * dv_elem_bits(a->param->elem) / 8);
    for (unsigned i = a->param->dims; i-- > 0;) {
        index[i] = a->dim[i] ? flat % a->dim[i] : 0;
        flat = a->dim[i] ? flat / a->dim[i] : 0;
    }
    dv_shape_text(index, a->param->dims, out, size);
}

/* The same schedule once more, to learn who wrote the element last. */
static void place_writer(struct series *s, const struct element *e, uint64_t seed,
                         struct dv_place *p)
{
    struct dv_writer w;
    struct dv_diag d;
    unsigned bits = dv_elem_bits(e->a->param->elem);
    uint64_t address = e->a->address + e->flat * bits / 8;

    dv_diag_init(&d);
    if (!dv_machine_watch_writes(s->run.machine, e->a->address, e->a->bytes, &d) &&
        !run_seed(s, seed, &d) && dv_machine_writer(s->run.machine, address, &w) &&
        w.pc != UINT64_MAX) {
        dv_machine_place(s->run.machine, w.core, w.pc, DV_PIPE_S, w.cycle, p);
        p->pipe = -1;
        p->block = (int)w.block;
    }
    snprintf(p->buffer, sizeof p->buffer, "%s", e->a->param->name);
    snprintf(p->space, sizeof p->space, "gm");
    p->has_address = true;
    p->address = address;
    p->bytes = bits < 8 ? 1 : bits / 8;
}

static void keep_difference(struct series *s, const struct dv_arg *a, uint64_t byte, uint64_t seed,
                            struct dv_explored *out)
{
    struct dv_finding *f = &out->finding;
    struct element e;
    char index[200];

    look_at(s, a, byte, &e);
    index_of(&e, index, sizeof index);
    snprintf(f->code, sizeof f->code, "EXPLORE");
    snprintf(f->d.text, sizeof f->d.text,
             "the result depends on the order in which pipes and cores run: %s%s is %.9g in the "
             "schedule of seed %" PRIu64 ", %.9g in the undisturbed run; %" PRIu64 " of %" PRIu64
             " elements differ",
             a->param->name, index, e.is, seed, e.was, e.differ, a->elems);
    dv_diag_fix(&f->d,
                "look for a missing flag or barrier, 'dv check' names unordered accesses; "
                "--explore-seed %" PRIu64 " runs this schedule alone",
                seed);
    place_writer(s, &e, seed, &f->d.at);
}

/* ---- the series ------------------------------------------------------------------------------ */

static enum dv_err explore_one(struct series *s, uint64_t seed, struct dv_explored *out,
                               struct dv_diag *d)
{
    struct dv_diag fault;
    const struct dv_arg *a;
    uint64_t byte;

    dv_diag_init(&fault);
    enum dv_err e = run_seed(s, seed, &fault);
    if (e && !is_fault(e)) {
        *d = fault;
        return e;
    }
    out->runs++;
    a = e ? NULL : differing(s, &byte);
    if (!e && !a)
        return DV_OK;
    out->differs = true;
    out->seed = seed;
    if (e)
        keep_fault(s, &fault, seed, out);
    else
        keep_difference(s, a, byte, seed, out);
    return DV_OK;
}

static uint64_t most_cycles(const struct dv_machine *m)
{
    uint64_t most = dv_machine_cycles(m) / DV_CYCLE * SLOWER + SLOWER_BY;

    for (unsigned i = 0; i < dv_machine_cores(m); i++)
        most += dv_machine_core(m, i)->instructions * AN_INSTRUCTION;
    return most;
}

/* The run that the others are compared to. */
static enum dv_err run_base(struct series *s, struct dv_explored *out, struct dv_diag *d)
{
    struct dv_diag fault;
    enum dv_err e;

    s->gm = dv_machine_contents(s->run.machine, &s->bytes);
    s->before = malloc(s->bytes + 1);
    s->after = malloc(s->bytes + 1);
    if (!s->before || !s->after)
        return dv_fail(d, DV_E_MEMORY, "out of memory for copies of the tensors");
    memcpy(s->before, s->gm, s->bytes);
    dv_diag_init(&fault);
    e = dv_machine_run(s->run.machine, &fault);
    if (e && !is_fault(e)) {
        *d = fault;
        return e;
    }
    out->base_failed = e != DV_OK;
    if (e)
        keep_fault(s, &fault, 0, out);
    memcpy(s->after, s->gm, s->bytes);
    s->cycles = dv_machine_cycles(s->run.machine) / DV_CYCLE;
    s->most_cycles = most_cycles(s->run.machine);
    return DV_OK;
}

static enum dv_err explore(struct series *s, const struct dv_run_opts *o, const struct dv_obj *obj,
                           uint64_t build_id, uint32_t n, struct dv_explored *out,
                           struct dv_diag *d)
{
    struct dv_run_opts plain = *o;
    struct dv_progress p = {.what = "schedule", .of = n};
    uint64_t seed = o->explore_seed ? o->explore_seed : o->has_seed ? o->seed : 1;
    enum dv_err e;

    if (o->data_off)
        return dv_fail(d, DV_E_CONFIG, "exploration compares results; remove --data off");
    plain.verify = plain.uncertainty = plain.check = false;
    plain.expects = 0;
    plain.tol = NULL;
    plain.explore_seed = 0;
    plain.warmup = plain.repeat = 0;
    plain.mem_trace = NULL;
    plain.unwatched = true;
    e = dv_run_prepare(&s->run, &plain, obj, build_id, d);
    if (!e)
        e = run_base(s, out, d);
    for (uint32_t i = 0; !e && i < n && !out->differs && !out->base_failed; i++)
        if (seed + i) {
            dv_progress_next(o, &p, NULL);
            e = explore_one(s, seed + i, out, d);
        }
    return e;
}

enum dv_err dv_explore(const struct dv_run_opts *o, const struct dv_obj *obj, uint64_t build_id,
                       uint32_t n, struct dv_explored *out, struct dv_diag *d)
{
    struct series *s = calloc(1, sizeof *s);
    double start = now();
    enum dv_err e;

    memset(out, 0, sizeof *out);
    out->finding.severity = "error";
    out->finding.count = 1;
    dv_diag_init(&out->finding.d);
    if (!s)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    e = explore(s, o, obj, build_id, n, out, d);
    dv_run_free(&s->run);
    free(s->before);
    free(s->after);
    free(s);
    out->seconds = now() - start;
    return e;
}

void dv_explored_free(struct dv_explored *e)
{
    free(e->picture);
    e->picture = NULL;
}
