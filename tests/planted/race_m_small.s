; Two products of four fractals are added in L0C without BAR.M: the second may read the old sum
; (isa.md 3.2).
.kernel k, core=aic
.equ    M, 32
.equ    N, 32
.equ    K, 64
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "cube.inc"
    .reg    two:mmad = {m=M k=K/2 n=N}, zb2:l0b = ZB, t2, za2:l0a = ZA
    mov     t2, M*K/2*2                                 ; A and B in halves along k
    mov     mm.k, K/2
    mov     ca.k_extension, K/2
    mov     cb.m_extension, K/2
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    mov     ca.k_start, K/2
    mov     cb.m_start, K/2
    add.s64 za2, za2, t2
    mov     t2, K/2*N*2
    add.s64 zb2, zb2, t2
    load_l1_to_l0a_3dv2.b16 [za2], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb2], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    .if     !BUG
    bar.m
    .endif
    mmad.f16f32 [acc], [za2], [zb2], two                ; <- RACE
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
