/* Registers left changed at END: the next kernel on the core inherits them (the vendor's prologue
 * resets the mask and atomics, not everything: isa.md 11). Followed are the registers a launch is
 * expected to find as after reset: vector mask, mask mode and the other modes of CTRL. */
#include "emu/check/rules.h"

#include <stdlib.h>
#include <string.h>

/* Modes of CTRL, isa.md 4.2; all are 0 after reset. */
static const struct mode {
    uint8_t lo, bits;
    const char *name;
} modes[] = {
    {6, 3, "type of atomic stores"},
    {9, 2, "operation of atomic stores"},
    {46, 1, "hf32"},
    {47, 1, "rounding to hf32"},
    {48, 1, "infinity and nan kept"},
    {49, 1, "scalar reads of ub through the data cache"},
    {50, 1, "leaky relu"},
    {51, 1, "order of the cube"},
    {53, 1, "saturation of integers"},
    {59, 1, "truncation to integers"},
};
#define MODES (sizeof modes / sizeof *modes)
static const uint64_t counter = 1ull << 56;

/* The last write that changed it. */
struct change {
    uint64_t pc;
    dv_time at;
};

struct state {
    uint64_t ctrl, mask[2];
    struct change by_mode[MODES], by_counter, by_mask[2];
};

enum { REST, COUNTER, MASK }; /* tell findings of one instruction apart */

struct dv_leave {
    struct dv_rules *k;
    struct state *core;
    uint64_t ctrl, mask, followed; /* after reset; bits of CTRL but mask mode that count */
};

static uint64_t field(const struct mode *m)
{
    return ((1ull << m->bits) - 1) << m->lo;
}

struct dv_leave *dv_leave_new(struct dv_rules *k)
{
    struct dv_leave *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    l->k = k;
    l->ctrl = dv_spr_number(DV_SPR_N_CTRL)->reset;
    l->mask = dv_spr_number(DV_SPR_N_MASK0)->reset;
    for (size_t i = 0; i < MODES; i++)
        l->followed |= field(&modes[i]);
    l->core = calloc(k->cores, sizeof *l->core);
    if (l->core)
        return l;
    free(l);
    return NULL;
}

void dv_leave_free(struct dv_leave *l)
{
    if (!l)
        return;
    free(l->core);
    free(l);
}

void dv_leave_begin(struct dv_leave *l, unsigned core)
{
    l->core[core] = (struct state){.ctrl = l->ctrl, .mask = {l->mask, l->mask}};
}

/* ---- writes ---------------------------------------------------------------------------------- */

static void write_ctrl(struct dv_leave *l, const struct dv_event *e, uint64_t value)
{
    struct state *s = &l->core[e->core];
    struct change by = {e->pc, e->start};

    for (size_t i = 0; i < MODES; i++)
        if ((s->ctrl ^ value) & field(&modes[i]))
            s->by_mode[i] = by;
    if ((s->ctrl ^ value) & counter)
        s->by_counter = by;
    s->ctrl = value;
}

static void write_mask(struct dv_leave *l, const struct dv_event *e, unsigned word, uint64_t value)
{
    struct state *s = &l->core[e->core];

    if (s->mask[word] != value)
        s->by_mask[word] = (struct change){e->pc, e->start};
    s->mask[word] = value;
}

void dv_leave_scalar(struct dv_leave *l, const struct dv_event *e)
{
    const struct dv_op *op = e->op;
    uint64_t value;

    if (op->exec != DV_EXEC_ENGINE)
        return;
    if (op->sem == DV_ENGINE_movemask) {
        write_mask(l, e, dv_op_sel(op, DV_F_pos) ? 1 : 0, e->x[DV_XN]);
        return;
    }
    if (op->sem != DV_ENGINE_mov_to_spr && op->sem != DV_ENGINE_mov_spr_imm)
        return;
    value = op->sem == DV_ENGINE_mov_to_spr ? e->x[DV_XN] : (uint64_t)(uint32_t)op->imm;
    switch (dv_op_sel(op, DV_F_spr)) {
    case DV_SPR_N_CTRL:
        write_ctrl(l, e, value);
        break;
    case DV_SPR_N_MASK0:
        write_mask(l, e, 0, value);
        break;
    case DV_SPR_N_MASK1:
        write_mask(l, e, 1, value);
        break;
    default:
        break;
    }
}

/* ---- END ------------------------------------------------------------------------------------- */

static struct dv_check_finding *left(struct dv_leave *l, const struct dv_event *e, unsigned group,
                                     const struct change *by)
{
    struct dv_book *b = &l->k->book;
    struct dv_check_finding *f = dv_book_open(b, "STATE", "warning", by->pc, group);

    if (!f)
        return NULL;
    dv_machine_place(b->m, e->core, by->pc, DV_PIPE_S, by->at, &f->d.at);
    f->d.at.block = (int)e->block;
    return f;
}

static void left_counting(struct dv_leave *l, const struct dv_event *e)
{
    struct dv_check_finding *f = left(l, e, COUNTER, &l->core[e->core].by_counter);

    if (!f)
        return;
    dv_book_say(f->d.text, sizeof f->d.text,
                "counter mode is left on at end: ctrl[56] is 1, expected 0, mask0 is 0x%llx",
                (unsigned long long)l->core[e->core].mask[0]);
    dv_book_say(f->d.fix, sizeof f->d.fix, "mask_all of dv.inc before end");
}

static void left_mask(struct dv_leave *l, const struct dv_event *e)
{
    const struct state *s = &l->core[e->core];
    bool high = s->mask[1] != l->mask;
    struct dv_check_finding *f;

    if (high && s->mask[0] != l->mask)
        high = s->by_mask[1].at > s->by_mask[0].at;
    f = left(l, e, MASK, &s->by_mask[high]);
    if (!f)
        return;
    dv_book_say(f->d.text, sizeof f->d.text,
                "the vector mask is left changed at end: mask0 is 0x%llx, mask1 0x%llx, expected "
                "0x%llx",
                (unsigned long long)s->mask[0], (unsigned long long)s->mask[1],
                (unsigned long long)l->mask);
    dv_book_say(f->d.fix, sizeof f->d.fix, "mask_all of dv.inc before end");
}

static void left_modes(struct dv_leave *l, const struct dv_event *e, uint64_t differ)
{
    const struct mode *first = NULL;
    const struct change *by = NULL;
    struct dv_check_finding *f;
    char names[256] = "";

    for (size_t i = 0; i < MODES; i++) {
        size_t n = strlen(names);
        if (!(differ & field(&modes[i])))
            continue;
        dv_book_say(names + n, sizeof names - n, "%s%s (bit %u)", n ? ", " : "", modes[i].name,
                    modes[i].lo);
        first = first ? first : &modes[i];
        if (!by || l->core[e->core].by_mode[i].at > by->at)
            by = &l->core[e->core].by_mode[i];
    }
    f = left(l, e, REST, by);
    if (!f)
        return;
    dv_book_say(f->d.text, sizeof f->d.text,
                "ctrl is left changed at end: %s; it is 0x%llx, expected 0x%llx", names,
                (unsigned long long)l->core[e->core].ctrl, (unsigned long long)l->ctrl);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "put the bits back before end: mov t, ctrl; insert t, zero, #%u, #%u; mov ctrl, t",
                first ? first->lo : 0, first ? first->bits : 1);
}

void dv_leave_end(struct dv_leave *l, unsigned core, const struct dv_event *e)
{
    const struct state *s = &l->core[core];
    uint64_t differ = s->ctrl ^ l->ctrl;

    if (differ & counter)
        left_counting(l, e);
    else if (s->mask[0] != l->mask || s->mask[1] != l->mask)
        left_mask(l, e);
    if (differ & l->followed)
        left_modes(l, e, differ & l->followed);
}
