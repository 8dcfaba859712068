/* What an entry does: operands, config words, special registers, cost class, meaning, provenance,
 * documentation. The other half of insn.c, which calls these functions key by key. */
#include "isa/gen/gen.h"

#include <stdlib.h>
#include <string.h>

static const char *const aspect_names[] = {"bits", "bundle", "sem", "time"};

enum { C100 = 4 }; /* mask of kinds */

/* ---- operands and config --------------------------------------------------------------------- */

/* "xd" or "xd[63:32]". */
static bool parse_reg(struct isa *isa, struct insn *in, struct operand *o, const char *word)
{
    size_t n = strcspn(word, "[");
    char *name = keep(word, n), *end;
    int i = find_field(layout_of(isa, in), name);
    o->slot = slot_of(name);
    o->hi = 63;
    if (o->slot < 0 || i < 0 || in->role[i] != ROLE_REG)
        return false;
    if (!word[n])
        return true;
    o->hi = (int)strtol(word + n + 1, &end, 10);
    o->lo = *end == ':' ? (int)strtol(end + 1, &end, 10) : -1;
    return !strcmp(end, "]") && o->hi < 64 && o->lo >= 0 && o->lo <= o->hi;
}

void take_operand(struct isa *isa, struct insn *in, const struct line *l)
{
    struct operand o = {.rw = l->word[0][0] == 'w' ? 2 : !strcmp(l->word[0], "rw") ? 3 : 1};
    if (in->operands == OPERANDS) {
        fail(l->at, "an instruction has at most %d address operands", OPERANDS);
        return;
    }
    if (l->words < 4) {
        fail(l->at, "an operand is written: %s NAME SPACE REGISTER [align=N]", l->word[0]);
        return;
    }
    o.name = l->word[1];
    o.space = find_space(isa, l->word[2]);
    check_name(l->at, "operand", o.name, 15, false);
    if (o.space < 0)
        fail(l->at, "there is no space '%s'", l->word[2]);
    if (!parse_reg(isa, in, &o, l->word[3]))
        fail(l->at, "'%s' is no register of layout %s", l->word[3], layout_of(isa, in)->name);
    for (int i = 4; i < l->words; i++) {
        const char *value, *key = split_pair(l->word[i], &value);
        uint64_t v = 0;
        if (strcmp(key, "align") || !value || !parse_number(value, &v) || !v || v > 4096 ||
            (v & (v - 1)))
            fail(l->at, "operand %s: '%s' is not align=N, N a power of two", o.name, l->word[i]);
        o.align = (int)v;
    }
    for (int i = 0; i < in->operands; i++)
        if (!strcmp(in->operand[i].name, o.name))
            fail(l->at, "operand %s is defined twice", o.name);
    in->operand[in->operands++] = o;
}

static void set_bundle(struct isa *isa, struct insn *in, const struct line *l, int which, int lay,
                       int regs)
{
    if (in->bundle[which] >= 0) {
        fail(l->at, "two bundles for one core");
        return;
    }
    in->bundle[which] = lay;
    for (int i = 0; i < regs; i++) {
        const char *name = l->word[3 + i];
        int f = find_field(layout_of(isa, in), name), slot = slot_of(name);
        if (slot < 0 || f < 0 || in->role[f] != ROLE_REG)
            fail(l->at, "'%s' is no register of layout %s", name, layout_of(isa, in)->name);
        else
            in->bundle_slot[which][i] = slot;
    }
}

void take_bundle(struct isa *isa, struct insn *in, const struct line *l)
{
    int words = l->words;
    unsigned which = 3;
    if (words > 2 && !strcmp(l->word[words - 2], "on")) {
        which = !strcmp(l->word[words - 1], "c220")   ? 1
                : !strcmp(l->word[words - 1], "c100") ? 2
                                                      : 0;
        if (!which)
            fail(l->at, "bundle on '%s' is not c220 or c100", l->word[words - 1]);
        words -= 2;
    }
    int lay = words > 2 ? find_layout(isa, l->word[2]) : -1;
    if (words < 4 || strcmp(l->word[1], "cfg") || words > 5) {
        fail(l->at, "a bundle is written: bundle cfg LAYOUT REGISTER [REGISTER] [on c220|c100]");
    } else if (lay < 0) {
        fail(l->at, "there is no layout %s", l->word[2]);
    } else if (isa->layout[lay].bits == 32 || isa->layout[lay].bits / 64 != words - 3) {
        fail(l->at, "layout %s of %d bits does not ride in %d register%s", l->word[2],
             isa->layout[lay].bits, words - 3, words == 4 ? "" : "s");
    } else {
        for (int i = 0; i < 2; i++)
            if (which >> i & 1)
                set_bundle(isa, in, l, i, lay, words - 3);
    }
}

/* ---- meaning --------------------------------------------------------------------------------- */

static const char *one_name(const struct line *l, int i, const char *what)
{
    const char *name = l->words > i ? l->word[i] : "";
    return check_name(l->at, what, name, 31, false) ? name : NULL;
}

void take_access(struct isa *isa, struct insn *in, const struct line *l)
{
    const char *name = one_name(l, 1, "access");
    if (name)
        in->access = intern(&isa->access, name) + 1;
}

void take_cost(struct isa *isa, struct insn *in, const struct line *l)
{
    const char *name = one_name(l, 1, "cost");
    if (name)
        in->cost = intern(&isa->cost, name) + 1;
}

/* sem unsupported KIND REASON .. */
static void take_lack(struct insn *in, const struct line *l)
{
    const char *kind = l->words > 2 ? l->word[2] : "";
    in->lack = !strcmp(kind, "unknown")   ? LACK_UNKNOWN
               : !strcmp(kind, "outside") ? LACK_OUTSIDE
                                          : LACK_NONE;
    in->reason = l->words > 3 ? strstr(rest(l), kind) + strlen(kind) + 1 : "?";
    if (!in->lack)
        fail(l->at, "sem unsupported needs a kind, unknown or outside, before its reason");
    else if (l->words < 4)
        fail(l->at, "sem unsupported needs a reason");
}

void take_sem(struct isa *isa, struct insn *in, const struct line *l)
{
    const char *w = l->words > 1 ? l->word[1] : "";
    struct names *set = &isa->sem;
    in->exec = EXEC_ITEM;
    if (!strcmp(w, "unsupported")) {
        in->exec = EXEC_UNSUPPORTED;
        take_lack(in, l);
        return;
    }
    if (!strcmp(w, "scalar"))
        in->exec = EXEC_SCALAR, set = &isa->scalar;
    else if (!strcmp(w, "engine"))
        in->exec = EXEC_ENGINE, set = &isa->engine;
    int at = in->exec == EXEC_ITEM ? 1 : 2;
    const char *name = one_name(l, at, "sem");
    if (name)
        in->sem = intern(set, name) + 1;
    const char *lane = l->words > at + 1 ? one_name(l, at + 1, "lane") : NULL;
    if (lane)
        in->lane = intern(&isa->lane, lane) + 1;
    if (l->words > at + 2)
        fail(l->at, "sem takes a function and at most one lane");
}

/* MASK names MASK0 and MASK1: a name followed by digits stands for all of them. */
static bool spr_in_family(const struct spr *s, const char *name)
{
    size_t n = strlen(name);
    return !strcmp(s->name, name) ||
           (!strncmp(s->name, name, n) && s->name[n] >= '0' && s->name[n] <= '9');
}

void take_sprs(struct isa *isa, struct insn *in, const struct line *l)
{
    int kind = l->word[0][0] == 'u' ? 0 : 1;
    for (int i = 1; i < l->words; i++) {
        uint64_t set = 0;
        bool wrong = false;
        for (int k = 0; k < isa->sprs; k++) {
            const struct spr *s = &isa->spr[k];
            if (!spr_in_family(s, l->word[i]))
                continue;
            wrong |= s->kind != kind;
            set |= 1ull << s->index;
        }
        if (!set && !wrong)
            fail(l->at, "there is no special register %s", l->word[i]);
        else if (wrong)
            fail(l->at, "%s is no %s register; '%s' lists those only", l->word[i],
                 kind ? "pipe" : "issue", l->word[0]);
        else if (kind)
            in->live |= set;
        else
            in->uses |= set;
    }
}

void take_from(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    for (int i = 1; i < l->words; i++) {
        const char *value, *key = split_pair(l->word[i], &value);
        int a = 0;
        while (a < ASPECTS && strcmp(aspect_names[a], key))
            a++;
        if (a == ASPECTS || !value)
            fail(l->at, "'%s' is not bits=, bundle=, sem= or time=", l->word[i]);
        else if ((in->from[a] = from_number(value)) < 0)
            fail(l->at, "provenance '%s' is unknown", value);
    }
    for (int a = 0; a < ASPECTS; a++)
        if (!in->from[a] && (a != AT_BUNDLE || in->bundle[0] >= 0 || in->bundle[1] >= 0))
            fail(l->at, "from lacks %s=", aspect_names[a]);
    bool ours = in->on == C100 && in->unit && strcmp(in->unit, "SU") && strcmp(in->unit, "FC");
    if (ours && in->from[AT_BITS] != from_number("ours"))
        fail(l->at, "bits of a c100-only %s word are ours by rule", in->unit);
    for (int a = 0; a < ASPECTS && in->exec != EXEC_UNSUPPORTED; a++)
        if (in->from[a] == from_number("unknown")) {
            in->exec = EXEC_UNKNOWN;
            in->lack = LACK_UNKNOWN;
            in->reason = a == AT_SEM ? "its meaning is not public" : "no public evidence for it";
        }
}

/* ---- the rest -------------------------------------------------------------------------------- */

void take_over(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    for (int i = 1; i < l->words; i++)
        *PUSH(in->over, in->overs) = l->word[i];
}

/* How the opcode table lists an entry that is no plain row of it. */
void take_rows(struct isa *isa, struct insn *in, const struct line *l)
{
    const struct layout *lay = layout_of(isa, in);
    for (int i = 1; i < l->words; i++) {
        const char *value, *name = split_pair(l->word[i], &value);
        int field = find_field(lay, name);
        uint64_t mask = 0;
        if (!strcmp(name, "none") && !value)
            in->unlisted = true;
        else if (!strcmp(name, "mask") && value && parse_number(value, &mask) && mask <= UINT32_MAX)
            in->table_mask = (uint32_t)mask;
        else if (!strcmp(name, "with") && value)
            in->with = value;
        else if (!value && field >= 0 && in->role[field] == ROLE_TYPE)
            in->listed[field] = 1;
        else
            fail(l->at, "rows: '%s' is not 'none', with=NAME, mask=MASK or 'type'", l->word[i]);
    }
}

void take_ex(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    const char *text = rest(l), *eq = strrchr(text, '=');
    uint64_t word = 0;
    if (!eq || eq == text || strncmp(eq, "= 0x", 4) || !parse_number(eq + 2, &word) ||
        word > UINT32_MAX || strlen(eq) != 12) {
        fail(l->at, "an example is written: ex TEXT = 0x12345678");
        return;
    }
    size_t n = (size_t)(eq - text);
    while (n && text[n - 1] == ' ')
        n--;
    *PUSH(in->ex, in->exs) = (struct example){l->at, keep(text, n), (uint32_t)word};
}

void take_instead(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    in->instead = rest(l);
    if (!*in->instead)
        fail(l->at, "instead is empty");
}

/* "l0a|l0b" as a mask of the values of a field's enum. */
static uint32_t only_values(struct isa *isa, const struct field *f, const struct line *l,
                            const char *text)
{
    uint32_t set = 0;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "|");
        const char *name = keep(p, n);
        const struct named *e = &isa->named[f->enum_id - 1];
        int i = 0;
        while (i < e->values && strcmp(e->value[i].name, name))
            i++;
        if (i == e->values || e->value[i].value > 31)
            fail(l->at, "only: %s is no value of %s", name, f->name);
        else
            set |= 1u << e->value[i].value;
        p += n + (p[n] == '|');
    }
    return set;
}

/* A combination of selector values that is legal; without `only` all are. */
void take_only(struct isa *isa, struct insn *in, const struct line *l)
{
    const struct layout *lay = layout_of(isa, in);
    struct only *o = PUSH(in->only, in->onlys);
    o->text = rest(l);
    if (l->words < 2 || l->words > 5)
        fail(l->at, "only takes one to four FIELD=VALUE[|VALUE ..]");
    for (int i = 1; i < l->words && i < 5; i++) {
        const char *value, *name = split_pair(l->word[i], &value);
        int f = find_field(lay, name);
        if (f < 0 || !value || in->role[f] != ROLE_SEL || !lay->field[f].enum_id) {
            fail(l->at, "only: '%s' is not FIELD=VALUE of a selector with an enum", l->word[i]);
            return;
        }
        o->field[o->fields] = f;
        o->values[o->fields++] = only_values(isa, &lay->field[f], l, value);
    }
}

void take_doc(struct isa *isa, struct insn *in, const struct line *l)
{
    (void)isa;
    in->doc = rest(l);
    if (!*in->doc)
        fail(l->at, "doc is empty");
}
