/* Warnings of the assembler: exact messages, and the texts that must not get one. */
#include "tests/asm.h"

#define AIV ".kernel k, core=aiv\n"

/* expect: the warnings without line and caret, "" = none. */
static const struct {
    const char *name, *source, *expect;
} rows[] = {
    {"label", AIV "k: nop\nhere: end\n", "t.s:3:1: warning: label 'here' is never used\n"},
    {"label used later", AIV "k: jump there\nthere: end\n", ""},
    {"label used before", AIV "k: nop\nback: jump back\n", ""},
    {"label as data", AIV "k: end\n.data\n.quad table\n.rodata\ntable: .word 1\n", ""},
    {"global label", AIV ".global f\nk: nop\nf: end\n", ""},
    {"quiet label", AIV "k: nop\n_here: end\n", ""},
    {"label of a macro", ".macro m\nhere\\@: nop\n.endm\n" AIV "k: m\nend\n", ""},
    {"buffer", AIV ".buf A, ub, f16[16]\nk: end\n", "t.s:2:6: warning: buffer 'A' is never used\n"},
    {"buffer shared", AIV ".buf A, ub, f16[16]\n.buf B, ub, f16[8], with=A\nk: mov x1, B\nend\n",
     ""},
    {"buffer copy", AIV ".buf A, ub, f16[16], copies=2\nk: mov x1, A[1]\nend\n", ""},
    {"buffer in .reg", AIV ".buf A, ub, f16[16]\nk: .reg a:ub = A\nmov a, 0\nend\n", ""},
    {"buffer of the kernel before",
     AIV
     ".buf A, ub, f16[16]\nk: end\n.kernel j, core=aiv\n.buf A, ub, f16[16]\nj: mov x1, A\nend\n",
     "t.s:2:6: warning: buffer 'A' is never used\n"},
    {"register", AIV "k: .reg a, b = 1, c@x9\nmov a, 0\nend\n",
     "t.s:2:12: warning: register name 'b' is never used\n"},
    {"register in a scope", AIV "k: .scope\n.reg a\n.endscope\nend\n",
     "t.s:3:6: warning: register name 'a' is never used\n"},
    {"flag", AIV ".flag f, mte2 -> v\nk: end\n", "t.s:2:7: warning: flag 'f' is never used\n"},
    {"flag set only", AIV ".flag f, mte2 -> v, ids=2\nk: set f[0]\nwait f[0]\nset f[1]\nend\n",
     "t.s:2:7: warning: flag 'f[1]' is set but never waited for in this file\n"},
    {"flag armed only", AIV ".flag f, mte2 -> v, ids=2\nk: arm f\nend\n",
     "t.s:2:7: warning: flag 'f' is set but never waited for in this file\n"},
    {"flag waited only", AIV ".flag f, mte2 -> v\nk: wait f\nend\n",
     "t.s:2:7: warning: flag 'f' is waited for but never set in this file\n"},
    {"flag set without a name", AIV ".flag f, mte2 -> v\nk: set_flag.mte2.v #0\nwait f\nend\n", ""},
    {"parameter", AIV ".param n, u32 = 1\n.param x, in, f16[n]\nk: end\n",
     "t.s:3:8: warning: parameter 'x' of kernel 'k' is never loaded or used\n"},
    {"parameter loaded", AIV ".param x, in, f16[4]\nk: ldparam x1, x\nend\n", ""},
    {"parameter block read", AIV ".param x, in, f16[4]\nk: mov x1, para_base\nend\n", ""},
    {"scalar of a reference",
     AIV ".param x, in, f16[4]\n.param s, f32 = 1\n.ref adds, x, s\nk: ldparam x1, x\nend\n", ""},
    {"parameter of .assert", AIV ".param n, u32 = 1\nk: .assert n > 0, \"n\"\nend\n", ""},
    {"in source order", AIV ".param n, u32 = 1\n.buf A, ub, f16[16]\nk: .reg a\nhere: end\n",
     "t.s:2:8: warning: parameter 'n' of kernel 'k' is never loaded or used\n"
     "t.s:3:6: warning: buffer 'A' is never used\n"
     "t.s:4:9: warning: register name 'a' is never used\n"
     "t.s:5:1: warning: label 'here' is never used\n"},
    {"code too large for aiv", AIV "k: .rept 4097\nnop\n.endr\n",
     "t.s:1:9: warning: the code of kernel 'k' has 16388 bytes, the instruction cache of aiv holds "
     "16384\n"},
    {"code fits aiv", AIV "k: .rept 4096\nnop\n.endr\n", ""},
    {"code fits aic", ".kernel k, core=aic\nk: .rept 8192\nnop\n.endr\n", ""},
    {"code of two kernels",
     AIV "k: .rept 4000\nnop\n.endr\n.kernel j, core=aiv\nj: .rept 4000\nnop\n.endr\n", ""},
    {"code of one half of a mix",
     ".kernel k, core=mix\n.entry aic, c\n.entry aiv, v\nc: end\nv: .rept 4097\nnop\n.endr\n",
     "t.s:1:9: warning: the code of kernel 'k' has 16388 bytes, the instruction cache of aiv holds "
     "16384\n"},
    {"user's own", AIV "k: .warning \"look\"\nend\n", "t.s:2:4: warning: look\n"},
};

/* Keeps the lines that open a message. */
static void headlines(const char *text, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (const char *p = text; *p; p += strcspn(p, "\n") + (p[strcspn(p, "\n")] != 0))
        if (!strncmp(p, "t.s:", 4))
            n += (size_t)snprintf(out + n, size - n, "%.*s\n", (int)strcspn(p, "\n"), p);
}

Test(warn, rows)
{
    static struct said said;
    static char out[4096];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dv_obj *o = assemble(rows[i].source, &said);
        cr_expect(o != NULL, "%s: %s", rows[i].name, said.text);
        headlines(said.text, out, sizeof out);
        cr_expect_str_eq(out, rows[i].expect, "%s: got\n%swanted\n%s", rows[i].name, out,
                         rows[i].expect);
        dv_obj_free(o);
    }
}

Test(warn, twenty_are_shown)
{
    static struct said said;
    static char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text, AIV "k:\n"), shown = 0;
    for (int i = 0; i < 25; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "l%d: nop\n", i);
    dv_obj_free(assemble(text, &said));
    for (const char *p = said.text; (p = strstr(p, ": warning: ")); p++)
        shown++;
    cr_expect(shown == 20 && strstr(said.text, "\n5 more warnings\n"), "%zu\n%s", shown, said.text);
}

Test(warn, silent)
{
    static struct said said;
    static const char text[] = AIV "k: nop\nhere: .warning \"look\"\nend\n";
    struct dv_asm_opts opts = {.warnings_off = true};
    struct dv_sink sink = {&said, said_put};
    struct dv_obj *o = NULL;
    said.n = 0;
    cr_expect(dv_asm_text("t.s", text, sizeof text - 1, &opts, &sink, &o, NULL) == DV_OK);
    cr_expect(said.n == 0, "%s", said.text);
    dv_obj_free(o);
}

/* Errors come alone: a name that a faulty line should have used is not called unused. */
Test(warn, errors_first)
{
    static struct said said;
    cr_expect(!assemble(AIV "k: .reg a\nmov a, nothing\nhere: end\n", &said));
    cr_expect(!strstr(said.text, "warning"), "%s", said.text);
}
