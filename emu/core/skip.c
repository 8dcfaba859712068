/* What if the cube skipped zeros (core.cube.zero_skip, off on every chip; no hardware of ours is
 * known to): a step whose fractal of A or of B is all zero costs nothing, up to half of the work.
 *
 * Owns: what A and B hold when an item starts. Effects are applied late, so those that are complete
 * by then are applied to a copy; memory itself, and every other time, stays as it is. What the
 * fixpipe still carries to L1 is not looked at. */
#include "emu/core/state.h"

#include <stdlib.h>

static const uint8_t copied[] = {DV_SPACE_L1, DV_SPACE_L0A, DV_SPACE_L0B};
enum { COPIED = sizeof copied };

struct peek {
    uint8_t *mem[COPIED];
    uint32_t place[DV_QUEUES]; /* next item of each queue */
};

static bool copies_make(struct dv_machine *m, const struct dv_core *c, struct peek *p)
{
    const struct dv_sizes *z = &m->sizes[c->kind];
    uint64_t bytes = 0;

    for (unsigned i = 0; i < COPIED; i++)
        bytes += dv_local_bytes(z, copied[i]);
    if (!m->peek)
        m->peek = malloc(bytes);
    if (!m->peek)
        return false;
    bytes = 0;
    for (unsigned i = 0; i < COPIED; i++) {
        p->mem[i] = m->peek + bytes;
        memcpy(p->mem[i], (uint8_t *)m->st + c->local[copied[i]], dv_local_bytes(z, copied[i]));
        bytes += dv_local_bytes(z, copied[i]);
    }
    return true;
}

static void work_on_copies(struct dv_machine *m, struct dv_core *c, const struct dv_job *j,
                           const struct peek *p, struct dv_work *w)
{
    dv_work_of(m, c, j, w);
    for (unsigned i = 0; i < COPIED; i++)
        w->mem[copied[i]] = p->mem[i];
}

static bool feeds(const struct dv_core *c, const struct dv_item *it)
{
    enum {
        TO = 1 << DV_SPACE_L1 | 1 << DV_SPACE_L0A | 1 << DV_SPACE_L0B,
        FROM = TO | 1 << DV_SPACE_GM
    };
    const struct dv_job *j = it->kind == DV_IT_WORK ? job_of(c, it) : NULL;

    return j && !j->empty && j->writes && !(j->writes & ~TO) && !(j->reads & ~FROM);
}

/* The queue whose next item completes first, by `until`; as in retire.c. */
static unsigned first_of(struct dv_core *c, const struct peek *p, dv_time until)
{
    unsigned first = DV_Q_NONE;

    for (unsigned q = DV_QUEUES; q-- > 0;) {
        const struct dv_item *it = ring_item(&c->ring[q], p->place[q]);

        if (p->place[q] != c->ring[q].next && it->done.at <= until) {
            first = q;
            until = it->done.at;
        }
    }
    return first;
}

dv_time dv_skip_work(struct dv_machine *m, struct dv_core *c, const struct dv_item *it)
{
    const struct dv_job *j = job_of(c, it);
    uint64_t steps, zero;
    struct peek p;
    struct dv_work w;

    if (!DV_P(&m->chip, zero_skip) || m->opt.data_off || !j->macs || !copies_make(m, c, &p))
        return j->cost.work;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        p.place[q] = c->ring[q].head;
    for (unsigned q; (q = first_of(c, &p, it->start.at)) != DV_Q_NONE;) {
        const struct dv_item *o = ring_item(&c->ring[q], p.place[q]++);

        if (!feeds(c, o))
            continue;
        work_on_copies(m, c, job_of(c, o), &p, &w);
        dv_sem[m->code.op[o->op].sem](&w);
    }
    work_on_copies(m, c, j, &p, &w);
    zero = dv_sem_zero_steps(&w, &steps);
    zero = zero < steps / 2 ? zero : steps / 2;
    return j->cost.work - j->cost.work * zero / steps;
}
