/* What is said of two accesses that nothing orders.
 *
 * Private to emu/check. */
#ifndef DV_CHECK_HAZARD_H
#define DV_CHECK_HAZARD_H

#include "emu/check/book.h"
#include "emu/check/log.h"

/* An access that meets one that was there before. */
struct dv_hazard {
    const struct dv_deed *e;
    const struct dv_strided *part;
    unsigned agent;                 /* of the one that was there .. */
    bool writes;                    /* .. its direction .. */
    const struct dv_log_entry *was; /* .. and what it was, NULL = too long ago .. */
    unsigned core;                  /* .. and on which core */
    bool blocks;                    /* they belong to different blocks */
    uint64_t address;               /* a byte of both */
};

/* Adds the finding RACE. */
void dv_hazard_report(struct dv_book *b, const struct dv_hazard *k);
/* Races that one flag or barrier ends: the first of them stays, with the place for all and their
 * number. */
void dv_hazard_join(struct dv_book *b);
/* The pipe an agent works in, s for loads and stores. */
unsigned dv_agent_pipe(unsigned agent);

#endif
