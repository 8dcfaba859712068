/* What must hold before objects are merged: kernels, cores, names that are defined, local memory.
 *
 * Owns the messages about objects that do not go together. Changes nothing. */
#include "asm/linking.h"
#include "asm/sheet.h"
#include "isa/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 4, COMPARED = 1 << 22 };

/* ---- kernels and cores ----------------------------------------------------------------------- */

static void check_kernels(struct dv_ld *l, const struct dv_ld_unit *u, struct dv_ld_names *seen)
{
    for (uint32_t i = 0; i < u->o->kernels; i++) {
        bool fresh;
        struct dv_ld_slot *s = dv_ld_add(seen, u->o->kernel[i].name, &fresh);
        if (!s) {
            dv_ld_memory(l);
            return;
        }
        if (fresh)
            s->unit = (uint32_t)(u - l->unit);
        else
            dv_ld_error(l, "", "rename one of them in its .kernel",
                        "kernel '%.80s' is in %s and in %s", u->o->kernel[i].name,
                        l->unit[s->unit].name, u->name);
    }
}

/* "--kernel takes one: vadd, relu", or what a source needs. */
static void no_kernel(struct dv_ld *l)
{
    char help[256] = "one of the sources needs a .kernel";
    size_t n = 0;
    unsigned shown = 0;
    for (uint32_t i = 0; i < l->units; i++)
        for (uint32_t k = 0; k < l->unit[i].o->kernels && shown < SHOWN && n < sizeof help; k++)
            n += (size_t)snprintf(help + n, sizeof help - n, "%s%.40s",
                                  shown++ ? ", " : "take one out of the archive with --kernel: ",
                                  l->unit[i].o->kernel[k].name);
    dv_ld_error(l, "", help, "no kernel is linked");
}

/* Cores a unit is made for; 0 = any. */
static unsigned kinds_of(const struct dv_ld_unit *u)
{
    return u->o->kinds == DV_ON_ANY ? 0 : u->o->kinds;
}

/* Code of one generation; AIC and AIV go together as in one source file. */
static void check_cores(struct dv_ld *l)
{
    const struct dv_ld_unit *first[2] = {NULL, NULL};
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]];
        unsigned kinds = kinds_of(u);
        if (kinds & DV_ON(DV_C100) && !first[1])
            first[1] = u;
        if (kinds & ~(unsigned)DV_ON(DV_C100) && !first[0])
            first[0] = u;
    }
    if (first[0] && first[1])
        dv_ld_error(l, "", "link the kernels of each generation on their own",
                    "%s is for the split cores (aic, aiv), %s for the merged core (c100)",
                    first[0]->name, first[1]->name);
}

static unsigned all_kinds(const struct dv_ld *l)
{
    unsigned kinds = 0;
    for (uint32_t i = 0; i < l->ordered; i++)
        kinds |= kinds_of(&l->unit[l->order[i]]);
    return kinds;
}

/* A file without kernel is assembled for any core: the first word that none of the kernels' cores
 * has. */
static void check_code(struct dv_ld *l, const struct dv_ld_unit *u, unsigned kinds)
{
    static const char *const cores[] = {"aic", "aiv", "aic and aiv", "c100"};
    const struct dv_bytes *b = &u->o->section[DV_TEXT];
    for (uint64_t pc = 0; pc + 4 <= b->n; pc += 4) {
        uint32_t word = dv_obj_word(u->o, pc);
        const struct dv_insn *in = dv_isa_match(word, DV_ON_ANY);
        if (!in || dv_isa_match(word, kinds) || dv_isa_legal(in, word, NULL) != DV_OK)
            continue;
        struct dv_ld_place at = dv_ld_at(u, DV_TEXT, pc);
        dv_ld_warn(l, at.text, NULL,
                   "%s in %.100s is no instruction of %s, which the kernels run on", in->stem,
                   u->name, cores[kinds == DV_ON(DV_C100) ? 3 : kinds - 1]);
        return;
    }
}

/* ---- undefined names ------------------------------------------------------------------------- */

struct missing {
    const char *name;
    struct dv_ld_place at;
    uint32_t unit[SHOWN], units, last;
};
struct undefined {
    struct dv_ld *l;
    struct dv_ld_names seen; /* index into missing */
    struct missing missing[DV_LD_ERRORS];
    uint32_t n;
};

static void mention(struct undefined *u, uint32_t unit, const struct dv_reloc *r)
{
    const struct dv_ld_unit *from = &u->l->unit[unit];
    const char *name = from->o->symbol[r->symbol].name;
    bool fresh;
    struct dv_ld_slot *s = dv_ld_add(&u->seen, name, &fresh);
    if (!s) {
        dv_ld_memory(u->l);
        return;
    }
    if (fresh) {
        s->index = u->n;
        if (u->n < DV_LD_ERRORS)
            u->missing[u->n] = (struct missing){
                .name = name, .at = dv_ld_at(from, r->section, r->offset), .last = UINT32_MAX};
        u->n++;
    }
    struct missing *m = s->index < DV_LD_ERRORS ? &u->missing[s->index] : NULL;
    if (!m || m->last == unit)
        return;
    m->last = unit;
    if (m->units < SHOWN)
        m->unit[m->units] = unit;
    m->units++;
}

/* Every name some object defines for others; a free slot is a text too long to be near. */
static const char *definition(const void *ctx, unsigned i)
{
    static const char none[] = "-----------------------------------------------------------------";
    _Static_assert(sizeof none > DV_NEAR_LONGEST + 1, "near");
    const struct dv_ld *l = ctx;
    const struct dv_ld_names *t[2] = {&l->global, &l->offer};
    for (unsigned k = 0; k < 2; k++) {
        if (i < t[k]->cap)
            return t[k]->slot[i].name ? t[k]->slot[i].name : none;
        i -= t[k]->cap;
    }
    return NULL;
}

/* A local label of that name in one of the objects, NULL = none. */
static const struct dv_ld_unit *private_home(const struct dv_ld *l, const char *name)
{
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]];
        for (uint32_t k = 0; k < u->o->symbols; k++)
            if (u->o->symbol[k].defined && !u->o->symbol[k].global &&
                !strcmp(u->o->symbol[k].name, name))
                return u;
    }
    return NULL;
}

static void complain(struct dv_ld *l, const struct missing *m)
{
    char list[512], help[256];
    size_t n = 0;
    for (uint32_t i = 0; i < m->units && i < SHOWN && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%.100s", i ? ", " : "",
                              l->unit[m->unit[i]].name);
    if (m->units > SHOWN && n < sizeof list)
        snprintf(list + n, sizeof list - n, " and %u more", m->units - SHOWN);
    const struct dv_ld_unit *home = private_home(l, m->name);
    const char *near = home ? NULL : dv_nearest(m->name, strlen(m->name), 0, definition, l);
    if (home)
        snprintf(help, sizeof help, "it is local to %.100s: write .global %.80s there", home->name,
                 m->name);
    else if (near)
        snprintf(help, sizeof help, "did you mean '%.80s'?", near);
    else
        snprintf(help, sizeof help, "link the object or archive that defines it");
    dv_ld_error(l, m->at.text, help, "undefined symbol '%.80s', used by %s", m->name, list);
}

static void check_undefined(struct dv_ld *l)
{
    struct undefined *u = calloc(1, sizeof *u);
    if (!u) {
        dv_ld_memory(l);
        return;
    }
    u->l = l;
    for (uint32_t i = 0; i < l->ordered && !l->no_memory; i++) {
        const struct dv_obj *o = l->unit[l->order[i]].o;
        for (uint32_t k = 0; k < o->relocs; k++) {
            const struct dv_symbol *s = &o->symbol[o->reloc[k].symbol];
            if (!s->defined && !dv_ld_find(&l->global, s->name))
                mention(u, l->order[i], &o->reloc[k]);
        }
    }
    for (uint32_t i = 0; i < u->n && i < DV_LD_ERRORS && !dv_ld_full(l); i++)
        complain(l, &u->missing[i]);
    free(u->seen.slot);
    free(u);
}

/* ---- local memory ---------------------------------------------------------------------------- */

static bool meets(uint64_t a, uint64_t an, uint64_t b, uint64_t bn)
{
    return a < b + bn && b < a + an;
}

static uint64_t extent(const struct dv_name *n)
{
    uint32_t copies = n->copies ? n->copies : 1;
    return n->kind == DV_NAME_FLAG ? copies : (copies - 1) * n->pitch + n->bytes;
}

/* Two names for one piece of a local memory, or for one event id. */
static bool clash(const struct dv_name *a, const struct dv_name *b)
{
    if (a->kind != b->kind || !strcmp(a->name, b->name))
        return false;
    if (a->kind == DV_NAME_FLAG)
        return a->src == b->src && a->dst == b->dst &&
               meets(a->first, extent(a), b->first, extent(b));
    return a->kind == DV_NAME_BUFFER && a->space == b->space &&
           meets(a->address, extent(a), b->address, extent(b));
}

static void warn_clash(struct dv_ld *l, const struct dv_ld_unit *u, const struct dv_name *a,
                       const struct dv_ld_unit *v, const struct dv_name *b)
{
    bool flag = a->kind == DV_NAME_FLAG;
    dv_ld_warn(l, "",
               flag ? "declare the flags of both in one included file"
                    : "place one of them with at=, or declare both in one included file",
               "%s '%.60s' of %s shares %s with '%.60s' of %s", flag ? "flag" : "buffer", a->name,
               u->name, flag ? "an event id" : dv_spaces[a->space].name, b->name, v->name);
}

/* The first clash of a helper's names with those of another object. */
static void check_helper(struct dv_ld *l, const struct dv_ld_unit *u, uint32_t *left)
{
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *v = &l->unit[l->order[i]];
        if (v == u || (!v->o->kernels && v < u))
            continue;
        for (uint32_t a = 0; a < u->o->names; a++)
            for (uint32_t b = 0; b < v->o->names && *left; b++, --*left)
                if (clash(&u->o->name[a], &v->o->name[b])) {
                    warn_clash(l, u, &u->o->name[a], v, &v->o->name[b]);
                    return;
                }
    }
}

enum dv_err dv_ld_check(struct dv_ld *l)
{
    struct dv_ld_names seen = {0};
    uint32_t left = COMPARED;
    for (uint32_t i = 0; i < l->ordered; i++)
        check_kernels(l, &l->unit[l->order[i]], &seen);
    if (!seen.n && !l->first.code)
        no_kernel(l);
    free(seen.slot);
    check_cores(l);
    check_undefined(l);
    for (uint32_t i = 0; i < l->ordered && !l->first.code; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]];
        if (!u->o->kernels && all_kinds(l) && !kinds_of(u))
            check_code(l, u, all_kinds(l));
        if (!u->o->kernels)
            check_helper(l, u, &left);
    }
    return l->first.code;
}
