/* Bytes never written: shadows of all memories, what is clean at the start, and reports.
 *
 * GM: tensors `out` and `scratch` hold nothing at the start, everything else does. Local memories
 * hold nothing when a block begins. How marks travel is in spread.c; here an instruction that
 * meets no mark costs a scan of summaries. Reported are marks that reach an output, S or the
 * offsets of a gather (errors) and the first vector instruction that computes with them (a
 * warning). */
#include "emu/check/init.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 }; /* bytes of GM that are set up at once */

struct dv_init *dv_init_new(struct dv_rules *k)
{
    struct dv_init *i = calloc(1, sizeof *i);

    if (!i)
        return NULL;
    i->k = k;
    i->core = calloc(k->cores, sizeof *i->core);
    if (i->core)
        return i;
    free(i);
    return NULL;
}

void dv_init_free(struct dv_init *i)
{
    if (!i)
        return;
    for (unsigned c = 0; c < i->k->cores; c++)
        for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
            dv_poison_free(&i->core[c].local[s]);
    dv_poison_free(&i->gm);
    free(i->page);
    free(i->core);
    free(i);
}

/* What an earlier block left is no input of this one. */
void dv_init_begin(struct dv_init *i, unsigned core)
{
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        struct dv_poison *p = &i->core[core].local[s];
        if (p->block)
            memset(p->block, DV_MARK_NEVER, p->bytes / DV_POISON_BLOCK);
    }
    memset(i->core[core].live, DV_MARK_CLEAN, sizeof i->core[core].live);
}

/* ---- memories -------------------------------------------------------------------------------- */

static bool no_memory(struct dv_init *i)
{
    i->k->book.failed = true;
    return false;
}

static bool local_reach(struct dv_init *i, unsigned core, unsigned space)
{
    struct dv_poison *p = &i->core[core].local[space];
    uint64_t size = dv_machine_local_size(i->k->book.m, core, space);
    uint64_t blocks = (size + DV_POISON_BLOCK - 1) / DV_POISON_BLOCK;

    if (p->block)
        return true;
    if (!blocks || !dv_poison_new(p, 0, blocks * DV_POISON_BLOCK))
        return no_memory(i);
    memset(p->block, DV_MARK_NEVER, blocks);
    return true;
}

static bool gm_reach(struct dv_init *i)
{
    uint64_t pages = dv_machine_gm_used(i->k->book.m) / PAGE + 1;

    if (i->page)
        return true;
    i->page = calloc(pages, 1);
    if (i->page && dv_poison_new(&i->gm, DV_GM_BASE, pages * PAGE))
        return true;
    free(i->page);
    i->page = NULL;
    return no_memory(i);
}

static bool is_blank(const struct dv_check_tensor *t)
{
    return t->role == DV_PARAM_OUT || t->role == DV_PARAM_SCRATCH;
}

static void page_begin(struct dv_init *i, uint64_t page)
{
    uint64_t lo = i->gm.base + page * PAGE, hi = lo + PAGE;

    i->page[page] = true;
    for (unsigned n = 0; n < i->k->tensors; n++) {
        const struct dv_check_tensor *t = &i->k->tensor[n];
        uint64_t end = t->address + t->bytes;

        if (is_blank(t) && t->address < hi && lo < end)
            dv_poison_set(&i->gm, t->address > lo ? t->address : lo, end < hi ? end : hi,
                          DV_MARK_NEVER);
    }
}

/* The shadow that holds a part, NULL when it has none. */
static struct dv_poison *shadow(struct dv_init *i, unsigned core, const struct dv_strided *part)
{
    uint64_t lo, hi;

    dv_strided_hull(part, &lo, &hi);
    if (part->space == DV_SPACE_GM)
        return gm_reach(i) && lo >= i->gm.base && hi <= i->gm.base + i->gm.bytes ? &i->gm : NULL;
    if (!local_reach(i, core, part->space) || hi > i->core[core].local[part->space].bytes)
        return NULL;
    return &i->core[core].local[part->space];
}

/* ---- rows of a footprint --------------------------------------------------------------------- */

struct row {
    struct dv_poison *p;
    const struct dv_strided *part;
    uint64_t lo, hi;
};

typedef bool (*row_fn)(struct dv_init *i, const struct row *r, void *ctx); /* false: enough */

static bool each_row_of(struct dv_init *i, const struct dv_strided *part, struct dv_poison *p,
                        row_fn fn, void *ctx)
{
    struct row r = {p, part, part->base, part->base + part->bytes};

    for (uint32_t n = 0; n < part->rows; n++) {
        if (p == &i->gm)
            for (uint64_t g = (r.lo - p->base) / PAGE; g * PAGE < r.hi - p->base; g++)
                if (!i->page[g])
                    page_begin(i, g);
        if (!fn(i, &r, ctx))
            return false;
        r.lo += (uint64_t)part->pitch;
        r.hi += (uint64_t)part->pitch;
    }
    return true;
}

/* Every row of the parts with one of `rw`; false when fn had enough. */
static bool each_row(struct dv_init *i, const struct dv_deed *e, unsigned rw, row_fn fn, void *ctx)
{
    for (unsigned n = 0; n < e->foot.n; n++) {
        const struct dv_strided *part = &e->foot.part[n];
        struct dv_poison *p = part->rw & rw ? shadow(i, e->core, part) : NULL;

        if (p && !each_row_of(i, part, p, fn, ctx))
            return false;
    }
    return true;
}

static bool row_clean(struct dv_init *i, const struct row *r, void *ctx)
{
    (void)i, (void)ctx;
    return dv_poison_find(r->p, r->lo, r->hi) == r->hi;
}

static bool row_wipe(struct dv_init *i, const struct row *r, void *ctx)
{
    (void)i, (void)ctx;
    dv_poison_set(r->p, r->lo, r->hi, DV_MARK_CLEAN);
    return true;
}

static bool row_open(struct dv_init *i, const struct row *r, void *ctx)
{
    (void)i, (void)ctx;
    dv_poison_open(r->p, r->lo, r->hi);
    return true;
}

static bool row_close(struct dv_init *i, const struct row *r, void *ctx)
{
    (void)i, (void)ctx;
    dv_poison_close(r->p, r->lo, r->hi);
    return true;
}

/* Counts bytes that are not clean, keeps the first; of those never written before others. */
static bool row_count(struct dv_init *i, const struct row *r, void *ctx)
{
    struct dv_spread *s = ctx;

    (void)i;
    for (uint64_t a = r->lo; (a = dv_poison_find(r->p, a, r->hi)) < r->hi; a++) {
        uint8_t mark = dv_poison_at(r->p, a);

        mark = mark == DV_MARK_NEVER ? DV_MARK_FRESH : mark;
        if (!s->bytes++ || (mark == DV_MARK_FRESH && s->mark != DV_MARK_FRESH)) {
            s->mark = mark;
            s->space = r->part->space;
            s->address = a;
        }
    }
    return true;
}

/* ---- origins --------------------------------------------------------------------------------- */

/* The mark of what this instruction makes of bytes never written. When there are too many such
 * instructions the last ones share a mark. */
static uint8_t origin_of(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s)
{
    unsigned n = 0;

    while (n < i->origins && i->origin[n].pc != e->pc)
        n++;
    if (n == DV_MARK_ORIGINS)
        return DV_MARK_ORIGINS;
    if (n == i->origins) {
        i->origin[n] = (struct dv_init_origin){
            .pc = e->pc,
            .address = s->address,
            .at = e->at,
            .core = e->core,
            .pipe = e->pipe,
            .space = s->space,
        };
        i->origins++;
    }
    return (uint8_t)(n + 1);
}

struct rename {
    const struct dv_deed *e;
    const struct dv_spread *s;
    bool moves;
    uint8_t mark; /* 0: not known yet */
};

/* What an instruction wrote: FRESH gets its mark, and so does NEVER that was moved. */
static bool row_rename(struct dv_init *i, const struct row *r, void *ctx)
{
    struct rename *n = ctx;

    for (uint64_t a = r->lo - r->p->base; a < r->hi - r->p->base; a++) {
        uint8_t *byte = &r->p->byte[a];

        if (*byte != DV_MARK_FRESH && !(n->moves && *byte == DV_MARK_NEVER))
            continue;
        if (!n->mark)
            n->mark = origin_of(i, n->e, n->s);
        *byte = n->mark;
    }
    return true;
}

/* ---- an instruction -------------------------------------------------------------------------- */

/* What the parts that write GM hold now. */
static void check_outputs(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s)
{
    struct dv_spread out = {.bytes = 0};
    const struct dv_check_tensor *t;

    for (unsigned n = 0; n < e->foot.n; n++) {
        const struct dv_strided *part = &e->foot.part[n];
        struct dv_poison *p =
            part->space == DV_SPACE_GM && part->rw & DV_WRITE ? shadow(i, e->core, part) : NULL;
        if (p)
            each_row_of(i, part, p, row_count, &out);
    }
    if (!out.bytes)
        return;
    t = dv_rules_tensor(i->k, out.address);
    if (t && (t->role == DV_PARAM_OUT || t->role == DV_PARAM_INOUT))
        dv_init_report_output(i, e, s, &out, t);
}

/* Special registers that the instruction writes. */
static void set_live(struct dv_init *i, const struct dv_deed *e, uint8_t mark)
{
    for (uint32_t left = e->foot.live; left; left &= left - 1)
        i->core[e->core].live[__builtin_ctz(left)] = mark;
}

/* One warning for each place where bytes never written come into use, at the first vector
 * instruction that computes with them: those after it only carry them on. */
static void check_vector(struct dv_init *i, const struct dv_deed *e, struct dv_spread *s)
{
    uint8_t mark = s->mark == DV_MARK_FRESH ? origin_of(i, e, s) : s->mark;
    struct dv_init_origin *o = &i->origin[mark - 1];

    set_live(i, e, mark);
    if (s->astray) {
        dv_init_report_used(i, e, s, DV_USED_AS_ADDRESS);
        return;
    }
    if (!o->warned)
        o->warned = e->pc + 1;
    if (o->warned == e->pc + 1)
        dv_init_report_used(i, e, s, DV_USED_BY_V);
}

static void spread_begin(struct dv_init *i, const struct dv_deed *e, struct dv_spread *s)
{
    s->w = e->work;
    i->env = *e->work.env;
    i->env.v[DV_ENV_PADDING] = i->env.v[DV_ENV_MOV_PAD_VAL] = 0;
    i->env.v[DV_ENV_L0_SET_VALUE] = 0;
    s->w.env = &i->env;
    for (unsigned n = 0; n < DV_SPACE_COUNT; n++)
        s->w.mem[n] = i->core[e->core].local[n].byte;
    s->w.mem[DV_SPACE_GM] = i->gm.byte;
    s->w.gm_base = i->gm.base;
    s->live = i->core[e->core].live;
}

/* Some byte of the footprint is not clean: marks go the way the data goes. */
static void spread(struct dv_init *i, const struct dv_deed *e)
{
    struct rename n = {.e = e, .moves = dv_spread_moves(&e->work)};
    struct dv_spread s = {.bytes = 0};

    if (n.moves)
        each_row(i, e, DV_READ, row_count, &s);
    each_row(i, e, DV_READ | DV_WRITE, row_open, NULL);
    spread_begin(i, e, &s);
    dv_spread[dv_op_insn(e->op)->access](&s);
    n.s = &s;
    each_row(i, e, DV_WRITE, row_rename, &n);
    each_row(i, e, DV_READ | DV_WRITE, row_close, NULL);
    if (!s.mark)
        return;
    if (e->agent == DV_AGENT_V && !n.moves) /* a copy does not compute */
        check_vector(i, e, &s);
    else
        check_outputs(i, e, &s);
}

static bool live_clean(const struct dv_init *i, const struct dv_deed *e)
{
    for (uint32_t left = e->foot.live_read; left; left &= left - 1)
        if (i->core[e->core].live[__builtin_ctz(left)])
            return false;
    return true;
}

/* Shadows for all its parts? Without them the rules would walk into nothing. */
static bool complete(struct dv_init *i, const struct dv_deed *e)
{
    for (unsigned n = 0; n < e->foot.n; n++)
        if (!shadow(i, e->core, &e->foot.part[n]))
            return false;
    return true;
}

void dv_init_touch(struct dv_init *i, const struct dv_deed *e)
{
    if (e->agent == DV_AGENT_LOAD) {
        struct dv_spread s = {.bytes = 0};

        each_row(i, e, DV_READ, row_count, &s);
        if (s.bytes)
            dv_init_report_used(i, e, &s, DV_USED_BY_S);
        return;
    }
    if (e->agent == DV_AGENT_STORE) { /* what S computes with was looked at when it was loaded */
        each_row(i, e, DV_WRITE, row_wipe, NULL);
        return;
    }
    bool holes = dv_spread_holes(&e->work);

    if (!complete(i, e))
        return;
    set_live(i, e, DV_MARK_CLEAN);
    if (!each_row(i, e, holes ? DV_READ | DV_WRITE : DV_READ, row_clean, NULL) || !live_clean(i, e))
        spread(i, e);
    else if (!holes)
        each_row(i, e, DV_WRITE, row_wipe, NULL);
}

/* Whether S reads too early is for dv_race_live. */
void dv_init_scalar(struct dv_init *i, const struct dv_event *e)
{
    const struct dv_spr *spr;
    uint8_t mark;

    if (e->op->exec != DV_EXEC_ENGINE || e->op->sem != DV_ENGINE_mov_from_spr)
        return;
    spr = dv_spr_number(dv_op_sel(e->op, DV_F_spr));
    mark = spr && spr->kind == DV_SPR_PIPE ? i->core[e->core].live[spr->index] : DV_MARK_CLEAN;
    if (mark)
        dv_init_report_live(i, e, spr->name, mark);
}
