/* One line of a simulator's instruction log (docs/replay.md): text to values. Owns the grammar;
 * knows nothing of files, cores or what a word does. */
#ifndef DV_REPLAY_LINE_H
#define DV_REPLAY_LINE_H

#include "isa/isa.h"

enum { DV_LINE_MOST = 4096 }; /* bytes of a line, more are refused */

/* What the text shows of the generation it is from. */
enum dv_line_style { DV_LINE_PLAIN, DV_LINE_WIDE, DV_LINE_LOWER };

struct dv_popped {
    uint64_t tick, pc;
    int core; /* of @COREn, -1 = the line names none */
    char pipe[16];
    bool issue; /* the line says so itself */
    uint32_t word;
    uint8_t style;         /* enum dv_line_style; others than PLAIN have no word */
    uint8_t named, valued; /* 1 << slot: the line names a register, gives its value */
    uint8_t reg[DV_SLOTS];
    uint64_t x[DV_SLOTS];
};

enum dv_line_is { DV_LINE_ITEM, DV_LINE_OTHER, DV_LINE_BAD };

/* `text` without its newline. OTHER: blank, or a line that readers of such logs pass over. BAD:
 * *why says what is missing, static text. */
enum dv_line_is dv_line_read(const char *text, size_t n, struct dv_popped *out, const char **why);

#endif
