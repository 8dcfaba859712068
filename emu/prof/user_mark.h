/* User marks of the vendor's profiler (formats.md 4.4): S writes 0x8000000N to LPCNT or COND where
 * mark N starts and 0xc000000N where it ends, N = 0 to 9, and NOPs follow each write. */
#ifndef DV_PROF_USER_MARK_H
#define DV_PROF_USER_MARK_H

#include "emu/core/event.h"

enum { DV_USER_MARKS = 10 };

/* An instruction that writes LPCNT or COND. */
bool dv_user_mark_may(const struct dv_op *op);
/* What an instruction of S (SCALAR) does to the marks: the number N, with *ends; -1 = nothing. */
int dv_user_mark_write(const struct dv_event *e, bool *ends);

/* The marks of a core. A mark spans from the first NOP behind its start to the last NOP behind its
 * end; without NOPs the write itself counts (ours). A start of an open mark is passed over. */
struct dv_user_mark {
    uint8_t state; /* 0 = closed */
    uint64_t from_pc, to_pc;
    dv_time from, to;
};
struct dv_user_marks {
    struct dv_user_mark mark[DV_USER_MARKS];
    int8_t near; /* 1 + the mark whose NOPs may follow, 0 = none */
};
/* To be called at every instruction of S and at the end of a block; the number of the mark that is
 * complete then, which is in *done, else -1. */
int dv_user_marks_hear(struct dv_user_marks *u, const struct dv_event *e,
                       struct dv_user_mark *done);

#endif
