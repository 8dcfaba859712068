/* Findings: each kind once a place, with how often it was met.
 *
 * Private to emu/check. */
#ifndef DV_CHECK_BOOK_H
#define DV_CHECK_BOOK_H

#include "emu/check/check.h"
#include "emu/check/deed.h"

struct dv_book {
    struct dv_machine *m;
    const struct dv_obj *obj;
    struct dv_check_finding *at; /* grows up to DV_CHECK_FINDINGS */
    unsigned n, room;
    uint64_t more;    /* times a finding found no room, or gave it up to a graver one */
    uint64_t allowed; /* met, but .allow is at the instruction */
    bool failed;      /* out of memory: findings may be missing */
};

/* A finding `code` of the instruction at pc, against the one at `other` (or any number that tells
 * it from others at pc; DV_BOOK_ALONE when there is none). NULL when it is known already (it is
 * counted), allowed, or there is no room; else an empty record to be filled: d.text at least. */
#define DV_BOOK_ALONE UINT64_MAX
struct dv_check_finding *dv_book_open(struct dv_book *b, const char *code, const char *severity,
                                      uint64_t pc, uint64_t other);

/* Leaves out what only follows from the fault (check.h); before findings are joined. */
void dv_book_cut(struct dv_book *b, const struct dv_diag *fault);

/* 0 error, 1 warning, 2 hint. */
unsigned dv_book_weight(const char *severity);

/* The place of a deed: instruction, line, pipe, block and cycle. */
void dv_book_place(const struct dv_book *b, const struct dv_deed *e, struct dv_place *p);
/* Adds the bytes: "operand dst in B[0]+0x20, ub 0x120, 32 bytes"; part NULL = no operand. */
void dv_book_bytes(const struct dv_book *b, const struct dv_deed *e, const struct dv_strided *part,
                   unsigned space, uint64_t address, uint64_t bytes, struct dv_place *p);
/* sprintf into a text of fixed size, cut where it ends. */
void dv_book_say(char *to, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
