/* The generator's model of the definition: what read.c finds, model.c, insn.c and meaning.c
 * understand, check.c proves and emit.c writes.
 *
 * A host program: it may allocate freely and exits when memory is out; it is never linked into
 * libdv. The grammar is the head comment of isa/machine.isa. */
#ifndef DV_GEN_GEN_H
#define DV_GEN_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- text ------------------------------------------------------------------------------------ */

struct at {
    const char *file;
    int line;
};

/* One logical line, continuations joined, comment removed. */
struct line {
    struct at at;
    char *text;
    char **word;
    int words;
};

struct block {
    struct line head;
    struct line *line;
    int lines, indent;
};

struct text {
    struct block *block;
    int blocks;
};

/* Appends the blocks of a file; false when it cannot be read. */
bool read_file(struct text *t, const char *path);

/* Prints "file:line: message" and counts; gives up after 20. */
void fail(struct at at, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
extern int fail_count;

/* Growable arrays: the address of a new zeroed element. */
#define PUSH(array, n) ((array) = grow((array), (n), sizeof *(array)), &(array)[(n)++])
void *grow(void *array, int n, size_t size);
char *keep(const char *text, size_t n); /* a copy that lives to the end */

/* Splits "key=value"; value is NULL without '='. Returns a kept key. */
char *split_pair(const char *word, const char **value);
bool parse_number(const char *s, uint64_t *out); /* decimal or 0x, whole string */
bool parse_signed(const char *s, int64_t *out);
/* Checks [a-z][a-z0-9_]* (any case if `upper`) of at most `most` characters. */
bool check_name(struct at at, const char *what, const char *name, size_t most, bool upper);
bool same(const char *a, const char *b); /* any case */

/* ---- model ----------------------------------------------------------------------------------- */

enum { PIECES = 3, SELECTORS = 6, OPERANDS = 4, SLOTS = 4, TYPES = 128 };

struct field {
    struct at at;
    const char *name, *alias, *enum_name;
    int hi[PIECES], lo[PIECES], pieces, width;
    int unit, enum_id; /* enum_id = index + 1 */
    bool is_signed, is_rel, has_default, must_zero, unexplained, has_range;
    int scale, bias;
    uint64_t def;
    int64_t min, max;
};

struct layout {
    struct at at;
    const char *name;
    int bits;
    struct field *field;
    int fields;
    uint64_t used[2];
};

struct pair {
    struct at at;
    const char *name;
    uint64_t value;
    const char *text;
};

struct named { /* an enum */
    struct at at;
    const char *name;
    struct pair *value;
    int values;
};

struct space {
    struct at at;
    const char *name;
    int align;
};

struct spr {
    struct at at;
    const char *name;
    int number, kind, index, from;
    uint64_t reset;
};

struct suffix {
    struct at at;
    const char *name;
    int src, dst;
    char round;
};

/* What a field of the word is for in one entry. */
enum role { ROLE_GAP, ROLE_FIXED, ROLE_FREE, ROLE_TYPE, ROLE_REG, ROLE_IMM, ROLE_SEL };

struct operand {
    const char *name;
    int rw, space, slot, hi, lo, align;
};

struct example {
    struct at at;
    const char *text;
    uint32_t word;
};

enum exec { EXEC_SCALAR, EXEC_ENGINE, EXEC_ITEM, EXEC_UNSUPPORTED, EXEC_UNKNOWN };
enum lack { LACK_NONE, LACK_UNKNOWN, LACK_OUTSIDE }; /* enum dv_lack in isa/isa.h */
enum aspect { AT_BITS, AT_BUNDLE, AT_SEM, AT_TIME, ASPECTS };

/* One line of `only`: these fields hold these values (a mask each). */
struct only {
    const char *text;
    int field[4], fields;
    uint32_t values[4];
};

struct cce;

struct insn {
    struct at at;
    const struct block *block;
    const char *name, *form, *stem, *table, *unit, *doc, *cce, *reason;
    const char *instead;      /* of a refused one */
    int lack;                 /* enum lack */
    int layout;               /* index, -1 = unknown */
    uint64_t fixed_value[32]; /* by field */
    uint8_t role[32], in_row[32], used[32], slot[32];
    struct pair *type; /* name, code, spelling in text */
    int types;
    bool narrowed;       /* c100 has some of the types only .. */
    bool on_c100[TYPES]; /* .. these, by index */
    uint32_t match, mask, row_mask;
    uint32_t table_mask;  /* misprinted in the opcode table, 0 = not */
    bool unlisted;        /* no row of the opcode table */
    const char *with;     /* entry that shares its rows, NULL = none */
    uint8_t listed[32];   /* by field: the table has a row for each value */
    int pipe, pipe_field; /* -1 = none; pipe_field is a field index */
    unsigned on;
    struct operand operand[OPERANDS];
    int operands;
    int bundle[2], bundle_slot[2][2]; /* [0] c220, [1] c100; -1 = none */
    int exec, sem, lane, access, cost;
    uint64_t uses, live;
    int from[ASPECTS];
    struct only *only;
    int onlys;
    const char **over;
    int overs;
    struct example *ex;
    int exs;
    int selector[SELECTORS], selectors; /* field indices */
    struct cce *intrinsic;              /* isa/gen/cce.h */
    int intrinsics;
};

struct names {
    const char **name;
    int n;
};

struct isa {
    int version;
    struct at version_at;
    struct layout *layout;
    int layouts;
    struct named *named;
    int nameds;
    struct space *space;
    int spaces;
    struct spr *spr;
    int sprs;
    struct suffix *suffix;
    int suffixes; /* [0] is none */
    struct insn *insn;
    int insns;
    struct names sem, scalar, engine, lane, access, cost, selector; /* without none */
    int env, live;
};

/* Index of a name, added when new. */
int intern(struct names *set, const char *name);
int find_layout(const struct isa *isa, const char *name);
int find_enum(const struct isa *isa, const char *name);
int find_space(const struct isa *isa, const char *name);
int find_field(const struct layout *l, const char *name);
int find_suffix(struct isa *isa, const char *name); /* derives it when the name says it; -1 */
/* First or last name of an enum value, NULL when it has none. */
const char *enum_text(const struct named *e, uint64_t value, bool last);
int pipe_number(const struct isa *isa, const char *name);  /* -1 = unknown */
int from_number(const char *word);                         /* enum dv_from, -1 = unknown */
uint64_t field_of(const struct field *f, uint32_t word);   /* raw */
uint32_t field_bits(const struct field *f, uint64_t raw);  /* in a 32-bit word */
int64_t field_value(const struct field *f, uint32_t word); /* scaled, signed */

/* Keys of an entry, meaning.c: each reads one line into the entry. */
#define KEY(name) void take_##name(struct isa *, struct insn *, const struct line *)
KEY(operand);
KEY(bundle);
KEY(access);
KEY(cost);
KEY(sem);
KEY(sprs);
KEY(from);
KEY(over);
KEY(rows);
KEY(ex);
KEY(doc);
KEY(cce);
KEY(only);
KEY(instead);
#undef KEY
int slot_of(const char *name); /* xd xn xm xt, -1 = no register */
struct layout *layout_of(struct isa *isa, const struct insn *in);
const char *rest(const struct line *l); /* behind the first word */

void build_model(struct isa *isa, const struct text *t); /* all but entries */
void build_insns(struct isa *isa, const struct text *t);
void check_insns(struct isa *isa);
void emit_header(FILE *out, const struct isa *isa);
void emit_tables(FILE *out, const struct isa *isa);
void emit_opcodes(FILE *out, const struct isa *isa); /* opcode.c */
/* Rows of dv_insns of one entry: two when c220 and c100 read different bundles or have different
 * types. */
int rows_of(const struct insn *in);

/* Names of the elements, pieces of a suffix, in the order of enum dv_elem. */
extern const char *const elem_names[];

#endif
