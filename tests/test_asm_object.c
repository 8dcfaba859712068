/* What the assembler leaves in the object besides words: buffers, flags, lines, calls, kernels,
 * data. Evidence as in test_asm.c. */
#include "tests/asm.h"

static struct said said;

static struct dv_obj *good(const char *text)
{
    struct dv_obj *o = assemble(text, &said);
    cr_assert(o != NULL, "%s", said.text);
    return o;
}

static const struct dv_name *name_of(const struct dv_obj *o, unsigned kind, const char *name)
{
    for (uint32_t i = 0; i < o->names; i++)
        if (o->name[i].kind == kind && !strcmp(o->name[i].name, name))
            return &o->name[i];
    cr_assert(false, "no name %s", name);
    return NULL;
}

/* Buffers: the last one of the source is looked at. */
static const struct {
    const char *source;
    uint64_t address, bytes, pitch;
    const char *evidence;
} buffers[] = {
    {".buf A, ub, f16[64]\n", 0, 128, 128, "lowest"},
    {".buf Q, ub, u8[33]\n.buf A, ub, f16[64]\n", 64, 128, 128, "ub is 32 B aligned, isa.md 10.1"},
    {".buf Q, ub, u8[32]\n.buf A, ub, u8[40], copies=3\n", 32, 40, 64, "copies are contiguous"},
    {".buf A, ub, f16[64], group=8\n", 0x100, 128, 512, "address[8:5] = 8, isa.md 6.10"},
    {".buf A, ub, f16[64], bank=2\n", 0x20000, 128, 128, "address[17:16] = 2, isa.md 6.10"},
    {".buf A, ub, f16[64], bank=1, group=3\n", 0x10060, 128, 512, "isa.md 6.10"},
    {".buf A, ub, f16[64], at=0x400\n", 0x400, 128, 128, "contract"},
    {".buf Q, ub, f16[64], at=0x40\n.buf A, ub, f16[16]\n", 0, 32, 32, "lowest gap"},
    {".buf Q, ub, f16[64], at=0x40\n.buf A, ub, f16[64]\n", 0xc0, 128, 128, "gap too small"},
    {".buf Q, ub, f16[64], at=0x40\n.buf A, ub, f32[8], with=Q\n", 0x40, 32, 32, "contract"},
    {".buf Q, ub, s4[64]\n.buf A, ub, f16[2, 3]\n", 32, 12, 32, "s4: two a byte"},
    {".kernel k, core=aic\nk:\n.buf Q, l0a, f16[1]\n.buf A, l0a, f16[16]\n", 512, 32, 512,
     "l0a is 512 B aligned, isa.md 10.1"},
};

Test(asm_object, buffers)
{
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        struct dv_obj *o = good(buffers[i].source);
        const struct dv_name *n = name_of(o, DV_NAME_BUFFER, "A");
        cr_expect(n->address == buffers[i].address && n->bytes == buffers[i].bytes &&
                      n->pitch == buffers[i].pitch,
                  "%s (%s): at 0x%llx, %llu B, pitch %llu", buffers[i].source, buffers[i].evidence,
                  (unsigned long long)n->address, (unsigned long long)n->bytes,
                  (unsigned long long)n->pitch);
        dv_obj_free(o);
    }
}

Test(asm_object, names)
{
    struct dv_obj *o = good(".flag a, mte2 -> v, ids=2\n.flag b, mte2 -> v, ids=3\n"
                            "nop\n.mark loop\nnop ; dv:allow redundant_sync kept for clarity\n"
                            ".endmark\n.allow stale_cache, \"first use\"\nnop\n");
    const struct dv_name *f = name_of(o, DV_NAME_FLAG, "b");
    cr_expect(f->src == DV_PIPE_MTE2 && f->dst == DV_PIPE_V && f->first == 2 && f->copies == 3);
    cr_expect(name_of(o, DV_NAME_MARK, "loop")->pc == 4);
    const struct dv_name *a = name_of(o, DV_NAME_ALLOW, "redundant_sync");
    cr_expect(a->pc == 4);
    cr_expect_str_eq(a->text, "kept for clarity");
    cr_expect(name_of(o, DV_NAME_ALLOW, "stale_cache")->pc == 8);
    cr_expect(o->section[DV_TEXT].n == 12, "marks cost no word");
    dv_obj_free(o);
}

Test(asm_object, lines_and_calls)
{
    struct dv_obj *o =
        good(".macro inner\n    nop\n.endm\n.macro outer\n    inner\n    nop\n.endm\n"
             "    nop\n    outer\n    .rept 2\n    inner\n    .endr\n");
    static const struct {
        uint32_t line;
        const char *call, *parent;
    } want[] = {
        {8, NULL, NULL},       {2, "inner", "outer"}, {6, "outer", NULL},
        {2, "inner", ".rept"}, {2, "inner", ".rept"},
    };
    cr_assert(o->lines == 5);
    for (uint32_t i = 0; i < 5; i++) {
        const struct dv_line *l = &o->line[i];
        const struct dv_call *c = l->call ? &o->call[l->call - 1] : NULL;
        const struct dv_call *p = c && c->parent ? &o->call[c->parent - 1] : NULL;
        cr_expect(l->pc == 4 * i && l->line == want[i].line && l->col == 5, "row %u", i);
        cr_expect(!c == !want[i].call && (!c || !strcmp(c->name, want[i].call)), "row %u", i);
        cr_expect(!p == !want[i].parent && (!p || !strcmp(p->name, want[i].parent)), "row %u", i);
        cr_expect(!c || (c->lo <= l->pc && l->pc < c->hi), "row %u", i);
    }
    cr_expect(o->call[o->line[1].call - 1].line == 5, "inner was called at line 5");
    cr_expect_str_eq(o->file[o->line[0].file], "t.s");
    dv_obj_free(o);
}

Test(asm_object, loc)
{
    struct dv_obj *o = good(".loc \"a.c\", 7, 3\nnop\n.loc\nnop\n");
    cr_expect_str_eq(o->file[o->line[0].file], "a.c");
    cr_expect(o->line[0].line == 7 && o->line[0].col == 3 && o->line[1].line == 4);
    dv_obj_free(o);
}

Test(asm_object, kernel)
{
    struct dv_obj *o =
        good(".equ T, 16\n.kernel k, core=aiv\n"
             ".param a, in, f16[n, ceil_div(n, T)], layout=nz, stride=n+T\n"
             ".param n, u32 = 4*T, min=1, max=1000, multiple=T\n.param e, f32 = -0.5\n"
             ".ref softmax, a, axis, rtol=1e-3, atol=1e-6, max_ulp=2\n"
             ".blocks min(n, 8)\nk: ldparam x1, n\n");
    const struct dv_kernel *k = &o->kernel[0];
    cr_assert(o->kernels == 1 && k->params == 3 && k->ref_args == 2);
    cr_expect(k->core == DV_CORE_AIV && o->kinds == DV_ON(DV_AIV));
    cr_expect_str_eq(k->entry[0], "k");
    cr_expect(k->param[0].elem == DV_EL_F16 && k->param[0].role == DV_PARAM_IN &&
              k->param[0].dims == 2);
    cr_expect_str_eq(k->param[0].dim[1], "ceil_div(n, 16)", "constants are folded");
    cr_expect_str_eq(k->param[0].layout, "nz");
    cr_expect_str_eq(k->param[0].stride, "n+16");
    cr_expect_str_eq(k->param[1].def, "4*16");
    cr_expect_str_eq(k->param[1].multiple, "16");
    cr_expect_str_eq(k->param[2].def, "-0.5");
    cr_expect_str_eq(k->ref_arg[1], "axis");
    cr_expect_str_eq(k->rtol, "1e-3");
    cr_expect_str_eq(k->blocks, "min(n, 8)");
    cr_expect(k->param[1].line == 4);
    dv_obj_free(o);
}

Test(asm_object, mix)
{
    struct dv_obj *o = good(".kernel k, core=mix, ratio=1:2\n.param a, in, f16[8]\n.entry aic, c\n"
                            ".entry aiv, v\nc: ldparam x1, a\nend\nv: end\n");
    struct dv_op op;
    cr_expect_str_eq(o->kernel[0].entry[0], "c");
    cr_expect_str_eq(o->kernel[0].entry[1], "v");
    cr_expect(dv_isa_decode(word_at(o, 4), o->kinds, &op, NULL, NULL) == DV_OK && op.imm == 8,
              "slot 0 is the hidden FFTS base (contract)");
    dv_obj_free(o);
}

static const struct {
    const char *source;
    uint8_t section;
    size_t n;
    const char *bytes;
} data[] = {
    {".data\n.byte 1, 255, -1, 'a'\n", DV_DATA, 4,
     "\x01\xff\xff"
     "a"},
    {".data\n.half 0x1234, -2\n", DV_DATA, 4, "\x34\x12\xfe\xff"},
    {".data\n.word 1\n.quad 0x0102030405060708\n", DV_DATA, 12,
     "\x01\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01"},
    {".rodata\n.f16 1, -2.0\n.bf16 1.0\n.f32 1.5\n", DV_RODATA, 10,
     "\x00\x3c\x00\xc0\x80\x3f\x00\x00\xc0\x3f"},
    {".data\n.ascii \"a\\n\\x41\\0\", \"b\"\n.asciz \"c\"\n", DV_DATA, 7, "a\nA\0bc\0"},
    {".data\n.byte 1\n.align 4\n.byte 2\n.space 2\n", DV_DATA, 7, "\1\0\0\0\2\0\0"},
    {".data\na: .quad b\nb: .quad b - a\n", DV_DATA, 16, "\x08\0\0\0\0\x10\0\0\x08\0\0\0\0\0\0\0"},
};

Test(asm_object, data)
{
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        struct dv_obj *o = good(data[i].source);
        const struct dv_bytes *b = &o->section[data[i].section];
        cr_expect(b->n == data[i].n && !memcmp(b->p, data[i].bytes, data[i].n), "%s: %zu bytes",
                  data[i].source, b->n);
        dv_obj_free(o);
    }
}

Test(asm_object, sections)
{
    struct dv_obj *o = good(".rodata\n.quad 0\ntable: .quad 1\n.data\nv: .quad table\n"
                            ".bss\n.space 100\n.text\nmov x1, table\nend\n");
    const uint64_t base = DV_DATA_BASE;
    uint64_t v;
    cr_expect(o->final && !o->relocs);
    cr_expect(o->address[DV_RODATA] == base && o->address[DV_DATA] == base + 4096 &&
              o->address[DV_BSS] == base + 8192 && o->section[DV_BSS].n == 100);
    memcpy(&v, o->section[DV_DATA].p, 8);
    cr_expect(v == base + 8);
    static char out[512];
    words(o, out, sizeof out);
    cr_expect_str_eq(out, "mov x1, #8\nmovk x1, #0, 1\nmovk x1, #0x1000, 2\nend\n", "%s", out);
    dv_obj_free(o);
}

Test(asm_object, externals)
{
    struct dv_obj *o = good(".extern other\ncall other\n.data\n.quad other + 8\n");
    cr_assert(o->relocs == 2 && !o->final);
    cr_expect_str_eq(o->symbol[o->reloc[0].symbol].name, "other");
    cr_expect(!o->symbol[o->reloc[0].symbol].defined);
    cr_expect(o->reloc[0].kind == DV_R_FIELD && o->reloc[1].kind == DV_R_ABS64 &&
              o->reloc[1].addend == 8 && o->reloc[1].section == DV_DATA);
    dv_obj_free(o);
}

Test(asm_object, two_kernels)
{
    struct dv_obj *o =
        good(".kernel a, core=aiv\n.buf B, ub, f16[64]\n.flag f, mte2 -> v\na:\n.reg r = 1\nend\n"
             ".kernel b, core=aiv\n.buf B, ub, f16[32]\n.flag f, mte2 -> v\nb:\n.reg r = 2\nend\n");
    static char out[512];
    words(o, out, sizeof out);
    cr_expect_str_eq(out, "mov x0, #1\nend\nmov x0, #2\nend\n", "%s", out);
    dv_obj_free(o);
}

/* A .word is a word with a line row, so text from the disassembler comes back. */
Test(asm_object, word_in_text)
{
    struct dv_obj *o = good(".word 0x85c4c6bc\n");
    cr_expect(o->section[DV_TEXT].n == 4 && word_at(o, 0) == 0x85c4c6bc && o->lines == 1);
    dv_obj_free(o);
}
