/* The definition against the published opcode table (tests/data/opcodes_a2.csv, isa.md 11.3):
 * every row is matched, with its spelling verbatim and its class, and no word that the table does
 * not have is claimed by a c220 row. */
#include "isa/table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1199 };

static struct row {
    uint32_t value, mask;
    char unit[8], text[64];
} rows[ROWS + 1];
static int row_count;

static uint64_t seed = 7;

static uint32_t draw(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 32);
}

static void load_verbatim(void)
{
    char path[512], line[256];
    const char *root = getenv("DV_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/opcodes_a2.csv", root ? root : ".");
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    cr_assert(fgets(line, sizeof line, f));
    while (row_count <= ROWS && fgets(line, sizeof line, f)) {
        struct row *r = &rows[row_count++];
        cr_assert_eq(sscanf(line, "%x,%x,%7[^,],%63[^\r\n]", &r->value, &r->mask, r->unit, r->text),
                     4, "%s", line);
        if (r->text[0] == '"') {
            memmove(r->text, r->text + 1, strlen(r->text));
            r->text[strcspn(r->text, "\"")] = 0;
        }
    }
    fclose(f);
    cr_assert_eq(row_count, ROWS);
}

static void load(void)
{
    load_verbatim();
    for (int i = 0; i < row_count; i++)
        if (rows[i].value & ~rows[i].mask) /* VCMPVSEQ: isa.md 11.3 */
            rows[i].mask |= rows[i].value;
}

/* The row with most mask bits. */
static const struct row *best(uint32_t word)
{
    const struct row *b = NULL;
    for (int i = 0; i < row_count; i++)
        if ((word & rows[i].mask) == rows[i].value &&
            (!b || __builtin_popcount(rows[i].mask) > __builtin_popcount(b->mask)))
            b = &rows[i];
    return b;
}

/* A row lacks a mask bit of the table only where the table repeats the spelling for both values
 * (VGATHER 0x80000042 and 0x8000004a). */
static void check_mask(uint32_t word, const struct row *r, const struct dv_insn *in)
{
    uint32_t lacking = r->mask & ~dv_row_of(in)->mask;
    for (int bit = 0; bit < 32; bit++) {
        if (!(lacking >> bit & 1))
            continue;
        const struct row *twin = best(word ^ 1u << bit);
        cr_expect(twin && !strcmp(twin->text, r->text),
                  "0x%08x: mask of %s is 0x%08x, the table has 0x%08x", word, in->name,
                  dv_row_of(in)->mask, r->mask);
    }
}

/* Counts a word of the table that no entry has. */
static void check_word(uint32_t word, int *missing)
{
    const struct row *r = best(word);
    const struct dv_insn *in = dv_isa_match(word, DV_ON_ANY);
    char text[64];
    if (!r) { /* words of c100 alone are ours and may lie anywhere the table is empty */
        cr_expect(!in || in->on == DV_ON(DV_C100), "0x%08x is %s, but the table has no row", word,
                  in ? in->name : "");
        return;
    }
    if (!in) {
        if (!(*missing)++)
            fprintf(stderr, "# 0x%08x %s %s has no entry\n", word, r->unit, r->text);
        return;
    }
    dv_isa_spell(in, word, text, sizeof text);
    cr_expect(!strcmp(text, r->text), "0x%08x: %s is spelled %s, the table has %s", word, in->name,
              text, r->text);
    cr_expect(!strcmp(in->unit, r->unit), "0x%08x: %s is of class %s, the table has %s", word,
              in->name, in->unit, r->unit);
    check_mask(word, r, in);
}

Test(isa_table, every_row)
{
    int uncovered = 0;
    load();
    for (int i = 0; i < row_count; i++) {
        int missing = 0;
        check_word(rows[i].value, &missing);
        for (int k = 0; k < 50; k++)
            check_word(rows[i].value | (draw() & ~rows[i].mask), &missing);
        uncovered += missing > 0;
        bool scalar = !strcmp(rows[i].unit, "SU") || !strcmp(rows[i].unit, "FC");
        cr_expect(!missing || !scalar, "0x%08x %s", rows[i].value, rows[i].text);
    }
    printf("# %d of %d rows have no entry\n", uncovered, row_count);
    cr_expect_eq(uncovered, 0, "%d rows have no entry", uncovered);
}

/* What the definition expands to is the table: value, mask, class and spelling of every row, and no
 * row more. */
Test(isa_table, expands_to_the_table)
{
    load_verbatim();
    cr_assert_eq(dv_opcode_count, ROWS);
    for (int i = 0; i < row_count; i++) {
        unsigned found = 0;
        for (unsigned k = 0; k < dv_opcode_count; k++) {
            const struct dv_opcode *o = &dv_opcodes[k];
            found += o->value == rows[i].value && o->mask == rows[i].mask &&
                     !strcmp(o->text, rows[i].text) &&
                     !strcmp(dv_insns[o->insn].unit, rows[i].unit);
        }
        cr_expect_eq(found, 1, "0x%08x 0x%08x %s %s: %u rows", rows[i].value, rows[i].mask,
                     rows[i].unit, rows[i].text, found);
    }
}

/* Near misses: one bit of a row flipped must land where the table says. */
Test(isa_table, one_bit_away)
{
    int missing = 0;
    load();
    for (int i = 0; i < row_count; i++)
        for (int bit = 0; bit < 32; bit++)
            check_word((rows[i].value | (draw() & ~rows[i].mask)) ^ 1u << bit, &missing);
}

Test(isa_table, random_words)
{
    int missing = 0;
    load();
    for (int i = 0; i < 100000; i++)
        check_word(draw(), &missing);
}

/* Misprints stay verbatim in the spelling and right in the name (DESIGN 4). */
static const struct {
    uint32_t word;
    const char *spelling, *name;
} misprints[] = {
    {0x00400008, "MIN.u32", "min"},
    {0x99000002, "VCMPVSEQ", "vcmpvseq"},
    {0x72000000, "MOV_L0C32_TO_L0C16", "mov_l1_to_l0c16"},
};

Test(isa_table, misprints)
{
    for (size_t i = 0; i < sizeof misprints / sizeof misprints[0]; i++) {
        const struct dv_insn *in = dv_isa_match(misprints[i].word, DV_ON_ANY);
        char text[64];
        cr_assert(in, "%s", misprints[i].name);
        dv_isa_spell(in, misprints[i].word, text, sizeof text);
        cr_expect_str_eq(text, misprints[i].spelling);
        cr_expect_str_eq(in->name, misprints[i].name);
    }
}
