/* What stands at an address of a program: the instruction, the line of the source it is from and
 * the macro or function around it. Files are read when they are asked for; one that is gone, or
 * longer than 4 MB, has no text. */
#ifndef DV_RUN_LISTING_H
#define DV_RUN_LISTING_H

#include "isa/obj.h"

struct dv_listed {
    char insn[200];     /* as the disassembler prints it */
    char source[200];   /* without blanks around it; "" = not known */
    char function[100]; /* innermost macro that is no repetition, else the function */
};

struct dv_listing;
/* obj must outlive it. NULL = out of memory. */
struct dv_listing *dv_listing_new(const struct dv_obj *obj);
void dv_listing_free(struct dv_listing *l); /* NULL allowed */
void dv_listing_at(struct dv_listing *l, uint64_t pc, struct dv_listed *out);

#endif
