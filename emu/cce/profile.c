/* The files of dv prof for a launch. */
#include <stdlib.h>

#include "emu/cce/device.h"
#include "emu/prof/writers.h"

struct dv_profile {
    struct dv_prof_run run;
    struct dv_writing *writing;
    struct dv_folder *folder;
    struct dv_judge *judge;
};

static void profile_free(struct dv_profile *p)
{
    dv_judge_free(p->judge);
    free(p);
}

/* DIR, DIR.2, .. of DV_PROF, unless a folder is given for the launch. */
static const char *folder_of(struct dv_cce *d, char *out, size_t size)
{
    if (d->profile)
        return d->profile;
    if (!d->profiles++)
        return d->profile_env;
    snprintf(out, size, "%s.%u", d->profile_env, d->profiles);
    return out;
}

struct dv_profile *dv_profile_begin(struct dv_cce *d)
{
    struct dv_run *r = d->run;
    struct dv_profile *p = calloc(1, sizeof *p);

    if (!p) {
        dv_fail(&d->diag, DV_E_MEMORY, "out of memory for the profile");
        return NULL;
    }
    char numbered[4096];
    p->folder =
        dv_folder_open(folder_of(d, numbered, sizeof numbered), true, &dv_prof_files, &d->diag);
    if (!p->folder) { /* nothing listens yet: the launch may go on */
        profile_free(p);
        return NULL;
    }
    p->judge = dv_judge_new(r->machine, r->obj);
    if (!p->judge) {
        dv_fail(&d->diag, DV_E_MEMORY, "out of memory for the profile");
        dv_folder_close(p->folder, false, NULL);
        profile_free(p);
        return NULL;
    }
    p->run = (struct dv_prof_run){
        .machine = r->machine,
        .obj = r->obj,
        .kernel = r->kernel,
        .kernel_no = 1,
        .chip = &r->chip,
        .blocks = r->args.blocks,
        .source = d->launch.file,
        .args = "",
        .folder = p->folder,
    };
    p->writing = dv_writing_begin(&p->run, r->machine, &d->diag);
    if (p->writing)
        return p;
    dv_folder_close(p->folder, false, NULL);
    profile_free(p);
    return NULL;
}

enum dv_err dv_profile_end(struct dv_profile *p, struct dv_cce *d)
{
    struct dv_run *r = d->run;

    if (!p)
        return DV_OK;
    if (r->result.ended)
        r->verdict = dv_judge_take(p->judge, &r->result.sum);
    dv_cce_json(d);
    p->run.sum = &r->result.sum;
    p->run.time_us = r->result.time_us;
    p->run.task_us = r->result.task_us;
    p->run.json = d->json.failed ? NULL : d->json.p;
    p->run.json_bytes = d->json.n;
    if (!r->result.ended && !d->quiet) {
        fflush(stdout);
        fprintf(stderr, "dv: no profile: the launch failed\n");
    }
    dv_writing_end(p->writing, &p->run, r->result.ended);
    enum dv_err e = dv_folder_close(p->folder, r->result.ended, &d->diag);
    r->verdict = NULL; /* it goes with the judge */
    profile_free(p);
    return e;
}
