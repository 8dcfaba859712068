/* Bytes never written (emu/check/init.c, spread.c): small kernels that say in comments what must be
 * found. */
#include "tests/launch.h"

/* A row says of a line "; !error WORDS" or "; !warning WORDS": there, once, with these words in the
 * message; nothing is found anywhere else. Without time, so that no accesses collide. */
struct row {
    const char *name, *text;
};

#define TENSORS \
    ".param x, in, f16[1024]\n.param y, out, f16[1024]\n.param z, inout, f16[1024]\n" \
    ".param t, scratch, f16[1024]\n"
#define POINTERS \
    ".reg px:gm, py:gm, pz:gm, pt:gm, s, n\n" \
    "ldparam px, x\nldparam py, y\nldparam pz, z\nldparam pt, t\n"
/* Buffers of 4 KiB; mv: 16 blocks = 512 bytes. */
#define AIV \
    ".kernel k, core=aiv\n" TENSORS ".buf A, ub, b8[4096]\n.buf B, ub, b8[4096]\n" \
    ".buf C, ub, b8[4096]\nk:\n" POINTERS ".reg a:ub = A, b:ub = B, c:ub = C\n" \
    ".reg mv:burst = {len_burst=16}, half:burst = {len_burst=8}, win, ones\n" \
    "mov win, sys_va_base\nmov s, 0x80000\nadd.s64 win, win, s\n"
#define IN(to) "mov_out_to_ub [" to "], [px], mv\nbar.all\n"
#define HALF(to) "mov_out_to_ub [" to "], [px], half\nbar.all\n"
#define OUT(from) "mov_ub_to_out [py], [" from "], mv"
#define REACH(n, to, from) \
    " ; !error uninitialised: " #n " bytes never written reach output " #to " from byte " #from \
    " on"
#define BAR "\nbar.all\n"
#define END "\nbar.all\nend\n"
#define V1(repeat) ".reg v:vec1 = {repeat=" #repeat "}\n"
#define V3(repeat) ".reg v:vec3 = {repeat=" #repeat "}\n"
#define RED(text) ".reg v:red = {" text "}\n"
#define MASK0(value) "mov ones, " value "\nmovemask ones, 0\n"
#define MASK1(value) "mov ones, " value "\nmovemask ones, 1\n"
#define COUNTER(n) "mov s, ctrl\nmov ones, 1\ninsert s, ones, #56, #1\nmov ctrl, s\n" MASK0(n)

/* clang-format off */
static const struct row moves[] = {
    {"copy", AIV IN("a") OUT("a") END},
    {"store of nothing", AIV OUT("a") REACH(512, y, 0) ": nothing has written ub 0x0 (A" END},
    {"half a tile", AIV HALF("a") OUT("a") REACH(256, y, 256) END},
    {"holes between bursts", AIV ".reg m:burst = {len_burst=1 n_burst=4 dst_gap=1}\n"
     "mov_out_to_ub [a], [px], m" BAR "mov_ub_to_out [py], [a], half" REACH(128, y, 32) END},
    {"holes left out", AIV ".reg m:burst = {len_burst=1 n_burst=4 dst_gap=1}\n"
     "mov_out_to_ub [a], [px], m" BAR ".reg o:burst = {len_burst=1 n_burst=4 src_gap=1}\n"
     "mov_ub_to_out [py], [a], o" END},
    {"holes spread by a strided store", AIV HALF("a")
     ".reg o:burst = {len_burst=1 n_burst=4 src_gap=3 dst_gap=1}\nmov_ub_to_out [py], [a], o"
     REACH(64, y, 128) END},
    {"scratch keeps quiet and remembers", AIV "mov_ub_to_out [pt], [a], half" BAR
     "mov_out_to_ub [b], [pt], half" BAR "mov_ub_to_out [py], [b], half" REACH(256, y, 0)
     ": line 20 made" END},
    {"scratch written", AIV IN("a") "mov_ub_to_out [pt], [a], mv" BAR
     "mov_out_to_ub [b], [pt], mv" BAR OUT("b") END},
    {"an output before it is written", AIV "mov_out_to_ub [a], [py], mv" BAR
     "mov_ub_to_out [pz], [a], mv ; !error 512 bytes never written reach output z" END},
    {"an output after it is written", AIV IN("a") OUT("a") BAR "mov_out_to_ub [b], [py], mv" BAR
     "mov_ub_to_out [pz], [b], mv" END},
    {"inout", AIV "mov_out_to_ub [a], [pz], mv" BAR "mov_ub_to_out [pz], [a], mv" END},
    {"an input is written", AIV IN("a") "mov_ub_to_out [py], [a], mv" END},
    {"over a poisoned output", AIV OUT("a") " ; !error 512 bytes" BAR IN("a") OUT("a") BAR
     "mov_out_to_ub [b], [py], mv" BAR "mov_ub_to_out [pz], [b], mv" END},
    {"twice in a loop is once", AIV "mov n, 3\nagain:\n" OUT("a") " ; !error 512 bytes" BAR
     "sub.s64 n, n, 1\nmov s, 0\njumpcmp.gt.s64 n, s, again\n" END},
};
/* clang-format on */

#define ALIGN(name, text) ".reg " name ":align = {" text "}\n"
/* clang-format off */
static const struct row aligns[] = {
    {"short burst fills its block", AIV ALIGN("m", "len_burst=100")
     "mov_out_to_ub_align.b16 [a], [px], m" BAR ".reg o:burst = {len_burst=4}\n"
     "mov_ub_to_out [py], [a], o" END},
    {"the block behind it", AIV ALIGN("m", "len_burst=100")
     "mov_out_to_ub_align.b16 [a], [px], m" BAR ".reg o:burst = {len_burst=5}\n"
     "mov_ub_to_out [py], [a], o" REACH(32, y, 128) END},
    {"pads are constants", AIV "mov s, -1\nmov mov_pad_val, s\n"
     ALIGN("m", "len_burst=20 left_pad=3 right_pad=2") "mov_out_to_ub_align.b16 [a], [px], m" BAR
     ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [a], o" END},
    {"exact bytes to gm and back", AIV IN("a") ALIGN("m", "len_burst=6")
     "mov_ub_to_out_align.b16 [py], [a], m" BAR "mov_out_to_ub [b], [py], mv" BAR
     "mov_ub_to_out [pz], [b], mv" REACH(506, z, 6) END},
    {"exact bytes of bursts", AIV IN("a") ALIGN("m", "len_burst=6 n_burst=3 dst_gap=4")
     "mov_ub_to_out_align.b16 [py], [a], m" BAR "mov_out_to_ub [b], [py], mv" BAR
     "mov_ub_to_out [pz], [b], mv" REACH(494, z, 6) END},
    {"one byte only", AIV HALF("a") ALIGN("m", "len_burst=257")
     "mov_ub_to_out_align.b8 [py], [a], m" REACH(1, y, 256) END},
    {"up to there", AIV HALF("a") ALIGN("m", "len_burst=256")
     "mov_ub_to_out_align.b8 [py], [a], m" END},
    {"the fill is the first element, clean", AIV "mov s, 7\nst.b16 s, [pt, 0]" BAR
     ALIGN("m", "len_burst=4") "mov_out_to_ub_align.b16 [a], [pt], m" BAR
     ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [a], o" REACH(2, y, 2) END},
    {"the fill is the first element, poisoned", AIV "mov s, 7\nst.b16 s, [pt, 0]" BAR
     ALIGN("m", "len_burst=4") "mov_out_to_ub_align.b32 [a], [pt], m" BAR
     ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [a], o" REACH(16, y, 2) END},
};

static const struct row scalars[] = {
    {"s loads nothing", AIV
     "ld.b32 s, [win, 64] ; !error uninitialised read of size 4: S loads them, but nothing has "
     "written ub 0x40"
     END},
    {"s loads what it stored", AIV "st.b32 s, [win, 64]" BAR "ld.b32 s, [win, 64]" END},
    {"s loads half of what it stored", AIV "st.b32 s, [win, 64]" BAR
     "ld.b64 s, [win, 64] ; !error uninitialised read of size 4" END},
    {"s loads an input, an output", AIV "ld.b16 s, [px, 2]" BAR
     "ld.b16 s, [py, 2] ; !error uninitialised read of size 2" END},
    {"s loads its data", AIV ".reg d:gm\nmov d, table\nld.b32 s, [d, 4]" BAR "end\n.rodata\n"
     "table:\n.word 1, 2\n"},
    {"s stores one element", AIV "mov s, 1\nst.b32 s, [win, 8]" BAR OUT("a") REACH(508, y, 0) END},
    {"s stores to an output", AIV "mov s, 1\nst.b16 s, [py, 2]" BAR "mov_out_to_ub [a], [py], mv"
     BAR "mov_ub_to_out [pz], [a], mv" REACH(510, z, 0) END},
    {"s loads a result", AIV V1(1)
     "vabs.f16 [b], [a], v ; !warning uninitialised read of size 256: v computes with them, but "
     "nothing has written ub 0x0"
     BAR ".reg w\nmov w, 0x1000\nadd.s64 w, w, win\n"
     "ld.b16 s, [w, 0] ; !error S loads them, but line 21 made them of ub 0x0" END},
};

static const struct row lanes[] = {
    {"vec3", AIV V3(2) IN("a") IN("b") "vadd.f16 [c], [a], [b], v" BAR OUT("c") END},
    {"vec3, half of one source", AIV V3(2) IN("a") HALF("b")
     "vadd.f16 [c], [a], [b], v ; !warning uninitialised read of size 256" BAR OUT("c")
     REACH(256, y, 256) ": line 25 made" END},
    {"vec3, in place", AIV V3(2) IN("a") HALF("b")
     "vadd.f16 [a], [a], [b], v ; !warning size 256" BAR OUT("a") REACH(256, y, 256) END},
    {"the garbage is masked off", AIV V3(2) HALF("a") IN("b") MASK1("0")
     "vadd.f16 [a], [a], [b], v ; !warning size 128" BAR "mov_ub_to_out [py], [a], half" END},
    {"one repeat is enough", AIV V3(1) HALF("a") "vadd.f16 [a], [a], [a], v" BAR
     "mov_ub_to_out [py], [a], half" END},
    {"masked lanes stay as they are", AIV V1(1) IN("a") MASK0("0x5555") MASK1("0")
     "vabs.f16 [b], [a], v" BAR ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [b], o"
     REACH(16, y, 2) END},
    {"masked lanes stay written", AIV V1(1) IN("a") IN("b") MASK0("0x5555") MASK1("0")
     "vabs.f16 [b], [a], v" BAR OUT("b") END},
    {"holes of a mask over garbage", AIV V1(1) IN("a") "mov s, 1\nst.b16 s, [win, 2]" BAR
     MASK0("5") MASK1("0") "vabs.f16 [b], [a], v" BAR MASK0("2") "vabs.f16 [b], [a], v" BAR
     ALIGN("m", "len_burst=8") "mov_ub_to_out_align.b16 [py], [b], m" REACH(2, y, 6) END},
    {"a lane with half an element", AIV V1(1) IN("a") "mov s, 1\nmovemask s, 0\nmov n, 0\n"
     "movemask n, 1\nst.b8 s, [win, 1984]" BAR "add.s64 a, a, 1984\n"
     "vabs.f16 [b], [a], v ; !warning uninitialised read of size 1:" BAR
     ALIGN("m", "len_burst=2") "mov_ub_to_out_align.b16 [py], [b], m ; !error 2 bytes" END},
    {"upper lanes only", AIV V1(1) IN("a") MASK0("0") "vabs.f16 [b], [a], v" BAR
     "mov_ub_to_out [py], [b], half" REACH(128, y, 0) END},
    {"f32 looks at 64 lanes", AIV V1(1) IN("a") MASK0("3") "vabs.f32 [b], [a], v" BAR
     "mov_ub_to_out [py], [b], half" REACH(248, y, 8) END},
    {"counter mode", AIV V1(1) IN("a") COUNTER("100") "vabs.f16 [b], [a], v" BAR
     ALIGN("m", "len_burst=200") "mov_ub_to_out_align.b16 [py], [b], m" END},
    {"behind the counter", AIV V1(1) IN("a") COUNTER("100") "vabs.f16 [b], [a], v" BAR
     ALIGN("m", "len_burst=208") "mov_ub_to_out_align.b16 [py], [b], m" REACH(8, y, 200) END},
    {"counter mode, several repeats", AIV V1(1) IN("a") COUNTER("200") "vabs.f16 [b], [a], v" BAR
     OUT("b") REACH(112, y, 400) END},
    {"counter reads too far", AIV V1(1) HALF("a") COUNTER("130")
     "vabs.f16 [b], [a], v ; !warning size 4:" BAR ALIGN("m", "len_burst=260")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(4, y, 256) END},
    {"to wider elements", AIV ".reg v:vec1 = {repeat=1 src_rep=4}\nmov s, 1\n"
     "st.b16 s, [win, 0]\nst.b16 s, [win, 4]" BAR MASK0("7")
     "vconv.f16f32 [b], [a], v ; !warning size 2:" BAR ALIGN("m", "len_burst=12")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(4, y, 4) END},
    {"to narrower elements", AIV ".reg v:vec1 = {repeat=1 dst_rep=4}\nmov s, 1\n"
     "st.b32 s, [win, 0]\nst.b32 s, [win, 8]" BAR MASK0("7")
     "vconv.f32f16 [b], [a], v ; !warning size 4:" BAR ALIGN("m", "len_burst=6")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(2, y, 2) END},
    {"to 64 bits", AIV ".reg v:vec1 = {repeat=1 src_rep=4}\nmov s, 1\n"
     "st.b32 s, [win, 0]\nst.b32 s, [win, 8]" BAR MASK0("7")
     "vconv.f32s64r [b], [a], v ; !warning size 4:" BAR ALIGN("m", "len_burst=24")
     "mov_ub_to_out_align.b32 [py], [b], m" REACH(8, y, 8) END},
    {"packed s4", AIV ".reg v:vec1 = {repeat=2 dst_rep=2}\n" IN("a") "vconv.f16s4 [b], [a], v" BAR
     ".reg o:burst = {len_burst=4}\nmov_ub_to_out [py], [b], o" END},
    {"packed s4 of nothing", AIV ".reg v:vec1 = {repeat=1 dst_rep=2}\nmov s, 1\n"
     "st.b64 s, [win, 0]" BAR MASK0("0x3f") MASK1("0")
     "vconv.f16s4 [b], [a], v ; !warning size 4:" BAR
     ALIGN("m", "len_burst=4") "mov_ub_to_out_align.b8 [py], [b], m" REACH(2, y, 2) END},
    {"half a byte of s4", AIV ".reg v:vec1 = {repeat=1 dst_rep=2}\n" IN("a") MASK0("7") MASK1("0")
     "vconv.f16s4 [b], [a], v ; !warning size 1:" BAR ALIGN("m", "len_burst=2")
     "mov_ub_to_out_align.b8 [py], [b], m" REACH(1, y, 1) END},
    {"of packed s4", AIV ".reg v:vec1 = {repeat=1 src_rep=2}\nmov s, 1\nst.b8 s, [win, 0]" BAR
     MASK0("15") MASK1("0") "vconv.s4f16 [b], [a], v ; !warning size 1:" BAR
     ALIGN("m", "len_burst=8") "mov_ub_to_out_align.b16 [py], [b], m" REACH(4, y, 4) END},
    {"into half a block", AIV V1(1) IN("a") MASK0("0xffff") MASK1("0")
     "vconv.deqs16b8h [b], [a], v" BAR ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [b], o"
     REACH(16, y, 0) END},
    {"words of channels", AIV V1(1) IN("a") MASK0("3") MASK1("0") "mov s, 64\nmov deqscale, s\n"
     "vconv.vdeqs16b8l [b], [a], v ; !warning size 16:" BAR ALIGN("m", "len_burst=2")
     "mov_ub_to_out_align.b8 [py], [b], m" REACH(2, y, 0) END},
    {"with a scalar", AIV V1(2) HALF("a") "mov s, 0\n"
     "vmuls.f16 [b], [a], s, v ; !warning size 256" BAR OUT("b") REACH(256, y, 256) END},
    {"dup", AIV ".reg v:dup = {repeat=2}\nmov s, 0\nmovev.f16 [a], s, v" BAR OUT("a") END},
    {"dup under a mask", AIV ".reg v:dup = {repeat=1}\n" MASK0("0xf0f") MASK1("0") "mov s, 0\n"
     "movev.f16 [a], s, v" BAR ".reg o:burst = {len_burst=1}\nmov_ub_to_out [py], [a], o"
     REACH(16, y, 8) END},
    {"a chain warns once", AIV V1(2) HALF("a") "vabs.f16 [b], [a], v ; !warning size 256" BAR
     "vabs.f16 [c], [b], v" BAR "vabs.f16 [a], [c], v" BAR OUT("a")
     " ; !error reach output y from byte 256 on: line 23 made" END},
    {"garbage moved to v warns there", AIV V1(1) "mov_out_to_ub [a], [pt], mv" BAR
     "vabs.f16 [b], [a], v ; !warning but line 21 made them of gm" END},
    {"every other block", AIV ".reg v:vec1 = {repeat=1 src_blk=2}\n" HALF("a")
     "vabs.f16 [b], [a], v ; !warning size 128" BAR "mov_ub_to_out [py], [b], half"
     REACH(128, y, 128) END},
    {"one block again and again", AIV ".reg v:vec1 = {repeat=2 src_blk=0 src_rep=0}\n"
     ".reg o:burst = {len_burst=1}\nmov_out_to_ub [a], [px], o" BAR "vabs.f16 [b], [a], v" BAR
     OUT("b") END},
    {"a later block of the same core", AIV ".blocks 49\n" IN("a") "mov s, blockid\nmov n, 48\n"
     "jumpcmp.lt.u64 s, n, out\n" OUT("b") " ; !error 512 bytes" BAR "out:\n"
     "mov_out_to_ub [b], [px], mv" END},
    {"no repeat, nothing read", AIV V1(0) "vabs.f16 [b], [a], v" END},
    {"allowed", AIV ".allow UNINIT, \"a test\"\n" OUT("a") END},
};

static const struct row reductions[] = {
    {"vcadd", AIV RED("repeat=2") IN("a") "vcadd.f16 [b], [a], v" BAR ALIGN("m", "len_burst=4")
     "mov_ub_to_out_align.b16 [py], [b], m" END},
    {"vcadd, second repeat", AIV RED("repeat=2") HALF("a")
     "vcadd.f16 [b], [a], v ; !warning size 256" BAR ALIGN("m", "len_burst=4")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(2, y, 2) END},
    {"vcadd, masked", AIV RED("repeat=1") ".reg o:burst = {len_burst=4}\n"
     "mov_out_to_ub [a], [px], o" BAR MASK1("0") "vcadd.f16 [b], [a], v" BAR
     ALIGN("m", "len_burst=2") "mov_ub_to_out_align.b16 [py], [b], m" END},
    {"vcadd into ACC_VAL", AIV RED("repeat=1 acc=1") "vcadd.f16 [b], [a], v ; !warning size 256"
     END},
    {"ACC_VAL", AIV RED("repeat=1 acc=1") "vcadd.f16 [b], [a], v ; !warning size 256" BAR
     "mov s, acc_val ; !error S reads special register ACC_VAL, but line 21 made" END},
    {"ACC_VAL written again", AIV RED("repeat=1 acc=1")
     "vcadd.f16 [b], [a], v ; !warning size 256" BAR IN("a") "vcadd.f16 [b], [a], v" BAR
     "mov s, acc_val" END},
    {"vcmax, value and index", AIV RED("repeat=2") HALF("a")
     "vcmax.f16 [b], [a], v ; !warning size 256" BAR ALIGN("m", "len_burst=8")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(4, y, 4) END},
    {"vcmin, value alone", AIV RED("repeat=2 order=value") HALF("a")
     "vcmin.f32 [b], [a], v ; !warning size 256" BAR ALIGN("m", "len_burst=8")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(4, y, 4) END},
    {"vcgadd, one block", AIV RED("repeat=1") HALF("a") "add.s64 a, a, 160\n"
     "vcgadd.f16 [b], [a], v ; !warning size 160" BAR ALIGN("m", "len_burst=16")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(10, y, 6) END},
    {"vcgmax, a block off", AIV RED("repeat=1") IN("a") MASK0("0xffff0000ffffffff")
     "vcgmax.f16 [b], [a], v" BAR ALIGN("m", "len_burst=16")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(2, y, 4) END},
    {"vcpadd, one pair", AIV RED("repeat=1") HALF("a") "mov s, 1\nadd.s64 a, a, 224\n"
     "vcpadd.f16 [b], [a], v ; !warning size 224" BAR ALIGN("m", "len_burst=64")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(48, y, 16) END},
    {"vcpadd, one lane of a pair", AIV RED("repeat=1") "st.b16 s, [win, 0]" BAR MASK0("1")
     MASK1("0") "vcpadd.f16 [b], [a], v" BAR ALIGN("m", "len_burst=4")
     "mov_ub_to_out_align.b16 [py], [b], m" REACH(2, y, 2) END},
};
/* clang-format on */

/* Offsets of 0 in 256 bytes from `to` on. */
#define ZEROES(to) ".reg z:dup = {repeat=1}\nmov s, 0\nmovev.s32 [" to "], s, z" BAR
#define FIRST ".reg o:burst = {len_burst=1}\n"
/* clang-format off */
static const struct row rearranged[] = {
    {"offsets never written", AIV ".reg g:vgather = {repeat=1}\n" IN("a")
     "vgather.b32 [c], [b], g ; !error size 256: v takes addresses from them, but nothing has "
     "written ub 0x1000" END},
    {"offsets written", AIV ".reg g:vgather = {repeat=1}\n" IN("a") ZEROES("b")
     "vgather.b32 [c], [b], g" BAR "mov_ub_to_out [py], [c], half" END},
    {"offsets of active lanes", AIV ".reg g:vgather = {repeat=1}\n" IN("a")
     "mov n, 0\nmov s, 0x1000\nadd.s64 win, win, s\nst.b64 n, [win, 0]" BAR MASK0("3")
     "vgather.b32 [c], [b], g" BAR
     ALIGN("m", "len_burst=8") "mov_ub_to_out_align.b32 [py], [c], m" END},
    {"a lane too many", AIV ".reg g:vgather = {repeat=1}\n" IN("a")
     "mov n, 0\nmov s, 0x1000\nadd.s64 win, win, s\nst.b64 n, [win, 0]" BAR MASK0("7")
     "vgather.b32 [c], [b], g ; !error size 4: v takes addresses" END},
    {"offsets of blocks", AIV ".reg g:vgatherb = {repeat=1}\n" IN("a")
     "vgatherb.b32 [c], [b], g ; !error size 32: v takes addresses" END},
    {"offsets of blocks, written", AIV ".reg g:vgatherb = {repeat=1}\n" IN("a") ZEROES("b")
     "vgatherb.b32 [c], [b], g" BAR "mov_ub_to_out [py], [c], half" END},
    {"vbrcb", AIV ".reg g:brcb = {repeat=1}\n" FIRST "mov_out_to_ub [a], [px], o" BAR
     "vbrcb.b32 [b], [a], g" BAR "mov_ub_to_out [py], [b], half" END},
    {"vtranspose, a row missing", AIV ".reg q:burst = {len_burst=15}\nmov_out_to_ub [a], [px], q"
     BAR "vtranspose.b16 [b], [a]" BAR OUT("b") " ; !error 32 bytes" END},
    {"vreducev2, every other", AIV ".reg r:vreducev2 = {repeat=2 pattern=1}\n" HALF("a")
     "vreducev2.b16 [b], [a], [c], r ; !warning size 128:" END},
    {"sort of half", AIV ".reg q:vbs32 = {repeat=1}\n" ZEROES("b")
     ".reg o:burst = {len_burst=2}\nmov_out_to_ub [a], [px], o" BAR
     "vbs32.f32 [c], [a], [b], q ; !warning size 64:" END},
};

static const struct row choices[] = {
    {"vcmpv", AIV ".reg v:vec3c = {repeat=1 cond=lt}\n" IN("a") HALF("b") MASK0("-1") MASK1("-1")
     "vcmpv.f16 [c], [a], [b], v" BAR FIRST ALIGN("m", "len_burst=16")
     "mov_ub_to_out_align.b8 [py], [c], m" END},
    {"vcmpv of nothing", AIV ".reg v:vec3c = {repeat=1 cond=lt}\n" IN("a")
     "vcmpv.f16 [c], [a], [b], v ; !warning size 256:" END},
    {"vcmp and vsel", AIV V3(1) ".reg w:vec3s = {repeat=1 mode=cmpmask}\n" IN("a") IN("b")
     "vcmp.lt.f16 [a], [b], v" BAR "vsel.f16 [c], [a], [b], w" BAR
     "mov_ub_to_out [py], [c], half" END},
    {"vsel by what nothing was compared to", AIV V3(1)
     ".reg w:vec3s = {repeat=1 mode=cmpmask}\n" IN("a")
     "vcmp.lt.f16 [a], [b], v ; !warning size 256:" BAR "vsel.f16 [c], [a], [a], w" BAR
     "mov_ub_to_out [py], [c], half ; !error 256 bytes" END},
    {"vmla, the sum never written", AIV V3(1) IN("a") IN("b")
     "vmla.f16 [c], [a], [b], v ; !warning size 256:" END},
    {"vaxpy, the sum never written", AIV V1(1) IN("a") "mov s, 0\n"
     "vaxpy.f16 [c], [a], s, v ; !warning size 256:" END},
    {"vshr", AIV V1(1) FIRST "mov_out_to_ub [a], [px], o" BAR "mov s, 1\n"
     "vshr.u16 [c], [a], s, v, 0 ; !warning size 224:" END},
    {"vsel, mode 1", AIV ".reg w:vec3s = {repeat=1 mode=scalar}\n" IN("a")
     "vsel.f16 [c], [a], [b], w ; !warning size" END},
};
/* clang-format on */

/* One 16 x 16 product: x -> L1 (panel of 16 rows) -> L0A, L0B; C -> y as f32[16, 16]. */
#define AIC \
    ".kernel k, core=aic\n" TENSORS ".buf A, l1, f16[1024]\n.buf B, l1, f16[1024]\nk:\n" POINTERS \
    ".reg a:l1 = A, b:l1 = B, za:l0a = 0, zb:l0b = 0, zc:l0c = 0\n" \
    ".reg nz:nd2nz = {n_value=16 d_value=16 src_d_value=16 dst_c0_stride=16}\n" \
    ".reg ld:load2d = {repeat=1}, mm:mmad = {m=16 k=16 n=16 c_init=1}\n" \
    ".reg fx:fix = {n=16 m=16 dst_stride=16 src_stride=16 nz2nd=1}\n"
#define ROWS(to, n) "mov nz.n_value, " n "\nmov_out_to_l1_multi_nd2nz.b16 [" to "], [px], nz" BAR
#define LOAD "load_l1_to_l0a_2d [za], [a], ld\nload_l1_to_l0b_2d [zb], [b], ld" BAR
#define MMAD "mmad.f16f32 [zc], [za], [zb], mm" BAR
#define FIX "fix_l0c_to_out.f32 [py], [zc], fx"
#define TABLE(at) \
    ".reg tb:table_burst = {len_burst=1}, zt:bt = 0\nadd.s64 a, a, " at \
    "\nmov_l1_to_bt [zt], [a], tb" BAR "mov mm.c_init, 0\nmov mm.c_source, 1\n"
/* Data of B from a, its index from b; A twice the same fractal. */
#define SPARSE \
    ".reg sp:load2dsp = {repeat=1}, from\nmov ld, {repeat=2 src_stride=0}\n" \
    "mov from, B\nshl.b64 from, from, 32\nadd.s64 from, from, a\n" \
    "load_l1_to_l0a_2d [za], [a], ld\nload_l1_to_l0b_2d_sp [zb], [from], sp" BAR \
    "mov mm.k, 64\nmmad_sp.s8 [zc], [za], [zb], mm" BAR FIX

/* clang-format off */
static const struct row cube[] = {
    {"a product", AIC ROWS("a", "16") ROWS("b", "16") LOAD MMAD FIX END},
    {"a row of A", AIC ROWS("a", "15") ROWS("b", "16") LOAD MMAD FIX REACH(64, y, 960) END},
    {"a padding row of A", AIC ROWS("a", "15") ROWS("b", "16") LOAD "mov mm.m, 15\n" MMAD
     "mov fx.m, 15\n" FIX END},
    {"a padding row of A is stored", AIC ROWS("a", "15") ROWS("b", "16") LOAD "mov mm.m, 15\n"
     MMAD FIX REACH(64, y, 960) END},
    {"a column of B", AIC ROWS("a", "16") ROWS("b", "15") LOAD MMAD FIX REACH(64, y, 60) END},
    {"a padding column of B", AIC ROWS("a", "16") ROWS("b", "15") LOAD "mov mm.n, 15\n" MMAD
     "mov fx.n, 15\n" FIX END},
    {"a row and a column", AIC ROWS("a", "15") ROWS("b", "15") LOAD MMAD FIX REACH(124, y, 60)
     END},
    {"zeroes behind short rows", AIC "mov nz.d_value, 10\n" ROWS("a", "16") ROWS("b", "16") LOAD
     MMAD FIX END},
    {"k within what is there", AIC ROWS("a", "16") ROWS("b", "16") LOAD "mov mm.k, 9\n" MMAD FIX
     END},
    {"k beyond what is there", AIC ROWS("a", "16") ROWS("b", "16") LOAD "mov mm.k, 17\n" MMAD FIX
     " ; !error 1024 bytes" END},
    {"adds to nothing", AIC ROWS("a", "16") ROWS("b", "16") LOAD "mov mm.c_init, 0\n" MMAD FIX
     " ; !error 1024 bytes" END},
    {"adds to a product", AIC ROWS("a", "16") ROWS("b", "16") LOAD MMAD "mov mm.c_init, 0\n" MMAD
     FIX END},
    {"adds garbage to a product", AIC ROWS("a", "16") ROWS("b", "16") LOAD MMAD
     "mov mm.c_init, 0\nadd.s64 za, za, 512\n" MMAD FIX " ; !error 1024 bytes" END},
    {"begins again over garbage", AIC ROWS("a", "16") ROWS("b", "16") LOAD
     "add.s64 za, za, 512\n" MMAD "sub.s64 za, za, 512\n" MMAD FIX END},
    {"a vector times B", AIC ROWS("a", "1") ROWS("b", "16") LOAD "mov mm.m, 1\n" MMAD
     "mov fx.m, 1\n" FIX END},
    {"beside the product of a vector", AIC ROWS("a", "1") ROWS("b", "16") LOAD "mov mm.m, 1\n"
     MMAD FIX REACH(960, y, 64) END},
    {"a vector that is too short", AIC "mov nz.d_value, 8\n" ROWS("b", "16")
     "load_l1_to_l0b_2d [zb], [b], ld" BAR "mov mm.m, 1\n" MMAD "mov fx.m, 1\n" FIX
     " ; !error 64 bytes" END},
    {"a bias", AIC ROWS("a", "16") ROWS("b", "16") LOAD TABLE("0") MMAD FIX END},
    {"half a bias", AIC ROWS("a", "16") ROWS("b", "16") LOAD TABLE("480") MMAD FIX
     REACH(512, y, 32) END},
    {"sparse", AIC ROWS("a", "16") ROWS("b", "4") SPARSE END},
    {"sparse, a quarter of the index", AIC ROWS("a", "16") ROWS("b", "1") SPARSE
     REACH(768, y, 16) END},
    {"transposed, along k", AIC ROWS("a", "15") ROWS("b", "16")
     "load_l1_to_l0a_2d.transpose [za], [a], ld\nload_l1_to_l0b_2d [zb], [b], ld" BAR MMAD FIX
     " ; !error 1024 bytes" END},
    {"transposed, k short of it", AIC ROWS("a", "15") ROWS("b", "16")
     "load_l1_to_l0a_2d.transpose [za], [a], ld\nload_l1_to_l0b_2d [zb], [b], ld" BAR
     "mov mm.k, 15\n" MMAD FIX END},
    {"transposed squares", AIC ".reg tr:load2dt = {repeat=1}\n" ROWS("a", "16") ROWS("b", "15")
     "load_l1_to_l0a_2d [za], [a], ld\nload_l1_to_l0b_2d_transpose.f16 [zb], [b], tr" BAR
     "mov mm.k, 15\n" MMAD FIX END},
    {"transposed squares, along k", AIC ".reg tr:load2dt = {repeat=1}\n" ROWS("a", "16")
     ROWS("b", "15") "load_l1_to_l0a_2d [za], [a], ld\n"
     "load_l1_to_l0b_2d_transpose.f16 [zb], [b], tr" BAR MMAD FIX " ; !error 1024 bytes" END},
    {"f32", AIC ROWS("a", "16") ROWS("b", "16") LOAD "mov mm.k, 8\n"
     "mmad.f32f32 [zc], [za], [zb], mm" BAR FIX END},
    {"f32, a row", AIC ROWS("a", "13") ROWS("b", "16") LOAD "mov mm.k, 8\n"
     "mmad.f32f32 [zc], [za], [zb], mm" BAR FIX REACH(192, y, 832) END},
    {"to f16", AIC ROWS("a", "15") ROWS("b", "16") LOAD MMAD "mov fx.quant_pre, 1\n"
     "fix_l0c_to_out.f16 [py], [zc], fx" REACH(32, y, 480) END},
    {"fractals as they are", AIC ".reg f2:fix = {n=16 m=16 dst_stride=32 src_stride=16}\n"
     ROWS("a", "15") ROWS("b", "16") LOAD MMAD "fix_l0c_to_out.f32 [py], [zc], f2"
     REACH(64, y, 960) END},
    {"channels split", AIC
     ".reg f2:fix = {n=16 m=16 dst_stride=16 src_stride=16 channel_split=1}\n" ROWS("a", "15")
     ROWS("b", "16") LOAD MMAD "fix_l0c_to_out.f32 [py], [zc], f2" REACH(64, y, 480) END},
    {"two matrices", AIC "mov s, 2 | 1 << 16\nmov n, 16\nshl.b64 n, n, 4\nmov fx.m, 8\n"
     "shl.b64 n, n, 32\nor.b64 s, s, n\nmov nd_para, s\n" ROWS("a", "16") ROWS("b", "16") LOAD
     MMAD FIX REACH(512, y, 1024) END},
};
/* clang-format on */

#define IMAGE \
    ".reg im:load3d = {channel_size=16 m_extension=16 k_extension=16}\n" \
    "load_l1_to_l0b_2d [zb], [b], ld\nmov s, 1 << 16 | "
/* clang-format off */
static const struct row images[] = {
    {"a map", AIC ROWS("a", "16") ROWS("b", "16") IMAGE "16\nmov fmatrix, s\n"
     "load_l1_to_l0a_3dv2.b16 [za], [a], im" BAR MMAD FIX END},
    {"a point of the map", AIC ROWS("a", "12") ROWS("b", "16") IMAGE "16\nmov fmatrix, s\n"
     "load_l1_to_l0a_3dv2.b16 [za], [a], im" BAR MMAD FIX REACH(256, y, 768) END},
    {"padding of the map", AIC "mov s, -1\nmov padding, s\n" ROWS("a", "12") ROWS("b", "16")
     IMAGE "12\nmov n, 4\nshl.b64 n, n, 40\nor.b64 s, s, n\nmov fmatrix, s\n"
     "load_l1_to_l0a_3dv2.b16 [za], [a], im" BAR MMAD FIX END},
    {"outside the matrix", AIC ROWS("a", "12") ROWS("b", "16") IMAGE "12\nmov fmatrix, s\n"
     "load_l1_to_l0a_3dv2.b16 [za], [a], im" BAR MMAD FIX END},
};
/* clang-format on */

/* ---- what is found --------------------------------------------------------------------------- */

struct found {
    struct dv_run run;
    struct dv_obj *obj;
};

static void find(struct found *f, const struct row *r)
{
    struct dv_run_opts o = {.check = true, .time_off = true};
    struct dv_diag d;
    enum dv_err e;

    dv_diag_init(&d);
    f->obj = launch_object(r->text);
    e = dv_run_prepare(&f->run, &o, f->obj, 0, &d);
    cr_assert_eq(e, DV_OK, "%s: %s", r->name, d.text);
    e = dv_run_go(&f->run, &d);
    cr_assert_eq(e, DV_OK, "%s: %s", r->name, d.text);
}

static void drop(struct found *f)
{
    dv_run_free(&f->run);
    dv_obj_free(f->obj);
}

/* The finding about bytes never written on a line, and how many there are. */
static const struct dv_finding *on_line(const struct found *f, int line, unsigned *n)
{
    const struct dv_finding *found = NULL;

    *n = 0;
    for (unsigned i = 0; i < f->run.result.findings; i++) {
        const struct dv_finding *one = &f->run.result.finding[i];
        if (strcmp(one->code, "UNINIT") || one->d.at.line != line)
            continue;
        found = one;
        ++*n;
    }
    return found;
}

/* "; !severity WORDS" of a line against what was found there. */
static void judge(const struct found *f, const char *name, int line, const char *text)
{
    const char *mark = strstr(text, "; !");
    char severity[16] = "", words[256] = "";
    unsigned n;
    const struct dv_finding *one = on_line(f, line, &n);

    if (mark)
        sscanf(mark, "; !%15s %255[^\n]", severity, words);
    cr_expect_eq(n, mark ? 1 : 0, "%s: %u findings in line %d, \"%s\": %s", name, n, line, text,
                 one ? one->d.text : "");
    if (!one || !mark)
        return;
    cr_expect_str_eq(one->severity, severity, "%s: %s", name, one->d.text);
    cr_expect(strstr(one->d.text, words), "%s: \"%s\", wanted \"%s\"", name, one->d.text, words);
    cr_expect(one->d.fix[0], "%s: no remedy", name);
}

static void try_rows(const struct row *r, size_t n)
{
    for (size_t i = 0; i < n; i++, r++) {
        struct found f;
        char *text = strdup(r->text);
        int line = 1;

        find(&f, r);
        for (char *p = text, *end; p; p = end, line++) {
            end = strchr(p, '\n');
            if (end)
                *end++ = 0;
            judge(&f, r->name, line, p);
        }
        free(text);
        drop(&f);
    }
}

#define TRY(rows) \
    Test(check_init, rows) \
    { \
        try_rows(rows, sizeof rows / sizeof *rows); \
    }
TRY(moves)
TRY(aligns)
TRY(scalars)
TRY(lanes)
TRY(reductions)
TRY(rearranged)
TRY(choices)
TRY(cube)
TRY(images)

/* ---- kernels of the tree: nothing ------------------------------------------------------------ */

static const struct {
    const char *path, *args;
} kernels[] = {
    {"kernels/elementwise/vadd_f16.s", "n=1"},
    {"kernels/elementwise/vadd_f16.s", "n=1000"},
    {"kernels/elementwise/vadd_f16.s", "n=4097"},
    {"kernels/elementwise/vadd_f16.s", "n=100001"},
    {"kernels/softmax/softmax_f32.s", "rows=3 cols=1"},
    {"kernels/softmax/softmax_f32.s", "rows=3 cols=1000"},
    {"kernels/softmax/softmax_f32.s", "rows=50 cols=4097"},
    {"kernels/norm/layernorm_f16.s", "rows=3 cols=1"},
    {"kernels/norm/layernorm_f16.s", "rows=3 cols=1000"},
    {"kernels/norm/layernorm_f16.s", "rows=50 cols=4097"},
    {"kernels/gemm/gemm_f16.s", "m=1 n=1 k=1"},
    {"kernels/gemm/gemm_f16.s", "m=17 n=33 k=65"},
    {"kernels/gemm/gemm_f16.s", "m=300 n=999 k=517"},
    {"kernels/gemm/tile_f16.s", ""},
};

Test(check_init, kernels)
{
    for (unsigned i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        const char *arg[4];
        char store[128];
        struct dv_run_opts o = {.check = true, .arg = arg};
        struct found f = {.obj = launch_object(kernels[i].path)};
        struct dv_diag d;

        dv_diag_init(&d);
        o.args = launch_args(store, sizeof store, kernels[i].args, arg, 4);
        cr_assert_eq(dv_run_prepare(&f.run, &o, f.obj, 0, &d), DV_OK, "%s", d.text);
        cr_assert_eq(dv_run_go(&f.run, &d), DV_OK, "%s", d.text);
        for (unsigned n = 0; n < f.run.result.findings; n++)
            cr_expect(strcmp(f.run.result.finding[n].code, "UNINIT"), "%s %s: %s", kernels[i].path,
                      kernels[i].args, f.run.result.finding[n].d.text);
        drop(&f);
    }
}
