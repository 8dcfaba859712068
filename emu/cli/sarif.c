/* SARIF; see sarif.h. Owns the mapping of our records to its keys. */
#include "emu/cli/sarif.h"

#include <ctype.h>
#include <string.h>

#include "emu/cli/lesson.h"
#include "emu/run/version.h"

/* ---- rules ----------------------------------------------------------------------------------- */

/* A section as one line. */
static void plain(struct dv_part p, char *out, size_t size)
{
    size_t n = 0;
    bool blank = true;
    for (size_t i = 0; i < p.n && n + 1 < size; i++) {
        bool space = p.p[i] == ' ' || p.p[i] == '\n';
        if (!space || !blank)
            out[n++] = space ? ' ' : p.p[i];
        blank = space;
    }
    out[n - (n && out[n - 1] == ' ')] = 0;
}

static void message(struct dv_json *j, const char *key, const char *text)
{
    dv_json_open(j, key, '{');
    dv_json_text(j, "text", text);
    dv_json_close(j, '}');
}

static const char *level(char severity)
{
    return severity == 'e' ? "error" : severity == 'w' ? "warning" : "note";
}

static void write_rule(struct dv_json *j, const struct dv_lesson *l)
{
    char text[2400], found[1024], repair[1024];
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "id", l->code);
    plain(l->brief, text, sizeof text);
    message(j, "shortDescription", text);
    plain(l->means, text, sizeof text);
    message(j, "fullDescription", text);
    plain(l->found, found, sizeof found);
    plain(l->repair, repair, sizeof repair);
    snprintf(text, sizeof text, "%s\n%s\n'dv check --explain %s' shows an example.", found, repair,
             l->code);
    message(j, "help", text);
    dv_json_open(j, "defaultConfiguration", '{');
    dv_json_text(j, "level", level(*l->severity.p));
    dv_json_close(j, '}');
    dv_json_close(j, '}');
}

static void write_driver(struct dv_json *j)
{
    struct dv_lesson l;
    dv_json_open(j, "tool", '{');
    dv_json_open(j, "driver", '{');
    dv_json_text(j, "name", "dv");
    dv_json_text(j, "version", DV_VERSION);
    dv_json_open(j, "rules", '[');
    for (unsigned i = 0; dv_lesson_at(i, &l); i++)
        write_rule(j, &l);
    dv_json_close(j, ']');
    dv_json_close(j, '}');
    dv_json_close(j, '}');
}

/* ---- places ---------------------------------------------------------------------------------- */

/* A path as a URI: what is no plain character is %XX. */
static void uri_of(const char *path, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "%s", *path == '/' ? "file://" : "");
    for (; *path && n + 4 < size; path++) {
        unsigned char c = (unsigned char)*path;
        if (isalnum(c) || strchr("/._-~+,@", c))
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, size - n, "%%%02X", c);
    }
    out[n] = 0;
}

static void write_physical(struct dv_json *j, const struct dv_place *p)
{
    char uri[sizeof p->file * 3 + 8];
    uri_of(p->file, uri, sizeof uri);
    dv_json_open(j, "physicalLocation", '{');
    dv_json_open(j, "artifactLocation", '{');
    dv_json_text(j, "uri", uri);
    dv_json_close(j, '}');
    if (p->line > 0) {
        dv_json_open(j, "region", '{');
        dv_json_i64(j, "startLine", p->line);
        if (p->col > 0)
            dv_json_i64(j, "startColumn", p->col);
        dv_json_close(j, '}');
    }
    dv_json_close(j, '}');
}

/* An array of at most one location; `text` of a related one. */
static void write_location(struct dv_json *j, const char *key, const struct dv_place *p,
                           const char *text)
{
    dv_json_open(j, key, '[');
    if (*p->file) {
        dv_json_open(j, NULL, '{');
        if (text)
            dv_json_u64(j, "id", 1);
        write_physical(j, p);
        if (text)
            message(j, "message", text);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

/* ---- results --------------------------------------------------------------------------------- */

static void write_properties(struct dv_json *j, const struct dv_finding *f)
{
    const struct dv_place *p = &f->d.at;
    dv_json_open(j, "properties", '{');
    if (p->core >= 0)
        dv_json_i64(j, "core", p->core);
    if (p->block >= 0)
        dv_json_i64(j, "block", p->block);
    if (p->pipe >= 0)
        dv_json_text(j, "pipe", dv_pipe_json((unsigned)p->pipe));
    if (p->has_pc)
        dv_json_u64(j, "pc", p->pc);
    if (p->has_cycle)
        dv_json_u64(j, "cycle", p->cycle);
    if (*p->insn)
        dv_json_text(j, "insn", p->insn);
    if (*f->d.fix)
        dv_json_text(j, "fix", f->d.fix);
    dv_json_close(j, '}');
}

static void write_result(struct dv_json *j, const struct dv_finding *f)
{
    char text[sizeof f->d.text + sizeof f->d.fix + 16], other[160];
    struct dv_lesson l;
    snprintf(text, sizeof text, "%s%s%s", f->d.text, *f->d.fix ? ". Fix: " : "", f->d.fix);
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "ruleId", f->code);
    for (unsigned i = 0; dv_lesson_at(i, &l); i++)
        if (!strcmp(l.code, f->code))
            dv_json_u64(j, "ruleIndex", i);
    dv_json_text(j, "level", level(*f->severity));
    message(j, "message", text);
    write_location(j, "locations", &f->d.at, NULL);
    if (f->d.has_other) {
        snprintf(other, sizeof other, "against: %s", f->d.other.insn);
        write_location(j, "relatedLocations", &f->d.other, other);
    }
    dv_json_u64(j, "occurrenceCount", f->count ? f->count : 1);
    write_properties(j, f);
    dv_json_close(j, '}');
}

void dv_sarif(struct dv_json *j, const struct dv_run *r)
{
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    dv_json_text(j, "version", "2.1.0");
    dv_json_open(j, "runs", '[');
    dv_json_open(j, NULL, '{');
    write_driver(j);
    dv_json_open(j, "invocations", '[');
    dv_json_open(j, NULL, '{');
    dv_json_bool(j, "executionSuccessful", true);
    dv_json_i64(j, "exitCode", dv_run_exit(r));
    dv_json_close(j, '}');
    dv_json_close(j, ']');
    dv_json_text(j, "columnKind", "unicodeCodePoints");
    dv_json_open(j, "results", '[');
    for (unsigned i = 0; i < r->result.findings; i++)
        write_result(j, &r->result.finding[i]);
    dv_json_close(j, ']');
    dv_json_close(j, '}');
    dv_json_close(j, ']');
    dv_json_close(j, '}');
    dv_json_end(j);
}
