/* The public C interface over one launch. Owns handles and their copies of what callers gave;
 * must not know formats. */
#include "emu/emu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/file.h"
#include "emu/run/run.h"
#include "emu/run/version.h"

enum { ARGS = 256, SETS = 64 };

struct input {
    char *name;
    void *data;
    size_t bytes;
};

struct dv_emu {
    char *chip, *kernel;
    struct dv_obj *obj;
    uint64_t id;
    char *arg[ARGS];
    size_t args;
    struct input input[ARGS];
    size_t inputs;
    struct dv_run_set set[SETS];
    size_t sets;
    struct dv_run_opts opts;
    struct dv_run run;
    struct dv_json json;
    bool ran;
    struct dv_diag diag;
};

const char *dv_emu_version(void)
{
    return DV_VERSION;
}

unsigned dv_emu_isa_version(void)
{
    return dv_isa_version;
}

static enum dv_status status_of(enum dv_err e)
{
    return (enum dv_status)dv_err_exit(e);
}

static enum dv_status misuse(struct dv_emu *e, const char *text)
{
    dv_diag_init(&e->diag);
    snprintf(e->diag.text, sizeof e->diag.text, "%s", text);
    return DV_STATUS_INTERNAL;
}

static enum dv_status no_memory(struct dv_emu *e)
{
    dv_diag_init(&e->diag);
    return status_of(dv_fail(&e->diag, DV_E_MEMORY, "out of memory"));
}

/* ---- handle ---------------------------------------------------------------------------------- */

enum dv_status dv_emu_open(struct dv_emu **out, const char *chip)
{
    struct dv_emu *e = *out = calloc(1, sizeof *e);
    struct dv_chip *probe = malloc(sizeof *probe);
    enum dv_status s = DV_STATUS_INPUT;
    if (e && probe) {
        dv_diag_init(&e->diag);
        e->chip = strdup(chip ? chip : "910B1");
        s = e->chip ? status_of(dv_chip_load(e->chip, probe, &e->diag)) : no_memory(e);
    } else if (e) {
        s = no_memory(e);
    }
    free(probe);
    return s;
}

static void forget_run(struct dv_emu *e)
{
    if (e->ran)
        dv_run_free(&e->run);
    dv_json_free(&e->json);
    e->ran = false;
}

static void forget_object(struct dv_emu *e)
{
    forget_run(e);
    for (size_t i = 0; i < e->args; i++)
        free(e->arg[i]);
    for (size_t i = 0; i < e->inputs; i++) {
        free(e->input[i].name);
        free(e->input[i].data);
    }
    e->args = e->inputs = 0;
    free(e->kernel);
    e->kernel = NULL;
    dv_obj_free(e->obj);
    e->obj = NULL;
}

void dv_emu_close(struct dv_emu *e)
{
    if (!e)
        return;
    forget_object(e);
    for (size_t i = 0; i < e->sets; i++) {
        free((char *)e->set[i].path);
        free((char *)e->set[i].text);
    }
    free(e->chip);
    free(e);
}

const char *dv_emu_error(const struct dv_emu *e)
{
    return e ? e->diag.text : "out of memory";
}

/* ---- what to run ----------------------------------------------------------------------------- */

enum dv_status dv_emu_set(struct dv_emu *e, const char *path, const char *value)
{
    if (e->sets == SETS)
        return misuse(e, "at most 64 numbers of a chip can be set");
    struct dv_run_set s = {strdup(path), strdup(value)};
    if (!s.path || !s.text) {
        free((char *)s.path);
        free((char *)s.text);
        return no_memory(e);
    }
    e->set[e->sets++] = s;
    return DV_STATUS_OK;
}

enum dv_status dv_emu_load_bytes(struct dv_emu *e, const void *image, size_t bytes)
{
    forget_object(e);
    dv_diag_init(&e->diag);
    e->id = dv_image_id(image, bytes);
    return status_of(dv_obj_read(image, bytes, "object", &e->obj, &e->diag));
}

enum dv_status dv_emu_load_file(struct dv_emu *e, const char *path)
{
    uint8_t *p;
    size_t n;
    dv_diag_init(&e->diag);
    enum dv_err err = dv_file_read(path, &p, &n, &e->diag);
    if (err)
        return status_of(err);
    enum dv_status s = dv_emu_load_bytes(e, p, n);
    free(p);
    return s;
}

enum dv_status dv_emu_kernel(struct dv_emu *e, const char *name)
{
    char *copy = strdup(name);
    if (!copy)
        return no_memory(e);
    free(e->kernel);
    e->kernel = copy;
    return DV_STATUS_OK;
}

/* A later value of the same name replaces the earlier one. */
static void drop_argument(struct dv_emu *e, const char *name, size_t n)
{
    for (size_t i = 0; i < e->args; i++)
        if (!strncmp(e->arg[i], name, n) && e->arg[i][n] == '=') {
            free(e->arg[i]);
            e->arg[i] = e->arg[--e->args];
            return;
        }
}

enum dv_status dv_emu_argument(struct dv_emu *e, const char *name, const char *value)
{
    size_t n = strlen(name), size = n + strlen(value) + 2;
    drop_argument(e, name, n);
    if (e->args == ARGS)
        return misuse(e, "at most 256 arguments can be set");
    char *text = malloc(size);
    if (!text)
        return no_memory(e);
    snprintf(text, size, "%s=%s", name, value);
    e->arg[e->args++] = text;
    return DV_STATUS_OK;
}

static struct input *input_slot(struct dv_emu *e, const char *name)
{
    for (size_t i = 0; i < e->inputs; i++)
        if (!strcmp(e->input[i].name, name))
            return &e->input[i];
    if (e->inputs == ARGS || !(e->input[e->inputs].name = strdup(name)))
        return NULL;
    e->input[e->inputs].data = NULL;
    return &e->input[e->inputs++];
}

enum dv_status dv_emu_input(struct dv_emu *e, const char *name, const void *data, size_t bytes)
{
    void *copy = malloc(bytes ? bytes : 1);
    struct input *slot = copy ? input_slot(e, name) : NULL;
    if (!slot) {
        free(copy);
        return no_memory(e);
    }
    if (bytes)
        memcpy(copy, data, bytes);
    free(slot->data);
    slot->data = copy;
    slot->bytes = bytes;
    return DV_STATUS_OK;
}

void dv_emu_blocks(struct dv_emu *e, unsigned blocks)
{
    e->opts.blocks = blocks;
}

void dv_emu_seed(struct dv_emu *e, uint64_t seed)
{
    e->opts.has_seed = true;
    e->opts.seed = seed;
}

void dv_emu_verify(struct dv_emu *e, bool on)
{
    e->opts.verify = on;
}

void dv_emu_time(struct dv_emu *e, bool on)
{
    e->opts.time_off = !on;
}

void dv_emu_data(struct dv_emu *e, bool on)
{
    e->opts.data_off = !on;
}

enum dv_status dv_emu_acc(struct dv_emu *e, const char *rule)
{
    dv_diag_init(&e->diag);
    for (unsigned i = 0; i < DV_ACCS; i++)
        if (!strcmp(rule, dv_acc_names[i])) {
            e->opts.acc = (uint8_t)i;
            return DV_STATUS_OK;
        }
    return status_of(dv_fail(&e->diag, DV_E_CONFIG,
                             "'%.32s' is no rule of accumulation: use seq, instr, chunk16, tree16, "
                             "exact16 or tc24",
                             rule));
}

void dv_emu_max_cycles(struct dv_emu *e, uint64_t cycles)
{
    e->opts.max_cycles = cycles;
}

/* ---- run ------------------------------------------------------------------------------------- */

static enum dv_err place_input(struct dv_emu *e, const struct input *in)
{
    struct dv_arg *a = dv_args_find(&e->run.args, in->name, strlen(in->name));
    if (!a || !dv_arg_is_tensor(a) || !dv_arg_is_input(a))
        return dv_fail(&e->diag, DV_E_CONFIG, "kernel '%s' has no input tensor '%.64s'",
                       e->run.kernel->name, in->name);
    if (a->bytes != in->bytes)
        return dv_fail(&e->diag, DV_E_CONFIG, "tensor '%s' has %llu bytes but %zu were given",
                       in->name, (unsigned long long)a->bytes, in->bytes);
    if (!a->bytes)
        return DV_OK;
    dv_machine_touch(e->run.machine, a->address); /* contents on demand would come later */
    memcpy(dv_machine_gm(e->run.machine, a->address, a->bytes), in->data, in->bytes);
    uint8_t *before = e->run.before[a - e->run.args.arg];
    if (before)
        memcpy(before, in->data, in->bytes);
    return DV_OK;
}

static enum dv_err run(struct dv_emu *e)
{
    e->opts.chip = e->chip;
    e->opts.kernel = e->kernel;
    e->opts.arg = (const char *const *)e->arg;
    e->opts.args = e->args;
    e->opts.set = e->set;
    e->opts.sets = e->sets;
    enum dv_err err = dv_run_prepare(&e->run, &e->opts, e->obj, e->id, &e->diag);
    e->ran = true;
    for (size_t i = 0; !err && i < e->inputs; i++)
        err = place_input(e, &e->input[i]);
    return err ? err : dv_run_go(&e->run, &e->diag);
}

enum dv_status dv_emu_run(struct dv_emu *e)
{
    if (!e->obj)
        return misuse(e, "load an object before running it");
    forget_run(e);
    dv_diag_init(&e->diag);
    enum dv_err err = run(e);
    if (err)
        return status_of(err);
    if (!dv_run_exit(&e->run))
        return DV_STATUS_OK;
    snprintf(e->diag.text, sizeof e->diag.text, "%s", e->run.result.finding[0].d.text);
    return DV_STATUS_KERNEL;
}

/* ---- results --------------------------------------------------------------------------------- */

enum dv_status dv_emu_output(struct dv_emu *e, const char *name, void *data, size_t bytes)
{
    if (!e->ran || !e->run.result.ended)
        return misuse(e, "no run has ended without a fault");
    struct dv_arg *a = dv_args_find(&e->run.args, name, strlen(name));
    if (!a || !dv_arg_is_tensor(a) || !dv_arg_is_output(a))
        return misuse(e, "the kernel has no output tensor of that name");
    if (a->bytes != bytes)
        return misuse(e, "the tensor has another size");
    dv_machine_touch(e->run.machine, a->address);
    if (bytes)
        memcpy(data, dv_machine_gm(e->run.machine, a->address, bytes), bytes);
    return DV_STATUS_OK;
}

static bool has_time(const struct dv_emu *e)
{
    return e->ran && e->run.result.ended && e->run.result.has_time;
}

bool dv_emu_cycles(const struct dv_emu *e, uint64_t *cycles)
{
    if (has_time(e))
        *cycles = (e->run.result.sum.cycles + DV_CYCLE - 1) / DV_CYCLE;
    return has_time(e);
}

bool dv_emu_time_us(const struct dv_emu *e, double *us)
{
    if (has_time(e))
        *us = e->run.result.time_us;
    return has_time(e);
}

int dv_emu_verified(const struct dv_emu *e)
{
    return e->ran ? e->run.result.verified : -1;
}

const char *dv_emu_json(struct dv_emu *e)
{
    const struct dv_result *o = &e->run.result;
    if (!e->ran || !e->run.machine || (!o->ended && !o->findings))
        return NULL;
    if (!e->json.p)
        dv_report_json(&e->json, &e->run,
                       o->load_seconds + o->fill_seconds + o->run_seconds + o->verify_seconds);
    return e->json.failed ? NULL : e->json.p;
}

unsigned dv_emu_findings(const struct dv_emu *e)
{
    return e->ran ? e->run.result.findings : 0;
}

const char *dv_emu_finding_code(const struct dv_emu *e, unsigned i)
{
    return i < dv_emu_findings(e) ? e->run.result.finding[i].code : NULL;
}

const char *dv_emu_finding_text(const struct dv_emu *e, unsigned i)
{
    return i < dv_emu_findings(e) ? e->run.result.finding[i].d.text : NULL;
}
