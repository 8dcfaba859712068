/* The listing: every word with its place, its text and where it came from.
 *
 * Owns the columns and the source lines shown above the words. Reads the source files again by
 * the names in the line table; one that is gone costs only its lines. */
#include "asm/listing.h"
#include "asm/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_MAX = 64 << 20, LINE_SHOWN = 160 };

struct source {
    char *text;   /* NULL = not readable */
    size_t n, at; /* at = start of `line` */
    uint32_t line;
    bool tried;
};

struct listing {
    const struct dv_obj *o;
    struct dv_sheet s;
    struct source *source;     /* per file of the line table, NULL = no memory */
    uint32_t file, line, call; /* shown last */
};

static void read_source(struct source *s, const char *path)
{
    FILE *f = fopen(path, "rb");
    s->tried = true;
    if (!f)
        return;
    long n = fseek(f, 0, SEEK_END) ? -1 : ftell(f);
    s->text = n > 0 && n <= SOURCE_MAX && !fseek(f, 0, SEEK_SET) ? malloc((size_t)n) : NULL;
    if (s->text)
        s->n = fread(s->text, 1, (size_t)n, f);
    s->line = 1;
    fclose(f);
}

/* Moves to a 1-based line; mostly it is the next one. */
static bool seek_line(struct source *s, uint32_t line)
{
    if (line < s->line)
        s->line = 1, s->at = 0;
    while (s->at < s->n && s->line < line) {
        const char *end = memchr(s->text + s->at, '\n', s->n - s->at);
        s->at = end ? (size_t)(end - s->text) + 1 : s->n;
        s->line++;
    }
    return s->at < s->n && s->line == line;
}

static void put_source(struct listing *l, const struct dv_line *row)
{
    struct source *s = l->source ? &l->source[row->file] : NULL;
    dv_sheet_clean(&l->s, l->o->file[row->file]);
    dv_sheet_print(&l->s, ":%u:", row->line);
    if (s && !s->tried)
        read_source(s, l->o->file[row->file]);
    if (s && s->text && seek_line(s, row->line)) {
        char text[LINE_SHOWN + 1];
        size_t n = 0;
        for (; n < LINE_SHOWN && s->at + n < s->n && s->text[s->at + n] != '\n'; n++)
            text[n] = s->text[s->at + n] == '\t' ? ' ' : s->text[s->at + n];
        while (n && (text[n - 1] == ' ' || text[n - 1] == '\r'))
            n--;
        text[n] = 0;
        dv_sheet_text(&l->s, " ");
        dv_sheet_clean(&l->s, text);
    }
    dv_sheet_text(&l->s, "\n");
}

/* "[vadd_tile from k.s:70, .rept from k.s:66]" */
static void put_chain(struct listing *l, uint32_t call)
{
    const char *before = "  [";
    if (!call)
        return;
    for (; call; call = l->o->call[call - 1].parent) {
        const struct dv_call *c = &l->o->call[call - 1];
        dv_sheet_text(&l->s, before);
        dv_sheet_clean(&l->s, c->name);
        dv_sheet_text(&l->s, " from ");
        dv_sheet_clean(&l->s, l->o->file[c->file]);
        dv_sheet_print(&l->s, ":%u", c->line);
        before = ", ";
    }
    dv_sheet_text(&l->s, "]");
}

static void put_word(struct listing *l, uint64_t pc, const struct dv_line *row)
{
    unsigned kinds = l->o->kinds ? l->o->kinds : DV_ON_ANY;
    uint32_t word = dv_obj_word(l->o, pc);
    struct dv_op op;
    char text[192] = "";
    dv_sheet_print(&l->s, "  %06" PRIx64 "  %08x  ", pc, word);
    if (dv_isa_decode(word, kinds, &op, NULL, NULL)) {
        dv_sheet_print(&l->s, "%-5s %-5s .word 0x%08x", "-", "data", word);
    } else {
        dv_isa_print(&op, pc, text, sizeof text);
        dv_sheet_print(&l->s, "%-5s %-5s %s", dv_pipe_names[op.pipe], dv_op_insn(&op)->unit, text);
    }
    if (row && row->call) {
        dv_sheet_column(&l->s, 72);
        put_chain(l, row->call);
    }
    dv_sheet_text(&l->s, "\n");
}

/* The row when the word starts at it, and what it shows differs from the row before. */
static void put_row(struct listing *l, const struct dv_line *row)
{
    if (!row || (row->file == l->file && row->line == l->line && row->call == l->call))
        return;
    put_source(l, row);
    l->file = row->file;
    l->line = row->line;
    l->call = row->call;
}

static void put_words(struct listing *l)
{
    struct dv_labels labels;
    unsigned kinds = l->o->kinds ? l->o->kinds : DV_ON_ANY;
    uint64_t bytes = l->o->section[DV_TEXT].n & ~3ull;
    bool labelled = dv_labels_find(&labels, l->o, kinds);
    for (uint64_t pc = 0; pc < bytes; pc += 4) {
        const struct dv_line *row = dv_obj_line(l->o, pc);
        if (labelled)
            dv_labels_put(&labels, &l->s, DV_TEXT, pc, pc + 4);
        put_row(l, row);
        put_word(l, pc, row);
    }
    dv_labels_free(&labels);
}

void dv_listing(const struct dv_obj *o, struct dv_sink *to)
{
    struct listing l = {.o = o, .s = {.to = to}, .file = UINT32_MAX};
    l.source = calloc(o->files + 1ull, sizeof *l.source);
    dv_sheet_text(&l.s, "; address word      pipe  class instruction\n");
    put_words(&l);
    for (uint32_t i = 0; l.source && i < o->files; i++)
        free(l.source[i].text);
    free(l.source);
}
