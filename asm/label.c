/* Labels of an object by address; see sheet.h.
 *
 * Owns which names are printed and how a branch target without a symbol is called. */
#include "asm/sheet.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool dv_label_usable(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && !(name[0] && strchr("_.$", name[0])))
        return false;
    for (size_t i = 0; name[i]; i++)
        if ((unsigned char)name[i] > 126 ||
            (!isalnum((unsigned char)name[i]) && !strchr("_.$", name[i])))
            return false;
    return true;
}

static int by_place(const void *a, const void *b, void *ctx)
{
    const struct dv_obj *o = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct dv_symbol *s = &o->symbol[x], *t = &o->symbol[y];
    if (s->section != t->section)
        return s->section < t->section ? -1 : 1;
    if (s->value != t->value)
        return s->value < t->value ? -1 : 1;
    return x < y ? -1 : x > y;
}

const struct dv_field *dv_label_target(const struct dv_op *op, uint64_t pc, uint64_t *target)
{
    const struct dv_layout *l = dv_op_insn(op)->layout;
    for (unsigned i = 0; i < l->fields; i++) {
        if (!l->field[i].is_rel)
            continue;
        *target = pc + (uint64_t)dv_op_get(op, &l->field[i]);
        return &l->field[i];
    }
    return NULL;
}

static void find_targets(struct dv_labels *l, unsigned kinds)
{
    uint64_t bytes = l->o->section[DV_TEXT].n & ~3ull, target;
    for (uint64_t pc = 0; pc < bytes; pc += 4) {
        struct dv_op op;
        if (!dv_isa_decode(dv_obj_word(l->o, pc), kinds, &op, NULL, NULL) &&
            dv_label_target(&op, pc, &target) && dv_labels_has(l, target) && target < bytes)
            l->target[target / 4] = 1;
    }
}

/* Generated names must not be names of the object. */
static const char *free_stem(const struct dv_obj *o)
{
    static const char *const stems[] = {"L_", "L__", "L_dis_", "L_dis__"};
    enum { STEMS = sizeof stems / sizeof *stems };
    bool taken[STEMS] = {false};
    for (uint32_t i = 0; i < o->symbols; i++)
        for (unsigned k = 0; k < STEMS; k++) {
            size_t n = strlen(stems[k]);
            const char *rest = o->symbol[i].name + n;
            if (!strncmp(o->symbol[i].name, stems[k], n) && *rest &&
                !rest[strspn(rest, "0123456789abcdef")])
                taken[k] = true;
        }
    for (unsigned k = 0; k < STEMS; k++)
        if (!taken[k])
            return stems[k];
    return "L_dis_free_";
}

bool dv_labels_find(struct dv_labels *l, const struct dv_obj *o, unsigned kinds)
{
    *l = (struct dv_labels){.o = o, .stem = free_stem(o)};
    l->order = calloc(o->symbols + 1ull, sizeof *l->order);
    l->target = calloc(o->section[DV_TEXT].n / 4 + 1, 1);
    if (!l->order || !l->target)
        return false;
    for (uint32_t i = 0; i < o->symbols; i++)
        if (o->symbol[i].defined && o->symbol[i].section < DV_SECTIONS &&
            dv_label_usable(o->symbol[i].name))
            l->order[l->n++] = i;
    qsort_r(l->order, l->n, sizeof *l->order, by_place, (void *)(uintptr_t)o);
    find_targets(l, kinds);
    return true;
}

void dv_labels_free(struct dv_labels *l)
{
    free(l->order);
    free(l->target);
}

/* First position in order at or behind (section, offset). */
static uint32_t seek(const struct dv_labels *l, unsigned section, uint64_t offset)
{
    uint32_t lo = 0, hi = l->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        const struct dv_symbol *s = &l->o->symbol[l->order[mid]];
        if (s->section < section || (s->section == section && s->value < offset))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The symbol at a position of order when it belongs to [.., hi) of the section, else NULL. */
static const struct dv_symbol *at(const struct dv_labels *l, uint32_t i, unsigned section,
                                  uint64_t hi)
{
    const struct dv_symbol *s = i < l->n ? &l->o->symbol[l->order[i]] : NULL;
    return s && s->section == section && s->value < hi ? s : NULL;
}

bool dv_labels_has(const struct dv_labels *l, uint64_t pc)
{
    return pc % 4 == 0 && pc < l->o->section[DV_TEXT].n;
}

bool dv_labels_at(const struct dv_labels *l, unsigned section, uint64_t offset)
{
    return at(l, seek(l, section, offset), section, offset + 1) != NULL;
}

uint64_t dv_labels_next(const struct dv_labels *l, unsigned section, uint64_t offset, uint64_t end)
{
    const struct dv_symbol *s = at(l, seek(l, section, offset + 1), section, end);
    return s ? s->value : end;
}

const char *dv_labels_name(const struct dv_labels *l, uint64_t pc, char room[DV_LABEL_MAX])
{
    const struct dv_symbol *s = at(l, seek(l, DV_TEXT, pc), DV_TEXT, pc + 1);
    if (s)
        return s->name;
    snprintf(room, DV_LABEL_MAX, "%s%04" PRIx64, l->stem, pc);
    return room;
}

void dv_labels_put(const struct dv_labels *l, struct dv_sheet *s, unsigned section, uint64_t lo,
                   uint64_t hi)
{
    char room[DV_LABEL_MAX];
    uint32_t i = seek(l, section, lo);
    const struct dv_symbol *y = at(l, i, section, hi);
    if (section == DV_TEXT && dv_labels_has(l, lo) && l->target[lo / 4] && (!y || y->value != lo))
        dv_sheet_print(s, "%s:\n", dv_labels_name(l, lo, room));
    for (; (y = at(l, i, section, hi)); i++) {
        dv_sheet_text(s, y->name);
        dv_sheet_text(s, ":\n");
    }
}
