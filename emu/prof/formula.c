/* Which numbers of the chip set the parts of a life, and by what formula. A formula is said only
 * when it gives the very value that the model used; else the number alone is named. */
#include "emu/prof/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct terms {
    const struct dv_life *life;
    const struct dv_chip *chip;
    struct dv_life_term *out;
    unsigned n;
};

static struct dv_life_term *add(struct terms *s, const char *name, dv_time value, unsigned number)
{
    static struct dv_life_term none;
    struct dv_life_term *t = s->n < DV_LIFE_TERMS ? &s->out[s->n++] : &none;
    *t = (struct dv_life_term){.name = name, .value = value, .numbers = 1};
    t->number[0] = (uint16_t)number;
    return t;
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- amounts at a rate ----------------------------------------------------------------------- */

/* Says "N unit / path" when that is the value; the rate may be a share of the number. */
static bool at_rate(const struct terms *s, struct dv_life_term *t, uint64_t amount,
                    const char *unit)
{
    const char *path = dv_chip_params[t->number[0]].path;
    dv_rate rate = s->chip->v[t->number[0]];
    dv_rate part = (dv_rate)((unsigned __int128)rate * DV_P(s->chip, l2_nd_share) >> 32);
    if (!amount || !rate)
        return false;
    if (dv_time_of(amount, rate) == t->value) {
        snprintf(t->text, sizeof t->text, "%" PRIu64 " %s / %s", amount, unit, path);
        return true;
    }
    if (!part || dv_time_of(amount, part) != t->value)
        return false;
    snprintf(t->text, sizeof t->text, "%" PRIu64 " %s / (%s x %s)", amount, unit, path,
             dv_chip_params[DV_CP_l2_nd_share].path);
    t->number[t->numbers++] = DV_CP_l2_nd_share;
    return true;
}

/* A convolution load gets a share of its rate (timing.md 2.3). */
static bool at_share(const struct terms *s, struct dv_life_term *t)
{
    const struct dv_amount *a = &s->life->amount;
    dv_rate rate = s->chip->v[t->number[0]];
    for (unsigned share = 2; a->step && share <= 4; share += 2) {
        uint64_t d = 2ull * a->step + (a->turns > 1 ? a->turns : 0) + share - 2;
        if (dv_time_of(a->bytes * d, rate * share) != t->value)
            continue;
        snprintf(t->text, sizeof t->text, "%" PRIu64 " bytes x %" PRIu64 " / %u / %s", a->bytes, d,
                 share, dv_chip_params[t->number[0]].path);
        return true;
    }
    return false;
}

/* Requests that wait for each other: n of them take n latencies, shared by those under way. */
static bool at_window(const struct terms *s, struct dv_life_term *t)
{
    static const uint16_t latency[] = {DV_CP_gm_l1_latency, DV_CP_gm_ub_latency, DV_CP_l2_latency,
                                       DV_CP_l2_write_latency, DV_CP_mem_latency};
    uint64_t n = s->life->traffic.requests, limit = s->chip->v[t->number[0]];
    for (unsigned i = 0; n && limit && i < sizeof latency / sizeof *latency; i++) {
        if (n * s->chip->v[latency[i]] / limit != t->value)
            continue;
        snprintf(t->text, sizeof t->text, "%" PRIu64 " request%s x %s / %s", n, plural(n),
                 dv_chip_params[latency[i]].path, dv_chip_params[t->number[0]].path);
        t->number[t->numbers++] = latency[i];
        return true;
    }
    return false;
}

static bool by_blocks(const struct terms *s, struct dv_life_term *t)
{
    uint64_t n = s->life->amount.blocks;
    if (!n || dv_time_of(n * 4096, s->chip->v[t->number[0]]) != t->value)
        return false;
    snprintf(t->text, sizeof t->text, "%" PRIu64 " block%s x 4096 MAC / %s", n, plural(n),
             dv_chip_params[t->number[0]].path);
    return true;
}

/* ---- vector ---------------------------------------------------------------------------------- */

static bool by_row(const struct terms *s, struct dv_life_term *t, bool tail)
{
    const struct dv_vcost *r = &s->chip->cost[t->number[0] - DV_CHIP_PARAM_COUNT];
    uint64_t n = s->life->amount.repeats;
    if (!tail && r->each * n == t->value) {
        snprintf(t->text, sizeof t->text, "%" PRIu64 " repeat%s x each", n, plural(n));
        return true;
    }
    if (tail && r->head + r->tail == t->value) {
        snprintf(t->text, sizeof t->text, r->tail ? "head + tail" : "head");
        return true;
    }
    if (!tail || r->head + r->tail + DV_P(s->chip, vector_counter) != t->value)
        return false;
    snprintf(t->text, sizeof t->text, "%s + %s", r->tail ? "head + tail" : "head",
             dv_chip_params[DV_CP_vector_counter].path);
    t->number[t->numbers++] = DV_CP_vector_counter;
    return true;
}

static bool by_ports(const struct terms *s, struct dv_life_term *t)
{
    uint64_t n = s->life->amount.repeats, all = t->value / DV_CYCLE;
    if (t->number[0] != DV_CP_ub_banks || t->value % DV_CYCLE || all < n)
        return false;
    snprintf(t->text, sizeof t->text,
             "%" PRIu64 " repeat%s x 1 cy + %" PRIu64 " cy of bank conflicts", n, plural(n),
             all - n);
    return true;
}

/* ---- work ------------------------------------------------------------------------------------ */

static void say_work(const struct terms *s, struct dv_life_term *t, bool miss)
{
    const struct dv_life *l = s->life;
    if (t->number[0] >= DV_CHIP_PARAM_COUNT) {
        by_row(s, t, false);
        return;
    }
    switch (dv_chip_params[t->number[0]].unit) {
    case DV_PU_MACS:
        by_blocks(s, t);
        return;
    case DV_PU_ELEMS:
        at_rate(s, t, l->amount.elems, "elements");
        return;
    case DV_PU_RATE:
        if (at_rate(s, t, miss ? l->traffic.lines : l->traffic.sectors, "bytes") ||
            at_rate(s, t, l->amount.bytes, "bytes"))
            return;
        at_share(s, t);
        return;
    default:
        if (!by_ports(s, t))
            at_window(s, t);
    }
}

static void term_work(struct terms *s)
{
    const struct dv_cost *k = &s->life->cost;
    unsigned missed = s->life->miss_bytes ? k->by[DV_TERM_MISS_WORK] : 0;
    if (k->work && (!missed || s->life->hit_bytes))
        say_work(s, add(s, missed ? "work_hit" : "work", k->work, k->by[DV_TERM_WORK]), false);
    if (missed)
        say_work(s, add(s, "work_miss", k->miss_work, missed), true);
}

/* ---- heads ----------------------------------------------------------------------------------- */

/* The latency of a move and the head of a fixpipe store stand together in one term. */
static void say_head(const struct terms *s, struct dv_life_term *t)
{
    const struct dv_cost *k = &s->life->cost;
    unsigned queued = k->by[DV_TERM_QUEUED];
    dv_time v = t->number[0] < DV_CHIP_PARAM_COUNT ? s->chip->v[t->number[0]] : t->value;
    if (v == t->value)
        return;
    if (k->memory && queued && v + k->head_queued == t->value) {
        snprintf(t->text, sizeof t->text, "%s + %s", dv_chip_params[t->number[0]].path,
                 dv_chip_params[queued].path);
        t->number[t->numbers++] = (uint16_t)queued;
        return;
    }
    snprintf(t->text, sizeof t->text, "what of %s is not hidden behind the work",
             dv_chip_params[t->number[0]].path);
}

static void head_term(struct terms *s, const char *name, dv_time value, unsigned term)
{
    if (value)
        say_head(s, add(s, name, value, s->life->cost.by[term]));
}

static void term_head(struct terms *s)
{
    const struct dv_life *l = s->life;
    const struct dv_cost *k = &l->cost;
    bool missed = l->miss_bytes && k->miss_cold > k->head_cold;
    if (l->why_end == DV_WHY_waited)
        head_term(s, "head_waited", k->head_waited, DV_TERM_WAITED);
    else if (l->why_end == DV_WHY_queued || l->why_end == DV_WHY_partner)
        head_term(s, "head_queued", k->head_queued, DV_TERM_QUEUED);
    else if (missed)
        head_term(s, "head_miss", k->miss_cold, DV_TERM_MISS_COLD);
    else
        head_term(s, "head_cold", k->head_cold, DV_TERM_COLD);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void term_slowed(struct terms *s)
{
    const struct dv_cost *k = &s->life->cost;
    struct dv_life_term *t;
    if (!k->slowed || s->life->end < s->life->begin + k->work + k->slowed)
        return;
    t = add(s, "slowed", k->slowed, k->by[DV_TERM_SLOWED]);
    snprintf(t->text, sizeof t->text, "work x %s: MTE2 writes L1 at the start",
             dv_chip_params[t->number[0] < DV_CHIP_PARAM_COUNT ? t->number[0] : 0].path);
}

static void item_terms(struct terms *s)
{
    const struct dv_life *l = s->life;
    const struct dv_cost *k = &l->cost;
    if (l->why_start == DV_WHY_interval)
        add(s, "interval", k->interval, k->by[DV_TERM_INTERVAL]);
    term_head(s);
    term_work(s);
    term_slowed(s);
    if (k->tail) {
        struct dv_life_term *t = add(s, "tail", k->tail, k->by[DV_TERM_TAIL]);
        if (t->number[0] >= DV_CHIP_PARAM_COUNT)
            by_row(s, t, true);
    }
}

static void sync_terms(struct terms *s)
{
    const struct dv_life *l = s->life;
    if (l->kind == DV_LIFE_WAIT && l->why_start == DV_WHY_flag)
        add(s, "flag_latency", DV_P(s->chip, flag_latency), DV_CP_flag_latency);
    if (l->kind == DV_LIFE_BAR) /* the next item of the queue starts so much later */
        add(s, "next_item", DV_P(s->chip, barrier), DV_CP_barrier);
    else
        add(s, "next_item", DV_P(s->chip, flag_issue), DV_CP_flag_issue);
}

static void stall_term(struct terms *s, const struct dv_life_stall *w)
{
    switch (w->reason) {
    case DV_STALL_icache:
        add(s, "icache_miss", DV_P(s->chip, icache_miss), DV_CP_icache_miss);
        break;
    case DV_STALL_dcache:
        add(s, "dcache_miss", DV_P(s->chip, scalar_miss), DV_CP_scalar_miss);
        break;
    case DV_STALL_mem_latency:
        add(s, "load", w->to - w->from, w->ub ? DV_CP_scalar_ld_ub : DV_CP_scalar_ld_gm);
        break;
    case DV_STALL_flag:
        add(s, "flag_latency", DV_P(s->chip, flag_latency), DV_CP_flag_latency);
        break;
    case DV_STALL_barrier:
        if (s->life->kind != DV_LIFE_END)
            add(s, "barrier", DV_P(s->chip, barrier), DV_CP_barrier);
        break;
    default:
        break;
    }
}

static void scalar_terms(struct terms *s, const struct dv_piece *piece, unsigned n)
{
    static const uint16_t number[DV_PIECES] = {[DV_PIECE_issue] = DV_CP_scalar_issue,
                                               [DV_PIECE_native] = DV_CP_scalar_native,
                                               [DV_PIECE_jump] = DV_CP_scalar_jump,
                                               [DV_PIECE_division] = DV_CP_scalar_div};
    for (unsigned i = 0; i < n; i++)
        if (piece[i].kind == DV_PIECE_stall)
            stall_term(s, &s->life->stall[piece[i].stall]);
        else if (number[piece[i].kind])
            add(s, dv_piece_names[piece[i].kind], piece[i].to - piece[i].from,
                number[piece[i].kind]);
}

unsigned dv_life_terms(const struct dv_life *l, const struct dv_chip *chip,
                       struct dv_life_term out[DV_LIFE_TERMS])
{
    struct terms s = {l, chip, out, 0};
    struct dv_piece piece[DV_LIFE_PIECES];
    if (l->scalar)
        scalar_terms(&s, piece, dv_life_pieces(l, chip, piece));
    else if (l->has_cost)
        item_terms(&s);
    else
        sync_terms(&s);
    return s.n;
}
