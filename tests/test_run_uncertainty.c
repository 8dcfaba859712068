/* How ranges of numbers become a range of cycles: hand-computed effects, and exact ones of kernels
 * whose dependence on a number is plain. Evidence: docs/uncertainty.md. */
#include <math.h>

#include "tests/launch.h"

/* ---- together -------------------------------------------------------------------------------- */

static const struct combine_row {
    const char *name;
    unsigned n;
    uint64_t ends[3][2], low, high;
    unsigned largest; /* index in ends */
    const char *text;
} combines[] = {
    {"nothing", 0, {{0}}, 1000, 1000, 0, "no number with a range moves them"},
    {"one, both ways",
     1,
     {{970, 1040}},
     970,
     1040,
     0,
     "-3.0 % .. +4.0 % by the range of 1 number; largest: clock"},
    {"a rate: fewer cycles at its high end",
     1,
     {{1040, 970}},
     970,
     1040,
     0,
     "-3.0 % .. +4.0 % by the range of 1 number; largest: clock"},
    {"3-4-5",
     2,
     {{970, 1000}, {960, 1000}},
     950,
     1000,
     1,
     "-5.0 % .. +0.0 % by the ranges of 2 numbers; largest: aic"},
    {"sides apart",
     3,
     {{970, 1005}, {1000, 1012}, {960, 1000}},
     950,
     1013,
     2,
     "-5.0 % .. +1.3 % by the ranges of 3 numbers; largest: aiv"},
    {"both ends on one side: the larger counts",
     1,
     {{1030, 1040}},
     1000,
     1040,
     0,
     "-0.0 % .. +4.0 % by the range of 1 number; largest: clock"},
    {"rounded",
     2,
     {{1000, 1001}, {1001, 1000}},
     1000,
     1001,
     0,
     "-0.0 % .. +0.1 % by the ranges of 2 numbers; largest: clock"},
    {"never below 0",
     2,
     {{0, 1000}, {0, 1000}},
     0,
     1000,
     0,
     "-100.0 % .. +0.0 % by the ranges of 2 numbers; largest: clock"},
};

Test(run_uncertainty, combine)
{
    for (size_t i = 0; i < sizeof combines / sizeof *combines; i++) {
        const struct combine_row *t = &combines[i];
        struct dv_uncertainty u = {.cycles = 1000, .n = t->n};
        char text[200];
        for (unsigned k = 0; k < t->n; k++)
            u.by[k] = (struct dv_effect){(uint16_t)k, t->ends[k][0], t->ends[k][1]};
        dv_uncertainty_combine(&u);
        cr_expect(u.low == t->low && u.high == t->high, "%s: %llu..%llu", t->name,
                  (unsigned long long)u.low, (unsigned long long)u.high);
        cr_expect(!t->n || u.by[0].number == t->largest, "%s", t->name);
        cr_expect_str_eq(dv_uncertainty_text(&u, text, sizeof text), t->text, "%s: %s", t->name,
                         text);
    }
}

/* ---- runs ------------------------------------------------------------------------------------ */

struct stand {
    struct dv_run *r;
    struct dv_obj *obj;
    struct dv_chip *chip;
    struct dv_diag d;
    const char *arg[8];
    char store[256];
};

/* 910B1, no number of it uncertain. */
static void stand_open(struct stand *s, const char *source, const char *args)
{
    memset(s, 0, sizeof *s);
    dv_diag_init(&s->d);
    s->r = calloc(1, sizeof *s->r);
    s->chip = malloc(sizeof *s->chip);
    s->obj = launch_object(source);
    cr_assert_eq(dv_chip_load("910B1", s->chip, &s->d), DV_OK, "%s", s->d.text);
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++) {
        s->chip->origin[i].low = 1;
        s->chip->origin[i].high = 0;
    }
    launch_args(s->store, sizeof s->store, args, s->arg, 8);
}

static void stand_range(struct stand *s, unsigned number, uint64_t low, uint64_t high)
{
    s->chip->origin[number].low = low;
    s->chip->origin[number].high = high;
}

static enum dv_err stand_run(struct stand *s, bool uncertainty)
{
    struct dv_run_opts o = {.arg = s->arg, .resolved = s->chip, .uncertainty = uncertainty};
    while (o.args < 8 && s->arg[o.args])
        o.args++;
    cr_assert_eq(dv_run_prepare(s->r, &o, s->obj, 0, &s->d), DV_OK, "%s", s->d.text);
    return dv_run_go(s->r, &s->d);
}

static void stand_close(struct stand *s)
{
    dv_run_free(s->r);
    dv_obj_free(s->obj);
    free(s->chip);
    free(s->r);
}

static const struct dv_effect *effect(const struct dv_uncertainty *u, unsigned number)
{
    for (unsigned i = 0; i < u->n; i++)
        if (u->by[i].number == number)
            return &u->by[i];
    return NULL;
}

/* Ten divisions and what goes with them on S: every cycle of a division is one of the run. */
#define TEN \
    ".kernel k, core=aiv\n.param n, u32 = 10\nk:\n.reg i = 10, a = 1000, b = 3, zero = 0\n" \
    "loop:\ndiv.s64 a, a, b\nadd.s64 a, a, b\nsub.s64 i, i, 1\njumpcmp.gt.s64 i, zero, " \
    "loop\nend\n"

Test(run_uncertainty, scalar_numbers)
{
    struct stand s;
    stand_open(&s, TEN, "");
    dv_time div = DV_P(s.chip, scalar_div), issue = DV_P(s.chip, scalar_issue);
    stand_range(&s, DV_CP_scalar_div, div - 4 * DV_CYCLE, div + 8 * DV_CYCLE);
    stand_range(&s, DV_CP_scalar_issue, issue, issue + DV_CYCLE);
    stand_range(&s, DV_CP_mmad_cold, 0, 1000 * DV_CYCLE);
    cr_assert_eq(stand_run(&s, true), DV_OK, "%s", s.d.text);
    const struct dv_uncertainty *u = &s.r->result.uncertainty;
    const struct dv_effect *by_div = effect(u, DV_CP_scalar_div);
    const struct dv_effect *by_issue = effect(u, DV_CP_scalar_issue);
    uint64_t n = s.r->result.sum.instructions - 1; /* END takes no slot */
    cr_assert(u->known && u->n == 2 && by_div && by_issue, "%u numbers", u->n);
    cr_expect_eq(by_div->low, u->cycles - 40);
    cr_expect_eq(by_div->high, u->cycles + 80);
    cr_expect_eq(by_issue->low, u->cycles);
    cr_expect_eq(by_issue->high, u->cycles + n, "%llu for %llu instructions",
                 (unsigned long long)(by_issue->high - u->cycles), (unsigned long long)n);
    cr_expect_eq(u->low, u->cycles - 40);
    cr_expect_eq(u->high, u->cycles + (uint64_t)llround(sqrt(80. * 80. + (double)n * (double)n)));
    cr_expect_eq(u->runs, 4); /* the plain one, two of div, one of issue, none of the matrix unit */
    stand_close(&s);
}

/* What is skipped changes nothing: all numbers of the chip with their own ranges. */
Test(run_uncertainty, skipping)
{
    static const char *const rows[][2] = {
        {"kernels/gemm/gemm_f16.s", "m=100 n=200 k=300"},
        {"kernels/gemm/tile_f16.s", "k=256"},
        {"kernels/elementwise/vadd_f16.s", "n=30000"},
        {"bench/kernels/cube_loop.s", "n=20"},
        {TEN, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_uncertainty *few = malloc(sizeof *few), *all = malloc(sizeof *all);
        struct stand s;
        stand_open(&s, rows[i][0], rows[i][1]);
        cr_assert_eq(dv_chip_load("910B1", s.chip, &s.d), DV_OK);
        cr_assert_eq(stand_run(&s, false), DV_OK, "%s", s.d.text);
        cr_expect(!s.r->result.uncertainty.known);
        cr_expect_eq(dv_uncertainty_take(few, s.r, false, &s.d), DV_OK, "%s", s.d.text);
        cr_expect_eq(dv_uncertainty_take(all, s.r, true, &s.d), DV_OK, "%s", s.d.text);
        cr_expect(few->runs < all->runs, "row %zu: %u of %u runs", i, few->runs, all->runs);
        cr_expect(few->n == all->n && few->low == all->low && few->high == all->high, "row %zu", i);
        cr_expect_eq(memcmp(few->by, all->by, few->n * sizeof *few->by), 0, "row %zu", i);
        stand_close(&s);
        free(few);
        free(all);
    }
}

Test(run_uncertainty, refused)
{
    struct stand s;
    stand_open(&s, "kernels/softmax/softmax_f32.s", "rows=2 cols=64");
    cr_expect_eq(stand_run(&s, true), DV_E_NODATA);
    cr_expect(strstr(s.d.fix, "remove --uncertainty"), "%s", s.d.fix);
    cr_expect(!s.r->result.ended && s.r->result.findings == 1);
    cr_expect_str_eq(s.r->result.finding[0].code, "NODATA");
    stand_close(&s);
}

/* Without the flag that orders them, V reads while MTE2 still writes once a division is short. */
#define RACE \
    ".kernel k, core=aiv\n.param x, in, f16[n]\n.param n, u32 = 128\n" \
    ".buf A, ub, f16[128]\nk:\n.reg px:gm, ra:ub = A, v:vec1 = {repeat=1}\n" \
    ".reg mv:burst = {len_burst=8}, a = 7, b = 3\nldparam px, x\nmov_out_to_ub [ra], [px], mv\n" \
    "div.s64 a, a, b\nvabs.f16 [ra], [ra], v\nend\n"

Test(run_uncertainty, fault_in_the_range)
{
    struct stand s;
    stand_open(&s, RACE, "");
    DV_P(s.chip, scalar_div) = 2000 * DV_CYCLE;
    stand_range(&s, DV_CP_scalar_div, DV_CYCLE, 2000 * DV_CYCLE);
    cr_expect_eq(stand_run(&s, true), DV_E_COLLISION, "%s", s.d.text);
    cr_expect(!strncmp(s.d.text, "with core.scalar.div = 1 cy, inside its range: ", 47), "%s",
              s.d.text);
    cr_expect_eq(s.d.at.line, 11);
    stand_close(&s);
}
