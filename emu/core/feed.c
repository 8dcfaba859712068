/* S with a feed: which line of the log is due, and what time S spends on it. */
#include "emu/core/state.h"

#include <stdlib.h>

/* One core: the line S is at and the one behind it. */
struct dv_fed {
    struct dv_feed_line line, next;
    bool has_line, has_next;
    uint32_t part; /* of the block that runs */
};

static struct dv_fed *fed_of(const struct dv_machine *m, const struct dv_core *c)
{
    return &m->fed[core_index(m, c)];
}

static void look_ahead(struct dv_machine *m, struct dv_core *c, struct dv_fed *f)
{
    const struct dv_feed *feed = m->opt.feed;

    f->has_next = feed->next(feed->self, core_index(m, c), &f->next);
}

/* One allocation stands for all of GM: what the log's kernel had there is not known. */
enum dv_err dv_feed_place(struct dv_machine *m, struct dv_diag *d)
{
    const struct dv_feed *feed = m->opt.feed;
    uint64_t most = m->gm_bytes - (1 << 20), bytes = feed->gm_bytes ? feed->gm_bytes : most;

    if (bytes > most)
        return dv_fail(d, DV_E_MEMORY,
                       "the log reaches %llu bytes of GM, at most %llu are modelled",
                       (unsigned long long)bytes, (unsigned long long)most);
    m->fed = calloc(m->st->cores, sizeof *m->fed);
    if (!m->fed)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    m->st->alloc[m->st->allocs++] =
        (struct dv_alloc){.name = "gm", .address = DV_GM_BASE, .bytes = bytes};
    m->st->gm_used = (bytes + 1023) & ~511ull;
    return DV_OK;
}

void dv_feed_launch(struct dv_machine *m)
{
    m->opt.feed->rewind(m->opt.feed->self);
    for (unsigned i = 0; i < m->st->cores; i++) {
        m->fed[i].has_line = false;
        look_ahead(m, &m->st->core[i], &m->fed[i]);
    }
}

bool dv_feed_more(const struct dv_machine *m, const struct dv_core *c)
{
    return fed_of(m, c)->has_next;
}

bool dv_feed_paced(const struct dv_machine *m)
{
    return m->fed && m->opt.feed->paced && !m->opt.time_off;
}

dv_time dv_feed_start(const struct dv_machine *m, const struct dv_core *c, dv_time at)
{
    const struct dv_fed *f = fed_of(m, c);

    return dv_feed_paced(m) && f->has_next ? f->next.tick * DV_CYCLE : at;
}

void dv_feed_block(struct dv_machine *m, struct dv_core *c)
{
    struct dv_fed *f = fed_of(m, c);

    f->has_line = false;
    f->part = f->has_next ? f->next.part : UINT32_MAX;
}

bool dv_feed_take(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    struct dv_fed *f = fed_of(m, c);

    if (!f->has_line && (!f->has_next || f->next.part != f->part)) {
        c->state = DV_CORE_ENDING; /* the log says nothing more: as END does */
        return false;
    }
    if (!f->has_line) {
        f->line = f->next;
        f->has_line = true;
        look_ahead(m, c, f);
    }
    c->s.pc = 4ull * f->line.op;
    if (dv_feed_paced(m) && c->now < f->line.tick * DV_CYCLE) /* the first of a block */
        c->now = f->line.tick * DV_CYCLE;
    for (unsigned i = 0; f->line.op < m->code.words && i < DV_SLOTS; i++)
        if (m->code.op[f->line.op].slots >> i & 1)
            c->s.x[m->code.op[f->line.op].x[i]] = f->line.x[i];
    return c->now <= until;
}

static bool goes_on(const struct dv_fed *f)
{
    return f->has_next && f->next.part == f->part;
}

bool dv_feed_jumps(const struct dv_machine *m, const struct dv_core *c)
{
    const struct dv_fed *f = fed_of(m, c);

    return goes_on(f) && f->next.op != f->line.op + 1;
}

dv_time dv_feed_spend(struct dv_machine *m, struct dv_core *c, dv_time cost)
{
    struct dv_fed *f = fed_of(m, c);
    dv_time due = f->next.tick * DV_CYCLE, apart = (f->next.tick - f->line.tick) * DV_CYCLE;

    f->has_line = false;
    if (!dv_feed_paced(m) || !goes_on(f))
        return cost;
    cost = apart < cost ? apart : cost;
    return due > c->now + cost ? due - c->now : cost;
}

void dv_feed_free(struct dv_machine *m)
{
    free(m->fed);
    m->fed = NULL;
}
