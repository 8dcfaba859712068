/* The state of a core's queues in a form that does not depend on when: times and what they rest on
 * relative to S, items by what they do. What lies so far back that it cannot matter is left out. */
#include "emu/core/replay.h"
#include "emu/core/traffic.h"

#include <stddef.h>

#define LONG_AGO INT64_MIN

static struct dv_rel rel_of(const struct dv_moment *t, const struct dv_moment *base)
{
    struct dv_rel r;

    r.at = (int64_t)(t->at - base->at);
    for (unsigned i = 0; i < DV_BLAMES; i++)
        r.by[i] = (int64_t)(t->by.by[i] - base->by.by[i]);
    return r;
}

static struct dv_moment moment_of(const struct dv_rel *r, const struct dv_moment *base)
{
    struct dv_moment t;

    t.at = base->at + (uint64_t)r->at;
    for (unsigned i = 0; i < DV_BLAMES; i++)
        t.by.by[i] = base->by.by[i] + (uint64_t)r->by[i];
    return t;
}

/* ---- jobs that move ---------------------------------------------------------------------------*/

unsigned dv_gm_slot(const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    unsigned slot = DV_SLOTS;

    for (unsigned i = 0; i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        if (o->space != DV_SPACE_GM)
            continue;
        if (slot != DV_SLOTS || o->lo || o->hi != 63)
            return DV_SLOTS;
        slot = o->slot;
    }
    for (unsigned i = 0; slot < DV_SLOTS && i < in->operands; i++)
        if (in->operand[i].space != DV_SPACE_GM && in->operand[i].slot == slot)
            return DV_SLOTS;
    return slot;
}

static const struct dv_hull *gm_hull(const struct dv_job *j)
{
    const struct dv_hull *found = NULL;

    for (unsigned i = 0; i < j->hulls; i++) {
        if (j->hull[i].space != DV_SPACE_GM)
            continue;
        if (found)
            return NULL;
        found = &j->hull[i];
    }
    return found;
}

/* A multiple of an L2 line away, in the same allocation: same legality, same cost. */
bool dv_job_moved(const struct dv_machine *m, const struct dv_job *j, unsigned slot,
                  const uint64_t x[DV_SLOTS])
{
    const struct dv_hull *h = gm_hull(j);
    uint64_t by = x[slot] - j->x[slot];

    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (i != slot && x[i] != j->x[i])
            return false;
    if (!h || by % DV_LINE || h->lo + by > h->hi + by)
        return false;
    int at = dv_gm_find(m, h->lo, h->hi);
    return at >= 0 && at == dv_gm_find(m, h->lo + by, h->hi + by);
}

int dv_job_tensor(const struct dv_machine *m, const struct dv_job *j)
{
    const struct dv_hull *h = gm_hull(j);
    return h ? dv_gm_find(m, h->lo, h->hi) : -1;
}

uint16_t dv_job_stand_in(const struct dv_machine *m, const struct dv_core *c,
                         const struct dv_replay *p, uint16_t job, unsigned slot)
{
    const struct dv_job *j = &c->job[job];

    for (uint32_t i = 0; i < p->reps; i++) {
        const struct dv_job *o = &c->job[p->rep[i]];
        if (o->op == j->op && dv_job_moved(m, o, slot, j->x) &&
            !memcmp(&o->env, &j->env, sizeof o->env))
            return p->rep[i];
    }
    return job;
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* What taking looks at. */
struct view {
    const struct dv_machine *m;
    const struct dv_core *c;
    const struct dv_replay *p;
    const struct dv_moment *base;
};

static bool item_take(const struct view *v, const struct dv_item *it, bool started,
                      struct dv_node_item *n)
{
    const struct dv_machine *m = v->m;
    const struct dv_core *c = v->c;
    unsigned slot = dv_gm_slot(&m->code.op[it->op]);

    memset(n, 0, sizeof *n);
    if (started) {
        n->start = rel_of(&it->start, v->base);
        n->done = rel_of(&it->done, v->base);
    } else {
        n->start.at = (int64_t)(it->dispatch - v->base->at);
    }
    n->op = it->op;
    n->back = c->seq - it->seq;
    n->kind = it->kind;
    if (it->kind == DV_IT_SET || it->kind == DV_IT_WAIT) {
        n->peer = it->peer;
        n->id = it->id;
    }
    n->job = DV_NO_JOB;
    if (it->kind != DV_IT_WORK)
        return true;
    const struct dv_job *j = job_of(c, it);
    n->job = it->job;
    if (!((j->reads | j->writes) >> DV_SPACE_GM & 1))
        return true;
    n->moves = 1;
    if (slot == DV_SLOTS || !gm_hull(j))
        return false;
    n->job = dv_job_stand_in(m, c, v->p, it->job, slot);
    return true;
}

static bool ring_quiet(const struct dv_ring *r, dv_time now)
{
    return r->head == r->tail && r->front.at <= now && r->ready.at + DV_QUIET <= now &&
           r->end.at + DV_QUIET <= now && r->done.at < now && r->tail_until <= now;
}

static bool ring_take(const struct view *v, const struct dv_ring *r, struct dv_node *out,
                      struct dv_node_ring *n)
{
    const struct dv_moment *base = v->base;

    n->worked = r->worked;
    n->waited = r->waited;
    n->still = r->head == r->next && r->tail_until <= base->at && r->counted <= base->at;
    n->quiet = n->still && ring_quiet(r, base->at);
    if (n->still)
        n->shown = r->tail_until > r->counted ? r->tail_until - r->counted : 0;
    if (n->quiet)
        return true;
    if (r->state == DV_RING_LATER || out->items + (r->tail - r->head) > DV_NODE_ITEMS)
        return false;
    n->front = rel_of(&r->front, base);
    n->ready = rel_of(&r->ready, base);
    n->end = rel_of(&r->end, base);
    n->done = rel_of(&r->done, base);
    if (!n->still) {
        n->counted = (int64_t)(r->counted - base->at);
        n->tail_until = (int64_t)(r->tail_until - base->at);
    }
    n->items = r->tail - r->head;
    n->waiting = r->tail - r->next;
    for (uint32_t i = r->head; i != r->tail; i++)
        if (!item_take(v, &r->item[i & (DV_RING - 1)], (int32_t)(i - r->next) < 0,
                       &out->item[out->items++]))
            return false;
    return true;
}

static bool flags_take(struct dv_core *c, const struct dv_moment *base, struct dv_node *n)
{
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (uint8_t left = c->flag_used[s][d]; left; left &= (uint8_t)(left - 1)) {
                unsigned id = (unsigned)__builtin_ctz(left);
                const struct dv_flag *f = flag_at(c, s, d, id);
                struct dv_node_flag *to = &n->flag[n->flags];
                if (n->flags++ == DV_NODE_FLAGS)
                    return false;
                memset(to, 0, sizeof *to);
                to->src = (uint8_t)s;
                to->dst = (uint8_t)d;
                to->id = (uint8_t)id;
                to->count = f->count;
                bool matters = f->taken >= base->at;
                for (unsigned k = 0; k < f->count; k++) {
                    to->set[k] = rel_of(&f->set[k].at, base);
                    to->op[k] = f->set[k].op;
                }
                if (matters) {
                    to->last = rel_of(&f->last.at, base);
                    to->last_op = f->last.op;
                }
                to->taken = matters ? (int64_t)(f->taken - base->at) : LONG_AGO;
            }
    return true;
}

static void tiles_take(const struct dv_core *c, const struct dv_moment *base, struct dv_node *n)
{
    for (unsigned i = 0; i < DV_UNITS; i++) {
        const struct dv_tile *u = &c->unit[i];
        struct dv_node_tile *to = &n->unit[i];
        if (!u->used)
            continue;
        *to = (struct dv_node_tile){.lo = u->lo, .hi = u->hi, .used = true, .full = u->full};
        to->begun.at = to->end.at = LONG_AGO;
        if (u->begun.at > base->at)
            to->begun = rel_of(&u->begun, base);
        if (u->end.at > base->at)
            to->end = rel_of(&u->end, base);
    }
}

static uint64_t mix(uint64_t h, const void *from, size_t bytes)
{
    const uint8_t *p = from;

    for (; bytes >= 8; bytes -= 8, p += 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        h = (h ^ v) * 0x9e3779b97f4a7c15ull;
        h ^= h >> 29;
    }
    return h;
}

bool dv_node_take(struct dv_machine *m, struct dv_core *c, const struct dv_replay *p,
                  struct dv_node *n)
{
    const struct dv_moment *base = dv_scalar_moment(m, c);
    struct view v = {m, c, p, base};

    memset(n, 0, offsetof(struct dv_node, item));
    dv_core_retire(m, c, c->now);
    n->pc = c->s.pc;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (!ring_take(&v, &c->ring[q], n, &n->ring[q]))
            return false;
    if (!flags_take(c, base, n))
        return false;
    tiles_take(c, base, n);
    n->hash = mix(n->pc, n->ring, sizeof n->ring);
    n->hash = mix(n->hash, n->item, n->items * sizeof *n->item);
    n->hash = mix(n->hash, n->flag, n->flags * sizeof *n->flag);
    return true;
}

bool dv_node_same(const struct dv_node *a, const struct dv_node *b)
{
    return a->hash == b->hash && a->pc == b->pc && a->items == b->items && a->flags == b->flags &&
           !memcmp(a->ring, b->ring, sizeof a->ring) && !memcmp(a->unit, b->unit, sizeof a->unit) &&
           !memcmp(a->item, b->item, a->items * sizeof *a->item) &&
           !memcmp(a->flag, b->flag, a->flags * sizeof *a->flag);
}

/* ---- putting --------------------------------------------------------------------------------- */

/* The address a remembered move had. */
static const struct dv_past *past_find(const struct dv_replay *p, uint32_t seq)
{
    uint32_t n = p->pasts < DV_PASTS ? p->pasts : DV_PASTS;

    for (uint32_t i = 0; i < n; i++)
        if (p->past[i].seq == seq)
            return &p->past[i];
    return NULL;
}

static enum dv_err item_put(struct dv_machine *m, struct dv_core *c, const struct dv_replay *p,
                            const struct dv_node_item *n, struct dv_item *it)
{
    memset(it, 0, sizeof *it);
    it->start = moment_of(&n->start, &c->spent);
    it->done = moment_of(&n->done, &c->spent);
    it->dispatch = it->ready = it->start.at; /* of a waiting item its dispatch */
    it->end = it->done.at;
    it->op = n->op;
    it->seq = c->seq - n->back;
    it->kind = n->kind;
    it->peer = n->peer;
    it->id = n->id;
    it->job = n->job;
    if (n->kind != DV_IT_WORK)
        return DV_OK;
    const struct dv_past *past = n->moves ? past_find(p, it->seq) : NULL;
    if (past && dv_job_again(m, c, &c->job[n->job], past->x, &it->job))
        return m->fault;
    memcpy(it->x, c->job[it->job].x, sizeof it->x);
    c->job[it->job].refs++;
    return DV_OK;
}

/* Places of the last work items; older ones are complete. */
static void works_put(struct dv_ring *r)
{
    for (unsigned i = 0; i < DV_DEPTH; i++)
        r->work[i] = r->head - 1;
    r->works += DV_DEPTH;
    for (uint32_t i = r->next, n = r->works; i-- != r->head;)
        if (ring_item(r, i)->kind == DV_IT_WORK && r->works - n < DV_DEPTH)
            r->work[--n % DV_DEPTH] = i;
}

static enum dv_err ring_put(struct dv_machine *m, struct dv_core *c, const struct dv_replay *p,
                            unsigned queue, const struct dv_node_ring *n,
                            const struct dv_node_item *item)
{
    struct dv_ring *r = &c->ring[queue];

    r->worked = r->shown = n->worked;
    r->waited = n->waited;
    r->counted = n->still ? p->counted[queue] : c->now + (uint64_t)n->counted;
    r->tail_until = n->still ? r->counted + n->shown : c->now + (uint64_t)n->tail_until;
    if (n->quiet) {
        r->head = r->settled = r->next = r->tail;
        return DV_OK;
    }
    r->front = moment_of(&n->front, &c->spent);
    r->ready = moment_of(&n->ready, &c->spent);
    r->end = moment_of(&n->end, &c->spent);
    r->done = moment_of(&n->done, &c->spent);
    r->head = r->tail;
    for (uint32_t i = 0; i < n->items; i++)
        if (item_put(m, c, p, &item[i], ring_item(r, r->tail++)))
            return m->fault;
    r->settled = r->next = r->tail - n->waiting;
    r->state = n->waiting ? DV_RING_HELD : DV_RING_OPEN;
    works_put(r);
    return DV_OK;
}

static void flags_put(struct dv_core *c, const struct dv_node *n)
{
    for (uint32_t i = 0; i < n->flags; i++) {
        const struct dv_node_flag *from = &n->flag[i];
        struct dv_flag *f = flag_at(c, from->src, from->dst, from->id);
        f->count = from->count;
        for (unsigned k = 0; k < f->count; k++)
            f->set[k] = (struct dv_raise){moment_of(&from->set[k], &c->spent), from->op[k]};
        if (from->taken == LONG_AGO)
            continue;
        f->taken = c->now + (uint64_t)from->taken;
        f->last = (struct dv_raise){moment_of(&from->last, &c->spent), from->last_op};
    }
}

static void tiles_put(struct dv_core *c, const struct dv_node *n)
{
    for (unsigned i = 0; i < DV_UNITS; i++) {
        const struct dv_node_tile *from = &n->unit[i];
        struct dv_tile *u = &c->unit[i];
        u->used = from->used;
        u->full = from->full;
        u->lo = from->lo;
        u->hi = from->hi;
        if (from->used && from->begun.at != LONG_AGO)
            u->begun = moment_of(&from->begun, &c->spent);
        if (from->used && from->end.at != LONG_AGO)
            u->end = moment_of(&from->end, &c->spent);
    }
}

enum dv_err dv_node_put(struct dv_machine *m, struct dv_core *c, struct dv_replay *p,
                        const struct dv_node *n)
{
    const struct dv_node_item *item = n->item;

    for (unsigned q = 0; q < DV_QUEUES; q++)
        for (uint32_t i = c->ring[q].head; i != c->ring[q].tail; i++)
            if (ring_item(&c->ring[q], i)->kind == DV_IT_WORK)
                c->job[ring_item(&c->ring[q], i)->job].refs--;
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        if (ring_put(m, c, p, q, &n->ring[q], item))
            return m->fault;
        item += n->ring[q].items;
    }
    flags_put(c, n);
    tiles_put(c, n);
    c->load_at = DV_NEVER;
    c->wake = (1u << DV_QUEUES) - 1;
    return dv_core_advance(m, c);
}
