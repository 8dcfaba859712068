/* Frames of an instruction: its function is the nearest entry before it, then the chain of
 * expansions. Owns the numbers of functions; must not know formats. */
#include "emu/prof/ecosystem/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct function {
    char *name; /* owned */
    const char *file;
};

struct dv_stacks {
    const struct dv_obj *obj;
    const struct dv_symbol **root; /* functions by address */
    uint32_t roots;
    struct function *fn;
    uint32_t fns, room;
    uint32_t *of_call; /* number + 1 of the function that a call expands, 0 = not asked yet */
};

/* ---- functions ------------------------------------------------------------------------------- */

static bool is_entry(const struct dv_obj *o, const char *name)
{
    for (uint32_t i = 0; i < o->kernels; i++) {
        const struct dv_kernel *k = &o->kernel[i];
        if (!strcmp(k->name, name) || (k->entry[0] && !strcmp(k->entry[0], name)) ||
            (k->entry[1] && !strcmp(k->entry[1], name)))
            return true;
    }
    return false;
}

static int by_value(const void *a, const void *b)
{
    const struct dv_symbol *x = *(const struct dv_symbol *const *)a;
    const struct dv_symbol *y = *(const struct dv_symbol *const *)b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool find_roots(struct dv_stacks *s)
{
    const struct dv_obj *o = s->obj;
    if (!(s->root = calloc(o->symbols + 1ull, sizeof *s->root)))
        return false;
    for (uint32_t i = 0; i < o->symbols; i++) {
        const struct dv_symbol *y = &o->symbol[i];
        if (y->defined && y->section == DV_TEXT && (y->global || is_entry(o, y->name)))
            s->root[s->roots++] = y;
    }
    qsort(s->root, s->roots, sizeof *s->root, by_value);
    return true;
}

static const char *root_name(const struct dv_stacks *s, uint64_t pc)
{
    uint32_t lo = 0, hi = s->roots;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->root[mid]->value <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? s->root[lo - 1]->name : "(code)";
}

struct dv_stacks *dv_stacks_new(const struct dv_obj *obj)
{
    struct dv_stacks *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->obj = obj;
    s->of_call = calloc(obj->calls + 1ull, sizeof *s->of_call);
    if (s->of_call && find_roots(s))
        return s;
    dv_stacks_free(s);
    return NULL;
}

void dv_stacks_free(struct dv_stacks *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->fns; i++)
        free(s->fn[i].name);
    free(s->root);
    free(s->fn);
    free(s->of_call);
    free(s);
}

/* Number + 1 of a function; 0 = out of memory. */
static uint32_t number(struct dv_stacks *s, const char *name, const char *file)
{
    for (uint32_t i = 0; i < s->fns; i++)
        if (!strcmp(s->fn[i].name, name) && !strcmp(s->fn[i].file, file))
            return i + 1;
    if (s->fns == s->room) {
        uint32_t room = s->room ? 2 * s->room : 64;
        struct function *more = realloc(s->fn, room * sizeof *more);
        if (!more)
            return 0;
        s->fn = more;
        s->room = room;
    }
    char *own = strdup(name);
    if (!own)
        return 0;
    s->fn[s->fns++] = (struct function){own, file};
    return s->fns;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static const char *file_name(const struct dv_obj *o, uint32_t file)
{
    return file < o->files && o->file[file] ? o->file[file] : "???";
}

/* Calls around a line, innermost first, as indices + 1. */
static unsigned calls_of(const struct dv_obj *o, const struct dv_line *line,
                         uint32_t call[DV_STACK_DEPTH - 1])
{
    unsigned n = 0;
    for (uint32_t c = line ? line->call : 0; c && c <= o->calls; c = o->call[c - 1].parent) {
        if (n == DV_STACK_DEPTH - 1)
            n--; /* the outermost stay */
        call[n++] = c;
    }
    return n;
}

/* The function that `call` expands; repetitions have no name but their place. */
static uint32_t of_call(struct dv_stacks *s, uint32_t call, const char *file)
{
    const struct dv_call *c = &s->obj->call[call - 1];
    uint32_t *known = &s->of_call[call - 1];
    char name[32];
    if (*known)
        return *known;
    snprintf(name, sizeof name, "%.12s:%" PRIu32, c->name, c->line);
    *known = number(s, c->name[0] == '.' ? name : c->name, file);
    return *known;
}

unsigned dv_stack_at(struct dv_stacks *s, uint64_t pc, struct dv_stack_frame out[DV_STACK_DEPTH])
{
    const struct dv_obj *o = s->obj;
    const struct dv_line *line = dv_obj_line(o, pc);
    uint32_t call[DV_STACK_DEPTH - 1];
    unsigned n = calls_of(o, line, call);
    for (unsigned i = 0; i <= n; i++) { /* from the innermost */
        const struct dv_call *in = i ? &o->call[call[i - 1] - 1] : NULL;
        struct dv_stack_frame *f = &out[n - i];
        f->file = in ? file_name(o, in->file) : line ? file_name(o, line->file) : "???";
        f->line = in ? in->line : line ? line->line : 0;
        f->pc = in ? in->lo : pc;
        uint32_t fn = i < n ? of_call(s, call[i], f->file) : number(s, root_name(s, pc), f->file);
        if (!fn)
            return 0;
        f->fn = fn - 1;
        f->name = s->fn[fn - 1].name;
    }
    return n + 1;
}
