/* Meanings of the scalar and flow instructions: assembled words, registers in, registers out.
 * Each row names the rule it stands for; `ours` marks what isa/scalar.isa and flow.isa chose. */
#include "emu/sem/sem.h"

#include <criterion/criterion.h>
#include <string.h>

enum { C220 = DV_ON(DV_AIC) | DV_ON(DV_AIV) };
#define MIN64 0x8000000000000000ull
#define NAN32 0x7fc00000u

static enum dv_err run(struct dv_scalar *s, uint32_t word)
{
    struct dv_op op;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_assert_eq(dv_isa_decode(word, C220, &op, NULL, &d), DV_OK, "0x%08x: %s", word, d.text);
    cr_assert_eq(op.exec, DV_EXEC_SCALAR, "0x%08x", word);
    s->next = s->pc + 4;
    s->why = NULL;
    return dv_scalar[op.sem](s, &op);
}

/* x1 = x1 op (x2, x3) */
static const struct {
    uint32_t word;
    uint64_t x1, x2, x3, out;
    const char *rule;
} values[] = {
    {0x00022181, 0, MIN64, MIN64, 0, "add.s64 wraps"},
    {0x00822181, ~0ull, 0x3fc00000, 0x40100000, 0x40700000, "add.f32, high half cleared (ours)"},
    {0x00822181, 0, 0x4b800000, 0x3f800000, 0x4b800000, "add.f32 ties to even"},
    {0x00822181, 0, 0x7f800000, 0xff800000, NAN32, "add.f32 canonical NaN"},
    {0x00022182, 0, 0, 1, ~0ull, "sub.s64 wraps"},
    {0x00822182, 0, 0x3f800000, 0x40400000, 0xc0000000, "sub.f32"},
    {0x00022183, 0, 1ull << 63, 3, 1ull << 63, "mul.s64 low 64 bits"},
    {0x00822183, 0, 0x40400000, 0xbf000000, 0xbfc00000, "mul.f32"},
    {0x00022184, 10, 3, 4, 22, "madd.s64 adds xd (ours)"},
    {0x00822184, 0xbf800002, 0x3f800001, 0x3f800001, 0,
     "madd.f32 rounds the product first (ours): a fused one would leave 2^-46"},
    {0x00022185, 0, (uint64_t)-7, 2, (uint64_t)-3, "div.s64 toward zero"},
    {0x00022185, 0, MIN64, ~0ull, MIN64, "div.s64 of the most negative by -1 (ours)"},
    {0x00422185, 0, ~0ull, 2, ~0ull >> 1, "div.u64"},
    {0x00822185, 0, 0x3f800000, 0x40400000, 0x3eaaaaab, "div.f32"},
    {0x00022186, 0, (uint64_t)-7, 2, (uint64_t)-1, "rem.s64 sign of xn (ours)"},
    {0x00022186, 0, MIN64, ~0ull, 0, "rem.s64 by -1"},
    {0x00422186, 0, 7, 4, 3, "rem.u64"},
    {0x00822186, 0, 0xc0b00000, 0x40000000, 0xbfc00000, "rem.f32 sign of xn (ours)"},
    {0x00022187, 0, ~0ull, 1, 1, "max.s64"},
    {0x00422187, 0, ~0ull, 1, ~0ull, "max.u64"},
    {0x00822187, 0, 0x80000000, 0x00000000, 0x00000000, "max.f32 of zeros (ours)"},
    {0x00822187, 0, 0x7f800001u, 0x3f800000, NAN32, "max.f32 NaN (ours)"},
    {0x00022188, 0, ~0ull, 1, ~0ull, "min.s64"},
    {0x00422188, 0, ~0ull, 1, 1, "min.u64, the table's MIN.u32"},
    {0x00822188, 0, 0x80000000, 0x00000000, 0x80000000u, "min.f32 of zeros (ours)"},
    {0x00c2218a, 0, 0xff00ff00ff00ff00ull, 0x0ff00ff00ff00ff0ull, 0x0f000f000f000f00ull, "and"},
    {0x00c2218b, 0, 0xf0, 0x0f, 0xff, "or"},
    {0x00c2218c, 0, 0xff, 0x0f, 0xf0, "xor"},
    {0x000221af, 7, (uint64_t)-1, 1, 1, "cmpn.lt.s64"},
    {0x004221af, 7, (uint64_t)-1, 1, 0, "cmpn.lt.u64"},
    {0x0082219f, 7, NAN32, NAN32, 1, "cmpn.ne.f32 of NaN is true"},
    {0x0082218f, 7, NAN32, NAN32, 0, "cmpn.eq.f32 of NaN is false"},
    {0x008221cf, 7, NAN32, 0x00000000, 0, "cmpn.ge.f32 of NaN is false"},
    {0x008221df, 7, 0x80000000, 0x00000000, 1, "cmpn.le.f32 of zeros"},
    {0x08022fff, 0, 1, 0, 4096, "add immediate is unsigned (ours)"},
    {0x08822001, 0, 0, 0, ~0ull, "sub immediate"},
    {0x08422003, 0, (uint64_t)-2, 0, (uint64_t)-6, "mul immediate"},
    {0x02022000, 0, 99, 0, 9, "sqrt.s64 rounds down"},
    {0x02422000, 0, ~0ull, 0, 0xffffffff, "sqrt.u64 of the largest"},
    {0x02c22000, 0, 0xfffffffe00000000ull, 0, 0xfffffffeull, "sqrt.b64 is u64 (ours)"},
    {0x02422000, 0, 0xfffffffe00000001ull, 0, 0xffffffffull, "sqrt.u64 of an exact square"},
    {0x02822000, 0, 0x40000000, 0, 0x3fb504f3, "sqrt.f32 nearest"},
    {0x02822000, 0, 0x80000000, 0, 0x80000000u, "sqrt.f32 of -0"},
    {0x02022080, 0, 5, 0, (uint64_t)-5, "neg.s64"},
    {0x02822080, 0, 0x00000000, 0, 0x80000000u, "neg.f32"},
    {0x02022100, 0, (uint64_t)-5, 0, 5, "abs.s64"},
    {0x02022100, 0, MIN64, 0, MIN64, "abs.s64 of the most negative"},
    {0x02422100, 0, (uint64_t)-5, 0, (uint64_t)-5, "abs.u64 (ours)"},
    {0x02822100, 0, 0xc0000000, 0, 0x40000000, "abs.f32"},
    {0x02c22180, 0, 0, 0, ~0ull, "not.b64"},
    {0x02822180, 0, 0, 0, 0xffffffff, "not.f32 is 32 bits (ours)"},
    {0x02c2220d, 0, 1, 65, 2, "shl.b64 distance modulo 64 (ours)"},
    {0x02c2227e, 0, 3, 0, 1ull << 63, "shl.b64 #63"},
    {0x0202228d, 0, MIN64, 63, ~0ull, "shr.s64 arithmetic"},
    {0x0242228d, 0, MIN64, 63, 1, "shr.u64 logical"},
    {0x02422286, 0, 0x10, 0, 2, "shr.u64 #3"},
    {0x02c22300, 0, 0xff, 0, 56, "sbcnt0"},
    {0x02c22340, 0, 0xff, 0, 8, "sbcnt1"},
    {0x02c22380, 0, 7, 0, 3, "sff0"},
    {0x02c22380, 0, ~0ull, 0, ~0ull, "sff0 of no zero (ours)"},
    {0x02c223c0, 0, 8, 0, 3, "sff1"},
    {0x02c223c0, 0, 0, 0, ~0ull, "sff1 of no one (ours)"},
    {0x02c22406, 0, ~0ull, 64, ~1ull, "sbitset0, bit modulo 64 (ours)"},
    {0x02c22446, 0, 0, 63, 1ull << 63, "sbitset1"},
    {0x02c22480, 0, 1, 0, 63, "clz"},
    {0x02c22480, 0, 0, 0, 64, "clz of zero"},
    {0x02022500, 0, ~0ull, 0, 63, "sflbits of -1"},
    {0x02022500, 0, 1, 0, 62, "sflbits of 1"},
    {0x02022500, 0, MIN64, 0, 0, "sflbits of the most negative"},
    {0x02022580, 0, 0x40200000, 0, 3, "conv a: ties away"},
    {0x02022581, 0, 0xc0200000, 0, (uint64_t)-3, "conv f: floor"},
    {0x02022582, 0, 0xc0200000, 0, (uint64_t)-2, "conv c: ceiling"},
    {0x02022583, 0, 0xc039999a, 0, (uint64_t)-2, "conv z: toward zero"},
    {0x02022584, 0, 0x40200000, 0, 2, "conv r: nearest even"},
    {0x02022584, 0, 0x60ad78ec, 0, 0x7fffffff, "conv saturates (ours)"},
    {0x02022584, 0, NAN32, 0, 0, "conv of NaN (ours)"},
    {0x02022585, 0, 0xffffffff, 0, 0xbf800000, "conv s32f32 reads 32 bits"},
    {0x02022585, 0, 16777217, 0, 0x4b800000, "conv s32f32 rounds to even"},
    {0x02022586, 0, 0x477ff000, 0, 0x7c00, "conv f32f16 overflow keeps infinity (ours)"},
    {0x02022586, ~0ull, 0x3f800000, 0, 0x3c00, "conv f32f16 clears the rest"},
    {0x02022587, 0, 0x3c00, 0, 0x3f800000, "conv f16f32"},
    {0x02022588, 0, 0x3f800054, 0, 0x3c01, "conv f32f16o: to odd"},
    {0x02022800, 0, 77, 0, 77, "mov"},
    {0x02022980, 0, 0xff, 0, ~0ull, "signext.s8"},
    {0x02422980, 0, 0x8000, 0, 0xffffffffffff8000ull, "signext.s16"},
    {0x02822980, 0, 0x7fffffff80000000ull, 0, 0xffffffff80000000ull, "signext.s32"},
    {0x02022a00, 0, ~0ull, 0, 0xff, "zeroext.u8"},
    {0x02822a00, 0, ~0ull, 0, 0xffffffff, "zeroext.u32"},
    {0x07027f80, ~0ull, 0, 0, 0x7f80, "mov #imm clears the rest (A2 log)"},
    {0x07c28000, ~0ull, 0, 0, 0x8000000000000000ull, "mov #imm, 3 (ours)"},
    {0x07430010, 0x7f80, 0, 0, 0x107f80, "movk keeps the others (A2 log)"},
    {0x02c22bd0, ~0ull, 0xabcd1234, 0, 0xffffffff1234ffffull, "insert 16 bits at 16 (ours)"},
    {0x02022b3f, 0, 1, 0, 1ull << 63, "insert 1 bit at 63 (ours)"},
    {0x02c22bff, 0, ~0ull, 0, 1ull << 63, "insert past bit 63 drops (ours)"},
    {0x02c22cc0, 0xffffffff00000000ull, ~0ull, 0, ~0ull, "insert 32 bits at 0 (ours)"},
    {0x02022d0c, ~0ull, 0, 0x0804, 0xfffffffffffff00full, "insert by register: 8 at 4 (ours)"},
    {0x02022d0c, ~0ull, 5, 0, 5, "insert by register: width 0 is 64 (ours)"},
};

Test(scalar, values)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct dv_scalar s;
        memset(&s, 0, sizeof s);
        for (int k = 0; k < 32; k++)
            s.x[k] = 0x1111111111111111ull * (unsigned)k;
        s.x[1] = values[i].x1;
        s.x[2] = values[i].x2;
        s.x[3] = values[i].x3;
        struct dv_scalar old = s;
        cr_expect_eq(run(&s, values[i].word), DV_OK, "%s", values[i].rule);
        cr_expect_eq(s.x[1], values[i].out, "%s: 0x%llx", values[i].rule,
                     (unsigned long long)s.x[1]);
        s.x[1] = old.x[1];
        s.next = old.next; /* no other state changed */
        cr_expect_eq(memcmp(&s, &old, sizeof s), 0, "%s", values[i].rule);
    }
}

/* ---- faults ---------------------------------------------------------------------------------- */

static const struct {
    uint32_t word;
    uint64_t x2, x3;
    enum dv_err e;
    const char *why;
} faults[] = {
    {0x00022185, 1, 0, DV_E_RANGE, "division by zero"}, /* isa.md 10.2 */
    {0x00422185, 1, 0, DV_E_RANGE, "division by zero"},
    {0x00822185, 1, 0x80000000u, DV_E_RANGE, "division by zero"},
    {0x00022186, 1, 0, DV_E_RANGE, "division by zero"},
    {0x00822186, 1, 0, DV_E_RANGE, "division by zero"},
    {0x02022000, MIN64, 0, DV_E_RANGE, "square root of a negative number"},
    {0x02822000, 0xbf800000u, 0, DV_E_RANGE, "square root of a negative number"},
    {0x40803005, 0, 0, DV_E_RANGE, "loop count is 0"},
    {0x40803000, 0, 1, DV_E_RANGE, "the end of a loop lies before its body"},
    {0x41200000, 0, 0, DV_E_ILLEGAL,
     "end of a loop that was not entered through its loop instruction"},
    {0x41800000, 0, 0, DV_E_ILLEGAL, "break outside a loop"},
    {0x4061f000, 0, 0, DV_E_ILLEGAL, "return without a call"},
    {0x40242000, 6, 0, DV_E_RANGE, "jump to an address that is no multiple of 4"},
    {0x40442000, 6, 0, DV_E_RANGE, "jump to an address that is no multiple of 4"},
};

Test(scalar, faults)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct dv_scalar s;
        memset(&s, 0, sizeof s);
        s.x[2] = faults[i].x2;
        s.x[3] = faults[i].x3;
        cr_expect_eq(run(&s, faults[i].word), faults[i].e, "0x%08x", faults[i].word);
        cr_assert(s.why, "0x%08x", faults[i].word);
        cr_expect_str_eq(s.why, faults[i].why);
        cr_expect_eq(s.calls + s.loops, 0);
    }
}

/* ---- flow ------------------------------------------------------------------------------------ */

static const struct {
    uint32_t word;
    bool cond;
    uint64_t x1, x2, next;
} jumps[] = {
    {0x40000004, false, 0, 0, 0x110}, /* jump +16 */
    {0x401fffff, false, 0, 0, 0xfc},  /* jump -4 */
    {0x4023fffe, false, 0, 0, 0x104}, /* jumpc, condition false */
    {0x4023fffe, true, 0, 0, 0xf8},
    {0x40241000, false, 0x2000, 0, 0x2000},      /* jumpr x1 */
    {0x48141102, false, (uint64_t)-1, 0, 0x108}, /* jumpcmp.le.s64 x1, x2, +8 */
    {0x4a141102, false, (uint64_t)-1, 0, 0x104}, /* .u64: not taken */
    {0x4c041102, false, NAN32, NAN32, 0x108},    /* .ne.f32 of NaN */
};

Test(scalar, jumps)
{
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        struct dv_scalar s;
        memset(&s, 0, sizeof s);
        s.pc = 0x100;
        s.cond = jumps[i].cond;
        s.x[1] = jumps[i].x1;
        s.x[2] = jumps[i].x2;
        cr_expect_eq(run(&s, jumps[i].word), DV_OK);
        cr_expect_eq(s.next, jumps[i].next, "0x%08x: 0x%llx", jumps[i].word,
                     (unsigned long long)s.next);
    }
}

Test(scalar, condition_flag)
{
    struct dv_scalar s;
    memset(&s, 0, sizeof s);
    s.x[2] = 5;
    s.x[3] = 9;
    run(&s, 0x000021ae); /* cmp.lt.s64 x2, x3 */
    cr_expect(s.cond);
    run(&s, 0x00c22189); /* sel.b64 x1, x2, x3 */
    cr_expect_eq(s.x[1], 5);
    run(&s, 0x0a002fff); /* cmp.eq.s64 x2, #-1 */
    cr_expect(!s.cond);
    run(&s, 0x00c22189);
    cr_expect_eq(s.x[1], 9);
}

Test(scalar, calls)
{
    struct dv_scalar s;
    memset(&s, 0, sizeof s);
    for (int i = 0; i < DV_CALL_DEPTH; i++) {
        cr_assert_eq(run(&s, 0x40400040), DV_OK); /* call +256 */
        cr_assert_eq(s.next, s.pc + 256);
        s.pc = s.next;
    }
    cr_expect_eq(run(&s, 0x40400040), DV_E_LIMIT);
    for (int i = DV_CALL_DEPTH - 1; i >= 0; i--) {
        cr_assert_eq(run(&s, 0x4061f000), DV_OK); /* ret */
        cr_assert_eq(s.next, (uint64_t)i * 256 + 4);
    }
    cr_expect_eq(run(&s, 0x4061f000), DV_E_ILLEGAL);
}

/* A tiny fetcher: runs words at pc / 4 until pc leaves them; returns instructions run. */
static int fetch(struct dv_scalar *s, const uint32_t *code, int words)
{
    int n = 0;
    for (s->pc = 0; s->pc < (uint64_t)words * 4 && n < 1000; s->pc = s->next, n++)
        cr_assert_eq(run(s, code[s->pc / 4]), DV_OK, "pc %d: %s", (int)s->pc, s->why);
    return n;
}

Test(scalar, nested_loops)
{
    uint32_t code[] = {
        0x40802006, /* 0: loop x2, +24 */
        0x40803002, /* 1: loop x3, +8 */
        0x08021001, /* 2: add.s64 x1, x1, #1 */
        0x41200000, /* 3: endloop */
        0x02021800, /* 4: mov x1, x1 */
        0x08042001, /* 5: add.s64 x2, x2, #1 */
        0x41200000, /* 6: endloop */
    };
    struct dv_scalar s;
    memset(&s, 0, sizeof s);
    s.x[2] = 3;
    s.x[3] = 4;
    fetch(&s, code, 7);
    cr_expect_eq(s.x[1], 12);
    cr_expect_eq(s.x[2], 6);
    cr_expect_eq(s.loops, 0);
    cr_expect_eq(s.lpcnt, 0);
    code[4] = 0x41800000; /* break leaves the outer loop at once */
    memset(&s, 0, sizeof s);
    s.x[2] = 3;
    s.x[3] = 4;
    fetch(&s, code, 7);
    cr_expect_eq(s.x[1], 4);
    cr_expect_eq(s.x[2], 3);
    cr_expect_eq(s.loops, 0);
}

Test(scalar, loop_depth_and_lpcnt)
{
    struct dv_scalar s;
    memset(&s, 0, sizeof s);
    s.x[3] = 5;
    for (int i = 0; i < DV_LOOP_DEPTH; i++)
        cr_assert_eq(run(&s, 0x40803005), DV_OK);
    cr_expect_eq(s.lpcnt, 5);
    cr_expect_eq(run(&s, 0x40803005), DV_E_LIMIT);
    s.pc = 20;
    cr_expect_eq(run(&s, 0x41200000), DV_OK); /* endloop */
    cr_expect_eq(s.lpcnt, 4);
    cr_expect_eq(s.next, 4);
}

Test(scalar, adrp)
{
    struct dv_scalar s;
    memset(&s, 0, sizeof s);
    s.pc = 0x1000;
    cr_expect_eq(run(&s, 0x41a04010), DV_OK); /* adrp x4, +64 */
    cr_expect_eq(s.x[4], 0x1040);
}

/* Everything that steers the machine or is no item is no payload. */
Test(scalar, payload)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        cr_expect(in->exec == DV_EXEC_ITEM || !dv_sem_is_payload(in), "%s", in->name);
        if (in->exec == DV_EXEC_ITEM)
            cr_expect(dv_sem[in->sem], "%s", in->name);
        if (in->exec == DV_EXEC_SCALAR)
            cr_expect(dv_scalar[in->sem], "%s", in->name);
    }
}
