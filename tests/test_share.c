/* emu/core/share.c: shares worked out by hand, and random sharers against what makes an allocation
 * max-min fair: nobody can get more without taking from one who has no more. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "emu/core/share.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define RATE(x) ((dv_rate)((x)*4294967296.0))
enum { MOST = 40 };

struct set {
    struct dv_sharer one[MOST];
    struct dv_sharer *s[MOST];
    unsigned n;
    dv_rate pool[DV_POOLS];
};

static void add(struct set *x, double l2, double mem, double same)
{
    struct dv_sharer *t = &x->one[x->n];
    const dv_rate want[DV_POOLS] = {RATE(l2), RATE(mem), RATE(same)};

    memset(t, 0, sizeof *t);
    for (int p = 0; p < DV_POOLS; p++) {
        t->want[p] = want[p];
        t->most = want[p] > t->most ? want[p] : t->most;
    }
    x->s[x->n++] = t;
}

static double speed(const struct dv_sharer *t)
{
    return (double)t->speed / (double)DV_FULL;
}

/* ---- by hand --------------------------------------------------------------------------------- */

Test(share, by_hand)
{
    static const struct {
        const char *what;
        double pool[DV_POOLS];
        unsigned n;
        double want[3][DV_POOLS], speed[3];
        int by[3]; /* the pool that slows it + 1, 0 = none */
    } row[] = {
        {"nobody wants more than there is", {100, 100, 100}, 2, {{60}, {40}}, {1, 1}, {0, 0}},
        {"two alike", {100, 1, 1}, 2, {{100}, {100}}, {.5, .5}, {1, 1}},
        {"one is content", {100, 1, 1}, 3, {{10}, {90}, {90}}, {1, .5, .5}, {0, 1, 1}},
        {"all rates rise alike, not all speeds", {90, 1, 1}, 2, {{60}, {90}}, {.75, .5}, {1, 1}},
        {"another pool leaves more of the first",
         {100, 10, 1},
         2,
         {{80, 80}, {95}},
         {.125, .9474},
         {2, 1}},
        {"of two pools the scarce one counts",
         {100, 20, 1},
         2,
         {{50, 40}, {50, 40}},
         {.25, .25},
         {2, 2}},
        {"wants nothing", {1, 1, 1}, 2, {{0}, {4}}, {1, .25}, {0, 1}},
        {"an empty pool", {0, 100, 1}, 2, {{5}, {0, 50}}, {0, 1}, {1, 0}},
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct set x = {.n = 0};
        for (int p = 0; p < DV_POOLS; p++)
            x.pool[p] = RATE(row[i].pool[p]);
        for (unsigned k = 0; k < row[i].n; k++)
            add(&x, row[i].want[k][0], row[i].want[k][1], row[i].want[k][2]);
        dv_share(x.s, x.n, x.pool);
        for (unsigned k = 0; k < x.n; k++) {
            cr_expect_float_eq(speed(&x.one[k]), row[i].speed[k], 1e-4, "%s: %u has %g",
                               row[i].what, k, speed(&x.one[k]));
            cr_expect_eq(x.one[k].pool + 1, row[i].by[k], "%s: %u by %d", row[i].what, k,
                         x.one[k].pool);
        }
    }
}

/* ---- at random ------------------------------------------------------------------------------- */

static uint32_t seed = 1;

static uint32_t next(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void draw(struct set *x)
{
    x->n = 0;
    for (int p = 0; p < DV_POOLS; p++)
        x->pool[p] = RATE(1 + next(3000)) + next(1000);
    for (unsigned n = 1 + next(MOST); x->n < n;)
        add(x, next(4) ? 1 + next(200) : 0, next(2) ? 1 + next(300) : 0,
            next(8) ? 0 : 1 + next(100));
}

static double used(const struct set *x, int p)
{
    double sum = 0;
    for (unsigned i = 0; i < x->n; i++)
        sum += (double)x->one[i].want[p] * speed(&x->one[i]);
    return sum;
}

static double rate(const struct dv_sharer *t)
{
    return (double)t->most * speed(t);
}

/* A pool that is used up, of which nobody has a higher rate. */
static bool held_by(const struct set *x, const struct dv_sharer *t, int p)
{
    if (!t->want[p] || used(x, p) < (double)x->pool[p] * (1 - 1e-3))
        return false;
    for (unsigned i = 0; i < x->n; i++)
        if (x->one[i].want[p] && rate(&x->one[i]) > rate(t) * (1 + 1e-3))
            return false;
    return true;
}

Test(share, fair)
{
    unsigned held = 0;
    for (unsigned round = 0; round < 4000; round++) {
        struct set x;
        draw(&x);
        dv_share(x.s, x.n, x.pool);
        for (int p = 0; p < DV_POOLS; p++)
            cr_assert(used(&x, p) <= (double)x.pool[p] * (1 + 1e-4), "round %u, pool %d", round, p);
        for (unsigned i = 0; i < x.n; i++) {
            const struct dv_sharer *t = &x.one[i];
            bool fair = t->speed == DV_FULL;
            held += !fair;
            for (int p = 0; p < DV_POOLS && !fair; p++)
                fair = held_by(&x, t, p);
            cr_assert(fair, "round %u: sharer %u could have more than %g", round, i, speed(t));
        }
    }
    cr_expect_gt(held, 1000);
}

Test(share, order_makes_no_difference)
{
    for (unsigned round = 0; round < 1000; round++) {
        struct set x;
        uint64_t was[MOST];
        draw(&x);
        dv_share(x.s, x.n, x.pool);
        for (unsigned i = 0; i < x.n; i++)
            was[i] = x.one[i].speed;
        for (unsigned i = x.n; i-- > 1;) {
            unsigned k = next(i + 1);
            struct dv_sharer *t = x.s[i];
            x.s[i] = x.s[k];
            x.s[k] = t;
        }
        dv_share(x.s, x.n, x.pool);
        for (unsigned i = 0; i < x.n; i++)
            cr_assert_eq(x.one[i].speed, was[i], "round %u, sharer %u", round, i);
    }
}
