; MTE1 loads the second half of k into L0A and L0B while the cube still reads the first.
.kernel k, core=aic
.equ    M, 64
.equ    N, 64
.equ    K, 128
.ref    gemm, a, b, rtol=1e-3, atol=1e-3
.flag   l1_full, mte2 -> mte1
.flag   l0_full, mte1 -> m, ids=2
.flag   l0_free, m -> mte1
.flag   done,    m -> fix
k:
.include "cube.inc"
    .reg    rest:mmad = {m=M k=K/2 n=N}
    mov     mm.k, K/2
    mov     ca.k_extension, K/2
    mov     cb.m_extension, K/2
    mov_out_to_l1_multi_nd2nz.b16 [la], [pa], na
    mov_out_to_l1_multi_nd2nz.b16 [lb], [pb], nb
    set     l1_full
    wait    l1_full
    load_l1_to_l0a_3dv2.b16 [za], [la], ca
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb
    set     l0_full[0]
    wait    l0_full[0]
    mmad.f16f32 [acc], [za], [zb], mm                   ; <- RACE other
    mov     ca.k_start, K/2
    mov     cb.m_start, K/2
    .if     !BUG
    set     l0_free
    wait    l0_free
    .endif
    load_l1_to_l0a_3dv2.b16 [za], [la], ca              ; <- RACE
    load_l1_to_l0b_3dv2.b16 [zb], [lb], cb              ; <- RACE
    set     l0_full[1]
    wait    l0_full[1]
    mmad.f16f32 [acc], [za], [zb], rest
    set     done
    wait    done
    fix_l0c_to_out.f32 [pc], [acc], fx
    end
