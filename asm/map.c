/* The map: how code and local memories are used.
 *
 * Owns its columns. Sizes of memories are those of isa.md 1; the instruction caches are 32 KB on
 * AIC and c100 (isa.md 3.6) and 16 KB on AIV. Buffers of all kernels of an object are listed
 * together. */
#include "asm/listing.h"
#include "asm/sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS_MAX = 65536 };

static const uint64_t icache_bytes[DV_KINDS] = {
    [DV_AIC] = 32768, [DV_AIV] = 16384, [DV_C100] = 32768};
uint64_t dv_icache_bytes(unsigned kind)
{
    return icache_bytes[kind];
}

static const char *const kind_names[DV_KINDS] = {"aic", "aiv", "c100"};

/* One copy of one buffer. */
struct span {
    uint64_t lo, hi;
    const struct dv_name *name;
    uint32_t copy;
};

struct map {
    const struct dv_obj *o;
    struct dv_sheet s;
    struct span *span; /* of the memory being shown, by address */
    uint32_t spans;
};

static int by_address(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->lo != y->lo)
        return x->lo < y->lo ? -1 : 1;
    return x->hi < y->hi ? -1 : x->hi > y->hi;
}

static void find_spans(struct map *m, unsigned space)
{
    m->spans = 0;
    for (uint32_t i = 0; i < m->o->names; i++) {
        const struct dv_name *n = &m->o->name[i];
        uint32_t copies = n->copies ? n->copies : 1;
        if (n->kind != DV_NAME_BUFFER || n->space != space)
            continue;
        for (uint32_t c = 0; c < copies && m->spans < SPANS_MAX; c++) {
            uint64_t lo = n->address + c * n->pitch;
            m->span[m->spans++] = (struct span){lo, lo + n->bytes, n, c};
        }
    }
    qsort(m->span, m->spans, sizeof *m->span, by_address);
}

/* Bytes covered by at least one buffer. */
static uint64_t used_bytes(const struct map *m)
{
    uint64_t used = 0, end = 0;
    for (uint32_t i = 0; i < m->spans; i++) {
        uint64_t lo = m->span[i].lo > end ? m->span[i].lo : end;
        if (m->span[i].hi > lo)
            used += m->span[i].hi - lo;
        end = m->span[i].hi > end ? m->span[i].hi : end;
    }
    return used;
}

static void put_span(struct map *m, const struct span *p)
{
    dv_sheet_print(&m->s, "  0x%06" PRIx64 "  %8" PRIu64 "  ", p->lo, p->hi - p->lo);
    dv_sheet_clean(&m->s, p->name->name);
    if (p->name->copies > 1)
        dv_sheet_print(&m->s, "[%u]", p->copy);
    dv_sheet_text(&m->s, "\n");
}

static void put_memory(struct map *m, unsigned space, uint64_t bytes)
{
    find_spans(m, space);
    uint64_t used = used_bytes(m);
    dv_sheet_print(&m->s, "%-8s %8" PRIu64 " of %" PRIu64 " bytes used, %" PRIu64 " free\n",
                   dv_spaces[space].name, used, bytes, bytes > used ? bytes - used : 0);
    for (uint32_t i = 0; i < m->spans; i++)
        put_span(m, &m->span[i]);
}

static void put_code(struct map *m, unsigned kinds)
{
    uint64_t code = m->o->section[DV_TEXT].n;
    dv_sheet_print(&m->s, "code     %8" PRIu64 " bytes, %" PRIu64 " words\n", code, code / 4);
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (kinds & DV_ON(k))
            dv_sheet_print(&m->s, "  %s I-cache %" PRIu64 " bytes: %s\n", kind_names[k],
                           icache_bytes[k], code <= icache_bytes[k] ? "fits" : "does not fit");
    for (unsigned s = DV_TEXT + 1; s < DV_SECTIONS; s++) {
        static const char *const names[DV_SECTIONS] = {"code", "rodata", "data", "bss"};
        if (m->o->section[s].n)
            dv_sheet_print(&m->s, "%-8s %8zu bytes at 0x%" PRIx64 "\n", names[s],
                           m->o->section[s].n, m->o->address[s]);
    }
}

void dv_map(const struct dv_obj *o, struct dv_sink *to)
{
    struct map m = {.o = o, .s = {.to = to}};
    unsigned kinds = o->kinds ? o->kinds : DV_ON_ANY;
    m.span = calloc(SPANS_MAX, sizeof *m.span);
    put_code(&m, kinds);
    for (unsigned space = 0; m.span && space < DV_SPACE_COUNT; space++) {
        uint64_t bytes = dv_memory_bytes(kinds, space);
        if (bytes)
            put_memory(&m, space, bytes);
    }
    free(m.span);
}
