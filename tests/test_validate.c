/* The protocol of dv validate: statistics, readings and judgement on numbers worked out by hand,
 * and every refusal of a cases file. Evidence: docs/validation.md. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emu/cli/judge.h"
#include "emu/cli/reading.h"

#define NEAR(a, b) (fabs((a) - (b)) < 1e-9)

/* ---- statistics ------------------------------------------------------------------------------ */

Test(validate, score)
{
    static const struct {
        double v[10];
        unsigned n;
        double mean, median, p90, worst;
        int at;
    } rows[] = {
        {{0}, 0, 0, 0, 0, 0, -1},
        {{-3}, 1, -3, 3, 3, 3, 0},
        {{1, -4}, 2, -1.5, 2.5, 4, 4, 1},
        {{2, -1, -9}, 3, -8.0 / 3, 2, 9, 9, 2},
        {{-5, 5, 1, 1}, 4, 0.5, 3, 5, 5, 0}, /* the first of equals is the worst */
        {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 10, 5.5, 5.5, 9, 10, 9},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dv_score s;
        dv_score_take(&s, rows[i].v, rows[i].n);
        cr_expect(s.n == rows[i].n && s.worst_at == rows[i].at, "row %u: worst", i);
        cr_expect(NEAR(s.signed_mean, rows[i].mean), "row %u: mean %g", i, s.signed_mean);
        cr_expect(NEAR(s.median, rows[i].median), "row %u: median %g", i, s.median);
        cr_expect(NEAR(s.p90, rows[i].p90), "row %u: p90 %g", i, s.p90);
        cr_expect(NEAR(s.worst, rows[i].worst), "row %u: worst %g", i, s.worst);
        cr_expect(s.low <= s.median && s.median <= s.high, "row %u: interval", i);
    }
}

/* Two values, one of each drawn: medians 0, 1, 2 with shares 1/4, 1/2, 1/4. */
Test(validate, bootstrap)
{
    struct dv_score a, b;
    dv_score_take(&a, (const double[]){0, 2}, 2);
    cr_expect(NEAR(a.low, 0) && NEAR(a.high, 2));
    /* 1 against nineteen 5: the median of twenty draws is 5 but for a share far below 5 %. */
    double v[20] = {1};
    for (unsigned i = 1; i < 20; i++)
        v[i] = 5;
    dv_score_take(&a, v, 20);
    cr_expect(NEAR(a.low, 5) && NEAR(a.high, 5), "%g..%g", a.low, a.high);
    dv_score_take(&b, v, 20);
    cr_expect_eq(memcmp(&a, &b, sizeof a), 0, "the same list, the same interval");
}

Test(validate, skill)
{
    cr_expect(NEAR(dv_score_skill(2, 8), 0.75));
    cr_expect(NEAR(dv_score_skill(8, 8), 0));
    cr_expect(NEAR(dv_score_skill(12, 8), -0.5));
    cr_expect(isnan(dv_score_skill(0, 0)));
    cr_expect(isinf(dv_score_skill(1, 0)) && dv_score_skill(1, 0) < 0);
}

/* ---- readings -------------------------------------------------------------------------------- */

static bool two(void *ctx, const char *name, size_t n, double *out)
{
    (void)ctx;
    *out = 2;
    return dv_case_name(name, n);
}

Test(validate, readings)
{
    static const struct {
        const char *text;
        double v;
    } rows[] = {
        {"cycles", 2},
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"7 - 2 - 1", 4},
        {"16 / 4 / 2", 2},
        {"3/2", 1.5}, /* no integer division */
        {"CUBE.busy/(CUBE.instructions * 144)", 1.0 / 144},
        {"mark.tile_0 - MTE1.stall", 0},
        {" 1.25 ", 1.25},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double v = NAN;
        enum dv_err e = dv_reading(rows[i].text, two, NULL, &v, NULL);
        cr_expect(!e && NEAR(v, rows[i].v), "%s: %g", rows[i].text, v);
    }
}

#define NOTHING \
    "is nothing a run gives: use cycles, task, core, instructions, PIPE.busy, PIPE.instructions, " \
    "PIPE.stall or mark.NAME"

Test(validate, readings_refused)
{
    static const struct {
        const char *text;
        int col;
        const char *words;
    } rows[] = {
        {"", 1, "a number or a name is missing at the end"},
        {"1 +", 4, "a number or a name is missing at the end"},
        {"* 2", 1, "'*' stands where a number or a name should"},
        {"1 2", 3, "'2' stands where + - * / or the end should"},
        {"cycles % 2", 8, "'%' stands where + - * / or the end should"},
        {"(1", 1, "'(1' opens a parenthesis that is not closed"},
        {"1)", 2, "')' stands where + - * / or the end should"},
        {"1.2.3", 1, "'1.2.3' is no plain number"},
        {"0x10", 1, "'0x10' is no plain number"},
        {"1e3", 1, "'1e3' is no plain number"},
        {"4 / (2 - 2)", 3, "'/' divides by zero"},
        {"cycle", 1, "'cycle' " NOTHING},
        {"1 + CUBE.idle", 5, "'CUBE.idle' " NOTHING},
        {"mark.", 1, "'mark.' " NOTHING},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dv_diag d;
        double v;
        dv_diag_init(&d);
        cr_expect(dv_reading(rows[i].text, two, NULL, &v, &d) != DV_OK, "%s", rows[i].text);
        cr_expect(d.at.col == rows[i].col, "%s: column %d", rows[i].text, d.at.col);
        cr_expect_str_eq(d.text, rows[i].words);
    }
    char deep[100];
    double v;
    memset(deep, '(', 99);
    deep[99] = 0;
    cr_expect_eq(dv_reading(deep, two, NULL, &v, NULL), DV_E_SYNTAX);
}

/* ---- judgement ------------------------------------------------------------------------------- */

Test(validate, outcome)
{
    struct dv_case c = {.ideal = 80, .variants = 2};
    struct dv_outcome o = {.measured = 100, .modelled = 105, .variant = {98, 110}};
    dv_outcome_derive(&o, &c);
    cr_expect(NEAR(o.error, 5) && NEAR(o.null, -20) && NEAR(o.overhead, 25) && NEAR(o.spread, 12));
    cr_expect(o.discriminating, "the ideal misses by 20, the readings differ by 12");
    o.variant[1] = 125;
    dv_outcome_derive(&o, &c);
    cr_expect(NEAR(o.spread, 27) && !o.discriminating);
    c = (struct dv_case){.ideal = 101};
    dv_outcome_derive(&o, &c);
    cr_expect(isnan(o.overhead) && isnan(o.spread), "nothing above the ideal, no variants");
    cr_expect(!o.discriminating, "an ideal within 2 percent tells nothing");
}

/* A fit: errors +1, -3, +20; A check: +4; C fit without a figure. All cube but the last but one. */
Test(validate, judgement)
{
    static struct dv_judgement j;
    struct dv_case c[5] = {{.ideal = 50},
                           {.ideal = 90},
                           {.ideal = 60},
                           {.ideal = 50, .doc = 1, .class = DV_CASE_scalar},
                           {.ideal = 50, .grade = 2}};
    static struct dv_cases all = {.n = 5, .docs = 2, .doc = {{.role = 0}, {.role = 1}}};
    const double modelled[5] = {101, 97, 120, 104, NAN};
    struct dv_outcome o[5];
    all.at = c;
    for (unsigned i = 0; i < 5; i++) {
        o[i] = (struct dv_outcome){.chosen = true, .measured = 100, .modelled = modelled[i]};
        dv_outcome_derive(&o[i], &c[i]);
    }
    dv_judge(&j, &all, o);
    const struct dv_group *fit = &j.grade[0][DV_CASE_FIT], *check = &j.grade[0][DV_CASE_CHECK];
    cr_expect(fit->score.n == 3 && NEAR(fit->score.signed_mean, 6) && NEAR(fit->score.median, 3));
    cr_expect(NEAR(fit->score.p90, 20) && fit->worst == 2);
    cr_expect(check->score.n == 1 && NEAR(check->score.median, 4) && check->worst == 3);
    cr_expect(j.grade[2][DV_CASE_FIT].score.n == 0 && j.grade[2][DV_CASE_FIT].worst == -1);
    cr_expect(j.class[DV_CASE_cube][0][DV_CASE_FIT].score.n == 3);
    cr_expect(j.class[DV_CASE_scalar][0][DV_CASE_CHECK].worst == 3);
    /* cube: null errors 50, 10, 40; overheads 2, -30, 50 and, scalar, 8 percent. */
    cr_expect(j.skill[DV_CASE_cube].n == 3 && NEAR(j.skill[DV_CASE_cube].null, 40));
    cr_expect(NEAR(j.skill[DV_CASE_cube].skill, 1 - 3.0 / 40));
    cr_expect(NEAR(j.overhead[0].score.median, 19) && j.overhead[0].worst == 2);
    cr_expect(j.fit_figures == 3 && j.missing == 1);
    /* All of grade A: 1, 3, 4, 20. */
    cr_expect(NEAR(j.bar[DV_BAR_MEDIAN].value, 3.5) && !j.bar[DV_BAR_MEDIAN].met);
    cr_expect(NEAR(j.bar[DV_BAR_WORST].value, 20) && !j.bar[DV_BAR_WORST].met);
    cr_expect(NEAR(j.bar[DV_BAR_OVERHEAD].value, 19) && j.bar[DV_BAR_OVERHEAD].met);
    cr_expect(NEAR(j.bar[DV_BAR_SKILL].value, 1 - 4.0 / 50) && j.bar[DV_BAR_SKILL].met, "scalar");
    cr_expect(NEAR(j.bar[DV_BAR_CHECK].value, 4) && j.bar[DV_BAR_CHECK].met, "at most 4");
}

/* A group without cases meets no bar. */
Test(validate, nothing_to_judge)
{
    static struct dv_judgement j;
    struct dv_case c = {.grade = 1, .ideal = 50};
    struct dv_cases all = {.n = 1, .docs = 1, .at = &c};
    struct dv_outcome o = {.chosen = true, .measured = 100, .modelled = 100};
    dv_outcome_derive(&o, &c);
    dv_judge(&j, &all, &o);
    cr_expect(!j.bar[DV_BAR_MEDIAN].met && !j.bar[DV_BAR_WORST].met && !j.bar[DV_BAR_OVERHEAD].met);
    cr_expect(!j.bar[DV_BAR_CHECK].met && j.bar[DV_BAR_SKILL].met);
}

/* ---- cases files ----------------------------------------------------------------------------- */

static const char good[] = "version: 1\n"
                           "documents:\n"
                           "  - {id: one, title: \"One\", role: fit}\n"
                           "  - {id: two, title: \"Two\", role: check}\n"
                           "cases:\n"
                           "  - id: a-1\n"
                           "    grade: A\n"
                           "    class: cube\n"
                           "    document: one\n"
                           "    chip: 910B1\n"
                           "    clock: 1850 MHz\n"
                           "    cache: warm\n"
                           "    quantity: \"whole: kernel\"\n"
                           "    measured: 2 us\n"
                           "    ideal: 3000 cy\n"
                           "    ideal_from: \"peaks\"\n"
                           "    kernel: k.s\n"
                           "    args: \"n=4  m=2\"\n"
                           "    blocks: 2\n"
                           "    read: \"cycles / 2\"\n"
                           "    minus: \"n=2\"\n"
                           "    source: \"here\"\n"
                           "    open: \"clock\"\n"
                           "    variants: [\"n=5\", \"n=6  cache=cold\"]\n"
                           "moved:\n"
                           "  - path: core.barrier\n"
                           "    documented: \"2 cy\"\n"
                           "    why: \"a-1\"\n"
                           "    documents: [one]\n";

Test(validate, cases_file)
{
    struct dv_cases c;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert_eq(dv_cases_read(&c, "t.yaml", good, sizeof good - 1, &d), DV_OK, "%s", d.text);
    const struct dv_case *a = dv_cases_find(&c, "a-1");
    cr_assert(a && c.n == 1 && c.docs == 2 && c.moves == 1 && c.chips == 1);
    cr_expect(a->grade == 0 && a->class == DV_CASE_cube && a->doc == 0 && !a->cold);
    cr_expect(NEAR(a->measured, 3700) && NEAR(a->ideal, 3000) && NEAR(a->clock_mhz, 1850));
    cr_expect_str_eq(a->quantity, "whole: kernel");
    cr_expect_str_eq(a->stated, "2 us");
    cr_expect(a->blocks == 2 && a->variants == 2);
    cr_expect_str_eq(a->variant[1], "n=6");
    cr_expect(!dv_case_variant_cold(a, 0) && dv_case_variant_cold(a, 1));
    cr_expect(c.moved[0].docs == 1 && c.moved[0].doc[0] == 0);
    cr_expect_eq(strlen(c.sha256), 64);
    dv_cases_free(&c);
}

/* `good` with the text `from` replaced by `to`. */
static size_t changed(char *out, size_t size, const char *from, const char *to)
{
    const char *at = strstr(good, from);
    cr_assert(at != NULL, "'%s' is not in the file", from);
    return (size_t)snprintf(out, size, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

static void refuse(const char *from, const char *to, int line, int col, const char *words)
{
    char text[4096];
    struct dv_cases c;
    struct dv_diag d;
    size_t n = changed(text, sizeof text, from, to);
    dv_diag_init(&d);
    cr_expect(dv_cases_read(&c, "t.yaml", text, n, &d) == DV_E_CONFIG, "%s: accepted", to);
    cr_expect(d.at.line == line && d.at.col == col, "%s: at %d:%d", to, d.at.line, d.at.col);
    cr_expect(strcmp(d.text, words) == 0, "wanted: %s\nfound:  %s", words, d.text);
    cr_expect_str_eq(d.at.file, "t.yaml");
    dv_cases_free(&c);
}

Test(validate, cases_refused)
{
    static const struct {
        const char *from, *to;
        int line, col;
        const char *words;
    } rows[] = {
        {"version: 1", "version: 2", 1, 10, "version '2' is no whole number in 1..1"},
        {"version: 1", "verson: 1", 1, 1,
         "unknown key 'verson' of a cases file: did you mean 'version'?"},
        {"version: 1", "---", 1, 1,
         "document markers are not allowed: a cases file is one plain document"},
        {"role: fit", "role: fits", 3, 35, "role 'fits' is not known: use one of fit, check"},
        {"id: two", "id: one", 4, 10, "document 'one' is listed twice"},
        {", role: check", "", 4, 6, "a document has no 'role'"},
        {"id: a-1", "id: \"a 1\"", 6, 10, "id 'a 1' must be letters, digits, '-', '_' or '.'"},
        {"id: a-1", "id: \"\"", 6, 10, "id '' must be letters, digits, '-', '_' or '.'"},
        {"grade: A", "grade: S", 7, 12, "grade 'S' is not known: use one of A, B, C"},
        {"class: cube", "class: mte", 8, 12,
         "class 'mte' is not known: use one of cube, load, dma_in, dma_out, fixpipe, vector, "
         "scalar, total"},
        {"document: one", "document: ones", 9, 15,
         "document 'ones' is not listed under documents, which come first: did you mean 'one'?"},
        {"chip: 910B1", "chip: 910B7", 10, 11, "no chip '910B7': did you mean '910B1'?"},
        {"1850 MHz", "1850", 11, 12, "'1850' is no clock: write 1850 MHz"},
        {"cache: warm", "cache: hot", 12, 12, "cache 'hot' is not known: use one of warm, cold"},
        {"2 us", "2 ms", 14, 15,
         "'2 ms' is no figure: give a number above 0 and cy, ns, us or tick"},
        {"2 us", "0 us", 14, 15,
         "'0 us' is no figure: give a number above 0 and cy, ns, us or tick"},
        {"2 us", "-2 us", 14, 15,
         "'-2 us' is no figure: give a number above 0 and cy, ns, us or tick"},
        {"3000 cy", "inf cy", 15, 12,
         "'inf cy' is no figure: give a number above 0 and cy, ns, us or tick"},
        {"k.s", "../k.s", 17, 13, "kernel '../k.s' must be FILE.s beside the cases file"},
        {"k.s", "k.o", 17, 13, "kernel 'k.o' must be FILE.s beside the cases file"},
        {"n=4  m=2", "n", 18, 12, "'n' is not up to 32 NAME=VALUE parted by blanks"},
        {"blocks: 2", "blocks: 0", 19, 13, "blocks '0' is no whole number in 1..65535"},
        {"cycles / 2", "cycles / two", 20, 21, "'two' " NOTHING},
        {"n=5", "=5", 24, 17, "'=5' is not up to 32 NAME=VALUE parted by blanks"},
        {"    source: \"here\"\n", "", 6, 5, "a case has no 'source'"},
        {"open:", "opens:", 23, 5, "unknown key 'opens' of a case: did you mean 'open'?"},
        {"open: \"clock\"", "open: \"\\n\"", 23, 12, "'open' has a control character"},
        {"open: \"clock\"", "open: {}", 23, 5, "'open' is not a plain value"},
        {"grade: A", "grade: A\n    grade: B", 8, 5,
         "key 'grade' is given twice, first in line 7: keep one"},
        {"core.barrier", "core.barier", 26, 11,
         "the chips have no number 'core.barier': did you mean 'core.barrier'?"},
        {"2 cy", "2 B", 27, 18,
         "unit 'B' does not fit here: write it like '23.5 cy'; write \"\" when nothing is "
         "documented"},
        {"documents: [one]", "documents: [two]", 29, 17,
         "document 'two' is for checking: no coefficient rests on it"},
        {"documents: [one]\n", "documents: [one]\nmore: 1\n", 30, 1,
         "'more' stands behind 'moved', which is the last key"},
        {"documents: [one]", "documents: one", 29, 16, "'documents' is not a list"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refuse(rows[i].from, rows[i].to, rows[i].line, rows[i].col, rows[i].words);
}

/* Where the word may stand, and what only looks like it. */
Test(validate, state_of_a_variant)
{
    static const struct {
        const char *text, *args;
        bool cold; /* the case is warm */
    } rows[] = {
        {"cache=cold", "", true},
        {"cache=cold n=1", "n=1", true},
        {"n=1 cache=cold m=2", "n=1 m=2", true},
        {"n=1   cache=cold", "n=1", true},
        {"n=1 cache=warm", "n=1", false},
        {"n=1 xcache=cold", "n=1 xcache=cold", false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[4096];
        struct dv_cases c;
        struct dv_diag d;
        size_t n = changed(text, sizeof text, "n=6  cache=cold", rows[i].text);
        dv_diag_init(&d);
        cr_assert(!dv_cases_read(&c, "t.yaml", text, n, &d), "row %u: %s", i, d.text);
        cr_expect_str_eq(c.at[0].variant[1], rows[i].args, "row %u", i);
        cr_expect_eq(dv_case_variant_cold(&c.at[0], 1), rows[i].cold, "row %u", i);
        dv_cases_free(&c);
    }
    refuse("cache=cold", "cache=hot", 24, 24,
           "'n=6  cache=hot' must hold cache=warm or cache=cold, once");
    refuse("cache=cold", "cache=cold cache=cold", 24, 24,
           "'n=6  cache=cold cache=cold' must hold cache=warm or cache=cold, once");
}

/* Every prefix of a good file is refused or read, never a crash. */
Test(validate, cases_cut)
{
    for (size_t n = 0; n < sizeof good - 1; n += 3) {
        struct dv_cases c;
        struct dv_diag d;
        char text[sizeof good];
        memcpy(text, good, n);
        dv_diag_init(&d);
        enum dv_err e = dv_cases_read(&c, "t.yaml", text, n, &d);
        cr_expect(!e || d.at.line > 0, "%zu bytes: no place", n);
        dv_cases_free(&c);
    }
}
