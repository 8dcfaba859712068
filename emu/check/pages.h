/* Who touched each byte of GM last: pages of sheets, made where something is touched.
 *
 * Private to emu/check. Addresses are offsets from the start of GM. A page that is touched as a
 * whole needs no sheet. Numbers of different owners do not compare (shadow.h). */
#ifndef DV_CHECK_PAGES_H
#define DV_CHECK_PAGES_H

#include "emu/check/deed.h"
#include "emu/check/shadow.h"

enum { DV_PAGE = 4096 }; /* bytes */

struct dv_pages {
    struct dv_page **page;
    uint64_t n;
};

/* False: out of memory. */
bool dv_pages_make(struct dv_pages *p, uint64_t bytes);
void dv_pages_free(struct dv_pages *p);
/* As dv_sheet_note, dv_sheet_find and dv_sheet_last; `writes` is the direction. */
bool dv_pages_note(struct dv_pages *p, unsigned agent, bool writes, uint64_t lo, uint64_t hi,
                   uint32_t number, uint32_t who, bool keep);
bool dv_pages_find(const struct dv_pages *p, unsigned agent, bool writes, uint64_t lo, uint64_t hi,
                   uint32_t bound, uint32_t who, struct dv_trace *out);
bool dv_pages_last(const struct dv_pages *p, unsigned agent, uint64_t at, struct dv_trace *out);

#endif
