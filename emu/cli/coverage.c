/* dv isa --coverage: how much of the instruction set is defined, executed and known. Counts the
 * tables; knows no instruction by name. */
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

/* A row is matched when one of its example words leads back to it. */
static bool is_matched(const struct dv_insn *in)
{
    for (unsigned i = 0; i < dv_example_count; i++) {
        const struct dv_example *e = &dv_examples[i];
        if (&dv_insns[e->insn] == in && dv_isa_match(e->word, in->on) == in)
            return true;
    }
    return false;
}

void dv_coverage_count(struct dv_coverage *c)
{
    memset(c, 0, sizeof *c);
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        c->rows++;
        c->matched += is_matched(in);
        c->executed += dv_insn_executed(in);
        c->by_bits[in->from_bits]++;
        c->unexplained_bits += unexplained_bits(in->layout);
        if (in->bundle && dv_insn_executed(in))
            c->unexplained_bits += unexplained_bits(in->bundle);
        if (dv_insn_executed(in))
            continue;
        c->refused++;
        c->by_family[family_of(c, in->unit)]++;
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
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        char hex[16], name[96];
        if (dv_insn_executed(in))
            continue;
        snprintf(hex, sizeof hex, "0x%08" PRIx32, in->match);
        dv_isa_spell(in, in->match, name, sizeof name);
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "value", hex);
        dv_json_text(j, "mnemonic", name);
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
