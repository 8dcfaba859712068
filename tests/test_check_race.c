/* Happens-before and races (emu/check/order.c, race.c): a row a kernel. The line with ;2 must be
 * found in a race, against the one with ;1. Without time, so that no two accesses collide: what is
 * found follows from flags and barriers alone. Evidence: isa.md 3.1 to 3.5. */
#include "emu/check/check.h"
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* p0, p1: tensors of 64 KiB; u0 .. u3 buffers of 4 KiB in UB. */
#define AIV \
    ".kernel k, core=aiv\n.buf U, ub, b8[4096], copies=4\nk:\n" \
    ".reg para, p0:gm, p1:gm, u0:ub = U, u1:ub = U + 4096, u2:ub = U + 8192, u3:ub = U + 12288\n" \
    ".reg mv:burst = {len_burst=8}, v:vec3 = {repeat=1}, w:vec1 = {repeat=1}\n" \
    ".reg n = 0, t, s:vec1 = {repeat=2}, left = 4, zero = 0, red:red = {repeat=1}\n" \
    ".reg win\nmov win, sys_va_base\nmov t, 0x80000\nadd.s64 win, win, t\n" \
    "mov para, para_base\nld.b64 p0, [para, 0]\nld.b64 p1, [para, 8]\n"
/* A 64 x K x N multiply whose operands lie in L0A and L0B. */
/* The cube goes n first, as the fixpipe does with nz2nd (isa.md 7.6). */
#define BY_N "mov para, 1<<51 | 8\nmov ctrl, para\n"
#define AIC \
    ".kernel k, core=aic\n.buf L, l1, b8[32768], copies=2\nk:\n" \
    ".reg para, p0:gm, p1:gm, l0:l1 = L, l1:l1 = L + 32768, za:l0a = 0, zb:l0b = 0, zc:l0c = 0, " \
    "ft:fb = 0\n" \
    ".reg mv:burst = {len_burst=64}, cl:load2d = {repeat=4}\n" \
    ".reg small:mmad = {m=16 k=16 n=16}, large:mmad = {m=64 k=16 n=64}\n" \
    ".reg fx:fix = {n=64 m=64 dst_stride=64 src_stride=64 nz2nd=1}\n" \
    ".reg fq:fix = {n=64 m=64 dst_stride=64 src_stride=64 quant_pre=23}\n" \
    ".reg fb:table_burst = {len_burst=4}\n" \
    "mov para, para_base\nld.b64 p0, [para, 0]\nld.b64 p1, [para, 8]\n"
#define END "end\n"

#define LOAD(u) "mov_out_to_ub [" u "], [p0], mv"
#define STORE(u) "mov_ub_to_out [p1], [" u "], mv"
#define ADD(d, a, b) "vadd.f16 [" d "], [" a "], [" b "], v"
#define SET(p, id) "set_flag." p " #" id "\n"
#define WAIT(p, id) "wait_flag." p " #" id "\n"
#define MMAD(c) "mmad.f16f32 [zc], [za], [zb], " c
#define LOADA "load_l1_to_l0a_2d [za], [l0], cl"
#define LOADB "load_l1_to_l0b_2d [zb], [l1], cl"
#define FIX "fix_l0c_to_out.f32 [p1], [zc], fx"
/* CTRL: type and operation of atomic stores. */
#define ATOMIC(type, op) "mov ctrl, " #type " * 64 + " #op " * 512 + 8\n"
#define PLAIN "mov ctrl, 8\n"
#define FROM_L1 "mov_l1_to_out [p1], [l0], mv"

static const struct race_row {
    const char *name, *text, *want; /* word of the message; NULL = no finding */
    unsigned blocks;
} rows[] = {
    {"mte2 to v, no flag", AIV LOAD("u0") " ;1\n" ADD("u1", "u0", "u0") " ;2\n" END, "RAW", 1},
    {"mte2 to v",
     AIV LOAD("u0") "\n" SET("mte2.v", "0") WAIT("mte2.v", "0") ADD("u1", "u0", "u0") "\n" END,
     NULL, 1},
    {"the set comes too early",
     AIV SET("mte2.v", "0") LOAD("u0") " ;1\n" WAIT("mte2.v", "0")
         ADD("u1", "u0", "u0") " ;2\n" END,
     "RAW", 1},
    {"the wait comes too late",
     AIV LOAD("u0") " ;1\n" SET("mte2.v", "0") ADD("u1", "u0", "u0") " ;2\n" WAIT("mte2.v", "0")
         END,
     "RAW", 1},
    {"dispatch orders nothing", AIV ADD("u1", "u0", "u0") " ;1\n" STORE("u1") " ;2\n" END, "RAW",
     1},
    {"a wait in another pipe",
     AIV LOAD("u0") " ;1\n" SET("mte2.mte3", "0") WAIT("mte2.mte3", "0")
         ADD("u1", "u0", "u0") " ;2\n" END,
     "RAW", 1},
    {"from pipe to pipe to pipe",
     AIV LOAD("u0") "\n" SET("mte2.mte3", "0") WAIT("mte2.mte3", "0") SET("mte3.v", "0")
         WAIT("mte3.v", "0") ADD("u1", "u0", "u0") "\n" END,
     NULL, 1},
    {"write after read", AIV ADD("u1", "u0", "u0") " ;1\n" LOAD("u0") " ;2\n" END, "WAR", 1},
    {"write after write", AIV LOAD("u0") " ;1\n" ADD("u0", "u1", "u2") " ;2\n" END, "WAW", 1},
    {"reads do not race", AIV STORE("u0") "\n" ADD("u1", "u0", "u0") "\n" END, NULL, 1},
    {"other bytes", AIV LOAD("u0") "\n" ADD("u1", "u2", "u3") "\n" END, NULL, 1},
    {"the byte behind",
     AIV "mov mv.len_burst, 1\n" LOAD("u0") "\nadd.s64 u0, u0, 32\n" ADD("u1", "u0", "u0") "\n" END,
     NULL, 1},
    {"wait before its set in program order",
     AIV WAIT("mte2.v", "0") ADD("u1", "u0", "u0") "\n" LOAD("u0") "\n" SET("mte2.v", "0") END,
     NULL, 1},

    {"v to v", AIV ADD("u1", "u0", "u0") " ;1\n" ADD("u2", "u1", "u0") " ;2\n" END, "RAW", 1},
    {"v to v, bar", AIV ADD("u1", "u0", "u0") "\nbar.v\n" ADD("u2", "u1", "u0") "\n" END, NULL, 1},
    {"v to v, bar of another pipe",
     AIV ADD("u1", "u0", "u0") " ;1\nbar.mte2\n" ADD("u2", "u1", "u0") " ;2\n" END, "RAW", 1},
    {"v to v, a flag to itself",
     AIV ADD("u1", "u0", "u0") "\n" SET("v.s", "0") WAIT("v.s", "0") ADD("u2", "u1", "u0") "\n" END,
     NULL, 1},
    {"v after v, war", AIV ADD("u1", "u0", "u0") " ;1\n" ADD("u0", "u2", "u3") " ;2\n" END, "WAR",
     1},
    {"v after v, waw", AIV ADD("u1", "u0", "u0") " ;1\n" ADD("u1", "u2", "u3") " ;2\n" END, "WAW",
     1},
    {"in place", AIV ADD("u1", "u1", "u0") "\n" END, NULL, 1},
    {"two loads to one place", AIV LOAD("u0") " ;1\n" LOAD("u0") " ;2\n" END, "WAW", 1},
    {"two loads, bar", AIV LOAD("u0") "\nbar.mte2\n" LOAD("u0") "\n" END, NULL, 1},
    {"two stores to one place", AIV STORE("u0") " ;1\n" STORE("u1") " ;2\n" END, "WAW", 1},
    {"two stores, bar", AIV STORE("u0") "\nbar.mte3\n" STORE("u1") "\n" END, NULL, 1},
    {"store, then load the same gm", AIV STORE("u0") " ;1\nmov_out_to_ub [u1], [p1], mv ;2\n" END,
     "RAW", 1},
    {"two atomic adds", AIV ATOMIC(1, 0) STORE("u0") "\n" STORE("u1") "\n" PLAIN END, NULL, 1},
    {"atomic adds of all blocks", AIV ATOMIC(1, 0) STORE("u0") "\n" PLAIN END, NULL, 4},
    {"atomic adds of two pipes", AIC ATOMIC(1, 0) FROM_L1 "\n" FIX "\n" PLAIN END, NULL, 1},
    {"atomic maxima of all blocks", AIV ATOMIC(4, 1) STORE("u0") "\n" PLAIN END, NULL, 4},
    {"atomic add and maximum",
     AIV ATOMIC(1, 0) STORE("u0") " ;1\n" ATOMIC(1, 1) STORE("u1") " ;2\n" PLAIN END, "WAW", 1},
    {"atomic adds of two types",
     AIV ATOMIC(1, 0) STORE("u0") " ;1\n" ATOMIC(4, 0) STORE("u1") " ;2\n" PLAIN END, "WAW", 1},
    {"plain store, then atomic", AIV STORE("u0") " ;1\n" ATOMIC(1, 0) STORE("u1") " ;2\n" PLAIN END,
     "WAW", 1},
    {"atomic store, then plain", AIV ATOMIC(1, 0) STORE("u0") " ;1\n" PLAIN STORE("u1") " ;2\n" END,
     "WAW", 1},
    {"atomic store, then plain, bar",
     AIV ATOMIC(1, 0) STORE("u0") "\nbar.mte3\n" PLAIN STORE("u1") "\n" END, NULL, 1},
    {"atomic store, then a load",
     AIV ATOMIC(1, 0) STORE("u0") " ;1\nmov_out_to_ub [u1], [p1], mv ;2\n" PLAIN END, "RAW", 1},
    {"a load, then an atomic store",
     AIV ATOMIC(1, 0) "mov_out_to_ub [u1], [p1], mv ;1\n" STORE("u0") " ;2\n" PLAIN END, "WAR", 1},
    {"two atomic adds from one buffer under change",
     AIV ATOMIC(1, 0) STORE("u0") " ;1\n" LOAD("u0") " ;2\n" PLAIN END, "WAR", 1},
    {"fixpipe reads its table while it is written",
     AIC "mov_l1_to_fb [ft], [l0], fb ;1\nfix_l0c_to_l1.s8 [l1], [zc], fq ;2\n" END, "RAW", 1},
    {"fixpipe reads its table behind a bar",
     AIC "mov_l1_to_fb [ft], [l0], fb\nbar.fix\nfix_l0c_to_l1.s8 [l1], [zc], fq\n" END, NULL, 1},
    {"bar.all", AIV LOAD("u0") "\nbar.all\n" ADD("u1", "u0", "u0") "\n" END, NULL, 1},
    {"dsb all", AIV LOAD("u0") "\ndsb.all\n" ADD("u1", "u0", "u0") "\n" END, NULL, 1},
    {"dsb ub", AIV LOAD("u0") "\ndsb.ub\n" ADD("u1", "u0", "u0") "\n" END, NULL, 1},
    {"dsb of the other memory", AIV LOAD("u0") " ;1\ndsb.ddr\n" ADD("u1", "u0", "u0") " ;2\n" END,
     "RAW", 1},
    {"dsb ddr", AIV STORE("u0") "\ndsb.ddr\nmov_out_to_ub [u1], [p1], mv\n" END, NULL, 1},
    {"dsb does not see l1", AIC "mov_out_to_l1 [l0], [p0], mv ;1\ndsb.all\n" LOADA " ;2\n" END,
     "RAW", 1},

    {"s stores, v reads", AIV "st.b32 n, [win, 0] ;1\n" ADD("u1", "u0", "u0") " ;2\n" END, "RAW",
     1},
    {"s stores, v reads, flag",
     AIV "st.b32 n, [win, 0]\n" SET("s.v", "0") WAIT("s.v", "0") ADD("u1", "u0", "u0") "\n" END,
     NULL, 1},
    {"v writes, s loads", AIV ADD("u0", "u1", "u1") " ;1\nld.b32 n, [win, 0] ;2\n" END, "RAW", 1},
    {"v writes, s loads, flag",
     AIV ADD("u0", "u1", "u1") "\n" SET("v.s", "0") WAIT("v.s", "0") "ld.b32 n, [win, 0]\n" END,
     NULL, 1},
    {"v writes, s loads, bar of v",
     AIV ADD("u0", "u1", "u1") " ;1\nbar.v\nld.b32 n, [win, 0] ;2\n" END, "RAW", 1},
    {"s loads, v writes", AIV "ld.b32 n, [win, 0] ;1\n" ADD("u0", "u1", "u1") " ;2\n" END, "WAR",
     1},
    {"s loads and uses it, v writes",
     AIV "ld.b32 n, [win, 0]\nadd.s64 n, n, 1\n" ADD("u0", "u1", "u1") "\n" END, NULL, 1},
    {"s uses the load before",
     AIV "ld.b32 t, [win, 64]\nld.b32 n, [win, 0] ;1\nadd.s64 t, t, 1\n" ADD("u0", "u1",
                                                                             "u1") " ;2\n" END,
     "WAR", 1},
    {"s after s", AIV "st.b32 n, [win, 0]\nld.b32 t, [win, 0]\nst.b32 n, [win, 0]\n" END, NULL, 1},
    {"a special register of v",
     AIV "mov red.acc, 1\nvcadd.f16 [u1], [u0], red ;1\nmov n, acc_val ;2\n" END,
     "special register", 1},
    {"a special register of v, flag",
     AIV "mov red.acc, 1\nvcadd.f16 [u1], [u0], red\n" SET("v.s", "0")
         WAIT("v.s", "0") "mov n, acc_val\n" END,
     NULL, 1},

    {"mte1 to m", AIC LOADA " ;1\nmov large.c_init, 1\n" MMAD("large") " ;2\n" END, "RAW", 1},
    {"mte1 to m, flag",
     AIC LOADA "\n" LOADB "\n" SET("mte1.m", "0")
         WAIT("mte1.m", "0") "mov large.c_init, 1\n" MMAD("large") "\n" END,
     NULL, 1},
    {"large mmads follow each other",
     AIC "mov large.c_init, 1\n" MMAD("large") "\nmov large.c_init, 0\n" MMAD("large") "\n" END,
     NULL, 1},
    {"small mmads do not",
     AIC
     "mov small.c_init, 1\n" MMAD("small") " ;1\nmov small.c_init, 0\n" MMAD("small") " ;2\n" END,
     "RAW", 1},
    {"small mmads, bar",
     AIC
     "mov small.c_init, 1\n" MMAD("small") "\nbar.m\nmov small.c_init, 0\n" MMAD("small") "\n" END,
     NULL, 1},
    {"m to fix", AIC "mov large.c_init, 1\n" MMAD("large") " ;1\n" FIX " ;2\n" END, "RAW", 1},
    {"m to fix, flag",
     AIC "mov large.c_init, 1\n" MMAD("large") "\n" SET("m.fix", "0") WAIT("m.fix", "0") FIX
     "\n" END,
     NULL, 1},
    {"m to fix, unit flag",
     AIC BY_N "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 3\n" MMAD(
         "large") "\n" FIX "\n" MMAD("large") "\n" FIX "\n" END,
     "WAW", 1}, /* of FIX and FIX in gm */
    {"unit flags order a tile, not what else m read",
     AIC BY_N "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 3\n" MMAD(
         "large") " ;1\n" FIX "\n" SET("fix.mte1", "0") WAIT("fix.mte1", "0") LOADA "\n" END,
     NULL, 1}, /* fix is complete after m */
    {"a unit flag left set",
     AIC BY_N "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 2\n" MMAD(
         "large") " ;2\n" FIX "\n" END,
     "left set at END", 1},
    {"unit flags, the cube m first",
     AIC "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 3\n" MMAD(
         "large") " ;1\n" FIX " ;2\n" END,
     "along n first", 1},
    {"unit flags, m first both",
     AIC "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 3\nmov fx.nz2nd, 0\n" MMAD(
         "large") "\n" FIX "\n" END,
     NULL, 1},
    {"unit flags, the fixpipe m first",
     AIC BY_N
     "mov large.c_init, 1\nmov large.unit_flag, 3\nmov fx.unit_flag, 3\nmov fx.nz2nd, 0\n" MMAD(
         "large") " ;1\n" FIX " ;2\n" END,
     "along m first", 1},
    {"loads of mte1 follow each other", AIC LOADA "\n" LOADA "\n" END, NULL, 1},

    {"blocks write the same", AIV STORE("u0") " ;1 ;2\n" END, "between blocks", 2},
    {"one block", AIV STORE("u0") "\n" END, NULL, 1},
    {"blocks write their own",
     AIV "mov t, blockid\nshl.b64 t, t, 8\nadd.s64 p1, p1, t\n" STORE("u0") "\n" END, NULL, 4},
    {"blocks one byte too far",
     AIV "mov t, blockid\nshl.b64 t, t, 7\nadd.s64 p1, p1, t\n" STORE("u0") " ;1 ;2\n" END,
     "between blocks", 2},
    {"blocks read the same", AIV LOAD("u0") "\n" END, NULL, 8},
    {"a block reads what another writes",
     AIV "mov t, blockid\njumpcmp.eq.s64 t, zero, first\n"
         "mov_out_to_ub [u1], [p1], mv ;2\nend\nfirst:\n" STORE("u0") " ;1\n" END,
     "between blocks", 2},
    {"blocks of one core follow each other for a kernel that tells its core",
     AIV "mov t, coreid\nshl.b64 t, t, 8\nadd.s64 p1, p1, t\n" STORE("u0") "\n" END, NULL, 60},
    {"blocks of one core are as unordered", AIV STORE("u0") " ;1 ;2\n" END, "between blocks", 60},

    {"id merges",
     AIV SET("mte2.v", "0") "wait_flag.mte2.v #0 ;1\nset_flag.mte2.v #0 ;2\n" WAIT("mte2.v", "0")
         END,
     "may be set again", 1},
    {"id comes back after an answer",
     AIV SET("mte2.v", "0") WAIT("mte2.v", "0") SET("v.mte2", "0") WAIT("v.mte2", "0")
         SET("mte2.v", "0") WAIT("mte2.v", "0") END,
     NULL, 1},
    {"s knows its own wait",
     AIV SET("v.s", "0") WAIT("v.s", "0") SET("v.s", "0") WAIT("v.s", "0") END, NULL, 1},
    {"s does not know the wait of v",
     AIV SET("s.v", "0") WAIT("s.v", "0") SET("s.v", "0") WAIT("s.v", "0") END, "may be set again",
     1},
};

static unsigned marked(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    unsigned line = 1;

    for (const char *p = text; at && p < at; p++)
        line += *p == '\n';
    return at ? line : 0;
}

static void expect(const struct race_row *r, const struct dv_check *k)
{
    unsigned two = marked(r->text, ";2"), one = marked(r->text, ";1"), right = 0, n = 0;

    for (unsigned i = 0; i < dv_check_findings(k); i++) {
        const struct dv_check_finding *f = dv_check_finding(k, i);
        if (strcmp(f->code, "RACE") && strcmp(f->code, "FLAG"))
            continue; /* of other rules */
        n++;
        right += r->want && strstr(f->d.text, r->want) && (!two || f->d.at.line == (int)two) &&
                 (!one || f->d.other.line == (int)one);
        if (!r->want)
            cr_expect_fail("%s: %s line %d against %d: %s", r->name, f->code, f->d.at.line,
                           f->d.other.line, f->d.text);
    }
    if (r->want)
        cr_expect(n == 1 && right == 1, "%s: %u findings, %u as wanted", r->name, n, right);
}

Test(check_race, table)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const struct dv_machine_opts opts = {.time_off = true};
        struct dv_check_tensor t[] = {{0, 65536, DV_PARAM_INOUT, "p0"},
                                      {0, 65536, DV_PARAM_INOUT, "p1"}};
        struct bench b;
        bench_open(&b, "910B1", &opts, rows[i].text);
        bench_tensor(&b, 65536);
        bench_tensor(&b, 65536);
        t[0].address = b.slot[0];
        t[1].address = b.slot[1];
        struct dv_check *k = dv_check_new(b.m, b.obj, t, 2, &b.d);
        cr_assert(k);
        cr_expect_eq(bench_run(&b, rows[i].blocks), DV_OK, "%s: %s", rows[i].name, b.d.text);
        cr_expect_eq(dv_check_finish(k, &b.d), DV_OK);
        expect(&rows[i], k);
        dv_check_free(k);
        bench_close(&b);
    }
}
