/* Cuts a life into pieces that follow each other without gaps, so that they add up. Owns which
 * moments part them; knows no text. */
#include "emu/prof/explain.h"

const char *const dv_piece_names[DV_PIECES] = {
#define X(n) #n,
    DV_PIECE_LIST(X)
#undef X
};

struct cut {
    struct dv_piece *out;
    unsigned n;
    dv_time at; /* everything before is cut */
};

/* A piece up to a moment; none when that is not later. */
static void upto(struct cut *c, unsigned kind, dv_time to, bool always)
{
    if ((to <= c->at && !always) || c->n == DV_LIFE_PIECES)
        return;
    to = to > c->at ? to : c->at;
    c->out[c->n++] = (struct dv_piece){.kind = (uint8_t)kind, .from = c->at, .to = to};
    c->at = to;
}

static dv_time least(dv_time a, dv_time b)
{
    return a < b ? a : b;
}

static void cut_work(struct cut *c, const struct dv_life *l)
{
    bool memory = l->cost.memory;
    upto(c, DV_PIECE_held, l->ready, false);
    upto(c, DV_PIECE_unit, l->start, false);
    upto(c, DV_PIECE_head, l->begin, false);
    upto(c, DV_PIECE_work, memory ? l->end : least(l->begin + l->cost.work, l->end), true);
    if (!memory && l->cost.slowed)
        upto(c, DV_PIECE_slowed, least(c->at + l->cost.slowed, l->end), false);
    upto(c, DV_PIECE_partner, l->end, false);
    upto(c, DV_PIECE_tail, least(l->end + l->cost.tail, l->done), false);
}

static void cut_scalar(struct cut *c, const struct dv_life *l, const struct dv_chip *chip)
{
    dv_time division = dv_time_scalar(chip, &l->op, false);
    for (unsigned i = 0; i < l->stalls; i++) {
        if (l->stall[i].from < c->at)
            continue;
        upto(c, DV_PIECE_stall, l->stall[i].to, false);
        if (c->n)
            c->out[c->n - 1].stall = (uint8_t)i;
    }
    if (l->unlisted)
        upto(c, DV_PIECE_order, c->at + l->unlisted, false);
    upto(c, DV_PIECE_issue, least(c->at + DV_P(chip, scalar_issue), l->done), false);
    if (l->native)
        upto(c, DV_PIECE_native, least(c->at + DV_P(chip, scalar_native), l->done), false);
    upto(c, DV_PIECE_division, least(c->at + division, l->done), false);
    upto(c, DV_PIECE_jump, l->done, false);
}

unsigned dv_life_pieces(const struct dv_life *l, const struct dv_chip *chip,
                        struct dv_piece out[DV_LIFE_PIECES])
{
    struct cut c = {out, 0, l->dispatch};
    if (l->scalar) {
        cut_scalar(&c, l, chip);
        return c.n;
    }
    upto(&c, DV_PIECE_queued, l->turn, false);
    if (l->has_cost)
        cut_work(&c, l);
    else
        upto(&c, l->kind == DV_LIFE_BAR ? DV_PIECE_barrier : DV_PIECE_flag, l->start, false);
    upto(&c, DV_PIECE_order, l->done, false);
    return c.n;
}
