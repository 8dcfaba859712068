/* The driver: opens the source, runs all statements, resolves, hands the object over.
 *
 * Owns the order of the phases and the reports of asm.h; knows no syntax. */
#include "asm/state.h"
#include "asm/link.h"
#include "asm/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dv_as *new_state(const struct dv_asm_opts *o, struct dv_sink *messages)
{
    struct dv_as *as = calloc(1, sizeof *as);
    if (!as)
        return NULL;
    as->opts = o;
    as->relocatable = o && o->relocatable;
    as->quiet = o && o->warnings_off;
    as->messages = messages;
    as->last_sym = &as->first_sym;
    as->last_buf = &as->buf;
    as->last_flag = &as->flag;
    as->last_fixup = &as->fixup;
    as->last_formula = &as->formula;
    dv_as_reg_reset(as);
    dv_diag_init(&as->now);
    dv_diag_init(&as->first);
    dv_diag_init(&as->expr);
    as->obj = dv_obj_new();
    if (as->obj)
        return as;
    free(as);
    return NULL;
}

static void free_state(struct dv_as *as)
{
    dv_arena_free(&as->keep);
    dv_arena_free(&as->stack);
    free(as->source);
    dv_obj_free(as->obj);
    free(as);
}

/* -D name=value, before the first line. */
static void define(struct dv_as *as, const struct dv_asm_define *d)
{
    char text[DV_AS_LINE];
    int n = snprintf(text, sizeof text, "%s = %s\n", d->name, d->value ? d->value : "1");
    if (n < 0 || (size_t)n >= sizeof text) {
        dv_fail(&as->first, DV_E_CONFIG, "the definition of '%.40s' is too long", d->name);
        dv_as_abort(as);
    }
    struct dv_span keep = dv_as_copy(as, (struct dv_span){text, (size_t)n});
    struct dv_row row;
    if (dv_as_open_text(as, "<command line>", keep.p, keep.n, true) == DV_OK)
        while (dv_as_next(as, &row))
            dv_as_statement(as, &row);
    dv_as_flush(as);
}

static void finish_scopes(struct dv_as *as)
{
    while (as->scope) {
        dv_as_fail_pos(as, as->scope_at[--as->scope], DV_E_SYNTAX, ".scope without .endscope");
        dv_as_flush(as);
    }
}

static bool is_hidden(const struct dv_sym *s)
{
    return s->name.n > 2 && !memcmp(s->name.p, ".L", 2);
}

static void add_symbol(struct dv_as *as, struct dv_sym *s)
{
    struct dv_obj *o = as->obj;
    bool label = s->kind == DV_SYM_LABEL;
    s->extern_index = UINT32_MAX;
    as->again |= !label && s->kind == DV_SYM_EXTERN && !as->relocatable;
    if ((!label && s->kind != DV_SYM_EXTERN) || is_hidden(s))
        return;
    o->symbol = dv_as_grow(as, o->symbol, &o->symbols, &as->cap_symbol, sizeof *o->symbol);
    char *name = dv_as_text(as, s->name);
    s->extern_index = o->symbols;
    o->symbol[o->symbols++] = (struct dv_symbol){
        .name = name,
        .section = label ? s->section : DV_SECTIONS,
        .global = s->global || !label,
        .defined = label,
        .value = label ? (uint64_t)s->value.i : 0,
    };
}

/* A global label reaches to the next global label of its section, or to the end. */
static void set_sizes(struct dv_obj *o)
{
    uint64_t end[DV_SECTIONS];
    for (unsigned i = 0; i < DV_SECTIONS; i++)
        end[i] = o->section[i].n;
    for (uint32_t i = o->symbols; i-- > 0;) {
        struct dv_symbol *s = &o->symbol[i];
        if (!s->defined || !s->global)
            continue;
        s->size = end[s->section] > s->value ? end[s->section] - s->value : 0;
        end[s->section] = s->value;
    }
}

static void run(struct dv_as *as)
{
    struct dv_row row;
    while (dv_as_next(as, &row))
        dv_as_statement(as, &row);
    finish_scopes(as);
    dv_as_mark_finish(as);
    dv_as_kernel_finish(as);
    if (!as->relocatable)
        dv_link_place(as->obj);
    for (struct dv_sym *s = as->first_sym; s; s = s->next)
        add_symbol(as, s);
    as->again &= as->first.code == DV_OK;
    if (as->again)
        return;
    set_sizes(as->obj);
    dv_as_resolve(as);
    dv_as_warn_finish(as);
    if (!as->obj->kinds)
        as->obj->kinds = DV_ON_ANY;
    as->obj->isa_version = dv_isa_version;
}

struct input {
    const char *path, *name, *text;
    size_t n;
};

static void open_input(struct dv_as *as, const struct input *in)
{
    for (size_t i = 0; as->opts && i < as->opts->defines; i++)
        define(as, &as->opts->define[i]);
    as->ended = false;
    if (in->path)
        dv_as_open(as, dv_span_of(in->path), NULL);
    else
        dv_as_open_text(as, in->name, in->text, in->n, false);
}

/* A file that cannot be opened has no line to show. */
static void report_open(struct dv_as *as)
{
    char text[1024];
    if (as->now.code == DV_OK)
        return;
    int n = snprintf(text, sizeof text, "error: %s\n", as->now.text);
    if (as->messages && n > 0)
        as->messages->put(as->messages->self, text, (size_t)n < sizeof text ? (size_t)n : 1023);
    dv_fail(&as->first, as->now.code, "%s", as->now.text);
    as->errors++;
    as->now.code = DV_OK;
}

static enum dv_err assemble(struct dv_as *as, const struct input *in)
{
    if (!setjmp(as->out)) {
        as->obj->source_hash = 0xcbf29ce484222325ull;
        open_input(as, in);
        report_open(as);
        if (as->frame)
            run(as);
    }
    return as->first.code;
}

/* The text of the first file again: standard input can be read once only. */
static struct input input_again(const struct dv_as *as, const struct input *in)
{
    for (uint32_t i = 0; in->path && !strcmp(in->path, "-") && i < as->sources; i++)
        if (!as->source[i].builtin)
            return (struct input){NULL, as->source[i].name, as->source[i].raw, as->source[i].n};
    return *in;
}

/* Only the end of the text tells whether a name is defined elsewhere; then no address is known
 * and the text is assembled once more on these terms, without repeating warnings. */
static enum dv_err assemble_any(struct dv_as **as, const struct input *in)
{
    enum dv_err e = assemble(*as, in);
    if (!(*as)->again)
        return e;
    struct dv_asm_opts o = {0};
    if ((*as)->opts)
        o = *(*as)->opts;
    o.relocatable = o.warnings_off = true;
    struct input same = input_again(*as, in);
    struct dv_as *second = new_state(&o, (*as)->messages);
    if (!second)
        return dv_fail(&(*as)->first, DV_E_MEMORY, "not enough memory to assemble");
    second->quiet = (*as)->quiet;
    e = assemble(second, &same);
    second->opts = NULL;
    free_state(*as);
    *as = second;
    return e;
}

static void give_error(struct dv_diag *d, const struct dv_as *as)
{
    if (d && d->code == DV_OK)
        *d = as->first;
}

static enum dv_err run_input(const struct input *in, const struct dv_asm_opts *o,
                             struct dv_sink *messages, struct dv_obj **out, struct dv_diag *d)
{
    struct dv_as *as = new_state(o, messages);
    if (!as)
        return dv_fail(d, DV_E_MEMORY, "not enough memory to assemble");
    enum dv_err e = assemble_any(&as, in);
    if (e == DV_OK) {
        *out = as->obj;
        as->obj = NULL;
    } else
        give_error(d, as);
    free_state(as);
    return e;
}

enum dv_err dv_asm_file(const char *path, const struct dv_asm_opts *o, struct dv_sink *messages,
                        struct dv_obj **out, struct dv_diag *d)
{
    *out = NULL;
    return run_input(&(struct input){.path = path}, o, messages, out, d);
}

enum dv_err dv_asm_text(const char *name, const char *text, size_t n, const struct dv_asm_opts *o,
                        struct dv_sink *messages, struct dv_obj **out, struct dv_diag *d)
{
    *out = NULL;
    return run_input(&(struct input){.name = name, .text = text, .n = n}, o, messages, out, d);
}

/* ---- reports --------------------------------------------------------------------------------- */

static void put_text(struct dv_sink *to, const char *text)
{
    to->put(to->self, text, strlen(text));
}

/* "kernel.o: kernel.s dv.inc": a make rule for what was read. */
static void depends(const struct dv_as *as, const char *path, struct dv_sink *to)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    to->put(to->self, path, dot ? (size_t)(dot - path) : strlen(path));
    put_text(to, ".o:");
    for (uint32_t i = 0; i < as->sources; i++) {
        bool seen = as->source[i].builtin;
        for (uint32_t j = 0; j < i; j++)
            seen |= !strcmp(as->source[i].name, as->source[j].name);
        if (seen)
            continue;
        put_text(to, " ");
        put_text(to, as->source[i].name);
    }
    put_text(to, "\n");
}

enum dv_err dv_asm_report(const char *path, const struct dv_asm_opts *o, enum dv_asm_report what,
                          struct dv_sink *messages, struct dv_sink *to, struct dv_diag *d)
{
    struct dv_as *as = new_state(o, messages);
    if (!as)
        return dv_fail(d, DV_E_MEMORY, "not enough memory to assemble");
    as->expanded = what == DV_ASM_EXPANDED ? to : NULL;
    enum dv_err e = assemble_any(&as, &(struct input){.path = path});
    if (e != DV_OK)
        give_error(d, as);
    else if (what == DV_ASM_LISTING)
        dv_listing(as->obj, to);
    else if (what == DV_ASM_MAP)
        dv_map(as->obj, to);
    else if (what == DV_ASM_DEPENDS)
        depends(as, path, to);
    free_state(as);
    return e;
}
