/* The only way into the queues: legality, footprint, bounds and cost at dispatch, then a small
 * item in a ring. Fetch is one caller; a native coroutine is another. */
#include "emu/core/state.h"

#include <stdio.h>

/* Bytes outside a memory or an allocation. */
static enum dv_err bounds_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                                unsigned pipe, const struct dv_strided *p, uint64_t lo, uint64_t hi)
{
    const struct dv_insn *in = dv_op_insn(&m->code.op[op_index]);
    const char *operand = p->operand < in->operands ? in->operand[p->operand].name : NULL;
    const char *verb = p->rw & DV_WRITE ? "writes" : "reads";
    int near = p->space == DV_SPACE_GM ? dv_gm_nearest(m, lo) : -1;

    if (p->space != DV_SPACE_GM)
        dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                      "%s %s 0x%llx..0x%llx, %s of this core has %u bytes", verb,
                      dv_spaces[p->space].name, (unsigned long long)lo, (unsigned long long)hi,
                      dv_spaces[p->space].name, m->sizes[c->kind].bytes[p->space]);
    else if (near >= 0)
        dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                      "%s gm 0x%llx..0x%llx, the nearest tensor %s ends at 0x%llx", verb,
                      (unsigned long long)lo, (unsigned long long)hi, m->st->alloc[near].name,
                      (unsigned long long)(m->st->alloc[near].address + m->st->alloc[near].bytes));
    else
        dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                      "%s gm 0x%llx..0x%llx, which no tensor holds", verb, (unsigned long long)lo,
                      (unsigned long long)hi);
    dv_place_bytes(m, p->space, lo, hi - lo, operand, &m->diag.at);
    snprintf(m->diag.fix, sizeof m->diag.fix, "check address, lengths and strides of %s",
             operand ? operand : "the access");
    return DV_E_BOUNDS;
}

static bool in_bounds(const struct dv_machine *m, const struct dv_core *c, unsigned space,
                      uint64_t lo, uint64_t hi)
{
    if (space == DV_SPACE_GM)
        return dv_gm_find(m, lo, hi) >= 0;
    return lo <= hi && hi <= m->sizes[c->kind].bytes[space];
}

/* Adds one part to the item's hulls: same space and direction share one when the table is full. */
static void hull_add(struct dv_item *it, const struct dv_strided *p, uint64_t lo, uint64_t hi)
{
    struct dv_hull *h = NULL;

    for (unsigned i = 0; i < it->hulls; i++)
        if (it->hull[i].space == p->space && it->hull[i].rw == p->rw)
            h = &it->hull[i];
    if (!h && it->hulls == DV_HULLS)
        for (unsigned i = 0; i < it->hulls; i++)
            if (it->hull[i].space == p->space)
                h = &it->hull[i];
    if (!h) {
        it->hull[it->hulls++] = (struct dv_hull){lo, hi, p->space, p->rw};
        return;
    }
    h->rw |= p->rw;
    h->lo = lo < h->lo ? lo : h->lo;
    h->hi = hi > h->hi ? hi : h->hi;
}

/* Parts of one operand are matrices at one distance. */
static void gm_add(struct dv_mem_shape *s, const struct dv_strided *p)
{
    if (!s->mats)
        *s = (struct dv_mem_shape){p->base, p->pitch, 0, p->bytes, p->rows, 0};
    else if (s->mats == 1)
        s->mat_pitch = (int64_t)(p->base - s->base);
    s->mats++;
}

static inline const struct dv_fence *fence_of(const struct dv_fences *t, uint64_t address)
{
    return t->n ? dv_fence_seek(t, address) : NULL;
}

/* A local operand that begins past its memory comes back only by wrapping around. */
static bool wraps(const struct dv_machine *m, const struct dv_core *c, const struct dv_work *w,
                  const struct dv_strided *p)
{
    return p->space != DV_SPACE_GM &&
           dv_operand_address(w, p->operand) > m->sizes[c->kind].bytes[p->space];
}

/* One instruction moves no more than this, by far more than a buffer holds: what overlaps itself
 * without end would keep the host for hours. */
enum { MOVE_MOST = 1 << 26, REPEATS_MOST = 1 << 20 };

static enum dv_err endless(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                           unsigned pipe)
{
    const struct dv_amount *a = &m->foot.amount;

    if (a->bytes > MOVE_MOST)
        return dv_core_fault(m, c, op_index, pipe, c->now, DV_E_RANGE,
                             "moves %llu bytes over each other, at most %d are allowed: check "
                             "counts and strides",
                             (unsigned long long)a->bytes, MOVE_MOST);
    return dv_core_fault(m, c, op_index, pipe, c->now, DV_E_RANGE,
                         "%u repeats over the same bytes, at most %d are allowed: check the mask "
                         "of counter mode",
                         a->repeats, REPEATS_MOST);
}

static enum dv_err parts_check(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned pipe, const struct dv_work *w, struct dv_item *it)
{
    const struct dv_foot *f = &m->foot;
    const struct dv_fence *home = NULL; /* buffer in which the operand begins */

    for (unsigned i = 0; i < f->n; i++) {
        uint64_t lo, hi;
        if (!i || f->part[i].operand != f->part[i - 1].operand)
            home = fence_of(&m->fences[f->part[i].space], f->part[i].base);
        dv_strided_hull(&f->part[i], &lo, &hi);
        if (lo == hi)
            continue;
        if (!in_bounds(m, c, f->part[i].space, lo, hi) || wraps(m, c, w, &f->part[i]))
            return bounds_fault(m, c, op_index, pipe, &f->part[i], lo, hi);
        if (home && (lo < home->lo || hi > home->hi) &&
            dv_fence_check(m, c, op_index, pipe, &f->part[i], home))
            return m->fault;
        if (f->part[i].space == DV_SPACE_GM)
            gm_add(&it->gm, &f->part[i]);
        hull_add(it, &f->part[i], lo, hi);
    }
    if (f->amount.bytes > MOVE_MOST || f->amount.repeats > REPEATS_MOST)
        return endless(m, c, op_index, pipe);
    return DV_OK;
}

bool dv_item_sound(struct dv_machine *m, struct dv_core *c, struct dv_item *it)
{
    const struct dv_op *op = &m->code.op[it->op];
    struct dv_work w;

    dv_work_of(m, c, it, &w);
    it->hulls = 0;
    it->gm.mats = 0;
    if (op->exec != DV_EXEC_ITEM || dv_access[dv_op_insn(op)->access](&w, &m->foot, NULL) ||
        parts_check(m, c, it->op, op->pipe, &w, it))
        return false;
    it->live = m->foot.live;
    it->empty = m->foot.n == 0;
    return true;
}

static void cost_fill(struct dv_machine *m, const struct dv_work *w, struct dv_item *it)
{
    static const struct dv_cost unit = {.work = DV_CYCLE, .path = DV_PATHS, .exclusive = true};
    struct dv_cost k;

    if (m->opt.time_off)
        k = unit;
    else
        dv_time_cost(&m->chip, w, &m->foot, &k);
    it->head_cold = k.head_cold;
    it->head_queued = k.head_queued;
    it->work = k.work;
    it->tail = k.tail;
    it->interval = k.interval;
    it->exclusive = k.exclusive;
    it->chained = k.chained;
    it->path = k.path;
    it->flight = k.flight;
    it->bytes = m->foot.amount.bytes;
    it->bursts = m->foot.amount.bursts;
}

static struct dv_item *ring_push(struct dv_core *c, unsigned queue, uint32_t op_index, uint8_t kind)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->tail);

    it->op = op_index;
    it->seq = c->seq;
    it->kind = kind;
    it->hulls = 0;
    it->live = 0;
    it->bytes = 0;
    it->gm.mats = 0;
    it->empty = kind != DV_IT_WORK;
    it->dispatch = c->now;
    it->env = c->env;
    env_hold(c, c->env);
    return it;
}

static void ring_commit(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];

    if (r->tail++ == r->next)
        dv_pipe_schedule(m, c, queue);
}

static void heard_issue(struct dv_machine *m, struct dv_core *c, const struct dv_item *it,
                        const struct dv_work *w)
{
    struct dv_event e = dv_item_event(m, c, it, DV_EV_ISSUE);

    e.pipe = m->code.op[it->op].pipe;
    e.issue = e.start = e.end = c->now;
    e.done = 0;
    e.work = w;
    dv_core_emit(m, &e);
}

static enum dv_err refuse(struct dv_machine *m, struct dv_core *c, uint32_t op_index, unsigned pipe)
{
    const struct dv_insn *in = dv_op_insn(&m->code.op[op_index]);
    bool unknown = in->exec == DV_EXEC_UNKNOWN || in->from_sem == DV_FROM_UNKNOWN;

    return dv_core_fault(
        m, c, op_index, pipe, c->now, unknown ? DV_E_UNKNOWN : DV_E_UNSUPPORTED,
        "%s is not executed: %s", in->name,
        in->reason ? in->reason
                   : (unknown ? "no public evidence how the hardware behaves" : "not supported"));
}

static void registers(const struct dv_core *c, const struct dv_op *op, uint64_t x[DV_SLOTS])
{
    for (unsigned i = 0; i < DV_SLOTS; i++)
        x[i] = c->s.x[op->x[i]];
}

/* Fills a pushed item from the memo of its word. */
static bool memo_recall(const struct dv_machine *m, struct dv_core *c, struct dv_item *it)
{
    const struct dv_memo *k = &m->memo[it->op & (DV_MEMOS - 1)];

    if (!k->known || k->item.op != it->op || memcmp(k->item.x, it->x, sizeof it->x) ||
        k->kind != c->kind || k->allocs != m->st->allocs ||
        memcmp(&k->env, &c->envs[c->env], sizeof k->env))
        return false;
    dv_time dispatch = it->dispatch;
    uint32_t seq = it->seq;
    uint16_t env = it->env;
    *it = k->item;
    it->dispatch = dispatch;
    it->seq = seq;
    it->env = env;
    c->stats.macs += k->macs;
    return true;
}

static void memo_keep(struct dv_machine *m, const struct dv_core *c, const struct dv_item *it)
{
    struct dv_memo *k = &m->memo[it->op & (DV_MEMOS - 1)];

    k->known = true;
    k->env = c->envs[c->env];
    k->macs = m->foot.amount.macs;
    k->allocs = m->st->allocs;
    k->kind = c->kind;
    k->item = *it;
}

/* Legality, footprint, bounds and cost of a pushed item. */
static enum dv_err examine(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                           struct dv_item *it)
{
    unsigned access = dv_op_insn(op)->access;
    struct dv_work w;
    struct dv_diag d;

    dv_work_fill(m, c, op, it->x, c->env, &w);
    enum dv_err err = dv_access[access](&w, &m->foot, NULL);
    if (err) {
        dv_diag_init(&d);
        dv_access[access](&w, &m->foot, &d);
        d.code = err;
        return dv_core_fault_from(m, c, it->op, op->pipe, &d);
    }
    if (parts_check(m, c, it->op, op->pipe, &w, it))
        return m->fault;
    it->live = m->foot.live;
    it->empty = m->foot.n == 0;
    if (it->empty && m->opt.zero_is_fault)
        return dv_core_fault(m, c, it->op, op->pipe, c->now, DV_E_RANGE,
                             "nothing to do: a count or the mask is zero");
    cost_fill(m, &w, it);
    c->stats.macs += m->foot.amount.macs;
    return DV_OK;
}

enum dv_err dv_core_issue(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    const struct dv_op *op = &m->code.op[op_index];
    unsigned queue = queue_of(op->pipe);
    struct dv_work w;

    if (op->exec != DV_EXEC_ITEM)
        return refuse(m, c, op_index, op->pipe);
    if (queue == DV_Q_NONE || !c->ring[queue].depth)
        return dv_core_fault(m, c, op_index, op->pipe, c->now, DV_E_ILLEGAL,
                             "this core has no pipe %s", dv_pipe_names[op->pipe]);
    struct dv_item *it = ring_push(c, queue, op_index, DV_IT_WORK);
    registers(c, op, it->x);
    if (!memo_recall(m, c, it)) {
        if (examine(m, c, op, it))
            return m->fault;
        memo_keep(m, c, it);
    }
    if (heard(m, DV_EV_ISSUE)) {
        dv_work_of(m, c, it, &w);
        heard_issue(m, c, it, &w);
    }
    ring_commit(m, c, queue);
    return DV_OK;
}

enum dv_err dv_core_issue_sync(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned queue, uint8_t kind, uint8_t peer, uint8_t id)
{
    struct dv_item *it = ring_push(c, queue, op_index, kind);

    registers(c, &m->code.op[op_index], it->x);
    it->peer = peer;
    it->id = id;
    if (heard(m, DV_EV_ISSUE))
        heard_issue(m, c, it, NULL);
    ring_commit(m, c, queue);
    return DV_OK;
}
