/* The `dv` program: what its subcommands share. One file a subcommand. */
#ifndef DV_CLI_CLI_H
#define DV_CLI_CLI_H

#include <getopt.h>
#include <stdio.h>

#include "asm/asm.h"
#include "emu/run/run.h"

typedef int (*dv_command_fn)(int argc, char **argv);

/* One row of the command table; fn NULL = named in the contract, not built yet. */
struct dv_command {
    const char *name;
    dv_command_fn fn;
    const char *brief; /* one line of `dv help` */
    const char *usage; /* options and arguments, several lines */
};
/* main.c; NULL past the end. */
const struct dv_command *dv_command_at(unsigned i);
/* By name, NULL = none; says so on stderr with the nearest name when `complain`. */
const struct dv_command *dv_command_find(const char *name, bool complain);

int dv_cmd_as(int argc, char **argv);
int dv_cmd_ld(int argc, char **argv);
int dv_cmd_dis(int argc, char **argv);
int dv_cmd_run(int argc, char **argv);
int dv_cmd_prof(int argc, char **argv);
int dv_cmd_replay(int argc, char **argv);
int dv_cmd_check(int argc, char **argv);
int dv_cmd_explain(int argc, char **argv);
int dv_cmd_isa(int argc, char **argv);
int dv_cmd_new(int argc, char **argv);
int dv_cmd_help(int argc, char **argv);
int dv_cmd_chip(int argc, char **argv);
int dv_cmd_stats(int argc, char **argv);
int dv_cmd_validate(int argc, char **argv);
int dv_cmd_sweep(int argc, char **argv);

/* ---- message.c: everything that goes to stderr ----------------------------------------------- */

enum { DV_EXIT_OK, DV_EXIT_KERNEL, DV_EXIT_USAGE, DV_EXIT_INTERNAL };

/* True when f is a terminal and neither NO_COLOR nor TERM=dumb forbids colour. */
bool dv_colour(FILE *f);
/* "dv: error: ..." */
void dv_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "dv: note: ..." */
void dv_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* dv_error and a pointer to the help; returns 2. */
int dv_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* After getopt_long returned '?' or ':': names the option and the nearest; returns 2. */
int dv_bad_option(const char *command, const struct option *list, int got, char **argv);
/* "OPTION is not supported yet"; returns 2. */
int dv_not_yet(const char *what);
/* Prints help of one command to stdout; returns 0. */
int dv_show_help(const char *command);

/* ---- finding.c: faults and findings as text -------------------------------------------------- */

/* "error:", in colour on a terminal. */
const char *dv_severity_word(FILE *to, const char *severity);
/* Prints a record on stderr: located line, and for a fault the source line and the block of what,
 * where, when, with whom and the remedy. Returns its exit status. */
int dv_show_diag(const struct dv_diag *d);
/* The same for a run on a chip: cores are also named by kind. */
int dv_show_fault(const struct dv_diag *d, const struct dv_chip *chip);
/* All findings of a run: errors, warnings, hints. */
void dv_show_findings(FILE *to, const struct dv_run *r);
/* "3 errors, 1 warning (1 allowed)" or "no findings". Returns out. */
const char *dv_findings_text(const struct dv_result *o, char *out, size_t size);
/* Errors, warnings, hints, each in the order it was met. */
void dv_order_findings(struct dv_result *o, bool hints_off);

/* ---- options.c: what run and prof share ------------------------------------------------------ */

struct dv_run_cli {
    struct dv_run_opts o;
    const char *path, *json, *log;
    const char *energy_against; /* JSON of another run */
    const char *accelergy;      /* file for action counts */
    const char *dump[16];
    unsigned dumps;
    bool quiet;
    const char *at; /* explain: --at, --nth, --in-block */
    uint64_t nth;
    bool has_block;
    uint32_t in_block;
    const char *sarif; /* check: --sarif, --explore */
    uint32_t explore;
    bool hints_off;
    const char *dir, *roi; /* prof: -o, --roi, --force, --trace-window, --trace-every */
    bool force, what_if;   /* and --what-if */
    const char *against;   /* and --against: a file, or a folder of -o */
    uint64_t trace_from, trace_to, trace_every;
    const char *arg[256]; /* storage behind o */
    struct dv_run_set set[64];
    const char *expect[DV_RUN_VERIFIES];
    char *copies[64]; /* texts cut apart for set */
    unsigned copied;
};
/* Fills *c; returns -1 to go on, else the exit status. dv_run_cli_free in any case. */
int dv_run_options(struct dv_run_cli *c, const char *command, int argc, char **argv);
void dv_run_cli_free(struct dv_run_cli *c);
/* One option of the table by its long name, for a command with options of its own; -1 or the exit
 * status. */
int dv_run_option(struct dv_run_cli *c, const char *command, const char *name, const char *value);
/* What the run found, and with checks on the line that counts it; to NULL = nowhere. An error that
 * is no finding goes to stderr. Returns the exit status. finding.c */
int dv_tell_findings(FILE *to, const struct dv_run *r, const struct dv_run_cli *c, enum dv_err e,
                     const struct dv_diag *d);

/* ---- load.c ---------------------------------------------------------------------------------- */

struct dv_program {
    struct dv_obj *obj;
    uint64_t id;
};
/* Source text is assembled in memory and serialised, so that it takes the path of a file.
 * Messages of the assembler go to stderr. Returns 0 or the exit status, having said why. */
int dv_program_load(struct dv_program *p, const char *path);
/* The same for assembly text in memory; `path` names it and is where includes are searched. */
int dv_program_assemble(struct dv_program *p, const char *path, const char *text, size_t n);
void dv_program_free(struct dv_program *p);
/* Directories searched for .include after the user's own: at most 2 are put into dir[]. `store`
 * holds texts. */
unsigned dv_include_dirs(const char *path, char *store, size_t size, const char *dir[2]);
struct dv_sink dv_stderr_sink(void);
struct dv_sink dv_file_sink(FILE *f);
/* Text gathered in memory, then written whole; b.p is freed by the caller. */
struct dv_text {
    struct dv_bytes b;
    bool failed;
};
struct dv_sink dv_text_sink(struct dv_text *t);
int dv_text_write(const struct dv_text *t, const char *path);

/* ---- show.c ---------------------------------------------------------------------------------- */

/* key: value lines on stdout; aligned on a terminal. */
void dv_show_run(const struct dv_run *r, double host_seconds);
/* The console profile. */
void dv_show_profile(const struct dv_run *r);
/* Writes text to a file or "-"; returns 0 or 2, having said why. */
int dv_write_text(const char *path, const char *text, size_t n);
/* dump.c: SPACE:ADDR:TYPE[SHAPE] of the first core used. Check returns -1 when the text is well
 * formed; show takes such a text and returns 0 or the exit status. */
int dv_check_dump(const char *spec);
int dv_show_dump(const struct dv_run *r, const char *spec);

/* run.c: the document of a run to a file or "-"; returns 0 or the exit status. */
int dv_write_report(const struct dv_run *r, const char *path, double host_seconds);
/* run.c: prepares and runs; *status is the exit status so far. false = stop now. */
bool dv_run_start(struct dv_run *r, const struct dv_run_cli *c, struct dv_program *p, int *status);

/* energy.c: where the energy of a run went, and its ratio to the run in the file `against` (NULL =
 * none). Returns 0 or 2, having said why. */
int dv_show_energy(const struct dv_run *r, const char *against);
/* against.c: an earlier run beside this one. Begin reads its document before the run starts; take
 * compares, for the report too; both return 0 or the exit status, having said why. */
struct dv_earlier {
    char path[4096];
    struct dv_account *before, *now;
    struct dv_against *against;
};
int dv_earlier_begin(struct dv_earlier *e, const struct dv_run *r, const struct dv_run_cli *c);
int dv_earlier_take(struct dv_earlier *e, struct dv_run *r);
void dv_show_against(const struct dv_against *a);
void dv_earlier_free(struct dv_earlier *e);

/* prof.c: what dv replay adds to the steps of dv prof. */
struct dv_folder;
struct dv_prof_extra {
    void *self;
    const char *args; /* in place of the kernel's arguments */
    /* Writes the program's source into the folder. */
    void (*source)(void *self, struct dv_folder *folder);
    /* After the run, which ended with e: -1 to go on, else the exit status. */
    int (*ended)(void *self, enum dv_err e, struct dv_diag *d);
    /* After runs that were made again: an error when they were not whole. */
    enum dv_err (*sound)(void *self, struct dv_diag *d);
    void (*show)(void *self); /* behind the profile */
};
/* Runs, explains, prints and writes what *c asks for, of a run that is prepared; returns the exit
 * status. x NULL = nothing to add. */
int dv_prof_go(struct dv_run *r, const struct dv_run_cli *c, double start,
               const struct dv_prof_extra *x);
/* -1, or the status when `options` were given without -o. */
int dv_prof_files_only(const struct dv_run_cli *c, const char *command, const char *options);

/* explain.c: runs and tells the life that is wanted, of a run that is prepared; `place` is the
 * option that c->at is of. ended: as above, NULL = none. */
struct dv_explain_want;
int dv_explain_go(struct dv_run *r, const struct dv_run_cli *c, const char *place,
                  const struct dv_explain_want *want, const struct dv_prof_extra *x);

/* Action counts as Accelergy reads them; returns 0 or the exit status. */
int dv_write_accelergy(const struct dv_run *r, const char *path);

double dv_host_seconds(void);

/* ---- progress.c ------------------------------------------------------------------------------ */

/* The line on stderr while a run takes long; on a terminal only, never with NO_COLOR or --quiet. */
struct dv_progress_line {
    struct dv_run *run;
    double shown;     /* when last, seconds of the run; 0 = never */
    const char *what; /* series it was about then */
};
/* Between prepare and go. */
void dv_progress_begin(struct dv_progress_line *l, struct dv_run *r, const struct dv_run_cli *c);
/* Takes the line away, before anything else is written. */
void dv_progress_end(struct dv_progress_line *l);
struct dv_progress;
void dv_progress_text(const struct dv_progress *p, double hertz, char *out, size_t size);

#endif
