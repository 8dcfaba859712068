/* DV_LAUNCH of C: arguments of every class, in registers and on the stack, converted as by a call
 * of the kernel. */
#include <dv/cce.h>
#include <dv/launch.h>
#include <stdio.h>
#include <string.h>

struct tiling {
    uint32_t rows, cols;
    float scale;
    uint8_t more[100];
};

static char seen[512];

static void integers(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, int64_t g,
                     uint64_t h, bool i, const char *j, int8_t k, uint64_t l)
{
    snprintf(seen, sizeof seen, "%d %u %d %u %d %u %lld %llx %d %s %d %llx", a, b, c, d, e, f,
             (long long)g, (unsigned long long)h, i, j, k, (unsigned long long)l);
}

static void floats(float a, double b, half c, float d, float e, float f, float g, float h, float i,
                   double j, int k, float l)
{
    snprintf(seen, sizeof seen, "%g %g %g %g %g %g %g %g %g %g %d %g", (double)a, b,
             (double)dv_half_to_float(c), (double)d, (double)e, (double)f, (double)g, (double)h,
             (double)i, j, k, (double)l);
}

static void structure(float *x, struct tiling t, uint32_t n)
{
    x[get_block_idx()] = t.scale * (float)t.more[99];
    snprintf(seen, sizeof seen, "%u %u %u", t.rows, t.cols, n);
}

static void nothing(void)
{
    snprintf(seen, sizeof seen, "core %d", dv_cce_here());
}

static void both_mix_aic(uint64_t *where)
{
    where[0] = 1 + (uint64_t)dv_cce_here();
}

static void both_mix_aiv(uint64_t *where)
{
    where[1 + get_subblockid()] = 1 + (uint64_t)dv_cce_here();
}

/* Pointers into GM of the scalar unit. */
static void scalars(int64_t *x)
{
    st_dev((int64_t)41, x, 8);
    dc_preload(x, 0);
    dcci(x, SINGLE_CACHE_LINE);
    dcci(x, ENTIRE_DATA_CACHE, CACHELINE_OUT);
    preload(x, 1);
    dsb(DSB_ALL);
    x[2] = (int64_t)ld_dev(x, 8) + get_para_base();
}

static void forgets(void)
{
    set_flag(PIPE_MTE2, PIPE_V, EVENT_ID0);
}

static int wrong;

static void expect(const char *want)
{
    if (strcmp(seen, want)) {
        printf("wanted %s\nfound  %s\n", want, seen);
        wrong = 1;
    }
    *seen = 0;
}

int main(void)
{
    struct dv_cce *d = dv_cce_default();
    float *x = dv_cce_malloc(d, "x", 64);
    uint64_t *where = dv_cce_malloc(d, "where", 64);
    struct tiling t = {.rows = 7, .cols = 9, .scale = 0.5f};

    DV_LAUNCH(integers, 1, NULL, NULL)
    (-1, 255, -30000, 60000, -7, 4000000000u, -5, 0x123456789abcdef0, true, "text", -128, ~0ull);
    expect("-1 255 -30000 60000 -7 4000000000 -5 123456789abcdef0 1 text -128 ffffffffffffffff");
    DV_LAUNCH(floats, 1, NULL, NULL)
    (1, 2.5, dv_half(0.25f), 4, 5, 6, 7, 8, 9, -10.5, 11, 12.5);
    expect("1 2.5 0.25 4 5 6 7 8 9 -10.5 11 12.5");
    t.more[99] = 6;
    DV_LAUNCH(structure, 4, NULL, NULL)(x, t, 11);
    expect("7 9 11");
    wrong |= x[0] != 3 || x[3] != 3;
    DV_LAUNCH((nothing), 1, NULL, NULL)();
    expect("core 1");
    DV_LAUNCH_ON(DV_CCE_AIC, nothing, 1)();
    expect("core 0");
    DV_LAUNCH_MIX(both, 1, NULL, NULL)(where);
    wrong |= where[0] != 1 || where[1] != 2 || where[2] != 2;
    DV_LAUNCH(scalars, 1, NULL, NULL)((int64_t *)where);
    wrong |= where[1] != 41 || where[2] != 41;
    wrong |= dv_cce_status(d) != 0;
    dv_cce_quiet(d, true);
    DV_LAUNCH(forgets, 1, NULL, NULL)();
    wrong |= dv_cce_status(d) != 1 || !strstr(dv_cce_error(d), "arguments.c:66: FLAG");
    if (wrong)
        printf("%s\n", dv_cce_error(d));
    return wrong;
}
