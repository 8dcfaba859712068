/* Two accesses at the same time: hulls first, exact bytes only where hulls meet. Trapped in every
 * timed run (DESIGN section 5); races that did not collide are the checker's business. */
#include "emu/core/flags.h"

#include <stdio.h>

static bool hulls_meet(const struct dv_hull *a, const struct dv_hull *b)
{
    return a->space == b->space && a->lo < b->hi && b->lo < a->hi && ((a->rw | b->rw) & DV_WRITE);
}

bool dv_jobs_near(const struct dv_job *a, const struct dv_job *b)
{
    if (!((a->writes & (b->reads | b->writes)) | (a->reads & b->writes)))
        return false; /* no space in common */
    for (unsigned i = 0; i < a->hulls; i++)
        for (unsigned j = 0; j < b->hulls; j++)
            if (hulls_meet(&a->hull[i], &b->hull[j]))
                return true;
    return false;
}

bool dv_job_near(const struct dv_job *j, unsigned space, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < j->hulls; i++)
        if (j->hull[i].space == space && j->hull[i].lo < hi && lo < j->hull[i].hi)
            return true;
    return false;
}

/* Hulls that meet and have no holes: no need to look closer. */
static bool jobs_share(const struct dv_job *a, const struct dv_job *b)
{
    for (unsigned i = 0; i < a->hulls; i++)
        for (unsigned j = 0; j < b->hulls; j++)
            if (a->hull[i].solid && b->hull[j].solid && hulls_meet(&a->hull[i], &b->hull[j]))
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
            if (a->space == DV_SPACE_GM && fa->atomic && fa->atomic == fb->atomic)
                continue; /* memory does them one after the other */
            if (dv_strided_overlap(a, b, &out->address)) {
                out->a = *a;
                out->b = *b;
                return true;
            }
        }
    return false;
}

static bool foot_of(struct dv_machine *m, struct dv_core *c, const struct dv_job *j,
                    struct dv_foot *f)
{
    struct dv_work w;
    dv_work_of(m, c, j, &w);
    return dv_access[dv_op_insn(w.op)->access](&w, f, NULL) == DV_OK;
}

static bool jobs_clash(struct dv_machine *m, struct dv_core *c, const struct dv_job *a,
                       const struct dv_job *b, struct clash *out)
{
    struct dv_foot fa, fb;
    return dv_jobs_near(a, b) && foot_of(m, c, a, &fa) && foot_of(m, c, b, &fb) &&
           feet_clash(&fa, &fb, out);
}

bool dv_jobs_depend(struct dv_machine *m, struct dv_core *c, const struct dv_job *a,
                    const struct dv_job *b)
{
    struct clash k;
    if (a->live_read & b->live)
        return true;
    return dv_jobs_near(a, b) && (jobs_share(a, b) || jobs_clash(m, c, a, b, &k));
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

/* The text between two accesses: one stretch, or two when the way leads back through a loop. */
struct stretch {
    int64_t from[2], to[2];
};

static struct stretch stretch(const struct dv_machine *m, int64_t first, int64_t second)
{
    struct stretch s = {{first, second}, {second, second}};

    if (first < second)
        return s;
    for (s.to[0] = first; s.to[0] < m->code.words; s.to[0]++)
        if ((s.from[1] = dv_jump_target(m, s.to[0])) <= second)
            return s;
    s.from[1] = 0;
    return s;
}

static int64_t seek(const struct dv_machine *m, unsigned sem, struct dv_flag_key f,
                    const struct stretch *s)
{
    int64_t op = dv_flag_seek(m, sem, f, s->from[0], s->to[0]);
    return op < 0 ? dv_flag_seek(m, sem, f, s->from[1], s->to[1]) : op;
}

/* The kernel has this flag: its wait is missing, or its set comes too early. */
static bool advise_flag(struct dv_machine *m, struct dv_flag_key f, int64_t first, int64_t second,
                        bool may_be_late)
{
    const struct stretch s = stretch(m, first, second);
    char flag[128], at[100], to[100];
    int64_t set = seek(m, DV_ENGINE_set_flag, f, &s), wait = seek(m, DV_ENGINE_wait_flag, f, &s);
    int64_t early = dv_flag_seek(m, DV_ENGINE_set_flag, f, 0, first);
    bool late = may_be_late && set < 0 && wait >= 0 && early >= 0 && first < second;

    if (!late && (set < 0 || wait >= 0))
        return false;
    dv_flag_text(m, f, flag, sizeof flag);
    dv_line_text(m, late ? early : set, at, sizeof at);
    dv_line_text(m, late ? first : second, to, sizeof to);
    dv_diag_fix(&m->diag,
                late ? "%s is set at %s: set it after %s"
                     : "%s is set at %s; wait for it before %s",
                flag, at, to);
    return true;
}

/* `by` waits for src between the two accesses. */
static bool hears(const struct dv_machine *m, unsigned src, unsigned by, int64_t first,
                  int64_t second)
{
    const struct stretch s = stretch(m, first, second);

    for (unsigned id = 0; id < DV_FLAG_ALL; id++)
        if (seek(m, DV_ENGINE_wait_flag, (struct dv_flag_key){src, by, id}, &s) >= 0)
            return true;
    return false;
}

/* A flag from src to dst, or from a pipe that works on in between. */
static bool advise_flags(struct dv_machine *m, unsigned src, unsigned dst, int64_t first,
                         int64_t second)
{
    for (unsigned id = 0; id < DV_FLAG_ALL; id++)
        if (advise_flag(m, (struct dv_flag_key){src, dst, id}, first, second, true))
            return true;
    for (unsigned by = 0; by < DV_PIPE_COUNT; by++)
        if (by != src && by != dst && hears(m, src, by, first, second))
            for (unsigned id = 0; id < DV_FLAG_ALL; id++)
                if (advise_flag(m, (struct dv_flag_key){by, dst, id}, first, second, false))
                    return true;
    return false;
}

/* Program order says who must wait: the access that was issued first has to complete first, even
 * when it started last. */
static void advise(struct dv_machine *m, unsigned pipe, const struct dv_item *now,
                   unsigned other_pipe, const struct dv_item *flying)
{
    struct dv_diag *d = &m->diag;
    bool in_order = flying->seq < now->seq;
    if (in_order ? advise_flags(m, other_pipe, pipe, flying->op, now->op)
                 : advise_flags(m, pipe, other_pipe, now->op, flying->op))
        return;
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

    dv_core_fault(m, c, now->op, pipe, now->start.at, DV_E_COLLISION,
                  "%s bytes at 0x%llx are %s by pipe %s while pipe %s still has them %s",
                  dv_spaces[k->a.space].name, (unsigned long long)k->address, doing(&k->a), p1, p0,
                  k->b.rw & DV_WRITE ? "in writing" : "in reading");
    dv_place_bytes(m, k->a.space, k->address, k->a.bytes, operand_name(m, now->op, &k->a), &d->at);
    d->has_other = true;
    dv_place_insn(m, c, flying->op, other_pipe, flying->start.at, &d->other);
    dv_place_bytes(m, k->b.space, k->address, k->b.bytes, operand_name(m, flying->op, &k->b),
                   &d->other);
    advise(m, pipe, now, other_pipe, flying);
    return DV_E_COLLISION;
}

/* Both hand tiles of L0C to each other by unit flags. */
static bool partners(const struct dv_job *a, const struct dv_job *b)
{
    return a->unit && b->unit;
}

/* Two items in flight together, and where they meet: the later start is the one at fault. */
struct meeting {
    dv_time at;
    unsigned queue[2]; /* of the later item, of the other */
    const struct dv_item *item[2];
    struct clash clash;
};

static void meet(struct dv_machine *m, struct dv_core *c, unsigned queue, const struct dv_item *it,
                 unsigned other, const struct dv_item *o, struct meeting *first)
{
    struct meeting k = {it->start.at, {queue, other}, {it, o}, {{0}, {0}, 0}};

    if (o->start.at > it->start.at)
        k = (struct meeting){o->start.at, {other, queue}, {o, it}, {{0}, {0}, 0}};
    if (partners(job_of(c, it), job_of(c, o)) || (first->item[0] && k.at >= first->at))
        return;
    if (jobs_clash(m, c, job_of(c, k.item[0]), job_of(c, k.item[1]), &k.clash))
        *first = k;
}

enum dv_err dv_collide_item(struct dv_machine *m, struct dv_core *c, unsigned queue,
                            const struct dv_item *it)
{
    const struct dv_job *j = job_of(c, it);
    struct meeting first;

    first.item[0] = NULL;
    if (m->opt.unordered)
        return DV_OK;
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        struct dv_ring *r = &c->ring[q];
        for (uint32_t i = r->next; q != queue && i-- != r->head;) {
            const struct dv_item *o = ring_item(r, i);
            if (o->done.at <= it->start.at)
                break; /* completions are in order: nothing older is in flight */
            if (o->kind == DV_IT_WORK && o->start.at < it->done.at && dv_jobs_near(j, job_of(c, o)))
                meet(m, c, queue, it, q, o, &first);
        }
    }
    if (!first.item[0])
        return DV_OK;
    return report(m, c, queue_pipe(first.queue[0]), first.item[0], queue_pipe(first.queue[1]),
                  first.item[1], &first.clash);
}

enum dv_err dv_collide_scalar(struct dv_machine *m, struct dv_core *c, unsigned space,
                              uint64_t address, unsigned bytes, unsigned rw)
{
    struct dv_foot f;
    struct dv_foot s = {.n = 1};
    struct clash k;
    struct dv_item now = {.op = (uint32_t)(c->s.pc / 4), .seq = c->seq, .start.at = c->now};
    struct dv_hull h = {address, address + bytes, (uint8_t)space, (uint8_t)rw, true};
    uint16_t mask = (uint16_t)(1u << space);
    struct dv_job j = {.hulls = 1, .hull = {h}};

    if (m->opt.unordered)
        return DV_OK;
    j.reads = rw & DV_READ ? mask : 0;
    j.writes = rw & DV_WRITE ? mask : 0;
    s.part[0] = (struct dv_strided){.space = (uint8_t)space,
                                    .rw = (uint8_t)rw,
                                    .operand = 255,
                                    .rows = 1,
                                    .bytes = bytes,
                                    .base = address};
    for (unsigned q = 0; q < DV_QUEUES; q++) {
        struct dv_ring *r = &c->ring[q];
        for (uint32_t i = r->head; i != r->next; i++) {
            const struct dv_item *o = ring_item(r, i);
            if (o->kind == DV_IT_WORK && o->start.at <= c->now && o->done.at > c->now &&
                dv_jobs_near(&j, job_of(c, o)) && foot_of(m, c, job_of(c, o), &f) &&
                feet_clash(&s, &f, &k))
                return report(m, c, DV_PIPE_S, &now, queue_pipe(q), o, &k);
        }
    }
    return DV_OK;
}
