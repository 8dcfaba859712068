/* One launch from object to result: what the command line, the public API and sweeps share.
 *
 *   prepare   chip, arguments, shapes, machine, contents of the inputs
 *   go        simulate, compare, derive numbers
 *   save      write the name=@FILE tensors
 *   report    JSON (CONTRACT section 4) */
#ifndef DV_RUN_RUN_H
#define DV_RUN_RUN_H

#include <stdio.h>

#include "emu/check/check.h"
#include "emu/prof/energy.h"
#include "emu/prof/verdict.h"
#include "emu/run/against.h"
#include "emu/run/args.h"
#include "emu/run/ideal.h"
#include "emu/run/json.h"
#include "emu/run/reference.h"
#include "emu/run/replayed.h"
#include "emu/run/uncertainty.h"
#include "emu/run/verify.h"
#include "emu/run/watch.h"

struct dv_progress;

struct dv_run_set {
    const char *path, *text;
};

/* Strings are borrowed until dv_run_free. Zero is the default of every member. */
struct dv_run_opts {
    const char *chip;   /* name or file, NULL = 910B1 */
    const char *kernel; /* NULL = the only one */
    const char *const *arg;
    size_t args; /* name=value */
    const struct dv_run_set *set;
    size_t sets; /* chip numbers */
    const char *const *expect;
    size_t expects;  /* name=FILE.npy */
    const char *tol; /* "R,A", NULL = what .ref says */
    uint32_t blocks; /* 0 = the kernel's default */
    bool has_seed;
    uint64_t seed; /* default 1 */
    bool verify, time_off, data_off, no_simd, no_replay;
    bool check;            /* listen with the checker */
    uint8_t acc;           /* enum dv_acc */
    bool cold;             /* caches and L2 are empty at the launch */
    uint64_t max_cycles;   /* 0 = 1e10 */
    uint32_t warmup;       /* identical launches before those that count */
    uint32_t repeat;       /* launches that count; all but their cycles is of the last. 0 = 1 */
    const char *mem;       /* shared object with another memory system (emu/mem.h), NULL = ours */
    const char *mem_trace; /* FILE[:FORMAT] for what the memory system is asked for, NULL = none */
    FILE *notes;           /* receives what .print and .dump write, NULL = stderr */
    uint8_t energy;        /* 0 = not asked for, 1 = shares, 2 = joules too */
    bool uncertainty;      /* the ranges of the chip's numbers as a range of the cycles */
    uint64_t explore_seed; /* another legal schedule (explore.h); 0 = the undisturbed one */
    /* Told now and then while the launch runs (progress.h); NULL = nobody. */
    void (*progress)(void *to, const struct dv_progress *p);
    void *progress_to;
    bool unwatched;  /* .assert, .print, .dump and regions are passed over */
    uint32_t window; /* struct dv_machine_opts */
    bool shared;
    const struct dv_feed *feed; /* a log in the program's place (core/feed.h); NULL = none */
    /* For runs of the same kernel under another number. */
    bool probe;                     /* only time is asked for: watch and save nothing */
    bool unordered;                 /* .. of a program that lacks flags: nothing collides */
    const struct dv_chip *resolved; /* instead of chip and set */
};

enum { DV_SERIES_MOST = 100000 }; /* launches of a run (ours) */
enum { DV_RUN_VERIFIES = 16, DV_RUN_FINDINGS = 192 };

struct dv_finding {
    char code[16];        /* name of the error, or one of the checker's; VERIFY ASSERT CYCLES */
    const char *severity; /* error warning hint */
    uint64_t count;       /* times it was met */
    const char *picture;  /* of a DEADLOCK: dv_machine_picture; NULL = none */
    struct dv_diag d;
};

/* NaN stands for "not applicable" in every double. */
struct dv_result {
    bool ended;    /* the run came to its end without a fault */
    bool has_time; /* false with --time off */
    struct dv_summary sum;
    double time_us, core_us, task_us, mac_per_cycle, tflops, peak_tflops, pct_peak;
    bool has_macs;
    uint64_t mac_useful;
    char bound[160];
    int verified; /* -1 not asked, 0, 1 */
    struct dv_verify verify[DV_RUN_VERIFIES];
    unsigned verifies;
    struct dv_finding finding[DV_RUN_FINDINGS];
    unsigned findings;
    uint64_t allowed; /* findings that .allow suppressed */
    uint64_t more;    /* findings of the checker that found no room, or follow from the fault */
    struct {
        uint32_t runs; /* 0 = not asked for, or nothing to compare with */
        bool differs;
        uint64_t seed; /* of the first that differs */
    } explored;
    struct dv_uncertainty uncertainty;
    struct {
        uint32_t n; /* launches that counted */
        dv_time least, most;
        double median; /* 1/256 cycle */
    } repeats;
    double load_seconds, fill_seconds, run_seconds, verify_seconds;
};

struct dv_run {
    struct dv_run_opts opts;
    const struct dv_obj *obj;
    const struct dv_kernel *kernel;
    uint64_t build_id;
    struct dv_chip chip;
    struct dv_args args;
    struct dv_machine *machine;
    struct dv_memory *memory;       /* NULL = only the machine's own memory system */
    struct dv_check *check;         /* NULL = not asked for */
    struct dv_watch *watch;         /* NULL = nothing to watch */
    uint8_t **before;               /* per argument: contents of inout tensors at the start */
    void **flat;                    /* per argument: row-major copy of another layout */
    struct dv_diag late;            /* of contents on demand that could not be read */
    struct dv_run_content *content; /* per argument: contents on demand */
    unsigned fills;                 /* tensors whose contents were made or read */
    struct dv_launch launch;
    const struct dv_ref *ref; /* NULL = the kernel names none */
    struct dv_ref_call call;  /* its inputs, set up by prepare */
    struct dv_arg *ref_out;
    struct dv_arg *expect_arg[DV_RUN_VERIFIES];
    uint8_t *expect_bytes[DV_RUN_VERIFIES]; /* contents of the --expect files */
    struct dv_result result;
    const struct dv_verdict *verdict;   /* of dv prof; NULL = not asked for */
    const struct dv_ideals *ideals;     /* of dv prof --what-if; NULL = not asked for */
    const struct dv_against *against;   /* of dv prof --against; NULL = not asked for */
    const struct dv_replayed *replayed; /* of dv replay; NULL = a kernel ran */
};

/* Identity of an object image, FNV-1a. */
uint64_t dv_image_id(const uint8_t *p, size_t n);

/* obj must outlive r. Listeners are added to r->machine between prepare and go. */
enum dv_err dv_run_prepare(struct dv_run *r, const struct dv_run_opts *o, const struct dv_obj *obj,
                           uint64_t build_id, struct dv_diag *d);
/* DV_OK also when verification failed (r->result.verified == 0); a fault is returned and is
 * also in r->result.finding. */
enum dv_err dv_run_go(struct dv_run *r, struct dv_diag *d);
enum dv_err dv_run_save(struct dv_run *r, struct dv_diag *d);
/* Also after a failure of prepare. */
void dv_run_free(struct dv_run *r);

/* ---- attach.c -------------------------------------------------------------------------------- */
/* In place of dv_run_prepare: the first kernel of obj on a machine that is loaded with it. Nobody
 * listens to the machine but the checker; all of GM may be read and written. */
enum dv_err dv_run_attach(struct dv_run *r, const struct dv_run_opts *o, struct dv_machine *m,
                          const struct dv_obj *obj, struct dv_diag *d);
/* In place of dv_run_free: the machine stays, nobody listens to it any more. */
void dv_run_detach(struct dv_run *r);

/* Exit status of a run that was prepared: 0 or 1. */
int dv_run_exit(const struct dv_run *r);

/* Current contents of a tensor argument as a typed view. */
struct dv_tensor dv_run_tensor(const struct dv_run *r, const struct dv_arg *a);

/* ---- series.c -------------------------------------------------------------------------------- */
/* Launches of a run altogether. */
uint64_t dv_series_launches(const struct dv_run_opts *o);
/* Runs all launches; the machine stands at the first, nobody listens to any but the last. */
enum dv_err dv_series_run(struct dv_run *r, struct dv_diag *d);
/* ---- result.c -------------------------------------------------------------------------------- */
/* Fills every derived number from the machine; the run has ended. */
void dv_result_derive(struct dv_run *r);
/* ---- clock.c --------------------------------------------------------------------------------- */
/* Of a chip with two documented clocks: which one counts, in words. Returns out, else NULL. */
const char *dv_clock_text(const struct dv_chip *c, char *out, size_t size);
/* ---- compare.c ------------------------------------------------------------------------------- */
/* Resolves .ref against the arguments (r->ref, call, ref_out); CONFIG when it cannot fit. */
enum dv_err dv_compare_bind(struct dv_run *r, struct dv_diag *d);
/* Verifies what was asked for and records results and findings. */
enum dv_err dv_compare(struct dv_run *r, struct dv_diag *d);
/* ---- report.c -------------------------------------------------------------------------------- */
/* The whole document of `dv run --json`; host_seconds is the caller's total. */
void dv_report_json(struct dv_json *j, const struct dv_run *r, double host_seconds);
void dv_report_finding(struct dv_json *j, const struct dv_finding *f);
/* Whole cycles when the time is whole, else the exact fraction. */
void dv_report_cycles(struct dv_json *j, const char *key, dv_time t);
/* ---- profile.c ------------------------------------------------------------------------------- */
/* The members `profile` and `what_if`: null without a profile. */
void dv_report_profile(struct dv_json *j, const struct dv_run *r);

#endif
