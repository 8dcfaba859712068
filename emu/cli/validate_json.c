/* The JSON of dv validate (docs/schema/validate.json). Owns keys and their order. Nothing of the
 * host enters, so that a frozen result is the same bytes everywhere. */
#include <math.h>
#include <string.h>

#include "emu/chips/version.h"
#include "emu/cli/reading.h"
#include "emu/cli/validate.h"

static const char *const grades[DV_CASE_GRADES] = {"A", "B", "C"};

static void identity(struct dv_json *j, const struct dv_suite *s)
{
    char sha[65];
    dv_json_text(j, "schema", "dv.validate/1");
    dv_json_open(j, "model", '{');
    dv_json_text(j, "version", DV_MODEL_VERSION);
    dv_json_open(j, "chips", '{');
    for (unsigned i = 0; i < s->c.chips; i++)
        dv_json_text(j, s->c.chip[i].name, s->c.chip[i].sha256);
    dv_json_close(j, '}');
    dv_json_close(j, '}');
    dv_json_open(j, "set", '{');
    for (unsigned i = 0; i < s->sets; i++)
        dv_json_text(j, s->set[i].path, s->set[i].text);
    dv_json_close(j, '}');
    dv_json_text(j, "cases_sha256", s->c.sha256);
    dv_json_text(j, "figures_sha256", s->c.figures_sha256);
    dv_suite_kernels_sha256(s, sha);
    dv_json_text(j, "kernels_sha256", sha);
}

/* ---- cases ----------------------------------------------------------------------------------- */

struct named {
    unsigned pipe, count; /* pipes whose busy time the reading names, the first of them */
};

static bool note_pipe(void *ctx, const char *name, size_t n, double *out)
{
    struct named *t = ctx;
    *out = 1;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        const char *pipe = dv_pipe_json(p);
        size_t k = strlen(pipe);
        if (n != k + 5 || memcmp(name, pipe, k) != 0 || memcmp(name + k, ".busy", 5) != 0)
            continue;
        t->pipe = t->count ? t->pipe : p;
        t->count++;
    }
    return true;
}

static void errors(struct dv_json *j, const struct dv_outcome *o)
{
    dv_json_f64(j, "measured", o->measured);
    dv_json_f64(j, "modelled", o->modelled);
    dv_json_f64(j, "error_pct", o->error);
}

/* The pipe a case is about, when its reading is the time of one. */
static void pipes(struct dv_json *j, const struct dv_case *c, const struct dv_outcome *o)
{
    struct named t = {0, 0};
    double v;
    dv_reading(c->read, note_pipe, &t, &v, NULL);
    dv_json_open(j, "pipes", '{');
    if (t.count == 1) {
        dv_json_open(j, dv_pipe_json(t.pipe), '{');
        errors(j, o);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

static void stream(struct dv_json *j, const struct dv_case *c, const struct dv_outcome *o)
{
    dv_json_text(j, "kernel", c->kernel);
    dv_json_text(j, "args", c->args);
    dv_json_text(j, "minus", c->minus[0] ? c->minus : NULL);
    dv_json_u64(j, "blocks", c->blocks ? c->blocks : 1);
    dv_json_text(j, "read", c->read);
    dv_json_open(j, "variants", '[');
    for (unsigned i = 0; i < c->variants; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "args", c->variant[i]);
        dv_json_text(j, "cache", dv_case_variant_cold(c, i) ? "cold" : "warm");
        dv_json_f64(j, "modelled", o->variant[i]);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    dv_json_f64(j, "spread_pct", o->spread);
    dv_json_bool(j, "discriminating", o->discriminating);
}

static void one_case(struct dv_json *j, const struct dv_suite *s, const struct dv_case *c,
                     const struct dv_outcome *o)
{
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "id", c->id);
    dv_json_text(j, "grade", grades[c->grade]);
    dv_json_text(j, "class", dv_case_classes[c->class]);
    dv_json_text(j, "document", s->c.doc[c->doc].id);
    dv_json_text(j, "role", dv_case_roles[s->c.doc[c->doc].role]);
    dv_json_text(j, "chip", s->c.chip[c->chip].name);
    dv_json_f64(j, "clock_mhz", c->clock_mhz);
    dv_json_text(j, "cache", c->cold ? "cold" : "warm");
    dv_json_text(j, "quantity", c->quantity);
    dv_json_text(j, "stated", c->stated);
    dv_json_text(j, "unit", "cy");
    errors(j, o);
    dv_json_f64(j, "ideal", c->ideal);
    dv_json_text(j, "ideal_from", c->ideal_from);
    dv_json_f64(j, "null_pct", o->null);
    dv_json_f64(j, "overhead_pct", o->overhead);
    dv_json_text(j, "source", c->source);
    dv_json_text(j, "open", c->open[0] ? c->open : NULL);
    pipes(j, c, o);
    stream(j, c, o);
    dv_json_close(j, '}');
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void group(struct dv_json *j, const struct dv_suite *s, const char *key,
                  const struct dv_group *g)
{
    const struct dv_score *v = &g->score;
    dv_json_open(j, key, '{');
    dv_json_u64(j, "n", v->n);
    dv_json_f64(j, "signed_mean", v->n ? v->signed_mean : NAN);
    dv_json_f64(j, "median", v->n ? v->median : NAN);
    dv_json_f64(j, "p90", v->n ? v->p90 : NAN);
    dv_json_f64(j, "worst", v->n ? v->worst : NAN);
    dv_json_text(j, "worst_id", v->n ? s->c.at[g->worst].id : NULL);
    if (v->n) {
        dv_json_open(j, "ci90", '[');
        dv_json_f64(j, NULL, v->low);
        dv_json_f64(j, NULL, v->high);
        dv_json_close(j, ']');
    } else {
        dv_json_null(j, "ci90");
    }
    dv_json_close(j, '}');
}

static void by_grade(struct dv_json *j, const struct dv_suite *s, const char *key,
                     const struct dv_group g[DV_CASE_GRADES][DV_CASE_ROLES])
{
    dv_json_open(j, key, '{');
    for (int i = 0; i < DV_CASE_GRADES; i++) {
        dv_json_open(j, grades[i], '{');
        for (int r = 0; r < DV_CASE_ROLES; r++)
            group(j, s, dv_case_roles[r], &g[i][r]);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

static void by_class(struct dv_json *j, const struct dv_suite *s, const struct dv_judgement *v)
{
    dv_json_open(j, "classes", '{');
    for (int k = 0; k < DV_CASE_CLASSES; k++) {
        if (!v->skill[k].n)
            continue;
        dv_json_open(j, dv_case_classes[k], '{');
        dv_json_u64(j, "n", v->skill[k].n);
        dv_json_f64(j, "median", v->skill[k].ours);
        dv_json_f64(j, "median_null", v->skill[k].null);
        dv_json_f64(j, "skill", v->skill[k].skill);
        by_grade(j, s, "grades", v->class[k]);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
    dv_json_open(j, "overheads", '{');
    for (int g = 0; g < DV_CASE_GRADES; g++)
        group(j, s, grades[g], &v->overhead[g]);
    dv_json_close(j, '}');
}

/* ---- documents and coefficients -------------------------------------------------------------- */

static void documents(struct dv_json *j, const struct dv_suite *s)
{
    dv_json_open(j, "documents", '[');
    for (unsigned i = 0; i < s->c.docs; i++) {
        const struct dv_left_out *l = &s->left[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "id", s->c.doc[i].id);
        dv_json_text(j, "title", s->c.doc[i].title);
        dv_json_text(j, "role", dv_case_roles[s->c.doc[i].role]);
        dv_json_u64(j, "n", l->n);
        dv_json_f64(j, "median", l->n ? l->median : NAN);
        dv_json_f64(j, "median_without", l->coefficients ? l->without : NAN);
        dv_json_open(j, "coefficients", '[');
        for (unsigned k = 0; k < l->coefficients; k++)
            dv_json_text(j, NULL, dv_chip_params[s->c.moved[l->coefficient[k]].param].path);
        dv_json_close(j, ']');
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void parameter(struct dv_json *j, const struct dv_suite *s, unsigned i)
{
    const struct dv_case_moved *m = &s->c.moved[i];
    const struct dv_put_back *b = &s->back[i];
    char text[48];
    dv_chip_param_text(&s->c.chip[0], m->param, text, sizeof text);
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "path", dv_chip_params[m->param].path);
    dv_json_text(j, "documented", b->known ? m->documented : NULL);
    dv_json_text(j, "fitted", text);
    dv_json_bool(j, "moved", b->moved);
    dv_json_text(j, "put_back_to", b->to);
    dv_json_u64(j, "cases", b->cases);
    dv_json_u64(j, "fit_cases", b->fit);
    dv_json_bool(j, "identified", b->identified);
    dv_json_text(j, "why", m->why);
    dv_json_open(j, "documents", '[');
    for (unsigned k = 0; k < m->docs; k++)
        dv_json_text(j, NULL, s->c.doc[m->doc[k]].id);
    dv_json_close(j, ']');
    dv_json_close(j, '}');
}

static void parameters(struct dv_json *j, const struct dv_suite *s, const struct dv_judgement *v)
{
    dv_json_open(j, "moved", '{');
    dv_json_u64(j, "count", dv_validate_moved(s));
    dv_json_u64(j, "fit_figures", v->fit_figures);
    dv_json_u64(j, "allowed", dv_validate_allowed(v));
    dv_json_close(j, '}');
    dv_json_open(j, "parameters", '[');
    for (unsigned i = 0; i < s->c.moves; i++)
        parameter(j, s, i);
    dv_json_close(j, ']');
}

static void bars(struct dv_json *j, const struct dv_judgement *v)
{
    dv_json_open(j, "bootstrap", '{');
    dv_json_u64(j, "seed", DV_SCORE_SEED);
    dv_json_u64(j, "resamples", DV_SCORE_RESAMPLES);
    dv_json_close(j, '}');
    dv_json_open(j, "bars", '[');
    for (unsigned i = 0; i < DV_BARS; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "what", v->bar[i].what);
        dv_json_f64(j, "limit", v->bar[i].limit);
        dv_json_f64(j, "value", v->bar[i].value);
        dv_json_bool(j, "met", v->bar[i].met);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void end(struct dv_json *j, const struct dv_suite *s, const char *key, unsigned unit,
                const struct dv_range_end *e)
{
    char text[48];
    dv_chip_number_text(unit, e->value, text, sizeof text);
    dv_json_open(j, key, '{');
    dv_json_text(j, "value", text);
    dv_json_f64(j, "move_pct", e->move);
    dv_json_text(j, "case", e->at < 0 ? NULL : s->c.at[e->at].id);
    dv_json_close(j, '}');
}

static void sensitivity(struct dv_json *j, const struct dv_suite *s)
{
    dv_json_open(j, "sensitivity", '[');
    for (unsigned i = 0; i < s->ranges; i++) {
        const struct dv_range_row *r = &s->range[i];
        const struct dv_chip *c = &s->c.chip[r->chip];
        const struct dv_chip_param *p = &dv_chip_params[r->param];
        char text[48];
        dv_chip_param_text(c, r->param, text, sizeof text);
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "path", p->path);
        dv_json_text(j, "chip", c->name);
        dv_json_text(j, "value", text);
        dv_json_text(j, "from", dv_from_name(c->origin[r->param].from));
        dv_json_text(j, "src", c->origin[r->param].src);
        end(j, s, "low", p->unit, &r->low);
        end(j, s, "high", p->unit, &r->high);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

void dv_validate_json(struct dv_json *j, const struct dv_suite *s,
                      const struct dv_judgement *judged, bool ranges)
{
    dv_json_open(j, NULL, '{');
    identity(j, s);
    dv_json_open(j, "cases", '[');
    for (unsigned i = 0; i < s->c.n; i++)
        if (s->o[i].chosen)
            one_case(j, s, &s->c.at[i], &s->o[i]);
    dv_json_close(j, ']');
    by_grade(j, s, "summary", judged->grade);
    by_class(j, s, judged);
    documents(j, s);
    parameters(j, s, judged);
    bars(j, judged);
    if (ranges)
        sensitivity(j, s);
    else
        dv_json_null(j, "sensitivity");
    dv_json_close(j, '}');
    dv_json_end(j);
}
