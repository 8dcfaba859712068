/* Generated tables that only isa.c and print.c read: how a word is taken apart.
 * Private to the room; everybody else uses isa/isa.h. */
#ifndef DV_ISA_TABLE_H
#define DV_ISA_TABLE_H

#include "isa/isa.h"

/* What a variable field of a row is for. */
enum dv_role { DV_ROLE_FREE, DV_ROLE_TYPE, DV_ROLE_REG, DV_ROLE_IMM, DV_ROLE_SEL };

struct dv_var {
    uint8_t field; /* index into dv_insn.layout->field */
    uint8_t role;  /* enum dv_role */
    uint8_t at;    /* register slot, or index into dv_op.sel */
    bool in_row;   /* its values are part of the table row */
};

/* Parallel to dv_insns. */
struct dv_row {
    uint32_t mask; /* dv_insn.mask plus the fields that are part of the row */
    uint8_t vars;
    const struct dv_var *var;
    const char *const *spell; /* table spelling of each type, parallel to dv_insn.type */
};
extern const struct dv_row dv_rows[];

/* Rows a word with this top byte may belong to, most mask bits first:
 * dv_top_rows[dv_top_first[b] .. dv_top_first[b + 1]). */
extern const uint16_t dv_top_first[257];
extern const uint16_t dv_top_rows[];

extern const struct dv_layout *const dv_layouts[]; /* config layouts */
extern const unsigned dv_layout_count;
extern const unsigned dv_type_count;

static inline const struct dv_row *dv_row_of(const struct dv_insn *in)
{
    return &dv_rows[in - dv_insns];
}

#endif
