/* Seconds OpenBLAS needs for one square sgemm, the best of several, on one thread.
 *
 *   sgemm [SIZE [ROUNDS]]
 *
 * The yardstick of bench/speed.sh, which pins the kernel and the thread count. Knows nothing of
 * the project. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *matrix(size_t elems)
{
    float *p = malloc(elems * sizeof(*p));
    if (!p)
        exit(2);
    for (size_t i = 0; i < elems; i++)
        p[i] = (float)((i * 2654435761u) >> 8 & 0xffff) / 32768.0f - 1.0f;
    return p;
}

int main(int argc, char **argv)
{
    int size = argc > 1 ? atoi(argv[1]) : 1024, rounds = argc > 2 ? atoi(argv[2]) : 5;
    if (size < 1 || size > 16384 || rounds < 1)
        return 2;
    size_t elems = (size_t)size * (size_t)size;
    float *a = matrix(elems), *b = matrix(elems), *c = matrix(elems);
    double best = 1e30;
    for (int i = 0; i <= rounds; i++) { /* the first warms up */
        double start = now();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1.0f, a, size, b,
                    size, 0.0f, c, size);
        double seconds = now() - start;
        if (i && seconds < best)
            best = seconds;
    }
    printf("%.6f\n", best);
    free(a);
    free(b);
    free(c);
    return 0;
}
