/* Damaged object files and kernel notes: nothing crashes, nothing half-read is handed out.
 * Evidence: the contract of dv_obj_read in isa/obj.h; docs/schema/kernel.json. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static uint8_t *image(const struct dv_obj *o, size_t *n)
{
    uint8_t *p = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert(dv_obj_write(o, &p, n, &d) == DV_OK, "%s", d.text);
    return p;
}

/* Reads bytes in memory of their exact size; what is accepted must be writable and usable. */
static bool is_accepted(const uint8_t *p, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    struct dv_obj *o = NULL;
    struct dv_diag d;
    char text[64];
    memcpy(exact, p, n);
    dv_diag_init(&d);
    enum dv_err e = dv_obj_read(exact, n, "x", &o, &d);
    cr_assert((e == DV_OK) == (o != NULL));
    cr_assert(e == DV_OK || (d.code == e && d.text[0]));
    free(exact);
    for (uint64_t pc = 0; o && pc < 128; pc += 4) {
        const struct dv_line *line = dv_obj_line(o, pc);
        cr_assert(!line || (line->file < o->files && line->call <= o->calls));
        dv_obj_buffer_at(o, 0, DV_SPACE_UB, pc, text, sizeof text);
    }
    dv_obj_free(o);
    return e == DV_OK;
}

Test(hostile, truncated_at_every_byte)
{
    struct dv_obj *sample = sample_object();
    size_t n;
    uint8_t *p = image(sample, &n);
    for (size_t cut = 0; cut < n; cut++)
        cr_expect(!is_accepted(p, cut), "accepted when cut at byte %zu of %zu", cut, n);
    cr_expect(is_accepted(p, n));
    free(p);
    dv_obj_free(sample);
}

static void flip(struct dv_obj *o, unsigned rounds, uint64_t seed, unsigned *accepted)
{
    size_t n;
    uint8_t *p = image(o, &n), *copy = malloc(n);
    for (unsigned i = 0; i < rounds; i++) {
        memcpy(copy, p, n);
        unsigned flips = 1 + (unsigned)(sample_random(&seed) % 4);
        while (flips--) {
            uint64_t bit = (sample_random(&seed) >> 8) % (n * 8);
            copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        *accepted += is_accepted(copy, n);
    }
    free(copy);
    free(p);
    dv_obj_free(o);
}

Test(hostile, flipped_bits)
{
    unsigned accepted = 0;
    flip(sample_object(), 6000, 11, &accepted);
    for (uint64_t seed = 0; seed < 40; seed++)
        flip(sample_any(seed), 100, seed + 1, &accepted);
    cr_expect(accepted > 100 && accepted < 9900, "%u of 10000 accepted", accepted);
}

/* Whole fields of the headers at their extremes. */
Test(hostile, extreme_fields)
{
    static const uint64_t values[] = {0,          1,          0x7f,           0xffff,    0x7fffffff,
                                      0xffffffff, 1ull << 40, UINT64_MAX - 7, UINT64_MAX};
    struct dv_obj *o = sample_object();
    size_t n;
    uint8_t *p = image(o, &n), *copy = malloc(n);
    for (size_t at = 0; at + 8 <= n; at += 4) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            memcpy(copy, p, n);
            memcpy(copy + at, &values[i], i % 2 ? 4 : 8);
            is_accepted(copy, n);
        }
    }
    free(copy);
    free(p);
    dv_obj_free(o);
}

static const struct {
    const char *json, *message;
} notes[] = {
    {"[]", ""},
    {"{}", "kernel note: the note must be an array of at most 1048576 entries"},
    {"[{}]", "kernel note [0]: 'name' is missing"},
    {"[{\"name\":5}]", "kernel note [0]: 'name' is no text"},
    {"[5]", "kernel note [0]: 'name' is missing"},
    {"[{\"name\":\"k\"}]", "kernel note [0]: 'core' is missing or no text"},
    {"[{\"name\":\"k\",\"core\":\"gpu\"}]", "kernel note [0]: unknown core 'gpu'"},
    {"[{\"name\":\"k\",\"core\":\"aiv\"}]",
     "kernel note [0]: 'entry' must be an array of at most 2 texts"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[1]}]",
     "kernel note [0]: 'entry' holds something that is no text"},
    {"[{\"name\":\"k\",\"core\":\"mix\",\"entry\":[\"a\"]}]",
     "kernel note [0]: 1 entry labels for core mix, expected 2"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"]}]",
     "kernel note [0]: params must be an array of at most 1048576 entries"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[],\"ratio\":[1]}]",
     "kernel note [0]: 'ratio' must be two numbers in 0..64"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[{\"name\":\"a\"}]}]",
     "kernel note [0] params[0]: 'role' is missing or no text"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[{\"name\":\"a\","
     "\"role\":\"in\",\"type\":\"double\"}]}]",
     "kernel note [0] params[0]: unknown type 'double'"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[{\"name\":\"a\","
     "\"role\":\"in\",\"type\":\"f16\",\"shape\":[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\","
     "\"1\"]}]}]",
     "kernel note [0] params[0]: 'shape' must be an array of at most 8 texts"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[{\"name\":\"a\","
     "\"role\":\"scalar\",\"type\":\"u32\",\"line\":-1}]}]",
     "kernel note [0] params[0]: 'line' must be an integer in 0..4294967295"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[],\"ref\":{}}]",
     "kernel note [0]: 'name' is missing"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[],\"blocks\":3}]",
     "kernel note [0]: 'blocks' is no text"},
    {"[{\"name\":\"k\",\"core\":\"aiv\",\"entry\":[\"k\"],\"params\":[],\"later\":3}]", ""},
};

Test(hostile, kernel_notes)
{
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct dv_obj *o = dv_obj_new();
        struct dv_diag d;
        dv_diag_init(&d);
        enum dv_err e = dv_kernels_from_json(notes[i].json, strlen(notes[i].json), o, &d);
        cr_expect(e == (notes[i].message[0] ? DV_E_OBJECT : DV_OK), "%s", notes[i].json);
        cr_expect_str_eq(d.text, notes[i].message, "%s: %s", notes[i].json, d.text);
        dv_obj_free(o);
    }
}

/* Malformed JSON, and JSON cut anywhere: an error with a text, never a crash. */
Test(hostile, broken_json)
{
    struct dv_obj *o = sample_object(), *back = dv_obj_new();
    char *text = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert(dv_kernels_to_json(o, &text, &d) == DV_OK);
    size_t n = strlen(text);
    for (size_t cut = 0; cut < n; cut++) {
        struct dv_obj *part = dv_obj_new();
        char *exact = malloc(cut ? cut : 1);
        memcpy(exact, text, cut);
        dv_diag_init(&d);
        cr_expect(dv_kernels_from_json(exact, cut, part, &d) == DV_E_OBJECT);
        cr_expect(strstr(d.text, "kernel note is no valid JSON: "), "%s", d.text);
        free(exact);
        dv_obj_free(part);
    }
    dv_diag_init(&d);
    cr_expect(dv_kernels_from_json(text, n, back, &d) == DV_OK);
    cr_expect(dv_kernels_from_json(text, n, back, &d) == DV_E_OBJECT);
    cr_expect_str_eq(d.text, "kernel note appears twice");
    free(text);
    dv_obj_free(o);
    dv_obj_free(back);
}
