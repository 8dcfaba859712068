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

/* A pipe that some instruction's work goes to. */
static bool is_worked(uint64_t pipe)
{
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (dv_insns[i].exec == DV_EXEC_ITEM && !dv_insns[i].pipe_field && dv_insns[i].pipe == pipe)
            return true;
    return pipe == DV_PIPE_S;
}

/* The value of a field that belongs to the row; false when it has another. */
static bool row_value(const struct dv_opcode *o, const struct dv_field *f, uint64_t *value)
{
    uint64_t all[2] = {0, 0}, word[2] = {o->value, 0};
    dv_field_set(f, all, ~0ull);
    *value = dv_field_get(f, word);
    return (o->mask & all[0]) == all[0];
}

static bool only_meets(const struct dv_opcode *o, const struct dv_only *only)
{
    const struct dv_layout *l = dv_insns[o->insn].layout;
    for (unsigned i = 0; i < only->fields; i++) {
        uint64_t v;
        if (row_value(o, &l->field[only->field[i]], &v) && (v > 31 || !(only->values[i] >> v & 1)))
            return false;
    }
    return true;
}

/* All that the row can do is fault: it names a pipe that no core has, or a combination that the
 * instruction does not take. `all` is a pipe of barriers alone. */
static bool is_fault(const struct dv_opcode *o)
{
    const struct dv_insn *in = &dv_insns[o->insn];
    bool meets = !in->onlys;
    for (unsigned i = 0; i < in->layout->fields; i++) {
        const struct dv_field *f = &in->layout->field[i];
        bool pipe = f->enum_id && !strcmp(dv_enums[f->enum_id - 1].name, "pipe");
        uint64_t v;
        if (!pipe || !row_value(o, f, &v))
            continue;
        if (v == DV_PIPE_ALL ? strcmp(f->name, "pipe") != 0 : !is_worked(v))
            return true;
    }
    for (unsigned i = 0; i < in->onlys; i++)
        meets |= only_meets(o, &in->only[i]);
    return !meets;
}

static void count_row(struct dv_coverage *c, const struct dv_opcode *o)
{
    const struct dv_insn *in = &dv_insns[o->insn];
    c->rows++;
    c->matched += is_matched(o);
    c->by_bits[in->from_bits]++;
    c->public += in->lack != DV_LACK_UNKNOWN;
    if (dv_insn_executed(in)) {
        c->executed++;
        c->faults += is_fault(o);
        return;
    }
    c->refused++;
    c->lacks[in->lack]++;
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

/* ---- refused rows by reason ------------------------------------------------------------------ */

static const char *reason_of(unsigned row)
{
    const struct dv_insn *in = &dv_insns[dv_opcodes[row].insn];
    return dv_insn_executed(in) || !in->reason ? "" : in->reason;
}

static bool is_same_reason(unsigned a, unsigned b)
{
    const char *x = reason_of(a), *y = reason_of(b);
    return *x && !strcmp(x, y) &&
           dv_insns[dv_opcodes[a].insn].lack == dv_insns[dv_opcodes[b].insn].lack;
}

/* Of one reason: how often, and its rows in lines of at most a screen. */
static void print_reason(unsigned first)
{
    enum { INDENT = 8, WIDE = 96 };
    unsigned n = 0, at = INDENT;
    for (unsigned i = first; i < dv_opcode_count; i++)
        n += is_same_reason(first, i);
    printf("  %4u  %s\n%*s", n, reason_of(first), INDENT, "");
    for (unsigned i = first, left = n; i < dv_opcode_count; i++) {
        unsigned wide = (unsigned)strlen(dv_opcodes[i].text) + 2;
        if (!is_same_reason(first, i))
            continue;
        if (at + wide > WIDE && at > INDENT) {
            printf("\n%*s", INDENT, "");
            at = INDENT;
        }
        printf("%s%s", dv_opcodes[i].text, --left ? ", " : "\n");
        at += wide;
    }
}

static void print_lack(const struct dv_coverage *c, unsigned lack)
{
    static const char *const meant[DV_LACKS] = {
        [DV_LACK_UNKNOWN] = "what they do, or enough of it, is not public",
        [DV_LACK_OUTSIDE] = "public, and not executed here: they count against the share"};
    if (!c->lacks[lack])
        return;
    printf("\nrefused as %s, %u: %s\n", dv_lack_names[lack], c->lacks[lack], meant[lack]);
    for (unsigned i = 0; i < dv_opcode_count; i++) {
        unsigned before = 0;
        while (before < i && !is_same_reason(before, i))
            before++;
        if (before == i && *reason_of(i) && dv_insns[dv_opcodes[i].insn].lack == lack)
            print_reason(i);
    }
}

/* Tenths of a percent, rounded down: 100.0 is all. */
static unsigned tenths(unsigned part, unsigned all)
{
    return all ? part * 1000u / all : 1000u;
}

void dv_coverage_print(const struct dv_coverage *c)
{
    unsigned share = tenths(c->executed, c->public);
    printf(
        "Of the %u rows of the published opcode table %u have a public meaning; of these %u are "
        "executed, %u.%u %%.\n%u of the executed always fault: they name a pipe that no core has, "
        "or a bad pair of a hard flag.\n\n",
        c->rows, c->public, c->executed, share / 10, share % 10, c->faults);
    printf("rows: %u\nmatched: %u\npublic: %u\nexecuted: %u\nalways_fault: %u\nrefused: %u\n",
           c->rows, c->matched, c->public, c->executed, c->faults, c->refused);
    for (unsigned i = 0; i < c->families; i++)
        printf("by_family.%s: %u\n", c->family[i], c->by_family[i]);
    for (unsigned i = 1; i < DV_FROMS; i++)
        if (c->by_bits[i])
            printf("by_bits.%s: %u\n", dv_from_name(i), c->by_bits[i]);
    printf("unexplained_bits: %u\n", c->unexplained_bits);
    for (unsigned lack = DV_LACK_UNKNOWN; lack < DV_LACKS; lack++)
        print_lack(c, lack);
}
