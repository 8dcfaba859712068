/* Pages; see pages.h. */
#include "emu/check/pages.h"

#include <stdlib.h>

/* One agent and direction: the last work that touched the whole page, and a sheet of those that
 * touched parts of it. */
struct cell {
    uint32_t number, who;
    struct dv_sheet *part;
};

struct dv_page {
    struct cell cell[DV_AGENTS][2];
};

bool dv_pages_make(struct dv_pages *p, uint64_t bytes)
{
    p->n = bytes / DV_PAGE + 1;
    p->page = calloc(p->n, sizeof *p->page);
    return p->page;
}

static void part_free(struct cell *c)
{
    if (c->part)
        dv_sheet_free(c->part);
    free(c->part);
    c->part = NULL;
}

void dv_pages_free(struct dv_pages *p)
{
    for (uint64_t i = 0; p->page && i < p->n; i++) {
        for (unsigned a = 0; p->page[i] && a < DV_AGENTS; a++) {
            part_free(&p->page[i]->cell[a][0]);
            part_free(&p->page[i]->cell[a][1]);
        }
        free(p->page[i]);
    }
    free(p->page);
}

/* The end of [at, end) inside the page of `at`. */
static uint64_t page_end(uint64_t at, uint64_t end)
{
    uint64_t stop = (at / DV_PAGE + 1) * DV_PAGE;
    return stop < end ? stop : end;
}

static bool note_part(struct cell *c, uint64_t lo, uint64_t hi, uint32_t number, uint32_t who,
                      bool keep)
{
    if (!c->part) {
        c->part = calloc(1, sizeof *c->part);
        if (!c->part)
            return false;
        if (!dv_sheet_make(c->part, DV_PAGE, true)) {
            part_free(c);
            return false;
        }
    }
    return dv_sheet_note(c->part, lo % DV_PAGE, lo % DV_PAGE + hi - lo, number, who, keep);
}

static bool note(struct dv_page **page, unsigned agent, bool writes, uint64_t lo, uint64_t hi,
                 uint32_t number, uint32_t who, bool keep)
{
    struct cell *c;

    if (!*page)
        *page = calloc(1, sizeof **page);
    if (!*page)
        return false;
    c = &(*page)->cell[agent][writes];
    if (hi - lo < DV_PAGE)
        return note_part(c, lo, hi, number, who, keep);
    if (!keep)
        part_free(c);
    c->number = number;
    dv_owner_note(&c->who, who, keep);
    return true;
}

bool dv_pages_note(struct dv_pages *p, unsigned agent, bool writes, uint64_t lo, uint64_t hi,
                   uint32_t number, uint32_t who, bool keep)
{
    for (uint64_t stop; lo < hi; lo = stop) {
        stop = page_end(lo, hi);
        if (lo / DV_PAGE >= p->n ||
            !note(&p->page[lo / DV_PAGE], agent, writes, lo, stop, number, who, keep))
            return false;
    }
    return true;
}

static bool find(const struct cell *c, uint64_t lo, uint64_t hi, uint32_t bound, uint32_t who,
                 struct dv_trace *out)
{
    uint64_t start = lo / DV_PAGE * DV_PAGE;

    if (c->number && (c->who != who || c->number > bound)) {
        *out = (struct dv_trace){lo, c->number, c->who};
        return true;
    }
    if (!c->part || !dv_sheet_find(c->part, lo - start, hi - start, bound, who, out))
        return false;
    out->at += start;
    return true;
}

bool dv_pages_find(const struct dv_pages *p, unsigned agent, bool writes, uint64_t lo, uint64_t hi,
                   uint32_t bound, uint32_t who, struct dv_trace *out)
{
    for (uint64_t stop; lo < hi && lo / DV_PAGE < p->n; lo = stop) {
        const struct dv_page *page = p->page[lo / DV_PAGE];
        stop = page_end(lo, hi);
        if (page && find(&page->cell[agent][writes], lo, stop, bound, who, out))
            return true;
    }
    return false;
}

bool dv_pages_last(const struct dv_pages *p, unsigned agent, uint64_t at, struct dv_trace *out)
{
    const struct dv_page *page = at / DV_PAGE < p->n ? p->page[at / DV_PAGE] : NULL;
    const struct cell *c = page ? &page->cell[agent][true] : NULL;

    if (c && c->part && dv_sheet_last(c->part, at % DV_PAGE, out) && out->number > c->number)
        return true;
    if (!c || !c->number)
        return false;
    *out = (struct dv_trace){at, c->number, c->who};
    return true;
}
