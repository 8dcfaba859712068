/* Debug information back into an object, through libdw.
 *
 * Owns the reading of files, rows and expansions, and the checks that make libdw safe on any
 * bytes: only the abbreviations and the line header that dwarf.c writes are let through. Knows
 * nothing of the rest of the image. */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

enum { DEPTH_MAX = 1001 };

#define SECTION_MAX (8ull << 20) /* of .debug_line and .debug_info */
struct lines {
    Elf *elf;
    Dwarf *dw;
    Dwarf_Die unit;
    const char *file;
    struct dv_obj *o;
    uint64_t texts;
    uint32_t call_room;
    struct dv_diag *d;
};

static enum dv_err damaged(struct lines *l, const char *what)
{
    return dv_fail(l->d, DV_E_OBJECT, "%s has damaged debug information: %s; assemble it again",
                   l->file, what);
}

static enum dv_err no_memory(struct lines *l)
{
    return dv_fail(l->d, DV_E_MEMORY, "out of memory");
}

/* ---- checks before libdw --------------------------------------------------------------------- */

/* The named section; false when it is missing, empty or no plain bytes. */
static bool find_section(struct lines *l, const char *name, const uint8_t **p, size_t *n)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;
    size_t strings;
    if (elf_getshdrstrndx(l->elf, &strings))
        return false;
    while ((scn = elf_nextscn(l->elf, scn))) {
        const char *found = gelf_getshdr(scn, &h) ? elf_strptr(l->elf, strings, h.sh_name) : NULL;
        if (!found || strcmp(found, name))
            continue;
        Elf_Data *data = h.sh_type == SHT_PROGBITS ? elf_rawdata(scn, NULL) : NULL;
        if (!data || !data->d_buf || !data->d_size)
            return false;
        *p = data->d_buf;
        *n = data->d_size;
        return true;
    }
    return false;
}

static enum dv_err check_sections(struct lines *l)
{
    const uint8_t *abbrev, *info, *line;
    size_t abbrevs, infos, lines;
    if (!find_section(l, ".debug_abbrev", &abbrev, &abbrevs) ||
        !find_section(l, ".debug_info", &info, &infos) ||
        !find_section(l, ".debug_line", &line, &lines))
        return damaged(l, "a section is missing");
    if (!dv_dwarf_is_ours(abbrev, abbrevs))
        return damaged(l, "the abbreviations are not dv's");
    enum dv_err e = dv_rows_check(line, lines, l->o);
    if (e == DV_E_OBJECT)
        return damaged(l, "the line table is not as dv writes it");
    return e ? no_memory(l) : DV_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Line table index (0 repeats 1) to ours; false when there is no such file. */
static bool file_index(const struct lines *l, uint64_t index, uint32_t *out)
{
    *out = index ? (uint32_t)index - 1 : 0;
    return index <= l->o->files;
}

static enum dv_err read_row(struct lines *l, Dwarf_Line *row)
{
    struct dv_line *out = &l->o->line[l->o->lines];
    Dwarf_Files *files;
    Dwarf_Addr pc;
    size_t index;
    int line, col;
    bool end;
    if (dwarf_lineaddr(row, &pc) || dwarf_lineno(row, &line) || dwarf_linecol(row, &col) ||
        dwarf_lineendsequence(row, &end) || dwarf_line_file(row, &files, &index))
        return damaged(l, "a row of the line table");
    pc -= l->o->address[DV_TEXT];
    if (end)
        return DV_OK;
    if (pc >= l->o->section[DV_TEXT].n || line < 0 || !file_index(l, index, &out->file) ||
        (l->o->lines && pc < out[-1].pc))
        return damaged(l, "a row of the line table lies outside .text");
    out->pc = pc;
    out->line = (uint32_t)line;
    out->col = (uint32_t)col;
    l->o->lines++;
    return DV_OK;
}

static enum dv_err read_rows(struct lines *l)
{
    Dwarf_Lines *rows;
    size_t n;
    enum dv_err e = DV_OK;
    if (dwarf_getsrclines(&l->unit, &rows, &n))
        return damaged(l, "the line table");
    l->o->line = calloc(n + 1, sizeof *l->o->line);
    if (!l->o->line)
        return no_memory(l);
    for (size_t i = 0; !e && i < n; i++)
        e = read_row(l, dwarf_onesrcline(rows, i));
    return e;
}

/* ---- expansions ------------------------------------------------------------------------------ */

static bool get_number(Dwarf_Die *die, unsigned at, Dwarf_Word *out)
{
    Dwarf_Attribute a;
    return dwarf_attr(die, at, &a) && !dwarf_formudata(&a, out);
}

/* Name of the abstract subprogram an expansion comes from. */
static const char *origin_name(Dwarf_Die *die)
{
    Dwarf_Attribute a;
    Dwarf_Die origin;
    if (!dwarf_attr(die, DW_AT_abstract_origin, &a) || !dwarf_formref_die(&a, &origin) ||
        !dwarf_attr(&origin, DW_AT_name, &a))
        return NULL;
    return dwarf_formstring(&a);
}

static bool make_room(struct lines *l)
{
    if (l->o->calls < l->call_room)
        return true;
    uint32_t room = l->call_room ? l->call_room * 2 : 64;
    struct dv_call *grown = reallocarray(l->o->call, room, sizeof *grown);
    if (!grown)
        return false;
    l->o->call = grown;
    l->call_room = room;
    return true;
}

/* Fills one expansion; parent is index + 1. It must lie inside its parent and behind the one
 * before. */
static enum dv_err read_call(struct lines *l, Dwarf_Die *die, uint32_t parent)
{
    Dwarf_Addr lo;
    Dwarf_Word bytes, file, line, col;
    const char *name = origin_name(die);
    if (!name || dwarf_lowpc(die, &lo) || !get_number(die, DW_AT_high_pc, &bytes) ||
        !get_number(die, DW_AT_call_file, &file) || !get_number(die, DW_AT_call_line, &line) ||
        !get_number(die, DW_AT_call_column, &col))
        return damaged(l, "an expansion");
    l->texts += strlen(name);
    if (!make_room(l))
        return no_memory(l);
    const struct dv_call *up = parent ? &l->o->call[parent - 1] : NULL;
    const struct dv_call *last = l->o->calls ? &l->o->call[l->o->calls - 1] : NULL;
    struct dv_call c = {.lo = lo - l->o->address[DV_TEXT],
                        .line = (uint32_t)line,
                        .col = (uint32_t)col,
                        .parent = parent};
    uint64_t limit = up ? up->hi : l->o->section[DV_TEXT].n;
    if (c.lo >= limit || !bytes || bytes > limit - c.lo || (last && c.lo < last->lo) ||
        (up && c.lo < up->lo) || l->texts > DV_TEXTS_MAX || line > INT32_MAX || col > INT32_MAX ||
        !file_index(l, file, &c.file))
        return damaged(l, "an expansion lies outside its caller");
    c.hi = c.lo + bytes;
    c.name = strdup(name);
    if (!c.name)
        return no_memory(l);
    l->o->call[l->o->calls++] = c;
    return DV_OK;
}

/* Walks the subtree of a subprogram without recursion. */
static enum dv_err read_tree(struct lines *l, Dwarf_Die *sub)
{
    Dwarf_Die die[DEPTH_MAX];
    uint32_t parent[DEPTH_MAX];
    int depth = 0, more = dwarf_child(sub, &die[0]);
    parent[0] = 0;
    while (more == 0) {
        enum dv_err e = dwarf_tag(&die[depth]) == DW_TAG_inlined_subroutine
                            ? read_call(l, &die[depth], parent[depth])
                            : damaged(l, "an expansion of unknown kind");
        if (e)
            return e;
        Dwarf_Die child;
        more = dwarf_child(&die[depth], &child);
        if (more == 0 && depth + 1 == DEPTH_MAX)
            return damaged(l, "expansions nest too deep");
        if (more == 0) {
            parent[++depth] = l->o->calls;
            die[depth] = child;
            continue;
        }
        for (; more == 1; depth--) {
            more = dwarf_siblingof(&die[depth], &die[depth]);
            if (more != 1 || depth == 0)
                break;
        }
    }
    return more < 0 ? damaged(l, "the tree of expansions") : DV_OK;
}

static enum dv_err read_calls(struct lines *l)
{
    Dwarf_Die sub;
    int more = dwarf_child(&l->unit, &sub);
    for (; more == 0; more = dwarf_siblingof(&sub, &sub)) {
        enum dv_err e =
            dwarf_tag(&sub) == DW_TAG_subprogram ? read_tree(l, &sub) : damaged(l, "a stray entry");
        if (e)
            return e;
    }
    return more < 0 ? damaged(l, "the tree of subprograms") : DV_OK;
}

/* Gives each row the innermost expansion that covers it; calls are in pre-order. */
static void link_rows(struct dv_obj *o)
{
    uint32_t open = 0, next = 0; /* open = index + 1 of the innermost one */
    for (uint32_t i = 0; i < o->lines; i++) {
        uint64_t pc = o->line[i].pc;
        for (; next < o->calls && o->call[next].lo <= pc; next++)
            if (o->call[next].hi > pc)
                open = next + 1;
        while (open && o->call[open - 1].hi <= pc)
            open = o->call[open - 1].parent;
        o->line[i].call = open;
    }
}

/* ---- whole ----------------------------------------------------------------------------------- */

static enum dv_err read_unit(struct lines *l)
{
    Dwarf_CU *cu = NULL;
    uint8_t type = 0;
    if (dwarf_get_units(l->dw, NULL, &cu, NULL, &type, &l->unit, NULL) || type != DW_UT_compile ||
        dwarf_tag(&l->unit) != DW_TAG_compile_unit)
        return damaged(l, "the compilation unit");
    enum dv_err e = read_rows(l);
    if (!e)
        e = read_calls(l);
    if (!e)
        link_rows(l->o);
    return e;
}

enum dv_err dv_lines_read(struct Elf *elf, const char *file, struct dv_obj *o, struct dv_diag *d)
{
    struct lines l = {.elf = elf, .file = file, .o = o, .d = d};
    enum dv_err e = check_sections(&l);
    if (e)
        return e;
    l.dw = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
    e = l.dw ? read_unit(&l) : damaged(&l, dwarf_errmsg(-1));
    dwarf_end(l.dw);
    return e;
}
