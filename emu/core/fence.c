/* Buffers as bounds: an access that begins in a named buffer may not run into another one.
 *
 * Owns the table of each local memory's buffers while one kernel runs, buffers that share memory
 * on purpose (.buf with=) as one, and the slow half of the check; bytes no name covers are not
 * watched. */
#include "emu/core/state.h"

#include <stdio.h>
#include <stdlib.h>

static int by_start(const void *a, const void *b)
{
    const struct dv_fence *x = a, *y = b;
    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* All copies of a buffer; false when it is no buffer of this memory. */
static bool extent(const struct dv_name *n, unsigned kernel, unsigned space, struct dv_fence *f)
{
    uint64_t copies = n->copies ? n->copies : 1, span;

    if (n->kind != DV_NAME_BUFFER || n->space != space || !dv_name_is_of(n, kernel) || !n->bytes)
        return false;
    f->lo = n->address;
    return !__builtin_mul_overflow(copies - 1, n->pitch, &span) &&
           !__builtin_add_overflow(n->address, span, &f->hi) &&
           !__builtin_add_overflow(f->hi, n->bytes, &f->hi);
}

static void merge(struct dv_fences *t)
{
    uint32_t n = 0;

    qsort(t->at, t->n, sizeof *t->at, by_start);
    for (uint32_t i = 0; i < t->n; i++)
        if (n && t->at[i].lo < t->at[n - 1].hi)
            t->at[n - 1].hi = t->at[i].hi > t->at[n - 1].hi ? t->at[i].hi : t->at[n - 1].hi;
        else
            t->at[n++] = t->at[i];
    t->n = n > 1 ? n : 0; /* alone there is nothing to run into */
}

void dv_fences_free(struct dv_machine *m)
{
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        free(m->fences[s].at);
        m->fences[s] = (struct dv_fences){0};
    }
}

bool dv_fences_build(struct dv_machine *m, unsigned kernel)
{
    const struct dv_obj *o = m->obj;

    dv_fences_free(m);
    if (!o || !o->names || (!kernel && o->kernels > 1))
        return true;
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        struct dv_fences *t = &m->fences[s];
        struct dv_fence f;
        uint32_t n = 0;
        for (uint32_t i = 0; i < o->names; i++)
            n += extent(&o->name[i], kernel, s, &f);
        if (n < 2)
            continue;
        t->at = malloc(n * sizeof *t->at);
        if (!t->at)
            return false;
        for (uint32_t i = 0; i < o->names; i++)
            if (extent(&o->name[i], kernel, s, &f))
                t->at[t->n++] = f;
        merge(t);
    }
    return true;
}

const struct dv_fence *dv_fence_seek(const struct dv_fences *t, uint64_t address)
{
    uint32_t lo = 0, hi = t->n;

    while (lo < hi) { /* first one that begins behind address */
        uint32_t mid = lo + (hi - lo) / 2;
        if (t->at[mid].lo <= address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && address < t->at[lo - 1].hi ? &t->at[lo - 1] : NULL;
}

/* The other buffer whose bytes the part really touches, NULL when it passes over them. */
static const struct dv_fence *touched(const struct dv_fences *t, const struct dv_fence *home,
                                      const struct dv_strided *p, uint64_t *address)
{
    for (uint32_t i = 0; i < t->n; i++) {
        struct dv_strided whole = {.space = p->space,
                                   .rows = 1,
                                   .bytes = (uint32_t)(t->at[i].hi - t->at[i].lo),
                                   .base = t->at[i].lo};
        if (&t->at[i] != home && t->at[i].hi - t->at[i].lo <= UINT32_MAX &&
            dv_strided_overlap(p, &whole, address))
            return &t->at[i];
    }
    return NULL;
}

enum dv_err dv_fence_check(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                           unsigned pipe, const struct dv_strided *p, const struct dv_fence *home)
{
    const struct dv_insn *in = dv_op_insn(&m->code.op[op_index]);
    const char *operand = p->operand < in->operands ? in->operand[p->operand].name : "the access";
    const char *space = dv_spaces[p->space].name;
    char from[64] = "", to[64] = "";
    uint64_t address;

    if (!touched(&m->fences[p->space], home, p, &address))
        return DV_OK;
    if (dv_obj_allows(m->obj, DV_CODE_BASE + 4ull * op_index, "BOUNDS")) {
        c->stats.allowed++;
        return DV_OK;
    }
    dv_obj_buffer_at(m->obj, m->st->kernel, p->space,
                     p->base >= home->lo && p->base < home->hi ? p->base : home->lo, from,
                     sizeof from);
    dv_obj_buffer_at(m->obj, m->st->kernel, p->space, address, to, sizeof to);
    dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                  "%s leaves buffer %s (%s 0x%llx..0x%llx) and %s %s at %s 0x%llx", operand, from,
                  space, (unsigned long long)home->lo, (unsigned long long)home->hi,
                  p->rw & DV_WRITE ? "writes" : "reads", to, space, (unsigned long long)address);
    dv_place_bytes(m, p->space, p->base, p->bytes, operand, &m->diag.at);
    snprintf(m->diag.fix, sizeof m->diag.fix,
             "check lengths and strides of %s, or make the buffer larger; .buf with= shares memory "
             "on purpose",
             operand);
    return DV_E_BOUNDS;
}
