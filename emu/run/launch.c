/* From object and options to a machine ready to run, and the run itself. Owns the order of the
 * steps and the parameter block; must not know formats of reports nor how values are compared. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "isa/near.h"
#include "emu/run/checking.h"
#include "emu/run/fill.h"
#include "emu/run/contents.h"
#include "emu/run/layout.h"
#include "emu/run/memory.h"
#include "emu/run/npy.h"
#include "emu/run/run.h"

uint64_t dv_image_id(const uint8_t *p, size_t n)
{
    uint64_t h = 0xcbf29ce484222325ull;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x100000001b3ull;
    return h;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- object and kernel ----------------------------------------------------------------------- */

static enum dv_err runnable(const struct dv_obj *obj, struct dv_diag *d)
{
    enum dv_err e = DV_OK;
    if (obj->vendor)
        e = dv_fail(d, DV_E_OBJECT,
                    "this object was made by the vendor's compiler; it can be "
                    "listed with 'dv dis' but not run");
    else if (!obj->final)
        e = dv_fail(d, DV_E_OBJECT, "this object is relocatable: link it first with dv ld");
    else if (!obj->kernels)
        e = dv_fail(d, DV_E_OBJECT, "this object declares no kernel");
    if (e == DV_E_OBJECT && !obj->vendor && !obj->kernels)
        dv_diag_fix(d, "add a .kernel line");
    return e;
}

static const char *kernel_name(const void *ctx, unsigned i)
{
    const struct dv_obj *obj = ctx;
    return i < obj->kernels ? obj->kernel[i].name : NULL;
}

static enum dv_err pick_kernel(struct dv_run *r, struct dv_diag *d)
{
    const struct dv_obj *obj = r->obj;
    const char *want = r->opts.kernel;
    if (!want && obj->kernels > 1)
        return dv_fail(d, DV_E_CONFIG,
                       "the object holds %u kernels ('%s', '%s' ..); choose one with "
                       "--kernel",
                       obj->kernels, obj->kernel[0].name, obj->kernel[1].name);
    for (uint32_t i = 0; i < obj->kernels; i++)
        if (!want || !strcmp(obj->kernel[i].name, want)) {
            r->kernel = &obj->kernel[i];
            return DV_OK;
        }
    const char *near = dv_nearest(want, strlen(want), 0, kernel_name, obj);
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "the object holds no kernel '%.64s'", want);
    if (near)
        dv_diag_fix(d, "did you mean '%s'?", near);
    return e;
}

static enum dv_err entry_pc(struct dv_run *r, const char *label, uint64_t *pc, struct dv_diag *d)
{
    for (uint32_t i = 0; i < r->obj->symbols; i++) {
        const struct dv_symbol *s = &r->obj->symbol[i];
        if (s->defined && s->section == DV_TEXT && !strcmp(s->name, label)) {
            *pc = DV_CODE_BASE + s->value;
            return DV_OK;
        }
    }
    return dv_fail(d, DV_E_OBJECT, "kernel '%s': its entry label '%.64s' is not in the code",
                   r->kernel->name, label);
}

static enum dv_err entries(struct dv_run *r, struct dv_diag *d)
{
    unsigned n = r->kernel->core == DV_CORE_MIX ? 2 : 1;
    for (unsigned i = 0; i < n; i++) {
        const char *label = r->kernel->entry[i] ? r->kernel->entry[i] : r->kernel->name;
        enum dv_err e = entry_pc(r, label, &r->launch.entry[i], d);
        if (e)
            return e;
    }
    return DV_OK;
}

/* ---- chip and machine ------------------------------------------------------------------------ */

static enum dv_err load_chip(struct dv_run *r, struct dv_diag *d)
{
    if (r->opts.resolved) {
        r->chip = *r->opts.resolved;
        return DV_OK;
    }
    enum dv_err e = dv_chip_load(r->opts.chip ? r->opts.chip : "910B1", &r->chip, d);
    for (size_t i = 0; !e && i < r->opts.sets; i++)
        e = dv_chip_set(&r->chip, r->opts.set[i].path, r->opts.set[i].text, d);
    return e;
}

/* The machine refuses the other mismatches. */
static enum dv_err check_cores(const struct dv_run *r, struct dv_diag *d)
{
    static const char *const names[] = {"aic", "aiv", "mix", "c100"};
    unsigned core = r->kernel->core;
    bool merged = DV_P(&r->chip, merged) != 0;
    if (merged == (core == DV_CORE_C100) || core > DV_CORE_C100)
        return DV_OK;
    enum dv_err e =
        dv_fail(d, DV_E_CONFIG, "chip %s has %s, kernel '%s' is for core=%s", r->chip.name,
                merged ? "merged cores" : "no merged cores", r->kernel->name, names[core]);
    if (merged)
        dv_diag_fix(d, "run it on a dav-c220 chip ('dv chip' lists them); merged cores take "
                       "core=c100 kernels, without matrix results in this version");
    else
        dv_diag_fix(d, "run it on a dav-c100 chip: 910A or 310");
    return e;
}

static enum dv_err make_machine(struct dv_run *r, struct dv_diag *d)
{
    struct dv_machine_opts o = {
        .time_off = r->opts.time_off,
        .data_off = r->opts.data_off,
        .acc = r->opts.acc,
        .no_simd = r->opts.no_simd,
        .no_replay = r->opts.no_replay,
        .cold = r->opts.cold,
        .max_cycles = r->opts.max_cycles,
        .explore = r->opts.explore_seed,
        .window = r->opts.window,
        .shared = r->opts.shared,
        .unordered = r->opts.unordered,
        .feed = r->opts.feed,
    };
    const char *trace = r->opts.probe ? NULL : r->opts.mem_trace;
    r->machine = dv_machine_new(&r->chip, &o, d);
    enum dv_err e = r->machine     ? dv_machine_load(r->machine, r->obj, d)
                    : d && d->code ? d->code
                                   : DV_E_MEMORY;
    if (!e && (r->opts.mem || trace))
        e = dv_memory_attach(&r->memory, r->machine, r->opts.mem, trace, r->opts.warmup + 1, d);
    return e;
}

/* ---- tensors --------------------------------------------------------------------------------- */

static enum dv_err allocate(struct dv_run *r, struct dv_diag *d)
{
    bool watch = r->opts.verify || r->opts.expects;
    for (uint32_t i = 0; i < r->args.n; i++) {
        struct dv_arg *a = &r->args.arg[i];
        if (!dv_arg_is_tensor(a))
            continue;
        enum dv_err e = dv_machine_alloc(r->machine, a->param->name, a->bytes, &a->address, d);
        if (!e && watch && dv_arg_is_output(a) && a->bytes)
            e = dv_machine_watch_writes(r->machine, a->address, a->bytes, d);
        if (e)
            return e;
        a->slot = a->address;
    }
    return DV_OK;
}

/* What makes the contents of a tensor when S reaches it and nobody else would (--data off). */
struct dv_run_content {
    struct dv_run *run;
    uint32_t index;   /* of the argument */
    const char *file; /* NULL = fill */
    struct dv_fill fill;
};

static void fill_now(struct dv_run *r, uint32_t index, const struct dv_fill *f, void *host)
{
    const struct dv_arg *a = &r->args.arg[index];
    r->fills++;
    dv_fill_write(host, a->param->elem, 0, a->elems, f, r->opts.has_seed ? r->opts.seed : 1, index);
}

static enum dv_err load_now(struct dv_run *r, uint32_t index, const char *file, void *host,
                            struct dv_diag *d)
{
    enum dv_err e = dv_contents_load(&r->args, &r->args.arg[index], file, host, d);
    if (e == DV_E_IO && !strstr(file, ".np"))
        dv_diag_fix(d, "contents are FILE.npy, random[:KIND], zeros, ones, iota or sparse:P");
    r->fills += !e;
    return e;
}

/* Row-major contents into their layout in GM; NULL or a file's name. */
static enum dv_err lay_out(struct dv_run *r, uint32_t index, const char *file,
                           const struct dv_fill *f, void *host, struct dv_diag *d)
{
    const struct dv_arg *a = &r->args.arg[index];
    void *flat = malloc(a->flat ? a->flat : 1);
    enum dv_err e = flat ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");
    if (!e && file)
        e = load_now(r, index, file, flat, d);
    else if (!e)
        fill_now(r, index, f, flat);
    if (!e)
        dv_layout_pack(a, host, flat);
    free(flat);
    return e;
}

static enum dv_err put_contents(struct dv_run *r, uint32_t index, const char *file,
                                const struct dv_fill *f, void *host, struct dv_diag *d)
{
    if (r->args.arg[index].layout != DV_LAYOUT_ND)
        return lay_out(r, index, file, f, host, d);
    if (file)
        return load_now(r, index, file, host, d);
    fill_now(r, index, f, host);
    return DV_OK;
}

static void fill_late(void *ctx, void *host, uint64_t bytes)
{
    const struct dv_run_content *c = ctx;
    (void)bytes;
    put_contents(c->run, c->index, c->file, &c->fill, host, &c->run->late);
}

static enum dv_err fill_one(struct dv_run *r, uint32_t index, struct dv_diag *d)
{
    const struct dv_arg *a = &r->args.arg[index];
    const char *text = a->text ? a->text : "random";
    struct dv_run_content c = {.run = r, .index = index};
    void *host = dv_machine_gm(r->machine, a->address, a->bytes);
    enum dv_err e;
    if (!dv_fill_parse(text, &c.fill, &e, d)) {
        if (!r->opts.probe)
            return put_contents(r, index, text, NULL, host, d); /* said before the run */
        c.file = text;
    }
    if (!e && !r->opts.data_off && a->bytes)
        e = put_contents(r, index, NULL, &c.fill, host, d);
    if (e || !r->opts.data_off)
        return e;
    r->content[index] = c;
    return dv_machine_on_touch(r->machine, a->address, fill_late, &r->content[index], d);
}

static enum dv_err keep_before(struct dv_run *r, uint32_t index, struct dv_diag *d)
{
    const struct dv_arg *a = &r->args.arg[index];
    r->before[index] = malloc(a->bytes ? a->bytes : 1);
    if (!r->before[index])
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    if (a->bytes && a->layout != DV_LAYOUT_ND)
        dv_layout_unpack(a, r->before[index], dv_machine_gm(r->machine, a->address, a->bytes));
    else if (a->bytes)
        memcpy(r->before[index], dv_machine_gm(r->machine, a->address, a->bytes), a->bytes);
    return DV_OK;
}

static enum dv_err fill(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = DV_OK;
    for (uint32_t i = 0; !e && i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        if (dv_arg_is_input(a))
            e = fill_one(r, i, d);
        else if (dv_arg_is_tensor(a) && r->opts.data_off)
            e = dv_machine_on_touch(r->machine, a->address, NULL, NULL, d);
        if (!e && a->param->role == DV_PARAM_INOUT && r->opts.verify)
            e = keep_before(r, i, d);
    }
    return e;
}

/* CONTRACT section 2: 8-byte slots in declaration order; mix kernels have a hidden slot 0. */
static enum dv_err parameter_block(struct dv_run *r, struct dv_diag *d)
{
    uint32_t hidden = r->kernel->core == DV_CORE_MIX;
    uint64_t bytes = 8ull * (r->args.n + hidden);
    enum dv_err e = dv_machine_alloc(r->machine, "parameters", bytes, &r->launch.para_base, d);
    if (e)
        return e;
    uint8_t *p = bytes ? dv_machine_gm(r->machine, r->launch.para_base, bytes) : NULL;
    if (hidden)
        memset(p, 0, 8);
    for (uint32_t i = 0; i < r->args.n; i++)
        memcpy(p + 8 * (i + hidden), &r->args.arg[i].slot, 8);
    return DV_OK;
}

/* ---- the three calls ------------------------------------------------------------------------- */

static enum dv_err check_options(const struct dv_run *r, struct dv_diag *d)
{
    bool compare = r->opts.verify || r->opts.expects;
    if (compare && r->opts.data_off)
        return dv_fail(d, DV_E_CONFIG, "--verify and --expect need data; remove --data off");
    if (r->opts.uncertainty && r->opts.time_off)
        return dv_fail(d, DV_E_CONFIG, "--uncertainty is one of cycles; remove --time off");
    if (r->opts.mem_trace && r->opts.time_off)
        return dv_fail(d, DV_E_CONFIG, "--mem-trace says when; remove --time off");
    if (dv_series_launches(&r->opts) > DV_SERIES_MOST)
        return dv_fail(d, DV_E_CONFIG, "--warmup and --repeat: at most %d launches together",
                       DV_SERIES_MOST);
    if (r->opts.expects > DV_RUN_VERIFIES - 1)
        return dv_fail(d, DV_E_CONFIG, "at most %d --expect are taken", DV_RUN_VERIFIES - 1);
    if (r->opts.tol && !r->opts.verify && !r->opts.expects)
        return dv_fail(d, DV_E_CONFIG, "--tol compares nothing without --verify or --expect");
    if (r->opts.verify && !r->kernel->ref)
        return dv_fail(d, DV_E_CONFIG,
                       "kernel '%s' names no reference (.ref); verify it with "
                       "--expect NAME=FILE.npy",
                       r->kernel->name);
    return DV_OK;
}

/* What --data off leaves in an output is nothing to keep. */
static enum dv_err check_saves(const struct dv_run *r, struct dv_diag *d)
{
    for (uint32_t i = 0; r->opts.data_off && !r->opts.probe && i < r->args.n; i++)
        if (r->args.arg[i].save)
            return dv_fail(d, DV_E_CONFIG, "%.64s=@%.200s needs data; remove --data off",
                           r->args.arg[i].param->name, r->args.arg[i].save);
    return DV_OK;
}

static enum dv_err load(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = runnable(r->obj, d);
    if (!e)
        e = pick_kernel(r, d);
    if (!e)
        e = check_options(r, d);
    if (!e)
        e = entries(r, d);
    if (!e)
        e = load_chip(r, d);
    if (!e)
        e = check_cores(r, d);
    if (!e)
        e = dv_args_bind(&r->args, r->kernel, r->opts.arg, r->opts.args, r->opts.blocks, d);
    if (!e)
        e = check_saves(r, d);
    if (!e && (!(r->before = calloc(r->args.n + 1, sizeof *r->before)) ||
               !(r->flat = calloc(r->args.n + 1, sizeof *r->flat)) ||
               !(r->content = calloc(r->args.n + 1, sizeof *r->content))))
        e = dv_fail(d, DV_E_MEMORY, "out of memory");
    if (!e)
        e = make_machine(r, d);
    return e ? e : allocate(r, d);
}

enum dv_err dv_run_prepare(struct dv_run *r, const struct dv_run_opts *o, const struct dv_obj *obj,
                           uint64_t build_id, struct dv_diag *d)
{
    memset(r, 0, sizeof *r);
    r->opts = *o;
    r->obj = obj;
    r->build_id = build_id;
    r->result.verified = -1;
    dv_diag_init(&r->late);
    double t0 = seconds();
    enum dv_err e = load(r, d);
    double t1 = seconds();
    if (!e)
        e = fill(r, d);
    if (!e)
        e = parameter_block(r, d);
    if (!e)
        e = dv_compare_bind(r, d);
    r->launch.core = r->kernel ? r->kernel->core : 0;
    r->launch.blocks = r->args.blocks;
    r->launch.kernel = r->kernel ? (uint32_t)(r->kernel - r->obj->kernel) + 1 : 0;
    if (!e && !r->opts.probe && !r->opts.unwatched)
        e = dv_watch_start(r, d);
    if (!e)
        e = dv_checking_start(r, d);
    if (!e && dv_series_launches(&r->opts) > 1)
        dv_machine_mute(r->machine, true);
    if (!e)
        e = dv_machine_launch(r->machine, &r->launch, d);
    r->result.load_seconds = t1 - t0;
    r->result.fill_seconds = seconds() - t1;
    return e;
}

static void record_fault(struct dv_run *r, const struct dv_diag *d)
{
    struct dv_finding *f = &r->result.finding[r->result.findings++];
    snprintf(f->code, sizeof f->code, "%s", dv_err_name(d->code));
    f->severity = "error";
    f->count = 1;
    f->d = *d;
    f->picture = r->machine ? dv_machine_picture(r->machine) : NULL;
}

/* The launch to its end; a fault is a finding. */
static enum dv_err simulate(struct dv_run *r, struct dv_diag *d)
{
    double t0 = seconds();
    enum dv_err e = dv_series_run(r, d);
    r->result.run_seconds = seconds() - t0;
    if (r->late.code) { /* S went on with other contents */
        *d = r->late;
        e = d->code;
    }
    if (e)
        record_fault(r, d);
    r->result.ended = !e;
    return e;
}

static enum dv_err take_uncertainty(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = dv_uncertainty_take(&r->result.uncertainty, r, false, d);
    if (!e)
        return e;
    if (r->result.findings < DV_RUN_FINDINGS)
        record_fault(r, d);
    r->result.ended = false;
    return e;
}

enum dv_err dv_run_go(struct dv_run *r, struct dv_diag *d)
{
    struct dv_diag own;
    if (!d)
        dv_diag_init(d = &own);
    enum dv_err e = simulate(r, d);
    double t1 = seconds();
    dv_watch_finish(r);
    struct dv_diag late;
    dv_diag_init(&late);
    enum dv_err unchecked = dv_checking_finish(r, &late);
    if (!unchecked)
        unchecked = dv_memory_end(r->memory, &late);
    if (e)
        return e;
    if (unchecked) {
        *d = late;
        return unchecked;
    }
    dv_result_derive(r);
    e = dv_compare(r, d);
    r->result.verify_seconds = seconds() - t1;
    return !e && r->opts.uncertainty ? take_uncertainty(r, d) : e;
}

/* Row-major: the bytes in GM, or a copy that stands until the next call for the tensor. */
static const void *row_major(const struct dv_run *r, const struct dv_arg *a)
{
    const void *gm = a->bytes ? dv_machine_gm(r->machine, a->address, a->bytes) : NULL;
    void **copy = &r->flat[a - r->args.arg];
    if (!gm || a->layout == DV_LAYOUT_ND || r->opts.data_off)
        return gm;
    if (!*copy)
        *copy = malloc(a->flat);
    if (*copy)
        dv_layout_unpack(a, *copy, gm);
    return *copy;
}

struct dv_tensor dv_run_tensor(const struct dv_run *r, const struct dv_arg *a)
{
    return (struct dv_tensor){
        .p = row_major(r, a),
        .elem = a->param->elem,
        .dims = a->param->dims,
        .dim = a->dim,
        .elems = a->elems,
    };
}

enum dv_err dv_run_save(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = DV_OK;
    for (uint32_t i = 0; !e && i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        if (!a->save)
            continue;
        struct dv_tensor t = dv_run_tensor(r, a);
        e = a->flat && !t.p ? dv_fail(d, DV_E_MEMORY, "out of memory")
                            : dv_npy_save(a->save, t.elem, t.dim, t.dims, t.p, a->flat, d);
    }
    return e;
}

int dv_run_exit(const struct dv_run *r)
{
    for (unsigned i = 0; i < r->result.findings; i++)
        if (!strcmp(r->result.finding[i].severity, "error"))
            return 1;
    return r->result.ended && r->result.verified != 0 ? 0 : 1;
}

void dv_run_free(struct dv_run *r)
{
    for (uint32_t i = 0; r->before && i < r->args.n; i++)
        free(r->before[i]);
    free(r->before);
    for (uint32_t i = 0; r->flat && i < r->args.n; i++)
        free(r->flat[i]);
    free(r->flat);
    free(r->content);
    for (unsigned i = 0; i < DV_RUN_VERIFIES; i++)
        free(r->expect_bytes[i]);
    dv_args_free(&r->args);
    dv_watch_free(r->watch);
    dv_check_free(r->check);
    dv_machine_free(r->machine);
    dv_memory_free(r->memory);
    memset(r, 0, sizeof *r);
}
