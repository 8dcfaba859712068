/* Hints: what costs time. A table of the instructions of the program, and what is said of sets,
 * waits and barriers; tempo.c and burst.c know vector instructions and moves. */
#include <stdlib.h>

#include "emu/check/hint.h"

enum {
    WORTH = 100,     /* a hint is about 1/100 of the time of all cores at least .. */
    SHARE = 20,      /* .. one about a barrier 1/20 .. */
    BAR_IN_LOOP = 8, /* .. or when S stops this often a block: it stands in a loop */
};

enum { PENDING = 16 };

/* Waits and barriers that taught their agent nothing, since its last work. */
struct pending {
    uint32_t block, n;
    uint64_t pc[PENDING];
};

struct core {
    uint32_t waits; /* of V so far */
    uint64_t last;  /* pc of the BAR.ALL that S executed last, DV_NO_BAR: it was something else */
    dv_time last_stalled, stalled; /* S in that; in the instruction under way */
    struct pending pending[DV_AGENTS];
};

struct dv_hints {
    struct dv_rules *k;
    struct dv_hint *at; /* by word of .text */
    uint64_t words;
    struct core *core;
};

struct dv_hints *dv_hints_new(struct dv_rules *k)
{
    struct dv_hints *h = calloc(1, sizeof *h);

    if (!h)
        return NULL;
    h->k = k;
    h->words = k->book.obj->section[DV_TEXT].n / 4;
    h->at = calloc(h->words + 1, sizeof *h->at);
    h->core = calloc(k->cores, sizeof *h->core);
    if (h->at && h->core)
        return h;
    dv_hints_free(h);
    return NULL;
}

void dv_hints_free(struct dv_hints *h)
{
    if (!h)
        return;
    free(h->at);
    free(h->core);
    free(h);
}

static struct dv_hint *hint_at(struct dv_hints *h, uint64_t pc)
{
    uint64_t i = (pc - DV_CODE_BASE) / 4;

    return i < h->words ? &h->at[i] : NULL;
}

static struct dv_hint *seen(struct dv_hints *h, const struct dv_deed *e)
{
    struct dv_hint *x = hint_at(h, e->pc);

    if (!x || x->seen)
        return x;
    x->seen = true;
    x->pipe = e->pipe;
    x->core = e->core;
    x->block = e->block;
    x->at = e->at;
    x->op = e->op;
    return x;
}

struct dv_check_finding *dv_hint_open(struct dv_rules *k, const struct dv_hint *h, const char *code,
                                      uint64_t pc, uint64_t other)
{
    struct dv_check_finding *f = dv_book_open(&k->book, code, "hint", pc, other);

    if (!f)
        return NULL;
    dv_machine_place(k->book.m, h->core, pc, h->pipe, h->at, &f->d.at);
    f->d.at.block = (int)h->block;
    return f;
}

/* Time of all cores, first dispatch to last END; blocks that ran. */
static dv_time core_time(const struct dv_machine *m, uint64_t *blocks)
{
    dv_time sum = 0;

    *blocks = 0;
    for (unsigned i = 0; i < dv_machine_cores(m); i++) {
        const struct dv_core_stats *s = dv_machine_core(m, i);
        if (!s->blocks)
            continue;
        sum += s->last - s->first;
        *blocks += s->blocks;
    }
    return sum;
}

bool dv_hint_small(const struct dv_rules *k, uint64_t cycles)
{
    uint64_t blocks;

    return cycles * DV_CYCLE * WORTH < core_time(k->book.m, &blocks);
}

/* ---- what is heard --------------------------------------------------------------------------- */

/* The agent works: the waits before were not there only to take flags off at the end of a block. */
static void commit(struct dv_hints *h, const struct dv_deed *e)
{
    struct pending *p = &h->core[e->core].pending[e->agent];

    for (uint32_t i = 0; i < p->n && p->block == e->block; i++)
        hint_at(h, p->pc[i])->sync.idle++;
    p->n = 0;
}

static void suspend(struct dv_hints *h, const struct dv_deed *e)
{
    struct pending *p = &h->core[e->core].pending[e->agent];

    if (p->block != e->block)
        p->n = 0;
    p->block = e->block;
    if (p->n < PENDING)
        p->pc[p->n++] = e->pc;
}

void dv_hints_touch(struct dv_hints *h, const struct dv_deed *e)
{
    struct dv_hint *x;

    commit(h, e);
    if (e->bar != DV_NO_BAR)
        hint_at(h, e->bar)->sync.followed = true;
    if (e->agent != DV_AGENT_V && e->agent != DV_AGENT_MTE2 && e->agent != DV_AGENT_MTE3 &&
        e->agent != DV_AGENT_FIX)
        return;
    x = seen(h, e);
    if (x && e->foot.walks)
        dv_tempo_add(h->k, x, e, h->core[e->core].waits);
    else if (x)
        dv_haul_add(h->k, x, e);
}

void dv_hints_count(struct dv_hints *h, const struct dv_deed *e)
{
    struct dv_hint *x = e->foot.n ? hint_at(h, e->pc) : seen(h, e);

    if (!x)
        return;
    x->idle.executed++;
    if (!e->foot.n && !x->idle.empty++)
        dv_access_zero(&e->work, x->idle.what, sizeof x->idle.what);
}

void dv_hints_stall(struct dv_hints *h, const struct dv_event *e)
{
    struct dv_hint *x = hint_at(h, e->pc);

    if (!x || (e->reason != DV_STALL_flag && e->reason != DV_STALL_barrier))
        return;
    x->sync.stalled += e->end - e->start;
    if (e->pipe == DV_PIPE_S)
        h->core[e->core].stalled = e->end - e->start;
}

void dv_hints_scalar(struct dv_hints *h, const struct dv_event *e)
{
    struct core *c = &h->core[e->core];
    const struct dv_hint *x = hint_at(h, e->pc);

    if (e->op->exec == DV_EXEC_ENGINE && e->op->sem == DV_ENGINE_end)
        return;
    c->last = x && x->sync.all ? e->pc : DV_NO_BAR;
    c->last_stalled = c->stalled;
    c->stalled = 0;
}

void dv_hints_begin(struct dv_hints *h, unsigned core)
{
    h->core[core].last = DV_NO_BAR;
    h->core[core].stalled = 0;
}

/* END waits for all queues itself: a BAR.ALL right before it costs nothing. */
void dv_hints_end(struct dv_hints *h, unsigned core)
{
    const struct core *c = &h->core[core];
    struct dv_hint *x = c->last == DV_NO_BAR ? NULL : hint_at(h, c->last);

    if (!x)
        return;
    x->sync.last++;
    x->sync.last_stalled += c->last_stalled;
}

void dv_hints_sync(struct dv_hints *h, const struct dv_deed *e, uint64_t set, bool useful)
{
    struct dv_hint *x = seen(h, e);

    if (e->kind == DV_DEED_WAIT && e->agent == DV_AGENT_V)
        h->core[e->core].waits++;
    if (!x)
        return;
    x->sync.is_bar = e->kind == DV_DEED_BAR;
    x->sync.all = x->sync.is_bar && e->agent == DV_AGENT_S;
    x->sync.set = set;
    x->sync.executed++;
    x->sync.useful += useful;
    if (useful)
        return;
    if (e->agent == DV_AGENT_S)
        x->sync.idle++;
    else
        suspend(h, e);
}

void dv_hints_needed(struct dv_hints *h, uint64_t bar)
{
    hint_at(h, bar)->sync.needed = true;
}

/* ---- sets, waits, barriers ------------------------------------------------------------------- */

static void redundant(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_sync *s = &h->sync;
    struct dv_check_finding *f = dv_hint_open(k, h, "REDUNDANT", pc, s->set);

    if (!f)
        return;
    f->count = s->executed;
    dv_book_say(f->d.text, sizeof f->d.text,
                "%s orders nothing that is not ordered without it; %s waited %llu cycles for it",
                s->is_bar ? "this barrier" : "this set and wait", dv_pipe_names[h->pipe],
                (unsigned long long)(s->stalled / DV_CYCLE));
    dv_book_say(f->d.fix, sizeof f->d.fix, s->is_bar ? "leave it out" : "leave out both");
    if (s->is_bar)
        return;
    f->d.has_other = true;
    dv_machine_place(k->book.m, h->core, s->set, dv_op_sel(h->op, DV_F_src), h->at, &f->d.other);
    f->d.other.has_cycle = false;
}

/* It orders nothing: what it would teach is known, or, of a barrier of one pipe, no work after it
 * meets one before. Loads of MTE1 are in order by our own assumption: nothing is said of them. */
static bool is_idle(const struct dv_hint *h)
{
    const struct dv_sync *s = &h->sync;

    if (s->is_bar && !s->all && s->followed && !s->needed && h->pipe != DV_PIPE_MTE1)
        return true;
    return s->idle && !s->useful;
}

/* Another expansion of the same source line is of use: the line is needed. */
static bool line_useful(const struct dv_hints *h, uint64_t pc)
{
    const struct dv_obj *o = h->k->book.obj;
    const struct dv_line *mine = dv_obj_line(o, pc), *l;

    for (uint64_t i = 0; mine && i < h->words; i++) {
        if (!h->at[i].sync.useful || is_idle(&h->at[i]))
            continue;
        l = dv_obj_line(o, DV_CODE_BASE + 4 * i);
        if (l && l->file == mine->file && l->line == mine->line)
            return true;
    }
    return false;
}

/* True when it is worth a hint. */
static bool barrier(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_sync *s = &h->sync;
    struct dv_check_finding *f;
    uint64_t blocks;
    dv_time all = core_time(k->book.m, &blocks), stalled = s->stalled - s->last_stalled;
    uint32_t executed = s->executed - s->last;

    if (!s->all || !blocks || !executed ||
        (stalled * SHARE < all && executed < BAR_IN_LOOP * blocks))
        return false;
    f = dv_hint_open(k, h, "BARRIER", pc, DV_BOOK_ALONE);
    if (!f)
        return true;
    f->count = executed;
    dv_book_say(f->d.text, sizeof f->d.text,
                "S stops here until every queue is empty: %llu cycles in %u executions, %llu %% of "
                "the run",
                (unsigned long long)(stalled / DV_CYCLE), executed,
                (unsigned long long)(all ? stalled * 100 / all : 0));
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "order the two pipes that share data by a flag: the others, and S, go on");
    return true;
}

/* ---- nothing to do --------------------------------------------------------------------------- */

static void zero(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_idle *z = &h->idle;
    struct dv_check_finding *f = z->empty ? dv_hint_open(k, h, "ZERO", pc, DV_BOOK_ALONE) : NULL;

    if (!f)
        return;
    f->count = z->empty;
    dv_book_say(f->d.text, sizeof f->d.text, "%s does nothing in %llu of %llu executions: %s",
                dv_op_insn(h->op)->stem, (unsigned long long)z->empty,
                (unsigned long long)z->executed, z->what);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "leave it out, or branch around it: it pays its issue, and is a fault where "
                "core.zero_is_fault is set");
}

void dv_hints_finish(struct dv_hints *h)
{
    bool stops = false; /* S stops where flags may do: which of them are needed shows later */

    for (uint64_t i = 0; i < h->words; i++)
        if (h->at[i].seen && h->at[i].sync.executed && !is_idle(&h->at[i]))
            stops |= barrier(h->k, &h->at[i], DV_CODE_BASE + 4 * i);
    for (uint64_t i = 0; i < h->words; i++) {
        const struct dv_hint *x = &h->at[i];
        uint64_t pc = DV_CODE_BASE + 4 * i;
        if (!x->seen)
            continue;
        if (!stops && is_idle(x) && !line_useful(h, pc))
            redundant(h->k, x, pc);
        dv_tempo_tell(h->k, x, pc);
        dv_haul_tell(h->k, x, pc);
        zero(h->k, x, pc);
    }
}
