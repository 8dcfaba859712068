/* Any bytes as an object file: no crash, no reading outside; what is accepted can be looked up,
 * disassembled and written again. */
#include "asm/asm.h"
#include "tests/fuzz/fuzz.h"

static void count(void *self, const char *text, size_t n)
{
    size_t *total = self;
    FUZZ_CHECK(text != NULL || n == 0);
    *total += n;
}

static void look_up(const struct dv_obj *o)
{
    char name[64];
    for (uint64_t pc = 0; pc < 4096; pc += 4) {
        const struct dv_line *line = dv_obj_line(o, pc);
        FUZZ_CHECK(!line || (line->file < o->files && line->call <= o->calls));
    }
    for (unsigned space = 0; space < DV_SPACE_COUNT; space++)
        dv_obj_buffer_at(o, 0, space, 0x40, name, sizeof(name));
    for (unsigned id = 0; id < 8; id++)
        dv_obj_flag_at(o, 0, 4, 1, id, name, sizeof(name));
}

static void use(const struct dv_obj *o)
{
    uint8_t *image = NULL;
    size_t bytes = 0, said = 0;
    struct dv_sink to = {&said, count};
    struct dv_diag d;
    dv_diag_init(&d);
    look_up(o);
    dv_dis_obj(o, &to, &d);
    dv_diag_init(&d);
    if (o->vendor || dv_obj_write(o, &image, &bytes, &d) != DV_OK)
        return;
    struct dv_obj *again = NULL;
    FUZZ_CHECK(dv_obj_read(image, bytes, "again", &again, &d) == DV_OK);
    FUZZ_CHECK(again->kernels == o->kernels && again->section[DV_TEXT].n == o->section[DV_TEXT].n);
    dv_obj_free(again);
    free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_obj_read(data, size, "fuzz.o", &o, &d) == DV_OK) {
        FUZZ_CHECK(o != NULL);
        use(o);
    } else {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
    }
    dv_obj_free(o);
    return 0;
}
