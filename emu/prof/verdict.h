/* What bounds a run and why: the critical path, what moves asked for and the roofs above it, made
 * into the numbers and the one sentence of the profile. Formats are the caller's. */
#ifndef DV_PROF_VERDICT_H
#define DV_PROF_VERDICT_H

#include "emu/prof/path.h"
#include "emu/prof/summary.h"

/* What the moves of a path, or the instructions of a unit, asked for. */
struct dv_moved {
    uint64_t items, bytes, bursts;
    uint64_t runs;  /* bursts, those that adjoin in GM as one */
    dv_time work;   /* without heads */
    dv_time thin;   /* the part of it that longer rows would shorten: requests under way set it */
    dv_time rows;   /* the part of moves that fetch row by row (ND2NZ) */
    dv_time atomic; /* the part of atomic stores */
    dv_time longer; /* the part that bank conflicts set */
};

/* A roof: the time that nothing but this would need at the peak of the chip. */
struct dv_roof {
    uint8_t pipe; /* a unit; DV_PIPE_COUNT = a path */
    uint8_t path;
    double share; /* of the time of all cores that have it; of L2 and memory, of the chip's */
};

enum dv_bound_kind {
    DV_BOUND_NONE,
    DV_BOUND_UNIT,    /* `pipe` works */
    DV_BOUND_BURSTS,  /* .. on pieces too small for the rate of its path */
    DV_BOUND_LATENCY, /* .. less than it takes to begin */
    DV_BOUND_BANKS,   /* vector instructions wait for banks of UB */
    DV_BOUND_QUEUE,   /* S stands before the full queue of `pipe`, and others have nothing to do */
    DV_BOUND_SCALAR,  /* S itself */
    DV_BOUND_FLAGS,   /* flags and barriers travel */
    DV_BOUND_CROSS,   /* other cores */
    DV_BOUND_SHARED,  /* moves of `pipe` get less than their rate, because all cores move */
    DV_BOUND_KINDS
};
extern const char *const dv_bound_names[DV_BOUND_KINDS];

enum { DV_COSTLY = 3, DV_ROOFS = DV_PATHS + DV_PIPE_COUNT };

/* A line of the source by its time on the critical path. */
struct dv_costly {
    const char *file;
    uint32_t line;
    uint64_t pc; /* of its most expensive instruction */
    dv_time time;
    const char *macro, *caller; /* that the line stands in, and the file it is called from; NULL */
    uint32_t called;            /* line of the call */
};

struct dv_verdict {
    const struct dv_path_sum *path; /* NULL: why */
    const char *why;
    unsigned core;
    struct dv_moved moved[DV_PATHS], unit[DV_PIPE_COUNT];
    struct dv_roof roof[DV_ROOFS]; /* highest first */
    unsigned roofs;
    struct dv_costly line[DV_COSTLY];
    unsigned lines;
    uint8_t bound, pipe;
    uint8_t along;               /* enum dv_path of most of its work, DV_PATHS = none */
    bool paced;                  /* S is as in a log: no wait of its is ours */
    double share;                /* of the critical path, 0 .. 1 */
    uint8_t next;                /* the unit with the next share, of a bound that is a unit .. */
    double next_share;           /* .. 0 of another */
    double works[DV_PIPE_COUNT]; /* of the time, without starts; on the core where it is most */
    double missed;               /* of the bytes read from GM, what L2 had not */
    char text[700];
};

struct dv_judge;

/* Before the run: listens to m. NULL = out of memory. obj outlives it. */
struct dv_judge *dv_judge_new(struct dv_machine *m, const struct dv_obj *obj);
/* After a run that ended. Valid until the judge is freed. */
const struct dv_verdict *dv_judge_take(struct dv_judge *j, const struct dv_summary *s);
void dv_judge_free(struct dv_judge *j); /* NULL allowed */

/* sentence.c: fills text, from all else. */
void dv_verdict_say(struct dv_verdict *v, const struct dv_summary *s, const struct dv_chip *c);
/* The path that a unit works longest for; DV_PATHS = none. */
unsigned dv_verdict_along(const struct dv_verdict *v, unsigned pipe);
/* Does a flag of src tell dst that it may write again what src has read? */
bool dv_hands_back(unsigned src, unsigned dst);
/* What a pool that all cores share gives, bytes a cycle. */
double dv_pool_rate(const struct dv_chip *c, unsigned pool);

/* "GM->L1". Returns out. */
const char *dv_path_text(unsigned path, char out[16]);
/* "GM->L1" for a path, "CUBE" for a unit, "L2", "memory". Returns out. */
const char *dv_roof_text(const struct dv_roof *r, char out[16]);
/* "71 % of this time rests on measured numbers, 8 % on guesses". Returns out. */
const char *dv_trust_text(const struct dv_summary *s, char *out, size_t size);

#endif
