/* Names of what observers hear, and the call to them. */
#include "emu/core/state.h"

const char *const dv_reason_names[DV_REASONS] = {
#define X(n) #n,
    DV_REASON_LIST(X)
#undef X
};

const char *const dv_why_names[DV_WHYS] = {
#define X(n) #n,
    DV_WHY_LIST(X)
#undef X
};

const char *const dv_blame_names[DV_BLAMES] = {
#define X(n) #n,
    DV_BLAME_LIST(X)
#undef X
};

void dv_core_emit(struct dv_machine *m, const struct dv_event *e)
{
    for (unsigned i = 0; i < m->listeners; i++)
        if (m->listener[i].kinds >> e->kind & 1)
            m->listener[i].event(m->listener[i].self, e);
}

struct dv_event dv_item_event(const struct dv_machine *m, const struct dv_core *c,
                              const struct dv_item *it, unsigned kind)
{
    const struct dv_job *j = it->kind == DV_IT_WORK ? job_of(c, it) : NULL;

    return (struct dv_event){.kind = (uint8_t)kind,
                             .core = (uint16_t)core_index(m, c),
                             .block = c->block,
                             .seq = it->seq,
                             .pc = item_pc(it),
                             .op = &m->code.op[it->op],
                             .x = it->x,
                             .issue = it->dispatch,
                             .start = it->start.at,
                             .end = it->end,
                             .done = it->done.at,
                             .ready = it->ready,
                             .turn = it->turn,
                             .begin = it->begin,
                             .hit_bytes = it->hit_bytes,
                             .miss_bytes = it->miss_bytes,
                             .shared = it->shared,
                             .by_shared = it->by_shared,
                             .why_start = it->why_start,
                             .why_end = it->why_end,
                             .cause_pipe = it->cause_pipe,
                             .cause_seq = it->cause_seq,
                             .cost = j ? &j->cost : NULL,
                             .bytes = j ? j->bytes : 0};
}
