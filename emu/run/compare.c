/* Verification of a finished run: against the kernel's reference and against given files. Owns
 * which tensor is compared with what, and who wrote the first wrong element; must not know how
 * elements are compared (verify.c) nor what a reference computes (reference.c). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/near.h"
#include "emu/run/contents.h"
#include "emu/run/layout.h"
#include "emu/run/run.h"
#include "emu/run/shape.h"

/* ---- the reference --------------------------------------------------------------------------- */

static const char *ref_name(const void *ctx, unsigned i)
{
    (void)ctx;
    const struct dv_ref *r = dv_ref_at(i);
    return r ? r->name : NULL;
}

static void add_reference_list(const char *name, struct dv_diag *d)
{
    const char *near = dv_nearest(name, strlen(name), 0, ref_name, NULL);
    char list[240];
    size_t n = 0;
    *list = 0;
    if (near)
        n = (size_t)snprintf(list, sizeof list, "did you mean '%s'? ", near);
    n += (size_t)snprintf(list + n, sizeof list - n, "the references are");
    for (unsigned i = 0; ref_name(NULL, i) && n + 20 < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, " %s", ref_name(NULL, i));
    dv_diag_fix(d, "%s", list);
}

/* The note of a kernel does not keep the line of .ref: the last parameter stands just before it. */
static enum dv_err no_reference(const struct dv_run *r, struct dv_diag *d)
{
    const struct dv_kernel *k = r->kernel;
    enum dv_err e =
        dv_fail(d, DV_E_CONFIG, "kernel '%s' names an unknown reference '%.32s'", k->name, k->ref);
    if (k->params && k->param[k->params - 1].file)
        dv_diag_at(d, k->param[k->params - 1].file, (int)k->param[k->params - 1].line, 0);
    add_reference_list(k->ref, d);
    return e;
}

static void add_input(struct dv_run *r, const struct dv_arg *a)
{
    struct dv_tensor t = dv_run_tensor(r, a);
    const uint8_t *before = r->before[a - r->args.arg];
    if (before)
        t.p = before;
    if (r->call.ins < DV_REF_TENSORS)
        r->call.in[r->call.ins] = t;
    r->call.ins++;
}

static enum dv_err add_number(struct dv_run *r, const char *text, struct dv_diag *d)
{
    struct dv_value v = {0};
    enum dv_err e = dv_shape_eval(&r->args, text, &v, d);
    if (e)
        return e;
    if (r->call.numbers < DV_REF_NUMBERS)
        r->call.number[r->call.numbers] = v.is_float ? v.f : (double)v.i;
    r->call.numbers++;
    return DV_OK;
}

/* A tensor's name is an input or the output, anything else a number. */
static enum dv_err add_named(struct dv_run *r, const char *text, struct dv_diag *d)
{
    struct dv_arg *a = dv_args_find(&r->args, text, strlen(text));
    if (!a || !dv_arg_is_tensor(a))
        return add_number(r, text, d);
    if (a->param->role == DV_PARAM_OUT)
        r->ref_out = a;
    else
        add_input(r, a);
    return DV_OK;
}

/* What .ref leaves out: all inputs in declaration order, the first output. */
static void add_rest(struct dv_run *r)
{
    bool inputs = r->call.ins == 0;
    for (uint32_t i = 0; i < r->args.n; i++) {
        struct dv_arg *a = &r->args.arg[i];
        if (!dv_arg_is_tensor(a))
            continue;
        if (inputs && dv_arg_is_input(a))
            add_input(r, a);
        if (!r->ref_out && dv_arg_is_output(a))
            r->ref_out = a;
    }
}

static enum dv_err bind_reference(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = DV_OK;
    if (!r->kernel->ref)
        return DV_OK;
    r->ref = dv_ref_find(r->kernel->ref);
    if (!r->ref)
        return no_reference(r, d);
    for (uint32_t i = 0; !e && i < r->kernel->ref_args; i++)
        e = add_named(r, r->kernel->ref_arg[i], d);
    if (e)
        return e;
    add_rest(r);
    for (unsigned i = 0; i < r->call.ins && i < DV_REF_TENSORS; i++)
        if (r->call.in[i].elems && !r->call.in[i].p)
            return dv_fail(d, DV_E_MEMORY, "out of memory");
    if (!r->ref_out)
        return dv_fail(d, DV_E_CONFIG, "kernel '%s' has a reference but no output tensor",
                       r->kernel->name);
    r->call.out = dv_run_tensor(r, r->ref_out);
    e = dv_ref_check(r->ref, &r->call, d);
    if (!e && r->ref->macs) {
        r->result.mac_useful = r->ref->macs(&r->call);
        r->result.has_macs = true;
    }
    return e;
}

/* ---- what --expect names --------------------------------------------------------------------- */

static enum dv_err expect_target(const struct dv_run *r, const char *text, struct dv_arg **out,
                                 struct dv_diag *d)
{
    const char *eq = strchr(text, '=');
    if (!eq || !eq[1])
        return dv_fail(d, DV_E_CONFIG, "--expect '%.64s' is not of the form NAME=FILE.npy", text);
    *out = dv_args_find(&r->args, text, (size_t)(eq - text));
    if (!*out || !dv_arg_is_tensor(*out) || !dv_arg_is_output(*out))
        return dv_fail(d, DV_E_CONFIG,
                       "--expect '%.64s': kernel '%s' has no out or inout tensor of "
                       "that name",
                       text, r->kernel->name);
    return DV_OK;
}

static enum dv_err bind_expect(struct dv_run *r, unsigned i, struct dv_diag *d)
{
    const char *text = r->opts.expect[i];
    enum dv_err e = expect_target(r, text, &r->expect_arg[i], d);
    if (e)
        return e;
    const struct dv_arg *a = r->expect_arg[i];
    r->expect_bytes[i] = malloc(a->flat ? a->flat : 1);
    if (!r->expect_bytes[i])
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    return dv_contents_load(&r->args, a, strchr(text, '=') + 1, r->expect_bytes[i], d);
}

enum dv_err dv_compare_bind(struct dv_run *r, struct dv_diag *d)
{
    struct dv_tolerance tol;
    enum dv_err e = r->opts.tol ? dv_tolerance_parse(r->opts.tol, &tol, d) : DV_OK;
    if (!e)
        e = bind_reference(r, d);
    for (unsigned i = 0; !e && i < r->opts.expects; i++)
        e = bind_expect(r, i, d);
    return e;
}

/* ---- who wrote it ---------------------------------------------------------------------------- */

struct owner {
    const struct dv_machine *m;
    const struct dv_arg *a;
};

static bool block_of(void *ctx, uint64_t elem, uint32_t *block)
{
    const struct owner *o = ctx;
    struct dv_writer w;
    if (!dv_machine_writer(o->m, o->a->address + dv_layout_place(o->a, elem), &w) ||
        w.pc == UINT64_MAX)
        return false;
    *block = w.block;
    return true;
}

static void instruction_text(const struct dv_run *r, uint64_t pc, char *out, size_t size)
{
    const struct dv_bytes *text = &r->obj->section[DV_TEXT];
    uint64_t at = pc - DV_CODE_BASE;
    struct dv_op op;
    uint32_t word;
    *out = 0;
    if (at + 4 > text->n || at + 4 < at)
        return;
    memcpy(&word, text->p + at, 4);
    if (!dv_isa_decode(word, r->obj->kinds, &op, NULL, NULL))
        dv_isa_print(&op, pc, out, size);
}

static void place_writer(const struct dv_run *r, const struct dv_writer *w, struct dv_place *p)
{
    const struct dv_line *line = dv_obj_line(r->obj, w->pc);
    p->core = w->core;
    p->block = (int)w->block;
    p->has_pc = p->has_cycle = true;
    p->pc = w->pc;
    p->cycle = w->cycle / DV_CYCLE;
    instruction_text(r, w->pc, p->insn, sizeof p->insn);
    if (line && line->file < r->obj->files) {
        snprintf(p->file, sizeof p->file, "%s", r->obj->file[line->file]);
        p->line = (int)line->line;
        p->col = (int)line->col;
    }
}

static void name_writer(const struct dv_run *r, uint64_t address, struct dv_place *p)
{
    struct dv_writer w;
    if (dv_machine_writer(r->machine, address, &w) && w.pc != UINT64_MAX)
        place_writer(r, &w, p);
}

static void index_text(const struct dv_arg *a, uint64_t flat, char *out, size_t size)
{
    uint64_t index[DV_DIMS] = {0};
    for (unsigned i = a->param->dims; i-- > 0;) {
        index[i] = a->dim[i] ? flat % a->dim[i] : 0;
        flat = a->dim[i] ? flat / a->dim[i] : 0;
    }
    dv_shape_text(index, a->param->dims, out, size);
}

static void record_mismatch(struct dv_run *r, const struct dv_arg *a, const struct dv_verify *v)
{
    char index[200];
    struct dv_finding f = {.code = "VERIFY", .severity = "error"};
    struct dv_place *at = &f.d.at;
    unsigned bits = dv_elem_bits(a->param->elem);
    dv_diag_init(&f.d);
    index_text(a, v->first, index, sizeof index);
    snprintf(f.d.text, sizeof f.d.text,
             "tensor '%s': %" PRIu64 " of %" PRIu64 " elements are wrong (%s); first at %s%s: got "
             "%.9g, expected %.9g; worst |difference| %.6g",
             v->name, v->mismatches, v->elems, v->pattern, v->name, index, v->got, v->want,
             v->max_abs);
    snprintf(at->buffer, sizeof at->buffer, "%s", v->name);
    snprintf(at->space, sizeof at->space, "gm");
    at->has_address = true;
    at->address = a->address + dv_layout_place(a, v->first);
    at->bytes = bits < 8 ? 1 : bits / 8;
    name_writer(r, at->address, at);
    if (r->result.findings < DV_RUN_FINDINGS)
        r->result.finding[r->result.findings++] = f;
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static enum dv_err compare_one(struct dv_run *r, const struct dv_arg *a, const double *want,
                               const struct dv_tolerance *tol, struct dv_diag *d)
{
    struct dv_verify v;
    struct dv_tensor t = dv_run_tensor(r, a);
    struct owner o = {r->machine, a};
    if (a->flat && !t.p)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    enum dv_err e = dv_verify_tensor(&v, &t, want, tol, block_of, &o, r->args.blocks, d);
    if (e)
        return e;
    snprintf(v.name, sizeof v.name, "%s", a->param->name);
    r->result.verify[r->result.verifies++] = v;
    r->result.verified = r->result.verified != 0 && v.mismatches == 0;
    if (v.mismatches)
        record_mismatch(r, a, &v);
    return DV_OK;
}

static enum dv_err compare_reference(struct dv_run *r, struct dv_diag *d)
{
    struct dv_tolerance tol;
    enum dv_elem elem = r->ref_out->param->elem;
    enum dv_err e = r->opts.tol ? dv_tolerance_parse(r->opts.tol, &tol, d)
                                : dv_tolerance_from(r->kernel->rtol, r->kernel->atol,
                                                    r->kernel->max_ulp, elem, &tol, d);
    if (e)
        return e;
    uint64_t n = r->call.out.elems;
    r->call.result = malloc((n ? n : 1) * sizeof(double));
    if (!r->call.result)
        return dv_fail(d, DV_E_MEMORY, "out of memory for the reference of '%s'",
                       r->ref_out->param->name);
    e = dv_ref_run(r->ref, &r->call, d);
    if (!e)
        e = compare_one(r, r->ref_out, r->call.result, &tol, d);
    free(r->call.result);
    r->call.result = NULL;
    return e;
}

static enum dv_err compare_file(struct dv_run *r, unsigned i, struct dv_diag *d)
{
    const struct dv_arg *a = r->expect_arg[i];
    struct dv_tolerance tol = dv_tolerance_default(a->param->elem);
    enum dv_err e = r->opts.tol ? dv_tolerance_parse(r->opts.tol, &tol, d) : DV_OK;
    if (e)
        return e;
    double *want = malloc((a->elems ? a->elems : 1) * sizeof *want);
    if (!want)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    struct dv_tensor t = dv_run_tensor(r, a);
    t.p = r->expect_bytes[i];
    dv_tensor_read(want, &t, 0, 1, t.elems);
    e = compare_one(r, a, want, &tol, d);
    free(want);
    return e;
}

enum dv_err dv_compare(struct dv_run *r, struct dv_diag *d)
{
    enum dv_err e = r->opts.verify ? compare_reference(r, d) : DV_OK;
    for (unsigned i = 0; !e && i < r->opts.expects; i++)
        e = compare_file(r, i, d);
    return e;
}
