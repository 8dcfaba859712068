/* The log of a run elsewhere, made ready to be issued again: its lines checked and spooled a core,
 * its words as a program.
 *
 * Reading is streaming: memory grows with the number of different instructions, not of lines. */
#ifndef DV_REPLAY_DUMP_H
#define DV_REPLAY_DUMP_H

#include "emu/core/chip.h"
#include "emu/core/feed.h"
#include "emu/core/machine.h"

enum { DV_DUMP_CORES = 256 };

struct dv_dump;

/* Reads a folder of logs, or one log. Every line is checked against the words of the chip's
 * generation; the first that does not fit is said with file and line. */
enum dv_err dv_dump_open(const char *path, const struct dv_chip *chip, struct dv_dump **out,
                         struct dv_diag *d);
void dv_dump_free(struct dv_dump *k); /* NULL allowed */

/* The words that were issued, as a program with one kernel; lives as long as the dump. Where a line
 * of the program is from is where the log names its pc first. */
const struct dv_obj *dv_dump_program(const struct dv_dump *k);

/* The same program by its listing, a text of one line an instruction in order of pcs: after
 * dv_dump_list() with the path that the text is found under. */
enum dv_err dv_dump_list(struct dv_dump *k, const char *path, struct dv_diag *d);
const struct dv_obj *dv_dump_listed(const struct dv_dump *k);
/* .. and its text; between dv_dump_list() and dv_dump_free(). */
typedef void dv_dump_put(void *to, const char *text, size_t n);
void dv_dump_listing(const struct dv_dump *k, dv_dump_put *put, void *to);

/* ---- places; pcs come as those of the program ------------------------------------------------ */

/* An execution: the nth of its instruction in a block of a core. */
struct dv_dump_at {
    uint64_t pc, nth;
    uint32_t core, part;
};
/* All false: none there. A pc of the log, else one of the program. */
bool dv_dump_at_pc(const struct dv_dump *k, uint64_t pc, uint64_t *out);
/* A line of the listing. */
bool dv_dump_at_listed(struct dv_dump *k, uint64_t line, uint64_t *out);
/* A line of the log, of the file whose path ends in file[0..n); n 0 = of any. Not while a machine
 * is fed. */
bool dv_dump_at_line(struct dv_dump *k, const char *file, size_t n, uint64_t line,
                     struct dv_dump_at *out);
bool dv_dump_has_file(const struct dv_dump *k, const char *file, size_t n);

struct dv_dump_facts {
    uint32_t files;
    uint32_t blocks, cores;   /* of the launch; that issued something */
    uint64_t lines;           /* that were issued */
    uint64_t items;           /* .. to a pipe other than S: work, flags, barriers */
    uint64_t base;            /* pc of the program's first word in the log */
    uint64_t moved;           /* added to addresses of GM, modulo 2^64 */
    uint64_t first, last;     /* ticks: of the first line, of the last that was read */
    uint32_t open, open_core; /* cores whose lines end without END; the first of them .. */
    const char *open_file;    /* .. and where its last line is */
    uint64_t open_at;
};
void dv_dump_facts(const struct dv_dump *k, struct dv_dump_facts *f);

/* What a machine is fed with; the caller may set paced. */
void dv_dump_feed(struct dv_dump *k, struct dv_feed *f);
/* The same, with the GM that is used: runs the log once without time. */
enum dv_err dv_dump_extent(struct dv_dump *k, const struct dv_chip *chip, struct dv_feed *f,
                           struct dv_diag *d);
/* A spool could not be read back: IO. */
enum dv_err dv_dump_failed(const struct dv_dump *k, struct dv_diag *d);

/* ---- against the log's own times ------------------------------------------------------------- */

/* Time from issue to completion, ours less the log's, in whole cycles. */
struct dv_dump_apart {
    uint64_t n; /* items compared */
    int64_t median, worst;
    char worst_at[256], first_at[256]; /* FILE:LINE; the first that differs by more than 1 cycle */
};
/* Listens to a run that is fed by k. After it, of a pipe; n == 0: the log tells nothing. */
void dv_dump_compare(struct dv_dump *k, struct dv_machine *m);
void dv_dump_apart(const struct dv_dump *k, unsigned pipe, struct dv_dump_apart *a);

#endif
