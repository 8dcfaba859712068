/* Relocations: addresses into words and data (docs/object.md lists the types).
 *
 * Owns the check that a value fits its place, with a message that names the symbol, the object and
 * the source line. Fields of instructions come from the definition. */
#include "asm/linking.h"

#include <stdlib.h>
#include <string.h>

/* One relocation being applied. */
struct patch {
    struct dv_ld *l;
    const struct dv_ld_unit *u;
    const struct dv_reloc *r;
    const struct dv_symbol *s; /* as the object names it */
    uint8_t *p;                /* the bytes in the result */
    uint64_t value;            /* symbol + addend */
};

static uint32_t load_word(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void save(uint8_t *p, unsigned n, uint64_t v)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static void fail(const struct patch *a, const char *help, const char *what)
{
    struct dv_ld_place at = dv_ld_at(a->u, a->r->section, a->r->offset);
    dv_ld_error(a->l, at.text, help, "'%.80s' in %.100s: %s", a->s->name, a->u->name, what);
}

/* A field of the instruction that is patched, by what it is; NULL when it has none. */
static const struct dv_field *field_of(const struct patch *a, struct dv_op *op, bool relative)
{
    if (a->r->section != DV_TEXT || a->r->offset % 4 ||
        dv_isa_decode(load_word(a->p), DV_ON_ANY, op, NULL, NULL))
        return NULL;
    const struct dv_layout *l = dv_op_insn(op)->layout;
    for (unsigned i = 0; i < l->fields; i++)
        if (relative ? l->field[i].is_rel : !strcmp(l->field[i].name, "imm"))
            return &l->field[i];
    return NULL;
}

/* Limits of a pc-relative field, bytes. */
static void limits(const struct dv_field *f, int64_t *lo, int64_t *hi)
{
    int64_t half = (int64_t)1 << (f->width - 1);
    *lo = -half * ((int64_t)1 << f->scale) + f->bias;
    *hi = (half - 1) * ((int64_t)1 << f->scale) + f->bias;
}

static void too_far(const struct patch *a, const struct dv_op *op, const struct dv_field *f,
                    int64_t bytes)
{
    int64_t lo, hi;
    struct dv_ld_place at = dv_ld_at(a->u, a->r->section, a->r->offset);
    limits(f, &lo, &hi);
    if (bytes >= lo && bytes <= hi)
        dv_ld_error(a->l, at.text, "align it: .align 4",
                    "'%.80s' is %lld bytes from this %s of %.100s, no whole number of words",
                    a->s->name, (long long)bytes, dv_op_insn(op)->stem, a->u->name);
    else
        dv_ld_error(a->l, at.text,
                    "name the objects in another order, or load the address and use a register",
                    "'%.80s' is %lld bytes from this %s of %.100s, it reaches %lld..%lld",
                    a->s->name, (long long)bytes, dv_op_insn(op)->stem, a->u->name, (long long)lo,
                    (long long)hi);
}

static void patch_field(const struct patch *a)
{
    struct dv_op op;
    const struct dv_field *f = field_of(a, &op, true);
    const struct dv_obj *out = a->l->out;
    uint64_t here = out->address[DV_TEXT] + a->u->base[DV_TEXT] + a->r->offset;
    int64_t bytes = (int64_t)(a->value - here);
    if (!f)
        fail(a, "assemble the object again", "no instruction with a target stands there");
    else if (!dv_field_fits(f, bytes))
        too_far(a, &op, f, bytes);
    else {
        uint64_t w[2] = {load_word(a->p), 0};
        dv_field_set(f, w, (uint64_t)((bytes - f->bias) >> f->scale));
        save(a->p, 4, w[0]);
    }
}

static void patch_half(const struct patch *a)
{
    struct dv_op op;
    const struct dv_field *f = field_of(a, &op, false);
    uint64_t w[2] = {load_word(a->p), 0};
    if (!f || f->width != 16)
        fail(a, "assemble the object again", "no mov of 16 bits stands there");
    else if (a->value >> 48)
        fail(a, NULL, "the address does not fit 48 bits");
    else {
        dv_field_set(f, w, a->value >> 16 * (a->r->kind - DV_R_HALF0) & 0xffff);
        save(a->p, 4, w[0]);
    }
}

static void patch_word(const struct patch *a)
{
    int64_t v = (int64_t)a->value;
    if (v < INT32_MIN || v > (int64_t)UINT32_MAX)
        fail(a, "write .quad: data lie above 4 GiB", "the address does not fit 32 bits");
    else
        save(a->p, 4, a->value);
}

static void apply(struct dv_ld *l, const struct dv_ld_unit *u, const struct dv_reloc *r)
{
    const struct dv_ld_unit *home;
    const struct dv_symbol *s = &u->o->symbol[r->symbol];
    const struct dv_symbol *def = dv_ld_definition(l, u, s, &home);
    struct patch a = {.l = l, .u = u, .r = r, .s = s};
    if (!def)
        return; /* check.c has said so */
    a.p = l->out->section[r->section].p + u->base[r->section] + r->offset;
    a.value = def->value + (uint64_t)r->addend;
    if (def->section < DV_SECTIONS)
        a.value += l->out->address[def->section] + home->base[def->section];
    if (r->kind == DV_R_FIELD)
        patch_field(&a);
    else if (r->kind >= DV_R_HALF0)
        patch_half(&a);
    else if (r->kind == DV_R_ABS32)
        patch_word(&a);
    else
        save(a.p, 8, a.value);
}

enum dv_err dv_ld_relocate(struct dv_ld *l)
{
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]];
        for (uint32_t k = 0; k < u->o->relocs && !dv_ld_full(l); k++)
            apply(l, u, &u->o->reloc[k]);
    }
    return l->first.code;
}
