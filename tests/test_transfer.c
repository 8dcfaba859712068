/* emu/core/transfer.c through its interface: ports that do not meet against the law of one core,
 * ports that do against a fluid simulation of its own, what is written back against a count line by
 * line, readers past L2, save and restore in mid-flight, damaged images. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/core/lines.h"
#include "emu/core/mem.h"
#include "isa/obj.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define CY(x) ((dv_time)((x)*DV_CYCLE))
#define GM DV_DATA_BASE
enum { PORTS = 24, EACH = 12, MIB = 1 << 20 };

static struct dv_chip chip;
static uint32_t seed;

static uint32_t next(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void open_memory(struct dv_mem_backend *b, uint32_t cores, bool warm)
{
    cr_assert(dv_mem_new(&chip, b));
    b->begin(b->self, &(struct dv_mem_launch){.bytes = MIB, .cores = cores, .warm = warm});
}

static void chip_load(void)
{
    seed = 1;
    cr_assert_eq(dv_chip_load("910B1", &chip, NULL), DV_OK);
}

/* A request of a port; no two touch the same line. */
static struct dv_mem_request ask(uint32_t port, uint32_t number, dv_time now, uint32_t bytes,
                                 double rate)
{
    return (struct dv_mem_request){
        .now = now,
        .core = port / DV_MEM_PORTS,
        .port = port,
        .op = port % DV_MEM_PORTS ? DV_MEM_WRITE : DV_MEM_READ,
        .gm = {GM + ((uint64_t)port * EACH + number) * 65536, 0, 0, bytes, 1, 1},
        .bytes = bytes,
        .sectors = bytes,
        .lines = bytes,
        .latency = CY(200),
        .work = (dv_time)(bytes * DV_CYCLE / rate),
        .miss_latency = CY(500),
        .miss_work = (dv_time)(bytes * DV_CYCLE / rate * 2),
        .head = CY(3),
        .by_latency = 1,
        .by_work = 2,
        .by_miss_latency = 3,
        .by_miss_work = 4};
}

/* ---- one port -------------------------------------------------------------------------------- */

Test(transfer, alone_is_the_law_of_one_core, .init = chip_load)
{
    for (unsigned round = 0; round < 200; round++) {
        struct dv_mem_backend one, many;
        struct dv_mem_grant want[EACH], got;
        uint32_t port = round % 2 ? 0 : 1;
        dv_time now = 0, end = 0;
        open_memory(&one, 1, round % 3);
        open_memory(&many, 24, round % 3);
        for (uint32_t i = 0; i < EACH; i++) {
            now += CY(next(2) ? next(100) : next(2000));
            struct dv_mem_request r = ask(port, i, now, 512 * (1 + next(60)), 1 + next(100));
            cr_assert(!many.request(many.self, &r, &got));
            r.previous = i ? end + r.head : 0;
            cr_assert(one.request(one.self, &r, &want[i]));
            end = want[i].grant;
        }
        for (uint32_t i = 0; i < EACH; i++) {
            uint32_t who = 99;
            cr_assert(many.advance(many.self, UINT64_MAX / 8, &who, &got));
            cr_assert_eq(who, port);
            cr_assert_eq(got.began, want[i].began, "round %u, request %u", round, i);
            cr_assert_eq(got.grant, want[i].grant, "round %u, request %u", round, i);
            cr_assert_eq(got.done, want[i].done);
            cr_assert_eq(got.hit_bytes, want[i].hit_bytes);
            cr_assert_eq(got.miss_bytes, want[i].miss_bytes);
            cr_assert_eq(got.by_latency, want[i].by_latency);
            cr_assert_eq(got.by_work, want[i].by_work);
        }
        one.release(one.self);
        many.release(many.self);
    }
}

/* ---- many ports: a fluid simulation in real numbers ------------------------------------------ */

struct fluid {
    double now, latency, work, want[2], most; /* of L2 and of memory, bytes a cycle */
    double left, speed, began, end;
};

struct tank {
    struct fluid f[PORTS][EACH];
    unsigned done[PORTS];
    bool moving[PORTS];
    double pool[2], head;
};

/* Speeds: the level at which a pool is empty, found by halving; once more for the others. */
static void pour(struct tank *t)
{
    bool fixed[PORTS];

    for (unsigned p = 0; p < PORTS; p++)
        fixed[p] = !t->moving[p];
    for (unsigned left = PORTS; left--;) {
        double low = 0, high = 1e9;
        for (unsigned i = 0; i < 200; i++) {
            double level = (low + high) / 2, sum[2] = {0, 0};
            for (unsigned p = 0; p < PORTS; p++) {
                struct fluid *f = &t->f[p][t->done[p] % EACH];
                if (!t->moving[p])
                    continue;
                if (!fixed[p])
                    f->speed = f->most > level ? level / f->most : 1;
                sum[0] += f->want[0] * f->speed;
                sum[1] += f->want[1] * f->speed;
            }
            if (sum[0] > t->pool[0] * (1 + 1e-12) || sum[1] > t->pool[1] * (1 + 1e-12))
                high = level;
            else
                low = level;
        }
        for (unsigned p = 0; p < PORTS; p++) { /* not a hair above */
            struct fluid *f = &t->f[p][t->done[p] % EACH];
            if (t->moving[p] && !fixed[p])
                f->speed = f->most > low ? low / f->most : 1;
        }
        if (low > 1e8)
            return;
        for (int k = 0; k < 2; k++) { /* who wants of the pool that is empty gets no more */
            double sum = 0;
            for (unsigned p = 0; p < PORTS; p++)
                sum += t->moving[p]
                           ? t->f[p][t->done[p] % EACH].want[k] * t->f[p][t->done[p] % EACH].speed
                           : 0;
            for (unsigned p = 0; p < PORTS && sum > t->pool[k] * (1 - 1e-9); p++)
                fixed[p] |= t->f[p][t->done[p] % EACH].want[k] > 0;
        }
    }
}

static double begin_of(const struct tank *t, unsigned p)
{
    const struct fluid *f = &t->f[p][t->done[p]];
    double at = f->now + f->latency, behind = t->done[p] ? f[-1].end + t->head : 0;
    return at > behind ? at : behind;
}

static void drain(struct tank *t)
{
    for (double now = 0, at;; now = at) {
        at = INFINITY;
        pour(t);
        for (unsigned p = 0; p < PORTS; p++) {
            struct fluid *f = &t->f[p][t->done[p] % EACH];
            double e = t->done[p] == EACH ? INFINITY
                       : t->moving[p]     ? now + f->left / f->speed
                                          : begin_of(t, p);
            at = e < at ? e : at;
        }
        if (at == INFINITY)
            return;
        for (unsigned p = 0; p < PORTS; p++) {
            struct fluid *f = &t->f[p][t->done[p] % EACH];
            if (t->done[p] == EACH)
                continue;
            if (t->moving[p] && (f->left -= (at - now) * f->speed) < 1e-9) {
                f->end = at;
                t->moving[p] = false;
                t->done[p]++;
            } else if (!t->moving[p] && begin_of(t, p) <= at) {
                f->began = at;
                f->left = f->work;
                t->moving[p] = true;
            }
        }
    }
}

static void tank_fill(struct tank *t, struct dv_mem_backend *b, bool warm)
{
    memset(t, 0, sizeof *t);
    t->pool[0] = (double)DV_P(&chip, l2_rate) / 4294967296.0;
    t->pool[1] = (double)DV_P(&chip, mem_rate) / (double)DV_P(&chip, clock) *
                 ((double)DV_P(&chip, mem_usable) / 4294967296.0);
    t->head = 3;
    for (uint32_t p = 0; p < PORTS; p++) {
        dv_time now = CY(next(500));
        for (uint32_t i = 0; i < EACH; i++, now += CY(next(300))) {
            uint32_t bytes = 512 * (1 + next(120)); /* drawn one by one: the same everywhere */
            struct dv_mem_request r = ask(p, i, now, bytes, 20 + next(300));
            struct dv_mem_grant g;
            struct fluid *f = &t->f[p][i];
            cr_assert(!b->request(b->self, &r, &g));
            f->now = (double)now / DV_CYCLE;
            f->latency = warm ? 200 : 500;
            f->work = (double)(warm ? r.work : r.miss_work) / DV_CYCLE;
            f->want[0] = (double)r.sectors / f->work;
            f->want[1] = !warm && r.op == DV_MEM_READ ? (double)r.lines / f->work : 0;
            f->most = f->want[0] > f->want[1] ? f->want[0] : f->want[1];
        }
    }
}

Test(transfer, shared_is_fluid, .init = chip_load)
{
    double slowed = 0;
    for (unsigned round = 0; round < 12; round++) {
        static struct tank t;
        struct dv_mem_backend b;
        struct dv_mem_grant g;
        uint32_t port, done[PORTS] = {0};
        open_memory(&b, 24, round % 2);
        tank_fill(&t, &b, round % 2);
        drain(&t);
        while (b.advance(b.self, UINT64_MAX / 8, &port, &g)) {
            const struct fluid *f = &t.f[port][done[port]++];
            double began = (double)g.began / DV_CYCLE, end = (double)g.grant / DV_CYCLE;
            cr_expect(fabs(began - f->began) < 1 + f->began * 1e-4 &&
                          fabs(end - f->end) < 1 + f->end * 1e-4,
                      "round %u, port %u, request %u: %.1f .. %.1f, not %.1f .. %.1f", round, port,
                      done[port] - 1, began, end, f->began, f->end);
            double more = end - began - f->work;
            cr_expect(fabs((double)g.shared / DV_CYCLE - more) < 1 + f->end * 2e-4 &&
                          (g.shared > 0) == (g.by_shared > 0),
                      "round %u, port %u, request %u: %.1f of %.1f shared", round, port,
                      done[port] - 1, (double)g.shared / DV_CYCLE, more);
            slowed += f->end - f->began - f->work;
        }
        for (unsigned p = 0; p < PORTS; p++)
            cr_expect_eq(done[p], EACH);
        b.release(b.self);
    }
    cr_expect_gt(slowed, 10000);
}

/* ---- what is written back -------------------------------------------------------------------- */

/* Every line by its last touch; a dirty one goes when L2 is full of later ones. */
enum { LINES = 4096 };
struct lru {
    uint64_t last[LINES], gone, capacity, count;
    bool dirty[LINES];
};

static void lru_touch(struct lru *m, uint32_t line, bool write)
{
    bool miss = m->count - m->last[line] >= m->capacity;

    if (miss) {
        m->gone += m->dirty[line];
        m->dirty[line] = false;
        m->count++;
    }
    m->dirty[line] |= write;
    m->last[line] = m->count;
}

/* Lines that were written and are not in L2 any more. */
static uint64_t lru_gone(const struct lru *m)
{
    uint64_t n = m->gone;
    for (uint32_t i = 0; i < LINES; i++)
        n += m->dirty[i] && m->count - m->last[i] >= m->capacity;
    return n;
}

Test(transfer, written_back)
{
    static const struct {
        uint64_t bytes;
        uint32_t span, writes;
    } row[] = {{512 * 1024, 2000, 50},
               {512 * 1024, LINES, 100},
               {512 * 1500, LINES, 10},
               {512 * 8, 64, 50},
               {512 * 2048, 2000, 50}};
    for (size_t i = 0; i < COUNT(row); i++) {
        static struct lru m;
        struct dv_lines l;
        uint64_t back = 0;
        seed = (uint32_t)i + 1;
        memset(&m, 0, sizeof m);
        dv_lines_init(&l, row[i].bytes);
        m.capacity = m.count = l.capacity;
        for (unsigned k = 0; k < 40000; k++) {
            uint32_t line = next(8) ? next(row[i].span) : k % row[i].span;
            bool write = next(100) < row[i].writes;
            struct dv_mem_shape s = {GM + line * 512ull, 0, 0, 512, 1, 1};
            back += dv_lines_touch(&l, &s, write).back;
            lru_touch(&m, line, write);
            double gone = (double)lru_gone(&m);
            if (k % 97 == 0)
                cr_assert(fabs((double)back - gone) <= (double)l.slice + 1 + 0.02 * gone,
                          "row %zu, touch %u: %llu, not %.0f", i, k, (unsigned long long)back,
                          gone);
        }
        cr_expect(back > 0 || row[i].bytes >= 512ull * row[i].span);
        dv_lines_free(&l);
    }
}

/* ---- readers past L2 ------------------------------------------------------------------------- */

Test(transfer, past_l2)
{
    static const struct {
        const char *what;
        uint64_t at;
        uint32_t bytes;
        unsigned now, core;
        uint64_t shared;
    } step[] = {
        {"first", 0, 2048, 0, 0, 0},
        {"the same core again", 0, 2048, 10, 0, 0},
        {"another core", 0, 2048, 20, 1, 2048},
        {"the first again, the other was last", 0, 1024, 30, 0, 1024},
        {"too late", 0, 512, 5000, 2, 0},
        {"part of a sector counts whole", 100, 8, 5010, 3, 128},
        {"sectors nobody read", 8192, 1024, 5010, 3, 0},
        {"half of them", 8704, 1024, 5020, 4, 512},
    };
    struct dv_lines l;
    dv_lines_init(&l, 0);
    dv_lines_begin(&l, false);
    for (size_t i = 0; i < COUNT(step); i++) {
        struct dv_mem_shape s = {GM + step[i].at, 0, 0, step[i].bytes, 1, 1};
        dv_lines_note(&l, &s, CY(step[i].now), step[i].core, CY(1000));
        uint64_t n = dv_lines_shared(&l, &s, step[i].core);
        cr_expect_eq(n, step[i].shared, "%s: %llu", step[i].what, (unsigned long long)n);
    }
    dv_lines_free(&l);
}

/* Who asked first finds out when its data begins to move. */
Test(transfer, past_l2_both)
{
    struct dv_lines l;
    struct dv_mem_shape s = {GM, 0, 0, 4096, 1, 1};
    dv_lines_init(&l, 0);
    dv_lines_begin(&l, false);
    dv_lines_note(&l, &s, CY(0), 0, CY(1000));
    dv_lines_note(&l, &s, CY(10), 7, CY(1000));
    cr_expect_eq(dv_lines_shared(&l, &s, 0), 4096);
    cr_expect_eq(dv_lines_shared(&l, &s, 7), 4096);
    dv_lines_free(&l);
}

/* ---- save and restore ------------------------------------------------------------------------ */

static void requests(struct dv_mem_backend *b, uint32_t from, uint32_t to, dv_time at)
{
    struct dv_mem_grant g;
    for (uint32_t p = 0; p < PORTS; p++)
        for (uint32_t i = from; i < to; i++) {
            struct dv_mem_request r =
                ask(p, i, at + CY(100 * i + p), 512 * (1 + (p * 7 + i) % 100), 100 + p);
            if (p % 4 == 0 && r.op == DV_MEM_READ) { /* all of them the same, past L2 */
                r.hint = DV_HINT_BYPASS_L2;
                r.gm.base = GM + (1 << 24) + i * 65536;
            }
            cr_assert(!b->request(b->self, &r, &g));
        }
}

static uint8_t *image_of(struct dv_mem_backend *b, size_t *n)
{
    uint8_t *p = malloc(*n = b->size(b->self));
    cr_assert(p);
    b->save(b->self, p);
    return p;
}

Test(transfer, the_same_future, .init = chip_load)
{
    struct dv_mem_backend a, b;
    struct dv_mem_grant ga, gb;
    uint32_t pa, pb;
    size_t n;
    open_memory(&a, 24, false);
    open_memory(&b, 24, false);
    requests(&a, 0, 6, 0);
    requests(&a, 6, 7, CY(200000)); /* not there yet */
    for (unsigned i = 0; i < 40; i++)
        cr_assert(a.advance(a.self, UINT64_MAX / 8, &pa, &ga));
    uint8_t *image = image_of(&a, &n);
    cr_assert(b.accept(b.self, image, n));
    b.restore(b.self, image);
    cr_expect_eq(b.size(b.self), n);
    requests(&a, 7, EACH, CY(200000));
    requests(&b, 7, EACH, CY(200000));
    for (unsigned i = 40; i < PORTS * EACH; i++) {
        cr_assert(a.advance(a.self, UINT64_MAX / 8, &pa, &ga));
        cr_assert(b.advance(b.self, UINT64_MAX / 8, &pb, &gb));
        cr_assert_eq(pa, pb, "completion %u", i);
        cr_assert(ga.began == gb.began && ga.grant == gb.grant && ga.hit_bytes == gb.hit_bytes &&
                      ga.miss_bytes == gb.miss_bytes && ga.shared == gb.shared &&
                      ga.by_shared == gb.by_shared,
                  "completion %u", i);
    }
    cr_expect(!a.advance(a.self, UINT64_MAX / 8, &pa, &ga));
    cr_expect(!b.advance(b.self, UINT64_MAX / 8, &pb, &gb));
    free(image);
    a.release(a.self);
    b.release(b.self);
}

/* Damaged bytes: refused, or a state that comes to its end. */
Test(transfer, damaged_images, .init = chip_load)
{
    struct dv_mem_backend a, b;
    struct dv_mem_grant g;
    uint32_t port;
    size_t n;
    unsigned refused = 0;
    cr_assert_eq(dv_chip_set(&chip, "l2.bytes", "65536 B", NULL), DV_OK);
    open_memory(&a, 24, false);
    open_memory(&b, 24, false);
    requests(&a, 0, 3, 0);
    for (unsigned i = 0; i < 30; i++)
        cr_assert(a.advance(a.self, UINT64_MAX / 8, &port, &g));
    uint8_t *image = image_of(&a, &n), *bad = malloc(n);
    cr_assert(bad);
    for (size_t cut = 0; cut < n; cut += 1 + n / 300)
        cr_expect(!b.accept(b.self, image, cut), "cut at %zu", cut);
    for (unsigned i = 0; i < 1500; i++) {
        size_t tail = 40000 < n ? 40000 : n; /* ports and flows are behind the pages */
        memcpy(bad, image, n);
        for (unsigned k = 0; k < 1 + i % 3; k++)
            bad[i % 4 ? n - 1 - next((uint32_t)tail) : next(64)] ^= (uint8_t)(1 << next(8));
        if (!b.accept(b.self, bad, n)) {
            refused++;
            continue;
        }
        b.restore(b.self, bad);
        for (unsigned k = 0; k < 200 && b.advance(b.self, UINT64_MAX / 8, &port, &g); k++)
            ;
    }
    cr_expect_gt(refused, 100);
    free(bad);
    free(image);
    a.release(a.self);
    b.release(b.self);
}

/* 512 slices of 1024 lines, the older half dirty: after half a slice came in, half of the oldest
 * slice's dirty lines have gone, and after the whole slice all of them. */
Test(transfer, dirty_lines_go_evenly)
{
    enum { WHOLE = 512 * 1024 };
    struct dv_mem_shape s = {DV_DATA_BASE, 1024, 0, 512, WHOLE / 2, 1};
    struct dv_lines l;

    dv_lines_init(&l, WHOLE * 512ull);
    dv_lines_begin(&l, false);
    dv_lines_touch(&l, &s, true);
    s.base += 512;
    dv_lines_touch(&l, &s, false);
    s = (struct dv_mem_shape){DV_DATA_BASE + WHOLE * 512ull, 512, 0, 512, 512, 1};
    uint64_t half = dv_lines_touch(&l, &s, false).back;
    s.base += 512 * 512;
    uint64_t rest = dv_lines_touch(&l, &s, false).back;
    cr_expect(half >= 511 && half <= 513, "%llu", (unsigned long long)half);
    cr_expect(half + rest >= 1023 && half + rest <= 1024, "%llu", (unsigned long long)rest);
    dv_lines_free(&l);
}
