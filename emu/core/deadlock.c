/* A deadlock: the graph of who waits for whom, the sentence of the fault and its remedy. */
#include "emu/core/deadlock.h"

#include "emu/core/cross.h"

#include <stdio.h>

/* ---- the other end --------------------------------------------------------------------------- */

static struct dv_item *front(struct dv_core *c, unsigned queue)
{
    return ring_item(&c->ring[queue], c->ring[queue].next);
}

static bool stuck(const struct dv_core *c, unsigned queue)
{
    return c->ring[queue].next != c->ring[queue].tail;
}

/* A set (wait) of the flag that stands in a queue behind what waits there; DV_NO_OP. */
static int64_t queued(struct dv_core *c, unsigned kind, struct dv_flag_key f)
{
    unsigned queue = queue_of(kind == DV_IT_SET ? f.src : f.dst);
    unsigned peer = kind == DV_IT_SET ? f.dst : f.src;
    struct dv_ring *r = queue == DV_Q_NONE ? NULL : &c->ring[queue];

    for (uint32_t i = r ? r->next : 0; r && i != r->tail; i++) {
        const struct dv_item *it = ring_item(r, i);
        if (it->kind == kind && it->peer == peer && it->id == f.id)
            return it->op;
    }
    return DV_NO_OP;
}

/* The first instruction to which S may still come, as far as the text says: where it stands, or
 * where a jump behind that goes. */
static int64_t may_come_from(const struct dv_machine *m, const struct dv_core *c)
{
    int64_t first = (int64_t)(c->s.pc / 4);

    if (c->state == DV_CORE_ENDING)
        return m->code.words;
    if (m->native.resume) /* places stand in the order in which they were met first */
        return 0;
    for (int64_t i = first; i < m->code.words; i++) {
        int64_t to = dv_jump_target(m, i);
        first = to < first ? to : first;
    }
    return first;
}

/* Id in the word of a set or wait. */
static unsigned given_id(const struct dv_machine *m, int64_t op)
{
    return dv_flag_number(&m->code.op[op], (uint64_t)m->code.op[op].imm);
}

/* What the text of the program says of a flag that is in no queue; S may come to the last place
 * when not to the first. */
static void in_text(const struct dv_machine *m, const struct dv_core *c, unsigned sem,
                    struct dv_want *w)
{
    struct dv_flag_key f = w->flag, back = {f.dst, f.src, dv_id_any(f.id)},
                       reg = {f.src, f.dst, dv_id_reg(f.id)};
    int64_t first = dv_flag_seek(m, sem, f, 0, m->code.words), from = may_come_from(m, c);
    int64_t at = dv_flag_seek(m, sem, f, from > 0 ? from : 0, m->code.words);

    w->from = at >= 0 ? at : first;
    w->giver = at >= 0 ? DV_GIVER_COMING : DV_GIVER_PAST;
    if (at >= 0 && c->state != DV_CORE_ENDING)
        w->edges = 1u << DV_NODE_S;
    if (w->from >= 0)
        return;
    if ((w->from = dv_flag_seek(m, sem, reg, 0, m->code.words)) >= 0)
        w->giver = DV_GIVER_HIDDEN;
    else if ((w->from = dv_flag_stray(m, sem, f, &w->stray)) >= 0)
        w->giver = DV_GIVER_STRAY;
    else if ((w->from = dv_flag_seek(m, sem, back, 0, m->code.words)) >= 0)
        w->giver = dv_flag_any(m, DV_ENGINE_wait_flag,
                               (struct dv_flag_key){f.dst, f.src, given_id(m, w->from)}) < 0
                       ? DV_GIVER_BACK
                       : DV_GIVER_NONE;
    else
        w->giver = DV_GIVER_NONE;
}

static void find_giver(const struct dv_machine *m, struct dv_core *c, struct dv_want *w)
{
    bool set = w->kind == DV_WANTS_FLAG;

    w->from = queued(c, set ? DV_IT_SET : DV_IT_WAIT, w->flag);
    if (w->from < 0) {
        in_text(m, c, set ? DV_ENGINE_set_flag : DV_ENGINE_wait_flag, w);
        return;
    }
    w->giver = DV_GIVER_QUEUED;
    w->edges = (uint8_t)(1u << queue_of(set ? w->flag.src : w->flag.dst));
}

/* A work item of the partner that hands tiles over and stands behind something. */
static void find_partner(const struct dv_machine *m, struct dv_core *c, unsigned queue,
                         struct dv_want *w)
{
    struct dv_ring *r;

    (void)m;
    w->queue = queue == DV_Q_M ? DV_Q_FIX : DV_Q_M;
    w->from = DV_NO_OP;
    r = &c->ring[w->queue];
    for (uint32_t i = r->next; w->from < 0 && i != r->tail; i++)
        if (ring_item(r, i)->kind == DV_IT_WORK && job_of(c, ring_item(r, i))->unit)
            w->from = ring_item(r, i)->op;
    w->giver = w->from < 0 ? DV_GIVER_NONE : DV_GIVER_QUEUED;
    w->edges = w->from < 0 ? 0 : (uint8_t)(1u << w->queue);
}

/* ---- the graph ------------------------------------------------------------------------------- */

static void want_of_queue(const struct dv_machine *m, struct dv_core *c, unsigned queue,
                          struct dv_want *w)
{
    const struct dv_item *it = front(c, queue);
    unsigned pipe = queue_pipe(queue);

    w->op = it->op;
    if (it->kind == DV_IT_WORK) {
        w->kind = DV_WANTS_TILE;
        find_partner(m, c, queue, w);
        return;
    }
    w->kind = it->kind == DV_IT_SET ? DV_WANTS_TAKER : DV_WANTS_FLAG;
    w->flag = it->kind == DV_IT_SET ? (struct dv_flag_key){pipe, it->peer, it->id}
                                    : (struct dv_flag_key){it->peer, pipe, it->id};
    find_giver(m, c, w);
}

static void want_of_scalar(const struct dv_machine *m, struct dv_core *c, struct dv_want *w)
{
    w->op = (int64_t)(c->s.pc / 4);
    w->queue = c->wait_queue;
    if (c->state == DV_CORE_ENDING || c->cause == DV_BY_BARRIER) {
        w->kind = DV_WANTS_ALL;
        for (unsigned q = 0; q < DV_QUEUES; q++)
            w->edges |= (uint8_t)(stuck(c, q) << q);
    } else if (c->cause == DV_BY_CROSS) {
        w->kind = DV_WANTS_CROSS;
        w->from = DV_NO_OP;
        w->flag.id = c->wait_id;
    } else if (c->cause == DV_BY_QUEUE) {
        w->kind = DV_WANTS_ROOM;
        w->edges = (uint8_t)(1u << w->queue);
    } else {
        bool set = c->cause == DV_BY_SET;
        w->kind = set ? DV_WANTS_TAKER : DV_WANTS_FLAG;
        w->flag = set ? (struct dv_flag_key){DV_PIPE_S, c->wait_queue, c->wait_id}
                      : (struct dv_flag_key){c->wait_queue, DV_PIPE_S, c->wait_id};
        find_giver(m, c, w);
    }
}

/* A way from the last node of the path back to its first. */
static bool walk(struct dv_stuck *k, unsigned seen)
{
    unsigned at = k->circle[k->n - 1];

    for (unsigned to = 0; to < DV_NODES; to++) {
        if (!(k->want[at].edges >> to & 1) || !k->want[to].kind)
            continue;
        if (to == k->circle[0])
            return true;
        if (seen >> to & 1)
            continue;
        k->circle[k->n++] = (uint8_t)to;
        if (walk(k, seen | 1u << to))
            return true;
        k->n--;
    }
    return false;
}

void dv_stuck_find(const struct dv_machine *m, struct dv_core *c, struct dv_stuck *out)
{
    memset(out, 0, sizeof *out);
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (stuck(c, q))
            want_of_queue(m, c, q, &out->want[q]);
    want_of_scalar(m, c, &out->want[DV_NODE_S]);
    for (unsigned start = 0; start < DV_NODES && !out->n; start++) {
        out->circle[0] = (uint8_t)start;
        out->n = 1;
        if (!out->want[start].kind || !walk(out, 1u << start))
            out->n = 0;
    }
}

bool dv_stuck_link(const struct dv_stuck *k, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < k->n; i++)
        if (k->circle[i] == a && k->circle[(i + 1) % k->n] == b)
            return true;
    return false;
}

/* ---- the remedy ------------------------------------------------------------------------------ */

/* Of a circle the node whose set comes behind its wait in the text: what is loaded, say, is set in
 * the order of the text, what is free again is not, and is what a first round lacks. */
static unsigned weakest(const struct dv_stuck *k)
{
    unsigned best = DV_NODES;

    for (unsigned i = 0; i < k->n; i++) {
        const struct dv_want *w = &k->want[k->circle[i]];
        bool back = w->from > w->op, had = best < DV_NODES && k->want[best].from > k->want[best].op;
        if (w->kind == DV_WANTS_FLAG &&
            (best == DV_NODES || back > had || (back == had && k->circle[i] < best)))
            best = k->circle[i];
    }
    return best;
}

/* The node to point at: one of the circle, else one that nobody provides, else the first. */
static unsigned culprit(const struct dv_stuck *k)
{
    unsigned first = DV_NODE_S, best = weakest(k);

    if (k->want[DV_NODE_S].kind == DV_WANTS_CROSS)
        return DV_NODE_S; /* the queues wait for S */

    for (unsigned n = DV_NODES; n-- > 0 && best == DV_NODES;)
        if (k->want[n].kind == DV_WANTS_FLAG || k->want[n].kind == DV_WANTS_TILE)
            first = n;
    for (unsigned n = DV_NODES; n-- > 0 && best == DV_NODES && !k->n;)
        if ((k->want[n].kind == DV_WANTS_FLAG || k->want[n].kind == DV_WANTS_TILE) &&
            !k->want[n].edges)
            first = n;
    return best < DV_NODES ? best : first;
}

struct names {
    char flag[128], word[80], line[100], from[100];
};

/* In a circle of flags: where to break it. */
static void fix_circle(struct dv_machine *m, struct dv_core *c, const struct dv_want *w,
                       const struct names *t)
{
    bool queued = w->giver == DV_GIVER_QUEUED;
    char at[100];

    dv_line_text(m, queued ? front(c, queue_of(w->flag.src))->op : (int64_t)(c->s.pc / 4), at,
                 sizeof at);
    if (!queued)
        dv_diag_fix(&m->diag,
                    "S comes to the set of %s only behind %s, where it waits: move it before",
                    t->from, at);
    else if (dv_flag_ever(c, w->flag.src, w->flag.dst, w->flag.id))
        dv_diag_fix(&m->diag, "move the set of %s at %s before %s, where its pipe waits", t->flag,
                    t->from, at);
    else
        dv_diag_fix(&m->diag,
                    "%s was never set: set it once before %s, or move the set of %s before %s",
                    t->flag, t->line, t->from, at);
}

static void fix_none(struct dv_machine *m, const struct dv_want *w, const struct names *t)
{
    struct dv_diag *d = &m->diag;
    char insn[64];
    int64_t work = dv_work_before(m, w->flag.src, w->op);
    char after[100] = "";

    if (work >= 0)
        dv_line_text(m, work, after, sizeof after);
    dv_diag_fix(d, "nothing %s %s: add %s %s%s", m->native.resume ? "issued so far sets" : "sets",
                t->flag, dv_flag_insn(DV_ENGINE_set_flag, w->flag, insn, sizeof insn),
                work >= 0 ? "after " : "where the wait may end", after);
}

static void fix_flag(struct dv_machine *m, struct dv_core *c, const struct dv_want *w,
                     const struct names *t)
{
    struct dv_diag *d = &m->diag;
    struct dv_flag_key stray = {w->flag.src, w->flag.dst, w->stray};
    char other[80];

    switch (w->giver) {
    case DV_GIVER_STRAY:
        dv_flag_word(m, stray, other, sizeof other);
        dv_diag_fix(d,
                    "%s (id %u) is set at %s and nobody waits for it: wait for id %u, or set id %u",
                    other, w->stray % DV_FLAG_IDS, t->from, w->stray % DV_FLAG_IDS,
                    w->flag.id % DV_FLAG_IDS);
        break;
    case DV_GIVER_BACK:
        dv_diag_fix(d, "%s sets the opposite direction: write %s", t->from,
                    dv_flag_insn(DV_ENGINE_set_flag, w->flag, other, sizeof other));
        break;
    case DV_GIVER_HIDDEN:
        dv_diag_fix(d, "look at the id in the register of %s: it was never %u", t->from,
                    w->flag.id % DV_FLAG_IDS);
        break;
    case DV_GIVER_PAST:
        dv_diag_fix(d,
                    "%s waits once more than %s is set (%s): set it once more, or leave out a wait",
                    t->line, t->word, t->from);
        break;
    case DV_GIVER_NONE:
        fix_none(m, w, t);
        break;
    default:
        fix_circle(m, c, w, t);
    }
}

/* What the other cores should have done. */
static void fix_cross(struct dv_machine *m, const struct dv_core *c, const struct dv_want *w)
{
    struct dv_cross_giver g;
    char at[100];

    dv_cross_giver(m, c, w->flag.id, &g);
    dv_line_text(m, g.op, at, sizeof at);
    if (g.kind == DV_CROSS_HALF)
        dv_diag_fix(&m->diag,
                    "core %u set it at %s in mode %u: core %u of the group must set it too", g.core,
                    at, g.number, g.lacks);
    else if (g.kind == DV_CROSS_OTHER)
        dv_diag_fix(&m->diag, "core %u set id %u at %s and nobody waits for that: is the id wrong?",
                    g.core, g.number, at);
    else
        dv_diag_fix(
            &m->diag,
            "nothing sets id %u any more: set_cross_core for this wait, in a mode that reaches "
            "core %u",
            w->flag.id, core_index(m, c));
}

static void fix(struct dv_machine *m, struct dv_core *c, const struct dv_want *w)
{
    struct names t;

    if (w->kind == DV_WANTS_CROSS) {
        fix_cross(m, c, w);
    } else if (w->kind == DV_WANTS_FLAG) {
        dv_flag_text(m, w->flag, t.flag, sizeof t.flag);
        dv_flag_word(m, w->flag, t.word, sizeof t.word);
        dv_line_text(m, w->op, t.line, sizeof t.line);
        dv_line_text(m, w->from, t.from, sizeof t.from);
        fix_flag(m, c, w, &t);
    } else if (w->kind == DV_WANTS_TILE) {
        dv_diag_fix(
            &m->diag,
            "the partner of a unit flag is missing: the last mmad of a tile and the fixpipe "
            "need unit_flag = 3, in turns");
    } else {
        dv_diag_fix(&m->diag,
                    "nothing left can set these flags: look for a missing or misplaced set");
    }
}

/* ---- the fault ------------------------------------------------------------------------------- */

struct sentence {
    char text[700];
    size_t n;
};

static void say(struct sentence *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct sentence *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(s->text + s->n, sizeof s->text - s->n, fmt, ap);
    va_end(ap);
    s->n += n > 0 ? (size_t)n : 0;
    if (s->n > sizeof s->text - 1)
        s->n = sizeof s->text - 1;
}

static void say_node(const struct dv_machine *m, const struct dv_core *c, unsigned node,
                     const struct dv_want *w, struct sentence *s)
{
    char flag[128], line[100];

    dv_flag_text(m, w->flag, flag, sizeof flag);
    dv_line_text(m, w->op, line, sizeof line);
    say(s, "%s ", dv_pipe_names[dv_node_pipe(node)]);
    if (w->kind == DV_WANTS_CROSS)
        say(s, "waits for cross-core flag %u at %s", w->flag.id, line);
    else if (w->kind == DV_WANTS_TILE)
        say(s, "waits for a unit flag at %s", line);
    else if (w->kind == DV_WANTS_ROOM)
        say(s, "waits at %s for room in the full queue of %s", line,
            dv_pipe_names[queue_pipe(w->queue)]);
    else if (w->kind == DV_WANTS_ALL && c->state == DV_CORE_ENDING)
        say(s, "waits at END (%s) for the pipes", line);
    else if (w->kind == DV_WANTS_ALL)
        say(s, "waits in a barrier at %s", line);
    else
        say(s, "waits for %sflag %s at %s", w->kind == DV_WANTS_TAKER ? "a wait for " : "", flag,
            line);
}

/* The others that wait for cores, a few of them. */
static void say_others(const struct dv_machine *m, const struct dv_core *c, struct sentence *s)
{
    enum { MOST = 3 };
    unsigned said = 0;

    for (unsigned i = 0; i < m->st->cores && c->cause == DV_BY_CROSS; i++) {
        const struct dv_core *o = &m->st->core[i];
        char line[100];
        if (o == c || !dv_cross_waits(o) || ++said > MOST)
            continue;
        dv_line_text(m, (int64_t)(o->s.pc / 4), line, sizeof line);
        say(s, "; core %u waits for cross-core flag %u at %s", i, o->wait_id, line);
    }
    if (said > MOST)
        say(s, "; %u more cores wait", said - MOST);
}

enum dv_err dv_core_deadlock(struct dv_machine *m, struct dv_core *c)
{
    struct sentence s = {.n = 0};
    struct dv_stuck k;
    unsigned node;

    if (dv_flags_twice(m, c))
        return m->fault;
    dv_stuck_find(m, c, &k);
    node = culprit(&k);
    say(&s, "deadlock on core %u", core_index(m, c));
    for (unsigned n = 0, said = 0; n < DV_NODES; n++) {
        if (!k.want[n].kind)
            continue;
        say(&s, "%s", said++ ? "; " : ": ");
        say_node(m, c, n, &k.want[n], &s);
    }
    say_others(m, c, &s);
    dv_core_fault(m, c, (uint32_t)k.want[node].op, dv_node_pipe(node), c->now, DV_E_DEADLOCK, "%s",
                  s.text);
    fix(m, c, &k.want[node]);
    return m->fault;
}
