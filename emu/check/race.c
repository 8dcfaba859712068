/* Races: a work against what others did to the same bytes that it does not know to be complete.
 *
 * Local memories have a set of sheets a core; GM has pages of sheets shared by all cores, whose
 * entries name their block: blocks of a launch run in no order, so no two of them are ordered.
 * Atomic stores of one type and operation need no order among themselves; they have pages of their
 * own. Where flags order cores, each core has pages of its own. */
#include <stdlib.h>
#include <string.h>

#include "emu/check/hazard.h"
#include "emu/check/pages.h"
#include "emu/check/links.h"

enum {
    READS = 0,
    WRITES = 1,
    ATOMICS = 32,   /* dv_foot.atomic is below */
    SMALL_MMAD = 10 /* isa.md 3.2: fractals of C below which MMADs do not follow each other */
};

struct core {
    struct dv_sheet sheet[DV_SPACE_COUNT][DV_AGENTS][2];
    struct dv_log log[DV_AGENTS];
    uint32_t live[DV_LIVE_COUNT]; /* last work of V that wrote it */
};

struct dv_race {
    struct dv_rules *k;
    struct core *core;
    struct dv_pages *gm;              /* one, or one a core; made where something is noted */
    struct dv_pages *atomic[ATOMICS]; /* the same by kind, NULL until met; [0] stays empty */
    bool apart;                       /* one a core */
    bool by_core; /* the kernel can tell its core: blocks of one core follow each other */
};

/* True when some instruction of the program is what `is` asks for. */
static bool any_op(const struct dv_obj *o, bool (*is)(const struct dv_op *op))
{
    const struct dv_bytes *text = &o->section[DV_TEXT];
    struct dv_op op;
    uint32_t word;

    for (size_t at = 0; at + 4 <= text->n; at += 4) {
        memcpy(&word, text->p + at, 4);
        if (dv_isa_decode(word, o->kinds, &op, NULL, NULL) == DV_OK && op.exec == DV_EXEC_ENGINE &&
            is(&op))
            return true;
    }
    return false;
}

/* Blocks of one core follow each other, but which blocks those are is not the kernel's to know,
 * unless it reads COREID. */
static bool names_core(const struct dv_op *op)
{
    return op->sem == DV_ENGINE_mov_from_spr && dv_op_sel(op, DV_F_spr) == DV_SPR_N_COREID;
}

static bool waits_for_cores(const struct dv_op *op)
{
    return op->sem == DV_ENGINE_wait_flag_dev;
}

/* A mixed kernel whose instructions are not known before they are met. */
static bool mix_to_come(const struct dv_rules *k)
{
    const struct dv_obj *o = k->book.obj;
    return dv_machine_is_native(k->book.m) && o->kernels && o->kernel[0].core == DV_CORE_MIX;
}

struct dv_race *dv_race_new(struct dv_rules *k)
{
    struct dv_race *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->k = k;
    r->apart = mix_to_come(k) || any_op(k->book.obj, waits_for_cores);
    r->by_core = r->apart || any_op(k->book.obj, names_core);
    r->core = calloc(k->cores, sizeof *r->core);
    r->gm = calloc(r->apart ? k->cores : 1, sizeof *r->gm);
    if (r->core && r->gm)
        return r;
    free(r->core);
    free(r->gm);
    free(r);
    return NULL;
}

static void sheets_free(struct dv_sheet (*s)[2])
{
    for (unsigned a = 0; a < DV_AGENTS; a++) {
        dv_sheet_free(&s[a][READS]);
        dv_sheet_free(&s[a][WRITES]);
    }
}

/* How many pages stand side by side. */
static unsigned sides(const struct dv_race *r)
{
    return r->apart ? r->k->cores : 1;
}

static void pages_free(const struct dv_race *r, struct dv_pages *p)
{
    for (unsigned i = 0; p && i < sides(r); i++)
        dv_pages_free(&p[i]);
    free(p);
}

void dv_race_free(struct dv_race *r)
{
    if (!r)
        return;
    for (unsigned c = 0; c < r->k->cores; c++) {
        for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
            sheets_free(r->core[c].sheet[s]);
        for (unsigned a = 0; a < DV_AGENTS; a++)
            dv_log_free(&r->core[c].log[a]);
    }
    pages_free(r, r->gm);
    for (unsigned n = 0; n < ATOMICS; n++)
        pages_free(r, r->atomic[n]);
    free(r->core);
    free(r);
}

static void log_note(struct dv_race *r, const struct dv_deed *e)
{
    if (!dv_log_note(&r->core[e->core].log[e->agent], e))
        r->k->book.failed = true;
}

static const struct dv_log_entry *log_find(const struct dv_race *r, unsigned core, unsigned agent,
                                           uint32_t number)
{
    return dv_log_find(&r->core[core].log[agent], number);
}

/* ---- owners of GM bytes: the block and the core that ran it --------------------------------- */

static uint32_t owner_of(const struct dv_race *r, const struct dv_deed *e)
{
    return ((r->by_core ? 0 : e->block << 8) | e->core) + 1;
}

static unsigned owner_core(uint32_t who)
{
    return ((who & ~DV_SHADOW_MORE) - 1) & 0xff;
}

static void meet(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p,
                 unsigned agent, unsigned direction, const struct dv_trace *t)
{
    unsigned core = t->who ? owner_core(t->who) : e->core;
    uint64_t base = p->space == DV_SPACE_GM ? DV_GM_BASE : 0;

    dv_hazard_report(&r->k->book, &(struct dv_hazard){.e = e,
                                                      .part = p,
                                                      .agent = agent,
                                                      .writes = direction == WRITES,
                                                      .was = log_find(r, core, agent, t->number),
                                                      .core = core,
                                                      .blocks = t->who && t->who != owner_of(r, e),
                                                      .address = base + t->at});
}

/* ---- what hardware orders by itself (isa.md 3.2) --------------------------------------------- */

/* MMADs follow each other through C unless C is small. */
static bool large_mmad(const struct dv_deed *e)
{
    struct dv_cfg_mmad c;

    if (dv_op_insn(e->op)->access != DV_ACCESS_mmad)
        return false;
    c = dv_unpack_mmad(e->work.cfg);
    return (uint32_t)((c.m + 15) / 16) * ((c.n + 15) / 16) >= SMALL_MMAD;
}

/* Accesses of S follow each other; loads of MTE1 share one way into each buffer (ours); V, MTE2,
 * MTE3 and FIX start in order and may overlap. */
static bool in_order(const struct dv_deed *e, unsigned agent)
{
    bool scalar = agent == DV_AGENT_LOAD || agent == DV_AGENT_STORE;

    if (e->agent == DV_AGENT_LOAD || e->agent == DV_AGENT_STORE)
        return scalar;
    if (e->agent != agent)
        return false;
    return agent == DV_AGENT_MTE1 || (agent == DV_AGENT_M && large_mmad(e));
}

/* ---- rows of a part -------------------------------------------------------------------------- */

struct rows {
    uint64_t lo, hi; /* one run of bytes */
    uint32_t row;
};

/* The next run; rows that touch each other are one. */
static bool next_rows(const struct dv_strided *p, struct rows *s)
{
    if (s->row == p->rows)
        return false;
    s->lo = p->base + (uint64_t)((int64_t)s->row * p->pitch);
    s->hi = s->lo + p->bytes;
    s->row++;
    if (p->pitch != (int64_t)p->bytes)
        return true;
    s->hi += (uint64_t)(p->rows - s->row) * p->bytes;
    s->row = p->rows;
    return true;
}

/* ---- local memories -------------------------------------------------------------------------- */

/* The last barrier of its pipe is what keeps this work from one it meets. */
static void look_barred(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p,
                        const struct dv_sheet *s, uint32_t bound)
{
    uint32_t since = e->since[dv_reach_of(p->space)];
    struct rows rows = {0, 0, 0};
    struct dv_trace t;

    while (since < bound && next_rows(p, &rows))
        if (dv_sheet_find(s, rows.lo, rows.hi, since, 0, &t)) {
            dv_hints_needed(r->k->hints, e->bar);
            return;
        }
}

static void look_local(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know,
                       const struct dv_strided *p, unsigned agent, unsigned direction)
{
    const struct dv_sheet *s = &r->core[e->core].sheet[p->space][agent][direction];
    uint32_t bound = know->upto[dv_reach_of(p->space)][agent];
    struct rows rows = {0, 0, 0};
    struct dv_trace t;

    if (!s->full || in_order(e, agent))
        return;
    if (e->agent == agent && e->bar != DV_NO_BAR)
        look_barred(r, e, p, s, bound);
    if (s->newest <= (int32_t)bound)
        return;
    while (next_rows(p, &rows)) {
        if (!dv_sheet_find(s, rows.lo, rows.hi, bound, 0, &t))
            continue;
        meet(r, e, p, agent, direction, &t);
        return;
    }
}

static void note_local(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p,
                       unsigned direction)
{
    struct dv_sheet *s = &r->core[e->core].sheet[p->space][e->agent][direction];
    uint32_t size = dv_machine_local_size(r->k->book.m, e->core, p->space);
    struct rows rows = {0, 0, 0};
    bool good = s->full || dv_sheet_make(s, size, false);

    while (good && next_rows(p, &rows))
        good = dv_sheet_note(s, rows.lo, rows.hi, e->index, 0, false);
    r->k->book.failed |= !good;
}

/* ---- GM -------------------------------------------------------------------------------------- */

/* Up to which work of another core on GM this one knows all to be complete. */
static uint32_t far_bound(const struct dv_deed *e, unsigned core, unsigned agent)
{
    return e->far ? e->far->upto[core][agent] : 0;
}

/* False when it met something among the works of owner `who`. */
static bool look_pages(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p,
                       unsigned agent, unsigned direction, const struct dv_pages *pages,
                       uint32_t bound, uint32_t who)
{
    struct rows rows = {0, 0, 0};
    struct dv_trace t;

    while (pages->page && next_rows(p, &rows))
        if (dv_pages_find(pages, agent, direction == WRITES, rows.lo - DV_GM_BASE,
                          rows.hi - DV_GM_BASE, bound, who, &t)) {
            meet(r, e, p, agent, direction, &t);
            return false;
        }
    return true;
}

/* `pages`: one, or one a core. */
static void look_gm(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know,
                    const struct dv_pages *pages, const struct dv_strided *p, unsigned agent,
                    unsigned direction)
{
    /* what is in order is so inside a block only */
    uint32_t bound = in_order(e, agent) ? INT32_MAX : know->upto[DV_REACH_GM][agent];

    if (e->agent == agent && e->bar != DV_NO_BAR) /* not looked at closely (ours) */
        dv_hints_needed(r->k->hints, e->bar);
    if (!look_pages(r, e, p, agent, direction, &pages[r->apart ? e->core : 0], bound,
                    owner_of(r, e)))
        return;
    for (unsigned c = 0; r->apart && c < r->k->cores; c++)
        if (c != e->core &&
            !look_pages(r, e, p, agent, direction, &pages[c], far_bound(e, c, agent), c + 1))
            return;
}

/* Those that note what the core of a deed does; NULL: out of memory. */
static struct dv_pages *pages_of(struct dv_race *r, const struct dv_deed *e,
                                 struct dv_pages **pages)
{
    struct dv_pages *p;

    if (!*pages)
        *pages = calloc(sides(r), sizeof **pages);
    p = *pages ? &(*pages)[r->apart ? e->core : 0] : NULL;
    return p && (p->page || dv_pages_make(p, dv_machine_gm_used(r->k->book.m))) ? p : NULL;
}

/* Atomic stores that others did: those of this very kind may meet it. */
static void look_atomic(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know,
                        const struct dv_strided *p)
{
    for (unsigned n = 1; n < ATOMICS; n++)
        if (r->atomic[n] && n != e->foot.atomic) {
            look_gm(r, e, know, r->atomic[n], p, DV_AGENT_STORE, WRITES);
            look_gm(r, e, know, r->atomic[n], p, DV_AGENT_MTE3, WRITES);
            look_gm(r, e, know, r->atomic[n], p, DV_AGENT_FIX, WRITES);
        }
}

static void note_atomic(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p)
{
    struct dv_pages *pages = pages_of(r, e, &r->atomic[e->foot.atomic]);
    struct rows rows = {0, 0, 0};
    bool good = pages;

    while (good && next_rows(p, &rows))
        good = dv_pages_note(pages, e->agent, true, rows.lo - DV_GM_BASE, rows.hi - DV_GM_BASE,
                             e->index, owner_of(r, e), true);
    r->k->book.failed |= !good;
}

/* A write to an input is an error of its own: reads of inputs leave no trace. */
static bool is_input(const struct dv_race *r, const struct dv_strided *p)
{
    const struct dv_check_tensor *t = dv_rules_tensor(r->k, p->base);
    uint64_t lo, hi;

    dv_strided_hull(p, &lo, &hi);
    return t && t->role == DV_PARAM_IN && lo >= t->address && hi <= t->address + t->bytes;
}

static void note_gm(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p,
                    unsigned direction)
{
    struct dv_pages *pages;
    struct rows rows = {0, 0, 0};
    bool good;

    if (direction == READS && is_input(r, p))
        return;
    pages = pages_of(r, e, &r->gm);
    good = pages;
    while (good && next_rows(p, &rows))
        good = dv_pages_note(pages, e->agent, direction == WRITES, rows.lo - DV_GM_BASE,
                             rows.hi - DV_GM_BASE, e->index, owner_of(r, e), direction == READS);
    r->k->book.failed |= !good;
}

/* ---- works ----------------------------------------------------------------------------------- */

static unsigned direction_of(const struct dv_strided *p)
{
    return p->rw & DV_WRITE ? WRITES : READS;
}

static void look(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know,
                 const struct dv_strided *p)
{
    for (unsigned a = DV_AGENT_LOAD; a < DV_AGENTS; a++)
        for (unsigned d = p->rw & DV_WRITE ? READS : WRITES; d <= WRITES; d++)
            if (p->space == DV_SPACE_GM)
                look_gm(r, e, know, r->gm, p, a, d);
            else
                look_local(r, e, know, p, a, d);
    if (p->space == DV_SPACE_GM)
        look_atomic(r, e, know, p);
}

static void note(struct dv_race *r, const struct dv_deed *e, const struct dv_strided *p)
{
    if (e->foot.atomic && p->space == DV_SPACE_GM) {
        note_atomic(r, e, p);
        return;
    }
    for (unsigned d = READS; d <= WRITES; d++) {
        if (!(p->rw & (d ? DV_WRITE : DV_READ)))
            continue;
        if (p->space == DV_SPACE_GM)
            note_gm(r, e, p, d);
        else
            note_local(r, e, p, d);
    }
}

void dv_race_touch(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know)
{
    log_note(r, e);
    for (unsigned w = READS; w <= WRITES; w++) /* of a RAW and a WAW the first tells more */
        for (unsigned i = 0; i < e->foot.n; i++)
            if (direction_of(&e->foot.part[i]) == w)
                look(r, e, know, &e->foot.part[i]);
    for (unsigned i = 0; i < e->foot.n; i++)
        note(r, e, &e->foot.part[i]);
    for (unsigned l = 0; e->foot.live >> l; l++)
        if (e->foot.live >> l & 1)
            r->core[e->core].live[l] = e->index;
}

/* ---- special registers of V ------------------------------------------------------------------ */

void dv_race_live(struct dv_race *r, const struct dv_event *e, const struct dv_know *know)
{
    const struct dv_spr *spr = dv_spr_number(dv_op_sel(e->op, DV_F_spr));
    uint32_t number = spr && spr->kind == DV_SPR_PIPE ? r->core[e->core].live[spr->index] : 0;
    const struct dv_log_entry *was;
    struct dv_check_finding *f;

    if (number <= know->upto[DV_REACH_REST][DV_AGENT_V])
        return;
    was = log_find(r, e->core, DV_AGENT_V, number);
    f = dv_book_open(&r->k->book, "RACE", "error", e->pc, was ? was->pc : DV_BOOK_ALONE);
    if (!f)
        return;
    f->d.code = DV_E_RACE;
    dv_machine_place(r->k->book.m, e->core, e->pc, DV_PIPE_S, e->end, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text,
                "potential RAW hazard at special register %s: PIPE_S reads what PIPE_V writes, and "
                "no flag or barrier orders them",
                spr->name);
    if (!was)
        return;
    f->d.has_other = true;
    dv_machine_place(r->k->book.m, e->core, was->pc, DV_PIPE_V, was->at, &f->d.other);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "set_flag.v.s after line %d, wait_flag.v.s before line "
                "%d",
                f->d.other.line, f->d.at.line);
}

/* The last write of an agent to a byte. */
static const struct dv_log_entry *last_write(const struct dv_race *r, unsigned core, unsigned agent,
                                             unsigned space, uint64_t address, unsigned *by)
{
    const struct dv_sheet *s = &r->core[core].sheet[space][agent][WRITES];
    const struct dv_pages *p = &r->gm[r->apart ? core : 0];
    struct dv_trace t;
    bool gm = space == DV_SPACE_GM;

    if (gm ? !p->page || !dv_pages_last(p, agent, address - DV_GM_BASE, &t)
           : !s->full || !dv_sheet_last(s, address, &t))
        return NULL;
    *by = gm ? owner_core(t.who) : core;
    return log_find(r, *by, agent, t.number);
}

bool dv_race_writer(const struct dv_race *r, unsigned core, unsigned space, uint64_t address,
                    struct dv_place *p)
{
    bool all = r->apart && space == DV_SPACE_GM;
    const struct dv_log_entry *best = NULL;

    for (unsigned c = all ? 0 : core; c <= (all ? r->k->cores - 1 : core); c++)
        for (unsigned a = DV_AGENT_LOAD; a < DV_AGENTS; a++) {
            unsigned by = c;
            const struct dv_log_entry *e = last_write(r, c, a, space, address, &by);
            if (!e || (best && e->at <= best->at))
                continue;
            best = e;
            dv_machine_place(r->k->book.m, by, e->pc, dv_agent_pipe(a), e->at, p);
        }
    return best;
}
