; MTE1 counts up 20 times, M down 20 times, and nothing holds MTE1 back: the counter may overflow,
; though in this run M keeps up.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.equ    ROUNDS, 20
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
k:
.include "cube.inc"
    .reg    n = ROUNDS, zero = 0, one = 1
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
round:
    hset_flag.mte1.m l0a, 0, #0                         ; <- FLAG
    hwait_flag.mte1.m l0a, 0, #0                        ; <- FLAG other
    .if     !BUG
    hset_flag.m.mte1 l0a, 0, #0
    hwait_flag.m.mte1 l0a, 0, #0
    .endif
    sub.s64 n, n, one
    jumpcmp.gt.s64 n, zero, round
    mmad.f16f32 [acc], [za], [zb], mm
    hset_flag.m.fix l0c, 0, #0
    hwait_flag.m.fix l0c, 0, #0
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
