/* Writes what the checks proved: isa_gen.h (enums, lists, config structs) and isa_gen.c (tables).
 * Emits data and straight-line unpackers only, never control flow. */
#include "isa/gen/gen.h"

#include <string.h>

static const char *upper(const char *s)
{
    char *p = keep(s, strlen(s));
    for (char *q = p; *q; q++)
        *q = *q >= 'a' && *q <= 'z' ? (char)(*q - 32) : *q;
    return p;
}

static const char *lower(const char *s)
{
    char *p = keep(s, strlen(s));
    for (char *q = p; *q; q++)
        *q = *q >= 'A' && *q <= 'Z' ? (char)(*q + 32) : *q;
    return p;
}

/* A C string literal, NULL for NULL. */
static void literal(FILE *out, const char *s)
{
    if (!s) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', out);
        fputc(*s, out);
    }
    fputc('"', out);
}

/* ---- header ---------------------------------------------------------------------------------- */

/* "enum dv_TAG { DV_PREFIX_none, .. , DV_PREFIX_COUNT };" and the list without none. */
static void emit_names(FILE *out, const char *tag, const char *prefix, const struct names *set,
                       bool none)
{
    fprintf(out, "enum dv_%s {\n", tag);
    if (none)
        fprintf(out, "    DV_%s_none,\n", prefix);
    for (int i = 0; i < set->n; i++)
        fprintf(out, "    DV_%s_%s,\n", prefix, set->name[i]);
    fprintf(out, "    DV_%s_COUNT\n};\n", prefix);
    fprintf(out, "#define DV_%s_LIST(X)", prefix);
    for (int i = 0; i < set->n; i++)
        fprintf(out, " \\\n    X(%s)", set->name[i]);
    fputs("\n\n", out);
}

static uint64_t pipe_count(const struct isa *isa)
{
    const struct named *e = &isa->named[find_enum(isa, "pipe")];
    uint64_t n = 0;
    for (int i = 0; i < e->values; i++)
        if (e->value[i].value >= n)
            n = e->value[i].value + 1;
    return n;
}

static void emit_machine(FILE *out, const struct isa *isa)
{
    const struct named *e = &isa->named[find_enum(isa, "pipe")];
    fputs("enum dv_pipe {\n", out);
    for (int i = 0; i < e->values; i++)
        fprintf(out, "    DV_PIPE_%s = %llu,\n", upper(e->value[i].name),
                (unsigned long long)e->value[i].value);
    fprintf(out, "    DV_PIPE_COUNT = %llu\n};\n\nenum dv_space {\n",
            (unsigned long long)pipe_count(isa));
    for (int i = 0; i < isa->spaces; i++)
        fprintf(out, "    DV_SPACE_%s,\n", upper(isa->space[i].name));
    fputs("    DV_SPACE_COUNT\n};\n\nenum dv_spr_n {\n", out);
    for (int i = 0; i < isa->sprs; i++)
        fprintf(out, "    DV_SPR_N_%s = %d,\n", isa->spr[i].name, isa->spr[i].number);
    for (int kind = 0; kind < 2; kind++) {
        fprintf(out, kind ? "};\n\nenum dv_live_index {\n" : "};\n\nenum dv_env_index {\n");
        for (int i = 0; i < isa->sprs; i++)
            if (isa->spr[i].kind == kind)
                fprintf(out, "    DV_%s_%s,\n", kind ? "LIVE" : "ENV", isa->spr[i].name);
        fprintf(out, "    DV_%s_COUNT\n", kind ? "LIVE" : "ENV");
    }
    fputs("};\n\n", out);
}

/* Values of enums that C code names: DV_V_<enum>_<value>. */
static void emit_values(FILE *out, const struct isa *isa)
{
    for (int i = 0; i < isa->nameds; i++) {
        const struct named *e = &isa->named[i];
        if (!strcmp(e->name, "pipe"))
            continue;
        fprintf(out, "enum dv_v_%s {\n", e->name);
        for (int k = 0; k < e->values; k++)
            fprintf(out, "    DV_V_%s_%s = %llu,\n", e->name, e->value[k].name,
                    (unsigned long long)e->value[k].value);
        fputs("};\n\n", out);
    }
}

static bool named_field(const struct field *f)
{
    return !f->must_zero && !f->unexplained;
}

static void emit_piece(FILE *out, const struct field *f, int i, int left, bool unpack)
{
    int n = f->hi[i] - f->lo[i] + 1;
    unsigned long long m = n == 64 ? ~0ull : (1ull << n) - 1;
    if (unpack)
        fprintf(out, "(w[%d] >> %d & 0x%llxull) << %d", f->lo[i] / 64, f->lo[i] & 63, m, left);
    else
        fprintf(out, "    w[%d] |= ((uint64_t)c->%s >> %d & 0x%llxull) << %d;\n", f->lo[i] / 64,
                f->name, left, m, f->lo[i] & 63);
}

static const char *member_type(const struct field *f)
{
    if (f->width > 32)
        return f->is_signed ? "int64_t" : "uint64_t";
    return f->is_signed ? "int32_t" : "uint32_t";
}

static void emit_unpack(FILE *out, const struct layout *l)
{
    fprintf(out,
            "static inline struct dv_cfg_%s dv_unpack_%s(const uint64_t w[2])\n{\n"
            "    struct dv_cfg_%s c;\n    uint64_t v;\n",
            l->name, l->name, l->name);
    for (int i = 0; i < l->fields; i++) {
        const struct field *f = &l->field[i];
        if (!named_field(f))
            continue;
        fputs("    v = ", out);
        for (int p = 0, left = f->width; p < f->pieces; p++) {
            left -= f->hi[p] - f->lo[p] + 1;
            fputs(p ? " | " : "", out);
            emit_piece(out, f, p, left, true);
        }
        if (f->is_signed && f->width < 64)
            fprintf(out, ";\n    v = (v ^ 1ull << %d) - (1ull << %d)", f->width - 1, f->width - 1);
        fprintf(out, ";\n    c.%s = (%s)v;\n", f->name, member_type(f));
    }
    fputs("    return c;\n}\n\n", out);
}

static void emit_config(FILE *out, const struct layout *l)
{
    fprintf(out, "struct dv_cfg_%s {\n", l->name);
    for (int i = 0; i < l->fields; i++)
        if (named_field(&l->field[i]))
            fprintf(out, "    %s %s;\n", member_type(&l->field[i]), l->field[i].name);
    fputs("};\n\n", out);
    emit_unpack(out, l);
    fprintf(out,
            "static inline void dv_pack_%s(uint64_t w[2], const struct dv_cfg_%s *c)\n{\n"
            "    w[0] = w[1] = 0;\n",
            l->name, l->name);
    for (int i = 0; i < l->fields; i++) {
        const struct field *f = &l->field[i];
        for (int p = 0, left = f->width; named_field(f) && p < f->pieces; p++) {
            left -= f->hi[p] - f->lo[p] + 1;
            emit_piece(out, f, p, left, false);
        }
    }
    fputs("}\n\n", out);
}

int rows_of(const struct insn *in)
{
    bool both = in->on & 3 && in->on & 4;
    return both && (in->narrowed || in->bundle[0] != in->bundle[1]) ? 2 : 1;
}

void emit_header(FILE *out, const struct isa *isa)
{
    struct names types = {0}, insns = {0};
    fputs("/* Generated from isa/ by isa-gen: do not edit. */\n#ifndef DV_ISA_GEN_H\n"
          "#define DV_ISA_GEN_H\n\n#include <stdint.h>\n\n",
          out);
    emit_machine(out, isa);
    emit_values(out, isa);
    for (int i = 1; i < isa->suffixes; i++)
        intern(&types, isa->suffix[i].name);
    emit_names(out, "suffix", "T", &types, true);
    emit_names(out, "selector", "F", &isa->selector, false);
    emit_names(out, "sem_id", "SEM", &isa->sem, true);
    emit_names(out, "scalar_id", "SCALAR", &isa->scalar, true);
    emit_names(out, "engine", "ENGINE", &isa->engine, true);
    emit_names(out, "lane_id", "LANE", &isa->lane, true);
    emit_names(out, "access_id", "ACCESS", &isa->access, true);
    emit_names(out, "cost_id", "COST", &isa->cost, true);
    for (int i = 0; i < isa->insns; i++) {
        char second[64];
        intern(&insns, isa->insn[i].name);
        snprintf(second, sizeof second, "%s_c100", isa->insn[i].name);
        if (rows_of(&isa->insn[i]) == 2)
            intern(&insns, keep(second, strlen(second)));
    }
    emit_names(out, "insn_id", "INSN", &insns, false);
    for (int i = 0; i < isa->layouts; i++)
        if (isa->layout[i].bits != 32)
            emit_config(out, &isa->layout[i]);
    fputs("#endif\n", out);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void emit_field(FILE *out, const struct field *f)
{
    fputs("    {.name = ", out);
    literal(out, f->name);
    if (f->alias)
        fprintf(out, ", .alias = \"%s\"", f->alias);
    fputs(", .piece = {", out);
    for (int i = 0; i < f->pieces; i++)
        fprintf(out, "%s{%d, %d}", i ? ", " : "", f->hi[i], f->lo[i]);
    fprintf(
        out,
        "}, .pieces = %d, .width = %d, .unit = %d, .enum_id = %d,\n     "
        ".is_signed = %d, .has_default = %d, .must_zero = %d, .unexplained = %d, .is_rel = %d,\n"
        "     .scale = %d, .bias = %d, .def = 0x%llxull, .min = (uint64_t)%lldll, "
        ".max = (uint64_t)%lldll},\n",
        f->pieces, f->width, f->unit, f->enum_id, f->is_signed, f->has_default, f->must_zero,
        f->unexplained, f->is_rel, f->scale, f->bias, (unsigned long long)f->def,
        (long long)(f->has_range ? f->min : 1), (long long)(f->has_range ? f->max : 0));
}

static void emit_layouts(FILE *out, const struct isa *isa)
{
    int configs = 0;
    for (int i = 0; i < isa->layouts; i++) {
        const struct layout *l = &isa->layout[i];
        fprintf(out, "static const struct dv_field field_%s[] = {\n", l->name);
        for (int k = 0; k < l->fields; k++)
            emit_field(out, &l->field[k]);
        fprintf(out,
                "};\nstatic const struct dv_layout layout_%s = {\"%s\", %d, %d, field_%s};\n\n",
                l->name, l->name, l->bits, l->fields, l->name);
    }
    fputs("const struct dv_layout *const dv_layouts[] = {\n", out);
    for (int i = 0; i < isa->layouts; i++)
        if (isa->layout[i].bits != 32)
            configs++, fprintf(out, "    &layout_%s,\n", isa->layout[i].name);
    fprintf(out, "    NULL\n};\nconst unsigned dv_layout_count = %d;\n\n", configs);
}

static void emit_lists(FILE *out, const struct isa *isa)
{
    for (int i = 0; i < isa->nameds; i++) {
        fprintf(out, "static const struct dv_enum_value value_%s[] = {\n", isa->named[i].name);
        for (int k = 0; k < isa->named[i].values; k++)
            fprintf(out, "    {\"%s\", %llu},\n", isa->named[i].value[k].name,
                    (unsigned long long)isa->named[i].value[k].value);
        fputs("};\n", out);
    }
    fputs("const struct dv_enum dv_enums[] = {\n", out);
    for (int i = 0; i < isa->nameds; i++)
        fprintf(out, "    {\"%s\", %d, value_%s},\n", isa->named[i].name, isa->named[i].values,
                isa->named[i].name);
    fprintf(out, "};\nconst unsigned dv_enum_count = %d;\n\nconst struct dv_spr dv_sprs[] = {\n",
            isa->nameds);
    for (int i = 0; i < isa->sprs; i++) {
        const struct spr *s = &isa->spr[i];
        fprintf(out, "    {\"%s\", %d, %d, %d, %d, 0x%llxull},\n", s->name, s->number, s->kind,
                s->index, s->from, (unsigned long long)s->reset);
    }
    fputs("};\nconst uint8_t dv_spr_places[DV_SPR_NUMBERS] = {\n", out);
    for (int i = 0; i < isa->sprs; i++)
        fprintf(out, "    [%d] = %d,\n", isa->spr[i].number, i + 1);
    fprintf(out,
            "};\nconst unsigned dv_spr_count = %d;\n\nconst struct dv_type dv_types[] = {\n"
            "    {\"\", 0, 0, 0},\n",
            isa->sprs);
    for (int i = 1; i < isa->suffixes; i++)
        fprintf(out, "    {\"%s\", %d, %d, %d},\n", isa->suffix[i].name, isa->suffix[i].src,
                isa->suffix[i].dst, isa->suffix[i].round);
    fprintf(out,
            "};\nconst unsigned dv_type_count = %d;\n\n"
            "const struct dv_space_info dv_spaces[] = {\n",
            isa->suffixes);
    for (int i = 0; i < isa->spaces; i++)
        fprintf(out, "    {\"%s\", %d, %d},\n", isa->space[i].name, i, isa->space[i].align);
    fputs("};\n\nconst char *const dv_pipe_names[] = {\n", out);
    for (uint64_t i = 0; i < pipe_count(isa); i++) {
        const char *name = enum_text(&isa->named[find_enum(isa, "pipe")], i, false);
        fprintf(out, "    \"%s\",\n", name ? lower(name) : "");
    }
    fputs("};\n\n", out);
}

static int role_number(int role)
{
    return role - ROLE_FREE; /* enum dv_role in isa/table.h */
}

/* Types of a row and how the table spells them; `after` is the end of its name. */
static void emit_types(FILE *out, const struct insn *in, const char *after)
{
    bool some = *after && in->narrowed;
    const char *comma = "";
    fprintf(out, "static const struct dv_type_code type_%s%s[] = {", in->name, after);
    for (int i = 0; i < in->types; i++)
        if (!some || in->on_c100[i]) {
            fprintf(out, "%s{%llu, DV_T_%s}", comma, (unsigned long long)in->type[i].value,
                    in->type[i].name);
            comma = ", ";
        }
    fprintf(out, "};\nstatic const char *const spell_%s%s[] = {", in->name, after);
    for (int i = 0; i < in->types; i++)
        if (!some || in->on_c100[i])
            literal(out, in->type[i].text), fputs(", ", out);
    fputs("};\n", out);
}

static int types_of(const struct insn *in, const char *after)
{
    int n = 0;
    for (int i = 0; i < in->types; i++)
        n += !*after || !in->narrowed || in->on_c100[i];
    return n;
}

static void emit_only(FILE *out, const struct insn *in)
{
    fprintf(out, "static const struct dv_only only_%s[] = {\n", in->name);
    for (int i = 0; i < in->onlys; i++) {
        const struct only *o = &in->only[i];
        fprintf(out, "    {\"%s\", %d, {", o->text, o->fields);
        for (int k = 0; k < o->fields; k++)
            fprintf(out, "%s%d", k ? ", " : "", o->field[k]);
        fputs("}, {", out);
        for (int k = 0; k < o->fields; k++)
            fprintf(out, "%s0x%xu", k ? ", " : "", o->values[k]);
        fputs("}},\n", out);
    }
    fputs("};\n", out);
}

/* The arrays one entry points to. */
static void emit_parts(FILE *out, const struct isa *isa, const struct insn *in)
{
    const struct layout *l = &isa->layout[in->layout];
    int sel = 0;
    if (in->types)
        emit_types(out, in, "");
    if (in->types && rows_of(in) == 2)
        emit_types(out, in, "_c100");
    if (in->onlys)
        emit_only(out, in);
    fprintf(out, "static const struct dv_var var_%s[] = {\n", in->name);
    for (int i = 0; i < l->fields; i++) {
        if (in->role[i] < ROLE_FREE)
            continue;
        int at = in->role[i] == ROLE_REG ? in->slot[i] : in->role[i] == ROLE_SEL ? sel++ : 0;
        fprintf(out, "    {%d, %d, %d, %d},\n", i, role_number(in->role[i]), at, in->in_row[i]);
    }
    fprintf(out, "    {0, 0, 0, 0}\n};\nstatic const int8_t sel_%s[DV_F_COUNT + 1] = {", in->name);
    for (int i = 0; i < isa->selector.n; i++) {
        int at = -1;
        for (int k = 0; k < in->selectors; k++)
            if (!strcmp(l->field[in->selector[k]].name, isa->selector.name[i]))
                at = k;
        fprintf(out, "%d, ", at);
    }
    fputs("-1};\n\n", out);
}

static void emit_operands(FILE *out, const struct insn *in)
{
    fprintf(out, "     .operands = %d, .operand = {", in->operands);
    for (int i = 0; i < in->operands; i++) {
        const struct operand *o = &in->operand[i];
        fprintf(out, "%s{\"%s\", %d, %d, %d, %d, %d, %d}", i ? ", " : "", o->name, o->rw, o->space,
                o->slot, o->hi, o->lo, o->align);
    }
    fputs("},\n", out);
}

static const struct names *sem_names(const struct isa *isa, int exec, const char **prefix)
{
    *prefix = exec == EXEC_SCALAR ? "SCALAR" : exec == EXEC_ENGINE ? "ENGINE" : "SEM";
    return exec == EXEC_SCALAR ? &isa->scalar : exec == EXEC_ENGINE ? &isa->engine : &isa->sem;
}

/* Only executed entries keep the number of their function: what it means depends on exec. */
static void emit_meaning(FILE *out, const struct isa *isa, const struct insn *in)
{
    const char *prefix;
    const struct names *set = sem_names(isa, in->exec, &prefix);
    bool runs = in->exec <= EXEC_ITEM;
    fprintf(out,
            "     .exec = %d, .sem = DV_%s_%s, .lane = DV_LANE_%s, .access = DV_ACCESS_%s, "
            ".cost = DV_COST_%s,\n",
            in->exec, prefix, runs && in->sem ? set->name[in->sem - 1] : "none",
            in->lane ? isa->lane.name[in->lane - 1] : "none",
            in->access ? isa->access.name[in->access - 1] : "none",
            in->cost ? isa->cost.name[in->cost - 1] : "none");
    fprintf(out,
            "     .uses = 0x%llxull, .live = 0x%llxu, .from_bits = %d, .from_bundle = %d, "
            ".from_sem = %d, .from_time = %d,\n     .selector = sel_%s},\n",
            (unsigned long long)in->uses, (unsigned long long)in->live, in->from[AT_BITS],
            in->from[AT_BUNDLE], in->from[AT_SEM], in->from[AT_TIME], in->name);
}

static bool type_in_row(const struct insn *in)
{
    for (int i = 0; i < 32; i++)
        if (in->role[i] == ROLE_TYPE && in->in_row[i])
            return true;
    return false;
}

static void emit_insn(FILE *out, const struct isa *isa, const struct insn *in, unsigned on, int b,
                      const char *after)
{
    const struct layout *l = &isa->layout[in->layout];
    const char *texts[] = {in->form, in->table,  in->unit,   in->doc,
                           in->cce,  in->reason, in->instead};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    fprintf(out, "    {\"%s%s\", \"%s\", ", in->name, after, in->stem);
    for (int i = 0; i < TEXTS; i++)
        literal(out, texts[i]), fputs(i < TEXTS - 1 ? ",\n     " : ",\n", out);
    fprintf(out, "     .lack = %d,\n", in->lack);
    if (in->onlys)
        fprintf(out, "     .only = only_%s, .onlys = %d,\n", in->name, in->onlys);
    fprintf(out, "     .match = 0x%08xu, .mask = 0x%08xu, .layout = &layout_%s,\n", in->match,
            in->mask, l->name);
    if (in->types)
        fprintf(out, "     .type = type_%s%s, ", in->name, after);
    fprintf(out, " .types = %d, .type_in_row = %d, .on = %u, .pipe = %d, ", types_of(in, after),
            type_in_row(in), on, in->pipe);
    if (in->pipe_field >= 0)
        fprintf(out, ".pipe_field = DV_F_%s + 1,\n", l->field[in->pipe_field].name);
    else
        fputs(".pipe_field = 0,\n", out);
    emit_operands(out, in);
    if (in->bundle[b] >= 0)
        fprintf(out, "     .bundle = &layout_%s, .bundle_slot = {%d, %d},\n",
                isa->layout[in->bundle[b]].name, in->bundle_slot[b][0],
                in->bundle_slot[b][1] < 0 ? 0 : in->bundle_slot[b][1]);
    emit_meaning(out, isa, in);
}

static void emit_row(FILE *out, const struct isa *isa, const struct insn *in, const char *after)
{
    int vars = 0;
    for (int i = 0; i < isa->layout[in->layout].fields; i++)
        vars += in->role[i] >= ROLE_FREE;
    fprintf(out, "    {0x%08xu, %d, var_%s, ", in->row_mask, vars, in->name);
    if (in->types)
        fprintf(out, "spell_%s%s},\n", in->name, after);
    else
        fputs("NULL},\n", out);
}

static int bit_count(uint32_t v)
{
    int n = 0;
    for (; v; v &= v - 1)
        n++;
    return n;
}

/* Row numbers by top byte, more mask bits first, then definition order. */
static void emit_index(FILE *out, const struct isa *isa)
{
    int first[257] = {0}, n = 0;
    fputs("const uint16_t dv_top_rows[] = {", out);
    for (uint32_t top = 0; top < 256; top++) {
        first[top] = n;
        for (int bits = 32; bits >= 0; bits--) {
            for (int i = 0, row = 0; i < isa->insns; row += rows_of(&isa->insn[i]), i++) {
                const struct insn *in = &isa->insn[i];
                if (bit_count(in->row_mask) != bits || ((top << 24 ^ in->match) & in->mask) >> 24)
                    continue;
                for (int k = 0; k < rows_of(in); k++)
                    fprintf(out, "%s%d,", n++ % 16 ? " " : "\n    ", row + k);
            }
        }
    }
    first[256] = n;
    fputs("\n    0\n};\nconst uint16_t dv_top_first[257] = {", out);
    for (int i = 0; i <= 256; i++)
        fprintf(out, "%s%d,", i % 16 ? " " : "\n    ", first[i]);
    fputs("\n};\n\n", out);
}

static void emit_insns(FILE *out, const struct isa *isa)
{
    int rows = 0, examples = 0;
    for (int i = 0; i < isa->insns; i++)
        emit_parts(out, isa, &isa->insn[i]);
    fputs("const struct dv_insn dv_insns[] = {\n", out);
    for (int i = 0; i < isa->insns; i++) {
        const struct insn *in = &isa->insn[i];
        bool two = rows_of(in) == 2;
        rows += rows_of(in);
        emit_insn(out, isa, in, two ? in->on & 3 : in->on, in->on & 3 ? 0 : 1, "");
        if (two)
            emit_insn(out, isa, in, 4, 1, "_c100");
    }
    fprintf(out, "};\nconst unsigned dv_insn_count = %d;\n\nconst struct dv_row dv_rows[] = {\n",
            rows);
    for (int i = 0; i < isa->insns; i++)
        for (int k = 0; k < rows_of(&isa->insn[i]); k++)
            emit_row(out, isa, &isa->insn[i], k ? "_c100" : "");
    fputs("};\n\nconst struct dv_example dv_examples[] = {\n", out);
    for (int i = 0; i < isa->insns; i++) {
        for (int k = 0; k < isa->insn[i].exs; k++, examples++) {
            fprintf(out, "    {DV_INSN_%s, 0x%08xu, ", isa->insn[i].name, isa->insn[i].ex[k].word);
            literal(out, isa->insn[i].ex[k].text);
            fputs("},\n", out);
        }
    }
    fprintf(out, "};\nconst unsigned dv_example_count = %d;\n\n", examples);
}

void emit_tables(FILE *out, const struct isa *isa)
{
    fputs("/* Generated from isa/ by isa-gen: do not edit. */\n#include \"isa/table.h\"\n\n", out);
    fprintf(out, "const unsigned dv_isa_version = %d;\n\n", isa->version);
    emit_layouts(out, isa);
    emit_lists(out, isa);
    emit_insns(out, isa);
    emit_index(out, isa);
    emit_opcodes(out, isa);
}
