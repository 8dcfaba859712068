/* The closed set of references: what a kernel's .ref names, computed in double precision. */
#ifndef DV_RUN_REFERENCE_H
#define DV_RUN_REFERENCE_H

#include "emu/run/tensor.h"

enum { DV_REF_TENSORS = 4, DV_REF_NUMBERS = 6 };

/* One evaluation: inputs and numbers in, out->elems doubles out. `out` gives shape and type. */
struct dv_ref_call {
    struct dv_tensor in[DV_REF_TENSORS];
    unsigned ins;
    double number[DV_REF_NUMBERS];
    unsigned numbers;
    struct dv_tensor out;
    double *result;
};

struct dv_ref {
    const char *name;
    const char *signature; /* as after .ref, then what it gives; messages, dv help ref */
    const char *formula;   /* what it gives, in words */
    uint8_t ins, numbers_min, numbers_max;
    /* NULL when the shapes fit, else what is wrong, static text */
    const char *(*fits)(const struct dv_ref_call *c);
    /* false = out of memory */
    bool (*run)(const struct dv_ref_call *c);
    /* multiply-adds of the problem, 0 = not meaningful */
    uint64_t (*macs)(const struct dv_ref_call *c);
};

/* NULL when there is no such reference. */
const struct dv_ref *dv_ref_find(const char *name);
/* In order; NULL past the end. */
const struct dv_ref *dv_ref_at(unsigned i);

/* Checks counts and shapes, then computes. CONFIG or MEMORY. */
enum dv_err dv_ref_check(const struct dv_ref *r, const struct dv_ref_call *c, struct dv_diag *d);
enum dv_err dv_ref_run(const struct dv_ref *r, const struct dv_ref_call *c, struct dv_diag *d);

/* emu/run/gemm.c: out[m][n] = sum over k of a[i][l] * b[l][j], added in ascending l, in double
 * precision; ta and tb: the operand is stored transposed. false = out of memory. */
bool dv_ref_gemm(double *out, const struct dv_tensor *a, bool ta, const struct dv_tensor *b,
                 bool tb, uint64_t m, uint64_t n, uint64_t k);

#endif
