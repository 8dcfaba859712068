/* dv calibrate --questions: what of the model nobody has settled, as the page
 * docs/open-questions.md. Owns which provenance counts as open and the order of the rows. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chips/version.h"
#include "emu/cli/kit.h"
#include "emu/cli/suite.h"

static bool is_open(unsigned from)
{
    return from == DV_FROM_FITTED || from == DV_FROM_INFERRED || from == DV_FROM_RECALLED ||
           from == DV_FROM_GUESS || from == DV_FROM_OURS;
}

/* ---- numbers --------------------------------------------------------------------------------- */

struct question {
    unsigned param;
    double move; /* larger of the two ends, percent, signed; NaN = no range */
    int at;
};

static int by_move(const void *a, const void *b)
{
    const struct question *p = a, *q = b;
    double x = isnan(p->move) ? -1 : fabs(p->move), y = isnan(q->move) ? -1 : fabs(q->move);

    return x != y ? (x < y) - (x > y) : (int)p->param - (int)q->param;
}

/* The largest move over the chips that give the number a range. */
static struct question question_of(const struct dv_suite *s, unsigned param)
{
    struct question q = {param, NAN, -1};

    for (unsigned i = 0; i < s->ranges; i++) {
        const struct dv_range_row *r = &s->range[i];
        if (r->param != param)
            continue;
        const struct dv_range_end *e = fabs(r->low.move) > fabs(r->high.move) ? &r->low : &r->high;
        if (isnan(q.move) || fabs(e->move) > fabs(q.move)) {
            q.move = e->move;
            q.at = e->at;
        }
    }
    return q;
}

static void show_move(const struct dv_suite *s, const struct question *q)
{
    if (isnan(q->move))
        printf("no range");
    else if (q->at < 0)
        printf("0");
    else
        printf("%+.1f (%s)", q->move, s->c.at[q->at].id);
}

static void numbers(const struct dv_suite *s)
{
    const struct dv_chip *c = &s->c.chip[0];
    struct question q[DV_CHIP_PARAM_COUNT];
    unsigned n = 0;

    for (unsigned id = 0; id < DV_CHIP_PARAM_COUNT; id++)
        if (is_open(c->origin[id].from) && dv_chip_params[id].unit != DV_PU_PJ)
            q[n++] = question_of(s, id);
    qsort(q, n, sizeof *q, by_move);
    printf(
        "| number | value | from | source | moves, %% | settled by |\n|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < n; i++) {
        const struct dv_origin *o = &c->origin[q[i].param];
        const char *by = dv_kit_for(dv_chip_params[q[i].param].path);
        char text[48];
        dv_chip_param_text(c, q[i].param, text, sizeof text);
        printf("| %s | %s | %s | %s | ", dv_chip_params[q[i].param].path, text,
               dv_from_name(o->from), o->src);
        show_move(s, &q[i]);
        printf(" | %s |\n", by ? by : "-");
    }
}

static void costs(const struct dv_chip *c)
{
    printf("\n## Costs of vector instructions\nThese rows cannot have a range, so they are not "
           "tried.\n\n"
           "| row | head | each | from | source | settled by |\n|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < c->costs; i++) {
        const struct dv_vcost *r = &c->cost[i];
        char path[96], both[112], head[48], each[48];
        if (!is_open(r->origin.from))
            continue;
        dv_chip_number_path(c, DV_NUMBER_ROW(i), path, sizeof path);
        snprintf(both, sizeof both, "%s head", path);
        dv_chip_number_text(DV_PU_CYCLES, r->head, head, sizeof head);
        dv_chip_number_text(DV_PU_CYCLES, r->each, each, sizeof each);
        const char *by = dv_kit_for(both);
        printf("| %s | %s | %s | %s | %s | %s |\n", path + strlen("costs: "), head, each,
               dv_from_name(r->origin.from), r->origin.src, by ? by : "-");
    }
}

static void energies(const struct dv_chip *c)
{
    printf("\n## Energies\nThey move no time and no kernel of the kit measures power:");
    for (unsigned id = 0, n = 0; id < DV_CHIP_PARAM_COUNT; id++)
        if (is_open(c->origin[id].from) && dv_chip_params[id].unit == DV_PU_PJ)
            printf("%s %s (%s)", n++ ? "," : "", dv_chip_params[id].path,
                   dv_from_name(c->origin[id].from));
    printf(".\n");
}

/* ---- rules ----------------------------------------------------------------------------------- */

static void families(void)
{
    static const char *const unit[] = {"SU", "FC", "SIMD", "MTE", "CUBE", "FIXP"};

    printf(
        "\n## Rules of instructions\nRows of the definition whose bits, config word or effect is "
        "our "
        "choice, by class of the opcode\ntable:\n\n| class | rows | bits | config word | effect |\n"
        "|---|---|---|---|---|\n");
    for (unsigned u = 0; u < sizeof unit / sizeof *unit; u++) {
        unsigned rows = 0, bits = 0, bundle = 0, sem = 0;
        for (unsigned i = 0; i < dv_insn_count; i++) {
            const struct dv_insn *n = &dv_insns[i];
            if (strcmp(n->unit, unit[u]) != 0)
                continue;
            rows++;
            bits += n->from_bits == DV_FROM_OURS;
            bundle += n->from_bundle == DV_FROM_OURS;
            sem += n->from_sem == DV_FROM_OURS;
        }
        printf("| %s | %u | %u | %u | %u |\n", unit[u], rows, bits, bundle, sem);
    }
}

/* The sentence around `at`, on one line. */
static void sentence(const char *text, const char *at)
{
    const char *from = at;
    bool blank = false;

    while (from > text &&
           !((from[-1] == ' ' || from[-1] == '\n') && from - 1 > text && from[-2] == '.'))
        from--;
    for (; *from && !(from > at && *from == '.' && (!from[1] || isspace((unsigned char)from[1])));
         from++) {
        bool space = isspace((unsigned char)*from) != 0;
        if (!space || !blank)
            putchar(space ? ' ' : *from);
        blank = space;
    }
}

static void rules(void)
{
    printf("\nThe sentences that say so, one an instruction:\n\n");
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *n = &dv_insns[i];
        const char *at = n->doc ? strstr(n->doc, "ours") : NULL;
        if (!at || (i && dv_insns[i - 1].doc && !strcmp(dv_insns[i - 1].doc, n->doc)))
            continue;
        printf("- `%s`: ", n->name);
        sentence(n->doc, at);
        printf("\n");
    }
}

/* ---- the page -------------------------------------------------------------------------------- */

int dv_kit_questions(void)
{
    struct dv_suite *s = calloc(1, sizeof *s);
    int status = s ? dv_suite_open(s, NULL) : DV_EXIT_INTERNAL;

    if (!status)
        status = dv_suite_run(s);
    if (!status) {
        dv_suite_ranges(s);
        printf(
            "# Open questions\n\nPrinted by `dv calibrate --questions`, for model %s.\n\n"
            "Every number of the 910B1 that is fitted, inferred, recalled, guessed or ours, the "
            "one "
            "first that\nmoves a case of [validation](validation.md) most when it goes to an end "
            "of "
            "its range\n([sensitivity](sensitivity.md)). `settled by` is the arithmetic over "
            "figures "
            "of the\n[silicon kit](silicon-kit.md) that decides it; `-`: the kit has nothing.\n\n"
            "## Numbers\n",
            DV_MODEL_VERSION);
        numbers(s);
        costs(&s->c.chip[0]);
        energies(&s->c.chip[0]);
        families();
        rules();
    }
    if (s)
        dv_suite_free(s);
    free(s);
    return status;
}
