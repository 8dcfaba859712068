/* Comparison of a tensor with expected values, and where it went wrong in words. */
#ifndef DV_RUN_VERIFY_H
#define DV_RUN_VERIFY_H

#include "emu/run/tensor.h"

/* What counts as equal. An element passes when it meets every tolerance given. */
struct dv_tolerance {
    bool has_rel; /* |got - want| <= atol + rtol * |want| */
    double rtol, atol;
    bool has_ulp; /* distance after rounding `want` to the type */
    uint64_t max_ulp;
};

/* Ours, for a kernel that states none: f16 1e-3, bf16 1e-2, f32 1e-4, integers exact. */
struct dv_tolerance dv_tolerance_default(enum dv_elem e);
/* "R,A" or "R" of --tol. CONFIG when malformed. */
enum dv_err dv_tolerance_parse(const char *text, struct dv_tolerance *out, struct dv_diag *d);
/* From the texts of .ref, any of which may be NULL (then the default of e when all are). */
enum dv_err dv_tolerance_from(const char *rtol, const char *atol, const char *max_ulp,
                              enum dv_elem e, struct dv_tolerance *out, struct dv_diag *d);
/* "rtol 0.001 atol 0.001", "max_ulp 0". */
const char *dv_tolerance_text(const struct dv_tolerance *t, char *out, size_t size);

struct dv_verify {
    char name[64];      /* of the tensor */
    const char *metric; /* "ulp", "rtol_atol", "ulp+rtol_atol" */
    struct dv_tolerance tolerance;
    double max_abs;   /* NaN or infinite where such a value was wrong */
    double max_rel;   /* over elements whose reference is not 0 */
    uint64_t max_ulp; /* UINT64_MAX: NaN against number */
    uint64_t elems, mismatches;
    uint64_t first;    /* flat index of the first mismatch */
    double got, want;  /* there */
    char pattern[192]; /* "rows >= 992", "" when nothing is wrong */
};

/* Tells which block wrote element i; false = nobody or unknown. */
typedef bool (*dv_block_fn)(void *ctx, uint64_t elem, uint32_t *block);

/* Compares every element of t with want[]; fills all but the name. block (may be NULL)
 * refines the pattern. `blocks` is the number of blocks launched. */
enum dv_err dv_verify_tensor(struct dv_verify *out, const struct dv_tensor *t, const double *want,
                             const struct dv_tolerance *tol, dv_block_fn block, void *ctx,
                             uint32_t blocks, struct dv_diag *d);

/* emu/run/pattern.c: what the wrong elements (bad[i] != 0) of a tensor have in common. */
void dv_pattern(const struct dv_tensor *t, const uint8_t *bad, char *out, size_t size);

#endif
