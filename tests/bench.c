/* A machine on a bench: see bench.h. */
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void to_stderr(void *self, const char *text, size_t n)
{
    (void)self;
    fwrite(text, 1, n, stderr);
}

static void open_with(struct bench *b, const char *chip_name, const struct dv_machine_opts *o)
{
    struct dv_chip *chip = malloc(sizeof *chip);

    cr_assert_eq(dv_chip_load(chip_name, chip, &b->d), DV_OK, "%s", b->d.text);
    b->m = dv_machine_new(chip, o, &b->d);
    free(chip);
    cr_assert_not_null(b->m, "%s", b->d.text);
    cr_assert_eq(dv_machine_load(b->m, b->obj, &b->d), DV_OK, "%s", b->d.text);
    cr_assert_eq(dv_machine_alloc(b->m, "parameters", 128, &b->para, &b->d), DV_OK);
}

void bench_open(struct bench *b, const char *chip, const struct dv_machine_opts *o,
                const char *text)
{
    struct dv_asm_opts ao = {0};
    struct dv_sink sink = {NULL, to_stderr};

    memset(b, 0, sizeof *b);
    dv_diag_init(&b->d);
    cr_assert_eq(dv_asm_text("test.s", text, strlen(text), &ao, &sink, &b->obj, &b->d), DV_OK, "%s",
                 b->d.text);
    open_with(b, chip, o);
}

void bench_open_file(struct bench *b, const char *chip, const struct dv_machine_opts *o,
                     const char *path)
{
    struct dv_asm_opts ao = {0};
    struct dv_sink sink = {NULL, to_stderr};
    char full[512];

    memset(b, 0, sizeof *b);
    dv_diag_init(&b->d);
    const char *root = getenv("DV_SOURCE");
    snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    cr_assert_eq(dv_asm_file(full, &ao, &sink, &b->obj, &b->d), DV_OK, "%s", b->d.text);
    open_with(b, chip, o);
}

void *bench_tensor(struct bench *b, uint64_t bytes)
{
    uint64_t *slot = &b->slot[b->slots++];
    cr_assert_eq(dv_machine_alloc(b->m, "tensor", bytes, slot, &b->d), DV_OK, "%s", b->d.text);
    return dv_machine_gm(b->m, *slot, bytes);
}

void bench_number(struct bench *b, uint64_t v)
{
    b->slot[b->slots++] = v;
}

static uint64_t label(const struct dv_obj *o, const char *name)
{
    for (uint32_t i = 0; i < o->symbols; i++)
        if (!strcmp(o->symbol[i].name, name))
            return o->symbol[i].value;
    cr_assert_fail("no label %s", name);
    return 0;
}

enum dv_err bench_launch(struct bench *b, unsigned blocks)
{
    const struct dv_kernel *k = &b->obj->kernel[0];
    struct dv_launch l = {.core = k->core, .blocks = blocks, .para_base = b->para};

    l.entry[0] = label(b->obj, k->entry[0] ? k->entry[0] : k->name);
    memcpy(dv_machine_gm(b->m, b->para, 128), b->slot, sizeof b->slot);
    return dv_machine_launch(b->m, &l, &b->d);
}

enum dv_err bench_run(struct bench *b, unsigned blocks)
{
    enum dv_err err = bench_launch(b, blocks);
    return err ? err : dv_machine_run(b->m, &b->d);
}

dv_time bench_busy(const struct bench *b, unsigned core, unsigned pipe)
{
    return dv_machine_core(b->m, core)->pipe[pipe].busy;
}

void bench_close(struct bench *b)
{
    dv_machine_free(b->m);
    dv_obj_free(b->obj);
}
