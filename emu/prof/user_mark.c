/* User marks; see user_mark.h. */
#include "emu/prof/user_mark.h"

/* FRESH and CLOSING still take the NOPs that follow. */
enum { CLOSED, FRESH, OPEN, CLOSING };

bool dv_user_mark_may(const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    if (in->exec != DV_EXEC_ENGINE ||
        (in->sem != DV_ENGINE_mov_to_spr && in->sem != DV_ENGINE_mov_spr_imm))
        return false;
    unsigned spr = dv_op_sel(op, DV_F_spr);
    return spr == DV_SPR_N_LPCNT || spr == DV_SPR_N_COND;
}

int dv_user_mark_write(const struct dv_event *e, bool *ends)
{
    if (!dv_user_mark_may(e->op))
        return -1;
    bool immediate = dv_op_insn(e->op)->sem == DV_ENGINE_mov_spr_imm;
    uint64_t v = immediate ? (uint64_t)(uint32_t)e->op->imm : e->x[DV_XN], n = v & 0x3fffffff;
    *ends = v >> 30 & 1;
    return v >> 31 == 1 && n < DV_USER_MARKS ? (int)n : -1;
}

static bool is_nop(const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    return in->exec == DV_EXEC_ENGINE && (in->sem == DV_ENGINE_nop || in->sem == DV_ENGINE_nop_s);
}

static void take_nop(struct dv_user_mark *m, const struct dv_event *e)
{
    if (m->state == FRESH) {
        m->from = e->start;
        m->from_pc = e->pc;
        m->state = OPEN;
    } else if (m->state == CLOSING) {
        m->to = e->end;
        m->to_pc = e->pc;
    }
}

static void take_write(struct dv_user_marks *u, const struct dv_event *e)
{
    bool ends;
    int n = dv_user_mark_write(e, &ends);
    struct dv_user_mark *m = n < 0 ? NULL : &u->mark[n];
    if (!m || ends == (m->state == CLOSED))
        return;
    u->near = (int8_t)(n + 1);
    if (ends) {
        m->to = e->end;
        m->to_pc = e->pc;
        m->state = CLOSING;
    } else {
        m->from = e->end;
        m->from_pc = e->pc;
        m->state = FRESH;
    }
}

/* Something else than a NOP: the mark takes no more of them. */
static int settle(struct dv_user_marks *u, struct dv_user_mark *done)
{
    int near = u->near - 1;
    u->near = 0;
    if (near < 0)
        return -1;
    bool closes = u->mark[near].state == CLOSING;
    u->mark[near].state = closes ? CLOSED : OPEN;
    *done = u->mark[near];
    return closes ? near : -1;
}

int dv_user_marks_hear(struct dv_user_marks *u, const struct dv_event *e, struct dv_user_mark *done)
{
    bool instruction = e->kind == DV_EV_SCALAR;
    if (instruction && u->near && is_nop(e->op)) {
        take_nop(&u->mark[u->near - 1], e);
        return -1;
    }
    int n = settle(u, done);
    if (instruction)
        take_write(u, e);
    return n;
}
