/* State of one link and the calls its parts make on each other. Private to the linker (link.c,
 * collect.c, check.c, merge.c, relocate.c, chart.c). */
#ifndef DV_ASM_LINKING_H
#define DV_ASM_LINKING_H

#include "asm/link.h"

enum { DV_LD_ERRORS = 20 };          /* reported, then stop */
#define DV_LD_SECTION (256ull << 20) /* bytes of one merged section with contents */
#define DV_LD_BSS (1ull << 32)       /* of .bss */
#define DV_LD_ENTRIES (64u << 20)    /* symbols, rows .. of the result */
#define DV_LD_INPUT (1ull << 31)     /* bytes of all objects read */

/* Names to a pair of numbers; texts are not owned. */
struct dv_ld_slot {
    const char *name; /* NULL = free */
    uint32_t unit, index;
};
struct dv_ld_names {
    struct dv_ld_slot *slot;
    uint32_t n, cap;
};

/* One object: a file, or a member of an archive. */
struct dv_ld_unit {
    const char *name; /* owned by the archive or the caller */
    struct dv_obj *o;
    bool member, taken;
    const char *why; /* member: the name that brought it in */
    uint32_t why_unit;
    uint64_t base[DV_SECTIONS]; /* where its sections start in the merged ones, bytes */
    char **rename;              /* per symbol: its name in the result, NULL = as it was */
    uint32_t kernel;            /* index of its first kernel in the result */
};

struct dv_ld {
    const struct dv_link_opts *opts;
    struct dv_sink *messages;
    struct dv_archive *archive;
    size_t archives;
    struct dv_ld_unit *unit;
    uint32_t units, room;
    uint32_t *order; /* the units that are linked */
    uint32_t ordered;
    struct dv_ld_names global; /* definitions: unit, symbol */
    struct dv_ld_names offer;  /* definitions in members not yet taken: unit, symbol */
    struct dv_obj *out;
    uint32_t nop;         /* word that fills gaps in .text */
    struct dv_diag first; /* what the caller gets */
    unsigned errors;
    bool no_memory;
};

/* ---- link.c ---------------------------------------------------------------------------------- */

/* Place of a message: "file:line:col" or the name of an object; "dv" when empty. */
struct dv_ld_place {
    char text[320];
};
/* Source line of an offset of .text of a unit, else "a.o: .data+0x10". */
struct dv_ld_place dv_ld_at(const struct dv_ld_unit *u, unsigned section, uint64_t offset);
/* "a.o (file:line)" for a symbol's definition. */
struct dv_ld_place dv_ld_home(const struct dv_ld_unit *u, const struct dv_symbol *s);
/* Prints and counts an error; help may be NULL. Returns its code. */
enum dv_err dv_ld_error(struct dv_ld *l, const char *place, const char *help, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void dv_ld_warn(struct dv_ld *l, const char *place, const char *help, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool dv_ld_full(const struct dv_ld *l); /* enough errors, or no memory */
enum dv_err dv_ld_memory(struct dv_ld *l);

/* The slot of a name, NULL when it is not there. */
struct dv_ld_slot *dv_ld_find(const struct dv_ld_names *t, const char *name);
/* The slot of a name, made when it is not there (then *fresh); NULL = out of memory. */
struct dv_ld_slot *dv_ld_add(struct dv_ld_names *t, const char *name, bool *fresh);

/* ---- the phases; each returns the code of the first error so far ----------------------------- */

enum dv_err dv_ld_collect(struct dv_ld *l, const struct dv_link_file *file, size_t files);
enum dv_err dv_ld_check(struct dv_ld *l);
enum dv_err dv_ld_merge(struct dv_ld *l);
enum dv_err dv_ld_relocate(struct dv_ld *l);
void dv_ld_chart(const struct dv_ld *l, struct dv_sink *to);

/* The definition a symbol of a unit stands for; NULL when nothing defines it. *home is its unit. */
const struct dv_symbol *dv_ld_definition(const struct dv_ld *l, const struct dv_ld_unit *u,
                                         const struct dv_symbol *s, const struct dv_ld_unit **home);

#endif
