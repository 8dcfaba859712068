/* What `dv` says on stderr beside findings. Owns the wording of usage errors; must not know
 * commands. */
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

static void say(const char *fmt, va_list ap)
{
    fflush(stdout);
    fprintf(stderr, "dv: %s ", dv_severity_word(stderr, "error"));
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
