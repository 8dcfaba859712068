/* The definition as tables: evidence words, examples and random operands in both directions,
 * legality, look-up. The opcode table is checked in test_isa_table.c. */
#include "isa/table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { C220 = DV_ON(DV_AIC) | DV_ON(DV_AIV) };

static uint64_t seed = 1;

/* Numerical Recipes' 64-bit generator: the same on every host. */
static uint64_t draw(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return seed ^ seed >> 29;
}

/* ---- evidence: words printed by the vendor's simulator (isa.md 12) --------------------------- */

static const struct {
    uint32_t word;
    const char *text, *from;
} evidence[] = {
    {0x073a7f80, "mov x29, #0x7f80", "A2 log: MOV_XD_IMM X29, 0x7f80"},
    {0x077b0010, "movk x29, #16, 1", "A2 log: MOVK X29, 0x10, UIMM 1"},
    {0x003bd781, "add.s64 x29, x29, x15", "A2 log: ADD.s64 X29 = X29 + X15"},
    {0x02003880, "mov x0, ctrl", "older core: MOV X0, SPR CTRL"},
    {0x02004880, "mov x0, para_base", "950: MOV X0, SPR PARA_BASE"},
    {0x02106900, "mov lpcnt, x6", "A2 log: MOV SPR LPCNT, X6"},
    {0x04c02010, "st.b64 x0, [x2, #16]", "A2 log: ST b64 X0, [X2 + 0x10]"},
    {0x0406b003, "st.b8 x3, [x11, #3]", "A2 log: ST b8 X3, [X11 + 3]"},
    {0x40a01000, "set_flag.mte2.s #0", "A2 log: SET_FLAG MTE2 -> S, id 0"},
    {0x40a210bc, "set_flag.mte2.v x15", "A2 log: event id in X15"},
    {0x40c210a8, "wait_flag.mte2.v x10", "A2 log: event id in X10"},
    {0x40e00400, "bar.v", "A2 log: BAR V"},
    {0x41001000, "nop.mte2", "A2 log: NOP MTE2"},
    {0x80400000, "movemask x0, 0", "older core: MOVEMASK X0, pos 0"},
    {0x711cb788, "mov_out_to_ub [x14], [x11], x15", "A2 log: MOV_OUT_TO_UB X14 X11 X15"},
    {0x85c4c6bc, "vadd.f32 [x2], [x12], [x13], x15", "A2 log: VADD.f32 X2 X12 X13 X15"},
};

Test(isa, evidence)
{
    for (size_t i = 0; i < sizeof evidence / sizeof evidence[0]; i++) {
        struct dv_op op;
        struct dv_diag d;
        char text[128];
        bool named;
        dv_diag_init(&d);
        enum dv_err e = dv_isa_decode(evidence[i].word, C220, &op, &named, &d);
        cr_assert_eq(e, DV_OK, "%s: %s", evidence[i].from, d.text);
        dv_isa_print(&op, DV_NO_PC, text, sizeof text);
        if (strncmp(evidence[i].text, "movemask", 8))
            cr_expect_str_eq(text, evidence[i].text, "%s", evidence[i].from);
        else /* operand spelling of MOVEMASK is the vector room's; the operands are not */
            cr_expect(op.x[DV_XT] == 0 && strstr(text, "movemask") == text, "%s", text);
    }
}

/* ---- examples -------------------------------------------------------------------------------- */

Test(isa, examples_both_ways)
{
    cr_assert_geq(dv_example_count, dv_insn_count / 2);
    for (unsigned i = 0; i < dv_example_count; i++) {
        const struct dv_example *ex = &dv_examples[i];
        struct dv_op op;
        struct dv_diag d;
        char text[128];
        uint32_t word = 0;
        dv_diag_init(&d);
        enum dv_err e = dv_isa_decode(ex->word, dv_insns[ex->insn].on, &op, NULL, &d);
        cr_assert_eq(e, DV_OK, "0x%08x: %s", ex->word, d.text);
        cr_expect_eq(op.insn, ex->insn, "0x%08x is %s", ex->word, dv_insns[op.insn].name);
        int n = dv_isa_print(&op, DV_NO_PC, text, sizeof text);
        cr_expect_str_eq(text, ex->text);
        cr_expect_eq((size_t)n, strlen(ex->text));
        cr_expect_eq(dv_isa_encode(&op, &word, &d), DV_OK, "%s", d.text);
        cr_expect_eq(word, ex->word, "%s", ex->text);
    }
}

Test(isa, every_row_has_an_example)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        size_t n = strlen(dv_insns[i].name);
        bool found = n > 5 && !strcmp(dv_insns[i].name + n - 5, "_c100"); /* its twin has one */
        for (unsigned k = 0; k < dv_example_count && !found; k++)
            found = dv_examples[k].insn == i;
        cr_expect(found, "%s", dv_insns[i].name);
    }
}

/* ---- random operands ------------------------------------------------------------------------- */

/* A value that the field can take. */
static int64_t draw_value(const struct dv_insn *in, const struct dv_field *f)
{
    if (!strcmp(f->name, "type"))
        return in->type[draw() % in->types].type;
    if (f->enum_id)
        return dv_enums[f->enum_id - 1].value[draw() % dv_enums[f->enum_id - 1].values].value;
    if (!strcmp(f->name, "spr"))
        return dv_sprs[draw() % dv_spr_count].number;
    uint64_t raw = draw() & ((1ull << f->width) - 1);
    const uint64_t w[2] = {0, 0};
    struct dv_field copy = *f; /* the same width as one piece */
    copy.pieces = 1;
    copy.piece[0] = (struct dv_bits){(uint8_t)(f->width - 1), 0};
    const uint64_t v[2] = {raw, w[0]};
    return (int64_t)(dv_field_get(&copy, v) << f->scale) + f->bias;
}

static void draw_op(struct dv_op *op, const struct dv_insn *in)
{
    const struct dv_row *row = dv_row_of(in);
    dv_op_init(op, in);
    for (int i = 0; i < row->vars; i++) {
        const struct dv_field *f = &in->layout->field[row->var[i].field];
        struct dv_diag d;
        int tries = 0;
        if (row->var[i].role == DV_ROLE_FREE)
            continue;
        do {
            dv_diag_init(&d);
        } while (dv_op_put(op, f, draw_value(in, f), &d) != DV_OK && ++tries < 1000);
        cr_assert_lt(tries, 1000, "%s %s: %s", in->name, f->name, d.text);
    }
}

Test(isa, random_operands_round_trip)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        for (int k = 0; k < 200; k++) {
            struct dv_op op, back;
            struct dv_diag d;
            char a[160], b[160];
            uint32_t word = 0, again = 0;
            dv_diag_init(&d);
            draw_op(&op, in);
            cr_assert_eq(dv_isa_encode(&op, &word, &d), DV_OK, "%s: %s", in->name, d.text);
            cr_assert_eq(word & in->mask, in->match);
            if (in->onlys && dv_isa_legal(in, word, NULL) == DV_E_ILLEGAL)
                continue; /* selectors that do not go together */
            cr_assert_eq(dv_isa_decode(word, in->on, &back, NULL, &d), DV_OK, "%s: %s", in->name,
                         d.text);
            op.word = word;
            if (back.insn != i) { /* a finer row: the words agree, the names may not */
                cr_assert_eq(dv_rows[back.insn].mask & dv_rows[i].mask, dv_rows[i].mask, "%s %s",
                             in->name, dv_insns[back.insn].name);
            } else {
                cr_assert_eq(memcmp(&op, &back, sizeof op), 0, "%s 0x%08x", in->name, word);
                dv_isa_print(&op, DV_NO_PC, a, sizeof a);
                dv_isa_print(&back, DV_NO_PC, b, sizeof b);
                cr_assert_str_eq(a, b);
                cr_assert(!strpbrk(a, "{}<>"), "%s", a);
            }
            cr_assert_eq(dv_isa_encode(&back, &again, &d), DV_OK);
            cr_assert_eq(again, word, "%s", in->name);
        }
    }
}

/* Any word at all: no crash, and what decodes is legal, encodes and prints in any buffer. */
Test(isa, random_words)
{
    for (int i = 0; i < 300000; i++) {
        uint32_t word = (uint32_t)draw(), again = 0;
        if (i & 1) /* near a row */
            word = dv_insns[draw() % dv_insn_count].match | (word & 0x003fffff);
        struct dv_op op;
        char text[160], cut[8] = "sentine";
        bool named;
        enum dv_err e = dv_isa_decode(word, DV_ON_ANY, &op, &named, NULL);
        cr_assert_eq(op.word, word);
        cr_assert_eq(named, dv_isa_match(word, DV_ON_ANY) != NULL);
        if (!named)
            continue;
        cr_assert_eq(e, dv_isa_legal(dv_op_insn(&op), word, NULL));
        int n = dv_isa_print(&op, 0x1000, text, sizeof text);
        cr_assert_eq((size_t)n, strlen(text));
        cr_assert_eq(dv_isa_print(&op, 0x1000, cut, 4), n);
        cr_assert(!strncmp(cut, text, 3) && cut[3] == 0 && !strcmp(cut + 4, "ine"));
        if (e == DV_OK)
            cr_assert_eq(dv_isa_encode(&op, &again, NULL), DV_OK, "0x%08x %s", word, text);
    }
}

/* ---- legality -------------------------------------------------------------------------------- */

static const struct {
    uint32_t word;
    enum dv_err e;
    bool named;
    const char *text;
} illegal[] = {
    {0xffffffff, DV_E_ILLEGAL, false, "no instruction has the word 0xffffffff"},
    {0x00c22181, DV_E_ILLEGAL, false, "no instruction has the word 0x00c22181"}, /* ADD.b64 */
    {0x40a00020, DV_E_ILLEGAL, true, "set_flag: field imm is 8, outside 0..7"},
    {0x41ec0040, DV_E_ILLEGAL, true, "wait_flag_dev: field imm is 16, outside 0..15"},
    {0x02001880 | 0xc00000, DV_E_ILLEGAL, true, NULL}, /* MOV X0, SPR 97: exists */
    {0x0200f880, DV_E_ILLEGAL, true, "no special register has number 15"},
    {0x02c22407, DV_E_RESERVED, true, "sbitset0: reserved bits 0:0 are set"},
    {0x402c2008, DV_E_RESERVED, true, "dcci: reserved bits 11:3 are set"},
};

Test(isa, legality)
{
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        struct dv_op op;
        struct dv_diag d;
        bool named;
        dv_diag_init(&d);
        enum dv_err e = dv_isa_decode(illegal[i].word, C220, &op, &named, &d);
        if (!illegal[i].text) {
            cr_expect_eq(e, DV_OK, "0x%08x: %s", illegal[i].word, d.text);
            continue;
        }
        cr_expect_eq(e, illegal[i].e, "0x%08x: %s", illegal[i].word, d.text);
        cr_expect_eq(named, illegal[i].named, "0x%08x", illegal[i].word);
        cr_expect_str_eq(d.text, illegal[i].text);
    }
}

static const struct {
    const char *stem, *field;
    int64_t value;
    const char *text;
} refused[] = {
    {"add", "xd", 32, "add: xd is 32, outside 0..31"},
    {"jump", "target", 2, "jump: target is 2, not a multiple of 4"},
    {"jump", "target", 4 << 20, "jump: target is 4194304, outside -4194304..4194300"},
    {"jumpcmp", "target", -8196, "jumpcmp: target is -8196, outside -8192..8188"},
    {"jumpcmp", "cc", 6, "jumpcmp: cc has no value 6"},
    {"insert", "width", 0, "insert: width is 0, outside 1..16"},
    {"add", "type", DV_T_b64, "add has no type b64"},
    {"set_flag", "imm", 8, "set_flag: imm is 8, outside 0..7"},
    {"ldp", "imm", 252, "ldp: imm is 252, outside -256..248"},
};

static bool first_row(void *out, const struct dv_insn *in)
{
    *(const struct dv_insn **)out = in;
    return false;
}

Test(isa, operands_that_do_not_fit)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct dv_insn *in = NULL;
        struct dv_diag d;
        struct dv_op op;
        dv_diag_init(&d);
        dv_isa_each_stem(refused[i].stem, strlen(refused[i].stem), first_row, &in);
        cr_assert(in, "%s", refused[i].stem);
        dv_op_init(&op, in);
        const struct dv_field *f =
            dv_layout_field(in->layout, refused[i].field, strlen(refused[i].field));
        cr_assert(f, "%s", refused[i].field);
        cr_expect_eq(dv_op_put(&op, f, refused[i].value, &d), DV_E_RANGE, "%s", d.text);
        cr_expect_str_eq(d.text, refused[i].text);
    }
}

/* ---- queues (isa.md 3.3, CONTRACT 1) --------------------------------------------------------- */

static const struct {
    uint32_t word;
    unsigned pipe;
} queues[] = {
    {0x40a01080, DV_PIPE_MTE2}, /* SET_FLAG MTE2 -> V sits in MTE2 */
    {0x40c01080, DV_PIPE_V},    /* WAIT_FLAG MTE2 -> V sits in V */
    {0x40a04500, DV_PIPE_V},    /* SET_FLAG V -> FIX */
    {0x40c04500, DV_PIPE_FIX},  /* WAIT_FLAG V -> FIX: destination bit 3 is bit 14 */
    {0x40e00400, DV_PIPE_V},    /* BAR V */
    {0x40e01800, DV_PIPE_S},    /* BAR ALL is the scalar unit's */
    {0x41001000, DV_PIPE_MTE2}, {0x41400000, DV_PIPE_S}, {0x003bd781, DV_PIPE_S},
    {0x711cb788, DV_PIPE_MTE2}, {0x85c4c6bc, DV_PIPE_V},
};

Test(isa, queues)
{
    for (size_t i = 0; i < sizeof queues / sizeof queues[0]; i++) {
        struct dv_op op;
        cr_assert_eq(dv_isa_decode(queues[i].word, C220, &op, NULL, NULL), DV_OK);
        cr_expect_eq(op.pipe, queues[i].pipe, "0x%08x", queues[i].word);
    }
}

/* ---- fields, layouts, names ------------------------------------------------------------------ */

Test(isa, config_fields_round_trip)
{
    for (unsigned i = 0; i < dv_layout_count; i++) {
        const struct dv_layout *l = dv_layouts[i];
        for (int k = 0; k < l->fields; k++) {
            const struct dv_field *f = &l->field[k];
            uint64_t w[2] = {draw(), draw()}, old[2] = {w[0], w[1]};
            uint64_t v = draw() & (f->width == 64 ? ~0ull : (1ull << f->width) - 1);
            dv_field_set(f, w, v);
            uint64_t got = dv_field_get(f, w);
            cr_expect_eq(got & (f->width == 64 ? ~0ull : (1ull << f->width) - 1), v, "%s.%s",
                         l->name, f->name);
            dv_field_set(f, w, dv_field_get(f, old)); /* nothing else changed */
            cr_expect(w[0] == old[0] && w[1] == old[1], "%s.%s", l->name, f->name);
            cr_expect(l->bits == 128 || w[1] == old[1]);
        }
        cr_expect_eq(dv_layout_find(l->name, strlen(l->name)), l);
    }
}

/* isa.md 5.3: vec1's dst_rep = {[55:52], [39:32]}; 0x00311... -> 0x323 as the vendor's formula. */
Test(isa, split_field)
{
    const struct dv_layout *l = dv_layout_find("VEC1", 4);
    cr_assert(l);
    const struct dv_field *f = dv_layout_field(l, "dst_rep", 7);
    const uint64_t w[2] = {0x0030002300000000ull, 0};
    cr_assert(f);
    cr_expect_eq(dv_field_get(f, w), 0x323);
    cr_expect_eq(dv_unpack_vec1(w).dst_rep, 0x323);
    struct dv_cfg_vec1 c = {.dst_rep = 0x323};
    uint64_t back[2];
    dv_pack_vec1(back, &c);
    cr_expect(back[0] == w[0] && back[1] == 0);
}

Test(isa, fits)
{
    const struct dv_insn *in = NULL;
    dv_isa_each_stem("JUMPCMP", 7, first_row, &in);
    const struct dv_field *f = dv_layout_field(in->layout, "target", 6);
    cr_assert(f->is_rel && f->is_signed);
    cr_expect(dv_field_fits(f, 8188) && dv_field_fits(f, -8192));
    cr_expect(!dv_field_fits(f, 8192) && !dv_field_fits(f, -8196) && !dv_field_fits(f, 6));
}

static const struct {
    const char *name, *near;
} typos[] = {
    {"vad", "vadd"},     {"VADDX", "vadd"},      {"set_flagg", "set_flag"},
    {"jumpcm", "jumpc"}, {"zzzzzzzzzzzz", NULL}, {"", NULL},
};

Test(isa, nearest)
{
    for (size_t i = 0; i < sizeof typos / sizeof typos[0]; i++) {
        const char *near = dv_isa_nearest(typos[i].name, strlen(typos[i].name));
        if (typos[i].near && near)
            cr_expect_str_eq(near, typos[i].near);
        else if (*typos[i].name)
            cr_expect_eq(near, typos[i].near, "%s", typos[i].name);
    }
    char long_name[4096];
    memset(long_name, 'v', sizeof long_name);
    cr_expect_eq(dv_isa_nearest(long_name, sizeof long_name), NULL);
}

/* isa.md 4.1: numbers with public evidence. */
static const struct {
    const char *name;
    unsigned number;
    uint8_t kind;
} sprs[] = {
    {"PC", 0, DV_SPR_SCALAR},          {"BLOCKID", 1, DV_SPR_CONST},
    {"CTRL", 3, DV_SPR_ISSUE},         {"PARA_BASE", 4, DV_SPR_CONST},
    {"lpcnt", 8, DV_SPR_SCALAR},       {"BLOCKDIM", 9, DV_SPR_CONST},
    {"SYS_VA_BASE", 67, DV_SPR_CONST}, {"SYS_PHY_BASE", 68, DV_SPR_CONST},
    {"SUBBLOCKID", 96, DV_SPR_CONST},
};

Test(isa, special_registers)
{
    for (size_t i = 0; i < sizeof sprs / sizeof sprs[0]; i++) {
        const struct dv_spr *s = dv_spr_find(sprs[i].name, strlen(sprs[i].name));
        cr_assert(s, "%s", sprs[i].name);
        cr_expect_eq(s->number, sprs[i].number, "%s", sprs[i].name);
        cr_expect_eq(s->kind, sprs[i].kind, "%s", sprs[i].name);
        cr_expect_neq(s->from, DV_FROM_OURS, "%s", sprs[i].name);
        cr_expect_eq(dv_spr_number(sprs[i].number), s);
    }
    cr_expect_eq(dv_spr_find("CTR", 3), NULL);
    cr_expect_eq(dv_spr_number(127), NULL);
    cr_expect_eq(dv_sprs[0].reset, 8, "CTRL, isa.md 4.2");
    cr_expect_leq(DV_ENV_COUNT, 64);
    cr_expect_leq(DV_LIVE_COUNT, 32);
}

Test(isa, names)
{
    cr_expect_str_eq(dv_pipe_names[DV_PIPE_FIX], "fix");
    cr_expect_str_eq(dv_pipe_json(DV_PIPE_M), "CUBE");
    cr_expect_str_eq(dv_pipe_report(DV_PIPE_MTE1), "PIPE_MTE1");
    cr_expect_str_eq(dv_spaces[DV_SPACE_L0C].name, "l0c");
    cr_expect_eq(dv_spaces[DV_SPACE_FB].align, 128);
    cr_expect_eq(dv_elem_find("BF16", 4), DV_EL_BF16);
    cr_expect_eq(dv_elem_bits(DV_EL_S4), 4);
    cr_expect_eq(dv_elem_find("f1", 2), DV_EL_NONE);
    cr_expect_eq(dv_from_find("vendor-table", 12), DV_FROM_VENDOR_TABLE);
    cr_expect_str_eq(dv_from_name(DV_FROM_UNKNOWN), "unknown");
    for (int e = 1; e < DV_ELEMS; e++)
        cr_expect_eq(dv_elem_find(dv_elem_name(e), strlen(dv_elem_name(e))), (enum dv_elem)e);
    for (int f = 1; f < DV_FROMS; f++)
        cr_expect_eq(dv_from_find(dv_from_name(f), strlen(dv_from_name(f))), (enum dv_from)f);
    for (unsigned t = 1; t < dv_type_count; t++)
        cr_expect_neq(dv_types[t].src, DV_EL_NONE, "%s", dv_types[t].name);
}

Test(isa, targets_print_against_a_pc)
{
    struct dv_op op;
    char text[64];
    cr_assert_eq(dv_isa_decode(0x401fffff, C220, &op, NULL, NULL), DV_OK);
    dv_isa_print(&op, 0x100, text, sizeof text);
    cr_expect_str_eq(text, "jump 0xfc");
    dv_isa_print(&op, DV_NO_PC, text, sizeof text);
    cr_expect_str_eq(text, "jump -4");
}

/* DESIGN law 3: what is unknown is refused by name; what runs has no unknown aspect. */
Test(isa, provenance)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        bool unknown = in->from_bits == DV_FROM_UNKNOWN || in->from_sem == DV_FROM_UNKNOWN ||
                       in->from_bundle == DV_FROM_UNKNOWN || in->from_time == DV_FROM_UNKNOWN;
        bool refused_by_name = in->exec == DV_EXEC_UNSUPPORTED || in->exec == DV_EXEC_UNKNOWN;
        cr_expect(!unknown || refused_by_name, "%s", in->name);
        cr_expect_eq(refused_by_name, in->reason != NULL, "%s", in->name);
        cr_expect_eq(refused_by_name, in->lack != DV_LACK_NONE, "%s: kind of its reason", in->name);
        cr_expect(in->lack != DV_LACK_UNKNOWN || (in->instead && *in->instead),
                  "%s: what to use instead", in->name);
        cr_expect(in->from_bits && in->from_sem && in->from_time, "%s", in->name);
        cr_expect_eq(in->bundle != NULL, in->from_bundle != DV_FROM_NONE, "%s", in->name);
    }
}
