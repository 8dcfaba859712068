/* Manual pages on the terminal: indented sections, aligned columns. */
#include <string.h>

#include "emu/cli/manual.h"

enum { ROWS = 48, CELL = 160, WIDTH = 96 };

/* A table is kept until its columns are known. */
static struct {
    char cell[ROWS][DV_CELLS][CELL];
    unsigned rows, columns;
} table;

static void flush_table(void)
{
    size_t width[DV_CELLS] = {0};
    for (unsigned r = 0; r < table.rows; r++)
        for (unsigned c = 0; c < table.columns; c++)
            if (strlen(table.cell[r][c]) > width[c])
                width[c] = strlen(table.cell[r][c]);
    for (unsigned r = 0; r < table.rows; r++) {
        size_t blanks = 4; /* written before the next text, so that no line ends in blanks */
        for (unsigned c = 0; c < table.columns; c++) {
            const char *text = table.cell[r][c];
            if (*text)
                printf("%*s%s", (int)blanks, "", text);
            blanks = *text ? 0 : blanks;
            blanks += width[c] - strlen(text) + 2;
        }
        printf("\n");
    }
    table.rows = 0;
}

static void add_row(const char *const *cell, unsigned n)
{
    if (table.rows == ROWS)
        flush_table();
    for (unsigned i = 0; i < DV_CELLS; i++)
        snprintf(table.cell[table.rows][i], CELL, "%s", i < n ? cell[i] : "");
    table.rows++;
}

static void text_table(const char *const *head, unsigned n)
{
    table.rows = 0;
    table.columns = n < DV_CELLS ? n : DV_CELLS;
    add_row(head, n);
}

static void text_title(const char *title)
{
    printf("%s\n\n", title);
}

static void text_chapter(const char *title, const char *anchor)
{
    (void)anchor;
    printf("\n%s\n", title);
}

static void text_entry(const struct dv_insn *in)
{
    printf("%s\n", in->name);
}

static void text_section(const char *title)
{
    printf("\n  %s\n", title);
}

/* Filled lines. */
static void text_text(const char *p)
{
    size_t column = 0;
    while (*p) {
        size_t n = strcspn(p, " ");
        if (!column || column + 1 + n > WIDTH) {
            printf(column ? "\n    " : "    ");
            column = 4;
        } else {
            printf(" ");
            column++;
        }
        printf("%.*s", (int)n, p);
        column += n;
        p += n;
        p += strspn(p, " ");
    }
    printf("\n");
}

static void text_fact(const char *key, const char *value)
{
    printf("    %-16s  %s\n", key, value);
}

static void text_code(const char *line, bool first, bool last)
{
    (void)first;
    (void)last;
    printf("    %s\n", line);
}

/* Rows of 32 bits: places above, names below. */
static void text_picture(const struct dv_layout *l, const struct dv_insn *in)
{
    for (unsigned top = l->bits; top > 0; top -= 32) {
        const char *name[32];
        char label[32][48], place[32][24];
        unsigned n = 0;
        for (unsigned hi = top - 1, lo = hi; n < 32; hi = lo - 1) {
            const struct dv_field *f = dv_field_at(l, hi, top - 32, &lo);
            snprintf(place[n], sizeof place[n], hi == lo ? "%u" : "%u:%u", hi, lo);
            name[n] = f ? dv_field_label(f, in, label[n]) : "-";
            n++;
            if (lo == top - 32)
                break;
        }
        for (unsigned line = 0; line < 2; line++) {
            printf("   ");
            for (unsigned i = 0; i < n; i++) {
                size_t wide =
                    strlen(place[i]) > strlen(name[i]) ? strlen(place[i]) : strlen(name[i]);
                printf(" |%*s", (int)wide, line ? name[i] : place[i]);
            }
            printf(" |\n");
        }
    }
    printf("\n");
}

static void text_link(const struct dv_insn *in)
{
    printf("    %s\n", in->name);
}

static void nothing(void) {}

static void newline(void)
{
    printf("\n");
}

const struct dv_style dv_style_text = {
    .begin = text_title,
    .end = nothing,
    .chapter = text_chapter,
    .entry = text_entry,
    .entry_end = newline,
    .section = text_section,
    .text = text_text,
    .fact = text_fact,
    .facts_end = nothing,
    .table = text_table,
    .cells = add_row,
    .table_end = flush_table,
    .code = text_code,
    .picture = text_picture,
    .links = text_section,
    .link = text_link,
    .links_end = newline,
};
