/* Hints about moves between GM and local memory: pieces that are short (BURST) or lie badly in the
 * lines of GM (GMALIGN). What it costs is asked of the cost formulas: the same bytes in one piece,
 * or with every row at the start of a line. For long pieces they say nothing, documents do: full
 * speed needs addresses aligned to 512 bytes, else up to 30 % are lost (timing.md 2.8). */
#include "emu/check/hint.h"

enum {
    LINE = 512,          /* requests end at lines of L2 (timing.md 2.8) */
    FULL_BYTES = 16384,  /* a piece that gets the full rate if it is aligned (timing.md 2.8) */
    BURST_BYTES = 4096,  /* moved in all by one instruction: less is not worth a word */
    ALIGN_BYTES = 16384, /* the same for alignment, where less is lost */
    HALF = 2,            /* BURST: half as long again */
    TENTH = 10           /* GMALIGN: a tenth */
};

/* ---- one move -------------------------------------------------------------------------------- */

static dv_time larger(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

/* What MTE2, MTE3 or FIX need for it in a stream of such moves. */
static dv_time takes(const struct dv_rules *k, const struct dv_work *w, const struct dv_foot *f)
{
    struct dv_cost cost;

    dv_time_cost(dv_machine_chip(k->book.m), w, f, &cost);
    return larger(cost.work, cost.interval);
}

static bool is_gm(const struct dv_strided *p)
{
    return p->space == DV_SPACE_GM && p->rows && p->bytes;
}

static bool joins(const struct dv_strided *p)
{
    return p->rows == 1 || p->pitch == (int64_t)p->bytes;
}

static dv_time takes_aligned(const struct dv_rules *k, const struct dv_deed *e)
{
    struct dv_foot f = e->foot;

    for (unsigned i = 0; i < f.n; i++) {
        struct dv_strided *p = &f.part[i];
        if (!is_gm(p))
            continue;
        if (joins(p) && (uint64_t)p->rows * p->bytes <= UINT32_MAX) {
            p->bytes *= p->rows;
            p->rows = 1;
        }
        p->base -= p->base % LINE;
        p->pitch -= p->pitch % LINE;
    }
    return takes(k, &e->work, &f);
}

/* A whole move of the same bytes, without what starting one more costs. */
static dv_time takes_joined(const struct dv_rules *k, const struct dv_deed *e)
{
    struct dv_foot f = e->foot;
    struct dv_cost cost;

    for (unsigned i = 0; i < f.n; i++) {
        struct dv_strided *p = &f.part[i];
        if (!is_gm(p) || (uint64_t)p->rows * p->bytes > UINT32_MAX)
            continue;
        p->bytes *= p->rows;
        p->rows = 1;
        p->base -= p->base % LINE;
    }
    dv_time_cost(dv_machine_chip(k->book.m), &e->work, &f, &cost);
    return cost.work;
}

/* Equal for moves of one shape: places within lines count, not addresses. */
static uint64_t key_of(const struct dv_foot *f)
{
    uint64_t key = 1;

    for (unsigned i = 0; i < f->n; i++) {
        const struct dv_strided *p = &f->part[i];
        if (!is_gm(p))
            continue;
        key = (key ^ p->base % LINE) * 0x9e3779b97f4a7c15ull;
        key = (key ^ p->rows ^ (uint64_t)p->bytes << 32) * 0x9e3779b97f4a7c15ull;
        key = (key ^ (uint64_t)p->pitch) * 0x9e3779b97f4a7c15ull;
    }
    return key | 1;
}

void dv_haul_add(const struct dv_rules *k, struct dv_hint *h, const struct dv_deed *e)
{
    struct dv_haul *t = &h->haul;
    uint64_t key, bytes = 0, pieces = 0;

    for (unsigned i = 0; i < e->foot.n; i++) {
        const struct dv_strided *p = &e->foot.part[i];
        if (!is_gm(p))
            continue;
        bytes += (uint64_t)p->rows * p->bytes;
        pieces += joins(p) ? 1 : p->rows;
        if (p->base % LINE && (joins(p) ? (uint64_t)p->rows * p->bytes : p->bytes) >= FULL_BYTES)
            t->crooked++;
    }
    if (!bytes)
        return;
    key = key_of(&e->foot);
    if (key != t->key) {
        t->key = key;
        t->own = takes(k, &e->work, &e->foot);
        t->aligned = takes_aligned(k, e);
        t->joined = takes_joined(k, e);
    }
    t->moves++;
    t->bytes += bytes;
    t->pieces += pieces;
    t->all_own += t->own;
    t->all_aligned += t->aligned;
    t->all_joined += t->joined;
}

/* ---- the run --------------------------------------------------------------------------------- */

static void tell_short(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_haul *t = &h->haul;
    struct dv_check_finding *f = dv_hint_open(k, h, "BURST", pc, DV_BOOK_ALONE);
    bool rows = t->pieces > t->moves;

    if (!f)
        return;
    f->count = t->moves;
    dv_book_say(f->d.text, sizeof f->d.text,
                "moves %llu bytes in %llu pieces of %llu bytes: %llu cycles of %s, in long pieces "
                "%llu",
                (unsigned long long)t->bytes, (unsigned long long)t->pieces,
                (unsigned long long)(t->bytes / t->pieces),
                (unsigned long long)(t->all_own / DV_CYCLE), dv_pipe_names[h->pipe],
                (unsigned long long)(t->all_joined / DV_CYCLE));
    dv_book_say(f->d.fix, sizeof f->d.fix,
                rows ? "rows of 512 bytes and more, or a layout in which the rows of a tile adjoin"
                     : "move more at once: several of these in one instruction");
}

static void tell_aligned(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_haul *t = &h->haul;
    struct dv_check_finding *f = dv_hint_open(k, h, "GMALIGN", pc, DV_BOOK_ALONE);

    if (!f)
        return;
    f->count = t->moves;
    if (t->crooked)
        dv_book_say(f->d.text, sizeof f->d.text,
                    "%llu of %llu moves do not begin on a multiple of 512 bytes in gm: documents "
                    "give them as little as 70 %% of the rate (not modelled)",
                    (unsigned long long)t->crooked, (unsigned long long)t->moves);
    else
        dv_book_say(f->d.text, sizeof f->d.text,
                    "rows that do not begin on multiples of 512 bytes in gm: %llu cycles of %s, "
                    "aligned %llu",
                    (unsigned long long)(t->all_own / DV_CYCLE), dv_pipe_names[h->pipe],
                    (unsigned long long)(t->all_aligned / DV_CYCLE));
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "cut the work at multiples of 512 bytes, pad the rows of the tensor to 512");
}

void dv_haul_tell(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_haul *t = &h->haul;

    if (!t->pieces)
        return;
    if (t->bytes / t->pieces < LINE) {
        if (t->bytes >= BURST_BYTES && t->all_own * HALF > t->all_joined * (HALF + 1) &&
            !dv_hint_small(k, (t->all_own - t->all_joined) / DV_CYCLE))
            tell_short(k, h, pc);
        return;
    }
    if (t->bytes >= ALIGN_BYTES &&
        (t->crooked ||
         (t->all_own > t->all_aligned && (t->all_own - t->all_aligned) * TENTH >= t->all_own)))
        tell_aligned(k, h, pc);
}
