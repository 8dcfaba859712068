/* What a replay says beside the run: the log's times and ours. */
#ifndef DV_RUN_REPLAYED_H
#define DV_RUN_REPLAYED_H

#include "emu/run/json.h"
#include "isa/isa.h"

/* Of the items of a pipe, time from issue to completion: ours less the log's, whole cycles. */
struct dv_replayed_pipe {
    uint64_t items; /* 0 = the log tells no completions */
    int64_t median, worst;
    char worst_at[256], first_at[256]; /* FILE:LINE; "" = none differs (by more than a cycle) */
};

struct dv_replayed {
    const char *path;
    bool paced;
    uint64_t lines, items;
    uint32_t cores;
    uint64_t cycles_log, cycles_here; /* first issue to last line, first to last of the run */
    uint64_t pc_base, gm_moved;
    struct dv_replayed_pipe pipe[DV_PIPE_COUNT];
};

/* The member `replay`: null when p is NULL. */
void dv_report_replay(struct dv_json *j, const struct dv_replayed *p);

#endif
