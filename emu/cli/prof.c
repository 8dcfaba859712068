/* dv prof: a run, the console profile and the files of -o DIR. Owns their order and the exit
 * status; what the files hold is the writers' (prof/writers.h). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/prof/writers.h"

/* What -o DIR needs besides the run. */
struct files {
    struct dv_prof_run run;
    struct dv_writing *writing;
    struct dv_folder *folder;
    char args[1024];
};

/* "m=512 n=512": every argument with its value or contents. */
static void args_text(const struct dv_run *r, char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    for (uint32_t i = 0; i < r->args.n && n < size; i++) {
        const struct dv_arg *a = &r->args.arg[i];
        const char *gap = i ? " " : "", *name = a->param->name;
        if (dv_arg_is_tensor(a))
            continue;
        if (a->param->elem == DV_EL_F32)
            n += (size_t)snprintf(out + n, size - n, "%s%s=%g", gap, name, a->f);
        else
            n += (size_t)snprintf(out + n, size - n, "%s%s=%" PRId64, gap, name, a->i);
    }
}

static int files_begin(struct files *f, struct dv_run *r, const struct dv_prof_extra *x)
{
    struct dv_diag d;
    dv_diag_init(&d);
    if (x)
        x->source(x->self, f->folder);
    if ((f->writing = dv_writing_begin(&f->run, r->machine, &d)))
        return 0;
    dv_folder_close(f->folder, false, NULL);
    return dv_show_diag(&d);
}

static int files_open(struct files *f, struct dv_run *r, const struct dv_run_cli *c,
                      const struct dv_prof_extra *x)
{
    struct dv_diag d;
    dv_diag_init(&d);
    if (!c->dir)
        return 0;
    if (!(f->folder = dv_folder_open(c->dir, c->force, &dv_prof_files, &d)))
        return dv_show_diag(&d);
    args_text(r, f->args, sizeof f->args);
    if (x)
        snprintf(f->args, sizeof f->args, "%s", x->args);
    f->run = (struct dv_prof_run){
        .machine = r->machine,
        .obj = r->obj,
        .kernel = r->kernel,
        .kernel_no = r->launch.kernel,
        .chip = &r->chip,
        .blocks = r->args.blocks,
        .source = c->path,
        .args = f->args,
        .window = {c->trace_from * DV_CYCLE, c->trace_to * DV_CYCLE, c->trace_every, c->roi},
        .folder = f->folder,
    };
    return files_begin(f, r, x);
}

/* The files are right and their sums of the whole run: status 0, but not in silence. */
static void note_empty(const struct dv_trace_window *w, dv_time end)
{
    char text[128] = "";
    int n = w->roi ? snprintf(text, sizeof text, " in the region '%.64s'", w->roi) : 0;
    if (w->to)
        snprintf(text + n, sizeof text - (size_t)n, " in cycles %" PRIu64 " to %" PRIu64,
                 w->from / DV_CYCLE, w->to / DV_CYCLE);
    else if (w->from)
        snprintf(text + n, sizeof text - (size_t)n, " from cycle %" PRIu64 " on",
                 w->from / DV_CYCLE);
    dv_note("nothing ran%s: the traces are empty; the run ends in cycle %" PRIu64, text,
            (end + DV_CYCLE - 1) / DV_CYCLE);
}

/* Nothing of a run that did not come to its end is kept. */
static int files_close(struct files *f, const struct dv_run *r, const struct dv_json *json,
                       bool ended)
{
    struct dv_diag d;
    dv_diag_init(&d);
    if (!f->folder)
        return 0;
    f->run.sum = &r->result.sum;
    f->run.time_us = r->result.time_us;
    f->run.task_us = r->result.task_us;
    f->run.json = json->failed ? NULL : json->p;
    f->run.json_bytes = json->n;
    if (ended && dv_writing_is_empty(f->writing))
        note_empty(&f->run.window, dv_machine_end(r->machine));
    dv_writing_end(f->writing, &f->run, ended);
    return dv_folder_close(f->folder, ended, &d) ? dv_show_diag(&d) : 0;
}

/* Why the run took its time, and what would have saved some. */
struct answers {
    struct dv_judge *judge;
    struct dv_ideals ideals;
};

static int answers_take(struct answers *a, struct dv_run *r, const struct dv_run_cli *c,
                        const struct dv_prof_extra *x)
{
    struct dv_diag d;
    dv_diag_init(&d);
    r->verdict = dv_judge_take(a->judge, &r->result.sum);
    if (!c->what_if)
        return 0;
    struct dv_progress_line line;
    dv_progress_begin(&line, r, c);
    enum dv_err e = dv_ideals_take(&a->ideals, r, &d);
    dv_progress_end(&line);
    if (!e && x)
        e = x->sound(x->self, &d);
    if (e)
        return dv_show_diag(&d);
    r->ideals = &a->ideals;
    return 0;
}

static int show(struct dv_run *r, const struct dv_run_cli *c, const struct dv_prof_extra *x)
{
    dv_show_profile(r);
    if (x)
        x->show(x->self);
    if (r->against)
        dv_show_against(r->against);
    return r->opts.energy ? dv_show_energy(r, c->energy_against) : 0;
}

/* JSON on stdout stands there alone. */
static bool talks(const struct dv_run_cli *c)
{
    return !c->quiet && !(c->json && !strcmp(c->json, "-"));
}

/* What is open during the run. */
struct profiling {
    struct files files;
    struct answers why;
    struct dv_earlier other;
};

static int begin(struct profiling *p, struct dv_run *r, const struct dv_run_cli *c,
                 const struct dv_prof_extra *x)
{
    p->why.judge = dv_judge_new(r->machine, r->obj);
    int status = dv_earlier_begin(&p->other, r, c);
    if (!status && !p->why.judge) {
        dv_error("out of memory for the critical path");
        status = DV_EXIT_INTERNAL;
    }
    return status ? status : files_open(&p->files, r, c, x);
}

/* The document and the files; of a run without an end only what x asks for. */
static int write(struct profiling *p, struct dv_run *r, const struct dv_run_cli *c, double start,
                 bool ended, bool document)
{
    struct dv_json j = {0};
    int status = 0;
    if (c->json || c->dir)
        dv_report_json(&j, r, dv_host_seconds() - start);
    if (document && c->json)
        status = j.failed ? DV_EXIT_INTERNAL : dv_write_text(c->json, j.p, j.n);
    int written = files_close(&p->files, r, &j, ended);
    if (ended && !written && c->dir && talks(c))
        printf("files: %s; open %s/report.html in a browser\n", c->dir, c->dir);
    dv_json_free(&j);
    return status ? status : written;
}

static int go(struct profiling *p, struct dv_run *r, const struct dv_run_cli *c, double start,
              const struct dv_prof_extra *x)
{
    struct dv_diag d;
    struct dv_progress_line line;
    int status = 0, more = 0, said = -1;
    dv_diag_init(&d);
    dv_progress_begin(&line, r, c);
    enum dv_err e = dv_run_go(r, &d);
    dv_progress_end(&line);
    dv_order_findings(&r->result, c->hints_off);
    if (x && (said = x->ended(x->self, e, &d)) >= 0) {
        write(p, r, c, start, false, false);
        return said;
    }
    if (!e)
        status = answers_take(&p->why, r, c, x);
    if (!e && !status)
        status = dv_earlier_take(&p->other, r);
    if (!e && talks(c))
        more = show(r, c, x);
    if (!more && !e && c->accelergy)
        more = dv_write_accelergy(r, c->accelergy);
    int found = dv_tell_findings(stderr, r, c, e, &d);
    int written = write(p, r, c, start, r->result.ended, !status && (!e || x));
    status = status ? status : more ? more : written;
    return status ? status : found;
}

int dv_prof_go(struct dv_run *r, const struct dv_run_cli *c, double start,
               const struct dv_prof_extra *x)
{
    struct profiling *p = calloc(1, sizeof *p);
    if (!p) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    int status = begin(p, r, c, x);
    if (!status)
        status = go(p, r, c, start, x);
    dv_judge_free(p->why.judge);
    dv_earlier_free(&p->other);
    free(p);
    return status;
}

int dv_prof_files_only(const struct dv_run_cli *c, const char *command, const char *options)
{
    bool traces =
        c->roi || c->trace_from || c->trace_to || c->trace_every || (c->force && !c->against);
    if (!traces || c->dir)
        return -1;
    return dv_usage(command, "%s and --force are about files; name a folder with -o", options);
}

static int refused(const struct dv_run_cli *c)
{
    if (c->o.time_off)
        return dv_usage("prof", "a profile needs time; remove --time off");
    if (c->log || c->dumps)
        return dv_usage("prof", "--log and --dump belong to 'dv run'");
    return dv_prof_files_only(c, "prof", "--roi, --trace-window, --trace-every");
}

int dv_cmd_prof(int argc, char **argv)
{
    struct dv_run_cli c;
    struct dv_program p = {0};
    struct dv_run *r = calloc(1, sizeof *r);
    double start = dv_host_seconds();
    int status = r ? dv_run_options(&c, "prof", argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0)
        status = refused(&c);
    c.o.no_replay = true; /* a round that is replayed is not heard */
    if (status < 0 && dv_run_start(r, &c, &p, &status))
        status = dv_prof_go(r, &c, start, NULL);
    if (r) {
        dv_run_free(r);
        dv_program_free(&p);
        dv_run_cli_free(&c);
    }
    free(r);
    return status;
}
