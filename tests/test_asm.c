/* The assembler's language: every row is a source and the instructions it must become.
 * Evidence: CONTRACT section 2 ("contract"), isa.md,
 * or reasoning from a layout of the definition. */
#include "tests/asm.h"

static const struct row forms[] = {
    {"three registers", "add.s64 x29, x29, x15\n", "add.s64 x29, x29, x15\n", "isa.md 12"},
    {"immediate, # optional", "add.s64 x1, x2, 12\nadd.s64 x1, x2, #12\n",
     "add.s64 x1, x2, #12\nadd.s64 x1, x2, #12\n", "contract"},
    {"any case", "ADD.S64 X1, X2, X3\n", "add.s64 x1, x2, x3\n", "contract"},
    {"address with offset", "st.b64 x0, [x2, #0x10]\n", "st.b64 x0, [x2, #16]\n", "isa.md 12"},
    {"address without offset is offset 0", "ld.b64 x0, [x2]\n", "ld.b64 x0, [x2, #0]\n", "ours"},
    {"post update", "ld.b32 x0, [x2], #8\n", "ld.b32 x0, [x2], #8\n", "isa.md 11.3"},
    {"register offset", "ld.b64 x0, [x2, x3]\n", "ld.b64 x0, [x2, x3]\n", "isa.md 11.3"},
    {"negative offset", "ld.b64 x0, [x2, -8]\n", "ld.b64 x0, [x2, #-8]\n", "layout s_mem"},
    {"special register", "mov x0, CTRL\nmov lpcnt, x6\n", "mov x0, ctrl\nmov lpcnt, x6\n",
     "isa.md 12"},
    {"flag with id and register", "set_flag.mte2.s #0\nset_flag.mte2.v x15\nwait_flag.mte2.v x10\n",
     "set_flag.mte2.s #0\nset_flag.mte2.v x15\nwait_flag.mte2.v x10\n", "isa.md 12"},
    {"f is fix", "set_flag.m.f #1\n", "set_flag.m.fix #1\n", "contract section 1"},
    {"addresses and config", "vadd.f32 [x2], [x12], [x13], x15\n",
     "vadd.f32 [x2], [x12], [x13], x15\n", "isa.md 12"},
    {"labels both ways", "a: jump b\nb: jump a\n", "jump +4\njump -4\n", "offset = target - pc"},
    {"label arithmetic", "a: nop\njump a + 8\njump #-8\n", "nop\njump +4\njump -8\n", "ours"},
    {"here", "jump .\n", "jump +0\n", "GNU as"},
    {"two-word config as raw registers", "mov_out_to_ub_align.b16 [x1], [x2], x3, x9\n",
     "mov_out_to_ub_align.b16 [x1], [x2], x3, x9\n", "layout align"},
};

Test(asm, forms)
{
    CHECK_ROWS(forms);
}

static const struct row constants[] = {
    {"zero", "mov x3, 0\n", "mov x3, #0\n", "isa.md 4"},
    {"low half", "mov x3, #0xffff\n", "mov x3, #0xffff\n", "isa.md 4"},
    {"one high half-word", "mov x3, 0x20000\n", "mov x3, #2, 1\n", "fewest"},
    {"two half-words", "mov x29, 0x107f80\n", "mov x29, #0x7f80\nmovk x29, #16, 1\n", "isa.md 12"},
    {"zero half-words are left out", "mov x3, 0x1000000000001\n", "mov x3, #1\nmovk x3, #1, 3\n",
     "fewest"},
    {"minus one", "mov x3, -1\n",
     "mov x3, #0xffff\nmovk x3, #0xffff, 1\nmovk x3, #0xffff, 2\nmovk x3, #0xffff, 3\n", "fewest"},
    {"expression", ".equ T, 8192\nmov x3, 2*T\n", "mov x3, #0x4000\n", "contract"},
    {"float bits", "mov x3, f16(1.5)\nmov x4, f32(1.0)\n", "mov x3, #0x3e00\nmov x4, #0x3f80, 1\n",
     "contract"},
    {"label", "nop\nhere: mov x1, here\n", "nop\nmov x1, #4\n", "contract"},
    {"variable", "n = 1\nn = n + 1\nmov x1, n\n", "mov x1, #2\n", "GNU as"},
};

Test(asm, constants)
{
    CHECK_ROWS(constants);
}

static const struct row configs[] = {
    {"defaults", ".reg v:vec3 = {repeat=64}\n",
     "mov x0, #257\nmovk x0, #2049, 1\nmovk x0, #2056, 2\nmovk x0, #0x4000, 3\n",
     "isa.md 12: 0x40.. 08 08 08 01 01 01"},
    {"separators",
     ".reg v:vec3\nmov v, {repeat = 1, dst_blk=0 src0_blk=0 src1_blk=0, dst_rep=0 "
     "src0_rep=0 src1_rep=0}\n",
     "mov x0, #256, 3\n", "layout vec3"},
    {"expressions with comparisons", ".reg c:load2d = {repeat=(2==2)+1 start=1<2}\n",
     "mov x0, #1\nmovk x0, #258, 1\n", "layout load2d: src_stride 1 at 24, repeat 2 at 16"},
    {"split field", ".reg v:vec1 = {repeat=1 dst_rep=0x323 src_rep=0 src_blk=0 dst_blk=0}\n",
     "mov x0, #35, 2\nmovk x0, #304, 3\n", "layout vec1: dst_rep = 55:52 39:32"},
    {"alias", ".reg v:vec3 = {repeat_times=64 src0_blk=1}\n",
     "mov x0, #257\nmovk x0, #2049, 1\nmovk x0, #2056, 2\nmovk x0, #0x4000, 3\n", "contract"},
    {"pair", ".reg c:align = {len_burst=0x4000 src_gap=5}\n",
     "mov x0, #16\nmovk x0, #0x4000, 1\nmov x1, #5\n", "layout align"},
    {"pair in an instruction", ".reg pa:gm, a:ub, c:align\nmov_out_to_ub_align.b32 [a], [pa], c\n",
     "mov_out_to_ub_align.b32 [x1], [x0], x2, x3\n", "contract"},
    {"enum value", ".reg c:fix = {m=1 n=1 dst_stride=1 src_stride=1 relu_pre=relu}\n",
     "mov x0, #16\nmovk x0, #1, 1\nmovk x0, #1, 2\nmov x1, #1\nmovk x1, #128, 2\n",
     "isa.md 9.1: reluPre 41:39"},
    {"copy of a pair", ".reg a:align, b:align\nmov b, a\n", "mov x2, x0\nmov x3, x1\n", "ours"},
};

Test(asm, configs)
{
    CHECK_ROWS(configs);
}

static const struct row fields[] = {
    {"register into a field", ".reg c:align, n\nmov c.len_burst, n\n", "insert x0, x2, #16, #21\n",
     "layout align: len_burst 36:16"},
    {"second word", ".reg c:align, n\nmov c.dst_gap, n\n", "insert x1, x2, #32, #32\n",
     "layout align: dst_gap 127:96"},
    {"half-word constant is one MOVK", ".reg c:load2d\nmov c.start, 7\n", "movk x0, #7, 0\n",
     "layout load2d: start 15:0"},
    {"other constants go through x31", ".reg c:load2d\nmov c.repeat, 7\n",
     "mov x31, #7\ninsert x0, x31, #16, #8\n", "layout load2d: repeat 23:16"},
    {"split field, constant", ".reg v:vec1\nmov v.dst_rep, 0x323\n",
     "mov x31, #803\ninsert x0, x31, #32, #8\nshr.u64 x31, x31, #8\ninsert x0, x31, #52, #4\n",
     "layout vec1: dst_rep = 55:52 39:32"},
    {"split field, register", ".reg v:vec1, n\nmov v.dst_rep, n\n",
     "insert x0, x1, #32, #8\nshr.u64 x31, x1, #8\ninsert x0, x31, #52, #4\n", "layout vec1"},
    {"add to a field", ".reg c:load2d\nadd c.start, 16\n", "add.s64 x0, x0, #16\n", "contract"},
    {"add a negative number", ".reg c:load2d\nadd c.start, -1\nsub c.start, 2\n",
     "sub.s64 x0, x0, #1\nsub.s64 x0, x0, #2\n", "ours"},
    {"add to a high field", ".reg c:load2d\nadd c.src_stride, 1\n",
     "mov x31, #256, 1\nadd.s64 x0, x0, x31\n", "layout load2d: src_stride 39:24"},
    {"array element", ".reg c[2]:load2d\nmov c[1].start, 7\n", "movk x1, #7, 0\n", "ours"},
};

Test(asm, fields)
{
    CHECK_ROWS(fields);
}

static const struct row registers[] = {
    {"lowest free", ".reg a, b = 5, c\nmov c, b\n", "mov x1, #5\nmov x2, x1\n", "contract"},
    {"pinned", ".reg s@x29 = 1, a = 2\n", "mov x29, #1\nmov x0, #2\n", "contract"},
    {"pinned in the way", ".reg p@x0 = 1, a = 2\n", "mov x0, #1\nmov x1, #2\n", "contract"},
    {"array of buffer copies", ".buf A, ub, f16[64], copies=2\n.reg r[2]:ub = A\n",
     "mov x0, #0\nmov x1, #128\n", "contract"},
    {"one address", ".buf A, ub, f16[64], at=256\n.reg r:ub = A\n", "mov x0, #256\n", "contract"},
    {"scopes give back", ".reg a = 1\n.scope\n.reg b = 2\n.endscope\n.reg c = 3\n",
     "mov x0, #1\nmov x1, #2\nmov x1, #3\n", "contract"},
    {"inner scope may shadow", ".reg a = 1\n.scope\n.reg a = 2\n.endscope\nadd.s64 a, a, 1\n",
     "mov x0, #1\nmov x1, #2\nadd.s64 x0, x0, #1\n", "ours"},
    {"x29 only when pinned, x30 last, x31 never",
     ".reg a[16], b[12], c\n.reg d, e@x29\nmov c, 1\nmov d, 2\nmov e, 3\n",
     "mov x28, #1\nmov x30, #2\nmov x29, #3\n", "contract"},
    {"no scratch", ".scratch none\n.reg a[16], b[13], c, d\nmov d, 1\n", "mov x31, #1\n",
     "contract"},
    {"case matters in names", ".equ KL, 256\n.reg kl = KL\nsub.s64 x9, x9, kl\n",
     "mov x0, #256\nsub.s64 x9, x9, x0\n", "examples: KL and kl"},
    {"index is an expression", ".equ Q, 1\n.reg a[2]\nmov x9, a[Q ^ 1]\n", "mov x9, x0\n",
     "examples: za[0 & 1]"},
};

Test(asm, registers)
{
    CHECK_ROWS(registers);
}

static const struct row flags[] = {
    {"ids of a pair are shared out",
     ".flag a, mte2 -> v, ids=2\n.flag b, mte2 -> v\nset b\nset a[1]\n",
     "set_flag.mte2.v #2\nset_flag.mte2.v #1\n", "contract"},
    {"pairs are apart", ".flag a, mte2 -> v, ids=8\n.flag b, v -> mte2\nwait b\n",
     "wait_flag.v.mte2 #0\n", "isa.md 3.3"},
    {"arm and drain", ".flag a, m -> fix, ids=2\narm a\ndrain a\n",
     "set_flag.m.fix #0\nset_flag.m.fix #1\nwait_flag.m.fix #0\nwait_flag.m.fix #1\n", "contract"},
};

Test(asm, flags)
{
    CHECK_ROWS(flags);
}

static const struct row macros[] = {
    {"named, default, positional",
     ".macro m a, b=2, c=3\nmov x\\a, \\b + \\c\n.endm\nm 1\nm 2, 5\nm 3, c=7\nm c=1, a=4\n",
     "mov x1, #5\nmov x2, #8\nmov x3, #9\nmov x4, #3\n", "GNU as"},
    {"vararg",
     ".macro m a, rest:vararg\n.irp r, \\rest\nmov \\r, \\a\n.endr\n.endm\nm 7, x1, x2\nm 8\n",
     "mov x1, #7\nmov x2, #7\n", "GNU as"},
    {"by name among varargs",
     ".macro m rest:vararg, n=1\n.irp r, \\rest\nmov \\r, \\n\n.endr\n.endm\nm x1, n=3, x2\nm x3\n",
     "mov x1, #3\nmov x2, #3\nmov x3, #1\n", "ours"},
    {"unique labels", ".macro m\n.local top\ntop: jump top\nt\\@: jump t\\@\n.endm\nm\nm\n",
     "jump +0\njump +0\njump +0\njump +0\n", "GNU as"},
    {"local registers",
     ".macro m\n.local t\n.scope\n.reg t:load2d\nmov t.start, 5\n.endscope\n.endm\n"
     ".equ t, 1\nm\n",
     "movk x0, #5, 0\n", "ours"},
    {"repeat counts", ".rept 3, i\nmov x\\i, \\i * 2\n.endr\n",
     "mov x0, #0\nmov x1, #2\nmov x2, #4\n", "contract"},
    {"nested repeats", ".rept 2, i\n.rept 2, j\nmov x1, \\i * 10 + \\j\n.endr\n.endr\n",
     "mov x1, #0\nmov x1, #1\nmov x1, #10\nmov x1, #11\n", "contract"},
    {"labels of rounds", ".rept 2, p\nl\\p: jump l\\p\n.endr\njump l0\n",
     "jump +0\njump +0\njump -8\n", "examples: last\\p"},
    {"joined names", ".macro m a\nmov x\\a\\()0, 1\n.endm\nm 1\n", "mov x10, #1\n", "GNU as"},
    {"irp", ".irp r, x3, x5\nmov \\r, 1\n.endr\n", "mov x3, #1\nmov x5, #1\n", "GNU as"},
    {"conditions",
     ".equ A, 2\n.if A == 1\nmov x1, 1\n.elseif A == 2\nmov x1, 2\n.else\nmov x1, 3\n"
     ".endif\n.ifdef B\nnop\n.endif\n.ifndef B\nmov x2, 1\n.endif\n",
     "mov x1, #2\nmov x2, #1\n", "GNU as"},
    {"dead text is not read", ".if 0\n.if 1\nrubbish [\n.endif\n.else\nmov x1, 1\n.endif\n",
     "mov x1, #1\n", "GNU as"},
    {"recursion with an end", ".macro m n\n.if \\n\nmov x1, \\n\nm \\n-1\n.endif\n.endm\nm 3\n",
     "mov x1, #3\nmov x1, #2\nmov x1, #1\n", "GNU as"},
    {"exitm", ".macro m n\n.ifb \\n\n.exitm\n.endif\nmov x1, \\n\n.endm\nm\nm 4\n", "mov x1, #4\n",
     "GNU as"},
    {"macro in a macro",
     ".macro outer n\n.macro inner\\n\nmov x1, \\n\n.endm\n.endm\nouter 5\ninner5\n",
     "mov x1, #5\n", "GNU as"},
    {"comments", "mov x1, 1 ; one\nmov x2, 2 // two\n/* three\nlines */ mov x3, ';'\n",
     "mov x1, #1\nmov x2, #2\nmov x3, #59\n", "contract"},
};

Test(asm, macros)
{
    CHECK_ROWS(macros);
}
