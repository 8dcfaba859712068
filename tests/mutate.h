/* Mutation score: a kernel with one instruction changed must be caught by the checker, or be as
 * good as the original. Shared by the files of tests/mutate*.c.
 *
 * A mutant is a change of the assembled words in memory:
 *   set, wait   removed; another event id; another pipe on either side; moved over a neighbour
 *   bar         removed; another pipe; moved over a neighbour
 *   any other   a count or length of its config registers, or of the mask, one more or one less
 * It is caught by a fault of the engine, a finding of the checker, a failed verification or another
 * bit in an output; it is equivalent when the checker has nothing to say and the outputs have the
 * original's bits under every explored schedule. Anything else is missed. */
#ifndef DV_TESTS_MUTATE_H
#define DV_TESTS_MUTATE_H

#include "emu/run/run.h"

enum { MUTATE_SETS = 6, MUTATE_ARGS = 8 };

/* A kernel with arguments that together reach every word of it. */
struct mutate_kernel {
    const char *path;
    const char *args[MUTATE_SETS]; /* "n=3 m=4 blocks=2", NULL ends */
};

/* ---- mutate_words.c: the changes ------------------------------------------------------------- */

struct mutate_program {
    struct dv_obj *obj;
    uint32_t words;
    uint32_t *word;
    struct dv_op *op;
    bool *target;          /* a jump goes there */
    unsigned kind;         /* enum dv_kind */
    uint32_t *zero, *full; /* per word: lengths that were 0 or all ones, a bit each */
};

enum mutate_change {
    MUTATE_REMOVED,
    MUTATE_ID,
    MUTATE_SRC,
    MUTATE_DST,
    MUTATE_PIPE,
    MUTATE_MOVED,
    MUTATE_MORE,
    MUTATE_LESS,
    MUTATE_CHANGES
};
extern const char *const mutate_change_names[MUTATE_CHANGES];

struct mutate_mutant {
    uint32_t at;
    uint8_t change;
    uint8_t value;                /* id, pipe */
    uint32_t to;                  /* MOVED: over this word */
    const struct dv_field *field; /* MORE, LESS: of the config registers, NULL = the mask */
};

bool mutate_program_open(struct mutate_program *p, struct dv_obj *obj);
void mutate_program_close(struct mutate_program *p); /* the object too */
/* Word i was executed with these register values. */
void mutate_note(struct mutate_program *p, uint32_t i, const uint64_t x[DV_SLOTS]);
/* All mutants, malloc'd; after every run was noted, because one more or less must not carry into
 * another field. `skipped` counts lengths that need x31 where it is in use. */
struct mutate_mutant *mutate_all(const struct mutate_program *p, unsigned *n, unsigned *skipped);
/* The words of a mutant (malloc'd) in *n. */
uint32_t *mutate_apply(const struct mutate_program *p, const struct mutate_mutant *m, uint32_t *n);
/* "file:line: instruction: what was changed" */
void mutate_say(const struct mutate_program *p, const struct mutate_mutant *m, char *out,
                size_t size);

/* ---- mutate_judge.c: what becomes of one ----------------------------------------------------- */

enum mutate_fate {
    MUTATE_WAITING,
    MUTATE_UNREACHED,
    MUTATE_FINDING, /* errors of the checker */
    MUTATE_WARNING, /* .. or nothing but warnings */
    MUTATE_COLLISION,
    MUTATE_DEADLOCK,
    MUTATE_FAULT,
    MUTATE_VERIFY,
    MUTATE_BITS, /* within the tolerance of the reference */
    MUTATE_EQUIVALENT,
    MUTATE_MISSED,
    MUTATE_CRASHED, /* the process that judged it died */
    MUTATE_FATES
};
extern const char *const mutate_fate_names[MUTATE_FATES];

struct mutate_verdict {
    uint8_t fate;  /* enum mutate_fate */
    char code[16]; /* of the finding or fault; EQUIVALENT: of a hint the original does not get */
    char why[200]; /* its text; MISSED: what an explored schedule made of it */
    double seconds;
};

/* One set of arguments, and what the unchanged kernel does with it. */
struct mutate_set {
    char store[128];
    const char *arg[MUTATE_ARGS];
    size_t args;
    uint32_t blocks;
    uint64_t cycles;
    unsigned hints;               /* the checker has for the original */
    bool *reached;                /* per word */
    uint8_t *output[MUTATE_ARGS]; /* per parameter, NULL = no output */
};

struct mutate_judge {
    const struct mutate_kernel *kernel;
    struct mutate_program program;
    struct mutate_set set[MUTATE_SETS];
    unsigned sets;
    uint32_t seeds;
};

/* Runs the original with every set; false, having said why, when it is not clean. */
bool mutate_judge_open(struct mutate_judge *j);
void mutate_judge_close(struct mutate_judge *j);
void mutate_judge_one(const struct mutate_judge *j, const struct mutate_mutant *m,
                      struct mutate_verdict *v);

/* ---- mutate_pool.c: many of them at once ----------------------------------------------------- */

/* Judges mutants 0 .. n-1 in `jobs` processes. Verdicts are in memory of its own (n of them, to be
 * given back by mutate_pool_free). NULL when the host refuses. */
struct mutate_verdict *mutate_pool(const struct mutate_judge *j, const struct mutate_mutant *m,
                                   unsigned n, unsigned jobs);
void mutate_pool_free(struct mutate_verdict *v, unsigned n);

#endif
