/* Which objects are linked: files as given, members of archives as they are needed.
 *
 * Owns the tables of definitions. A member is taken when it is the first to define a name that is
 * undefined so far, in whatever order files stand on the command line; or when it holds a kernel
 * that was asked for. */
#include "asm/archive.h"
#include "asm/linking.h"
#include "isa/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct collect {
    struct dv_ld *l;
    uint64_t bytes; /* of all objects so far */
};

/* ---- reading --------------------------------------------------------------------------------- */

static struct dv_ld_unit *new_unit(struct dv_ld *l)
{
    if (l->units == l->room) {
        uint32_t room = l->room ? l->room * 2 : 16;
        struct dv_ld_unit *grown = reallocarray(l->unit, room, sizeof *grown);
        uint32_t *order = grown ? reallocarray(l->order, room, sizeof *order) : NULL;
        if (grown)
            l->unit = grown;
        if (!order) {
            dv_ld_memory(l);
            return NULL;
        }
        l->order = order;
        l->room = room;
    }
    l->unit[l->units] = (struct dv_ld_unit){0};
    return &l->unit[l->units];
}

/* Objects that were finished by somebody, and so hold nothing that could be placed. */
static bool is_linkable(struct dv_ld *l, const struct dv_ld_unit *u)
{
    if (u->o->vendor)
        dv_ld_error(l, "", "dv dis lists it",
                    "%s was made by the vendor's compiler; such objects are not linked", u->name);
    else if (u->o->final)
        dv_ld_error(l, "", "assemble it again with dv as -c",
                    "%s is final: it has no relocations left", u->name);
    return !u->o->vendor && !u->o->final;
}

static void read_object(struct collect *c, const char *name, const uint8_t *p, size_t n,
                        bool member)
{
    struct dv_ld *l = c->l;
    struct dv_diag d;
    struct dv_ld_unit *u = new_unit(l);
    dv_diag_init(&d);
    c->bytes += n;
    if (!u)
        return;
    if (c->bytes > DV_LD_INPUT) {
        dv_ld_error(l, "", NULL, "the objects are larger than %llu MiB together",
                    DV_LD_INPUT >> 20);
        return;
    }
    if (dv_obj_read(p, n, name, &u->o, &d)) {
        dv_ld_error(l, "", d.fix[0] ? d.fix : NULL, "%s", d.text);
        return;
    }
    u->name = name;
    u->member = member;
    l->units++;
}

static void read_archive(struct collect *c, const struct dv_link_file *f)
{
    struct dv_diag d;
    struct dv_archive *a = &c->l->archive[c->l->archives++];
    dv_diag_init(&d);
    if (dv_archive_read(f->name, f->p, f->n, a, &d))
        dv_ld_error(c->l, "", NULL, "%s", d.text);
    else if (!a->members)
        dv_ld_warn(c->l, "", NULL, "%s holds no object", f->name);
    for (uint32_t i = 0; i < a->members && !dv_ld_full(c->l); i++)
        read_object(c, a->member[i].name, a->member[i].p, a->member[i].n, true);
}

static void read_files(struct collect *c, const struct dv_link_file *file, size_t files)
{
    for (size_t i = 0; i < files && !dv_ld_full(c->l); i++) {
        size_t twin = 0;
        while (strcmp(file[twin].name, file[i].name))
            twin++;
        if (twin < i)
            dv_ld_error(c->l, "", "name each file once", "%s is given twice", file[i].name);
        else if (dv_archive_is(file[i].p, file[i].n))
            read_archive(c, &file[i]);
        else
            read_object(c, file[i].name, file[i].p, file[i].n, false);
    }
}

/* ---- definitions ----------------------------------------------------------------------------- */

static void defined_twice(struct dv_ld *l, const struct dv_ld_slot *first, uint32_t unit,
                          uint32_t symbol)
{
    const struct dv_ld_unit *a = &l->unit[first->unit], *b = &l->unit[unit];
    const struct dv_symbol *x = &a->o->symbol[first->index], *y = &b->o->symbol[symbol];
    struct dv_ld_place one = dv_ld_home(a, x), two = dv_ld_home(b, y);
    dv_ld_error(l, "", "rename one of them, or leave out .global where one file uses it",
                "symbol '%.80s' is defined in %s and in %s", y->name, one.text, two.text);
}

/* Enters the global definitions of a unit; a table of offers keeps the first of several. */
static void define(struct dv_ld *l, uint32_t unit, struct dv_ld_names *t)
{
    const struct dv_obj *o = l->unit[unit].o;
    for (uint32_t i = 0; i < o->symbols && !l->no_memory; i++) {
        bool fresh;
        if (!o->symbol[i].defined || !o->symbol[i].global)
            continue;
        struct dv_ld_slot *s = dv_ld_add(t, o->symbol[i].name, &fresh);
        if (!s)
            dv_ld_memory(l);
        else if (fresh) {
            s->unit = unit;
            s->index = i;
        } else if (t == &l->global)
            defined_twice(l, s, unit, i);
    }
}

static void take(struct dv_ld *l, uint32_t unit, const char *why, uint32_t why_unit)
{
    struct dv_ld_unit *u = &l->unit[unit];
    if (u->taken)
        return;
    u->taken = true;
    u->why = why;
    u->why_unit = why_unit;
    if (!is_linkable(l, u))
        return;
    l->order[l->ordered++] = unit;
    define(l, unit, &l->global);
}

/* Takes the members that define what the unit leaves undefined. */
static void take_needed(struct dv_ld *l, uint32_t unit)
{
    const struct dv_obj *o = l->unit[unit].o;
    for (uint32_t i = 0; i < o->symbols; i++) {
        if (o->symbol[i].defined || dv_ld_find(&l->global, o->symbol[i].name))
            continue;
        const struct dv_ld_slot *s = dv_ld_find(&l->offer, o->symbol[i].name);
        if (s)
            take(l, s->unit, o->symbol[i].name, unit);
    }
}

/* ---- kernels asked for ----------------------------------------------------------------------- */

static const char *kernel_of(const struct dv_ld_unit *u, const char *name)
{
    for (uint32_t i = 0; i < u->o->kernels; i++)
        if (!strcmp(u->o->kernel[i].name, name))
            return u->o->kernel[i].name;
    return NULL;
}

/* Kernels of all units, one after another; a walk, since lists are short. */
static const char *kernel_name(const void *ctx, unsigned i)
{
    const struct dv_ld *l = ctx;
    for (uint32_t u = 0; u < l->units; u++) {
        if (i < l->unit[u].o->kernels)
            return l->unit[u].o->kernel[i].name;
        i -= l->unit[u].o->kernels;
    }
    return NULL;
}

static void take_kernel(struct dv_ld *l, const char *name)
{
    for (uint32_t i = 0; i < l->units; i++) {
        const char *found = kernel_of(&l->unit[i], name);
        if (!found)
            continue;
        take(l, i, found, i);
        return;
    }
    char help[160];
    const char *near = dv_nearest(name, strlen(name), 0, kernel_name, l);
    snprintf(help, sizeof help, "did you mean '%.60s'?", near ? near : "");
    dv_ld_error(l, "", near ? help : NULL, "no input holds a kernel '%.80s'", name);
}

enum dv_err dv_ld_collect(struct dv_ld *l, const struct dv_link_file *file, size_t files)
{
    struct collect c = {.l = l};
    l->archive = calloc(files + 1, sizeof *l->archive);
    if (!l->archive)
        return dv_ld_memory(l);
    read_files(&c, file, files);
    for (uint32_t i = 0; i < l->units; i++)
        if (l->unit[i].member)
            define(l, i, &l->offer);
        else
            take(l, i, NULL, i);
    for (size_t i = 0; l->opts && i < l->opts->kernels; i++)
        take_kernel(l, l->opts->kernel[i]);
    for (uint32_t i = 0; i < l->ordered && !dv_ld_full(l); i++)
        take_needed(l, l->order[i]);
    return l->first.code;
}
