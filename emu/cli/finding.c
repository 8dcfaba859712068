/* Findings as text: the layout of a fault and of what the checker found (DESIGN law 5), like a
 * compiler's. Owns their order on the page and the line that counts them; must not know what they
 * mean. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/cli/cli.h"

/* ---- source lines ---------------------------------------------------------------------------- */

/* Columns of a source line; bytes of a file that are looked through. */
enum { SHOWN = 120, LARGEST = 1 << 26 };

/* An object may name any file; only plain ones are read. */
static FILE *open_source(const char *path)
{
    struct stat s;
    bool plain = *path && !stat(path, &s) && S_ISREG(s.st_mode) && s.st_size <= LARGEST;
    return plain ? fopen(path, "r") : NULL;
}

/* The first SHOWN characters of a line as they can be printed; false when there is no such line. */
static bool source_line(const char *path, int line, char out[SHOWN + 1])
{
    FILE *f = open_source(path);
    int at = 1, c;
    size_t n = 0;
    if (!f)
        return false;
    while ((c = getc(f)) != EOF && at <= line) {
        if (c == '\n')
            at++;
        else if (at == line && n < SHOWN && c != '\r')
            out[n++] = (char)(c == '\t' || isprint(c) ? c : '?');
    }
    fclose(f);
    out[n] = 0;
    return n > 0;
}

/* The line, and a caret under the column. */
static void excerpt(FILE *to, const struct dv_place *p, bool caret)
{
    char text[SHOWN + 1];
    if (p->line <= 0 || !source_line(p->file, p->line, text))
        return;
    fprintf(to, "    %s\n", text);
    size_t col = p->col > 0 ? (size_t)p->col - 1 : 0;
    if (!caret || p->col <= 0 || col >= strlen(text))
        return;
    for (size_t i = 0; i < col; i++)
        if (text[i] != '\t')
            text[i] = ' ';
    text[col] = 0;
    fprintf(to, dv_colour(to) ? "    %s\033[1;32m^\033[0m\n" : "    %s^\n", text);
}

/* What places are told with; members may be NULL. */
struct scene {
    const struct dv_chip *chip; /* names cores by kind */
    const struct dv_obj *obj;   /* macros that the line stands in */
};

enum { CHAIN = 6 }; /* expansions that are shown */

static void expansions(FILE *to, const struct dv_obj *o, const struct dv_place *p)
{
    const struct dv_line *l = o && p->has_pc ? dv_obj_line(o, p->pc) : NULL;
    unsigned shown = 0;
    if (l && l->file < o->files &&
        (l->line != (uint32_t)p->line || strcmp(o->file[l->file], p->file)))
        fprintf(to, "    at %s:%" PRIu32 ":%" PRIu32 "\n", o->file[l->file], l->line, l->col);
    for (uint32_t c = l ? l->call : 0; c && c <= o->calls; c = o->call[c - 1].parent) {
        const struct dv_call *k = &o->call[c - 1];
        if (shown++ < CHAIN)
            fprintf(to, "    in expansion of %s%s from %s:%" PRIu32 ":%" PRIu32 "\n",
                    *k->name == '.' ? "" : "macro ", k->name,
                    k->file < o->files ? o->file[k->file] : "?", k->line, k->col);
    }
}

/* ---- places ---------------------------------------------------------------------------------- */

static void row(FILE *to, const char *key, const char *value)
{
    if (*value)
        fprintf(to, "  %-8s %s\n", key, value);
}

static void show_bytes(FILE *to, const struct dv_place *p)
{
    char text[256];
    if (!p->has_address && !*p->operand && !*p->buffer)
        return;
    size_t n = (size_t)snprintf(text, sizeof text, "%s%s%s", p->operand,
                                *p->operand && *p->buffer ? " in " : "", p->buffer);
    if (p->has_address && n < sizeof text)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s 0x%" PRIx64, n ? ", " : "", p->space,
                              p->address);
    if (p->has_address && p->bytes && n < sizeof text)
        snprintf(text + n, sizeof text - n, ", %" PRIu64 " bytes", p->bytes);
    row(to, "operand", text);
}

/* "core 24 (aiv 0)": the index in the chip, and in the cores of its kind. */
static size_t core_text(int core, const struct dv_chip *chip, char *out, size_t size)
{
    int aic = chip ? (int)DV_P(chip, aic) : 0;
    if (!chip || DV_P(chip, merged))
        return (size_t)snprintf(out, size, "core %d", core);
    return (size_t)snprintf(out, size, "core %d (%s %d)", core, core < aic ? "aic" : "aiv",
                            core < aic ? core : core - aic);
}

static void show_when(FILE *to, const struct dv_place *p, const struct dv_chip *chip)
{
    char text[160] = "";
    size_t n = 0;
    if (p->core >= 0)
        n += core_text(p->core, chip, text, sizeof text);
    if (p->block >= 0)
        n += (size_t)snprintf(text + n, sizeof text - n, "%sblock %d", n ? ", " : "", p->block);
    if (p->pipe >= 0)
        n += (size_t)snprintf(text + n, sizeof text - n, "%spipe %s", n ? ", " : "",
                              dv_pipe_json((unsigned)p->pipe));
    if (p->has_cycle)
        n += (size_t)snprintf(text + n, sizeof text - n, "%scycle %" PRIu64, n ? ", " : "",
                              p->cycle);
    if (p->has_pc)
        n += (size_t)snprintf(text + n, sizeof text - n, "%spc 0x%" PRIx64, n ? ", " : "", p->pc);
    if (*p->mark && n < sizeof text)
        snprintf(text + n, sizeof text - n, "%sregion %s", n ? ", " : "", p->mark);
    row(to, "when", text);
}

static void show_place(FILE *to, const struct dv_place *p, const char *key,
                       const struct scene *with)
{
    char text[400];
    if (p->line > 0)
        snprintf(text, sizeof text, "%s:%d%s%s", p->file, p->line, *p->insn ? ": " : "", p->insn);
    else
        snprintf(text, sizeof text, "%s", p->insn);
    row(to, key, text);
    if (*key == 'a') {
        excerpt(to, p, false);
        expansions(to, with->obj, p);
    }
    show_bytes(to, p);
    show_when(to, p, with->chip);
}

/* ---- one finding ----------------------------------------------------------------------------- */

const char *dv_severity_word(FILE *to, const char *severity)
{
    bool colour = dv_colour(to);
    switch (*severity) {
    case 'e':
        return colour ? "\033[1;31merror:\033[0m" : "error:";
    case 'w':
        return colour ? "\033[1;35mwarning:\033[0m" : "warning:";
    default:
        return colour ? "\033[1;36mhint:\033[0m" : "hint:";
    }
}

static void headline(FILE *to, const struct dv_finding *f, unsigned places)
{
    const struct dv_place *p = &f->d.at;
    if (*p->file && p->line > 0 && p->col > 0)
        fprintf(to, "%s:%d:%d: ", p->file, p->line, p->col);
    else if (*p->file && p->line > 0)
        fprintf(to, "%s:%d: ", p->file, p->line);
    else
        fprintf(to, "dv: ");
    fprintf(to, "%s %s%s%s", dv_severity_word(to, f->severity), f->code, *f->code ? ": " : "",
            f->d.text);
    if (f->count > 1)
        fprintf(to, " (%" PRIu64 " times)", f->count);
    if (places > 1)
        fprintf(to, " (and in %u other expansion%s of this line)", places - 1,
                places > 2 ? "s" : "");
    putc('\n', to);
}

/* Of a deadlock: dv_machine_picture. */
static void show_picture(FILE *to, const char *p)
{
    for (size_t n; p && *p; p += n + (p[n] == '\n')) {
        n = strcspn(p, "\n");
        fprintf(to, "  %.*s\n", (int)n, p);
    }
}

static void show_finding(FILE *to, const struct dv_finding *f, unsigned places,
                         const struct scene *with)
{
    headline(to, f, places);
    if (f->d.at.has_pc) {
        excerpt(to, &f->d.at, true);
        expansions(to, with->obj, &f->d.at);
        show_place(to, &f->d.at, "insn", with);
    }
    if (f->d.has_other)
        show_place(to, &f->d.other, "against", with);
    row(to, "fix:", f->d.fix);
    show_picture(to, f->picture);
}

/* Wrong values are no rule that was broken: their text stands alone. */
static void show_one(FILE *to, const struct dv_finding *f, unsigned places,
                     const struct scene *with)
{
    struct dv_finding shown = *f;
    if (!strcmp(f->code, "VERIFY"))
        shown.code[0] = 0;
    show_finding(to, &shown, places, with);
}

int dv_show_diag(const struct dv_diag *d)
{
    return dv_show_fault(d, NULL);
}

int dv_show_fault(const struct dv_diag *d, const struct dv_chip *chip)
{
    enum dv_err_group g = dv_err_group(d->code);
    struct dv_finding f = {.severity = "error", .count = 1, .d = *d};
    fflush(stdout);
    if (g == DV_GROUP_KERNEL || g == DV_GROUP_US)
        snprintf(f.code, sizeof f.code, "%s", dv_err_name(d->code));
    show_finding(stderr, &f, 1, &(struct scene){.chip = chip});
    return dv_err_exit(d->code);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const char *const severities[] = {"error", "warning", "hint"};
enum { SEVERITIES = 3 };

/* The same finding of the same source line, which a macro or .rept has put at another address. */
static bool twins(const struct dv_finding *a, const struct dv_finding *b)
{
    const struct dv_place *p = &a->d.at, *q = &b->d.at;
    return p->line > 0 && p->line == q->line && p->col == q->col && p->has_pc && q->has_pc &&
           p->pc != q->pc && a->d.other.line == b->d.other.line && !strcmp(p->file, q->file) &&
           !strcmp(a->code, b->code) && !strcmp(a->severity, b->severity);
}

/* Findings that are shown as this one; 0 when it is shown as an earlier one. */
static unsigned places_of(const struct dv_result *o, unsigned i)
{
    unsigned n = 1;
    for (unsigned k = 0; k < i; k++)
        if (twins(&o->finding[k], &o->finding[i]))
            return 0;
    for (unsigned k = i + 1; k < o->findings; k++)
        n += twins(&o->finding[i], &o->finding[k]);
    return n;
}

static uint64_t how_many(const struct dv_result *o, const char *severity)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < o->findings; i++)
        n += !strcmp(o->finding[i].severity, severity) && places_of(o, i);
    return n;
}

const char *dv_findings_text(const struct dv_result *o, char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    for (unsigned s = 0; s < SEVERITIES; s++) {
        uint64_t count = how_many(o, severities[s]);
        if (count && n < size)
            n += (size_t)snprintf(out + n, size - n, "%s%" PRIu64 " %s%s", n ? ", " : "", count,
                                  severities[s], count == 1 ? "" : "s");
    }
    if (o->more && n < size)
        n += (size_t)snprintf(out + n, size - n, "%s%" PRIu64 " more", n ? ", " : "", o->more);
    if (!n)
        n = (size_t)snprintf(out, size, "no findings");
    if (o->allowed && n < size)
        snprintf(out + n, size - n, " (%" PRIu64 " allowed)", o->allowed);
    return out;
}

void dv_show_findings(FILE *to, const struct dv_run *r)
{
    const struct scene with = {&r->chip, r->obj};
    fflush(stdout);
    for (unsigned i = 0; i < r->result.findings; i++) {
        unsigned places = places_of(&r->result, i);
        if (places)
            show_one(to, &r->result.finding[i], places, &with);
    }
}

static unsigned weight(const struct dv_finding *f)
{
    unsigned w = 0;
    while (w < SEVERITIES - 1 && strcmp(f->severity, severities[w]))
        w++;
    return w;
}

void dv_order_findings(struct dv_result *o, bool hints_off)
{
    unsigned n = o->findings;
    for (unsigned i = 1; i < n; i++) {
        struct dv_finding one = o->finding[i];
        unsigned at = i;
        for (; at && weight(&o->finding[at - 1]) > weight(&one); at--)
            o->finding[at] = o->finding[at - 1];
        if (at != i)
            o->finding[at] = one;
    }
    while (hints_off && o->findings && !strcmp(o->finding[o->findings - 1].severity, "hint"))
        o->findings--;
}

static bool recorded(const struct dv_result *o, const struct dv_diag *d)
{
    for (unsigned i = 0; i < o->findings; i++)
        if (o->finding[i].d.code == d->code && !strcmp(o->finding[i].d.text, d->text))
            return true;
    return false;
}

int dv_tell_findings(FILE *to, const struct dv_run *r, const struct dv_run_cli *c, enum dv_err e,
                     const struct dv_diag *d)
{
    char text[160];
    if (to)
        dv_show_findings(to, r);
    if (to && c->o.check)
        fprintf(to, "%s\n", dv_findings_text(&r->result, text, sizeof text));
    if (e && !recorded(&r->result, d))
        return dv_show_fault(d, &r->chip);
    return e ? dv_err_exit(e) : dv_run_exit(r);
}
