; The barrier between two small products that add up is one of FIX: the cube does not wait.
.kernel k, core=aic
.equ    M, 16
.equ    N, 16
.equ    K, 32
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m
.flag   done,    m -> fix
k:
.include "cube.inc"
    .reg    two:mmad = {m=M k=K/2 n=N}, zb2:l0b = ZB + K/2*N*2, za2:l0a = ZA + M*K
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
    load_l1_to_l0a_3dv2.b16 [za2], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb2], [lb], cb
    set     l0_full
    wait    l0_full
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    .if     BUG
    bar.fix
    .else
    bar.m
    .endif
    mmad.f16f32 [acc], [za2], [zb2], two                ; <- RACE
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
