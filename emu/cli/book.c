/* The whole instruction manual: coverage, indexes, special registers and a page an entry. Owns the
 * order of its parts; pages are manual.c's, looks a style's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/coverage.h"
#include "emu/cli/manual.h"

static void put_number(const struct dv_style *s, const char *key, const char *part, unsigned n)
{
    char name[64], value[16];
    snprintf(name, sizeof name, "%s%s%s", key, part ? "." : "", part ? part : "");
    snprintf(value, sizeof value, "%u", n);
    const char *cell[] = {name, value};
    s->cells(cell, 2);
}

/* The table of dv isa --coverage. */
static void coverage(const struct dv_style *s)
{
    static const char *const head[] = {"", "rows of the opcode table"};
    struct dv_coverage c;
    dv_coverage_count(&c);
    s->chapter("Coverage", "coverage");
    s->text(
        "What dv isa --coverage prints: rows of the published opcode table, those whose meaning is "
        "public, executed ones and those of them that can only fault, refused rows by "
        "class, all rows by where their bits are from, and the bits that are accepted without a "
        "known meaning.");
    s->table(head, 2);
    put_number(s, "rows", NULL, c.rows);
    put_number(s, "matched", NULL, c.matched);
    put_number(s, "public", NULL, c.public);
    put_number(s, "executed", NULL, c.executed);
    put_number(s, "always_fault", NULL, c.faults);
    put_number(s, "refused", NULL, c.refused);
    for (unsigned i = 0; i < c.families; i++)
        put_number(s, "by_family", c.family[i], c.by_family[i]);
    for (unsigned i = 1; i < DV_FROMS; i++)
        if (c.by_bits[i])
            put_number(s, "by_bits", dv_from_name(i), c.by_bits[i]);
    put_number(s, "unexplained_bits", NULL, c.unexplained_bits);
    s->table_end();
}

static int by_name(const void *a, const void *b)
{
    const struct dv_insn *x = &dv_insns[*(const uint16_t *)a], *y = &dv_insns[*(const uint16_t *)b];
    return strcmp(x->name, y->name);
}

/* Entries in alphabetical order; NULL when memory is exhausted. */
static uint16_t *sorted(void)
{
    uint16_t *order = calloc(dv_insn_count, sizeof *order);
    for (unsigned i = 0; order && i < dv_insn_count; i++)
        order[i] = (uint16_t)i;
    if (order)
        qsort(order, dv_insn_count, sizeof *order, by_name);
    return order;
}

static void index_by_name(const struct dv_style *s, const uint16_t *order)
{
    char letter[2] = "";
    s->chapter("Index by mnemonic", "mnemonics");
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[order[i]];
        if (*letter != in->name[0]) {
            if (*letter)
                s->links_end();
            *letter = in->name[0];
            s->links(letter);
        }
        s->link(in);
    }
    s->links_end();
}

static void index_by_unit(const struct dv_style *s, const uint16_t *order)
{
    static const char *const unit[][2] = {
        {"SU", "SU: scalar"},       {"FC", "FC: flow, flags, barriers"},
        {"MTE", "MTE: data moves"}, {"SIMD", "SIMD: vector"},
        {"CUBE", "CUBE: matrix"},   {"FIXP", "FIXP: results of the matrix unit"},
    };
    s->chapter("Index by unit", "units");
    for (unsigned u = 0; u < sizeof unit / sizeof *unit; u++) {
        s->links(unit[u][1]);
        for (unsigned i = 0; i < dv_insn_count; i++)
            if (!strcmp(dv_insns[order[i]].unit, unit[u][0]))
                s->link(&dv_insns[order[i]]);
        s->links_end();
    }
}

static void sprs(const struct dv_style *s)
{
    static const char *const head[] = {"number", "name", "kind", "value at start", "from"};
    static const char *const kind[] = {"issue", "pipe", "scalar", "constant"};
    s->chapter("Special registers", "sprs");
    s->text("Issue registers are written by the scalar unit and travel with queued items; pipe "
            "registers live in the pipe that writes them; constants are set by the launch.");
    s->table(head, 5);
    for (unsigned i = 0; i < dv_spr_count; i++) {
        const struct dv_spr *r = &dv_sprs[i];
        char number[8], reset[24];
        snprintf(number, sizeof number, "%u", r->number);
        snprintf(reset, sizeof reset, "0x%" PRIx64, r->reset);
        const char *cell[] = {number, r->name, kind[r->kind & 3], reset, dv_from_name(r->from)};
        s->cells(cell, 5);
    }
    s->table_end();
}

static void preface(const struct dv_style *s)
{
    char version[128];
    s->begin("Instructions of the Da Vinci AI core");
    snprintf(version, sizeof version,
             "ISA version %u, %u entries. Generated from the definition; every bit, meaning and "
             "number says where it is from.",
             dv_isa_version, dv_insn_count);
    s->text(version);
    s->text(
        "A page shows the 32-bit word with its fixed values, the config word that rides in X "
        "registers, the memories an instruction reads and writes, what it refuses, the function "
        "that carries it out and the numbers its time comes from. Registers are xd, xn, xm and "
        "xt; a field marked - must be zero, one marked ? is accepted and unexplained.");
}

static void book(const struct dv_style *s, const uint16_t *order)
{
    preface(s);
    coverage(s);
    index_by_name(s, order);
    index_by_unit(s, order);
    sprs(s);
    s->chapter("Instructions", "instructions");
    for (unsigned i = 0; i < dv_insn_count; i++)
        dv_manual_page(s, &dv_insns[order[i]]);
    s->end();
}

bool dv_manual_book(const char *format)
{
    const struct dv_style *s = !strcmp(format, "html") ? &dv_style_html
                               : !strcmp(format, "md") ? &dv_style_md
                                                       : NULL;
    uint16_t *order = s ? sorted() : NULL;
    if (!order)
        return false;
    book(s, order);
    free(order);
    return true;
}
