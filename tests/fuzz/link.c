/* Any bytes as two inputs of the linker: no crash, and what links is a final object without
 * relocations that is written and read again. The first 4 bytes are the length of the first input,
 * the rest is both of them. */
#include "asm/link.h"
#include "tests/fuzz/fuzz.h"

static void count(void *self, const char *text, size_t n)
{
    size_t *total = self;
    FUZZ_CHECK(text != NULL || n == 0);
    *total += n;
}

static void use(const struct dv_obj *o)
{
    uint8_t *image = NULL;
    size_t bytes = 0;
    struct dv_obj *again = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    FUZZ_CHECK(o->final && !o->relocs && o->kernels);
    for (uint32_t i = 0; i < o->symbols; i++)
        FUZZ_CHECK(o->symbol[i].defined && o->symbol[i].name);
    for (uint32_t i = 0; i < o->lines; i++)
        FUZZ_CHECK(o->line[i].file < o->files && o->line[i].call <= o->calls);
    if (dv_obj_write(o, &image, &bytes, &d) == DV_OK)
        FUZZ_CHECK(dv_obj_read(image, bytes, "again", &again, &d) == DV_OK &&
                   again->section[DV_TEXT].n == o->section[DV_TEXT].n);
    dv_obj_free(again);
    free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kernel[] = {"k"};
    size_t said = 0, first = 0;
    struct dv_sink messages = {&said, count}, map = messages;
    struct dv_link_opts opts = {.kernel = kernel, .map = &map};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    if (size < 4)
        return 0;
    for (unsigned i = 0; i < 4; i++)
        first |= (size_t)data[i] << 8 * i;
    opts.kernels = first >> 31;
    first &= 0x7fffffff;
    first = first < size - 4 ? first : size - 4;
    const struct dv_link_file file[] = {{"a", data + 4, first},
                                        {"b", data + 4 + first, size - 4 - first}};
    if (dv_link(file, 2, &opts, &messages, &o, &d) == DV_OK)
        use(o);
    else
        FUZZ_CHECK(!o && d.code != DV_OK && d.text[0] && said);
    dv_obj_free(o);
    return 0;
}
