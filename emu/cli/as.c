/* dv as: text to object, and the reports of the assembler. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/run/file.h"

enum { DIRS = 64, DEFINES = 256 };

struct as_cli {
    const char *path, *out, *listing;
    bool expanded, depends, map;
    const char *dir[DIRS + 2];
    struct dv_asm_define define[DEFINES];
    char *copies[DEFINES];
    unsigned copied;
    char store[4096];
    struct dv_asm_opts o;
};

static int add_define(struct as_cli *c, const char *text)
{
    const char *eq = strchr(text, '=');
    if (eq == text || !*text)
        return dv_usage("as", "-D %.60s: expected NAME=VALUE", text);
    if (c->o.defines == DEFINES)
        return dv_usage("as", "at most %d -D are taken", DEFINES);
    char *name = eq ? strndup(text, (size_t)(eq - text)) : strdup(text);
    if (!name)
        return DV_EXIT_INTERNAL;
    c->copies[c->copied++] = name;
    c->define[c->o.defines++] = (struct dv_asm_define){name, eq ? eq + 1 : "1"};
    return -1;
}

static int add_dir(struct as_cli *c, const char *dir)
{
    if (c->o.includes == DIRS)
        return dv_usage("as", "at most %d -I are taken", DIRS);
    c->dir[c->o.includes++] = dir;
    return -1;
}

static int take(struct as_cli *c, int got)
{
    switch (got) {
    case 'o':
        c->out = optarg;
        return -1;
    case 'I':
        return add_dir(c, optarg);
    case 'D':
        return add_define(c, optarg);
    case 'l':
        c->listing = optarg;
        return -1;
    case 'c':
        c->o.relocatable = true;
        return -1;
    case 'E':
        c->expanded = true;
        return -1;
    case 'M':
        c->depends = true;
        return -1;
    case 'm':
        c->map = true;
        return -1;
    case 'w':
        c->o.warnings_off = true;
        return -1;
    default:
        return dv_show_help("as");
    }
}

static int options(struct as_cli *c, int argc, char **argv)
{
    static const struct option list[] = {
        {"output", 1, NULL, 'o'},
        {"map", 0, NULL, 'm'},
        {"help", 0, NULL, 'h'},
        {0},
    };
    int got, status;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":o:I:D:l:EMcwh", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option("as", list, got, argv);
        if ((status = take(c, got)) >= 0)
            return status;
    }
    if (optind + 1 != argc)
        return dv_usage("as", "expected one source file");
    c->path = argv[optind];
    return -1;
}

/* ---- reports --------------------------------------------------------------------------------- */

static int report(const struct as_cli *c, enum dv_asm_report what, const char *path)
{
    struct dv_text t = {0};
    struct dv_sink to = dv_text_sink(&t), messages = dv_stderr_sink();
    struct dv_diag d;
    dv_diag_init(&d);
    int status = dv_asm_report(c->path, &c->o, what, &messages, &to, &d) ? DV_EXIT_USAGE : 0;
    if (!status)
        status = dv_text_write(&t, path);
    free(t.b.p);
    return status;
}

static int reports(const struct as_cli *c)
{
    int status = 0;
    if (c->expanded)
        status = report(c, DV_ASM_EXPANDED, c->out ? c->out : "-");
    if (!status && c->depends)
        status = report(c, DV_ASM_DEPENDS, c->out ? c->out : "-");
    if (!status && c->listing)
        status = report(c, DV_ASM_LISTING, c->listing);
    if (!status && c->map)
        status = report(c, DV_ASM_MAP, "-");
    return status;
}

/* ---- object ---------------------------------------------------------------------------------- */

static void default_name(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    size_t n = dot && (!slash || dot > slash + 1) ? (size_t)(dot - path) : strlen(path);
    snprintf(out, size, "%.*s.o", (int)n, strcmp(path, "-") ? path : "a");
}

static int write_object(const struct as_cli *c, const struct dv_obj *obj)
{
    char name[4096];
    uint8_t *image = NULL;
    size_t n = 0;
    struct dv_diag d;
    dv_diag_init(&d);
    default_name(c->path, name, sizeof name);
    struct dv_span span = {NULL, 0};
    enum dv_err e = dv_obj_write(obj, &image, &n, &d);
    span = (struct dv_span){image, n};
    if (!e)
        e = dv_file_write(c->out ? c->out : name, &span, 1, &d);
    free(image);
    return e ? dv_show_diag(&d) : 0;
}

static int object(const struct as_cli *c)
{
    struct dv_obj *obj = NULL;
    struct dv_sink messages = dv_stderr_sink();
    struct dv_diag d;
    dv_diag_init(&d);
    enum dv_err e = dv_asm_file(c->path, &c->o, &messages, &obj, &d);
    if (e)
        return DV_EXIT_USAGE;
    int status = write_object(c, obj);
    dv_obj_free(obj);
    return status;
}

int dv_cmd_as(int argc, char **argv)
{
    struct as_cli *c = calloc(1, sizeof *c);
    int status = c ? options(c, argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0) {
        c->o.include = c->dir;
        c->o.define = c->define;
        c->o.colour = dv_colour(stderr);
        c->o.includes +=
            dv_include_dirs(c->path, c->store, sizeof c->store, c->dir + c->o.includes);
        bool text_only = c->expanded || c->depends;
        status = reports(c);
        if (!status && !text_only)
            status = object(c);
    }
    for (unsigned i = 0; c && i < c->copied; i++)
        free(c->copies[i]);
    free(c);
    return status;
}
