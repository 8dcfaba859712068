/* Objects one behind the other: sections, symbols, kernels, names, line tables.
 *
 * Owns where each object's part of a section starts and what local names are called afterwards.
 * Relocations are relocate.c's. Texts move from the objects to the result. */
#include "asm/linking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sections -------------------------------------------------------------------------------- */

static bool find_nop(void *ctx, const struct dv_insn *in)
{
    struct dv_ld *l = ctx;
    if (strcmp(in->form, "nop"))
        return true;
    l->nop = in->match;
    return false;
}

/* Bytes that fill a gap: NOPs in .text. */
static bool fill(struct dv_ld *l, struct dv_bytes *b, unsigned section, uint64_t to)
{
    static const uint8_t zero[1];
    uint8_t nop[4];
    for (unsigned i = 0; i < 4; i++)
        nop[i] = (uint8_t)(l->nop >> 8 * i);
    while (b->n < to) {
        bool word = section == DV_TEXT && b->n % 4 == 0;
        if (!dv_bytes_add(b, word ? nop : zero, word ? 4 : 1))
            return false;
    }
    return true;
}

static enum dv_err too_large(struct dv_ld *l, unsigned section)
{
    static const char *const names[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};
    bool bss = section == DV_BSS;
    return dv_ld_error(l, "", NULL, "%s is larger than %llu MiB", names[section],
                       (unsigned long long)(bss ? DV_LD_BSS : DV_LD_SECTION) >> 20);
}

static enum dv_err add_section(struct dv_ld *l, struct dv_ld_unit *u, unsigned s)
{
    struct dv_bytes *to = &l->out->section[s];
    const struct dv_bytes *from = &u->o->section[s];
    uint64_t align = u->o->align[s] > DV_ALIGN ? u->o->align[s] : DV_ALIGN;
    uint64_t at = (to->n + align - 1) & -align, limit = s == DV_BSS ? DV_LD_BSS : DV_LD_SECTION;
    u->base[s] = from->n ? at : to->n;
    if (!from->n)
        return DV_OK;
    if (at > limit || from->n > limit - at)
        return too_large(l, s);
    if (l->out->align[s] < align)
        l->out->align[s] = (uint32_t)align;
    if (s == DV_BSS)
        to->n = at + from->n;
    else if (!fill(l, to, s, at) || !dv_bytes_add(to, from->p, from->n))
        return dv_ld_memory(l);
    return DV_OK;
}

static enum dv_err add_sections(struct dv_ld *l)
{
    enum dv_err e = DV_OK;
    dv_isa_each_stem("nop", 3, find_nop, l);
    for (uint32_t i = 0; i < l->ordered; i++)
        for (unsigned s = 0; !e && s < DV_SECTIONS; s++)
            e = add_section(l, &l->unit[l->order[i]], s);
    dv_link_place(l->out);
    return e;
}

/* ---- names of symbols ------------------------------------------------------------------------ */

/* Gives a local symbol the first free of NAME, NAME.2, NAME.3 .. */
static bool name_local(struct dv_ld_unit *u, uint32_t symbol, struct dv_ld_names *used)
{
    const char *name = u->o->symbol[symbol].name;
    size_t room = strlen(name) + 12;
    bool fresh;
    struct dv_ld_slot *s = dv_ld_add(used, name, &fresh);
    if (!s || fresh)
        return s;
    char *text = malloc(room);
    for (uint32_t n = s->index < 2 ? 2 : s->index; text; n++) {
        snprintf(text, room, "%s.%u", name, n);
        if (dv_ld_find(used, text))
            continue;
        dv_ld_find(used, name)->index = n + 1;
        if (dv_ld_add(used, text, &fresh))
            break;
        free(text);
        text = NULL;
    }
    u->rename[symbol] = text;
    return text;
}

/* Symbols of one unit by name, globals before local ones. */
static bool index_unit(const struct dv_ld_unit *u, struct dv_ld_names *t)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < u->o->symbols; i++) {
            const struct dv_symbol *s = &u->o->symbol[i];
            bool fresh;
            if (!s->defined || s->section != DV_TEXT || s->global != (pass == 0))
                continue;
            struct dv_ld_slot *slot = dv_ld_add(t, s->name, &fresh);
            if (!slot)
                return false;
            if (fresh)
                slot->index = i;
        }
    return true;
}

/* The text a kernel calls its entry by, after it moved. */
static enum dv_err set_entry(struct dv_ld *l, struct dv_ld_unit *u, const struct dv_ld_names *mine,
                             struct dv_kernel *k, unsigned which, struct dv_ld_names *used)
{
    const struct dv_ld_slot *s = k->entry[which] ? dv_ld_find(mine, k->entry[which]) : NULL;
    if (!k->entry[which])
        return DV_OK;
    if (!s) {
        const struct dv_ld_slot *g = dv_ld_find(&l->global, k->entry[which]);
        bool code = g && l->unit[g->unit].o->symbol[g->index].section == DV_TEXT;
        return code ? DV_OK
                    : dv_ld_error(l, "", NULL,
                                  "kernel '%.80s' of %s: no object has its entry '%.80s'", k->name,
                                  u->name, k->entry[which]);
    }
    if (u->o->symbol[s->index].global)
        return DV_OK;
    if (!u->rename[s->index] && !name_local(u, s->index, used))
        return dv_ld_memory(l);
    if (!u->rename[s->index])
        u->rename[s->index] = strdup(k->entry[which]);
    char *text = u->rename[s->index] ? strdup(u->rename[s->index]) : NULL;
    if (!text)
        return dv_ld_memory(l);
    free(k->entry[which]);
    k->entry[which] = text;
    return DV_OK;
}

static enum dv_err set_entries(struct dv_ld *l, struct dv_ld_unit *u, struct dv_ld_names *used)
{
    struct dv_ld_names mine = {0};
    enum dv_err e = DV_OK;
    if (u->o->kernels && !index_unit(u, &mine))
        e = dv_ld_memory(l);
    for (uint32_t i = 0; !e && i < u->o->kernels; i++)
        for (unsigned which = 0; !e && which < 2; which++)
            e = set_entry(l, u, &mine, &u->o->kernel[i], which, used);
    free(mine.slot);
    return e;
}

/* Global names stay as they are, then entries, then other local names take what is free. */
static enum dv_err name_symbols(struct dv_ld *l, struct dv_ld_names *used)
{
    enum dv_err e = DV_OK;
    bool fresh, ok = true;
    for (uint32_t i = 0; i < l->global.cap; i++)
        if (l->global.slot[i].name)
            ok &= dv_ld_add(used, l->global.slot[i].name, &fresh) != NULL;
    for (uint32_t i = 0; ok && i < l->ordered; i++) {
        struct dv_ld_unit *u = &l->unit[l->order[i]];
        u->rename = calloc(u->o->symbols + 1ull, sizeof *u->rename);
        ok = u->rename != NULL;
    }
    for (uint32_t i = 0; ok && !e && i < l->ordered; i++)
        e = set_entries(l, &l->unit[l->order[i]], used);
    for (uint32_t i = 0; ok && !e && i < l->ordered; i++) {
        struct dv_ld_unit *u = &l->unit[l->order[i]];
        for (uint32_t k = 0; ok && k < u->o->symbols; k++) {
            const struct dv_symbol *s = &u->o->symbol[k];
            if (s->defined && !s->global && !dv_symbol_is_section(s) && !u->rename[k])
                ok = name_local(u, k, used);
        }
    }
    return ok ? e : dv_ld_memory(l);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static struct dv_symbol *add_symbol(struct dv_obj *out, struct dv_ld_unit *u, uint32_t i)
{
    struct dv_symbol *from = &u->o->symbol[i], *to = &out->symbol[out->symbols];
    *to = *from;
    to->name = strdup(u->rename[i] ? u->rename[i] : from->name);
    if (from->section < DV_SECTIONS)
        to->value += u->base[from->section];
    out->symbols += to->name != NULL;
    return to->name ? to : NULL;
}

static enum dv_err add_symbols(struct dv_ld *l, struct dv_ld_unit *u)
{
    for (uint32_t i = 0; i < u->o->symbols; i++) {
        const struct dv_symbol *s = &u->o->symbol[i];
        if (s->defined && !dv_symbol_is_section(s) && !add_symbol(l->out, u, i))
            return dv_ld_memory(l);
    }
    return DV_OK;
}

/* Where the files of a unit's line table are in the result. */
static enum dv_err add_files(struct dv_ld *l, struct dv_ld_unit *u, struct dv_ld_names *files,
                             uint32_t *map)
{
    struct dv_obj *out = l->out;
    for (uint32_t i = 0; i < u->o->files; i++) {
        bool fresh;
        struct dv_ld_slot *s = dv_ld_add(files, u->o->file[i], &fresh);
        if (!s)
            return dv_ld_memory(l);
        if (fresh) {
            s->index = out->files;
            out->file[out->files] = strdup(u->o->file[i]);
            if (!out->file[out->files])
                return dv_ld_memory(l);
            out->files++;
        }
        map[i] = s->index;
    }
    return DV_OK;
}

/* A row without a line ends the rows of the object before. */
static void end_rows(struct dv_obj *out, const struct dv_ld_unit *u)
{
    bool bare = u->o->section[DV_TEXT].n && (!u->o->lines || u->o->line[0].pc);
    if (bare && out->lines)
        out->line[out->lines++] = (struct dv_line){.pc = u->base[DV_TEXT]};
}

static void add_rows(struct dv_obj *out, const struct dv_ld_unit *u, const uint32_t *map)
{
    uint32_t calls = out->calls;
    end_rows(out, u);
    for (uint32_t i = 0; i < u->o->calls; i++) {
        struct dv_call *from = &u->o->call[i], *to = &out->call[out->calls++];
        *to = *from;
        from->name = NULL;
        to->lo += u->base[DV_TEXT];
        to->hi += u->base[DV_TEXT];
        to->file = map[to->file];
        to->parent += to->parent ? calls : 0;
    }
    for (uint32_t i = 0; i < u->o->lines; i++) {
        struct dv_line *to = &out->line[out->lines++];
        *to = u->o->line[i];
        to->pc += u->base[DV_TEXT];
        to->file = map[to->file];
        to->call += to->call ? calls : 0;
    }
}

static enum dv_err add_lines(struct dv_ld *l, struct dv_ld_unit *u, struct dv_ld_names *files)
{
    uint32_t *map = calloc(u->o->files + 1ull, sizeof *map);
    enum dv_err e = map ? add_files(l, u, files, map) : dv_ld_memory(l);
    if (!e)
        add_rows(l->out, u, map);
    free(map);
    return e;
}

/* A buffer or flag that several objects of one kernel include is one. */
static bool is_known(const struct dv_name *n, struct dv_ld_names *seen, const struct dv_obj *out)
{
    bool fresh;
    if (n->kernel || (n->kind != DV_NAME_BUFFER && n->kind != DV_NAME_FLAG))
        return false;
    struct dv_ld_slot *s = dv_ld_add(seen, n->name, &fresh);
    if (!s)
        return false;
    if (fresh) {
        s->index = out->names;
        return false;
    }
    const struct dv_name *o = &out->name[s->index];
    return o->kind == n->kind && o->space == n->space && o->address == n->address &&
           o->bytes == n->bytes && o->copies == n->copies && o->pitch == n->pitch &&
           o->src == n->src && o->dst == n->dst && o->first == n->first;
}

static void add_names(struct dv_obj *out, struct dv_ld_unit *u, struct dv_ld_names *seen)
{
    for (uint32_t i = 0; i < u->o->names; i++) {
        struct dv_name *from = &u->o->name[i];
        if (is_known(from, seen, out))
            continue;
        struct dv_name *to = &out->name[out->names++];
        *to = *from;
        from->name = from->text = from->file = NULL;
        bool placed = to->kind != DV_NAME_BUFFER && to->kind != DV_NAME_FLAG;
        to->pc += placed ? u->base[DV_TEXT] : 0;
        to->kernel = to->kernel && to->kernel <= u->o->kernels ? to->kernel + u->kernel : 0;
    }
}

static void add_kernels(struct dv_obj *out, struct dv_ld_unit *u)
{
    u->kernel = out->kernels;
    for (uint32_t i = 0; i < u->o->kernels; i++) {
        out->kernel[out->kernels++] = u->o->kernel[i];
        u->o->kernel[i] = (struct dv_kernel){0};
    }
}

/* One fingerprint of all sources; a single object keeps its own. */
static void add_hash(struct dv_obj *out, const struct dv_obj *o, bool first)
{
    uint64_t h = out->source_hash;
    for (unsigned i = 0; i < 8; i++)
        h = (h ^ (o->source_hash >> 8 * i & 0xff)) * 0x100000001b3ull;
    out->source_hash = first ? o->source_hash : h;
}

static bool make_room(struct dv_ld *l)
{
    uint64_t n[6] = {0}, most = 0;
    struct dv_obj *out = l->out;
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_obj *o = l->unit[l->order[i]].o;
        uint64_t own[6] = {o->symbols, o->files, o->lines + 1ull, o->calls, o->names, o->kernels};
        for (unsigned k = 0; k < 6; k++)
            most = (n[k] += own[k]) > most ? n[k] : most;
    }
    if (most > DV_LD_ENTRIES)
        return false;
    out->symbol = calloc(n[0] + 1, sizeof *out->symbol);
    out->file = calloc(n[1] + 1, sizeof *out->file);
    out->line = calloc(n[2] + 1, sizeof *out->line);
    out->call = calloc(n[3] + 1, sizeof *out->call);
    out->name = calloc(n[4] + 1, sizeof *out->name);
    out->kernel = calloc(n[5] + 1, sizeof *out->kernel);
    return out->symbol && out->file && out->line && out->call && out->name && out->kernel;
}

static enum dv_err add_tables(struct dv_ld *l)
{
    struct dv_ld_names files = {0}, seen = {0};
    enum dv_err e = make_room(l) ? DV_OK : dv_ld_memory(l);
    for (uint32_t i = 0; !e && i < l->ordered; i++) {
        struct dv_ld_unit *u = &l->unit[l->order[i]];
        add_hash(l->out, u->o, i == 0);
        l->out->kinds |= u->o->kinds == DV_ON_ANY ? 0 : u->o->kinds;
        e = add_symbols(l, u);
        if (!e)
            e = add_lines(l, u, &files);
        add_kernels(l->out, u);
        add_names(l->out, u, &seen);
    }
    free(files.slot);
    free(seen.slot);
    return e;
}

enum dv_err dv_ld_merge(struct dv_ld *l)
{
    struct dv_ld_names used = {0};
    l->out = dv_obj_new();
    if (!l->out)
        return dv_ld_memory(l);
    l->out->final = true;
    enum dv_err e = add_sections(l);
    if (!e)
        e = name_symbols(l, &used);
    if (!e)
        e = add_tables(l);
    if (!l->out->kinds)
        l->out->kinds = DV_ON_ANY;
    free(used.slot);
    return e;
}
