/* S as host code; see native.h. Every instruction goes the way of one that is fetched
 * (dv_core_execute). */
#include "emu/core/state.h"

#include <stdio.h>
#include <stdlib.h>

enum dv_err dv_machine_native(struct dv_machine *m, const struct dv_obj *obj,
                              const struct dv_native *n, struct dv_diag *d)
{
    m->obj = obj;
    m->native = *n;
    m->crosses = m->hards = true; /* not known before they are met */
    m->code.words = 0;
    m->code.op = calloc(DV_NATIVE_ROOM, sizeof *m->code.op);
    m->code.cost = calloc(DV_NATIVE_ROOM, 2 * sizeof *m->code.cost);
    if (!m->code.op || !m->code.cost)
        return dv_fail(d, DV_E_MEMORY, "out of memory for the code of a native kernel");
    return DV_OK;
}

bool dv_machine_is_native(const struct dv_machine *m)
{
    return m->native.resume != NULL;
}

uint32_t dv_native_op(struct dv_machine *m, uint32_t word)
{
    if (m->code.words == DV_NATIVE_ROOM)
        return DV_NATIVE_FULL;
    dv_code_word(m, m->code.words, word);
    return m->code.words++;
}

const struct dv_op *dv_native_decoded(const struct dv_machine *m, uint32_t op)
{
    return &m->code.op[op];
}

enum dv_err dv_native_run(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    m->until = until;
    while (!m->fault && c->state == DV_CORE_RUN && c->now <= until)
        m->native.resume(m->native.self, core_index(m, c));
    return m->fault;
}

enum dv_native_step dv_native_step(struct dv_machine *m, unsigned core, uint32_t op,
                                   const uint64_t x[DV_SLOTS], uint64_t *out)
{
    struct dv_core *c = &m->st->core[core];
    uint64_t pc = DV_CODE_BASE + 4ull * op;

    memcpy(&c->s.x[1], x, DV_SLOTS * sizeof *x);
    c->s.pc = pc;
    if (dv_core_execute(m, c, op) || c->s.pc == pc)
        return DV_NATIVE_STAY;
    *out = c->s.x[1];
    if (c->now > m->until)
        return DV_NATIVE_OVER;
    dv_core_retire(m, c, c->now);
    return m->fault ? DV_NATIVE_STAY : DV_NATIVE_ON;
}

void dv_native_seen(struct dv_machine *m, unsigned core)
{
    dv_core_retire(m, &m->st->core[core], m->st->core[core].now);
}

void dv_native_fault(struct dv_machine *m, unsigned core, uint32_t op, enum dv_err code,
                     const char *operand, const char *text, const char *fix)
{
    struct dv_core *c = &m->st->core[core];

    if (m->fault)
        return;
    dv_core_fault(m, c, op, op < m->code.words ? m->code.op[op].pipe : DV_PIPE_S, c->now, code,
                  "%s", text);
    snprintf(m->diag.at.operand, sizeof m->diag.at.operand, "%s", operand ? operand : "");
    if (fix)
        dv_diag_fix(&m->diag, "%s", fix);
}

unsigned dv_native_kind(const struct dv_machine *m, unsigned core)
{
    return m->st->core[core].kind;
}

uint32_t dv_native_block(const struct dv_machine *m, unsigned core)
{
    return m->st->core[core].block;
}

unsigned dv_native_sub(const struct dv_machine *m, unsigned core)
{
    return m->st->core[core].subblock;
}
