/* DWARF v5 emitter: a tree of subprograms and expansions.
 *
 * Owns the bytes of .debug_info, .debug_abbrev and .debug_aranges; the line table is rows.c's.
 * Macro and .rept expansions become inlined subroutines, nested by their address ranges. Knows
 * nothing of ELF; lines.c reads the result back. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

const char *const dv_debug_names[DV_DEBUGS] = {".debug_abbrev", ".debug_info", ".debug_line",
                                               ".debug_aranges"};

enum { DEPTH_MAX = 1000, COLUMN_MAX = 65535 };

enum abbrev { AB_UNIT = 1, AB_ABSTRACT, AB_SUB, AB_SUB_LEAF, AB_CALL, AB_CALL_LEAF };

struct sub {
    const char *name;
    uint64_t lo, hi;
};

struct emit {
    const struct dv_obj *o;
    uint64_t base, size; /* address and bytes of .text */
    bool failed;         /* out of memory, sticky */
    uint32_t *order;     /* non-empty calls by (lo, -hi, index): the tree in pre-order */
    uint32_t calls;
    uint32_t *origin; /* per call: offset of its abstract subprogram in .debug_info */
    struct sub *sub;
    uint32_t subs;
};

/* ---- abbreviations --------------------------------------------------------------------------- */

static const uint8_t abbrevs[] = {
    AB_UNIT,
    DW_TAG_compile_unit,
    1,
    DW_AT_producer,
    DW_FORM_string,
    DW_AT_language,
    DW_FORM_data2,
    DW_AT_name,
    DW_FORM_string,
    DW_AT_comp_dir,
    DW_FORM_string,
    DW_AT_low_pc,
    DW_FORM_addr,
    DW_AT_high_pc,
    DW_FORM_udata,
    DW_AT_stmt_list,
    DW_FORM_sec_offset,
    0,
    0,
    AB_ABSTRACT,
    DW_TAG_subprogram,
    0,
    DW_AT_name,
    DW_FORM_string,
    DW_AT_inline,
    DW_FORM_data1,
    0,
    0,
    AB_SUB,
    DW_TAG_subprogram,
    1,
    DW_AT_name,
    DW_FORM_string,
    DW_AT_low_pc,
    DW_FORM_addr,
    DW_AT_high_pc,
    DW_FORM_udata,
    0,
    0,
    AB_SUB_LEAF,
    DW_TAG_subprogram,
    0,
    DW_AT_name,
    DW_FORM_string,
    DW_AT_low_pc,
    DW_FORM_addr,
    DW_AT_high_pc,
    DW_FORM_udata,
    0,
    0,
    AB_CALL,
    DW_TAG_inlined_subroutine,
    1,
    DW_AT_abstract_origin,
    DW_FORM_ref4,
    DW_AT_low_pc,
    DW_FORM_addr,
    DW_AT_high_pc,
    DW_FORM_udata,
    DW_AT_call_file,
    DW_FORM_udata,
    DW_AT_call_line,
    DW_FORM_udata,
    DW_AT_call_column,
    DW_FORM_udata,
    0,
    0,
    AB_CALL_LEAF,
    DW_TAG_inlined_subroutine,
    0,
    DW_AT_abstract_origin,
    DW_FORM_ref4,
    DW_AT_low_pc,
    DW_FORM_addr,
    DW_AT_high_pc,
    DW_FORM_udata,
    DW_AT_call_file,
    DW_FORM_udata,
    DW_AT_call_line,
    DW_FORM_udata,
    DW_AT_call_column,
    DW_FORM_udata,
    0,
    0,
    0,
};

bool dv_dwarf_is_ours(const uint8_t *abbrev, size_t n)
{
    return n == sizeof abbrevs && !memcmp(abbrev, abbrevs, n);
}

/* ---- tree ------------------------------------------------------------------------------------ */

static uint64_t call_hi(const struct emit *e, uint32_t call)
{
    uint64_t hi = e->o->call[call].hi;
    return hi < e->size ? hi : e->size;
}

static int by_range(const void *a, const void *b, void *ctx)
{
    const struct emit *e = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint64_t lo[2] = {e->o->call[x].lo, e->o->call[y].lo}, hi[2] = {call_hi(e, x), call_hi(e, y)};
    if (lo[0] != lo[1])
        return lo[0] < lo[1] ? -1 : 1;
    if (hi[0] != hi[1])
        return hi[0] > hi[1] ? -1 : 1;
    return x < y ? -1 : x > y;
}

static const char *call_name(const struct emit *e, uint32_t call)
{
    return e->o->call[call].name ? e->o->call[call].name : "?";
}

static int by_name(const void *a, const void *b, void *ctx)
{
    const struct emit *e = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int c = strcmp(call_name(e, x), call_name(e, y));
    return c ? c : x < y ? -1 : x > y;
}

static int by_lo(const void *a, const void *b)
{
    const struct sub *x = a, *y = b;
    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static bool is_entry(const struct dv_obj *o, const char *name)
{
    for (uint32_t i = 0; i < o->kernels; i++) {
        char *const *entry = o->kernel[i].entry;
        if ((entry[0] && !strcmp(entry[0], name)) || (entry[1] && !strcmp(entry[1], name)))
            return true;
    }
    return false;
}

/* True when pc lies strictly inside an outermost expansion: no subprogram may start there. */
static bool inside_call(const struct emit *e, uint64_t pc)
{
    uint64_t hi = 0;
    for (uint32_t i = 0; i < e->calls && e->o->call[e->order[i]].lo < pc; i++)
        if (call_hi(e, e->order[i]) > hi)
            hi = call_hi(e, e->order[i]);
    return pc < hi;
}

/* Subprograms: from each global text label or kernel entry to the next, covering all of .text. */
static void find_subs(struct emit *e)
{
    const struct dv_obj *o = e->o;
    uint32_t n = 0;
    e->sub = calloc(o->symbols + 1ull, sizeof *e->sub);
    if (!e->sub) {
        e->failed = true;
        return;
    }
    e->sub[n++] = (struct sub){dv_section_names[DV_TEXT], 0, 0};
    for (uint32_t i = 0; i < o->symbols; i++) {
        const struct dv_symbol *s = &o->symbol[i];
        if (s->defined && s->section == DV_TEXT && s->value < e->size && s->name &&
            (s->global || is_entry(o, s->name)) && !inside_call(e, s->value))
            e->sub[n++] = (struct sub){s->name, s->value, 0};
    }
    qsort(e->sub + 1, n - 1, sizeof *e->sub, by_lo);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) { /* the last of several labels at one place wins */
        e->sub[i].hi = i + 1 < n ? e->sub[i + 1].lo : e->size;
        if (e->sub[i].hi > e->sub[i].lo)
            e->sub[kept++] = e->sub[i];
    }
    e->subs = kept;
}

static void order_calls(struct emit *e)
{
    const struct dv_obj *o = e->o;
    e->order = calloc(o->calls + 1ull, sizeof *e->order);
    e->origin = calloc(o->calls + 1ull, sizeof *e->origin);
    if (!e->order || !e->origin) {
        e->failed = true;
        return;
    }
    for (uint32_t i = 0; i < o->calls; i++)
        if (o->call[i].lo < call_hi(e, i))
            e->order[e->calls++] = i;
}

/* One abstract subprogram a name. */
static void put_origins(struct emit *e, struct dv_emit *b)
{
    qsort_r(e->order, e->calls, sizeof *e->order, by_name, e);
    for (uint32_t i = 0; i < e->calls; i++) {
        uint32_t call = e->order[i];
        const char *name = call_name(e, call);
        if (i && !strcmp(name, call_name(e, e->order[i - 1]))) {
            e->origin[call] = e->origin[e->order[i - 1]];
            continue;
        }
        e->origin[call] = (uint32_t)b->b->n;
        dv_emit_uint(b, AB_ABSTRACT, 1);
        dv_emit_text(b, name);
        dv_emit_uint(b, DW_INL_inlined, 1);
    }
    qsort_r(e->order, e->calls, sizeof *e->order, by_range, e);
}

static void put_call(struct emit *e, struct dv_emit *b, uint32_t call, bool parent)
{
    const struct dv_call *c = &e->o->call[call];
    dv_emit_uint(b, parent ? AB_CALL : AB_CALL_LEAF, 1);
    dv_emit_uint(b, e->origin[call], 4);
    dv_emit_uint(b, e->base + c->lo, 8);
    dv_emit_uleb(b, call_hi(e, call) - c->lo);
    dv_emit_uleb(b, c->file + 1ull);
    dv_emit_uleb(b, c->line < INT32_MAX ? c->line : INT32_MAX);
    dv_emit_uleb(b, c->col < COLUMN_MAX ? c->col : COLUMN_MAX);
}

/* The calls from *next on that start in the subprogram, each with its children. False when two
 * overlap without nesting, or nest too deep. */
static bool put_calls(struct emit *e, struct dv_emit *b, const struct sub *s, uint32_t *next)
{
    uint64_t open[DEPTH_MAX];
    unsigned depth = 0;
    for (; *next < e->calls && e->o->call[e->order[*next]].lo < s->hi; ++*next) {
        uint32_t call = e->order[*next];
        uint64_t lo = e->o->call[call].lo, hi = call_hi(e, call);
        for (; depth && open[depth - 1] <= lo; depth--)
            dv_emit_uint(b, 0, 1);
        if (hi > (depth ? open[depth - 1] : s->hi) || depth == DEPTH_MAX)
            return false;
        bool parent = *next + 1 < e->calls && e->o->call[e->order[*next + 1]].lo < hi;
        put_call(e, b, call, parent);
        if (parent)
            open[depth++] = hi;
    }
    for (; depth; depth--)
        dv_emit_uint(b, 0, 1);
    return true;
}

static bool put_subs(struct emit *e, struct dv_emit *b)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < e->subs && !e->failed; i++) {
        const struct sub *s = &e->sub[i];
        bool parent = next < e->calls && e->o->call[e->order[next]].lo < s->hi;
        dv_emit_uint(b, parent ? AB_SUB : AB_SUB_LEAF, 1);
        dv_emit_text(b, s->name);
        dv_emit_uint(b, e->base + s->lo, 8);
        dv_emit_uleb(b, s->hi - s->lo);
        if (!parent)
            continue;
        if (!put_calls(e, b, s, &next))
            return false;
        dv_emit_uint(b, 0, 1);
    }
    return true;
}

static bool put_info(struct emit *e, struct dv_emit *b)
{
    dv_emit_uint(b, 0, 4);
    dv_emit_uint(b, 5, 2);
    dv_emit(b, "\1\x08\0\0\0\0", 6); /* DW_UT_compile, address size, abbreviations at 0 */
    dv_emit_uint(b, AB_UNIT, 1);
    dv_emit_text(b, "dv");
    dv_emit_uint(b, DW_LANG_Mips_Assembler, 2);
    dv_emit_text(b, e->o->file[0]);
    dv_emit_text(b, ".");
    dv_emit_uint(b, e->base, 8);
    dv_emit_uleb(b, e->size);
    dv_emit_uint(b, 0, 4);
    put_origins(e, b);
    find_subs(e);
    if (!e->failed && !put_subs(e, b))
        return false;
    dv_emit_uint(b, 0, 1);
    dv_emit_length(b, 0);
    return true;
}

static void put_aranges(struct emit *e, struct dv_emit *b)
{
    dv_emit_uint(b, 44, 4);
    dv_emit_uint(b, 2, 2);
    dv_emit_uint(b, 0, 4);           /* unit at .debug_info + 0 */
    dv_emit(b, "\x08\0\0\0\0\0", 6); /* address size, segment size, padding to 16 */
    dv_emit_uint(b, e->base, 8);
    dv_emit_uint(b, e->size, 8);
    dv_emit_uint(b, 0, 8);
    dv_emit_uint(b, 0, 8);
}

/* What a reader accepts of paths and names. */
static bool texts_fit(const struct dv_obj *o)
{
    uint64_t longest = 1, total = 0, names = 0;
    for (uint32_t i = 0; i < o->files; i++) {
        size_t n = dv_rows_dir(o->file[i]);
        longest = n > longest ? n : longest;
        total += strlen(o->file[i]);
    }
    for (uint32_t i = 0; i < o->calls; i++)
        names += o->call[i].name ? strlen(o->call[i].name) : 1;
    return longest <= DV_PATH_MAX && total + (o->files + 2ull) * longest <= DV_TEXTS_MAX &&
           names <= DV_TEXTS_MAX;
}

/* The line table must be in order and name files that exist. */
static enum dv_err check_input(const struct emit *e, struct dv_diag *d)
{
    const struct dv_obj *o = e->o;
    for (uint32_t i = 0; i < o->lines; i++)
        if (o->line[i].file >= o->files || (i && o->line[i].pc < o->line[i - 1].pc))
            return dv_fail(d, DV_E_OBJECT, "line table: row %u is out of order or names no file",
                           i);
    for (uint32_t i = 0; i < o->calls; i++)
        if (o->call[i].file >= o->files)
            return dv_fail(d, DV_E_OBJECT, "line table: expansion %u names no file", i);
    if (!texts_fit(o))
        return dv_fail(d, DV_E_OBJECT, "line table: file or macro names are too long");
    if (o->lines > 2 * e->size)
        return dv_fail(d, DV_E_OBJECT, "line table: more than two rows a byte of .text");
    return e->size > UINT32_MAX ? dv_fail(d, DV_E_OBJECT, ".text is larger than 4 GiB") : DV_OK;
}

enum dv_err dv_dwarf_write(const struct dv_obj *o, struct dv_bytes out[DV_DEBUGS],
                           struct dv_diag *d)
{
    struct emit e = {.o = o, .base = o->address[DV_TEXT], .size = o->section[DV_TEXT].n};
    if (!o->lines || !e.size)
        return DV_OK;
    enum dv_err err = check_input(&e, d);
    if (err)
        return err;
    struct dv_emit to[DV_DEBUGS];
    for (unsigned i = 0; i < DV_DEBUGS; i++)
        to[i] = (struct dv_emit){&out[i], false};
    dv_emit(&to[DV_DEBUG_ABBREV], abbrevs, sizeof abbrevs);
    dv_rows_write(o, &to[DV_DEBUG_LINE]);
    put_aranges(&e, &to[DV_DEBUG_ARANGES]);
    order_calls(&e);
    if (!e.failed && !put_info(&e, &to[DV_DEBUG_INFO]))
        err = dv_fail(d, DV_E_OBJECT, "line table: expansions overlap or nest deeper than %d",
                      DEPTH_MAX);
    free(e.order);
    free(e.origin);
    free(e.sub);
    for (unsigned i = 0; i < DV_DEBUGS; i++)
        e.failed |= to[i].failed;
    return e.failed ? dv_fail(d, DV_E_MEMORY, "out of memory") : err;
}
