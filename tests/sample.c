/* Builders of objects for tests; see sample.h. Allocation failures end the test program. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t sample_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dull;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    return (sample_random(state) >> 11) % n;
}

static char *text(const char *s)
{
    char *copy = strdup(s);
    if (!copy)
        abort();
    return copy;
}

static char *numbered(const char *stem, uint64_t i)
{
    char out[64];
    snprintf(out, sizeof out, "%s%llu", stem, (unsigned long long)i);
    return text(out);
}

#define GROW(list, count) ((list) = grow((list), (count), sizeof *(list)), &(list)[(count)++])

static void *grow(void *list, uint32_t n, size_t bytes)
{
    uint8_t *out = reallocarray(list, n + 1, bytes);
    if (!out)
        abort();
    memset(out + n * bytes, 0, bytes);
    return out;
}

static void fill(struct dv_obj *o, unsigned section, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)sample_random(state);
        if (!dv_bytes_add(&o->section[section], &byte, 1))
            abort();
    }
}

static void add_symbol(struct dv_obj *o, const char *name, unsigned section, uint64_t value,
                       bool global)
{
    *GROW(o->symbol, o->symbols) = (struct dv_symbol){.name = text(name),
                                                      .section = (uint8_t)section,
                                                      .global = global,
                                                      .defined = true,
                                                      .value = value};
}

static void add_call(struct dv_obj *o, const char *name, uint64_t lo, uint64_t hi, uint32_t parent)
{
    uint32_t line = 100 + o->calls;
    *GROW(o->call, o->calls) = (struct dv_call){
        .name = text(name), .lo = lo, .hi = hi, .line = line, .col = 5, .parent = parent};
}

static void add_row(struct dv_obj *o, uint64_t pc, uint32_t file, uint32_t line, uint32_t col)
{
    uint32_t call = 0;
    for (uint32_t i = 0; i < o->calls; i++)
        if (o->call[i].lo <= pc && pc < o->call[i].hi)
            call = i + 1;
    *GROW(o->line, o->lines) = (struct dv_line){pc, file, line, col, call};
}

static struct dv_param *add_param(struct dv_kernel *k, const char *name, unsigned role,
                                  unsigned elem)
{
    struct dv_param *p = GROW(k->param, k->params);
    p->name = text(name);
    p->role = (uint8_t)role;
    p->elem = (uint8_t)elem;
    p->file = text("kernels/test/k.s");
    p->line = k->params;
    return p;
}

static void add_kernel(struct dv_obj *o)
{
    struct dv_kernel *k = GROW(o->kernel, o->kernels);
    k->name = text("vadd_f16");
    k->core = DV_CORE_AIV;
    k->entry[0] = text("vadd_f16");
    k->ratio_aic = 1;
    k->ratio_aiv = 2;
    struct dv_param *a = add_param(k, "a", DV_PARAM_IN, DV_EL_F16);
    a->dims = 2;
    a->dim[0] = text("n");
    a->dim[1] = text("align_up(m, 16)");
    a->layout = text("nd");
    a->stride = text("n+8");
    struct dv_param *n = add_param(k, "n", DV_PARAM_SCALAR, DV_EL_U32);
    n->def = text("1000003");
    n->min = text("1");
    n->max = text("1<<30");
    n->multiple = text("1");
    k->ref = text("add");
    *GROW(k->ref_arg, k->ref_args) = text("a");
    *GROW(k->ref_arg, k->ref_args) = text("b");
    k->max_ulp = text("0");
    k->rtol = text("1e-3");
    k->blocks = text("min(24, ceil_div(n, 8192))");
}

static void add_names(struct dv_obj *o)
{
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_BUFFER,
                                                .name = text("A"),
                                                .space = DV_SPACE_UB,
                                                .address = 0x100,
                                                .bytes = 0x80,
                                                .copies = 2,
                                                .pitch = 0x100};
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_BUFFER,
                                                .name = text("C"),
                                                .space = DV_SPACE_UB,
                                                .address = 0x1000,
                                                .bytes = 0x40,
                                                .copies = 1};
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_FLAG,
                                                .name = text("full"),
                                                .src = DV_PIPE_MTE2,
                                                .dst = DV_PIPE_V,
                                                .first = 3,
                                                .copies = 2};
    *GROW(o->name, o->names) =
        (struct dv_name){.kind = DV_NAME_MARK, .name = text("inner"), .pc = 8};
    *GROW(o->name, o->names) =
        (struct dv_name){.kind = DV_NAME_MARK, .name = text("inner"), .pc = 16, .end = true};
    *GROW(o->name, o->names) = (struct dv_name){
        .kind = DV_NAME_ALLOW, .name = text("RACE"), .text = text("same \"data\""), .pc = 12};
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_ASSERT,
                                                .name = text("small"),
                                                .text = text("x5 < 4"),
                                                .file = text("k.s"),
                                                .line = 7,
                                                .kernel = 1,
                                                .pc = 12};
    *GROW(o->name, o->names) = (struct dv_name){
        .kind = DV_NAME_PRINT, .name = text("%d %f"), .text = text("x5\nn * 2"), .pc = 12};
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_DUMP,
                                                .name = text("A[0]"),
                                                .text = text("256\nf16[2,4]\nx5 == 1"),
                                                .space = DV_SPACE_UB,
                                                .pc = 16};
    *GROW(o->name, o->names) = (struct dv_name){.kind = DV_NAME_EXPECT,
                                                .name = text("inner"),
                                                .address = 10,
                                                .bytes = 20,
                                                .line = 9,
                                                .pc = 16};
}

struct dv_obj *sample_object(void)
{
    uint64_t state = 42;
    struct dv_obj *o = dv_obj_new();
    if (!o)
        abort();
    o->final = true;
    o->kinds = DV_ON(DV_AIV);
    o->source_hash = 0x0123456789abcdefull;
    fill(o, DV_TEXT, 64, &state);
    fill(o, DV_RODATA, 24, &state);
    o->section[DV_BSS].n = 4096;
    o->address[DV_RODATA] = 0x10000;
    o->address[DV_BSS] = 0x20000;
    add_symbol(o, "loop", DV_TEXT, 8, false);
    add_symbol(o, "T", DV_SECTIONS, 8192, false);
    add_symbol(o, "vadd_f16", DV_TEXT, 0, true);
    add_symbol(o, "table", DV_RODATA, 8, true);
    *GROW(o->file, o->files) = text("kernels/test/k.s");
    *GROW(o->file, o->files) = text("dv.inc");
    *GROW(o->file, o->files) = text("/root.inc");
    add_call(o, ".rept", 8, 56, 0);
    add_call(o, "vadd_tile", 16, 32, 1);
    add_call(o, "inner", 24, 32, 2);
    add_call(o, "vadd_tile", 32, 48, 1);
    for (uint32_t i = 0; i < 16; i++)
        add_row(o, 4ull * i, i % 3, 10 + i * 7 % 30, 5 + i);
    add_names(o);
    add_kernel(o);
    return o;
}

/* Nested, disjoint calls that fill [lo, hi) in pre-order. */
static void any_calls(struct dv_obj *o, uint64_t lo, uint64_t hi, uint32_t parent, uint64_t *state)
{
    while (lo < hi && o->calls < 200) {
        uint64_t start = lo + 4 * below(state, 1 + (hi - lo) / 4);
        uint64_t words = (hi - start) / 4;
        if (!words)
            return;
        uint64_t end = start + 4 * (1 + below(state, words));
        char *name = numbered("macro", below(state, 9));
        add_call(o, name, start, end, parent);
        free(name);
        o->call[o->calls - 1].file = (uint32_t)below(state, o->files);
        if (below(state, 2))
            any_calls(o, start, end, o->calls, state);
        lo = end;
    }
}

static void any_lines(struct dv_obj *o, uint64_t *state)
{
    uint64_t bytes = o->section[DV_TEXT].n;
    uint32_t files = (uint32_t)below(state, 4);
    for (uint32_t i = 0; bytes && i < files; i++) {
        char *name = numbered(below(state, 2) ? "src/a" : "b", i);
        *GROW(o->file, o->files) = name;
    }
    if (!o->files)
        return;
    any_calls(o, 0, bytes, 0, state);
    for (uint64_t pc = 0; pc < bytes; pc += 4 * below(state, 40))
        add_row(o, pc, (uint32_t)below(state, o->files), (uint32_t)below(state, 100000),
                (uint32_t)below(state, 200));
}

static void any_symbols(struct dv_obj *o, bool global, uint64_t *state)
{
    uint32_t n = (uint32_t)below(state, 8);
    for (uint32_t i = 0; i < n; i++) {
        unsigned section = (unsigned)below(state, DV_SECTIONS + 1);
        uint64_t most = section < DV_SECTIONS ? o->section[section].n : UINT32_MAX;
        char *name = numbered(global ? "g" : "l", i);
        add_symbol(o, name, section, below(state, most + 1), global);
        free(name);
        if (global && !o->final && below(state, 3) == 0)
            o->symbol[o->symbols - 1] = (struct dv_symbol){
                .name = o->symbol[o->symbols - 1].name, .section = DV_SECTIONS, .global = true};
    }
}

static void any_relocs(struct dv_obj *o, uint64_t *state)
{
    for (unsigned s = 0; s < DV_BSS; s++) {
        uint32_t n = (uint32_t)below(state, 5);
        for (uint32_t i = 0; i < n && o->symbols && o->section[s].n >= 8; i++)
            *GROW(o->reloc, o->relocs) = (struct dv_reloc){
                (uint8_t)s, below(state, o->section[s].n - 7), (uint32_t)below(state, o->symbols),
                (uint8_t)(1 + below(state, 3)), (int64_t)below(state, 1000) - 500};
    }
}

struct dv_obj *sample_any(uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
    struct dv_obj *o = dv_obj_new();
    if (!o)
        abort();
    o->final = below(&state, 2);
    o->kinds = (unsigned)below(&state, 8);
    o->source_hash = sample_random(&state);
    fill(o, DV_TEXT, 4 * below(&state, 500), &state);
    fill(o, DV_RODATA, below(&state, 100), &state);
    fill(o, DV_DATA, below(&state, 100), &state);
    o->section[DV_BSS].n = below(&state, 100);
    for (unsigned s = 1; o->final && s < DV_SECTIONS; s++)
        if (o->section[s].n)
            o->address[s] = 0x10000 * s + 4 * below(&state, 100);
    any_symbols(o, false, &state);
    any_symbols(o, true, &state);
    for (unsigned s = 1; s < DV_SECTIONS; s++)
        if (!o->section[s].n)
            o->address[s] = 0;
    if (!o->final)
        any_relocs(o, &state);
    any_lines(o, &state);
    if (below(&state, 2))
        add_names(o);
    if (below(&state, 2))
        add_kernel(o);
    return o;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_param(const struct dv_param *a, const struct dv_param *b)
{
    for (unsigned i = 0; i < DV_DIMS; i++)
        if (!same_text(a->dim[i], b->dim[i]))
            return false;
    return same_text(a->name, b->name) && a->role == b->role && a->elem == b->elem &&
           a->dims == b->dims && same_text(a->layout, b->layout) &&
           same_text(a->stride, b->stride) && same_text(a->def, b->def) &&
           same_text(a->min, b->min) && same_text(a->max, b->max) &&
           same_text(a->multiple, b->multiple) && same_text(a->file, b->file) && a->line == b->line;
}

static bool same_kernel(const struct dv_kernel *a, const struct dv_kernel *b)
{
    if (a->params != b->params || a->ref_args != b->ref_args)
        return false;
    for (uint32_t i = 0; i < a->params; i++)
        if (!same_param(&a->param[i], &b->param[i]))
            return false;
    for (uint32_t i = 0; i < a->ref_args; i++)
        if (!same_text(a->ref_arg[i], b->ref_arg[i]))
            return false;
    return same_text(a->name, b->name) && a->core == b->core && a->ratio_aic == b->ratio_aic &&
           a->ratio_aiv == b->ratio_aiv && same_text(a->entry[0], b->entry[0]) &&
           same_text(a->entry[1], b->entry[1]) && same_text(a->ref, b->ref) &&
           same_text(a->rtol, b->rtol) && same_text(a->atol, b->atol) &&
           same_text(a->max_ulp, b->max_ulp) && same_text(a->blocks, b->blocks);
}

static bool same_name(const struct dv_name *a, const struct dv_name *b)
{
    return a->kind == b->kind && same_text(a->name, b->name) && same_text(a->text, b->text) &&
           a->space == b->space && a->address == b->address && a->bytes == b->bytes &&
           a->copies == b->copies && a->pitch == b->pitch && a->src == b->src && a->dst == b->dst &&
           a->first == b->first && a->pc == b->pc && a->end == b->end && a->kernel == b->kernel &&
           same_text(a->file, b->file) && a->line == b->line;
}

static bool same_symbol(const struct dv_symbol *a, const struct dv_symbol *b)
{
    return same_text(a->name, b->name) && a->section == b->section && a->global == b->global &&
           a->defined == b->defined && a->value == b->value && a->size == b->size;
}

static bool same_reloc(const struct dv_reloc *a, const struct dv_reloc *b)
{
    return a->section == b->section && a->offset == b->offset && a->symbol == b->symbol &&
           a->kind == b->kind && a->addend == b->addend;
}

static bool same_call(const struct dv_call *a, const struct dv_call *b)
{
    return same_text(a->name, b->name) && a->lo == b->lo && a->hi == b->hi && a->file == b->file &&
           a->line == b->line && a->col == b->col && a->parent == b->parent;
}

static bool same_line(const struct dv_line *a, const struct dv_line *b)
{
    return a->pc == b->pc && a->file == b->file && a->line == b->line && a->col == b->col &&
           a->call == b->call;
}

static const char *section_difference(const struct dv_obj *a, const struct dv_obj *b)
{
    for (unsigned s = 0; s < DV_SECTIONS; s++) {
        if (a->section[s].n != b->section[s].n)
            return "section size";
        if (s != DV_BSS && a->section[s].n &&
            memcmp(a->section[s].p, b->section[s].p, a->section[s].n))
            return "section bytes";
        if (a->section[s].n && a->address[s] != b->address[s])
            return "section address";
    }
    return NULL;
}

#define COMPARE(list, count, same, what) \
    do { \
        if (a->count != b->count) \
            return "number of " what; \
        for (uint32_t i = 0; i < a->count; i++) \
            if (!same(&a->list[i], &b->list[i])) \
                return what; \
    } while (0)

static const char *table_difference(const struct dv_obj *a, const struct dv_obj *b)
{
    COMPARE(symbol, symbols, same_symbol, "symbol");
    COMPARE(reloc, relocs, same_reloc, "relocation");
    COMPARE(call, calls, same_call, "call");
    COMPARE(line, lines, same_line, "line");
    COMPARE(name, names, same_name, "name");
    COMPARE(kernel, kernels, same_kernel, "kernel");
    if (a->files != b->files)
        return "number of files";
    for (uint32_t i = 0; i < a->files; i++)
        if (strcmp(a->file[i], b->file[i]))
            return "file";
    return NULL;
}

const char *sample_difference(const struct dv_obj *a, const struct dv_obj *b)
{
    const char *what = section_difference(a, b);
    if (what)
        return what;
    if (a->isa_version != b->isa_version || a->kinds != b->kinds ||
        a->source_hash != b->source_hash || a->final != b->final || a->vendor != b->vendor)
        return "header";
    return table_difference(a, b);
}
