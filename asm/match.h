/* One attempt to read a statement by the form of one row, shared by insn.c and operand.c. */
#ifndef DV_ASM_MATCH_H
#define DV_ASM_MATCH_H

#include "asm/state.h"

/* How telling a failure is, at the same place. */
enum { DV_SHAPE = 1, DV_MEANING = 2 };

struct dv_match {
    struct dv_as *as;
    const struct dv_insn *in;
    const char *form;   /* what is left of the form */
    struct dv_span src; /* what is left of the statement */
    struct dv_op op;
    const struct dv_field *rel; /* target that is not known yet */
    struct dv_span rel_text;
    bool bracket;   /* inside [ ] of the form */
    const char *at; /* where it failed */
    int rank;
};

/* Records why the row does not fit; returns false. */
bool dv_match_fail(struct dv_match *w, const char *at, int rank, enum dv_err code, const char *fmt,
                   ...) __attribute__((format(printf, 5, 6)));
/* Reads an operand into a field of the word. */
bool dv_match_operand(struct dv_match *w, const struct dv_field *f, struct dv_span t);
/* Reads a piece of the mnemonic after its stem: a type or an enum value. */
bool dv_match_suffix(struct dv_match *w, const struct dv_field *f, struct dv_span t);

#endif
