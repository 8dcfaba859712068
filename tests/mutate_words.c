/* The changes: which there are, and the words they make. See mutate.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/mutate.h"

const char *const mutate_change_names[MUTATE_CHANGES] = {"removed", "id",    "src",  "dst",
                                                         "pipe",    "moved", "more", "less"};

enum { SCRATCH = 31, IDS = 8 }; /* x31, which the assembler's own expansions use; event ids */

/* ---- program --------------------------------------------------------------------------------- */

static const struct dv_insn *insn_of(const struct mutate_program *p, uint32_t i)
{
    return dv_op_insn(&p->op[i]);
}

static bool stem_is(const struct dv_insn *in, const char *const *stems)
{
    for (; *stems; stems++)
        if (!strcmp(in->stem, *stems))
            return true;
    return false;
}

static const struct dv_field *rel_field(const struct dv_insn *in)
{
    for (unsigned i = 0; i < in->layout->fields; i++)
        if (in->layout->field[i].is_rel)
            return &in->layout->field[i];
    return NULL;
}

/* Where a jump at i goes, `words` when it is none. */
static uint32_t jump_target(const struct mutate_program *p, uint32_t i)
{
    const struct dv_field *f = rel_field(insn_of(p, i));
    int64_t to = f ? (int64_t)i + dv_op_get(&p->op[i], f) / 4 : -1;

    return to >= 0 && to < p->words ? (uint32_t)to : p->words;
}

/* Control does not simply go on, or this place means something to another word. */
static bool is_flow(const struct dv_insn *in)
{
    static const char *const stems[] = {"jumpr", "callr", "ret",  "endloop",
                                        "break", "end",   "trap", NULL};
    return rel_field(in) || stem_is(in, stems);
}

bool mutate_program_open(struct mutate_program *p, struct dv_obj *obj)
{
    static const uint8_t kinds[] = {DV_AIC, DV_AIV, DV_KINDS, DV_C100};

    p->obj = obj;
    p->kind = kinds[obj->kernel[0].core];
    p->words = (uint32_t)(obj->section[DV_TEXT].n / 4);
    p->word = malloc(4ull * p->words);
    p->op = calloc(p->words, sizeof *p->op);
    p->target = calloc(p->words + 1, sizeof *p->target);
    p->zero = calloc(p->words, sizeof *p->zero);
    p->full = calloc(p->words, sizeof *p->full);
    if (!p->word || !p->op || !p->target || !p->zero || !p->full || p->kind == DV_KINDS)
        return false;
    memcpy(p->word, obj->section[DV_TEXT].p, 4ull * p->words);
    for (uint32_t i = 0; i < p->words; i++)
        if (dv_isa_decode(p->word[i], DV_ON(p->kind), &p->op[i], NULL, NULL))
            return false;
    for (uint32_t i = 0; i < p->words; i++)
        p->target[jump_target(p, i)] = true;
    return true;
}

void mutate_program_close(struct mutate_program *p)
{
    dv_obj_free(p->obj);
    free(p->word);
    free(p->op);
    free(p->target);
    free(p->zero);
    free(p->full);
    memset(p, 0, sizeof *p);
}

/* ---- is x31 in use? -------------------------------------------------------------------------- */

/* xd is only written: rows of S that compute or fetch a whole register. */
static bool is_fresh(const struct dv_op *op)
{
    static const char *const keep[] = {"movk", "insert", "sbitset0", "sbitset1", "madd", NULL};
    const struct dv_insn *in = dv_op_insn(op);

    return op->exec == DV_EXEC_SCALAR ? !stem_is(in, keep) : !strcmp(in->name, "mov_from_spr");
}

static bool reads_scratch(const struct dv_op *op)
{
    for (unsigned s = is_fresh(op) ? DV_XN : DV_XD; s < DV_SLOTS; s++)
        if (op->slots & 1u << s && op->x[s] == SCRATCH)
            return true;
    return false;
}

static bool writes_scratch(const struct dv_op *op)
{
    return is_fresh(op) && op->slots & 1u << DV_XD && op->x[DV_XD] == SCRATCH;
}

/* May what x31 holds before word i be read? */
static bool scratch_used(const struct mutate_program *p, uint32_t i, bool *seen)
{
    for (; i < p->words && !seen[i]; i++) {
        const struct dv_insn *in = insn_of(p, i);
        uint32_t to = jump_target(p, i);

        seen[i] = true;
        if (reads_scratch(&p->op[i]))
            return true;
        if (writes_scratch(&p->op[i]) || !strcmp(in->stem, "end"))
            return false;
        if (is_flow(in) && to == p->words)
            return true;
        if (to < p->words && scratch_used(p, to, seen))
            return true;
        if (!strcmp(in->name, "jump"))
            return false;
    }
    return false;
}

static bool scratch_free(const struct mutate_program *p, uint32_t i)
{
    bool *seen = calloc(p->words, 1), used = !seen || scratch_used(p, i, seen);

    free(seen);
    return !used;
}

/* ---- lengths --------------------------------------------------------------------------------- */

static const char *const counts[] = {
    "repeat", "len_burst", "n_burst",     "n_value",      "d_value",   "nd_num",   "m",
    "n",      "k",         "m_extension", "k_extension",  "blocks",    "len0",     "len1",
    "len2",   "len3",      "left_pad",    "channel_size", "right_pad", "unit_flag"};
enum { COUNTS = sizeof counts / sizeof *counts };

/* Length i of the config registers of an instruction, NULL when they have no such field. */
static const struct dv_field *length(const struct dv_op *op, unsigned i)
{
    const struct dv_layout *bundle = dv_op_insn(op)->bundle;

    return bundle ? dv_layout_field(bundle, counts[i], strlen(counts[i])) : NULL;
}

static bool is_engine(const struct dv_op *op, unsigned sem)
{
    return op->exec == DV_EXEC_ENGINE && op->sem == sem;
}

void mutate_note(struct mutate_program *p, uint32_t i, const uint64_t x[DV_SLOTS])
{
    const struct dv_op *op = &p->op[i];
    const struct dv_insn *in = dv_op_insn(op);

    if (is_engine(op, DV_ENGINE_movemask)) {
        p->zero[i] |= !x[DV_XN];
        p->full[i] |= !~x[DV_XN];
    }
    for (unsigned k = 0; in->bundle && k < COUNTS; k++) {
        const struct dv_field *f = length(op, k);
        uint64_t w[2] = {x[in->bundle_slot[0]], x[in->bundle_slot[1]]};
        uint64_t v = f ? dv_field_get(f, w) : 1;
        p->zero[i] |= (uint32_t)!v << k;
        p->full[i] |= (uint32_t)(f && v == (1ull << f->width) - 1) << k;
    }
}

/* ---- which changes there are ----------------------------------------------------------------- */

struct list {
    struct mutate_mutant *at;
    unsigned n, room, skipped;
};

static void add(struct list *l, struct mutate_mutant m)
{
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->at = realloc(l->at, l->room * sizeof *l->at);
        if (!l->at)
            abort();
    }
    l->at[l->n++] = m;
}

/* The opcode table has this word. */
static bool has_row(const struct dv_op *op)
{
    uint32_t word;

    if (dv_isa_encode(op, &word, NULL) || dv_isa_legal(dv_op_insn(op), word, NULL))
        return false;
    for (unsigned i = 0; i < dv_opcode_count; i++)
        if (dv_opcodes[i].insn == op->insn && (word & dv_opcodes[i].mask) == dv_opcodes[i].value)
            return true;
    return false;
}

static const struct dv_field *field_of(const struct dv_op *op, const char *name)
{
    return dv_layout_field(dv_op_insn(op)->layout, name, strlen(name));
}

static void add_pipes(struct list *l, const struct mutate_program *p, uint32_t at, unsigned change)
{
    static const uint8_t aic[] = {DV_PIPE_S,    DV_PIPE_M,    DV_PIPE_MTE1,
                                  DV_PIPE_MTE2, DV_PIPE_MTE3, DV_PIPE_FIX};
    static const uint8_t aiv[] = {DV_PIPE_S, DV_PIPE_V, DV_PIPE_MTE2, DV_PIPE_MTE3};
    const uint8_t *pipe = p->kind == DV_AIV ? aiv : aic;
    size_t n = p->kind == DV_AIV ? sizeof aiv : sizeof aic;
    const struct dv_field *f = field_of(&p->op[at], mutate_change_names[change]);

    for (size_t i = 0; i < n; i++) {
        struct dv_op op = p->op[at];
        if (dv_op_get(&op, f) == pipe[i] || dv_op_put(&op, f, pipe[i], NULL) || !has_row(&op))
            continue;
        add(l, (struct mutate_mutant){.at = at, .change = (uint8_t)change, .value = pipe[i]});
    }
}

/* Does the place of word i among the words of S matter to a flag or barrier? */
static bool is_near(const struct mutate_program *p, uint32_t at, uint32_t i, bool same_queue)
{
    const struct dv_op *a = &p->op[at], *b = &p->op[i];

    if (b->exec == DV_EXEC_SCALAR)
        return false;
    if (a->pipe == DV_PIPE_S || a->pipe == DV_PIPE_ALL)
        return true;
    return same_queue ? b->pipe == a->pipe || b->pipe == DV_PIPE_ALL : b->pipe != DV_PIPE_S;
}

/* The nearest word before or after over which word `at` can be moved, `words` when there is none:
 * what lies between must run in a straight line. */
static uint32_t neighbour(const struct mutate_program *p, uint32_t at, bool up, bool same_queue)
{
    for (uint32_t i = at; up ? i > 0 : i + 1 < p->words;) {
        if (up && p->target[i])
            break;
        i = up ? i - 1 : i + 1;
        if (is_flow(insn_of(p, i)) || (!up && p->target[i]))
            break;
        if (is_near(p, at, i, same_queue))
            return i;
    }
    return p->words;
}

/* The nearest in any queue, and the nearest in its own. */
static void add_moves(struct list *l, const struct mutate_program *p, uint32_t at)
{
    for (unsigned up = 0; up < 2; up++) {
        uint32_t any = neighbour(p, at, up, false), same = neighbour(p, at, up, true);
        if (any < p->words)
            add(l, (struct mutate_mutant){.at = at, .change = MUTATE_MOVED, .to = any});
        if (same < p->words && same != any)
            add(l, (struct mutate_mutant){.at = at, .change = MUTATE_MOVED, .to = same});
    }
}

static void add_flag(struct list *l, const struct mutate_program *p, uint32_t at)
{
    unsigned id = (unsigned)p->op[at].imm;

    add(l, (struct mutate_mutant){.at = at, .change = MUTATE_REMOVED});
    if (!dv_flag_reg(&p->op[at])) {
        if (id + 1 < IDS)
            add(l,
                (struct mutate_mutant){.at = at, .change = MUTATE_ID, .value = (uint8_t)(id + 1)});
        if (id)
            add(l,
                (struct mutate_mutant){.at = at, .change = MUTATE_ID, .value = (uint8_t)(id - 1)});
    }
    add_pipes(l, p, at, MUTATE_SRC);
    add_pipes(l, p, at, MUTATE_DST);
    add_moves(l, p, at);
}

static void add_bar(struct list *l, const struct mutate_program *p, uint32_t at)
{
    add(l, (struct mutate_mutant){.at = at, .change = MUTATE_REMOVED});
    if (is_engine(&p->op[at], DV_ENGINE_bar))
        add_pipes(l, p, at, MUTATE_PIPE);
    add_moves(l, p, at);
}

static void add_length(struct list *l, const struct mutate_program *p, uint32_t at,
                       const struct dv_field *f, uint32_t bit)
{
    struct mutate_mutant more = {.at = at, .change = MUTATE_MORE, .field = f}, less = more;

    less.change = MUTATE_LESS;
    if (!scratch_free(p, at)) {
        l->skipped++;
        return;
    }
    if (!(p->full[at] & bit))
        add(l, more);
    if (!(p->zero[at] & bit))
        add(l, less);
}

static void add_lengths(struct list *l, const struct mutate_program *p, uint32_t at)
{
    for (unsigned i = 0; i < COUNTS; i++) {
        const struct dv_field *f = length(&p->op[at], i);
        if (f)
            add_length(l, p, at, f, 1u << i);
    }
    if (is_engine(&p->op[at], DV_ENGINE_movemask))
        add_length(l, p, at, NULL, 1u);
}

struct mutate_mutant *mutate_all(const struct mutate_program *p, unsigned *n, unsigned *skipped)
{
    struct list l = {0};

    for (uint32_t i = 0; i < p->words; i++) {
        const struct dv_op *op = &p->op[i];
        if (is_engine(op, DV_ENGINE_set_flag) || is_engine(op, DV_ENGINE_wait_flag))
            add_flag(&l, p, i);
        else if (is_engine(op, DV_ENGINE_bar) || is_engine(op, DV_ENGINE_dsb))
            add_bar(&l, p, i);
        else
            add_lengths(&l, p, i);
    }
    *n = l.n;
    *skipped = l.skipped;
    return l.at;
}

/* ---- the words they make --------------------------------------------------------------------- */

struct part {
    const char *field;
    int64_t value;
};

static uint32_t make(const char *name, const struct part *part, size_t parts)
{
    struct dv_op op;
    uint32_t word = 0;

    for (unsigned i = 0; i < dv_insn_count; i++) {
        if (strcmp(dv_insns[i].name, name))
            continue;
        dv_op_init(&op, &dv_insns[i]);
        for (size_t k = 0; k < parts; k++)
            if (dv_op_put(&op, field_of(&op, part[k].field), part[k].value, NULL))
                abort();
        if (dv_isa_encode(&op, &word, NULL))
            abort();
        return word;
    }
    abort();
}
#define MAKE(name, ...) \
    make(name, (const struct part[]){__VA_ARGS__}, \
         sizeof((const struct part[]){__VA_ARGS__}) / sizeof(struct part))

static uint32_t jump(uint32_t from, uint32_t to)
{
    return MAKE("jump", {"target", 4 * ((int64_t)to - from)});
}

/* x := x + y or x - y */
static uint32_t sum(const char *name, unsigned x, unsigned y)
{
    return MAKE(name, {"type", DV_T_s64}, {"xd", x}, {"xn", x}, {"xm", y});
}

/* The instruction moves behind the program, between the change of its register and its undoing. */
static void change_length(const struct mutate_program *p, const struct mutate_mutant *m,
                          uint32_t *w, uint32_t *n)
{
    const struct dv_op *op = &p->op[m->at];
    const struct dv_insn *in = dv_op_insn(op);
    unsigned bit = m->field ? m->field->piece[m->field->pieces - 1].lo : 0;
    unsigned x = op->x[m->field ? in->bundle_slot[bit / 64] : DV_XN];
    bool more = m->change == MUTATE_MORE;
    uint32_t to = p->words;

    bit %= 64;
    w[m->at] = jump(m->at, to);
    w[to] = MAKE("mov_half", {"xd", SCRATCH}, {"imm", 1 << bit % 16}, {"half", bit / 16});
    w[to + 1] = sum(more ? "add" : "sub", x, SCRATCH);
    w[to + 2] = p->word[m->at];
    w[to + 3] = sum(more ? "sub" : "add", x, SCRATCH);
    w[to + 4] = jump(to + 4, m->at + 1);
    *n = to + 5;
}

static void change_field(const struct mutate_program *p, const struct mutate_mutant *m, uint32_t *w)
{
    struct dv_op op = p->op[m->at];
    const char *name = m->change == MUTATE_ID ? "imm" : mutate_change_names[m->change];

    if (dv_op_put(&op, field_of(&op, name), m->value, NULL) || dv_isa_encode(&op, &w[m->at], NULL))
        abort();
}

uint32_t *mutate_apply(const struct mutate_program *p, const struct mutate_mutant *m, uint32_t *n)
{
    uint32_t *w = malloc(4ull * (p->words + 5)), from = m->at, to = m->to;

    *n = p->words;
    if (!w)
        return NULL;
    memcpy(w, p->word, 4ull * p->words);
    if (m->change == MUTATE_REMOVED) {
        w[from] = make("nop", NULL, 0);
    } else if (m->change == MUTATE_MOVED) {
        if (to < from)
            memmove(w + to + 1, w + to, 4ull * (from - to));
        else
            memmove(w + from, w + from + 1, 4ull * (to - from));
        w[to] = p->word[from];
    } else if (m->change == MUTATE_MORE || m->change == MUTATE_LESS) {
        change_length(p, m, w, n);
    } else {
        change_field(p, m, w);
    }
    return w;
}

/* ---- in words -------------------------------------------------------------------------------- */

static void place(const struct mutate_program *p, uint32_t i, char *out, size_t size)
{
    const struct dv_line *l = dv_obj_line(p->obj, 4ull * i);
    const char *file = l ? p->obj->file[l->file] : "?", *slash = strrchr(file, '/');
    char text[96];

    dv_isa_print(&p->op[i], DV_NO_PC, text, sizeof text);
    snprintf(out, size, "%.60s:%u (0x%x) %.90s", slash ? slash + 1 : file, l ? l->line : 0, 4 * i,
             text);
}

void mutate_say(const struct mutate_program *p, const struct mutate_mutant *m, char *out,
                size_t size)
{
    char at[192], over[192] = "";

    place(p, m->at, at, sizeof at);
    switch (m->change) {
    case MUTATE_REMOVED:
        snprintf(out, size, "%s: removed", at);
        break;
    case MUTATE_MOVED:
        place(p, m->to, over, sizeof over);
        snprintf(out, size, "%s: moved %s %s", at, m->to < m->at ? "up over" : "down over", over);
        break;
    case MUTATE_MORE:
    case MUTATE_LESS:
        snprintf(out, size, "%s: %s %s", at, m->field ? m->field->name : "mask",
                 m->change == MUTATE_MORE ? "+ 1" : "- 1");
        break;
    case MUTATE_ID:
        snprintf(out, size, "%s: id %u", at, m->value);
        break;
    default:
        snprintf(out, size, "%s: %s %s", at, mutate_change_names[m->change],
                 dv_pipe_names[m->value]);
    }
}
