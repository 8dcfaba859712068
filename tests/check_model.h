/* A random program for one core as its writer and its model see it (test_check_random.c,
 * check_model.c). */
#ifndef DV_TESTS_CHECK_MODEL_H
#define DV_TESTS_CHECK_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { ITEMS = 72, TEXT = 360, PARTS = 4 };

enum pipe { S, V, M, MTE1, MTE2, MTE3, FIX, PIPES };

enum space { GM, UB, L1, L0A, L0B, L0C, SPACES };
enum class { CGM = 1, CUB = 2, CREST = 4 };

enum kind { WORK, SET, WAIT, BAR, BAR_ALL, DSB, USE };

struct part {
    enum space space;
    bool write;
    unsigned base, rows, bytes, pitch;
};

struct item {
    enum kind kind;
    enum pipe pipe;
    char text[TEXT]; /* its last line is the instruction itself */
    unsigned parts;
    struct part part[PARTS];
    enum pipe src, dst; /* SET, WAIT */
    unsigned id;
    unsigned class;      /* DSB: what it waits for; WORK: what it touches */
    unsigned loads;      /* register a load of S fills, + 1 */
    unsigned names;      /* registers of loads an instruction of S names, a mask */
    unsigned fractals;   /* MMAD: of its result */
    unsigned tile, turn; /* unit flags: which tile, + 1; how often its bits were turned before */
    unsigned line;
};

struct prog {
    struct item item[ITEMS];
    unsigned n, blocks, shift, turns[2];
    bool cube, heedless; /* of ids that come back */
    uint64_t seed;
    unsigned care; /* percent of races that the writer of the program sees */
    unsigned ids;  /* of flags: few come back soon */
    char text[ITEMS * TEXT + 4096];
};

/* Of each item: S comes to it, it starts (a SET fires), it is complete in each kind of memory. */
enum { DISPATCH, START, DONE, NODE = DONE + 3, NODES = ITEMS * NODE, WORDS = (NODES + 63) / 64 };

struct graph {
    unsigned n;                   /* nodes */
    uint64_t next[NODES][WORDS];  /* edges */
    uint64_t reach[NODES][WORDS]; /* their closure */
};

/* The model of n items; true when the program comes to its end, else the graph is of no use. */
bool model_make(struct graph *g, const struct item *it, unsigned n);
/* Items i and j, i first in the program, touch the same bytes and nothing orders them. */
bool model_race(const struct graph *g, const struct item *it, unsigned i, unsigned j);
/* The same of two blocks: they run in no order. */
bool model_race_blocks(const struct prog *p, unsigned i, unsigned j);
/* Some SET does not know that its flag was taken since the SET before. */
bool model_merges(const struct graph *g, const struct item *it, unsigned n);
/* The partner of a SET or WAIT, n when there is none. */
unsigned model_partner(const struct item *it, unsigned n, unsigned i);

#endif
