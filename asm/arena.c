/* Memory of one assembly: two arenas and growth of the object's arrays.
 *
 * `keep` lives to the end, `stack` is given back in the order of its marks (expansion frames).
 * Exhaustion of host memory or of our budget leaves through dv_as_abort, so no caller checks. */
#include "asm/state.h"

#include <stdlib.h>
#include <string.h>

struct dv_chunk {
    struct dv_chunk *under;
    size_t used, size;
    max_align_t data[];
};

enum { CHUNK = 64 * 1024, ALIGN = sizeof(max_align_t) };

_Noreturn void dv_as_abort(struct dv_as *as)
{
    longjmp(as->out, 1);
}

static _Noreturn void exhausted(struct dv_as *as)
{
    dv_fail(&as->first, DV_E_MEMORY, "the source needs more memory than can be had");
    dv_as_abort(as);
}

static void *take(struct dv_as *as, struct dv_arena *a, size_t bytes)
{
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if (!a->top || a->top->size - a->top->used < bytes) {
        size_t size = bytes > CHUNK ? bytes : CHUNK;
        struct dv_chunk *c = NULL;
        if (size <= DV_AS_ARENA - as->arena_bytes)
            c = malloc(sizeof *c + size);
        if (!c)
            exhausted(as);
        as->arena_bytes += size;
        *c = (struct dv_chunk){.under = a->top, .size = size};
        a->top = c;
    }
    void *p = (char *)a->top->data + a->top->used;
    a->top->used += bytes;
    return memset(p, 0, bytes);
}

void *dv_as_keep(struct dv_as *as, size_t bytes)
{
    return take(as, &as->keep, bytes);
}

void *dv_as_push(struct dv_as *as, size_t bytes)
{
    return take(as, &as->stack, bytes);
}

struct dv_mark dv_as_mark(const struct dv_as *as)
{
    struct dv_chunk *c = as->stack.top;
    return (struct dv_mark){c, c ? c->used : 0};
}

void dv_as_release(struct dv_as *as, struct dv_mark m)
{
    while (as->stack.top != m.chunk) {
        struct dv_chunk *c = as->stack.top;
        as->stack.top = c->under;
        as->arena_bytes -= c->size;
        free(c);
    }
    if (m.chunk)
        m.chunk->used = m.used;
}

void dv_arena_free(struct dv_arena *a)
{
    while (a->top) {
        struct dv_chunk *c = a->top;
        a->top = c->under;
        free(c);
    }
}

struct dv_span dv_as_copy(struct dv_as *as, struct dv_span s)
{
    char *p = dv_as_keep(as, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct dv_span){p, s.n};
}

char *dv_as_text(struct dv_as *as, struct dv_span s)
{
    char *p = malloc(s.n + 1);
    if (!p)
        exhausted(as);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

void *dv_as_grow(struct dv_as *as, void *array, uint32_t *n, uint32_t *cap, size_t size)
{
    if (*n < *cap)
        return array;
    uint32_t more = *cap ? *cap * 2 : 16;
    void *p = more > *cap ? realloc(array, more * size) : NULL;
    if (!p)
        exhausted(as);
    *cap = more;
    return p;
}
