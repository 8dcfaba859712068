/* Devices: opening, GM, options, what the last failure was. */
#include "emu/cce/device.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- failures -------------------------------------------------------------------------------- */

void dv_dev_text(const struct dv_diag *d, const char *code, char *out, size_t size)
{
    const struct dv_place *p = &d->at;
    size_t n = 0;

    *out = 0;
#define ADD(...) \
    if (n < size) \
    n += (size_t)snprintf(out + n, size - n, __VA_ARGS__)
    if (*p->file)
        ADD("%s:%d: ", p->file, p->line);
    ADD("%s%s%s", code, *code ? ": " : "", d->text);
    if (*p->insn)
        ADD(" (%s", p->insn);
    if (*p->operand)
        ADD(", %s", p->operand);
    if (*p->buffer)
        ADD(" in %s", p->buffer);
    if (p->core >= 0)
        ADD("%score %d, block %d, cycle %llu", *p->insn ? "; " : " (", p->core, p->block,
            (unsigned long long)p->cycle);
    if (*p->insn || p->core >= 0)
        ADD(")");
    if (*d->fix)
        ADD("; %s", d->fix);
    if (d->has_other && *d->other.file)
        ADD("; the other is %s:%d (%s)", d->other.file, d->other.line, d->other.insn);
#undef ADD
}

int dv_dev_fail(struct dv_cce *d)
{
    dv_dev_text(&d->diag, d->diag.at.core >= 0 ? dv_err_name(d->diag.code) : "", d->text,
                sizeof d->text);
    return dv_err_exit(d->diag.code);
}

int dv_dev_misuse(struct dv_cce *d, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(d->text, sizeof d->text, fmt, ap);
    va_end(ap);
    return 3;
}

const char *dv_cce_error(const struct dv_cce *d)
{
    return d ? d->text : "out of memory";
}

/* ---- the machine ----------------------------------------------------------------------------- */

static unsigned kinds_of(const struct dv_chip *c)
{
    return DV_P(c, merged) ? DV_ON(DV_C100) : DV_ON(DV_AIC) | DV_ON(DV_AIV);
}

static enum dv_err seats_make(struct dv_cce *d)
{
    d->seats = dv_machine_cores(d->machine);
    d->seat = calloc(d->seats, sizeof *d->seat);
    for (unsigned i = 0; d->seat && i < d->seats; i++)
        d->seat[i] = (struct dv_seat){.device = d, .core = i, .last = DV_NATIVE_FULL};
    return d->seat ? DV_OK : dv_fail(&d->diag, DV_E_MEMORY, "out of memory");
}

static enum dv_err machine_make(struct dv_cce *d)
{
    struct dv_machine_opts o = {.no_replay = true, .window = d->opts.window};
    struct dv_native n = {d, dv_dev_start, dv_dev_resume, dv_dev_name};
    uint64_t used;

    d->sites = dv_sites_new(kinds_of(&d->chip));
    if (!d->sites)
        return dv_fail(&d->diag, DV_E_MEMORY, "out of memory for the code of kernels");
    d->machine = dv_machine_new(&d->chip, &o, &d->diag);
    if (!d->machine)
        return d->diag.code ? d->diag.code : DV_E_MEMORY;
    d->gm = dv_machine_contents(d->machine, &used);
    d->gm_bytes = dv_machine_gm_room(d->machine);
    enum dv_err e = dv_machine_native(d->machine, dv_sites_object(d->sites), &n, &d->diag);
    if (!e && !dv_dev_words(d))
        e = dv_fail(&d->diag, DV_E_CONFIG, "the definition has no load of the scalar unit");
    return e ? e : seats_make(d);
}

static void machine_drop(struct dv_cce *d)
{
    for (unsigned i = 0; d->seat && i < d->seats; i++)
        dv_fiber_free(d->seat[i].fiber);
    free(d->seat);
    dv_machine_free(d->machine);
    dv_sites_free(d->sites);
    d->seat = NULL;
    d->machine = NULL;
    d->sites = NULL;
}

enum dv_err dv_dev_ready(struct dv_cce *d)
{
    dv_diag_init(&d->diag);
    if (d->machine)
        return DV_OK;
    enum dv_err e = machine_make(d);
    if (e)
        machine_drop(d);
    return e;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static struct dv_cce *the_default;
static _Thread_local struct dv_cce *selected;

/* What a variable of the environment names; NULL = nothing. */
static char *named(const char *variable)
{
    const char *v = getenv(variable);
    return v && *v ? strdup(v) : NULL;
}

static bool wanted(const char *variable)
{
    const char *v = getenv(variable);
    return v && *v && strcmp(v, "0") != 0;
}

/* False, and the failure is kept, when it is no number of seconds. */
static bool patience(struct dv_cce *d)
{
    const char *v = getenv("DV_CCE_PATIENCE");
    char *end;

    d->patience_ms = 10000;
    if (!v || !*v)
        return true;
    double seconds = strtod(v, &end);
    if (!*end && seconds >= 0 && seconds < 1e6) {
        d->patience_ms = (unsigned)(seconds * 1000 + 0.5);
        return true;
    }
    dv_dev_misuse(d, "DV_CCE_PATIENCE=%.40s: expected seconds, 0 = endless", v);
    return false;
}

/* The same of DV_CCE_MAX_CYCLES, also as 1e6. */
static bool most_cycles(struct dv_cce *d)
{
    const char *v = getenv("DV_CCE_MAX_CYCLES");
    char *end;

    if (!v || !*v)
        return true;
    double cycles = strtod(v, &end);
    if (!*end && cycles >= 1 && cycles <= 0x1p55) {
        d->opts.max_cycles = (uint64_t)cycles;
        return true;
    }
    dv_dev_misuse(d, "DV_CCE_MAX_CYCLES=%.40s: expected a number of cycles above 0", v);
    return false;
}

static bool asked(struct dv_cce *d)
{
    const char *v = getenv("DV_CCE_EXPLAIN");

    return !v || !*v || (d->question = dv_question_new(d, v));
}

int dv_cce_open(struct dv_cce **out, const char *chip)
{
    struct dv_cce *d = *out = calloc(1, sizeof *d);
    const char *env = getenv("DV_CHIP");

    if (!d)
        return 2;
    dv_diag_init(&d->diag);
    d->trace = wanted("DV_CCE_TRACE");
    d->report = wanted("DV_CCE_REPORT");
    d->opts.check = wanted("DV_CCE_CHECK");
    d->opts.unwatched = true;
    d->profile_env = named("DV_PROF");
    d->record_path = named("DV_CCE_RECORD");
    d->record_env = d->record_path != NULL;
    if (!patience(d) || !most_cycles(d) || !asked(d))
        return 2;
    d->chip_name = strdup(chip ? chip : env && *env ? env : "910B1");
    if (!d->chip_name)
        dv_fail(&d->diag, DV_E_MEMORY, "out of memory");
    else
        dv_chip_load(d->chip_name, &d->chip, &d->diag);
    return d->diag.code ? dv_dev_fail(d) : 0;
}

void dv_cce_close(struct dv_cce *d)
{
    if (!d)
        return;
    if (d->launching) {
        fprintf(stderr, "dv: error: the device stays open: kernel %s runs on it\n", d->launch.name);
        return;
    }
    if (selected == d)
        selected = NULL;
    if (the_default == d)
        the_default = NULL;
    dv_patience_end(d);
    dv_question_close(d->question, d);
    if (d->run)
        dv_run_detach(d->run);
    free(d->run);
    dv_json_free(&d->json);
    machine_drop(d);
    free(d->chip_name);
    free(d->profile);
    free(d->profile_env);
    free(d->record_path);
    free(d);
}

void dv_cce_select(struct dv_cce *d)
{
    selected = d;
}

static void default_close(void)
{
    dv_cce_close(the_default);
}

struct dv_cce *dv_cce_default(void)
{
    if (selected)
        return selected;
    if (the_default)
        return the_default;
    int status = dv_cce_open(&the_default, NULL);
    if (status) {
        fprintf(stderr, "dv: error: %s\n", dv_cce_error(the_default));
        exit(status);
    }
    static bool asked;
    if (!asked)
        atexit(default_close);
    asked = true;
    return the_default;
}

int dv_cce_set(struct dv_cce *d, const char *path, const char *value)
{
    if (d->machine)
        return dv_dev_misuse(d,
                             "%s: numbers of the chip are set before the first allocation and "
                             "launch",
                             path);
    dv_diag_init(&d->diag);
    return dv_chip_set(&d->chip, path, value, &d->diag) ? dv_dev_fail(d) : 0;
}

/* ---- global memory --------------------------------------------------------------------------- */

void *dv_cce_malloc(struct dv_cce *d, const char *name, size_t bytes)
{
    uint64_t at;
    char number[32];

    snprintf(number, sizeof number, "allocation %u", ++d->allocations);
    if (d->launching) {
        dv_dev_misuse(d, "a kernel cannot allocate GM");
        return NULL;
    }
    if (dv_dev_ready(d) ||
        dv_machine_alloc(d->machine, name ? name : number, bytes, &at, &d->diag)) {
        dv_dev_fail(d);
        return NULL;
    }
    return d->gm + (at - DV_GM_BASE);
}

int dv_cce_free(struct dv_cce *d, void *p)
{
    uint64_t offset = (uint64_t)((uintptr_t)p - (uintptr_t)d->gm);

    if (!p)
        return 0;
    if (d->launching)
        return dv_dev_misuse(d, "a kernel cannot free GM");
    if (!d->machine || offset >= d->gm_bytes ||
        !dv_machine_release(d->machine, DV_GM_BASE + offset))
        return dv_dev_misuse(d, "%p is not what dv_cce_malloc returned, or was freed", p);
    return 0;
}

bool dv_cce_owns(const struct dv_cce *d, const void *p)
{
    uint64_t offset = (uint64_t)((uintptr_t)p - (uintptr_t)d->gm);

    return d->machine && offset < d->gm_bytes &&
           dv_machine_gm(d->machine, DV_GM_BASE + offset, 1) != NULL;
}

/* ---- options --------------------------------------------------------------------------------- */

void dv_cce_quiet(struct dv_cce *d, bool on)
{
    d->quiet = on;
}

void dv_cce_check(struct dv_cce *d, bool on)
{
    d->opts.check = on;
}

void dv_cce_trace(struct dv_cce *d, bool on)
{
    d->trace = on;
}

int dv_cce_profile(struct dv_cce *d, const char *dir)
{
    free(d->profile);
    d->profile = dir ? strdup(dir) : NULL;
    return dir && !d->profile ? dv_dev_misuse(d, "out of memory") : 0;
}

void dv_cce_report(struct dv_cce *d, bool on)
{
    d->report = on;
}

int dv_cce_record(struct dv_cce *d, const char *path)
{
    if (path && !dv_record_named(path))
        return dv_dev_misuse(d, "%s: a recording is a file that ends in .s", path);
    free(d->record_path);
    d->record_env = false;
    d->record_path = path ? strdup(path) : NULL;
    return path && !d->record_path ? dv_dev_misuse(d, "out of memory") : 0;
}

int dv_cce_explain(struct dv_cce *d, const char *place)
{
    if (d->launching)
        return dv_dev_misuse(d, "a kernel cannot ask for an explanation of its launch");
    struct dv_question *q = place ? dv_question_new(d, place) : NULL;
    if (place && !q)
        return 3;
    dv_question_free(d->question);
    d->question = q;
    return 0;
}

const char *dv_cce_explained(const struct dv_cce *d)
{
    return dv_question_page(d->question);
}

void dv_cce_patience(struct dv_cce *d, unsigned milliseconds)
{
    __atomic_store_n(&d->patience_ms, milliseconds, __ATOMIC_RELAXED);
}

void dv_cce_max_cycles(struct dv_cce *d, uint64_t cycles)
{
    d->opts.max_cycles = cycles;
}

void dv_cce_explore(struct dv_cce *d, uint64_t seed)
{
    d->opts.explore_seed = seed;
}

int dv_cce_window(struct dv_cce *d, unsigned cycles)
{
    if (d->machine)
        return dv_dev_misuse(d, "the window is set before the first allocation and launch");
    d->opts.window = cycles;
    return 0;
}

/* ---- the last launch ------------------------------------------------------------------------- */

int dv_cce_status(const struct dv_cce *d)
{
    return d->status;
}

double dv_cce_cycles(const struct dv_cce *d)
{
    return d->run ? (double)dv_machine_cycles(d->machine) / DV_CYCLE : 0;
}

double dv_cce_time_us(const struct dv_cce *d)
{
    return d->run ? dv_cce_cycles(d) / (double)DV_P(&d->chip, clock) * 1e6 : 0;
}

unsigned dv_cce_findings(const struct dv_cce *d)
{
    return d->run ? d->run->result.findings : 0;
}

static const struct dv_finding *finding(const struct dv_cce *d, unsigned i)
{
    return i < dv_cce_findings(d) ? &d->run->result.finding[i] : NULL;
}

const char *dv_cce_finding_severity(const struct dv_cce *d, unsigned i)
{
    const struct dv_finding *f = finding(d, i);
    return f ? f->severity : NULL;
}

const char *dv_cce_finding_code(const struct dv_cce *d, unsigned i)
{
    const struct dv_finding *f = finding(d, i);
    return f ? f->code : NULL;
}

const char *dv_cce_finding_text(const struct dv_cce *d, unsigned i)
{
    const struct dv_finding *f = finding(d, i);
    return f ? f->d.text : NULL;
}

const char *dv_cce_finding_file(const struct dv_cce *d, unsigned i)
{
    const struct dv_finding *f = finding(d, i);
    return f ? f->d.at.file : NULL;
}

int dv_cce_finding_line(const struct dv_cce *d, unsigned i)
{
    const struct dv_finding *f = finding(d, i);
    return f ? f->d.at.line : 0;
}

const char *dv_cce_picture(const struct dv_cce *d)
{
    const char *p = d->machine ? dv_machine_picture(d->machine) : NULL;
    return p ? p : "";
}

const char *dv_cce_json(struct dv_cce *d)
{
    if (!d->run)
        return "";
    if (!d->json.p)
        dv_report_json(&d->json, d->run, d->run->result.run_seconds);
    return d->json.failed || !d->json.p ? "" : d->json.p;
}
