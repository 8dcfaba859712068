/* Hints about vector instructions: bank conflicts (BANK), one instruction executed again and again
 * where a repeat count would do (REPEAT). */
#include <string.h>

#include "emu/check/hint.h"

enum {
    CONFLICTS = 32, /* cycles that are worth a word .. */
    TENTH = 10,     /* .. when they are a tenth of the repeats */
    IN_ROW = 8,     /* executions a repeat count could replace: a head of 20 cycles or more each
                     * (docs/timing.md) against 1 or 2 a repeat */
    BLOCK = 32,
    STEP_MOST = 255 * BLOCK /* rep strides have eight bits */
};

/* ---- conflicts ------------------------------------------------------------------------------- */

static bool same_walks(const struct dv_tempo *t, const struct dv_foot *f)
{
    if (t->walks != f->walks || t->repeats != f->amount.repeats)
        return false;
    for (unsigned i = 0; i < f->walks; i++)
        if (t->walk[i].base != f->walk[i].base || t->walk[i].blk != f->walk[i].blk ||
            t->walk[i].rep != f->walk[i].rep || t->walk[i].blocks != f->walk[i].blocks)
            return false;
    return true;
}

/* Conflicts of one execution, and what of them lasts longer than the operation itself. */
static void conflicts(const struct dv_rules *k, struct dv_tempo *t, const struct dv_deed *e)
{
    const struct dv_chip *chip = dv_machine_chip(k->book.m);
    uint64_t all = dv_bank_extra(&e->foot, (unsigned)DV_P(chip, ub_banks), t->extra);
    dv_time port = (t->repeats + all) * DV_CYCLE;
    struct dv_foot calm = e->foot;
    struct dv_cost cost;

    t->shown = 0;
    if (!all)
        return;
    calm.walks = 0;
    dv_time_cost(chip, &e->work, &calm, &cost);
    t->shown = port > cost.work ? (port - cost.work) / DV_CYCLE : 0;
}

static unsigned sources(const struct dv_foot *f)
{
    unsigned n = 0;

    for (unsigned i = 0; i < f->walks; i++)
        n += f->walk[i].rw == DV_READ && f->walk[i].blocks;
    return n;
}

static void add_conflicts(const struct dv_rules *k, struct dv_tempo *t, const struct dv_deed *e)
{
    if (!same_walks(t, &e->foot)) {
        t->walks = e->foot.walks;
        t->repeats = e->foot.amount.repeats;
        memcpy(t->walk, e->foot.walk, sizeof t->walk);
        t->self = sources(&e->foot) < 2;
        conflicts(k, t, e);
    }
    t->all_repeats += t->repeats;
    t->all_shown += t->shown;
    for (unsigned i = 0; i < 3; i++)
        t->all_extra[i] += t->extra[i];
}

static const char *remedy(const struct dv_tempo *t)
{
    const uint64_t *x = t->all_extra;

    if (x[0] >= x[1] && x[0] >= x[2])
        return t->self ? "spread the blocks of a repeat over the 16 bank groups: a block stride "
                         "that is odd"
                       : "put one source into other bank groups: .buf .., group=8 (256 bytes on)";
    if (x[2] >= x[1])
        return "put the destination into a bank of its own: .buf .., bank=1 or 2";
    return "spread the blocks a repeat writes over the 16 bank groups: a block stride that is odd";
}

static void tell_conflicts(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_tempo *t = &h->tempo;
    struct dv_check_finding *f;

    if (t->all_shown < CONFLICTS || t->all_shown * TENTH < t->all_repeats ||
        dv_hint_small(k, t->all_shown))
        return;
    f = dv_hint_open(k, h, "BANK", pc, DV_BOOK_ALONE);
    if (!f)
        return;
    dv_book_say(f->d.text, sizeof f->d.text,
                "bank conflicts of ub cost %llu cycles in %llu repeats (%llu read-read, %llu "
                "write-write, %llu read-write)",
                (unsigned long long)t->all_shown, (unsigned long long)t->all_repeats,
                (unsigned long long)t->all_extra[0], (unsigned long long)t->all_extra[1],
                (unsigned long long)t->all_extra[2]);
    dv_book_say(f->d.fix, sizeof f->d.fix, "%s", remedy(t));
}

/* ---- repeats --------------------------------------------------------------------------------- */

static bool counts(const struct dv_work *w)
{
    return w->env && w->env->v[DV_ENV_CTRL] >> 56 & 1;
}

/* A step that a rep stride can make. */
static bool is_step(int64_t d)
{
    return d >= 0 && d <= STEP_MOST && d % BLOCK == 0;
}

/* Registers that are no address: a scalar that changes cannot be folded into one instruction. */
static uint64_t scalars(const struct dv_deed *e)
{
    const struct dv_insn *in = dv_op_insn(e->op);
    unsigned slots = e->op->slots;
    uint64_t sum = 0;

    for (unsigned i = 0; i < in->operands; i++)
        slots &= ~(1u << in->operand[i].slot);
    for (unsigned s = 0; s < DV_SLOTS; s++)
        if (slots >> s & 1)
            sum = sum * 31 + e->work.x[s];
    return sum;
}

static bool same_way(const struct dv_tempo *t, const struct dv_deed *e, uint32_t waits)
{
    const struct dv_env *env = e->work.env;

    return t->in_row && t->waits == waits && t->cfg == e->work.cfg[0] &&
           t->mask[0] == env->v[DV_ENV_MASK0] && t->mask[1] == env->v[DV_ENV_MASK1] &&
           t->scalar == scalars(e) && t->walks == e->foot.walks;
}

/* The walks of the last execution are still in t. */
static void add_single(struct dv_tempo *t, const struct dv_deed *e, uint32_t waits)
{
    bool follows = same_way(t, e, waits), regular = follows, moves = false;

    for (unsigned i = 0; i < e->foot.walks; i++) {
        int64_t step = (int64_t)(e->foot.walk[i].base - t->walk[i].base);
        follows = follows && is_step(step);
        regular = regular && (t->in_row < 2 || step == t->step[i]);
        moves |= step != 0;
        t->step[i] = step;
    }
    if (!follows || !moves)
        t->in_row = 1;
    else
        t->in_row = regular ? t->in_row + 1 : 2;
    t->most = t->in_row > t->most ? t->in_row : t->most;
    t->cfg = e->work.cfg[0];
    t->mask[0] = e->work.env->v[DV_ENV_MASK0];
    t->mask[1] = e->work.env->v[DV_ENV_MASK1];
    t->scalar = scalars(e);
    t->waits = waits;
}

static void tell_repeats(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    const struct dv_tempo *t = &h->tempo;
    struct dv_check_finding *f;

    if (t->most < IN_ROW)
        return;
    f = dv_hint_open(k, h, "REPEAT", pc, DV_BOOK_ALONE);
    if (!f)
        return;
    dv_book_say(f->d.text, sizeof f->d.text,
                "executed %u times in a row with repeat 1, each time the same step further: every "
                "execution pays issue and head again",
                t->most);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "one instruction with repeat=%u and that step as rep strides (at most 255)",
                t->most < 255 ? t->most : 255);
}

/* ---- both ------------------------------------------------------------------------------------ */

/* Rows of executions are followed in the first block that came here; the others do the same. */
void dv_tempo_add(const struct dv_rules *k, struct dv_hint *h, const struct dv_deed *e,
                  uint32_t waits)
{
    struct dv_tempo *t = &h->tempo;

    if (e->block == h->block && e->core == h->core && e->work.env) {
        if (e->foot.amount.repeats == 1 && !counts(&e->work))
            add_single(t, e, waits);
        else
            t->in_row = 0;
    }
    add_conflicts(k, t, e);
}

void dv_tempo_tell(struct dv_rules *k, const struct dv_hint *h, uint64_t pc)
{
    tell_conflicts(k, h, pc);
    tell_repeats(k, h, pc);
}
