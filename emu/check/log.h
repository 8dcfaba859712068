/* What the number of a work stood for: the last works of one agent of a core.
 *
 * Private to emu/check. Bounded: of works long ago only the number is left. */
#ifndef DV_CHECK_LOG_H
#define DV_CHECK_LOG_H

#include "emu/check/deed.h"

struct dv_log_entry {
    uint64_t pc;
    dv_time at;
    uint32_t number, seq, block;
};

struct dv_log {
    struct dv_log_entry *at;
    uint32_t room; /* a power of two */
};

/* Notes a work by its index; false: out of memory. */
bool dv_log_note(struct dv_log *l, const struct dv_deed *e);
/* NULL when it is too long ago. */
const struct dv_log_entry *dv_log_find(const struct dv_log *l, uint32_t number);
void dv_log_free(struct dv_log *l);

#endif
