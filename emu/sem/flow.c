/* Meaning of jumps, calls and loops: they change the pc of the scalar unit and its two stacks.
 * Whether a pc lies in the code is the fetcher's question. Depths and operands: isa/flow.isa. */
#include "emu/sem/flow.h"

static enum dv_err fault(struct dv_scalar *s, enum dv_err code, const char *why)
{
    s->why = why;
    return code;
}

static uint64_t xn(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->x[op->x[DV_XN]];
}

static enum dv_err go(struct dv_scalar *s, uint64_t pc)
{
    if (pc & 3)
        return fault(s, DV_E_RANGE, "jump to an address that is no multiple of 4");
    s->next = pc;
    return DV_OK;
}

static uint64_t target(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->pc + (uint64_t)(int64_t)op->imm;
}

enum dv_err dv_scalar_jump(struct dv_scalar *s, const struct dv_op *op)
{
    return go(s, target(s, op));
}

enum dv_err dv_scalar_jumpc(struct dv_scalar *s, const struct dv_op *op)
{
    return s->cond ? go(s, target(s, op)) : DV_OK;
}

enum dv_err dv_scalar_jumpr(struct dv_scalar *s, const struct dv_op *op)
{
    return go(s, xn(s, op));
}

enum dv_err dv_scalar_jumpcmp(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t b = s->x[op->x[DV_XM]];
    bool take = dv_scalar_holds(dv_op_sel(op, DV_F_cc), op->type, xn(s, op), b);
    return take ? go(s, target(s, op)) : DV_OK;
}

static enum dv_err push(struct dv_scalar *s, uint64_t to)
{
    if (s->calls == DV_CALL_DEPTH)
        return fault(s, DV_E_LIMIT, "more than 32 nested calls");
    enum dv_err e = go(s, to);
    if (e == DV_OK)
        s->ret[s->calls++] = s->pc + 4;
    return e;
}

enum dv_err dv_scalar_call(struct dv_scalar *s, const struct dv_op *op)
{
    return push(s, target(s, op));
}

enum dv_err dv_scalar_callr(struct dv_scalar *s, const struct dv_op *op)
{
    return push(s, xn(s, op));
}

enum dv_err dv_scalar_ret(struct dv_scalar *s, const struct dv_op *op)
{
    (void)op;
    if (!s->calls)
        return fault(s, DV_E_ILLEGAL, "return without a call");
    return go(s, s->ret[--s->calls]);
}

/* ---- hardware loops -------------------------------------------------------------------------- */

enum { ROUNDS = 0x3fffffff }; /* LPCNT[29:0] */

static void show_rounds(struct dv_scalar *s)
{
    s->lpcnt = s->loops ? s->loop[s->loops - 1].left & ROUNDS : 0;
}

enum dv_err dv_scalar_loop(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t rounds = xn(s, op);
    if (!rounds)
        return fault(s, DV_E_RANGE, "loop count is 0");
    if (op->imm <= 0)
        return fault(s, DV_E_RANGE, "the end of a loop lies before its body");
    if (s->loops == DV_LOOP_DEPTH)
        return fault(s, DV_E_LIMIT, "more than 8 nested loops");
    s->loop[s->loops++] = (struct dv_loop){s->pc + 4, target(s, op), rounds};
    show_rounds(s);
    return DV_OK;
}

enum dv_err dv_scalar_endloop(struct dv_scalar *s, const struct dv_op *op)
{
    (void)op;
    if (!s->loops || s->loop[s->loops - 1].end != s->pc)
        return fault(s, DV_E_ILLEGAL,
                     "end of a loop that was not entered through its loop "
                     "instruction");
    struct dv_loop *l = &s->loop[s->loops - 1];
    enum dv_err e = DV_OK;
    if (--l->left)
        e = go(s, l->first);
    else
        s->loops--;
    show_rounds(s);
    return e;
}

enum dv_err dv_scalar_break(struct dv_scalar *s, const struct dv_op *op)
{
    (void)op;
    if (!s->loops)
        return fault(s, DV_E_ILLEGAL, "break outside a loop");
    uint64_t end = s->loop[--s->loops].end;
    show_rounds(s);
    return go(s, end + 4);
}

enum dv_err dv_scalar_adrp(struct dv_scalar *s, const struct dv_op *op)
{
    s->x[op->x[DV_XD]] = target(s, op);
    return DV_OK;
}
