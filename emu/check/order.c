/* Happens-before: what each agent of a core knows to be complete when its next work begins.
 *
 * Every agent numbers its works. Knowledge is a number an agent: all its works up to there are
 * complete. It comes from S at dispatch, from a WAIT (what the agent of the SET knew, and its own
 * works up to there), from BAR and DSB, and for one tile of L0C from unit flags. Times play no
 * part: an item is looked at as soon as the sets it waits for have been, in the order of S
 * otherwise, so every schedule of the same program gives the same knowledge. */
#include <stdlib.h>
#include <string.h>

#include "emu/check/links.h"
#include "emu/check/tiles.h"

enum { SETS = 2, IDS = 8, HARD_MOST = 15, HARD_ROOM = HARD_MOST + 1, HARD_MEMS = 6 };

/* A set that waits for its consumer. */
struct raise {
    struct dv_know know;
    uint64_t pc;
    bool works; /* its agent has done work: it can order something */
};

struct flag {
    struct raise set[SETS]; /* of more than SETS, an error already, the first and the last */
    unsigned n;
    uint32_t waits;  /* number of the last wait for it, 0 = none yet */
    uint64_t waited; /* pc of that wait .. */
    uint64_t set_pc; /* .. and of the last set */
};

/* A hard flag: the n-th wait consumes the n-th set (emu/core/hard.c); both have place n. */
struct count {
    struct raise set[HARD_ROOM];
    uint32_t wait[HARD_ROOM];   /* numbers of waits .. */
    uint64_t waited[HARD_ROOM]; /* .. and where they are */
    uint32_t sets, waits;
};

/* An item whose turn has not come, with what S knew when it was dispatched. */
struct waiting {
    struct dv_deed deed; /* owns its `far` */
    struct dv_know from;
};

struct line {
    struct dv_know know;
    struct dv_know after; /* what must be complete before its works so far are (unit flags) */
    struct dv_know ended[DV_REACH_REST]; /* what the end of its last work in GM, in UB tells */
    uint32_t works, waits;
    uint32_t begun;                 /* works before this block */
    uint64_t bar;                   /* pc of the last BAR of this block */
    uint32_t since[DV_REACH_WAITS]; /* what of its own works it knows without any BAR */
    struct waiting *queue;          /* held behind a wait whose set has not been looked at */
    unsigned n, room;
};

struct core {
    struct line line[DV_AGENTS];
    struct flag flag[DV_PIPE_COUNT][DV_PIPE_COUNT][IDS];
    struct count *hard; /* made at the first hard flag: pair, memory, id */
    struct dv_tiles tiles;
    uint32_t load_of[32]; /* per register: the load that fills it, 0 = it is there */
    unsigned held;        /* items in all queues */
};

struct dv_order {
    struct dv_rules *k;
    struct core *core;
};

struct dv_order *dv_order_new(struct dv_rules *k)
{
    struct dv_order *o = calloc(1, sizeof *o);

    if (!o)
        return NULL;
    o->k = k;
    o->core = calloc(k->cores, sizeof *o->core);
    if (o->core)
        return o;
    free(o);
    return NULL;
}

static void line_clear(struct line *l)
{
    for (unsigned i = 0; i < l->n; i++)
        dv_far_drop(l->queue[i].deed.far);
    free(l->queue);
    l->queue = NULL;
    l->n = l->room = 0;
}

void dv_order_free(struct dv_order *o)
{
    if (!o)
        return;
    for (unsigned c = 0; c < o->k->cores; c++) {
        for (unsigned a = 0; a < DV_AGENTS; a++)
            line_clear(&o->core[c].line[a]);
        free(o->core[c].hard);
    }
    free(o->core);
    free(o);
}

/* ---- knowledge ------------------------------------------------------------------------------- */

static void learn(struct dv_know *k, const struct dv_know *more)
{
    uint32_t *to = k->upto[0];
    const uint32_t *from = more->upto[0];

    for (unsigned i = 0; i < DV_REACHES * DV_AGENTS; i++)
        to[i] = to[i] > from[i] ? to[i] : from[i];
}

/* An agent hears from S or from a SET. */
static void line_learn(struct line *l, unsigned agent, const struct dv_know *more)
{
    learn(&l->know, more);
    for (unsigned r = 0; r < DV_REACH_WAITS; r++)
        if (l->since[r] < more->upto[r][agent])
            l->since[r] = more->upto[r][agent];
}

/* All works and waits of an agent so far are complete. */
static void learn_line(struct dv_know *k, const struct line *l, unsigned agent)
{
    for (unsigned r = 0; r < DV_REACH_WAITS; r++)
        k->upto[r][agent] = l->works;
    k->upto[DV_REACH_WAITS][agent] = l->waits;
}

/* True when `more` says of some work what k does not. */
static bool teaches(const struct dv_know *k, const struct dv_know *more)
{
    bool more_works = false;

    for (unsigned r = 0; r < DV_REACH_WAITS; r++)
        for (unsigned a = 0; a < DV_AGENTS; a++)
            more_works |= more->upto[r][a] > k->upto[r][a];
    return more_works;
}

/* What a SET of an agent tells: it fires when all earlier items are complete (isa.md 3.3). */
static void told(const struct core *c, unsigned agent, struct dv_know *out)
{
    const struct line *l = &c->line[agent];

    *out = l->know;
    learn(out, &l->after);
    learn_line(out, l, agent);
    if (agent == DV_AGENT_S) {
        learn_line(out, &c->line[DV_AGENT_LOAD], DV_AGENT_LOAD);
        learn_line(out, &c->line[DV_AGENT_STORE], DV_AGENT_STORE);
    }
}

/* ---- flags ----------------------------------------------------------------------------------- */

static struct flag *flag_of(struct core *c, const struct dv_deed *e)
{
    return &c->flag[e->src][e->dst][e->id % IDS];
}

/* The set may come while the one before still waits for its consumer: one bit holds both. */
static void report_merge(struct dv_order *o, const struct dv_deed *e, const struct flag *f)
{
    struct dv_book *b = &o->k->book;
    bool waited = !f->n && f->waits;
    uint64_t other = waited ? f->waited : f->set_pc;
    struct dv_check_finding *r = dv_book_open(b, "FLAG", "error", e->pc, other);
    char name[160];

    if (!r)
        return;
    dv_machine_flag_text(b->m, e->src, e->dst, e->id, name, sizeof name);
    r->d.code = DV_E_FLAG;
    r->seq = e->seq;
    dv_book_place(b, e, &r->d.at);
    r->d.has_other = true;
    dv_machine_place(b->m, e->core, other, waited ? e->dst : e->src, e->at, &r->d.other);
    r->d.other.has_cycle = false;
    dv_book_say(r->d.text, sizeof r->d.text,
                waited ? "flag %s may be set again before the wait at line %d has consumed the set "
                         "before: two sets merge into one"
                       : "flag %s is set twice without a wait between (first at line %d)",
                name, r->d.other.line);
    dv_book_say(r->d.fix, sizeof r->d.fix,
                "is the id right? If it is, %s has to wait before line %d for a flag that %s sets "
                "behind its wait",
                dv_pipe_names[e->src], r->d.at.line, dv_pipe_names[e->dst]);
}

static void set(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct flag *f = flag_of(c, e);
    const struct line *l = &c->line[e->agent];
    struct raise r = {.pc = e->pc, .works = l->works};
    unsigned to = dv_agent_of(e->dst);

    if (e->agent == DV_AGENT_S)
        r.works = c->line[DV_AGENT_LOAD].works || c->line[DV_AGENT_STORE].works;
    told(c, e->agent, &r.know);
    if (f->n || r.know.upto[DV_REACH_WAITS][to] < f->waits)
        report_merge(o, e, f);
    f->set_pc = e->pc;
    f->set[f->n < SETS ? f->n : SETS - 1] = r;
    f->n++;
}

/* False when the set has not been looked at yet. */
static bool wait(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct flag *f = flag_of(c, e);
    struct line *l = &c->line[e->agent];

    if (!f->n)
        return false;
    if (f->set[0].works)
        dv_hints_sync(o->k->hints, e, f->set[0].pc, teaches(&l->know, &f->set[0].know));
    line_learn(l, e->agent, &f->set[0].know);
    l->know.upto[DV_REACH_WAITS][e->agent] = ++l->waits;
    f->waits = l->waits;
    f->waited = e->pc;
    if (f->n-- <= SETS)
        f->set[0] = f->set[1];
    return true;
}

/* ---- hard flags ------------------------------------------------------------------------------ */

enum { HARD_PAIRS = 4, HARDS = HARD_PAIRS * HARD_MEMS * IDS };

/* NULL: out of memory. */
static struct count *count_of(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    unsigned pair = (e->src == DV_PIPE_FIX || e->dst == DV_PIPE_FIX) + 2u * (e->src == DV_PIPE_M);

    if (!c->hard && !(c->hard = calloc(HARDS, sizeof *c->hard))) {
        o->k->book.failed = true;
        return NULL;
    }
    return &c->hard[pair * HARD_MEMS * IDS + (e->id - IDS) % (HARD_MEMS * IDS)];
}

/* Set n may come before wait n - 15 has taken its own: one schedule of the program overflows. */
static void report_over(struct dv_order *o, const struct dv_deed *e, const struct count *h,
                        bool waited)
{
    uint32_t at = (h->sets - HARD_MOST) % HARD_ROOM;
    uint64_t other = waited ? h->waited[at] : h->set[at].pc;
    struct dv_book *b = &o->k->book;
    struct dv_check_finding *r = dv_book_open(b, "FLAG", "error", e->pc, other);
    char name[160];

    if (!r)
        return;
    dv_machine_flag_text(b->m, e->src, e->dst, e->id, name, sizeof name);
    r->d.code = DV_E_FLAG;
    r->seq = e->seq;
    dv_book_place(b, e, &r->d.at);
    r->d.has_other = true;
    dv_machine_place(b->m, e->core, other, waited ? e->dst : e->src, e->at, &r->d.other);
    r->d.other.has_cycle = false;
    dv_book_say(r->d.text, sizeof r->d.text,
                "flag %s may be set %d times more than the wait at line %d has taken: it counts to "
                "%d",
                name, HARD_ROOM, r->d.other.line, HARD_MOST);
    dv_book_say(r->d.fix, sizeof r->d.fix,
                "%s has to wait before line %d for a flag that %s sets behind its wait",
                dv_pipe_names[e->src], r->d.at.line, dv_pipe_names[e->dst]);
}

static void count_up(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct count *h = count_of(o, c, e);
    struct raise r = {.pc = e->pc, .works = c->line[e->agent].works};
    unsigned to = dv_agent_of(e->dst);

    if (!h)
        return;
    told(c, e->agent, &r.know);
    if (h->sets >= HARD_MOST) {
        uint32_t before = h->sets - HARD_MOST;
        bool waited = h->waits > before;
        if (!waited || r.know.upto[DV_REACH_WAITS][to] < h->wait[before % HARD_ROOM])
            report_over(o, e, h, waited);
    }
    if (h->sets - h->waits < HARD_ROOM) /* else an error already */
        h->set[h->sets++ % HARD_ROOM] = r;
}

/* False when the set has not been looked at yet. */
static bool count_down(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct count *h = count_of(o, c, e);
    struct line *l = &c->line[e->agent];
    const struct raise *r;

    if (!h || h->waits == h->sets)
        return !h;
    r = &h->set[h->waits % HARD_ROOM];
    if (r->works)
        dv_hints_sync(o->k->hints, e, r->pc, teaches(&l->know, &r->know));
    line_learn(l, e->agent, &r->know);
    l->know.upto[DV_REACH_WAITS][e->agent] = ++l->waits;
    h->wait[h->waits % HARD_ROOM] = l->waits;
    h->waited[h->waits++ % HARD_ROOM] = e->pc;
    return true;
}

/* ---- barriers -------------------------------------------------------------------------------- */

static void bar(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct line *l = &c->line[e->agent];
    struct dv_know all = l->know;

    learn(&all, &l->after);
    learn_line(&all, l, e->agent);
    if (l->works > l->begun) { /* else it is for the next round of a loop: no evidence */
        dv_hints_sync(o->k->hints, e, e->pc, teaches(&l->know, &all));
        l->bar = e->pc;
    }
    l->know = all;
}

/* DSB: accesses to memory of its class, not to L1 and L0 (isa.md 3.4; SEQ like ALL is ours), and
 * what they waited for. */
static void accesses(struct core *c, unsigned what, struct dv_know *out)
{
    for (unsigned a = 0; a < DV_AGENTS; a++)
        for (unsigned r = 0; r < DV_REACH_REST; r++) {
            if (what == (r == DV_REACH_GM ? DV_V_dsb_ub : DV_V_dsb_ddr))
                continue;
            learn(out, &c->line[a].ended[r]);
            out->upto[r][a] = c->line[a].works;
        }
}

/* BAR.ALL or DSB. */
static void everything(struct core *c, const struct dv_op *op, struct dv_know *out)
{
    struct dv_know one;

    if (op->sem == DV_ENGINE_dsb) {
        accesses(c, dv_op_sel(op, DV_F_what), out);
        return;
    }
    for (unsigned a = 0; a < DV_AGENTS; a++) {
        told(c, a, &one);
        learn(out, &one);
    }
}

static void quiesce(struct dv_order *o, struct core *c, const struct dv_deed *e)
{
    struct dv_know all = c->line[DV_AGENT_S].know;

    everything(c, e->op, &all);
    dv_hints_sync(o->k->hints, e, e->pc, teaches(&c->line[DV_AGENT_S].know, &all));
    c->line[DV_AGENT_S].know = all;
}

/* ---- unit flags ------------------------------------------------------------------------------ */

static void at_least(struct dv_know *k, unsigned agent, uint32_t number)
{
    if (k->upto[DV_REACH_REST][agent] < number)
        k->upto[DV_REACH_REST][agent] = number;
}

/* The cube sets the flags of a tile one way and the fixpipe reads them the other: it would wait for
 * one that comes late and meanwhile drain nothing, or hang (isa.md 7.6). */
static void report_order(struct dv_book *b, const struct dv_deed *e, const struct dv_tile_seen *t)
{
    struct dv_check_finding *f = dv_book_open(b, "FLAG", "error", e->pc, t->pc);
    bool by_n = e->foot.order == DV_ORDER_N_FIRST;

    if (!f)
        return;
    f->d.code = DV_E_FLAG;
    f->seq = e->seq;
    dv_book_place(b, e, &f->d.at);
    dv_machine_place_bytes(b->m, DV_SPACE_L0C, t->lo, t->hi - t->lo, NULL, &f->d.at);
    f->d.has_other = true;
    dv_machine_place(b->m, e->core, t->pc, DV_PIPE_M, t->when, &f->d.other);
    dv_book_say(f->d.text, sizeof f->d.text,
                "the fixpipe takes the unit flags of l0c 0x%llx along %s first%s, the MMAD sets "
                "them along %s first (CTRL[51] = %d)",
                (unsigned long long)t->lo, by_n ? "n" : "m",
                by_n ? " (nz2nd or merged channels)" : "", by_n ? "m" : "n", !by_n);
    dv_book_say(f->d.fix, sizeof f->d.fix, "CTRL[51] must be %d for the MMADs of this tile", by_n);
}

static bool crosses(const struct dv_deed *e, const struct dv_tile_seen *t)
{
    return e->agent == DV_AGENT_FIX && t->order && e->foot.order && t->order != e->foot.order;
}

/* What a unit flag tells of its tile; false when the partner has not been looked at. It ends no
 * earlier than the partner. A fixpipe has nothing to do before the MMAD has begun; an MMAD may read
 * its operands before the tile is free. */
static bool unit(struct dv_order *o, struct core *c, const struct dv_deed *e, struct dv_know *know)
{
    unsigned partner = e->agent == DV_AGENT_M ? DV_AGENT_FIX : DV_AGENT_M;
    struct line *l = &c->line[e->agent];
    const struct dv_tile_seen *s;

    if (!dv_tiles_ready(&c->tiles, e, &s))
        return false;
    if (!s)
        return true;
    if (crosses(e, s))
        report_order(&o->k->book, e, s);
    if (e->agent == DV_AGENT_FIX) {
        line_learn(l, e->agent, &s->know);
        learn(know, &s->know);
    }
    learn(&l->after, &s->know);
    at_least(&l->after, partner, s->index);
    at_least(know, partner, s->index);
    at_least(know, e->agent, s->prior);
    return true;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* For DSB: the last work that touches a memory knew most, and ends last. */
static void ends(struct line *l, const struct dv_deed *e, const struct dv_know *began)
{
    bool in[DV_REACH_WAITS] = {false};

    for (unsigned i = 0; i < e->foot.n; i++)
        in[dv_reach_of(e->foot.part[i].space)] = true;
    for (unsigned r = 0; r < DV_REACH_REST; r++)
        if (in[r]) {
            l->ended[r] = *began;
            learn(&l->ended[r], &l->after);
        }
}

/* False: its turn has not come. */
static bool work(struct dv_order *o, struct core *c, struct dv_deed *e)
{
    struct line *l = &c->line[e->agent];
    bool scalar = e->agent == DV_AGENT_LOAD || e->agent == DV_AGENT_STORE;
    struct dv_know know = scalar ? c->line[DV_AGENT_S].know : l->know;

    if (!unit(o, c, e, &know))
        return false;
    ends(l, e, scalar ? &know : &l->know);
    e->index = ++l->works;
    e->bar = l->bar;
    memcpy(e->since, l->since, sizeof e->since);
    dv_check_touch(o->k, e, &know);
    dv_tiles_turn(&c->tiles, e, &l->know);
    return true;
}

static bool step(struct dv_order *o, struct core *c, struct dv_deed *e)
{
    struct dv_know all;

    switch (e->kind) {
    case DV_DEED_SET:
        if (e->id < IDS)
            set(o, c, e);
        else
            count_up(o, c, e);
        return true;
    case DV_DEED_WAIT:
        return e->id < IDS ? wait(o, c, e) : count_down(o, c, e);
    case DV_DEED_CROSS:
        told(c, e->agent, &all);
        dv_links_set(o->k->links, e, &all);
        return true;
    case DV_DEED_BAR:
        if (e->agent == DV_AGENT_S)
            quiesce(o, c, e);
        else
            bar(o, c, e);
        return true;
    default:
        return work(o, c, e);
    }
}

static bool line_go(struct dv_order *o, struct core *c, struct line *l)
{
    unsigned done = 0;

    while (done < l->n) {
        line_learn(l, l->queue[done].deed.agent, &l->queue[done].from);
        if (!step(o, c, &l->queue[done].deed))
            break;
        dv_far_drop(l->queue[done].deed.far);
        done++;
    }
    memmove(l->queue, l->queue + done, (l->n - done) * sizeof *l->queue);
    l->n -= done;
    c->held -= done;
    return done;
}

/* What one line did may be what another waits for. */
static void go(struct dv_order *o, struct core *c)
{
    bool moved = true;

    while (c->held && moved) {
        moved = false;
        for (unsigned a = 0; a < DV_AGENTS; a++)
            if (c->line[a].n)
                moved |= line_go(o, c, &c->line[a]);
    }
}

static void hold(struct dv_order *o, struct core *c, struct line *l, const struct dv_deed *e)
{
    if (l->n == l->room) {
        unsigned room = l->room ? 2 * l->room : 8;
        struct waiting *queue = realloc(l->queue, room * sizeof *queue);
        if (!queue) {
            o->k->book.failed = true;
            return;
        }
        l->queue = queue;
        l->room = room;
    }
    l->queue[l->n] = (struct waiting){*e, c->line[DV_AGENT_S].know};
    l->queue[l->n++].deed.far = dv_links_now(o->k->links, e->core);
    c->held++;
}

/* ---- S --------------------------------------------------------------------------------------- */

/* S goes on only when a register it names is there, so the load that fills it is complete; loads
 * answer in order (ours). */
static void uses(struct core *c, const struct dv_op *op)
{
    struct dv_know *know = &c->line[DV_AGENT_S].know;

    for (unsigned s = 0; s < DV_SLOTS; s++) {
        uint32_t *load = &c->load_of[op->x[s] & 31];
        if (!(op->slots >> s & 1) || !*load)
            continue;
        for (unsigned r = 0; r < DV_REACH_WAITS; r++)
            if (know->upto[r][DV_AGENT_LOAD] < *load)
                know->upto[r][DV_AGENT_LOAD] = *load;
        *load = 0;
    }
}

static void fills(struct core *c, const struct dv_deed *e)
{
    const struct dv_op *op = e->op;
    unsigned quad = op->sem == DV_ENGINE_ld4 ? 4 : 1;

    for (unsigned i = 0; i < quad; i++)
        c->load_of[(op->x[DV_XD] + i) & 31] = e->index;
    if (op->sem == DV_ENGINE_ldp)
        c->load_of[op->x[DV_XM] & 31] = e->index;
}

void dv_order_scalar(struct dv_order *o, const struct dv_event *e)
{
    struct core *c = &o->core[e->core];

    uses(c, e->op);
    if (e->op->exec == DV_EXEC_ENGINE && e->op->sem == DV_ENGINE_mov_from_spr)
        dv_race_live(o->k->race, e, &c->line[DV_AGENT_S].know);
}

void dv_order_deed(struct dv_order *o, struct dv_deed *e)
{
    struct core *c = &o->core[e->core];
    struct line *l;

    uses(c, e->op);
    struct dv_far *far = dv_links_now(o->k->links, e->core);
    e->far = far;
    l = &c->line[e->agent];
    if (!l->n) {
        line_learn(l, e->agent, &c->line[DV_AGENT_S].know);
        if (!step(o, c, e) && e->agent > DV_AGENT_STORE)
            hold(o, c, l, e);
        else if (e->agent == DV_AGENT_LOAD)
            fills(c, e);
    } else {
        hold(o, c, l, e);
    }
    dv_far_drop(far);
    go(o, c);
}

/* What others did with GM; of its own works S learns what they knew. */
void dv_order_cross(struct dv_order *o, unsigned core, unsigned id)
{
    const struct dv_far *far = dv_links_wait(o->k->links, core, id);
    uint32_t *know = o->core[core].line[DV_AGENT_S].know.upto[DV_REACH_GM];

    for (unsigned a = 0; far && a < DV_AGENTS; a++)
        know[a] = know[a] > far->upto[core][a] ? know[a] : far->upto[core][a];
}

/* ---- blocks ---------------------------------------------------------------------------------- */

void dv_order_begin(struct dv_order *o, unsigned core)
{
    struct core *c = &o->core[core];

    dv_links_begin(o->k->links, core);
    memset(c->flag, 0, sizeof c->flag);
    if (c->hard)
        memset(c->hard, 0, HARDS * sizeof *c->hard);
    c->tiles.n = 0;
    memset(c->load_of, 0, sizeof c->load_of);
    for (unsigned a = 0; a < DV_AGENTS; a++) {
        c->line[a].bar = DV_NO_BAR;
        c->line[a].begun = c->line[a].works;
    }
}

/* A tile that no fixpipe has taken: the first MMAD of the next kernel on this core would wait for
 * one. */
static void report_tile(struct dv_order *o, unsigned core, const struct dv_tile_seen *t)
{
    struct dv_book *b = &o->k->book;
    struct dv_check_finding *f = dv_book_open(b, "FLAG", "error", t->pc, DV_BOOK_ALONE);

    if (!f)
        return;
    f->d.code = DV_E_FLAG;
    dv_machine_place(b->m, core, t->pc, DV_PIPE_M, t->when, &f->d.at);
    dv_machine_place_bytes(b->m, DV_SPACE_L0C, t->lo, t->hi - t->lo, NULL, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text,
                "the unit flag of l0c 0x%llx is left set at END: no fixpipe turned it back",
                (unsigned long long)t->lo);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "the fixpipe that reads this tile needs unit_flag = 3; the next kernel on this "
                "core would hang");
}

/* END waits for all pipes: the next block of this core knows everything. */
void dv_order_end(struct dv_order *o, unsigned core)
{
    struct core *c = &o->core[core];
    struct dv_know all = {0};

    for (unsigned i = 0; i < c->tiles.n; i++)
        if (c->tiles.at[i].used && c->tiles.at[i].full)
            report_tile(o, core, &c->tiles.at[i]);
    for (unsigned a = 0; a < DV_AGENTS; a++) {
        line_clear(&c->line[a]);
        learn_line(&all, &c->line[a], a);
    }
    c->held = 0;
    for (unsigned a = 0; a < DV_AGENTS; a++) {
        c->line[a].after = all;
        line_learn(&c->line[a], a, &all);
    }
}
