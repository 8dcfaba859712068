/* Drawing programs of the corpus; see corpus.h. */
#include "tests/corpus.h"

#include "emu/access/access.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- families -------------------------------------------------------------------------------- */

static const char *const arithmetic[] = {"vadd", "vsub",  "vmul",   "vmax",  "vmin", "vdiv", "vor",
                                         "vand", "vexp",  "vrsqrt", "vrelu", "vrec", "vln",  "vabs",
                                         "vnot", "vsqrt", "vshr",   "vshl",  "vlr",  NULL};
static const char *const ternary[] = {"vmla",     "vmadd",  "vaxpy", "vaddrelu", "vsubrelu",
                                      "vmulconv", "vaddde", "vsel",  "vcmp",     NULL};
static const char *const convert[] = {"vconv", "vmulconv", "vaddreluconv", "vsubreluconv", NULL};
static const char *const reduce[] = {"vcadd",  "vcmax",  "vcmin",  "vcgmax",
                                     "vcgmin", "vcgadd", "vcpadd", NULL};
static const char *const gather[] = {"vgather", "vbrcb", "vnchw", "vtrans",
                                     "vreduce", "vcopy", "movev", NULL};
static const char *const sort[] = {"vbs", "vms4", "vextract", "vconcat", NULL};
static const char *const moves[] = {"mov_", NULL};
static const char *const loads[] = {"load_", "set_l", NULL};
static const char *const images[] = {"load_l1_to_l0a_3d", "load_l1_to_l0b_3d", NULL};
static const char *const cube[] = {"mmad", NULL};
static const char *const drain[] = {"fix_", "mov_l1_to_fb", NULL};
static const char *const scalar[] = {"=", NULL}; /* all that S executes */
static const char *const merged_cube[] = {"mmad", "load_", "set_l", "mov_", "brc_", NULL};

static const char *const merged_own[] = {"load_l1_to_l0a_3d",
                                         "load_l1_to_l0b_3d",
                                         "load_l1_to_ub",
                                         "vcadd_c100",
                                         "mov_l0c",
                                         "brc_",
                                         NULL};

const struct corpus_family corpus_families[] = {
    {"arithmetic", DV_CORE_AIV, arithmetic},
    {"ternary", DV_CORE_AIV, ternary},
    {"convert", DV_CORE_AIV, convert},
    {"reduce", DV_CORE_AIV, reduce},
    {"gather", DV_CORE_AIV, gather},
    {"sort", DV_CORE_AIV, sort},
    {"vector_rest", DV_CORE_AIV, NULL},
    {"moves_aiv", DV_CORE_AIV, moves},
    {"scalar_aiv", DV_CORE_AIV, scalar},
    {"moves_aic", DV_CORE_AIC, moves},
    {"loads", DV_CORE_AIC, loads},
    {"images", DV_CORE_AIC, images},
    {"cube", DV_CORE_AIC, cube},
    {"fixpipe", DV_CORE_AIC, drain},
    {"scalar_aic", DV_CORE_AIC, scalar},
    {"cube_rest", DV_CORE_AIC, NULL},
    {"mix", DV_CORE_MIX, NULL},
    {"merged_cube", DV_CORE_C100, merged_cube},
    {"merged_own", DV_CORE_C100, merged_own},
    {"merged_scalar", DV_CORE_C100, scalar},
    {"merged_rest", DV_CORE_C100, NULL},
};
const unsigned corpus_family_count = sizeof corpus_families / sizeof *corpus_families;

static bool begins(const struct dv_insn *in, const char *const *rows)
{
    for (; *rows; rows++)
        if (!strncmp(in->name, *rows, strlen(*rows)))
            return true;
    return false;
}

/* What S does to the flow, and flags, are left to what the records are put together with. */
static bool is_loose(const struct dv_insn *in)
{
    static const char *const flow[] = {
        "jump",       "call",     "ret",      "loop",        "endloop",   "break", "adrp",
        "end",        "trap",     "set_flag", "wait_",       "set_cross", "hset",  "hwait",
        "mov_to_spr", "nop_pipe", "bar",      "mov_spr_imm", "preload",   NULL};
    return !begins(in, flow);
}

static bool is_member(const struct corpus_family *f, const struct dv_insn *in, unsigned kind)
{
    if (!(in->on >> kind & 1) || in->exec >= DV_EXEC_UNSUPPORTED)
        return false;
    if (in->exec != DV_EXEC_ITEM)
        return f->rows == scalar && is_loose(in);
    return f->rows != scalar && (!f->rows || begins(in, f->rows));
}

/* ---- numbers --------------------------------------------------------------------------------- */

uint64_t corpus_next(uint64_t *s)
{
    uint64_t z = *s += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Everything drawing needs to know of the core while it goes on. */
struct draw {
    uint64_t seed, tensor;
    const struct dv_sizes *sizes;
    struct dv_env env;
    struct dv_live live;
    struct corpus_body *body;
};

static uint64_t below(struct draw *w, uint64_t n)
{
    return corpus_next(&w->seed) % n;
}

static uint64_t config_value(struct draw *w, const struct dv_field *f)
{
    static const uint8_t likely[] = {0, 1, 1, 2, 2, 3, 4, 8, 8, 16, 17, 32, 48, 64};
    uint64_t most = f->width < 64 ? (1ull << f->width) - 1 : UINT64_MAX, v;

    if (f->must_zero || f->unexplained || !strcmp(f->name, "unit_flag"))
        return 0;
    if (!strncmp(f->name, "repeat", 6))
        return 1 + below(w, 4);
    if (f->has_default && below(w, 2))
        return f->def;
    if (f->enum_id) {
        const struct dv_enum *e = &dv_enums[f->enum_id - 1];
        return e->value[below(w, e->values)].value;
    }
    v = likely[below(w, sizeof likely)];
    if (f->min <= f->max && v < f->min)
        v = f->min;
    return v & most;
}

static void config(struct draw *w, const struct dv_layout *l, uint64_t x[2])
{
    x[0] = x[1] = 0;
    for (unsigned i = 0; i < l->fields; i++)
        dv_field_set(&l->field[i], x, config_value(w, &l->field[i]));
}

static uint64_t address(struct draw *w, const struct dv_operand *o)
{
    uint64_t unit = o->align > 32 ? o->align : dv_spaces[o->space].align, bytes;

    unit = unit < 32 ? 32 : unit;
    if (o->space == DV_SPACE_GM)
        return w->tensor + below(w, CORPUS_TENSOR / 2 / unit) * unit;
    bytes = w->sizes->bytes[o->space] / 2;
    return bytes > unit ? below(w, bytes / unit) * unit : 0;
}

/* ---- special registers ----------------------------------------------------------------------- */

static uint64_t mask_value(struct draw *w)
{
    static const uint64_t often[] = {UINT64_MAX, UINT64_MAX, 0xffff, 1, 0x5555555555555555u};
    return below(w, 3) ? often[below(w, 5)] : corpus_next(&w->seed);
}

/* One number drawn an expression: compilers choose which operand they evaluate first. */
static uint64_t ctrl_value(struct draw *w)
{
    static const uint8_t bits[] = {46, 47, 48, 51, 53, 56, 59, 60};
    uint64_t v = 8, r = corpus_next(&w->seed);

    if (w->body->kind == DV_C100) /* it has few modes, and f32 atomics */
        return v | (r & 1) << 6;
    for (unsigned i = 0; i < sizeof bits; i++)
        v |= (uint64_t)((r >> 2 * i & 3) == 0) << bits[i];
    return r >> 63 ? v : v | (r >> 20) % 7 << 6 | (r >> 30) % 3 << 9;
}

static uint64_t half_float(struct draw *w)
{
    return 0x3000 + below(w, 0x1000);
}

/* A factor, an offset and a sign, as the fixpipe reads them. */
static uint64_t quant_value(struct draw *w)
{
    uint64_t r = corpus_next(&w->seed);

    return (0x3f000000u + (r & 0xffe000u)) | (r >> 24 & 511) << 37 | (r >> 40 & 1) << 46;
}

/* Four addresses in UB, in blocks. */
static uint64_t va_value(struct draw *w)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 4; i++)
        v |= (below(w, w->sizes->bytes[DV_SPACE_UB] / 64 + 1) & 0x7ff) << 16 * i;
    return v;
}

static uint64_t spr_value(struct draw *w, const char *name)
{
    uint64_t r = corpus_next(&w->seed);

    if (!strcmp(name, "CTRL"))
        return ctrl_value(w);
    if (!strncmp(name, "MASK", 4))
        return w->env.v[DV_ENV_CTRL] >> 56 & 1 ? 1 + r % 300 : mask_value(w);
    if (!strncmp(name, "FMATRIX", 7))
        return (4 + r % 12) | (4 + (r >> 8) % 12) << 16 |
               (r >> 63 ? (r >> 20) % 3 * 0x0101010100000000u : 0);
    if (!strncmp(name, "VA", 2))
        return va_value(w);
    if (!strcmp(name, "FPC"))
        return (r & 3) << 8 | (r >> 8) % 3;
    if (!strcmp(name, "ND_PARA"))
        return (1 + r % 3) | (r >> 8 & 63) << 16 | (r >> 16 & 63) << 32;
    if (!strcmp(name, "L3D_RPT"))
        return (1 + r % 3) << 16 | (r >> 8 & 3) | (r >> 16 & 1) << 24;
    if (!strcmp(name, "L1_3D_SIZE") || !strcmp(name, "ST_ATOMIC_CFG"))
        return r & 7;
    if (!strncmp(name, "QUANT", 5))
        return quant_value(w);
    if (!strcmp(name, "DEQSCALE"))
        return r >> 63 ? half_float(w) : quant_value(w);
    return r >> (r & 63);
}

/* ---- words ----------------------------------------------------------------------------------- */

static const struct dv_insn *row(const char *name)
{
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (!strcmp(dv_insns[i].name, name))
            return &dv_insns[i];
    fprintf(stderr, "corpus: no instruction %s\n", name);
    abort();
}

/* field=value .. of a row, in the order of the arrays. */
static uint32_t word_of(const struct dv_insn *in, unsigned n, const char *const *names,
                        const int64_t *values)
{
    struct dv_op op;
    uint32_t word = 0;
    bool good = true;

    dv_op_init(&op, in);
    for (unsigned i = 0; i < n; i++) {
        const struct dv_field *f = dv_layout_field(in->layout, names[i], strlen(names[i]));
        good = good && f && dv_op_put(&op, f, values[i], NULL) == DV_OK;
    }
    if (!good || dv_isa_encode(&op, &word, NULL) != DV_OK) {
        fprintf(stderr, "corpus: %s cannot be encoded\n", in->name);
        abort();
    }
    return word;
}

static void put(struct corpus_record *r, uint32_t word)
{
    if (r->words < CORPUS_RECORD_WORDS)
        r->word[r->words++] = word;
}

/* x = v: the top quarter clears the rest. */
static void put_constant(struct corpus_record *r, unsigned x, uint64_t v)
{
    static const char *const names[] = {"xd", "imm", "half"};

    put(r, word_of(row("mov_half"), 3, names, (const int64_t[]){x, (int64_t)(v >> 48), 3}));
    for (unsigned i = 3; i-- > 0;)
        if (v >> 16 * i & 0xffff)
            put(r, word_of(row("movk"), 3, names,
                           (const int64_t[]){x, (int64_t)(v >> 16 * i & 0xffff), i}));
}

static void put_spr(struct corpus_record *r, const struct dv_spr *s, uint64_t v)
{
    static const char *const names[] = {"spr", "xn"};

    put_constant(r, 6, v);
    put(r, word_of(row("mov_to_spr"), 2, names, (const int64_t[]){s->number, 6}));
}

static void put_barrier(struct draw *w, struct corpus_record *r)
{
    static const char *const pipes[] = {"src", "dst", "imm"}, *const pipe[] = {"pipe"};
    static const uint8_t of[DV_KINDS][4] = {
        [DV_AIC] = {DV_PIPE_MTE2, DV_PIPE_MTE1, DV_PIPE_M, DV_PIPE_FIX},
        [DV_AIV] = {DV_PIPE_MTE2, DV_PIPE_V, DV_PIPE_MTE3, DV_PIPE_S},
        [DV_C100] = {DV_PIPE_MTE2, DV_PIPE_V, DV_PIPE_MTE1, DV_PIPE_M}};
    uint64_t draw = corpus_next(&w->seed), what = draw & 7, a = draw >> 8 & 3;
    uint64_t b = (a + 1 + (draw >> 16) % 3) % 4;
    int64_t values[3] = {of[w->body->kind][a], of[w->body->kind][b], (int64_t)(draw >> 24 & 3)};

    if (what < 3) {
        put(r, word_of(row("bar"), 1, pipe, (const int64_t[]){DV_PIPE_ALL}));
    } else if (what < 5) {
        put(r, word_of(row("set_flag"), 3, pipes, values));
        put(r, word_of(row("wait_flag"), 3, pipes, values));
    }
}

/* ---- an instruction -------------------------------------------------------------------------- */

static struct corpus_record *record_new(struct draw *w, const struct dv_insn *in)
{
    struct corpus_record *r = &w->body->record[w->body->records];

    r->words = 0;
    r->fixed = false;
    r->insn = (uint16_t)(in - dv_insns);
    return r;
}

/* Every field that is not fixed: registers by slot, the rest anything. */
static bool draw_word(struct draw *w, const struct dv_insn *in, uint32_t *word, struct dv_op *op)
{
    uint64_t bits[2] = {in->match, 0};

    for (unsigned i = 0; i < in->layout->fields; i++) {
        const struct dv_field *f = &in->layout->field[i];
        uint64_t own[2] = {0, 0}, v = corpus_next(&w->seed);
        dv_field_set(f, own, UINT64_MAX);
        if (in->mask & own[0] || f->must_zero || f->unexplained)
            continue;
        if (f->name[0] == 'x' && f->width == 5)
            v = strchr("dnmt", f->name[1]) ? 1 + (uint64_t)(strchr("dnmt", f->name[1]) - "dnmt")
                                           : v % 5;
        if (f->width > 4 && below(w, 2))
            v &= 7;
        dv_field_set(f, bits, v);
    }
    if (in->types) {
        dv_op_init(op, in);
        const struct dv_field *f = dv_layout_field(in->layout, "type", 4);
        if (f && !in->type_in_row)
            dv_field_set(f, bits, in->type[below(w, in->types)].code);
    }
    *word = (uint32_t)bits[0];
    return dv_isa_decode(*word, DV_ON(w->body->kind), op, NULL, NULL) == DV_OK &&
           dv_op_insn(op) == in;
}

static uint64_t plain_number(struct draw *w)
{
    switch (below(w, 4)) {
    case 0:
        return below(w, 65);
    case 1:
        return half_float(w);
    case 2:
        return 0x3f000000u + below(w, 0x1000000);
    default:
        return corpus_next(&w->seed);
    }
}

/* x1 .. x4 hold what slots xd xn xm xt name. */
static void draw_registers(struct draw *w, const struct dv_insn *in, uint64_t x[DV_SLOTS])
{
    uint64_t c[2];
    bool named[DV_SLOTS] = {false};

    for (unsigned i = 0; i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        if (!named[o->slot])
            x[o->slot] = 0;
        named[o->slot] = true;
        x[o->slot] |= address(w, o) << o->lo;
    }
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (!named[i])
            x[i] = plain_number(w);
    if (in->bundle) {
        config(w, in->bundle, c);
        x[in->bundle_slot[0]] = c[0];
        if (in->bundle->bits > 64)
            x[in->bundle_slot[1]] = c[1];
    }
    if (in->access == DV_ACCESS_gather || in->access == DV_ACCESS_gatherb)
        x[in->operand[1].slot] = CORPUS_OFFSETS(w->sizes->bytes[DV_SPACE_UB]) + below(w, 64) * 32;
    if (in->access == DV_ACCESS_merge4)
        for (unsigned i = 0; i < 4; i++)
            x[DV_XN] = (x[DV_XN] & ~(0xffffull << 16 * i)) | below(w, 256) * 4 << 16 * i;
}

static bool in_bounds(const struct draw *w, const struct dv_foot *f)
{
    for (unsigned i = 0; i < f->n; i++) {
        uint64_t lo, hi;
        dv_strided_hull(&f->part[i], &lo, &hi);
        if (lo == hi)
            continue;
        if (f->part[i].space == DV_SPACE_GM
                ? lo < w->tensor || hi > w->tensor + CORPUS_TENSOR || lo > hi
                : lo > hi || hi > w->sizes->bytes[f->part[i].space])
            return false;
    }
    return f->n > 0 && f->amount.bytes < 1 << 18 && f->amount.repeats < 512 &&
           f->amount.macs < 1 << 17;
}

static bool is_legal(struct draw *w, const struct dv_op *op, const uint64_t x[DV_SLOTS])
{
    static struct dv_foot foot;
    static const struct dv_fences none[DV_SPACE_COUNT];
    const struct dv_insn *in = dv_op_insn(op);
    struct dv_work work = {.op = op,
                           .env = &w->env,
                           .live = &w->live,
                           .sizes = w->sizes,
                           .fences = none,
                           .gm_base = DV_GM_BASE,
                           .kind = w->body->kind};

    memcpy(work.x, x, sizeof work.x);
    if (in->bundle)
        work.cfg[0] = x[in->bundle_slot[0]];
    if (in->bundle && in->bundle->bits > 64)
        work.cfg[1] = x[in->bundle_slot[1]];
    return dv_access[in->access](&work, &foot, NULL) == DV_OK && in_bounds(w, &foot);
}

/* An issue register that the instruction reads gets another value now and then. */
static void draw_sprs(struct draw *w, const struct dv_insn *in)
{
    for (unsigned i = 0; i < dv_spr_count; i++) {
        const struct dv_spr *s = &dv_sprs[i];
        if (s->kind != DV_SPR_ISSUE || !(in->uses >> s->index & 1) ||
            w->body->records + 4 > CORPUS_RECORDS || below(w, in->access == DV_ACCESS_nchw ? 1 : 3))
            continue;
        w->env.v[s->index] = spr_value(w, s->name);
        struct corpus_record *r = record_new(w, row("mov_to_spr"));
        put_spr(r, s, w->env.v[s->index]);
        r->fixed = true;
        w->body->records++;
    }
}

enum { TRIES = 60 };

static void draw_item(struct draw *w, const struct dv_insn *in)
{
    struct corpus_record *r;
    uint64_t x[DV_SLOTS];
    struct dv_op op;
    uint32_t word;

    draw_sprs(w, in);
    for (unsigned t = 0; t < TRIES && w->body->records < CORPUS_RECORDS; t++) {
        if (!draw_word(w, in, &word, &op))
            continue;
        draw_registers(w, in, x);
        if (!is_legal(w, &op, x))
            continue;
        r = record_new(w, in);
        for (unsigned i = 0; i < DV_SLOTS; i++)
            if (op.slots >> i & 1)
                put_constant(r, op.x[i], x[i]);
        put(r, word);
        put_barrier(w, r);
        w->body->records++;
        return;
    }
}

/* Registers x8 to x23 carry values from one to the next; xn is an address where S loads and
 * stores. */
static void draw_scalar(struct draw *w, const struct dv_insn *in)
{
    bool memory = in->exec == DV_EXEC_ENGINE;
    struct corpus_record *r = record_new(w, in);
    struct dv_op op;
    uint32_t word;

    for (unsigned t = 0; t < TRIES; t++) {
        if (!draw_word(w, in, &word, &op))
            continue;
        for (unsigned i = 0; i < DV_SLOTS; i++)
            if (op.slots >> i & 1)
                op.x[i] = (uint8_t)(memory && i == DV_XN ? 2 : 8 + below(w, 4) * 4);
        if (dv_isa_encode(&op, &word, NULL) != DV_OK)
            continue;
        uint64_t x = corpus_next(&w->seed), v = memory ? (x >> 32 & 15) * 8 : plain_number(w);
        if (memory)
            put_constant(r, 2,
                         (x & 3 ? w->tensor : DV_SYS_VA_BASE + 0x80000) + (x >> 8 & 255) * 64);
        if (memory || x >> 63)
            put_constant(r, 8 + (x >> 20 & 3) * 4, v);
        put(r, word);
        put_barrier(w, r);
        w->body->records++;
        return;
    }
}

static void draw_one(struct draw *w, const struct corpus_family *f)
{
    const struct dv_insn *in;

    do
        in = &dv_insns[below(w, dv_insn_count)];
    while (!is_member(f, in, w->body->kind));
    if (in->exec == DV_EXEC_ITEM)
        draw_item(w, in);
    else
        draw_scalar(w, in);
}

/* ---- programs -------------------------------------------------------------------------------- */

/* Flag 1 from the AIC to both AIVs, or back, in mode 2. */
static void draw_cross(struct draw *w, bool set)
{
    static const char *const set_names[] = {"pipe", "xt"}, *const wait_names[] = {"imm"};
    bool of_cube = w->body->kind == DV_AIC;
    struct corpus_record *r = record_new(w, row(set ? "set_cross_core" : "wait_flag_devi"));

    if (set) {
        put_constant(r, 7, 1 | 2 << 4 | 1 << 8);
        put(r, word_of(row("set_cross_core"), 2, set_names,
                       (const int64_t[]){of_cube ? DV_PIPE_FIX : DV_PIPE_MTE3, 7}));
    } else {
        put(r, word_of(row("wait_flag_devi"), 1, wait_names, (const int64_t[]){1}));
    }
    r->fixed = true;
    w->body->records++;
}

static void draw_body(struct draw *w, const struct corpus_family *f, unsigned records, int cross)
{
    w->body->records = 0;
    w->body->twice = below(w, 4) == 0 && cross < 0;
    memset(&w->live, 0, sizeof w->live);
    dv_env_reset(&w->env);
    for (unsigned i = 0; i < records; i++) {
        if (cross >= 0 && i == records / 2 && w->body->records < CORPUS_RECORDS)
            draw_cross(w, cross);
        if (w->body->records < CORPUS_RECORDS - 1)
            draw_one(w, f);
    }
}

void corpus_draw(struct corpus_program *p, unsigned family, unsigned index, uint64_t tensor,
                 const struct dv_sizes sizes[DV_KINDS])
{
    static const uint8_t kind[] = {[DV_CORE_AIC] = DV_AIC,
                                   [DV_CORE_AIV] = DV_AIV,
                                   [DV_CORE_MIX] = DV_AIC,
                                   [DV_CORE_C100] = DV_C100};
    const struct corpus_family *f = &corpus_families[family];
    struct draw w = {.tensor = tensor};

    for (const char *c = f->name; *c; c++)
        w.seed = w.seed * 31 + (uint8_t)*c;
    w.seed = (w.seed << 20) + index;
    p->core = f->core;
    p->seed = corpus_next(&w.seed);
    p->bodies = f->core == DV_CORE_MIX ? 2 : 1;
    p->blocks = p->bodies == 2 ? 1 : 1 + (unsigned)below(&w, 2);
    for (unsigned i = 0; i < p->bodies; i++) {
        w.body = &p->body[i];
        w.body->kind = i ? DV_AIV : kind[f->core];
        w.sizes = &sizes[w.body->kind];
        bool set = (p->seed >> 1 & 1) == i;
        draw_body(&w, f, 4 + (unsigned)below(&w, 5), p->bodies == 2 ? set : -1);
    }
}

unsigned corpus_link(const struct corpus_program *p, uint32_t *word, uint16_t *places,
                     uint64_t entry[2])
{
    static const char *const loop[] = {"xn", "target"};
    struct corpus_record head = {.words = 0};
    unsigned n = 0;

    for (unsigned b = 0; b < p->bodies; b++) {
        const struct corpus_body *body = &p->body[b];
        unsigned inside = 0;

        entry[b] = n * 4ull;
        for (unsigned i = 0; i < body->records; i++)
            inside += body->record[i].words;
        head.words = 0;
        if (body->twice) {
            put_constant(&head, 7, 2);
            put(&head, word_of(row("loop"), 2, loop, (const int64_t[]){7, (inside + 1) * 4}));
        }
        for (unsigned i = 0; i < head.words; i++, n++)
            word[n] = head.word[i], places[n] = UINT16_MAX;
        for (unsigned i = 0; i < body->records; i++)
            for (unsigned j = 0; j < body->record[i].words; j++, n++) {
                word[n] = body->record[i].word[j];
                places[n] = (uint16_t)(b * CORPUS_RECORDS + i);
            }
        if (body->twice)
            word[n] = row("endloop")->match, places[n++] = UINT16_MAX;
        word[n] = row("end")->match, places[n++] = UINT16_MAX;
    }
    return n;
}
