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

/* Another flag that is set and waits for nobody: the wait that is missing is often its own. */
static bool unheeded(const struct dv_machine *m, const struct dv_core *c, unsigned src,
                     unsigned dst, unsigned id, char *out, size_t size)
{
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++)
                if (c->flag[s][d][i].count && (s != src || d != dst || i != id)) {
                    flag_text(m, s, d, i, out, size);
                    return true;
                }
    return false;
}

static enum dv_err set_twice(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                             unsigned id, dv_time at, uint32_t op_index)
{
    char text[128];
    struct dv_diag *d = &m->diag;

    flag_text(m, src, dst, id, text, sizeof text);
    dv_core_fault(m, c, op_index, src, at, DV_E_FLAG, "flag %s is set twice without a wait between",
                  text);
    d->has_other = true;
    dv_place_insn(m, c, c->flag[src][dst][id].op, src, c->flag[src][dst][id].raised.at, &d->other);
    if (unheeded(m, c, src, dst, id, text, sizeof text))
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
    unsigned queue = queue_of(dst);

    if (f->count >= PIPE_FLAG_LIMIT || (f->taken && at->at <= f->taken))
        return set_twice(m, c, src, dst, id, at->at, op_index);
    f->count++;
    c->flag_used[src][dst] |= (uint8_t)(1u << id);
    f->raised = *at;
    f->op = op_index;
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
    return DV_OK;
}

void dv_flag_take(struct dv_core *c, unsigned src, unsigned dst, unsigned id, dv_time at)
{
    struct dv_flag *f = flag_at(c, src, dst, id);
    unsigned queue = queue_of(src);

    f->count--;
    f->taken = at;
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
}

enum dv_err dv_core_leftovers(struct dv_machine *m, struct dv_core *c)
{
    char text[128];

    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++) {
                if (!c->flag[s][d][i].count)
                    continue;
                flag_text(m, s, d, i, text, sizeof text);
                dv_core_fault(m, c, c->flag[s][d][i].op, s, c->flag[s][d][i].raised.at, DV_E_FLAG,
                              "flag %s is still set at END", text);
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

/* A SET whose flag nobody can consume any more. */
static const struct dv_item *stuck_set(const struct dv_core *c, unsigned *queue)
{
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        const struct dv_ring *r = &c->ring[q];
        const struct dv_item *it = &r->item[r->next & (DV_RING - 1)];
        *queue = q;
        if (r->next != r->tail && it->kind == DV_IT_SET)
            return it;
    }
    return NULL;
}

enum dv_err dv_core_deadlock(struct dv_machine *m, struct dv_core *c)
{
    struct picture p = {.n = 0};
    unsigned pipe, queue;
    uint32_t op = culprit(c, &pipe);
    const struct dv_item *set = stuck_set(c, &queue);

    if (set)
        return set_twice(m, c, queue_pipe(queue), set->peer, set->id,
                         c->ring[queue].done.at > set->dispatch ? c->ring[queue].done.at
                                                                : set->dispatch,
                         set->op);

    picture_add(&p, "deadlock on core %u: ", core_index(m, c));
    for (unsigned q = 0; q < DV_QUEUES; q++)
        picture_queue(m, c, q, &p);
    picture_scalar(m, c, &p);
    dv_core_fault(m, c, op, pipe, c->now, DV_E_DEADLOCK, "%s", p.text);
    snprintf(m->diag.fix, sizeof m->diag.fix,
             "nothing left can set these flags: look for a missing or misplaced set");
    return m->fault;
}
