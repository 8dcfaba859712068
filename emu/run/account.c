/* Reads the document of a run. Owns the limits and every complaint about a document; what is made
 * of two of them is against.c's. */
#include "emu/run/account.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/prof/verdict.h"
#include "emu/run/json.h"

const char *const dv_figure_names[DV_FIGURES] = {
#define X(n) #n,
    DV_FIGURE_LIST(X)
#undef X
};

#define SCHEMA "dv.run/1"
enum { TEXT_MOST = 400 };
static const double number_most = 9007199254740992.0; /* 2^53: whole numbers are exact below */

struct reader {
    const char *name;
    struct dv_diag *d;
    enum dv_err e;
};

/* Control characters, also those above 0x7f, would reach a terminal. */
static void clean(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            *p = '?';
        else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
            *p = p[1] = '?';
}

/* "FILE: WHERE.KEY WHAT". Returns false. */
static bool bad(struct reader *r, const char *where, const char *key, const char *what)
{
    char member[200];
    if (r->e)
        return false;
    snprintf(member, sizeof member, "%.100s%s%.60s", where, *where && *key ? "." : "", key);
    clean(member);
    r->e = dv_fail(r->d, DV_E_CONFIG, "%.120s: %s %s", r->name, member, what);
    return false;
}

static bool no_memory(struct reader *r)
{
    r->e = dv_fail(r->d, DV_E_MEMORY, "out of memory while reading '%.200s'", r->name);
    return false;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A copy, cut where a character begins; NULL for null and for no member. */
static char *text_of(struct reader *r, json_t *in, const char *where, const char *key)
{
    json_t *v = json_object_get(in, key);
    if (!v || json_is_null(v))
        return NULL;
    if (!json_is_string(v)) {
        bad(r, where, key, "is no text");
        return NULL;
    }
    size_t n = json_string_length(v);
    const char *from = json_string_value(v);
    if (n > TEXT_MOST)
        for (n = TEXT_MOST; n && (from[n] & 0xc0) == 0x80; n--)
            ;
    char *text = malloc(n + 1);
    if (!text) {
        no_memory(r);
        return NULL;
    }
    memcpy(text, from, n);
    text[n] = 0;
    clean(text);
    return text;
}

static double number_of(struct reader *r, json_t *in, const char *where, const char *key,
                        double none)
{
    json_t *v = json_object_get(in, key);
    if (!v || json_is_null(v))
        return none;
    double x = json_number_value(v);
    if (!json_is_number(v))
        bad(r, where, key, "is no number");
    else if (x < 0)
        bad(r, where, key, "is negative");
    else if (x > number_most)
        bad(r, where, key, "is too large for a run");
    return r->e ? 0 : x;
}

static json_t *object_of(struct reader *r, json_t *in, const char *where, const char *key)
{
    json_t *v = json_object_get(in, key);
    if (!v || json_is_null(v))
        return NULL;
    if (!json_is_object(v))
        bad(r, where, key, "is no object");
    return r->e ? NULL : v;
}

static int find(const char *const *names, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return (int)i;
    return -1;
}

/* Numbers by known names into out[0..n). */
static void named(struct reader *r, json_t *in, const char *where, const char *const *names,
                  unsigned n, double *out)
{
    const char *key;
    json_t *v;
    json_object_foreach(in, key, v)
    {
        int i = find(names, n, key);
        if (i < 0)
            bad(r, where, key, "is not known here: the file is from another version of dv");
        if (r->e)
            return;
        out[i] = number_of(r, in, where, key, 0);
    }
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void fact(struct reader *r, struct dv_account *a, const char *where, const char *key,
                 json_t *v)
{
    struct dv_fact *f = &a->fact[a->facts];
    if (r->e || !v)
        return;
    if (a->facts == DV_ACCOUNT_FACTS) {
        bad(r, where, key, "is one too many: no run has so many arguments");
        return;
    }
    snprintf(f->name, sizeof f->name, "%s%s%s", where, *where ? "." : "", key);
    if (json_is_string(v))
        snprintf(f->text, sizeof f->text, "%s", json_string_value(v));
    else if (json_is_number(v))
        dv_json_number(json_number_value(v), f->text);
    else if (json_is_null(v))
        snprintf(f->text, sizeof f->text, "null");
    else
        bad(r, where, key, "is neither a number nor a text");
    clean(f->name);
    clean(f->text);
    a->facts++;
}

static void facts(struct reader *r, struct dv_account *a, json_t *all)
{
    static const char *const plain[] = {"blocks", "core",   "seed", "cache",
                                        "warmup", "repeat", "mem",  "acc"};
    json_t *model = object_of(r, all, "", "model"), *v;
    const char *key;
    static const char *const of_model[] = {"chip", "chip_file_sha256", "clock_mhz", "version"};
    for (unsigned i = 0; i < sizeof of_model / sizeof *of_model; i++)
        fact(r, a, "model", of_model[i], json_object_get(model, of_model[i]));
    a->clock_mhz = number_of(r, model, "model", "clock_mhz", 0);
    for (unsigned i = 0; i < sizeof plain / sizeof *plain; i++)
        fact(r, a, "", plain[i], json_object_get(all, plain[i]));
    json_object_foreach(object_of(r, all, "", "args"), key, v) fact(r, a, "args", key, v);
    json_object_foreach(object_of(r, all, "", "set"), key, v) fact(r, a, "set", key, v);
}

/* ---- units ----------------------------------------------------------------------------------- */

static int find_pipe(const char *name)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (!strcmp(dv_pipe_json(p), name))
            return (int)p;
    return -1;
}

static void pipe_of(struct reader *r, struct dv_account_pipe *p, json_t *v, const char *where)
{
    char stall[100];
    p->there = true;
    p->busy = number_of(r, v, where, "busy_cycles", 0);
    p->idle = number_of(r, v, where, "idle_cycles", 0);
    snprintf(stall, sizeof stall, "%s.stall", where);
    named(r, object_of(r, v, where, "stall"), stall, dv_reason_names, DV_REASONS, p->stall);
    for (unsigned i = 0; i < DV_REASONS; i++)
        p->stalled += p->stall[i];
    p->total = p->busy + p->stalled + p->idle;
}

static void pipes(struct reader *r, struct dv_account *a, json_t *all)
{
    json_t *list = object_of(r, all, "", "pipes"), *v;
    const char *key;
    char where[80];
    json_object_foreach(list, key, v)
    {
        int p = find_pipe(key);
        if (p < 0)
            bad(r, "pipes", key, "is no unit of a core");
        else if (!json_is_object(v))
            bad(r, "pipes", key, "is no object");
        if (r->e)
            return;
        snprintf(where, sizeof where, "pipes.%s", key);
        pipe_of(r, &a->pipe[p], v, where);
    }
    if (!json_object_size(list))
        bad(r, "", "pipes", "is missing: no unit has a time");
}

/* ---- the critical path ----------------------------------------------------------------------- */

static void path_pipes(struct reader *r, struct dv_account *a, json_t *list)
{
    const char *key;
    json_t *v;
    char where[100];
    json_object_foreach(list, key, v)
    {
        int p = find_pipe(key);
        if (p < 0)
            bad(r, "profile.critical_path.pipes", key, "is no unit of a core");
        else if (!json_is_object(v))
            bad(r, "profile.critical_path.pipes", key, "is no object");
        if (r->e)
            return;
        snprintf(where, sizeof where, "profile.critical_path.pipes.%s", key);
        a->pipe[p].path = number_of(r, v, where, "cycles", 0);
        named(r, object_of(r, v, where, "by"), where, dv_path_cause_names, DV_PATH_CAUSES,
              a->pipe[p].spent);
    }
}

static void line_of(struct reader *r, struct dv_account_line *l, json_t *v, const char *where)
{
    char *source = text_of(r, v, where, "source");
    l->insn = text_of(r, v, where, "insn");
    l->file = text_of(r, v, where, "file");
    l->function = text_of(r, v, where, "function");
    l->line = (uint64_t)number_of(r, v, where, "line", 0);
    l->pc = (uint64_t)number_of(r, v, where, "pc", 0);
    l->cycles = l->most = number_of(r, v, where, "cycles", 0);
    l->pair = -1;
    if (!source && l->insn && !(source = strdup(l->insn)))
        no_memory(r);
    l->text = source;
}

static void line_free(struct dv_account_line *l)
{
    free(l->file);
    free(l->function);
    free(l->text);
    free(l->insn);
    memset(l, 0, sizeof *l);
}

static int by_place(const void *x, const void *y)
{
    const struct dv_account_line *a = x, *b = y;
    int order = strcmp(a->file ? a->file : "", b->file ? b->file : "");
    if (order)
        return order;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->pc < b->pc ? -1 : a->pc > b->pc;
}

static int by_pc(const void *x, const void *y)
{
    const struct dv_account_line *a = x, *b = y;
    return a->pc < b->pc ? -1 : a->pc > b->pc;
}

/* Whose text is its instruction. */
static void alone(struct dv_account_line *l)
{
    if (!l->insn)
        return;
    free(l->text);
    l->text = l->insn;
    l->insn = NULL;
}

void dv_account_by_insn(struct dv_account *a)
{
    for (size_t i = 0; i < a->lines; i++)
        alone(&a->line[i]);
    if (a->lines)
        qsort(a->line, a->lines, sizeof *a->line, by_pc);
}

void dv_account_by_line(struct dv_account *a)
{
    size_t n = 0;
    if (a->lines)
        qsort(a->line, a->lines, sizeof *a->line, by_place);
    for (size_t i = 0; i < a->lines; i++) {
        struct dv_account_line *to = n ? &a->line[n - 1] : NULL, *l = &a->line[i];
        bool same = to && to->file && l->file && l->line && to->line == l->line &&
                    !strcmp(to->file, l->file);
        if (!same) {
            a->line[n++] = *l;
            if (n - 1 != i)
                memset(l, 0, sizeof *l);
            continue;
        }
        to->cycles += l->cycles;
        if (l->most > to->most) {
            char *insn = to->insn;
            to->insn = l->insn;
            l->insn = insn;
            to->most = l->most;
        }
        line_free(l);
    }
    a->lines = n;
}

static void path_lines(struct reader *r, struct dv_account *a, json_t *list)
{
    size_t n = json_array_size(list);
    char where[80];
    if (!json_is_array(list)) {
        bad(r, "profile.critical_path", "instructions", "is no list");
        return;
    }
    if (n > DV_ACCOUNT_INSNS) {
        bad(r, "profile.critical_path", "instructions", "is too long for a program");
        return;
    }
    if (!(a->line = calloc(n + 1, sizeof *a->line))) {
        no_memory(r);
        return;
    }
    for (; a->lines < n && !r->e; a->lines++) {
        json_t *v = json_array_get(list, a->lines);
        snprintf(where, sizeof where, "profile.critical_path.instructions[%zu]", a->lines);
        if (!json_is_object(v))
            bad(r, where, "", "is no object");
        else
            line_of(r, &a->line[a->lines], v, where);
    }
}

static int find_path(const char *name)
{
    char text[16];
    for (unsigned p = 0; p < DV_PATHS; p++)
        if (!strcmp(dv_path_text(p, text), name))
            return (int)p;
    return -1;
}

/* A document without `runs` does not know which bursts adjoin. */
static void moves(struct reader *r, struct dv_account *a, json_t *list)
{
    const char *key;
    json_t *v;
    json_object_foreach(list, key, v)
    {
        int p = find_path(key);
        if (p < 0)
            bad(r, "profile.moves", key,
                "is not known here: the file is from another version of dv");
        else if (!json_is_object(v))
            bad(r, "profile.moves", key, "is no object");
        if (r->e)
            return;
        double bytes = number_of(r, v, "profile.moves", "bytes", 0);
        double runs = number_of(r, v, "profile.moves", "runs", 0);
        if (runs > 0)
            a->burst[p] = bytes / runs;
    }
}

static void profile(struct reader *r, struct dv_account *a, json_t *all)
{
    json_t *of = object_of(r, all, "", "profile");
    json_t *path = object_of(r, of, "profile", "critical_path");
    a->bound = text_of(r, object_of(r, of, "profile", "bound"), "profile.bound", "text");
    if (!r->e)
        moves(r, a, object_of(r, of, "profile", "moves"));
    if (!path || r->e)
        return;
    a->has_path = true;
    a->path_cycles = number_of(r, path, "profile.critical_path", "cycles", 0);
    a->no_instruction = number_of(r, path, "profile.critical_path", "no_instruction", 0);
    path_pipes(r, a, object_of(r, path, "profile.critical_path", "pipes"));
    path_lines(r, a, json_object_get(path, "instructions"));
}

/* ---- the document ---------------------------------------------------------------------------- */

static bool is_run(struct reader *r, json_t *all)
{
    json_t *schema = json_object_get(all, "schema");
    char text[160], name[60];
    if (!json_is_object(all) || !json_is_string(schema))
        return bad(r, "", "schema", "is missing: this is not the JSON of dv prof --json");
    if (!strcmp(json_string_value(schema), SCHEMA))
        return true;
    snprintf(name, sizeof name, "%s", json_string_value(schema));
    clean(name);
    snprintf(text, sizeof text, "is '%s', and only " SCHEMA " can be compared", name);
    return bad(r, "", "schema", text);
}

static void document(struct reader *r, struct dv_account *a, json_t *all)
{
    if (!is_run(r, all))
        return;
    a->kernel = text_of(r, all, "", "kernel");
    a->build_id = text_of(r, all, "", "build_id");
    if (!a->kernel)
        bad(r, "", "kernel", "is missing");
    a->replay = json_is_object(json_object_get(all, "replay"));
    for (unsigned p = 0; p < DV_PATHS; p++)
        a->burst[p] = NAN;
    for (unsigned i = 0; i < DV_FIGURES; i++)
        a->figure[i] = number_of(r, all, "", dv_figure_names[i], NAN);
    if (!(a->figure[DV_FIGURE_cycles] > 0))
        bad(r, "", "cycles", "is missing: that run had no time, or did not come to its end");
    facts(r, a, all);
    if (!r->e)
        pipes(r, a, all);
    if (!r->e)
        named(r, object_of(r, all, "", "bytes"), "bytes", dv_path_names, DV_PATHS, a->bytes);
    if (!r->e)
        profile(r, a, all);
}

struct dv_account *dv_account_parse(const char *text, size_t n, const char *name, struct dv_diag *d)
{
    struct reader r = {.name = name, .d = d};
    struct dv_account *a = calloc(1, sizeof *a);
    json_error_t wrong;
    json_t *all = a ? json_loadb(text, n, JSON_REJECT_DUPLICATES, &wrong) : NULL;
    if (!a) {
        no_memory(&r);
    } else if (!all) {
        clean(wrong.text);
        r.e = dv_fail(d, DV_E_CONFIG, "not JSON: %.120s", wrong.text);
        dv_diag_at(d, name, wrong.line, wrong.column);
    } else {
        document(&r, a, all);
    }
    json_decref(all);
    if (!r.e)
        return a;
    dv_account_free(a);
    return NULL;
}

void dv_account_free(struct dv_account *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->lines; i++)
        line_free(&a->line[i]);
    free(a->line);
    free(a->kernel);
    free(a->build_id);
    free(a->bound);
    free(a);
}
