; MTE1 loads the second half of k over the first without waiting for the counter that says M has
; read it.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 128
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
k:
.include "cube.inc"
    .reg    rest:mmad = {m=M k=K/2 n=N}, id
    mov     mm.k, K/2
    mov     ca.k_extension, K/2
    mov     cb.m_extension, K/2
    mov     id, 5
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    hset_flag.mte1.m l0b, 0, #0
    hwait_flag.mte1.m l0b, 0, #0
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    mov     ca.k_start, K/2
    mov     cb.m_start, K/2
    .if     !BUG
    hset_flag.m.mte1 l0a, 1, id
    hwait_flag.m.mte1 l0a, 1, #5
    .endif
    load_l1_to_l0a_3dv2.b16 [za], [la], ca              ; <- RACE
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb              ; <- RACE
    hset_flag.mte1.m l0b, 0, #0
    hwait_flag.mte1.m l0b, 0, #0
    mmad.f16f32 [acc], [za], [zb], rest
    hset_flag.m.fix l0c, 0, #7
    hwait_flag.m.fix l0c, 0, #7
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
