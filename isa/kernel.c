/* The kernel interface as JSON (type 2 note, docs/schema/kernel.json).
 *
 * Owns the mapping between struct dv_kernel and JSON, in both directions. Knows nothing of ELF
 * and evaluates no expression: shapes and defaults stay texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

static const char *const core_names[] = {"aic", "aiv", "mix", "c100"};
static const char *const role_names[] = {"in", "out", "inout", "scratch", "scalar"};

enum {
    CORES = sizeof core_names / sizeof *core_names,
    ROLES = sizeof role_names / sizeof *role_names
};

/* ---- to JSON --------------------------------------------------------------------------------- */

static json_t *text_list(char *const *list, uint32_t n)
{
    json_t *out = json_array();
    for (uint32_t i = 0; out && i < n; i++) {
        if (json_array_append_new(out, dv_note_text(list[i]))) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

static bool put_new(json_t *object, const char *key, json_t *value)
{
    return value && !json_object_set_new(object, key, value);
}

static bool put_param(json_t *j, const struct dv_param *p)
{
    return dv_note_put(j, "name", p->name) && dv_note_put(j, "role", role_names[p->role]) &&
           dv_note_put(j, "type", dv_elem_name((enum dv_elem)p->elem)) &&
           (p->role == DV_PARAM_SCALAR || put_new(j, "shape", text_list(p->dim, p->dims))) &&
           dv_note_put(j, "layout", p->layout) && dv_note_put(j, "stride", p->stride) &&
           dv_note_put(j, "default", p->def) && dv_note_put(j, "min", p->min) &&
           dv_note_put(j, "max", p->max) && dv_note_put(j, "multiple", p->multiple) &&
           dv_note_put(j, "file", p->file) && (!p->line || dv_note_put_int(j, "line", p->line));
}

static json_t *params_json(const struct dv_kernel *k)
{
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < k->params; i++) {
        json_t *j = json_object();
        if (!j || json_array_append(list, j) || !put_param(j, &k->param[i])) {
            json_decref(list);
            list = NULL;
        }
        json_decref(j);
    }
    return list;
}

static bool put_ref(json_t *j, const struct dv_kernel *k)
{
    if (!k->ref)
        return true;
    json_t *ref = json_object();
    return put_new(j, "ref", ref) && dv_note_put(ref, "name", k->ref) &&
           put_new(ref, "args", text_list(k->ref_arg, k->ref_args)) &&
           dv_note_put(ref, "rtol", k->rtol) && dv_note_put(ref, "atol", k->atol) &&
           dv_note_put(ref, "max_ulp", k->max_ulp);
}

static bool put_kernel(json_t *j, const struct dv_kernel *k)
{
    uint32_t entries = k->core == DV_CORE_MIX ? 2 : 1;
    bool ok = dv_note_put(j, "name", k->name) && dv_note_put(j, "core", core_names[k->core]) &&
              put_new(j, "entry", text_list(k->entry, entries)) &&
              put_new(j, "params", params_json(k)) && put_ref(j, k) &&
              dv_note_put(j, "blocks", k->blocks);
    if (ok && k->core == DV_CORE_MIX)
        ok = put_new(j, "ratio", json_pack("[ii]", (int)k->ratio_aic, (int)k->ratio_aiv));
    return ok;
}

static bool all_set(char *const *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!list[i])
            return false;
    return true;
}

/* What the writer needs of a kernel; a failure is a mistake of whoever built the object. */
static bool is_whole(const struct dv_kernel *k)
{
    bool ok = k->name && k->core < CORES && all_set(k->entry, k->core == DV_CORE_MIX ? 2 : 1) &&
              all_set(k->ref_arg, k->ref_args);
    for (uint32_t i = 0; ok && i < k->params; i++) {
        const struct dv_param *p = &k->param[i];
        ok = p->name && p->role < ROLES && p->elem > DV_EL_NONE && p->elem < DV_ELEMS &&
             p->dims <= DV_DIMS && all_set(p->dim, p->dims);
    }
    return ok;
}

enum dv_err dv_kernels_to_json(const struct dv_obj *o, char **text, struct dv_diag *d)
{
    if (o->kernels > DV_ENTRIES_MAX)
        return dv_fail(d, DV_E_OBJECT, "more than %d kernels in one object", DV_ENTRIES_MAX);
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < o->kernels; i++) {
        json_t *j = json_object();
        if (!is_whole(&o->kernel[i])) {
            json_decref(list);
            json_decref(j);
            return dv_fail(d, DV_E_OBJECT, "kernel '%s' is incomplete",
                           o->kernel[i].name ? o->kernel[i].name : "?");
        }
        if (!j || json_array_append(list, j) || !put_kernel(j, &o->kernel[i])) {
            json_decref(list);
            list = NULL;
        }
        json_decref(j);
    }
    return dv_note_finish(list, text, d);
}

/* ---- from JSON ------------------------------------------------------------------------------- */

static enum dv_err read_texts(const struct dv_note_at *at, const json_t *list, const char *key,
                              char **out, uint32_t most, uint32_t *n)
{
    size_t i;
    json_t *value;
    if (!json_is_array(list) || json_array_size(list) > most)
        return dv_fail(at->d, DV_E_OBJECT, "%s: '%s' must be an array of at most %u texts",
                       at->where, key, most);
    json_array_foreach(list, i, value)
    {
        if (!json_is_string(value))
            return dv_fail(at->d, DV_E_OBJECT, "%s: '%s' holds something that is no text",
                           at->where, key);
        out[i] = strdup(json_string_value(value));
        if (!out[i])
            return dv_fail(at->d, DV_E_MEMORY, "out of memory");
        *n = (uint32_t)i + 1;
    }
    return DV_OK;
}

static enum dv_err read_elem(const struct dv_note_at *at, const json_t *j, struct dv_param *p)
{
    char *type = NULL;
    enum dv_err e = dv_note_get(at, j, "type", true, &type);
    if (e)
        return e;
    p->elem = (uint8_t)dv_elem_find(type, strlen(type));
    if (p->elem == DV_EL_NONE)
        e = dv_fail(at->d, DV_E_OBJECT, "%s: unknown type '%.40s'", at->where, type);
    free(type);
    return e;
}

/* The optional texts of a parameter. */
static enum dv_err read_options(const struct dv_note_at *at, const json_t *j, struct dv_param *p)
{
    struct {
        const char *key;
        char **out;
    } texts[] = {
        {"layout", &p->layout}, {"stride", &p->stride},     {"default", &p->def}, {"min", &p->min},
        {"max", &p->max},       {"multiple", &p->multiple}, {"file", &p->file},
    };
    enum dv_err e = DV_OK;
    for (size_t i = 0; !e && i < sizeof texts / sizeof *texts; i++)
        e = dv_note_get(at, j, texts[i].key, false, texts[i].out);
    return e;
}

static enum dv_err read_param(const struct dv_note_at *at, const json_t *j, struct dv_param *p)
{
    unsigned role = 0;
    uint32_t dims = 0;
    uint64_t line = 0;
    enum dv_err e = dv_note_get(at, j, "name", true, &p->name);
    if (!e)
        e = dv_note_get_word(at, j, "role", role_names, ROLES, &role);
    p->role = (uint8_t)role;
    if (!e)
        e = read_elem(at, j, p);
    if (!e && role != DV_PARAM_SCALAR)
        e = read_texts(at, json_object_get(j, "shape"), "shape", p->dim, DV_DIMS, &dims);
    p->dims = (uint8_t)dims;
    if (!e)
        e = read_options(at, j, p);
    if (!e)
        e = dv_note_get_int(at, j, "line", UINT32_MAX, &line);
    p->line = (uint32_t)line;
    return e;
}

static enum dv_err read_params(const struct dv_note_at *at, const json_t *j, struct dv_kernel *k)
{
    const json_t *list = json_object_get(j, "params");
    enum dv_err e =
        dv_note_array(at, list, "params", sizeof *k->param, (void **)&k->param, &k->params);
    for (uint32_t i = 0; !e && i < k->params; i++) {
        char where[80];
        snprintf(where, sizeof where, "%s params[%u]", at->where, i);
        struct dv_note_at inner = {at->d, where};
        e = read_param(&inner, json_array_get(list, i), &k->param[i]);
    }
    return e;
}

static enum dv_err read_ref(const struct dv_note_at *at, const json_t *j, struct dv_kernel *k)
{
    const json_t *ref = json_object_get(j, "ref");
    if (!ref)
        return DV_OK;
    const json_t *args = json_object_get(ref, "args");
    uint32_t n = 0;
    enum dv_err e = dv_note_get(at, ref, "name", true, &k->ref);
    if (!e && args)
        e = dv_note_array(at, args, "ref args", sizeof *k->ref_arg, (void **)&k->ref_arg, &n);
    if (!e && args)
        e = read_texts(at, args, "args", k->ref_arg, n, &k->ref_args);
    if (!e)
        e = dv_note_get(at, ref, "rtol", false, &k->rtol);
    if (!e)
        e = dv_note_get(at, ref, "atol", false, &k->atol);
    if (!e)
        e = dv_note_get(at, ref, "max_ulp", false, &k->max_ulp);
    return e;
}

static enum dv_err read_entry(const struct dv_note_at *at, const json_t *j, struct dv_kernel *k)
{
    uint32_t n = 0, wanted = k->core == DV_CORE_MIX ? 2 : 1;
    enum dv_err e = read_texts(at, json_object_get(j, "entry"), "entry", k->entry, 2, &n);
    if (!e && n != wanted)
        e = dv_fail(at->d, DV_E_OBJECT, "%s: %u entry labels for core %s, expected %u", at->where,
                    n, core_names[k->core], wanted);
    return e;
}

static enum dv_err read_ratio(const struct dv_note_at *at, const json_t *j, struct dv_kernel *k)
{
    const json_t *ratio = json_object_get(j, "ratio");
    k->ratio_aic = 1;
    k->ratio_aiv = 2;
    if (!ratio)
        return DV_OK;
    json_int_t aic = json_integer_value(json_array_get(ratio, 0));
    json_int_t aiv = json_integer_value(json_array_get(ratio, 1));
    if (json_array_size(ratio) != 2 || aic < 0 || aic > 64 || aiv < 0 || aiv > 64)
        return dv_fail(at->d, DV_E_OBJECT, "%s: 'ratio' must be two numbers in 0..64", at->where);
    k->ratio_aic = (uint32_t)aic;
    k->ratio_aiv = (uint32_t)aiv;
    return DV_OK;
}

static enum dv_err read_kernel(const struct dv_note_at *at, const json_t *j, struct dv_kernel *k)
{
    unsigned core = 0;
    enum dv_err e = dv_note_get(at, j, "name", true, &k->name);
    if (!e)
        e = dv_note_get_word(at, j, "core", core_names, CORES, &core);
    k->core = (uint8_t)core;
    if (!e)
        e = read_entry(at, j, k);
    if (!e)
        e = read_ratio(at, j, k);
    if (!e)
        e = read_params(at, j, k);
    if (!e)
        e = read_ref(at, j, k);
    return e ? e : dv_note_get(at, j, "blocks", false, &k->blocks);
}

enum dv_err dv_kernels_from_json(const char *text, size_t n, struct dv_obj *o, struct dv_diag *d)
{
    json_t *list = NULL;
    struct dv_note_at at = {d, "kernel note"};
    enum dv_err e = dv_note_parse(text, n, at.where, &list, d);
    if (e)
        return e;
    if (o->kernel)
        e = dv_fail(d, DV_E_OBJECT, "kernel note appears twice");
    else
        e = dv_note_array(&at, list, "the note", sizeof *o->kernel, (void **)&o->kernel,
                          &o->kernels);
    for (uint32_t i = 0; !e && i < o->kernels; i++) {
        char where[48];
        snprintf(where, sizeof where, "kernel note [%u]", i);
        struct dv_note_at inner = {d, where};
        e = read_kernel(&inner, json_array_get(list, i), &o->kernel[i]);
    }
    json_decref(list);
    return e;
}
