/* What disassembly, listing and map share: text out, and labels by address.
 *
 * Owns the column arithmetic and the choice of label names. Private to this room. */
#ifndef DV_ASM_SHEET_H
#define DV_ASM_SHEET_H

#include "asm/asm.h"

#include <stdio.h>

/* Writes to a sink and knows the column it is in. */
struct dv_sheet {
    struct dv_sink *to;
    size_t column;
};

void dv_sheet_text(struct dv_sheet *s, const char *text);
/* At most 255 bytes of result; longer texts go through dv_sheet_text. */
void dv_sheet_print(struct dv_sheet *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text out of a file: control characters become '?'. */
void dv_sheet_clean(struct dv_sheet *s, const char *text);
/* The same in quotes, with the escapes of the language. */
void dv_sheet_quote(struct dv_sheet *s, const char *text);
/* Blanks up to a column, at least one. */
void dv_sheet_column(struct dv_sheet *s, size_t column);

/* The word at pc, a multiple of 4 inside .text. */
uint32_t dv_obj_word(const struct dv_obj *o, uint64_t pc);

/* Bytes of a local memory on the first of the kinds that has it, 0 = none has. */
uint64_t dv_memory_bytes(unsigned kinds, unsigned space);

/* ---- labels ---------------------------------------------------------------------------------- */

#define DV_LABEL_MAX 256

struct dv_labels {
    const struct dv_obj *o;
    uint32_t *order; /* symbols of sections by (section, value) */
    uint32_t n;
    uint8_t *target;  /* per word of .text: some instruction branches to it */
    const char *stem; /* of generated names, free of clashes */
};

/* False when memory is exhausted; free in any case. */
bool dv_labels_find(struct dv_labels *l, const struct dv_obj *o, unsigned kinds);
void dv_labels_free(struct dv_labels *l);
/* True for a name the assembler would read back as one name. */
bool dv_label_usable(const char *name);
/* The pc-relative field of a decoded word and where it points; NULL when there is none. */
const struct dv_field *dv_label_target(const struct dv_op *op, uint64_t pc, uint64_t *target);
/* A label can be put at this address of .text. */
bool dv_labels_has(const struct dv_labels *l, uint64_t pc);
/* Name for an address of .text that dv_labels_has; short ones are made in `room`. */
const char *dv_labels_name(const struct dv_labels *l, uint64_t pc, char room[DV_LABEL_MAX]);
/* True when a symbol of the section stands at the offset. */
bool dv_labels_at(const struct dv_labels *l, unsigned section, uint64_t offset);
/* Offset of the next symbol behind `offset`, at most end. */
uint64_t dv_labels_next(const struct dv_labels *l, unsigned section, uint64_t offset, uint64_t end);
/* Prints "name:" lines of every symbol in [lo, hi) of a section (and a generated one at lo when
 * something branches there and no symbol stands there). */
void dv_labels_put(const struct dv_labels *l, struct dv_sheet *s, unsigned section, uint64_t lo,
                   uint64_t hi);

#endif
