/* Inside the writer of traces: what trace.c, trace_flags.c and trace_marks.c share. */
#ifndef DV_PROF_VENDOR_TRACE_H
#define DV_PROF_VENDOR_TRACE_H

#include "emu/prof/user_mark.h"
#include "emu/prof/vendor/codes.h"
#include "emu/prof/vendor/rate.h"
#include "emu/prof/writers.h"

enum { DV_LANES = 64, DV_PAIRS = 16 };

/* The end of an arrow that came first, whichever it is. */
struct dv_tip {
    uint64_t at; /* picoseconds */
    uint32_t id; /* 0 = outside the window */
    uint32_t lane;
};
/* A flag. */
struct dv_pair {
    uint32_t sets, waits;
    struct dv_tip first[DV_PAIRS];
};

struct dv_trace_core {
    struct dv_out *out; /* NULL = nothing of it yet */
    char label[32];
    unsigned label_n, order;
    uint32_t arrows;
    struct dv_pen pen;
    unsigned lanes[DV_TRACK_COUNT];
    dv_time lane[DV_TRACK_COUNT][DV_LANES];
    const char *mark; /* the region S is in, where it stands and when S came */
    uint64_t mark_pc;
    dv_time mark_at;
    struct dv_user_marks user;
    struct dv_taken fetch; /* the last wait of S for code */
    uint32_t groups;       /* instructions with a slice of their fetch */
    struct dv_pair *pair[DV_PIPE_COUNT][DV_PIPE_COUNT]; /* of all ids, NULL = not used yet */
};

struct dv_traces {
    const struct dv_prof_run *run;
    struct dv_clock clock;
    struct dv_codes codes;
    const char **mark; /* by word: the innermost region, NULL = none */
    struct dv_trace_core *core;
    unsigned cores;
    struct dv_out *all;
    struct dv_rates rates;
};

/* A slice that is about to be written. */
struct dv_slice {
    uint64_t ts, dur;  /* picoseconds */
    uint32_t group;    /* 0 = none */
    char *args, *span; /* in the per-core file: from "args" to the end; the times */
    size_t args_n, span_n;
};

#define DV_PUT(p, text) dv_put_text(p, text, sizeof(text) - 1)

/* trace.c: the fullest lane that is free at `from`, counted from 1. */
unsigned dv_trace_lane(struct dv_trace_core *c, unsigned track, dv_time from, dv_time to);
/* Texts, behind p: ts and dur; pid and tid in the file of all cores; name, colour, core and unit of
 * an instruction there. */
char *dv_trace_span(char *p, const struct dv_slice *s);
char *dv_trace_place(char *p, const struct dv_trace_core *c, const char *track);
char *dv_trace_code(char *p, const struct dv_trace_core *c, const struct dv_code *k);

/* trace_flags.c: a SET or WAIT whose slice is drawn, with its arrow; one outside the window. */
void dv_trace_flag(struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                   const struct dv_event *e, const struct dv_slice *s, unsigned lane);
void dv_trace_flag_passed(struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                          const struct dv_event *e);

/* trace_marks.c: at every instruction of S, and at the end of a block. */
void dv_trace_region(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e);
void dv_trace_user_mark(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e);

#endif
