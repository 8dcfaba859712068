/* Instruction entries: from the lines of a block to a resolved struct insn.
 *
 * One small function a key, called in the order of the table at the end, so that each may rely on
 * what the keys before it resolved. What needs two entries or an example is check.c's. */
#include "isa/gen/gen.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"aic", "aiv", "c100"};
static const char *const unit_names[] = {"SU", "FC", "SIMD", "MTE", "CUBE", "FIXP"};
static const char *const slot_names[] = {"xd", "xn", "xm", "xt"};

int slot_of(const char *name)
{
    for (int i = 0; i < SLOTS; i++)
        if (!strcmp(slot_names[i], name))
            return i;
    return -1;
}

struct layout *layout_of(struct isa *isa, const struct insn *in)
{
    return &isa->layout[in->layout];
}

/* The text of a line behind its first word. */
const char *rest(const struct line *l)
{
    const char *p = l->text + strcspn(l->text, " ");
    return p + strspn(p, " ");
}

/* ---- word and type --------------------------------------------------------------------------- */

static void set_role(struct insn *in, const struct field *f, int i)
{
    if (f->must_zero || f->unexplained)
        in->role[i] = ROLE_GAP;
    else if (slot_of(f->name) >= 0)
        in->role[i] = ROLE_REG, in->slot[i] = (uint8_t)slot_of(f->name);
    else if (!strcmp(f->name, "imm") || f->is_rel)
        in->role[i] = ROLE_IMM;
    else
        in->role[i] = ROLE_SEL;
}

static void fix_field(struct insn *in, const struct layout *l, struct at at, const char *word)
{
    const char *value, *key = split_pair(word, &value);
    int i = find_field(l, key);
    uint64_t v = 0;
    if (i < 0 || !strcmp(key, "-") || !strcmp(key, "?")) {
        fail(at, "layout %s has no field %s", l->name, key);
    } else if (value && !strcmp(value, "?")) {
        in->role[i] = ROLE_FREE;
    } else if (!value || !parse_number(value, &v)) {
        fail(at, "'%s' is not field=number or field=?", word);
    } else if (v >> l->field[i].width) {
        fail(at, "value %s does not fit field %s of %d bits", value, key, l->field[i].width);
    } else if (in->role[i] == ROLE_FIXED) {
        fail(at, "field %s is fixed twice", key);
    } else {
        in->role[i] = ROLE_FIXED;
        in->fixed_value[i] = v;
        in->mask |= field_bits(&l->field[i], ~0ull);
        in->match |= field_bits(&l->field[i], v);
    }
}

static void take_word(struct isa *isa, struct insn *in, const struct line *l)
{
    in->layout = l->words > 1 ? find_layout(isa, l->word[1]) : -1;
    if (in->layout >= 0 && layout_of(isa, in)->bits != 32) {
        fail(l->at, "layout %s has %d bits; a word has 32", l->word[1], layout_of(isa, in)->bits);
        in->layout = -1;
        return;
    }
    if (in->layout < 0) {
        fail(l->at, "there is no layout %s", l->words > 1 ? l->word[1] : "given");
        return;
    }
    const struct layout *lay = layout_of(isa, in);
    for (int i = 0; i < lay->fields; i++)
        set_role(in, &lay->field[i], i);
    for (int i = 2; i < l->words; i++)
        fix_field(in, lay, l->at, l->word[i]);
}

static void take_type(struct isa *isa, struct insn *in, const struct line *l)
{
    int i = find_field(layout_of(isa, in), "type");
    if (i < 0 || in->role[i] == ROLE_FIXED) {
        fail(l->at, "layout %s has no free field type", layout_of(isa, in)->name);
        return;
    }
    in->role[i] = ROLE_TYPE;
    for (int k = 1; k < l->words; k++) {
        const char *value, *name = split_pair(l->word[k], &value);
        uint64_t code = 0;
        if (!value || !parse_number(value, &code))
            fail(l->at, "'%s' is not suffix=code", l->word[k]);
        else if (find_suffix(isa, name) < 0)
            fail(l->at, "suffix %s names no element types; write a suffix line", name);
        else if (code >> layout_of(isa, in)->field[i].width)
            fail(l->at, "code %s does not fit field type of %d bits", value,
                 layout_of(isa, in)->field[i].width);
        for (int t = 0; t < in->types; t++) {
            if (!strcmp(in->type[t].name, name))
                fail(l->at, "type %s is listed twice", name);
            else if (in->type[t].value == code)
                fail(l->at, "types %s and %s share code %s", in->type[t].name, name, value);
        }
        if (in->types == TYPES)
            fail(l->at, "more than %d types", TYPES);
        else
            *PUSH(in->type, in->types) = (struct pair){l->at, name, code, name};
    }
}

/* The types that c100 has; without this line it has all of them. */
static void take_c100(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    in->narrowed = true;
    for (int i = 1; i < l->words; i++) {
        int t = 0;
        while (t < in->types && strcmp(in->type[t].name, l->word[i]))
            t++;
        if (t == in->types)
            fail(l->at, "c100 '%s' is no type of the entry", l->word[i]);
        else if (in->on_c100[t])
            fail(l->at, "c100 type %s is listed twice", l->word[i]);
        else
            in->on_c100[t] = true;
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Calls back for each {field} of a template; -1 = no such variable field. */
static bool each_hole(struct isa *isa, struct insn *in, const struct line *l, const char *text,
                      void (*hole)(struct insn *, int field))
{
    const struct layout *lay = layout_of(isa, in);
    for (const char *p = text; (p = strchr(p, '{')); p++) {
        size_t n = strcspn(p, "}");
        if (!p[n] || n < 2 || memchr(p + 1, '{', n - 1)) {
            fail(l->at, "unclosed or empty { in '%s'", text);
            return false;
        }
        if (p[1] >= 'A' && p[1] <= 'Z')
            continue; /* literal: the opcode table itself prints HEBCE_{SRC}_TO_OUT */
        char *name = keep(p + 1, n - 1);
        int i = find_field(lay, name);
        if (i < 0 || in->role[i] < ROLE_TYPE) {
            fail(l->at, "{%s} is no variable field of layout %s", name, lay->name);
            return false;
        }
        hole(in, i);
    }
    return true;
}

static void mark_used(struct insn *in, int field)
{
    in->used[field]++;
}
static void mark_row(struct insn *in, int field)
{
    in->in_row[field] = 1;
}

static void take_asm(struct isa *isa, struct insn *in, const struct line *l)
{
    in->form = rest(l);
    in->stem = keep(in->form, strcspn(in->form, " .{"));
    for (const char *p = in->stem; *p; p++)
        if (*p >= 'A' && *p <= 'Z') {
            fail(l->at, "assembly is written in lower case: %s", in->stem);
            return;
        }
    if (!check_name(l->at, "mnemonic", in->stem, 47, false))
        return;
    if (!each_hole(isa, in, l, in->form, mark_used))
        return;
    const struct layout *lay = layout_of(isa, in);
    int imms = 0;
    for (int i = 0; i < lay->fields; i++) {
        imms += in->role[i] == ROLE_IMM;
        bool named = in->used[i] || (in->role[i] == ROLE_TYPE && in->types == 1);
        if (in->used[i] > 1)
            fail(l->at, "{%s} appears twice", lay->field[i].name);
        if (in->role[i] >= ROLE_TYPE && !named)
            fail(l->at, "field %s is neither fixed nor in the asm form nor free (%s=?)",
                 lay->field[i].name, lay->field[i].name);
    }
    if (imms > 1)
        fail(l->at, "an instruction has at most one immediate");
}

static void take_table(struct isa *isa, struct insn *in, const struct line *l)
{
    in->table = rest(l);
    each_hole(isa, in, l, in->table, mark_row);
    for (int i = 0; i < layout_of(isa, in)->fields; i++) {
        const struct field *f = &layout_of(isa, in)->field[i];
        if (in->in_row[i] && in->role[i] != ROLE_TYPE && !f->enum_id)
            fail(l->at, "{%s} in a table spelling must be a type or have an enum", f->name);
    }
}

static void take_spell(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    for (int i = 1; i < l->words; i++) {
        const char *value, *name = split_pair(l->word[i], &value);
        int t = 0;
        while (t < in->types && strcmp(in->type[t].name, name))
            t++;
        if (t == in->types || !value)
            fail(l->at, "spell '%s' is not TYPE=TEXT of a listed type", l->word[i]);
        else
            in->type[t].text = value;
    }
}

/* ---- where it runs --------------------------------------------------------------------------- */

static void take_kinds(struct insn *in, const struct line *l, int first)
{
    for (int i = first; i < l->words; i++) {
        int k = 0;
        while (k < 3 && strcmp(kind_names[k], l->word[i]))
            k++;
        if (k == 3)
            fail(l->at, "core kind '%s' is not aic, aiv or c100", l->word[i]);
        else if (in->on >> k & 1)
            fail(l->at, "core kind %s is listed twice", l->word[i]);
        else
            in->on |= 1u << k;
    }
}

static void take_pipe(struct isa *isa, struct insn *in, const struct line *l)
{
    const char *w = l->words > 1 ? l->word[1] : "";
    if (*w == '{') {
        char *name = keep(w + 1, strcspn(w + 1, "}"));
        in->pipe_field = find_field(layout_of(isa, in), name);
        int e = find_enum(isa, "pipe") + 1;
        if (in->pipe_field < 0 || in->role[in->pipe_field] != ROLE_SEL ||
            layout_of(isa, in)->field[in->pipe_field].enum_id != e) {
            fail(l->at, "pipe %s is no selector of enum pipe", w);
            in->pipe_field = -1;
        }
        in->pipe = 0;
    } else {
        in->pipe = pipe_number(isa, w);
        if (in->pipe < 0)
            fail(l->at, "there is no pipe '%s'", w);
    }
    if (l->words > 2 && strcmp(l->word[2], "on"))
        fail(l->at, "'%s' after the pipe is not 'on'", l->word[2]);
    else
        take_kinds(in, l, 3);
}

static void take_unit(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    in->unit = l->words == 2 ? l->word[1] : "";
    for (size_t i = 0; i < sizeof unit_names / sizeof unit_names[0]; i++)
        if (!strcmp(unit_names[i], in->unit))
            return;
    fail(l->at, "unit '%s' is not SU, FC, SIMD, MTE, CUBE or FIXP", in->unit);
}

static void take_on(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    take_kinds(in, l, 1);
}

enum { ONCE = 1, NEEDED = 2 };

static const struct key {
    const char *name;
    void (*take)(struct isa *, struct insn *, const struct line *);
    int rule;
} keys[] = {
    {"word", take_word, ONCE | NEEDED},
    {"type", take_type, 0},
    {"c100", take_c100, ONCE},
    {"asm", take_asm, ONCE | NEEDED},
    {"table", take_table, ONCE},
    {"spell", take_spell, 0},
    {"pipe", take_pipe, ONCE | NEEDED},
    {"unit", take_unit, ONCE | NEEDED},
    {"on", take_on, ONCE},
    {"write", take_operand, 0},
    {"read", take_operand, 0},
    {"rw", take_operand, 0},
    {"bundle", take_bundle, 0},
    {"access", take_access, ONCE},
    {"uses", take_sprs, 0},
    {"live", take_sprs, 0},
    {"cost", take_cost, ONCE},
    {"sem", take_sem, ONCE | NEEDED},
    {"cce", take_cce, 0},
    {"from", take_from, ONCE | NEEDED},
    {"only", take_only, 0},
    {"instead", take_instead, ONCE},
    {"over", take_over, 0},
    {"rows", take_rows, ONCE},
    {"ex", take_ex, NEEDED},
    {"doc", take_doc, ONCE | NEEDED},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static void check_keys(const struct block *b)
{
    for (int i = 0; i < b->lines; i++) {
        int k = 0;
        while (k < KEYS && strcmp(keys[k].name, b->line[i].word[0]))
            k++;
        if (k == KEYS)
            fail(b->line[i].at, "unknown key '%s'", b->line[i].word[0]);
    }
}

/* Applies one key to all its lines; false when the entry makes no sense without it. */
static bool take_key(struct isa *isa, struct insn *in, const struct key *key)
{
    int seen = 0, before = fail_count;
    for (int i = 0; i < in->block->lines; i++) {
        const struct line *l = &in->block->line[i];
        if (strcmp(l->word[0], key->name))
            continue;
        if (seen++ && key->rule & ONCE)
            fail(l->at, "%s: '%s' is given twice", in->name, key->name);
        else
            key->take(isa, in, l);
    }
    if (!seen && key->rule & NEEDED)
        fail(in->at, "%s: missing '%s'", in->name, key->name);
    return fail_count == before || key->take != take_word;
}

/* Operands may stand in any order with each other: keep that of the text. */
static void take_operands(struct isa *isa, struct insn *in)
{
    for (int i = 0; i < in->block->lines; i++) {
        const struct line *l = &in->block->line[i];
        if (!strcmp(l->word[0], "write") || !strcmp(l->word[0], "read") ||
            !strcmp(l->word[0], "rw"))
            take_operand(isa, in, l);
    }
}

static void take_selectors(struct isa *isa, struct insn *in)
{
    const struct layout *l = layout_of(isa, in);
    for (int i = 0; i < l->fields; i++) {
        if (in->role[i] != ROLE_SEL)
            continue;
        if (l->field[i].width > 8)
            fail(in->at, "%s: selector %s is wider than 8 bits", in->name, l->field[i].name);
        if (in->selectors == SELECTORS) {
            fail(in->at, "%s: more than %d selectors", in->name, SELECTORS);
            return;
        }
        intern(&isa->selector, l->field[i].name);
        in->selector[in->selectors++] = i;
    }
}

static void finish(struct isa *isa, struct insn *in)
{
    const struct layout *l = layout_of(isa, in);
    take_selectors(isa, in);
    in->row_mask = in->mask;
    for (int i = 0; i < l->fields; i++)
        if (in->in_row[i]) {
            in->listed[i] = 1;
            in->row_mask |= field_bits(&l->field[i], ~0ull);
        }
    if (!in->table) {
        char *upper = keep(in->name, strlen(in->name));
        for (char *p = upper; *p; p++)
            *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
        in->table = upper;
    }
    if (!in->on)
        fail(in->at, "%s: missing 'on'", in->name);
    if (in->narrowed && !(in->on & 3 && in->on & 4))
        fail(in->at, "%s: 'c100' narrows an entry of aic or aiv that is on c100 too", in->name);
    if (in->instead && !in->reason)
        fail(in->at, "%s: 'instead' is for what is refused", in->name);
    if (!in->instead && in->lack == LACK_UNKNOWN)
        fail(in->at, "%s: what is refused as unknown needs 'instead'", in->name);
    if (in->exec == EXEC_ITEM && !in->access)
        fail(in->at, "%s: an item needs 'access'", in->name);
    if (in->exec == EXEC_ITEM && !in->cost)
        fail(in->at, "%s: an item needs 'cost'", in->name);
    bool scalar = in->exec == EXEC_SCALAR;
    if (scalar && (in->access || in->cost || in->operands || in->bundle[0] >= 0 || in->pipe))
        fail(in->at,
             "%s: a scalar instruction runs on pipe S without access, cost, operands "
             "and bundle",
             in->name);
}

static void build_insn(struct isa *isa, const struct block *b)
{
    struct insn in = {.at = b->head.at,
                      .block = b,
                      .layout = -1,
                      .pipe = -1,
                      .pipe_field = -1,
                      .bundle = {-1, -1},
                      .bundle_slot = {{-1, -1}, {-1, -1}},
                      .name = b->head.words == 2 ? b->head.word[1] : ""};
    if (!check_name(in.at, "insn", in.name, 47, false))
        return;
    for (int i = 0; i < isa->insns; i++)
        if (!strcmp(isa->insn[i].name, in.name))
            fail(in.at, "insn %s is defined twice", in.name);
    int before = fail_count;
    check_keys(b);
    for (int k = 0; k < KEYS; k++) {
        if (keys[k].take == take_operand) {
            if (!strcmp(keys[k].name, "write"))
                take_operands(isa, &in);
        } else if (!take_key(isa, &in, &keys[k]) || in.layout < 0) {
            return;
        }
    }
    if (fail_count == before)
        finish(isa, &in);
    *PUSH(isa->insn, isa->insns) = in;
}

void build_insns(struct isa *isa, const struct text *t)
{
    for (int i = 0; i < t->blocks; i++)
        if (!strcmp(t->block[i].head.word[0], "insn"))
            build_insn(isa, &t->block[i]);
}
