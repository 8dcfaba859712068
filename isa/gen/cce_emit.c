/* Writes dv/cce_intrinsics.h: one inline function a family that checks and issues, C++ overloads
 * over it, C11 macros over it (cce_macro.c); and the list of prototypes for docs/cce.md. */
#include "isa/gen/cce.h"

#include <stdlib.h>
#include <string.h>

/* ---- the shared functions -------------------------------------------------------------------- */

/* Every range once: a function that must not be called when a constant is out of it. */
static void emit_wrong(FILE *out, const struct families *all)
{
    struct names seen = {0};
    for (int i = 0; i < all->families; i++) {
        for (int k = 0; k < all->family[i].forms; k++) {
            const char *p = all->family[i].form[k].body;
            while ((p = strstr(p, "DV_CCE_"))) {
                size_t n = strcspn(p, ";");
                if (strncmp(p, "DV_CCE_STEP", 11))
                    intern(&seen, keep(p + 7, n - 7));
                p += n;
            }
        }
    }
    for (int i = 0; i < seen.n; i++)
        fprintf(out, "DV_CCE_WRONG_%s\n", seen.name[i]);
    fputc('\n', out);
}

static void emit_shared_arguments(FILE *out, const struct form *f)
{
    for (int i = 0; i < f->args; i++)
        fprintf(out, "%s%s, ", f->arg[i].pointer ? "const void *" : "uint64_t ", f->arg[i].name);
    fputs("const struct dv_cce_at *at)\n", out);
}

/* Every range of a form once more, behind its declarator: DV_CCE_FIT(..) as DV_CCE_TELL_FIT(..). */
static void emit_told(FILE *out, const char *of, const struct form *f)
{
    const char *p = f->body;
    while ((p = strstr(p, "DV_CCE_"))) {
        int n = (int)strcspn(p, ";");
        if (strncmp(p, "DV_CCE_STEP", 11))
            fprintf(out, "    %s%.*s\n", of, n - 7, p + 7);
        p += n;
    }
}

static void emit_condition(FILE *out, const struct form *f)
{
    int n = 0;
    for (int i = 0; i < f->args; i++) {
        const struct param *p = f->arg[i].from;
        if (p && p->place == PLACE_CHOICE)
            fprintf(out, "%s%s == %llu", n++ ? " && " : "if (", p->name,
                    (unsigned long long)p->equal);
    }
    fputs(n ? ") {\n" : "{\n", out);
}

/* One block an entry; what no entry means is refused by the parameter that chooses. */
static void emit_choices(FILE *out, const struct family *y)
{
    const struct form *open = NULL;
    const struct param *choice = NULL;
    uint64_t most = 0;
    uint32_t done[16];
    int n = 0;
    for (int i = 0; i < y->forms; i++) {
        const struct form *f = &y->form[i];
        int k = 0;
        while (k < n && done[k] != f->word)
            k++;
        if (k < n)
            continue;
        if (n == 16) {
            fail(f->cce->at, "cce %s: more than 16 entries", f->name);
            return;
        }
        done[n++] = f->word;
        if (!choice_of(f)) {
            open = f;
            continue;
        }
        choice = choice_of(f);
        most = choice->equal > most ? choice->equal : most;
        emit_condition(out, f);
        fprintf(out, "    const uint32_t w = 0x%08xu;\n%s    } else ", f->word, f->body);
    }
    if (open)
        fprintf(out, "{\n    const uint32_t w = 0x%08xu;\n%s    }\n", open->word, open->body);
    else
        fprintf(out, "{\n        dv_cce_unfit(\"%s\", (int64_t)%s, 0, %llu, at);\n    }\n",
                choice->name, choice->name, (unsigned long long)most);
}

static void emit_shared(FILE *out, const struct family *y)
{
    const struct form *f = &y->form[0];
    fprintf(out, "DV_CCE_INLINE %s dv_i_%s_%d(", f->cce->result ? "uint64_t" : "void", y->name,
            y->args);
    if (y->chosen) {
        emit_shared_arguments(out, f);
        fputs("{\n", out);
        emit_choices(out, y);
    } else {
        fputs("uint32_t w, ", out);
        emit_shared_arguments(out, f);
        emit_told(out, "DV_CCE_TELL_C_", f);
        fprintf(out, "{\n%s", f->body);
    }
    fputs("}\n", out);
    bool one = !y->chosen;
    for (int i = 1; i < y->forms; i++)
        one &= y->form[i].word == f->word;
    if (one)
        fprintf(out, "#define dv_w_%s_%d 0x%08xu\n", y->name, y->args, f->word);
    fputc('\n', out);
}

/* ---- C++ ------------------------------------------------------------------------------------- */

static void emit_cpp_argument(FILE *out, const struct argument *a)
{
    const char *element = a->element ? a->element : a->pointer ? "void" : "uint64_t";
    if (a->list)
        fprintf(out, "%s *const *%s, ", element, a->name);
    else if (a->pointer)
        fprintf(out, "%s%s *%s, ", a->constant ? "const " : "", element, a->name);
    else
        fprintf(out, "%s %s, ", element, a->name);
}

static const char *result_of(const struct form *f)
{
    const char *r = f->cce->result;
    return !r ? "void" : !strcmp(r, "s32") ? "int32_t" : !strcmp(r, "u64") ? "uint64_t" : "int64_t";
}

static void emit_overload(FILE *out, const struct family *y, const struct form *f)
{
    fprintf(out, "DV_CCE_INLINE %s %s(", result_of(f), f->name);
    for (int i = 0; i < f->args; i++)
        emit_cpp_argument(out, &f->arg[i]);
    fputs("dv_cce_place here = DV_CCE_HERE)\n", out);
    if (!y->chosen)
        emit_told(out, "DV_CCE_TELL_", f);
    fprintf(out, "{\n    const dv_cce_at at = {\"%s\", here.file, here.line};\n    ", f->name);
    if (f->cce->result)
        fprintf(out, "return (%s)", result_of(f));
    fprintf(out, "dv_i_%s_%d(", y->name, y->args);
    if (!y->chosen)
        fprintf(out, "0x%08xu, ", f->word);
    for (int i = 0; i < f->args; i++) {
        const struct argument *a = &f->arg[i];
        if (!a->pointer && a->element)
            fprintf(out, "dv_bits_%s(%s), ", bits_of(a->element), a->name);
        else
            fprintf(out, "%s, ", a->name);
    }
    fputs("&at);\n}\n", out);
}

static bool has_element(const struct family *y, int arg, const char *element)
{
    for (int i = 0; i < y->forms; i++)
        if (y->form[i].arg[arg].element && !strcmp(y->form[i].arg[arg].element, element))
            return true;
    return false;
}

/* A float would silently become an integer where half and integers are taken. */
static void emit_deleted(FILE *out, const struct family *y)
{
    bool mixed = y->args == 1 && !y->form[0].arg[0].pointer && has_element(y, 0, "half") &&
                 !has_element(y, 0, "float") && y->forms > 1;
    if (mixed)
        fprintf(out,
                "template <class T, DV_CCE_FLOATS(T)> void %s(T) = delete; /* say half(..) */\n",
                y->name);
}

/* Forms of a chosen family that differ in the word only are one overload. */
static bool emitted_before(const struct family *y, int form)
{
    for (int i = 0; i < form; i++) {
        bool equal = true;
        for (int k = 0; k < y->args; k++) {
            const char *a = y->form[i].arg[k].element, *b = y->form[form].arg[k].element;
            equal &= a == b || (a && b && !strcmp(a, b));
        }
        if (equal)
            return true;
    }
    return false;
}

void emit_cce_header(FILE *out, const struct isa *isa)
{
    struct families all = {0};
    struct isa copy = *isa;
    build_families(&copy, &all);
    fputs("/* Intrinsics of dav-c220, generated from isa/ by isa-gen: do not edit. Included by\n"
          " * dv/cce.h, which holds the types and macros used here. */\n"
          "#ifndef DV_CCE_INTRINSICS_H\n#define DV_CCE_INTRINSICS_H\n\n",
          out);
    emit_wrong(out, &all);
    for (int i = 0; i < all.families; i++)
        emit_shared(out, &all.family[i]);
    fputs("#ifdef __cplusplus\n\n", out);
    for (int i = 0; i < all.families; i++) {
        const struct family *y = &all.family[i];
        for (int k = 0; k < y->forms; k++)
            if (!emitted_before(y, k))
                emit_overload(out, y, &y->form[k]);
        emit_deleted(out, y);
        fputc('\n', out);
    }
    fputs("#else\n\n", out);
    emit_macros(out, &all);
    fputs("#endif\n\n#endif\n", out);
}

/* ---- the list -------------------------------------------------------------------------------- */

static const char *element_name(const struct argument *a)
{
    return a->element ? a->element : a->pointer ? "void" : "uint64_t";
}

/* Letter of an argument whose element varies: that of the first that always agrees; 0 = fixed. */
static char letter_of(const struct family *y, int arg)
{
    bool varies = false;
    for (int i = 1; i < y->forms; i++)
        varies |= strcmp(element_name(&y->form[i].arg[arg]), element_name(&y->form[0].arg[arg]));
    if (!varies)
        return 0;
    char letter = 'T';
    for (int k = 0; k < arg; k++) {
        bool equal = true;
        for (int i = 0; i < y->forms; i++)
            equal &= !strcmp(element_name(&y->form[i].arg[arg]), element_name(&y->form[i].arg[k]));
        char before = letter_of(y, k);
        if (before && equal)
            return before;
        letter = before >= letter ? (char)(before + 1) : letter;
    }
    return letter;
}

static void list_types(FILE *out, const struct family *y)
{
    struct names seen = {0};
    for (int i = 0; i < y->forms; i++) {
        const char *tuple = "";
        for (char letter = 'T'; letter < 'Z'; letter++) {
            for (int k = 0; k < y->args; k++) {
                if (letter_of(y, k) != letter)
                    continue;
                tuple = print_text("%s%s%s", tuple, *tuple ? "," : "",
                                   element_name(&y->form[i].arg[k]));
                break;
            }
        }
        if (*tuple)
            intern(&seen, tuple);
    }
    for (int i = 0; i < seen.n; i++)
        fprintf(out, "%s%s", i ? " " : "  T: ", seen.name[i]);
    fputc('\n', out);
}

/* First and last parameter that a packed form replaces; -1 without one. */
static void group_of(const struct form *f, int *first, int *last)
{
    *first = *last = -1;
    for (int i = 0; i < f->args && has_group(f->cce); i++) {
        const struct param *p = f->arg[i].from;
        if (p && p->place == PLACE_CONFIG && !p->behind) {
            *first = *first < 0 ? i : *first;
            *last = i;
        }
    }
}

static void list_argument(FILE *out, const struct family *y, int i)
{
    const struct argument *a = &y->form[0].arg[i];
    char letter[2] = {letter_of(y, i), 0};
    const char *element = *letter ? letter : element_name(a);
    int first, last;
    group_of(&y->form[0], &first, &last);
    fprintf(out, "%s%s", i ? ", " : "", i == first ? "[" : "");
    if (a->list)
        fprintf(out, "%s *%s[4]", element, a->name);
    else if (a->pointer)
        fprintf(out, "%s%s *%s", a->constant ? "const " : "", element, a->name);
    else if (a->element)
        fprintf(out, "%s %s", element, a->name);
    else
        fputs(a->name, out);
    if (i == last)
        fputc(']', out);
}

void emit_cce_list(FILE *out, const struct isa *isa)
{
    struct families all = {0};
    struct isa copy = *isa;
    build_families(&copy, &all);
    for (int i = 0; i < all.families; i++) {
        const struct family *y = &all.family[i];
        const char *result = y->form[0].cce->result ? result_of(&y->form[0]) : NULL;
        if (!strncmp(y->name, "dv_", 3) || y->form[0].packed)
            continue;
        fprintf(out, "%s(", y->name);
        for (int k = 0; k < y->args; k++)
            list_argument(out, y, k);
        fprintf(out, ")%s%s", result ? " -> " : "", result ? result : "");
        list_types(out, y);
    }
}
