/* Object files: round trips through the ELF image, lookups, what foreign and damaged files are
 * told, and what the ordinary tools read. Evidence: isa/obj.h, docs/object.md. */
#include <criterion/criterion.h>
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"

struct image {
    uint8_t *p;
    size_t n;
};

static struct image write_object(const struct dv_obj *o)
{
    struct image m = {NULL, 0};
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert(dv_obj_write(o, &m.p, &m.n, &d) == DV_OK, "%s", d.text);
    return m;
}

static struct image sample_image(void)
{
    struct dv_obj *o = sample_object();
    struct image m = write_object(o);
    dv_obj_free(o);
    return m;
}

/* ---- round trips ----------------------------------------------------------------------------- */

static void round_trip(struct dv_obj *o, int seed)
{
    struct dv_obj *back = NULL;
    struct dv_diag d;
    struct image m = write_object(o), again;
    dv_diag_init(&d);
    cr_assert(dv_obj_read(m.p, m.n, "x.o", &back, &d) == DV_OK, "seed %d: %s", seed, d.text);
    const char *what = sample_difference(o, back);
    cr_expect(!what, "seed %d: %s differs", seed, what ? what : "");
    again = write_object(back);
    cr_expect(again.n == m.n && !memcmp(again.p, m.p, m.n), "seed %d: other bytes", seed);
    free(again.p);
    free(m.p);
    dv_obj_free(back);
    dv_obj_free(o);
}

Test(obj, sample_round_trip)
{
    round_trip(sample_object(), -1);
}

Test(obj, random_round_trips)
{
    for (int seed = 0; seed < 300; seed++)
        round_trip(sample_any((uint64_t)seed), seed);
}

Test(obj, empty_round_trip)
{
    struct dv_obj *o = dv_obj_new();
    o->final = true;
    round_trip(o, 0);
    round_trip(dv_obj_new(), 1);
}

/* File names as a user may write them; evidence: the bytes come back. */
Test(obj, file_names)
{
    static const char *const path[] = {"a.s",      "./a.s",      "/a.s",   "d/a.s", "d//a.s",
                                       "/d/e/a.s", "",           "../a.s", "d/",    "/",
                                       "a b.s",    "\xc3\xa4.s", "././x",  "//x"};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        struct dv_obj *o = sample_object();
        free(o->file[1]);
        o->file[1] = strdup(path[i]);
        round_trip(o, (int)i);
    }
}

/* ---- lookups --------------------------------------------------------------------------------- */

Test(obj, lines)
{
    struct dv_obj *o = sample_object();
    cr_expect(dv_obj_line(o, 0) == &o->line[0]);
    cr_expect(dv_obj_line(o, 3) == &o->line[0]);
    cr_expect(dv_obj_line(o, 4) == &o->line[1]);
    cr_expect(dv_obj_line(o, 63) == &o->line[15]);
    cr_expect_null(dv_obj_line(o, 64));
    cr_expect_null(dv_obj_line(o, UINT64_MAX));
    cr_expect(o->line[6].call == 3 && o->line[8].call == 4 && o->line[12].call == 1);
    o->line[0].pc = 2;
    cr_expect_null(dv_obj_line(o, 1));
    dv_obj_free(o);
}

Test(obj, buffers_and_flags)
{
    static const struct {
        uint64_t address;
        const char *name;
    } buffers[] = {
        {0xff, NULL},  {0x100, "A[0]"},    {0x140, "A[0]+0x40"}, {0x17f, "A[0]+0x7f"},
        {0x180, NULL}, {0x200, "A[1]"},    {0x27f, "A[1]+0x7f"}, {0x300, NULL},
        {0x1000, "C"}, {0x103f, "C+0x3f"}, {0x1040, NULL},       {UINT64_MAX, NULL},
    };
    static const struct {
        unsigned src, dst, id;
        const char *name;
    } flags[] = {
        {DV_PIPE_MTE2, DV_PIPE_V, 2, NULL},      {DV_PIPE_MTE2, DV_PIPE_V, 3, "full[0]"},
        {DV_PIPE_MTE2, DV_PIPE_V, 4, "full[1]"}, {DV_PIPE_MTE2, DV_PIPE_V, 5, NULL},
        {DV_PIPE_V, DV_PIPE_MTE2, 3, NULL},
    };
    struct dv_obj *o = sample_object();
    char text[64];
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        bool found = dv_obj_buffer_at(o, 0, DV_SPACE_UB, buffers[i].address, text, sizeof text);
        cr_expect(found == (buffers[i].name != NULL) && (!found || !strcmp(text, buffers[i].name)),
                  "buffer row %zu: %s", i, text);
    }
    cr_expect(!dv_obj_buffer_at(o, 0, DV_SPACE_L1, 0x100, text, sizeof text));
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        bool found =
            dv_obj_flag_at(o, 0, flags[i].src, flags[i].dst, flags[i].id, text, sizeof text);
        cr_expect(found == (flags[i].name != NULL) && (!found || !strcmp(text, flags[i].name)),
                  "flag row %zu: %s", i, text);
    }
    cr_expect(dv_obj_buffer_at(o, 0, DV_SPACE_UB, 0x140, text, 4));
    cr_expect_str_eq(text, "A[0");
    dv_obj_free(o);
}

Test(obj, bytes_grow)
{
    struct dv_bytes b = {0};
    for (unsigned i = 0; i < 10000; i++) {
        uint8_t byte = (uint8_t)i;
        cr_assert(dv_bytes_add(&b, &byte, 1));
    }
    cr_expect(b.n == 10000 && b.p[9999] == (9999 & 255) && b.p[0] == 0);
    cr_expect(dv_bytes_add(&b, NULL, 0) && b.n == 10000);
    cr_expect(!dv_bytes_add(&b, b.p, SIZE_MAX - 5) && b.n == 10000);
    free(b.p);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void expect_refusal(const void *p, size_t n, const char *message)
{
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_expect(dv_obj_read(p, n, "f", &o, &d) == DV_E_OBJECT, "accepted: %s", message);
    cr_expect_null(o);
    cr_expect_str_eq(d.text, message, "%s", d.text);
    dv_obj_free(o);
}

Test(obj, foreign_files)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *message;
    } rows[] = {
        {"", 0, "f is empty"},
        {"!<arch>\nxx", 10, "f is an archive, not a dv object"},
        {"#!/bin/sh\n", 10, "f is a script, not a dv object"},
        {"\x93NUMPY\1\0", 8, "f is a NumPy array, not a dv object"},
        {"PK\3\4zip", 7, "f is a zip archive, not a dv object"},
        {"\x1f\x8b\x08\0", 4, "f is gzip data, not a dv object"},
        {"MZ\x90\0", 4, "f is a Windows program, not a dv object"},
        {"add x1, x2\n", 11, "f is a text file, not a dv object: assemble it first with dv as"},
        {"\1\2\3\4\5", 5, "f is no ELF file, not a dv object"},
        {"\x7f"
         "E",
         2, "f is no ELF file, not a dv object"},
        {"\x7f"
         "ELF\2\1\1",
         7, "f is truncated at byte 7: the ELF header needs bytes up to 64"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_refusal(rows[i].bytes, rows[i].n, rows[i].message);
}

static Elf64_Ehdr *header(struct image m)
{
    return (Elf64_Ehdr *)(void *)m.p;
}

static Elf64_Shdr *section(struct image m, unsigned i)
{
    return (Elf64_Shdr *)(void *)(m.p + header(m)->e_shoff) + i;
}

/* One change of a good image, and what is said about it. */
struct damage {
    int part; /* section number, or one of the two below */
    size_t offset, bytes;
    uint64_t value;
    const char *message;
};

enum { HEADER = -1, NOTE = -2 };

#define EHDR(field) HEADER, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field)
#define IDENT(byte) HEADER, byte, 1
#define SHDR(i, field) i, offsetof(Elf64_Shdr, field), sizeof(((Elf64_Shdr *)0)->field)

static const struct damage damages[] = {
    {IDENT(EI_DATA), ELFDATA2MSB, "f is a big-endian ELF file, not for the Da Vinci core"},
    {EHDR(e_machine), EM_X86_64, "f is an ELF executable for x86-64, not for the Da Vinci core"},
    {EHDR(e_machine), EM_AARCH64, "f is an ELF executable for AArch64, not for the Da Vinci core"},
    {IDENT(EI_CLASS), 1, "f is an ELF executable for machine 0x4153, not for the Da Vinci core"},
    {EHDR(e_machine), 0x1234,
     "f is an ELF executable for machine 0x1234, not for the Da Vinci core"},
    {EHDR(e_type), ET_DYN, "f is neither a relocatable nor a final object"},
    {EHDR(e_flags), 0x12, "f has unknown flags 0x12 in its header"},
    {EHDR(e_flags), 0x102, "f has unknown flags 0x102 in its header"},
    {EHDR(e_shoff), 0, "f has a damaged ELF header or no section table"},
    {EHDR(e_shstrndx), 99, "f has a damaged ELF header or no section table"},
    {SHDR(5, sh_flags), SHF_COMPRESSED, "f has a compressed section, decompress it first"},
    {SHDR(9, sh_link), 77, "f: section 9 links to section 77 of 12"},
    {SHDR(1, sh_type), SHT_NOTE, "f: section .text has the wrong type"},
    {SHDR(4, sh_type), SHT_PROGBITS, "f has no section .note.dv, it was not made by dv as"},
    {SHDR(3, sh_size), 1ull << 33,
     "f: section .bss wants 8589934592 bytes, at most 4 GiB are allowed"},
    {SHDR(9, sh_size), 100, "f has a damaged symbol table"},
    {NOTE, 20, 4, 9, "f has object version 9, this dv reads version 1: assemble it again"},
    {NOTE, 4, 4, 0xffff, "f: note section is cut at byte 0"},
    {NOTE, 8, 4, 7, "f carries no ISA version note, it was not made by dv as"},
};

static void apply(struct image m, const struct damage *d)
{
    uint8_t *p = m.p;
    if (d->part == NOTE)
        p += section(m, 4)->sh_offset;
    else if (d->part >= 0)
        p = (uint8_t *)section(m, (unsigned)d->part);
    memcpy(p + d->offset, &d->value, d->bytes);
}

static struct image damaged(struct image good, const struct damage *d)
{
    struct image m = {malloc(good.n), good.n};
    memcpy(m.p, good.p, good.n);
    apply(m, d);
    return m;
}

Test(obj, damaged_files)
{
    struct image good = sample_image();
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct image m = damaged(good, &damages[i]);
        expect_refusal(m.p, m.n, damages[i].message);
        free(m.p);
    }
    free(good.p);
}

Test(obj, other_isa_version)
{
    const struct damage d = {NOTE, 16, 4, 200, NULL};
    char message[160];
    struct image good = sample_image(), m = damaged(good, &d);
    snprintf(message, sizeof message,
             "f was assembled for ISA version 200, this dv has version %u: assemble it again",
             dv_isa_version);
    expect_refusal(m.p, m.n, message);
    free(m.p);
    free(good.p);
}

Test(obj, too_large_sizes)
{
    static const struct damage rows[] = {
        {SHDR(2, sh_size), 1ull << 40, NULL},
        {SHDR(2, sh_offset), UINT64_MAX, NULL},
        {EHDR(e_shoff), UINT64_MAX - 7, NULL},
        {EHDR(e_phoff), 1ull << 40, NULL},
    };
    struct image good = sample_image();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct image m = damaged(good, &rows[i]);
        struct dv_obj *o = NULL;
        struct dv_diag d;
        dv_diag_init(&d);
        cr_expect(dv_obj_read(m.p, m.n, "f", &o, &d) == DV_E_OBJECT);
        cr_expect(strstr(d.text, "f is truncated at byte"), "%s", d.text);
        free(m.p);
    }
    free(good.p);
}

/* A vendor object gives its code, to be printed and never run. */
Test(obj, vendor)
{
    struct image m = sample_image();
    struct dv_obj *o = NULL, *plain = sample_object();
    struct dv_diag d;
    dv_diag_init(&d);
    header(m)->e_machine = DV_EM_VENDOR;
    header(m)->e_flags = 0;
    cr_assert(dv_obj_read(m.p, m.n, "f", &o, &d) == DV_OK, "%s", d.text);
    cr_expect(o->vendor && !o->symbols && !o->kernels && !o->lines);
    cr_expect(o->section[DV_TEXT].n == 64 &&
              !memcmp(o->section[DV_TEXT].p, plain->section[DV_TEXT].p, 64));
    uint8_t *image = NULL;
    size_t bytes;
    cr_expect(dv_obj_write(o, &image, &bytes, &d) == DV_E_OBJECT);
    cr_expect_str_eq(d.text, "a vendor object cannot be written");
    section(m, 1)->sh_flags = SHF_ALLOC;
    expect_refusal(m.p, m.n, "f is a vendor object without code");
    dv_obj_free(o);
    dv_obj_free(plain);
    free(m.p);
}

/* What the writer refuses, because no reader would take it. */
static const char *const refused[] = {
    "symbol 'loop' lies behind the end of .text",
    "a final object has relocations",
    "a relocation at offset 0x3e patches nothing",
    "line table: row 1 is out of order or names no file",
    "line table: row 15 is out of order or names no file",
    "line table: expansions overlap or nest deeper than 1000",
    "kernel 'vadd_f16' is incomplete",
    "name 'A' is incomplete",
    "core kinds 0x8 are unknown",
};

static void add_reloc(struct dv_obj *o, uint64_t offset)
{
    o->reloc = calloc(1, sizeof *o->reloc);
    o->reloc[o->relocs++] = (struct dv_reloc){DV_TEXT, offset, 0, DV_R_ABS32, 0};
}

/* Spoils an object so that refused[row] is due. */
static void spoil(struct dv_obj *o, size_t row)
{
    if (row == 0)
        o->symbol[0].value = 65;
    else if (row == 1)
        add_reloc(o, 0);
    else if (row == 2)
        add_reloc(o, 62);
    else if (row == 3)
        o->line[0].pc = 5;
    else if (row == 4)
        o->line[15].file = 3;
    else if (row == 5)
        o->call[1].hi = 40;
    else if (row == 6)
        o->kernel[0].param[0].role = 9;
    else if (row == 7)
        o->name[0].space = 99;
    else
        o->kinds = 8;
}

Test(obj, bad_objects)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct dv_obj *o = sample_object();
        uint8_t *image = NULL;
        size_t bytes;
        struct dv_diag d;
        dv_diag_init(&d);
        spoil(o, i);
        cr_expect(dv_obj_write(o, &image, &bytes, &d) == DV_E_OBJECT, "row %zu", i);
        cr_expect_str_eq(d.text, refused[i], "row %zu: %s", i, d.text);
        dv_obj_free(o);
    }
}

/* ---- tools ----------------------------------------------------------------------------------- */

/* Runs a command on the sample's file; NULL when its first word is not installed. */
static char *run_tool(const char *tool, const char *arguments)
{
    static char out[65536];
    char file[] = "/tmp/dv_objXXXXXX", command[512];
    struct image m = sample_image();
    int fd = mkstemp(file);
    cr_assert(fd >= 0 && write(fd, m.p, m.n) == (ssize_t)m.n);
    close(fd);
    free(m.p);
    snprintf(command, sizeof command, "command -v %s >/dev/null || exit 77; %s %s %s 2>&1", tool,
             tool, arguments, file);
    FILE *f = popen(command, "r");
    cr_assert(f);
    size_t n = fread(out, 1, sizeof out - 1, f);
    out[n] = 0;
    int rc = pclose(f);
    unlink(file);
    return WEXITSTATUS(rc) == 77 ? NULL : out;
}

static const struct {
    const char *tool, *arguments, *wanted;
} tools[] = {
    {"readelf", "-hSnW", "<unknown>: 0x4153"},
    {"readelf", "-hSnW", "EXEC (Executable file)"},
    {"readelf", "-SW", ".debug_line"},
    {"readelf", "-lW", "R E 0x20"},
    {"readelf", "--debug-dump=decodedline -W", "k.s                                           10"},
    {"readelf", "--debug-dump=info", "DW_TAG_inlined_subroutine"},
    {"nm", "", "T vadd_f16"},
    {"nm", "", "t loop"},
    {"nm", "", "a T"},
    {"eu-addr2line", "-f -i 0x18 -e", "inner inlined at ./kernels/test/k.s:102:5"},
    {"eu-addr2line", "-f 0x20 -e", "/root.inc:36:13"},
    {"llvm-dwarfdump", "--verify", "No errors."},
};

static void expect_tool(const char *tool)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (strcmp(tools[i].tool, tool))
            continue;
        const char *out = run_tool(tool, tools[i].arguments);
        if (!out)
            cr_skip_test("install %s", tool);
        cr_expect(strstr(out, tools[i].wanted), "%s %s: no '%s' in\n%s", tool, tools[i].arguments,
                  tools[i].wanted, out);
        cr_expect_null(strstr(out, "arning"), "%s %s:\n%s", tool, tools[i].arguments, out);
    }
}

Test(obj_tools, readelf)
{
    expect_tool("readelf");
}

Test(obj_tools, nm)
{
    expect_tool("nm");
}

Test(obj_tools, addr2line)
{
    expect_tool("eu-addr2line");
}

Test(obj_tools, dwarfdump)
{
    expect_tool("llvm-dwarfdump");
}
