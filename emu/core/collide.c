/* Two accesses at the same time: hulls first, exact bytes only where hulls meet. Trapped in every
 * timed run (DESIGN section 5); races that did not collide are the checker's business. */
#include "emu/core/state.h"

#include <stdio.h>

static bool hulls_meet(const struct dv_hull *a, const struct dv_hull *b)
{
    return a->space == b->space && a->lo < b->hi && b->lo < a->hi && ((a->rw | b->rw) & DV_WRITE);
}

static bool items_near(const struct dv_item *a, const struct dv_item *b)
{
    for (unsigned i = 0; i < a->hulls; i++)
        for (unsigned j = 0; j < b->hulls; j++)
            if (hulls_meet(&a->hull[i], &b->hull[j]))
                return true;
    return false;
}

/* The two parts that really share a byte, and where. */
struct clash {
    struct dv_strided a, b;
    uint64_t address;
};

static bool feet_clash(const struct dv_foot *fa, const struct dv_foot *fb, struct clash *out)
{
    for (unsigned i = 0; i < fa->n; i++)
        for (unsigned j = 0; j < fb->n; j++) {
            const struct dv_strided *a = &fa->part[i], *b = &fb->part[j];
            if (a->space != b->space || !((a->rw | b->rw) & DV_WRITE))
                continue;
            if (dv_strided_overlap(a, b, &out->address)) {
                out->a = *a;
                out->b = *b;
                return true;
            }
        }
    return false;
}

static bool foot_of(struct dv_machine *m, struct dv_core *c, const struct dv_item *it,
                    struct dv_foot *f)
{
    struct dv_work w;
    dv_work_of(m, c, it, &w);
    return dv_access[dv_op_insn(w.op)->access](&w, f, NULL) == DV_OK;
}

static bool items_clash(struct dv_machine *m, struct dv_core *c, const struct dv_item *a,
                        const struct dv_item *b, struct clash *out)
{
    struct dv_foot fa, fb;
    return items_near(a, b) && foot_of(m, c, a, &fa) && foot_of(m, c, b, &fb) &&
           feet_clash(&fa, &fb, out);
}

bool dv_items_depend(struct dv_machine *m, struct dv_core *c, const struct dv_item *a,
                     const struct dv_item *b)
{
    struct clash k;
    return items_clash(m, c, a, b, &k);
}

static const char *operand_name(const struct dv_machine *m, uint32_t op, const struct dv_strided *p)
{
    const struct dv_insn *in = dv_op_insn(&m->code.op[op]);
    return p->operand < in->operands ? in->operand[p->operand].name : "";
}

static const char *doing(const struct dv_strided *p)
{
    return p->rw & DV_WRITE ? "written" : "read";
}

/* Program order says who must wait: the access that was issued first has to complete first, even
 * when it started last. */
static void advise(struct dv_machine *m, unsigned pipe, const struct dv_item *now,
                   unsigned other_pipe, const struct dv_item *flying)
{
    struct dv_diag *d = &m->diag;
    bool in_order = flying->seq < now->seq;
    const char *first = dv_pipe_names[in_order ? other_pipe : pipe];
    const char *second = dv_pipe_names[in_order ? pipe : other_pipe];
    int set = in_order ? d->other.line : d->at.line, wait = in_order ? d->at.line : d->other.line;

    snprintf(d->fix, sizeof d->fix,
             "order them: set_flag.%s.%s after line %d, wait_flag.%s.%s before %sline %d", first,
             second, set, first, second, wait <= set ? "the next " : "", wait);
}

static enum dv_err report(struct dv_machine *m, struct dv_core *c, unsigned pipe,
                          const struct dv_item *now, unsigned other_pipe,
                          const struct dv_item *flying, const struct clash *k)
{
    struct dv_diag *d = &m->diag;
    const char *p0 = dv_pipe_names[other_pipe], *p1 = dv_pipe_names[pipe];

    dv_core_fault(m, c, now->op, pipe, now->start, DV_E_COLLISION,
                  "%s bytes at 0x%llx are %s by pipe %s while pipe %s still has them %s",
                  dv_spaces[k->a.space].name, (unsigned long long)k->address, doing(&k->a), p1, p0,
                  k->b.rw & DV_WRITE ? "in writing" : "in reading");
    dv_place_bytes(m, k->a.space, k->address, k->a.bytes, operand_name(m, now->op, &k->a), &d->at);
    d->has_other = true;
    dv_place_insn(m, c, flying->op, other_pipe, flying->start, &d->other);
    dv_place_bytes(m, k->b.space, k->address, k->b.bytes, operand_name(m, flying->op, &k->b),
                   &d->other);
    advise(m, pipe, now, other_pipe, flying);
    return DV_E_COLLISION;
}

enum dv_err dv_collide_item(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_item *it)
{
    struct clash k;

    for (unsigned q = 0; q < DV_QUEUES; q++) {
        struct dv_ring *r = &c->ring[q];
        if (q == queue)
            continue;
        for (uint32_t i = r->head; i != r->next; i++) {
            const struct dv_item *o = ring_item(r, i);
            if (o->hulls && o->done > it->start && items_clash(m, c, it, o, &k))
                return report(m, c, queue_pipe(queue), it, queue_pipe(q), o, &k);
        }
    }
    return DV_OK;
}

enum dv_err dv_collide_scalar(struct dv_machine *m, struct dv_core *c, unsigned space,
                              uint64_t address, unsigned bytes, unsigned rw)
{
    struct dv_foot f;
    struct dv_foot s = {.n = 1};
    struct clash k;
    struct dv_item now = {
        .op = (uint32_t)(c->s.pc / 4), .seq = c->seq, .start = c->now, .hulls = 1};

    s.part[0] = (struct dv_strided){.space = (uint8_t)space,
                                    .rw = (uint8_t)rw,
                                    .operand = 255,
                                    .rows = 1,
                                    .bytes = bytes,
                                    .base = address};
    now.hull[0] = (struct dv_hull){address, address + bytes, (uint8_t)space, (uint8_t)rw};
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        struct dv_ring *r = &c->ring[q];
        for (uint32_t i = r->head; i != r->next; i++) {
            const struct dv_item *o = ring_item(r, i);
            if (items_near(&now, o) && foot_of(m, c, o, &f) && feet_clash(&s, &f, &k))
                return report(m, c, DV_PIPE_S, &now, queue_pipe(q), o, &k);
        }
    }
    return DV_OK;
}
