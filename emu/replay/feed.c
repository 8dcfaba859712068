/* The spooled lines as what a machine is fed with, and how long items took there and here. */
#include "emu/replay/state.h"

#include <stdlib.h>
#include <string.h>

/* ---- the feed -------------------------------------------------------------------------------- */

static void record_next(struct dv_dump *k, struct dv_dump_core *c)
{
    c->now = c->ahead;
    c->has_now = c->has_ahead;
    c->has_ahead = dv_dump_spool_get(&c->lines, &c->ahead, sizeof c->ahead);
    k->failed |= c->lines.f && !c->has_ahead && ferror(c->lines.f);
}

static void rewind_all(void *self)
{
    struct dv_dump *k = self;

    for (unsigned i = 0; i < DV_DUMP_CORES; i++) {
        struct dv_dump_core *c = k->core[i];
        if (!c)
            continue;
        for (unsigned p = 0; p < DV_DUMP_PIPES; p++) {
            c->issued[p] = c->completed[p] = 0;
            if (c->done[p].f)
                rewind(c->done[p].f);
        }
        if (c->lines.f)
            rewind(c->lines.f);
        c->has_now = c->has_ahead = false;
    }
}

/* An address of GM in a register, moved to where GM is here. */
static void move_operand(const struct dv_operand *o, uint64_t by, uint64_t *x)
{
    unsigned width = (unsigned)o->hi - o->lo + 1;
    uint64_t mask = width == 64 ? UINT64_MAX : (1ull << width) - 1;
    uint64_t v = *x >> o->lo & mask;

    *x = (*x & ~(mask << o->lo)) | ((v + by) & mask) << o->lo;
}

static void move_line(const struct dv_dump *k, const struct dv_op *op, struct dv_feed_line *l)
{
    const struct dv_insn *in = dv_op_insn(op);
    uint64_t at = l->x[DV_XN];

    for (unsigned i = 0; op->exec == DV_EXEC_ITEM && i < in->operands; i++)
        if (in->operand[i].space == DV_SPACE_GM)
            move_operand(&in->operand[i], k->moved, &l->x[in->operand[i].slot]);
    if (op->exec == DV_EXEC_ENGINE && at >= k->gm_lo - DV_DUMP_PAGE &&
        at <= k->gm_hi + DV_DUMP_PAGE && op->pipe == DV_PIPE_S && op->sem != DV_ENGINE_mov_to_spr)
        l->x[DV_XN] += k->moved;
}

static bool next(void *self, unsigned core, struct dv_feed_line *out)
{
    struct dv_dump *k = self;
    struct dv_dump_core *c = core < DV_DUMP_CORES ? k->core[core] : NULL;

    if (!c)
        return false;
    record_next(k, c);
    if (!c->has_ahead)
        return false;
    const struct dv_dump_word *w = &k->word[c->ahead.line.op];
    *out = c->ahead.line;
    out->op = (uint32_t)((w->pc - k->base) / 4);
    out->tick -= k->first;
    if (k->moved)
        move_line(k, &w->op, out);
    return true;
}

void dv_dump_feed(struct dv_dump *k, struct dv_feed *f)
{
    *f = (struct dv_feed){.self = k, .rewind = rewind_all, .next = next};
}

enum dv_err dv_dump_failed(const struct dv_dump *k, struct dv_diag *d)
{
    return k->failed ? dv_fail(d, DV_E_IO, "cannot read back a temporary file of the log's lines")
                     : DV_OK;
}

/* ---- there and here -------------------------------------------------------------------------- */

/* The machine looks one line ahead: what it issues is the line before. */
static void issued(struct dv_dump_core *c, unsigned pipe)
{
    uint32_t n = c->issued[pipe]++ % DV_DUMP_PENDING;

    c->pending[pipe][n].tick = c->now.line.tick;
    c->pending[pipe][n].at = c->now.at;
    c->pending[pipe][n].file = c->now.file;
}

static void tally_add(struct dv_dump_tally *t, int64_t apart, uint64_t at, uint32_t file)
{
    int64_t near = apart < -DV_DUMP_NEAR  ? -DV_DUMP_NEAR
                   : apart > DV_DUMP_NEAR ? DV_DUMP_NEAR
                                          : apart;

    t->n++;
    t->near[near + DV_DUMP_NEAR]++;
    if (llabs(apart) > llabs(t->worst)) {
        t->worst = apart;
        t->worst_at = at;
        t->worst_file = file;
    }
    if (llabs(apart) > 1 && !t->has_first) {
        t->has_first = true;
        t->first_at = at;
        t->first_file = file;
    }
}

static void completed(struct dv_dump *k, struct dv_dump_core *c, const struct dv_event *e)
{
    uint32_t n = c->completed[e->pipe]++ % DV_DUMP_PENDING;
    uint64_t done;

    if (c->completed[e->pipe] > c->issued[e->pipe] ||
        !dv_dump_spool_get(&c->done[e->pipe], &done, sizeof done))
        return;
    int64_t there = (int64_t)(done - c->pending[e->pipe][n].tick);
    int64_t here = (int64_t)(e->done / DV_CYCLE) - (int64_t)(e->issue / DV_CYCLE);
    tally_add(&k->tally[e->pipe], here - there, c->pending[e->pipe][n].at,
              c->pending[e->pipe][n].file);
}

static void hear(void *self, const struct dv_event *e)
{
    struct dv_dump *k = self;
    struct dv_dump_core *c = e->core < DV_DUMP_CORES ? k->core[e->core] : NULL;

    if (!c || e->pipe >= DV_DUMP_PIPES)
        return;
    if (e->kind == DV_EV_ISSUE)
        issued(c, e->pipe);
    else
        completed(k, c, e);
}

void dv_dump_compare(struct dv_dump *k, struct dv_machine *m)
{
    struct dv_listener l = {k, hear, 1u << DV_EV_ISSUE | 1u << DV_EV_RETIRE};

    free(k->tally);
    k->tally = calloc(DV_DUMP_PIPES, sizeof *k->tally);
    if (k->tally)
        dv_machine_listen(m, &l);
}

static void place(const struct dv_dump *k, uint32_t file, uint64_t at, char *out, size_t size)
{
    snprintf(out, size, "%.200s:%llu", k->file[file], (unsigned long long)at);
}

static int64_t median(const struct dv_dump_tally *t)
{
    uint64_t below = 0;
    unsigned i = 0;

    while ((below += t->near[i]) * 2 < t->n)
        i++;
    return (int64_t)i - DV_DUMP_NEAR;
}

void dv_dump_apart(const struct dv_dump *k, unsigned pipe, struct dv_dump_apart *a)
{
    const struct dv_dump_tally *t = k->tally && pipe < DV_DUMP_PIPES ? &k->tally[pipe] : NULL;

    memset(a, 0, sizeof *a);
    if (!t || !t->n)
        return;
    a->n = t->n;
    a->median = median(t);
    a->worst = t->worst;
    if (t->worst)
        place(k, t->worst_file, t->worst_at, a->worst_at, sizeof a->worst_at);
    if (t->has_first)
        place(k, t->first_file, t->first_at, a->first_at, sizeof a->first_at);
}
