/* What instructions see of a core. */
#include "emu/core/state.h"

const char *const dv_acc_names[DV_ACCS] = {"seq", "instr", "chunk16", "tree16", "exact16", "tc24"};

void dv_work_fill(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                  const uint64_t x[DV_SLOTS], const struct dv_env *env, struct dv_work *w)
{
    const struct dv_insn *in = dv_op_insn(op);
    uint8_t *state = (uint8_t *)m->st;

    w->op = op;
    memcpy(w->x, x, sizeof w->x);
    w->cfg[0] = in->bundle ? x[in->bundle_slot[0]] : 0;
    w->cfg[1] = in->bundle && in->bundle->bits > 64 ? x[in->bundle_slot[1]] : 0;
    w->env = env;
    w->live = &c->live;
    w->sizes = &m->sizes[c->kind];
    w->fences = m->fences;
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
        w->mem[s] = state + c->local[s];
    w->mem[DV_SPACE_GM] = m->gm;
    w->gm_base = DV_GM_BASE;
    w->acc = m->opt.acc;
    w->simd = !m->opt.no_simd;
    w->kind = c->kind;
}

void dv_work_of(struct dv_machine *m, struct dv_core *c, const struct dv_job *j, struct dv_work *w)
{
    dv_work_fill(m, c, &m->code.op[j->op], j->x, &j->env, w);
}
