/* Splits name=value texts and attaches them to parameters. Owns the strings of struct dv_args;
 * must not know what a value means to a tensor (fill.c, npy.c) nor how shapes are computed. */
#include "emu/run/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/near.h"
#include "emu/run/shape.h"

enum { PARAMS_MAX = 256, TEXT_MAX = 4096 };

struct dv_arg *dv_args_find(const struct dv_args *a, const char *name, size_t n)
{
    for (uint32_t i = 0; i < a->n; i++) {
        const char *p = a->arg[i].param->name;
        if (strlen(p) == n && !memcmp(p, name, n))
            return &a->arg[i];
    }
    return NULL;
}

static const char *param_name(const void *ctx, unsigned i)
{
    const struct dv_args *a = ctx;
    return i < a->n ? a->arg[i].param->name : NULL;
}

static enum dv_err no_such(const struct dv_args *a, const char *name, struct dv_diag *d)
{
    /* Nearly any short name is near another: list them instead. */
    const char *near = strlen(name) > 2 ? dv_nearest(name, strlen(name), 0, param_name, a) : NULL;
    char list[200] = "";
    enum dv_err e =
        dv_fail(d, DV_E_CONFIG, "kernel '%s' has no parameter '%.64s'", a->kernel->name, name);
    for (uint32_t i = 0; i < a->n && strlen(list) < 100; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.64s", i ? ", " : "",
                 a->arg[i].param->name);
    if (near)
        dv_diag_fix(d, "did you mean '%s'?", near);
    else
        dv_diag_fix(d, "its parameters are %s", *list ? list : "none");
    return e;
}

static enum dv_err store(char **slot, const char *value, const char *name, struct dv_diag *d)
{
    if (*slot)
        return dv_fail(d, DV_E_CONFIG, "argument '%s' is given twice", name);
    *slot = strdup(value);
    return *slot ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");
}

/* The one format that is written; a device or standard output has no ending. */
static bool writable_as_npy(const char *file)
{
    size_t n = strlen(file);
    return !strcmp(file, "-") || !strncmp(file, "/dev/", 5) ||
           (n > 4 && !strcmp(file + n - 4, ".npy"));
}

static enum dv_err bind_save(struct dv_arg *a, const char *file, struct dv_diag *d)
{
    const char *name = a->param->name;
    if (!dv_arg_is_tensor(a) || !dv_arg_is_output(a))
        return dv_fail(d, DV_E_CONFIG,
                       "argument '%s': only out and inout tensors can be written "
                       "to a file",
                       name);
    if (!*file)
        return dv_fail(d, DV_E_CONFIG, "argument '%s': expected a file name after '@'", name);
    if (!writable_as_npy(file)) {
        enum dv_err e =
            dv_fail(d, DV_E_CONFIG, "argument '%s': cannot write '%.200s' as npy", name, file);
        dv_diag_fix(d, "end the name in .npy");
        return e;
    }
    return store(&a->save, file, name, d);
}

static enum dv_err bind_value(struct dv_arg *a, const char *value, struct dv_diag *d)
{
    const char *name = a->param->name;
    if (!*value)
        return dv_fail(d, DV_E_CONFIG, "argument '%s' is empty", name);
    if (dv_arg_is_tensor(a) && !dv_arg_is_input(a))
        return dv_fail(d, DV_E_CONFIG,
                       "argument '%s': %s tensor takes no contents; "
                       "write '%s=@FILE.npy' to save it",
                       name, a->param->role == DV_PARAM_OUT ? "an out" : "a scratch", name);
    return store(&a->text, value, name, d);
}

static enum dv_err bind_one(struct dv_args *a, const char *text, struct dv_diag *d)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text)
        return dv_fail(d, DV_E_CONFIG, "argument '%.64s' is not of the form name=value", text);
    if (strlen(text) > TEXT_MAX)
        return dv_fail(d, DV_E_CONFIG, "argument '%.32s..' is longer than %d characters", text,
                       TEXT_MAX);
    size_t n = (size_t)(eq - text);
    struct dv_arg *arg = dv_args_find(a, text, n);
    if (!arg) {
        char name[65] = "";
        memcpy(name, text, n < 64 ? n : 64);
        return no_such(a, name, d);
    }
    return eq[1] == '@' ? bind_save(arg, eq + 2, d) : bind_value(arg, eq + 1, d);
}

enum dv_err dv_args_bind(struct dv_args *out, const struct dv_kernel *k, const char *const *text,
                         size_t texts, uint32_t blocks, struct dv_diag *d)
{
    memset(out, 0, sizeof *out);
    out->kernel = k;
    if (k->params > PARAMS_MAX)
        return dv_fail(d, DV_E_OBJECT, "kernel '%s' declares %u parameters; at most %d are taken",
                       k->name, k->params, PARAMS_MAX);
    out->arg = calloc(k->params ? k->params : 1, sizeof *out->arg);
    if (!out->arg)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    out->n = k->params;
    for (uint32_t i = 0; i < k->params; i++)
        out->arg[i].param = &k->param[i];
    for (size_t i = 0; i < texts; i++) {
        enum dv_err e = bind_one(out, text[i], d);
        if (e)
            return e;
    }
    return dv_shape_resolve(out, blocks, d);
}

void dv_args_free(struct dv_args *a)
{
    for (uint32_t i = 0; i < a->n; i++) {
        free(a->arg[i].text);
        free(a->arg[i].save);
    }
    free(a->arg);
    memset(a, 0, sizeof *a);
}
