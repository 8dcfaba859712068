/* One launch through emu/run from assembly text or a kernel of the tree. For tests of runs. */
#ifndef DV_TESTS_LAUNCH_H
#define DV_TESTS_LAUNCH_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "emu/run/run.h"

static inline void launch_message(void *self, const char *text, size_t n)
{
    (void)self;
    fwrite(text, 1, n, stderr);
}

/* `source` is assembly text, or the path of a file when it has no line break. */
static inline struct dv_obj *launch_object(const char *source)
{
    struct dv_obj *obj = NULL;
    struct dv_diag d;
    char root[512], path[1024], inc[1024];
    const char *env = getenv("DV_SOURCE"), *dir[] = {inc};
    struct dv_asm_opts o = {.include = dir, .includes = 1, .warnings_off = true};
    struct dv_sink sink = {NULL, launch_message};

    dv_diag_init(&d);
    snprintf(root, sizeof root, "%s", env ? env : ".");
    snprintf(inc, sizeof inc, "%s/kernels", root);
    snprintf(path, sizeof path, "%s/%.400s", root, source);
    enum dv_err e = strchr(source, '\n')
                        ? dv_asm_text("test.s", source, strlen(source), &o, &sink, &obj, &d)
                        : dv_asm_file(path, &o, &sink, &obj, &d);
    cr_assert_eq(e, DV_OK, "%s", d.text);
    return obj;
}

/* Arguments of a command line, separated by blanks; `store` holds them. */
static inline size_t launch_args(char *store, size_t size, const char *text, const char **arg,
                                 size_t most)
{
    size_t n = 0;
    snprintf(store, size, "%s", text);
    for (char *p = strtok(store, " "); p && n < most; p = strtok(NULL, " "))
        arg[n++] = p;
    return n;
}

#endif
