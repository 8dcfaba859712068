/* The C11 side of dv/cce_intrinsics.h: function-like macros that choose the word and the conversion
 * of scalars by _Generic over what the pointers point to, and the form by the number of
 * parameters. */
#include "isa/gen/cce.h"

#include <string.h>

/* What a choice yields for one form. */
typedef const char *(*leaf)(const struct form *f, int arg);

static const char *word_leaf(const struct form *f, int arg)
{
    (void)arg;
    return print_text("0x%08xu", f->word);
}

static const char *bits_leaf(const struct form *f, int arg)
{
    return print_text("dv_bits_%s", bits_of(f->arg[arg].element));
}

struct pick {
    const struct family *y;
    leaf leaf;
    int arg; /* of the leaf */
};

static bool pointed(const struct form *f, int arg)
{
    return f->arg[arg].pointer && !f->arg[arg].list && f->arg[arg].element;
}

/* _Generic over argument `arg` and the pointers behind it, for the forms in `set`. */
static void emit_pick(FILE *out, const struct pick *p, const bool *set, int arg)
{
    const struct family *y = p->y;
    const char *text = NULL;
    for (int i = 0; i < y->forms && !text; i++)
        text = set[i] ? p->leaf(&y->form[i], p->arg) : NULL;
    while (arg < y->args && !pointed(&y->form[0], arg))
        arg++;
    if (arg == y->args) {
        fputs(text, out);
        return;
    }
    fprintf(out, "_Generic(*(%s)", y->form[0].arg[arg].name);
    struct names seen = {0};
    for (int i = 0; i < y->forms; i++) {
        const char *element = y->form[i].arg[arg].element;
        if (!set[i] || !element)
            continue;
        int before = seen.n;
        intern(&seen, element);
        if (seen.n == before)
            continue;
        bool sub[256] = {false};
        for (int k = 0; k < y->forms; k++)
            sub[k] = set[k] && y->form[k].arg[arg].element &&
                     !strcmp(y->form[k].arg[arg].element, element);
        fprintf(out, ", %s: ", element);
        emit_pick(out, p, sub, arg + 1);
    }
    /* A branch that is not taken must have a type all the same. */
    fputs(", default: dv_cce_no_such_types)", out);
}

static void emit_choice(FILE *out, const struct family *y, leaf yield, int arg)
{
    bool set[256] = {false};
    struct pick p = {y, yield, arg};
    for (int i = 0; i < y->forms; i++)
        set[i] = true;
    emit_pick(out, &p, set, 0);
}

static bool has_pointer(const struct family *y)
{
    for (int i = 0; i < y->args; i++)
        if (pointed(&y->form[0], i))
            return true;
    return false;
}

/* Scalars of alternatives that no pointer tells apart: by their own type. */
static void emit_own_type(FILE *out, const struct family *y, int arg)
{
    const char *name = y->form[0].arg[arg].name;
    bool integers = false;
    fprintf(out, "_Generic((%s)", name);
    for (int i = 0; i < y->forms; i++) {
        const char *element = y->form[i].arg[arg].element;
        if (strcmp(element, "half") && strcmp(element, "bfloat16_t") && strcmp(element, "float"))
            integers = true;
        else
            fprintf(out, ", %s: dv_bits_%s", element, bits_of(element));
    }
    fprintf(out, "%s)(%s), ",
            integers ? ", int: dv_bits_u64, unsigned: dv_bits_u64, "
                       "long: dv_bits_u64, unsigned long: dv_bits_u64"
                     : "",
            name);
}

static void emit_macro_argument(FILE *out, const struct family *y, int i)
{
    const struct argument *a = &y->form[0].arg[i];
    bool varies = false;
    for (int k = 1; k < y->forms; k++)
        varies |= a->element && strcmp(y->form[k].arg[i].element, a->element);
    if (a->pointer || !a->element) {
        fprintf(out, a->pointer ? "(%s), " : "(uint64_t)(%s), ", a->name);
    } else if (varies && !has_pointer(y)) {
        emit_own_type(out, y, i);
    } else if (varies) {
        emit_choice(out, y, bits_leaf, i);
        fprintf(out, "(%s), ", a->name);
    } else {
        fprintf(out, "dv_bits_%s(%s), ", bits_of(a->element), a->name);
    }
}

static void emit_macro(FILE *out, const struct family *y, const char *prefix, const char *suffix)
{
    const struct form *f = &y->form[0];
    fprintf(out, "#define %s%s%s(", prefix, y->name, suffix);
    for (int i = 0; i < y->args; i++)
        fprintf(out, "%s%s", i ? ", " : "", f->arg[i].name);
    fputs(") (", out);
    const char *r = f->cce->result;
    if (r)
        fprintf(out, "(%s)",
                !strcmp(r, "s32")   ? "int32_t"
                : !strcmp(r, "u64") ? "uint64_t"
                                    : "int64_t");
    fprintf(out, "dv_i_%s_%d(", y->name, y->args);
    if (!y->chosen) {
        emit_choice(out, y, word_leaf, 0);
        fputs(", ", out);
    }
    for (int i = 0; i < y->args; i++)
        emit_macro_argument(out, y, i);
    fprintf(out, "DV_CCE_AT(\"%s\")))\n", y->name);
}

void emit_macros(FILE *out, const struct families *all)
{
    for (int i = 0; i < all->families; i++) {
        const struct family *y = &all->family[i];
        int same_name = 0, first = -1;
        for (int k = 0; k < all->families; k++) {
            if (strcmp(all->family[k].name, y->name))
                continue;
            first = first < 0 ? k : first;
            same_name++;
        }
        if (same_name == 1) {
            emit_macro(out, y, "", "");
            continue;
        }
        emit_macro(out, y, "dv_c_", print_text("_%d", y->args));
        if (first == i)
            fprintf(out, "#define %s(...) DV_CCE_PICK(dv_c_%s_, __VA_ARGS__)\n", y->name, y->name);
    }
}
