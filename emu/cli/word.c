/* Explains one word: match, legality, operands, text. Owns the record of `dv isa --word`; all
 * facts come from the tables. */
#include "emu/cli/word.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool dv_insn_executed(const struct dv_insn *in)
{
    return in->exec == DV_EXEC_SCALAR || in->exec == DV_EXEC_ENGINE || in->exec == DV_EXEC_ITEM;
}

static bool is_register(const char *name)
{
    return name[0] == 'x' && name[1] && strchr("dnmt", name[1]) && !name[2];
}

static bool has_register(const struct dv_layout *l, const char *slot)
{
    return dv_layout_field(l, slot, 2) != NULL;
}

__attribute__((format(printf, 2, 3))) static void add(struct dv_word *w, const char *fmt, ...)
{
    va_list ap;
    if (w->operands == DV_WORD_OPERANDS)
        return;
    va_start(ap, fmt);
    vsnprintf(w->operand[w->operands++], sizeof w->operand[0], fmt, ap);
    va_end(ap);
}

/* Registers in the order XD XN XM XT, then what else the text of the instruction names. */
static void operands(struct dv_word *w, const struct dv_op *op)
{
    static const char *const slots[DV_SLOTS] = {"xd", "xn", "xm", "xt"};
    const struct dv_layout *l = w->insn->layout;
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (has_register(l, slots[i]) && strstr(w->insn->form, slots[i]))
            add(w, "X%u", op->x[i]);
    for (unsigned i = 0; i < l->fields; i++) {
        const struct dv_field *f = &l->field[i];
        char place[48];
        uint64_t raw[2] = {w->word, 0};
        if (f->must_zero || f->unexplained || !f->name || is_register(f->name) ||
            !strcmp(f->name, "type"))
            continue;
        snprintf(place, sizeof place, "{%s}", f->name);
        if (!strstr(w->insn->form, place))
            continue;
        uint64_t v = dv_field_get(f, raw);
        const char *name = f->enum_id ? dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)v) : NULL;
        if (name)
            add(w, "%s=%s", f->name, name);
        else if (f->is_signed)
            add(w, "%s=%" PRId64, f->name, (int64_t)v);
        else
            add(w, "%s=%" PRIu64, f->name, v);
    }
}

static void unmatched(struct dv_word *w)
{
    const struct dv_insn *other = dv_isa_match(w->word, DV_ON_ANY);
    if (other)
        snprintf(w->reason, sizeof w->reason, "%s exists, but not on this kind of core",
                 other->name);
    else
        snprintf(w->reason, sizeof w->reason, "no row of the opcode table matches");
}

void dv_word_explain(struct dv_word *out, uint32_t word, unsigned kinds)
{
    struct dv_op op;
    struct dv_diag d;
    memset(out, 0, sizeof *out);
    dv_diag_init(&d);
    out->word = word;
    out->insn = dv_isa_match(word, kinds);
    if (!out->insn) {
        unmatched(out);
        return;
    }
    dv_isa_spell(out->insn, word, out->mnemonic, sizeof out->mnemonic);
    out->pipe = dv_pipe_json(out->insn->pipe);
    out->legal = !dv_isa_decode(word, kinds, &op, NULL, &d);
    out->executed = out->legal && dv_insn_executed(out->insn);
    if (!out->legal) {
        snprintf(out->reason, sizeof out->reason, "%.250s", d.text);
        return;
    }
    out->pipe = dv_pipe_json(op.pipe);
    out->type = op.type ? dv_types[op.type].name : NULL;
    operands(out, &op);
    dv_isa_print(&op, DV_NO_PC, out->text, sizeof out->text);
    if (!out->executed)
        snprintf(out->reason, sizeof out->reason, "%.250s",
                 out->insn->reason ? out->insn->reason : "not executed");
}

static void provenance(struct dv_json *j, const struct dv_insn *in)
{
    if (!in) {
        dv_json_null(j, "from");
        return;
    }
    dv_json_open(j, "from", '{');
    dv_json_text(j, "bits", in->from_bits ? dv_from_name(in->from_bits) : NULL);
    dv_json_text(j, "bundle", in->from_bundle ? dv_from_name(in->from_bundle) : NULL);
    dv_json_text(j, "sem", in->from_sem ? dv_from_name(in->from_sem) : NULL);
    dv_json_text(j, "time", in->from_time ? dv_from_name(in->from_time) : NULL);
    dv_json_close(j, '}');
}

void dv_word_json(struct dv_json *j, const struct dv_word *w)
{
    char hex[16];
    const struct dv_insn *in = w->insn;
    snprintf(hex, sizeof hex, "0x%08" PRIx32, w->word);
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "word", hex);
    dv_json_text(j, "mnemonic", in ? w->mnemonic : NULL);
    dv_json_text(j, "name", in ? in->name : NULL);
    dv_json_text(j, "type", w->type);
    dv_json_text(j, "pipe", w->pipe);
    dv_json_text(j, "unit", in ? in->unit : NULL);
    dv_json_open(j, "operands", '[');
    for (unsigned i = 0; i < w->operands; i++)
        dv_json_text(j, NULL, w->operand[i]);
    dv_json_close(j, ']');
    dv_json_text(j, "text", *w->text ? w->text : NULL);
    dv_json_text(j, "layout", in ? in->layout->name : NULL);
    dv_json_bool(j, "legal", w->legal);
    dv_json_bool(j, "executed", w->executed);
    dv_json_text(j, "reason", *w->reason ? w->reason : NULL);
    provenance(j, in);
    dv_json_close(j, '}');
}

static void row(const char *key, const char *value)
{
    if (value && *value)
        printf("%s: %s\n", key, value);
}

void dv_word_print(const struct dv_word *w)
{
    printf("word: 0x%08" PRIx32 "\n", w->word);
    row("mnemonic", w->mnemonic);
    row("name", w->insn ? w->insn->name : NULL);
    row("type", w->type);
    row("pipe", w->pipe);
    row("unit", w->insn ? w->insn->unit : NULL);
    if (w->operands) {
        printf("operands:");
        for (unsigned i = 0; i < w->operands; i++)
            printf(" %s", w->operand[i]);
        printf("\n");
    }
    row("text", w->text);
    row("layout", w->insn ? w->insn->layout->name : NULL);
    printf("legal: %s\nexecuted: %s\n", w->legal ? "true" : "false",
           w->executed ? "true" : "false");
    row("reason", w->reason);
    if (w->insn)
        printf("from: bits %s, meaning %s, time %s\n", dv_from_name(w->insn->from_bits),
               dv_from_name(w->insn->from_sem), dv_from_name(w->insn->from_time));
}
