/* Manual pages as one HTML file: no script, no network, light and dark, fit to print. */
#include <string.h>

#include "emu/cli/manual.h"

static bool facts_open;

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1c2024;--soft:#5b646d;--paper:#fff;--line:#d5dae0;"
    "--shade:#f4f6f8;--link:#0b57a4;--fixed:#e3edf8}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e3e6ea;--soft:#9aa4ae;--paper:#15181c;"
    "--line:#353c44;--shade:#1e2329;--link:#7db8f5;--fixed:#22344a}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:2rem 1.5rem 6rem;max-width:62rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation "
    "Sans',sans-serif}\n"
    "a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}\n"
    "code,pre,.bits,h3,.syntax{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation "
    "Mono',monospace}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 1rem}\n"
    "h2{font-size:1.4rem;margin:3rem 0 1rem;padding-bottom:.3rem;border-bottom:2px solid "
    "var(--line)}\n"
    "h3{font-size:1.25rem;margin:0 0 .5rem}\n"
    "h4{font-size:.95rem;margin:1.4rem 0 .5rem;color:var(--soft)}\n"
    "article{margin:2.5rem 0;padding-top:1.5rem;border-top:1px solid var(--line)}\n"
    "p{max-width:46rem;margin:.5rem 0}\n"
    "dl{display:grid;grid-template-columns:9rem 1fr;gap:.15rem 1rem;margin:.6rem 0}\n"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse;margin:.5rem 0;font-size:.9rem}\n"
    "th,td{padding:.2rem .9rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid "
    "var(--line)}\n"
    "th{font-weight:600;color:var(--soft)}td:first-child{font-variant-numeric:tabular-nums;"
    "white-space:nowrap}\n"
    ".scroll{overflow-x:auto}\n"
    ".bits{table-layout:fixed;width:100%;min-width:44rem;font-size:.78rem;margin:.5rem 0}\n"
    ".bits th{border:0;padding:0;text-align:center;font-weight:400;font-size:.68rem}\n"
    ".place{display:flex;justify-content:space-between;padding:0 4px}\n"
    ".bits td{border:1px solid var(--line);padding:.35rem 0;text-align:center;overflow:hidden;"
    "white-space:nowrap;text-overflow:clip;vertical-align:middle}\n"
    ".bits td.fixed{background:var(--fixed)}.bits td.gap{background:var(--shade);"
    "color:var(--soft)}\n"
    ".bits td.tall span{writing-mode:vertical-rl;line-height:1}\n"
    "pre{background:var(--shade);padding:.6rem .8rem;margin:.5rem 0;overflow-x:auto;"
    "font-size:.88rem}\n"
    ".index{columns:11rem;column-gap:1.5rem;margin:.3rem 0 1.2rem;padding:0;list-style:none;"
    "font-size:.9rem}\n"
    ".index a{font-family:ui-monospace,Menlo,Consolas,'Liberation Mono',monospace}\n"
    ".index li{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}\n"
    ".no{color:var(--soft);font:.8rem system-ui,'Liberation Sans',sans-serif;margin-left:.6rem}\n"
    "nav a{margin-right:1.2rem}.up{float:right;font-size:.85rem}\n"
    "@media "
    "print{nav,.up{display:none}:root{--ink:#000;--soft:#444;--paper:#fff;--line:#bbb;--shade:#"
    "f2f2f2;"
    "--link:#000;--fixed:#e8e8e8}body{max-width:none;padding:0;font-size:10pt}"
    "article{break-inside:avoid-page}h2,h3,h4{break-after:avoid}.bits{min-width:0}"
    ".scroll{overflow:visible}}\n"
    "@page{margin:16mm}\n</style>\n";

static void put(const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", stdout);
        else if (*text == '>')
            fputs("&gt;", stdout);
        else if (*text == '&')
            fputs("&amp;", stdout);
        else if (*text == '"')
            fputs("&quot;", stdout);
        else
            putchar(*text);
    }
}

static void put_tag(const char *tag, const char *text)
{
    printf("<%s>", tag);
    put(text);
    printf("</%s>", tag);
}

static void html_begin(const char *title)
{
    fputs(head, stdout);
    put_tag("title", title);
    printf("\n</head>\n<body>\n");
    put_tag("h1", title);
    printf("\n<nav><a href=\"#coverage\">Coverage</a> <a href=\"#mnemonics\">By mnemonic</a> "
           "<a href=\"#units\">By unit</a> <a href=\"#sprs\">Special registers</a> "
           "<a href=\"#instructions\">Instructions</a></nav>\n");
}

static void html_end(void)
{
    printf("</body>\n</html>\n");
}

static void html_chapter(const char *title, const char *anchor)
{
    printf("<h2 id=\"%s\">", anchor);
    put(title);
    printf("</h2>\n");
}

static void html_entry(const struct dv_insn *in)
{
    printf("<article id=\"%s\">\n<a class=\"up\" href=\"#mnemonics\">index</a><h3>%s%s</h3>\n",
           in->name, in->name, in->reason ? "<span class=\"no\">defined, not executed</span>" : "");
}

static void html_entry_end(void)
{
    printf("</article>\n");
}

static void html_section(const char *title)
{
    put_tag("h4", title);
    printf("\n");
}

static void html_text(const char *text)
{
    put_tag("p", text);
    printf("\n");
}

static void html_fact(const char *key, const char *value)
{
    static const char *const code[] = {"syntax",   "opcode table", "value",    "types",
                                       "function", "footprint",    "intrinsic"};
    bool is_code = false;
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        is_code |= !strcmp(key, code[i]);
    if (!facts_open)
        printf("<dl>\n");
    facts_open = true;
    put_tag("dt", key);
    printf("<dd>");
    if (is_code)
        put_tag("code", value);
    else
        put(value);
    printf("</dd>\n");
}

static void html_facts_end(void)
{
    if (facts_open)
        printf("</dl>\n");
    facts_open = false;
}

static void row(const char *tag, const char *const *cell, unsigned n)
{
    printf("<tr>");
    for (unsigned i = 0; i < n; i++)
        put_tag(tag, cell[i]);
    printf("</tr>\n");
}

static void html_table(const char *const *names, unsigned n)
{
    printf("<div class=\"scroll\"><table>\n");
    row("th", names, n);
}

static void html_cells(const char *const *cell, unsigned n)
{
    row("td", cell, n);
}

static void html_table_end(void)
{
    printf("</table></div>\n");
}

static void html_code(const char *line, bool first, bool last)
{
    printf("%s", first ? "<pre>" : "");
    put(line);
    printf("%s", last ? "</pre>\n" : "\n");
}

static void put_place(unsigned hi, unsigned lo)
{
    if (hi == lo)
        printf("<th>%u</th>", hi);
    else
        printf("<th colspan=\"%u\"><div class=\"place\"><span>%u</span><span>%u</span></div></th>",
               hi - lo + 1, hi, lo);
}

static void put_cell(const struct dv_field *f, const struct dv_insn *in, unsigned bits)
{
    char label[48];
    uint64_t value;
    const char *name = f ? dv_field_label(f, in, label) : "-";
    bool gap = !f || f->must_zero || f->unexplained;
    bool fixed = !gap && in && dv_field_fixed(f, in, &value);
    bool tall = strlen(name) > bits * 3; /* a bit is about three characters wide */
    printf("<td colspan=\"%u\" class=\"%s%s\"", bits,
           gap     ? "gap"
           : fixed ? "fixed"
                   : "field",
           tall ? " tall" : "");
    if (f && !gap)
        printf(" title=\"%s\"", f->name);
    printf("><span>");
    put(name);
    printf("</span></td>");
}

static void html_picture(const struct dv_layout *l, const struct dv_insn *in)
{
    printf("<div class=\"scroll\">");
    for (unsigned top = l->bits; top > 0; top -= 32) {
        for (unsigned line = 0; line < 2; line++) {
            printf(line ? "</tr>\n<tr>" : "<table class=\"bits\">\n<tr>");
            for (unsigned hi = top, lo = top; lo > top - 32;) {
                hi = lo - 1;
                const struct dv_field *f = dv_field_at(l, hi, top - 32, &lo);
                if (line)
                    put_cell(f, in, hi - lo + 1);
                else
                    put_place(hi, lo);
            }
        }
        printf("</tr>\n</table>");
    }
    printf("</div>\n");
}

static void html_links(const char *title)
{
    put_tag("h4", title);
    printf("\n<ul class=\"index\">\n");
}

static void html_link(const struct dv_insn *in)
{
    printf("<li><a href=\"#%s\">%s</a></li>\n", in->name, in->name);
}

static void html_links_end(void)
{
    printf("</ul>\n");
}

const struct dv_style dv_style_html = {
    .begin = html_begin,
    .end = html_end,
    .chapter = html_chapter,
    .entry = html_entry,
    .entry_end = html_entry_end,
    .section = html_section,
    .text = html_text,
    .fact = html_fact,
    .facts_end = html_facts_end,
    .table = html_table,
    .cells = html_cells,
    .table_end = html_table_end,
    .code = html_code,
    .picture = html_picture,
    .links = html_links,
    .link = html_link,
    .links_end = html_links_end,
};
