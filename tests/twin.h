/* One launch in several ways that must not differ: loops replayed or not, in steps, saved and
 * restored, with data or without. What a launch left behind is a text, a line a counter. */
#ifndef DV_TESTS_TWIN_H
#define DV_TESTS_TWIN_H

#include "emu/core/replay.h"
#include "tests/launch.h"

/* A launch. Zero is the default of every member but the first two. */
struct twin {
    const char *name;
    const char *source; /* assembly text, or the path of a file when it has no line break */
    const char *args;   /* "n=3 m=4", NULL = none */
    const char *chip;   /* NULL = 910B1 */
    unsigned blocks;
    uint64_t max_cycles;
    const char *set, *to; /* a number of the chip */
};

struct twin_way {
    bool data, no_replay;
    uint64_t step;    /* cycles, 0 = one run to the end */
    uint64_t save_at; /* cycles: saved and restored into another machine, 0 = never */
};

/* Every counter of every core, or the record of the fault; free it. */
char *twin_text(const struct dv_machine *m);
/* Runs it. *items, when not NULL: what the queues of the last blocks took; less than without
 * replay when rounds were replayed. Free the text. */
char *twin_run(const struct twin *t, const struct dv_obj *obj, const struct twin_way *w,
               uint64_t *items);
/* The first lines that only one of the texts has, "" when they are the same. */
const char *twin_diff(const char *a, const char *b);

#endif
