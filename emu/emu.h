/* libdv: run kernels on an emulated Da Vinci AI core from C or C++.
 *
 *     struct dv_emu *e;
 *     if (dv_emu_open(&e, "910B1") || dv_emu_load_file(e, "vadd.o") ||
 *         dv_emu_argument(e, "n", "4096") || dv_emu_run(e))
 *         puts(dv_emu_error(e));
 *     dv_emu_close(e);
 *
 * Functions that can fail return an enum dv_status; the text of the last failure is
 * dv_emu_error(). A handle is used by one thread at a time; handles are independent. Texts that
 * are returned belong to the handle and live until its next run or its end. */
#ifndef DV_EMU_H
#define DV_EMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DV_API __attribute__((visibility("default")))

/* The exit statuses of `dv run`. */
enum dv_status {
    DV_STATUS_OK = 0,
    DV_STATUS_KERNEL = 1,  /* the kernel is wrong, failed verification or cannot be executed */
    DV_STATUS_INPUT = 2,   /* bad argument, file, option, or not enough memory */
    DV_STATUS_INTERNAL = 3 /* wrong use of this interface, or a bug of ours */
};

/* A chip, a loaded object, arguments and the last result. */
struct dv_emu;

/* Version of the library, "0.1.0", and of the bits of the instruction set that are ours. */
DV_API const char *dv_emu_version(void);
DV_API unsigned dv_emu_isa_version(void);

/* Opens a handle for a chip ("910B1", "Ascend910B1", a chip file; NULL = 910B1). *out is set also
 * when the chip is refused, so that dv_emu_error works; it is NULL only without memory. */
DV_API enum dv_status dv_emu_open(struct dv_emu **out, const char *chip);
/* Frees everything; NULL is allowed. */
DV_API void dv_emu_close(struct dv_emu *e);
/* One sentence about the last failure, "" when there was none; never NULL. */
DV_API const char *dv_emu_error(const struct dv_emu *e);

/* Overrides one number of the chip: path and text as in a chip file. */
DV_API enum dv_status dv_emu_set(struct dv_emu *e, const char *path, const char *value);

/* Loads an object (`dv as` makes them), replacing an earlier one and forgetting its arguments. */
DV_API enum dv_status dv_emu_load_file(struct dv_emu *e, const char *path);
DV_API enum dv_status dv_emu_load_bytes(struct dv_emu *e, const void *image, size_t bytes);
/* Chooses a kernel of an object that has several. */
DV_API enum dv_status dv_emu_kernel(struct dv_emu *e, const char *name);

/* Sets an argument as on the command line: a number for a scalar; zeros, random:int, FILE.npy ..
 * for an input tensor. Names are checked by dv_emu_run. */
DV_API enum dv_status dv_emu_argument(struct dv_emu *e, const char *name, const char *value);
/* Sets the contents of an in or inout tensor: exactly its size in bytes, row-major,
 * little-endian. The data is copied. */
DV_API enum dv_status dv_emu_input(struct dv_emu *e, const char *name, const void *data,
                                   size_t bytes);

/* Launch options; the defaults are those of `dv run`. */
DV_API void dv_emu_blocks(struct dv_emu *e, unsigned blocks); /* 0 = the kernel's own */
DV_API void dv_emu_seed(struct dv_emu *e, uint64_t seed);     /* of random contents */
DV_API void dv_emu_verify(struct dv_emu *e, bool on);         /* against the kernel's .ref */
DV_API void dv_emu_time(struct dv_emu *e, bool on);           /* off: unit times, no cycles */
DV_API void dv_emu_data(struct dv_emu *e, bool on);           /* off: no arithmetic */
/* How the cube adds: "seq" (default), "instr", "chunk16", "tree16", "exact16", "tc24", as --acc. */
DV_API enum dv_status dv_emu_acc(struct dv_emu *e, const char *rule);
DV_API void dv_emu_max_cycles(struct dv_emu *e, uint64_t cycles); /* 0 = 1e10 */

/* Runs the kernel once from a fresh machine. DV_STATUS_KERNEL after a fault or when verification
 * failed; the findings tell more. */
DV_API enum dv_status dv_emu_run(struct dv_emu *e);

/* Copies an out or inout tensor after a run that ended without a fault; bytes must be its size. */
DV_API enum dv_status dv_emu_output(struct dv_emu *e, const char *name, void *data, size_t bytes);
/* Core cycles of the last run (first dispatch to last END); false when it has none. */
DV_API bool dv_emu_cycles(const struct dv_emu *e, uint64_t *cycles);
/* Kernel time in microseconds, launch excluded; false when the last run has none. */
DV_API bool dv_emu_time_us(const struct dv_emu *e, double *us);
/* 1 verified, 0 wrong, -1 not asked or not finished. */
DV_API int dv_emu_verified(const struct dv_emu *e);
/* Everything about the last run as JSON (docs/schema/run.json); NULL before the first run. */
DV_API const char *dv_emu_json(struct dv_emu *e);
/* Findings of the last run: how many, and code ("COLLISION", "VERIFY") and sentence of one.
 * NULL past the end. */
DV_API unsigned dv_emu_findings(const struct dv_emu *e);
DV_API const char *dv_emu_finding_code(const struct dv_emu *e, unsigned i);
DV_API const char *dv_emu_finding_text(const struct dv_emu *e, unsigned i);

#ifdef __cplusplus
}
#endif

#endif
