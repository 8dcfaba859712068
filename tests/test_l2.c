/* emu/core/lines.c, transfer.c and traffic.c: requests of rows worked out by hand, lines in and
 * out of a small L2 against a count line by line, warm and cold, save and restore, hostile shapes
 * and images. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "emu/core/mem.h"
#include "emu/core/traffic.h"
#include "isa/obj.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define CY(x) ((dv_time)((x)*DV_CYCLE))
#define GM DV_DATA_BASE

/* ---- requests -------------------------------------------------------------------------------- */

Test(l2, traffic)
{
    static const struct {
        const char *what;
        uint64_t base;
        int64_t pitch;
        uint32_t bytes, rows;
        uint64_t requests, sectors, lines;
    } row[] = {
        {"two lines", 0, 0, 1024, 1, 2, 1024, 1024},
        {"half a line before, half after", 256, 0, 512, 1, 2, 512, 1024},
        {"32 bytes off: a line more", 32, 0, 2048, 1, 5, 2176, 2560},
        {"one byte", 511, 0, 1, 1, 1, 128, 512},
        {"two bytes in two lines", 511, 0, 2, 1, 2, 256, 1024},
        {"G2-1: 128 B of rows of 16 KB", 128, 16384, 128, 384, 384, 49152, 196608},
        {"every other row starts half in", 0, 768, 512, 4, 6, 2048, 3072},
        {"back to front", 4096, -768, 512, 4, 6, 2048, 3072},
        {"the same row again", 0, 0, 512, 3, 3, 1536, 1536},
        {"bytes by bytes", 1, 1, 1, 512, 512, 65536, 262144},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        static struct dv_foot f;
        memset(&f, 0, sizeof f);
        f.n = 2;
        f.part[0] = (struct dv_strided){
            .space = DV_SPACE_L1, .rw = DV_WRITE, .rows = 7, .bytes = 999, .pitch = 1000};
        f.part[1] = (struct dv_strided){.space = DV_SPACE_GM,
                                        .rw = DV_READ,
                                        .rows = row[i].rows,
                                        .bytes = row[i].bytes,
                                        .base = GM + row[i].base,
                                        .pitch = row[i].pitch};
        struct dv_traffic t = dv_traffic_of(&f);
        cr_expect(
            t.requests == row[i].requests && t.sectors == row[i].sectors && t.lines == row[i].lines,
            "%s: %llu requests, %llu, %llu bytes", row[i].what, (unsigned long long)t.requests,
            (unsigned long long)t.sectors, (unsigned long long)t.lines);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static struct dv_chip chip;
static struct dv_mem_backend l2;

static void make(const char *bytes)
{
    cr_assert_eq(dv_chip_load("910B1", &chip, NULL), DV_OK);
    cr_assert_eq(dv_chip_set(&chip, "l2.bytes", bytes, NULL), DV_OK);
    cr_assert(dv_mem_new(&chip, &l2));
}

static void drop(void)
{
    l2.release(l2.self);
}

static void small(void)
{
    make("4096 B"); /* eight lines */
}

/* A row of whole requests; hits take 10 + 100 cycles, misses 50 + 500. */
static struct dv_mem_grant ask(uint64_t at, uint32_t bytes)
{
    struct dv_mem_grant g = {0};
    struct dv_mem_request r = {.gm = {GM + at, 0, 0, bytes, 1, 1},
                               .bytes = bytes,
                               .latency = CY(10),
                               .work = CY(100),
                               .miss_latency = CY(50),
                               .miss_work = CY(500),
                               .by_latency = 1,
                               .by_work = 2,
                               .by_miss_latency = 3,
                               .by_miss_work = 4};
    l2.request(l2.self, &r, &g);
    return g;
}

Test(l2, steps, .init = small, .fini = drop)
{
    static const struct {
        const char *what;
        uint64_t at;
        uint32_t bytes;
        uint64_t hit, miss;
        unsigned began, done;
    } step[] = {
        {"cold", 0, 1024, 0, 1024, 50, 550},
        {"again", 0, 1024, 1024, 0, 10, 110},
        {"one of two", 512, 1024, 512, 512, 50, 350},
        {"part of a line that is there", 1100, 100, 100, 0, 10, 110},
        {"three of four pieces", 1000, 1048, 536, 512, 50, 283},
        {"over the middle of a line", 256, 512, 512, 0, 10, 110},
        {"the rest of L2", 2048, 2048, 0, 2048, 50, 550},
        {"all eight lines", 0, 4096, 4096, 0, 10, 110},
        {"a ninth", 4096, 512, 0, 512, 50, 550},
        {"line 0 was the last but seven to be touched", 0, 512, 512, 0, 10, 110},
        {"eight new lines", 8192, 4096, 0, 4096, 50, 550},
        {"drive out the rest", 512, 512, 0, 512, 50, 550},
    };
    for (size_t i = 0; i < COUNT(step); i++) {
        struct dv_mem_grant g = ask(step[i].at, step[i].bytes);
        cr_expect(g.hit_bytes == step[i].hit && g.miss_bytes == step[i].miss, "%s: %llu + %llu",
                  step[i].what, (unsigned long long)g.hit_bytes, (unsigned long long)g.miss_bytes);
        cr_expect_eq(g.began, CY(step[i].began), "%s", step[i].what);
        cr_expect_eq(g.done / DV_CYCLE, step[i].done, "%s: %f", step[i].what,
                     (double)g.done / DV_CYCLE);
        cr_expect_eq(g.grant, g.done);
        cr_expect(g.by_latency == (g.miss_bytes ? 3 : 1) && g.by_work == (g.miss_bytes ? 4 : 2));
    }
}

/* The rule: a line is there when fewer lines than L2 holds came in since its last touch. */
struct model {
    uint64_t came[4096 * 3];
    bool known[4096 * 3];
    uint64_t count;
};

static void model_row(struct model *m, uint64_t at, uint64_t bytes, uint64_t capacity,
                      uint64_t *hit, uint64_t *miss)
{
    for (uint64_t b = at; b < at + bytes; b++) {
        uint64_t line = b / 512;
        if (b > at && b % 512) { /* the piece goes on */
            *(m->known[0] && m->came[0] ? hit : miss) += 1;
            continue;
        }
        bool there = m->known[line + 1] && m->count - m->came[line + 1] < capacity;
        m->count += !there;
        m->came[line + 1] = m->count;
        m->known[line + 1] = m->known[0] = true;
        m->came[0] = there;
        *(there ? hit : miss) += 1;
    }
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

Test(l2, against_a_count)
{
    static struct model model;
    uint32_t seed = 1;
    make("262144 B");
    for (unsigned i = 0; i < 20000; i++) {
        struct dv_mem_shape s = {GM + next(&seed) % 400000, next(&seed) % 6000,  0,
                                 1 + next(&seed) % 3000,    1 + next(&seed) % 4, 1 + i % 2};
        uint64_t hit = 0, miss = 0;
        s.mat_pitch = next(&seed) % 50000;
        if (i % 3 == 0) { /* rows within a line each */
            s.pitch &= ~511;
            s.bytes = 1 + s.bytes % (512 - (uint32_t)(s.base % 512));
        }
        if (i % 8 == 0)
            s.base = GM + (2 << 20) - 1000 + next(&seed) % 2000; /* where pages meet */
        for (uint32_t m = 0; m < s.mats; m++)
            for (uint32_t r = 0; r < s.rows; r++)
                model_row(&model, s.base - GM + m * (uint64_t)s.mat_pitch + r * (uint64_t)s.pitch,
                          s.bytes, 512, &hit, &miss);
        struct dv_mem_grant g = {0};
        struct dv_mem_request q = {.gm = s, .work = 1};
        l2.request(l2.self, &q, &g);
        cr_assert(g.hit_bytes == hit && g.miss_bytes == miss, "request %u", i);
    }
    drop();
}

/* When all allocations fit, an identical launch left every line; else none. */
Test(l2, warm_and_cold, .init = small, .fini = drop)
{
    static const struct {
        uint64_t bytes;
        bool warm;
        uint64_t hit;
    } launch[] = {{4096, true, 1024}, {4097, true, 0}, {4096, false, 0}, {0, true, 1024}};
    for (size_t i = 0; i < COUNT(launch); i++) {
        l2.begin(l2.self, &(struct dv_mem_launch){launch[i].bytes, 1, launch[i].warm, false});
        cr_expect_eq(ask(0, 1024).hit_bytes, launch[i].hit, "row %zu", i);
        cr_expect_eq(ask(0, 1024).hit_bytes, 1024);
        cr_expect_eq(ask(3 << 20, 512).hit_bytes, launch[i].hit / 2, "row %zu", i);
    }
}

Test(l2, none)
{
    make("0 B");
    l2.begin(l2.self, &(struct dv_mem_launch){0, 1, true, false});
    ask(0, 512);
    cr_expect_eq(ask(0, 512).miss_bytes, 512);
    drop();
}

/* Streaming: the latency shows only when the port was idle. A miss is never faster than a hit. */
Test(l2, ports, .init = small, .fini = drop)
{
    static const struct {
        dv_time now, latency, work, previous, done;
    } port[] = {
        {0, 100, 50, 0, 150},     {0, 100, 50, 400, 450}, {300, 100, 50, 400, 450},
        {301, 100, 50, 400, 451}, {0, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(port); i++) {
        struct dv_mem_grant g = {0};
        struct dv_mem_request r = {.now = port[i].now,
                                   .latency = port[i].latency,
                                   .work = port[i].work,
                                   .previous = port[i].previous,
                                   .gm = {GM, 0, 0, 77, 1, 1},
                                   .bytes = 77};
        l2.request(l2.self, &r, &g);
        cr_expect_eq(g.done, port[i].done, "row %zu", i);
        cr_expect_eq(g.began, g.done - port[i].work);
    }
    cr_expect_str_eq(l2.name, "analytic");
}

/* Past L2: neither found nor kept. */
Test(l2, bypass, .init = small, .fini = drop)
{
    struct dv_mem_grant g = {0};
    struct dv_mem_request r = {.gm = {GM, 0, 0, 512, 1, 1}, .bytes = 512, .hint = 1};
    ask(0, 512);
    l2.request(l2.self, &r, &g);
    cr_expect_eq(g.miss_bytes, 512);
    r.gm.base = GM + 512;
    l2.request(l2.self, &r, &g);
    cr_expect_eq(ask(512, 512).miss_bytes, 512);
}

/* Addresses no tensor has: all miss, nothing is made. */
Test(l2, far_away, .init = small, .fini = drop)
{
    size_t before = l2.size(l2.self);
    cr_expect_eq(ask(1ull << 50, 1024).miss_bytes, 1024);
    cr_expect_eq(ask(1ull << 50, 1024).miss_bytes, 1024);
    cr_expect_eq(ask(0 - GM, 1024).miss_bytes, 1024);
    cr_expect_eq(l2.size(l2.self), before);
}

/* ---- save and restore ------------------------------------------------------------------------ */

Test(l2, saved, .init = small, .fini = drop)
{
    ask(0, 2048);
    ask(5ull << 21, 1024);
    size_t n = l2.size(l2.self);
    uint8_t *image = malloc(n);
    cr_assert(image);
    l2.save(l2.self, image);
    ask(9ull << 21, 4096);
    cr_expect_eq(ask(0, 512).miss_bytes, 512);
    cr_assert(l2.accept(l2.self, image, n));
    l2.restore(l2.self, image);
    cr_expect_eq(l2.size(l2.self), n);
    cr_expect_eq(ask(0, 2048).hit_bytes, 2048);
    cr_expect_eq(ask(5ull << 21, 1024).hit_bytes, 1024);
    cr_expect_eq(ask(9ull << 21, 512).miss_bytes, 512);
    free(image);
}

/* Words of an image: times and sizes, then L2: five words, the slices, its pages. */
enum { HEAD = 5, PAGE = HEAD + 5 + 514 };

Test(l2, damaged_images, .init = small, .fini = drop)
{
    ask(0, 2048);
    ask(5ull << 21, 1024);
    size_t n = l2.size(l2.self);
    uint64_t *image = malloc(n);
    cr_assert(image);
    l2.save(l2.self, image);
    for (size_t cut = 0; cut < n; cut += 7)
        cr_expect(!l2.accept(l2.self, image, cut), "cut at %zu", cut);
    const struct {
        size_t word;
        uint64_t value;
    } bad[] = {
        {0, UINT64_MAX},             /* at the end of time */
        {1, 0},                      /* other sizes of its parts */
        {2, UINT64_MAX},             /* .. */
        {3, UINT64_MAX},             /* ports and flows that are not there */
        {HEAD + 0, 7},               /* counts fewer lines than L2 holds */
        {HEAD + 0, 1ull << 40},      /* slices that are not gone */
        {HEAD + 1, UINT64_MAX},      /* untouched lines from the future */
        {HEAD + 2, 9},               /* of another L2 */
        {HEAD + 3, 1ull << 40},      /* slices that are gone too early */
        {HEAD + 4, 1},               /* fewer pages than bytes */
        {HEAD + 4, UINT64_MAX},      /* many more */
        {PAGE, 1ull << 20},          /* a page far away */
        {PAGE + 4097, 0},            /* two pages of one number */
        {PAGE + 1, UINT64_MAX >> 1}, /* a line from the future */
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint64_t kept = image[bad[i].word];
        image[bad[i].word] = bad[i].value;
        cr_expect(!l2.accept(l2.self, image, n), "row %zu", i);
        image[bad[i].word] = kept;
    }
    cr_expect(l2.accept(l2.self, image, n));
    free(image);
}
