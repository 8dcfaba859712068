/* What the vector shapes of this room share: operands under a mask to strided parts and to walks,
 * and the checks that most of them make. Private to emu/access; written in vector.c. */
#ifndef DV_ACCESS_SIDES_H
#define DV_ACCESS_SIDES_H

#include "emu/access/access.h"
#include "emu/access/lanes.h"

/* Empties f and notes the repeats. */
void dv_vec_start(struct dv_foot *f, const struct dv_vec *v);

/* RESERVED: must-be-zero bits of the config word are set. */
enum dv_err dv_vec_reserved(const struct dv_work *w, struct dv_diag *d);

/* ALIGN: the address of an operand is no multiple of `align`. */
enum dv_err dv_vec_aligned(const struct dv_work *w, unsigned operand, uint64_t address,
                           uint32_t align, struct dv_diag *d);

/* OVERLAP: the destination hits one block twice in a repeat (isa.md 10.2). */
enum dv_err dv_vec_distinct(const struct dv_work *w, const struct dv_vec *v, struct dv_diag *d);

/* The bytes of a side's active lanes as parts of an operand, all repeats. */
enum dv_err dv_vec_put(const struct dv_work *w, struct dv_foot *f, const struct dv_vec *v,
                       unsigned operand, const struct dv_side *s, uint8_t rw, struct dv_diag *d);

/* Its blocks for the bank rules. */
void dv_vec_walk(struct dv_foot *f, const struct dv_vec *v, const struct dv_side *s, uint8_t rw);

/* All of it for a destination and sources: side i is operand i. */
enum dv_err dv_vec_elementwise(const struct dv_work *w, const struct dv_vec *v, struct dv_foot *f,
                               struct dv_diag *d);

#endif
