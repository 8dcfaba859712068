/* Stale lines of the data cache (isa.md 3.6): it belongs to one core, is written back late and
 * follows neither moves nor other cores; DCCI is the only thing that makes both agree.
 *
 * The worst cache is assumed: without limit, a line comes with the first access of S and stays. A
 * block begins with an empty one. What is followed is the line, bytes of it that S stored and did
 * not clean, and bytes that somebody else has written since it came. Tensors declared `in` and the
 * parameter block are left out: nobody may write them (output.c). */
#include "emu/check/rules.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 64, ROOM_FIRST = 64 };

/* An instruction that did something to a line. */
struct who {
    uint64_t pc;
    dv_time at;
    uint32_t block;
    uint16_t core;
    uint8_t pipe;
};

struct line {
    uint64_t number;          /* + 1; 0 = an empty place */
    uint64_t mine;            /* bytes S stored and did not clean */
    uint64_t theirs;          /* bytes written behind it since it came */
    bool held;                /* it came and was not dropped since */
    struct who stored, wrote; /* stored: the first of `mine` */
};

/* Lines of one core: a hash table, and the range they lie in. */
struct lines {
    struct line *at;
    uint32_t n, room; /* room: a power of two */
    uint64_t lo, hi;  /* lines held: [lo, hi) */
};

struct dv_stale {
    struct dv_rules *k;
    struct lines *core;
    bool any; /* some core holds lines */
};

struct dv_stale *dv_stale_new(struct dv_rules *k)
{
    struct dv_stale *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->k = k;
    s->core = calloc(k->cores, sizeof *s->core);
    if (s->core)
        return s;
    free(s);
    return NULL;
}

void dv_stale_free(struct dv_stale *s)
{
    if (!s)
        return;
    for (unsigned c = 0; c < s->k->cores; c++)
        free(s->core[c].at);
    free(s->core);
    free(s);
}

/* ---- the table of a core --------------------------------------------------------------------- */

static uint32_t place_of(const struct lines *t, uint64_t number)
{
    uint32_t i = (uint32_t)(number * 0x9e3779b97f4a7c15ull >> 32) & (t->room - 1);

    while (t->at[i].number && t->at[i].number != number + 1)
        i = (i + 1) & (t->room - 1);
    return i;
}

static bool grow(struct lines *t)
{
    struct lines more = *t;

    more.room = t->room ? 2 * t->room : ROOM_FIRST;
    more.at = calloc(more.room, sizeof *more.at);
    if (!more.at)
        return false;
    for (uint32_t i = 0; i < t->room; i++)
        if (t->at[i].number)
            more.at[place_of(&more, t->at[i].number - 1)] = t->at[i];
    free(t->at);
    *t = more;
    return true;
}

/* The line, NULL when S never touched it. */
static struct line *find(const struct lines *t, uint64_t number)
{
    struct line *l = t->room ? &t->at[place_of(t, number)] : NULL;

    return l && l->number && l->held ? l : NULL;
}

/* The line, which is there afterwards; NULL without memory. */
static struct line *fetch(struct dv_stale *s, struct lines *t, uint64_t number)
{
    struct line *l;

    if (2 * t->n >= t->room && !grow(t)) {
        s->k->book.failed = true;
        return NULL;
    }
    l = &t->at[place_of(t, number)];
    t->n += !l->number;
    if (!l->held)
        *l = (struct line){.number = number + 1, .held = true};
    t->lo = t->lo < t->hi && t->lo < number ? t->lo : number;
    t->hi = t->hi > number ? t->hi : number + 1;
    s->any = true;
    return l;
}

static void forget(struct lines *t)
{
    if (t->n)
        memset(t->at, 0, t->room * sizeof *t->at);
    t->n = 0;
    t->lo = t->hi = 0;
}

/* ---- findings -------------------------------------------------------------------------------- */

static struct who who_of(const struct dv_deed *e)
{
    return (struct who){e->pc, e->at, e->block, e->core, e->pipe};
}

/* A finding of deed e against what `other` did; NULL when there is nothing to say. */
static struct dv_check_finding *stale(struct dv_stale *s, const struct dv_deed *e,
                                      const struct dv_strided *part, uint64_t address,
                                      uint64_t bytes, const struct who *other)
{
    struct dv_book *b = &s->k->book;
    struct dv_check_finding *f = dv_book_open(b, "STALE", "error", e->pc, other->pc);

    if (!f)
        return NULL;
    f->d.code = DV_E_RACE;
    dv_book_place(b, e, &f->d.at);
    dv_book_bytes(b, e, part, DV_SPACE_GM, address, bytes, &f->d.at);
    f->d.has_other = true;
    dv_machine_place(b->m, other->core, other->pc, other->pipe, other->at, &f->d.other);
    f->d.other.block = (int)other->block;
    return f;
}

/* Whose instruction: "mte3", "mte3 of block 2" when it is another block. */
static void name(const struct who *w, uint32_t block, char *out, size_t size)
{
    if (w->block == block)
        dv_book_say(out, size, "%s", dv_pipe_names[w->pipe]);
    else
        dv_book_say(out, size, "%s of block %u", dv_pipe_names[w->pipe], w->block);
}

static unsigned count(uint64_t mask)
{
    return (unsigned)__builtin_popcountll(mask);
}

static uint64_t first(const struct line *l, uint64_t mask)
{
    return (l->number - 1) * LINE + (unsigned)__builtin_ctzll(mask);
}

static void old_copy(struct dv_stale *s, const struct dv_deed *e, const struct line *l,
                     uint64_t mask)
{
    struct dv_check_finding *f =
        stale(s, e, &e->foot.part[0], first(l, mask), count(mask), &l->wrote);
    char wrote[32];

    if (!f)
        return;
    name(&l->wrote, e->block, wrote, sizeof wrote);
    dv_book_say(f->d.text, sizeof f->d.text,
                "missing dcci: S may read an old copy of %u bytes: %s wrote them after their line "
                "had come into the data cache",
                count(mask), wrote);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "dcci.line.out of that address between the write (after waiting for it) and "
                "this load");
}

/* Somebody else reads or writes what is still in the cache of S. */
static void not_cleaned(struct dv_stale *s, const struct dv_deed *e, const struct dv_strided *part,
                        const struct line *l, uint64_t mask)
{
    struct dv_check_finding *f = stale(s, e, part, first(l, mask), count(mask), &l->stored);
    bool reads = part->rw & DV_READ;
    char stored[32];

    if (!f)
        return;
    name(&l->stored, e->block, stored, sizeof stored);
    dv_book_say(f->d.text, sizeof f->d.text,
                reads ? "missing dcci: %s reads %u bytes that %s stored: they may still be in its "
                        "data cache only"
                      : "missing dcci: %s writes %u bytes that %s stored: its data cache may write "
                        "the old ones back over them later",
                dv_pipe_names[e->pipe], count(mask), stored);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "dcci.line.out of that address after the store, before the flag that %s waits for",
                dv_pipe_names[e->pipe]);
}

/* ---- S --------------------------------------------------------------------------------------- */

/* Bytes of line `number` that [lo, hi) covers. */
static uint64_t bytes_of(uint64_t number, uint64_t lo, uint64_t hi)
{
    uint64_t from = number * LINE, a = lo > from ? lo - from : 0;
    uint64_t n = (hi < from + LINE ? hi - from : LINE) - a;

    return (n == LINE ? UINT64_MAX : (1ull << n) - 1) << a;
}

static void scalar(struct dv_stale *s, const struct dv_deed *e, struct lines *t)
{
    const struct dv_strided *p = &e->foot.part[0];
    uint64_t end = p->base + p->bytes;

    for (uint64_t n = p->base / LINE; n * LINE < end; n++) {
        uint64_t mask = bytes_of(n, p->base, end);
        struct line *l = fetch(s, t, n);
        if (!l)
            return;
        if (p->rw & DV_WRITE) {
            if (!l->mine)
                l->stored = who_of(e);
            l->mine |= mask;
            l->theirs &= ~mask;
        } else if (l->theirs & mask) {
            old_copy(s, e, l, l->theirs & mask);
        }
    }
}

/* ---- everybody else -------------------------------------------------------------------------- */

/* A row of a part meets a line that another agent holds. What has been told is not told again at
 * the end. */
static void meet(struct dv_stale *s, const struct dv_deed *e, const struct dv_strided *p,
                 struct line *l, uint64_t mask)
{
    if (l->mine & mask) {
        not_cleaned(s, e, p, l, l->mine & mask);
        l->mine &= ~mask;
    }
    if (p->rw & DV_WRITE) {
        l->theirs |= mask;
        l->wrote = who_of(e);
    }
}

static void meet_row(struct dv_stale *s, const struct dv_deed *e, const struct dv_strided *p,
                     const struct lines *t, uint64_t lo, uint64_t hi)
{
    uint64_t from = lo / LINE, to = (hi + LINE - 1) / LINE;
    struct line *l;

    from = from > t->lo ? from : t->lo;
    to = to < t->hi ? to : t->hi;
    if (from < to && to - from > t->room) {
        for (uint32_t i = 0; i < t->room; i++) {
            l = &t->at[i];
            if (l->held && l->number > from && l->number <= to)
                meet(s, e, p, l, bytes_of(l->number - 1, lo, hi));
        }
        return;
    }
    for (uint64_t n = from; n < to; n++)
        if ((l = find(t, n)))
            meet(s, e, p, l, bytes_of(n, lo, hi));
}

static void others(struct dv_stale *s, const struct dv_deed *e, const struct dv_strided *p,
                   const struct lines *t)
{
    uint64_t lo, hi;

    dv_strided_hull(p, &lo, &hi);
    if (lo >= t->hi * LINE || hi <= t->lo * LINE)
        return;
    for (uint32_t r = 0; r < p->rows; r++) {
        lo = p->base + (uint64_t)((int64_t)r * p->pitch);
        meet_row(s, e, p, t, lo, lo + p->bytes);
    }
}

static bool read_only(const struct dv_rules *k, uint64_t address)
{
    const struct dv_check_tensor *t = dv_rules_tensor(k, address);

    return t && t->role == DV_PARAM_IN;
}

/* Loads and stores of S that go past its cache. */
static bool is_direct(const struct dv_op *op)
{
    return op->exec == DV_EXEC_ENGINE &&
           (op->sem == DV_ENGINE_ld_dev || op->sem == DV_ENGINE_st_dev ||
            op->sem == DV_ENGINE_ld_ddr || op->sem == DV_ENGINE_st_ddr ||
            op->sem == DV_ENGINE_st_atomic);
}

void dv_stale_touch(struct dv_stale *s, const struct dv_deed *e)
{
    bool is_scalar = (e->agent == DV_AGENT_LOAD || e->agent == DV_AGENT_STORE) && !is_direct(e->op);

    for (unsigned i = 0; i < e->foot.n; i++) {
        const struct dv_strided *p = &e->foot.part[i];
        if (p->space != DV_SPACE_GM || !p->rows || !p->bytes)
            continue;
        for (unsigned c = 0; s->any && c < s->k->cores; c++)
            if (!is_scalar || c != e->core)
                others(s, e, p, &s->core[c]);
        if (is_scalar && !read_only(s->k, p->base))
            scalar(s, e, &s->core[e->core]);
    }
}

/* A line comes before S asks for it. */
static void preloaded(struct dv_stale *s, const struct dv_event *e)
{
    bool reg = e->op->lane == DV_LANE_reg;
    uint64_t at = e->x[DV_XN] + (reg ? e->x[DV_XM] : (uint64_t)(int64_t)e->op->imm);

    if (dv_rules_tensor(s->k, at) && !read_only(s->k, at))
        fetch(s, &s->core[e->core], at / LINE);
}

void dv_stale_scalar(struct dv_stale *s, const struct dv_event *e)
{
    struct lines *t = &s->core[e->core];
    unsigned dst;
    struct line *l;

    if (e->op->exec == DV_EXEC_ENGINE && e->op->sem == DV_ENGINE_dc_preload)
        preloaded(s, e);
    if (e->op->exec != DV_EXEC_ENGINE || e->op->sem != DV_ENGINE_dcci)
        return;
    dst = dv_op_sel(e->op, DV_F_dst);
    if (dst != DV_V_dcci_dst_all && dst != DV_V_dcci_dst_out)
        return;
    if (dv_op_sel(e->op, DV_F_what) == DV_V_dcci_what_cache)
        forget(t);
    else if ((l = find(t, e->x[DV_XN] / LINE)))
        *l = (struct line){.number = l->number};
}

/* ---- the end of a block ---------------------------------------------------------------------- */

static void never_cleaned(struct dv_stale *s, const struct line *l)
{
    struct dv_book *b = &s->k->book;
    const struct who *w = &l->stored;
    struct dv_check_finding *f = dv_book_open(b, "STALE", "error", w->pc, DV_BOOK_ALONE);

    if (!f)
        return;
    f->d.code = DV_E_RACE;
    dv_machine_place(b->m, w->core, w->pc, w->pipe, w->at, &f->d.at);
    f->d.at.block = (int)w->block;
    dv_machine_place_bytes(b->m, DV_SPACE_GM, first(l, l->mine), count(l->mine), NULL, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text,
                "missing dcci: the store may never reach gm: its line is not cleaned before end");
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "dcci.line.out of that address after the last store to the line, or "
                "dcci.cache.out before end");
}

/* Only outputs: what S keeps in a scratch tensor or in .data it reads back itself. */
static bool is_output(const struct dv_rules *k, const struct line *l)
{
    const struct dv_check_tensor *t = dv_rules_tensor(k, first(l, l->mine));

    return t && (t->role == DV_PARAM_OUT || t->role == DV_PARAM_INOUT);
}

static int by_place(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    return x->number < y->number ? -1 : x->number > y->number;
}

/* In order of addresses: the same findings whatever the table looks like. */
void dv_stale_end(struct dv_stale *s, unsigned core)
{
    struct lines *t = &s->core[core];

    if (!t->n)
        return;
    qsort(t->at, t->room, sizeof *t->at, by_place);
    for (uint32_t i = 0; i < t->room; i++)
        if (t->at[i].held && t->at[i].mine && is_output(s->k, &t->at[i]))
            never_cleaned(s, &t->at[i]);
    forget(t);
}
