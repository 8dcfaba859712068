/* Manual pages as Markdown with GitHub's tables. */
#include <ctype.h>
#include <string.h>

#include "emu/cli/manual.h"

static bool in_list;

static void put(const char *text)
{
    for (; *text; text++) {
        if (strchr("|<>*_`[]\\#", *text))
            putchar('\\');
        putchar(*text);
    }
}

static void md_title(const char *title)
{
    printf("# ");
    put(title);
    printf("\n\n");
}

static void md_chapter(const char *title, const char *anchor)
{
    (void)anchor;
    printf("## ");
    put(title);
    printf("\n\n");
}

static void md_entry(const struct dv_insn *in)
{
    printf("### %s\n\n", in->name);
}

static void md_section(const char *title)
{
    printf("#### ");
    put(title);
    printf("\n\n");
}

static void md_text(const char *text)
{
    put(text);
    printf("\n\n");
}

static void md_cells(const char *const *cell, unsigned n)
{
    printf("|");
    for (unsigned i = 0; i < n; i++) {
        printf(" ");
        put(cell[i]);
        printf(*cell[i] ? " |" : "|");
    }
    printf("\n");
}

static void md_table(const char *const *head, unsigned n)
{
    md_cells(head, n);
    printf("|");
    for (unsigned i = 0; i < n; i++)
        printf("---|");
    printf("\n");
}

static void newline(void)
{
    printf("\n");
}

static void md_fact(const char *key, const char *value)
{
    printf("- **%s**: ", key);
    put(value);
    printf("\n");
}

static void md_code(const char *line, bool first, bool last)
{
    printf("%s%s\n%s", first ? "```\n" : "", line, last ? "```\n\n" : "");
}

/* One table of one row: the bits are its head. */
static void md_picture(const struct dv_layout *l, const struct dv_insn *in)
{
    for (unsigned top = l->bits; top > 0; top -= 32) {
        char label[32][48], place[32][24];
        const char *name[32], *head[32];
        unsigned n = 0;
        for (unsigned hi = top - 1, lo = hi; n < 32; hi = lo - 1) {
            const struct dv_field *f = dv_field_at(l, hi, top - 32, &lo);
            snprintf(place[n], sizeof place[n], hi == lo ? "%u" : "%u:%u", hi, lo);
            head[n] = place[n];
            name[n] = f ? dv_field_label(f, in, label[n]) : "-";
            n++;
            if (lo == top - 32)
                break;
        }
        md_table(head, n);
        md_cells(name, n);
        newline();
    }
}

static void md_links(const char *title)
{
    printf("**");
    put(title);
    printf("**: ");
    in_list = false;
}

static void md_link(const struct dv_insn *in)
{
    printf("%s[%s](#%s)", in_list ? ", " : "", in->name, in->name);
    in_list = true;
}

static void md_links_end(void)
{
    printf("\n\n");
}

static void nothing(void) {}

const struct dv_style dv_style_md = {
    .begin = md_title,
    .end = nothing,
    .chapter = md_chapter,
    .entry = md_entry,
    .entry_end = nothing,
    .section = md_section,
    .text = md_text,
    .fact = md_fact,
    .facts_end = newline,
    .table = md_table,
    .cells = md_cells,
    .table_end = newline,
    .code = md_code,
    .picture = md_picture,
    .links = md_links,
    .link = md_link,
    .links_end = md_links_end,
};
