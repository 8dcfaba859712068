/* Object files and the kernel interface: the in-memory form, and its ELF image.
 *
 * Owns: ELF64 + notes + DWARF v5 (the only users of libelf and libdw), and the description of a
 * kernel that scripts and the loader share. Knows nothing of assembly text or execution. */
#ifndef DV_ISA_OBJ_H
#define DV_ISA_OBJ_H

#include "isa/isa.h"

#define DV_EM 0x4153u        /* e_machine, unofficial, ours */
#define DV_EM_VENDOR 0x1029u /* written by the vendor's compiler: decoded, never run */

enum dv_section { DV_TEXT, DV_RODATA, DV_DATA, DV_BSS, DV_SECTIONS };

/* Where the linker puts .rodata, .data and .bss: the start of the GM range (ours). */
#define DV_DATA_BASE 0x0000100000000000ull
/* Alignment of a section without a larger .align, and the largest there is, bytes (ours). */
enum { DV_ALIGN = 32, DV_ALIGN_MAX = 65536 };

struct dv_bytes {
    uint8_t *p;
    size_t n, cap;
}; /* growable, owned */

struct dv_symbol {
    char *name;
    uint8_t section; /* enum dv_section, DV_SECTIONS = absolute */
    bool global, defined;
    uint64_t value, size; /* bytes from the section start */
};

/* What a relocation patches; values are the ELF relocation types (docs/object.md). */
enum dv_reloc_kind {
    DV_R_ABS64 = 1,
    DV_R_ABS32 = 2,
    DV_R_FIELD = 3,
    DV_R_HALF0 = 4, /* bits [15:0], [31:16], [47:32] of the address, as the immediate of a */
    DV_R_HALF1 = 5, /* MOV or MOVK */
    DV_R_HALF2 = 6
};

struct dv_reloc {
    uint8_t section; /* where the patch is */
    uint64_t offset; /* bytes */
    uint32_t symbol; /* index into dv_obj.symbol */
    uint8_t kind;    /* DV_R_FIELD: the pc-relative immediate of the word at offset */
    int64_t addend;
};

/* One row of the line table. `call` chains expansions: index + 1 into dv_obj.call, 0 = none. */
struct dv_line {
    uint64_t pc;
    uint32_t file, line, col, call;
};
/* A macro or .rept expansion: [lo, hi) came from `name`, invoked at file:line:col inside
 * `parent` (index + 1, 0 = none). */
struct dv_call {
    char *name;
    uint64_t lo, hi;
    uint32_t file, line, col, parent;
};

/* Type 3 note: names that reports use. */
enum dv_name_kind {
    DV_NAME_BUFFER,
    DV_NAME_FLAG,
    DV_NAME_MARK,
    DV_NAME_ALLOW,
    DV_NAME_ASSERT,
    DV_NAME_PRINT,
    DV_NAME_DUMP,
    DV_NAME_EXPECT
};
/* Texts of the last four hold expressions of x0..x31, kernel parameters and blockid, one a line:
 * the condition; the values printed; address, TYPE[SHAPE] and condition (may be missing). */
struct dv_name {
    uint8_t kind;
    char *name; /* buffer, flag, mark, finding code, message, format, place dumped */
    char *text; /* reason of an allow, expressions, else NULL */
    char *file; /* allow, assert, print, dump, expect: of the directive */
    uint32_t line;
    uint32_t kernel;         /* index + 1 into dv_obj.kernel, 0 = of no kernel */
    uint8_t space;           /* buffer, dump: DV_SPACE_* */
    uint64_t address, bytes; /* buffer: first copy and size of one copy; expect: least and most */
    uint32_t copies;         /* buffer copies, flag ids */
    uint64_t pitch;          /* buffer: bytes from copy to copy */
    uint8_t src, dst, first; /* flag: pipes and first event id */
    uint64_t pc;             /* instruction it is attached to */
    bool end;                /* mark: .endmark */
};

/* ---- kernel interface (CONTRACT section 2) --------------------------------------------------- */

enum dv_param_role { DV_PARAM_IN, DV_PARAM_OUT, DV_PARAM_INOUT, DV_PARAM_SCRATCH, DV_PARAM_SCALAR };

#define DV_DIMS 8

struct dv_param {
    char *name;
    uint8_t role; /* enum dv_param_role */
    uint8_t elem; /* enum dv_elem */
    uint8_t dims;
    char *dim[DV_DIMS];               /* expressions, tensors only */
    char *layout;                     /* "nd", "nz", .. */
    char *stride;                     /* expression or NULL */
    char *def, *min, *max, *multiple; /* scalars: expressions or NULL */
    char *file;                       /* of the declaration */
    uint32_t line;
};

enum dv_core_type { DV_CORE_AIC, DV_CORE_AIV, DV_CORE_MIX, DV_CORE_C100 };

struct dv_kernel {
    char *name;
    uint8_t core;                  /* enum dv_core_type */
    uint32_t ratio_aic, ratio_aiv; /* mix: 1:2 */
    char *entry[2];                /* label; mix: [0] aic, [1] aiv; else [0] */
    struct dv_param *param;
    uint32_t params;
    char *ref;      /* reference function, NULL = none */
    char **ref_arg; /* its arguments in order (expressions or names) */
    uint32_t ref_args;
    char *rtol, *atol, *max_ulp; /* number texts or NULL */
    char *blocks;                /* expression or NULL */
};

/* A whole object in memory. Everything inside is owned by it. */
struct dv_obj {
    struct dv_bytes section[DV_SECTIONS]; /* bss: n bytes, p == NULL */
    uint64_t address[DV_SECTIONS];        /* load addresses, bytes; final objects only */
    uint32_t align[DV_SECTIONS];          /* bytes, a power of two; 0 = DV_ALIGN */
    struct dv_symbol *symbol;
    uint32_t symbols;
    struct dv_reloc *reloc;
    uint32_t relocs;
    char **file;
    uint32_t files; /* file names of the line table */
    struct dv_line *line;
    uint32_t lines; /* ascending pc */
    struct dv_call *call;
    uint32_t calls;
    struct dv_name *name;
    uint32_t names;
    struct dv_kernel *kernel;
    uint32_t kernels;
    uint32_t isa_version;
    unsigned kinds;       /* mask of DV_ON(kind) the code is for */
    uint64_t source_hash; /* FNV-1a of the source text, type 4 note */
    bool final;           /* no relocation left */
    bool vendor;          /* 0x1029: only .text is filled, may be printed, never run */
};

struct dv_obj *dv_obj_new(void);    /* NULL = out of memory */
void dv_obj_free(struct dv_obj *o); /* NULL allowed */

/* Appends n bytes; returns false when memory is exhausted. */
bool dv_bytes_add(struct dv_bytes *b, const void *p, size_t n);

/* Serialises to an ELF image (malloc'd, caller frees). OBJECT, MEMORY or IO on failure. What is
 * read back is equal, but: local symbols come first, relocations are grouped by section, expansions
 * are in pre-order without empty ones, and dv_line.call is derived from their ranges. */
enum dv_err dv_obj_write(const struct dv_obj *o, uint8_t **image, size_t *bytes, struct dv_diag *d);

/* Parses an image; any byte sequence is safe. `name` is for messages only. OBJECT says what is
 * wrong: not ELF, another machine (by name), truncated, other ISA version (both named), ... */
enum dv_err dv_obj_read(const uint8_t *image, size_t bytes, const char *name, struct dv_obj **out,
                        struct dv_diag *d);

/* True for the symbol that stands for the start of its section in a relocatable object: local, at
 * 0, with the name of the section. */
bool dv_symbol_is_section(const struct dv_symbol *s);

/* Line row covering pc, NULL when none. */
const struct dv_line *dv_obj_line(const struct dv_obj *o, uint64_t pc);
/* True when a name may be used while `kernel` (index + 1, 0 = any) runs. */
bool dv_name_is_of(const struct dv_name *n, unsigned kernel);
/* Buffer name covering a local address: "A[1]+0x40"; false when none. */
bool dv_obj_buffer_at(const struct dv_obj *o, unsigned kernel, unsigned space, uint64_t address,
                      char *out, size_t size);
/* Flag name: "full[1]"; false when none. */
bool dv_obj_flag_at(const struct dv_obj *o, unsigned kernel, unsigned src, unsigned dst,
                    unsigned id, char *out, size_t size);
/* Name of the innermost .mark region whose text holds pc, NULL when none. */
const char *dv_obj_mark_at(const struct dv_obj *o, uint64_t pc);
/* True when .allow CODE is attached to the instruction at pc, or stands before the line that
 * expands to it. */
bool dv_obj_allows(const struct dv_obj *o, uint64_t pc, const char *code);

/* The type 2 note: JSON array of kernels, one object each (docs/schema/kernel.json). */
enum dv_err dv_kernels_to_json(const struct dv_obj *o, char **text, struct dv_diag *d);
enum dv_err dv_kernels_from_json(const char *text, size_t n, struct dv_obj *o, struct dv_diag *d);

#endif
