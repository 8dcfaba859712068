/* The linker's driver: phases in order, messages, and the table of names.
 *
 * Owns the printed form of messages and the placing of final sections. Knows neither what an
 * archive looks like (archive.c) nor how words are patched (relocate.c). */
#include "asm/archive.h"
#include "asm/linking.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

/* ---- places ---------------------------------------------------------------------------------- */

static const char *const sections[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};

static const struct dv_line *line_of(const struct dv_ld_unit *u, unsigned section, uint64_t offset)
{
    const struct dv_line *row = section == DV_TEXT ? dv_obj_line(u->o, offset) : NULL;
    return row && row->line && row->file < u->o->files ? row : NULL;
}

struct dv_ld_place dv_ld_at(const struct dv_ld_unit *u, unsigned section, uint64_t offset)
{
    struct dv_ld_place p;
    const struct dv_line *row = line_of(u, section, offset);
    if (row && row->col)
        snprintf(p.text, sizeof p.text, "%.200s:%u:%u", u->o->file[row->file], row->line, row->col);
    else if (row)
        snprintf(p.text, sizeof p.text, "%.200s:%u", u->o->file[row->file], row->line);
    else
        snprintf(p.text, sizeof p.text, "%.200s: %s+0x%llx", u->name, sections[section],
                 (unsigned long long)offset);
    return p;
}

struct dv_ld_place dv_ld_home(const struct dv_ld_unit *u, const struct dv_symbol *s)
{
    struct dv_ld_place p;
    const struct dv_line *row = line_of(u, s->section, s->value);
    if (row)
        snprintf(p.text, sizeof p.text, "%.100s (%.180s:%u)", u->name, u->o->file[row->file],
                 row->line);
    else
        snprintf(p.text, sizeof p.text, "%.200s", u->name);
    return p;
}

/* ---- messages -------------------------------------------------------------------------------- */

static void put(struct dv_ld *l, const char *text)
{
    char line[1024];
    size_t n = 0;
    for (; text[n] && n < sizeof line; n++) /* names out of files hold anything */
        line[n] = (unsigned char)text[n] < ' ' && text[n] != '\n' ? '?' : text[n];
    if (l->messages)
        l->messages->put(l->messages->self, line, n);
}

static void say(struct dv_ld *l, const char *kind, const char *place, const char *text,
                const char *help)
{
    char line[1024];
    bool colour = l->opts && l->opts->colour;
    const char *on = !colour ? "" : kind[0] == 'e' ? "\033[1;31m" : "\033[1;35m";
    put(l, *place ? place : "dv");
    if (l->messages && colour)
        l->messages->put(l->messages->self, on, strlen(on));
    snprintf(line, sizeof line, ": %s: %s\n", kind, text);
    put(l, line);
    if (l->messages && colour)
        l->messages->put(l->messages->self, "\033[0m", 4);
    if (!help)
        return;
    snprintf(line, sizeof line, "    help: %s\n", help);
    put(l, line);
}

/* A newline inside a name would start a line of its own. */
static void flatten(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            *text = '?';
}

enum dv_err dv_ld_error(struct dv_ld *l, const char *place, const char *help, const char *fmt, ...)
{
    char text[768];
    va_list ap;
    if (dv_ld_full(l))
        return l->first.code;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    flatten(text);
    say(l, "error", place, text, help);
    dv_fail(&l->first, DV_E_OBJECT, "%s", text);
    if (++l->errors == DV_LD_ERRORS)
        put(l, "too many errors\n");
    return l->first.code;
}

void dv_ld_warn(struct dv_ld *l, const char *place, const char *help, const char *fmt, ...)
{
    char text[768];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    flatten(text);
    say(l, "warning", place, text, help);
}

bool dv_ld_full(const struct dv_ld *l)
{
    return l->errors >= DV_LD_ERRORS || l->no_memory;
}

enum dv_err dv_ld_memory(struct dv_ld *l)
{
    if (!l->no_memory)
        dv_ld_error(l, "", NULL, "out of memory");
    l->no_memory = true;
    return l->first.code = DV_E_MEMORY;
}

/* ---- names ----------------------------------------------------------------------------------- */

static struct dv_ld_slot *probe(const struct dv_ld_names *t, const char *name)
{
    uint64_t h = 0xcbf29ce484222325ull;
    for (const char *c = name; *c; c++)
        h = (h ^ (unsigned char)*c) * 0x100000001b3ull;
    uint32_t i = (uint32_t)(h ^ h >> 32) & (t->cap - 1);
    while (t->slot[i].name && strcmp(t->slot[i].name, name))
        i = (i + 1) & (t->cap - 1);
    return &t->slot[i];
}

static bool grow(struct dv_ld_names *t)
{
    struct dv_ld_names big = {.cap = t->cap ? t->cap * 2 : 256};
    big.slot = calloc(big.cap, sizeof *big.slot);
    if (!big.slot)
        return false;
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->slot[i].name)
            *probe(&big, t->slot[i].name) = t->slot[i];
    big.n = t->n;
    free(t->slot);
    *t = big;
    return true;
}

struct dv_ld_slot *dv_ld_find(const struct dv_ld_names *t, const char *name)
{
    struct dv_ld_slot *s = t->cap ? probe(t, name) : NULL;
    return s && s->name ? s : NULL;
}

struct dv_ld_slot *dv_ld_add(struct dv_ld_names *t, const char *name, bool *fresh)
{
    if (t->n >= t->cap / 2 && !grow(t))
        return NULL;
    struct dv_ld_slot *s = probe(t, name);
    *fresh = !s->name;
    if (*fresh) {
        s->name = name;
        t->n++;
    }
    return s;
}

const struct dv_symbol *dv_ld_definition(const struct dv_ld *l, const struct dv_ld_unit *u,
                                         const struct dv_symbol *s, const struct dv_ld_unit **home)
{
    *home = u;
    if (s->defined)
        return s;
    const struct dv_ld_slot *found = dv_ld_find(&l->global, s->name);
    if (!found)
        return NULL;
    *home = &l->unit[found->unit];
    return &(*home)->o->symbol[found->index];
}

/* ---- whole ----------------------------------------------------------------------------------- */

void dv_link_place(struct dv_obj *o)
{
    uint64_t at = DV_DATA_BASE;
    for (unsigned s = DV_RODATA; s < DV_SECTIONS; s++) {
        uint64_t align = o->align[s] > PAGE ? o->align[s] : PAGE;
        at = (at + align - 1) & -align;
        o->address[s] = at;
        at += o->section[s].n;
    }
}

static void release(struct dv_ld *l)
{
    for (uint32_t i = 0; i < l->units; i++) {
        struct dv_ld_unit *u = &l->unit[i];
        for (uint32_t k = 0; u->rename && k < u->o->symbols; k++)
            free(u->rename[k]);
        free(u->rename);
        dv_obj_free(u->o);
    }
    for (size_t i = 0; i < l->archives; i++)
        dv_archive_free(&l->archive[i]);
    free(l->archive);
    free(l->unit);
    free(l->order);
    free(l->global.slot);
    free(l->offer.slot);
    dv_obj_free(l->out);
}

enum dv_err dv_link(const struct dv_link_file *file, size_t files, const struct dv_link_opts *o,
                    struct dv_sink *messages, struct dv_obj **out, struct dv_diag *d)
{
    struct dv_ld l = {.opts = o, .messages = messages};
    dv_diag_init(&l.first);
    *out = NULL;
    enum dv_err e = dv_ld_collect(&l, file, files);
    if (!e)
        e = dv_ld_check(&l);
    if (!e)
        e = dv_ld_merge(&l);
    if (!e)
        e = dv_ld_relocate(&l);
    if (!e && o && o->map)
        dv_ld_chart(&l, o->map);
    if (!e) {
        *out = l.out;
        l.out = NULL;
    } else if (d && d->code == DV_OK)
        *d = l.first;
    release(&l);
    return e;
}
