/* Unit flags (isa.md 7.6): MMAD and fixpipe hand tiles of L0C to each other without flags of the
 * queues. Mode 2 checks, mode 3 checks and flips. The hardware keeps a bit per 512 bytes; here a
 * tile is what one instruction touches, handed over as a whole but overlapped in time (ours): the
 * reader may begin when the last MMAD has begun and ends no earlier than a head behind it; the
 * writer of the next tile follows the reader in the same way. */
#include "emu/core/state.h"

enum { FLIP = 3 };

static const struct dv_hull *tile_of(const struct dv_job *j)
{
    for (unsigned i = 0; i < j->hulls; i++)
        if (j->hull[i].space == DV_SPACE_L0C)
            return &j->hull[i];
    return NULL;
}

static bool is_writer(const struct dv_machine *m, const struct dv_job *j)
{
    return m->code.op[j->op].pipe == DV_PIPE_M;
}

static bool touches(const struct dv_tile *u, const struct dv_hull *h)
{
    return u && u->used && u->lo < h->hi && h->lo < u->hi;
}

/* Of two tiles that an item touches the one that holds it up longer. */
static bool harder(const struct dv_tile *a, const struct dv_tile *b)
{
    return a->full != b->full ? a->full : a->end.at > b->end.at;
}

/* The state of a tile: what overlaps it, a full one first, else a free place. NULL: too many. */
static struct dv_tile *unit_at(struct dv_core *c, const struct dv_hull *h)
{
    struct dv_tile *found = NULL, *spare = NULL;

    for (unsigned i = 0; i < DV_UNITS; i++) {
        struct dv_tile *u = &c->unit[i];
        if (touches(u, h))
            found = !found || harder(u, found) ? u : found;
        else if (!u->used || (!u->full && !spare))
            spare = spare && spare->used == u->used ? spare : u;
    }
    return found ? found : spare;
}

bool dv_unit_ready(struct dv_machine *m, struct dv_core *c, const struct dv_job *j,
                   struct dv_bid *b)
{
    const struct dv_hull *h = tile_of(j);
    const struct dv_tile *u = h ? unit_at(c, h) : NULL;
    bool writer = is_writer(m, j), known = h && touches(u, h);

    if (!h)
        return true;
    if (writer ? !u || (known && u->full) : !known || !u->full)
        return false;
    if (known && u->begun.at > b->at)
        *b = (struct dv_bid){.at = u->begun.at,
                             .base = &u->begun.by,
                             .why = DV_WHY_unit_flag,
                             .pipe = writer ? DV_PIPE_FIX : DV_PIPE_M};
    return true;
}

/* The end of an item follows the end of its partner by one head. */
static void follow(struct dv_machine *m, struct dv_ring *r, struct dv_item *it,
                   const struct dv_tile *u, dv_time head, unsigned number)
{
    if (u->end.at + head <= it->end)
        return;
    r->end = u->end;
    r->end.at += head;
    blame_add(m, &r->end.by, head, number);
    it->end = r->end.at;
    it->why_end = DV_WHY_partner;
    if (it->done.at < it->end)
        it->done = r->end;
}

void dv_unit_start(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it)
{
    struct dv_ring *r = &c->ring[queue];
    const struct dv_job *j = job_of(c, it);
    const struct dv_hull *h = tile_of(j);
    struct dv_tile *u = h ? unit_at(c, h) : NULL;

    if (!u)
        return;
    if (touches(u, h))
        follow(m, r, it, u, j->cost.head_queued, j->cost.by[DV_TERM_QUEUED]);
    if (j->unit != FLIP)
        return;
    for (unsigned i = 0; i < DV_UNITS; i++) /* this one covers what it overlaps */
        c->unit[i].used = c->unit[i].used && !touches(&c->unit[i], h);
    *u = (struct dv_tile){h->lo, h->hi, true, is_writer(m, j), it->start, r->end};
    c->wake |= (uint8_t)(1u << (u->full ? DV_Q_FIX : DV_Q_M));
}
