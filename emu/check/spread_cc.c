/* Rules of moves between L0C and UB and of broadcasts into L0C; see init.h. */
#include <string.h>

#include "emu/access/cc.h"
#include "emu/check/init.h"
#include "emu/sem/sem.h"

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

/* An element is as bad as itself and its parameter. */
static void unit(struct dv_spread *s, const struct dv_cc *m, uint8_t *dst, const uint8_t *src)
{
    unsigned space = dv_op_insn(s->w.op)->operand[1].space;
    const uint8_t *table = dv_at(&s->w, DV_SPACE_UB, m->table);

    for (uint32_t i = 0; i < m->elems; i++, src += m->side[1].width, dst += m->side[0].width) {
        uint8_t mark = dv_spread_look(s, space, src, m->side[1].width);

        if (m->form.entry)
            mark = dv_spread_worse(mark,
                                   dv_spread_look(s, DV_SPACE_UB,
                                                  table + (size_t)(i % DV_CC_SIDE) * m->form.entry,
                                                  m->form.entry));
        memset(dst, mark, m->side[0].width);
    }
}

void dv_spread_cc(struct dv_spread *s)
{
    struct dv_cc m = dv_cc_of(&s->w);
    const struct dv_cc_side *dst = &m.side[0], *src = &m.side[1];
    uint8_t *to = place(&s->w, 0), *from = place(&s->w, 1);

    if (dv_spread_moves(&s->w)) {
        dv_sem[s->w.op->sem](&s->w);
        return;
    }
    for (uint32_t b = 0; b < m.bursts; b++)
        for (uint32_t u = 0; u < m.units; u++)
            unit(s, &m, to + b * dst->pitch + u * dst->step, from + b * src->pitch + u * src->step);
}

void dv_spread_brc(struct dv_spread *s)
{
    dv_sem[s->w.op->sem](&s->w);
}
