/* dv dis: object to text. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/run/file.h"

static int print(const struct dv_obj *obj, const char *out)
{
    struct dv_text t = {0};
    struct dv_sink to = dv_text_sink(&t);
    struct dv_diag d;
    dv_diag_init(&d);
    int status = dv_dis_obj(obj, &to, &d) ? dv_show_diag(&d) : dv_text_write(&t, out);
    free(t.b.p);
    return status;
}

static int disassemble(const char *path, const char *out)
{
    uint8_t *image;
    size_t n;
    struct dv_obj *obj = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_file_read(path, &image, &n, &d))
        return dv_show_diag(&d);
    enum dv_err e = dv_obj_read(image, n, path, &obj, &d);
    free(image);
    if (e)
        return dv_show_diag(&d);
    int status = print(obj, out);
    dv_obj_free(obj);
    return status;
}

int dv_cmd_dis(int argc, char **argv)
{
    static const struct option list[] = {{"output", 1, NULL, 'o'}, {"help", 0, NULL, 'h'}, {0}};
    const char *out = "-";
    int got;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":o:h", list, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("dis");
        if (got != 'o')
            return dv_bad_option("dis", list, got, argv);
        out = optarg;
    }
    if (optind + 1 != argc)
        return dv_usage("dis", "expected one object");
    return disassemble(argv[optind], out);
}
