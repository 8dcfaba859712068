; The counter of L0B holds a set from before the loads: M takes one from it where it needs two.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
k:
.include "cube.inc"
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    hset_flag.mte1.m l0b, 0, #3
    load_l1_to_l0a_3dv2.b16 [za], [la], ca              ; <- RACE other
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb              ; <- RACE other
    hset_flag.mte1.m l0b, 0, #3
    hwait_flag.mte1.m l0b, 0, #3
    .if     !BUG
    hwait_flag.mte1.m l0b, 0, #3
    .endif
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE
    .if     BUG
    hwait_flag.mte1.m l0b, 0, #3
    .endif
    hset_flag.m.fix l0c, 0, #0
    hwait_flag.m.fix l0c, 0, #0
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
