/* Help for the assembler's tests: source text in, canonical text of the words or messages out.
 * Owns nothing; the disassembly is isa's printer, not the assembler's own. */
#ifndef DV_TESTS_ASM_H
#define DV_TESTS_ASM_H

#include "asm/asm.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct said {
    char text[32768];
    size_t n;
};

static inline void said_put(void *self, const char *text, size_t n)
{
    struct said *s = self;
    if (n > sizeof s->text - 1 - s->n)
        n = sizeof s->text - 1 - s->n;
    memcpy(s->text + s->n, text, n);
    s->n += n;
    s->text[s->n] = '\0';
}

/* Assembles a text; NULL on failure. said holds the messages. */
static inline struct dv_obj *assemble(const char *text, struct said *said)
{
    static const char *const none[] = {""};
    struct dv_asm_opts opts = {.include = none};
    struct dv_sink sink = {said, said_put};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    said->n = 0;
    said->text[0] = '\0';
    dv_asm_text("t.s", text, strlen(text), &opts, &sink, &o, &d);
    return o;
}

static inline uint32_t word_at(const struct dv_obj *o, size_t at)
{
    uint32_t w;
    memcpy(&w, o->section[DV_TEXT].p + at, 4);
    return w;
}

/* The words of .text as one instruction a line; branch targets as offsets. */
static inline void words(const struct dv_obj *o, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t at = 0; at + 4 <= o->section[DV_TEXT].n && n < size; at += 4) {
        char text[128] = "?";
        struct dv_op op;
        if (dv_isa_decode(word_at(o, at), o->kinds, &op, NULL, NULL) == DV_OK)
            dv_isa_print(&op, DV_NO_PC, text, sizeof text);
        n += (size_t)snprintf(out + n, size - n, "%s\n", text);
    }
}

/* evidence: where the expectation comes from. */
struct row {
    const char *name, *source, *expect, *evidence;
};

static inline void check_rows(const struct row *r, size_t n)
{
    static struct said said;
    static char out[32768];
    for (size_t i = 0; i < n; i++) {
        struct dv_obj *o = assemble(r[i].source, &said);
        cr_expect(o != NULL, "%s: %s", r[i].name, said.text);
        if (!o)
            continue;
        words(o, out, sizeof out);
        cr_expect_str_eq(out, r[i].expect, "%s (%s): got\n%swanted\n%s", r[i].name, r[i].evidence,
                         out, r[i].expect);
        dv_obj_free(o);
    }
}

#define CHECK_ROWS(table) check_rows((table), sizeof(table) / sizeof *(table))

#endif
