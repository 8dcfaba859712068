/* Programs for run and prof: objects, or text assembled on the way. One of the two places where
 * assembler and emulator meet; the text takes the path a file takes. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/run/file.h"

static void put_file(void *self, const char *text, size_t n)
{
    fwrite(text, 1, n, self);
}

struct dv_sink dv_file_sink(FILE *f)
{
    return (struct dv_sink){f, put_file};
}

struct dv_sink dv_stderr_sink(void)
{
    fflush(stdout);
    return dv_file_sink(stderr);
}

static void put_text(void *self, const char *p, size_t n)
{
    struct dv_text *t = self;
    t->failed |= !dv_bytes_add(&t->b, p, n);
}

struct dv_sink dv_text_sink(struct dv_text *t)
{
    return (struct dv_sink){t, put_text};
}

int dv_text_write(const struct dv_text *t, const char *path)
{
    if (!t->failed)
        return dv_write_text(path, t->b.p ? (const char *)t->b.p : "", t->b.n);
    dv_error("out of memory");
    return DV_EXIT_INTERNAL;
}

/* The directory above the source's own, and the kernels that came with dv. */
unsigned dv_include_dirs(const char *path, char *store, size_t size, const char *dir[2])
{
    unsigned n = 0;
    const char *slash = strrchr(path, '/');
    int length = slash ? (int)(slash - path) : 0;
    int got = slash ? snprintf(store, size, "%.*s/..", length, path) : snprintf(store, size, "..");
    /* A source in d/ finds the files of its parent under the name the user wrote. */
    if (slash) {
        int up = length;
        while (up > 0 && path[up - 1] != '/')
            up--;
        bool plain = up > 1 && strncmp(path + up, "..", 2);
        if (plain)
            got = snprintf(store, size, "%.*s", up - 1, path);
    }
    if (got > 0 && (size_t)got < size)
        dir[n++] = store;
    dir[n++] = DV_KERNELS;
    return n;
}

static bool is_object(const uint8_t *p, size_t n)
{
    return n >= 4 && !memcmp(p, "\177ELF", 4);
}

static bool ends_in(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a >= b && !strcmp(text + a - b, end);
}

static bool is_source(const char *path)
{
    return !strcmp(path, "-") || ends_in(path, ".s") || ends_in(path, ".S") ||
           ends_in(path, ".asm");
}

static int read_image(struct dv_program *p, const uint8_t *image, size_t n, const char *path)
{
    struct dv_diag d;
    dv_diag_init(&d);
    p->id = dv_image_id(image, n);
    return dv_obj_read(image, n, path, &p->obj, &d) ? dv_show_diag(&d) : 0;
}

/* The assembler has already printed what it found; anything else is shown here. */
int dv_program_assemble(struct dv_program *p, const char *path, const char *text, size_t n)
{
    char store[4096];
    const char *dir[2];
    struct dv_asm_opts o = {.include = dir, .colour = dv_colour(stderr)};
    struct dv_sink to = dv_stderr_sink();
    struct dv_obj *obj = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    o.includes = dv_include_dirs(path, store, sizeof store, dir);
    enum dv_err e = dv_asm_text(strcmp(path, "-") ? path : "<stdin>", text, n, &o, &to, &obj, &d);
    if (e)
        return DV_EXIT_USAGE;
    uint8_t *image = NULL;
    size_t bytes = 0;
    int status = dv_obj_write(obj, &image, &bytes, &d) ? dv_show_diag(&d)
                                                       : read_image(p, image, bytes, path);
    free(image);
    dv_obj_free(obj);
    return status;
}

int dv_program_load(struct dv_program *p, const char *path)
{
    uint8_t *text;
    size_t n;
    struct dv_diag d;
    dv_diag_init(&d);
    memset(p, 0, sizeof *p);
    if (dv_file_read(path, &text, &n, &d))
        return dv_show_diag(&d);
    int status = !is_object(text, n) && is_source(path)
                     ? dv_program_assemble(p, path, (const char *)text, n)
                     : read_image(p, text, n, path);
    free(text);
    return status;
}

void dv_program_free(struct dv_program *p)
{
    dv_obj_free(p->obj);
    p->obj = NULL;
}
