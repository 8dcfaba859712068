/* Names, tracks and texts of instructions in files of the vendor's style; see codes.h. Owns the
 * spelling; must not know which file it goes to. */
#include "emu/prof/vendor/codes.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const struct dv_track_row dv_tracks[DV_TRACK_COUNT] = {
#define X(name, pid, order, cname) {#name, cname, pid, order},
    DV_TRACKS(X)
#undef X
};

unsigned dv_pipe_track(unsigned pipe)
{
    static const uint8_t tracks[DV_PIPE_COUNT] = {
        [DV_PIPE_S] = DV_TRACK_SCALAR,  [DV_PIPE_V] = DV_TRACK_VECTOR,
        [DV_PIPE_M] = DV_TRACK_CUBE,    [DV_PIPE_MTE1] = DV_TRACK_MTE1,
        [DV_PIPE_MTE2] = DV_TRACK_MTE2, [DV_PIPE_MTE3] = DV_TRACK_MTE3,
        [DV_PIPE_FIX] = DV_TRACK_FIXP,
    };
    return pipe < DV_PIPE_COUNT && (tracks[pipe] || pipe == DV_PIPE_S) ? tracks[pipe]
                                                                       : DV_TRACK_ALL;
}

/* AICs come first in the machine, then the AIVs, two an AI core. */
const char *dv_core_label(const struct dv_machine *m, unsigned core, char out[32], unsigned *order)
{
    const struct dv_core_stats *c = dv_machine_core(m, core);
    unsigned first = core, place = core;
    while (first && dv_machine_core(m, first - 1)->kind == c->kind)
        first--;
    place -= first;
    unsigned ai = c->kind == DV_AIV ? place / 2 : place;
    *order = c->kind == DV_C100 ? ai : 3 * ai + (c->kind == DV_AIV ? 2 + place % 2 : 1);
    if (c->kind == DV_C100)
        snprintf(out, 32, "core%u", ai);
    else if (c->kind == DV_AIC)
        snprintf(out, 32, "core%u.cubecore0", ai);
    else
        snprintf(out, 32, "core%u.veccore%u", ai, place % 2);
    return out;
}

/* ---- texts of one instruction ---------------------------------------------------------------- */

struct text {
    char p[1024];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(t->p + t->n, sizeof t->p - t->n, fmt, ap);
    va_end(ap);
    if (n > 0)
        t->n = t->n + (size_t)n < sizeof t->p ? t->n + (size_t)n : sizeof t->p - 1;
}

/* A name of a file inside a JSON string. */
static void add_file(struct text *t, const char *file)
{
    for (; *file && t->n + 3 < sizeof t->p; file++) {
        unsigned char c = (unsigned char)*file;
        if (c == '"' || c == '\\')
            t->p[t->n++] = '\\';
        t->p[t->n++] = c < 0x20 ? '?' : (char)c;
    }
    t->p[t->n] = 0;
}

/* ":12" behind it. */
static void add_line(struct text *t, uint32_t line)
{
    char number[24] = ":";
    size_t n = (size_t)(dv_put_u64(number + 1, line) - number);
    if (t->n + n >= sizeof t->p)
        return;
    memcpy(t->p + t->n, number, n);
    t->p[t->n += n] = 0;
}

static char *keep(struct dv_codes *c, const struct text *t)
{
    char *copy = malloc(t->n + 1);
    if (copy)
        memcpy(copy, t->p, t->n + 1);
    else
        c->failed = true;
    return copy;
}

static bool is(const struct dv_op *op, unsigned sem)
{
    const struct dv_insn *in = dv_op_insn(op);
    return in->exec == DV_EXEC_ENGINE && in->sem == sem;
}

/* The table spelling up to its first dot or blank: readers take letters, digits, _ and -. */
static char *mnemonic(struct dv_codes *c, const struct dv_op *op)
{
    struct text t = {.n = 0};
    char name[64];
    dv_isa_spell(dv_op_insn(op), op->word, name, sizeof name);
    for (char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
            *p = p[1] && *p != '.' && *p != ' ' ? '_' : 0;
    add(&t, "%s", is(op, DV_ENGINE_mov_from_spr) ? "MOV_XD_SPR" : name);
    return keep(c, &t);
}

static const char *file_name(const struct dv_obj *o, uint32_t file)
{
    return file < o->files ? o->file[file] : "?";
}

/* The line of the body, then the places it was expanded from. */
static void stack(struct dv_codes *c, struct dv_code *k, uint64_t pc)
{
    const struct dv_line *l = dv_obj_line(c->obj, pc);
    struct text t = {.n = 0}, line = {.n = 0};
    if (l) {
        add_file(&line, file_name(c->obj, l->file));
        add_line(&line, l->line);
        t = line;
    }
    for (uint32_t call = l ? l->call : 0; call && t.n < sizeof t.p - 300;) {
        const struct dv_call *x = &c->obj->call[call - 1];
        memcpy(t.p + t.n, "\\n", 2);
        t.n += 2;
        add_file(&t, file_name(c->obj, x->file));
        add_line(&t, x->line);
        call = x->parent;
    }
    k->stack = keep(c, &t);
    k->line = keep(c, &line);
}

/* ---- operands -------------------------------------------------------------------------------- */

static void end_piece(struct dv_codes *c, struct dv_code *k, struct text *t, int slot)
{
    t->n = t->n < 255 ? t->n : 255;
    t->p[t->n] = 0;
    k->piece[k->pieces] = keep(c, t);
    k->piece_n[k->pieces] = (uint8_t)t->n;
    k->slot[k->pieces++] = (int8_t)slot;
    t->n = 0;
    t->p[0] = 0;
}

static const char *log_pipe(unsigned pipe)
{
    return pipe == DV_PIPE_V ? "VEC" : dv_pipe_json(pipe);
}

/* The sync text of formats.md 4.1: PIPE waits, TRIGGER PIPE sets. */
static void flag(struct dv_codes *c, struct dv_code *k, const struct dv_op *op)
{
    struct text t = {.n = 0};
    add(&t, "PIPE:%s,TRIGGERPIPE:%s,", log_pipe(k->dst), log_pipe(k->src));
    if (dv_flag_hard(op))
        add(&t, "MEM:%u,V:%u,", dv_op_sel(op, DV_F_mem), dv_op_sel(op, DV_F_v));
    add(&t, "FLAGID:");
    if (!dv_flag_reg(op))
        add(&t, "%" PRIu32, (uint32_t)op->imm);
    end_piece(c, k, &t, dv_flag_reg(op) ? DV_XT : -1);
}

static void operands(struct dv_codes *c, struct dv_code *k, const struct dv_op *op)
{
    static const char *const names[DV_SLOTS] = {"xd", "xn", "xm", "xt"};
    static const char *const keys[DV_SLOTS] = {"XD", "XN", "XM", "XT"};
    const struct dv_insn *in = dv_op_insn(op);
    struct text t = {.n = 0};
    const char *gap = "";
    for (unsigned i = 0; i < DV_SLOTS; i++) {
        if (!dv_layout_field(in->layout, names[i], 2))
            continue;
        add(&t, "%s%s:X%u=", gap, keys[i], op->x[i]);
        end_piece(c, k, &t, (int)i);
        gap = ",";
    }
    if (is(op, DV_ENGINE_mov_from_spr)) {
        const struct dv_spr *s = dv_spr_number(dv_op_sel(op, DV_F_spr));
        add(&t, "%sSPR:%s", gap, s ? s->name : "?");
    } else if (dv_layout_field(in->layout, "imm", 3)) {
        add(&t, "%sIMM:%" PRId32, gap, op->imm);
        gap = ",";
    }
    if (op->type)
        add(&t, "%sdtype:%s", gap, dv_types[op->type].name);
    if (t.n)
        end_piece(c, k, &t, -1);
}

/* ---- tracks ---------------------------------------------------------------------------------- */

/* formats.md 3.2: what S does with a destination register is shown apart. */
static unsigned track_of(const struct dv_code *k, const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    if (in->exec == DV_EXEC_ENGINE && !strcmp(in->unit, "FC"))
        return DV_TRACK_FLOWCTRL;
    if (k->pipe == DV_PIPE_S && dv_layout_field(in->layout, "xd", 2))
        return DV_TRACK_SCALARLDST;
    return dv_pipe_track(k->pipe);
}

static void slice_texts(struct dv_codes *c, struct dv_code *k, uint64_t pc)
{
    unsigned colour = k->set ? DV_TRACK_SET_FLAG : k->wait ? DV_TRACK_WAIT_FLAG : k->track;
    struct text t = {.n = 0};
    add(&t, ",\n{\"ph\":\"X\",\"name\":\"%s\",\"cname\":\"%s\",\"pid\":%u,\"tid\":", k->name,
        dv_tracks[colour].cname, dv_tracks[k->track].pid);
    k->lead = keep(c, &t);
    k->lead_n = (uint16_t)t.n;
    t.n = 0;
    add(&t, ",\"args\":{\"pc_addr\":\"0x%" PRIx64 "\",\"code\":\"%s\",\"detail\":\"", pc, k->stack);
    k->args = keep(c, &t);
    k->args_n = (uint16_t)t.n;
    t.n = 0;
    colour = colour == DV_TRACK_SCALARLDST ? DV_TRACK_SCALAR : colour;
    add(&t, "%s\",\"cname\":\"%s\",\"pid\":\"", k->name, dv_tracks[colour].cname);
    k->all = keep(c, &t);
    k->all_n = (uint16_t)t.n;
    t.n = 0;
    add(&t, "\",\"tid\":\"%s\"", dv_tracks[colour].name);
    k->lane = keep(c, &t);
    k->lane_n = (uint16_t)t.n;
}

static void learn(struct dv_codes *c, struct dv_code *k, const struct dv_event *e)
{
    const struct dv_op *op = e->op;
    k->set = is(op, DV_ENGINE_set_flag);
    k->wait = is(op, DV_ENGINE_wait_flag);
    k->pipe = e->kind == DV_EV_SCALAR ? DV_PIPE_S : e->pipe;
    k->track = (uint8_t)track_of(k, op);
    k->bar = k->track == DV_TRACK_FLOWCTRL && !k->set && !k->wait && e->kind == DV_EV_RETIRE;
    k->src = (uint8_t)dv_op_sel(op, DV_F_src);
    k->dst = (uint8_t)dv_op_sel(op, DV_F_dst);
    k->name = mnemonic(c, op);
    stack(c, k, e->pc);
    if (k->set || k->wait)
        flag(c, k, op);
    else
        operands(c, k, op);
    if (!c->failed)
        slice_texts(c, k, e->pc);
    k->known = true;
}

bool dv_codes_begin(struct dv_codes *c, const struct dv_obj *obj)
{
    *c = (struct dv_codes){.obj = obj, .words = obj->section[DV_TEXT].n / 4};
    c->code = calloc(c->words + 1, sizeof *c->code);
    return c->code != NULL;
}

void dv_codes_free(struct dv_codes *c)
{
    for (uint64_t i = 0; c->code && i < c->words; i++) {
        struct dv_code *k = &c->code[i];
        for (unsigned p = 0; p < k->pieces; p++)
            free(k->piece[p]);
        free(k->name);
        free(k->stack);
        free(k->line);
        free(k->lead);
        free(k->all);
        free(k->lane);
        free(k->args);
    }
    free(c->code);
}

const struct dv_code *dv_codes_of(struct dv_codes *c, const struct dv_event *e)
{
    uint64_t i = (e->pc - DV_CODE_BASE) / 4;
    if (i >= c->words || c->failed)
        return NULL;
    if (!c->code[i].known)
        learn(c, &c->code[i], e);
    return c->failed ? NULL : &c->code[i];
}

char *dv_codes_detail(const struct dv_code *k, const struct dv_event *e, char *p)
{
    for (unsigned i = 0; i < k->pieces; i++) {
        p = dv_put_text(p, k->piece[i], k->piece_n[i]);
        if (k->slot[i] < 0)
            continue;
        p = k->set || k->wait ? dv_put_u64(p, e->x[k->slot[i]]) : dv_put_hex(p, e->x[k->slot[i]]);
    }
    return p;
}
