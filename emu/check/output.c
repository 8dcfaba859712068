/* Writes outside declared outputs: a tensor declared `in`, the parameter block, .rodata. */
#include "emu/check/rules.h"

/* The name of what may not be written at lo: a tensor's, or ".rodata"; NULL when it may be. */
static const char *forbidden(const struct dv_rules *k, uint64_t lo)
{
    const struct dv_obj *o = k->book.obj;
    const struct dv_check_tensor *t = dv_rules_tensor(k, lo);

    if (t)
        return t->role == DV_PARAM_IN ? t->name : NULL;
    if (o->final && o->section[DV_RODATA].n && lo >= o->address[DV_RODATA] &&
        lo - o->address[DV_RODATA] < o->section[DV_RODATA].n)
        return ".rodata";
    return NULL;
}

static void report(struct dv_rules *k, const struct dv_deed *e, const struct dv_strided *p,
                   uint64_t lo, const char *name)
{
    struct dv_book *b = &k->book;
    struct dv_check_finding *f = dv_book_open(b, "OUTPUT", "error", e->pc, DV_BOOK_ALONE);
    uint64_t bytes = (uint64_t)p->rows * p->bytes;
    bool declared = dv_rules_tensor(k, lo);

    if (!f)
        return;
    f->d.code = DV_E_BOUNDS;
    dv_book_place(b, e, &f->d.at);
    dv_book_bytes(b, e, p, p->space, lo, bytes, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text,
                declared ? "%s writes %llu bytes of tensor %s, which is declared in"
                         : "%s writes %llu bytes of %s, which is read only",
                dv_pipe_names[e->pipe], (unsigned long long)bytes, name);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                declared ? "declare it inout, or correct the destination"
                         : "move it to .data, or correct the destination");
}

void dv_output_touch(struct dv_rules *k, const struct dv_deed *e)
{
    for (unsigned i = 0; i < e->foot.n; i++) {
        const struct dv_strided *p = &e->foot.part[i];
        const char *name;
        uint64_t lo, hi;
        if (p->space != DV_SPACE_GM || !(p->rw & DV_WRITE))
            continue;
        dv_strided_hull(p, &lo, &hi);
        name = lo < hi ? forbidden(k, lo) : NULL;
        if (name)
            report(k, e, p, lo, name);
    }
}
