/* Text of instructions and of their source lines. Owns how a line is cut out of its file; which
 * frames there are is prof/ecosystem/stack.c's. */
#include "emu/run/listing.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/prof/ecosystem/stack.h"
#include "isa/isa.h"

enum { LISTING_FILE = 4 << 20 };

struct file {
    char *text;
    char **line; /* beginnings, ended by NUL */
    uint32_t lines;
    bool asked;
};

struct dv_listing {
    const struct dv_obj *obj;
    struct dv_stacks *stacks;
    struct file *file;
};

struct dv_listing *dv_listing_new(const struct dv_obj *obj)
{
    struct dv_listing *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->obj = obj;
    l->file = calloc(obj->files + 1ull, sizeof *l->file);
    l->stacks = dv_stacks_new(obj);
    if (l->file && l->stacks)
        return l;
    dv_listing_free(l);
    return NULL;
}

void dv_listing_free(struct dv_listing *l)
{
    if (!l)
        return;
    for (uint32_t i = 0; l->file && i < l->obj->files; i++) {
        free(l->file[i].text);
        free(l->file[i].line);
    }
    free(l->file);
    dv_stacks_free(l->stacks);
    free(l);
}

/* ---- lines of a file ------------------------------------------------------------------------- */

static void cut(struct file *f, size_t n)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < n; i++)
        lines += f->text[i] == '\n';
    if (!(f->line = calloc(lines, sizeof *f->line)))
        return;
    char *p = f->text;
    for (f->lines = 0; p; f->lines++) {
        f->line[f->lines] = p;
        p = memchr(p, '\n', (size_t)(f->text + n - p));
        if (p)
            *p++ = 0;
    }
}

static void read_file(struct file *f, const char *name)
{
    FILE *from = name ? fopen(name, "rb") : NULL;
    f->asked = true;
    if (!from)
        return;
    f->text = malloc(LISTING_FILE + 1);
    size_t n = f->text ? fread(f->text, 1, LISTING_FILE + 1, from) : 0;
    fclose(from);
    if (!n || n > LISTING_FILE)
        return;
    f->text[n] = 0;
    cut(f, n);
}

/* Blanks around it are dropped, others are one. */
static void trim(const char *from, char *out, size_t size)
{
    size_t n = 0;
    for (; *from && n + 1 < size; from++) {
        bool blank = isspace((unsigned char)*from);
        if (!blank || (n && out[n - 1] != ' '))
            out[n++] = blank ? ' ' : *from;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
}

static void source_line(struct dv_listing *l, const struct dv_line *at, char *out, size_t size)
{
    struct file *f;
    *out = 0;
    if (!at || at->file >= l->obj->files)
        return;
    f = &l->file[at->file];
    if (!f->asked)
        read_file(f, l->obj->file[at->file]);
    if (at->line && at->line <= f->lines)
        trim(f->line[at->line - 1], out, size);
}

/* ---- an instruction -------------------------------------------------------------------------- */

static void insn_text(const struct dv_obj *obj, uint64_t pc, char *out, size_t size)
{
    const struct dv_bytes *code = &obj->section[DV_TEXT];
    struct dv_op op;
    uint32_t word;
    snprintf(out, size, "?");
    if (pc > code->n || code->n - pc < sizeof word)
        return;
    memcpy(&word, code->p + pc, sizeof word);
    if (!dv_isa_decode(word, obj->kinds, &op, NULL, NULL))
        dv_isa_print(&op, pc, out, size);
}

void dv_listing_at(struct dv_listing *l, uint64_t pc, struct dv_listed *out)
{
    struct dv_stack_frame frame[DV_STACK_DEPTH];
    unsigned n = dv_stack_at(l->stacks, pc, frame);
    while (n > 1 && frame[n - 1].name[0] == '.')
        n--;
    snprintf(out->function, sizeof out->function, "%s", n ? frame[n - 1].name : "");
    insn_text(l->obj, pc, out->insn, sizeof out->insn);
    source_line(l, dv_obj_line(l->obj, pc), out->source, sizeof out->source);
}
