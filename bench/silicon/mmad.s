; n MMADs of m x 64 by 64 x 128 in f16. op 0: one behind the other; 1: the cube alone each time, S
; waits for each; 2: each waits for a flag of MTE1, which has its loads behind it.
.kernel mmad, core=aic
.param  op, u32 = 0, max=2
.param  n, u32 = 100, min=1
.param  m, u32 = 128, min=16, max=256, multiple=16

.buf    L,   l1,  f16[16*16]
.buf    ZA,  l0a, f16[256*64]
.buf    ZB,  l0b, f16[64*128]
.buf    ACC, l0c, f32[256*128]
.flag   ready, mte1 -> m
.flag   done,  m -> s
.flag   used,  m -> mte1

mmad:
    .reg    l:l1 = L, za:l0a = ZA, zb:l0b = ZB, acc:l0c = ACC, left, zero = 0, op, m, one = 1
    .reg    mm:mmad = {m=16 k=64 n=128 c_init=1}, two:load2d = {repeat=1}
    ldparam left, n
    ldparam op, op
    ldparam m, m
    mov     mm.m, m
    jumpcmp.eq.s64 op, one, alone
    jumpcmp.gt.s64 op, one, waited
queued:
    mmad.f16f32 [acc], [za], [zb], mm
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, queued
    jump    out
alone:
    mmad.f16f32 [acc], [za], [zb], mm
    set     done
    wait    done
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, alone
    jump    out
waited:
    load_l1_to_l0a_2d [za], [l], two
    set     ready
    wait    ready
    mmad.f16f32 [acc], [za], [zb], mm
    set     used
    wait    used
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, waited
out:
    end
