/* From bytes to a program; see program.h. */
#include "tests/fuzz/program.h"

#include <string.h>

static uint64_t next(uint64_t *s)
{
    uint64_t z = *s += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* ---- registers: addresses, config words, numbers and noise ----------------------------------- */

enum { CFG_FIRST = 4, CFG_REGS = 20 }; /* x4 .. x23 hold config words by layout */

static uint64_t field_value(const struct dv_field *f, uint64_t *s)
{
    static const uint8_t likely[] = {0, 1, 1, 2, 4, 8, 8, 16, 32, 64};
    uint64_t r = next(s);

    if (f->must_zero || r % 16 == 0)
        return f->must_zero ? 0 : r >> 8;
    return f->has_default && r % 2 ? f->def : likely[(r >> 8) % sizeof likely];
}

static unsigned config(uint64_t x[2], const struct dv_layout *l, uint64_t *s)
{
    x[0] = x[1] = 0;
    for (unsigned i = 0; i < l->fields; i++)
        dv_field_set(&l->field[i], x, field_value(&l->field[i], s));
    return l->bits / 64;
}

/* First register that holds a config word of the layout; 0 = none. */
static unsigned config_register(const struct dv_layout *want)
{
    unsigned at = CFG_FIRST;
    const struct dv_layout *last = NULL;

    for (unsigned i = 0; i < dv_insn_count && at < CFG_FIRST + CFG_REGS; i++) {
        const struct dv_layout *l = dv_insns[i].bundle;
        if (!l || l == last || dv_insns[i].exec != DV_EXEC_ITEM)
            continue;
        last = l;
        if (l == want)
            return at;
        at += l->bits / 64;
    }
    return 0;
}

static void registers(struct dv_machine *m, uint64_t x[32], uint64_t s)
{
    static const uint64_t edge[] = {
        0, 1, 31, 32, 512, 0x80080000u, UINT64_MAX, UINT64_MAX - 31, 1ull << 63, 0x2ffe0};
    for (unsigned i = 0; i < 32; i++) {
        uint64_t r = next(&s);
        x[i] = r % 8 == 0   ? next(&s)
               : r % 8 < 3  ? edge[(r >> 8) % (sizeof edge / sizeof *edge)]
               : r % 8 == 3 ? m->st->alloc[0].address + (r >> 8) % FUZZ_TENSOR / 32 * 32
                            : (r >> 8) % 0x8000 / 512 * 512;
        if (i >= 24 && s % 16)
            x[i] = i < 30 ? (r >> 8) % 0x8000 / 1024 * 1024
                          : m->st->alloc[0].address + (r >> 8) % (FUZZ_TENSOR / 4) / 32 * 32;
    }
    for (unsigned i = 0; i < dv_insn_count; i++) {
        unsigned at = dv_insns[i].bundle ? config_register(dv_insns[i].bundle) : 0;
        uint64_t c[2];
        if (!at)
            continue;
        unsigned n = config(c, dv_insns[i].bundle, &s);
        memcpy(&x[at], c, n * sizeof *c);
    }
}

/* Every block starts with the same registers. */
void fuzz_on_block(void *self, const struct dv_event *e)
{
    const struct fuzz_setter *t = self;
    if (e->end == 0 && t->m->st->core[e->core].state == DV_CORE_RUN)
        registers(t->m, t->m->st->core[e->core].s.x, t->seed);
}

/* ---- from bytes to a program ----------------------------------------------------------------- */

/* A record: [0 1] which instruction, [2] type, [3] how wild, [4..7] operands. */
static bool wild(const uint8_t *p, unsigned bit)
{
    return p[3] >> 3 == 31 && p[3] >> bit & 1;
}

static const struct dv_insn *insn_of(const uint8_t *p, unsigned kind)
{
    static const uint8_t mix[8] = {DV_EXEC_ITEM,   DV_EXEC_ITEM,   DV_EXEC_ITEM,   DV_EXEC_ITEM,
                                   DV_EXEC_ENGINE, DV_EXEC_ENGINE, DV_EXEC_SCALAR, DV_EXEC_ITEM};
    const struct dv_insn *in = &dv_insns[(p[0] | p[1] << 8) % dv_insn_count];

    for (unsigned i = 0; i < dv_insn_count; i++) {
        if (in->on >> kind & 1 && in->exec == mix[p[1] >> 5])
            break;
        in = in + 1 == dv_insns + dv_insn_count ? dv_insns : in + 1;
    }
    return in;
}

static void selector(struct dv_op *op, unsigned field, uint8_t value)
{
    int at = dv_op_insn(op)->selector[field];
    if (at >= 0)
        op->sel[at] = value;
}

static uint8_t pipe_of(uint8_t r, unsigned kind)
{
    static const uint8_t aiv[] = {DV_PIPE_S, DV_PIPE_V, DV_PIPE_MTE2, DV_PIPE_MTE3};
    static const uint8_t aic[] = {DV_PIPE_S,    DV_PIPE_M,    DV_PIPE_MTE1,
                                  DV_PIPE_MTE2, DV_PIPE_MTE3, DV_PIPE_FIX};
    return kind == DV_AIC ? aic[r % sizeof aic] : aiv[r % sizeof aiv];
}

/* Registers an instruction would name: config words of its layout, addresses of its spaces. */
static void operands(struct dv_op *op, const uint8_t *p, unsigned kind)
{
    const struct dv_insn *in = dv_op_insn(op);
    unsigned at = in->bundle ? config_register(in->bundle) : 0;

    for (unsigned i = 0; i < DV_SLOTS; i++)
        op->x[i] = p[4 + i] & 31;
    for (unsigned i = 0; i < in->operands && !wild(p, 0); i++)
        op->x[in->operand[i].slot] =
            (uint8_t)(in->operand[i].space == DV_SPACE_GM ? 30 + (p[4 + i] & 1)
                                                          : 24 + (p[4 + i] & 31) % 6);
    if (at && !wild(p, 1)) {
        op->x[in->bundle_slot[0]] = (uint8_t)at;
        if (in->bundle->bits > 64)
            op->x[in->bundle_slot[1]] = (uint8_t)(at + 1);
    }
    op->imm = wild(p, 2) ? (int8_t)p[7] : p[7] & 7;
    for (unsigned i = 0; i < DV_SELECTORS; i++)
        op->sel[i] = p[4 + i % 4] >> (i & 3) & 7;
    selector(op, DV_F_src, pipe_of(p[4], kind));
    selector(op, DV_F_dst, pipe_of(p[5], kind));
    selector(op, DV_F_pipe, pipe_of(p[6], kind));
}

static const struct dv_insn *engine(unsigned sem, unsigned lane)
{
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (dv_insns[i].exec == DV_EXEC_ENGINE && dv_insns[i].sem == sem &&
            dv_insns[i].lane == lane)
            return &dv_insns[i];
    return NULL;
}

static void put(struct fuzz_program *p, uint32_t word)
{
    if (p->words < FUZZ_WORDS)
        p->word[p->words++] = word;
}

/* A set is followed by its wait, else most programs would end there. */
static void instruction(struct fuzz_program *p, const uint8_t *r)
{
    const struct dv_insn *in = insn_of(r, p->kind), *wait;
    struct dv_op op;
    uint32_t raw, word;

    memcpy(&raw, r + 4, 4);
    dv_op_init(&op, in);
    if (in->types)
        op.type = in->type[r[2] % in->types].type;
    operands(&op, r, p->kind);
    word = in->match | (raw & ~in->mask);
    if (r[3] >= 254)
        word = raw;
    else if (dv_isa_encode(&op, &word, NULL) != DV_OK)
        return;
    put(p, word);
    if (in->exec != DV_EXEC_ENGINE || in->sem != DV_ENGINE_set_flag || r[3] > 240)
        return;
    wait = engine(DV_ENGINE_wait_flag, in->lane);
    op.insn = (uint16_t)(wait ? wait - dv_insns : op.insn);
    if (wait && dv_isa_encode(&op, &word, NULL) == DV_OK)
        put(p, word);
}

static uint32_t end_word(void)
{
    const struct dv_insn *in = engine(DV_ENGINE_end, 0);
    return in ? in->match : 0;
}

void fuzz_program(struct fuzz_program *p, const uint8_t *data, size_t size)
{
    static const uint8_t core[4] = {DV_CORE_AIV, DV_CORE_AIC, DV_CORE_AIV, DV_CORE_C100};
    static const uint8_t kind[] = {
        [DV_CORE_AIC] = DV_AIC, [DV_CORE_AIV] = DV_AIV, [DV_CORE_C100] = DV_C100};

    p->core = core[data[0] & 3];
    p->kind = kind[p->core];
    p->blocks = 1 + data[1] % 7;
    p->window = 1 + (data[2] | data[3] << 8);
    p->seed = data[4] | data[5] << 8;
    p->opts = (struct dv_machine_opts){.max_cycles = FUZZ_CYCLES,
                                       .gm_bytes = FUZZ_GM,
                                       .time_off = data[0] >> 2 & 1,
                                       .zero_is_fault = data[0] >> 3 & 1};
    p->words = 0;
    for (size_t i = 8; i + 8 <= size && p->words < FUZZ_WORDS; i += 8)
        instruction(p, data + i);
    p->word[p->words++] = end_word();
}

/* ---- chip and contents ----------------------------------------------------------------------- */

const struct dv_chip *fuzz_chip(uint8_t core)
{
    static struct dv_chip split, merged;
    struct dv_chip *c = core == DV_CORE_C100 ? &merged : &split;
    struct dv_diag d;

    dv_diag_init(&d);
    if (c->name[0])
        return c;
    FUZZ_CHECK(dv_chip_load(c == &merged ? "910A" : "910B1", c, &d) == DV_OK);
    if (c == &merged) {
        DV_P(c, merged) = 2;
    } else {
        DV_P(c, aic) = 2;
        DV_P(c, aiv) = 3;
    }
    return c;
}

void fuzz_fill(uint64_t *p, size_t words, uint64_t seed)
{
    for (size_t i = 0; i < words; i++)
        p[i] = next(&seed) & (i % 3 ? 0x3fff3fff3fff3fffu : UINT64_MAX);
}
