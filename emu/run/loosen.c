/* Owns what is left out of a program, and what stands in its place. */
#include "emu/run/loosen.h"

#include <stdlib.h>
#include <string.h>

#include "emu/prof/verdict.h"
#include "isa/isa.h"

static bool is_loose(const struct dv_op *op, enum dv_loose what)
{
    unsigned src = dv_op_sel(op, DV_F_src), dst = dv_op_sel(op, DV_F_dst);
    if (op->exec != DV_EXEC_ENGINE)
        return false;
    if (what == DV_LOOSE_BARRIERS)
        return op->sem == DV_ENGINE_bar && dv_op_sel(op, DV_F_pipe) == DV_PIPE_ALL;
    bool flag = op->sem == DV_ENGINE_set_flag || op->sem == DV_ENGINE_wait_flag;
    return flag && dv_hands_back(src, dst);
}

static uint32_t loosen(uint8_t *text, size_t n, unsigned kinds, enum dv_loose what)
{
    uint32_t word, nop = 0, changed = 0;
    struct dv_op op;
    dv_op_init(&op, &dv_insns[DV_INSN_nop]);
    if (dv_isa_encode(&op, &nop, NULL))
        return 0;
    for (size_t i = 0; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        if (dv_isa_decode(word, kinds, &op, NULL, NULL) || !is_loose(&op, what))
            continue;
        memcpy(text + i, &nop, sizeof nop);
        changed++;
    }
    return changed;
}

bool dv_loosen(const struct dv_obj *obj, enum dv_loose what, struct dv_obj *out)
{
    struct dv_bytes *text = &out->section[DV_TEXT];
    *out = *obj;
    text->p = malloc(text->n ? text->n : 1);
    if (!text->p)
        return false;
    memcpy(text->p, obj->section[DV_TEXT].p, text->n);
    if (loosen(text->p, text->n, obj->kinds, what))
        return true;
    free(text->p);
    return false;
}
