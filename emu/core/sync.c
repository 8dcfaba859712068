/* Flags as limited counts, leftovers at END, and the picture of a deadlock. */
#include "emu/core/state.h"

#include <stdio.h>

enum { PIPE_FLAG_LIMIT = 1 }; /* isa.md 3.3: one bit; a limit, not a type */

static void flag_text(const struct dv_machine *m, unsigned src, unsigned dst, unsigned id,
                      char *out, size_t size)
{
    char name[64];
    int n = snprintf(out, size, "%s -> %s, id %u", dv_pipe_names[src], dv_pipe_names[dst], id);
    if (m->obj && dv_obj_flag_at(m->obj, m->st->kernel, src, dst, id, name, sizeof name) && n > 0 &&
        (size_t)n < size)
        snprintf(out, size, "%s (%s -> %s, id %u)", name, dv_pipe_names[src], dv_pipe_names[dst],
                 id);
}

static unsigned line_of(const struct dv_machine *m, uint64_t pc)
{
    const struct dv_line *l = m->obj ? dv_obj_line(m->obj, pc) : NULL;
    return l ? l->line : 0;
}

/* Set and not yet consumed at a time, though the queues may know more. */
static bool waits_at(const struct dv_flag *f, dv_time at)
{
    return (f->count && f->set[0].at.at <= at) || (f->taken > at && f->last.at.at <= at);
}

/* Another flag that is set and waits for nobody: the wait that is missing is often its own. */
static bool unheeded(const struct dv_machine *m, const struct dv_core *c, unsigned src,
                     unsigned dst, unsigned id, dv_time at, char *out, size_t size)
{
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++)
                if (waits_at(&c->flag[s][d][i], at) && (s != src || d != dst || i != id)) {
                    flag_text(m, s, d, i, out, size);
                    return true;
                }
    return false;
}

/* `late` came before the wait for `first`. */
static enum dv_err set_twice(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                             unsigned id, const struct dv_raise *late, const struct dv_raise *first)
{
    struct dv_raise a = *late, b = *first;
    dv_time at = a.at.at;
    char text[128];
    struct dv_diag *d = &m->diag;

    flag_text(m, src, dst, id, text, sizeof text);
    dv_core_fault(m, c, a.op, src, at, DV_E_FLAG, "flag %s is set twice without a wait between",
                  text);
    d->has_other = true;
    dv_place_insn(m, c, b.op, src, b.at.at, &d->other);
    if (unheeded(m, c, src, dst, id, at, text, sizeof text))
        snprintf(d->fix, sizeof d->fix,
                 "flag %s is set and not waited for: is its wait missing, so that %s ran ahead?",
                 text, dv_pipe_names[src]);
    else
        snprintf(d->fix, sizeof d->fix, "wait_flag.%s.%s id %u before the second set",
                 dv_pipe_names[src], dv_pipe_names[dst], id);
    return m->fault;
}

/* A set at the very time of the wait for the one before comes too early: sets come first. */
enum dv_err dv_flag_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, const struct dv_moment *at, uint32_t op_index)
{
    struct dv_flag *f = flag_at(c, src, dst, id);
    struct dv_raise set = {*at, op_index};
    unsigned queue = queue_of(dst);

    if (!f->count && f->taken && at->at <= f->taken)
        return set_twice(m, c, src, dst, id, &set, &f->last);
    f->set[f->count++] = set;
    c->flag_used[src][dst] |= (uint8_t)(1u << id);
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
    return DV_OK;
}

enum dv_err dv_flag_take(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                         unsigned id, dv_time at)
{
    struct dv_flag *f = flag_at(c, src, dst, id);
    unsigned queue = queue_of(src);

    f->last = f->set[0];
    f->taken = at;
    f->set[0] = f->set[1];
    if (--f->count && f->set[0].at.at <= at)
        return set_twice(m, c, src, dst, id, &f->set[0], &f->last);
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
    return DV_OK;
}

/* Two sets that nobody can consume any more; the earliest second one. */
static enum dv_err sets_left(struct dv_machine *m, struct dv_core *c)
{
    unsigned src = 0, dst = 0, id = 0;
    const struct dv_flag *first = NULL;

    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++) {
                const struct dv_flag *f = flag_at(c, s, d, i);
                if (f->count < DV_SETS || (first && first->set[1].at.at <= f->set[1].at.at))
                    continue;
                first = f;
                src = s, dst = d, id = i;
            }
    return first ? set_twice(m, c, src, dst, id, &first->set[1], &first->set[0]) : DV_OK;
}

enum dv_err dv_core_leftovers(struct dv_machine *m, struct dv_core *c)
{
    char text[128];

    if (sets_left(m, c))
        return m->fault;
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++) {
                if (!c->flag[s][d][i].count)
                    continue;
                flag_text(m, s, d, i, text, sizeof text);
                dv_core_fault(m, c, c->flag[s][d][i].set[0].op, s, c->flag[s][d][i].set[0].at.at,
                              DV_E_FLAG, "flag %s is still set at END", text);
                snprintf(m->diag.fix, sizeof m->diag.fix,
                         "wait for it before END; the next kernel on this core would see it");
                return m->fault;
            }
    return DV_OK;
}

/* ---- deadlock -------------------------------------------------------------------------------- */

struct picture {
    char text[700];
    size_t n;
    unsigned blocked;
    bool unit; /* a unit flag is waited for */
};

static void picture_add(struct picture *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void picture_add(struct picture *p, const char *fmt, ...)
{
    va_list ap;
    if (p->n >= sizeof p->text - 1)
        return;
    va_start(ap, fmt);
    int n = vsnprintf(p->text + p->n, sizeof p->text - p->n, fmt, ap);
    va_end(ap);
    p->n += n > 0 ? (size_t)n : 0;
    if (p->n > sizeof p->text - 1)
        p->n = sizeof p->text - 1;
}

static void picture_queue(const struct dv_machine *m, const struct dv_core *c, unsigned queue,
                          struct picture *p)
{
    const struct dv_ring *r = &c->ring[queue];
    const struct dv_item *it = &r->item[r->next & (DV_RING - 1)];
    char text[128];

    if (r->next == r->tail || it->kind == DV_IT_SET)
        return;
    if (it->kind == DV_IT_WORK) {
        p->unit = true;
        picture_add(p, "%s%s waits for a unit flag at line %u", p->blocked++ ? "; " : "",
                    dv_pipe_names[queue_pipe(queue)], line_of(m, item_pc(it)));
        return;
    }
    flag_text(m, it->peer, queue_pipe(queue), it->id, text, sizeof text);
    picture_add(p, "%s%s waits for flag %s at line %u", p->blocked++ ? "; " : "",
                dv_pipe_names[queue_pipe(queue)], text, line_of(m, item_pc(it)));
}

static void picture_scalar(const struct dv_machine *m, const struct dv_core *c, struct picture *p)
{
    char text[128];
    unsigned line = line_of(m, c->s.pc);

    picture_add(p, "%ss ", p->blocked++ ? "; " : "");
    if (c->state == DV_CORE_ENDING)
        picture_add(p, "waits at END (line %u) for the pipes", line);
    else if (c->cause == DV_BY_QUEUE)
        picture_add(p, "waits at line %u for room in the full queue of %s", line,
                    dv_pipe_names[queue_pipe(c->wait_queue)]);
    else if (c->cause == DV_BY_BARRIER)
        picture_add(p, "waits in a barrier at line %u", line);
    else {
        flag_text(m, c->wait_queue, DV_PIPE_S, c->wait_id, text, sizeof text);
        picture_add(p, "waits for flag %s at line %u", text, line);
    }
}

/* The instruction to point at: a waiting pipe's, else that of S. */
static uint32_t culprit(const struct dv_core *c, unsigned *pipe)
{
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        const struct dv_ring *r = &c->ring[q];
        const struct dv_item *it = &r->item[r->next & (DV_RING - 1)];
        if (r->next != r->tail && it->kind != DV_IT_SET) {
            *pipe = queue_pipe(q);
            return it->op;
        }
    }
    *pipe = DV_PIPE_S;
    return (uint32_t)(c->s.pc / 4);
}

enum dv_err dv_core_deadlock(struct dv_machine *m, struct dv_core *c)
{
    struct picture p = {.n = 0};
    unsigned pipe;
    uint32_t op = culprit(c, &pipe);

    if (sets_left(m, c))
        return m->fault;
    picture_add(&p, "deadlock on core %u: ", core_index(m, c));
    for (unsigned q = 0; q < DV_QUEUES; q++)
        picture_queue(m, c, q, &p);
    picture_scalar(m, c, &p);
    dv_core_fault(m, c, op, pipe, c->now, DV_E_DEADLOCK, "%s", p.text);
    snprintf(m->diag.fix, sizeof m->diag.fix, "%s",
             p.unit ? "the partner of a unit flag is missing: the last mmad of a tile and the "
                      "fixpipe need unit_flag = 3, in turns"
                    : "nothing left can set these flags: look for a missing or misplaced set");
    return m->fault;
}
