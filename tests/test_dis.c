/* The disassembler, listing and map. Evidence: the text of every row assembles back to the same
 * bytes (CONTRACT section 2); words and texts are examples of the instruction definition. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "asm/listing.h"
#include "sample.h"

static void collect(void *self, const char *text, size_t n)
{
    cr_assert(dv_bytes_add(self, text, n));
}

static char *finish(struct dv_bytes *b)
{
    cr_assert(dv_bytes_add(b, "", 1));
    return (char *)b->p;
}

static char *disassemble(const struct dv_obj *o)
{
    struct dv_bytes b = {0};
    struct dv_sink to = {&b, collect};
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert(dv_dis_obj(o, &to, &d) == DV_OK, "%s", d.text);
    return finish(&b);
}

static struct dv_obj *assemble(const char *text)
{
    struct dv_bytes b = {0};
    struct dv_sink messages = {&b, collect};
    struct dv_asm_opts opts = {0};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    enum dv_err e = dv_asm_text("t.s", text, strlen(text), &opts, &messages, &o, &d);
    char *said = finish(&b);
    cr_expect(e == DV_OK, "%s\n%s", said, d.text);
    free(said);
    return o;
}

static bool same_bytes(const struct dv_obj *a, const struct dv_obj *b)
{
    for (unsigned s = 0; s < DV_SECTIONS; s++)
        if (a->section[s].n != b->section[s].n ||
            (s != DV_BSS && a->section[s].n &&
             memcmp(a->section[s].p, b->section[s].p, a->section[s].n)))
            return false;
    return true;
}

/* The kernel note without places, which belong to the text they were read from. */
static char *note(struct dv_obj *o)
{
    char *text = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    for (uint32_t k = 0; k < o->kernels; k++)
        for (uint32_t i = 0; i < o->kernel[k].params; i++) {
            free(o->kernel[k].param[i].file);
            o->kernel[k].param[i].file = NULL;
            o->kernel[k].param[i].line = 0;
        }
    cr_assert(dv_kernels_to_json(o, &text, &d) == DV_OK, "%s", d.text);
    return text;
}

/* dis -> as gives the same bytes and the same kernels. Takes o. */
static void expect_round_trip(struct dv_obj *o, const char *name)
{
    char *text = disassemble(o);
    struct dv_obj *again = assemble(text);
    cr_assert(again, "%s does not assemble:\n%s", name, text);
    cr_expect(same_bytes(o, again), "%s: other bytes from\n%s", name, text);
    char *was = note(o), *is = note(again);
    cr_expect_str_eq(is, was, "%s", name);
    free(was);
    free(is);
    free(text);
    dv_obj_free(again);
    dv_obj_free(o);
}

/* ---- words ----------------------------------------------------------------------------------- */

static struct dv_obj *object_of(const uint32_t *word, size_t n, unsigned kinds)
{
    struct dv_obj *o = dv_obj_new();
    o->final = true;
    o->kinds = kinds;
    for (size_t i = 0; i < n; i++) {
        uint8_t b[4] = {(uint8_t)word[i], (uint8_t)(word[i] >> 8), (uint8_t)(word[i] >> 16),
                        (uint8_t)(word[i] >> 24)};
        cr_assert(dv_bytes_add(&o->section[DV_TEXT], b, 4));
    }
    return o;
}

/* Every example of the definition, one behind the other. */
Test(dis, examples)
{
    uint32_t *word = calloc(dv_example_count, sizeof *word);
    for (unsigned i = 0; i < dv_example_count; i++)
        word[i] = dv_examples[i].word;
    expect_round_trip(object_of(word, dv_example_count, DV_ON_ANY), "examples");
    free(word);
}

/* Random words, and words one bit away from an example: instructions or .word. */
Test(dis, random_words)
{
    enum { WORDS = 4000, ROUNDS = 10 };
    uint64_t state = 3;
    uint32_t *word = calloc(WORDS, sizeof *word);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WORDS; i++) {
            uint64_t r = sample_random(&state);
            uint32_t example = dv_examples[(r >> 8) % dv_example_count].word;
            word[i] = r & 1 ? (uint32_t)(r >> 32) : example ^ 1u << (r >> 40) % 32;
        }
        expect_round_trip(object_of(word, WORDS, DV_ON_ANY), "random words");
    }
    free(word);
}

/* line of the text that contains `mark`, without its address comment */
static bool has_line(const char *text, const char *line)
{
    size_t n = strlen(line);
    for (const char *p = text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (!strncmp(p, line, n) && (p[n] == '\n' || p[n] == ' '))
            return true;
    return false;
}

static const struct {
    uint32_t word[4];
    size_t n;
    const char *line[3];
} shapes[] = {
    /* a branch back to a word without a symbol gets a label */
    {{0x40000001, 0x401fffff, 0x41600000}, 3, {"L_0000:", "    jump L_0000", "    end"}},
    {{0x40000001, 0x41600000}, 2, {"    jump L_0004", "L_0004:", "    end"}},
    /* a target outside .text stays a distance */
    {{0x40000004}, 1, {"    jump +16"}},
    {{0x401fffff}, 1, {"    jump -4"}},
    /* illegal and unknown words */
    {{0xffffffff}, 1, {"    .word 0xffffffff"}},
    {{0x41600000, 0, 0x41600000}, 3, {"    end"}},
};

Test(dis, shapes)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct dv_obj *o = object_of(shapes[i].word, shapes[i].n, DV_ON_ANY);
        char *text = disassemble(o);
        for (int k = 0; k < 3 && shapes[i].line[k]; k++)
            cr_expect(has_line(text, shapes[i].line[k]), "row %zu: no '%s' in\n%s", i,
                      shapes[i].line[k], text);
        free(text);
        expect_round_trip(o, shapes[i].line[0]);
    }
}

/* A word that is no instruction says what it nearly is. */
Test(dis, readings)
{
    uint32_t words[] = {0xffffffff, 0x85c4c6bc};
    struct dv_obj *o = object_of(words, 2, DV_ON(DV_AIV));
    char *text = disassemble(o);
    cr_expect(strstr(text, "; 000000 ffffffff  no such word\n"), "%s", text);
    cr_expect(strstr(text, "    vadd.f32 [x2], [x12], [x13], x15"), "%s", text);
    cr_expect(strstr(text, "; understood: 1 of 2 words, 50.0 %\n"), "%s", text);
    free(text);
    dv_obj_free(o);
}

/* ---- sources --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} sources[] = {
    {"kernel", ".kernel k, core=aiv\n.param a, in, f16[n, align_up(m,16)], layout=nz, stride=n+8\n"
               ".param b, out, f32[n]\n.param s, scratch, u8[blocks*64]\n"
               ".param n, u32 = 100, min=1, max=1<<20, multiple=4\n.param m, s64 = -5\n"
               ".param scale, f32 = 0.5\n.ref softmax_rows, a, rtol=1e-3, atol=1e-6, max_ulp=2\n"
               ".blocks min(48, ceil_div(n, 8))\nk: mov x1, #5\nend\n"},
    {"two kernels", ".kernel first, core=aic\n.param n, u32 = 1\nfirst: mov x1, #1\nend\n"
                    ".kernel second, core=aiv\n.param n, u32 = 2\nsecond: mov x1, #2\n"
                    "vadd.f32 [x2], [x12], [x13], x15\nend\n"},
    {"mix", ".kernel m, core=mix, ratio=1:2\n.entry aic, cube\n.entry aiv, vector\ncube: end\n"
            "vector: end\n"},
    {"data", ".kernel k, core=aiv\n.rodata\ntable: .quad table, 1\nlast: .byte 7\n.data\n.half 1\n"
             "d2: .word 5\n.bss\nb0: .zero 16\nb1: .zero 8\n.text\nk: end\n.global table\n"},
    {"marks", ".kernel k, core=aiv\nk: .mark outer\nmov x1, #1\n.mark inner\nmov x2, #2\n.endmark\n"
              ".allow RACE, \"said \\\"so\\\"\"\nmov x3, #3\n.endmark\nend\n"},
    {"labels", ".kernel k, core=aiv\nk: jump over\nL_0000: jump k\nover: jump L_0000\n"
               "jumpcmp.lt.s64 x1, x2, over\nmov x1, #1\nend\nat_end:\n"},
    {"odd text", ".kernel k, core=aiv\nk: end\n.byte 1, 2\nin_word: .byte 3, 4\nnext: .byte 5\n"},
    {"no kernel", "jump there\nmov x1, #1\nthere: end\n"},
};

Test(dis, sources)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct dv_obj *o = assemble(sources[i].text);
        if (o)
            expect_round_trip(o, sources[i].name);
    }
}

/* Marks and allows come back in place and in order. */
Test(dis, marks)
{
    struct dv_obj *o = assemble(sources[4].text);
    char *text = disassemble(o);
    struct dv_obj *again = assemble(text);
    cr_assert(again && o->names == 5 && again->names == o->names, "%s", text);
    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *a = &o->name[i], *b = &again->name[i];
        cr_expect(a->kind == b->kind && !strcmp(a->name, b->name) && a->pc == b->pc &&
                      a->end == b->end,
                  "name %u in\n%s", i, text);
        cr_expect(!a->text == !b->text && (!a->text || !strcmp(a->text, b->text)), "%s", text);
    }
    free(text);
    dv_obj_free(o);
    dv_obj_free(again);
}

/* Relocations stay references; names out of hostile files are not printed as code. */
Test(dis, relocatable)
{
    struct dv_obj *o = assemble("call outside\n.data\n.quad outside+8\nend_:\n.global outside\n");
    cr_assert(o && !o->final && o->relocs == 2);
    char *text = disassemble(o);
    cr_expect(has_line(text, "    call outside"), "%s", text);
    cr_expect(has_line(text, "    .quad outside+8"), "%s", text);
    struct dv_obj *again = assemble(text);
    cr_expect(again && again->relocs == 2 && same_bytes(o, again), "%s", text);
    free(text);
    free(o->symbol[0].name);
    o->symbol[0].name = strdup("x\nend");
    text = disassemble(o);
    cr_expect_null(strstr(text, "x\nend"), "%s", text);
    free(text);
    dv_obj_free(again);
    dv_obj_free(o);
}

Test(dis, random_objects)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct dv_obj *o = sample_any(seed);
        char *text = disassemble(o);
        cr_expect(strstr(text, ".text\n"));
        free(text);
        dv_obj_free(o);
    }
}

/* ---- listing and map ------------------------------------------------------------------------- */

static char *report(const struct dv_obj *o, void (*fn)(const struct dv_obj *, struct dv_sink *))
{
    struct dv_bytes b = {0};
    struct dv_sink to = {&b, collect};
    fn(o, &to);
    return finish(&b);
}

static const char listed[] = ".kernel k, core=aiv\n.buf A, ub, f16[64], copies=2\n"
                             ".buf B, ub, f32[8]\n.macro two a\nmov x1, #\\a\nmov x2, #\\a\n.endm\n"
                             "k: two 7\n.rept 2\ntwo 9\n.endr\nend\n";

Test(dis, listing)
{
    static const char *const wanted[] = {
        "k:\n",
        "t.s:5:\n",
        "  000000  0702", /* mov x1, #7 */
        "s     SU    mov x1, #7",
        "[two from t.s:8]",
        "[two from t.s:10, .rept from t.s:9]",
        "  000018  41600000  s     FC    end\n",
    };
    struct dv_obj *o = assemble(listed);
    char *text = report(o, dv_listing);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect(strstr(text, wanted[i]), "no '%s' in\n%s", wanted[i], text);
    free(text);
    dv_obj_free(o);
}

Test(dis, map)
{
    static const char *const wanted[] = {
        "code           28 bytes, 7 words\n",
        "  aiv I-cache 16384 bytes: fits\n",
        "ub            288 of 196608 bytes used, 196320 free\n",
        "  0x000000       128  A[0]\n",
        "  0x000080       128  A[1]\n",
        "  0x000100        32  B\n",
    };
    struct dv_obj *o = assemble(listed);
    char *text = report(o, dv_map);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect(strstr(text, wanted[i]), "no '%s' in\n%s", wanted[i], text);
    cr_expect_null(strstr(text, "l1 "), "%s", text);
    free(text);
    dv_obj_free(o);
}
