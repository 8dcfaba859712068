/* The linker and relocatable objects: what ends where, and every message word for word. */
#include "asm/archive.h"
#include "asm/link.h"
#include "tests/asm.h"

enum { PARTS = 5 };

/* Inputs being linked, as files in memory. */
struct inputs {
    struct dv_link_file file[PARTS];
    size_t n;
};

static void add_image(struct inputs *in, const char *name, uint8_t *p, size_t n)
{
    in->file[in->n++] = (struct dv_link_file){name, p, n};
}

/* Assembles as dv as -c does; messages of the assembler are shown when it fails. */
static struct dv_obj *part(const char *name, const char *text)
{
    static struct said said;
    struct dv_asm_opts opts = {.relocatable = true, .warnings_off = true};
    struct dv_sink sink = {&said, said_put};
    struct dv_obj *o = NULL;
    said.n = 0;
    dv_asm_text(name, text, strlen(text), &opts, &sink, &o, NULL);
    cr_assert(o != NULL, "%s: %s", name, said.text);
    return o;
}

static void add_part(struct inputs *in, const char *source, const char *name, const char *text)
{
    uint8_t *p;
    size_t n;
    struct dv_obj *o = part(source, text);
    cr_assert(dv_obj_write(o, &p, &n, NULL) == DV_OK);
    dv_obj_free(o);
    add_image(in, name, p, n);
}

static void free_inputs(struct inputs *in)
{
    for (size_t i = 0; i < in->n; i++)
        free((void *)(uintptr_t)in->file[i].p);
    in->n = 0;
}

static struct said said;

static struct dv_obj *link_inputs(const struct inputs *in, const struct dv_link_opts *o)
{
    struct dv_sink sink = {&said, said_put};
    struct dv_obj *out = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    said.n = 0;
    said.text[0] = '\0';
    enum dv_err e = dv_link(in->file, in->n, o, &sink, &out, &d);
    cr_expect((e == DV_OK) == (out != NULL) && e == d.code);
    return out;
}

static const char *const names[] = {"a.o", "b.o", "c.o", "d.o"};
static const char *const sources[] = {"a.s", "b.s", "c.s", "d.s"};

static struct dv_obj *link_texts(const char *const *text)
{
    struct inputs in = {.n = 0};
    for (size_t i = 0; text[i]; i++)
        add_part(&in, sources[i], names[i], text[i]);
    struct dv_obj *o = link_inputs(&in, NULL);
    free_inputs(&in);
    return o;
}

#define LINK(...) link_texts((const char *const[]){__VA_ARGS__, NULL})
#define KERNEL ".kernel k, core=aiv\n"

/* ---- relocatable objects --------------------------------------------------------------------- */

/* The kinds, targets and addends of all relocations, one a line. */
static void relocs(const struct dv_obj *o, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < o->relocs && n < size; i++) {
        const struct dv_reloc *r = &o->reloc[i];
        n += (size_t)snprintf(out + n, size - n, "%u@%u:%llx %s%+lld\n", r->kind, r->section,
                              (unsigned long long)r->offset, o->symbol[r->symbol].name,
                              (long long)r->addend);
    }
}

static const struct {
    const char *name, *source, *expect;
} kept[] = {
    {"jump inside", "l: jump l\njump f\nf: end\n", ""},
    {"mov of a label", "l: mov x1, l + 4\n", "4@0:0 l+4\n5@0:4 l+4\n6@0:8 l+4\n"},
    {"label of data", ".data\nv: .quad 1\n.text\nmov x1, v\n", "4@0:0 v+0\n5@0:4 v+0\n6@0:8 v+0\n"},
    {"quads", ".data\n.quad 1\nv: .quad v - 8, w\n.word w + 1\n.bss\nw: .space 8\n",
     "1@2:8 v-8\n1@2:10 w+0\n2@2:18 w+1\n"},
    {"difference", "a: nop\nb: mov x1, b - a\n.data\n.quad b - a\n.byte b - a\n", ""},
    {"constant of a difference", "a: nop\nb:\n.equ n, b - a\nmov x1, n\n", ""},
    {"two labels", ".data\na: .quad 0\nb: .quad b - a + b\n", "1@2:8 .data+16\n"},
    {"here", ".data\n.quad 0, . + 4\n", "1@2:8 .data+12\n"},
    {"hidden label", ".data\n.Lx: .quad .Lx + 1\n", "1@2:0 .data+1\n"},
    {"external", ".extern e\ncall e\nmov x1, e + 8\n",
     "3@0:0 e+0\n4@0:4 e+8\n5@0:8 e+8\n6@0:c e+8\n"},
    {"other section", ".data\nd: .quad 0\n.text\ncall d + 4\n", "3@0:0 d+4\n"},
};

Test(link, relocations_kept)
{
    static char out[1024];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        struct dv_obj *o = part("t.s", kept[i].source);
        relocs(o, out, sizeof out);
        cr_expect_str_eq(out, kept[i].expect, "%s: got\n%s", kept[i].name, out);
        cr_expect(!o->final, "%s", kept[i].name);
        dv_obj_free(o);
    }
}

/* Without -c a name of another file has the same effect. */
Test(link, external_makes_relocatable)
{
    struct dv_obj *o = assemble("l: mov x1, l\n.extern e\ncall e\n", &said);
    cr_assert(o && !o->final);
    cr_expect(o->relocs == 4 && o->section[DV_TEXT].n == 16, "%u", o->relocs);
    dv_obj_free(o);
}

static const struct {
    const char *source, *expect;
} refused[] = {
    {"l: mov x1, l * 2\n", "t.s:1:12: error: no relocation can express 'l * 2'\n"},
    {".data\nv: .quad v >> 3\n", "t.s:2:10: error: no relocation can express 'v >> 3'\n"},
    {"l: .equ n, l\n",
     "t.s:1:12: error: the address of 'l' is known after linking; use mov or .quad\n"},
    {"l: nop\n.extern e\n.data\n.quad e - l\n",
     "t.s:4:7: error: no relocation can express 'e - l'\n"},
    {"a: nop\nb: jump b - a\n", "t.s:2:9: error: no relocation can express 'b - a'\n"},
    {".extern e, f\n.data\n.quad e + f\n",
     "t.s:3:11: error: 'f' is the second external name in one expression\n"},
};

Test(link, no_such_relocation)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct dv_asm_opts opts = {.relocatable = true, .warnings_off = true};
        struct dv_sink sink = {&said, said_put};
        struct dv_obj *o = NULL;
        said.n = 0;
        dv_asm_text("t.s", refused[i].source, strlen(refused[i].source), &opts, &sink, &o, NULL);
        cr_expect(!o, "%s", refused[i].source);
        cr_expect(!strncmp(said.text, refused[i].expect, strlen(refused[i].expect)), "got %s",
                  said.text);
        dv_obj_free(o);
    }
}

Test(link, image_round_trip)
{
    struct dv_obj *o = part("t.s", ".data\n.align 512\n.quad . + 8\n.extern v\n.text\nmov x1, v\n");
    uint8_t *p;
    size_t n;
    static char before[512], after[512];
    struct dv_obj *again = NULL;
    cr_assert(dv_obj_write(o, &p, &n, NULL) == DV_OK);
    cr_assert(dv_obj_read(p, n, "again", &again, NULL) == DV_OK);
    relocs(o, before, sizeof before);
    relocs(again, after, sizeof after);
    cr_expect(strstr(after, ".data+8\n") && strlen(before) == strlen(after), "%s%s", before, after);
    cr_expect(again->align[DV_DATA] == 512 && again->align[DV_TEXT] == DV_ALIGN);
    free(p);
    dv_obj_free(o);
    dv_obj_free(again);
}

/* ---- results --------------------------------------------------------------------------------- */

static uint64_t quad(const struct dv_obj *o, unsigned section, size_t at)
{
    uint64_t v;
    memcpy(&v, o->section[section].p + at, 8);
    return v;
}

static const struct dv_symbol *symbol(const struct dv_obj *o, const char *name)
{
    for (uint32_t i = 0; i < o->symbols; i++)
        if (!strcmp(o->symbol[i].name, name))
            return &o->symbol[i];
    return NULL;
}

Test(link, places_and_values)
{
    struct dv_obj *o =
        LINK(KERNEL ".extern f, g\n.data\n.quad g, k, f\n.text\nk: call f\nmov x1, g\nend\n",
             ".global f, g\nf: nop\nret\n.data\n.align 64\n.quad 1\ng: .quad g\n.bss\n.space 8\n");
    static char out[512];
    cr_assert(o != NULL, "%s", said.text);
    words(o, out, sizeof out);
    cr_expect_str_eq(out,
                     "call +32\nmov x1, #72\nmovk x1, #0, 1\nmovk x1, #0x1000, 2\nend\n"
                     "nop\nnop\nnop\nnop\nret\n",
                     "%s", out);
    uint64_t g = DV_DATA_BASE + 72;
    cr_expect(quad(o, DV_DATA, 0) == g && quad(o, DV_DATA, 8) == 0 && quad(o, DV_DATA, 16) == 32);
    cr_expect(quad(o, DV_DATA, 72) == g && o->address[DV_BSS] == DV_DATA_BASE + 4096);
    cr_expect(o->final && !o->relocs && o->kernels == 1 && o->kinds == DV_ON(DV_AIV));
    dv_obj_free(o);
}

Test(link, local_names_are_unique)
{
    struct dv_obj *o = LINK(KERNEL "k: nop\nl: jump l\nend\n", "l: jump l\nl.2: nop\n",
                            ".kernel m, core=aic\nm: nop\nl: end\n");
    cr_assert(o != NULL, "%s", said.text);
    cr_expect(symbol(o, "l")->value == 4 && symbol(o, "l.2")->value == 32);
    cr_expect(symbol(o, "l.2.2")->value == 36 && symbol(o, "l.3")->value == 68);
    cr_expect(o->kernels == 2 && o->kinds == (DV_ON(DV_AIV) | DV_ON(DV_AIC)));
    dv_obj_free(o);
}

Test(link, names_and_lines_move)
{
    struct dv_obj *o =
        LINK(KERNEL ".buf A, ub, f16[64]\nk: nop\nend\n",
             ".buf A, ub, f16[64]\n.macro m\nnop\n.endm\n.mark region\nm\n.endmark\n");
    cr_assert(o != NULL, "%s", said.text);
    cr_expect_str_eq(said.text, "");
    unsigned buffers = 0, marks = 0;
    for (uint32_t i = 0; i < o->names; i++) {
        buffers += o->name[i].kind == DV_NAME_BUFFER;
        marks += o->name[i].kind == DV_NAME_MARK && o->name[i].pc >= 32;
    }
    const struct dv_line *row = dv_obj_line(o, 32);
    cr_expect(buffers >= 1 && marks == 2, "%u buffers, %u marks", buffers, marks);
    cr_assert(row && row->call == 1);
    cr_expect(o->call[0].lo == 32 && !strcmp(o->file[o->call[0].file], "b.s") && row->line == 3);
    dv_obj_free(o);
}

/* ---- messages -------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text[4], *expect;
} messages[] = {
    {"no kernel",
     {"nop\n"},
     "dv: error: no kernel is linked\n    help: one of the sources needs a .kernel\n"},
    {"two kernels of one name",
     {KERNEL "k: end\n", ".global q\n" KERNEL "k: end\n"},
     "dv: error: symbol 'k' is defined in a.o (a.s:2) and in b.o (b.s:3)\n"
     "    help: rename one of them, or leave out .global where one file uses it\n"},
    {"two kernels, other entries",
     {".kernel k, core=mix\n.entry aic, a\n.entry aiv, b\na: b: end\n",
      ".kernel k, core=mix\n.entry aic, c\n.entry aiv, d\nc: d: end\n"},
     "dv: error: kernel 'k' is in a.o and in b.o\n    help: rename one of them in its .kernel\n"},
    {"duplicate",
     {KERNEL "k: end\n", ".global f\nf: ret\n", ".data\n.global f\nf: .quad 1\n"},
     "dv: error: symbol 'f' is defined in b.o (b.s:2) and in c.o\n"
     "    help: rename one of them, or leave out .global where one file uses it\n"},
    {"undefined",
     {KERNEL ".extern helpr\nk: nop\n  call helpr\nend\n", ".global helper\nhelper: ret\n",
      ".extern helpr\ncall helpr\ncall helpr\n"},
     "a.s:4:3: error: undefined symbol 'helpr', used by a.o, c.o\n"
     "    help: did you mean 'helper'?\n"},
    {"undefined in data",
     {KERNEL ".extern other\n.data\n.quad 0, other\n.text\nk: end\n"},
     "a.o: .data+0x8: error: undefined symbol 'other', used by a.o\n"
     "    help: link the object or archive that defines it\n"},
    {"local elsewhere",
     {KERNEL ".extern f\nk: call f\nend\n", "f: ret\n"},
     "a.s:3:4: error: undefined symbol 'f', used by a.o\n"
     "    help: it is local to b.o: write .global f there\n"},
    {"too far",
     {KERNEL ".extern f\nk: jumpcmp.lt.s64 x1, x2, f\nend\n", ".rept 2048\nnop\n.endr\n",
      ".global f\nf: ret\n"},
     "a.s:3:4: error: 'f' is 8224 bytes from this jumpcmp of a.o, it reaches -8192..8188\n"
     "    help: name the objects in another order, or load the address and use a register\n"},
    {"data from code",
     {KERNEL ".extern v\nk: call v\nend\n", ".global v\n.data\nv: .quad 1\n"},
     "a.s:3:4: error: 'v' is 17592186044416 bytes from this call of a.o, it reaches "
     "-524288..524284\n"
     "    help: name the objects in another order, or load the address and use a register\n"},
    {"odd target",
     {KERNEL ".extern f\nk: call f + 2\nend\n", ".global f\nf: ret\n"},
     "a.s:3:4: error: 'f' is 34 bytes from this call of a.o, no whole number of words\n"
     "    help: align it: .align 4\n"},
    {"32 bits",
     {KERNEL ".data\nv: .word v\n.text\nk: end\n"},
     "a.o: .data+0x0: error: 'v' in a.o: the address does not fit 32 bits\n"
     "    help: write .quad: data lie above 4 GiB\n"},
    {"generations",
     {KERNEL "k: end\n", ".kernel m, core=c100\nm: end\n"},
     "dv: error: a.o is for the split cores (aic, aiv), b.o for the merged core (c100)\n"
     "    help: link the kernels of each generation on their own\n"},
};

Test(link, messages)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct dv_obj *o = link_texts(messages[i].text);
        cr_expect(!o, "%s", messages[i].name);
        cr_expect_str_eq(said.text, messages[i].expect, "%s: got\n%s", messages[i].name, said.text);
        dv_obj_free(o);
    }
}

Test(link, at_most_twenty_messages)
{
    static char text[8192];
    size_t n = (size_t)snprintf(text, sizeof text, KERNEL "k:\n");
    for (unsigned i = 0; i < 30; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ".extern no_%u\ncall no_%u\n", i, i);
    cr_expect(!LINK(text));
    unsigned errors = 0;
    for (const char *p = said.text; (p = strstr(p, ": error: ")); p++)
        errors++;
    cr_expect(errors == 20 && strstr(said.text, "too many errors\n"), "%u", errors);
}

/* Helpers that place buffers or flags over those of the kernel. */
Test(link, shared_local_memory)
{
    struct dv_obj *o = LINK(KERNEL ".buf A, ub, f16[64]\nk: end\n", ".buf T, ub, f16[8]\nnop\n");
    cr_expect(o != NULL);
    cr_expect_str_eq(
        said.text,
        "dv: warning: buffer 'T' of b.o shares ub with 'A' of a.o\n    help: place one "
        "of them with at=, or declare both in one included file\n",
        "%s", said.text);
    dv_obj_free(o);
    o = LINK(KERNEL ".flag f, mte2 -> v, ids=2\nk: end\n", ".flag g, mte2 -> v\nnop\n");
    cr_expect(o && strstr(said.text, "flag 'g' of b.o shares an event id with 'f' of a.o"), "%s",
              said.text);
    dv_obj_free(o);
}

/* Code of a file without kernel is for no core in particular. */
Test(link, wrong_core)
{
    struct dv_obj *o = LINK(KERNEL "k: end\n", "nop\nmmad.f16f32 [x1], [x2], [x3], x4\n");
    cr_expect(o != NULL);
    cr_expect_str_eq(said.text,
                     "b.s:2:1: warning: mmad in b.o is no instruction of aiv, which the kernels "
                     "run on\n",
                     "%s", said.text);
    dv_obj_free(o);
}

/* A linker stops at words it cannot patch, whoever wrote them. */
Test(link, foreign_relocations)
{
    static const struct {
        uint8_t section, kind;
        const char *expect;
    } row[] = {
        {DV_TEXT, DV_R_FIELD, "no instruction with a target stands there"},
        {DV_TEXT, DV_R_HALF1, "no mov of 16 bits stands there"},
        {DV_DATA, DV_R_FIELD, "no instruction with a target stands there"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct inputs in = {.n = 0};
        uint8_t *p;
        size_t n;
        struct dv_obj *o = part("a.s", KERNEL ".data\n.quad 0\n.text\nk: nop\nend\n");
        o->reloc = realloc(o->reloc, sizeof *o->reloc);
        o->reloc[o->relocs++] = (struct dv_reloc){row[i].section, 0, 0, row[i].kind, 0};
        cr_assert(dv_obj_write(o, &p, &n, NULL) == DV_OK);
        dv_obj_free(o);
        add_image(&in, "a.o", p, n);
        cr_expect(!link_inputs(&in, NULL));
        cr_expect(strstr(said.text, row[i].expect), "%s", said.text);
        free_inputs(&in);
    }
}

Test(link, same_file_twice)
{
    struct inputs in = {.n = 0};
    add_part(&in, "a.s", "a.o", KERNEL "k: end\n");
    in.file[1] = in.file[0];
    in.n = 2;
    cr_expect(!link_inputs(&in, NULL));
    cr_expect_str_eq(said.text, "dv: error: a.o is given twice\n    help: name each file once\n");
    in.n = 1;
    free_inputs(&in);
}

/* ---- archives -------------------------------------------------------------------------------- */

/* Appends a member in GNU format; a long name goes through the table at its offset. */
static void add_member(struct dv_bytes *b, const char *name, const void *p, size_t n)
{
    char head[80];
    if (!b->n)
        dv_bytes_add(b, "!<arch>\n", 8);
    snprintf(head, sizeof head, "%-16s%-12d%-6d%-6d%-8d%-10zu`\n", name, 0, 0, 0, 644, n);
    dv_bytes_add(b, head, 60);
    dv_bytes_add(b, p, n);
    if (b->n % 2)
        dv_bytes_add(b, "\n", 1);
}

static void add_source(struct dv_bytes *b, const char *name, const char *source, const char *text)
{
    struct inputs in = {.n = 0};
    add_part(&in, source, name, text);
    add_member(b, name, in.file[0].p, in.file[0].n);
    free_inputs(&in);
}

/* Three functions, two of which need each other, and a kernel. */
static void add_library(struct inputs *in)
{
    static const char longs[] = "a_name_longer_than_sixteen.o/\n";
    struct dv_bytes b = {0};
    add_member(&b, "/", "\0\0\0\0", 4);
    add_member(&b, "//", longs, sizeof longs - 1);
    add_source(&b, "f.o/", "f.s", ".global f\n.extern g\nf: call g\nret\n");
    add_source(&b, "/0", "g.s", ".global g\ng: ret\n");
    add_source(&b, "h.o/", "h.s", ".global h\nh: ret\n");
    add_source(&b, "m.o/", "m.s", ".kernel m, core=aiv\n.extern h\nm: call h\nend\n");
    add_image(in, "lib.a", b.p, b.n);
}

Test(link, members_as_needed)
{
    struct inputs in = {.n = 0};
    static struct said map;
    struct dv_sink sink = {&map, said_put};
    struct dv_link_opts opts = {.map = &sink};
    add_library(&in);
    add_part(&in, "a.s", "a.o", KERNEL ".extern f\nk: call f\nend\n");
    struct dv_obj *o = link_inputs(&in, &opts);
    cr_assert(o != NULL, "%s", said.text);
    cr_expect(symbol(o, "f") && symbol(o, "g") && !symbol(o, "h") && o->kernels == 1);
    cr_expect(strstr(map.text, "lib.a(f.o): needed by a.o for f\n"), "%s", map.text);
    cr_expect(strstr(map.text, "lib.a(a_name_longer_than_sixteen.o): needed by lib.a(f.o) for g\n"),
              "%s", map.text);
    dv_obj_free(o);
    free_inputs(&in);
}

Test(link, kernels_of_archives)
{
    static const char *const want[] = {"m"}, *const wrong[] = {"mm"};
    struct inputs in = {.n = 0};
    add_library(&in);
    struct dv_obj *o = link_inputs(&in, &(struct dv_link_opts){.kernel = want, .kernels = 1});
    cr_assert(o != NULL, "%s", said.text);
    cr_expect(o->kernels == 1 && symbol(o, "h") && !symbol(o, "f"));
    dv_obj_free(o);
    cr_expect(!link_inputs(&in, NULL));
    cr_expect_str_eq(said.text, "dv: error: no kernel is linked\n    help: take one out of the "
                                "archive with --kernel: m\n");
    cr_expect(!link_inputs(&in, &(struct dv_link_opts){.kernel = wrong, .kernels = 1}));
    cr_expect(strstr(said.text, "dv: error: no input holds a kernel 'mm'\n    help: did you mean "
                                "'m'?\n"),
              "%s", said.text);
    free_inputs(&in);
}

static const struct {
    const char *bytes;
    size_t n;
    const char *expect;
} damaged[] = {
    {"!<thin>\n", 8,
     "x.a is a thin archive, which only names its members: make it again without T"},
    {"!<arch>\nabc", 11, "x.a is a damaged archive: half a member header at byte 8"},
    {"!<arch>\na.o/            0           0     0     644     9         `\nabc", 71,
     "x.a is a damaged archive: a member longer than the file at byte 8"},
    {"!<arch>\na.o/            0           0     0     644     -1        `\nabc", 71,
     "x.a is a damaged archive: no member header at byte 8"},
    {"!<arch>\n/77             0           0     0     644     3         `\nabc", 71,
     "x.a is a damaged archive: a long name that is not in the table at byte 8"},
    {"!<arch>\n#1/9            0           0     0     644     3         `\nabc", 71,
     "x.a is a damaged archive: a name longer than its member at byte 8"},
};

Test(link, damaged_archives)
{
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct dv_archive a;
        struct dv_diag d;
        dv_diag_init(&d);
        enum dv_err e =
            dv_archive_read("x.a", (const uint8_t *)damaged[i].bytes, damaged[i].n, &a, &d);
        cr_expect(e == DV_E_OBJECT, "%zu", i);
        cr_expect_str_eq(d.text, damaged[i].expect, "%s", d.text);
        dv_archive_free(&a);
    }
}

Test(link, member_names)
{
    struct dv_bytes b = {0};
    struct dv_archive a;
    add_member(&b, "a.o/", "1", 1);
    add_member(&b, "plain.o", "22", 2);
    add_member(&b, "#1/8", "bsd.o\0\0\0xyz", 11);
    add_member(&b, "__.SYMDEF SORTED", "", 0);
    cr_assert(dv_archive_read("x.a", b.p, b.n, &a, NULL) == DV_OK && a.members == 3);
    cr_expect_str_eq(a.member[0].name, "x.a(a.o)");
    cr_expect_str_eq(a.member[1].name, "x.a(plain.o)");
    cr_expect_str_eq(a.member[2].name, "x.a(bsd.o)");
    cr_expect(a.member[2].n == 3 && !memcmp(a.member[2].p, "xyz", 3));
    dv_archive_free(&a);
    free(b.p);
}
