/* A machine on a bench: a kernel as text, assembled, loaded, launched. For tests of the engine. */
#ifndef DV_TESTS_BENCH_H
#define DV_TESTS_BENCH_H

#include "asm/asm.h"
#include "emu/core/state.h"

struct bench {
    struct dv_obj *obj;
    struct dv_machine *m;
    struct dv_diag d;
    uint64_t para, slot[16]; /* parameter block; slots filled by bench_tensor */
    unsigned slots;
};

/* Assembles `text` as file "test.s" and makes a machine of `chip`; asserts on failure. */
void bench_open(struct bench *b, const char *chip, const struct dv_machine_opts *o,
                const char *text);
/* The same from a file of the source tree. */
void bench_open_file(struct bench *b, const char *chip, const struct dv_machine_opts *o,
                     const char *path);
/* Next parameter slot: a tensor of `bytes` bytes; returns its host pointer. */
void *bench_tensor(struct bench *b, uint64_t bytes);
/* Next parameter slot: a number. */
void bench_number(struct bench *b, uint64_t v);
/* Launches the object's first kernel on `blocks` blocks. */
enum dv_err bench_launch(struct bench *b, unsigned blocks);
/* Launches and runs. */
enum dv_err bench_run(struct bench *b, unsigned blocks);
/* Busy time of a pipe on core 0, in 1/256 cycle. */
dv_time bench_busy(const struct bench *b, unsigned core, unsigned pipe);
void bench_close(struct bench *b);

#endif
