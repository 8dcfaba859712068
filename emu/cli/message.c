/* Everything `dv` says on stderr. Owns the wording of usage errors and the layout of a fault
 * (DESIGN law 5); must not know commands. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/cli/cli.h"
#include "isa/near.h"

bool dv_colour(FILE *f)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(f)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

double dv_host_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *error_word(void)
{
    return dv_colour(stderr) ? "\033[1;31merror:\033[0m" : "error:";
}

static void say(const char *fmt, va_list ap)
{
    fflush(stdout);
    fprintf(stderr, "dv: %s ", error_word());
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

void dv_error(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
}

void dv_note(const char *fmt, ...)
{
    va_list ap;
    fflush(stdout);
    fprintf(stderr, "dv: note: ");
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

int dv_usage(const char *command, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
    fprintf(stderr, "see 'dv help%s%s'\n", command ? " " : "", command ? command : "");
    return DV_EXIT_USAGE;
}

static const char *option_name(const void *ctx, unsigned i)
{
    const struct option *list = ctx;
    return list[i].name;
}

int dv_bad_option(const char *command, const struct option *list, int got, char **argv)
{
    const char *text = argv[optind - 1];
    char name[64];
    if (got == ':')
        return dv_usage(command, "option '%.60s' needs a value", text);
    if (strncmp(text, "--", 2))
        return dv_usage(command, "no option '-%c'", optopt ? optopt : '?');
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text + 2, "="), text + 2);
    if (optopt)
        return dv_usage(command, "option '--%s' takes no value", name);
    const char *near = dv_nearest(name, strlen(name), 0, option_name, list);
    if (near)
        return dv_usage(command, "no option '--%s'; did you mean '--%s'?", name, near);
    return dv_usage(command, "no option '--%s'", name);
}

int dv_not_yet(const char *what)
{
    dv_error("%s is not supported yet", what);
    return DV_EXIT_USAGE;
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void show_line(const char *key, const char *value)
{
    if (*value)
        fprintf(stderr, "  %-8s %s\n", key, value);
}

static void show_bytes(const struct dv_place *p)
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
    show_line("operand", text);
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

static void show_when(const struct dv_place *p, const struct dv_chip *chip)
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
    show_line("when", text);
}

static void show_place(const struct dv_place *p, const char *key, const struct dv_chip *chip)
{
    char text[400];
    if (p->line > 0)
        snprintf(text, sizeof text, "%s:%d%s%s", p->file, p->line, *p->insn ? ": " : "", p->insn);
    else
        snprintf(text, sizeof text, "%s", p->insn);
    show_line(key, text);
    show_bytes(p);
    show_when(p, chip);
}

static void headline(const struct dv_diag *d, const char *code)
{
    const struct dv_place *p = &d->at;
    if (*p->file && p->line > 0 && p->col > 0)
        fprintf(stderr, "%s:%d:%d: ", p->file, p->line, p->col);
    else if (*p->file && p->line > 0)
        fprintf(stderr, "%s:%d: ", p->file, p->line);
    else
        fprintf(stderr, "dv: ");
    fprintf(stderr, "%s %s%s%s\n", error_word(), code, *code ? ": " : "", d->text);
}

int dv_show_diag(const struct dv_diag *d)
{
    return dv_show_fault(d, NULL);
}

int dv_show_fault(const struct dv_diag *d, const struct dv_chip *chip)
{
    enum dv_err_group g = dv_err_group(d->code);
    bool fault = g == DV_GROUP_KERNEL || g == DV_GROUP_US;
    fflush(stdout);
    headline(d, fault ? dv_err_name(d->code) : "");
    if (d->at.has_pc)
        show_place(&d->at, "insn", chip);
    if (d->has_other)
        show_place(&d->other, "against", chip);
    if (*d->fix)
        fprintf(stderr, "  %-8s %s\n", "fix:", d->fix);
    return dv_err_exit(d->code);
}
