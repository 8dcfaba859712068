/* What becomes of a mutant: one run under the checker for each set of arguments that reaches the
 * changed word, then other schedules. See mutate.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "emu/run/explore.h"
#include "tests/mutate.h"

const char *const mutate_fate_names[MUTATE_FATES] = {
    "waiting", "not reached", "finding", "warning",    "collision", "deadlock",
    "fault",   "verify",      "bits",    "equivalent", "missed",    "crashed"};

/* ---- one run --------------------------------------------------------------------------------- */

/* No more cores than blocks and an idle one: most of the time of a small run is making them. */
static const struct dv_run_set few_cores[] = {{"aic", "3"}, {"aiv", "3"}};

static struct dv_run_opts options(const struct mutate_set *s, FILE *notes)
{
    /* What does not end within this has no end: lengths change by one. */
    uint64_t most = s->cycles ? 20 * s->cycles + 100000 : 0;

    return (struct dv_run_opts){.arg = s->arg,
                                .args = s->args,
                                .set = few_cores,
                                .sets = 2,
                                .blocks = s->blocks,
                                .max_cycles = most,
                                .notes = notes};
}

static void keep(struct mutate_verdict *v, unsigned fate, const char *code, const char *text)
{
    v->fate = (uint8_t)fate;
    snprintf(v->code, sizeof v->code, "%.15s", code);
    snprintf(v->why, sizeof v->why, "%.199s", text);
}

static unsigned fate_of(enum dv_err e)
{
    return e == DV_E_COLLISION  ? MUTATE_COLLISION
           : e == DV_E_DEADLOCK ? MUTATE_DEADLOCK
                                : MUTATE_FAULT;
}

static bool same_bits(const struct mutate_set *s, const struct dv_run *r)
{
    for (uint32_t i = 0; i < r->args.n && i < MUTATE_ARGS; i++)
        if (s->output[i] &&
            memcmp(s->output[i], dv_run_tensor(r, &r->args.arg[i]).p, r->args.arg[i].bytes))
            return false;
    return true;
}

/* The finding that decides: the first error, else the first warning. NULL = only hints. */
static const struct dv_finding *worst(const struct dv_result *res, unsigned *hints)
{
    const struct dv_finding *found = NULL;

    *hints = 0;
    for (unsigned i = 0; i < res->findings; i++) {
        const struct dv_finding *f = &res->finding[i];
        if (*f->severity == 'h')
            ++*hints;
        else if (!found || (*f->severity == 'e' && *found->severity != 'e'))
            found = f;
    }
    return found;
}

static const struct dv_finding *last_hint(const struct dv_result *res)
{
    for (unsigned i = res->findings; i-- > 0;)
        if (*res->finding[i].severity == 'h')
            return &res->finding[i];
    return NULL;
}

/* An object that differs in its words only. */
static struct dv_obj with_words(const struct mutate_program *p, uint32_t *w, uint32_t n)
{
    struct dv_obj o = *p->obj;

    o.section[DV_TEXT] = (struct dv_bytes){(uint8_t *)w, 4ull * n, 4ull * n};
    return o;
}

/* ---- stages ---------------------------------------------------------------------------------- */

/* Bits differ: does the reference see it too? */
static void judge_bits(const struct dv_run_opts *o, const struct dv_obj *obj,
                       struct mutate_verdict *v)
{
    struct dv_run_opts again = *o;
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    bool seen;

    dv_diag_init(&d);
    again.check = false;
    again.verify = true;
    seen =
        !r || dv_run_prepare(r, &again, obj, 0, &d) || dv_run_go(r, &d) || r->result.verified != 1;
    if (r)
        dv_run_free(r);
    free(r);
    keep(v, seen ? MUTATE_VERIFY : MUTATE_BITS, seen ? "VERIFY" : "", "another result");
}

static void judge_findings(const struct mutate_set *s, const struct dv_run *r,
                           struct mutate_verdict *v)
{
    unsigned hints;
    const struct dv_finding *f = worst(&r->result, &hints);

    if (f)
        keep(v, *f->severity == 'e' ? MUTATE_FINDING : MUTATE_WARNING, f->code, f->d.text);
    else if (hints > s->hints)
        snprintf(v->code, sizeof v->code, "%s", last_hint(&r->result)->code);
}

static void judge_run(const struct mutate_set *s, const struct dv_run_opts *o,
                      const struct dv_obj *obj, struct mutate_verdict *v)
{
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    enum dv_err e;

    if (!r)
        abort();
    dv_diag_init(&d);
    e = dv_run_prepare(r, o, obj, 0, &d);
    if (!e)
        e = dv_run_go(r, &d);
    if (e) {
        keep(v, fate_of(e), dv_err_name(e), d.text);
    } else {
        judge_findings(s, r, v);
        if (v->fate != MUTATE_FINDING && !same_bits(s, r))
            judge_bits(o, obj, v);
    }
    dv_run_free(r);
    free(r);
}

static void judge_schedules(const struct dv_run_opts *o, const struct dv_obj *obj, uint32_t seeds,
                            struct mutate_verdict *v)
{
    struct dv_run_opts explore = *o;
    struct dv_explored x = {0};
    struct dv_diag d;

    dv_diag_init(&d);
    explore.check = false;
    explore.max_cycles = 0;
    if (dv_explore(&explore, obj, 0, seeds, &x, &d))
        keep(v, MUTATE_MISSED, dv_err_name(d.code), d.text);
    else if (x.differs || x.base_failed)
        keep(v, MUTATE_MISSED, x.finding.code, x.finding.d.text);
    dv_explored_free(&x);
}

void mutate_judge_one(const struct mutate_judge *j, const struct mutate_mutant *m,
                      struct mutate_verdict *v)
{
    FILE *notes = fopen("/dev/null", "w");
    unsigned sets = 0;
    uint32_t n, *w = mutate_apply(&j->program, m, &n);

    if (!w || !notes)
        abort();
    struct dv_obj obj = with_words(&j->program, w, n);
    v->fate = MUTATE_UNREACHED;
    for (unsigned i = 0; i < j->sets && v->fate == MUTATE_UNREACHED; i++) {
        struct dv_run_opts o = options(&j->set[i], notes);
        o.check = true;
        if (!j->set[i].reached[m->at])
            continue;
        sets++;
        judge_run(&j->set[i], &o, &obj, v);
    }
    for (unsigned i = 0; i < j->sets && v->fate == MUTATE_UNREACHED && sets; i++) {
        struct dv_run_opts o = options(&j->set[i], notes);
        if (j->set[i].reached[m->at])
            judge_schedules(&o, &obj, (j->seeds + sets - 1) / sets, v);
    }
    if (v->fate == MUTATE_UNREACHED && sets)
        v->fate = MUTATE_EQUIVALENT;
    fclose(notes);
    free(w);
}

/* ---- the original ---------------------------------------------------------------------------- */

static void put_message(void *self, const char *text, size_t n)
{
    (void)self;
    fwrite(text, 1, n, stderr);
}

static struct dv_obj *assemble(const char *path)
{
    char root[512], full[1024], inc[600];
    const char *env = getenv("DV_SOURCE"), *dir[] = {inc};
    struct dv_asm_opts o = {.include = dir, .includes = 1};
    struct dv_sink sink = {NULL, put_message};
    struct dv_obj *obj = NULL;

    snprintf(root, sizeof root, "%s", env ? env : ".");
    snprintf(inc, sizeof inc, "%s/kernels", root);
    snprintf(full, sizeof full, "%s/%.400s", root, path);
    return dv_asm_file(full, &o, &sink, &obj, NULL) ? NULL : obj;
}

static void split_args(struct mutate_set *s, const char *text)
{
    snprintf(s->store, sizeof s->store, "%s", text);
    for (char *p = strtok(s->store, " "); p && s->args < MUTATE_ARGS; p = strtok(NULL, " "))
        if (!strncmp(p, "blocks=", 7))
            s->blocks = (uint32_t)atoi(p + 7);
        else
            s->arg[s->args++] = p;
}

struct ear {
    struct mutate_program *p;
    struct mutate_set *s;
};

static void hear_word(void *self, const struct dv_event *e)
{
    struct ear *ear = self;
    uint32_t i = (uint32_t)(e->pc / 4);

    ear->s->reached[i] = true;
    mutate_note(ear->p, i, e->x);
}

static bool keep_outputs(struct mutate_set *s, const struct dv_run *r)
{
    for (uint32_t i = 0; i < r->args.n; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        if (!dv_arg_is_tensor(a) || !dv_arg_is_output(a))
            continue;
        if (i >= MUTATE_ARGS || !(s->output[i] = malloc(a->bytes + 1)))
            return false;
        memcpy(s->output[i], dv_run_tensor(r, a).p, a->bytes);
    }
    return true;
}

/* Verified, and without an error or a warning. */
static bool is_clean(const struct mutate_judge *j, struct mutate_set *s, const struct dv_run *r)
{
    const struct dv_finding *f = worst(&r->result, &s->hints);

    if (!f && r->result.verified == 1)
        return true;
    fprintf(stderr, "%s %s: the unchanged kernel is not clean: %s %s\n", j->kernel->path, s->arg[0],
            f ? f->code : "not verified", f ? f->d.text : "");
    return false;
}

static bool run_original(struct mutate_judge *j, struct mutate_set *s)
{
    struct ear ear = {&j->program, s};
    struct dv_run_opts o = options(s, stderr);
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    bool good = r && s->reached;

    dv_diag_init(&d);
    o.check = o.verify = true;
    if (good && (dv_run_prepare(r, &o, j->program.obj, 0, &d) ||
                 !dv_machine_listen(r->machine,
                                    &(struct dv_listener){&ear, hear_word, 1u << DV_EV_SCALAR}) ||
                 dv_run_go(r, &d))) {
        fprintf(stderr, "%s: %s\n", j->kernel->path, d.text);
        good = false;
    }
    if (good) {
        s->cycles = dv_machine_cycles(r->machine) >> 8;
        good = is_clean(j, s, r) && keep_outputs(s, r);
    }
    if (r)
        dv_run_free(r);
    free(r);
    return good;
}

bool mutate_judge_open(struct mutate_judge *j)
{
    struct dv_obj *obj = assemble(j->kernel->path);

    if (!obj || !mutate_program_open(&j->program, obj))
        return false;
    for (; j->sets < MUTATE_SETS && j->kernel->args[j->sets]; j->sets++) {
        struct mutate_set *s = &j->set[j->sets];
        split_args(s, j->kernel->args[j->sets]);
        s->reached = calloc(j->program.words, 1);
        if (!run_original(j, s))
            return false;
    }
    return true;
}

void mutate_judge_close(struct mutate_judge *j)
{
    for (unsigned i = 0; i < MUTATE_SETS; i++) {
        free(j->set[i].reached);
        for (unsigned a = 0; a < MUTATE_ARGS; a++)
            free(j->set[i].output[a]);
    }
    mutate_program_close(&j->program);
}
