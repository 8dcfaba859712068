/* The record of a fault: where, what, with whom. The first one is kept and the machine stays
 * faulted. */
#include "emu/core/flags.h"

#include <stdio.h>
#include <string.h>

static void place_line(const struct dv_machine *m, uint64_t pc, struct dv_place *p)
{
    struct dv_line l = {.file = UINT32_MAX};

    dv_own_line(m, pc, &l); /* what a library's macro made is the caller's to mend */
    if (!m->obj || l.file >= m->obj->files)
        return;
    snprintf(p->file, sizeof p->file, "%s", m->obj->file[l.file]);
    p->line = (int)l.line;
    p->col = (int)l.col;
}

/* The flag of a set or wait with a constant id: "full[1]". */
static void place_flag(const struct dv_machine *m, const struct dv_op *op, struct dv_place *p)
{
    const struct dv_insn *in = dv_op_insn(op);
    bool is_flag = in->exec == DV_EXEC_ENGINE &&
                   (in->sem == DV_ENGINE_set_flag || in->sem == DV_ENGINE_wait_flag);

    if (m->obj && is_flag && op->lane == DV_LANE_imm)
        dv_obj_flag_at(m->obj, m->st->kernel, dv_op_sel(op, DV_F_src), dv_op_sel(op, DV_F_dst),
                       (unsigned)op->imm, p->buffer, sizeof p->buffer);
}

static void place_mark(const struct dv_machine *m, uint64_t pc, struct dv_place *p)
{
    const char *mark = m->obj ? dv_obj_mark_at(m->obj, pc) : NULL;
    if (mark)
        snprintf(p->mark, sizeof p->mark, "%s", mark);
}

void dv_place_text(const struct dv_machine *m, uint32_t op_index, char *out, size_t size)
{
    const char *name = m->native.name ? m->native.name(m->native.self, op_index) : NULL;
    /* nop stands for an intrinsic that no word could be made of */
    bool wordless = name && !strcmp(dv_op_insn(&m->code.op[op_index])->name, "nop");
    int n = name ? snprintf(out, size, wordless ? "%s" : "%s: ", name) : 0;

    if ((size_t)n < size && !wordless)
        dv_isa_print(&m->code.op[op_index], DV_CODE_BASE + 4ull * op_index, out + n,
                     size - (size_t)n);
}

bool dv_fix_kind(struct dv_machine *m, const struct dv_core *c)
{
    if (!m->native.resume || c->kind == DV_C100)
        return false;
    dv_diag_fix(&m->diag, "it is an %s: launch the kernel on %s, or mixed",
                c->kind == DV_AIV ? "AIV" : "AIC", c->kind == DV_AIV ? "AIC" : "AIV");
    return true;
}

enum dv_err dv_fault_no_pipe(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                             unsigned at, unsigned pipe)
{
    dv_core_fault(m, c, op_index, at, c->now, DV_E_ILLEGAL, "this core has no pipe %s",
                  pipe < DV_PIPE_COUNT ? dv_pipe_names[pipe] : "of that number");
    dv_fix_kind(m, c);
    return DV_E_ILLEGAL;
}

void dv_place_insn(const struct dv_machine *m, const struct dv_core *c, uint32_t op_index,
                   unsigned pipe, dv_time at, struct dv_place *p)
{
    p->core = (int)core_index(m, c);
    p->block = (int)c->block;
    p->pipe = (int)pipe;
    p->has_pc = true;
    p->pc = DV_CODE_BASE + 4ull * op_index;
    p->has_cycle = true;
    p->cycle = at / DV_CYCLE;
    place_line(m, p->pc, p);
    place_mark(m, p->pc, p);
    if (op_index >= m->code.words || m->code.op[op_index].exec > DV_EXEC_UNKNOWN)
        return;
    dv_place_text(m, op_index, p->insn, sizeof p->insn);
    place_flag(m, &m->code.op[op_index], p);
}

void dv_place_bytes(const struct dv_machine *m, unsigned space, uint64_t address, uint64_t bytes,
                    const char *operand, struct dv_place *p)
{
    p->has_address = true;
    p->address = address;
    p->bytes = bytes;
    snprintf(p->space, sizeof p->space, "%s", dv_spaces[space].name);
    if (operand)
        snprintf(p->operand, sizeof p->operand, "%s", operand);
    if (space != DV_SPACE_GM) {
        if (m->obj)
            dv_obj_buffer_at(m->obj, m->st->kernel, space, address, p->buffer, sizeof p->buffer);
        return;
    }
    int i = dv_gm_nearest(m, address);
    if (i >= 0 && m->st->alloc[i].name[0])
        snprintf(p->buffer, sizeof p->buffer, "%s+0x%llx", m->st->alloc[i].name,
                 (unsigned long long)(address - m->st->alloc[i].address));
}

enum dv_err dv_core_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index, unsigned pipe,
                          dv_time at, enum dv_err code, const char *fmt, ...)
{
    struct dv_diag *d = &m->diag;
    va_list ap;

    if (m->fault)
        return m->fault;
    d->code = m->fault = code;
    va_start(ap, fmt);
    vsnprintf(d->text, sizeof d->text, fmt, ap);
    va_end(ap);
    dv_place_insn(m, c, op_index, pipe, at, &d->at);
    m->fault_at = at;
    return code;
}

enum dv_err dv_core_fault_from(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                               unsigned pipe, struct dv_diag *from)
{
    struct dv_place detail = from->at;
    enum dv_err code = dv_core_fault(m, c, op_index, pipe, c->now, from->code, "%s", from->text);
    struct dv_place *p = &m->diag.at;

    snprintf(m->diag.fix, sizeof m->diag.fix, "%s", from->fix);
    snprintf(p->operand, sizeof p->operand, "%s", detail.operand);
    if (detail.has_address) {
        p->has_address = true;
        p->address = detail.address;
        p->bytes = detail.bytes;
        snprintf(p->space, sizeof p->space, "%s", detail.space);
    }
    return code;
}

void dv_machine_place(const struct dv_machine *m, unsigned core, uint64_t pc, unsigned pipe,
                      dv_time at, struct dv_place *p)
{
    dv_place_insn(m, &m->st->core[core], (uint32_t)((pc - DV_CODE_BASE) / 4), pipe, at, p);
}

void dv_machine_place_bytes(const struct dv_machine *m, unsigned space, uint64_t address,
                            uint64_t bytes, const char *operand, struct dv_place *p)
{
    dv_place_bytes(m, space, address, bytes, operand, p);
}
