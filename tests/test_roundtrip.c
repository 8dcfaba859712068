/* Word -> text -> word: every row and every legal type with random operand fields, at least a
 * million words. The canonical text goes through the assembler and must give the word back; what it
 * gives must have the spelling of the opcode table that the word had. */
#include "isa/table.h"

#include "asm/asm.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sanitized build is an order slower; it looks for faults, not for odd words. */
#if defined(__SANITIZE_ADDRESS__)
enum { WORDS = 60000 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { WORDS = 60000 };
#else
enum { WORDS = 1000000 };
#endif
#else
enum { WORDS = 1000000 };
#endif
enum { BATCH = 20000, LINE = 160 };

static uint64_t seed, first_seed;

static uint64_t draw(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return seed >> 16 ^ seed >> 40;
}

/* One word in the making: which entry wrote it. */
struct sent {
    uint32_t word;
    uint16_t insn;
};

struct batch {
    enum dv_kind kind;
    struct sent sent[BATCH];
    unsigned n;
    char *text;
    size_t bytes;
};

static int64_t draw_value(const struct dv_field *f)
{
    if (f->enum_id)
        return dv_enums[f->enum_id - 1].value[draw() % dv_enums[f->enum_id - 1].values].value;
    if (!strcmp(f->name, "spr"))
        return dv_sprs[draw() % dv_spr_count].number;
    uint64_t raw = draw() & ((1ull << f->width) - 1);
    if (f->is_signed && raw >> (f->width - 1) & 1)
        raw |= ~((1ull << f->width) - 1);
    return (int64_t)(raw << f->scale) + f->bias;
}

/* Random operands of an entry; false when no value fits in many tries. */
static bool draw_op(struct dv_op *op, const struct dv_insn *in, unsigned type)
{
    const struct dv_row *row = dv_row_of(in);
    dv_op_init(op, in);
    for (int i = 0; i < row->vars; i++) {
        const struct dv_field *f = &in->layout->field[row->var[i].field];
        int tries = 0;
        if (row->var[i].role == DV_ROLE_FREE)
            continue;
        if (row->var[i].role == DV_ROLE_TYPE) {
            op->type = in->type[type].type;
            continue;
        }
        while (dv_op_put(op, f, draw_value(f), NULL) != DV_OK)
            if (++tries == 10000)
                return false;
    }
    return true;
}

static void quiet(void *self, const char *text, size_t n)
{
    char *said = self;
    size_t have = strlen(said);
    if (n > 2000 - have)
        n = 2000 - have;
    memcpy(said + have, text, n);
    said[have + n] = 0;
}

static void check_word(const struct batch *b, const struct sent *s, uint32_t got)
{
    char want[96], have[96], text[LINE];
    struct dv_op op;
    const struct dv_insn *in = dv_isa_match(got, DV_ON(b->kind));
    dv_isa_decode(s->word, DV_ON(b->kind), &op, NULL, NULL);
    dv_isa_print(&op, DV_NO_PC, text, sizeof text);
    cr_assert_eq(got, s->word, "seed %llu: %s: %s is 0x%08x, came back as 0x%08x",
                 (unsigned long long)first_seed, dv_insns[s->insn].name, text, s->word, got);
    dv_isa_spell(&dv_insns[s->insn], s->word, want, sizeof want);
    cr_assert(in);
    dv_isa_spell(in, got, have, sizeof have);
    cr_assert_str_eq(have, want, "0x%08x", got);
}

static void flush(struct batch *b)
{
    static char said[2048];
    static const char *const none[] = {""};
    struct dv_asm_opts opts = {.include = none, .warnings_off = true};
    struct dv_sink sink = {said, quiet};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    said[0] = 0;
    dv_asm_text("words.s", b->text, b->bytes, &opts, &sink, &o, &d);
    cr_assert(o, "%s", said);
    cr_assert_eq(o->section[DV_TEXT].n, 4 * b->n);
    for (unsigned i = 0; i < b->n; i++) {
        uint32_t got;
        memcpy(&got, o->section[DV_TEXT].p + 4 * i, 4);
        check_word(b, &b->sent[i], got);
    }
    dv_obj_free(o);
    b->n = 0;
    b->bytes = 0;
}

static void begin(struct batch *b)
{
    static const char *const core[DV_KINDS] = {"aic", "aiv", "c100"};
    b->bytes = (size_t)sprintf(b->text, ".kernel k, core=%s\n.scratch none\nk:\n", core[b->kind]);
}

/* Branch targets are written as offsets from the instruction. */
static void send(struct batch *b, const struct dv_op *op, uint32_t word)
{
    if (!b->n)
        begin(b);
    b->bytes += (size_t)dv_isa_print(op, DV_NO_PC, b->text + b->bytes, LINE);
    b->text[b->bytes++] = '\n';
    b->sent[b->n++] = (struct sent){word, op->insn};
    if (b->n == BATCH)
        flush(b);
}

/* An entry that lies on this kind of core, all its types, `each` words a type. */
static unsigned send_entry(struct batch *b, const struct dv_insn *in, unsigned each)
{
    unsigned sent = 0;
    for (unsigned t = 0; t < in->types || !t; t++) {
        for (unsigned i = 0; i < each; i++) {
            struct dv_op op, back;
            struct dv_diag d;
            uint32_t word = 0;
            dv_diag_init(&d);
            cr_assert(draw_op(&op, in, t), "%s", in->name);
            cr_assert_eq(dv_isa_encode(&op, &word, &d), DV_OK, "%s: %s", in->name, d.text);
            if (dv_isa_legal(in, word, NULL) != DV_OK)
                continue; /* fields that the entry does not take together */
            cr_assert_eq(dv_isa_decode(word, DV_ON(b->kind), &back, NULL, &d), DV_OK, "%s: %s",
                         in->name, d.text);
            send(b, &back, word);
            sent++;
        }
    }
    return sent;
}

static unsigned send_all(enum dv_kind kind, unsigned each)
{
    static struct batch b;
    unsigned sent = 0;
    b.kind = kind;
    b.text = malloc((size_t)LINE * (BATCH + 2));
    cr_assert(b.text);
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (dv_insns[i].on & DV_ON(kind))
            sent += send_entry(&b, &dv_insns[i], each);
    if (b.n)
        flush(&b);
    free(b.text);
    return sent;
}

Test(roundtrip, word_text_word)
{
    const char *wish = getenv("DV_SEED");
    unsigned combinations = 0, sent = 0;
    seed = first_seed = wish ? strtoull(wish, NULL, 0) : 20240501;
    fprintf(stderr, "# seed %llu (DV_SEED)\n", (unsigned long long)seed);
    for (unsigned i = 0; i < dv_insn_count; i++)
        combinations += (dv_insns[i].types ? dv_insns[i].types : 1u) *
                        (unsigned)__builtin_popcount(dv_insns[i].on);
    for (unsigned kind = 0; kind < DV_KINDS; kind++)
        sent += send_all((enum dv_kind)kind, WORDS / combinations * 51 / 50 + 1); /* less refused */
    fprintf(stderr, "# %u words of %u rows x types x cores\n", sent, combinations);
    cr_assert_geq(sent, WORDS);
}
