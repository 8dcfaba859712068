/* State of one assembly and the calls its parts make on each other.
 *
 * Owns: the structures that live while a text becomes a struct dv_obj. Private to this room; all
 * memory hangs from two arenas and from the object, so that leaving early (dv_as_abort) leaks
 * nothing. Knows no instruction by name. */
#ifndef DV_ASM_STATE_H
#define DV_ASM_STATE_H

#include "asm/asm.h"
#include "isa/expr.h"

#include <setjmp.h>

/* Limits that keep any text bounded in time and memory. */
enum {
    DV_AS_LINE = 16384,  /* bytes of one line, before and after expansion */
    DV_AS_DEPTH = 64,    /* nested expansions and conditionals */
    DV_AS_INCLUDES = 32, /* nested files */
    DV_AS_ERRORS = 20,   /* reported, then stop */
    DV_AS_KERNELS = 256,
    DV_AS_PARAMS = 32,  /* parameters and local names of a macro */
    DV_AS_OPERANDS = 32 /* comma-separated pieces of a statement that is not data */
};
#define DV_AS_EXPANDED 1000000u         /* lines read from macro and repeat bodies */
#define DV_AS_SOURCE (64u << 20)        /* bytes of one file */
#define DV_AS_SECTION (256u << 20)      /* bytes of one section */
#define DV_AS_ARENA ((size_t)768 << 20) /* bytes of all our tables */

/* ---- texts and places ------------------------------------------------------------------------ */

struct dv_span {
    const char *p;
    size_t n;
};

/* A place in the source; call is an index + 1 into dv_obj.call, 0 = not expanded. */
struct dv_pos {
    uint32_t file, line, col, call;
};

struct dv_source {
    const char *name;       /* as in messages and the line table */
    const char *raw, *text; /* text: comments blanked, same length */
    size_t n;
    size_t *start; /* offset of each line, [lines] = n */
    uint32_t lines;
    bool builtin;
};

/* One line of text and where its bytes come from. col == NULL: byte i is column i + 1. */
struct dv_row {
    struct dv_span text;
    const uint32_t *col;
    uint32_t file, line;
};

/* ---- arena: memory given back in the order of its marks -------------------------------------- */

struct dv_chunk;
struct dv_arena {
    struct dv_chunk *top;
};
struct dv_mark {
    struct dv_chunk *chunk;
    size_t used;
};

/* ---- names ----------------------------------------------------------------------------------- */

struct dv_buf {
    struct dv_span name;
    uint8_t space;
    uint64_t address, bytes, pitch; /* bytes; pitch from copy to copy */
    uint32_t copies;
    struct dv_buf *next;
};

struct dv_flag {
    struct dv_span name;
    uint8_t src, dst, first, ids;
    uint16_t set, waited; /* ids that a statement sets and waits for */
    struct dv_flag *next;
};

enum dv_sym_kind { DV_SYM_CONST, DV_SYM_VAR, DV_SYM_LABEL, DV_SYM_BUF, DV_SYM_FLAG, DV_SYM_EXTERN };

struct dv_sym {
    struct dv_span name;
    uint8_t kind;    /* enum dv_sym_kind */
    uint8_t section; /* labels */
    bool global, used;
    bool own;              /* declared by the text of the main file itself */
    struct dv_value value; /* labels: offset in the section */
    struct dv_buf *buf;
    struct dv_flag *flag;
    uint32_t extern_index; /* in dv_obj.symbol, UINT32_MAX = not there */
    struct dv_pos at;
    struct dv_sym *chain; /* hash bucket */
    struct dv_sym *next;  /* order of definition */
};

/* A register name: `count` elements of one or two words each. */
struct dv_reg {
    struct dv_span name;
    uint8_t x[32];
    uint8_t count, words;
    int space; /* DV_SPACE_*, -1 = none */
    const struct dv_layout *layout;
    struct dv_reg *under; /* the name declared before it */
    bool used, own;
    unsigned scope;
    struct dv_pos at;
};

/* A register operand as written. */
struct dv_regref {
    const struct dv_reg *reg; /* NULL: raw xN */
    uint8_t x[2];             /* x[1] is valid when pair */
    bool pair;
    const struct dv_layout *layout;
    int space;                    /* -1 = none */
    const struct dv_field *field; /* name.field, else NULL */
};

/* ---- expansion ------------------------------------------------------------------------------- */

struct dv_macro_param {
    struct dv_span name, def;
    bool required, vararg;
};
struct dv_macro {
    struct dv_span name;
    struct dv_macro_param param[DV_AS_PARAMS];
    unsigned params;
    struct dv_row *row;
    size_t rows;
    struct dv_pos at;
    struct dv_macro *next;
};

enum dv_frame_kind { DV_FRAME_FILE, DV_FRAME_MACRO, DV_FRAME_REPEAT };

struct dv_frame {
    uint8_t kind; /* enum dv_frame_kind */
    bool irp;
    const char *name;         /* in messages and calls: "vadd_tile", ".rept" */
    struct dv_pos at;         /* the invoking statement */
    uint32_t file, next_line; /* FILE */
    const struct dv_row *row; /* body */
    size_t rows, next_row;
    uint64_t round, rounds;
    struct dv_span var;    /* REPEAT: loop name, may be empty */
    struct dv_span *value; /* irp: one text a round */
    char number[24];
    struct dv_span param[DV_AS_PARAMS], arg[DV_AS_PARAMS];
    unsigned params;
    struct dv_span local[DV_AS_PARAMS];
    unsigned locals;
    uint32_t serial; /* \@ */
    uint32_t call;   /* index + 1 into dv_obj.call once a word was emitted */
    unsigned conds;  /* depth of .if when it was entered */
    struct dv_mark mark;
    struct dv_frame *under;
    unsigned depth, files; /* expansions and files below and including this one */
};

struct dv_cond {
    bool live, taken, seen_else;
    struct dv_pos at;
};

/* What the value of an expression moves with: enum dv_section, or one of these. */
enum dv_anchor {
    DV_ANCHOR_EXTERN = DV_SECTIONS, /* one external name */
    DV_ANCHOR_NONE,                 /* a constant */
    DV_ANCHOR_BAD                   /* not with one of them byte by byte */
};

/* Bytes patched when all labels are known. */
struct dv_fixup {
    uint8_t section, kind; /* kind: enum dv_reloc_kind */
    uint64_t offset;
    const struct dv_insn *insn; /* DV_R_FIELD */
    const struct dv_field *field;
    struct dv_span text;
    const uint32_t *col; /* source column of each byte of text */
    struct dv_pos at;
    struct dv_fixup *next;
};

/* ---- kernel interface under construction ----------------------------------------------------- */

/* A text of the interface: checked and its constants folded at the end. */
struct dv_formula {
    char **slot;
    uint32_t kernel;
    struct dv_span text;
    struct dv_pos at;
    struct dv_formula *next;
};

/* ---- all of it ------------------------------------------------------------------------------- */

struct dv_stems;

struct dv_as {
    const struct dv_asm_opts *opts;
    struct dv_sink *messages;
    struct dv_sink *expanded; /* -E, else NULL */
    bool silent_row;          /* this statement is not part of the expanded text */
    jmp_buf out;
    struct dv_arena keep, stack;
    size_t arena_bytes;
    struct dv_obj *obj;
    uint32_t cap_line, cap_call, cap_file, cap_name, cap_symbol, cap_reloc;

    struct dv_source *source;
    uint32_t sources, cap_source;

    struct dv_frame *frame;
    struct dv_row row;     /* the line being assembled */
    struct dv_span stmt;   /* its statement, labels removed */
    struct dv_pos stmt_at; /* where the statement starts */
    char line_text[2][DV_AS_LINE];
    uint32_t line_col[2][DV_AS_LINE];
    unsigned line_turn;
    uint32_t expanded_lines, serial;
    struct dv_cond cond[DV_AS_DEPTH];
    unsigned conds;
    struct dv_macro *macro[256]; /* by hash of the name, any case */
    bool ended;                  /* .end */

    struct dv_sym *bucket[1 << 14];
    struct dv_sym *first_sym, **last_sym;
    uint32_t externs;
    bool late;            /* the expression named something whose address comes later */
    unsigned labels_used; /* labels met by the expression just evaluated */
    const struct dv_sym *extern_used;
    const struct dv_sym *label_used; /* the only label met, else NULL */
    unsigned sections_used;          /* mask of their sections */
    bool strict;                     /* an address that is not known fails */
    uint64_t shift[DV_SECTIONS + 1]; /* bytes the sections are moved by to see what follows them */
    uint8_t anchor;                  /* enum dv_anchor of the expression just evaluated */
    bool relocatable;                /* no address is known before linking */
    bool again;                      /* turned out to be relocatable: assemble it as such */
    uint8_t dot_section;             /* resolving: the place of `.` */
    uint64_t dot;
    uint32_t section_symbol[DV_SECTIONS]; /* index + 1, 0 = none yet */
    bool resolving;                       /* all labels are known, addresses are final */
    bool probing;           /* a failure is only one attempt of several: no search for near names */
    struct dv_stems *stems; /* rows of the tables by mnemonic, insn.c */

    struct dv_reg *reg;
    uint32_t reg_free; /* bit x: free */
    unsigned scope;
    struct dv_pos scope_at[DV_AS_DEPTH];
    bool scratch_off;
    struct dv_buf *buf, **last_buf;
    struct dv_flag *flag, **last_flag;

    unsigned kernel_at; /* index + 1 of the kernel being described */
    unsigned kinds;     /* cores the code is for; 0 = not said */
    struct dv_formula *formula, **last_formula;
    struct dv_pos *kernel_pos;

    uint8_t section;
    struct dv_fixup *fixup, **last_fixup;
    bool has_loc;
    struct dv_line loc;
    struct dv_span open_mark[DV_AS_DEPTH];
    struct dv_pos open_mark_at[DV_AS_DEPTH];
    unsigned open_marks;
    bool quiet; /* no warnings that are shown at the end */
    struct dv_warning *warning;
    size_t warnings;
    struct dv_declared *declared;
    uint64_t param_used[DV_AS_KERNELS]; /* bit a parameter */
    uint16_t raw_flags[16];             /* [src] bit dst: set or waited for without a name */
    bool naming;                        /* the instruction belongs to a named flag */
    struct dv_expect *expect;           /* .expect_cycles: their regions are checked at the end */
    unsigned expects;

    struct dv_diag now; /* the error of the current statement */
    struct dv_pos now_at;
    const struct dv_row *now_row;
    struct dv_diag expr;  /* for the expression evaluator */
    struct dv_diag first; /* what the caller gets */
    unsigned errors;
};

/* ---- arena.c: never return NULL; exhaustion leaves through dv_as_abort ----------------------- */

void *dv_as_keep(struct dv_as *as, size_t bytes); /* zeroed, lives to the end */
void *dv_as_push(struct dv_as *as, size_t bytes); /* zeroed, until dv_as_release */
struct dv_mark dv_as_mark(const struct dv_as *as);
void dv_as_release(struct dv_as *as, struct dv_mark m);
void dv_arena_free(struct dv_arena *a);
struct dv_span dv_as_copy(struct dv_as *as, struct dv_span s); /* in keep */
char *dv_as_text(struct dv_as *as, struct dv_span s);          /* malloc'd, for the object */
/* Room for one more element in an array of the object. */
void *dv_as_grow(struct dv_as *as, void *array, uint32_t *n, uint32_t *cap, size_t size);
_Noreturn void dv_as_abort(struct dv_as *as);

/* ---- caret.c: diagnostics -------------------------------------------------------------------- */

/* Records the error of the current statement at `at`, a place in its text (NULL = its start).
 * The first one sticks. Returns code. */
enum dv_err dv_as_fail(struct dv_as *as, const char *at, enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same at a place kept from earlier. */
enum dv_err dv_as_fail_pos(struct dv_as *as, struct dv_pos at, enum dv_err code, const char *fmt,
                           ...) __attribute__((format(printf, 4, 5)));
/* A remedy for the error just recorded. */
void dv_as_help(struct dv_as *as, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints and counts the recorded error, if any. */
void dv_as_flush(struct dv_as *as);
/* Prints a warning. */
void dv_as_warn(struct dv_as *as, const char *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void dv_as_warn_pos(struct dv_as *as, struct dv_pos at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Text to the messages. */
void dv_as_say(struct dv_as *as, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct dv_pos dv_as_pos(const struct dv_as *as, const char *at);
/* "file:line" of a place, for use inside a message. */
const char *dv_as_where(const struct dv_as *as, struct dv_pos at, char out[256]);

/* ---- near.c: the nearest of several names ---------------------------------------------------- */

struct dv_near {
    struct dv_span want;
    struct dv_span best;
    size_t distance;
};
void dv_near_init(struct dv_near *n, struct dv_span want);
void dv_near_offer(struct dv_near *n, struct dv_span name);
/* Adds "did you mean 'x'?" to the error when a name was near. */
void dv_near_help(struct dv_as *as, const struct dv_near *n);

/* ---- span.c: pieces of text ------------------------------------------------------------------ */

bool dv_is_name_start(char c);
bool dv_is_name(char c);
struct dv_span dv_span_of(const char *text);
struct dv_span dv_trim(struct dv_span s);
bool dv_span_is(struct dv_span s, const char *text);   /* any case */
bool dv_span_same(struct dv_span a, struct dv_span b); /* exact */
/* Length of the name at the start of s, 0 = none. */
size_t dv_name_length(struct dv_span s);
/* Takes a name off the front (blanks skipped); empty when there is none. */
struct dv_span dv_take_name(struct dv_span *s);
/* Takes one character off the front (blanks skipped) when it is c. */
bool dv_take(struct dv_span *s, char c);
/* Offset of the first of `stops` outside quotes, ( ), [ ] and { }; s.n when none. */
size_t dv_find(struct dv_span s, const char *stops);
/* Takes the piece before the next top-level comma, trimmed, and the comma. False when s is
 * exhausted. */
bool dv_take_piece(struct dv_span *s, struct dv_span *piece);
/* Splits "key=value" at a top-level '=' that is no comparison; false when there is none. */
bool dv_split_key(struct dv_span s, struct dv_span *key, struct dv_span *value);
/* Takes "text" with escapes off the front into out (size bytes); false with an error. */
bool dv_take_string(struct dv_as *as, struct dv_span *s, char *out, size_t size, size_t *n);
/* Fails when something is left. */
enum dv_err dv_as_end(struct dv_as *as, struct dv_span rest);

/* ---- source.c, expand.c, cond.c, macro.c: where rows come from ------------------------------- */

/* Enters a file or a text in memory; `at` NULL for the first. */
enum dv_err dv_as_open(struct dv_as *as, struct dv_span name, const char *at);
enum dv_err dv_as_open_text(struct dv_as *as, const char *name, const char *text, size_t n,
                            bool builtin);
/* Finds and reads a file through the search path into memory that lives to the end. */
enum dv_err dv_as_load(struct dv_as *as, struct dv_span name, const char *at, const char **path,
                       const char **text, size_t *n);
/* Next row of text; false at the end. The text is valid until the next but one call. */
bool dv_as_next(struct dv_as *as, struct dv_row *row);
/* Next row of the innermost frame only: bodies end where they began. */
bool dv_as_next_here(struct dv_as *as, struct dv_row *row);
struct dv_frame *dv_as_enter(struct dv_as *as, enum dv_frame_kind kind, const char *name,
                             struct dv_mark mark);
void dv_as_leave(struct dv_as *as);
/* Makes dv_obj.call entries for the frames in force; index + 1 of the innermost. */
uint32_t dv_as_call(struct dv_as *as);
bool dv_as_live(const struct dv_as *as);
bool dv_as_cond(struct dv_as *as, struct dv_span word, struct dv_span rest);
/* Its directives; NULL past the end. */
const char *dv_cond_name(unsigned i);
void dv_as_cond_leave(struct dv_as *as, unsigned depth);
/* True when `word` names a macro, which is then entered. */
bool dv_as_macro_call(struct dv_as *as, struct dv_span word, struct dv_span rest);

/* ---- statement.c, directive.c ---------------------------------------------------------------- */

void dv_as_statement(struct dv_as *as, const struct dv_row *row);
/* Instruction or pseudo instruction. */
enum dv_err dv_as_operation(struct dv_as *as, struct dv_span text);

typedef enum dv_err (*dv_directive_fn)(struct dv_as *as, struct dv_span rest);
struct dv_directive {
    const char *name;
    dv_directive_fn fn;
};
/* Tables end with a NULL name. */
extern const struct dv_directive dv_expand_directives[], dv_symbol_directives[],
    dv_reg_directives[], dv_buffer_directives[], dv_kernel_directives[], dv_data_directives[],
    dv_mark_directives[], dv_watch_directives[], dv_macro_directives[];
enum dv_err dv_as_directive(struct dv_as *as, struct dv_span word, struct dv_span rest);

/* ---- eval.c ---------------------------------------------------------------------------------- */

/* Evaluates an expression with symbols and buffers. */
enum dv_err dv_as_value(struct dv_as *as, struct dv_span text, struct dv_value *out);
enum dv_err dv_as_int(struct dv_as *as, struct dv_span text, int64_t *out);
/* Integer in [lo, hi]; what names it in the message. */
enum dv_err dv_as_int_in(struct dv_as *as, struct dv_span text, const char *what, int64_t lo,
                         int64_t hi, int64_t *out);

/* ---- symbol.c -------------------------------------------------------------------------------- */

struct dv_sym *dv_as_find(struct dv_as *as, struct dv_span name);
/* Makes a symbol; fails when the name is taken. */
struct dv_sym *dv_as_define(struct dv_as *as, struct dv_span name, enum dv_sym_kind kind);
enum dv_err dv_as_label(struct dv_as *as, struct dv_span name);
enum dv_err dv_as_assign(struct dv_as *as, struct dv_span name, struct dv_span value, bool once);
void dv_as_undefined(struct dv_as *as, const char *at, struct dv_span name);
const char *dv_sym_kind_name(const struct dv_sym *s);
/* Forgets registers, buffers and flags of the kernel before. */
void dv_as_new_kernel(struct dv_as *as);
void dv_as_forget(struct dv_as *as, enum dv_sym_kind kind);

/* ---- reg.c ----------------------------------------------------------------------------------- */

enum dv_is_reg { DV_NOT_REG, DV_IS_REG, DV_BAD_REG };
/* Reads a register operand (name, name[i], xN, any of them .field). BAD: the error is recorded. */
enum dv_is_reg dv_as_reg(struct dv_as *as, struct dv_span text, struct dv_regref *out);
struct dv_reg *dv_as_reg_find(const struct dv_as *as, struct dv_span name);
void dv_as_reg_near(const struct dv_as *as, struct dv_near *n);
void dv_as_reg_reset(struct dv_as *as);

/* ---- buffer.c, flag.c ------------------------------------------------------------------------ */

bool dv_as_pipe(struct dv_as *as, struct dv_span name, uint8_t *pipe);
bool dv_as_space(struct dv_span name, uint8_t *space);
/* set, wait, arm, drain */
enum dv_err dv_as_flag_operation(struct dv_as *as, struct dv_span word, struct dv_span rest);
enum dv_err dv_flag_directive(struct dv_as *as, struct dv_span rest);

/* ---- warn.c ---------------------------------------------------------------------------------- */

/* True while rows come from the main file itself: no expansion, no included file. */
bool dv_as_is_own(const struct dv_as *as);
/* The scope of a register name ends. */
void dv_as_warn_reg(struct dv_as *as, const struct dv_reg *r);
/* The current kernel's last parameter was declared at `at`. */
void dv_as_warn_param(struct dv_as *as, const char *at);
/* A parameter is used, index -1 = all of them may be. */
void dv_as_param_used(struct dv_as *as, unsigned kernel, int index);
/* The names of a kernel are about to be forgotten. */
void dv_as_warn_kernel(struct dv_as *as);
/* Shows everything, in source order. */
void dv_as_warn_finish(struct dv_as *as);

/* ---- config.c, pseudo.c ---------------------------------------------------------------------- */

/* {a=1 b=2} as the words of a layout. */
enum dv_err dv_as_config(struct dv_as *as, const struct dv_layout *l, struct dv_span text,
                         uint64_t w[2]);
/* Field of a layout by name, with the nearest one when there is none. */
const struct dv_field *dv_as_field(struct dv_as *as, const struct dv_layout *l,
                                   struct dv_span name);
/* Least and greatest value of a field. */
void dv_as_limits(const struct dv_field *f, int64_t *lo, int64_t *hi);
/* " (eq ne lt ..)" for a field of few names, else "". */
void dv_as_values(const struct dv_field *f, char *out, size_t size);
/* Checks a value against a field of a layout. */
enum dv_err dv_as_fits(struct dv_as *as, const char *at, const struct dv_layout *l,
                       const struct dv_field *f, int64_t v);
/* Value text of a field: enum name or expression. */
enum dv_err dv_as_field_value(struct dv_as *as, const struct dv_layout *l, const struct dv_field *f,
                              struct dv_span text, int64_t *out);
/* The fewest MOV/MOVK that load v into x. */
enum dv_err dv_as_load_const(struct dv_as *as, unsigned x, uint64_t v);
/* Value of any kind ({..}, register, expression) into a register operand. */
enum dv_err dv_as_move(struct dv_as *as, const struct dv_regref *to, struct dv_span from);
/* Pseudo instructions: *done is set when the statement was one. */
enum dv_err dv_as_pseudo(struct dv_as *as, struct dv_span word, struct dv_span rest, bool *done);

/* ---- insn.c, emit.c -------------------------------------------------------------------------- */

enum dv_err dv_as_insn(struct dv_as *as, struct dv_span text);
/* The same for a text of our own. */
enum dv_err dv_as_insn_text(struct dv_as *as, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum dv_err dv_as_word(struct dv_as *as, uint32_t word);
enum dv_err dv_as_bytes(struct dv_as *as, const void *p, size_t n);
enum dv_err dv_as_zeros(struct dv_as *as, uint64_t n);
uint64_t dv_as_here(const struct dv_as *as);
/* Remembers a patch at the current offset; text is evaluated when everything is known. */
struct dv_fixup *dv_as_fixup(struct dv_as *as, enum dv_reloc_kind kind, struct dv_span text);
void dv_as_resolve(struct dv_as *as);
/* The error of a branch that cannot reach its target, `bytes` away. */
void dv_as_far(struct dv_as *as, struct dv_span target, int64_t bytes, const char *stem);
uint32_t dv_as_obj_file(struct dv_as *as, const char *name);

/* ---- kernel.c, formula.c, mark.c ------------------------------------------------------------- */

void dv_as_kernel_finish(struct dv_as *as);
int dv_param_find(const struct dv_kernel *k, struct dv_span name);
/* Replaces a text of the object. */
void dv_as_set_text(struct dv_as *as, char **slot, struct dv_span text);
/* Index of a parameter of the current kernel, -1 = none. */
int dv_as_param(const struct dv_as *as, struct dv_span name);
void dv_as_param_near(const struct dv_as *as, struct dv_near *n);
unsigned dv_as_param_slot(const struct dv_as *as, unsigned index);
struct dv_name *dv_as_name(struct dv_as *as, enum dv_name_kind kind, struct dv_span name);
enum dv_err dv_as_allow(struct dv_as *as, struct dv_span finding, struct dv_span reason);
void dv_as_mark_finish(struct dv_as *as);
void dv_as_watch_finish(struct dv_as *as); /* watch.c */

#endif
