/* Groups and bars. */
#include "emu/cli/judge.h"

#include <math.h>
#include <string.h>

/* A null error or a spread below the bar of the median tells nothing apart. */
#define TELLS_PERCENT 2.0

static double percent(double part, double whole)
{
    return 100 * part / whole;
}

static double spread(const struct dv_outcome *o, unsigned variants)
{
    double low = o->modelled, high = o->modelled;
    for (unsigned i = 0; i < variants; i++) {
        low = fmin(low, o->variant[i]);
        high = fmax(high, o->variant[i]);
    }
    return variants ? percent(high - low, o->measured) : NAN;
}

void dv_outcome_derive(struct dv_outcome *o, const struct dv_case *c)
{
    double over = o->measured - c->ideal;
    o->error = percent(o->modelled - o->measured, o->measured);
    o->null = percent(c->ideal - o->measured, o->measured);
    o->overhead = over > 0 ? percent(o->modelled - o->measured, over) : NAN;
    o->spread = spread(o, c->variants);
    o->discriminating = fabs(o->null) > fmax(TELLS_PERCENT, isnan(o->spread) ? 0 : o->spread);
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Which cases, -1 = any, and which of their figures. */
struct filter {
    int grade, class, role;
    size_t figure; /* offset of a double in struct dv_outcome */
};

static double figure_of(const struct dv_outcome *o, size_t offset)
{
    double v;
    memcpy(&v, (const char *)o + offset, sizeof v);
    return v;
}

/* Their figures and, in which[], the cases; those without a figure are left out. */
static unsigned gather(const struct dv_cases *c, const struct dv_outcome *o, struct filter f,
                       double *out, unsigned *which)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c->n; i++) {
        const struct dv_case *one = &c->at[i];
        bool in = (f.grade < 0 || one->grade == f.grade) &&
                  (f.class < 0 || one->class == f.class) &&
                  (f.role < 0 || c->doc[one->doc].role == f.role);
        double v = figure_of(&o[i], f.figure);
        if (!in || !o[i].chosen || isnan(v) || isnan(o[i].error))
            continue;
        which[n] = i;
        out[n++] = v;
    }
    return n;
}

static void take(struct dv_group *out, const struct dv_cases *c, const struct dv_outcome *o,
                 struct filter f)
{
    double v[DV_CASES_MOST];
    unsigned which[DV_CASES_MOST], n = gather(c, o, f, v, which);
    dv_score_take(&out->score, v, n);
    out->worst = out->score.worst_at < 0 ? -1 : (int)which[out->score.worst_at];
}

/* Median of the absolute figures, NaN of none. */
static double median_of(const struct dv_cases *c, const struct dv_outcome *o, struct filter f,
                        unsigned *count)
{
    double v[DV_CASES_MOST];
    unsigned which[DV_CASES_MOST], n = gather(c, o, f, v, which);
    for (unsigned i = 0; i < n; i++)
        v[i] = fabs(v[i]);
    *count = n;
    return n ? dv_score_median(v, n) : NAN;
}

#define FIGURE(member) offsetof(struct dv_outcome, member)

static void skills(struct dv_judgement *out, const struct dv_cases *c, const struct dv_outcome *o)
{
    for (int k = 0; k < DV_CASE_CLASSES; k++) {
        struct dv_skill *s = &out->skill[k];
        s->ours = median_of(c, o, (struct filter){-1, k, -1, FIGURE(error)}, &s->n);
        s->null = median_of(c, o, (struct filter){-1, k, -1, FIGURE(null)}, &s->n);
        s->skill = s->n ? dv_score_skill(s->ours, s->null) : NAN;
    }
}

/* ---- bars ------------------------------------------------------------------------------------ */

/* The lowest skill of a class that has cases. */
static double least_skill(const struct dv_judgement *j)
{
    double least = NAN;
    for (int k = 0; k < DV_CASE_CLASSES; k++)
        if (j->skill[k].n && !isnan(j->skill[k].skill))
            least = fmin(least, j->skill[k].skill);
    return least;
}

static void bar(struct dv_judgement *j, enum dv_bar_id id, const char *what, double limit,
                double value)
{
    bool met = id == DV_BAR_SKILL ? value > limit : value <= limit;
    j->bar[id] = (struct dv_bar){what, limit, value, met};
}

static void bars(struct dv_judgement *j, const struct dv_cases *c, const struct dv_outcome *o)
{
    unsigned n;
    struct dv_group all;
    take(&all, c, o, (struct filter){0, -1, -1, FIGURE(error)});
    bar(j, DV_BAR_MEDIAN, "grade A, median of |error|", 2, all.score.n ? all.score.median : NAN);
    bar(j, DV_BAR_WORST, "grade A, worst |error|", 8, all.score.n ? all.score.worst : NAN);
    bar(j, DV_BAR_OVERHEAD, "grade A, median of |error| of overheads", 25,
        median_of(c, o, (struct filter){0, -1, -1, FIGURE(overhead)}, &n));
    bar(j, DV_BAR_SKILL, "every class, skill over the ideal", 0, least_skill(j));
    bar(j, DV_BAR_CHECK, "check, median of |error|", 4,
        median_of(c, o, (struct filter){-1, -1, DV_CASE_CHECK, FIGURE(error)}, &n));
}

void dv_judge(struct dv_judgement *out, const struct dv_cases *c, const struct dv_outcome *o)
{
    memset(out, 0, sizeof *out);
    for (int g = 0; g < DV_CASE_GRADES; g++)
        for (int r = 0; r < DV_CASE_ROLES; r++) {
            take(&out->grade[g][r], c, o, (struct filter){g, -1, r, FIGURE(error)});
            for (int k = 0; k < DV_CASE_CLASSES; k++)
                take(
                    &out->class [k][g][r], c, o, (struct filter) { g, k, r, FIGURE(error) });
        }
    for (int g = 0; g < DV_CASE_GRADES; g++)
        take(&out->overhead[g], c, o, (struct filter){g, -1, -1, FIGURE(overhead)});
    skills(out, c, o);
    bars(out, c, o);
    for (unsigned i = 0; i < c->n; i++) {
        bool has = o[i].chosen && !isnan(o[i].modelled);
        out->missing += o[i].chosen && !has;
        out->fit_figures += has && c->doc[c->at[i].doc].role == DV_CASE_FIT;
    }
}
