/* Running kernels written as host functions on an emulated chip.
 *
 *     static void kernel(void *ctx) { ... intrinsics of <dv/cce.h> ... }
 *
 *     struct dv_cce *d;
 *     dv_cce_open(&d, "910B1");
 *     float *x = dv_cce_malloc(d, "x", 4096 * sizeof *x);
 *     struct dv_cce_launch l = {.name = "kernel", .kind = DV_CCE_AIV, .aiv = kernel, .ctx = &args,
 *                               .blocks = 40};
 *     if (dv_cce_launch(d, &l))
 *         puts(dv_cce_error(d));
 *     printf("%g us\n", dv_cce_time_us(d));
 *     dv_cce_close(d);
 *
 * Functions that return int return a status: 0 fine, 1 the kernel is wrong, 2 a bad argument, file
 * or not enough memory, 3 wrong use of this interface. A device is used by one thread at a time;
 * devices are independent. Texts that are returned stand until the next call that may fail. */
#ifndef DV_LAUNCH_H
#define DV_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <cstdio>
#include <exception>
#endif

#include <dv/issue.h>
#include <dv/local.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- device ---------------------------------------------------------------------------------- */

/* A chip, its GM and the last launch. */
struct dv_cce;

/* NULL: what DV_CHIP says, else 910B1. *out is set also on failure, for dv_cce_error; it is NULL
 * only without memory. */
DV_API int dv_cce_open(struct dv_cce **out, const char *chip);
DV_API void dv_cce_close(struct dv_cce *d); /* NULL is allowed; pointers into GM become invalid */
/* What DV_LAUNCH uses: the device that this thread selected, else one that is opened at the first
 * call and closed at the end of the process. When it cannot be opened the process ends with a
 * message and status 2. */
DV_API struct dv_cce *dv_cce_default(void);
DV_API void dv_cce_select(struct dv_cce *d); /* for this thread; NULL = none selected */
/* What the last failure was, with its place; "" when there was none. */
DV_API const char *dv_cce_error(const struct dv_cce *d);
/* Overrides a number of the chip, as --set of dv run; before the first allocation and launch. */
DV_API int dv_cce_set(struct dv_cce *d, const char *path, const char *value);

/* ---- global memory --------------------------------------------------------------------------- */

/* Host pointer to `bytes` of GM, aligned to 512, contents 0xA5; NULL on failure. Behind it follow
 * at least 512 bytes that belong to nobody. The name (copied; NULL: a number) appears in messages.
 * Neither this nor dv_cce_free may be called by a kernel. */
DV_API void *dv_cce_malloc(struct dv_cce *d, const char *name, size_t bytes);
DV_API int dv_cce_free(struct dv_cce *d, void *p); /* NULL is allowed */
/* True when the pointer lies in GM that is allocated. */
DV_API bool dv_cce_owns(const struct dv_cce *d, const void *p);

/* ---- launches -------------------------------------------------------------------------------- */

enum dv_cce_kind { DV_CCE_AIV, DV_CCE_AIC, DV_CCE_MIX };

/* A kernel: functions that every block runs once on its core, for MIX once on an AIC and on each of
 * two AIVs. Members that are zero or NULL are allowed but for the functions and `blocks`. */
struct dv_cce_launch {
    const char *name;
    enum dv_cce_kind kind;
    void (*aic)(void *ctx), (*aiv)(void *ctx);
    void *ctx;
    unsigned blocks;
    const char *file; /* where the launch is written */
    int line;
};

/* Runs a kernel to its end, each time as on a fresh chip: caches and L2 as an identical launch
 * leaves them, local memories zero. A fault or an error of the checker gives 1; its text goes to
 * stderr unless dv_cce_quiet. What the functions of a kernel that met a fault own is lost: they do
 * not return. */
DV_API int dv_cce_launch(struct dv_cce *d, const struct dv_cce_launch *l);
/* What the last launch returned; 0 before the first. */
DV_API int dv_cce_status(const struct dv_cce *d);
/* What DV_LAUNCH of C calls: it takes the arguments of the kernel that is launched. */
DV_API void (*dv_cce_launcher(void (*aic)(void), void (*aiv)(void), const char *name,
                              enum dv_cce_kind kind, unsigned blocks, const char *file,
                              int line))(void);

/* Options of the launches that follow. */
DV_API void dv_cce_quiet(struct dv_cce *d, bool on);
DV_API void dv_cce_check(struct dv_cce *d, bool on); /* as dv check; default: DV_CCE_CHECK=1 */
DV_API void dv_cce_trace(struct dv_cce *d, bool on); /* as DV_CCE_TRACE=1: instructions to stderr */
/* One line a launch on stderr: cycles, time, blocks; as DV_CCE_REPORT=1. */
DV_API void dv_cce_report(struct dv_cce *d, bool on);
/* Files of `dv prof -o` into a folder, replacing what is there; NULL = none. With DV_PROF=DIR the
 * first launch writes DIR, the next ones DIR.2, DIR.3 and so on. A launch whose folder cannot be
 * written returns 2; what DV_PROF or DV_CCE_RECORD name and cannot be is a warning, and the launch
 * runs. */
DV_API int dv_cce_profile(struct dv_cce *d, const char *dir);
/* What the next launch issues, as a kernel that `dv run` takes, into a file that ends in .s; the GM
 * allocations it begins with into .npy files beside it; NULL = none. Also DV_CCE_RECORD=FILE.s. See
 * docs/cce.md for what a recording is. */
DV_API int dv_cce_record(struct dv_cce *d, const char *path);
/* What happened to an instruction, in the words of `dv explain`: place is FILE:LINE, LINE (of the
 * file of the first intrinsic issued) or 0xPC, behind it #I for the I-th execution in a block and
 * @B for block B: "vadd.c:37#5@3". The first launch that gets there answers; it prints the answer
 * on stderr unless dv_cce_quiet. NULL = nothing. Also DV_CCE_EXPLAIN=PLACE. */
DV_API int dv_cce_explain(struct dv_cce *d, const char *place);
/* 0 = 1e10. Default: DV_CCE_MAX_CYCLES=N, else 0. */
DV_API void dv_cce_max_cycles(struct dv_cce *d, uint64_t cycles);
/* A kernel that runs so long without issuing anything is told of on stderr, with the place of its
 * last intrinsic, and goes on; so is, once, a launch that takes three times as long. 0 = never.
 * Default: DV_CCE_PATIENCE=SECONDS, else 10,000. */
DV_API void dv_cce_patience(struct dv_cce *d, unsigned milliseconds);
DV_API void dv_cce_explore(struct dv_cce *d, uint64_t seed); /* another legal schedule; 0 = off */
/* Cycles that a core may run ahead of others, 0 = 4096; changes no result. Before the first
 * allocation and launch. */
DV_API int dv_cce_window(struct dv_cce *d, unsigned cycles);

/* ---- the last launch ------------------------------------------------------------------------- */

DV_API double dv_cce_cycles(const struct dv_cce *d);  /* of the slowest core */
DV_API double dv_cce_time_us(const struct dv_cce *d); /* the same as time */
DV_API unsigned dv_cce_findings(const struct dv_cce *d);
/* Severity ("error", "warning", "hint"), code ("BOUNDS", "RACE", ..), text and place of finding i;
 * NULL and 0 past the end. */
DV_API const char *dv_cce_finding_severity(const struct dv_cce *d, unsigned i);
DV_API const char *dv_cce_finding_code(const struct dv_cce *d, unsigned i);
DV_API const char *dv_cce_finding_text(const struct dv_cce *d, unsigned i);
DV_API const char *dv_cce_finding_file(const struct dv_cce *d, unsigned i);
DV_API int dv_cce_finding_line(const struct dv_cce *d, unsigned i);
/* The answer to dv_cce_explain; without one, why there is none; "" when nothing was asked. */
DV_API const char *dv_cce_explained(const struct dv_cce *d);
/* After a deadlock: who waits for what; "" otherwise. */
DV_API const char *dv_cce_picture(const struct dv_cce *d);
/* The document of `dv run --json` (docs/schema/run.json); "" before the first launch. */
DV_API const char *dv_cce_json(struct dv_cce *d);

#ifdef __cplusplus
}
#endif

/* ---- kernel<<<blocks, l2, stream>>>(args) ---------------------------------------------------- */

/* Cores that DV_LAUNCH runs a kernel on: as the kernel was compiled. */
#ifndef DV_KERNEL_KIND
#if defined(DV_CCE_AIC_ONLY)
#define DV_KERNEL_KIND DV_CCE_AIC
#else
#define DV_KERNEL_KIND DV_CCE_AIV
#endif
#endif

#ifdef __cplusplus

/* An exception does not leave a kernel: below it lies no C++. */
template <class F> inline void dv_cce_caught(F &kernel)
{
#ifdef __cpp_exceptions
    char what[256] = "what is no std::exception";
    try {
        kernel();
        return;
    } catch (const std::exception &e) {
        std::snprintf(what, sizeof what, "\"%s\"", e.what());
    } catch (...) {
    }
    dv_cce_thrown(what);
#else
    kernel();
#endif
}

/* A kernel with everything but its arguments. */
template <class F, class G> struct dv_launcher {
    F &aic;
    G &aiv;
    struct dv_cce_launch l;

    template <class... A> int operator()(A... args) const
    {
        auto cube = [&] { aic(args...); };
        auto vector = [&] { aiv(args...); };
        struct both {
            decltype(cube) &on_aic;
            decltype(vector) &on_aiv;
        } call = {cube, vector};
        struct dv_cce_launch with = l;
        with.ctx = &call;
        with.aic = [](void *p) { dv_cce_caught(static_cast<both *>(p)->on_aic); };
        with.aiv = [](void *p) { dv_cce_caught(static_cast<both *>(p)->on_aiv); };
        return dv_cce_launch(dv_cce_default(), &with);
    }
};

/* A launch of `aic` on AICs and `aiv` on AIVs, as far as the kind has them. */
template <class F, class G>
inline dv_launcher<F, G> dv_launch(F &aic, G &aiv, const char *name, enum dv_cce_kind kind,
                                   unsigned blocks, const char *file = __builtin_FILE(),
                                   int line = __builtin_LINE())
{
    struct dv_cce_launch l = {};
    l.name = name;
    l.kind = kind;
    l.blocks = blocks;
    l.file = file;
    l.line = line;
    return dv_launcher<F, G>{aic, aiv, l};
}

/* kernel<<<blocks, l2, stream>>>(args) is DV_LAUNCH(kernel, blocks, l2, stream)(args); a template
 * with several arguments stands in parentheses. */
#define DV_LAUNCH(kernel, blocks, l2, stream) \
    (static_cast<void>(l2), static_cast<void>(stream), DV_LAUNCH_ON(DV_KERNEL_KIND, kernel, blocks))
#define DV_LAUNCH_ON(kind, kernel, blocks) \
    dv_launch(kernel, kernel, #kernel, kind, static_cast<unsigned>(blocks))
/* A mixed kernel of two functions, which are called kernel_mix_aic and kernel_mix_aiv. */
#define DV_LAUNCH_MIX(kernel, blocks, l2, stream) \
    (static_cast<void>(l2), static_cast<void>(stream), \
     dv_launch(kernel##_mix_aic, kernel##_mix_aiv, #kernel, DV_CCE_MIX, \
               static_cast<unsigned>(blocks)))

#else

/* In C the launch is a call through a pointer of the kernel's own type: the compiler checks and
 * converts the arguments, at most six integers or pointers more than registers hold (128 bytes).
 * Such a call returns nothing; dv_cce_status tells what became of it. */
#define DV_LAUNCH(kernel, blocks, l2, stream) \
    ((void)(l2), (void)(stream), DV_LAUNCH_ON(DV_KERNEL_KIND, kernel, blocks))
#define DV_LAUNCH_ON(kind, kernel, blocks) DV_LAUNCH_C_(kind, kernel, kernel, #kernel, blocks)
#define DV_LAUNCH_MIX(kernel, blocks, l2, stream) \
    ((void)(l2), (void)(stream), \
     DV_LAUNCH_C_(DV_CCE_MIX, kernel##_mix_aic, kernel##_mix_aiv, #kernel, blocks))
#define DV_LAUNCH_C_(kind, on_aic, on_aiv, name, blocks) \
    ((__typeof__(&*(on_aic)))dv_cce_launcher((void (*)(void))(on_aic), (void (*)(void))(on_aiv), \
                                             name, kind, (unsigned)(blocks), __FILE__, __LINE__))

#endif

#endif
