/* Writes the instruction log. Owns its grammar (formats.md 4.1); listens to events and must not
 * know the engine. Ticks are whole core cycles. Issue lines carry ISSUE after the pipe, so both
 * kinds can share one file. */
#include "emu/prof/log.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* Text of one line, bounded. */
struct line {
    char p[640];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(l->p + l->n, sizeof l->p - l->n, fmt, ap);
    va_end(ap);
    if (n > 0)
        l->n = l->n + (size_t)n < sizeof l->p ? l->n + (size_t)n : sizeof l->p - 1;
}

static bool is_control(const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    return in->exec == DV_EXEC_ENGINE && !strcmp(in->unit, "FC");
}

/* CONTRACT section 1: the simulator-log name of a pipe. */
static const char *log_pipe(unsigned pipe)
{
    return pipe == DV_PIPE_V ? "VEC" : dv_pipe_json(pipe);
}

/* The table spelling up to its first dot or blank: readers take letters, digits, _ and -. */
static void mnemonic(struct line *l, const struct dv_op *op)
{
    char text[64];
    if (dv_op_insn(op)->exec == DV_EXEC_ENGINE && dv_op_insn(op)->sem == DV_ENGINE_mov_from_spr) {
        add(l, "MOV_XD_SPR");
        return;
    }
    dv_isa_spell(dv_op_insn(op), op->word, text, sizeof text);
    for (char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-')
            *c = c[1] && *c != '.' && *c != ' ' ? '_' : 0;
    add(l, "%s", text);
}

static void registers(struct line *l, const struct dv_event *e, bool done, const char **gap)
{
    static const char *const names[DV_SLOTS] = {"xd", "xn", "xm", "xt"};
    static const char *const keys[DV_SLOTS] = {"XD", "XN", "XM", "XT"};
    const struct dv_layout *layout = dv_op_insn(e->op)->layout;
    for (unsigned i = 0; i < DV_SLOTS; i++) {
        if (!dv_layout_field(layout, names[i], 2))
            continue;
        /* A scalar event knows the destination only after the instruction. */
        if (e->kind == DV_EV_SCALAR && i == DV_XD && !done)
            add(l, "%s%s:X%u", *gap, keys[i], e->op->x[i]);
        else
            add(l, "%s%s:X%u=0x%" PRIx64, *gap, keys[i], e->op->x[i], e->x[i]);
        *gap = ",";
    }
}

static bool is_flag(const struct dv_insn *in)
{
    return in->exec == DV_EXEC_ENGINE &&
           (in->sem == DV_ENGINE_set_flag || in->sem == DV_ENGINE_wait_flag);
}

/* Pipe and event of a flag: PIPE waits, TRIGGER PIPE sets. */
static void flag(struct line *l, const struct dv_event *e, const char *gap)
{
    const struct dv_op *op = e->op;
    uint64_t id = dv_flag_reg(op) ? e->x[DV_XT] : (uint64_t)(uint32_t)op->imm;
    add(l, "%sPIPE:%s, TRIGGER PIPE:%s, FLAG ID:%" PRIu64, gap, log_pipe(dv_op_sel(op, DV_F_dst)),
        log_pipe(dv_op_sel(op, DV_F_src)), id);
    if (dv_flag_hard(op))
        add(l, ", MEM:%u, V:%u", dv_op_sel(op, DV_F_mem), dv_op_sel(op, DV_F_v));
}

static void details(struct line *l, const struct dv_event *e, bool done)
{
    const struct dv_insn *in = dv_op_insn(e->op);
    const char *gap = "";
    registers(l, e, done, &gap);
    if (in->exec == DV_EXEC_ENGINE && in->sem == DV_ENGINE_mov_from_spr) {
        const struct dv_spr *s = dv_spr_number(dv_op_sel(e->op, DV_F_spr));
        add(l, "%sSPR:%s", gap, s ? s->name : "?");
        return;
    }
    if (is_flag(in)) {
        flag(l, e, gap);
        return;
    }
    if (dv_layout_field(in->layout, "imm", 3)) {
        add(l, "%sIMM:%" PRId32, gap, e->op->imm);
        gap = ",";
    }
    if (e->op->type)
        add(l, "%sdtype:%s", gap, dv_types[e->op->type].name);
}

/* ---- names, after what vendor lines hold -------------------------------------------------- */

/* Readers take letters, digits and [ ] _ / # - : a name is cut down to these. */
static void add_name(struct line *l, const char *key, const char *name)
{
    size_t n = l->n;
    add(l, ", %s:", key);
    n += strlen(key) + 3;
    add(l, "%s", name);
    for (; n < l->n; n++)
        if (!isalnum((unsigned char)l->p[n]) && !strchr("[]_/#-", l->p[n]))
            l->p[n] = l->p[n] == '+' ? '/' : '_';
}

/* Local buffers that the operands of an item point into: "XD AT:A[1]/0x40". */
static void name_buffers(struct line *l, const struct dv_log *log, const struct dv_event *e)
{
    const struct dv_insn *in = dv_op_insn(e->op);
    for (unsigned i = 0; e->work && i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        char name[80], key[16];
        if (o->space == DV_SPACE_GM ||
            !dv_obj_buffer_at(log->obj, log->kernel, o->space, dv_operand_address(e->work, i), name,
                              sizeof name))
            continue;
        snprintf(key, sizeof key, "%.10s AT", o->name);
        for (char *c = key; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        add_name(l, key, name);
    }
}

static void name_flag(struct line *l, const struct dv_log *log, const struct dv_event *e)
{
    const struct dv_op *op = e->op;
    char name[80];
    unsigned id = dv_flag_id(op, e->x);
    if (id < DV_FLAG_IDS && dv_obj_flag_at(log->obj, log->kernel, dv_op_sel(op, DV_F_src),
                                           dv_op_sel(op, DV_F_dst), id, name, sizeof name))
        add_name(l, "NAME", name);
}

static void names(struct line *l, const struct dv_log *log, const struct dv_event *e)
{
    if (!log->obj || !log->obj->names)
        return;
    if (is_flag(dv_op_insn(e->op)))
        name_flag(l, log, e);
    else
        name_buffers(l, log, e);
    const char *mark = dv_obj_mark_at(log->obj, e->pc);
    if (mark)
        add_name(l, "MARK", mark);
}

static void write_line(const struct dv_log *log, const struct dv_event *e, dv_time at, bool done)
{
    struct line l = {.n = 0};
    unsigned pipe = e->kind == DV_EV_SCALAR ? DV_PIPE_S : e->pipe;
    add(&l, "[info] [%08" PRIu64 "] (PC: 0x%08" PRIx64 ") ", at / DV_CYCLE, e->pc);
    if (log->many)
        add(&l, "@CORE%u ", (unsigned)e->core);
    add(&l, "%-8s %s: (Binary: 0x%08" PRIx32 ") ", is_control(e->op) ? "FLOWCTRL" : log_pipe(pipe),
        done ? "" : "ISSUE ", e->op->word);
    mnemonic(&l, e->op);
    add(&l, "  ");
    details(&l, e, done);
    names(&l, log, e);
    fprintf(log->to, "%s\n", l.p);
}

static void hear(void *self, const struct dv_event *e)
{
    const struct dv_log *log = self;
    if (e->kind == DV_EV_ISSUE) {
        write_line(log, e, e->end, false);
    } else if (e->kind == DV_EV_RETIRE) {
        write_line(log, e, e->done, true);
    } else if (e->kind == DV_EV_BLOCK) {
        if (e->end && e->op) { /* END: S gets there, and the block is over */
            write_line(log, e, e->issue, false);
            write_line(log, e, e->end, true);
        }
    } else if (e->op->exec == DV_EXEC_SCALAR || e->op->pipe == DV_PIPE_S) {
        write_line(log, e, e->start, false);
        write_line(log, e, e->end, true);
    }
}

struct dv_listener dv_log_listener(struct dv_log *l)
{
    return (struct dv_listener){
        .self = l,
        .event = hear,
        .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_ISSUE | 1u << DV_EV_RETIRE | 1u << DV_EV_BLOCK,
    };
}
