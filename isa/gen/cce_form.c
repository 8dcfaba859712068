/* From the `cce` lines to C forms: every type, every value of a fixed field, every alternative,
 * unpacked and packed. Forms of one name and number of parameters are a family: they share the C
 * text behind the choice of the word, which is proved here by comparing it. */
#include "isa/gen/cce.h"

#include <stdlib.h>
#include <string.h>

/* ---- element types --------------------------------------------------------------------------- */

static const struct {
    const char *name, *c;
    int bits;
} elements[] = {{"s8", "int8_t", 8},     {"u8", "uint8_t", 8},    {"s16", "int16_t", 16},
                {"u16", "uint16_t", 16}, {"f16", "half", 16},     {"bf16", "bfloat16_t", 16},
                {"s32", "int32_t", 32},  {"u32", "uint32_t", 32}, {"f32", "float", 32},
                {"s64", "int64_t", 64},  {"u64", "uint64_t", 64}};
enum { ELEMENTS = sizeof elements / sizeof elements[0] };

static int find_element(const char *name)
{
    for (int i = 0; i < ELEMENTS; i++)
        if (!strcmp(elements[i].name, name))
            return i;
    return -1;
}

const char *bits_of(const char *element)
{
    for (int i = 0; i < ELEMENTS; i++)
        if (!strcmp(elements[i].c, element))
            return elements[i].name;
    return "u64";
}

/* Where we are in the expansion of a line. */
struct step {
    struct isa *isa;
    const struct insn *in;
    const struct cce *cce;
    int type, fixed, alternative, concrete; /* -1 = none */
    bool packed;
};

static const struct suffix *suffix_of(const struct step *s)
{
    if (s->type < 0)
        return NULL;
    return &s->isa->suffix[find_suffix(s->isa, s->in->type[s->type].name)];
}

/* "b16" when the type leaves the element open, else NULL. */
static const char *open_element(const struct step *s)
{
    const struct suffix *x = suffix_of(s);
    if (!x)
        return NULL;
    const char *src = elem_names[x->src], *dst = elem_names[x->dst];
    if (*src == 'b' && atoi(src + 1) > 4)
        return src;
    return *dst == 'b' && atoi(dst + 1) > 4 ? dst : NULL;
}

static bool listed(const struct step *s, int t)
{
    return !s->cce->some_types || s->cce->on[t];
}

/* May an open element be this one? Not when the row has a code for just that type. */
static bool may_be(const struct step *s, const char *open, int e)
{
    if (elements[e].bits != atoi(open + 1))
        return false;
    for (int t = 0; t < s->in->types; t++)
        if (!strcmp(s->in->type[t].name, elements[e].name))
            return false;
    return true;
}

/* C element of an element name, NULL = void. */
static const char *element_c(const struct step *s, const char *name)
{
    const char *open = open_element(s);
    int e = open && !strcmp(open, name) ? s->concrete : find_element(name);
    return e < 0 ? NULL : elements[e].c;
}

/* The s->alternative'th of "a|b"; the only one of "a". */
static const char *alternative_of(const struct step *s, const char *kind)
{
    for (int i = 0; i < s->alternative && strchr(kind, '|'); i++)
        kind = strchr(kind, '|') + 1;
    return keep(kind, strcspn(kind, "|"));
}

static int alternatives(const struct cce *c)
{
    int most = 1;
    for (int i = 0; i < c->params; i++) {
        int n = 1;
        for (const char *p = c->param[i].kind; p && (p = strchr(p, '|')); p++)
            n++;
        most = n > most ? n : most;
    }
    return most;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static const char *type_element(const struct step *s, bool written)
{
    const struct suffix *x = suffix_of(s);
    return x ? element_c(s, elem_names[written ? x->dst : x->src]) : NULL;
}

static void set_pointer(struct argument *a, const char *element, bool constant)
{
    a->pointer = true;
    a->element = element;
    a->constant = constant;
}

static void set_operand(const struct step *s, struct argument *a, const struct param *p)
{
    bool written = s->in->operand[p->index].rw & 2;
    const char *kind = p->kind ? alternative_of(s, p->kind) : NULL;
    if (kind && !strcmp(kind, "int"))
        return;
    set_pointer(a, kind ? element_c(s, kind) : type_element(s, written), !written);
    if (kind && strcmp(kind, "void") && !a->element)
        fail(s->cce->at, "cce %s: '%s' is no element", s->cce->name, kind);
}

static void set_slot(const struct step *s, struct argument *a, const struct param *p)
{
    const char *kind = p->kind ? alternative_of(s, p->kind) : "T";
    size_t n = strlen(kind);
    bool constant = strcmp(p->name, "dst");
    if (!strcmp(kind, "list")) {
        set_pointer(a, type_element(s, false), true);
        a->list = true;
    } else if (n && kind[n - 1] == '*') {
        const char *bare = keep(kind, n - 1);
        bool any = !strcmp(bare, "T");
        set_pointer(a, any ? type_element(s, false) : element_c(s, bare), constant);
    } else {
        a->element = !strcmp(kind, "T") ? type_element(s, false) : element_c(s, kind);
        if (!a->element)
            fail(s->cce->at, "cce %s: parameter %s has no type", s->cce->name, p->name);
    }
}

static void set_arguments(const struct step *s, struct form *f)
{
    const struct cce *c = s->cce;
    bool done = false;
    int last = -1;
    for (int i = 0; i < c->params; i++)
        if (c->param[i].place == PLACE_CONFIG && !c->param[i].behind)
            last = i;
    for (int i = 0; i < c->params; i++) {
        const struct param *p = &c->param[i];
        struct argument a = {.name = p->name, .from = p};
        bool group = (p->place == PLACE_CONFIG && !p->behind) ||
                     (p->place == PLACE_NOWHERE && i < last && done);
        if (s->packed && group) {
            int words = done ? 0 : s->isa->layout[s->in->bundle[0]].bits / 64;
            done = true;
            for (int w = 0; w < words; w++)
                f->arg[f->args++] = (struct argument){.name = words == 1 ? "config"
                                                              : w        ? "xt"
                                                                         : "xm",
                                                      .word = w};
            continue;
        }
        if (p->place == PLACE_OPERAND)
            set_operand(s, &a, p);
        else if (p->place == PLACE_SLOT)
            set_slot(s, &a, p);
        f->arg[f->args++] = a;
    }
}

/* ---- the name and the word ------------------------------------------------------------------- */

/* "f162s16a" of f16s16a, "deqs162b8" of deqs16b8: a 2 between source and destination. */
static const char *type_text(const struct step *s)
{
    const struct suffix *x = suffix_of(s);
    const char *name = s->in->type[s->type].name, *src = elem_names[x->src];
    const char *pair = strstr(name, print_text("%s%s", src, elem_names[x->dst]));
    if (!pair)
        return name;
    size_t n = (size_t)(pair - name) + strlen(src);
    return print_text("%s2%s", keep(name, n), name + n);
}

static const char *form_name(const struct step *s)
{
    const char *out = "", *p = s->cce->name;
    while (*p) {
        size_t n = strcspn(p, "{");
        out = print_text("%s%s", out, keep(p, n));
        p += n;
        if (!*p)
            break;
        n = strcspn(p, "}");
        bool type = !strncmp(p, "{type}", 6);
        out = print_text("%s%s", out, type ? type_text(s) : s->cce->fix_value[s->fixed].name);
        p += n + 1;
    }
    return out;
}

static void set_config_bits(struct form *f, const struct field *field, uint64_t v)
{
    for (int p = 0, left = field->width; p < field->pieces; p++) {
        int n = field->hi[p] - field->lo[p] + 1;
        left -= n;
        f->config[field->lo[p] / 64] |= (v >> left & ((1ull << n) - 1)) << (field->lo[p] & 63);
    }
}

/* Registers are x1 .. x4, the slots in order. */
static void set_word(const struct step *s, struct form *f)
{
    const struct layout *lay = &s->isa->layout[s->in->layout];
    const struct cce *c = s->cce;
    f->word = s->in->match;
    for (int i = 0; i < lay->fields; i++) {
        if (s->in->role[i] == ROLE_REG)
            f->word |= field_bits(&lay->field[i], (uint64_t)s->in->slot[i] + 1);
        if (s->in->role[i] == ROLE_TYPE)
            f->word |= field_bits(&lay->field[i], s->in->type[s->type].value);
        if (s->fixed >= 0 && !c->fix_config && c->fix == i)
            f->word |= field_bits(&lay->field[i], c->fix_value[s->fixed].value);
    }
    if (s->fixed >= 0 && c->fix_config)
        set_config_bits(f, &s->isa->layout[s->in->bundle[0]].field[c->fix],
                        c->fix_value[s->fixed].value);
}

/* ---- the C text of a form -------------------------------------------------------------------- */

static const char *join(const char *a, const char *b)
{
    if (!strcmp(a, "0"))
        return b;
    return strcmp(b, "0") ? print_text("%s | %s", a, b) : a;
}

/* A check of one parameter; `least` is negative for signed fields. */
static const char *range_text(const char *name, int64_t least, uint64_t most)
{
    if (least < 0)
        return print_text("    DV_CCE_SIGNED(%s, %lld, %llu);\n", name, (long long)least,
                          (unsigned long long)most);
    return print_text("    DV_CCE_FIT(%s, %llu);\n", name, (unsigned long long)most);
}

static uint64_t ones_of(int n)
{
    return n > 63 ? ~0ull : (1ull << n) - 1;
}

/* Bits lo .. hi of a field, taken from a parameter, into the two config words. */
static const char *config_text(const struct field *f, const struct argument *a, const char **word)
{
    const struct param *p = a->from;
    for (int i = 0, left = f->width; i < f->pieces; i++) {
        int n = f->hi[i] - f->lo[i] + 1;
        left -= n;
        int from = p->lo > left ? p->lo : left, to = p->hi < left + n - 1 ? p->hi : left + n - 1;
        if (to < from)
            continue;
        const char *v = a->name;
        if (from > p->lo)
            v = print_text("(%s >> %d)", v, from - p->lo);
        if (to < p->hi || f->is_signed)
            v = print_text("(%s & 0x%llxu)", v, (unsigned long long)ones_of(to - from + 1));
        int shift = (f->lo[i] & 63) + from - left, w = f->lo[i] / 64;
        word[w] = join(word[w], shift ? print_text("%s << %d", v, shift) : v);
    }
    int width = p->hi - p->lo + 1;
    if (width > 63)
        return "";
    if (f->is_signed)
        return range_text(a->name, -(int64_t)(1ull << (width - 1)), ones_of(width - 1));
    return range_text(a->name, 0, ones_of(width));
}

static const char *field_text(const struct field *f, const struct argument *a, const char **word)
{
    const char *v = f->bias ? print_text("(%s - %d)", a->name, f->bias) : a->name;
    int64_t least = f->is_signed ? -(int64_t)(1ull << (f->width - 1 + f->scale)) : 0;
    uint64_t most = (ones_of(f->width - f->is_signed) << f->scale) + (uint64_t)f->bias;
    if (f->has_range && (uint64_t)f->max < most)
        most = (uint64_t)f->max;
    for (int i = 0, left = f->width; i < f->pieces; i++) {
        int n = f->hi[i] - f->lo[i] + 1;
        left -= n;
        *word = print_text("%s | (uint32_t)(%s >> %d & 0x%llxu) << %d", *word, v, left + f->scale,
                           (unsigned long long)ones_of(n), f->lo[i]);
    }
    const char *step =
        f->scale ? print_text("    DV_CCE_STEP(%s, %d);\n", a->name, 1 << f->scale) : "";
    return print_text("%s%s", range_text(a->name, least, most), step);
}

static const char *pointer_text(const struct step *s, const struct argument *a)
{
    if (a->list)
        return print_text("dv_cce_list(%s, at)", a->name);
    const char *v = a->pointer ? print_text("dv_cce_ptr(%s)", a->name) : a->name;
    int lo = a->from->place == PLACE_OPERAND ? s->in->operand[a->from->index].lo : 0;
    return lo ? print_text("%s << %d", v, lo) : v;
}

/* Everything behind the choice of the word: checks, then the call. */
static const char *body_text(const struct step *s, const struct form *f)
{
    const struct layout *lay = &s->isa->layout[s->in->layout];
    const struct layout *bundle = s->in->bundle[0] < 0 ? NULL : &s->isa->layout[s->in->bundle[0]];
    const char *checks = "", *word = "w", *x[SLOTS] = {"0", "0", "0", "0"}, *cfg[2] = {"0", "0"};
    for (int i = 0; i < 2; i++)
        if (f->config[i])
            cfg[i] = print_text("0x%llxu", (unsigned long long)f->config[i]);
    for (int i = 0; i < f->args; i++) {
        const struct argument *a = &f->arg[i];
        const struct param *p = a->from;
        enum place place = p ? p->place : PLACE_WHOLE;
        if (place == PLACE_WHOLE)
            cfg[a->word] = join(cfg[a->word], a->name);
        else if (place == PLACE_CONFIG)
            checks = print_text("%s%s", checks, config_text(&bundle->field[p->index], a, cfg));
        else if (place == PLACE_FIELD)
            checks = print_text("%s%s", checks, field_text(&lay->field[p->index], a, &word));
        else if (place == PLACE_NOWHERE)
            checks = print_text("%s    (void)%s;\n", checks, a->name);
        else if (place == PLACE_OPERAND || place == PLACE_SLOT) {
            int slot = place == PLACE_SLOT ? p->index : s->in->operand[p->index].slot;
            x[slot] = join(x[slot], pointer_text(s, a));
        }
    }
    for (int i = 0; bundle && i < bundle->bits / 64; i++)
        x[s->in->bundle_slot[0][i]] = cfg[i];
    return print_text("%s    %sdv_cce_issue(%s,\n        %s,\n        %s,\n        %s,\n"
                      "        %s,\n        at);\n",
                      checks, s->cce->result ? "return " : "", word, x[0], x[1], x[2], x[3]);
}

/* ---- families -------------------------------------------------------------------------------- */

const struct param *choice_of(const struct form *f)
{
    for (int i = 0; i < f->args; i++)
        if (f->arg[i].from && f->arg[i].from->place == PLACE_CHOICE)
            return f->arg[i].from;
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_types(const struct form *a, const struct form *b)
{
    for (int i = 0; i < a->args; i++)
        if (!same_text(a->arg[i].element, b->arg[i].element) ||
            a->arg[i].pointer != b->arg[i].pointer)
            return false;
    return true;
}

static void add_form(struct families *all, const struct form *f)
{
    struct family *y = NULL;
    for (int i = 0; i < all->families && !y; i++)
        if (!strcmp(all->family[i].name, f->name) && all->family[i].args == f->args)
            y = &all->family[i];
    if (!y) {
        y = PUSH(all->family, all->families);
        y->name = f->name;
        y->args = f->args;
    }
    y->chosen |= choice_of(f) != NULL;
    for (int i = 0; i < y->forms; i++) {
        bool both = !y->chosen && same_types(&y->form[i], f);
        if (both && y->form[i].word != f->word) {
            fail(f->cce->at, "cce %s: one prototype, two instructions: %s and %s", f->name,
                 y->form[i].in->name, f->in->name);
            return;
        }
        if (both && strcmp(y->form[i].body, f->body))
            fail(f->cce->at, "cce %s: forms with %d parameters differ in where they go", f->name,
                 f->args);
        if (both)
            return;
    }
    *PUSH(y->form, y->forms) = *f;
}

static void check_family(const struct family *y)
{
    const char *body = NULL;
    for (int i = 0; i < y->forms; i++) {
        const struct form *f = &y->form[i];
        if (y->chosen && !choice_of(f))
            continue; /* its own word, checked when it is emitted */
        if (body && strcmp(body, f->body))
            fail(f->cce->at, "cce %s: forms with %d parameters differ in where they go", f->name,
                 f->args);
        body = f->body;
    }
}

static void make_form(const struct step *s, struct families *all)
{
    struct form f = {.in = s->in, .cce = s->cce, .name = form_name(s), .packed = s->packed};
    set_arguments(s, &f);
    set_word(s, &f);
    f.body = body_text(s, &f);
    add_form(all, &f);
}

/* A group of one field has no packed form: it would look like the other. */
bool has_group(const struct cce *c)
{
    int n = 0;
    for (int i = 0; i < c->params; i++)
        n += c->param[i].place == PLACE_CONFIG && !c->param[i].behind;
    return n > 1;
}

static void make_concrete(struct step *s, struct families *all)
{
    const char *open = open_element(s);
    for (int e = open ? 0 : -1; e < (open ? ELEMENTS : 0); e++) {
        if (open && !may_be(s, open, e))
            continue;
        s->concrete = e;
        for (s->alternative = 0; s->alternative < alternatives(s->cce); s->alternative++) {
            for (int packed = 0; packed <= has_group(s->cce); packed++) {
                s->packed = packed;
                make_form(s, all);
            }
        }
    }
}

static void make_line(struct isa *isa, const struct insn *in, const struct cce *c,
                      struct families *all)
{
    struct step s = {.isa = isa, .in = in, .cce = c};
    int fixes = c->fix_values ? c->fix_values : 1, types = in->types ? in->types : 1;
    for (int t = 0; t < types; t++) {
        s.type = in->types ? t : -1;
        if (in->types && !listed(&s, t))
            continue;
        for (int v = 0; v < fixes; v++) {
            s.fixed = c->fix_values ? v : -1;
            make_concrete(&s, all);
        }
    }
}

void build_families(struct isa *isa, struct families *out)
{
    for (int i = 0; i < isa->insns; i++)
        for (int k = 0; k < isa->insn[i].intrinsics; k++)
            if (!isa->insn[i].intrinsic[k].old)
                make_line(isa, &isa->insn[i], &isa->insn[i].intrinsic[k], out);
    for (int i = 0; i < out->families; i++)
        check_family(&out->family[i]);
}
