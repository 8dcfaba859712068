/* Any text through the assembler: no crash, no hang; what assembles survives the way through a
 * file, and its disassembly assembles to the same words. */
#include "asm/asm.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void count(void *self, const char *text, size_t n)
{
    size_t *total = self;
    FUZZ_CHECK(text != NULL || n == 0);
    *total += n;
}

static void round_trip(const struct dv_obj *o)
{
    uint8_t *image = NULL;
    size_t bytes = 0;
    struct dv_obj *again = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_obj_write(o, &image, &bytes, &d) != DV_OK) {
        FUZZ_CHECK(d.text[0] != 0);
        return;
    }
    FUZZ_CHECK(dv_obj_read(image, bytes, "fuzz", &again, &d) == DV_OK);
    const struct dv_bytes *was = &o->section[DV_TEXT], *is = &again->section[DV_TEXT];
    FUZZ_CHECK(was->n == is->n && (was->n == 0 || !memcmp(was->p, is->p, was->n)));
    dv_obj_free(again);
    free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dv_asm_opts opts = {0};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    size_t said = 0;
    struct dv_sink messages = {&said, count};
    dv_diag_init(&d);
    enum dv_err err = dv_asm_text("fuzz.s", (const char *)data, size, &opts, &messages, &o, &d);
    if (err == DV_OK) {
        FUZZ_CHECK(o != NULL);
        round_trip(o);
    } else {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
    }
    dv_obj_free(o);
    return 0;
}
