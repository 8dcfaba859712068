/* The only way into the queues: legality, footprint, bounds and cost at dispatch, then a small
 * item in a ring. Fetch is one caller; a native coroutine is another. */
#include "emu/core/state.h"

#include <stdio.h>

/* The allocation that held an address until it was given back; NULL = none. */
static const struct dv_alloc *freed_at(const struct dv_machine *m, uint64_t address)
{
    bool again = dv_gm_find(m, address, address + 1) >= 0;

    for (unsigned i = 0; !again && i < DV_FREED && i < m->frees; i++) {
        const struct dv_alloc *a = &m->freed[(m->frees - 1 - i) % DV_FREED];
        if (address - a->address < a->bytes)
            return a;
    }
    return NULL;
}

/* The address of a local operand that lies before 0, in 64 bits or in 32; else 0. */
static long long before_zero(const struct dv_strided *p)
{
    bool narrow = p->base >> 31 == 1;

    return narrow ? (long long)p->base - (1ll << 32) : (int64_t)p->base < 0 ? (int64_t)p->base : 0;
}

/* Bytes outside a memory or an allocation. */
static enum dv_err bounds_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                                unsigned pipe, const struct dv_strided *p, uint64_t lo, uint64_t hi)
{
    const struct dv_insn *in = dv_op_insn(&m->code.op[op_index]);
    const char *operand = p->operand < in->operands ? in->operand[p->operand].name : NULL;
    const char *verb = p->rw & DV_WRITE ? "writes" : "reads";
    const struct dv_alloc *freed = p->space == DV_SPACE_GM ? freed_at(m, lo) : NULL;
    int near = p->space == DV_SPACE_GM ? dv_gm_nearest(m, lo) : -1;

    if (p->space != DV_SPACE_GM && before_zero(p))
        dv_core_fault(
            m, c, op_index, pipe, c->now, DV_E_BOUNDS,
            "%s %s from 0x%llx on, which is %lld bytes before its begin: an address below "
            "zero",
            verb, dv_spaces[p->space].name, (unsigned long long)p->base, -before_zero(p));
    else if (p->space != DV_SPACE_GM)
        dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                      "%s %s 0x%llx..0x%llx, %s of this core has %u bytes", verb,
                      dv_spaces[p->space].name, (unsigned long long)lo, (unsigned long long)hi,
                      dv_spaces[p->space].name, m->sizes[c->kind].bytes[p->space]);
    else if (freed)
        dv_core_fault(m, c, op_index, pipe, c->now, DV_E_BOUNDS,
                      "%s gm 0x%llx..0x%llx, where %s lay until it was freed", verb,
                      (unsigned long long)lo, (unsigned long long)hi, freed->name);
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
    if (p->space != DV_SPACE_GM && !m->sizes[c->kind].bytes[p->space] && dv_fix_kind(m, c))
        return DV_E_BOUNDS;
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

/* The hull that part p goes into: one a space and direction, when the table is full one a space. */
static struct dv_hull *hull_for(struct dv_job *j, const struct dv_strided *p)
{
    for (unsigned i = 0; i < j->hulls; i++)
        if (j->hull[i].space == p->space && j->hull[i].rw == p->rw)
            return &j->hull[i];
    for (unsigned i = 0; j->hulls == DV_HULLS && i < j->hulls; i++)
        if (j->hull[i].space == p->space)
            return &j->hull[i];
    return NULL;
}

static void hull_add(struct dv_job *j, const struct dv_strided *p, uint64_t lo, uint64_t hi)
{
    struct dv_hull *h = hull_for(j, p);
    bool whole = p->rows == 1 || p->pitch == (int64_t)p->bytes;

    if (p->rw & DV_WRITE)
        j->writes |= (uint16_t)(1u << p->space);
    if (p->rw & DV_READ)
        j->reads |= (uint16_t)(1u << p->space);
    if (!h) {
        j->hull[j->hulls++] = (struct dv_hull){lo, hi, p->space, p->rw, whole};
        return;
    }
    h->solid = h->solid && whole && lo <= h->hi && h->lo <= hi && h->rw == p->rw;
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
                               unsigned pipe, const struct dv_work *w, struct dv_job *j)
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
            gm_add(&j->gm, &f->part[i]);
        hull_add(j, &f->part[i], lo, hi);
    }
    if (f->amount.bytes > MOVE_MOST || f->amount.repeats > REPEATS_MOST)
        return endless(m, c, op_index, pipe);
    return DV_OK;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

/* The unit counts a product by the width of what it multiplies. */
static uint8_t mac_act(const struct dv_op *op)
{
    unsigned bits = dv_elem_bits((enum dv_elem)dv_types[op->type].src);

    return bits == 32  ? DV_ACT_mac_f32
           : bits == 8 ? DV_ACT_mac_i8
           : bits == 4 ? DV_ACT_mac_i4
                       : DV_ACT_mac_f16;
}

static uint64_t ub_bytes(const struct dv_foot *f)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < f->n; i++)
        if (f->part[i].space == DV_SPACE_UB)
            n += (uint64_t)f->part[i].rows * f->part[i].bytes;
    return n;
}

static void act_add(uint64_t *act, const struct dv_job *j)
{
    act[j->mac] += j->macs;
    act[DV_ACT_vector_repeat] += j->repeats;
    act[DV_ACT_vector_ub] += j->ub_bytes;
}

/* What a footprint says of the job. */
static void footprint_keep(struct dv_machine *m, struct dv_job *j)
{
    const struct dv_foot *f = &m->foot;
    const struct dv_op *op = &m->code.op[j->op];

    j->live = f->live;
    j->live_read = f->live_read;
    j->unit = f->unit;
    j->empty = f->n == 0;
    j->bytes = f->amount.bytes;
    j->macs = f->amount.macs;
    j->mac = mac_act(op);
    j->repeats = op->pipe == DV_PIPE_V ? f->amount.repeats : 0;
    j->ub_bytes = op->pipe == DV_PIPE_V ? ub_bytes(f) : 0;
    j->noted = j->live || j->writes & (1u << DV_SPACE_GM | 1u << DV_SPACE_UB);
}

static void footprint_clear(struct dv_job *j)
{
    j->hulls = 0;
    j->reads = j->writes = 0;
    j->gm.mats = 0;
}

bool dv_job_sound(struct dv_machine *m, struct dv_core *c, struct dv_job *j)
{
    const struct dv_op *op = &m->code.op[j->op];
    struct dv_work w;

    if (op->exec != DV_EXEC_ITEM)
        return false;
    dv_work_of(m, c, j, &w);
    footprint_clear(j);
    if (dv_access[dv_op_insn(op)->access](&w, &m->foot, NULL) ||
        parts_check(m, c, j->op, op->pipe, &w, j))
        return false;
    footprint_keep(m, j);
    return j->cost.path <= DV_PATHS;
}

static void cost_fill(struct dv_machine *m, const struct dv_work *w, struct dv_job *j)
{
    if (m->opt.time_off)
        j->cost = (struct dv_cost){.work = DV_CYCLE, .path = DV_PATHS, .exclusive = true};
    else
        dv_time_cost(&m->chip, w, &m->foot, &j->cost);
}

/* Nothing to do, where the chip takes that for an error (core.zero_is_fault). */
static enum dv_err zero_fault(struct dv_machine *m, struct dv_core *c, const struct dv_work *w,
                              const struct dv_job *j)
{
    char what[96];

    dv_access_zero(w, what, sizeof what);
    dv_core_fault(m, c, j->op, w->op->pipe, c->now, DV_E_RANGE,
                  "%s does nothing: %s, and core.zero_is_fault is set", dv_op_insn(w->op)->stem,
                  what);
    dv_diag_fix(&m->diag, "branch around it when there is nothing to do");
    return m->fault;
}

/* Legality, footprint, bounds and cost of a job whose snapshot is set. */
static enum dv_err examine(struct dv_machine *m, struct dv_core *c, struct dv_job *j)
{
    const struct dv_op *op = &m->code.op[j->op];
    unsigned access = dv_op_insn(op)->access;
    struct dv_work w;
    struct dv_diag d;

    footprint_clear(j);
    dv_work_of(m, c, j, &w);
    enum dv_err err = dv_access[access](&w, &m->foot, NULL);
    if (err) {
        dv_diag_init(&d);
        dv_access[access](&w, &m->foot, &d);
        d.code = err;
        return dv_core_fault_from(m, c, j->op, op->pipe, &d);
    }
    if (parts_check(m, c, j->op, op->pipe, &w, j))
        return m->fault;
    footprint_keep(m, j);
    if (j->empty && (m->opt.zero_is_fault || DV_P(&m->chip, zero_is_fault)))
        return zero_fault(m, c, &w, j);
    cost_fill(m, &w, j);
    return DV_OK;
}

static inline bool same_snapshot(const struct dv_machine *m, const struct dv_core *c,
                                 const struct dv_job *j, uint32_t op, const uint64_t x[DV_SLOTS])
{
    return j->op == op && j->known && j->x[0] == x[0] && j->x[1] == x[1] && j->x[2] == x[2] &&
           j->x[3] == x[3] && j->allocs == m->st->allocs &&
           (j->version == c->version || !memcmp(&j->env, &c->env, sizeof j->env));
}

static inline unsigned job_place(uint32_t op, const uint64_t x[DV_SLOTS])
{
    uint64_t h = op;

    for (unsigned i = 0; i < DV_SLOTS; i++)
        h = (h ^ x[i]) * 0x9e3779b97f4a7c15ull;
    return (unsigned)(h >> 54) & (DV_JOBS - 1);
}

/* Where to put a new job, or where it is already. There is always a place that no item uses. */
static struct dv_job *job_seek(const struct dv_machine *m, struct dv_core *c, uint32_t op,
                               const uint64_t x[DV_SLOTS])
{
    unsigned place = job_place(op, x);
    struct dv_job *j = &c->job[place];

    while (!same_snapshot(m, c, j, op, x) && (j->refs || j->pins)) {
        place = (place + 1) & (DV_JOBS - 1);
        j = &c->job[place];
    }
    return j;
}

static enum dv_err job_make(struct dv_machine *m, struct dv_core *c, struct dv_job *j, uint32_t op,
                            const uint64_t x[DV_SLOTS])
{
    c->examined = 1;
    j->known = false;
    memcpy(j->x, x, sizeof j->x);
    j->env = c->env;
    j->op = op;
    j->allocs = m->st->allocs;
    if (examine(m, c, j))
        return m->fault;
    j->known = true;
    return DV_OK;
}

/* The job of an instruction with these registers: found again, or examined. */
static enum dv_err job_find(struct dv_machine *m, struct dv_core *c, uint32_t op,
                            const uint64_t x[DV_SLOTS], uint16_t *out)
{
    struct dv_job *j = job_seek(m, c, op, x);

    if (!same_snapshot(m, c, j, op, x) && job_make(m, c, j, op, x))
        return m->fault;
    j->version = c->version;
    *out = (uint16_t)(j - c->job);
    return DV_OK;
}

enum dv_err dv_job_again(struct dv_machine *m, struct dv_core *c, const struct dv_job *like,
                         const uint64_t x[DV_SLOTS], uint16_t *out)
{
    struct dv_env env = c->env;
    enum dv_err err;

    c->env = like->env;
    c->version++;
    err = job_find(m, c, like->op, x, out);
    c->env = env;
    c->version++;
    return err;
}

/* ---- into the queue -------------------------------------------------------------------------- */

/* Completed items leave late, many at a time; listeners hear of them when they are due. */
static inline void make_place(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    const struct dv_ring *r = &c->ring[queue];

    if (r->tail - r->head >= DV_RING - 1 || heard(m, DV_EV_RETIRE))
        dv_core_retire(m, c, c->now);
}

static struct dv_item *ring_push(struct dv_core *c, unsigned queue, uint32_t op_index, uint8_t kind)
{
    struct dv_ring *r = &c->ring[queue];
    struct dv_item *it = ring_item(r, r->tail);

    it->op = op_index;
    it->seq = c->seq;
    it->kind = kind;
    it->job = DV_NO_JOB;
    it->dispatch = c->now;
    return it;
}

static enum dv_err ring_commit(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];

    if (r->tail++ != r->next)
        return DV_OK;
    c->wake |= (uint8_t)(1u << queue);
    return dv_core_advance(m, c);
}

static void heard_issue(struct dv_machine *m, struct dv_core *c, const struct dv_item *it,
                        const struct dv_work *w)
{
    struct dv_event e = dv_item_event(m, c, it, DV_EV_ISSUE);

    e.pipe = m->code.op[it->op].pipe;
    e.issue = e.start = e.end = c->now;
    e.done = 0;
    e.cost = NULL;
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

enum dv_err dv_core_issue(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    const struct dv_op *op = &m->code.op[op_index];
    unsigned queue = queue_of(op->pipe);
    struct dv_work w;

    if (op->exec != DV_EXEC_ITEM)
        return refuse(m, c, op_index, op->pipe);
    if (queue == DV_Q_NONE || !c->ring[queue].depth)
        return dv_fault_no_pipe(m, c, op_index, op->pipe, op->pipe);
    make_place(m, c, queue);
    struct dv_item *it = ring_push(c, queue, op_index, DV_IT_WORK);
    op_registers(c, op, it->x);
    if (job_find(m, c, op_index, it->x, &it->job))
        return m->fault;
    c->job[it->job].refs++;
    c->stats.macs += c->job[it->job].macs;
    act_add(c->stats.act, &c->job[it->job]);
    if (heard(m, DV_EV_ISSUE)) {
        dv_work_of(m, c, job_of(c, it), &w);
        heard_issue(m, c, it, &w);
    }
    return ring_commit(m, c, queue);
}

enum dv_err dv_core_issue_sync(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned queue, uint8_t kind, uint8_t peer, uint8_t id)
{
    make_place(m, c, queue);
    struct dv_item *it = ring_push(c, queue, op_index, kind);

    op_registers(c, &m->code.op[op_index], it->x);
    it->peer = peer;
    it->id = id;
    if (heard(m, DV_EV_ISSUE))
        heard_issue(m, c, it, NULL);
    return ring_commit(m, c, queue);
}

enum dv_err dv_core_room(struct dv_machine *m, struct dv_core *c, unsigned queue, bool *stay)
{
    struct dv_ring *r = &c->ring[queue];
    uint32_t leaver = r->tail - r->depth; /* must have started for one more to wait */
    struct dv_moment at;

    *stay = false;
    if ((int32_t)(leaver - r->head) < 0)
        return DV_OK;
    if ((int32_t)(leaver - r->next) < 0) {
        at = ring_item(r, leaver)->start;
        dv_count_scalar(m, c, &at, DV_STALL_queue_full);
        return DV_OK;
    }
    *stay = true;
    c->state = DV_CORE_BLOCKED;
    c->cause = DV_BY_QUEUE;
    c->wait_queue = (uint8_t)queue;
    return DV_OK;
}
