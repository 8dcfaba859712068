/* Where the flags of a program are set and waited for. */
#include "emu/core/flags.h"

#include <stdio.h>

static bool is_flag(const struct dv_op *op, unsigned sem, struct dv_flag_key f)
{
    bool reg = dv_flag_reg(op);

    if (op->exec != DV_EXEC_ENGINE || op->sem != sem || dv_op_sel(op, DV_F_src) != f.src ||
        dv_op_sel(op, DV_F_dst) != f.dst)
        return false;
    unsigned zero = dv_flag_number(op, 0);
    if (f.id >= DV_FLAG_ALL)
        return f.id == (reg ? dv_id_reg(zero) : dv_id_any(zero));
    return !reg && dv_flag_number(op, (uint64_t)op->imm) == f.id;
}

int64_t dv_flag_seek(const struct dv_machine *m, unsigned sem, struct dv_flag_key f, int64_t from,
                     int64_t to)
{
    for (int64_t i = from; i < to && i < m->code.words; i++)
        if (is_flag(&m->code.op[i], sem, f))
            return i;
    return DV_NO_OP;
}

int64_t dv_flag_any(const struct dv_machine *m, unsigned sem, struct dv_flag_key f)
{
    int64_t op = dv_flag_seek(m, sem, f, 0, m->code.words);

    f.id = dv_id_reg(f.id);
    return op < 0 ? dv_flag_seek(m, sem, f, 0, m->code.words) : op;
}

int64_t dv_flag_stray(const struct dv_machine *m, unsigned sem, struct dv_flag_key f, unsigned *id)
{
    unsigned other = sem == DV_ENGINE_set_flag ? DV_ENGINE_wait_flag : DV_ENGINE_set_flag;

    unsigned first = f.id - f.id % DV_FLAG_IDS;

    for (unsigned i = first; i < first + DV_FLAG_IDS; i++) {
        struct dv_flag_key k = {f.src, f.dst, i};
        int64_t op = dv_flag_seek(m, sem, k, 0, m->code.words);
        if (i == f.id || op < 0 || dv_flag_any(m, other, k) >= 0)
            continue;
        *id = i;
        return op;
    }
    return DV_NO_OP;
}

static bool works(const struct dv_machine *m, unsigned pipe, int64_t i)
{
    return m->code.op[i].exec == DV_EXEC_ITEM && m->code.op[i].pipe == pipe;
}

int64_t dv_work_after(const struct dv_machine *m, unsigned pipe, int64_t op)
{
    for (int64_t i = op + 1; i < m->code.words; i++)
        if (works(m, pipe, i))
            return i;
    return DV_NO_OP;
}

int64_t dv_work_before(const struct dv_machine *m, unsigned pipe, int64_t op)
{
    for (int64_t i = op; i-- > 0;)
        if (works(m, pipe, i))
            return i;
    return DV_NO_OP;
}

int64_t dv_jump_target(const struct dv_machine *m, int64_t op)
{
    const struct dv_op *o = &m->code.op[op];

    if (o->exec != DV_EXEC_SCALAR)
        return op;
    switch (o->sem) {
    case DV_SCALAR_jump:
    case DV_SCALAR_jumpc:
    case DV_SCALAR_jumpcmp:
    case DV_SCALAR_call:
        return op + o->imm / 4;
    case DV_SCALAR_jumpr:
    case DV_SCALAR_callr:
    case DV_SCALAR_ret:
    case DV_SCALAR_endloop:
        return 0;
    default:
        return op;
    }
}

/* ---- text ------------------------------------------------------------------------------------ */

static const char *mem_name(unsigned id)
{
    for (unsigned i = 0; i < dv_enum_count; i++)
        if (!strcmp(dv_enums[i].name, "hmem"))
            return dv_enum_name(&dv_enums[i], (uint32_t)dv_flag_mem(id));
    return NULL;
}

const char *dv_flag_insn(unsigned sem, struct dv_flag_key f, char *out, size_t size)
{
    const char *src = dv_pipe_names[f.src], *dst = dv_pipe_names[f.dst];
    const char *verb = sem == DV_ENGINE_set_flag ? "set" : "wait";
    unsigned id = f.id % DV_FLAG_IDS;

    if (dv_flag_mem(f.id) < 0)
        snprintf(out, size, "%s_flag.%s.%s #%u", verb, src, dst, id);
    else
        snprintf(out, size, "h%s_flag.%s.%s %s, 0, #%u", verb, src, dst, mem_name(f.id), id);
    return out;
}

static bool named(const struct dv_machine *m, struct dv_flag_key f, char name[64])
{
    return m->obj && dv_flag_mem(f.id) < 0 &&
           dv_obj_flag_at(m->obj, m->st->kernel, f.src, f.dst, f.id, name, 64);
}

void dv_flag_text(const struct dv_machine *m, struct dv_flag_key f, char *out, size_t size)
{
    const char *src = dv_pipe_names[f.src], *dst = dv_pipe_names[f.dst];
    char name[64];

    if (named(m, f, name))
        snprintf(out, size, "%s (%s -> %s, id %u)", name, src, dst, f.id);
    else if (dv_flag_mem(f.id) >= 0)
        snprintf(out, size, "%s -> %s, hard %s, id %u", src, dst, mem_name(f.id),
                 f.id % DV_FLAG_IDS);
    else
        snprintf(out, size, "%s -> %s, id %u", src, dst, f.id);
}

void dv_flag_word(const struct dv_machine *m, struct dv_flag_key f, char *out, size_t size)
{
    char name[64];

    if (named(m, f, name))
        snprintf(out, size, "'%s'", name);
    else
        snprintf(out, size, "id %u", f.id % DV_FLAG_IDS);
}

/* The file in which a kernel is written: where its first instruction is, or the macro call that
 * made it. */
static uint32_t home_of(const struct dv_machine *m)
{
    const struct dv_line *l = dv_obj_line(m->obj, m->st->core[0].entry);
    uint32_t file = l ? l->file : 0;

    for (uint32_t call = l ? l->call : 0; call && call <= m->obj->calls;
         call = m->obj->call[call - 1].parent)
        file = m->obj->call[call - 1].file;
    return file;
}

static size_t folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path + 1) : 0;
}

/* Files beside the kernel are its author's too; the library is not, wherever it lies. */
static bool own_file(const struct dv_machine *m, uint32_t file, uint32_t home)
{
    const struct dv_obj *o = m->obj;
    size_t n;

    if (file == home || file >= o->files || home >= o->files)
        return file == home;
    n = folder(o->file[home]);
    return folder(o->file[file]) == n && strncmp(o->file[file], o->file[home], n) == 0 &&
           strcmp(o->file[file] + n, "dv.inc") != 0;
}

bool dv_own_line(const struct dv_machine *m, uint64_t pc, struct dv_line *out)
{
    const struct dv_line *l = m->obj ? dv_obj_line(m->obj, pc) : NULL;
    uint32_t home = l ? home_of(m) : 0;

    if (!l)
        return false;
    *out = *l;
    for (uint32_t c = l->call; !own_file(m, out->file, home) && c && c <= m->obj->calls;
         c = m->obj->call[c - 1].parent) {
        const struct dv_call *k = &m->obj->call[c - 1];
        *out = (struct dv_line){l->pc, k->file, k->line, k->col, k->parent};
    }
    if (own_file(m, out->file, home))
        return true;
    *out = *l;
    return false;
}

void dv_line_text(const struct dv_machine *m, int64_t op, char *out, size_t size)
{
    uint64_t pc = DV_CODE_BASE + 4 * (uint64_t)op;
    struct dv_line l = {.file = UINT32_MAX};

    if (dv_own_line(m, pc, &l) && l.file == home_of(m))
        snprintf(out, size, "line %u", l.line);
    else if (!m->obj || l.file >= m->obj->files)
        snprintf(out, size, "pc 0x%llx", (unsigned long long)pc);
    else {
        const char *file = m->obj->file[l.file], *slash = strrchr(file, '/');
        snprintf(out, size, "%.80s:%u", slash ? slash + 1 : file, l.line);
    }
}

void dv_machine_flag_text(const struct dv_machine *m, unsigned src, unsigned dst, unsigned id,
                          char *out, size_t size)
{
    dv_flag_text(m, (struct dv_flag_key){src, dst, id}, out, size);
}
