/* Launches: the kernel's name and kind for reports, the run of emu/run, and what is said of a
 * failure. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cce/device.h"

static int refused(struct dv_cce *d, const struct dv_cce_launch *l)
{
    bool aic = l->kind != DV_CCE_AIV, aiv = l->kind != DV_CCE_AIC;

    if (d->launching || dv_dev_seat)
        return dv_dev_misuse(d, "a kernel cannot launch a kernel");
    if ((aic && !l->aic) || (aiv && !l->aiv))
        return dv_dev_misuse(d, "the launch of %s names no function for %s", d->launch.name,
                             aic && !l->aic ? "aic" : "aiv");
    return 0;
}

/* A copy; "(add)", as macros write their argument, becomes add. */
static char *bare(const char *name)
{
    size_t n = strlen(name);
    bool wrapped = n > 2 && name[0] == '(' && name[n - 1] == ')';

    return wrapped ? strndup(name + 1, n - 2) : strdup(name);
}

/* What reports say of the kernel. */
static enum dv_err kernel_name(struct dv_cce *d)
{
    struct dv_kernel *k = &dv_sites_object(d->sites)->kernel[0];
    static const uint8_t core[] = {
        [DV_CCE_AIV] = DV_CORE_AIV, [DV_CCE_AIC] = DV_CORE_AIC, [DV_CCE_MIX] = DV_CORE_MIX};
    bool merged = DV_P(&d->chip, merged) != 0;

    free(k->name);
    k->name = bare(d->launch.name);
    k->core = merged ? DV_CORE_C100 : core[d->launch.kind];
    k->ratio_aic = k->core == DV_CORE_MIX;
    k->ratio_aiv = k->core == DV_CORE_MIX ? 2 : 0;
    return k->name ? DV_OK : dv_fail(&d->diag, DV_E_MEMORY, "out of memory");
}

static void forget(struct dv_cce *d)
{
    dv_json_free(&d->json);
    memset(&d->json, 0, sizeof d->json);
    if (d->run)
        dv_run_detach(d->run);
    free(d->run);
    d->run = NULL;
}

/* Kernels of the launch before are gone, whatever they were doing. */
static void seats_reset(struct dv_cce *d)
{
    for (unsigned i = 0; i < d->seats; i++)
        d->seat[i].last = DV_NATIVE_FULL;
}

/* A file that the environment asked for and that cannot be: no fault of the kernel or its host, who
 * go on without it. What the program asked for is its own to look after. */
static enum dv_err excused(struct dv_cce *d, char **path, const char *variable)
{
    enum dv_err e = d->diag.code;

    if (!*path || e == DV_E_MEMORY)
        return e;
    if (!d->quiet) {
        fflush(stdout);
        fprintf(stderr, "dv: warning: %s=%s: %s; launches go on without\n", variable, *path,
                d->diag.text);
    }
    free(*path);
    *path = NULL;
    dv_diag_init(&d->diag);
    return DV_OK;
}

static enum dv_err record_begin(struct dv_cce *d)
{
    if (!d->record_path || (d->record = dv_record_begin(d)))
        return DV_OK;
    return d->record_env ? excused(d, &d->record_path, "DV_CCE_RECORD") : d->diag.code;
}

static enum dv_err profile_begin(struct dv_cce *d, struct dv_profile **profile)
{
    if ((!d->profile && !d->profile_env) || (*profile = dv_profile_begin(d)))
        return DV_OK;
    return d->profile ? d->diag.code : excused(d, &d->profile_env, "DV_PROF");
}

/* The run of emu/run and those who look on: recording, listener, profile. */
static enum dv_err prepare(struct dv_cce *d, struct dv_profile **profile)
{
    d->opts.blocks = d->launch.blocks;
    enum dv_err e = record_begin(d);
    if (e)
        return e;
    e = dv_run_attach(d->run, &d->opts, d->machine, dv_sites_object(d->sites), &d->diag);
    if (!e && d->listener)
        dv_machine_listen(d->machine, d->listener);
    if (!e && dv_question_open(d->question) && !(e = dv_question_begin(d->question, d)))
        d->asking = d->question;
    if (!e)
        e = profile_begin(d, profile);
    if (e) {
        dv_record_free(d->record);
        d->record = NULL;
    }
    return e;
}

/* Kernels run, faults of host code in them are told. */
static enum dv_err go(struct dv_cce *d)
{
    struct dv_guard *guard;

    d->launching = true;
    dv_patience_begin(d);
    dv_guard_on(&guard);
    d->launches += d->launches == UINT_MAX ? 2 : 1; /* never 0 */
    __atomic_store_n(&d->under_way, d->launches, __ATOMIC_RELAXED);
    enum dv_err e = dv_run_go(d->run, &d->diag);
    __atomic_store_n(&d->under_way, 0, __ATOMIC_RELAXED);
    dv_guard_off(guard);
    d->launching = false;
    for (unsigned i = 0; i < d->run->result.findings; i++)
        dv_dev_remedy(d->run->result.finding[i].d.fix, sizeof d->run->result.finding[i].d.fix);
    return e;
}

/* The failure that came first is what is told. */
static void keep_first(struct dv_diag *first, struct dv_cce *d, enum dv_err e)
{
    if (!first->code && e)
        *first = d->diag;
    dv_diag_init(&d->diag);
}

/* What was looked on is written. */
static enum dv_err finish(struct dv_cce *d, struct dv_profile *profile, enum dv_err e)
{
    struct dv_diag first;

    dv_diag_init(&first);
    keep_first(&first, d, e);
    enum dv_err written = dv_profile_end(profile, d);
    if (written && !d->profile)
        written = excused(d, &d->profile_env, "DV_PROF");
    keep_first(&first, d, written);
    enum dv_err recorded = dv_record_end(d->record, d);
    if (recorded && d->record_env)
        recorded = excused(d, &d->record_path, "DV_CCE_RECORD");
    keep_first(&first, d, recorded);
    d->record = NULL;
    if (!recorded)
        dv_cce_record(d, NULL);
    d->diag = first;
    return e ? e : written ? written : recorded;
}

static enum dv_err run(struct dv_cce *d)
{
    struct dv_profile *profile = NULL;

    dv_sites_open(d->sites, true);
    enum dv_err e = prepare(d, &profile);
    bool prepared = !e;
    if (prepared)
        e = go(d);
    dv_sites_open(d->sites, false);
    if (!prepared) {
        d->asking = NULL;
        return e;
    }
    e = finish(d, profile, e);
    enum dv_err told = d->asking ? dv_question_end(d->asking, d) : DV_OK;
    d->asking = NULL;
    return e ? e : told;
}

/* Everything that is wrong, one line each. */
static void say(struct dv_cce *d)
{
    const struct dv_result *o = &d->run->result;
    char text[DV_DEV_TEXT];

    fflush(stdout);
    for (unsigned i = 0; i < o->findings; i++) {
        const struct dv_finding *f = &o->finding[i];
        dv_dev_text(&f->d, f->code, text, sizeof text);
        fprintf(stderr, "dv: %s: %s\n%s", f->severity, text, f->picture ? f->picture : "");
    }
    if (!o->findings)
        fprintf(stderr, "dv: error: %s\n", d->text);
}

/* The first error of the run is what dv_cce_error tells. */
static int status_of(struct dv_cce *d, enum dv_err e)
{
    const struct dv_result *o = &d->run->result;

    *d->text = 0;
    for (unsigned i = 0; i < o->findings; i++)
        if (!strcmp(o->finding[i].severity, "error")) {
            dv_dev_text(&o->finding[i].d, o->finding[i].code, d->text, sizeof d->text);
            return e ? dv_err_exit(e) : 1;
        }
    return e ? dv_dev_fail(d) : 0;
}

static void tell(struct dv_cce *d)
{
    fflush(stdout);
    fprintf(stderr, "dv: %s: %.0f cycles, %.3f us, blocks %u, status %d\n",
            dv_sites_object(d->sites)->kernel[0].name, dv_cce_cycles(d), dv_cce_time_us(d),
            d->launch.blocks, d->status);
}

/* *ran: there is a run to tell of. */
static int launch(struct dv_cce *d, const struct dv_cce_launch *l, bool *ran)
{
    int status = refused(d, l);

    if (status)
        return status;
    if (dv_dev_ready(d) || kernel_name(d))
        return dv_dev_fail(d);
    forget(d);
    seats_reset(d);
    d->run = calloc(1, sizeof *d->run);
    if (!d->run)
        return dv_dev_misuse(d, "out of memory");
    *ran = true;
    return status_of(d, run(d));
}

int dv_cce_launch(struct dv_cce *d, const struct dv_cce_launch *l)
{
    bool inside = d->launching || dv_dev_seat, ran = false;

    if (!inside) {
        d->launch = *l;
        d->launch.name = l->name ? l->name : "kernel";
        d->launch.file = l->file ? l->file : d->launch.name;
    }
    int status = launch(d, l, &ran);
    if (!inside)
        d->status = status;
    d->failed |= status != 0;
    if (ran && d->run->result.ended && d->run->result.has_time)
        d->tasks_us += d->run->result.task_us;
    if (!d->quiet && ran && (status || d->run->result.findings))
        say(d);
    else if (!d->quiet && status)
        fprintf(stderr, "dv: error: %s\n", d->text);
    if (d->report && ran)
        tell(d);
    return status;
}
