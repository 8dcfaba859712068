/* dv isa --coverage: how much of the published opcode table is defined, executed and known. Counts
 * the rows that the definition expands to; knows no instruction by name. */
#include <inttypes.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/cli/coverage.h"
#include "emu/cli/word.h"

static unsigned family_of(struct dv_coverage *c, const char *unit)
{
    for (unsigned i = 0; i < c->families; i++)
        if (!strcmp(c->family[i], unit))
            return i;
    if (c->families == DV_FAMILIES)
        return DV_FAMILIES - 1;
    c->family[c->families] = unit;
    return c->families++;
}

static unsigned unexplained_bits(const struct dv_layout *l)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < l->fields; i++)
        if (l->field[i].unexplained)
            bits += l->field[i].width;
    return bits;
}

/* A row is matched when its bare value leads to an entry of that spelling and class. */
static bool is_matched(const struct dv_opcode *o)
{
    char text[96];
    const struct dv_insn *in = dv_isa_match(o->value, DV_ON_ANY);
    if (!in || strcmp(in->unit, dv_insns[o->insn].unit))
        return false;
    dv_isa_spell(in, o->value, text, sizeof text);
    return !strcmp(text, o->text);
}

static void count_row(struct dv_coverage *c, const struct dv_opcode *o)
{
    const struct dv_insn *in = &dv_insns[o->insn];
    c->rows++;
    c->matched += is_matched(o);
    c->by_bits[in->from_bits]++;
    if (dv_insn_executed(in)) {
        c->executed++;
        return;
    }
    c->refused++;
    c->by_family[family_of(c, in->unit)]++;
}

void dv_coverage_count(struct dv_coverage *c)
{
    memset(c, 0, sizeof *c);
    for (unsigned i = 0; i < dv_opcode_count; i++)
        count_row(c, &dv_opcodes[i]);
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        c->unexplained_bits += unexplained_bits(in->layout);
        if (in->bundle && dv_insn_executed(in))
            c->unexplained_bits += unexplained_bits(in->bundle);
    }
}

void dv_coverage_json(struct dv_json *j, const struct dv_coverage *c)
{
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "schema", "dv.coverage/1");
    dv_json_u64(j, "rows", c->rows);
    dv_json_u64(j, "matched", c->matched);
    dv_json_u64(j, "executed", c->executed);
    dv_json_u64(j, "refused", c->refused);
    dv_json_open(j, "by_family", '{');
    for (unsigned i = 0; i < c->families; i++)
        dv_json_u64(j, c->family[i], c->by_family[i]);
    dv_json_close(j, '}');
    dv_json_open(j, "by_bits", '{');
    for (unsigned i = 1; i < DV_FROMS; i++)
        if (c->by_bits[i])
            dv_json_u64(j, dv_from_name(i), c->by_bits[i]);
    dv_json_close(j, '}');
    dv_json_u64(j, "unexplained_bits", c->unexplained_bits);
    dv_json_open(j, "refused_rows", '[');
    for (unsigned i = 0; i < dv_opcode_count; i++) {
        const struct dv_insn *in = &dv_insns[dv_opcodes[i].insn];
        char hex[16];
        if (dv_insn_executed(in))
            continue;
        snprintf(hex, sizeof hex, "0x%08" PRIx32, dv_opcodes[i].value);
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "value", hex);
        dv_json_text(j, "mnemonic", dv_opcodes[i].text);
        dv_json_text(j, "reason", in->reason ? in->reason : "not executed");
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    dv_json_close(j, '}');
    dv_json_end(j);
}

void dv_coverage_print(const struct dv_coverage *c)
{
    printf("rows: %u\nmatched: %u\nexecuted: %u\nrefused: %u\n", c->rows, c->matched, c->executed,
           c->refused);
    for (unsigned i = 0; i < c->families; i++)
        printf("by_family.%s: %u\n", c->family[i], c->by_family[i]);
    for (unsigned i = 1; i < DV_FROMS; i++)
        if (c->by_bits[i])
            printf("by_bits.%s: %u\n", dv_from_name(i), c->by_bits[i]);
    printf("unexplained_bits: %u\n", c->unexplained_bits);
}
