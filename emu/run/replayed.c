/* The member `replay` of the document of a run. */
#include "emu/run/replayed.h"

static void write_pipe(struct dv_json *j, unsigned pipe, const struct dv_replayed_pipe *p)
{
    dv_json_open(j, dv_pipe_json(pipe), '{');
    dv_json_u64(j, "items", p->items);
    dv_json_i64(j, "median", p->median);
    dv_json_i64(j, "worst", p->worst);
    dv_json_text(j, "worst_at", p->worst_at[0] ? p->worst_at : NULL);
    dv_json_text(j, "first_at", p->first_at[0] ? p->first_at : NULL);
    dv_json_close(j, '}');
}

void dv_report_replay(struct dv_json *j, const struct dv_replayed *p)
{
    if (!p) {
        dv_json_null(j, "replay");
        return;
    }
    dv_json_open(j, "replay", '{');
    dv_json_text(j, "log", p->path);
    dv_json_text(j, "pace", p->paced ? "log" : "cost");
    dv_json_u64(j, "lines", p->lines);
    dv_json_u64(j, "items", p->items);
    dv_json_u64(j, "cores", p->cores);
    dv_json_u64(j, "cycles_log", p->cycles_log);
    dv_json_u64(j, "cycles_here", p->cycles_here);
    dv_json_u64(j, "pc_base", p->pc_base);
    dv_json_u64(j, "gm_moved", p->gm_moved);
    dv_json_open(j, "pipes", '{');
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        if (p->pipe[i].items)
            write_pipe(j, i, &p->pipe[i]);
    dv_json_close(j, '}');
    dv_json_close(j, '}');
}
