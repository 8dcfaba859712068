/* Host speed of MMAD against a BLAS: GMAC/s of each tier and the ratio to sgemm, one thread.
 *
 * Usage: bench-cube [m n k]. The BLAS is loaded at run time (libopenblas.so.0) and may be missing.
 * Runs of both alternate and the best of each counts, so that a busy host disturbs both alike.
 * The kernel OpenBLAS picks is pinned: its own detection is not reliable on every host. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "emu/sem/fast/cube.h"

enum { ROW_MAJOR = 101, NO_TRANS = 111, ROUNDS = 40 };

typedef void (*sgemm_fn)(int, int, int, int, int, int, float, const float *, int, const float *,
                         int, float, float *, int);

static double now_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static sgemm_fn load_sgemm(void)
{
    void *lib;
    sgemm_fn fn = NULL;

    setenv("OPENBLAS_NUM_THREADS", "1", 1);
#if defined(__x86_64__)
    setenv("OPENBLAS_CORETYPE", __builtin_cpu_supports("avx512f") ? "COOPERLAKE" : "HASWELL", 0);
#endif
    lib = dlopen("libopenblas.so.0", RTLD_NOW);
    if (lib)
        *(void **)&fn = dlsym(lib, "cblas_sgemm");
    return fn;
}

static void *filled(size_t bytes, unsigned elem)
{
    uint16_t *p = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);

    for (size_t i = 0; p && i < bytes / 2; i++)
        p[i] = (uint16_t)(elem == DV_EL_F16 ? 0x3800 + i % 511 : 0x3f00 + i % 63);
    return p;
}

/* Seconds of one product, averaged over enough of them to take a millisecond. */
static double time_mmad(dv_mmad_fn fn, const struct dv_mmad *p)
{
    unsigned count = 1 + (unsigned)(4e7 / ((double)p->m * p->n * p->k));
    double start = now_seconds();

    for (unsigned i = 0; i < count; i++)
        fn(p);
    return (now_seconds() - start) / count;
}

static double time_sgemm(sgemm_fn fn, const struct dv_mmad *p, float *const x[3])
{
    unsigned count = 1 + (unsigned)(4e7 / ((double)p->m * p->n * p->k));
    double start = now_seconds();

    for (unsigned i = 0; i < count; i++)
        fn(ROW_MAJOR, NO_TRANS, NO_TRANS, (int)p->m, (int)p->n, (int)p->k, 1.0f, x[0], (int)p->k,
           x[1], (int)p->n, 1.0f, x[2], (int)p->n);
    return (now_seconds() - start) / count;
}

static void report(const char *name, const char *elem, double macs, double best, double blas)
{
    printf("%-7s %-5s %7.1f GMAC/s", name, elem, macs / best * 1e-9);
    if (blas > 0)
        printf("  %5.1f %% of sgemm %.1f", 100 * blas / best, macs / blas * 1e-9);
    printf("\n");
}

static void measure(sgemm_fn sgemm, struct dv_mmad p, const char *elem, float *const x[3])
{
    const char *name;
    dv_mmad_fn fn;

    for (unsigned t = 0; (fn = dv_mmad_tier(t, &name)); t++) {
        double best = 1e9, blas = sgemm ? 1e9 : 0;

        for (unsigned i = 0; i < ROUNDS; i++) {
            double s = time_mmad(fn, &p);

            best = s < best ? s : best;
            s = sgemm ? time_sgemm(sgemm, &p, x) : 0;
            blas = s < blas ? s : blas;
        }
        report(name, elem, (double)p.m * p.n * p.k, best, blas);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        uint8_t elem;
        const char *name;
    } kinds[] = {{DV_EL_F16, "f16"}, {DV_EL_BF16, "bf16"}, {DV_EL_F32, "f32"}};
    unsigned m = argc > 3 ? (unsigned)atoi(argv[1]) : 256;
    unsigned n = argc > 3 ? (unsigned)atoi(argv[2]) : 128;
    unsigned k = argc > 3 ? (unsigned)atoi(argv[3]) : 64;
    size_t most = 4096 * 4096;

    if (!m || !n || !k || m > 4095 || n > 4095 || k > 4095) {
        fprintf(stderr, "usage: bench-cube [m n k], each 1..4095\n");
        return 2;
    }
    sgemm_fn sgemm = load_sgemm();
    float *x[3] = {filled(most * 4, DV_EL_F32), filled(most * 4, DV_EL_F32), calloc(most, 4)};
    for (unsigned i = 0; i < 3; i++) {
        unsigned size = kinds[i].elem == DV_EL_F32 ? 4 : 2;
        struct dv_mmad p = {
            .elem = kinds[i].elem,
            .init = true,
            .m = m,
            .n = n,
            .k = k,
            .a_pitch = (k * size + 31) / 32,
            .a = filled(most * 4, kinds[i].elem),
            .b = filled(most * 4, kinds[i].elem),
            .c = calloc(most, 4),
        };
        if (p.a && p.b && p.c && x[0] && x[1] && x[2])
            measure(sgemm, p, kinds[i].name, x);
        free((void *)(uintptr_t)p.a);
        free((void *)(uintptr_t)p.b);
        free(p.c);
    }
    for (unsigned i = 0; i < 3; i++)
        free(x[i]);
    return 0;
}
