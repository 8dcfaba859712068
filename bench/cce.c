/* What handing over an instruction from native code costs the host: nanoseconds of its
 * processor an intrinsic.
 *   bench-cce [COUNT]
 * The words are a read of a special register, a mask and a vector add of one repeat, whose payload
 * is 64 elements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emu/cce/include/dv/issue.h"
#include "emu/cce/include/dv/launch.h"

enum { BLOCKID = 0, MASK, VADD, KINDS };

struct job {
    uint64_t n;
    uint32_t word;
    double seconds;
};

/* isa: mov x1, blockid; movemask x2, 0; vadd.f32 [x1], [x2], [x3], x4 */
static const uint32_t words[KINDS] = {0x02021880, 0x80400008, 0x85c22190};
static const char *const names[KINDS] = {"mov from special register", "movemask", "vadd.f32"};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void kernel(void *ctx)
{
    static const struct dv_cce_at at = {"bench", __FILE__, __LINE__};
    struct job *j = ctx;
    uint64_t xt = 1ull << 56 | 8ull << 40 | 8ull << 32 | 8ull << 24 | 1 << 16 | 1 << 8 | 1;
    double start = seconds();

    for (uint64_t i = 0; i < j->n; i++)
        dv_cce_issue(j->word, 0x4000, j->word == words[MASK] ? ~0ull : 0, 0x2000, xt, &at);
    j->seconds = seconds() - start;
}

int main(int argc, char **argv)
{
    struct dv_cce *d;
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 10000000;

    if (dv_cce_open(&d, "910B1")) {
        fprintf(stderr, "%s\n", dv_cce_error(d));
        return 2;
    }
    for (unsigned i = 0; i < KINDS; i++) {
        struct job j = {n, words[i], 0};
        struct dv_cce_launch l = {.name = names[i], .aiv = kernel, .ctx = &j, .blocks = 1};
        if (dv_cce_launch(d, &l))
            return 1;
        printf("%-28s %6.1f ns\n", names[i], j.seconds / (double)n * 1e9);
    }
    dv_cce_close(d);
    return 0;
}
