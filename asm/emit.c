/* Output: bytes of sections, rows of the line table, and patches when all labels are known.
 *
 * Owns the current section and the fix-ups; knows no text but that of late expressions. */
#include "asm/state.h"

#include <stdlib.h>
#include <string.h>

uint64_t dv_as_here(const struct dv_as *as)
{
    return as->obj->section[as->section].n;
}

uint32_t dv_as_obj_file(struct dv_as *as, const char *name)
{
    struct dv_obj *o = as->obj;
    for (uint32_t i = o->files; i-- > 0;)
        if (!strcmp(o->file[i], name))
            return i;
    o->file = dv_as_grow(as, o->file, &o->files, &as->cap_file, sizeof *o->file);
    char *copy = dv_as_text(as, dv_span_of(name));
    o->file[o->files] = copy;
    return o->files++;
}

static bool has_room(struct dv_as *as, uint64_t n)
{
    if (n <= DV_AS_SECTION - dv_as_here(as))
        return true;
    dv_as_fail(as, NULL, DV_E_RANGE, "the section is larger than %u MB", DV_AS_SECTION >> 20);
    return false;
}

enum dv_err dv_as_bytes(struct dv_as *as, const void *p, size_t n)
{
    if (as->section == DV_BSS)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".bss has no contents; use .data");
    if (!has_room(as, n))
        return as->now.code;
    if (!dv_bytes_add(&as->obj->section[as->section], p, n)) {
        dv_fail(&as->first, DV_E_MEMORY, "the object needs more memory than can be had");
        dv_as_abort(as);
    }
    return DV_OK;
}

enum dv_err dv_as_zeros(struct dv_as *as, uint64_t n)
{
    static const char zero[4096];
    if (as->section == DV_BSS) {
        if (has_room(as, n))
            as->obj->section[DV_BSS].n += n;
        return as->now.code;
    }
    if (!has_room(as, n))
        return as->now.code;
    while (n && as->now.code == DV_OK) {
        size_t part = n < sizeof zero ? (size_t)n : sizeof zero;
        dv_as_bytes(as, zero, part);
        n -= part;
    }
    return as->now.code;
}

static void add_line(struct dv_as *as, uint64_t pc, uint32_t call)
{
    struct dv_obj *o = as->obj;
    struct dv_line l = {.pc = pc, .line = as->stmt_at.line, .col = as->stmt_at.col};
    if (as->has_loc) {
        l = as->loc;
        l.pc = pc;
    } else
        l.file = dv_as_obj_file(as, as->source[as->stmt_at.file].name);
    l.call = call;
    o->line = dv_as_grow(as, o->line, &o->lines, &as->cap_line, sizeof *o->line);
    o->line[o->lines++] = l;
}

enum dv_err dv_as_word(struct dv_as *as, uint32_t word)
{
    uint64_t pc = dv_as_here(as);
    uint8_t b[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                    (uint8_t)(word >> 24)};
    if (as->section != DV_TEXT)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "instructions belong in .text");
    if (pc % 4)
        return dv_as_fail(as, NULL, DV_E_ALIGN, "instructions are 4-byte aligned; write .align 4");
    uint32_t call = dv_as_call(as); /* before the word: its range starts here */
    if (dv_as_bytes(as, b, 4) == DV_OK)
        add_line(as, pc, call);
    return as->now.code;
}

/* ---- fix-ups --------------------------------------------------------------------------------- */

struct dv_fixup *dv_as_fixup(struct dv_as *as, enum dv_reloc_kind kind, struct dv_span text)
{
    struct dv_fixup *f = dv_as_keep(as, sizeof *f);
    uint32_t *col = dv_as_keep(as, (text.n + 1) * sizeof *col);
    f->section = as->section;
    f->kind = (uint8_t)kind;
    f->offset = dv_as_here(as);
    for (size_t i = 0; i <= text.n; i++)
        col[i] = dv_as_pos(as, text.p + i).col;
    f->text = dv_as_copy(as, text);
    f->col = col;
    f->at = dv_as_pos(as, text.p);
    f->at.call = dv_as_call(as);
    *as->last_fixup = f;
    as->last_fixup = &f->next;
    return f;
}

static uint64_t load(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = n; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

static void save(uint8_t *p, unsigned n, uint64_t v)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static void add_reloc(struct dv_as *as, const struct dv_fixup *f, uint32_t symbol, int64_t addend)
{
    struct dv_obj *o = as->obj;
    o->reloc = dv_as_grow(as, o->reloc, &o->relocs, &as->cap_reloc, sizeof *o->reloc);
    o->reloc[o->relocs++] = (struct dv_reloc){
        .section = f->section,
        .offset = f->offset,
        .symbol = symbol,
        .kind = f->kind,
        .addend = addend,
    };
}

void dv_as_far(struct dv_as *as, struct dv_span target, int64_t bytes, const char *stem)
{
    bool whole = bytes % 4 == 0;
    dv_as_fail(as, target.p, DV_E_RANGE, "'%.*s' is %lld bytes away, %s %s", (int)target.n,
               target.p, (long long)bytes, whole ? "too far for" : "no whole words, for", stem);
    if (whole)
        dv_as_help(as, "jump over a longer jump, or load the address and use a register");
}

static void patch_field(struct dv_as *as, const struct dv_fixup *f, uint8_t *p, int64_t v)
{
    uint64_t w[2] = {load(p, 4), 0};
    int64_t bytes = v - (int64_t)(as->obj->address[f->section] + f->offset);
    if (dv_as_fits(as, f->text.p, f->insn->layout, f->field, bytes) != DV_OK) {
        as->now.text[0] = '\0';
        as->now.code = DV_OK;
        dv_as_far(as, f->text, bytes, f->insn->stem);
        return;
    }
    dv_field_set(f->field, w, (uint64_t)((bytes - f->field->bias) >> f->field->scale));
    save(p, 4, w[0]);
}

/* Three words were taken for a name that had no value yet. */
static void wide_half(struct dv_as *as, const struct dv_fixup *f, int64_t v)
{
    if (f->kind != DV_R_HALF0)
        return;
    dv_as_fail(as, f->text.p, DV_E_RANGE, "%lld does not fit the 48 bits of a name defined later",
               (long long)v);
    dv_as_help(as, "define the name before this line");
}

static void patch(struct dv_as *as, const struct dv_fixup *f, int64_t v)
{
    uint8_t *p = as->obj->section[f->section].p + f->offset;
    if (f->kind == DV_R_FIELD)
        patch_field(as, f, p, v);
    else if (f->kind >= DV_R_HALF0 && (uint64_t)v >> 48)
        wide_half(as, f, v);
    else if (f->kind >= DV_R_HALF0)
        save(p, 2, (uint64_t)v >> (16 * (f->kind - DV_R_HALF0)) & 0xffff);
    else if (f->kind == DV_R_ABS32 && (v < INT32_MIN || v > (int64_t)UINT32_MAX))
        dv_as_fail(as, f->text.p, DV_E_RANGE, "%lld does not fit 32 bits", (long long)v);
    else
        save(p, f->kind == DV_R_ABS64 ? 8 : 4, (uint64_t)v);
}

/* The symbol that stands for the start of a section. */
static uint32_t section_symbol(struct dv_as *as, unsigned section)
{
    static const char *const names[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};
    struct dv_obj *o = as->obj;
    if (!as->section_symbol[section]) {
        o->symbol = dv_as_grow(as, o->symbol, &o->symbols, &as->cap_symbol, sizeof *o->symbol);
        char *name = dv_as_text(as, dv_span_of(names[section]));
        o->symbol[o->symbols++] =
            (struct dv_symbol){.name = name, .section = (uint8_t)section, .defined = true};
        as->section_symbol[section] = o->symbols;
    }
    return as->section_symbol[section] - 1;
}

/* A relocatable object: what does not move with its own place is left to the linker. */
static void relocate(struct dv_as *as, const struct dv_fixup *f, int64_t v)
{
    const struct dv_sym *label = as->label_used;
    bool field = f->kind == DV_R_FIELD;
    if (as->anchor == DV_ANCHOR_BAD || (field && as->anchor == DV_ANCHOR_NONE)) {
        dv_as_fail(as, f->text.p, DV_E_SYMBOL, "no relocation can express '%.*s'",
                   f->text.n > 60 ? 60 : (int)f->text.n, f->text.p);
        dv_as_help(as, field ? "write a label, or a label plus or minus a constant"
                             : "write a label plus or minus a constant, or the difference of two "
                               "labels of one section");
    } else if (as->anchor == DV_ANCHOR_NONE || (field && as->anchor == f->section))
        patch(as, f, v);
    else if (as->anchor == DV_ANCHOR_EXTERN)
        add_reloc(as, f, as->extern_used->extern_index, v);
    else if (label && label->extern_index != UINT32_MAX)
        add_reloc(as, f, label->extern_index, v - label->value.i);
    else
        add_reloc(as, f, section_symbol(as, as->anchor), v);
}

static void resolve(struct dv_as *as, const struct dv_fixup *f)
{
    int64_t v;
    as->row = (struct dv_row){f->text, f->col, f->at.file, f->at.line};
    as->stmt_at = f->at;
    as->dot_section = f->section;
    as->dot = f->offset;
    if (dv_as_int(as, f->text, &v) != DV_OK)
        return;
    if (as->relocatable)
        relocate(as, f, v);
    else
        patch(as, f, v);
}

void dv_as_resolve(struct dv_as *as)
{
    const struct dv_fixup *bad = NULL; /* its error is told once for all half-words of an address */
    as->resolving = true;
    for (const struct dv_fixup *f = as->fixup; f; f = f->next) {
        if (bad && (f->kind == DV_R_HALF1 || f->kind == DV_R_HALF2))
            continue;
        resolve(as, f);
        bad = as->now.code != DV_OK && f->kind >= DV_R_HALF0 ? f : NULL;
        as->now_at.call = f->at.call;
        dv_as_flush(as);
    }
    as->obj->final = !as->relocatable;
}
