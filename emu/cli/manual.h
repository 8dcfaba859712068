/* The instruction manual: what `dv isa NAME` and `dv isa --manual` share.
 *
 * manual.c knows what a page says, a style (page_text.c, page_md.c, page_html.c) how it looks,
 * book.c puts the pages of all entries, the coverage and the indexes together. Everything goes to
 * stdout. */
#ifndef DV_CLI_MANUAL_H
#define DV_CLI_MANUAL_H

#include "emu/cli/cli.h"

/* Where a function of the model is written: "sem_vec_binary", "dv_sem_vec_binary", file. Written at
 * build time (where.c); a NULL name ends the table. */
struct dv_model_place {
    const char *name, *function, *file;
};
extern const struct dv_model_place dv_model_places[];

enum { DV_CELLS = 8 };

/* One way to write a page. Tables: table, any cells, table_end; facts likewise. All texts are
 * plain; the style escapes them. */
struct dv_style {
    void (*begin)(const char *title);
    void (*end)(void);
    void (*chapter)(const char *title, const char *anchor);
    void (*entry)(const struct dv_insn *in); /* heading of a page */
    void (*entry_end)(void);
    void (*section)(const char *title);
    void (*text)(const char *paragraph);
    void (*fact)(const char *key, const char *value);
    void (*facts_end)(void);
    void (*table)(const char *const *head, unsigned n);
    void (*cells)(const char *const *cell, unsigned n);
    void (*table_end)(void);
    void (*code)(const char *line, bool first, bool last);
    /* The bits of a layout; in != NULL shows its fixed values. */
    void (*picture)(const struct dv_layout *l, const struct dv_insn *in);
    /* A list of links to entries: title, then entries, then the end. */
    void (*links)(const char *title);
    void (*link)(const struct dv_insn *in);
    void (*links_end)(void);
};
extern const struct dv_style dv_style_text, dv_style_md, dv_style_html;

/* One page. */
void dv_manual_page(const struct dv_style *s, const struct dv_insn *in);
/* The book; format is "html" or "md", else false. */
bool dv_manual_book(const char *format);
/* Prints every entry whose name or mnemonic is `name` (any case); false when there is none. */
bool dv_manual_print(const char *name);
/* One line an entry. */
void dv_manual_list(void);

/* "31:25", "55:52 39:32" */
const char *dv_pieces_text(const struct dv_field *f, char out[48]);
/* What a picture shows in the place of a field: its name, its fixed value, "-" or "?". */
const char *dv_field_label(const struct dv_field *f, const struct dv_insn *in, char out[48]);
/* True when the entry fixes the field of its word. */
bool dv_field_fixed(const struct dv_field *f, const struct dv_insn *in, uint64_t *value);
/* The field that bit `from` belongs to, NULL = none; *lo is the lowest bit of its piece, at least
 * `least`. */
const struct dv_field *dv_field_at(const struct dv_layout *l, unsigned from, unsigned least,
                                   unsigned *lo);

#endif
