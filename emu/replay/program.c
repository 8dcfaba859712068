/* From the instructions of a log to a program with one kernel: which cores and blocks, where the
 * words lie, where GM lies. */
#include "emu/replay/state.h"

#include <stdlib.h>
#include <string.h>

/* Addresses of operands span no more than GM holds; GM of another run is moved by whole pages. */
#define GM_SPAN (32ull << 30)
enum { CODE_SPAN = 16 << 20, CODE_LINE = 128, CODE_LOW = 1 << 20 };

/* ---- cores and blocks ------------------------------------------------------------------------ */

/* Lines that name no core are of the only one there is: of the kind that all of its words are
 * for. */
static enum dv_err unnamed(struct dv_dump *k, struct dv_diag *d)
{
    struct dv_dump_core *c = k->core[DV_DUMP_CORES];
    unsigned to = 0;

    if (!c)
        return DV_OK;
    for (unsigned i = 0; i < DV_DUMP_CORES; i++)
        if (k->core[i])
            return dv_fail(d, DV_E_SYNTAX,
                           "some lines of the log name a core (@COREn) and some do not");
    if (!k->merged && c->kinds & DV_ON(DV_AIV))
        to = k->aic;
    k->core[to] = c;
    k->core[DV_DUMP_CORES] = NULL;
    return DV_OK;
}

static unsigned core_type(const struct dv_dump *k, unsigned aics, unsigned aivs)
{
    return k->merged ? DV_CORE_C100 : aics && aivs ? DV_CORE_MIX : aivs ? DV_CORE_AIV : DV_CORE_AIC;
}

static enum dv_err blocks_count(struct dv_dump *k, uint8_t *type, struct dv_diag *d)
{
    unsigned aics = 0, aivs = 0, groups = 0;
    uint64_t blocks = 0;

    for (unsigned i = 0; i < DV_DUMP_CORES; i++) {
        const struct dv_dump_core *c = k->core[i];
        if (!c || !c->lines.n)
            continue;
        unsigned group = i < k->aic ? i : (i - k->aic) / 2;
        aics += i < k->aic;
        aivs += i >= k->aic;
        groups = group >= groups ? group + 1 : groups;
        blocks += c->part + c->open;
        k->first = !k->cores || c->first < k->first ? c->first : k->first;
        k->cores++;
    }
    *type = (uint8_t)core_type(k, aics, aivs);
    k->blocks = *type == DV_CORE_MIX ? groups : (uint32_t)blocks;
    for (unsigned i = 0; *type == DV_CORE_MIX && i < DV_DUMP_CORES; i++)
        if (k->core[i] && k->core[i]->part + k->core[i]->open > 1)
            return dv_fail(d, DV_E_SYNTAX,
                           "core %u ends %u times: with AICs and AIVs at work a core has one block",
                           i, k->core[i]->part);
    return blocks <= 65535 ? DV_OK
                           : dv_fail(d, DV_E_SYNTAX, "the log holds %llu blocks, at most 65535",
                                     (unsigned long long)blocks);
}

/* ---- code ------------------------------------------------------------------------------------ */

static uint64_t last_pc(const struct dv_dump *k)
{
    uint64_t last = 0;

    for (uint32_t i = 0; i < k->words; i++)
        last = k->word[i].pc > last ? k->word[i].pc : last;
    return last;
}

static uint64_t first_pc(const struct dv_dump *k)
{
    uint64_t first = UINT64_MAX;

    for (uint32_t i = 0; i < k->words; i++)
        first = k->word[i].pc < first ? k->word[i].pc : first;
    return first;
}

/* A program keeps its pcs when they are small, and always its lines of code. */
static enum dv_err text_make(struct dv_dump *k, struct dv_obj *o, struct dv_diag *d)
{
    uint64_t first = first_pc(k), last = last_pc(k);
    struct dv_bytes *text = &o->section[DV_TEXT];

    k->base = last < CODE_LOW ? 0 : first / CODE_LINE * CODE_LINE;
    if (last - k->base >= CODE_SPAN)
        return dv_fail(d, DV_E_SYNTAX,
                       "pcs go from 0x%llx to 0x%llx, more than 16 MiB: logs of two programs?",
                       (unsigned long long)first, (unsigned long long)last);
    text->n = text->cap = (size_t)(last - k->base + 4);
    text->p = calloc(1, text->n);
    for (uint32_t i = 0; text->p && i < k->words; i++)
        memcpy(text->p + (k->word[i].pc - k->base), &k->word[i].op.word, 4);
    return text->p ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory");
}

static int by_pc(const void *a, const void *b)
{
    const struct dv_line *x = a, *y = b;

    return (x->pc > y->pc) - (x->pc < y->pc);
}

static bool lines_make(const struct dv_dump *k, struct dv_obj *o)
{
    o->line = calloc(k->words, sizeof *o->line);
    o->file = calloc(k->files, sizeof *o->file);
    if (!o->line || !o->file)
        return false;
    for (; o->files < k->files; o->files++)
        if (!(o->file[o->files] = strdup(k->file[o->files])))
            return false;
    for (; o->lines < k->words; o->lines++) {
        const struct dv_dump_word *w = &k->word[o->lines];
        o->line[o->lines] = (struct dv_line){
            .pc = w->pc - k->base, .file = w->file, .line = (uint32_t)w->at, .col = 1};
    }
    qsort(o->line, o->lines, sizeof *o->line, by_pc);
    return true;
}

static bool kernel_make(struct dv_obj *o, uint8_t type)
{
    o->symbol = calloc(1, sizeof *o->symbol);
    o->kernel = calloc(1, sizeof *o->kernel);
    if (!o->symbol || !o->kernel)
        return false;
    o->symbols = o->kernels = 1;
    *o->symbol = (struct dv_symbol){
        .name = strdup("replay"), .section = DV_TEXT, .global = true, .defined = true};
    *o->kernel = (struct dv_kernel){.name = strdup("replay"), .core = type};
    o->kernel->entry[0] = strdup("replay");
    o->kernel->entry[1] = type == DV_CORE_MIX ? strdup("replay") : NULL;
    if (type == DV_CORE_MIX) {
        o->kernel->ratio_aic = 1;
        o->kernel->ratio_aiv = 2;
    }
    return o->symbol->name && o->kernel->name && o->kernel->entry[0];
}

/* ---- GM -------------------------------------------------------------------------------------- */

static enum dv_err gm_place(struct dv_dump *k, struct dv_diag *d)
{
    if (!k->gm_used)
        return DV_OK;
    if (k->gm_lo >= DV_GM_BASE && k->gm_hi - DV_GM_BASE < GM_SPAN)
        return DV_OK;
    if (k->gm_hi - k->gm_lo >= GM_SPAN)
        return dv_fail(d, DV_E_RANGE,
                       "the log's addresses of GM go from 0x%llx to 0x%llx: more than 32 GiB is "
                       "not modelled",
                       (unsigned long long)k->gm_lo, (unsigned long long)k->gm_hi);
    k->moved = DV_GM_BASE - k->gm_lo / DV_DUMP_PAGE * DV_DUMP_PAGE + DV_DUMP_PAGE;
    return DV_OK;
}

enum dv_err dv_dump_link(struct dv_dump *k, struct dv_diag *d)
{
    struct dv_obj *o = k->program = dv_obj_new();
    uint8_t type = 0;

    if (!o)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    enum dv_err e = unnamed(k, d);
    if (!e)
        e = blocks_count(k, &type, d);
    if (!e)
        e = text_make(k, o, d);
    if (!e)
        e = gm_place(k, d);
    if (!e && (!lines_make(k, o) || !kernel_make(o, type)))
        e = dv_fail(d, DV_E_MEMORY, "out of memory");
    o->kinds = k->kinds;
    o->final = true;
    return e;
}

const struct dv_obj *dv_dump_program(const struct dv_dump *k)
{
    return k->program;
}

void dv_dump_facts(const struct dv_dump *k, struct dv_dump_facts *f)
{
    *f = (struct dv_dump_facts){
        .files = k->files,
        .blocks = k->blocks,
        .cores = k->cores,
        .lines = k->lines,
        .items = k->items,
        .base = k->base,
        .moved = k->moved,
        .first = k->first,
        .last = k->last,
    };
    for (unsigned i = 0; i < DV_DUMP_CORES; i++) {
        const struct dv_dump_core *c = k->core[i];
        if (!c || !c->lines.n || !c->open || f->open++)
            continue;
        f->open_core = i;
        f->open_file = k->file[c->last_file];
        f->open_at = c->last_at;
    }
}
