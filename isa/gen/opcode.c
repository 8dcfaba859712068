/* The rows of the published opcode table, from the entries: fields that belong to a row
 * (`table SET_FLAG.{src}.{dst}`) are expanded to their values, entries that the table does not tell
 * apart are joined. */
#include "isa/gen/gen.h"

#include <string.h>

enum { SPELLING = 96 };

struct expander {
    FILE *out;
    const struct isa *isa;
    const struct insn *in;
    const struct layout *layout;
    int number; /* of the entry's first row in dv_insns */
    int rows;
    uint32_t free; /* bits of the entry that the table leaves to operands */
};

static void append(char *text, const char *more, size_t n)
{
    size_t at = strlen(text);
    if (n > SPELLING - 1 - at)
        n = SPELLING - 1 - at;
    memcpy(text + at, more, n);
    text[at + n] = 0;
}

static void append_upper(char *text, const char *more)
{
    for (; *more; more++) {
        char c = *more >= 'a' && *more <= 'z' ? (char)(*more - 32) : *more;
        append(text, &c, 1);
    }
}

static void append_value(const struct expander *x, char *text, int field, uint32_t word)
{
    const struct field *f = &x->layout->field[field];
    uint64_t raw = field_of(f, word);
    char number[24];
    for (int i = 0; x->in->role[field] == ROLE_TYPE && i < x->in->types; i++) {
        if (x->in->type[i].value == raw) {
            append(text, x->in->type[i].text, strlen(x->in->type[i].text));
            return;
        }
    }
    const char *name = f->enum_id ? enum_text(&x->isa->named[f->enum_id - 1], raw, true) : NULL;
    snprintf(number, sizeof number, "%llu", (unsigned long long)raw);
    append_upper(text, name ? name : number);
}

/* The spelling of the table; dv_isa_spell does the same for a word. */
static void spell(const struct expander *x, uint32_t word, char text[SPELLING])
{
    text[0] = 0;
    for (const char *p = x->in->table; *p; p++) {
        size_t n = strcspn(p, "}");
        int field = -1;
        if (*p == '{' && p[1] >= 'a' && p[1] <= 'z')
            field = find_field(x->layout, keep(p + 1, n - 1));
        if (field < 0) {
            append(text, p, 1);
            continue;
        }
        append_value(x, text, field, word);
        p += n;
    }
}

static void emit_opcode(struct expander *x, uint32_t value, uint32_t mask)
{
    char text[SPELLING];
    spell(x, value, text);
    fprintf(x->out, "    {0x%08xu, 0x%08xu, %d, \"%s\"},\n", value, mask, x->number, text);
    x->rows++;
}

static uint32_t listed_mask(const struct expander *x)
{
    uint32_t mask = x->in->mask;
    for (int i = 0; i < x->layout->fields; i++)
        if (x->in->listed[i])
            mask |= field_bits(&x->layout->field[i], ~0ull);
    return x->in->table_mask ? x->in->table_mask : mask & ~x->free;
}

/* Values of the fields from `field` on. */
static void expand(struct expander *x, int field, uint32_t value)
{
    while (field < x->layout->fields && (x->in->role[field] <= ROLE_FREE || !x->in->listed[field]))
        field++;
    if (field == x->layout->fields) {
        emit_opcode(x, value & ~x->free, listed_mask(x));
        return;
    }
    const struct field *f = &x->layout->field[field];
    for (int i = 0; x->in->role[field] == ROLE_TYPE && i < x->in->types; i++)
        expand(x, field + 1, value | field_bits(f, x->in->type[i].value));
    if (x->in->role[field] == ROLE_TYPE || !f->enum_id)
        return;
    const struct named *e = &x->isa->named[f->enum_id - 1];
    for (int i = 0; i < e->values; i++)
        if (enum_text(e, e->value[i].value, false) == e->value[i].name)
            expand(x, field + 1, value | field_bits(f, e->value[i].value));
}

/* An entry that refines another of the same spelling has no row of its own. */
static bool is_refinement(const struct isa *isa, const struct insn *in)
{
    for (int i = 0; i < in->overs; i++)
        for (int k = 0; k < isa->insns; k++)
            if (!strcmp(isa->insn[k].name, in->over[i]) && !strcmp(isa->insn[k].table, in->table))
                return true;
    return false;
}

/* False when the entry's rows are those of another. */
static bool begin(struct expander *x, const struct isa *isa, int entry)
{
    x->in = &isa->insn[entry];
    x->layout = &isa->layout[x->in->layout];
    x->free = 0;
    for (int i = 0; i < isa->insns; i++)
        if (isa->insn[i].with && !strcmp(isa->insn[i].with, x->in->name))
            x->free |= x->in->match ^ isa->insn[i].match;
    return !x->in->unlisted && !x->in->with && !is_refinement(isa, x->in);
}

void emit_opcodes(FILE *out, const struct isa *isa)
{
    struct expander x = {.out = out, .isa = isa};
    fputs("const struct dv_opcode dv_opcodes[] = {\n", out);
    for (int i = 0; i < isa->insns; i++) {
        if (begin(&x, isa, i))
            expand(&x, 0, x.in->match);
        x.number += rows_of(x.in);
    }
    fprintf(out, "};\nconst unsigned dv_opcode_count = %d;\n", x.rows);
}
