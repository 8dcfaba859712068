/* What hints know of one instruction, summed over the run. Private to hints.c, tempo.c, burst.c.
 *
 * Hints are opinions about time: each has a threshold, ours, below which a kernel is left in
 * peace. */
#ifndef DV_CHECK_HINT_H
#define DV_CHECK_HINT_H

#include "emu/check/rules.h"

/* Vector instructions: conflicts, and executions with one repeat in a row. */
struct dv_tempo {
    struct dv_lane_walk walk[4]; /* of the last execution .. */
    uint8_t walks;
    uint32_t repeats;
    uint64_t extra[3], shown; /* .. and its conflicts: read-read, write-write, read-write; what of
                               * them the operation does not hide, cycles */
    uint64_t all_repeats, all_extra[3], all_shown;
    bool self; /* a source conflicts with itself */

    uint64_t cfg, mask[2], scalar; /* of the last execution with one repeat */
    int64_t step[4];
    uint32_t waits, in_row, most; /* most: executions in a row, a whole repeat apart */
};

/* Moves between GM and local memory. */
struct dv_haul {
    uint64_t key; /* of the last move, and what it takes: as it is, aligned, in one piece */
    dv_time own, aligned, joined;
    uint64_t moves, bytes, pieces;
    uint64_t crooked; /* long pieces that do not begin on a line */
    dv_time all_own, all_aligned, all_joined;
};

/* Sets, waits and barriers. */
struct dv_sync {
    uint64_t set; /* pc of the last set */
    uint32_t executed, useful;
    uint32_t idle;    /* not useful, and its pipe did work afterwards */
    bool is_bar, all; /* all: BAR.ALL or DSB, S waits */
    bool followed;    /* BAR: its pipe did work afterwards .. */
    bool needed;      /* .. that met work from before */
    dv_time stalled;
    uint32_t last; /* of them with nothing but END after it, and its part of `stalled` */
    dv_time last_stalled;
};

/* Executions that did nothing: a count or the mask was zero. */
struct dv_idle {
    uint64_t executed, empty;
    char what[96]; /* of the first one */
};

struct dv_hint {
    bool seen;
    uint8_t pipe;
    uint16_t core; /* of the first execution */
    uint32_t block;
    dv_time at;
    const struct dv_op *op;
    struct dv_tempo tempo;
    struct dv_haul haul;
    struct dv_sync sync;
    struct dv_idle idle;
};

/* A hint about the instruction at pc; NULL when it is known or allowed. */
struct dv_check_finding *dv_hint_open(struct dv_rules *k, const struct dv_hint *h, const char *code,
                                      uint64_t pc, uint64_t other);

/* Cycles that are too small a part of the run to be worth a word. */
bool dv_hint_small(const struct dv_rules *k, uint64_t cycles);

/* tempo.c: one execution; `waits` counts the waits of V on this core. Hints at the end. */
void dv_tempo_add(const struct dv_rules *k, struct dv_hint *h, const struct dv_deed *e,
                  uint32_t waits);
void dv_tempo_tell(struct dv_rules *k, const struct dv_hint *h, uint64_t pc);
/* burst.c: the same for a move. */
void dv_haul_add(const struct dv_rules *k, struct dv_hint *h, const struct dv_deed *e);
void dv_haul_tell(struct dv_rules *k, const struct dv_hint *h, uint64_t pc);

#endif
