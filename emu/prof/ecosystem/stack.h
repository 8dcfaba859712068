/* Which macros and functions an instruction stands in, from the line table of the object. */
#ifndef DV_PROF_ECOSYSTEM_STACK_H
#define DV_PROF_ECOSYSTEM_STACK_H

#include "isa/obj.h"

enum { DV_STACK_DEPTH = 32 }; /* deeper ones lose their middle */

struct dv_stack_frame {
    const char *name; /* of the function or macro */
    const char *file; /* where in it: the line of the instruction, or of the call of the next */
    uint32_t line;    /* 0 = not known */
    uint32_t fn;      /* number of name and file */
    uint64_t pc;      /* the instruction, or the first of the next frame */
};

struct dv_stacks;
/* The object must outlive it. NULL = out of memory. */
struct dv_stacks *dv_stacks_new(const struct dv_obj *obj);
void dv_stacks_free(struct dv_stacks *s); /* NULL allowed */
/* Frames, outermost first: the function, macros, the innermost holds the instruction. At least
 * one; 0 = out of memory. */
unsigned dv_stack_at(struct dv_stacks *s, uint64_t pc, struct dv_stack_frame out[DV_STACK_DEPTH]);

#endif
