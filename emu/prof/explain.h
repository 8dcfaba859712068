/* The life of one instruction: what happened to it, piece by piece, and which numbers set each
 * piece.
 *
 * explain.c hears the run and keeps what happened to one execution, notes.c the items around it;
 * pieces.c cuts its time into parts that add up; formula.c says where the numbers are from. Texts
 * and formats of reports are the caller's. */
#ifndef DV_PROF_EXPLAIN_H
#define DV_PROF_EXPLAIN_H

#include "emu/core/machine.h"
#include "emu/core/traffic.h"

enum { DV_LIFE_STALLS = 8 };

enum dv_life_kind {
    DV_LIFE_WORK,
    DV_LIFE_SET,
    DV_LIFE_WAIT,
    DV_LIFE_BAR, /* and NOP of a queue */
    DV_LIFE_SCALAR,
    DV_LIFE_END
};

/* Another instruction of the same core that a life names. */
struct dv_life_other {
    bool known;
    uint8_t pipe;
    uint64_t pc;
    dv_time dispatch, start, end, done; /* of an item not complete yet only dispatch is known */
};

/* A wait of S. */
struct dv_life_stall {
    uint8_t reason; /* enum dv_reason */
    bool ub;        /* a load that UB answered */
    uint8_t queue;  /* queue_full: the pipe */
    dv_time from, to;
    struct dv_life_other other; /* who left the queue, set the flag, was complete last */
};

struct dv_life {
    bool found;
    bool scalar;  /* executed by S; else an item of a queue */
    bool native;  /* .. which is host code */
    uint8_t kind; /* enum dv_life_kind */
    uint8_t pipe;
    uint16_t core;
    uint32_t block, seq;
    uint64_t pc, nth; /* nth execution in its block */
    dv_time dispatch, turn, ready, start, begin, end, done;
    uint8_t why_start, why_end;
    struct dv_op op;
    bool has_cost;
    struct dv_cost cost;
    struct dv_amount amount;
    struct dv_traffic traffic;
    uint64_t bytes, hit_bytes, miss_bytes;
    struct dv_life_other before;  /* the item before it in its queue that kept it back */
    struct dv_life_other flag;    /* SET of the flag that `before`, a WAIT, waited for */
    struct dv_life_other cause;   /* who decided its start (why_start) */
    struct dv_life_other worked;  /* the last work item before it */
    struct dv_life_other follows; /* the item before it on its pipe */
    struct dv_life_other partner; /* with unit flags: the item that its end follows */
    struct dv_life_stall stall[DV_LIFE_STALLS]; /* of S, at this instruction */
    unsigned stalls;
    dv_time unlisted;          /* waits of S beyond these */
    struct dv_life_stall last; /* the wait of S before this instruction, when `waited` */
    uint64_t last_pc;
    bool waited;
};

struct dv_explain;

/* What to look for: instructions by index (pc / 4) with wanted[index] set, `words` of them; the
 * nth execution (1 ..) in a block; a block, or with `any` the lowest in which there is one. Copied.
 * Where instructions come up during the run, `room` is how many at most, dv_explain_mark adds one.
 * NULL = out of memory. */
struct dv_explain_want {
    const bool *wanted;
    uint32_t words, room;
    uint64_t nth;
    uint32_t block;
    bool any, on_core;
    uint32_t core, part;
};
struct dv_explain *dv_explain_new(const struct dv_machine *m, const struct dv_explain_want *want);
void dv_explain_mark(struct dv_explain *e, uint32_t index);
void dv_explain_free(struct dv_explain *e); /* NULL allowed */
struct dv_listener dv_explain_listener(struct dv_explain *e);
/* After the run; found is false when there was no such execution. */
const struct dv_life *dv_explain_life(const struct dv_explain *e);
/* The execution looked for when the run ended before it was complete: of the lowest block; only
 * pc, core, block, pipe and dispatch are known. NULL = there is none. */
const struct dv_life *dv_explain_pending(const struct dv_explain *e);
/* Executions: the most in one block, and that block (of `block` alone unless any). */
uint64_t dv_explain_most(const struct dv_explain *e, uint32_t *block);
/* Memory ran out, the record is not complete. */
bool dv_explain_failed(const struct dv_explain *e);

/* ---- pieces.c -------------------------------------------------------------------------------- */

/* clang-format off */
#define DV_PIECE_LIST(X) \
    X(queued) /* in the queue, behind others */ \
    X(held)   /* at the front: operands, interval, requests under way, unit flag */ \
    X(flag)   /* a WAIT for its flag, a SET for the one before to be taken */ \
    X(barrier) \
    X(unit)   /* ready, the unit still works */ \
    X(head)   /* what precedes the work and is not hidden */ \
    X(work) \
    X(slowed)  /* work that L1 slows down */ \
    X(partner) /* the unit flag's partner ends first */ \
    X(tail) \
    X(order)  /* completions are in order */ \
    X(stall)  /* of S */ \
    X(issue) \
    X(native) /* what the host computes for an intrinsic */ \
    X(jump) \
    X(division)
/* clang-format on */
enum dv_piece_kind {
#define X(n) DV_PIECE_##n,
    DV_PIECE_LIST(X)
#undef X
        DV_PIECES
};
extern const char *const dv_piece_names[DV_PIECES];

struct dv_piece {
    uint8_t kind;  /* enum dv_piece_kind */
    uint8_t stall; /* index of a wait of S */
    dv_time from, to;
};

enum { DV_LIFE_PIECES = 16 };

/* Cuts [dispatch, done] into pieces without gaps; returns how many. Pieces of no length are left
 * out, except the work of an item and the issue of a scalar instruction. */
unsigned dv_life_pieces(const struct dv_life *l, const struct dv_chip *chip,
                        struct dv_piece out[DV_LIFE_PIECES]);

/* ---- formula.c ------------------------------------------------------------------------------- */

enum { DV_LIFE_TERMS = 12, DV_TERM_NUMBERS = 3 };

/* A number of the law that this life used. */
struct dv_life_term {
    const char *name; /* "work", "head_queued" */
    dv_time value;
    char text[160]; /* "32 blocks x 4096 MAC / core.cube.mac_f16"; "" when the number is the term */
    uint16_t number[DV_TERM_NUMBERS]; /* of the chip */
    unsigned numbers;
};
unsigned dv_life_terms(const struct dv_life *l, const struct dv_chip *chip,
                       struct dv_life_term out[DV_LIFE_TERMS]);

#endif
