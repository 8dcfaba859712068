/* What report.html remembers of a run. Private to emu/prof/report.
 *
 * Every event counts in sums per instruction and in bins of time per lane (a unit of a core), whose
 * width doubles when the run gets longer: memory does not grow with the run. The first events are
 * kept whole, for the machine view and for the text of a hover. */
#ifndef DV_PROF_REPORT_RECORD_H
#define DV_PROF_REPORT_RECORD_H

#include "emu/prof/explain.h"
#include "emu/prof/report/report.h"

enum {
    DV_REPORT_ITEMS = 20000, /* kept whole; past these only the first core of each kind .. */
    DV_REPORT_BINS = 4096,   /* of a lane .. */
    DV_REPORT_FEW = 1024,    /* .. of a run with many lanes */
    DV_REPORT_LANES = 64,
    DV_REPORT_TEXTS = 512,
    DV_REPORT_VISITS = 2000, /* of the region of --roi */
    DV_REPORT_PIECES = 8,
    DV_REPORT_USES = 4,
    DV_REPORT_GROUPS = 16,
    DV_REPORT_BANKS = 4
};

/* Kinds of items after those of enum dv_life_kind. */
enum { DV_REPORT_STALL = DV_LIFE_END + 1 };

/* Bytes that an item touches: the hull of a part of its footprint. */
struct dv_report_use {
    uint8_t space, rw;
    uint64_t lo, hi;
};

struct dv_report_item {
    dv_time issue, start, end, done, late; /* late: ready before it started */
    dv_time piece[DV_REPORT_PIECES];
    uint8_t piece_kind[DV_REPORT_PIECES];
    struct dv_report_use use[DV_REPORT_USES];
    uint64_t bytes;
    uint32_t block, pc, seq, cause, hit, miss; /* hit, miss: bytes in L2 and not */
    uint16_t text;                             /* of its work, + 1 */
    uint8_t how;         /* why_end, 32: its unit takes one at a time, 64: to or from memory */
    uint16_t core, flag; /* flag: source, destination and id, of a SET or WAIT */
    uint8_t pipe, kind, why, reason, pieces, uses;
};

/* S of a core in the region of --roi: from its first instruction there to the last. */
struct dv_report_visit {
    dv_time from, to;
    uint16_t core;
};

/* Time of a unit of a core; slot DV_REASONS is work. */
struct dv_report_lane {
    dv_time (*bin)[DV_REASONS + 1];
    dv_time counted, tail;
    uint32_t pc; /* whose tail it is */
};

/* Sums of one instruction, over all cores. */
struct dv_report_code {
    uint64_t count, bytes;
    dv_time busy, stall[DV_REASONS];
};

struct dv_report {
    const struct dv_machine *machine;
    const struct dv_obj *obj;
    struct dv_trace_window window; /* of the items kept whole */
    bool *here;                    /* by pc / 4: stands in the region; NULL = no region */
    struct dv_report_visit *visit; /* the first ones; NULL = no region */
    uint32_t *inside;              /* by core: its visit that lasts, + 1 */
    unsigned visits;
    unsigned kernel, cores, bins;
    uint32_t words;
    dv_time width;               /* of a bin */
    struct dv_report_lane *lane; /* core * DV_PIPE_COUNT + pipe */
    struct dv_report_code *code; /* by pc / 4 */
    struct dv_report_item *item;
    unsigned items;
    bool *kept; /* by core, once items of all cores do not find room */
    uint64_t events;
    bool windowed;                                       /* some lay outside the window */
    bool some;                                           /* items of all cores did not find room */
    bool cut;                                            /* nor did those of the cores kept */
    dv_time till;                                        /* .. and the first left out began here */
    uint64_t bank[DV_REPORT_GROUPS][DV_REPORT_BANKS][2]; /* blocks of 32 bytes read, written */
    uint64_t bank_cost[3];                               /* extra cycles by kind */
    uint64_t banked;                                     /* vector instructions counted here */
    uint64_t repeats, elements;                          /* of all vector instructions */
    char text[DV_REPORT_TEXTS][160];
    unsigned texts;
    struct dv_foot foot;
    bool failed;
};

#endif
