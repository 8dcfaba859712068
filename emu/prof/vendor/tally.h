/* Sums of one run, of every core, instruction and source line: what tables and metrics are made
 * of. Private to emu/prof/vendor. */
#ifndef DV_PROF_VENDOR_TALLY_H
#define DV_PROF_VENDOR_TALLY_H

#include <stdio.h>

#include "emu/core/traffic.h"
#include "emu/prof/vendor/codes.h"

enum dv_sort_of {
    DV_SORT_FP32,
    DV_SORT_FP16,
    DV_SORT_INT32,
    DV_SORT_INT16,
    DV_SORT_INT8,
    DV_SORT_MISC,
    DV_SORTS
};

struct dv_tally_row {
    uint64_t calls, bytes;
    dv_time cycles; /* sum of its slices */
    struct dv_union running;
    int32_t reads, writes; /* conflicts of the first repeat at most; -1 = not of the templates */
    bool extra_known;      /* it is a vector access */
    uint64_t extra[3];     /* cycles of all its repeats: reads, writes, both */
    char *detail;          /* of the first execution */
};

struct dv_tally_core {
    char label[32];
    unsigned order;
    struct dv_pen pen;
    struct dv_tally_row *code; /* by word */
    struct dv_tally_row *line; /* by line number of the tally */
    struct dv_union_core running;
    dv_time first, last;
    dv_time busy[DV_PIPE_COUNT];           /* of work items: each cycle once */
    dv_time sort[DV_PIPE_COUNT][DV_SORTS]; /* the same by type */
    dv_time extra[3];                      /* of bank conflicts: reads, writes, both */
    dv_time full[DV_PIPE_COUNT], waiting;  /* S at a full queue; the wait it is in */
    uint64_t works[DV_PIPE_COUNT], macs, lanes, floats, ints;
    uint64_t moved[DV_PIPE_COUNT][DV_SPACE_COUNT][2]; /* bytes read, written */
    uint64_t hit[2], miss[2];                         /* bytes of reads, of writes at L2 */
};

struct dv_tally {
    const struct dv_prof_run *run;
    struct dv_clock clock;
    struct dv_codes codes;
    struct dv_tally_core **core; /* NULL: ran nothing */
    unsigned cores;
    uint32_t *line_of; /* by word */
    uint64_t *first;   /* by line: its first word */
    uint32_t lines;
    struct dv_foot foot;
};

bool dv_tally_begin(struct dv_tally *t, const struct dv_prof_run *r);
void dv_tally_event(struct dv_tally *t, const struct dv_event *e);
void dv_tally_free(struct dv_tally *t);

/* The files made of it. */
void dv_tables_write(const struct dv_tally *t);
void dv_metrics_write(const struct dv_tally *t);
void dv_bin_write(const struct dv_tally *t);
void dv_roofs_write(FILE *f, const struct dv_tally *t); /* a part of it */

#endif
