/* dv isa NAME: one instruction as a page of the manual. All facts come from the tables. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/manual.h"

static void print_pieces(const struct dv_field *f)
{
    for (unsigned i = 0; i < f->pieces; i++) {
        if (f->piece[i].hi == f->piece[i].lo)
            printf("%s%u", i ? " " : "", f->piece[i].hi);
        else
            printf("%s%u:%u", i ? " " : "", f->piece[i].hi, f->piece[i].lo);
    }
}

static void print_field(const struct dv_field *f)
{
    static const char *const units[] = {"", " bytes", " blocks of 32 bytes", " elements",
                                        " fractals"};
    printf("    ");
    print_pieces(f);
    printf("  %s", f->must_zero     ? "-  must be zero"
                   : f->unexplained ? "?  accepted, unexplained"
                                    : f->name);
    if (f->must_zero || f->unexplained) {
        printf("\n");
        return;
    }
    printf("%s", units[f->unit <= DV_UNIT_FRACTALS ? f->unit : 0]);
    if (f->has_default)
        printf(", default %" PRIu64, f->def);
    if (f->min <= f->max && f->max != UINT64_MAX && (f->min || f->max))
        printf(", %" PRIu64 "..%" PRIu64, f->min, f->max);
    if (f->enum_id)
        printf(", %s", dv_enums[f->enum_id - 1].name);
    if (f->alias)
        printf(", also %s", f->alias);
    printf("\n");
}

static void print_layout(const char *title, const struct dv_layout *l)
{
    if (!l)
        return;
    printf("  %s %s, %u bits\n", title, l->name, l->bits);
    for (unsigned i = 0; i < l->fields; i++)
        print_field(&l->field[i]);
}

static void print_kinds(unsigned on)
{
    static const char *const names[DV_KINDS] = {"aic", "aiv", "c100"};
    printf("  cores     ");
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (on & DV_ON(k))
            printf(" %s", names[k]);
    printf("\n");
}

static void print_operands(const struct dv_insn *in)
{
    static const char *const slots[] = {"xd", "xn", "xm", "xt"};
    for (unsigned i = 0; i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        printf("  operand    %s: %s %s at [%s]", o->name,
               o->rw == (DV_READ | DV_WRITE) ? "reads and writes"
               : o->rw == DV_WRITE           ? "writes"
                                             : "reads",
               dv_spaces[o->space].name, slots[o->slot]);
        if (o->lo || o->hi != 63)
            printf(" bits %u:%u", o->hi, o->lo);
        if (o->align)
            printf(", aligned to %u bytes", o->align);
        printf("\n");
    }
}

static void print_types(const struct dv_insn *in)
{
    if (!in->types)
        return;
    printf("  types     ");
    for (unsigned i = 0; i < in->types; i++)
        printf(" %s=%u", dv_types[in->type[i].type].name, in->type[i].code);
    printf("\n");
}

static void print_examples(const struct dv_insn *in)
{
    for (unsigned i = 0; i < dv_example_count; i++)
        if (&dv_insns[dv_examples[i].insn] == in)
            printf("  example    0x%08" PRIx32 "  %s\n", dv_examples[i].word, dv_examples[i].text);
}

static const char *from_or_none(unsigned from)
{
    return from ? dv_from_name(from) : "none";
}

static void print_insn(const struct dv_insn *in)
{
    printf("%s\n  text       %s\n  table      %s (%s)\n  value      0x%08" PRIx32
           " mask 0x%08" PRIx32 "\n",
           in->name, in->form, in->table, in->unit, in->match, in->mask);
    if (in->pipe_field)
        printf("  pipe       chosen by a field of the word\n");
    else
        printf("  pipe       %s\n", dv_pipe_json(in->pipe));
    print_kinds(in->on);
    print_types(in);
    print_operands(in);
    print_layout("word      ", in->layout);
    print_layout("config    ", in->bundle);
    print_examples(in);
    printf("  from       bits %s, config %s, meaning %s, time %s\n", from_or_none(in->from_bits),
           from_or_none(in->from_bundle), from_or_none(in->from_sem), from_or_none(in->from_time));
    if (in->reason)
        printf("  executed   no: %s\n", in->reason);
    else
        printf("  executed   yes\n");
    printf("\n  %s\n\n", in->doc);
}

bool dv_manual_print(const char *name)
{
    bool found = false;
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        if (strcasecmp(in->name, name) && strcasecmp(in->stem, name))
            continue;
        print_insn(in);
        found = true;
    }
    return found;
}

void dv_manual_list(void)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        printf("%-32s %-5s %-7s %s\n", in->name, in->unit, dv_pipe_json(in->pipe),
               in->reason ? "defined" : "executed");
    }
}
