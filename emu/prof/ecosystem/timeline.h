/* Spans and flags of a run, by core, pipe and time: what timelines are written from. */
#ifndef DV_PROF_ECOSYSTEM_TIMELINE_H
#define DV_PROF_ECOSYSTEM_TIMELINE_H

#include "emu/prof/ecosystem/ecosystem.h"
#include "emu/prof/ecosystem/span.h"
#include "emu/prof/ecosystem/spool.h"
#include "emu/prof/ecosystem/stack.h"

enum { DV_MOMENT_SET = DV_SPAN_BUSY + 1, DV_MOMENT_WAIT }; /* of dv_stretch.what: no duration */

/* More spans than this make no speedscope.json: browsers read the whole file into memory. */
enum { DV_SPEEDSCOPE_MOST = 500000, DV_FLAG_KEYS = 1 << 14 };

struct dv_stretch {
    uint16_t core;
    uint8_t pipe, what;
    bool item;
    uint16_t key; /* moments: source << 10 | destination << 6 | id of the flag */
    dv_time start, end;
    uint64_t flow; /* moments: the same for a SET and its WAIT, 0 = not known */
    uint64_t pc;
};

/* What there is of a core. */
struct dv_timeline_core {
    bool pipe[DV_PIPE_COUNT];       /* it works or waits for some time */
    uint64_t pieces[DV_PIPE_COUNT]; /* spans and moments */
    uint8_t flag[DV_FLAG_KEYS / 8]; /* by key, a bit each: set or waited for */
};

struct dv_timeline {
    const struct dv_prof_run *run;
    struct dv_spool *spool;
    struct dv_stacks *stacks;
    struct dv_timeline_core *core;
    uint64_t spans;
    char **name; /* of instructions by pc / 4, NULL = not asked for yet */
    struct dv_spool_place place;
};

/* From the first piece on; false: the folder failed. */
bool dv_timeline_read(struct dv_timeline *t);
bool dv_timeline_next(struct dv_timeline *t, struct dv_stretch *p);
/* The same for readers with places of their own: all zero is the first piece. */
bool dv_timeline_next_at(struct dv_timeline *t, struct dv_spool_place *at, struct dv_stretch *p);
/* "VADD.f16", the table spelling of the instruction at pc. Lives as long as the timeline. */
const char *dv_insn_text(struct dv_timeline *t, unsigned core, uint64_t pc);

void dv_speedscope_write(struct dv_timeline *t);
void dv_perfetto_write(struct dv_timeline *t);
void dv_vcd_write(struct dv_timeline *t);

#endif
