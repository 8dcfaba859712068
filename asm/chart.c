/* The link map: which object is where, and why members of archives were taken.
 *
 * Owns its columns. */
#include "asm/linking.h"
#include "asm/sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};

static void put_section(const struct dv_ld *l, struct dv_sheet *s, unsigned section)
{
    const struct dv_obj *o = l->out;
    if (!o->section[section].n)
        return;
    dv_sheet_print(s, "0x%012" PRIx64 "  %9zu  %s\n", o->address[section], o->section[section].n,
                   names[section]);
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]];
        if (!u->o->section[section].n)
            continue;
        dv_sheet_print(s, "0x%012" PRIx64 "  %9zu    ", o->address[section] + u->base[section],
                       u->o->section[section].n);
        dv_sheet_clean(s, u->name);
        dv_sheet_text(s, "\n");
    }
}

static void put_reasons(const struct dv_ld *l, struct dv_sheet *s)
{
    for (uint32_t i = 0; i < l->ordered; i++) {
        const struct dv_ld_unit *u = &l->unit[l->order[i]], *by = &l->unit[u->why_unit];
        if (!u->member)
            continue;
        dv_sheet_clean(s, u->name);
        dv_sheet_text(s, by == u ? ": asked for, kernel " : ": needed by ");
        dv_sheet_clean(s, by == u ? "" : by->name);
        dv_sheet_text(s, by == u ? "" : " for ");
        dv_sheet_clean(s, u->why ? u->why : "");
        dv_sheet_text(s, "\n");
    }
}

static int by_address(const void *a, const void *b)
{
    const struct dv_symbol *x = *(const struct dv_symbol *const *)a;
    const struct dv_symbol *y = *(const struct dv_symbol *const *)b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void put_symbols(const struct dv_ld *l, struct dv_sheet *s)
{
    const struct dv_obj *o = l->out;
    const struct dv_symbol **list = calloc(o->symbols + 1ull, sizeof *list);
    uint32_t n = 0;
    for (uint32_t i = 0; list && i < o->symbols; i++)
        if (o->symbol[i].global)
            list[n++] = &o->symbol[i];
    if (n)
        qsort(list, n, sizeof(const struct dv_symbol *), by_address);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t base = list[i]->section < DV_SECTIONS ? o->address[list[i]->section] : 0;
        dv_sheet_print(s, "0x%012" PRIx64 "  ", base + list[i]->value);
        dv_sheet_clean(s, list[i]->name);
        dv_sheet_text(s, "\n");
    }
    free(list);
}

void dv_ld_chart(const struct dv_ld *l, struct dv_sink *to)
{
    struct dv_sheet s = {.to = to};
    dv_sheet_text(&s, "address             bytes  section and object\n");
    for (unsigned i = 0; i < DV_SECTIONS; i++)
        put_section(l, &s, i);
    dv_sheet_text(&s, "\naddress         global symbol\n");
    put_symbols(l, &s);
    dv_sheet_text(&s, "\nmembers of archives\n");
    put_reasons(l, &s);
}
