/* Objects in memory: making, freeing, and looking up what an address means.
 *
 * Owns the lifetime of everything inside a struct dv_obj. Knows nothing of ELF, DWARF or JSON. */
#include "isa/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct dv_obj *dv_obj_new(void)
{
    struct dv_obj *o = calloc(1, sizeof *o);
    if (o)
        o->isa_version = dv_isa_version;
    return o;
}

static void free_strings(char **list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

static void free_param(struct dv_param *p)
{
    free(p->name);
    for (unsigned i = 0; i < DV_DIMS; i++)
        free(p->dim[i]);
    free(p->layout);
    free(p->stride);
    free(p->def);
    free(p->min);
    free(p->max);
    free(p->multiple);
    free(p->file);
}

static void free_kernel(struct dv_kernel *k)
{
    free(k->name);
    free(k->entry[0]);
    free(k->entry[1]);
    for (uint32_t i = 0; i < k->params; i++)
        free_param(&k->param[i]);
    free(k->param);
    free(k->ref);
    free_strings(k->ref_arg, k->ref_args);
    free(k->rtol);
    free(k->atol);
    free(k->max_ulp);
    free(k->blocks);
}

static void free_names(struct dv_name *name, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        free(name[i].name);
        free(name[i].text);
        free(name[i].file);
    }
    free(name);
}

void dv_obj_free(struct dv_obj *o)
{
    if (!o)
        return;
    for (unsigned s = 0; s < DV_SECTIONS; s++)
        free(o->section[s].p);
    for (uint32_t i = 0; i < o->symbols; i++)
        free(o->symbol[i].name);
    free(o->symbol);
    free(o->reloc);
    free_strings(o->file, o->files);
    free(o->line);
    for (uint32_t i = 0; i < o->calls; i++)
        free(o->call[i].name);
    free(o->call);
    free_names(o->name, o->names);
    for (uint32_t i = 0; i < o->kernels; i++)
        free_kernel(&o->kernel[i]);
    free(o->kernel);
    free(o);
}

bool dv_symbol_is_section(const struct dv_symbol *s)
{
    return s->defined && !s->global && s->section < DV_SECTIONS && !s->value &&
           !strcmp(s->name, dv_section_names[s->section]);
}

const struct dv_line *dv_obj_line(const struct dv_obj *o, uint64_t pc)
{
    uint32_t lo = 0, hi = o->lines;
    if (pc >= o->section[DV_TEXT].n)
        return NULL;
    while (lo < hi) { /* first row behind pc */
        uint32_t mid = lo + (hi - lo) / 2;
        if (o->line[mid].pc <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? &o->line[lo - 1] : NULL;
}

/* "A", "A[1]", "A[1]+0x40" */
static void print_spot(char *out, size_t size, const struct dv_name *n, uint64_t copy,
                       uint64_t offset)
{
    char index[24] = "", behind[24] = "";
    if (n->copies > 1)
        snprintf(index, sizeof index, "[%llu]", (unsigned long long)copy);
    if (offset)
        snprintf(behind, sizeof behind, "+0x%llx", (unsigned long long)offset);
    snprintf(out, size, "%s%s%s", n->name, index, behind);
}

static bool buffer_covers(const struct dv_name *n, uint64_t address, uint64_t *copy,
                          uint64_t *offset)
{
    if (address < n->address)
        return false;
    uint64_t behind = address - n->address;
    *copy = n->pitch ? behind / n->pitch : 0;
    *offset = n->pitch ? behind % n->pitch : behind;
    return *offset < n->bytes && *copy < (n->copies ? n->copies : 1);
}

bool dv_name_is_of(const struct dv_name *n, unsigned kernel)
{
    return !kernel || !n->kernel || n->kernel == kernel;
}

bool dv_obj_buffer_at(const struct dv_obj *o, unsigned kernel, unsigned space, uint64_t address,
                      char *out, size_t size)
{
    uint64_t copy, offset;
    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *n = &o->name[i];
        if (n->kind != DV_NAME_BUFFER || n->space != space || !dv_name_is_of(n, kernel) ||
            !buffer_covers(n, address, &copy, &offset))
            continue;
        print_spot(out, size, n, copy, offset);
        return true;
    }
    return false;
}

bool dv_obj_flag_at(const struct dv_obj *o, unsigned kernel, unsigned src, unsigned dst,
                    unsigned id, char *out, size_t size)
{
    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *n = &o->name[i];
        if (n->kind != DV_NAME_FLAG || n->src != src || n->dst != dst || id < n->first)
            continue;
        if (!dv_name_is_of(n, kernel) || id - n->first >= (n->copies ? n->copies : 1))
            continue;
        print_spot(out, size, n, id - n->first, 0);
        return true;
    }
    return false;
}

const char *dv_obj_mark_at(const struct dv_obj *o, uint64_t pc)
{
    enum { DEPTH = 64 };
    const char *open[DEPTH];
    uint32_t depth = 0;
    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *n = &o->name[i];
        if (n->kind != DV_NAME_MARK || n->pc > pc)
            continue;
        if (!n->end && depth < DEPTH)
            open[depth] = n->name;
        depth += n->end ? -(uint32_t)(depth > 0) : 1;
    }
    return depth && depth <= DEPTH ? open[depth - 1] : NULL;
}

/* The expansion that begins with the instruction of an .allow, and is called behind it. */
static bool begins_at(const struct dv_obj *o, const struct dv_call *c, const struct dv_name *n)
{
    return c->lo == n->pc && n->file && c->file < o->files && c->line >= n->line &&
           !strcmp(o->file[c->file], n->file);
}

static bool covers(const struct dv_obj *o, const struct dv_name *n, uint64_t pc)
{
    const struct dv_line *l = n->pc < pc ? dv_obj_line(o, pc) : NULL;

    for (uint32_t c = l ? l->call : 0; c && c <= o->calls; c = o->call[c - 1].parent)
        if (begins_at(o, &o->call[c - 1], n))
            return true;
    return n->pc == pc;
}

bool dv_obj_allows(const struct dv_obj *o, uint64_t pc, const char *code)
{
    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *n = &o->name[i];
        if (n->kind == DV_NAME_ALLOW && !strcasecmp(n->name, code) && covers(o, n, pc))
            return true;
    }
    return false;
}
