/* Loops replayed (emu/core/replay.h) against every round simulated: all counters of all cores, the
 * cycles, what they rest on and the whole record of a fault. */
#include "tests/twin.h"

static const struct twin_way plain = {.no_replay = true}, replay = {.no_replay = false};

enum ending { FAULT, ENDS, REPLAYS };

/* Both ways, then replayed in steps, and saved and restored on the way. */
static void compare(const struct twin *t, enum ending ending)
{
    static const struct twin_way other[] = {{.step = 97},
                                            {.step = 777},
                                            {.step = 4999},
                                            {.save_at = 3001},
                                            {.save_at = 20011, .step = 6007}};
    struct dv_obj *obj = launch_object(t->source);
    uint64_t all, some;
    char *want = twin_run(t, obj, &plain, &all), *got = twin_run(t, obj, &replay, &some);
    const char *diff = twin_diff(want, got), *fault = strstr(want, "fault");

    cr_expect((ending == FAULT) == (fault != NULL), "%s: %.300s", t->name, fault ? fault : "ends");
    cr_expect(!*diff, "%s: replayed:%s", t->name, diff);
    cr_expect(ending != REPLAYS || some < all, "%s: nothing was replayed", t->name);
    free(got);
    for (unsigned i = 0; i < sizeof other / sizeof *other; i++) {
        got = twin_run(t, obj, &other[i], NULL);
        diff = twin_diff(want, got);
        cr_expect(!*diff, "%s: step %llu, saved at %llu:%s", t->name,
                  (unsigned long long)other[i].step, (unsigned long long)other[i].save_at, diff);
        free(got);
    }
    free(want);
    dv_obj_free(obj);
}

#define ROW(n, text, ...) \
    { \
        .name = n, .source = text, __VA_ARGS__ \
    }

static void compare_all(const struct twin *t, size_t n, enum ending ending)
{
    for (size_t i = 0; i < n; i++)
        compare(&t[i], ending);
}

#define COMPARE(rows, ending) compare_all(rows, sizeof(rows) / sizeof *(rows), ending)

/* ---- loops of vector cores ------------------------------------------------------------------- */

#define AIV \
    ".kernel k, core=aiv\n.param n, u32 = 300\n.param a, in, f16[262144]\n" \
    ".param b, out, f16[262144]\n" \
    ".buf A, ub, f16[8192]\n.buf B, ub, f16[8192]\n.buf C, ub, f16[8192]\n" \
    "k:\n.reg zero = 0, pa:gm, pb:gm, n, t, u, e = 0, one = 1, step = 512\n" \
    ".reg ra:ub = A, rb:ub = B, rc:ub = C, rd:ub = C, us = 0x80080000\n" \
    ".reg v:vec3 = {repeat=16}, mv:burst = {len_burst=16}, big:burst = {len_burst=512}\n" \
    "ldparam pa, a\nldparam pb, b\nldparam n, n\n"
#define LOOP "l:\n"
#define NEXT "sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\n"
#define ADD "vadd.f16 [rc], [rb], [rb], v\n"
#define LOAD "mov_out_to_ub [ra], [pa], mv\nadd.s64 pa, pa, step\n"
#define STORE "mov_ub_to_out [pb], [rc], mv\nadd.s64 pb, pb, step\n"
#define FLAG(src, dst, id) "set_flag." src "." dst " #" id "\nwait_flag." src "." dst " #" id "\n"
#define WAITING(rounds, label) \
    "mov t, " rounds "\n" label ":\nsub.s64 t, t, 1\njumpcmp.gt.s64 t, zero, " label "\n"
#define END "end\n"
/* t = n < 100 ? 1 : 0 */
#define LATE "mov t, 99\nsub.s64 t, t, n\nmov u, 1\nmax.s64 t, t, zero\nmin.s64 t, t, u\n"

static const struct twin vectors[] = {
    ROW("vectors", AIV LOOP ADD NEXT END),
    ROW("loads, vectors, stores",
        AIV "mov step, 1024\n" LOOP "bar.mte2\n" LOAD FLAG("mte2", "v", "0")
            ADD FLAG("v", "mte3", "0") STORE "set_flag.mte3.s #0\nwait_flag.mte3.s #0\n" NEXT END,
        .args = "n=200"),
    ROW("nested", AIV LOOP "mov u, 9\nm: " ADD "sub.s64 u, u, 1\njumpcmp.gt.s64 u, zero, m\n"
                           "set_flag.v.s #0\nwait_flag.v.s #0\n" NEXT END),
    ROW("masks", AIV LOOP "add.s64 e, e, 1\nshl.b64 t, one, e\nmov u, 7\nand.b64 e, e, u\n"
                          "sub.s64 t, t, 1\nmovemask t, 0\n" ADD "bar.v\n" NEXT END),
    ROW("counter mode now and then",
        AIV LOOP "mov t, ctrl\nmov u, 1\nshl.b64 u, u, 56\nxor.b64 t, t, u\nmov ctrl, t\n"
                 "mov u, 99\nmovemask u, 0\nvadd.f16 [rc], [ra], [rb], v\nbar.all\n" NEXT END),
    ROW("register ids", AIV LOOP LOAD "set_flag.mte2.v e\nwait_flag.mte2.v e\n" ADD
                                      "set_flag.v.mte2 e\nwait_flag.v.mte2 e\n"
                                      "xor.b64 e, e, one\n" NEXT END),
    ROW("barriers", AIV LOOP LOAD "bar.mte2\nbar.mte3\n" FLAG("mte2", "v", "3") ADD
        "bar.v\nbar.all\ndsb.all\nnop\n" NEXT END),
    ROW("flags of S", AIV LOOP FLAG("s", "v", "0") ADD FLAG("v", "s", "1") FLAG("s", "mte2", "2")
                          LOAD FLAG("mte2", "s", "0") NEXT END),
    ROW("a pipe works, then rests", AIV LOOP ADD "bar.v\n" WAITING("30", "m") NEXT END),
    ROW("sets of a pipe that worked once", AIV ADD "bar.all\n" LOOP FLAG("v", "s", "0") NEXT END),
    ROW("sets of a pipe, later work", AIV ADD "bar.all\n" LOOP FLAG("v", "s", "0") NEXT ADD END),
    ROW("nops of a pipe that worked once",
        AIV ADD "bar.all\n" LOOP "nop.v\n" WAITING("99", "m") NEXT ADD END),
    ROW("odd rounds", AIV LOOP "and.b64 t, n, one\njumpcmp.eq.s64 t, zero, m\n" ADD
                               "bar.v\nm: " LOAD FLAG("mte2", "s", "0") NEXT END),
    ROW("another body from a round on",
        AIV LOOP "mov t, 100\njumpcmp.lt.s64 n, t, m\n" ADD
                 "jump o\nm: " LOAD FLAG("mte2", "v", "0") "o:\n" FLAG("v", "s", "0") NEXT END),
    ROW("the trip count sets the repeat",
        AIV LOOP "mov t, 7\nand.b64 t, t, n\nadd.s64 t, t, 1\nmov v.repeat, t\n" ADD
                 "set_flag.v.s #0\nwait_flag.v.s #0\n" NEXT END),
    ROW("a delay that shrinks",
        AIV LOOP ADD "bar.v\nadd.s64 t, n, zero\nm: sub.s64 t, t, 1\n"
                     "jumpcmp.gt.s64 t, zero, m\n" FLAG("v", "s", "0") NEXT END,
        .args = "n=120"),
    ROW("loop and endloop", AIV "loop n, m\n" ADD "bar.v\nm: endloop\n" END),
    ROW("calls", AIV LOOP "call f\nbar.v\n" NEXT END "f: " ADD "ret\n"),
    ROW("S stores in the outer loop",
        AIV LOOP
        "mov u, 30\nm: " ADD "bar.v\nsub.s64 u, u, 1\njumpcmp.gt.s64 u, zero, m\n"
        "set_flag.v.s #0\nwait_flag.v.s #0\nst.b64 n, [us, 0]\nld.b64 t, [us, 0]\n" NEXT END,
        .args = "n=12"),
    ROW("moves that share lines", AIV "mov step, 96\n" LOOP LOAD FLAG("mte2", "s", "0") NEXT END),
    ROW("many blocks of a core",
        AIV "mov t, blockid\nadd.s64 n, n, t\n" LOOP ADD "bar.v\n" LOAD FLAG("mte2", "s", "0")
            NEXT END,
        .args = "n=50", .blocks = 130, .set = "aiv", .to = "1"),
};

/* .. whose rounds cannot be replayed, or whose items do not tell. */
static const struct twin vectors_held[] = {
    ROW("a wait is held over a loop",
        AIV "wait_flag.s.v #0\n" ADD LOOP NEXT "set_flag.s.v #0\n" END),
    ROW("a set is held over a loop",
        AIV ADD "wait_flag.v.mte2 #0\n" LOAD LOOP NEXT "set_flag.v.mte2 #0\n" END),
    ROW("a flag comes late", AIV LOOP "wait_flag.s.v #0\n" ADD WAITING(
                                 "60", "m") "set_flag.s.v #0\n" FLAG("v", "s", "1") NEXT END),
    ROW("more code than the I-cache holds",
        AIV LOOP ".rept 4200\nnop\n.endr\n" ADD "jumpcmp.le.s64 n, one, o\nsub.s64 n, n, 1\n"
                 "mov t, l\njumpr t\no:\n" END,
        .args = "n=12"),
    ROW("long stores, many loads",
        AIV LOOP ".rept 6\nmov_ub_to_out [pb], [rc], big\n.endr\n.rept 90\n" LOAD ".endr\n"
                 "mov t, 90*512\nsub.s64 pa, pa, t\nset_flag.mte2.s #0\nwait_flag.mte2.s #0\n" NEXT
                 "bar.mte3\n" END,
        .args = "n=30"),
    ROW("S waits for nobody", AIV LOOP ADD WAITING("20", "m") NEXT END),
    ROW("S meets a store behind the loop", AIV LOOP STORE NEXT "sub.s64 pb, pb, step\n"
                                                               "ld.b64 t, [pb, 0]\n" END),
    ROW("full queues", AIV LOOP ".rept 40\n" ADD ".endr\n" LOAD LOAD NEXT END, .args = "n=60"),
    ROW("two pipes work, then rest", AIV LOOP ADD "bar.v\n" WAITING("150", "m") LOAD NEXT END,
        .args = "n=40"),
    ROW("S waits for one queue, another one drains",
        AIV LOOP FLAG("mte3", "mte2", "0") "mov_ub_to_out [pb], [rc], big\n" NEXT END,
        .args = "n=60"),
    ROW("a pipe rests for a time of its own",
        AIV LOOP "vdiv.f16 [rb], [rb], [rc], v\n" ADD ADD ADD "and.b64 t, n, one\n"
                 "jumpcmp.ne.s64 t, zero, o\nnop\no:\n" WAITING("71", "m") "bar.all\n" NEXT END),
    ROW("S meets an older store", AIV LOOP STORE NEXT "mov t, 3*512\nsub.s64 pb, pb, t\n"
                                                      "st.b64 t, [pb, 0]\n" END),
};

Test(replay, vector_loops)
{
    COMPARE(vectors, REPLAYS);
    COMPARE(vectors_held, ENDS);
}

/* ---- faults that only some round meets ------------------------------------------------------- */

static const struct twin faults[] = {
    ROW("a pointer leaves its tensor", AIV LOOP LOAD FLAG("mte2", "s", "0") NEXT END,
        .args = "n=2000"),
    ROW("a stored pointer leaves its tensor",
        AIV LOOP ADD FLAG("v", "mte3", "0") STORE FLAG("mte3", "v", "0") NEXT END,
        .args = "n=2000"),
    ROW("a flag set twice", AIV LOOP LOAD "set_flag.mte2.v #0\nmov t, 100\njumpcmp.eq.s64 n, t, m\n"
                                          "wait_flag.mte2.v #0\nm:\n" ADD "bar.all\n" NEXT END),
    ROW("a flag set twice while another one is set",
        AIV LOOP ADD ADD FLAG("s", "v", "2")
            FLAG("mte2", "mte3", "7") "mov_ub_to_out [pb], [rc], big\n" NEXT END),
    ROW("a wait without set",
        AIV LOOP LOAD "mov t, 100\njumpcmp.eq.s64 n, t, m\n"
                      "set_flag.mte2.v #0\nm: wait_flag.mte2.v #0\n" ADD "bar.all\n" NEXT END),
    ROW("a flag left over", AIV LOOP FLAG("mte2", "v", "0") NEXT "set_flag.mte2.v #1\n" END),
    ROW("a set in the moment of a wait",
        AIV LOOP "set_flag.s.v #0\nwait_flag.s.v #0\nadd.s64 t, n, zero\nm: sub.s64 t, t, 1\n"
                 "jumpcmp.gt.s64 t, zero, m\n" NEXT END,
        .args = "n=120", .blocks = 1, .set = "core.flag.latency", .to = "20 cy"),
    ROW("a collision in UB",
        AIV LOOP LATE "mov u, C - A\nmul.s64 t, t, u\nmov u, A\nadd.s64 ra, u, t\n"
                      "bar.all\n" ADD LOAD NEXT END),
    ROW("a delay becomes too short",
        AIV LOOP LOAD "add.s64 t, n, zero\nm: sub.s64 t, t, 1\njumpcmp.gt.s64 t, zero, m\n"
                      "vadd.f16 [rc], [ra], [ra], v\nbar.all\n" NEXT END,
        .args = "n=600"),
    ROW("two pipes meet in GM", AIV "mov u, 512*200\nadd.s64 pa, pb, u\n" LOOP LOAD
                                    "mov_ub_to_out [pb], [rc], mv\nadd.s64 pb, pb, step\n"
                                    "add.s64 pb, pb, step\n" FLAG("mte2", "s", "0") NEXT END),
    ROW("S reads what was stored", AIV LOOP STORE FLAG("mte3", "s", "0") NEXT
        "mov t, 50*512\nsub.s64 pb, pb, t\nld.b64 t, [pb, 0]\n" END),
    ROW("S reads what is being stored",
        AIV LOOP WAITING("400", "m") STORE NEXT "sub.s64 pb, pb, step\nld.b64 t, [pb, 0]\n" END),
    ROW("S reads a result", AIV LOOP ADD "bar.all\n" NEXT "mov t, C - A\nadd.s64 us, us, t\n"
                                         "ld.b64 t, [us, 0]\n" END),
    ROW("S reads what one of two wrote last",
        AIV "mov u, 5\no: mov n, 40\n" LOOP "and.b64 t, u, one\njumpcmp.eq.s64 t, zero, m\n" ADD
            "jump p\nm: vsub.f16 [rc], [ra], [rb], v\np: bar.all\n" NEXT
            "sub.s64 u, u, 1\njumpcmp.gt.s64 u, zero, o\n"
            "mov t, C - A\nadd.s64 us, us, t\nld.b64 t, [us, 0]\n" END),
    /* Two slots in turn; S overwrites both; the loop again: both are skipped payload again. */
    ROW("S reads a result made again",
        AIV "mov u, 3\nmov step, B - A\n"
            "o: mov n, 40\nmov e, A\n" LOOP "xor.b64 e, e, step\nvadd.f16 [e], [rc], [rc], v\n"
            "bar.all\n" NEXT "sub.s64 u, u, 1\njumpcmp.le.s64 u, zero, q\n"
            ".rept 16, i\nst.b64 u, [us, 8*\\i]\n.endr\nadd.s64 t, us, step\n"
            ".rept 16, i\nst.b64 u, [t, 8*\\i]\n.endr\njump o\n"
            "q: ld.b64 t, [us, 0]\n" END),
    ROW("S reads the other result made again",
        AIV "mov u, 3\nmov step, B - A\n"
            "o: mov n, 40\nmov e, A\n" LOOP "xor.b64 e, e, step\nvadd.f16 [e], [rc], [rc], v\n"
            "bar.all\n" NEXT "sub.s64 u, u, 1\njumpcmp.le.s64 u, zero, q\n"
            ".rept 16, i\nst.b64 u, [us, 8*\\i]\n.endr\nadd.s64 t, us, step\n"
            ".rept 16, i\nst.b64 u, [t, 8*\\i]\n.endr\njump o\n"
            "q: add.s64 us, us, step\nld.b64 t, [us, 0]\n" END),
    ROW("S reads a register of V",
        AIV ".reg r:red = {repeat=1 acc=1}\n" LOOP "vcadd.f16 [rc], [ra], r\nbar.all\n" NEXT
            "mov t, acc_val\n" END),
    ROW("an id of 33 bits",
        AIV LOOP LATE "shl.b64 t, t, 32\nmov u, 3\nor.b64 t, t, u\n"
                      "set_flag.mte2.v t\nwait_flag.mte2.v #3\n" LOAD "bar.all\n" NEXT END),
    ROW("an id of 33 bits to wait for",
        AIV LOOP LATE "shl.b64 t, t, 32\nmov u, 3\nor.b64 t, t, u\n"
                      "set_flag.mte2.v #3\nwait_flag.mte2.v t\n" LOAD "bar.all\n" NEXT END),
    ROW("an address out of line",
        AIV LOOP LATE "shl.b64 t, t, 2\nmov u, A\nadd.s64 ra, u, t\n" LOAD "bar.all\n" NEXT END),
    ROW("the end of the code", AIV LOOP ADD "bar.v\n" NEXT),
    ROW("a trap", AIV LOOP ADD "bar.v\nmov t, 100\njumpcmp.ne.s64 n, t, m\ntrap\nm:\n" NEXT END),
    ROW("a division",
        AIV LOOP ADD "bar.v\nmov t, 100\nsub.s64 t, n, t\ndiv.s64 t, n, t\n" NEXT END),
    ROW("the limit", AIV LOOP LOAD ADD "bar.v\n" NEXT END, .args = "n=100000", .blocks = 1,
        .max_cycles = 54321),
    ROW("the limit of vectors", AIV LOOP ADD NEXT END, .args = "n=100000", .blocks = 2,
        .max_cycles = 34567),
    ROW("the limit in S", AIV LOOP NEXT END, .args = "n=100000", .blocks = 1, .max_cycles = 23456),
    ROW("blocks that fault at times of their own",
        AIV "mov t, blockid\nmov u, 150\nmul.s64 t, t, u\nmov u, 500\nsub.s64 e, u, t\n" LOOP
            "add.s64 e, e, zero\nsub.s64 e, e, 1\njumpcmp.gt.s64 e, zero, m\ntrap\nm:\n" ADD
            "bar.all\n" NEXT END,
        .args = "n=1000", .blocks = 3),
};

Test(replay, faults)
{
    COMPARE(faults, FAULT);
}

/* ---- loops of cube cores --------------------------------------------------------------------- */

#define AIC \
    ".kernel k, core=aic\n.param n, u32 = 200\n.param a, in, f16[262144]\n" \
    ".param c, out, f32[262144]\n" \
    ".buf LA, l1, f16[65536]\n.buf LB, l1, f16[65536]\n" \
    ".buf ZA, l0a, f16[4096], copies=2\n.buf ZB, l0b, f16[4096], copies=2\n" \
    ".buf ACC, l0c, f32[4096], copies=2\n" \
    "k:\n.reg zero = 0, pa:gm, pc:gm, n, t, u, e = 0, one = 1, step = 4096\n" \
    ".reg la:l1 = LA, lb:l1 = LB, za[2]:l0a = ZA, zb[2]:l0b = ZB, acc[2]:l0c = ACC\n" \
    ".reg cl:load2d = {repeat=16}, mm:mmad = {m=64 k=64 n=64}\n" \
    ".reg fx:fix = {n=64 m=64 dst_stride=64 src_stride=64 nz2nd=1}\n" \
    ".reg nd:nd2nz = {n_value=32 d_value=64 src_d_value=64 dst_c0_stride=32}\n" \
    "ldparam pa, a\nldparam pc, c\nldparam n, n\n"
#define CHUNK(to) "mov_out_to_l1_multi_nd2nz.b16 [" to "], [pa], nd\nadd.s64 pa, pa, step\n"
#define LOAD_A(p) "load_l1_to_l0a_2d [za[" p "]], [la], cl\n"
#define LOAD_B(p) "load_l1_to_l0b_2d [zb[" p "]], [lb], cl\n"
#define MMAD(p) "mmad.f16f32 [acc[" p "]], [za[0]], [zb[0]], mm\n"
#define FIX(p) "fix_l0c_to_out.f32 [pc], [acc[" p "]], fx\nadd.s64 pc, pc, step\n"
/* A tile of four MMADs under unit flags. */
#define TILE(p) \
    "mov fx.unit_flag, 3\nmov mm.unit_flag, 2\nmov mm.c_init, 1\n" MMAD( \
        p) "mov mm.c_init, zero\n" MMAD(p) MMAD(p) "mov mm.unit_flag, 3\n" MMAD(p) FIX(p)

static const struct twin cubes[] = {
    ROW("MMADs", AIC LOOP MMAD("0") NEXT END),
    ROW("loads and MMADs", AIC LOOP FLAG("m", "mte1", "0") LOAD_A("0") LOAD_B("0")
                               FLAG("mte1", "m", "0") MMAD("0") NEXT END),
    ROW("two slots, id in a register",
        AIC "set_flag.m.mte1 #0\nset_flag.m.mte1 #1\n" LOOP "wait_flag.m.mte1 e\n" LOAD_A(
            "0") "set_flag.mte1.m e\nwait_flag.mte1.m e\nbar.m\n"
                 "mmad.f16f32 [acc[0]], [za[1]], [zb[0]], mm\nset_flag.m.mte1 e\n"
                 "xor.b64 e, e, one\n" NEXT "wait_flag.m.mte1 #0\nwait_flag.m.mte1 #1\n" END),
    ROW("chunks, loads, MMADs, stores",
        AIC LOOP CHUNK("la") FLAG("mte2", "mte1", "0") LOAD_A("0") FLAG("mte1", "m", "0") MMAD("0")
            FLAG("m", "fix", "0") FIX("0") "bar.all\nsub.s64 pc, pc, step\n" NEXT END,
        .args = "n=100"),
    ROW("unit flags, a tile", AIC LOOP TILE("0") NEXT END, .args = "n=200"),
    ROW("unit flags, two tiles", AIC LOOP TILE("0") TILE("1") NEXT END, .args = "n=100"),
    ROW("a tile flipped now and then", AIC LOOP
        "mov mm.unit_flag, 2\nmov u, 3\nand.b64 u, n, u\n"
        "jumpcmp.ne.s64 u, zero, m\nmov mm.unit_flag, 3\nm:\n" MMAD(
            "0") "jumpcmp.ne.s64 u, zero, o\nmov fx.unit_flag, 3\n" FIX("0") "o:\n" NEXT END),
    ROW("nested", AIC LOOP "mov u, 7\nm: " MMAD("0")
                      LOAD_A("1") "sub.s64 u, u, 1\njumpcmp.gt.s64 u, zero, m\n" NEXT END),
    ROW("images", AIC ".reg ca:load3d = {k_extension=64 m_extension=64 channel_size=64}\n"
                      "mov t, 64 | 1 << 16\nmov fmatrix, t\n" LOOP
                      "load_l1_to_l0a_3dv2.b16 [za[1]], [la], ca\n" CHUNK("lb")
                          FLAG("mte2", "s", "0") "sub.s64 pa, pa, step\n" MMAD("0") NEXT END),
};

static const struct twin cubes_held[] = {
    ROW("a set for S behind loads that wait",
        AIC LOOP ".rept 4\n" LOAD_A("1") ".endr\nset_flag.mte1.s #2\n" WAITING("9", "m")
            CHUNK("lb") "mov u, 3\nand.b64 u, u, n\njumpcmp.eq.s64 u, zero, o\n" LOAD_A(
                "1") "o: wait_flag.mte1.s #2\n" NEXT END,
        .args = "n=100"),
    ROW("unit flags, tiles in turn",
        AIC "mov u, ACC[1] - ACC[0]\n" LOOP TILE("0") "xor.b64 acc[0], acc[0], u\n" NEXT END,
        .args = "n=61"),
    ROW("unit flags, a pause", AIC LOOP TILE("0") WAITING("300", "m") NEXT END, .args = "n=50"),
    ROW("loads while L1 is written",
        AIC LOOP CHUNK("lb") LOAD_A("0") CHUNK("lb") LOAD_A("1") FLAG("mte1", "s", "0")
            FLAG("mte2", "s", "0") "sub.s64 pa, pa, step\n" NEXT END,
        .args = "n=60"),
};

static const struct twin cube_faults[] = {
    ROW("a missing flip", AIC LOOP "mov u, 100\nmov fx.unit_flag, 3\nmov mm.unit_flag, 3\n"
                                   "jumpcmp.ne.s64 n, u, m\nmov mm.unit_flag, 2\nm:\n" MMAD("0")
                                       FIX("0") "sub.s64 pc, pc, step\n" NEXT END),
    ROW("a flip too many",
        AIC LOOP "mov u, 100\nmov fx.unit_flag, 3\nmov mm.unit_flag, 3\n" MMAD("0")
            FIX("0") "sub.s64 pc, pc, step\njumpcmp.ne.s64 n, u, m\n" FIX("0") "m:\n" NEXT END),
    ROW("chunks leave their tensor", AIC LOOP CHUNK("la") FLAG("mte2", "s", "0") NEXT END),
    ROW("FIX writes what MTE2 reads",
        AIC "mov u, 4096*50\nadd.s64 pa, pc, u\n" LOOP MMAD("0") FLAG("m", "fix", "0")
            FIX("0") "add.s64 pc, pc, step\n" CHUNK("la") FLAG("mte2", "s", "0") NEXT END),
    ROW("a collision in L0A", AIC LOOP LATE "mov u, ZA[1] - ZA[0]\nmul.s64 t, t, u\n"
                                            "mov u, ZA[1]\nsub.s64 za[1], u, t\n" LOAD_A("1")
                                                MMAD("0") "bar.all\n" NEXT END),
};

Test(replay, cube_loops)
{
    COMPARE(cubes, REPLAYS);
    COMPARE(cubes_held, ENDS);
    COMPARE(cube_faults, FAULT);
}
