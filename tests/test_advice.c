/* What a fault of flags or order advises: the line where a wait or a set is missing, when the
 * program shows it (emu/core/sync.c, collide.c, deadlock.c). */
#include "tests/bench.h"

#include <criterion/criterion.h>

#define AIV \
    ".kernel k, core=aiv\n.param x, in, f32[2048]\n.buf A, ub, f32[2048]\n" \
    ".flag full, mte2 -> v, ids=2\n.flag back, v -> mte2\n" \
    "k:\n.reg pa:gm, ra:ub = A, mv:burst = {len_burst=256}, v:vec3 = {repeat=32}, t = 1, zero = " \
    "0\n" \
    "ldparam pa, x\n"
#define LOAD "mov_out_to_ub [ra], [pa], mv\n" /* one line each; the first is line 9 */
#define ADD "vadd.f32 [ra], [ra], [ra], v\n"

struct row {
    const char *name, *text;
    enum dv_err code;
    const char *fix;
};

static const struct row rows[] = {
    /* flags */
    {"left, nothing waits", AIV LOAD "set full[0]\nbar.all\n" ADD "end\n", DV_E_FLAG,
     "nothing waits for it: add wait_flag.mte2.v #0 before line 12, the next work of v"},
    {"left, another id is waited for",
     AIV "jumpcmp.ne.s64 t, t, w\n" LOAD "set full[0]\nend\nw:\nwait full[1]\nend\n", DV_E_FLAG,
     "line 14 waits for id 1, which nobody sets: wait for id 0 there, or set id 1"},
    {"left, waited for once less",
     AIV LOAD "set full[0]\nwait full[0]\n" ADD "bar.all\nset full[0]\nend\n", DV_E_FLAG,
     "line 14 sets it once more than line 11 waits for it: wait once more before END (drain), or "
     "leave out the last set"},
    {"left, nobody to wait", AIV LOAD "set_flag.mte2.mte3 #3\nend\n", DV_E_FLAG,
     "nothing waits for it: add wait_flag.mte2.mte3 #3 after line 10"},
    {"twice, nothing waits", AIV "set full[0]\nset full[0]\n" ADD "end\n", DV_E_FLAG,
     "nothing waits for it: add wait_flag.mte2.v #0 before line 11, the next work of v"},
    {"twice, waited for later", AIV "set full[0]\nset full[0]\nbar.all\nwait full[0]\nend\n",
     DV_E_FLAG, "v must wait for it between the set of line 9 and that of line 10"},
    {"twice, ahead of a wait that is missing",
     AIV "set full[0]\nset_flag.v.mte2 #0\nset full[0]\n" ADD ADD ADD
         "wait full[0]\nwait full[0]\nend\n",
     DV_E_FLAG,
     "flag back (v -> mte2, id 0) is set at line 10 and nothing waits for it, so that mte2 "
     "ran ahead"},
    /* collisions */
    {"wait missing", AIV LOAD "set full[1]\n" ADD "end\n", DV_E_COLLISION,
     "full[1] (mte2 -> v, id 1) is set at line 10; wait for it before line 11"},
    {"set too early", AIV "set full[1]\n" LOAD "wait full[1]\n" ADD "end\n", DV_E_COLLISION,
     "full[1] (mte2 -> v, id 1) is set at line 9: set it after line 10"},
    {"no flag at all", AIV LOAD ADD "end\n", DV_E_COLLISION,
     "order them: set_flag.mte2.v after line 9, wait_flag.mte2.v before line 10"},
    {"wait missing round a loop",
     AIV "mov t, 3\nr:\n" LOAD "set full[0]\nwait full[0]\n" ADD
         "set back\nsub.s64 t, t, 1\njumpcmp.ne.s64 t, zero, r\n.rept 3\nwait back\n"
         ".endr\nend\n",
     DV_E_COLLISION, "back (v -> mte2, id 0) is set at line 15; wait for it before line 11"},
    {"wait missing behind the pipe between",
     AIV LOAD "set full[0]\nwait full[0]\n" ADD
              "set_flag.v.mte3 #1\nmov_ub_to_out [pa], [ra], mv\nend\n",
     DV_E_COLLISION, "v -> mte3, id 1 is set at line 13; wait for it before line 14"},
    /* deadlocks */
    {"never set", AIV LOAD "wait full[0]\n" ADD "end\n", DV_E_DEADLOCK,
     "nothing sets full[0] (mte2 -> v, id 0): add set_flag.mte2.v #0 after line 9"},
    {"another id is set", AIV LOAD "set full[0]\nwait full[1]\n" ADD "end\n", DV_E_DEADLOCK,
     "'full[0]' (id 0) is set at line 10 and nobody waits for it: wait for id 0, or set id 1"},
};

Test(advice, rows)
{
    const struct dv_machine_opts plain = {.no_simd = false};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        bench_open(&b, "910B1", &plain, rows[i].text);
        bench_tensor(&b, 8192);
        enum dv_err e = bench_run(&b, 1);
        cr_expect_eq(e, rows[i].code, "%s: %s: %s", rows[i].name, dv_err_name(e), b.d.text);
        cr_expect(strstr(b.d.fix, rows[i].fix), "%s: fix is '%s'", rows[i].name, b.d.fix);
        bench_close(&b);
    }
}
