/* dv sweep: a grid of runs. grid.c has the points, sweep_run.c runs them in threads and ranks,
 * journal.c keeps what is finished, sweep_show.c tells the results, sweep.c is the command. */
#ifndef DV_CLI_SWEEP_H
#define DV_CLI_SWEEP_H

#include <pthread.h>

#include "emu/cli/cli.h"
#include "emu/cli/grid.h"
#include "emu/cli/journal.h"

enum { DV_SWEEP_JOBS = 1024 };

struct dv_sweep {
    struct dv_run_cli c; /* what dv run knows too */
    struct dv_grid grid;
    const char *csv, *json;
    unsigned jobs; /* 0 = not said */
    bool resume;
    struct dv_program p;
    const struct dv_kernel *kernel;
    unsigned chip_axis;
    struct dv_chip *chip; /* one a value of that axis */
    FILE *nowhere;        /* receives .print and .dump */
    char identity[512];
    /* Results; behind the lock while threads run. */
    pthread_mutex_t lock;
    char **record; /* one a point, NULL = not finished */
    uint64_t next, done, failed;
    const uint64_t *given; /* to a rank that is not 0: the only points, and s->next counts them */
    size_t givens;
    int broken; /* errno of a journal that cannot be written; nothing is begun any more */
    struct dv_journal journal;
    double said; /* when the progress line was last written */
};

/* ---- sweep_run.c ----------------------------------------------------------------------------- */

/* A finished point as the journal keeps it and ranks send it: fields parted by tabs. */
struct dv_record {
    bool ran;
    uint64_t clock; /* Hz */
    uint64_t shape; /* identity of the shapes of all tensors */
    dv_time cycles;
    double time_us, task_us, mac_useful, mac_per_cycle, pct_peak, busy; /* NaN = not known */
    const char *limiter, *bound;
    const char *code, *place, *text; /* of one that failed */
    char store[2048];
};
/* False when it is malformed. */
bool dv_record_read(struct dv_record *out, const char *text);

/* Prepares point 0 far enough to know s->kernel. Returns 0 or the exit status, having said why. */
int dv_sweep_probe(struct dv_sweep *s);
/* Takes a record that is already known, of an earlier process; false = no such point. */
bool dv_sweep_known(void *sweep, uint64_t point, const char *record);
/* Runs every point without a record; ranks as dv_ranks_start said. Rank 0 has them all after it. */
int dv_sweep_run(struct dv_sweep *s, unsigned ranks);

/* ---- sweep_show.c ---------------------------------------------------------------------------- */

/* Text on stdout, CSV and JSON where they were asked for. Returns 0 or the exit status. */
int dv_sweep_show(const struct dv_sweep *s);

#endif
