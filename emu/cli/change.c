/* What a coefficient decides: its documented value put back, a document left out, both ends of its
 * range. Owns when a figure counts as moved. */
#include <math.h>
#include <string.h>

#include "emu/cli/suite.h"

/* A figure counts as moved from a thousandth on. */
#define MOVES_PERCENT 0.1

static double moves(double was, double is)
{
    double m = 100 * (is - was) / was;
    return isnan(m) || fabs(m) < MOVES_PERCENT ? 0 : m;
}

static void change(struct dv_change *with, unsigned param, const char *text)
{
    if (with->sets < sizeof with->set / sizeof with->set[0])
        with->set[with->sets++] = (struct dv_run_set){dv_chip_params[param].path, text};
}

/* ---- coefficients put back ------------------------------------------------------------------- */

/* What a coefficient goes back to: the documented value; where there is none, the end of its range
 * that is further away, which tells what it decides. False = neither. */
static bool back_to(const struct dv_case_moved *m, const struct dv_chip *c, struct dv_put_back *b)
{
    const struct dv_origin *o = &c->origin[m->param];
    unsigned unit = dv_chip_params[m->param].unit;
    uint64_t was = c->v[m->param], v = 0;
    b->known = m->documented[0] != 0;
    if (b->known)
        dv_chip_number(unit, m->documented, strlen(m->documented), false, &v, NULL);
    else if (o->low <= o->high)
        v = was - o->low > o->high - was ? o->low : o->high;
    else
        v = was;
    b->moved = !b->known || v != was;
    dv_chip_number_text(unit, v, b->to, sizeof b->to);
    return v != was;
}

static void put_back(struct dv_suite *s, unsigned k)
{
    const struct dv_case_moved *m = &s->c.moved[k];
    struct dv_put_back *b = &s->back[k];
    struct dv_change with;
    bool differs = back_to(m, &s->c.chip[0], b);
    dv_suite_change(s, &with);
    change(&with, m->param, b->to);
    for (unsigned i = 0; differs && i < s->c.n; i++) {
        if (!s->o[i].chosen || s->c.at[i].whole || isnan(s->o[i].modelled))
            continue;
        if (moves(s->o[i].modelled, dv_suite_figure(s, i, &with)) == 0)
            continue;
        b->cases++;
        b->fit += s->c.doc[s->c.at[i].doc].role == DV_CASE_FIT;
    }
    b->identified = b->cases >= 2;
}

/* Coefficients that rest on the document alone and have a documented value. */
static void resting_on(const struct dv_suite *s, unsigned doc, struct dv_left_out *out,
                       struct dv_change *with)
{
    for (unsigned k = 0; k < s->c.moves; k++) {
        const struct dv_case_moved *m = &s->c.moved[k];
        if (m->docs != 1 || m->doc[0] != doc || !s->back[k].known || !s->back[k].moved)
            continue;
        out->coefficient[out->coefficients++] = k;
        change(with, m->param, m->documented);
    }
}

static void leave_out(struct dv_suite *s, unsigned doc)
{
    struct dv_left_out *out = &s->left[doc];
    double with_it[DV_CASES_MOST], without[DV_CASES_MOST];
    struct dv_change with;
    unsigned n = 0;
    dv_suite_change(s, &with);
    resting_on(s, doc, out, &with);
    for (unsigned i = 0; i < s->c.n; i++) {
        const struct dv_outcome *o = &s->o[i];
        if (s->c.at[i].doc != doc || s->c.at[i].whole || !o->chosen || isnan(o->error))
            continue;
        double v = out->coefficients ? dv_suite_figure(s, i, &with) : o->modelled;
        with_it[n] = fabs(o->error);
        without[n++] = fabs(100 * (v - o->measured) / o->measured);
    }
    out->n = n;
    out->median = n ? dv_score_median(with_it, n) : NAN;
    out->without = n && out->coefficients ? dv_score_median(without, n) : NAN;
}

void dv_suite_put_back(struct dv_suite *s)
{
    for (unsigned k = 0; k < s->c.moves; k++)
        put_back(s, k);
    for (unsigned i = 0; i < s->c.docs; i++)
        leave_out(s, i);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

/* True when the number and its range are those of the row's chip. */
static bool alike(const struct dv_suite *s, const struct dv_range_row *row, uint8_t chip)
{
    const struct dv_chip *a = &s->c.chip[row->chip], *b = &s->c.chip[chip];
    return a->v[row->param] == b->v[row->param] && row->low.value == b->origin[row->param].low &&
           row->high.value == b->origin[row->param].high;
}

/* Numbers that decide something only between cores. */
static bool is_shared(unsigned param)
{
    const char *path = dv_chip_params[param].path;

    return !strncmp(path, "mem.", 4) || !strncmp(path, "l2.", 3) || !strncmp(path, "launch.", 7);
}

static bool worth_running(const struct dv_case *c, unsigned param)
{
    return !c->whole && (c->blocks <= 1 || is_shared(param));
}

/* The largest move of a case with a number at one end; only chips that share the row. */
static void range_end(struct dv_suite *s, const struct dv_range_row *row, struct dv_range_end *end)
{
    char text[48];
    struct dv_change with;
    dv_suite_change(s, &with);
    dv_chip_number_text(dv_chip_params[row->param].unit, end->value, text, sizeof text);
    change(&with, row->param, text);
    end->at = -1;
    for (unsigned i = 0; i < s->c.n; i++) {
        double was = s->o[i].modelled;
        if (!s->o[i].chosen || isnan(was) || !worth_running(&s->c.at[i], row->param) ||
            !alike(s, row, s->c.at[i].chip))
            continue;
        double m = moves(was, dv_suite_figure(s, i, &with));
        if (fabs(m) <= fabs(end->move))
            continue;
        end->move = m;
        end->at = (int)i;
    }
}

/* A row for every range that the chips of the cases give the number. */
static void range_rows(struct dv_suite *s, unsigned param)
{
    unsigned first = s->ranges;
    for (uint8_t k = 0; k < s->c.chips && s->ranges < DV_SUITE_RANGES; k++) {
        const struct dv_origin *o = &s->c.chip[k].origin[param];
        struct dv_range_row *row = &s->range[s->ranges];
        bool had = o->low > o->high;
        for (unsigned i = first; i < s->ranges; i++)
            had |= alike(s, &s->range[i], k);
        if (had)
            continue;
        *row = (struct dv_range_row){param, k, {o->low, 0, -1}, {o->high, 0, -1}};
        range_end(s, row, &row->low);
        range_end(s, row, &row->high);
        s->ranges++;
    }
}

void dv_suite_ranges(struct dv_suite *s)
{
    for (unsigned param = 0; param < DV_CHIP_PARAM_COUNT; param++)
        if (dv_chip_params[param].unit != DV_PU_PJ) /* moves no time */
            range_rows(s, param);
}
