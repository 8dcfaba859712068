/* Any program on any registers: the engine ends with a result or a fault that says why, and the
 * same one with SIMD or without, with listeners, in windows of any size, from a saved state, and
 * with the same cycles when the payload is skipped.
 *
 * The input is a header of eight bytes and records of eight bytes, each an instruction. */
#include "emu/core/state.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS = 96, TENSOR = 1 << 16, CYCLES = 6000, GM = 1 << 22 };

struct program {
    uint32_t word[WORDS + 1];
    unsigned words, blocks;
    uint8_t core; /* enum dv_core_type */
    uint8_t kind; /* of the cores that decide what is legal */
    dv_time window;
    uint64_t seed;
    struct dv_machine_opts opts;
};

/* What a run left behind. */
struct outcome {
    enum dv_err err;
    dv_time cycles;
    uint64_t memory;
    char text[sizeof(((struct dv_diag *)0)->text)];
};

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
               : r % 8 == 3 ? m->st->alloc[0].address + (r >> 8) % TENSOR / 32 * 32
                            : (r >> 8) % 0x8000 / 512 * 512;
        if (i >= 24 && s % 16)
            x[i] = i < 30 ? (r >> 8) % 0x8000 / 1024 * 1024
                          : m->st->alloc[0].address + (r >> 8) % (TENSOR / 4) / 32 * 32;
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

struct setter {
    struct dv_machine *m;
    uint64_t seed;
};

/* Every block starts with the same registers. */
static void on_block(void *self, const struct dv_event *e)
{
    const struct setter *t = self;
    if (e->end == 0 && t->m->st->core[e->core].state == DV_CORE_RUN)
        registers(t->m, t->m->st->core[e->core].s.x, t->seed);
}

static void on_any(void *self, const struct dv_event *e)
{
    *(uint64_t *)self += e->start + e->kind;
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

static void put(struct program *p, uint32_t word)
{
    if (p->words < WORDS)
        p->word[p->words++] = word;
}

/* A set is followed by its wait, else most programs would end there. */
static void instruction(struct program *p, const uint8_t *r)
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

static void program_of(struct program *p, const uint8_t *data, size_t size)
{
    static const uint8_t core[4] = {DV_CORE_AIV, DV_CORE_AIC, DV_CORE_AIV, DV_CORE_C100};
    static const uint8_t kind[] = {
        [DV_CORE_AIC] = DV_AIC, [DV_CORE_AIV] = DV_AIV, [DV_CORE_C100] = DV_C100};

    p->core = core[data[0] & 3];
    p->kind = kind[p->core];
    p->blocks = 1 + data[1] % 7;
    p->window = 1 + (data[2] | data[3] << 8);
    p->seed = data[4] | data[5] << 8;
    p->opts = (struct dv_machine_opts){.max_cycles = CYCLES,
                                       .gm_bytes = GM,
                                       .time_off = data[0] >> 2 & 1,
                                       .zero_is_fault = data[0] >> 3 & 1};
    p->words = 0;
    for (size_t i = 8; i + 8 <= size && p->words < WORDS; i += 8)
        instruction(p, data + i);
    p->word[p->words++] = end_word();
}

/* ---- one run --------------------------------------------------------------------------------- */

static const struct dv_chip *chip_of(uint8_t core)
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

static uint64_t fold(uint64_t h, const void *p, uint64_t bytes)
{
    const uint8_t *b = p;
    for (uint64_t v; bytes >= 8; bytes -= 8, b += 8) {
        memcpy(&v, b, 8);
        h = (h ^ v) * 0x100000001b3u;
        h ^= h >> 29;
    }
    return h;
}

static uint64_t memories(const struct dv_machine *m)
{
    uint64_t h = fold(0, m->gm, m->st->gm_used);

    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core *c = &m->st->core[i];
        for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
            if (s != DV_SPACE_GM)
                h = fold(h, (const uint8_t *)m->st + c->local[s], m->sizes[c->kind].bytes[s]);
        h = fold(h, c->s.x, sizeof c->s.x);
    }
    return h;
}

enum way { WHOLE, WINDOWS, SAVED, WAYS };

static void run_windows(struct dv_machine *m, const struct program *p, bool save)
{
    bool ended = false;

    for (dv_time t = p->window; !m->fault && !ended; t += p->window * (1 + t % 3)) {
        dv_machine_step(m, t, &ended, NULL);
        if (!save || m->fault || ended)
            continue;
        size_t n = dv_machine_save_size(m);
        uint8_t *image = malloc(n);
        struct dv_diag d;
        dv_diag_init(&d);
        FUZZ_CHECK(image != NULL);
        dv_machine_save(m, image);
        memset(m->gm, 0, m->st->gm_used);
        memset((uint8_t *)m->st + m->st->core[0].local[0], 0xee, 4096);
        FUZZ_CHECK(dv_machine_restore(m, image, n, &d) == DV_OK);
        free(image);
        save = false;
    }
}

static void fill(uint64_t *p, size_t words, uint64_t seed)
{
    for (size_t i = 0; i < words; i++)
        p[i] = next(&seed) & (i % 3 ? 0x3fff3fff3fff3fffu : UINT64_MAX);
}

static void run(const struct program *p, const struct dv_machine_opts *o, enum way way, bool loud,
                struct outcome *out)
{
    struct dv_obj obj = {.final = true, .kinds = DV_ON(p->kind)};
    struct dv_diag d;
    uint64_t tensor, heard = 0;

    dv_diag_init(&d);
    obj.section[DV_TEXT].p = (uint8_t *)(uintptr_t)p->word;
    obj.section[DV_TEXT].n = p->words * 4ull;
    struct dv_machine *m = dv_machine_new(chip_of(p->core), o, &d);
    FUZZ_CHECK(m && dv_machine_load(m, &obj, &d) == DV_OK);
    FUZZ_CHECK(dv_machine_alloc(m, "tensor", TENSOR, &tensor, &d) == DV_OK);
    fill(dv_machine_gm(m, tensor, TENSOR), TENSOR / 8, p->seed);
    struct setter setter = {m, p->seed};
    dv_machine_listen(m, &(struct dv_listener){&setter, on_block, 1u << DV_EV_BLOCK});
    if (loud)
        dv_machine_listen(m, &(struct dv_listener){&heard, on_any, ~0u});
    struct dv_launch l = {.core = p->core, .blocks = p->blocks, .para_base = tensor};
    FUZZ_CHECK(dv_machine_launch(m, &l, &d) == DV_OK);
    if (way == WHOLE)
        dv_machine_run(m, NULL);
    else
        run_windows(m, p, way == SAVED);
    out->err = m->fault;
    out->cycles = dv_machine_cycles(m);
    out->memory = memories(m);
    snprintf(out->text, sizeof out->text, "%s", m->diag.text);
    FUZZ_CHECK(!m->fault || m->diag.text[0]);
    FUZZ_CHECK(m->fault || m->st->ended);
    dv_machine_free(m);
}

static void same(const struct outcome *a, const struct outcome *b, const char *what)
{
    if (a->err == b->err && (a->err || a->cycles == b->cycles) && !strcmp(a->text, b->text) &&
        (a->err || a->memory == b->memory))
        return;
    fprintf(stderr, "%s: %s \"%s\" %llu %llx, then %s \"%s\" %llu %llx\n", what,
            dv_err_name(a->err), a->text, (unsigned long long)a->cycles,
            (unsigned long long)a->memory, dv_err_name(b->err), b->text,
            (unsigned long long)b->cycles, (unsigned long long)b->memory);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program p;
    struct outcome first, other;

    if (size < 8)
        return 0;
    program_of(&p, data, size);
    run(&p, &p.opts, WHOLE, false, &first);
    run(&p, &p.opts, WHOLE, true, &other);
    same(&first, &other, "with a listener");
    run(&p, &p.opts, WINDOWS, false, &other);
    same(&first, &other, "in windows");
    run(&p, &p.opts, SAVED, false, &other);
    same(&first, &other, "saved and restored");
    struct dv_machine_opts o = p.opts;
    o.no_simd = true;
    run(&p, &o, WHOLE, false, &other);
    same(&first, &other, "without simd");
    o.no_simd = false;
    o.data_off = true;
    run(&p, &o, WHOLE, false, &other);
    other.memory = first.memory;
    if (other.err != DV_E_NODATA)
        same(&first, &other, "without data");
    if (getenv("DV_FUZZ_SHOW"))
        fprintf(stderr, "%s \"%s\" %llu\n", dv_err_name(first.err), first.text,
                (unsigned long long)first.cycles);
    return 0;
}
