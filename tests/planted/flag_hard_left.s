; FIX takes one of the two that M has counted: the next kernel on this core would see the other.
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
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    hset_flag.mte1.m bt, 0, #0
    hwait_flag.mte1.m bt, 0, #0
    mmad.f16f32 [acc], [za], [zb], mm
    hset_flag.m.fix l0c, 0, #1                          ; <- FLAG
    hset_flag.m.fix l0c, 0, #1                          ; <- FLAG
    hwait_flag.m.fix l0c, 0, #1
    .if     !BUG
    hwait_flag.m.fix l0c, 0, #1
    .endif
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
