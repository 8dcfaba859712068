/* Intrinsics: what the `cce` lines of the entries say (cce.c), the C forms they make (cce_form.c)
 * and the header written from them (cce_emit.c, cce_macro.c). The grammar of a line stands in
 * docs/isa-definition.md, "Intrinsics". */
#ifndef DV_GEN_CCE_H
#define DV_GEN_CCE_H

#include "isa/gen/gen.h"

/* Where a parameter goes. */
enum place {
    PLACE_OPERAND, /* index: operand */
    PLACE_CONFIG,  /* index: field of the config layout, bits lo .. hi of it */
    PLACE_WHOLE,   /* the config word as it is */
    PLACE_SLOT,    /* index: register slot */
    PLACE_FIELD,   /* index: field of the word */
    PLACE_NOWHERE, /* ignored */
    PLACE_CHOICE   /* this entry is meant when it equals `equal` */
};

struct param {
    const char *name, *kind; /* kind: behind the colon, NULL = by the entry */
    enum place place;
    int index, hi, lo;
    bool behind; /* +: behind the group, stays in the packed form */
    uint64_t equal;
};

/* One line. */
struct cce {
    struct at at;
    const char *name, *result; /* result: NULL = none */
    bool old, some_types;      /* old: of the merged core, not in the header */
    bool on[TYPES];
    struct param *param;
    int params;
    int fix; /* field that a clause or a {field} in the name fixes, -1 = none */
    bool fix_config;
    const char *fix_name;
    struct pair *fix_value; /* name in lower case, value */
    int fix_values;
};

enum { ARGUMENTS = 20 };

/* A parameter of one C function. */
struct argument {
    const char *name;
    const struct param *from; /* NULL: packed config word */
    int word;                 /* .. which of the two */
    const char *element;      /* C name of the element of a pointer or of a scalar, NULL: integer */
    bool pointer, constant, list;
};

/* One C++ overload. */
struct form {
    const struct insn *in;
    const struct cce *cce;
    const char *name;
    struct argument arg[ARGUMENTS];
    int args;
    bool packed;
    uint32_t word;
    uint64_t config[2]; /* bits of the config words that the intrinsic fixes */
    const char *body;   /* C text behind the choice of the word, equal in a family */
};

/* Forms of one name and number of parameters. */
struct family {
    const char *name;
    int args;
    struct form *form;
    int forms;
    bool chosen; /* a parameter chooses between entries */
};

struct families {
    struct family *family;
    int families;
};

void build_families(struct isa *isa, struct families *out);
bool has_group(const struct cce *c);                 /* is there a packed form? */
const struct param *choice_of(const struct form *f); /* first PLACE_CHOICE parameter */
const char *bits_of(const char *element);            /* "f16" of "half": suffix of dv_bits_ */
const char *print_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void emit_macros(FILE *out, const struct families *all);
void emit_cce_header(FILE *out, const struct isa *isa);
void emit_cce_list(FILE *out, const struct isa *isa);

#endif
