/* The report of dv validate for people. Owns columns and words; computes nothing. */
#include <math.h>
#include <string.h>

#include "emu/chips/version.h"
#include "emu/cli/validate.h"

static const char grades[] = "ABC";

static const char *role_of(const struct dv_suite *s, const struct dv_case *c)
{
    return dv_case_roles[s->c.doc[c->doc].role];
}

/* "-" when there is no figure; never "-0.00". */
static const char *percent(double v, char out[32])
{
    if (isnan(v))
        return "-";
    if (fabs(v) < 0.005)
        v = 0;
    snprintf(out, 32, "%.2f", v);
    return out;
}

static const char *figure(double v, char out[32])
{
    if (isnan(v))
        return "-";
    snprintf(out, 32, fabs(v) < 1000 ? "%.2f" : "%.1f", v);
    return out;
}

static void identity(const struct dv_suite *s)
{
    char sha[65];
    dv_suite_kernels_sha256(s, sha);
    printf("model: %s\ncases_sha256: %s\nfigures_sha256: %s\nkernels_sha256: %s\n",
           DV_MODEL_VERSION, s->c.sha256, s->c.figures_sha256, sha);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static int widest(const struct dv_suite *s)
{
    size_t w = 2;
    for (unsigned i = 0; i < s->c.n; i++)
        if (s->o[i].chosen && strlen(s->c.at[i].id) > w)
            w = strlen(s->c.at[i].id);
    return (int)w;
}

static void rows(const struct dv_suite *s)
{
    int w = widest(s);
    char a[32], b[32], e[32], n[32], v[32];
    printf("%-*s  grade  class    role   %12s  %12s  %8s  %8s  %8s\n", w, "id", "measured",
           "modelled", "error %", "null %", "spread %");
    for (unsigned i = 0; i < s->c.n; i++) {
        const struct dv_case *c = &s->c.at[i];
        const struct dv_outcome *o = &s->o[i];
        if (o->chosen)
            printf("%-*s  %c      %-7s  %-5s  %12s  %12s  %8s  %8s  %8s\n", w, c->id,
                   grades[c->grade], dv_case_classes[c->class], role_of(s, c),
                   figure(o->measured, a), figure(o->modelled, b), percent(o->error, e),
                   percent(o->null, n), percent(o->spread, v));
    }
}

static void detail(const struct dv_suite *s, const struct dv_case *c)
{
    const struct dv_outcome *o = &s->o[c - s->c.at];
    char v[32];
    printf("\nquantity: %s\nstated: %s\nclock: %g MHz\n", c->quantity, c->stated, c->clock_mhz);
    printf("ideal: %s cy, %s\n", figure(c->ideal, v), c->ideal_from);
    printf("chip: %s\ncache: %s\n", s->c.chip[c->chip].name, c->cold ? "cold" : "warm");
    printf("kernel: %s %s\nread: %s\n", c->kernel, c->args, c->read);
    if (c->minus[0])
        printf("minus: %s %s\n", c->kernel, c->minus);
    for (unsigned i = 0; i < c->variants; i++)
        printf("variant: %s, %s: %s\n", c->variant[i], dv_case_variant_cold(c, i) ? "cold" : "warm",
               figure(o->variant[i], v));
    printf("document: %s\nsource: %s\n", s->c.doc[c->doc].title, c->source);
    printf("open: %s\n", c->open[0] ? c->open : "nothing");
    printf("discriminating: %s\n", o->discriminating ? "true" : "false");
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void group(const struct dv_suite *s, const char *name, int width, int grade, int role,
                  const struct dv_group *g)
{
    const struct dv_score *v = &g->score;
    char mean[32], median[32], p90[32], worst[32], low[32], high[32];
    if (v->n)
        printf("%-*s%c      %-5s  %4u  %8s  %8s  %8s  %8s  %s..%s  %s\n", width, name,
               grades[grade], dv_case_roles[role], v->n, percent(v->signed_mean, mean),
               percent(v->median, median), percent(v->p90, p90), percent(v->worst, worst),
               percent(v->low, low), percent(v->high, high), s->c.at[g->worst].id);
}

static void groups(const struct dv_suite *s, const struct dv_judgement *j)
{
    static const char head[] = "grade  role      n    signed    median       p90     worst  "
                               "90 % of the median, worst case\n";
    printf("\nerrors in percent of the measured figure (seed %d, %d resamples)\n%s", DV_SCORE_SEED,
           DV_SCORE_RESAMPLES, head);
    for (int g = 0; g < DV_CASE_GRADES; g++)
        for (int r = 0; r < DV_CASE_ROLES; r++)
            group(s, "", 0, g, r, &j->grade[g][r]);
    printf("\nclass    %s", head);
    for (int k = 0; k < DV_CASE_CLASSES; k++)
        for (int g = 0; g < DV_CASE_GRADES; g++)
            for (int r = 0; r < DV_CASE_ROLES; r++)
                group(s, dv_case_classes[k], 9, g, r, &j->class[k][g][r]);
}

static void skills(const struct dv_judgement *j)
{
    char ours[32], null[32], skill[32];
    printf("\nskill over the ideal: 1 - median |error| / median |error of the ideal|\n"
           "class      n      ours      null     skill\n");
    for (int k = 0; k < DV_CASE_CLASSES; k++)
        if (j->skill[k].n)
            printf("%-7s %4u  %8s  %8s  %8s\n", dv_case_classes[k], j->skill[k].n,
                   percent(j->skill[k].ours, ours), percent(j->skill[k].null, null),
                   percent(j->skill[k].skill, skill));
}

static void overheads(const struct dv_suite *s, const struct dv_judgement *j)
{
    char mean[32], median[32], worst[32];
    printf("\noverheads: modelled - ideal against measured - ideal, percent\n"
           "grade     n    signed    median     worst\n");
    for (int g = 0; g < DV_CASE_GRADES; g++) {
        const struct dv_score *v = &j->overhead[g].score;
        if (v->n)
            printf("%c      %4u  %8s  %8s  %8s  %s\n", grades[g], v->n,
                   percent(v->signed_mean, mean), percent(v->median, median),
                   percent(v->worst, worst), s->c.at[j->overhead[g].worst].id);
    }
}

/* ---- what the figures carry ------------------------------------------------------------------ */

static void left_out(const struct dv_suite *s)
{
    char median[32], without[32];
    printf("\neach document left out: what rests on it alone goes back to its documented value\n"
           "document          role      n    median   without  coefficients\n");
    for (unsigned i = 0; i < s->c.docs; i++) {
        const struct dv_left_out *l = &s->left[i];
        printf("%-16s  %-5s  %4u  %8s  %8s ", s->c.doc[i].id, dv_case_roles[s->c.doc[i].role], l->n,
               percent(l->median, median), percent(l->without, without));
        for (unsigned k = 0; k < l->coefficients; k++)
            printf(" %s", dv_chip_params[s->c.moved[l->coefficient[k]].param].path);
        printf("%s\n", l->coefficients ? "" : " -");
    }
}

unsigned dv_validate_allowed(const struct dv_judgement *j)
{
    return j->fit_figures / 4;
}

unsigned dv_validate_moved(const struct dv_suite *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->c.moves; i++)
        n += s->back[i].moved;
    return n;
}

static void count_moved(const struct dv_suite *s, const struct dv_judgement *j)
{
    unsigned moved = dv_validate_moved(s), allowed = dv_validate_allowed(j);
    printf("\nmoved coefficients: %u on %u fit figures; one per four allows %u%s", moved,
           j->fit_figures, allowed, moved > allowed ? "" : "\n");
    if (moved > allowed)
        printf(": %u TOO MANY\n", moved - allowed);
}

static const char *found(const struct dv_put_back *b)
{
    return !b->moved ? "not moved" : b->identified ? "yes" : "NO";
}

static void moved(const struct dv_suite *s, const struct dv_judgement *j)
{
    bool star = false;
    count_moved(s, j);
    if (s->c.moves)
        printf("%-24s  %-12s  %-12s  cases  of fit  identified\n", "path", "documented",
               "chip file");
    for (unsigned i = 0; i < s->c.moves; i++) {
        const struct dv_case_moved *m = &s->c.moved[i];
        const struct dv_put_back *b = &s->back[i];
        char text[48], to[64];
        star |= !b->known;
        dv_chip_param_text(&s->c.chip[0], m->param, text, sizeof text);
        snprintf(to, sizeof to, "%s%s", b->known ? "" : "*", b->to);
        printf("%-24s  %-12s  %-12s  %5u  %6u  %s\n", dv_chip_params[m->param].path, to, text,
               b->cases, b->fit, found(b));
    }
    if (star)
        printf("* nothing is documented: the further end of the range\n");
}

static void bars(const struct dv_judgement *j)
{
    char v[32];
    printf("\nbars\n");
    for (unsigned i = 0; i < DV_BARS; i++) {
        const struct dv_bar *b = &j->bar[i];
        bool skill = i == DV_BAR_SKILL;
        printf("  %-6s  %s: %s%s, %s %g%s\n", b->met ? "met" : "MISSED", b->what,
               percent(b->value, v), skill ? "" : " %", skill ? "above" : "at most", b->limit,
               skill ? "" : " %");
    }
    if (j->missing)
        printf("  %u case%s without a figure\n", j->missing, j->missing > 1 ? "s" : "");
}

void dv_validate_show(const struct dv_suite *s, const struct dv_judgement *j,
                      const struct dv_case *one)
{
    if (!one) {
        identity(s);
        printf("\n");
    }
    rows(s);
    if (one) {
        detail(s, one);
        return;
    }
    groups(s, j);
    skills(j);
    overheads(s, j);
    left_out(s);
    moved(s, j);
    bars(j);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void end(const struct dv_suite *s, const struct dv_range_end *e)
{
    if (e->at < 0)
        printf(" 0 |");
    else
        printf(" %+.1f (%s) |", e->move, s->c.at[e->at].id);
}

static void range_row(const struct dv_suite *s, const struct dv_range_row *r)
{
    const struct dv_chip *c = &s->c.chip[r->chip];
    const struct dv_origin *o = &c->origin[r->param];
    const struct dv_chip_param *p = &dv_chip_params[r->param];
    char value[48], range[100];
    dv_chip_param_text(c, r->param, value, sizeof value);
    dv_chip_range_text(p->unit, c->v[r->param], o->low, o->high, range, sizeof range);
    printf("| %s%s%s%s | %s | %s | %s | %s |", p->path, r->chip ? " (" : "", r->chip ? c->name : "",
           r->chip ? ")" : "", value, dv_from_name(o->from), o->src, range);
    end(s, &r->low);
    end(s, &r->high);
    printf("\n");
}

static void exact(const struct dv_chip *c)
{
    printf("\n## Without a range\n"
           "Taken as exact by the %s:\n\n",
           c->name);
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++)
        if (c->origin[i].low > c->origin[i].high)
            printf("- %s\n", dv_chip_params[i].path);
    printf(
        "\nThe rows of `costs:` (`vec_*`: head and cycles a repeat) cannot have a range in a chip "
        "file, so they\nare not tried, although many are fitted or inferred.\n");
}

static void preface(const struct dv_suite *s)
{
    printf("# Sensitivity\n\n"
           "Printed by `dv validate --sensitivity`, for\n\n```\n");
    identity(s);
    for (unsigned i = 0; i < s->sets; i++)
        printf("set: %s=%s\n", s->set[i].path, s->set[i].text);
    printf(
        "```\n\n"
        "Each coefficient of time that has a range is put at its low and its high end, all\n"
        "others as they are, and every case is run again. The case that moves most is named, with\n"
        "the percent its figure moves; 0: no case moves by 0.1 %% or more. Figures are cycles\n"
        "without the launch, so `clock` and `launch.*` move none. A chip in parentheses has a\n"
        "value or range of its own.\n\n");
}

void dv_validate_show_ranges(const struct dv_suite *s)
{
    preface(s);
    printf("| path | value | from | source | range | at low, %% | at high, %% |\n"
           "|---|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < s->ranges; i++)
        range_row(s, &s->range[i]);
    exact(&s->c.chip[0]);
}
