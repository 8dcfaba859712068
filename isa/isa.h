/* The contract between programs and machine: what a 32-bit word and a 64-bit config word mean.
 *
 * Owns: the tables generated from the .isa files and the four directions over them (word -> row ->
 * operands -> text, and back). Knows nothing of execution, time, files or the assembler.
 *
 * Two steps, never mixed: *matching* finds the row a word belongs to, *legality* says whether
 * its type code and reserved bits are allowed (DESIGN section 4). */
#ifndef DV_ISA_ISA_H
#define DV_ISA_ISA_H

#include "isa/diag.h"

/* Kinds of core; a set of kinds is a mask of 1 << kind. */
enum dv_kind { DV_AIC, DV_AIV, DV_C100, DV_KINDS };
#define DV_ON(kind) (1u << (kind))
#define DV_ON_ANY (DV_ON(DV_AIC) | DV_ON(DV_AIV) | DV_ON(DV_C100))

/* Element types. DV_E_* is taken by errors, so elements are DV_EL_*. */
enum dv_elem {
    DV_EL_NONE,
    DV_EL_U8,
    DV_EL_S8,
    DV_EL_U16,
    DV_EL_S16,
    DV_EL_U32,
    DV_EL_S32,
    DV_EL_U64,
    DV_EL_S64,
    DV_EL_F16,
    DV_EL_BF16,
    DV_EL_F32,
    DV_EL_B4,
    DV_EL_S4,
    DV_EL_B8,
    DV_EL_B16,
    DV_EL_B32,
    DV_EL_B64,
    DV_ELEMS
};

/* Bits of one element (4..64), 0 for DV_EL_NONE. */
unsigned dv_elem_bits(enum dv_elem e);
/* "f16"; "" for none. */
const char *dv_elem_name(enum dv_elem e);
/* DV_EL_NONE when `name` (n bytes) is no element. */
enum dv_elem dv_elem_find(const char *name, size_t n);

/* Where a bit or a number comes from (DESIGN law 3). */
enum dv_from {
    DV_FROM_NONE,
    DV_FROM_VENDOR_TABLE,
    DV_FROM_VENDOR_SOURCE,
    DV_FROM_MANUAL,
    DV_FROM_PUBLISHED,
    DV_FROM_MEASURED,
    DV_FROM_DOCUMENTED,
    DV_FROM_FITTED,
    DV_FROM_INFERRED,
    DV_FROM_RECALLED,
    DV_FROM_GUESS,
    DV_FROM_OURS,
    DV_FROM_UNKNOWN,
    DV_FROMS
};
const char *dv_from_name(enum dv_from f);              /* "vendor-table" */
enum dv_from dv_from_find(const char *name, size_t n); /* DV_FROM_NONE when unknown text */

/* ---- layouts: 32-bit words and 64/128-bit config words --------------------------------------- */

struct dv_bits {
    uint8_t hi, lo;
};

enum dv_unit { DV_UNIT_NONE, DV_UNIT_BYTES, DV_UNIT_BLOCKS, DV_UNIT_ELEMS, DV_UNIT_FRACTALS };

struct dv_field {
    const char *name;
    const char *alias;       /* CANN spelling accepted by the assembler, NULL if none */
    struct dv_bits piece[3]; /* high to low; bits 64..127 are the second config word */
    uint8_t pieces, width;   /* width = sum of the pieces */
    uint8_t unit;            /* enum dv_unit */
    uint8_t enum_id;         /* index into dv_enums + 1, 0 = plain number */
    bool is_signed, has_default, must_zero, unexplained;
    bool is_rel;   /* value is a byte offset from the instruction (a label) */
    uint8_t scale; /* value = (raw << scale) + bias (jump offsets, ..) */
    uint8_t bias;
    uint64_t def;      /* default of config fields */
    uint64_t min, max; /* allowed range; min > max = any value that fits */
};

struct dv_layout {
    const char *name;
    uint8_t bits; /* 32, 64 or 128 */
    uint8_t fields;
    const struct dv_field *field; /* must_zero ('-') and unexplained ('?') pieces included */
};

/* Raw value of a field in a word (w[1] only for 128-bit layouts); signed fields are extended. */
uint64_t dv_field_get(const struct dv_field *f, const uint64_t w[2]);
/* Stores the low `width` bits of v; the other bits of w stay. */
void dv_field_set(const struct dv_field *f, uint64_t w[2], uint64_t v);
/* True when the value v (scale and bias applied; int64 for signed fields) fits width and range. */
bool dv_field_fits(const struct dv_field *f, int64_t v);
/* By name or alias, any case; NULL when there is none. */
const struct dv_field *dv_layout_field(const struct dv_layout *l, const char *name, size_t n);
/* Config layouts (64 and 128 bits) by name, any case; NULL when there is none. */
const struct dv_layout *dv_layout_find(const char *name, size_t n);

struct dv_enum_value {
    const char *name;
    uint32_t value;
};
struct dv_enum {
    const char *name;
    uint16_t values;
    const struct dv_enum_value *value;
};
extern const struct dv_enum dv_enums[];
extern const unsigned dv_enum_count;
/* First name of a value, NULL when the enum has no such value. */
const char *dv_enum_name(const struct dv_enum *e, uint32_t value);
/* Any case; false when there is no such name. */
bool dv_enum_find(const struct dv_enum *e, const char *name, size_t n, uint32_t *value);

/* ---- special registers ----------------------------------------------------------------------- */

enum dv_spr_kind {
    DV_SPR_ISSUE,  /* written by S, travels with items as a numbered version */
    DV_SPR_PIPE,   /* lives in the pipe that writes it */
    DV_SPR_SCALAR, /* state of S itself (PC, LPCNT, COND) */
    DV_SPR_CONST   /* set by the launch, read only */
};

struct dv_spr {
    const char *name;
    uint8_t number; /* seven bits, as in the MOV words */
    uint8_t kind;   /* enum dv_spr_kind */
    uint8_t index;  /* dense: DV_ENV_* of issue SPRs, DV_LIVE_* of pipe SPRs, else 0 */
    uint8_t from;   /* enum dv_from of the number */
    uint64_t reset;
};
extern const struct dv_spr dv_sprs[];
enum { DV_SPR_NUMBERS = 128 };                      /* seven bits (isa.md 4.1) */
extern const uint8_t dv_spr_places[DV_SPR_NUMBERS]; /* index + 1 by number, 0 = none */
extern const unsigned dv_spr_count;
const struct dv_spr *dv_spr_find(const char *name, size_t n); /* any case, NULL = none */
const struct dv_spr *dv_spr_number(unsigned number);          /* NULL = none */

/* ---- generated: enums DV_PIPE_*, DV_SPACE_*, DV_T_*, DV_F_*, DV_INSN_*, DV_SEM_*, DV_LANE_*,
 * DV_ACCESS_*, DV_COST_*, DV_SPR_N_*, DV_ENV_*, DV_LIVE_*, the lists DV_SEM_LIST(X),
 * DV_ACCESS_LIST(X), DV_SCALAR_LIST(X), structs dv_cfg_NAME with dv_unpack_NAME() ------------ */
#include "isa_gen.h"

/* A type suffix: "f16", "f32f16r". */
struct dv_type {
    const char *name;
    uint8_t src, dst; /* enum dv_elem; equal for plain types */
    uint8_t round;    /* 0 none, else the letter a c f o r z of isa.md 6.3 */
};
extern const struct dv_type dv_types[]; /* indexed by DV_T_* */

struct dv_space_info {
    const char *name;
    uint8_t id;
    uint16_t align; /* bytes, isa.md 10.1 */
};
extern const struct dv_space_info dv_spaces[]; /* indexed by DV_SPACE_* */
extern const char *const dv_pipe_names[];      /* "s", "mte1", "fix"; indexed by DV_PIPE_* */

/* Name in JSON and CSV, CONTRACT section 1: "SCALAR", "CUBE", "FIXP". */
const char *dv_pipe_json(unsigned pipe);
/* Name in reports: "PIPE_MTE1". */
const char *dv_pipe_report(unsigned pipe);

/* ---- instructions ---------------------------------------------------------------------------- */

/* Register slots of a word. */
enum dv_slot { DV_XD, DV_XN, DV_XM, DV_XT, DV_SLOTS };

enum { DV_READ = 1, DV_WRITE = 2 };

struct dv_operand {
    const char *name; /* "dst", "src0" */
    uint8_t rw;       /* DV_READ | DV_WRITE */
    uint8_t space;    /* DV_SPACE_* */
    uint8_t slot;     /* enum dv_slot */
    uint8_t hi, lo;   /* part of the register that is the address */
    uint16_t align;   /* bytes; 0 = that of the space */
};

struct dv_type_code {
    uint8_t code;
    uint8_t type;
}; /* code in the word, DV_T_* */

enum dv_exec {
    DV_EXEC_SCALAR,      /* register-only, runs on S: dv_scalar_NAME() */
    DV_EXEC_ENGINE,      /* changes engine state: enum dv_engine */
    DV_EXEC_ITEM,        /* queued; effect is dv_sem_NAME() */
    DV_EXEC_UNSUPPORTED, /* defined, refused with UNSUPPORTED */
    DV_EXEC_UNKNOWN      /* some aspect has provenance unknown: refused with UNKNOWN */
};

/* Of what kind the reason is that an instruction is refused. */
enum dv_lack {
    DV_LACK_NONE,    /* it is executed */
    DV_LACK_UNKNOWN, /* what it does is not public, or not enough of it */
    DV_LACK_OUTSIDE, /* it is public and we do not execute it */
    DV_LACKS
};
extern const char *const dv_lack_names[]; /* "", "unknown", "outside" */

/* A legal combination: each field, an index into the layout, holds a value of its mask. */
struct dv_only {
    const char *text; /* "src=mte1 dst=m mem=l0a|l0b|bt" */
    uint8_t fields, field[4];
    uint32_t values[4];
};

struct dv_insn {
    const char *name;      /* entry name, lower case; several rows may share `stem` */
    const char *stem;      /* assembly mnemonic before the first dot */
    const char *form;      /* assembly template: "vadd.{type} [{xd}], [{xn}], [{xm}], {xt}" */
    const char *table;     /* spelling of the opcode table, {type}/{src} as placeholders */
    const char *unit;      /* class of the opcode table: SU FC SIMD MTE CUBE FIXP */
    const char *doc, *cce; /* cce may be NULL */
    const char *reason;    /* why it is not executed, NULL when it is */
    const char *instead;   /* .. and what to use in its place, NULL when it is executed */
    uint8_t lack;          /* .. and which kind of reason that is: enum dv_lack */
    uint8_t onlys;
    const struct dv_only *only; /* combinations of selectors that are legal; none: all */
    uint32_t match, mask;       /* (word & mask) == match; more mask bits win */
    const struct dv_layout *layout;
    const struct dv_type_code *type; /* legal type codes */
    uint8_t types;
    bool type_in_row;   /* the type field is part of the table row */
    uint8_t on;         /* mask of DV_ON(kind) */
    uint8_t pipe;       /* DV_PIPE_*; used when pipe_field is 0 */
    uint8_t pipe_field; /* selector DV_F_* + 1 that names the pipe (flags, BAR), or 0 */
    uint8_t operands;
    struct dv_operand operand[4];
    const struct dv_layout *bundle; /* config layout, NULL = none */
    uint8_t bundle_slot[2];         /* register slots of its first and second word */
    uint8_t exec;                   /* enum dv_exec */
    uint16_t sem;                   /* DV_SEM_*, DV_SCALAR_* or DV_ENGINE_* by exec */
    uint16_t lane;                  /* DV_LANE_* argument of sem, 0 = none */
    uint8_t access;                 /* DV_ACCESS_*, 0 = none */
    uint16_t cost;                  /* DV_COST_*, 0 = none */
    uint64_t uses;                  /* mask over DV_ENV_*: issue SPRs read */
    uint32_t live;                  /* mask over DV_LIVE_*: pipe SPRs read or written */
    uint8_t from_bits, from_bundle, from_sem, from_time; /* enum dv_from */
    const int8_t *selector; /* DV_F_* -> index into dv_op.sel, -1 = field absent */
};
extern const struct dv_insn dv_insns[];
extern const unsigned dv_insn_count;

/* One example line of the definition, checked in both directions by the tests. */
struct dv_example {
    uint16_t insn;
    uint32_t word;
    const char *text;
};
extern const struct dv_example dv_examples[];
extern const unsigned dv_example_count;

/* One row of the published opcode table as the definition has it: every entry whose bits are the
 * table's, with the fields that belong to a row expanded to their values. */
struct dv_opcode {
    uint32_t value, mask;
    uint16_t insn;
    const char *text; /* spelling of the table, verbatim */
};
extern const struct dv_opcode dv_opcodes[];
extern const unsigned dv_opcode_count;

/* Version of all bits marked `ours`; a change of any of them bumps it. */
extern const unsigned dv_isa_version;

#define DV_SELECTORS 6

/* A word decoded once. Plain data, 32 bytes, no pointers. */
struct dv_op {
    uint32_t word;
    uint16_t insn;             /* index into dv_insns */
    uint8_t type;              /* DV_T_*, 0 = none */
    uint8_t pipe;              /* the queue it goes to, DV_PIPE_S for scalar */
    uint8_t x[DV_SLOTS];       /* register numbers */
    int32_t imm;               /* scaled and sign-extended */
    uint8_t sel[DV_SELECTORS]; /* other fields, see dv_op_sel */
    uint8_t exec;              /* copy of dv_insn.exec */
    uint8_t slots;             /* mask of enum dv_slot: registers the word names */
    uint16_t sem;              /* copy of dv_insn.sem */
    uint16_t lane;             /* copy of dv_insn.lane */
};

static inline const struct dv_insn *dv_op_insn(const struct dv_op *op)
{
    return &dv_insns[op->insn];
}

/* Value of selector field DV_F_*; 0 when the word has no such field. */
static inline unsigned dv_op_sel(const struct dv_op *op, unsigned field)
{
    int slot = dv_insns[op->insn].selector[field];
    return slot < 0 ? 0 : op->sel[slot];
}

/* Matching: the row with most mask bits among those whose `on` intersects kinds; NULL = none. */
const struct dv_insn *dv_isa_match(uint32_t word, unsigned kinds);

/* Legality of a word of a row: type code, reserved bits, enum values. DV_OK, or ILLEGAL/RESERVED
 * with the reason in d (may be NULL). */
enum dv_err dv_isa_legal(const struct dv_insn *in, uint32_t word, struct dv_diag *d);

/* Match, legality, operands. On failure *op still holds word, and insn when a row matched
 * (then *named is set). named may be NULL. */
enum dv_err dv_isa_decode(uint32_t word, unsigned kinds, struct dv_op *op, bool *named,
                          struct dv_diag *d);

/* Builds the word of op (insn, type, x, imm, sel). RANGE with the field's name when a value does
 * not fit. */
enum dv_err dv_isa_encode(const struct dv_op *op, uint32_t *word, struct dv_diag *d);

/* Canonical text, raw register names; branch targets as pc + offset when pc is not
 * DV_NO_PC, else as a signed byte offset. Returns the length snprintf would. */
#define DV_NO_PC UINT64_MAX
int dv_isa_print(const struct dv_op *op, uint64_t pc, char *out, size_t size);

/* An op of a row with every operand zero: word 0, insn, exec, sem, lane set. */
void dv_op_init(struct dv_op *op, const struct dv_insn *in);
/* Value of one variable field of the row, by name of its layout field: register number, DV_T_* for
 * `type`, the immediate, a selector; 0 when the field is fixed or free. */
int64_t dv_op_get(const struct dv_op *op, const struct dv_field *f);
/* Stores it. RANGE with the field's name and limits when it does not fit, SYMBOL when the row has
 * no such variable field. */
enum dv_err dv_op_put(struct dv_op *op, const struct dv_field *f, int64_t value, struct dv_diag *d);

/* Table spelling with placeholders resolved: "SET_FLAG.MTE2.V", "MMAD f16_to_f32". */
int dv_isa_spell(const struct dv_insn *in, uint32_t word, char *out, size_t size);

/* Rows whose stem is `stem` (any case): calls back in table order until fn returns false. */
void dv_isa_each_stem(const char *stem, size_t n, bool (*fn)(void *, const struct dv_insn *),
                      void *ctx);

/* The existing stem nearest to a misspelt one (edit distance <= 3), NULL when none is near. */
const char *dv_isa_nearest(const char *stem, size_t n);

#endif
