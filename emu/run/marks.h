/* Regions of a kernel (.mark NAME/.endmark, and LPCNT user marks) measured while it runs.
 *
 * A visit begins when S reaches the first instruction of the region and ends when S reaches its
 * .endmark, enters the region again, or the block ends; its time reaches on to the completion of
 * the last item that was dispatched in between. The cycles of a region on a core are those covered
 * by at least one visit, so visits that overlap, as in double buffering, count once.
 * Owns the measurement; knows neither objects nor formats. */
#ifndef DV_RUN_MARKS_H
#define DV_RUN_MARKS_H

#include "emu/core/machine.h"

enum { DV_MARKS_MAX = 1024 }; /* regions of one run */

struct dv_marks;

struct dv_mark_sum {
    const char *name;
    uint64_t visits;
    unsigned cores;  /* that visited it */
    dv_time cycles;  /* on the slowest core */
    dv_time total;   /* of all cores */
    dv_time longest; /* visit */
};

struct dv_marks *dv_marks_new(unsigned cores); /* NULL = out of memory */
void dv_marks_free(struct dv_marks *k);        /* NULL allowed */
/* Index of the region of that name (copied), made when there is none; -1 = out of memory or
 * DV_MARKS_MAX regions are there. */
int dv_marks_region(struct dv_marks *k, const char *name);
void dv_marks_enter(struct dv_marks *k, int region, unsigned core, dv_time at);
void dv_marks_leave(struct dv_marks *k, int region, unsigned core, dv_time at);
/* For events of kinds ISSUE, RETIRE and BLOCK. */
void dv_marks_event(struct dv_marks *k, const struct dv_event *e);
/* Region i in the order they were made; false past the end. Whole after the run. */
bool dv_marks_sum(const struct dv_marks *k, unsigned i, struct dv_mark_sum *out);
/* True when memory ran out on the way: sums are incomplete. */
bool dv_marks_failed(const struct dv_marks *k);

#endif
