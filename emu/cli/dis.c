/* dv dis: objects and raw words to text. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/words.h"
#include "emu/run/file.h"

struct dis_cli {
    const char *path, *out;
    unsigned kinds; /* 0 = not given */
    bool raw;
};

static int print(const struct dv_obj *obj, const char *out)
{
    struct dv_text t = {0};
    struct dv_sink to = dv_text_sink(&t);
    struct dv_diag d;
    char share[128];
    dv_diag_init(&d);
    int status = dv_dis_obj(obj, &to, &d) ? dv_show_diag(&d) : dv_text_write(&t, out);
    free(t.b.p);
    dv_dis_share_text(obj, share, sizeof share);
    if (!status && strcmp(out, "-"))
        printf("%s\n", share);
    return status;
}

/* The words a file without any frame holds: bytes, or a text of hexadecimal words. */
static int take_raw(struct dv_obj *obj, const char *path, const uint8_t *image, size_t n)
{
    struct dv_words w = {0};
    bool text = true;
    for (size_t i = 0; text && i < n; i++)
        text = isprint(image[i]) || isspace(image[i]);
    if (n >= 4 && !memcmp(image, "\177ELF", 4))
        return dv_usage("dis", "'%.200s' is an ELF object: leave out --raw", path);
    int status = text ? dv_words_scan(&w, path, (const char *)image, n, true) : 0;
    bool added = text ? dv_bytes_add(&obj->section[DV_TEXT], w.word, w.n * sizeof *w.word)
                      : dv_bytes_add(&obj->section[DV_TEXT], image, n);
    free(w.word);
    if (!status && !added) {
        dv_error("out of memory");
        return DV_EXIT_USAGE;
    }
    if (!status && !obj->section[DV_TEXT].n) {
        dv_error("'%.200s' holds no words", path);
        return DV_EXIT_USAGE;
    }
    return status;
}

static int read_raw(const struct dis_cli *c, const uint8_t *image, size_t n, struct dv_obj **obj)
{
    *obj = dv_obj_new();
    if (!*obj) {
        dv_error("out of memory");
        return DV_EXIT_USAGE;
    }
    (*obj)->isa_version = 0;
    return take_raw(*obj, c->path, image, n);
}

static int read_object(const struct dis_cli *c, const uint8_t *image, size_t n, struct dv_obj **obj)
{
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_obj_read(image, n, c->path, obj, &d))
        return dv_show_diag(&d);
    if (c->kinds && !(*obj)->vendor)
        return dv_usage("dis", "--core: '%.200s' says itself which cores it is for", c->path);
    return 0;
}

static int disassemble(const struct dis_cli *c)
{
    uint8_t *image;
    size_t n;
    struct dv_obj *obj = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_file_read(c->path, &image, &n, &d))
        return dv_show_diag(&d);
    int status = c->raw ? read_raw(c, image, n, &obj) : read_object(c, image, n, &obj);
    free(image);
    if (!status && (c->raw || obj->vendor))
        obj->kinds = c->kinds ? c->kinds : DV_ON(DV_AIC) | DV_ON(DV_AIV);
    if (!status)
        status = print(obj, c->out);
    dv_obj_free(obj);
    return status;
}

static int set_core(struct dis_cli *c, const char *name)
{
    static const char *const names[DV_KINDS] = {"aic", "aiv", "c100"};
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (!strcasecmp(name, names[k])) {
            c->kinds = DV_ON(k);
            return -1;
        }
    return dv_usage("dis", "--core %.40s: expected aic, aiv or c100", name);
}

static int take(struct dis_cli *c, int got)
{
    if (got == 'h')
        return dv_show_help("dis");
    if (got == 'k')
        return set_core(c, optarg);
    if (got == 'r')
        c->raw = true;
    else
        c->out = optarg;
    return -1;
}

int dv_cmd_dis(int argc, char **argv)
{
    static const struct option list[] = {{"output", 1, NULL, 'o'},
                                         {"raw", 0, NULL, 'r'},
                                         {"core", 1, NULL, 'k'},
                                         {"help", 0, NULL, 'h'},
                                         {0}};
    struct dis_cli c = {.out = "-"};
    int got, status;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":o:h", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option("dis", list, got, argv);
        if ((status = take(&c, got)) >= 0)
            return status;
    }
    if (optind + 1 != argc)
        return dv_usage("dis", c.raw ? "expected one file of words" : "expected one object");
    c.path = argv[optind];
    return disassemble(&c);
}
