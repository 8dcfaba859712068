/* What the files of this room share: a dump while it is read and while it feeds a machine. */
#ifndef DV_REPLAY_STATE_H
#define DV_REPLAY_STATE_H

#include <stdio.h>

#include "emu/replay/dump.h"
#include "emu/replay/line.h"

/* GM of another run is moved by whole pages; S finds what is that near to an operand. */
#define DV_DUMP_PAGE (2ull << 20)

enum {
    DV_DUMP_SLOTS = DV_DUMP_CORES + 1, /* the last: lines that name no core */
    DV_DUMP_PENDING = 256,             /* more than the queue of a pipe holds */
    DV_DUMP_PIPES = DV_PIPE_COUNT,
    DV_DUMP_NEAR = 1 << 13 /* differences that are told apart, cycles */
};

/* Plain records in a file that is gone when it is closed. */
struct dv_dump_spool {
    FILE *f;
    uint64_t n;
};

struct dv_dump_record {
    struct dv_feed_line line; /* op: index into dv_dump.word until the feed hands it out */
    uint64_t at;              /* line in its file */
    uint32_t file;
};

/* An instruction that was issued. */
struct dv_dump_word {
    uint64_t pc, at;
    uint32_t file;
    struct dv_op op;
    uint64_t count; /* times it was issued */
};

struct dv_dump_core {
    struct dv_dump_spool lines, done[DV_DUMP_PIPES];
    uint64_t first, last; /* ticks */
    uint32_t part;
    bool open;          /* lines since the last END */
    uint32_t last_file; /* where its last line is */
    uint64_t last_at;
    uint8_t kinds;                    /* that all of its words are for */
    struct dv_dump_record now, ahead; /* of the feed */
    bool has_now, has_ahead;
    /* Issued and not complete: the log's tick and place. */
    struct {
        uint64_t tick, at;
        uint32_t file;
    } pending[DV_DUMP_PIPES][DV_DUMP_PENDING];
    uint32_t issued[DV_DUMP_PIPES], completed[DV_DUMP_PIPES];
};

struct dv_dump_tally {
    uint64_t n, near[2 * DV_DUMP_NEAR + 1]; /* by difference, the ends hold what is beyond */
    int64_t worst;
    uint64_t worst_at, first_at;
    uint32_t worst_file, first_file;
    bool has_first;
};

struct dv_dump {
    unsigned kinds; /* of the chip's generation */
    unsigned aic, aiv, merged;
    const char *generation, *other;
    char **file;
    uint32_t files;
    struct dv_dump_word *word;
    uint32_t words, room;
    uint32_t *place; /* hash of pc: index + 1 into word; a power of two */
    uint32_t places;
    struct dv_dump_core *core[DV_DUMP_SLOTS]; /* NULL = not in the log */
    bool gm_used;
    uint64_t gm_lo, gm_hi, moved; /* addresses of operands; added to them */
    uint64_t first, last, items, lines, base;
    uint32_t blocks, cores;
    struct dv_obj *program;
    struct dv_obj listed; /* the program with the lines of its listing: these are its own */
    struct dv_line *listed_line;
    char *listed_file[1];
    struct dv_dump_word **sorted; /* by pc; NULL = not needed so far */
    struct dv_dump_tally *tally;  /* a pipe */
    struct dv_machine *machine;
    bool failed; /* a spool could not be read */
};

/* files.c: hands every line to dv_dump_line(). */
enum dv_err dv_dump_read(struct dv_dump *k, const char *path, struct dv_diag *d);

/* What is known of the lines of a file beforehand. */
struct dv_dump_source {
    uint32_t file;
    int slot;          /* core, -1 = the lines say it */
    bool issues, ends; /* all its lines are issues, completions; neither: the lines say it */
};
/* dump.c */
enum dv_err dv_dump_line(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                         const char *text, size_t n, struct dv_diag *d);

struct dv_dump_word *dv_dump_word_find(const struct dv_dump *k, uint64_t pc); /* NULL = none */

/* program.c: words and blocks known, to a program. */
enum dv_err dv_dump_link(struct dv_dump *k, struct dv_diag *d);

/* Everything is in the file; it can be read from the start. */
bool dv_dump_spool_end(struct dv_dump_spool *s);
bool dv_dump_spool_add(struct dv_dump_spool *s, const void *p, size_t bytes);
static inline bool dv_dump_spool_get(struct dv_dump_spool *s, void *p, size_t bytes)
{
    return s->f && fread(p, bytes, 1, s->f) == 1;
}

#endif
