/* Heads of loops: when to take down a state, record from it, follow what is known (replay.h). */
#include "emu/core/cross.h"
#include "emu/core/replay.h"

#include <stdlib.h>

/* Heads looked at in vain before it rests, and for how many heads then, doubled each time. */
enum { PATIENCE = 32, REST = 64, REST_MOST = 1 << 16, FLUSHES_MOST = 64 };

enum { JUMPS_FIRST = 64 }; /* a core that loops less is not worth the memory */

/* ---- lifetime -------------------------------------------------------------------------------- */

static bool wanted(const struct dv_machine *m)
{
    return m->opt.data_off && !m->opt.time_off && !m->opt.no_replay && !m->opt.cold &&
           !m->opt.explore && !m->listeners && !dv_cross_used(m) && !m->hards && m->mem.settled &&
           m->mem.settled(m->mem.self);
}

void dv_replay_free(struct dv_machine *m)
{
    for (unsigned i = 0; m->replay && i < m->st->cores; i++)
        free(m->replay[i]);
    free(m->replay);
    m->replay = NULL;
}

void dv_replay_reset(struct dv_machine *m)
{
    dv_replay_free(m);
    if (wanted(m))
        m->replay = calloc(m->st->cores, sizeof *m->replay); /* without memory: no replay */
}

/* Made at the first backward jump of a core. */
static struct dv_replay *replay_of(struct dv_machine *m, struct dv_core *c)
{
    struct dv_replay **p = &m->replay[core_index(m, c)];
    uint64_t code = c->kind == DV_AIV ? DV_P(&m->chip, icache_aiv) : DV_P(&m->chip, icache_aic);

    if (*p)
        return *p;
    *p = calloc(1, sizeof **p);
    if (*p)
        (*p)->off = (uint64_t)m->code.words * 4 > code;
    return *p;
}

static void flush(struct dv_core *c, struct dv_replay *p)
{
    for (unsigned i = 0; i < DV_JOBS; i++)
        c->job[i].pins = 0;
    p->nodes = p->edges = p->steps = p->pinned = p->reps = 0;
    p->recording = false;
    p->off = ++p->flushes > FLUSHES_MOST;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* The node of the state now; made when it is new. -1: it has none. */
static int node_find(struct dv_machine *m, struct dv_core *c, struct dv_replay *p, bool *is_new)
{
    *is_new = false;
    if (!dv_node_take(m, c, p, &p->look))
        return -1;
    for (uint32_t i = 0; i < p->nodes; i++)
        if (dv_node_same(&p->node[i], &p->look))
            return (int)i;
    if (p->nodes == DV_NODES)
        return -1;
    for (uint32_t i = 0; i < p->look.items; i++)
        if (!dv_job_pin(c, p, p->look.item[i].job, p->look.item[i].moves))
            return -1;
    *is_new = true;
    p->node[p->nodes] = p->look;
    p->first[p->nodes] = -1;
    return (int)p->nodes++;
}

static bool full(const struct dv_replay *p)
{
    return p->nodes == DV_NODES || p->edges == DV_EDGES - 1 ||
           p->steps + DV_STEPS_MOST > DV_STEPS || p->pinned + 16 > DV_PINS || p->reps + 4 > DV_REPS;
}

/* ---- heads of loops -------------------------------------------------------------------------- */

static void rest(struct dv_replay *p)
{
    uint32_t n = p->misses / PATIENCE;

    p->recording = false;
    if (p->misses % PATIENCE == 0 && n)
        p->sleep = n > 10 ? REST_MOST : REST << n;
}

enum dv_err dv_replay_head(struct dv_machine *m, struct dv_core *c)
{
    struct dv_replay *p = ++c->jumps < JUMPS_FIRST ? NULL : replay_of(m, c);
    bool is_new;

    if (!p || p->off || (p->sleep && p->sleep--))
        return DV_OK;
    if (full(p))
        flush(c, p);
    int node = node_find(m, c, p, &is_new);
    p->misses += node < 0 || is_new;
    if (p->recording && node >= 0)
        dv_edge_keep(m, c, p, (uint16_t)node);
    p->recording = false;
    if (node < 0) {
        rest(p);
        return DV_OK;
    }
    uint16_t at = (uint16_t)node;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        p->counted[q] = c->ring[q].counted;
    if (p->first[at] >= 0 && dv_replay_follow(m, c, p, &at))
        return m->fault;
    rest(p);
    if (!p->sleep)
        dv_edge_begin(c, p, at);
    return DV_OK;
}

bool dv_replay_recording(const struct dv_machine *m, const struct dv_core *c)
{
    const struct dv_replay *p = m->replay[core_index(m, c)];
    return p && p->recording;
}
