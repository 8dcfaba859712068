/* Flags between cores (isa.md 3.5): groups that complete, counters they raise, who waits.
 *
 * A group is complete when each member has set its flag; `cross_latency` later the counters of its
 * targets go up. Windows of such a launch are no longer than that latency, so that what completes
 * in a window reaches nobody before its end: the order of cores makes no difference. Cores of one
 * block are the AIC `block` and the AIVs aic + 2 * block and the next. */
#include "emu/core/cross.h"
#include "emu/core/explore.h"

#include <stdio.h>

/* Cores that set together and cores whose counters go up, as ranges of the chip. */
struct group {
    unsigned member, members, target, targets;
};

enum { GROUPS = 2 }; /* the group of the AIC side and that of the AIV side */

bool dv_cross_used(const struct dv_machine *m)
{
    return m->crosses && m->st->core_type == DV_CORE_MIX;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static unsigned vectors(const struct dv_machine *m, uint32_t block)
{
    return (unsigned)DV_P(&m->chip, aic) + 2 * block;
}

/* The group in which a core of this kind and block sets; without members: there is none. */
static struct group group_of(const struct dv_machine *m, unsigned mode, unsigned kind,
                             uint32_t block)
{
    unsigned v = vectors(m, block), all = m->st->blocks;

    if (mode == DV_CROSS_PEERS)
        return kind == DV_AIC ? (struct group){0, all, 0, all}
                              : (struct group){vectors(m, 0), 2 * all, vectors(m, 0), 2 * all};
    if (mode == DV_CROSS_PAIR)
        return kind == DV_AIC ? (struct group){0} : (struct group){v, 2, v, 2};
    return kind == DV_AIC ? (struct group){block, 1, v, 2} : (struct group){v, 2, block, 1};
}

/* ---- sets ------------------------------------------------------------------------------------ */

static unsigned pipe_of(const struct dv_machine *m, uint32_t op)
{
    return dv_op_sel(&m->code.op[op], DV_F_pipe);
}

/* The counter of `to` cannot hold what core `by` set. */
static enum dv_err overflow(struct dv_machine *m, const struct dv_core *to, unsigned id,
                            unsigned by, const struct dv_raise *set)
{
    dv_core_fault(m, &m->st->core[by], set->op, pipe_of(m, set->op), set->at.at, DV_E_FLAG,
                  "cross-core flag %u of core %u goes past %d: nobody there waits for it often "
                  "enough",
                  id, core_index(m, to), DV_CROSS_MOST);
    dv_diag_fix(&m->diag, "wait_flag_dev #%u on core %u once for each set that reaches it", id,
                core_index(m, to));
    return m->fault;
}

/* A core runs ahead of its group. */
static enum dv_err ahead(struct dv_machine *m, struct dv_core *c, unsigned mode, unsigned id,
                         const struct dv_raise *set)
{
    dv_core_fault(m, c, set->op, pipe_of(m, set->op), set->at.at, DV_E_FLAG,
                  "cross-core flag %u is set more than %d times in mode %u before all cores of the "
                  "group have set it",
                  id, DV_CROSS_MOST, mode);
    dv_diag_fix(&m->diag, "every core of the group must set it, and wait between");
    return m->fault;
}

enum dv_err dv_cross_set(struct dv_machine *m, struct dv_core *c, const struct dv_item *it)
{
    struct dv_sets *s = &c->sent[it->peer][it->id];
    struct dv_raise set = {it->done, it->op};
    uint32_t at = s->n;

    if (s->n == DV_CROSS_SENT)
        return ahead(m, c, it->peer, it->id, &set);
    for (; at && s->set[at - 1].at.at > set.at.at; at--) /* of another pipe */
        s->set[at] = s->set[at - 1];
    s->set[at] = set;
    s->n++;
    m->st->sent++;
    return DV_OK;
}

/* ---- counters -------------------------------------------------------------------------------- */

static void take_first(struct dv_counter *k)
{
    memmove(k->up, k->up + 1, --k->n * sizeof *k->up);
}

/* Ups of a counter come in the order of their times, those of one time by core. */
static enum dv_err up(struct dv_machine *m, struct dv_core *to, unsigned id,
                      const struct dv_up *one)
{
    struct dv_counter *k = &to->counter[id];
    struct dv_up u = *one;
    uint32_t at = k->n;

    if (m->opt.explore) {
        dv_time late = dv_explore_cross(m, to, id, u.set.at.at);
        u.set.at.at += late;
        blame_add(m, &u.set.at.by, late, DV_CP_cross_latency);
    }
    if (k->n == DV_CROSS_UPS)
        return overflow(m, to, id, u.core, &u.set);
    for (; at && (k->up[at - 1].set.at.at > u.set.at.at ||
                  (k->up[at - 1].set.at.at == u.set.at.at && k->up[at - 1].core > u.core));
         at--)
        k->up[at] = k->up[at - 1];
    k->up[at] = u;
    k->n++;
    return DV_OK;
}

/* True when every member's oldest set is due; the last of them into *out. */
static bool complete(struct dv_machine *m, const struct group *g, unsigned mode, unsigned id,
                     dv_time until, struct dv_up *out)
{
    for (unsigned i = 0; i < g->members; i++) {
        const struct dv_sets *s = &m->st->core[g->member + i].sent[mode][id];
        if (!s->n || s->set[0].at.at > until)
            return false;
        if (!i || s->set[0].at.at > out->set.at.at)
            *out = (struct dv_up){s->set[0], (uint16_t)(g->member + i)};
    }
    return g->members;
}

static enum dv_err group_deliver(struct dv_machine *m, const struct group *g, unsigned mode,
                                 unsigned id, dv_time until)
{
    struct dv_up u;

    while (complete(m, g, mode, id, until, &u)) {
        u.set.at.at += DV_P(&m->chip, cross_latency);
        blame_add(m, &u.set.at.by, DV_P(&m->chip, cross_latency), DV_CP_cross_latency);
        for (unsigned i = 0; i < g->members; i++) {
            struct dv_sets *s = &m->st->core[g->member + i].sent[mode][id];
            memmove(s->set, s->set + 1, --s->n * sizeof *s->set);
            m->st->sent--;
        }
        for (unsigned i = 0; i < g->targets; i++)
            if (up(m, &m->st->core[g->target + i], id, &u))
                return m->fault;
    }
    for (unsigned i = 0; i < g->members; i++) {
        struct dv_core *c = &m->st->core[g->member + i];
        const struct dv_sets *s = &c->sent[mode][id];
        if (s->n > DV_CROSS_MOST && s->set[DV_CROSS_MOST].at.at <= until)
            return ahead(m, c, mode, id, &s->set[DV_CROSS_MOST]);
    }
    return DV_OK;
}

enum dv_err dv_cross_deliver(struct dv_machine *m, dv_time until)
{
    static const uint8_t kind[GROUPS] = {DV_AIC, DV_AIV};

    for (unsigned mode = 0; m->st->sent && mode < DV_CROSS_MODES; mode++)
        for (uint32_t b = 0; b < (mode == DV_CROSS_PEERS ? 1 : m->st->blocks); b++)
            for (unsigned k = 0; k < GROUPS; k++) {
                struct group g = group_of(m, mode, kind[k], b);
                for (unsigned id = 0; id < DV_CROSS_IDS; id++)
                    if (group_deliver(m, &g, mode, id, until))
                        return m->fault;
            }
    return DV_OK;
}

enum dv_err dv_cross_due(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    for (unsigned id = 0; id < DV_CROSS_IDS; id++) {
        const struct dv_up *u = &c->counter[id].up[DV_CROSS_MOST];
        if (c->counter[id].n > DV_CROSS_MOST && u->set.at.at <= until)
            return overflow(m, c, id, u->core, &u->set);
    }
    return DV_OK;
}

bool dv_cross_known(const struct dv_core *c, unsigned id)
{
    return c->counter[id].n;
}

enum dv_err dv_cross_take(struct dv_machine *m, struct dv_core *c, unsigned id)
{
    struct dv_counter *k = &c->counter[id];

    dv_count_scalar(m, c, &k->up[0].set.at, DV_STALL_cross_core);
    if (dv_cross_due(m, c, c->now))
        return m->fault;
    take_first(k);
    return DV_OK;
}

/* ---- the end of a launch --------------------------------------------------------------------- */

static enum dv_err left_up(struct dv_machine *m, struct dv_core *c, unsigned id)
{
    const struct dv_up *u = &c->counter[id].up[0];

    dv_core_fault(m, &m->st->core[u->core], u->set.op, pipe_of(m, u->set.op), u->set.at.at,
                  DV_E_FLAG, "cross-core flag %u of core %u is still raised at END (%u)", id,
                  core_index(m, c), c->counter[id].n);
    dv_diag_fix(&m->diag,
                "core %u must wait for it once more (wait_flag_dev #%u), or leave out the last set",
                core_index(m, c), id);
    return m->fault;
}

/* The first member of the group of c that has not set a flag; the number of cores: none. */
static unsigned lacking(const struct dv_machine *m, const struct dv_core *c, unsigned mode,
                        unsigned id)
{
    struct group g = group_of(m, mode, c->kind, c->block);

    for (unsigned i = 0; i < g.members; i++)
        if (!m->st->core[g.member + i].sent[mode][id].n)
            return g.member + i;
    return m->st->cores;
}

static enum dv_err left_set(struct dv_machine *m, struct dv_core *c, unsigned mode, unsigned id)
{
    const struct dv_raise *s = &c->sent[mode][id].set[0];
    unsigned other = lacking(m, c, mode, id);

    dv_core_fault(m, c, s->op, pipe_of(m, s->op), s->at.at, DV_E_FLAG,
                  "cross-core flag %u is set in mode %u, and core %u of the group never sets it",
                  id, mode, other);
    dv_diag_fix(&m->diag, "in mode %u every core of the group sets it as often", mode);
    return m->fault;
}

enum dv_err dv_cross_leftovers(struct dv_machine *m)
{
    for (unsigned i = 0; i < m->st->cores; i++) {
        struct dv_core *c = &m->st->core[i];
        for (unsigned id = 0; c->stats.blocks && id < DV_CROSS_IDS; id++) {
            if (c->counter[id].n)
                return left_up(m, c, id);
            for (unsigned mode = 0; mode < DV_CROSS_MODES; mode++)
                if (c->sent[mode][id].n)
                    return left_set(m, c, mode, id);
        }
    }
    return DV_OK;
}

/* ---- nothing moves --------------------------------------------------------------------------- */

bool dv_cross_waits(const struct dv_core *c)
{
    return c->state == DV_CORE_BLOCKED && c->cause == DV_BY_CROSS && !dv_cross_known(c, c->wait_id);
}

/* Sets that a later window delivers. */
static bool under_way(const struct dv_machine *m, dv_time until)
{
    for (unsigned i = 0; m->st->sent && i < m->st->cores; i++)
        for (unsigned mode = 0; mode < DV_CROSS_MODES; mode++)
            for (unsigned id = 0; id < DV_CROSS_IDS; id++) {
                const struct dv_sets *s = &m->st->core[i].sent[mode][id];
                if (s->n && s->set[s->n - 1].at.at > until)
                    return true;
            }
    return false;
}

bool dv_cross_stuck(const struct dv_machine *m, dv_time until)
{
    bool any = false;

    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core *c = &m->st->core[i];
        if (c->state == DV_CORE_IDLE)
            continue;
        if (!dv_cross_waits(c) || dv_core_later(c) || c->load_at != DV_NEVER)
            return false;
        any = true;
    }
    return any && !under_way(m, until);
}

/* A core that has set a flag of which c is a target, in a group that is not complete. */
static bool half_set(const struct dv_machine *m, const struct dv_core *c, unsigned id,
                     struct dv_cross_giver *out)
{
    static const uint8_t kind[GROUPS] = {DV_AIC, DV_AIV};
    unsigned here = core_index(m, c);

    for (unsigned mode = 0; mode < DV_CROSS_MODES; mode++)
        for (unsigned k = 0; k < GROUPS; k++) {
            struct group g = group_of(m, mode, kind[k], c->block);
            if (here - g.target >= g.targets)
                continue;
            for (unsigned i = g.member; i < g.member + g.members; i++)
                if (m->st->core[i].sent[mode][id].n) {
                    *out = (struct dv_cross_giver){DV_CROSS_HALF, mode, i, 0,
                                                   m->st->core[i].sent[mode][id].set[0].op};
                    out->lacks = lacking(m, &m->st->core[i], mode, id);
                    return true;
                }
        }
    return false;
}

void dv_cross_giver(const struct dv_machine *m, const struct dv_core *c, unsigned id,
                    struct dv_cross_giver *out)
{
    *out = (struct dv_cross_giver){.kind = DV_CROSS_NONE};
    if (half_set(m, c, id, out))
        return;
    for (unsigned i = 0; i < DV_CROSS_IDS; i++)
        if (c->counter[i].n) {
            *out = (struct dv_cross_giver){DV_CROSS_OTHER, i, c->counter[i].up[0].core, 0,
                                           c->counter[i].up[0].set.op};
            return;
        }
}

unsigned dv_cross_culprit(const struct dv_machine *m)
{
    unsigned best = 0, rank = 0;

    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core *c = &m->st->core[i];
        struct dv_cross_giver g;
        if (!dv_cross_waits(c))
            continue;
        dv_cross_giver(m, c, c->wait_id, &g);
        if (1u + g.kind > rank) {
            rank = 1u + g.kind;
            best = i;
        }
    }
    return best;
}
