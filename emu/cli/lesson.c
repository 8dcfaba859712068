/* dv check --explain; see lesson.h. */
#include "emu/cli/lesson.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/cli.h"
#include "isa/embed.h"
#include "isa/near.h"

/* ---- reading --------------------------------------------------------------------------------- */

static struct dv_part take_line(const char **at)
{
    const char *end = strchr(*at, '\n');
    struct dv_part line = {*at, end ? (size_t)(end - *at) : strlen(*at)};
    *at += line.n + (end != NULL);
    return line;
}

/* "NAME rest" at the start of a line: the rest. */
static bool heads(struct dv_part line, const char *name, struct dv_part *rest)
{
    size_t n = strlen(name);
    if (line.n < n || memcmp(line.p, name, n) || (line.n > n && line.p[n] != ' '))
        return false;
    *rest = line.n > n ? (struct dv_part){line.p + n + 1, line.n - n - 1}
                       : (struct dv_part){line.p + n + 1, 0};
    return true;
}

/* "CODE SEVERITY: brief" */
static void read_first(struct dv_part line, struct dv_lesson *out)
{
    const char *severity = memchr(line.p, ' ', line.n);
    const char *colon = severity ? memchr(line.p, ':', line.n) : NULL;
    if (!colon)
        return;
    out->severity = (struct dv_part){severity + 1, (size_t)(colon - severity - 1)};
    out->brief = (struct dv_part){colon + 2, (size_t)(line.p + line.n - colon - 2)};
}

static void read_lesson(const struct dv_embedded *f, struct dv_lesson *out)
{
    const struct {
        const char *name;
        struct dv_part *to;
    } section[] = {{"means", &out->means},   {"silent", &out->silent}, {"found", &out->found},
                   {"repair", &out->repair}, {"run", &out->run},       {"allow", &out->allow},
                   {"kernel", &out->kernel}};
    const char *at = f->text;
    struct dv_part *open = NULL, rest;

    memset(out, 0, sizeof *out);
    out->code = f->name;
    read_first(take_line(&at), out);
    while (*at && open != &out->kernel) {
        struct dv_part line = take_line(&at);
        if (*line.p == ' ' && open)
            open->n = (size_t)(at - open->p);
        for (size_t i = 0; i < sizeof section / sizeof *section; i++)
            if (heads(line, section[i].name, &rest))
                *(open = section[i].to) = rest;
    }
    if (open == &out->kernel)
        out->kernel.n = strlen(out->kernel.p);
}

bool dv_lesson_at(unsigned i, struct dv_lesson *out)
{
    unsigned n = 0;
    while (n < i && dv_lesson_files[n].name)
        n++;
    if (!dv_lesson_files[n].name)
        return false;
    read_lesson(&dv_lesson_files[n], out);
    return true;
}

bool dv_lesson_find(const char *code, struct dv_lesson *out)
{
    for (unsigned i = 0; dv_lesson_at(i, out); i++)
        if (!strcasecmp(out->code, code))
            return true;
    return false;
}

static const char *code_name(const void *ctx, unsigned i)
{
    (void)ctx;
    return dv_lesson_files[i].name;
}

const char *dv_lesson_near(const char *code)
{
    return dv_nearest(code, strlen(code), 0, code_name, NULL);
}

/* ---- showing --------------------------------------------------------------------------------- */

static void show_part(const char *title, struct dv_part p)
{
    if (p.p)
        printf("\n%s\n%.*s", title, (int)p.n, p.p);
}

/* Lines of the wrong kernel are numbered; one that is only in the repaired has a sign instead. */
static void show_kernel(struct dv_part kernel)
{
    const char *at = kernel.p;
    unsigned number = 0;
    while (*at) {
        struct dv_part line = take_line(&at);
        char sign = *line.p, mark = sign == '!' || sign == '>' ? '>' : ' ';
        char change = sign == '!' ? '-' : sign == '>' ? ' ' : sign;
        if (sign == '+')
            printf("       + %.*s\n", (int)line.n - 1, line.p + 1);
        else
            printf("  %c %2u %c %.*s\n", mark, ++number, change, (int)line.n - 1, line.p + 1);
    }
}

static void show_lesson(const struct dv_lesson *l)
{
    printf("%s (%.*s): %.*s\n", l->code, (int)l->severity.n, l->severity.p, (int)l->brief.n,
           l->brief.p);
    show_part("What it means", l->means);
    show_part("Why hardware does not tell", l->silent);
    show_part("How it is found", l->found);
    show_part("To repair it", l->repair);
    if (l->kernel.p) {
        printf("\nExample: > is where it is found; without the lines - and with the lines + it is "
               "right.\n");
        if (l->run.p)
            printf("  dv check KERNEL %.*s\n", (int)l->run.n, l->run.p);
        show_kernel(l->kernel);
    }
    if (l->allow.p)
        show_part("To allow it", l->allow);
    else
        printf("\nTo allow it\n  Write   .allow %s, \"why\"   before the instruction,\n"
               "  or      ; dv:allow %s why   behind it.\n",
               l->code, l->code);
}

int dv_lesson_show(const char *code)
{
    struct dv_lesson l;
    if (code && dv_lesson_find(code, &l)) {
        show_lesson(&l);
        return DV_EXIT_OK;
    }
    if (code) {
        const char *near = dv_lesson_near(code);
        if (near)
            return dv_usage("check", "no finding '%.40s'; did you mean '%s'?", code, near);
        return dv_usage("check", "no finding '%.40s'; 'dv check --explain' lists them", code);
    }
    for (unsigned i = 0; dv_lesson_at(i, &l); i++)
        printf("%-11s  %-7.*s  %.*s\n", l.code, (int)l.severity.n, l.severity.p, (int)l.brief.n,
               l.brief.p);
    return DV_EXIT_OK;
}
