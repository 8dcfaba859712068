/* dv ld: objects and archives to one final object. */
#include <stdlib.h>
#include <string.h>

#include "asm/link.h"
#include "emu/cli/cli.h"
#include "emu/run/file.h"

enum { FILES = 4096, KERNELS = 256 };

struct ld_cli {
    const char *out, *map;
    const char *kernel[KERNELS];
    struct dv_link_file file[FILES];
    size_t files;
    struct dv_link_opts o;
};

static int take(struct ld_cli *c, int got)
{
    switch (got) {
    case 'o':
        c->out = optarg;
        return -1;
    case 'm':
        c->map = optarg;
        return -1;
    case 'k':
        if (c->o.kernels == KERNELS)
            return dv_usage("ld", "at most %d --kernel are taken", KERNELS);
        c->kernel[c->o.kernels++] = optarg;
        return -1;
    default:
        return dv_show_help("ld");
    }
}

static int options(struct ld_cli *c, int argc, char **argv)
{
    static const struct option list[] = {
        {"output", 1, NULL, 'o'},
        {"map", 1, NULL, 'm'},
        {"kernel", 1, NULL, 'k'},
        {"help", 0, NULL, 'h'},
        {0},
    };
    int got, status;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":o:h", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option("ld", list, got, argv);
        if ((status = take(c, got)) >= 0)
            return status;
    }
    if (optind == argc)
        return dv_usage("ld", "expected objects or archives");
    if (argc - optind > FILES)
        return dv_usage("ld", "at most %d files are taken", FILES);
    return -1;
}

static int read_files(struct ld_cli *c, int n, char **path)
{
    struct dv_diag d;
    dv_diag_init(&d);
    for (int i = 0; i < n; i++) {
        uint8_t *p;
        struct dv_link_file *f = &c->file[c->files];
        if (dv_file_read(path[i], &p, &f->n, &d))
            return dv_show_diag(&d);
        f->name = path[i];
        f->p = p;
        c->files++;
    }
    return 0;
}

static int write_object(const struct ld_cli *c, const struct dv_obj *obj)
{
    uint8_t *image = NULL;
    size_t n = 0;
    struct dv_diag d;
    dv_diag_init(&d);
    enum dv_err e = dv_obj_write(obj, &image, &n, &d);
    struct dv_span span = {image, n};
    if (!e)
        e = dv_file_write(c->out ? c->out : "out.o", &span, 1, &d);
    free(image);
    return e ? dv_show_diag(&d) : 0;
}

static int link_files(struct ld_cli *c)
{
    struct dv_obj *obj = NULL;
    struct dv_text map = {0};
    struct dv_sink messages = dv_stderr_sink(), to = dv_text_sink(&map);
    struct dv_diag d;
    dv_diag_init(&d);
    c->o.kernel = c->kernel;
    c->o.colour = dv_colour(stderr);
    c->o.map = c->map ? &to : NULL;
    int status = dv_link(c->file, c->files, &c->o, &messages, &obj, &d) ? DV_EXIT_USAGE : 0;
    if (!status)
        status = write_object(c, obj);
    if (!status && c->map)
        status = dv_text_write(&map, c->map);
    free(map.b.p);
    dv_obj_free(obj);
    return status;
}

int dv_cmd_ld(int argc, char **argv)
{
    struct ld_cli *c = calloc(1, sizeof *c);
    int status = c ? options(c, argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0)
        status = read_files(c, argc - optind, argv + optind);
    if (c && !status && optind < argc && c->files)
        status = link_files(c);
    for (size_t i = 0; c && i < c->files; i++)
        free((void *)(uintptr_t)c->file[i].p);
    free(c);
    return status;
}
