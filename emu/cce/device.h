/* A device: chip, machine, sites, coroutines, the last launch. Private to the room. */
#ifndef DV_CCE_DEVICE_H
#define DV_CCE_DEVICE_H

#include "emu/cce/fiber.h"
#include "emu/cce/sites.h"
#include "emu/cce/include/dv/launch.h"
#include "emu/run/run.h"

enum { DV_DEV_TEXT = 4096 };

/* What a core has of its own. */
struct dv_seat {
    struct dv_cce *device;
    struct dv_fiber *fiber; /* NULL until its first block */
    unsigned core;
    bool rests;    /* the kernel came to its end: the stack is as after the first entry */
    uint32_t last; /* entry issued last; DV_NATIVE_FULL = none in this block */
    uint64_t issued;
    void (*kernel)(void *ctx);
};

struct dv_cce {
    char *chip_name;
    struct dv_chip chip;
    struct dv_run_opts opts;
    struct dv_machine *machine; /* NULL until it is needed */
    uint8_t *gm;                /* host address of DV_GM_BASE .. */
    uint64_t gm_bytes;          /* .. and how far pointers may lie behind it */
    unsigned allocations;       /* so far */
    struct dv_sites *sites;
    struct dv_seat *seat; /* per core */
    unsigned seats;
    struct dv_cce_launch launch;
    bool launching, quiet, trace, report;
    struct dv_patience *patience; /* NULL = no launch yet, or not asked for */
    unsigned patience_ms;         /* 0 = endless */
    struct dv_seat *running;      /* whose kernel has the thread, NULL = none */
    unsigned launches, under_way; /* so far; the number of the one that runs, 0 = none */
    unsigned lasting;             /* number of the launch to tell of, 0 = none; patience.c */
    int status;                   /* of the last launch */
    bool failed;                  /* a launch since dv_acl.h asked last */
    double tasks_us;              /* of all launches that came to their end */
    char *profile;                /* folder of the next launch, NULL = none */
    char *profile_env;            /* DV_PROF: folders of all launches, numbered; NULL = none */
    unsigned profiles;
    char *record_path;                  /* of the next launch, NULL = none */
    bool record_env;                    /* DV_CCE_RECORD named it */
    struct dv_record *record;           /* under way */
    struct dv_question *question;       /* what is to be explained, NULL = nothing */
    struct dv_question *asking;         /* the same while a launch may answer it */
    struct dv_run *run;                 /* of the last launch, NULL = none */
    const struct dv_listener *listener; /* also hears the launches; NULL = none */
    struct dv_json json;
    struct dv_diag diag;
    char text[DV_DEV_TEXT]; /* dv_cce_error */
    uint32_t local[2][4];   /* words that load and store 1, 2, 4, 8 bytes of S */
    uint32_t end, nop;      /* words */
};

/* The seat whose kernel runs on this thread; NULL outside a kernel. */
extern _Thread_local struct dv_seat *dv_dev_seat;

/* device.c: the machine, made when it is first needed. */
enum dv_err dv_dev_ready(struct dv_cce *d);
/* Keeps a failure for dv_cce_error; returns the status of its code. */
int dv_dev_fail(struct dv_cce *d);
int dv_dev_misuse(struct dv_cce *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "file:12: BOUNDS: text; fix": one line. */
void dv_dev_text(const struct dv_diag *d, const char *code, char *out, size_t size);

/* remedy.c: "set_flag.mte2.v #0" and "bar.v" of a remedy become set_flag(PIPE_MTE2, PIPE_V,
 * EVENT_ID0) and pipe_barrier(PIPE_V). */
void dv_dev_remedy(char *fix, size_t size);

/* issue.c: what the machine calls. */
void dv_dev_start(void *self, unsigned core);
void dv_dev_resume(void *self, unsigned core);
const char *dv_dev_name(void *self, uint32_t op);
/* Words of the accessors; false when the definition lacks them. */
bool dv_dev_words(struct dv_cce *d);
/* The entry issued last, before the first the launch itself. */
uint32_t dv_dev_place(struct dv_seat *s);
/* The kernel on this seat ends with a fault: does not return. */
void dv_dev_die(struct dv_seat *s, uint32_t op, enum dv_err code, const char *operand,
                const char *text, const char *fix) __attribute__((noreturn));

/* trace.c: an instruction that is about to be issued, or that returned x1, to stderr. */
void dv_dev_trace(const struct dv_seat *s, uint32_t op, const uint64_t x[DV_SLOTS]);

/* record.c: the instructions of a launch; NULL with d->diag filled. The file of tensors is written
 * when it begins, that of instructions at its end. */
struct dv_record;
bool dv_record_named(const char *path); /* NAME.s */
struct dv_record *dv_record_begin(struct dv_cce *d);
void dv_record_start(struct dv_record *r, const struct dv_cce *d, unsigned core);
void dv_record_issue(struct dv_record *r, const struct dv_seat *s, uint32_t op,
                     const uint64_t x[DV_SLOTS]);
enum dv_err dv_record_end(struct dv_record *r, struct dv_cce *d); /* NULL: nothing */
void dv_record_free(struct dv_record *r);

/* patience.c: tells of a kernel that runs on without issuing anything, or for long. */
struct dv_patience;
void dv_patience_begin(struct dv_cce *d); /* at each launch */
void dv_patience_end(struct dv_cce *d);
/* d->lasting is set: the seat that issues says how far the launch is. */
void dv_patience_tell(const struct dv_seat *s);

/* explain.c: what happened to an instruction of a launch. */
struct dv_question;
/* NULL with the text of d filled. */
struct dv_question *dv_question_new(struct dv_cce *d, const char *text);
void dv_question_free(struct dv_question *q);
/* Unanswered, and so to be asked of the next launch. */
bool dv_question_open(const struct dv_question *q); /* NULL: no */
/* Before the run; after it, which prints the answer unless the device is quiet. */
enum dv_err dv_question_begin(struct dv_question *q, struct dv_cce *d);
enum dv_err dv_question_end(struct dv_question *q, struct dv_cce *d);
/* An entry is about to be issued. */
void dv_question_met(struct dv_question *q, const struct dv_cce *d, uint32_t op);
const char *dv_question_page(const struct dv_question *q); /* "" = nobody asked */
/* Says so when no launch answered, and frees. */
void dv_question_close(struct dv_question *q, const struct dv_cce *d);

/* guard.c: while a launch runs, accesses to local offsets and stacks that are used up are faults of
 * the kernel. */
struct dv_guard;
void dv_guard_on(struct dv_guard **g);
void dv_guard_off(struct dv_guard *g);

/* profile.c: files of the next launch; NULL with d->diag filled. */
struct dv_profile;
struct dv_profile *dv_profile_begin(struct dv_cce *d);
enum dv_err dv_profile_end(struct dv_profile *p, struct dv_cce *d);

#endif
