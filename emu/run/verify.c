/* Element-by-element comparison. Owns metrics and tolerances; must not know where values come
 * from. The pattern of the wrong elements is pattern.c. */
#include "emu/run/verify.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tolerances ------------------------------------------------------------------------------ */

struct dv_tolerance dv_tolerance_default(enum dv_elem e)
{
    double r = e == DV_EL_F16 ? 1e-3 : e == DV_EL_BF16 ? 1e-2 : 1e-4;
    if (!dv_elem_is_float(e))
        return (struct dv_tolerance){.has_ulp = true};
    return (struct dv_tolerance){.has_rel = true, .rtol = r, .atol = r};
}

static bool read_positive(const char *text, char stop, double *out, const char **end)
{
    char *e;
    *out = strtod(text, &e);
    *end = e;
    return e != text && (*e == 0 || *e == stop) && *out >= 0 && *out < INFINITY;
}

enum dv_err dv_tolerance_parse(const char *text, struct dv_tolerance *out, struct dv_diag *d)
{
    const char *end;
    *out = (struct dv_tolerance){.has_rel = true};
    bool good = read_positive(text, ',', &out->rtol, &end);
    if (good && *end == ',')
        good = read_positive(end + 1, 0, &out->atol, &end);
    return good ? DV_OK
                : dv_fail(d, DV_E_CONFIG, "tolerance '%.40s': expected R,A with two numbers >= 0",
                          text);
}

static enum dv_err positive(const char *what, const char *text, double *out, struct dv_diag *d)
{
    const char *end;
    if (!text || read_positive(text, 0, out, &end))
        return DV_OK;
    return dv_fail(d, DV_E_CONFIG, ".ref %s=%.40s: expected a number >= 0", what, text);
}

enum dv_err dv_tolerance_from(const char *rtol, const char *atol, const char *max_ulp,
                              enum dv_elem e, struct dv_tolerance *out, struct dv_diag *d)
{
    double ulp = 0;
    *out = (struct dv_tolerance){.has_rel = rtol || atol, .has_ulp = max_ulp};
    if (!rtol && !atol && !max_ulp)
        *out = dv_tolerance_default(e);
    enum dv_err err = positive("rtol", rtol, &out->rtol, d);
    if (!err)
        err = positive("atol", atol, &out->atol, d);
    if (!err)
        err = positive("max_ulp", max_ulp, &ulp, d);
    if (max_ulp)
        out->max_ulp = ulp < 9e18 ? (uint64_t)ulp : UINT64_MAX - 1;
    return err;
}

const char *dv_tolerance_text(const struct dv_tolerance *t, char *out, size_t size)
{
    char ulp[40] = "", rel[80] = "";
    if (t->has_ulp)
        snprintf(ulp, sizeof ulp, "max_ulp %" PRIu64, t->max_ulp);
    if (t->has_rel)
        snprintf(rel, sizeof rel, "rtol %g atol %g", t->rtol, t->atol);
    snprintf(out, size, "%s%s%s", ulp, *ulp && *rel ? " " : "", rel);
    return out;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static void widen(double *most, double v)
{
    if (v > *most || v != v)
        *most = v;
}

/* True when the element passes; statistics go to o. */
static bool compare(struct dv_verify *o, enum dv_elem elem, double got, double want)
{
    double near = dv_elem_round(elem, want);
    uint64_t ulp = dv_elem_ulps(elem, got, near);
    bool same = got == want || (got != got && want != want);
    double gap = same ? 0 : fabs(got - want);
    bool pass = true;
    widen(&o->max_abs, gap);
    if (want != 0)
        widen(&o->max_rel, gap == 0 ? 0 : gap / fabs(want));
    if (ulp > o->max_ulp)
        o->max_ulp = ulp;
    if (o->tolerance.has_ulp)
        pass = ulp <= o->tolerance.max_ulp;
    if (o->tolerance.has_rel)
        pass &= same || got == near || gap <= o->tolerance.atol + o->tolerance.rtol * fabs(want);
    /* An infinity or NaN is right only where the reference has the same one. */
    return pass && (isfinite(got) || same || got == near || (got != got && near != near));
}

static uint64_t sweep(struct dv_verify *o, const struct dv_tensor *t, const double *want,
                      uint8_t *bad)
{
    double got[256];
    for (uint64_t i = 0; i < t->elems; i += 256) {
        uint64_t n = t->elems - i < 256 ? t->elems - i : 256;
        dv_tensor_read(got, t, i, 1, n);
        for (uint64_t j = 0; j < n; j++) {
            if (compare(o, t->elem, got[j], want[i + j]))
                continue;
            bad[i + j] = 1;
            if (!o->mismatches++) {
                o->first = i + j;
                o->got = got[j];
                o->want = want[i + j];
            }
        }
    }
    return o->mismatches;
}

/* ", only block 7" when the wrong elements, and not all elements, belong to one block. */
static void add_block(struct dv_verify *o, const struct dv_tensor *t, const uint8_t *bad,
                      dv_block_fn block, void *ctx)
{
    uint32_t only = 0, b;
    bool some = false;
    for (uint64_t i = 0; i < t->elems; i++) {
        if (!bad[i])
            continue;
        if (!block(ctx, i, &b) || (some && b != only))
            return;
        only = b;
        some = true;
    }
    size_t n = strlen(o->pattern);
    snprintf(o->pattern + n, sizeof o->pattern - n, "%sonly block %" PRIu32, n ? ", " : "", only);
}

/* True when every wrong element still holds the 0xa5 the launch put there. */
static bool untouched(const struct dv_tensor *t, const uint8_t *bad)
{
    unsigned bytes = dv_elem_bits(t->elem) / 8;
    const uint8_t *p = t->p;
    for (uint64_t i = 0; i < t->elems; i++)
        for (unsigned b = 0; bad[i] && b < bytes; b++)
            if (p[i * bytes + b] != 0xa5)
                return false;
    return bytes > 0;
}

static void describe(struct dv_verify *o, const struct dv_tensor *t, const uint8_t *bad,
                     dv_block_fn block, void *ctx, uint32_t blocks)
{
    dv_pattern(t, bad, o->pattern, sizeof o->pattern);
    if (block && blocks > 1)
        add_block(o, t, bad, block, ctx);
    size_t n = strlen(o->pattern);
    if (untouched(t, bad))
        snprintf(o->pattern + n, sizeof o->pattern - n, ", never written");
}

static const char *metric_of(const struct dv_tolerance *t)
{
    return t->has_ulp && t->has_rel ? "ulp+rtol_atol" : t->has_ulp ? "ulp" : "rtol_atol";
}

enum dv_err dv_verify_tensor(struct dv_verify *out, const struct dv_tensor *t, const double *want,
                             const struct dv_tolerance *tol, dv_block_fn block, void *ctx,
                             uint32_t blocks, struct dv_diag *d)
{
    memset(out, 0, sizeof *out);
    out->tolerance = *tol;
    out->metric = metric_of(tol);
    out->elems = t->elems;
    uint8_t *bad = calloc(t->elems ? t->elems : 1, 1);
    if (!bad)
        return dv_fail(d, DV_E_MEMORY, "out of memory while verifying");
    if (sweep(out, t, want, bad))
        describe(out, t, bad, block, ctx, blocks);
    free(bad);
    return DV_OK;
}
